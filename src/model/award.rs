//! Awards for one part of the result, 单项奖 (SPEC §19.7): who is first by a component, a node, the total or an
//! adjustment. An award never changes a grade.

use serde::{Deserialize, Serialize};

use super::condition::{self, Condition, Names, Use};
use super::grade::{RankRules, RankScope, TieAtQuota};
use super::quota::{self, Size};
use super::toml::Section;
use super::tree::Node;
use super::{Model, Sign};
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::{Exact, Percent, Rounding};
use crate::shared::text;

/// What an award looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AwardBy {
    /// The published total.
    Total,
    /// The rate of a component.
    Component(usize),
    /// The rate of a node over all components.
    Node(Node),
    /// The counted points of a kind of bonus.
    Adjustment(usize),
}

/// An award.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Award {
    /// Unique code, such as `W1`.
    pub code: String,
    /// Printed name.
    pub name: String,
    /// What it looks at.
    pub by: AwardBy,
    /// That as written.
    pub written: String,
    /// How many units may win it in a scope.
    #[serde(flatten)]
    pub size: Size,
    /// How a share is rounded to a whole number.
    pub rounding: Rounding,
    /// The scope within which units are compared.
    pub scope: RankScope,
    /// The least value that may win.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at_least: Option<Exact>,
    /// When a unit is passed over; the next one moves up.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unless: Option<Condition>,
    /// How it is given if a tied group does not fit.
    pub tie: TieAtQuota,
    /// The clause on which it is based.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

impl Award {
    /// How many units may win among `ranked` ones.
    pub fn places(&self, ranked: usize) -> usize {
        quota::places(&self.size, ranked, self.rounding)
    }

    /// Whether its values are points, not rates.
    pub const fn is_in_points(&self) -> bool {
        matches!(self.by, AwardBy::Total | AwardBy::Adjustment(_))
    }

    /// Whether its indices are in range for a model.
    pub(super) fn is_sound(&self, model: &Model) -> bool {
        let by = match self.by {
            AwardBy::Total => true,
            AwardBy::Component(index) => index < model.components.len(),
            AwardBy::Node(node) => model.tree.has(node),
            AwardBy::Adjustment(index) => index < model.adjustments.kinds.len(),
        };
        by && self.unless.as_ref().is_none_or(|condition| condition.is_sound(model))
    }
}

/// Reads `[[award]]`.
pub(super) fn load(root: &Section<'_, '_>, rank: &RankRules, names: &Names<'_>) -> Vec<Award> {
    let mut awards: Vec<Award> = Vec::new();
    for section in root.sections("award") {
        let (code, name) = (section.text("code"), section.text("name"));
        section.refuse_if(awards.iter().any(|own| own.code == code), "code", &code);
        let written = section.text("by");
        let by = look_up(&section, &written, names);
        let size = quota::load_size(&section, quota::Stated::Award);
        let rounding = section.choice("rounding", super::ROUNDINGS, Rounding::Floor);
        let scope = section.word("scope", rank.scope);
        scope.check(&section, names.has_schemes);
        let at_least = section.opt_number("at_least");
        let unless = section.opt_section("unless").map(|when| condition::load(when, names, Use::Award));
        let tie = section.word("tie", rank.tie_at_quota);
        let clause = section.opt_text("clause");
        section.finish();
        let size = size.unwrap_or_else(|| Size::Share(Percent(Exact::zero())));
        if let Some(by) = by {
            let unless = unless.flatten();
            awards.push(Award { code, name, by, written, size, rounding, scope, at_least, unless, tie, clause });
        }
    }
    awards
}

/// What a word means: the total, a component, a node, or a kind of bonus.
fn look_up(section: &Section<'_, '_>, written: &str, names: &Names<'_>) -> Option<AwardBy> {
    if written.is_empty() {
        return None;
    }
    if written == "total" {
        return Some(AwardBy::Total);
    }
    let wanted = text::key(written);
    let component = names.components.iter().position(|own| text::key(&own.id) == wanted).map(AwardBy::Component);
    let node = || names.tree.node(written).map(AwardBy::Node);
    if let Some(by) = component.or_else(node) {
        return Some(by);
    }
    let kinds = &names.adjustments.kinds;
    let Some(kind) = names.adjustments.kind(written) else {
        let known = names.components.iter().map(|own| own.id.as_str()).chain(names.tree.codes());
        let known = known.chain(kinds.iter().map(|kind| kind.code.as_str())).chain(["total"]);
        section.unknown("by", written, known);
        return None;
    };
    if kinds[kind].sign != Sign::Bonus {
        let finding = Finding::new(Code::E550).at(section.place_of("by")).found(written);
        section.report(finding.with("expected", Arg::Word("model.expected.award_by_bonus")));
    }
    Some(AwardBy::Adjustment(kind))
}
