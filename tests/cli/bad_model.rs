//! Model and roster errors: all at once, each with line and column and the nearest known key; exit 2, nothing written.

use crate::runner::Folder;
use crate::said::{LANGUAGES, Said, findings, of_code};
use crate::small::{MODEL, small};

/// Line and column of the only place where a text stands in the model.
#[track_caller]
fn place_of(model: &str, text: &str) -> String {
    assert_eq!(model.matches(text).count(), 1, "{text:?}");
    let before = &model[..model.find(text).unwrap()];
    let line = before.matches('\n').count() + 1;
    format!("{line}:{}", before.rsplit('\n').next().unwrap().chars().count() + 1)
}

fn refused(folder: &Folder, lang: &str) -> Vec<Said> {
    let before = folder.tree();
    let ran = folder.score(&["--lang", lang]).ended(2);
    assert_eq!(folder.tree(), before, "nothing is written");
    findings(&ran.err)
}

#[test]
fn several_model_errors_are_told_at_once_with_line_column_and_nearest_key() {
    let folder = small();
    let model = MODEL
        .replace("decimals = 2", "decimal = 2")
        .replace("quota = { share = 40 }", "quota = { share = 40, roundin = \"floor\" }")
        .replace("weight = 40", "weight = 45")
        .replace("rates = \"unit\"", "rates = \"units\"");
    folder.write("assess.toml", &model);
    for labels in &LANGUAGES {
        let said = refused(&folder, labels.lang);
        let one = |code: &str, place: &str| {
            let found = said.iter().find(|f| f.code == code && f.line(labels.place) == Some(place));
            found.unwrap_or_else(|| panic!("no {code} at {place}: {said:#?}"))
        };
        let key = one("E503", &place_of(&model, "decimal = 2"));
        assert_eq!(key.line(labels.found), Some(format!("{}decimal{}", labels.quotes.0, labels.quotes.1).as_str()));
        let nearest = key.line(labels.expected).unwrap();
        assert!(nearest.contains(labels.nearest) && nearest.contains("decimals"), "{nearest}");
        let inner = one("E503", &place_of(&model, "roundin = "));
        assert!(inner.line(labels.expected).unwrap().contains("rounding"));
        let weights = said.iter().find(|f| f.code == "E505").expect("weights");
        assert!(
            weights.line(labels.found).unwrap().contains("105")
                && weights.line(labels.expected).unwrap().contains("100")
        );
        let value = said.iter().find(|f| f.line(labels.found).is_some_and(|v| v.contains("units"))).expect("rates");
        assert_eq!(value.line(labels.place), Some(place_of(&model, "\"units\"").as_str()));
        assert!(value.line(labels.expected).unwrap().contains("unit"));
        for finding in &said {
            assert_eq!(finding.weight, labels.error);
            assert_eq!(finding.line(labels.file), Some("assess.toml"));
            assert!(finding.line(labels.fix).is_some_and(|fix| !fix.is_empty()), "{finding:?}");
        }
    }
}

#[test]
fn a_fault_of_one_rule_does_not_bring_up_sums_that_are_right() {
    // The points of A1 and A2 add up as written; only the parameters of 1.1 are wrong.
    let folder = small();
    folder.edit("assess.toml", "params = \"每次=2\"", "params = \"每次=x\"");
    let codes: Vec<String> = refused(&folder, "en").into_iter().map(|f| f.code).collect();
    assert_eq!(codes, ["E509"]);
}

#[test]
fn weights_must_add_up_to_100_exactly() {
    for (weight, sum) in [("40.01", "100.01"), ("39.99", "99.99"), ("45", "105")] {
        let folder = small();
        folder.edit("assess.toml", "weight = 40", &format!("weight = {weight}"));
        let said = refused(&folder, "en");
        assert_eq!(said.len(), 1, "{said:#?}");
        assert_eq!(said[0].code, "E505");
        assert_eq!(said[0].line("found"), Some(format!("\"{sum}\"").as_str()));
    }
    let folder = small();
    folder.edit("assess.toml", "weight = 60", "weight = 59.9").edit("assess.toml", "weight = 40", "weight = 40.1");
    folder.score(&[]).ended(0);
}

