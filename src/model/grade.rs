//! Grades with thresholds and quotas, caps, promotions and ranking (SPEC §9).

use crate::shared::words::words;
use serde::{Deserialize, Serialize};

use super::condition::{self, Condition, Names, Use};
use super::policy::Consequence;
use super::quota::{self, Bottom, Quota};
use super::toml::Section;
use super::tree::Node;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::Points;
use crate::shared::text;

/// A grade, 等次.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Grade {
    /// Printed name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// The corresponding word on the secretary's scale.
    pub parallel: Option<String>,
    /// Lowest published total for this grade.
    pub at_least: Points,
    /// Whether the model file states it; else it is that of the next lower grade that has one.
    #[serde(skip)]
    pub(super) states_bar: bool,
    /// Limit on this grade or better.
    pub quota: Option<Quota>,
    /// The last units of a scope, who get this grade at best.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bottom: Option<Bottom>,
    /// Consequences of this grade.
    pub consequence: Consequence,
    /// The clause on which it is based.
    pub clause: Option<String>,
}

/// A link of the tie-break chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TieLink {
    /// The value that it compares.
    pub by: TieBreak,
    /// Its name as written.
    pub name: String,
}

impl Grade {
    /// Whether a normalised name refers to this grade.
    pub fn answers_to(&self, key: &str) -> bool {
        text::key(&self.name) == key || self.aliases.iter().any(|a| text::key(a) == key)
    }

    /// Whether its threshold may stand above that of the next lower grade: thresholds fall, and may be equal only where
    /// places limit the better grade.
    pub(super) fn may_stand_above(&self, own: &Points, lower: &Points) -> bool {
        own > lower || (own == lower && self.quota.is_some())
    }
}

words! {
    /// What a cap needs to take effect.
    #[derive(Default)]
    pub enum Confirm {
        /// It takes effect automatically.
        #[default]
        Automatic = "automatic",
        /// The committee confirms or waives it by a decision.
        Committee = "committee",
    }
}

impl Confirm {
    /// Whether it takes effect automatically, which documents need not mention.
    fn is_automatic(&self) -> bool {
        *self == Self::Automatic
    }
}

/// The best grade allowed under a condition, 等次上限; a cap at or near the lowest grade is a veto.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cap {
    /// Unique code, such as `C4`.
    pub code: String,
    /// Printed name.
    pub name: String,
    /// Index of the best grade allowed.
    pub at_most: usize,
    /// When it applies.
    pub when: Condition,
    /// What it needs to take effect.
    #[serde(skip_serializing_if = "Confirm::is_automatic", default)]
    pub confirm: Confirm,
    /// The clause on which it is based.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

/// A lower bound for the grade of a unit, 晋等.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Promotion {
    /// Unique code, such as `U1`.
    pub code: String,
    /// Printed name.
    pub name: String,
    /// Index of the grade to which a unit is lifted.
    pub to: usize,
    /// When it applies.
    pub when: Condition,
    /// Whether a worse cap that holds prevents it.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub unless_capped: bool,
    /// The clause on which it is based.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

words! {
    /// The scope within which ranks and quotas are counted.
    pub enum RankScope {
        /// Within each group.
        Group = "group",
        /// Within each scheme.
        Scheme = "scheme",
        /// Over all units.
        All = "all",
    }
}

impl RankScope {
    /// Reports a scope of schemes in a model that has none.
    pub(super) fn check(self, section: &Section<'_, '_>, has_schemes: bool) {
        if self == Self::Scheme && section.has("scope") && !has_schemes {
            section.report(Finding::new(Code::E577).at(section.place_of("scope")));
        }
    }
}

words! {
    /// How shared ranks are numbered.
    pub enum RankMethod {
        /// 1, 2, 2, 4.
        Competition = "competition",
        /// 1, 2, 2, 3.
        Dense = "dense",
        /// 1, 3, 3, 4.
        Modified = "modified",
    }
}

/// The criterion between equal totals at a quota line; it never changes a rank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TieBreak {
    /// The rate of a node over all components.
    Node(Node),
    /// The rate of a component.
    Component(usize),
    /// The satisfaction rate of a component.
    Satisfaction(usize),
    /// Fewer deducted points.
    FewerDeductions,
}

