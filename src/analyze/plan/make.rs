//! Makes a plan of a record: which totals, bars, conditions and ties depend on weights, and how.

use std::collections::BTreeSet;

use super::value::{
    Branch, ClassMean, Content, Draw, Factor, Level, Mix, Part, Source, Twin, Value, exact_digits, whole,
};
use super::{Link, Rule, Total, UnitPlan};
use crate::analyze::record::{Graded, Record};
use crate::analyze::resample::Sampler;
use crate::engine::assessment::{Ruling, Standing, UnitIx};
use crate::engine::condition::{Facts, events, has_report};
use crate::engine::grade::places::PlaceClaim;
use crate::engine::score::{Answers, ComponentMeasure, UnitScore};
use crate::model::condition::{Bar, Threshold};
use crate::model::{BallotRules, CellNode, Component, Condition, Model, Node, TieBreak, Tree};
use crate::shared::number::{Exact, Points, Precision, Rounding};

/// Makes a plan of a record.
pub(super) struct Maker<'m> {
    pub(super) record: &'m Record,
    pub(super) standing: &'m Graded,
    /// Where the marks of raters stand; none where only weights are drawn.
    pub(super) sampler: Option<&'m Sampler>,
    pub(super) nominal: Draw,
    /// By component, whether what it is made of may have other weights.
    pub(super) varies: Vec<bool>,
    /// Components below which weights stay.
    pub(super) steady: Vec<usize>,
    pub(super) events: BTreeSet<(UnitIx, usize)>,
}

impl<'m> Maker<'m> {
    pub(super) fn new(record: &'m Record, standing: &'m Graded, sampler: Option<&'m Sampler>) -> Self {
        let model = &record.model;
        let count = model.components.len();
        let varies: Vec<bool> = model.components.iter().map(follows_its_parts).collect();
        let events = events(&record.assessment.registers);
        let nominal = Draw::nominal(model);
        let mut maker = Self { record, standing, sampler, nominal, varies, steady: Vec::new(), events };
        let varies: Vec<bool> = (0..count).map(|index| maker.varies[index] && maker.follows(index)).collect();
        let has_parts =
            |index: &usize| model.components[*index].classes().len() > 1 || record.measured_nodes(*index).len() > 1;
        maker.steady = (0..count).filter(|index| !varies[*index]).filter(has_parts).collect();
        maker.varies = varies;
        maker
    }

