//! The string table of an .xlsx, and texts with runs stored in cells: every text once, shared by its cells.

use std::borrow::Cow;
use std::sync::Arc;

use super::symbols::Symbols;
use crate::model::Limits;
use crate::read::budget::{Budget, Work};
use crate::read::convert;
use crate::read::gate::fault::Fault;
use crate::read::gate::xml::{Tag, Token, Tokens, append, misplaced};
use crate::read::value::{Marked, RawValue};
use crate::shared::finding::Code;

/// A text of a workbook.
#[derive(Clone, Debug)]
pub(in crate::read) struct Entry {
    /// The value; `None` if the text is blank.
    pub(in crate::read) value: Option<RawValue>,
    /// Why it is unusable, as a catalogue key.
    pub(in crate::read) bad: Option<&'static str>,
    /// Whether the entire text is struck out.
    pub(in crate::read) struck: bool,
}

/// Reads the string table.
///
/// # Errors
/// If the part is not allowed XML or has more strings than allowed.
pub(super) fn read(bytes: &[u8], limits: &Limits, budget: &mut Budget) -> Result<Vec<Entry>, Fault> {
    let mut tokens = Tokens::new(bytes)?;
    let mut strings = Vec::new();
    loop {
        match tokens.next()? {
            Token::Open(tag) if tokens.depth() == 1 && tag.sheet_name() == Some("sst") => {}
            Token::Open(tag) if tag.sheet_name() == Some("si") => {
                budget.spend(Work::Texts, 1)?;
                strings.push(entry(&mut tokens, limits)?);
            }
            Token::Open(tag) if tokens.depth() == 2 && is_extra(&tag) => tokens.skip()?,
            Token::Close if tokens.depth() == 0 => {}
            Token::End => return Ok(strings),
            other => Tokens::blank(&other)?,
        }
    }
}

/// Reads a text up to the end of its element (`si` or `is`).
///
/// # Errors
/// If the part is not allowed XML.
pub(super) fn entry(tokens: &mut Tokens<'_>, limits: &Limits) -> Result<Entry, Fault> {
    let mut text = Text::default();
    loop {
        match tokens.next()? {
            Token::Open(tag) => match tag.sheet_name() {
                Some("t") => text.add(piece(tokens, &tag)?, RunStyle::Plain),
                Some("r") => run(tokens, &mut text)?,
                // Phonetic readings above the characters are not part of the text.
                Some("rPh" | "phoneticPr") => tokens.skip()?,
                _ if is_extra(&tag) => tokens.skip()?,
                _ => return Err(misplaced(tag.full_name())),
            },
            Token::Close => return Ok(text.finish(limits)),
            other => Tokens::blank(&other)?,
        }
    }
}

/// Whether an element is an extension of later versions or other programs that changes nothing.
pub(super) fn is_extra(tag: &Tag<'_>) -> bool {
    tag.sheet_name().is_none_or(|name| name == "extLst")
}

/// The position of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::read) enum RunStyle {
    /// On the baseline.
    #[default]
    Plain,
    /// Above or below the baseline.
    Shifted,
    /// Struck out.
    Struck,
}

/// A text while its runs are read.
#[derive(Default)]
pub(in crate::read) struct Text<'x> {
    whole: Cow<'x, str>,
    /// The text on the baseline, once another run was found.
    plain: Option<String>,
    /// Whether a non-empty run is not struck out.
    unstruck: bool,
    struck: bool,
}

impl<'x> Text<'x> {
    /// Adds a run.
    pub(in crate::read) fn add(&mut self, piece: Cow<'x, str>, style: RunStyle) {
        let shows = !piece.trim().is_empty();
        if shows && style != RunStyle::Plain && self.plain.is_none() {
            self.plain = Some(self.whole.to_string());
        }
        if let Some(plain) = self.plain.as_mut().filter(|_| style == RunStyle::Plain || !shows) {
            plain.push_str(&piece);
        }
        self.struck |= shows && style == RunStyle::Struck;
        self.unstruck |= shows && style != RunStyle::Struck;
        match piece {
            piece if self.whole.is_empty() => self.whole = piece,
            piece => self.whole.to_mut().push_str(&piece),
        }
    }

    /// The text as a whole.
    pub(in crate::read) fn finish(self, limits: &Limits) -> Entry {
        let Self { whole, plain, unstruck, struck } = self;
        let wholly = struck && !unstruck;
        if let Some(what) = convert::bad_text(&whole, limits) {
            let found = whole.chars().take(convert::QUOTED).collect();
            return Entry { value: Some(RawValue::Refused(found)), bad: Some(what), struck: false };
        }
        let value = match plain {
            Some(plain) if !wholly => Some(RawValue::Marked(Arc::new(Marked { whole: whole.into_owned(), plain }))),
            _ => convert::text_value(&whole, false),
        };
        Entry { value, bad: None, struck: wholly }
    }
}

/// Reads a run: its properties, then its text.
fn run<'x>(tokens: &mut Tokens<'x>, text: &mut Text<'x>) -> Result<(), Fault> {
    let (mut style, mut symbols): (RunStyle, Option<Symbols>) = (RunStyle::Plain, None);
    loop {
        match tokens.next()? {
            Token::Open(tag) => match tag.sheet_name() {
                Some("t") => {
                    let piece = piece(tokens, &tag)?;
                    let seen = symbols.map(|symbols| Cow::Owned(symbols.seen(&piece)));
                    text.add(seen.unwrap_or(piece), style);
                }
                Some("rPr") => (style, symbols) = properties(tokens)?,
                _ => return Err(misplaced(tag.full_name())),
            },
            Token::Close => return Ok(()),
            other => Tokens::blank(&other)?,
        }
    }
}

