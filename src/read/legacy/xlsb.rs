//! .xlsb: a zip of binary parts. The container goes through the gate like an .xlsx. Facts: styles, texts with runs, hidden
//! rows and columns, merged blocks, error values of formulas. Formulas of this format always carry a value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use calamine::{Data, Reader as _, SheetType, Xlsb, XlsbError, open_workbook_from_rs};

use super::records::{Binary, u16_at, u32_at, utf16};
use super::{Facts, Mark, Parsed, join, opened};
use crate::model::Limits;
use crate::read::book::{Merge, Opened};
use crate::read::format::Format;
use crate::read::gate::container::Plain;
use crate::read::gate::xml::{Token, Tokens};
use crate::read::gate::{self, Fault, attached, fault};
use crate::read::xlsx::controls;
use crate::read::xlsx::strings::{Entry, RunStyle, Text};
use crate::read::xlsx::styles::Style;
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::place::{FileId, Place, Position};

/// Reads an .xlsb workbook.
pub(super) fn read(bytes: &[u8], file: FileId, limits: &Limits) -> Result<Opened, Box<Finding>> {
    let archive = match gate::open(bytes, file, limits) {
        Ok(archive) => archive,
        Err(refused) => return Ok(refused),
    };
    let whole = Place::file(file);
    let mut findings: Vec<Finding> =
        attached::attachments(&archive).into_iter().map(|what| attached::finding(whole, what)).collect();
    let plain = match archive.plain(limits) {
        Ok(plain) => plain,
        Err(faults) => return Ok(gate::refused(faults, file)),
    };
    let damaged = |e: XlsbError| match e {
        XlsbError::Password => Box::new(Finding::new(Code::E105).at(Place::file(file))),
        _ => Box::new(fault::damaged(file, "gate.parser", "")),
    };
    let paths = sheet_parts(&plain).map_err(|fault| Box::new(fault.finding(file)))?;
    let part = |name: &str| plain.part(name).unwrap_or_default();
    let looks = Looks::of(part("xl/styles.bin"), part("xl/sharedStrings.bin"), limits);
    let mut xlsb: Xlsb<_> = open_workbook_from_rs(Cursor::new(plain.zip())).map_err(damaged)?;
    let metadata = xlsb.sheets_metadata().to_vec();
    let (mut parsed, mut facts) = (Vec::new(), Vec::new());
    let mut budget = limits.cells as usize;
    for (index, sheet) in metadata.into_iter().enumerate() {
        let is_data = sheet.typ == SheetType::WorkSheet;
        let part = paths.get(index).and_then(|path| plain.part(path)).filter(|_| is_data);
        let mut cells = Vec::new();
        if part.is_some() {
            let mut reader = xlsb.worksheet_cells_reader(&sheet.name).map_err(damaged)?;
            while let Some(cell) = reader.next_cell().map_err(damaged)? {
                budget = budget.checked_sub(1).ok_or_else(|| super::too_many_cells(file, limits))?;
                let (row, col) = cell.get_position();
                cells.push((Position::new(row, col), Data::from(cell.get_value().clone())));
            }
        }
        parsed.push(Parsed { name: sheet.name, visible: sheet.visible, cells });
        let mut own = part.map_or_else(Facts::default, |part| sheet_facts(part, &looks));
        own.controls = paths.get(index).and_then(|path| controls::read(&archive, path));
        facts.push(own);
    }
    let (book, more) = join(parsed, facts, file, limits)?;
    findings.extend(more);
    Ok(opened(book, findings))
}

/// The part of each sheet, in order.
fn sheet_parts(archive: &Plain) -> Result<Vec<String>, Fault> {
    let name = "xl/_rels/workbook.bin.rels";
    let mut links: BTreeMap<String, String> = BTreeMap::new();
    let mut tokens = Tokens::new(archive.part(name).unwrap_or(b"<none/>")).map_err(|f| f.within(name))?;
    loop {
        match tokens.next().map_err(|f| f.within(name))? {
            Token::Open(tag) => {
                let get = |key: &str| tag.text(key).unwrap_or_default();
                links.insert(get("Id"), get("Target"));
            }
            Token::End => break,
            _ => {}
        }
    }
    let sheets = Binary::of(archive.part("xl/workbook.bin").unwrap_or_default()).filter(|(kind, _)| *kind == BUNDLE);
    let part = |record: &[u8]| {
        let length = u32_at(record, 8).filter(|n| *n != u32::MAX)? as usize;
        let target = links.get(&utf16(record.get(12..)?, length))?;
        Some(format!("xl/{target}"))
    };
    Ok(sheets.filter_map(|(_, record)| part(record)).collect())
}

