//! The result workbook in print: LibreOffice converts it to PDF, and the text of the pages is examined.
//!
//! LibreOffice and pdftotext are external programs: without them the test says so and is skipped on a user's machine,
//! but fails in CI (`CI=true`), which installs them.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report")]

mod cut;
mod feedback;
#[path = "../recalc/office.rs"]
mod office;
mod review;
mod word;

use std::path::Path;
use std::process::Command;

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

/// A scored copy of an example: its language, what `score` is told besides, and the workbooks as pages.
struct Printed {
    folder: tempfile::TempDir,
    example: &'static str,
}

impl Printed {
    /// Scores a copy of an example after a change of its model, with a public workbook.
    fn score(example: &'static str, change: impl Fn(String) -> String, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join(example);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), &project);
        let model = project.join("assess.toml");
        std::fs::write(&model, change(std::fs::read_to_string(&model).unwrap())).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_assess"));
        command.args(["score", "-q"]).arg(&project).args(more).arg("--public").arg(folder.path().join("public.xlsx"));
        let scored = command.output().unwrap();
        assert!(scored.status.success(), "{}", String::from_utf8_lossy(&scored.stderr));
        Self { folder, example }
    }

    /// The text of all pages of the result workbook of a version, page by page.
    fn result(&self, version: &str) -> Vec<String> {
        self.pages(&self.folder.path().join(self.example).join("results").join(version).join("result.xlsx"))
    }

    /// The same with the sheets of details, which are printed on request only.
    fn whole_result(&self, version: &str) -> Vec<String> {
        let result = self.folder.path().join(self.example).join("results").join(version).join("result.xlsx");
        let taken = self.folder.path().join("taken.xlsx");
        std::fs::copy(result, &taken).unwrap();
        self.pages(&cut::with_details(&taken))
    }

    /// The text of all pages of the public workbook.
    fn public(&self) -> Vec<String> {
        self.pages(&self.folder.path().join("public.xlsx"))
    }

    /// Runs a further command on the project.
    fn run(&self, args: &[&str]) {
        let project = self.folder.path().join(self.example);
        let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(args).arg(project).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }

    /// The text of all pages of a feedback workbook.
    fn feedback(&self, name: &str) -> Vec<String> {
        self.pages(&self.folder.path().join(self.example).join("feedback/v001").join(name))
    }

    fn pages(&self, workbook: &Path) -> Vec<String> {
        let folder = self.folder.path();
        let office = Command::new("soffice")
            .arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()))
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
}

/// Whether the outside programs are there.
fn can_print() -> bool {
    office::has(&["soffice", "pdftotext"])
}

/// Every sheet has its title on a page, nothing is an error or too narrow, no page is empty.
#[track_caller]
fn sound(pages: &[String], titles: &[String], between: std::ops::RangeInclusive<usize>) {
    let all = pages.join("\n");
    // A long title stands on two lines where columns are narrow.
    let close = |text: &str| text.split_whitespace().collect::<String>();
    let whole = close(&all);
    for title in titles {
        assert!(whole.contains(&close(title)), "{title:?} is not printed whole");
    }
    for fault in FAULTS {
        assert!(!all.contains(fault), "{fault} is printed");
    }
    let empty = pages.iter().position(|page| page.split_whitespace().count() < 8);
    assert_eq!(empty, None, "an empty page is printed");
    assert!(between.contains(&pages.len()), "{} pages", pages.len());
}

const FAULTS: [&str; 6] = ["###", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "Err:"];

/// Sheets that are printed on request only.
const DETAILS: [&str; 5] = ["评议汇总", "定等过程", "核算", "校验", "来源"];
const SHEETS: [&str; 14] = [
    "概况",
    "排名",
    "排名图",
    "两线三面",
    "指标得分",
    "组成得分",
    "评议汇总",
    "加减分",
    "定等过程",
    "共性问题",
    "结果运用",
    "核算",
    "校验",
    "来源",
];
const SHEETS_EN: [&str; 14] = [
    "Overview",
    "Ranking",
    "Ranking charts",
    "Lines and aspects",
    "Points by indicator",
    "Components",
    "Rater classes",
    "Adjustments",
    "Grade paths",
    "Common problems",
    "Use of results",
    "Recalculation",
    "Findings",
    "Sources",
];

fn titles(before: &str, sheets: &[&str]) -> Vec<String> {
    sheets.iter().map(|sheet| format!("{before} · {sheet}\n")).collect()
}

#[test]
fn the_city_result_prints_every_sheet_and_clips_nothing() {
    if !can_print() {
        return;
    }
    let printed = Printed::score("city-2025", |model| model, &[]);
    sound(&printed.whole_result("v001"), &titles("云岚市2025年度市直机关党建工作考核", &SHEETS), 35..=60);
    let pages = printed.result("v001");
    let shown: Vec<&str> = SHEETS.into_iter().filter(|name| !DETAILS.contains(name)).collect();
    sound(&pages, &titles("云岚市2025年度市直机关党建工作考核", &shown), 15..=30);
    for name in DETAILS {
        assert!(!pages.iter().any(|page| page.contains(&format!("· {name}\n"))), "{name} is printed unasked");
    }
    assert!(pages.iter().any(|page| page.contains("取消打印区域")), "the overview says how to print the rest");
    let ranking = pages.iter().find(|page| page.contains("· 排名\n")).unwrap();
    assert!(ranking.contains("98.14") && ranking.contains("云岚市发展和改革委员会"), "{ranking}");
    // Sum of amounts, and a share carried over; how many rows stand on a page depends on the fonts at hand.
    let uses: String = pages.iter().skip_while(|page| !page.contains("· 结果运用\n")).take(3).cloned().collect();
    assert!(uses.contains("210000") && uses.contains("29.08"), "{uses}");
    // The chart of the first group: its bars, the mark of its places, totals beside the bars.
    let charts = pages.iter().find(|page| page.contains("· 排名图\n")).unwrap();
    let charts: String = charts.split_whitespace().collect();
    for text in ["党群机关及人大政协机关：总分排名", "优秀名额线（1个）", "96.93"] {
        assert!(charts.contains(text), "{text} is not drawn: {charts}");
    }
    let public = printed.public();
    sound(&public, &["云岚市2025年度市直机关党建工作考核结果公示\n".to_owned()], 1..=2);
}

#[test]
fn the_english_result_prints_every_sheet() {
    if !can_print() {
        return;
    }
    let english = |model: String| model.replacen("language = \"zh\"", "language = \"en\"", 1);
    let printed = Printed::score("city-2025", english, &[]);
    let pages = printed.whole_result("v001");
    sound(&pages, &titles("云岚市2025年度市直机关党建工作考核", &SHEETS_EN), 35..=70);
    assert!((15..=30).contains(&printed.result("v001").len()), "without the details");
    sound(&printed.public(), &["public notice of results\n".to_owned()], 1..=2);
}

#[test]
fn a_draft_is_marked_on_every_page_in_the_fonts_of_official_documents_too() {
    if !can_print() {
        return;
    }
    let gov = |model: String| format!("{model}\n[fonts]\nprofile = \"gov\"\n");
    let printed = Printed::score("minimal", gov, &["--draft"]);
    for pages in [printed.result("draft"), printed.public()] {
        for page in &pages {
            assert!(page.contains("草稿"), "a page without a mark: {page}");
        }
    }
    // The model has no rule for common problems.
    let sheets: Vec<&str> = SHEETS.into_iter().filter(|name| *name != "共性问题").collect();
    sound(&printed.whole_result("draft"), &titles("【草稿】云岚市文化系统党建考核（最小示例）", &sheets), 13..=30);
}
