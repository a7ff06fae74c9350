//! 排名 and 两线三面: the ranks of the units, and the rates of lines and aspects.

use crate::shared::coded::ByCode;
use crate::shared::groups::counted;
use crate::shared::i18n::say;
use std::borrow::Cow;
use std::collections::BTreeMap;

use super::columns::Column;
use super::document::{CellDoc, SheetDoc, Style};
use super::tails;
use super::view::View;
use crate::model::Rates as Rated;
use crate::result::outcome::{Branch, Component, ComponentType, Mode, RankScope, Rate, StepKind, UnitOutcome};

/// The most units whose ranking is printed on one page.
const ON_ONE_PAGE: usize = 26;

/// The ranking: groups in order, best total first.
pub(super) fn ranking<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.ranking").landscape().freeze(3).filtered();
    let model = &view.outcome.model;
    let (as_of, version) = (model.as_of.map(|date| date.to_string()), view.version());
    let as_of = as_of.as_deref().unwrap_or(super::document::MISSING);
    sheet.subtitle(say!(view, "report.ranking.line", as_of, version));
    if view.units.len() <= ON_ONE_PAGE {
        sheet = sheet.on_one_page();
    }
    ranks(view, &mut sheet);
    sheet.closing(view.text("report.signature"));
    sheet.finish()
}

/// How many units share a rank, by group and rank.
fn tied<'v>(view: &'v View<'_>) -> BTreeMap<(&'v str, usize), usize> {
    counted(view.units.iter().filter_map(|unit| Some((unit.roster.group.as_str(), unit.rank_group?))))
}

fn ranks<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    let (outcome, model, tied) = (view.outcome, &view.outcome.model, tied(view));
    let shared = |unit: &UnitOutcome| {
        let rank = unit.rank_group.and_then(|rank| tied.get(&(unit.roster.group.as_str(), rank)));
        rank.is_some_and(|units| *units > 1)
    };
    let printed = |text: &'o Option<String>| CellDoc::optional_printed(text.as_deref());
    let total = |unit: &'o UnitOutcome| {
        let total = unit.total.as_deref();
        total.map_or_else(CellDoc::missing, |total| CellDoc::printed(total).role(Style::Strong))
    };
    let columns: [Column<'_, 'o, (usize, &'o UnitOutcome)>; 16] = [
        ("header.number", &|(index, _)| CellDoc::count(index + 1)),
        ("header.unit-code", &|(_, unit)| CellDoc::center(&unit.roster.code)),
        ("header.unit", &|(_, unit)| CellDoc::text(&unit.roster.name)),
        ("header.group", &|(_, unit)| CellDoc::center(&unit.roster.group)),
        ("header.total", &|(_, unit)| total(unit)),
        ("header.base", &|(_, unit)| printed(&unit.base)),
        ("header.plus", &|(_, unit)| printed(&unit.plus)),
        ("header.minus", &|(_, unit)| printed(&unit.minus)),
        ("header.rank-group", &|(_, unit)| CellDoc::optional_count(unit.rank_group)),
        ("header.rank-overall", &|(_, unit)| CellDoc::optional_count(unit.rank_overall)),
        ("header.scheme", &|(_, unit)| CellDoc::optional(outcome.scope_of(unit))),
        ("header.rank-scheme", &|(_, unit)| CellDoc::optional_count(unit.rank_scheme)),
        ("header.threshold", &|(_, unit)| CellDoc::optional(unit.threshold.as_deref())),
        ("header.grade", &|(_, unit)| CellDoc::optional(unit.grade.as_deref()).role(Style::Strong)),
        ("header.parallel", &|(_, unit)| CellDoc::optional(unit.parallel.as_deref())),
        ("header.remark", &|(_, unit)| CellDoc::text(view.join(&remarks(view, unit, shared(unit))))),
    ];
    let kept = columns.into_iter().filter(|(key, _)| match *key {
        "header.scheme" | "header.rank-scheme" => model.rank.scope == RankScope::Scheme,
        "header.threshold" | "header.grade" | "header.parallel" => !model.grades.is_empty(),
        _ => true,
    });
    view.table(sheet, view.units.iter().copied().enumerate(), &kept.collect::<Vec<_>>());
}

