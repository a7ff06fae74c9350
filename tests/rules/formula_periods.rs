//! A formula that acts in each period with the inputs of that period, and a coefficient where values of periods are added
//! up (SPEC §19.3, §19.10, §19.13).

use assess::documents::trace::Tracer;
use assess::result::diff::{Cause, Diff};
use assess::result::outcome::Outcome;
use assess::shared::i18n::Lang;

use crate::leaf_rules::one_leaf;
use crate::support::{Project, Run};

/// X of a department with the formula `a − b`.
fn model(full: &str, rule: &str, params: &str) -> String {
    one_leaf(full, rule, params) + "source = \"部门\"\nexpr = \"a - b\"\ninputs = \"a;b\"\n"
}

/// A 核定表 with both inputs by unit and period: `U1 1月 30 10` is one period of a unit.
fn table(rows: &str) -> String {
    let mut table = "单位,指标代码,输入项,期次,核定值\n".to_owned();
    for line in rows.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split(' ').collect();
        for (input, value) in ["a", "b"].iter().zip(&words[2..]).filter(|(_, value)| **value != "_") {
            table += &format!("{},X,{input},{},{value}\n", words[0], words[1]);
        }
    }
    table
}

fn project(full: &str, rule: &str, params: &str, units: &str, rows: &str) -> Project {
    Project::new(&model(full, rule, params)).units(units).file("verified/输入.csv", &table(rows))
}

fn exact(outcome: &Outcome, units: &str) -> Vec<String> {
    let points = |code: &str| outcome.unit(code).unwrap().leaves[0].verified.as_ref().unwrap().0.fraction();
    units.split_whitespace().map(points).collect()
}

fn points(run: &Run, units: &str) -> Vec<String> {
    exact(run.outcome(), units)
}

#[test]
fn the_formula_acts_in_each_period_and_the_points_are_combined() {
    let rows = "U1 1月 30 10\nU1 2月 120 5\nU1 3月 5 20\nU2 1月 50 0\nU2 2月 60 0\nU2 3月 70 0";
    // U1: 20; 115, at most 100; −15, at least 0: 120/3 = 40. U2: 50, 60, 70: 60.
    let run = project("100", "公式", "periods=mean", "U1 U2", rows).score().accepted();
    assert_eq!(points(&run, "U1 U2"), ["40/1", "60/1"]);
    let texts: Vec<&str> =
        run.leaf("U1", "X").periods.iter().map(|own| own.score.formula.as_ref().unwrap().text.as_str()).collect();
    assert_eq!(texts, ["30 − 10 = 20", "120 − 5 = 115", "5 − 20 = −15"]);
    // The last period alone: 0 and 70. Without the lowest: (20 + 100)/2 = 60 and 65.
    assert_eq!(points(&project("100", "公式", "periods=last", "U1 U2", rows).score(), "U1 U2"), ["0/1", "70/1"]);
    let run = project("100", "公式", "periods=mean;drop=low:1", "U1 U2", rows).score();
    assert_eq!(points(&run, "U1 U2"), ["60/1", "65/1"]);
    // 0.5·20 + 0.25·100 + 0.25·0 = 35; 0.5·50 + 0.25·60 + 0.25·70 = 57.5
    let weights = "periods=weighted;period_weights=1月:50|2月:25|3月:25";
    assert_eq!(points(&project("100", "公式", weights, "U1 U2", rows).score(), "U1 U2"), ["35/1", "115/2"]);
}

#[test]
fn under_other_rules_the_formula_gives_the_value_of_each_period() {
    let rows = "U1 1月 30 10\nU1 2月 40 0\nU2 1月 45 5\nU2 2月 10 5";
    // Values 20 and 40, 40 and 5. Each period has its best: (50 + 100)/2 and (100 + 12.5)/2.
    let run = project("100", "相对", "periods=mean", "U1 U2", rows).score().accepted();
    assert_eq!(points(&run, "U1 U2"), ["75/1", "225/4"]);
    // Of a target of 80: (25 + 50)/2 and (50 + 6.25)/2.
    let run = project("100", "比率", "target=80;periods=mean", "U1 U2", rows).score();
    assert_eq!(points(&run, "U1 U2"), ["75/2", "225/8"]);
}

