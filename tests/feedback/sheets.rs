//! Feedback workbooks of a project, opened by unit code, with their sheets as rows of texts.

use std::collections::BTreeMap;

use crate::cells::{Books, position};
use crate::runner::Folder;

/// A sheet: rows in order, each with its texts by column.
pub(crate) type Sheet = Vec<BTreeMap<u32, String>>;

/// An example that is scored and has feedback.
pub(crate) fn example(name: &str) -> Folder {
    let folder = Folder::example(name);
    folder.score(&["-q"]).ended(0);
    folder.run("feedback", &["-q"]).ended(0);
    folder
}

/// The file of a unit below the project.
#[track_caller]
pub(crate) fn file(folder: &Folder, code: &str) -> String {
    let below = "feedback/v001";
    let names = std::fs::read_dir(folder.path(below)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let own = names.into_iter().find(|name| name.starts_with(&format!("{code}_")));
    format!("{below}/{}", own.unwrap_or_else(|| panic!("no workbook for {code}")))
}

/// A sheet of a unit's workbook.
#[track_caller]
pub(crate) fn sheet(folder: &Folder, code: &str, name: &str) -> Sheet {
    let book = Books::new(folder.root()).open(&file(folder, code));
    let found = book.sheets().into_iter().find(|(own, _)| *own == name);
    let (_, cells) = found.unwrap_or_else(|| panic!("no sheet {name}"));
    let mut rows: BTreeMap<u32, BTreeMap<u32, String>> = BTreeMap::new();
    for (cell, text) in cells {
        let (row, column) = position(&cell).unwrap();
        rows.entry(row).or_default().insert(column, text.to_owned());
    }
    rows.into_values().collect()
}

/// The whole text of a sheet, line by line.
pub(crate) fn text(sheet: &Sheet) -> String {
    sheet.iter().map(|row| row.values().cloned().collect::<Vec<_>>().join("|")).collect::<Vec<_>>().join("\n")
}

/// A decimal or a fraction in units of 10^-6, exactly.
#[track_caller]
pub(crate) fn micro(text: &str) -> i128 {
    if let Some((over, under)) = text.split_once('/') {
        let (over, under): (i128, i128) = (over.parse().unwrap(), under.parse().unwrap());
        assert_eq!(over * 1_000_000 % under, 0, "{text}");
        return over * 1_000_000 / under;
    }
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(part.len() <= 6, "{text}");
    let whole: i128 = whole.parse().unwrap_or_else(|_| panic!("no number: {text:?}"));
    let part: i128 = format!("{part:0<6}").parse().unwrap();
    sign * (whole * 1_000_000 + part)
}

/// A quotient at two decimals, half away from zero, in units of 10^-6.
pub(crate) fn hundredths(sum: i128, count: i128) -> i128 {
    let unit = 10_000 * count;
    let rounded = (2 * sum.abs() + unit) / (2 * unit) * 10_000;
    if sum < 0 { -rounded } else { rounded }
}
