//! Formulas of leaves in 核算: their inputs, their value and the points that follow, calculated live (SPEC §19.13).
//!
//! Points that depend on other units are values, marked; points that do not follow from the formula (typed, corrected,
//! without evidence) are those of 指标得分.

use std::borrow::Cow;

use super::Sources;
use super::grid::{Param, Params, Plan, Row};
use crate::documents::report::cells::Run;
use crate::documents::report::document::Style;
use crate::model::Rule;
use crate::model::formula::Formula;
use crate::model::rule::{Bands, Ratio, RuleValue};
use crate::result::outcome::{LeafScore, LeafState, UnitOutcome, Worked};
use crate::shared::groups::each_once;
use crate::shared::i18n::say;
use crate::shared::number::{Exact, Points};

/// Digits of a number that a worksheet keeps.
const DIGITS: usize = 15;
/// Most bands; a worksheet takes 64 levels of functions.
const BANDS: usize = 50;
/// Decimals of values.
const DECIMALS: u32 = 6;

/// The columns of a leaf with a formula.
pub(super) struct FormulaPlan<'o> {
    /// Index of the leaf.
    pub(super) leaf: usize,
    /// The calculation, or one for each period.
    parts: Vec<Part<'o>>,
    /// The column of the sum, where the values of periods are added up.
    sum: Option<u16>,
    /// The column of the points.
    pub(super) points: u16,
}

/// The columns of one calculation.
struct Part<'o> {
    /// Its period; none for a leaf without.
    period: Option<&'o str>,
    /// The inputs of all schemes by name, with their columns.
    inputs: Vec<(&'o str, u16)>,
    /// The column of the result.
    value: u16,
}

impl<'o> Part<'o> {
    /// What the formula gave there.
    fn of(&self, own: &'o LeafScore) -> Option<&'o Worked> {
        let score = match self.period {
            None => own,
            Some(period) => &own.periods.iter().find(|own| own.period == period)?.score,
        };
        score.formula.as_deref()
    }

    /// Adds inputs and result of a unit.
    fn row(&self, formula: &Formula, worked: &'o Worked, row: &mut Row<'o>) {
        for (name, _) in &self.inputs {
            match worked.inputs.iter().find(|input| input.name == *name).and_then(|input| input.value.as_ref()) {
                Some(value) => row.input(Cow::Borrowed(value), digits(value)),
                None => row.missing(),
            }
        }
        let cell = |name: &str| self.inputs.iter().find(|(own, _)| *own == name).map(|(_, column)| row.cell(*column));
        let cells = formula.inputs().iter().filter_map(|input| Some(cell(&input.name)?.to_string()));
        let cells: Vec<String> = cells.collect();
        match formula.sheet(&cells.iter().map(String::as_str).collect::<Vec<_>>()) {
            Some(live) => row.styled(live, Some(worked.value.clone()), digits(&worked.value), Style::Number),
            None => row.marked(Cow::Borrowed(&worked.value)),
        }
    }
}

impl<'o> FormulaPlan<'o> {
    /// Plans the columns of all leaves with a formula.
    pub(super) fn all(sources: &Sources<'_, 'o>, plan: &mut Plan<'o>) -> Vec<Self> {
        let model = &sources.view.outcome.model;
        let leaves = (0..model.tree.leaves.len()).filter(|leaf| !model.input_names(*leaf).is_empty());
        leaves.map(|leaf| Self::new(sources, plan, leaf)).collect()
    }

    fn new(sources: &Sources<'_, 'o>, plan: &mut Plan<'o>, leaf: usize) -> Self {
        let view = sources.view;
        let model = &view.outcome.model;
        let (code, names) = (&model.tree.leaves[leaf].code, model.input_names(leaf));
        let leaves = view.units.iter().filter_map(|unit| unit.leaves.get(leaf));
        let periods = each_once(leaves.flat_map(|own| &own.periods).map(|own| own.period.as_str()));
        let part = |plan: &mut Plan<'o>, period: Option<&'o str>| {
            let title = period.map_or_else(|| code.clone(), |period| format!("{code} {period}"));
            let inputs = names.iter().map(|name| (*name, plan.plain(format!("{title}\n{name}")))).collect();
            Part { period, inputs, value: plan.plain(say!(view, "calc.formula.value", code = title)) }
        };
        let parts: Vec<Part<'o>> = match periods.as_slice() {
            [] => vec![part(plan, None)],
            all => all.iter().map(|period| part(plan, Some(period))).collect(),
        };
        let adds = model.plans().any(|held| held.tree().leaves[leaf].adds_values()) && !periods.is_empty();
        let sum = adds.then(|| plan.plain(say!(view, "calc.formula.sum", code)));
        let points = plan.add(say!(view, "calc.formula.points", code), view.text("header.full"), |own| {
            Param::Value(Cow::Borrowed(&own.held().tree().leaves[leaf].points.0))
        });
        Self { leaf, parts, sum, points }
    }

