//! The unit roster, 单位名册: codes, names, groups, ways of taking part, attributes.

use std::collections::BTreeMap;

use super::cells::{self, Ask};
use crate::engine::assessment::{Mode, State, Unit};
use crate::read::table::Row;
use crate::read::{RawTable, Word};
use crate::shared::coded::ByCode;
use crate::shared::finding::{Bound, Code, Describe as _, Finding, Findings, Severity};
use crate::shared::i18n::Lang;
use crate::shared::number::Exact;
use crate::shared::place::{Located, Place};
use crate::shared::text::{self, Label};

/// The checked roster.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// Units, in the order of the table.
    pub units: Vec<Unit>,
    /// Groups, in the order of their first unit.
    pub groups: Vec<String>,
}

const MODES: &[(&str, Mode)] = &[
    ("", Mode::Ranked),
    ("排名", Mode::Ranked),
    ("ranked", Mode::Ranked),
    ("单列", Mode::Separate),
    ("separate", Mode::Separate),
    ("不参评", Mode::Excluded),
    ("excluded", Mode::Excluded),
];

/// The words for the ways of taking part, in a language.
pub fn modes(lang: Lang) -> impl Iterator<Item = &'static str> {
    MODES.iter().map(|(word, _)| *word).filter(move |word| !word.is_empty() && word.is_ascii() == (lang == Lang::En))
}

/// Checks the roster tables of a project; `numbers` are the columns in which the model looks for coefficients.
pub fn check(tables: &[RawTable], numbers: &[&str]) -> (Roster, Vec<Finding>) {
    let (mut roster, mut list) = (Roster::default(), Vec::new());
    let mut findings = Findings::new(&mut list);
    let mut bound = Bound::default();
    for table in tables {
        for row in table.rows.iter() {
            bound.keep(&mut findings);
            cells::refuse_faults(table, &row, &mut findings);
            check_row(table, &row, numbers, &mut roster, &mut findings);
        }
    }
    check_names(&roster, &mut findings);
    warn_of_doubles(&roster, &mut findings);
    if roster.units.is_empty() && findings.is_empty() {
        findings.add(Code::E301).at = tables.first().map(RawTable::header_place);
    }
    (roster, list)
}

fn check_row(table: &RawTable, row: &Row, numbers: &[&str], roster: &mut Roster, findings: &mut Findings<'_>) {
    let (code, name, group) =
        (table.text(row, Word::UnitCode), table.text(row, Word::Unit), table.text(row, Word::Group));
    for cell in [&code, &name, &group] {
        if text::is_blank(&cell.value) {
            findings.add(Code::E314).at(cell.at);
        }
    }
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !code.value.is_empty() && (!code.value.chars().all(safe) || code.value.len() > 32) {
        findings.add(Code::E306).at(code.at).found(&code.value);
    }
    let mode = table.text(row, Word::Mode);
    let known = MODES.iter().find(|(word, _)| *word == text::key(&mode.value).to_lowercase()).map(|(_, m)| *m);
    if known.is_none() {
        findings.add(Code::E312).at(mode.at).found(&mode.value).expected("排名 | 单列 | 不参评");
    }
    let group = known_group(roster, group.value);
    let is_assessed = known != Some(Mode::Excluded);
    let coefficients = if is_assessed { coefficients(table, row, numbers, findings) } else { BTreeMap::new() };
    let other_names = [Word::ShortName, Word::FormerName].map(|word| names(&table.text(row, word).value)).concat();
    let contact = [Word::Contact, Word::Phone].map(|w| table.text(row, w).value).join(" ").trim().to_owned();
    roster.units.push(Unit {
        code: code.value,
        name: name.value,
        other_names,
        group,
        scheme: None,
        mode: known.unwrap_or(Mode::Ranked),
        contact,
        secretary: table.text(row, Word::Secretary).value,
        attributes: attributes(table, row),
        coefficients,
        at: table.row_place(row),
    });
}

