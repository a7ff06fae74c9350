//! 变更对照: the workbook of a comparison. What changed at a glance, every unit before and after, indicators, who rose.
//!
//! In the language of the later result, and for people only: it carries the mark by which it is refused as an input.

use super::created;
use super::document::{CellDoc, Document, Fonts, Purpose, SheetDoc, Style};
use super::view::View;
use crate::compare::Comparison;
use crate::outcome::Outcome;

mod leaves;
mod overview;
mod progress;
mod units;
pub mod words;

use words::Words;

/// What the sheets are made from.
struct Book<'b> {
    comparison: &'b Comparison,
    old: &'b Outcome,
    view: View<'b>,
}

/// The workbook of a comparison of two results.
pub fn compare_book(comparison: &Comparison, old: &Outcome, new: &Outcome) -> Document {
    let book = Book { comparison, old, view: View::new(new) };
    let mut sheets = vec![book.overview(), book.units(), book.leaves()];
    sheets.extend(book.unit_leaves());
    sheets.push(book.progress());
    let model = &new.model;
    Document {
        title: book.view.fill("report.title", &[("title", &model.title), ("sheet", book.view.text("compare.book"))]),
        created: model.as_of.as_deref().and_then(|date| date.parse().ok()).and_then(created),
        draft: None,
        purpose: Purpose::Output,
        fonts: Fonts::with(book.view.lang, model.fonts),
        sheets,
    }
}

impl Book<'_> {
    const fn words(&self) -> Words<'_> {
        Words { lang: self.view.lang, new: self.view.outcome }
    }

    /// An empty sheet that says which results are compared; `key` is the catalogue key of its name.
    fn sheet(&self, key: &str) -> SheetDoc {
        let (model, name) = (&self.view.outcome.model, self.view.text(key));
        let title = self.view.fill("report.title", &[("title", &model.title), ("sheet", name)]);
        let mut sheet = SheetDoc::new(name, title);
        let sides = self.words().sides(self.comparison);
        sheet.subtitle(sides.clone());
        sheet.footer = Some(self.view.fill("compare.footer", &[("sides", &sides)]));
        sheet
    }

    /// Places risen or fallen, coloured; nothing where they cannot be compared.
    fn places(&self, places: Option<i64>) -> CellDoc {
        let style = match places {
            Some(risen) if risen > 0 => Style::Good,
            Some(risen) if risen < 0 => Style::Bad,
            _ => Style::Center,
        };
        places.map_or_else(CellDoc::missing, |risen| CellDoc::printed(&risen.to_string()).role(style))
    }

    /// A difference with its sign, as a number.
    fn difference(&self, difference: Option<&str>) -> CellDoc {
        CellDoc::optional_printed(difference.map(|text| text.trim_start_matches('+')))
    }
}
