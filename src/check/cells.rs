//! What a single cell means: numbers, counts, percentages, dates, yes and no (SPEC §5.3).
//!
//! Never guesses: whatever is not clearly a number, a date or a known word is a finding, and the caller gets nothing.

use jiff::civil::{Date, Weekday};

use crate::engine::assessment::State;
use crate::read::table::Row;
use crate::read::{RawTable, RawValue, Word};
use crate::shared::finding::{Arg, Code, Describe as _, Findings, Severity};
use crate::shared::number::{Exact, Written, half_width, is_split};
use crate::shared::place::Located;
use crate::shared::text;

/// A cell of a table: what it holds, and its place in any case.
pub(crate) type CellRef<'t> = Located<Option<&'t RawValue>>;

/// What may follow a number.
pub(crate) const UNITS: [char; 5] = ['分', '次', '个', '项', '%'];
/// What may follow a number of votes.
const VOTES: [char; 6] = ['票', '人', '张', '个', '次', '%'];

/// What kind of number is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// A score or another plain number; 无 is missing, with a warning.
    Score,
    /// A count; 无 is 0.
    Count,
    /// A count of votes, which 票 or 人 may follow.
    Votes,
    /// A percentage; `95%`, 95 and a percent-formatted 0.95 are 95.
    Percent,
}

/// Reads a number cell; `None` after a finding.
pub(crate) fn number(cell: &CellRef<'_>, ask: Ask, findings: &mut Findings<'_>) -> Option<State<Exact>> {
    let mut findings = findings.at(cell.at);
    match cell.value {
        None => Some(State::Missing),
        Some(raw @ RawValue::Number { value, percent, .. }) => match number_cell(value, *percent, ask) {
            Ok(number) => Some(State::Known(number)),
            Err(expected) => {
                findings.add(Code::E204).found(raw.held()).expected(Arg::Word(expected));
                None
            }
        },
        Some(RawValue::Text { text, csv }) => number_text(text, *csv, ask, &mut findings),
        Some(RawValue::Refused(_)) => None,
        Some(other) => {
            not_a_value(other, &mut findings);
            None
        }
    }
}

/// The number that a cell holds, or what was expected there.
fn number_cell(value: &Exact, percent: bool, ask: Ask) -> Result<Exact, &'static str> {
    match (ask, percent) {
        (Ask::Percent, true) => Ok(value * &Exact::from(100)),
        (Ask::Percent, false) if is_fraction(value) => Err("cell.fraction"),
        (_, true) => Err("cell.no_percent"),
        (_, false) => Ok(value.clone()),
    }
}

/// An unformatted number in (0, 1] in a percent column: it may mean 0.95 % or 95 %.
fn is_fraction(value: &Exact) -> bool {
    value.is_positive() && *value <= Exact::from(1)
}

fn number_text(written: &str, csv: bool, ask: Ask, findings: &mut Findings<'_>) -> Option<State<Exact>> {
    match without_blanks(written).as_str() {
        word if is_missing_word(word) => return Some(State::Missing),
        word if Word::NotApplicable.is(word) => return Some(State::NotApplicable),
        word if Word::Nothing.is(word) && matches!(ask, Ask::Count | Ask::Votes) => {
            return Some(State::Known(Exact::zero()));
        }
        word if Word::Nothing.is(word) => {
            findings.add(Code::W220).found(written);
            return Some(State::Missing);
        }
        _ => {}
    }
    let read = if csv { Written::read_csv } else { Written::read };
    let units: &[char] = if ask == Ask::Votes { &VOTES } else { &UNITS };
    let Some(number) = read(written, units) else {
        not_a_number(written, findings);
        return None;
    };
    let unfit = match (ask == Ask::Percent, number.unit == Some('%')) {
        (false, true) => Some("cell.no_percent"),
        (true, false) if is_fraction(&number.value) => Some("cell.fraction"),
        _ => None,
    };
    if let Some(expected) = unfit {
        findings.add(Code::E204).found(written).expected(Arg::Word(expected));
        return None;
    }
    if let Some(kind) = odd_spelling(&number, csv, ask) {
        findings.add(Code::W207).found(written).with("kind", Arg::Word(kind));
    }
    Some(State::Known(number.value))
}

/// Reports a text that is not a number, with what was expected instead.
pub(crate) fn not_a_number(written: &str, findings: &mut Findings<'_>) {
    let expected = if is_abbreviated(written) { "cell.not_applicable_word" } else { "cell.one_number" };
    findings.add(Code::E201).found(written).expected(Arg::Word(expected));
}

