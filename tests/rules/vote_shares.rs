//! Votes counted in shares: bands, conditions on votes, limits, ballots issued, shares that are trimmed, and classes with marks of
//! their own (SPEC §19.8).

use crate::support::{Project, Run, panel};

/// Four levels, of which the first two may be counted.
const LEVELS: &str =
    "levels = { \"优秀\" = 100, \"称职\" = 80, \"基本称职\" = 60, \"不称职\" = 0 }\nabstain = [\"弃权\"]\n";
const SHARE: &str = "measure = \"share\"\nshare_of = [\"优秀\"]\n";
const BANDS: &str = "full = 200\nbands = { 0 = 145, 60 = 160, 70 = 175, 80 = 190, 90 = 200 }\n";

/// A component of one class whose ballots mark U1 in this order.
fn voted(keys: &str, marks: &str) -> Run {
    project(keys, marks).score().accepted()
}

fn project(keys: &str, marks: &str) -> Project {
    let ballots: String = marks.split_whitespace().enumerate().map(|(i, m)| format!("R/{} U1={m}\n", i + 1)).collect();
    Project::new(&panel(&format!("{LEVELS}{keys}"), "R=100")).units("U1").ballots(&ballots)
}

/// A component with tallies: per line 单位, 主体, 优秀, 称职, 基本称职, 不称职, 弃权, 发出, 无效.
fn tallied(keys: &str, classes: &str, units: &str, rows: &str) -> Project {
    let header = "单位,评议主体,优秀,称职,基本称职,不称职,弃权,发出,无效";
    Project::new(&panel(&format!("{LEVELS}{keys}"), classes))
        .units(units)
        .file("tallies/b/票数.csv", &format!("{header}\n{rows}"))
}

#[test]
fn the_share_of_votes_is_the_rate() {
    // 2 of 3 votes; the abstention is no vote.
    let run = voted(SHARE, "优秀 称职 优秀 弃权");
    assert_eq!((run.exact_rate("U1", "b").as_str(), run.total("U1")), ("200/3", "66.67"));
    assert_eq!(*run.votes("U1").classes[0].votes, [2, 1, 0, 0]);
    // Several levels: 3 of 4.
    let both = "measure = \"share\"\nshare_of = [\"优秀\", \"称职\"]\n";
    assert_eq!(voted(both, "优秀 称职 优秀 不称职").total("U1"), "75.00");
    // With abstentions in the denominator: 2 of 4.
    assert_eq!(voted(&format!("{SHARE}denominator = \"all\"\n"), "优秀 称职 优秀 弃权").total("U1"), "50.00");
}

#[test]
fn shares_of_classes_are_weighted_and_then_banded() {
    // R: 9 of 10 is 90 %; S: 3 of 4 is 75 %; 0.6·90 + 0.4·75 = 84 %: 190 of 200 points.
    let rows = "U1,R,9,1,0,0,0,,\nU1,S,3,0,1,0,0,,";
    let run = tallied(&format!("{SHARE}{BANDS}"), "R=60 S=40", "U1", rows).score().accepted();
    assert_eq!((run.exact_rate("U1", "b").as_str(), run.total("U1")), ("95/1", "95.00"));
    assert_eq!(run.votes("U1").share.as_ref().unwrap().to_string(), "84");
    // Banded by class and then weighted it would be 0.6·200 + 0.4·175.
    assert_eq!(run.means("U1", "R"), ["90"]);
}

#[test]
fn a_band_begins_exactly_at_its_bound() {
    // Two thirds are 66.67 %, which is not 70; 7 of 10 are; 5999 of 10000 are below 60.
    for (votes, points) in [("2,1", "80.00"), ("7,3", "87.50"), ("5999,4001", "72.50"), ("6,4", "80.00")] {
        let (best, rest) = votes.split_once(',').unwrap();
        let rows = format!("U1,R,{best},{rest},0,0,0,,");
        let run = tallied(&format!("{SHARE}{BANDS}"), "R=100", "U1", &rows).score().accepted();
        assert_eq!(run.total("U1"), points, "{votes}");
    }
    // Three classes with 60 % each: exactly 60.
    let rows = "U1,R,6,4,0,0,0,,\nU1,S,3,2,0,0,0,,\nU1,T,12,8,0,0,0,,";
    assert_eq!(
        tallied(&format!("{SHARE}{BANDS}"), "R=33 S=33 T=34", "U1", rows).score().accepted().total("U1"),
        "80.00"
    );
}

