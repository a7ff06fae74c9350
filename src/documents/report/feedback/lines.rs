//! Lines of a letter: wrapped here, one row each, because a cell has no line spacing of its own.
//!
//! A line never begins with closing punctuation nor ends with opening one. The letter fills one page: a long text is
//! set smaller as a whole, so that its width on paper remains that of the standard.

use super::super::document::{CellDoc, RowDoc, SheetDoc, Style};
use super::super::title;
use crate::shared::i18n::Lang;

/// Width of the text, 156 mm, in half-width characters of the body size: in columns, and of the letter's 16 points. The
/// text covers two columns: with a single one some programs enlarge the page to its height, beyond its width.
const COLUMN: f64 = 41.0;
const LINE: f64 = 54.0;
/// Half-width characters in a line of the title, at 22 points.
const TITLE_LINE: f64 = 38.0;
/// Height of the text in points: 225 mm, minus the rounding of rows.
const HEIGHT: f64 = 625.0;
/// Line spacing in points: the standard, and the minimum before the letter is set smaller.
const PITCH: (f64, f64) = (28.5, 25.0);
const TITLE_PITCH: f64 = 36.0;
/// Sizes tried, in percent of the standard.
const SIZES: [u16; 9] = [100, 96, 92, 88, 84, 80, 76, 72, 68];
/// The width of a digit or letter relative to half a Chinese character in common fonts.
const NARROW: f64 = 1.1;
/// Characters that must not begin a line, and characters that must not end one.
const CLOSING: &str = "、，。；：！？）」』”’》〉】〕%％,.;:!?)]}…";
const OPENING: &str = "（「『“‘《〈【〔([{";

/// The paragraphs of a letter before they are broken into lines.
pub(super) struct Lines {
    paragraphs: Vec<(String, Style)>,
    lang: Lang,
}

impl Lines {
    /// A letter without paragraphs yet.
    pub(super) const fn new(lang: Lang) -> Self {
        Self { paragraphs: Vec::new(), lang }
    }

    /// Adds a paragraph.
    pub(super) fn add(&mut self, text: String, style: Style) {
        let text = if self.lang == Lang::Zh { close(&text) } else { text };
        self.paragraphs.push((text, style));
    }

    /// Breaks title and paragraphs into lines, at the largest size that fits the page.
    pub(super) fn set(&self, title: &str) -> Set {
        let broken = |size: u16| {
            let scale = f64::from(size) / 100.0;
            let title: Vec<String> = title.lines().flat_map(|line| titled(line, TITLE_LINE / scale)).collect();
            let text: Vec<(String, Style)> = self
                .paragraphs
                .iter()
                .flat_map(|(text, style)| styled(wrap(text, LINE / scale), *style, self.lang))
                .collect();
            let room = HEIGHT / scale - title.len() as f64 * TITLE_PITCH;
            let pitch = room / text.len().max(1) as f64;
            (scale, title, text, pitch)
        };
        let fitting = SIZES.iter().map(|size| broken(*size)).find(|(.., pitch)| *pitch >= PITCH.1);
        let (scale, title, text, pitch) = fitting.unwrap_or_else(|| broken(SIZES[SIZES.len() - 1]));
        // Below the smallest size the sheet's fit to one page does the rest.
        Set { scale, title, text, pitch: pitch.clamp(PITCH.1 * 0.8, PITCH.0) }
    }

    /// The paragraphs as they were added.
    pub(super) fn into_paragraphs(self) -> Vec<(String, Style)> {
        self.paragraphs
    }
}

/// A letter broken into lines.
pub(super) struct Set {
    /// Its size, relative to the standard.
    pub(super) scale: f64,
    /// Lines of the title.
    pub(super) title: Vec<String>,
    /// Lines of the text.
    text: Vec<(String, Style)>,
    /// Line spacing at the standard size, in points.
    pub(super) pitch: f64,
}

impl Set {
    /// Fills a sheet with the lines.
    pub(super) fn fill(self, sheet: &mut SheetDoc<'_>) {
        let Self { scale, title, text, pitch } = self;
        let row = |text: String, style, height| RowDoc { cells: vec![CellDoc::styled(text, style).across(2)], height };
        sheet.head = title.into_iter().map(|line| row(line, Style::LetterTitle, TITLE_PITCH)).collect();
        sheet.rows = text.into_iter().map(|(line, style)| row(line, style, pitch)).collect();
        let width = (COLUMN / scale).round() as u16;
        sheet.filling.widths = vec![(0, width), (1, width)];
    }
}

