//! Periods of a leaf (期次): the rule acts in each of them, then the points are combined; or values are added up first
//! (SPEC §19.10).

use assess::documents::trace::Tracer;
use assess::result::diff::{Cause, Diff};
use assess::result::outcome::Outcome;
use assess::shared::i18n::Lang;

use crate::leaf_rules::one_leaf;
use crate::support::{Project, Run};

const HEADER: &str = "单位,指标代码,期次,核定值,核定得分,核定说明\n";

/// The leaf X of a department, with values by unit and period: `U1=3 5 2/U2=4 1 6` of the periods 1月, 2月, …
fn project(full: &str, rule: &str, params: &str, values: &str) -> Project {
    named(
        full,
        rule,
        params,
        &["1月", "2月", "3月", "4月", "5月", "6月", "7月", "8月", "9月", "10月", "11月", "12月"],
        values,
    )
}

fn named(full: &str, rule: &str, params: &str, periods: &[&str], values: &str) -> Project {
    let units: Vec<(&str, &str)> = values.split('/').map(|own| own.split_once('=').unwrap()).collect();
    let codes: Vec<&str> = units.iter().map(|(code, _)| *code).collect();
    let model = one_leaf(full, rule, params) + "source = \"部门\"\n";
    let mut table = HEADER.to_owned();
    for (unit, values) in units {
        for (period, value) in periods.iter().zip(values.split(' ')).filter(|(_, value)| *value != "_") {
            table += &format!("{unit},X,{period},{value},,\n");
        }
    }
    Project::new(&model).units(&codes.join(" ")).file("verified/期次.csv", &table)
}

fn exact(outcome: &Outcome, units: &str) -> Vec<String> {
    let points = |code: &str| outcome.unit(code).unwrap().leaves[0].verified.as_ref().unwrap().0.fraction();
    units.split_whitespace().map(points).collect()
}

fn points(run: &Run, units: &str) -> Vec<String> {
    exact(run.outcome(), units)
}

/// Measure A of MEASURES.md, funeral reform: each month a place worth 30 less 5 % of 30 for each further one, mean of
/// twelve.
const MONTHS: &str = "LC=1 2 5 3 1 5 2 1 2 5 3 7/LW=4 6 3 2 2 6 4 4 6 3 2 6/RA=7 3 1 1 3 7 6 7 3 1 1 5/\
                      WC=3 7 6 7 4 1 1 3 7 6 7 4/OJ=6 4 4 6 5 2 3 6 4 4 6 3/JK=2 1 2 5 6 3 5 2 1 2 5 2/\
                      ST=5 5 7 4 7 4 7 5 5 7 4 1";

#[test]
fn twelve_announced_places_make_a_mean() {
    let run = project("30", "按位次", "first=30;step=5%;periods=mean;within=all", MONTHS).score();
    let expected = ["215/8", "51/2", "207/8", "49/2", "199/8", "27/1", "191/8"];
    assert_eq!(points(&run, "LC LW RA WC OJ JK ST"), expected);
    assert!(!run.has("W250"), "each month has its places");
    let leaf = run.leaf("LC", "X");
    let months: Vec<(&str, &str)> =
        leaf.periods.iter().map(|own| (own.period.as_str(), own.score.value.as_deref().unwrap())).collect();
    assert_eq!((months[0], months[11]), (("1月", "1"), ("12月", "7")));
    assert_eq!(leaf.periods[2].score.verified.as_ref().unwrap().to_string(), "24"); // 30 − 4·1.5
}

#[test]
fn places_that_do_not_fit_are_told_for_their_period() {
    let run = project("30", "按位次", "first=30;step=5%;periods=mean;within=all", "U1=1 1/U2=2 3").score();
    assert_eq!(run.of("W250").len(), 1);
    assert!(run.of("W250")[0].title.contains("2月"), "{:?}", run.of("W250")[0].title);
}

