//! `assess suggest`: which result it rests on, for whom it writes forms, where it may write.

use crate::runner::{Folder, list, str_of};
use crate::small::{MODEL, small};

/// The small project with departments at its indicators.
fn with_departments(first: &str, second: &str) -> Folder {
    let folder = small();
    let department = |name: &str, rule: &str| format!("department = \"{name}\"\nrule = \"{rule}\"");
    let model = MODEL
        .replace("rule = \"扣分\"", &department(first, "扣分"))
        .replace("rule = \"比率\"", &department(second, "比率"));
    folder.write("assess.toml", &model);
    folder
}

fn forms(folder: &Folder, more: &[&str]) -> Vec<(String, Option<String>)> {
    let document = folder.run("suggest", &[&["--format", "json"], more].concat()).ended(0).json();
    assert_eq!(document["schema"], "assess.suggest/1");
    let row =
        |form: &serde_json::Value| (str_of(&form["path"]).to_owned(), form["department"].as_str().map(str::to_owned));
    list(&document["forms"]).iter().map(row).collect()
}

#[test]
fn every_responsible_department_gets_a_form_once() {
    let folder = with_departments("组织部、宣传部", "宣传部；办公室");
    folder.scored();
    let forms = forms(&folder, &[]);
    let departments: Vec<Option<&str>> = forms.iter().map(|(_, department)| department.as_deref()).collect();
    assert_eq!(departments, [Some("组织部"), Some("宣传部"), Some("办公室"), None]);
    assert_eq!(forms[1].0, "opinions/02_宣传部_征求意见表.xlsx");
    assert_eq!(forms[3].0, "registers/等次审定表.xlsx");
    for (path, _) in &forms {
        assert!(folder.has(&format!("suggest/v001/{path}")), "{path}");
    }
}

#[test]
fn without_departments_there_is_one_general_form() {
    let folder = small();
    folder.scored();
    let forms = forms(&folder, &[]);
    let paths: Vec<&str> = forms.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["opinions/征求意见表.xlsx", "registers/等次审定表.xlsx"]);
}

#[test]
fn a_draft_is_used_only_when_it_is_asked_for() {
    let folder = small();
    let ran = folder.run("suggest", &[]).ended(2);
    assert!(ran.err.contains("assess score"), "{}", ran.err);
    folder.score(&["--draft"]).ended(0);
    let ran = folder.run("suggest", &[]).ended(2);
    assert!(ran.err.contains("--draft"), "{}", ran.err);
    folder.run("suggest", &["--draft"]).ended(0);
    assert!(folder.has("suggest/draft/registers/等次审定表.xlsx"));
    folder.scored();
    assert_eq!(folder.run("suggest", &["--format", "json"]).ended(0).json()["version"], "v001");
    let ran = folder.run("suggest", &["--version", "v007"]).ended(2);
    assert!(ran.err.contains("v001"), "names what there is: {}", ran.err);
    folder.run("suggest", &["--version", "v001", "--draft"]).ended(2);
}

#[test]
fn forms_are_no_inputs_and_filled_ones_are_not_overwritten() {
    let folder = small();
    folder.scored();
    folder.run("suggest", &[]).ended(0);
    let before = folder.tree();
    folder.run("suggest", &[]).ended(0);
    assert_eq!(folder.tree(), before, "the same result gives the same bytes");
    let ran = folder.score(&[]).ended(0);
    assert!(ran.err.contains("v001"), "nothing has changed: {}", ran.err);
    folder.write("suggest/v001/opinions/征求意见表.xlsx", "filled in");
    let ran = folder.run("suggest", &[]).ended(2);
    assert!(ran.err.contains("征求意见表.xlsx"), "{}", ran.err);
    let ran = folder.run("suggest", &["--out", folder.path("registers").to_str().unwrap()]).ended(2);
    assert!(ran.err.contains("suggest"), "{}", ran.err);
    let elsewhere = Folder::empty();
    folder.run("suggest", &["--out", elsewhere.path("out").to_str().unwrap()]).ended(0);
    assert!(elsewhere.has("out/registers/等次审定表.xlsx"));
}

#[test]
fn an_english_project_speaks_english_and_its_forms_come_back() {
    let folder = small();
    folder.edit("assess.toml", "language = \"zh\"", "language = \"en\"");
    folder.scored();
    let paths: Vec<String> = forms(&folder, &[]).into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["opinions/Opinion form.xlsx", "registers/Decision form.xlsx"]);
    for path in &paths {
        let to = folder.path(path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(folder.path(&format!("suggest/v001/{path}")), to).unwrap();
    }
    let checked = folder.run("check", &["--format", "json"]).ended(0).json();
    let about = |f: &&serde_json::Value| f["file"].as_str().is_some_and(|file| paths.iter().any(|path| path == file));
    let told: Vec<&serde_json::Value> = list(&checked["findings"]).iter().filter(about).collect();
    assert!(told.is_empty(), "empty forms say nothing: {told:?}");
}

#[test]
fn an_opinion_of_a_unit_that_is_not_assessed_is_told_and_stands_in_no_grade_path() {
    let folder = small();
    folder.edit("roster.csv", "文化馆,场馆,排名", "文化馆,场馆,不参评");
    folder.write("opinions/意见.csv", "责任部门,单位,意见,说明\n组织部,U03,同意,\n组织部,U02,同意,\n");
    let ran = folder.run("check", &["--format", "json"]).ended(0).json();
    let told: Vec<&serde_json::Value> = list(&ran["findings"]).iter().filter(|own| own["code"] == "N676").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((str_of(&told[0]["file"]), str_of(&told[0]["cell"])), ("opinions/意见.csv", "B2"));
    assert_eq!(told[0]["unit"], "U03");
    let result = folder.scored();
    let steps = |code: &str| {
        let path = list(&crate::runner::unit(&result, code)["path"]);
        path.iter().filter(|step| step["kind"] == "opinion").count()
    };
    assert_eq!((steps("U02"), steps("U03")), (1, 0));
}
