//! Conditions of caps, promotions and awards (SPEC §9.3, §9.4, §19.7).
//!
//! Takes an inline table such as `{rate = "aspect.*", below = 70}` and returns a [`Condition`] with every name
//! resolved.

use serde::{Deserialize, Serialize};

use super::adjustment::AdjustmentRules;
use super::toml::Section;
use super::tree::{Node, Tree};
use super::{Component, ComponentKind, Model};
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;
use crate::shared::text;
use crate::shared::words::words;

/// The side of a threshold on which a condition holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Threshold {
    /// Holds below it.
    Below(Percent),
    /// Holds at or above it.
    AtLeast(Percent),
}

/// What a number has to be compared with for a condition to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bar {
    /// Holds below it.
    Below(Exact),
    /// Holds at or above it.
    AtLeast(Exact),
}

impl Bar {
    /// Whether a value is on the side that it names.
    pub fn holds(&self, value: &Exact) -> bool {
        match self {
            Self::Below(bar) => value < bar,
            Self::AtLeast(bar) => value >= bar,
        }
    }
}

words! {
    /// A sum of adjustments that count.
    pub enum Sum {
        /// What is added to the base.
        Bonus = "bonus",
        /// What is taken from it.
        Deductions = "deductions",
    }
}

/// When a cap or promotion applies.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The rate of nodes, rounded to the published decimals, against a threshold.
    Rate {
        /// The pattern as written.
        pattern: String,
        /// The nodes that match it; a cap holds if any is below, a promotion if all are at least.
        nodes: Vec<Node>,
        /// The component whose rate is used; all together if none.
        component: Option<usize>,
        /// The threshold.
        threshold: Threshold,
    },
    /// The satisfaction rate of a component against a threshold.
    Satisfaction {
        /// The ballots component.
        component: usize,
        /// The threshold.
        threshold: Threshold,
    },
    /// An approved register row with this code.
    Event(String),
    /// The unit is last in its group by rank.
    LastInGroup,
    /// A roster attribute has this value.
    Attribute {
        /// Name of the roster column.
        name: String,
        /// The required value, or several of which one is enough.
        #[serde(with = "one_or_many")]
        equals: Vec<String>,
    },
    /// The points of a node against a bar, as printed.
    Points {
        /// The node as written.
        pattern: String,
        /// The node.
        node: Node,
        /// The component whose points are used; all together if none.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        component: Option<usize>,
        /// The bar.
        bar: Bar,
    },
    /// The counted bonus or deduction of the unit is at least this much.
    Sum {
        /// Which of the two.
        sum: Sum,
        /// The least sum.
        at_least: Points,
    },
    /// The unit belongs to one of these groups.
    Group {
        /// Names of groups.
        #[serde(with = "one_or_many")]
        names: Vec<String>,
        /// Where the model file says so.
        at: Place,
    },
    /// The unit submitted no self-report.
    MissingSelfReport,
    /// All of these.
    All(Vec<Condition>),
    /// Any of these.
    Any(Vec<Condition>),
}

impl Condition {
    /// Collects the roster attributes that the condition names.
    pub fn attributes<'c>(&'c self, names: &mut Vec<&'c str>) {
        match self {
            Self::Attribute { name, .. } => names.push(name),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|p| p.attributes(names)),
            Self::Rate { .. }
            | Self::Satisfaction { .. }
            | Self::Event(_)
            | Self::LastInGroup
            | Self::Points { .. }
            | Self::Sum { .. }
            | Self::Group { .. }
            | Self::MissingSelfReport => {}
        }
    }

    /// Collects the groups that the condition names, with the place of each.
    pub fn groups<'c>(&'c self, found: &mut Vec<(&'c str, Place)>) {
        match self {
            Self::Group { names, at } => found.extend(names.iter().map(|name| (name.as_str(), *at))),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.groups(found)),
            Self::Rate { .. }
            | Self::Satisfaction { .. }
            | Self::Event(_)
            | Self::LastInGroup
            | Self::Attribute { .. }
            | Self::Points { .. }
            | Self::Sum { .. }
            | Self::MissingSelfReport => {}
        }
    }
}

/// One text as itself, several as a list.
mod one_or_many {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Texts {
        One(String),
        Many(Vec<String>),
    }

