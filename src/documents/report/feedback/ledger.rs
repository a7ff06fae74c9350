//! 问题与整改台账: the numbered problems of a unit in the columns of the ledger form, so that the sheet, filled in and
//! returned within its workbook, is read as a ledger.

use std::borrow::Cow;

use super::super::document::{CellDoc, SheetDoc, Style};
use super::super::entry::{Allow, Block, Check, Entry};
use super::{Case, labelled};
use crate::check::ledgers::COLUMNS;
use crate::documents::feedback::problems::{Problem, What};
use crate::read::Word;
use crate::shared::i18n::say;

/// Empty rows below the problems, for the unit's own findings, and the minimum number of rows.
const MORE: usize = 4;
const ROWS: usize = 8;
/// Height of an empty row, in points, for handwriting.
const BLANK: f64 = 34.0;

/// The sheet of problems.
pub(super) fn sheet<'o>(case: &Case<'_, 'o>) -> SheetDoc<'o> {
    let mut sheet = case.sheet("sheet.ledger").landscape().freeze(3);
    sheet.line(labelled(Word::UnitCode.header(case.view.lang), 2, &case.unit.roster.code));
    sheet.line(labelled(Word::Unit.header(case.view.lang), 2, &case.unit.roster.name));
    sheet.hint(case.text("feedback.ledger.note"));
    let heads = [Word::Ordinal].into_iter().chain(COLUMNS);
    sheet.header(heads.map(|word| CellDoc::header(word.header(case.view.lang))).collect());
    let top = sheet.next_row();
    let problems = &case.told().problems;
    for index in 0..(problems.len() + MORE).max(ROWS) {
        let mut known = problems.get(index).map(|problem| Known::of(case, problem));
        let cells = COLUMNS.iter().map(|word| match known.as_mut().and_then(|known| known.cell(*word)) {
            Some(cell) => cell,
            None => CellDoc::blank(Style::Entry(entry(*word))),
        });
        sheet.row([CellDoc::count(index + 1)].into_iter().chain(cells).collect());
        if let Some(row) = sheet.rows.last_mut().filter(|_| known.is_none()) {
            row.height = BLANK;
        }
    }
    let bottom = sheet.next_row() - 1;
    for (column, word) in (1..).zip(COLUMNS) {
        let Some(allow) = allowed(case, word) else { continue };
        let key = if allow == Allow::Date { "form.error.date" } else { "form.error.list" };
        let cells = Block::column(top, bottom, column);
        sheet.filling.checks.push(Check::new(cells, allow, case.text(key)));
    }
    sheet.filling.is_locked = true;
    sheet.filling.widths = COLUMNS.iter().enumerate().map(|(at, word)| (at + 1, width(*word))).collect();
    sheet.closing(case.text("form.ledger.signature"));
    sheet.finish()
}

/// The known data of a problem.
struct Known<'o> {
    number: Cow<'o, str>,
    kind: &'static str,
    what: String,
    source: &'o str,
}

impl<'o> Known<'o> {
    fn of(case: &Case<'_, 'o>, problem: &Problem) -> Self {
        let model = &case.outcome().model;
        let kind = case.text(if problem.common { "form.ledger.common" } else { "form.ledger.own" });
        let (what, source) = match &problem.what {
            What::Leaf(index) => (leaf(case, *index), model.tree.leaves[*index].code.as_str()),
            What::Deduction(index) => {
                let own = &case.unit.adjustments[*index];
                let clause = case.adjustment_clause(own).unwrap_or_default();
                let what = case.adjustment(own);
                (say!(case, "feedback.problem.deduction", what = what, points = own.counted, clause = clause), "")
            }
            What::Cap(index) => {
                let step = &case.unit.path[*index];
                let grade = |grade: Option<usize>| case.clean(grade.map_or("", |grade| model.grade_name(grade)));
                let (from, to) = (grade(step.from()), grade(step.to()));
                let name = case.clean(model.rule(step).map_or("", |[_, name]| name));
                let clause = case.clean(case.outcome().clause(step).unwrap_or_default());
                (say!(case, "feedback.problem.cap", name = name, from = from, to = to, clause = clause), "")
            }
        };
        Self { number: problem.number.clone().into(), kind, what, source }
    }

    fn cell(&mut self, word: Word) -> Option<CellDoc<'o>> {
        match word {
            Word::ProblemNumber => Some(CellDoc::center(std::mem::take(&mut self.number))),
            Word::ProblemType => Some(CellDoc::center(self.kind)),
            Word::Problem => Some(CellDoc::text(std::mem::take(&mut self.what))),
            Word::SourceIndicator => Some(CellDoc::center(self.source)),
            _ => None,
        }
    }
}

fn leaf(case: &Case<'_, '_>, index: usize) -> String {
    let item = &case.told().items[index];
    let points = item.points.as_ref().map(|points| case.printed(points)).unwrap_or_default();
    let rate = item.rate.as_ref().map(|rate| rate.fixed(1)).unwrap_or_default();
    let mut said =
        say!(case, "feedback.problem.leaf", name = item.name, points = points, full = item.full, rate = rate);
    if !item.note.is_empty() {
        said.push_str(&say!(case, "feedback.letter.reason", text = case.clean(item.note)));
    }
    said
}

const fn entry(word: Word) -> Entry {
    match word {
        Word::Deadline | Word::ClosedOn => Entry::Date,
        Word::ProblemType | Word::Closing => Entry::General,
        _ => Entry::Text,
    }
}

const fn width(word: Word) -> u16 {
    match word {
        Word::Problem => 24,
        Word::Measure | Word::Progress => 15,
        Word::ProblemNumber => 14,
        Word::Deadline | Word::ClosedOn => 10,
        Word::Completion | Word::Evidence => 8,
        _ => 7,
    }
}

fn allowed<'o>(case: &Case<'_, 'o>, word: Word) -> Option<Allow<'o>> {
    let words = |keys: &[&str]| Allow::words(keys.iter().map(|key| case.text(key)));
    match word {
        Word::ProblemType => Some(words(&["form.ledger.common", "form.ledger.own"])),
        Word::SourceIndicator => {
            let held = case.outcome().held(case.unit);
            let leaves = held.tree().leaves.iter().enumerate().filter(|(index, _)| held.has_leaf(*index));
            let mut codes = leaves.map(|(_, leaf)| &leaf.code).peekable();
            codes.peek().is_some().then(|| Allow::words(codes))
        }
        Word::Closing => Some(words(&["form.ledger.open", "form.ledger.going-on", "form.ledger.closed"])),
        Word::Deadline | Word::ClosedOn => Some(Allow::Date),
        _ => None,
    }
}
