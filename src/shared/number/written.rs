//! Numbers as typed in cells, labels and headers: the only place that decides which texts are numbers.
//!
//! Digits are never joined: a text with a blank or line break within a number is not a number, except for thousands in
//! groups of three.

use num_rational::BigRational;

use super::{Exact, pow10};

/// A number with the way it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The numeric value.
    pub value: Exact,
    /// The character or word after it.
    pub unit: Option<char>,
    /// Whether thousands were separated, by commas or blanks.
    pub grouped: bool,
    /// Whether full-width characters were used.
    pub wide: bool,
}

/// Blanks that may separate thousands: an ordinary one, and non-breaking or thin ones.
const GROUP_BLANKS: [char; 4] = [' ', '\u{A0}', '\u{202F}', '\u{2009}'];

/// Largest power of ten of a number in exponent form; no score is larger.
const LARGEST_EXPONENT: u32 = 40;

impl Written {
    /// Parses a number: digits with at most one point and a sign, thousands in groups of three, optionally followed by
    /// one of the allowed units.
    ///
    /// ```
    /// use assess::shared::number::Written;
    /// let value = |text: &str| Written::read(text, &['次']).map(|number| number.value.to_string());
    /// assert_eq!(value(" 9.5 次 ").as_deref(), Some("9.5"));
    /// assert_eq!(value("1 029").as_deref(), Some("1029"));
    /// assert_eq!(value("80\n96"), None);
    /// assert_eq!(value("12,34"), None);
    /// ```
    pub fn read(text: &str, units: &[char]) -> Option<Self> {
        let half = half_width(text.trim());
        let unit = half.chars().next_back().filter(|last| units.contains(last));
        let number = unit.map_or(half.as_str(), |unit| half[..half.len() - unit.len_utf8()].trim_end());
        let (value, grouped) = match Exact::parse(number) {
            Some(value) => (value, false),
            None => (ungrouped(number)?, true),
        };
        Some(Self { value, unit, grouped, wide: is_wide(text) })
    }

    /// Parses a number of a text table, which may also be in the exponent form of a number cell: `9.5E+1`.
    pub fn read_csv(text: &str, units: &[char]) -> Option<Self> {
        let plain = |value| Self { value, unit: None, grouped: false, wide: false };
        Self::read(text, units).or_else(|| scientific(text.trim()).map(plain))
    }
}

/// Whether a text would be a number without its blanks: `80⏎96`, `9. 5`.
pub fn is_split(text: &str, units: &[char]) -> bool {
    let joined = || text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let has_blanks = text.trim().contains(char::is_whitespace);
    has_blanks && Written::read(text, units).is_none() && Written::read(&joined(), units).is_some()
}

/// Half-width characters, letters and digits in place of full-width ones; other look-alikes are kept.
pub fn half_width(text: &str) -> String {
    let half = |c: char| if is_wide_char(c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c };
    text.chars().map(half).collect()
}

/// Whether a text contains full-width characters, letters or digits.
fn is_wide(text: &str) -> bool {
    text.chars().any(is_wide_char)
}

const fn is_wide_char(c: char) -> bool {
    matches!(c, '\u{FF01}'..='\u{FF5E}')
}

/// A number whose thousands are separated by one kind of character: one to three digits, then groups of exactly three.
fn ungrouped(text: &str) -> Option<Exact> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = unsigned.split('.').next().unwrap_or("");
    let sign = whole.chars().find(|c| *c == ',' || GROUP_BLANKS.contains(c))?;
    let mut groups = whole.split(sign);
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let first = groups.next().unwrap_or("");
    let begins = (1..=3).contains(&first.len()) && !first.starts_with('0') && digits(first);
    let goes_on = groups.all(|group| group.len() == 3 && digits(group));
    // The separator occurs nowhere else: not after the point.
    let within = unsigned.matches(sign).count() == whole.matches(sign).count();
    (begins && goes_on && within).then(|| Exact::parse(&text.replace(sign, "")))?
}

