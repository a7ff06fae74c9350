//! 指标得分 and 组成得分: points by leaf, rates and contributions by component.

use crate::shared::i18n::say;
use std::borrow::Cow;
use std::collections::BTreeMap;

use super::cells::LeafCells;
use super::document::{CellDoc, SheetDoc, Style};
use super::tails;
use super::view::View;
use crate::documents::trace::said_replaced;
use crate::result::outcome::{Answers, Component, Held, LeafScore, LeafState, UnitOutcome};
use crate::shared::number::Points;

/// Verified points of every unit on every leaf: shown at the published decimals, stored with all their digits.
pub(super) fn leaves<'o>(view: &View<'o>) -> (SheetDoc<'o>, LeafCells<'o>) {
    let mut sheet = view.sheet("sheet.leaves").landscape().freeze(3);
    let mut index = LeafCells { sheet: view.text("sheet.leaves"), full_row: 0, first_column: 0, rows: BTreeMap::new() };
    let leaves = &view.outcome.model.tree.leaves;
    if leaves.is_empty() || view.units.iter().all(|unit| unit.leaves.is_empty()) {
        return (view.only(sheet, view.text("report.leaves.none")), index);
    }
    sheet.subtitle(view.text("report.leaves.line"));
    let own = ["header.number", "header.unit-code", "header.unit", "header.group"];
    let mut codes = view.tall_headers(&own, 2);
    codes.extend(leaves.iter().map(|leaf| CellDoc::header(&leaf.code)));
    codes.extend(view.tall_headers(&["header.sum", "header.remark"], 2));
    sheet.header(codes);
    let mut names = vec![CellDoc::covered(); own.len()];
    names.extend(leaves.iter().map(|leaf| CellDoc::header(&leaf.name)));
    names.extend([CellDoc::covered(), CellDoc::covered()]);
    sheet.header(names);
    (index.full_row, index.first_column) = (sheet.next_row(), own.len() as u16);
    for (scheme, held) in view.outcome.model.plans().enumerate() {
        sheet.header(full_points(view, scheme, held, own.len() as u16));
    }
    for (number, unit) in view.units.iter().enumerate() {
        let mut cells = view.row_of(number, unit);
        cells.extend(leaves.iter().map(|leaf| leaf_cell(view, unit.leaves.iter().find(|own| own.code == leaf.code))));
        cells.extend([sum(view, unit), CellDoc::text(leaf_remarks(view, unit))]);
        index.rows.insert(&unit.roster.code, sheet.next_row());
        sheet.row(cells);
    }
    (sheet.finish(), index)
}

/// The full points of all leaves in a scheme; what is not part of it has none.
fn full_points<'o>(view: &View<'o>, scheme: usize, held: Held<'o>, width: u16) -> Vec<CellDoc<'o>> {
    let name = view.outcome.model.schemes.get(scheme).map(|scheme| &scheme.name);
    let title = match name {
        Some(name) => Cow::Owned(say!(view, "report.labelled", label = view.text("header.full"), value = name)),
        None => Cow::Borrowed(view.text("header.full")),
    };
    let mut full = vec![CellDoc::header(title).across(width)];
    let leaves = held.tree().leaves.iter().enumerate();
    full.extend(leaves.map(|(index, leaf)| match held.has_leaf(index) {
        true => view.short_precise(&leaf.points.0).role(Style::Header),
        false => CellDoc::header(view.text("leaf.outside")),
    }));
    let whole: Points = held.tree().leaves.iter().map(|leaf| &leaf.points).sum();
    full.extend([view.short(&whole.0).role(Style::Header), CellDoc::header("")]);
    full
}

fn leaf_cell<'o>(view: &View<'o>, leaf: Option<&'o LeafScore>) -> CellDoc<'o> {
    match leaf {
        None => CellDoc::missing(),
        Some(leaf) => match &leaf.verified {
            Some(points) => CellDoc::precise(&points.0, view.outcome.model.score.decimals),
            None if leaf.state == LeafState::NotInScheme => CellDoc::center(view.text("leaf.outside")),
            None => CellDoc::center(view.text("leaf.not-applicable")),
        },
    }
}

fn sum<'o>(view: &View<'o>, unit: &'o UnitOutcome) -> CellDoc<'o> {
    if unit.leaves.is_empty() {
        return CellDoc::missing();
    }
    let sum: Points = unit.leaves.iter().filter_map(|leaf| leaf.verified.as_ref()).sum();
    view.points(&sum).role(Style::Strong)
}

