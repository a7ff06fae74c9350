//! A result as plain text: every visible cell of the workbook and a table of the units; values, not bytes.

use std::fmt::Write as _;

use serde_json::Value;

use crate::cells::Book;
use crate::runner::{list, str_of};

/// A sheet per section, a line per cell: cell name and text.
pub(crate) fn workbook(book: &Book) -> String {
    let mut out = String::new();
    for (sheet, cells) in book.sheets() {
        writeln!(out, "== {sheet}").unwrap();
        for (name, text) in cells {
            let text = text.replace(concat!("assess ", env!("CARGO_PKG_VERSION")), "assess <version>");
            writeln!(out, "{name}\t{}", without_hashes(&text).replace('\n', "\\n")).unwrap();
        }
    }
    out
}

/// Hashes of files say nothing a reviewer could check, and change with every byte of an example.
fn without_hashes(text: &str) -> String {
    let is_hash = |word: &str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    words.map(|word| if is_hash(word) { "<sha256>" } else { word }).collect()
}

/// One line per unit: code, exact base and total, published total, ranks, grade, steps of the grade path.
pub(crate) fn units(result: &Value) -> String {
    let mut out = String::from("code\tbase\tplus\tminus\ttotal\tpublished\trank_group\trank_overall\tgrade\tpath\n");
    for unit in list(&result["units"]) {
        let exact = |key: &str| unit["exact"][key].as_str().unwrap_or("-").to_owned();
        let number = |key: &str| unit[key].as_u64().map_or_else(|| "-".to_owned(), |n| n.to_string());
        let text = |key: &str| unit[key].as_str().unwrap_or("-").to_owned();
        let path: Vec<String> = list(&unit["path"]).iter().map(step).collect();
        let cells = [
            text("code"),
            exact("base"),
            exact("plus"),
            exact("minus"),
            exact("total"),
            text("total"),
            number("rank_group"),
            number("rank_overall"),
            text("grade"),
            path.join(" "),
        ];
        writeln!(out, "{}", cells.join("\t")).unwrap();
    }
    out
}

fn step(step: &Value) -> String {
    let kind = str_of(&step["kind"]);
    step["code"].as_str().map_or_else(|| kind.to_owned(), |code| format!("{kind}:{code}"))
}
