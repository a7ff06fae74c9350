//! Peculiarities of the cells of a table that count: parts of a text off the baseline, values struck out, invisible,
//! shown as another number, or given by a formula that changes or was not recalculated.
//!
//! The reader of a file cannot know which cells count; here the columns decide. In names a part off the baseline is
//! left out with a warning; in a value or a code it is an error, since the intended part is unknown.

use std::collections::BTreeMap;

use super::{RawTable, TableKind};
use crate::read::book::{Note, Sheet};
use crate::read::schema::Schema;
use crate::read::value::RawValue;
use crate::read::words::Word;
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::place::{Place, Position};

/// The kind of content of a column, as far as the way its cells are written matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Holds {
    /// Names of units, indicators, classes.
    Name,
    /// Values, marks, codes, states: content that is used as written.
    Value,
    /// Evidence, for which only its presence matters.
    Evidence,
    /// Remarks and printed text, on which nothing depends.
    Text,
}

/// Adds the findings about peculiar cells to those about a table.
pub(super) fn read(sheet: &Sheet, table: &mut RawTable, findings: &mut Findings<'_>) {
    headers(sheet, table, findings);
    let columns: BTreeMap<u32, Holds> = table.columns.iter().map(|c| (c.col, holds(table.kind, c.word))).collect();
    let held = |col: u32| columns.get(&col).copied().unwrap_or(Holds::Text);
    runs(table, held, findings);
    notes(sheet, table, held, findings);
}

/// Parts off the baseline in header texts and in the lines above them, which are read without these parts.
fn headers(sheet: &Sheet, table: &RawTable, findings: &mut Findings<'_>) {
    for cell in sheet.cells.iter().take_while(|cell| cell.row <= table.header_end) {
        let at = table.place(cell.row, cell.col);
        let counts = cell.row >= table.header_row || table.block.iter().any(|(_, value)| value.at == at);
        if let RawValue::Marked(marked) = &cell.value
            && counts
        {
            findings.add(Code::W226).at(at).found(&marked.whole);
        }
    }
}

/// Parts off the baseline in data rows.
fn runs(table: &mut RawTable, held: impl Fn(u32) -> Holds, findings: &mut Findings<'_>) {
    let (file, sheet) = (table.file, table.sheet);
    for row in table.rows.open() {
        for cell in &mut row.cells {
            let RawValue::Marked(marked) = &cell.value else { continue };
            let place = Place::cell(file, sheet, cell.at.row, cell.at.col);
            let own = cell.at == Position::new(row.row, cell.col);
            match held(cell.col) {
                Holds::Name => {
                    findings.extend(own.then(|| Finding::new(Code::W226).at(place).found(&marked.whole)));
                    cell.value = RawValue::text_of(&marked.plain);
                }
                Holds::Value => {
                    let finding =
                        || Finding::new(Code::E225).at(place).found(&marked.whole).with("plain", &marked.plain);
                    findings.extend(own.then(finding));
                    cell.value = RawValue::Refused(marked.whole.clone());
                }
                Holds::Evidence | Holds::Text => cell.value = RawValue::text_of(&marked.whole),
            }
        }
    }
}

/// Remarks about cells that count: one finding for each kind, which lists the further places.
fn notes(sheet: &Sheet, table: &RawTable, held: impl Fn(u32) -> Holds, findings: &mut Findings<'_>) {
    let mut told: Vec<Finding> = Vec::new();
    for noted in &sheet.notes {
        let place = table.place(noted.at.row, noted.at.col);
        let row = table.rows.find(noted.at.row);
        let in_row = row.as_ref().and_then(|row| row.cells.iter().find(|cell| cell.col == noted.at.col));
        let holds = match in_row {
            Some(cell) if cell.at == noted.at => held(noted.at.col),
            Some(_) => Holds::Text,
            None if table.block.iter().any(|(_, value)| value.at == place) => Holds::Value,
            None => Holds::Text,
        };
        let value = in_row.map(|cell| cell.value.text()).unwrap_or_default();
        let Some(finding) = finding(&noted.note, holds, &value).map(|finding| finding.at(place)) else { continue };
        let same = |own: &&mut Finding| own.code == finding.code && kind(own) == kind(&finding);
        match told.iter_mut().find(same) {
            Some(first) => first.related.push(place),
            None => told.push(finding),
        }
    }
    findings.extend(told);
}

/// What distinguishes findings of one code: the volatile function.
fn kind(finding: &Finding) -> Option<&Arg> {
    finding.args.iter().find(|(name, _)| *name == "what").map(|(_, arg)| arg)
}

/// The finding about a remark, if the cell counts.
fn finding(note: &Note, holds: Holds, value: &str) -> Option<Finding> {
    let counts = holds == Holds::Value;
    let seen = holds != Holds::Text;
    let of = |code: Code| Finding::new(code).found(value);
    match note {
        Note::Struck => seen.then(|| of(Code::W227)),
        Note::White => seen.then(|| of(Code::W232)),
        Note::ShownAs { held, shown } => counts.then(|| Finding::new(Code::W131).found(format!("{shown} ({held})"))),
        Note::Volatile(name) => counts.then(|| of(Code::W230).with("what", &**name)),
        Note::Stale(value_now) => counts.then(|| of(Code::W231).expected(value_now)),
    }
}

/// The kind of content of a column in a kind of table: that of its register, else by its meaning. Content counts unless its
/// meaning is listed here.
pub(super) fn holds(kind: TableKind, word: Option<Word>) -> Holds {
    use Word as W;
    let Some(word) = word else {
        return if kind.has_free_columns() { Holds::Value } else { Holds::Text };
    };
    if let Some(column) = Schema::of(kind).and_then(|schema| schema.column(word)) {
        return column.holds;
    }
    match word {
        W::Unit | W::Organisation | W::ShortName | W::FormerName | W::Group | W::Name | W::Line | W::Aspect => {
            Holds::Name
        }
        W::InputItem if kind != TableKind::Indicators => Holds::Name,
        W::Item | W::Class | W::Home | W::HomeKind | W::Node | W::IssuedBy | W::Matter | W::Document => Holds::Name,
        W::Evidence => Holds::Evidence,
        W::Points | W::Rule | W::Params | W::EvidenceNeed | W::Source | W::Schemes if kind != TableKind::Indicators => {
            Holds::Text
        }
        W::Contact | W::Phone | W::Secretary | W::Department | W::Standard | W::Method | W::VerifiedNote => Holds::Text,
        W::Remark | W::Reason | W::Ordinal | W::Category | W::Target | W::Account | W::Hint | W::Overall => Holds::Text,
        W::Topic | W::ProblemType | W::Problem | W::SourceIndicator | W::Measure | W::Leader | W::Owner => Holds::Text,
        W::Deadline | W::Progress | W::Completion | W::Reviewer | W::OpinionText | W::SuggestedGrade => Holds::Text,
        W::Grounds | W::Rank | W::Submitted => Holds::Text,
        _ => Holds::Value,
    }
}
