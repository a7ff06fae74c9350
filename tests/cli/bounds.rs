//! However much is wrong: of a file 200 findings are listed, the others counted; no error is lost, no total is wrong.

use crate::runner::{Folder, list, str_of};
use crate::said::{LANGUAGES, of_code};
use crate::small::{DELEGATES_FILE, LEADERS_FILE, REGISTER_FILE, small};

/// How often a code stands in the findings of `check --format json`, and the four totals.
#[track_caller]
fn checked(folder: &Folder, code: i32, wanted: &[&str]) -> (Vec<usize>, [u64; 4]) {
    let document = folder.run("check", &["--format", "json"]).ended(code).json();
    let findings = list(&document["findings"]);
    let times = |code: &&str| findings.iter().filter(|f| str_of(&f["code"]) == *code).count();
    let totals = ["errors", "pending", "warnings", "notes"].map(|key| document[key].as_u64().unwrap());
    (wanted.iter().map(times).collect(), totals)
}

#[test]
fn a_csv_of_bad_ballots_lists_two_hundred_and_counts_the_others() {
    let folder = small();
    let rows: String = (0..1500).map(|n| format!("领导,R{},,X{n},好\n", n % 3)).collect();
    folder.write(LEADERS_FILE, &format!("评议主体,评委编号,所在单位,单位,评价\n{rows}"));
    let (times, [errors, ..]) = checked(&folder, 1, &["E307", "E134"]);
    assert_eq!(times, [200, 1]);
    // 1500 unknown units on the three ballots that were issued; that nobody rated follows from them.
    assert_eq!(errors, 1500);
    for labels in &LANGUAGES {
        let ran = folder.run("check", &["-v", "--lang", labels.lang]).ended(1);
        let said = &of_code(&ran.err, "E134")[0];
        assert_eq!(said.weight, labels.error);
        assert_eq!(said.line(labels.file), Some(LEADERS_FILE));
        assert!(said.line(labels.found).unwrap().contains("E307 × 1300"), "{said:#?}");
        assert!(ran.out.contains("1500"), "{}", ran.out);
    }
}

#[test]
fn only_warnings_beyond_the_list_are_a_warning() {
    let folder = small();
    let rows: String = (0..300).map(|n| format!("代表,E{n},,U01,很好\n代表,E{n},,U02,好\n")).collect();
    folder.append(DELEGATES_FILE, rows.trim_end());
    let (times, totals) = checked(&folder, 0, &["W405", "E134"]);
    assert_eq!(times, [200, 1]);
    assert_eq!((totals[0], totals[2]), (0, 300), "300 void marks");
    folder.run("check", &["--strict"]).ended(1);
    folder.score(&[]).ended(0);
    let result = folder.json("results/v001/result.json");
    let told = list(&result["findings"]).iter().find(|f| str_of(&f["code"]) == "E134").unwrap();
    assert_eq!((str_of(&told["severity"]), &told["counts"]["warnings"]), ("warning", &100.into()));
}

#[test]
fn stray_files_are_counted_by_kind() {
    let folder = small();
    for n in 0..250 {
        folder.write(&format!("extra/{n}.csv"), "a,b\n1,2\n");
    }
    let (times, [errors, pending, warnings, _]) = checked(&folder, 0, &["W116", "E134"]);
    assert_eq!((times, errors, pending, warnings), (vec![200, 1], 0, 0, 250));
    let found = folder.score(&[]).ended(0);
    assert!(of_code(&found.err, "E134")[0].title.contains("200"), "{}", found.err);
    let files = list(&folder.json("results/v001/result.json")["files"]).len();
    assert_eq!(files, 258, "every file stays listed: model, roster, 3 reports, 2 ballots, register, 250 strays");
}

#[test]
fn units_without_report_are_told_one_by_one() {
    let folder = small();
    let rows: String = (100..400).map(|n| format!("V{n},单位{n}号,,场馆,排名\n")).collect();
    folder.append("roster.csv", rows.trim_end());
    let (times, totals) = checked(&folder, 1, &["E310", "E411", "E134"]);
    assert_eq!((times, totals[1]), (vec![300, 300, 0], 600));
}

#[test]
fn unknown_keys_of_a_model_are_listed_up_to_the_bound() {
    let folder = small();
    let keys: String = (0..700).map(|n| format!("kei_{n} = 1\n")).collect();
    folder.edit("assess.toml", "[score]\n", &format!("[score]\n{keys}"));
    let (times, [errors, ..]) = checked(&folder, 2, &["E503", "E134"]);
    assert_eq!((times, errors), (vec![200, 1], 700));
}

#[test]
fn many_register_rows_of_one_unit_and_their_appeals_are_read_as_few_are() {
    let folder = small();
    let row = |n: u32| {
        let documents = format!("决定{n},省〔2025〕{n}号,省厅,2025-06-18,工委审定,工委〔2026〕{n}号");
        format!("{n},U02,J1,先进{n},,2,2,{documents},复核申请FS-{n}\n")
    };
    folder.edit(REGISTER_FILE, "备注", "关联编号");
    folder.append(REGISTER_FILE, (10..1210).map(row).collect::<String>().trim_end());
    let appeals: String =
        (10..1210).map(|n| format!("FS-{n},U02,总分,请复核,2026-01-10,支持,工委复〔2026〕{n}号\n")).collect();
    folder.write("registers/复核申请.csv", &format!("编号,单位,位置,诉求,收到日期,结论,文号\n{appeals}"));
    let (times, totals) = checked(&folder, 0, &["E651", "E134"]);
    assert_eq!((times, totals[0]), (vec![0, 0], 0), "every appeal is followed by the row that names it");
    folder.edit(REGISTER_FILE, "复核申请FS-11\n", "\n");
    let (times, _) = checked(&folder, 1, &["E651"]);
    assert_eq!(times, [1]);
}

#[test]
fn a_file_that_asks_for_too_much_is_named_with_what_there_is_too_much_of() {
    let folder = small();
    folder.append("assess.toml", "\n[limits]\ncsv_rows = 5");
    for labels in &LANGUAGES {
        let ran = folder.run("check", &["--lang", labels.lang]).ended(1);
        let said = &of_code(&ran.err, "E108");
        assert_eq!(said.len(), 2, "seven rows of leaders, ten of delegates: {said:#?}");
        assert_eq!(said[0].line(labels.file), Some(DELEGATES_FILE));
        assert!(said[0].line(labels.found).unwrap().contains("rows: 6"), "{said:#?}");
        assert!(said[0].line(labels.expected).unwrap().contains("<= 5 ([limits] csv_rows)"), "{said:#?}");
    }
    folder.edit("assess.toml", "csv_rows = 5", "csv_rows = 10\nrows = 4");
    folder.run("check", &[]).ended(0);
    folder.edit("assess.toml", "rows = 4", "rows = 3");
    let ran = folder.run("check", &["--lang", "en"]).ended(1);
    assert_eq!(of_code(&ran.err, "E108").len(), 3, "three reports: {}", ran.err);
    folder.edit("assess.toml", "rows = 3", "steps = 20");
    let ran = folder.run("check", &["--lang", "en"]).ended(1);
    assert!(ran.err.contains("([limits] steps)"), "{}", ran.err);
}
