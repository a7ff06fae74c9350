//! Formulas of leaves: points or values from inputs (SPEC §19.13).

use assess::result::diff::{Cause, Diff};
use assess::result::outcome::{LeafState, Outcome, Worked};
use assess::shared::number::Exact;

use crate::leaf_rules::one_leaf;
use crate::support::{Project, Run};

/// The rate of a county, with the growth beyond its target: `rate + clamp((gdp - target)*1.5, 5)`.
const RATE: &str = "expr = \"rate + clamp((gdp - target)*1.5, 5)\"\ninputs = \"rate:%;gdp;target\"\n";

/// The leaf X of 100 points with a formula.
fn leaf(rule: &str, params: &str, formula: &str) -> String {
    one_leaf("100", rule, params) + formula
}

/// The leaf X, whose values come from a department, and a 核定表 of its inputs: 单位, 指标代码, 输入项, 核定值.
fn department(model: &str, units: &str, rows: &str) -> Project {
    let model = format!("{model}source = \"部门\"\n");
    Project::new(&model).units(units).file("verified/输入.csv", &format!("单位,指标代码,输入项,核定值\n{rows}"))
}

/// Rows of a 核定表 for the inputs of X: `U1 48.2 9.6 9` is one unit.
fn rows(inputs: &str, units: &str) -> String {
    let names: Vec<&str> = inputs.split_whitespace().collect();
    let row = |line: &str| {
        let mut words = line.split_whitespace();
        let unit = words.next().unwrap().to_owned();
        let cells = names.iter().zip(words).filter(|(_, own)| *own != "_");
        cells.map(|(name, own)| format!("{unit},X,{name},{own}\n")).collect::<String>()
    };
    units.lines().filter(|line| !line.trim().is_empty()).map(|line| row(line.trim())).collect()
}

fn exact(run: &Run, unit: &str) -> String {
    run.leaf(unit, "X").verified.as_ref().unwrap().0.fraction()
}

/// The code, place and what was found of all errors.
fn errors(run: &Run) -> Vec<String> {
    let of = |code: &&str| {
        let found = run.of(code)[0].found.clone().unwrap_or_default();
        format!("{code} {} {found}", run.at(code))
    };
    run.errors().iter().map(of).collect()
}

#[test]
fn the_rule_formula_takes_points_from_the_expression_between_zero_and_full() {
    let table = rows("rate gdp target", "U1 55.4% 10.3 10\nU2 90 20 10\nU3 98% 30 10\nU4 2% 1 10");
    let run = department(&leaf("公式", "", RATE), "U1 U2 U3 U4", &table).score().accepted();
    // 55.4 + 0.3·1.5 = 55.85; 90 + 15 → 90 + 5 = 95; 98 + 5 = 103 → 100; 2 − 13.5 → 2 − 5 = −3 → 0
    assert_eq!(["U1", "U2", "U3", "U4"].map(|unit| run.points(unit, "X")), ["55.85", "95", "100", "0"]);
    let own = run.leaf("U1", "X");
    let worked = own.formula.as_ref().unwrap();
    assert_eq!(worked.text, "55.4 + clamp((10.3 − 10)×1.5, 5) = 55.85");
    let inputs: Vec<String> = worked
        .inputs
        .iter()
        .map(|input| {
            let at = run.outcome().describe(input.at);
            format!("{}={} {at}", input.name, input.value.as_ref().unwrap())
        })
        .collect();
    assert_eq!(
        inputs,
        ["rate=55.4 verified/输入.csv D2", "gdp=10.3 verified/输入.csv D3", "target=10 verified/输入.csv D4"]
    );
    assert_eq!((own.state, own.value.as_deref()), (LeafState::Verified, Some("55.85")));
    assert_eq!(run.leaf("U4", "X").formula.as_ref().unwrap().text, "2 + clamp((1 − 10)×1.5, 5) = −3");
}

#[test]
fn values_without_a_decimal_are_exact() {
    let run =
        department(&leaf("公式", "", "expr = \"a/b\"\ninputs = \"a;b\"\n"), "U1", &rows("a b", "U1 10 3")).score();
    assert_eq!((exact(&run, "U1"), run.leaf("U1", "X").value.as_deref()), ("10/3".to_owned(), Some("10/3")));
}

