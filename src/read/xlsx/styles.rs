//! The styles of an .xlsx, as far as they affect the meaning of a cell: its number format, whether it is struck out,
//! whether it is visible, whether its font is a symbol font.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::strings::{is_extra, is_on};
use super::symbols::Symbols;
use crate::read::format::Format;
use crate::read::gate::fault::Fault;
use crate::read::gate::xml::{Tag, Token, Tokens, misplaced};

/// A style of cells.
#[derive(Clone, Debug)]
pub(in crate::read) struct Style {
    /// Its number format.
    pub(in crate::read) format: Arc<Format>,
    /// Whether its font is struck out.
    pub(in crate::read) struck: bool,
    /// Whether its font has the colour of the paper.
    pub(in crate::read) white: bool,
    /// Its font, if that is a symbol font.
    pub(in crate::read) symbols: Option<Symbols>,
}

impl Style {
    /// The style of a workbook without styles.
    pub(in crate::read) fn plain() -> Self {
        Self { format: Arc::new(Format::GENERAL), struck: false, white: false, symbols: None }
    }
}

/// The properties of a font.
#[derive(Clone, Copy, Default)]
struct Font {
    struck: bool,
    white: bool,
    symbols: Option<Symbols>,
}

/// Reads the styles of cells, in the order in which cells refer to them.
///
/// # Errors
/// If the part is not allowed XML.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Style>, Fault> {
    let mut tokens = Tokens::new(bytes)?;
    let mut formats: BTreeMap<u32, Arc<Format>> = BTreeMap::new();
    let (mut fonts, mut inked, mut styles) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        match tokens.next()? {
            Token::Open(tag) if tokens.depth() == 2 => match tag.sheet_name() {
                Some("numFmts") => each(&mut tokens, "numFmt", |_, tag| {
                    if let Some((id, code)) = number(tag, "numFmtId").zip(tag.text("formatCode")) {
                        formats.insert(id, Arc::new(Format::parse(&code)));
                    }
                    Ok(())
                })?,
                Some("fonts") => each(&mut tokens, "font", |tokens, _| {
                    fonts.push(font(tokens)?);
                    Ok(())
                })?,
                Some("fills") => each(&mut tokens, "fill", |tokens, _| {
                    inked.push(is_inked(tokens)?);
                    Ok(())
                })?,
                Some("cellXfs") => each(&mut tokens, "xf", |tokens, tag| {
                    let index = |key| number(tag, key).unwrap_or(0);
                    let id = index("numFmtId");
                    let format = formats.entry(id).or_insert_with(|| Arc::new(Format::builtin(id)));
                    let font: Font = fonts.get(index("fontId") as usize).copied().unwrap_or_default();
                    let inked = inked.get(index("fillId") as usize).copied().unwrap_or(false);
                    let white = font.white && !inked;
                    let Font { struck, symbols, .. } = font;
                    styles.push(Style { format: Arc::clone(format), struck, white, symbols });
                    within(tokens, &["alignment", "protection"])
                })?,
                Some(other) if !SECTIONS.contains(&other) => return Err(misplaced(other)),
                _ => tokens.skip()?,
            },
            Token::Open(tag) if tag.sheet_name() != Some("styleSheet") => return Err(misplaced(tag.full_name())),
            Token::Open(_) => {}
            Token::Close if tokens.depth() == 0 => {}
            Token::End => return Ok(styles),
            other => Tokens::blank(&other)?,
        }
    }
}

/// The parts of a style sheet that do not affect values.
const SECTIONS: [&str; 7] = ["borders", "cellStyleXfs", "cellStyles", "dxfs", "tableStyles", "colors", "extLst"];

/// Skips the rest of the element whose start tag came last, which may contain only some others.
fn within(tokens: &mut Tokens<'_>, allowed: &[&str]) -> Result<(), Fault> {
    let outside = tokens.depth() - 1;
    while tokens.depth() > outside {
        let Token::Open(tag) = tokens.next()? else { continue };
        if !is_extra(&tag) && !tag.sheet_name().is_some_and(|name| allowed.contains(&name)) {
            return Err(misplaced(tag.full_name()));
        }
        tokens.skip()?;
    }
    Ok(())
}

