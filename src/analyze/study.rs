//! The analysis of a version as one document, `assess.analyze/1`: all answers under the names of units and components.
//!
//! Figures have six decimals, totals are decimal strings. Raters have their number within the class, never an id.

use std::collections::BTreeMap;

use super::adjusted::{self, adjusted};
use super::agreement::Bootstrap;
use super::indicators::{self, ALIKE};
use super::panels;
use super::plan::{Mean, Means, Plan};
use super::record::{Graded, Record};
use super::resample::Sampler;
use super::robustness::{Robustness, Setting, Source, Vary, Weights, robustness};
use super::scenario_file::Level;
use super::scenarios::{self, Refused, Scenario, Start, Wanted, Weight};
use super::sensitivity::sensitivity;
use crate::engine::assessment::UnitIx;
use crate::model::{Model, Node};
use crate::result::outcome::{Outcome, RatingRecord};
use crate::shared::number::Percent;
use crate::shared::progress::Progress;

mod rows;

pub use rows::{
    Adjusted, AdjustedRow, AdjustedTable, AlikePair, ClassName, GridPoint, GridTable, IndicatorRow, IndicatorTable,
    LeftKind, LeftOut, LineRow, ReliabilityRow, ScenarioRow, ScenarioTable, SensitivityRow, SensitivityTable, Study,
    UnitRow, WeightRow,
};

/// How many drawings of units the limits of alpha come from.
const RESAMPLES: usize = 1_000;

/// What is analysed, and how.
#[derive(Clone, Debug)]
pub struct Asked {
    /// How weights are drawn.
    pub setting: Setting,
    /// Scenarios.
    pub scenarios: Vec<Wanted>,
    /// The two weights of a map.
    pub grid: Option<[(String, Weight); 2]>,
}

/// Why a version cannot be analysed.
#[derive(Clone, Debug)]
pub enum Failed {
    /// The engine makes something else of this unit than the version records.
    Differs(String),
    /// A scenario cannot be calculated: its name, and why.
    Scenario(String, Refused),
    /// The map cannot be calculated.
    Grid(Refused),
    /// No unit is assessed.
    NoUnit,
    /// Raters were to be drawn, but no class has single ratings.
    NoRaters,
}

impl Setting {
    /// A setting; the spread is in percent.
    pub fn new(weights: Weights, spread: &Percent, draws: u64, seed: u64) -> Self {
        Self { vary: Vary::Weights, weights, spread: spread.0.to_cell(), draws, seed }
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
        let sampler = Sampler::of(&record, ratings);
        if asked.setting.vary.has_raters() && sampler.is_empty() {
            return Err(Failed::NoRaters);
        }
        let plan = Plan::of(&record, &official, Some(&sampler));
        let start = Start { record: &record, official: &official, plan: &plan, sampler: &sampler };
        let scenarios = asked.scenarios.iter().map(|own| desk.scenario(start, own)).collect::<Result<_, _>>()?;
        let grid = asked.grid.as_ref().map(|keys| desk.grid(start, keys)).transpose()?;
        let source = Source { plan: &plan, model: &record.model, sampler: &sampler };
        let sure = robustness(source, &asked.setting, progress);
        let bootstrap = Bootstrap { resamples: RESAMPLES, seed: asked.setting.seed };
        let class = |own: [usize; 2]| {
            let component = &outcome.model.components[own[0]];
            let class = &component.classes()[own[1]];
            ClassName { component: &component.id, class: &class.id, names: [&component.name, &class.name] }
        };
        let fixed = sampler.classes().filter(|own| plan.fixed.contains(&own.component));
        let mut kept = sampler.kept.clone();
        kept.extend(fixed.map(|own| [own.component, own.class]));
        kept.sort_unstable();
        kept.retain(|_| asked.setting.vary.has_raters());
        Ok(Self {
            schema: "assess.analyze/1",
            version: &outcome.version,
            period: &outcome.model.period,
            drawn: asked.setting,
            panels: panels::panels(outcome, ratings, bootstrap),
            steady: plan.steady.iter().map(|own| outcome.model.components[*own].id.as_str()).collect(),
            kept: kept.into_iter().map(class).collect(),
            units: desk.units(&sure),
            lines: desk.lines(&plan, &sure),
            leave_out: desk.leave_out(start),
            weights: desk.weights(),
            indicators: desk.indicators(),
            sensitivity: desk.sensitivity(source, &asked.setting, progress),
            scenarios,
            grid,
            adjusted: match adjusted(start, &panels::qualities(outcome, ratings)) {
                Ok(own) => Adjusted::Ranking(desk.adjusted(&own)),
                Err(adjusted::Refused::NoRatings) => Adjusted::NoRatings,
                Err(adjusted::Refused::Unconnected(own)) => Adjusted::Unconnected(class(own)),
            },
        })
    }
}

