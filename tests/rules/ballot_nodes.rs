//! Ballots over aspects and leaves, satisfaction, tallies beside ballots, and how rates come together (SPEC §7, §8).

use crate::support::{NUMBERS, Project, Run, WORDS, panel};

/// A1 with X 30 points, A2 with Y 70 points.
const TREE: &str = r#"
[[aspect]]
code = "A1"
name = "责任"
points = 30
[[aspect]]
code = "A2"
name = "实效"
points = 70
[[indicator]]
code = "X"
line = "L1"
aspect = "A1"
name = "学习"
points = 30
rule = "核定"
[[indicator]]
code = "Y"
line = "L1"
aspect = "A2"
name = "任务"
points = 70
rule = "核定"
"#;

fn project(keys: &str, classes: &str, ballots: &str) -> Project {
    Project::new(&format!("{TREE}{}", panel(&format!("{NUMBERS}{keys}"), classes))).units("U1").ballots(ballots)
}

#[test]
fn a_unit_is_the_points_weighted_mean_of_its_aspects() {
    let run = project("rates = \"aspects\"", "R=100", "R/1 U1.A1=10 U1.A2=5\nR/2 U1.A1=8 U1.A2=6").score();
    // A1 9, A2 5.5: 0.3·90 + 0.7·55 = 65.5
    assert_eq!((run.aspect("U1", "A1"), run.aspect("U1", "A2"), run.total("U1")), ("90.00", "55.00", "65.50"));
}

#[test]
fn leaves_may_be_rated() {
    let run = project("rates = \"indicators\"", "R=100", "R/1 U1.X=10 U1.Y=5\nR/2 U1.X=8 U1.Y=6").score();
    assert_eq!((run.aspect("U1", "A1"), run.line("U1", "L1"), run.total("U1")), ("90.00", "65.50", "65.50"));
}

#[test]
fn nodes_may_be_columns_named_by_code_or_name() {
    let project = Project::new(&format!("{TREE}{}", panel(&format!("{NUMBERS}rates = \"aspects\""), "R=100")));
    let run = project.units("U1").file("ballots/b/R/1.csv", "单位,责任,A2\nU1,10,5").score();
    assert_eq!(run.total("U1"), "65.00"); // 0.3·100 + 0.7·50; the folder names the class
}

#[test]
fn components_come_together_in_each_node_and_in_the_base() {
    let model = format!(
        "{TREE}[[component]]\nid = \"i\"\nname = \"指标\"\nweight = 60\nkind = \"indicators\"\n{}",
        panel(NUMBERS, "R=100").replacen("weight = 100", "weight = 40", 1)
    );
    let project = Project::new(&model).units("U1").report("U1", "X,,,,,24,核减\nY,,,,,63,核减");
    let run = project.ballots("R/1 U1=7").score();
    // indicators 24/30 = 80 and 63/70 = 90, together 87; ballots 70 everywhere
    assert_eq!((run.rate("U1", "i"), run.rate("U1", "b")), ("87.00", "70.00"));
    // A1 0.6·80 + 0.4·70; A2 0.6·90 + 0.4·70
    assert_eq!((run.aspect("U1", "A1"), run.aspect("U1", "A2")), ("76.00", "82.00"));
    // 0.6·87 + 0.4·70 = 80.2 = 0.3·76 + 0.7·82
    assert_eq!((run.exact_base("U1").as_str(), run.has("N632")), ("401/5", false));
    assert_eq!(run.leaf("U1", "X").rate.as_ref().unwrap().0.fraction(), "76/1");
}

#[test]
fn a_scale_other_than_100_scales_the_base() {
    let model = format!("[score]\nfull = 1000\nmax = 1000\n{TREE}{}", panel(NUMBERS, "R=100"));
    let run = Project::new(&model).units("U1").ballots("R/1 U1=7").score();
    assert_eq!((run.rate("U1", "b"), run.total("U1")), ("70.00", "700.00")); // 1000/100 · 70
}

#[test]
fn component_decimals_round_each_rate() {
    let model = format!("[score]\ncomponent_decimals = 1\n{TREE}{}", panel(NUMBERS, "R=100"));
    let run = Project::new(&model).units("U1").ballots("R/1 U1=7\nR/2 U1=8\nR/3 U1=8").score();
    assert_eq!((run.exact_rate("U1", "b").as_str(), run.total("U1")), ("767/10", "76.70")); // 230/3 → 76.7
}