#[test]
fn values_of_formulas_are_added_up_before_the_rule_acts() {
    let rows = "U1 1月 30 10\nU1 2月 5 20\nU2 1月 45 5\nU2 2月 10 5";
    // U1: 20 − 15 = 5; U2: 40 + 5 = 45; of the best: 100·5/45 = 100/9.
    let run = project("100", "相对", "periods=sum", "U1 U2", rows).score().accepted();
    assert_eq!(points(&run, "U1 U2"), ["100/9", "100/1"]);
    // Points from the expression: the sums are cut once, not each period.
    let run = project("40", "公式", "periods=sum", "U1 U2", rows).score().accepted();
    assert_eq!(points(&run, "U1 U2"), ["5/1", "40/1"]);
    assert_eq!(run.leaf("U1", "X").value.as_deref(), Some("5"));
    // Thirds are exact: 1/3 + 1/6 = 1/2 of a target of 1.
    let model =
        one_leaf("10", "比率", "target=1;periods=sum") + "source = \"部门\"\nexpr = \"a/b\"\ninputs = \"a;b\"\n";
    let run = Project::new(&model).units("U1").file("verified/输入.csv", &table("U1 1月 1 3\nU1 2月 1 6")).score();
    assert_eq!(points(&run, "U1"), ["5/1"]);
    let run = Project::new(&model).units("U1").file("verified/输入.csv", &table("U1 1月 1 3\nU1 2月 1 3")).score();
    assert_eq!((points(&run, "U1"), run.leaf("U1", "X").value.as_deref()), (vec!["20/3".to_owned()], Some("2/3")));
    // A sum that no band holds is told with the sum.
    let run = project("10", "分档", "0:0,60:10;periods=sum", "U1", "U1 1月 1 10\nU1 2月 10 5").run();
    assert_eq!((run.errors(), run.of("E213")[0].found.as_deref()), (vec!["E213"], Some("-4")));
    // One period may be below it.
    let run = project("10", "分档", "0:0,60:10;periods=sum", "U1", "U1 1月 1 10\nU1 2月 90 5").score();
    assert_eq!(points(&run, "U1"), ["10/1"]);
}

#[test]
fn self_reports_have_the_inputs_of_each_period_below_the_leaf() {
    let model = one_leaf("100", "公式", "periods=mean") + "expr = \"a - b\"\ninputs = \"a;b\"\nevidence = \"必需\"\n";
    let policy = "[self_report]\nunverified = \"self\"\nmissing_evidence = \"zero\"\n";
    let report = |rows: &str| {
        let header = "单位代码,U1\n指标代码,输入项,期次,完成值,自评得分,佐证,核定值,核定得分";
        let file = format!("{header}\n{rows}");
        Project::new(&format!("{model}{policy}")).units("U1").file("self-reports/U1.csv", &file)
    };
    // 1月 is verified: 40 − 10 = 30; 2月 counts as claimed: 50.
    let rows = "X,,1月,—,20,文件一,—,\nX,a,1月,30,—,,40,\nX,b,1月,10,—,,10,\n\
                X,,2月,—,,,—,\nX,a,2月,50,—,文件二,,\nX,b,2月,0,—,,,\nX,,,—,,,—,\nX,a,,,—,,,\nX,b,,,—,,,";
    let run = report(rows).score();
    assert_eq!((points(&run, "U1"), run.leaf("U1", "X").state.json()), (vec!["40/1".to_owned()], "self"));
    let formula = run.leaf("U1", "X").periods[1].score.formula.as_ref().unwrap();
    assert_eq!(run.outcome().describe(formula.inputs[0].at), "self-reports/U1.csv D7");
    // Evidence in the row of an input is that of its period; 2月 without any counts nothing: 30/2 = 15.
    assert_eq!(points(&report(&rows.replace("文件二", "")).score(), "U1"), ["15/1"]);
    // A row of an input without its period, and one that stands twice.
    let run = report("X,,1月,—,,一,—,\nX,a,1月,30,—,,,\nX,b,,10,—,,,").run();
    assert_eq!((run.errors(), run.at("E260")), (vec!["E260"], "self-reports/U1.csv C5".to_owned()));
    let run = report("X,,1月,—,,一,—,\nX,a,1月,30,—,,,\nX,b,1月,10,—,,,\nX,a,1月,31,—,,,").run();
    assert_eq!((run.errors(), run.at("E218")), (vec!["E218"], "self-reports/U1.csv B6".to_owned()));
    // An input that is missing in one period is told for it.
    let run = report("X,,1月,—,,一,—,\nX,a,1月,30,—,,,\nX,b,1月,10,—,,,\nX,,2月,—,,一,—,\nX,a,2月,5,—,,,").run();
    assert_eq!(run.of("W221")[0].found.as_deref(), Some("X/b 2月"));
    assert!(run.of("E254")[0].title.contains("2月"), "{:?}", run.of("E254")[0].title);
}

