//! One unit of the result document: totals, components, leaves, adjustments, grade path.

use super::Builder;
use crate::engine::assessment::{Standing, Unit, UnitIx};
use crate::engine::grade::UnitGrade;
use crate::engine::score::{AdjustmentOutcome, ComponentMeasure, End, UnitScore};
use crate::model::Component;
use crate::result::outcome::{ComponentOutcome, ExactTotals, UnitOutcome};
use crate::shared::coded::ByCode;
use crate::shared::number::{Percent, Points};
use crate::shared::text::Label;

impl Builder<'_> {
    /// A unit that is listed only.
    pub(super) fn bare_unit(&self, unit: &Unit, index: usize) -> UnitOutcome {
        UnitOutcome {
            adjustments: self.unassessed_rows(UnitIx(index)),
            previous: self.run.assessment.previous.get(&UnitIx(index)).cloned().unwrap_or_default(),
            report: self.run.assessment.reports[index].at,
            ..UnitOutcome::unread(unit.clone())
        }
    }

    pub(super) fn unit(&self, unit: &Unit, score: UnitScore, grade: &UnitGrade) -> UnitOutcome {
        let shown = |points: &Points| Some(self.published.print(&points.0));
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
            rank_scheme: grade.rank_scheme,
            grade: grade.grade.map(name),
            threshold: grade.threshold.map(name),
            parallel: grade.grade.and_then(|g| self.model.grades[g].parallel.clone()),
            deferred: grade.grade.is_none() && !self.model.grades.is_empty(),
            takes_place: grade.takes_place,
            aspects: self.rates(tree.aspects.iter().map(|a| &a.code), &score.aspects),
            lines: self.rates(tree.lines.iter().map(|l| &l.code), &score.lines),
            components: self.components(&score),
            leaves: score.leaves,
            adjustments: score.adjusted.rows,
            path: grade.path.clone(),
            ..self.bare_unit(unit, score.unit.0)
        }
    }

    fn components(&self, score: &UnitScore) -> ByCode<ComponentOutcome> {
        let held = self.model.of(self.run.assessment.unit(score.unit).scheme);
        let components = self.model.components.iter().zip(&self.run.measured.components).enumerate();
        let outcome = |(index, (component, measure)): (usize, (&Component, &ComponentMeasure))| {
            held.weight(index)?;
            let weight = score.weight(held, index).cloned().unwrap_or_else(Percent::zero);
            let (nodes, rate) = (&score.nodes[index], &score.rates[index].0);
            let tree = &self.model.tree;
            let outcome = ComponentOutcome {
                rate: self.published.print(rate),
                exact: rate.clone(),
                contribution: Points(self.model.points_of_percent(&weight) * rate),
                weight,
                lacks: score.lack(index),
                aspects: self.rates(tree.aspects.iter().map(|a| &a.code), &nodes.aspects),
                lines: self.rates(tree.lines.iter().map(|l| &l.code), &nodes.lines),
                ballots: measure.ballots(score.unit).cloned(),
                given: measure.given(score.unit).to_vec(),
                limited: score.limited.get(index).cloned().flatten(),
                tail: score.tails[index].clone(),
                corrected: score.corrected[index].clone(),
            };
            Some((Label::from(&component.id), outcome))
        };
        components.filter_map(outcome).collect()
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
