//! `assess` alone: what has come in, what is missing, what is open, and what to type next (SPEC §10).

use crate::runner::{Folder, assess, binary, finish, list};
use crate::small::{DELEGATES_FILE, small};

/// `assess -C folder` with more arguments.
fn status(folder: &Folder, more: &[&str]) -> crate::runner::Ran {
    let mut args = vec!["-C", folder.shown()];
    args.extend_from_slice(more);
    assess(&args)
}

/// The small project with contacts in its roster.
fn with_contacts() -> Folder {
    let folder = small();
    folder.write(
        "roster.csv",
        "单位代码,单位全称,简称,分组,参评方式,联系人,电话\nU01,测试市图书馆,图书馆,场馆,排名,张三,111\n\
         U02,测试市博物馆,博物馆,场馆,排名,李四,222\nU03,测试市文化馆,文化馆,场馆,排名,王五,333\n",
    );
    folder
}

#[test]
fn a_complete_project_is_told_to_score() {
    let folder = small();
    let before = folder.tree();
    let zh = status(&folder, &["--lang", "zh"]).ended(0);
    for text in ["应报 3，已报 3，未报 0", "加减分登记：工委审定 1；拟提，不计 1", "错误 0，待定 0", "版本：还没有"]
    {
        assert!(zh.out.contains(text), "{text}\n{}", zh.out);
    }
    let row = zh.out.lines().find(|line| line.contains("述职评议 领导")).unwrap();
    assert_eq!(cells(row), ["述职评议 领导", "3", "2", "2", "0", "0"]);
    assert!(zh.out.trim_end().ends_with(&format!("下一步：assess -C {} score", folder.shown())), "{}", zh.out);
    let en = status(&folder, &["--lang", "en"]).ended(0);
    assert!(en.out.contains("3 asked for, 3 received, 0 missing") && en.out.contains("next: assess"), "{}", en.out);
    assert_eq!(folder.tree(), before, "status writes nothing");
}

fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

#[test]
fn a_missing_report_is_named_with_its_contact() {
    let folder = with_contacts();
    folder.remove("self-reports/U02.csv");
    let zh = status(&folder, &["--lang", "zh"]).ended(0);
    assert!(zh.out.contains("未报  U02 测试市博物馆，联系人 李四 222"), "{}", zh.out);
    assert!(zh.out.contains("待定 E310") && zh.out.contains("score --draft"), "{}", zh.out);
    let en = status(&folder, &["--lang", "en"]).ended(0);
    assert!(en.out.contains("missing  U02 测试市博物馆, contact 李四 222"), "{}", en.out);
}

#[test]
fn many_missing_reports_are_one_line() {
    let folder = small();
    for n in 0..12 {
        folder.append("roster.csv", &format!("X{n:02},单位第{n}号,,场馆,排名"));
    }
    let zh = status(&folder, &["--lang", "zh"]).ended(0);
    assert!(zh.out.contains("未报  X00 单位第0号、X01 单位第1号、"), "{}", zh.out);
    assert!(zh.out.contains("X04 单位第4号，另有 7 个") && !zh.out.contains("X05"), "{}", zh.out);
    let en = status(&folder, &["--lang", "en"]).ended(0);
    assert!(en.out.contains("X00 单位第0号, X01 单位第1号,") && en.out.contains(" and 7 more"), "{}", en.out);
    assert!(status(&folder, &["-v", "--lang", "en"]).ended(0).out.contains("  missing  X11 单位第11号\n"));
}

#[test]
fn findings_of_one_code_stand_under_their_own_texts() {
    let folder = small();
    // Two ballots of the delegates, as one of the leaders, give every unit the same mark, and count all the same.
    folder.edit(
        "assess.toml",
        "abstain = [\"弃权\"]",
        "abstain = [\"弃权\"]\nstraight_line = \"warn\"\npattern_from = 2",
    );
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好\n代表,D2,,U03,较好", "代表,D2,,U02,好\n代表,D2,,U03,好");
    folder.edit(
        DELEGATES_FILE,
        "代表,D3,,U01,较好\n代表,D3,,U02,好\n代表,D3,,U03,差",
        "代表,D3,,U01,差\n代表,D3,,U02,差\n代表,D3,,U03,差",
    );
    let en = status(&folder, &["--lang", "en"]).ended(0);
    for serial in [2, 3] {
        let text = format!("Warning W421 Ballot no. {serial} of class \"P2 代表\" gives all units the same mark (1)");
        assert!(en.out.contains(&text), "{text}: {}", en.out);
    }
    let scored = folder.score(&["--lang", "en"]).ended(0);
    assert!(
        scored.err.contains("W421 (3): Ballot no. … of class \"…\" gives all units the same mark ["),
        "{}",
        scored.err
    );
}

