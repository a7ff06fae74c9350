//! Register rows that changed, as a table.

use super::{SHOWN, moved};
use crate::commands::terminal::Terminal;
use crate::result::diff::{Diff, Register, RowChange, RowMove, RowState};
use crate::result::outcome::Standing;
use crate::shared::i18n::Lang;

/// The rows, those that count first; with a line for those that are left out.
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
    let cells = rows.iter().take(shown).map(|row| cells(row, lang)).collect();
    let mut out = terminal.table(&keys.map(|key| lang.text(key)), cells);
    if rows.len() > shown {
        out.push_str(&format!("{}\n", lang.fill("status.more", &[("n", &(rows.len() - shown))])));
    }
    out
}

fn cells(row: &RowChange, lang: Lang) -> Vec<String> {
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
    let (old, new) = (value(row, row.old.as_ref(), lang), value(row, row.new.as_ref(), lang));
    let reference = row.reference();
    vec![
        lang.text(move_key(row.moved)).to_owned(),
        lang.text(&format!("report.register.{}", row.register.json())).to_owned(),
        row.id.clone(),
        unit,
        about,
        moved(old.as_deref(), new.as_deref()),
        reference.document,
        reference.at.line(),
    ]
}

/// What a row is linked with: the appeals that it names, or the rows that settle an appeal.
fn link(row: &RowState, lang: Lang) -> String {
    let settled = crate::documents::report::settled_by(lang, &row.settled_by);
    match (settled.is_empty(), row.links.is_empty()) {
        (false, _) => lang.fill("diff.settled-by", &[("rows", &settled)]),
        (true, false) => lang.fill("diff.links", &[("links", &row.links)]),
        (true, true) => String::new(),
    }
}

/// The catalogue key of what happened to a row.
pub(super) const fn move_key(moved: RowMove) -> &'static str {
    match moved {
        RowMove::Approved => "diff.move.approved",
        RowMove::Changed => "diff.move.changed",
        RowMove::Withdrawn => "diff.move.withdrawn",
        RowMove::Settled => "diff.move.settled",
        RowMove::Listed => "diff.move.listed",
    }
}

/// What a row comes to: points that count with the limit that cut them, the value of a correction, a grade, else how far
/// it has come.
fn value(row: &RowChange, state: Option<&RowState>, lang: Lang) -> Option<String> {
    let state = state?;
    let standing = || lang.find(&format!("standing.{}", state.standing)).unwrap_or(&state.standing).to_owned();
    if state.standing != Standing::Approved.json() {
        return Some(match (row.register, &state.value) {
            (Register::Appeals, Some(value)) => value.clone(),
            (Register::Appeals, None) => lang.text("diff.open").to_owned(),
            _ => standing(),
        });
    }
    Some(match row.register {
        Register::Adjustments => {
            let points = state.counted.clone().or_else(|| state.value.clone()).unwrap_or_default();
            match state.outcome.as_str() {
                "part" | "cut" | "superseded" => {
                    let word = lang.text(&format!("adjustment.{}", state.outcome));
                    let limit = state.reason.as_ref().and_then(|reason| lang.find(&format!("limit.{reason}")));
                    lang.fill("diff.cut", &[("points", &points), ("why", &limit.unwrap_or(word))])
                }
                _ => points,
            }
        }
        Register::Decisions => state.value.clone().unwrap_or_else(|| lang.text("table.deferred").to_owned()),
        Register::Corrections => {
            let value = state.value.clone().unwrap_or_default();
            match &state.replaces {
                Some(old) => format!("{old} -> {value}"),
                None => value,
            }
        }
        Register::Events | Register::Declarations | Register::Appeals | Register::Dispositions => standing(),
    })
}
