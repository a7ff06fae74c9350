//! Leaves whose points depend on other units: the pass between measuring and totals (SPEC §19.2).
//!
//! It starts from what was measured alone, so that a re-grade repeats it.

use super::field::{self, Values};
use super::leaf_score::{LeafScore, LeafState};
use super::leaves::Leaves;
use crate::engine::assessment::{Assessment, Unit};
use crate::model::field::{Better, Field, Relation, Within};
use crate::model::{Held, Leaf, Model};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::number::Exact;

/// Gives the leaves that compare units their points.
pub(super) fn settle(model: &Model, assessment: &Assessment, leaves: &mut [Leaves], findings: &mut Findings<'_>) {
    for index in 0..model.tree.leaves.len() {
        let mut plans = model.plans().filter(|held| held.has_leaf(index)).peekable();
        // Units of one field share the rule; only within schemes may it differ from one to the next.
        let within = plans.peek().and_then(|held| held.tree().leaves[index].rule.field()).map(|field| field.within);
        let most = if within == Some(Within::Scheme) { usize::MAX } else { 1 };
        for held in plans.take(most) {
            settle_leaf(&Compared { model, held, index }, assessment, leaves, findings);
        }
    }
}

/// A leaf as the units of one scheme, or of all schemes, have it.
struct Compared<'c> {
    model: &'c Model,
    held: Held<'c>,
    index: usize,
}

fn settle_leaf(own: &Compared<'_>, assessment: &Assessment, leaves: &mut [Leaves], findings: &mut Findings<'_>) {
    let Compared { model, held, index } = *own;
    let leaf = &held.tree().leaves[index];
    if let Some(field) = leaf.rule.field() {
        let is_own = |units: &Vec<usize>| {
            let scheme = units.first().and_then(|unit| assessment.units[*unit].scheme);
            field.within != Within::Scheme || scheme == held.scheme()
        };
        for units in field::fields(&assessment.units, field.within).into_iter().filter(is_own) {
            for period in periods(leaf, index, &units, leaves) {
                let all = &assessment.units;
                let mut pass = Pass { model, leaf, index, period, units: &units, all, leaves: &mut *leaves };
                match leaf.rule.relation() {
                    Some(relation) => pass.compare(relation, findings),
                    None => pass.check_places(field, findings),
                }
            }
        }
    }
}

/// The periods of which each is a field of its own; a leaf without, or with values that are added up, is one.
fn periods(leaf: &Leaf, index: usize, units: &[usize], leaves: &[Leaves]) -> Vec<Option<usize>> {
    if leaf.periods.is_none() || leaf.adds_values() {
        return vec![None];
    }
    let number = |unit: &usize| leaves[*unit].get(index).map_or(0, |own| own.periods.len());
    (0..units.iter().map(number).max().unwrap_or(0)).map(Some).collect()
}

/// One leaf in one field.
struct Pass<'p> {
    model: &'p Model,
    leaf: &'p Leaf,
    index: usize,
    /// The period, where each is a field of its own.
    period: Option<usize>,
    units: &'p [usize],
    all: &'p [Unit],
    leaves: &'p mut [Leaves],
}

