//! The analysis of a version as one document, `assess.analyze/1`: all answers under the names of units and components.
//!
//! Figures have six decimals, totals are decimal strings. Raters have their number within the class, never an id.

use std::collections::BTreeMap;

use serde::Serialize;

use super::agreement::Bootstrap;
use super::panels::{self, Panel};
use super::plan::Plan;
use super::record::{Record, Standing};
use super::robustness::{Robustness, Setting, robustness};
use super::scenarios::{self, Refused, Scenario, Summary};
use crate::engine::assessment::UnitIx;
use crate::model::Model;
use crate::result::outcome::{Outcome, RatingRecord};
use crate::shared::number::Percent;
use crate::shared::progress::Progress;

/// How many drawings of units the limits of alpha come from.
const RESAMPLES: usize = 1_000;

/// What is analysed, and how.
#[derive(Clone, Debug)]
pub struct Asked {
    /// How weights are drawn.
    pub setting: Setting,
    /// The weights of a scenario; none asks for none.
    pub scenario: Vec<scenarios::Setting>,
}

/// Why a version cannot be analysed.
#[derive(Clone, Debug)]
pub enum Failed {
    /// The engine makes something else of this unit than the version records.
    Differs(String),
    /// The scenario cannot be calculated.
    Scenario(Refused),
    /// No unit is assessed.
    NoUnit,
}

/// An analysis.
#[derive(Clone, Debug, Serialize)]
pub struct Study<'o> {
    /// `assess.analyze/1`.
    pub schema: &'static str,
    /// The version.
    pub version: &'o str,
    /// Its period.
    pub period: &'o str,
    /// How weights were drawn.
    pub drawn: Setting,
    /// Agreement and raters, by class.
    pub panels: Vec<Panel>,
    /// Components whose classes kept their weights in drawings.
    pub steady: Vec<&'o str>,
    /// How sure each place is, in the order of the roster.
    pub units: Vec<UnitRow<'o>>,
    /// The pairs at the lines of quotas.
    pub lines: Vec<LineRow<'o>>,
    /// What leaving one out changes.
    pub leave_out: Vec<LeftOut<'o>>,
    /// What a scenario changes.
    pub scenario: Option<ScenarioTable<'o>>,
}

/// How sure the place of a unit is.
#[derive(Clone, Debug, Serialize)]
pub struct UnitRow<'o> {
    /// Its code.
    pub code: &'o str,
    /// Its name.
    pub name: &'o str,
    /// Its group.
    pub group: &'o str,
    /// The scope of its rank; none where that is all units, or it is not ranked.
    pub scope: Option<&'o str>,
    /// Published total.
    pub total: &'o str,
    /// Official rank in the scope of ranks.
    pub rank: Option<usize>,
    /// The 5, 50 and 95 % quantiles of its rank.
    pub interval: Option<[f64; 3]>,
    /// Probability of each rank.
    pub ranks: Vec<(usize, f64)>,
    /// Official grade.
    pub grade: Option<&'o str>,
    /// Probability of each grade.
    pub grades: BTreeMap<&'o str, f64>,
    /// Probability of the official grade.
    pub same_grade: Option<f64>,
    /// Whether it is safe.
    pub safe: Option<bool>,
}

/// Two units at the line of a quota.
#[derive(Clone, Debug, Serialize)]
pub struct LineRow<'o> {
    /// The scope; none where it is all units.
    pub scope: Option<String>,
    /// The grade.
    pub grade: &'o str,
    /// Code of the last unit with a place.
    pub inside: &'o str,
    /// Code of the first without one.
    pub outside: &'o str,
    /// How often the second stands before the first.
    pub swaps: f64,
}

/// What leaving a component or class out changes.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut<'o> {
    /// The key of its weight.
    pub key: String,
    /// Its name.
    pub name: String,
    /// In numbers.
    #[serde(flatten)]
    pub summary: Summary,
    /// Codes of the units with another grade.
    pub units: Vec<&'o str>,
}

/// What a scenario changes.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioTable<'o> {
    /// The weights that were set, in percent, by key.
    pub set: BTreeMap<String, String>,
    /// In numbers.
    #[serde(flatten)]
    pub summary: Summary,
    /// All units, officially and in the scenario.
    pub units: Vec<ScenarioRow<'o>>,
}

/// A unit officially and in a scenario.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioRow<'o> {
    /// Its code.
    pub code: &'o str,
    /// Its name.
    pub name: &'o str,
    /// Published totals.
    pub totals: [String; 2],
    /// Ranks.
    pub ranks: [Option<usize>; 2],
    /// Grades.
    pub grades: [Option<&'o str>; 2],
}

impl Setting {
    /// A setting; the spread is in percent.
    pub fn new(weights: super::robustness::Weights, spread: &Percent, draws: u64, seed: u64) -> Self {
        Self { weights, spread: spread.0.to_cell(), draws, seed }
    }
}

impl<'o> Study<'o> {
    /// Analyses a version.
    ///
    /// # Errors
    /// If the record does not give the version again, or the scenario leaves nothing.
    pub fn of(
        outcome: &'o Outcome,
        ratings: &[RatingRecord],
        asked: &Asked,
        progress: &Progress,
    ) -> Result<Self, Failed> {
        let record = Record::of(outcome);
        let official = record.judged();
        if official.scores.is_empty() {
            return Err(Failed::NoUnit);
        }
        let desk = Desk { outcome, record: &record, official: &official };
        desk.prove()?;
        let plan = Plan::of(&record, &official);
        let sure = robustness(&plan, &record.model, &asked.setting, progress);
        let bootstrap = Bootstrap { resamples: RESAMPLES, seed: asked.setting.seed };
        Ok(Self {
            schema: "assess.analyze/1",
            version: &outcome.version,
            period: &outcome.model.period,
            drawn: asked.setting,
            panels: panels::panels(outcome, ratings, bootstrap),
            steady: plan.steady.iter().map(|own| outcome.model.components[*own].id.as_str()).collect(),
            units: desk.units(&sure),
            lines: desk.lines(&plan, &sure),
            leave_out: desk.leave_out(),
            scenario: (!asked.scenario.is_empty()).then(|| desk.scenario(&asked.scenario)).transpose()?,
        })
    }
}

