//! Units that moved: by something of their own, and because of others.

use super::{SHOWN, moved};
use crate::app::terminal::Terminal;
use crate::diff::{By, Cause, Diff, PartKind, RowRef, UnitChange};
use crate::i18n::Lang;

/// Units with a cause of their own, then those that others moved.
pub(super) fn text(diff: &Diff, all: bool, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut out = String::new();
    let own: Vec<&UnitChange> = diff.moved().collect();
    if !own.is_empty() {
        let rows = own.iter().map(|unit| row(unit, lang)).collect();
        out.push_str(&terminal.table(&header(lang, "diff.cause"), rows));
    }
    out.push_str(&parts(diff, all, terminal));
    let others: Vec<&UnitChange> = diff.knocked_on().collect();
    if others.is_empty() {
        return out;
    }
    // The unit whose score did not change but whose grade did is the one people ask about: it is always shown.
    let (graded, ranked): (Vec<&UnitChange>, Vec<&UnitChange>) =
        others.into_iter().partition(|unit| unit.grade_changed());
    let room = if all { ranked.len() } else { SHOWN.saturating_sub(graded.len()).min(ranked.len()) };
    let shown: Vec<&UnitChange> = graded.into_iter().chain(ranked.iter().take(room).copied()).collect();
    out.push_str(&format!("{}\n", lang.text("diff.others")));
    if !shown.is_empty() {
        let rows = shown.iter().map(|unit| row(unit, lang)).collect();
        out.push_str(&terminal.table(&header(lang, "diff.rule"), rows));
    }
    if ranked.len() > room {
        let rest = (ranked.len() - room).to_string();
        out.push_str(&format!("{}\n", lang.fill("diff.ranks_only", &[("n", &rest)])));
    }
    out
}

fn header(lang: Lang, last: &str) -> [&'static str; 6] {
    ["table.code", "table.unit", "table.total", "table.rank_group", "table.grade", last].map(|key| lang.text(key))
}

fn row(unit: &UnitChange, lang: Lang) -> Vec<String> {
    let (old, new) = (unit.old.as_ref(), unit.new.as_ref());
    let rank = |state: Option<&crate::diff::UnitState>| state.and_then(|s| s.rank_group).map(|rank| rank.to_string());
    let grade = |state: Option<&crate::diff::UnitState>| {
        let state = state?;
        let deferred = state.deferred.then(|| lang.text("table.deferred").to_owned());
        state.grade.clone().or(deferred)
    };
    let total = |state: Option<&crate::diff::UnitState>| state.and_then(|s| s.total.clone());
    let pair = |old: Option<String>, new: Option<String>| moved(old.as_deref(), new.as_deref());
    vec![
        unit.code.clone(),
        unit.name.clone(),
        pair(total(old), total(new)),
        pair(rank(old), rank(new)),
        pair(grade(old), grade(new)),
        causes(&unit.causes, lang),
    ]
}

/// Leaves and components that changed.
fn parts(diff: &Diff, all: bool, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let kind = |kind: PartKind| matches!(kind, PartKind::Leaf | PartKind::Component);
    let of = |unit: &UnitChange| unit.parts.iter().filter(|p| kind(p.kind)).cloned().collect::<Vec<_>>();
    let parts: Vec<(&UnitChange, crate::diff::PartChange)> =
        diff.units.iter().flat_map(|unit| of(unit).into_iter().map(move |part| (unit, part))).collect();
    if parts.is_empty() {
        return String::new();
    }
    let shown = if all { parts.len() } else { SHOWN };
    let rows = parts.iter().take(shown).map(|(unit, part)| {
        let name = format!("{} {}", part.code, part.name);
        vec![unit.code.clone(), unit.name.clone(), name, moved(part.old.as_deref(), part.new.as_deref())]
    });
    let keys = ["table.code", "table.unit", "diff.part", "diff.value"].map(|key| lang.text(key));
    let mut out = terminal.table(&keys, rows.collect());
    if parts.len() > shown {
        out.push_str(&format!("{}\n", lang.fill("status.more", &[("n", &(parts.len() - shown).to_string())])));
    }
    out
}

/// The causes of a unit in words.
pub(super) fn causes(causes: &[Cause], lang: Lang) -> String {
    let words = causes.iter().map(|cause| cause_text(cause, lang)).filter(|text| !text.is_empty());
    lang.join("status.list", words)
}

fn cause_text(cause: &Cause, lang: Lang) -> String {
    match cause {
        Cause::Row { row } => reference(row, lang),
        Cause::Input { kind: Some(_), code, at } => {
            let at = at.as_ref().map(crate::diff::Spot::line).unwrap_or_default();
            lang.fill("diff.cause.input", &[("code", code), ("place", &at)]).trim_end().to_owned()
        }
        Cause::Input { kind: None, .. } => lang.text("diff.cause.report").to_owned(),
        Cause::Roster { field } => {
            let word = match field.as_str() {
                "mode" => lang.text("diff.roster.mode"),
                "group" => lang.text("diff.roster.group"),
                "added" => lang.text("diff.roster.added"),
                "removed" => lang.text("diff.roster.removed"),
                "merged" => lang.text("diff.roster.merged"),
                attribute => attribute,
            };
            lang.fill("diff.cause.roster", &[("field", word)])
        }
        Cause::Knock { rule, code, clause, grade, places, by } => {
            let values = [
                ("grade", grade.as_deref().unwrap_or_default()),
                ("places", places.as_deref().unwrap_or_default()),
                ("code", code.as_deref().unwrap_or_default()),
            ];
            let rule = lang.fill(&format!("diff.rule.{}", rule.json()), &values);
            let clause = clause.as_ref().map(|own| lang.fill("diff.clause", &[("clause", own)])).unwrap_or_default();
            let by = lang.join("status.list", by.iter().map(|own| displacer(own, lang)));
            format!("{rule}{clause} <- {by}")
        }
        Cause::Method => lang.text("diff.cause.method").to_owned(),
        Cause::Period => lang.text("diff.cause.period").to_owned(),
        Cause::Other => lang.text("diff.cause.other").to_owned(),
    }
}

/// A unit that moved another one, with the rows behind it.
fn displacer(by: &By, lang: Lang) -> String {
    let unit = format!("{} {}", by.code, by.name);
    if by.rows.is_empty() {
        return unit;
    }
    let rows = lang.join("status.list", by.rows.iter().map(|row| reference(row, lang)));
    lang.fill("diff.by", &[("unit", &unit), ("rows", &rows)])
}

/// A register row by register, number, document and place.
fn reference(row: &RowRef, lang: Lang) -> String {
    let register = lang.text(&format!("report.register.{}", row.register.json()));
    let values = [("register", register), ("id", &row.id), ("document", &row.document), ("place", &row.at.line())]
        .map(|(name, value)| (name, value.to_owned()));
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let key = if row.document.is_empty() { "diff.row" } else { "diff.row.document" };
    lang.fill(key, &values)
}