#[test]
fn a_matrix_heads_the_inputs_with_their_period() {
    for header in ["X 1月 a,X 1月 b,X 2月 a,X 2月 b", "X a 1月,X b 1月,X a 2月,X b 2月"] {
        let text = format!("核定值\n单位,{header}\nU1,30,10,40,10\nU2,50,0,60,10\n");
        let run =
            Project::new(&model("100", "公式", "periods=mean")).units("U1 U2").file("verified/m.csv", &text).score();
        // (20 + 30)/2 = 25; (50 + 50)/2 = 50
        assert_eq!(points(&run, "U1 U2"), ["25/1", "50/1"], "{header}");
    }
}

#[test]
fn a_heading_that_is_wrong_is_one_finding() {
    let run = |params: &str, header: &str| {
        let text = format!("核定值\n单位,{header}\nU1,30,10,40,10\n");
        let run = Project::new(&model("100", "公式", params)).units("U1").file("verified/m.csv", &text).run();
        let of = |code: &&str| format!("{code} {}", run.at(code));
        run.errors().iter().map(of).collect::<Vec<_>>()
    };
    let named = "periods=weighted;period_weights=1月:50|2月:50";
    assert_eq!(run(named, "X 1月 a,X 1月 b,X 2月 a,X 2月 b"), Vec::<String>::new());
    assert_eq!(run(named, "X 1月 a,X 1月 b,X 2月 a,X b"), ["E260 verified/m.csv E2"]);
    assert_eq!(run(named, "X 1月 a,X 1月 b,X 2月 a,X 3月 b"), ["E261 verified/m.csv E2"]);
    assert_eq!(run(named, "X 1月 a,X 1月 b,X 2月 a,X 2月 c"), ["E251 verified/m.csv E2"]);
    assert_eq!(run("periods=mean", "X 1月 a,X 1月 b,X 2月 a,X b"), ["E260 verified/m.csv E2"]);
    assert_eq!(run(named, "X 1月 a,X 1月 b,X 2月 a,Y 2月 b"), ["E313 verified/m.csv E2"]);
}

