//! The result as one document, `assess.result/2`: everything that workbooks, explain, feedback, verify and re-grading need.
//!
//! Built from scores and grades, written to result.json, read back from it. Published numbers are decimal strings, exact
//! ones are "p/q" beside them; keys are English; places are `[file, sheet, "F12"]` by indices. The units stand last, each
//! by itself, so that one can be read without the others.

use std::borrow::Cow;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::engine::score::ComponentMeasure;
use crate::model::SchemeIx;
use crate::shared::finding::Message;
use crate::shared::number::{Exact, Percent, Precision};
use crate::shared::place::{Files, Place};
use crate::shared::text::Label;

mod assertions;
mod build;
mod carry_over;
mod common;
mod handed_in;
pub mod index;
mod progress;
pub mod ratings;
pub mod reconcile;
mod steps;
mod unit;

pub use crate::engine::assessment::{
    AdjustmentRow, Amount, AppealRow, Closing, CorrectionRow, DecisionRow, DispositionRow, Ending, Mode, Opinion,
    PlacesRow, PreviousOutcome, Problem, Register, RegisterRow, Registers, Ruling, Said, Stance, Standing, Target,
    UnitIx, Verdict,
};
pub use crate::engine::assessment::{NodeOff, TallyRow};
pub use crate::engine::grade::{Circle, Contender, Contest, Fate, QuotaUse, Seats, Step, StepKind};
pub use crate::engine::score::{
    AdjustmentOutcome, Answers, BallotTotals, ClassMeasure, ClassTotals, Compared, End, GivenMeasure, GivenTotals,
    IssuedBallots, Lack, LeafScore, LeafState, Leaves, Limited, NoResult, NodeMean, OriginalLeaf, PeriodScore,
    RatingState, ReplacedValue, RowEnd, TailStep, TallyTotals, UnitBallots, Worked,
};
pub use crate::model::{
    AdjustmentKind, Award, AwardBy, BallotRules, Branch, Cap, CommonRule, Component, ComponentType, Feedback, Grade,
    Held, Inapplicable, Leaf, Model, Node, NotApplicable, OverClaim, Periods, Promotion, RankMethod, RankScope,
    RaterClass, Scale, Scheme, SelfReportPolicy, Share, Sign, TieAtQuota,
};
pub use assertions::AssertionOutcome;
pub use build::{Name, Run, build};
pub use carry_over::carried_over;
pub use common::{CommonProblem, common_problems};
pub use handed_in::{HandedIn, Returned};
pub use progress::{Rise, rises};
pub use ratings::RatingRecord;
pub use reconcile::Reconciliation;
pub use unit::{ComponentOutcome, ExactTotals, UnitOutcome};

/// The schema of result.json.
pub const SCHEMA: &str = "assess.result/2";

/// A rate as printed and exactly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// In percent, at the published decimals. A result holds far more rates than there are texts of them.
    pub rate: Label,
    /// Exactly.
    pub exact: Exact,
}

impl Rate {
    /// A rate as it is printed.
    pub fn new(rate: &Percent, published: Precision) -> Self {
        Self { rate: Label::from(&published.print(&rate.0)), exact: rate.0.clone() }
    }
}

/// A result document.
///
/// Reading it fails if an index of a unit, kind, grade, rule, row or corrected value refers to nothing; places are not
/// checked, since they are only shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Outcome {
    /// [`SCHEMA`].
    pub schema: String,
    /// `v001`, or `draft`.
    pub version: String,
    /// The version it follows.
    pub parent: Option<String>,
    /// The versions up to this one, the first one first; this one is the last.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub chain: Vec<VersionOutcome>,
    /// Whether it is a draft: outside the chain, with open questions.
    pub draft: bool,
    /// The checked model.
    pub model: Model,
    /// Input files.
    pub files: Files,
    /// Groups, in order.
    pub groups: Vec<String>,
    /// Totals over the inputs of each component.
    pub components: Vec<ComponentTotals>,
    /// What units handed in, and which did not.
    pub handed_in: HandedIn,
    /// Ids of raters, from ballots and the list of raters, each once and in order: no text that is handed out may
    /// reveal one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub raters: Vec<String>,
    /// How quotas were used.
    pub quotas: Vec<QuotaUse>,
    /// How awards went.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub awards: Vec<Contest>,
    /// Register rows.
    pub registers: Registers,
    /// The results of the rows of 核对.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub assertions: Vec<AssertionOutcome>,
    /// Opinions of departments on suggested grades.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub opinions: Vec<Opinion>,
    /// Findings, in the language of the model.
    pub findings: Vec<Message>,
    /// Sums that must agree.
    pub reconciliation: Reconciliation,
    /// Units, in the order of the roster. They are written after everything else, which [`Head`] writes.
    #[serde(skip_serializing)]
    pub units: Vec<UnitOutcome>,
}

