//! XML of a workbook, read strictly: UTF-8, no DOCTYPE, no entity but the five, balanced, not deep, no attribute twice.
//!
//! Every part that a parser will see goes through [`Tokens`] first. What differs between XML readers is refused here, so
//! that all of them read the same.

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::fault::Fault;

/// How deep elements may be nested.
const DEPTH: usize = 64;
/// How many attributes an element may have.
const ATTRIBUTES: usize = 64;
/// How long the name of an element or attribute may be, in bytes.
const NAME: usize = 1000;

/// A piece of XML.
pub(in crate::read) enum Token<'x> {
    /// A start tag.
    Open(Tag<'x>),
    /// The end of an element; follows a start tag that is its own end, too.
    Close,
    /// Text as it stands, between references.
    Text(std::borrow::Cow<'x, str>),
    /// A character reference or one of the five entities, as the character it stands for.
    Reference(char),
    /// The text of a CDATA section.
    CData(std::borrow::Cow<'x, str>),
    /// A comment or processing instruction.
    Aside,
    /// The end of the part.
    End,
}

/// A start tag.
pub(in crate::read) struct Tag<'x>(BytesStart<'x>);

impl Tag<'_> {
    /// Its name without prefix, as spreadsheet programs compare it.
    pub(in crate::read) fn name(&self) -> &str {
        self.0.name().0.rsplit(':').next().unwrap_or_default()
    }

    /// Its name with prefix.
    pub(in crate::read) fn full_name(&self) -> &str {
        self.0.name().0
    }

    /// Its attributes: full name and value as written.
    ///
    /// # Errors
    /// If one is malformed or stands twice, or if there are too many.
    pub(in crate::read) fn attributes(&self) -> Result<Vec<(&str, std::borrow::Cow<'_, str>)>, Fault> {
        let refused = || Fault::Xml("gate.xml.attribute", self.full_name().to_owned());
        let mut list: Vec<(&str, std::borrow::Cow<'_, str>)> = Vec::new();
        // Its own check for doubles allocates anew for every tag.
        for attribute in self.0.attributes().with_checks(false) {
            let Ok(Attribute { key, value }) = attribute else { return Err(refused()) };
            let twice = list.iter().any(|(own, _)| *own == key.0);
            if twice || list.len() == ATTRIBUTES || key.0.len() > NAME {
                return Err(refused());
            }
            list.push((key.0, value));
        }
        Ok(list)
    }
}

/// The tokens of a part.
pub(in crate::read) struct Tokens<'x> {
    reader: quick_xml::Reader<&'x [u8]>,
    depth: usize,
    roots: usize,
    /// Whether the last token was a start tag that is its own end.
    closing: bool,
}

impl<'x> Tokens<'x> {
    /// Starts to read a part.
    ///
    /// # Errors
    /// If it is not UTF-8 or holds control characters.
    pub(in crate::read) fn new(bytes: &'x [u8]) -> Result<Self, Fault> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| Fault::Xml("gate.xml.encoding", String::new()))?;
        if bytes.iter().any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) {
            return Err(Fault::Xml("gate.xml.control", String::new()));
        }
        let mut reader = quick_xml::Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = true;
        config.check_comments = true;
        config.allow_dangling_amp = false;
        Ok(Self { reader, depth: 0, roots: 0, closing: false })
    }

    /// How many elements are open.
    pub(in crate::read) const fn depth(&self) -> usize {
        self.depth
    }

    /// The next token.
    ///
    /// # Errors
    /// If the part is no well-formed XML, or holds what is not allowed.
    pub(in crate::read) fn next(&mut self) -> Result<Token<'x>, Fault> {
        if std::mem::take(&mut self.closing) {
            self.depth -= 1;
            return Ok(Token::Close);
        }
        let event = self.reader.read_event().map_err(|e| Fault::Xml("gate.xml.broken", e.to_string()))?;
        let token = match event {
            Event::Start(tag) => self.open(tag)?,
            Event::Empty(tag) => {
                self.closing = true;
                self.open(tag)?
            }
            Event::End(_) => {
                self.depth -= 1;
                Token::Close
            }
            Event::Text(text) => {
                let text = text.into_inner();
                if self.depth == 0 && !text.trim().is_empty() {
                    return Err(Fault::Xml("gate.xml.broken", text.chars().take(40).collect()));
                }
                Token::Text(text)
            }
            Event::CData(text) => Token::CData(text.into_inner()),
            Event::Comment(_) | Event::PI(_) => Token::Aside,
            Event::Decl(declaration) => {
                check_encoding(declaration.encoding().and_then(Result::ok).as_deref())?;
                Token::Aside
            }
            Event::DocType(_) => return Err(Fault::Xml("gate.xml.doctype", String::new())),
            Event::GeneralRef(reference) => Token::Reference(resolve(&reference)?),
            Event::Eof if self.depth == 0 && self.roots == 1 => Token::End,
            Event::Eof => return Err(Fault::Xml("gate.xml.cut", String::new())),
        };
        Ok(token)
    }

    fn open(&mut self, tag: BytesStart<'x>) -> Result<Token<'x>, Fault> {
        self.roots += usize::from(self.depth == 0);
        self.depth += 1;
        if self.depth > DEPTH || self.roots > 1 || tag.name().0.len() > NAME {
            return Err(Fault::Xml("gate.xml.deep", tag.name().0.chars().take(40).collect()));
        }
        Ok(Token::Open(Tag(tag)))
    }

    /// Skips the rest of the element whose start tag came last.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(in crate::read) fn skip(&mut self) -> Result<(), Fault> {
        let outside = self.depth - 1;
        while self.depth > outside {
            if let Token::Open(tag) = self.next()? {
                tag.attributes()?;
            }
        }
        Ok(())
    }
}

/// Reads a whole part only to see that it is allowed.
///
/// # Errors
/// As [`Tokens::next`].
pub(in crate::read) fn check(bytes: &[u8]) -> Result<(), Fault> {
    let mut tokens = Tokens::new(bytes)?;
    loop {
        match tokens.next()? {
            Token::Open(tag) => drop(tag.attributes()?),
            Token::End => return Ok(()),
            _ => {}
        }
    }
}

/// Any other declared encoding would make some readers decode UTF-8 bytes as something else.
fn check_encoding(declared: Option<&str>) -> Result<(), Fault> {
    match declared {
        Some(name) if !["utf-8", "utf8", "us-ascii"].contains(&name.to_ascii_lowercase().as_str()) => {
            Err(Fault::Xml("gate.xml.encoding", name.chars().take(40).collect()))
        }
        _ => Ok(()),
    }
}

/// The character a reference stands for; only the five entities of XML and numbers are allowed.
fn resolve(reference: &BytesRef<'_>) -> Result<char, Fault> {
    let refused = || Fault::Xml("gate.xml.entity", format!("&{};", &**reference).chars().take(40).collect());
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => reference.resolve_char_ref().ok().flatten().ok_or_else(refused),
    }
}

/// The text of an attribute value or of escaped character data, references resolved.
pub(in crate::read) fn unescape(raw: &str) -> Option<String> {
    quick_xml::escape::unescape(raw).ok().map(std::borrow::Cow::into_owned)
}
