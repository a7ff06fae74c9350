//! Units that moved: by something of their own, and because of others.

use super::{SHOWN, moved};
use crate::commands::terminal::Terminal;
use crate::documents::report::causes::CauseWords;
use crate::result::diff::{Diff, PartKind, UnitChange};
use crate::shared::i18n::Lang;

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
        let rest = ranked.len() - room;
        out.push_str(&format!("{}\n", lang.fill("diff.ranks_only", &[("n", &rest)])));
    }
    out
}

fn header(lang: Lang, last: &str) -> [&'static str; 6] {
    ["table.code", "table.unit", "table.total", "table.rank_group", "table.grade", last].map(|key| lang.text(key))
}

fn row(unit: &UnitChange, lang: Lang) -> Vec<String> {
    let (old, new) = (unit.old.as_ref(), unit.new.as_ref());
    let rank =
        |state: Option<&crate::result::diff::UnitState>| state.and_then(|s| s.rank_group).map(|rank| rank.to_string());
    let grade = |state: Option<&crate::result::diff::UnitState>| {
        let state = state?;
        let deferred = state.deferred.then(|| lang.text("table.deferred").to_owned());
        state.grade.clone().or(deferred)
    };
    let total = |state: Option<&crate::result::diff::UnitState>| state.and_then(|s| s.total.clone());
    let pair = |old: Option<String>, new: Option<String>| moved(old.as_deref(), new.as_deref());
    vec![
        unit.code.clone(),
        unit.name.clone(),
        pair(total(old), total(new)),
        pair(rank(old), rank(new)),
        pair(grade(old), grade(new)),
        causes(unit, lang),
    ]
}

/// Leaves and components that changed.
fn parts(diff: &Diff, all: bool, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let kind = |kind: PartKind| matches!(kind, PartKind::Leaf | PartKind::Component);
    let of = |unit: &UnitChange| unit.parts.iter().filter(|p| kind(p.kind)).cloned().collect::<Vec<_>>();
    let parts: Vec<(&UnitChange, crate::result::diff::PartChange)> =
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
        out.push_str(&format!("{}\n", lang.fill("status.more", &[("n", &(parts.len() - shown))])));
    }
    out
}

/// The causes of a unit in words.
pub(super) fn causes(unit: &UnitChange, lang: Lang) -> String {
    let name = |kind: PartKind, code: &str| {
        let part = unit.parts.iter().find(|part| part.kind == kind && part.code == code);
        part.map(|part| part.name.clone())
    };
    CauseWords { lang, name }.all(&unit.causes)
}
