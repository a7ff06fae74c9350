//! The assessment model (考核模型): indicator tree, components, adjustments, grades, caps, quotas.
//!
//! Takes `assess.toml` and the indicator table and returns a [`Model`] in which every name is resolved to an index and
//! every sum has been verified, or all E5xx findings at once. No content of a model is in the code, and nothing here
//! reads files.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::shared::finding::{Code, Severity};
use crate::shared::i18n::Lang;
use crate::shared::number::{Exact, Percent, Points, Precision, Rounding, Shortening};
use crate::shared::place::Place;

pub mod adjustment;
pub mod award;
pub mod ballot;
mod component;
pub mod condition;
mod controls;
pub mod field;
pub mod formula;
pub mod grade;
mod limits;
pub mod load;
pub mod marks;
mod period;
pub mod policy;
pub mod quota;
pub mod rate_limit;
pub mod rule;
mod scale;
pub mod scheme;
pub mod share;
pub mod shown;
pub mod tail;
pub mod toml;
pub mod tree;
mod values;

pub use adjustment::{AdjustmentKind, AdjustmentRules, SameDocument, Sign};
pub use award::{Award, AwardBy};
pub use ballot::{
    BallotRules, Denominator, Issued, MissingClass, RaterClass, Rates, StraightLine, TooFew, Trim, TrimOn,
};
pub use component::{Component, ComponentKind, ComponentType, GivenRules, Inapplicable, Missing};
pub use condition::Condition;
pub use grade::{Cap, Confirm, Grade, Promotion, RankMethod, RankRules, RankScope, TieAtQuota, TieBreak, TieLink};
pub use limits::Limits;
pub use load::{ModelDraft, load};
pub use marks::Positive;
pub use period::{PeriodDrop, PeriodRules, Periods};
pub use policy::{
    CommonRule, Consequence, Feedback, FontProfile, MissingEvidence, NotApplicable, SelfReportPolicy, Unverified,
};
pub use quota::{Bottom, Quota, Size};
pub use rate_limit::RateLimit;
pub use rule::{Rule, RuleInput};
pub use scale::{Range, Scale};
pub use scheme::{Held, Part, Scheme, SchemeIx, SchemeLeaf};
pub use share::Share;
pub use tail::{Coefficient, Convert, ConvertBy, TailRules};
pub use tree::{Branch, CellNode, EvidenceNeed, IndicatorRow, Leaf, Node, Tree};

/// A checked assessment model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Model {
    /// Title of the assessment, printed on every workbook.
    pub title: String,
    /// Assessed period, such as `2025`.
    pub period: String,
    /// The authority that issues the result.
    pub issuer: String,
    /// Language of the workbooks.
    pub language: Lang,
    /// The language that the model file declares, if any; it is then also the language of messages.
    pub declared_language: Option<Lang>,
    /// The date to which the result refers; printed, and used as the creation date of workbooks.
    pub as_of: Option<Date>,
    /// Whether written workbooks conceal who gave which mark.
    pub secrecy: bool,
    /// The scale of totals.
    pub score: ScoreScale,
    /// Lines, aspects, cells and leaves.
    pub tree: Tree,
    /// Independently scored parts, with weights that add up to 100.
    pub components: Vec<Component>,
    /// Schemes, in the order in which they are tried; the base is the last, if it takes part. Empty: one model for all.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub schemes: Vec<Scheme>,
    /// How missing parts of a self-report are treated.
    pub self_report: SelfReportPolicy,
    /// The automatic deduction for over-claiming, 自评虚高.
    pub over_claim: Option<OverClaim>,
    /// Kinds of bonus, deduction and event, with their limits.
    pub adjustments: AdjustmentRules,
    /// Grades, best first.
    pub grades: Vec<Grade>,
    /// Caps and vetoes.
    pub caps: Vec<Cap>,
    /// Promotions.
    pub promotions: Vec<Promotion>,
    /// Ranking and ties.
    pub rank: RankRules,
    /// Awards.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub awards: Vec<Award>,
    /// When a problem counts as common to a group.
    pub common_problem: Option<CommonRule>,
    /// How many places a unit must rise to be on the progress list.
    pub progress_places: Option<u32>,
    /// Days in which a unit may appeal.
    pub appeal_days: Option<u32>,
    /// Named dates of the procedure.
    pub calendar: Vec<(String, String)>,
    /// Weight of this result in the yearly comprehensive assessment, in percent.
    pub carry_over: Option<Percent>,
    /// Settings of feedback workbooks.
    pub feedback: Feedback,
    /// Fonts of workbooks.
    pub fonts: FontProfile,
    /// Paths of earlier results, below the project folder.
    pub history: Vec<String>,
    /// Units outside the roster from which raters may come.
    pub outside_raters: Vec<String>,
    /// Limits on input files.
    pub limits: Limits,
    /// Severity by finding code, where the model sets one.
    pub checks: BTreeMap<Code, Severity>,
    /// SHA-256 over the model file and the indicator table.
    pub hash: String,
    /// All its values by path, for comparing models: `grade[A].at_least`.
    pub values: BTreeMap<String, String>,
}

