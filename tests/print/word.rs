//! Letters as Word documents: opened by another program they say what the sheet of the workbook says, and every workbook
//! and document that the program writes is what the standard asks for.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::copy;
use crate::office::has;

/// Runs the program on a project; how it ended and what it said.
fn run(project: &Path, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assess"));
    let ran = command.args(args).arg("-C").arg(project).output().unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[track_caller]
fn succeeded(project: &Path, args: &[&str]) {
    let (code, said) = run(project, args);
    assert_eq!(code, 0, "{args:?}: {said}");
}

/// A scored copy of an example.
fn example(folder: &Path, name: &str) -> PathBuf {
    let project = folder.join(name);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name), &project);
    succeeded(&project, &["score", "-q"]);
    project
}

/// The demonstration in English, scored.
fn english(folder: &Path) -> PathBuf {
    let project = folder.join("english");
    let mut command = Command::new(env!("CARGO_BIN_EXE_assess"));
    let made = command.args(["--lang", "en", "init", "--demo", "-q"]).arg(&project).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    succeeded(&project, &["score", "-q"]);
    project
}

/// Files of a folder with an ending, by name without it.
fn files(folder: &Path, ending: &str) -> BTreeMap<String, PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let own = all.filter(|path| path.extension().is_some_and(|own| own == ending));
    own.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path)).collect()
}

fn converted(files: impl IntoIterator<Item = PathBuf>, to: &str, folder: &Path) {
    let office = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()))
        .args(["--headless", "--convert-to", to, "--outdir"])
        .arg(folder)
        .args(files)
        .output()
        .unwrap();
    assert!(office.status.success(), "{}", String::from_utf8_lossy(&office.stderr));
}

fn close(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}

/// The letter of a workbook, without spaces and breaks of lines.
fn letter(workbook: &Path) -> String {
    let book = umya_spreadsheet::reader::xlsx::read(workbook).unwrap();
    let sheet = book.get_sheet(&0).unwrap();
    let rows = 1..=sheet.get_highest_row();
    close(&rows.map(|row| sheet.get_value((1, row))).collect::<String>())
}

