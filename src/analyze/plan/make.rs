//! Makes a plan of a record: which totals, bars, conditions and ties depend on weights, and how.

use std::collections::BTreeSet;

use super::value::{Draw, Mix, NodeMix, Part, Source, Twin, Value, exact_digits, whole};
use super::{Link, Rule, Total, UnitPlan};
use crate::analyze::record::{Record, Standing};
use crate::engine::assessment::{Ruling, Standing as RowStanding, UnitIx};
use crate::engine::condition::{Facts, events, has_report};
use crate::engine::grade::places::PlaceClaim;
use crate::engine::score::{Answers, ComponentMeasure, UnitScore};
use crate::model::condition::{Bar, Threshold};
use crate::model::{BallotRules, Condition, Model, Node, TieBreak};
use crate::shared::number::{Exact, Rounding};

/// Makes a plan of a record.
pub(super) struct Maker<'m> {
    pub(super) record: &'m Record,
    pub(super) standing: &'m Standing,
    pub(super) nominal: Draw,
    /// By component, whether its classes may have other weights.
    pub(super) varies: Vec<bool>,
    /// Components whose classes keep their weights.
    pub(super) steady: Vec<usize>,
    pub(super) events: BTreeSet<(UnitIx, usize)>,
}

impl<'m> Maker<'m> {
    pub(super) fn new(record: &'m Record, standing: &'m Standing) -> Self {
        let model = &record.model;
        let varies = |index: usize| {
            let component = &model.components[index];
            let Some(rules) = component.ballots() else { return false };
            rules.share.is_none() && component.tail.is_empty() && component.limits.is_empty()
        };
        let many = |index: &usize| model.components[*index].classes().len() > 1;
        let (own, other): (Vec<usize>, Vec<usize>) =
            (0..model.components.len()).filter(many).partition(|index| varies(*index));
        let mut varies = vec![false; model.components.len()];
        own.iter().for_each(|index| varies[*index] = true);
        let events = events(&record.assessment.registers);
        let mut maker = Self { record, standing, nominal: Draw::nominal(model), varies, steady: other, events };
        let odd: Vec<usize> = own.into_iter().filter(|index| !maker.follows(*index)).collect();
        for index in odd {
            maker.varies[index] = false;
            maker.steady.push(index);
        }
        maker.steady.sort_unstable();
        maker
    }

    /// Whether the rates of a component follow from its classes for all units but those with a correction.
    pub(super) fn follows(&self, component: usize) -> bool {
        let is_sound = |index: usize| {
            self.with(index, |own| {
                own.score.corrected[component].is_some()
                    || own.class_nodes(component, Node::Unit).is_none()
                    || !matches!(own.counted(component), Source::Fixed(_))
            })
        };
        (0..self.standing.scores.len()).all(is_sound)
    }

    /// Looks at a unit.
    pub(super) fn with<T>(&self, index: usize, look: impl FnOnce(&Own<'_>) -> T) -> T {
        let (model, score, assessment) = (&self.record.model, &self.standing.scores[index], &self.record.assessment);
        let facts = Facts {
            model,
            unit: assessment.unit(score.unit),
            score,
            measured: &self.record.measured,
            events: &self.events,
            is_last: false,
            has_report: has_report(assessment, score.unit),
        };
        look(&Own { maker: self, score, facts: &facts })
    }

    pub(super) fn unit(&self, index: usize) -> UnitPlan {
        let (model, score) = (&self.record.model, &self.standing.scores[index]);
        let assessment = &self.record.assessment;
        let held = model.of(assessment.unit(score.unit).scheme);
        let digit = model.score.published().digit();
        let bars = (0..model.grades.len()).map(|grade| whole(&(&held.bar(grade).0 / &digit), Rounding::Ceil));
        let decision = assessment.registers.decisions.iter();
        let decision = decision.filter(|row| row.standing == RowStanding::Approved).rfind(|row| row.unit == score.unit);
        let claim = decision.map_or(PlaceClaim::Compete, |row| match row.ruling {
            Ruling::Defer => PlaceClaim::Defer { takes_place: !row.outside_quota },
            Ruling::Pin(grade) => PlaceClaim::Pin { grade, takes_place: !row.outside_quota },
        });
        self.with(index, |own| {
            let caps = model.caps.iter().map(|cap| (cap.at_most, own.rule(&cap.when)));
            let promotions = model.promotions.iter().map(|rule| (rule.to, rule.unless_capped, own.rule(&rule.when)));
            UnitPlan {
                unit: score.unit,
                total: own.total(),
                bars: bars.collect(),
                caps: caps.filter(|(_, rule)| !rule.is_never()).collect(),
                promotions: promotions.filter(|(_, _, rule)| !rule.is_never()).collect(),
                claim,
                links: model.rank.tie_break.iter().map(|link| own.link(&link.by)).collect(),
            }
        })
    }
}

/// One unit while its plan is made.
pub(super) struct Own<'o> {
    pub(super) maker: &'o Maker<'o>,
    pub(super) score: &'o UnitScore,
    pub(super) facts: &'o Facts<'o>,
}

