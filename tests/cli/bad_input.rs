//! The bad input the issue names: a clear finding with code, file, cell, found, expected and remedy, in both languages;
//! exit 1 for data, and nothing written.

use crate::runner::{Folder, list, str_of, unit};
use crate::said::{LANGUAGES, Labels, Said, of_code};
use crate::small::{DELEGATES_FILE, LEADERS_FILE, REGISTER_FILE, report, small, workbook};

/// What a finding must say.
struct Expect<'e> {
    code: &'e str,
    file: &'e str,
    place: &'e str,
    found: &'e str,
    expected: &'e str,
}

/// A finding says place, found, expected and remedy in both languages, and nothing is written.
#[track_caller]
fn refused(folder: &Folder, expect: &Expect<'_>) {
    let before = folder.tree();
    for labels in &LANGUAGES {
        let ran = folder.score(&["--lang", labels.lang]).ended(1);
        let found = of_code(&ran.err, expect.code);
        let finding = at(&found, labels, expect.place);
        complete(finding, labels, expect);
        assert_eq!(finding.weight, labels.error);
        assert_eq!(folder.tree(), before, "nothing is written");
    }
}

#[track_caller]
fn at<'s>(found: &'s [Said], labels: &Labels, place: &str) -> &'s Said {
    let here = found.iter().find(|f| f.line(labels.place) == Some(place));
    here.unwrap_or_else(|| panic!("no such finding at {place}: {found:#?}"))
}

#[track_caller]
fn complete(finding: &Said, labels: &Labels, expect: &Expect<'_>) {
    assert_eq!(finding.line(labels.file), Some(expect.file));
    let quoted = format!("{}{}{}", labels.quotes.0, expect.found, labels.quotes.1);
    assert_eq!(finding.line(labels.found), Some(quoted.as_str()), "what was found, quoted: {finding:#?}");
    let expected = finding.line(labels.expected).unwrap_or_else(|| panic!("says what was expected: {finding:#?}"));
    assert!(expected.contains(expect.expected), "{expected}");
    assert!(finding.line(labels.fix).is_some_and(|fix| !fix.is_empty()), "says how to mend it: {finding:#?}");
    assert!(!finding.title.trim().is_empty() && !finding.title.contains(['{', '}']), "{finding:#?}");
}

#[test]
fn an_unknown_unit_is_refused_with_the_nearest_name() {
    let folder = small();
    folder.edit(LEADERS_FILE, "领导,R1,,U01,好", "领导,R1,,测试市图书棺,好");
    let expect =
        Expect {
            code: "E307", file: LEADERS_FILE, place: "D2", found: "测试市图书棺", expected: "测试市图书馆"
        };
    refused(&folder, &expect);
    for labels in &LANGUAGES {
        let ran = folder.score(&["--lang", labels.lang]);
        let said = of_code(&ran.err, "E307");
        assert!(said[0].line(labels.expected).unwrap().contains(labels.nearest));
    }
}

#[test]
fn a_near_name_is_never_taken_for_the_unit() {
    // 图书馆 is the declared short name; 图书馆党支部 is another body.
    let folder = small();
    folder.edit(LEADERS_FILE, "领导,R1,,U01,好", "领导,R1,,图书馆,好");
    folder.run("check", &[]).ended(0);
    folder.edit(LEADERS_FILE, "领导,R1,,图书馆,好", "领导,R1,,图书馆党支部,好");
    folder.run("check", &[]).ended(1);
}

#[test]
fn a_missing_self_report_is_named_and_only_a_draft_can_be_written() {
    let folder = small();
    folder.remove("self-reports/U02.csv");
    let before = folder.tree();
    for labels in &LANGUAGES {
        let ran = folder.score(&["--lang", labels.lang]).ended(1);
        let found = of_code(&ran.err, "E310");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].weight, labels.pending);
        assert_eq!(found[0].line(labels.unit), Some("U02"));
        assert_eq!((found[0].line(labels.file), found[0].line(labels.place)), (Some("roster.csv"), Some("A3")));
        assert!(found[0].line(labels.expected).is_some() && found[0].line(labels.fix).is_some());
        assert_eq!(folder.tree(), before);
    }
    let check = folder.run("check", &["--lang", "en"]).ended(1);
    assert!(check.out.lines().any(|l| l.contains("U02") && l.contains("missing")), "coverage: {}", check.out);
    let draft = folder.score(&["--draft", "--lang", "en"]).ended(0);
    assert_eq!(of_code(&draft.err, "E310").len(), 1, "a draft lists what is open: {}", draft.err);
    assert!(folder.has("results/draft/result.json") && !folder.has("results/v001"));
}

