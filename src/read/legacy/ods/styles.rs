//! The styles of an .ods, as far as they affect the meaning of a cell or a part of its text: struck out, raised or
//! lowered, invisible, and whether its number format fixes what is shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::read::gate::Fault;
use crate::read::gate::xml::{Tag, Token, Tokens};
use crate::read::xlsx::strings::RunStyle;

/// The families of styles, each with names of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Text,
    Cell,
    Table,
}

impl Family {
    fn of(tag: &Tag<'_>) -> Option<Self> {
        match tag.get("style:family")? {
            "text" => Some(Self::Text),
            "table-cell" => Some(Self::Cell),
            "table" => Some(Self::Table),
            _ => None,
        }
    }
}

/// The properties a style sets itself; others may come from its parent.
#[derive(Default)]
struct Own {
    parent: Option<String>,
    number: Option<String>,
    struck: Option<bool>,
    shifted: Option<bool>,
    white: Option<bool>,
    inked: Option<bool>,
    hidden: Option<bool>,
}

/// The styles of a workbook.
#[derive(Default)]
pub(super) struct Styles {
    own: BTreeMap<(Family, String), Own>,
    /// Number formats that fix what is shown.
    fixing: BTreeSet<String>,
}

/// The style of cells that name none.
const DEFAULT: &str = "Default";

impl Styles {
    /// Reads the common styles, and those of the content itself.
    pub(super) fn read(common: &[u8], content: &[u8]) -> Result<Self, Fault> {
        let mut styles = Self::default();
        if !common.is_empty() {
            // Other styles of this part belong to headers and footers.
            styles.section(common, "office:styles").map_err(|fault| fault.within("styles.xml"))?;
        }
        styles.section(content, "office:automatic-styles").map_err(|fault| fault.within("content.xml"))?;
        Ok(styles)
    }

    fn section(&mut self, part: &[u8], section: &str) -> Result<(), Fault> {
        let mut tokens = Tokens::new(part)?;
        loop {
            match tokens.next()? {
                Token::Open(tag) if tokens.depth() == 2 && tag.full_name() == section => break,
                Token::Open(_) if tokens.depth() == 2 => tokens.skip()?,
                Token::End => return Ok(()),
                _ => {}
            }
        }
        let outside = tokens.depth() - 1;
        while tokens.depth() > outside {
            let Token::Open(tag) = tokens.next()? else { continue };
            let name = tag.text("style:name").unwrap_or_default();
            match tag.full_name() {
                "style:style" => match Family::of(&tag) {
                    Some(family) => {
                        let own = style(&mut tokens, &tag)?;
                        self.own.insert((family, name), own);
                    }
                    None => tokens.skip()?,
                },
                "number:percentage-style" | "number:currency-style" => {
                    self.fixing.insert(name);
                    tokens.skip()?;
                }
                "number:number-style" => {
                    if fixes(&mut tokens)? {
                        self.fixing.insert(name);
                    }
                }
                _ => tokens.skip()?,
            }
        }
        Ok(())
    }

    /// A property set by a style or one of its parents; a circle of parents sets none.
    fn find<T>(&self, family: Family, name: &str, says: impl Fn(&Own) -> Option<T>) -> Option<T> {
        const PARENTS: usize = 20;
        let mut name = name.to_owned();
        for _ in 0..PARENTS {
            let own = self.own.get(&(family, name))?;
            if let Some(said) = says(own) {
                return Some(said);
            }
            name = own.parent.clone()?;
        }
        None
    }

    /// The position of a part of a text, given that of the surrounding text.
    pub(super) fn span(&self, name: &str, around: RunStyle) -> RunStyle {
        let struck = self.find(Family::Text, name, |own| own.struck);
        let shifted = self.find(Family::Text, name, |own| own.shifted);
        match (struck, shifted, around) {
            (Some(true), ..) | (None, _, RunStyle::Struck) => RunStyle::Struck,
            (_, Some(true), _) | (_, None, RunStyle::Shifted) => RunStyle::Shifted,
            _ => RunStyle::Plain,
        }
    }

    /// The style of a cell, whichever element names it.
    pub(super) fn cell(&self, name: Option<&str>) -> Look {
        let name = name.unwrap_or(DEFAULT);
        let says = |says: fn(&Own) -> Option<bool>| self.find(Family::Cell, name, says).unwrap_or(false);
        let fixed = self.find(Family::Cell, name, |own| own.number.clone());
        Look {
            struck: says(|own| own.struck),
            white: says(|own| own.white) && !says(|own| own.inked),
            fixed: fixed.is_some_and(|number| self.fixing.contains(&number)),
        }
    }

    /// Whether tables of a style are not displayed.
    pub(super) fn hides(&self, name: &str) -> bool {
        self.find(Family::Table, name, |own| own.hidden).unwrap_or(false)
    }
}

/// The properties of a cell style.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    /// Whether the content is struck out.
    pub(super) struck: bool,
    /// Whether the content is written in the colour of the paper.
    pub(super) white: bool,
    /// Whether the number format fixes what is shown.
    pub(super) fixed: bool,
}

/// Reads a style up to its end.
fn style(tokens: &mut Tokens<'_>, tag: &Tag<'_>) -> Result<Own, Fault> {
    let mut own = Own {
        parent: tag.text("style:parent-style-name"),
        number: tag.text("style:data-style-name"),
        ..Own::default()
    };
    let outside = tokens.depth() - 1;
    while tokens.depth() > outside {
        let Token::Open(tag) = tokens.next()? else { continue };
        match tag.full_name() {
            "style:text-properties" => {
                let lines = [tag.get("style:text-line-through-style"), tag.get("style:text-line-through-type")];
                if lines.iter().any(Option::is_some) {
                    own.struck = Some(lines.iter().flatten().all(|line| *line != "none"));
                }
                own.shifted = tag.get("style:text-position").map(is_shifted);
                own.white = tag.get("fo:color").map(|color| color.eq_ignore_ascii_case("#ffffff"));
            }
            "style:table-cell-properties" => {
                let plain = |color: &str| color == "transparent" || color.eq_ignore_ascii_case("#ffffff");
                own.inked = tag.get("fo:background-color").map(|color| !plain(color));
            }
            "style:table-properties" => own.hidden = tag.get("table:display").map(|display| display == "false"),
            _ => {}
        }
    }
    Ok(own)
}

/// Whether a position such as `super 58%` or `-33% 58%` is off the baseline.
fn is_shifted(position: &str) -> bool {
    let first = position.split_ascii_whitespace().next().unwrap_or("");
    let percent = first.strip_suffix('%').and_then(|percent| percent.parse::<i32>().ok());
    matches!(first, "super" | "sub") || percent.is_some_and(|percent| percent != 0)
}

/// Reads a number format up to its end; General is a number format without further properties.
fn fixes(tokens: &mut Tokens<'_>) -> Result<bool, Fault> {
    let outside = tokens.depth() - 1;
    let mut fixes = false;
    while tokens.depth() > outside {
        let Token::Open(tag) = tokens.next()? else { continue };
        let plain = tag.attributes().all(|said| said == ("number:min-integer-digits", "1"));
        fixes |= tag.full_name() != "number:number" || !plain;
    }
    Ok(fixes)
}