#[test]
fn what_tallies_counted_is_counted_with_the_ballots() {
    let folder = small();
    folder.remove(DELEGATES_FILE);
    folder.write(
        "tallies/meeting/代表.csv",
        "单位,评议主体,好,较好,一般,差,弃权,发出,收回,有效,无效\nU01,代表,2,1,0,0,0,5,4,3,1\nU02,代表,2,1,0,0,0,5,4,3,1\n\
         U03,代表,1,1,0,1,0,5,3,3,0\n",
    );
    let ran = status(&folder, &["--lang", "zh"]).ended(0);
    let row = ran.out.lines().find(|line| line.contains("述职评议 代表")).expect("the class");
    assert_eq!(cells(row)[1..5], ["15", "11", "9", "3"], "{}", ran.out);
    let checked = folder.run("check", &["--lang", "zh"]).ended(0);
    let row = checked.out.lines().find(|line| line.contains("述职评议 代表")).expect("the class");
    assert_eq!(cells(row)[1..], ["15", "11", "9", "0", "2", "0", "4"], "{}", checked.out);
}

#[test]
fn no_next_step_is_one_that_was_taken() {
    let folder = small();
    let check = |words: &str| {
        let ran = folder.run("check", &["--lang", "en"]).ended(0);
        assert!(ran.out.trim_end().lines().last().is_some_and(|line| line.contains(words)), "{words}: {}", ran.out);
    };
    check("next: assess score");
    folder.score(&[]).ended(0);
    check("v001 rests on exactly these files; there is nothing to score");
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U02,好");
    check("--reason");
    let last = |words: &str| {
        let ran = status(&folder, &["--lang", "en"]).ended(0);
        assert!(ran.out.trim_end().lines().last().is_some_and(|line| line.contains(words)), "{words}: {}", ran.out);
    };
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,好", "代表,D2,,U02,较好");
    let root = folder.root().to_str().expect("a path");
    let mark = ["-C", root, "mark", "v001", "final", "--document", "纪要1号"];
    assess(&mark).ended(0);
    last("assess -C");
    last("feedback writes the letters");
    folder.run("feedback", &[]).ended(0);
    last("verify --all");
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U02,好");
    last("--document");
}

#[test]
fn errors_lead_to_check() {
    let folder = small();
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U99,较好");
    let ran = status(&folder, &["--lang", "en"]).ended(0);
    assert!(ran.out.contains("Error E307"), "{}", ran.out);
    assert!(ran.out.lines().last().unwrap().ends_with("check"), "{}", ran.out);
}

#[test]
fn the_version_and_changes_since_are_told() {
    let folder = small();
    folder.score(&[]).ended(0);
    let same = status(&folder, &["--lang", "zh"]).ended(0);
    assert!(same.out.contains("版本：v001，输入和模型此后没有变化") && same.out.contains("explain"), "{}", same.out);
    folder.append(DELEGATES_FILE, "代表,D4,,U01,好");
    let changed = status(&folder, &["--lang", "zh"]).ended(0);
    assert!(changed.out.contains("版本：v001，输入或模型此后有变化"), "{}", changed.out);
    assert!(changed.out.contains("score --reason"), "{}", changed.out);
}

#[test]
fn open_appeals_are_listed_with_their_days_and_settled_ones_are_not() {
    let folder = small();
    folder.write(
        "registers/复核申请.csv",
        "编号,单位,位置,诉求,收到日期,结论,文号\n1,U01,2.1,请复核,2026-01-10,,\n2,U02,总分,请复核,2026-01-11,维持,\n\
         3,U03,总分,请复核,2026-02-01,,\n",
    );
    let ran = status(&folder, &["--lang", "zh"]).ended(0);
    assert!(ran.out.contains("未有结论的 2 件"), "{}", ran.out);
    assert!(ran.out.contains("1  U01 测试市图书馆  2.1  收到日期 2026-01-10，已 10 天"), "{}", ran.out);
    // Received after the date that the result speaks of: nothing is said about days.
    assert!(ran.out.lines().any(|line| line.ends_with("收到日期 2026-02-01")), "{}", ran.out);
    assert!(!ran.out.contains("2026-01-11"), "{}", ran.out);
    let without = small();
    without.edit("assess.toml", "as_of = \"2026-01-20\"\n", "");
    without.write("registers/复核申请.csv", "编号,单位,位置,诉求,收到日期,结论\n1,U01,2.1,请复核,2026-01-10,\n");
    let ran = status(&without, &["--lang", "en"]).ended(0);
    assert!(ran.out.contains("received 2026-01-10") && !ran.out.contains("days ago"), "{}", ran.out);
}

