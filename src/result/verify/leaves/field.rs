//! What a value is worth among those of other units, from the units of the document.

use std::borrow::Cow;

use super::Judge;
use super::of_place;
use super::rule::part;
use crate::model::RankMethod;
use crate::model::Rule;
use crate::model::field::{Basis, Better, Field, Within};
use crate::model::rule::{AtZero, Place, Relative};
use crate::result::outcome::{Compared, LeafState, Mode, ReplacedValue, UnitOutcome};
use crate::result::verify::Checked;
use crate::shared::number::Exact;

/// Whether a unit is one of its field.
fn is_member(unit: &UnitOutcome, field: Field) -> bool {
    match unit.roster.mode {
        Mode::Ranked => true,
        Mode::Separate => field.separate,
        Mode::Excluded => false,
    }
}

impl Judge<'_> {
    /// Checks the value that is compared, its basis, its place and the points that follow.
    pub(super) fn compared(&self, checked: &mut Checked) {
        let place = |what: &str| self.place(&format!("compared.{what}"));
        let (field, better) = match &self.rules.rule {
            Rule::Relative(Relative { field, better, .. }) | Rule::Place(Place { field, better, .. })
                if self.is_measured() =>
            {
                (*field, *better)
            }
            _ => {
                checked.same(|| place("value"), &self.leaf.compared.is_some(), &false);
                return;
            }
        };
        let state = self.leaf.original.as_ref().map_or(self.leaf.state, |own| own.state);
        let written = match state {
            LeafState::Verified => self.leaf.value.as_deref(),
            LeafState::SelfScored => self.leaf.claimed.as_deref(),
            _ => None,
        };
        let value = written.and_then(|written| self.worked().map(Cow::into_owned).or_else(|| number(written)));
        let value = value.map(|value| value * self.factor());
        checked.both(|| place("value"), self.leaf.compared.as_ref().map(|own| &own.value), value.as_ref());
        let (Some(own), Some(value)) = (&self.leaf.compared, value) else { return };
        let members = self.members(field);
        let Some(standing) = &own.standing else {
            checked.same(|| place("standing"), &false, &true);
            return;
        };
        checked.same(|| place("members"), &standing.members, &members.len());
        let expected = self.placed(&value, &members, field, better);
        checked.same(|| place("place"), &standing.place, &expected);
        let basis = basis(&self.rules.rule, &members);
        checked.both(|| place("basis"), standing.basis.as_ref(), basis.as_ref());
        let points = self.worth(&value, basis.as_ref(), expected, members.len());
        self.settled(own, points, checked);
    }

    /// Checks what is kept of a value that a correction replaced: the value as a number, and the points that counted
    /// without regard to others.
    pub(super) fn measured_before(&self, counted: Option<&str>, replaced: &ReplacedValue, checked: &mut Checked) {
        let place = |what: &str| self.place(&format!("replaced.{what}"));
        let is_compared = matches!(self.rules.rule, Rule::Relative(_) | Rule::Place(_)) && self.is_measured();
        let is_counted = matches!(replaced.leaf.state, LeafState::Verified | LeafState::SelfScored);
        let worked = replaced.formula.as_ref().map(|own| &own.value);
        let of_text = |written: &str| worked.cloned().or_else(|| number(written));
        let value = counted.filter(|_| is_compared && is_counted).and_then(of_text);
        let value = value.map(|value| value * self.factor());
        let own = replaced.compared.as_ref();
        checked.both(|| place("compared.value"), own.map(|own| &own.value), value.as_ref());
        let Some(own) = own else { return };
        checked.same(|| place("compared.standing"), &own.standing.is_none(), &true);
        let typed = own.typed.as_ref().map_or_else(Exact::zero, |typed| typed.0.clone());
        checked.both(|| place("verified"), replaced.leaf.verified.as_ref().map(|points| &points.0), Some(&typed));
    }

    /// Whether its value itself is scored: not each of several that are added up, nor what several make together.
    fn is_measured(&self) -> bool {
        !self.is_added() && (!self.is_whole() || self.rules.adds_values())
    }

    /// The values of the field.
    fn members(&self, field: Field) -> Vec<&Exact> {
        let units = self.subject.outcome.units.iter().filter(|unit| match field.within {
            Within::Group => unit.roster.group == self.unit.roster.group,
            Within::Scheme => unit.roster.scheme == self.unit.roster.scheme,
            Within::All => true,
        });
        let leaves = units.filter(|unit| is_member(unit, field)).flat_map(|unit| &unit.leaves);
        let own = leaves.filter(|leaf| leaf.code == self.rules.code);
        own.filter_map(|leaf| Some(&leaf.of_period(self.period)?.compared.as_ref()?.value)).collect()
    }

    fn placed(&self, value: &Exact, members: &[&Exact], field: Field, better: Better) -> usize {
        let mut ahead: Vec<&Exact> = members
            .iter()
            .copied()
            .filter(|other| if better == Better::High { *other > value } else { *other < value })
            .collect();
        if !is_member(self.unit, field) {
            return ahead.len() + 1;
        }
        match self.subject.outcome.model.rank.method {
            RankMethod::Competition => ahead.len() + 1,
            RankMethod::Modified => ahead.len() + members.iter().filter(|other| **other == value).count(),
            RankMethod::Dense => {
                ahead.sort();
                ahead.dedup();
                ahead.len() + 1
            }
        }
    }

    fn worth(&self, value: &Exact, basis: Option<&Exact>, place: usize, members: usize) -> Option<Exact> {
        let full = &self.rules.points.0;
        match &self.rules.rule {
            Rule::Place(own) => of_place(&own.ladder, place, members, full),
            Rule::Relative(own) => {
                let reached = match (own.better, value.is_positive()) {
                    (Better::High, false) => Exact::zero(),
                    (Better::High, true) => full * value / basis?,
                    (Better::Low, true) => full * basis? / value,
                    (Better::Low, false) if own.zero? == AtZero::Full => full.clone(),
                    (Better::Low, false) => Exact::zero(),
                };
                Some(reached.at_most(full))
            }
            _ => None,
        }
    }

    /// The points that counted before a correction of them: typed ones, which may have fewer decimals, else those worked out.
    fn settled(&self, own: &Compared, points: Option<Exact>, checked: &mut Checked) {
        let place = || self.place("verified");
        let counted = match &self.leaf.original {
            Some(original) => original.verified.as_ref(),
            None => self.leaf.verified.as_ref(),
        };
        let counted = counted.map(|points| &points.0);
        let Some(typed) = &own.typed else {
            checked.both(place, counted, points.as_ref());
            return;
        };
        checked.both(place, counted, Some(&typed.0));
        let decimals = typed.0.decimals().unwrap_or(0).max(self.subject.outcome.model.score.decimals);
        let is_own = self.leaf.value.is_none();
        if !is_own && !self.subject.is_accepted("E209", &self.unit.roster.code) {
            let printed = self.subject.outcome.model.score.at(decimals);
            let rounded = points.map(|points| printed.round(&points));
            checked.both(place, Some(&typed.0), rounded.as_ref());
        }
    }
}

fn number(written: &str) -> Option<Exact> {
    match part(written) {
        Some((_, whole)) if whole.is_zero() => None,
        Some((own, whole)) => Some(Exact::from(100) * own / whole),
        None => Exact::parse(written),
    }
}

/// What values are measured by.
fn basis(rule: &Rule, members: &[&Exact]) -> Option<Exact> {
    let Rule::Relative(own) = rule else { return None };
    let counted: Vec<&Exact> =
        members.iter().copied().filter(|value| own.better == Better::High || value.is_positive()).collect();
    match (own.to, own.better) {
        (Basis::Best, Better::High) => counted.into_iter().max().cloned(),
        (Basis::Best, Better::Low) => counted.into_iter().min().cloned(),
        (Basis::Mean, _) if counted.is_empty() => None,
        (Basis::Mean, _) => {
            let size = Exact::from(counted.len());
            Some(counted.into_iter().fold(Exact::zero(), |sum, value| sum + value) / size)
        }
    }
}