/// A number in exponent form, by the grammar of a number cell: `-?d+(.d+)?[eE][+-]?d+`.
fn scientific(text: &str) -> Option<Exact> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let (negative, digits) = match exponent.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, exponent.strip_prefix('+').unwrap_or(exponent)),
    };
    let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let power: u32 = digits.parse().ok().filter(|power| all_digits && *power <= LARGEST_EXPONENT)?;
    let base = Exact::parse(mantissa).filter(|_| !mantissa.starts_with('+'))?.wide();
    let scale = BigRational::from_integer(pow10(power));
    Some(Exact::of(if negative { base / scale } else { base * scale }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: [char; 3] = ['分', '次', '%'];

    fn read(text: &str) -> Option<String> {
        Written::read(text, &UNITS).map(|number| number.value.to_string())
    }

    #[test]
    fn digits_are_joined_across_nothing() {
        for bad in [
            "80\n96",
            "80\r\n96",
            "1 2",
            "8 10",
            "9. 5",
            "9 .5",
            "- 5",
            "+ 5",
            "9\t5",
            "9\u{A0}5",
            "9\u{3000}5",
            "9\u{2009}5",
            "9\u{2028}5",
            "9\u{B}5",
            "8 0 %",
            "9 5%",
            "1 2 次",
            "９　５",
            "９ ５",
            "8\u{200B}0",
            "3 次 次",
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn only_the_ends_are_trimmed_and_a_unit_may_stand_apart() {
        let good = [
            (" 95 ", "95"),
            ("\u{A0}95\u{3000}", "95"),
            ("95\n", "95"),
            ("3 次", "3"),
            ("95 %", "95"),
            ("95　％", "95"),
        ];
        for (text, number) in good {
            assert_eq!(read(text).as_deref(), Some(number), "{text:?}");
        }
    }

    #[test]
    fn thousands_stand_in_groups_of_exactly_three() {
        let good = [
            ("1 029", "1029"),
            ("1,234", "1234"),
            ("1，234", "1234"),
            ("12,345.6", "12345.6"),
            ("1\u{A0}029", "1029"),
            ("1\u{202F}029.25", "1029.25"),
            ("1\u{2009}029\u{2009}384", "1029384"),
            ("-1,234", "-1234"),
            ("123 456 789", "123456789"),
        ];
        for (text, number) in good {
            assert_eq!(
                Written::read(text, &UNITS).map(|n| (n.value.to_string(), n.grouped)),
                Some((number.into(), true)),
                "{text}"
            );
        }
        for bad in [
            "0,095",
            "1234,567",
            "12,34",
            "1,23",
            "1 02",
            "1,2345",
            "1 234,567",
            "1,234 567",
            "1\u{A0}234 567",
            ",123",
            "1,,234",
            "1,234,",
            "1.234,567",
            "1,234.567,8",
            "1 234.5 6",
            "000,123",
            "1\n029",
            "1\t029",
            "1\u{3000}029",
            "1  029",
            "1, 029",
            "- 1,234",
            "--1,234",
            "1,-23",
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn only_csv_has_an_exponent_form() {
        let csv = |text: &str| Written::read_csv(text, &UNITS).map(|number| number.value.to_string());
        for (text, number) in
            [("9.5E+1", "95"), ("1e2", "100"), ("9.5e1", "95"), ("-2.5E-1", "-0.25"), (" 1e0 ", "1"), ("95", "95")]
        {
            assert_eq!(csv(text).as_deref(), Some(number), "{text}");
        }
        for bad in [
            "1e400",
            "1e-400",
            "1e",
            "e1",
            "1e+-2",
            "1.e2",
            ".5e1",
            "+1e2",
            "1e2分",
            "1,000e1",
            "1 e2",
            "1e 2",
            "1e2.0",
            "１ｅ２",
        ] {
            assert_eq!(csv(bad), None, "{bad}");
        }
        assert_eq!(read("1e2"), None);
    }

    #[test]
    fn a_split_number_is_told_from_other_texts() {
        for split in ["80\n96", "9. 5", "- 5", "1 2次", "1, 234"] {
            assert!(is_split(split, &UNITS), "{split:?}");
        }
        for other in ["95", "1 029", "8-10", "8 - 10", "好 差", "", " ", "12,34"] {
            assert!(!is_split(other, &UNITS), "{other:?}");
        }
    }
}
