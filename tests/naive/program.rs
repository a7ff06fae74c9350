//! The program on a written project: within the process of the test, or as a command.

use std::path::Path;
use std::process::Command;

use assess::documents::report;
use assess::documents::report::document::Content;
use assess::pipeline;
use assess::read::Project as Folder;
use assess::result::outcome::{Outcome, RatingRecord};
use assess::result::verify::recalculate;
use assess::shared::finding::Severity;
use assess::shared::i18n::Lang;

use crate::named;

/// How a score ended.
pub(crate) enum Ended {
    /// Model or roster are wrong: exit 2.
    Stopped(String),
    /// The data are: exit 1.
    Rejected(String),
    Scored(Box<Scored>),
}

/// A result that may be written.
pub(crate) struct Scored {
    pub(crate) outcome: Outcome,
    ratings: Vec<RatingRecord>,
}

/// Reads, checks, scores and grades a folder; nothing is written.
pub(crate) fn score(folder: &Path) -> Ended {
    let prepared = match pipeline::prepare(Folder::find(folder).unwrap()).unwrap() {
        Ok(prepared) => prepared,
        Err(stopped) => {
            let said: Vec<String> =
                stopped.findings.iter().map(|own| format!("{:?}", own.say(Lang::En, &stopped.files))).collect();
            return Ended::Stopped(said.join("; "));
        }
    };
    let computed = pipeline::compute(prepared).unwrap();
    if computed.is_rejected(false) || computed.is_pending() {
        let wrong = computed.findings.iter().filter(|own| own.severity <= Severity::Pending);
        let said: Vec<String> = wrong.map(|own| format!("{:?}", own.say(Lang::En, &computed.files))).collect();
        return Ended::Rejected(said.join("; "));
    }
    let (outcome, _) = computed.outcome("v001", None, false);
    let ratings = computed.ratings().collect();
    Ended::Scored(Box::new(Scored { outcome, ratings }))
}

impl Scored {
    /// result.json with its names.
    pub(crate) fn document(&self) -> String {
        named::named(serde_json::to_value(&self.outcome).unwrap()).to_string()
    }

    /// Numbers that do not follow from the recorded parts by the rules as `verify` has them.
    pub(crate) fn unproved(&self) -> Option<String> {
        let checked = recalculate(&self.outcome, &self.ratings);
        (!checked.differing.is_empty()).then(|| format!("{:?}", checked.differing))
    }

    /// The total of differences in 核算, where it is not 0.
    pub(crate) fn unbalanced(&self) -> Option<f64> {
        let book = report::result(&self.outcome);
        let sheet = book.sheets.iter().find(|sheet| sheet.name == "核算").unwrap();
        let cells = sheet.head.iter().chain(&sheet.header).chain(&sheet.rows).flat_map(|row| &row.cells);
        let total = cells.filter_map(|cell| match &cell.content {
            Content::Formula(own) => Some(own.value),
            _ => None,
        });
        total.take(1).find(|total| *total != 0.0)
    }
}

/// Exit code of a command and what it said.
pub(crate) fn command(args: &[&str], folder: &Path) -> (Option<i32>, String) {
    let mut run = Command::new(env!("CARGO_BIN_EXE_assess"));
    let output = run.args(args).arg("-C").arg(folder).args(["--lang", "en"]).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    (output.status.code(), text.chars().take(1500).collect())
}
