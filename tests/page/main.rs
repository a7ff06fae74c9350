//! The page of a version: what each profile says and does not say, and how it behaves in a real browser.
//!
//! Chromium is an outside program: without it the tests that need it say so and are skipped on a user's machine, but fail
//! in CI (`CI=true`), which installs it.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report")]

mod browser;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use browser::Browser;

/// A copy of an example in a folder of its own.
struct Project {
    folder: tempfile::TempDir,
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        if name == "results" || name == "feedback" {
            continue;
        }
        let target = to.join(&name);
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Project {
    fn of(example: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), &folder.path().join("p"));
        Self { folder }
    }

    fn scored(example: &str) -> Self {
        let project = Self::of(example);
        project.done(&["score", "-q"]);
        project
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assess"));
        command.args(args).arg("-C").arg(self.folder.path().join("p")).current_dir(self.folder.path()).output().unwrap()
    }

    #[track_caller]
    fn done(&self, args: &[&str]) {
        let ran = self.run(args);
        assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text of the page that arguments write.
    #[track_caller]
    fn page(&self, more: &[&str]) -> String {
        let out = self.path("page.html");
        self.done(&[&["page", "--out", out.to_str().unwrap()], more].concat());
        std::fs::read_to_string(out).unwrap()
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.path("p").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        std::fs::write(path, text.replace(from, to)).unwrap();
    }
}

#[test]
fn equal_versions_give_equal_pages_and_another_file_is_never_overwritten() {
    let project = Project::scored("minimal");
    let first = project.page(&[]);
    assert_eq!(project.page(&[]), first, "a page replaces a page");
    std::fs::write(project.path("mine.html"), "<p>mine</p>").unwrap();
    let ran = project.run(&["page", "--out", project.path("mine.html").to_str().unwrap(), "--lang", "en"]);
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("was not written by assess"));
    assert_eq!(std::fs::read_to_string(project.path("mine.html")).unwrap(), "<p>mine</p>");
}

#[test]
fn no_profile_tells_a_rater_or_a_single_mark() {
    // In the example, rater W3-02 gave 云岚市文化馆 a mark; raters have these numbers in the ballots.
    let project = Project::scored("minimal");
    project.done(&["feedback", "-q"]);
    let ratings = std::fs::read_to_string(project.path("p/results/v001/ratings.csv")).unwrap();
    let header: Vec<&str> = ratings.trim_start_matches('\u{feff}').lines().next().unwrap().split(',').collect();
    let column = header.iter().position(|name| *name == "rater").unwrap();
    let raters: std::collections::BTreeSet<&str> =
        ratings.lines().skip(1).filter_map(|line| line.split(',').nth(column)).filter(|id| !id.is_empty()).collect();
    assert!(!raters.is_empty());
    for profile in [&[][..], &["--profile", "public"], &["--profile", "unit", "--unit", "U02"]] {
        let page = project.page(profile);
        // A rater may be called 1: only whole words count, between quotes, tags or blanks.
        let words: std::collections::BTreeSet<&str> =
            page.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).collect();
        let told: Vec<&&str> = raters.iter().filter(|id| id.len() > 2 && words.contains(**id)).collect();
        assert_eq!(told, Vec::<&&str>::new(), "{profile:?}");
    }
}

#[test]
fn the_page_of_a_unit_says_what_its_letter_says_once_there_is_one() {
    let project = Project::scored("city-2025");
    let asked = ["page", "--profile", "unit", "--unit", "U02", "--out", "u.html", "--lang", "en"];
    let refused = project.run(&asked);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("assess feedback"));
    project.done(&["feedback", "-q"]);
    let page = project.page(&["--profile", "unit", "--unit", "U02"]);
    assert!(page.contains("云岚市委宣传部") && page.contains("96.93"));
    for other in ["云岚市总工会", "云岚市财政局", "云岚市审计局", "云岚市气象局"] {
        assert!(!page.contains(other), "the page of U02 names {other}");
    }
}

#[test]
fn a_unit_beside_a_page_for_others_is_refused() {
    let project = Project::scored("minimal");
    for profile in ["internal", "public"] {
        let ran = project.run(&["page", "--profile", profile, "--unit", "U01", "--out", "x.html", "--lang", "en"]);
        assert_eq!(ran.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&ran.stderr).contains("--profile unit"), "{profile}");
        assert!(!project.path("x.html").exists());
    }
}

#[test]
fn the_public_page_has_nothing_of_the_calculation() {
    let project = Project::scored("city-2025");
    let page = project.page(&["--profile", "public"]);
    assert!(page.contains("云岚市委宣传部"));
    for inner in ["self-reports/", "自评表!", "application/json", "述职评议", "更正"] {
        assert!(!page.contains(inner), "{inner}");
    }
}