#[test]
fn weighted_periods_and_their_order() {
    // 0.4·8 + 0.6·5 = 6.2
    let params = "target=100;periods=weighted;period_weights=一季度:40|二季度:60";
    let run = named("10", "比率", params, &["二季度", "一季度"], "U1=50 80").score();
    assert_eq!(points(&run, "U1"), ["31/5"]);
    let names: Vec<&str> = run.leaf("U1", "X").periods.iter().map(|own| own.period.as_str()).collect();
    assert_eq!(names, ["一季度", "二季度"]);
    // 1/3·8 + 2/3·5 = 6
    let params = "target=100;periods=weighted;period_weights=一季度:1/3|二季度:2/3";
    assert_eq!(points(&named("10", "比率", params, &["一季度", "二季度"], "U1=80 50").score(), "U1"), ["6/1"]);
    // A period that has a weight is expected of everyone.
    let run = named("10", "比率", params, &["一季度"], "U1=80").run();
    assert_eq!(run.errors(), ["E241"]);
}

#[test]
fn the_lowest_and_the_highest_are_dropped_of_equals_the_later() {
    // 9, 4, 4, 7 without the later 4 and the 9: (4 + 7)/2
    let run = project("10", "比率", "target=100;periods=mean;drop=low:1|high:1", "U1=90 40 40 70").score();
    assert_eq!(points(&run, "U1"), ["11/2"]);
    let dropped: Vec<bool> = run.leaf("U1", "X").periods.iter().map(|own| own.dropped).collect();
    assert_eq!(dropped, [true, false, true, false]);
    assert!(run.has("N264"));
    // Weighted: 50 and 25 are left of 25, 50, 25: (50·4 + 25·7)/75 = 5
    let params = "target=100;periods=weighted;period_weights=1月:25|2月:50|3月:25;drop=high:1";
    assert_eq!(points(&project("10", "比率", params, "U1=90 40 70").score(), "U1"), ["5/1"]);
    let run = project("10", "比率", "target=100;periods=mean;drop=low:1|high:1", "U1=90 40").run();
    assert_eq!((run.errors(), run.at("E263")), (vec!["E263"], "verified/期次.csv D2".to_owned()));
}

#[test]
fn every_period_is_a_field_of_its_own() {
    // 1月 best 4, 2月 best 10: U1 (10·4/4 + 10·5/10)/2 = 7.5, U2 (10·2/4 + 10)/2 = 7.5
    let run = project("10", "相对", "periods=mean", "U1=4 5/U2=2 10").score();
    assert_eq!(points(&run, "U1 U2"), ["15/2", "15/2"]);
    // Places 1 and 2 of 20 − 1·(place − 1), each once.
    let run = project("20", "名次", "first=20;step=1;periods=mean", "U1=4 5/U2=2 10").score();
    assert_eq!(points(&run, "U1 U2"), ["39/2", "39/2"]);
    let basis = |period: usize| {
        let run = project("10", "相对", "periods=mean", "U1=4 5/U2=2 10").score();
        run.leaf("U1", "X").periods[period].score.compared.clone().unwrap().standing.unwrap().basis.unwrap().to_string()
    };
    assert_eq!([basis(0), basis(1)], ["4", "10"]);
}

#[test]
fn sums_are_scored_once() {
    // 9 and 12: 10·9/12 = 7.5
    let run = project("10", "相对", "periods=sum", "U1=4 5/U2=2 10").score();
    assert_eq!(points(&run, "U1 U2"), ["15/2", "10/1"]);
    assert_eq!(run.leaf("U1", "X").value.as_deref(), Some("9"));
    // 18/20 and 6/20 are 24/40: 60 %
    let run = parts();
    assert_eq!(points(&run, "U1"), ["6/1"]);
    // 缺项 3 times and 程序 once: 10 − 3·0.5 − 1
    let run = project("10", "扣分", "缺项=0.5,程序=1,periods=sum", "U1=缺项2；程序1 缺项1").score();
    assert_eq!(points(&run, "U1"), ["15/2"]);
    assert_eq!(run.leaf("U1", "X").value.as_deref(), Some("缺项3；程序1"));
    // 20 + 50 lies in the band from 60, 20 alone in none that matters
    let run = project("5", "分档", "20:0,60:3;periods=sum", "U1=20 50").score();
    assert_eq!(points(&run, "U1"), ["3/1"]);
    let run = project("5", "分档", "60:3;periods=sum", "U1=20 30").run();
    assert_eq!(run.errors(), ["E213"]);
}

