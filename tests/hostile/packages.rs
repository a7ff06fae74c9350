//! Packages that are built in another way than usual and mean the same: folders, encodings, bytes around the zip.

use crate::archive::{Entry, book, entry, stored, zip};
use crate::project::{Project, run};

/// The good workbook with all parts below another folder.
fn moved(folder: &str) -> Vec<Entry> {
    let parts = book().0.into_iter().map(|(name, text)| {
        let name = name.replace("xl/", folder);
        let text = if name.contains("Content_Types") || name.starts_with("_rels/") {
            text.replace("xl/", folder)
        } else {
            text
        };
        entry(&name, text.as_bytes())
    });
    parts.collect()
}

#[test]
fn the_parts_may_stand_in_any_folder() {
    for folder in ["", "book/", "a/b/", "word/"] {
        run("a.xlsx", &zip(&moved(folder))).scored();
    }
}

#[test]
fn bytes_before_and_after_the_zip_do_no_harm() {
    let bytes = book().bytes();
    let around = |before: &[u8], after: &[u8]| [before, &bytes, after].concat();
    for before in [&b"\r\n"[..], b"\xEF\xBB\xBF", b"\0\0\0\0", b"HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\n"] {
        run("a.xlsx", &around(before, b"")).scored();
    }
    for after in [&b"\r\n"[..], b"\0", b"-----boundary--\r\n", &[0; 4096]] {
        run("a.xlsx", &around(b"", after)).scored();
        run("a.xlsx", &around(b"\n", after)).scored();
    }
}

#[test]
fn a_second_zip_before_or_after_the_first_is_refused() {
    let (bytes, other) = (book().bytes(), book().replace("<v>95</v>", "<v>12</v>").bytes());
    for both in [[&other[..], &bytes].concat(), [&other[..200], &bytes].concat()] {
        let ran = run("a.xlsx", &both);
        assert!(ran.is_rejected(), "{:?}", ran.errors());
    }
    // A directory that lies about where it starts.
    let mut lying = bytes;
    let at = lying.len() - 6;
    let offset = u32::from_le_bytes([lying[at], lying[at + 1], lying[at + 2], lying[at + 3]]);
    lying[at..at + 4].copy_from_slice(&(offset + 1).to_le_bytes());
    run("a.xlsx", &lying).only_error("E124");
    lying[at..at + 4].copy_from_slice(&(offset - 1).to_le_bytes());
    run("a.xlsx", &lying).only_error("E124");
}

#[test]
fn parts_in_utf_16_are_read() {
    let wide = |text: &str, big: bool| -> Vec<u8> {
        let text = format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-16\" standalone=\"yes\"?>{text}");
        text.encode_utf16().flat_map(if big { u16::to_be_bytes } else { u16::to_le_bytes }).collect()
    };
    for big in [false, true] {
        let entries: Vec<Entry> = book().0.iter().map(|(name, text)| entry(name, &wide(text, big))).collect();
        run("a.xlsx", &zip(&entries)).scored();
    }
    let sheet = |bytes: &[u8]| {
        let mut entries = book().entries();
        entries[6] = stored("xl/worksheets/sheet1.xml", bytes);
        run("a.xlsx", &zip(&entries))
    };
    let good = wide(&book().0[6].1, false);
    sheet(&good).scored();
    // Half a character, half a pair, and a declaration that says otherwise.
    sheet(&good[..good.len() - 1]).only_error("E123 表");
    sheet(&[&good[..], &[0x3D, 0xD8]].concat()).only_error("E123 表");
    let other = format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>{}", book().0[6].1);
    let other: Vec<u8> = other.encode_utf16().flat_map(u16::to_le_bytes).collect();
    sheet(&other).only_error("E123 表");
}

#[test]
fn a_sheet_that_reaches_too_far_is_one_finding() {
    let far: String =
        (0..3000).map(|n| format!("<row r=\"{}\"><c r=\"A{0}\"><v>1</v></c></row>", 900_000 + n)).collect();
    let project = Project::with("a.xlsx", &book().replace("</sheetData>", &format!("{far}</sheetData>")).bytes());
    let model = std::fs::read_to_string(project.root().join("assess.toml")).unwrap();
    let ran = project.write("assess.toml", format!("{model}[limits]\nrows = 1000\n").as_bytes()).run();
    assert_eq!(ran.errors(), ["E108 表!A900000"], "{:#?}", ran.messages);
    assert!(ran.first("E108").related.iter().any(|more| more.contains("2999")), "{:#?}", ran.first("E108"));
    let twice = "<c r=\"B3\"><v>80</v></c>".repeat(50);
    let ran = run("a.xlsx", &book().replace("<c r=\"B3\"><v>80</v></c>", &twice).bytes());
    ran.only_error("E122 表!B3");
}
