//! Number formats: what a cell shows, as far as it can be determined, and what it contains.
//!
//! A format has up to four sections: for positive numbers, negative ones, zero and text. Formats that show a number in
//! digits, with decimals, separators, units or as a percentage, are applied; for others (fractions, exponents, Chinese
//! digits, conditions) only the kind is determined.

use std::sync::Arc;

use crate::shared::number::Exact;

/// The kind of value as which a number format shows a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormatKind {
    /// A number.
    Number,
    /// A number times 100 with a percent sign.
    Percent,
    /// A date or a time of day.
    Date,
    /// An elapsed time, in hours, minutes or seconds.
    Elapsed,
}

/// A number format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// The kind of value shown.
    pub(super) kind: FormatKind,
    /// For positive numbers, negative ones and zero; `None` for a format that cannot be applied.
    sections: Option<Vec<Section>>,
}

/// How a cell shows a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The text shown.
    pub(super) text: String,
    /// Whether the text is the number itself, possibly with zeros, separators and units, and not a rounded or different
    /// one.
    pub(super) same: bool,
}

/// A percentage above this is more likely a number typed into a cell of the wrong format: 96 shown as 9600%.
pub(super) const MOST_PERCENT: i32 = 200;

impl Format {
    /// The format of cells that declare none.
    pub(super) const GENERAL: Self = Self { kind: FormatKind::Number, sections: None };

    /// Reads a format code.
    pub(super) fn parse(code: &str) -> Self {
        let parts = split(code);
        let kind = kind(code, &parts);
        let numbers = parts.iter().take(3).map(|part| Section::parse(part));
        let sections = numbers.collect::<Option<Vec<_>>>().filter(|_| !code.is_empty());
        Self { kind, sections: sections.filter(|_| matches!(kind, FormatKind::Number | FormatKind::Percent)) }
    }

    /// The built-in format with a number: those known to every program, and the dates of East Asian versions.
    pub(super) fn builtin(id: u32) -> Self {
        match BUILTIN.iter().find(|(own, _)| *own == id) {
            Some((_, code)) => Self::parse(code),
            None if matches!(id, 27..=36 | 50..=58) => Self { kind: FormatKind::Date, sections: None },
            None => Self::GENERAL,
        }
    }

    /// Whether the format shows a percentage.
    pub(super) fn is_percent(&self) -> bool {
        self.kind == FormatKind::Percent
    }

    /// How a cell shows a number; `None` if that cannot be determined, as under General.
    pub(super) fn show(&self, value: &Exact) -> Option<Shown> {
        let sections = self.sections.as_ref()?;
        let negative = value.is_negative();
        let (section, signed) = match (sections.as_slice(), negative, value.is_zero()) {
            ([_, below, ..], true, _) => (below, false),
            ([_, _, zero, ..], _, true) => (zero, false),
            ([first, ..], _, _) => (first, negative),
            ([], ..) => return None,
        };
        section.show(&value.abs(), signed)
    }
}

/// The built-in formats that are applied or are dates.
const BUILTIN: [(u32, &str); 29] = [
    (1, "0"),
    (2, "0.00"),
    (3, "#,##0"),
    (4, "#,##0.00"),
    (9, "0%"),
    (10, "0.00%"),
    (11, "0.00E+00"),
    (12, "# ?/?"),
    (13, "# ??/??"),
    (14, "mm-dd-yy"),
    (15, "d-mmm-yy"),
    (16, "d-mmm"),
    (17, "mmm-yy"),
    (18, "h:mm AM/PM"),
    (19, "h:mm:ss AM/PM"),
    (20, "h:mm"),
    (21, "h:mm:ss"),
    (22, "m/d/yy h:mm"),
    (37, "#,##0 ;(#,##0)"),
    (38, "#,##0 ;[Red](#,##0)"),
    (39, "#,##0.00;(#,##0.00)"),
    (40, "#,##0.00;[Red](#,##0.00)"),
    (41, "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)"),
    (43, "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)"),
    (45, "mm:ss"),
    (46, "[h]:mm:ss"),
    (47, "mmss.0"),
    (48, "##0.0E+0"),
    (49, "@"),
];

/// The name that WPS and Chinese versions of Excel write for General.
const CHINESE_GENERAL: &str = "G/\u{901A}\u{7528}\u{683C}\u{5F0F}";

/// The sections of a format code.
fn split(code: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in code.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '\\' | '!' | '_' | '*' => escaped = true,
            ';' => {
                parts.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&code[start..]);
    parts
}

/// Letters that name parts of a date or time.
fn is_date_letter(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 'y' | 'm' | 'd' | 'h' | 's')
}

