//! `assess regrade`: previews write nothing, tokens go stale, versions follow their parent, projects stand alone.

use std::fs::{self, File};
use std::process::Stdio;
use std::time::Duration;

use crate::regrade_story::project;
use crate::runner::{Folder, Ran, assess, binary, list, str_of, unit};
use crate::small::{LEADERS_FILE, REGISTER_FILE, report, small};

/// The small project with a first version and then an approved bonus for U03: 73.20 + 2 = 75.20.
fn changed() -> Folder {
    let folder = small();
    folder.score(&[]).ended(0);
    folder.edit(REGISTER_FILE, "文明,,2,,通报", "文明,,2,2,通报").edit(
        REGISTER_FILE,
        "拟提,,",
        "工委审定,工委〔2026〕3号,",
    );
    folder
}

fn regrade(folder: &Folder, more: &[&str]) -> Ran {
    folder.run("regrade", more)
}

fn token(folder: &Folder) -> String {
    str_of(&project(&regrade(folder, &["--format", "json"]))["token"]).to_owned()
}

fn versions(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path("results")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.filter(|n| n != ".lock" && n != "states.jsonl").collect();
    names.sort();
    names
}

#[test]
fn a_preview_says_what_moves_why_and_what_to_type_in_both_languages() {
    let folder = changed();
    let before = folder.tree();
    let given = token(&folder);
    for (lang, words) in [
        ("zh", ["新审定 1", "总分变化 1 个单位", "反馈书需重发", "尚未写入"]),
        ("en", ["newly approved 1", "totals of 1 unit,", "Feedback to send again", "Nothing written yet"]),
    ] {
        let ran = regrade(&folder, &["--lang", lang]).ended(0);
        let all = format!("{}{}", ran.out, ran.err);
        for word in words {
            assert!(all.contains(word), "{word} in {all}");
        }
        let row = ran.out.lines().find(|line| line.starts_with("| U03 ")).unwrap();
        assert!(row.contains("73.20 -> 75.20") && row.contains("工委〔2026〕3号"), "{row}");
        assert!(row.contains("registers/加减分登记.csv A3"), "the row that caused it: {row}");
        assert!(ran.err.contains(&format!("--apply {given}")), "{}", ran.err);
    }
    assert_eq!(regrade(&folder, &["--exit-code"]).code, 1);
    assert_eq!(folder.tree(), before, "a preview writes nothing");
}

