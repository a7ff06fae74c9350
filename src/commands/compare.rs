//! `assess compare`: two versions or two years side by side, as a table, as a document for programs, and as a workbook.

use std::path::Path;

use super::check::book;
use super::terminal::{Moved, OrDash, Terminal, shown};
use super::{Context, find_project, stored};
use crate::cli;
use crate::documents::report::compare::words::Words;
use crate::documents::report::compare_book;
use crate::publish::file;
use crate::read::Project;
use crate::read::project::NoProject;
use crate::result::compare::{Comparison, Correlation, Counts, Parts, UnitRow};
use crate::result::diff::UnitState;
use crate::result::outcome::Outcome;
use crate::result::outcome::index::beside::Same;
use crate::shared::exit::Exit;
use crate::shared::i18n::{Lang, say};
use crate::write::listing::{Format, Listing};

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &cli::Compare) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let project = project(start, terminal)?;
    let place = project.as_ref().ok_or(start);
    let parts = parts(asked, terminal);
    let same = if parts == Parts::All { Same::Held } else { Same::Unread };
    let [old, new] = stored::results(place, [&asked.old, &asked.new], same, terminal)?;
    terminal.prefer(Some(new.model.language));
    let target = asked.report.as_ref().map(|path| book::target(path, None, terminal)).transpose()?;
    let comparison = Comparison::between(&old, &new, parts);
    let words = Words { lang: terminal.lang, new: &new };
    terminal.show(&comparison, || list(&comparison, words), || told(&comparison, words, terminal))?;
    if let Some(target) = target {
        write(&target, &comparison, &old, &new, terminal)?;
    }
    Ok(if asked.exit_code && comparison.different { Exit::Rejected } else { Exit::Done })
}

/// Which parts of units are printed: rows of units have none, the document and the workbook all.
const fn parts(asked: &cli::Compare, terminal: &Terminal) -> Parts {
    match terminal.format {
        Format::Table | Format::Csv | Format::Markdown if asked.report.is_none() => Parts::None,
        Format::Table | Format::Csv | Format::Markdown | Format::Json => Parts::All,
    }
}

/// The project, if there is one: two result documents can be compared without it, only versions need one.
fn project(start: &Path, terminal: &Terminal) -> anyhow::Result<Option<Project>> {
    match Project::find(start) {
        Ok(project) => Ok(Some(project)),
        Err(error) if error.is::<NoProject>() => Ok(None),
        Err(_) => find_project(start, terminal).map(Some),
    }
}

fn write(
    target: &Path,
    comparison: &Comparison,
    old: &Outcome,
    new: &Outcome,
    terminal: &Terminal,
) -> anyhow::Result<()> {
    let bytes = crate::write::workbook::bytes(&compare_book(comparison, old, new))?;
    file::replace(target, &bytes)?;
    terminal.tell(&say!(terminal.lang, "compare.written", path = shown(target)));
    Ok(())
}

/// The comparison as text.
fn told(comparison: &Comparison, words: Words<'_>, terminal: &Terminal) -> String {
    let lang = words.lang;
    let same = if comparison.different { String::new() } else { format!("{}\n", lang.text("compare.same")) };
    let mut text = format!("{}\n{same}{}\n", words.sides(comparison), summary(comparison, lang));
    let shown: Vec<&UnitRow> = match terminal.is_verbose() {
        true => comparison.units.iter().collect(),
        false => comparison.moved().collect(),
    };
    let hidden = comparison.units.len() - shown.len();
    if !shown.is_empty() {
        text.push_str(&units(&shown, words, terminal));
    }
    let mut line = |told: String| {
        text.push_str(&told);
        text.push('\n');
    };
    if hidden > 0 && comparison.different {
        line(say!(lang, "compare.hidden", n = hidden));
    }
    if let Some(places) = comparison.progress_places.filter(|places| *places > 0) {
        let units = comparison.progress().into_iter().map(|unit| {
            let places = unit.rank_group.unwrap_or(0).to_string();
            say!(lang, "compare.progress.unit", unit = unit.name, places)
        });
        let units = lang.join("report.list", units);
        let units = if units.is_empty() { lang.text("report.none") } else { &units };
        line(say!(lang, "compare.progress", places, units));
    }
    if !comparison.method.is_empty() {
        line(say!(lang, "compare.method", n = comparison.method.len()));
        for change in &comparison.method {
            let (what, field) = words.method(change);
            let (old, new) = (change.old.as_deref().unwrap_or("—"), change.new.as_deref().unwrap_or("—"));
            line(say!(lang, "compare.method.line", what, field, old, new));
        }
    }
    text.push_str(&correlations(&comparison.correlation, terminal));
    text
}