/// 18/20 and 6/20.
fn parts() -> Run {
    let model = one_leaf("10", "比率", "in=part;periods=sum") + "source = \"部门\"\n";
    let table = format!("{HEADER}U1,X,1月,18/20,,\nU1,X,2月,6/20,,\n");
    Project::new(&model).units("U1").file("verified/期次.csv", &table).score()
}

#[test]
fn the_last_period_alone_may_count() {
    let run = project("10", "比率", "target=100;periods=last", "U1=90 40 70").score();
    assert_eq!(points(&run, "U1"), ["7/1"]);
    let run = named("10", "比率", "target=100;periods=last;period_order=上半年|年终", &["年终", "上半年"], "U1=90 40")
        .score();
    assert_eq!(points(&run, "U1"), ["9/1"]);
    let run = named("10", "比率", "target=100;periods=last", &["年终", "上半年"], "U1=90 40").run();
    assert_eq!((run.errors(), run.at("E265")), (vec!["E265"], "verified/期次.csv C3".to_owned()));
}

#[test]
fn a_period_that_does_not_apply_leaves_and_a_missing_one_is_missing() {
    let run = project("10", "比率", "target=100;periods=mean", "U1=90 不涉及 70/U2=90 60 30").score();
    assert_eq!(points(&run, "U1 U2"), ["8/1", "6/1"]);
    let run = project("10", "比率", "target=100;periods=mean", "U1=90 60/U2=不涉及 不涉及").run();
    assert_eq!(run.leaf("U2", "X").state.json(), "not-applicable");
    let run = project("10", "比率", "target=100;periods=mean", "U1=90 60 30/U2=90 60").run();
    assert_eq!(run.errors(), ["E241"]);
    assert!(run.of("E241")[0].found.as_deref().unwrap().contains("3月"), "{:?}", run.of("E241")[0]);
    // A blank cell has a place.
    let model = one_leaf("10", "比率", "target=100;periods=mean") + "source = \"部门\"\n";
    let table = format!("{HEADER}U1,X,1月,90,,\nU1,X,2月,,,\n");
    let run = Project::new(&model).units("U1").file("verified/期次.csv", &table).run();
    assert_eq!((run.errors(), run.at("E240")), (vec!["E240"], "verified/期次.csv E3".to_owned()));
    // Nothing at all.
    let run = Project::new(&model).units("U1").run();
    assert_eq!(run.errors(), ["E241", "E242"]);
}

#[test]
fn self_reports_have_a_row_for_each_period() {
    let model = one_leaf("10", "比率", "target=100;periods=mean") + "[self_report]\nunverified = \"self\"\n";
    let report = |rows: &str| {
        let header = "单位代码,U1\n指标代码,期次,完成值,自评得分,核定值,核定得分";
        Project::new(&model).units("U1").file("self-reports/U1.csv", &format!("{header}\n{rows}"))
    };
    // 1月 verified 80, 2月 claimed 60: 7
    let run = report("X,1月,90,9,80,\nX,2月,60,6,,").score();
    let leaf = run.leaf("U1", "X");
    assert_eq!((points(&run, "U1"), leaf.state.json()), (vec!["7/1".to_owned()], "self"));
    assert_eq!(leaf.self_points.as_ref().unwrap().to_string(), "7.5");
    assert_eq!(report("X,1月,90,8,80,\nX,2月,60,6,60,").run().at("W210"), "self-reports/U1.csv D3");
    // Points may be typed for a period, and must agree.
    assert_eq!(points(&report("X,1月,90,9,80,8\nX,2月,60,6,,5").score(), "U1"), ["13/2"]);
    assert_eq!(report("X,1月,90,9,80,7\nX,2月,60,6,60,").run().errors(), ["E209"]);
    // The same period twice; no period; an empty row of the form.
    assert_eq!(report("X,1月,90,9,80,\nX,1月,60,6,60,").run().errors(), ["E218"]);
    let run = report("X,,90,9,80,").run();
    assert_eq!((run.errors(), run.at("E260")), (vec!["E260"], "self-reports/U1.csv B3".to_owned()));
    assert_eq!(points(&report("X,1月,90,9,80,\nX,,,,,").score(), "U1"), ["8/1"]);
}

