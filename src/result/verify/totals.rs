//! Base, aspects, lines and total of a unit (SPEC §8).

use super::tree::{Rates, weighted};
use super::{Checked, Subject};
use crate::result::outcome::{Amount, Rate, Sign, Target, UnitOutcome};
use crate::shared::number::Exact;

/// Checks everything between the rates of the components and the published total.
pub(super) fn check(subject: &Subject<'_>, unit: &UnitOutcome, nodes: &[Option<Rates<'_>>], checked: &mut Checked) {
    let place = |what: &str| format!("units[{}].{what}", unit.roster.code);
    over_components(subject, unit, nodes, checked);
    let Some(exact) = &unit.exact else {
        checked.same(|| place("exact"), &"—".to_owned(), &"p/q".to_owned());
        return;
    };
    let model = &subject.outcome.model;
    let parts = subject.outcome.held(unit).components().filter_map(|part| unit.components.get(&part.component.id));
    let parts = parts.map(|own| &own.weight.0 * &own.exact);
    let base = parts.sum::<Exact>() * &model.score.full.0 / Exact::from(10_000);
    checked.same(|| place("exact.base"), &exact.base, &base);
    let counted = |kind: Sign| -> Exact {
        unit.adjustments.iter().filter(|row| row.sign == kind).map(|row| &row.counted.0).sum()
    };
    checked.same(|| place("exact.plus"), &exact.plus, &counted(Sign::Bonus));
    checked.same(|| place("exact.minus"), &exact.minus, &counted(Sign::Deduction));
    let within = (&(&exact.base + &exact.plus) - &exact.minus).at_least(&model.score.min.0).at_most(&model.score.max.0);
    let total = match subject.correction(&unit.roster.code, Target::Total) {
        Some(row) => {
            let old = model.score.published().round(&within);
            checked.both(|| place("total.old"), row.old.value.as_ref().and_then(Amount::number), Some(&old));
            row.new.value.number().cloned().unwrap_or(within)
        }
        None => within,
    };
    checked.same(|| place("exact.total"), &exact.total, &total);
    for (what, printed, value) in [
        ("base", &unit.base, &exact.base),
        ("plus", &unit.plus, &exact.plus),
        ("minus", &unit.minus, &exact.minus),
        ("total", &unit.total, &exact.total),
    ] {
        checked.both(|| place(what), printed.as_ref(), Some(&model.score.published().print(value)));
    }
}

/// Rates over all components: Σ weight · rate / Σ weight over those that have the node.
fn over_components(subject: &Subject<'_>, unit: &UnitOutcome, nodes: &[Option<Rates<'_>>], checked: &mut Checked) {
    let model = &subject.outcome.model;
    let merged = |of: &dyn for<'r> Fn(&'r Rates<'_>) -> Option<&'r Exact>| {
        let parts = subject.outcome.held(unit).components();
        weighted(parts.map(|part| (&part.weight.0, nodes[part.index].as_ref().and_then(of))))
    };
    let mut compare = |what: String, recorded: Option<&Rate>, own: Option<Exact>| {
        let place = || format!("units[{}].{what}", unit.roster.code);
        checked.both(|| format!("{}.exact", place()), recorded.map(|rate| &rate.exact), own.as_ref());
        if let Some(rate) = recorded {
            checked.printed(place, &rate.rate, &rate.exact, model.score.published());
        }
    };
    for (code, recorded) in &unit.aspects {
        let own = merged(&|rates| rates.aspects.get(code.as_str())?.as_ref());
        compare(format!("aspects.{code}"), recorded.as_ref(), own);
    }
    for (code, recorded) in &unit.lines {
        let own = merged(&|rates| rates.lines.get(code.as_str())?.as_ref());
        compare(format!("lines.{code}"), recorded.as_ref(), own);
    }
    for (index, leaf) in unit.leaves.iter().enumerate() {
        let own = merged(&|rates| rates.leaves.get(index)?.as_ref());
        let place = || format!("units[{}].leaves[{}].rate", unit.roster.code, leaf.code);
        checked.both(place, leaf.rate.as_ref().map(|rate| &rate.0), own.as_ref());
    }
}
