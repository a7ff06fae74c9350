//! All problems of all files in one run, sorted; a file that cannot be read is one finding, not a crash.

use crate::runner::{Folder, list, str_of};
use crate::said::{LANGUAGES, findings, of_code};
use crate::small::{DELEGATES_FILE, LEADERS_FILE, REGISTER_FILE, report, small};

/// A project with a fault in every kind of file.
fn broken() -> Folder {
    let folder = small();
    folder
        .write("self-reports/U01.csv", &report("U01", 2, 41))
        .write("self-reports/U02.csv", &report("U02", 4, 32).replace("90%,54", "8-10,54"))
        .remove("self-reports/U03.csv")
        .write("self-reports/坏文件.xlsx", "PK\u{3}\u{4}不是工作簿")
        .edit(LEADERS_FILE, "领导,R2,,U03,一般", "领导,R2,,U09,一般")
        .append(DELEGATES_FILE, "代表,D3,,U03,好")
        .append(DELEGATES_FILE, "群众,D4,,U03,好")
        .append(REGISTER_FILE, "3,U01,J9,立功,,2,2,决定,省〔2025〕8号,省厅,2025-07-01,工委审定,工委〔2026〕2号,");
    folder
}

#[test]
fn all_findings_of_several_files_are_told_at_once_and_sorted() {
    let folder = broken();
    let before = folder.tree();
    for labels in &LANGUAGES {
        let ran = folder.score(&["--lang", labels.lang]).ended(1);
        let said = findings(&ran.err);
        let codes: Vec<&str> = said.iter().map(|f| f.code.as_str()).collect();
        for code in ["E104", "E201", "E203", "E307", "E310", "E401", "E403", "E602"] {
            assert!(codes.contains(&code), "{code} is missing: {codes:?}");
        }
        let weights = [labels.error, labels.pending, labels.warning];
        let key = |f: &crate::said::Said| (weights.iter().position(|w| *w == f.weight).unwrap(), f.code.clone());
        let keys: Vec<_> = said.iter().map(key).collect();
        assert!(keys.is_sorted(), "by weight, then code: {keys:?}");
        assert_eq!(folder.tree(), before, "nothing is written");
    }
}

#[test]
fn check_gives_the_same_findings_as_score() {
    let folder = broken();
    let (check, score) = (folder.run("check", &[]).ended(1), folder.score(&[]).ended(1));
    assert_eq!(findings(&check.err), findings(&score.err));
    let document = folder.run("check", &["--format", "json"]).ended(1).json();
    let printed: Vec<String> = findings(&check.err).into_iter().map(|f| f.code).collect();
    let loud = list(&document["findings"]).iter().filter(|f| str_of(&f["severity"]) != "note");
    assert_eq!(loud.map(|f| str_of(&f["code"]).to_owned()).collect::<Vec<_>>(), printed);
    assert_eq!(document["ok"], false);
}

