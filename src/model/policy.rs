//! Smaller sections of the model: self-reports, over-claiming, consequences, feedback.

use crate::shared::words::words;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::toml::Section;
use super::{Grade, Missing, OverClaim};
use crate::shared::finding::{Code, Describe as _, Finding, Severity};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::text;

words! {
    /// How an unverified leaf counts.
    pub enum Unverified {
        /// An error.
        Error = "error",
        /// The self score.
        SelfScore = "self",
        /// Zero.
        Zero = "zero",
    }
}

words! {
    /// How a leaf with required but missing evidence counts.
    pub enum MissingEvidence {
        /// Zero.
        Zero = "zero",
        /// Its points, with a warning.
        Warn = "warn",
    }
}

words! {
    /// How a leaf that is not applicable counts.
    pub enum NotApplicable {
        /// Full points.
        Full = "full",
        /// Zero.
        Zero = "zero",
        /// It is left out of its cell.
        Rescale = "rescale",
    }
}

/// How missing parts of a self-report are treated.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SelfReportPolicy {
    /// A unit without self-report.
    pub missing: Missing,
    /// A leaf that was not verified.
    pub unverified: Unverified,
    /// A leaf without required evidence.
    pub missing_evidence: MissingEvidence,
    /// A leaf that is not applicable.
    pub not_applicable: NotApplicable,
}

/// When a problem is common: more than a share of a group is below a rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommonRule {
    /// Rate in percent below which a unit has the problem.
    pub rate: Percent,
    /// Share of the group in percent above which it is common.
    pub share: Percent,
}

/// The consequences of a grade.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Consequence {
    /// Sentences as printed.
    pub actions: Vec<String>,
    /// Change of the quota of award recommendations, in percent.
    pub award_quota: Option<Exact>,
    /// Amount of money.
    pub amount: Option<Exact>,
    /// Whether the unit is put on the talk list, 约谈.
    pub talk: bool,
    /// Whether honours are barred.
    pub bars_honours: bool,
}

/// Settings of feedback workbooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feedback {
    /// Ballot results from fewer ballots are suppressed.
    pub k_anonymity: usize,
    /// Group statistics over fewer units are suppressed.
    pub min_group: usize,
    /// Whether the letter states the rank.
    pub show_rank: bool,
    /// How many strengths are listed.
    pub strengths: usize,
    /// How many weaknesses are listed.
    pub weaknesses: usize,
    /// First sentences of the letter.
    pub opening: Option<String>,
    /// Last sentences of the letter.
    pub closing: Option<String>,
    /// The reason why letters may be handed out although marks can be deduced from them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub accept_exposed: Option<String>,
}

impl Default for Feedback {
    fn default() -> Self {
        Self {
            k_anonymity: 5,
            min_group: 5,
            show_rank: true,
            strengths: 3,
            weaknesses: 3,
            opening: None,
            closing: None,
            accept_exposed: None,
        }
    }
}

words! {
    /// The fonts named in workbooks. A file cannot carry fonts; the office program replaces those not installed.
    #[derive(Default)]
    pub enum FontProfile {
        /// Fonts that every office computer has.
        #[default]
        Common = "common",
        /// The fonts of official documents (GB/T 9704), for offices that own them.
        Gov = "gov",
    }
}

/// Reads `[self_report]`.
pub(super) fn load_self_report(root: &Section<'_, '_>) -> SelfReportPolicy {
    let section = root.section_or_empty("self_report");
    let policy = SelfReportPolicy {
        missing: section.word("missing", Missing::Error),
        unverified: section.word("unverified", Unverified::Error),
        missing_evidence: section.word("missing_evidence", MissingEvidence::Zero),
        not_applicable: section.word("not_applicable", NotApplicable::Rescale),
    };
    section.finish();
    policy
}

/// Reads `[over_claim]`.
pub(super) fn load_over_claim(root: &Section<'_, '_>) -> Option<OverClaim> {
    let section = root.opt_section("over_claim")?;
    let size = |key: &'static str| Points(section.opt_size(key).unwrap_or_else(Exact::zero));
    let clause = section.opt_text("clause");
    let rule = OverClaim { free: size("free"), per: size("per"), points: size("points"), max: size("max"), clause };
    for key in ["free", "per", "points", "max"] {
        if !section.has(key) {
            section.lacks(key);
        }
    }
    if section.has("per") && rule.per.0.is_zero() {
        section.reject("per", &rule.per.0, "> 0");
    }
    section.finish();
    Some(rule)
}

/// Reads `[consequences]`: the consequences of each grade.
pub(super) fn load_consequences(root: &Section<'_, '_>, grades: &mut [Grade]) {
    let Some(section) = root.opt_section("consequences") else { return };
    // Without any grade the section as a whole is a fault of its own.
    for (name, table) in section.named_sections() {
        if grades.is_empty() {
            continue;
        }
        let consequence = Consequence {
            actions: table.texts("actions"),
            award_quota: table.opt_rate("award_quota"),
            amount: table.opt_number("amount"),
            talk: table.flag("talk", false),
            bars_honours: table.flag("bars_honours", false),
        };
        match grades.iter_mut().find(|g| g.answers_to(&text::key(&name))) {
            Some(grade) => grade.consequence = consequence,
            None => {
                let finding = Finding::new(Code::E508).at(table.place()).found(&name);
                table.report(finding.nearest(&name, grades.iter().map(|g| g.name.as_str())));
            }
        }
        table.finish();
    }
}

/// Reads `[feedback]`.
pub(super) fn load_feedback(root: &Section<'_, '_>) -> Feedback {
    let section = root.section_or_empty("feedback");
    let usual = Feedback::default();
    let count = |key, usual: usize| section.opt_count(key, 1000).map_or(usual, |count| count as usize);
    let feedback = Feedback {
        k_anonymity: count("k_anonymity", usual.k_anonymity),
        min_group: count("min_group", usual.min_group),
        show_rank: section.flag("show_rank", usual.show_rank),
        strengths: count("strengths", usual.strengths),
        weaknesses: count("weaknesses", usual.weaknesses),
        opening: section.opt_text("opening"),
        closing: section.opt_text("closing"),
        accept_exposed: section.opt_text("accept_exposed").filter(|reason| !text::is_blank(reason)),
    };
    section.finish();
    feedback
}

/// Reads `[fonts]`.
pub(super) fn load_fonts(root: &Section<'_, '_>) -> FontProfile {
    let section = root.section_or_empty("fonts");
    let profile = section.word("profile", FontProfile::Common);
    section.finish();
    profile
}

/// Reads `[checks]`: severity per code.
pub(super) fn load_checks(root: &Section<'_, '_>) -> BTreeMap<Code, Severity> {
    let Some(section) = root.opt_section("checks") else { return BTreeMap::new() };
    let mut checks = BTreeMap::new();
    for (name, (word, place)) in section.named_texts() {
        let Some(code) = Code::parse(&name) else {
            let known = Code::ALL.iter().map(|c| c.as_str());
            section.report_unknown(place, &name, known);
            continue;
        };
        let adjustable = code.is_adjustable();
        let severity = match word.as_str() {
            "error" => Some(Severity::Error),
            "warn" if adjustable => Some(Severity::Warning),
            "note" if code.severity() > Severity::Pending => Some(Severity::Note),
            _ => None,
        };
        match severity {
            Some(severity) => drop(checks.insert(code, severity)),
            None => {
                let allowed = if adjustable { "error | warn | note" } else { "error" };
                let finding = Finding::new(Code::E504).at(place).with("key", &name);
                section.report(finding.found(&word).expected(allowed));
            }
        }
    }
    checks
}
