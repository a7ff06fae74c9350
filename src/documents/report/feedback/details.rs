//! 得分明细: every leaf with its points beside those of the group, then the composition of the total.

use crate::shared::i18n::say;
use std::borrow::Cow;

use super::super::document::{CellDoc, SheetDoc, Style};
use super::super::tails;
use super::sums::{Part, parts};
use super::{Case, strong};
use crate::documents::feedback::stats::Stat;
use crate::documents::trace::{said_place, said_replaced};
use crate::model::field::FieldStanding;
use crate::result::outcome::{Branch, Component, Leaf, LeafScore, LeafState, Limited, PeriodScore};
use crate::shared::number::Exact;

/// Columns of the table.
const COLUMNS: u16 = 11;
/// Minimum widths of the columns.
const WIDTHS: [u16; 11] = [7, 24, 7, 7, 8, 7, 8, 8, 8, 26, 30];
/// The number of leaves that fit on one page.
const ONE_PAGE: usize = 26;
/// How much lower than usual its rows are, in points, so that the leaves fit on one page.
const CLOSER: f64 = 3.0;

/// The sheet of points.
pub(super) fn sheet<'o>(case: &Case<'_, 'o>) -> SheetDoc<'o> {
    let mut sheet = case.sheet("sheet.feedback.details").landscape();
    sheet.subtitle(case.subtitle());
    if let Some(note) = case.small_group_note() {
        sheet.subtitle(note);
    }
    let tree = &case.outcome().model.tree;
    if !case.unit.leaves.is_empty() {
        leaves(case, &mut sheet);
    } else if !tree.leaves.is_empty() {
        sheet.note(case.text("report.leaves.none"));
    }
    total(case, &mut sheet);
    if tree.has_branches() {
        nodes(case, &mut sheet);
    }
    sheet.filling.widths = WIDTHS.into_iter().enumerate().collect();
    let mut sheet = sheet.finish();
    for row in &mut sheet.rows {
        row.height = (row.height - CLOSER).max(0.0);
    }
    sheet
}

fn leaves<'o>(case: &Case<'_, 'o>, sheet: &mut SheetDoc<'o>) {
    let asked = case.outcome().held(case.unit).asks_unit();
    let mut header = case.view.headers(&["feedback.header.code", "feedback.header.leaf", "header.full"]);
    // Without a report of the unit its column goes to the names.
    match asked {
        true => header.push(CellDoc::header(case.text("feedback.header.self"))),
        false => header[1] = header[1].clone().across(2),
    }
    header.extend(case.view.headers(&[
        "feedback.header.verified",
        "feedback.header.lost",
        "feedback.header.mean",
        "feedback.header.median",
        "feedback.header.best",
        "feedback.header.reason",
        "feedback.header.standard",
    ]));
    let model = &case.outcome().model;
    // The header is repeated only if the leaves need it: on the page of the sum it would be above another table.
    if model.tree.leaves.len() > ONE_PAGE {
        sheet.header(header);
    } else {
        sheet.row(header);
    }
    let mut sums = [Exact::zero(), Exact::zero(), Exact::zero()];
    let tree = case.outcome().held(case.unit).tree();
    for ((leaf, own), item) in tree.leaves.iter().zip(&case.unit.leaves).zip(&case.told().items) {
        if own.state == LeafState::NotInScheme {
            continue;
        }
        let lost = item.lost();
        let mut cells = vec![
            CellDoc::center(&leaf.code),
            CellDoc::text(&leaf.name).across(if asked { 1 } else { 2 }),
            case.view.points(&own.full),
        ];
        cells.extend(asked.then(|| case.cell(own.self_points.as_ref().map(|points| &points.0))));
        cells.extend([verified(case, own), lost_cell(case, lost.as_ref(), &own.full.0)]);
        cells.extend(stat_cells(case, item.stat.as_deref()));
        cells.push(CellDoc::text(reason(case, leaf, own)));
        cells.push(CellDoc::text(standard(case, leaf)));
        sheet.row(cells);
        if let (Some(points), Some(lost)) = (&own.verified, lost) {
            sums = [&sums[0] + &own.full.0, &sums[1] + &points.0, &sums[2] + &lost];
        }
    }
    let mut cells = vec![CellDoc::styled(case.text("feedback.sum"), Style::Strong).across(if asked { 2 } else { 3 })];
    cells.push(strong(case.view.exact(&sums[0])));
    cells.extend(asked.then(|| CellDoc::center("")));
    cells.extend(sums[1..].iter().map(|sum| strong(case.view.exact(sum))));
    cells.push(CellDoc::text(case.text("feedback.sum.note")).across(COLUMNS - 6));
    sheet.row(cells);
}

