//! Runs the console blocks of one page.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;

use crate::runner::{binary, package};

/// Commands that are shown and not run by this test: `.ci/run` runs them.
const NOT_RUN: [&str; 7] =
    ["cargo install ", "cargo test", "cargo doc ", "cargo bench", "RECALCULATE=", ".ci/run", "sudo dpkg "];

/// Another day than today.
#[derive(Clone, Copy)]
pub(super) struct Day {
    /// The library that fakes it.
    pub(super) library: &'static str,
    /// The time as the library takes it.
    pub(super) time: &'static str,
}

/// One thing that a page asks for.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// A command, what is seen below it if that is shown, and the lines of the page on which that stands.
    Command {
        typed: String,
        shown: Option<String>,
        lines: std::ops::Range<usize>,
    },
    Type {
        file: String,
        sheet: String,
        cell: String,
        value: String,
    },
    Undo,
    Fresh,
}

/// The steps of a page in order.
fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut block = None;
    for (number, line) in text.lines().enumerate() {
        match (block, line) {
            (None, "```console" | "```sh") => block = line.strip_prefix("```"),
            (Some(_), "```") => block = None,
            (None, _) => steps.extend(line.strip_prefix("<!-- ").and_then(|rest| by_hand(rest.strip_suffix(" -->")?))),
            (Some("sh"), _) => {
                let typed = line.split(" # ").next().unwrap().trim().to_owned();
                if !typed.is_empty() && !typed.starts_with('#') {
                    steps.push(Step::Command { typed, shown: None, lines: number..number });
                }
            }
            (Some(_), _) => match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(typed), _) => {
                    let lines = number + 1..number + 1;
                    steps.push(Step::Command { typed: typed.to_owned(), shown: Some(String::new()), lines });
                }
                (None, Some(Step::Command { shown: Some(shown), lines, .. })) => {
                    shown.push_str(line);
                    shown.push('\n');
                    lines.end = number + 1;
                }
                _ => panic!("line {}: a console block starts with `$ `", number + 1),
            },
        }
    }
    steps
}

/// What a person does, from a comment.
fn by_hand(comment: &str) -> Option<Step> {
    match comment {
        "undo" => Some(Step::Undo),
        _ if comment.starts_with("run: ") => {
            Some(Step::Command { typed: comment["run: ".len()..].to_owned(), shown: None, lines: 0..0 })
        }
        "fresh" => Some(Step::Fresh),
        _ => {
            let (place, value) = comment.strip_prefix("type: ")?.split_once(" = ").expect("FILE @ SHEET!CELL = VALUE");
            let (file, place) = place.split_once(" @ ").expect("FILE @ SHEET!CELL");
            let (sheet, cell) = place.rsplit_once('!').expect("SHEET!CELL");
            let own = str::to_owned;
            Some(Step::Type { file: own(file), sheet: own(sheet), cell: own(cell), value: own(value) })
        }
    }
}

/// A folder in which a page runs.
struct Place {
    folder: TempDir,
    day: Option<Day>,
    /// Files as they were before a person typed into them.
    before: Vec<(PathBuf, Vec<u8>)>,
    /// The token and the seal that were shown last.
    token: String,
    seal: String,
    /// How the last command ended.
    code: i32,
}

impl Place {
    fn new(day: Option<Day>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in walkdir::WalkDir::new(package().join("examples")).sort_by_file_name() {
            let entry = entry.unwrap();
            let below = entry.path().strip_prefix(package()).unwrap();
            let is_written =
                below.iter().nth(2).is_some_and(|name| ["results", "feedback"].iter().any(|own| name == *own));
            if entry.file_type().is_dir() && !is_written {
                fs::create_dir_all(folder.path().join(below)).unwrap();
            } else if entry.file_type().is_file() && !is_written {
                fs::copy(entry.path(), folder.path().join(below)).unwrap();
            }
        }
        Self { folder, day, before: Vec::new(), token: String::new(), seal: String::new(), code: 0 }
    }

