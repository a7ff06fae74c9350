//! The panel with one thing forged: what is found, by the numbers of the sheet of paper.

use serde_json::{Value, json};

use super::super::case::{Case, rating};
use super::panel;

/// The same with another row in ratings.csv; its number from 0.
fn remarked(row: usize, line: &str) -> Case {
    let mut other = panel();
    other.ratings[row] = rating("b", line);
    other
}

#[track_caller]
fn finds(case: &Case, place: &str, recorded: &str, due: &str) {
    let wanted = (place.to_owned(), recorded.to_owned(), due.to_owned());
    let differing = case.differing();
    assert!(differing.contains(&wanted), "{differing:?}");
}

#[test]
fn the_panel_follows_from_its_marks() {
    let checked = panel().check();
    assert_eq!(checked.differing, []);
    assert!(checked.numbers > 300, "{}", checked.numbers);
}

#[test]
fn every_mark_is_judged() {
    // A mark that is not on the scale, another one than is written, and words that say what a mark is.
    finds(&remarked(0, "P/1 u1.A1 95 counted"), "ratings.csv b/P 1 u1", "false", "true");
    let mut written = panel();
    written.ratings[0].value = "70".into();
    finds(&written, "ratings.csv b/P 1 u1", "90", "70");
    finds(&remarked(0, "P/1 u1.A1 90 void"), "ratings.csv b/P 1 u1 A1", "void", "counted");
    finds(&remarked(21, "P/6 u1.A1 skip void"), "ratings.csv b/P 6 u1 A1", "void", "abstained");
    finds(&remarked(27, "P/8 u1.A1 zz abstained"), "ratings.csv b/P 8 u1 A1", "abstained", "void");
    finds(&remarked(4, "P/1 x.A1 70 counted"), "ratings.csv b/P 1 x A1", "counted", "not-assessed");
    finds(&remarked(0, "P/1 u9.A1 90 counted"), "ratings.csv b/P 1 u9", "false", "true");
    finds(&remarked(0, "R/1 u1.A1 90 counted"), "ratings.csv b/R 1 u1", "false", "true");
}

#[test]
fn recusal_is_for_one_unit_of_a_ballot_and_where_the_class_recuses() {
    // A second unit of ballot 4 cannot be recused, and all marks for the first one are.
    finds(&remarked(15, "P/4 u2.A1 40 recused"), "ratings.csv b/P 4 u2 A1", "recused", "trimmed");
    finds(&remarked(14, "P/4 u1.A2 _ blank"), "ratings.csv b/P 4 u1 A2", "blank", "recused");
    let open = panel().with(&[("/model/components/0/kind/ballots/classes/0/recuse", false.into())]);
    // Then 100 stands on the ballots 3, 4 and 7: 7 is dropped as the highest, and 3 is not.
    finds(&open, "ratings.csv b/P 7 u1 A1", "recused", "trimmed");
    finds(&open, "ratings.csv b/P 3 u1 A1", "trimmed", "counted");
    finds(&open, "units[u4].components.b.ballots.classes[P].missing", "recused", "—");
    finds(&open, "components.b[P].emptied", "2", "0");
    // Nobody of a class that does not recuse is missing for that.
    let missing = "units[u3].components.b.ballots.classes[Q].missing";
    panel().finds("/units/2/components/b/ballots/classes/1/missing", "recused", missing, "recused", "no-rating");
}

#[test]
fn void_ballots_follow_from_the_rules() {
    let panel = panel();
    panel.finds("/model/components/0/kind/ballots/straight_line", "allow", "components.b[P].valid", "5", "6");
    panel.finds("/model/components/0/kind/ballots/straight_line", "warn", "components.b[P].void", "2", "1");
    panel.finds("/model/components/0/kind/ballots/pattern_from", 3, "components.b[P].void", "2", "1");
    // Ballots 1, 2 and 3 mark u1 with 86, 80 and 100: two of two units from 60 on are one too many on ballots 1 and 2.
    panel.finds("/model/components/0/kind/ballots/top_from", "60/1", "components.b[P].valid", "5", "3");
    // All of two units may stand in the top level.
    let all = panel.with(&[
        ("/model/components/0/kind/ballots/top_from", "60/1".into()),
        ("/model/components/0/kind/ballots/max_top_share", "100/1".into()),
    ]);
    assert!(all.differing().iter().all(|(place, ..)| place != "components.b[P].valid"), "{:?}", all.differing());
    panel.finds("/components/0/ballots/classes/0/returned", 8, "components.b[P].returned", "8", "9");
    // A ballot without any row is a blank one.
    panel.finds("/components/0/ballots/classes/0/returned", 10, "components.b[P].void", "2", "3");
}

