//! Paths of files in a text: `C:\Users\…`, `\\server\share\…`, `/home/…`, `file://…`, also full-width and amid Chinese text
//! without blanks.
//!
//! It is not always clear where a path ends. In doubt more of the text is taken as part of it, never less.

use std::ops::Range;

/// Folders at the top of a file system that a path begins with.
const ROOTS: [&str; 17] = [
    "home", "users", "root", "mnt", "media", "tmp", "var", "opt", "etc", "usr", "srv", "data", "volumes", "run",
    "private", "nas", "share",
];
/// Ways of naming a file with a scheme.
const SCHEMES: [&str; 5] = ["file:/", "smb:/", "nfs:/", "afp:/", "cifs:/"];
/// Characters that end a path: those that no file name contains, and those that separate sentences.
const ENDS: &str = "<>\"|?*,;:。、“”‘’《》【】…\n\r\t";
/// Longest ending of a file name.
const ENDING: usize = 5;

/// The paths of a text, in order.
pub(super) fn paths(text: &str) -> Vec<Range<usize>> {
    if !text.contains(['/', '\\', '／', '＼']) {
        return Vec::new();
    }
    let chars: Vec<(usize, char)> = text.char_indices().map(|(at, c)| (at, narrow(c))).collect();
    let plain: Vec<char> = chars.iter().map(|(_, c)| *c).collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < plain.len() {
        let Some(head) = head(&plain, at) else {
            at += 1;
            continue;
        };
        let end = end(&plain, at, at + head);
        let place = |index: usize| chars.get(index).map_or(text.len(), |(place, _)| *place);
        found.push(place(at)..place(end));
        at = end;
    }
    found
}

/// Converts a full-width character to the usual one.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

const fn is_slash(c: char) -> bool {
    matches!(c, '/' | '\\')
}

/// How many characters begin a path here.
fn head(chars: &[char], at: usize) -> Option<usize> {
    let rest = &chars[at..];
    let before = at.checked_sub(1).map(|before| chars[before]);
    let begins = !before.is_some_and(|c| c.is_ascii_alphanumeric());
    let starts = |word: &str| {
        let count = word.chars().count();
        rest.len() > count && rest.iter().zip(word.chars()).all(|(c, wanted)| c.to_ascii_lowercase() == wanted)
    };
    match rest {
        ['\\', '\\', '?' | '.', '\\', own @ ..] => Some(4 + behind(own)),
        ['\\', '\\', next, ..] if next.is_alphanumeric() && before != Some('\\') => Some(2),
        [drive, ':', slash, ..] if begins && drive.is_ascii_alphabetic() && is_slash(*slash) => Some(3),
        ['~', '/', next, ..] if begins && next.is_alphanumeric() => Some(2),
        ['%', ..] => variable(rest),
        ['/', ..] if begins && !before.is_some_and(|c| matches!(c, '.' | ':' | '/' | '\\' | '_' | '-' | '~' | '%')) => {
            let root = ROOTS.iter().find(|root| starts(&format!("/{root}/")))?;
            Some(root.len() + 2)
        }
        _ if begins => {
            SCHEMES.iter().find(|scheme| starts(scheme)).map(|scheme| scheme.len() + behind(&rest[scheme.len()..]))
        }
        _ => None,
    }
}

/// How many slashes, and a drive with its slash, follow a scheme.
fn behind(rest: &[char]) -> usize {
    let slashes = rest.iter().take_while(|c| is_slash(**c)).count();
    let has_drive =
        matches!(&rest[slashes..], [drive, ':', slash, ..] if drive.is_ascii_alphabetic() && is_slash(*slash));
    slashes + if has_drive { 3 } else { 0 }
}

/// `%USERPROFILE%\`.
fn variable(rest: &[char]) -> Option<usize> {
    let name = rest[1..].iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '_').count();
    let is_one = name > 1 && rest.get(name + 1) == Some(&'%') && rest.get(name + 2).is_some_and(|c| is_slash(*c));
    is_one.then_some(name + 3)
}

/// Where a path ends that begins at `start` and is known up to `at`.
fn end(chars: &[char], start: usize, at: usize) -> usize {
    let furthest = furthest(chars, at);
    let slash = (start..furthest).rev().find(|index| is_slash(chars[*index])).unwrap_or(start);
    let end = ending(chars, slash + 1..furthest)
        .or_else(|| (slash + 1..furthest).find(|index| chars[*index].is_whitespace()))
        .unwrap_or(furthest)
        .max(at);
    let is_loose = |c: char| c.is_whitespace() || c == '.';
    (at..end).rev().find(|index| !is_loose(chars[*index])).map_or(at, |last| last + 1)
}

