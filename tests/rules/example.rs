//! The worked example of DOMAIN §10.11, whole.

use crate::support::{Project, Run};

const MODEL: &str = r#"
[[line]]
code = "L1"
name = "政治领导线"
[[aspect]]
code = "A1"
name = "责任"
points = 30
[[aspect]]
code = "A2"
name = "任务实效"
points = 50
[[aspect]]
code = "A3"
name = "创新品牌"
points = 20
[[indicator]]
code = "1.1.1"
line = "L1"
aspect = "A1"
name = "学习"
points = 30
rule = "核定"
[[indicator]]
code = "2.1.1"
line = "L1"
aspect = "A2"
name = "任务"
points = 50
rule = "核定"
[[indicator]]
code = "3.1.1"
line = "L1"
aspect = "A3"
name = "品牌"
points = 20
rule = "核定"
[[component]]
id = "indicators"
name = "指标"
weight = 50
kind = "indicators"
[[component]]
id = "meeting"
name = "述职评议"
weight = 35
kind = "ballots"
levels = { "好" = 100, "较好" = 80, "一般" = 60, "差" = 40 }
abstain = ["弃权"]
denominator = "DENOMINATOR"
class = [
  { id = "P1", name = "工委领导", weight = 30 },
  { id = "P2", name = "部门负责人", weight = 20 },
  { id = "P3", name = "党务干部", weight = 25 },
  { id = "P4", name = "党员代表", weight = 15 },
  { id = "P5", name = "服务对象", weight = 10 },
]
[[component]]
id = "online"
name = "满意度"
weight = 15
kind = "ballots"
levels = { "满意" = 100, "比较满意" = 80, "基本满意" = 60, "不满意" = 0 }
positive = ["满意", "比较满意", "基本满意"]
abstain = ["不了解"]
min_valid = 30
too_few = "group_median"
class = [
  { id = "O1", name = "干部职工", weight = 40 },
  { id = "O2", name = "社会主体", weight = 35 },
  { id = "O3", name = "群众", weight = 25 },
]
[[adjustment]]
code = "J4"
name = "经验推广"
kind = "bonus"
levels = { "国家级" = 1.5, "省级" = 1, "市级" = 0.5 }
[[adjustment]]
code = "N2"
name = "党员受处分"
kind = "deduction"
levels = { "轻" = 0.5, "重" = 1 }
[[cap]]
code = "C4"
name = "任一方面低于七成"
at_most = "先进"
when = { rate = "aspect.*", component = "indicators", below = 70 }
"#;

/// Classes with their votes per level, then abstentions.
const MEETING: [(&str, [usize; 4], usize); 5] = [
    ("P1", [6, 3, 1, 0], 1),
    ("P2", [5, 4, 1, 0], 0),
    ("P3", [20, 14, 4, 1], 3),
    ("P4", [12, 6, 2, 0], 0),
    ("P5", [9, 5, 3, 1], 2),
];
const ONLINE: [(&str, [usize; 4], usize); 3] =
    [("O1", [52, 20, 6, 2], 5), ("O2", [30, 12, 5, 3], 10), ("O3", [60, 25, 10, 5], 20)];

/// Tallies of both units, who got the same votes; 有效 counts abstentions, 收回 = 有效.
fn tally(classes: &[(&str, [usize; 4], usize)], header: &str) -> String {
    let mut text = format!("单位,评议主体,{header},弃权/未填,收回,有效,无效\n");
    for unit in ["U1", "U2"] {
        for (class, [a, b, c, d], abstained) in classes {
            let valid = a + b + c + d + abstained;
            text += &format!("{unit},{class},{a},{b},{c},{d},{abstained},{valid},{valid},0\n");
        }
    }
    text
}

/// The same votes as single ballots: rater n of a class gives both units the n-th vote.
fn ballots(classes: &[(&str, [usize; 4], usize)], words: [&str; 5]) -> String {
    let mut text = String::from("评议主体,评委编号,单位,评价\n");
    for (class, levels, abstained) in classes {
        let counts = levels.iter().chain([abstained]);
        let votes = words.iter().zip(counts).flat_map(|(word, count)| std::iter::repeat_n(word, *count));
        for (rater, word) in votes.enumerate() {
            text += &format!("{class},{rater},U1,{word}\n{class},{rater},U2,{word}\n");
        }
    }
    text
}

/// U1 has A3 at 13 of 20 points (65 %), U2 at 16 (80 %); both have 91.35 indicator points:
/// 30 + 48.35 + 13 = 30 + 45.35 + 16 = 91.35.
fn project(denominator: &str) -> Project {
    Project::new(&MODEL.replace("DENOMINATOR", denominator))
        .roster("单位代码,单位全称,分组", "U1,甲局,一组\nU2,乙局,二组")
        .report("U1", "1.1.1,,,,,30,\n2.1.1,,,,,48.35,核减\n3.1.1,,,,,13,核减")
        .report("U2", "1.1.1,,,,,30,\n2.1.1,,,,,45.35,核减\n3.1.1,,,,,16,核减")
        .adjustments(
            "1,U1,J4,经验,国家级,1.5,通报,国1,2025-03-01,工委审定,审1
             2,U1,N2,处分,轻,0.5,决定,市2,2025-04-01,工委审定,审2
             3,U2,J4,经验,国家级,1.5,通报,国3,2025-03-01,工委审定,审1
             4,U2,N2,处分,轻,0.5,决定,市4,2025-04-01,工委审定,审2",
        )
}