#[test]
fn bands_may_be_one_text_and_have_values_between() {
    let text = "full = 200\nbands = \"0:100,50:150,100:200\"\ninterpolate = true\n";
    // 3 of 4 is 75 %: half way from 150 to 200 is 175.
    assert_eq!(voted(&format!("{SHARE}{text}"), "优秀 优秀 优秀 称职").total("U1"), "87.50");
    // 2 of 3: 150 + 50·(200/3 − 50)/50 = 500/3 points.
    assert_eq!(voted(&format!("{SHARE}{text}"), "优秀 优秀 称职").exact_rate("U1", "b"), "250/3");
    let steps = text.replace("interpolate = true\n", "");
    assert_eq!(voted(&format!("{SHARE}{steps}"), "优秀 优秀 优秀 称职").total("U1"), "75.00");
}

#[test]
fn a_share_below_the_first_band_is_an_error() {
    let keys = format!("{SHARE}full = 200\nbands = {{ 60 = 160, 80 = 200 }}\n");
    let run = project(&keys, "优秀 称职").run();
    assert_eq!((run.errors(), run.units_with("E440")), (vec!["E440"], vec!["U1"]));
    assert_eq!(voted(&keys, "优秀 优秀 称职").total("U1"), "80.00");
}

/// The grade of a unit with these votes for 不称职 of 100, under a cap on their share.
fn capped(side: &str, votes: usize) -> (String, Vec<String>) {
    let cap = format!(
        "[[cap]]\ncode = \"C1\"\nname = \"不称职票\"\nat_most = \"达标\"\nwhen = {{ votes = \"b\", of = [\"不称职\"], {side} }}\n"
    );
    let model = panel(LEVELS, "R=100") + &cap;
    let rows = format!("单位,评议主体,优秀,称职,基本称职,不称职,有效\nU1,R,{},0,0,{votes},1000", 1000 - votes);
    let run = Project::new(&model).units("U1").file("tallies/b/票数.csv", &rows).score().accepted();
    let because = run.unit("U1").path.iter().filter_map(|step| step.because().map(str::to_owned)).collect();
    (run.grade("U1").to_owned(), because)
}

#[test]
fn conditions_look_at_the_exact_share_from_all_four_sides() {
    let grade = |side: &str, votes| capped(side, votes).0;
    assert_eq!((grade("at_least = 2", 20), grade("at_least = 2", 19)), ("达标".to_owned(), "优秀".to_owned()));
    assert_eq!((grade("above = 2", 20), grade("above = 2", 21)), ("优秀".to_owned(), "达标".to_owned()));
    assert_eq!((grade("below = 2", 20), grade("below = 2", 19)), ("优秀".to_owned(), "达标".to_owned()));
    assert_eq!((grade("at_most = 2", 20), grade("at_most = 2", 21)), ("达标".to_owned(), "优秀".to_owned()));
    assert_eq!(capped("at_least = 2", 20).1, ["不称职 2.00%"]);
    // A third of the votes is no 33.33 %.
    assert_eq!(grade("above = \"1/50\"", 20), "优秀");
}

#[test]
fn a_share_near_its_bar_is_printed_so_that_it_differs() {
    // 1 of 30000 votes is 0.00333 %, printed beside the bar 0.
    let cap = "[[cap]]\ncode = \"C1\"\nname = \"不称职票\"\nat_most = \"达标\"\nwhen = { votes = \"b\", of = [\"不称职\"], above = 0 }\n";
    let rows = "单位,评议主体,优秀,称职,基本称职,不称职,有效\nU1,R,29999,0,0,1,30000";
    let run =
        Project::new(&(panel(LEVELS, "R=100") + cap)).units("U1").file("tallies/b/票.csv", rows).score().accepted();
    let because: Vec<&str> = run.unit("U1").path.iter().filter_map(|step| step.because()).collect();
    assert_eq!((run.grade("U1"), because), ("达标", vec!["不称职 0.003%"]));
}