impl Pass<'_> {
    fn score(&self, unit: usize) -> Option<&LeafScore> {
        self.leaves[unit].get(self.index)?.of_period(self.period)
    }

    fn score_mut(&mut self, unit: usize) -> Option<&mut LeafScore> {
        self.leaves[unit].get_mut(self.index)?.of_period_mut(self.period)
    }

    /// The leaf, and the period, as findings name it.
    fn name(&self) -> String {
        let name = self.leaf.full_name();
        let of_unit = |unit: &usize| self.leaves[*unit].get(self.index)?.periods.get(self.period?);
        match self.units.iter().find_map(of_unit) {
            Some(own) => format!("{name} {}", own.period),
            None => name,
        }
    }

    fn compare(&mut self, relation: Relation, findings: &mut Findings<'_>) {
        let is_member = |unit: &usize| field::is_member(&self.all[*unit], relation.field);
        let compared = |unit: &usize| Some(&self.score(*unit)?.compared.as_ref()?.value);
        let values = Values::new(self.units.iter().filter(|unit| is_member(unit)).filter_map(compared), relation);
        let method = self.model.rank.method;
        let stand = |unit: &usize| {
            let value = compared(unit)?;
            let method = is_member(unit).then_some(method);
            Some((*unit, values.standing(value, method)))
        };
        let standings: Vec<_> = self.units.iter().filter_map(stand).collect();
        if !self.is_measurable(&values, relation, findings) {
            return;
        }
        let (score, leaf, all) = (&self.model.score, self.leaf, self.all);
        let name = self.name();
        for (unit, standing) in standings {
            let Some(own) = self.score_mut(unit) else { continue };
            let Some(compared) = own.compared.as_mut() else { continue };
            let points = leaf.rule.compared(&compared.value, &standing, &own.full);
            compared.standing = Some(standing);
            let Some(points) = points else { continue };
            match &compared.typed {
                Some(typed)
                    if typed.0 != score.at(typed.0.decimals().unwrap_or(0).max(score.decimals)).round(&points.0) =>
                {
                    // What the unit typed itself is never more than a remark.
                    let code = if own.state == LeafState::Verified { Code::E209 } else { Code::W210 };
                    let finding = findings.add(code).at(own.at).unit(&all[unit].code);
                    finding.with("indicator", &name).found(&typed.0).expected(&points);
                }
                Some(_) => {}
                None => own.verified = Some(points),
            }
        }
    }

    /// Whether the field has something to measure by: a value above 0, where values are measured by one.
    fn is_measurable(&self, values: &Values<'_>, relation: Relation, findings: &mut Findings<'_>) -> bool {
        let scores = || self.units.iter().filter_map(|unit| self.score(*unit));
        // That the value of a department is missing has been told.
        let is_told = |own: &LeafScore| own.state == LeafState::Unverified && !self.leaf.asked_of_unit;
        let is_off = |own: &LeafScore| matches!(own.state, LeafState::NotApplicable | LeafState::NotInScheme);
        let is_asked = |own: &&LeafScore| !is_off(own) && !is_told(own);
        let asked = || scores().filter(is_asked);
        let needing = |own: &&LeafScore| {
            let value = own.compared.as_ref().map(|own| &own.value);
            value.is_some_and(|value| relation.better == Better::High || value.is_positive())
        };
        let indicator = self.name();
        if relation.basis.is_none() {
            if values.is_empty()
                && let Some(first) = asked().next()
            {
                findings.add(Code::E247).at(first.at).with("indicator", indicator);
                return false;
            }
            return true;
        }
        let with_value: Vec<&LeafScore> = scores().filter(|own| own.compared.is_some()).collect();
        match values.basis() {
            Some(basis) if !basis.is_positive() => {
                let mut cells = with_value.iter().map(|own| own.at);
                if let Some(first) = cells.next() {
                    let finding = findings.add(Code::E249).at(first).also_all(cells);
                    finding.with("indicator", indicator).found(basis).expected("> 0");
                }
                false
            }
            Some(_) => true,
            None => {
                // Where all are 0 and 0 has its points, nothing is measured by a basis.
                let lacking = if values.is_empty() { asked().next() } else { scores().find(needing) };
                if let Some(first) = lacking {
                    findings.add(Code::E247).at(first.at).with("indicator", indicator);
                }
                lacking.is_none()
            }
        }
    }

    /// Warns of typed places that no field could have.
    fn check_places(&self, field: Field, findings: &mut Findings<'_>) {
        let members = self.units.iter().filter(|unit| field::is_member(&self.all[**unit], field));
        let typed = |own: &LeafScore| {
            let value = match own.state {
                LeafState::Verified => own.value.as_deref(),
                LeafState::SelfScored => own.claimed.as_deref(),
                _ => None,
            };
            value.and_then(Exact::parse)
        };
        let places: Vec<(Exact, &LeafScore)> =
            members.filter_map(|unit| self.score(*unit)).filter_map(|own| Some((typed(own)?, own))).collect();
        let values = Values::placed(places.iter().map(|(place, _)| place), Better::Low);
        if values.are_places(self.model.rank.method) {
            return;
        }
        let mut cells = places.iter().map(|(_, own)| own.at);
        let Some(first) = cells.next() else { return };
        let mut found: Vec<&Exact> = places.iter().map(|(place, _)| place).collect();
        found.sort_unstable();
        let found = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let finding = findings.add(Code::W250).at(first).also_all(cells);
        finding.with("indicator", self.name()).found(found);
    }
}