impl Own<'_> {
    pub(super) fn model(&self) -> &Model {
        &self.maker.record.model
    }

    pub(super) fn total(&self) -> Total {
        let score = self.score;
        let held = self.model().of(self.facts.unit.scheme);
        let parts = held.components().filter(|part| score.lack(part.index).is_none());
        let parts: Vec<Part> = parts
            .map(|part| Part {
                component: part.index,
                weight: Twin::from(&part.weight.0),
                rate: self.counted(part.index),
            })
            .collect();
        let full = Twin::from(&(&self.model().score.full.0 / &Exact::from(100)));
        let adjusted = Twin::from(&(&score.adjusted.plus.0 - &score.adjusted.minus.0));
        let base = Value::Over(Mix(parts));
        let scale = &self.model().score;
        let total = base.exact(&self.maker.nominal) * &full.exact + &adjusted.exact;
        let total = total.at_least(&scale.min.0).at_most(&scale.max.0);
        // A corrected total does not follow from its parts.
        if total != score.exact_total.0 || scale.published().round(&total) != score.total.0 {
            return Total::Fixed(exact_digits(&score.total.0, scale.published()));
        }
        Total::Drawn { base, full, adjusted }
    }

    /// The rate of a component that counts.
    pub(super) fn counted(&self, component: usize) -> Source {
        let official = &self.score.rates[component].0;
        let fixed = || Source::Fixed(Twin::from(official));
        let Some(nodes) = self.class_nodes(component, Node::Unit) else { return fixed() };
        let rounded = self.model().score.component(&self.model().components[component]);
        let source = match rounded {
            Some(precision) => Source::Rounded(nodes, precision),
            None => Source::Classes(nodes),
        };
        if source.rate::<Exact>(component, &self.maker.nominal).as_ref() == Some(official) { source } else { fixed() }
    }

    /// The rate of a node within a component as it was measured.
    pub(super) fn measured(&self, component: usize, node: Node) -> Option<Source> {
        let official = self.score.nodes[component].of(node)?;
        let classes = self.class_nodes(component, node).map(Source::Classes);
        let same = |source: &Source| source.rate::<Exact>(component, &self.maker.nominal).as_ref() == Some(&official.0);
        Some(classes.filter(same).unwrap_or_else(|| Source::Fixed(Twin::from(&official.0))))
    }

    /// The measured nodes that make up a node of a component with several classes.
    pub(super) fn class_nodes(&self, component: usize, node: Node) -> Option<Vec<NodeMix>> {
        if !self.maker.varies[component] {
            return None;
        }
        let (model, record) = (self.model(), self.maker.record);
        let own = &model.components[component];
        let rules: &BallotRules = own.ballots()?;
        let ComponentMeasure::Ballots(measure) = &record.measured.components[component] else { return None };
        let ballots = measure.units.get(self.score.unit.0)?.as_ref()?;
        if !matches!(ballots.enough, Answers::Enough | Answers::Flagged) {
            return None;
        }
        let held = model.of(self.facts.unit.scheme);
        let tree = held.tree();
        let belongs = |measured: Node| match (node, measured) {
            (own, measured) if own == measured => true,
            (Node::Unit, _) | (_, Node::Unit) => true,
            (Node::Aspect(aspect), Node::Leaf(leaf)) => tree.leaves[leaf].aspect == Some(aspect),
            (Node::Line(line), Node::Leaf(leaf)) => tree.leaves[leaf].line == Some(line),
            (Node::Leaf(leaf), Node::Aspect(aspect)) => tree.leaves[leaf].aspect == Some(aspect),
            _ => false,
        };
        let measured = model.measured(own);
        let chosen =
            measured.iter().enumerate().filter(|(index, own)| belongs(**own) && ballots.rates[*index].is_some());
        let mix = |(index, own): (usize, &Node)| {
            let classes = ballots.classes.iter().enumerate().filter_map(|(class, measure)| {
                let mean = measure.means[index].as_ref()?;
                let percent = &mean.mean.0 * &Exact::from(100) / &rules.full.0;
                let weight = held.class_weight(component, class)?;
                Some((class, Twin::from(&weight.0), Twin::from(&percent)))
            });
            let points = if *own == Node::Unit { Exact::from(1) } else { tree.points(*own).0 };
            NodeMix { points: Twin::from(&points), classes: classes.collect() }
        };
        let nodes: Vec<NodeMix> = chosen.map(mix).collect();
        let sound = |own: &NodeMix| own.classes.iter().any(|(_, weight, _)| weight.exact.is_positive());
        (!nodes.is_empty() && nodes.iter().all(sound)).then_some(nodes)
    }

    /// What a condition looks at: the rate of a node that applies to the unit.
    pub(super) fn judged(&self, node: Node, component: Option<usize>) -> Option<Value> {
        self.facts.rate_of(node, component)?;
        self.value(node, component)
    }

    /// The rate of a node over all components, or within one; none where it has none.
    pub(super) fn value(&self, node: Node, component: Option<usize>) -> Option<Value> {
        if let Some(component) = component {
            let source = match node {
                Node::Unit => self.counted(component),
                node => self.measured(component, node)?,
            };
            return Some(Value::Within(component, source));
        }
        let held = self.model().of(self.facts.unit.scheme);
        let parts = held.components().filter_map(|part| {
            let rate = self.measured(part.index, node)?;
            Some(Part { component: part.index, weight: Twin::from(&part.weight.0), rate })
        });
        Some(Value::Over(Mix(parts.collect())))
    }

    /// A rule that may depend on weights; what does not is settled now.
    pub(super) fn rule(&self, condition: &Condition) -> Rule {
        let one = || Twin::from(&Exact::from(1));
        match condition {
            Condition::Rate { nodes, component, threshold, .. } => {
                let precision = self.model().score.published();
                let bar = match threshold {
                    Threshold::Below(bar) | Threshold::AtLeast(bar) => {
                        whole(&(&bar.0 / &precision.digit()), Rounding::Ceil)
                    }
                };
                let reached: Vec<Rule> = nodes
                    .iter()
                    .filter_map(|node| self.judged(*node, *component))
                    .map(|value| Rule::AtLeast { value, times: one(), precision, bar })
                    .collect();
                match threshold {
                    Threshold::AtLeast(_) if reached.is_empty() => Rule::Always(false),
                    Threshold::AtLeast(_) => Rule::All(reached),
                    Threshold::Below(_) => Rule::Not(Box::new(Rule::All(reached))),
                }
            }
            Condition::Points { node, component, bar, .. } => {
                let Some(value) = self.judged(*node, *component) else { return Rule::Always(false) };
                let precision = self.model().point_precision();
                let full = self.model().of(self.facts.unit.scheme).tree().points(*node);
                let times = Twin::from(&(&full.0 / &Exact::from(100)));
                let at_least = |bar| Rule::AtLeast { value, times, precision, bar };
                let (ceil, floor) = ((Rounding::Ceil, 0), (Rounding::Floor, 1));
                let digits = |bar: &Exact, (rounding, more)| whole(&(bar / &precision.digit()), rounding) + more;
                match bar {
                    Bar::AtLeast(bar) => at_least(digits(bar, ceil)),
                    Bar::Above(bar) => at_least(digits(bar, floor)),
                    Bar::Below(bar) => Rule::Not(Box::new(at_least(digits(bar, ceil)))),
                    Bar::AtMost(bar) => Rule::Not(Box::new(at_least(digits(bar, floor)))),
                }
            }
            Condition::LastInGroup => Rule::Last,
            Condition::All(parts) => Rule::All(parts.iter().map(|own| self.rule(own)).collect()),
            Condition::Any(parts) => Rule::Any(parts.iter().map(|own| self.rule(own)).collect()),
            Condition::Satisfaction { .. }
            | Condition::Event(_)
            | Condition::Attribute { .. }
            | Condition::Sum { .. }
            | Condition::Group { .. }
            | Condition::Votes { .. }
            | Condition::MissingSelfReport => Rule::Always(condition.judge(self.facts).holds),
        }
    }

    pub(super) fn link(&self, by: &TieBreak) -> Link {
        let fixed = |value: Option<&Exact>| Link::Fixed(value.map(Twin::from));
        match by {
            TieBreak::Component(index) if self.score.lack(*index).is_some() => Link::Fixed(None),
            TieBreak::Component(index) => Link::Drawn(Value::Within(*index, self.counted(*index))),
            TieBreak::Node(node) => match self.score.rate(*node, None) {
                Some(_) => self.value(*node, None).map_or(Link::Fixed(None), Link::Drawn),
                None => Link::Fixed(None),
            },
            TieBreak::Satisfaction(index) => fixed(self.score.satisfaction[*index].as_ref().map(|own| &own.0)),
            TieBreak::FewerDeductions => fixed(Some(&-&self.score.adjusted.minus.0)),
        }
    }
}
