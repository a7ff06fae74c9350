//! Register rows of two results: newly approved, changed, withdrawn, settled differently, or only listed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::result::outcome::{
    AdjustmentOutcome, AdjustmentRow, AppealRow, CorrectionRow, DecisionRow, Outcome, PlacesRow, Register, RegisterRow,
    RowEnd, Said, Sign,
};
use crate::shared::number::Points;
use crate::shared::place::Place;
use crate::shared::text;
use crate::shared::words::words;

/// Where a value is found, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    /// File below the project folder.
    pub file: String,
    /// Sheet; empty in csv.
    pub sheet: String,
    /// Cell.
    pub cell: String,
}

impl Spot {
    pub(super) fn of(outcome: &Outcome, at: Place) -> Self {
        let files = &outcome.files;
        Self { file: files.path(at).to_owned(), sheet: files.sheet(at).to_owned(), cell: at.cell_name() }
    }

    /// The place as one line: file, sheet and cell.
    pub fn line(&self) -> String {
        let spot = match (self.sheet.as_str(), self.cell.as_str()) {
            ("", cell) => cell.to_owned(),
            (sheet, "") => sheet.to_owned(),
            (sheet, cell) => format!("{sheet}!{cell}"),
        };
        format!("{} {spot}", self.file).trim().to_owned()
    }
}

/// A register row by name: enough to find and to cite it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RowRef {
    /// Its register.
    pub register: Register,
    /// 编号.
    pub id: String,
    /// Where it is; for a row that is gone, where it was.
    pub at: Spot,
    /// The document that it is based on: 审定文号, else 文号.
    pub document: String,
}

words! {
    /// What happened to a row.
    pub enum RowMove {
        /// It counts now and did not before.
        Approved = "approved",
        /// It counted before and counts now, but its content changed.
        Changed = "changed",
        /// It counted before and does not any more: withdrawn, or gone from the register.
        Withdrawn = "withdrawn",
        /// Its content is the same and counts, but other rows let it count for more or less.
        Settled = "settled",
        /// It counts neither before nor now: proposed, rejected, incomplete, an appeal.
        Listed = "listed",
    }
}

/// A row in one of the results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowState {
    /// Unit code.
    pub unit: String,
    /// Name of the unit.
    pub name: String,
    /// What it is about: code of the kind of adjustment, leaf code, component id or `total`, place of an appeal.
    pub target: String,
    /// Name of that in words; empty if it has none.
    pub target_name: String,
    /// 事由, 理由, 诉求 or 条款.
    pub text: String,
    /// What it says: points with their sign, the new value, the grade (none when deferred), the conclusion.
    pub value: Option<String>,
    /// 旧值 of a correction.
    pub replaces: Option<String>,
    /// Points with their sign that really count, for adjustments.
    pub counted: Option<String>,
    /// How far it has come.
    pub standing: String,
    /// How it ended: `full`, `part`, `cut`, `superseded`, `event`, or its standing.
    pub outcome: String,
    /// What cut it, or the row that counts instead.
    pub reason: Option<String>,
    /// 文号.
    pub document_number: String,
    /// 审定文号.
    pub approval_number: String,
    /// 关联编号 or 处理编号, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub links: String,
    /// The rows that settle an appeal: register and 编号.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settled_by: Vec<(Register, String)>,
    /// Where it is.
    pub at: Spot,
}

/// A row that differs between the results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowChange {
    /// Its register.
    pub register: Register,
    /// 编号.
    pub id: String,
    /// What happened to it.
    #[serde(rename = "move")]
    pub moved: RowMove,
    /// As it was; none if it is new.
    pub old: Option<RowState>,
    /// As it is; none if it is gone.
    pub new: Option<RowState>,
}

impl RowChange {
    /// Whether it can move a unit: it counts in one of the results at least, and differs.
    pub const fn counts(&self) -> bool {
        matches!(self.moved, RowMove::Approved | RowMove::Changed | RowMove::Withdrawn)
    }

    /// The row as it is, else as it was.
    pub fn any(&self) -> &RowState {
        self.new.as_ref().or(self.old.as_ref()).expect("a change has at least one side")
    }

