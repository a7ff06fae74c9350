//! Formulas (公式) of leaves: from the values of the inputs to the value that the rule scores (SPEC §19.13).
//!
//! Only what a formula needs is calculated, so an input may be blank where the branch that needs it is not chosen.

use serde::{Deserialize, Serialize};

use super::leaf::Scorer;
use super::leaf_score::{LeafScore, LeafState, Replacement};
use crate::engine::assessment::{Claim, CorrectionRow, InputCell, State, Verification};
use crate::model::Leaf;
use crate::model::formula::{Formula, Trouble, TroubleKind};
use crate::model::policy::Unverified;
use crate::model::rule::RuleValue;
use crate::shared::few::Few;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::i18n::Lang;
use crate::shared::number::Exact;
use crate::shared::place::{Located, Place};

/// How a formula came to its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worked {
    /// Its inputs, in the order of the model.
    pub inputs: Vec<WorkedInput>,
    /// The formula with their values, and its result: `55.4 + clamp((10.3 − 10)×1.5, 5) = 55.85`.
    pub text: String,
    /// Its value.
    pub value: Exact,
}

/// An input of a formula, as it was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkedInput {
    /// Its name.
    pub name: String,
    /// Its value; none for one that is blank and was not needed.
    pub value: Option<Exact>,
    /// Its cell.
    pub at: Place,
    /// 编号 of the correction that put it in place of another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub corrected: Option<String>,
}

impl Worked {
    /// The calculation of a formula from inputs at their places.
    fn new(formula: &Formula, inputs: Vec<WorkedInput>) -> Result<Self, Trouble> {
        let values: Vec<Option<Exact>> = inputs.iter().map(|input| input.value.clone()).collect();
        let value = formula.value(&values)?;
        Ok(Self { text: formula.with_result(&values, &value), inputs, value })
    }
}

/// What the inputs of a formula give.
enum Work {
    /// None of them has a value.
    Blank,
    /// One that is needed does not apply, as this cell says.
    NotApplicable(Place),
    /// A value.
    Value(Box<Worked>),
    /// Some that are needed are blank: their names, at their cells.
    Lacks(Vec<Located<String>>),
    /// It cannot be calculated; with the cells of the inputs behind it.
    Fails(Trouble, Vec<Place>),
}

/// Calculates a formula; `elsewhere` stands for the cell of an input that has no row.
fn work(formula: &Formula, cells: &[InputCell], elsewhere: Place) -> Work {
    let is_typed = |cell: &&Located<State<Exact>>| cell.value != State::Missing;
    if !cells.iter().flatten().any(|cell| is_typed(&cell)) {
        return Work::Blank;
    }
    let at = |index: usize| cells.get(index).and_then(Option::as_ref).map_or(elsewhere, |cell| cell.at);
    let known = |index: usize| cells.get(index)?.as_ref()?.value.known();
    let inputs = formula.inputs().iter().enumerate().map(|(index, input)| WorkedInput {
        name: input.name.clone(),
        value: known(index).cloned(),
        at: at(index),
        corrected: None,
    });
    match Worked::new(formula, inputs.collect()) {
        Ok(worked) => Work::Value(Box::new(worked)),
        Err(trouble) if trouble.kind == TroubleKind::Missing => {
            let off = cells.iter().flatten().find(|cell| cell.value == State::NotApplicable);
            let inputs = formula.inputs().iter().enumerate().filter(|(index, _)| known(*index).is_none());
            let blank = inputs.map(|(index, input)| Located::new(input.name.clone(), at(index)));
            off.map_or_else(|| Work::Lacks(blank.collect()), |cell| Work::NotApplicable(cell.at))
        }
        Err(trouble) => {
            let places = trouble.inputs.iter().map(|index| at(*index)).collect();
            Work::Fails(trouble, places)
        }
    }
}

/// What one side, unit or verifier, states by the inputs.
#[derive(Default)]
struct Side {
    value: Option<Located<State<RuleValue>>>,
    worked: Option<Box<Worked>>,
}

