//! Rows 1-13: the container.

use crate::archive::{Entry, book, entry, stored, zip};
use crate::project::{Project, run};

#[test]
fn row_00_the_good_workbook_is_scored() {
    run("a.xlsx", &book().bytes()).scored();
    let stored: Vec<Entry> = book().0.iter().map(|(name, text)| stored(name, text.as_bytes())).collect();
    run("a.xlsx", &zip(&stored)).scored();
}

#[test]
fn row_01_empty_files_are_damaged() {
    for bytes in [&b""[..], b"\0", &[0; 4096]] {
        let ran = run("a.xlsx", bytes);
        ran.only_error("E104");
        assert!(ran.title("E104").contains("empty file"));
    }
}

#[test]
fn row_02_every_prefix_of_a_good_file_is_refused() {
    let bytes = book().bytes();
    let project = Project::empty();
    for length in (1..bytes.len()).step_by(7) {
        let errors = project.write("given/g/a.xlsx", &bytes[..length]).run().errors();
        assert_eq!(errors.len(), 1, "{length}: {errors:?}");
        assert!(["E104", "E102"].contains(&errors[0].as_str()), "{length}: {errors:?}");
    }
}

#[test]
fn row_03_a_byte_changed_in_a_part_that_nobody_reads_is_found() {
    let mut entries = book().entries();
    entries.push(stored("xl/media/image1.png", b"\x89PNG picture"));
    run("a.xlsx", &zip(&entries)).scored();
    let last = entries.len() - 1;
    entries[last].packed[5] ^= 1;
    let ran = run("a.xlsx", &zip(&entries));
    ran.only_error("E104");
    assert!(ran.title("E104").contains("checksum"));
    assert_eq!(ran.first("E104").found.as_deref(), Some("xl/media/image1.png"));
}

#[test]
fn row_07_a_bomb_is_refused_before_it_is_unpacked() {
    let mut bomb = entry("xl/bomb.bin", &vec![0; 4 << 20]);
    bomb.size = 0xFFFF_FFF0;
    let mut entries = book().entries();
    entries.push(bomb);
    let ran = run("a.xlsx", &zip(&entries));
    assert!(ran.errors().iter().all(|e| e == "E108"), "{:?}", ran.errors());
    // One part, its ratio, and the sum.
    assert_eq!(ran.errors().len(), 3);
}

#[test]
fn row_07_a_part_packed_too_tightly_is_refused() {
    let mut entries = book().entries();
    entries.push(entry("xl/zeros.bin", &vec![0; 200 * 1024]));
    run("a.xlsx", &zip(&entries)).only_error("E108");
    // Small parts may be as tight as they like, and so may pictures, which nobody unpacks.
    for (name, size) in [("xl/zeros.bin", 90), ("xl/media/image1.emf", 2000), ("docProps/thumbnail.wmf", 500)] {
        let mut entries = book().entries();
        entries.push(entry(name, &vec![0; size * 1024]));
        run("a.xlsx", &zip(&entries)).scored();
    }
}

#[test]
fn row_08_a_bomb_whose_headers_lie_is_stopped_by_counting() {
    let mut entries = book().entries();
    let mut bomb = entry("xl/media/bomb.bin", &vec![0; 32 << 20]);
    (bomb.size, bomb.checksum) = (1000, crc32fast::hash(&[0; 1000]));
    entries.push(bomb);
    let ran = run("a.xlsx", &zip(&entries));
    ran.only_error("E124");
    assert!(ran.title("E124").contains("contradicts"));
}

#[test]
fn row_09_overlapping_bodies_and_too_many_parts_are_refused() {
    let mut entries = book().entries();
    let shared = Entry { name: "xl/media/b.bin".to_owned(), shares: Some(0), ..entries[0].clone() };
    entries.push(Entry { name: entries[0].name.clone(), ..shared });
    let ran = run("a.xlsx", &zip(&entries));
    assert!(ran.errors().iter().all(|e| e == "E124"), "{:?}", ran.errors());
    let mut entries = book().entries();
    entries.extend((0..1000).map(|i| entry(&format!("xl/media/{i}.bin"), b"x")));
    run("a.xlsx", &zip(&entries)).only_error("E108");
    let mut entries = book().entries();
    entries.extend((0..60_000).map(|i| stored(&format!("m/{i}"), b"")));
    run("a.xlsx", &zip(&entries)).only_error("E108");
}

#[test]
fn row_09_a_body_inside_another_is_refused() {
    let inner = zip(&[stored("xl/media/inner.bin", b"quoted")]);
    let mut entries = book().entries();
    entries.push(stored("xl/media/outer.bin", &inner));
    let mut bytes = zip(&entries);
    // A directory entry that points to the local header inside the stored body.
    let inner_at = bytes.windows(4).rposition(|w| w == b"PK\x03\x04").unwrap();
    entries.push(Entry { shares: Some(0), ..stored("xl/media/inner.bin", b"quoted") });
    bytes = zip(&entries);
    let name = bytes.windows(18).rposition(|w| w == b"xl/media/inner.bin").unwrap();
    bytes[name - 4..name].copy_from_slice(&(inner_at as u32).to_le_bytes());
    let ran = run("a.xlsx", &bytes);
    ran.only_error("E124");
    assert!(ran.title("E124").contains("overlap"), "{}", ran.title("E124"));
}