words! {
    /// How places are given if a tied group does not fit.
    pub enum TieAtQuota {
        /// None of it gets a place.
        Exclude = "exclude",
        /// All of it get places.
        Include = "include",
        /// The committee decides; until then only a draft is written.
        Committee = "committee",
    }
}

/// Ranking and ties.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RankRules {
    /// The scope within which ranks and quotas are counted.
    pub scope: RankScope,
    /// How shared ranks are numbered.
    pub method: RankMethod,
    /// The criteria at a quota line, in order.
    pub tie_break: Vec<TieLink>,
    /// How places are given if a tie remains.
    pub tie_at_quota: TieAtQuota,
    /// The clause that governs ties.
    pub clause: Option<String>,
}

/// Reads `[[grade]]`; `min` is the lowest total, the threshold of the last grade.
pub(super) fn load_grades(root: &Section<'_, '_>, min: &Points) -> Vec<Grade> {
    let mut grades: Vec<Grade> = Vec::new();
    let mut written = Vec::new();
    let sections = root.sections("grade");
    let last = sections.len().saturating_sub(1);
    for (index, section) in sections.iter().enumerate() {
        let at_least = section.opt_number("at_least");
        let grade = Grade {
            name: section.text("name"),
            aliases: section.texts("aliases"),
            parallel: section.opt_text("parallel"),
            at_least: min.clone(),
            states_bar: at_least.is_some(),
            quota: section.opt_section("quota").map(quota::load),
            bottom: section.opt_section("bottom").map(quota::load_bottom),
            consequence: Consequence::default(),
            clause: section.opt_text("clause"),
        };
        check_grade(section, &grades, &grade, index == last);
        written.push(at_least);
        grades.push(grade);
    }
    // A grade that has no threshold of its own has that of the next lower one that has one.
    let mut lower = min;
    for (grade, own) in grades.iter_mut().zip(&written).rev() {
        grade.at_least = own.clone().map_or_else(|| lower.clone(), Points);
        lower = &grade.at_least;
    }
    let is_readable = |index: &usize| written[*index].is_some() || !sections[*index].has("at_least");
    for index in (0..grades.len()).take_while(is_readable) {
        check_threshold(&sections[index], &grades[..=index], index == last, min);
    }
    sections.into_iter().for_each(Section::finish);
    grades
}

fn check_grade(section: &Section<'_, '_>, better: &[Grade], grade: &Grade, last: bool) {
    let names = std::iter::once(&grade.name).chain(&grade.aliases);
    if let Some(name) = names.into_iter().find(|n| better.iter().any(|g| g.answers_to(&text::key(n)))) {
        section.report(Finding::new(Code::E507).at(section.place_of("name")).found(name));
    }
    if !last && !section.has("at_least") && grade.quota.is_none() {
        section.lacks("at_least");
    }
    if last && grade.quota.is_some() {
        let finding = Finding::new(Code::E511).at(section.place_of("quota")).found(&grade.name);
        section.report(finding.with("expected", Arg::Word("model.expected.no_quota_on_last")));
    }
    if better.is_empty() && grade.bottom.is_some() {
        let finding = Finding::new(Code::E511).at(section.place_of("bottom")).found(&grade.name);
        section.report(finding.with("expected", Arg::Word("model.expected.no_bottom_on_best")));
    }
}

/// Checks that thresholds fall from grade to grade, strictly unless places limit the better one, and that the last is the
/// lowest total. `grades` ends with the grade of the section.
fn check_threshold(section: &Section<'_, '_>, grades: &[Grade], last: bool, min: &Points) {
    let [better @ .., grade] = grades else { return };
    let place = section.place_of("at_least");
    let finding = |expected: String| Finding::new(Code::E510).at(place).found(&grade.at_least.0).expected(expected);
    if let Some(above) = better.last() {
        let bar = &above.at_least;
        if !above.may_stand_above(bar, &grade.at_least) {
            section.report(finding(format!("{} {bar}", if above.quota.is_some() { "<=" } else { "<" })));
        }
    }
    if last && grade.at_least != *min {
        section.report(finding(format!("= {min} (min)")));
    }
}

