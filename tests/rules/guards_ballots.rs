//! Guards against ballots and tallies that are silently ignored or counted as something else (SPEC §5.9, §7).

use crate::guards::{also, places, workbook};
use crate::support::{NUMBERS, Project, Run, WORDS, panel};

const HEADER: &str = "评议主体,评委编号,所在单位,单位,评价";

fn words(units: &str, lines: &str) -> Project {
    Project::new(&panel(WORDS, "R=100")).units(units).ballots(lines)
}

/// Ballots of class R in words with the rows of the file as they are.
fn rows(units: &str, rows: &str) -> Project {
    Project::new(&panel(WORDS, "R=100")).units(units).file("ballots/b/票.csv", &format!("{HEADER}\n{rows}"))
}

/// Tallies in words, of classes such as `R=100/5`.
fn tallies(classes: &str, rows: &str) -> Run {
    let header = "单位,评议主体,好,较好,一般,差,有效,收回";
    Project::new(&panel(WORDS, classes)).units("U1").file("tallies/b/汇总.csv", &format!("{header}\n{rows}")).run()
}

#[test]
fn an_error_value_is_no_blank_mark() {
    for scale in [NUMBERS, WORDS] {
        let book = workbook(&[&["评议主体", "评委编号", "单位", "评价"], &["R", "1", "U1", "#REF!"]]);
        let run = Project::new(&panel(scale, "R=100")).units("U1").bytes("ballots/b/票.xlsx", &book).run();
        assert_eq!((run.errors(), run.at("E205").as_str()), (vec!["E205"], "ballots/b/票.xlsx D2"), "{scale}");
    }
}

#[test]
fn a_mark_with_its_unit_counts() {
    let run = Project::new(&panel(NUMBERS, "R=100")).units("U1").ballots("R/1 U1=９分\nR/2 U1=7").score();
    // (9 + 7)/2 of 10
    assert_eq!((run.at("W207").as_str(), run.total("U1")), ("ballots/b/票.csv F2", "80.00"));
    let plain = Project::new(&panel(NUMBERS, "R=100")).units("U1").ballots("R/1 U1=9\nR/2 U1=7").score();
    assert_eq!((plain.has("W207"), plain.total("U1")), (false, "80.00"));
}

#[test]
fn folder_and_ballot_that_disagree_are_told() {
    let project = Project::new(&panel(WORDS, "R=60 S=40")).units("U1");
    let project = project.file("ballots/b/R/1.csv", &format!("{HEADER}\nS,1,,U1,差\nS,2,,U1,差"));
    let run = project.file("ballots/b/2.csv", &format!("{HEADER}\nR,1,,U1,好")).score();
    // as the ballots say: 0.6·100 + 0.4·40
    assert_eq!((places(&run, "W429"), run.total("U1")), (vec!["ballots/b/R/1.csv A2".to_owned()], "76.00"));
}

#[test]
fn folder_and_ballot_that_agree_under_two_names_are_nothing() {
    let project = Project::new(&panel(WORDS, "R=60 S=40")).units("U1");
    let project = project.file("ballots/b/R/1.csv", &format!("{HEADER}\n主体R,1,,U1,好"));
    let project = project.file("ballots/b/主体S/1.csv", "评议主体：S\n评委编号,单位,评价\n1,U1,差");
    let run = project.file("ballots/b/S/2.csv", "评委编号,单位,评价\n2,U1,差").score();
    assert_eq!((places(&run, "W429"), run.total("U1")), (vec![], "76.00"));
}

const ANONYMOUS: &str = "评议主体：R\n单位,评价\nU1,较好";

#[test]
fn two_anonymous_ballots_of_the_same_bytes_are_told() {
    let project = Project::new(&panel(WORDS, "R=100")).units("U1");
    let project = project.file("ballots/b/1.csv", ANONYMOUS).file("ballots/b/2.csv", ANONYMOUS);
    let run = project.file("ballots/b/3.csv", "评议主体：R\n单位,评价\nU1,差").score();
    assert_eq!(
        (places(&run, "W430"), also(&run, "W430")),
        (vec!["ballots/b/2.csv".to_owned()], vec!["ballots/b/1.csv".to_owned()])
    );
    assert_eq!(run.exact_rate("U1", "b"), "200/3"); // both count: (80 + 80 + 40)/3
}

#[test]
fn anonymous_ballots_that_differ_are_two_ballots() {
    let project = Project::new(&panel(WORDS, "R=100")).units("U1").file("ballots/b/1.csv", ANONYMOUS);
    let run = project.file("ballots/b/2.csv", &format!("{ANONYMOUS}\n注：第二张")).score();
    assert_eq!((places(&run, "W430"), run.total("U1")), (vec![], "80.00"));
    // With rater ids the same bytes are the same rater twice, which is an error of its own.
    let known = format!("{HEADER}\nR,1,,U1,好");
    let project = Project::new(&panel(WORDS, "R=100")).units("U1").file("ballots/b/1.csv", &known);
    let run = project.file("ballots/b/2.csv", &known).run();
    assert_eq!((run.errors(), places(&run, "W430")), (vec!["E403"], vec![]));
}