#[test]
fn under_other_rules_the_expression_gives_the_value() {
    let formula = "expr = \"a - b\"\ninputs = \"a;b\"\n";
    let table = rows("a b", "U1 100 20\nU2 70 10\nU3 65 45");
    let run = |rule: &str, params: &str| {
        let run = department(&leaf(rule, params, formula), "U1 U2 U3", &table).score().accepted();
        ["U1", "U2", "U3"].map(|unit| exact(&run, unit))
    };
    // Values 80, 60, 20.
    assert_eq!(run("比率", "target=80;floor=30"), ["100/1", "75/1", "0/1"]);
    assert_eq!(run("分档", "0:0,60:50,80:100"), ["100/1", "50/1", "0/1"]);
    // 20 of 60 between 0 and 50: 50/3
    assert_eq!(run("分档", "0:0,60:50,80:100;interpolate=yes"), ["100/1", "50/1", "50/3"]);
    // 100·60/80, 100·20/80
    assert_eq!(run("相对", ""), ["100/1", "75/1", "25/1"]);
    assert_eq!(run("名次", "first=100;step=10"), ["100/1", "90/1", "80/1"]);
}

#[test]
fn the_composite_rates_of_the_counties_are_compared_with_the_best() {
    let formula = "expr = \"rate + clamp((gdp - target)*1.5, 5) + clamp(gap1*0.15, 3) + clamp(gap2*0.15, 3)\"\n\
                   inputs = \"rate:%;gdp;target;gap1;gap2\"\n";
    let model = one_leaf("400", "相对", "") + formula;
    let table = rows(
        "rate gdp target gap1 gap2",
        "LC 48.2% 9.6 9 1.2 -5\nLW 52.1% 9.1 10 2.0 1\nRA 55.4% 10.3 10 -1.5 0.5\nWC 88.9% 12.8 12 4 3",
    );
    let run = department(&model, "LC LW RA WC", &table).score();
    let value = |unit: &str| run.leaf(unit, "X").compared.as_ref().unwrap().value.fraction();
    assert_eq!(["LC", "LW", "RA", "WC"].map(value), ["4853/100", "256/5", "557/10", "1823/20"]);
    // 400·55.7/91.15 = 445600/1823
    assert_eq!(["RA", "WC"].map(|unit| exact(&run, unit)), ["445600/1823", "400/1"]);
}

#[test]
fn a_value_that_the_rule_cannot_score_names_the_cells_of_the_inputs() {
    let formula = "expr = \"a - b\"\ninputs = \"a;b\"\n";
    let run = department(&leaf("比率", "target=80", formula), "U1", &rows("a b", "U1 1 3")).run();
    assert_eq!(errors(&run), ["E213 verified/输入.csv D2 1 − 3 = −2"]);
    assert_eq!(run.of("E213")[0].related, ["verified/输入.csv D3"]);
}

#[test]
fn only_the_chosen_branch_is_calculated() {
    let formula = "expr = \"if(b > 0, a/b, c)\"\ninputs = \"a;b;c\"\n";
    let model = leaf("公式", "", formula);
    let run = department(&model, "U1 U2", &rows("a b c", "U1 10 4 _\nU2 10 0 7")).score();
    assert_eq!((run.points("U1", "X"), run.points("U2", "X")), ("2.5".to_owned(), "7".to_owned()));
    let unused = &run.leaf("U1", "X").formula.as_ref().unwrap();
    assert_eq!((unused.inputs[2].value.as_ref(), unused.text.as_str()), (None, "if(4 > 0, 10÷4, c) = 2.5"));
    let plain = leaf("公式", "", "expr = \"a/(b - 4)\"\ninputs = \"a;b\"\n");
    let run = department(&plain, "U1 U2", &rows("a b", "U1 10 4\nU2 10 5")).run();
    assert_eq!(errors(&run), ["E255 verified/输入.csv D3 第 4 个字符：除数 b - 4 等于 0"]);
    let negative = leaf("公式", "", "expr = \"clamp(a, b)\"\ninputs = \"a;b\"\n");
    assert_eq!(
        errors(&department(&negative, "U1", &rows("a b", "U1 1 -1")).run()),
        ["E255 verified/输入.csv D3 第 10 个字符：clamp 的限度 b 小于 0"]
    );
}