    /// Codes of the units that it concerns: one, or two when the row was moved to another unit; none for places.
    pub fn units(&self) -> impl Iterator<Item = &str> {
        let old = self.old.as_ref().map(|row| row.unit.as_str());
        let new = self.new.as_ref().map(|row| row.unit.as_str());
        old.into_iter().chain(new.filter(|unit| Some(*unit) != old)).filter(|unit| !unit.is_empty())
    }

    /// The row by name.
    pub fn reference(&self) -> RowRef {
        let row = self.any();
        let document = if row.approval_number.is_empty() { &row.document_number } else { &row.approval_number };
        RowRef { register: self.register, id: self.id.clone(), at: row.at.clone(), document: document.clone() }
    }

    /// Whether it replaces a value of a leaf before the rule, not its points.
    pub(super) fn replaces_value_of(&self, code: &str) -> bool {
        let sides = [&self.old, &self.new].into_iter().flatten();
        sides.into_iter().any(|row| row.target.strip_prefix(code).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Whether it corrects a leaf, its value or its points.
    pub(super) fn corrects_leaf(&self, code: &str) -> bool {
        let sides = [&self.old, &self.new].into_iter().flatten();
        let is_of = |rest: &str| rest.is_empty() || rest.starts_with('/');
        sides.into_iter().any(|row| row.target.strip_prefix(code).is_some_and(is_of))
    }

    /// Whether what it counts for differs: points, a fact, a pinned grade, a corrected value.
    pub(super) fn has_effect<'s>(&'s self) -> bool {
        let effect = |row: Option<&'s RowState>| match row {
            Some(row) if row.standing == APPROVED => match self.register {
                Register::Adjustments => row.counted.as_deref().map(|points| (row.unit.as_str(), points)),
                _ => Some((row.unit.as_str(), "")),
            },
            _ => None,
        };
        self.register != Register::Adjustments && self.counts()
            || effect(self.old.as_ref()) != effect(self.new.as_ref())
    }
}

pub(super) const APPROVED: &str = "approved";

/// A row with its content: two rows of one number are the same if all of this is. Kind, grade and target are compared as
/// [`RowState`] names them, since results may list them in a different order; where a row stands is no part of its content.
struct Entry<'r> {
    state: RowState,
    /// What its cells say.
    cells: Vec<(&'static str, Said<'r>)>,
    /// What was made of them: the grade of a decision, how an appeal ended.
    own: Option<Cow<'r, str>>,
    /// Whether the row of this register can count at all.
    can_count: bool,
}

impl Entry<'_> {
    /// Whether another row of the same number has the same content and subject.
    fn says(&self, other: &Self) -> bool {
        let (own, state) = (&self.state, &other.state);
        let of_same = own.unit == state.unit && own.target == state.target && own.standing == state.standing;
        of_same && self.cells == other.cells && self.own == other.own && own.settled_by == state.settled_by
    }

    /// How it ended: its word, the points that count, and what cut it.
    fn ended(&self) -> (&str, Option<&str>, Option<&str>) {
        (&self.state.outcome, self.state.counted.as_deref(), self.state.reason.as_deref())
    }
}

type Key<'k> = (Register, &'k str);

/// The rows that differ, by register and 编号.
pub(super) fn changes(old: &Outcome, new: &Outcome) -> Vec<RowChange> {
    let (mut before, after) = (entries(old), entries(new));
    let mut changes = Vec::new();
    for ((register, id), now) in after {
        let was = before.remove(&(register, id));
        changes.extend(change(register, id, was, Some(now)));
    }
    changes.extend(before.into_iter().filter_map(|((register, id), was)| change(register, id, Some(was), None)));
    changes.sort_by(|a, b| a.register.cmp(&b.register).then_with(|| text::natural(&a.id, &b.id)));
    changes
}

