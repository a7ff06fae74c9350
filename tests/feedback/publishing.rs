//! A set of feedback appears whole or not at all, is never overwritten, and has the same bytes whoever makes it.

use std::fs;

use serde_json::Value;

use crate::runner::{Folder, list, str_of};
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
    listed.push("manifest.json");
    listed.sort_unstable();
    let mut found: Vec<String> = fs::read_dir(folder.path("feedback/v001"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    found.sort();
    assert_eq!(found, listed);
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
    let mut result: Value = folder.json("results/v001/result.json");
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
