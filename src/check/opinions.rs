//! Opinions that departments return on suggested grades, 征求意见表: listed, never deciding.
//!
//! A department is named by the line above the table, by a column, or by the hidden mark of the form. What cannot be read
//! or attached is a warning: an opinion never stops a run.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::{Context, cells};
use crate::engine::assessment::{Mode, Opinion, Registers, Stance, Standing, UnitIx};
use crate::read::table::Row;
use crate::read::words::choices;
use crate::read::{RawTable, Word};
use crate::shared::finding::{Bound, Code, Describe as _, Findings};
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// The words of each stance.
const STANCES: [(Word, Stance); 4] = [
    (Word::Agree, Stance::Agree),
    (Word::Disagree, Stance::Disagree),
    (Word::Reserved, Stance::Reserved),
    (Word::NoView, Stance::NoView),
];

/// Checks all tables of opinions; the registers say which units are decided.
pub(super) fn check(context: &Context<'_>, tables: &[&RawTable], findings: &mut Findings<'_>) -> Vec<Opinion> {
    let mut opinions: Vec<Opinion> = Vec::new();
    for table in tables {
        opinions.extend(Reader { context, table, findings }.read());
    }
    opinions.sort_by_key(|opinion| (opinion.unit, opinion.at));
    told_once(context, opinions, findings)
}

/// A table being read.
struct Reader<'r, 's, 'f> {
    context: &'r Context<'r>,
    table: &'r RawTable,
    findings: &'s mut Findings<'f>,
}

impl Reader<'_, '_, '_> {
    fn read(&mut self) -> Vec<Opinion> {
        let above = self.department_above();
        let mut opinions = Vec::new();
        let mut nameless: Option<Place> = None;
        let mut bound = Bound::new(self.findings);
        for row in self.table.rows.iter() {
            bound.keep(self.findings);
            let opinion = self.cell(&row, Word::Opinion);
            let said = self.cell(&row, Word::OpinionText).value;
            if opinion.value.is_empty() && said.is_empty() {
                continue;
            }
            let Some(unit) = self.unit(&row) else { continue };
            let own = self.cell(&row, Word::Department).value;
            let department = [own, above.clone()].into_iter().find(|name| !name.is_empty());
            if department.is_none() {
                nameless.get_or_insert(opinion.at);
            }
            let department = department.unwrap_or_else(|| self.file_name());
            let suggested = self.cell(&row, Word::SuggestedGrade).value;
            let stance = self.stance(&opinion, unit);
            let (written, at) = (opinion.value, opinion.at);
            opinions.push(Opinion { unit, department, suggested, stance, written, text: said, at });
        }
        if let Some(at) = nameless {
            self.findings.add(Code::W674).at(at);
        }
        opinions
    }

    /// The department that the lines above the table or the hidden mark name; what was typed takes precedence.
    fn department_above(&self) -> String {
        let names = self.table.labels(Word::Department).map(|cell| cell.value.text().trim().to_owned());
        names.into_iter().find(|name| !cells::is_missing(name)).unwrap_or_default()
    }

    fn file_name(&self) -> String {
        let path = &self.context.files.get(self.table.file).path;
        path.rsplit('/').next().unwrap_or(path).to_owned()
    }

    fn cell(&mut self, row: &Row, word: Word) -> Located<String> {
        let cell = self.table.get(row, word);
        let written = cells::words(&cell, self.findings).unwrap_or_default();
        let kept = if cells::is_missing(&written) { String::new() } else { written.trim().to_owned() };
        Located::new(kept, cell.at)
    }

    /// The unit of a row; an unknown name, or two that mean different units, give a warning.
    fn unit(&mut self, row: &Row) -> Option<UnitIx> {
        let names = [self.cell(row, Word::UnitCode), self.cell(row, Word::Unit)];
        let mut units: Vec<UnitIx> = Vec::new();
        for name in names.iter().filter(|name| !name.value.is_empty()) {
            match self.context.index.find(&name.value) {
                Some(unit) if units.iter().all(|first| *first == unit) => units.push(unit),
                _ => {
                    self.findings.unknown(Code::W671, name, self.context.index.names());
                    return None;
                }
            }
        }
        if units.is_empty() {
            self.findings.add(Code::W671).at(names[1].at);
        }
        let unit = units.first().copied()?;
        let own = self.context.unit(unit);
        if own.mode == Mode::Excluded {
            self.findings.add(Code::N676).at(names[1].at).unit(&own.code);
        }
        Some(unit)
    }

    fn stance(&mut self, opinion: &Located<String>, unit: UnitIx) -> Option<Stance> {
        // Brackets count: `同意（但……）` is not a plain yes.
        let whole = text::key(&opinion.value).to_lowercase();
        let key = whole.trim_end_matches(['。', '.', '!', '！']);
        let found = STANCES.iter().find(|(word, _)| word.matches(key)).map(|(_, stance)| *stance);
        if found.is_none() {
            let expected = choices(&STANCES.map(|(word, _)| word));
            let finding = self.findings.add(Code::W672).at(opinion.at).unit(self.context.code(unit));
            finding.found(&opinion.value).expected(expected);
        }
        found
    }
}

/// The opinions of a department on a unit.
struct Said {
    /// Where the first one is.
    first: Place,
    texts: BTreeSet<[String; 2]>,
}

/// Drops repetitions of an opinion; two different ones of a department are both kept, with a warning.
fn told_once(context: &Context<'_>, opinions: Vec<Opinion>, findings: &mut Findings<'_>) -> Vec<Opinion> {
    let mut known: BTreeMap<(UnitIx, String), Said> = BTreeMap::new();
    let mut kept = Vec::with_capacity(opinions.len());
    for opinion in opinions {
        let slot = known.entry((opinion.unit, text::key(&opinion.department)));
        let is_first = matches!(slot, Entry::Vacant(_));
        let said = slot.or_insert_with(|| Said { first: opinion.at, texts: BTreeSet::new() });
        if !said.texts.insert([text::key(&opinion.written), text::key(&opinion.text)]) {
            continue;
        }
        if !is_first {
            let finding = findings.add(Code::W675).at(opinion.at).also(said.first).unit(context.code(opinion.unit));
            finding.found(&opinion.written).with("department", &opinion.department);
        }
        kept.push(opinion);
    }
    kept
}

/// Reports disagreements on units that no approved decision settles.
pub(super) fn report_disagreement(
    context: &Context<'_>,
    opinions: &[Opinion],
    registers: &Registers,
    findings: &mut Findings<'_>,
) {
    let counted = registers.decisions.iter().filter(|row| row.standing == Standing::Approved);
    let decided: BTreeSet<UnitIx> = counted.map(|row| row.unit).collect();
    for opinion in opinions.iter().filter(|opinion| opinion.stance == Some(Stance::Disagree)) {
        let unit = context.unit(opinion.unit);
        if unit.mode != Mode::Excluded && !decided.contains(&opinion.unit) {
            let finding = findings.add(Code::W673).at(opinion.at).unit(&unit.code).found(&opinion.text);
            finding.with("department", &opinion.department);
        }
    }
}
