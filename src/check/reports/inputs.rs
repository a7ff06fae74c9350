//! Rows and columns of the inputs of a formula (输入项): which input they mean, and what stands there (SPEC §19.13).

use std::collections::BTreeMap;

use super::{VerifierCells, periods};
use crate::check::cells::{self, Ask, CellRef};
use crate::engine::assessment::{Claim, InputCell, LeafInput, State};
use crate::model::Leaf;
use crate::model::formula::Input;
use crate::read::table::Row;
use crate::read::{RawTable, RawValue, Word};
use crate::shared::few::Few;
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::number::Exact;
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// The cell of a row that names an input; none in a row of a leaf itself.
pub(super) fn named(table: &RawTable, row: &Row) -> Option<Located<String>> {
    Some(table.text(row, Word::InputItem)).filter(|cell| !cells::is_missing(&cell.value))
}

/// The index of the input of a leaf that a cell names; none after a finding.
pub(super) fn find(leaf: &Leaf, cell: &Located<String>, findings: &mut Findings<'_>) -> Option<usize> {
    let wanted = text::key(&cell.value);
    let found = leaf.inputs().iter().position(|input| input.name == wanted);
    match leaf.formula {
        None => {
            findings.add(Code::E252).at(cell.at).found(&cell.value).with("indicator", leaf.full_name());
        }
        Some(_) if found.is_none() => {
            let known = leaf.inputs().iter().map(|input| input.name.as_str());
            findings.unknown(Code::E251, cell, known).with("indicator", leaf.full_name());
        }
        Some(_) => {}
    }
    found
}

/// The value of an input; none after a finding.
pub(super) fn value(input: &Input, cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<Located<State<Exact>>> {
    let ask = if input.percent { Ask::Percent } else { Ask::Score };
    Some(Located::new(cells::number(cell, ask, findings)?, cell.at))
}

/// Reports points in the row of an input; whether there are any.
pub(super) fn has_points(leaf: &Leaf, cell: &CellRef<'_>, findings: &mut Findings<'_>) -> bool {
    let typed = cell.value.map(RawValue::text).filter(|written| !cells::is_missing(written));
    if let Some(written) = &typed {
        findings.add(Code::E256).at(cell.at).found(written).with("indicator", leaf.full_name());
    }
    typed.is_some()
}

/// Puts the value of an input in its place.
pub(super) fn put(slots: &mut Few<InputCell>, leaf: &Leaf, index: usize, value: Located<State<Exact>>) {
    slots.list().resize(leaf.inputs().len(), None);
    slots[index] = Some(value);
}

/// Keeps the verifier's remark in the row of an input.
pub(super) fn remark(slot: &mut LeafInput, cell: &CellRef<'_>, findings: &mut Findings<'_>) {
    let Some(written) = cells::words(cell, findings).filter(|written| !cells::is_missing(written)) else { return };
    slot.remarks.list().push(written);
}

/// The rows of inputs of one self-report.
#[derive(Default)]
pub(super) struct InputRows {
    /// Where each input, by leaf, period and index, has its row.
    seen: BTreeMap<(usize, String, usize), Place>,
    /// What names the evidence of a leaf, or of one of its periods, in the row of an input.
    evidence: BTreeMap<(usize, String), Located<Box<str>>>,
}

/// A row of a table that is about an input of a leaf.
pub(super) struct InputRow<'r> {
    pub(super) table: &'r RawTable,
    pub(super) row: &'r Row,
    /// The cell that names the input.
    pub(super) item: &'r Located<String>,
    /// The cell that names the period, blank where the leaf has none.
    pub(super) period: &'r Located<String>,
    /// Whether the table has columns of the verifier.
    pub(super) is_verified: bool,
}

impl InputRows {
    /// Takes the row of an input of a leaf, by the index of the leaf.
    pub(super) fn take(
        &mut self,
        own: &InputRow<'_>,
        index: usize,
        leaf: &Leaf,
        slot: &mut LeafInput,
        findings: &mut Findings<'_>,
    ) {
        let Some(input) = find(leaf, own.item, findings) else {
            slot.broken = true;
            return;
        };
        let Some(slot) = periods::slot(leaf, slot, own.period, findings) else { return };
        let period = text::key(&own.period.value);
        if let Some(first) = self.seen.insert((index, period.clone(), input), own.item.at) {
            let name = leaf.input_name(&leaf.inputs()[input]);
            findings.add(Code::E218).at(own.item.at).also(first).found(name);
            slot.broken = true;
            return;
        }
        let typed = own.table.get(own.row, Word::Value);
        let claimed = value(&leaf.inputs()[input], &typed, findings);
        let verifier = VerifierCells::of_row(own.table, own.row);
        let verified = value(&leaf.inputs()[input], &verifier.value, findings);
        let points = [own.table.get(own.row, Word::SelfScore), verifier.points];
        let has_points = points.iter().filter(|cell| has_points(leaf, cell, findings)).count() > 0;
        remark(slot, &verifier.note, findings);
        if let Some((evidence, _)) =
            super::evidence(own.table, own.row, findings).filter(|(own, _)| !own.value.is_empty())
        {
            self.evidence.entry((index, period)).or_insert(evidence);
        }
        slot.broken |= claimed.is_none() || verified.is_none() || has_points;
        if let Some(claimed) = claimed {
            let is_known = claimed.value != State::Missing;
            if !leaf.asked_of_unit && is_known {
                findings.add(Code::W222).at(claimed.at).found(leaf.input_name(&leaf.inputs()[input]));
            } else if leaf.asked_of_unit {
                put(&mut slot.claimed, leaf, input, claimed);
            }
        }
        if let Some(verified) = verified.filter(|_| own.is_verified) {
            put(&mut slot.verified, leaf, input, verified);
        }
    }

    /// Lets evidence in rows of inputs count for their leaves.
    pub(super) fn settle(&mut self, leaves: &mut [LeafInput]) {
        for ((leaf, period), evidence) in std::mem::take(&mut self.evidence) {
            let at = evidence.at;
            let Some(slot) = periods::known(&mut leaves[leaf], &period) else { continue };
            let own = slot.claim.get_or_insert_with(|| Claim {
                value: Located::new(State::Missing, at),
                points: Located::new(State::Missing, at),
                evidence: Located::new(Box::default(), at),
                covers: Few::default(),
            });
            if own.evidence.value.is_empty() {
                own.evidence = evidence;
            }
        }
    }

    /// The names of the inputs of a leaf that have no row; of one with periods in each that has any row.
    pub(super) fn lacking(&self, index: usize, leaf: &Leaf) -> Vec<String> {
        let mut periods: Vec<&str> = self.seen.keys().filter(|own| own.0 == index).map(|own| own.1.as_str()).collect();
        periods.dedup();
        if periods.is_empty() {
            periods.push("");
        }
        let lacks = |period: &str, input: usize| !self.seen.contains_key(&(index, period.to_owned(), input));
        let of_period = |period: &str| {
            let inputs = leaf.inputs().iter().enumerate().filter(|(input, _)| lacks(period, *input));
            inputs.map(|(_, input)| format!("{} {period}", leaf.input_name(input)).trim_end().to_owned()).collect()
        };
        periods.into_iter().flat_map(|period| -> Vec<String> { of_period(period) }).collect()
    }
}