/// X of a self-report: 指标代码, 输入项, 完成值, 自评得分, 佐证, 核定值, 核定得分, 核定说明; the header stands in line 2.
fn reported(policy: &str, rows: &str) -> Run {
    let model = leaf("公式", "", "expr = \"a + b\"\ninputs = \"a;b\"\n") + policy;
    let header = "单位代码,U1\n指标代码,输入项,完成值,自评得分,佐证,核定值,核定得分,核定说明\n";
    Project::new(&model).units("U1").file("self-reports/U1.csv", &format!("{header}{rows}")).run()
}

#[test]
fn inputs_are_rows_below_the_leaf_of_a_self_report() {
    let run = reported("", "X,,—,50,,—,,\nX,a,30,—,,28,—,\nX,b,20,,,19.5,,\n").accepted();
    // Claimed 30 + 20, verified 28 + 19.5.
    let own = run.leaf("U1", "X");
    assert_eq!((own.claimed.as_deref(), own.value.as_deref()), (Some("50"), Some("47.5")));
    assert_eq!((run.points("U1", "X"), run.has("W210")), ("47.5".to_owned(), false));
    // A self score is compared with the claimed inputs, typed points with the verified ones.
    let run = reported("", "X,,,49,,,47,\nX,a,30,,,28,,\nX,b,20,,,19.5,,\n");
    assert_eq!(
        (run.at("W210"), errors(&run)),
        ("self-reports/U1.csv D3".to_owned(), vec!["E209 self-reports/U1.csv G3 47".to_owned()])
    );
    // Typed points alone count.
    let run = reported("", "X,,,,,,40,核减\nX,a,30,,,,,\nX,b,20,,,,,\n").accepted();
    assert_eq!((run.points("U1", "X"), run.leaf("U1", "X").formula.is_none()), ("40".to_owned(), true));
    // Rows in any order.
    assert_eq!(reported("", "X,b,,,,19.5,,\nX,a,,,,28,,\nX,,,,,,,\n").accepted().points("U1", "X"), "47.5");
}

#[test]
fn what_is_not_verified_follows_the_model() {
    let blank = "X,,,,,,,\nX,a,30,,,,,\nX,b,20,,,,,\n";
    assert_eq!(errors(&reported("", blank)), ["E211 self-reports/U1.csv G3 "]);
    let zero = reported("[self_report]\nunverified = \"zero\"\n", blank).accepted();
    assert_eq!((zero.points("U1", "X"), zero.leaf("U1", "X").state), ("0".to_owned(), LeafState::Unverified));
    let own = "[self_report]\nunverified = \"self\"\n";
    let run = reported(own, blank).accepted();
    let score = run.leaf("U1", "X");
    assert_eq!((run.points("U1", "X"), score.state), ("50".to_owned(), LeafState::SelfScored));
    assert_eq!(score.formula.as_ref().unwrap().text, "30 + 20 = 50");
    // The self score counts as typed.
    assert_eq!(reported(own, "X,,,45,,,,\nX,a,30,,,,,\nX,b,20,,,,,\n").accepted().points("U1", "X"), "45");
    // A blank input beside another one is missing, whatever the model says of what is not verified.
    assert_eq!(errors(&reported(own, "X,,,,,,,\nX,a,30,,,,,\nX,b,,,,,,\n")), ["E254 self-reports/U1.csv C5 b"]);
    for policy in ["", own] {
        let run = reported(policy, "X,,,,,,,\nX,a,30,,,28,,\nX,b,20,,,,,\n");
        assert_eq!(errors(&run), ["E254 self-reports/U1.csv F5 b"], "{policy}");
    }
    // Nothing at all.
    assert_eq!(reported(own, "X,,,,,,,\nX,a,,,,,,\nX,b,,,有,,,\n").errors(), ["E216"]);
}

