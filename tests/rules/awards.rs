//! Awards: the first of each scope by one value, passing over, ties, and that grades stay as they are (SPEC §19.7).

use assess::documents::feedback::feedback;
use assess::documents::feedback::privacy::Pattern;
use assess::documents::feedback::prizes::{Prize, PrizeSide};
use assess::documents::feedback::stats::GroupStats;
use assess::documents::report::feedback::{Desk, document};
use assess::documents::report::{CellDoc, Content, Document, SheetDoc};
use assess::documents::trace::Tracer;
use assess::result::compare::{Comparison, Parts};
use assess::result::diff::{Cause, Diff, Rule};
use assess::shared::i18n::Lang;

use crate::support::{GIVEN, Project, Run};

/// Aspects 投资 of 70 points and 殡葬 of 30, so that 24 points of 殡葬 are a rate of 80 %.
const TREE: &str = "[[line]]\ncode = \"L1\"\nname = \"线\"\n\
    [[aspect]]\ncode = \"A1\"\nname = \"投资\"\npoints = 70\n[[aspect]]\ncode = \"A2\"\nname = \"殡葬\"\npoints = 30\n\
    [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"投资额\"\npoints = 70\nrule = \"核定\"\n\
    [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"改革\"\npoints = 30\nrule = \"核定\"\n";

fn award(keys: &str) -> String {
    format!("[[award]]\ncode = \"W1\"\nname = \"投资奖\"\n{keys}\n")
}

/// Units with their groups and their rates of 投资 and 殡葬: `U1 县区 90 85`.
fn project(award: &str, units: &str) -> Project {
    let (mut roster, mut parts) = (String::new(), String::new());
    for line in units.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        roster += &format!("{},单位{},{}\n", words[0], words[0], words[1]);
        parts += &format!("{0},,A1,{1}\n{0},,A2,{2}\n", words[0], words[2], words[3]);
    }
    Project::new(&format!("{TREE}{GIVEN}{award}")).roster("单位代码,单位全称,分组", &roster).given_parts(&parts)
}

/// Fates in the order of the list: `U2 won, U1 behind`.
fn fates(run: &Run) -> Vec<String> {
    let outcome = run.outcome();
    let one = |contest: &assess::result::outcome::Contest| {
        let own = contest.contenders.iter().map(|own| format!("{} {} {}", outcome.code(own.unit), own.value, own.fate));
        own.collect::<Vec<_>>().join(", ")
    };
    outcome.awards.iter().map(one).collect()
}

/// Of the zones ST is first by 投资, but has fewer than 24 points for 殡葬.
const ZONES: &str = "OJ 开发区 88 82\nJK 开发区 84 90\nST 开发区 95 79.58\nLC 县区 70 80\nWC 县区 90 81";

#[test]
fn who_is_passed_over_makes_room_for_the_next() {
    // 30 · 79.58 % = 23.874, printed 23.87.
    let keys = "by = \"A1\"\nplaces = 1\nunless = { points = \"A2\", below = 24 }";
    let run = project(&award(keys), ZONES).score();
    assert_eq!(fates(&run), ["ST 95.00 barred, OJ 88.00 won, JK 84.00 behind", "WC 90.00 won, LC 70.00 behind"]);
    assert_eq!(run.outcome().awards[0].contenders[0].because, "A2 23.87");
    // Over all units WC is first.
    let all = project(&award(&format!("{keys}\nscope = \"all\"")), ZONES).score();
    assert_eq!(fates(&all), ["ST 95.00 barred, WC 90.00 won, OJ 88.00 behind, JK 84.00 behind, LC 70.00 behind"]);
}

#[test]
fn an_award_changes_no_grade() {
    let with = project(&award("by = \"total\"\nplaces = 1"), ZONES).score();
    let without = project("", ZONES).score();
    let codes = "OJ JK ST LC WC";
    assert_eq!((with.grades(codes), with.ranks(codes)), (without.grades(codes), without.ranks(codes)));
    assert!(without.outcome().awards.is_empty());
    let json = serde_json::to_string(without.outcome()).unwrap();
    assert!(!json.contains("\"awards\""), "a result without awards has no list of them");
}

#[test]
fn an_award_goes_by_total_component_leaf_or_line() {
    // Totals: OJ 0.7·88 + 0.3·82 = 86.2, JK 85.8, ST 90.374 printed 90.37.
    let zones = "OJ 开发区 88 82\nJK 开发区 84 90\nST 开发区 95 79.58";
    let by = |by: &str| fates(&project(&award(&format!("by = \"{by}\"\nplaces = 1")), zones).score()).join("; ");
    assert_eq!(by("total"), "ST 90.37 won, OJ 86.20 behind, JK 85.80 behind");
    assert_eq!(by("g"), "ST 90.37 won, OJ 86.20 behind, JK 85.80 behind");
    assert_eq!(by("L1"), "ST 90.37 won, OJ 86.20 behind, JK 85.80 behind");
    assert_eq!(by("Y"), "JK 90.00 won, OJ 82.00 behind, ST 79.58 behind");
}

