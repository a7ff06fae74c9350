//! `assess` alone where no file has changed since the newest version: it says what that version recorded, and that is what
//! reading everything again says.

use std::time::{Duration, SystemTime};

use crate::regrade_story::project;
use crate::runner::{Folder, assess, str_of};
use crate::small::{DELEGATES_FILE, LEADERS_FILE, REGISTER_FILE, report, small};
use crate::verify::rehash;

const APPEALS: &str = "registers/复核申请.csv";
const OWN: &str = concat!("\"assess ", env!("CARGO_PKG_VERSION"), "\"");

/// The small project after its first version.
fn scored() -> Folder {
    let folder = small();
    folder.score(&[]).ended(0);
    folder
}

/// `assess -C folder` with more arguments: what it prints as the result and besides.
fn status(folder: &Folder, more: &[&str]) -> [String; 2] {
    let ran = assess(&[&["-C", folder.shown()], more].concat()).ended(0);
    [ran.out, ran.err]
}

/// The status in every form in which it can be asked for.
fn said(folder: &Folder) -> Vec<[String; 2]> {
    let ways: [&[&str]; 8] = [
        &[],
        &["-v"],
        &["-q"],
        &["--lang", "zh"],
        &["--lang", "en"],
        &["--format", "json"],
        &["--format", "csv"],
        &["--format", "markdown"],
    ];
    ways.map(|more| status(folder, more)).into()
}

/// The name of the newest version.
fn newest(folder: &Folder) -> String {
    let names = std::fs::read_dir(folder.path("results")).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter_map(|name| name.into_string().ok()).filter(|name| name.starts_with('v')).max().unwrap()
}

/// The status in every form where nothing can be taken from the newest version, since another program wrote it.
fn said_in_full(folder: &Folder) -> Vec<[String; 2]> {
    let path = format!("results/{}/manifest.json", newest(folder));
    let manifest = folder.text(&path);
    folder.edit(&path, OWN, "\"assess 0.0.1\"");
    let said = said(folder);
    folder.write(&path, &manifest);
    said
}

