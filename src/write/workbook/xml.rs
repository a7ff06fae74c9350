//! The little of XML that cells need: escaped text, numbers, names of columns.

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
    while let Some(at) = rest.find("_x") {
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
    let mut digits = [b'0'; 20];
    let (mut rest, mut first) = (number, digits.len());
    loop {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    to.extend(digits[first..].iter().map(|digit| char::from(*digit)));
}

/// Appends a number with as many decimals as it needs.
pub(super) fn number(number: f64, to: &mut String) {
    use std::fmt::Write as _;
    // Writing to a text cannot fail.
    let _ = write!(to, "{number}");
}

/// The letters of a column, from 0.
pub(super) fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
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
        assert_eq!([0, 25, 26, 701, 702, 16_383].map(letters), ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}