#[test]
fn extremes_are_trimmed_by_the_rule() {
    let panel = panel();
    let trim = "/model/components/0/kind/ballots/trim";
    let u1 = "units[u1].components.b.ballots.classes[P].means[A1]";
    panel.finds(&format!("{trim}/from"), 4, &format!("{u1}.counted"), "1", "3");
    // All of 90, 80, 100 and a 0: 67.5.
    panel.finds(&format!("{trim}/from"), 4, &format!("{u1}.mean"), "45", "67.5");
    // Only the lowest ballot, 2, is dropped: (90 + 100 + 0)/3.
    panel.finds(&format!("{trim}/high"), 0, &format!("{u1}.mean"), "45", "190/3");
    panel.finds(&format!("{trim}/low"), 0, &format!("{u1}.trimmed"), "80, 100", "100");
    // By single marks: A2 of u2 has only 60 and 50, and abstentions are not trimmed: (60 + 50 + 3·0)/5 = 22. A2 of u1 has
    // 80, 80 and 100; of the equal ones that of ballot 2 is dropped, whose other mark is less.
    panel.finds(&format!("{trim}/on"), "rating", "ratings.csv b/P 4 u2 A2", "trimmed", "abstained");
    panel.finds(
        &format!("{trim}/on"),
        "rating",
        &format!("{}.mean", u1.replace("u1", "u2").replace("A1", "A2")),
        "20",
        "22",
    );
    let single = panel.with(&[("/model/components/0/kind/ballots/trim/on", "rating".into())]).differing();
    assert!(single.iter().all(|(place, ..)| place != "ratings.csv b/P 1 u1 A2"), "{single:?}");
    // The tally of u1 loses 40 and 100: (80 + 80 + 0)/3.
    let q1 = "units[u1].components.b.ballots.classes[Q].means[A1]";
    panel.finds(&format!("{trim}/on"), "rating", &format!("{q1}.mean"), "60", "160/3");
    panel.finds(&format!("{trim}/on"), "rating", &format!("{q1}.trimmed"), "", "40, 100");
    panel.finds(
        "/model/components/0/kind/ballots/mean_decimals",
        0,
        &format!("{}.mean", u1.replace("u1", "u2")),
        "110/3",
        "37",
    );
}

#[test]
fn abstentions_count_as_the_rule_says() {
    let panel = panel();
    let denominator = "/model/components/0/kind/ballots/denominator";
    let u1 = "units[u1].components.b.ballots.classes[P].means[A1]";
    panel.finds(denominator, "valid", &format!("{u1}.mean"), "45", "90");
    panel.finds(denominator, "valid", &format!("{u1}.zeros"), "1", "0");
    panel.finds(denominator, "valid", "ratings.csv b/P 4 u2 A2", "trimmed", "abstained");
    // 300 over 4 votes and 2 abstentions.
    let tally = "/units/0/components/b/ballots/classes/1/tallies/0/abstained";
    panel.finds(tally, 2, &format!("{}.mean", u1.replace("[P]", "[Q]")), "60", "50");
}

#[test]
fn quorum_and_answers_decide_what_counts() {
    let panel = panel();
    let quorum = "/model/components/0/kind/ballots/quorum";
    // 5 of 10 are 50 %, 2 of 6 a third, 3 of 4 three quarters.
    panel.finds(quorum, "51/1", "components.b[P].quorum", "true", "false");
    panel.finds(quorum, "51/1", "ratings.csv b/P 1 u1 A1", "counted", "no-quorum");
    panel.finds(quorum, "51/1", "units[u1].components.b.ballots.classes[P].missing", "—", "no-quorum");
    panel.finds(quorum, "33/1", "units[u2].components.b.ballots.classes[Q].missing", "no-quorum", "—");
    panel.finds(quorum, "33/1", "components.b[Q].tallied.without_quorum", "2", "0");
    panel.finds(
        "/model/components/0/kind/ballots/min_valid",
        4,
        "units[u4].components.b.ballots.enough",
        "enough",
        "group-median",
    );
    panel.finds(
        "/model/components/0/kind/ballots/too_few",
        "flag",
        "units[u3].components.b.ballots.enough",
        "group-median",
        "error",
    );
    panel.finds(
        "/model/components/0/kind/ballots/missing_class",
        "error",
        "units[u2].components.b.ballots.classes[Q].missing",
        "false",
        "true",
    );
    // Ballots issued by unit: 5 list u1 after recusal, but for 4 and 7: 1, 2, 3 and 6.
    let issued = json!({ "units": [{ "u1": 9 }, [0]] });
    panel.finds(
        "/model/components/0/kind/ballots/classes/0/issued",
        issued,
        "units[u1].components.b.ballots.classes[P].missing",
        "—",
        "no-quorum",
    );
    let issued = json!({ "units": [{ "u1": 8 }, [0]] });
    let differing = panel.with(&[("/model/components/0/kind/ballots/classes/0/issued", issued)]).differing();
    assert!(differing.iter().all(|(place, ..)| place != "units[u1].components.b.ballots.classes[P].missing"));
}

