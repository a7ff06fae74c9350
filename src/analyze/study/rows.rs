//! The rows of an analysis, as they stand in the document `assess.analyze/1`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analyze::indicators::Figures;
use crate::analyze::panels::{Figure, Panel};
use crate::analyze::plan::Mean;
use crate::analyze::robustness::Setting;
use crate::analyze::scenarios::Summary;
use crate::analyze::sensitivity::Index;

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
    /// Components below which weights stayed in drawings.
    pub steady: Vec<&'o str>,
    /// Classes that kept their means where raters were drawn.
    pub kept: Vec<ClassName<'o>>,
    /// How sure each place is, in the order of the roster.
    pub units: Vec<UnitRow<'o>>,
    /// The pairs at the lines of quotas.
    pub lines: Vec<LineRow<'o>>,
    /// What leaving one out changes.
    pub leave_out: Vec<LeftOut<'o>>,
    /// What each component weighs in effect.
    pub weights: Vec<WeightRow<'o>>,
    /// Statistics of indicators, by component.
    pub indicators: Vec<IndicatorTable<'o>>,
    /// Which weights move ranks; none where none does.
    pub sensitivity: Option<SensitivityTable>,
    /// What scenarios change.
    pub scenarios: Vec<ScenarioTable<'o>>,
    /// The map over two weights.
    pub grid: Option<GridTable<'o>>,
    /// The ranking with the severity of raters taken out.
    pub adjusted: Adjusted<'o>,
}

/// A class of raters by name.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct ClassName<'o> {
    /// Component id.
    pub component: &'o str,
    /// Class id.
    pub class: &'o str,
    /// Names of both.
    pub names: [&'o str; 2],
}

/// A component in numbers.
#[derive(Clone, Debug, Serialize)]
pub struct WeightRow<'o> {
    /// Its id.
    pub component: &'o str,
    /// Its name.
    pub name: &'o str,
    /// In numbers.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The indicators of a component.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorTable<'o> {
    /// Component id.
    pub component: &'o str,
    /// Its name.
    pub name: &'o str,
    /// Its indicators, or aspects where those are what it measures.
    pub items: Vec<IndicatorRow<'o>>,
    /// Correlations between them, row by row.
    pub correlations: Vec<Vec<Option<f64>>>,
    /// Pairs that say the same.
    pub pairs: Vec<AlikePair<'o>>,
    /// Cronbach's alpha by aspect.
    pub reliability: Vec<ReliabilityRow<'o>>,
}

/// An indicator in numbers.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorRow<'o> {
    /// Its code.
    pub code: &'o str,
    /// Its name.
    pub name: &'o str,
    /// Code of its aspect.
    pub aspect: Option<&'o str>,
    /// In numbers.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Two indicators with nearly the same ranking of units.
#[derive(Clone, Debug, Serialize)]
pub struct AlikePair<'o> {
    /// Code of one.
    pub a: &'o str,
    /// Code of the other.
    pub b: &'o str,
    /// Their correlation.
    pub correlation: f64,
}

/// Cronbach's alpha of an aspect.
#[derive(Clone, Debug, Serialize)]
pub struct ReliabilityRow<'o> {
    /// Code of the aspect; none for all indicators together.
    pub aspect: Option<&'o str>,
    /// Its name.
    pub name: Option<&'o str>,
    /// How many indicators.
    pub items: usize,
    /// Units with a rate for all of them.
    pub units: usize,
    /// The coefficient.
    pub alpha: Figure<f64>,
}

/// Which weights move ranks.
#[derive(Clone, Debug, Serialize)]
pub struct SensitivityTable {
    /// How many rows the matrices had.
    pub rows: usize,
    /// By weight.
    pub weights: Vec<SensitivityRow>,
}

/// What a weight explains of the mean shift of ranks.
#[derive(Clone, Debug, Serialize)]
pub struct SensitivityRow {
    /// The key of the weight.
    pub key: String,
    /// Of what it is the weight.
    pub name: String,
    /// Its indices.
    #[serde(flatten)]
    pub index: Index,
}

/// The map over two weights.
#[derive(Clone, Debug, Serialize)]
pub struct GridTable<'o> {
    /// Their keys.
    pub keys: [String; 2],
    /// What they are the weights of.
    pub names: [String; 2],
    /// Its points.
    pub points: Vec<GridPoint<'o>>,
}

/// A point of the map.
#[derive(Clone, Debug, Serialize)]
pub struct GridPoint<'o> {
    /// Both weights in percent.
    pub percents: [usize; 2],
    /// Codes of the units that come first.
    pub first: Vec<&'o str>,
    /// In numbers.
    #[serde(flatten)]
    pub summary: Summary,
}

/// The ranking with the severity of raters taken out: for information, never official.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adjusted<'o> {
    /// No class has single ratings.
    NoRatings,
    /// The raters of a class cannot all be compared.
    Unconnected(ClassName<'o>),
    /// It.
    Ranking(AdjustedTable<'o>),
}

/// An adjusted ranking.
#[derive(Clone, Debug, Serialize)]
pub struct AdjustedTable<'o> {
    /// In numbers; grades are not adjusted.
    pub mean_shift: f64,
    /// Most places that a unit moves.
    pub greatest_shift: usize,
    /// All units, officially and adjusted.
    pub units: Vec<AdjustedRow<'o>>,
}

/// A unit officially and adjusted.
#[derive(Clone, Debug, Serialize)]
pub struct AdjustedRow<'o> {
    /// Its code.
    pub code: &'o str,
    /// Its name.
    pub name: &'o str,
    /// Totals.
    pub totals: [String; 2],
    /// Ranks.
    pub ranks: [Option<usize>; 2],
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

/// What is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftKind {
    /// A component.
    Component,
    /// A class of raters.
    Class,
    /// An indicator.
    Indicator,
    /// A rater.
    Rater,
}

/// What leaving a component, class, indicator or rater out changes.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut<'o> {
    /// What it is.
    pub kind: LeftKind,
    /// The key of its weight; of a rater the class and the number.
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
    /// Its name; empty for the one of the command line.
    pub name: String,
    /// The means of levels that are not the arithmetic one.
    pub means: BTreeMap<&'static str, Mean>,
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