/// What the names of rows come from.
struct Desk<'d, 'o> {
    outcome: &'o Outcome,
    record: &'d Record,
    official: &'d Standing,
}

impl<'o> Desk<'_, 'o> {
    fn model(&self) -> &Model {
        &self.record.model
    }

    /// Whether the engine gives every unit what the version records.
    fn prove(&self) -> Result<(), Failed> {
        let published = self.model().score.published();
        for (score, graded) in self.official.scores.iter().zip(&self.official.grading.units) {
            let own = &self.outcome.units[score.unit.0];
            let is_same = own.total.as_deref() == Some(published.print(&score.total.0).as_str())
                && (own.rank_group, own.rank_overall) == (graded.rank_group, graded.rank_overall)
                && own.grade.as_deref() == self.grade(graded.grade);
            if !is_same {
                return Err(Failed::Differs(own.roster.name.clone()));
            }
        }
        Ok(())
    }

    fn code(&self, unit: UnitIx) -> &'o str {
        self.outcome.code(unit)
    }

    fn grade(&self, grade: Option<usize>) -> Option<&'o str> {
        grade.and_then(|grade| self.outcome.model.grades.get(grade)).map(|grade| grade.name.as_str())
    }

    fn units(&self, sure: &Robustness) -> Vec<UnitRow<'o>> {
        let names = || self.outcome.model.grades.iter().map(|grade| grade.name.as_str());
        let row = |own: &super::robustness::UnitRobustness| {
            let unit = &self.outcome.units[self.official.scores[own.index].unit.0];
            UnitRow {
                code: &unit.roster.code,
                name: &unit.roster.name,
                group: &unit.roster.group,
                scope: own.rank.and_then(|_| self.outcome.scope_of(unit)),
                total: unit.total.as_deref().unwrap_or_default(),
                rank: own.rank,
                interval: own.interval,
                ranks: own.ranks.clone(),
                grade: self.grade(own.grade),
                grades: names().zip(own.grades.iter().copied()).collect(),
                same_grade: own.same_grade,
                safe: own.is_safe(),
            }
        };
        sure.units.iter().map(row).collect()
    }

    fn lines(&self, plan: &Plan, sure: &Robustness) -> Vec<LineRow<'o>> {
        let code = |index: usize| self.code(self.official.scores[index].unit);
        let row = |own: &super::robustness::Line| LineRow {
            scope: plan.scopes[own.scope].name.clone(),
            grade: self.grade(Some(own.grade)).unwrap_or_default(),
            inside: code(own.inside),
            outside: code(own.outside),
            swaps: own.swaps,
        };
        sure.lines.iter().map(row).collect()
    }

    fn leave_out(&self) -> Vec<LeftOut<'o>> {
        let all = scenarios::leave_one_out(self.record, self.official);
        let row = |(key, weight, own): (String, scenarios::Weight, Scenario)| LeftOut {
            name: self.name(weight),
            key,
            summary: own.summary(),
            units: own.changes.iter().filter(|own| own.changes_grade()).map(|own| self.code(own.unit)).collect(),
        };
        all.into_iter().map(row).collect()
    }

    fn name(&self, weight: scenarios::Weight) -> String {
        match weight {
            scenarios::Weight::Component(index) => self.model().components[index].name.clone(),
            scenarios::Weight::Class(index, class) => {
                let component = &self.model().components[index];
                [component.name.as_str(), component.classes()[class].name.as_str()].join(" ")
            }
        }
    }

    fn scenario(&self, settings: &[scenarios::Setting]) -> Result<ScenarioTable<'o>, Failed> {
        let factors = scenarios::factors(self.model(), settings).map_err(Failed::Scenario)?;
        let own = scenarios::scenario(self.record, self.official, &factors).map_err(Failed::Scenario)?;
        let published = self.model().score.published();
        let row = |own: &scenarios::Change| {
            let unit = &self.outcome.units[own.unit.0].roster;
            ScenarioRow {
                code: &unit.code,
                name: &unit.name,
                totals: own.totals.each_ref().map(|total| published.print(total)),
                ranks: own.ranks,
                grades: own.grades.map(|grade| self.grade(grade)),
            }
        };
        let set = settings.iter().map(|own| (own.key.clone(), own.value.0.plain()));
        Ok(ScenarioTable { set: set.collect(), summary: own.summary(), units: own.changes.iter().map(row).collect() })
    }
}

/// A figure as it is printed: never a minus before zeros.
pub fn printed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

/// A probability or share in percent, with one decimal.
pub fn percent(value: f64) -> String {
    printed(100.0 * value, 1)
}

/// A document whose figures have six decimals, so that it is the same on every machine.
pub fn six_decimals(document: &mut serde_json::Value) {
    match document {
        serde_json::Value::Number(own) if !own.is_i64() && !own.is_u64() => {
            if let Some(value) = own.as_f64() {
                *document = serde_json::json!((value * 1e6).round() / 1e6 + 0.0);
            }
        }
        serde_json::Value::Array(parts) => parts.iter_mut().for_each(six_decimals),
        serde_json::Value::Object(parts) => parts.values_mut().for_each(six_decimals),
        _ => {}
    }
}
