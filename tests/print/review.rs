//! The forms of `suggest` and the workbook of `compare` as printed.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{can_print, copy};

fn assess(project: &Path, args: &[&str]) {
    let (command, rest) = args.split_first().unwrap();
    let ran =
        Command::new(env!("CARGO_BIN_EXE_assess")).arg(command).arg("-C").arg(project).args(rest).output().unwrap();
    assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// The text of each page of a workbook.
fn pages(workbook: &Path, folder: &Path) -> Vec<String> {
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let ran = Command::new("soffice")
        .arg(profile)
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder)
        .arg(workbook)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let pdf = folder.join(workbook.file_stem().unwrap()).with_extension("pdf");
    let text = Command::new("pdftotext").arg("-layout").arg(pdf).arg("-").output().unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    text.split('\u{c}').map(str::to_owned).filter(|page| !page.is_empty()).collect()
}

/// Pages without a fault of printing.
#[track_caller]
fn sound(workbook: &Path, folder: &Path) -> Vec<String> {
    let pages = pages(workbook, folder);
    let all = pages.join("\n");
    for fault in ["###", "#NAME?", "#REF!", "#VALUE!", "Err:"] {
        assert!(!all.contains(fault), "{fault} is printed in {}", workbook.display());
    }
    let empty = pages.iter().position(|page| page.split_whitespace().count() < 8);
    assert_eq!(empty, None, "an empty page of {}", workbook.display());
    pages
}

#[test]
fn forms_and_comparison_of_the_city_print_whole() {
    if !can_print() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("city");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/city-2025"), &project);
    assess(&project, &["score", "-q"]);
    assess(&project, &["suggest", "-q"]);
    let forms = project.join("suggest/v001");
    let opinion: PathBuf = std::fs::read_dir(forms.join("opinions")).unwrap().next().unwrap().unwrap().path();
    let printed = sound(&opinion, folder.path());
    assert!(printed.iter().all(|page| page.contains("建议等次")), "the header stands on every page");
    assert!(printed.last().unwrap().contains("部门主要负责人签字"), "room for seal and signature ends the form");
    let printed = sound(&forms.join("registers/等次审定表.xlsx"), folder.path());
    assert!(printed.iter().all(|page| page.contains("突破上限")));
    assert!(printed.last().unwrap().contains("主持人签字"));

    let row = "编号,单位,代码,事由,级别,申报分值,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号\n\
               T1,U09,J1,补充表彰,,LEVEL,LEVEL,通报,省〔2025〕77号,省委,2025-10-01,工委审定,工委〔2026〕9号\n";
    std::fs::write(project.join("registers/补登.csv"), row.replace("LEVEL", "3")).unwrap();
    assess(&project, &["score", "-q", "--reason", "补登"]);
    let report = folder.path().join("变更对照.xlsx");
    assess(&project, &["compare", "v001", "v002", "-q", "--report", report.to_str().unwrap()]);
    let printed = sound(&report, folder.path());
    let all = printed.join("\n");
    for title in ["概况", "变更对照", "指标变化", "单位指标变化", "进步名单"] {
        assert!(all.contains(&format!("· {title}")), "{title} has no page");
    }
    assert!(all.contains("云岚市审计局"), "{all}");
}
