//! Kinds of bonus, deduction and event (加减分, 事项) and their limits.

use serde::{Deserialize, Serialize};

use crate::shared::words::words;
use jiff::civil::Date;

use super::toml::Section;
use crate::shared::finding::Arg;
use crate::shared::number::{Exact, Points};
use crate::shared::text;

words! {
    /// The effect of an adjustment kind on the total.
    pub enum Sign {
        /// Adds points.
        Bonus = "bonus",
        /// Takes points away.
        Deduction = "deduction",
        /// A registered fact without points; caps and promotions may refer to it.
        Event = "event",
    }
}

/// A kind of adjustment, by code.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdjustmentKind {
    /// Unique code, such as `J1`.
    pub code: String,
    /// Name.
    pub name: String,
    /// The effect on the total.
    #[serde(rename = "kind")]
    pub sign: Sign,
    /// Points of a kind without levels.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub points: Option<Points>,
    /// Points by level, 级别.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub levels: Vec<(String, Points)>,
    /// Most points that one unit can get from this kind.
    #[serde(default)]
    pub max_per_unit: Option<Points>,
    /// Whether the committee may approve a part of its points, with the reason in 备注: partial relief (SPEC §19.11).
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub partial: bool,
    /// The clause on which it is based.
    pub clause: Option<String>,
}

impl AdjustmentKind {
    /// The points of a level, or of the kind if it has no levels.
    pub fn size(&self, level: &str) -> Option<&Points> {
        if self.levels.is_empty() {
            return self.points.as_ref();
        }
        self.levels.iter().find(|(name, _)| text::same(name, level)).map(|(_, points)| points)
    }
}

/// All kinds of adjustment and the limits on their sums.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct AdjustmentRules {
    /// Kinds, in the order of the model.
    pub kinds: Vec<AdjustmentKind>,
    /// Most points of one bonus row.
    pub per_item_max: Option<Points>,
    /// Most bonus points per unit.
    pub max_bonus: Option<Points>,
    /// Most deducted points per unit.
    pub max_deduction: Option<Points>,
    /// First and last admissible date of documents; others are reported.
    pub window: Option<(Date, Date)>,
    /// Whether one document may count twice.
    pub same_document: SameDocument,
}

/// Whether one document may count twice for one unit and kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SameDocument {
    /// It may not.
    #[default]
    Refused,
    /// It may, for different matters.
    Allowed,
}

impl AdjustmentRules {
    /// The index of a kind by its code.
    pub fn kind(&self, code: &str) -> Option<usize> {
        let wanted = text::key(code);
        self.kinds.iter().position(|k| text::key(&k.code) == wanted)
    }
}

/// Reads `[[adjustment]]` and `[adjustments]`.
pub(super) fn load(root: &Section<'_, '_>) -> AdjustmentRules {
    let mut rules = AdjustmentRules::default();
    for section in root.sections("adjustment") {
        let kind = load_kind(&section);
        section.refuse_if(rules.kind(&kind.code).is_some() && !kind.code.is_empty(), "code", &kind.code);
        rules.kinds.push(kind);
        section.finish();
    }
    let limits = root.section_or_empty("adjustments");
    rules.per_item_max = limits.opt_size("per_item_max").map(Points);
    rules.max_bonus = limits.opt_size("max_bonus").map(Points);
    rules.max_deduction = limits.opt_size("max_deduction").map(Points);
    rules.window = load_window(&limits);
    let words = [("error", SameDocument::Refused), ("allow", SameDocument::Allowed)];
    rules.same_document = limits.choice("same_document", &words, SameDocument::Refused);
    limits.finish();
    rules
}

fn load_kind(section: &Section<'_, '_>) -> AdjustmentKind {
    const SIGNS: &[(&str, Sign)] = &[("bonus", Sign::Bonus), ("deduction", Sign::Deduction), ("event", Sign::Event)];
    let known = section.required_choice("kind", SIGNS);
    let sign = known.unwrap_or(Sign::Event);
    let points = section.opt_size("points").map(Points);
    let levels: Vec<(String, Points)> =
        section.opt_numbers("levels").unwrap_or_default().into_iter().map(|(n, p)| (n, Points(p))).collect();
    if let Some((name, points)) = levels.iter().find(|(_, p)| p.0.is_negative()) {
        section.reject("levels", format!("{name} = {points}"), ">= 0");
    }
    // An unusable value is present all the same, and an unknown kind needs neither key.
    let sized = usize::from(section.has("points")) + usize::from(section.is_filled("levels"));
    if known.is_some() && sized != usize::from(sign != Sign::Event) {
        let word = if sign == Sign::Event { "model.expected.no_points" } else { "model.expected.points_or_levels" };
        section.reject("points", sized, Arg::Word(word));
    }
    AdjustmentKind {
        code: section.text("code"),
        name: section.text("name"),
        sign,
        points,
        levels,
        max_per_unit: section.opt_size("max_per_unit").map(Points),
        partial: section.flag("partial", false),
        clause: section.opt_text("clause"),
    }
}

fn load_window(limits: &Section<'_, '_>) -> Option<(Date, Date)> {
    let texts = limits.texts("window");
    if texts.is_empty() {
        return None;
    }
    let dates: Vec<Date> = texts.iter().filter_map(|t| t.parse().ok()).collect();
    match dates.as_slice() {
        [from, to] if texts.len() == 2 && from <= to => Some((*from, *to)),
        _ => {
            limits.reject("window", texts.join(", "), "[\"2025-01-01\", \"2025-12-31\"]");
            None
        }
    }
}

/// The signed effect of points of a kind: deductions are negative.
pub fn signed(sign: Sign, points: &Points) -> Exact {
    match sign {
        Sign::Bonus => points.0.clone(),
        Sign::Deduction => -&points.0,
        Sign::Event => Exact::zero(),
    }
}
