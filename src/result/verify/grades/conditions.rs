//! Whether the condition of a cap or promotion holds for a unit, judged on the values of the document (SPEC §9.3, §9.4).

use std::borrow::Cow;

use super::{Court, NodeRates};
use crate::model::condition::{Bar, Sum, Threshold};
use crate::model::{Condition, Node};
use crate::result::outcome::{
    Answers, BallotRules, ClassMeasure, ComponentType, LeafState, Rate, Scale, UnitBallots, UnitOutcome,
};
use crate::result::verify::tree::weighted;
use crate::shared::number::Exact;
use crate::shared::text;

/// The result of judging a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    /// It holds, because of these values.
    Holds(Vec<String>),
    /// It does not hold.
    Fails,
    /// It cannot be judged: a satisfaction is unknown.
    Unknown,
}

impl Truth {
    fn of(holds: bool, because: impl FnOnce() -> String) -> Self {
        if holds { Self::Holds(vec![because()]) } else { Self::Fails }
    }
}

/// The unit to be judged, and what its conditions depend on.
pub(super) struct Facts<'f, 'c, 's> {
    pub(super) court: &'f Court<'c, 's>,
    pub(super) unit: &'s UnitOutcome,
    pub(super) nodes: &'f NodeRates<'s>,
}

impl Facts<'_, '_, '_> {
    pub(super) fn judge(&self, condition: &Condition) -> Truth {
        let code = self.unit.roster.code.as_str();
        match condition {
            Condition::Rate { nodes, component, threshold, .. } => self.rates(nodes, *component, threshold),
            Condition::Satisfaction { component, threshold } => self.satisfaction(*component, threshold),
            Condition::Event(event) => Truth::of(self.court.events.contains(&(code, event)), || event.clone()),
            Condition::LastInGroup => Truth::of(self.court.last.contains(code), String::new),
            Condition::Attribute { name, equals } => {
                let value = self.unit.roster.attribute(name).unwrap_or_default();
                let is_one = equals.iter().map(|wanted| text::key(wanted)).any(|wanted| wanted == text::key(value));
                Truth::of(is_one, || format!("{name} = {value}"))
            }
            Condition::Points { node, component, bar, .. } => self.points(*node, *component, bar),
            Condition::Sum { sum, at_least } => self.sum(*sum, &at_least.0),
            Condition::Group { names, .. } => {
                let group = self.unit.roster.group.as_str();
                Truth::of(names.iter().any(|name| text::key(name) == text::key(group)), || group.to_owned())
            }
            Condition::Votes { component, of, bar } => self.votes(*component, of, bar),
            Condition::MissingSelfReport => Truth::of(self.unit.report.is_none(), String::new),
            Condition::All(parts) => self.all(parts),
            Condition::Any(parts) => self.any(parts),
        }
    }

    /// One part that fails settles it, whatever else is not known.
    fn all(&self, parts: &[Condition]) -> Truth {
        let truths: Vec<Truth> = parts.iter().map(|part| self.judge(part)).collect();
        if truths.contains(&Truth::Fails) {
            return Truth::Fails;
        }
        if truths.contains(&Truth::Unknown) {
            return Truth::Unknown;
        }
        Truth::Holds(reasons(truths))
    }

    /// One part that holds settles it, whatever else is not known.
    fn any(&self, parts: &[Condition]) -> Truth {
        let truths: Vec<Truth> = parts.iter().map(|part| self.judge(part)).collect();
        if truths.iter().any(|truth| matches!(truth, Truth::Holds(_))) {
            return Truth::Holds(reasons(truths));
        }
        if truths.contains(&Truth::Unknown) { Truth::Unknown } else { Truth::Fails }
    }

    /// A cap holds where any node is below, a promotion where all nodes that have a rate are at least at the threshold.
    fn rates(&self, nodes: &[Node], component: Option<usize>, threshold: &Threshold) -> Truth {
        let model = &self.court.subject.outcome.model;
        let (mut inside, mut measured) = (Vec::new(), 0);
        for node in nodes {
            let Some(rate) = self.rate(*node, component) else { continue };
            let printed = model.score.published().round(&rate);
            measured += 1;
            if is_within(&printed, threshold) {
                inside.push(format!("{} {}", self.code(*node), printed.fixed(model.score.decimals)));
            }
        }
        let needed = if matches!(threshold, Threshold::Below(_)) { 1 } else { measured };
        if measured > 0 && inside.len() >= needed { Truth::Holds(inside) } else { Truth::Fails }
    }

    /// Full points times the rate, as printed.
    fn points(&self, node: Node, component: Option<usize>, bar: &Bar) -> Truth {
        let outcome = self.court.subject.outcome;
        let tree = outcome.held(self.unit).tree();
        let full = match node {
            Node::Unit => None,
            Node::Line(index) => tree.lines.get(index).map(|own| &own.points.0),
            Node::Aspect(index) => tree.aspects.get(index).map(|own| &own.points.0),
            Node::Leaf(index) => tree.leaves.get(index).map(|own| &own.points.0),
        };
        let Some((full, rate)) = full.zip(self.rate(node, component)) else { return Truth::Fails };
        let score = &outcome.model.score;
        let own = score.at(score.decimals.max(2));
        let printed = own.round(&(full * &*rate / Exact::from(100)));
        let holds = is_beyond(&printed, bar);
        Truth::of(holds, || format!("{} {}", self.code(node), own.print(&printed)))
    }

    /// The recorded sum of what counts.
    fn sum(&self, sum: Sum, at_least: &Exact) -> Truth {
        let own = self.unit.exact.as_ref().map(|exact| match sum {
            Sum::Bonus => &exact.plus,
            Sum::Deductions => &exact.minus,
        });
        own.map_or(Truth::Fails, |own| Truth::of(own >= at_least, || own.to_string()))
    }

    fn satisfaction(&self, component: usize, threshold: &Threshold) -> Truth {
        let Some(rate) = self.satisfaction_rate(component) else { return Truth::Unknown };
        let published = self.court.subject.outcome.model.score.published();
        Truth::of(is_within(&published.round(rate), threshold), || format!("{}%", published.print(rate)))
    }

    /// The satisfaction rate of a component.
    pub(super) fn satisfaction_rate(&self, component: usize) -> Option<&Exact> {
        let id = &self.court.subject.outcome.model.components.get(component)?.id;
        self.unit.components.get(id)?.ballots.as_ref()?.satisfaction.as_ref().map(|rate| &rate.0)
    }

    /// The share of votes for levels in percent, over the classes that have a result; compared exactly.
    fn votes(&self, component: usize, of: &[String], bar: &Bar) -> Truth {
        let model = &self.court.subject.outcome.model;
        let own = model.components.get(component);
        let ballots = own.and_then(|own| self.unit.components.get(&own.id)?.ballots.as_deref());
        let is_own = |own: &&UnitBallots| !matches!(own.enough, Answers::GroupMedian | Answers::Inapplicable);
        let Some((own, ballots)) = own.zip(ballots.filter(is_own)) else { return Truth::Unknown };
        let parts: Vec<(&Exact, Option<Exact>)> = ballots
            .classes
            .iter()
            .take(own.classes().len())
            .enumerate()
            .filter_map(|(class, counted)| {
                let weight = &self.court.subject.outcome.held(self.unit).class_weight(component, class)?.0;
                Some((weight, own.ballots().and_then(|rules| share(rules, class, counted, of))))
            })
            .collect();
        let share = weighted(parts.iter().map(|(weight, share)| (*weight, share.as_ref())));
        let Some(share) = share else { return Truth::Unknown };
        let (_, number) = bar.written();
        Truth::of(is_beyond(&share, bar), || {
            format!(
                "{} {}%",
                model.language.list(of.iter().map(String::as_str)),
                model.score.published().beside(&share, number)
            )
        })
    }

    fn code(&self, node: Node) -> &str {
        let model = &self.court.subject.outcome.model;
        let code = match node {
            Node::Unit => None,
            Node::Line(index) => model.tree.lines.get(index).map(|line| &line.code),
            Node::Aspect(index) => model.tree.aspects.get(index).map(|aspect| &aspect.code),
            Node::Leaf(index) => model.tree.leaves.get(index).map(|leaf| &leaf.code),
        };
        code.map_or("", String::as_str)
    }

    /// The rate that a condition looks at: a leaf that is not applicable has none, whatever it counts as.
    pub(super) fn rate(&self, node: Node, component: Option<usize>) -> Option<Cow<'_, Exact>> {
        let components = &self.court.subject.outcome.model.components;
        let of_leaves = component
            .is_none_or(|index| components.get(index).is_some_and(|own| own.scored() == ComponentType::Indicators));
        if let Node::Leaf(leaf) = node
            && of_leaves
            && self
                .unit
                .leaves
                .get(leaf)
                .is_some_and(|own| matches!(own.state, LeafState::NotApplicable | LeafState::NotInScheme))
        {
            return None;
        }
        match component {
            Some(component) => self.within(node, component).map(Cow::Borrowed),
            None => self.over_all(node),
        }
    }

    /// The rate of a node within one component.
    fn within(&self, node: Node, component: usize) -> Option<&Exact> {
        let own = self.unit.components.get(&self.court.subject.outcome.model.components.get(component)?.id)?;
        match node {
            Node::Unit => Some(&own.exact),
            Node::Aspect(_) => own.aspect(self.code(node)),
            Node::Line(_) => own.line(self.code(node)),
            Node::Leaf(leaf) => self.nodes.get(component)?.as_ref()?.leaves.get(leaf)?.as_ref(),
        }
    }

    /// The rate of a node over all components.
    pub(super) fn over_all(&self, node: Node) -> Option<Cow<'_, Exact>> {
        match node {
            Node::Unit => None,
            Node::Aspect(_) => exact(self.unit.aspects.get(self.code(node))),
            Node::Line(_) => exact(self.unit.lines.get(self.code(node))),
            Node::Leaf(leaf) => {
                let parts = self.court.subject.outcome.held(self.unit).components();
                let rate = |at: usize| self.nodes.get(at)?.as_ref()?.leaves.get(leaf)?.as_ref();
                weighted(parts.map(|part| (&part.weight.0, rate(part.index)))).map(Cow::Owned)
            }
        }
    }
}

