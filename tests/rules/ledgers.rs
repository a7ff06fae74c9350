//! Returned rectification ledgers (整改台账) and the leaf that is counted in them: closed/claimed and closed/verified.

use crate::support::{Project, Run};

const LEAF: &str = "[[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"整改\"\npoints = 100\n\
                    rule = \"比率\"\nparams = \"target=100;in=part;from=ledger\"\n";
const HEADER: &str = "问题编号,问题描述,销号状态,销号日期,审核人";
const DONE: &str = "2025-06-30,王审";

fn project(keys: &str) -> Project {
    Project::new(&format!("{keys}{LEAF}"))
}

/// A returned ledger of a unit: rows of [`HEADER`], which stands in line 2.
fn ledger(project: Project, path: &str, unit: &str, rows: &str) -> Project {
    project.file(&format!("ledgers/{path}"), &format!("单位代码,{unit}\n{HEADER}\n{rows}"))
}

fn one(rows: &str) -> Project {
    ledger(project("").units("U1").report("U1", "X,,,台账,,,"), "U1.csv", "U1", rows)
}

fn values(run: &Run) -> (Option<&str>, Option<&str>, String) {
    let leaf = run.leaf("U1", "X");
    (
        leaf.claimed.as_deref(),
        leaf.value.as_deref(),
        leaf.verified.as_ref().map(ToString::to_string).unwrap_or_default(),
    )
}

/// Five problems: three closed with date and reviewer, one only said to be closed, one open. Claimed 4/5, verified 3/5,
/// points 100 · 3/5 = 60.
#[test]
fn only_closings_with_date_and_reviewer_are_verified() {
    let rows = format!("P1,a,已销号,{DONE}\nP2,b,销号,{DONE}\nP3,c,Closed,{DONE}\nP4,d,已销号,,\nP5,e,整改中,,\n");
    let run = one(&rows).score();
    assert_eq!(values(&run), (Some("4/5"), Some("3/5"), "60".to_owned()));
    let told = run.of("W662");
    assert_eq!((told.len(), told[0].cell.as_deref()), (1, Some("D6")));
    let leaf = run.leaf("U1", "X");
    assert_eq!((leaf.state.json(), leaf.at.cell_name().as_str()), ("verified", "C3"));
    let closings: Vec<(&str, &str)> =
        leaf.ledger.iter().flatten().map(|p| (p.number.as_str(), p.closing.json())).collect();
    let verified = ["P1", "P2", "P3"].map(|number| (number, "verified"));
    assert_eq!(closings, [&verified[..], &[("P4", "claimed"), ("P5", "open")]].concat());
}

#[test]
fn blank_and_open_words_are_open_and_other_words_are_errors() {
    let run = one(&format!("P1,a,,,\nP2,b,未整改,,\nP3,c,未销号,,\nP4,d,已销号,{DONE}\n")).score();
    assert_eq!(values(&run), (Some("1/4"), Some("1/4"), "25".to_owned()));
    for word in ["基本完成", "已完成", "已销号（待复核）", "是"] {
        let run = one(&format!("P1,a,{word},{DONE}\nP2,b,,,\n")).run();
        assert_eq!(run.errors(), ["E661"], "{word}");
        assert_eq!(run.of("E661")[0].cell.as_deref(), Some("C3"));
    }
}

#[test]
fn a_date_on_an_open_problem_is_told_and_a_broken_one_is_an_error() {
    let run = one(&format!("P1,a,整改中,{DONE}\nP2,b,已销号,{DONE}\n")).score();
    assert_eq!(run.of("W668")[0].cell.as_deref(), Some("D3"));
    assert_eq!(values(&run).1, Some("1/2"));
    assert_eq!(one("P1,a,已销号,六月底,王审\n").run().errors(), ["E610"]);
    assert_eq!(one(&format!(",a,已销号,{DONE}\nP2,,已销号,{DONE}\n")).run().errors(), ["E314"]);
}