#[test]
fn a_node_that_nobody_rated_leaves_its_parent() {
    let run = project("rates = \"aspects\"", "R=100", "R/1 U1.A1=8 U1.A2=_").score();
    assert_eq!((run.total("U1"), run.aspect("U1", "A2"), run.has("W417")), ("80.00", "—", true));
}

#[test]
fn a_class_without_marks_for_one_node_is_missing_for_that_node() {
    let ballots = "R/1 U1.A1=10 U1.A2=5\nS/1 U1.A1=5";
    let keys = "rates = \"aspects\"\nmissing_class";
    let run = project(&format!("{keys} = \"renormalise\""), "R=60 S=40", ballots).score();
    // A1 (60·10 + 40·5)/100 = 8; A2 R alone 5; 0.3·80 + 0.7·50 = 59
    assert_eq!((run.aspect("U1", "A1"), run.aspect("U1", "A2"), run.total("U1")), ("80.00", "50.00", "59.00"));
    assert_eq!(project(&format!("{keys} = \"error\""), "R=60 S=40", ballots).run().errors(), ["E410"]);
}

fn satisfaction(run: &Run) -> Option<String> {
    run.votes("U1").satisfaction.as_ref().map(|rate| rate.0.fraction())
}

#[test]
fn satisfaction_is_the_share_of_positive_ratings_before_trimming() {
    let keys = "positive_from = 6\ntrim = { low = 1, high = 1, from = 4 }";
    let run = project(keys, "R=100", "R/1 U1=5\nR/2 U1=6\nR/3 U1=7\nR/4 U1=8\nR/5 U1=弃权").score();
    assert_eq!((satisfaction(&run), run.total("U1")), (Some("75/1".to_owned()), "65.00")); // 3 of 4; (6 + 7)/2
}

#[test]
fn satisfaction_counts_the_levels_that_are_declared_positive() {
    let model = format!("{TREE}{}", panel(&format!("{WORDS}positive = [\"好\", \"一般\"]"), "R=100"));
    let run = Project::new(&model).units("U1").ballots("R/1 U1=好\nR/2 U1=较好\nR/3 U1=一般").score();
    assert_eq!(satisfaction(&run), Some("200/3".to_owned()));
}

#[test]
fn satisfaction_pools_nodes_and_classes_without_weights() {
    let keys = "rates = \"aspects\"\npositive_from = 6";
    let run = project(keys, "R=90 S=10", "R/1 U1.A1=9 U1.A2=5\nS/1 U1.A1=7 U1.A2=6\nS/2 U1.A1=2 U1.A2=_").score();
    assert_eq!(satisfaction(&run), Some("60/1".to_owned())); // 9, 7, 6 of 9 5 7 6 2
}

#[test]
fn satisfaction_leaves_out_classes_without_result() {
    let keys = "positive_from = 6\nquorum = 50\nmissing_class = \"renormalise\"";
    let run = project(keys, "R=60 S=40/4", "R/1 U1=9\nR/2 U1=3\nS/1 U1=9").score();
    assert_eq!(satisfaction(&run), Some("50/1".to_owned()));
}

#[test]
fn satisfaction_is_unknown_with_too_few_answers_and_a_cap_on_it_is_not_applied() {
    let cap =
        "[[cap]]\ncode = \"C6\"\nname = \"满意度\"\nat_most = \"达标\"\nwhen = { satisfaction = \"b\", below = 85 }\n";
    let scored = |min: u32| {
        let keys = format!("{NUMBERS}positive_from = 9.5\nmin_valid = {min}\ntoo_few = \"flag\"");
        Project::new(&format!("{cap}{}", panel(&keys, "R=100"))).units("U1").ballots("R/1 U1=9\nR/2 U1=9").score()
    };
    let few = scored(3);
    assert_eq!((satisfaction(&few), few.grade("U1"), few.has("W630")), (None, "优秀", true));
    assert!(few.steps("U1").contains(&"cap-unknown"));
    let enough = scored(2);
    assert_eq!(
        (satisfaction(&enough), enough.grade("U1"), enough.has("W630")),
        (Some("0/1".to_owned()), "达标", false)
    );
}

