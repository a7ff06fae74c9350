//! Register rows that changed, as a table.

use std::borrow::Cow;

use serde::Serialize;

use super::SHOWN;
use crate::commands::terminal::{Moved, Terminal};
use crate::result::diff::{Diff, Register, RowChange, RowMove, RowState};
use crate::result::outcome::Standing;
use crate::shared::i18n::{Lang, say};

/// The rows, those that count first, with a line for those omitted.
pub(super) fn table(diff: &Diff, all: bool, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let keys = [
        "diff.move",
        "diff.register",
        "diff.number",
        "table.unit",
        "diff.about",
        "diff.value",
        "diff.document",
        "diff.place",
    ];
    let mut rows: Vec<&RowChange> = diff.rows.iter().collect();
    rows.sort_by_key(|row| row.moved);
    let shown = if all { rows.len() } else { SHOWN.max(rows.iter().filter(|row| row.counts()).count()) };
    let cells = rows.iter().take(shown).map(|row| cells(row, lang));
    let mut out = terminal.table(&keys, cells);
    if rows.len() > shown {
        out.push_str(&format!("{}\n", say!(lang, "status.more", n = (rows.len() - shown))));
    }
    out
}

fn cells(row: &RowChange, lang: Lang) -> impl Serialize {
    let any = row.any();
    let unit = match (&row.old, &row.new) {
        (Some(old), Some(new)) if old.unit != new.unit => {
            format!("{} {} -> {} {}", old.unit, old.name, new.unit, new.name)
        }
        _ => format!("{} {}", any.unit, any.name),
    };
    let about = [&any.target, &any.target_name, &any.text].map(String::as_str);
    let link = link(any, lang);
    let about = about.into_iter().chain([link.as_str()]).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
    let new = value(row, row.new.as_ref(), lang);
    // A correction that counts now says itself what stood there before.
    let corrects = row.register == Register::Corrections && row.moved == RowMove::Approved;
    let old = if corrects { new.clone() } else { value(row, row.old.as_ref(), lang) };
    let reference = row.reference();
    let happened = lang.text(&format!("diff.move.{}", row.moved.json()));
    let register = lang.text(&format!("report.register.{}", row.register.json()));
    (happened, register, &row.id, unit, about, Moved(old, new), reference.document, reference.at.line())
}

/// The links of a row: the appeals that it names, or the rows that settle an appeal.
fn link(row: &RowState, lang: Lang) -> String {
    let settled = crate::documents::report::settled_by(lang, &row.settled_by);
    match (settled.is_empty(), row.links.is_empty()) {
        (false, _) => say!(lang, "diff.settled-by", rows = settled),
        (true, false) => say!(lang, "diff.links", links = row.links),
        (true, true) => String::new(),
    }
}

/// The value of a row: points that count with the limit that cut them, the value of a correction, a grade; if the row
/// is not approved, its standing.
fn value<'s>(row: &RowChange, state: Option<&'s RowState>, lang: Lang) -> Option<Cow<'s, str>> {
    let state = state?;
    let value = state.value.as_deref();
    let standing = || lang.find(&format!("standing.{}", state.standing)).unwrap_or(&state.standing);
    let said = match (row.register, state.standing == Standing::Approved.json()) {
        (Register::Appeals, false) => value.unwrap_or(lang.text("diff.open")),
        (_, false) => standing(),
        (Register::Adjustments, true) => {
            let points = state.counted.as_deref().or(value).unwrap_or_default();
            if matches!(state.outcome.as_str(), "part" | "cut" | "superseded") {
                let word = lang.text(&format!("adjustment.{}", state.outcome));
                let limit = state.reason.as_ref().and_then(|reason| lang.find(&format!("limit.{reason}")));
                return Some(Cow::Owned(say!(lang, "diff.cut", points, why = limit.unwrap_or(word))));
            }
            points
        }
        (Register::Decisions, true) => value.unwrap_or(lang.text("table.deferred")),
        (Register::Places, true) => value.unwrap_or_default(),
        (Register::Corrections, true) => {
            let value = value.unwrap_or_default();
            if let Some(old) = &state.replaces {
                return Some(Cow::Owned(format!("{old} -> {value}")));
            }
            value
        }
        (Register::Events | Register::Declarations | Register::Appeals | Register::Dispositions, true) => standing(),
    };
    Some(Cow::Borrowed(said))
}