#[test]
fn a_share_of_the_ranked_units_may_win_from_a_least_value() {
    // 50 % of 5 is 2.5, rounded up 3; but JK is below 85.
    let five = "A 甲 95 80\nB 甲 90 80\nJK 甲 84 80\nD 甲 70 80\nE 甲 60 80";
    let keys = "by = \"A1\"\nshare = 50\nrounding = \"ceil\"\nat_least = 85";
    let said = fates(&project(&award(keys), five).score());
    assert_eq!(said, ["A 95.00 won, B 90.00 won, JK 84.00 below, D 70.00 below, E 60.00 below"]);
}

#[test]
fn a_tie_that_does_not_fit_is_treated_as_the_award_says() {
    // Rates are compared as printed: 90.001 and 90.004 are both 90.00.
    let tied = "A 甲 95 80\nB 甲 90.001 80\nC 甲 90.004 80\nD 甲 70 80";
    let by = |tie: &str| project(&award(&format!("by = \"A1\"\nplaces = 2\ntie = \"{tie}\"")), tied);
    assert_eq!(fates(&by("exclude").score()), ["A 95.00 won, B 90.00 tied, C 90.00 tied, D 70.00 behind"]);
    assert_eq!(fates(&by("include").score()), ["A 95.00 won, B 90.00 won, C 90.00 won, D 70.00 behind"]);
    let open = by("committee").run();
    assert_eq!((open.errors(), open.units_with("E698")), (vec!["E698"], vec!["B", "C"]));
    assert_eq!(fates(&open), ["A 95.00 won, B 90.00 pending, C 90.00 pending, D 70.00 behind"]);
}

const BONUS: &str = "[[adjustment]]\ncode = \"J1\"\nname = \"创新\"\nkind = \"bonus\"\nlevels = { \"大\" = 3, \"小\" = 1 }\n\
                     [[adjustment]]\ncode = \"N1\"\nname = \"通报\"\nkind = \"deduction\"\npoints = 1\n";

#[test]
fn an_award_by_a_bonus_goes_by_what_counts() {
    // JK 3 + 1, OJ 3; ST has none and is no candidate.
    let zones = "OJ 开发区 88 82\nJK 开发区 84 90\nST 开发区 95 80";
    let rows = "1,OJ,J1,甲,大,3,通报,文1,2025-05-01,工委审定,审1\n2,JK,J1,乙,大,3,通报,文2,2025-05-02,工委审定,审2\n\
                3,JK,J1,丙,小,1,通报,文3,2025-05-03,工委审定,审3\n4,ST,J1,丁,大,3,通报,文4,2025-05-03,拟提,";
    let run = project(&format!("{BONUS}{}", award("by = \"J1\"\nplaces = 1")), zones).adjustments(rows).score();
    assert_eq!(fates(&run), ["JK 4 won, OJ 3 behind"]);
}

#[test]
fn separate_units_win_nothing() {
    let model = format!("{GIVEN}{}", award("by = \"total\"\nplaces = 1"));
    let roster = "U1,甲,一组,排名\nU2,乙,一组,单列\nU3,丙,一组,不参评";
    let project = Project::new(&model).roster("单位代码,单位全称,分组,参评方式", roster);
    assert_eq!(fates(&project.given("U1,80 U2,95").score()), ["U1 80.00 won"]);
}

#[test]
fn an_award_that_cannot_be_meant_is_refused() {
    for (keys, code) in [
        ("by = \"A1\"", "E502"),
        ("places = 1", "E502"),
        ("by = \"A1\"\nplaces = 1\nshare = 5", "E550"),
        ("by = \"N1\"\nplaces = 1", "E550"),
        ("by = \"A9\"\nplaces = 1", "E508"),
        ("by = \"A1\"\nplaces = 1\nscope = \"world\"", "E504"),
        ("by = \"A1\"\nplaces = 1\ntie = \"lot\"", "E504"),
        ("by = \"A1\"\nplaces = 1\nunless = { below = 3 }", "E512"),
        ("by = \"A1\"\nplaces = 1\nbar = 3", "E503"),
    ] {
        let run = project(&format!("{BONUS}{}", award(keys)), ZONES).run();
        assert!(run.is_stopped() && run.has(code), "{keys}: {:?}", run.messages);
    }
    let twice = format!("{}{}", award("by = \"A1\"\nplaces = 1"), award("by = \"A2\"\nplaces = 1"));
    assert_eq!(project(&twice, ZONES).run().errors(), ["E507"]);
}

/// What the letter of a unit says of the awards.
fn told(run: &Run, unit: &str) -> Vec<String> {
    let pattern = Pattern::of(run.outcome(), &[]);
    let stats = GroupStats::of(run.outcome(), &pattern);
    let told = feedback(run.outcome(), &stats, run.unit(unit));
    let one = |prize: &Prize<'_>| match &prize.side {
        PrizeSide::Short(short) => format!("{} short {short}", prize.name),
        other => format!("{} {other:?}", prize.name),
    };
    told.prizes.iter().map(one).collect()
}

