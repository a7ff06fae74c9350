//! The format of bytes, whatever the file name says: by their first bytes, by the directory of a zip, by the shape of
//! text.
//!
//! Only the directory of a zip determines its contents: a name that merely occurs somewhere in the bytes proves
//! nothing.

use super::gate::Fault;
use super::gate::container::{Archive, Entry, entries};
use crate::model::Limits;
use crate::shared::finding::Arg;

/// The format of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// An .xlsx or .xlsm workbook, read in this process.
    Xlsx,
    /// A workbook of another format, read in a separate process.
    Legacy(Legacy),
    /// Text, perhaps csv.
    Text,
    /// No bytes, or only zeros.
    Empty,
    /// A zip that is damaged or too large.
    Broken(Fault),
    /// Something else, by its word in the catalogue.
    Other(&'static str),
}

/// A workbook format that is read in isolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Legacy {
    /// An OLE container: .xls or .et, but possibly a document or an encrypted workbook.
    Ole,
    /// OpenDocument.
    Ods,
    /// Binary .xlsb.
    Xlsb,
}

impl Legacy {
    /// Its name on the command line of the isolated reader.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ole => "xls",
            Self::Ods => "ods",
            Self::Xlsb => "xlsb",
        }
    }

    /// Parses such a name.
    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Ole, Self::Ods, Self::Xlsb].into_iter().find(|kind| kind.word() == word)
    }
}

impl FileKind {
    /// The name of the format for messages.
    pub(super) const fn name(&self) -> Arg {
        match self {
            Self::Text => Arg::Word("sniff.text"),
            Self::Empty => Arg::Word("sniff.empty"),
            Self::Broken(_) => Arg::Word("sniff.broken"),
            Self::Xlsx => Arg::Word("sniff.xlsx"),
            Self::Legacy(Legacy::Ole) => Arg::Word("sniff.xls"),
            Self::Legacy(Legacy::Ods) => Arg::Word("sniff.ods"),
            Self::Legacy(Legacy::Xlsb) => Arg::Word("sniff.xlsb"),
            Self::Other(word) => Arg::Word(word),
        }
    }

    /// Whether it may be a workbook, whatever its name.
    pub(super) const fn is_workbook(&self) -> bool {
        matches!(self, Self::Xlsx | Self::Legacy(_))
    }

    /// Whether a file name with this extension is expected to contain it.
    pub(super) fn suits(&self, extension: &str) -> bool {
        match self {
            Self::Xlsx => matches!(extension, "xlsx" | "xlsm" | "xltx" | "xltm" | "et"),
            Self::Legacy(Legacy::Ole) => matches!(extension, "xls" | "xlt" | "et"),
            Self::Legacy(Legacy::Ods) => matches!(extension, "ods" | "ots"),
            Self::Legacy(Legacy::Xlsb) => extension == "xlsb",
            Self::Text => matches!(extension, "csv" | "txt" | "tsv"),
            Self::Empty | Self::Broken(_) | Self::Other(_) => true,
        }
    }
}

/// First bytes of formats that are not read, with their word.
const MAGIC: [(&[u8], &str); 18] = [
    (b"%PDF", "sniff.pdf"),
    (b"\x89PNG", "sniff.picture"),
    (b"\xFF\xD8\xFF", "sniff.picture"),
    (b"GIF8", "sniff.picture"),
    (b"BM", "sniff.picture"),
    (b"II*\x00", "sniff.picture"),
    (b"MM\x00*", "sniff.picture"),
    (b"RIFF", "sniff.picture"),
    (b"\x00\x00\x00\x18ftyp", "sniff.picture"),
    (b"\x00\x00\x00\x1Cftyp", "sniff.picture"),
    (b"Rar!", "sniff.archive"),
    (b"7z\xBC\xAF", "sniff.archive"),
    (b"\x1F\x8B", "sniff.archive"),
    (b"{\\rtf", "sniff.document"),
    (b"MIME-Version:", "sniff.html"),
    (b"\x09\x00\x04\x00", "sniff.excel4"),
    (b"\x09\x02\x06\x00", "sniff.excel4"),
    (b"\x09\x04\x06\x00", "sniff.excel4"),
];

/// Determines the format of bytes.
pub(super) fn sniff(bytes: &[u8], limits: &Limits) -> FileKind {
    const UTF16: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];
    if bytes.iter().all(|b| *b == 0) {
        return FileKind::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return match entries(bytes, limits) {
            Ok(entries) => zip_kind(bytes, &entries, limits),
            Err(fault) => FileKind::Broken(fault),
        };
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return FileKind::Legacy(Legacy::Ole);
    }
    let picture = |word: &str| word != "sniff.picture" || bytes.contains(&0);
    if let Some((_, word)) = MAGIC.iter().find(|(magic, word)| bytes.starts_with(magic) && picture(word)) {
        return FileKind::Other(word);
    }
    if let Some(entries) = zip_within(bytes, limits) {
        return zip_kind(bytes, &entries, limits);
    }
    if UTF16.iter().any(|bom| bytes.starts_with(bom)) {
        return FileKind::Text;
    }
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if text.starts_with(b"<") {
        return markup(text);
    }
    // Text never contains the byte 0; the older and the binary formats do.
    if bytes.contains(&0) { FileKind::Other("sniff.unknown") } else { FileKind::Text }
}

