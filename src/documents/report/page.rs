//! The page of a version (网页): what workbook, letter and notice say, as one document to be read in a browser.
//!
//! Nothing is said here that another document does not say. The sections are sheets of those documents; only the
//! calculation of each unit, which `explain` prints, is added for the committee. Single marks never are: the page is made
//! without them.

use std::collections::BTreeMap;

use super::compare::words::Words;
use super::compare_book;
use super::document::{Document, SheetDoc};
use super::feedback::{Desk, outlook};
use super::view::View;
use super::{adjustments, common, findings, method, overview, ranking, ranking_charts, steps, uses};
use crate::documents::trace::{TraceNode, Tracer};
use crate::result::compare::{Comparison, UnitRow};
use crate::result::outcome::{Outcome, UnitOutcome};
use crate::shared::i18n::{Lang, say};

/// A page.
#[derive(Debug)]
pub struct PageDoc<'o> {
    /// Language of the words around the content.
    pub lang: Lang,
    /// Title of the page.
    pub title: String,
    /// The line below the title: issuer, period, version, day.
    pub line: String,
    /// The word that marks a draft.
    pub draft: Option<&'static str>,
    /// What can be opened, in order.
    pub sections: Vec<Section<'o>>,
    /// The calculation of each unit, in the order of the rows of the first section; empty where it is not shown.
    pub units: Vec<UnitPage<'o>>,
}

/// A part of the page.
#[derive(Debug)]
pub struct Section<'o> {
    /// Its content.
    pub sheet: SheetDoc<'o>,
    /// What can be done with its rows, if they are a list of units.
    pub list: Option<List>,
}

/// A list of units that can be searched, filtered and sorted.
#[derive(Debug, Default)]
pub struct List {
    /// How many of the first rows are units.
    pub rows: usize,
    /// The column of the group.
    pub group: Option<usize>,
    /// Totals drawn as bars, one for each row; none where the order of units is not to be shown.
    pub bars: Vec<Option<f64>>,
    /// The greatest total that a bar can show.
    pub full: f64,
    /// Lines across the bars: least totals of the grades.
    pub marks: Vec<f64>,
}

/// The calculation of a unit.
#[derive(Debug)]
pub struct UnitPage<'o> {
    /// Unit code.
    pub code: &'o str,
    /// How far it is to the next grade, and why it moved since the version before, where there is something to say.
    pub notes: Vec<String>,
    /// From the total down to file, sheet and cell.
    pub tree: TraceNode<'o>,
}

/// The page for the committee: everything but single marks.
pub fn internal<'o>(
    outcome: &'o Outcome,
    desk: &Desk<'o>,
    before: Option<(&'o Comparison, &'o Outcome)>,
) -> PageDoc<'o> {
    let view = View::new(outcome);
    let list = List {
        rows: view.units.len(),
        group: Some(3),
        bars: view.units.iter().map(|unit| unit.exact.as_ref().map(|exact| exact.total.to_cell())).collect(),
        full: outcome.model.score.max.0.to_cell(),
        marks: outcome.model.grades.iter().map(|grade| grade.at_least.0.to_cell()).collect(),
    };
    let model = &outcome.model;
    let has_leaves = !model.tree.leaves.is_empty();
    let sheets = [
        Some(ranking_charts::sheet(&view)),
        Some(overview::sheet(&view, &[])),
        (!model.grades.is_empty()).then(|| steps::sheet(&view)),
        Some(adjustments::sheet(&view).0),
        has_leaves.then(|| common::sheet(&view)),
        uses::is_needed(model).then(|| uses::sheet(&view)),
        Some(findings::sheet(&view)),
        Some(method::sheet(&view)),
    ];
    let mut sections = vec![Section { sheet: ranking::ranking(&view), list: Some(list) }];
    sections.extend(sheets.into_iter().flatten().map(Section::plain));
    if let Some((comparison, old)) = before {
        sections.extend(compare_book(comparison, old, outcome).sheets.into_iter().take(2).map(Section::plain));
    }
    let tracer = Tracer { outcome, ratings: &[], lang: view.lang };
    let words = Words { lang: view.lang, new: outcome };
    let rows = before.iter().flat_map(|(comparison, _)| &comparison.units);
    let moves: BTreeMap<&str, &UnitRow> = rows.map(|row| (row.code.as_str(), row)).collect();
    let units = view.units.iter().map(|unit| UnitPage {
        code: &unit.roster.code,
        notes: notes(desk, unit, moves.get(unit.roster.code.as_str()).copied(), words),
        tree: tracer.unit(unit),
    });
    PageDoc { units: units.collect(), ..page(outcome, &view, sections) }
}

/// The page of what the public notice says.
pub fn public_page(outcome: &Outcome) -> PageDoc<'_> {
    let view = View::new(outcome);
    let Document { sheets, .. } = super::public(outcome);
    let list = List { rows: super::public::units(&view).len(), group: Some(2), ..List::default() };
    let mut sections: Vec<Section<'_>> = sheets.into_iter().map(Section::plain).collect();
    sections[0].list = Some(list);
    page(outcome, &view, sections)
}

/// The page of one unit: what its letter and the sheets behind it say.
pub fn unit_page<'o>(outcome: &'o Outcome, desk: &Desk<'o>, unit: &'o UnitOutcome) -> PageDoc<'o> {
    let view = View::new(outcome);
    let document = super::feedback::document(desk, unit);
    let title = document.title.clone().into_owned();
    let sections = document.sheets.into_iter().map(Section::plain).collect();
    PageDoc { title, ..page(outcome, &view, sections) }
}

fn page<'o>(outcome: &'o Outcome, view: &View<'o>, sections: Vec<Section<'o>>) -> PageDoc<'o> {
    let model = &outcome.model;
    let as_of = model.as_of.map(|date| date.to_string());
    let as_of = as_of.as_deref().unwrap_or(super::document::MISSING);
    PageDoc {
        lang: view.lang,
        title: model.title.clone(),
        line: say!(view, "page.line", issuer = model.issuer, period = model.period, version = view.version(), as_of),
        draft: view.draft(),
        sections,
        units: Vec::new(),
    }
}

/// The distance to the next grade and to awards, and why the unit moved since the version before.
fn notes<'o>(desk: &Desk<'o>, unit: &'o UnitOutcome, row: Option<&UnitRow>, words: Words<'_>) -> Vec<String> {
    let moved = row.map(|row| words.causes(row)).filter(|causes| !causes.is_empty());
    let moved = moved.map(|causes| say!(words.lang, "page.moved", causes));
    let near = unit.exact.is_some().then(|| outlook(desk, unit)).filter(|said| !said.is_empty());
    let near = near.map(|said| say!(words.lang, "page.reach", said));
    near.into_iter().chain(moved).collect()
}

impl<'o> Section<'o> {
    const fn plain(sheet: SheetDoc<'o>) -> Self {
        Self { sheet, list: None }
    }
}