/// Leaves whose points do not come from a verification, grouped by their source.
fn leaf_remarks(view: &View<'_>, unit: &UnitOutcome) -> String {
    let states = [
        LeafState::NoReport,
        LeafState::NoEvidence,
        LeafState::Unverified,
        LeafState::SelfScored,
        LeafState::Corrected,
        LeafState::NotApplicable,
    ];
    let of = |state: LeafState| {
        let own = unit.leaves.iter().filter(|leaf| leaf.state == state);
        let codes: Vec<&str> = own.map(|leaf| leaf.code.as_str()).collect();
        let all = codes.len() == unit.leaves.len();
        let codes = if all { Cow::Borrowed(view.text("report.all-leaves")) } else { Cow::Owned(view.join(&codes)) };
        let word = view.word("leaf", state);
        (!codes.is_empty() && !unit.leaves.is_empty())
            .then(|| say!(view, "report.labelled", label = word, value = codes))
    };
    let factors = unit.leaves.iter().filter_map(|leaf| Some(format!("{} {}", leaf.code, leaf.coefficient.as_ref()?)));
    let factors: Vec<String> = factors.collect();
    let factors = (!factors.is_empty())
        .then(|| say!(view, "report.labelled", label = view.text("calc.factor"), value = view.join(&factors)));
    let replaced = unit.leaves.iter().filter_map(|leaf| Some((leaf.code.as_str(), leaf.replaced.as_deref()?)));
    let replaced =
        replaced.map(|(code, own)| say!(view, "report.labelled", label = code, value = said_replaced(view.lang, own)));
    let periods = unit.leaves.iter().flat_map(|leaf| leaf.periods.iter().map(move |own| (leaf, own)));
    let of_period = periods.filter_map(|(leaf, own)| {
        let label = format!("{} {}", leaf.code, own.period);
        let said = match &own.score.replaced {
            Some(replaced) => said_replaced(view.lang, replaced),
            None if own.dropped => view.text("trace.dropped").to_owned(),
            None => return None,
        };
        Some(say!(view, "report.labelled", label, value = said))
    });
    states.into_iter().filter_map(of).chain(replaced).chain(factors).chain(of_period).collect::<Vec<_>>().join("\n")
}

/// Rate, weight and contribution of every component, up to the base.
pub(super) fn components<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.components").landscape().freeze(3);
    sheet.subtitle(view.text("report.components.line"));
    for component in &view.outcome.model.components {
        if let Some(rule) = tails::rules(view.lang, component) {
            sheet.subtitle(say!(view, "report.labelled", label = component.name, value = rule));
        }
    }
    let components = &view.outcome.model.components;
    let own = ["header.number", "header.unit-code", "header.unit", "header.group"];
    let (mut top, mut below) = (view.tall_headers(&own, 2), vec![CellDoc::covered(); own.len()]);
    for component in components {
        top.push(CellDoc::header(&component.name).across(columns(component)));
        below.extend(view.headers(&["header.rate", "header.weight", "header.contribution"]));
        if component.has_satisfaction() {
            below.push(CellDoc::header(view.text("header.satisfaction")));
        }
    }
    top.extend(view.tall_headers(&["header.base", "header.remark"], 2));
    below.extend([CellDoc::covered(), CellDoc::covered()]);
    sheet.header(top);
    sheet.header(below);
    for (index, unit) in view.units.iter().enumerate() {
        let mut cells = view.row_of(index, unit);
        cells.extend(components.iter().flat_map(|component| component_cells(view, unit, component)));
        cells.push(CellDoc::optional_printed(unit.base.as_deref()).role(Style::Strong));
        cells.push(CellDoc::text(component_remarks(view, unit)));
        sheet.row(cells);
    }
    sheet.finish()
}

fn columns(component: &Component) -> u16 {
    if component.has_satisfaction() { 4 } else { 3 }
}

fn component_cells<'o>(view: &View<'o>, unit: &'o UnitOutcome, component: &'o Component) -> Vec<CellDoc<'o>> {
    let Some(own) = unit.components.get(&component.id) else {
        return vec![view.outside(unit); columns(component) as usize];
    };
    let mut cells = vec![
        if own.lacks.is_some() { CellDoc::missing() } else { CellDoc::printed(&own.rate) },
        view.short(&own.weight.0).role(Style::Center),
        view.points(&own.contribution),
    ];
    if component.has_satisfaction() {
        let satisfaction = own.ballots.as_ref().and_then(|ballots| ballots.satisfaction.as_ref());
        cells.push(view.percent(satisfaction));
    }
    cells
}

/// Corrected components and ones with too few answers.
fn component_remarks(view: &View<'_>, unit: &UnitOutcome) -> String {
    let mut remarks = Vec::new();
    for component in &view.outcome.model.components {
        let Some(own) = unit.components.get(&component.id) else { continue };
        let mut say = |value: String| {
            remarks.push(say!(view, "report.labelled", label = component.name, value));
        };
        if let Some(lack) = own.lacks {
            say(tails::lack(view.lang, lack).to_owned());
            continue;
        }
        if let Some(limited) = own.limited.as_ref().filter(|own| own.lowers()) {
            say(view.limited(limited));
        }
        let steps = tails::line(view.lang, view.outcome.model.score.published(), component, own, &|_| true);
        if !steps.is_empty() {
            say(steps);
        }
        if let Some(id) = &own.corrected {
            say(say!(view, "report.corrected", id));
        }
        if let Some(share) = own.ballots.as_ref().and_then(|ballots| ballots.share.as_ref()) {
            let share = view.outcome.model.score.published().print(&share.0);
            say(say!(view, "report.share.of", name = view.whole_unit(component), share));
        }
        if let Some(ballots) = own.ballots.as_ref().filter(|ballots| ballots.enough != Answers::Enough) {
            let word = view.word("report.answers", ballots.enough);
            say(say!(view, "report.answers", count = ballots.answers, what = word));
        }
    }
    remarks.join("\n")
}
