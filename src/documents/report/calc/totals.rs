//! From component rates to the total: base, bonus and deduction with their limits, lowest and highest total, rounding.
//!
//! The limits of the model act row by row in the order of dates; the resulting sum does not depend on that order,
//! because each row lies within its kind and each kind within the whole. So a kind is the lesser of its limit and the
//! sum of its rows, and the whole is the lesser of its limit and the sum of the kinds.

use std::borrow::Cow;

use super::Sources;
use super::grid::{Columns, Param, Params, Plan, Row};
use crate::documents::report::cells::Run;
use crate::documents::report::document::Style;
use crate::documents::report::view::View;
use crate::result::outcome::{AdjustmentOutcome, Component, End, Model, Sign, UnitOutcome};
use crate::shared::number::{Exact, Points, Shortening};
use std::collections::BTreeSet;

/// The maximum number of arguments of a worksheet function, with some reserve.
const MOST_ARGUMENTS: usize = 200;

/// The columns from the component rates on.
pub(super) struct TotalPlan {
    /// Measured rates, by component.
    measured: Vec<u16>,
    /// Rates that count, by component.
    pub(super) rates: Columns,
    pub(super) base: u16,
    bonus: SidePlan,
    deduction: SidePlan,
    raw: u16,
    least: u16,
    most: u16,
    pub(super) total: u16,
}

/// The columns of bonus or deduction.
struct SidePlan {
    /// `bonus` or `deduction`.
    kind: Sign,
    /// The approved bonus before any limit, if single rows have one.
    approved: Option<u16>,
    /// A column per kind, by its index in the model; without index for the over-claim.
    kinds: Vec<(Option<usize>, u16)>,
    /// The sum that counts.
    sum: u16,
}

impl TotalPlan {
    /// Adds the columns; `measured` are those of the measured rates, by component.
    pub(super) fn new<'o>(view: &View<'o>, plan: &mut Plan<'o>, measured: Vec<u16>) -> Self {
        let model = &view.outcome.model;
        plan.block(view.text("header.base"));
        let first = plan.next();
        for (index, component) in model.components.iter().enumerate() {
            plan.add(&component.name, view.text("header.weight"), |own| {
                let weight = own.held().weight(index);
                weight.map_or_else(|| Param::Value(Cow::Owned(Exact::zero())), |weight| value(&weight.0))
            });
        }
        let rates = Columns::until(first, plan.next());
        let base = plan.add(view.text("header.base"), view.text("calc.param.full"), |_| value(&model.score.full.0));
        plan.block(view.text("sheet.adjustments"));
        let bonus = SidePlan::new(view, plan, Sign::Bonus);
        let deduction = SidePlan::new(view, plan, Sign::Deduction);
        plan.block(view.text("header.total"));
        let raw = plan.plain(view.text("calc.raw"));
        let least = plan.add(view.text("calc.least"), view.text("calc.param.least"), |_| value(&model.score.min.0));
        let most = plan.add(view.text("calc.most"), view.text("calc.param.most"), |_| value(&model.score.max.0));
        let total = plan.add(view.text("header.total"), view.text("calc.param.decimals"), |_| {
            Param::Value(Cow::Owned(Exact::from(i64::from(model.score.decimals))))
        });
        Self { measured, rates, base, bonus, deduction, raw, least, most, total }
    }

    /// The columns of bonus and deduction that count.
    pub(super) const fn sums(&self) -> (u16, u16) {
        (self.bonus.sum, self.deduction.sum)
    }

    /// Adds the cells of a unit.
    pub(super) fn row<'o>(
        &self,
        sources: &Sources<'_, 'o>,
        plan: &Params<'_, 'o>,
        unit: &'o UnitOutcome,
        row: &mut Row<'o>,
    ) {
        let model = &sources.view.outcome.model;
        for (component, measured) in model.components.iter().zip(&self.measured) {
            let own = unit.components.get(&component.id);
            match own.filter(|own| own.corrected.is_some() || own.lacks.is_some()) {
                Some(own) => row.marked(Cow::Borrowed(&own.exact)),
                None => rate(model, component, *measured, row),
            }
        }
        let parts: Exact = self.rates.each().map(|c| row.or_zero(c) * plan.value(c)).sum();
        let (rates, weights) = (row.run(self.rates), plan.params(self.rates));
        let (formula, base) = if unit.components.values().any(|own| own.lacks.is_some()) {
            // What the unit lacks leaves its weight to the others.
            let lacks = |own: &Component| unit.components.get(&own.id).is_some_and(|own| own.lacks.is_some());
            let columns = self.rates.each().zip(&model.components).filter(|(_, own)| lacks(own));
            let columns: Vec<u16> = columns.map(|(column, _)| column).collect();
            let gone = columns.iter().map(|column| format!("-{}", plan.param(*column))).collect::<String>();
            let whole: Exact = self.rates.each().map(|column| plan.value(column)).sum();
            let there = whole - columns.iter().map(|column| plan.value(*column)).sum::<Exact>();
            let formula = format!("{}*SUMPRODUCT({rates},{weights})/(SUM({weights}){gone})/100", plan.param(self.base));
            (formula, parts * plan.value(self.base) / there / Exact::from(100))
        } else {
            let formula = format!("{}*SUMPRODUCT({rates},{weights})/10000", plan.param(self.base));
            (formula, parts * plan.value(self.base) / Exact::from(10_000))
        };
        row.styled(formula, Some(base), model.score.decimals, Style::Strong);
        self.bonus.row(sources, plan, unit, row);
        self.deduction.row(sources, plan, unit, row);
        self.total(sources.view, plan, unit, row);
    }

    fn total(&self, view: &View<'_>, plan: &Params<'_, '_>, unit: &UnitOutcome, row: &mut Row<'_>) {
        let model = &view.outcome.model;
        let (base, plus, minus) = (row.cell(self.base), row.cell(self.bonus.sum), row.cell(self.deduction.sum));
        let raw = row.or_zero(self.base) + row.or_zero(self.bonus.sum) - row.or_zero(self.deduction.sum);
        row.formula(format!("{base}+{plus}-{minus}"), Some(raw));
        let least = row.or_zero(self.raw).max(plan.value(self.least)).clone();
        row.formula(format!("MAX({},{})", row.cell(self.raw), plan.param(self.least)), Some(least));
        let most = row.or_zero(self.least).min(plan.value(self.most)).clone();
        row.formula(format!("MIN({},{})", row.cell(self.least), plan.param(self.most)), Some(most));
        match unit.total.as_deref().and_then(Exact::parse).filter(|_| view.total_corrected(unit)) {
            Some(total) => row.marked(Cow::Owned(total)),
            None => {
                let (most, decimals) = (row.cell(self.most).to_string(), plan.param(self.total).to_string());
                let formula = rounded(&most, &decimals, model.score.rounding, model.score.min.0.is_negative());
                let published = model.score.published();
                row.styled(formula, Some(published.round(row.or_zero(self.most))), published.decimals, Style::Strong);
            }
        }
    }
}

