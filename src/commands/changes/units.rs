//! Units that moved: for a cause of their own, or because other units changed.

use std::borrow::Cow;

use super::SHOWN;
use crate::commands::terminal::{Moved, Terminal};
use crate::documents::report::causes::CauseWords;
use crate::result::diff::{Diff, PartChange, PartKind, UnitChange, UnitState};
use crate::shared::i18n::{Lang, say};
use crate::shared::text::visible;

/// Units with a cause of their own, then those moved by others.
pub(super) fn text(diff: &Diff, all: bool, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut out = String::new();
    let own: Vec<&UnitChange> = diff.moved().collect();
    if !own.is_empty() {
        out.push_str(&table(&own, "diff.cause", terminal));
    }
    out.push_str(&parts(diff, all, terminal));
    let others: Vec<&UnitChange> = diff.knocked_on().collect();
    if others.is_empty() {
        return out;
    }
    // A unit whose score is unchanged but whose grade is not raises the most questions, so it is always shown.
    let (graded, ranked): (Vec<&UnitChange>, Vec<&UnitChange>) =
        others.into_iter().partition(|unit| unit.grade_changed());
    let room = if all { ranked.len() } else { SHOWN.saturating_sub(graded.len()).min(ranked.len()) };
    let shown: Vec<&UnitChange> = graded.into_iter().chain(ranked.iter().take(room).copied()).collect();
    out.push_str(&format!("{}\n", lang.text("diff.others")));
    if !shown.is_empty() {
        out.push_str(&table(&shown, "diff.rule", terminal));
    }
    if ranked.len() > room {
        let rest = ranked.len() - room;
        out.push_str(&format!("{}\n", say!(lang, "diff.ranks_only", n = rest)));
    }
    out
}

/// A column of what units have: its catalogue key, and its value for a unit.
struct Column {
    header: &'static str,
    value: for<'s> fn(&'s UnitState, Lang) -> Option<Cow<'s, str>>,
}

impl Column {
    /// Its value for a unit, before and after.
    fn moved<'u>(&self, unit: &'u UnitChange, lang: Lang) -> Moved<Cow<'u, str>> {
        let [old, new] = [&unit.old, &unit.new].map(|state| state.as_ref().and_then(|state| (self.value)(state, lang)));
        Moved(old, new)
    }
}

/// The columns in the order of the ranking.
const COLUMNS: [Column; 9] = [
    Column { header: "table.group", value: |state, _| Some(Cow::Owned(visible(&state.group))) },
    Column { header: "table.base", value: |state, _| state.base.as_deref().map(Cow::Borrowed) },
    Column { header: "table.plus", value: |state, _| state.plus.as_deref().map(Cow::Borrowed) },
    Column { header: "table.minus", value: |state, _| state.minus.as_deref().map(Cow::Borrowed) },
    Column { header: "table.total", value: |state, _| state.total.as_deref().map(Cow::Borrowed) },
    Column { header: "table.rank_scheme", value: |state, _| place(state.rank_scheme) },
    Column { header: "table.rank_group", value: |state, _| place(state.rank_group) },
    Column { header: "table.rank_overall", value: |state, _| place(state.rank_overall) },
    Column { header: "table.grade", value: |state, lang| grade(state, lang).map(Cow::Borrowed) },
];

/// Units with total, rank and grade, and every other column in which one of them moved.
fn table(units: &[&UnitChange], last: &str, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let by_scheme = units.iter().any(|unit| unit.is_ranked_by_scheme());
    let rank = if by_scheme { "table.rank_scheme" } else { "table.rank_group" };
    let is_shown = |column: &&Column| match column.header {
        "table.total" => true,
        "table.grade" => units.iter().any(|unit| unit.is_graded()),
        header => header == rank || units.iter().any(|unit| column.moved(unit, lang).is_move()),
    };
    let columns: Vec<&Column> = COLUMNS.iter().filter(is_shown).collect();
    let header = ["table.code", "table.unit"].into_iter().chain(columns.iter().map(|column| column.header));
    let rows = units.iter().map(|unit| {
        let moved: Vec<Moved<Cow<'_, str>>> = columns.iter().map(|column| column.moved(unit, lang)).collect();
        (&unit.code, &unit.name, moved, causes(unit, lang))
    });
    terminal.table(&header.chain([last]).collect::<Vec<_>>(), rows)
}

/// A rank as a cell.
fn place(rank: Option<usize>) -> Option<Cow<'static, str>> {
    rank.map(|rank| Cow::Owned(rank.to_string()))
}

/// A grade, or the word for a deferred one.
fn grade(state: &UnitState, lang: Lang) -> Option<&str> {
    state.grade.as_deref().or(state.deferred.then(|| lang.text("table.deferred")))
}

/// Leaves and components that changed.
fn parts(diff: &Diff, all: bool, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let kind = |kind: PartKind| matches!(kind, PartKind::Leaf | PartKind::Component);
    let all_parts = diff.units.iter().flat_map(|unit| unit.parts.iter().map(move |part| (unit, part)));
    let parts: Vec<(&UnitChange, &PartChange)> = all_parts.filter(|(_, part)| kind(part.kind)).collect();
    if parts.is_empty() {
        return String::new();
    }
    let shown = if all { parts.len() } else { SHOWN };
    let rows = parts.iter().take(shown).map(|(unit, part)| {
        let value = Moved(part.old.as_deref(), part.new.as_deref());
        (&unit.code, &unit.name, format!("{} {}", part.code, part.name), value)
    });
    let mut out = terminal.table(&["table.code", "table.unit", "diff.part", "diff.value"], rows);
    if parts.len() > shown {
        out.push_str(&format!("{}\n", say!(lang, "status.more", n = (parts.len() - shown))));
    }
    out
}

/// The causes of a unit in words.
pub(super) fn causes(unit: &UnitChange, lang: Lang) -> String {
    let name = |kind: PartKind, code: &str| {
        let part = unit.parts.iter().find(|part| part.kind == kind && part.code == code);
        part.map(|part| part.name.as_str())
    };
    CauseWords { lang, name }.all(&unit.causes)
}
