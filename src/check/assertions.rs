//! 核对: rows that say what a published value of a unit should be (SPEC §12). Compared after grading, in [`crate::engine::assertions`].

use super::cells::{self, Ask};
use super::{Context, identity};
use std::borrow::Cow;

use crate::engine::assessment::{AssertionRow, Expected, Published, State};
use crate::read::table::Row;
use crate::read::{RawTable, Word};
use crate::shared::finding::{Arg, Bound, Code, Describe as _, Findings};
use crate::shared::place::Located;
use crate::shared::text;

/// The places other than codes of the model, as written.
const FIXED: [(&str, Published); 16] = [
    ("总分", Published::Total),
    ("total", Published::Total),
    ("基础分", Published::Base),
    ("base", Published::Base),
    ("加分", Published::Plus),
    ("bonus", Published::Plus),
    ("减分", Published::Minus),
    ("deduction", Published::Minus),
    ("位次", Published::Rank),
    ("rank", Published::Rank),
    ("组内位次", Published::RankInGroup),
    ("rankingroup", Published::RankInGroup),
    ("总位次", Published::RankOverall),
    ("rankoverall", Published::RankOverall),
    ("等次", Published::Grade),
    ("grade", Published::Grade),
];

/// Reads all tables of assertions.
pub(super) fn check(context: &Context<'_>, tables: &[&RawTable], findings: &mut Findings<'_>) -> Vec<AssertionRow> {
    let rows = tables.iter().flat_map(|table| table.rows.iter().map(move |row| (*table, row)));
    let mut bound = Bound::new(findings);
    let read = |(table, row): (&RawTable, Cow<'_, Row>)| {
        bound.keep(findings);
        assertion(context, table, &row, findings)
    };
    rows.filter_map(read).collect()
}

fn assertion(context: &Context<'_>, table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Option<AssertionRow> {
    let words = [Word::UnitCode, Word::Unit, Word::Where, Word::ShouldBe];
    if words.iter().all(|word| cells::is_missing(&table.text(row, *word).value)) {
        return None;
    }
    let start = findings.len();
    let unit = identity::unit_of_row(context, table, row, findings).map(|(unit, _)| unit);
    let place_cell = table.get(row, Word::Where);
    let written = cells::words(&place_cell, findings).unwrap_or_default();
    let place = place(context, &Located::new(written.as_str(), place_cell.at), findings);
    let expected = place.and_then(|place| expected(context, table, row, place, findings));
    if let Some(unit) = unit {
        findings.name_unit(start, context.code(unit));
    }
    Some(AssertionRow { unit: unit?, place: place?, written, expected: expected? })
}

/// A fixed word, a leaf code, a component id or name, or the code of an aspect or line; `None` after a finding.
fn place(context: &Context<'_>, cell: &Located<&str>, findings: &mut Findings<'_>) -> Option<Published> {
    let model = context.model;
    let wanted = text::key(cell.value);
    let lower = wanted.to_lowercase();
    let fixed = FIXED.iter().find(|(word, _)| *word == lower).map(|(_, place)| *place);
    let leaf = || model.indicators_component().and(model.tree.leaf(cell.value)).map(Published::Leaf);
    let component = || model.component(cell.value).map(Published::Component);
    let aspect = || model.tree.aspects.iter().position(|a| text::key(&a.code) == wanted).map(Published::Aspect);
    let line = || model.tree.lines.iter().position(|l| text::key(&l.code) == wanted).map(Published::Line);
    let found = fixed.or_else(leaf).or_else(component).or_else(aspect).or_else(line);
    if found.is_none() {
        let leaves = model.tree.leaves.iter().map(|leaf| leaf.code.as_str());
        let components = model.components.iter().map(|component| component.id.as_str());
        let known = leaves.chain(components).chain(FIXED.iter().map(|(word, _)| *word));
        findings.unknown(Code::E642, cell, known).with("expected", Arg::Word("assertion.places"));
    }
    found
}

/// What is expected: a grade, or a number; a dash, 不涉及 or 暂缓 where there should be no value.
fn expected(
    context: &Context<'_>,
    table: &RawTable,
    row: &Row,
    place: Published,
    findings: &mut Findings<'_>,
) -> Option<Located<Expected>> {
    let cell = table.get(row, Word::ShouldBe);
    if cell.value.is_none_or(|value| value.is_blank()) {
        findings.add(Code::E314).at(cell.at);
        return None;
    }
    if place != Published::Grade {
        let value = match cells::number(&cell, Ask::Score, findings)? {
            State::Known(number) => Expected::Number(number),
            State::Missing | State::NotApplicable => Expected::None,
        };
        return Some(Located::new(value, cell.at));
    }
    let written = cells::words(&cell, findings)?;
    if cells::is_missing(&written) || matches!(text::key(&written).to_lowercase().as_str(), "暂缓" | "deferred") {
        return Some(Located::new(Expected::None, cell.at));
    }
    let grade = context.model.grade(&written);
    if grade.is_none() {
        let names = || context.model.grades.iter().map(|grade| grade.name.as_str());
        let finding = findings.add(Code::E616).at(cell.at).found(&written).nearest(&written, names());
        finding.expected(names().collect::<Vec<_>>().join(" / "));
    }
    grade.map(|grade| Located::new(Expected::Grade(grade), cell.at))
}
