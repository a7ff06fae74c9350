//! Sequences of digits in a text: which may be a telephone number, an identity card or an account, and which are a
//! date, a document number or a quantity.

use std::ops::Range;

use jiff::civil::Date;

/// The length from which a number may be personal.
const LONG: usize = 7;
/// Most digits of a document number.
const MOST: usize = 9;
/// Most characters between two groups of a run.
const BETWEEN: usize = 3;

/// Digits separated only by blanks, dashes and dots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigitRun {
    /// The groups of adjacent digits.
    pub groups: Vec<DigitGroup>,
}

/// Adjacent digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigitGroup {
    /// The digits, in ASCII.
    pub digits: String,
    /// Their position, in bytes.
    pub place: Range<usize>,
    /// The separator before the group.
    parted: Parted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parted {
    /// None: the first group.
    Start,
    /// One point, as before decimals.
    Point,
    Blank,
    Dash,
    /// Other dots, or several separators.
    Other,
}

impl DigitRun {
    fn place(&self) -> Range<usize> {
        let ends = self.groups.first().zip(self.groups.last());
        ends.map_or(0..0, |(first, last)| first.place.start..last.place.end)
    }

    fn count(&self) -> usize {
        self.groups.iter().map(|group| group.digits.len()).sum()
    }
}

/// The runs of digits of a text, in order.
pub fn digit_runs(text: &str) -> Vec<DigitRun> {
    let mut runs: Vec<DigitRun> = Vec::new();
    let mut run = DigitRun::default();
    let mut between: Vec<char> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| !super::is_invisible(*c)) {
        let end = at + c.len_utf8();
        match digit(c) {
            Some(digit) => match run.groups.last_mut().filter(|_| between.is_empty()) {
                Some(group) => {
                    group.digits.push(digit);
                    group.place.end = end;
                }
                None => {
                    let parted = if run.groups.is_empty() { Parted::Start } else { parted(&between) };
                    run.groups.push(DigitGroup { digits: digit.to_string(), place: at..end, parted });
                    between.clear();
                }
            },
            None if !run.groups.is_empty() && between.len() < BETWEEN && sign(c).is_some() => between.push(c),
            None => {
                runs.extend((!run.groups.is_empty()).then(|| std::mem::take(&mut run)));
                between.clear();
            }
        }
    }
    runs.extend((!run.groups.is_empty()).then_some(run));
    runs
}

/// The first run of seven digits or more that is not a date, a document number, or a number with decimals or separated
/// thousands.
///
/// ```
/// use assess::shared::text::long_number;
/// assert_eq!(long_number("联系 138-0000-1234 核实"), Some("138-0000-1234"));
/// assert_eq!(long_number("2025-12-31，云发〔2025〕12号，1,234,567.89 元"), None);
/// ```
pub fn long_number(text: &str) -> Option<&str> {
    untold(text, |run| is_told(text, run))
}

/// Like [`long_number`], for a text that is itself a document number and may be bare: `20250012` is accepted as one.
pub fn long_number_of_document(text: &str) -> Option<&str> {
    untold(text, |run| is_told(text, run) || is_led_by_year(run))
}

fn untold(text: &str, is_told: impl Fn(&DigitRun) -> bool) -> Option<&str> {
    let run = digit_runs(text).into_iter().find(|run| run.count() >= LONG && !is_told(run))?;
    Some(&text[run.place()])
}

const fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10),
        '𝟎'..='𝟿' => char::from_digit((c as u32 - '𝟎' as u32) % 10, 10),
        _ => None,
    }
}

/// The kind of separator of a character between digits.
fn sign(c: char) -> Option<Parted> {
    Some(match c {
        '.' | '．' => Parted::Point,
        '·' | '•' | '・' | '･' | '‧' | '∙' | '⋅' | '﹒' => Parted::Other,
        '-' | '－' | '﹣' | '−' | '‐'..='―' => Parted::Dash,
        c if c.is_whitespace() && !matches!(c, '\n' | '\r') => Parted::Blank,
        _ => return None,
    })
}

fn parted(between: &[char]) -> Parted {
    let mut signs = between.iter().filter_map(|c| sign(*c));
    if between.len() == 1 {
        return signs.next().unwrap_or(Parted::Other);
    }
    let mut others = signs.filter(|sign| *sign != Parted::Blank);
    match (others.next(), others.next()) {
        (None, _) => Parted::Blank,
        (Some(Parted::Dash), None) => Parted::Dash,
        _ => Parted::Other,
    }
}

/// Whether a run is known to be harmless.
fn is_told(text: &str, run: &DigitRun) -> bool {
    is_decimal(run) || has_thousands(run) || is_dated(run) || is_document(text, run)
}

/// Numbers with decimals, one or several: `1234567.89`, `1200.50-3400.75`.
fn is_decimal(run: &DigitRun) -> bool {
    let numbers = run.groups.chunk_by(|_, next| next.parted == Parted::Point);
    let is_number = |number: &[DigitGroup]| match number {
        [whole, _] => whole.digits.len() == 1 || !whole.digits.starts_with('0'),
        _ => false,
    };
    numbers.into_iter().all(is_number)
}

/// Thousands separated by blanks: `1 234 567`.
fn has_thousands(run: &DigitRun) -> bool {
    const MOST: usize = 4;
    let Some((first, rest)) = run.groups.split_first() else { return false };
    let is_led = first.digits.len() <= 3 && !first.digits.starts_with('0');
    let of_three = |group: &DigitGroup| group.digits.len() == 3 && group.parted == Parted::Blank;
    is_led && run.groups.len() <= MOST && !rest.is_empty() && rest.iter().all(of_three)
}

