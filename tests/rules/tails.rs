//! The tail of a component: coefficients, converting by the best, the mean or places, and components that a unit lacks
//! (SPEC §19.2–§19.4).

use assess::documents::feedback::feedback;
use assess::documents::feedback::privacy::Pattern;
use assess::documents::feedback::stats::GroupStats;
use assess::documents::report::document::{CellDoc, Content, Document};
use assess::documents::report::feedback::{Desk, document};
use assess::documents::trace::Tracer;
use assess::pipeline::regrade::under_model;
use assess::result::compare::{Comparison, Parts};
use assess::result::diff::{Cause, Diff, PartKind};
use assess::result::outcome::{Lack, Outcome, TailStep};
use assess::shared::i18n::Lang;

use crate::leaf_rules::one_leaf;
use crate::support::{GIVEN, Project, Run};

/// A roster with the column 系数: `U1=1.2 U2=0.9`.
fn roster(project: Project, factors: &str) -> Project {
    let rows: String = factors
        .split_whitespace()
        .map(|own| own.split_once('=').unwrap())
        .map(|(code, factor)| format!("{code},单位{code},一组,{}\n", factor.replace('_', "")))
        .collect();
    project.roster("单位代码,单位全称,分组,系数", &rows)
}

/// Totals that are given rates, with keys of the component `g`: `U1=70 U2=80`.
fn given(keys: &str, rates: &str) -> Project {
    Project::totals(rates, &format!("{keys}\n"))
}

fn steps(run: &Run, unit: &str) -> Vec<String> {
    let said = |step: &TailStep| {
        let rate = step.rate().0.fraction();
        match step {
            TailStep::Measured { .. } => format!("measured {rate}"),
            TailStep::Multiplied { coefficient, .. } => format!("x{coefficient} {rate}"),
            TailStep::Converted { standing, .. } => format!("{}/{} {rate}", standing.place, standing.members),
            TailStep::Rounded { .. } => format!("rounded {rate}"),
            TailStep::Corrected { .. } => format!("corrected {rate}"),
        }
    };
    run.unit(unit).components["g"].tail.iter().map(said).collect()
}

#[test]
fn a_coefficient_multiplies_the_rate_up_to_the_highest() {
    let run = roster(given("coefficient = \"系数\"", "U1=70 U2=80 U3=90"), "U1=1.2 U2=1.35 U3=0.5").score().accepted();
    // 70·1.2 = 84; 80·1.35 = 108, at most 100; 90·0.5 = 45
    assert_eq!((run.total("U1"), run.total("U2"), run.total("U3")), ("84.00", "100.00", "45.00"));
    assert_eq!(steps(&run, "U2"), ["measured 80/1", "x1.35 100/1"]);
    // The nodes below keep what was measured.
    assert_eq!(run.aspect("U1", "A1"), "70.00");
    let run = roster(given("coefficient = \"系数\"\ncoefficient_max = 95", "U1=70 U2=80"), "U1=1 U2=1.35").score();
    assert_eq!((run.total("U1"), run.total("U2")), ("70.00", "95.00"));
}

#[test]
fn several_coefficients_are_multiplied() {
    let model = "coefficient = [\"难度\", \"规模\"]";
    let rows = "U1,甲,一组,1.2,0.95\nU2,乙,一组,1,1.1\n";
    let project = given(model, "U1=50 U2=60").roster("单位代码,单位全称,分组,难度,规模", rows);
    let run = project.score().accepted();
    // 50·1.2·0.95 = 57; 60·1.1 = 66
    assert_eq!((run.total("U1"), run.total("U2")), ("57.00", "66.00"));
    assert_eq!(steps(&run, "U1"), ["measured 50/1", "x1.14 57/1"]);
}

#[test]
fn a_coefficient_that_is_no_number_above_zero_is_an_error_at_its_cell() {
    for (factor, code) in [("_", "E267"), ("0", "E268"), ("-1", "E268"), ("大", "E268"), ("120%", "E268")] {
        let run = roster(given("coefficient = \"系数\"", "U1=70 U2=80"), &format!("U1=1 U2={factor}")).run();
        assert!(run.is_stopped(), "{factor}");
        assert_eq!(
            (run.errors(), run.at(code), run.units_with(code)),
            (vec![code], "roster.csv D3".into(), vec!["U2"])
        );
    }
    // Without the column: once, with the nearest name.
    let run = roster(given("coefficient = \"系 数值\"", "U1=70 U2=80"), "U1=1 U2=1").run();
    assert_eq!((run.errors(), run.of("E269").len()), (vec!["E269"], 1));
    // Units outside the assessment need none.
    let rows = "U1,甲,一组,排名,1.1\nU2,乙,一组,不参评,\n";
    let project = given("coefficient = \"系数\"", "U1=70").roster("单位代码,单位全称,分组,参评方式,系数", rows);
    assert_eq!(project.score().total("U1"), "77.00");
}

