//! Results of earlier periods that the model names: which documents counted then, and the outcome of each unit.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::model::record;
use crate::check::identity::UnitIndex;
use crate::engine::assessment::{PastDocument, Unit, UnitIx};
use crate::model::Model;
use crate::read::{self, Unfit};
use crate::result::outcome::{AdjustmentOutcome, End, Outcome, PreviousOutcome, UnitOutcome};
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::place::{FileStatus, Files, Place, Role};
use crate::shared::text::{self, DocumentKey};

/// Results of earlier periods, the latest first.
#[derive(Default)]
pub(super) struct History {
    periods: Vec<Period>,
}

/// One earlier result, as far as this period needs it.
struct Period {
    name: String,
    /// Its file.
    at: Place,
    units: Vec<UnitOutcome>,
    /// The name of the lowest grade.
    lowest: Option<String>,
    /// Whether it may be the period before: drafts and results of the present period may not.
    is_earlier: bool,
    /// The index of the earlier unit and the document, for each row that counted.
    documents: Vec<(usize, DocumentKey)>,
}

/// What earlier periods say about the present units.
#[derive(Default)]
pub(super) struct Traced {
    /// Documents that counted.
    pub(super) documents: Vec<PastDocument>,
    /// The outcomes of units in the period before this one.
    pub(super) previous: BTreeMap<UnitIx, Vec<PreviousOutcome>>,
}

/// Reads the results that the model names; one that cannot be read is a finding.
pub(super) fn read(root: &Path, model: &Model, files: &mut Files, findings: &mut Findings<'_>) -> History {
    let mut history = History::default();
    for path in &model.history {
        let bytes = read::present(&root.join(path));
        let file = files.push(record(path, bytes.as_deref().unwrap_or_default(), Role::History));
        let outcome = bytes.and_then(|bytes| Ok(serde_json::from_slice::<Outcome>(&bytes)?));
        match outcome {
            Ok(outcome) => history.add(outcome, Place::file(file), &model.period),
            Err(error) => {
                files.get_mut(file).status = FileStatus::Rejected;
                let finding = match error.downcast_ref::<Unfit>() {
                    Some(unfit) => Finding::new(Code::E730).with("what", Arg::Word(unfit.word())),
                    None => Finding::new(Code::E629).found(error.root_cause()),
                };
                findings.push(finding.at(Place::file(file)));
            }
        }
    }
    history
}

impl History {
    fn add(&mut self, outcome: Outcome, at: Place, period: &str) {
        let documents = documents(&outcome);
        let Outcome { mut model, units, draft, .. } = outcome;
        let (is_earlier, lowest) = (!draft && model.period != period, model.grades.pop().map(|grade| grade.name));
        self.periods.push(Period { name: model.period, at, units, lowest, is_earlier, documents });
        // The sort is stable: of two results of one period the first named counts.
        self.periods.sort_by(|a, b| text::natural(&b.name, &a.name));
    }

    /// Assigns everything to the present units. A unit is found by the code or name it had then, which may be a former
    /// one now, or by what it became in a period between. If these mean different units, its result is assigned to none
    /// of them, and its documents count for each of them.
    pub(super) fn traced(self, units: &[Unit], findings: &mut Findings<'_>) -> Traced {
        let has_results = |period: &&Period| period.is_earlier && period.units.iter().any(|unit| unit.total.is_some());
        let latest = self.periods.iter().find(has_results).map(|period| period.name.clone());
        let mut lineage = Lineage { index: UnitIndex::new(units), later: Vec::new() };
        let mut traced = Traced::default();
        for period in self.periods {
            let found: Vec<BTreeSet<UnitIx>> = period.units.iter().map(|past| lineage.units_of(past)).collect();
            lineage.add(&period.units, &found);
            for (unit, document) in &period.documents {
                traced.documents.extend(found[*unit].iter().map(|unit| PastDocument {
                    unit: *unit,
                    document: document.clone(),
                    period: period.name.clone(),
                }));
            }
            if period.is_earlier && latest.as_ref() == Some(&period.name) {
                traced.take_results(period, &found, findings);
            }
        }
        traced
    }
}

impl Traced {
    fn take_results(&mut self, period: Period, found: &[BTreeSet<UnitIx>], findings: &mut Findings<'_>) {
        for (past, found) in period.units.into_iter().zip(found).filter(|(past, _)| past.total.is_some()) {
            if found.len() > 1 {
                findings.add(Code::W720).at(period.at).found(format!("{} {}", past.roster.code, past.roster.name));
            } else if let Some(unit) = found.first() {
                let known = self.previous.entry(*unit).or_default();
                if known.iter().all(|own| own.code != past.roster.code) {
                    known.push(previous(&period.name, period.lowest.as_deref(), past));
                }
            }
        }
    }
}

/// What units of earlier periods became.
struct Lineage<'u> {
    index: UnitIndex<'u>,
    /// Names of each later period that was traced already, the nearest to now first.
    later: Vec<BTreeMap<String, BTreeSet<UnitIx>>>,
}

impl Lineage<'_> {
    /// The present units that an earlier unit may be: by its own names, and by those of the nearest later period that
    /// has it.
    fn units_of(&self, past: &UnitOutcome) -> BTreeSet<UnitIx> {
        let names = [&past.roster.code, &past.roster.name];
        let mut units: BTreeSet<UnitIx> = names.iter().filter_map(|name| self.index.find(name)).collect();
        let keys = names.map(|name| text::key(name));
        let next = self.later.iter().rev().find(|period| keys.iter().any(|key| period.contains_key(key)));
        if let Some(period) = next {
            units.extend(keys.iter().filter_map(|key| period.get(key)).flatten());
        }
        units
    }

    fn add(&mut self, units: &[UnitOutcome], found: &[BTreeSet<UnitIx>]) {
        let mut names: BTreeMap<String, BTreeSet<UnitIx>> = BTreeMap::new();
        for (past, found) in units.iter().zip(found) {
            for name in past.roster.names() {
                names.entry(text::key(name)).or_default().extend(found);
            }
        }
        self.later.push(names);
    }
}

fn previous(period: &str, lowest: Option<&str>, unit: UnitOutcome) -> PreviousOutcome {
    PreviousOutcome {
        code: unit.roster.code,
        name: unit.roster.name,
        period: period.to_owned(),
        group: unit.roster.group,
        total: unit.total,
        rank_group: unit.rank_group,
        rank_overall: unit.rank_overall,
        lowest: unit.grade.is_some() && unit.grade.as_deref() == lowest,
        grade: unit.grade,
    }
}

fn documents(outcome: &Outcome) -> Vec<(usize, DocumentKey)> {
    let counted = |own: &&AdjustmentOutcome| matches!(own.end, End::Full | End::Part(_) | End::Event);
    let units = outcome.units.iter().enumerate();
    let of_unit = units.flat_map(|(unit, own)| own.adjustments.iter().filter(counted).map(move |own| (unit, own)));
    of_unit.filter_map(|(unit, own)| Some((unit, outcome.row(own)?.document_key()?))).collect()
}
