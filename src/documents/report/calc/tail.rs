//! The tail of a component: from the measured rate through coefficient and conversion to the rate before rounding
//! (SPEC §19.2, §19.3).
//!
//! Converting looks at the rows of the same field. Each unit has the number of its field and 1 if it counts there, so that
//! the best, the mean and the place are sums over the column; a component that a unit lacks counts 0 there.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::grid::{Param, Params, Plan, Row, Rows};
use crate::documents::report::view::View;
use crate::model::field::Within;
use crate::model::rule::{Ladder, Step};
use crate::model::{Convert, ConvertBy};
use crate::result::outcome::{Component, Mode, RankMethod, TailStep, UnitOutcome};
use crate::shared::number::{Exact, Points};

/// The columns of a tail.
pub(super) struct TailPlan<'o> {
    model: &'o Component,
    /// The column of the measured rate.
    measured: u16,
    coefficient: Option<CoefficientPlan>,
    convert: Option<ConvertPlan<'o>>,
    /// The column of the rate after the last step.
    pub(super) last: u16,
}

/// The number of the unit, and the rate times it.
struct CoefficientPlan {
    factor: u16,
    product: u16,
}

/// What converting looks at.
struct ConvertPlan<'o> {
    rule: &'o Convert,
    method: RankMethod,
    /// The number of each unit's field.
    fields: BTreeMap<&'o str, usize>,
    field: u16,
    member: u16,
    /// The rates that are compared; a number for every unit.
    before: u16,
    /// The place, where it decides.
    place: Option<u16>,
    rate: u16,
}

/// The number of the field of every unit, in the order of the rows.
fn fields<'o>(view: &View<'o>, within: Within) -> BTreeMap<&'o str, usize> {
    let mut numbers = BTreeMap::new();
    let mut fields = BTreeMap::new();
    for unit in view.units.iter().filter(|unit| unit.exact.is_some()) {
        let own = match within {
            Within::Group => (Some(unit.roster.group.as_str()), None),
            Within::Scheme => (None, unit.roster.scheme),
            Within::All => (None, None),
        };
        let next = numbers.len() + 1;
        fields.insert(unit.roster.code.as_str(), *numbers.entry(own).or_insert(next));
    }
    fields
}

const fn points(points: &Points) -> Param<'_> {
    Param::Value(Cow::Borrowed(&points.0))
}

impl<'o> TailPlan<'o> {
    /// Adds the columns behind that of the measured rate.
    pub(super) fn new(view: &View<'o>, plan: &mut Plan<'o>, model: &'o Component, measured: u16) -> Self {
        let mut own = Self { model, measured, coefficient: None, convert: None, last: measured };
        if let Some(rule) = &model.tail.coefficient {
            let factor = plan.plain(view.text("calc.factor"));
            let label = if rule.most.is_some() { view.text("calc.param.most") } else { "" };
            let product = plan.add(view.text("calc.multiplied"), label, |_| {
                rule.most.as_ref().map_or(Param::None, |most| Param::Value(Cow::Borrowed(&most.0)))
            });
            own.coefficient = Some(CoefficientPlan { factor, product });
            own.last = product;
        }
        if let Some(rule) = &model.tail.convert {
            let convert = ConvertPlan::new(view, plan, rule, own.coefficient.as_ref().map(|own| own.product));
            own.last = convert.rate;
            own.convert = Some(convert);
        }
        own
    }

    /// Adds the cells of a unit; `lines` are the rows of all units.
    pub(super) fn row(&self, plan: &Params<'_, 'o>, unit: &'o UnitOutcome, lines: Rows, row: &mut Row<'o>) {
        let own = unit.components.get(&self.model.id).filter(|own| !own.tail.is_empty());
        let steps = own.map_or(&[] as &[TailStep], |own| own.tail.as_slice());
        if let Some(columns) = &self.coefficient {
            let factor = steps.iter().find_map(|step| match step {
                TailStep::Multiplied { coefficient, .. } => Some(coefficient),
                _ => None,
            });
            match factor {
                Some(factor) => row.input(Cow::Borrowed(factor), factor.decimals().map_or(6, |own| own.min(6))),
                None => row.missing(),
            }
            let product = format!("SUM({})*SUM({})", row.cell(self.measured), row.cell(columns.factor));
            let value = row.or_zero(self.measured) * row.or_zero(columns.factor);
            match self.model.tail.coefficient.as_ref().and_then(|rule| rule.most.as_ref()) {
                Some(most) => {
                    let formula = format!("MIN({},{product})", plan.param(columns.product));
                    row.formula(formula, Some(value.at_most(&most.0)));
                }
                None => row.formula(product, Some(value)),
            }
        }
        if let Some(columns) = &self.convert {
            let standing = steps.iter().find_map(|step| match step {
                TailStep::Converted { standing, rate } => Some((standing.place, rate)),
                _ => None,
            });
            let is_member = matches!(unit.roster.mode, Mode::Ranked) || columns.rule.field.separate;
            let number = columns.fields.get(unit.roster.code.as_str()).filter(|_| standing.is_some());
            row.count(Cow::Owned(Exact::from(number.copied().unwrap_or(0))));
            row.count(Cow::Owned(Exact::from(usize::from(is_member && standing.is_some()))));
            if self.coefficient.is_none() {
                row.formula(format!("SUM({})", row.cell(self.measured)), Some(row.or_zero(self.measured).clone()));
            }
            match standing {
                Some((place, rate)) => {
                    let seats = Seat { columns, lines, is_member };
                    if columns.place.is_some() {
                        seats.place(place, row);
                    }
                    let formula = seats.rate(plan, row);
                    row.known(formula, Some(&rate.0));
                }
                None => {
                    columns.place.iter().for_each(|_| row.missing());
                    row.missing();
                }
            }
        }
    }
}