#[test]
fn the_best_becomes_one_hundred() {
    let run = given("convert = { by = \"best\" }", "U1=90 U2=72 U3=45").score().accepted();
    assert_eq!((run.total("U1"), run.total("U2"), run.total("U3")), ("100.00", "80.00", "50.00"));
    assert_eq!(steps(&run, "U2"), ["measured 72/1", "2/3 80/1"]);
    let TailStep::Converted { standing, .. } = &run.unit("U2").components["g"].tail[1] else { panic!() };
    assert_eq!(standing.basis.as_ref().unwrap().to_string(), "90");
}

#[test]
fn the_mean_becomes_the_rate_of_the_model() {
    // Mean (90 + 60 + 30)/3 = 60 becomes 80: 90 → 120, at most 100; 60 → 80; 30 → 40
    let run = given("convert = { by = \"mean\", mean = 80 }", "U1=90 U2=60 U3=30").score().accepted();
    assert_eq!((run.total("U1"), run.total("U2"), run.total("U3")), ("100.00", "80.00", "40.00"));
}

#[test]
fn places_give_rates_by_steps_or_evenly() {
    let rates = "U1=90 U2=70 U3=70 U4=10";
    // Places 1, 2, 2, 4: 100, 96, 96, 88
    let run = given("convert = { by = \"place\", step = 4 }", rates).score().accepted();
    assert_eq!(["U1", "U2", "U3", "U4"].map(|unit| run.total(unit)), ["100.00", "96.00", "96.00", "88.00"]);
    // Not below 90.
    let run = given("convert = { by = \"place\", step = 4, least = 90 }", rates).score().accepted();
    assert_eq!(run.total("U4"), "90.00");
    // 95 − 35·(place − 1)/3
    let run = given("convert = { by = \"place\", first = 95, last = 60 }", rates).score().accepted();
    assert_eq!((run.exact_base("U2"), run.total("U4")), ("250/3".to_owned(), "60.00"));
}

#[test]
fn the_steps_have_one_order() {
    // 70·1.3 = 91, unbounded 95·1.2 = 114: best 114. 100·91/114 = 79.82…, rounded to 79.8.
    let keys = "coefficient = \"系数\"\nconvert = { by = \"best\" }\n[score]\ncomponent_decimals = 1";
    let run = roster(given(keys, "U1=70 U2=95"), "U1=1.3 U2=1.2").score().accepted();
    assert_eq!(steps(&run, "U1"), ["measured 70/1", "x1.3 91/1", "2/2 4550/57", "rounded 399/5"]);
    assert_eq!(run.total("U1"), "79.80");
    let bounded = "coefficient = \"系数\"\ncoefficient_max = 100\nconvert = { by = \"best\" }";
    assert_eq!(roster(given(bounded, "U1=70 U2=95"), "U1=1.3 U2=1.2").score().total("U1"), "91.00");
    let none = bounded.replace("100\n", "\"none\"\n");
    assert_eq!(roster(given(&none, "U1=70 U2=95"), "U1=1.3 U2=1.2").score().exact_base("U1"), "4550/57");
    // A correction acts last and changes its unit only: its rate stays in the field.
    let project = roster(given(keys, "U1=70 U2=95"), "U1=1.3 U2=1.2").corrections("1,U2,g,100,50");
    let run = project.score().accepted();
    assert_eq!(steps(&run, "U2"), ["measured 95/1", "x1.2 114/1", "1/2 100/1", "rounded 100/1", "corrected 50/1"]);
    assert_eq!((run.total("U1"), run.total("U2")), ("79.80", "50.00"));
}

/// Two given components: the first, of 60 %, is multiplied; the totals are equal.
fn multiplied(more: &str) -> Run {
    let model = format!(
        "[[component]]\nid = \"g\"\nname = \"日常\"\nweight = 60\nkind = \"given\"\ncoefficient = \"系数\"\n\
         [[component]]\nid = \"h\"\nname = \"专项\"\nweight = 40\nkind = \"given\"\n\
         [[grade]]\nname = \"优秀\"\nat_least = 80\nquota = {{ places = 1 }}\n[[grade]]\nname = \"达标\"\nat_least = 0\n{more}"
    );
    let project = roster(Project::new(&model), "U1=1.2 U2=1").given("U1,80 U2,90");
    project.file("given/h/scores.csv", "单位,得分\nU1,80\nU2,89\n").score().accepted()
}

