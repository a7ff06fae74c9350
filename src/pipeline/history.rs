//! Results of earlier periods that the model names: which documents counted then, and how each unit came out.

use std::collections::BTreeMap;
use std::path::Path;

use super::model::record;
use crate::assessment::{PastDocument, PastResult, Unit, UnitIx};
use crate::check::identity::UnitIndex;
use crate::finding::{Arg, Code, Finding};
use crate::model::Model;
use crate::outcome::{AdjustmentRowOutcome, Outcome, PreviousOutcome, UnitOutcome};
use crate::place::{FileStatus, Files, Place, Role};
use crate::read::{self, Unfit};
use crate::text;

/// What earlier periods say.
#[derive(Default)]
pub(super) struct History {
    /// Documents that counted.
    pub(super) documents: Vec<PastDocument>,
    /// How units came out in the period before this one.
    results: Vec<PastResult>,
}

/// Reads the results that the model names; one that cannot be read is a finding.
pub(super) fn read(root: &Path, model: &Model, files: &mut Files, findings: &mut Vec<Finding>) -> History {
    let mut history = History::default();
    for path in &model.history {
        let bytes = read::present(&root.join(path));
        let file = files.push(record(path, bytes.as_deref().unwrap_or_default(), Role::History));
        let outcome = bytes.and_then(|bytes| Ok(serde_json::from_slice::<Outcome>(&bytes)?));
        match outcome {
            Ok(outcome) => history.add(&outcome, Place::file(file), &model.period),
            Err(error) => {
                files.get_mut(file).status = FileStatus::Rejected;
                let finding = match error.downcast_ref::<Unfit>() {
                    Some(unfit) => Finding::new(Code::E730).with("what", Arg::Word(unfit.word())),
                    None => Finding::new(Code::E629).found(error.root_cause().to_string()),
                };
                findings.push(finding.at(Place::file(file)));
            }
        }
    }
    history
}

impl History {
    fn add(&mut self, outcome: &Outcome, at: Place, period: &str) {
        self.documents.extend(documents(outcome));
        // A draft or an interim result of the same period is not the year before.
        if outcome.draft || outcome.model.period == period {
            return;
        }
        let newer = |own: &PastResult| text::natural(&own.previous.period, &outcome.model.period);
        match self.results.first().map(newer) {
            Some(std::cmp::Ordering::Greater) => return,
            Some(std::cmp::Ordering::Less) => self.results.clear(),
            Some(std::cmp::Ordering::Equal) | None => {}
        }
        let graded = outcome.units.iter().filter(|unit| unit.total.is_some());
        self.results.extend(graded.map(|unit| PastResult {
            code: unit.code.clone(),
            name: unit.name.clone(),
            previous: previous(outcome, unit),
            at,
        }));
    }

    /// The result of the period before by unit. A unit is found by its code or its name then, both of which may be former
    /// ones now; where the two mean different units it is not guessed.
    pub(super) fn by_unit(self, units: &[Unit], findings: &mut Vec<Finding>) -> BTreeMap<UnitIx, PreviousOutcome> {
        let index = UnitIndex::new(units);
        let mut found = BTreeMap::new();
        for past in self.results {
            match (index.find(&past.code), index.find(&past.name)) {
                (Some(by_code), Some(by_name)) if by_code != by_name => {
                    let written = format!("{} {}", past.code, past.name);
                    findings.push(Finding::new(Code::W720).at(past.at).found(written));
                }
                (Some(unit), _) | (None, Some(unit)) => {
                    found.entry(unit).or_insert(past.previous);
                }
                (None, None) => {}
            }
        }
        found
    }
}

fn previous(outcome: &Outcome, unit: &UnitOutcome) -> PreviousOutcome {
    let lowest = outcome.model.grades.last().map(|grade| grade.name.as_str());
    PreviousOutcome {
        period: outcome.model.period.clone(),
        group: unit.group.clone(),
        total: unit.total.clone(),
        rank_group: unit.rank_group,
        rank_overall: unit.rank_overall,
        grade: unit.grade.clone(),
        lowest: unit.grade.is_some() && unit.grade.as_deref() == lowest,
    }
}

fn documents(outcome: &Outcome) -> Vec<PastDocument> {
    let counted = |row: &&AdjustmentRowOutcome| matches!(row.outcome.as_str(), "full" | "part" | "event");
    let rows = outcome.registers.adjustments.iter().filter(counted);
    rows.map(|row| PastDocument {
        unit: row.unit.clone(),
        number: row.document_number.clone(),
        issued_by: row.issued_by.clone(),
        period: outcome.model.period.clone(),
    })
    .collect()
}
