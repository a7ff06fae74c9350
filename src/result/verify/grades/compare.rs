//! Compares the recorded grade and path of a unit with the expected ones.

use super::{Case, Ruling};
use crate::result::outcome::{Step, UnitOutcome};
use crate::result::verify::{Checked, Subject};

/// Checks that a unit that is not assessed has no result.
pub(super) fn is_bare(unit: &UnitOutcome, checked: &mut Checked) {
    let place = |what: &str| format!("units[{}].{what}", unit.roster.code);
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

/// Checks that a unit of a model without grades has neither grade nor path.
pub(super) fn is_ungraded(unit: &UnitOutcome, checked: &mut Checked) {
    let place = |what: &str| format!("units[{}].{what}", unit.roster.code);
    for (what, text) in [("grade", &unit.grade), ("threshold", &unit.threshold), ("parallel", &unit.parallel)] {
        checked.both(|| place(what), text.as_ref(), None);
    }
    checked.same(|| place("deferred"), &unit.deferred, &false);
    checked.same(|| place("takes_place"), &unit.takes_place, &false);
    checked.same(|| place("path"), &unit.path.len(), &0);
}

/// Compares threshold, grade, parallel word, place and path of a unit.
pub(super) fn check(subject: &Subject<'_>, case: &Case<'_>, checked: &mut Checked) {
    let (unit, model) = (case.unit, &subject.outcome.model);
    let place = |what: &str| format!("units[{}].{what}", unit.roster.code);
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

/// Compares two paths up to the first step that differs in kind or rule: beyond it the paths cannot be compared.
fn path(subject: &Subject<'_>, unit: &UnitOutcome, steps: &[Step], checked: &mut Checked) {
    let model = &subject.outcome.model;
    let story = |step: &Step| match model.rule(step) {
        Some([code, _]) => format!("{} {code}", step.kind()),
        None => step.kind().to_string(),
    };
    for index in 0..unit.path.len().max(steps.len()) {
        let (recorded, expected) = (unit.path.get(index), steps.get(index));
        let place = |what: &str| format!("units[{}].path[{index}].{what}", unit.roster.code);
        let (found, wanted) = (recorded.map(story), expected.map(story));
        checked.both(|| place("kind"), found.as_ref(), wanted.as_ref());
        let (Some(recorded), Some(expected)) = (recorded, expected) else { return };
        if found != wanted {
            return;
        }
        let (grade, before) =
            (|grade: Option<usize>| grade.map(|grade| model.grade_name(grade)), checked.differing.len());
        checked.both(|| place("from"), grade(recorded.from()), grade(expected.from()));
        checked.both(|| place("to"), grade(recorded.to()), grade(expected.to()));
        checked.both(|| place("because"), recorded.because(), expected.because());
        checked.both(|| place("values"), recorded.values(), expected.values());
        // What is left are counts and rows.
        if checked.differing.len() == before {
            checked.same(|| place("step"), recorded, expected);
        }
    }
}
