//! .xls, .et, .ods and .xlsb: read by calamine in a separate process, supplemented with facts from small readers of our
//! own.
//!
//! Runs only in the isolated process that [`super::worker`] starts: on such files the parser can panic, abort on a huge
//! allocation, or not terminate. The readers in [`xls`], [`ods`] and [`xlsb`] supply what the parser does not report:
//! number formats, texts with runs, struck-out text, merged blocks, hidden rows and columns, formulas without a value,
//! true types of ods cells. Where both describe a cell they must agree.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, SheetVisible};

use super::book::{Book, Cell, Controls, Merge, Note, Noted, OWN_SHEET, Opened, Sheet};
use super::convert::{self, Shape};
use super::format;
use super::gate::fault;
use super::sniff::Legacy;
use super::value::RawValue;
use super::xlsx::hidden_sheet;
use super::xlsx::strings::{self, Entry};
use super::xlsx::styles::Style;
use crate::model::Limits;
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::number::Exact;
use crate::shared::place::{FileId, Place, Position, SheetId};

mod ods;
mod protected;
mod records;
mod xls;
mod xlsb;

/// Reads a workbook; to be called only in the isolated process.
pub(super) fn read(kind: Legacy, bytes: &[u8], file: FileId, limits: &Limits) -> Opened {
    let read = catch_unwind(AssertUnwindSafe(|| match kind {
        Legacy::Ole => xls::read(bytes, file, limits),
        Legacy::Ods => ods::read(bytes, file, limits),
        Legacy::Xlsb => xlsb::read(bytes, file, limits),
    }));
    match read {
        Ok(Ok(opened)) => opened,
        Ok(Err(finding)) => (*finding).into(),
        Err(_) => fault::damaged(file, "gate.parser", "").into(),
    }
}

