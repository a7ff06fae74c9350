//! A tiny project with one submission, run in this process, and what came of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use assess::pipeline;
use assess::read::{Project as Root, worker};
use assess::shared::finding::{Message, Severity};
use assess::shared::i18n::Lang;
use tempfile::TempDir;

const MODEL: &str = r#"[assessment]
title = "读取测试"
period = "2025"
issuer = "工委"
[[line]]
code = "L1"
name = "线"
[[aspect]]
code = "A1"
name = "面"
points = 100
[[indicator]]
code = "X"
line = "L1"
aspect = "A1"
name = "指标"
points = 100
rule = "核定"
[[component]]
id = "g"
name = "日常"
weight = 100
kind = "given"
[[grade]]
name = "甲"
at_least = 60
[[grade]]
name = "乙"
at_least = 0
"#;

/// The units of the roster.
const ROSTER: &str = "单位代码,单位全称,分组\nU1,甲单位,一组\nU2,乙单位,一组\n";

/// A project folder.
pub(crate) struct Project {
    folder: TempDir,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) messages: Vec<Message>,
    /// Totals by unit; empty if the run stopped early.
    pub(crate) totals: BTreeMap<String, String>,
}

impl Project {
    /// A project of two units without scores.
    pub(crate) fn empty() -> Self {
        worker::use_program(PathBuf::from(env!("CARGO_BIN_EXE_assess")));
        let project = Self { folder: tempfile::tempdir().unwrap() };
        project.write("assess.toml", MODEL.as_bytes()).write("roster.csv", ROSTER.as_bytes());
        project
    }

    /// A project whose scores are handed in under a name.
    pub(crate) fn with(name: &str, bytes: &[u8]) -> Self {
        let project = Self::empty();
        project.write(&format!("given/g/{name}"), bytes);
        project
    }

    /// The folder.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> &Self {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Adds lines to the model.
    pub(crate) fn model(&self, more: &str) -> &Self {
        self.write("assess.toml", format!("{MODEL}{more}").as_bytes())
    }

    /// Names of all files with their sizes.
    fn tree(&self) -> Vec<(PathBuf, u64)> {
        let files = walkdir::WalkDir::new(self.root()).sort_by_file_name().into_iter().map(Result::unwrap);
        files.map(|entry| (entry.path().to_owned(), entry.metadata().unwrap().len())).collect()
    }

    /// Reads, checks, scores and grades it; nothing may be written.
    pub(crate) fn run(&self) -> Ran {
        let before = self.tree();
        let ran = compute(self.root());
        assert_eq!(self.tree(), before, "nothing is written");
        ran
    }
}

/// Reads, checks, scores and grades a project.
pub(crate) fn compute(root: &Path) -> Ran {
    match pipeline::prepare(Root::find(root).unwrap()).unwrap() {
        Err(stopped) => {
            let messages = stopped.findings.iter().map(|f| f.say(Lang::En, &stopped.files)).collect();
            Ran { messages, totals: BTreeMap::new() }
        }
        Ok(prepared) => {
            let computed = pipeline::compute(prepared).unwrap();
            let (outcome, ..) = computed.outcome("v001", None, false);
            let totals =
                outcome.units.iter().map(|u| (u.roster.code.clone(), u.total.clone().unwrap_or_default())).collect();
            let messages = computed.findings.iter().map(|f| f.say(Lang::En, &computed.files)).collect();
            Ran { messages, totals }
        }
    }
}

/// Runs a submission of scores in a project of its own.
pub(crate) fn run(name: &str, bytes: &[u8]) -> Ran {
    Project::with(name, bytes).run()
}

impl Ran {
    /// Whether the inputs are rejected.
    pub(crate) fn is_rejected(&self) -> bool {
        self.messages.iter().any(|m| m.severity == Severity::Error)
    }

    /// Errors about files and cells, as code, sheet and cell: `E121 表!B2`.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.list(Severity::Error)
    }

    /// Warnings in the same form.
    pub(crate) fn warnings(&self) -> Vec<String> {
        self.list(Severity::Warning)
    }

    /// Notes in the same form.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.list(Severity::Note)
    }

    fn list(&self, severity: Severity) -> Vec<String> {
        self.messages.iter().filter(|m| m.severity == severity).map(place).collect()
    }

    /// Fails unless the only error is this one.
    #[track_caller]
    pub(crate) fn only_error(&self, expected: &str) {
        assert_eq!(self.errors(), [expected], "{:#?}", self.messages);
    }

    /// Fails unless the scores are 95 and 80 and nothing is rejected.
    #[track_caller]
    pub(crate) fn scored(&self) -> &Self {
        assert!(self.errors().is_empty(), "{:#?}", self.messages);
        assert_eq!((self.total("U1"), self.total("U2")), ("95.00", "80.00"));
        self
    }

    /// The published total of a unit.
    #[track_caller]
    pub(crate) fn total(&self, unit: &str) -> &str {
        self.totals.get(unit).map_or("", String::as_str)
    }

    /// The title of the first finding of a code.
    #[track_caller]
    pub(crate) fn title(&self, code: &str) -> &str {
        &self.first(code).title
    }

    /// The first finding of a code.
    #[track_caller]
    pub(crate) fn first(&self, code: &str) -> &Message {
        self.messages.iter().find(|m| m.code == code).unwrap_or_else(|| panic!("no {code}: {:#?}", self.messages))
    }
}

fn place(message: &Message) -> String {
    let spot: Vec<&str> = [message.sheet.as_deref(), message.cell.as_deref()].into_iter().flatten().collect();
    format!("{} {}", message.code, spot.join("!")).trim_end().to_owned()
}