#[test]
fn a_preview_shows_every_column_in_which_a_unit_moved() {
    let folder = changed();
    for (lang, header) in [("zh", "| 加分         |"), ("en", "| plus         |")] {
        let ran = regrade(&folder, &["--lang", lang]).ended(0);
        assert!(ran.out.contains(header) && ran.out.contains("| 0.00 -> 2.00 |"), "{}", ran.out);
        assert!(!ran.out.contains("总位次") && !ran.out.contains("overall"), "nobody's moved: {}", ran.out);
    }
    // U02 stands alone in its group. Its 2.1 was worth 54 of 60 and is worth 10: 87.20 - 0.6 * 44 = 60.80, behind the 73.20
    // of U03, whose rank in its own group stays.
    let folder = small();
    folder.edit("roster.csv", "博物馆,场馆", "博物馆,院线");
    folder.score(&[]).ended(0);
    folder.write(
        "registers/更正登记.csv",
        "编号,单位,位置,旧值,新值,理由,文号,状态\n9,U02,2.1,54,10,录入有误,更1,工委审定\n",
    );
    let ran = regrade(&folder, &["--lang", "zh"]).ended(0);
    let cells = |code: &str| -> Vec<String> {
        let row = ran.out.lines().find(|line| line.starts_with(&format!("| {code} "))).unwrap();
        row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    assert!(ran.out.contains("总位次") && ran.out.contains("基础分"), "{}", ran.out);
    assert_eq!(cells("U02")[2..6], ["85.20 -> 58.80", "87.20 -> 60.80", "1", "2 -> 3"]);
    assert_eq!(cells("U03")[2..5], ["73.20", "2", "3 -> 2"]);
    let correction = ran.out.lines().find(|line| line.contains("更正登记.csv")).unwrap();
    assert!(correction.contains("| 54.00 -> 10.00 ") || correction.contains("| 54 -> 10 "), "{correction}");
}

#[test]
fn a_token_that_was_forgotten_is_asked_for() {
    for (lang, words) in [("zh", "缺一个值"), ("en", "a value is missing after --apply <TOKEN>")] {
        let ran = assess(&["regrade", "--lang", lang, "--apply"]).ended(2);
        assert!(ran.err.contains(words) && ran.err.contains("assess regrade"), "{}", ran.err);
    }
}

#[test]
fn a_version_follows_from_its_parent_without_the_inputs() {
    let folder = changed();
    let first = folder.json("results/v001/result.json");
    let bytes = folder.bytes("results/v001/result.xlsx");
    let given = token(&folder);
    fs::remove_dir_all(folder.path("self-reports")).unwrap();
    fs::remove_dir_all(folder.path("ballots")).unwrap();
    assert_eq!(token(&folder), given, "inputs are no part of the token");
    regrade(&folder, &["--apply", &given, "--reason", "补录", "--document", "纪要1号"]).ended(0);
    let second = folder.json("results/v002/result.json");
    assert_eq!(str_of(&unit(&second, "U03")["total"]), "75.20");
    for code in ["U01", "U02"] {
        assert_eq!(unit(&first, code), unit(&second, code));
    }
    assert_eq!(first["files"].as_array().unwrap().len(), second["files"].as_array().unwrap().len());
    assert_eq!(folder.bytes("results/v001/ratings.csv"), folder.bytes("results/v002/ratings.csv"));
    assert_eq!(folder.bytes("results/v001/result.xlsx"), bytes, "the parent is untouched");
    let manifest = folder.json("results/v002/manifest.json");
    assert_eq!((str_of(&manifest["reason"]), str_of(&manifest["document"])), ("补录", "纪要1号"));
    assert_eq!(str_of(&manifest["parent"]["version"]), "v001");
}

#[test]
fn a_withdrawn_row_gives_back_the_units_of_before() {
    let folder = changed();
    regrade(&folder, &["--apply", &token(&folder), "--reason", "审定"]).ended(0);
    folder.edit(REGISTER_FILE, "工委审定,工委〔2026〕3号,", "拟提,,").edit(
        REGISTER_FILE,
        "文明,,2,2,通报",
        "文明,,2,,通报",
    );
    regrade(&folder, &["--apply", &token(&folder), "--reason", "撤回"]).ended(0);
    let (first, third) = (folder.json("results/v001/result.json"), folder.json("results/v003/result.json"));
    for key in ["units", "quotas", "registers", "reconciliation", "findings", "classes", "files"] {
        assert_eq!(first[key], third[key], "{key}");
    }
}

#[test]
fn applying_needs_a_token_of_now_and_a_reason() {
    let folder = changed();
    let given = token(&folder);
    let before = folder.tree();
    assert!(regrade(&folder, &["--apply", &given]).ended(2).err.contains("--reason"));
    assert!(regrade(&folder, &["--apply", "v001", "--reason", "x"]).ended(2).err.contains("v001"));
    // The registers move.
    folder.append(REGISTER_FILE, "3,U01,J1,又一项,,2,2,决定,省〔2025〕7号,省厅,2025-07-01,工委审定,工委〔2026〕4号,");
    for (lang, word) in [("zh", "登记"), ("en", "registers")] {
        let ran = regrade(&folder, &["--apply", &given, "--reason", "x", "--lang", lang]).ended(2);
        assert!(ran.err.contains(word), "{}", ran.err);
    }
    assert_eq!(versions(&folder), ["v001"], "nothing is written with a stale token");
    assert_ne!(folder.tree(), before);
    // The parent moves.
    let given = token(&folder);
    folder.score(&["--reason", "重新计分"]).ended(0);
    let ran = regrade(&folder, &["--apply", &given, "--reason", "x", "--lang", "en"]).ended(2);
    assert!(ran.err.contains("present version"), "{}", ran.err);
    assert_eq!(versions(&folder), ["v001", "v002"]);
}

#[test]
fn without_a_change_there_is_nothing_to_do_and_no_token() {
    let folder = small();
    assert!(regrade(&folder, &[]).ended(2).err.contains("assess score"), "there is no version yet");
    folder.score(&[]).ended(0);
    let document = project(&regrade(&folder, &["--format", "json", "--exit-code"]).ended(0));
    assert_eq!((str_of(&document["state"]), &document["token"]), ("unchanged", &serde_json::Value::Null));
    // A register written anew with the same content makes no version either.
    folder.write(REGISTER_FILE, &folder.text(REGISTER_FILE).replace('\n', "\r\n"));
    assert_eq!(project(&regrade(&folder, &["--format", "json"]).ended(0))["state"], "unchanged");
    assert_eq!(versions(&folder), ["v001"]);
}

#[test]
fn what_if_counts_proposals_and_gives_no_token() {
    let folder = small();
    folder.score(&[]).ended(0);
    let before = folder.tree();
    let document = project(&regrade(&folder, &["--what-if", "proposed", "--format", "json"]).ended(0));
    assert_eq!((str_of(&document["state"]), &document["token"]), ("what-if", &serde_json::Value::Null));
    let moved = &list(&document["diff"]["units"])[0];
    assert_eq!((str_of(&moved["old"]["total"]), str_of(&moved["new"]["total"])), ("73.20", "75.20"));
    let ran = folder.score(&["--what-if", "proposed"]).ended(0);
    assert!(ran.out.contains("73.20 -> 75.20"), "{}", ran.out);
    assert_eq!(folder.tree(), before, "a supposition writes nothing");
    assert_eq!(assess(&["regrade", folder.shown(), "--what-if", "proposed", "--apply", "000000000000"]).code, 2);
}

#[test]
fn a_broken_project_does_not_stop_the_others_and_each_token_finds_its_own() {
    let (good, broken, still) = (changed(), changed(), small());
    still.score(&[]).ended(0);
    broken.edit(REGISTER_FILE, "2,U03,J1", "2,U03,J9");
    let all = [good.shown(), broken.shown(), still.shown()];
    let ran = assess(&[&["regrade"], &all[..], &["--lang", "en"]].concat()).ended(1);
    let line = |folder: &Folder| ran.out.lines().find(|line| line.contains(folder.shown())).unwrap().to_owned();
    assert!(line(&good).contains("changed") && line(&good).contains(&token(&good)), "{}", ran.out);
    assert!(line(&broken).contains("errors") && line(&still).contains("unchanged"), "{}", ran.out);
    assert!(ran.err.contains("E602"), "{}", ran.err);
    let document = assess(&[&["regrade"], &all[..], &["--format", "json"]].concat()).ended(1).json();
    let states: Vec<&str> = list(&document["projects"]).iter().map(|p| str_of(&p["state"])).collect();
    assert_eq!(states, ["changed", "rejected", "unchanged"]);
    // One token of two: only its project gets a version.
    broken.edit(REGISTER_FILE, "2,U03,J9", "2,U03,J1").edit(REGISTER_FILE, "市〔2025〕9号", "市〔2025〕10号");
    let given = token(&good);
    assess(&[&["regrade"], &all[..], &["--apply", &given, "--reason", "批量"]].concat()).ended(0);
    assert_eq!([&good, &broken, &still].map(|folder| versions(folder).len()), [2, 1, 1]);
    // A token that is nobody's any more is told.
    let ran = assess(&[&["regrade"], &all[..], &["--apply", &given, "--reason", "批量"]].concat()).ended(2);
    assert!(ran.err.contains(&given), "{}", ran.err);
}

#[test]
fn of_two_at_once_one_wins_and_the_other_is_told() {
    let folder = changed();
    let given = token(&folder);
    let lock = File::options().write(true).open(folder.path("results/.lock")).unwrap();
    lock.try_lock().unwrap();
    let ran = regrade(&folder, &["--apply", &given, "--reason", "x"]).ended(2);
    assert!(ran.err.contains("另一个 assess"), "{}", ran.err);
    drop(lock);
    let start = || {
        let mut command = binary();
        command.args(["regrade", folder.shown(), "--apply", &given, "--reason", "x"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let codes = [start(), start()].map(|mut child| child.wait().unwrap().code());
    let mut codes = codes.map(Option::unwrap);
    codes.sort_unstable();
    assert_eq!(codes, [0, 2]);
    assert_eq!(versions(&folder), ["v001", "v002"]);
}

#[test]
fn an_interrupted_apply_leaves_the_parent_current() {
    for delay in [5, 20, 40, 60, 80, 120, 200] {
        let folder = changed();
        let given = token(&folder);
        let mut command = binary();
        command.args(["regrade", folder.shown(), "--apply", &given, "--reason", "x"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        child.wait().unwrap();
        let complete = folder.has("results/v002/manifest.json");
        assert_eq!(folder.has("results/v002"), complete, "a version is there whole or not at all");
        let code = regrade(&folder, &["--apply", &given, "--reason", "x"]).code;
        assert_eq!(code, if complete { 2 } else { 0 }, "after {delay} ms");
        assert_eq!(versions(&folder), ["v001", "v002"], "leftovers are swept");
        assert_eq!(str_of(&unit(&folder.json("results/v002/result.json"), "U03")["total"]), "75.20");
    }
}

#[test]
fn a_version_that_somebody_edited_is_no_parent() {
    let folder = changed();
    let given = token(&folder);
    folder.write("results/v001/result.json", &folder.text("results/v001/result.json").replace("73.20", "74.20"));
    let ran = regrade(&folder, &["--apply", &given, "--reason", "x"]).ended(2);
    assert!(ran.err.contains("result.json"), "{}", ran.err);
    assert_eq!(versions(&folder), ["v001"]);
}

#[test]
fn a_final_version_is_followed_only_with_a_document() {
    let folder = changed();
    let mark = ["mark", "v001", "最终", "--document", "纪要1号", "--date", "2026-02-09", "-C", folder.shown()];
    assess(&mark).ended(0);
    let given = token(&folder);
    let preview = regrade(&folder, &["--lang", "en"]).ended(0);
    let next = format!("--apply {given} --reason \"why\" --document \"the document\"");
    assert!(preview.err.contains(&next), "the preview says what will be asked for: {}", preview.err);
    let args = ["--apply", given.as_str(), "--reason", "复核"];
    let ran = regrade(&folder, &args).ended(2);
    assert!(ran.err.contains("--document") && ran.err.contains("v001"), "{}", ran.err);
    assert_eq!(project(&regrade(&folder, &[&args[..], &["--format", "json"]].concat()).ended(2))["state"], "final");
    regrade(&folder, &[&args[..], &["--document", "纪要2号"]].concat()).ended(0);
    assert_eq!(str_of(&folder.json("results/v002/manifest.json")["document"]), "纪要2号");
}

#[test]
fn inputs_that_changed_since_are_told_and_not_looked_at() {
    let folder = changed();
    folder.write("self-reports/U03.csv", &report("U03", 0, 40));
    folder.write("ballots/meeting/晚到.csv", &folder.text(LEADERS_FILE));
    let document = project(&regrade(&folder, &["--format", "json"]).ended(0));
    let codes: Vec<&str> = list(&document["findings"]).iter().map(|f| str_of(&f["code"])).collect();
    assert_eq!(codes, ["W643", "W644"]);
    let moved = list(&document["diff"]["units"]).iter().find(|unit| unit["code"] == "U03").unwrap();
    assert_eq!(str_of(&moved["new"]["total"]), "75.20", "the report of now is no part of it");
}

#[test]
fn texts_of_the_model_may_change_but_not_what_is_measured() {
    let folder = changed();
    folder.edit("assess.toml", "name = \"表彰\"", "name = \"上级表彰\"");
    let document = project(&regrade(&folder, &["--format", "json"]).ended(0));
    let change = &list(&document["model"]["changes"])[0];
    assert_eq!((str_of(&change["key"]), str_of(&change["reach"])), ("adjustment[J1].name", "presentation"));
    folder.edit("assess.toml", "params = \"每次=2\"", "params = \"每次=4\"");
    for more in [&[][..], &["--method-change"]] {
        let ran = regrade(&folder, &[more, &["--lang", "en"]].concat()).ended(2);
        assert!(ran.err.contains("assess score --reason"), "{}", ran.err);
        assert!(ran.err.contains("indicator[1.1].params"), "{}", ran.err);
    }
    // What is measured is measured by a score, which shows the changes.
    let ran = folder.score(&[]).ended(2);
    assert!(ran.err.contains("| U03 ") && ran.err.contains("--reason"), "{}", ran.err);
}

#[test]
fn rows_for_programs_have_one_header_and_name_the_cause() {
    let folder = changed();
    let ran = regrade(&folder, &["--format", "csv"]).ended(0);
    let mut lines = csv::Reader::from_reader(ran.out.as_bytes());
    let header: Vec<String> = lines.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header[..3], ["project", "step", "section"]);
    let rows: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    let row = rows.iter().find(|row| &row[2] == "unit").unwrap();
    assert_eq!((&row[3], &row[5], &row[6]), ("U03", "73.20", "75.20"));
    assert!(row[11].contains("registers/加减分登记.csv A3"), "{row:?}");
}

#[test]
fn findings_of_inputs_get_the_weight_that_the_model_gives_them_now() {
    let folder = changed();
    // A note of the ballots, which are not read again: D1 rated the own unit.
    let weight = |folder: &Folder, version: &str| {
        let findings = folder.json(&format!("results/{version}/result.json"))["findings"].clone();
        let own: Vec<String> =
            list(&findings).iter().filter(|f| f["code"] == "N408").map(|f| str_of(&f["severity"]).to_owned()).collect();
        assert_eq!(own.len(), 1, "{findings}");
        own[0].clone()
    };
    assert_eq!(weight(&folder, "v001"), "note");
    folder.append("assess.toml", "[checks]\nN408 = \"error\"");
    let ran = regrade(&folder, &["--lang", "en"]).ended(1);
    assert!(ran.err.contains("N408"), "what rejects the result is told: {}", ran.err);
    folder.edit("assess.toml", "N408 = \"error\"", "N408 = \"warn\"");
    regrade(&folder, &["--apply", &token(&folder), "--reason", "核定"]).ended(0);
    assert_eq!(weight(&folder, "v002"), "warning");
    // Without a word on it the code has its own weight again.
    folder.edit("assess.toml", "[checks]\nN408 = \"warn\"", "");
    folder.edit(REGISTER_FILE, "工委〔2026〕3号", "工委〔2026〕4号");
    regrade(&folder, &["--apply", &token(&folder), "--reason", "更正文号"]).ended(0);
    assert_eq!(weight(&folder, "v003"), "note");
}