#[test]
fn one_input_of_one_period_is_corrected_and_the_basis_of_that_period_moves() {
    let rows = "U1 1月 40 0\nU1 2月 50 0\nU2 1月 20 0\nU2 2月 100 0\nU3 1月 10 0\nU3 2月 10 0";
    let project = || project("10", "相对", "periods=mean", "U1 U2 U3", rows);
    // 1月 has 10, 5 and 2.5, 2月 5, 10 and 1. Then the best of 1月 falls from 40 to 20: 10, 10 and 5.
    let [before, after] = project().corrected_later("3,U1,X/1月/a,40,20");
    assert_eq!(exact(&before, "U1 U2 U3"), ["15/2", "15/2", "7/4"]);
    assert_eq!(exact(&after, "U1 U2 U3"), ["15/2", "10/1", "3/1"]);
    let own = &after.unit("U1").unwrap().leaves[0].periods[0].score;
    assert_eq!(own.formula.as_ref().unwrap().text, "20 − 0 = 20");
    assert_eq!(own.replaced.as_ref().unwrap().value.as_deref(), Some("40"));
    let diff = Diff::between(&before, &after);
    for unit in ["U2", "U3"] {
        let causes = &diff.unit(unit).unwrap().causes;
        let Some(Cause::Basis { code, by, .. }) = causes.first() else { panic!("{causes:?}") };
        let rows: Vec<&str> = by[0].rows.iter().map(|row| row.id.as_str()).collect();
        assert_eq!((code.as_str(), by.len(), by[0].code.as_str(), rows), ("X", 1, "U1", vec!["3"]));
    }
    let fresh = project().corrections("3,U1,X/1月/a,40,20").score().accepted();
    assert_eq!(points(&fresh, "U1 U2 U3"), exact(&after, "U1 U2 U3"));
    // Withdrawn, everything is as it was.
    let [_, back] = project().corrections("3,U1,X/1月/a,40,20").corrected_later("");
    assert_eq!(exact(&back, "U1 U2 U3"), exact(&before, "U1 U2 U3"));
    for place in ["X/a", "X/3月/a", "X/1月/核定值"] {
        let run = project().corrections(&format!("3,U1,{place},40,20")).run();
        assert_eq!((run.errors(), run.at("E623")), (vec!["E623"], "registers/更正登记.csv C2".to_owned()), "{place}");
    }
    let run = project().corrections("3,U1,X/1月/a,41,20").run();
    assert_eq!((run.errors(), run.at("E620")), (vec!["E620"], "registers/更正登记.csv D2".to_owned()));
    // A sum: 90, 120 and 20; then 70, 120 and 20.
    let sums = || self::project("12", "相对", "periods=sum", "U1 U2 U3", rows);
    let [before, after] = sums().corrected_later("3,U1,X/1月/a,40,20");
    assert_eq!(exact(&before, "U1 U2 U3"), ["9/1", "12/1", "2/1"]);
    assert_eq!(exact(&after, "U1 U2 U3"), ["7/1", "12/1", "2/1"]);
    // A sum that the rule cannot score: 40 − 50 + 5 = −5.
    let bands = || self::project("10", "分档", "0:0,60:10;periods=sum", "U1", "U1 1月 40 0\nU1 2月 5 0");
    let run = bands().corrections("3,U1,X/1月/b,0,50").run();
    assert_eq!((run.errors(), run.at("E621")), (vec!["E621"], "registers/更正登记.csv E2".to_owned()));
    assert_eq!(run.of("E621")[0].found.as_deref(), Some("-5"));
}

#[test]
fn missing_inputs_are_told_for_their_period() {
    let run = project("100", "公式", "periods=mean", "U1 U2", "U1 1月 3 1\nU1 2月 3 1\nU2 1月 3 1").run();
    assert_eq!(run.errors(), ["E241"]);
    assert!(run.of("E241")[0].found.as_deref().unwrap().contains("U2 单位U2 2月"), "{:?}", run.of("E241")[0]);
    let text = table("U1 1月 3 1\nU1 2月 3 1").replace("U1,X,b,2月,1", "U1,X,b,2月,");
    let run = Project::new(&model("100", "公式", "periods=mean")).units("U1").file("verified/输入.csv", &text).run();
    assert_eq!((run.errors(), run.at("E240")), (vec!["E240"], "verified/输入.csv E5".to_owned()));
    // 不涉及 in a period lets it leave: 2.
    let text = table("U1 1月 3 1\nU1 2月 3 1").replace("U1,X,b,2月,1", "U1,X,b,2月,不涉及");
    let run = Project::new(&model("100", "公式", "periods=mean")).units("U1").file("verified/输入.csv", &text).score();
    assert_eq!(points(&run, "U1"), ["2/1"]);
}

#[test]
fn explain_shows_the_formula_of_each_period_with_its_inputs() {
    let run = project("100", "公式", "periods=mean", "U1", "U1 1月 30 10\nU1 2月 40 0").score();
    let tracer = Tracer { outcome: run.outcome(), ratings: run.ratings(), lang: Lang::Zh };
    let lines = tracer.unit(run.unit("U1")).lines().join("\n");
    for said in ["公式 a - b", "30 − 10 = 20", "40 − 0 = 40", "verified/输入.csv E2", "verified/输入.csv E5"]
    {
        assert!(lines.contains(said), "{said} in\n{lines}");
    }
}