fn verified<'o>(case: &Case<'_, 'o>, own: &'o LeafScore) -> CellDoc<'o> {
    match &own.verified {
        Some(points) => strong(case.view.points(points)),
        None => CellDoc::center(case.view.word("leaf", "not-applicable")),
    }
}

/// Lost points; a loss of more than the model's problem rate is marked.
fn lost_cell<'o>(case: &Case<'_, 'o>, lost: Option<&Exact>, full: &Exact) -> CellDoc<'o> {
    let rule = case.outcome().model.common_problem.as_ref();
    let is_problem = |lost: &Exact| rule.is_some_and(|rule| Exact::from(100) * (full - lost) < &rule.rate.0 * full);
    match lost {
        Some(lost) if lost.is_zero() => case.view.exact(lost).role(Style::Center),
        Some(lost) if is_problem(lost) => case.view.exact(lost).role(Style::Bad),
        Some(lost) => case.view.exact(lost).role(Style::Warning),
        None => CellDoc::missing(),
    }
}

fn stat_cells<'o>(case: &Case<'_, 'o>, stat: Option<&Stat>) -> [CellDoc<'o>; 3] {
    [stat.map(|s| &s.mean), stat.map(|s| &s.median), stat.map(|s| &s.best)].map(|value| case.cell(value))
}

/// How the points were obtained, in words: state, value, explanation.
fn reason(case: &Case<'_, '_>, leaf: &Leaf, own: &LeafScore) -> String {
    let mut parts = Vec::new();
    if own.state != LeafState::Verified {
        parts.push(case.view.word("leaf", own.state));
    }
    if let Some(value) = own.value.as_ref().filter(|value| !value.is_empty()) {
        parts.push(Cow::Owned(say!(case, "trace.value", value = case.clean(value))));
    }
    if let Some(worked) = &own.formula {
        parts.push(Cow::Owned(say!(case, "trace.formula", formula = worked.text)));
    }
    if let Some(factor) = &own.coefficient {
        parts.push(Cow::Owned(say!(case, "trace.coefficient", value = factor)));
    }
    let standing = own.compared.as_ref().and_then(|own| own.standing.as_ref());
    if let Some(standing) = standing.filter(|own| own.members >= case.outcome().model.feedback.min_group) {
        let basis = standing.basis.as_ref();
        parts.extend(basis.map(|basis| Cow::Owned(say!(case, "trace.basis", value = basis.plain()))));
        parts.push(Cow::Owned(said_place(case.view.lang, standing)));
    }
    if let Some(id) = &own.corrected {
        parts.push(Cow::Owned(say!(case, "report.corrected", id = case.clean(id))));
    }
    if let Some(replaced) = &own.replaced {
        parts.push(Cow::Owned(case.clean(&said_replaced(case.view.lang, replaced))));
    }
    if !own.note.is_empty() {
        parts.push(Cow::Owned(case.clean(&own.note)));
    }
    parts.extend(own.periods.iter().map(|period| Cow::Owned(said_period(case, leaf, period))));
    case.view.lang.join("feedback.parts", parts)
}

/// A period: its points, whether it was left out, and how they came about. Where values are added up, one of them has no
/// points.
fn said_period(case: &Case<'_, '_>, leaf: &Leaf, own: &PeriodScore) -> String {
    let points = own.score.verified.as_ref().filter(|_| !leaf.adds_values()).map(|points| points.0.plain());
    let dropped = own.dropped.then(|| Cow::Borrowed(case.text("trace.dropped")));
    let how = dropped.into_iter().chain([Cow::Owned(reason(case, leaf, &own.score))]).filter(|said| !said.is_empty());
    let how = case.view.lang.join("feedback.parts", how);
    let points = points.as_deref().unwrap_or_default();
    let said = format!("{} {points}", case.clean(&own.period)).trim_end().to_owned();
    if how.is_empty() { said } else { say!(case, "feedback.period", period = said, how = how) }
}