#[test]
fn a_letter_tells_the_distance_only_in_a_field_that_is_large_enough() {
    let keys = "by = \"A1\"\nplaces = 1\nunless = { points = \"A2\", below = 24 }";
    let small = project(&award(keys), ZONES).score();
    assert_eq!((told(&small, "OJ"), told(&small, "JK")), (vec!["投资奖 Won".to_owned()], vec![]));
    assert_eq!(told(&small, "ST"), ["投资奖 Barred"]);
    // Five in one group: 88 − 84.
    let large = project(&award(keys), "OJ 甲 88 82\nJK 甲 84 90\nST 甲 95 79.58\nLC 甲 70 80\nWC 甲 60 81").score();
    assert_eq!(
        (told(&large, "JK"), told(&large, "LC")),
        (vec!["投资奖 short 4".into()], vec!["投资奖 short 18".into()])
    );
}

#[test]
fn a_change_of_an_award_has_its_cause() {
    let run = |st: &str| {
        let zones = format!("OJ 开发区 88 82\nJK 开发区 84 90\nST 开发区 95 {st}");
        let keys = "by = \"A1\"\nplaces = 1\nunless = { points = \"A2\", below = 24 }";
        project(&award(keys), &zones).score()
    };
    let (old, new) = (run("79"), run("81"));
    let diff = Diff::between(old.outcome(), new.outcome());
    let said: Vec<(&str, bool)> = diff.awards.iter().map(|own| (own.code.as_str(), own.wins)).collect();
    assert_eq!(said, [("ST", true), ("OJ", false)]);
    assert!(matches!(diff.awards[0].causes.as_slice(), [Cause::Input { .. }, ..]), "{:?}", diff.awards[0].causes);
    let [Cause::Knock { rule: Rule::Award, by, .. }] = diff.awards[1].causes.as_slice() else {
        panic!("{:?}", diff.awards[1].causes)
    };
    assert_eq!(by[0].code, "ST");
}

/// All texts of a workbook, a row per line.
fn texts(document: &Document<'_>) -> String {
    let of = |sheet: &SheetDoc<'_>| -> Vec<String> {
        let row = |cells: &[CellDoc<'_>]| -> String {
            let text = |cell: &CellDoc<'_>| match &cell.content {
                Content::Text(text) => text.to_string(),
                _ => String::new(),
            };
            cells.iter().map(text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|")
        };
        sheet.rows.iter().map(|own| format!("{}: {}", sheet.name, row(&own.cells))).collect()
    };
    document.sheets.iter().flat_map(of).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_workbook_the_letters_and_the_trace_tell_of_awards() {
    let keys = "by = \"A1\"\nplaces = 1\nunless = { points = \"A2\", below = 24 }\nclause = \"第九条\"";
    let run = project(&award(keys), "OJ 甲 88 82\nJK 甲 84 90\nST 甲 95 79.58\nLC 甲 70 80\nWC 甲 60 81").score();
    let outcome = run.outcome();
    let book = texts(&assess::documents::report::result(outcome));
    for line in ["结果运用: 单项奖 W1 投资奖：甲，名额 1 个，第九条", "不授予，95.00%，A2 23.87", "获奖，88.00%"]
    {
        assert!(book.contains(line), "{line}\n{book}");
    }
    let desk = Desk::new(outcome, None);
    let letter = |unit: &str| -> String {
        let all = texts(&document(&desk, run.unit(unit)));
        all.lines().filter_map(|line| line.strip_prefix("反馈书: ")).collect()
    };
    assert!(letter("OJ").contains("获投资奖"), "{}", letter("OJ"));
    assert!(letter("JK").contains("距投资奖还差4%"), "{}", letter("JK"));
    // Neither who won nor the value of another unit.
    assert!(!letter("JK").contains("单位OJ") && !letter("JK").contains("95.00"), "{}", letter("JK"));
    let tracer = Tracer { outcome, ratings: run.ratings(), lang: Lang::Zh };
    let lines = tracer.unit(run.unit("ST")).lines().join("\n");
    assert!(lines.contains("W1 投资奖 (甲)  不授予  = 95.00%; 名额 1; A2 23.87; 第九条"), "{lines}");
}

#[test]
fn another_award_is_another_method_that_a_comparison_names() {
    let values = "OJ 甲 88 82\nJK 甲 84 90\nST 甲 95 79.58\nLC 甲 70 80\nWC 甲 60 81";
    let [old, new] = ["places = 1", "places = 2"]
        .map(|places| project(&award(&format!("by = \"A1\"\n{places}")), values).score().accepted());
    let compared = Comparison::between(old.outcome(), new.outcome(), Parts::All);
    let changes: Vec<(&str, Option<&str>, Option<&str>)> =
        compared.method.iter().map(|own| (own.field, own.old.as_deref(), own.new.as_deref())).collect();
    assert_eq!(changes, [("quota", Some("places = 1"), Some("places = 2"))]);
}