/// How far a path may extend: up to a character that ends it, a bracket that it did not open, the beginning of another
/// path, or a blank that no further folder follows.
fn furthest(chars: &[char], at: usize) -> usize {
    let (mut depth, mut index) = (0_usize, at);
    while let Some(c) = chars.get(index) {
        match c {
            '(' | '[' | '{' | '〔' => depth += 1,
            ')' | ']' | '}' | '〕' if depth == 0 => break,
            ')' | ']' | '}' | '〕' => depth -= 1,
            c if ENDS.contains(*c) || c.is_control() => break,
            _ if index > at && head(chars, index).is_some() => break,
            ' ' if chars[at - 1] == '/' && !goes_on(&chars[index + 1..]) => {
                return index + 1 + ending(chars, index + 1..chars.len()).map_or(0, |end| word(chars, index + 1, end));
            }
            _ => {}
        }
        index += 1;
    }
    index
}

/// The length of the rest of a name with blanks whose ending comes before `end`, if that is still the same name.
fn word(chars: &[char], from: usize, end: usize) -> usize {
    let is_name = chars[from..end].iter().all(|c| !ENDS.contains(*c) && !is_slash(*c) && !c.is_whitespace());
    if is_name { end - from } else { 0 }
}

/// Whether a path with slashes continues after a blank: a word in Latin letters, then a slash.
fn goes_on(rest: &[char]) -> bool {
    let word = rest.iter().take_while(|c| c.is_ascii() && !is_slash(**c) && !ENDS.contains(**c)).count();
    word > 0 && rest.get(word).is_some_and(|c| is_slash(*c))
}

/// The end of a file name that has an ending such as `.xlsx`, before anything that cannot belong to a name.
fn ending(chars: &[char], name: Range<usize>) -> Option<usize> {
    let last = name.end;
    name.filter(|index| chars[*index] == '.').find_map(|point| {
        let letters = chars[point + 1..last].iter().take_while(|c| c.is_ascii_alphanumeric()).count();
        let end = point + 1 + letters;
        let is_ending = (1..=ENDING).contains(&letters) && chars[point + 1..end].iter().any(char::is_ascii_alphabetic);
        let goes_on = end < last && matches!(chars[end], '.' | '_' | '-' | '(' | '[');
        (is_ending && !goes_on).then_some(end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str) -> String {
        let mut out = text.to_owned();
        for place in paths(text).into_iter().rev() {
            out.replace_range(place, "…");
        }
        out
    }

    #[test]
    fn paths_are_found_amid_any_text() {
        for (text, expected) in [
            (r"见C:\Users\张三\桌面\材料.docx，另附", "见…，另附"),
            (r"见C:\Users\wang\a.xlsx中的第3行", "见…中的第3行"),
            (r"C:\Users\Zhang San\My Documents\a 1.docx 请核", "… 请核"),
            (r"（见D:\考核\材料（终稿）.docx）已核", "（见…）已核"),
            (r"c:/users/wang/x 已核实", "… 已核实"),
            (r"C:\a\b.txt 和 D:\c\d.txt", "… 和 …"),
            (r"D:\a、E:\b；完", "…、…；完"),
            ("Ｃ：＼Ｕｓｅｒｓ＼王＼表.xlsx，见附件", "…，见附件"),
            (r"\\server\share\考核.xlsx里", "…里"),
            (r"\\192.168.1.5\考核 材料\表.xls。完", "…。完"),
            (r"\\?\C:\Users\x\y.txt;z", "…;z"),
            ("存于/home/wang/材料/表.xlsx，已核", "存于…，已核"),
            ("/Users/li/a b.csv ok", "… ok"),
            ("/mnt/c/Users/x 3/5 分", "… 分"),
            ("~/考核/表.ods已核", "…已核"),
            ("file:///C:/Users/x/%20a.pdf 见", "… 见"),
            ("file://server/x/y.doc。", "…。"),
            (r"%USERPROFILE%\Desktop\a.txt 见", "… 见"),
            (r"C:\Users\wang.", "…."),
            (r"“C:\Users\wang\核定 说明”", "“… 说明”"),
        ] {
            assert_eq!(without(text), expected, "{text}");
        }
    }

    #[test]
    fn slashes_of_ordinary_text_are_no_paths() {
        for text in [
            "完成18/20项",
            "和/或材料",
            "GB/T 9704-2012",
            "https://www.gov.cn/home/x",
            "www.gov.cn/users/1",
            "A:优/良",
            "km/h、m/s",
            "2025/12/31",
            "a\\b",
            "and/or",
            "党建/home建设",
        ] {
            assert_eq!(without(text), text, "{text}");
        }
    }
}