#[test]
fn row_10_names_that_point_outside_and_links_are_refused() {
    for name in ["../evil.xml", "/etc/passwd", "..\\evil.xml", "C:\\evil.xml", "xl/../../x", "nul\0name"] {
        let mut entries = book().entries();
        entries.push(entry(name, b"x"));
        let ran = run("a.xlsx", &zip(&entries));
        ran.only_error("E124");
        assert!(ran.title("E124").contains("outside"), "{name}");
    }
    let mut entries = book().entries();
    entries.push(Entry { attributes: 0o120_777 << 16, ..stored("xl/link.xml", b"/etc/passwd") });
    let ran = run("a.xlsx", &zip(&entries));
    ran.only_error("E124");
    assert!(ran.title("E124").contains("link"));
}

#[test]
fn row_11_one_part_twice_is_refused_also_by_case_or_slash() {
    for name in ["xl/worksheets/sheet1.xml", "XL/Worksheets/Sheet1.XML", "xl\\worksheets\\sheet1.xml"] {
        let mut entries = book().entries();
        entries.push(entry(name, b"<worksheet/>"));
        let ran = run("a.xlsx", &zip(&entries));
        ran.only_error("E124");
        assert!(ran.title("E124").contains("twice"), "{name}");
    }
}

#[test]
fn row_11_local_and_central_names_must_agree() {
    let mut entries = book().entries();
    entries[6].local_name = Some("xl/worksheets/sheet2.xml".to_owned());
    run("a.xlsx", &zip(&entries)).only_error("E124");
}

#[test]
fn row_12_a_doctype_and_entities_are_refused() {
    let billion = "<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>";
    let outside = "<!DOCTYPE l [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>";
    for (part, root) in [
        ("xl/worksheets/sheet1.xml", "<worksheet"),
        ("xl/sharedStrings.xml", "<sst"),
        ("xl/workbook.xml", "<workbook "),
        ("xl/styles.xml", "<styleSheet"),
        ("_rels/.rels", "<Relationships"),
    ] {
        for doctype in [billion, outside] {
            let mut parts = book();
            let (_, text) = parts.0.iter_mut().find(|(name, _)| name == part).unwrap();
            *text = text.replacen(root, &format!("{doctype}{root}"), 1);
            let ran = run("a.xlsx", &parts.bytes());
            assert_eq!(ran.errors().len(), 1, "{part}: {:?}", ran.errors());
            assert!(ran.errors()[0].starts_with("E123"), "{part}: {:?}", ran.errors());
            assert!(ran.title("E123").contains("DOCTYPE"), "{part}");
        }
    }
    let ran = run("a.xlsx", &book().replace("<t>U1</t>", "<t>&x;</t>").bytes());
    ran.only_error("E123");
    run("a.xlsx", &book().replace("<t>U1</t>", "<t>&#85;&#x31;</t>").bytes()).scored();
}

#[test]
fn row_13_parts_in_another_encoding_than_utf_8_and_utf_16_are_refused() {
    let sheet = |bytes: Vec<u8>| {
        let mut entries = book().entries();
        entries[6] = entry("xl/worksheets/sheet1.xml", &bytes);
        zip(&entries)
    };
    let text = book().0[6].1.clone();
    let utf16: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    run("a.xlsx", &sheet(utf16)).scored();
    let mut invalid = text.clone().into_bytes();
    invalid.extend_from_slice(b"<!-- \xFF -->");
    run("a.xlsx", &sheet(invalid)).only_error("E123 表");
    let declared = format!("<?xml version=\"1.0\" encoding=\"GBK\"?>{text}");
    run("a.xlsx", &sheet(declared.into_bytes())).only_error("E123 表");
    let plain = format!("\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>{text}");
    run("a.xlsx", &sheet(plain.into_bytes())).scored();
}

#[test]
fn encryption_and_odd_packing_are_refused() {
    let mut entries = book().entries();
    entries[6].flags = 1;
    run("a.xlsx", &zip(&entries)).only_error("E105");
    let mut entries = book().entries();
    entries[6].method = 12;
    let ran = run("a.xlsx", &zip(&entries));
    ran.only_error("E124");
    assert!(ran.title("E124").contains("packed"));
}

#[test]
fn limits_of_the_model_hold() {
    let project = Project::with("a.xlsx", &book().bytes());
    for (key, limit, rejected) in
        [("entries", 7, false), ("entries", 6, true), ("cells", 6, false), ("cells", 5, true), ("columns", 1, true)]
    {
        project.model(&format!("[limits]\n{key} = {limit}\n"));
        let ran = project.run();
        assert_eq!(ran.errors().iter().any(|e| e.starts_with("E108")), rejected, "{key} {limit}: {:?}", ran.errors());
    }
}
