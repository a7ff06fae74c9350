//! 办法: how the results came about, in words: the formula of the total, and every value of the model that decides something.

use super::compare::words::Words;
use super::document::{CellDoc, SheetDoc};
use super::view::View;
use crate::model::ScoreScale;
use crate::result::compare;
use crate::shared::i18n::say;

/// The sheet of the method.
pub(super) fn sheet<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.method");
    let ScoreScale { min, max, full, decimals, .. } = &view.outcome.model.score;
    sheet.subtitle(say!(view, "report.method.total", min, max, full, decimals));
    sheet.subtitle(view.text("report.method.values"));
    let mut header = vec![CellDoc::header(view.text("compare.value")).across(2)];
    header.extend(view.headers(&["compare.which-value", "report.method.value"]));
    sheet.header(header);
    let words = Words { lang: view.lang, new: view.outcome };
    for value in compare::values(&view.outcome.model) {
        let (what, field) = words.method(&value);
        let is = CellDoc::text(value.new.unwrap_or_default());
        sheet.row(vec![CellDoc::text(what).across(2), CellDoc::center(field), is]);
    }
    sheet.finish()
}
