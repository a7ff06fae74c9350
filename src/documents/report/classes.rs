//! 评议汇总: the means given to each unit by each class of raters, and the ballots of each class. Only sums: no mark is
//! tied to a rater.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::cells::MeanCells;
use super::columns::{Column, cells};
use super::document::{CellDoc, Content, MISSING, SheetDoc, Style};
use super::view::View;
use crate::result::outcome::{
    ClassMeasure, ClassTotals, Component, ComponentType, NoResult, Node, RaterClass, Scale, UnitOutcome,
};
use crate::shared::i18n::say;
use crate::shared::number::Exact;

/// The columns.
const HEADERS: [&str; 14] = [
    "header.unit-code",
    "header.unit",
    "header.component",
    "header.class",
    "header.node",
    MEAN,
    "header.in-mean",
    "header.valid",
    "header.abstained",
    "header.void",
    "header.recused",
    "header.trimmed",
    "header.effective-weight",
    "header.no-result",
];
const MEAN: &str = "header.mean";
/// Columns from the mean to the effective weight.
const MEANS: usize = 8;
/// Columns that stay even if they hold nothing: of the means, and of the ballots by class.
const KEPT: usize = 11;
const KEPT_OF_CLASS: usize = 4;

/// The sheet of class means: shown at the published decimals, stored with all their digits.
pub(super) fn sheet<'o>(view: &View<'o>) -> (SheetDoc<'o>, MeanCells<'o>) {
    let mut sheet = view.sheet("sheet.classes").landscape().freeze(2);
    let column = HEADERS.iter().position(|key| *key == MEAN).unwrap_or_default() as u16;
    let mut index = MeanCells { sheet: view.text("sheet.classes"), column, rows: BTreeMap::new() };
    let rated: Vec<&Component> =
        view.outcome.model.components.iter().filter(|c| c.scored() == ComponentType::Ballots).collect();
    if rated.is_empty() {
        return (view.only(sheet, view.text("report.classes.none")), index);
    }
    sheet.subtitle(view.text("report.classes.line"));
    let counts_votes = view.outcome.model.counts_any_votes();
    let by_level = counts_votes.then_some("header.votes-by-level");
    let headers: Vec<&str> = HEADERS.into_iter().chain(by_level).collect();
    let mut rows = Vec::new();
    // The header above the first row of the table.
    let top = sheet.next_row() + 1;
    let units = view.units.iter().copied().filter(|unit| !unit.components.is_empty());
    let pairs: Vec<(&'o UnitOutcome, &'o Component)> =
        units.flat_map(|unit| rated.iter().map(move |component| (unit, *component))).collect();
    let made: Vec<Vec<Vec<CellDoc<'o>>>> =
        pairs.par_iter().map(|(unit, component)| unit_rows(view, unit, component, counts_votes)).collect();
    for ((unit, component), own) in pairs.into_iter().zip(made) {
        let place = (top + rows.len(), view.outcome.model.measured(component).len());
        index.rows.insert((&unit.roster.code, &component.id), place);
        rows.extend(own);
    }
    if rows.is_empty() {
        return (view.only(sheet, view.text("report.none")), index);
    }
    let mut table = Table { header: view.headers(&headers), rows };
    table.drop_blank(KEPT);
    sheet.header(table.header);
    table.rows.into_iter().for_each(|row| sheet.row(row));
    totals(view, &mut sheet);
    (sheet.finish(), index)
}

fn unit_rows<'o>(
    view: &View<'o>,
    unit: &'o UnitOutcome,
    component: &'o Component,
    counts_votes: bool,
) -> Vec<Vec<CellDoc<'o>>> {
    let mut rows = Vec::new();
    let Some(ballots) = unit.components.get(&component.id).and_then(|own| own.ballots.as_ref()) else { return rows };
    for (index, (named, class)) in component.classes().iter().zip(&ballots.classes).enumerate() {
        for node in 0..class.means.len() {
            let mut cells = view.unit(&unit.roster.code).to_vec();
            cells.push(CellDoc::center(&component.name));
            cells.push(CellDoc::center(&named.name));
            cells.extend(mean_cells(view, component, class, node));
            cells.extend(counts_votes.then(|| votes(view, component, index, class)));
            rows.push(cells);
        }
    }
    rows
}

/// A table before it is put on the sheet.
struct Table<'o> {
    header: Vec<CellDoc<'o>>,
    rows: Vec<Vec<CellDoc<'o>>>,
}

impl Table<'_> {
    /// Leaves out the columns after the first ones in which no row holds anything.
    fn drop_blank(&mut self, first: usize) {
        let is_blank = |cell: &CellDoc<'_>| match &cell.content {
            Content::Empty => true,
            Content::Text(text) => text.is_empty() || text == MISSING,
            _ => false,
        };
        for column in (first..self.header.len()).rev() {
            if self.rows.iter().all(|row| row.get(column).is_none_or(is_blank)) {
                self.header.remove(column);
                self.rows.iter_mut().filter(|row| row.len() > column).for_each(|row| drop(row.remove(column)));
            }
        }
    }
}

