//! Values that departments supply (来源 = 部门): a missing one is never a silent 0 (SPEC §20).

use crate::support::{GIVEN, Project, Run};

/// Two leaves of departments, 60 and 40 points; the first names its department.
const LEAVES: &str = "[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"投资\"\npoints = 60\n\
    rule = \"核定\"\nsource = \"department\"\ndepartment = \"发改委\"\n\
    [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A1\"\nname = \"殡改\"\npoints = 40\n\
    rule = \"比率\"\nparams = \"target=100;in=percent\"\nsource = \"department\"\n";
/// The first leaf is the units' own, the second a department's.
fn own_and_department() -> String {
    LEAVES.replacen("source = \"department\"\ndepartment = \"发改委\"", "source = \"unit\"", 1)
}

const POLICIES: [(&str, &str); 6] =
    [("error", "error"), ("error", "self"), ("error", "zero"), ("zero", "error"), ("zero", "self"), ("zero", "zero")];

fn with(leaves: &str, (missing, unverified): (&str, &str)) -> Project {
    let policy = format!("[self_report]\nmissing = \"{missing}\"\nunverified = \"{unverified}\"\n");
    Project::new(&format!("{leaves}{policy}")).units("A B C")
}

/// Units named by the only finding of a code, its cell and the further cells, and its title.
fn told(run: &Run, code: &str) -> (String, Vec<String>, String) {
    let found = run.of(code);
    let [one] = found.as_slice() else { panic!("one {code}: {found:#?}") };
    let first = one.file.as_ref().map(|file| format!("{file} {}", one.cell.as_deref().unwrap_or("")));
    let places = first.into_iter().chain(one.related.iter().cloned()).collect();
    (one.found.clone().unwrap_or_default(), places, one.title.clone())
}

#[test]
fn an_empty_cell_of_a_department_is_told_whatever_the_model_says_of_reports() {
    for policy in POLICIES {
        let rows = "A,X,,50,x\nA,Y,80,,\nB,X,,55,x\nB,Y,,,待定\nC,X,,40,x\nC,Y,—,,\n";
        let run = with(LEAVES, policy).verified(rows).run();
        assert_eq!(run.errors(), ["E240"], "{policy:?}");
        let (units, places, title) = told(&run, "E240");
        assert_eq!(units, "B 单位B、C 单位C", "{policy:?}");
        assert_eq!(places, ["verified/核定.csv D5", "verified/核定.csv D7"], "{policy:?}");
        assert_eq!(title, "指标 Y 殡改：提供数据的部门没有核定，2 个单位的核定格是空的");
        assert_eq!(run.of("E240")[0].who.word(), "who.department");
        // A and C were measured in X, so nobody is without data.
        let sums = &run.outcome().reconciliation.units;
        assert_eq!((sums.received, sums.missing), (3, 0));
    }
}

#[test]
fn a_unit_in_no_verification_table_is_told_by_indicator_and_not_called_reported() {
    for policy in POLICIES {
        let run = with(LEAVES, policy).verified("A,X,,50,x\nA,Y,80,,\nB,Y,75,,\n").run();
        let found: Vec<(&str, &str)> =
            run.of("E241").iter().map(|f| (f.title.as_str(), f.found.as_deref().unwrap())).collect();
        let expected = [
            ("指标 X 投资：发改委没有核定，核定表里没有这些单位的这一项（2 个单位）", "B 单位B、C 单位C"),
            ("指标 Y 殡改：提供数据的部门没有核定，核定表里没有这些单位的这一项（1 个单位）", "C 单位C"),
        ];
        assert_eq!((run.errors(), found), (vec!["E241"], expected.to_vec()), "{policy:?}");
        assert_eq!(run.units_with("E241"), ["C"], "a finding about one unit names it");
        let sums = &run.outcome().reconciliation.units;
        assert_eq!((sums.roster, sums.received, sums.missing), (3, 2, 1));
    }
}

#[test]
fn without_any_verification_table_nothing_was_measured() {
    for policy in POLICIES {
        let run = with(LEAVES, policy).run();
        assert_eq!(run.errors(), ["E241", "E242"], "{policy:?}");
        assert!(run.of("E241").iter().all(|f| f.title.contains("没有核定表")), "{:#?}", run.of("E241"));
        let sums = &run.outcome().reconciliation.units;
        assert_eq!((sums.received, sums.missing), (0, 3));
    }
}