    /// Runs a command and gives what is seen in the terminal, both streams in the order in which they are written.
    fn run(&mut self, typed: &str) -> String {
        let words = words(&typed.replace("TOKEN", &self.token).replace("SEAL", &self.seal));
        let args = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["assess", args @ ..] | ["cargo", "run", "--", args @ ..] => {
                args.iter().map(|arg| (*arg).to_owned()).collect()
            }
            ["echo", "$?"] => return format!("{}\n", std::mem::take(&mut self.code)),
            other => panic!("no command that a page may show: {other:?}"),
        };
        let args: Vec<String> = args;
        let seen = tempfile::NamedTempFile::new().unwrap();
        let stream = || Stdio::from(seen.as_file().try_clone().unwrap());
        let mut command = binary();
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null()).stdout(stream()).stderr(stream());
        if let Some(day) = self.day {
            command.env("LD_PRELOAD", day.library).env("FAKETIME", day.time).env("NO_FAKE_STAT", "1");
        }
        self.code = command.status().unwrap().code().unwrap_or(-1);
        let seen = fs::read_to_string(seen.path()).unwrap();
        if let Some((_, after)) = seen.rsplit_once("--apply ") {
            self.token = after.split_whitespace().next().unwrap().to_owned();
        }
        if let Some((_, after)) = seen.rsplit_once("--seal ") {
            self.seal = after.split_whitespace().next().unwrap().to_owned();
        }
        seen
    }

    fn fill_in(&mut self, file: &str, sheet: &str, cell: &str, value: &str) {
        let path = self.folder.path().join(file);
        self.before.push((path.clone(), fs::read(&path).unwrap_or_else(|e| panic!("{file}: {e}"))));
        let mut book = umya_spreadsheet::reader::xlsx::read(&path).unwrap();
        let own = book.get_sheet_by_name_mut(sheet).unwrap_or_else(|| panic!("{file}: no sheet {sheet}"));
        own.get_cell_mut(cell).set_value(value);
        umya_spreadsheet::writer::xlsx::write(&book, &path).unwrap();
    }

    fn undo(&mut self) {
        for (path, bytes) in self.before.drain(..).rev() {
            fs::write(path, bytes).unwrap();
        }
    }
}

/// The year that the program takes from the system: `mark` without a date says it.
pub(super) fn year(day: Day) -> String {
    let mut place = Place::new(Some(day));
    place.run("assess score examples/minimal");
    let seen = place.run("assess mark v001 initial -C examples/minimal --lang en");
    seen.split_once('(').unwrap_or_else(|| panic!("{seen}")).1[..4].to_owned()
}

/// Runs a page and tells what differs; with `UPDATE_PAGES` the page is written anew.
pub(super) fn page(path: &Path, text: &str, day: Option<Day>) -> Vec<String> {
    let steps = steps(text);
    let mut faults = Vec::new();
    if steps.is_empty() {
        return faults;
    }
    let mut place = Place::new(day);
    let mut written: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        match step {
            Step::Undo => place.undo(),
            Step::Fresh => place = Place::new(day),
            Step::Type { file, sheet, cell, value } => place.fill_in(file, sheet, cell, value),
            Step::Command { typed, .. } if NOT_RUN.iter().any(|start| typed.starts_with(start)) => {}
            Step::Command { typed, shown, lines } => {
                let seen = place.run(typed);
                let told = matches!(steps.get(at + 1), Some(Step::Command { typed, .. }) if typed == "echo $?");
                let on = day.map_or("", |day| day.time);
                if place.code != 0 && !told {
                    faults.push(format!("{}: {on} $ {typed}\nexit code {}\n{seen}", path.display(), place.code));
                }
                if let Some(shown) = shown
                    && !is_shown(&seen, shown)
                {
                    faults.push(format!("{}: {on} $ {typed}\n--- shown\n{shown}--- seen\n{seen}", path.display()));
                    written.push((lines.clone(), seen));
                }
            }
        }
    }
    if day.is_none() && std::env::var_os("UPDATE_PAGES").is_some() {
        update(path, text, &written);
    }
    faults
}

