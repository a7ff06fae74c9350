//! Void and emptied ballots, and the two pattern rules (SPEC §7, §18).

use crate::support::{NUMBERS, Project, Run, WORDS, panel};

/// Five units, so that U1 to U5 may be listed; every unit also has the mark of rater 9.
fn words(keys: &str, ballots: &str) -> Run {
    project(keys, ballots).score()
}

fn project(keys: &str, ballots: &str) -> Project {
    let all = format!("{ballots}\nR/9 U1=较好 U2=一般 U3=较好 U4=较好 U5=较好");
    Project::new(&panel(&format!("{WORDS}{keys}"), "R=100")).units("U1 U2 U3 U4 U5").ballots(&all)
}

/// Whether the ballot of rater 1 is valid.
fn is_valid(run: &Run) -> bool {
    let class = run.class("R");
    assert_eq!((class.returned, class.emptied, class.valid + class.void), (2, 0, 2));
    assert_eq!(run.has("W407"), class.void == 1);
    class.void == 0
}

#[test]
fn a_blank_ballot_is_void() {
    assert!(!is_valid(&words("", "R/1 U1=_ U2=_ U3=_")));
}

#[test]
fn a_ballot_whose_marks_are_all_void_or_void_and_abstained_is_void() {
    assert!(!is_valid(&words("", "R/1 U1=好、差 U2=好、差 U3=差、好")));
    assert!(!is_valid(&words("", "R/1 U1=好、差 U2=弃权 U3=弃权")));
}

#[test]
fn a_ballot_of_words_that_nobody_knows_waits_for_people() {
    for ballot in ["R/1 U1=很好 U2=优 U3=优", "R/1 U1=很好 U2=弃权 U3=弃权", "R/1 U1=很好 U2=好、差"] {
        let run = project("", ballot).run();
        assert_eq!((run.errors(), is_valid(&run)), (vec!["E435"], false), "{ballot}");
    }
}

#[test]
fn a_ballot_of_abstentions_alone_is_valid() {
    assert!(is_valid(&words("", "R/1 U1=弃权 U2=弃权 U3=弃权")));
    assert!(is_valid(&words("", "R/1 U1=弃权 U2=_ U3=_")));
}

#[test]
fn a_void_ballot_counts_nowhere() {
    let run = words("max_top_share = 40", "R/1 U1=好 U2=好 U3=好 U4=差 U5=差");
    assert_eq!((run.total("U1"), run.total("U4")), ("80.00", "80.00"));
    assert_eq!(run.marks("1"), ["ballot-void"; 5]);
}

const TOP: &str = "max_top_share = 40";

#[test]
fn too_many_units_in_the_top_level_make_a_ballot_void() {
    // floor(0.4·5) = 2
    assert!(is_valid(&words(TOP, "R/1 U1=好 U2=好 U3=差 U4=差 U5=差")));
    assert!(!is_valid(&words(TOP, "R/1 U1=好 U2=好 U3=好 U4=差 U5=差")));
    // four rated units, whether listed blank or not: floor(1.6) = 1
    assert!(!is_valid(&words(TOP, "R/1 U1=好 U2=好 U3=差 U4=差 U5=_")));
    assert!(is_valid(&words(TOP, "R/1 U1=好 U2=差 U3=差 U4=差 U5=_")));
}

#[test]
fn one_unit_in_the_top_level_is_always_allowed() {
    // floor(0.3·3) = 0, at least 1
    assert!(is_valid(&words("max_top_share = 30", "R/1 U1=好 U2=差 U3=差")));
    assert!(!is_valid(&words("max_top_share = 30", "R/1 U1=好 U2=好 U3=差")));
}

#[test]
fn the_top_share_is_judged_after_recusal() {
    // three units are left, floor(0.4·3) = 1: only U2 is in the top level
    assert!(is_valid(&words(TOP, "R/1@U1 U1=好 U2=好 U3=差 U4=差")));
    // five units with two tops would be allowed; without the own unit floor(0.4·4) = 1
    assert!(!is_valid(&words(TOP, "R/1@U5 U1=好 U2=好 U3=差 U4=差 U5=差")));
}

#[test]
fn pattern_rules_apply_from_three_rated_units_by_default() {
    assert!(is_valid(&words(TOP, "R/1 U1=好 U2=好")));
    assert!(!is_valid(&words("max_top_share = 40\npattern_from = 2", "R/1 U1=好 U2=好")));
    assert!(is_valid(&words("straight_line = \"void\"", "R/1 U1=差 U2=差")));
    assert!(!is_valid(&words("straight_line = \"void\"\npattern_from = 2", "R/1 U1=差 U2=差")));
}