#[test]
fn ties_are_broken_by_the_final_rate_and_conditions_look_at_the_measured_one() {
    // U1 80·1.2 = 96: 57.6 + 32 = 89.6; U2 54 + 35.6 = 89.6. Measured, U2 is first; what counts is 96 and 90.
    let run = multiplied("[rank]\ntie_break = [\"g\"]\n");
    assert_eq!((run.total("U1"), run.total("U2")), ("89.60", "89.60"));
    assert_eq!(run.grades("U1 U2"), "优秀 达标");
    // The measured 80 is below 85, the final 96 would not be.
    let cap = "[[cap]]\ncode = \"C1\"\nname = \"短板\"\nat_most = \"达标\"\n\
               when = { rate = \"A1\", component = \"g\", below = 85 }\n";
    let run = multiplied(&format!("{cap}[rank]\ntie_break = [\"g\"]\n"));
    assert_eq!((run.caps("U1").len(), run.caps("U2").len()), (1, 0));
    assert_eq!(run.grades("U1 U2"), "达标 优秀");
    // An award by the component goes by the final rate too.
    let award = "[[award]]\ncode = \"W1\"\nname = \"日常奖\"\nby = \"g\"\nplaces = 1\n[rank]\ntie_break = [\"g\"]\n";
    let run = multiplied(award);
    let values: Vec<&str> = run.outcome().awards[0].contenders.iter().map(|own| own.value.as_str()).collect();
    assert_eq!(values, ["96.00", "90.00"]);
}

/// Two groups, a unit of its own in the first, one outside.
fn mixed(convert: &str) -> Run {
    let rows = "U1,甲,一组,排名\nU2,乙,一组,排名\nU3,丙,二组,排名\nS,丁,一组,单列\nN,戊,一组,不参评\n";
    let project = given(&format!("convert = {{ {convert} }}"), "U1=80 U2=40 U3=20 S=90");
    project.roster("单位代码,单位全称,分组,参评方式", rows).score().accepted()
}

#[test]
fn a_field_is_a_group_or_all_with_or_without_units_of_their_own() {
    let totals = |run: &Run| ["U1", "U2", "U3", "S"].map(|unit| run.total(unit).to_owned());
    // S lies outside the field: 100·90/80, at most 100.
    assert_eq!(totals(&mixed("by = \"best\"")), ["100.00", "50.00", "100.00", "100.00"]);
    assert_eq!(totals(&mixed("by = \"best\", within = \"all\"")), ["100.00", "50.00", "25.00", "100.00"]);
    // 80/90, 40/90
    assert_eq!(totals(&mixed("by = \"best\", separate = true")), ["88.89", "44.44", "100.00", "100.00"]);
    let run = mixed("by = \"place\", step = 10");
    assert_eq!(steps(&run, "S"), ["measured 90/1", "1/2 100/1"]);
}

#[test]
fn a_field_without_rates_or_with_zeros_only_is_an_error() {
    let rows = "U1,甲,一组,排名\nS,丁,二组,单列\n";
    let project = given("convert = { by = \"best\" }", "U1=80 S=90");
    let run = project.roster("单位代码,单位全称,分组,参评方式", rows).run();
    assert_eq!((run.errors(), run.at("E270")), (vec!["E270"], "roster.csv A3".to_owned()));
    let run = given("convert = { by = \"mean\", mean = 80 }", "U1=0 U2=0").run();
    assert_eq!((run.errors(), run.at("E271")), (vec!["E271"], "roster.csv A2".to_owned()));
    // Places need no basis: both share the first.
    let run = given("convert = { by = \"place\", step = 10 }", "U1=0 U2=0").score();
    assert_eq!(run.total("U2"), "100.00");
}

#[test]
fn keys_of_the_tail_that_contradict_each_other_are_errors_at_their_key() {
    for (keys, code) in [
        ("coefficient_max = 90", "E514"),
        ("coefficient = \"系数\"\ncoefficient_max = \"none\"", "E514"),
        ("coefficient = \"系数\"\ncoefficient_max = 0", "E504"),
        ("coefficient = [\"系数\", \"系数\"]", "E507"),
        ("coefficient = []", "E504"),
        ("convert = {}", "E502"),
        ("convert = { by = \"worst\" }", "E504"),
        ("convert = { by = \"mean\" }", "E502"),
        ("convert = { by = \"mean\", mean = 0 }", "E504"),
        ("convert = { by = \"best\", mean = 80 }", "E514"),
        ("convert = { by = \"best\", step = 5 }", "E514"),
        ("convert = { by = \"place\" }", "E502"),
        ("convert = { by = \"place\", step = 5, last = 60 }", "E514"),
        ("convert = { by = \"place\", last = 60, least = 60 }", "E514"),
        ("convert = { by = \"place\", first = 80, last = 90 }", "E504"),
        ("convert = { by = \"best\", withn = \"all\" }", "E503"),
    ] {
        let run = roster(given(keys, "U1=70 U2=80"), "U1=1 U2=1").run();
        assert!(run.is_stopped(), "{keys}");
        assert_eq!((run.errors(), run.of(code).len()), (vec![code], 1), "{keys}");
    }
}

