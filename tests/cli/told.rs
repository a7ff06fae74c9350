//! Findings on the terminal: few in full, many as one line for each code.

use crate::said::{LANGUAGES, of_code};
use crate::small::small;

/// A project whose roster has this many more units, none of which handed anything in.
fn without_reports(count: usize) -> crate::runner::Folder {
    let folder = small();
    for n in 0..count {
        folder.append("roster.csv", &format!("X{n:03},单位第{n}号,,文化场馆,排名"));
    }
    folder
}

#[test]
fn five_hundred_missing_reports_are_a_few_lines() {
    let folder = without_reports(500);
    for labels in &LANGUAGES {
        let ran = folder.run("check", &["--lang", labels.lang]).ended(1);
        let told = of_code(&ran.err, "E310");
        assert_eq!(told.len(), 1, "{}", ran.err);
        assert!(told[0].title.contains("500") && told[0].title.contains("X000"), "{told:?}");
        let lines = ran.err.lines().count() + ran.out.lines().count();
        assert!(lines <= 14, "{lines} lines:\n{}\n{}", ran.err, ran.out);
    }
}

#[test]
fn all_of_them_are_one_option_away() {
    let folder = without_reports(40);
    let ran = folder.run("check", &["-v", "--lang", "en"]).ended(1);
    assert_eq!(of_code(&ran.err, "E310").len(), 40);
    assert!(ran.out.contains("X039"), "the table names every unit");
}

#[test]
fn a_few_are_told_in_full_by_check_and_in_one_line_by_score() {
    let folder = small();
    folder.edit("ballots/meeting/代表.csv", "代表,D2,,U02,较好", "代表,D2,,U02,很好");
    let checked = folder.run("check", &["--lang", "en"]).ended(0);
    assert_eq!(of_code(&checked.err, "W405")[0].line("at"), Some("E6"));
    let scored = folder.score(&["--lang", "en"]).ended(0);
    let told = of_code(&scored.err, "W405");
    assert!(told[0].line("at").is_none() && told[0].title.contains("E6") && told[0].title.contains("很好"), "{told:?}");
}