#[test]
fn the_same_mark_for_all_units_makes_a_ballot_void() {
    assert!(!is_valid(&words("straight_line = \"void\"", "R/1 U1=差 U2=差 U3=差")));
    assert!(is_valid(&words("straight_line = \"void\"", "R/1 U1=差 U2=差 U3=一般")));
    // after recusal three equal marks are left
    assert!(!is_valid(&words("straight_line = \"void\"", "R/1@U4 U1=差 U2=差 U3=差 U4=好")));
    assert!(is_valid(&words("straight_line = \"void\"", "R/1@U1 U1=差 U2=差 U3=差 U4=_")));
}

#[test]
fn the_same_mark_for_all_units_may_be_reported_or_allowed() {
    let warned = words("straight_line = \"warn\"", "R/1 U1=差 U2=差 U3=差");
    assert_eq!((warned.has("W421"), warned.total("U1")), (true, "60.00")); // (40 + 80)/2
    let allowed = words("", "R/1 U1=差 U2=差 U3=差");
    assert_eq!((allowed.has("W421"), allowed.total("U1")), (false, "60.00"));
}

fn numbers(keys: &str, ballots: &str) -> Run {
    let all = format!("{ballots}\nR/9 U1=1 U2=2 U3=3");
    Project::new(&panel(&format!("{NUMBERS}{keys}"), "R=100")).units("U1 U2 U3").ballots(&all).score()
}

#[test]
fn the_top_level_of_a_range_begins_where_the_model_says() {
    let keys = "max_top_share = 40\ntop_from = 9"; // floor(1.2) = 1
    assert!(!is_valid(&numbers(keys, "R/1 U1=9 U2=9.5 U3=5")));
    assert!(is_valid(&numbers(keys, "R/1 U1=8.99 U2=9.5 U3=5")));
}

const ASPECTS: &str = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 50\n[[aspect]]\ncode = \"A2\"\nname = \"实效\"\n\
    points = 50\n[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 50\nrule = \"核定\"\n\
    [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = 50\nrule = \"核定\"\n";

fn aspects(keys: &str, ballot: &str) -> Run {
    let model = format!("{ASPECTS}{}", panel(&format!("{NUMBERS}rates = \"aspects\"\n{keys}"), "R=100"));
    let other = "R/9 U1.A1=1 U1.A2=2 U2.A1=3 U2.A2=4 U3.A1=5 U3.A2=7";
    Project::new(&model).units("U1 U2 U3").ballots(&format!("{ballot}\n{other}")).score()
}

#[test]
fn pattern_rules_look_at_the_points_weighted_mark_of_a_unit() {
    // 50·8 + 50·4 = 50·4 + 50·8 = 50·6 + 50·6: all 6
    let line = "straight_line = \"void\"";
    assert!(!is_valid(&aspects(line, "R/1 U1.A1=8 U1.A2=4 U2.A1=4 U2.A2=8 U3.A1=6 U3.A2=6")));
    assert!(is_valid(&aspects(line, "R/1 U1.A1=8 U1.A2=4 U2.A1=4 U2.A2=8 U3.A1=6 U3.A2=7")));
    // weighted marks 9, 9 and 5: two in the top level from 9, floor(1.2) = 1 allowed
    let top = "max_top_share = 40\ntop_from = 9";
    assert!(!is_valid(&aspects(top, "R/1 U1.A1=10 U1.A2=8 U2.A1=8 U2.A2=10 U3.A1=5 U3.A2=5")));
    // 9, 8.5 and 5
    assert!(is_valid(&aspects(top, "R/1 U1.A1=10 U1.A2=8 U2.A1=7 U2.A2=10 U3.A1=5 U3.A2=5")));
}

#[test]
fn a_ballot_emptied_by_recusal_is_neither_valid_nor_void() {
    let project = Project::new(&panel(WORDS, "R=100")).units("U1 U2");
    let run = project.ballots("R/1@U1 U1=好\nR/2 U1=较好 U2=较好\nR/3@U2 U1=_ U2=好").score();
    let class = run.class("R");
    assert_eq!((class.returned, class.valid, class.void, class.emptied), (3, 1, 0, 2));
}