/// A Chinese text in the typesetting of letters: no spaces between Chinese characters and numbers.
fn close(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let plain = |at: Option<&char>| at.is_some_and(|c| c.is_ascii() && *c != ' ');
    let kept = chars.iter().enumerate().filter(|(at, c)| {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        **c != ' ' || (plain(before) && plain(chars.get(at + 1)))
    });
    kept.map(|(_, c)| *c).collect()
}

/// Breaks a title at its seams, or anywhere if it has too few.
fn titled(title: &str, width: f64) -> Vec<String> {
    title::lines(title, width, measure).unwrap_or_else(|| balanced(&title::plain(title), width))
}

/// Breaks a title into as few lines as possible, of about equal length.
fn balanced(title: &str, width: f64) -> Vec<String> {
    let count = wrap(title, width).len();
    let least = (measure(title) / count as f64).ceil() as u32;
    let widths = (least..width.ceil() as u32).map(f64::from);
    widths.map(|width| wrap(title, width)).find(|lines| lines.len() <= count).unwrap_or_else(|| wrap(title, width))
}

/// Lines in their style: all but the last of a Chinese paragraph are justified.
fn styled(lines: Vec<String>, style: Style, lang: Lang) -> Vec<(String, Style)> {
    let last = lines.len() - 1;
    let spreads = lang == Lang::Zh && style == Style::Letter;
    let full = |index: usize| if index < last && spreads { Style::LetterFull } else { style };
    lines.into_iter().enumerate().map(|(index, line)| (line, full(index))).collect()
}

/// Breaks a text into lines of a width; an empty text is an empty line.
fn wrap(text: &str, width: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    for piece in pieces(text) {
        let own = measure(piece);
        let shown = measure(piece.trim_end());
        if used > 0.0 && used + shown > width {
            lines.push(String::new());
            used = 0.0;
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(piece);
        }
        used += own;
    }
    lines
}

/// Unbreakable pieces: a word, a Chinese character, each with the punctuation that belongs to it.
fn pieces(text: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let joined = before.is_some_and(|b| {
            let word = |c: char| c.is_ascii() && c != ' ';
            let indent = |c: char| c == ' ' || c == '\u{3000}';
            CLOSING.contains(c) || OPENING.contains(b) || (word(b) && word(c)) || c == ' ' || (indent(b) && indent(c))
        });
        if !joined {
            starts.push(at);
        }
        before = Some(c);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect()
}

fn measure(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { NARROW } else { 2.0 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_words_and_punctuation_together() {
        // Five Chinese characters fill ten half-widths; the comma must not begin the second line.
        assert_eq!(wrap("一二三四五，六", 10.0), ["一二三四", "五，六"]);
        assert_eq!(wrap("一二三四（五）", 10.0), ["一二三四", "（五）"]);
        assert_eq!(wrap("ab cde fgh", 8.0), ["ab cde ", "fgh"]);
        // 2 + 1.1 + 5 · 1.1 = 8.6 for the text before the last character; a number is never broken.
        assert_eq!(wrap("得 94.92 分", 9.0), ["得 94.92 ", "分"]);
        assert_eq!(wrap("得 94.92 分", 8.0), ["得 ", "94.92 ", "分"]);
        assert_eq!(wrap("", 10.0), [""]);
    }

    #[test]
    fn a_long_letter_is_set_smaller_and_keeps_its_page() {
        let mut lines = Lines::new(Lang::Zh);
        for _ in 0..12 {
            lines.add("字".repeat(80), Style::Letter);
        }
        let mut sheet = SheetDoc::new("s", "t");
        lines.set("题").fill(&mut sheet);
        let scale = COLUMN / f64::from(sheet.filling.widths[0].1);
        let height: f64 = sheet.head.iter().chain(&sheet.rows).map(|row| row.height).sum();
        assert!(scale < 1.0 && height * scale <= 637.8, "{scale} {height}");
    }
}