#[test]
fn a_score_out_of_range_names_the_exact_cell_of_a_workbook() {
    let folder = small();
    folder.remove("self-reports/U01.csv");
    let rows: [&[&str]; 9] = [
        &["2025 年度自评表"],
        &["单位代码", "U01", "", "单位", "测试市图书馆"],
        &["填报日期：2026 年 1 月"],
        &[],
        &["序号", "指标代码", "三级指标", "分值", "完成值", "自评得分", "佐证", "核定值", "核定得分", "核定说明"],
        &["1", "1.1", "学习次数", "40", "2", "36", "会议记录", "2", "36.5.1", ""],
        &["2", "2.1", "任务完成率", "60", "90%", "60.5", "统计表", "", "61", "从优"],
        &["", "合计", "", "100", "", "90", "", "", "90", ""],
        &["填报人：张三"],
    ];
    workbook(&folder, "self-reports/U01.xlsx", "自评表", &rows);
    let file = "self-reports/U01.xlsx";
    refused(&folder, &Expect { code: "E203", file, place: "自评表!F7", found: "60.5", expected: "0 – 60" });
    refused(&folder, &Expect { code: "E203", file, place: "自评表!I7", found: "61", expected: "0 – 60" });
    let said = folder.score(&["--lang", "en"]).err;
    assert_eq!(of_code(&said, "E201")[0].line("at"), Some("自评表!I6"), "{said}");
}

#[test]
fn a_score_out_of_range_names_the_exact_cell_of_a_csv() {
    let folder = small();
    folder.edit("self-reports/U03.csv", "1.1,学习次数,40,6,28,会议记录,6,,", "1.1,学习次数,40,6,-1,会议记录,,40.01,");
    let file = "self-reports/U03.csv";
    refused(&folder, &Expect { code: "E203", file, place: "E3", found: "-1", expected: "0 – 40" });
    refused(&folder, &Expect { code: "E203", file, place: "H3", found: "40.01", expected: "0 – 40" });
}

#[test]
fn blank_lines_of_a_csv_count_as_rows() {
    let folder = small();
    let text = report("U03", 6, 28).replace("1.1,学习次数,40,6,28", "\n\n1.1,学习次数,40,6,41");
    folder.write("self-reports/U03.csv", &format!("\n{text}"));
    refused(
        &folder,
        &Expect { code: "E203", file: "self-reports/U03.csv", place: "E6", found: "41", expected: "0 – 40" },
    );
}

#[test]
fn an_unknown_ballot_word_is_void_with_a_warning_and_the_rest_counts() {
    let folder = small();
    folder.edit(DELEGATES_FILE, "代表,D2,,U02,较好", "代表,D2,,U02,很好");
    for labels in &LANGUAGES {
        let fresh = Folder::copy_of(&folder);
        let ran = fresh.score(&["-v", "--lang", labels.lang]).ended(0);
        let found = of_code(&ran.err, "W405");
        let expect = Expect { code: "W405", file: DELEGATES_FILE, place: "E6", found: "很好", expected: "较好" };
        complete(at(&found, labels, "E6"), labels, &expect);
        assert_eq!(found[0].weight, labels.warning);
        let result = fresh.json("results/v001/result.json");
        // P2 for U02 without the void mark: (100 + 100) / 2; P1: 80; 0.7·80 + 0.3·100 = 86.
        assert_eq!(unit(&result, "U02")["components"]["meeting"]["exact"], "86/1");
        assert!(fresh.text("results/v001/ratings.csv").contains("很好"), "the mark is kept in ratings.csv");
        folder.score(&["--strict", "--lang", labels.lang]).ended(1);
        assert!(!folder.has("results"));
    }
}