/// A group as its first row spells it.
fn known_group(roster: &mut Roster, name: String) -> String {
    let known = roster.groups.iter().find(|g| text::key(g) == text::key(&name));
    known.cloned().unwrap_or_else(|| {
        roster.groups.push(name.clone());
        name
    })
}

/// Several names in one cell, split by 、.
fn names(cell: &str) -> Vec<String> {
    cell.split(['、', ';', '；']).map(str::trim).filter(|n| !text::is_blank(n)).map(str::to_owned).collect()
}

fn attributes(table: &RawTable, row: &Row) -> ByCode<Located<String>> {
    let others = table.other_columns();
    others
        .map(|column| {
            let value = table.cell(row, column).map(|raw| raw.map(crate::read::RawValue::text).unwrap_or_default());
            (Label::from(column.text.trim()), value)
        })
        .collect()
}

/// The numbers above 0 in some columns, exactly as the cells hold them. Whether a missing one matters depends on the scheme
/// of the unit and is judged later.
fn coefficients(table: &RawTable, row: &Row, wanted: &[&str], findings: &mut Findings<'_>) -> BTreeMap<String, Exact> {
    let mut numbers = BTreeMap::new();
    for column in table.other_columns().filter(|column| wanted.contains(&column.text.trim())) {
        let (number, said) = Findings::gather(|said| cells::number(&table.cell(row, column), Ask::Score, said));
        findings.extend(said.into_iter().filter(|finding| finding.severity > Severity::Error));
        if let Some(State::Known(number)) = number.filter(|own| own.known().is_some_and(Exact::is_positive)) {
            numbers.insert(column.text.trim().to_owned(), number);
        }
    }
    numbers
}

/// Checks that no code or name means two units.
fn check_names(roster: &Roster, findings: &mut Findings<'_>) {
    let mut seen: BTreeMap<String, (usize, Place)> = BTreeMap::new();
    for (index, unit) in roster.units.iter().enumerate() {
        for name in unit.names().filter(|n| !n.is_empty()) {
            match seen.get(&text::key(name)) {
                Some((first, place)) if *first != index => {
                    findings.add(Code::E304).at(unit.at).also(*place).unit(&unit.code).found(name);
                }
                Some(_) => {}
                None => drop(seen.insert(text::key(name), (index, unit.at))),
            }
        }
    }
}

/// Characters that look alike in one of the usual fonts; the first of each row represents the others.
const ALIKE: [&str; 10] =
    ["0Oo〇○ОоΟο", "1lI|ІіΙ", "己已巳", "未末", "土士", "日曰", "人入", "大太犬", "千干于", "市巿"];

/// How a name looks: the key under which two names that are easily taken for each other are the same.
fn look(name: &str) -> String {
    let alike = |c: char| ALIKE.iter().find(|row| row.contains(c)).and_then(|row| row.chars().next()).unwrap_or(c);
    text::key(name).chars().map(alike).collect()
}

/// Warns of units whose codes or names differ only in characters that look alike.
fn warn_of_doubles(roster: &Roster, findings: &mut Findings<'_>) {
    let mut seen: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for (index, unit) in roster.units.iter().enumerate() {
        for name in unit.names().filter(|name| !name.is_empty()) {
            let (first, other) = *seen.entry(look(name)).or_insert((index, name));
            if first != index && text::key(other) != text::key(name) {
                let (one, two) = (&roster.units[first], unit);
                let units = format!("{other} ({} {}) / {name} ({} {})", one.code, one.name, two.code, two.name);
                findings.add(Code::W321).at(two.at).also(one.at).unit(&two.code).found(units);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_known_by_their_look() {
        for (one, other) in [
            ("U01", "UO1"),
            ("U1", "Ul"),
            ("UI", "U1"),
            ("己方公司", "已方公司"),
            ("未来社区", "末来社区"),
            ("日照局", "曰照局"),
        ] {
            assert_eq!(look(one), look(other), "{one} {other}");
        }
        for (one, other) in [("U01", "U02"), ("市图书馆", "市博物馆"), ("一中", "二中")] {
            assert_ne!(look(one), look(other), "{one} {other}");
        }
    }
}