/// The scale of totals.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScoreScale {
    /// Points that correspond to a rate of 100 %.
    pub full: Points,
    /// Lowest possible total.
    pub min: Points,
    /// Highest possible total.
    pub max: Points,
    /// Decimals at which totals are published and compared.
    pub decimals: u32,
    /// Decimals to which each component's rate is rounded, if at all.
    pub component_decimals: Option<u32>,
    /// Which way decimals are lost, but for those of class means and of component rates.
    #[serde(skip_serializing_if = "Shortening::is_half_up", default = "Shortening::half_up")]
    pub rounding: Shortening,
}

impl ScoreScale {
    /// How totals are published and compared, and how whatever follows from them is printed.
    pub const fn published(&self) -> Precision {
        self.at(self.decimals)
    }

    /// How numbers are printed that have decimals of their own.
    pub const fn at(&self, decimals: u32) -> Precision {
        Precision { decimals, shortening: self.rounding }
    }

    /// How the rate of a component is rounded, if it is.
    pub fn component(&self, component: &Component) -> Option<Precision> {
        self.component_decimals.map(|decimals| Precision { decimals, shortening: component.rounding })
    }
}

/// The automatic deduction for over-claiming: floor((Σself − Σverified − free) / per) · points, up to max.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OverClaim {
    /// Points of excess without deduction.
    pub free: Points,
    /// Each full step of this many points …
    pub per: Points,
    /// … costs this many points …
    pub points: Points,
    /// … up to this many.
    pub max: Points,
    /// The clause on which it is based.
    pub clause: Option<String>,
}

impl Model {
    /// The index of a grade by its name or an alias.
    pub fn grade(&self, name: &str) -> Option<usize> {
        let wanted = crate::shared::text::key(name);
        self.grades.iter().position(|g| g.answers_to(&wanted))
    }

    /// The index of a grade by its name as written in results.
    pub fn graded(&self, name: Option<&str>) -> Option<usize> {
        self.grades.iter().position(|grade| Some(grade.name.as_str()) == name)
    }

    /// The name of a grade; empty if there is no such grade.
    pub fn grade_name(&self, grade: usize) -> &str {
        self.grades.get(grade).map_or("", |grade| grade.name.as_str())
    }

    /// The index of a component by id or name.
    pub fn component(&self, name: &str) -> Option<usize> {
        let is = |own: &str| crate::shared::text::same(own, name);
        self.components.iter().position(|c| is(&c.id) || is(&c.name))
    }

    /// The component scored from indicators, if the model has one.
    pub fn indicators_component(&self) -> Option<usize> {
        self.components.iter().position(|c| matches!(c.kind, ComponentKind::Indicators))
    }

    /// The leaf whose value is counted from the returned ledgers, provided that leaves are scored at all.
    pub fn ledger_leaf(&self) -> Option<usize> {
        self.tree.ledger_leaf().filter(|_| self.indicators_component().is_some())
    }

    /// The nodes that the ballots of a component measure, in order; none for other components.
    pub fn measured(&self, component: &Component) -> Vec<Node> {
        component.ballots().map(|rules| self.tree.measured(rules.rates)).unwrap_or_default()
    }

    /// Points of the total that one percent of a component of this weight is worth: full · weight / 100 / 100. Example: of
    /// 100 points, a component of weight 35 gives 0.35 points for each percent, so a rate of 71.0 contributes 24.85 points.
    pub fn points_of_percent(&self, weight: &Percent) -> Exact {
        &self.score.full.0 * &weight.0 / Exact::from(10_000)
    }

    /// Decimals at which feedback prints points of single items: totals may be published in whole points, which would
    /// hide half points.
    pub fn point_precision(&self) -> Precision {
        self.score.at(self.score.decimals.max(2))
    }

