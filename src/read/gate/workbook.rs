//! The parts of an .xlsx that are not sheets: which sheets there are and where, how many strings, what is attached.

use std::collections::{BTreeMap, BTreeSet};

use super::container::Archive;
use super::fault::Fault;
use super::xml::{Token, Tokens, unescape};
use crate::model::Limits;

/// What a workbook says about its sheets.
pub(in crate::read) struct Outline {
    /// Its sheets, in order.
    pub(in crate::read) sheets: Vec<SheetPart>,
    /// How many strings its string table holds.
    pub(in crate::read) strings: usize,
}

/// A sheet and the part that holds it.
pub(in crate::read) struct SheetPart {
    /// Name as a user sees it.
    pub(in crate::read) name: String,
    /// The part, as the parser will look it up.
    pub(in crate::read) part: String,
    /// Whether it is a worksheet and not a chart sheet or dialog.
    pub(in crate::read) is_worksheet: bool,
}

/// Reads the outline of a workbook.
///
/// # Errors
/// If the workbook part is missing, names no sheet or one twice, or is not allowed XML.
pub(in crate::read) fn outline(archive: &Archive, limits: &Limits) -> Result<Outline, Fault> {
    let document = document(archive)?;
    let (folder, file) = document.rfind('/').map_or(("", document.as_str()), |at| document.split_at(at + 1));
    let missing = |part: &str| Fault::Damaged("gate.book.missing", part.to_owned());
    let bytes = archive.part(&document).ok_or_else(|| missing(&document))?;
    let links_part = format!("{folder}_rels/{file}.rels");
    let links =
        links(archive.part(&links_part).ok_or_else(|| missing(&links_part))?).map_err(|f| f.within(&links_part))?;
    let sheets = sheets(bytes, &links, folder, limits).map_err(|f| f.within(&document))?;
    for sheet in &sheets {
        archive.part(&sheet.part).ok_or_else(|| missing(&sheet.part))?;
    }
    let strings_part = format!("{folder}sharedStrings.xml");
    let strings = match archive.part(&strings_part) {
        Some(bytes) => strings(bytes, limits).map_err(|f| f.within(&strings_part))?,
        None => 0,
    };
    let styles_part = format!("{folder}styles.xml");
    if let Some(bytes) = archive.part(&styles_part) {
        super::xml::check(bytes).map_err(|f| f.within(&styles_part))?;
    }
    Ok(Outline { sheets, strings })
}

/// A relationship: target and type.
type Links = BTreeMap<String, (String, String)>;

/// The part of the workbook itself, as the package names it.
fn document(archive: &Archive) -> Result<String, Fault> {
    let part = "_rels/.rels";
    let bytes = archive.part(part).ok_or_else(|| Fault::Damaged("gate.book.missing", part.to_owned()))?;
    let links = links(bytes).map_err(|f| f.within(part))?;
    let documents: Vec<&String> =
        links.values().filter(|(_, kind)| kind.ends_with("/officeDocument")).map(|(target, _)| target).collect();
    match documents.as_slice() {
        [] => Ok("xl/workbook.xml".to_owned()),
        [target] => Ok(target.strip_prefix('/').unwrap_or(target).to_owned()),
        _ => Err(Fault::Odd("gate.book.two", part.to_owned())),
    }
}

/// Reads a part of relationships.
fn links(bytes: &[u8]) -> Result<Links, Fault> {
    let mut tokens = Tokens::new(bytes)?;
    let mut links = Links::new();
    loop {
        match tokens.next()? {
            Token::Open(tag) if tag.name() == "Relationship" => {
                let attributes = tag.attributes()?;
                let get = |key: &str| {
                    let value = attributes.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value);
                    // The parser compares these as written, so nothing may be escaped in them.
                    if value.contains('&') { Err(Fault::Xml("gate.xml.entity", value.to_owned())) } else { Ok(value) }
                };
                let (id, target, kind) = (get("Id")?, unescaped(&attributes, "Target"), get("Type")?);
                if links.insert(id.to_owned(), (target, kind.to_owned())).is_some() {
                    return Err(Fault::Odd("gate.book.two", id.to_owned()));
                }
            }
            Token::Open(tag) => drop(tag.attributes()?),
            Token::End => return Ok(links),
            _ => {}
        }
    }
}

