//! Versions: numbered on, complete or not at all, never rewritten, none when nothing changed (SPEC §12).

use std::fs::{self, File};

use sha2::{Digest as _, Sha256};

use crate::cells::Books;
use crate::runner::{Folder, Ran, list, str_of, unit};
use crate::small::{REGISTER_FILE, report, small};

const ARTEFACTS: [&str; 4] = ["manifest.json", "ratings.csv", "result.json", "result.xlsx"];

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The small project with a first version.
fn published() -> Folder {
    let folder = small();
    folder.score(&[]).ended(0);
    folder
}

/// Approves the bonus of U03 that was only proposed.
fn approve(folder: &Folder) {
    folder.edit(REGISTER_FILE, "文明,,2,,通报", "文明,,2,2,通报").edit(
        REGISTER_FILE,
        "拟提,,",
        "工委审定,工委〔2026〕3号,",
    );
}

fn names(folder: &Folder, below: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.path(below)).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.filter(|n| n != ".lock" && n != "states.jsonl").collect();
    names.sort();
    names
}

fn says_v001(ran: &Ran) -> bool {
    ran.err.contains("v001")
}

#[test]
fn a_second_score_on_unchanged_inputs_writes_nothing_and_names_the_version() {
    let folder = published();
    let before = folder.tree();
    for args in [&[][..], &["--reason", "再出一版"], &["--lang", "en"], &["--strict"]] {
        let ran = folder.score(args).ended(0);
        assert!(says_v001(&ran), "{}", ran.err);
        assert_eq!(folder.tree(), before);
    }
    assert_eq!(names(&folder, "results"), ["v001"]);
    assert_eq!(names(&folder, "results/v001"), ARTEFACTS);
    assert_eq!(folder.score(&["--format", "json"]).json()["written"], false);
}

#[test]
fn touching_and_rewriting_files_with_the_same_bytes_is_no_change() {
    let folder = published();
    for (path, bytes) in folder.tree().into_iter().filter(|(path, _)| !path.starts_with("results")) {
        fs::remove_file(folder.path(&path)).unwrap();
        fs::write(folder.path(&path), bytes).unwrap();
    }
    assert!(says_v001(&folder.score(&[]).ended(0)));
    assert_eq!(names(&folder, "results"), ["v001"]);
}

#[test]
fn another_program_version_alone_makes_no_new_version() {
    let folder = published();
    let program = format!("assess {}", env!("CARGO_PKG_VERSION"));
    folder.edit("results/v001/manifest.json", &program, "assess 0.0.1");
    folder.score(&[]).ended(0);
    assert_eq!(names(&folder, "results"), ["v001"]);
}

#[test]
fn a_changed_input_needs_a_reason_and_shows_what_would_change() {
    let folder = published();
    approve(&folder);
    let before = folder.tree();
    for (lang, word) in [("zh", "--reason"), ("en", "--reason")] {
        let ran = folder.score(&["--lang", lang]).ended(2);
        assert!(ran.err.contains(word) && says_v001(&ran), "{}", ran.err);
        let everything = format!("{}{}", ran.out, ran.err);
        let row =
            everything.lines().find(|l| l.starts_with("| U03 ")).unwrap_or_else(|| panic!("no diff: {everything}"));
        assert!(row.contains("73.20") && row.contains("75.20"), "old and new total: {row}");
        assert!(!everything.lines().any(|l| l.contains("U01") && l.contains("->")), "U01 does not move: {everything}");
    }
    assert_eq!(folder.tree(), before, "nothing is written");
}

