//! What must add up: units, ballots, files, register rows (SPEC §12). A run that does not add up fails.

use crate::result::outcome::{LeafState, Mode};
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AssertionOutcome, ClassTotals, ComponentOutcome, Outcome, RowEnd, UnitOutcome};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::place::FileStatus;

/// The sums that open every version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// Roster = received + missing + excluded.
    pub units: UnitSums,
    /// Issued = counted + void + emptied + without quorum + not returned, by component and class.
    pub ballots: Vec<BallotSums>,
    /// Found = used + duplicate + ignored + rejected.
    pub files: FileSums,
    /// Register rows by how they ended.
    pub registers: BTreeMap<String, usize>,
}

/// Units of the roster by what came in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitSums {
    /// Units of the roster.
    pub roster: usize,
    /// Self-reports received; where none are asked for, units about which anything came in.
    pub received: usize,
    /// The other assessed units.
    pub missing: usize,
    /// Units that are not assessed.
    pub excluded: usize,
}

/// Ballots of one class.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotSums {
    /// Component id.
    pub component: String,
    /// Class id.
    pub class: String,
    /// Issued, if known.
    pub issued: Option<usize>,
    /// Counted.
    pub counted: usize,
    /// Void.
    pub void: usize,
    /// Emptied by recusal.
    pub emptied: usize,
    /// Valid, but the class has no quorum.
    pub without_quorum: usize,
    /// Not returned, where issued is known.
    pub not_returned: usize,
}

/// Files by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSums {
    /// Found.
    pub found: usize,
    /// Used.
    pub used: usize,
    /// Duplicate.
    pub duplicate: usize,
    /// Ignored, or not adopted by 收件清单.
    pub ignored: usize,
    /// Rejected.
    pub rejected: usize,
}

/// Adds up an outcome. `found` is the number of files found, counted where they were found.
pub(super) fn reconcile(outcome: &Outcome, found: usize) -> (Reconciliation, Vec<Finding>) {
    let excluded = outcome.units.iter().filter(|u| u.roster.mode == Mode::Excluded).count();
    let assessed: Vec<&UnitOutcome> = outcome.units.iter().filter(|u| u.roster.mode != Mode::Excluded).collect();
    let came_in =
        |unit: &&&UnitOutcome| if outcome.held(unit).asks_unit() { unit.report.is_some() } else { has_data(unit) };
    let received = assessed.iter().filter(came_in).count();
    let missing = assessed.len() - received;
    let units = UnitSums { roster: outcome.units.len(), received, missing, excluded };
    let status = |s: FileStatus| outcome.files.iter().filter(|f| f.status == s).count();
    let files = FileSums {
        found,
        used: status(FileStatus::Used),
        duplicate: status(FileStatus::Duplicate),
        ignored: status(FileStatus::Ignored) + status(FileStatus::NotAdopted),
        rejected: status(FileStatus::Rejected),
    };
    let ballots = outcome.classes();
    let ballots: Vec<BallotSums> =
        ballots.map(|(component, class, totals)| ballot_sums([&component.id, &class.id], totals)).collect();
    let mut registers: BTreeMap<String, usize> = BTreeMap::new();
    let rows = &outcome.registers;
    let settled = outcome.settled();
    let endings = rows.adjustments.iter().zip(&settled).map(|(row, own)| {
        let end = own.map_or(RowEnd::NotAssessed, |own| own.end.row());
        format!("{}:{end}", row.register)
    });
    let endings = endings.chain(rows.decisions.iter().map(|row| format!("decisions:{}", row.standing)));
    let endings = endings.chain(rows.corrections.iter().map(|row| format!("corrections:{}", row.standing)));
    let endings = endings.chain(rows.appeals.iter().map(|row| format!("appeals:{}", row.ending)));
    let endings = endings.chain(rows.dispositions.iter().map(|row| format!("dispositions:{}", row.standing)));
    let endings = endings.chain(rows.places.iter().map(|row| format!("places:{}", row.standing)));
    for ending in endings.chain(outcome.assertions.iter().map(asserted)) {
        *registers.entry(ending).or_default() += 1;
    }
    let sums = Reconciliation { units, ballots, files, registers };
    let findings = check(&sums, outcome);
    (sums, findings)
}

/// Whether anything at all came in about a unit: a value of a leaf, a given score, a mark.
fn has_data(unit: &UnitOutcome) -> bool {
    let is_gap =
        |state: LeafState| matches!(state, LeafState::Unverified | LeafState::NoReport | LeafState::NotInScheme);
    let of_component = |own: &ComponentOutcome| {
        let given = own.given.iter().any(|node| !node.parts.is_empty());
        let classes = own.ballots.iter().flat_map(|ballots| &ballots.classes);
        let mut marks =
            classes.map(|c| c.counts.valid + c.counts.abstained + c.counts.void + c.counts.recused + c.tallies.len());
        given || marks.any(|count| count > 0)
    };
    unit.leaves.iter().any(|leaf| !is_gap(leaf.state)) || unit.components.values().any(of_component)
}

/// Ballots of a class: its sheets, and what its tallies counted. Issued is known when it is known for all of them.
fn ballot_sums([component, id]: [&str; 2], class: &ClassTotals) -> BallotSums {
    let tallied = &class.tallied;
    let reached = class.quorum.unwrap_or(true);
    let (counted, without_quorum) = if reached { (class.valid, 0) } else { (0, class.valid) };
    let issued = class.all_issued();
    BallotSums {
        component: component.to_owned(),
        class: id.to_owned(),
        issued,
        counted: counted + tallied.valid - tallied.without_quorum,
        void: class.void + tallied.invalid,
        emptied: class.emptied,
        without_quorum: without_quorum + tallied.without_quorum,
        not_returned: issued.map_or(0, |issued| issued.saturating_sub(class.all_returned())),
    }
}

/// How a row of 核对 is counted.
fn asserted(row: &AssertionOutcome) -> String {
    format!("assertions:{}", if row.agrees { "agreed" } else { "differs" })
}

fn check(sums: &Reconciliation, outcome: &Outcome) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut expect = |what: &str, whole: usize, parts: usize| {
        if whole != parts {
            findings.push(Finding::new(Code::E703).with("what", what).found(whole).expected(parts));
        }
    };
    let units = &sums.units;
    expect("roster", units.roster, units.received + units.missing + units.excluded);
    let files = &sums.files;
    expect("files", files.found, files.used + files.duplicate + files.ignored + files.rejected);
    for file in &outcome.files {
        if let Some(rows) = file.row_sums {
            expect(&file.path, rows.found as usize, (rows.read + rows.skipped + rows.rejected) as usize);
        }
    }
    for class in &sums.ballots {
        if let Some(issued) = class.issued {
            let parts = class.counted + class.void + class.emptied + class.without_quorum + class.not_returned;
            expect(&format!("{}/{}", class.component, class.class), issued, parts);
        }
    }
    let rows = &outcome.registers;
    let total = rows.adjustments.len() + rows.decisions.len() + rows.corrections.len();
    let total = total + rows.appeals.len() + rows.dispositions.len() + rows.places.len() + outcome.assertions.len();
    expect("registers", total, sums.registers.values().sum());
    findings
}
