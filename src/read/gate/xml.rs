//! XML of a workbook, read strictly: UTF-8 or UTF-16, well-formed, no DOCTYPE, only the five entities, limited depth,
//! names in a namespace.
//!
//! Every part of a workbook goes through [`Tokens`]. Whatever XML readers interpret differently is refused here, so
//! that all of them agree. Tags and texts borrow from the part; nothing is copied.

use std::borrow::Cow;

use quick_xml::events::{BytesRef, Event};

use super::fault::Fault;

/// The maximum nesting depth of elements.
const DEPTH: usize = 64;
/// The maximum number of attributes of an element.
const ATTRIBUTES: usize = 64;
/// The maximum length of the name of an element or attribute, in bytes.
const NAME: usize = 1000;

/// The namespaces of spreadsheets: that used by Excel and others, and that of the strict form of the standard.
const SHEET_SPACES: [&str; 2] =
    ["http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"];

/// The namespace of an element's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::read) enum Space {
    /// No namespace.
    None,
    /// A namespace of spreadsheets.
    Sheet,
    /// Another namespace.
    Other,
}

/// A piece of XML.
pub(in crate::read) enum Token<'x> {
    /// A start tag.
    Open(Tag<'x>),
    /// The end of an element; also follows a start tag that closes itself.
    Close,
    /// Text as written, between references.
    Text(&'x str),
    /// A character reference or one of the five entities, as the character it stands for.
    Reference(char),
    /// The text of a CDATA section.
    CData(&'x str),
    /// A comment or processing instruction.
    Aside,
    /// The end of the part.
    End,
}

/// A start tag.
#[derive(Clone, Copy)]
pub(in crate::read) struct Tag<'x> {
    name: &'x str,
    space: Space,
    attributes: Attributes<'x>,
}

impl<'x> Tag<'x> {
    /// Its name without prefix, as spreadsheet programs compare it.
    pub(in crate::read) fn name(&self) -> &'x str {
        local(self.name)
    }

    /// Its name without prefix if it belongs to spreadsheets; elements of other namespaces have none.
    pub(in crate::read) fn sheet_name(&self) -> Option<&'x str> {
        (self.space == Space::Sheet).then(|| local(self.name))
    }

    /// Its name with prefix.
    pub(in crate::read) const fn full_name(&self) -> &'x str {
        self.name
    }

    /// The namespace of its name.
    pub(in crate::read) const fn space(&self) -> Space {
        self.space
    }

    /// Its attributes: full name and value as written.
    pub(in crate::read) const fn attributes(&self) -> Attributes<'x> {
        self.attributes
    }

    /// The value of an attribute as written.
    pub(in crate::read) fn get(&self, key: &str) -> Option<&'x str> {
        self.attributes.into_iter().find(|(own, _)| *own == key).map(|(_, value)| value)
    }

    /// The value of an attribute, references resolved.
    pub(in crate::read) fn text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(unescape)
    }

    /// Whether an attribute is true.
    pub(in crate::read) fn is_true(&self, key: &str) -> bool {
        is_true(self.get(key))
    }
}

/// Whether the value of an attribute means true.
pub(in crate::read) fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true"))
}

fn local(name: &str) -> &str {
    memchr(b':', name).map_or(name, |at| &name[at + 1..])
}

/// The attributes of a tag, checked when the tag was read: an iterator of full names and values as written.
#[derive(Clone, Copy)]
pub(in crate::read) struct Attributes<'x>(&'x str);

impl<'x> Iterator for Attributes<'x> {
    type Item = (&'x str, &'x str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.0.trim_ascii_start();
        let equals = memchr(b'=', rest)?;
        let (key, after) = (rest.get(..equals)?, rest.get(equals + 1..)?.trim_ascii_start());
        let quote = after.bytes().next()?;
        let value = after.get(1..)?;
        let end = memchr(quote, value)?;
        self.0 = value.get(end + 1..)?;
        Some((key.trim_ascii_end(), value.get(..end)?))
    }
}

fn memchr(byte: u8, text: &str) -> Option<usize> {
    text.bytes().position(|own| own == byte)
}