#[test]
fn after_a_regrade_the_page_says_who_moved_and_why() {
    let project = Project::scored("minimal");
    assert!(!project.page(&[]).contains("变更对照"), "the first version has nothing before it");
    project.edit("assess.toml", "parallel = \"好\"\nat_least = 90", "parallel = \"好\"\nat_least = 93.2");
    project.done(&["score", "-q", "--reason", "门槛调整"]);
    let page = project.page(&[]);
    assert!(page.contains("变更对照"), "the changes are a part of their own");
}

#[test]
fn people_click_from_the_ranking_to_the_cell() {
    if !browser::is_there() {
        return;
    }
    let project = Project::scored("city-2025");
    project.page(&[]);
    let file = project.path("page.html");
    let mut page = Browser::open(&file);
    // Search.
    let shown = "[...document.querySelectorAll('tbody.units tr')].filter(r => !r.hidden).length";
    assert_eq!(page.value(shown), 24);
    page.click("input[name=find]");
    page.types("财政");
    page.until(&format!("{shown} === 1"));
    assert!(page.text("document.querySelector('output').textContent").contains('1'));
    page.value(
        "document.querySelector('input[name=find]').value = ''; \
                document.querySelector('input[name=find]').dispatchEvent(new Event('input'))",
    );
    // A group: seven departments (examples/city-2025/README.md).
    page.value(
        "const g = document.querySelector('select[name=group]'); g.value = '政府综合管理部门'; \
                g.dispatchEvent(new Event('change'))",
    );
    page.until(&format!("{shown} === 7"));
    // Sorting by total, with the keyboard: the best first after the second press.
    page.value("document.querySelectorAll('table.list th')[4].focus()");
    page.press("Enter");
    page.press("Enter");
    let best = "[...document.querySelectorAll('tbody.units tr')].find(r => !r.hidden).cells[1].textContent";
    page.until(&format!("{best} === 'U06'"));
    // From the unit to a cell of its self-report.
    page.click("tbody.units a[href='#unit-U06']");
    page.until("!document.querySelector('#unit').hidden");
    assert!(page.text("document.querySelector('#unit h2').textContent").contains("云岚市发展和改革委员会"));
    page.click("#unit button[name=open]");
    page.until("[...document.querySelectorAll('#unit .place')].some(p => /U06.*![A-Z]+[0-9]+$/.test(p.textContent))");
    let (size, is_pdf) = page.printed();
    assert!(is_pdf && size > 10_000);
    page.value("history.back()");
    page.until("document.querySelector('#s0').classList.contains('shown')");
    page.is_quiet(&file);
}

#[test]
fn what_stands_in_input_files_is_text_and_never_runs() {
    if !browser::is_there() {
        return;
    }
    let project = Project::of("minimal");
    let evil = "<img src=x onerror=alert(1)></script><script>alert(2)</script>&amp;";
    project.edit("assess.toml", "name = \"优秀\"", &format!("name = \"优秀{evil}\""));
    let model = std::fs::read_to_string(project.path("p/assess.toml")).unwrap();
    let title = model.lines().find(|line| line.starts_with("title")).unwrap().to_owned();
    project.edit("assess.toml", &title, &format!("title = \"云岚{evil}\""));
    project.done(&["score", "-q"]);
    project.page(&[]);
    let file = project.path("page.html");
    let mut page = Browser::open(&file);
    assert!(page.text("document.title").contains("onerror"), "it is shown as it was typed");
    assert_eq!(page.value("document.querySelectorAll('img').length"), 0);
    for code in ["U01", "U02", "U03"] {
        page.value(&format!("location.hash = '#unit-{code}'"));
        page.until(&format!("document.querySelector('#unit h2').textContent.startsWith('{code}')"));
        page.click("#unit button[name=open]");
    }
    assert_eq!(page.value("document.querySelectorAll('img').length"), 0);
    page.is_quiet(&file);
}

#[test]
fn the_method_is_said_in_words() {
    // What examples/minimal/assess.toml says: two components of 60 and 40, grades from 90 and so on.
    let page = Project::scored("minimal").page(&[]);
    let model =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/minimal/assess.toml")).unwrap();
    assert!(model.contains("weight = 60") && model.contains("at_least = 90"), "what is looked for is there");
    let text = text_of(&page);
    for said in
        ["办法", "总分 = 基础分 + 加分 − 减分", "考核组成 indicators 指标核定 权重（%） 60", "等次 优秀 门槛 90"]
    {
        assert!(text.contains(said), "{said}");
    }
    let public = Project::scored("minimal").page(&["--profile", "public"]);
    assert!(!text_of(&public).contains("总分 = 基础分"));
}

/// The text of a page: what stands between its tags, single blanks between.
fn text_of(page: &str) -> String {
    let pieces = page.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text);
    pieces.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}
