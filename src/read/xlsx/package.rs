//! The parts of an .xlsx that are not sheets, as its relationships name them: which sheets there are and where, the string
//! table, the styles.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Limits;
use crate::read::gate::container::Archive;
use crate::read::gate::fault::Fault;
use crate::read::gate::xml::{Tag, Token, Tokens};

/// What a workbook says about its parts.
pub(super) struct Package {
    /// Its sheets, in order.
    pub(super) sheets: Vec<SheetPart>,
    /// The part that holds the string table.
    pub(super) strings: Option<String>,
    /// The part that holds the styles.
    pub(super) styles: Option<String>,
    /// Whether dates count from 1904.
    pub(super) from_1904: bool,
}

/// A sheet and the part that holds it.
pub(super) struct SheetPart {
    /// Name as a user sees it.
    pub(super) name: String,
    /// The part, if it is a worksheet and not a chart, a dialog or a module of macros.
    pub(super) part: Option<String>,
    /// Whether it is hidden.
    pub(super) hidden: bool,
}

/// Reads what a workbook says about its parts.
///
/// # Errors
/// If the workbook part is missing, names no sheet or one twice, or is not allowed XML.
pub(super) fn read(archive: &Archive<'_>, limits: &Limits) -> Result<Package, Fault> {
    let document = document(archive)?;
    let (folder, file) = document.rfind('/').map_or(("", document.as_str()), |at| document.split_at(at + 1));
    let bytes = archive.needed(&document)?;
    let links_part = format!("{folder}_rels/{file}.rels");
    let links = links(&archive.needed(&links_part)?).map_err(|fault| fault.within(&links_part))?;
    let (sheets, from_1904) = sheets(&bytes, &links, folder, limits).map_err(|fault| fault.within(&document))?;
    let missing = |part: &&str| !archive.holds(part);
    if let Some(part) = sheets.iter().filter_map(|sheet| sheet.part.as_deref()).find(missing) {
        return Err(Fault::Damaged("gate.book.missing", part.to_owned()));
    }
    let one = |kind: &str, usual: &str| {
        let mut targets = links.values().filter(|link| link.is(kind)).map(|link| link.part(folder));
        let target = targets.next();
        match targets.next() {
            Some(second) => Err(Fault::Odd("gate.book.two", second)),
            // Old writers forget the link and still mean the part of the usual name.
            None => Ok(target.or_else(|| Some(format!("{folder}{usual}"))).filter(|part| archive.holds(part))),
        }
    };
    Ok(Package {
        strings: one("sharedStrings", "sharedStrings.xml")?,
        styles: one("styles", "styles.xml")?,
        sheets,
        from_1904,
    })
}

/// A relationship.
pub(super) struct Link {
    target: String,
    kind: String,
}

impl Link {
    /// Whether it is of a kind, whichever form of the standard names it.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.rsplit('/').next() == Some(kind)
    }

    /// The part it leads to from a folder.
    pub(super) fn part(&self, folder: &str) -> String {
        let Some(mut target) = self.target.strip_prefix('/').map(str::to_owned) else {
            let mut folder = folder;
            let mut target = self.target.as_str();
            while let Some(rest) = target.strip_prefix("../") {
                target = rest;
                let above = folder.trim_end_matches('/');
                folder = above.rfind('/').map_or("", |at| &above[..=at]);
            }
            return format!("{folder}{}", target.trim_start_matches("./"));
        };
        target.retain(|c| c != '\0');
        target
    }
}

pub(super) type Links = BTreeMap<String, Link>;

/// The part of the workbook itself, as the package names it.
fn document(archive: &Archive<'_>) -> Result<String, Fault> {
    let part = "_rels/.rels";
    let links = links(&archive.needed(part)?).map_err(|fault| fault.within(part))?;
    let documents: Vec<&Link> = links.values().filter(|link| link.is("officeDocument")).collect();
    match documents.as_slice() {
        [] => Ok("xl/workbook.xml".to_owned()),
        [link] => Ok(link.part("")),
        _ => Err(Fault::Odd("gate.book.two", part.to_owned())),
    }
}

/// Reads a part of relationships.
pub(super) fn links(bytes: &[u8]) -> Result<Links, Fault> {
    let mut tokens = Tokens::new(bytes)?;
    let mut links = Links::new();
    loop {
        match tokens.next()? {
            Token::Open(tag) if tag.name() == "Relationship" => {
                let text = |key: &str| tag.text(key).unwrap_or_default();
                let (id, link) = (text("Id"), Link { target: text("Target"), kind: text("Type") });
                if let Some(twice) = links.insert(id, link) {
                    return Err(Fault::Odd("gate.book.two", twice.target));
                }
            }
            Token::End => return Ok(links),
            _ => {}
        }
    }
}

/// The id of the relationship that a sheet names, whatever its prefix.
fn link_id(tag: &Tag<'_>) -> Option<String> {
    let id = tag.attributes().find(|(key, _)| *key == "id" || key.ends_with(":id"));
    id.and_then(|(key, _)| tag.text(key))
}

/// Reads the list of sheets, and whether dates count from 1904.
fn sheets(bytes: &[u8], links: &Links, folder: &str, limits: &Limits) -> Result<(Vec<SheetPart>, bool), Fault> {
    let mut tokens = Tokens::new(bytes)?;
    let mut sheets: Vec<SheetPart> = Vec::new();
    let mut names = BTreeSet::new();
    let mut from_1904 = false;
    loop {
        match tokens.next()? {
            Token::Open(tag) if tag.sheet_name() == Some("sheet") => {
                let name = tag.text("name").unwrap_or_default();
                let id = link_id(&tag).unwrap_or_default();
                let link = links.get(&id);
                // A module of macros or a dialog of old versions may lead nowhere; it holds no cells.
                if link.is_none() && !id.is_empty() {
                    return Err(Fault::Damaged("gate.book.missing", name));
                }
                // Two sheets of one name could not be told apart in messages.
                if !names.insert(name.to_lowercase()) {
                    return Err(Fault::Odd("gate.book.two", name));
                }
                let part = link.filter(|link| link.is("worksheet")).map(|link| link.part(folder));
                let hidden = tag.get("state").is_some_and(|state| state != "visible");
                sheets.push(SheetPart { name, part, hidden });
                if sheets.len() > limits.sheets as usize {
                    let allowed = format!("{} sheets", limits.sheets);
                    return Err(Fault::TooLarge(format!("> {allowed}"), allowed));
                }
            }
            Token::Open(tag) if tag.sheet_name() == Some("workbookPr") => from_1904 = tag.is_true("date1904"),
            Token::End if sheets.is_empty() => return Err(Fault::Damaged("gate.book.no_sheet", String::new())),
            Token::End => return Ok((sheets, from_1904)),
            _ => {}
        }
    }
}