#[test]
fn not_applicable_may_stand_in_the_row_of_the_leaf_or_of_an_input() {
    let run = reported("", "X,,,,,不涉及,,\nX,a,,,,,,\nX,b,,,,,,\n");
    assert_eq!((run.points("U1", "X"), run.at("N228")), ("—".to_owned(), "self-reports/U1.csv F3".to_owned()));
    let run = reported("", "X,,,,,,,\nX,a,,,,28,,\nX,b,,,,不涉及,,\n");
    assert_eq!((run.points("U1", "X"), run.at("N228")), ("—".to_owned(), "self-reports/U1.csv F5".to_owned()));
    // Both cannot be right.
    let run = reported("", "X,,,,,不涉及,,\nX,a,,,,28,,\nX,b,,,,3,,\n");
    assert_eq!(run.at("E253"), "self-reports/U1.csv F3");
    assert_eq!(run.of("E253")[0].related, ["self-reports/U1.csv F4", "self-reports/U1.csv F5"]);
}

#[test]
fn evidence_stands_in_the_row_of_the_leaf_or_of_an_input() {
    let model = leaf("公式", "", "expr = \"a\"\ninputs = \"a\"\n") + "evidence = \"required\"\n";
    let run = |rows: &str| {
        let header = "单位代码,U1\n指标代码,输入项,完成值,自评得分,佐证,核定值,核定得分,核定说明\n";
        Project::new(&model).units("U1").file("self-reports/U1.csv", &format!("{header}{rows}")).score()
    };
    assert_eq!(run("X,,,,有,,,\nX,a,3,,,3,,\n").points("U1", "X"), "3");
    assert_eq!(run("X,,,,,,,\nX,a,3,,台账,3,,\n").points("U1", "X"), "3");
    let bare = run("X,,,,,,,\nX,a,3,,,3,,\n");
    assert_eq!((bare.points("U1", "X"), bare.at("W215")), ("0".to_owned(), "self-reports/U1.csv E3".to_owned()));
    assert_eq!(bare.leaf("U1", "X").formula.as_ref().unwrap().text, "3 = 3");
}

#[test]
fn each_fault_of_a_row_of_an_input_is_one_finding_at_its_cell() {
    let good = "X,,,,,,,\nX,a,30,,,28,,\n";
    for (row, found) in [
        ("X,bb,20,,,3,,\n", "E251 self-reports/U1.csv B5 bb"),
        ("X,a,20,,,3,,\n", "E218 self-reports/U1.csv B5 X/a"),
        ("X,b,20,,,二十,,\n", "E201 self-reports/U1.csv F5 二十"),
        ("X,b,20,,,3%,,\n", "E204 self-reports/U1.csv F5 3%"),
        ("X,b,20,7,,3,,\n", "E256 self-reports/U1.csv D5 7"),
        ("X,b,20,,,3,7,\n", "E256 self-reports/U1.csv G5 7"),
    ] {
        assert_eq!(errors(&reported("", &format!("{good}{row}"))), [found], "{row}");
    }
    assert_eq!(
        reported("", &format!("{good}X,bb,20,,,3,,\n")).of("E251")[0].expected.as_deref(),
        Some("公式的输入项之一 最接近的是：b")
    );
    // A value in the row of the leaf itself.
    assert_eq!(errors(&reported("", "X,,,,,31,,\nX,a,30,,,28,,\nX,b,,,,3,,\n")), ["E253 self-reports/U1.csv F3 31"]);
    // A row that is not there.
    let run = reported("[self_report]\nunverified = \"zero\"\n", "X,,,,,,,\nX,a,30,,,,,\n");
    assert_eq!((run.errors(), run.of("W221")[0].found.as_deref()), (vec![], Some("X/b")));
    // An input of a leaf that has no formula.
    let header = "单位代码,U1\n指标代码,输入项,完成值,核定值,核定得分\n";
    let run = Project::new("").units("U1").file("self-reports/U1.csv", &format!("{header}X,,,,70\nX,a,,3,\n")).run();
    assert_eq!(errors(&run), ["E252 self-reports/U1.csv B4 a"]);
}

#[test]
fn a_percentage_is_read_as_one_where_the_input_says_so() {
    let run = |cell: &str| {
        department(&leaf("公式", "", RATE), "U1", &format!("U1,X,rate,{cell}\nU1,X,gdp,9\nU1,X,target,9\n")).run()
    };
    assert_eq!((run("95%").points("U1", "X"), run("95").points("U1", "X")), ("95".to_owned(), "95".to_owned()));
    assert_eq!(errors(&run("0.95")), ["E204 verified/输入.csv D2 0.95"]);
}

