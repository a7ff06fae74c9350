//! Rows 4-6 and 16: what a file is, whatever its name says; csv in the encodings offices use.

use crate::archive::{book, entry, stored, zip};
use crate::binary::{ods, ole, xls, xls_number};
use crate::project::{Project, Ran, run};

const CSV: &str = "单位,得分\nU1,95\nU2,80\n";

/// What the finding of a refused file says it really is.
fn named(ran: &Ran) -> String {
    ran.only_error("E106");
    ran.first("E106").found.clone().unwrap()
}

#[test]
fn row_04_other_formats_under_a_workbook_name_are_named() {
    let samples: [(&[u8], &str); 15] = [
        (b"<html><table><tr><td>U1</td><td>95</td></tr></table></html>", "web page"),
        (b"\xEF\xBB\xBF\r\n<!DOCTYPE html><html></html>", "web page"),
        (
            b"<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
            "XML spreadsheet",
        ),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "web page"),
        (b"%PDF-1.7\n%\xE2\xE3", "PDF"),
        (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", "picture"),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF", "picture"),
        (b"Rar!\x1A\x07\x01\0", "archive"),
        (b"7z\xBC\xAF\x27\x1C", "archive"),
        (b"\x1F\x8B\x08\0", "archive"),
        (b"{\\rtf1\\ansi", "text document"),
        (b"\x01\x02\x00\x03", "binary data"),
        (b"\x09\x00\x04\x00\x02\x00\x10\x00", "Excel 4"),
        (b"\x09\x02\x06\x00\x00\x00\x10\x00\x00\x00", "Excel 4"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00\x00\x00", "Excel 4"),
    ];
    for (bytes, name) in samples {
        for file in ["a.xlsx", "a.xls", "a.csv"] {
            let said = named(&run(file, bytes));
            assert!(said.contains(name), "{name}: {said}");
        }
    }
    let docx = zip(&[entry("[Content_Types].xml", b"<Types/>"), entry("word/document.xml", b"<w/>")]);
    assert!(named(&run("a.xlsx", &docx)).contains("text document"));
    let archive = zip(&[stored("U1/表.xlsx", &book().bytes())]);
    assert!(named(&run("a.xlsx", &archive)).contains("unpack it first"));
    let odt = zip(&[stored("mimetype", b"application/vnd.oasis.opendocument.text"), entry("content.xml", b"<o/>")]);
    assert!(named(&run("a.ods", &odt)).contains("text document"));
    let doc = ole(&[("/WordDocument", b"text"), ("/1Table", b"t")]);
    assert!(named(&run("a.xls", &doc)).contains("text document"));
    let other = ole(&[("/Contents", b"?")]);
    assert!(named(&run("a.xls", &other)).contains("97-2003"));
}

#[test]
fn a_name_that_occurs_inside_a_workbook_does_not_make_it_something_else() {
    let parts =
        book().replace("<t>U1</t>", "<t>U1</t><!-- word/document.xml opendocument.spreadsheet xl/workbook.bin -->");
    let mut entries = parts.entries();
    entries.push(stored("xl/media/note.txt", b"word/document.xml EncryptedPackage xl/workbook.bin"));
    run("a.xlsx", &zip(&entries)).scored();
}

#[test]
fn row_05_a_real_workbook_under_another_name_is_read_with_a_warning_that_names_it() {
    let csv = CSV.as_bytes().to_vec();
    let xls = xls(&xls_number(1, 1, 0, 95.0));
    let number =
        "<table:table-cell office:value-type=\"float\" office:value=\"95\"><text:p>95</text:p></table:table-cell>";
    let ods = ods(number);
    let cases: [(&str, &[u8], &str); 8] = [
        ("a.xls", &book().bytes(), "xlsx"),
        ("a.csv", &book().bytes(), "xlsx"),
        ("a.dat", &book().bytes(), "xlsx"),
        ("无扩展名", &book().bytes(), "xlsx"),
        ("a.xlsx", &csv, "csv"),
        ("a.xls", &csv, "csv"),
        ("a.xlsx", &xls, "xls"),
        ("a.xlsx", &ods, "ods"),
    ];
    for (name, bytes, kind) in cases {
        let ran = run(name, bytes);
        assert_eq!(ran.scored().warnings(), ["W128"], "{name}");
        assert!(ran.first("W128").found.as_deref().unwrap().contains(kind), "{name}");
    }
    for (name, bytes) in
        [("a.et", &xls), ("a.XLS", &xls), ("a.ods", &ods), ("a.xlsm", &book().bytes()), ("a.txt", &csv)]
    {
        assert!(run(name, bytes).scored().warnings().is_empty(), "{name}");
    }
}

