//! Runs every writing command with each step of its publishing failing, and with the program killed at each step:
//! afterwards either the old or the new state is present, complete; the chain is intact, and the next run works.
//!
//! The program runs in separate processes, started from this test file, in which a watch over the publishing layer
//! counts the steps and lets one of them fail or ends the process there, as a kill does: nothing is cleaned up.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use assess::publish::{self, Step};
use rayon::prelude::*;
use tempfile::TempDir;

mod project;

/// What becomes of the step that is meant.
const FAIL: &str = "fail";
const KILL: &str = "kill";
/// Every step takes its time, so that a signal comes amid them.
const SLOW: &str = "slow";
/// How a process that was killed by its watch ends.
const KILLED: i32 = 99;

/// A writing command on a folder that is ready for it.
struct Case {
    name: &'static str,
    /// What is typed; `.` is the folder.
    args: Vec<String>,
    before: PathBuf,
    /// Whether the command can be given again once it is done; else it is refused then.
    again: bool,
    /// Whether the file system is taken for one that cannot exchange names.
    plain: bool,
}

/// What a run is to meet.
#[derive(Clone, Copy)]
struct Fault {
    mode: &'static str,
    at: usize,
}

/// The side of the child: runs the program under a watch.
#[test]
fn child() {
    let Ok(args) = std::env::var("ASSESS_TEST_ARGS") else { return };
    let args: Vec<OsString> = args.split('\n').map(OsString::from).collect();
    let at: usize = std::env::var("ASSESS_TEST_AT").unwrap().parse().unwrap();
    let mode = std::env::var("ASSESS_TEST_MODE").unwrap();
    let plain = std::env::var("ASSESS_TEST_PLAIN").unwrap() == "true";
    let steps = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&steps);
    publish::watch(Some(Arc::new(move |step: Step, path: &Path| {
        let own = seen.fetch_add(1, Ordering::SeqCst);
        if mode == SLOW {
            std::thread::sleep(Duration::from_millis(50));
        }
        if own == at {
            if step == Step::Write {
                fs::write(path, "half of").unwrap();
            }
            if mode == KILL {
                std::process::exit(KILLED);
            }
            return Err(io::ErrorKind::StorageFull.into());
        }
        if plain && step == Step::Exchange { Err(io::ErrorKind::Unsupported.into()) } else { Ok(()) }
    })));
    let exit = assess::commands::run(&args);
    if let Ok(counts) = std::env::var("ASSESS_TEST_COUNT") {
        fs::write(counts, steps.load(Ordering::SeqCst).to_string()).unwrap();
    }
    std::process::exit(exit.code().into());
}

/// Runs a command in a folder; gives its exit code and what it said.
fn run(case: &Case, folder: &Path, fault: Option<Fault>, count: Option<&Path>) -> (i32, String) {
    ended(&prepared(case, folder, fault, count).output().unwrap())
}

fn prepared(case: &Case, folder: &Path, fault: Option<Fault>, count: Option<&Path>) -> Command {
    let Fault { mode, at } = fault.unwrap_or(Fault { mode: FAIL, at: usize::MAX });
    let mut args = vec!["assess".to_owned()];
    args.extend(case.args.iter().map(|arg| arg.replace("{}", folder.to_str().unwrap())));
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture"]).stdout(Stdio::null());
    command.env("ASSESS_TEST_ARGS", args.join("\n")).env("ASSESS_TEST_AT", at.to_string());
    command.env("ASSESS_LANG", "zh").env("ASSESS_TEST_MODE", mode).env("ASSESS_TEST_PLAIN", case.plain.to_string());
    if let Some(count) = count {
        command.env("ASSESS_TEST_COUNT", count);
    }
    command
}

fn ended(output: &Output) -> (i32, String) {
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Every file that people see, and every hidden one apart.
fn look(folder: &Path) -> (Tree, Vec<String>) {
    let (mut seen, mut hidden) = (BTreeMap::new(), Vec::new());
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap) {
        let below = entry.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        if below.split('/').any(|part| part.starts_with(".staging-")) {
            hidden.push(below);
        } else if entry.file_type().is_file() && !below.ends_with(".lock") {
            seen.insert(below, fs::read(entry.path()).unwrap());
        }
    }
    (seen, hidden)
}