impl<'o> ConvertPlan<'o> {
    fn new(view: &View<'o>, plan: &mut Plan<'o>, rule: &'o Convert, before: Option<u16>) -> Self {
        let ladder = match &rule.by {
            ConvertBy::Place(ladder) => Some(ladder),
            ConvertBy::Best | ConvertBy::Mean(_) => None,
        };
        let text = |key: &'static str| view.text(key);
        let least = match ladder {
            Some(Ladder::Steps { least, .. }) => Some(least),
            _ => None,
        };
        let label = if least.is_some() { text("calc.param.least") } else { "" };
        let field = plan.add(text("calc.field"), label, |_| least.map_or(Param::None, points));
        let member = plan.plain(text("calc.member"));
        let before = before.unwrap_or_else(|| plan.plain(text("calc.before")));
        let place = ladder.map(|ladder| {
            plan.add(text("calc.place"), text("calc.param.first"), |_| match ladder {
                Ladder::Steps { first, .. } | Ladder::Even { first, .. } => points(first),
                Ladder::Table { .. } => Param::None,
            })
        });
        let (label, param) = match &rule.by {
            ConvertBy::Best => ("", None),
            ConvertBy::Mean(mean) => (text("calc.param.mean"), Some(&mean.0)),
            ConvertBy::Place(Ladder::Steps { step: Step::Points(step), .. }) => {
                (text("calc.param.step"), Some(&step.0))
            }
            ConvertBy::Place(Ladder::Even { last, .. }) => (text("calc.param.last"), Some(&last.0)),
            ConvertBy::Place(_) => ("", None),
        };
        let rate = plan.add(text("calc.converted"), label, |_| {
            param.map_or(Param::None, |number| Param::Value(Cow::Borrowed(number)))
        });
        let method = view.outcome.model.rank.method;
        let fields = fields(view, rule.field.within);
        Self { rule, method, fields, field, member, before, place, rate }
    }
}

/// A unit in its field.
struct Seat<'c, 'o> {
    columns: &'c ConvertPlan<'o>,
    lines: Rows,
    is_member: bool,
}

impl Seat<'_, '_> {
    /// One number a row: 1 for those of the field, 0 for the others.
    fn members(&self, row: &Row<'_>) -> String {
        let [fields, members] = [self.columns.field, self.columns.member].map(|own| self.lines.of(own).pinned());
        format!("({fields}={})*{members}", row.cell(self.columns.field))
    }

    /// The place among the rates of the field, compared at ten decimals.
    fn place(&self, place: usize, row: &mut Row<'_>) {
        let rates = self.lines.of(self.columns.before).pinned();
        let (members, own) = (self.members(row), row.cell(self.columns.before));
        let count = |sign: &str| format!("SUMPRODUCT({members}*(ROUND({rates},10){sign}ROUND({own},10)))");
        let value = Exact::from(place);
        match (self.columns.method, self.is_member) {
            // Different rates cannot be counted by these functions.
            (RankMethod::Dense, true) => row.marked(Cow::Owned(value)),
            (RankMethod::Modified, true) => row.styled(count(">="), Some(value), 0, super::Style::Center),
            _ => row.styled(format!("1+{}", count(">")), Some(value), 0, super::Style::Center),
        }
    }

    /// The converted rate.
    fn rate(&self, plan: &Params<'_, '_>, row: &Row<'_>) -> String {
        let columns = self.columns;
        let rates = self.lines.of(columns.before).pinned();
        let (members, own, param) = (self.members(row), row.cell(columns.before), plan.param(columns.rate));
        match &columns.rule.by {
            ConvertBy::Best => format!("MIN(100,100*{own}/SUMPRODUCT(MAX({members}*{rates})))"),
            ConvertBy::Mean(_) => {
                format!("MIN(100,{own}*{param}*SUMPRODUCT({members})/SUMPRODUCT({members}*{rates}))")
            }
            ConvertBy::Place(ladder) => {
                let at = columns.place.unwrap_or(columns.rate);
                let (place, first) = (row.cell(at), plan.param(at));
                match ladder {
                    Ladder::Even { .. } => {
                        let count = format!("SUMPRODUCT({members})");
                        format!(
                            "IF({count}<2,{first},MAX({param},{first}-({first}-{param})*({place}-1)/MAX(1,{count}-1)))"
                        )
                    }
                    _ => format!("MAX({},{first}-({place}-1)*{param})", plan.param(columns.field)),
                }
            }
        }
    }
}
