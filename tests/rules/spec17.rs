//! SPEC §17, line by line: details that are easy to get wrong.

use assess::shared::number::Exact;
use rust_xlsxwriter::Workbook;

use crate::support::{GIVEN, Project, Run};

const ONE_CLASS: &str = r#"
[[component]]
id = "b"
name = "评议"
weight = 100
kind = "ballots"
range = [0, 10]
"#;

#[test]
fn a_base_of_exactly_78_155_is_published_as_78_16() {
    let model = r#"
        [[component]]
        id = "i"
        name = "指标"
        weight = 50
        kind = "indicators"
        [[component]]
        id = "b"
        name = "述职"
        weight = 35
        kind = "ballots"
        range = [0, 100]
        class = [
          { id = "P1", name = "P1", weight = 30 },
          { id = "P2", name = "P2", weight = 20 },
          { id = "P3", name = "P3", weight = 25 },
          { id = "P4", name = "P4", weight = 15 },
          { id = "P5", name = "P5", weight = 10 },
        ]
        [[component]]
        id = "g"
        name = "网上"
        weight = 15
        kind = "given""#;
    let project = Project::new(model).units("U1").given("U1,87").report("U1", "X,,,,,80.51,核减");
    let run = project
        .ballots(
            "P1/1 U1=60
             P1/2 U1=60
             P1/3 U1=60
             P2/1 U1=60
             P2/2 U1=60
             P2/3 U1=80
             P3/1 U1=80
             P3/2 U1=100
             P3/3 U1=100
             P4/1 U1=60
             P4/2 U1=60
             P4/3 U1=60
             P5/1 U1=60
             P5/2 U1=80
             P5/3 U1=80",
        )
        .score();
    // sums 180/200/280/180/220 of 3: 0.3·60 + 0.2·200/3 + 0.25·280/3 + 0.15·60 + 0.1·220/3 = 71
    assert_eq!(run.exact_rate("U1", "b"), "71/1");
    // 0.5·80.51 + 0.35·71 + 0.15·87 = 40.255 + 24.85 + 13.05 = 78.155
    assert_eq!((run.exact_base("U1").as_str(), run.total("U1")), ("15631/200", "78.16"));
}

#[test]
fn floor_of_29_percent_of_100_units_is_29_places() {
    // totals 99.99, 99.98, … 99.00: all pass the bar at 90
    let totals: String = (1..=100).map(|n| format!("U{n}={}.{:02} ", 99, 100 - n)).collect();
    let model = "[[grade]]\nname = \"优秀\"\nat_least = 90\nquota = { share = 29 }\n[[grade]]\nname = \"达标\"\n";
    let run = Project::totals(&totals, model).score();
    assert_eq!((run.outcome().quotas[0].seats.places, run.outcome().quotas[0].seats.taken), (29, 29));
    assert_eq!(run.grades("U29 U30"), "优秀 达标");
}

#[test]
fn rounding_is_half_away_from_zero() {
    assert_eq!(Project::totals("U1=2.675", "").score().total("U1"), "2.68");
    let model = "[score]\nmin = -10\ndecimals = 0\n[[adjustment]]\ncode = \"N1\"\nname = \"扣分\"\nkind = \"deduction\"\n\
                 points = 2.5\n[[grade]]\nname = \"一等\"\nat_least = 0\n[[grade]]\nname = \"二等\"\nat_least = -10\n";
    let project = Project::totals("U1=0", model);
    let run = project.adjustments("1,U1,N1,迟报,,2.5,通报,文1,2025-03-01,工委审定,审1").score();
    assert_eq!((run.total("U1"), run.grade("U1")), ("-3", "二等"));
    assert_eq!(Exact::parse("-2.5").unwrap().fixed(0), "-3");
}

#[test]
fn a_cell_is_its_double_rounded_to_15_digits() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "单位").unwrap().write(0, 1, "得分").unwrap();
    sheet.write(1, 0, "U1").unwrap().write_number(1, 1, 0.1 + 0.2).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let run = Project::new(GIVEN).units("U1").bytes("given/g/scores.xlsx", &bytes).score();
    assert_eq!(run.exact_rate("U1", "g"), "3/10"); // not 0.30000000000000004
}

fn trimmed(marks: &str) -> Run {
    let model = format!(
        "{ONE_CLASS}trim = {{ low = 1, high = 1, from = 6 }}\n{}",
        "class = [{ id = \"R\", name = \"评委\", weight = 100 }]"
    );
    Project::new(&model).units("U1").ballots(marks).score()
}

#[test]
fn with_fewer_raters_than_trim_asks_for_nothing_is_dropped() {
    let five = "R/1 U1=2\nR/2 U1=8\nR/3 U1=8\nR/4 U1=8\nR/5 U1=10\n";
    assert_eq!(trimmed(five).total("U1"), "72.00"); // 36/5 = 7.2 of 10
    assert_eq!(trimmed(&format!("{five}R/6 U1=8")).total("U1"), "80.00"); // 2 and 10 dropped: 32/4 = 8
}

