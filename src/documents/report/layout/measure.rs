//! How much room the content of a cell needs, in half-width characters.
//!
//! Every cell is measured twice, for its column and for its row. So numbers are measured without being printed, and texts
//! of the characters that nearly all consist of in one go.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr};

use super::super::document::Content;

/// What a cell shows.
pub(super) enum Shown<'c> {
    Text(&'c str),
    /// A line of common characters, with its width and that of its longest part that cannot be broken.
    Line(&'c str, [usize; 2]),
    /// A number or a date of so many narrow characters, without a space.
    Number(usize),
}

impl<'c> Shown<'c> {
    /// What is shown of a content.
    pub(super) fn of(content: &'c Content<'_>) -> Self {
        match content {
            Content::Empty | Content::Covered => Self::Text(""),
            Content::Text(text) => Self::of_text(text),
            Content::Link(link) => Self::of_text(&link.text),
            Content::TextFormula(own) => Self::of_text(&own.text),
            Content::Count(count) => Self::Number(digits(*count as u64)),
            Content::Date(date) => Self::Number(date.to_string().len()),
            Content::Number { value, decimals } => Self::Number(printed(*value, *decimals as usize)),
            Content::Formula(own) => Self::Number(match own.decimals {
                Some(decimals) => printed(own.value, decimals as usize),
                None => own.value.to_string().len(),
            }),
        }
    }

    fn of_text(text: &'c str) -> Self {
        let (mut length, mut longest, mut word) = (0, 0, 0);
        for c in text.chars() {
            let Some(width) = common(c) else { return Self::Text(text) };
            word = if width < 2 && c != ' ' { word + width } else { 0 };
            longest = longest.max(word).max(width);
            length += width;
        }
        Self::Line(text, [length, longest])
    }

    /// The width on one line.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.width(),
            Self::Line(_, [length, _]) | Self::Number(length) => *length,
        }
    }

    /// The width of the widest line.
    pub(super) fn widest(&self) -> usize {
        match self {
            Self::Text(text) => text.lines().map(ruler(text)).max().unwrap_or(0),
            Self::Line(_, [length, _]) | Self::Number(length) => *length,
        }
    }

    /// The width of the longest part that cannot be broken.
    pub(super) fn longest_word(&self) -> usize {
        match self {
            Self::Text(text) => tokens(text).map(UnicodeWidthStr::width).max().unwrap_or(0),
            Self::Line(_, [_, longest]) | Self::Number(longest) => *longest,
        }
    }

    /// The number of lines into which it wraps.
    pub(super) fn wrapped(&self, room: f64) -> usize {
        let room = room.max(2.0);
        match self {
            Self::Line(_, [length, _]) if *length as f64 <= room => 1,
            Self::Line(text, _) | Self::Text(text) => {
                let ruler = ruler(text);
                let lines = text.lines().map(|line| wrapped(tokens(line).map(|token| width(token, ruler)), room));
                lines.sum::<usize>().max(1)
            }
            Self::Number(length) => wrapped([*length], room),
        }
    }
}

/// The number of lines into which parts wrap that cannot be broken, unless they are wider than a line.
fn wrapped(widths: impl IntoIterator<Item = usize>, room: f64) -> usize {
    let (mut lines, mut used) = (1, 0.0);
    for own in widths.into_iter().map(|own| own as f64) {
        if used + own <= room {
            used += own;
        } else if own <= room {
            lines += 1;
            used = own;
        } else {
            let over = used + own;
            lines += (over / room).floor() as usize;
            used = over % room;
        }
    }
    lines
}

/// The number of digits of a whole number.
fn digits(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

/// The number of characters of a number printed with some decimals.
fn printed(value: f64, decimals: usize) -> usize {
    /// Below this, halves are exact.
    const MOST: f64 = 1e15;
    let size = value.abs();
    if size < MOST {
        let length = digits(size as u64);
        // Rounding up may lead to one digit more.
        if size.fract() < 0.5 || digits(size as u64 + 1) == length {
            return usize::from(value.is_sign_negative()) + length + usize::from(decimals > 0) + decimals;
        }
    }
    format!("{value:.decimals$}").len()
}

/// Unbreakable parts: a sequence of narrow characters, a single wide one, a space.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let narrow = |c: char| c != ' ' && common(c).or_else(|| c.width()).unwrap_or(0) < 2;
        let end = if narrow(first) { rest.find(|c| !narrow(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

/// How texts are measured.
type Ruler = fn(&str) -> usize;

/// How a text is measured: quotes and dashes among Chinese characters are as wide as those.
fn ruler(text: &str) -> Ruler {
    let is_wide = |c: char| common(c).or_else(|| c.width()) == Some(2);
    if text.chars().any(is_wide) { UnicodeWidthStr::width_cjk } else { UnicodeWidthStr::width }
}

/// The width of a text.
fn width(text: &str, ruler: Ruler) -> usize {
    text.chars().map(common).sum::<Option<usize>>().unwrap_or_else(|| ruler(text))
}

/// The width of a printable ASCII character or a common Chinese one, which does not depend on what stands beside it.
const fn common(c: char) -> Option<usize> {
    match c {
        ' '..='~' => Some(1),
        '\u{3000}'..='\u{3029}' | '\u{4e00}'..='\u{9fff}' | '\u{ff01}'..='\u{ff60}' => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, room: f64) -> usize {
        let content = Content::Text(text.into());
        let (quick, thorough) = (Shown::of(&content), Shown::Text(text));
        assert_eq!(quick.length(), thorough.length(), "{text}");
        assert_eq!(quick.widest(), thorough.widest(), "{text}");
        assert_eq!(quick.longest_word(), thorough.longest_word(), "{text}");
        assert_eq!(quick.wrapped(room), thorough.wrapped(room), "{text}");
        quick.wrapped(room)
    }

    #[test]
    fn chinese_counts_double_and_wraps_anywhere() {
        assert_eq!(wrapped("党建工作考核", 12.0), 1);
        assert_eq!(wrapped("党建工作考核", 11.0), 2);
        assert_eq!(wrapped("one two three", 7.0), 2);
        assert_eq!(wrapped("a\nb\nc", 7.0), 3);
        assert_eq!(wrapped("", 7.0), 1);
        assert_eq!(wrapped("得 94.92 分，“好”", 12.0), 2);
        assert_eq!(wrapped("得 94.92 分（好）", 12.0), 2);
        assert_eq!(wrapped(&"f".repeat(64), 34.0), 2);
    }

    #[test]
    fn common_characters_are_as_wide_as_the_standard_says() {
        let all = (' '..='\u{ffff}').filter(|c| common(*c).is_some());
        for c in all {
            assert_eq!((common(c), common(c)), (c.width(), c.width_cjk()), "{c}");
        }
        for text in ["党建A1（95.5 分）", "《a》, “b”", "e\u{301}党\u{fe00}"] {
            for ruler in [UnicodeWidthStr::width, UnicodeWidthStr::width_cjk] {
                assert_eq!(width(text, ruler), ruler(text), "{text}");
            }
        }
    }

    #[test]
    fn numbers_are_as_long_as_they_are_printed() {
        let values =
            [0.0, -0.0, 0.5, 9.5, 9.4999, 9.995, 9.9949, 99.95, -99.996, 1234.5, 999_999.5, 1e15, 2e22, f64::NAN];
        for value in values {
            for decimals in 0..5 {
                assert_eq!(printed(value, decimals), format!("{value:.decimals$}").len(), "{value} {decimals}");
            }
        }
        assert_eq!([0, 9, 10, u64::MAX].map(digits), [1, 1, 2, 20]);
    }
}