    /// Whether the rates of a component follow from its classes for all units but those with a correction.
    pub(super) fn follows(&self, component: usize) -> bool {
        let is_sound = |index: usize| {
            self.with(index, |own| {
                own.score.corrected[component].is_some()
                    || own.content(component, Node::Unit).is_none()
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
        let decision = decision.filter(|row| row.standing == Standing::Approved).rfind(|row| row.unit == score.unit);
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

/// Whether the rate of a component is a mean of what it is made of, and nothing more.
fn follows_its_parts(component: &Component) -> bool {
    let is_share = component.ballots().is_some_and(|rules| rules.share.is_some());
    !is_share && component.tail.is_empty() && component.limits.is_empty()
}

/// The parts of the nodes of a component, from the tree (SPEC §8): a measured node passes its rate down to what is below it, and
/// a node above measured ones is their points-weighted mean.
struct Parts<'p> {
    own: &'p Own<'p>,
    component: usize,
    measured: Vec<Node>,
    tree: &'p Tree,
}

impl Parts<'_> {
    /// What a measured node is itself.
    fn itself(&self, node: Node) -> Option<Content> {
        let at = self.measured.iter().position(|own| *own == node)?;
        match self.own.maker.record.measured.components[self.component] {
            ComponentMeasure::Ballots(_) => self.own.classes(self.component, at),
            ComponentMeasure::Indicators | ComponentMeasure::Given { .. } => {
                self.own.score.nodes[self.component].of(node).map(|rate| Content::Rate(Twin::from(&rate.0)))
            }
        }
    }

    fn is_measured(&self, node: Node) -> bool {
        self.measured.contains(&node)
    }

    fn of(&self, node: Node) -> Option<Content> {
        if self.is_measured(node) {
            return self.itself(node);
        }
        if matches!(self.measured.as_slice(), [Node::Unit]) {
            return self.itself(Node::Unit);
        }
        let tree = self.tree;
        let cell_of = |(index, points): (usize, &Points)| self.branch(points, Factor::One, self.cell(index));
        let cells = |keep: &dyn Fn(&CellNode) -> bool| {
            let own = tree.cells.iter().enumerate().filter(|(_, cell)| keep(cell));
            Self::branches(Level::Cells, own.filter_map(|(index, cell)| cell_of((index, &cell.points))).collect())
        };
        match node {
            Node::Unit if tree.aspects.is_empty() => {
                let cell = |(index, cell): (usize, &CellNode)| {
                    self.branch(&cell.points, cell.line.map_or(Factor::One, Factor::Line), self.cell(index))
                };
                Self::branches(Level::Parts, tree.cells.iter().enumerate().filter_map(cell).collect())
            }
            Node::Unit => {
                let aspect = |(index, aspect): (usize, &crate::model::tree::Branch)| {
                    self.branch(&aspect.points, Factor::Aspect(index), self.of(Node::Aspect(index)))
                };
                Self::branches(Level::Parts, tree.aspects.iter().enumerate().filter_map(aspect).collect())
            }
            Node::Aspect(aspect) if !tree.leaves.is_empty() => cells(&|cell| cell.aspect == Some(aspect)),
            Node::Line(line) => cells(&|cell| cell.line == Some(line)),
            Node::Aspect(_) => self.itself(Node::Unit),
            Node::Leaf(leaf) => match tree.leaves[leaf].aspect.map(Node::Aspect) {
                Some(aspect) if self.is_measured(aspect) => self.itself(aspect),
                _ => self.itself(Node::Unit),
            },
        }
    }

    fn cell(&self, cell: usize) -> Option<Content> {
        if let Some(aspect) = self.tree.cells[cell].aspect.map(Node::Aspect).filter(|own| self.is_measured(*own)) {
            return self.itself(aspect);
        }
        let leaf = |leaf: &usize| {
            let points = &self.tree.leaves[*leaf].points;
            self.branch(points, Factor::Leaf(*leaf), self.of(Node::Leaf(*leaf)))
        };
        Self::branches(Level::Leaves, self.tree.cells[cell].leaves.iter().filter_map(leaf).collect())
    }

    /// A part; none where it has no points or nothing was measured.
    fn branch(&self, points: &Points, factor: Factor, content: Option<Content>) -> Option<Branch> {
        (!points.0.is_zero()).then_some(())?;
        Some(Branch { weight: Twin::from(&points.0), factor, content: content? })
    }

    fn branches(level: Level, branches: Vec<Branch>) -> Option<Content> {
        (!branches.is_empty()).then_some(Content::Branches(level, branches))
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
        let precision = self.model().score.component(&self.model().components[component]);
        self.source(component, Node::Unit, &self.score.rates[component].0, precision)
    }

    /// The rate of a node within a component as it was measured.
    pub(super) fn measured(&self, component: usize, node: Node) -> Option<Source> {
        let official = self.score.nodes[component].of(node)?;
        Some(self.source(component, node, &official.0, None))
    }

    /// What a rate is made of, if that gives the official rate.
    fn source(&self, component: usize, node: Node, official: &Exact, precision: Option<Precision>) -> Source {
        let official = Twin::from(official);
        let Some(content) = self.content(component, node) else { return Source::Fixed(official) };
        let source = Source::Made { content, official, precision };
        let own = source.rate::<Exact>(component, &self.maker.nominal);
        match source {
            Source::Made { official, .. } if own.as_ref() != Some(&official.exact) => Source::Fixed(official),
            source => source,
        }
    }

    /// What the rate of a node is made of; none where that is fixed.
    pub(super) fn content(&self, component: usize, node: Node) -> Option<Content> {
        if !self.maker.varies[component] {
            return None;
        }
        let tree = self.model().of(self.facts.unit.scheme).tree();
        let parts = Parts { own: self, component, measured: self.maker.record.measured_nodes(component), tree };
        match parts.of(node)? {
            Content::Rate(_) => None,
            content => Some(content),
        }
    }

    /// The means of the classes at a measured node.
    fn classes(&self, component: usize, node: usize) -> Option<Content> {
        let (model, record, unit) = (self.model(), self.maker.record, self.score.unit);
        let rules: &BallotRules = model.components[component].ballots()?;
        let ballots = record.measured.components[component].ballots(unit)?;
        if !matches!(ballots.enough, Answers::Enough | Answers::Flagged) {
            return None;
        }
        let held = model.of(self.facts.unit.scheme);
        let classes = ballots.classes.iter().enumerate().filter_map(|(class, measure)| {
            let weight = Twin::from(&held.class_weight(component, class)?.0);
            let percent = |mean: &Exact| Twin::from(&(mean * &Exact::from(100) / &rules.full.0));
            let mean = measure.means[node].as_ref().map(|own| percent(&own.mean.0));
            let slot = self.maker.sampler.and_then(|own| own.slot([component, class, unit.0, node]));
            let slot = slot.map(|(slot, step)| (slot, percent(step)));
            (mean.is_some() || slot.is_some()).then_some(ClassMean { class, weight, mean, slot })
        });
        Some(Content::Classes(classes.collect()))
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
                let values = nodes.iter().filter_map(|node| self.judged(*node, *component));
                let reached: Vec<Rule> =
                    values.map(|value| Rule::AtLeast { value, times: one(), precision, bar }).collect();
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
            _ => Rule::Always(condition.judge(self.facts).holds),
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
