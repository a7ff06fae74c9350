//! Dropping extremes, by rating and by ballot, and rounding of class means (SPEC §7, §18).

use crate::support::{NUMBERS, Project, Run, WORDS, panel};

fn unit(keys: &str, marks: &str) -> Run {
    let ballots: String = marks.split_whitespace().enumerate().map(|(i, m)| format!("R/{} U1={m}\n", i + 1)).collect();
    Project::new(&panel(&format!("{NUMBERS}{keys}"), "R=100")).units("U1").ballots(&ballots).score()
}

#[test]
fn the_lowest_and_highest_ratings_are_dropped() {
    let run = unit("trim = { low = 1, high = 1, from = 5 }", "7 2 10 5 6");
    assert_eq!((run.means("U1", "R"), run.total("U1")), (vec!["6".to_owned()], "60.00")); // (5 + 6 + 7)/3
    assert_eq!((run.marks("2"), run.marks("3"), run.marks("1")), (vec!["trimmed"], vec!["trimmed"], vec!["counted"]));
    // two low and one high: (6 + 7)/2
    assert_eq!(unit("trim = { low = 2, high = 1, from = 5 }", "7 2 10 5 6").total("U1"), "65.00");
}

#[test]
fn of_equal_extremes_only_as_many_as_asked_are_dropped() {
    assert_eq!(unit("trim = { low = 1, high = 1, from = 4 }", "4 4 10 10").total("U1"), "70.00"); // (4 + 10)/2
    assert_eq!(unit("trim = { low = 1, high = 1, from = 4 }", "6 6 6 6").total("U1"), "60.00");
}

#[test]
fn abstentions_and_void_marks_do_not_count_towards_from() {
    let keys = "trim = { low = 1, high = 1, from = 4 }";
    assert_eq!(unit(keys, "2 6 10 弃权 11").total("U1"), "60.00"); // three ratings: 18/3
    assert_eq!(unit(keys, "2 6 7 10 弃权").total("U1"), "65.00"); // four: (6 + 7)/2
}

#[test]
fn zeros_of_abstentions_enter_after_trimming() {
    // 6 and 10 dropped: 8; with one abstention (8 + 0)/2
    assert_eq!(
        unit("denominator = \"all\"\ntrim = { low = 1, high = 1, from = 3 }", "10 8 6 弃权").total("U1"),
        "40.00"
    );
    assert_eq!(unit("trim = { low = 1, high = 1, from = 3 }", "10 8 6 弃权").total("U1"), "80.00");
}

#[test]
fn class_means_may_be_rounded() {
    assert_eq!(unit("", "10 8 8").exact_rate("U1", "b"), "260/3"); // 26/3 of 10
    assert_eq!(unit("mean_decimals = 1", "10 8 8").exact_rate("U1", "b"), "87/1"); // 8.666… → 8.7
    assert_eq!(unit("mean_decimals = 1", "8.5 8.6").exact_rate("U1", "b"), "86/1"); // 8.55 → 8.6, half away from zero
}

fn aspects(points: [u32; 2], trim: &str, ballots: &str) -> Run {
    rated(points, &format!("trim = {{ {trim} }}"), ballots)
}

fn rated(points: [u32; 2], keys: &str, ballots: &str) -> Run {
    let [first, second] = points;
    let model = format!(
        "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = {first}\n[[aspect]]\ncode = \"A2\"\nname = \"实效\"\n\
         points = {second}\n[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = {first}\n\
         rule = \"核定\"\n[[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = {second}\n\
         rule = \"核定\"\n{}",
        panel(&format!("{NUMBERS}rates = \"aspects\"\n{keys}"), "R=100")
    );
    Project::new(&model).units("U1").ballots(ballots).score()
}

/// Points-weighted with 30 and 70: 2.9, 8.8, 3.8, 6.9.
const FOUR: &str = "R/1 U1.A1=5 U1.A2=2
                    R/2 U1.A1=6 U1.A2=10
                    R/3 U1.A1=1 U1.A2=5
                    R/4 U1.A1=9 U1.A2=6";

#[test]
fn trimming_by_rating_looks_at_each_node() {
    // A1 1 5 6 9 → 5.5; A2 2 5 6 10 → 5.5
    let run = aspects([30, 70], "low = 1, high = 1, from = 4", FOUR);
    assert_eq!((run.means("U1", "R"), run.total("U1")), (vec!["5.5".to_owned(), "5.5".to_owned()], "55.00"));
}

