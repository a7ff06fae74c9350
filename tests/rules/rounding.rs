//! Which way decimals are lost: half up, or toward zero (SPEC §19.15).

use assess::documents::feedback::privacy::{Reason, Whose, exposed};

use crate::support::{GIVEN, NUMBERS, Project, panel};

const DOWN: &str = "[score]\nrounding = \"down\"\n";

#[test]
fn totals_are_cut_before_they_are_published_ranked_and_graded() {
    // 89.999 is 90.00 half up, which reaches 90; cut it is 89.99.
    let run = Project::totals("U1=89.999 U2=89.991 U3=90", "").score();
    assert_eq!(
        (run.total("U1"), run.grades("U1 U2 U3").as_str(), run.ranks("U1 U2 U3").as_str()),
        ("90.00", "优秀 先进 优秀", "1 3 1")
    );
    let run = Project::totals("U1=89.999 U2=89.991 U3=90", DOWN).score();
    assert_eq!((run.total("U1"), run.total("U2")), ("89.99", "89.99"));
    assert_eq!((run.grades("U1 U2 U3").as_str(), run.ranks("U1 U2 U3").as_str()), ("先进 先进 优秀", "2 2 1"));
    // What was exact stays exact.
    assert_eq!(run.exact_base("U1"), "89999/1000");
}

#[test]
fn a_total_below_zero_is_cut_toward_zero() {
    let rules = "rounding = \"down\"\nmin = -10\n[[adjustment]]\ncode = \"J\"\nname = \"扣\"\nkind = \"deduction\"\npoints = 2.679\n[[grade]]\nname = \"优秀\"\nat_least = 90\n[[grade]]\nname = \"达标\"\nat_least = -10\n";
    let run = Project::totals("U1=0 U2=5", &format!("[score]\n{rules}"))
        .adjustments("1,U1,J,事,,2.679,文,云发1号,2025-03-01,工委审定,审1")
        .score();
    assert_eq!((run.total("U1"), run.plus_minus("U1")), ("-2.67", ("0.00", "2.67")));
}

#[test]
fn means_and_rates_of_a_component_follow_the_component_and_all_else_the_score() {
    let unit = |score: &str, keys: &str| {
        let model = format!("[score]\n{score}\n{}", panel(&format!("{NUMBERS}{keys}\n"), "R=100"));
        Project::new(&model).units("U1").ballots("R/a U1=8.5\nR/b U1=8.6").score()
    };
    // The mean is 8.55: 8.6 half up, 8.5 cut.
    assert_eq!(unit("", "mean_decimals = 1").exact_rate("U1", "b"), "86/1");
    assert_eq!(unit("rounding = \"down\"", "mean_decimals = 1").exact_rate("U1", "b"), "86/1");
    assert_eq!(unit("", "mean_decimals = 1\nrounding = \"down\"").exact_rate("U1", "b"), "85/1");
    // The rate is 85.5: without decimals 86, or 85 where the component cuts.
    assert_eq!(unit("component_decimals = 0\nrounding = \"down\"", "").exact_rate("U1", "b"), "86/1");
    assert_eq!(unit("component_decimals = 0", "rounding = \"down\"").exact_rate("U1", "b"), "85/1");
    assert_eq!(unit("decimals = 0\nrounding = \"down\"", "").total("U1"), "85");
    assert_eq!(unit("decimals = 0", "rounding = \"down\"").total("U1"), "86");
}

#[test]
fn conditions_look_at_the_cut_rate_and_corrections_name_the_cut_value() {
    let cap = "[[cap]]\ncode = \"C\"\nname = \"短板\"\nat_most = \"达标\"\nwhen = { rate = \"A1\", below = 80 }\n";
    // 79.996 is printed as 80.00, or 79.99.
    assert!(Project::totals("U1=79.996", cap).score().caps("U1").is_empty());
    assert_eq!(Project::totals("U1=79.996", &format!("{DOWN}{cap}")).score().caps("U1"), ["C"]);
    let corrected =
        |model: &str, old: &str| Project::totals("U1=79.996", model).corrections(&format!("1,U1,总分,{old},81")).run();
    assert!(corrected("", "80").errors().is_empty() && corrected(DOWN, "79.99").errors().is_empty());
    assert_eq!(corrected(DOWN, "80").errors(), ["E620"]);
}

#[test]
fn another_word_is_an_error_with_its_place() {
    let run = Project::new(&format!("[score]\nrounding = \"up\"\n{GIVEN}rounding = \"floor\"\n")).units("U1").run();
    assert_eq!((run.is_stopped(), run.of("E504").len()), (true, 2));
    assert!(run.at("E504").starts_with("assess.toml 2:"), "{}", run.at("E504"));
}

#[test]
fn a_cut_number_stands_for_what_lies_above_it() {
    // 4.999 · l + 5.001 · m is 15.001 for l = 1, m = 2, printed as 15.00 either way. Half up that stands for all of 14.997,
    // 14.999, 15.001 and 15.003, so for l = 3, 2, 1 or 0; cut only for the last two.
    let told = |score: &str| {
        let model = format!("[score]\n{score}\n{}", panel("range = [0, 10]\nstep = 1", "L=49.99 M=50.01"));
        let run = Project::new(&model).units("U1").ballots("L/a U1=1\nM/b U1=2").score();
        assert_eq!(run.total("U1"), "15.00");
        exposed(run.outcome(), &[]).into_iter().map(|own| own.reason).collect::<Vec<_>>()
    };
    let few = Reason::Few { whose: Whose::All, means: 2 };
    assert_eq!(told("rounding = \"down\""), [few.clone(), few]);
    assert_eq!(told(""), []);
}
