//! Whether the condition of a cap, promotion or award holds for a unit (SPEC §9.3, §9.4, §19.7).

use std::collections::BTreeSet;

use crate::engine::assessment::{Assessment, Registers, Standing, Unit, UnitIx};
use crate::engine::score::{LeafState, UnitScore};
use crate::model::condition::{Bar, Sum, Threshold};
use crate::model::{Condition, Model, Node};
use crate::shared::number::{Exact, Percent};
use crate::shared::text;

/// What is known of a unit when conditions are judged.
pub(super) struct Facts<'f> {
    pub(super) model: &'f Model,
    pub(super) unit: &'f Unit,
    pub(super) score: &'f UnitScore,
    pub(super) events: &'f BTreeSet<(UnitIx, usize)>,
    /// Every ranked unit that shares the last rank of a scope of two or more, unless all are equal.
    pub(super) is_last: bool,
    pub(super) has_report: bool,
}

/// The approved register rows by unit and kind, superseded and cut ones included.
pub(super) fn events(registers: &Registers) -> BTreeSet<(UnitIx, usize)> {
    let approved = registers.adjustments.iter().filter(|row| row.standing == Standing::Approved);
    approved.map(|row| (row.unit, row.kind)).collect()
}

/// The result of judging a condition, with the values that decided it.
#[derive(Default)]
pub(super) struct Verdict {
    pub(super) holds: bool,
    /// What was looked at, as `name value`, for the grade path.
    pub(super) because: Vec<String>,
    /// Whether an unknown satisfaction keeps the condition from being judged.
    pub(super) unknown: bool,
}

impl Verdict {
    fn from(holds: bool, because: String) -> Self {
        Self { holds, because: if holds { vec![because] } else { Vec::new() }, unknown: false }
    }
}

impl Facts<'_> {
    /// Judges a condition.
    pub(super) fn judge(&self, condition: &Condition) -> Verdict {
        match condition {
            Condition::Rate { nodes, component, threshold, .. } => self.rate(nodes, *component, threshold),
            Condition::Satisfaction { component, threshold } => self.satisfaction(*component, threshold),
            Condition::Event(code) => {
                let kind = self.model.adjustments.kind(code);
                let holds = kind.is_some_and(|kind| self.events.contains(&(self.score.unit, kind)));
                Verdict::from(holds, code.clone())
            }
            Condition::LastInGroup => Verdict::from(self.is_last, String::new()),
            Condition::Attribute { name, equals } => {
                let value = self.unit.attribute(name).unwrap_or_default();
                let holds = equals.iter().any(|wanted| text::key(value) == text::key(wanted));
                Verdict::from(holds, format!("{name} = {value}"))
            }
            Condition::Points { node, component, bar, .. } => self.points(*node, *component, bar),
            Condition::Sum { sum, at_least } => {
                let own = match sum {
                    Sum::Bonus => &self.score.adjusted.plus,
                    Sum::Deductions => &self.score.adjusted.minus,
                };
                Verdict::from(own >= at_least, own.to_string())
            }
            Condition::Group { names, .. } => {
                let holds = names.iter().any(|name| text::key(name) == text::key(&self.unit.group));
                Verdict::from(holds, self.unit.group.clone())
            }
            Condition::MissingSelfReport => Verdict::from(!self.has_report, String::new()),
            Condition::All(parts) => {
                let verdicts: Vec<Verdict> = parts.iter().map(|part| self.judge(part)).collect();
                let holds = verdicts.iter().all(|v| v.holds);
                let decided = verdicts.iter().any(|v| !v.holds && !v.unknown);
                Self::combine(holds, !holds && !decided, verdicts)
            }
            Condition::Any(parts) => {
                let verdicts: Vec<Verdict> = parts.iter().map(|part| self.judge(part)).collect();
                let holds = verdicts.iter().any(|v| v.holds);
                let unknown = !holds && verdicts.iter().any(|v| v.unknown);
                Self::combine(holds, unknown, verdicts)
            }
        }
    }

    fn combine(holds: bool, unknown: bool, verdicts: Vec<Verdict>) -> Verdict {
        let because = if holds { verdicts.into_iter().flat_map(|v| v.because).collect() } else { Vec::new() };
        Verdict { holds, because, unknown }
    }

    /// A node's rate as printed.
    pub(super) fn printed_rate(&self, node: Node, component: Option<usize>) -> Option<Exact> {
        self.rate_of(node, component).map(|rate| self.model.score.published().round(&rate.0))
    }

    /// A node's points as printed: its rate of its full points.
    fn points(&self, node: Node, component: Option<usize>, bar: &Bar) -> Verdict {
        let full = self.model.of(self.unit.scheme).tree().points(node);
        let Some(rate) = self.rate_of(node, component) else { return Verdict::default() };
        let own = self.model.point_precision();
        let printed = own.round(&rate.share_of(&full).0);
        Verdict::from(bar.holds(&printed), format!("{} {}", self.model.tree.code(node), own.print(&printed)))
    }

    /// A node's rate; a leaf that is not applicable has none, whatever it counts as.
    fn rate_of(&self, node: Node, component: Option<usize>) -> Option<&Percent> {
        if let Node::Leaf(leaf) = node {
            let own = component.is_none_or(|c| Some(c) == self.model.indicators_component());
            let not_applicable = self
                .score
                .leaves
                .get(leaf)
                .is_some_and(|l| matches!(l.state, LeafState::NotApplicable | LeafState::NotInScheme));
            if own && not_applicable {
                return None;
            }
        }
        self.score.rate(node, component)
    }

    /// A cap holds if any of its nodes is below the threshold; a promotion if all measured ones are at least at it.
    fn rate(&self, nodes: &[Node], component: Option<usize>, threshold: &Threshold) -> Verdict {
        let decimals = self.model.score.decimals;
        let rates: Vec<(Node, Exact)> =
            nodes.iter().filter_map(|node| Some((*node, self.printed_rate(*node, component)?))).collect();
        let show = |(node, rate): &(Node, Exact)| format!("{} {}", self.model.tree.code(*node), rate.fixed(decimals));
        match threshold {
            Threshold::Below(limit) => {
                let below: Vec<String> = rates.iter().filter(|(_, rate)| *rate < limit.0).map(show).collect();
                Verdict { holds: !below.is_empty(), because: below, unknown: false }
            }
            Threshold::AtLeast(limit) => {
                let holds = !rates.is_empty() && rates.iter().all(|(_, rate)| *rate >= limit.0);
                Verdict {
                    holds,
                    because: if holds { rates.iter().map(show).collect() } else { Vec::new() },
                    unknown: false,
                }
            }
        }
    }

    fn satisfaction(&self, component: usize, threshold: &Threshold) -> Verdict {
        let Some(Percent(rate)) = &self.score.satisfaction[component] else {
            return Verdict { unknown: true, ..Verdict::default() };
        };
        let printed = self.model.score.published().round(rate);
        let holds = match threshold {
            Threshold::Below(limit) => printed < limit.0,
            Threshold::AtLeast(limit) => printed >= limit.0,
        };
        Verdict::from(holds, format!("{}%", printed.fixed(self.model.score.decimals)))
    }
}

/// Whether a unit handed in a self-report.
pub(super) fn has_report(assessment: &Assessment, unit: UnitIx) -> bool {
    assessment.reports.get(unit.0).is_some_and(|report| report.at.is_some())
}