#[test]
fn a_limit_bounds_the_rate() {
    let limit =
        "limit = [{ when = { votes = \"b\", of = [\"不称职\"], at_least = 20 }, at_most = 65, clause = \"第八条\" }]\n";
    let rows = "U1,R,55,15,8,22,0,,\nU2,R,81,0,0,19,0,,\nU3,R,92,6,2,0,0,,";
    let run = tallied(&format!("{SHARE}{BANDS}{limit}"), "R=100", "U1 U2 U3", rows).score().accepted();
    // 55 % is 145 points, 72.5 %; 22 % are 不称职: at most 65 %.
    assert_eq!([run.total("U1"), run.total("U2"), run.total("U3")], ["65.00", "95.00", "100.00"]);
    let limited = run.unit("U1").components["b"].limited.as_ref().unwrap();
    assert_eq!(
        (limited.limit, limited.measured.to_string().as_str(), limited.because.as_str()),
        (0, "72.5", "不称职 22.00%")
    );
    assert!(run.unit("U2").components["b"].limited.is_none());
    // The nodes below keep what was measured.
    assert_eq!(run.aspect("U1", "A1"), "72.50");
}

#[test]
fn of_several_limits_the_lowest_acts_and_one_above_the_rate_changes_nothing() {
    let votes = |at_least: u32, at_most: u32| {
        format!("{{ when = {{ votes = \"b\", of = [\"不称职\"], at_least = {at_least} }}, at_most = {at_most} }}")
    };
    let keys = format!("{SHARE}limit = [{}, {}, {}]\n", votes(10, 90), votes(30, 40), votes(20, 60));
    let run = tallied(&keys, "R=100", "U1 U2 U3", "U1,R,75,0,0,25,0,,\nU2,R,65,0,0,35,0,,\nU3,R,88,0,0,12,0,,").score();
    assert_eq!([run.total("U1"), run.total("U2"), run.total("U3")], ["60.00", "40.00", "88.00"]);
    let limited = |unit: &str| run.unit(unit).components["b"].limited.as_ref().map(|own| (own.limit, own.lowers()));
    assert_eq!([limited("U1"), limited("U2"), limited("U3")], [Some((2, true)), Some((1, true)), Some((0, false))]);
}

#[test]
fn a_limit_may_look_at_other_things_and_acts_before_rounding_and_correction() {
    let model = "[score]\ncomponent_decimals = 1\n[[adjustment]]\ncode = \"N1\"\nname = \"通报\"\nkind = \"event\"\n\
         [[component]]\nid = \"g\"\nname = \"日常\"\nweight = 100\nkind = \"given\"\n\
         limit = [{ when = { any = [{ event = \"N1\" }, { group = \"二组\" }] }, at_most = 79.96 }]\n";
    let new = || {
        Project::new(model)
            .roster("单位代码,单位全称,分组", "U1,甲,一组\nU2,乙,一组\nU3,丙,二组")
            .given("U1,90 U2,90 U3,90")
    };
    let run = new().events("1,U1,N1").score().accepted();
    assert_eq!([run.total("U1"), run.total("U2"), run.total("U3")], ["80.00", "90.00", "80.00"]);
    // A correction of the component acts last: its old value is the one within the limit, rounded.
    let corrected = new().events("1,U1,N1").corrections("1,U1,g,80,85").score();
    assert_eq!(corrected.total("U1"), "85.00");
}

#[test]
fn an_unknown_share_bounds_nothing_and_is_listed() {
    let limit = "limit = [{ when = { votes = \"b\", of = [\"不称职\"], at_least = 0 }, at_most = 65 }]\nmin_valid = 2\ntoo_few = \"group_median\"\n";
    let rows = "U1,R,1,0,0,0,0,,\nU2,R,3,0,0,0,0,,";
    let run = tallied(&format!("{SHARE}{limit}"), "R=100", "U1 U2", rows).score();
    assert_eq!((run.units_with("W441"), run.total("U1"), run.total("U2")), (vec!["U1"], "100.00", "65.00"));
}

