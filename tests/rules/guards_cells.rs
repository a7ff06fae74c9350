//! Guards against cells of reports, given scores and registers that are silently ignored (SPEC §5, §6, §18).

use crate::guards::{also, places};
use crate::support::{GIVEN, Project, Run};

fn given(keys: &str, rows: &str) -> Run {
    Project::new(&format!("{GIVEN}{keys}")).units("U1 U2").given_parts(rows).run()
}

#[test]
fn odd_numbers_of_a_file_are_one_warning_with_all_places() {
    let run = Project::new(GIVEN).units("U1 U2 U3").given("U1,９０ U2,８０ U3,70分").score();
    // one per kind: full width, unit
    assert_eq!(places(&run, "W207"), ["given/g/scores.csv B2", "given/g/scores.csv B4"]);
    assert_eq!(also(&run, "W207"), ["given/g/scores.csv B3"]);
    assert_eq!((run.total("U1"), run.total("U2"), run.total("U3")), ("90.00", "80.00", "70.00"));
}

#[test]
fn plain_numbers_are_no_warning() {
    let run = Project::new(GIVEN).units("U1 U2").given("U1,90 U2,80.5").score();
    assert_eq!((run.has("W207"), run.total("U2")), (false, "80.50"));
}

const CAP: &str = "[[cap]]\ncode = \"C1\"\nname = \"上限\"\nat_most = \"先进\"\n\
    when = { attribute = \"业务考核等次\", equals = \"差\" }\n";

fn attribute(rules: &str, value: &str) -> Run {
    let project = Project::new(&format!("{GIVEN}{rules}"));
    project.roster("单位代码,单位全称,分组,业务考核等次", &format!("U1,甲,一组,{value}")).given("U1,95").run()
}

#[test]
fn a_dash_as_attribute_is_blank() {
    for dash in ["-", "—", "/", "未填", ""] {
        let run = attribute(CAP, dash);
        assert_eq!((run.errors(), run.at("E311").as_str()), (vec!["E311"], "roster.csv D2"), "{dash}");
    }
}

#[test]
fn a_word_as_attribute_or_an_attribute_that_no_rule_names_is_nothing() {
    assert_eq!((attribute(CAP, "差").errors(), attribute(CAP, "差").grade("U1")), (vec![], "先进"));
    assert_eq!((attribute(CAP, "无").errors(), attribute(CAP, "无").grade("U1")), (vec![], "优秀"));
    assert_eq!((attribute("", "-").errors(), attribute("", "-").grade("U1")), (vec![], "优秀"));
}

/// Two approved rows of 2 points with this matter, on 80.
fn two_bonuses(matter: &str) -> Run {
    let kind = "[[adjustment]]\ncode = \"J1\"\nname = \"表彰\"\nkind = \"bonus\"\npoints = 2\n";
    let row = |id: u32| format!("{id},U1,J1,{matter},,2,决定{id},文{id},2025-03-0{id},工委审定,审1");
    Project::totals("U1=80", kind).adjustments(&format!("{}\n{}", row(1), row(2))).score()
}

#[test]
fn a_dash_as_matter_is_blank() {
    for blank in ["/", "-", "—", ""] {
        let run = two_bonuses(blank);
        assert_eq!((run.total("U1"), run.ended("U1", "2").as_str()), ("84.00", "full 2"), "{blank}"); // 80 + 2 + 2
    }
}

#[test]
fn one_matter_counts_once() {
    let run = two_bonuses("省级表彰");
    assert_eq!((run.total("U1"), run.ended("U1", "2").as_str()), ("82.00", "superseded 0"));
}

/// U1 with 95, held at 达标 by an event, and pinned to 优秀 above the cap under this clause.
fn pinned(clause: &str) -> Run {
    let rules = "[[adjustment]]\ncode = \"V1\"\nname = \"立案\"\nkind = \"event\"\n\
        [[cap]]\ncode = \"C1\"\nname = \"上限\"\nat_most = \"达标\"\nwhen = { event = \"V1\" }\n";
    Project::totals("U1=95", rules).events("1,U1,V1").decisions(&format!("1,U1,优秀,,是,{clause}")).run()
}

#[test]
fn a_dash_as_clause_is_no_clause() {
    for blank in ["-", "/", ""] {
        let run = pinned(blank);
        assert_eq!((run.errors(), run.at("E613").as_str()), (vec!["E613"], "registers/等次审定.csv A2"), "{blank}");
    }
}

#[test]
fn a_clause_lifts_a_decision_above_the_cap() {
    assert_eq!((pinned("第九条").errors(), pinned("第九条").grade("U1")), (vec![], "优秀"));
}