#[test]
fn trimming_by_ballot_drops_the_raters_whose_weighted_mark_is_extreme() {
    // 2.9 and 8.8 go: A1 (1 + 9)/2 = 5; A2 (5 + 6)/2 = 5.5; 0.3·50 + 0.7·55 = 53.5
    let run = aspects([30, 70], "low = 1, high = 1, from = 4, on = \"ballot\"", FOUR);
    assert_eq!((run.means("U1", "R"), run.total("U1")), (vec!["5".to_owned(), "5.5".to_owned()], "53.50"));
    assert_eq!((run.marks("1"), run.marks("3")), (vec!["trimmed"; 2], vec!["counted"; 2]));
}

/// Seven raters: 1 is the lowest (2) and abstains from A2, 7 the highest (10), 2 to 6 give 8 and 8.
const SEVEN: &str = "R/1 U1.A1=2 U1.A2=弃权
                     R/2 U1.A1=8 U1.A2=8
                     R/3 U1.A1=8 U1.A2=8
                     R/4 U1.A1=8 U1.A2=8
                     R/5 U1.A1=8 U1.A2=8
                     R/6 U1.A1=8 U1.A2=8
                     R/7 U1.A1=10 U1.A2=10";

#[test]
fn a_trimmed_rater_takes_abstentions_and_blanks_along() {
    let keys = "denominator = \"all\"\ntrim = { low = 1, high = 1, from = 7, on = \"ballot\" }";
    for silent in ["弃权", "_"] {
        // 1 and 7 are cut whole. A1 5·8/5 = 8, A2 5·8/5 = 8: 80.00. With the abstention of 1 left in, A2 would be
        // 40/6 = 6.67, that is 66.67 %.
        let run = rated([50, 50], keys, &SEVEN.replace("弃权", silent));
        assert_eq!(
            (run.means("U1", "R"), run.aspect("U1", "A2"), run.total("U1")),
            (vec!["8".to_owned(); 2], "80.00", "80.00")
        );
        assert_eq!((run.marks("1"), run.marks("7")), (vec!["trimmed"; 2], vec!["trimmed"; 2]));
    }
    // Rater 4 abstains too and stays: A2 (4·8 + 0)/5 = 6.4
    let run = rated([50, 50], keys, &SEVEN.replace("R/4 U1.A1=8 U1.A2=8", "R/4 U1.A1=8 U1.A2=弃权"));
    assert_eq!(
        (run.means("U1", "R"), run.marks("4")),
        (vec!["8".to_owned(), "6.4".to_owned()], vec!["counted", "abstained"])
    );
    // Too few to be trimmed: A2 (5·8 + 10 + 0)/7
    let all = rated([50, 50], &keys.replace("from = 7", "from = 8"), SEVEN);
    assert_eq!(all.exact_rate("U1", "b"), "510/7"); // A1 52/7 and A2 50/7 of 10: (520/7 + 500/7)/2
}

#[test]
fn trimming_by_rating_leaves_abstentions_in() {
    // A2: 8 and 10 of six ratings go, four 8 and the abstention are left: 32/5
    let keys = "denominator = \"all\"\ntrim = { low = 1, high = 1, from = 6 }";
    assert_eq!(rated([50, 50], keys, SEVEN).means("U1", "R"), ["8", "6.4"]);
}

#[test]
fn a_class_that_only_abstained_has_the_mean_0_where_abstentions_count() {
    let two = |keys: &str, ballots: &str| {
        let model = panel(&format!("{NUMBERS}missing_class = \"renormalise\"\n{keys}"), "R=60 S=40");
        Project::new(&model).units("U1 U2").ballots(ballots).score()
    };
    let ballots = "R/1 U1=9 U2=9\nR/2 U1=7 U2=9\nS/3 U1=弃权 U2=5\nS/4 U1=弃权 U2=5";
    // R has 8, S 0: 0.6·80 + 0.4·0 = 48
    let all = two("denominator = \"all\"", ballots);
    assert_eq!(
        (all.means("U1", "S"), all.total("U1"), all.weights("U1")),
        (vec!["0".to_owned()], "48.00", vec!["60".to_owned(), "40".to_owned()])
    );
    assert_eq!((all.total("U2"), all.has("W413")), ("74.00", false)); // 0.6·90 + 0.4·50
    // Where they do not count, S has no result for U1 and R stands alone.
    let valid = two("denominator = \"valid\"", ballots);
    assert_eq!((valid.means("U1", "S"), valid.total("U1"), valid.has("W413")), (vec!["—".to_owned()], "80.00", true));
    // A class that does not list the unit at all has no result either way.
    assert_eq!(two("denominator = \"all\"", "R/1 U1=8 U2=9\nS/3 U2=5").total("U1"), "80.00");
}