    /// Decimals at which rates of lines and aspects are printed for units: no more than those of components, which
    /// otherwise could be deduced more precisely than they count.
    pub fn rate_precision(&self) -> Precision {
        let decimals = self.score.component_decimals.map_or(self.score.decimals, |own| own.min(self.score.decimals));
        self.score.at(decimals)
    }

    /// The first place where an index is out of range; a checked model has none, one that was read back may.
    pub fn dangling(&self) -> Option<&'static str> {
        let (tree, is_grade) = (&self.tree, |grade: usize| grade < self.grades.len());
        let within = |line: Option<usize>, aspect: Option<usize>| {
            let is_one = |index: Option<usize>, all: &[Branch]| index.map_or(all.is_empty(), |index| index < all.len());
            is_one(line, &tree.lines) && is_one(aspect, &tree.aspects)
        };
        let is_link = |link: &TieLink| match &link.by {
            TieBreak::Node(node) => tree.has(*node),
            TieBreak::Component(component) | TieBreak::Satisfaction(component) => *component < self.components.len(),
            TieBreak::FewerDeductions => true,
        };
        let is_sound = |condition: &Condition| condition.is_sound(self);
        let places = [
            ("tree.leaves", tree.leaves.iter().all(|own| within(own.line, own.aspect) && own.cell < tree.cells.len())),
            ("tree.cells", {
                let leaves = |cell: &CellNode| cell.leaves.iter().all(|leaf| *leaf < tree.leaves.len());
                tree.cells.iter().all(|cell| within(cell.line, cell.aspect) && leaves(cell))
            }),
            ("components", self.components.iter().all(|own| own.limits.iter().all(|limit| is_sound(&limit.when)))),
            ("caps", self.caps.iter().all(|cap| is_grade(cap.at_most) && is_sound(&cap.when))),
            ("promotions", self.promotions.iter().all(|own| is_grade(own.to) && is_sound(&own.when))),
            ("awards", self.awards.iter().all(|own| own.is_sound(self))),
            ("rank.tie_break", self.rank.tie_break.iter().all(is_link)),
            ("schemes", self.schemes.iter().all(|scheme| scheme.is_whole(self))),
        ];
        places.into_iter().find(|(_, sound)| !sound).map(|(place, _)| place)
    }

    /// The groups that rules name, with the places of the rules.
    pub fn groups(&self) -> Vec<(&str, Place)> {
        let quotas = self.grades.iter().filter_map(|grade| grade.quota.as_ref());
        let quotas = quotas.filter(|_| self.rank.scope == RankScope::Group);
        let quotas = quotas.flat_map(|quota| &quota.by).map(|own| (own.scope.as_str(), own.at));
        quotas.chain(self.conditions().flat_map(Condition::groups)).collect()
    }

    /// The conditions of all rules.
    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let graded = self.caps.iter().map(|cap| &cap.when).chain(self.promotions.iter().map(|own| &own.when));
        let limits = self.components.iter().flat_map(|own| &own.limits).map(|own| &own.when);
        graded.chain(self.awards.iter().filter_map(|own| own.unless.as_ref())).chain(limits)
    }

    /// Whether the votes of a component are counted by level: its rate is a share of them, or a condition looks at one.
    pub fn counts_votes(&self, component: usize) -> bool {
        self.components[component].share().is_some() || self.looks_at_votes(component)
    }

    /// Whether a condition looks at the votes of a component for single levels.
    pub fn looks_at_votes(&self, component: usize) -> bool {
        self.conditions().any(|own| own.counts_votes(component))
    }

    /// Whether the votes of any component are counted by level.
    pub fn counts_any_votes(&self) -> bool {
        (0..self.components.len()).any(|component| self.counts_votes(component))
    }

    /// All columns of the roster that schemes and conditions use.
    pub fn attributes(&self) -> Vec<&str> {
        let mut names = self.scheme_columns();
        names.extend(self.conditions().flat_map(Condition::attributes));
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// The roundings by their words in the model file.
pub(crate) const ROUNDINGS: &[(&str, Rounding)] =
    &[("floor", Rounding::Floor), ("half_up", Rounding::HalfUp), ("ceil", Rounding::Ceil)];

#[cfg(test)]
impl Model {
    /// The model from the text of a file, for tests of other modules; its hash is `h`.
    #[track_caller]
    pub(crate) fn of_text(text: &str) -> Self {
        let draft = ModelDraft { text, file: crate::shared::place::FileId(0), table: None, hash: "h".to_owned() };
        let (model, findings) = load(draft);
        model.unwrap_or_else(|| panic!("{findings:?}"))
    }
}