#[test]
fn a_rater_who_abstains_for_one_unit_still_has_a_valid_ballot() {
    let model = format!(
        "{ONE_CLASS}abstain = [\"弃权\"]\nquorum = 100\n{}",
        "class = [{ id = \"R\", name = \"评委\", weight = 100, issued = 2 }]"
    );
    let run = Project::new(&model).units("U1 U2").ballots("R/1 U1=弃权 U2=6\nR/2 U1=9 U2=8").score();
    // both ballots count towards the quorum of 2; U1 has one mark, U2 (6 + 8)/2
    assert_eq!((run.class("R").valid, run.total("U1"), run.total("U2")), (2, "90.00", "70.00"));
}

fn quorum(valid: usize) -> Run {
    let model = format!(
        "{ONE_CLASS}quorum = 50\nmissing_class = \"renormalise\"\n{}",
        "class = [{ id = \"R\", name = \"评委\", weight = 60, issued = 12 }, { id = \"S\", name = \"群众\", weight = 40 }]"
    );
    let ballots: String = (1..=valid).map(|rater| format!("R/{rater} U1=9\n")).collect();
    Project::new(&model).units("U1").ballots(&format!("{ballots}S/1 U1=5")).score()
}

#[test]
fn a_class_with_5_valid_of_12_issued_misses_a_quorum_of_50_percent() {
    let missed = quorum(5); // 5 < 6: only S counts
    assert_eq!((missed.total("U1"), missed.has("W412"), missed.class("R").quorum), ("50.00", true, Some(false)));
    let reached = quorum(6); // 6 ≥ 6: (60·9 + 40·5)/100 = 7.4
    assert_eq!((reached.total("U1"), reached.has("W412"), reached.class("R").quorum), ("74.00", false, Some(true)));
}

#[test]
fn a_unit_that_nobody_of_a_class_may_rate_lacks_that_class() {
    let model = format!(
        "{ONE_CLASS}{}",
        "class = [{ id = \"R\", name = \"干部\", weight = 60 }, { id = \"S\", name = \"群众\", weight = 40 }]"
    );
    let run = Project::new(&model).units("U1 U2").ballots("R/1@U1 U1=10 U2=6\nS/1 U1=8 U2=4").score();
    // U1 has only S: 8; U2 (60·6 + 40·4)/100 = 5.2
    assert_eq!((run.total("U1"), run.total("U2")), ("80.00", "52.00"));
    assert_eq!(
        (run.weights("U1"), run.weights("U2")),
        (vec!["0".into(), "100".into()], vec!["60".into(), "40".to_owned()])
    );
    assert_eq!(run.votes("U1").classes[0].missing.map(|reason| reason.json()), Some("recused"));
}

#[test]
fn totals_equal_by_rounding_share_rank_and_bar_and_are_reported() {
    let run = Project::totals("U1=89.995 U2=90 U3=89.994", "").score();
    assert_eq!((run.total("U1"), run.total("U2"), run.total("U3")), ("90.00", "90.00", "89.99"));
    assert_eq!((run.ranks("U1 U2 U3"), run.grades("U1 U2 U3")), ("1 1 3".to_owned(), "优秀 优秀 先进".to_owned()));
    assert!(run.has("N631"));
    assert!(!Project::totals("U1=90 U2=90", "").score().has("N631"), "equal exactly, not only by rounding");
}

const QUOTA: &str = r#"
[[grade]]
name = "优秀"
at_least = 90
quota = { share = 30 }
[[grade]]
name = "先进"
at_least = 80
[[grade]]
name = "达标"
at_least = 0
[[cap]]
code = "V1"
name = "一票否决"
at_most = "达标"
when = { event = "V1" }
[[adjustment]]
code = "V1"
name = "立案审查"
kind = "event"
[rank]
tie_at_quota = "POLICY"
"#;

const THIRTEEN: &str = "U1=95 U2=93 U3=91 U4=91 U5=90 U6=79 U7=78 U8=77 U9=76 U10=75 U11=74 U12=73 U13=72";

#[test]
fn a_tie_at_the_line_of_3_places_is_excluded_and_the_unit_behind_it_too() {
    let run = Project::totals(THIRTEEN, &QUOTA.replace("POLICY", "exclude")).score();
    // floor(0.3·13) = floor(3.9) = 3 places; after 95 and 93 one is left for two at 91
    assert_eq!(run.grades("U1 U2 U3 U4 U5"), "优秀 优秀 先进 先进 先进");
    assert_eq!((run.outcome().quotas[0].seats.places, run.outcome().quotas[0].seats.taken), (3, 2));
    assert!(run.steps("U3").contains(&"tie-excluded") && run.steps("U5").contains(&"behind-tie"));
}