/// The kind of value that a format code shows: its first section decides about dates; a percent sign counts in any
/// section, since a condition may select another one.
fn kind(code: &str, parts: &[&str]) -> FormatKind {
    let first = parts.first().copied().unwrap_or("");
    let mut chars = first.chars().peekable();
    let mut halves = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' | '!' | '_' | '*' => drop(chars.next()),
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let unit = inner.chars().next().filter(|c| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's'));
                if unit.is_some_and(|unit| inner.chars().all(|c| c.eq_ignore_ascii_case(&unit))) {
                    return FormatKind::Elapsed;
                }
            }
            'a' | 'A' => halves = true,
            'p' | 'P' | 'm' | 'M' | '/' if halves => return FormatKind::Date,
            c if !halves && is_date_letter(c) => return FormatKind::Date,
            _ => {}
        }
    }
    if is_percent(code) { FormatKind::Percent } else { FormatKind::Number }
}

fn is_percent(code: &str) -> bool {
    let mut chars = code.chars();
    let (mut placeholder, mut sign) = (false, false);
    while let Some(c) = chars.next() {
        match c {
            '\\' | '!' | '_' | '*' => drop(chars.next()),
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '[' => drop(chars.by_ref().find(|c| *c == ']')),
            '0' | '#' | '?' => placeholder = true,
            '%' => sign = true,
            _ => {}
        }
    }
    placeholder && sign
}

/// One section of a format that can be applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Section {
    before: String,
    after: String,
    /// Fewest digits before the point.
    whole: usize,
    /// Fewest and most digits after the point.
    decimals: (u32, u32),
    digits: bool,
    grouped: bool,
    percent: u32,
    /// How often the number is divided by a thousand.
    thousands: u32,
}

impl Section {
    /// Parses a section; `None` if it cannot be applied.
    fn parse(code: &str) -> Option<Self> {
        let mut own = Self::default();
        let (mut chars, mut point, mut commas) = (code.chars().peekable(), false, 0);
        // General shows as many digits as there is room for, without zeros at the ends.
        if code.to_ascii_lowercase().contains("general") || code.contains(CHINESE_GENERAL) {
            return None;
        }
        while let Some(c) = chars.next() {
            match c {
                '\\' | '!' => own.literal(chars.next()?),
                '"' => chars.by_ref().take_while(|c| *c != '"').for_each(|c| own.literal(c)),
                '_' => {
                    chars.next()?;
                    own.literal(' ');
                }
                '*' => drop(chars.next()?),
                '[' => {
                    let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    own.bracketed(&inner)?;
                }
                '0' | '#' | '?' => {
                    // Digits separated by something else (a telephone number) are not supported.
                    if !own.after.is_empty() {
                        return None;
                    }
                    own.grouped |= commas > 0 && !point;
                    commas = 0;
                    own.placeholder(c, point);
                }
                '.' if own.digits && !point && own.after.is_empty() => point = true,
                ',' if own.digits && own.after.is_empty() => commas += 1,
                '%' => {
                    own.percent += 1;
                    own.literal('%');
                }
                ' ' | '-' | '+' | '(' | ')' | ':' | '$' | '¥' | '￥' | '€' => own.literal(c),
                c if !c.is_ascii() => own.literal(c),
                _ => return None,
            }
        }
        own.thousands = commas;
        Some(own)
    }

    fn literal(&mut self, c: char) {
        if self.digits { self.after.push(c) } else { self.before.push(c) }
    }

    fn placeholder(&mut self, c: char, behind: bool) {
        self.digits = true;
        match (behind, c) {
            (false, '0') => self.whole += 1,
            (false, _) => {}
            (true, '0') => self.decimals = (self.decimals.1 + 1, self.decimals.1 + 1),
            (true, _) => self.decimals.1 += 1,
        }
    }

    /// A colour or a currency in brackets; a condition or digits of another script are not supported.
    fn bracketed(&mut self, inner: &str) -> Option<()> {
        if let Some(currency) = inner.strip_prefix('$') {
            currency.split('-').next().unwrap_or("").chars().for_each(|c| self.literal(c));
            return Some(());
        }
        inner
            .chars()
            .all(char::is_alphanumeric)
            .then_some(())
            .filter(|()| !inner.to_ascii_lowercase().starts_with("dbnum"))
    }

    /// How a number is shown without its sign.
    fn show(&self, size: &Exact, signed: bool) -> Option<Shown> {
        let sign = if signed { "-" } else { "" };
        if !self.digits {
            // An accounting format shows 0 as a dash, which does not count as a different number.
            let text = self.before.trim().to_owned();
            let same = size.is_zero() && matches!(text.as_str(), "-" | "–" | "—");
            return Some(Shown { text, same });
        }
        let hundred = |value: Exact| value * Exact::from(100);
        let scaled = (0..self.percent).fold(size.clone(), |value, _| hundred(value));
        let scaled = (0..self.thousands).fold(scaled, |value, _| value / Exact::from(1000));
        let rounded = scaled.round(self.decimals.1);
        let digits = self.digits(&rounded);
        let literal = self.before.chars().chain(self.after.chars()).any(|c| c.is_ascii_digit());
        let large = self.percent > 0 && rounded > Exact::from(MOST_PERCENT);
        let same = self.thousands == 0 && self.percent <= 1 && rounded == scaled && !literal && !large;
        Some(Shown { text: format!("{sign}{}{digits}{}", self.before, self.after).trim().to_owned(), same })
    }