#[test]
fn the_department_is_told_of_the_inputs_that_are_missing() {
    let model = leaf("公式", "", RATE) + "department = \"统计局\"\n";
    let run = department(
        &model,
        "U1 U2 U3",
        "U1,X,rate,95\nU1,X,gdp,\nU1,X,target,9\nU3,X,rate,1%\nU3,X,gdp,9\nU3,X,target,9\n",
    )
    .run();
    // U1 has a blank cell, U2 no row.
    assert_eq!(errors(&run), ["E240 verified/输入.csv D3 U1 单位U1", "E241  U2 单位U2"]);
    // What the unit says is left out.
    let header = "单位代码,U1\n指标代码,输入项,完成值\n";
    let table = rows("rate gdp target", "U1 95% 9 9");
    let run = department(&model, "U1", &table).file("self-reports/U1.csv", &format!("{header}X,gdp,70\n")).score();
    assert_eq!((run.points("U1", "X"), run.at("W222")), ("95".to_owned(), "self-reports/U1.csv C3".to_owned()));
}

#[test]
fn a_matrix_heads_its_columns_by_leaf_and_input() {
    let model = leaf("公式", "", RATE) + "source = \"部门\"\n";
    for header in ["X rate,X gdp,X target", "X/rate,X/gdp,X/target", "X rate（%）,X gdp,X target"] {
        let table = format!("核定值\n单位,{header}\nU1,55.4%,10.3,10\nU2,90%,20,10\n");
        let run = Project::new(&model).units("U1 U2").file("verified/矩阵.csv", &table).score();
        assert_eq!((run.points("U1", "X"), run.points("U2", "X")), ("55.85".to_owned(), "95".to_owned()), "{header}");
        let worked = run.leaf("U2", "X").formula.as_ref().unwrap();
        assert_eq!(run.outcome().describe(worked.inputs[1].at), "verified/矩阵.csv C4");
    }
    let table = "核定值\n单位,X rate,X gdp,X goal\nU1,55.4%,10.3,10\n";
    let run = Project::new(&model).units("U1").file("verified/矩阵.csv", table).run();
    assert_eq!(errors(&run), ["E251 verified/矩阵.csv D2 核定值 > X goal"]);
    // The name of the input alone is a column of nothing; that its input is missing is not said twice.
    let table = "核定值\n单位,X rate,X gdp,target\nU1,55.4%,10.3,10\n";
    let run = Project::new(&model).units("U1").file("verified/矩阵.csv", table).run();
    assert_eq!(errors(&run), ["E313 verified/矩阵.csv D2 核定值 > target"]);
    assert!(format!("{:?}", run.of("E313")[0]).contains("X target"), "the heading that is meant is told");
    // A blank cell is a place of the department's.
    let table = "核定值\n单位,X rate,X gdp,X target\nU1,55.4%,,10\n";
    let run = Project::new(&model).units("U1").file("verified/矩阵.csv", table).run();
    assert_eq!(errors(&run), ["E240 verified/矩阵.csv C3 U1 单位U1"]);
}

#[test]
fn report_and_table_may_not_contradict_each_other() {
    let model = leaf("公式", "", "expr = \"a\"\ninputs = \"a\"\n");
    let run = |typed: &str| {
        let header = "单位代码,U1\n指标代码,输入项,完成值,核定值\n";
        let project = Project::new(&model).units("U1").file("self-reports/U1.csv", &format!("{header}X,,,\nX,a,3,3\n"));
        project.file("verified/核定.csv", &format!("单位,指标代码,输入项,核定值\nU1,X,a,{typed}\n")).run()
    };
    assert_eq!((run("3").errors(), run("3").points("U1", "X")), (vec![], "3".to_owned()));
    assert_eq!(errors(&run("4")), ["E218 verified/核定.csv D2 X/a"]);
}