/// The exact value of a rate that may be unknown.
fn exact(rate: Option<&Option<Rate>>) -> Option<Cow<'_, Exact>> {
    Some(Cow::Borrowed(&rate?.as_ref()?.exact))
}

fn reasons(truths: Vec<Truth>) -> Vec<String> {
    let held = truths.into_iter().filter_map(|truth| match truth {
        Truth::Holds(because) => Some(because),
        Truth::Fails | Truth::Unknown => None,
    });
    held.flatten().collect()
}

fn is_within(printed: &Exact, threshold: &Threshold) -> bool {
    match threshold {
        Threshold::Below(bar) => *printed < bar.0,
        Threshold::AtLeast(bar) => *printed >= bar.0,
    }
}

/// Whether a number is on the side of a bar that the condition asks for.
fn is_beyond(number: &Exact, bar: &Bar) -> bool {
    match bar {
        Bar::Below(bar) => number < bar,
        Bar::AtLeast(bar) => number >= bar,
        Bar::Above(bar) => number > bar,
        Bar::AtMost(bar) => number <= bar,
    }
}

/// The votes of a class for levels, in percent of what its mean is taken over.
fn share(rules: &BallotRules, class: usize, counted: &ClassMeasure, of: &[String]) -> Option<Exact> {
    let mean = counted.means.first()?.as_ref()?;
    let Scale::Levels(levels) = rules.scale_of(class) else { return None };
    let is_meant = |level: &str| of.iter().any(|name| text::key(name) == text::key(level));
    let votes = levels.iter().zip(&counted.votes).filter(|((level, _), _)| is_meant(level)).map(|(_, votes)| votes);
    Some(Exact::from(100 * votes.sum::<usize>()) / Exact::from(mean.counted + mean.zeros))
}
