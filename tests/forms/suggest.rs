//! 征求意见表 and 等次审定表 as they go out and come back: filled in by another program, read, listed, decided.

use std::path::PathBuf;

use serde_json::Value;

use crate::fill::Paper;
use crate::office::convert;
use crate::programs::has;
use crate::runner::{Folder, list, str_of, unit};
use crate::story::{compare, fill_in, handed_out};

/// A project of three units with its first version and the forms made from it.
///
/// ```text
/// U01 98.82 优秀    U02 80.44 先进    U03 57.21 不达标   (worked out in `story`)
/// ```
fn suggested() -> Folder {
    let folder = handed_out();
    fill_in(&folder);
    folder.score(&[]).ended(0);
    folder.run("suggest", &[]).ended(0);
    folder
}

fn opinion_form(folder: &Folder, department: &str) -> PathBuf {
    let opinions = folder.path("suggest/v001/opinions");
    let names = std::fs::read_dir(opinions).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<PathBuf> = names.filter(|path| path.to_str().unwrap().contains(department)).collect();
    assert_eq!(found.len(), 1, "{department}: {found:?}");
    found.into_iter().next().unwrap()
}

fn decision_form(folder: &Folder) -> Paper {
    Paper::open(&folder.path("suggest/v001/registers/等次审定表.xlsx"), "状态")
}

/// Codes of all findings but notes; the inputs of the story have one about a mark for the own unit.
fn codes(checked: &Value) -> Vec<&str> {
    list(&checked["findings"])
        .iter()
        .filter(|f| f["severity"] != "note")
        .map(|finding| str_of(&finding["code"]))
        .collect()
}

fn kinds(result: &Value, code: &str) -> Vec<String> {
    list(&unit(result, code)["path"]).iter().map(|step| str_of(&step["kind"]).to_owned()).collect()
}

#[test]
fn the_decision_form_comes_back_as_the_register_and_blank_rows_decide_nothing() {
    let folder = suggested();
    let mut paper = decision_form(&folder);
    assert_eq!(paper.read(&[("单位代码", "U02")], "建议等次"), "先进");
    assert_eq!(paper.read(&[("单位代码", "U02")], "编号"), "v001-002");
    let documents = [("文号", "工委〔2026〕3号"), ("日期", "2026-02-01"), ("状态", "工委审定")];
    paper.type_in(&[("单位代码", "U02")], &[("等次", "达标")]).type_in(&[("单位代码", "U02")], &documents);
    paper.type_in(&[("单位代码", "U03")], &[("等次", "暂缓")]).type_in(&[("单位代码", "U03")], &documents);
    paper.save(&folder.path("registers/等次审定表.xlsx"));
    let checked = folder.run("check", &["--format", "json"]).ended(0).json();
    assert!(list(&checked["findings"]).iter().all(|f| f["severity"] == "note"), "{:?}", codes(&checked));
    folder.score(&["--reason", "工委审定"]).ended(0);
    let result = folder.json("results/v002/result.json");
    assert_eq!(unit(&result, "U01")["grade"], "优秀", "its row is blank: the rules decide");
    assert_eq!(unit(&result, "U02")["grade"], "达标");
    assert_eq!(unit(&result, "U02")["total"], "80.44", "a decision changes no score");
    assert!(unit(&result, "U03")["grade"].is_null() && unit(&result, "U03")["deferred"] == true);
    let step = list(&unit(&result, "U02")["path"]).iter().find(|step| step["kind"] == "decision").unwrap();
    assert_eq!((&step["values"]["id"], &step["values"]["document"]), (&"v001-002".into(), &"工委〔2026〕3号".into()));
    assert_eq!(list(&result["registers"]["decisions"]).len(), 2);
}

#[test]
fn an_untouched_decision_form_changes_nothing() {
    let folder = suggested();
    decision_form(&folder).save(&folder.path("registers/等次审定表.xlsx"));
    let checked = folder.run("check", &["--format", "json"]).ended(0).json();
    assert_eq!(codes(&checked), Vec::<&str>::new());
    folder.score(&["--reason", "空表"]).ended(0);
    let result = folder.json("results/v002/result.json");
    compare(&result);
    assert_eq!(list(&result["registers"]["decisions"]).len(), 0);
}

#[test]
fn a_decision_without_a_grade_is_told_and_decides_nothing() {
    let folder = suggested();
    let mut paper = decision_form(&folder);
    paper.type_in(&[("单位代码", "U02")], &[("文号", "工委〔2026〕3号"), ("状态", "工委审定")]);
    paper.save(&folder.path("registers/等次审定表.xlsx"));
    let checked = folder.run("check", &["--format", "json"]).ended(0).json();
    let told: Vec<&Value> = list(&checked["findings"]).iter().filter(|f| f["code"] == "W677").collect();
    assert_eq!(told.len(), 1);
    assert!(str_of(&told[0]["found"]).contains("工委〔2026〕3号") && told[0]["unit"] == "U02", "{}", told[0]);
    folder.score(&["--reason", "x"]).ended(0);
    compare(&folder.json("results/v002/result.json"));
}

