//! Runs the binary on project folders of its own, with nothing of this machine's environment in the way.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde_json::Value;
use tempfile::TempDir;

#[path = "named.rs"]
pub(crate) mod named;

/// How a run ended and what it said.
#[derive(Debug)]
pub(crate) struct Ran {
    /// Exit code.
    pub(crate) code: i32,
    /// What was printed as the result.
    pub(crate) out: String,
    /// What was said besides.
    pub(crate) err: String,
}

impl Ran {
    /// The result as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("stdout is no JSON: {e}\n{}\n{}", self.out, self.err))
    }

    /// Fails with everything that was said unless the run ended with this code.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code\n--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        self
    }
}

/// The binary with a cleaned environment: no language, no colour wishes, no terminal.
pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assess"));
    let in_the_way =
        ["LANG", "LANGUAGE", "ASSESS_LANG", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS", "TZ"];
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("LC_") || in_the_way.contains(&text.as_ref()) {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs a prepared command to its end.
pub(crate) fn finish(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

/// Runs the binary with these arguments.
pub(crate) fn assess(args: &[&str]) -> Ran {
    finish(binary().args(args))
}

/// The folder of this package.
pub(crate) fn package() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder, by path.
type Tree = BTreeMap<String, Vec<u8>>;

/// The examples that were scored, with their results: each once in a process, however many tests look at it.
static SCORED: Mutex<BTreeMap<&'static str, Arc<OnceLock<Tree>>>> = Mutex::new(BTreeMap::new());

/// A project in a temporary folder of its own.
pub(crate) struct Folder {
    temporary: TempDir,
}

impl Folder {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self { temporary: tempfile::tempdir().unwrap() }
    }

    /// A copy of a bundled example, without results that somebody made there.
    pub(crate) fn example(name: &str) -> Self {
        let folder = Self::empty();
        copy(&package().join("examples").join(name), folder.root());
        folder
    }

    /// A copy of a bundled example with its first version, as `score` writes it.
    pub(crate) fn scored_example(name: &'static str) -> Self {
        let scored = Arc::clone(SCORED.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
        Self::of(scored.get_or_init(|| {
            let folder = Self::example(name);
            folder.score(&["-q"]).ended(0);
            folder.tree()
        }))
    }

    /// A folder with these files.
    fn of(tree: &Tree) -> Self {
        let folder = Self::empty();
        for (path, bytes) in tree {
            fs::create_dir_all(folder.path(path).parent().unwrap()).unwrap();
            fs::write(folder.path(path), bytes).unwrap();
        }
        folder
    }

    /// A copy of another folder with everything in it.
    pub(crate) fn copy_of(other: &Self) -> Self {
        let folder = Self::empty();
        copy(other.root(), folder.root());
        folder
    }

    /// A copy of another folder, results included.
    pub(crate) fn copy_with_results(other: &Self) -> Self {
        Self::of(&other.tree())
    }

    /// The folder.
    pub(crate) fn root(&self) -> &Path {
        self.temporary.path()
    }

    /// The folder as typed on a command line.
    pub(crate) fn shown(&self) -> &str {
        self.root().to_str().unwrap()
    }

    /// A path below the folder.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root().join(below)
    }

    /// Writes a text file.
    pub(crate) fn write(&self, below: &str, text: &str) -> &Self {
        fs::create_dir_all(self.path(below).parent().unwrap()).unwrap();
        fs::write(self.path(below), text).unwrap();
        self
    }

    /// Replaces a text that stands in a file exactly once.
    #[track_caller]
    pub(crate) fn edit(&self, below: &str, old: &str, new: &str) -> &Self {
        let text = self.text(below);
        assert_eq!(text.matches(old).count(), 1, "{old:?} in {below}");
        self.write(below, &text.replace(old, new))
    }

    /// Adds a line at the end of a text file.
    pub(crate) fn append(&self, below: &str, line: &str) -> &Self {
        self.write(below, &format!("{}{line}\n", self.text(below)))
    }

    /// Removes a file.
    pub(crate) fn remove(&self, below: &str) -> &Self {
        fs::remove_file(self.path(below)).unwrap();
        self
    }

    /// The text of a file.
    pub(crate) fn text(&self, below: &str) -> String {
        String::from_utf8(self.bytes(below)).unwrap()
    }

    /// The bytes of a file.
    #[track_caller]
    pub(crate) fn bytes(&self, below: &str) -> Vec<u8> {
        fs::read(self.path(below)).unwrap_or_else(|e| panic!("{below}: {e}"))
    }

    /// A JSON file.
    pub(crate) fn json(&self, below: &str) -> Value {
        let document = self.raw(below);
        if below.ends_with("result.json") { named::named(document) } else { document }
    }

    /// A document as it stands, with its indices.
    pub(crate) fn raw(&self, below: &str) -> Value {
        serde_json::from_slice(&self.bytes(below)).unwrap()
    }

    /// Whether something of this name exists.
    pub(crate) fn has(&self, below: &str) -> bool {
        self.path(below).exists()
    }

    /// Runs a command on the folder.
    pub(crate) fn run(&self, command: &str, more: &[&str]) -> Ran {
        let mut args = vec![command, self.shown()];
        args.extend_from_slice(more);
        assess(&args)
    }

    /// Scores the folder.
    pub(crate) fn score(&self, more: &[&str]) -> Ran {
        self.run("score", more)
    }

    /// Scores the folder and gives its result document.
    #[track_caller]
    pub(crate) fn scored(&self) -> Value {
        self.score(&[]).ended(0);
        self.result()
    }

    /// The result document of the first version.
    #[track_caller]
    pub(crate) fn result(&self) -> Value {
        self.json("results/v001/result.json")
    }

    /// Every file with its bytes, by path.
    pub(crate) fn tree(&self) -> Tree {
        let files =
            walkdir::WalkDir::new(self.root()).into_iter().map(Result::unwrap).filter(|e| e.file_type().is_file());
        files
            .map(|entry| {
                let below = entry.path().strip_prefix(self.root()).unwrap().to_string_lossy().into_owned();
                (below, fs::read(entry.path()).unwrap())
            })
            .collect()
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).sort_by_file_name() {
        let entry = entry.unwrap();
        let below = entry.path().strip_prefix(from).unwrap();
        if below.starts_with("results") || below.starts_with("feedback") {
            continue;
        }
        if entry.file_type().is_dir() {
            fs::create_dir_all(to.join(below)).unwrap();
        } else {
            fs::copy(entry.path(), to.join(below)).unwrap();
        }
    }
}

/// The unit of a result document by code.
#[track_caller]
pub(crate) fn unit<'v>(result: &'v Value, code: &str) -> &'v Value {
    let units = result["units"].as_array().unwrap();
    units.iter().find(|u| u["code"] == code).unwrap_or_else(|| panic!("no unit {code}"))
}

/// A string of a JSON document.
#[track_caller]
pub(crate) fn str_of(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a string: {value}"))
}

/// The elements of a JSON list.
#[track_caller]
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("not a list: {value}"))
}
