//! A set of feedback appears whole or not at all, is never overwritten, and has the same bytes whoever makes it.

use std::fs;

use serde_json::Value;

use crate::runner::{Folder, assess, list, str_of};
use crate::sheets::example;
use crate::small::small;

fn scored() -> Folder {
    let folder = small();
    folder.score(&["-q"]).ended(0);
    folder
}

#[test]
fn the_manifest_names_every_file_and_the_result_it_rests_on() {
    let folder = scored();
    let ran = folder.run("feedback", &["--format", "json"]).ended(0).json();
    assert_eq!(ran["schema"], "assess.feedback/1");
    let manifest = folder.json("feedback/v001/manifest.json");
    let hash = assess::read::sha256(&folder.bytes("results/v001/manifest.json"));
    assert_eq!(str_of(&manifest["result"]), hash);
    let mut listed: Vec<&str> = list(&manifest["files"]).iter().map(|file| str_of(&file["path"])).collect();
    for file in list(&manifest["files"]) {
        let bytes = folder.bytes(&format!("feedback/v001/{}", str_of(&file["path"])));
        assert_eq!(str_of(&file["sha256"]), assess::read::sha256(&bytes));
    }
    let [list] = list(&manifest["beside"]) else { panic!("one file beside: {manifest}") };
    assert_eq!(list["path"], "v001_发放登记.xlsx");
    assert_eq!(list["sha256"], assess::read::sha256(&folder.bytes("feedback/v001_发放登记.xlsx")));
    assert_eq!(ran["beside"][0]["path"], "../v001_发放登记.xlsx");
    assert_eq!(manifest["units"], serde_json::json!(["U01", "U02", "U03"]));
    listed.push("manifest.json");
    listed.sort_unstable();
    let mut found: Vec<String> = fs::read_dir(folder.path("feedback/v001"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, listed);
}

/// Every byte of the files below a folder, of workbooks the parts.
fn everything(folder: &Folder, below: &str) -> String {
    let files = folder.tree().into_keys().filter(|path| path.starts_with(below));
    files
        .map(|path| if path.ends_with(".xlsx") { crate::leaks::parts(folder, &path) } else { folder.text(&path) })
        .collect()
}

#[test]
fn what_is_sent_holds_no_contact_and_the_list_beside_it_does() {
    let folder = small();
    let roster = folder.text("roster.csv");
    let mut lines = roster.lines();
    let header = lines.next().unwrap().to_owned();
    let rows = lines.enumerate().map(|(n, line)| format!("{line},关羽云{n}\n")).collect::<String>();
    folder.write("roster.csv", &format!("{header},联系人\n{rows}"));
    folder.score(&["-q"]).ended(0);
    let out = Folder::empty();
    let to = out.path("寄送");
    folder.run("feedback", &["-q"]).ended(0);
    folder.run("feedback", &["-q", "--period", "上半年"]).ended(0);
    folder.run("feedback", &["-q", "--out", to.to_str().unwrap()]).ended(0);
    for (place, sent, list) in [
        (&folder, "feedback/v001/", "feedback/v001_发放登记.xlsx"),
        (&folder, "feedback/中期 上半年 v001/", "feedback/中期 上半年 v001_发放登记.xlsx"),
        (&out, "寄送/", "寄送_发放登记.xlsx"),
    ] {
        assert!(everything(place, sent).contains("反馈书") && !everything(place, sent).contains("关羽云"), "{sent}");
        assert!(crate::leaks::parts(place, list).contains("关羽云2"), "{list}");
    }
    // Nothing else came beside the folders.
    assert_eq!(out.tree().into_keys().filter(|path| !path.starts_with("寄送/")).count(), 1);
}

#[test]
fn the_list_is_named_in_the_language_of_the_result() {
    let folder = small();
    folder.edit("assess.toml", "language = \"zh\"", "language = \"en\"");
    folder.score(&["-q"]).ended(0);
    let ran = folder.run("feedback", &["--lang", "zh"]).ended(0);
    assert!(folder.has("feedback/v001_handed-out.xlsx"));
    assert!(ran.err.contains("不要随反馈书发出：v001_handed-out.xlsx"), "{}", ran.err);
}

#[test]
fn a_file_of_somebody_in_the_place_of_the_list_is_refused_like_a_folder() {
    let folder = scored();
    let list = "feedback/v001_发放登记.xlsx";
    folder.write(list, "mine");
    for (lang, said) in [("zh", "已经有别的东西"), ("en", "something else")] {
        let ran = folder.run("feedback", &["--lang", lang]).ended(2);
        assert!(ran.err.contains(said) && ran.err.contains(list) && ran.err.contains("--out"), "{}", ran.err);
    }
    assert_eq!(folder.text(list), "mine");
    assert!(!folder.has("feedback/v001"));
    // A list without its folder is nothing that assess leaves: somebody moved the folder.
    folder.remove(list);
    folder.run("feedback", &["-q"]).ended(0);
    fs::rename(folder.path("feedback/v001"), folder.path("feedback/sent")).unwrap();
    folder.run("feedback", &[]).ended(2);
}

#[test]
fn a_list_that_was_changed_or_is_gone_is_told() {
    let folder = scored();
    folder.run("feedback", &["-q"]).ended(0);
    let list = "feedback/v001_发放登记.xlsx";
    let bytes = folder.bytes(list);
    folder.write(list, "x");
    let ran = folder.run("feedback", &[]).ended(2);
    assert!(ran.err.contains("../v001_发放登记.xlsx"), "{}", ran.err);
    folder.remove(list);
    folder.run("feedback", &[]).ended(2);
    fs::write(folder.path(list), bytes).unwrap();
    folder.run("feedback", &[]).ended(0);
}

#[test]
fn what_was_handed_out_of_a_draft_stays_known_when_the_draft_is_replaced() {
    let folder = small();
    folder.score(&["-q", "--draft"]).ended(0);
    folder.run("feedback", &["-q", "--period", "上半年"]).ended(0);
    let before = folder.bytes("results/draft/result.json");
    folder.edit("assess.toml", "title = \"", "title = \"新");
    folder.score(&["-q", "--draft"]).ended(0);
    folder.score(&["-q"]).ended(0);
    folder.run("feedback", &["-q"]).ended(0);
    assert!(folder.bytes("results/draft/result.json") != before);
    let letters = assess::publish::feedback::letters(folder.root()).unwrap();
    let [version, draft] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!((version.version.as_str(), version.period.as_deref()), ("v001", None));
    assert_eq!(version.document, folder.path("results/v001/result.json"));
    assert_eq!((draft.version.as_str(), draft.period.as_deref()), ("draft", Some("上半年")));
    assert_eq!(draft.units, ["U01", "U02", "U03"]);
    assert_eq!(draft.document, folder.path("feedback/中期 上半年 draft.result.json"));
    assert!(fs::read(&draft.document).unwrap() == before);
    assess(&["verify", "-C", folder.shown()]).ended(0);
    // The copy is held against its own hash.
    let copy = folder.path("feedback/中期 上半年 draft.result.json");
    fs::write(copy, "{}").unwrap();
    let ran = assess(&["verify", "-C", folder.shown(), "--lang", "en"]).ended(1);
    assert!(ran.out.contains("file changed  feedback/中期 上半年 draft.result.json"), "{}", ran.out);
}

#[test]
fn a_second_run_writes_nothing_and_names_the_first() {
    let folder = scored();
    folder.run("feedback", &[]).ended(0);
    let before = folder.tree();
    let ran = folder.run("feedback", &["--lang", "zh"]).ended(0);
    assert!(ran.err.contains("没有变化") && ran.err.contains("feedback/v001"), "{}", ran.err);
    assert_eq!(folder.tree(), before);
}

#[test]
fn feedback_of_another_program_or_touched_by_somebody_is_never_overwritten() {
    let folder = scored();
    folder.run("feedback", &["-q"]).ended(0);
    let path = "feedback/v001/manifest.json";
    let manifest = folder.text(path);
    let program = str_of(&folder.json(path)["program"]).to_owned();
    folder.write(path, &manifest.replace(&program, "assess 0.0.1"));
    let before = folder.tree();
    let ran = folder.run("feedback", &[]).ended(2);
    assert!(ran.err.contains("assess 0.0.1") && ran.err.contains("--out"), "{}", ran.err);
    assert_eq!(folder.tree(), before);

    folder.write(path, &manifest);
    folder.write("feedback/v001/added.txt", "1");
    let ran = folder.run("feedback", &[]).ended(2);
    assert!(ran.err.contains("added.txt") && ran.err.contains("--out"), "{}", ran.err);
}

#[test]
fn two_runs_with_any_number_of_threads_give_the_same_bytes() {
    let [folder, other] = [Folder::example("city-2025"), Folder::example("city-2025")];
    folder.score(&["-q"]).ended(0);
    other.score(&["-q"]).ended(0);
    folder.run("feedback", &["-q", "--jobs", "1"]).ended(0);
    other.run("feedback", &["-q", "--jobs", "2"]).ended(0);
    assert_eq!(folder.tree(), other.tree());
}

#[test]
fn what_a_killed_run_left_behind_is_swept_and_never_taken_for_feedback() {
    let folder = scored();
    folder.write("feedback/.staging-v001-99/U01_a.xlsx", "half");
    folder.run("feedback", &["-q"]).ended(0);
    assert!(!folder.has("feedback/.staging-v001-99"));
    assert!(folder.has("feedback/v001/manifest.json"));
    assert_eq!(folder.score(&["-q"]).code, 0, "feedback is no input");
}

#[test]
fn a_failed_run_leaves_nothing() {
    let folder = scored();
    // A file stands where the folder of all feedback should be.
    folder.write("feedback", "1");
    folder.run("feedback", &[]).ended(2);
    assert_eq!(folder.text("feedback"), "1");
}

#[test]
fn single_units_go_to_a_folder_of_their_own() {
    let folder = scored();
    let ran = folder.run("feedback", &["--unit", "U01"]).ended(2);
    assert!(ran.err.contains("--out"), "{}", ran.err);
    assert!(!folder.has("feedback"));
    let out = Folder::empty();
    let to = out.path("some");
    folder.run("feedback", &["-q", "--unit", "U01", "--out", to.to_str().unwrap()]).ended(0);
    assert!(out.has("some_发放登记.xlsx"));
    let names: Vec<String> =
        fs::read_dir(&to).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.iter().filter(|name| name.starts_with('U')).count(), 1, "{names:?}");
    let ran = folder.run("feedback", &["--out", to.to_str().unwrap()]).ended(2);
    assert!(ran.err.contains("some"), "{}", ran.err);
    let unknown = folder.run("feedback", &["--unit", "nobody", "--out", out.path("x").to_str().unwrap()]).ended(2);
    assert!(unknown.err.contains("nobody"), "{}", unknown.err);
}