#[test]
fn a_rater_number_that_is_missing_in_some_rows_is_an_error() {
    let run = rows("U1 U2", "R,1,,U1,好\nR,,,U1,差\nR,-,,U2,差").run();
    assert_eq!(run.errors(), ["E314"]);
    assert_eq!(places(&run, "E314"), ["ballots/b/票.csv B3", "ballots/b/票.csv B4"]);
}

#[test]
fn a_table_without_any_rater_number_is_an_anonymous_ballot() {
    let run = rows("U1 U2", "R,,,U1,好\nR,,,U2,差").score();
    assert_eq!((run.has("E314"), run.has("N422"), run.total("U1")), (false, true, "100.00"));
}

const TWO: &str = "R/R1 U1=好 U2=较好\nR/2 U1=差 U2=一般";

#[test]
fn letter_case_does_not_hide_a_rater_in_the_list() {
    let run = words("U1 U2", TWO).file("raters.csv", "评委编号,评议主体,所在单位\nr1,R,U1\n2,R,").score();
    assert_eq!((run.total("U1"), run.total("U2")), ("40.00", "70.00")); // R1 belongs to U1
    let twice = words("U1", "R/r1 U1=好\nR/R1 U1=差").run();
    assert_eq!((twice.errors(), twice.at("E403").as_str()), (vec!["E403"], "ballots/b/票.csv F3"));
}

#[test]
fn another_rater_in_the_list_changes_nothing() {
    let run = words("U1 U2", TWO).file("raters.csv", "评委编号,评议主体,所在单位\nr11,R,U1\nR1,R,\n2,R,").score();
    assert_eq!((run.total("U1"), run.total("U2")), ("70.00", "70.00")); // (100 + 40)/2, (80 + 60)/2
}

#[test]
fn two_homes_of_one_rater_are_an_error() {
    let run = rows("U1 U2 U3 U4", "R,1,U1,U3,好\nR,1,U2,U4,好\nR,2,,U1,好\nR,2,,U2,好").run();
    assert!(run.has("E308"), "in one table: {:?}", run.errors());
    assert_eq!(run.at("E308"), "ballots/b/票.csv C3");
}

#[test]
fn two_homes_of_one_rater_in_two_files_are_an_error() {
    let project = rows("U1 U2 U3 U4", "R,1,U1,U3,好\nR,2,,U1,好\nR,2,,U2,好");
    let run = project.file("ballots/b/附.csv", &format!("{HEADER}\nR,1,U2,U4,好")).run();
    assert_eq!((run.errors(), places(&run, "E308")[0].split(' ').next()), (vec!["E308"], Some("ballots/b/附.csv")));
    assert_eq!(also(&run, "E308")[0].split(' ').next(), Some("ballots/b/票.csv"));
}

#[test]
fn a_home_against_the_rater_list_is_an_error() {
    let list = "评委编号,评议主体,所在单位\n2,R,\n1,R,U1";
    let run = words("U1 U2", "R/1@U2 U1=好 U2=好\nR/2 U1=差 U2=差").file("raters.csv", list).run();
    assert_eq!((run.errors(), run.at("E308").as_str()), (vec!["E308"], "ballots/b/票.csv C2"));
    let twice = words("U1 U2", "R/1 U1=好 U2=好\nR/2 U1=差 U2=差").file("raters.csv", &format!("{list}\n1,R,U2")).run();
    assert_eq!((twice.errors(), twice.at("E308").as_str()), (vec!["E308"], "raters.csv C4"));
    assert_eq!(also(&twice, "E308"), ["raters.csv C3"]);
}

#[test]
fn two_homes_under_two_names_of_one_class_are_an_error() {
    let list = "评委编号,评议主体,所在单位\n1,R,U1\n1,主体R,U2\n2,R,";
    let run = words("U1 U2", "R/1 U1=好 U2=好\nR/2 U1=差 U2=差").file("raters.csv", list).run();
    assert_eq!((run.errors(), places(&run, "E308")), (vec!["E308"], vec!["raters.csv C3".to_owned()]));
}

#[test]
fn one_home_under_two_names_is_one_home() {
    let list = "评委编号,评议主体,所在单位\n1,主体R,单位U1\n2,R,";
    let run = words("U1 U2", "R/1@U1 U1=好 U2=好\nR/2 U1=差 U2=差").file("raters.csv", list).score();
    assert_eq!((run.has("E308"), run.total("U1"), run.total("U2")), (false, "40.00", "70.00"));
}

#[test]
fn a_home_that_stands_in_a_later_row_holds_for_the_whole_ballot() {
    // rater 1 belongs to U1, as only the second row says: U1 40 alone, U2 (80 + 60)/2
    let run = rows("U1 U2", "R,1,,U1,好\nR,1,U1,U2,较好\nR,2,,U1,差\nR,2,,U2,一般").score();
    assert_eq!((run.total("U1"), run.total("U2")), ("40.00", "70.00"));
}