#[test]
fn a_scheme_may_have_a_formula_of_its_own_or_none() {
    let leaf =
        |own: &str| leaf("公式", "", &format!("expr = \"a\"\ninputs = \"a\"\n[indicator.by_scheme.S2]\n{own}\n"));
    let schemes = "[[scheme]]\ncode = \"S1\"\nfor = { group = [\"一组\"] }\n[[scheme]]\ncode = \"S2\"\nfor = { group = [\"二组\"] }\n";
    let roster = "U1,单位U1,一组\nU2,单位U2,二组\n";
    let project = |own: &str| Project::new(&(leaf(own) + schemes)).roster("单位代码,单位全称,分组", roster);
    let header = "单位,指标代码,输入项,核定值,核定得分\n";
    let run = project("expr = \"a*b\"\ninputs = \"a;b\"")
        .file("verified/核定.csv", &format!("{header}U1,X,a,3,\nU2,X,a,3,\nU2,X,b,4,\n"));
    let run = run.run();
    assert_eq!((run.points("U1", "X"), run.points("U2", "X")), ("3".to_owned(), "12".to_owned()), "{:?}", run.messages);
    // b is no input of S1.
    let run = project("expr = \"a*b\"\ninputs = \"a;b\"")
        .file("verified/核定.csv", &format!("{header}U1,X,a,3,\nU1,X,b,9,\nU2,X,a,3,\nU2,X,b,4,\n"));
    assert_eq!(run.run().at("E251"), "verified/核定.csv C3");
    // A matrix has the columns of both.
    let run = project("expr = \"a*b\"\ninputs = \"a;b\"")
        .file("verified/矩阵.csv", "核定值\n单位,X a,X b\nU1,3,\nU2,3,4\n")
        .run();
    assert_eq!((run.points("U1", "X"), run.points("U2", "X")), ("3".to_owned(), "12".to_owned()));
    let run =
        project("rule = \"核定\"\nexpr = \"无\"").file("verified/核定.csv", &format!("{header}U1,X,a,3,\nU2,X,,,77\n"));
    let run = run.run();
    assert_eq!((run.points("U1", "X"), run.points("U2", "X")), ("3".to_owned(), "77".to_owned()), "{:?}", run.messages);
    let run = project("rule = \"核定\"").run();
    assert_eq!((run.errors(), run.of("E593")[0].found.as_deref()), (vec!["E593"], Some("核定")));
}

/// The faults of a model whose leaf X has these keys: code, column and what was found.
fn model_faults(rule: &str, params: &str, keys: &str) -> Vec<String> {
    let run = Project::new(&leaf(rule, params, keys)).units("U1").run();
    let mut list: Vec<String> = run
        .messages
        .iter()
        .map(|own| {
            let line = own.cell.as_deref().and_then(|cell| cell.split(':').next()).unwrap_or_default();
            let column = own.title.split_once('第').and_then(|(_, rest)| rest.split_once(" 个"));
            let column = column.map_or("", |(column, _)| column.trim());
            format!("{} {line} {column} {}", own.code, own.found.clone().unwrap_or_default()).replace("  ", " ")
        })
        .collect();
    list.sort();
    list
}

#[test]
fn each_fault_of_a_formula_is_one_finding_with_its_column() {
    let found = |keys: &str| model_faults("公式", "", keys);
    let line = |keys: &str, key: &str| {
        let text = leaf("公式", "", keys);
        text.lines().position(|line| line.starts_with(key)).unwrap() + 1
    };
    let keys = "expr = \"a + * b\"\ninputs = \"a;b\"\n";
    assert_eq!(found(keys), [format!("E590 {} 5 发现“*”", line(keys, "expr"))]);
    // All names that are no inputs.
    let keys = "expr = \"a + c*d\"\ninputs = \"a;b\"\n";
    assert_eq!(found(keys).len(), 2);
    assert!(found(keys)[0].ends_with("5 发现“c”"), "{:?}", found(keys));
    let keys = "expr = \"a + (b\"\ninputs = \"a;b;a\"\n";
    let both = found(keys);
    assert_eq!(
        both,
        [format!("E590 {} 7 文本到此结束", line(keys, "expr")), format!("E591 {} 5 发现“a”", line(keys, "inputs"))]
    );
    let keys = "expr = \"a\"\ninputs = \"a;b;c\"\n";
    let at = line(keys, "inputs");
    assert_eq!(found(keys), [format!("E592 {at} b"), format!("E592 {at} c")]);
    assert_eq!(found("inputs = \"a\"\n"), found(""));
    assert!(found("")[0].starts_with("E595"));
    let keys = "expr = \"a + 1\"\n";
    assert_eq!(found(keys), [format!("E596 {} a + 1", line(keys, "expr"))]);
    let keys = "inputs = \"a\"\n";
    assert_eq!(model_faults("比率", "target=1", keys), [format!("E594 {} a", line(keys, "inputs"))]);
    let keys = "expr = \"a\"\ninputs = \"a\"\n";
    let at = line(keys, "expr");
    for (rule, params) in
        [("扣分", "每次=1"), ("计数", "a=1"), ("等级", "A=1"), ("清单", "a=1"), ("按位次", "*=1"), ("核定", "")]
    {
        assert_eq!(model_faults(rule, params, keys), [format!("E593 {at} {rule}")]);
    }
    assert_eq!(model_faults("比率", "target=1;in=part", keys), [format!("E593 {at} target=1;in=part")]);
    assert_eq!(model_faults("公式", "target=1", keys).len(), 1);
}

