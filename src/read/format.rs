//! Number formats: what a cell shows, as far as it differs from what it holds.

/// What a number format does to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// It shows the number, with or without decimals, separators, units.
    Plain,
    /// It shows the number times 100 with a percent sign.
    Percent,
    /// It shows something else: nothing, a constant, digits of its own, or thousands of the number.
    Other,
}

/// Built-in number formats of .xls and .xlsb that show a percentage.
pub(super) const PERCENT_IDS: [u16; 2] = [9, 10];

/// Reads a number format. The first section, which is for positive numbers, decides what is shown; a percent sign counts
/// in any section, since a condition may choose another one.
pub(super) fn shown(format: &str) -> Shown {
    let mut parts = Parts::default();
    let (mut quoted, mut bracketed, mut escaped, mut later) = (false, false, false, false);
    for c in format.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                parts.literal(c, later);
            }
            '"' => quoted = !quoted,
            _ if quoted => parts.literal(c, later),
            // A fill or a blank of the width of a character shows no digit of its own.
            '\\' | '!' => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ if bracketed => {}
            ';' => later = true,
            '%' => {
                parts.percent = true;
                parts.placeholders |= later;
            }
            _ if later => {}
            '0' | '#' | '?' => {
                parts.placeholders = true;
                parts.commas = false;
            }
            ',' => parts.commas = parts.placeholders,
            '1'..='9' if !parts.placeholders => parts.digits = true,
            '.' | ' ' | '-' | '+' | '(' | ')' | '_' | '*' | '/' | 'E' => {}
            _ => parts.words = true,
        }
    }
    parts.verdict(format)
}

/// What a format consists of.
#[derive(Default)]
struct Parts {
    placeholders: bool,
    percent: bool,
    /// A comma after the last placeholder, which divides by a thousand.
    commas: bool,
    /// A digit that is shown as it stands.
    digits: bool,
    /// Letters: General, or the codes of a date.
    words: bool,
}

impl Parts {
    const fn literal(&mut self, c: char, later: bool) {
        self.digits |= c.is_ascii_digit() && !later;
    }

    fn verdict(&self, format: &str) -> Shown {
        let general = format.is_empty() || format == "@" || self.words;
        match (self.placeholders, self.percent) {
            (true, true) => Shown::Percent,
            (true, false) if self.commas || self.digits => Shown::Other,
            (true, false) => Shown::Plain,
            (false, _) if general => Shown::Plain,
            (false, _) => Shown::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_percent_format_is_one() {
        for real in ["0%", "0.0%", "#,##0.00%;[Red]-0%", "0.00%_ ", "[>1]0;0%"] {
            assert_eq!(shown(real), Shown::Percent, "{real}");
        }
        for other in ["0\"%\"", "0\\%", "0.00", "General", "", "@"] {
            assert_eq!(shown(other), Shown::Plain, "{other}");
        }
    }

    #[test]
    fn formats_that_show_the_number_are_plain() {
        let plain = [
            "0",
            "#,##0",
            "0.0_ ",
            "0\"分\"",
            "#,##0.00_);[Red](#,##0.00)",
            "yyyy/m/d",
            "[$-804]aaaa",
            "0.00E+00",
            "G/通用格式",
            "# ?/?",
            "_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ",
            "[DBNum1]General",
            "m\"月\"d\"日\"",
        ];
        for format in plain {
            assert_eq!(shown(format), Shown::Plain, "{format}");
        }
    }

    #[test]
    fn formats_that_show_something_else_are_told() {
        for other in [";;;", "\"95\"", "0,", "#,##0,,", "\"9\"0", "\\9\\5", "\"合格\""] {
            assert_eq!(shown(other), Shown::Other, "{other}");
        }
    }
}