/// What the names of rows come from.
struct Desk<'d, 'o> {
    outcome: &'o Outcome,
    record: &'d Record,
    official: &'d Graded,
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

    fn leave_out(&self, start: Start<'_>) -> Vec<LeftOut<'o>> {
        let row = |(key, what, own): (String, scenarios::LeftOut, Scenario)| {
            let (kind, name) = match what {
                scenarios::LeftOut::Weight(weight) => (kind(weight), self.name(weight)),
                scenarios::LeftOut::Rater([component, class, serial]) => {
                    let class = self.name(Weight::Class(component, class));
                    (LeftKind::Rater, format!("{class} {serial}"))
                }
            };
            let changed = own.changes.iter().filter(|own| own.changes_grade());
            let units = changed.map(|own| self.code(own.unit)).collect();
            LeftOut { kind, name, key, summary: own.summary(), units }
        };
        start.leave_one_out().into_iter().map(row).collect()
    }

    /// The name of what has a weight.
    fn name(&self, weight: Weight) -> String {
        let tree = &self.model().tree;
        match weight {
            Weight::Component(index) => self.model().components[index].name.clone(),
            Weight::Class(index, class) => {
                let component = &self.model().components[index];
                [component.name.as_str(), component.classes()[class].name.as_str()].join(" ")
            }
            Weight::Aspect(index) => tree.aspects[index].name.clone(),
            Weight::Line(index) => tree.lines[index].name.clone(),
            Weight::Leaf(index) => tree.leaves[index].full_name(),
        }
    }

    fn scenario(&self, start: Start<'_>, wanted: &Wanted) -> Result<ScenarioTable<'o>, Failed> {
        let own = start.scenario(wanted).map_err(|why| Failed::Scenario(wanted.name.clone(), why))?;
        let row = |own: &scenarios::Change| {
            let unit = &self.outcome.units[own.unit.0].roster;
            ScenarioRow {
                code: &unit.code,
                name: &unit.name,
                totals: self.totals(own),
                ranks: own.ranks,
                grades: own.grades.map(|grade| self.grade(grade)),
            }
        };
        let set = wanted.settings.iter().map(|own| (own.key.clone(), own.value.0.plain()));
        Ok(ScenarioTable {
            name: wanted.name.clone(),
            means: means(&wanted.means),
            set: set.collect(),
            summary: own.summary(),
            units: own.changes.iter().map(row).collect(),
        })
    }

    fn totals(&self, own: &scenarios::Change) -> [String; 2] {
        own.totals.each_ref().map(|total| self.model().score.published().print(total))
    }

    fn grid(&self, start: Start<'_>, keys: &[(String, Weight); 2]) -> Result<GridTable<'o>, Failed> {
        let point = |own: scenarios::GridCell| GridPoint {
            percents: own.percents,
            first: own.first.iter().map(|unit| self.code(*unit)).collect(),
            summary: own.summary,
        };
        Ok(GridTable {
            keys: keys.each_ref().map(|(key, _)| key.clone()),
            names: keys.each_ref().map(|(_, weight)| self.name(*weight)),
            points: start.grid(keys).map_err(Failed::Grid)?.into_iter().map(point).collect(),
        })
    }

    fn adjusted(&self, own: &Scenario) -> AdjustedTable<'o> {
        let summary = own.summary();
        let row = |own: &scenarios::Change| {
            let unit = &self.outcome.units[own.unit.0].roster;
            AdjustedRow { code: &unit.code, name: &unit.name, totals: self.totals(own), ranks: own.ranks }
        };
        let units = own.changes.iter().map(row).collect();
        AdjustedTable { mean_shift: summary.mean_shift, greatest_shift: summary.greatest_shift, units }
    }

    fn weights(&self) -> Vec<WeightRow<'o>> {
        let figures = indicators::components(self.record, self.official);
        let own = self.outcome.model.components.iter().zip(figures);
        own.map(|(own, figures)| WeightRow { component: &own.id, name: &own.name, figures }).collect()
    }

    fn indicators(&self) -> Vec<IndicatorTable<'o>> {
        let model = &self.outcome.model;
        let tree = &model.tree;
        let name = |node: Node| match node {
            Node::Leaf(leaf) => tree.leaves[leaf].name.as_str(),
            Node::Aspect(aspect) => tree.aspects[aspect].name.as_str(),
            Node::Line(line) => tree.lines[line].name.as_str(),
            Node::Unit => "",
        };
        let aspect = |node: Node| match node {
            Node::Leaf(leaf) => tree.leaves[leaf].aspect.map(|aspect| tree.aspects[aspect].code.as_str()),
            Node::Aspect(_) | Node::Line(_) | Node::Unit => None,
        };
        let table = |own: indicators::Battery| {
            let code = |item: usize| tree.code(own.items[item].node);
            let all = (0..own.items.len()).flat_map(|a| (a + 1..own.items.len()).map(move |b| (a, b)));
            let alike = all.filter_map(|(a, b)| {
                let correlation = own.correlations[a][b].filter(|own| *own > ALIKE)?;
                Some(AlikePair { a: code(a), b: code(b), correlation })
            });
            let row = |item: &indicators::Item| IndicatorRow {
                code: tree.code(item.node),
                name: name(item.node),
                aspect: aspect(item.node),
                figures: item.figures,
            };
            let reliability = |own: &indicators::Reliability| ReliabilityRow {
                aspect: own.aspect.map(|aspect| tree.aspects[aspect].code.as_str()),
                name: own.aspect.map(|aspect| tree.aspects[aspect].name.as_str()),
                items: own.items,
                units: own.units,
                alpha: own.alpha,
            };
            let component = &model.components[own.component];
            IndicatorTable {
                component: &component.id,
                name: &component.name,
                pairs: alike.collect(),
                items: own.items.iter().map(row).collect(),
                reliability: own.reliability.iter().map(reliability).collect(),
                correlations: own.correlations,
            }
        };
        indicators::batteries(self.record, self.official).into_iter().map(table).collect()
    }