fn change(register: Register, id: &str, old: Option<Entry<'_>>, new: Option<Entry<'_>>) -> Option<RowChange> {
    let counts =
        |entry: &Option<Entry<'_>>| entry.as_ref().is_some_and(|e| e.can_count && e.state.standing == APPROVED);
    let same = old.as_ref().zip(new.as_ref()).is_some_and(|(old, new)| old.says(new));
    let moved = match (counts(&old), counts(&new)) {
        (false, true) => RowMove::Approved,
        (true, false) => RowMove::Withdrawn,
        (true, true) if !same => RowMove::Changed,
        (true, true) if old.as_ref().map(Entry::ended) != new.as_ref().map(Entry::ended) => RowMove::Settled,
        (false, false) if !same => RowMove::Listed,
        _ => return None,
    };
    let state = |entry: Option<Entry<'_>>| entry.map(|e| e.state);
    Some(RowChange { register, id: id.to_owned(), moved, old: state(old), new: state(new) })
}

fn entries(outcome: &Outcome) -> BTreeMap<Key<'_>, Entry<'_>> {
    let rows = &outcome.registers;
    let reader = Reader::new(outcome);
    let settled = outcome.settled();
    let adjustments = rows.adjustments.iter().zip(settled);
    let adjustments = adjustments.map(|(row, own)| ((row.register, row.id.as_str()), reader.adjustment(row, own)));
    let decisions = rows.decisions.iter().map(|row| ((Register::Decisions, row.id.as_str()), reader.decision(row)));
    let corrections =
        rows.corrections.iter().map(|row| ((Register::Corrections, row.id.as_str()), reader.correction(row)));
    let appeals = rows.appeals.iter().map(|row| ((Register::Appeals, row.id.as_str()), reader.appeal(row)));
    let places = rows.places.iter().map(|row| ((Register::Places, row.id.as_str()), reader.places(row)));
    adjustments.chain(decisions).chain(corrections).chain(appeals).chain(places).collect()
}

/// Looks up what the rows of one result mean.
struct Reader<'r> {
    outcome: &'r Outcome,
    targets: BTreeMap<&'r str, &'r str>,
}

impl<'r> Reader<'r> {
    fn new(outcome: &'r Outcome) -> Self {
        let model = &outcome.model;
        let leaves = model.tree.leaves.iter().map(|leaf| (leaf.code.as_str(), leaf.name.as_str()));
        let components = model.components.iter().map(|c| (c.id.as_str(), c.name.as_str()));
        Self { outcome, targets: components.chain(leaves).collect() }
    }

