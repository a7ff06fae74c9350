//! Charts as values: what is compared, from which cells, in which colours by role. Drawing them is for the writer.
//!
//! A chart stands in rows of its own, over the whole width of its sheet, so that it never covers a table and never leaves
//! the print area; [`super::SheetDoc::chart`] reserves them.

use std::borrow::Cow;

use super::entry::Block;

/// Height of the rows that a chart stands in, in points.
pub(super) const ROW_HEIGHT: f64 = 20.0;

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart<'d> {
    /// How values are drawn.
    pub kind: ChartKind,
    /// What it shows, above it.
    pub title: Cow<'d, str>,
    /// The cells of its sheet that name what is compared.
    pub categories: Block,
    /// What is drawn for each of them.
    pub series: Vec<Series<'d>>,
    /// Least and greatest value of the axis; automatic where none, and always named for scores: an axis that does not
    /// begin at zero misleads.
    pub axis: (Option<f64>, Option<f64>),
    /// Decimals of the values at the axis.
    pub decimals: u32,
    /// What the axis counts.
    pub axis_title: &'static str,
    /// Height in points.
    pub height: f64,
}

/// How values are drawn. A first category always stands at the top or at the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Lying bars, for names that are long or many.
    Bars,
    /// Lying bars on top of each other.
    StackedBars,
    /// Standing columns.
    Columns,
    /// Standing columns on top of each other.
    StackedColumns,
    /// A line.
    Lines,
}

/// The values drawn in one colour.
#[derive(Clone, Debug, PartialEq)]
pub struct Series<'d> {
    /// Its name in the legend; a single series needs no legend.
    pub name: &'d str,
    /// The cells of its sheet that hold its values.
    pub values: Block,
    /// Its colour.
    pub paint: Paint,
    /// A colour for each value, where they differ.
    pub points: Vec<Paint>,
    /// Decimals of the values written beside what is drawn; nothing is written if none.
    pub labels: Option<u32>,
}

/// Colours by role; each prints apart from the others in black and white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// What it is about.
    Main,
    /// What it is compared with.
    Second,
    /// A further comparison.
    Third,
    /// The best grade.
    Best,
    /// Good grades.
    Good,
    /// Grades in the middle.
    Fair,
    /// The lowest grade, or what was lost.
    Bad,
    /// Not drawn: it only holds a place.
    Clear,
}

impl<'d> Series<'d> {
    /// A series in one colour without labels.
    pub const fn new(name: &'d str, values: Block, paint: Paint) -> Self {
        Self { name, values, paint, points: Vec::new(), labels: None }
    }

    /// Writes the values beside what is drawn, with this many decimals.
    #[must_use]
    pub const fn labelled(mut self, decimals: u32) -> Self {
        self.labels = Some(decimals);
        self
    }
}

impl Chart<'_> {
    /// How many rows it stands in.
    pub(super) fn rows(&self) -> usize {
        (self.height / ROW_HEIGHT).ceil().max(1.0) as usize
    }
}

/// A chart at its place on a sheet.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacedChart<'d> {
    /// The chart.
    pub chart: Chart<'d>,
    /// The first of its rows among the rows of the table, from 0.
    pub row: usize,
}
