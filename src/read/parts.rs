//! The parts of a container that this program has made; inputs pass `gate` instead.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use super::gate::xml::{Token, Tokens};

/// The largest text of a letter that is read, in bytes: many times that of a letter of one page.
const LETTER: u64 = 16 << 20;

/// The parts of a workbook as text, by their paths.
///
/// # Errors
/// If it is not a container of texts, which a workbook just made is.
pub fn parts(bytes: &[u8]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index)?;
        let mut text = String::new();
        part.read_to_string(&mut text)?;
        parts.insert(part.name()?.into_owned(), text);
    }
    Ok(parts)
}

/// The paragraphs of a Word document, as a person sees their text; none if it cannot be read. It may have been saved again
/// by another program.
pub fn paragraphs(bytes: &[u8]) -> Option<Vec<String>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let part = archive.by_name("word/document.xml").ok()?;
    let mut xml = Vec::new();
    let read = part.take(LETTER + 1).read_to_end(&mut xml).ok()?;
    if read as u64 > LETTER {
        return None;
    }
    let mut tokens = Tokens::new(&xml).ok()?;
    let mut found: Vec<String> = Vec::new();
    // Depth of the text that is being read.
    let mut within = None;
    loop {
        let token = tokens.next().ok()?;
        let last = found.last_mut().filter(|_| within.is_some());
        match (token, last) {
            (Token::Open(tag), _) if tag.name() == "p" => found.push(String::new()),
            (Token::Open(tag), _) if tag.name() == "t" => within = Some(tokens.depth()),
            (Token::Close, _) if within.is_some_and(|depth| tokens.depth() < depth) => within = None,
            (Token::Text(text) | Token::CData(text), Some(last)) => last.push_str(text),
            (Token::Reference(c), Some(last)) => last.push(c),
            (Token::End, _) => return Some(found),
            _ => {}
        }
    }
}