/// A namespace prefix in force from some depth on; the empty prefix is the default.
struct Scope<'x> {
    depth: usize,
    prefix: &'x str,
    space: Space,
}

/// The tokens of a part.
pub(in crate::read) struct Tokens<'x> {
    reader: quick_xml::Reader<&'x [u8]>,
    text: &'x str,
    depth: usize,
    roots: usize,
    /// Whether the last token was a start tag that closes itself.
    closing: bool,
    scopes: Vec<Scope<'x>>,
    default: Space,
    /// The names of the attributes of the last tag; kept, so that it is not allocated for every tag.
    keys: Vec<&'x str>,
}

impl<'x> Tokens<'x> {
    /// Starts to read a part.
    ///
    /// # Errors
    /// If it is not UTF-8 or contains control characters.
    pub(in crate::read) fn new(bytes: &'x [u8]) -> Result<Self, Fault> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|_| Fault::Xml("gate.xml.encoding", String::new()))?;
        // Without a way out in the middle, so that the bytes are looked at many at a time.
        let is_control = |b: &u8| (*b < 0x20) & (*b != b'\t') & (*b != b'\n') & (*b != b'\r');
        if bytes.iter().fold(false, |found, byte| found | is_control(byte)) {
            return Err(Fault::Xml("gate.xml.control", String::new()));
        }
        let mut reader = quick_xml::Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = true;
        config.check_comments = true;
        config.allow_dangling_amp = false;
        Ok(Self {
            reader,
            text,
            depth: 0,
            roots: 0,
            closing: false,
            scopes: Vec::new(),
            default: Space::None,
            keys: Vec::new(),
        })
    }

    /// How many elements are open.
    pub(in crate::read) const fn depth(&self) -> usize {
        self.depth
    }

