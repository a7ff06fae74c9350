//! Comparing typed texts: keys without spaces and width differences, natural order, nearest names.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization as _;

mod digits;
mod document;
mod label;
mod simplified;

pub use digits::{DigitGroup, DigitRun, digit_runs, long_number, long_number_of_document};
pub use document::{DocumentKey, document_number};
pub use label::Label;
pub use simplified::simplified;

/// The key that makes spellings of a name comparable: NFKC, no white space, no invisible characters.
///
/// ```
/// assert_eq!(assess::shared::text::key("项 目（分）"), assess::shared::text::key("项目(分)"));
/// ```
pub fn key(text: &str) -> String {
    let is_kept = |c: &char| !c.is_whitespace() && !is_invisible(*c);
    if text.chars().all(|c| folded_alone(c).is_some()) {
        return text.chars().filter_map(folded_alone).filter(is_kept).collect();
    }
    text.nfkc().filter(is_kept).collect()
}

/// Whether two spellings of a name have the same [`key`].
///
/// ```
/// assert!(assess::shared::text::same("项 目（分）", "项目(分)") && !assess::shared::text::same("项目", "项"));
/// ```
pub fn same(one: &str, other: &str) -> bool {
    // Most are spelled alike, or differ in a character that needs no table.
    let folded = |text: &str| text.chars().all(|c| folded_alone(c).is_some());
    one == other
        || if folded(one) && folded(other) {
            let kept = |c: &char| !c.is_whitespace();
            let [one, other] = [one, other].map(|text| text.chars().filter_map(folded_alone).filter(kept));
            one.eq(other)
        } else {
            key(one) == key(other)
        }
}

/// The NFKC of a character that neither joins its neighbours nor is joined by them, as long as all of them are of these:
/// ASCII, its full-width forms, common Chinese characters and punctuation. Nearly all texts are of these alone.
fn folded_alone(c: char) -> Option<char> {
    match c {
        '\0'..='\u{7F}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' => Some(c),
        '、' | '。' | '〈'..='】' | '〔' | '〕' | '—' | '‘' | '’' | '“' | '”' | '·' => Some(c),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        _ => None,
    }
}

/// The key of a header: like [`key`], in lower case, without bracketed remarks, colons and the star of required
/// answers.
pub fn header_key(text: &str) -> String {
    let flat = key(text);
    let mut out = String::with_capacity(flat.len());
    let mut depth = 0_u32;
    for c in flat.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
    out.trim_matches(['*', ':']).to_owned()
}

/// A header key without the points at its end: `优16-20`, `德20%`, `60分`. A bare number (`A1`) is part of a name.
///
/// ```
/// use assess::shared::text::without_points;
/// assert_eq!(without_points("优16-20"), "优");
/// assert_eq!(without_points("德20%"), "德");
/// assert_eq!(without_points("A1"), "A1");
/// ```
pub fn without_points(key: &str) -> &str {
    let digits = |text: &str| text.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let base = key.strip_suffix(['%', '分']).unwrap_or(key);
    let marked = base.len() < key.len();
    let end = digits(base);
    let ranged = base[..end].strip_suffix(['-', '~', '–', '—', '至']).map(digits);
    let cut = match ranged {
        Some(low) if end < base.len() && low < end => low,
        _ if marked && end < base.len() => end,
        _ => key.len(),
    };
    if cut == 0 { key } else { &key[..cut] }
}

/// A text without a leading question number: `3、评价`, `Q3 评价`, `3.评价`.
///
/// ```
/// use assess::shared::text::without_question;
/// assert_eq!([without_question("3、评议主体"), without_question("Q3 评价")], ["评议主体", "评价"]);
/// assert_eq!([without_question("1.1"), without_question("3号楼"), without_question("2025年")], ["1.1", "3号楼", "2025年"]);
/// ```
pub fn without_question(text: &str) -> &str {
    let whole = text.trim_start_matches(['*', '＊']).trim_start();
    let after_q = whole.strip_prefix(['Q', 'q', '第']);
    let digits = after_q.unwrap_or(whole).trim_start_matches(|c: char| c.is_ascii_digit());
    if digits.len() == after_q.unwrap_or(whole).len() {
        return text;
    }
    let bare =
        digits.trim_start_matches('题').trim_start_matches(['.', '、', ':', '：', ')', '）', '．', ' ']).trim_start();
    let marked = after_q.is_some() || bare.len() < digits.len();
    if marked && !bare.is_empty() && !bare.starts_with(|c: char| c.is_ascii_digit()) { bare } else { text }
}

/// Whether a character is invisible and carries no meaning in a name or number (zero-width, direction marks, BOM,
/// variation selectors).
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}')
}