#[test]
fn nothing_is_written_among_the_inputs() {
    let folder = scored();
    for inside in ["self-reports/out", "ballots", "results/v001", "feedback"] {
        let ran = folder.run("feedback", &["--out", folder.path(inside).to_str().unwrap()]).ended(2);
        assert!(ran.err.contains(inside), "{}", ran.err);
    }
    assert!(!folder.has("feedback"));
}

#[test]
fn a_draft_is_for_interim_results_only_which_are_marked_and_stand_apart() {
    let folder = small();
    let none = folder.run("feedback", &[]).ended(2);
    assert!(none.err.contains("assess score"), "{}", none.err);
    folder.score(&["-q", "--draft"]).ended(0);
    let ran = folder.run("feedback", &[]).ended(2);
    assert!(ran.err.contains("--period"), "{}", ran.err);
    folder.run("feedback", &["-q", "--period", "2025上半年"]).ended(0);
    assert!(!folder.has("feedback/v001"));
    let manifest = folder.json("feedback/中期 2025上半年 draft/manifest.json");
    assert_eq!((&manifest["version"], &manifest["period"]), (&"draft".into(), &"2025上半年".into()));
    let first = list(&manifest["files"]).iter().map(|f| str_of(&f["path"])).find(|p| p.starts_with('U')).unwrap();
    let books = crate::cells::Books::new(folder.root());
    let book = books.open(&format!("feedback/中期 2025上半年 draft/{first}"));
    for (sheet, cells) in book.sheets().into_iter().filter(|(name, _)| !name.starts_with('_')) {
        let title = cells[0].1;
        assert!(title.contains("草稿") && title.contains("中期（2025上半年）"), "{sheet}: {title}");
    }
}