/// Two given components `g` and `h` of 60 and 40 %, and a third one `k` of none, with keys of `h`.
fn two(keys: &str, h: &str) -> Project {
    let model = format!(
        "[[component]]\nid = \"g\"\nname = \"日常\"\nweight = 50\nkind = \"given\"\n\
         [[component]]\nid = \"h\"\nname = \"专项\"\nweight = 20\nkind = \"given\"\n{keys}\n\
         [[component]]\nid = \"k\"\nname = \"抽查\"\nweight = 30\nkind = \"given\"\n"
    );
    Project::new(&model)
        .units("U1 U2")
        .given("U1,90 U2,80")
        .file("given/h/scores.csv", &format!("单位,得分\n{}", h.replace(' ', "\n")))
        .file("given/k/scores.csv", "单位,得分\nU1,50\nU2,60")
}

#[test]
fn the_weight_of_a_component_that_does_not_apply_goes_to_the_others() {
    let run = two("not_applicable = \"renormalise\"", "U1,不涉及 U2,70").score().accepted();
    // U1: (50·90 + 30·50)/80 = 75; U2: 0.5·80 + 0.2·70 + 0.3·60 = 72
    assert_eq!((run.total("U1"), run.total("U2")), ("75.00", "72.00"));
    let own = &run.unit("U1").components;
    let weights: Vec<String> = ["g", "h", "k"].map(|id| own[id].weight.to_string()).to_vec();
    assert_eq!(weights, ["62.5", "0", "37.5"]);
    assert_eq!((own["h"].lacks, own["h"].exact.to_string()), (Some(Lack::Inapplicable), "0".to_owned()));
    assert_eq!((run.units_with("N245"), run.aspect("U1", "A1")), (vec!["U1"], "75.00"));
}

#[test]
fn a_missing_score_may_leave_as_well() {
    let run = two("missing = \"renormalise\"", "U2,70").score().accepted();
    assert_eq!((run.total("U1"), run.unit("U1").components["h"].lacks), ("75.00", Some(Lack::Missing)));
    assert_eq!(run.units_with("E316"), vec!["U1"]);
    // What does not apply is another question.
    assert_eq!(two("missing = \"renormalise\"", "U1,不涉及 U2,70").run().errors(), ["E243"]);
    assert_eq!(two("not_applicable = \"renormalise\"", "U2,70").run().errors(), ["E316"]);
    // A missing period leaves the mean of the others: 80 instead of (80 + 0)/2.
    let rows = "U1,1月,,80\nU2,1月,,60\nU2,2月,,40";
    let model = format!("{GIVEN}missing = \"renormalise\"\n");
    let run = Project::new(&model).units("U1 U2").given_parts(rows).score().accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("80.00", "50.00"));
}

#[test]
fn a_unit_that_lacks_every_component_is_an_error() {
    let run = given("not_applicable = \"renormalise\"", "U1=不涉及 U2=70").run();
    assert_eq!(
        (run.errors(), run.at("E272"), run.units_with("E272")),
        (vec!["E272"], "roster.csv A2".into(), vec!["U1"])
    );
}

#[test]
fn a_tally_that_does_not_apply_may_leave_its_weight_to_the_others() {
    let model = "[[component]]\nid = \"g\"\nname = \"日常\"\nweight = 60\nkind = \"given\"\n\
        [[component]]\nid = \"b\"\nname = \"评议\"\nweight = 40\nkind = \"ballots\"\n\
        levels = { \"好\" = 100, \"差\" = 40 }\nnot_applicable = \"renormalise\"\n\
        [[component.class]]\nid = \"R\"\nname = \"主体\"\nweight = 100\n";
    let tally = "单位,评议主体,好,差,发出,收回,有效,无效\nU1,R,不涉及,不涉及,,,,\nU2,R,2,2,5,4,4,0";
    let project = Project::new(model).units("U1 U2").given("U1,90 U2,80").file("tallies/b/票数.csv", tally);
    let run = project.score().accepted();
    // U2: 0.6·80 + 0.4·70 = 76
    assert_eq!((run.total("U1"), run.total("U2")), ("90.00", "76.00"));
    assert_eq!(run.unit("U1").components["b"].lacks, Some(Lack::Inapplicable));
}