    /// The next token.
    ///
    /// # Errors
    /// If the part is not well-formed XML, or contains what is not allowed.
    pub(in crate::read) fn next(&mut self) -> Result<Token<'x>, Fault> {
        if std::mem::take(&mut self.closing) {
            self.close();
            return Ok(Token::Close);
        }
        let before = self.position();
        let event = self.reader.read_event().map_err(|e| Fault::Xml("gate.xml.broken", e.to_string()))?;
        let token = match event {
            Event::Start(tag) => {
                let length = tag.len();
                self.open(length, 1)?
            }
            Event::Empty(tag) => {
                let length = tag.len();
                self.closing = true;
                self.open(length, 2)?
            }
            Event::End(_) => {
                self.close();
                Token::Close
            }
            Event::Text(text) => {
                let text = borrowed(text.into_inner())?;
                let ends_section = text.as_bytes().contains(&b']') && text.contains("]]>");
                if self.depth == 0 && !text.trim_ascii().is_empty() || ends_section {
                    return Err(broken(text));
                }
                Token::Text(text)
            }
            Event::CData(text) => Token::CData(borrowed(text.into_inner())?),
            Event::Comment(_) => Token::Aside,
            Event::PI(instruction) if instruction.target().eq_ignore_ascii_case("xml") => return Err(broken("<?xml")),
            Event::PI(_) => Token::Aside,
            Event::Decl(declaration) => {
                if before != 0 {
                    return Err(broken("<?xml"));
                }
                check_encoding(declaration.encoding().and_then(Result::ok).as_deref())?;
                Token::Aside
            }
            Event::DocType(_) => return Err(Fault::Xml("gate.xml.doctype", String::new())),
            Event::GeneralRef(_) if self.depth == 0 => return Err(broken("&")),
            Event::GeneralRef(reference) => Token::Reference(resolve(&reference)?),
            Event::Eof if self.depth == 0 && self.roots == 1 => Token::End,
            Event::Eof => return Err(Fault::Xml("gate.xml.cut", String::new())),
        };
        Ok(token)
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Takes the tag that ends here: its content of some length, and the bytes that close it.
    fn open(&mut self, length: usize, closing: usize) -> Result<Token<'x>, Fault> {
        let end = self.position().saturating_sub(closing);
        let written = self.text.get(end.saturating_sub(length)..end).unwrap_or_default();
        self.roots += usize::from(self.depth == 0);
        self.depth += 1;
        let split = written.bytes().position(|b| b.is_ascii_whitespace()).unwrap_or(written.len());
        let (name, attributes) = written.split_at(split);
        if self.depth > DEPTH || self.roots > 1 || name.len() > NAME {
            return Err(Fault::Xml("gate.xml.deep", name.chars().take(40).collect()));
        }
        if !is_name(name) {
            return Err(broken(name));
        }
        self.declare(attributes).ok_or_else(|| Fault::Xml("gate.xml.attribute", name.to_owned()))?;
        let space = self.space(name).ok_or_else(|| Fault::Xml("gate.xml.prefix", name.to_owned()))?;
        Ok(Token::Open(Tag { name, space, attributes: Attributes(attributes) }))
    }

    /// Checks the attributes of a tag and takes the namespaces they declare; `None` if they are not well-formed.
    fn declare(&mut self, attributes: &'x str) -> Option<()> {
        let mut rest = attributes.trim_ascii_end();
        let declared = self.scopes.len();
        let mut all_plain = true;
        self.keys.clear();
        while !rest.is_empty() {
            let bare = rest.trim_ascii_start();
            if bare.len() == rest.len() {
                return None;
            }
            let equals = memchr(b'=', bare)?;
            let key = bare.get(..equals)?.trim_ascii_end();
            let after = bare.get(equals + 1..)?.trim_ascii_start();
            let quote = after.bytes().next().filter(|b| matches!(b, b'"' | b'\''))?;
            let value = after.get(1..)?;
            let end = memchr(quote, value)?;
            let (value, tail) = (value.get(..end)?, value.get(end + 1..)?);
            let plain = is_plain(key);
            all_plain &= plain;
            if !plain && !is_name(key) || key.len() > NAME || self.keys.len() == ATTRIBUTES || self.keys.contains(&key)
            {
                return None;
            }
            // Without a way out in the middle: values are short.
            let special = value.bytes().fold(false, |found, b| found | matches!(b, b'<' | b'&'));
            if special && (value.contains('<') || unescape(value).is_none()) {
                return None;
            }
            self.keys.push(key);
            if let Some(prefix) = key.strip_prefix("xmlns") {
                self.scopes.push(scope(self.depth, prefix, value)?);
            }
            rest = tail;
        }
        if self.scopes.len() > declared {
            self.settle_default();
        }
        if all_plain {
            return Some(());
        }
        let known = |prefix: &str| matches!(prefix, "xmlns" | "xml") || self.scopes.iter().any(|s| s.prefix == prefix);
        let mut prefixes = self.keys.iter().filter_map(|key| key.split_once(':'));
        prefixes.all(|(prefix, _)| known(prefix)).then_some(())
    }

    /// The namespace of an element; `None` if its prefix was never declared.
    fn space(&self, name: &str) -> Option<Space> {
        let Some(at) = memchr(b':', name) else { return Some(self.default) };
        let prefix = &name[..at];
        self.scopes.iter().rev().find(|scope| scope.prefix == prefix).map(|scope| scope.space)
    }

    fn close(&mut self) {
        self.depth -= 1;
        if self.scopes.last().is_some_and(|scope| scope.depth > self.depth) {
            while self.scopes.pop_if(|scope| scope.depth > self.depth).is_some() {}
            self.settle_default();
        }
    }

    fn settle_default(&mut self) {
        let own = self.scopes.iter().rev().find(|scope| scope.prefix.is_empty());
        self.default = own.map_or(Space::None, |scope| scope.space);
    }

    /// Refuses content between elements, except white space and comments.
    ///
    /// # Errors
    /// The text, or the tag, that does not belong there.
    pub(in crate::read) fn blank(token: &Token<'_>) -> Result<(), Fault> {
        match token {
            Token::Text(text) if text.trim_ascii().is_empty() => Ok(()),
            Token::Aside => Ok(()),
            Token::Text(text) | Token::CData(text) => Err(misplaced(text)),
            Token::Open(tag) => Err(misplaced(tag.full_name())),
            Token::Reference(_) | Token::Close | Token::End => Err(misplaced("")),
        }
    }

    /// Skips the rest of the element whose start tag came last.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(in crate::read) fn skip(&mut self) -> Result<(), Fault> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }
}