/// Whether removing the blanks of a text would join digits: `9 5`, `A 9. 5`. A key would join them.
///
/// ```
/// assert!(assess::shared::text::joins_digits("优 1 6") && assess::shared::text::joins_digits("9. 5"));
/// assert!(!assess::shared::text::joins_digits("优 16 - 20") && !assess::shared::text::joins_digits("1. 学习"));
/// ```
pub fn joins_digits(text: &str) -> bool {
    let numeric = |c: char| c.is_numeric() || matches!(c, '.' | ',' | '．' | '，');
    let mut before: Option<(char, bool)> = None;
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if c.is_whitespace() {
            before = before.map(|(last, _)| (last, true));
            continue;
        }
        if let Some((last, true)) = before
            && numeric(last)
            && numeric(c)
            && (last.is_numeric() || c.is_numeric())
        {
            return true;
        }
        before = Some((c, false));
    }
    false
}

/// Natural order: sequences of digits compare as numbers, so `2` comes before `10`.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (head_a, rest_a) = natural_token(left);
        let (head_b, rest_b) = natural_token(right);
        let order = match (digits(head_a), digits(head_b)) {
            (Some(x), Some(y)) => (x.len(), x).cmp(&(y.len(), y)),
            _ => head_a.cmp(head_b),
        };
        if order != Ordering::Equal || (head_a.is_empty() && head_b.is_empty()) {
            return order.then_with(|| a.cmp(b));
        }
        (left, right) = (rest_a, rest_b);
    }
}

/// Splits off the first sequence of digits, or the first character.
fn natural_token(text: &str) -> (&str, &str) {
    let run = text.bytes().take_while(u8::is_ascii_digit).count();
    let end = if run > 0 { run } else { text.chars().next().map_or(0, char::len_utf8) };
    text.split_at(end)
}

/// A sequence of digits without leading zeros.
fn digits(token: &str) -> Option<&str> {
    token.starts_with(|c: char| c.is_ascii_digit()).then(|| token.trim_start_matches('0'))
}

/// The names nearest to an unknown one, best first, at most three; only for hints, never for matching.
pub fn nearest<'a>(unknown: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = key(unknown).to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wanted, &key(name).to_lowercase()), name))
        .filter(|(similarity, _)| *similarity > 0.6)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// Whether two header keys differ so little that one may be a misspelling of the other: a character inserted, or one of
/// four changed at the end, but not one of three.
///
/// ```
/// assert!(assess::shared::text::is_alike("verified point", "verified points"));
/// assert!(!assess::shared::text::is_alike("note", "name"));
/// ```
pub fn is_alike(a: &str, b: &str) -> bool {
    strsim::jaro_winkler(a, b) >= 0.85
}

/// Makes a text safe for a terminal or message: control and direction characters shown as `\u{..}`, cut at 120
/// characters.
pub fn printable(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == 120 {
            out.push('…');
            break;
        }
        if is_unseen(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// A text on one line, with every character that a terminal would obey or hide shown as `\u{..}`.
///
/// ```
/// assert_eq!(assess::shared::text::visible("甲\u{1b}[31m\n"), "甲\\u{1b}[31m\\u{a}");
/// ```
pub fn visible(text: &str) -> String {
    escaped(text, |_, _| false)
}

/// A text of several lines for a terminal: line ends and tabs are kept, every other character that a terminal would
/// obey or hide is shown as `\u{..}`. A lone carriage return would overwrite its line.
pub fn visible_lines(text: &str) -> String {
    escaped(text, |c, next| matches!(c, '\n' | '\t') || c == '\r' && next == Some('\n'))
}

fn escaped(text: &str, keep: impl Fn(char, Option<char>) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if is_unseen(c) && !keep(c, chars.peek().copied()) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a terminal obeys or hides a character: control, direction, zero width, line separators.
pub fn is_unseen(c: char) -> bool {
    // Nearly all characters are of these, and need no table.
    if matches!(c, ' '..='~' | '\u{4E00}'..='\u{9FFF}') {
        return false;
    }
    c.is_control() || is_invisible(c) || matches!(c, '\u{061C}' | '\u{180E}' | '\u{2028}' | '\u{2029}')
}

/// Whether a text shows nothing: only blanks and invisible characters.
///
/// ```
/// assert!(assess::shared::text::is_blank(" \u{200B}\u{3000}") && !assess::shared::text::is_blank("\u{200B}a"));
/// ```
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || is_unseen(c)
            || is_private(c)
            || matches!(c, '\u{115F}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}')
    })
}

/// Longest part of a file name that comes from a table, in characters and in bytes.
const FILE_NAME: (usize, usize) = (60, 150);

