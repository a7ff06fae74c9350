//! Forms of another year: a title or a line above a table that names only years other than the one assessed.
//!
//! Only a year that names a period counts: 2024, 2024年, 2024年度, 二〇二四年. The year of a date, a deadline, a document
//! number or a longer number does not.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization as _;

use super::forms;
use crate::read::{RawTable, Word};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::place::Place;

/// One warning per sheet whose lines above the table name only other years than the period's.
pub(super) fn note_other_years(period: &str, tables: &[RawTable], findings: &mut Findings<'_>) {
    let own = years(period);
    if own.is_empty() {
        return;
    }
    let mut sheets: BTreeMap<Place, (BTreeSet<u16>, Vec<Place>)> = BTreeMap::new();
    // The hidden sheet of our own forms states the period reliably.
    for table in tables.iter().filter(|table| forms::said_period(table).is_none()) {
        for line in table.lines.iter().filter(|line| !Word::Foot.begins(&line.value)) {
            let named = years(&line.value);
            if named.is_empty() || named.iter().any(|year| own.contains(year)) {
                continue;
            }
            let sheet = table.sheet_id().place();
            let (all, places) = sheets.entry(sheet).or_default();
            all.extend(named);
            places.push(line.at);
        }
    }
    for (years, places) in sheets.into_values() {
        let found = Arg::list(&years.iter().map(u16::to_string).collect::<Vec<_>>());
        let finding = findings.add(Code::W175).at(places[0]).found(found).expected(period);
        finding.also_all(places.into_iter().skip(1));
    }
}

/// The years that a text names as periods.
pub(super) fn years(text: &str) -> BTreeSet<u16> {
    let chars: Vec<char> = text.nfkc().collect();
    let mut years = BTreeSet::new();
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        if run == 4 {
            years.extend(year_at(&chars, at));
        } else if run == 0 {
            years.extend(spelt_year_at(&chars, at));
        }
        at += run.max(1);
    }
    years
}

/// A year written in four digits.
fn year_at(chars: &[char], at: usize) -> Option<u16> {
    let year: u16 = chars[at..at + 4].iter().collect::<String>().parse().ok()?;
    let before = chars[..at].iter().rev().find(|c| !c.is_whitespace()).copied();
    let after: Vec<char> = chars[at + 4..].iter().copied().filter(|c| !c.is_whitespace()).collect();
    let joined = chars[..at].last().is_some_and(|c| c.is_ascii_alphanumeric() || *c == '.' || *c == '/');
    let numbered = joined || before.is_some_and(is_dash) && !ends_with_year(&chars[..at]);
    let is_year = (1990..2100).contains(&year) && !numbered;
    (is_year && is_period(before, &after)).then_some(year)
}

/// Whether the context of four digits makes them a period.
fn is_period(before: Option<char>, after: &[char]) -> bool {
    // 〔2024〕3号 is the number of a document.
    let closes = |c: &char| matches!(c, '〕' | '】' | ']' | ')' | '》' | '」' | '"' | '”');
    match after.first() {
        None => true,
        Some('年') => is_whole_year(&after[1..]),
        Some(c) if closes(c) => !after[1..].iter().take(8).any(|c| *c == '号'),
        Some(c) if is_dash(*c) => after.get(1..5).is_some_and(|next| next.iter().all(char::is_ascii_digit)),
        Some(c) if c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '%' | '+') => {
            before.is_none() && c.is_ascii_alphabetic()
        }
        Some(c) if c.is_alphabetic() => before.is_none_or(|b| !b.is_alphabetic()) && !is_measure(*c),
        Some(_) => true,
    }
}

/// Whether what follows 年 is neither a month nor a deadline.
fn is_whole_year(after: &[char]) -> bool {
    let Some(next) = after.first() else { return true };
    let due = matches!(next, '_' | '月' | '底' | '末' | '初' | '前' | '后' | '起' | '以');
    let spelt_month = (DIGITS.contains(next) || *next == '十') && after.iter().take(4).any(|c| *c == '月');
    !next.is_ascii_digit() && !due && !spelt_month
}

const DIGITS: [char; 12] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九', '零', '○'];

/// A year spelt in characters: 二〇二四年.
fn spelt_year_at(chars: &[char], at: usize) -> Option<u16> {
    let signs = chars.get(at..at + 4)?;
    let digit = |c: &char| DIGITS.iter().position(|d| d == c).map(|value| if value > 9 { 0 } else { value as u16 });
    let alone = at == 0 || digit(&chars[at - 1]).is_none();
    let year = signs.iter().map(digit).try_fold(0, |year, digit| Some(year * 10 + digit?))?;
    let after: Vec<char> = chars[at + 4..].iter().copied().filter(|c| !c.is_whitespace()).collect();
    let is_year = alone && (1990..2100).contains(&year) && after.first() == Some(&'年');
    (is_year && is_whole_year(&after[1..])).then_some(year)
}

/// Whether a text ends with a year and a dash: `2024-` of 2024-2025.
fn ends_with_year(before: &[char]) -> bool {
    let text: String = before.iter().filter(|c| !c.is_whitespace()).collect();
    let head = text.trim_end_matches(is_dash).trim_end_matches(['年', '度']);
    head.len() >= 4 && head.chars().rev().take(4).all(|c| c.is_ascii_digit())
}

const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | '~' | '至' | '−')
}

/// Whether a sign makes the number before it an amount.
const fn is_measure(c: char) -> bool {
    matches!(
        c,
        '人' | '个'
            | '次'
            | '项'
            | '件'
            | '万'
            | '元'
            | '名'
            | '家'
            | '户'
            | '份'
            | '号'
            | '分'
            | '票'
            | '条'
            | '亩'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_a_period_only_where_it_stands_as_one() {
        let cases = [
            ("2024年度机关党建考核自评表", &[2024][..]),
            ("２０２４ 年度考核", &[2024]),
            ("二〇二四年度自评表", &[2024]),
            ("二○二四年自评表", &[2024]),
            ("二零二四年", &[2024]),
            ("2024机关党建考核", &[2024]),
            ("考核年度：2024", &[2024]),
            ("2024", &[2024]),
            ("考核周期：2024年", &[2024]),
            ("机关党建自评表（2024年度）", &[2024]),
            ("机关党建自评表（2024）", &[2024]),
            ("2024-2025年度", &[2024, 2025]),
            ("2024年至2025年", &[2024, 2025]),
            ("对照2024年，2025年度自评", &[2024, 2025]),
            ("Self-report 2024", &[2024]),
            ("2024 self-report", &[2024]),
            ("2024年12月3日", &[]),
            ("单位：甲局　2024年 12 月 3 日", &[]),
            ("填报时间：2024年　月　日", &[]),
            ("2024.1.5", &[]),
            ("2024-01-05", &[]),
            ("2024/1/5", &[]),
            ("请于2024年底前报送", &[]),
            ("二〇二四年十二月三日", &[]),
            ("依据云工委〔2024〕3号", &[]),
            ("依据云工委(2024)3号文件", &[]),
            ("编号DJ-2024-001", &[]),
            ("电话：20242025", &[]),
            ("参评2024人", &[]),
            ("机关党建考核自评表", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(years(text).into_iter().collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