/// Whether the status is what the newest version says: it is if it has the title of a result that was forged with all
/// fingerprints.
fn is_taken_from_version(folder: &Folder) -> bool {
    let forged = Folder::copy_with_results(folder);
    let version = newest(folder);
    let path = format!("results/{version}/result.json");
    let result = forged.text(&path);
    let title = result.split_once("\"title\":\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    // As many bytes, so that everything stands where the index says.
    let other = "x".repeat(title.len());
    forged.write(&path, &result.replacen(&format!("\"title\":\"{title}\""), &format!("\"title\":\"{other}\""), 1));
    rehash(&forged, &version, "result.json");
    status(&forged, &[])[0].contains(&other)
}

/// The status is taken from the newest version, and is what reading everything says.
#[track_caller]
fn is_quick(folder: &Folder) {
    assert!(is_taken_from_version(folder), "everything was read");
    assert_eq!(said(folder), said_in_full(folder));
}

/// The status is not taken from the newest version, and is what reading everything says.
#[track_caller]
fn is_slow(folder: &Folder) {
    assert!(!is_taken_from_version(folder), "nothing was read");
    assert_eq!(said(folder), said_in_full(folder));
}

/// Sets the time of a file.
fn touch(folder: &Folder, below: &str, time: SystemTime) {
    let file = std::fs::File::options().write(true).open(folder.path(below)).unwrap();
    file.set_modified(time).unwrap();
}

#[test]
fn examples_say_the_same_in_both_ways() {
    for name in ["minimal", "panel", "city-2025", "county", "works"] {
        is_quick(&Folder::scored_example(name));
    }
}

#[test]
fn only_bytes_and_names_of_files_count() {
    let folder = scored();
    is_quick(&folder);
    let before = said(&folder);
    touch(&folder, DELEGATES_FILE, SystemTime::now() + Duration::from_secs(3600));
    is_quick(&folder);
    assert_eq!(said(&folder), before, "a time proves nothing");
    // Another byte at the old time is a change: D3 marks U03 一般 instead of 差.
    let time = folder.path(DELEGATES_FILE).metadata().unwrap().modified().unwrap();
    folder.edit(DELEGATES_FILE, "代表,D3,,U03,差", "代表,D3,,U03,好");
    touch(&folder, DELEGATES_FILE, time);
    is_slow(&folder);
    assert!(status(&folder, &["--lang", "en"])[0].contains("v001; inputs or model have changed since"));
    folder.edit(DELEGATES_FILE, "代表,D3,,U03,好", "代表,D3,,U03,差");
    is_quick(&folder);
    assert_eq!(said(&folder), before, "the old bytes are no change");
}

#[test]
fn another_name_a_further_file_and_a_file_less_are_changes() {
    let renamed = scored();
    let text = renamed.text("self-reports/U03.csv");
    renamed.remove("self-reports/U03.csv").write("self-reports/U03-1.csv", &text);
    is_slow(&renamed);
    let more = scored();
    more.write("self-reports/U03-1.csv", &report("U03", 5, 30));
    is_slow(&more);
    assert!(!status(&more, &["--lang", "zh"])[0].contains("错误 0"), "two reports of one unit");
    let picture = scored();
    picture.write("self-reports/picture.png", "x");
    is_slow(&picture);
    let less = scored();
    less.remove("self-reports/U03.csv");
    is_slow(&less);
    assert!(status(&less, &["--format", "csv"])[0].contains("missing,U03"));
    let aside = scored();
    aside.write("备份.csv", "x\n");
    is_slow(&aside);
    let model = scored();
    model.append("assess.toml", "# a remark");
    is_slow(&model);
    let roster = scored();
    roster.append("roster.csv", "U04,测试市美术馆,美术馆,场馆,不参评");
    is_slow(&roster);
}

#[test]
fn another_program_another_result_and_no_result_are_not_relied_on() {
    let folder = scored();
    let before = said(&folder);
    let path = "results/v001/result.json";
    let result = folder.text(path);
    // A byte of the result itself.
    folder.write(path, &result.replacen("小项目", "大项目", 1));
    assert_eq!(said(&folder), before);
    folder.write(path, &result);
    folder.edit("results/v001/manifest.json", OWN, "\"assess 0.0.1\"");
    is_slow_of_another_program(&folder, &before);
}

/// Whatever another program wrote, this one reads the files.
#[track_caller]
fn is_slow_of_another_program(folder: &Folder, before: &[[String; 2]]) {
    assert_eq!(said(folder), before);
    assert!(!is_taken_from_version(folder));
}

#[test]
fn what_was_done_with_a_version_is_told() {
    let folder = scored();
    // The draft stands outside the chain; it says nothing about the version.
    folder.score(&["--draft"]).ended(0);
    is_quick(&folder);
    folder.run("suggest", &[]).ended(0);
    is_quick(&folder);
    folder.write("opinions/宣传部.csv", "责任单位,单位,意见\n宣传部,U02,同意\n宣传部,U03,不同意\n");
    is_slow(&folder);
    folder.score(&["--reason", "征求意见"]).ended(0);
    is_quick(&folder);
    assert!(status(&folder, &["--format", "csv"])[0].contains("opinions,disagreed,1"));
    for state in ["初评", "公示", "最终"] {
        assess(&["-C", folder.shown(), "mark", "v002", state, "--document", "纪1", "--date", "2026-02-01"]).ended(0);
        is_quick(&folder);
    }
    assert!(status(&folder, &["--lang", "zh"])[0].contains("最终"));
    folder.run("feedback", &[]).ended(0);
    is_quick(&folder);
    let log = folder.text("results/states.jsonl");
    folder.remove("results/states.jsonl");
    is_quick(&folder);
    folder.write("results/states.jsonl", &log);
}

#[test]
fn a_regraded_version_says_what_a_scored_one_says() {
    let folder = scored();
    folder.edit(REGISTER_FILE, "文明,,2,,通报", "文明,,2,2,通报").edit(
        REGISTER_FILE,
        "拟提,,",
        "工委审定,工委〔2026〕3号,",
    );
    let token = str_of(&project(&folder.run("regrade", &["--format", "json"]))["token"]).to_owned();
    folder.run("regrade", &["--apply", &token, "--reason", "审定"]).ended(0);
    assert_eq!(newest(&folder), "v002");
    is_quick(&folder);
    assert!(status(&folder, &["--lang", "zh"])[0].contains("加减分登记：工委审定 2"));
}

#[test]
fn appeals_say_the_same_in_both_ways() {
    let folder = small();
    folder.append("assess.toml", "\n[appeal]\ndays = 10\n");
    folder.score(&[]).ended(0);
    let mark = |version: &str, state: &str, date: &str| {
        assess(&["-C", folder.shown(), "mark", version, state, "--document", "纪1", "--date", date]).ended(0)
    };
    mark("v001", "公示", "2026-01-05");
    let header = "编号,单位,位置,收到日期,结论,处理编号,诉求\n";
    // One open, one upheld by taking a row back; both within ten days from the 5th.
    folder.write(
        APPEALS,
        &format!("{header}7,U02,总分,2026-01-10,支持,加减分 1,请复核\n8,U01,2.1,2026-01-12,,,请复核\n"),
    );
    folder.edit(REGISTER_FILE, "工委审定,工委〔2026〕1号", "撤销,工委〔2026〕1号");
    folder.score(&["--reason", "复核"]).ended(0);
    is_quick(&folder);
    let zh = status(&folder, &["--lang", "zh"])[0].clone();
    assert!(zh.contains("未有结论的 1 件") && zh.contains("2026-01-15"), "{zh}");
    // What an upheld appeal refers to depends on what was published when.
    mark("v002", "公示", "2026-01-08");
    is_slow(&folder);
    // An appeal that came too late is told by `assess` alone, and by no version.
    let late = small();
    late.append("assess.toml", "\n[appeal]\ndays = 10\n");
    late.write(APPEALS, &format!("{header}8,U01,2.1,2026-01-22,,,请复核\n"));
    late.score(&[]).ended(0);
    is_quick(&late);
    assess(&["-C", late.shown(), "mark", "v001", "公示", "--document", "纪1", "--date", "2026-01-12"]).ended(0);
    is_quick(&late);
    assess(&[
        "-C",
        late.shown(),
        "mark",
        "v001",
        "公示",
        "--document",
        "纪1",
        "--date",
        "2026-01-11",
        "--reason",
        "改期",
    ])
    .ended(0);
    is_slow(&late);
    assert!(status(&late, &["--lang", "en"])[0].contains("W654"));
}

#[test]
fn gaps_that_a_model_allows_are_told_from_the_version() {
    let folder = small();
    folder.edit("assess.toml", "missing = \"error\"", "missing = \"zero\"");
    folder.edit("assess.toml", "rates = \"unit\"", "rates = \"unit\"\nmissing_class = \"renormalise\"");
    folder.write(
        "roster.csv",
        "单位代码,单位全称,简称,分组,参评方式,联系人,电话\nU01,测试市图书馆,图书馆,场馆,排名,张三,111\n\
         U02,测试市博物馆,博物馆,场馆,排名,李四,222\nU03,测试市文化馆,文化馆,场馆,单列,王五,333\n\
         U04,测试市美术馆,美术馆,场馆,不参评,赵六,444\n",
    );
    folder.remove("self-reports/U02.csv");
    // No leader marks U02: R1 left it blank, the others do not list it. That R2 abstained would be a mark.
    folder.edit(LEADERS_FILE, "领导,R1,,U02,较好\n", "领导,R1,,U02,\n").edit(LEADERS_FILE, "领导,R2,,U02,弃权\n", "");
    folder.score(&[]).ended(0);
    is_quick(&folder);
    let zh = status(&folder, &["--lang", "zh"])[0].clone();
    assert!(zh.contains("未报  U02 测试市博物馆，联系人 李四 222"), "{zh}");
    assert!(zh.contains("应报 3，已报 2，未报 1"), "{zh}");
    assert!(status(&folder, &["--format", "csv"])[0].contains("unrated,meeting/P1,1"));
    // The result says so, and a result that does not is found.
    let path = "results/v001/result.json";
    let result = folder.text(path);
    assert!(result.contains("\"unrated\":1"), "{result}");
    for forged in [result.replace("\"unrated\":1", "\"unrated\":2"), result.replace("\"unrated\":1,", "           ")] {
        assert_ne!(forged, result);
        folder.write(path, &forged);
        rehash(&folder, "v001", "result.json");
        let ran = assess(&["-C", folder.shown(), "verify", "--lang", "en"]).ended(1);
        assert!(ran.out.contains("components.meeting[P1].unrated"), "{}", ran.out);
    }
}