#[test]
fn a_rater_who_rates_a_unit_twice_is_refused_with_both_places() {
    let folder = small();
    folder.append(DELEGATES_FILE, "代表,D3,,图书馆,差");
    let before = folder.tree();
    for labels in &LANGUAGES {
        let ran = folder.score(&["--lang", labels.lang]).ended(1);
        let found = of_code(&ran.err, "E403");
        assert_eq!(found.len(), 1, "{}", ran.err);
        let both = [found[0].line(labels.place).unwrap(), found[0].line(labels.also).unwrap()].join(" ");
        assert!(both.contains("E11") && both.contains("E8"), "{both}");
        assert_eq!(found[0].line(labels.unit), Some("U01"));
        assert!(found[0].line(labels.found).unwrap().contains("D3"));
        assert!(found[0].line(labels.fix).is_some());
        assert_eq!(folder.tree(), before);
    }
}

#[test]
fn a_duplicate_rating_says_what_was_expected() {
    // §10: a finding says place, what was found, what was expected, how to mend it.
    let folder = small();
    folder.append(DELEGATES_FILE, "代表,D3,,图书馆,差");
    let said = of_code(&folder.score(&["--lang", "en"]).ended(1).err, "E403");
    assert!(said[0].line("expected").is_some(), "{said:#?}");
    assert_eq!(said[0].title, said[0].title.trim(), "no loose end in the title");
}

#[test]
fn an_unapproved_adjustment_is_listed_and_counts_nothing() {
    let folder = small();
    let result = folder.scored();
    let third = unit(&result, "U03");
    assert_eq!((str_of(&third["plus"]), str_of(&third["total"])), ("0.00", "73.20"));
    let row = &list(&third["adjustments"])[0];
    assert_eq!((str_of(&row["id"]), str_of(&row["outcome"]), str_of(&row["counted"])), ("2", "proposed", "0/1"));
    let registers = list(&result["registers"]["adjustments"]);
    assert_eq!(registers.len(), 2, "every row is listed");
    assert_eq!((str_of(&registers[1]["standing"]), str_of(&registers[1]["outcome"])), ("proposed", "proposed"));
    let note = list(&result["findings"]).iter().find(|f| f["code"] == "N624").expect("a note about it");
    assert_eq!((str_of(&note["file"]), str_of(&note["severity"])), (REGISTER_FILE, "note"));
    assert_eq!(str_of(&unit(&result, "U02")["plus"]), "2.00", "the approved one counts");
}

#[test]
fn an_approved_adjustment_with_incomplete_documents_counts_nothing_with_a_warning() {
    let folder = small();
    folder.edit(REGISTER_FILE, ",工委审定,工委〔2026〕1号,", ",工委审定,,");
    for labels in &LANGUAGES {
        let ran = Folder::copy_of(&folder).score(&["-v", "--lang", labels.lang]).ended(0);
        let found = of_code(&ran.err, "W608");
        assert_eq!((found[0].line(labels.file), found[0].line(labels.place)), (Some(REGISTER_FILE), Some("M2")));
        assert!(found[0].line(labels.fix).is_some());
    }
    let result = folder.scored();
    assert_eq!(str_of(&unit(&result, "U02")["total"]), "85.20");
}

#[test]
fn approved_points_that_differ_from_the_model_are_refused() {
    let folder = small();
    folder.edit(REGISTER_FILE, "先进,,2,2,", "先进,,3,3,");
    refused(&folder, &Expect { code: "E603", file: REGISTER_FILE, place: "G2", found: "3", expected: "2" });
}

#[test]
fn a_unit_not_verified_is_refused_at_the_empty_cell() {
    let folder = small();
    folder.write("self-reports/U02.csv", &report("U02", 4, 32).replace("统计表,90%,,", "统计表,,,"));
    for labels in &LANGUAGES {
        let ran = folder.score(&["--lang", labels.lang]).ended(1);
        let found = of_code(&ran.err, "E211");
        assert_eq!(found.len(), 1, "{}", ran.err);
        assert_eq!(found[0].line(labels.file), Some("self-reports/U02.csv"));
        let place = found[0].line(labels.place).unwrap();
        assert!(["G4", "H4"].contains(&place), "a missing value has a place: {place}");
        assert!(found[0].line(labels.expected).is_some() && found[0].line(labels.fix).is_some());
    }
}