/// Reports a mark with blanks within its number: unlike an unknown word, which is a void mark, it may be two marks or one,
/// which only the rater or the organiser can decide.
pub(crate) fn is_split_number(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> bool {
    let Some(RawValue::Text { text, .. }) = cell.value else { return false };
    let is_split = is_split(text, &UNITS);
    if is_split {
        not_a_number(text.trim(), &mut findings.at(cell.at));
    }
    is_split
}

/// Reads a mark that is a number: unusual spellings are reported; what is not a number is a void mark (none), not an
/// error.
pub(crate) fn number_or_void(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<Exact>> {
    let (number, said) = Findings::gather(|said| number(cell, Ask::Score, said));
    findings.extend(said.into_iter().filter(|finding| finding.severity > Severity::Error));
    number
}

/// Whether a text abbreviates "not applicable" or "nothing". It does not exclude a leaf: only the declared words do.
pub(crate) fn is_abbreviated(written: &str) -> bool {
    let letters: String =
        without_blanks(written).chars().filter(|c| !matches!(c, '#' | '/' | '\\' | '.' | '-' | '!')).collect();
    matches!(letters.to_lowercase().as_str(), "na" | "nil" | "null" | "不适用")
}

/// What an accepted number deserves a warning for; forms ask for a percentage as `95%`, which cells of text keep as text.
fn odd_spelling(number: &Written, csv: bool, ask: Ask) -> Option<&'static str> {
    let plain_percent = number.unit == Some('%') && ask == Ask::Percent;
    set_apart(number).or_else(|| {
        if number.unit.is_some() && !plain_percent {
            Some("cell.unit_suffix")
        } else if !csv && !plain_percent {
            Some("cell.text_number")
        } else {
            None
        }
    })
}

/// Unusual characters in an accepted number: full width, or separators of thousands.
pub(crate) fn set_apart(number: &Written) -> Option<&'static str> {
    if number.wide {
        Some("cell.full_width")
    } else if number.grouped {
        Some("cell.thousands")
    } else {
        None
    }
}

/// A word as it is compared: half width, without blanks. Numbers are never compared this way.
fn without_blanks(text: &str) -> String {
    half_width(text).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Reports a cell that holds no value at all: an error, a date, a truth value, an uncalculated formula.
pub(crate) fn not_a_value(raw: &RawValue, findings: &mut Findings<'_>) {
    let code = match raw {
        // A number, but far from any score, count or percentage.
        RawValue::Fault(written) if written.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            findings.add(Code::E213).found(written).expected(Arg::Word("cell.magnitude"));
            return;
        }
        RawValue::Marked(marked) => {
            findings.add(Code::E225).found(&marked.whole).with("plain", &marked.plain);
            return;
        }
        RawValue::Fault(_) => Code::E205,
        RawValue::Uncalculated => Code::E202,
        RawValue::Flag(_) | RawValue::Date(_) | RawValue::Serial(_) => Code::E206,
        RawValue::Number { .. } | RawValue::Text { .. } | RawValue::Refused(_) => Code::E201,
    };
    findings.add(code).found(raw.text());
}

/// Reads a text cell: names, words, remarks. Errors and uncalculated formulas are findings.
pub(crate) fn words(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<String> {
    match cell.value {
        None => Some(String::new()),
        Some(RawValue::Refused(_)) => None,
        Some(raw @ (RawValue::Fault(_) | RawValue::Uncalculated | RawValue::Marked(_))) => {
            not_a_value(raw, &mut findings.at(cell.at));
            None
        }
        Some(raw) => Some(raw.text()),
    }
}

/// Error values and formulas that were never calculated are findings anywhere in a row.
pub(crate) fn refuse_faults(table: &RawTable, row: &Row, findings: &mut Findings<'_>) {
    for cell in &row.cells {
        if matches!(cell.value, RawValue::Fault(_) | RawValue::Uncalculated) {
            not_a_value(&cell.value, &mut findings.at(table.place(cell.at.row, cell.at.col)));
        }
    }
}

/// Whether a text means that there is no value: blank, a dash, 未填.
pub(crate) fn is_missing(text: &str) -> bool {
    is_missing_word(&without_blanks(text))
}

fn is_missing_word(word: &str) -> bool {
    matches!(word, "" | "-" | "—" | "——" | "/" | "未填")
}

/// Reads a date cell: a date, or text that [`parse_date`] understands, or 20250305; `None` after a finding.
pub(crate) fn date(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<Option<Date>> {
    let parsed = match cell.value {
        None => return Some(None),
        Some(RawValue::Date(date)) => Some(*date),
        Some(RawValue::Refused(_)) => return None,
        Some(RawValue::Text { text, .. }) if is_missing(text) => return Some(None),
        Some(RawValue::Text { text, .. }) => parse_date(text),
        // 20250618 typed into a cell is a number.
        Some(RawValue::Number { value, percent: false, .. }) => run_of_digits(&value.to_string()),
        Some(raw @ RawValue::Marked(_)) => {
            not_a_value(raw, &mut findings.at(cell.at));
            return None;
        }
        Some(_) => None,
    };
    if parsed.is_none() {
        let found = cell.value.map(RawValue::text).unwrap_or_default();
        findings.add(Code::E610).at(cell.at).found(found);
    }
    parsed.map(Some)
}

/// Parses a date as offices and programs write it: 2025-03-05, 2025/3/5, 2025.3.5, 2025年3月5日, 20250305, each perhaps with
/// a time of day and a weekday, which must be that of the day. Blanks may stand around its signs, but not within its numbers.
pub fn parse_date(text: &str) -> Option<Date> {
    let half = half_width(text);
    let (rest, weekday) = without_weekday(without_time(half.trim())?)?;
    let date = run_of_digits(rest).or_else(|| calendar_day(without_time(rest)?))?;
    weekday.is_none_or(|weekday| date.weekday() == weekday).then_some(date)
}

/// A day as year, month and day with signs between them.
fn calendar_day(text: &str) -> Option<Date> {
    let flat = text.replace(['年', '月', '/', '.'], "-");
    let mut parts = flat.trim().trim_end_matches('日').split('-').map(|part| part.trim().parse::<i16>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let small = |n: i16| i8::try_from(n).ok();
    (parts.next().is_none() && year >= 1900).then(|| Date::new(year, small(month)?, small(day)?).ok())?
}

/// A day as eight digits: 20250305.
fn run_of_digits(text: &str) -> Option<Date> {
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| calendar_day(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])))?
}

