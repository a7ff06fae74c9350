//! Classes of raters: weights, quorum, classes that are missing, too few answers (SPEC §7, §18).

use crate::support::{NUMBERS, Project, Run, panel};

fn project(keys: &str, classes: &str, units: &str, ballots: &str) -> Project {
    Project::new(&panel(&format!("{NUMBERS}{keys}"), classes)).units(units).ballots(ballots)
}

#[test]
fn the_score_is_the_weighted_mean_of_the_class_means() {
    // R (8 + 6)/2 = 7, S 9: (60·7 + 40·9)/100 = 7.8
    let run = project("", "R=60 S=40", "U1", "R/1 U1=8\nR/2 U1=6\nS/1 U1=9").score();
    assert_eq!((run.means("U1", "R"), run.total("U1")), (vec!["7".to_owned()], "78.00"));
}

#[test]
fn weights_of_classes_that_are_there_are_scaled_up() {
    // R 8, S 6, T nobody: (50·8 + 30·6)/80 = 7.25
    let run = project("missing_class = \"renormalise\"", "R=50 S=30 T=20", "U1", "R/1 U1=8\nS/1 U1=6").score();
    assert_eq!((run.total("U1"), run.weights("U1")), ("72.50", vec!["62.5".into(), "37.5".into(), "0".to_owned()]));
    assert!(run.has("W413"));
}

#[test]
fn a_missing_class_is_an_error_by_default() {
    let run = project("", "R=60 S=40", "U1 U2", "R/1 U1=8 U2=8\nS/1 U2=9").run();
    assert_eq!((run.errors(), run.units_with("E410")), (vec!["E410"], vec!["U1"]));
}

#[test]
fn a_class_missing_only_through_recusal_is_always_renormalised() {
    let run = project("", "R=60 S=40", "U1 U2", "R/1 U1=8 U2=7\nS/1@U1 U1=9 U2=9").score();
    // U1 has only R; U2 (60·7 + 40·9)/100 = 7.8
    assert_eq!(
        (run.total("U1"), run.total("U2"), run.weights("U1")),
        ("80.00", "78.00", vec!["100".into(), "0".to_owned()])
    );
}

#[test]
fn a_class_is_not_missing_through_recusal_alone_when_another_rater_lists_the_unit() {
    // rater 2 of S abstains for U1: S could have rated it
    let run = project("", "R=60 S=40", "U1 U2", "R/1 U1=8 U2=7\nS/1@U1 U1=9 U2=9\nS/2 U1=弃权 U2=9").run();
    assert_eq!((run.errors(), run.units_with("E410")), (vec!["E410"], vec!["U1"]));
}

#[test]
fn without_issued_ballots_there_is_no_quorum() {
    assert_eq!(project("quorum = 50", "R=100", "U1", "R/1 U1=8").score().total("U1"), "80.00");
}

#[test]
fn void_ballots_do_not_count_towards_the_quorum() {
    let keys = "quorum = 50\nmissing_class = \"renormalise\"";
    // 3 returned, 1 of them blank: 2 valid of 5 issued = 40 %
    let missed = project(keys, "R=60/5 S=40", "U1", "R/1 U1=8\nR/2 U1=6\nR/3 U1=_\nS/1 U1=9").score();
    assert_eq!((missed.total("U1"), missed.marks("2")), ("90.00", vec!["no-quorum"]));
    // 2 valid of 4 issued = 50 %: 7.8
    let reached = project(keys, "R=60/4 S=40", "U1", "R/1 U1=8\nR/2 U1=6\nR/3 U1=_\nS/1 U1=9").score();
    assert_eq!(reached.total("U1"), "78.00");
}

#[test]
fn more_ballots_returned_than_issued_is_an_error() {
    assert_eq!(project("", "R=100/2", "U1", "R/1 U1=8\nR/2 U1=6\nR/3 U1=7").run().errors(), ["E409"]);
    // a void ballot was returned too
    assert_eq!(project("", "R=100/2", "U1", "R/1 U1=8\nR/2 U1=6\nR/3 U1=_").run().errors(), ["E409"]);
    assert_eq!(project("", "R=100/3", "U1", "R/1 U1=8\nR/2 U1=6\nR/3 U1=7").score().total("U1"), "70.00");
}

const FIVE: &str = "R/1 U1=9 U2=8 U3=7 U4=10
                    R/2 U1=9 U2=8 U3=7";

#[test]
fn too_few_answers_are_an_error_by_default() {
    let run = project("min_valid = 2", "R=100", "U1 U2 U3 U4", FIVE).run();
    assert_eq!((run.errors(), run.units_with("E414")), (vec!["E414"], vec!["U4"]));
}

#[test]
fn a_unit_with_too_few_answers_may_be_flagged_and_keeps_its_score() {
    let run = project("min_valid = 2\ntoo_few = \"flag\"", "R=100", "U1 U2 U3 U4", FIVE).score();
    assert_eq!((run.total("U4"), run.votes("U4").enough.json()), ("100.00", "flagged"));
    assert_eq!(run.units_with("W415"), ["U4"]);
}