#[test]
fn with_a_reason_the_next_version_names_its_parent_and_the_parents_hash() {
    let folder = published();
    let first: Vec<Vec<u8>> = ARTEFACTS.iter().map(|n| folder.bytes(&format!("results/v001/{n}"))).collect();
    approve(&folder);
    folder.score(&["--reason", "复核后审定"]).ended(0);
    assert_eq!(names(&folder, "results"), ["v001", "v002"]);
    let manifest = folder.json("results/v002/manifest.json");
    assert_eq!(str_of(&manifest["version"]), "v002");
    assert_eq!(str_of(&manifest["parent"]["version"]), "v001");
    assert_eq!(str_of(&manifest["parent"]["sha256"]), sha256(&first[0]));
    assert_eq!(str_of(&manifest["reason"]), "复核后审定");
    let result = folder.json("results/v002/result.json");
    assert_eq!((str_of(&result["version"]), str_of(&result["parent"])), ("v002", "v001"));
    assert_eq!(str_of(&unit(&result, "U03")["total"]), "75.20");
    let after: Vec<Vec<u8>> = ARTEFACTS.iter().map(|n| folder.bytes(&format!("results/v001/{n}"))).collect();
    assert!(first == after, "the earlier version is untouched");
    assert!(folder.score(&[]).ended(0).err.contains("v002"));
}

#[test]
fn a_changed_model_also_needs_a_reason() {
    let folder = published();
    folder.edit("assess.toml", "points = 2\n", "points = 2 # 依据第三条\n");
    folder.score(&[]).ended(2);
    folder.score(&["--reason", "注明依据"]).ended(0);
    assert_eq!(names(&folder, "results"), ["v001", "v002"]);
}

#[test]
fn an_input_that_was_removed_or_added_needs_a_reason() {
    let folder = published();
    let register = folder.text(REGISTER_FILE);
    folder.remove(REGISTER_FILE);
    // Registered rows may be withdrawn, never be gone.
    folder.score(&[]).ended(1);
    folder.write(REGISTER_FILE, &register);
    assert!(says_v001(&folder.score(&[]).ended(0)), "back to the state of v001");
    folder.write(
        "registers/事项登记.csv",
        "编号,单位,代码,事由,级别,文件名称,文号,发文单位,发文日期,状态,审定文号,备注\n",
    );
    folder.score(&[]).ended(2);
    folder.score(&["--reason", "新登记表"]).ended(0);
    folder.remove("registers/事项登记.csv");
    folder.score(&[]).ended(2);
}

#[test]
fn a_rejected_run_after_a_version_leaves_everything_as_it_was() {
    let folder = published();
    folder.write("self-reports/U01.csv", &report("U01", 2, 41));
    let before = folder.tree();
    folder.score(&["--reason", "更正"]).ended(1);
    assert_eq!(folder.tree(), before);
}

#[test]
fn the_manifest_holds_every_input_and_output_by_hash() {
    let folder = published();
    let manifest = folder.json("results/v001/manifest.json");
    assert_eq!(str_of(&manifest["schema"]), "assess.manifest/1");
    assert_eq!(manifest["parent"], serde_json::Value::Null);
    assert_eq!(str_of(&manifest["as_of"]), "2026-01-20");
    assert!(str_of(&manifest["program"]).contains(env!("CARGO_PKG_VERSION")));
    assert_eq!(str_of(&manifest["model"]).len(), 64);
    let mut inputs = Vec::new();
    for input in list(&manifest["inputs"]) {
        let path = str_of(&input["path"]);
        let bytes = folder.bytes(path);
        assert_eq!(
            (str_of(&input["sha256"]), input["size"].as_u64()),
            (sha256(&bytes).as_str(), Some(bytes.len() as u64))
        );
        inputs.push(path.to_owned());
    }
    let there: Vec<String> = folder.tree().into_keys().filter(|p| !p.starts_with("results")).collect();
    inputs.sort();
    assert_eq!(inputs, there, "every file of the project");
    let outputs: Vec<&str> = list(&manifest["outputs"]).iter().map(|o| str_of(&o["path"])).collect();
    assert_eq!(outputs.len(), 3);
    for output in list(&manifest["outputs"]) {
        let bytes = folder.bytes(&format!("results/v001/{}", str_of(&output["path"])));
        assert_eq!(str_of(&output["sha256"]), sha256(&bytes));
    }
}