#[test]
fn an_unknown_class_in_the_rater_list_is_an_error() {
    let run = words("U1", "R/1 U1=好").file("raters.csv", "评委编号,评议主体,所在单位\n1,R,\n2,主体Q,U1").run();
    assert_eq!((run.errors(), places(&run, "E401")), (vec!["E401"], vec!["raters.csv B3".to_owned()]));
}

#[test]
fn a_class_of_the_rater_list_may_be_written_by_id_or_name() {
    let run =
        words("U1", "R/1 U1=好\nR/2 U1=差").file("raters.csv", "评委编号,评议主体,所在单位\n1,主体R,U1\n2,R,").score();
    assert_eq!((run.has("E401"), run.total("U1")), (false, "40.00"));
}

#[test]
fn a_tally_above_the_issued_of_its_class_is_an_error() {
    let run = tallies("R=100/5", "U1,R,6,0,0,0,6,6");
    assert_eq!((run.errors(), run.at("E409").as_str()), (vec!["E409"], "tallies/b/汇总.csv H2"));
    let within = tallies("R=100/5", "U1,R,4,0,0,1,5,5");
    assert_eq!((within.errors(), within.total("U1")), (vec![], "88.00")); // (400 + 40)/5
}

#[test]
fn an_absurd_count_of_votes_is_an_error_and_no_panic() {
    let run = tallies("R=100", "U1,R,18446744073709551615,1,0,0,18446744073709551615,18446744073709551615");
    assert_eq!((run.errors(), places(&run, "E201")[0].as_str()), (vec!["E201"], "tallies/b/汇总.csv C2"));
    assert_eq!(places(&run, "E201").len(), 3);
    let many = tallies("R=100", "U1,R,30000000,0,10000000,0,40000000,40000000");
    assert_eq!((many.errors(), many.total("U1")), (vec![], "90.00")); // (3·100 + 60)/4
}

/// A1 40 and A2 60 points; quorum 50 %, R 60 and S 40 %.
fn aspects() -> String {
    let keys = format!("{WORDS}rates = \"aspects\"\nquorum = 50\nmissing_class = \"renormalise\"");
    let tree = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 40\n\
        [[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = 60\n\
        [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"学习\"\npoints = 40\nrule = \"核定\"\n\
        [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"任务\"\npoints = 60\nrule = \"核定\"\n";
    format!("{}{tree}", panel(&keys, "R=60 S=40"))
}

fn counted(r_of_u2: &str) -> Run {
    let header = "单位,评议主体,节点,好,较好,一般,差,发出,收回,有效,无效";
    let rows = format!(
        "U1,R,A1,6,0,0,0,10,7,6,1\nU1,R,A2,0,6,0,0,10,7,6,1\nU1,S,A1,0,0,4,0,4,4,4,0\nU1,S,A2,0,0,4,0,4,4,4,0\n\
         {r_of_u2}\nU2,S,A1,4,0,0,0,4,4,4,0\nU2,S,A2,0,4,0,0,4,4,4,0"
    );
    Project::new(&aspects()).units("U1 U2").file("tallies/b/汇总.csv", &format!("{header}\n{rows}")).score()
}

#[test]
fn tallies_of_several_aspects_stand_for_the_same_ballots() {
    let run = counted("U2,R,A1,4,0,0,0,10,4,4,0\nU2,R,A2,4,0,0,0,10,4,4,0");
    // U1: A1 0.6·100 + 0.4·60 = 84, A2 0.6·80 + 0.4·60 = 72, total 0.4·84 + 0.6·72 = 76.8
    // U2: R has 4 of 10; S alone: A1 100, A2 80, total 40 + 48 = 88
    assert_eq!((run.total("U1"), run.total("U2"), places(&run, "W412").len()), ("76.80", "88.00", 1));
    assert_eq!((run.at("W412").as_str(), run.units_with("W412")), ("tallies/b/汇总.csv A6", vec!["U2"]));
    let sums = run.outcome().reconciliation.ballots.iter().find(|b| b.class == "R").unwrap();
    // issued 10 + 10 = counted 6 + void 1 + without quorum 4 + not returned 9
    assert_eq!((sums.issued, sums.counted, sums.void), (Some(20), 6, 1));
    assert_eq!((sums.without_quorum, sums.not_returned), (4, 9));
}

#[test]
fn tallies_of_several_aspects_with_quorum_all_count() {
    let run = counted("U2,R,A1,5,0,0,0,10,5,5,0\nU2,R,A2,5,0,0,0,10,5,5,0");
    // U2: A1 100, A2 0.6·100 + 0.4·80 = 92, total 40 + 0.6·92 = 95.2
    assert_eq!((run.total("U1"), run.total("U2"), run.has("W412")), ("76.80", "95.20", false));
}
