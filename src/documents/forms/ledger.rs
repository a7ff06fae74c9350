//! 整改台账: the problems of a unit and their rectification.

use jiff::civil::Date;

use super::{ENTRY, ENTRY_DATE, ENTRY_TEXT, Form, FormName, Kind, Office, header};
pub use crate::check::ledgers::COLUMNS;
use crate::documents::report::document::{CellDoc, Style};
use crate::documents::report::entry::{Allow, Block, Check};
use crate::engine::assessment::Unit;
use crate::read::{Word, form};

/// Empty rows of a form.
const ROWS: usize = 15;

/// A known value of a ledger cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Text, possibly empty.
    Text(String),
    /// A date.
    Date(Date),
}

/// The form of a unit; `problems` are the rows already known, by [`COLUMNS`].
pub fn form<'o>(office: &Office<'o>, unit: &'o Unit, problems: &'o [Vec<Known>]) -> Form<'o> {
    let name = FormName::plain(office.text("kind.ledger"));
    let mut sheet = office.sheet(&name).landscape();
    let wide = |text: &'o str| CellDoc::text(text).across(3);
    office.identity(&mut sheet, vec![(Word::UnitCode, wide(&unit.code)), (Word::Unit, wide(&unit.name))], 2);
    sheet.hint(office.text("form.ledger.note"));
    let heads = [Word::Ordinal].into_iter().chain(COLUMNS);
    sheet.header(heads.map(|word| header(office.lang(), word)).collect());
    let top = sheet.next_row();
    for index in 0..problems.len().max(ROWS) {
        let known = problems.get(index);
        let cells = COLUMNS.iter().enumerate().map(|(column, word)| match known.and_then(|row| row.get(column)) {
            Some(Known::Text(text)) => CellDoc::filled(text, style(*word)),
            Some(Known::Date(date)) => CellDoc::date(*date, style(*word)),
            None => CellDoc::blank(style(*word)),
        });
        sheet.row([CellDoc::count(index + 1)].into_iter().chain(cells).collect());
    }
    let bottom = sheet.next_row() - 1;
    for (column, word) in (1..).zip(COLUMNS) {
        let Some(allow) = allowed(office, word) else { continue };
        let key = if allow == Allow::Date { "form.error.date" } else { "form.error.list" };
        sheet.filling.checks.push(Check::new(Block::column(top, bottom, column), allow, office.text(key)));
    }
    sheet.filling.widths = COLUMNS.iter().enumerate().map(|(at, word)| (at + 1, width(*word))).collect();
    sheet.closing(office.text("form.ledger.signature"));
    let path = format!("ledgers/{}", name.file(office, &unit.code, &unit.name));
    Form { kind: Kind::Ledger, path, document: office.document(Kind::Ledger, &[(form::UNIT, &unit.code)], sheet) }
}

const fn style(word: Word) -> Style {
    match word {
        Word::Deadline | Word::ClosedOn => ENTRY_DATE,
        Word::ProblemType | Word::Closing => ENTRY,
        _ => ENTRY_TEXT,
    }
}

const fn width(word: Word) -> u16 {
    match word {
        Word::Problem | Word::Measure | Word::Progress => 18,
        Word::Deadline | Word::ClosedOn | Word::Completion | Word::Evidence => 11,
        _ => 9,
    }
}

fn allowed<'o>(office: &Office<'o>, word: Word) -> Option<Allow<'o>> {
    let words = |keys: &[&str]| Allow::words(keys.iter().map(|key| office.text(key)));
    match word {
        Word::ProblemType => Some(words(&["form.ledger.common", "form.ledger.own"])),
        Word::SourceIndicator => Some(Allow::words(office.model.tree.leaves.iter().map(|leaf| &leaf.code))),
        Word::Closing => Some(words(&["form.ledger.open", "form.ledger.going-on", "form.ledger.closed"])),
        Word::Deadline | Word::ClosedOn => Some(Allow::Date),
        _ => None,
    }
}
