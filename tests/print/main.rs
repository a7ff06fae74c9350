//! The result workbook as printed: LibreOffice turns it into PDF, and the text of the pages is looked at.
//!
//! LibreOffice and pdftotext are outside programs: without them the test says so and is skipped on a user's machine, and
//! fails in CI (`CI=true`), which installs them.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, reason = "a test that says why it skips")]

mod review;

use std::path::Path;
use std::process::Command;

fn available(program: &str) -> bool {
    Command::new(program).arg("--version").output().or_else(|_| Command::new(program).arg("-v").output()).is_ok()
}

/// Copies the files that a score run reads; results are left behind.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_name() == "results" {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The text of all pages of the result workbook of an example, page by page.
fn pages(example: &str, folder: &Path) -> Vec<String> {
    let project = folder.join(example);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), &project);
    let scored = Command::new(env!("CARGO_BIN_EXE_assess")).args(["score", "-q"]).arg(&project).output().unwrap();
    assert!(scored.status.success(), "{}", String::from_utf8_lossy(&scored.stderr));
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let workbook = project.join("results/v001/result.xlsx");
    let office = Command::new("soffice")
        .arg(profile)
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder)
        .arg(workbook)
        .output()
        .unwrap();
    assert!(office.status.success(), "{}", String::from_utf8_lossy(&office.stderr));
    let text = Command::new("pdftotext").arg("-layout").arg(folder.join("result.pdf")).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    text.split('\u{c}').map(str::to_owned).filter(|page| !page.is_empty()).collect()
}

#[test]
fn the_city_result_prints_every_sheet_and_clips_nothing() {
    if !(available("soffice") && available("pdftotext")) {
        assert!(std::env::var_os("CI").is_none(), "CI must have LibreOffice and pdftotext");
        eprintln!("skipped: needs soffice (LibreOffice) and pdftotext");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let pages = pages("city-2025", folder.path());
    let all = pages.join("\n");
    for title in ["概况", "排名", "两线三面", "指标得分", "组成得分", "评议汇总", "加减分", "定等过程", "校验", "来源"]
    {
        assert!(all.contains(&format!("· {title}")), "{title} has no page");
    }
    for fault in ["###", "#NAME?", "#REF!", "#VALUE!", "Err:"] {
        assert!(!all.contains(fault), "{fault} is printed");
    }
    let empty = pages.iter().position(|page| page.split_whitespace().count() < 8);
    assert_eq!(empty, None, "an empty page is printed");
    let ranking = pages.iter().find(|page| page.contains("· 排名")).unwrap();
    assert!(ranking.contains("98.14") && ranking.contains("云岚市发展和改革委员会"), "{ranking}");
}
