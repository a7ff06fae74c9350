//! Quotas: places, roundings, cumulative limits, ties at the line and what breaks them (SPEC §9.6, §18).

use crate::support::{GIVEN, NUMBERS, Project, Run, panel};

fn grades(first: &str, second: &str) -> String {
    let quota = |q: &str| if q.is_empty() { String::new() } else { format!("quota = {{ {q} }}\n") };
    format!(
        "[[grade]]\nname = \"优秀\"\nat_least = 90\n{}[[grade]]\nname = \"先进\"\nat_least = 80\n{}\
         [[grade]]\nname = \"达标\"\n",
        quota(first),
        quota(second)
    )
}

/// Totals 99, 98, … of n units, all above 80.
fn falling(n: usize) -> String {
    (0..n).map(|i| format!("U{}={} ", i + 1, 99 - i)).collect()
}

fn places(n: usize, quota: &str) -> usize {
    let run = Project::totals(&falling(n), &grades(quota, "")).score();
    assert_eq!(run.outcome().quotas[0].seats.places, run.outcome().quotas[0].seats.taken, "all totals reach the bar");
    run.outcome().quotas[0].seats.places
}

#[test]
fn places_are_rounded_as_the_model_says() {
    // 30 % of 5 = 1.5, of 4 = 1.2
    assert_eq!(["floor", "half_up", "ceil"].map(|r| places(5, &format!("share = 30, rounding = \"{r}\""))), [1, 2, 2]);
    assert_eq!(["floor", "half_up", "ceil"].map(|r| places(4, &format!("share = 30, rounding = \"{r}\""))), [1, 1, 2]);
    assert_eq!(places(5, "share = 30"), 1);
    assert_eq!(places(10, "share = 30, rounding = \"ceil\""), 3); // exactly 3
}

#[test]
fn a_minimum_acts_from_a_number_of_units() {
    // 30 % of 3 = 0.9, of 2 = 0.6
    assert_eq!((places(3, "share = 30"), places(3, "share = 30, minimum = 1, minimum_from = 3")), (0, 1));
    assert_eq!(places(2, "share = 30, minimum = 1, minimum_from = 3"), 0);
    assert_eq!(places(2, "share = 30, minimum = 1"), 1); // minimum_from is 1 by default
}

#[test]
fn a_quota_counts_its_grade_or_better() {
    // of ten units 3 and 7
    let model = grades("share = 30", "share = 70");
    let nine = "U1=99 U2=98 U3=97 U4=96 U5=95 U6=94 U7=93 U8=92 U9=91 U10=90";
    let all = "U1 U2 U3 U4 U5 U6 U7 U8 U9 U10";
    assert_eq!(Project::totals(nine, &model).score().grades(all), "优秀 优秀 优秀 先进 先进 先进 先进 达标 达标 达标");
    let one = "U1=99 U2=89 U3=88 U4=87 U5=86 U6=85 U7=84 U8=83 U9=82 U10=81";
    assert_eq!(Project::totals(one, &model).score().grades(all), "优秀 先进 先进 先进 先进 先进 先进 达标 达标 达标");
}

#[test]
fn a_quota_never_lifts() {
    let run = Project::totals("U1=95 U2=85 U3=75 U4=70", &grades("share = 75", "share = 100")).score();
    assert_eq!(run.grades("U1 U2 U3 U4"), "优秀 先进 达标 达标");
}

#[test]
fn quotas_are_counted_in_each_group() {
    let roster = "U1,甲,一组\nU2,乙,一组\nU3,丙,二组\nU4,丁,二组";
    let project =
        Project::new(&format!("{GIVEN}{}", grades("share = 50", ""))).roster("单位代码,单位全称,分组", roster);
    assert_eq!(project.given("U1,99 U2,98 U3,91 U4,90").score().grades("U1 U2 U3 U4"), "优秀 先进 优秀 先进");
}

/// Of ten units three places; 95, 94, then three at 93.
const TIED: &str = "U1=95 U2=94 U3=93 U4=93 U5=93 U6=92 U7=70 U8=70 U9=70 U10=70";

fn tied(totals: &str, policy: &str) -> Run {
    Project::totals(totals, &format!("{}[rank]\ntie_at_quota = \"{policy}\"\n", grades("share = 30", ""))).run()
}

const SIX: &str = "U1 U2 U3 U4 U5 U6";

#[test]
fn exclude_places_nobody_of_the_tied_group_and_nobody_behind_it() {
    assert_eq!(tied(TIED, "exclude").grades(SIX), "优秀 优秀 先进 先进 先进 先进");
}