impl Scorer<'_> {
    /// Scores a leaf by the value of its formula.
    pub(super) fn by_formula(mut self, formula: &Formula) -> LeafScore {
        let given = self.input;
        let (claim, verification) = (given.claim.as_ref(), given.verification.as_ref());
        let verified = self.side(formula, &given.verified, verification.map(|own| &own.value));
        let has_points = verification.is_some_and(|own| own.points.value != State::Missing);
        let claimed = self.side(formula, &given.claimed, claim.map(|own| &own.value));
        let is_settled = has_points || verified.as_ref().is_ok_and(|own| own.value.is_some());
        let counts = self.model.self_report.unverified == Unverified::SelfScore && !is_settled;
        let needs_claim = counts && claim.is_none_or(|own| own.points.value == State::Missing);
        let (Some(verified), Some(claimed)) =
            (self.settle(verified, self.leaf.asked_of_unit), self.settle(claimed, needs_claim))
        else {
            return self.unreadable();
        };
        let blank = given.verified.iter().flatten().map(|cell| cell.at).next();
        let mut input = given.clone();
        if let Some(at) = verified.value.as_ref().map(|value| value.at).or(blank) {
            let (value, points) = (Located::new(State::Missing, at), Located::new(State::Missing, at));
            let own = Verification { value, points, note: Box::default() };
            let own = input.verification.get_or_insert(own);
            own.value = verified.value.unwrap_or_else(|| own.value.clone());
            if !given.remarks.is_empty() {
                let parts = [&*own.note].into_iter().chain(given.remarks.iter().map(String::as_str));
                own.note = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("；").into();
            }
        }
        if let Some(value) = claimed.value {
            let points = Located::new(State::Missing, value.at);
            let evidence = Located::new(Box::default(), value.at);
            let own = Claim { value: Located::new(State::Missing, value.at), points, evidence, covers: Few::default() };
            input.claim.get_or_insert(own).value = value;
        }
        let Self { model, leaf, unit, report, period, .. } = self;
        let coefficient = self.coefficient.clone();
        let findings = self.findings.again();
        let score = Scorer { model, leaf, unit, report, input: &input, period, coefficient, findings }.by_value();
        let worked = match score.state {
            LeafState::Verified => verified.worked,
            LeafState::SelfScored => claimed.worked,
            LeafState::NoEvidence => verified.worked.or(claimed.worked.filter(|_| counts)),
            _ => None,
        };
        LeafScore { formula: worked, ..score }
    }

    /// What the inputs of one side give; if some are blank, those, and none of them after a finding.
    fn side(
        &mut self,
        formula: &Formula,
        cells: &[InputCell],
        row: Option<&Located<State<RuleValue>>>,
    ) -> Result<Side, Vec<Located<String>>> {
        let work = work(formula, cells, self.missing_place());
        if let (Some(own), false) = (row.filter(|own| own.value == State::NotApplicable), matches!(work, Work::Blank)) {
            let typed = cells.iter().flatten().filter(|cell| cell.value != State::Missing).map(|cell| cell.at);
            let finding = Finding::new(Code::E253).at(own.at).also_all(typed);
            self.report(finding.found(Arg::Word("cell.not_applicable")));
            return Err(Vec::new());
        }
        match work {
            Work::Blank => Ok(Side::default()),
            Work::NotApplicable(at) => Ok(Side { value: Some(Located::new(State::NotApplicable, at)), worked: None }),
            Work::Lacks(blank) => Err(blank),
            Work::Fails(trouble, places) => {
                self.tell(Code::E255, &places, trouble.arg(), None);
                Err(Vec::new())
            }
            Work::Value(worked) => {
                let value = RuleValue::Number(worked.value.clone());
                // A value that is multiplied, or added to others, is judged afterwards.
                let is_judged = self.coefficient.is_none() && !self.is_added();
                if let Some(expected) = self.leaf.rule.refusal(&value).filter(|_| is_judged) {
                    let places: Vec<Place> = worked.inputs.iter().map(|input| input.at).collect();
                    self.tell(Code::E213, &places, worked.text.as_str().into(), Some(expected));
                    return Err(Vec::new());
                }
                let at = worked.inputs.first().map_or_else(|| self.missing_place(), |input| input.at);
                Ok(Side { value: Some(Located::new(State::Known(value), at)), worked: Some(worked) })
            }
        }
    }

    /// What a side states; blanks are reported where its value is needed, and leave it without a value where it is not.
    fn settle(&mut self, side: Result<Side, Vec<Located<String>>>, is_needed: bool) -> Option<Side> {
        match side {
            Ok(side) => Some(side),
            Err(blank) if blank.is_empty() => None,
            Err(_) if !is_needed => Some(Side::default()),
            Err(blank) => {
                let names: Vec<&str> = blank.iter().map(|own| own.value.as_str()).collect();
                let places: Vec<Place> = blank.iter().map(|own| own.at).collect();
                self.tell(Code::E254, &places, Arg::list(&names), None);
                None
            }
        }
    }

    fn tell(&mut self, code: Code, places: &[Place], found: Arg, expected: Option<String>) {
        let mut finding = Finding::new(code).also_all(places.iter().skip(1).copied()).found(found);
        finding.at = places.first().copied();
        if let Some(expected) = expected {
            finding = finding.expected(expected);
        }
        self.report(finding);
    }
}

/// A correction of an input, by the index of the input.
pub(super) struct InputChange<'c> {
    pub(super) input: usize,
    pub(super) row: &'c CorrectionRow,
}

impl LeafScore {
    /// Puts corrected inputs in place: the value follows by the formula, the points by the rule, or once units are
    /// compared. A result that the formula or the rule does not allow is a finding, and nothing changes.
    pub(super) fn rework(&mut self, rules: &Leaf, changes: &[InputChange<'_>], lang: Lang) -> Result<(), Finding> {
        let (Some(formula), Some(worked), Some(last)) = (&rules.formula, &self.formula, changes.last()) else {
            return Ok(());
        };
        let mut inputs = worked.inputs.clone();
        for InputChange { input, row } in changes {
            let own = &mut inputs[*input];
            own.value = row.new.value.number().cloned();
            (own.at, own.corrected) = (row.new.at, Some(row.id.clone()));
        }
        let at = last.row.new.at;
        let finding = |code: Code| Finding::new(code).at(at).with("indicator", rules.full_name());
        let worked = Worked::new(formula, inputs).map_err(|trouble| finding(Code::E255).found(trouble.arg()))?;
        let value = self.entering(&RuleValue::Number(worked.value.clone()));
        // Of values that are added up the sum is judged.
        if let Some(expected) = rules.rule.refusal(&value).filter(|_| !rules.adds_values()) {
            return Err(finding(Code::E213).found(&worked.text).expected(expected));
        }
        let ids = lang.list(changes.iter().map(|change| change.row.id.as_str()));
        let text = worked.value.in_full();
        self.put(rules, &value, Replacement { id: ids, text, at, formula: Some(Box::new(worked)) });
        Ok(())
    }
}