#[test]
fn a_result_that_was_changed_by_hand_gives_no_feedback() {
    let folder = scored();
    let mut result: Value = folder.raw("results/v001/result.json");
    result["units"][0]["total"] = "99.99".into();
    folder.write("results/v001/result.json", &result.to_string());
    let ran = folder.run("feedback", &[]).ended(2);
    assert!(ran.err.contains("result.json"), "{}", ran.err);
    assert!(!folder.has("feedback"));
}

#[test]
fn an_unknown_version_is_named_with_those_there_are() {
    let folder = scored();
    let ran = folder.run("feedback", &["--version", "v009"]).ended(2);
    assert!(ran.err.contains("v009") && ran.err.contains("v001"), "{}", ran.err);
    folder.run("feedback", &["-q", "--version", "v001"]).ended(0);
}

#[test]
fn file_names_hold_nothing_that_a_system_forbids() {
    let folder = small();
    let roster = folder.text("roster.csv");
    let names: Vec<String> = roster.lines().skip(1).map(|l| l.split(',').nth(1).unwrap().to_owned()).collect();
    assert!(names.len() >= 3);
    let mut text = roster;
    let long = "很长的名称".repeat(40);
    for (old, new) in names.iter().zip(["../x", "CON", &long]) {
        text = text.replace(old, new);
    }
    folder.write("roster.csv", &text);
    let ran = folder.score(&["-q"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let outside = folder.tree().len();
    folder.run("feedback", &["-q"]).ended(0);
    let files: Vec<String> = folder.tree().into_keys().filter(|p| p.starts_with("feedback/v001/U")).collect();
    assert_eq!(folder.tree().len(), outside + files.len() + 3, "list, manifest and lock besides");
    for path in &files {
        let name = path.strip_prefix("feedback/v001/").unwrap();
        assert!(!name.contains('/') && !name.contains("..") && name.chars().count() <= 80, "{name}");
        assert!(name.contains('_'), "a device name does not stand alone: {name}");
    }
    assert!(files.iter().any(|p| p.ends_with("_x.xlsx")), "{files:?}");
}

#[test]
fn units_that_are_not_assessed_get_none() {
    let folder = example("city-2025");
    let result = folder.json("results/v001/result.json");
    let excluded: Vec<&Value> = list(&result["units"]).iter().filter(|u| u["mode"] == "excluded").collect();
    assert_eq!(excluded.len(), 1);
    let code = str_of(&excluded[0]["code"]);
    assert!(!folder.tree().into_keys().any(|path| path.starts_with(&format!("feedback/v001/{code}_"))));
    let out = Folder::empty();
    let ran = folder.run("feedback", &["--unit", code, "--out", out.path("x").to_str().unwrap()]).ended(2);
    assert!(ran.err.contains(str_of(&excluded[0]["name"])), "{}", ran.err);
}
