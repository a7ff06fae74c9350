//! 概况: the nature of the result, whether everything adds up, grades against quotas, and what to review.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::distribution::{self, Drawn, Rows};
use super::document::{CellDoc, SheetDoc, Style};
use super::findings::severity;
use super::view::View;
use crate::model::{SchemeIx, Size};
use crate::result::outcome::{Mode, QuotaUse, Seats, UnitOutcome};
use crate::shared::finding::{Message, Severity};
use crate::shared::i18n::say;

/// The first sheet; `details` are the names of sheets that are printed on request only.
pub(super) fn sheet<'o>(view: &View<'o>, details: &[&str]) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.overview");
    facts(view, &mut sheet);
    reconciliation(view, &mut sheet);
    let grades = grades(view, &mut sheet);
    let quotas = quotas(view, &mut sheet);
    // Quotas and totals are not in every result: the numbers of what follows leave no gap.
    let number = 3 + usize::from(quotas.is_some());
    let totals = distribution::totals(view, &mut sheet, number);
    let number = number + usize::from(totals.is_some());
    notices(view, &mut sheet, view.numbered(number, "report.section.findings"));
    schemes(view, &mut sheet);
    tails(view, &mut sheet);
    distribution::charts(view, &mut sheet, &Drawn { number: number + 1, grades, quotas, totals });
    sheet.closing(view.text("report.signature"));
    if !details.is_empty() {
        sheet.closing(say!(view, "report.on-request", sheets = view.join(details)));
    }
    sheet.finish()
}

fn facts<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let (outcome, model) = (view.outcome, &view.outcome.model);
    let version = view.version();
    let (issuer, period) = (&model.issuer, &model.period);
    sheet.subtitle(say!(view, "report.overview.line", issuer, period, version));
    let as_of = model.as_of.map(|date| date.to_string());
    let as_of = as_of.as_deref().unwrap_or(super::document::MISSING);
    let parent = outcome.parent.as_deref().unwrap_or(super::document::MISSING);
    sheet.subtitle(say!(view, "report.overview.dates", as_of, parent));
}

pub(super) fn reconciliation<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let sums = &view.outcome.reconciliation;
    sheet.section(view.text("report.section.reconciliation"));
    let units = &sums.units;
    let [received, missing, excluded] = [units.received, units.missing, units.excluded];
    let parts = [("header.received", received), ("header.missing-units", missing), ("header.excluded", excluded)];
    sum(view, sheet, ["header.units", "header.roster"], units.roster, &parts);
    sheet.row(Vec::new());
    let files = &sums.files;
    let parts = [
        ("filestatus.used", files.used),
        ("filestatus.duplicate", files.duplicate),
        ("filestatus.ignored", files.ignored),
        ("filestatus.rejected", files.rejected),
    ];
    sum(view, sheet, ["header.files", "header.found-files"], files.found, &parts);
    ballots(view, sheet);
    registers(view, sheet);
}

/// The schemes: how many units each is for, and with what weights. Their rates can be compared, their rules differ.
fn schemes<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let model = &view.outcome.model;
    if model.schemes.is_empty() {
        return;
    }
    sheet.section(view.text("report.section.schemes"));
    sheet.row(view.headers(&["header.scheme", "header.units", "header.weight", "header.indicators", "header.basis"]));
    for (index, (scheme, held)) in model.schemes.iter().zip(model.plans()).enumerate() {
        let units = view.outcome.units.iter().filter(|unit| unit.roster.scheme == Some(SchemeIx(index))).count();
        let weights = held.components().map(|part| Cow::Owned(format!("{} {}%", part.component.name, part.weight)));
        let leaves = scheme.leaves.iter().flatten().count();
        sheet.row(vec![
            CellDoc::center(&scheme.name),
            CellDoc::count(units),
            CellDoc::text(view.lang.join("report.list", weights)),
            CellDoc::count(leaves),
            CellDoc::text(scheme.clause.as_deref().unwrap_or_default()),
        ]);
    }
    sheet.note(view.text("report.schemes.note"));
}

