//! One unit of the result document: totals, components, leaves, adjustments, grade path.

use std::collections::BTreeMap;

use super::Builder;
use crate::engine::assessment::{ComponentInput, LedgerInput, Problem, Standing, Target, Unit, UnitIx};
use crate::engine::grade::UnitGrade;
use crate::engine::score::ballots::{NodeMean, UnitBallots};
use crate::engine::score::{AdjustmentOutcome, ComponentMeasure, End, LeafState, NodeRates, UnitScore};
use crate::model::ComponentKind;
use crate::result::outcome::{
    BallotsOutcome, ComponentOutcome, ExactTotals, GivenOutcome, LeafOutcome, MeanOutcome, OriginalLeaf, TallyOutcome,
    UnitClassOutcome, UnitOutcome,
};
use crate::shared::number::Points;
use crate::shared::place::Place;

impl Builder<'_> {
    /// A unit that is listed only.
    pub(super) fn bare_unit(&self, unit: &Unit, index: usize) -> UnitOutcome {
        let unit = unit.clone();
        UnitOutcome {
            code: unit.code,
            name: unit.name,
            other_names: unit.short_names.into_iter().chain(unit.former).collect(),
            group: self.run.assessment.groups[unit.group].clone(),
            mode: unit.mode,
            attributes: unit.attributes.into_iter().map(|(name, cell)| (name, cell.value)).collect(),
            secretary: unit.secretary,
            contact: unit.contact,
            total: None,
            base: None,
            plus: None,
            minus: None,
            exact: None,
            rank_group: None,
            rank_overall: None,
            grade: None,
            threshold: None,
            parallel: None,
            deferred: false,
            takes_place: false,
            aspects: BTreeMap::new(),
            lines: BTreeMap::new(),
            components: BTreeMap::new(),
            leaves: Vec::new(),
            adjustments: self.unassessed_rows(UnitIx(index)),
            path: Vec::new(),
            previous: self.run.assessment.previous.get(&UnitIx(index)).cloned().unwrap_or_default(),
            report: self.run.assessment.reports[index].at,
            at: unit.at,
        }
    }

    pub(super) fn unit(&self, unit: &Unit, score: &UnitScore, grade: &UnitGrade) -> UnitOutcome {
        let shown = |points: &Points| Some(points.0.fixed(self.decimals));
        let name = |index: usize| self.model.grades[index].name.clone();
        let tree = &self.model.tree;
        UnitOutcome {
            total: shown(&score.total),
            base: shown(&score.base),
            plus: shown(&score.adjusted.plus),
            minus: shown(&score.adjusted.minus),
            exact: Some(ExactTotals {
                base: score.base.0.clone(),
                plus: score.adjusted.plus.0.clone(),
                minus: score.adjusted.minus.0.clone(),
                total: score.exact_total.0.clone(),
            }),
            rank_group: grade.rank_group,
            rank_overall: grade.rank_overall,
            grade: grade.grade.map(name),
            threshold: Some(name(grade.threshold)),
            parallel: grade.grade.and_then(|g| self.model.grades[g].parallel.clone()),
            deferred: grade.grade.is_none(),
            takes_place: grade.takes_place,
            aspects: self.rates(tree.aspects.iter().map(|a| &a.code), &score.aspects),
            lines: self.rates(tree.lines.iter().map(|l| &l.code), &score.lines),
            components: self.components(score),
            leaves: self.leaves(score),
            adjustments: score.adjusted.rows.clone(),
            path: grade.path.clone(),
            ..self.bare_unit(unit, score.unit.0)
        }
    }

    fn components(&self, score: &UnitScore) -> BTreeMap<String, ComponentOutcome> {
        let mut components = BTreeMap::new();
        for (index, component) in self.model.components.iter().enumerate() {
            let nodes: &NodeRates = &score.nodes[index];
            let corrected = score.corrected.iter().find(|(target, _)| *target == Target::Component(index));
            let tree = &self.model.tree;
            let outcome = ComponentOutcome {
                rate: score.rates[index].0.fixed(self.decimals),
                exact: score.rates[index].0.clone(),
                aspects: self.rates(tree.aspects.iter().map(|a| &a.code), &nodes.aspects),
                lines: self.rates(tree.lines.iter().map(|l| &l.code), &nodes.lines),
                ballots: self.ballots(index, score.unit),
                given: self.given(index, score.unit),
                corrected: corrected.map(|(_, id)| id.clone()),
            };
            components.insert(component.id.clone(), outcome);
        }
        components
    }

    fn ballots(&self, component: usize, unit: UnitIx) -> Option<BallotsOutcome> {
        let ComponentMeasure::Ballots(measure) = &self.run.measured.components[component] else { return None };
        let own = measure.units[unit.0].as_ref()?;
        Some(BallotsOutcome {
            answers: own.answers,
            enough: own.enough,
            satisfaction: self.rate(own.satisfaction.as_ref()),
            positive: own.positive.0,
            valid: own.positive.1,
            rates: own.rates.iter().map(|rate| self.rate(rate.as_ref())).collect(),
            classes: self.unit_classes(component, unit, own),
            off: self.inapplicable(component, unit),
        })
    }

    fn unit_classes(&self, component: usize, unit: UnitIx, own: &UnitBallots) -> Vec<UnitClassOutcome> {
        let ComponentKind::Ballots(rules) = &self.model.components[component].kind else { return Vec::new() };
        let mean = |mean: &NodeMean| MeanOutcome {
            mean: mean.mean.0.clone(),
            counted: mean.counted,
            zeros: mean.zeros,
            trimmed: mean.trimmed.clone(),
        };
        let classes = rules.classes.iter().zip(&own.classes).enumerate();
        classes
            .map(|(index, (class, measure))| UnitClassOutcome {
                id: class.id.clone(),
                means: measure.means.iter().map(|m| m.as_ref().map(mean)).collect(),
                missing: measure.missing,
                effective_weight: measure.effective_weight.clone(),
                raters: measure.counts.raters,
                valid: measure.counts.valid,
                abstained: measure.counts.abstained,
                void: measure.counts.void,
                recused: measure.counts.recused,
                tallies: self.tallies(component, index, unit),
            })
            .collect()
    }

    /// The rows of tallies that say that a node does not apply to a unit.
    fn inapplicable(&self, component: usize, unit: UnitIx) -> Vec<(String, Place)> {
        let ComponentInput::Ballots(counted) = &self.run.assessment.components[component] else { return Vec::new() };
        let start = counted.inapplicable.partition_point(|row| row.unit < unit);
        let own = counted.inapplicable[start..].iter().take_while(|row| row.unit == unit);
        own.map(|row| (self.model.tree.code(counted.nodes[row.node]).to_owned(), row.at)).collect()
    }

    fn tallies(&self, component: usize, class: usize, unit: UnitIx) -> Vec<TallyOutcome> {
        let ComponentInput::Ballots(counted) = &self.run.assessment.components[component] else { return Vec::new() };
        let start = counted.tallies.partition_point(|t| (t.class, t.unit) < (class, unit));
        let own = counted.tallies[start..].iter().take_while(|t| (t.class, t.unit) == (class, unit));
        own.map(|tally| TallyOutcome {
            node: self.model.tree.code(counted.nodes[tally.node]).to_owned(),
            votes: tally.votes.clone(),
            abstained: tally.abstained,
            issued: tally.issued,
            valid: tally.valid,
            invalid: tally.invalid,
            at: tally.at,
        })
        .collect()
    }

    fn given(&self, component: usize, unit: UnitIx) -> Vec<GivenOutcome> {
        let ComponentMeasure::Given(units) = &self.run.measured.components[component] else { return Vec::new() };
        let of = |given: &crate::engine::score::given::GivenMeasure| GivenOutcome {
            node: self.model.tree.code(given.node).to_owned(),
            rate: self.rate(given.rate.as_ref()),
            off: given.off.clone(),
            parts: given.parts.clone(),
        };
        units[unit.0].iter().map(of).collect()
    }

    fn leaves(&self, score: &UnitScore) -> Vec<LeafOutcome> {
        let leaves = self.model.tree.leaves.iter().zip(&score.leaves).enumerate();
        leaves
            .map(|(index, (leaf, own))| (index, leaf, own.clone()))
            .map(|(index, leaf, own)| LeafOutcome {
                code: leaf.code.clone(),
                full: leaf.points.clone(),
                self_points: own.self_points,
                verified: (own.state != LeafState::NotApplicable).then_some(own.points),
                state: own.state,
                claimed: own.claimed,
                value: own.verified_value,
                note: own.note,
                rate: score.leaf_rates[index].as_ref().map(|rate| rate.0.clone()),
                corrected: score.corrected.iter().find(|(t, _)| *t == Target::Leaf(index)).map(|(_, id)| id.clone()),
                original: own.original.map(|before| OriginalLeaf {
                    points: before.points,
                    state: before.state,
                    at: before.at,
                }),
                at: own.at,
                ledger: self.ledger(score.unit, index),
            })
            .collect()
    }

    /// The problems behind a leaf that is counted in ledgers.
    fn ledger(&self, unit: UnitIx, leaf: usize) -> Vec<Problem> {
        match &self.run.assessment.reports[unit.0].leaves[leaf].ledger {
            LedgerInput::Returned(problems) => problems.clone(),
            LedgerInput::NotAsked | LedgerInput::Missing => Vec::new(),
        }
    }

    /// Register rows of a unit that is not assessed: listed, not counted.
    fn unassessed_rows(&self, unit: UnitIx) -> Vec<AdjustmentOutcome> {
        let rows = self.run.assessment.registers.adjustments.iter().enumerate();
        let own = rows.filter(|(_, row)| row.unit == unit && row.standing == Standing::NotAssessed);
        own.map(|(index, row)| AdjustmentOutcome {
            row: Some(index),
            sign: self.model.adjustments.kinds[row.kind].sign,
            points: row.points(),
            counted: Points::zero(),
            end: End::NotApproved(row.standing),
        })
        .collect()
    }
}