#[test]
fn a_component_that_is_lacking_is_in_no_field_and_wins_no_award() {
    let keys = "not_applicable = \"renormalise\"\nconvert = { by = \"best\" }";
    let run = two(keys, "U1,不涉及 U2,70").score().accepted();
    assert_eq!((run.total("U1"), run.total("U2")), ("75.00", "78.00")); // 40 + 20 + 18
    let award = "[[award]]\ncode = \"W\"\nname = \"奖\"\nby = \"h\"\nplaces = 2\n";
    let run = two(&format!("{keys}\n{award}"), "U1,不涉及 U2,70").run();
    let contest = &run.outcome().awards[0];
    assert_eq!(contest.contenders.len(), 1);
}

#[test]
fn a_rate_of_the_unit_may_stay_apart_from_lines_and_aspects() {
    let model = "[[component]]\nid = \"i\"\nname = \"指标\"\nweight = 60\nkind = \"indicators\"\n\
        [[component]]\nid = \"g\"\nname = \"日常\"\nweight = 40\nkind = \"given\"\n";
    let with = |keys: &str| {
        let project = Project::new(&format!("{model}{keys}\n")).units("U1");
        project.report("U1", "X,,,,,90,核").given("U1,50").score().accepted()
    };
    let run = with("");
    assert_eq!((run.total("U1"), run.aspect("U1", "A1"), run.line("U1", "L1")), ("74.00", "74.00", "74.00"));
    let run = with("into_aspects = false");
    assert_eq!((run.total("U1"), run.aspect("U1", "A1"), run.line("U1", "L1")), ("74.00", "90.00", "90.00"));
    // Lines and aspects say what they hold.
    let said = texts(&assess::documents::report::result(run.outcome()));
    assert!(said.contains("两线三面: 线和方面只含：指标\n"), "{said}");
    assert!(!texts(&assess::documents::report::result(with("").outcome())).contains("只含"));
    // Only a rate of the unit can stay apart.
    for kind in ["indicators", "ballots\"\nrates = \"aspects\"\nlevels = { \"好\" = 100 }\nx = \""] {
        let text = format!("[[component]]\nid = \"i\"\nweight = 100\nkind = \"{kind}\"\ninto_aspects = false\n");
        let run = Project::new(&text.replace("x = \"\"\n", "")).units("U1").run();
        assert!(run.is_stopped() && run.has("E514"), "{kind} {:?}", run.errors());
    }
}

/// Exact points of X.
fn points(run: &Run, units: &str) -> Vec<String> {
    let points = |code: &str| run.leaf(code, "X").verified.as_ref().unwrap().0.fraction();
    units.split_whitespace().map(points).collect()
}

/// A run of the leaf X, multiplied by 系数, with values of the department: `U1=540*1.2 U2=500*1`.
fn leaf(full: &str, rule: &str, params: &str, values: &str) -> Project {
    let parts = values.split_whitespace().map(|own| own.split_once('=').unwrap());
    let parts = parts.map(|(code, value)| (code, value.split_once('*').unwrap()));
    let rows: String = parts.clone().map(|(code, (value, _))| format!("{code},X,{value},,\n")).collect();
    let factors: String = parts.map(|(code, (_, factor))| format!("{code}={factor} ")).collect();
    let model = one_leaf(full, rule, params) + "source = \"部门\"\ncoefficient = \"系数\"\n";
    roster(Project::new(&model).verified(&rows), &factors)
}

#[test]
fn a_value_is_multiplied_before_the_rule() {
    // 48.53·1.35 = 65.5155, 51.2·1.2 = 61.44, 55.7·1.25 = 69.625, 91.15: of 400 against the best.
    let run = leaf("400", "相对", "", "U1=48.53*1.35 U2=51.2*1.2 U3=55.7*1.25 U4=91.15*1").score().accepted();
    assert_eq!(points(&run, "U1 U2 U3 U4"), ["524124/1823", "491520/1823", "557000/1823", "400/1"]);
    assert_eq!(run.leaf("U3", "X").coefficient.as_ref().unwrap().to_string(), "1.25");
    assert_eq!(run.leaf("U3", "X").value.as_deref(), Some("55.7"));
    // 20·min(1, 75·1.2/100) = 18
    assert_eq!(points(&leaf("20", "比率", "target=100", "U1=75*1.2").score(), "U1"), ["18/1"]);
    assert_eq!(points(&leaf("20", "比率", "in=part", "U1=15/20*0.8").score(), "U1"), ["12/1"]);
    // 50·1.3 = 65 lies in the band from 60, 50·0.5 = 25 below the first.
    assert_eq!(points(&leaf("5", "分档", "60:3,80:5", "U1=50*1.3").score(), "U1"), ["3/1"]);
    let run = leaf("5", "分档", "60:3,80:5", "U1=50*1.3 U2=50*0.5").run();
    assert_eq!((run.errors(), run.at("E213")), (vec!["E213"], "verified/核定.csv C3".to_owned()));
    assert_eq!(points(&leaf("20", "名次", "first=20;step=1", "U1=9*1 U2=8*1.2").score(), "U1 U2"), ["19/1", "20/1"]);
}

