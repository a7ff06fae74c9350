//! Shares of votes and limits in 核算 (SPEC §19.8): the bands of a share are a formula; a limit that holds is put in, since its
//! condition may look at anything.

use std::borrow::Cow;

use super::ComponentPlan;
use crate::documents::report::calc::grid::{Columns, Params, Plan, Row, unless_empty};
use crate::documents::report::document::MISSING;
use crate::documents::report::view::View;
use crate::model::rule::Bands;
use crate::result::outcome::{Answers, Component, UnitBallots, UnitOutcome};
use crate::shared::number::Exact;

/// The column of the limit of a component and that of the rate within it, where it has limits; the first is returned.
pub(super) fn limit_columns<'o>(view: &View<'o>, plan: &mut Plan<'o>, model: &'o Component) -> Option<u16> {
    if model.limits.is_empty() {
        return None;
    }
    let limit = plan.plain(view.text("calc.limit"));
    plan.plain(view.text("calc.limited"));
    Some(limit)
}

impl<'o> ComponentPlan<'o> {
    fn ballots<'u>(&self, unit: &'u UnitOutcome) -> Option<&'u UnitBallots> {
        unit.components.get(&self.model.id).and_then(|own| own.ballots.as_deref())
    }

    /// The share of votes of the unit: that of its classes, weighted.
    pub(super) fn share(&self, plan: &Params<'_, 'o>, unit: &'o UnitOutcome, run: Columns, row: &mut Row<'o>) {
        let (formula, share) = row.mean(plan, run);
        match share.filter(|_| stand_in(self.ballots(unit)).is_none()) {
            Some(share) => row.formula(unless_empty(&row.run(run).to_string(), &formula), Some(share)),
            None => row.missing(),
        }
    }

    /// The rate that a share of votes is worth: itself, or that of the points of its band.
    pub(super) fn worth(&self, plan: &Params<'_, 'o>, unit: &'o UnitOutcome, share: u16, row: &mut Row<'o>) {
        if let Some(own) = stand_in(self.ballots(unit)) {
            return match own.rates.first().and_then(Option::as_ref) {
                Some(rate) => row.marked(Cow::Borrowed(&rate.0)),
                None => row.missing(),
            };
        }
        let (cell, own) = (row.cell(share), row.number(share));
        let rule = self.model.share().and_then(|rule| rule.bands.as_ref());
        let Some(bands) = rule else {
            let value = own.cloned();
            return row.formula(unless_empty(&cell.to_string(), &cell.to_string()), value);
        };
        let value = own.and_then(|share| bands.at(share));
        let value = value.map(|points| Exact::from(100) * points / plan.value(self.rate));
        let points = banded(bands, &format!("ROUND({cell},10)"));
        row.formula(unless_empty(&cell.to_string(), &format!("100*{points}/{}", plan.param(self.rate))), value);
    }

    /// The limit that holds, put in since its condition may look at anything, and the rate within it.
    pub(super) fn limited(&self, unit: &'o UnitOutcome, limit: u16, row: &mut Row<'o>) {
        let held = unit.components.get(&self.model.id).and_then(|own| own.limited.as_ref());
        match held {
            Some(limited) => row.marked(Cow::Borrowed(&limited.at_most.0)),
            None => row.missing(),
        }
        let (measured, limit) = (row.cell(self.rate), row.cell(limit));
        let own = row.number(self.rate).cloned();
        let value = own.map(|rate| match held {
            Some(limited) => rate.at_most(&limited.at_most.0),
            None => rate,
        });
        // A dash is a text, which MIN leaves out.
        row.formula(unless_empty(&measured.to_string(), &format!("MIN({measured},{limit})")), value);
    }
}

/// The ballots of a unit where a number stands in for what they would measure.
fn stand_in(ballots: Option<&UnitBallots>) -> Option<&UnitBallots> {
    ballots.filter(|own| matches!(own.enough, Answers::GroupMedian | Answers::Inapplicable))
}

/// The points of the band in which a number lies; a dash below the first band.
fn banded(bands: &Bands, number: &str) -> String {
    let (bounds, is_linear) = (bands.bounds(), matches!(bands, Bands::Linear { .. }));
    let mut formula = format!("\"{MISSING}\"");
    for (index, (low, points)) in bounds.iter().enumerate() {
        let own = match bounds.get(index + 1).filter(|_| is_linear) {
            Some((high, more)) => {
                let [from, to] = [low, high].map(literal);
                let [least, most] = [&points.0, &more.0].map(literal);
                format!("({least}+({number}-{from})*({most}-{least})/({to}-{from}))")
            }
            None => literal(&points.0),
        };
        formula = format!("IF({number}>={},{own},{formula})", rounded(low));
    }
    formula
}

/// A number in a formula.
fn literal(number: &Exact) -> String {
    if number.decimals().is_some() { number.to_string() } else { format!("({})", number.in_full()) }
}

/// A bound, rounded as what is compared with it is.
fn rounded(bound: &Exact) -> String {
    if bound.decimals().is_some_and(|used| used <= 10) {
        bound.to_string()
    } else {
        format!("ROUND({},10)", bound.in_full())
    }
}