/// Calls a function with each child of the element whose start tag came last, all of which have one name, and skips
/// what the function leaves of it. A misplaced child would shift the numbers of those after it, so it is refused.
fn each<'x>(
    tokens: &mut Tokens<'x>,
    name: &str,
    mut take: impl FnMut(&mut Tokens<'x>, &Tag<'x>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let outside = tokens.depth() - 1;
    while tokens.depth() > outside {
        let Token::Open(tag) = tokens.next()? else { continue };
        let inside = tokens.depth() - 1;
        match tag.sheet_name() {
            Some(own) if own == name => take(tokens, &tag)?,
            _ if is_extra(&tag) => {}
            _ => return Err(misplaced(tag.full_name())),
        }
        while tokens.depth() > inside {
            tokens.next()?;
        }
    }
    Ok(())
}

fn number(tag: &Tag<'_>, key: &str) -> Option<u32> {
    tag.get(key)?.parse().ok()
}

fn font(tokens: &mut Tokens<'_>) -> Result<Font, Fault> {
    let outside = tokens.depth() - 1;
    let mut font = Font::default();
    while tokens.depth() > outside {
        let Token::Open(tag) = tokens.next()? else { continue };
        match tag.sheet_name() {
            Some("strike") => font.struck = is_on(&tag),
            Some("color") => font.white = is_white(&tag),
            Some("name") => font.symbols = tag.get("val").and_then(Symbols::named),
            _ => {}
        }
    }
    Ok(font)
}

/// Whether a colour is white: directly, as the first of a theme (the paper), or by its place in the old palette.
fn is_white(tag: &Tag<'_>) -> bool {
    let rgb = tag.get("rgb").is_some_and(|rgb| rgb.len() >= 6 && rgb[rgb.len() - 6..].eq_ignore_ascii_case("ffffff"));
    let tinted = tag.get("tint").is_some_and(|tint| tint.starts_with('-'));
    (rgb || tag.get("theme") == Some("0") || matches!(tag.get("indexed"), Some("1" | "9"))) && !tinted
}

/// Whether a fill puts a colour other than white behind the text.
fn is_inked(tokens: &mut Tokens<'_>) -> Result<bool, Fault> {
    let outside = tokens.depth() - 1;
    let (mut pattern, mut white) = (false, false);
    while tokens.depth() > outside {
        let Token::Open(tag) = tokens.next()? else { continue };
        match tag.sheet_name() {
            Some("patternFill") => pattern = !matches!(tag.get("patternType"), None | Some("none")),
            Some("gradientFill") => pattern = true,
            Some("fgColor") => white = is_white(&tag),
            _ => {}
        }
    }
    Ok(pattern && !white)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::number::Exact;

    #[test]
    fn styles_are_put_together_from_their_parts() {
        let part = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
            <numFmts><numFmt numFmtId=\"164\" formatCode=\"0.00&quot;分&quot;\"/></numFmts>\
            <fonts><font><sz val=\"11\"/></font><font><strike/><color rgb=\"FFFFFFFF\"/></font></fonts>\
            <fills><fill><patternFill patternType=\"none\"/></fill>\
            <fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF1F4E78\"/></patternFill></fill></fills>\
            <cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs>\
            <cellXfs><xf numFmtId=\"0\" fontId=\"0\"/><xf numFmtId=\"164\" fontId=\"1\" fillId=\"0\"><alignment/></xf>\
            <xf numFmtId=\"9\" fontId=\"1\" fillId=\"1\"/></cellXfs></styleSheet>";
        let styles = read(part.as_bytes()).unwrap_or_else(|f| panic!("{f:?}"));
        let told: Vec<(bool, bool, bool)> =
            styles.iter().map(|style| (style.struck, style.white, style.format.is_percent())).collect();
        assert_eq!(told, [(false, false, false), (true, true, false), (true, false, true)]);
        let shown = styles[1].format.show(&Exact::from(5)).map(|shown| shown.text);
        assert_eq!(shown, Some("5.00分".to_owned()));
    }
}