fn standard(case: &Case<'_, '_>, leaf: &Leaf) -> Cow<'static, str> {
    if leaf.standard.is_empty() {
        return case.view.word("rule", leaf.rule.name());
    }
    Cow::Owned(case.clean(&leaf.standard))
}

/// The composition of the total.
fn total<'o>(case: &Case<'_, 'o>, sheet: &mut SheetDoc<'o>) {
    sheet.section(case.text("feedback.section.total"));
    sheet.row(vec![
        CellDoc::header(case.text("header.item")).across(2),
        CellDoc::header(case.text("header.rate")).across(2),
        CellDoc::header(case.text("header.weight")).across(2),
        CellDoc::header(case.text("feedback.header.mean-rate")).across(2),
        CellDoc::header(case.text("feedback.header.into-total")),
        CellDoc::header(case.text("header.basis")).across(CellDoc::WHOLE),
    ]);
    for (part, points) in parts(case) {
        let cells = match part {
            Part::Component(component, own) => {
                let index = case.outcome().model.components.iter().position(|c| c.id == component.id).unwrap_or(0);
                let stat = case.group().and_then(|group| group.components[index].as_ref());
                let corrected = own.corrected.as_ref().map(|id| say!(case, "report.corrected", id = case.clean(id)));
                let limited = own.limited.as_ref().filter(|own| own.lowers()).map(|own| limited(case, component, own));
                let least = case.outcome().model.feedback.min_group;
                let tells = |standing: &FieldStanding| standing.members >= least;
                let steps = tails::line(case.view.lang, case.outcome().model.rate_precision(), component, own, &tells);
                let lack = own.lacks.map(|lack| tails::lack(case.view.lang, lack).to_owned());
                let clause = component.clause.iter().map(|clause| case.clean(clause));
                let steps = Some(steps).filter(|steps| !steps.is_empty());
                let basis = clause.chain(lack).chain(limited).chain(steps).chain(corrected);
                vec![
                    CellDoc::text(&component.name).across(2),
                    if own.lacks.is_some() { CellDoc::missing() } else { CellDoc::printed(&own.rate) }.across(2),
                    case.view.short(&own.weight.0).across(2),
                    case.cell(stat.map(|stat| &stat.mean)).across(2),
                    strong(case.view.exact(&points)),
                    CellDoc::text(case.view.lang.join("feedback.parts", basis)).across(CellDoc::WHOLE),
                ]
            }
            Part::Adjustment(own) => {
                let document =
                    case.outcome().row(own).map(|row| case.clean(&format!("{} {}", row.document, row.document_number)));
                let clause = case.adjustment_clause(own);
                let basis = [clause, document.map(|d| d.trim().to_owned())].into_iter().flatten();
                let basis = case.view.lang.join("feedback.parts", basis.filter(|part| !part.is_empty()));
                plain(case, case.adjustment(own), &points, basis)
            }
            Part::Limit => plain(case, case.text("feedback.limit"), &points, limits(case)),
            Part::Correction => plain(case, case.text("feedback.correction"), &points, ""),
            Part::Rounding => {
                let label = case.text("feedback.rounding");
                plain(case, label, &points, case.text("feedback.rounding.note"))
            }
        };
        sheet.row(cells);
    }
    let mean = case.group().and_then(|group| group.total.as_ref());
    sheet.row(vec![
        CellDoc::styled(case.text("header.total"), Style::Strong).across(2),
        CellDoc::center("").across(4),
        case.cell(mean.map(|stat| &stat.mean)).across(2),
        CellDoc::optional_printed(case.unit.total.as_deref()).role(Style::Good),
        CellDoc::text(base_line(case)).across(CellDoc::WHOLE),
    ]);
}