/// What becomes of measured rates, and how many units lack a component.
fn tails<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let mut lines = Vec::new();
    for component in &view.outcome.model.components {
        let lacking = view.outcome.units.iter().filter_map(|unit| unit.components.get(&component.id)?.lacks).count();
        let lacking = (lacking > 0).then(|| view.fill("report.lacking", &[("n", &lacking)]));
        for said in super::tails::rules(view.lang, component).into_iter().chain(lacking) {
            lines.push(view.fill("report.labelled", &[("label", &component.name), ("value", &said)]));
        }
    }
    if !lines.is_empty() {
        sheet.section(view.text("report.section.tails"));
        lines.into_iter().for_each(|line| sheet.note(line));
    }
}

/// A whole with its parts, each below its header; `keys` are those of what is counted, and of the whole.
fn sum<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>, keys: [&str; 2], whole: usize, parts: &[(&str, usize)]) {
    let (named, numbers): (Vec<&str>, Vec<usize>) = parts.iter().copied().unzip();
    sheet.row(view.headers(&[&keys[..], &named, &["header.adds-up"]].concat()));
    sheet.row(sum_row(view, vec![CellDoc::center(view.text(keys[0]))], Some(whole), &numbers));
}

/// A whole, its parts, and whether they add up to it; no verdict if the whole is unknown.
fn sum_row<'o>(
    view: &View<'o>,
    mut cells: Vec<CellDoc<'o>>,
    whole: Option<usize>,
    parts: &[usize],
) -> Vec<CellDoc<'o>> {
    cells.push(CellDoc::optional_count(whole));
    cells.extend(parts.iter().map(|part| CellDoc::count(*part)));
    cells.push(whole.map_or_else(CellDoc::missing, |whole| view.holds(whole == parts.iter().sum::<usize>())));
    cells
}

fn ballots<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let ballots = &view.outcome.reconciliation.ballots;
    if ballots.is_empty() {
        return;
    }
    sheet.row(Vec::new());
    sheet.row(view.headers(&[
        "header.component",
        "header.class",
        "header.issued",
        "header.counted",
        "header.void",
        "header.emptied",
        "header.without-quorum",
        "header.not-returned",
        "header.adds-up",
    ]));
    for sums in ballots {
        let names = vec![
            CellDoc::center(view.component_name(&sums.component)),
            CellDoc::center(view.class_name(&sums.component, &sums.class)),
        ];
        let parts = [sums.counted, sums.void, sums.emptied, sums.without_quorum, sums.not_returned];
        sheet.row(sum_row(view, names, sums.issued, &parts));
    }
}

fn registers<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let registers = &view.outcome.reconciliation.registers;
    if registers.is_empty() {
        return;
    }
    sheet.row(Vec::new());
    sheet.row(view.headers(&["header.register", "header.ending", "header.rows"]));
    for (ending, rows) in registers {
        let (register, word) = ending.split_once(':').unwrap_or((ending.as_str(), ""));
        let register = CellDoc::center(view.word("report.register", register));
        sheet.row(vec![register, CellDoc::center(ending_word(view, word)), CellDoc::count(*rows)]);
    }
}