    /// Adds the cells of a unit.
    pub(super) fn row(
        &self,
        sources: &Sources<'_, 'o>,
        plan: &Params<'_, 'o>,
        unit: &'o UnitOutcome,
        row: &mut Row<'o>,
    ) {
        let own = unit.leaves.get(self.leaf);
        let leaf = &plan.held().tree().leaves[self.leaf];
        for part in &self.parts {
            match leaf.formula.as_ref().zip(own.and_then(|own| part.of(own))) {
                Some((formula, worked)) => part.row(formula, worked, row),
                None => (0..=part.inputs.len()).for_each(|_| row.missing()),
            }
        }
        let worked = || self.parts.iter().filter_map(|part| part.of(own?)).map(|worked| worked.value.clone());
        let is_one = leaf.periods.is_none() || leaf.adds_values();
        let value = worked().reduce(|sum, value| sum + value).filter(|_| is_one);
        if self.sum.is_some() {
            let cells: Vec<String> = self.parts.iter().map(|part| row.cell(part.value).to_string()).collect();
            match &value {
                Some(sum) => {
                    row.styled(format!("SUM({})", cells.join(",")), Some(sum.clone()), digits(sum), Style::Number);
                }
                None => row.missing(),
            }
        }
        let result = self.sum.or_else(|| self.parts.first().map(|part| part.value));
        let of_value = value.zip(own).zip(result).and_then(|((value, own), result)| {
            let counted = own.verified.as_ref().filter(|_| own.coefficient.is_none())?;
            let follows = leaf.rule.points(&RuleValue::Number(value), &own.full).as_ref() == Some(counted);
            let formula = points(&leaf.rule, row.cell(result), plan.param(self.points)).filter(|_| follows)?;
            Some((counted, formula))
        });
        match of_value {
            Some((points, formula)) => row.known(formula, Some(&points.0)),
            None => self.given(sources, unit, own, row),
        }
    }

    /// The points of 指标得分: marked where they are those of a value that is compared with others.
    fn given(&self, sources: &Sources<'_, 'o>, unit: &'o UnitOutcome, own: Option<&'o LeafScore>, row: &mut Row<'o>) {
        let points = own.filter(|own| own.state != LeafState::NotInScheme).and_then(|own| own.verified.as_ref());
        let cell = sources.leaves.cell(&unit.roster.code, self.leaf);
        match (points, cell) {
            (Some(points), _) if own.is_some_and(is_compared) => row.marked(Cow::Borrowed(&points.0)),
            (Some(points), Some(cell)) => row.known(cell.to_string(), Some(&points.0)),
            _ => row.missing(),
        }
    }
}

/// Whether the points of a leaf depend on other units.
pub(super) fn is_compared(own: &LeafScore) -> bool {
    let has_formula = own.formula.is_some() || own.periods.iter().any(|own| own.score.formula.is_some());
    has_formula && own.original.is_none() && own.compared.as_ref().is_some_and(|own| own.typed.is_none())
}

fn digits(value: &Exact) -> u32 {
    value.decimals().map_or(DECIMALS, |needed| needed.min(DECIMALS))
}

/// The points of the value in a cell, out of those in another; none where a plain formula cannot give them.
fn points(rule: &Rule, value: Run, full: Run) -> Option<String> {
    match rule {
        Rule::Calculated(_) => Some(format!("MAX(0,MIN({full},{value}))")),
        Rule::Ratio(Ratio { target, floor }) => {
            let share = format!("{full}*MIN(1,{value}/{})", number(target)?);
            match floor {
                Some(floor) => Some(format!("IF(ROUND({value},10)<{},0,{share})", number(floor)?)),
                None => Some(share),
            }
        }
        Rule::Bands(Bands::Steps(bounds)) => bands(bounds, value, |_, points| number(points)),
        Rule::Bands(Bands::Linear { linear }) => {
            let between = |at: usize, points: &Exact| {
                let Some((above, more)) = linear.get(at + 1) else { return number(points) };
                let low = &linear[at].0;
                let (rise, run) = (number(&(&more.0 - points))?, number(&(above - low))?);
                Some(format!("{}+({rise})*({value}-({}))/{run}", number(points)?, number(low)?))
            };
            bands(linear, value, between)
        }
        _ => None,
    }
}

/// The points of the highest bound that a value reaches; the value reaches the lowest.
fn bands(bounds: &[(Exact, Points)], value: Run, worth: impl Fn(usize, &Exact) -> Option<String>) -> Option<String> {
    let mut bounds = bounds.iter().enumerate().take(BANDS + 1);
    let (at, (_, lowest)) = bounds.next()?;
    let mut formula = worth(at, &lowest.0)?;
    for (at, (bound, points)) in bounds {
        if at == BANDS {
            return None;
        }
        formula = format!("IF(ROUND({value},10)>={},{},{formula})", number(bound)?, worth(at, &points.0)?);
    }
    Some(formula)
}

/// A number as a formula has it; none for one that a worksheet cannot keep.
fn number(value: &Exact) -> Option<String> {
    value.decimals()?;
    let text = value.to_string();
    (text.chars().filter(char::is_ascii_digit).count() <= DIGITS).then_some(text)
}
