//! The little of XML that cells need: escaped text, numbers, names of columns.

use crate::shared::number::{decimal, short_decimal, whole_digits};

/// The first line of every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The namespace of workbooks (ECMA-376, part 1).
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Appends text as the content of an element.
pub(super) fn escaped(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        to.push_str(&rest[..at]);
        let Some(special) = rest[at..].chars().next() else { break };
        match special {
            '&' => to.push_str("&amp;"),
            '<' => to.push_str("&lt;"),
            '>' => to.push_str("&gt;"),
            other => to.push_str(&escape(other)),
        }
        rest = &rest[at + special.len_utf8()..];
    }
    to.push_str(rest);
}

/// Appends the text of a cell: what would be read as an escape of the format is escaped itself (ECMA-376, part 1, 22.9.2.19).
pub(super) fn text(text: &str, to: &mut String) {
    let mut rest = text;
    // Few texts have an underscore at all, which is sooner known.
    let escape_at = |rest: &str| rest.contains('_').then(|| rest.find("_x"))?;
    while let Some(at) = escape_at(rest) {
        escaped(&rest[..at], to);
        to.push_str(if is_escape(&rest[at..]) { "_x005F_" } else { "_" });
        rest = &rest[at + 1..];
    }
    escaped(rest, to);
}

/// Whether a text begins with an escape such as `_x000D_`.
fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7 && bytes[6] == b'_' && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
}

/// A character that XML cannot hold, in the notation of the format.
fn escape(character: char) -> String {
    format!("_x{:04X}_", u32::from(character))
}

/// Whether a character cannot stand as it is. Tabs and line feeds can.
const fn is_special(character: char) -> bool {
    match character {
        '&' | '<' | '>' | '\u{fffe}' | '\u{ffff}' => true,
        '\t' | '\n' => false,
        other => other < ' ',
    }
}

/// Appends a whole number.
pub(super) fn whole(number: usize, to: &mut String) {
    whole_digits(number as u64, 1, to);
}

/// Appends a number with as many decimals as it needs.
pub(super) fn number(number: f64, to: &mut String) {
    use std::fmt::Write as _;
    match short_decimal(number) {
        // Of a zero, only formatting knows the sign.
        Some((units, decimals)) if units != 0 => decimal(units < 0, units.unsigned_abs().into(), decimals, to),
        _ => {
            // Writing to a text cannot fail.
            let _ = write!(to, "{number}");
        }
    }
}

/// Appends the letters of a column, from 0.
pub(super) fn letters(column: usize, to: &mut String) {
    if column >= 26 {
        letters(column / 26 - 1, to);
    }
    to.push(char::from(b'A' + (column % 26) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(write: impl Fn(&mut String)) -> String {
        let mut to = String::new();
        write(&mut to);
        to
    }

    #[test]
    fn text_is_escaped_as_the_format_asks() {
        // ECMA-376, part 1, 22.9.2.19: _xHHHH_ stands for a character that XML cannot hold; _x005F_ for the underscore of
        // a text that only looks like that.
        let written = |given: &str| of(|to| text(given, to));
        assert_eq!(written("甲 & <乙>"), "甲 &amp; &lt;乙&gt;");
        assert_eq!(written("a\u{b}b\r\n\tc"), "a_x000B_b_x000D_\n\tc");
        assert_eq!(written("_x000D_ _x00_ _xzzzz_ __x0041_"), "_x005F_x000D_ _x00_ _xzzzz_ __x005F_x0041_");
        assert_eq!(written("_x00字_ _x"), "_x00字_ _x");
    }

    #[test]
    fn numbers_and_columns_are_named_as_in_a_sheet() {
        assert_eq!([0, 9, 10, 1_048_576].map(|n| of(|to| whole(n, to))), ["0", "9", "10", "1048576"]);
        for written in [0.0, -0.0, 3.0, -78.16, 0.05, 0.1 + 0.2, 1e15, 1e21, 2.5e-7, 123_456.789_1, f64::MIN] {
            assert_eq!(of(|to| number(written, to)), written.to_string());
        }
        assert_eq!(
            [0, 25, 26, 701, 702, 16_383].map(|n| of(|to| letters(n, to))),
            ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
        );
    }
}
