//! Units that moved: for a cause of their own, or because other units changed.

use super::SHOWN;
use crate::commands::terminal::{Moved, Terminal};
use crate::documents::report::causes::CauseWords;
use crate::result::diff::{Diff, PartChange, PartKind, UnitChange, UnitState};
use crate::shared::i18n::{Lang, say};

/// Units with a cause of their own, then those moved by others.
pub(super) fn text(diff: &Diff, all: bool, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut out = String::new();
    let own: Vec<&UnitChange> = diff.moved().collect();
    if !own.is_empty() {
        out.push_str(&table(own, "diff.cause", terminal));
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
        out.push_str(&table(shown, "diff.rule", terminal));
    }
    if ranked.len() > room {
        let rest = ranked.len() - room;
        out.push_str(&format!("{}\n", say!(lang, "diff.ranks_only", n = rest)));
    }
    out
}

fn table(units: Vec<&UnitChange>, last: &str, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let has_grades = units.iter().any(|unit| unit.is_graded());
    let by_scheme = units.iter().any(|unit| unit.is_ranked_by_scheme());
    let rows = units.into_iter().map(|unit| {
        let (old, new) = (unit.old.as_ref(), unit.new.as_ref());
        let total = Moved(old.and_then(|s| s.total.as_deref()), new.and_then(|s| s.total.as_deref()));
        let rank = Moved(old.and_then(UnitState::rank), new.and_then(UnitState::rank));
        let grade = Moved(old.and_then(|s| grade(s, lang)), new.and_then(|s| grade(s, lang)));
        (&unit.code, &unit.name, total, rank, grade, causes(unit, lang))
    });
    let rank = if by_scheme { "table.rank_scheme" } else { "table.rank_group" };
    let header = ["table.code", "table.unit", "table.total", rank, "table.grade", last];
    terminal.graded(&header, rows, has_grades)
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