#[test]
fn a_rule_without_a_number_takes_no_coefficient() {
    for (rule, params) in [("扣分", "每次=0.5"), ("等级", "A=1,B=0"), ("核定", ""), ("按位次", "1=5,*=0")] {
        let run = leaf("5", rule, params, "U1=1*1").run();
        assert!(run.is_stopped());
        assert_eq!((run.errors(), run.of("E536").len()), (vec!["E536"], 1), "{rule}");
    }
    let run = leaf("5", "比率", "target=100", "U1=1*0").run();
    assert_eq!((run.errors(), run.at("E268")), (vec!["E268"], "roster.csv D2".to_owned()));
}

#[test]
fn a_scheme_may_have_its_own_coefficient_or_none() {
    let model = one_leaf("10", "相对", "within=scheme")
        + "source = \"部门\"\ncoefficient = \"系数\"\nby_scheme.Z = { coefficient = \"无\" }\n\
           [[scheme]]\ncode = \"C\"\nfor = { group = [\"县\"] }\n[[scheme]]\ncode = \"Z\"\nfor = { group = [\"区\"] }\n";
    let rows = "U1,甲,县,1.5\nU2,乙,县,1\nU3,丙,区,\nU4,丁,区,9\n";
    let project = Project::new(&model).roster("单位代码,单位全称,分组,系数", rows);
    let run = project.verified("U1,X,4,,\nU2,X,3,,\nU3,X,4,,\nU4,X,3,,\n").score().accepted();
    // 县: 6 and 3; 区: 4 and 3.
    assert_eq!(points(&run, "U1 U2 U3 U4"), ["10/1", "5/1", "10/1", "15/2"]);
    assert!(run.leaf("U3", "X").coefficient.is_none());
}

#[test]
fn a_table_of_indicators_has_a_column_for_it() {
    let project = Project::new("[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 20\n");
    let model = "[assessment]\ntitle = \"t\"\nperiod = \"2025\"\n[[line]]\ncode = \"L1\"\nname = \"线\"\n\
        [[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 20\n\
        [[component]]\nid = \"i\"\nweight = 100\nkind = \"indicators\"\n[[grade]]\nname = \"好\"\nat_least = 0\n";
    let table = "指标代码,线,方面,三级指标,分值,计分方式,参数,系数,来源\nX,L1,A1,甲,20,比率,target=100,难度、规模,部门";
    let project = project.file("assess.toml", model).file("indicators.csv", table);
    let project = project.roster("单位代码,单位全称,分组,难度,规模", "U1,甲,一组,1.2,0.5\n");
    assert_eq!(points(&project.verified("U1,X,75,,\n").score().accepted(), "U1"), ["9/1"]);
}

/// The causes of a unit between two results.
fn causes(old: &Outcome, new: &Outcome, unit: &str) -> Vec<Cause> {
    Diff::between(old, new).unit(unit).map(|unit| unit.causes.clone()).unwrap_or_default()
}

#[test]
fn a_changed_coefficient_is_a_cause_and_moves_the_basis_of_others() {
    let with = |factor: &str| leaf("10", "相对", "", &format!("U1=4*1 U2=3*{factor}")).score();
    let (old, new) = (with("1"), with("1.6"));
    let [first, second] = ["U1", "U2"].map(|unit| causes(old.outcome(), new.outcome(), unit));
    let [Cause::Basis { kind, code, by }] = first.as_slice() else { panic!("{first:?}") };
    assert_eq!((*kind, code.as_str(), by[0].code.as_str()), (PartKind::Leaf, "X", "U2"));
    let [Cause::Coefficient { attribute, old, new }] = second.as_slice() else { panic!("{second:?}") };
    assert_eq!((attribute.as_str(), old.as_deref(), new.as_deref()), ("系数", Some("1"), Some("1.6")));
    // The same at a component.
    let keys = "coefficient = \"系数\"\nconvert = { by = \"best\" }";
    let with = |factor: &str| roster(given(keys, "U1=80 U2=60"), &format!("U1=1 U2={factor}")).score();
    let (old, new) = (with("1"), with("1.6"));
    let [first, second] = ["U1", "U2"].map(|unit| causes(old.outcome(), new.outcome(), unit));
    let [Cause::Basis { kind, code, by }] = first.as_slice() else { panic!("{first:?}") };
    assert_eq!((*kind, code.as_str(), by[0].code.as_str()), (PartKind::Component, "g", "U2"));
    assert!(matches!(second.as_slice(), [Cause::Coefficient { .. }]), "{second:?}");
}

