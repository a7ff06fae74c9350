//! The public workbook: what it says, what it must not let out, and where it may be written. And the chain of versions.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use crate::cells::Books;
use crate::runner::{Folder, list, str_of};
use crate::small::small;

/// All parts of a workbook as text: sheets, hidden ones, names, properties, relations.
fn parts(path: &Path) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut text = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    names.iter().map(|name| (name.clone(), text(name))).collect()
}

/// What is internal in a result: fingerprints, files, contacts, findings, points by indicator, class means.
fn internals(result: &Value) -> Vec<String> {
    let mut internal: Vec<String> = vec![str_of(&result["model"]["hash"])[..12].to_owned()];
    for file in list(&result["files"]) {
        internal.push(str_of(&file["sha256"])[..12].to_owned());
        internal.push(str_of(&file["path"]).to_owned());
    }
    for unit in list(&result["units"]) {
        internal.push(format!(">{}<", str_of(&unit["code"])));
        internal.extend([str_of(&unit["contact"]).to_owned(), str_of(&unit["secretary"]).to_owned()]);
    }
    internal.extend(list(&result["findings"]).iter().map(|finding| str_of(&finding["code"]).to_owned()));
    internal.extend(list(&result["model"]["leaves"]).iter().map(|leaf| str_of(&leaf["name"]).to_owned()));
    for component in list(&result["model"]["components"]) {
        internal.extend(list(&component["classes"]).iter().map(|class| format!(">{}<", str_of(&class["name"]))));
        internal.push(str_of(&component["name"]).to_owned());
    }
    internal.extend(["self-reports", "ballots", "registers", "自评表", "P1-0", "票"].map(str::to_owned));
    internal.retain(|text| text.len() > 1);
    internal
}

#[test]
fn the_public_workbook_lets_nothing_internal_out() {
    let folder = Folder::example("city-2025");
    let target = folder.path("公示.xlsx");
    folder.score(&["--public", target.to_str().unwrap()]).ended(0);
    let result = folder.json("results/v001/result.json");
    let internal = internals(&result);
    assert!(internal.len() > 150, "the example has files, contacts and findings");
    for (part, text) in parts(&target) {
        for word in &internal {
            assert!(!text.contains(word.as_str()), "{word} stands in {part}");
        }
        let digits = |word: &str| word.len() == 64 && word.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(!text.split(|c: char| !c.is_ascii_alphanumeric()).any(digits), "a fingerprint stands in {part}");
    }
    let book = Books::new(folder.root()).open("公示.xlsx");
    let sheets: Vec<&str> = book.sheets().into_iter().map(|(name, _)| name).collect();
    assert_eq!(sheets, ["公示"], "one sheet, besides the hidden mark");
}

