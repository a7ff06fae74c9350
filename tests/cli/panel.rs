//! `examples/panel`: real marks of nine judges reproduce all 120 officially printed scores.

use std::collections::BTreeMap;

use num_rational::BigRational;

use crate::result_json::{exact, published};
use crate::runner::{Folder, list, str_of, unit};

#[test]
fn all_120_printed_panel_scores_are_the_class_means_exactly() {
    let folder = Folder::scored_example("panel");
    let result = folder.result();
    let aspects: BTreeMap<&str, &str> =
        list(&result["model"]["aspects"]).iter().map(|a| (str_of(&a["name"]), str_of(&a["code"]))).collect();
    let nodes: Vec<&str> = list(&list(&result["model"]["components"])[0]["nodes"]).iter().map(|n| str_of(n)).collect();
    let printed =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/panel/published.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(printed.as_bytes());
    let mut compared = 0;
    for row in reader.records().map(Result::unwrap) {
        let (code, component, score) = (&row[0], &row[1], &row[3]);
        let unit = unit(&result, code);
        let aspect = aspects[component];
        let node = nodes.iter().position(|n| *n == aspect).unwrap();
        let class = &list(&unit["components"]["panel"]["ballots"]["classes"])[0];
        let mean = exact(&list(&class["means"])[node]["mean"]);
        let (head, tail) = score.split_once('.').unwrap_or((score, ""));
        let digits = format!("{head}{tail}").parse().unwrap();
        let expected = BigRational::new(digits, num_bigint::BigInt::from(10).pow(u32::try_from(tail.len()).unwrap()));
        assert_eq!(mean, expected, "{code} {component}");
        // As a rate of ten points: 6.14 is 61.40 %.
        let ten = BigRational::from_integer(10.into());
        assert_eq!(exact(&unit["aspects"][aspect]["exact"]), &expected * &ten, "{code} {component}");
        assert_eq!(str_of(&unit["aspects"][aspect]["rate"]), published(&(expected * ten), 2));
        compared += 1;
    }
    assert_eq!(compared, 120);
}

#[test]
fn of_nine_marks_one_high_and_one_low_are_dropped() {
    let folder = Folder::scored_example("panel");
    let result = folder.result();
    for unit in list(&result["units"]) {
        let class = &list(&unit["components"]["panel"]["ballots"]["classes"])[0];
        for mean in list(&class["means"]) {
            assert_eq!((mean["counted"].as_u64(), list(&mean["trimmed"]).len()), (Some(7), 2), "{}", unit["code"]);
        }
    }
    let ratings = folder.text("results/v001/ratings.csv");
    let states = |state: &str| ratings.lines().filter(|l| l.contains(&format!(",{state},"))).count();
    assert_eq!((states("counted"), states("trimmed")), (120 * 7, 120 * 2));
}

#[test]
fn places_and_grades_are_those_the_readme_names() {
    let result = Folder::scored_example("panel").result();
    for (code, total, rank, grade) in [
        ("P22", "95.16", 1, "优秀"),
        ("P24", "89.92", 2, "优秀"),
        ("P17", "88.78", 3, "优秀"),
        ("P23", "87.00", 4, "优秀"),
        ("P16", "85.22", 5, "合格"),
    ] {
        let unit = unit(&result, code);
        assert_eq!(
            (str_of(&unit["total"]), unit["rank_group"].as_u64(), str_of(&unit["grade"])),
            (total, Some(rank), grade)
        );
    }
    let best = list(&result["units"]).iter().filter(|u| u["grade"] == "优秀").count();
    assert_eq!(best, 4);
}

#[test]
fn the_attribution_stays_with_the_data() {
    let readme = Folder::example("panel").text("README.md");
    for words in ["CC BY 4.0", "BuzzFeed News", "ISU"] {
        assert!(readme.contains(words), "{words}");
    }
}