#[test]
fn json_and_csv_say_the_same() {
    let folder = with_contacts();
    folder.remove("self-reports/U02.csv");
    let document = status(&folder, &["--format", "json"]).ended(0).json();
    assert_eq!(document["schema"], "assess.status/1");
    assert_eq!((document["reports"]["asked"].as_u64(), document["reports"]["received"].as_u64()), (Some(3), Some(2)));
    assert_eq!(list(&document["reports"]["missing"])[0]["contact"], "李四 222");
    assert_eq!(document["registers"]["adjustments"]["proposed"], 1);
    assert_eq!((&document["next"], document["version"].is_null()), (&"draft".into(), true));
    let csv = status(&folder, &["--format", "csv"]).ended(0).out;
    for line in
        ["section,name,value", "reports,received,2", "missing,U02,测试市博物馆", "issued,meeting/P1,3", "next,draft,"]
    {
        assert!(csv.lines().any(|own| own == line), "{line}\n{csv}");
    }
}

#[test]
fn it_is_found_from_a_folder_below_the_project() {
    let folder = small();
    let ran = finish(binary().current_dir(folder.path("registers"))).ended(0);
    assert!(ran.out.contains("小项目") && ran.out.contains("assess score"), "{}", ran.out);
}

#[test]
fn outside_a_project_it_says_how_to_begin() {
    let folder = Folder::empty();
    for lang in ["zh", "en"] {
        let ran = finish(binary().args(["--lang", lang]).current_dir(folder.root())).ended(2);
        assert!(ran.out.is_empty());
        assert!(ran.err.contains("assess init") && ran.err.contains("assess -C"), "{}", ran.err);
    }
    assert!(folder.tree().is_empty());
    assess(&["-C", "/no/such/folder"]).ended(2);
}

#[test]
fn a_model_error_ends_it() {
    let folder = small();
    folder.edit("assess.toml", "weight = 40", "weight = 41");
    let ran = status(&folder, &["--lang", "en"]).ended(2);
    assert!(ran.err.contains("E505"), "{}", ran.err);
}

#[test]
fn opinions_are_counted_once_forms_went_out_or_came_back() {
    let folder = small();
    folder.score(&[]).ended(0);
    let said = |lang: &str| status(&folder, &["--lang", lang]).ended(0).out;
    assert!(!said("zh").contains("征求意见表"), "nobody was asked yet");
    folder.run("suggest", &[]).ended(0);
    assert!(said("zh").contains("征求意见表：收回 0 份，"), "{}", said("zh"));
    // Two departments answer: U02 is spoken of by both, U03 by one, which does not agree; a third form is empty.
    folder.write("opinions/宣传部.csv", "责任单位,单位,意见\n宣传部,U02,同意\n宣传部,U03,不同意\n");
    folder.write("opinions/办公室.csv", "责任单位,单位,意见\n办公室,U01,\n办公室,U02,同意\n");
    folder.write("opinions/组织部.csv", "责任单位,单位,意见\n组织部,U01,\n");
    let zh = said("zh");
    assert!(zh.contains("收回 3 份，其中填有意见的 2 份；涉及单位 2 个，其中有不同意的 1 个"), "{zh}");
    let en = said("en");
    assert!(en.contains("opinions: 3 forms returned, 2 of them filled in; 2 units, 1 of them disagreed with"), "{en}");
    let json = status(&folder, &["--format", "json"]).ended(0).json();
    let counts = ["forms", "answered", "units", "disagreed"].map(|key| json["opinions"][key].as_u64().unwrap());
    assert_eq!(counts, [3, 2, 2, 1]);
    let csv = status(&folder, &["--format", "csv"]).ended(0).out;
    assert!(csv.contains("opinions,answered,2"), "{csv}");
}