#[test]
fn the_public_workbook_says_who_came_out_how_and_how_to_appeal() {
    let folder = Folder::example("city-2025");
    folder.score(&["--public", folder.path("公示.xlsx").to_str().unwrap()]).ended(0);
    let book = Books::new(folder.root()).open("公示.xlsx");
    let texts: Vec<&str> = book.sheets()[0].1.iter().map(|(_, text)| *text).collect();
    // The sixth row of the example's README: U06, first of its group with 98.14.
    let at = texts.iter().position(|text| *text == "云岚市发展和改革委员会").unwrap();
    assert_eq!(texts[at + 1..at + 6], ["政府综合管理部门", "1", "1", "98.14", "优秀"]);
    assert!(!texts.contains(&"云岚市数据集团有限公司"), "units that are not assessed are not published");
    assert!(texts.iter().any(|text| text.contains("在 10 日内") && text.contains("申请复核")), "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("优秀及以上名额：党群机关及人大政协机关 1 个（已占 1 个）")));
}

#[test]
fn a_model_that_hides_ranks_publishes_grades_only() {
    let folder = Folder::example("city-2025");
    folder.edit("assess.toml", "show_rank = true", "show_rank = false");
    folder.score(&["--public", folder.path("公示.xlsx").to_str().unwrap()]).ended(0);
    let book = Books::new(folder.root()).open("公示.xlsx");
    let texts: Vec<&str> = book.sheets()[0].1.iter().map(|(_, text)| *text).collect();
    assert!(!texts.contains(&"98.14") && !texts.contains(&"组内位次"));
    let order = |name: &str| texts.iter().position(|text| *text == name).unwrap();
    // U06 before U07 although U09 stands between them by rank: grades first, then the roster.
    assert!(order("云岚市发展和改革委员会") < order("云岚市财政局"));
    assert!(order("云岚市财政局") < order("云岚市审计局"));
}

#[test]
fn the_public_workbook_is_that_of_the_version_and_no_input() {
    let folder = small();
    folder.score(&[]).ended(0);
    let (first, second) = (folder.path("公示.xlsx"), folder.path("再次.xlsx"));
    let said = folder.score(&["--public", first.to_str().unwrap()]).ended(0);
    assert!(said.err.contains("公示.xlsx"), "{}", said.err);
    assert!(!folder.has("results/v002"), "an unchanged project makes no version");
    folder.score(&["--public", second.to_str().unwrap()]).ended(0);
    assert_eq!(folder.bytes("公示.xlsx"), folder.bytes("再次.xlsx"));
    folder.score(&["--public", first.to_str().unwrap()]).ended(0);
    folder.write("别人的.xlsx", "x");
    for refused in ["别人的.xlsx", "self-reports/公示.xlsx", "results/公示.xlsx", "公示.pdf"] {
        folder.score(&["--public", folder.path(refused).to_str().unwrap()]).ended(2);
    }
    assert_eq!(folder.text("别人的.xlsx"), "x");
}

#[test]
fn a_draft_is_published_as_a_draft_only() {
    let folder = small();
    folder.score(&["--draft", "--public", folder.path("公示.xlsx").to_str().unwrap()]).ended(0);
    let parts = parts(&folder.path("公示.xlsx"));
    assert!(parts["xl/sharedStrings.xml"].contains("【草稿】"));
    assert!(parts["xl/worksheets/sheet1.xml"].contains("草稿"), "in the header of each page");
}

#[test]
fn every_version_names_the_versions_before_it() {
    let folder = small();
    folder.score(&[]).ended(0);
    folder.edit("assess.toml", "title = \"小项目\"", "title = \"小项目二\"");
    folder.score(&["--reason", "题目有误"]).ended(0);
    folder.edit("assess.toml", "title = \"小项目二\"", "title = \"小项目三\"");
    folder.score(&["--reason", "再次更正"]).ended(0);
    let third = folder.json("results/v003/result.json");
    let chain = list(&third["chain"]);
    let field = |key: &str| chain.iter().map(|own| own[key].clone()).collect::<Vec<Value>>();
    assert_eq!(field("version"), ["v001", "v002", "v003"]);
    assert_eq!(field("reason"), [Value::Null, "题目有误".into(), "再次更正".into()]);
    assert_eq!(field("parent"), [Value::Null, "v001".into(), "v002".into()]);
    for (own, version) in chain.iter().zip(["v001", "v002"]) {
        let manifest = folder.json(&format!("results/{version}/manifest.json"));
        assert_eq!(own["model"], manifest["model"]);
        assert_eq!(own["program"], manifest["program"]);
    }
    // The third version's manifest names the hash of the second one's.
    assert_eq!(chain[1]["manifest"], folder.json("results/v003/manifest.json")["parent"]["sha256"]);
    assert_eq!(chain[2]["manifest"], Value::Null);
    let book = Books::new(folder.root()).open("results/v003/result.xlsx");
    let sources = book.sheets().into_iter().find(|(name, _)| *name == "来源").unwrap().1;
    for text in ["题目有误", "再次更正", "v001", "v002"] {
        assert!(sources.iter().any(|(_, cell)| *cell == text), "{text} is not in the list of versions");
    }
}