/// Data shared by the cells of all sheets.
struct Looks {
    /// The style of each cell format.
    styles: Vec<Style>,
    /// The string table.
    texts: Vec<Entry>,
}

impl Looks {
    fn of(styles: &[u8], strings: &[u8], limits: &Limits) -> Self {
        let mut fonts = Vec::new();
        let styles = self::styles(styles, &mut fonts);
        let items = Binary::of(strings).filter(|(kind, _)| *kind == ITEM).take(limits.strings as usize);
        let texts = items.map(|(_, record)| text(record, &fonts, limits)).collect();
        Self { styles, texts }
    }

    /// The style of a cell; the field contains flags as well.
    fn style(&self, field: u32) -> Style {
        self.styles.get((field & 0x00FF_FFFF) as usize).cloned().unwrap_or_else(Style::plain)
    }
}

/// The style of each cell format, and the position of text in each font.
fn styles(part: &[u8], fonts: &mut Vec<RunStyle>) -> Vec<Style> {
    let mut formats: BTreeMap<u16, Arc<Format>> = BTreeMap::new();
    let mut styles = Vec::new();
    let mut of_cells = false;
    for (kind, record) in Binary::of(part) {
        let field = |at| u16_at(record, at).unwrap_or(0);
        match kind {
            FMT => {
                if let (Some(id), Some(length)) = (u16_at(record, 0), u32_at(record, 2)) {
                    let text = utf16(record.get(6..).unwrap_or_default(), length as usize);
                    formats.insert(id, Arc::new(Format::parse(&text)));
                }
            }
            FONT => fonts.push(match (field(2) & 8, field(6)) {
                (0, 1 | 2) => RunStyle::Shifted,
                (0, _) => RunStyle::Plain,
                _ => RunStyle::Struck,
            }),
            BEGIN_CELL_XFS => of_cells = true,
            END_CELL_XFS => of_cells = false,
            XF if of_cells => {
                let format = formats.entry(field(2)).or_insert_with(|| Arc::new(Format::builtin(field(2).into())));
                let struck = fonts.get(usize::from(field(4))) == Some(&RunStyle::Struck);
                styles.push(Style { format: Arc::clone(format), struck, white: false, symbols: None });
            }
            _ => {}
        }
    }
    styles
}

/// A text of the string table with its runs.
fn text(record: &[u8], fonts: &[RunStyle], limits: &Limits) -> Entry {
    let has_runs = record.first().is_some_and(|flags| flags & 1 != 0);
    let bytes = record.get(5..).unwrap_or_default();
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let length = units.len().min(u32_at(record, 1).map_or(0, |length| length as usize));
    let units = &units[..length];
    let runs = bytes.get(2 * length + 4..).filter(|_| has_runs).unwrap_or_default().as_chunks::<4>().0;
    let mut text = Text::default();
    let (mut from, mut present) = (0, RunStyle::Plain);
    for run in runs {
        let field = |at| u16_at(run, at).map_or(0, usize::from);
        let start = field(0).clamp(from, length);
        text.add(Cow::Owned(String::from_utf16_lossy(&units[from..start])), present);
        (from, present) = (start, fonts.get(field(2)).copied().unwrap_or_default());
    }
    text.add(Cow::Owned(String::from_utf16_lossy(&units[from..])), present);
    text.finish(limits)
}