/// A result document without its units.
pub struct Head<'o>(pub &'o Outcome);

impl Serialize for Head<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Outcome::serialize(self.0, serializer)
    }
}

/// A version as its successors name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionOutcome {
    /// Its name.
    pub version: String,
    /// The version it follows.
    pub parent: Option<String>,
    /// Why it was made.
    pub reason: Option<String>,
    /// The date as of which its result holds.
    pub as_of: Option<String>,
    /// Program and version that wrote it.
    pub program: String,
    /// SHA-256 of model file and indicator table.
    pub model: String,
    /// SHA-256 of its manifest; none for the version that is being written.
    pub manifest: Option<String>,
}

/// Totals over the inputs of a component, for all units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentTotals {
    /// Reports of units, each for itself.
    Indicators,
    /// Ballots and tallies.
    Ballots(BallotTotals),
    /// Scores made elsewhere.
    Given(GivenTotals),
}

impl ComponentTotals {
    /// Those of what a component measured.
    pub fn of(measure: &ComponentMeasure) -> Self {
        match measure {
            ComponentMeasure::Indicators => Self::Indicators,
            ComponentMeasure::Ballots(measure) => Self::Ballots(measure.totals.clone()),
            ComponentMeasure::Given { totals, .. } => Self::Given(totals.clone()),
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'o> {
            #[serde(flatten)]
            head: Head<'o>,
            units: &'o [UnitOutcome],
        }
        Whole { head: Head(self), units: &self.units }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)?.checked().map_err(D::Error::custom)
    }
}

impl Outcome {
    /// The document as it was read, if every index in it refers to something.
    fn checked(mut self) -> Result<Self, String> {
        self.model.grow_schemes();
        match self.dangling() {
            None => Ok(self),
            Some(place) => Err(format!("{place} names nothing")),
        }
    }

    /// The scheme of a unit, if the model has schemes.
    pub fn scheme_of(&self, unit: &UnitOutcome) -> Option<&Scheme> {
        self.model.schemes.get(unit.roster.scheme?.0)
    }