    fn sensitivity(&self, source: Source<'_>, setting: &Setting, progress: &Progress) -> Option<SensitivityTable> {
        let own = sensitivity(source, setting, progress)?;
        let row = |(key, weight, index)| SensitivityRow { key, name: self.name(weight), index };
        Some(SensitivityTable { rows: own.rows, weights: own.weights.into_iter().map(row).collect() })
    }
}

/// What has a weight.
const fn kind(weight: Weight) -> LeftKind {
    match weight {
        Weight::Component(_) => LeftKind::Component,
        Weight::Class(..) => LeftKind::Class,
        Weight::Aspect(_) | Weight::Line(_) | Weight::Leaf(_) => LeftKind::Indicator,
    }
}

/// The means that are not the arithmetic one, by level.
fn means(own: &Means) -> BTreeMap<&'static str, Mean> {
    let levels = [
        (Level::Components, own.components),
        (Level::Classes, own.classes),
        (Level::Aspects, own.aspects),
        (Level::Indicators, own.indicators),
    ];
    let other = levels.into_iter().filter(|(_, mean)| *mean != Mean::Arithmetic);
    other.map(|(level, mean)| (level.json(), mean)).collect()
}

/// A figure as it is printed: never a minus before zeros.
pub fn printed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
        _ => text,
    }
}

/// A figure with six decimals, if there is one.
pub fn six(value: Option<f64>) -> Option<String> {
    value.map(|own| printed(own, 6))
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
