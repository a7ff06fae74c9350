//! Single marks: words, numbers, void ratings, recusal, abstentions and denominators (SPEC §7).

use assess::shared::finding::Message;

use crate::support::{NUMBERS, Project, Run, WORDS, panel};

fn words(keys: &str, ballots: &str) -> Run {
    Project::new(&panel(&format!("{WORDS}{keys}"), "R=100")).units("U1 U2").ballots(ballots).score()
}

fn numbers(keys: &str, ballots: &str) -> Run {
    Project::new(&panel(&format!("{NUMBERS}{keys}"), "R=100")).units("U1 U2").ballots(ballots).score()
}

#[test]
fn words_stand_for_their_points() {
    // (100 + 80 + 40)/3 = 73.333…
    let run = words("", "R/1 U1=好 U2=差\nR/2 U1=较好 U2=差\nR/3 U1=差 U2=一般");
    assert_eq!((run.exact_rate("U1", "b").as_str(), run.total("U1"), run.total("U2")), ("220/3", "73.33", "46.67"));
}

#[test]
fn numbers_are_a_share_of_the_end_of_the_range() {
    assert_eq!(numbers("", "R/1 U1=7.5 U2=10\nR/2 U1=9 U2=0").total("U1"), "82.50"); // 8.25/10
}

#[test]
fn full_says_what_makes_100_percent() {
    assert_eq!(numbers("full = 20", "R/1 U1=8 U2=1\nR/2 U1=10 U2=1").total("U1"), "45.00"); // 9/20
    let model = panel("levels = { \"好\" = 5, \"差\" = 1 }\nfull = 5", "R=100");
    let run = Project::new(&model).units("U1").ballots("R/1 U1=好\nR/2 U1=差").score();
    assert_eq!(run.total("U1"), "60.00"); // 3/5
}

#[test]
fn points_of_levels_are_percent_unless_full_is_declared() {
    let model = panel("levels = { \"好\" = 90, \"差\" = 30 }", "R=100");
    let run = Project::new(&model).units("U1").ballots("R/1 U1=好\nR/2 U1=差").score();
    assert_eq!(run.total("U1"), "60.00"); // (90 + 30)/2 of 100
}

#[test]
fn a_mark_outside_the_range_is_void() {
    let run = numbers("", "R/1 U1=11 U2=5\nR/2 U1=-1 U2=5\nR/3 U1=6 U2=5");
    assert_eq!((run.total("U1"), run.at("W404").as_str()), ("60.00", "ballots/b/票.csv F2"));
    assert_eq!(run.marks("1"), ["void", "counted"]);
    assert_eq!(run.votes("U1").classes[0].counts.void, 2);
}

#[test]
fn an_unknown_word_is_void() {
    let run = words("", "R/1 U1=很好 U2=好\nR/2 U1=较好 U2=好");
    assert_eq!((run.total("U1"), run.at("W405").as_str()), ("80.00", "ballots/b/票.csv F2"));
}

#[test]
fn a_double_mark_is_void() {
    let run = words("", "R/1 U1=好、差 U2=好\nR/2 U1=较好 U2=好");
    assert_eq!((run.total("U1"), run.at("W406").as_str()), ("80.00", "ballots/b/票.csv F2"));
}

#[test]
fn marks_for_the_own_unit_are_dropped() {
    let run = words("", "R/1@U1 U1=好 U2=较好\nR/2 U1=差 U2=一般");
    assert_eq!((run.total("U1"), run.total("U2"), run.has("N408")), ("40.00", "70.00", true));
    assert_eq!((run.marks("1"), run.votes("U1").classes[0].counts.recused), (vec!["recused", "counted"], 1));
}

#[test]
fn a_class_without_recusal_keeps_marks_for_the_own_unit() {
    let model = format!("{}recuse = false\n", panel(WORDS, "R=100"));
    let run = Project::new(&model).units("U1 U2").ballots("R/1@U1 U1=好 U2=较好\nR/2 U1=差 U2=一般").score();
    assert_eq!(run.total("U1"), "70.00"); // (100 + 40)/2
}

#[test]
fn the_own_unit_may_stand_in_the_list_of_raters() {
    let project = Project::new(&panel(WORDS, "R=100")).units("U1 U2");
    let project = project.file("raters.csv", "评委编号,评议主体,所在单位\n1,R,U1\n2,R,");
    let run = project.ballots("R/1 U1=好 U2=较好\nR/2 U1=差 U2=一般").score();
    assert_eq!(run.total("U1"), "40.00");
}

const ABSTAINING: &str = "R/1 U1=好 U2=好\nR/2 U1=较好 U2=好\nR/3 U1=弃权 U2=好\nR/4 U1=_ U2=好\nR/5 U2=好";