/// The limit that lowers a rate, with its clause; what it looked at may be votes, so it is not told.
fn limited(case: &Case<'_, '_>, component: &Component, own: &Limited) -> String {
    let clause = component.limits.get(own.limit).and_then(|limit| limit.clause.as_deref());
    let clause = clause.map_or_else(String::new, |clause| format!("{} ", case.clean(clause)));
    say!(case, "feedback.limited", most = own.at_most.0.plain(), clause = clause)
}

fn limits(case: &Case<'_, '_>) -> String {
    let model = &case.outcome().model;
    say!(case, "feedback.limit.note", min = model.score.min, max = model.score.max)
}

/// Base, bonus and deduction as published.
fn base_line(case: &Case<'_, '_>) -> String {
    let unit = case.unit;
    let [base, plus, minus] = [&unit.base, &unit.plus, &unit.minus].map(|value| value.as_deref().unwrap_or_default());
    if !case.can_adjust() {
        return say!(case, "feedback.base.alone", base = base);
    }
    say!(case, "feedback.base", base = base, plus = plus, minus = minus)
}

fn plain<'o>(
    case: &Case<'_, 'o>,
    label: impl Into<Cow<'o, str>>,
    points: &Exact,
    basis: impl Into<Cow<'o, str>>,
) -> Vec<CellDoc<'o>> {
    vec![
        CellDoc::text(label).across(2),
        CellDoc::center("").across(6),
        strong(case.view.exact(points)),
        CellDoc::text(basis).across(CellDoc::WHOLE),
    ]
}

/// Rates of aspects and lines beside those of the group.
fn nodes<'o>(case: &Case<'_, 'o>, sheet: &mut SheetDoc<'o>) {
    let keys = ["feedback.section.nodes", "feedback.section.nodes.aspects", "feedback.section.nodes.lines"];
    sheet.section(case.text(case.outcome().model.tree.worded(keys)));
    tails::node_notes(case.view.lang, &case.outcome().model).into_iter().for_each(|note| sheet.note(note));
    sheet.row(vec![
        CellDoc::header(case.text("header.item")).across(2),
        CellDoc::header(case.text("header.rate")).across(2),
        CellDoc::header(case.text("feedback.header.mean")).across(2),
        CellDoc::header(case.text("feedback.header.median")).across(2),
        CellDoc::header(case.text("feedback.header.best")),
        CellDoc::header("").across(CellDoc::WHOLE),
    ]);
    let (tree, group) = (case.outcome().held(case.unit).tree(), case.group());
    let is_part = |node: &Branch| !node.points.0.is_zero();
    for (index, node) in tree.aspects.iter().enumerate().filter(|(_, node)| is_part(node)) {
        let rate = case.unit.aspects.get(&node.code).and_then(Option::as_ref).map(|rate| &rate.exact);
        sheet.row(node_row(case, node, rate, group.and_then(|g| g.aspects[index].as_ref())));
    }
    for (index, node) in tree.lines.iter().enumerate().filter(|(_, node)| is_part(node)) {
        let rate = case.unit.lines.get(&node.code).and_then(Option::as_ref).map(|rate| &rate.exact);
        sheet.row(node_row(case, node, rate, group.and_then(|g| g.lines[index].as_ref())));
    }
}

fn node_row<'o>(case: &Case<'_, 'o>, node: &'o Branch, rate: Option<&Exact>, stat: Option<&Stat>) -> Vec<CellDoc<'o>> {
    let points = say!(case, "feedback.node-points", points = node.points);
    let precision = case.outcome().model.rate_precision();
    let cell = |value: Option<&Exact>| value.map_or_else(CellDoc::missing, |value| CellDoc::rounded(value, precision));
    let [mean, median, best] = [stat.map(|s| &s.mean), stat.map(|s| &s.median), stat.map(|s| &s.best)].map(cell);
    vec![
        CellDoc::text(&node.name).across(2),
        strong(cell(rate)).across(2),
        mean.across(2),
        median.across(2),
        best,
        CellDoc::text(points).across(CellDoc::WHOLE),
    ]
}
