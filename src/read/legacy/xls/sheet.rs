//! The records of one sheet of an .xls: the facts about its cells, and whether all of the sheet could be read.
//!
//! A sheet ends at its EOF record. If that record comes too early, the rows after it are lost to every reader; the
//! bytes between it and the next sheet, and the index of rows, reveal this.

use std::ops::ControlFlow;

use super::super::records::{Biff, u16_at, u32_at};
use super::super::{Facts, Mark};
use super::globals::Globals;
use super::text::{self, Rich};
use super::{BOF, BOOLERR, EOF, FORMULA, LABEL, LABELSST, MULRK, NUMBER, RK, ROW, RSTRING};
use crate::model::Limits;
use crate::read::book::{Controls, Merge};
use crate::read::xlsx::styles::Style;
use crate::shared::place::Position;

/// Why a sheet cannot be read, as a catalogue key.
type Broken = &'static str;

/// Reads the facts about the sheet whose records start at an offset; those of the next one start at `end`.
pub(super) fn read(
    globals: &Globals<'_>,
    stream: &[u8],
    offset: usize,
    end: usize,
    limits: &Limits,
) -> Result<Facts, Broken> {
    let mut sheet =
        Reading { globals, limits, facts: Facts::default(), hidden: Vec::new(), formula: None, rows: 0, index: None };
    let mut records = Biff::from(stream, offset);
    // Embedded charts are skipped, as the parser does.
    let mut depth = 0;
    let mut closed = false;
    for (kind, record) in records.by_ref() {
        match (kind, depth) {
            (BOF, _) => depth += 1,
            (EOF, 0 | 1) => {
                closed = true;
                break;
            }
            (EOF, _) => depth -= 1,
            (_, 1) => match sheet.record(kind, record) {
                Some(ControlFlow::Continue(())) => {}
                Some(ControlFlow::Break(broken)) => return Err(broken),
                // The record is too short.
                None => break,
            },
            _ => {}
        }
    }
    if closed && has_rows(stream, records.offset(), end) {
        return Err("gate.xls.early");
    }
    if sheet.index.is_some_and(|rows| rows > sheet.rows) {
        return Err("gate.xls.index");
    }
    let Reading { mut facts, hidden, .. } = sheet;
    facts.hide_columns(&hidden);
    facts.merges.sort_unstable();
    Ok(facts)
}

/// Whether records of rows or cells lie between the end of a sheet and the start of the next one.
///
/// An EOF record may have been written over another one, so that the records after it no longer follow each other:
/// every byte is tried as a start. Sheets that no list names are skipped as a whole.
fn has_rows(stream: &[u8], from: usize, end: usize) -> bool {
    let mut from = from;
    while u16_at(stream, from) == Some(BOF) && from < end {
        let mut records = Biff::from(stream, from);
        let mut depth = 0;
        for (kind, _) in records.by_ref() {
            depth += i32::from(kind == BOF) - i32::from(kind == EOF);
            if depth == 0 {
                break;
            }
        }
        if depth != 0 {
            break;
        }
        from = records.offset();
    }
    let gap = stream.get(from..end.min(stream.len())).unwrap_or_default();
    (0..gap.len()).any(|at| Biff::from(gap, at).next().is_some_and(|(kind, record)| is_row_or_cell(kind, record)))
}

/// Whether a record is one of a row or cell, by its type and length and by the position it gives.
fn is_row_or_cell(kind: u16, record: &[u8]) -> bool {
    let length = match kind {
        NUMBER => record.len() == 14,
        RK | LABELSST => record.len() == 10,
        BOOLERR => record.len() == 8,
        ROW => record.len() == 16,
        MULRK => record.len() >= 12 && record.len().is_multiple_of(6),
        LABEL | RSTRING => record.len() >= 9,
        FORMULA => record.len() >= 22,
        _ => false,
    };
    length && u16_at(record, 2).is_some_and(|column| usize::from(column) < COLUMNS)
}

/// A sheet while its records are read.
struct Reading<'g> {
    globals: &'g Globals<'g>,
    limits: &'g Limits,
    facts: Facts,
    /// Hidden columns as first and last.
    hidden: Vec<(u32, u32)>,
    /// The formula whose text may follow.
    formula: Option<(Position, u16)>,
    /// The number of rows up to the last one named by a record.
    rows: u32,
    /// The number of rows according to the index.
    index: Option<u32>,
}