#[test]
fn include_places_all_of_the_tied_group_and_nobody_behind_it() {
    let run = tied(TIED, "include");
    assert_eq!((run.errors(), run.grades(SIX)), (vec![], "优秀 优秀 优秀 优秀 优秀 先进".to_owned()));
    assert!(run.has("W633"));
}

#[test]
fn committee_leaves_the_tie_open() {
    let run = tied(TIED, "committee");
    assert_eq!((run.errors(), run.units_with("E619")), (vec!["E619"], vec!["U3", "U4", "U5"]));
}

#[test]
fn committee_is_settled_by_decisions() {
    let model = format!("{}[rank]\ntie_at_quota = \"committee\"\n", grades("share = 30", ""));
    // the pin takes the third place; with no room left the two others drop
    let run = Project::totals(TIED, &model).decisions("1,U4,优秀,,,").score();
    assert_eq!(run.grades(SIX), "优秀 优秀 先进 优秀 先进 先进");
}

#[test]
fn a_tied_group_that_fits_is_placed_under_every_policy() {
    let totals = "U1=95 U2=93 U3=93 U4=92 U5=70 U6=70 U7=70 U8=70 U9=70 U10=70";
    for policy in ["exclude", "include", "committee"] {
        assert_eq!(tied(totals, policy).grades("U1 U2 U3 U4"), "优秀 优秀 优秀 先进", "{policy}");
    }
}

#[test]
fn with_no_room_left_a_tied_group_drops_under_every_policy() {
    let totals = "U1=96 U2=95 U3=94 U4=93 U5=93 U6=92 U7=70 U8=70 U9=70 U10=70";
    for policy in ["exclude", "include", "committee"] {
        let run = tied(totals, policy);
        assert_eq!((run.errors(), run.grades(SIX)), (vec![], "优秀 优秀 优秀 先进 先进 先进".to_owned()), "{policy}");
    }
}

#[test]
fn a_tie_at_the_second_line_drops_to_the_third_grade() {
    // of five units 1 and 2 places
    let model = grades("share = 20", "share = 40");
    let run = Project::totals("U1=95 U2=85 U3=85 U4=84 U5=70", &model).score();
    assert_eq!(run.grades("U1 U2 U3 U4 U5"), "优秀 达标 达标 达标 达标");
}

