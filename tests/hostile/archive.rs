//! A zip writer that can lie in every field, and the parts of a small workbook.

use std::io::Write as _;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DOCUMENT: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// An entry of a zip; every field may lie.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Name in the local header, if another.
    pub(crate) local_name: Option<String>,
    pub(crate) packed: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
    pub(crate) checksum: u32,
    pub(crate) size: u32,
    /// Unix mode in the upper half.
    pub(crate) attributes: u32,
    /// Points to the local header of the entry of this index instead of its own.
    pub(crate) shares: Option<usize>,
}

/// A deflated entry that tells the truth.
pub(crate) fn entry(name: &str, bytes: &[u8]) -> Entry {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    Entry {
        name: name.to_owned(),
        local_name: None,
        packed: encoder.finish().unwrap(),
        method: 8,
        flags: 0,
        checksum: crc32fast::hash(bytes),
        size: bytes.len() as u32,
        attributes: 0,
        shares: None,
    }
}

/// A stored entry that tells the truth.
pub(crate) fn stored(name: &str, bytes: &[u8]) -> Entry {
    Entry { packed: bytes.to_vec(), method: 0, ..entry(name, bytes) }
}

/// Writes a zip.
pub(crate) fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut offsets = Vec::new();
    for e in entries {
        offsets.push(e.shares.map_or(out.len(), |index| offsets[index]));
        if e.shares.is_some() {
            continue;
        }
        out.extend_from_slice(b"PK\x03\x04\x14\x00");
        common(&mut out, e, e.local_name.as_deref().unwrap_or(&e.name));
        out.extend_from_slice(e.local_name.as_deref().unwrap_or(&e.name).as_bytes());
        out.extend_from_slice(&e.packed);
    }
    let start = out.len();
    for (e, offset) in entries.iter().zip(&offsets) {
        // Made on Unix, so that the attributes are a file mode.
        out.extend_from_slice(b"PK\x01\x02\x14\x03\x14\x00");
        common(&mut out, e, &e.name);
        out.extend_from_slice(&[0; 6]);
        out.extend_from_slice(&e.attributes.to_le_bytes());
        out.extend_from_slice(&(*offset as u32).to_le_bytes());
        out.extend_from_slice(e.name.as_bytes());
    }
    let size = out.len() - start;
    out.extend_from_slice(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    out.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    out.extend_from_slice(&(size as u32).to_le_bytes());
    out.extend_from_slice(&(start as u32).to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

fn common(out: &mut Vec<u8>, e: &Entry, name: &str) {
    out.extend_from_slice(&e.flags.to_le_bytes());
    out.extend_from_slice(&e.method.to_le_bytes());
    out.extend_from_slice(&[0, 0, 0x21, 0]);
    out.extend_from_slice(&e.checksum.to_le_bytes());
    out.extend_from_slice(&(e.packed.len() as u32).to_le_bytes());
    out.extend_from_slice(&e.size.to_le_bytes());
    out.extend_from_slice(&(name.len() as u16).to_le_bytes());
    out.extend_from_slice(&[0, 0]);
}

/// The parts of a workbook as text, to be edited before they are packed.
#[derive(Clone)]
pub(crate) struct Parts(pub(crate) Vec<(String, String)>);

/// A workbook of one sheet `表` with the scores 95 of U1 in B2 and 80 of U2 in B3; the words stand in the string table.
pub(crate) fn book() -> Parts {
    let cells = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>\
         <row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"><v>95</v></c></row>\
         <row r=\"3\"><c r=\"A3\" t=\"s\"><v>3</v></c><c r=\"B3\"><v>80</v></c></row>";
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{DOCUMENT}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |list: &str| format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{list}</Relationships>");
    let part = |name: &str, text: String| (name.to_owned(), text);
    let sheet = "<sheet name=\"表\" sheetId=\"1\" r:id=\"r1\"/>";
    Parts(vec![
        part("[Content_Types].xml", format!("<Types xmlns=\"{PACKAGE}/content-types\">{}</Types>", content_types())),
        part("_rels/.rels", relations(&relation("r1", "officeDocument", "xl/workbook.xml"))),
        part(
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{DOCUMENT}\"><sheets>{sheet}</sheets></workbook>"),
        ),
        part(
            "xl/_rels/workbook.xml.rels",
            relations(
                &(relation("r1", "worksheet", "worksheets/sheet1.xml")
                    + &relation("r2", "styles", "styles.xml")
                    + &relation("r3", "sharedStrings", "sharedStrings.xml")),
            ),
        ),
        part(
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><numFmts><numFmt numFmtId=\"164\" formatCode=\";;;\"/></numFmts>\
                 <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"10\" applyNumberFormat=\"1\"/>\
                 <xf numFmtId=\"14\" applyNumberFormat=\"1\"/><xf numFmtId=\"164\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>"
            ),
        ),
        part(
            "xl/sharedStrings.xml",
            format!(
                "<sst xmlns=\"{MAIN}\" count=\"4\" uniqueCount=\"4\"><si><t>单位</t></si><si><t>得分</t></si>\
                 <si><t>U1</t></si><si><t>U2</t></si></sst>"
            ),
        ),
        part(
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{cells}</sheetData></worksheet>"),
        ),
    ])
}

/// What each part is, which the gate ignores and other programs want to know.
fn content_types() -> String {
    let of = |part: &str, kind: &str| {
        let kind = format!("application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml");
        format!("<Override PartName=\"/xl/{part}\" ContentType=\"{kind}\"/>")
    };
    [
        "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            .to_owned(),
        of("workbook.xml", "sheet.main"),
        of("worksheets/sheet1.xml", "worksheet"),
        of("sharedStrings.xml", "sharedStrings"),
        of("styles.xml", "styles"),
    ]
    .concat()
}

impl Parts {
    /// Replaces a text that stands exactly once in all parts.
    #[track_caller]
    pub(crate) fn replace(mut self, old: &str, new: &str) -> Self {
        let count: usize = self.0.iter().map(|(_, text)| text.matches(old).count()).sum();
        assert_eq!(count, 1, "{old}");
        for (_, text) in &mut self.0 {
            *text = text.replace(old, new);
        }
        self
    }

    /// Adds a part.
    pub(crate) fn part(mut self, name: &str, text: &str) -> Self {
        self.0.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Removes a part.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(own, _)| own != name);
        self
    }

    /// The entries of its zip.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.0.iter().map(|(name, text)| entry(name, text.as_bytes())).collect()
    }

    /// The packed workbook.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        zip(&self.entries())
    }
}