fn with_tallies(denominator: &str) -> Run {
    project(denominator)
        .file("tallies/meeting/票数.csv", &tally(&MEETING, "好,较好,一般,差"))
        .file("tallies/online/票数.csv", &tally(&ONLINE, "满意,比较满意,基本满意,不满意"))
        .score()
}

fn with_ballots() -> Run {
    project("valid")
        .file("ballots/meeting/票.csv", &ballots(&MEETING, ["好", "较好", "一般", "差", "弃权"]))
        .file("ballots/online/票.csv", &ballots(&ONLINE, ["满意", "比较满意", "基本满意", "不满意", "不了解"]))
        .score()
}

/// Class means of a component at four decimals.
fn means(run: &Run, component: &str) -> Vec<String> {
    let votes = run.unit("U1").components[component].ballots.as_ref().unwrap();
    votes.classes.iter().map(|class| class.means[0].as_ref().unwrap().mean.0.fixed(4)).collect()
}

fn check_scores(run: &Run) {
    // P1 (600+240+60)/10, P2 (500+320+60)/10, P3 (2000+1120+240+40)/39, P4 (1200+480+120)/20, P5 (900+400+180+40)/18
    assert_eq!(means(run, "meeting"), ["90.0000", "88.0000", "87.1795", "90.0000", "84.4444"]);
    // 0.3·90 + 0.2·88 + 0.25·3400/39 + 0.15·90 + 0.1·1520/18 = 27 + 17.6 + 21.7949 + 13.5 + 8.4444
    assert_eq!(run.unit("U1").components["meeting"].exact.fixed(4), "88.3393");
    // O1 (5200+1600+360)/80, O2 (3000+960+300)/50, O3 (6000+2000+600)/100
    assert_eq!(means(run, "online"), ["89.5000", "85.2000", "86.0000"]);
    // 0.4·89.5 + 0.35·85.2 + 0.25·86 = 35.8 + 29.82 + 21.5 = 87.12 = 2178/25
    assert_eq!(run.exact_rate("U1", "online"), "2178/25");
    // (78 + 47 + 95) / (80 + 50 + 100) = 220/230
    let satisfaction = run.unit("U1").components["online"].ballots.as_ref().unwrap().satisfaction.clone().unwrap();
    assert_eq!((satisfaction.0.fixed(2), satisfaction.0.fraction()), ("95.65".to_owned(), "2200/23".to_owned()));
    assert_eq!(run.exact_rate("U1", "indicators"), "1827/20"); // 91.35
    // 0.5·91.35 + 0.35·88.339316… + 0.15·87.12 = 45.675 + 30.918761 + 13.068 = 79.078 + 12383/1170
    assert_eq!(run.exact_base("U1"), "5245213/58500");
    assert_eq!(run.unit("U1").exact.as_ref().unwrap().base.fixed(4), "89.6618");
    assert_eq!(run.unit("U1").base.as_deref(), Some("89.66"));
    assert_eq!(run.plus_minus("U1"), ("1.50", "0.50"));
    assert_eq!(run.total("U1"), "90.66"); // 89.6618 + 1.5 − 0.5 = 90.6618
}

#[test]
fn scores_from_tallies() {
    check_scores(&with_tallies("valid"));
}

#[test]
fn scores_from_single_ballots() {
    check_scores(&with_ballots());
}

#[test]
fn abstentions_in_the_denominator_move_the_meeting_score_by_almost_five_points() {
    let run = with_tallies("all");
    // 0.3·900/11 + 0.2·88 + 0.25·3400/42 + 0.15·90 + 0.1·1520/20 = 24.5455 + 17.6 + 20.2381 + 13.5 + 7.6
    assert_eq!(run.unit("U1").components["meeting"].exact.fixed(4), "83.4835");
    // 88.339316 − 83.483550 = 4.855766
    let with_valid = with_tallies("valid").unit("U1").components["meeting"].exact.clone();
    assert_eq!((with_valid - &run.unit("U1").components["meeting"].exact).fixed(2), "4.86");
}

#[test]
fn the_threshold_gives_the_best_grade_and_an_aspect_at_65_percent_caps_it() {
    let run = with_tallies("valid");
    assert_eq!(run.unit("U1").threshold.as_deref(), Some("优秀"));
    assert_eq!((run.grade("U1"), run.caps("U1")), ("先进", vec!["C4"]));
    assert_eq!((run.total("U2"), run.grade("U2"), run.caps("U2")), ("90.66", "优秀", vec![]));
}
