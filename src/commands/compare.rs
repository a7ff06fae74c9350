//! `assess compare`: two versions or two years side by side, as a table, for programs, and as a workbook.

use std::path::{Path, PathBuf};

use super::check::book;
use super::terminal::{Terminal, shown};
use super::{find_project, stored};
use crate::cli::{Format, Invocation, Talk};
use crate::documents::report::compare::words::Words;
use crate::documents::report::compare_book;
use crate::publish::file;
use crate::read::Project;
use crate::read::project::NoProject;
use crate::result::compare::{Comparison, Correlation, Link, UnitRow};
use crate::result::diff::UnitState;
use crate::result::outcome::Outcome;
use crate::shared::exit::Exit;
use crate::shared::i18n::Lang;
use crate::write::csv::harmless;

/// What `compare` was asked for.
pub(super) struct Asked<'a> {
    pub(super) old: &'a str,
    pub(super) new: &'a str,
    /// The workbook to write.
    pub(super) report: Option<&'a PathBuf>,
    /// Whether a difference shows in the exit code.
    pub(super) exit_code: bool,
}

/// Runs the command.
pub(super) fn run(
    invocation: &Invocation,
    lang: Option<Lang>,
    asked: &Asked<'_>,
    terminal: &mut Terminal,
) -> anyhow::Result<Exit> {
    // Two result documents can be compared anywhere; only versions need a project.
    let project = match Project::find(&invocation.project) {
        Ok(project) => Some(project),
        Err(error) if error.is::<NoProject>() => None,
        Err(_) => Some(find_project(&invocation.project, terminal)?),
    };
    let place = project.as_ref().ok_or(invocation.project.as_path());
    let old = stored::result(place, asked.old, terminal)?;
    let new = stored::result(place, asked.new, terminal)?;
    terminal.prefer(lang, Some(new.model.language));
    let target = asked.report.map(|path| book::target(path, None, terminal)).transpose()?;
    let comparison = Comparison::between(&old, &new);
    let words = Words { lang: terminal.lang, new: &new };
    match invocation.format {
        Format::Json => terminal.print(&String::from_utf8(crate::write::json::bytes(&comparison)?)?),
        Format::Csv => terminal.print(&csv(&comparison, words)?),
        Format::Table if invocation.talk == Talk::Quiet => {}
        Format::Table => terminal.print(&told(&comparison, words, invocation.talk, terminal)),
    }
    if let Some(target) = target {
        write(&target, &comparison, &old, &new, terminal)?;
    }
    Ok(if asked.exit_code && comparison.different { Exit::Rejected } else { Exit::Done })
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
    terminal.tell(&terminal.lang.fill("compare.written", &[("path", &shown(target))]));
    Ok(())
}

/// A value before and after, once where it is the same.
fn step(old: &str, new: &str) -> String {
    if old == new { new.to_owned() } else { format!("{old} -> {new}") }
}

/// The comparison for people.
fn told(comparison: &Comparison, words: Words<'_>, talk: Talk, terminal: &Terminal) -> String {
    let lang = words.lang;
    let mut lines = vec![words.sides(comparison)];
    if !comparison.different {
        lines.push(lang.text("compare.same").to_owned());
    }
    lines.push(summary(comparison, lang));
    let mut text = lines.join("\n") + "\n";
    let shown: Vec<&UnitRow> = match talk {
        Talk::Verbose => comparison.units.iter().collect(),
        Talk::Normal | Talk::Quiet => comparison.moved().collect(),
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
        line(lang.fill("compare.hidden", &[("n", &hidden)]));
    }
    if let Some(places) = comparison.progress_places.filter(|places| *places > 0) {
        let units = comparison.progress().into_iter().map(|unit| {
            let places = unit.rank_group.unwrap_or(0).to_string();
            lang.fill("compare.progress.unit", &[("unit", &unit.name), ("places", &places)])
        });
        let units = lang.join("report.list", units);
        let units = if units.is_empty() { lang.text("report.none") } else { &units };
        line(lang.fill("compare.progress", &[("places", &places), ("units", &units)]));
    }
    if !comparison.method.is_empty() {
        line(lang.fill("compare.method", &[("n", &comparison.method.len())]));
        for change in &comparison.method {
            let [what, field] = words.method(change);
            let (old, new) = (change.old.as_deref().unwrap_or("—"), change.new.as_deref().unwrap_or("—"));
            line(lang.fill("compare.method.line", &[("what", &what), ("field", &field), ("old", &old), ("new", &new)]));
        }
    }
    text.push_str(&correlations(&comparison.correlation, terminal));
    text
}