/// Two units with equal totals and one place between them; aspects A1 and A2 have 50 points each.
fn chain(tie_break: &str, rows: &str, adjustments: &str) -> Run {
    let tree = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 50\n[[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = 50\n\
        [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 50\nrule = \"核定\"\n\
        [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = 50\nrule = \"核定\"\n\
        [[adjustment]]\ncode = \"N\"\nname = \"扣分\"\nkind = \"deduction\"\npoints = 1\n";
    let model = format!("{tree}{GIVEN}{}[rank]\ntie_break = {tie_break}\n", grades("share = 50", ""));
    Project::new(&model).units("U1 U2").given_parts(rows).adjustments(adjustments).score()
}

#[test]
fn a_tie_is_broken_by_the_first_node_that_differs_and_the_rank_stays_shared() {
    let rows = "U1,,A1,90\nU1,,A2,96\nU2,,A1,96\nU2,,A2,90"; // both 93
    let by_second = chain("[\"g\", \"A2\"]", rows, "");
    assert_eq!((by_second.grades("U1 U2"), by_second.ranks("U1 U2")), ("优秀 先进".to_owned(), "1 1".to_owned()));
    assert_eq!(chain("[\"A1\", \"A2\"]", rows, "").grades("U1 U2"), "先进 优秀");
    assert_eq!(chain("[\"g\"]", rows, "").grades("U1 U2"), "先进 先进");
}

#[test]
fn a_tie_is_broken_on_exact_values() {
    // 92.996 and 93.004 are both 93.00
    let rows = "U1,,A1,92.996\nU1,,A2,92.996\nU2,,A1,93.004\nU2,,A2,93.004";
    assert_eq!(chain("[\"g\"]", rows, "").grades("U1 U2"), "先进 优秀");
    assert_eq!(chain("[]", rows, "").grades("U1 U2"), "先进 先进");
}

#[test]
fn fewer_deductions_break_a_tie() {
    let rows = "U1,,A1,94\nU1,,A2,94\nU2,,A1,93\nU2,,A2,93"; // 94 − 1 = 93
    let row = "1,U1,N,甲,,1,通报,文1,2025-01-01,工委审定,审1";
    assert_eq!(chain("[\"fewer_deductions\"]", rows, row).grades("U1 U2"), "先进 优秀");
    assert_eq!(chain("[\"g\"]", rows, row).grades("U1 U2"), "优秀 先进");
}

#[test]
fn satisfaction_breaks_a_tie_and_an_unknown_one_comes_last() {
    let keys = format!("{NUMBERS}positive_from = 8\nmin_valid = 2\ntoo_few = \"flag\"");
    let model =
        format!("{}{}[rank]\ntie_break = [\"satisfaction:b\"]\n", panel(&keys, "R=100"), grades("share = 34", ""));
    let graded = |ballots: &str| Project::new(&model).units("U1 U2 U3").ballots(ballots).score().grades("U1 U2 U3");
    // all 90 %: U1 has 8 + 10 (2 of 2 positive), U2 7 + 10 + 10 (2 of 3), U3 9 alone (unknown); floor(1.02) = 1 place
    assert_eq!(graded("R/1 U1=8 U2=7 U3=9\nR/2 U1=10 U2=10\nR/3 U2=10"), "优秀 先进 先进");
    // without U1's lead: U2 (2 of 3) is ahead of the unknown U3
    assert_eq!(graded("R/1 U1=1 U2=7 U3=9\nR/2 U1=2 U2=10\nR/3 U2=10"), "达标 优秀 先进");
}

#[test]
fn a_tie_break_may_leave_a_smaller_tie() {
    // three units at 93 for two places: A2 puts U3 first, the other two stay tied and are excluded
    let tree = "[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 50\n[[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = 50\n\
        [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 50\nrule = \"核定\"\n\
        [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = 50\nrule = \"核定\"\n";
    let model = format!("{tree}{GIVEN}{}[rank]\ntie_break = [\"A2\"]\n", grades("share = 50", ""));
    let rows = "U1,,A1,96\nU1,,A2,90\nU2,,A1,96\nU2,,A2,90\nU3,,A1,90\nU3,,A2,96\nU4,,A1,70\nU4,,A2,70";
    let run = Project::new(&model).units("U1 U2 U3 U4").given_parts(rows).score();
    assert_eq!(run.grades("U1 U2 U3 U4"), "先进 先进 优秀 达标");
    assert_eq!(run.ranks("U1 U2 U3 U4"), "1 1 1 4");
}

#[test]
fn component_decimals_round_before_the_tie_break() {
    let graded = |score: &str| {
        let model = format!("{score}{}[rank]\ntie_break = [\"g\"]\n", grades("share = 50", ""));
        Project::totals("U1=92.996 U2=93.004", &model).score().grades("U1 U2")
    };
    assert_eq!(graded(""), "先进 优秀");
    assert_eq!(graded("[score]\ncomponent_decimals = 2\n"), "先进 先进"); // both 93.00
}

#[test]
fn a_tied_group_that_finds_no_place_competes_one_grade_lower() {
    // of four units 1 place of 优秀, 3 of 先进 or better: both at 95 drop and take two of the three
    let run = Project::totals("U1=95 U2=95 U3=85 U4=84", &grades("share = 25", "share = 75")).score();
    assert_eq!(run.grades("U1 U2 U3 U4"), "先进 先进 先进 达标");
    assert_eq!(
        run.outcome().quotas.iter().map(|q| (q.seats.places, q.seats.taken)).collect::<Vec<_>>(),
        [(1, 0), (3, 3)]
    );
}

#[test]
fn values_that_break_a_tie_are_shown_with_enough_decimals_to_differ() {
    let values = |rows: &str| {
        let run = chain("[\"g\"]", rows, "");
        let of = |unit: &str| {
            let step = run.unit(unit).path.iter().find_map(|step| step.values());
            step.map(str::to_owned)
        };
        (of("U1"), of("U2"))
    };
    let some = |text: &str| Some(text.to_owned());
    // Both are 93.00: 92.996 and 93.004 differ in the third decimal, 92.9996 and 93.0004 in the fourth.
    let rows = |low: &str, high: &str| format!("U1,,A1,{low}\nU1,,A2,{low}\nU2,,A1,{high}\nU2,,A2,{high}");
    assert_eq!(values(&rows("92.996", "93.004")), (some("g 92.996"), some("g 93.004")));
    assert_eq!(values(&rows("92.9996", "93.0004")), (some("g 92.9996"), some("g 93.0004")));
}