#[test]
fn means_over_the_ballots_issued_count_what_is_void_or_missing_as_0() {
    // 5 issued: 好 and 称职, one void, two not returned: (100 + 80)/5.
    let keys = "denominator = \"issued\"\n";
    let project =
        |lines: &str| Project::new(&panel(&format!("{LEVELS}{keys}"), "R=100/5")).units("U1 U2").ballots(lines);
    let run = project("R/1 U1=优秀 U2=优秀\nR/2 U1=称职 U2=优秀\nR/3 U1=乱写 U2=优秀").score().accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("36.00", "60.00"));
    let mean = run.votes("U1").classes[0].means[0].clone().unwrap();
    assert_eq!((mean.counted, mean.zeros), (2, 3));
    // The rater of U1 may not rate it: 4 ballots are left, (100 + 0 + 0 + 0)/4.
    let run = project("R/1@U1 U1=优秀 U2=优秀\nR/2 U1=优秀 U2=优秀").score().accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("25.00", "40.00"));
    assert_eq!(run.votes("U1").classes[0].issued.unwrap().recused, 1);
}

#[test]
fn a_share_of_the_ballots_issued_leaves_out_what_is_trimmed() {
    // 10 issued, 6 returned; the best and the worst are cut: 3 of 10 − 2.
    let keys = format!("{SHARE}denominator = \"issued\"\ntrim = {{ low = 1, high = 1 }}\n");
    let rows = "U1,R,4,1,0,1,0,10,0";
    let run = tallied(&keys, "R=100", "U1", rows).score().accepted();
    assert_eq!(
        (run.exact_rate("U1", "b").as_str(), run.votes("U1").classes[0].votes.as_ref()),
        ("75/2", &[3, 1, 0, 0][..])
    );
}

#[test]
fn ballots_issued_by_unit_or_tally_are_each_units_divisor() {
    let keys = format!("{SHARE}denominator = \"issued\"\n");
    let rows = "U1,R,4,1,0,0,1,8,1\nU2,R,4,1,0,0,1,,1";
    let units = "R=100/{U1=20,U2=10}";
    let run = tallied(&keys, units, "U1 U2", rows).score().accepted();
    // The tally of U1 says 8 itself; for U2 the model says 10.
    assert_eq!((run.total("U1"), run.total("U2")), ("50.00", "40.00"));
    let unknown = tallied(&keys, "R=100", "U1 U2", rows).run();
    assert_eq!((unknown.errors(), unknown.at("E439")), (vec!["E439"], "tallies/b/票数.csv A3".to_owned()));
    let ballots =
        Project::new(&panel(&format!("{LEVELS}{keys}"), "R=100")).units("U1").ballots("R/1 U1=优秀\nR/2 U1=优秀").run();
    assert_eq!((ballots.errors(), ballots.of("E439").len()), (vec!["E439"], 1));
}

#[test]
fn a_class_that_gave_void_ballots_only_counts_0_of_those_issued() {
    let model = panel(&format!("{LEVELS}denominator = \"issued\"\n"), "R=50/2 S=50/2");
    let run =
        Project::new(&model).units("U1").ballots("R/1 U1=优秀\nR/2 U1=优秀\nS/1 U1=优秀、称职").score().accepted();
    assert_eq!((run.total("U1"), run.means("U1", "S")), ("50.00", vec!["0".to_owned()]));
}

#[test]
fn a_share_of_the_ratings_is_trimmed_at_each_end() {
    let keys = "trim = { share = 20 }\n";
    // 9 ratings: floor(1.8) = 1 at each end. 7 marks of 80 are left.
    assert_eq!(voted(keys, "优秀 称职 称职 称职 称职 称职 称职 称职 不称职").total("U1"), "80.00");
    // 4 ratings: floor(0.8) = 0. (100 + 80 + 80 + 0)/4
    assert_eq!(voted(keys, "优秀 称职 称职 不称职").total("U1"), "65.00");
    // 10 ratings: 2 at each end, (100 + 80·5)/6 over what is left.
    let run = voted(keys, "优秀 优秀 优秀 称职 称职 称职 称职 称职 不称职 不称职");
    assert_eq!(run.exact_rate("U1", "b"), "250/3");
    // `from` still holds: too few ratings are not trimmed.
    assert_eq!(voted("trim = { share = 20, from = 6 }\n", "优秀 称职 称职 称职 不称职").total("U1"), "68.00");
    // Tallies are trimmed alike, and ballots as a whole.
    let rows = "U1,R,1,7,0,1,0,,";
    assert_eq!(tallied(keys, "R=100", "U1", rows).score().accepted().total("U1"), "80.00");
    assert_eq!(voted("trim = { share = 20, on = \"ballot\" }\n", "优秀 称职 称职 称职 不称职").total("U1"), "80.00");
}