impl Reading<'_> {
    /// Takes one record; `None` if it is too short.
    fn record(&mut self, kind: u16, record: &[u8]) -> Option<ControlFlow<Broken>> {
        self.fact(kind, record)?;
        self.cell(kind, record)
    }

    /// Takes what a record says of rows, columns and the sheet.
    fn fact(&mut self, kind: u16, record: &[u8]) -> Option<()> {
        let field = |at| u16_at(record, at).map(u32::from);
        match kind {
            ROW | BLANK | MULBLANK => self.rows = self.rows.max(field(0)? + 1),
            INDEX if self.globals.is_wide() => self.index = Some(u32_at(record, 8)?),
            INDEX => self.index = Some(field(6)?),
            COLINFO if field(8)? & 1 != 0 => self.hidden.push((field(0)?, field(2)?)),
            MERGED => self.facts.merges.extend(merges(record)),
            OBJ if is_check_box(record) => {
                let controls = self.facts.controls.get_or_insert(Controls::default());
                controls.count += 1;
            }
            _ => {}
        }
        if kind == ROW && field(12)? & 0x20 != 0 {
            self.facts.hidden_rows.insert(field(0)?);
        }
        Some(())
    }

    /// Takes the cells of a record.
    fn cell(&mut self, kind: u16, record: &[u8]) -> Option<ControlFlow<Broken>> {
        let short = |at| u16_at(record, at);
        let field = |at| short(at).map(u32::from);
        let cell = || Some(Position::new(field(0)?, field(2)?));
        match kind {
            NUMBER | BOOLERR | RK => return self.mark(cell()?, self.plain(short(4)?)),
            LABEL | RSTRING => return self.mark(cell()?, self.label(kind, record)?),
            LABELSST => {
                let written = self.globals.string(u32_at(record, 6)?, short(4)?);
                let mark = written.map_or(Mark::Bad("gate.cell.index"), |(style, entry)| Mark::Written(style, entry));
                return self.mark(cell()?, mark);
            }
            MULRK => return self.numbers(record),
            FORMULA => return self.calculated(cell()?, record),
            STRING => {
                if let Some((cell, format)) = self.formula.take().filter(|_| field(0).is_some_and(|length| length > 0))
                {
                    self.facts.marks.insert(cell, self.plain(format));
                }
            }
            _ => {}
        }
        Some(ControlFlow::Continue(()))
    }

    /// The result of a formula.
    fn calculated(&mut self, cell: Position, record: &[u8]) -> Option<ControlFlow<Broken>> {
        let (result, end, format) = (record.get(6)?, u16_at(record, 12)?, u16_at(record, 4)?);
        // Empty text, or a text that should follow: not calculated unless it does.
        let waits = matches!((result, end), (0 | 3, 0xFFFF));
        self.formula = waits.then_some((cell, format));
        let mark = if waits { Mark::Uncalculated } else { self.plain(format) };
        self.mark(cell, mark)
    }

    /// Records a cell; there are 256 columns, and no program shows anything beyond them.
    fn mark(&mut self, at: Position, mark: Mark) -> Option<ControlFlow<Broken>> {
        if at.col as usize >= COLUMNS {
            return Some(ControlFlow::Break("gate.xls.column"));
        }
        self.rows = self.rows.max(at.row + 1);
        self.facts.mark(at, mark);
        Some(ControlFlow::Continue(()))
    }

    /// Numbers in neighbouring cells.
    fn numbers(&mut self, record: &[u8]) -> Option<ControlFlow<Broken>> {
        let field = |at| u16_at(record, at).map(u32::from);
        let (row, first, last) = (field(0)?, field(2)?, field(record.len().checked_sub(2)?)?);
        for col in first..=last {
            let at = 4 + 6 * (col - first) as usize;
            let mark = self.plain(u16_at(record, at)?);
            if let broken @ ControlFlow::Break(_) = self.mark(Position::new(row, col), mark)? {
                return Some(broken);
            }
        }
        Some(ControlFlow::Continue(()))
    }

    /// A text stored in its cell.
    fn label(&self, kind: u16, record: &[u8]) -> Option<Mark> {
        let (globals, text) = (self.globals, record.get(6..)?);
        let (style, font) = globals.style(u16_at(record, 4)?);
        let with_runs = kind == RSTRING;
        let Some(encoding) = globals.encoding() else {
            let (style, entry) = globals.rich(&Rich::of_cell(text, with_runs)?, style, font);
            return Some(Mark::Written(style, entry));
        };
        if !with_runs {
            return Some(Mark::Plain(style));
        }
        let standing = |font| globals.standing(font);
        let entry = text::old_entry(text, encoding, standing(font), standing, self.limits)?;
        Some(Mark::Written(Style { struck: false, ..style }, entry))
    }

    fn plain(&self, format: u16) -> Mark {
        Mark::Plain(self.globals.style(format).0)
    }
}

/// Whether an object is a check box or an option button (MS-XLS 2.5.143, FtCmo).
fn is_check_box(record: &[u8]) -> bool {
    u16_at(record, 0) == Some(0x15) && matches!(u16_at(record, 4), Some(0x0B | 0x0C))
}

/// The blocks of a MERGEDCELLS record.
fn merges(record: &[u8]) -> Vec<Merge> {
    let count = u16_at(record, 0).map_or(0, usize::from);
    let blocks = record.get(2..).unwrap_or_default().as_chunks::<8>().0.iter().take(count);
    let field = |block: &[u8], at| u16_at(block, at).map_or(0, u32::from);
    blocks
        .map(|b| Merge { top: field(b, 0), bottom: field(b, 2), left: field(b, 4), right: field(b, 6) })
        .filter(|merge| merge.top <= merge.bottom && merge.left <= merge.right)
        .collect()
}

/// Columns of a sheet: A to IV.
const COLUMNS: usize = 256;

const COLINFO: u16 = 0x007D;
const MULBLANK: u16 = 0x00BE;
const MERGED: u16 = 0x00E5;
const OBJ: u16 = 0x005D;
const BLANK: u16 = 0x0201;
const STRING: u16 = 0x0207;
const INDEX: u16 = 0x020B;

#[cfg(test)]
mod tests {
    use super::is_check_box;

    #[test]
    fn a_check_box_is_told_from_other_objects() {
        let object = |kind: u8| [0x15, 0, 0x12, 0, kind, 0, 1, 0];
        assert!(is_check_box(&object(0x0B)) && is_check_box(&object(0x0C)));
        // A button, a picture, a note.
        assert!(![7, 8, 0x19].iter().any(|kind| is_check_box(&object(*kind))));
        assert!(!is_check_box(&[0x15]));
    }
}