/// P1 and P2 stand in both files alike, P3 only in the second: three problems, two closed.
#[test]
fn ledgers_of_a_unit_are_merged_by_number() {
    let rows = format!("P1,a,已销号,{DONE}\nP2,b,,,\n");
    let more = format!("{rows}P3,c,已销号,{DONE}\n");
    let run = ledger(one(&rows), "U1补充.csv", "U1", &more).score();
    assert_eq!(values(&run).1, Some("2/3"));
    assert_eq!(run.of("N664").len(), 1);
    let other = format!("p1,a,整改中,,\nP3,c,已销号,{DONE}\n");
    let run = ledger(one(&rows), "U1补充.csv", "U1", &other).run();
    assert_eq!(run.errors(), ["E663"]);
    let places: Vec<_> = run.of("E663")[0].related.clone();
    assert!(places.len() >= 3, "the first row and every differing cell: {places:?}");
}

#[test]
fn the_same_ledger_twice_is_a_duplicate_file() {
    let rows = format!("P1,a,已销号,{DONE}\nP2,b,,,\n");
    let run = ledger(one(&rows), "副本.csv", "U1", &rows).score();
    assert_eq!(values(&run).1, Some("1/2"));
    let files = &run.outcome().reconciliation.files;
    assert_eq!(files.duplicate, 1, "{files:?}");
}

/// A table of several units with a column of units; U2 has 1 of 4 closed, U3 none of 1.
#[test]
fn a_table_of_several_units_is_read_by_its_unit_column() {
    let rows = format!(
        "U1,P1,a,已销号,{DONE}\nU2,P1,a,已销号,{DONE}\nU2,P2,b,,,\nU2,P3,c,,,\nU2,P4,d,,,\n单位U3,P1,e,整改中,,\n"
    );
    let run = project("").units("U1 U2 U3").file("ledgers/汇总.csv", &format!("单位,{HEADER}\n{rows}"));
    let reports = ["U1", "U2", "U3"].iter().fold(run, |p, unit| p.report(unit, "X,,,台账,,,"));
    let run = reports.score();
    let points = ["U1", "U2", "U3"].map(|unit| run.leaf(unit, "X").verified.clone().unwrap().to_string());
    assert_eq!(points, ["100", "25", "0"]);
    let unknown = project("").units("U1").file("ledgers/汇总.csv", &format!("单位,{HEADER}\nU9,P1,a,,,\n")).run();
    assert_eq!(unknown.errors(), ["E307", "E310", "E660"]);
}

#[test]
fn what_a_verifier_types_must_agree_with_the_ledger() {
    let rows = format!("P1,a,已销号,{DONE}\nP2,b,已销号,{DONE}\nP3,c,,,\nP4,d,,,\n");
    let typed = |cells: &str| {
        let reported = project("").units("U1").report("U1", cells);
        ledger(reported, "U1.csv", "U1", &rows)
    };
    // 2/4 · 100 = 50.
    for same in ["X,2/4,50,,2/4,50,", "X,—,,,,50,", "X,,,,2/4,,"] {
        assert_eq!(values(&typed(same).score()).2, "50", "{same}");
    }
    for (other, code, cell) in
        [("X,,,,3/4,,", "E665", "E3"), ("X,,,,不涉及,,", "E665", "E3"), ("X,,,,,75,", "E209", "F3")]
    {
        let run = typed(other).run();
        assert_eq!(run.errors(), [code], "{other}");
        let finding = run.of(code)[0];
        assert_eq!(finding.cell.as_deref(), Some(cell));
        assert!(finding.related.iter().any(|at| at.starts_with("ledgers/U1.csv")), "{finding:?}");
    }
    let run = typed("X,4/4,100,,,,").score();
    assert_eq!((run.of("W666").len(), run.of("W210").len()), (1, 1), "value and self score are not the ledger's");
    assert_eq!(values(&run), (Some("2/4"), Some("2/4"), "50".to_owned()));
    let matrix = typed("X,,,台账,,,").verified("U1,X,1/4,,\n").run();
    assert_eq!(matrix.errors(), ["E665"]);
}

