//! Sheets that assess itself wrote, recognised by title if the hidden mark is lost: saved as csv, or copied elsewhere.
//!
//! Every sheet of an output begins with `title · name of the sheet` in its first row, those of feedback with
//! `unit　name`. Forms have other names and may be returned.

use std::sync::OnceLock;

use super::book::{Book, FORM_SHEET};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::i18n::{Lang, catalogue, say};
use crate::shared::place::{FileId, Place, Role};

/// The list of files received is meant to be filled in, so it may be returned, but only in its own place.
const COMES_BACK: &str = "sheet.receipts";

/// Sheets of feedback workbooks that look like self-reports or ballots; ledger and request for review may be returned.
const OF_FEEDBACK: [&str; 3] = ["sheet.feedback.details", "sheet.feedback.charts", "sheet.feedback.ballots"];

/// The finding that a file to be read in a role is an output, if one of its sheets has the title of one.
pub(super) fn output(book: &Book, file: FileId, role: Role) -> Option<Finding> {
    if book.sheets.iter().any(|sheet| sheet.name == FORM_SHEET) {
        return None;
    }
    let title = |sheet: &super::book::Sheet| {
        let first = sheet.cells.first().filter(|cell| cell.row == 0)?;
        Some(first.value.text())
    };
    let own = (0..).zip(&book.sheets).find(|(_, sheet)| title(sheet).is_some_and(|title| is_own(&title, role)))?;
    let place = Place::cell(file, own.0, 0, 0);
    Some(Finding::new(Code::E113).at(place).found(title(own.1).unwrap_or_default()))
}

/// Whether a title ends as the title of an output does.
fn is_own(title: &str, role: Role) -> bool {
    static ENDS: OnceLock<Vec<(&str, String)>> = OnceLock::new();
    let ends = ENDS.get_or_init(|| {
        let of = |lang: Lang| {
            let comes_back = |key: &str| key.starts_with("sheet.feedback.") && !OF_FEEDBACK.contains(&key);
            let sheets = catalogue(lang).iter().filter(|(key, _)| key.starts_with("sheet."));
            let names = sheets.filter(move |(key, _)| **key != "sheet.ledger" && !comes_back(key));
            names.map(move |(key, name)| match OF_FEEDBACK.contains(key) {
                true => (*key, say!(lang, "feedback.sheet", unit = "", sheet = name)),
                false => (*key, say!(lang, "report.title", title = "", sheet = name)),
            })
        };
        [Lang::Zh, Lang::En].into_iter().flat_map(of).collect()
    });
    let mut ends = ends.iter().filter(|(key, _)| role != Role::Receipts || *key != COMES_BACK);
    ends.any(|(_, end)| title.strip_suffix(end.as_str()).is_some_and(|rest| !rest.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_known_by_their_title_and_forms_are_not() {
        for own in ["某市考核 · 排名", "【草稿】某市考核 · 指标得分", "Assessment · Adjustments", "某单位　得分明细"]
        {
            assert!(is_own(own, Role::SelfReport), "{own}");
        }
        for other in ["排名", " · 排名", "某市考核 · 排名（公示）", "某市考核排名", "某市考核 · 收件清单"]
        {
            assert!(!is_own(other, Role::Receipts), "{other}");
        }
    }

    #[test]
    fn no_form_is_taken_for_an_output() {
        for lang in [Lang::Zh, Lang::En] {
            let kinds = catalogue(lang).iter().filter(|(key, _)| key.starts_with("kind.") && **key != "kind.receipts");
            for (key, name) in kinds {
                let title = say!(lang, "form.title", title = "T", sheet = name);
                assert!(!is_own(&title, Role::Register), "{key}");
            }
        }
    }
}