#[test]
fn a_tie_at_the_line_of_3_places_may_be_included_and_is_reported() {
    let run = Project::totals(THIRTEEN, &QUOTA.replace("POLICY", "include")).score();
    assert_eq!(run.grades("U1 U2 U3 U4 U5"), "优秀 优秀 优秀 优秀 先进");
    assert_eq!((run.outcome().quotas[0].seats.taken, run.has("W633")), (4, true));
}

#[test]
fn a_vetoed_unit_at_96_stays_in_the_number_of_units() {
    let thirteen = THIRTEEN.replace("U13=72", "U13=96");
    let run = Project::totals(&thirteen, &QUOTA.replace("POLICY", "exclude")).events("1,U13,V1").score();
    assert_eq!((run.outcome().quotas[0].seats.ranked, run.outcome().quotas[0].seats.places), (13, 3));
    assert_eq!((run.grade("U13"), run.ranks("U13 U1")), ("达标", "1 2".to_owned()));
    assert_eq!(run.grades("U1 U2 U3 U4 U5"), "优秀 优秀 先进 先进 先进");
    // 10 units: floor(3.0) = 3 places; were the vetoed one left out, floor(2.7) = 2
    let ten = "U1=96 U2=95 U3=94 U4=93 U5=79 U6=78 U7=77 U8=76 U9=75 U10=74";
    let run = Project::totals(ten, &QUOTA.replace("POLICY", "exclude")).events("1,U1,V1").score();
    assert_eq!(run.grades("U1 U2 U3 U4 U5"), "达标 优秀 优秀 优秀 达标");
}

const BONUS: &str = r#"
[[adjustment]]
code = "J1"
name = "国家级"
kind = "bonus"
points = 3
[[adjustment]]
code = "J2"
name = "省级"
kind = "bonus"
points = 2
[[adjustment]]
code = "J3"
name = "市级"
kind = "bonus"
points = 1
[adjustments]
max_bonus = 5
"#;

#[test]
fn the_same_matter_at_province_and_city_counts_once_with_the_larger() {
    let rows =
        "1,U1,J3,模范机关,,1,通报,市1,2025-02-01,工委审定,审1\n2,U1,J2,模范机关,,2,通报,省1,2025-05-01,工委审定,审1";
    let run = Project::totals("U1=80", BONUS).adjustments(rows).score();
    assert_eq!((run.ended("U1", "1"), run.ended("U1", "2")), ("superseded 0".to_owned(), "full 2".to_owned()));
    assert_eq!(run.total("U1"), "82.00");
}

#[test]
fn max_bonus_is_used_up_by_date_then_number_and_the_third_matter_is_shown_as_cut() {
    let rows = "1,U1,J2,丙,,2,通报,文3,2025-09-01,工委审定,审1
                2,U1,J1,甲,,3,通报,文1,2025-02-01,工委审定,审1
                3,U1,J2,乙,,2,通报,文2,2025-03-01,工委审定,审1
                4,U1,J2,丁,,2,通报,文4,2025-01-01,拟提,
                5,U1,J2,戊,,2,通报,文5,2025-01-01,不予采纳,";
    let run = Project::totals("U1=80", BONUS).adjustments(rows).score();
    // February 3, March 2: 5 used; September 2 is cut to nothing
    let ended: Vec<String> = ["1", "2", "3", "4", "5"].iter().map(|id| run.ended("U1", id)).collect();
    assert_eq!(ended, ["cut 0", "full 3", "full 2", "proposed 0", "rejected 0"]);
    assert_eq!((run.adjustment("U1", "1").end.reason(), run.total("U1")), (Some("max-bonus"), "85.00"));
}

#[test]
fn half_a_point_for_the_fourth_takes_the_third_units_place_though_its_total_is_unchanged() {
    let totals = "U1=95 U2=94 U3=92 U4=91.8 U5=90 U6=70 U7=69 U8=68 U9=67 U10=66"; // floor(3.0) = 3 places
    let model = format!(
        "{}[[adjustment]]\ncode = \"J5\"\nname = \"推广\"\nkind = \"bonus\"\npoints = 0.5",
        QUOTA.replace("POLICY", "exclude")
    );
    let before = Project::totals(totals, &model).score();
    assert_eq!(before.grades("U1 U2 U3 U4 U5"), "优秀 优秀 优秀 先进 先进");
    let row = "1,U4,J5,经验,,0.5,通报,文1,2025-03-01,工委审定,审1";
    let after = Project::totals(totals, &model).adjustments(row).score();
    assert_eq!(after.grades("U1 U2 U3 U4 U5"), "优秀 优秀 先进 优秀 先进");
    assert_eq!((before.total("U3"), after.total("U3"), after.total("U4")), ("92.00", "92.00", "92.30"));
    assert_eq!((before.ranks("U3 U4"), after.ranks("U3 U4")), ("3 4".to_owned(), "4 3".to_owned()));
}