#[test]
fn points_of_indicators_must_add_up_to_their_aspect() {
    let folder = small();
    folder.edit("assess.toml", "name = \"学习次数\"\npoints = 40", "name = \"学习次数\"\npoints = 39.5");
    let said = refused(&folder, "en");
    assert_eq!(said.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["E506"]);
    assert_eq!((said[0].line("found"), said[0].line("expected")), (Some("\"39.5\""), Some("40")));
}

#[test]
fn text_that_is_no_toml_names_the_line() {
    let folder = small();
    folder.edit("assess.toml", "title = \"小项目\"", "title = \"小项目");
    for labels in &LANGUAGES {
        let said = refused(&folder, labels.lang);
        assert_eq!(said[0].code, "E501");
        assert!(said[0].line(labels.place).unwrap().starts_with("2:"), "{said:#?}");
    }
}

#[test]
fn a_cap_on_a_grade_that_is_not_defined_names_the_nearest() {
    let folder = small();
    let cap = "[[cap]]\ncode = \"C1\"\nname = \"上限\"\nat_most = \"达飙\"\nwhen = { last_in_group = true }\n\n[rank]";
    folder.edit("assess.toml", "[rank]", cap);
    let said = refused(&folder, "en");
    assert_eq!(said[0].code, "E508");
    assert!(
        said[0].line("found").unwrap().contains("达飙") && said[0].line("expected").unwrap().contains("达标"),
        "{said:#?}"
    );
}

#[test]
fn thresholds_must_fall_and_the_last_is_the_least_total() {
    let folder = small();
    folder.edit("assess.toml", "name = \"达标\"\nat_least = 0", "name = \"达标\"\nat_least = 95");
    assert!(refused(&folder, "en").iter().any(|f| f.code == "E510"));
}

#[test]
fn model_errors_stop_the_run_before_other_files_are_read() {
    let folder = small();
    folder.edit("assess.toml", "weight = 40", "weight = 45");
    folder.write("self-reports/U01.csv", "单位代码,U77\n");
    let codes: Vec<String> = refused(&folder, "en").into_iter().map(|f| f.code).collect();
    assert_eq!(codes, ["E505"]);
}

#[test]
fn model_and_roster_errors_are_told_together() {
    let folder = small();
    folder.edit("assess.toml", "weight = 40", "weight = 45").append("roster.csv", "U 04,测试市图书馆,,场馆,参加");
    let said = refused(&folder, "en");
    let codes: Vec<&str> = said.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["E304", "E306", "E312", "E505"]);
    let cell = |code: &str| said.iter().find(|f| f.code == code).unwrap().line("at").unwrap().to_owned();
    assert_eq!((cell("E306"), cell("E312")), ("A5".to_owned(), "E5".to_owned()));
}

#[test]
fn a_project_without_roster_says_so() {
    let folder = small();
    folder.remove("roster.csv");
    for labels in &LANGUAGES {
        let said = refused(&folder, labels.lang);
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].code, "E301");
        assert!(said[0].line(labels.expected).unwrap().contains("roster.xlsx"));
    }
}

#[test]
fn the_model_error_is_on_stdout_as_json_when_asked() {
    let folder = small();
    folder.edit("assess.toml", "decimals = 2", "decimal = 2");
    let ran = folder.score(&["--format", "json"]).ended(2);
    let document = ran.json();
    assert_eq!(document["schema"], "assess.check/1");
    assert_eq!(document["findings"][0]["code"], "E503");
    assert_eq!(document["findings"][0]["cell"], place_of(&MODEL.replace("decimals = 2", "decimal = 2"), "decimal = 2"));
    assert!(of_code(&ran.err, "E503").is_empty(), "not said twice: {}", ran.err);
}