#[test]
fn a_wrong_period_is_one_finding_at_its_cell() {
    let params = "target=100;periods=weighted;period_weights=一季度:40|二季度:60";
    let run = named("10", "比率", params, &["一季度", "二季庋"], "U1=80 50").run();
    assert_eq!((run.errors(), run.at("E261")), (vec!["E261"], "verified/期次.csv C3".to_owned()));
    assert!(format!("{:?}", run.of("E261")[0]).contains("二季度"), "the nearest name is told");
    let run = named("10", "比率", "target=100", &["一季度"], "U1=80").run();
    assert_eq!((run.errors(), run.at("E261")), (vec!["E261"], "verified/期次.csv C2".to_owned()));
    let run = project("10", "相对", "periods=sum", "U1=4 5").run();
    assert!(run.errors().is_empty());
    let model = one_leaf("10", "相对", "periods=sum") + "source = \"部门\"\n";
    let table = format!("{HEADER}U1,X,1月,4,5,\n");
    let run = Project::new(&model).units("U1").file("verified/期次.csv", &table).run();
    assert_eq!((run.errors(), run.at("E262")), (vec!["E262"], "verified/期次.csv E2".to_owned()));
}

#[test]
fn a_matrix_names_the_period_in_its_heading() {
    let model = one_leaf("10", "相对", "periods=mean") + "source = \"部门\"\n";
    let matrix = |text: &str| Project::new(&model).units("U1 U2").file("verified/m.csv", text);
    let run = matrix("核定值表\n单位代码,单位,X 1月,X 2月\nU1,单位U1,4,5\nU2,单位U2,2,10").score();
    assert_eq!(points(&run, "U1 U2"), ["15/2", "15/2"]);
    let run = matrix("核定值表\n单位代码,单位,X 1月,X 2月\nU1,单位U1,4,5\nU2,单位U2,2,").run();
    assert_eq!((run.errors(), run.at("E240")), (vec!["E240"], "verified/m.csv D4".to_owned()));
    let run = matrix("核定值表\n单位代码,单位,X\nU1,单位U1,4\nU2,单位U2,2").run();
    assert_eq!((run.errors(), run.at("E260")), (vec!["E260"], "verified/m.csv C2".to_owned()));
}

