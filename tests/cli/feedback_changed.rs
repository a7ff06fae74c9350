//! `assess feedback --changed`: only what differs from the version before is sent again, and its letter says why.

use std::fs;

use crate::cells::Books;
use crate::regrade_story::project;
use crate::runner::{Folder, str_of};
use crate::small::{REGISTER_FILE, small};

/// Applies what the registers say now as the next version.
fn apply(folder: &Folder) {
    let preview = folder.run("regrade", &["--format", "json"]);
    let token = str_of(&project(&preview)["token"]).to_owned();
    folder.run("regrade", &["--apply", &token, "--reason", "审定"]).ended(0);
}

/// The small project with v001, and v002 after the bonus of U03 was approved: 73.20 + 2 = 75.20.
fn two_versions() -> Folder {
    let folder = small();
    folder.score(&[]).ended(0);
    folder.edit(REGISTER_FILE, "文明,,2,,通报", "文明,,2,2,通报");
    folder.edit(REGISTER_FILE, "拟提,,", "工委审定,工委〔2026〕3号,");
    apply(&folder);
    folder
}

/// The workbooks of a folder of feedback, without the manifest.
fn workbooks(folder: &Folder, below: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.path(below)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.filter(|n| n.ends_with(".xlsx")).collect();
    names.sort();
    names
}

/// The text of a letter, its lines joined.
fn letter(folder: &Folder, path: &str) -> String {
    let books = Books::new(folder.root());
    let book = books.open(path);
    let (_, cells) = book.sheets().into_iter().next().unwrap();
    let text: String = cells.into_iter().map(|(_, text)| text).collect();
    text.split_whitespace().collect()
}

#[test]
fn only_the_unit_that_changed_is_written_and_told_what_changed_and_why() {
    let folder = two_versions();
    folder.run("feedback", &["--changed"]).ended(0);
    let names = workbooks(&folder, "feedback/v002-变更");
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(names[0].starts_with("U03_"), "{names:?}");
    assert!(folder.has("feedback/v002-变更_发放登记.xlsx"));
    let letter = letter(&folder, &format!("feedback/v002-变更/{}", names[0]));
    let said = "本件替代v001版的反馈。变化：总分由73.20分变为75.20分。依据：工委〔2026〕3号。";
    assert!(letter.contains(said), "{letter}");
    assert!(letter.contains("总分75.20分"), "{letter}");
    // The whole set of the version can stand beside it, and says nothing of an earlier one.
    folder.run("feedback", &[]).ended(0);
    assert_eq!(workbooks(&folder, "feedback/v002").len(), 3);
    assert!(!self::letter(&folder, &format!("feedback/v002/{}", names[0])).contains("替代"));
    // Again: named, not written.
    assert!(folder.run("feedback", &["--changed"]).ended(0).err.contains("v002-变更"));
}

#[test]
fn a_version_that_tells_nobody_anything_new_sends_nothing() {
    let folder = two_versions();
    folder.edit(REGISTER_FILE, "工委审定,工委〔2026〕3号,", "工委审定,工委〔2026〕3号,只改了备注");
    folder.score(&["--reason", "备注"]).ended(0);
    assert!(folder.path("results/v003").is_dir());
    for (lang, words) in [("zh", "没有一个单位的反馈有变化"), ("en", "the feedback of no unit changed")] {
        let ran = folder.run("feedback", &["--changed", "--lang", lang]).ended(0);
        assert!(ran.err.contains(words) && ran.err.contains("v002"), "{}", ran.err);
    }
    assert!(!folder.path("feedback").exists());
}

#[test]
fn a_first_version_has_nothing_to_be_compared_with() {
    let folder = two_versions();
    let ran = folder.run("feedback", &["--changed", "--version", "v001"]).ended(2);
    assert!(ran.err.contains("v001"), "{}", ran.err);
    folder.run("feedback", &["--changed", "--unit", "U03"]).ended(2);
}

/// The codes of the units whose feedback is written again.
fn sent(folder: &Folder, version: &str) -> Vec<String> {
    folder.run("feedback", &["--changed"]).ended(0);
    let names = workbooks(folder, &format!("feedback/{version}-变更"));
    names.iter().map(|name| name.split('_').next().unwrap().to_owned()).collect()
}

#[test]
fn another_document_behind_the_same_points_is_sent_to_its_unit() {
    let folder = two_versions();
    folder.edit(REGISTER_FILE, "表彰决定,省〔2025〕1号", "表彰通报,省〔2025〕7号");
    folder.score(&["--reason", "文件写错"]).ended(0);
    assert_eq!(sent(&folder, "v003"), ["U02"]);
}

#[test]
fn how_many_are_ranked_stands_in_every_letter_of_the_group() {
    let folder = small();
    folder.score(&[]).ended(0);
    // U03 is last; without it the others keep values, ranks and grades, but are two units and not three.
    folder.edit("roster.csv", "文化馆,场馆,排名", "文化馆,场馆,单列");
    folder.score(&["--reason", "单列"]).ended(0);
    assert_eq!(sent(&folder, "v002"), ["U01", "U02", "U03"]);
}
