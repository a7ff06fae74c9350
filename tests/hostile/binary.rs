//! Builders of .xls and .xlsb files, record by record, and of an .ods.

use std::io::{Cursor, Write as _};

use crate::archive::{entry, stored, zip};

/// A BIFF record.
pub(crate) fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
}

/// Text in 16-bit characters.
pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Fields of 16 bits.
pub(crate) fn words(list: &[u16]) -> Vec<u8> {
    list.iter().flat_map(|word| word.to_le_bytes()).collect()
}

const BOF_GLOBALS: [u16; 8] = [0x0600, 5, 0, 0, 0, 0, 0, 0];
const BOF_SHEET: [u16; 8] = [0x0600, 16, 0, 0, 0, 0, 0, 0];

/// The stream of an .xls with one sheet `表`; formats 0 General, 1 percent, 2 date, 3 hides the number.
pub(crate) fn xls_stream(globals: &[u8], strings: &[&str], cells: &[u8]) -> Vec<u8> {
    let mut table = (strings.len() as u32).to_le_bytes().repeat(2);
    for text in strings {
        table.extend(words(&[text.encode_utf16().count() as u16]));
        table.push(1);
        table.extend(wide(text));
    }
    xls_stream_of(globals, &record(0x00FC, &table), cells)
}

/// Such a stream with the records of its string table.
pub(crate) fn xls_stream_of(globals: &[u8], table: &[u8], cells: &[u8]) -> Vec<u8> {
    let style = |format: u16| record(0x00E0, &words(&[0, format, 0, 0, 0, 0, 0, 0, 0, 0]));
    let hidden = record(0x041E, &[&words(&[164, 3])[..], &[0], b";;;"].concat());
    let name = wide("表");
    let sheet = |offset: u32| record(0x0085, &[&offset.to_le_bytes()[..], &[0, 0, 1, 1], &name].concat());
    let before: Vec<u8> =
        [record(0x0809, &words(&BOF_GLOBALS)), globals.to_vec(), hidden, style(0), style(10), style(14), style(164)]
            .concat();
    let after = [table.to_vec(), record(0x000A, &[])].concat();
    let offset = before.len() + sheet(0).len() + after.len();
    let sheet_bytes = [record(0x0809, &words(&BOF_SHEET)), cells.to_vec(), record(0x000A, &[])].concat();
    [before, sheet(offset as u32), after, sheet_bytes].concat()
}

/// Puts a stream into an OLE container.
pub(crate) fn ole(streams: &[(&str, &[u8])]) -> Vec<u8> {
    let mut container = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, bytes) in streams {
        if let Some((storage, _)) = name.rsplit_once('/') {
            container.create_storage_all(storage).unwrap();
        }
        container.create_stream(name).unwrap().write_all(bytes).unwrap();
    }
    container.flush().unwrap();
    container.into_inner().into_inner()
}

/// A cell that points to the string table.
pub(crate) fn xls_text(row: u16, col: u16, index: u32) -> Vec<u8> {
    record(0x00FD, &[&words(&[row, col, 0])[..], &index.to_le_bytes()].concat())
}

/// A number cell.
pub(crate) fn xls_number(row: u16, col: u16, style: u16, number: f64) -> Vec<u8> {
    record(0x0203, &[&words(&[row, col, style])[..], &number.to_le_bytes()].concat())
}

/// The words of the good workbook.
pub(crate) const WORDS: [&str; 4] = ["单位", "得分", "U1", "U2"];

/// The cells of the good workbook but for the two scores.
pub(crate) fn xls_words() -> Vec<u8> {
    [xls_text(0, 0, 0), xls_text(0, 1, 1), xls_text(1, 0, 2), xls_text(2, 0, 3)].concat()
}

/// An .xls whose cell B2 is written by these records; B3 holds 80.
pub(crate) fn xls(b2: &[u8]) -> Vec<u8> {
    let cells = [xls_words(), b2.to_vec(), xls_number(2, 1, 0, 80.0)].concat();
    ole(&[("/Workbook", &xls_stream(&[], &WORDS, &cells))])
}