#[test]
fn a_tally_scores_like_the_ballots_it_counts() {
    let keys = format!("{WORDS}positive = [\"好\", \"较好\"]\ndenominator = \"all\"");
    let new = || Project::new(&format!("{TREE}{}", panel(&keys, "R=60 S=40"))).units("U1");
    let ballots =
        new().ballots("R/1 U1=好\nR/2 U1=好\nR/3 U1=一般\nR/4 U1=弃权\nS/1 U1=较好\nS/2 U1=差\nS/3 U1=_\nS/4 U1=差");
    // the blank sheet of S/3 is void: 无效 1
    let tally =
        "单位,评议主体,好,较好,一般,差,弃权/未填,发出,收回,有效,无效\nU1,R,2,0,1,0,1,,4,4,0\nU1,S,0,1,0,2,0,,4,3,1";
    for run in [ballots.score(), new().file("tallies/b/票数.csv", tally).score()] {
        // R (100 + 100 + 60)/4 = 65; S (80 + 40 + 40)/3 = 53.333…: 39 + 21.333…
        assert_eq!((run.exact_rate("U1", "b").as_str(), satisfaction(&run)), ("181/3", Some("50/1".to_owned())));
    }
}

#[test]
fn tallies_may_be_counted_by_node() {
    let keys = format!("{WORDS}rates = \"aspects\"");
    let project = Project::new(&format!("{TREE}{}", panel(&keys, "R=100"))).units("U1");
    let tally = "单位,评议主体,节点,好,较好,一般,差,有效\nU1,R,A1,1,1,0,0,2\nU1,R,A2,0,0,1,1,2";
    assert_eq!(project.file("tallies/b/票数.csv", tally).score().total("U1"), "62.00"); // 0.3·90 + 0.7·50
}

#[test]
fn trimming_acts_on_tallies_too() {
    let keys = format!("{NUMBERS}trim = {{ low = 1, high = 1, from = 5 }}");
    let project = Project::new(&format!("{TREE}{}", panel(&keys, "R=100"))).units("U1");
    // 2 6 6 7 10 without 2 and 10: 19/3
    let run = project.file("tallies/b/票数.csv", "单位,评议主体,2,6,7,10,有效\nU1,R,1,2,1,1,5").score();
    assert_eq!(run.exact_rate("U1", "b"), "190/3");
}

#[test]
fn ballots_and_a_tally_for_one_class_and_unit_are_an_error() {
    let project = Project::new(&panel(WORDS, "R=50 S=50")).units("U1").ballots("R/1 U1=好");
    let tally = |class: &str| format!("单位,评议主体,好,较好,一般,差,有效\nU1,{class},1,0,0,0,1");
    let both = Project::new(&panel(WORDS, "R=50 S=50")).units("U1").ballots("R/1 U1=好\nS/1 U1=好");
    assert_eq!(both.file("tallies/b/票数.csv", &tally("R")).run().errors(), ["E419"]);
    assert_eq!(project.file("tallies/b/票数.csv", &tally("S")).score().total("U1"), "100.00");
}

#[test]
fn a_home_unit_on_a_later_sheet_of_a_rater_holds_for_the_whole_ballot() {
    // Rater 1 says on the second sheet only that U1 is the own unit: 9 for U1 is dropped, U1 has 7 alone.
    let model = panel(NUMBERS, "R=100");
    let first = "评委编号：1\n评议主体：R\n单位,评价\nU1,9\n";
    let second = "评委编号：1\n评议主体：R\n所在单位：U1\n单位,评价\nU2,8\n";
    let other = "评委编号：2\n评议主体：R\n单位,评价\nU1,7\nU2,6\n";
    let run = Project::new(&model)
        .units("U1 U2")
        .file("ballots/b/1.csv", first)
        .file("ballots/b/2.csv", second)
        .file("ballots/b/3.csv", other)
        .score();
    assert_eq!((run.total("U1"), run.total("U2")), ("70.00", "70.00"));
    assert_eq!(run.marks("1"), ["recused", "counted"]);
}