#[test]
fn abstentions_of_several_columns_of_a_tally_add_up() {
    let rows = "单位,评议主体,优秀,称职,基本称职,不称职,弃权,不了解,未填,有效,无效\nU1,R,6,2,0,0,1,2,1,12,0";
    let keys =
        format!("{SHARE}denominator = \"all\"\nabstain = [\"弃权\", \"不了解\"]\n").replace("abstain", "abstain");
    let levels = LEVELS.replace("abstain = [\"弃权\"]\n", "");
    let project =
        Project::new(&panel(&format!("{levels}{keys}"), "R=100")).units("U1").file("tallies/b/票数.csv", rows);
    // 6 of 12.
    assert_eq!(project.score().accepted().total("U1"), "50.00");
}

/// R marks by the levels of the component, S by something else.
fn two_scales(keys: &str, own: &str) -> String {
    panel(&format!("{LEVELS}{keys}"), "R=50 S=50") + own + "\n"
}

#[test]
fn a_class_may_have_a_range_of_its_own_whose_end_makes_100_percent() {
    let model = two_scales("", "range = [0, 10]");
    let run = Project::new(&model).units("U1").ballots("R/1 U1=称职\nS/1 U1=9\nS/2 U1=8").score().accepted();
    // R 80; S (9 + 8)/2 of 10 is 85.
    assert_eq!((run.total("U1"), run.means("U1", "S")), ("82.50", vec!["85".to_owned()]));
    let written: Vec<(&str, &str)> =
        run.ratings().iter().map(|own| (&*own.value, own.points.as_deref().unwrap_or("—"))).collect();
    assert_eq!(written, [("称职", "80"), ("9", "90"), ("8", "80")]);
    // A level of the other class is no mark here, and a number none there.
    let strange = Project::new(&model)
        .units("U1 U2")
        .ballots("R/1 U1=9 U2=优秀\nS/1 U1=优秀 U2=8\nR/2 U1=优秀 U2=优秀\nS/2 U1=10 U2=10")
        .run();
    assert_eq!(strange.of("W405").len() + strange.of("W404").len(), 2, "{:?}", strange.messages);
}

#[test]
fn a_class_may_have_levels_of_its_own() {
    let model = two_scales("", "levels = { \"满意\" = 100, \"不满意\" = 0 }");
    let run = Project::new(&model).units("U1").ballots("R/1 U1=优秀\nS/1 U1=满意\nS/2 U1=不满意").score().accepted();
    assert_eq!(run.total("U1"), "75.00");
    // Counted in shares, each class by those of the names that it has: 100 % and 50 %.
    let share = "measure = \"share\"\nshare_of = [\"优秀\", \"满意\"]\n";
    let model = two_scales(share, "levels = { \"满意\" = 100, \"不满意\" = 0 }");
    let run = Project::new(&model).units("U1").ballots("R/1 U1=优秀\nS/1 U1=满意\nS/2 U1=不满意").score().accepted();
    assert_eq!(run.total("U1"), "75.00");
    // Ticks and tallies too.
    let ticks = "单位,满意,不满意\nU1,√,";
    let model = two_scales("", "levels = { \"满意\" = 100, \"不满意\" = 0 }");
    let run =
        Project::new(&model).units("U1").ballots("R/1 U1=称职").file("ballots/b/S/1.csv", ticks).score().accepted();
    assert_eq!(run.total("U1"), "90.00");
    let tally = "单位,评议主体,优秀,称职,基本称职,不称职,满意,不满意,有效\nU1,R,1,1,0,0,,,2\nU1,S,,,,,3,1,4";
    let model = two_scales("", "levels = { \"满意\" = 100, \"不满意\" = 0 }");
    let run = Project::new(&model).units("U1").file("tallies/b/票数.csv", tally).score().accepted();
    assert_eq!(run.total("U1"), "82.50"); // R 90, S 75
    let wrong = Project::new(&model).units("U1").file("tallies/b/票数.csv", &tally.replace("U1,S,,", "U1,S,1,")).run();
    assert_eq!((wrong.errors(), wrong.at("E208")), (vec!["E208"], "tallies/b/票数.csv C3".to_owned()));
}