/// Writes what was seen in place of what was shown. What leaves out lines is mended by hand.
fn update(path: &Path, text: &str, written: &[(std::ops::Range<usize>, String)]) {
    let mut lines: Vec<&str> = text.lines().collect();
    for (range, seen) in written
        .iter()
        .rev()
        .filter(|(range, _)| !text.lines().take(range.end).skip(range.start).any(|line| line == "…"))
    {
        lines.splice(range.clone(), seen.lines());
    }
    fs::write(package().join(path), lines.join("\n") + "\n").unwrap();
}

/// Whether what was seen is what is shown: line by line, without blanks at the ends of lines.
fn is_shown(seen: &str, shown: &str) -> bool {
    let seen: Vec<String> = seen.lines().map(|line| without_hashes(line.trim_end())).collect();
    let shown: Vec<String> = shown.lines().map(|line| without_hashes(line.trim_end())).collect();
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    fits(&seen, &shown, |parts: &[&str], line: &str| *parts == ["…"] || line_fits(line, parts[0]))
}

/// Whether lines fit a pattern in which the element `…` stands for any lines.
fn fits(seen: &[&str], shown: &[&str], same: impl Fn(&[&str], &str) -> bool + Copy) -> bool {
    match (shown, seen) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=seen.len()).any(|skip| fits(&seen[skip..], rest, same)),
        ([first, rest @ ..], [line, more @ ..]) => same(&[*first], line) && fits(more, rest, same),
        _ => false,
    }
}

/// Whether a line has the parts of another one around its `…`, in order.
fn line_fits(line: &str, shown: &str) -> bool {
    let Some((start, rest)) = shown.split_once('…') else { return line == shown };
    let (middle, end) = rest.rsplit_once('…').unwrap_or(("", rest));
    let Some(line) = line.strip_prefix(start).and_then(|line| line.strip_suffix(end)) else { return false };
    let mut left = line;
    middle.split('…').all(|part| left.find(part).map(|at| left = &left[at + part.len()..]).is_some())
}

/// A line with the digits of hashes, seals and tokens replaced: words of at least twelve hexadecimal digits and hyphens
/// of which one is a digit.
fn without_hashes(line: &str) -> String {
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c) || c == '-';
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_hex) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_hex(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let digits = word.chars().filter(|c| *c != '-').count();
        // Dates and rules of tables have fewer digits.
        let is_hash = digits >= 12 && !after.starts_with(|c: char| c.is_ascii_alphanumeric());
        out.push_str(before);
        if is_hash {
            out.extend(word.chars().map(|c| if c == '-' { '-' } else { '0' }));
        } else {
            out.push_str(word);
        }
        rest = after;
    }
    out + rest
}

/// A command line as words; double quotes keep blanks.
fn words(typed: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in typed.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    assert!(!is_quoted, "quotes: {typed}");
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn what_is_shown_may_leave_out_lines_and_parts() {
    assert!(is_shown("a\nb\nc\n", "a\n…\nc\n") && !is_shown("a\nb\nd\n", "a\n…\nc\n"));
    assert!(
        is_shown("wrote x/v001 (3)\n", "wrote …/v001 (…)\n") && !is_shown("wrote x/v002 (3)\n", "wrote …/v001 (…)\n")
    );
    assert!(is_shown("seal 0f3c-9a41-77de-0b12-e5a9\n", "seal ffff-9a41-77de-0b12-e5a9\n"));
    assert!(!is_shown("2026-01-20 1.50\n", "2026-01-21 1.50\n"));
    assert_eq!(words(r#"assess mark v001 工委审定 --document "a b""#).len(), 6);
}