/// The rate of a component as it counts: rounded if the model declares so, 0 if nothing is measured.
fn rate(model: &Model, component: &Component, column: u16, row: &mut Row<'_>) {
    let cell = row.cell(column);
    let value = row.or_zero(column).clone();
    let number = format!("SUM({cell})");
    match model.score.component(component) {
        Some(own) if own.shortening == Shortening::Down && own.decimals > MOST_DECIMALS => {
            row.formula(format!("ROUND({number},{MOST_DECIMALS})"), Some(own.round(&value)));
        }
        Some(own) => {
            let formula = rounded(&number, &own.decimals.to_string(), own.shortening, false);
            row.formula(formula, Some(own.round(&value)));
        }
        None => row.formula(number, Some(value)),
    }
}

/// Decimals that a formula keeps of a number before it is rounded.
const MOST_DECIMALS: u32 = 10;

/// The formula of a number at some decimals: rounded, or cut by taking the whole part of so many times the number.
fn rounded(number: &str, decimals: &str, shortening: Shortening, may_be_negative: bool) -> String {
    let whole = |sign: &str| format!("INT(ROUND({sign}{number}*10^{decimals},10-{decimals}))");
    match shortening {
        Shortening::HalfUp => format!("ROUND(ROUND({number},10),{decimals})"),
        Shortening::Down if may_be_negative => {
            format!("IF({number}<0,-{},{})/10^{decimals}", whole("-"), whole(""))
        }
        Shortening::Down => format!("{}/10^{decimals}", whole("")),
    }
}

const fn value(number: &Exact) -> Param<'_> {
    Param::Value(Cow::Borrowed(number))
}

fn limit(points: Option<&Points>) -> Param<'_> {
    points.map_or(Param::None, |points| value(&points.0))
}

/// Whether a row is subject to the limits: it is approved, has points, and no larger one of its matter counts instead.
fn competes(own: &AdjustmentOutcome) -> bool {
    matches!(own.end, End::Full | End::Part(_) | End::Cut(_))
}