/// The entries of a zip preceded by stray bytes, as mail gateways and downloads produce them.
fn zip_within(bytes: &[u8], limits: &Limits) -> Option<Vec<Entry>> {
    const STRAY: usize = 64 * 1024;
    let head = &bytes[..bytes.len().min(STRAY)];
    let begins = head.windows(4).any(|four| four == b"PK\x03\x04");
    begins.then(|| entries(bytes, limits).ok()).flatten().filter(|entries| !entries.is_empty())
}

/// The kind of markup of a text, determined by what follows its first tags.
fn markup(text: &[u8]) -> FileKind {
    let head = String::from_utf8_lossy(&text[..text.len().min(4096)]).to_ascii_lowercase();
    let xml = ["urn:schemas-microsoft-com:office:spreadsheet", "<office:document"];
    FileKind::Other(if xml.iter().any(|mark| head.contains(mark)) { "sniff.xml" } else { "sniff.html" })
}

/// The kind of contents of a zip, by the names of its entries.
fn zip_kind(bytes: &[u8], entries: &[Entry], limits: &Limits) -> FileKind {
    let names: Vec<String> = entries.iter().map(|e| e.name.to_ascii_lowercase()).collect();
    let has = |test: &dyn Fn(&str) -> bool| names.iter().any(|name| test(name));
    if has(&|name| name == "xl/workbook.bin") {
        return FileKind::Legacy(Legacy::Xlsb);
    }
    if has(&|name| name == "[content_types].xml") {
        match content_type(bytes, limits) {
            Some(kind) => return kind,
            None if has(&|name| name.starts_with("xl/")) => return FileKind::Xlsx,
            None => {}
        }
    }
    if let Some(kind) = mimetype(bytes, entries, limits) {
        let is = |part: &[u8]| kind.windows(part.len()).any(|w| w == part);
        let spreadsheet = is(b"opendocument.spreadsheet");
        return if spreadsheet { FileKind::Legacy(Legacy::Ods) } else { FileKind::Other("sniff.document") };
    }
    if has(&|name| name.starts_with("word/") || name.starts_with("ppt/") || name.starts_with("visio/")) {
        return FileKind::Other("sniff.document");
    }
    if has(&|name| name.ends_with(".iwa")) {
        return FileKind::Other("sniff.numbers");
    }
    let workbook = |name: &str| [".xlsx", ".xls", ".et", ".ods", ".csv"].iter().any(|e| name.ends_with(e));
    FileKind::Other(if has(&workbook) { "sniff.archive" } else { "sniff.zip" })
}

/// The type of the main part of a package, by its list of content types; its folder may have any name.
fn content_type(bytes: &[u8], limits: &Limits) -> Option<FileKind> {
    let list = Archive::open(bytes, limits).ok()?.part("[Content_Types].xml").ok()??;
    let list = String::from_utf8_lossy(&list).to_ascii_lowercase();
    let any = |kinds: &[&str]| kinds.iter().any(|kind| list.contains(kind));
    let workbooks = [
        "spreadsheetml.sheet.main+xml",
        "spreadsheetml.template.main+xml",
        "ms-excel.sheet.macroenabled.main",
        "ms-excel.template.macroenabled.main",
    ];
    if any(&["ms-excel.sheet.binary.macroenabled.main"]) {
        Some(FileKind::Legacy(Legacy::Xlsb))
    } else {
        any(&workbooks).then_some(FileKind::Xlsx)
    }
}

/// The type that an OpenDocument file declares; programs store it uncompressed, but a repacked zip may have it
/// deflated.
fn mimetype(bytes: &[u8], entries: &[Entry], limits: &Limits) -> Option<Vec<u8>> {
    const LONGEST: u64 = 200;
    let entry = entries.iter().find(|entry| entry.name == "mimetype").filter(|entry| entry.size <= LONGEST)?;
    if let Some(stored) = entry.stored(bytes) {
        return Some(stored.to_vec());
    }
    Archive::open(bytes, limits).ok()?.part("mimetype").ok()?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_decide() {
        let kind = |bytes: &[u8]| sniff(bytes, &Limits::default());
        assert_eq!(kind(b""), FileKind::Empty);
        assert_eq!(kind(&[0; 64]), FileKind::Empty);
        assert_eq!(kind(b"%PDF-1.7"), FileKind::Other("sniff.pdf"));
        assert_eq!(kind(b"\n <html><table>"), FileKind::Other("sniff.html"));
        assert_eq!(kind(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), FileKind::Legacy(Legacy::Ole));
        assert_eq!(kind("单位,得分".as_bytes()), FileKind::Text);
        assert_eq!(kind(b"BMI,score"), FileKind::Text);
        assert!(matches!(kind(b"PK\x03\x04 cut off"), FileKind::Broken(Fault::Damaged(..))));
    }
}
