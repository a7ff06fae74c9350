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
/// The width of a digit or letter relative to half a Chinese character in common Chinese fonts.
const NARROW: f64 = 1.1;
/// Characters of about the same width in the Latin fonts of English letters, and that width.
const LATIN: [(&str, f64); 3] = [(" !'(),-./:;I[]fijlrt|’‘", 0.62), ("mwMW%@&—…", 1.65), ("0123456789$+<=>", 1.03)];
/// The width of other capitals, and of all other characters, there.
const LATIN_OTHERS: (f64, f64) = (1.18, 1.0);
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
        let measured: Vec<Measured<'_>> =
            self.paragraphs.iter().map(|(text, _)| Measured::of(text, self.lang)).collect();
        let tried = |size: u16| {
            let scale = f64::from(size) / 100.0;
            let titled = |line| titled(line, TITLE_LINE / scale, self.lang);
            let title: Vec<String> = title.lines().flat_map(titled).collect();
            let room = HEIGHT / scale - title.len() as f64 * TITLE_PITCH;
            let count: usize = measured.iter().map(|own| own.lines(LINE / scale).count()).sum();
            (scale, title, room / count.max(1) as f64)
        };
        let fitting = SIZES.iter().map(|size| tried(*size)).find(|(.., pitch)| *pitch >= PITCH.1);
        let (scale, title, pitch) = fitting.unwrap_or_else(|| tried(SIZES[SIZES.len() - 1]));
        let broken = measured.iter().zip(&self.paragraphs);
        let text = broken.flat_map(|(own, (_, style))| styled(own.lines(LINE / scale), *style, self.lang)).collect();
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
fn titled(title: &str, width: f64, lang: Lang) -> Vec<String> {
    let lines = title::lines(title, width, |text| measure(text, lang));
    lines.unwrap_or_else(|| balanced(&title::plain(title), width, lang))
}

/// Breaks a title into as few lines as possible, of about equal length.
fn balanced(title: &str, width: f64, lang: Lang) -> Vec<String> {
    let count = wrap(title, width, lang).len();
    let least = (measure(title, lang) / count as f64).ceil() as u32;
    let widths = (least..width.ceil() as u32).map(f64::from);
    let mut tried = widths.map(|width| wrap(title, width, lang));
    tried.find(|lines| lines.len() <= count).unwrap_or_else(|| wrap(title, width, lang))
}

/// Lines in their style: all but the last of a Chinese paragraph are justified.
fn styled<'t>(lines: impl Iterator<Item = &'t str>, style: Style, lang: Lang) -> Vec<(String, Style)> {
    let spreads = lang == Lang::Zh && style == Style::Letter;
    let full = if spreads { Style::LetterFull } else { style };
    let mut styled: Vec<(String, Style)> = lines.map(|line| (line.into(), full)).collect();
    if let Some((_, last)) = styled.last_mut() {
        *last = style;
    }
    styled
}

/// Breaks a text into lines of a width; an empty text is an empty line.
fn wrap(text: &str, width: f64, lang: Lang) -> Vec<String> {
    Measured::of(text, lang).lines(width).map(Into::into).collect()
}

/// A text with the widths of its pieces, to be broken into lines of several widths.
struct Measured<'t> {
    text: &'t str,
    pieces: Vec<Piece>,
}

/// An unbreakable piece of a text: a word, a Chinese character, each with the punctuation that belongs to it.
struct Piece {
    /// Where it begins.
    start: usize,
    /// Its width, and its width at the end of a line, where spaces do not count.
    width: f64,
    shown: f64,
}

impl<'t> Measured<'t> {
    fn of(text: &'t str, lang: Lang) -> Self {
        let starts = starts(text);
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let pieces = starts.iter().zip(ends).map(|(start, end)| {
            let own = &text[*start..end];
            let width = measure(own, lang);
            let trimmed = own.trim_end();
            let shown = if trimmed.len() == own.len() { width } else { measure(trimmed, lang) };
            Piece { start: *start, width, shown }
        });
        Self { text, pieces: pieces.collect() }
    }

    /// Lines of a width; an empty text is an empty line.
    fn lines(&self, width: f64) -> impl Iterator<Item = &'t str> {
        let mut used = 0.0;
        let begins = self.pieces.iter().filter_map(move |piece| {
            let is_first = used > 0.0 && used + piece.shown > width;
            used = if is_first { piece.width } else { used + piece.width };
            is_first.then_some(piece.start)
        });
        let mut start = 0;
        begins.chain([self.text.len()]).map(move |end| {
            let line = &self.text[start..end];
            start = end;
            line
        })
    }
}

/// Where the unbreakable pieces of a text begin.
fn starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let joined = before.is_some_and(|b| {
            let word = |c: char| c.is_ascii() && c != ' ';
            let indent = |c: char| c == ' ' || c == '\u{3000}';
            let mark = |c: char, marks: &str| !is_letter(c) && marks.contains(c);
            mark(c, CLOSING) || mark(b, OPENING) || (word(b) && word(c)) || c == ' ' || (indent(b) && indent(c))
        });
        if !joined {
            starts.push(at);
        }
        before = Some(c);
    }
    starts
}

/// Whether a character is surely no mark, which nearly all are: a common Chinese one, a Latin letter or a digit.
const fn is_letter(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_ascii_alphanumeric()
}

/// The width of a text in half-width characters, in the fonts of a language.
fn measure(text: &str, lang: Lang) -> f64 {
    let width = |c: char| match lang {
        Lang::Zh if c.is_ascii() => NARROW,
        Lang::En if c.is_ascii() || "’‘—…“”–".contains(c) => latin(c),
        Lang::Zh | Lang::En => 2.0,
    };
    text.chars().map(width).sum()
}

/// The width of a character in Latin fonts, about that of Calibri.
fn latin(c: char) -> f64 {
    let known = LATIN.iter().find(|(of, _)| of.contains(c)).map(|(_, width)| *width);
    known.unwrap_or(if c.is_ascii_uppercase() { LATIN_OTHERS.0 } else { LATIN_OTHERS.1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_words_and_punctuation_together() {
        // Five Chinese characters fill ten half-widths; the comma must not begin the second line.
        let wrap = |text: &str, width: f64| wrap(text, width, Lang::Zh);
        assert_eq!(wrap("一二三四五，六", 10.0), ["一二三四", "五，六"]);
        assert_eq!(wrap("一二三四（五）", 10.0), ["一二三四", "（五）"]);
        assert_eq!(wrap("ab cde fgh", 8.0), ["ab cde ", "fgh"]);
        // 2 + 1.1 + 5 · 1.1 = 8.6 for the text before the last character; a number is never broken.
        assert_eq!(wrap("得 94.92 分", 9.0), ["得 94.92 ", "分"]);
        assert_eq!(wrap("得 94.92 分", 8.0), ["得 ", "94.92 ", "分"]);
        assert_eq!(wrap("", 10.0), [""]);
    }

    #[test]
    fn an_english_line_takes_as_many_words_as_latin_letters_leave_room_for() {
        // 5 + 0.62 + 5 = 10.62 half-widths; Chinese fonts would need 11 · 1.1 = 12.1.
        assert_eq!(wrap("annex above", 11.0, Lang::En), ["annex above"]);
        assert_eq!(wrap("annex above", 11.0, Lang::Zh), ["annex ", "above"]);
        // A 1.18, t 0.62, m 1.65, two digits 1.03 each.
        assert!((measure("Atm10", Lang::En) - 5.51).abs() < 1e-9);
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
