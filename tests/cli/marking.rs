//! `assess mark`: the states of versions, chained; appeals that stand in the way; what may follow a final version (SPEC §12).

use sha2::{Digest as _, Sha256};

use crate::runner::{Folder, Ran, assess, list, str_of};
use crate::small::{DELEGATES_FILE, small};

const LOG: &str = "results/states.jsonl";
const APPEALS: &str = "registers/复核申请.csv";

fn mark(folder: &Folder, more: &[&str]) -> Ran {
    let mut args = vec!["-C", folder.shown(), "mark"];
    args.extend_from_slice(more);
    assess(&args)
}

/// Marks v001 with a document on a date.
fn step(folder: &Folder, state: &str, date: &str) -> Ran {
    mark(folder, &["v001", state, "--document", "工委〔2026〕8号", "--date", date])
}

fn status(folder: &Folder, more: &[&str]) -> Ran {
    let mut args = vec!["-C", folder.shown()];
    args.extend_from_slice(more);
    assess(&args)
}

fn scored() -> Folder {
    let folder = small();
    folder.score(&[]).ended(0);
    folder
}

fn appeals(folder: &Folder, rows: &str) {
    folder.write(APPEALS, &format!("编号,单位,位置,诉求,收到日期,结论,文号\n{rows}"));
}

