//! `assess verify`: a written version is what it was, follows from what it rests on, and stands in one chain (SPEC §10, §12).

use std::fs;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::runner::{Folder, Ran, assess, list, str_of};
use crate::small::{DELEGATES_FILE, REGISTER_FILE, small};

pub(crate) fn verify(folder: &Folder, more: &[&str]) -> Ran {
    let mut args = vec!["-C", folder.shown(), "verify", "--lang", "en"];
    args.extend_from_slice(more);
    assess(&args)
}

/// The differences of one kind, as file, place, found and expected.
pub(crate) fn of_kind(ran: &Ran, kind: &str) -> Vec<[String; 4]> {
    let report = ran.json();
    let of = |v: &Value, key: &str| list(&v[key]).to_vec();
    let versions = list(&report["versions"]).iter();
    let versions = versions.flat_map(|v| [of(v, "differences"), of(v, "input_differences")].concat());
    let all = versions.chain(of(&report["chain"], "differences")).chain(of(&report["feedback"], "differences"));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.filter(|d| d["kind"] == kind)
        .map(|d| [text(&d["file"]), text(&d["place"]), text(&d["found"]), text(&d["expected"])])
        .collect()
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes the manifest of a version agree with a file of it, as a forger would.
pub(crate) fn rehash(folder: &Folder, version: &str, name: &str) {
    let path = format!("results/{version}/manifest.json");
    let mut manifest = folder.json(&path);
    let bytes = folder.bytes(&format!("results/{version}/{name}"));
    for output in manifest["outputs"].as_array_mut().unwrap() {
        if output["path"] == name {
            output["sha256"] = sha256(&bytes).into();
            output["size"] = bytes.len().into();
        }
    }
    folder.write(&path, &format!("{}\n", serde_json::to_string_pretty(&manifest).unwrap()));
}

/// Makes the log, of one line, agree with the manifest of v001, as a forger would.
fn enter_again(folder: &Folder) {
    let mut line: Value = serde_json::from_str(folder.text("results/states.jsonl").trim_end()).unwrap();
    line["manifest"] = sha256(&folder.bytes("results/v001/manifest.json")).into();
    folder.write("results/states.jsonl", &format!("{line}\n"));
}

/// The small project with v001, and v002 after the bonus of U03 was approved: 73.20 becomes 75.20.
fn two_versions() -> Folder {
    let folder = small();
    folder.score(&[]).ended(0);
    folder.edit(REGISTER_FILE, "文明,,2,,通报", "文明,,2,2,通报").edit(
        REGISTER_FILE,
        "拟提,,",
        "工委审定,工委〔2026〕3号,",
    );
    folder.score(&["--reason", "复核后审定"]).ended(0);
    folder
}

/// Opens a workbook of a version, changes one cell, and saves it, as somebody at a desk would.
fn edit_cell(folder: &Folder, below: &str, sheet: &str, cell: &str, text: &str) {
    let path = folder.path(below);
    let mut book = umya_spreadsheet::reader::xlsx::read(&path).unwrap();
    book.get_sheet_by_name_mut(sheet).unwrap().get_cell_mut(cell).set_value(text);
    umya_spreadsheet::writer::xlsx::write(&book, &path).unwrap();
}

/// The small project with v001, in whose workbook somebody made 93.2 of the total 73.20: the cell, and what it said.
fn with_edited_total() -> (Folder, String, String) {
    let folder = small();
    folder.score(&[]).ended(0);
    let books = crate::cells::Books::new(folder.root());
    let book = books.open("results/v001/result.xlsx");
    let (sheet, cells) = book.sheets().into_iter().find(|(name, _)| *name == "排名").unwrap();
    let (cell, total) = cells.into_iter().find(|(_, text)| text.starts_with("73.2")).unwrap();
    let total = total.to_owned();
    edit_cell(&folder, "results/v001/result.xlsx", sheet, &cell, "93.2");
    let place = format!("{sheet}!{cell}");
    (folder, place, total)
}

#[test]
fn a_freshly_scored_project_is_clean() {
    for example in ["minimal", "panel", "city-2025"] {
        let folder = Folder::example(example);
        folder.score(&[]).ended(0);
        let before = folder.tree();
        let ran = verify(&folder, &["--format", "json"]).ended(0);
        let report = ran.json();
        assert_eq!((&report["schema"], &report["ok"]), (&"assess.verify/1".into(), &true.into()), "{example}");
        let version = &list(&report["versions"])[0];
        assert_eq!((str_of(&version["version"]), str_of(&version["from_files"])), ("v001", "same"), "{example}");
        // Every unit has at least base, plus, minus, total (exact and printed), two ranks and a grade to compare.
        let units = list(&folder.json("results/v001/result.json")["units"]).len() as u64;
        assert!(version["numbers"].as_u64().unwrap() > 11 * units, "{example}: {}", version["numbers"]);
        assert_eq!(version["inputs"]["same"].as_u64().unwrap() as usize, {
            let manifest = folder.json("results/v001/manifest.json");
            list(&manifest["inputs"]).len()
        });
        assert_eq!(folder.tree(), before, "verify writes nothing");
    }
}

#[test]
fn an_edited_workbook_is_named_by_sheet_and_cell() {
    let (folder, place, total) = with_edited_total();
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    let differing = of_kind(&ran, "cell");
    let [file, first, found, expected] = &differing[0];
    assert_eq!((file.as_str(), first, found.as_str()), ("results/v001/result.xlsx", &place, "93.2"));
    assert_eq!(expected, &total);
    assert_eq!(differing.len(), 1, "{differing:?}");
    assert_eq!(of_kind(&ran, "changed")[0][0], "results/v001/result.xlsx");
    // The same in the words of either language.
    for (lang, word) in [("zh", "单元格不符"), ("en", "cell differs")] {
        let ran = assess(&["-C", folder.shown(), "verify", "--lang", lang]).ended(1);
        let line = ran.out.lines().find(|line| line.contains(word)).unwrap_or_else(|| panic!("{}", ran.out));
        assert!(line.contains(&place) && line.contains("93.2"), "{line}");
    }
    // With a renewed fingerprint the workbook still does not say what the result says.
    rehash(&folder, "v001", "result.xlsx");
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    assert!(of_kind(&ran, "changed").is_empty());
    assert_eq!(of_kind(&ran, "cell")[0][1], place);
}

#[test]
fn a_workbook_is_compared_although_its_result_is_gone() {
    let (folder, place, total) = with_edited_total();
    fs::remove_file(folder.path("results/v001/result.json")).unwrap();
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    assert_eq!(of_kind(&ran, "missing")[0][0], "results/v001/result.json");
    // The input files give the result once more, and this says what the cell should say.
    let expected = ["results/v001/result.xlsx".to_owned(), place, "93.2".to_owned(), total];
    assert_eq!(of_kind(&ran, "cell"), [expected]);
}

#[test]
fn a_workbook_that_was_only_saved_again_is_told_as_such() {
    let folder = small();
    folder.score(&[]).ended(0);
    let path = folder.path("results/v001/result.xlsx");
    let book = umya_spreadsheet::reader::xlsx::read(&path).unwrap();
    umya_spreadsheet::writer::xlsx::write(&book, &path).unwrap();
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    assert_eq!(of_kind(&ran, "resaved")[0][0], "results/v001/result.xlsx");
    assert!(of_kind(&ran, "cell").is_empty() && of_kind(&ran, "changed").is_empty());
    assert!(verify(&folder, &[]).ended(1).out.contains("every cell still says what it did"));
}

#[test]
fn help_says_what_counts_as_a_difference() {
    for (lang, words) in
        [("en", ["SHA-256", "exit code 1", "newest version"]), ("zh", ["SHA-256", "退出码为 1", "当前版本"])]
    {
        let help = assess(&["verify", "--help", "--lang", lang]).ended(0).out.replace('\n', " ");
        assert!(words.iter().all(|word| help.contains(word)), "{help}");
    }
}

#[test]
fn one_flipped_byte_of_the_result_is_named_with_the_number() {
    let folder = small();
    folder.score(&[]).ended(0);
    // U03: base 73.20, nothing added or deducted; the published total is printed once.
    let text = folder.text("results/v001/result.json");
    let at = text.find("\"total\":\"73.20\"").unwrap();
    let flipped = format!("{}\"total\":\"74.20\"{}", &text[..at], &text[at + 15..]);
    folder.write("results/v001/result.json", &flipped);
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    assert_eq!(of_kind(&ran, "changed")[0][0], "results/v001/result.json");
    let value = ["results/v001/result.json", "units[U03].total", "74.20", "73.20"].map(str::to_owned);
    assert_eq!(of_kind(&ran, "value"), std::slice::from_ref(&value));
    assert!(of_kind(&ran, "number").contains(&value), "{:?}", of_kind(&ran, "number"));
    assert!(of_kind(&ran, "cell").is_empty(), "the workbook still says what was computed");
}

#[test]
fn a_changed_rating_is_named_by_its_line() {
    let folder = small();
    folder.score(&[]).ended(0);
    let text = folder.text("results/v001/ratings.csv");
    let line = text.lines().position(|line| line.contains(",U01,") && line.contains(",100,counted")).unwrap() + 1;
    folder.write("results/v001/ratings.csv", &text.replacen(",100,counted", ",90,counted", 1));
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    let [file, place, found, expected] = of_kind(&ran, "value")[0].clone();
    assert_eq!((file.as_str(), place), ("results/v001/ratings.csv", line.to_string()));
    assert!(found.contains(",90,counted") && expected.contains(",100,counted"), "{found} {expected}");
    // Its class mean no longer follows from the ratings either.
    assert!(of_kind(&ran, "number").iter().any(|d| d[1].starts_with("units[U01].components.meeting.ballots.classes")));
}

#[test]
fn removed_added_and_unreadable_files_are_named() {
    let folder = small();
    folder.score(&[]).ended(0);
    let whole = small();
    whole.score(&[]).ended(0);
    folder.remove("results/v001/ratings.csv").write("results/v001/备份.xlsx", "");
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    assert_eq!(of_kind(&ran, "missing")[0][0], "results/v001/ratings.csv");
    assert_eq!(of_kind(&ran, "added")[0][0], "results/v001/备份.xlsx");
    // What an open office program leaves there for a while is nothing.
    whole.write("results/v001/~$result.xlsx", "").write("results/v001/.~lock.result.xlsx#", "");
    verify(&whole, &[]).ended(0);
    whole.write("results/v001/manifest.json", "{");
    let ran = verify(&whole, &["--format", "json"]).ended(1);
    assert_eq!(of_kind(&ran, "manifest")[0][0], "results/v001/manifest.json");
    whole.remove("results/v001/manifest.json");
    let ran = verify(&whole, &["--format", "json"]).ended(1);
    assert_eq!(of_kind(&ran, "missing")[0][0], "results/v001/manifest.json");
}

#[test]
fn a_manifest_that_was_edited_breaks_the_chain_of_the_version_after_it() {
    let folder = two_versions();
    verify(&folder, &["v002"]).ended(0);
    let old = sha256(&folder.bytes("results/v001/manifest.json"));
    let program = format!("assess {}", env!("CARGO_PKG_VERSION"));
    folder.edit("results/v001/manifest.json", &program, "assess 9.9.9");
    let new = sha256(&folder.bytes("results/v001/manifest.json"));
    for version in ["v001", "v002"] {
        let ran = verify(&folder, &[version, "--format", "json"]).ended(1);
        let link = ["results/v002/manifest.json".to_owned(), "parent.sha256".to_owned(), old.clone(), new.clone()];
        // The seal is over the manifest, and each version also stands in the log as it was written.
        let chain = of_kind(&ran, "chain");
        assert_eq!((chain[0].clone(), chain[1][1].as_str(), chain.len()), (link, "parent.seal", 2));
        let line = ["results/states.jsonl", "1", "other-manifest", &format!("v001 {new}")].map(str::to_owned);
        assert_eq!(of_kind(&ran, "state"), [line]);
    }
    // A version that was taken out leaves a gap.
    fs::remove_dir_all(folder.path("results/v001")).unwrap();
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    assert_eq!(of_kind(&ran, "chain")[0][1..], ["parent.version", "v001", "—"].map(str::to_owned));
}

#[test]
fn inputs_that_changed_are_named_and_weigh_only_on_the_newest_version() {
    let folder = two_versions();
    // The register changed between the two versions: that is how versions come about.
    let ran = verify(&folder, &["v001", "--format", "json"]).ended(0);
    assert_eq!(of_kind(&ran, "input-changed")[0][0], REGISTER_FILE);
    assert_eq!(list(&ran.json()["versions"])[0]["from_files"], "impossible");
    let both = verify(&folder, &["--all"]).ended(0);
    assert!(both.out.contains(&format!("input changed  {REGISTER_FILE}")), "{}", both.out);
    // Now also behind the newest one.
    folder.append(DELEGATES_FILE, "代表,D4,,U01,好").remove("self-reports/U02.csv");
    folder.write("verified/核定.csv", "单位,指标代码,核定值\n");
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    assert_eq!(of_kind(&ran, "input-changed")[0][0], DELEGATES_FILE);
    assert_eq!(of_kind(&ran, "input-gone")[0][0], "self-reports/U02.csv");
    assert_eq!(of_kind(&ran, "input-new")[0][0], "verified/核定.csv");
    verify(&folder, &["v001"]).ended(0);
    verify(&folder, &["--all"]).ended(1);
}

#[test]
fn an_earlier_version_is_computed_again_without_the_files_that_came_later() {
    let folder = small();
    folder.score(&[]).ended(0);
    folder.write(
        "registers/更正登记.csv",
        "编号,单位,位置,旧值,新值,理由,文号,状态\n1,U03,1.1,28,30,复核,工委〔2026〕4号,工委审定\n",
    );
    folder.score(&["--reason", "更正"]).ended(0);
    let ran = verify(&folder, &["v001", "--format", "json"]).ended(0);
    assert_eq!(of_kind(&ran, "input-new")[0][0], "registers/更正登记.csv");
    assert_eq!(list(&ran.json()["versions"])[0]["from_files"], "same");
    verify(&folder, &["--all"]).ended(0);
}

#[test]
fn a_forged_total_with_renewed_fingerprints_does_not_follow_from_its_parts() {
    let folder = small();
    folder.score(&[]).ended(0);
    // Everywhere where the total of U03 stands, 73.2 = 366/5 becomes 93.2 = 466/5; the inputs are out of reach.
    let mut result = folder.raw("results/v001/result.json");
    let unit = result["units"].as_array_mut().unwrap().iter_mut().find(|u| u["code"] == "U03").unwrap();
    assert_eq!((str_of(&unit["total"]), str_of(&unit["exact"]["total"])), ("73.20", "366/5"));
    unit["total"] = "93.20".into();
    unit["exact"]["total"] = "466/5".into();
    folder.write("results/v001/result.json", &format!("{}\n", serde_json::to_string_pretty(&result).unwrap()));
    rehash(&folder, "v001", "result.json");
    folder.remove("self-reports/U03.csv");
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    assert!(of_kind(&ran, "changed").is_empty(), "every fingerprint is right");
    let numbers = of_kind(&ran, "number");
    let first = ["results/v001/result.json", "units[U03].exact.total", "93.2", "73.2"].map(str::to_owned);
    assert_eq!(numbers[0], first);
    // 93.20 would also be the best total of the group and reach the best grade.
    for place in ["units[U03].rank_group", "units[U03].threshold"] {
        assert!(numbers.iter().any(|d| d[1] == place), "{place}: {numbers:?}");
    }
    let ran = verify(&folder, &[]).ended(1);
    let told = ran.out.lines().find(|l| l.contains("units[U03].exact.total")).unwrap();
    assert!(told.contains("93.2") && told.contains("73.2"), "{told}");
    assert!(ran.out.contains(&format!("{} more", numbers.len() - 1)), "{}", ran.out);
}

#[test]
fn a_forged_result_that_is_consistent_in_itself_does_not_follow_from_the_files() {
    let folder = small();
    folder.score(&[]).ended(0);
    let mut result = folder.raw("results/v001/result.json");
    let unit = result["units"].as_array_mut().unwrap().iter_mut().find(|u| u["code"] == "U01").unwrap();
    unit["contact"] = "王五".into();
    unit["leaves"][0]["note"] = "补记".into();
    folder.write("results/v001/result.json", &format!("{}\n", serde_json::to_string_pretty(&result).unwrap()));
    rehash(&folder, "v001", "result.json");
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    let places: Vec<String> = of_kind(&ran, "recomputed").into_iter().map(|d| d[1].clone()).collect();
    assert_eq!(places, ["units[U01].contact", "units[U01].leaves[1.1].note"]);
}

#[test]
fn csv_has_a_row_for_every_difference_and_usage_is_told() {
    let folder = small();
    let ran = verify(&folder, &[]).ended(2);
    assert!(ran.err.contains("assess score"), "{}", ran.err);
    folder.score(&[]).ended(0);
    let clean = verify(&folder, &["--format", "csv"]).ended(0).out;
    assert_eq!(clean, "version,kind,file,place,found,expected\n");
    folder.remove("results/v001/ratings.csv");
    let csv = verify(&folder, &["--format", "csv"]).ended(1).out;
    assert!(csv.lines().any(|line| line.starts_with("v001,missing,results/v001/ratings.csv,,—,")), "{csv}");
    let ran = verify(&folder, &["v007"]).ended(2);
    assert!(ran.err.contains("v007") && ran.err.contains("v001"), "{}", ran.err);
    verify(&folder, &["v001", "--all"]).ended(2);
}

#[test]
fn of_a_version_of_another_program_numbers_and_grades_count_and_titles_do_not() {
    let folder = small();
    folder.score(&[]).ended(0);
    let program = format!("assess {}", env!("CARGO_PKG_VERSION"));
    folder.edit("results/v001/manifest.json", &program, "assess 0.0.1");
    folder.edit("results/v001/result.json", &program, "assess 0.0.1");
    rehash(&folder, "v001", "result.json");
    edit_cell(&folder, "results/v001/result.xlsx", "排名", "A1", "标题");
    rehash(&folder, "v001", "result.xlsx");
    enter_again(&folder);
    verify(&folder, &[]).ended(0);
    // U03 is third: its total of 73.20 and its grade stand in the third row below the header of the ranking.
    let whole = folder.bytes("results/v001/result.xlsx");
    let result = folder.json("results/v001/result.json");
    let grade = str_of(&list(&result["units"])[2]["grade"]);
    for (cell, found, was) in [("E6", "83.2", "73.2"), ("L6", "特优", grade)] {
        fs::write(folder.path("results/v001/result.xlsx"), &whole).unwrap();
        edit_cell(&folder, "results/v001/result.xlsx", "排名", cell, found);
        rehash(&folder, "v001", "result.xlsx");
        enter_again(&folder);
        let ran = verify(&folder, &["--format", "json"]).ended(1);
        let place = ["results/v001/result.xlsx".to_owned(), format!("排名!{cell}"), found.to_owned(), was.to_owned()];
        assert_eq!(of_kind(&ran, "cell"), [place]);
    }
}

#[test]
fn feedback_folders_are_what_was_written_and_belong_to_their_version() {
    let folder = two_versions();
    folder.run("feedback", &["-q", "--version", "v001"]).ended(0);
    folder.run("feedback", &["-q"]).ended(0);
    folder.run("feedback", &["-q", "--changed"]).ended(0);
    folder.write("feedback/寄送记录/名单.txt", "somebody's own");
    folder.write("feedback/v002/~$U01.xlsx", "open").write("feedback/v002/.DS_Store", "");
    let clean = verify(&folder, &["--format", "json"]).ended(0).json();
    // Besides the workbooks the manifest, and the list beside the folder.
    let count = |name: &str| list(&folder.json(&format!("{name}/manifest.json"))["files"]).len() + 2;
    let names: Vec<&str> = list(&clean["feedback"]["folders"]).iter().map(|name| str_of(name)).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let files: usize = names.iter().map(|name| count(name)).sum();
    assert_eq!(clean["feedback"]["files"], files);
    let said = verify(&folder, &[]).ended(0).out;
    assert!(said.contains(&format!("feedback: 3 folders; {files} files, {} of them made again", files - 3)), "{said}");

    // One workbook edited, one gone, one put in: each is told by its name, and the run ends with 1.
    let own: Vec<String> = folder.tree().into_keys().filter(|path| path.starts_with("feedback/v001/U")).collect();
    edit_cell(&folder, &own[0], "反馈书", "A1", "优秀单位");
    folder.remove(&own[1]).write("feedback/v001/补充.xlsx", "x");
    for args in [&[][..], &["v001"], &["--all"]] {
        let ran = verify(&folder, &[args, &["--format", "csv"]].concat()).ended(1);
        let kinds = [("changed", own[0].as_str()), ("missing", &own[1]), ("added", "feedback/v001/补充.xlsx")];
        for (kind, file) in kinds {
            assert!(ran.out.lines().any(|line| line.starts_with(&format!(",{kind},{file},"))), "{kind}: {}", ran.out);
        }
    }
    verify(&folder, &["v002"]).ended(0);
    folder.write("feedback/v002_发放登记.xlsx", "x").remove("feedback/v002-变更_发放登记.xlsx");
    let ran = verify(&folder, &["v002", "--format", "csv"]).ended(1).out;
    for line in [",changed,feedback/v002_发放登记.xlsx,", ",missing,feedback/v002-变更_发放登记.xlsx,"] {
        assert!(ran.lines().any(|found| found.starts_with(line)), "{line}: {ran}");
    }
    let said = verify(&folder, &[]).ended(1).out;
    assert!(said.contains(&format!("file changed  {}", own[0])), "{said}");
    // The edited cell is named, with what it said.
    let cell = said.lines().find(|line| line.contains(&format!("cell differs  {} 反馈书!A1", own[0])));
    assert!(cell.is_some_and(|line| line.contains("\"优秀单位\", expected \"")), "{said}");
}

#[test]
fn feedback_of_another_result_is_told() {
    let folder = two_versions();
    folder.run("feedback", &["-q", "--version", "v001"]).ended(0);
    let path = "feedback/v001/manifest.json";
    let text = folder.text(path);
    let hash = str_of(&folder.json(path)["result"]).to_owned();
    folder.write(path, &text.replace(&hash, &"0".repeat(64)));
    let ran = verify(&folder, &["v001", "-v"]).ended(1);
    assert!(ran.out.contains("chain broken  feedback/v001/manifest.json result:"), "{}", ran.out);
    folder.write(path, &text.replace("\"version\": \"v001\"", "\"version\": \"v009\""));
    let ran = verify(&folder, &["-v"]).ended(1);
    assert!(ran.out.contains("feedback/v001/manifest.json version: \"v009\""), "{}", ran.out);
    folder.write(path, "{}");
    let ran = verify(&folder, &[]).ended(1);
    assert!(ran.out.contains("manifest  feedback/v001/manifest.json"), "{}", ran.out);
    folder.remove(path);
    let ran = verify(&folder, &[]).ended(1);
    assert!(ran.out.contains("file missing  feedback/v001/manifest.json"), "{}", ran.out);
}

#[test]
fn letters_are_made_again_as_they_were_when_others_had_been_told_and_others_not_yet() {
    let folder = two_versions();
    // Letters of v001 after those of v002, then letters of what changed, and interim ones of a draft.
    folder.run("feedback", &["-q"]).ended(0);
    folder.run("feedback", &["-q", "--version", "v001"]).ended(0);
    let mark = ["-C", folder.shown(), "mark", "v001", "公示", "--document", "d", "--date", "2026-02-01"];
    assess(&mark).ended(0);
    folder.run("feedback", &["-q", "--changed"]).ended(0);
    folder.append(DELEGATES_FILE, "代表,D4,,U01,好");
    folder.score(&["-q", "--draft"]).ended(0);
    folder.run("feedback", &["-q", "--version", "draft", "--period", "补评"]).ended(0);
    folder.score(&["-q", "--draft"]).ended(0);
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    let report = ran.json();
    assert_eq!((&report["version_differs"], &report["inputs_differ"]), (&false.into(), &true.into()), "{}", ran.out);
    let folders = list(&report["feedback"]["folders"]);
    let of = |folder_: &Value| list(&folder.json(&format!("{}/manifest.json", str_of(folder_)))["files"]).len() + 1;
    assert_eq!(
        (folders.len(), report["feedback"]["made_again"].as_u64().unwrap() as usize),
        (4, folders.iter().map(of).sum())
    );
}

#[test]
fn letters_of_another_program_are_held_against_the_numbers_of_their_result() {
    let folder = small();
    folder.score(&["-q"]).ended(0);
    folder.run("feedback", &["-q"]).ended(0);
    let own = format!("assess {}", env!("CARGO_PKG_VERSION"));
    let path = "feedback/v001/manifest.json";
    folder.edit(path, &own, "assess 0.0.1");
    let enter = || {
        let log = folder.text("results/states.jsonl");
        let (first, last) = log.trim_end().split_once('\n').unwrap();
        let mut line: Value = serde_json::from_str(last).unwrap();
        line["manifest"] = sha256(&folder.bytes(path)).into();
        folder.write("results/states.jsonl", &format!("{first}\n{line}\n"));
    };
    enter();
    verify(&folder, &[]).ended(0);
    // U03 has 28 of 40 points at 1.1; another word in a title is nothing, another number is.
    let letter = folder.tree().into_keys().find(|path| path.starts_with("feedback/v001/U03")).unwrap();
    let rehash = || {
        let mut manifest = folder.json(path);
        for file in manifest["files"].as_array_mut().unwrap() {
            let bytes = folder.bytes(&format!("feedback/v001/{}", str_of(&file["path"])));
            (file["sha256"], file["size"]) = (sha256(&bytes).into(), bytes.len().into());
        }
        folder.write(path, &format!("{}\n", serde_json::to_string_pretty(&manifest).unwrap()));
        enter();
    };
    edit_cell(&folder, &letter, "得分明细", "A1", "明细");
    rehash();
    verify(&folder, &[]).ended(0);
    let cell = points_of(&folder.path(&letter), "得分明细", "1.1", "28");
    edit_cell(&folder, &letter, "得分明细", &cell, "38");
    rehash();
    let ran = verify(&folder, &["--format", "json"]).ended(1);
    assert_eq!(of_kind(&ran, "cell"), [[letter, format!("得分明细!{cell}"), "38".to_owned(), "28".to_owned()]]);
}

/// The cell of a row that holds a value.
fn points_of(path: &std::path::Path, sheet: &str, first: &str, value: &str) -> String {
    let book = umya_spreadsheet::reader::xlsx::read(path).unwrap();
    let sheet = book.get_sheet_by_name(sheet).unwrap();
    let cells = sheet.get_cell_collection();
    let row = cells.iter().find(|cell| cell.get_value() == first).unwrap().get_coordinate().get_row_num();
    let found = cells.iter().find(|cell| cell.get_coordinate().get_row_num() == row && cell.get_value() == value);
    found.unwrap().get_coordinate().get_coordinate()
}

#[test]
fn forms_and_letters_elsewhere_are_named_with_what_stands_there() {
    let (folder, elsewhere) = (small(), Folder::empty());
    folder.score(&["-q"]).ended(0);
    folder.run("template", &["-q"]).ended(0);
    let out = elsewhere.path("寄出");
    folder.run("feedback", &["-q", "--out", out.to_str().unwrap()]).ended(0);
    let report = verify(&folder, &["--format", "json"]).ended(0).json();
    let forms = &list(&report["forms"])[0];
    assert_eq!((str_of(&forms["folder"]), str_of(&forms["standing"])), ("templates", "same"));
    assert_eq!(report["feedback"]["made_again"], 4, "three letters and the list");
    // A changed letter is found there as well; one that went away with its folder is only named.
    let letter = elsewhere.tree().into_keys().find(|path| path.starts_with("寄出/U01")).unwrap();
    elsewhere.write(&letter, "x");
    assert!(verify(&folder, &[]).ended(1).out.contains("file changed"));
    fs::remove_dir_all(elsewhere.root()).unwrap();
    fs::remove_dir_all(folder.path("templates")).unwrap();
    let said = verify(&folder, &[]).ended(0).out;
    assert!(said.contains("not there now: ") && said.contains("in templates, no longer there"), "{said}");
    folder.run("template", &["-q", "--kind", "register"]).ended(0);
    assert!(verify(&folder, &[]).ended(0).out.contains("in templates, as written"));
    folder.append("templates/manifest.json", " ");
    assert!(verify(&folder, &[]).ended(0).out.contains("in templates, changed since"));
}