#[test]
fn returned_opinions_stand_in_the_grade_path_and_change_no_grade() {
    let folder = suggested();
    let mut paper = Paper::open(&opinion_form(&folder, "组织部"), "意见");
    paper.type_in(&[("单位代码", "U01")], &[("意见", "同意")]);
    let said = [("意见", "不同意"), ("具体意见和依据", "党员发展材料不全，见组织部通报")];
    paper.type_in(&[("单位代码", "U02")], &said);
    paper.save(&folder.path("opinions/组织部.xlsx"));
    let mut paper = Paper::open(&opinion_form(&folder, "办公室"), "意见");
    paper.type_in(&[("单位代码", "U02")], &[("意见", "保留意见")]);
    paper.save(&folder.path("opinions/二次/办公室.xlsx"));

    let checked = folder.run("check", &["--format", "json"]).ended(0).json();
    assert_eq!(codes(&checked), ["W673"], "only the disagreement about U02 needs the committee");
    let told = &list(&checked["findings"])[0];
    assert!(str_of(&told["title"]).contains("组织部") && told["unit"] == "U02" && told["who"] == "committee", "{told}");

    folder.score(&["--reason", "征求意见"]).ended(0);
    let result = folder.json("results/v002/result.json");
    compare(&result);
    let opinions: Vec<&Value> =
        list(&unit(&result, "U02")["path"]).iter().filter(|step| step["kind"] == "opinion").collect();
    assert_eq!(opinions.len(), 2);
    let disagrees = opinions.iter().find(|step| step["values"]["department"] == "组织部").unwrap();
    assert_eq!(disagrees["values"]["opinion"], "不同意");
    assert_eq!(disagrees["values"]["said"], "党员发展材料不全，见组织部通报");
    assert_eq!(disagrees["values"]["suggested"], "先进");
    let at = list(&disagrees["at"]);
    let file = at[0].as_u64().unwrap() as usize;
    assert_eq!(list(&result["files"])[file]["path"], "opinions/组织部.xlsx");
    assert_eq!(kinds(&result, "U02").last().unwrap(), "final", "the grade still ends the path");
    assert!(!kinds(&result, "U03").contains(&"opinion".to_owned()), "nothing was said of U03");
    assert_eq!(list(&result["opinions"]).len(), 3);
    let explained = folder_explain(&folder, "U02");
    assert!(explained.contains("组织部的意见：不同意") && explained.contains("党员发展材料不全"), "{explained}");

    // Once the committee has decided, nobody is reminded any more, and the opinion stays listed.
    let mut paper = decision_form(&folder);
    let decided = [("等次", "先进"), ("文号", "工委〔2026〕3号"), ("日期", "2026-02-01"), ("状态", "工委审定")];
    paper.type_in(&[("单位代码", "U02")], &decided);
    paper.save(&folder.path("registers/等次审定表.xlsx"));
    let checked = folder.run("check", &["--format", "json"]).ended(0).json();
    assert!(!codes(&checked).contains(&"W673"), "{:?}", codes(&checked));
    folder.score(&["--reason", "工委审定"]).ended(0);
    let result = folder.json("results/v003/result.json");
    assert_eq!(kinds(&result, "U02").iter().filter(|kind| *kind == "opinion").count(), 2);
}

fn folder_explain(folder: &Folder, what: &str) -> String {
    crate::runner::assess(&["explain", "-C", folder.shown(), what]).ended(0).out
}

#[test]
fn opinions_that_cannot_be_read_are_told_one_by_one_and_stop_nothing() {
    let folder = suggested();
    folder.write(
        "opinions/宣传部.csv",
        "关于建议等次的意见\n部门：宣传部\n单位代码,单位,建议等次,意见,具体意见\nU01,,优秀,同意（但应加强宣传）,\nU99,,达标,不同意,无此单位\n\
         U02,,先进,无意见,\nU02,,先进,不同意,前后矛盾\n,,,,\nU03,,不达标,,\n",
    );
    folder.write("opinions/无名.csv", "单位,意见\nU03,同意\n");
    let checked = folder.run("check", &["--format", "json"]).ended(0).json();
    let told: Vec<(String, String)> = list(&checked["findings"])
        .iter()
        .filter(|f| f["severity"] != "note")
        .map(|f| (str_of(&f["code"]).to_owned(), f["cell"].as_str().unwrap_or("").to_owned()))
        .collect();
    let expected = [("W671", "A5"), ("W672", "D4"), ("W673", "D7"), ("W674", "B2"), ("W675", "D7")];
    assert_eq!(told, expected.map(|(code, cell)| (code.to_owned(), cell.to_owned())));
    folder.score(&["--reason", "x"]).ended(0);
    let result = folder.json("results/v002/result.json");
    compare(&result);
    let nameless = list(&unit(&result, "U03")["path"]).iter().find(|step| step["kind"] == "opinion").unwrap();
    assert_eq!(nameless["values"]["department"], "无名.csv");
}