#[test]
fn units_that_nobody_of_a_class_marked_are_counted() {
    let panel = panel();
    let class = |class: usize| format!("/components/0/ballots/classes/{class}/unrated");
    panel.finds(&class(0), 0, "components.b[P].unrated", "0", "1");
    panel.finds(&class(0), 2, "components.b[P].unrated", "2", "1");
    panel.finds(&class(1), 0, "components.b[Q].unrated", "0", "1");
    // A void mark is a mark, a blank is none, whoever left it.
    let due = |case: &Case, class: &str| {
        let place = format!("components.b[{class}].unrated");
        case.differing().into_iter().find(|(own, ..)| *own == place).map(|(_, _, due)| due)
    };
    let mut marked = panel.clone();
    marked.ratings[27] = rating("b", "P/8 u3.A1 zz void");
    assert_eq!(due(&marked, "P").as_deref(), Some("0"));
    let mut blank = panel.clone();
    blank.ratings[27] = rating("b", "P/8 u3.A1 _ blank");
    assert_eq!(due(&blank, "P"), None);
    blank.ratings[28] = rating("b", "P/9 u4.A1 _ recused");
    blank.ratings[29] = rating("b", "P/9 u4.A2 _ recused");
    assert_eq!(due(&blank, "P").as_deref(), Some("2"));
    // A tally without a valid ballot counts nobody.
    let rows = "/units/3/components/b/ballots/classes/1/tallies";
    let none = [0, 1].map(|row| format!("{rows}/{row}"));
    let none = none.iter().flat_map(|row| [(format!("{row}/votes"), json!([])), (format!("{row}/valid"), 0.into())]);
    let none: Vec<(String, Value)> = none.collect();
    let none: Vec<(&str, Value)> = none.iter().map(|(place, value)| (place.as_str(), value.clone())).collect();
    assert_eq!(due(&panel.with(&none), "Q").as_deref(), Some("2"));
}

#[test]
fn tallies_add_up() {
    let panel = panel();
    let row = "/units/0/components/b/ballots/classes/1/tallies/0";
    let place = "units[u1].components.b.ballots.classes[Q].tallies[A1]";
    panel.finds(&format!("{row}/valid"), 6, &format!("{place}.valid"), "6", "5");
    panel.finds(&format!("{row}/votes/0/0"), "45/1", &format!("{place}.votes"), "false", "true");
    panel.finds(&format!("{row}/invalid"), 2, "components.b[Q].tallied.invalid", "1", "2");
    panel.finds(&format!("{row}/issued"), 7, "components.b[Q].tallied.issued", "16", "17");
    let unsaid = [(&*format!("{row}/issued"), Value::Null)];
    assert_eq!(panel.with(&unsaid).differing(), [], "the other row still says how many were issued");
}

#[test]
fn satisfaction_is_pooled_over_the_classes_that_count() {
    let panel = panel();
    panel.finds(
        "/model/components/0/kind/ballots/positive",
        json!({ "from": "90/1" }),
        "units[u1].components.b.ballots.positive",
        "13",
        "8",
    );
    panel.finds("/units/3/components/b/ballots/valid", 5, "units[u4].components.b.ballots.valid", "5", "6");
    panel.finds("/units/0/components/b/ballots/answers", 8, "units[u1].components.b.ballots.answers", "8", "7");
    panel.finds(
        "/units/2/components/b/ballots/satisfaction",
        "90/1",
        "units[u3].components.b.ballots.satisfaction",
        "true",
        "false",
    );
    // An unknown satisfaction leaves a cap open; a known one below the bar makes it act.
    panel.finds(
        "/units/1/components/b/ballots/satisfaction",
        Value::Null,
        "units[u2].path[2].kind",
        "cap S1",
        "cap-unknown S1",
    );
    panel.finds(
        "/model/caps/0/when/satisfaction/threshold/below",
        "51/1",
        "units[u4].path[1].kind",
        "separate",
        "cap S1",
    );
}

