//! Every number can be traced to the cell it came from: places in result.json and ratings.csv are opened and looked at.

use num_rational::BigRational;
use serde_json::Value;

use crate::cells::{Books, position};
use crate::result_json::exact;
use crate::runner::{Folder, list, str_of};

/// A scored example with its result and its files.
fn scored(name: &str) -> (Folder, Value, Books) {
    let folder = Folder::example(name);
    let result = folder.scored();
    let books = Books::new(folder.root());
    (folder, result, books)
}

/// Reads a decimal, with or without a percent sign, exactly.
fn decimal(text: &str) -> Option<BigRational> {
    let flat = text.trim().trim_end_matches('%');
    let (head, tail) = flat.split_once('.').unwrap_or((flat, ""));
    let digits = format!("{head}{tail}").parse().ok()?;
    Some(BigRational::new(digits, num_bigint::BigInt::from(10).pow(u32::try_from(tail.len()).ok()?)))
}

/// File path, sheet and cell of a place.
#[track_caller]
fn place<'v>(result: &'v Value, at: &'v Value) -> (&'v str, &'v str, &'v str) {
    let at = list(at);
    assert_eq!(at.len(), 3);
    let file = &list(&result["files"])[usize::try_from(at[0].as_u64().unwrap()).unwrap()];
    let (sheet, cell) = (str_of(&at[1]), str_of(&at[2]));
    let sheets: Vec<&str> = list(&file["sheets"]).iter().map(|s| str_of(s)).collect();
    assert!(sheets.contains(&sheet), "{file}: {sheet}");
    (str_of(&file["path"]), sheet, cell)
}

/// Every value under the keys `at` and `report`.
fn places<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                if (key == "at" || key == "report") && !inner.is_null() {
                    found.push(inner);
                } else {
                    places(inner, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|v| places(v, found)),
        _ => {}
    }
}

#[test]
fn every_place_of_a_result_exists() {
    for name in ["minimal", "panel", "city-2025"] {
        let (_folder, result, books) = scored(name);
        let mut found = Vec::new();
        for unit in list(&result["units"]) {
            places(unit, &mut found);
        }
        places(&result["registers"], &mut found);
        places(&result["findings"], &mut found);
        assert!(found.len() >= 24 || name == "minimal", "{name}: {}", found.len());
        for at in found {
            let (path, sheet, cell) = place(&result, at);
            let book = books.open(path);
            assert!(cell.is_empty() || book.spans(sheet, cell), "{name}: {path} {sheet}!{cell}");
        }
    }
}

#[test]
fn the_place_of_a_leaf_holds_the_number_that_decided() {
    for name in ["minimal", "city-2025"] {
        let (_folder, result, books) = scored(name);
        let mut looked = 0;
        for unit in list(&result["units"]) {
            for leaf in list(&unit["leaves"]) {
                let (path, sheet, cell) = place(&result, &leaf["at"]);
                let book = books.open(path);
                let there = book.cell(sheet, cell);
                let context = format!("{name} {} {leaf}: {path} {sheet}!{cell} holds {there:?}", unit["code"]);
                match str_of(&leaf["state"]) {
                    "verified" => {
                        let there = there.unwrap_or_else(|| panic!("{context}"));
                        assert!(holds(there, leaf), "{context}");
                    }
                    "not-applicable" => assert_eq!(there, Some("不涉及"), "{context}"),
                    "no-evidence" => assert_eq!(there, None, "{context}"),
                    other => panic!("{other}: {context}"),
                }
                looked += 1;
            }
        }
        assert!(looked >= 9, "{name}");
    }
}

/// Whether a cell holds a leaf's verified value or its verified points.
fn holds(cell: &str, leaf: &Value) -> bool {
    let Some(value) = leaf["value"].as_str() else {
        return decimal(cell) == Some(exact(&leaf["verified"]));
    };
    if value == cell {
        return true;
    }
    // A percent-formatted 0.965 reads as 96.5.
    let hundred = BigRational::from_integer(100.into());
    match (decimal(cell), decimal(value)) {
        (Some(cell), Some(value)) => cell == value || cell * hundred == value,
        _ => false,
    }
}

