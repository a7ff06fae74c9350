//! Invented self-reports and verifications: a value for every rule, depending on the strength of the unit.

use super::{assessed, special};
use crate::documents::forms::Office;
use crate::documents::forms::self_report::{InputAnswer, LeafAnswer};
use crate::documents::forms::verified::{Answer, Answers};
use crate::engine::assessment::Unit;
use crate::model::formula::Formula;
use crate::model::rule::{Invented, RuleValue};
use crate::model::{EvidenceNeed, Leaf, Rule, RuleInput};
use crate::read::Word;
use crate::shared::i18n::say;
use crate::shared::number::{Exact, Random};

/// The verified self-reports of all participating units.
pub(super) fn self_reports<'o>(
    office: &Office<'o>,
    strengths: &[i64],
    random: &mut Random,
) -> Vec<(&'o Unit, Vec<LeafAnswer>)> {
    let mut reports = Vec::new();
    for (index, unit) in assessed(office) {
        let leaves = office.model.tree.leaves.iter().enumerate();
        let answers: Vec<LeafAnswer> = leaves
            .map(|(at, leaf)| {
                let quality = (strengths[index] + random.between(-9, 7)).clamp(0, 100);
                let reduced = random.once_in(20) || (index == special::OVER_CLAIMS && at.is_multiple_of(2));
                let verified = if reduced { quality - 14 } else { quality };
                if leaf.asked_of_unit { answer(office, leaf, quality, verified.max(0)) } else { LeafAnswer::default() }
            })
            .collect();
        reports.push((unit, planted(office, index, answers)));
    }
    reports
}

/// Inserts the special features of a unit.
fn planted(office: &Office<'_>, index: usize, mut answers: Vec<LeafAnswer>) -> Vec<LeafAnswer> {
    let leaves = &office.model.tree.leaves;
    let find = |wanted: fn(&Leaf) -> bool| leaves.iter().position(|leaf| leaf.asked_of_unit && wanted(leaf));
    if index == special::NO_EVIDENCE
        && let Some(leaf) = find(|leaf| leaf.evidence == EvidenceNeed::Required && matches!(leaf.rule, Rule::Count(_)))
    {
        answers[leaf].evidence.clear();
    }
    if index == special::NOT_APPLICABLE
        && let Some(leaf) = find(|leaf| leaf.input == RuleInput::Part)
    {
        let not_applicable = Word::NotApplicable.header(office.lang());
        answers[leaf] =
            LeafAnswer { value: not_applicable.clone(), verified_value: not_applicable, ..LeafAnswer::default() };
    }
    answers
}

/// The entries in the row of a leaf for a claimed quality and a verified one.
fn answer(office: &Office<'_>, leaf: &Leaf, claimed: i64, verified: i64) -> LeafAnswer {
    let lang = office.lang();
    let reduced = || lang.text("demo.reduced").to_owned();
    let mut answer = LeafAnswer::default();
    if leaf.evidence != EvidenceNeed::None {
        answer.evidence = say!(lang, "demo.evidence", code = leaf.code, n = "1", name = leaf.name);
    }
    let [claimed, verified] = [claimed, verified].map(|quality| Invented { quality, place: 1 });
    if let Rule::Direct(rule) = &leaf.rule {
        let [own, given] = [claimed, verified].map(|invented| rule.demo_points(&leaf.points, invented));
        answer.value = lang.text("demo.done").to_owned();
        answer.points = own.plain();
        answer.verified_points = given.plain();
        if given < leaf.points.0 {
            answer.note = reduced();
        }
        return answer;
    }
    if let Some(formula) = &leaf.formula {
        let [own, given] = [claimed, verified].map(|invented| inputs(leaf, formula, invented));
        let inputs = own.into_iter().zip(given);
        answer.inputs = inputs.map(|(value, verified_value)| InputAnswer { value, verified_value }).collect();
        return answer;
    }
    let [Some(own), Some(given)] = [claimed, verified].map(|invented| leaf.rule.demo(leaf.input, invented)) else {
        return answer;
    };
    let points = |value: &RuleValue| leaf.rule.points(value, &leaf.points).map(|points| points.0);
    answer.value = leaf.shape().describe(&own);
    answer.points = points(&own).map(|points| points.plain()).unwrap_or_default();
    answer.verified_value = leaf.shape().describe(&given);
    if own != given {
        answer.note = reduced();
    }
    answer
}

/// The verification table with the leaves for which departments are responsible.
pub(super) fn verified<'o>(office: &Office<'o>) -> Answers<'o> {
    let mut answers = Answers::new();
    let leaves = office.model.tree.leaves.iter().enumerate().filter(|(_, leaf)| !leaf.asked_of_unit);
    for (at, leaf) in leaves {
        for (place, (_, unit)) in (1..).zip(assessed(office)) {
            answers.insert((unit.code.as_str(), at), by_department(office, leaf, place));
        }
    }
    answers
}

/// A department's entries for a unit.
fn by_department(office: &Office<'_>, leaf: &Leaf, place: usize) -> Answer {
    let invented = Invented { quality: 88, place };
    if let Some(formula) = &leaf.formula {
        return Answer { inputs: inputs(leaf, formula, invented), ..Answer::default() };
    }
    let note = office.text("demo.place").to_owned();
    let cells = match leaf.rule.demo(leaf.input, invented) {
        Some(value) => [leaf.shape().describe(&value), String::new(), note],
        None => [String::new(), leaf.points.0.plain(), note],
    };
    Answer { cells, inputs: Vec::new() }
}

/// Values for the inputs of a formula with which it has a value that the rule can score: the better the unit, the higher.
fn inputs(leaf: &Leaf, formula: &Formula, invented: Invented) -> Vec<String> {
    let count = formula.inputs().len() as i64;
    let tries = [(0, 0), (0, 1), (0, -1), (-80, 1), (-80, 0), (20, 7)];
    let values = |(from, step): (i64, i64)| -> Vec<Option<Exact>> {
        (0..count).map(|index| Some(Exact::from(invented.quality.max(2) + from + step * index))).collect()
    };
    let scores = |values: &Vec<Option<Exact>>| {
        let value = formula.value(values).map(RuleValue::Number);
        value.is_ok_and(|value| leaf.rule.refusal(&value).is_none())
    };
    let found = tries.into_iter().map(values).find(scores).unwrap_or_default();
    found.into_iter().flatten().map(|value| value.plain()).collect()
}
