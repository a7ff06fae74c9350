//! Feedback given back as an input: refused by name, except that the ledger sheet is read among ledgers.

use std::fs;

use crate::runner::{Folder, assess};
use crate::sheets::{example, file};

#[test]
fn a_feedback_workbook_is_refused_in_every_input_folder() {
    let scored = example("city-2025");
    let own = scored.path(&file(&scored, "U08"));
    for to in ["self-reports/U08.xlsx", "registers/U08.xlsx", "ballots/meeting/U08.xlsx", "verified/U08.xlsx"] {
        let folder = Folder::example("city-2025");
        fs::create_dir_all(folder.path(to).parent().unwrap()).unwrap();
        fs::copy(&own, folder.path(to)).unwrap();
        let ran = folder.run("check", &["--lang", "en"]).ended(1);
        assert!(ran.err.contains("E113") || ran.out.contains("E113"), "{to}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn the_ledger_sheet_is_read_where_ledgers_are_read() {
    let scored = example("city-2025");
    let with_problems = "U12";
    fs::create_dir_all(scored.path("ledgers")).unwrap();
    fs::copy(scored.path(&file(&scored, with_problems)), scored.path("ledgers/returned.xlsx")).unwrap();
    let next = Folder::empty();
    let target = next.path("2026");
    let ran = assess(&["init", target.to_str().unwrap(), "--from", scored.shown()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let carried = walkdir::WalkDir::new(target.join("ledgers")).into_iter().map(Result::unwrap);
    let carried: Vec<_> = carried.filter(|e| e.file_type().is_file()).collect();
    assert_eq!(carried.len(), 1, "open problems go on into the next period: {}{}", ran.out, ran.err);
    let books = crate::cells::Books::new(&target);
    let below = carried[0].path().strip_prefix(&target).unwrap().to_str().unwrap();
    let text = crate::dump::workbook(&books.open(below));
    assert!(text.contains("2025-U12-"), "{text}");
}