/// The error value of a formula, which the parser skips.
fn error(code: Option<&u8>) -> Mark {
    match code {
        Some(0x00) => Mark::Fault("#NULL!"),
        Some(0x07) => Mark::Fault("#DIV/0!"),
        Some(0x0F) => Mark::Fault("#VALUE!"),
        Some(0x17) => Mark::Fault("#REF!"),
        Some(0x1D) => Mark::Fault("#NAME?"),
        Some(0x24) => Mark::Fault("#NUM!"),
        Some(0x2A) => Mark::Fault("#N/A"),
        Some(0x2B) => Mark::Fault("#GETTING_DATA"),
        _ => Mark::Bad("gate.cell.type"),
    }
}

/// Reads the facts of a sheet.
fn sheet_facts(part: &[u8], looks: &Looks) -> Facts {
    let mut facts = Facts::default();
    let mut hidden = Vec::new();
    let mut row = 0;
    for (kind, record) in Binary::of(part) {
        let field = |at| u32_at(record, at).unwrap_or(0);
        let cell = Position::new(row, field(0));
        match kind {
            ROW => {
                row = field(0);
                if record.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                    facts.hidden_rows.insert(row);
                }
            }
            SHARED => {
                let (style, text) = (looks.style(field(4)), looks.texts.get(field(8) as usize));
                // If there is no such text, the parser fails.
                let mark = text.map_or(Mark::Plain(style.clone()), |text| Mark::Written(style, text.clone()));
                facts.mark(cell, mark);
            }
            FORMULA_ERROR => facts.mark(cell, error(record.get(8))),
            FIRST_VALUE..LAST_VALUE => facts.mark(cell, Mark::Plain(looks.style(field(4)))),
            // The parser skips rich text stored in its cell.
            RICH_VALUE => facts.mark(cell, Mark::Bad("gate.cell.type")),
            COLUMNS if u16_at(record, 16).is_some_and(|flags| flags & 1 != 0) => hidden.push((field(0), field(4))),
            MERGE => {
                let merge = Merge { top: field(0), bottom: field(4), left: field(8), right: field(12) };
                facts.merges.extend((merge.top <= merge.bottom && merge.left <= merge.right).then_some(merge));
            }
            _ => {}
        }
    }
    facts.hide_columns(&hidden);
    facts.merges.sort_unstable();
    facts
}

const ROW: u16 = 0;
/// Cells with a value, typed or of a formula; 1 is a blank cell.
const FIRST_VALUE: u16 = 2;
const SHARED: u16 = 7;
const FORMULA_ERROR: u16 = 11;
const LAST_VALUE: u16 = FORMULA_ERROR;
const ITEM: u16 = 19;
const FONT: u16 = 43;
const RICH_VALUE: u16 = 62;
const FMT: u16 = 44;
const XF: u16 = 47;
const COLUMNS: u16 = 60;
const BUNDLE: u16 = 156;
const MERGE: u16 = 176;
const BEGIN_CELL_XFS: u16 = 617;
const END_CELL_XFS: u16 = 618;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::value::RawValue;

    #[test]
    fn a_run_off_the_line_is_told() {
        let item = |text: &str, runs: &[(u16, u16)]| {
            let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let length = (text.len() as u32).to_le_bytes();
            let count = (runs.len() as u32).to_le_bytes();
            let runs: Vec<u8> =
                runs.iter().flat_map(|(at, font)| [at.to_le_bytes(), font.to_le_bytes()].concat()).collect();
            [&[1][..], &length, &units, &count, &runs].concat()
        };
        let fonts = [RunStyle::Plain, RunStyle::Struck, RunStyle::Shifted];
        let read = |text: &str, runs: &[(u16, u16)]| self::text(&item(text, runs), &fonts, &Limits::default());
        for runs in [&[(2, 1)][..], &[(2, 2)], &[(0, 0), (2, 2)]] {
            let entry = read("961", runs);
            let Some(RawValue::Marked(marked)) = &entry.value else { panic!("{entry:?}") };
            assert_eq!((marked.whole.as_str(), marked.plain.as_str()), ("961", "96"));
        }
        let entry = read("96", &[(0, 1)]);
        assert_eq!((entry.value, entry.struck), (Some(RawValue::text_of("96")), true));
        assert_eq!(read("96", &[(1, 0)]).value, Some(RawValue::text_of("96")));
        assert_eq!(read("96", &[(9, 1)]).value, Some(RawValue::text_of("96")));
    }
}