    /// What of the model holds for a unit.
    pub fn held(&self, unit: &UnitOutcome) -> Held<'_> {
        self.model.of(unit.roster.scheme)
    }

    /// The first place where an index refers to nothing.
    fn dangling(&self) -> Option<&'static str> {
        let (rows, model) = (&self.registers, &self.model);
        let is_unit = |unit: UnitIx| unit.0 < self.units.len();
        let is_target = |target: Target| match target {
            Target::Leaf(leaf) | Target::Value { leaf, .. } => leaf < model.tree.leaves.len(),
            Target::Input { leaf, input, .. } => input < model.input_names(leaf).len(),
            Target::Component(component) => component < model.components.len(),
            Target::Total => true,
        };
        let is_grade = |grade: usize| grade < model.grades.len();
        let is_ruling = |ruling: Ruling| match ruling {
            Ruling::Pin(grade) => is_grade(grade),
            Ruling::Defer => true,
        };
        let mut given = self.units.iter().flat_map(|unit| unit.components.values()).flat_map(|own| &own.given);
        let mut settled = self.units.iter().flat_map(|unit| &unit.adjustments).filter_map(|own| own.row);
        let is_scheme = |scheme: Option<SchemeIx>| scheme.is_none_or(|own| own.0 < model.schemes.len());
        let places = [
            ("handed_in", self.handed_in.missing().all(is_unit)),
            ("units.scheme", self.units.iter().all(|unit| is_scheme(unit.roster.scheme))),
            ("units.leaves", self.units.iter().all(|unit| unit.leaves.len() <= model.tree.leaves.len())),
            ("units.adjustments", settled.all(|row| row < rows.adjustments.len())),
            (
                "registers.adjustments",
                rows.adjustments.iter().all(|row| is_unit(row.unit) && row.kind < model.adjustments.kinds.len()),
            ),
            ("registers.decisions", rows.decisions.iter().all(|row| is_unit(row.unit) && is_ruling(row.ruling))),
            ("registers.corrections", rows.corrections.iter().all(|row| is_unit(row.unit) && is_target(row.target))),
            ("registers.appeals", rows.appeals.iter().all(|row| is_unit(row.unit))),
            ("registers.places", rows.places.iter().all(|row| is_grade(row.grade))),
            ("registers.dispositions", rows.dispositions.iter().all(|row| row.unit.is_none_or(is_unit))),
            ("assertions", self.assertions.iter().all(|row| is_unit(row.unit))),
            ("units.path", self.units.iter().flat_map(|unit| &unit.path).all(|step| self.is_sound(step))),
            ("units.components.given", given.all(|own| model.tree.has(own.node))),
            ("quotas", self.quotas.iter().all(|quota| is_grade(quota.grade))),
            ("awards", self.awards.iter().all(|own| own.award < model.awards.len())),
            ("awards.contenders", self.awards.iter().flat_map(|own| &own.contenders).all(|own| is_unit(own.unit))),
            ("opinions", self.opinions.iter().all(|row| is_unit(row.unit))),
        ];
        let own = places.into_iter().find(|(_, sound)| !sound).map(|(place, _)| place);
        model.dangling().or(own)
    }

    /// Whether all indices of a step refer to something.
    fn is_sound(&self, step: &Step) -> bool {
        let is_grade = |grade: Option<usize>| grade.is_none_or(|grade| grade < self.model.grades.len());
        let row = match step {
            Step::Decision { .. } | Step::Deferred { .. } => self.decision(step).is_some(),
            Step::Opinion { row } => *row < self.opinions.len(),
            Step::Cap { .. }
            | Step::CapPending { .. }
            | Step::CapUnknown { .. }
            | Step::Promotion { .. }
            | Step::PromotionStopped { .. } => self.model.rule(step).is_some(),
            _ => true,
        };
        row && is_grade(step.from()) && is_grade(step.to())
    }

    /// A unit by any of its names: code, full, short or former name.
    pub fn unit_named(&self, name: &str) -> Option<&UnitOutcome> {
        let wanted = crate::shared::text::key(name);
        self.units.iter().find(|unit| unit.roster.names().any(|own| crate::shared::text::key(own) == wanted))
    }

    /// A unit by code.
    pub fn unit(&self, code: &str) -> Option<&UnitOutcome> {
        self.units.iter().find(|unit| unit.roster.code == code)
    }

    /// The code of a unit; empty for one that is not there.
    pub fn code(&self, unit: UnitIx) -> &str {
        self.units.get(unit.0).map_or("", |unit| unit.roster.code.as_str())
    }

    /// The register row of an adjustment of a unit; none for the over-claim.
    pub fn row(&self, own: &AdjustmentOutcome) -> Option<&AdjustmentRow> {
        self.registers.adjustments.get(own.row?)
    }

    /// What each row of bonus, deduction or event counts for, in the order of the register.
    pub fn settled(&self) -> Vec<Option<&AdjustmentOutcome>> {
        let mut settled = vec![None; self.registers.adjustments.len()];
        for own in self.units.iter().flat_map(|unit| &unit.adjustments) {
            if let Some(slot) = own.row.and_then(|row| settled.get_mut(row)) {
                *slot = Some(own);
            }
        }
        settled
    }

    /// The kind of a row of bonus, deduction or event.
    pub fn kind(&self, row: &AdjustmentRow) -> Option<&AdjustmentKind> {
        self.model.adjustments.kinds.get(row.kind)
    }

    /// The name of the grade that a decision sets; none where it is deferred.
    pub fn pinned(&self, row: &DecisionRow) -> Option<&str> {
        match row.ruling {
            Ruling::Pin(grade) => self.model.grades.get(grade).map(|grade| grade.name.as_str()),
            Ruling::Defer => None,
        }
    }

    /// What a correction replaces: leaf code, alone or with `/核定值` or `/期次/核定值`, component id or `total`.
    pub fn target(&self, row: &CorrectionRow) -> Cow<'_, str> {
        let Target::Value { leaf, period: Some(period) } = row.target else { return row.target.name_in(&self.model) };
        let own = self.units.get(row.unit.0).and_then(|unit| unit.leaves.get(leaf)?.periods.get(period));
        let code = self.model.tree.leaves.get(leaf).map_or("", |leaf| leaf.code.as_str());
        Cow::Owned(format!("{code}/{}/{}", own.map_or("", |own| own.period.as_str()), Target::VALUE))
    }

    /// How feedback prints the points of an item: of leaves those of points, of aspects, which stand for leaves
    /// where a unit has none, no more than those of components.
    pub fn item_precision(&self, unit: &UnitOutcome) -> Precision {
        let usual = self.model.point_precision();
        match self.model.score.component_decimals.filter(|_| unit.leaves.is_empty()) {
            Some(own) => usual.at(own.min(usual.decimals)),
            None => usual,
        }
    }

    /// Totals over the ballots of a component, if it is scored from ballots.
    pub fn ballots(&self, component: usize) -> Option<&BallotTotals> {
        match self.components.get(component)? {
            ComponentTotals::Ballots(totals) => Some(totals),
            ComponentTotals::Indicators | ComponentTotals::Given(_) => None,
        }
    }

    /// Every class of raters with its component and totals, in the order of the model.
    pub fn classes(&self) -> impl Iterator<Item = (&Component, &RaterClass, &ClassTotals)> {
        self.model.components.iter().enumerate().flat_map(|(index, component)| {
            let totals = self.ballots(index).map_or(&[] as &[_], |own| &own.classes);
            component.classes().iter().zip(totals).map(move |(class, totals)| (component, class, totals))
        })
    }

    /// The periods of a component of scores made elsewhere; none for others.
    pub fn periods(&self, component: usize) -> &[String] {
        match self.components.get(component) {
            Some(ComponentTotals::Given(own)) => &own.periods,
            Some(ComponentTotals::Indicators | ComponentTotals::Ballots(_)) | None => &[],
        }
    }

    /// The name of the group or scheme of a quota; none where the scope is all units.
    pub fn group_of(&self, quota: &QuotaUse) -> Option<&str> {
        quota.circle.name(&self.model, &self.groups)
    }

    /// The name of the group or scheme in which a unit is ranked and competes for places; none where that is all units.
    pub fn scope_of<'u>(&'u self, unit: &'u UnitOutcome) -> Option<&'u str> {
        match self.model.rank.scope {
            RankScope::Group => Some(&unit.roster.group),
            RankScope::Scheme => self.scheme_of(unit).map(|scheme| scheme.name.as_str()),
            RankScope::All => None,
        }
    }

    /// The names of the scopes in which units are ranked; none where all units are one.
    pub fn scopes(&self) -> Vec<&str> {
        match self.model.rank.scope {
            RankScope::Group => self.groups.iter().map(String::as_str).collect(),
            RankScope::Scheme => self.model.schemes.iter().map(|scheme| scheme.name.as_str()).collect(),
            RankScope::All => Vec::new(),
        }
    }

    /// The rank of a unit in its scope.
    pub const fn rank_of(&self, unit: &UnitOutcome) -> Option<usize> {
        match self.model.rank.scope {
            RankScope::Group => unit.rank_group,
            RankScope::Scheme => unit.rank_scheme,
            RankScope::All => unit.rank_overall,
        }
    }

    /// The approved row of 名额分配 that sets the places of a quota.
    pub fn places_row(&self, quota: &QuotaUse) -> Option<&PlacesRow> {
        self.registers.approved_places(self.group_of(quota), quota.grade)
    }

    /// The approved row of 名额分配 behind a step about places, for a unit.
    pub fn places_behind(&self, unit: &UnitOutcome, step: &Step) -> Option<&PlacesRow> {
        let (Step::Placed { places: Some(_), to: grade, .. } | Step::NoRoom { from: grade, .. }) = step else {
            return None;
        };
        let scope = self.scope_of(unit);
        let quota = self.model.grades.iter().skip(*grade).position(|own| own.quota.is_some())?;
        self.registers.approved_places(scope, grade + quota)
    }

    /// The name of the group or scheme of an award; none where the scope is all units.
    pub fn group_of_award(&self, contest: &Contest) -> Option<&str> {
        contest.circle.name(&self.model, &self.groups)
    }

    /// The awards for which a unit is a candidate.
    pub fn awards_of<'o>(&'o self, unit: &UnitOutcome) -> impl Iterator<Item = (&'o Contest, &'o Contender)> {
        let code = unit.roster.code.as_str();
        self.awards.iter().filter_map(move |contest| {
            let own = contest.contenders.iter().find(|own| self.code(own.unit) == code)?;
            Some((contest, own))
        })
    }

    /// A place as one line: file, sheet and cell.
    pub fn describe(&self, at: Place) -> String {
        self.files.describe(at)
    }

    /// Units that take part, best total first: within their group, groups in order, or among all units where those are
    /// ranked together; separate units after ranked ones.
    pub fn ranking(&self) -> Vec<&UnitOutcome> {
        let mut units: Vec<(usize, &UnitOutcome)> = self.units.iter().enumerate().collect();
        let group = |unit: &UnitOutcome| self.groups.iter().position(|g| *g == unit.roster.group);
        let order = |unit: &UnitOutcome| {
            // A rank among all units goes before groups, which then no longer stand together.
            let (of_all, group) = match self.model.rank.scope {
                RankScope::All => (unit.rank_overall, None),
                RankScope::Group | RankScope::Scheme => (None, group(unit)),
            };
            (group, unit.rank_group.is_none(), unit.total.is_none(), of_all, unit.rank_group)
        };
        units.sort_by_key(|(at, unit)| (order(unit), *at));
        units.into_iter().map(|(_, unit)| unit).collect()
    }
}

#[cfg(test)]
impl Outcome {
    /// The small result that tests of reports look at.
    pub(crate) fn sample() -> Self {
        let text = include_str!("../documents/report/sample.json");
        let mut document: serde_json::Value = serde_json::from_str(text).expect("a document");
        let model = Model::of_text(include_str!("../documents/report/sample.toml"));
        document["model"] = serde_json::to_value(model).expect("a model");
        serde_json::from_value(document).expect("a result document")
    }
}