#[test]
fn a_tally_of_abstentions_only_has_the_mean_0_where_abstentions_count() {
    let tally = |keys: &str| {
        let model = panel(&format!("{WORDS}missing_class = \"renormalise\"\n{keys}"), "R=60 S=40");
        let rows = "单位,评议主体,好,较好,一般,差,弃权,有效\nU1,R,2,0,0,0,0,2\nU1,S,0,0,0,0,5,5";
        Project::new(&model).units("U1").file("tallies/b/汇总.csv", rows).score()
    };
    assert_eq!(tally("denominator = \"all\"").total("U1"), "60.00"); // 0.6·100 + 0.4·0
    assert_eq!(tally("denominator = \"valid\"").total("U1"), "100.00");
}

#[test]
fn only_abstentions_in_all_classes_are_still_no_answer() {
    let model = panel(&format!("{NUMBERS}denominator = \"all\""), "R=100");
    let run = Project::new(&model).units("U1 U2").ballots("R/1 U1=弃权 U2=5\nR/2 U1=弃权 U2=7").run();
    assert_eq!((run.errors(), run.units_with("E411")), (vec!["E411"], vec!["U1"]));
}

#[test]
fn equal_extreme_ballots_are_told_apart_by_their_marks() {
    // both 3: (2, 4) sorts before (4, 2) and is dropped; A1 (4 + 6)/2, A2 (2 + 6)/2
    let ballots = "R/1 U1.A1=4 U1.A2=2\nR/2 U1.A1=2 U1.A2=4\nR/3 U1.A1=6 U1.A2=6";
    let run = aspects([50, 50], "low = 1, from = 3, on = \"ballot\"", ballots);
    assert_eq!((run.marks("2"), run.marks("1")), (vec!["trimmed"; 2], vec!["counted"; 2]));
    assert_eq!(run.means("U1", "R"), ["5", "4"]);
}

#[test]
fn equal_extreme_ballots_with_equal_marks_are_told_apart_by_rater() {
    // ascending: 3 (2, 2), then 2 and 10 with (6, 6), in natural order; the last is cut
    let ballots = "R/10 U1.A1=6 U1.A2=6\nR/2 U1.A1=6 U1.A2=6\nR/3 U1.A1=2 U1.A2=2";
    let run = aspects([50, 50], "high = 1, from = 3, on = \"ballot\"", ballots);
    assert_eq!((run.marks("10"), run.marks("2")), (vec!["trimmed"; 2], vec!["counted"; 2]));
    // the first is cut: 2 before 10
    let ballots = "R/10 U1.A1=6 U1.A2=6\nR/2 U1.A1=6 U1.A2=6\nR/3 U1.A1=8 U1.A2=8";
    let run = aspects([50, 50], "low = 1, from = 3, on = \"ballot\"", ballots);
    assert_eq!((run.marks("2"), run.marks("10")), (vec!["trimmed"; 2], vec!["counted"; 2]));
}

#[test]
fn of_equal_extreme_ratings_the_lowest_is_the_first_rater_s_and_the_highest_the_last_one_s() {
    let run = unit("trim = { low = 1, high = 1, from = 4 }", "9 6 6 9");
    let states: Vec<Vec<&str>> = ["1", "2", "3", "4"].iter().map(|rater| run.marks(rater)).collect();
    assert_eq!(states, [["counted"], ["trimmed"], ["counted"], ["trimmed"]]);
    // Of all equal ones the first is the lowest and the last the highest.
    let run = unit("trim = { low = 1, high = 1, from = 3 }", "7 7 7");
    let states: Vec<Vec<&str>> = ["1", "2", "3"].iter().map(|rater| run.marks(rater)).collect();
    assert_eq!(states, [["trimmed"], ["counted"], ["trimmed"]]);
}

#[test]
fn equal_ratings_of_one_node_are_told_apart_by_the_other_marks_of_the_ballot() {
    // A1: 4 of rater 1 with (4, 9), 4 of rater 2 with (4, 2): the second vector is the smaller one and is dropped at A1.
    let ballots = "R/1 U1.A1=4 U1.A2=9\nR/2 U1.A1=4 U1.A2=2\nR/3 U1.A1=8 U1.A2=8";
    let run = aspects([50, 50], "low = 1, from = 3", ballots);
    assert_eq!((run.marks("1"), run.marks("2")), (vec!["counted", "counted"], vec!["trimmed", "trimmed"]));
    assert_eq!(run.means("U1", "R"), ["6", "8.5"]); // (4 + 8)/2, (9 + 8)/2
}