#[test]
fn every_rating_stands_in_the_cell_that_ratings_csv_names() {
    for (name, least) in [("minimal", 12), ("panel", 1080), ("city-2025", 1200)] {
        let (folder, _, books) = scored(name);
        let bytes = folder.bytes("results/v001/ratings.csv");
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").expect("a byte order mark, for Excel");
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().unwrap().clone();
        let column = |name: &str| header.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
        let (unit, value, state) = (column("unit"), column("value"), column("state"));
        let (file, sheet, cell) = (column("file"), column("sheet"), column("cell"));
        for column_name in ["component", "class", "serial", "rater", "node"] {
            column(column_name);
        }
        let mut rows = 0;
        for row in reader.records().map(Result::unwrap) {
            let book = books.open(&row[file]);
            let there = book.cell(&row[sheet], &row[cell]).unwrap_or("");
            let blank = row[value].is_empty() && ["", "—", "-", "/", "未填"].contains(&there);
            assert!(blank || there == &row[value], "{row:?} holds {there:?}");
            assert!(!row[unit].is_empty() && !row[state].is_empty());
            rows += 1;
        }
        assert!(rows >= least, "{name}: {rows}");
    }
}

#[test]
fn blank_lines_and_line_ends_of_a_csv_do_not_shift_the_cells() {
    use crate::small::{DELEGATES, DELEGATES_FILE, LEADERS, LEADERS_FILE, small};
    let folder = small();
    folder.write(DELEGATES_FILE, &format!("\u{feff}\n{}", DELEGATES.replace("代表,D2,,U01", "\n\n代表,D2,,U01")));
    folder.write(LEADERS_FILE, &LEADERS.replace("领导,R2,,U02", "\n领导,R2,,U02").replace('\n', "\r\n"));
    folder.score(&[]).ended(0);
    let books = Books::new(folder.root());
    let text = folder.text("results/v001/ratings.csv");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 15);
    for row in rows {
        let (value, file, cell) = (&row[6], &row[9], &row[11]);
        assert_eq!(books.open(file).cell("", cell), Some(value), "{row:?}");
    }
}

#[test]
fn a_register_row_stands_where_the_result_says() {
    let (_folder, result, books) = scored("city-2025");
    let registers = &result["registers"];
    for kind in ["adjustments", "decisions"] {
        for row in list(&registers[kind]) {
            let (path, sheet, cell) = place(&result, &row["at"]);
            assert_eq!(books.open(path).cell(sheet, cell), Some(str_of(&row["id"])));
        }
    }
    for unit in list(&result["units"]) {
        for row in list(&unit["adjustments"]).iter().filter(|a| !a["at"].is_null()) {
            let (path, sheet, cell) = place(&result, &row["at"]);
            assert_eq!(books.open(path).cell(sheet, cell), Some(str_of(&row["id"])));
        }
    }
}

#[test]
fn a_unit_stands_in_the_roster_row_the_result_names() {
    for name in ["minimal", "panel", "city-2025"] {
        let (_folder, result, books) = scored(name);
        for unit in list(&result["units"]) {
            let (path, sheet, cell) = place(&result, &unit["at"]);
            assert_eq!(books.open(path).cell(sheet, cell), Some(str_of(&unit["code"])), "{name}");
        }
    }
}

#[test]
fn a_tally_stands_in_the_row_the_result_names() {
    let (_folder, result, books) = scored("city-2025");
    for unit in list(&result["units"]).iter().filter(|u| u["mode"] != "excluded") {
        for class in list(&unit["components"]["online"]["ballots"]["classes"]) {
            for tally in list(&class["tallies"]) {
                let (path, sheet, cell) = place(&result, &tally["at"]);
                let book = books.open(path);
                let (row, _) = position(cell).unwrap();
                let numbers: Vec<&str> =
                    (0..12).filter_map(|col| book.cell(sheet, &crate::cells::name(row, col))).collect();
                let code = str_of(&unit["code"]);
                let named =
                    numbers.iter().any(|n| *n == code || *n == str_of(&unit["name"]) || short(unit).contains(n));
                assert!(named, "{path} {cell}: {numbers:?}");
                for vote in list(&tally["votes"]) {
                    let votes = list(vote)[1].to_string();
                    assert!(numbers.contains(&votes.as_str()), "{path} {cell}: {votes} in {numbers:?}");
                }
            }
        }
    }
}

fn short(unit: &Value) -> Vec<&str> {
    unit["other_names"].as_array().map(|names| names.iter().map(|n| str_of(n)).collect()).unwrap_or_default()
}

#[test]
fn files_are_listed_with_their_hashes() {
    use sha2::{Digest as _, Sha256};
    let (folder, result, _) = scored("city-2025");
    for file in list(&result["files"]) {
        let bytes = folder.bytes(str_of(&file["path"]));
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(str_of(&file["sha256"]), hash);
        assert_eq!(file["status"], "used");
    }
}