#[test]
fn classes_are_those_of_the_model() {
    let panel = panel();
    panel.finds("/components", json!([]), "components", "0", "1");
    panel.finds("/components/0", "indicators", "components[b]", "—", "…");
    panel.finds("/components/0/ballots/classes", json!([]), "components.b", "0", "2");
    panel.finds("/units/0/components/b/ballots/classes", json!([]), "units[u1].components.b.ballots.classes", "0", "2");
    panel.finds("/model/components/0/id", "c", "ratings.csv b", "30", "0");
    let mut without = panel;
    without.document["units"][0]["components"]["b"]["ballots"] = Value::Null;
    finds(&without, "units[u1].components.b.ballots.classes", "false", "true");
}

#[test]
fn a_component_that_does_not_apply_counts_what_the_model_says() {
    let panel = panel();
    let ballots = "units[u3].components.b.ballots";
    let row = |node: usize| json!({ "node": node, "at": [0, 0, "T9"] });
    let off = "/units/2/components/b/ballots/off";
    let both = json!([row(0), row(1)]);
    panel.finds(off, both.clone(), &format!("{ballots}.enough"), "group-median", "inapplicable");
    panel.finds(off, json!([row(2)]), &format!("{ballots}.off"), "false", "true");
    let zero = panel.with(&[(off, both), ("/units/2/components/b/ballots/enough", "inapplicable".into())]);
    finds(&zero, &format!("{ballots}.rates[A1]"), "517/12", "0");
    // One node that does not apply leaves the others.
    let one = panel.with(&[(off, json!([row(0)]))]).differing();
    assert!(one.is_empty(), "{one:?}");
    // Nor does the component leave a unit that has answers.
    panel.finds(
        "/units/0/components/b/ballots/enough",
        "inapplicable",
        "units[u1].components.b.ballots.enough",
        "inapplicable",
        "enough",
    );
}

#[test]
fn bounds_of_patterns_and_trims_are_as_written() {
    let panel = panel();
    let holds = |changes: &[(&str, Value)], place: &str| {
        let differing = panel.with(changes).differing();
        assert!(differing.iter().all(|(found, ..)| found != place), "{differing:?}");
    };
    // One unit in the top level is always allowed: 20 % of two units is none.
    holds(&[("/model/components/0/kind/ballots/max_top_share", "20/1".into())], "components.b[P].valid");
    // A ballot for one unit cannot have the same mark everywhere, even from one unit on.
    holds(&[("/model/components/0/kind/ballots/pattern_from", 1.into())], "components.b[P].valid");
    // u1 has three ballots, from 3 they are trimmed.
    holds(
        &[("/model/components/0/kind/ballots/trim/from", 3.into())],
        "units[u1].components.b.ballots.classes[P].means[A1].mean",
    );
    // The tally of A1 for u1 has four votes: from 4 on they are trimmed one by one, from 5 on they are not.
    let q1 = "units[u1].components.b.ballots.classes[Q].means[A1].mean";
    let rating = ("/model/components/0/kind/ballots/trim/on", Value::from("rating"));
    let from = |from: usize| panel.with(&[rating.clone(), ("/model/components/0/kind/ballots/trim/from", from.into())]);
    finds(&from(4), q1, "60", "160/3");
    assert!(from(5).differing().iter().all(|(place, ..)| place != q1));
    // Positive is a mark at the bar, 80, as well.
    panel.finds(
        "/model/components/0/kind/ballots/positive",
        json!({ "from": "81/1" }),
        "units[u1].components.b.ballots.positive",
        "13",
        "8",
    );
    // Nobody answered for u3, whatever the least number is.
    holds(&[("/model/components/0/kind/ballots/min_valid", 0.into())], "units[u3].components.b.ballots.enough");
    // Without the zeros of abstentions a class that only abstained has no result.
    let silent = remarked(28, "P/9 u3.A1 skip abstained");
    let missing =
        silent.differing().into_iter().find(|(place, ..)| place == "units[u3].components.b.ballots.classes[P].missing");
    assert_eq!(missing.map(|(_, _, due)| due), Some("—".to_owned()));
    let mut valid = silent;
    valid.document["model"]["components"][0]["kind"]["ballots"]["denominator"] = "valid".into();
    assert!(valid.differing().iter().all(|(place, ..)| place != "units[u3].components.b.ballots.classes[P].missing"));
}