/// The word for the outcome of a register row, or for its standing.
pub(super) fn ending_word(view: &View<'_>, word: &str) -> Cow<'static, str> {
    match view.lang.find(&format!("adjustment.{word}")) {
        Some(text) => Cow::Borrowed(text),
        None => view.word("standing", word),
    }
}

/// Units by group, with their grades where there are any; returns the rows of the groups.
fn grades<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) -> Rows {
    let has_grades = !view.outcome.model.grades.is_empty();
    sheet.section(view.text(if has_grades { "report.section.grades" } else { "report.section.groups" }));
    let grades: Vec<&str> = view.outcome.model.grades.iter().map(|g| g.name.as_str()).collect();
    let (heading, names) = view.scope_rows();
    let mut header = view.headers(&[heading, "header.ranked"]);
    header.extend(grades.iter().map(|name| CellDoc::header(*name)));
    if has_grades {
        header.push(CellDoc::header(view.text("header.deferred")));
    }
    header.extend(view.headers(&["mode.separate", "mode.excluded"]));
    sheet.row(header);
    let top = sheet.next_row();
    let groups = names.into_iter().map(|name| (name, Some(name)));
    let all = (view.text("report.all"), None);
    for (name, group) in groups.chain([all]) {
        let is_in = |unit: &&'o UnitOutcome| group.is_none_or(|group| view.row_of_scope(unit) == group);
        let own: Vec<&UnitOutcome> = view.outcome.units.iter().filter(is_in).collect();
        let count = |test: &dyn Fn(&UnitOutcome) -> bool| CellDoc::count(own.iter().filter(|u| test(u)).count());
        let ranked = |u: &UnitOutcome| u.roster.mode == Mode::Ranked;
        let mut cells = vec![CellDoc::center(name), count(&ranked)];
        cells.extend(grades.iter().map(|grade| count(&|u| ranked(u) && u.grade.as_deref() == Some(*grade))));
        if has_grades {
            cells.push(count(&|u| ranked(u) && u.grade.is_none()));
        }
        cells.extend([count(&|u| u.roster.mode == Mode::Separate), count(&|u| u.roster.mode == Mode::Excluded)]);
        let strong = group.is_none();
        sheet.row(if strong { cells.into_iter().map(|c| c.role(Style::Strong)).collect() } else { cells });
    }
    // The last row covers all groups.
    Rows { top, bottom: sheet.next_row() - 2 }
}

/// The use of the quotas; returns their rows.
fn quotas<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) -> Option<Rows> {
    if view.outcome.quotas.is_empty() {
        return None;
    }
    sheet.section(view.text("report.section.quotas"));
    sheet.row(view.headers(&[
        view.scope_rows().0,
        "header.grade-or-better",
        "header.ranked",
        "header.share",
        "header.places",
        "header.taken",
        "header.free",
    ]));
    let top = sheet.next_row();
    for quota in distribution::by_grade(view) {
        sheet.row(quota_row(view, quota));
    }
    let bottom = sheet.next_row() - 1;
    sheet.note(view.text("report.quotas.note"));
    Some(Rows { top, bottom })
}

fn quota_row<'o>(view: &View<'o>, quota: &'o QuotaUse) -> Vec<CellDoc<'o>> {
    let rule = view.outcome.model.grades[quota.grade].quota.as_ref();
    let share = rule.filter(|_| view.outcome.places_row(quota).is_none()).and_then(|rule| {
        match rule.size(view.outcome.group_of(quota)) {
            Size::Share(share) => Some(share),
            Size::Places(_) => None,
        }
    });
    let Seats { ranked, places, taken } = quota.seats;
    let took = CellDoc::count(taken);
    vec![
        CellDoc::center(view.outcome.group_of(quota).unwrap_or(view.text("report.all"))),
        CellDoc::center(view.outcome.model.grade_name(quota.grade)),
        CellDoc::count(ranked),
        share.map_or_else(CellDoc::missing, |share| view.short(&share.0).role(Style::Center)),
        CellDoc::count(places),
        if taken > places { took.role(Style::Warning) } else { took },
        CellDoc::count(places.saturating_sub(taken)),
    ]
}

/// Findings counted by code, most severe first, below a heading.
pub(super) fn notices<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>, heading: impl Into<Cow<'o, str>>) {
    sheet.section(heading);
    let mut counted: BTreeMap<(Severity, &str), (usize, &Message)> = BTreeMap::new();
    for finding in &view.outcome.findings {
        counted.entry((finding.severity, finding.code.as_str())).or_insert((0, finding)).0 += finding.weights().total();
    }
    if counted.is_empty() {
        sheet.note(view.text("report.none"));
        return;
    }
    let mut header = view.headers(&["header.severity", "header.finding", "header.times"]);
    header.push(CellDoc::header(view.text("header.first-of-code")).across(CellDoc::WHOLE));
    sheet.row(header);
    for ((weight, code), (times, first)) in counted {
        let title = CellDoc::text(&first.title).across(CellDoc::WHOLE);
        sheet.row(vec![severity(view, weight), CellDoc::center(code), CellDoc::count(times), title]);
    }
}