/// Appends a piece to a text, which stays borrowed as long as it is one piece. Line ends become `\n`, as XML requires.
pub(in crate::read) fn append<'x>(whole: &mut Cow<'x, str>, piece: &'x str) {
    if piece.contains('\r') {
        whole.to_mut().push_str(&piece.replace("\r\n", "\n").replace('\r', "\n"));
    } else if whole.is_empty() {
        *whole = Cow::Borrowed(piece);
    } else {
        whole.to_mut().push_str(piece);
    }
}

/// An element or text in a place where spreadsheets have none.
pub(in crate::read) fn misplaced(found: &str) -> Fault {
    Fault::Xml("gate.sheet.structure", found.chars().take(40).collect())
}

fn broken(found: &str) -> Fault {
    Fault::Xml("gate.xml.broken", found.chars().take(40).collect())
}

/// The declaration made by an attribute `xmlns…`.
fn scope<'x>(depth: usize, prefix: &'x str, value: &str) -> Option<Scope<'x>> {
    let prefix = match prefix.strip_prefix(':') {
        Some(prefix) => prefix,
        None if prefix.is_empty() => prefix,
        // `xmlnsx` is a name like any other, but no writer uses such names.
        None => return None,
    };
    let space = match value {
        "" if prefix.is_empty() => Space::None,
        "" => return None,
        uri if SHEET_SPACES.contains(&uri) => Space::Sheet,
        _ => Space::Other,
    };
    Some(Scope { depth, prefix, space })
}

/// Whether a text is a name as almost all are: a letter, then letters and digits, none of them beyond ASCII.
fn is_plain(name: &str) -> bool {
    let is_letter = name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    is_letter && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Whether a text may be the name of an element or attribute, with at most one prefix.
fn is_name(name: &str) -> bool {
    if is_plain(name) {
        return true;
    }
    let part = |part: &str| {
        let mut chars = part.chars();
        let first = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
        first && chars.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{B7}'))
    };
    match name.split_once(':') {
        Some((prefix, local)) => part(prefix) && part(local),
        None => part(name),
    }
}

/// A text that the reader borrows from the part; it would be owned only after decoding, which UTF-8 never needs.
fn borrowed(text: Cow<'_, str>) -> Result<&str, Fault> {
    match text {
        Cow::Borrowed(text) => Ok(text),
        Cow::Owned(text) => Err(Fault::Xml("gate.xml.encoding", text.chars().take(40).collect())),
    }
}

/// A part as UTF-8. The byte order mark identifies UTF-16, and the XML declaration must not contradict it; the
/// declaration is then removed, since it would be wrong about the result.
///
/// # Errors
/// If it begins like UTF-16 but is not, or declares another encoding.
pub(in crate::read) fn utf8(part: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let unit: fn([u8; 2]) -> u16 = match part.get(..2) {
        Some([0xFF, 0xFE]) => u16::from_le_bytes,
        Some([0xFE, 0xFF]) => u16::from_be_bytes,
        _ => return Ok(part),
    };
    let refused = |found: &str| Fault::Xml("gate.xml.encoding", found.chars().take(40).collect());
    let (pairs, rest) = part[2..].as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: String = char::decode_utf16(units).collect::<Result<_, _>>().map_err(|_| refused("UTF-16"))?;
    if !rest.is_empty() {
        return Err(refused("UTF-16"));
    }
    let declaration = text.starts_with("<?xml").then(|| text.find("?>")).flatten().map_or(0, |at| at + 2);
    let (declared, body) = text.split_at(declaration);
    let named = declared.split_once("encoding").map(|(_, rest)| rest.trim_start_matches(['=', ' ', '"', '\'']));
    match named {
        Some(name) if !name.to_ascii_lowercase().starts_with("utf-16") => Err(refused(name)),
        _ => Ok(body.as_bytes().to_vec()),
    }
}

/// Any other declared encoding would make some readers decode UTF-8 bytes differently.
fn check_encoding(declared: Option<&str>) -> Result<(), Fault> {
    match declared {
        Some(name) if !["utf-8", "utf8", "us-ascii"].contains(&name.to_ascii_lowercase().as_str()) => {
            Err(Fault::Xml("gate.xml.encoding", name.chars().take(40).collect()))
        }
        _ => Ok(()),
    }
}

/// The character that a reference represents; only the five entities of XML and numbers are allowed.
fn resolve(reference: &BytesRef<'_>) -> Result<char, Fault> {
    let refused = || Fault::Xml("gate.xml.entity", format!("&{};", &**reference).chars().take(40).collect());
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => reference.resolve_char_ref().ok().flatten().filter(|c| is_xml_char(*c)).ok_or_else(refused),
    }
}

