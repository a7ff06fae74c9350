//! Invented self-reports and verifications: a value for every rule, depending on the strength of the unit.

use super::{assessed, special};
use crate::documents::forms::Office;
use crate::documents::forms::rule_text::number;
use crate::documents::forms::self_report::LeafAnswer;
use crate::documents::forms::verified::Answers;
use crate::engine::assessment::Unit;
use crate::model::rule::RuleValue;
use crate::model::{EvidenceNeed, Leaf, Rule, RuleInput};
use crate::read::Word;
use crate::shared::i18n::say;
use crate::shared::number::Exact;
use crate::shared::number::Random;

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
    if let Rule::Direct(ranges) = &leaf.rule {
        let (own, given) = (within(ranges, leaf, claimed), within(ranges, leaf, verified));
        answer.value = lang.text("demo.done").to_owned();
        answer.points = number(&own);
        answer.verified_points = number(&given);
        if given < leaf.points.0 {
            answer.note = reduced();
        }
        return answer;
    }
    let (Some(own), Some(given)) = (value(leaf, claimed), value(leaf, verified)) else { return answer };
    let points = |value: &RuleValue| leaf.rule.points(value, &leaf.points).map(|points| points.0);
    answer.value = leaf.rule.describe(&own);
    answer.points = points(&own).map(|points| number(&points)).unwrap_or_default();
    answer.verified_value = leaf.rule.describe(&given);
    if own != given {
        answer.note = reduced();
    }
    answer
}

/// The value of a leaf for a quality in percent; none for points that are given directly.
fn value(leaf: &Leaf, quality: i64) -> Option<RuleValue> {
    let count = |steps: i64| Exact::from(steps.max(0));
    Some(match &leaf.rule {
        Rule::Deduct(_) => RuleValue::Counts(counted(&[count((96 - quality) / 8)])),
        Rule::Count(kinds) => {
            let counts = [count((quality - 60) / 12), count((quality - 76) / 10)];
            RuleValue::Counts(counted(&counts[..kinds.len().min(2)]))
        }
        Rule::Ratio { .. } if leaf.input.is_part() => RuleValue::Part(count(quality / 5), Exact::from(20)),
        Rule::Ratio { .. } if leaf.input == RuleInput::Percent => RuleValue::Number(Exact::from(quality)),
        Rule::Ratio { target, .. } => {
            let share = target * &Exact::from(quality.min(97) + 3) / Exact::from(100);
            RuleValue::Number(share.whole(crate::shared::number::Rounding::HalfUp))
        }
        Rule::Levels(levels) => RuleValue::Level(step(quality).min(levels.len() - 1)),
        Rule::Bands(bands) => {
            let highest = bands.last().map_or_else(Exact::zero, |(bound, _)| bound.clone());
            RuleValue::Number(if leaf.input == RuleInput::Percent { Exact::from(quality) } else { highest })
        }
        Rule::Checklist(items) => RuleValue::Ticks((0..items.len()).filter(|n| *n == 0 || quality >= 80).collect()),
        Rule::Place { .. } => RuleValue::Place(1),
        Rule::Direct(_) => return None,
    })
}

/// Counts by kind, without kinds that did not occur.
fn counted(counts: &[Exact]) -> Vec<(usize, Exact)> {
    counts.iter().cloned().enumerate().filter(|(_, count)| !count.is_zero()).collect()
}

/// The index of a level from best to worst, from 0.
const fn step(quality: i64) -> usize {
    match quality {
        84.. => 0,
        68..84 => 1,
        50..68 => 2,
        _ => 3,
    }
}

/// Points as a verifier would give them: the upper end of the range for the quality.
fn within(ranges: &[(Exact, Exact)], leaf: &Leaf, quality: i64) -> Exact {
    let best = ranges.get(step(quality).min(ranges.len().saturating_sub(1)));
    best.map_or_else(|| leaf.points.0.clone(), |(_, high)| high.clone())
}

/// The verification table with the leaves for which departments are responsible.
pub(super) fn verified(office: &Office<'_>) -> Answers {
    let mut answers = Answers::new();
    let leaves = office.model.tree.leaves.iter().enumerate().filter(|(_, leaf)| !leaf.asked_of_unit);
    for (at, leaf) in leaves {
        for (place, (_, unit)) in (1_u64..).zip(assessed(office)) {
            answers.insert((unit.code.clone(), at), by_department(office, leaf, place));
        }
    }
    answers
}

/// A department's entries for a unit.
fn by_department(office: &Office<'_>, leaf: &Leaf, place: u64) -> [String; 3] {
    let note = office.text("demo.place").to_owned();
    match (&leaf.rule, value(leaf, 88)) {
        (Rule::Place { .. }, _) => [place.to_string(), String::new(), note],
        (_, Some(value)) => [leaf.rule.describe(&value), String::new(), note],
        (_, None) => [String::new(), number(&leaf.points.0), note],
    }
}