    pub(super) fn serialize<S: Serializer>(texts: &[String], serializer: S) -> Result<S::Ok, S::Error> {
        match texts {
            [one] => one.serialize(serializer),
            many => many.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
        Ok(match Texts::deserialize(deserializer)? {
            Texts::One(one) => vec![one],
            Texts::Many(many) => many,
        })
    }
}

impl Condition {
    /// Whether the indices of the condition are in range for a model.
    pub(super) fn is_sound(&self, model: &Model) -> bool {
        let is_component = |index: &usize| *index < model.components.len();
        match self {
            Self::Rate { nodes, component, .. } => {
                nodes.iter().all(|node| model.tree.has(*node)) && component.iter().all(is_component)
            }
            Self::Satisfaction { component, .. } => is_component(component),
            Self::Points { node, component, .. } => model.tree.has(*node) && component.iter().all(is_component),
            Self::All(parts) | Self::Any(parts) => parts.iter().all(|part| part.is_sound(model)),
            Self::Event(_)
            | Self::LastInGroup
            | Self::Attribute { .. }
            | Self::Sum { .. }
            | Self::Group { .. }
            | Self::MissingSelfReport => true,
        }
    }
}

/// What a condition belongs to; caps and promotions allow different kinds, an award allows all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Cap,
    Promotion,
    Award,
}

/// The names that conditions may use.
pub(super) struct Names<'m> {
    pub(super) tree: &'m Tree,
    pub(super) components: &'m [Component],
    pub(super) adjustments: &'m AdjustmentRules,
    /// Whether the model has schemes.
    pub(super) has_schemes: bool,
}

impl Names<'_> {
    fn component(&self, section: &Section<'_, '_>, key: &'static str) -> Option<usize> {
        let name = section.opt_text(key)?;
        let found = self.components.iter().position(|c| text::key(&c.id) == text::key(&name));
        if found.is_none() {
            let finding = Finding::new(Code::E508).at(section.place_of(key)).found(&name);
            section.report(finding.nearest(&name, self.components.iter().map(|c| c.id.as_str())));
        }
        found
    }

    fn nodes(&self, section: &Section<'_, '_>, pattern: &str) -> Vec<Node> {
        match pattern {
            "aspect.*" if !self.tree.aspects.is_empty() => (0..self.tree.aspects.len()).map(Node::Aspect).collect(),
            "line.*" if !self.tree.lines.is_empty() => (0..self.tree.lines.len()).map(Node::Line).collect(),
            name => {
                let node = self.tree.node(name);
                if node.is_none() {
                    let finding = Finding::new(Code::E508).at(section.place_of("rate")).found(name);
                    let all = [("aspect.*", &self.tree.aspects), ("line.*", &self.tree.lines)];
                    let all = all.into_iter().filter(|(_, own)| !own.is_empty()).map(|(all, _)| all);
                    section.report(finding.nearest(name, self.tree.codes().chain(all)));
                }
                node.into_iter().collect()
            }
        }
    }
}

/// The keys of which a condition has one.
const KINDS: [&str; 12] = [
    "rate",
    "satisfaction",
    "event",
    "last_in_group",
    "attribute",
    "missing",
    "points",
    "bonus",
    "deductions",
    "group",
    "all",
    "any",
];

/// Reads a condition; `None` after a finding.
pub(super) fn load(section: Section<'_, '_>, names: &Names<'_>, purpose: Use) -> Option<Condition> {
    let present: Vec<&str> = KINDS.into_iter().filter(|k| section.has(k)).collect();
    let [kind] = present.as_slice() else {
        wrong(&section, "model.expected.one_condition");
        return None;
    };
    let condition = match *kind {
        "rate" => load_rate(&section, names, purpose),
        "satisfaction" => load_satisfaction(&section, names, purpose),
        "event" => load_event(&section, names),
        "attribute" => load_attribute(&section),
        "points" => load_points(&section, names, purpose),
        "bonus" => load_sum(&section, "bonus", Sum::Bonus),
        "deductions" => load_sum(&section, "deductions", Sum::Deductions),
        "group" => Some(Condition::Group { names: section.one_or_texts("group"), at: section.place_of("group") }),
        "last_in_group" => load_last(&section, purpose),
        "missing" => load_missing(&section, purpose),
        "all" => Some(Condition::All(load_parts(&section, "all", names, purpose))),
        _ => Some(Condition::Any(load_parts(&section, "any", names, purpose))),
    };
    section.finish();
    condition
}

fn wrong(section: &Section<'_, '_>, word: &'static str) {
    section.report(Finding::new(Code::E512).at(section.place()).with("expected", Arg::Word(word)));
}

fn load_parts(section: &Section<'_, '_>, key: &'static str, names: &Names<'_>, purpose: Use) -> Vec<Condition> {
    let parts = section.sections(key);
    if parts.is_empty() {
        wrong(section, "model.expected.one_condition");
    }
    parts.into_iter().filter_map(|part| load(part, names, purpose)).collect()
}