#[test]
fn the_same_opinion_handed_in_twice_is_listed_once() {
    let folder = suggested();
    let text = "责任部门：宣传部\n单位,意见\nU01,同意\n";
    folder.write("opinions/a.csv", text).write("opinions/b.csv", text);
    folder.score(&["--reason", "x"]).ended(0);
    let result = folder.json("results/v002/result.json");
    assert_eq!(kinds(&result, "U01").iter().filter(|kind| *kind == "opinion").count(), 1);
}

#[test]
fn forms_saved_by_an_office_suite_are_read_alike() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = suggested();
    let mut paper = decision_form(&folder);
    let decided = [("等次", "达标"), ("文号", "3号"), ("日期", "2026-02-01"), ("状态", "工委审定")];
    paper.type_in(&[("单位代码", "U02")], &decided);
    let work = Folder::empty();
    paper.save(&work.path("审定.xlsx"));
    let mut paper = Paper::open(&opinion_form(&folder, "组织部"), "意见");
    paper.type_in(&[("单位代码", "U01")], &[("意见", "同意")]);
    paper.save(&work.path("意见.xlsx"));
    let converted = convert(&[work.path("审定.xlsx"), work.path("意见.xlsx")], "ods", work.root());
    std::fs::create_dir_all(folder.path("opinions")).unwrap();
    std::fs::copy(converted.join("审定.ods"), folder.path("registers/审定.ods")).unwrap();
    std::fs::copy(converted.join("意见.ods"), folder.path("opinions/意见.ods")).unwrap();
    folder.score(&["--reason", "x"]).ended(0);
    let result = folder.json("results/v002/result.json");
    assert_eq!(unit(&result, "U02")["grade"], "达标");
    let opinion = list(&unit(&result, "U01")["path"]).iter().find(|step| step["kind"] == "opinion").unwrap();
    assert_eq!(opinion["values"]["department"], "组织部");
}

#[test]
fn the_forms_are_locked_but_for_what_is_asked() {
    let folder = suggested();
    let paper = decision_form(&folder);
    assert!(paper.is_protected());
    // 等次, 不占名额, 突破上限, 日期, 状态.
    assert_eq!(paper.checks().len(), 5, "{:?}", paper.checks());
    let paper = Paper::open(&opinion_form(&folder, "组织部"), "意见");
    assert!(paper.is_protected());
    assert_eq!(paper.checks().len(), 1, "{:?}", paper.checks());
}

#[test]
fn from_a_draft_with_an_open_veto_to_a_version_by_way_of_the_decision_form() {
    let folder = handed_out();
    fill_in(&folder);
    folder.write(
        "registers/事项.csv",
        "编号,单位,代码,事由,文件名称,文号,发文单位,发文日期,状态,审定文号\n\
         E1,U01,V1,立案,立案通知,纪〔2025〕3号,市纪委,2025-09-01,工委审定,工委〔2026〕1号\n",
    );
    folder.score(&[]).ended(1);
    folder.score(&["--draft"]).ended(0);
    folder.run("suggest", &["--draft"]).ended(0);
    let mut paper = Paper::open(&folder.path("suggest/draft/registers/等次审定表.xlsx"), "状态");
    let key = [("单位代码", "U01")];
    assert_eq!(paper.read(&key, "建议等次"), "不达标");
    let grounds = paper.read(&key, "建议理由");
    assert!(grounds.contains("V1") && grounds.contains("第十二条") && grounds.contains("须经工委审定"), "{grounds}");
    assert_eq!(paper.read(&key, "编号"), "draft-001", "a veto changes no rank: first by total");
    let decided = [("等次", "不达标"), ("文号", "工委〔2026〕3号"), ("日期", "2026-02-01"), ("状态", "工委审定")];
    paper.type_in(&key, &decided);
    paper.save(&folder.path("registers/等次审定表.xlsx"));
    folder.score(&[]).ended(0);
    let result = folder.json("results/v001/result.json");
    assert_eq!((&unit(&result, "U01")["grade"], &unit(&result, "U01")["total"]), (&"不达标".into(), &"98.82".into()));

    // The next form says what is decided already.
    folder.run("suggest", &[]).ended(0);
    let paper = decision_form(&folder);
    assert_eq!(paper.read(&key, "备注"), "已审定：编号 draft-001，不达标");
    assert_eq!(paper.read(&key, "等次"), "");
}