    /// The digits of a rounded number, with the zeros and separators that the format requires.
    fn digits(&self, rounded: &Exact) -> String {
        let (least, most) = self.decimals;
        let written = rounded.fixed(most);
        let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
        let whole = if whole == "0" { "" } else { whole };
        let mut whole = format!("{}{whole}", "0".repeat(self.whole.saturating_sub(whole.len())));
        if self.grouped {
            let count = whole.len();
            let grouped = whole.chars().enumerate().map(|(at, c)| {
                let comma = at > 0 && (count - at).is_multiple_of(3);
                if comma { format!(",{c}") } else { c.to_string() }
            });
            whole = grouped.collect();
        }
        let kept = part.trim_end_matches('0').len().max(least as usize);
        if kept == 0 { whole } else { format!("{whole}.{}", &part[..kept]) }
    }
}

/// What a cell of a format shows and whether that equals the stored value: the text of a number, and a remark if it
/// differs.
pub(super) fn look(format: &Format, value: &Exact) -> (Option<Arc<str>>, bool) {
    match format.show(value) {
        Some(shown) => (Some(Arc::from(shown.text)), shown.same),
        None => (None, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, value: &str) -> Option<(String, bool)> {
        let value = Exact::parse(value).expect("literal");
        Format::parse(code).show(&value).map(|shown| (shown.text, shown.same))
    }

    #[test]
    fn only_a_real_percent_format_is_one() {
        for real in ["0%", "0.0%", "#,##0.00%;[Red]-0%", "0.00%_ ", "[>1]0;0%"] {
            assert_eq!(Format::parse(real).kind, FormatKind::Percent, "{real}");
        }
        for other in ["0\"%\"", "0\\%", "0.00", "General", "", "@", "\"%\"0"] {
            assert_eq!(Format::parse(other).kind, FormatKind::Number, "{other}");
        }
    }

    #[test]
    fn dates_are_known_by_their_letters() {
        let dates =
            ["yyyy/m/d", "m\"月\"d\"日\"", "yyyy\"年\"m\"月\";@", "h:mm AM/PM", "[$-804]yyyy-mm-dd;@", "DD/MM/YY"];
        for date in dates {
            assert_eq!(Format::parse(date).kind, FormatKind::Date, "{date}");
        }
        for elapsed in ["[h]:mm:ss", "[mm]:ss", "[S]"] {
            assert_eq!(Format::parse(elapsed).kind, FormatKind::Elapsed, "{elapsed}");
        }
        for number in ["0\"d\"", "0\\d", "[Red]0", "[$-804]aaaa", "0.00E+00", "G/通用格式", "# ?/?", "_d0", "0;d"] {
            assert_eq!(Format::parse(number).kind, FormatKind::Number, "{number}");
        }
    }

    #[test]
    fn a_number_is_shown_as_its_format_says() {
        let cases = [
            ("0.00", "1.1", "1.10", true),
            ("000", "1", "001", true),
            ("0", "89.6", "90", false),
            ("0.0", "-89.65", "-89.7", false),
            ("0.0#", "1.5", "1.5", true),
            ("#,##0", "1234567", "1,234,567", true),
            ("#,##0.00", "0.5", "0.50", true),
            ("#.##", "0.5", ".5", true),
            ("0%", "0.95", "95%", true),
            ("0.0%", "0.9567", "95.7%", false),
            ("0%", "96", "9600%", false),
            ("0%", "1.05", "105%", true),
            ("0\"分\"", "95", "95分", true),
            ("0.0_ ", "95", "95.0", true),
            ("_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)", "0", "-", true),
            ("#,##0;(#,##0)", "-5", "(5)", true),
            (";;;", "95", "", false),
            ("\"95\"", "80", "95", false),
            ("0,", "95000", "95", false),
            ("\"9\"0", "5", "95", false),
            ("\\9\\5", "80", "95", false),
            ("\"合格\"", "80", "合格", false),
            ("[$¥-804]0.00", "5", "¥5.00", true),
        ];
        for (code, value, text, same) in cases {
            assert_eq!(shown(code, value), Some((text.to_owned(), same)), "{code} {value}");
        }
        for code in [
            "",
            "General",
            "General\"天\"",
            "G/通用格式",
            "# ?/?",
            "0.00E+00",
            "[DBNum1]0",
            "[>1]0;0.0",
            "000-0000",
            "yyyy",
        ] {
            assert_eq!(shown(code, "95"), None, "{code}");
        }
    }
}