/// A text as part of a file name on any system (RELIABILITY R10): no control, direction or private characters, none of
/// `<>:"/\\|?*`, no blanks or dots at the ends, no device name, at most 60 characters and 150 bytes.
///
/// ```
/// assert_eq!(assess::shared::text::file_name("云岚市/财政局 (本级)."), "云岚市财政局 (本级)");
/// assert_eq!(assess::shared::text::file_name("con"), "_con");
/// ```
pub fn file_name(text: &str) -> String {
    let forbidden = |c: char| matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*');
    let normal: String = text.nfc().filter(|c| !c.is_control() || c.is_whitespace()).collect();
    let words = normal.split_whitespace().map(|word| {
        word.chars().filter(|c| !forbidden(*c) && !is_invisible(*c) && !is_private(*c)).collect::<String>()
    });
    let flat = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut bytes = 0;
    let kept = flat.trim_matches(['.', ' ']).chars().take(FILE_NAME.0).take_while(|c| {
        bytes += c.len_utf8();
        bytes <= FILE_NAME.1
    });
    let kept: String = kept.collect();
    let kept = kept.trim_matches(['.', ' ']);
    if is_device(kept) { format!("_{kept}") } else { kept.to_owned() }
}

/// A text as the name of a sheet: none of `[]:*?/\\`, nothing invisible, no apostrophe at the ends, at most 31
/// characters as spreadsheets count them, never blank.
///
/// ```
/// assert_eq!(assess::shared::text::sheet_name("'=a/b [1]'"), "=a_b _1_");
/// ```
pub fn sheet_name(text: &str) -> String {
    const LONGEST: usize = 31;
    let plain: String =
        text.chars().filter(|c| !is_unseen(*c)).map(|c| if "[]:*?/\\".contains(c) { '_' } else { c }).collect();
    let mut units = 0;
    let kept: String = plain
        .trim_matches(|c: char| c == '\'' || c.is_whitespace())
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= LONGEST
        })
        .collect();
    let kept = kept.trim_end_matches(['\'', ' ']);
    // `History` is a name reserved by Excel.
    if kept.is_empty() || kept.eq_ignore_ascii_case("history") { format!("_{kept}") } else { kept.to_owned() }
}

/// Whether a character is for private use, or an invisible formatting character.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' | '\u{E0000}'..='\u{E0FFF}')
        || matches!(c, '\u{061C}' | '\u{180E}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFF0}'..='\u{FFFB}' | '\u{206A}'..='\u{206F}')
}

/// Whether a name, up to its first dot, is that of a Windows device.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    let numbered = |prefix: &str| {
        let digit = stem.strip_prefix(prefix).and_then(|rest| (rest.chars().count() == 1).then(|| rest.chars().next()));
        matches!(digit, Some(Some('0'..='9' | '\u{B9}' | '\u{B2}' | '\u{B3}')))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natural_order_puts_2_before_10() {
        let mut ids = vec!["J10", "J2", "J1", "J02", "K1", "J"];
        ids.sort_by(|a, b| natural(a, b));
        assert_eq!(ids, ["J", "J1", "J02", "J2", "J10", "K1"]);
    }

    /// The key as it is defined, for texts of any characters.
    fn defined(text: &str) -> String {
        text.nfkc().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect()
    }

    #[test]
    fn every_character_that_is_folded_alone_stays_so_next_to_any_other() {
        let all: Vec<char> = ('\0'..=char::MAX).filter(|c| folded_alone(*c).is_some()).collect();
        assert!(all.len() > 27_000);
        for pair in all.windows(2) {
            let text: String = pair.iter().collect();
            assert_eq!(key(&text), defined(&text), "{text:?}");
        }
        for text in [
            "Ｑ１／第 ２题：（分）～",
            "e\u{301}＜\u{338}",
            "ｶﾞ",
            "①Ⅳ㎡…，甲\u{200B}乙\u{3000}丙",
            "한글",
            "〈甲〉【乙】《丙》",
        ] {
            assert_eq!(key(text), defined(text), "{text:?}");
            assert!(same(text, &defined(text)) && same(&format!(" {text}\t"), text), "{text:?}");
            assert!(!same(text, &format!("{text}甲")), "{text:?}");
        }
    }

    #[test]
    fn headers_ignore_brackets_width_and_spaces() {
        assert_eq!(header_key("自评得分（分）"), header_key(" 自 评\n得分 "));
        assert_eq!(header_key("评委编号："), "评委编号");
    }

    #[test]
    fn file_names_hold_nothing_that_a_system_forbids() {
        assert_eq!(file_name("a\u{202E}b\u{0}c\u{E000}\td"), "abc d");
        assert_eq!(file_name("..\\..\\etc/passwd"), "etcpasswd");
        assert_eq!(file_name(" 名 。. "), "名 。");
        for device in ["CON", "nul", "Com1", "lpt9.txt", "AUX .x"] {
            assert!(file_name(device).starts_with('_'), "{device}");
        }
        assert_eq!(file_name("COM10"), "COM10");
        assert_eq!(file_name(&"字".repeat(100)).len(), 150);
        assert_eq!(file_name(&"a".repeat(100)).len(), 60);
        assert_eq!(file_name("\u{65}\u{301}"), "\u{e9}");
    }

    #[test]
    fn nearest_names_are_hints() {
        assert_eq!(nearest("weigth", ["weight", "width", "name"])[0], "weight");
        assert!(nearest("abc", ["xyz"]).is_empty());
    }
}