impl SidePlan {
    fn new<'o>(view: &View<'o>, plan: &mut Plan<'o>, kind: Sign) -> Self {
        let model = &view.outcome.model;
        let rows: Vec<&AdjustmentOutcome> =
            view.units.iter().flat_map(|u| &u.adjustments).filter(|own| own.sign == kind && competes(own)).collect();
        let (is_bonus, any) = (kind == Sign::Bonus, !rows.is_empty());
        let approved = model
            .adjustments
            .per_item_max
            .as_ref()
            .filter(|_| is_bonus && any)
            .map(|most| plan.add(view.text("calc.approved"), view.text("calc.param.per-item"), |_| value(&most.0)));
        let mut kinds = Vec::new();
        let used: BTreeSet<Option<usize>> = rows.iter().map(|own| view.outcome.row(own).map(|row| row.kind)).collect();
        for (index, adjustment) in model.adjustments.kinds.iter().enumerate().filter(|(_, own)| own.sign == kind) {
            if used.contains(&Some(index)) {
                let title = format!("{} {}", adjustment.code, adjustment.name);
                let most = adjustment.max_per_unit.as_ref();
                let label = if most.is_none() { "" } else { view.text("calc.param.per-unit") };
                kinds.push((Some(index), plan.add(title, label, |_| limit(most))));
            }
        }
        if used.contains(&None) {
            kinds.push((None, plan.plain(view.text("adjustment.over-claim"))));
        }
        let (title, most) = match is_bonus {
            true => ("header.plus", &model.adjustments.max_bonus),
            false => ("header.minus", &model.adjustments.max_deduction),
        };
        let label = if most.is_some() { view.text("calc.param.sum") } else { "" };
        let sum = plan.add(view.text(title), label, |_| limit(most.as_ref()));
        Self { kind, approved, kinds, sum }
    }

    fn row<'o>(&self, sources: &Sources<'_, 'o>, plan: &Params<'_, 'o>, unit: &'o UnitOutcome, row: &mut Row<'o>) {
        let model = &sources.view.outcome.model;
        let own: Vec<(&AdjustmentOutcome, Run)> = unit
            .adjustments
            .iter()
            .filter(|own| own.sign == self.kind && competes(own))
            .filter_map(|own| {
                Some((own, sources.points.points(&unit.roster.code, sources.view.outcome.row(own).map(|row| row.at))?))
            })
            .collect();
        if self.approved.is_some() {
            let cells: Vec<String> = own.iter().map(|(_, cell)| cell.to_string()).collect();
            let sum = own.iter().map(|(own, _)| &own.points.0).sum();
            if cells.is_empty() { row.blank() } else { row.formula(summed(&cells), Some(sum)) }
        }
        for (kind, column) in &self.kinds {
            let is_own = |own: &AdjustmentOutcome| sources.view.outcome.row(own).map(|row| row.kind) == *kind;
            let of_kind: Vec<&(&AdjustmentOutcome, Run)> = own.iter().filter(|(own, _)| is_own(own)).collect();
            if of_kind.is_empty() {
                row.blank();
                continue;
            }
            let most = kind.and_then(|kind| model.adjustments.kinds.get(kind)?.max_per_unit.as_ref());
            let (formula, value) = self.kind_sum(plan, &of_kind);
            row.formula(limited(&formula, plan.param(*column), most), Some(at_most(value, most)));
        }
        let most =
            if self.kind == Sign::Bonus { &model.adjustments.max_bonus } else { &model.adjustments.max_deduction };
        let (formula, value) = match (self.kinds.first(), self.kinds.last()) {
            (Some((_, first)), Some((_, last))) => {
                let kinds = Columns { first: *first, last: *last };
                (format!("SUM({})", row.run(kinds)), row.sum(kinds))
            }
            _ => ("0".to_owned(), Exact::zero()),
        };
        let formula = limited(&formula, plan.param(self.sum), most.as_ref());
        row.styled(formula, Some(at_most(value, most.as_ref())), model.score.decimals, Style::Strong);
    }

    /// The rows of one kind, each within the limit of a single row.
    fn kind_sum(&self, plan: &Params<'_, '_>, rows: &[&(&AdjustmentOutcome, Run)]) -> (String, Exact) {
        let per_item = self.approved.map(|column| (plan.param(column), plan.value(column)));
        let cells: Vec<String> = rows
            .iter()
            .map(|(_, cell)| match &per_item {
                Some((limit, _)) => format!("MIN({cell},{limit})"),
                None => cell.to_string(),
            })
            .collect();
        let points = rows.iter().map(|(own, _)| match &per_item {
            Some((_, limit)) => (&own.points.0).min(*limit),
            None => &own.points.0,
        });
        (summed(&cells), points.sum())
    }
}

/// A sum of any number of terms.
fn summed(terms: &[String]) -> String {
    if terms.len() <= MOST_ARGUMENTS {
        return format!("SUM({})", terms.join(","));
    }
    let parts: Vec<String> = terms.chunks(MOST_ARGUMENTS).map(summed).collect();
    summed(&parts)
}

fn limited(formula: &str, limit: Run, most: Option<&Points>) -> String {
    if most.is_some() { format!("MIN({limit},{formula})") } else { formula.to_owned() }
}

fn at_most(value: Exact, most: Option<&Points>) -> Exact {
    match most {
        Some(most) => value.at_most(&most.0),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_long_sum_is_nested() {
        let terms: Vec<String> = (0..401).map(|n| n.to_string()).collect();
        let sum = summed(&terms);
        assert!(sum.starts_with("SUM(SUM(0,1,") && sum.ends_with(",SUM(400))"), "{sum}");
        assert_eq!(summed(&["A1".to_owned(), "B1".to_owned()]), "SUM(A1,B1)");
    }
}