fn copy_of(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
        let to = copy.path().join(entry.path().strip_prefix(folder).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(to).unwrap();
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
    copy
}

type Tree = BTreeMap<String, Vec<u8>>;

/// What stands, with a log that waits to be put in place if all but it stands: the line about what has appeared is entered
/// last, and the next run puts it in place. A state is nothing but its line.
fn entered(stands: Tree, hidden: &[String], folder: &Path, new: &Tree) -> Tree {
    let is_waiting = |path: &&String| path.starts_with("results/.staging-states.jsonl-");
    let Some(waiting) = hidden.iter().find(is_waiting) else { return stands };
    let log = fs::read(folder.join(waiting)).unwrap();
    let entered: Tree = stands.clone().into_iter().chain([("results/states.jsonl".to_owned(), log)]).collect();
    if entered == *new { entered } else { stands }
}

/// One fault: what stands is old or new, and the next run ends in the new. Gives what is wrong.
fn meets(case: &Case, fault: Fault, old: &Tree, new: &Tree) -> Result<(), String> {
    let folder = copy_of(&case.before);
    let (code, said) = run(case, folder.path(), Some(fault), None);
    let (mut stands, hidden) = look(folder.path());
    if case.name != "mark" {
        stands = entered(stands, &hidden, folder.path(), new);
    }
    let is_new = stands == *new;
    let names = |tree: &Tree| format!("{:?}", tree.keys().collect::<Vec<_>>());
    let ensure = |holds: bool, wrong: &str, shown: &str| {
        let what = || format!("{} {} at step {}: {wrong}: {shown}", case.name, fault.mode, fault.at);
        if holds { Ok(()) } else { Err(what()) }
    };
    ensure([0, 2, KILLED].contains(&code) && !said.contains("panicked"), "ended badly", &format!("{code} {said}"))?;
    let is_killed = fault.mode == KILL;
    // What is moved one by one is undone by the next run; until then no whole project stands there.
    let is_moving = is_killed && case.is_moved() && !stands.contains_key("new/assess.toml");
    // Between two renames what stepped aside is there under another name, and the next run puts it back.
    let is_aside = is_killed && case.plain && hidden.iter().any(|path| path.ends_with(".old/manifest.json"));
    // What stands beside a folder of feedback comes before it, and the next run replaces it.
    let is_beside = is_killed && case.name.starts_with("feedback") && is_but_beside(&stands, old, new);
    ensure(is_new || stands == *old || is_moving || is_aside || is_beside, "neither old nor new", &names(&stands))?;
    ensure(is_killed || code == 0 || !said.trim().is_empty(), "nothing was said", "")?;
    ensure(is_killed || code == 2 || is_new, "exit 0 and nothing written", &said)?;
    let is_told = said.contains("已经完整写出并且有效");
    ensure(is_killed || code != 2 || is_new == is_told, "it is not said what stands", &said)?;
    // What failed and left nothing behind is as if it had never begun.
    if !is_killed && !is_new && hidden.is_empty() {
        return Ok(());
    }
    let (code, said) = run(case, folder.path(), None, None);
    let expected = if is_new && !case.again { 2 } else { 0 };
    ensure(code == expected, "the next run ends otherwise", &format!("{code} {said} {hidden:?}"))?;
    let (stands, hidden) = look(folder.path());
    ensure(stands == *new, "the next run leaves something else", &names(&stands))?;
    ensure(hidden.is_empty(), "left behind", &format!("{hidden:?}"))?;
    if is_killed && stands.keys().any(|path| path.starts_with("results/v")) {
        let verify = Case { args: ["-C", "{}", "verify", "--all", "-q"].map(str::to_owned).to_vec(), ..case.like() };
        let (code, said) = run(&verify, folder.path(), None, None);
        ensure(code == 0, "the chain does not hold", &said)?;
    }
    Ok(())
}

/// Whether nothing but whole files directly below `feedback/` was added: the folder never comes without its list.
fn is_but_beside(stands: &Tree, old: &Tree, new: &Tree) -> bool {
    let is_beside = |path: &str| path.strip_prefix("feedback/").is_some_and(|name| !name.contains('/'));
    let added = stands.iter().filter(|(path, _)| !old.contains_key(*path));
    old.iter().all(|(path, bytes)| stands.get(path) == Some(bytes))
        && added.into_iter().all(|(path, bytes)| is_beside(path) && new.get(path) == Some(bytes))
}

impl Case {
    fn like(&self) -> Self {
        Self { args: Vec::new(), before: self.before.clone(), ..*self }
    }

    /// Whether its files are moved into a folder that stands there already.
    fn is_moved(&self) -> bool {
        self.name.ends_with("into a folder")
    }
}

fn made() -> project::Made {
    project::Made::new(|folder, args| {
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        let case = Case { name: "make", args, before: folder.to_path_buf(), again: true, plain: false };
        let (code, said) = run(&case, folder, None, None);
        assert_eq!(code, 0, "{said}");
    })
}

#[cfg(unix)]
#[test]
fn a_signal_takes_away_what_is_being_written_and_nothing_else() {
    use rustix::process::{Pid, Signal, kill_process};
    let made = made();
    for case in made.cases().iter().filter(|case| ["score", "feedback", "template again", "init"].contains(&case.name))
    {
        let whole = copy_of(&case.before);
        assert_eq!(run(case, whole.path(), None, None).0, 0, "{}", case.name);
        let (old, new) = (look(&case.before).0, look(whole.path()).0);
        for (signal, expected) in [(Signal::INT, 130), (Signal::TERM, 143)] {
            // On a busy machine a signal may come when everything stands in its place already; then it is sent once more.
            let came_amid = (0..5).any(|_| {
                let folder = copy_of(&case.before);
                let slow = Fault { mode: SLOW, at: usize::MAX };
                let mut command = prepared(case, folder.path(), Some(slow), None);
                let child = command.stderr(Stdio::piped()).spawn().unwrap();
                let is_begun =
                    || look(folder.path()).1.iter().any(|path| path.contains('-') && path.ends_with(".xlsx"));
                while !is_begun() {
                    std::thread::sleep(Duration::from_millis(5));
                }
                kill_process(Pid::from_child(&child), signal).unwrap();
                let (code, said) = ended(&child.wait_with_output().unwrap());
                let (stands, hidden) = look(folder.path());
                if stands != old {
                    assert!(entered(stands, &hidden, folder.path(), &new) == new, "{} {signal:?}: {said}", case.name);
                    return false;
                }
                assert_eq!(code, expected, "{} {signal:?}: {said}", case.name);
                assert!(said.contains("提前结束"), "{} {signal:?}: {said}", case.name);
                let left: Vec<&String> = hidden.iter().filter(|path| !path.ends_with(".lock")).collect();
                assert!(left.is_empty(), "{} {signal:?}: {left:?}", case.name);
                assert_eq!(run(case, folder.path(), None, None).0, 0, "{}: the next run", case.name);
                true
            });
            assert!(came_amid, "{} {signal:?}: never amid the steps", case.name);
        }
    }
}

#[test]
fn every_step_may_fail_or_be_the_last() {
    let made = made();
    let cases: Vec<Case> = made.cases();
    let mut faults: Vec<(usize, Fault)> = Vec::new();
    let mut trees = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let (folder, count) = (copy_of(&case.before), tempfile::NamedTempFile::new().unwrap());
        let (code, said) = run(case, folder.path(), None, Some(count.path()));
        assert_eq!(code, 0, "{}: {said}", case.name);
        let steps: usize = fs::read_to_string(count.path()).unwrap().parse().unwrap();
        let (old, new) = (look(&case.before).0, look(folder.path()).0);
        assert!(steps > 4 && old != new, "{}: {steps} steps", case.name);
        faults.extend((0..steps).flat_map(|at| [FAIL, KILL].map(|mode| (index, Fault { mode, at }))));
        trees.push((old, new));
    }
    let met = |(index, fault): &(usize, Fault)| meets(&cases[*index], *fault, &trees[*index].0, &trees[*index].1).err();
    let wrong: Vec<String> = faults.par_iter().filter_map(met).collect();
    assert!(wrong.is_empty(), "{} of {} faults:\n{}", wrong.len(), faults.len(), wrong.join("\n"));
}