#[test]
fn satisfaction_and_the_top_level_follow_the_marks_of_each_class() {
    let keys = "positive = [\"优秀\", \"称职\"]\nmax_top_share = 50\npattern_from = 2\n";
    let model = two_scales(keys, "range = [0, 10]\npositive_from = 6\ntop_from = 9");
    let units = "U1 U2";
    let run = Project::new(&model).units(units).ballots("R/1 U1=称职 U2=优秀\nS/1 U1=5 U2=6\nS/2 U1=9 U2=10").score();
    // S/2 puts both units into the top level: void. Positive for U1: 称职 of 称职 and 5.
    assert_eq!(run.class("S").void, 1);
    assert_eq!(run.votes("U1").satisfaction.as_ref().unwrap().to_string(), "50");
    assert_eq!(run.votes("U2").satisfaction.as_ref().unwrap().to_string(), "100");
}

/// The codes of errors of a model, with what stands under 应为.
fn refused(model: &str) -> Vec<String> {
    let run = Project::new(model).units("U1").run();
    assert!(run.is_stopped(), "{:?}", run.messages);
    let errors = run.messages.iter().filter(|own| own.code.as_str().starts_with('E'));
    errors
        .map(|own| {
            format!("{} {}", own.code, own.expected.as_deref().unwrap_or("").split(['（', '，']).next().unwrap())
        })
        .collect()
}

#[test]
fn what_makes_no_share_is_one_finding_each() {
    let keys = |own: &str| refused(&panel(&format!("{LEVELS}{own}"), "R=100"));
    assert_eq!(keys("measure = \"share\""), ["E502 "]);
    assert_eq!(keys("share_of = [\"优秀\"]"), ["E551 只在 measure = \"share\" 时写"]);
    assert_eq!(keys("bands = { 0 = 1 }"), ["E551 只在 measure = \"share\" 时写"]);
    assert_eq!(keys("measure = \"share\"\nshare_of = [\"优异\"]"), ["E508 最接近的是：优秀"]);
    assert_eq!(keys(&format!("{SHARE}mean_decimals = 1")), ["E551 measure = \"share\" 时不写 mean_decimals"]);
    assert_eq!(keys(&format!("{SHARE}rates = \"aspects\"")), ["E551 rates = \"unit\" 的考核组成"]);
    assert_eq!(keys(&format!("{SHARE}interpolate = true")), ["E551 interpolate 与 bands 一起写"]);
    assert_eq!(keys(&format!("{SHARE}bands = {{ 0 = 1, 101 = 2 }}")), ["E552 0 到 100 之间的下限"]);
    assert_eq!(keys(&format!("{SHARE}bands = {{ 0 = 101 }}")), ["E552 不小于 0"]);
    assert_eq!(keys(&format!("{SHARE}bands = \"0:1,5\"")), ["E552 “下限:分数”"]);
    assert_eq!(keys(&format!("{SHARE}bands = \"0:1,0:2\"")), ["E552 各档下限从小到大"]);
    assert_eq!(refused(&panel(&format!("range = [0, 10]\n{SHARE}"), "R=100")), ["E551 各主体都按等级"]);
    let twins = "levels = { \"优秀\" = 100, \"很好\" = 100, \"差\" = 0 }\n";
    assert_eq!(refused(&panel(&format!("{twins}{SHARE}"), "R=100")), ["E551 其他等级的分值与所数等级的不同"]);
    let own = two_scales(SHARE, "levels = { \"满意\" = 100, \"不满意\" = 0 }");
    assert_eq!(refused(&own), ["E551 每个主体的等级里都至少有其中一个"]);
    assert_eq!(refused(&two_scales(SHARE, "range = [0, 10]")), ["E551 各主体都按等级"]);
}