#[test]
fn a_verified_value_of_a_direct_leaf_is_not_lost() {
    let run = Project::new("").units("U1").report("U1", "X,,95,,90,,").run();
    assert_eq!((run.errors(), places(&run, "E211")), (vec!["E211"], vec!["self-reports/U1.csv E3".to_owned()]));
    // Nor where the self score or 0 would stand in.
    for unverified in ["self", "zero"] {
        let model = format!("[self_report]\nunverified = \"{unverified}\"\n");
        let run = Project::new(&model).units("U1").report("U1", "X,,95,,90,,").run();
        assert_eq!((run.errors(), run.at("E211").as_str()), (vec!["E211"], "self-reports/U1.csv E3"), "{unverified}");
    }
    let run = Project::new("").units("U1").report("U1", "X,,95,,,,").verified("U1,X,90,,").run();
    assert!(run.errors().contains(&"E211") && places(&run, "E211").contains(&"verified/核定.csv C2".to_owned()));
}

#[test]
fn a_remark_beside_verified_points_of_a_direct_leaf_is_one() {
    let run = Project::new("").units("U1").report("U1", "X,,95,,良好,90,核减").score();
    assert_eq!((run.has("E211"), run.total("U1")), (false, "90.00"));
}

/// A leaf of this rule and source, self-assessed unless verified; a deduction of 1 for each 10 points claimed too much.
fn claimed_by(rule: &str, source: &str, row: &str) -> Run {
    let leaf = "[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"指标\"\npoints = 100\n";
    let over = "[over_claim]\nfree = 0\nper = 10\npoints = 1\nmax = 5\n[self_report]\nunverified = \"self\"\n";
    let model = format!("{leaf}rule = {rule}\nsource = \"{source}\"\n{over}");
    Project::new(&model).units("U1").report("U1", row).run()
}

fn claimed(source: &str, row: &str) -> Run {
    claimed_by("\"核定\"", source, row)
}

#[test]
fn an_answer_of_the_unit_for_a_leaf_of_a_department_is_told_and_not_used() {
    let run = claimed("部门", "X,已完成,100,,,80,核减");
    assert_eq!((places(&run, "W222").len(), run.errors(), run.total("U1")), (1, vec![], "80.00"));
    // Not verified: the score of the unit must not stand in.
    let alone = claimed("部门", "X,,100,,,,");
    assert!(alone.has("W222") && !alone.errors().is_empty(), "{:?}", alone.errors());
}

#[test]
fn what_the_unit_answered_for_a_leaf_of_a_department_is_named_by_its_cell() {
    let value = claimed_by("\"扣分\"\nparams = \"每次=5\"", "部门", "X,2,,,4,,");
    assert_eq!((value.at("W222").as_str(), value.total("U1")), ("self-reports/U1.csv B3", "80.00")); // 100 − 4·5
    assert_eq!(claimed("部门", "X,,100,,,80,核减").at("W222"), "self-reports/U1.csv C3");
}

#[test]
fn an_answer_of_the_unit_for_its_own_leaf_is_used() {
    let run = claimed("单位", "X,,100,,,80,核减");
    // 20 too much: 80 − 2
    assert_eq!((run.has("W222"), run.errors(), run.total("U1")), (false, vec![], "78.00"));
    assert!(!claimed("部门", "X,,,,,80,核减").has("W222"));
}

#[test]
fn periods_that_differ_in_width_are_one() {
    let run = given("", "U1,2025-01,,90\nU2,２０２５-０１,,80\n");
    assert_eq!((run.errors(), run.total("U1"), run.total("U2")), (vec![], "90.00", "80.00"));
    let twice = given("", "U1,2025-01,,90\nU1,２０２５-０１,,70\nU2,2025-01,,80\n");
    assert_eq!((twice.errors(), twice.at("E424").as_str()), (vec!["E424"], "given/g/scores.csv D3"));
}

#[test]
fn periods_that_differ_in_their_digits_are_two() {
    let run = given("", "U1,2025-01,,90\nU2,2025-02,,80\n");
    assert_eq!((run.errors(), run.units_with("E316")), (vec!["E316"], vec!["U1", "U2"]));
}

const QUARTERS: &str = "U1,一季度,,60\nU2,一季度,,60\nU1,二季度,,70\nU2,二季度,,70\nU1,三季度,,90\nU2,三季度,,80\n";

