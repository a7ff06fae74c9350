//! The recorded grade and path of a unit against those that should be.

use super::step::Step;
use super::{Case, Ruling};
use crate::result::outcome::{StepOutcome, UnitOutcome};
use crate::result::verify::{Checked, Subject};

/// A unit that is not assessed has no result.
pub(super) fn is_bare(unit: &UnitOutcome, checked: &mut Checked) {
    let place = |what: &str| format!("units[{}].{what}", unit.code);
    for (what, text) in [
        ("total", &unit.total),
        ("base", &unit.base),
        ("plus", &unit.plus),
        ("minus", &unit.minus),
        ("grade", &unit.grade),
        ("threshold", &unit.threshold),
        ("parallel", &unit.parallel),
    ] {
        checked.both(|| place(what), text.as_ref(), None);
    }
    checked.same(|| place("exact"), &unit.exact.is_some(), &false);
    checked.same(|| place("deferred"), &unit.deferred, &false);
    checked.same(|| place("takes_place"), &unit.takes_place, &false);
    for (what, count) in [
        ("aspects", unit.aspects.len()),
        ("lines", unit.lines.len()),
        ("components", unit.components.len()),
        ("leaves", unit.leaves.len()),
        ("path", unit.path.len()),
    ] {
        checked.same(|| place(what), &count, &0);
    }
}

/// Compares threshold, grade, parallel word, place and path of a unit.
pub(super) fn check(subject: &Subject<'_>, case: &Case<'_>, checked: &mut Checked) {
    let (unit, model) = (case.unit, &subject.outcome.model);
    let place = |what: &str| format!("units[{}].{what}", unit.code);
    let name = |grade: usize| model.grades.get(grade).map(|grade| &grade.name);
    let is_deferred = matches!(case.ruling, Ruling::Deferred { .. });
    let grade = Some(case.grade).filter(|_| !is_deferred);
    checked.both(|| place("threshold"), unit.threshold.as_ref(), name(case.threshold));
    checked.both(|| place("grade"), unit.grade.as_ref(), grade.and_then(name));
    checked.same(|| place("deferred"), &unit.deferred, &is_deferred);
    checked.same(|| place("takes_place"), &unit.takes_place, &case.takes_place);
    let parallel = grade.and_then(|grade| model.grades[grade].parallel.as_ref());
    checked.both(|| place("parallel"), unit.parallel.as_ref(), parallel);
    path(subject, unit, &case.steps, checked);
}

/// Compares two paths up to the first step of another kind or rule: what comes after it is not the same story.
fn path(subject: &Subject<'_>, unit: &UnitOutcome, steps: &[Step], checked: &mut Checked) {
    let story = |kind: &str, code: Option<&String>| match code {
        Some(code) => format!("{kind} {code}"),
        None => kind.to_owned(),
    };
    for index in 0..unit.path.len().max(steps.len()) {
        let (recorded, expected) = (unit.path.get(index), steps.get(index));
        let found = recorded.map(|step| story(step.kind.json(), step.code.as_ref()));
        let wanted = expected.map(|step| story(step.kind, step.code.as_ref()));
        let place = |what: &str| format!("units[{}].path[{index}].{what}", unit.code);
        checked.both(|| place("kind"), found.as_ref(), wanted.as_ref());
        match (recorded, expected) {
            (Some(recorded), Some(expected)) if found == wanted => {
                compare(subject, recorded, expected, &place, checked);
            }
            _ => return,
        }
    }
}

fn compare(
    subject: &Subject<'_>,
    recorded: &StepOutcome,
    expected: &Step,
    place: &dyn Fn(&str) -> String,
    checked: &mut Checked,
) {
    let grade = |index: Option<usize>| index.and_then(|index| Some(&subject.outcome.model.grades.get(index)?.name));
    checked.both(|| place("name"), recorded.name.as_ref(), expected.name.as_ref());
    checked.both(|| place("clause"), recorded.clause.as_ref(), expected.clause.as_ref());
    checked.both(|| place("from"), recorded.from.as_ref(), grade(expected.from));
    checked.both(|| place("to"), recorded.to.as_ref(), grade(expected.to));
    let keys: std::collections::BTreeSet<&str> =
        recorded.values.keys().map(String::as_str).chain(expected.values.keys().copied()).collect();
    for key in keys {
        checked.both(|| place(&format!("values.{key}")), recorded.values.get(key), expected.values.get(key));
    }
    checked.places(|| place("at"), subject.outcome, [recorded.at, expected.at]);
}