/// A text without the time of day at its end; `None` if that is not a time. A time with an offset may mean another day.
fn without_time(text: &str) -> Option<&str> {
    if !text.ends_with(|c: char| c.is_ascii_digit()) || !text.contains(':') {
        return Some(text);
    }
    let start = text.rfind(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'))?;
    let before = text[start..].chars().next()?;
    let (head, time) = text.split_at(start + before.len_utf8());
    let head = if before == 'T' { &head[..start] } else { head };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let within = |part: &str, most: u8| (1..=2).contains(&part.len()) && part.parse::<u8>().is_ok_and(|n| n <= most);
    let sound = match parts.as_slice() {
        [hour, minute] => within(hour, 23) && within(minute, 59) && clock == time,
        [hour, minute, second] => within(hour, 23) && within(minute, 59) && within(second, 59),
        _ => false,
    };
    let apart = before.is_whitespace() || matches!(before, 'T' | '日' | ')');
    (sound && apart && !fraction.contains('.')).then(|| head.trim_end())
}

/// A text without the weekday at its end, and that weekday; `None` if brackets hold something else.
fn without_weekday(text: &str) -> Option<(&str, Option<Weekday>)> {
    if let Some(open) = text.strip_suffix(')') {
        let (head, inner) = open.rsplit_once('(')?;
        return Some((head.trim_end(), Some(weekday(inner.trim())?)));
    }
    let at = ["星期", "礼拜", "周"].into_iter().filter_map(|word| text.rfind(word)).next();
    match at {
        None => Some((text, None)),
        Some(at) => Some((text[..at].trim_end(), Some(weekday(&text[at..])?))),
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    let name = ["星期", "礼拜", "周"].into_iter().find_map(|word| text.strip_prefix(word))?;
    Some(match name {
        "一" => Weekday::Monday,
        "二" => Weekday::Tuesday,
        "三" => Weekday::Wednesday,
        "四" => Weekday::Thursday,
        "五" => Weekday::Friday,
        "六" => Weekday::Saturday,
        "日" | "天" => Weekday::Sunday,
        _ => return None,
    })
}

/// Reads a yes-or-no cell: 是, √ or yes; 否, blank or no.
pub(crate) fn yes(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<bool> {
    let written = words(cell, findings)?;
    match text::key(&written).to_lowercase().as_str() {
        "是" | "√" | "✓" | "yes" | "true" => Some(true),
        "" | "否" | "no" | "false" | "-" | "—" => Some(false),
        _ => {
            findings.add(Code::E208).at(cell.at).found(written).expected("是 / 否");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::place::{FileId, Place};

    #[expect(clippy::needless_pass_by_value, reason = "reads better at the call")]
    fn read(raw: RawValue, ask: Ask) -> Result<(State<Exact>, Vec<Code>), Vec<Code>> {
        let cell = Located::new(Some(&raw), Place::file(FileId(0)));
        let (state, findings) = Findings::gather(|said| number(&cell, ask, said));
        let codes: Vec<Code> = findings.iter().map(|f| f.code).collect();
        state.map(|s| (s, codes.clone())).ok_or(codes)
    }

    fn text(written: &str) -> RawValue {
        RawValue::Text { text: written.into(), csv: true }
    }

    fn known(decimal: &str) -> State<Exact> {
        State::Known(Exact::parse(decimal).expect("literal decimal"))
    }

    #[test]
    fn accepts_what_offices_write_with_a_warning() {
        assert_eq!(read(text("95"), Ask::Score), Ok((known("95"), vec![])));
        assert_eq!(read(text("８５．５"), Ask::Score), Ok((known("85.5"), vec![Code::W207])));
        assert_eq!(read(text("1,234.5"), Ask::Score), Ok((known("1234.5"), vec![Code::W207])));
        assert_eq!(read(text("95分"), Ask::Score), Ok((known("95"), vec![Code::W207])));
        assert_eq!(read(text("3 次"), Ask::Count), Ok((known("3"), vec![Code::W207])));
    }

    #[test]
    fn missing_zero_and_not_applicable_differ() {
        for blank in ["-", "—", "/", "未填", " "] {
            assert_eq!(read(text(blank), Ask::Score), Ok((State::Missing, vec![])));
        }
        assert_eq!(read(text("不涉及"), Ask::Score), Ok((State::NotApplicable, vec![])));
        assert_eq!(read(text("无"), Ask::Count), Ok((known("0"), vec![])));
        assert_eq!(read(text("无"), Ask::Score), Ok((State::Missing, vec![Code::W220])));
    }

    #[test]
    fn never_guesses() {
        for bad in ["8-10", "九十五", "①", "x²", "95,5", "9 5.5.1", "−5", "95/100", "约90"] {
            assert_eq!(read(text(bad), Ask::Score), Err(vec![Code::E201]), "{bad}");
        }
        let typed = RawValue::Text { text: "1e3".into(), csv: false };
        assert_eq!(read(typed, Ask::Score), Err(vec![Code::E201]), "exponent form typed into a cell");
        assert_eq!(read(RawValue::Flag(true), Ask::Score), Err(vec![Code::E206]));
        assert_eq!(read(RawValue::Fault("#REF!".into()), Ask::Score), Err(vec![Code::E205]));
        assert_eq!(read(RawValue::Uncalculated, Ask::Score), Err(vec![Code::E202]));
    }

    #[test]
    fn percent_is_read_only_where_it_is_declared() {
        let cell = |value: &str, percent| RawValue::Number {
            value: Exact::parse(value).expect("literal"),
            percent,
            shown: None,
        };
        assert_eq!(read(text("95%"), Ask::Percent), Ok((known("95"), vec![])));
        assert_eq!(read(cell("0.95", true), Ask::Percent), Ok((known("95"), vec![])));
        assert_eq!(read(cell("95", false), Ask::Percent), Ok((known("95"), vec![])));
        assert_eq!(read(cell("0.95", false), Ask::Percent), Err(vec![Code::E204]));
        assert_eq!(read(cell("1", false), Ask::Percent), Err(vec![Code::E204]));
        assert_eq!(read(text("95%"), Ask::Score), Err(vec![Code::E204]));
        assert_eq!(read(cell("0.95", true), Ask::Score), Err(vec![Code::E204]));
    }

    #[test]
    fn dates_as_offices_write_them() {
        let expected = Date::new(2025, 3, 5).expect("literal date");
        for written in
            ["2025-03-05", "2025/3/5", "2025.3.5", "2025年3月5日", "２０２５年３月５日", " 2025 年 3 月 5 日 "]
        {
            assert_eq!(parse_date(written), Some(expected), "{written}");
        }
        for written in [
            "2025-03-05 00:00:00",
            "2025-03-05T00:00:00",
            "2025-03-05T09:30:00.000",
            "2025/3/5 0:00",
            "2025年3月5日 14:05",
            "2025年3月5日14:05",
            "20250305",
            "２０２５０３０５",
            "20250305 00:00",
            "2025年3月5日（星期三）",
            "2025年3月5日(周三)",
            "2025-03-05 周三",
            "2025年3月5日星期三 9:00",
            "2025年3月5日 9:00（星期三）",
            "2025.3.5 礼拜三",
        ] {
            assert_eq!(parse_date(written), Some(expected), "{written}");
        }
        for bad in [
            "2025-03-05 星期四",
            "2025年3月5日（周二）",
            "2025-03-05（暂定）",
            "2025-03-05 25:00",
            "2025-03-05 9:60",
            "2025-03-05T16:00:00Z",
            "2025-03-05 9",
            "2025030",
            "202503055",
            "2025 03 05",
            "2025 0305",
            "20251305",
            "9:00",
            "星期三",
            "2025-03-0512:00",
            "2025-13-01",
            "25-3-5",
            "3月5日",
            "2025-02-30",
            "2025-3-5-1",
            "20 25-3-5",
            "2025-1 2-5",
            "2025年1\n2月5日",
        ] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }
}
