//! What conditions look at in a unit that was measured (SPEC §9.3, §9.4, §19.7, §19.8): of caps, promotions, awards and limits.

use std::collections::BTreeSet;

use crate::engine::assessment::{Assessment, Registers, Standing, Unit, UnitIx};
use crate::engine::score::{LeafState, Measured, UnitScore};
use crate::model::condition::{Bar, Known, Sum, Threshold, Verdict};
use crate::model::{Condition, Model, Node};
use crate::shared::number::{Exact, Percent};

/// What is known of a unit when conditions are judged.
pub(crate) struct Facts<'f> {
    pub(crate) model: &'f Model,
    pub(crate) unit: &'f Unit,
    pub(crate) score: &'f UnitScore,
    pub(crate) measured: &'f Measured,
    pub(crate) events: &'f BTreeSet<(UnitIx, usize)>,
    /// Every ranked unit that shares the last rank of a scope of two or more, unless all are equal.
    pub(crate) is_last: bool,
    pub(crate) has_report: bool,
}

/// The approved register rows by unit and kind, superseded and cut ones included.
pub(crate) fn events(registers: &Registers) -> BTreeSet<(UnitIx, usize)> {
    let approved = registers.adjustments.iter().filter(|row| row.standing == Standing::Approved);
    approved.map(|row| (row.unit, row.kind)).collect()
}

impl Known for Facts<'_> {
    fn group(&self) -> &str {
        &self.unit.group
    }

    fn attribute(&self, column: &str) -> Option<&str> {
        self.unit.attribute(column)
    }

    fn measured(&self, condition: &Condition) -> Verdict {
        match condition {
            Condition::Rate { nodes, component, threshold, .. } => self.rate(nodes, *component, threshold),
            Condition::Satisfaction { component, threshold } => self.satisfaction(*component, threshold),
            Condition::Event(code) => {
                let kind = self.model.adjustments.kind(code);
                let holds = kind.is_some_and(|kind| self.events.contains(&(self.score.unit, kind)));
                Verdict::of(holds, || code.clone())
            }
            Condition::LastInGroup => Verdict::of(self.is_last, String::new),
            Condition::Points { node, component, bar, .. } => self.points(*node, *component, bar),
            Condition::Sum { sum, at_least } => {
                let own = match sum {
                    Sum::Bonus => &self.score.adjusted.plus,
                    Sum::Deductions => &self.score.adjusted.minus,
                };
                Verdict::of(own >= at_least, || own.to_string())
            }
            Condition::Votes { component, of, bar } => self.votes(*component, of, bar),
            Condition::MissingSelfReport => Verdict::of(!self.has_report, String::new),
            Condition::Attribute { .. } | Condition::Group { .. } | Condition::All(_) | Condition::Any(_) => {
                condition.judge(self)
            }
        }
    }
}

impl Facts<'_> {
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
        Verdict::of(bar.holds(&printed), || format!("{} {}", self.model.tree.code(node), own.print(&printed)))
    }

    /// A node's rate; a leaf that is not applicable has none, whatever it counts as.
    pub(crate) fn rate_of(&self, node: Node, component: Option<usize>) -> Option<&Percent> {
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
            return Verdict::unknown();
        };
        let printed = self.model.score.published().round(rate);
        let holds = match threshold {
            Threshold::Below(limit) => printed < limit.0,
            Threshold::AtLeast(limit) => printed >= limit.0,
        };
        Verdict::of(holds, || format!("{}%", printed.fixed(self.model.score.decimals)))
    }
}

impl Facts<'_> {
    /// The share of votes for some levels, compared exactly; it is unknown where the unit has none of its own.
    fn votes(&self, component: usize, of: &[String], bar: &Bar) -> Verdict {
        let rules = self.model.components[component].ballots();
        let own = self.measured.components[component].ballots(self.score.unit);
        let Some(Percent(share)) = rules.zip(own).and_then(|(rules, own)| own.votes(rules, of)) else {
            return Verdict::unknown();
        };
        let shown = || self.model.score.published().beside(&share, bar.written().1);
        let levels = || self.model.language.list(of.iter().map(String::as_str));
        Verdict::of(bar.holds(&share), || format!("{} {}%", levels(), shown()))
    }
}

/// Whether a unit handed in a self-report.
pub(crate) fn has_report(assessment: &Assessment, unit: UnitIx) -> bool {
    assessment.reports.get(unit.0).is_some_and(|report| report.at.is_some())
}