/// Whether XML may contain a character at all, literally or as a number.
const fn is_xml_char(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The text of an attribute value or of escaped character data, references resolved.
pub(in crate::read) fn unescape(raw: &str) -> Option<String> {
    quick_xml::escape::unescape(raw).ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(part: &str) -> Result<(), Fault> {
        let mut tokens = Tokens::new(part.as_bytes())?;
        while !matches!(tokens.next()?, Token::End) {}
        Ok(())
    }

    /// The fault of a part, as a catalogue key.
    fn fault(part: &str) -> Option<&'static str> {
        match read(part) {
            Ok(()) => None,
            Err(Fault::Xml(what, _)) => Some(what),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        let cases = [
            ("<a b='1'c='2'/>", "gate.xml.attribute"),
            ("<a b=1/>", "gate.xml.attribute"),
            ("<a b/>", "gate.xml.attribute"),
            ("<a b='1' b='2'/>", "gate.xml.attribute"),
            ("<a b='<'/>", "gate.xml.attribute"),
            ("<a b='&x;'/>", "gate.xml.attribute"),
            ("<a x:b='1'/>", "gate.xml.attribute"),
            ("<a xmlns:p=''/>", "gate.xml.attribute"),
            ("<p:a/>", "gate.xml.prefix"),
            ("<1a/>", "gate.xml.broken"),
            ("<a>]]></a>", "gate.xml.broken"),
            ("<a><!-- -- --></a>", "gate.xml.broken"),
            ("<a/><?xml version='1.0'?>", "gate.xml.broken"),
            (" <?xml version='1.0'?><a/>", "gate.xml.broken"),
            ("<a/>text", "gate.xml.broken"),
            ("<a/>&amp;", "gate.xml.broken"),
            ("<a></b>", "gate.xml.broken"),
            ("<a>&#0;</a>", "gate.xml.entity"),
            ("<a>&#xFFFE;</a>", "gate.xml.entity"),
            ("<a>&nbsp;</a>", "gate.xml.entity"),
            ("<a>", "gate.xml.cut"),
            ("<a/><b/>", "gate.xml.deep"),
        ];
        for (part, what) in cases {
            assert_eq!(fault(part), Some(what), "{part}");
        }
    }

    #[test]
    fn what_is_well_formed_is_read() {
        let cases = [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a - b --><a/>\n",
            "<a b = '1'\n c=\"2>&lt;\" />",
            "<p:a xmlns:p='urn:p' p:b='1' xml:space='preserve'><p:c></p:c ></p:a>",
            "<甲 乙='1'/>",
        ];
        for part in cases {
            assert_eq!(fault(part), None, "{part}");
        }
    }

    #[test]
    fn names_have_the_space_that_is_in_force() {
        let main = SHEET_SPACES[0];
        let part = format!("<a xmlns='{main}'><b/><f:c xmlns:f='urn:f'/><d xmlns=''><e/></d><g/></a>");
        let mut tokens = Tokens::new(part.as_bytes()).unwrap_or_else(|f| panic!("{f:?}"));
        let mut seen = Vec::new();
        while let Ok(token) = tokens.next() {
            match token {
                Token::Open(tag) => seen.push((tag.name().to_owned(), tag.space())),
                Token::End => break,
                _ => {}
            }
        }
        let expected = [
            ("a", Space::Sheet),
            ("b", Space::Sheet),
            ("c", Space::Other),
            ("d", Space::None),
            ("e", Space::None),
            ("g", Space::Sheet),
        ];
        assert_eq!(seen, expected.map(|(name, space)| (name.to_owned(), space)));
    }
}
