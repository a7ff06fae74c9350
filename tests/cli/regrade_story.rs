//! The story of a year's results: scored once, then re-graded batch by batch, each step calculated by hand.
//!
//! City example, group 政府综合管理部门: seven units, 优秀 floor(0.30 · 7) = 2 places, 优秀 + 先进 floor(0.70 · 7) = 4.
//! v001: U06 98.14 优秀, U09 92.81 (a cap allows 先进), U07 92.08 优秀 and U08 92.08 先进 (tied, decided by the tie-break),
//! U10 80.81, U11 71.37, U12 65.17 达标.

use serde_json::Value;

use crate::runner::{Folder, Ran, assess, list, str_of, unit};

const HEADER: &str = "编号,单位,代码,事由,级别,申报分值,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号,备注\n";

/// The only project of a document.
pub(crate) fn project(ran: &Ran) -> Value {
    let document = ran.json();
    assert_eq!(document["schema"], "assess.regrade/1");
    let projects = list(&document["projects"]);
    assert_eq!(projects.len(), 1);
    projects[0].clone()
}

/// Previews, checks that nothing was written, applies, and gives the preview.
#[track_caller]
fn step(folder: &Folder, more: &[&str], version: &str) -> Value {
    let before = folder.tree();
    let args = [more, &["--format", "json"]].concat();
    let preview = project(&folder.run("regrade", &args).ended(0));
    assert_eq!(folder.tree(), before, "a preview writes nothing");
    assert_eq!(preview["state"], "changed", "{preview:#}");
    let token = str_of(&preview["token"]);
    let args = [more, &["--apply", token, "--reason", version, "--format", "json"]].concat();
    let applied = project(&folder.run("regrade", &args).ended(0));
    assert_eq!((str_of(&applied["state"]), str_of(&applied["version"])), ("applied", version));
    preview
}

/// Units as `code total rank grade`, of those with a cause of their own or of those that others moved.
fn moves(diff: &Value, own: bool) -> Vec<String> {
    let is_own = |unit: &&Value| {
        let causes = list(&unit["causes"]);
        let total = unit["old"]["total"] != unit["new"]["total"];
        (total || causes.iter().any(|c| c["cause"] == "row" || c["cause"] == "method")) == own
    };
    let shown = |unit: &Value, key: &str| {
        let text = |side: &str| unit[side][key].to_string().replace('"', "");
        let (old, new) = (text("old"), text("new"));
        if old == new { old } else { format!("{old}>{new}") }
    };
    let moved = list(&diff["units"]).iter().filter(|unit| {
        ["total", "rank_group", "rank_overall", "grade"].iter().any(|key| unit["old"][*key] != unit["new"][*key])
    });
    let line = |unit: &Value| {
        let code = str_of(&unit["code"]);
        format!("{code} {} {} {}", shown(unit, "total"), shown(unit, "rank_group"), shown(unit, "grade"))
    };
    moved.filter(is_own).map(line).collect()
}

/// The causes of a unit: rows by number, rules with the unit and the rows behind it.
fn causes(diff: &Value, code: &str) -> Vec<String> {
    let unit = list(&diff["units"]).iter().find(|unit| unit["code"] == code).unwrap();
    let row = |row: &Value| str_of(&row["id"]).to_owned();
    let cause = |cause: &Value| match str_of(&cause["cause"]) {
        "row" => row(&cause["row"]),
        "knock" => {
            let by = &list(&cause["by"])[0];
            let rows = list(&by["rows"]).iter().map(row).collect::<Vec<_>>().join("+");
            format!("{} {} {rows}", str_of(&cause["rule"]), str_of(&by["code"]))
        }
        other => other.to_owned(),
    };
    list(&unit["causes"]).iter().map(cause).collect()
}

fn bonus(id: &str, unit: &str, code: &str, level: &str, points: &str, status: &str) -> String {
    format!(
        "{id},{unit},{code},事由{id},{level},{points},{points},简报{id},文{id},市直机关工委,2025-11-02,{status},审{id},\n"
    )
}

