//! Reads conditions: an inline table such as `{rate = "aspect.*", below = 70}` becomes a [`Condition`] with every name
//! resolved.

use super::{Bar, Condition, Sum, Threshold};
use crate::model::adjustment::AdjustmentRules;
use crate::model::toml::Section;
use crate::model::tree::{Node, Tree};
use crate::model::{Component, share};
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::text;

/// What a condition belongs to; caps and promotions allow different kinds, an award allows all, a limit all that is known
/// before ranks are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Use {
    Cap,
    Promotion,
    Award,
    Limit,
}

/// The names that conditions may use.
pub(in crate::model) struct Names<'m> {
    pub(in crate::model) tree: &'m Tree,
    pub(in crate::model) components: &'m [Component],
    pub(in crate::model) adjustments: &'m AdjustmentRules,
    /// Whether the model has schemes.
    pub(in crate::model) has_schemes: bool,
}

impl Names<'_> {
    fn component(&self, section: &Section<'_, '_>, key: &'static str) -> Option<usize> {
        let name = section.opt_text(key)?;
        let found = self.components.iter().position(|c| text::key(&c.id) == text::key(&name));
        if found.is_none() {
            section.unknown(key, &name, self.components.iter().map(|c| c.id.as_str()));
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
                    let all = [("aspect.*", &self.tree.aspects), ("line.*", &self.tree.lines)];
                    let all = all.into_iter().filter(|(_, own)| !own.is_empty()).map(|(all, _)| all);
                    section.unknown("rate", name, self.tree.codes().chain(all));
                }
                node.into_iter().collect()
            }
        }
    }
}

/// The keys of which a condition has one.
const KINDS: [&str; 13] = [
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
    "votes",
    "all",
    "any",
];

/// The keys of a condition that is settled by group and roster alone.
const OF_ROSTER: [&str; 4] = ["group", "attribute", "all", "any"];

/// Reads a condition; `None` after a finding.
pub(in crate::model) fn load(section: Section<'_, '_>, names: &Names<'_>, purpose: Use) -> Option<Condition> {
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
        "group" => Some(load_group(&section)),
        "votes" => load_votes(&section, names),
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
        Bar::Below(bar) | Bar::AtMost(bar) => Threshold::Below(Percent(bar)),
        Bar::AtLeast(bar) | Bar::Above(bar) => Threshold::AtLeast(Percent(bar)),
    })
}

/// A cap looks for what is below, a promotion for what is at least so much; an award for either.
fn one_bar(section: &Section<'_, '_>, purpose: Use, below: Option<Exact>, at_least: Option<Exact>) -> Option<Bar> {
    match (below, at_least, purpose) {
        (Some(below), None, Use::Cap | Use::Award | Use::Limit) => return Some(Bar::Below(below)),
        (None, Some(least), Use::Promotion | Use::Award | Use::Limit) => return Some(Bar::AtLeast(least)),
        (_, _, Use::Cap) => wrong(section, "model.expected.below"),
        (_, _, Use::Promotion) => wrong(section, "model.expected.at_least"),
        (_, _, Use::Award | Use::Limit) => wrong(section, "model.expected.below_or_at_least"),
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
        section.unknown("points", &pattern, names.tree.codes());
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
    if !names.components[component].has_satisfaction() {
        wrong(section, "model.expected.positive_declared");
        return None;
    }
    Some(Condition::Satisfaction { component, threshold })
}

fn load_event(section: &Section<'_, '_>, names: &Names<'_>) -> Option<Condition> {
    let code = section.text("event");
    let Some(kind) = names.adjustments.kind(&code) else {
        section.unknown("event", &code, names.adjustments.kinds.iter().map(|k| k.code.as_str()));
        return None;
    };
    Some(Condition::Event(names.adjustments.kinds[kind].code.clone()))
}

fn load_last(section: &Section<'_, '_>, purpose: Use) -> Option<Condition> {
    let is_last = section.flag("last_in_group", true);
    if purpose == Use::Limit {
        wrong(section, "model.expected.not_in_limit");
        return None;
    }
    if !is_last || purpose == Use::Promotion {
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

/// `{votes = "democratic", of = ["不称职"], at_least = 20}`: the share of votes, in percent.
fn load_votes(section: &Section<'_, '_>, names: &Names<'_>) -> Option<Condition> {
    let component = names.component(section, "votes");
    let of = section.one_or_texts("of");
    let mut bars = Vec::new();
    type Side = (&'static str, fn(Exact) -> Bar);
    let sides: [Side; 4] =
        [("above", Bar::Above), ("at_least", Bar::AtLeast), ("below", Bar::Below), ("at_most", Bar::AtMost)];
    for (key, side) in sides {
        if section.has(key) {
            bars.push(section.opt_percent(key).map(side));
        }
    }
    if bars.len() != 1 {
        wrong(section, "model.expected.one_bar");
    }
    let component = component?;
    let Some(rules) = names.components[component].ballots() else {
        wrong(section, "model.expected.votes_of_ballots");
        return None;
    };
    let is_sound = share::check(section, "of", rules, &of);
    let bar = if bars.len() == 1 { bars.pop().flatten() } else { None };
    (is_sound && !of.is_empty()).then_some(Condition::Votes { component, of, bar: bar? })
}

fn load_group(section: &Section<'_, '_>) -> Condition {
    Condition::Group { names: section.one_or_texts("group"), at: section.place_of("group") }
}

/// Reads which units a scheme is for: `{group = […]}`, `{attribute, equals}`, `{all = […]}` or `{any = […]}`; what is unreadable
/// holds for no unit.
pub(in crate::model) fn load_for(section: Section<'_, '_>) -> Condition {
    let present: Vec<&str> = OF_ROSTER.into_iter().filter(|key| section.has(key)).collect();
    let parts = |key: &'static str| section.sections(key).into_iter().map(load_for).collect();
    let condition = match present.as_slice() {
        ["group"] => load_group(&section),
        ["attribute"] => {
            Condition::Attribute { name: section.text("attribute"), equals: section.one_or_texts("equals") }
        }
        ["all"] => Condition::All(parts("all")),
        ["any"] => Condition::Any(parts("any")),
        _ => {
            section.report(Finding::new(Code::E570).at(section.place()));
            Condition::Any(Vec::new())
        }
    };
    section.finish();
    condition
}
