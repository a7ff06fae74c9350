//! The literals of a worksheet: cell references, numbers, indexes. Only forms that every reader interprets alike are
//! accepted.

use crate::read::book::Merge;
use crate::shared::place::Position;

/// Rows of the largest sheet a spreadsheet program holds.
pub(in crate::read) const GRID_ROWS: u32 = 1_048_576;
/// Columns of the largest sheet.
pub(in crate::read) const GRID_COLS: u32 = 16_384;

/// The values of the type attribute of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellKind {
    /// A number, the default.
    Number,
    /// An index into the string table.
    Shared,
    /// TRUE or FALSE.
    Flag,
    /// An error value.
    Error,
    /// The text result of a formula.
    Text,
    /// Text inside the cell.
    Inline,
    /// A date as text.
    Date,
}

impl CellKind {
    /// The kind of a type attribute.
    pub(super) fn of(attribute: Option<&str>) -> Option<Self> {
        Some(match attribute {
            None | Some("n") => Self::Number,
            Some("s") => Self::Shared,
            Some("b") => Self::Flag,
            Some("e") => Self::Error,
            Some("str") => Self::Text,
            Some("inlineStr") => Self::Inline,
            Some("d") => Self::Date,
            Some(_) => return None,
        })
    }
}

/// The verdict on a value literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// A value that every reader interprets alike, or none.
    Sound,
    /// Damaged: the reason, as a catalogue key.
    Bad(&'static str),
}

/// Judges the text of a value by the type of its cell.
pub(super) fn judge(kind: CellKind, text: &str, strings: usize) -> Literal {
    let sound = match kind {
        CellKind::Number => text.is_empty() || is_number(text),
        CellKind::Shared => text.is_empty() || is_index(text, strings),
        CellKind::Flag => matches!(text, "" | "0" | "1" | "true" | "false"),
        // `#REF!`, and newer ones such as `#SPILL!`.
        CellKind::Error => text.starts_with('#'),
        // Text of the last kind has an element of its own; whether it agrees with a value is checked there.
        CellKind::Text | CellKind::Date | CellKind::Inline => true,
    };
    match (sound, kind) {
        (true, _) => Literal::Sound,
        (false, CellKind::Number) => Literal::Bad("gate.cell.number"),
        (false, CellKind::Shared) => Literal::Bad("gate.cell.index"),
        (false, _) => Literal::Bad("gate.cell.type"),
    }
}

/// `-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?`, and finite.
pub(in crate::read) fn is_number(text: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let plain = match mantissa.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(mantissa),
    };
    let scaled = exponent.is_none_or(|e| digits(e.strip_prefix(['+', '-']).unwrap_or(e)));
    // A literal that overflows becomes an infinity, which no spreadsheet shows.
    plain && scaled && crate::shared::number::is_finite_literal(text)
}

/// Digits that name an entry of the string table; some writers surround them with blanks, which every reader accepts.
fn is_index(text: &str, strings: usize) -> bool {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<usize>().is_ok_and(|index| index < strings)
}

/// Reads a cell reference such as `C7` as a position; nothing else, and only on the grid.
pub(in crate::read) fn reference(text: &str) -> Option<Position> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (column, row) = text.split_at_checked(letters).filter(|(column, _)| (1..=3).contains(&column.len()))?;
    let col = column.bytes().fold(0, |sum, b| sum * 26 + u32::from(b - b'A') + 1);
    let at = Position { row: row_number(row)?, col: col.checked_sub(1)? };
    (at.col < GRID_COLS).then_some(at)
}

/// Reads a row number from 1 as a row from 0: digits without leading zeros, on the grid.
pub(in crate::read) fn row_number(text: &str) -> Option<u32> {
    let plain = (1..=7).contains(&text.len()) && !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    let number: u32 = plain.then(|| text.parse().ok()).flatten()?;
    (number <= GRID_ROWS).then(|| number - 1)
}

/// Reads a block such as `B2:C4`, or a single cell.
pub(in crate::read) fn block(text: &str) -> Option<Merge> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let (first, last) = (reference(first)?, reference(last)?);
    let block = Merge { top: first.row, left: first.col, bottom: last.row, right: last.col };
    (block.top <= block.bottom && block.left <= block.right).then_some(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_numbers_are_sound() {
        for sound in ["", "0", "95", "-0", "-1.5", "85.449999999999989", "1E-05", "1e+20", "007"] {
            assert_eq!(judge(CellKind::Number, sound, 0), Literal::Sound, "{sound}");
        }
        for bad in ["NaN", "inf", "-Infinity", "1e999", "95abc", " 95", "0x1p3", "+5", ".5", "5.", "９５", "1_0"] {
            assert_eq!(judge(CellKind::Number, bad, 0), Literal::Bad("gate.cell.number"), "{bad}");
        }
    }

    #[test]
    fn only_indexes_of_the_table_are_sound() {
        assert_eq!(judge(CellKind::Shared, "1", 2), Literal::Sound);
        assert_eq!(judge(CellKind::Shared, " 1 ", 2), Literal::Sound);
        for bad in ["2", "-1", "abc", "1.0", "1 1", "1e20", "１", "99999999999999999999999"] {
            assert_eq!(judge(CellKind::Shared, bad, 2), Literal::Bad("gate.cell.index"), "{bad}");
        }
    }

    #[test]
    fn references_are_upper_case_and_on_the_grid() {
        assert_eq!(reference("A1"), Some(Position::new(0, 0)));
        assert_eq!(reference("XFD1048576"), Some(Position::new(1_048_575, 16_383)));
        for bad in ["", "A", "1", "a1", "A0", "A01", "XFE1", "AAAA1", "A1048577", "A4294967298", "$A$1", "A1:B2", "Ａ1"]
        {
            assert_eq!(reference(bad), None, "{bad}");
        }
        assert_eq!(block("B2:C4"), Some(Merge { top: 1, left: 1, bottom: 3, right: 2 }));
        assert_eq!(block("C4:B2"), None);
    }

    #[test]
    fn an_error_value_that_is_new_is_no_damage() {
        assert_eq!(judge(CellKind::Error, "#REF!", 0), Literal::Sound);
        assert_eq!(judge(CellKind::Error, "#SPILL!", 0), Literal::Sound);
        assert_eq!(judge(CellKind::Error, "95", 0), Literal::Bad("gate.cell.type"));
    }
}
