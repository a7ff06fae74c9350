//! The records before the sheets of an .xls: its sheets, fonts, formats, texts, and reasons not to read it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use encoding_rs::Encoding;

use super::super::records::{Biff, u16_at, u32_at, utf16};
use super::text::{self, Rich};
use super::{BOF, CONTINUE, EOF};
use crate::model::Limits;
use crate::read::format::Format;
use crate::read::xlsx::strings::{Entry, RunStyle};
use crate::read::xlsx::styles::Style;

/// The contents of the records before the sheets.
pub(super) struct Globals<'l> {
    /// The version of the format.
    pub(super) version: u16,
    /// The code page of texts, if declared.
    pub(super) code_page: Option<u16>,
    /// How the workbook is encrypted, if it is: the first word of the corresponding record.
    pub(super) encrypted: Option<u16>,
    /// Links to other workbooks.
    pub(super) outside: bool,
    /// The sheets, in order.
    pub(super) sheets: Vec<Bound>,
    fonts: Vec<Font>,
    /// The style of each cell format, and its font.
    styles: Vec<(Style, u16)>,
    strings: Vec<(Rich, Entry)>,
    limits: &'l Limits,
}

/// A sheet as the workbook announces it.
pub(super) struct Bound {
    /// Where its records start.
    pub(super) offset: usize,
    /// Its name.
    pub(super) name: String,
    /// Whether it is a worksheet, not a chart or macros.
    pub(super) is_data: bool,
}

/// The properties of a font.
#[derive(Clone, Copy, Default)]
struct Font {
    struck: bool,
    shifted: bool,
    color: u16,
}

impl Font {
    const fn standing(self) -> RunStyle {
        match self {
            Self { struck: true, .. } => RunStyle::Struck,
            Self { shifted: true, .. } => RunStyle::Shifted,
            Self { .. } => RunStyle::Plain,
        }
    }
}

/// The properties of a cell format, before fonts and formats are known.
struct Xf {
    font: u16,
    format: u16,
    /// The colour behind the text, if any.
    fill: Option<u16>,
}

/// The records to be combined when all are read.
#[derive(Default)]
struct Parts<'s> {
    formats: BTreeMap<u16, Arc<Format>>,
    xfs: Vec<Xf>,
    /// Colours of the palette that are white.
    whites: BTreeSet<u16>,
    table: Vec<&'s [u8]>,
}

impl<'l> Globals<'l> {
    /// Reads the records before the sheets.
    pub(super) fn of(stream: &[u8], limits: &'l Limits) -> Self {
        let mut globals = Self {
            version: 0,
            code_page: None,
            encrypted: None,
            outside: false,
            sheets: Vec::new(),
            fonts: Vec::new(),
            styles: Vec::new(),
            strings: Vec::new(),
            limits,
        };
        let mut parts = Parts { whites: WHITES.into(), ..Parts::default() };
        let mut before = EOF;
        for (kind, record) in Biff::from(stream, 0) {
            match kind {
                EOF => break,
                // The string table continues in the records that follow it.
                CONTINUE if before == SST => {
                    parts.table.push(record);
                    continue;
                }
                _ => globals.record(&mut parts, kind, record),
            }
            before = kind;
        }
        let Parts { mut formats, xfs, whites, table } = parts;
        for xf in xfs {
            let format = formats.entry(xf.format).or_insert_with(|| Arc::new(Format::builtin(xf.format.into())));
            let font = globals.font(xf.font);
            let white = whites.contains(&font.color) && xf.fill.is_none_or(|fill| whites.contains(&fill));
            let style = Style { format: Arc::clone(format), struck: font.struck, white, symbols: None };
            globals.styles.push((style, xf.font));
        }
        let declared = table.first().and_then(|record| u32_at(record, 4)).unwrap_or(0);
        let texts = text::table(&table, limits).into_iter().take(declared as usize);
        globals.strings = texts
            .map(|rich| {
                let entry = rich.entry(RunStyle::Plain, |font| globals.font(font).standing(), limits);
                (rich, entry)
            })
            .collect();
        globals
    }