const MEDIAN: &str = "min_valid = 2\ntoo_few = \"group_median\"";

#[test]
fn a_unit_with_too_few_answers_may_take_the_median_of_its_group() {
    let run = project(MEDIAN, "R=100", "U1 U2 U3 U4", FIVE).score();
    assert_eq!((run.total("U4"), run.votes("U4").enough.json()), ("80.00", "group-median")); // of 90 80 70
    assert_eq!(run.units_with("W415"), ["U4"]);
}

#[test]
fn the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() {
    let run = project(MEDIAN, "R=100", "U1 U2 U3 U4 U5", &format!("{FIVE}\nR/3 U5=5\nR/4 U5=5")).score();
    assert_eq!(run.total("U4"), "75.00"); // 90 80 70 50: (80 + 70)/2
}

#[test]
fn the_median_looks_only_at_ranked_units_of_the_own_group() {
    let project = Project::new(&panel(&format!("{NUMBERS}{MEDIAN}"), "R=100"));
    let project = project.roster(
        "单位代码,单位全称,分组,参评方式",
        "U1,甲,一组,\nU2,乙,一组,单列\nU3,丙,二组,\nU4,丁,一组,\nU5,戊,一组,",
    );
    let run = project.ballots("R/1 U1=9 U2=8 U3=7 U4=10 U5=4\nR/2 U1=9 U2=8 U3=7 U5=4").score();
    assert_eq!(run.total("U4"), "65.00"); // U1 90 and U5 40
}

#[test]
fn without_a_unit_for_the_median_it_is_an_error() {
    let run = project(MEDIAN, "R=100", "U1", "R/1 U1=9").run();
    assert_eq!((run.errors(), run.units_with("E416")), (vec!["E416"], vec!["U1"]));
}

#[test]
fn zero_answers_are_too_few_and_take_the_median() {
    let run = project(MEDIAN, "R=100", "U1 U2 U3 U4", "R/1 U1=9 U2=8 U3=7\nR/2 U1=9 U2=8 U3=7").score();
    assert_eq!(run.total("U4"), "80.00");
}

#[test]
fn a_unit_that_nobody_rated_is_an_error() {
    let run = project("missing_class = \"renormalise\"", "R=60 S=40", "U1 U2", "R/1 U1=9\nS/1 U1=9").run();
    assert_eq!((run.errors(), run.units_with("E411")), (vec!["E411"], vec!["U2"]));
}

#[test]
fn answers_are_counted_over_all_classes_that_have_a_result() {
    // two raters of R and one of S; S misses its quorum (1 of 4 issued): two answers
    let ballots = "R/1 U1=9\nR/2 U1=9\nS/1 U1=5";
    let keys = "quorum = 50\nmissing_class = \"renormalise\"\ntoo_few = \"flag\"\nmin_valid";
    let three = project(&format!("{keys} = 3"), "R=60 S=40/4", "U1", ballots).score();
    assert_eq!((three.votes("U1").answers, three.has("W415")), (2, true));
    assert!(!project(&format!("{keys} = 2"), "R=60 S=40/4", "U1", ballots).score().has("W415"));
    assert!(!project(&format!("{keys} = 3"), "R=60 S=40/2", "U1", ballots).score().has("W415"));
}

fn tallied(keys: &str, rows: &str) -> Run {
    let project = Project::new(&panel(&format!("{NUMBERS}{keys}"), "R=60 S=40")).units("U1 U2");
    project.file("tallies/b/票数.csv", &format!("单位,评议主体,9,6,弃权/未填,发出,收回,有效,无效\n{rows}")).run()
}

#[test]
fn issued_in_a_tally_is_counted_per_unit_and_class() {
    let run = tallied(
        "quorum = 50\nmissing_class = \"renormalise\"",
        "U1,R,3,2,0,12,6,5,1
         U2,R,4,2,0,12,6,6,0
         U1,S,0,1,0,,1,1,0
         U2,S,0,1,0,,1,1,0",
    );
    // U1: 5 of 12 valid, only S: 6; U2: 6 of 12, R (4·9 + 2·6)/6 = 8: (60·8 + 40·6)/100 = 7.2
    assert_eq!((run.errors(), run.total("U1"), run.total("U2")), (vec![], "60.00", "72.00"));
    assert_eq!(run.units_with("W412"), ["U1"]);
}

#[test]
fn a_tally_adds_up_and_stays_within_the_ballots_issued() {
    let good = "U1,S,0,1,0,,1,1,0\nU2,R,1,0,0,,1,1,0\nU2,S,0,1,0,,1,1,0";
    // levels 3 + 2 + abstained 1 = 6 are not the 5 valid ones
    assert_eq!(tallied("", &format!("U1,R,3,2,1,12,5,5,0\n{good}")).errors(), ["E418"]);
    assert!(tallied("", &format!("U1,R,3,2,1,12,5,5,0\n{good}")).has("E418"));
    // 5 valid + 1 void = 6 are not the 7 returned
    assert!(tallied("", &format!("U1,R,3,2,0,12,7,5,1\n{good}")).has("E418"));
    assert!(tallied("", &format!("U1,R,3,2,0,5,6,5,1\n{good}")).has("E409"));
    let run = tallied("", &format!("U1,R,3,2,0,6,6,5,1\n{good}"));
    assert_eq!(run.errors(), Vec::<&str>::new());
}