/// Reads the position of a run, and its font if that is a symbol font.
fn properties(tokens: &mut Tokens<'_>) -> Result<(RunStyle, Option<Symbols>), Fault> {
    let outside = tokens.depth() - 1;
    let (mut style, mut symbols) = (RunStyle::Plain, None);
    while tokens.depth() > outside {
        let Token::Open(tag) = tokens.next()? else { continue };
        match tag.sheet_name() {
            Some("rFont") => symbols = tag.get("val").and_then(Symbols::named),
            Some("strike") if is_on(&tag) => style = RunStyle::Struck,
            Some("vertAlign") if is_shifted(&tag) && style == RunStyle::Plain => style = RunStyle::Shifted,
            _ => {}
        }
    }
    Ok((style, symbols))
}

/// Whether a property that is on by default is on.
pub(super) fn is_on(tag: &Tag<'_>) -> bool {
    !matches!(tag.get("val"), Some("0" | "false"))
}

fn is_shifted(tag: &Tag<'_>) -> bool {
    matches!(tag.get("val"), Some("superscript" | "subscript"))
}

/// The text of one `t`: blanks at its ends count only if it declares so.
fn piece<'x>(tokens: &mut Tokens<'x>, tag: &Tag<'x>) -> Result<Cow<'x, str>, Fault> {
    let keeps = tag.get("xml:space") == Some("preserve");
    let mut text = Cow::Borrowed("");
    loop {
        match tokens.next()? {
            Token::Text(piece) | Token::CData(piece) => append(&mut text, piece),
            Token::Reference(c) => text.to_mut().push(c),
            Token::Open(tag) => return Err(misplaced(tag.full_name())),
            Token::Close | Token::End => break,
            Token::Aside => {}
        }
    }
    let blanks = [' ', '\t', '\r', '\n'];
    let text = match text {
        text if keeps => text,
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(blanks)),
        Cow::Owned(text) => Cow::Owned(text.trim_matches(blanks).to_owned()),
    };
    Ok(unescaped(text))
}

/// A text with escapes such as `_x000D_` replaced by their characters; a surrogate pair gives one character.
pub(super) fn unescaped(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("_x") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(unit) = escape(rest) else {
            out.push_str("_x");
            rest = &rest[2..];
            continue;
        };
        rest = &rest[ESCAPE..];
        let low = escape(rest).filter(|low| (0xD800..0xDC00).contains(&unit) && (0xDC00..0xE000).contains(low));
        if low.is_some() {
            rest = &rest[ESCAPE..];
        }
        let units = [unit].into_iter().chain(low);
        out.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Length of an escaped character.
const ESCAPE: usize = "_x0000_".len();

fn escape(text: &str) -> Option<u16> {
    let digits = text.get(..ESCAPE)?.strip_prefix("_x")?.strip_suffix('_')?;
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

/// The code of the finding about an unusable text.
pub(in crate::read) const BAD_TEXT: Code = Code::E121;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::place::FileId;

    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    fn one(inner: &str) -> Entry {
        let part = format!("<sst xmlns=\"{MAIN}\"><si>{inner}</si></sst>");
        let mut entries = read(part.as_bytes(), &Limits::default(), &mut Budget::new(FileId(0), &Limits::default()))
            .unwrap_or_else(|f| panic!("{f:?}"));
        assert_eq!(entries.len(), 1);
        entries.remove(0)
    }

    fn run_of(properties: &str, text: &str) -> String {
        format!("<r><rPr>{properties}</rPr><t xml:space=\"preserve\">{text}</t></r>")
    }

    #[test]
    fn runs_on_the_line_are_joined() {
        let entry = one(&(run_of("<b/>", "市") + &run_of("", "财政局") + "<rPh sb=\"0\" eb=\"1\"><t>shi</t></rPh>"));
        assert_eq!(entry.value, Some(RawValue::text_of("市财政局")));
        assert!(!entry.struck);
    }

    #[test]
    fn a_run_off_the_line_is_told() {
        for properties in ["<vertAlign val=\"superscript\"/>", "<vertAlign val=\"subscript\"/>", "<strike/>"] {
            let entry = one(&(run_of("", "96") + &run_of(properties, "1")));
            let marked = Marked { whole: "961".to_owned(), plain: "96".to_owned() };
            assert_eq!(entry.value, Some(RawValue::Marked(Arc::new(marked))), "{properties}");
        }
        for properties in ["<vertAlign val=\"baseline\"/>", "<strike val=\"0\"/>", "<u/>"] {
            let entry = one(&(run_of("", "96") + &run_of(properties, "1")));
            assert_eq!(entry.value, Some(RawValue::text_of("961")), "{properties}");
        }
    }

    #[test]
    fn a_text_struck_out_as_a_whole_keeps_its_value() {
        let entry = one(&(run_of("<strike/>", "9") + &run_of("<b/><strike/>", "6") + &run_of("", " ")));
        assert_eq!((entry.value, entry.struck), (Some(RawValue::text_of("96 ")), true));
    }

    #[test]
    fn characters_written_by_number_are_read() {
        let read = |text: &str| unescaped(Cow::Borrowed(text)).into_owned();
        assert_eq!(read("a_x0041_b"), "aAb");
        assert_eq!(read("_x005F_x0041_"), "_x0041_");
        assert_eq!(read("_xD83D__xDE00_"), "\u{1F600}");
        assert_eq!(read("_xD83D_a"), "\u{FFFD}a");
        assert_eq!(read("_x00G1_ _x1 _x"), "_x00G1_ _x1 _x");
    }
}
