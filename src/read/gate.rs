//! Before a workbook is parsed: how large it says it is. The parser is never given more than the limits allow.
//!
//! Declared sizes are sound for this, because unpacking stops at the declared size of each part. A string table that
//! declares more strings than its size can hold would make the parser reserve memory for all of them, so it is refused too.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::finding::{Code, Finding};
use crate::model::Limits;
use crate::place::{FileId, Place};

/// Refuses workbooks that unpack to more than the limit, or whose string table lies about its length.
///
/// # Errors
/// One finding for the whole file.
pub(super) fn check(bytes: &[u8], file: FileId, limits: &Limits) -> Result<(), Box<Finding>> {
    let whole = Place::file(file);
    let damaged = |what: String| Box::new(Finding::new(Code::E104).at(whole).found(what));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(e.to_string()))?;
    let mut unpacked = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|e| damaged(e.to_string()))?;
        unpacked = unpacked.saturating_add(part.size());
    }
    let mebibyte = 1024 * 1024;
    if unpacked > limits.unpacked_mib.saturating_mul(mebibyte) {
        let finding = Finding::new(Code::E108).at(whole).found(format!("{} MiB", unpacked / mebibyte));
        return Err(Box::new(finding.expected(format!("<= {} MiB", limits.unpacked_mib))));
    }
    match string_count(&mut archive) {
        // A string takes at least the eight bytes of `<si></si>`, less what the declaration may round.
        Some((declared, size)) if declared > size / 8 + 1 => Err(damaged(format!("uniqueCount = {declared}"))),
        _ => Ok(()),
    }
}

/// The number of strings that the string table declares, and its unpacked size.
fn string_count(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Option<(u64, u64)> {
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let name = names.into_iter().find(|name| name.eq_ignore_ascii_case("xl/sharedStrings.xml"))?;
    let part = archive.by_name(&name).ok()?;
    let size = part.size();
    let mut head = Vec::new();
    part.take(4096).read_to_end(&mut head).ok()?;
    let text = String::from_utf8_lossy(&head);
    let (_, rest) = text.split_once("uniqueCount=")?;
    let digits: String = rest.trim_start_matches(['"', '\'']).chars().take_while(char::is_ascii_digit).collect();
    Some((digits.parse().unwrap_or(u64::MAX), size))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("part");
            writer.write_all(bytes).expect("bytes");
        }
        writer.finish().expect("archive").into_inner()
    }

    fn code(bytes: &[u8]) -> Option<Code> {
        let limits = Limits { unpacked_mib: 1, ..Limits::default() };
        check(bytes, FileId(0), &limits).err().map(|finding| finding.code)
    }

    #[test]
    fn what_unpacks_to_more_than_the_limit_is_refused() {
        let zeros = vec![0; 3 * 1024 * 1024];
        assert_eq!(code(&archive(&[("xl/workbook.xml", &zeros)])), Some(Code::E108));
        assert_eq!(code(&archive(&[("xl/workbook.xml", &zeros[..1024])])), None);
        assert_eq!(code(b"PK\x03\x04 cut off"), Some(Code::E104));
    }

    #[test]
    fn a_string_table_that_lies_about_its_length_is_refused() {
        let table = |count: &str| {
            let text = format!("<sst count=\"1\" uniqueCount=\"{count}\"><si><t>a</t></si></sst>");
            archive(&[("xl/sharedStrings.xml", text.as_bytes())])
        };
        assert_eq!(code(&table("1")), None);
        assert_eq!(code(&table("4294967295")), Some(Code::E104));
        assert_eq!(code(&table("99999999999999999999999")), Some(Code::E104));
    }
}