#[test]
fn a_changed_input_result_or_text_is_found_by_the_second_calculation() {
    let run = department(&leaf("公式", "", RATE), "U1", &rows("rate gdp target", "U1 55.4% 10.3 10")).score();
    let differing = |change: fn(&mut Worked)| {
        let mut outcome = run.outcome().clone();
        change(outcome.units[0].leaves[0].formula.as_mut().unwrap());
        let checked = assess::result::verify::recalculate(&outcome, run.ratings());
        checked.differing.into_iter().map(|own| own.0).collect::<Vec<_>>()
    };
    assert_eq!(differing(|_| {}), Vec::<String>::new());
    let place = |what: &str| format!("units[U1].leaves[X].formula.{what}");
    assert!(differing(|own| own.inputs[1].value = Some(Exact::from(11))).contains(&place("value")));
    assert!(differing(|own| own.inputs[1].value = None).contains(&place("value")));
    assert!(differing(|own| own.inputs[0].name.push('x')).contains(&place("inputs")));
    assert!(differing(|own| own.value = Exact::from(56)).contains(&place("value")));
    assert_eq!(differing(|own| own.text.push(' ')), [place("text")]);
}

#[test]
fn a_correction_of_points_acts_last_and_a_regrade_keeps_the_formula() {
    let project =
        || department(&leaf("公式", "", RATE), "U1 U2", &rows("rate gdp target", "U1 55.4% 10.3 10\nU2 90 20 10"));
    let [before, after] = project().corrected_later("1,U1,X,55.85,60");
    let own = |outcome: &Outcome| outcome.units[0].leaves[0].clone();
    assert_eq!(own(&after).verified.unwrap().to_string(), "60");
    let worked = |outcome: &Outcome| {
        let own = own(outcome).formula.unwrap();
        let inputs =
            own.inputs.iter().map(|input| format!("{} {:?} {}", input.name, input.value, outcome.describe(input.at)));
        (own.text, inputs.collect::<Vec<_>>())
    };
    assert_eq!(worked(&after), worked(&before));
    assert_eq!(after.units[1].leaves[0].verified, before.units[1].leaves[0].verified);
}

/// Causes of the units of a result, and the rows behind those of the basis.
fn causes(before: &Outcome, after: &Outcome) -> Vec<String> {
    let said = |cause: &Cause| match cause {
        Cause::Row { row } => format!("row {}", row.id),
        Cause::Basis { by, .. } => {
            let by: Vec<String> = by
                .iter()
                .map(|own| {
                    let rows: Vec<&str> = own.rows.iter().map(|row| row.id.as_str()).collect();
                    format!("{}:{}", own.code, rows.join("+"))
                })
                .collect();
            format!("basis {}", by.join(","))
        }
        other => format!("{other:?}"),
    };
    let diff = Diff::between(before, after);
    let units = diff.units.iter().filter(|unit| unit.total_changed());
    units
        .map(|unit| format!("{}: {}", unit.code, unit.causes.iter().map(said).collect::<Vec<_>>().join("; ")))
        .collect()
}