/// A roster with the column 系数 for `U1=1.2 U2=0.9`, and values of X in two months.
fn multiplied(rule: &str, params: &str, factors: &str, values: &str) -> Project {
    let model = one_leaf("100", rule, params) + "source = \"部门\"\ncoefficient = \"系数\"\n";
    let factors = factors.split(' ').map(|own| own.split_once('=').unwrap());
    let rows: String = factors.map(|(code, factor)| format!("{code},单位{code},一组,{factor}\n")).collect();
    let mut table = "单位,指标代码,期次,核定值\n".to_owned();
    for (code, own) in values.split(' ').map(|own| own.split_once('=').unwrap()) {
        for (period, value) in ["1月", "2月"].iter().zip(own.split('+')) {
            table += &format!("{code},X,{period},{value}\n");
        }
    }
    Project::new(&model).roster("单位代码,单位全称,分组,系数", &rows).file("verified/期次.csv", &table)
}

#[test]
fn a_coefficient_multiplies_the_sum_of_the_periods() {
    // U1: (30 + 20)·1.2 = 60; U2: (40 + 50)·0.5 = 45. Of a target of 120: 50 and 37.5.
    let run = multiplied("比率", "target=120;periods=sum", "U1=1.2 U2=0.5", "U1=30+20 U2=40+50").score().accepted();
    assert_eq!(points(&run, "U1 U2"), ["50/1", "75/2"]);
    let leaf = run.leaf("U1", "X");
    assert_eq!((leaf.value.as_deref(), leaf.coefficient.as_ref().unwrap().to_string()), (Some("50"), "1.2".to_owned()));
    assert!(leaf.periods.iter().all(|own| own.score.coefficient.is_none()), "it acts once");
    // Of the best, 60: 100 and 75.
    let project = || multiplied("相对", "periods=sum", "U1=1.2 U2=0.5", "U1=30+20 U2=40+50");
    let run = project().score().accepted();
    assert_eq!(points(&run, "U1 U2"), ["100/1", "75/1"]);
    // 1月 of U1 is corrected from 30 to 10: 30·1.2 = 36; U2 is the best with 45.
    let [_, after] = project().corrected_later("3,U1,X/1月/核定值,30,10");
    assert_eq!(exact(&after, "U1 U2"), ["80/1", "100/1"]);
    // Parts: 18/20 and 6/20 are 24/40, times 1.5 is 36/40: 90.
    let run = multiplied("比率", "target=100;in=part;periods=sum", "U1=1.5", "U1=18/20+6/20").score().accepted();
    assert_eq!(points(&run, "U1"), ["90/1"]);
    // Bands judge the product: (20 + 20)·2 = 80 reaches 60.
    let run = multiplied("分档", "0:0,60:100;periods=sum", "U1=2", "U1=20+20").score().accepted();
    assert_eq!(points(&run, "U1"), ["100/1"]);
    // Where points are combined, each value is multiplied: (30·1.2 + 20·1.2)/2 = 30 of 60.
    let run = multiplied("比率", "target=60;periods=mean", "U1=1.2", "U1=30+20").score().accepted();
    assert_eq!(points(&run, "U1"), ["50/1"]);
}

#[test]
fn a_formula_with_a_coefficient_is_judged_by_the_product() {
    let keys = "source = \"部门\"\ncoefficient = \"系数\"\nexpr = \"a - b\"\ninputs = \"a;b\"\n";
    let run = |params: &str, rows: &str| {
        let project = Project::new(&(one_leaf("100", "分档", params) + keys));
        let project = project.roster("单位代码,单位全称,分组,系数", "U1,单位U1,一组,2\n");
        project.file("verified/输入.csv", rows).run()
    };
    // 25·2 = 50 reaches the lowest bound, 25 alone would not; 20·2 = 40 does not.
    let rows = "单位,指标代码,输入项,核定值\nU1,X,a,30\nU1,X,b,5\n";
    assert_eq!(points(&run("50:40,60:100", rows), "U1"), ["40/1"]);
    let low = run("50:40,60:100", &rows.replace(",5\n", ",10\n"));
    assert_eq!((low.errors(), low.of("E213")[0].found.as_deref()), (vec!["E213"], Some("40")));
    // With periods that are added up: (25 + 5)·2 = 60.
    let rows = "单位,指标代码,输入项,期次,核定值\nU1,X,a,1月,30\nU1,X,b,1月,5\nU1,X,a,2月,10\nU1,X,b,2月,5\n";
    assert_eq!(points(&run("50:40,60:100;periods=sum", rows), "U1"), ["100/1"]);
}