fn summary(comparison: &Comparison, lang: Lang) -> String {
    let Counts { compared, totals, rose, fell, better, worse, .. } = comparison.counts;
    let within = lang.text(if comparison.is_ranked_by_scheme() { "compare.in-scheme" } else { "compare.in-group" });
    if !comparison.is_graded() {
        return say!(lang, "compare.summary.ungraded", compared, totals, rose, fell, within);
    }
    say!(lang, "compare.summary", compared, totals, rose, fell, within, better, worse)
}

/// Units before and after.
fn units(units: &[&UnitRow], words: Words<'_>, terminal: &Terminal) -> String {
    let lang = words.lang;
    let rows = units.iter().map(|unit| {
        let (old, new) = (unit.old.as_ref(), unit.new.as_ref());
        let value = |of: fn(&UnitState) -> Option<&str>| Moved(old.and_then(of), new.and_then(of));
        let rank = |of: fn(&UnitState) -> Option<usize>| Moved(old.and_then(of), new.and_then(of));
        let places = unit.places().filter(|places| *places != 0).map(|places| format!("{places:+}"));
        let remarks = [words.link(unit), words.causes(unit)].into_iter().filter(|text| !text.is_empty());
        (
            (&unit.code, &unit.name, value(|state| Some(&state.group)), value(|state| state.total.as_deref())),
            (unit.total.as_ref().filter(|_| unit.total_differs()), rank(UnitState::rank), places),
            rank(|state| state.rank_overall),
            Moved(Some(words.grade(old)), Some(words.grade(new))),
            lang.join("suggest.reasons", remarks),
        )
    });
    let header = [
        "table.code",
        "table.unit",
        "table.group",
        "table.total",
        "compare.difference",
        if units.iter().any(|unit| unit.is_ranked_by_scheme()) { "table.rank_scheme" } else { "table.rank_group" },
        "compare.places",
        "table.rank_overall",
        "table.grade",
        "compare.remark",
    ];
    terminal.graded(&header, rows, units.iter().any(|unit| unit.is_graded()))
}

fn correlations(correlations: &[Correlation], terminal: &Terminal) -> String {
    let rows = correlations.iter().map(|one| {
        let group = one.group.as_deref().unwrap_or(terminal.lang.text("report.all"));
        (group, one.units, OrDash(one.spearman.as_ref()), OrDash(one.kendall.as_ref()))
    });
    let header = ["table.group", "compare.ranked-both", "compare.spearman", "compare.kendall"];
    terminal.table(&header, rows)
}

/// The columns of the list.
const COLUMNS: &str = "code,name,link,behind,group_old,group_new,total_old,total_new,total_difference,\
    rank_group_old,rank_group_new,rank_group_risen,rank_overall_old,rank_overall_new,rank_overall_risen,\
    grade_old,grade_new,grade_move,progress,causes";
/// Those where units are ranked within their schemes.
const BY_SCHEME: &str = "code,name,link,behind,group_old,group_new,total_old,total_new,total_difference,\
    rank_group_old,rank_group_new,rank_group_risen,rank_scheme_old,rank_scheme_new,rank_scheme_risen,\
    rank_overall_old,rank_overall_new,rank_overall_risen,grade_old,grade_new,grade_move,progress,causes";

/// The comparison as a list: a row for each unit.
fn list(comparison: &Comparison, words: Words<'_>) -> anyhow::Result<Listing> {
    let by_scheme = comparison.is_ranked_by_scheme();
    let columns = if by_scheme { BY_SCHEME } else { COLUMNS };
    let rows = comparison.units.iter().map(|unit| {
        let sides = [&unit.old, &unit.new].map(Option::as_ref);
        let text = |of: fn(&UnitState) -> Option<&str>| sides.map(|state| state.and_then(of));
        let rank = |of: fn(&UnitState) -> Option<usize>| sides.map(|state| state.and_then(of));
        let behind: Vec<&str> = unit.behind.iter().map(|behind| behind.code.as_str()).collect();
        let progress = if unit.progress { "yes" } else { "" };
        (
            (&unit.code, &unit.name, unit.link.json(), behind.join(";"), text(|state| Some(&state.group))),
            (text(|state| state.total.as_deref()), unit.total.as_deref().map(|total| total.trim_start_matches('+'))),
            (rank(|state| state.rank_group), unit.rank_group),
            by_scheme.then(|| (rank(|state| state.rank_scheme), unit.rank_scheme)).into_iter().collect::<Vec<_>>(),
            (rank(|state| state.rank_overall), unit.rank_overall),
            (text(|state| state.grade.as_deref()), unit.grade.map(|to| to.json()), progress, words.causes(unit)),
        )
    });
    Ok(Listing::of(columns, rows)?.graded(comparison.is_graded()))
}