#[test]
fn one_period_is_corrected_and_the_basis_of_that_period_moves() {
    let project = || project("10", "相对", "periods=mean", "U1=4 5/U2=2 10/U3=1 1");
    // 1月: the best falls from 4 to 2: U2 10, U3 5; 2月 stays: U2 10, U3 1
    let [before, after] = project().corrected_later("3,U1,X/1月/核定值,4,2");
    assert_eq!(exact(&before, "U1 U2 U3"), ["15/2", "15/2", "7/4"]);
    assert_eq!(exact(&after, "U1 U2 U3"), ["15/2", "10/1", "3/1"]);
    let fresh = project().corrections("3,U1,X/1月/核定值,4,2").score();
    assert_eq!(points(&fresh, "U1 U2 U3"), exact(&after, "U1 U2 U3"));
    let diff = Diff::between(&before, &after);
    for unit in ["U2", "U3"] {
        let causes = &diff.unit(unit).unwrap().causes;
        let Some(Cause::Basis { code, by, .. }) = causes.first() else { panic!("{causes:?}") };
        let rows: Vec<&str> = by[0].rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!((code.as_str(), by.len(), by[0].code.as_str(), rows), ("X", 1, "U1", vec!["3"]));
    }
    let replaced = after.unit("U1").unwrap().leaves[0].periods[0].score.replaced.as_ref().unwrap();
    assert_eq!(replaced.value.as_deref(), Some("4"));
    for (place, code) in [("X/核定值", "E623"), ("X/3月/核定值", "E623")] {
        let run = project().corrections(&format!("3,U1,{place},4,2")).run();
        assert_eq!((run.errors(), run.at(code)), (vec![code], "registers/更正登记.csv C2".to_owned()), "{place}");
    }
    // A sum: 9, 12 and 2; then 7, 12 and 2.
    let sums = |params: &str| self::project("12", "相对", params, "U1=4 5/U2=2 10/U3=1 1");
    let [before, after] = sums("periods=sum").corrected_later("3,U2,X/2月/核定值,10,7");
    assert_eq!(exact(&before, "U1 U2 U3"), ["9/1", "12/1", "2/1"]);
    assert_eq!(exact(&after, "U1 U2 U3"), ["12/1", "12/1", "8/3"]);
    // The points of the whole are corrected last.
    let run = project().corrections("3,U1,X,7.5,2").score();
    assert_eq!(points(&run, "U1 U2"), ["2/1", "15/2"]);
}

#[test]
fn a_withdrawn_correction_of_a_period_puts_it_back() {
    let with = project("10", "比率", "target=100;periods=mean", "U1=90 40").corrections("3,U1,X/1月/核定值,90,60");
    let row = "编号,单位,位置,旧值,新值,理由,文号,状态\n3,U1,X/1月/核定值,90,60,误,更1,撤销";
    let [corrected, after] = with.changed_later("registers/更正登记.csv", row);
    assert_eq!([exact(&corrected, "U1"), exact(&after, "U1")].concat(), ["5/1", "13/2"]);
}

#[test]
fn parameters_of_periods_that_cannot_be_meant_are_model_errors() {
    for (params, code) in [
        ("periods=month", "E509"),
        ("period_weights=a:100", "E509"),
        ("periods=weighted", "E509"),
        ("periods=mean;period_weights=a:100", "E509"),
        ("periods=weighted;period_weights=a:40|b:59.9", "E505"),
        ("periods=weighted;period_weights=a:100|b:0", "E509"),
        ("periods=weighted;period_weights=a:50|a:50", "E509"),
        ("periods=weighted;period_weights=a:40|b:60;period_order=a|c", "E509"),
        ("periods=last;drop=low:1", "E509"),
        ("periods=sum;drop=low:1", "E509"),
        ("periods=mean;drop=lowest:1", "E509"),
        ("periods=weighted;period_weights=a:40|b:60;drop=low:2", "E509"),
    ] {
        let run = Project::new(&one_leaf("10", "相对", params)).units("U1").run();
        assert!(run.is_stopped(), "{params}");
        assert_eq!(run.errors(), [code], "{params}");
    }
    for (rule, params) in [("等级", "A=1,periods=sum"), ("按位次", "*=1,periods=sum"), ("核定", "periods=sum")] {
        let run = Project::new(&one_leaf("10", rule, params)).units("U1").run();
        assert_eq!(run.errors(), ["E531"], "{rule}");
    }
    let run = Project::new(&one_leaf("10", "比率", "in=part;from=ledger;periods=mean")).units("U1").run();
    assert_eq!(run.errors(), ["E531"]);
    let run = Project::new(&one_leaf("10", "分档", "0:0,60:3;periods=weighted;period_weights=a:33.3|b:66.7"));
    assert!(run.units("U1").run().has("W530"));
}

