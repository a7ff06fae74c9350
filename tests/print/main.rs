//! The result workbook as printed: LibreOffice turns it into PDF, and the text of the pages is looked at.
//!
//! LibreOffice and pdftotext are outside programs: without them the test says so and is skipped on a user's machine, and
//! fails in CI (`CI=true`), which installs them.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, reason = "a test that says why it skips")]

use std::path::{Path, PathBuf};
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

/// A scored copy of an example.
fn scored(example: &str, folder: &Path) -> PathBuf {
    let project = folder.join(example);
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), &project);
    run(&["score", "-q"], &project);
    project
}

fn run(args: &[&str], project: &Path) {
    let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(args).arg(project).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// The text of all pages of a workbook, page by page.
fn pages(workbook: &Path, folder: &Path) -> Vec<String> {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let office = Command::new("soffice")
        .arg(profile)
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder)
        .arg(workbook)
        .output()
        .unwrap();
    assert!(office.status.success(), "{}", String::from_utf8_lossy(&office.stderr));
    let pdf = folder.join(workbook.file_name().unwrap()).with_extension("pdf");
    let text = Command::new("pdftotext").arg("-layout").arg(pdf).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    text.split('\u{c}').map(str::to_owned).filter(|page| !page.is_empty()).collect()
}

/// Whether the outside programs are there; CI must have them.
fn can_print() -> bool {
    if available("soffice") && available("pdftotext") {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "CI must have LibreOffice and pdftotext");
    eprintln!("skipped: needs soffice (LibreOffice) and pdftotext");
    false
}

const FAULTS: [&str; 5] = ["###", "#NAME?", "#REF!", "#VALUE!", "Err:"];

#[test]
fn the_city_result_prints_every_sheet_and_clips_nothing() {
    if !can_print() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let project = scored("city-2025", folder.path());
    let pages = pages(&project.join("results/v001/result.xlsx"), folder.path());
    let all = pages.join("\n");
    for title in ["概况", "排名", "两线三面", "指标得分", "组成得分", "评议汇总", "加减分", "定等过程", "校验", "来源"]
    {
        assert!(all.contains(&format!("· {title}")), "{title} has no page");
    }
    for fault in FAULTS {
        assert!(!all.contains(fault), "{fault} is printed");
    }
    let empty = pages.iter().position(|page| page.split_whitespace().count() < 8);
    assert_eq!(empty, None, "an empty page is printed");
    let ranking = pages.iter().find(|page| page.contains("· 排名")).unwrap();
    assert!(ranking.contains("98.14") && ranking.contains("云岚市发展和改革委员会"), "{ranking}");
}

/// A page without spaces and line breaks, which depend on the fonts at hand.
fn close(page: &str) -> String {
    page.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn feedback_of_three_units_prints_a_letter_of_one_page_and_clips_nothing() {
    if !can_print() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let project = scored("city-2025", folder.path());
    run(&["feedback", "-q"], &project);
    for (code, name) in
        [("U01", "云岚市人大常委会机关"), ("U08", "云岚市人力资源和社会保障局"), ("U12", "云岚市自然资源局")]
    {
        let pages = pages(&project.join(format!("feedback/v001/{code}_{name}.xlsx")), folder.path());
        for page in &pages {
            for fault in FAULTS {
                assert!(!page.contains(fault), "{fault} is printed for {code}");
            }
            assert!(page.split_whitespace().count() >= 8, "an empty page is printed for {code}");
        }
        let pages: Vec<String> = pages.iter().map(|page| close(page)).collect();
        let letter = &pages[0];
        assert!(letter.starts_with("关于云岚市2025年度市直机关党建工作考核结果的反馈"), "{letter}");
        // First and last words of the letter stand on its one page, and nothing of it on the next.
        assert!(letter.contains(&format!("{name}：")), "{letter}");
        assert!(letter.contains("中共云岚市委市直属机关工作委员会2026年2月6日—1—"), "{letter}");
        assert!(pages[1].starts_with(&format!("{name}得分明细")), "{}", pages[1]);
        for sheet in ["图表", "评议情况", "问题与整改台账", "复核申请"] {
            assert!(pages.iter().any(|page| page.starts_with(&format!("{name}{sheet}"))), "{code}: no page of {sheet}");
        }
        assert!(pages.iter().any(|page| page.contains("舍入差")), "{code}");
    }
}