#[test]
fn periods_whose_names_do_not_sort_have_no_last() {
    let run = given("periods = \"last\"\n", QUARTERS);
    assert_eq!((run.errors(), places(&run, "E426").len()), (vec!["E426"], 1));
}

#[test]
fn a_period_that_does_not_sort_is_named_by_its_cell() {
    let run = given("periods = \"last\"\n", QUARTERS);
    let message = run.messages.iter().find(|m| m.code == "E426").unwrap();
    assert_eq!((message.found.as_deref(), run.at("E426").as_str()), (Some("一季度"), "given/g/scores.csv B2"));
}

#[test]
fn periods_with_an_order_or_numbers_have_a_last() {
    let order = "periods = \"last\"\nperiod_order = [\"一季度\", \"二季度\", \"三季度\"]\n";
    assert_eq!((given(order, QUARTERS).errors(), given(order, QUARTERS).total("U1")), (vec![], "90.00"));
    let months = given("periods = \"last\"\n", "U1,9月,,60\nU2,9月,,60\nU1,12月,,90\nU2,12月,,80\n");
    assert_eq!((months.errors(), months.total("U1"), months.total("U2")), (vec![], "90.00", "80.00"));
}

#[test]
fn a_correction_of_a_leaf_needs_a_component_of_indicators() {
    let run = Project::totals("U1=90", "").corrections("1,U1,X,90,91").run();
    assert_eq!((run.errors(), run.at("E623").as_str()), (vec!["E623"], "registers/更正登记.csv C2"));
    let other = Project::totals("U1=90", "").corrections("1,U1,g,90,91").score();
    assert_eq!((other.has("E623"), other.total("U1")), (false, "91.00"));
    let leaf = Project::new("").units("U1").report("U1", "X,,90,,,90,核减").corrections("1,U1,X,90,91").score();
    assert_eq!((leaf.has("E623"), leaf.total("U1")), (false, "91.00"));
}

#[test]
fn a_missing_report_names_the_files_whose_unit_is_not_known() {
    let project = Project::new("").units("U1 U2").report("U1", "X,,90,,,90,核减");
    let project = project.file("self-reports/无名.csv", "指标代码,完成值,自评得分,核定得分,核定说明\nX,,80,80,核减");
    let run = project.file("self-reports/错名.csv", "单位代码,U22\n指标代码,自评得分,核定得分\nX,80,80").run();
    let run_bad = Project::new("").units("U1").file("self-reports/坏.csv", "这不是表").run();
    assert_eq!((run.errors(), run.at("E310").as_str()), (vec!["E307", "E309", "E310"], "roster.csv A3"));
    let mut files = also(&run, "E310");
    files.sort();
    assert_eq!(files, ["self-reports/无名.csv A1", "self-reports/错名.csv A2"]);
    assert_eq!(
        (run_bad.errors(), also(&run_bad, "E310")),
        (vec!["E102", "E310"], vec!["self-reports/坏.csv".to_owned()])
    );
}

#[test]
fn a_missing_report_beside_good_files_names_none() {
    let run = Project::new("").units("U1 U2").report("U1", "X,,90,,,90,核减").run();
    assert_eq!((run.errors(), run.at("E310").as_str(), also(&run, "E310")), (vec!["E310"], "roster.csv A3", vec![]));
}

/// A decision with this document and status for U2, which is not assessed.
fn decided(end: &str) -> Run {
    let project = Project::new(GIVEN).roster("单位代码,单位全称,分组,参评方式", "U1,甲,一组,排名\nU2,乙,一组,不参评");
    let header = "编号,单位,等次,不占名额,突破上限,条款,文号,日期,状态";
    project.given("U1,95").file("registers/等次审定.csv", &format!("{header}\n1,U2,优秀,,,,{end}")).run()
}

#[test]
fn an_approved_decision_for_a_unit_that_is_not_assessed_is_an_error() {
    let run = decided("审9,2026-01-10,工委审定");
    assert_eq!((run.errors(), run.at("E614").as_str()), (vec!["E614"], "registers/等次审定.csv A2"));
}

#[test]
fn other_decisions_for_a_unit_that_is_not_assessed_are_no_error() {
    for status in ["拟提", "部门已核", "不予采纳", "撤销"] {
        let run = decided(&format!("审9,2026-01-10,{status}"));
        assert_eq!((run.errors(), run.at("N624").as_str()), (vec![], "registers/等次审定.csv A2"), "{status}");
    }
    let incomplete = decided(",2026-01-10,工委审定");
    assert_eq!((incomplete.errors(), incomplete.at("W608").as_str()), (vec![], "registers/等次审定.csv G2"));
}