#[test]
fn fractions_are_read_in_parameters() {
    // 10 − 2·1/3
    assert_eq!(points(&one("扣分", "每次=1/3", "2"), "U1"), ["28/3"]);
    assert_eq!(points(&one("等级", "A=1,B=2/3", "B"), "U1"), ["20/3"]);
    // A target of two thirds of the whole: 50 of 200/3 %
    assert_eq!(points(&one("比率", "target=2/3;in=percent", "50%"), "U1"), ["15/2"]);
    assert_eq!(points(&one("比率", "target=66 2/3%;in=percent", "50%"), "U1"), ["15/2"]);
    assert_eq!(points(&one("比率", "target=2/3", "1/2"), "U1").len(), 1);
    assert_eq!(points(&one("分档", "0:0,1/3:10/3;in=percent", "40%"), "U1"), ["10/3"]);
    assert_eq!(points(&one("按位次", "first=10;step=1/3", "3"), "U1"), ["28/3"]);
    assert_eq!(points(&one("名次", "1=10/3;*=0", "3"), "U1"), ["10/3"]);
}

fn one(rule: &str, params: &str, value: &str) -> Run {
    let model = one_leaf("10", rule, params) + "source = \"部门\"\n";
    let value = if value == "1/2" { "0.5" } else { value };
    Project::new(&model).units("U1").verified(&format!("U1,X,{value},,")).score()
}

#[test]
fn every_recorded_value_of_a_period_is_proved() {
    let run = project("10", "相对", "periods=mean;drop=low:1", "U1=4 5 3/U2=2 10 1").score();
    let document = serde_json::to_value(run.outcome()).unwrap();
    for (path, value) in [
        ("/periods/0/value", serde_json::json!("9")),
        ("/periods/0/verified", serde_json::json!("1/1")),
        ("/periods/0/state", serde_json::json!("self")),
        ("/periods/0/dropped", serde_json::json!(true)),
        ("/periods/0/compared/value", serde_json::json!("6/1")),
        ("/periods/0/compared/standing/basis", serde_json::json!("6/1")),
        ("/periods/0/compared/standing/place", serde_json::json!(2)),
        ("/verified", serde_json::json!("1/1")),
        ("/state", serde_json::json!("self")),
    ] {
        let mut changed = document.clone();
        // What has its usual value is not written.
        let (parent, key) = path.rsplit_once('/').unwrap();
        changed.pointer_mut(&format!("/units/0/leaves/0{parent}")).unwrap()[key] = value;
        let outcome = serde_json::from_value(changed).unwrap();
        let checked = assess::result::verify::recalculate(&outcome, run.ratings());
        assert!(!checked.differing.is_empty(), "{path}");
    }
}

#[test]
fn explain_shows_every_period_with_its_cell() {
    let params = "target=100;periods=weighted;period_weights=一季度:40|二季度:60";
    let run = named("10", "比率", params, &["一季度", "二季度"], "U1=80 50").score();
    let tracer = Tracer { outcome: run.outcome(), ratings: run.ratings(), lang: Lang::Zh };
    let lines = tracer.unit(run.unit("U1")).lines().join("\n");
    for said in
        ["各期得分按权重平均", "一季度", "核定值 80", "权重 40%", "verified/期次.csv D2", "verified/期次.csv D3"]
    {
        assert!(lines.contains(said), "{said} in\n{lines}");
    }
    let run = project("10", "相对", "periods=sum", "U1=4 5/U2=2 10").score();
    let tracer = Tracer { outcome: run.outcome(), ratings: run.ratings(), lang: Lang::En };
    let lines = tracer.unit(run.unit("U1")).lines().join("\n");
    assert!(lines.contains("the rule on the sum of the values") && lines.contains("verified value 9"), "{lines}");
}

#[test]
fn the_rule_is_said_with_its_periods() {
    let params = "first=30;step=5%;periods=weighted;period_weights=1月:1/3|2月:2/3;drop=low:1";
    let run = Project::new(&one_leaf("30", "按位次", params)).units("U1").report("U1", "").run();
    let leaf = &run.outcome().model.tree.leaves[0];
    let said = leaf.scoring(Lang::Zh);
    assert!(said.ends_with("；每期各计一次，按权重平均（1月 1/3；2月 2/3），去掉最低1期"), "{said}");
    assert_eq!(leaf.asked_periods(), ["1月", "2月"]);
}
