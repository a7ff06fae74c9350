//! 核对: rows that say what a value should be are compared with the published values on every run (SPEC §12).

use crate::runner::{Folder, list};
use crate::said::{LANGUAGES, of_code};
use crate::small::small;

/// The small project with assertions; their header stands in line 1.
fn asserting(path: &str, rows: &str) -> Folder {
    let folder = small();
    folder.write(path, &format!("单位,位置,应为,备注\n{rows}"));
    folder
}

/// One row for every kind of place, as the small project comes out.
const TRUE: &str = "U01,总分,90.40,手工\nU02,total,87.2,\n图书馆,2.1,54,\nU01,1.1,36,\nU01,indicators,90,\nU01,述职评议,91,\n\
                    U02,加分,2,\nU02,减分,0,\nU02,基础分,85.20,\nU02,位次,2,\nU03,总位次,3,\nU01,组内位次,1,\nU01,等次,优秀,\nU01,A2,90.4,\n";

#[test]
fn true_assertions_say_nothing_and_are_kept_in_the_result() {
    for path in ["registers/核对.csv", "核对.csv", "assertions.csv"] {
        let folder = asserting(path, TRUE);
        let checked = folder.run("check", &["--lang", "en"]).ended(0);
        assert!(of_code(&checked.err, "E641").is_empty() && !checked.err.contains("W116"), "{}", checked.err);
        let result = folder.scored();
        assert_eq!(list(&result["assertions"]).len(), 14);
        assert_eq!(result["reconciliation"]["registers"]["assertions:agreed"], 14);
        assert!(folder.json("results/v001/manifest.json").to_string().contains(path), "it is an input");
    }
}

#[test]
fn a_false_assertion_is_an_error_at_its_row_with_both_values() {
    let folder = asserting("核对.csv", "U01,总分,90.41,\nU03,等次,优秀,\nU02,位次,1,\nU02,1.1,33,\n");
    let before = folder.tree();
    for labels in &LANGUAGES {
        let ran = folder.score(&["--lang", labels.lang]).ended(1);
        let said = of_code(&ran.err, "E641");
        assert_eq!(said.len(), 4, "{}", ran.err);
        let at = |place: &str| said.iter().find(|s| s.line(labels.place) == Some(place)).unwrap();
        let quoted = |text: &str| format!("{}{text}{}", labels.quotes.0, labels.quotes.1);
        assert_eq!(at("C2").line(labels.found), Some(quoted("90.40").as_str()));
        assert_eq!(at("C2").line(labels.expected), Some("90.41"));
        assert_eq!(at("C3").line(labels.found), Some(quoted("达标").as_str()));
        assert_eq!(at("C4").line(labels.unit), Some("U02"));
        assert!(at("C5").line(labels.fix).is_some() && at("C5").title.ends_with("1.1"));
        assert_eq!(folder.tree(), before, "nothing is written");
    }
}

#[test]
fn an_unknown_place_unit_grade_or_a_blank_value_is_an_error() {
    let folder =
        asserting("registers/核对.csv", "U01,总份,90,\nU99,总分,90,\nU01,等次,优,\nU01,总分,,\nU01,总分,九十,\n,,,\n");
    let ran = folder.run("check", &["--lang", "en"]).ended(1);
    for (code, place) in [("E642", "B2"), ("E307", "A3"), ("E616", "C4"), ("E314", "C5"), ("E201", "C6")] {
        let said = of_code(&ran.err, code);
        assert_eq!(said[0].line("at"), Some(place), "{code}: {}", ran.err);
    }
    assert!(of_code(&ran.err, "E642")[0].line("expected").unwrap().contains("总分"));
}

#[test]
fn a_value_that_should_not_be_there_can_be_asserted() {
    let folder = asserting("核对.csv", "U03,位次,—,\nU03,等次,达标,\n");
    folder.edit("roster.csv", "U03,测试市文化馆,文化馆,场馆,排名", "U03,测试市文化馆,文化馆,场馆,单列");
    folder.run("check", &[]).ended(0);
    let folder = asserting("核对.csv", "U03,位次,—,\n");
    let said = of_code(&folder.run("check", &["--lang", "en"]).ended(1).err, "E641");
    assert_eq!(said[0].line("found"), Some("\"3\""));
}

#[test]
fn values_that_rest_on_errors_are_not_compared() {
    let folder = asserting("核对.csv", "U01,总分,1,\n");
    folder.append(crate::small::DELEGATES_FILE, "代表,D4,,U99,好");
    assert!(of_code(&folder.run("check", &[]).ended(1).err, "E641").is_empty());
}
