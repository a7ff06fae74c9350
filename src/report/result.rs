//! The result workbook, in the language of the model.

use super::document::{Document, Fonts};
use super::view::View;
use super::{adjustments, classes, findings, overview, points, ranking, sources, steps};
use crate::outcome::Outcome;

/// The result workbook of an outcome: the same for the same outcome, whoever runs it and when.
pub fn result(outcome: &Outcome) -> Document {
    let view = View::new(outcome);
    let sheets = vec![
        overview::sheet(&view),
        ranking::ranking(&view),
        ranking::nodes(&view),
        points::leaves(&view),
        points::components(&view),
        classes::sheet(&view),
        adjustments::sheet(&view),
        steps::sheet(&view),
        findings::sheet(&view),
        sources::sheet(&view),
    ];
    Document {
        title: outcome.model.title.clone(),
        created: outcome.model.as_of.as_deref().and_then(date),
        draft: outcome.draft.then(|| view.text("report.draft").to_owned()),
        fonts: Fonts { title: view.text("report.font.title").to_owned(), body: view.text("report.font.body").to_owned() },
        sheets,
    }
}

/// The parts of an ISO date.
fn date(text: &str) -> Option<(u16, u8, u8)> {
    let date: jiff::civil::Date = text.parse().ok()?;
    Some((u16::try_from(date.year()).ok()?, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?))
}