/// A record of a part of an .xlsb.
pub(crate) fn part_record(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if kind < 0x80 {
        out.push(kind as u8);
    } else {
        out.extend([(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8]);
    }
    let mut length = content.len();
    loop {
        let low = (length & 0x7F) as u8;
        length >>= 7;
        out.push(if length > 0 { low | 0x80 } else { low });
        if length == 0 {
            break;
        }
    }
    out.extend_from_slice(content);
    out
}

/// Text with its length, as .xlsb stores it.
pub(crate) fn long_text(text: &str) -> Vec<u8> {
    [&(text.encode_utf16().count() as u32).to_le_bytes()[..], &wide(text)].concat()
}

/// Fields of 32 bits.
pub(crate) fn longs(list: &[u32]) -> Vec<u8> {
    list.iter().flat_map(|long| long.to_le_bytes()).collect()
}

/// A number cell of an .xlsb.
pub(crate) fn xlsb_number(col: u32, style: u32, number: f64) -> Vec<u8> {
    part_record(5, &[&longs(&[col, style])[..], &number.to_le_bytes()].concat())
}

/// A cell of an .xlsb that points to the string table.
pub(crate) fn xlsb_text(col: u32, index: u32) -> Vec<u8> {
    part_record(7, &longs(&[col, 0, index]))
}

/// The start of a row of an .xlsb.
pub(crate) fn xlsb_row(row: u32, hidden: bool) -> Vec<u8> {
    part_record(0, &[&longs(&[row, 0])[..], &[0, 0, 0, if hidden { 0x10 } else { 0 }, 0, 0, 0, 0, 0]].concat())
}

/// An .xlsb with the good cells, whose row 2 has this second cell; columns and merges stand before and behind.
pub(crate) fn xlsb(b2: &[u8], columns: &[u8], merges: &[u8]) -> Vec<u8> {
    let relations = "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.bin\"/></Relationships>";
    let workbook = [
        part_record(131, &[]),
        part_record(143, &[]),
        part_record(156, &[&longs(&[0, 1])[..], &long_text("r1"), &long_text("表")].concat()),
        part_record(144, &[]),
        part_record(132, &[]),
    ]
    .concat();
    let items: Vec<u8> = WORDS.iter().flat_map(|w| part_record(19, &[&[0][..], &long_text(w)].concat())).collect();
    let strings = [part_record(159, &longs(&[4, 4])), items, part_record(160, &[])].concat();
    let style = |format: u16| part_record(47, &words(&[0, format, 0, 0, 0, 0, 0, 0]));
    let styles = [
        part_record(278, &[]),
        part_record(617, &longs(&[2])),
        style(0),
        style(10),
        part_record(618, &[]),
        part_record(279, &[]),
    ]
    .concat();
    let sheet = [
        part_record(129, &[]),
        part_record(148, &longs(&[0, 2, 0, 1])),
        columns.to_vec(),
        part_record(145, &[]),
        xlsb_row(0, false),
        xlsb_text(0, 0),
        xlsb_text(1, 1),
        xlsb_row(1, false),
        xlsb_text(0, 2),
        b2.to_vec(),
        xlsb_row(2, true),
        xlsb_text(0, 3),
        xlsb_number(1, 0, 80.0),
        part_record(146, &[]),
        merges.to_vec(),
        part_record(130, &[]),
    ]
    .concat();
    zip(&[
        entry("[Content_Types].xml", b"<Types/>"),
        entry("xl/workbook.bin", &workbook),
        entry("xl/_rels/workbook.bin.rels", relations.as_bytes()),
        entry("xl/sharedStrings.bin", &strings),
        entry("xl/styles.bin", &styles),
        entry("xl/worksheets/sheet1.bin", &sheet),
    ])
}

/// An .ods with the good cells, whose cell B2 is this element.
pub(crate) fn ods(b2: &str) -> Vec<u8> {
    ods_of(&ods_content(b2))
}

/// The content part of such an .ods.
pub(crate) fn ods_content(b2: &str) -> String {
    let text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
    let number =
        "<table:table-cell office:value-type=\"float\" office:value=\"80\"><text:p>80</text:p></table:table-cell>";
    let rows = [row(&(text("单位") + &text("得分"))), row(&(text("U1") + b2)), row(&(text("U2") + number))].concat();
    format!(
        "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\" xmlns:calcext=\"c\"><office:body><office:spreadsheet>\
         <table:table table:name=\"表\">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
}

/// Packs a content part into an .ods.
pub(crate) fn ods_of(content: &str) -> Vec<u8> {
    let manifest = "<manifest:manifest xmlns:manifest=\"m\"/>";
    zip(&[
        stored("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        entry("content.xml", content.as_bytes()),
        entry("META-INF/manifest.xml", manifest.as_bytes()),
    ])
}