#[test]
fn row_06_encrypted_workbooks_are_named_as_such() {
    let encrypted = ole(&[("/EncryptionInfo", b"i"), ("/EncryptedPackage", b"p")]);
    for name in ["a.xlsx", "a.xls"] {
        run(name, &encrypted).only_error("E105");
    }
}

#[test]
fn row_16_files_that_are_no_tables_are_listed_with_what_they_are() {
    let project = Project::with("a.csv", CSV.as_bytes());
    let docx = zip(&[entry("[Content_Types].xml", b"<Types/>"), entry("word/document.xml", b"<w/>")]);
    let doc = ole(&[("/WordDocument", b"text")]);
    let locked = ole(&[("/EncryptionInfo", b"i"), ("/EncryptedPackage", b"p")]);
    let files: [(&str, &[u8], &str); 8] = [
        ("加密.docx", &locked, "97-2003"),
        ("半截.zip", b"PK\x03\x04\x14\x00", "damaged zip"),
        ("扫描.pdf", b"%PDF-1.4", "PDF"),
        ("章.jpg", b"\xFF\xD8\xFF\xE0\0", "picture"),
        ("说明.docx", &docx, "text document"),
        ("说明.doc", &doc, "text document"),
        ("报送.zip", &zip(&[stored("a.xlsx", &book().bytes())]), "unpack it first"),
        ("readme.md", b"# text", "text"),
    ];
    for (name, bytes, _) in files {
        project.write(&format!("given/g/{name}"), bytes);
    }
    let ran = project.run();
    assert_eq!(ran.scored().warnings(), ["W110"; 8]);
    for (name, _, kind) in files {
        let told = ran.messages.iter().find(|m| m.file.as_deref() == Some(&format!("given/g/{name}"))).unwrap();
        assert!(told.found.as_deref().unwrap().contains(kind), "{name}: {told:?}");
    }
}

#[test]
fn row_79_an_output_of_assess_is_refused_in_every_format() {
    let named = book().replace("name=\"表\"", "name=\"_assess\"");
    run("a.xlsx", &named.bytes()).only_error("E113");
    let number = "<table:table-cell office:value-type=\"float\" office:value=\"95\"/>";
    let content = crate::binary::ods_content(number).replace("table:name=\"表\"", "table:name=\"_assess\"");
    run("a.ods", &crate::binary::ods_of(&content)).only_error("E113");
}

#[test]
fn csv_is_read_in_every_encoding_that_offices_use() {
    let bom = |text: &str| format!("\u{FEFF}{text}");
    let utf16 = |text: &str| bom(text).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let big = |text: &str| bom(text).encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let samples = [
        CSV.as_bytes().to_vec(),
        bom(CSV).into_bytes(),
        encoding_rs::GB18030.encode(CSV).0.into_owned(),
        utf16(CSV),
        big(CSV),
        CSV.replace('\n', "\r\n").into_bytes(),
        utf16(&CSV.replace(',', "\t")),
        CSV.replace(',', "\t").into_bytes(),
    ];
    for (index, bytes) in samples.iter().enumerate() {
        assert!(run("a.csv", bytes).scored().warnings().is_empty(), "{index}");
    }
    run("a.csv", &[CSV.as_bytes(), b"\xFF\xFF"].concat()).only_error("E109");
}
