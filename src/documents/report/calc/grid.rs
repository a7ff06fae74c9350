//! The table of 核算 while it is built: columns with their parameters, and rows whose cells are formulas with their
//! present values.
//!
//! Every formula is written together with its exact value, calculated here from the cells it refers to; a cell without
//! a number shows a dash.

use std::borrow::Cow;

use crate::documents::report::cells::Run;
use crate::documents::report::document::{CellDoc, MISSING, Style};
use crate::documents::report::entry::Entry;
use crate::result::outcome::{Held, Model};
use crate::shared::number::Exact;

/// A number that formulas of a column use; it is above the column, where it can be changed.
pub(super) enum Param<'o> {
    /// None.
    None,
    /// A number of the model.
    Value(Cow<'o, Exact>),
    /// A number derived from others.
    Formula(String, Cow<'o, Exact>),
}

/// Neighbouring columns.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    pub(super) first: u16,
    pub(super) last: u16,
}

impl Columns {
    /// The columns from a first one up to the one before the next.
    pub(super) const fn until(first: u16, next: u16) -> Self {
        Self { first, last: next - 1 }
    }

    /// The column numbers.
    pub(super) const fn each(self) -> std::ops::RangeInclusive<u16> {
        self.first..=self.last
    }
}

/// Neighbouring rows.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub(super) first: usize,
    pub(super) last: usize,
}

impl Rows {
    /// Their cells in a column.
    pub(super) const fn of(self, column: u16) -> Run {
        Run::down(column, self.first, self.last)
    }
}

/// A column.
pub(super) struct Column<'o> {
    /// The header of the column.
    pub(super) title: Cow<'o, str>,
    /// The name of its parameter.
    pub(super) label: &'static str,
    /// The parameters above the column, one a scheme.
    pub(super) params: Vec<Param<'o>>,
}

/// All columns, by blocks.
pub(super) struct Plan<'o> {
    /// Headings of the blocks, and how many columns each has.
    pub(super) blocks: Vec<(&'o str, u16)>,
    /// The columns.
    pub(super) columns: Vec<Column<'o>>,
    /// Columns before the first block.
    own: u16,
    zero: Exact,
    /// What of the model holds, by scheme; without schemes the model itself.
    pub(super) schemes: Vec<Held<'o>>,
    /// The first row of parameters; each scheme has one.
    param_row: usize,
}

impl<'o> Plan<'o> {
    /// A plan whose parameters begin in the given row, after some columns of its own.
    pub(super) fn new(model: &'o Model, own: u16, param_row: usize) -> Self {
        let schemes = model.plans().collect();
        Self { blocks: Vec::new(), columns: Vec::new(), own, zero: Exact::zero(), schemes, param_row }
    }

    /// The row of the first unit, below the parameters.
    pub(super) fn first_row(&self) -> usize {
        self.param_row + self.schemes.len()
    }

    /// The parameters of a scheme, by its index among those of the plan.
    pub(super) const fn of(&self, scheme: usize) -> Params<'_, 'o> {
        Params { plan: self, scheme }
    }

    /// Begins a block.
    pub(super) fn block(&mut self, heading: &'o str) {
        self.blocks.push((heading, 0));
    }

    /// Adds a column to the block, with its parameter in each scheme; returns its number.
    pub(super) fn add(
        &mut self,
        title: impl Into<Cow<'o, str>>,
        label: &'static str,
        param: impl Fn(&Params<'_, 'o>) -> Param<'o>,
    ) -> u16 {
        let params = (0..self.schemes.len()).map(|scheme| param(&self.of(scheme))).collect();
        if let Some((_, count)) = self.blocks.last_mut() {
            *count += 1;
        }
        self.columns.push(Column { title: title.into(), label, params });
        self.own + self.columns.len() as u16 - 1
    }

    /// Adds a column without a parameter.
    pub(super) fn plain(&mut self, title: impl Into<Cow<'o, str>>) -> u16 {
        self.add(title, "", |_| Param::None)
    }

    /// The number of the next column.
    pub(super) fn next(&self) -> u16 {
        self.own + self.columns.len() as u16
    }

    /// The first column of the present block.
    pub(super) fn block_start(&self) -> u16 {
        self.next() - self.blocks.last().map_or(0, |(_, count)| *count)
    }

    /// The cells of the parameters of a scheme.
    pub(super) fn param_cells(&self, scheme: usize, digits: impl Fn(&Exact) -> u32) -> Vec<CellDoc<'o>> {
        let cell = |column: &Column<'_>| match &column.params[scheme] {
            Param::None => CellDoc::header(""),
            Param::Value(value) => CellDoc::precise(value, digits(value)).role(Style::Verify(Entry::General)),
            Param::Formula(formula, value) => {
                CellDoc::formula(formula.as_str(), value, Some(digits(value))).role(Style::Header)
            }
        };
        self.columns.iter().map(cell).collect()
    }
}

/// The parameters of one scheme: the same columns in a row of their own.
#[derive(Clone, Copy)]
pub(super) struct Params<'p, 'o> {
    plan: &'p Plan<'o>,
    /// Index of the scheme among those of the plan.
    pub(super) scheme: usize,
}