/// The lines that record states; the first line of the log records the version.
fn lines(folder: &Folder) -> Vec<serde_json::Value> {
    let lines: Vec<serde_json::Value> =
        folder.text(LOG).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.into_iter().filter(|line| line["entry"] == "state").collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_state_is_appended_and_chained() {
    let folder = scored();
    let manifest = sha256(&folder.bytes("results/v001/manifest.json"));
    let names = [
        ("初评", "initial"),
        ("proposed", "proposed"),
        ("征求意见", "consulting"),
        ("Approved", "approved"),
        ("公示", "public"),
        ("final", "final"),
    ];
    for (day, (typed, _)) in (10..).zip(names) {
        let ran = step(&folder, typed, &format!("2026-01-{day}")).ended(0);
        assert!(ran.out.contains("v001"), "{}", ran.out);
    }
    let text = folder.text(LOG);
    let marks = lines(&folder);
    for (index, (mark, (_, state))) in marks.iter().zip(names).enumerate() {
        assert_eq!((str_of(&mark["schema"]), str_of(&mark["version"])), ("assess.log/1", "v001"));
        assert_eq!((str_of(&mark["state"]), str_of(&mark["manifest"])), (state, manifest.as_str()));
        assert_eq!(str_of(&mark["date"]), format!("2026-01-{}", 10 + index));
        assert_eq!(str_of(&mark["document"]), "工委〔2026〕8号");
        // The line of the version comes first.
        assert_eq!(str_of(&mark["previous"]), sha256(text.lines().nth(index).unwrap().as_bytes()));
    }
    assert_eq!(marks.len(), 6);
    assess(&["-C", folder.shown(), "verify"]).ended(0);
}

#[test]
fn what_is_typed_wrongly_is_told_and_writes_nothing() {
    let folder = small();
    assert!(mark(&folder, &["v001", "初评", "--lang", "en"]).ended(2).err.contains("assess score"));
    folder.score(&[]).ended(0);
    let before = folder.tree();
    for (args, words) in [
        (vec!["v009", "初评"], ["v009", "v001"]),
        (vec!["v001", "终评"], ["终评", "工委审定"]),
        (vec!["v001", "初评", "--date", "2026-02-30"], ["2026-02-30", "2026-01-20"]),
        (vec!["v001", "公示"], ["公示", "--document"]),
        (vec!["v001", "最终", "--document", " "], ["最终", "--document"]),
    ] {
        let ran = mark(&folder, &[args.as_slice(), &["--lang", "zh"]].concat()).ended(2);
        assert!(words.iter().all(|word| ran.err.contains(word)), "{args:?}: {}", ran.err);
    }
    mark(&folder, &["v001"]).ended(2);
    assert_eq!(folder.tree(), before);
}

#[test]
fn going_back_needs_a_reason_that_stays_on_record() {
    let folder = scored();
    step(&folder, "工委审定", "2026-01-12").ended(0);
    for state in ["工委审定", "征求意见"] {
        let ran = step(&folder, state, "2026-01-13").ended(2);
        assert!(ran.err.contains("--reason"), "{}", ran.err);
    }
    let early = step(&folder, "公示", "2026-01-11").ended(2);
    assert!(early.err.contains("2026-01-12") && early.err.contains("--reason"), "{}", early.err);
    assert_eq!(lines(&folder).len(), 1);
    mark(&folder, &["v001", "征求意见", "--reason", "补征求意见", "--note", "两个部门", "--date", "2026-01-13"])
        .ended(0);
    let marks = lines(&folder);
    assert_eq!((str_of(&marks[1]["reason"]), str_of(&marks[1]["note"])), ("补征求意见", "两个部门"));
    assert_eq!(marks[1]["document"], serde_json::Value::Null);
}

#[test]
fn without_a_date_it_is_today() {
    let folder = scored();
    let before = today();
    mark(&folder, &["v001", "初评"]).ended(0);
    let after = today();
    let date = str_of(&lines(&folder)[0]["date"]).to_owned();
    assert!(before <= date && date <= after, "{before} {date} {after}");
}

/// Today by the `date` program of the system.
fn today() -> String {
    let output = std::process::Command::new("date").arg("+%Y-%m-%d").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn open_appeals_block_the_final_state_and_are_listed_with_their_cells() {
    let folder = small();
    appeals(&folder, "FH-1,U01,2.1,请复核,2026-01-22,,\nFH-2,U02,总分,请复核,2026-01-23,维持,工委〔2026〕7号\n");
    folder.score(&[]).ended(0);
    step(&folder, "公示", "2026-01-21").ended(0);
    for (lang, word) in [("zh", "还没有结论"), ("en", "no conclusion yet")] {
        let ran = mark(&folder, &["v001", "最终", "--document", "d", "--date", "2026-02-09", "--lang", lang]).ended(1);
        let line = ran.err.lines().find(|line| line.contains("FH-1")).unwrap_or_else(|| panic!("{}", ran.err));
        assert!(line.contains(&format!("{APPEALS} A2")) && line.contains("U01") && line.contains(word), "{line}");
        assert!(!ran.err.contains("FH-2"), "a settled one is no obstacle: {}", ran.err);
    }
    assert_eq!(lines(&folder).len(), 1);
    // Rejected with a document: nothing stands in the way any more.
    let second = "FH-2,U02,总分,请复核,2026-01-23,维持,工委〔2026〕7号\n";
    appeals(&folder, &format!("FH-1,U01,2.1,请复核,2026-01-22,驳回,工委〔2026〕9号\n{second}"));
    step(&folder, "最终", "2026-02-09").ended(0);
}

#[test]
fn an_upheld_appeal_needs_a_row_that_names_it_and_a_version_that_holds_the_row() {
    let folder = scored();
    step(&folder, "公示", "2026-01-21").ended(0);
    appeals(&folder, "FH-1,U03,1.1,请复核,2026-01-22,支持,\n");
    let ran = folder.score(&["--reason", "复核", "--lang", "en"]).ended(1);
    assert!(ran.err.contains("E651") && ran.err.contains("FH-1"), "{}", ran.err);
    folder.score(&["--draft"]).ended(0);
    // A correction that names another number, one of another unit and one that nobody approved do not act upon it.
    let corrections = |rows: &str| {
        folder.write("registers/更正登记.csv", &format!("编号,单位,位置,旧值,新值,理由,文号,状态,关联编号\n{rows}"));
    };
    for row in [
        "1,U03,1.1,28,30,复核申请FH-1,工委〔2026〕4号,工委审定,\n",
        "1,U03,1.1,28,30,复核,工委〔2026〕4号,工委审定,复核申请FH-11\n",
        "1,U02,1.1,32,30,复核,工委〔2026〕4号,工委审定,复核申请FH-1\n",
        "1,U03,1.1,28,30,复核,工委〔2026〕4号,拟提,复核申请FH-1\n",
    ] {
        corrections(row);
        let ran = folder.run("check", &["--format", "csv"]).ended(1);
        assert!(ran.out.lines().any(|line| line.starts_with("pending,E651,U03")), "{row}{}", ran.out);
    }
    corrections("1,U03,1.1,28,30,复核,工委〔2026〕4号,工委审定,复核申请FH-1号\n");
    folder.run("check", &[]).ended(0);
    // v001 does not hold the correction yet.
    let ran = step(&folder, "最终", "2026-02-09").ended(1);
    assert!(ran.err.contains("FH-1") && ran.err.contains("v001"), "{}", ran.err);
    folder.score(&["--reason", "复核"]).ended(0);
    let result = folder.json("results/v002/result.json");
    let appeal = &list(&result["registers"]["appeals"])[0];
    assert_eq!(
        (str_of(&appeal["ending"]), appeal["settled_by"].to_string()),
        ("upheld", "[[\"corrections\",\"1\"]]".into())
    );
    assert_eq!(result["reconciliation"]["registers"]["appeals:upheld"], 1);
    let books = crate::cells::Books::new(folder.root());
    let book = books.open("results/v002/result.xlsx");
    let (_, cells) = book.sheets().into_iter().find(|(name, _)| *name == "加减分").unwrap();
    assert!(cells.iter().any(|(_, text)| *text == "支持：更正登记 1"), "{cells:?}");
    mark(&folder, &["v002", "最终", "--document", "d", "--date", "2026-02-10"]).ended(0);
    // The older version is only history.
    let ran = mark(&folder, &["v001", "最终", "--document", "d", "--reason", "r"]).ended(2);
    assert!(ran.err.contains("v002"), "{}", ran.err);
}

#[test]
fn an_adjustment_or_a_decision_may_act_upon_an_appeal_too() {
    for (file, text) in [
        (
            "registers/加减分.csv",
            "编号,单位,代码,事由,级别,申报分值,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号,关联编号\n\
             9,U01,J1,补报,,2,2,通报,市〔2025〕8号,市办,2025-09-01,工委审定,工委〔2026〕5号,复核FH-1\n",
        ),
        (
            "registers/等次审定.csv",
            "编号,单位,等次,关联编号,文号,日期,状态\n1,U01,达标,复核申请FH-1,工委〔2026〕5号,2026-01-25,工委审定\n",
        ),
    ] {
        let folder = small();
        appeals(&folder, "FH-1,U01,等次,请复核,2026-01-22,部分支持,\n");
        folder.run("check", &[]).ended(1);
        folder.write(file, text);
        let ran = folder.run("check", &["--lang", "en"]).ended(0);
        assert!(!ran.err.contains("E651") && !ran.err.contains("W653"), "{}", ran.err);
    }
}

#[test]
fn conclusions_places_and_documents_of_appeals_are_checked() {
    let folder = small();
    appeals(&folder, "1,U01,9.9,请复核,2026-01-22,维持,\n2,U02,总分,请复核,2026-01-23,同意,\n");
    let ran = folder.run("check", &["--format", "csv", "--lang", "zh"]).ended(1);
    let row = |code: &str| {
        let own: Vec<&str> = ran.out.lines().filter(|line| line.contains(code)).collect();
        assert_eq!(own.len(), 1, "{code}: {}", ran.out);
        own[0].to_owned()
    };
    let unknown = row("E650");
    assert!(unknown.contains(",F3,") && unknown.contains("同意") && unknown.contains("部分支持"), "{unknown}");
    assert!(row("W652").contains(",G2,"), "a rejected appeal names its document");
    assert!(row("W653").contains(",C2,") && row("W653").contains("9.9"));
}

#[test]
fn a_final_version_is_followed_only_with_a_reason_and_a_document() {
    let folder = scored();
    step(&folder, "最终", "2026-02-09").ended(0);
    folder.append(DELEGATES_FILE, "代表,D4,,U01,好");
    let before = folder.tree();
    for args in
        [&["--reason", "补一票"][..], &["--document", "工委〔2026〕9号"], &["--reason", "补一票", "--document", " "]]
    {
        let ran = folder.score(&[args, &["--lang", "en"]].concat()).ended(2);
        assert!(ran.err.contains("--reason"), "{}", ran.err);
        assert_eq!(folder.tree(), before);
    }
    folder.score(&["--draft"]).ended(0);
    folder.score(&["--reason", "补一票", "--document", "工委〔2026〕9号"]).ended(0);
    let manifest = folder.json("results/v002/manifest.json");
    assert_eq!((str_of(&manifest["reason"]), str_of(&manifest["document"])), ("补一票", "工委〔2026〕9号"));
    // v002 is not final: the next one needs no document.
    folder.append(DELEGATES_FILE, "代表,D5,,U01,好");
    folder.score(&["--reason", "再补一票"]).ended(0);
    assert_eq!(folder.json("results/v003/manifest.json")["document"], serde_json::Value::Null);
}

#[test]
fn a_torn_last_line_is_told_and_left_out() {
    let folder = scored();
    step(&folder, "初评", "2026-01-10").ended(0);
    let whole = folder.text(LOG);
    folder.write(LOG, &format!("{whole}{{\"schema\":\"assess.log/1\",\"ent"));
    let ran = assess(&["-C", folder.shown(), "verify", "--lang", "en"]).ended(1);
    assert!(ran.out.contains("states.jsonl line 3 is incomplete"), "{}", ran.out);
    let ran = mark(&folder, &["v001", "等次建议", "--date", "2026-01-11", "--lang", "en"]).ended(0);
    assert!(ran.err.contains("line 3"), "{}", ran.err);
    assert!(folder.text(LOG).starts_with(&whole));
    assert_eq!(lines(&folder).len(), 2);
    assess(&["-C", folder.shown(), "verify"]).ended(0);
}

#[test]
fn a_log_that_was_edited_is_found_and_not_continued() {
    let folder = scored();
    for (state, date) in [("初评", "2026-01-10"), ("等次建议", "2026-01-11"), ("征求意见", "2026-01-12")] {
        step(&folder, state, date).ended(0);
    }
    folder.edit(LOG, "2026-01-11", "2026-01-01");
    let ran = assess(&["-C", folder.shown(), "verify", "--lang", "zh"]).ended(1);
    assert!(ran.out.contains("第 4 行与上一行接不上"), "{}", ran.out);
    let before = folder.tree();
    let ran = step(&folder, "工委审定", "2026-01-13").ended(2);
    assert!(ran.err.contains("assess verify"), "{}", ran.err);
    assert_eq!(folder.tree(), before);
}

#[test]
fn a_record_that_was_there_when_a_version_was_written_cannot_be_taken_out() {
    let folder = scored();
    for (state, date) in [("初评", "2026-01-10"), ("最终", "2026-01-11")] {
        step(&folder, state, date).ended(0);
    }
    folder.append(DELEGATES_FILE, "代表,D4,,U01,好");
    folder.score(&["--reason", "补一票", "--document", "工委〔2026〕9号"]).ended(0);
    let text = folder.text(LOG);
    // The version v001, two states, the version v002.
    let [first, second, third, last] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    assert_eq!(str_of(&folder.json("results/v002/manifest.json")["states"]), sha256(third.as_bytes()));
    assess(&["-C", folder.shown(), "verify"]).ended(0);
    // Also where the last line, whose chain it breaks, is mended.
    let mut mended: serde_json::Value = serde_json::from_str(last).unwrap();
    mended["previous"] = sha256(second.as_bytes()).into();
    folder.write(LOG, &format!("{first}\n{second}\n{mended}\n"));
    let ran = assess(&["-C", folder.shown(), "verify", "--lang", "en"]).ended(1);
    assert!(ran.out.contains("lacks a line that was there when v002 was written"), "{}", ran.out);
}

#[test]
fn a_version_whose_files_were_touched_gets_no_state() {
    let folder = scored();
    step(&folder, "初评", "2026-01-10").ended(0);
    folder.append("results/v001/ratings.csv", "");
    let ran = step(&folder, "等次建议", "2026-01-11").ended(2);
    assert!(ran.err.contains("ratings.csv") && ran.err.contains("assess verify v001"), "{}", ran.err);
    // The log also knows the manifest as it was.
    let folder = scored();
    step(&folder, "初评", "2026-01-10").ended(0);
    folder.edit("results/v001/manifest.json", "\"reason\": null", "\"reason\": \"后补\"");
    let ran = assess(&["-C", folder.shown(), "verify", "--lang", "en"]).ended(1);
    assert!(ran.out.contains("since results/states.jsonl line 1 the manifest"), "{}", ran.out);
}

#[test]
fn status_shows_the_state_the_time_for_appeals_and_what_comes_next() {
    let folder = small();
    folder.append("assess.toml", "\n[appeal]\ndays = 10\n");
    appeals(&folder, "FH-1,U01,2.1,请复核,2026-01-22,,\n");
    folder.score(&[]).ended(0);
    let shown = folder.shown().to_owned();
    let ran = status(&folder, &["--lang", "zh"]).ended(0);
    assert!(ran.out.contains("状态：未记录"), "{}", ran.out);
    assert!(ran.out.contains(&format!("assess -C {shown} mark v001 初评")), "{}", ran.out);
    step(&folder, "公示", "2026-01-21").ended(0);
    let ran = status(&folder, &["--lang", "zh"]).ended(0);
    assert!(ran.out.contains("状态：公示（2026-01-21，工委〔2026〕8号）"), "{}", ran.out);
    // 21 January and ten days: the last day is 31 January.
    assert!(ran.out.contains("申请期限 2026-01-21 至 2026-01-31"), "{}", ran.out);
    assert!(ran.out.contains("先办结 1 件复核申请"), "{}", ran.out);
    let document = status(&folder, &["--format", "json"]).ended(0).json();
    assert_eq!(document["version"]["state"]["state"], "public");
    assert_eq!(document["appeal_window"]["until"], "2026-01-31");
    assert_eq!(document["next_state"], "final");
    // All settled: the way to the final state is shown with its last day.
    appeals(&folder, "FH-1,U01,2.1,请复核,2026-01-22,维持,工委〔2026〕9号\n");
    folder.score(&["--reason", "办结"]).ended(0);
    mark(&folder, &["v002", "公示", "--document", "d", "--date", "2026-02-01"]).ended(0);
    let ran = status(&folder, &["--lang", "en"]).ended(0);
    assert!(ran.out.contains("appeals are received until 2026-02-11; then assess"), "{}", ran.out);
    mark(&folder, &["v002", "最终", "--document", "d", "--date", "2026-02-12"]).ended(0);
    let ran = status(&folder, &["--lang", "en"]).ended(0);
    assert!(ran.out.contains("state: final (2026-02-12, d)") && !ran.out.contains("next state"), "{}", ran.out);
}

#[test]
fn an_appeal_after_its_time_is_a_warning_that_stands_in_no_result() {
    let folder = small();
    folder.append("assess.toml", "\n[appeal]\ndays = 10\n\n[calendar]\n\"结果反馈\" = \"2026-02-06\"\n");
    appeals(&folder, "1,U01,2.1,请复核,2026-02-16,维持,d\n2,U02,2.1,请复核,2026-02-17,维持,d\n");
    // From the day of feedback: 6 + 10 February.
    let ran = folder.run("check", &["--format", "csv"]).ended(0);
    let late: Vec<&str> = ran.out.lines().filter(|line| line.contains("W654")).collect();
    assert_eq!(late.len(), 1, "{}", ran.out);
    assert!(late[0].contains("U02") && late[0].contains("2026-02-17") && late[0].contains("2026-02-16"), "{}", late[0]);
    folder.score(&[]).ended(0);
    // Made public later: both are in time.
    step(&folder, "公示", "2026-02-07").ended(0);
    let ran = folder.run("check", &["--format", "csv"]).ended(0);
    assert!(!ran.out.contains("W654"), "{}", ran.out);
    // Made public earlier: both are late, and the version still follows from its files.
    mark(&folder, &["v001", "公示", "--document", "d", "--date", "2026-02-01", "--reason", "日期更正"]).ended(0);
    let ran = status(&folder, &["--lang", "en"]).ended(0);
    for appeal in [1, 2] {
        let text = format!("W654 Appeal {appeal} was received after the time for appeals (1)");
        assert!(ran.out.contains(&text), "{text}: {}", ran.out);
    }
    assess(&["-C", folder.shown(), "verify"]).ended(0);
}

#[test]
fn json_and_csv_show_the_record() {
    let folder = scored();
    let json = mark(&folder, &["v001", "初评", "--date", "2026-01-10", "--format", "json"]).ended(0).json();
    let mut line = lines(&folder)[0].clone();
    line["seal"] = json["seal"].clone();
    assert_eq!(json, line);
    let args = ["v001", "等次建议", "--date", "2026-01-11", "--document", "=1+1", "--format", "csv"];
    let csv = mark(&folder, &args).ended(0).out;
    let seal = csv.trim_end().rsplit_once(',').unwrap().1;
    assert_eq!(csv, format!("version,state,date,document,reason,note,seal\nv001,proposed,2026-01-11,'=1+1,,,{seal}\n"));
    assert_eq!(seal.split('-').map(str::len).collect::<Vec<_>>(), [4; 5]);
}

#[test]
fn two_runs_at_once_do_not_both_write() {
    let folder = scored();
    let lock = std::fs::OpenOptions::new().write(true).open(folder.path("results/.lock")).unwrap();
    lock.lock().unwrap();
    let ran = step(&folder, "初评", "2026-01-10").ended(2);
    assert!(lines(&folder).is_empty(), "{}", ran.err);
}