#[test]
fn a_regrade_converts_again_and_names_the_row_behind_the_basis() {
    let model = one_leaf("100", "核定", "")
        + "[[component]]\nid = \"i\"\nname = \"指标\"\nweight = 100\nkind = \"indicators\"\nconvert = { by = \"best\" }\n";
    let project = Project::new(&model).units("U1 U2").report("U1", "X,,,,,80,核").report("U2", "X,,,,,40,核");
    let [before, after] = project.corrected_later("1,U1,X,80,50");
    let total = |own: &Outcome, unit: &str| own.unit(unit).unwrap().total.clone().unwrap();
    assert_eq!((total(&before, "U1"), total(&before, "U2")), ("100.00".to_owned(), "50.00".to_owned()));
    assert_eq!((total(&after, "U1"), total(&after, "U2")), ("100.00".to_owned(), "80.00".to_owned()));
    let moved = causes(&before, &after, "U2");
    let [Cause::Basis { kind: PartKind::Component, code, by }] = moved.as_slice() else { panic!("{moved:?}") };
    assert_eq!((code.as_str(), by[0].code.as_str(), by[0].rows[0].id.as_str()), ("i", "U1", "1"));
}

/// The texts of a document, sheet by sheet.
fn texts(document: &Document<'_>) -> String {
    let text = |cell: &CellDoc<'_>| match &cell.content {
        Content::Text(text) => text.to_string(),
        Content::Number { value, .. } => value.to_string(),
        _ => String::new(),
    };
    let sheets = document.sheets.iter().flat_map(|sheet| {
        let rows = sheet.head.iter().chain(&sheet.header).chain(&sheet.rows).chain(&sheet.tail);
        rows.map(|row| {
            let cells: Vec<String> = row.cells.iter().map(text).filter(|text| !text.is_empty()).collect();
            format!("{}: {}", sheet.name, cells.join("|"))
        })
    });
    sheets.collect::<Vec<_>>().join("\n")
}

#[test]
fn sheets_letters_and_the_trace_tell_every_step() {
    let keys = "coefficient = \"系数\"\nconvert = { by = \"best\" }\n[feedback]\nmin_group = 2";
    let run = roster(given(keys, "U1=70 U2=95"), "U1=1.3 U2=1.2").score();
    let book = texts(&assess::documents::report::result(run.outcome()));
    for said in [
        "概况: 日常：得分率乘以名册中的系数“系数”；按本组最好的得分率换算，最好的为 100%",
        "两线三面: 其中日常按测得的得分率，未乘系数、未换算",
        "测得的得分率 70.00%；乘系数后 91.00%（× 1.3）；换算后 79.82%（基准 114；比较范围内第 2 名（共 2 个单位））",
    ] {
        assert!(book.contains(said), "{said}\n{book}");
    }
    let lines = |unit: &str| {
        let tracer = Tracer { outcome: run.outcome(), ratings: run.ratings(), lang: Lang::Zh };
        tracer.unit(run.unit(unit)).lines().join("\n")
    };
    for said in ["乘系数后  91.00%  = × 1.3", "换算后  79.82%  = 基准 114；比较范围内第 2 名（共 2 个单位）"]
    {
        assert!(lines("U1").contains(said), "{said}\n{}", lines("U1"));
    }
    let letter = |run: &Run, unit: &str| {
        let desk = Desk::new(run.outcome(), None);
        texts(&document(&desk, run.unit(unit)))
    };
    assert!(letter(&run, "U1").contains("换算后 79.82%（基准 114"), "{}", letter(&run, "U1"));
    assert!(!letter(&run, "U1").contains("单位U2"));
    // In a small field neither basis nor place is told.
    let keys = keys.replace("min_group = 2", "min_group = 3");
    let run = roster(given(&keys, "U1=70 U2=95"), "U1=1.3 U2=1.2").score();
    let small = letter(&run, "U1");
    assert!(small.contains("换算后 79.82%（按本组最好的得分率换算，最好的为 100%）"), "{small}");
    assert!(!small.contains("114") && !small.contains("第 2 名"), "{small}");
}

#[test]
fn sheets_letters_and_the_trace_tell_what_a_unit_lacks() {
    let run = two("not_applicable = \"renormalise\"", "U1,不涉及 U2,70").score();
    let book = texts(&assess::documents::report::result(run.outcome()));
    for said in
        ["概况: 专项：1 个单位没有这一组成，权重由其余组成按比例承担", "专项：整体不涉及，权重由其余组成按比例承担"]
    {
        assert!(book.contains(said), "{said}\n{book}");
    }
    let tracer = Tracer { outcome: run.outcome(), ratings: run.ratings(), lang: Lang::Zh };
    let lines = tracer.unit(run.unit("U1")).lines().join("\n");
    assert!(lines.contains("专项  —  = 该单位没有这一组成：整体不涉及，权重由其余组成按比例承担"), "{lines}");
    assert!(lines.contains("62.5% x 90.00 + 37.5% x 50.00"), "{lines}");
    let letter = texts(&document(&Desk::new(run.outcome(), None), run.unit("U1")));
    assert!(letter.contains("专项|—|0") && letter.contains("整体不涉及，权重由其余组成按比例承担"), "{letter}");
}

