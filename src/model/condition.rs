//! Conditions of schemes, caps, promotions, awards and limits (SPEC §9.3, §9.4, §19.1, §19.7, §19.8).
//!
//! One evaluator for all of them: [`Condition::judge`] settles what follows from group and roster, and how parts combine; for
//! what is measured it asks what is [`Known`] of the unit.

use serde::{Deserialize, Serialize};

use super::Model;
use super::tree::Node;
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;
use crate::shared::text;
use crate::shared::words::words;

mod load;

pub(super) use load::{Names, Use, load, load_for};

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
    /// Holds above it.
    Above(Exact),
    /// Holds at or below it.
    AtMost(Exact),
}

impl Bar {
    /// Whether a value is on the side that it names.
    pub fn holds(&self, value: &Exact) -> bool {
        match self {
            Self::Below(bar) => value < bar,
            Self::AtLeast(bar) => value >= bar,
            Self::Above(bar) => value > bar,
            Self::AtMost(bar) => value <= bar,
        }
    }

    /// Its key in the model file, and the number.
    pub const fn written(&self) -> (&'static str, &Exact) {
        match self {
            Self::Below(bar) => ("below", bar),
            Self::AtLeast(bar) => ("at_least", bar),
            Self::Above(bar) => ("above", bar),
            Self::AtMost(bar) => ("at_most", bar),
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

/// When a rule applies to a unit.
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
    /// The share of votes for some levels against a bar, exactly.
    Votes {
        /// The ballots component.
        component: usize,
        /// The levels whose votes are counted.
        of: Vec<String>,
        /// The bar, in percent.
        bar: Bar,
    },
    /// The unit submitted no self-report.
    MissingSelfReport,
    /// All of these.
    All(Vec<Condition>),
    /// Any of these.
    Any(Vec<Condition>),
}

impl Condition {
    /// The conditions of which it is made; it alone if it has no parts.
    pub fn atoms(&self) -> Vec<&Self> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::atoms).collect(),
            atom => vec![atom],
        }
    }

    /// The roster attributes that the condition names.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.atoms().into_iter().filter_map(|atom| match atom {
            Self::Attribute { name, .. } => Some(name.as_str()),
            _ => None,
        })
    }

    /// Whether it looks at the votes of a component.
    pub fn counts_votes(&self, of: usize) -> bool {
        self.atoms().into_iter().any(|atom| matches!(atom, Self::Votes { component, .. } if *component == of))
    }

    /// The groups that the condition names, with the place of each.
    pub fn groups(&self) -> Vec<(&str, Place)> {
        let mut found = Vec::new();
        for atom in self.atoms() {
            if let Self::Group { names, at } = atom {
                found.extend(names.iter().map(|name| (name.as_str(), *at)));
            }
        }
        found
    }
}

/// The result of judging a condition, with the values that decided it.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// What was looked at, as `name value`, for the grade path.
    pub because: Vec<String>,
    /// Whether something unknown keeps it from being judged.
    pub unknown: bool,
}

impl Verdict {
    /// What one value decides.
    pub fn of(holds: bool, because: impl FnOnce() -> String) -> Self {
        Self { holds, because: if holds { vec![because()] } else { Vec::new() }, unknown: false }
    }

    /// It cannot be judged.
    pub fn unknown() -> Self {
        Self { unknown: true, ..Self::default() }
    }

    /// One part that fails settles it, whatever else is not known.
    fn all(parts: Vec<Self>) -> Self {
        let holds = parts.iter().all(|own| own.holds);
        let decided = parts.iter().any(|own| !own.holds && !own.unknown);
        Self::combine(holds, !holds && !decided, parts)
    }

    /// One part that holds settles it, whatever else is not known.
    fn any(parts: Vec<Self>) -> Self {
        let holds = parts.iter().any(|own| own.holds);
        let unknown = !holds && parts.iter().any(|own| own.unknown);
        Self::combine(holds, unknown, parts)
    }

    fn combine(holds: bool, unknown: bool, parts: Vec<Self>) -> Self {
        let because = if holds { parts.into_iter().flat_map(|own| own.because).collect() } else { Vec::new() };
        Self { holds, because, unknown }
    }
}

/// What is known of a unit that a condition is judged for.
pub trait Known {
    /// Its group.
    fn group(&self) -> &str;

    /// What it has in a column of the roster.
    fn attribute(&self, column: &str) -> Option<&str>;

    /// Judges a condition on what was measured or registered; those on group and roster, and `all` and `any`, never come here.
    fn measured(&self, condition: &Condition) -> Verdict;
}

impl Condition {
    /// Judges the condition for a unit.
    pub fn judge(&self, unit: &impl Known) -> Verdict {
        let among = |list: &[String], own: &str| list.iter().any(|one| text::key(one) == text::key(own));
        match self {
            Self::Attribute { name, equals } => {
                let own = unit.attribute(name);
                let holds = own.is_some_and(|own| among(equals, own));
                Verdict::of(holds, || format!("{name} = {}", own.unwrap_or_default()))
            }
            Self::Group { names, .. } => Verdict::of(among(names, unit.group()), || unit.group().to_owned()),
            Self::All(parts) => Verdict::all(parts.iter().map(|part| part.judge(unit)).collect()),
            Self::Any(parts) => Verdict::any(parts.iter().map(|part| part.judge(unit)).collect()),
            _ => unit.measured(self),
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
        self.atoms().into_iter().all(|atom| match atom {
            Self::Rate { nodes, component, .. } => {
                nodes.iter().all(|node| model.tree.has(*node)) && component.iter().all(is_component)
            }
            Self::Satisfaction { component, .. } | Self::Votes { component, .. } => is_component(component),
            Self::Points { node, component, .. } => model.tree.has(*node) && component.iter().all(is_component),
            _ => true,
        })
    }
}