    /// An entry of a row whose content is what its cells say; `text` is the field that tells its reason.
    fn entry(&self, row: &'r impl RegisterRow, standing: &str, text: &str) -> Entry<'r> {
        let unit = row.unit().and_then(|unit| self.outcome.units.get(unit.0)).map(|unit| &unit.roster);
        let cell = |name: &str| row.text(name).to_owned();
        let state = RowState {
            unit: unit.map(|unit| unit.code.clone()).unwrap_or_default(),
            name: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
            target: String::new(),
            target_name: String::new(),
            text: cell(text),
            value: None,
            replaces: None,
            counted: None,
            standing: standing.to_owned(),
            outcome: standing.to_owned(),
            reason: None,
            document_number: cell("document_number"),
            approval_number: cell("approval_number"),
            links: cell("links"),
            settled_by: Vec::new(),
            at: Spot::of(self.outcome, row.at()),
        };
        Entry { state, cells: row.fields(), own: None, can_count: true }
    }

    fn adjustment(&self, row: &'r AdjustmentRow, own: Option<&AdjustmentOutcome>) -> Entry<'r> {
        let kind = self.outcome.kind(row);
        let deducts = kind.is_some_and(|kind| kind.sign == Sign::Deduction);
        let signed = |points: &Points| match deducts && points.0.is_positive() {
            true => format!("-{points}"),
            false => points.to_string(),
        };
        let is_event = row.register == Register::Events;
        let ended = own.filter(|_| !is_event);
        let entry = self.entry(row, row.standing.json(), "matter");
        let state = RowState {
            target: kind.map(|kind| kind.code.clone()).unwrap_or_default(),
            target_name: kind.map(|kind| kind.name.clone()).unwrap_or_default(),
            value: row.approved.as_ref().or(row.claimed.as_ref()).map(signed).filter(|_| !is_event),
            counted: ended.map(|ended| signed(&ended.counted)),
            outcome: own.map_or(RowEnd::NotAssessed, |own| own.end.row()).to_string(),
            reason: ended.and_then(|ended| ended.end.reason()).map(str::to_owned),
            ..entry.state
        };
        Entry { state, can_count: row.register != Register::Declarations, ..entry }
    }

    fn decision(&self, row: &'r DecisionRow) -> Entry<'r> {
        let entry = self.entry(row, row.standing.json(), "clause");
        let grade = self.outcome.pinned(row);
        let state = RowState { value: grade.map(str::to_owned), ..entry.state };
        Entry { own: grade.map(Cow::Borrowed), state, ..entry }
    }

    /// Names no unit: its scope stands in the text, its grade in the target.
    fn places(&self, row: &'r PlacesRow) -> Entry<'r> {
        let entry = self.entry(row, row.standing.json(), "grounds");
        let places = row.places.value;
        let state = RowState {
            target: self.outcome.model.grade_name(row.grade).to_owned(),
            text: row.scope.clone(),
            value: Some(places.to_string()),
            ..entry.state
        };
        Entry { own: Some(Cow::Owned(format!("{} {places}", row.scope))), state, ..entry }
    }

    fn correction(&self, row: &'r CorrectionRow) -> Entry<'r> {
        let target = self.outcome.target(row);
        let entry = self.entry(row, row.standing.json(), "reason");
        let state = RowState {
            target_name: self.named(row).to_owned(),
            target: target.into_owned(),
            value: Some(row.new.value.to_string()),
            replaces: row.old.value.as_ref().map(ToString::to_string),
            ..entry.state
        };
        Entry { state, ..entry }
    }

    /// The name of the leaf or component that a correction is about.
    fn named(&self, row: &CorrectionRow) -> &'r str {
        let code = match row.target.leaf() {
            Some(leaf) => Cow::Borrowed(self.outcome.model.tree.leaves.get(leaf).map_or("", |leaf| leaf.code.as_str())),
            None => self.outcome.target(row),
        };
        self.targets.get(code.as_ref()).copied().unwrap_or_default()
    }

    fn appeal(&self, row: &'r AppealRow) -> Entry<'r> {
        let standing = if row.conclusion.trim().is_empty() { "open" } else { "decided" };
        let entry = self.entry(row, standing, "request");
        let state = RowState {
            target: row.target.clone(),
            value: Some(row.conclusion.clone()).filter(|text| !text.is_empty()),
            links: row.handled_by.value.clone(),
            settled_by: row.settled_by.clone(),
            ..entry.state
        };
        Entry { state, own: Some(Cow::Owned(row.ending.to_string())), can_count: false, ..entry }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An approved row of 2 points that counts for 1.
    fn entry(reason: Option<&str>) -> Entry<'static> {
        let state = RowState {
            unit: "U1".into(),
            name: String::new(),
            target: "J".into(),
            target_name: String::new(),
            text: String::new(),
            value: Some("2".into()),
            replaces: None,
            counted: Some("1".into()),
            standing: APPROVED.into(),
            outcome: "part".into(),
            reason: reason.map(str::to_owned),
            document_number: String::new(),
            approval_number: String::new(),
            links: String::new(),
            settled_by: Vec::new(),
            at: Spot::default(),
        };
        Entry { state, cells: Vec::new(), own: None, can_count: true }
    }

    fn moved(old: Option<&str>, new: Option<&str>) -> Option<RowMove> {
        let change = change(Register::Adjustments, "1", Some(entry(old)), Some(entry(new)));
        change.map(|change| change.moved)
    }

    #[test]
    fn a_row_that_is_cut_by_another_limit_is_settled_differently() {
        assert_eq!(moved(Some("per-item"), Some("max-bonus")), Some(RowMove::Settled));
        assert_eq!(moved(None, Some("max-bonus")), Some(RowMove::Settled));
        assert_eq!(moved(Some("per-item"), Some("per-item")), None);
    }
}