#[test]
fn batches_a_withdrawal_a_correction_a_decision_and_a_change_of_the_method() {
    let folder = Folder::scored_example("city-2025");

    // First batch: U08 92.08 + 0.50 = 92.58 passes U07 (92.08) and takes the second place of 优秀.
    let first = bonus("JF-21", "U08", "J4", "市级", "0.5", "工委审定");
    folder.write("registers/二.csv", &format!("{HEADER}{first}"));
    let preview = step(&folder, &[], "v002");
    let diff = &preview["diff"];
    assert_eq!(moves(diff, true), ["U08 92.08>92.58 3 先进>优秀"]);
    assert_eq!(moves(diff, false), ["U07 92.08 3>4 优秀>先进"]);
    assert_eq!(causes(diff, "U08"), ["JF-21"]);
    assert_eq!(causes(diff, "U07"), ["no-room U08 JF-21"]);
    assert_eq!((&preview["totals"], &preview["ranks"], &preview["grades"]), (&1.into(), &1.into(), &2.into()));
    // Own: U08 and U07. Their group is compared with a mean that moved by 0.5 / 7 = 0.07: its five others.
    assert_eq!(preview["feedback"], 7);

    // Second batch: U07 92.08 + 1.00 = 93.08 passes U08 (92.58) and U09 (92.81) and takes the place back.
    let second = |status: &str| bonus("JF-22", "U07", "J3", "市级", "1", status);
    folder.write("registers/二.csv", &format!("{HEADER}{first}{}", second("工委审定")));
    let diff = step(&folder, &[], "v003")["diff"].clone();
    assert_eq!(moves(&diff, true), ["U07 92.08>93.08 4>2 先进>优秀"]);
    assert_eq!(moves(&diff, false), ["U09 92.81 2>3 先进", "U08 92.58 3>4 优秀>先进"]);
    assert_eq!(causes(&diff, "U09"), ["rank U07 JF-22"]);
    assert_eq!(causes(&diff, "U08"), ["no-room U07 JF-22"]);

    // Third batch, deductions: U16 95.47 − 2.00 = 93.47 falls behind U13 (94.92, vetoed) and U15 (94.02, capped at 先进)
    // but keeps the only place of 优秀; U12 65.17 − 0.20 = 64.97 stays where it is.
    let third =
        bonus("JF-23", "U16", "N1", "市级", "2", "工委审定") + &bonus("JF-24", "U12", "N4", "", "0.2", "工委审定");
    folder.write("registers/三.csv", &format!("{HEADER}{third}"));
    let preview = step(&folder, &[], "v004");
    let diff = &preview["diff"];
    assert_eq!(moves(diff, true), ["U12 65.17>64.97 7 达标", "U16 95.47>93.47 1>3 优秀"]);
    assert_eq!(moves(diff, false), ["U13 94.92 2>1 不达标", "U15 94.02 3>2 先进"]);
    assert_eq!(causes(diff, "U13"), ["rank U16 JF-23"]);
    assert_eq!((&preview["rows"], &preview["grades"]), (&2.into(), &0.into()));

    // The second batch is withdrawn: everything of it goes back exactly.
    folder.write("registers/二.csv", &format!("{HEADER}{first}{}", second("撤销")));
    let diff = step(&folder, &[], "v005")["diff"].clone();
    assert_eq!(str_of(&list(&diff["rows"])[0]["move"]), "withdrawn");
    assert_eq!(moves(&diff, true), ["U07 93.08>92.08 2>4 优秀>先进"]);
    assert_eq!(moves(&diff, false), ["U09 92.81 3>2 先进", "U08 92.58 4>3 先进>优秀"]);
    assert_eq!(causes(&diff, "U08"), ["place-freed U07 JF-22"]);
    let (second, fifth) = (folder.json("results/v002/result.json"), folder.json("results/v005/result.json"));
    for code in ["U06", "U07", "U08", "U09", "U10", "U11"] {
        for key in ["exact", "rank_group", "grade", "path", "aspects", "lines", "takes_place"] {
            assert_eq!(unit(&second, code)[key], unit(&fifth, code)[key], "{code} {key}");
        }
    }

    // A correction: 1.2.2 of U09 was 3.92 and is 3.42; half of the total is indicators: 92.81 − 0.50 · 0.50 = 92.56, which
    // is behind U08 (92.58).
    let correction = "编号,单位,位置,旧值,新值,理由,文号,状态\nGZ-1,U09,1.2.2,3.92,3.42,录入有误,更1,工委审定\n";
    folder.write("registers/更正登记.csv", correction);
    let diff = step(&folder, &[], "v006")["diff"].clone();
    assert_eq!(moves(&diff, true), ["U09 92.81>92.56 2>3 先进"]);
    assert_eq!(moves(&diff, false), ["U08 92.58 3>2 优秀"]);
    assert_eq!(
        (causes(&diff, "U09"), causes(&diff, "U08")),
        (vec!["GZ-1".to_owned()], vec!["rank U09 GZ-1".to_owned()])
    );
    let corrected = list(&diff["units"]).iter().find(|unit| unit["code"] == "U09").unwrap();
    let leaf = list(&corrected["parts"]).iter().find(|part| part["kind"] == "leaf").unwrap();
    assert_eq!((str_of(&leaf["code"]), str_of(&leaf["old"]), str_of(&leaf["new"])), ("1.2.2", "3.92", "3.42"));

    // A decision pins U10 (80.81, 达标) at 先进. It takes one of four places first; U06 and U08 take 优秀, U09 the last
    // one of 先进, and U07 (92.08) drops to 达标.
    let decision =
        "编号,单位,等次,不占名额,突破上限,条款,文号,日期,状态\nSD-9,U10,先进,,,第十八条,纪9,2026-02-01,工委审定\n";
    folder.write("registers/审定二.csv", decision);
    let diff = step(&folder, &[], "v007")["diff"].clone();
    assert_eq!(moves(&diff, true), ["U10 80.81 5 达标>先进"]);
    assert_eq!(moves(&diff, false), ["U07 92.08 4 先进>达标"]);
    assert_eq!(causes(&diff, "U07"), ["no-room U10 SD-9"]);

    // 优秀 from 91 instead of 90: of those that have it, U21 (90.98) and U18 (90.59) lose it; the data change nothing.
    folder.edit("assess.toml", "at_least = 90 ", "at_least = 91 ");
    let refused = folder.run("regrade", &["--format", "json"]).ended(2);
    let refused = project(&refused);
    assert_eq!(refused["state"], "refused");
    let change = &list(&refused["model"]["changes"])[0];
    assert_eq!(
        ["key", "old", "new", "reach"].map(|key| str_of(&change[key])),
        ["grade[优秀].at_least", "90", "91", "grading"]
    );
    let preview = step(&folder, &["--method-change"], "v008");
    let mut lost = moves(&preview["method"], true);
    lost.sort();
    assert_eq!(lost, ["U18 90.59 1 优秀>先进", "U21 90.98 1 优秀>先进"]);
    assert_eq!(causes(&preview["method"], "U18"), ["method"]);
    assert!(moves(&preview["diff"], true).is_empty() && moves(&preview["diff"], false).is_empty());

    equals_a_fresh_score(&folder);
    // Every version of the chain follows from its own recorded values; the last one from the files as well.
    assess(&["verify", "--all", "-C", folder.shown()]).ended(0);
}

/// The last version is what a fresh score of the same inputs is, but for its name and its chain.
fn equals_a_fresh_score(folder: &Folder) {
    let copy = Folder::copy_of(folder);
    let mut fresh = copy.scored();
    let mut own = folder.json("results/v008/result.json");
    for document in [&mut fresh, &mut own] {
        // The index counts bytes of the file, which name and chain take part in.
        for key in ["version", "parent", "chain", "index", "index_at"] {
            document.as_object_mut().unwrap().remove(key);
        }
    }
    for (key, value) in fresh.as_object().unwrap() {
        assert!(own[key] == *value, "{key} differs from a fresh score");
    }
    assert_eq!(folder.bytes("results/v008/ratings.csv"), copy.bytes("results/v001/ratings.csv"));
    assert!(folder.score(&[]).ended(0).err.contains("v008"), "nothing is left for a score to do");
}
