//! Paths as text: how files are named in messages, lists and results, and how such a name is resolved to its file.
//!
//! Every file system has names that are not valid text, such as those written in GBK by an old archive program. Their
//! bytes are escaped as in web addresses, `%B5`, so that the file can be opened by its name in a result and no two
//! names collide.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A path below the project folder as text, with `/`.
#[cfg(unix)]
pub(crate) fn shown(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        let valid = chunk.valid();
        for (at, c) in valid.char_indices() {
            match c {
                '\\' => text.push_str("%5C"),
                '%' if escaped(&valid.as_bytes()[at..]).is_some() => text.push_str("%25"),
                _ => text.push(c),
            }
        }
        text.extend(chunk.invalid().iter().map(|byte| format!("%{byte:02X}")));
    }
    text
}

/// A path below the project folder as text, with `/`.
#[cfg(not(unix))]
pub(crate) fn shown(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The path of a file given its name as text.
pub(crate) fn on_disk(root: &Path, below: &str) -> PathBuf {
    root.join(own_name(below))
}

#[cfg(unix)]
fn own_name(below: &str) -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    let (mut bytes, mut rest) = (Vec::with_capacity(below.len()), below.as_bytes());
    while let Some((first, tail)) = rest.split_first() {
        match escaped(rest) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    OsString::from_vec(bytes)
}

#[cfg(not(unix))]
fn own_name(below: &str) -> OsString {
    below.into()
}

/// The byte that a text begins with in escaped form: `%25`, `%5C`, `%80` to `%FF`.
#[cfg(unix)]
fn escaped(text: &[u8]) -> Option<u8> {
    let digits = text.strip_prefix(b"%")?.get(..2)?;
    if !digits.iter().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F')) {
        return None;
    }
    let byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    matches!(byte, b'%' | b'\\' | 0x80..).then_some(byte)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::ffi::OsStrExt as _;

    use super::*;

    #[test]
    fn every_name_is_shown_and_leads_back() {
        let names: [(&[u8], &str); 7] = [
            ("é 100%.xlsx".as_bytes(), "é 100%.xlsx"),
            (b"U01-\xCA\xD0.xlsx", "U01-%CA%D0.xlsx"),
            (b"U01-%CA%D0.xlsx", "U01-%25CA%25D0.xlsx"),
            (b"50%25.xlsx", "50%2525.xlsx"),
            (b"%\xFF%B.csv", "%%FF%B.csv"),
            (b"a\\b.csv", "a%5Cb.csv"),
            (b"50%20a.csv", "50%20a.csv"),
        ];
        for (bytes, text) in names {
            let path = Path::new(std::ffi::OsStr::from_bytes(bytes));
            assert_eq!(shown(path), text);
            assert_eq!(own_name(text).as_bytes(), bytes, "{text}");
        }
    }
}