#[test]
fn a_word_letter_says_what_the_sheet_says_and_stands_on_one_page() {
    if !has(&["soffice", "pdfinfo"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for project in [example(folder.path(), "city-2025"), example(folder.path(), "county"), english(folder.path())] {
        succeeded(&project, &["feedback", "-q", "--letters", "both"]);
        let letters = project.join("feedback/v001");
        let (books, documents) = (files(&letters, "xlsx"), files(&letters, "docx"));
        assert!(books.len() > 5 && books.keys().eq(documents.keys()), "{:?}", documents.keys());
        let to = folder.path().join("out");
        std::fs::create_dir_all(&to).unwrap();
        converted(documents.into_values(), "txt:Text (encoded):UTF8", &to);
        for (name, book) in &books {
            let said = std::fs::read_to_string(to.join(format!("{name}.txt"))).unwrap();
            assert_eq!(close(&said), letter(book), "{name}");
        }
        let some: Vec<&String> = books.keys().take(3).collect();
        converted(some.iter().map(|name| letters.join(format!("{name}.docx"))), "pdf", &to);
        for name in some {
            let info = Command::new("pdfinfo").arg(to.join(format!("{name}.pdf"))).output().unwrap();
            let info = String::from_utf8(info.stdout).unwrap();
            let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
            assert_eq!(pages.trim(), "1", "{name}");
        }
    }
}

#[test]
fn letters_alone_are_counted_remade_and_the_same_on_every_run() {
    let folder = tempfile::tempdir().unwrap();
    let project = example(folder.path(), "minimal");
    succeeded(&project, &["feedback", "-q", "--letters", "docx"]);
    let letters = project.join("feedback/v001");
    assert_eq!((files(&letters, "docx").len(), files(&letters, "xlsx").len()), (3, 0));
    let manifest = std::fs::read(letters.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!((manifest["letters"].as_str(), manifest["files"].as_array().map(Vec::len)), (Some("docx"), Some(3)));
    let (code, said) = run(&project, &["verify"]);
    assert!(code == 0 && said.contains("重新生成 4 个"), "three letters and their list: {said}");
    let again = folder.path().join("again");
    let named = again.to_str().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_assess"));
    let args = ["feedback", "-q", "--letters", "docx", "--out", named, "-C"];
    assert!(command.env("RAYON_NUM_THREADS", "1").args(args).arg(&project).status().unwrap().success());
    for (name, first) in files(&letters, "docx") {
        let second = std::fs::read(again.join(format!("{name}.docx"))).unwrap();
        assert_eq!(std::fs::read(first).unwrap(), second, "{name}");
    }
    // Feedback of another kind does not take its place.
    let (code, said) = run(&project, &["feedback", "-q", "--letters", "both"]);
    assert!(code != 0 && said.contains("--out"), "{said}");
}

/// Replaces a word in the text of a Word document.
fn forge(document: &Path, from: &str, to: &str) {
    let bytes = std::fs::read(document).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut writer = zip::ZipWriter::new(std::fs::File::create(document).unwrap());
    let mut found = false;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        found |= text.contains(from);
        writer.start_file(part.name().unwrap(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.replace(from, to).as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    assert!(found, "{from} is not in the letter");
}

#[test]
fn verify_tells_a_forged_letter_from_one_that_was_saved_again() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let project = example(folder.path(), "minimal");
    succeeded(&project, &["feedback", "-q", "--letters", "both"]);
    let document = files(&project.join("feedback/v001"), "docx").into_values().next().unwrap();
    let kept = std::fs::read(&document).unwrap();
    let to = folder.path().join("out");
    converted([document.clone()], "docx", &to);
    std::fs::copy(to.join(document.file_name().unwrap()), &document).unwrap();
    let (_, said) = run(&project, &["verify", "-v"]);
    assert!(said.contains(".docx") && !said.contains('¶'), "{said}");
    std::fs::write(&document, kept).unwrap();
    forge(&document, "93.33", "99.99");
    let (code, said) = run(&project, &["verify", "-v"]);
    assert!(code != 0 && said.contains('¶') && said.contains("99.99"), "{said}");
}

#[test]
fn every_workbook_and_document_is_what_the_standard_asks_for() {
    if !has(&["openxml-audit"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let all = folder.path().join("all");
    let city = example(&all, "city-2025");
    let (report, notice) = (all.join("report.xlsx"), all.join("notice.xlsx"));
    let runs: [&[&str]; 6] = [
        &["feedback", "-q", "--letters", "both"],
        &["template", "-q"],
        &["suggest", "-q"],
        &["check", "-q", "--report", report.to_str().unwrap()],
        &["score", "-q", "--public", notice.to_str().unwrap()],
        &["score", "-q", "--draft"],
    ];
    for args in runs {
        // Findings of the example are no faults here.
        assert!(run(&city, args).0 <= 1, "{args:?}");
    }
    let demo = english(&all);
    succeeded(&demo, &["feedback", "-q", "--letters", "both"]);
    // The examples whose files are sound; the others hold broken ones on purpose.
    let sound = ["city-2025", "county", "minimal", "works"];
    let examples = sound.map(|name| (Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name), 1));
    for (written, least) in [(all, 100)].into_iter().chain(examples) {
        let mut audit = Command::new("openxml-audit");
        let audited =
            audit.args(["--recursive", "--max-errors", "0", "--output", "text"]).arg(&written).output().unwrap();
        let said = String::from_utf8_lossy(&audited.stdout);
        let faulty: Vec<&str> = said.split("\nFile: ").filter(|file| !file.contains("\nErrors: 0")).collect();
        assert!(audited.status.success() && said.matches("Errors: 0").count() >= least, "{}", faulty.join("\n"));
    }
}

#[test]
fn the_validator_finds_an_element_out_of_order() {
    if !has(&["openxml-audit"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let project = example(folder.path(), "minimal");
    succeeded(&project, &["feedback", "-q", "--letters", "docx"]);
    let document = files(&project.join("feedback/v001"), "docx").into_values().next().unwrap();
    forge(&document, "<w:pPr><w:spacing", "<w:pPr><w:jc w:val=\"both\"/><w:spacing");
    let audited = Command::new("openxml-audit").arg(&document).output().unwrap();
    assert!(!audited.status.success(), "{}", String::from_utf8_lossy(&audited.stdout));
}
