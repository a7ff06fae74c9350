//! Whether a cell shows the number it contains: digits, separators, a percent sign, whatever surrounds them.

use std::sync::Arc;

use crate::read::book::Note;
use crate::read::format::MOST_PERCENT;
use crate::shared::number::Exact;

/// The remark about a number that is shown as a different one. Under a format that does not fix the decimals, as many
/// digits are shown as fit: a rounded number is then not a different one.
pub(super) fn remark(held: &Exact, shown: &str, fixed: bool) -> Option<Note> {
    let other = || Some(Note::ShownAs { held: held.clone(), shown: Arc::from(shown) });
    let percent = shown.contains(['%', '％']);
    let value = held * &Exact::from(if percent { 100 } else { 1 });
    if percent && value.abs() > Exact::from(MOST_PERCENT) {
        return other();
    }
    let Some(digits) = digits(shown) else { return if shown_as_nothing(shown, held) { None } else { other() } };
    let readings = readings(&digits);
    // A negative number may be distinguished by its colour alone; a positive one has no sign.
    if !held.is_negative() && shown.trim_start().starts_with(['-', '−']) {
        return other();
    }
    let same = |reading: &Exact| {
        let decimals = reading.decimals().filter(|_| !fixed);
        *reading == value.abs() || decimals.is_some_and(|decimals| *reading == value.abs().round(decimals))
    };
    // Text that cannot be read as one number (a fraction, a telephone number) cannot be compared.
    if readings.is_empty() || readings.iter().any(same) { None } else { other() }
}

/// Whether a text without digits agrees with the stored number: an accounting format shows 0 as a dash.
fn shown_as_nothing(shown: &str, held: &Exact) -> bool {
    held.is_zero() && matches!(shown.trim(), "-" | "–" | "—")
}

/// The digits of a text with the characters between them; `None` if there are none.
fn digits(shown: &str) -> Option<String> {
    let plain: String = shown.chars().map(narrow).collect();
    let (first, last) = (plain.find(|c: char| c.is_ascii_digit())?, plain.rfind(|c: char| c.is_ascii_digit())?);
    // `.5` begins with its point.
    let first = if plain[..first].ends_with('.') { first - 1 } else { first };
    Some(plain[first..=last].to_owned())
}

/// A full-width character in its half-width form.
fn narrow(c: char) -> char {
    match c {
        '\u{FF10}'..='\u{FF19}' | '．' | '，' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{A0}' | '\u{202F}' | '\u{2009}' => ' ',
        other => other,
    }
}

/// The numbers that digits with separators may represent: either the point or the comma may be the decimal separator.
fn readings(digits: &str) -> Vec<Exact> {
    [('.', [',', ' ', '\'']), (',', ['.', ' ', '\''])]
        .into_iter()
        .filter_map(|(point, groups)| {
            let (whole, part) = digits.split_once(point).map_or((digits, None), |(whole, part)| (whole, Some(part)));
            let split: Vec<&str> = whole.split(groups).collect();
            let grouped = split.len() == 1 || (split[0].len() <= 3 && split[1..].iter().all(|group| group.len() == 3));
            let whole = split.concat();
            let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
            let sound = grouped && plain(&whole) && part.is_none_or(|part| !part.is_empty() && plain(part));
            let whole = if whole.is_empty() { "0" } else { &whole };
            let text = part.map_or_else(|| whole.to_owned(), |part| format!("{whole}.{part}"));
            sound.then(|| Exact::parse(&text)).flatten()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_number_is_told() {
        let told = |held: &str, shown: &str, fixed: bool| {
            let held = Exact::parse(held).expect("literal");
            remark(&held, shown, fixed).is_some()
        };
        let same = [
            ("1.1", "1.10"),
            ("1", "001"),
            ("95", "95分"),
            ("95", "９５"),
            ("0.95", "95%"),
            ("0.956", "95.6 %"),
            ("1234.5", "1,234.50"),
            ("1234.5", "1.234,50 €"),
            ("1234567", "1 234 567"),
            ("-5", "(5)"),
            ("-5.5", "-5.5"),
            ("0.5", ".5"),
            ("0", "-"),
            ("0.5", "1/2"),
            ("95", "¥95.00"),
        ];
        for (held, shown) in same {
            assert!(!told(held, shown, true), "{held} {shown}");
        }
        let other = [
            ("89.6", "90"),
            ("0.956", "96%"),
            ("96", "9600%"),
            ("95000", "95"),
            ("80", "95"),
            ("95", ""),
            ("95", "合格"),
            ("1234.5", "1,235"),
            ("5", "-5"),
        ];
        for (held, shown) in other {
            assert!(told(held, shown, true), "{held} {shown}");
        }
        assert!(!told("0.333333333333333", "0.3333333333", false));
        assert!(told("80", "95", false));
    }
}