#[test]
fn wrong_trims_classes_conditions_and_limits_are_one_finding_each() {
    let keys = |own: &str| refused(&panel(&format!("{LEVELS}{own}"), "R=100"));
    assert_eq!(keys("trim = { share = 50 }"), ["E504 0 – < 50"]);
    assert_eq!(keys("trim = { share = 10, low = 1 }"), ["E514 share 与 low、high 只写一种"]);
    assert_eq!(refused(&two_scales("", "levels = { \"满意\" = 120 }")), ["E504 <= 100"]);
    assert_eq!(
        refused(&two_scales("positive = [\"优秀\"]", "range = [0, 10]")),
        ["E514 等级或分数范围与组成不同的主体"]
    );
    let cap = |when: &str| {
        let cap = format!("[[cap]]\ncode = \"C\"\nname = \"c\"\nat_most = \"达标\"\nwhen = {{ {when} }}\n");
        refused(
            &(panel(LEVELS, "R=100")
                + "[[component]]\nid = \"i\"\nname = \"指标\"\nweight = 0\nkind = \"indicators\"\n"
                + &cap),
        )
    };
    let of = "votes = \"b\", of = [\"不称职\"]";
    assert!(cap(of).contains(&"E512 above、at_least、below、at_most 中写一个".to_owned()), "{:?}", cap(of));
    assert!(
        cap(&format!("{of}, above = 1, below = 2"))
            .contains(&"E512 above、at_least、below、at_most 中写一个".to_owned())
    );
    assert!(cap("votes = \"x\", of = [\"不称职\"], above = 1").iter().any(|own| own.starts_with("E508")));
    assert!(cap("votes = \"b\", of = [\"差\"], above = 1").iter().any(|own| own.starts_with("E508")));
    assert!(cap("votes = \"i\", of = [\"差\"], above = 1").contains(&"E512 按评议票计分的考核组成".to_owned()));
    assert_eq!(
        keys("limit = [{ when = { last_in_group = true }, at_most = 60 }]"),
        ["E512 名次排出之前就能知道的条件"]
    );
    assert_eq!(keys("limit = [{ when = { event = \"N9\" }, at_most = 60 }]"), ["E508 "]);
    assert_eq!(keys("limit = [{ when = { group = \"一组\" } }]"), ["E502 "]);
    assert_eq!(keys("limit = [{ when = { group = \"一组\" }, at_most = 101 }]"), ["E504 0 – 100"]);
}

#[test]
fn promotions_and_awards_look_at_votes_too() {
    let votes = |of: &str, side: &str| format!("{{ votes = \"b\", of = [\"{of}\"], {side} }}");
    let rules = format!(
        "[[promotion]]\ncode = \"U1\"\nname = \"得票\"\nto = \"先进\"\nwhen = {}\n\
         [[award]]\ncode = \"W1\"\nname = \"奖\"\nby = \"b\"\nplaces = 1\nunless = {}\n",
        votes("优秀", "at_least = 60"),
        votes("不称职", "above = 10")
    );
    // U1: 65 % 优秀, mean 65 + 0.8·15 = 77; U2: 50 %, mean 50 + 24 + 6 = 80.
    let rows =
        "单位,评议主体,优秀,称职,基本称职,不称职,有效\nU1,R,65,15,0,20,100\nU2,R,50,30,0,20,100\nU3,R,5,80,5,10,100";
    let run = Project::new(&(panel(LEVELS, "R=100") + &rules))
        .units("U1 U2 U3")
        .file("tallies/b/票数.csv", rows)
        .score()
        .accepted();
    assert_eq!(run.grades("U1 U2 U3"), "先进 达标 达标", "{:?}", ["U1", "U2", "U3"].map(|unit| run.total(unit)));
    // U2 and U1 have more than 10 % 不称职 and are passed over; U3 with exactly 10 % wins.
    let won = run.outcome().awards[0].contenders.iter().filter(|own| own.because.is_empty()).count();
    assert_eq!(won, 1);
    let barred: Vec<&str> = run.outcome().awards[0].contenders.iter().map(|own| own.because.as_str()).collect();
    assert_eq!(barred.iter().filter(|own| **own == "不称职 20.00%").count(), 2);
}