/// One measured node of one class; values for the class as a whole are in its first row.
fn mean_cells<'o>(view: &View<'o>, component: &'o Component, class: &'o ClassMeasure, node: usize) -> Vec<CellDoc<'o>> {
    let name = match view.outcome.model.measured(component).get(node) {
        None | Some(Node::Unit) => view.whole_unit(component),
        Some(node) => Cow::Borrowed(view.node_name(view.outcome.model.tree.code(*node))),
    };
    let mean = class.means[node].as_ref();
    let once = |count: usize| if node == 0 { CellDoc::count(count) } else { CellDoc::empty() };
    let trimmed: Vec<String> = mean.map(|m| m.trimmed.iter().map(ToString::to_string).collect()).unwrap_or_default();
    let missing = class.missing;
    if missing == Some(NoResult::NotInScheme) {
        let outside = std::iter::repeat_with(|| CellDoc::center(view.text("leaf.outside"))).take(MEANS);
        let why = CellDoc::text(view.word("class.missing", NoResult::NotInScheme));
        return std::iter::once(CellDoc::center(name)).chain(outside).chain([why]).collect();
    }
    vec![
        CellDoc::center(name),
        mean.map_or_else(CellDoc::missing, |mean| {
            CellDoc::precise(&mean.mean.0, view.outcome.model.score.decimals).role(Style::Strong)
        }),
        mean.map_or_else(CellDoc::missing, |mean| CellDoc::count(mean.counted + mean.zeros)),
        once(class.counts.valid),
        once(class.counts.abstained),
        once(class.counts.void),
        once(class.counts.recused),
        CellDoc::center(view.join(&trimmed)),
        if node == 0 { view.exact(&class.effective_weight.0) } else { CellDoc::empty() },
        match missing {
            Some(reason) => CellDoc::styled(view.word("class.missing", reason), Style::Warning),
            None => CellDoc::text(""),
        },
    ]
}

/// The votes for each level that entered the mean, where they are counted so; those cut at the ends are not among them.
fn votes<'o>(view: &View<'o>, component: &Component, index: usize, class: &ClassMeasure) -> CellDoc<'o> {
    let levels = match component.ballots().map(|rules| rules.scale_of(index)) {
        Some(Scale::Levels(levels)) => levels.as_slice(),
        Some(Scale::Range(_)) | None => &[],
    };
    let parts = levels.iter().zip(&class.votes);
    let parts: Vec<String> = parts.map(|((level, _), votes)| say!(view, "report.votes", level, votes)).collect();
    CellDoc::text(view.join(&parts))
}

/// Ballots by class over all units.
fn totals<'o>(view: &View<'o>, sheet: &mut SheetDoc<'o>) {
    // A class that is only tallied has no ballots; 0 would suggest that none were returned.
    let own = |count: usize, class: &ClassTotals| match class.tallied.rows > 0 && class.returned == 0 {
        true => CellDoc::missing(),
        false => CellDoc::count(count),
    };
    let tallied =
        |count: Option<usize>, class: &ClassTotals| CellDoc::optional_count(count.filter(|_| class.tallied.rows > 0));
    let quorum = |class: &ClassTotals| class.quorum.filter(|_| class.returned > 0).map(|reached| view.holds(reached));
    let columns: [Column<'_, 'o, (&'o Component, &'o RaterClass, &'o ClassTotals)>; 13] = [
        ("header.class-id", &|(_, class, _)| CellDoc::center(&class.id)),
        ("header.class", &|(_, class, _)| CellDoc::text(&class.name)),
        ("header.component", &|(component, ..)| CellDoc::center(&component.name)),
        ("header.weight", &|(component, class, _)| weight(view, component, class)),
        ("header.issued", &|(.., totals)| CellDoc::optional_count(totals.issued)),
        ("header.returned", &|(.., totals)| own(totals.returned, totals)),
        ("header.valid", &|(.., totals)| own(totals.valid, totals)),
        ("header.void", &|(.., totals)| own(totals.void, totals)),
        ("header.emptied", &|(.., totals)| own(totals.emptied, totals)),
        ("header.quorum", &|(.., totals)| quorum(totals).unwrap_or_else(CellDoc::missing)),
        ("header.tally-issued", &|(.., totals)| tallied(totals.tallied.issued, totals)),
        ("header.tally-valid", &|(.., totals)| tallied(Some(totals.tallied.valid), totals)),
        ("header.tally-void", &|(.., totals)| tallied(Some(totals.tallied.invalid), totals)),
    ];
    let rows = view.outcome.classes().map(|class| cells(&columns, class));
    let mut table = Table { header: view.heads(&columns), rows: rows.collect() };
    if table.rows.is_empty() {
        return;
    }
    // A class that was only tallied has no ballots, and the other way round.
    table.drop_blank(KEPT_OF_CLASS);
    sheet.section(view.text("report.section.classes"));
    sheet.row(table.header);
    table.rows.into_iter().for_each(|row| sheet.row(row));
}

/// The weight of a class; where schemes differ in it, that of each.
fn weight<'o>(view: &View<'o>, component: &'o Component, class: &'o RaterClass) -> CellDoc<'o> {
    let model = &view.outcome.model;
    let at = model.components.iter().position(|own| own.id == component.id);
    let number = component.classes().iter().position(|own| own.id == class.id);
    let (Some(at), Some(number)) = (at, number) else { return view.short(&class.weight.0).role(Style::Center) };
    let parts = model.plans().filter(|held| held.weight(at).is_some());
    let mut weights: Vec<Option<&Exact>> =
        parts.map(|held| held.class_weight(at, number).map(|weight| &weight.0)).collect();
    weights.dedup();
    let outside = view.text("leaf.outside");
    match weights.as_slice() {
        [] => CellDoc::missing(),
        [Some(weight)] => view.short(weight).role(Style::Center),
        several => {
            let said = |weight: &Option<&Exact>| weight.map_or_else(|| outside.to_owned(), ToString::to_string);
            CellDoc::center(several.iter().map(said).collect::<Vec<_>>().join(" / "))
        }
    }
}