/// What our own reader records about a cell for which the parser may give a value.
#[derive(Clone, Debug)]
enum Mark {
    /// A number or another value that only the parser decodes, with the style of its cell.
    Plain(Style),
    /// A text; the parser must give an identical one, apart from its runs.
    Written(Style, Entry),
    /// An error value that the parser skips.
    Fault(&'static str),
    /// A formula without a value, or with one that cannot be distinguished from none.
    Uncalculated,
    /// A value that the parser cannot read: the reason, as a catalogue key.
    Bad(&'static str),
}

/// What our own reader records about a sheet.
#[derive(Default)]
struct Facts {
    marks: BTreeMap<Position, Mark>,
    merges: Vec<Merge>,
    hidden_rows: BTreeSet<u32>,
    hidden_cols: BTreeSet<u32>,
    /// Cells that occur twice.
    twice: Vec<Position>,
    /// Check boxes that are not linked to a cell.
    controls: Option<Controls>,
}

impl Facts {
    /// Records a cell; a second record for it is damage.
    fn mark(&mut self, at: Position, mark: Mark) {
        if self.marks.insert(at, mark).is_some() {
            self.twice.push(at);
        }
    }

    /// Records hidden columns as far as cells reach.
    fn hide_columns(&mut self, spans: &[(u32, u32)]) {
        let last = self.marks.keys().map(|at| at.col).max().unwrap_or(0);
        self.hidden_cols.extend(spans.iter().flat_map(|(first, end)| *first..=(*end).min(last)));
    }
}

/// A sheet as returned by the parser: position and value of every non-empty cell.
struct Parsed {
    name: String,
    visible: SheetVisible,
    cells: Vec<(Position, Data)>,
}

/// The parser's value, in the form that [`convert::value`] accepts.
fn borrowed(data: &Data) -> DataRef<'_> {
    match data {
        Data::Int(int) => DataRef::Int(*int),
        Data::Float(double) => DataRef::Float(*double),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(flag) => DataRef::Bool(*flag),
        Data::DateTime(serial) => DataRef::DateTime(*serial),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// Combines parsed values and facts of a binary workbook.
fn join(
    parsed: Vec<Parsed>,
    facts: Vec<Facts>,
    file: FileId,
    limits: &Limits,
) -> Result<(Book, Vec<Finding>), Box<Finding>> {
    if parsed.len() != facts.len() {
        return Err(Box::new(fault::damaged(file, "gate.disagree", "")));
    }
    check_names(parsed.iter().map(|sheet| sheet.name.as_str()), file, limits)?;
    let (mut book, mut budget) = (Book::default(), limits.cells as usize);
    let id = SheetId { file, sheet: 0 };
    let mut joining = Joining { id, limits, findings: Vec::new(), notes: Vec::new() };
    for (index, (sheet, facts)) in parsed.into_iter().zip(facts).enumerate() {
        joining.id.sheet = index as u16;
        budget = budget.checked_sub(sheet.cells.len()).ok_or_else(|| too_many_cells(file, limits))?;
        let values = joining.values(&sheet, &facts)?;
        let cells: Vec<Cell> = values.into_iter().map(|(at, value)| Cell::new(at, value)).collect();
        let hidden = sheet.visible != SheetVisible::Visible;
        joining.findings.extend(hidden_sheet(hidden, &sheet.name, &cells, joining.id.place()));
        let Facts { merges, hidden_rows, hidden_cols, controls, .. } = facts;
        let notes = std::mem::take(&mut joining.notes);
        let name = sheet.name;
        let sheet = Sheet { name, hidden, cells, notes, merges, hidden_rows, hidden_cols, ..Sheet::default() };
        book.sheets.push(Sheet { controls, ..sheet });
    }
    Ok((book, joining.findings))
}

/// The combination of parsed values and facts, sheet by sheet.
struct Joining<'l> {
    id: SheetId,
    limits: &'l Limits,
    findings: Vec<Finding>,
    /// Peculiarities of the cells of the present sheet.
    notes: Vec<Noted>,
}

impl Joining<'_> {
    fn report(&mut self, code: Code, what: &'static str, at: Position) {
        if self.findings.len() < fault::CAP {
            let place = self.id.at(at);
            Findings::new(&mut self.findings).add(code).at(place).with("what", Arg::Word(what)).found("");
        }
    }

    /// The values of a sheet; exactly the cells that the facts describe must have been parsed.
    fn values(&mut self, sheet: &Parsed, facts: &Facts) -> Result<BTreeMap<Position, RawValue>, Box<Finding>> {
        let disagree = |at: Place| Box::new(fault::damaged(self.id.file, "gate.disagree", &sheet.name).at(at));
        let met = sheet.cells.iter().try_fold(0, |met, (at, data)| match facts.marks.get(at) {
            Some(Mark::Written(_, entry)) if !agrees(entry, data) => Err(disagree(self.id.at(*at))),
            Some(Mark::Plain(_) | Mark::Written(..)) => Ok(met + 1),
            Some(Mark::Fault(_) | Mark::Uncalculated | Mark::Bad(_)) => Ok(met),
            None => Err(disagree(self.id.at(*at))),
        })?;
        let parsed = |mark: &&Mark| matches!(mark, Mark::Plain(_) | Mark::Written(..));
        if met != facts.marks.values().filter(parsed).count() {
            return Err(disagree(self.id.place()));
        }
        for at in &facts.twice {
            self.report(Code::E122, "gate.order.cell", *at);
        }
        let mut values = BTreeMap::new();
        for (at, data) in &sheet.cells {
            let value = match facts.marks.get(at) {
                Some(Mark::Plain(style)) => self.parsed(data, style, *at),
                Some(Mark::Written(style, entry)) => self.written(entry, style, *at),
                _ => None,
            };
            values.extend(value.map(|value| (*at, value)));
        }
        for (at, mark) in &facts.marks {
            let value = match mark {
                Mark::Plain(_) | Mark::Written(..) => continue,
                Mark::Uncalculated => RawValue::Uncalculated,
                Mark::Fault(error) => RawValue::Fault((*error).to_owned()),
                Mark::Bad(what) => {
                    self.report(Code::E121, what, *at);
                    RawValue::Refused(String::new())
                }
            };
            values.insert(*at, value);
        }
        self.notes.sort_by_key(|noted| noted.at);
        Ok(values)
    }

    /// The parser's value of a cell; `None` if it looks empty.
    fn parsed(&mut self, data: &Data, style: &Style, at: Position) -> Option<RawValue> {
        let (shape, note) = look(data, style);
        let value = convert::value(&borrowed(data), shape)?;
        self.remark(style, at);
        self.note(note, at);
        let (value, finding) = convert::checked(value, self.id.at(at), self.limits);
        self.findings.extend(finding);
        Some(value)
    }

    /// The value of a text with its runs; `None` if it is blank.
    fn written(&mut self, entry: &Entry, style: &Style, at: Position) -> Option<RawValue> {
        let value = entry.value.clone()?;
        if let Some(what) = entry.bad {
            let finding = Finding::new(strings::BAD_TEXT).at(self.id.at(at)).with("what", Arg::Word(what));
            self.findings.push(finding.found(value.text()));
        }
        self.remark(style, at);
        self.note((entry.struck && !style.struck).then_some(Note::Struck), at);
        Some(value)
    }

    /// Records peculiarities in the style of a non-empty cell.
    fn remark(&mut self, style: &Style, at: Position) {
        self.note(style.struck.then_some(Note::Struck), at);
        self.note(style.white.then_some(Note::White), at);
    }

    fn note(&mut self, note: Option<Note>, at: Position) {
        self.notes.extend(note.map(|note| Noted { at, note }));
    }
}

/// Whether a text agrees with the one that the parser read.
fn agrees(entry: &Entry, data: &Data) -> bool {
    let Data::String(text) = data else { return false };
    match &entry.value {
        None => text.trim().is_empty(),
        Some(RawValue::Text { text: own, .. }) => **own == **text,
        Some(RawValue::Marked(marked)) => marked.whole == *text,
        // Only the beginning of an unusable text is kept.
        Some(_) => true,
    }
}

/// How a value is shown, and a remark if that is a number other than the stored one.
fn look(data: &Data, style: &Style) -> (Shape, Option<Note>) {
    let format = &style.format;
    let number = match data {
        Data::Int(int) => Some(Exact::from(*int)),
        Data::Float(double) => Exact::from_cell(*double),
        _ => None,
    };
    let (shown, same) = number.as_ref().map_or((None, true), |number| format::look(format, number));
    let differs = shown.clone().filter(|_| !same);
    let note = number.zip(differs).map(|(held, shown)| Note::ShownAs { held, shown });
    (Shape { percent: format.is_percent(), shown }, note)
}

/// The opened workbook: refused if cells occur twice, otherwise read.
fn opened(book: Book, findings: Vec<Finding>) -> Opened {
    let broken = findings.iter().any(|f| f.code == Code::E122);
    if broken { Opened::refused(book, findings) } else { Opened::read(book, findings) }
}

/// Sheets are identified by name, so no name may occur twice; an output of assess itself is not an input.
fn check_names<'n>(
    names: impl ExactSizeIterator<Item = &'n str>,
    file: FileId,
    limits: &Limits,
) -> Result<(), Box<Finding>> {
    let whole = Place::file(file);
    if names.len() > limits.sheets as usize {
        let finding = Finding::new(Code::E108).at(whole).found(names.len());
        return Err(Box::new(finding.expected(format!("<= {} sheets", limits.sheets))));
    }
    if names.len() == 0 {
        return Err(Box::new(fault::damaged(file, "gate.book.no_sheet", "")));
    }
    let mut seen = BTreeSet::new();
    for name in names {
        if name == OWN_SHEET {
            return Err(Box::new(Finding::new(Code::E113).at(whole)));
        }
        if !seen.insert(name.to_lowercase()) {
            let finding = Finding::new(Code::E124).at(whole).with("what", Arg::Word("gate.book.two"));
            return Err(Box::new(finding.found(name)));
        }
    }
    Ok(())
}

fn too_many_cells(file: FileId, limits: &Limits) -> Box<Finding> {
    Box::new(Finding::new(Code::E108).at(Place::file(file)).expected(format!("<= {} cells", limits.cells)))
}