/// Rules about grades have no meaning in a model without grades: there are ranks and awards only. One fault, told at the
/// first of them.
pub(super) fn check_needed(root: &Section<'_, '_>, grades: &[Grade]) {
    let first = ["cap", "promotion", "consequences"].into_iter().find(|key| root.has(key));
    if let Some(key) = first.filter(|_| grades.is_empty()) {
        root.report(Finding::new(Code::E576).at(root.place_of(key)).found(key));
    }
}

fn grade_named(section: &Section<'_, '_>, key: &'static str, grades: &[Grade]) -> Option<usize> {
    let name = section.text(key);
    let found = grades.iter().position(|g| g.answers_to(&text::key(&name)));
    if found.is_none() && !name.is_empty() && !grades.is_empty() {
        section.unknown(key, &name, grades.iter().map(|g| g.name.as_str()));
    }
    found
}

/// Reads `[[cap]]`.
pub(super) fn load_caps(root: &Section<'_, '_>, grades: &[Grade], names: &Names<'_>) -> Vec<Cap> {
    let mut caps: Vec<Cap> = Vec::new();
    for section in root.sections("cap") {
        let (code, name) = (section.text("code"), section.text("name"));
        section.refuse_if(caps.iter().any(|c| c.code == code), "code", &code);
        let at_most = grade_named(&section, "at_most", grades);
        let when = condition::load(section.section("when"), names, Use::Cap);
        let confirm = section.word("confirm", Confirm::Automatic);
        let clause = section.opt_text("clause");
        if let (Some(at_most), Some(when)) = (at_most, when) {
            caps.push(Cap { code, name, at_most, when, confirm, clause });
        }
        section.finish();
    }
    caps
}

/// Reads `[[promotion]]`.
pub(super) fn load_promotions(root: &Section<'_, '_>, grades: &[Grade], names: &Names<'_>) -> Vec<Promotion> {
    let mut promotions: Vec<Promotion> = Vec::new();
    for section in root.sections("promotion") {
        let code = section.text("code");
        section.refuse_if(promotions.iter().any(|p| p.code == code), "code", &code);
        let name = section.opt_text("name").unwrap_or_else(|| code.clone());
        let to = grade_named(&section, "to", grades);
        let when = condition::load(section.section("when"), names, Use::Promotion);
        let unless_capped = section.flag("unless_capped", false);
        let clause = section.opt_text("clause");
        if let (Some(to), Some(when)) = (to, when) {
            promotions.push(Promotion { code, name, to, when, unless_capped, clause });
        }
        section.finish();
    }
    promotions
}

/// Reads `[rank]`.
pub(super) fn load_rank(root: &Section<'_, '_>, names: &Names<'_>, grades: &[Grade]) -> RankRules {
    let section = root.section_or_empty("rank");
    let rules = RankRules {
        scope: section.word("scope", RankScope::Group),
        method: section.word("method", RankMethod::Competition),
        tie_break: section.texts("tie_break").into_iter().filter_map(|t| load_tie_break(&section, t, names)).collect(),
        tie_at_quota: section.word("tie_at_quota", TieAtQuota::Exclude),
        clause: section.opt_text("clause"),
    };
    for quota in grades.iter().filter_map(|grade| grade.quota.as_ref()) {
        quota::check_scope(quota, rules.scope).into_iter().for_each(|finding| section.report(finding));
    }
    rules.scope.check(&section, names.has_schemes);
    section.finish();
    rules
}

fn load_tie_break(section: &Section<'_, '_>, word: String, names: &Names<'_>) -> Option<TieLink> {
    let component = |name: &str| names.components.iter().position(|c| text::key(&c.id) == text::key(name));
    let found = if word == "fewer_deductions" {
        Some(TieBreak::FewerDeductions)
    } else if let Some(id) = word.strip_prefix("satisfaction:") {
        component(id).map(TieBreak::Satisfaction)
    } else {
        component(&word).map(TieBreak::Component).or_else(|| names.tree.node(&word).map(TieBreak::Node))
    };
    if found.is_none() {
        let known =
            names.components.iter().map(|c| c.id.as_str()).chain(names.tree.codes()).chain(["fewer_deductions"]);
        section.unknown("tie_break", &word, known);
    }
    found.map(|by| TieLink { by, name: word })
}