impl<'p, 'o> Params<'p, 'o> {
    /// What of the model holds in the scheme.
    pub(super) fn held(&self) -> Held<'o> {
        self.plan.schemes[self.scheme]
    }

    /// The parameter of a column, in formula notation.
    pub(super) const fn param(&self, column: u16) -> Run {
        Run::cell(self.plan.param_row + self.scheme, column).pinned()
    }

    /// The parameters of neighbouring columns.
    pub(super) const fn params(&self, columns: Columns) -> Run {
        Run::across(self.plan.param_row + self.scheme, columns.first, columns.last).pinned()
    }

    /// The value of a parameter; 0 if there is none.
    pub(super) fn value(&self, column: u16) -> &'p Exact {
        let column = self.plan.columns.get((column - self.plan.own) as usize);
        match column.and_then(|column| column.params.get(self.scheme)) {
            Some(Param::Value(value) | Param::Formula(_, value)) => value,
            _ => &self.plan.zero,
        }
    }
}

/// A row: its cells so far, and the number in each.
pub(super) struct Row<'o> {
    /// Its index among the rows of the sheet.
    pub(super) at: usize,
    /// The cells so far.
    pub(super) cells: Vec<CellDoc<'o>>,
    numbers: Vec<Option<Cow<'o, Exact>>>,
    zero: Exact,
    decimals: u32,
}

impl<'o> Row<'o> {
    /// A row of so many columns that begins with some cells of texts.
    pub(super) fn new(at: usize, columns: u16, texts: impl IntoIterator<Item = CellDoc<'o>>, decimals: u32) -> Self {
        let mut cells = Vec::with_capacity(columns.into());
        cells.extend(texts);
        let mut numbers = Vec::with_capacity(columns.into());
        numbers.resize(cells.len(), None);
        Self { at, cells, numbers, zero: Exact::zero(), decimals }
    }

    /// A cell of this row.
    pub(super) const fn cell(&self, column: u16) -> Run {
        Run::cell(self.at, column)
    }

    /// Neighbouring cells of this row.
    pub(super) const fn run(&self, columns: Columns) -> Run {
        Run::across(self.at, columns.first, columns.last)
    }

    /// The number in a column.
    pub(super) fn number(&self, column: u16) -> Option<&Exact> {
        self.numbers.get(column as usize)?.as_deref()
    }

    /// The number in a column; a dash counts as 0, as it does in sums.
    pub(super) fn or_zero(&self, column: u16) -> &Exact {
        self.number(column).unwrap_or(&self.zero)
    }

    /// The sum of neighbouring columns.
    pub(super) fn sum(&self, columns: Columns) -> Exact {
        columns.each().filter_map(|column| self.number(column)).sum()
    }

    fn push(&mut self, cell: CellDoc<'o>, number: Option<Cow<'o, Exact>>) {
        self.cells.push(cell);
        self.numbers.push(number);
    }

    /// A formula and its value; without a value it shows a dash.
    pub(super) fn formula(&mut self, formula: impl Into<Box<str>>, value: Option<Exact>) {
        self.styled(formula, value, self.decimals, Style::Number);
    }

    /// A formula whose value is known from elsewhere.
    pub(super) fn known(&mut self, formula: impl Into<Box<str>>, value: Option<&'o Exact>) {
        let cell = match value {
            Some(value) => CellDoc::formula(formula, value, Some(self.decimals)).role(Style::Number),
            None => CellDoc::text_formula(formula, MISSING),
        };
        self.push(cell, value.map(Cow::Borrowed));
    }

    /// A formula in a role, with a number of decimals.
    pub(super) fn styled(&mut self, formula: impl Into<Box<str>>, value: Option<Exact>, decimals: u32, style: Style) {
        let cell = match &value {
            Some(value) => CellDoc::formula(formula, value, Some(decimals)).role(style),
            None => CellDoc::text_formula(formula, MISSING),
        };
        self.push(cell, value.map(Cow::Owned));
    }

    /// A number not given by a formula, as an input.
    pub(super) fn input(&mut self, value: Cow<'o, Exact>, decimals: u32) {
        self.push(CellDoc::precise(&value, decimals), Some(value));
    }

    /// A count not given by a formula.
    pub(super) fn count(&mut self, value: Cow<'o, Exact>) {
        self.push(CellDoc::precise(&value, 0).role(Style::Center), Some(value));
    }

    /// A number in place of a formula, marked.
    pub(super) fn marked(&mut self, value: Cow<'o, Exact>) {
        let cell = CellDoc::precise(&value, self.decimals).role(Style::Warning);
        self.push(cell, Some(value));
    }

    /// A cell without a number.
    pub(super) fn missing(&mut self) {
        self.push(CellDoc::missing(), None);
    }

    /// A blank cell.
    pub(super) fn blank(&mut self) {
        self.push(CellDoc::empty(), None);
    }

    /// Adds a text.
    pub(super) fn text(&mut self, text: String) {
        self.push(CellDoc::text(text), None);
    }

    /// The mean of neighbouring cells weighted by the parameters above them; cells without a number do not take part.
    pub(super) fn mean(&self, plan: &Params<'_, '_>, run: Columns) -> (String, Option<Exact>) {
        let (values, weights) = (self.run(run), plan.params(run));
        let formula = format!("SUMPRODUCT({values},{weights})/SUMIF({values},\">=0\",{weights})");
        let (mut weight, mut sum) = (Exact::zero(), Exact::zero());
        for column in run.each() {
            if let Some(number) = self.number(column) {
                weight = weight + plan.value(column);
                sum = sum + plan.value(column) * number;
            }
        }
        (formula, weight.is_positive().then(|| sum / weight))
    }
}

/// A formula that shows a dash if a run contains no number.
pub(super) fn unless_empty(run: &str, formula: &str) -> String {
    format!("IF(COUNT({run})=0,\"{MISSING}\",{formula})")
}

/// Runs as the arguments of a function.
pub(super) fn arguments(runs: &[Run]) -> String {
    runs.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