#[test]
fn abstentions_and_blanks_are_no_ratings() {
    let run = words("", ABSTAINING);
    assert_eq!((run.total("U1"), run.votes("U1").answers), ("90.00", 2)); // (100 + 80)/2
    assert_eq!((run.marks("3"), run.marks("4")), (vec!["abstained", "counted"], vec!["blank", "counted"]));
}

#[test]
fn with_denominator_all_abstentions_and_blanks_of_listed_units_are_zeros() {
    let run = words("denominator = \"all\"", ABSTAINING);
    assert_eq!((run.total("U1"), run.total("U2")), ("45.00", "100.00")); // 180/4: rater 5 does not list U1
    assert_eq!(run.votes("U1").classes[0].means[0].as_ref().unwrap().zeros, 2);
}

#[test]
fn with_denominator_all_void_ballots_and_void_marks_do_not_enter() {
    let run = words("denominator = \"all\"", "R/1 U1=好 U2=好\nR/2 U1=_ U2=_\nR/3 U1=很好 U2=好");
    assert_eq!((run.total("U1"), run.class("R").void), ("100.00", 1));
}

#[test]
fn ratings_of_units_that_are_not_assessed_are_ignored() {
    let project = Project::new(&panel(WORDS, "R=100"));
    let project = project.roster("单位代码,单位全称,分组,参评方式", "U1,甲,一组,排名\nU2,乙,一组,不参评");
    let run = project.ballots("R/1 U1=好 U2=差\nR/2 U2=好").score();
    // the sheet of rater 2, which marks only U2, is blank and so void
    assert_eq!((run.total("U1"), run.total("U2"), run.has("N420")), ("100.00", "—", true));
    assert_eq!((run.class("R").valid, run.class("R").void), (1, 1));
}

#[test]
fn the_same_rater_twice_for_a_unit_is_an_error() {
    let project = Project::new(&panel(WORDS, "R=50 S=50")).units("U1 U2");
    let run = project.ballots("R/1 U1=好 U2=好\nR/1 U1=好\nS/1 U1=好 U2=好").run();
    assert_eq!((run.errors(), run.at("E403")), (vec!["E403"], "ballots/b/票.csv F4".to_owned()));
}

#[test]
fn a_matrix_sheet_is_one_ballot_of_the_class_above_its_header() {
    let project = Project::new(&panel(WORDS, "R=100")).units("U1 U2");
    let run = project
        .file(
            "ballots/b/1.csv",
            "述职评议票\n评议主体,主体R,评委编号,1,所在单位,U1\n单位代码,单位,评价\nU1,单位U1,好\nU2,单位U2,较好",
        )
        .file("ballots/b/2.csv", "评议主体：主体R\n单位代码,单位,评价\nU1,单位U1,一般\nU2,单位U2,好")
        .score();
    // rater 1 belongs to U1; the second sheet has no rater: U1 60, U2 (80 + 100)/2
    assert_eq!((run.total("U1"), run.total("U2"), run.has("N422")), ("60.00", "90.00", true));
}

#[test]
fn with_denominator_all_the_own_unit_is_no_zero() {
    let run = words("denominator = \"all\"", "R/1@U1 U1=弃权 U2=好\nR/2 U1=好 U2=差");
    assert_eq!((run.total("U1"), run.total("U2")), ("100.00", "70.00"));
}

#[test]
fn what_is_odd_is_named_in_every_row_although_equal_rows_are_read_alike() {
    // 票.csv: two full-width marks beside plain ones of the same raters, and two rows of a unit that nobody knows.
    let ballots = "R/1 U1=８ U2=8\nR/2 U1=８ U2=8\nR/1 U9=8\nR/2 U9=8";
    let run = Project::new(&panel(NUMBERS, "R=100")).units("U1 U2").ballots(ballots).run();
    let cells = |is: &dyn Fn(&Message) -> bool| -> Vec<String> {
        run.messages.iter().filter(|own| is(own)).filter_map(|own| own.cell.clone()).collect()
    };
    // One finding for the column, with both cells.
    assert_eq!(cells(&|own| own.code == "W207"), ["F2"]);
    assert_eq!(run.of("W207")[0].related, ["ballots/b/票.csv F4"]);
    assert_eq!(cells(&|own| own.code == "E307"), ["D6", "D7"]);
    // (8 + 8)/2 of 10 for both units where the rows of the stranger are away.
    let run = numbers("", "R/1 U1=８ U2=8\nR/2 U1=８ U2=8");
    assert_eq!((run.total("U1"), run.total("U2")), ("80.00", "80.00"));
}
