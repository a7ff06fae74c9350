//! A sheet as a table of HTML, with its charts above it.

use std::borrow::Cow;

use maud::{Markup, PreEscaped, html};

use super::bars;
use crate::documents::report::document::{CellDoc, Content, MISSING, RowDoc, SheetDoc, Style};
use crate::documents::report::page::{List, Section, UnitPage};
use crate::shared::i18n::Lang;

/// So many units are shown until people ask for all: a browser lays them out at once.
pub(super) const LISTED: usize = 300;
/// Decimals of the result of a formula that has as many as it needs.
const MOST: usize = 6;

/// The charts and the table of a section; the rows of its list can be opened where there are calculations.
pub(super) fn of_sheet(section: &Section<'_>, units: &[UnitPage<'_>], lang: Lang) -> Markup {
    let (sheet, list) = (&section.sheet, section.list.as_ref());
    let width = sheet.columns.len().max(1);
    let drawn = list.filter(|list| !list.bars.is_empty());
    let marks = drawn.filter(|list| !list.marks.is_empty()).map(|_| lang.text("page.bar.marks"));
    let listed = list.map_or(0, |list| list.rows);
    html! {
        @for row in sheet.head.iter().skip(1) { (line(row)) }
        @for chart in &sheet.charts { (bars::of_chart(&chart.chart, sheet)) }
        div.wide {
            table.list[list.is_some()] {
                @if !sheet.header.is_empty() {
                    thead {
                        @for (index, row) in sheet.header.iter().enumerate() {
                            tr {
                                (cells(row, width, None))
                                @if drawn.is_some() && index == 0 {
                                    th scope="col" rowspan=(sheet.header.len()) title=[marks] { (lang.text("page.bar")) }
                                }
                            }
                        }
                    }
                }
                @if listed > 0 {
                    tbody.units {
                        (lean(&html! {
                            @for (index, row) in sheet.rows.iter().take(listed).enumerate() {
                                tr hidden[index >= LISTED] { (cells(row, width, units.get(index).map(|unit| unit.code))) (bar(drawn, index)) }
                            }
                        }))
                    }
                }
                tbody {
                    (lean(&html! {
                        @for (index, row) in sheet.rows.iter().enumerate().skip(listed) {
                            @if !is_room(sheet, index) { tr { (cells(row, width, None)) } }
                        }
                    }))
                }
            }
        }
        @for row in &sheet.tail { (line(row)) }
    }
}

/// Rows without the end tags that HTML lets out (HTML Standard, 13.1.2.4): thousands of units are megabytes of them.
/// Texts are escaped, so that what is left out is never part of one.
fn lean(rows: &Markup) -> Markup {
    PreEscaped(rows.0.replace("</td></tr>", "").replace("</td><td", "<td"))
}

/// Whether a row is only the room of a chart.
fn is_room(sheet: &SheetDoc<'_>, index: usize) -> bool {
    sheet.rows[index].cells.is_empty()
}

fn bar(list: Option<&List>, index: usize) -> Markup {
    html! { @if let Some(list) = list { td.bar { (bars::of_total(list, index)) } } }
}

/// A row above or below the table as a paragraph.
fn line(row: &RowDoc<'_>) -> Markup {
    let said = row.cells.iter().map(|cell| shown(&cell.content)).filter(|text| !text.is_empty());
    let said = said.collect::<Vec<_>>().join("  ");
    html! { @if !said.is_empty() { p class=(row.cells.first().map_or("", |cell| class(cell.style))) { (said) } } }
}

/// The cells of a row; the third one opens the calculation of the unit with this code.
fn cells(row: &RowDoc<'_>, width: usize, code: Option<&str>) -> Markup {
    let last = row.cells.len();
    html! {
        @for (column, cell) in row.cells.iter().enumerate() {
            @if cell.content != Content::Covered {
                (one(cell, width - column.min(width - 1), column + 1 == last, code.filter(|_| column == 2)))
            }
        }
    }
}

/// A cell; `room` is the number of columns from it to the last.
fn one(cell: &CellDoc<'_>, room: usize, is_last: bool, code: Option<&str>) -> Markup {
    let across = if cell.cols == CellDoc::WHOLE { room } else { usize::from(cell.cols).min(room) };
    let across = (across > 1 && (is_last || cell.cols != CellDoc::WHOLE)).then_some(across);
    let down = (cell.rows > 1).then_some(cell.rows);
    let text = shown(&cell.content);
    html! {
        @if cell.style == Style::Header {
            th scope="col" colspan=[across] rowspan=[down] { (text) }
        } @else {
            td class=[Some(class(cell.style)).filter(|class| !class.is_empty())] colspan=[across] rowspan=[down] {
                @if let Some(code) = code { a href=(format!("#unit-{code}")) { (text) } } @else { (text) }
            }
        }
    }
}

fn with_decimals(value: f64, decimals: u32) -> String {
    format!("{value:.0$}", decimals as usize)
}

/// What a cell shows.
fn shown<'c>(content: &'c Content<'_>) -> Cow<'c, str> {
    match content {
        Content::Empty | Content::Covered => Cow::Borrowed(""),
        Content::Text(text) => Cow::Borrowed(text),
        Content::Link(link) => Cow::Borrowed(&link.text),
        Content::TextFormula(own) => Cow::Borrowed(&own.text),
        Content::Number { value, decimals } => Cow::Owned(with_decimals(*value, *decimals)),
        Content::Formula(own) => Cow::Owned(match own.decimals {
            Some(decimals) => with_decimals(own.value, decimals),
            None => short(own.value),
        }),
        Content::Count(count) => Cow::Owned(count.to_string()),
        Content::Date(date) => Cow::Owned(date.to_string()),
    }
}

/// A number without superfluous zeros.
fn short(value: f64) -> String {
    if !value.is_finite() {
        return MISSING.to_owned();
    }
    let text = format!("{value:.MOST$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The class of a cell: a letter or nothing for the most frequent ones.
const fn class(style: Style) -> &'static str {
    match style {
        Style::Title | Style::LetterTitle => "title",
        Style::Subtitle => "subtitle",
        Style::Section | Style::LetterHeading => "heading",
        Style::Header => "header",
        Style::Body | Style::Letter | Style::LetterFull => "",
        Style::Center | Style::Link => "c",
        Style::Number => "n",
        Style::Strong => "s",
        Style::Band => "band",
        Style::Note | Style::LetterNote => "note",
        Style::Good => "good",
        Style::Warning => "warning",
        Style::Bad => "bad",
        Style::Code => "code",
        Style::Entry(_) | Style::Verify(_) => "entry",
        Style::LetterRight => "right",
    }
}