#[test]
fn a_corrected_input_is_replaced_before_the_formula_and_the_basis_moves() {
    let model = one_leaf("100", "相对", "") + RATE;
    let table = rows("rate gdp target", "U1 60% 10 10\nU2 88.9% 12 10\nU3 50% 10 10");
    // U2 has 88.9 + 3 = 91.9 at first, then 77 + 3 = 80: U1 has 100·60/91.9, then 75.
    let [before, after] = department(&model, "U1 U2 U3", &table).corrected_later("4,U2,X/rate,88.9,77%");
    let points = |outcome: &Outcome| {
        let of = |unit: usize| outcome.units[unit].leaves[0].verified.as_ref().unwrap().0.fraction();
        [of(0), of(1), of(2)]
    };
    assert_eq!(points(&before), ["60000/919", "100/1", "50000/919"]);
    assert_eq!(points(&after), ["75/1", "100/1", "125/2"]);
    let own = &after.units[1].leaves[0];
    let worked = own.formula.as_ref().unwrap();
    assert_eq!(worked.text, "77 + clamp((12 − 10)×1.5, 5) = 80");
    assert_eq!((worked.inputs[0].corrected.as_deref(), own.value.as_deref()), (Some("4"), Some("80")));
    assert_eq!(after.describe(own.at), "registers/更正登记.csv E2");
    assert_eq!(own.replaced.as_ref().unwrap().value.as_deref(), Some("91.9"));
    assert_eq!(causes(&before, &after), ["U1: basis U2:4", "U3: basis U2:4"]);
    // The same numbers as a run that has the correction from the start; and several inputs of a leaf.
    let fresh = department(&model, "U1 U2 U3", &table).corrections("4,U2,X/rate,88.9,77").score();
    assert_eq!(points(fresh.outcome()), points(&after));
    let both = department(&model, "U1 U2 U3", &table).corrections("4,U2,X/gdp,12,11\n5,U2,X/rate,88.9,77").score();
    assert_eq!(both.leaf("U2", "X").formula.as_ref().unwrap().text, "77 + clamp((11 − 10)×1.5, 5) = 78.5");
    assert_eq!(both.leaf("U2", "X").replaced.as_ref().unwrap().id, "5、4");
}

#[test]
fn a_correction_that_is_withdrawn_puts_the_input_back() {
    let project = || department(&leaf("公式", "", RATE), "U1", &rows("rate gdp target", "U1 55.4% 10.3 10"));
    let [with, without] = project().corrections("4,U1,X/rate,55.4,50").corrected_later("");
    assert_eq!(with.units[0].leaves[0].verified.as_ref().unwrap().to_string(), "50.45");
    assert_eq!(without.units[0].leaves[0].verified.as_ref().unwrap().to_string(), "55.85");
    let own = &without.units[0].leaves[0];
    assert_eq!((own.replaced.is_none(), own.formula.as_ref().unwrap().inputs[0].corrected.is_none()), (true, true));
}

#[test]
fn faults_of_a_corrected_input_are_found_at_their_cells() {
    let run = |formula: &str, inputs: &str, values: &str, row: &str| {
        let keys = format!("expr = \"{formula}\"\ninputs = \"{inputs}\"\n");
        errors(&department(&leaf("公式", "", &keys), "U1", &rows("a b", values)).corrections(row).run())
    };
    let ratio = |row: &str| run("a/b", "a;b:%", "U1 10 4%", row);
    assert_eq!(ratio("4,U1,X/b,4,5"), Vec::<String>::new());
    assert_eq!(ratio("4,U1,X/b,3,5"), ["E620 registers/更正登记.csv D2 3"]);
    assert_eq!(ratio("4,U1,X/c,4,5"), ["E623 registers/更正登记.csv C2 X/c"]);
    assert_eq!(ratio("4,U1,X/核定值,2.5,5"), ["E623 registers/更正登记.csv C2 X/核定值"]);
    assert_eq!(ratio("4,U1,X/b,4,0.5"), ["E204 registers/更正登记.csv E2 0.5"]);
    assert_eq!(ratio("4,U1,X/b,4,0"), ["E255 registers/更正登记.csv E2 第 3 个字符：除数 b 等于 0"]);
}
