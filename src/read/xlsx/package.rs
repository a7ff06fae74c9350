//! The parts of an .xlsx that are not sheets, as named by its relationships: the list of sheets with their parts, the
//! string table, the styles.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Limits;
use crate::read::gate::container::Archive;
use crate::read::gate::fault::Fault;
use crate::read::gate::xml::{Tag, Token, Tokens};

/// The description of a workbook's parts.
pub(super) struct Package {
    /// The folder of the workbook part, up to its `/`.
    pub(super) folder: String,
    /// The relationships of the workbook part.
    pub(super) links: Links,
    /// Its sheets, in order.
    pub(super) sheets: Vec<SheetPart>,
    /// The part with the string table.
    pub(super) strings: Option<String>,
    /// The part with the styles.
    pub(super) styles: Option<String>,
    /// Whether dates count from 1904.
    pub(super) from_1904: bool,
}

/// A sheet and the part that contains it.
pub(super) struct SheetPart {
    /// Name as a user sees it.
    pub(super) name: String,
    /// The part, if it is a worksheet, not a chart, a dialog or a macro module.
    pub(super) part: Option<String>,
    /// Whether it is hidden.
    pub(super) hidden: bool,
}

/// Reads the description of a workbook's parts.
///
/// # Errors
/// If the workbook part is missing, names no sheet or one twice, or is not allowed XML.
pub(super) fn read(archive: &Archive<'_>, limits: &Limits) -> Result<Package, Fault> {
    let document = document(archive)?;
    let folder = folder_of(&document);
    let bytes = archive.needed(&document)?;
    let links_part = links_part(&document);
    let links = links(&archive.needed(&links_part)?).map_err(|fault| fault.within(&links_part))?;
    let (sheets, from_1904) = sheets(&bytes, &links, folder, limits).map_err(|fault| fault.within(&document))?;
    let missing = |part: &&str| !archive.holds(part);
    if let Some(part) = sheets.iter().filter_map(|sheet| sheet.part.as_deref()).find(missing) {
        return Err(Fault::Damaged("gate.book.missing", part.to_owned()));
    }
    let one = |kind: &str, usual: &str| {
        let mut targets = links.targets(kind, folder);
        let target = targets.next();
        match targets.next() {
            Some(second) => Err(Fault::Odd("gate.book.two", second)),
            // Old writers omit the link but mean the part with the usual name.
            None => Ok(target.or_else(|| Some(format!("{folder}{usual}"))).filter(|part| archive.holds(part))),
        }
    };
    Ok(Package {
        strings: one("sharedStrings", "sharedStrings.xml")?,
        styles: one("styles", "styles.xml")?,
        folder: folder.to_owned(),
        sheets,
        from_1904,
        links,
    })
}

/// A relationship.
pub(super) struct Link {
    target: String,
    kind: String,
}

impl Link {
    /// Whether it is of a kind, in either form of the standard.
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

/// The relationships of a part, by id.
#[derive(Default)]
pub(super) struct Links(BTreeMap<String, Link>);

impl Links {
    /// The parts that relationships of a kind lead to from a folder.
    pub(super) fn targets<'l>(&'l self, kind: &'l str, folder: &'l str) -> impl Iterator<Item = String> + 'l {
        self.0.values().filter(move |link| link.is(kind)).map(move |link| link.part(folder))
    }

    /// The first of them.
    pub(super) fn target(&self, kind: &str, folder: &str) -> Option<String> {
        self.targets(kind, folder).next()
    }

    /// The part that a relationship leads to from a folder.
    pub(super) fn part(&self, id: &str, folder: &str) -> Option<String> {
        self.0.get(id).map(|link| link.part(folder))
    }
}

/// The folder of a part, up to its `/`.
pub(super) fn folder_of(part: &str) -> &str {
    part.rfind('/').map_or("", |at| &part[..=at])
}

/// The part with the relationships of a part.
fn links_part(part: &str) -> String {
    let folder = folder_of(part);
    format!("{folder}_rels/{}.rels", &part[folder.len()..])
}

/// The relationships of a part; none if they are missing or cannot be read.
pub(super) fn links_of(archive: &Archive<'_>, part: &str) -> Links {
    let bytes = archive.part(&links_part(part)).ok().flatten();
    bytes.and_then(|bytes| links(&bytes).ok()).unwrap_or_default()
}

/// The part of the workbook itself, as the package names it.
fn document(archive: &Archive<'_>) -> Result<String, Fault> {
    let part = "_rels/.rels";
    let links = links(&archive.needed(part)?).map_err(|fault| fault.within(part))?;
    let documents: Vec<&Link> = links.0.values().filter(|link| link.is("officeDocument")).collect();
    match documents.as_slice() {
        [] => Ok("xl/workbook.xml".to_owned()),
        [link] => Ok(link.part("")),
        _ => Err(Fault::Odd("gate.book.two", part.to_owned())),
    }
}

/// Reads a part of relationships.
fn links(bytes: &[u8]) -> Result<Links, Fault> {
    let mut tokens = Tokens::new(bytes)?;
    let mut links = BTreeMap::new();
    loop {
        match tokens.next()? {
            Token::Open(tag) if tag.name() == "Relationship" => {
                let text = |key: &str| tag.text(key).unwrap_or_default();
                let (id, link) = (text("Id"), Link { target: text("Target"), kind: text("Type") });
                if let Some(twice) = links.insert(id, link) {
                    return Err(Fault::Odd("gate.book.two", twice.target));
                }
            }
            Token::End => return Ok(Links(links)),
            _ => {}
        }
    }
}

/// The id of the relationship that an attribute names, whatever its prefix.
pub(super) fn linked(tag: &Tag<'_>, name: &str) -> Option<String> {
    let own = |key: &str| key.rsplit(':').next() == Some(name);
    let id = tag.attributes().find(|(key, _)| own(key) && !key.starts_with("xmlns"));
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
                let id = linked(&tag, "id").unwrap_or_default();
                let link = links.0.get(&id);
                // A macro module or a dialog of old versions may lead nowhere; it has no cells.
                if link.is_none() && !id.is_empty() {
                    return Err(Fault::Damaged("gate.book.missing", name));
                }
                // Two sheets with one name could not be distinguished in messages.
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
