//! What README.md and the pages of docs/ show is what happens: every console block is run on copies of the examples, in
//! this year and in two others, and every link leads somewhere.
//!
//! A block ` ```console ` holds commands after `$ ` and below each what is seen in the terminal; a block ` ```sh ` holds
//! commands alone. The blocks of a page run one after the other in one folder, which holds a copy of `examples/`. A command
//! ends with exit code 0 unless `$ echo $?` follows it. What a person does between two commands stands beside the prose in
//! a comment: `<!-- type: FILE @ SHEET!CELL = VALUE -->` fills in a cell, `<!-- run: COMMAND -->`
//! is a command that a page takes for granted, `<!-- undo -->` takes all of that back, and
//! `<!-- fresh -->` starts with a new folder. `…` in what is shown stands for anything, on a line of its own for any
//! lines; digits of hashes, seals and tokens may be others; `TOKEN` is the token and `SEAL` the seal that was shown last. Blocks
//! of ` ```bash ` show other programs and are not run.
//!
//! `UPDATE_PAGES=1 cargo test --test cli pages` writes what the program says now into blocks that differ, and then fails on
//! purpose: look at the diff, then run again without it.

mod links;
mod run;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::office;
use crate::runner::package;

/// Where the library that fakes the time is installed, by machine.
const FAKETIME: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
];
/// Days on which no example was made: one before all of their dates, one long after.
const OTHER_DAYS: [&str; 2] = ["@2025-03-03 09:00:00", "@2031-08-20 09:00:00"];

/// README.md and the pages of docs/, by path below the package.
fn pages() -> Vec<PathBuf> {
    let root = package();
    let below = walkdir::WalkDir::new(root.join("docs")).sort_by_file_name().into_iter().map(Result::unwrap);
    let pages = below.filter(|entry| entry.path().extension().is_some_and(|end| end == "md"));
    let pages = pages.map(|entry| entry.path().strip_prefix(&root).unwrap().to_owned());
    [PathBuf::from("README.md")].into_iter().chain(pages).collect()
}

fn text(page: &Path) -> String {
    fs::read_to_string(package().join(page)).unwrap_or_else(|e| panic!("{}: {e}", page.display()))
}

/// Runs every page, two at a time, and fails with everything that differs.
#[track_caller]
fn run_all(day: Option<run::Day>) {
    let (left, faults) = (Mutex::new(pages()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(page) = left.lock().unwrap().pop() else { break };
                    let differs = run::page(&page, &text(&page), day);
                    faults.lock().unwrap().extend(differs);
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn the_console_blocks_of_all_pages_are_what_the_commands_say() {
    run_all(None);
}

#[test]
fn every_recipe_works_in_other_years() {
    if !office::has(&["faketime"]) {
        return;
    }
    let library = FAKETIME.into_iter().find(|path| Path::new(path).exists()).expect("the library of faketime");
    for time in OTHER_DAYS {
        let day = run::Day { library, time };
        assert_eq!(run::year(day), time[1..5], "the day is not faked");
        run_all(Some(day));
    }
}

#[test]
fn readme_is_short_and_tells_both_commands() {
    let readme = text(Path::new("README.md"));
    assert!(readme.lines().count() <= 150, "{} lines", readme.lines().count());
    for command in ["cargo run -- score examples/city-2025", "cargo test", "cargo install --path . --locked"] {
        assert!(readme.lines().any(|line| line.starts_with(command)), "{command}");
    }
}

#[test]
fn every_page_is_a_chapter_and_every_chapter_a_page() {
    let summary = text(Path::new("docs/SUMMARY.md"));
    let chapters: Vec<PathBuf> = links::links(&summary).into_iter().map(|link| Path::new("docs").join(link)).collect();
    let set: BTreeSet<&PathBuf> = chapters.iter().collect();
    assert_eq!(set.len(), chapters.len(), "a page stands twice in docs/SUMMARY.md");
    let pages: Vec<PathBuf> = pages().into_iter().filter(|page| !page.ends_with("SUMMARY.md")).skip(1).collect();
    assert_eq!(set, pages.iter().collect(), "docs/SUMMARY.md lists the pages of docs/");
}
