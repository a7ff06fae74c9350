//! Charts as values: what is compared, from which cells, in which colours by role. The writer draws them.
//!
//! A chart occupies rows of its own, over the whole width of its sheet, so that it never covers a table and never
//! leaves the print area; [`super::SheetDoc::chart`] reserves them.

use std::borrow::Cow;

use super::entry::Block;

/// Height of the rows that a chart occupies, in points.
pub(super) const ROW_HEIGHT: f64 = 20.0;

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart<'d> {
    /// How values are drawn.
    pub kind: ChartKind,
    /// The title above it.
    pub title: Cow<'d, str>,
    /// The cells of its sheet with the names of the compared items.
    pub categories: Block,
    /// The values drawn for each item.
    pub series: Vec<Series<'d>>,
    /// Lowest and highest value of the axis, automatic if not given; always given for scores, since an axis that does
    /// not begin at zero is misleading.
    pub axis: (Option<f64>, Option<f64>),
    /// Decimals of the axis values.
    pub decimals: u32,
    /// The quantity on the axis.
    pub axis_title: &'static str,
    /// Height in points.
    pub height: f64,
}

/// How values are drawn. The first category is always at the top or at the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChartKind {
    /// Horizontal bars, for long or many names.
    Bars,
    /// Stacked horizontal bars.
    StackedBars,
    /// Vertical columns.
    Columns,
    /// Stacked vertical columns.
    StackedColumns,
    /// A line.
    Lines,
}

/// The values drawn in one colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Series<'d> {
    /// Its name in the legend; a single series needs no legend.
    pub name: &'d str,
    /// The cells of its sheet with its values.
    pub values: Block,
    /// Its colour.
    pub paint: Paint,
    /// A colour for each value, if they differ.
    pub points: Vec<Paint>,
    /// Decimals of the values printed next to what is drawn; without it none are printed.
    pub labels: Option<u32>,
    /// The cells of its sheet with how far each value may be off, drawn as a line on both sides; only of columns.
    pub errors: Option<Block>,
}

/// Colours by role; they can be distinguished in a black-and-white print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Paint {
    /// The subject of the chart.
    Main,
    /// What the subject is compared with.
    Second,
    /// A further comparison.
    Third,
    /// The best grade.
    Best,
    /// Good grades.
    Good,
    /// Grades in the middle.
    Fair,
    /// The lowest grade, or losses.
    Bad,
    /// Not drawn: only a placeholder.
    Clear,
}

impl<'d> Series<'d> {
    /// A series in one colour without labels.
    pub const fn new(name: &'d str, values: Block, paint: Paint) -> Self {
        Self { name, values, paint, points: Vec::new(), labels: None, errors: None }
    }

    /// Prints the values next to what is drawn, with this many decimals.
    #[must_use]
    pub const fn labelled(mut self, decimals: u32) -> Self {
        self.labels = Some(decimals);
        self
    }
}

impl Chart<'_> {
    /// The number of rows that it occupies.
    pub(super) fn rows(&self) -> usize {
        (self.height / ROW_HEIGHT).ceil().max(1.0) as usize
    }
}

/// A chart at its place on a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedChart<'d> {
    /// The chart itself.
    pub chart: Chart<'d>,
    /// The first of its rows among the rows of the table, from 0.
    pub row: usize,
}