/// Peculiarities of a unit's rank, in words.
fn remarks(view: &View<'_>, unit: &UnitOutcome, shared_rank: bool) -> Vec<&'static str> {
    let step = |kind: StepKind| unit.path.iter().any(|step| step.kind() == kind);
    let mut words = Vec::new();
    let mut say = |holds: bool, key: &str| {
        if holds {
            words.push(view.text(key));
        }
    };
    say(unit.roster.mode == Mode::Separate, "mode.separate");
    say(unit.roster.mode == Mode::Excluded, "mode.excluded");
    say(unit.deferred, if step(StepKind::Deferred) { "report.deferred" } else { "report.ungraded" });
    say(shared_rank, "report.tied");
    say(step(StepKind::Decision), "report.decided");
    say(step(StepKind::CapPending) || step(StepKind::TiePending), "report.pending");
    say(view.total_corrected(unit), "report.total-corrected");
    say(
        unit.roster.mode == Mode::Ranked && unit.grade.is_some() && !unit.takes_place && step(StepKind::OutsideQuota),
        "report.outside",
    );
    words
}

/// Rates of lines and aspects: over all components, then within each component that measures below the unit.
pub(super) fn nodes<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let model = &view.outcome.model;
    let name = model.tree.worded(["sheet.nodes", "sheet.nodes.aspects", "sheet.nodes.lines"]);
    let mut sheet = view.sheet(name).landscape().freeze(3);
    sheet.subtitle(view.text("report.nodes.line"));
    tails::node_notes(view.lang, model).into_iter().for_each(|note| sheet.subtitle(note));
    let own = ["header.number", "header.unit-code", "header.unit", "header.group"];
    let components: Vec<&Component> = model.components.iter().filter(|c| is_detailed(c)).collect();
    let (mut top, mut below) = (view.tall_headers(&own, 2), vec![CellDoc::covered(); own.len()]);
    let mut block = |heading: Cow<'o, str>, nodes: &'o [Branch]| {
        if let Some(count) = u16::try_from(nodes.len()).ok().filter(|count| *count > 0) {
            top.push(CellDoc::header(heading).across(count));
            below.extend(nodes.iter().map(|node| CellDoc::header(&node.name)));
        }
    };
    block(view.text("header.lines").into(), &model.tree.lines);
    block(view.text("header.aspects").into(), &model.tree.aspects);
    for component in &components {
        let within = |key| Cow::Owned(say!(view, key, component = component.name));
        block(within("header.lines-within"), &model.tree.lines);
        block(within("header.aspects-within"), &model.tree.aspects);
    }
    sheet.header(top);
    sheet.header(below);
    for (index, unit) in view.units.iter().enumerate() {
        let mut cells = view.row_of(index, unit);
        let tree = view.outcome.held(unit).tree();
        cells.extend(rates(view, unit, &tree.lines, Some(&unit.lines)));
        cells.extend(rates(view, unit, &tree.aspects, Some(&unit.aspects)));
        for component in &components {
            let own = unit.components.get(&component.id);
            cells.extend(rates(view, unit, &tree.lines, own.map(|c| &c.lines)));
            cells.extend(rates(view, unit, &tree.aspects, own.map(|c| &c.aspects)));
        }
        sheet.row(cells);
    }
    sheet.finish()
}

/// Whether a component distinguishes lines and aspects.
fn is_detailed(component: &Component) -> bool {
    component.ballots().map_or(component.scored() == ComponentType::Indicators, |rules| rules.rates != Rated::Unit)
}

type Rates = ByCode<Option<Rate>>;

/// The rates of the lines or aspects of the unit's scheme; none of a component that is not part of it.
fn rates<'o>(
    view: &View<'o>,
    unit: &'o UnitOutcome,
    nodes: &'o [Branch],
    rates: Option<&'o Rates>,
) -> Vec<CellDoc<'o>> {
    let has_schemes = !view.outcome.model.schemes.is_empty();
    let is_outside = |node: &Branch| has_schemes && node.points.0.is_zero();
    let of = |node: &'o Branch| match rates {
        Some(rates) if !is_outside(node) => view.rate(rates.get(&node.code).and_then(Option::as_ref)),
        _ => view.outside(unit),
    };
    nodes.iter().map(of).collect()
}
