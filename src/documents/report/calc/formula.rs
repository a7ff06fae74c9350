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
use crate::model::rule::{Bands, Ratio, RuleValue};
use crate::result::outcome::{LeafScore, LeafState, UnitOutcome};
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
    /// The inputs of all schemes by name, with their columns.
    inputs: Vec<(&'o str, u16)>,
    /// The column of the points.
    pub(super) points: u16,
}

impl<'o> FormulaPlan<'o> {
    /// Plans the columns of all leaves with a formula.
    pub(super) fn all(sources: &Sources<'_, 'o>, plan: &mut Plan<'o>) -> Vec<Self> {
        let model = &sources.view.outcome.model;
        let of = |leaf: usize| model.plans().flat_map(move |held| held.tree().leaves[leaf].inputs());
        let leaves = (0..model.tree.leaves.len()).filter(|leaf| of(*leaf).next().is_some());
        leaves
            .map(|leaf| {
                let mut names: Vec<&'o str> = Vec::new();
                for input in of(leaf) {
                    if !names.contains(&input.name.as_str()) {
                        names.push(&input.name);
                    }
                }
                Self::new(sources, plan, leaf, &names)
            })
            .collect()
    }

    fn new(sources: &Sources<'_, 'o>, plan: &mut Plan<'o>, leaf: usize, names: &[&'o str]) -> Self {
        let view = sources.view;
        let code = &view.outcome.model.tree.leaves[leaf].code;
        let inputs = names.iter().map(|name| (*name, plan.plain(format!("{code}\n{name}")))).collect();
        plan.plain(say!(view, "calc.formula.value", code = code));
        let points = plan.add(say!(view, "calc.formula.points", code = code), view.text("header.full"), |own| {
            Param::Value(Cow::Borrowed(&own.held().tree().leaves[leaf].points.0))
        });
        Self { leaf, inputs, points }
    }

    /// Adds the cells of a unit.
    pub(super) fn row(
        &self,
        sources: &Sources<'_, 'o>,
        plan: &Params<'_, 'o>,
        unit: &'o UnitOutcome,
        row: &mut Row<'o>,
    ) {
        let (start, own) = (row.cells.len(), unit.leaves.get(self.leaf));
        let formula = plan.held().tree().leaves[self.leaf].formula.as_ref();
        let worked = own.and_then(|own| own.formula.as_ref());
        let (Some(own), Some(formula), Some(worked)) = (own, formula, worked) else {
            (start..usize::from(self.points)).for_each(|_| row.missing());
            return self.given(sources, unit, own, row);
        };
        for (name, _) in &self.inputs {
            match worked.inputs.iter().find(|input| input.name == *name).and_then(|input| input.value.as_ref()) {
                Some(value) => row.input(Cow::Borrowed(value), digits(value)),
                None => row.missing(),
            }
        }
        let cell = |name: &str| self.inputs.iter().find(|(own, _)| *own == name).map(|(_, column)| row.cell(*column));
        let cells = formula.inputs().iter().filter_map(|input| Some(cell(&input.name)?.to_string()));
        let cells: Vec<String> = cells.collect();
        let live = formula.sheet(&cells.iter().map(String::as_str).collect::<Vec<_>>());
        let value = row.cell(row.cells.len() as u16);
        match live {
            Some(live) => {
                row.styled(live, Some(worked.value.clone()), digits(&worked.value), Style::Number);
            }
            None => row.marked(Cow::Borrowed(&worked.value)),
        }
        let rule = &plan.held().tree().leaves[self.leaf].rule;
        let follows = rule.points(&RuleValue::Number(worked.value.clone()), &own.full) == own.verified;
        match own.verified.as_ref().filter(|_| follows).zip(points(rule, value, plan.param(self.points))) {
            Some((points, formula)) => row.known(formula, Some(&points.0)),
            None => self.given(sources, unit, Some(own), row),
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
    own.formula.is_some() && own.original.is_none() && own.compared.as_ref().is_some_and(|own| own.typed.is_none())
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