#[test]
fn another_tail_is_another_method_that_a_regrade_can_apply() {
    let with = |keys: &str| roster(given(keys, "U1=80 U2=60"), "U1=1 U2=1.2").score();
    let (old, new) = (with(""), with("coefficient = \"系数\"\nconvert = { by = \"best\" }"));
    let diff = Diff::between(old.outcome(), new.outcome());
    assert!(diff.model.is_method() && !diff.model.needs_inputs());
    let applied = under_model(old.outcome(), &new.outcome().model);
    let total = |own: &Outcome, unit: &str| own.unit(unit).unwrap().total.clone();
    assert_eq!(total(&applied, "U2"), Some("90.00".to_owned())); // 100·72/80
    assert_eq!(total(&applied, "U2"), total(new.outcome(), "U2"));
    let same = |own: &Outcome, unit: &str| own.unit(unit).unwrap().components["g"].tail.clone();
    assert_eq!(same(&applied, "U1"), same(new.outcome(), "U1"));
    let compared = Comparison::between(old.outcome(), new.outcome(), Parts::All);
    let fields: Vec<&str> = compared.method.iter().map(|change| change.field).collect();
    assert_eq!(fields, ["coefficient", "convert"]);
}

#[test]
fn a_gain_goes_through_the_tail() {
    // X 60 of 100 and Y 100 of 100: 80, times 1.1 is 88; with X full 110, at most 100: 12 more.
    let leaf = |code: &str| {
        format!(
            "[[indicator]]\ncode = \"{code}\"\nline = \"L1\"\naspect = \"A1\"\nname = \"指标{code}\"\npoints = 50\nrule = \"核定\"\n"
        )
    };
    let model = leaf("X")
        + &leaf("Y")
        + "[[component]]\nid = \"i\"\nname = \"指标\"\nweight = 100\nkind = \"indicators\"\ncoefficient = \"系数\"\n";
    let project = roster(Project::new(&model), "U1=1.1").report("U1", "X,,,,,30,核\nY,,,,,50,");
    let run = project.score().accepted();
    assert_eq!(run.total("U1"), "88.00");
    let stats = GroupStats::of(run.outcome(), &Pattern::of(run.outcome(), &[]));
    let told = feedback(run.outcome(), &stats, run.unit("U1"));
    let gains: Vec<String> = told.gains.iter().map(|gain| gain.gain.to_string()).collect();
    assert_eq!(gains, ["12"]);
}

#[test]
fn a_corrected_value_is_multiplied_as_well() {
    // U1 4·1.5 = 6 becomes 3·1.5 = 4.5; U2 has 3·1: 10·3/6 = 5, then 10·3/4.5 = 20/3.
    let [before, after] = leaf("10", "相对", "", "U1=4*1.5 U2=3*1").corrected_later("1,U1,X/核定值,4,3");
    let points = |own: &Outcome| own.unit("U2").unwrap().leaves[0].verified.as_ref().unwrap().0.fraction();
    assert_eq!((points(&before), points(&after)), ("5/1".to_owned(), "20/3".to_owned()));
    let moved = causes(&before, &after, "U2");
    let [Cause::Basis { kind: PartKind::Leaf, by, .. }] = moved.as_slice() else { panic!("{moved:?}") };
    assert_eq!((by[0].code.as_str(), by[0].rows[0].id.as_str()), ("U1", "1"));
}

#[test]
fn a_coefficient_multiplies_the_value_of_a_formula() {
    // Composite 55.7·1.25 = 69.625 and 91.15·1: of 400 against the best 557000/1823.
    let model = one_leaf("400", "相对", "")
        + "source = \"部门\"\ncoefficient = \"系数\"\nexpr = \"rate + clamp(gap*0.5, 5)\"\ninputs = \"rate;gap\"\n";
    let project = roster(Project::new(&model), "RA=1.25 WC=1");
    let rows = "RA,X,rate,55.4,,\nRA,X,gap,0.6,,\nWC,X,rate,88.9,,\nWC,X,gap,4.5,,\n";
    let project = project.file("verified/核定.csv", &format!("单位,指标代码,输入项,核定值,核定得分,核定说明\n{rows}"));
    let run = project.score().accepted();
    assert_eq!(points(&run, "RA WC"), ["557000/1823", "400/1"]);
}