/// A missing ledger awaits people, or is 0 where the model says so; a claim cannot stand in for it, a verifier can.
#[test]
fn a_missing_ledger_is_told_at_the_roster_row() {
    let run = project("").units("U1").report("U1", "X,5/5,100,,,,").run();
    assert_eq!(run.errors(), ["E660"]);
    let finding = run.of("E660")[0];
    assert_eq!((finding.file.as_deref(), finding.cell.as_deref()), (Some("roster.csv"), Some("A2")));
    let zero = project("[self_report]\nmissing = \"zero\"\nunverified = \"self\"\n");
    let run = zero.units("U1").report("U1", "X,5/5,100,,,,").score();
    assert_eq!(values(&run).2, "0");
    assert_eq!(run.of("E660").len(), 1);
    for (typed, points) in [("X,,,,5/5,,", "100"), ("X,,,,,80,", "80")] {
        let run = project("").units("U1").report("U1", typed).score();
        assert_eq!((values(&run).2.as_str(), run.of("E660").len()), (points, 1), "{typed}");
    }
}

/// An empty ledger proves nothing: only a verifier, or a model that takes the unit's word, makes the leaf not applicable.
#[test]
fn a_ledger_without_problems_is_0_of_0() {
    let empty = |keys: &str, cells: &str| {
        let two = format!(
            "{LEAF}[[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A1\"\nname = \"其他\"\npoints = 50\nrule = \"核定\"\n"
        );
        let model = format!("{keys}{}", two.replacen("points = 100", "points = 50", 1));
        let reported = Project::new(&model).units("U1").report("U1", &format!("{cells}\nY,,,,,40,说明\n"));
        ledger(reported, "U1.csv", "U1", "")
    };
    assert_eq!(empty("", "X,,,台账,,,").run().errors(), ["E211"]);
    let run = empty("", "X,,,,不涉及,,").score();
    assert_eq!(run.leaf("U1", "X").state.json(), "not-applicable");
    let run = empty("[self_report]\nunverified = \"self\"\n", "X,,,台账,,,").score();
    assert_eq!((run.leaf("U1", "X").state.json(), run.of("W217").len()), ("not-applicable", 1));
    assert_eq!(empty("", "X,,,,3/4,,").run().errors(), ["E665"]);
}

#[test]
fn required_evidence_is_the_ledger_itself() {
    let model = LEAF.to_owned() + "evidence = \"必需\"\n";
    let reported = Project::new(&model).units("U1").report("U1", "X,,100,,,,");
    let run = ledger(reported, "U1.csv", "U1", &format!("P1,a,已销号,{DONE}\n")).score();
    assert_eq!((values(&run).2.as_str(), run.of("W215").len()), ("100", 0));
}

#[test]
fn units_that_are_not_assessed_are_named_and_nothing_else() {
    let roster = "U1,甲,一组,排名\nU2,乙,一组,不参评\n";
    let project = project("").roster("单位代码,单位全称,分组,参评方式", roster).report("U1", "X,,,台账,,,");
    let project = ledger(project, "U1.csv", "U1", &format!("P1,a,已销号,{DONE}\n"));
    let run = ledger(project, "U2.csv", "U2", "P1,a,整改中,,\n").score();
    assert_eq!(run.of("N667").len(), 1);
    assert!(run.of("E660").is_empty());
}

#[test]
fn the_parameter_stands_only_where_a_part_is_a_ratio_and_once() {
    let with = |rule: &str, params: &str| {
        let leaf = LEAF.replace("比率", rule).replace("target=100;in=part;from=ledger", params);
        Project::new(&leaf).units("U1").run()
    };
    for (rule, params) in [
        ("比率", "target=100;from=ledger"),
        ("比率", "target=100;in=percent;from=ledger"),
        ("比率", "in=part;from=report"),
        ("分档", "0:0,60:3;from=ledger"),
        ("计数", "市级=1;from=ledger"),
        ("核定", "from=ledger"),
    ] {
        let run = with(rule, params);
        assert!(run.is_stopped() && run.errors() == ["E509"], "{rule} {params}: {:?}", run.messages);
    }
    let half = LEAF.replace("points = 100", "points = 50");
    let two = format!("{half}{}", half.replace("\"X\"", "\"Y\"").replace("整改", "整改二"));
    assert_eq!(Project::new(&two).units("U1").run().errors(), ["E509"]);
}

/// Without such a leaf the ledgers are listed and not read, as before.
#[test]
fn ledgers_that_feed_nothing_are_not_read() {
    let run = Project::totals("U1=90", "").file("ledgers/U1.csv", "这不是台账\n").score();
    assert_eq!(run.of("N120").len(), 1);
}
