//! With `secrecy`, no workbook ties a mark to a rater: class and serial only; file and cell of single marks stay in
//! ratings.csv (SPEC §11).

use crate::cells::{Book, Books, position};
use crate::runner::Folder;
use crate::small::{DELEGATES_FILE, small};

/// The visible cells of a scored folder's workbook.
fn result(folder: &Folder) -> std::rc::Rc<Book> {
    folder.score(&[]).ended(0);
    Books::new(folder.root()).open("results/v001/result.xlsx")
}

/// Whether a row of findings names a cell; its code, `W407`, would be a cell name too.
fn names_a_cell(row: &[String]) -> bool {
    row.iter().skip(2).any(|text| position(text).is_some())
}

/// Rows of a sheet as their texts.
fn rows(book: &Book, sheet: &str) -> Vec<Vec<String>> {
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    for (_, cells) in book.sheets().into_iter().filter(|(name, _)| *name == sheet) {
        for (cell, text) in cells {
            let (row, _) = position(&cell).unwrap();
            match rows.last_mut() {
                Some((last, texts)) if *last == row => texts.push(text.to_owned()),
                _ => rows.push((row, vec![text.to_owned()])),
            }
        }
    }
    rows.into_iter().map(|(_, texts)| texts).collect()
}

#[test]
fn no_sheet_of_results_names_a_rater() {
    let book = result(&Folder::example("city-2025"));
    // 来源 lists the files by name, and files are named by those who collect them.
    for (sheet, cells) in book.sheets().into_iter().filter(|(name, _)| !["来源", "校验"].contains(name)) {
        for (cell, text) in cells {
            for class in 1..=5 {
                assert!(!text.contains(&format!("P{class}-0")), "{sheet}!{cell}: {text}");
            }
        }
    }
}

#[test]
fn the_list_of_findings_gives_no_file_and_cell_of_a_single_mark() {
    let book = result(&Folder::example("city-2025"));
    let findings = rows(&book, "校验");
    assert!(findings.len() > 10);
    for row in findings {
        let file = row.iter().any(|text| text.starts_with("ballots/"));
        assert!(!(file && names_a_cell(&row)), "a mark can be looked up: {row:?}");
    }
}

#[test]
fn a_void_mark_is_not_quoted_beside_its_cell() {
    let folder = small();
    folder.edit("assess.toml", "language = \"zh\"\n", "language = \"zh\"\nsecrecy = true\n");
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U02,很好");
    let book = result(&folder);
    for row in rows(&book, "校验") {
        let mark = row.iter().any(|text| text.contains("很好"));
        assert!(!(mark && names_a_cell(&row)), "{row:?}");
    }
    assert!(folder.text("results/v001/ratings.csv").contains("很好"), "ratings.csv keeps it for explain and verify");
}

#[test]
fn the_terminal_still_says_where_a_void_mark_stands() {
    let folder = small();
    folder.edit("assess.toml", "language = \"zh\"\n", "language = \"zh\"\nsecrecy = true\n");
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U02,很好");
    let ran = folder.score(&["-v", "--lang", "en"]).ended(0);
    assert_eq!(crate::said::of_code(&ran.err, "W405")[0].line("at"), Some("E6"));
}

#[test]
fn no_written_workbook_names_a_rater_also_where_ballots_are_faulty() {
    // Raters with ids that stand nowhere else; one rates a unit twice, one an unknown unit, one gives an unknown word.
    let folder = small();
    folder.edit("assess.toml", "language = \"zh\"\n", "language = \"zh\"\nsecrecy = true\n");
    let ids = ["秘甲", "秘乙", "秘丙"];
    let named = ids.into_iter().zip(["D1", "D2", "D3"]);
    let text = named.fold(folder.text(DELEGATES_FILE), |text, (id, old)| text.replace(old, id));
    folder.write(DELEGATES_FILE, &text.replace("代表,秘乙,,U02,较好", "代表,秘乙,,U02,很好"));
    folder.score(&[]).ended(0);
    folder.run("feedback", &["-q"]).ended(0);
    folder.run("suggest", &["-q"]).ended(0);
    folder.score(&["--public", folder.path("公示.xlsx").to_str().unwrap()]).ended(0);
    folder.append(DELEGATES_FILE, "代表,秘甲,U03,U01,较好").append(DELEGATES_FILE, "代表,秘丙,,U99,较好");
    let ran = folder.run("check", &["--report", folder.path("检查.xlsx").to_str().unwrap()]).ended(1);
    assert!(ran.err.contains("秘甲"), "the terminal says whose ballot it is: {}", ran.err);
    let written: Vec<String> = folder.tree().into_keys().filter(|path| path.ends_with(".xlsx")).collect();
    assert!(written.len() > 7, "{written:?}");
    let books = Books::new(folder.root());
    for path in written {
        for (sheet, cells) in books.open(&path).sheets() {
            for (cell, text) in cells {
                assert!(!ids.iter().any(|id| text.contains(id)), "{path} {sheet}!{cell}: {text}");
            }
        }
    }
}