#[test]
fn a_draft_is_outside_the_chain_and_every_sheet_of_it_says_so() {
    let folder = small();
    folder.score(&["--draft"]).ended(0);
    assert_eq!(names(&folder, "results"), ["draft"]);
    assert_eq!(names(&folder, "results/draft"), ARTEFACTS);
    let result = folder.json("results/draft/result.json");
    assert_eq!((str_of(&result["version"]), &result["draft"]), ("draft", &true.into()));
    let books = Books::new(folder.root());
    let book = books.open("results/draft/result.xlsx");
    for (sheet, cells) in book.sheets() {
        assert!(cells.iter().any(|(_, text)| text.contains("草稿")), "sheet {sheet} is not marked");
    }
    folder.score(&[]).ended(0);
    assert_eq!(names(&folder, "results"), ["draft", "v001"]);
    assert_eq!(folder.json("results/v001/manifest.json")["parent"], serde_json::Value::Null);
    approve(&folder);
    folder.score(&["--draft"]).ended(0);
    assert_eq!(names(&folder, "results"), ["draft", "v001"], "a draft needs no reason and makes no version");
    assert_eq!(str_of(&unit(&folder.json("results/draft/result.json"), "U03")["total"]), "75.20");
}

#[test]
fn a_version_is_not_marked_as_a_draft() {
    let folder = published();
    let books = Books::new(folder.root());
    let book = books.open("results/v001/result.xlsx");
    for (sheet, cells) in book.sheets() {
        assert!(!cells.iter().any(|(_, text)| text.contains("草稿")), "{sheet}");
    }
    assert_eq!(folder.json("results/v001/result.json")["draft"], false);
}

#[test]
fn a_draft_does_not_excuse_errors() {
    let folder = small();
    folder.write("self-reports/U01.csv", &report("U01", 2, 41));
    folder.score(&["--draft"]).ended(1);
    assert!(!folder.has("results"));
}

#[test]
fn a_second_run_at_the_same_time_is_refused() {
    let folder = small();
    fs::create_dir(folder.path("results")).unwrap();
    let lock = File::create(folder.path("results/.lock")).unwrap();
    lock.try_lock().unwrap();
    for (lang, word) in [("zh", "另一个 assess"), ("en", "assess")] {
        let ran = folder.score(&["--lang", lang]).ended(2);
        assert!(ran.err.contains(word), "{}", ran.err);
        assert!(names(&folder, "results").is_empty());
    }
    drop(lock);
    folder.score(&[]).ended(0);
}

#[test]
fn leftovers_of_a_killed_run_are_swept_and_take_no_number() {
    let folder = small();
    folder.write("results/.staging-v001-4711/result.json", "{").write("results/.staging-old-4711/manifest.json", "{}");
    folder.score(&[]).ended(0);
    assert_eq!(names(&folder, "results"), ["v001"]);
}

#[test]
fn a_results_folder_that_cannot_be_made_exits_2_and_names_the_path() {
    let folder = small();
    folder.write("results", "a file where the folder should be");
    let ran = folder.score(&["--lang", "en"]).ended(2);
    assert!(ran.err.contains("results"), "{}", ran.err);
    assert_eq!(folder.text("results"), "a file where the folder should be");
}

#[test]
fn versions_are_numbered_on_past_the_newest() {
    let folder = published();
    for (n, version) in [(3, "v002"), (4, "v003")] {
        folder.write("self-reports/U03.csv", &report("U03", n, 40 - 2 * n));
        folder.score(&["--reason", "更正"]).ended(0);
        assert!(folder.has(&format!("results/{version}/manifest.json")));
    }
    let manifest = folder.json("results/v003/manifest.json");
    assert_eq!(str_of(&manifest["parent"]["sha256"]), sha256(&folder.bytes("results/v002/manifest.json")));
}

#[test]
fn a_version_that_was_tampered_with_is_noticed_before_it_becomes_a_parent() {
    let folder = published();
    folder.write("results/v001/manifest.json", "{ not json");
    approve(&folder);
    let ran = folder.score(&["--reason", "更正"]).ended(2);
    assert!(ran.err.contains("manifest.json"), "{}", ran.err);
    assert_eq!(names(&folder, "results"), ["v001"]);
}