#[test]
fn what_a_report_says_does_not_stand_in_for_a_department() {
    for (missing, unverified) in POLICIES {
        let project = || with(&own_and_department(), (missing, unverified)).units("A B");
        let own = "X,,60,,,50,核减\n";
        // The cell of the department in the report is empty; a 核定表 settles it for A only.
        let run = project().report("A", &format!("{own}Y,,40,,,,")).report("B", &format!("{own}Y,90,,,,,")).run();
        assert_eq!((run.errors(), run.has("W222")), (vec!["E240"], true), "{missing} {unverified}");
        assert_eq!(told(&run, "E240").1, ["self-reports/A.csv F4", "self-reports/B.csv F4"]);
        let settled = project().report("A", &format!("{own}Y,,40,,,,")).report("B", own).verified("A,Y,80,,\nB,Y,,,\n");
        assert_eq!(told(&settled.run(), "E240").1, ["verified/核定.csv D3"]);
    }
    // Nobody handed in a report: missing = "zero" speaks of X alone.
    let run = with(&own_and_department(), ("zero", "zero")).verified("A,Y,80,,\nB,Y,75,,\n").run();
    assert_eq!((run.errors(), told(&run, "E241").0.as_str()), (vec!["E241"], "C 单位C"));
}

#[test]
fn an_empty_cell_of_a_matrix_has_its_place() {
    let matrix = "单位,X 投资,Y 殡改\nA,50,30\nB,,31\nC,45,\n";
    let run = with(LEAVES, ("zero", "zero")).file("verified/核定得分.csv", matrix).run();
    let found: Vec<(Option<&str>, Option<&str>)> =
        run.of("E240").iter().map(|f| (f.unit.as_deref(), f.cell.as_deref())).collect();
    assert_eq!((run.errors(), found), (vec!["E240"], vec![(Some("B"), Some("B3")), (Some("C"), Some("C4"))]));
}

#[test]
fn many_units_are_one_finding() {
    let units: Vec<String> = (1..=300).map(|n| format!("U{n:03}")).collect();
    let rows: String = units.iter().map(|unit| format!("{unit},X,,50,x\n{unit},Y,,,\n")).collect();
    let run = with(LEAVES, ("zero", "zero")).units(&units.join(" ")).verified(&rows).run();
    let found = run.of("E240");
    assert_eq!((found.len(), found[0].title.contains("300 个单位")), (1, true));
    // 199 cells besides the first are listed, the others counted.
    let related = &found[0].related;
    assert!(related.len() > 100 && related.len() < 210, "{}", related.len());
}

#[test]
fn what_departments_say_of_a_leaf_that_does_not_apply_is_said() {
    let run =
        with(LEAVES, ("error", "error")).verified("A,X,,60,\nA,Y,不涉及,,\nB,X,,55,x\nB,Y,75,,\nC,X,,40,x\nC,Y,,0,x\n");
    let run = run.score();
    assert_eq!((run.points("A", "Y"), run.points("C", "Y")), ("—".to_owned(), "0".to_owned()));
}

#[test]
fn a_component_in_which_nothing_was_measured_is_an_error() {
    // All reports are missing and count 0.
    let run = Project::new("[self_report]\nmissing = \"zero\"\n").units("A B").run();
    assert_eq!(run.errors(), ["E242"]);
    // Reports that nobody verified were handed in all the same: there the model says what they are worth.
    let run = Project::new("[self_report]\nunverified = \"zero\"\n").units("A B");
    assert!(run.report("A", "X,,90,,,,").report("B", "X,,80,,,,").run().errors().is_empty());
    // Given scores of which none was filled in.
    let model = format!("{GIVEN}missing = \"zero\"\n");
    let run = Project::new(&model).units("A B").given("A, B,").run();
    assert_eq!((run.errors(), run.outcome().reconciliation.units.missing), (vec!["E242"], 2));
    // One value is something.
    let run = Project::new("[self_report]\nmissing = \"zero\"\n").units("A B").report("A", "X,,90,,,90,x").run();
    assert_eq!((run.errors(), run.total("B")), (vec![], "0.00"));
    // A table that cannot be read is the cause, and told alone.
    let run = Project::new("[self_report]\nmissing = \"zero\"\n").units("A").report("A", "X,,九十,,,九十,x").run();
    assert!(!run.has("E242") && run.errors() == ["E201"], "{:?}", run.errors());
}