fn summary(comparison: &Comparison, lang: Lang) -> String {
    let counts = &comparison.counts;
    lang.fill(
        "compare.summary",
        &[
            ("compared", &counts.compared),
            ("totals", &counts.totals),
            ("rose", &counts.rose),
            ("fell", &counts.fell),
            ("better", &counts.better),
            ("worse", &counts.worse),
        ],
    )
}

/// Units before and after.
fn units(units: &[&UnitRow], words: Words<'_>, terminal: &Terminal) -> String {
    let lang = words.lang;
    let rows = units.iter().map(|unit| {
        let value = |of: fn(&UnitState) -> Option<String>| {
            let side = |state: &Option<UnitState>| state.as_ref().and_then(of).unwrap_or_else(|| "—".to_owned());
            step(&side(&unit.old), &side(&unit.new))
        };
        let places = |places: Option<i64>| places.map(|places| format!("{places:+}")).unwrap_or_default();
        let remarks = [words.link(unit), words.causes(unit)].into_iter().filter(|text| !text.is_empty());
        vec![
            unit.code.clone(),
            unit.name.clone(),
            value(|state| Some(state.group.clone())),
            value(|state| state.total.clone()),
            unit.total.clone().filter(|_| unit.total_differs()).unwrap_or_default(),
            value(|state| state.rank_group.map(|rank| rank.to_string())),
            places(unit.rank_group.filter(|places| *places != 0)),
            value(|state| state.rank_overall.map(|rank| rank.to_string())),
            step(&words.grade(unit.old.as_ref()), &words.grade(unit.new.as_ref())),
            lang.join("suggest.reasons", remarks),
        ]
    });
    let header = [
        "table.code",
        "table.unit",
        "table.group",
        "table.total",
        "compare.difference",
        "table.rank_group",
        "compare.places",
        "table.rank_overall",
        "table.grade",
        "compare.remark",
    ];
    terminal.table(&header.map(|key| lang.text(key)), rows.collect())
}

fn correlations(correlations: &[Correlation], terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let rows = correlations.iter().map(|one| {
        let coefficient = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
        vec![
            one.group.clone().unwrap_or_else(|| lang.text("report.all").to_owned()),
            one.units.to_string(),
            coefficient(&one.spearman),
            coefficient(&one.kendall),
        ]
    });
    let header = ["table.group", "compare.ranked-both", "compare.spearman", "compare.kendall"];
    terminal.table(&header.map(|key| lang.text(key)), rows.collect())
}

/// The comparison for programs that read csv: a line for each unit.
fn csv(comparison: &Comparison, words: Words<'_>) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "code",
        "name",
        "link",
        "behind",
        "group_old",
        "group_new",
        "total_old",
        "total_new",
        "total_difference",
        "rank_group_old",
        "rank_group_new",
        "rank_group_risen",
        "rank_overall_old",
        "rank_overall_new",
        "rank_overall_risen",
        "grade_old",
        "grade_new",
        "grade_move",
        "progress",
        "causes",
    ])?;
    for unit in &comparison.units {
        let both = |of: &dyn Fn(&UnitState) -> Option<String>| -> [String; 2] {
            [&unit.old, &unit.new].map(|state| state.as_ref().and_then(of).unwrap_or_default())
        };
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let behind: Vec<&str> = unit.behind.iter().map(|behind| behind.code.as_str()).collect();
        let mut record = vec![harmless(&unit.code), harmless(&unit.name), link(unit.link), harmless(&behind.join(";"))];
        record.extend(both(&|state| Some(harmless(&state.group))));
        record.extend(both(&|state| state.total.clone()));
        record.push(unit.total.clone().unwrap_or_default().trim_start_matches('+').to_owned());
        record.extend(both(&|state| state.rank_group.map(|rank| rank.to_string())));
        record.push(number(unit.rank_group));
        record.extend(both(&|state| state.rank_overall.map(|rank| rank.to_string())));
        record.push(number(unit.rank_overall));
        record.extend(both(&|state| state.grade.as_deref().map(harmless)));
        record.push(unit.grade.map(|to| to.json().to_owned()).unwrap_or_default());
        record.push(if unit.progress { "yes" } else { "" }.to_owned());
        record.push(harmless(&words.causes(unit)));
        writer.write_record(record)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn link(link: Link) -> String {
    link.json().to_owned()
}
