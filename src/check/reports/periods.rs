//! Periods of leaves (期次): to which one a row or a column of a matrix belongs, and which there are (SPEC §19.10).

use std::collections::BTreeMap;

use super::Context;
use crate::check::registers::PeriodNames;
use crate::engine::assessment::{LeafInput, PeriodInput, UnitIx, UnitReport};
use crate::model::{Leaf, PeriodRules, Periods};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// Where what is typed for a leaf and a period belongs: the leaf itself, or one of its periods; none after a finding.
pub(super) fn slot<'i>(
    leaf: &Leaf,
    input: &'i mut LeafInput,
    period: &Located<String>,
    findings: &mut Findings<'_>,
) -> Option<&'i mut LeafInput> {
    if !is_known(leaf, &period.value) {
        tell(leaf, period, findings);
        input.broken = true;
        return None;
    }
    if leaf.periods.is_none() {
        return Some(input);
    }
    let wanted = text::key(&period.value);
    let at = input.periods.iter().position(|own| text::key(&own.period.value) == wanted);
    let at = at.unwrap_or_else(|| {
        input.periods.list().push(PeriodInput { period: period.clone(), input: LeafInput::default() });
        input.periods.len() - 1
    });
    input.periods.get_mut(at).map(|own| &mut own.input)
}

/// What belongs to a leaf, or to one of its periods that has been named; a blank name is that of the leaf.
pub(super) fn known<'i>(input: &'i mut LeafInput, period: &str) -> Option<&'i mut LeafInput> {
    if period.is_empty() {
        return Some(input);
    }
    let own = input.periods.iter_mut().find(|own| text::key(&own.period.value) == period)?;
    Some(&mut own.input)
}

/// Whether a leaf can have a period of this name; a blank one is that of a leaf without periods.
pub(super) fn is_known(leaf: &Leaf, period: &str) -> bool {
    let wanted = text::key(period);
    match leaf.periods.as_ref().map(PeriodRules::named_periods) {
        None => wanted.is_empty(),
        Some(known) if known.is_empty() => !wanted.is_empty(),
        Some(known) => known.iter().any(|own| text::key(own) == wanted),
    }
}

/// Reports a period that a leaf does not have, or that is not named.
pub(super) fn tell(leaf: &Leaf, period: &Located<String>, findings: &mut Findings<'_>) {
    let names: Vec<&str> = leaf.periods.iter().flat_map(PeriodRules::named_periods).map(String::as_str).collect();
    let is_blank = text::is_blank(&period.value);
    let finding = findings.add(if is_blank { Code::E260 } else { Code::E261 }).at(period.at);
    let finding = finding.with("indicator", leaf.full_name()).found(&period.value);
    let expected = match (&leaf.periods, names.is_empty()) {
        (None, _) => Arg::Word("period.none"),
        (Some(_), true) => Arg::Word("period.any"),
        (Some(_), false) => Arg::Text(names.join(" / ")),
    };
    finding.nearest(&period.value, names.iter().copied()).expected(expected);
}

/// Gives every unit all periods of a leaf, in their order: those that the model names, or that any unit has.
pub(super) fn complete(context: &Context<'_>, reports: &mut [UnitReport], findings: &mut Findings<'_>) {
    for index in 0..context.model.tree.leaves.len() {
        let mut done: Vec<&PeriodRules> = Vec::new();
        for held in context.model.plans().filter(|held| held.has_leaf(index)) {
            let leaf = &held.tree().leaves[index];
            let Some(rules) = leaf.periods.as_ref().filter(|rules| !done.contains(rules)) else { continue };
            done.push(rules);
            let has = |unit: usize| {
                let own = context.held(UnitIx(unit));
                let is_same = own.tree().leaves[index].periods.as_ref() == Some(rules);
                own.has_leaf(index) && is_same && context.is_assessed(UnitIx(unit))
            };
            let units: Vec<usize> = (0..reports.len()).filter(|unit| has(*unit)).collect();
            let names = order(leaf, rules, &named(&units, index, reports), findings);
            for unit in units {
                let at = context.roster.units[unit].at;
                fill(&mut reports[unit].leaves[index], &names, at);
            }
        }
    }
}

/// The periods that units have, each where it is first named.
fn named(units: &[usize], leaf: usize, reports: &[UnitReport]) -> Vec<Located<String>> {
    let mut first: BTreeMap<String, &Located<String>> = BTreeMap::new();
    for own in units.iter().flat_map(|unit| &reports[*unit].leaves[leaf].periods) {
        let known = first.entry(text::key(&own.period.value)).or_insert(&own.period);
        if own.period.at < known.at {
            *known = &own.period;
        }
    }
    first.into_values().cloned().collect()
}

/// The order of periods: as the model says, else the natural order of their names, which must differ only in digits where
/// the last decides.
fn order(leaf: &Leaf, rules: &PeriodRules, found: &[Located<String>], findings: &mut Findings<'_>) -> Vec<String> {
    let declared = rules.named_periods();
    if !declared.is_empty() {
        let is_found = |own: &str| found.iter().any(|other| text::key(&other.value) == text::key(own));
        let needed = |own: &&&String| rules.periods == Periods::Weighted || is_found(own);
        return declared.iter().filter(needed).map(|own| (*own).clone()).collect();
    }
    let mut names: Vec<&Located<String>> = found.iter().collect();
    names.sort_by(|a, b| text::natural(&text::key(&a.value), &text::key(&b.value)));
    let words =
        |own: &Located<String>| text::key(&own.value).chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let is_sortable = names.windows(2).all(|pair| words(pair[0]) == words(pair[1]));
    if let Some(odd) = names.first().filter(|_| !is_sortable && rules.periods == Periods::Last) {
        let finding = findings.add(Code::E265).at(odd.at).with("indicator", leaf.full_name());
        finding.found(&odd.value).expected("period_order=…");
    }
    names.into_iter().map(|own| own.value.clone()).collect()
}

/// Puts the periods of a unit into order; one that is missing has no cells.
fn fill(input: &mut LeafInput, names: &[String], at: Place) {
    let mut own = std::mem::take(input.periods.list());
    input.periods = names
        .iter()
        .map(|name| {
            let found = own.iter().position(|period| text::key(&period.period.value) == text::key(name));
            let found = found.map(|index| own.swap_remove(index));
            let period = Located::new(name.clone(), found.as_ref().map_or(at, |own| own.period.at));
            PeriodInput { period, input: found.map(|own| own.input).unwrap_or_default() }
        })
        .collect();
}

/// The names of the periods of all leaves that have any.
pub(in crate::check) fn names(reports: &[UnitReport]) -> PeriodNames {
    let leaves = (0..).map(UnitIx).zip(reports).flat_map(|(unit, report)| {
        let leaves = report.leaves.iter().enumerate().filter(|(_, own)| !own.periods.is_empty());
        leaves.map(move |(leaf, own)| ((unit, leaf), own.periods.iter().map(|own| own.period.value.clone()).collect()))
    });
    PeriodNames(leaves.collect())
}
