//! Where a title may be broken: between words, in Chinese at the seams of the model's own parts, never inside one.

use crate::shared::i18n::Lang;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Marks a seam within a title until its lines are set: a space without width.
pub(super) const SEAM: char = '\u{200b}';
/// The least number of characters of a part whose edges are seams.
const LEAST: usize = 2;
/// A title line does not begin with these characters, nor end with those.
const CLOSING: &str = "、，。；：！？）」』”’》〉】〕%％,.;:!?)]}…·";
const OPENING: &str = "（「『“‘《〈【〔([{";

/// A title with its seams marked: at the edges of the text that it is about, and of the given parts, of years and of
/// brackets. Of parts that overlap the edges of the earlier one count.
pub(super) fn seamed<'p>(title: &str, about: &str, parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut edges = vec![false; title.len() + 1];
    let mut inside = vec![false; title.len() + 1];
    let mut mark = |start: usize, end: usize| {
        if inside[start] || inside[end] {
            return;
        }
        (edges[start], edges[end]) = (true, true);
        inside[start + 1..end].fill(true);
    };
    let is_part = |part: &&str| part.chars().count() >= LEAST && part.chars().any(|c| !c.is_ascii_digit());
    for part in parts.into_iter().filter(is_part) {
        title.match_indices(part).for_each(|(at, found)| mark(at, at + found.len()));
    }
    years(title).into_iter().for_each(|(start, end)| mark(start, end));
    if let Some(at) = title.find(about).filter(|_| !about.is_empty()) {
        (edges[at], edges[at + about.len()]) = (true, true);
    }
    let mut seamed = String::with_capacity(title.len() + 8);
    let mut before: Option<char> = None;
    for (at, c) in title.char_indices() {
        let bracket = OPENING.contains(c) || before.is_some_and(|b| "）】》」』".contains(b));
        let may = before.is_some_and(|b| is_free(b, c)) && !inside[at];
        if may && (edges[at] || bracket) {
            seamed.push(SEAM);
        }
        seamed.push(c);
        before = Some(c);
    }
    seamed
}

/// Years with the words that belong to them: `2025年度`.
fn years(title: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = title[from..].find(|c: char| c.is_ascii_digit()).map(|at| at + from) {
        let end = title[at..].find(|c: char| !c.is_ascii_digit()).map_or(title.len(), |end| at + end);
        let mut words = Lang::Zh.text("report.title.years").split('|');
        let word = words.find(|word| title[end..].starts_with(*word));
        from = end + word.map_or(0, |word| word.len());
        if word.is_some() {
            found.push((at, from));
        }
    }
    found
}

/// Whether a line may end between two characters.
fn is_free(before: char, after: char) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    !(CLOSING.contains(after) || OPENING.contains(before) || (is_word(before) && is_word(after)))
}

/// The title without marks.
pub(super) fn plain(title: &str) -> String {
    title.chars().filter(|c| *c != SEAM).collect()
}

/// A title as the fewest lines that fit a width by `measure`, of about equal length, broken only at spaces, or else also
/// at seams; nothing if it cannot be broken so.
pub(super) fn lines(title: &str, width: f64, measure: impl Fn(&str) -> f64) -> Option<Vec<String>> {
    let whole = plain(title);
    if measure(whole.trim()) <= width {
        return Some(vec![whole]);
    }
    let at_spaces = set(&pieces(&whole), width, &measure);
    let at_seams = set(&pieces(title), width, &measure);
    match (&at_spaces, &at_seams) {
        (Some(spaces), Some(seams)) if spaces.len() <= seams.len() => at_spaces,
        _ => at_seams,
    }
}

/// Pieces as the fewest lines that fit a width, of about equal length.
fn set(pieces: &[String], width: f64, measure: &impl Fn(&str) -> f64) -> Option<Vec<String>> {
    let fits = |line: &str| measure(line.trim()) <= width;
    // Best ends of lines for the pieces up to each: fewest lines, then the least square of what lines leave empty.
    let mut best: Vec<Option<(usize, f64, usize)>> = vec![None; pieces.len() + 1];
    best[0] = Some((0, 0.0, 0));
    for end in 1..=pieces.len() {
        for start in 0..end {
            let Some((count, waste, _)) = best[start] else { continue };
            let line = pieces[start..end].concat();
            if !fits(&line) {
                continue;
            }
            let left = width - measure(line.trim());
            let own = (count + 1, waste + left * left, start);
            if best[end].is_none_or(|known| (own.0, own.1) < (known.0, known.1)) {
                best[end] = Some(own);
            }
        }
    }
    let mut end = pieces.len();
    let mut lines = Vec::new();
    while end > 0 {
        let (_, _, start) = best[end]?;
        let line = pieces[start..end].concat();
        lines.push(line.trim().trim_end_matches('·').trim_end().to_owned());
        end = start;
    }
    lines.reverse();
    Some(lines)
}

/// The unbreakable parts of a marked title, each with the space after it.
fn pieces(title: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut spaced = false;
    for c in title.chars() {
        let is_space = c == ' ' || c == '\u{3000}';
        if c == SEAM || (spaced && !is_space && c != '·') {
            pieces.push(String::new());
        }
        spaced = is_space;
        if let Some(last) = pieces.last_mut().filter(|_| c != SEAM) {
            last.push(c);
        }
    }
    pieces
}

/// The width of a text in half-width characters.
pub(super) fn width(text: &str) -> f64 {
    debug_assert!(SEAM.width() == Some(0), "marks take no room");
    text.width() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(title: &str, about: &str, room: f64) -> Option<Vec<String>> {
        lines(&seamed(title, about, []), room, width)
    }

    #[test]
    fn a_chinese_title_is_broken_between_its_parts() {
        let title = "关于云岚市2025年度市直机关党建工作考核结果的反馈";
        let about = "云岚市2025年度市直机关党建工作考核";
        // 16 of 2 + 4 digits are 18 half-widths before the year's end, 30 after it.
        assert_eq!(broken(title, about, 40.0).unwrap(), ["关于云岚市2025年度", "市直机关党建工作考核结果的反馈"]);
        assert_eq!(broken(title, about, 60.0).unwrap(), [title]);
        assert_eq!(broken(title, about, 12.0), None, "no line inside a part");
    }

    #[test]
    fn a_name_of_a_sheet_stands_on_its_own_line_without_the_dot() {
        let title = "云岚市文化系统党建考核（最小示例） · 组成得分";
        let about = "云岚市文化系统党建考核（最小示例）";
        assert_eq!(broken(title, about, 36.0).unwrap(), ["云岚市文化系统党建考核（最小示例）", "组成得分"]);
    }

    #[test]
    fn english_breaks_at_spaces_into_even_lines() {
        let title = "Result of the Yunlan City 2025 Assessment of Party Work";
        assert_eq!(broken(title, "", 40.0).unwrap(), ["Result of the Yunlan City", "2025 Assessment of Party Work"]);
    }

    #[test]
    fn a_part_within_another_gives_no_seam() {
        let seamed = seamed("市直机关党建考核", "", ["市直机关", "机关党建"]);
        assert_eq!(seamed.matches(SEAM).count(), 1);
        assert_eq!(plain(&seamed), "市直机关党建考核");
    }
}