#[test]
fn a_limit_and_what_a_correction_moves_are_repeated_in_a_regrade() {
    let keys = format!(
        "{SHARE}{BANDS}limit = [{{ when = {{ votes = \"b\", of = [\"不称职\"], at_least = 20 }}, at_most = 65 }}]\n"
    );
    let project = tallied(&keys, "R=100", "U1 U2", "U1,R,55,15,8,22,0,,\nU2,R,81,0,0,19,0,,");
    let [before, after] = project.corrected_later("1,U2,b,95,90");
    let rate = |outcome: &assess::result::outcome::Outcome, unit: &str| {
        outcome.unit(unit).unwrap().components["b"].exact.to_string()
    };
    assert_eq!([rate(&before, "U1"), rate(&before, "U2")], ["65", "95"]);
    assert_eq!([rate(&after, "U1"), rate(&after, "U2")], ["65", "90"]);
    assert_eq!(after.unit("U1").unwrap().components["b"].limited, before.unit("U1").unwrap().components["b"].limited);
}

#[test]
fn shares_are_weighted_by_the_classes_of_the_scheme() {
    let scheme = "[[scheme]]\ncode = \"S\"\nfor = { any = [{ group = \"二组\" }, { attribute = \"类型\", equals = [\"乙\", \"丙\"] }] }\n\
                  classes.b = { R = 90, S = 10 }\n[schemes]\nunmatched = \"base\"\n";
    let model = panel(&format!("{LEVELS}{SHARE}"), "R=60 S=40") + scheme;
    let rows =
        "单位,评议主体,优秀,称职,有效\nU1,R,8,2,10\nU1,S,5,5,10\nU2,R,8,2,10\nU2,S,5,5,10\nU3,R,8,2,10\nU3,S,5,5,10";
    let run = Project::new(&model)
        .roster("单位代码,单位全称,分组,类型", "U1,甲,一组,甲\nU2,乙,二组,甲\nU3,丙,一组,丙")
        .file("tallies/b/票数.csv", rows)
        .score()
        .accepted();
    // 0.6·80 + 0.4·50 = 68; by the scheme 0.9·80 + 0.1·50 = 77.
    assert_eq!([run.total("U1"), run.total("U2"), run.total("U3")], ["68.00", "77.00", "77.00"]);
}

#[test]
fn verify_counts_votes_shares_and_limits_again() {
    let keys = format!(
        "{SHARE}{BANDS}denominator = \"issued\"\n\
         limit = [{{ when = {{ votes = \"b\", of = [\"不称职\"], at_least = 20 }}, at_most = 65 }}]\n"
    );
    let run = tallied(&keys, "R=100", "U1", "U1,R,55,15,8,22,0,110,0").score();
    let found = |change: &dyn Fn(&mut assess::result::outcome::ComponentOutcome)| {
        let mut outcome = run.outcome().clone();
        change(outcome.units[0].components.get_mut("b").unwrap());
        let checked = assess::result::verify::recalculate(&outcome, run.ratings());
        checked.differing.iter().map(|(place, ..)| place.clone()).collect::<Vec<String>>()
    };
    let ends = |places: &[String], end: &str| places.iter().any(|place| place.ends_with(end));
    assert!(found(&|_| {}).is_empty());
    assert!(ends(&found(&|own| own.ballots.as_mut().unwrap().classes[0].votes[3] = 2), ".votes"));
    assert!(ends(
        &found(&|own| own.ballots.as_mut().unwrap().classes[0].issued.as_mut().unwrap().issued = 100),
        ".issued"
    ));
    assert!(ends(&found(&|own| own.ballots.as_mut().unwrap().share = None), ".share"));
    assert!(ends(&found(&|own| own.limited = None), ".limited.at_most"));
    assert!(ends(&found(&|own| own.limited.as_mut().unwrap().because.push('1')), ".because"));
}