#[test]
fn the_median_is_taken_for_each_node() {
    let tree = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 50\n[[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = 50\n\
        [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 50\nrule = \"核定\"\n\
        [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = 50\nrule = \"核定\"\n";
    let model = format!("{tree}{}", panel(&format!("{NUMBERS}rates = \"aspects\"\n{MEDIAN}"), "R=100"));
    let marks = "U1.A1=9 U1.A2=5 U2.A1=7 U2.A2=9 U3.A1=8 U3.A2=2";
    let run = Project::new(&model).units("U1 U2 U3 U4").ballots(&format!("R/1 {marks} U4.A1=10 U4.A2=10\nR/2 {marks}"));
    // A1 9 7 8 → 8, A2 5 9 2 → 5: 65; the median of the units (70, 80, 50) would be 70
    assert_eq!(run.score().total("U4"), "65.00");
}

#[test]
fn too_few_answers_are_decided_before_a_missing_class() {
    let marks = "U1=9 U2=8 U3=7";
    let run =
        project(MEDIAN, "R=60 S=40", "U1 U2 U3 U4", &format!("R/1 {marks} U4=10\nR/2 {marks}\nS/1 {marks}")).score();
    assert_eq!((run.total("U4"), run.has("E410")), ("80.00", false));
}

#[test]
fn a_class_without_quorum_is_missing_for_every_unit() {
    let run = project("quorum = 50", "R=60/3 S=40", "U1 U2", "R/1 U1=8 U2=8\nS/1 U1=9 U2=9").run();
    assert_eq!((run.errors(), run.units_with("E410")), (vec!["E410"], vec!["U1", "U2"]));
}

/// The classes R, of which so many ballots were issued for each unit, and S.
fn issued_by_unit(issued: &str, ballots: &str) -> Project {
    let keys = format!("{NUMBERS}quorum = 50\nmissing_class = \"renormalise\"");
    let model = panel(&keys, "R=60/4 S=40").replace("issued = 4", &format!("issued = {{ {issued} }}"));
    Project::new(&model).units("U1 U2").ballots(ballots)
}

#[test]
fn ballots_may_be_issued_by_unit_and_the_quorum_is_then_reached_by_unit() {
    let ballots = "R/1 U1=8 U2=8\nR/2 U1=6\nS/1 U1=9 U2=9";
    // U1 has 2 of 2: (60·7 + 40·9)/100 = 7.8; U2 1 of 5, so only S is left.
    let run = issued_by_unit("U1 = 2, U2 = 5", ballots).score();
    assert_eq!((run.total("U1"), run.total("U2"), run.units_with("W412")), ("78.00", "90.00", vec!["U2"]));
    // U2 1 of 2: (60·8 + 40·9)/100 = 8.4
    let run = issued_by_unit("U1 = 2, U2 = 2", ballots).score();
    assert_eq!((run.total("U2"), run.has("W412")), ("84.00", false));
    // What a rater says of the own unit is returned, not valid: 1 valid of 3.
    let own = "R/1@U1 U1=9 U2=8\nR/2 U1=6 U2=8\nS/1 U1=9 U2=9";
    let run = issued_by_unit("U1 = 3, U2 = 3", own).score();
    assert_eq!((run.total("U1"), run.units_with("W412")), ("90.00", vec!["U1"]));
    assert_eq!(issued_by_unit("U1 = 1, U2 = 3", own).run().units_with("E409"), ["U1"]);
    assert_eq!(issued_by_unit("U1 = 3, U9 = 3", ballots).run().errors(), ["E307"]);
}

#[test]
fn a_rater_may_come_from_a_unit_that_is_not_assessed() {
    let ballots = "R/1@某物业公司 U1=8 U2=6\nR/2@U1 U1=9 U2=8";
    let model = panel(NUMBERS, "R=100");
    let project = |model: &str| Project::new(model).units("U1 U2").ballots(ballots);
    assert_eq!(project(&model).run().errors(), ["E307"]);
    // R/2 is recused for U1: 8; U2 (6 + 8)/2 = 7.
    for allowed in [
        format!("{model}\n[raters]\noutside = [\"某物业公司\"]\n"),
        format!("{model}\n[raters]\noutside = [\"某 物业公司\"]\n"),
    ] {
        let run = project(&allowed).score();
        assert_eq!((run.total("U1"), run.total("U2")), ("80.00", "70.00"));
    }
    // Where nobody's mark for the own unit is dropped it does not matter: U1 (8 + 9)/2 = 8.5.
    let all = model.replace("[[component.class]]\n", "[[component.class]]\nrecuse = false\n");
    assert_eq!(project(&all).score().total("U1"), "85.00");
}