    fn record<'s>(&mut self, parts: &mut Parts<'s>, kind: u16, record: &'s [u8]) {
        match kind {
            BOF => self.version = u16_at(record, 0).unwrap_or(0),
            FILEPASS => self.encrypted = u16_at(record, 0).filter(|word| *word != 0 || record.len() > 2),
            CODEPAGE => self.code_page = u16_at(record, 0),
            BOUNDSHEET => self.sheets.extend(self.bound(record)),
            SST => parts.table = vec![record],
            SUPBOOK => self.outside |= is_other_book(record),
            FONT => self.fonts.extend(font(record)),
            PALETTE => {
                let colors = record.get(2..).unwrap_or_default().as_chunks::<4>().0;
                parts.whites.retain(|color| *color < FIRST_OF_PALETTE);
                let white = (FIRST_OF_PALETTE..).zip(colors).filter(|(_, color)| color[..3] == [0xFF; 3]);
                parts.whites.extend(white.map(|(index, _)| index));
            }
            FORMAT => {
                if let Some(id) = u16_at(record, 0) {
                    parts.formats.insert(id, Arc::new(Format::parse(&self.format_text(record))));
                }
            }
            XF => {
                let field = |at| u16_at(record, at).unwrap_or(0);
                // Before Excel 97 the fill is stored elsewhere, and white fonts are not detected.
                let filled = self.is_wide() && field(16) >> 10 != 0;
                let fill = if filled { Some(field(18) & 0x7F) } else { (!self.is_wide()).then_some(u16::MAX) };
                parts.xfs.push(Xf { font: field(0), format: field(2), fill });
            }
            _ => {}
        }
    }

    /// Whether texts are UTF-16, as from Excel 97 on.
    pub(super) const fn is_wide(&self) -> bool {
        self.version == 0x0600
    }

    /// The encoding of texts that are not UTF-16; Latin-1 if none is declared.
    pub(super) fn encoding(&self) -> Option<&'static Encoding> {
        let named = || self.code_page.and_then(encoding);
        (!self.is_wide()).then(|| named().unwrap_or(encoding_rs::WINDOWS_1252))
    }

    fn bound(&self, record: &[u8]) -> Option<Bound> {
        let name = text::short(record.get(6..)?, self.encoding());
        Some(Bound { offset: u32_at(record, 0)? as usize, name, is_data: record.get(5) == Some(&0) })
    }

    /// A font by its number; the number 4 does not exist.
    fn font(&self, number: u16) -> Font {
        let index = usize::from(number) - usize::from(number > 4);
        self.fonts.get(index).copied().unwrap_or_default()
    }

    /// The position of text in a font.
    pub(super) fn standing(&self, font: u16) -> RunStyle {
        self.font(font).standing()
    }

    /// The style of a cell format and the number of its font.
    pub(super) fn style(&self, format: u16) -> (Style, u16) {
        self.styles.get(usize::from(format)).cloned().unwrap_or_else(|| (Style::plain(), 0))
    }

    /// A text of the string table as a cell of a format shows it.
    pub(super) fn string(&self, index: u32, format: u16) -> Option<(Style, Entry)> {
        let (rich, entry) = self.strings.get(index as usize)?;
        let (style, font) = self.style(format);
        if rich.is_plain() {
            return Some((style, entry.clone()));
        }
        Some(self.rich(rich, style, font))
    }

    /// A text with runs as a cell shows it; its runs, not the style of the cell, determine what is struck out.
    pub(super) fn rich(&self, rich: &Rich, style: Style, font: u16) -> (Style, Entry) {
        if rich.is_plain() {
            return (style, rich.entry(RunStyle::Plain, |_| RunStyle::Plain, self.limits));
        }
        let entry = rich.entry(self.standing(font), |font| self.standing(font), self.limits);
        (Style { struck: false, ..style }, entry)
    }

    /// The text of a FORMAT record.
    fn format_text(&self, record: &[u8]) -> String {
        let rest = record.get(2..).unwrap_or_default();
        if let Some(encoding) = self.encoding() {
            let text = rest.get(1..).unwrap_or_default();
            return encoding.decode_without_bom_handling(text).0.into_owned();
        }
        let length = u16_at(rest, 0).map_or(0, usize::from);
        let text = rest.get(3..).unwrap_or_default();
        match rest.get(2) {
            Some(flags) if flags & 1 != 0 => utf16(text, length),
            _ => text.iter().take(length).map(|b| char::from(*b)).collect(),
        }
    }
}

/// The encoding of a code page; some programs use their own numbers for Windows Latin and Mac Roman.
pub(super) fn encoding(code_page: u16) -> Option<&'static Encoding> {
    codepage::to_encoding(known(code_page))
}

/// The common number of a code page.
pub(super) const fn known(code_page: u16) -> u16 {
    match code_page {
        367 | 0x8001 => 1252,
        0x8000 => 10_000,
        other => other,
    }
}

fn font(record: &[u8]) -> Option<Font> {
    let field = |at| u16_at(record, at);
    Some(Font { struck: field(2)? & 8 != 0, color: field(4)?, shifted: matches!(field(8)?, 1 | 2) })
}

/// Whether a SUPBOOK record names another file, not this workbook or an add-in.
fn is_other_book(record: &[u8]) -> bool {
    !matches!(u16_at(record, 2), Some(0x0401 | 0x3A01) | None)
}

/// White among the fixed colours, and in the default palette.
const WHITES: [u16; 2] = [1, 9];
const FIRST_OF_PALETTE: u16 = 8;

const FILEPASS: u16 = 0x002F;
const FONT: u16 = 0x0031;
const CODEPAGE: u16 = 0x0042;
const BOUNDSHEET: u16 = 0x0085;
const PALETTE: u16 = 0x0092;
const XF: u16 = 0x00E0;
const SST: u16 = 0x00FC;
const SUPBOOK: u16 = 0x01AE;
const FORMAT: u16 = 0x041E;