fn load_threshold(section: &Section<'_, '_>, purpose: Use) -> Option<Threshold> {
    let (below, at_least) = (section.opt_threshold("below"), section.opt_threshold("at_least"));
    let bar = one_bar(section, purpose, below, at_least)?;
    Some(match bar {
        Bar::Below(bar) => Threshold::Below(Percent(bar)),
        Bar::AtLeast(bar) => Threshold::AtLeast(Percent(bar)),
    })
}

/// A cap looks for what is below, a promotion for what is at least so much; an award for either.
fn one_bar(section: &Section<'_, '_>, purpose: Use, below: Option<Exact>, at_least: Option<Exact>) -> Option<Bar> {
    match (below, at_least, purpose) {
        (Some(below), None, Use::Cap | Use::Award) => return Some(Bar::Below(below)),
        (None, Some(least), Use::Promotion | Use::Award) => return Some(Bar::AtLeast(least)),
        (_, _, Use::Cap) => wrong(section, "model.expected.below"),
        (_, _, Use::Promotion) => wrong(section, "model.expected.at_least"),
        (_, _, Use::Award) => wrong(section, "model.expected.below_or_at_least"),
    }
    None
}

fn load_attribute(section: &Section<'_, '_>) -> Option<Condition> {
    let (name, equals) = (section.text("attribute"), section.one_or_texts("equals"));
    (!equals.is_empty()).then_some(Condition::Attribute { name, equals })
}

/// `{points = "1.2", below = 6}`.
fn load_points(section: &Section<'_, '_>, names: &Names<'_>, purpose: Use) -> Option<Condition> {
    let pattern = section.text("points");
    let node = names.tree.node(&pattern);
    if node.is_none() {
        let finding = Finding::new(Code::E508).at(section.place_of("points")).found(&pattern);
        section.report(finding.nearest(&pattern, names.tree.codes()));
    }
    let component = names.component(section, "component");
    let bar = one_bar(section, purpose, section.opt_number("below"), section.opt_number("at_least"))?;
    Some(Condition::Points { pattern, node: node?, component, bar })
}

/// `{deductions = true, at_least = 5}`: the sum that counts.
fn load_sum(section: &Section<'_, '_>, key: &'static str, sum: Sum) -> Option<Condition> {
    let is_meant = section.flag(key, true);
    let at_least = section.positive("at_least");
    if !is_meant {
        wrong(section, "model.expected.sum");
        return None;
    }
    Some(Condition::Sum { sum, at_least: Points(at_least?) })
}

fn load_rate(section: &Section<'_, '_>, names: &Names<'_>, purpose: Use) -> Option<Condition> {
    let pattern = section.text("rate");
    let nodes = names.nodes(section, &pattern);
    let component = names.component(section, "component");
    let threshold = load_threshold(section, purpose)?;
    Some(Condition::Rate { pattern, nodes, component, threshold })
}

fn load_satisfaction(section: &Section<'_, '_>, names: &Names<'_>, purpose: Use) -> Option<Condition> {
    let component = names.component(section, "satisfaction");
    let threshold = load_threshold(section, purpose)?;
    let component = component?;
    let declared = matches!(&names.components[component].kind, ComponentKind::Ballots(rules)
        if !matches!(rules.positive, super::ballot::Positive::Undeclared));
    if !declared {
        wrong(section, "model.expected.positive_declared");
        return None;
    }
    Some(Condition::Satisfaction { component, threshold })
}

fn load_event(section: &Section<'_, '_>, names: &Names<'_>) -> Option<Condition> {
    let code = section.text("event");
    let Some(kind) = names.adjustments.kind(&code) else {
        let finding = Finding::new(Code::E508).at(section.place_of("event")).found(&code);
        section.report(finding.nearest(&code, names.adjustments.kinds.iter().map(|k| k.code.as_str())));
        return None;
    };
    Some(Condition::Event(names.adjustments.kinds[kind].code.clone()))
}

fn load_last(section: &Section<'_, '_>, purpose: Use) -> Option<Condition> {
    if !section.flag("last_in_group", true) || purpose == Use::Promotion {
        wrong(section, "model.expected.not_in_promotion");
        return None;
    }
    Some(Condition::LastInGroup)
}

fn load_missing(section: &Section<'_, '_>, purpose: Use) -> Option<Condition> {
    if section.text("missing") != "self-report" || purpose == Use::Promotion {
        wrong(section, "model.expected.self_report");
        return None;
    }
    Some(Condition::MissingSelfReport)
}