/// Whether so little remains besides dates and years that it cannot be a personal number.
fn is_dated(run: &DigitRun) -> bool {
    let (mut years, mut others) = (0, 0);
    let mut groups = run.groups.as_slice();
    while let Some((first, rest)) = groups.split_first() {
        let taken = dated(groups);
        if taken == 0 {
            *(if is_year(&first.digits) { &mut years } else { &mut others }) += first.digits.len();
        }
        groups = if taken == 0 { rest } else { &groups[taken..] };
    }
    others == 0 || years + others < LONG
}

/// How many groups at the beginning form one date: year, month and day, or year and month, or all in eight digits.
fn dated(groups: &[DigitGroup]) -> usize {
    let number = |at: usize| groups.get(at).filter(|g| g.digits.len() <= 4).and_then(|g| g.digits.parse::<i16>().ok());
    let short = |at: usize| number(at).filter(|_| groups[at].digits.len() <= 2).and_then(|n| i8::try_from(n).ok());
    let year = number(0).filter(|_| is_year(&groups[0].digits));
    match (year, short(1), short(2)) {
        (Some(year), Some(month), Some(day)) if Date::new(year, month, day).is_ok() => 3,
        (Some(year), Some(month), _) if Date::new(year, month, 1).is_ok() => 2,
        _ => usize::from(groups.first().is_some_and(|group| is_compact(&group.digits))),
    }
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// `20251231`.
fn is_compact(digits: &str) -> bool {
    let part = |range: Range<usize>| digits.get(range).and_then(|part| part.parse::<i8>().ok());
    digits.len() == 8
        && is_year(&digits[..4])
        && digits[..4].parse().is_ok_and(|year| {
            part(4..6).zip(part(6..8)).is_some_and(|(month, day)| Date::new(year, month, day).is_ok())
        })
}

/// The numbers of documents: 〔2025〕0000012号, 20250012号, 2025-00123号, and of standards: GB/T 33000-2016.
fn is_document(text: &str, run: &DigitRun) -> bool {
    let place = run.place();
    let (before, after) = (text[..place.start].trim_end(), text[place.end..].trim_start());
    let is_numbered = after.starts_with(['号', '號']);
    let is_bracketed = before.ends_with([')', ']', '）', '］', '〕', '】', '﹞']);
    if is_numbered && (is_led_by_year(run) || is_bracketed && run.count() <= MOST) {
        return true;
    }
    let is_lettered = before.ends_with(|c: char| c.is_ascii_uppercase());
    matches!(run.groups.as_slice(), [number, year]
        if is_lettered && number.digits.len() < LONG && year.parted == Parted::Dash && is_year(&year.digits))
}

/// A year with a serial: `20250012`, `2025-00123`.
fn is_led_by_year(run: &DigitRun) -> bool {
    run.count() <= MOST && run.groups.first().is_some_and(|group| group.digits.get(..4).is_some_and(is_year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_found_however_they_are_typed() {
        for (text, found) in [
            ("电话13800001234", "13800001234"),
            ("138 0000 1234", "138 0000 1234"),
            ("138-0000-1234", "138-0000-1234"),
            ("138.0000.1234", "138.0000.1234"),
            ("138 - 0000 - 1234", "138 - 0000 - 1234"),
            ("1 3 8 0 0 0 0 1 2 3 4", "1 3 8 0 0 0 0 1 2 3 4"),
            ("13\u{200b}800001234", "13\u{200b}800001234"),
            ("１３８００００１２３４", "１３８００００１２３４"),
            ("１３８—００００—１２３４", "１３８—００００—１２３４"),
            ("0571-88001234转1", "0571-88001234"),
            ("0571.88001234", "0571.88001234"),
            ("8800123", "8800123"),
            ("身份证33010219900101123X", "33010219900101123"),
            ("330102 19900101 1234", "330102 19900101 1234"),
            ("330102-1990-01-01-1234", "330102-1990-01-01-1234"),
            ("账号6222 0200 1234 5678 901", "6222 0200 1234 5678 901"),
            ("6222·0200·1234·5678", "6222·0200·1234·5678"),
            ("138 2025 1999", "138 2025 1999"),
            ("手机号13800001234号", "13800001234"),
            ("QQ 12345678", "12345678"),
            ("2025-12-31 电话13800001234", "13800001234"),
            ("20251331", "20251331"),
            ("完成12345678元", "12345678"),
        ] {
            assert_eq!(long_number(text), Some(found), "{text}");
        }
    }

    #[test]
    fn dates_documents_and_quantities_are_nobodys() {
        for text in [
            "2025-12-31",
            "2025.12.31",
            "2025 12 31",
            "20251231",
            "２０２５-１２-３１",
            "2025-01-01-2025-12-31",
            "20250101-20250630",
            "2025-12-31 10:30",
            "2025.1-2025.12",
            "2023-2025年",
            "2023-2024-2025",
            "2025年12月31日",
            "云发〔2025〕12号",
            "云发〔2025〕0000012号",
            "云财20250012号",
            "云财2025-00123号",
            "GB/T 33000-2016",
            "DB33/T 2250-2020",
            "1,234,567",
            "1,234,567.89",
            "１，２３４，５６７",
            "1 234 567",
            "1234567.89",
            "1234.50-5678.25",
            "0.123456789",
            "138000",
            "85、90、92、88",
            "12\n345678",
            "",
        ] {
            assert_eq!(long_number(text), None, "{text}");
        }
        assert_eq!(long_number_of_document("20250099"), None);
        assert_eq!(long_number_of_document("13800001234"), Some("13800001234"));
    }
}
