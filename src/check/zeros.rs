//! Codes that were typed as numbers (SPEC §20): a number does not keep zeros at its ends, so under General 1.10 is 1.1
//! and 001 is 1.
//!
//! A cell whose number format defines what it shows is read as shown. Otherwise a number is refused as a code where the
//! roster or the model has codes that differ only by such zeros. The text of a csv file is taken literally once a code
//! with such a zero occurs in the same column: then whoever wrote the file kept them.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::read::table::{Column, Row};
use crate::read::{RawTable, RawValue, Word};
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::number::Exact;
use crate::shared::place::{SheetId, Spot};
use crate::shared::text;

/// Meanings of columns and labels that name units, indicators, nodes, rules or places.
const NAMES: [Word; 7] = [Word::UnitCode, Word::Unit, Word::Indicator, Word::Name, Word::Node, Word::Code, Word::Where];

/// Codes that become the same number without zeros at their ends, by that number; only numbers with several codes.
struct Alike<'c>(BTreeMap<Exact, BTreeSet<&'c str>>);

impl<'c> Alike<'c> {
    fn of(context: &Context<'c>) -> Self {
        let tree = &context.model.tree;
        let units = context.roster.units.iter().flat_map(crate::engine::assessment::Unit::names);
        let nodes = tree.leaves.iter().map(|leaf| leaf.code.as_str());
        let nodes = nodes.chain(tree.aspects.iter().map(|aspect| aspect.code.as_str()));
        let nodes = nodes.chain(tree.lines.iter().map(|line| line.code.as_str()));
        let rules = context.model.adjustments.kinds.iter().map(|rule| rule.code.as_str());
        let mut codes: BTreeMap<Exact, BTreeSet<&str>> = BTreeMap::new();
        for code in units.chain(nodes).chain(rules) {
            if let Some(number) = Exact::parse(&text::key(code)) {
                codes.entry(number).or_default().insert(code);
            }
        }
        codes.retain(|_, codes| codes.len() > 1);
        Self(codes)
    }

    /// The codes that a value may stand for, if there are several.
    fn codes(&self, value: &RawValue) -> Option<&BTreeSet<&'c str>> {
        match value {
            RawValue::Number { value, shown: None, .. } => self.0.get(value),
            RawValue::Text { text, csv: true } => self.0.get(&Exact::parse(&text::key(text))?),
            _ => None,
        }
    }

    /// Whether a text of a csv file keeps a zero that a number would lose.
    fn keeps_zero(&self, value: &RawValue) -> bool {
        let RawValue::Text { text, csv: true } = value else { return false };
        let key = text::key(text);
        let number = Exact::parse(&key).filter(|number| self.0.contains_key(number));
        number.is_some_and(|number| number.to_string() != key)
    }
}

/// Finds codes that may have lost their zeros, in the rows, headers and labels of all tables.
pub(super) fn check(context: &Context<'_>, tables: &[RawTable], findings: &mut Findings<'_>) {
    let alike = Alike::of(context);
    if alike.0.is_empty() {
        return;
    }
    for table in tables {
        let labels = table.block.iter().filter(|(word, _)| NAMES.contains(word));
        labels.for_each(|(_, label)| tell(&alike, &label.value, &mut findings.at(label.at)));
        let keeps_zeros = table.number_heads.iter().any(|head| alike.keeps_zero(&head.value));
        let heads = table.number_heads.iter().filter(|head| !(keeps_zeros && is_text(&head.value)));
        heads.for_each(|head| tell(&alike, &head.value, &mut findings.at(head.at)));
        for column in table.columns.iter().filter(|column| column.word.is_some_and(|word| NAMES.contains(&word))) {
            check_column(&alike, table, column, findings);
        }
    }
}

fn check_column(alike: &Alike<'_>, table: &RawTable, column: &Column, findings: &mut Findings<'_>) {
    let keeps_zero = |row: &Row| table.cell(row, column).value.is_some_and(|value| alike.keeps_zero(value));
    let keeps_zeros = table.rows.iter().any(|row| keeps_zero(&row));
    for row in table.rows.iter() {
        let cell = table.cell(&row, column);
        let Some(value) = cell.value else { continue };
        if !(keeps_zeros && is_text(value)) {
            tell(alike, value, &mut findings.at(cell.at));
        }
    }
}

const fn is_text(value: &RawValue) -> bool {
    matches!(value, RawValue::Text { .. })
}

fn tell(alike: &Alike<'_>, value: &RawValue, findings: &mut Findings<'_>) {
    if let Some(codes) = alike.codes(value) {
        let codes = codes.iter().copied().collect::<Vec<_>>().join(" / ");
        findings.add(Code::E233).found(value.text()).with("codes", codes);
    }
}

/// Adds the stored value to findings that quote what a cell shows, where the two differ: shown as 001, stored as the
/// number 1.
pub(super) fn say_what_is_stored<'t>(tables: impl Iterator<Item = &'t RawTable>, findings: &mut [Finding]) {
    let by_sheet: BTreeMap<SheetId, &RawTable> = tables.map(|table| (table.sheet_id(), table)).collect();
    for finding in findings.iter_mut() {
        let Some((file, Spot::Cell { sheet, row, col })) = finding.at.map(|at| (at.file, at.spot())) else { continue };
        let Some(table) = by_sheet.get(&SheetId { file, sheet }) else { continue };
        let Some(value) = table.value_at(row, col) else { continue };
        let RawValue::Number { shown: Some(shown), .. } = &value else { continue };
        let quoted =
            |(name, arg): &(&str, Arg)| *name == "found" && matches!(arg, Arg::Text(text) if **text == **shown);
        if finding.args.iter().any(quoted) && **shown != *value.held() {
            finding.args.push(("stored", value.held().into()));
        }
    }
}
