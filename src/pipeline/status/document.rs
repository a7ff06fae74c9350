//! The document of `assess.status/1`.

use crate::result::outcome::Register;
use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::result::appeals::Window;
use crate::result::states::VersionState;
use crate::shared::finding::{Code, Severity};

/// The schema of the document.
pub const SCHEMA: &str = "assess.status/1";

/// The state of a project.
#[derive(Debug, Serialize)]
pub struct Status<'c> {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Title of the assessment.
    pub title: &'c str,
    /// Period.
    pub period: &'c str,
    /// The date as of which the result holds.
    pub as_of: Option<Date>,
    /// Self-reports; none where none are asked for.
    pub reports: Option<Reports<'c>>,
    /// Rectification ledgers; none where no leaf is counted in them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledgers: Option<Reports<'c>>,
    /// Ballots by component and class.
    pub ballots: Vec<Ballots<'c>>,
    /// Scores made elsewhere, by component.
    pub given: Vec<Given<'c>>,
    /// Findings.
    pub findings: Findings,
    /// Opinions of departments; none before forms for them were written or any came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opinions: Option<Opinions>,
    /// Register rows by register and standing.
    pub registers: BTreeMap<&'static str, BTreeMap<&'static str, usize>>,
    /// Appeals without a conclusion.
    pub appeals: Vec<Appeal<'c>>,
    /// Appeals that were upheld, with the rows that settle them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub upheld: Vec<Upheld<'c>>,
    /// From when to when appeals are received, where that is known.
    pub appeal_window: Option<Window>,
    /// The newest version.
    pub version: Option<Version>,
    /// What to do next.
    pub next: Next,
    /// The state that an unchanged version goes to next.
    pub next_state: Option<VersionState>,
}

/// Self-reports, or ledgers.
#[derive(Debug, Serialize)]
pub struct Reports<'c> {
    /// Units that are asked for one.
    pub asked: usize,
    /// Units whose report or ledger came in.
    pub received: usize,
    /// The others.
    pub missing: Vec<Missing<'c>>,
}

/// A unit whose self-report or ledger is missing.
#[derive(Debug, Serialize)]
pub struct Missing<'c> {
    /// Code.
    pub code: &'c str,
    /// Name.
    pub name: &'c str,
    /// Contact.
    pub contact: &'c str,
}

/// Ballots and tallies of one class.
#[derive(Debug, Serialize)]
pub struct Ballots<'c> {
    /// Component id.
    pub component: &'c str,
    /// Class id.
    pub class: &'c str,
    /// Component and class as printed.
    pub name: String,
    /// Ballots issued, if known.
    pub issued: Option<usize>,
    /// Ballots returned.
    pub returned: usize,
    /// Valid ballots.
    pub valid: usize,
    /// Rows of tallies.
    pub tallies: usize,
    /// Assessed units that nobody of the class rated.
    pub unrated: usize,
}

/// Scores made elsewhere of one component.
#[derive(Debug, Serialize)]
pub struct Given<'c> {
    /// Component id.
    pub component: &'c str,
    /// Its name.
    pub name: &'c str,
    /// Assessed units.
    pub units: usize,
    /// Those of them that have a score.
    pub scored: usize,
    /// Periods.
    pub periods: usize,
}

/// What departments answered.
#[derive(Debug, Serialize)]
pub struct Opinions {
    /// Forms that came in.
    pub forms: usize,
    /// Those of them in which something is written.
    pub answered: usize,
    /// Units about which something is written.
    pub units: usize,
    /// Units with which some department does not agree.
    pub disagreed: usize,
}

/// Findings by weight, and their codes.
#[derive(Debug, Serialize)]
pub struct Findings {
    /// Errors.
    pub errors: usize,
    /// Pending.
    pub pending: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Codes and their titles, the heaviest and most frequent first.
    pub codes: Vec<CodeCount>,
}

/// How often a code was found.
#[derive(Debug, Serialize)]
pub struct CodeCount {
    /// The code.
    pub code: Code,
    /// Its weight.
    pub severity: Severity,
    /// Its title; with `…` for what differs, where the findings of the code have many titles.
    pub title: String,
    /// How often.
    pub count: usize,
}

/// An appeal without a conclusion.
#[derive(Debug, Serialize)]
pub struct Appeal<'c> {
    /// 编号.
    pub id: &'c str,
    /// Unit code.
    pub unit: &'c str,
    /// Unit name.
    pub name: &'c str,
    /// What it is about.
    pub target: &'c str,
    /// 收到日期.
    pub received: Option<Date>,
    /// Days from then to `as_of`; none where either is unknown or `as_of` is earlier.
    pub days_open: Option<i32>,
}

/// An appeal that was upheld.
#[derive(Debug, Serialize)]
pub struct Upheld<'c> {
    /// 编号.
    pub id: &'c str,
    /// Unit code.
    pub unit: &'c str,
    /// Unit name.
    pub name: &'c str,
    /// What it is about.
    pub target: &'c str,
    /// The rows that settle it: register and 编号; none yet if empty.
    pub settled_by: &'c [(Register, String)],
}

/// The newest version.
#[derive(Debug, Serialize)]
pub struct Version {
    /// Its name.
    pub name: String,
    /// Whether inputs or model have changed since.
    pub changed: bool,
    /// Whether forms of opinions were written from it into the folder of the project that is meant for them.
    pub suggested: bool,
    /// Whether its letters were written into the folder of the project that is meant for them.
    pub letters: bool,
    /// Its state, where that was recorded.
    pub state: Option<Marked>,
}

impl Version {
    /// Whether it is recorded as final.
    pub fn is_final(&self) -> bool {
        self.state.as_ref().is_some_and(|mark| mark.state == VersionState::Final)
    }
}

/// The recorded state of a version.
#[derive(Debug, Serialize)]
pub struct Marked {
    /// The state.
    pub state: VersionState,
    /// The document that it is based on.
    pub document: Option<String>,
    /// Its date.
    pub date: Date,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Next {
    /// Correct errors: `assess check`.
    Check,
    /// People have to settle something; a draft can be written.
    Draft,
    /// Write the first version.
    Score,
    /// Write a further version, with a reason.
    Rescore,
    /// Nothing has changed since the newest version.
    Done,
}