#[test]
fn check_as_csv_has_one_row_per_finding() {
    let folder = broken();
    let ran = folder.run("check", &["--format", "csv"]).ended(1);
    let mut reader = csv::Reader::from_reader(ran.out.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().take(6).collect::<Vec<_>>(), ["severity", "code", "unit", "file", "sheet", "cell"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let unknown = rows.iter().find(|r| &r[1] == "E307").expect("the unknown unit");
    assert_eq!((&unknown[3], &unknown[5], &unknown[7]), (LEADERS_FILE, "D7", "U09"));
}

#[test]
fn every_fault_of_one_register_row_is_told() {
    // §5.7: all problems of all files are found in one run; nothing stops at the first.
    let folder = small();
    folder.append(REGISTER_FILE, "3,U09,J7,立功,,2,2,决定,省〔2025〕8号,省厅,2025-13-40,审定,工委〔2026〕2号,");
    let ran = folder.score(&["--lang", "en"]).ended(1);
    let codes: Vec<String> = findings(&ran.err).into_iter().map(|f| f.code).collect();
    for code in ["E307", "E602", "E605", "E610"] {
        assert!(codes.contains(&code.to_owned()), "{code}: {codes:?}");
    }
}

#[test]
fn a_register_row_with_a_number_used_twice_still_shows_its_other_faults() {
    let folder = small();
    folder.append(REGISTER_FILE, "2,U09,J1,立功,,2,2,决定,省〔2025〕8号,省厅,2025-07-01,工委审定,工委〔2026〕2号,");
    let ran = folder.score(&["--lang", "en"]).ended(1);
    let codes: Vec<String> = findings(&ran.err).into_iter().map(|f| f.code).collect();
    assert_eq!(codes, ["E307", "E601"]);
}

#[test]
fn a_file_that_cannot_be_read_is_one_finding() {
    let samples: [(&str, &[u8]); 4] = [
        ("空.xlsx", b""),
        ("文字.xlsx", b"this is text, not a workbook"),
        ("半截.xlsx", b"PK\x03\x04\x14\x00\x06\x00"),
        ("网页.xls", b"<html><body>x</body></html>"),
    ];
    for (name, bytes) in samples {
        let folder = small();
        std::fs::write(folder.path("registers").join(name), bytes).unwrap();
        let ran = folder.score(&["--lang", "en"]).ended(1);
        let said: Vec<_> = findings(&ran.err).into_iter().filter(|f| f.weight == "Error").collect();
        assert_eq!(said.len(), 1, "{name}: {}", ran.err);
        assert_eq!(said[0].line("file"), Some(format!("registers/{name}").as_str()));
        assert!(said[0].code.starts_with("E10"), "{name}: {}", said[0].code);
        assert!(!folder.has("results"));
    }
}

#[test]
fn a_lock_file_is_skipped_with_a_note() {
    let folder = small();
    folder.write("self-reports/~$U01.xlsx", "lock");
    let ran = folder.run("check", &["-v", "--lang", "en"]).ended(0);
    assert_eq!(of_code(&ran.err, "N111")[0].line("file"), Some("self-reports/~$U01.xlsx"));
}

#[test]
fn a_report_that_names_two_units_is_refused_with_both_cells() {
    let folder = small();
    folder.edit("self-reports/U01.csv", "单位代码,U01", "单位代码,U01,单位,测试市博物馆");
    let ran = folder.score(&["--lang", "en"]).ended(1);
    let said = of_code(&ran.err, "E308");
    let both = [said[0].line("at").unwrap(), said[0].line("also").unwrap_or("")].join(" ");
    assert!(both.contains("B1") && both.contains("D1"), "{both}");
}

#[test]
fn two_different_reports_of_one_unit_are_refused_and_two_equal_ones_are_a_warning() {
    let folder = small();
    folder.write("self-reports/U01 (2).csv", &report("U01", 2, 36));
    let ran = folder.score(&["--lang", "en"]).ended(0);
    assert_eq!(of_code(&ran.err, "W303").len(), 1, "{}", ran.err);
    let other = small();
    other.write("self-reports/U01 最终版.csv", &report("U01", 3, 34));
    let ran = other.score(&["--lang", "en"]).ended(1);
    let said = of_code(&ran.err, "E302");
    let text = format!("{said:?}{}", ran.err);
    for cell in ["D3", "E3", "G3"] {
        assert!(text.contains(cell), "names every differing cell ({cell}): {}", ran.err);
    }
}

#[test]
fn decisive_text_of_an_input_is_never_taken_for_terminal_control() {
    let folder = small();
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U02,\u{1b}[31m好");
    let ran = folder.run("check", &[]);
    assert!(!ran.err.contains('\u{1b}') && !ran.out.contains('\u{1b}'), "{}", ran.err);
}

#[test]
fn text_of_an_input_is_never_a_formula_in_an_output() {
    let folder = small();
    let formula = "=HYPERLINK(1)";
    folder.edit("roster.csv", "U03,测试市文化馆,文化馆", &format!("U03,{formula},文化馆"));
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", &format!("代表,D2,,U02,{formula}"));
    let table = folder.score(&["--format", "csv"]).ended(0).out;
    let ratings = folder.text("results/v001/ratings.csv");
    let findings = folder.run("check", &["--format", "csv"]).ended(0).out;
    for text in [table, ratings, findings] {
        assert!(text.contains(formula), "the text is kept: {text}");
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        for field in reader.records().flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
            assert!(!field.starts_with(['=', '@', '\t']), "{field}");
        }
    }
    let bytes = folder.bytes("results/v001/result.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    use calamine::Reader as _;
    for sheet in book.sheet_names() {
        let formulas = book.worksheet_formula(&sheet).unwrap();
        assert!(formulas.used_cells().all(|(_, _, f)| !f.contains("HYPERLINK")), "{sheet}");
    }
}