fn unescaped(attributes: &[(&str, std::borrow::Cow<'_, str>)], key: &str) -> String {
    let value = attributes.iter().find(|(name, _)| *name == key).map_or("", |(_, value)| value);
    unescape(value).unwrap_or_else(|| value.to_owned())
}

/// Reads the list of sheets.
fn sheets(bytes: &[u8], links: &Links, folder: &str, limits: &Limits) -> Result<Vec<SheetPart>, Fault> {
    let mut tokens = Tokens::new(bytes)?;
    let mut sheets: Vec<SheetPart> = Vec::new();
    let mut names = BTreeSet::new();
    loop {
        match tokens.next()? {
            Token::Open(tag) if tag.name() == "sheet" => {
                let attributes = tag.attributes()?;
                let name = unescaped(&attributes, "name");
                let id = attributes.iter().find(|(key, _)| *key == "id" || key.ends_with(":id")).map(|(_, id)| id);
                let (target, kind) = id
                    .and_then(|id| links.get(id.as_ref()))
                    .ok_or_else(|| Fault::Damaged("gate.book.missing", name.clone()))?;
                // Two sheets of one name: the parser would read the first one twice.
                if !names.insert(name.to_lowercase()) {
                    return Err(Fault::Odd("gate.book.two", name));
                }
                let part = target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned);
                sheets.push(SheetPart { name, part, is_worksheet: kind.ends_with("/worksheet") });
                if sheets.len() > limits.sheets as usize {
                    return Err(Fault::TooLarge(
                        format!("> {} sheets", limits.sheets),
                        format!("{} sheets", limits.sheets),
                    ));
                }
            }
            Token::Open(tag) => drop(tag.attributes()?),
            Token::End if sheets.is_empty() => return Err(Fault::Damaged("gate.book.no_sheet", String::new())),
            Token::End => return Ok(sheets),
            _ => {}
        }
    }
}

/// Counts the strings of the string table, and compares with what it declares.
fn strings(bytes: &[u8], limits: &Limits) -> Result<usize, Fault> {
    let mut tokens = Tokens::new(bytes)?;
    let mut count = 0_usize;
    loop {
        match tokens.next()? {
            Token::Open(tag) if tag.name() == "sst" => {
                let attributes = tag.attributes()?;
                let declared = attributes.iter().find(|(key, _)| *key == "uniqueCount").map_or("0", |(_, value)| value);
                // The parser reserves memory for this many; a string takes at least the bytes of `<si/>`.
                let declared = declared.parse().unwrap_or(u64::MAX);
                if declared > bytes.len() as u64 / 5 {
                    return Err(Fault::Odd("gate.book.count", format!("uniqueCount = {declared}")));
                }
            }
            Token::Open(tag) => {
                tag.attributes()?;
                if tag.name() == "si" {
                    count += 1;
                }
                if count > limits.strings as usize {
                    let allowed = format!("{} strings", limits.strings);
                    return Err(Fault::TooLarge(format!("> {allowed}"), allowed));
                }
            }
            Token::End => return Ok(count),
            _ => {}
        }
    }
}

/// Things attached to a workbook that are never run or followed, as catalogue keys.
pub(in crate::read) fn attachments(archive: &Archive) -> Vec<&'static str> {
    let has = |test: &dyn Fn(&str) -> bool| archive.names.iter().any(|name| test(&name.to_ascii_lowercase()));
    let mut found = Vec::new();
    if has(&|name| name.ends_with("vbaproject.bin") || name.contains("/macrosheets/")) {
        found.push("attached.macros");
    }
    let external = |name: &str| name.contains("/externallinks/") && !name.ends_with(".rels");
    if has(&external) {
        let dde = archive
            .kept()
            .filter(|name| external(&name.to_ascii_lowercase()))
            .any(|name| archive.part(name).is_some_and(|bytes| String::from_utf8_lossy(bytes).contains("ddeLink")));
        found.push(if dde { "attached.dde" } else { "attached.links" });
    }
    if has(&|name| name.ends_with("/connections.xml") || name.contains("/querytables/")) {
        found.push("attached.queries");
    }
    found
}
