//! Seals: what stands in footers and minutes is the hash that docs/proof.md defines, and is known again.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::runner::{Folder, Ran, assess, list, str_of};
use crate::small::{DELEGATES_FILE, small};

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first twenty digits in groups of four.
fn seal(bytes: &[u8]) -> String {
    let digits = sha256(bytes);
    (0..5).map(|group| &digits[group * 4..][..4]).collect::<Vec<_>>().join("-")
}

/// The content seal by the words of the page: the manifest with its keys in order, without blanks, without what it leaves out.
fn content(folder: &Folder, version: &str) -> String {
    let mut manifest = folder.json(&format!("results/{version}/manifest.json"));
    let fields = manifest.as_object_mut().unwrap();
    fields.remove("states");
    if let Some(parent) = fields["parent"].as_object_mut() {
        parent.remove("sha256");
    }
    let is_kept = |output: &Value| ["result.json", "ratings.csv"].contains(&str_of(&output["path"]));
    fields["outputs"].as_array_mut().unwrap().retain(is_kept);
    seal(manifest.to_string().as_bytes())
}

fn mark(folder: &Folder, more: &[&str]) -> Ran {
    assess(&[&["-C", folder.shown(), "mark", "--lang", "en"], more].concat())
}

fn verify(folder: &Folder, seal: &str) -> Ran {
    assess(&["-C", folder.shown(), "verify", "--lang", "en", "--seal", seal])
}

/// The footers of every sheet of a workbook that people see.
fn footers(path: &Path) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut footers = Vec::new();
    for name in names.iter().filter(|name| name.starts_with("xl/worksheets/sheet")) {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        let footer = text.split_once("<oddFooter>").and_then(|(_, rest)| rest.split_once("</oddFooter>"));
        // Hidden sheets have none.
        footers.extend(footer.map(|(footer, _)| footer.to_owned()));
    }
    footers
}

fn scored() -> Folder {
    let folder = small();
    folder.score(&["-q"]).ended(0);
    folder
}

#[test]
fn the_content_seal_stands_in_every_footer() {
    let folder = scored();
    folder.run("feedback", &["-q"]).ended(0);
    let notice = Folder::empty();
    folder.score(&["-q", "--public", notice.path("公示.xlsx").to_str().unwrap()]).ended(0);
    let seal = content(&folder, "v001");
    let mut books = vec![(folder.path("results/v001/result.xlsx"), 13), (notice.path("公示.xlsx"), 1)];
    books.extend(folder.tree().into_keys().filter(|p| p.starts_with("feedback/v001/U")).map(|p| (folder.path(&p), 6)));
    books.push((folder.path("feedback/v001_发放登记.xlsx"), 1));
    assert_eq!(books.len(), 6);
    for (path, sheets) in books {
        let footers = footers(&path);
        assert_eq!(footers.len(), sheets, "{}", path.display());
        assert!(footers.iter().all(|footer| footer.contains(&format!("核验码 {seal}"))), "{footers:?}");
    }
    let report = assess(&["-C", folder.shown(), "verify", "--format", "json"]).ended(0).json();
    assert_eq!(str_of(&list(&report["versions"])[0]["seal"]), seal);
}

#[test]
fn a_seal_says_which_version_and_state_it_belongs_to() {
    let folder = scored();
    let first = content(&folder, "v001");
    let ran = mark(&folder, &["v001", "public", "--document", "N 1", "--date", "2026-02-01"]).ended(0);
    let line = folder.text("results/states.jsonl").lines().last().unwrap().to_owned();
    let state = seal(format!("{first}\n{line}").as_bytes());
    assert!(ran.out.contains(&format!("state seal {state}")), "{}", ran.out);
    folder.append(DELEGATES_FILE, "代表,D4,,U01,好");
    folder.score(&["-q", "--reason", "补一票"]).ended(0);
    let second = content(&folder, "v002");
    assert_ne!(first, second);
    for (typed, said) in [
        (first.clone(), "the content of v001".to_owned()),
        (second.to_uppercase().replace('-', ""), "the content of v002".to_owned()),
        (
            state.replace('-', " "),
            "v001, public (2026-02-01, N 1), line 2 of the log; no state was recorded after".to_owned(),
        ),
    ] {
        let ran = verify(&folder, &typed).ended(0);
        assert!(ran.out.lines().next().unwrap().contains(&said), "{}", ran.out);
    }
    mark(&folder, &["v002", "public", "--document", "N 2", "--date", "2026-02-03"]).ended(0);
    let ran = verify(&folder, &state).ended(0);
    assert!(ran.out.contains("states recorded after it: 1"), "{}", ran.out);
    // A seal of nothing, one that is none, and one beside a version.
    let ran = verify(&folder, "0000-0000-0000-0000-0000").ended(1);
    assert!(ran.out.contains("belongs to no version and no state"), "{}", ran.out);
    let ran = verify(&folder, &first[1..]).ended(2);
    assert!(ran.err.contains("20 hexadecimal digits"), "{}", ran.err);
    assess(&["-C", folder.shown(), "verify", "v001", "--seal", &first]).ended(2);
    let json = assess(&["-C", folder.shown(), "verify", "--seal", &state, "--format", "json"]).ended(0).json();
    let belongs = &json["seal"]["belongs"];
    assert_eq!(
        (str_of(&belongs["to"]), str_of(&belongs["version"]), belongs["later"].as_u64()),
        ("state", "v001", Some(1))
    );
    // The version that a seal belongs to is verified: here its workbook was touched.
    folder.append("results/v001/ratings.csv", "x");
    assert!(verify(&folder, &state).ended(1).out.contains("file changed  results/v001/ratings.csv"));
    verify(&folder, &second).ended(0);
}

#[test]
fn letters_of_a_draft_are_known_by_its_seal_when_it_is_gone() {
    let folder = small();
    folder.score(&["-q", "--draft"]).ended(0);
    folder.run("feedback", &["-q", "--period", "上半年"]).ended(0);
    let seal = content(&folder, "draft");
    assert!(verify(&folder, &seal).ended(0).out.contains("the content of draft"));
    folder.append(DELEGATES_FILE, "代表,D4,,U01,好");
    folder.score(&["-q", "--draft"]).ended(0);
    let said = verify(&folder, &seal).ended(1).out;
    assert!(said.contains("only the letters in feedback/中期 上半年 draft"), "{said}");
}

#[test]
fn a_seal_that_only_a_manifest_of_letters_names_belongs_to_nothing() {
    let folder = small();
    folder.score(&["-q"]).ended(0);
    let letters = r#"{"schema":"assess.feedback/1","version":"draft","result":"00","seal":"1111-2222-3333-4444-5555",
        "period":"x","letters":"xlsx","program":"assess 0.1.0","units":[],"files":[],"beside":[]}"#;
    folder.write("feedback/z/manifest.json", letters);
    let said = verify(&folder, "1111-2222-3333-4444-5555").ended(1).out;
    assert!(said.contains("feedback/z say that they were made from it, which proves nothing"), "{said}");
}

#[test]
fn no_state_is_marked_on_a_log_that_lost_its_versions() {
    for gone in ["results/states.jsonl", "results/v001/manifest.json"] {
        let folder = small();
        folder.score(&["-q"]).ended(0);
        folder.append(DELEGATES_FILE, "代表,D4,,U01,好");
        folder.score(&["-q", "--reason", "补交"]).ended(0);
        folder.remove(gone);
        let refused = mark(&folder, &["v002", "initial"]).ended(2);
        assert!(refused.err.contains("assess verify"), "{gone}: {}", refused.err);
        assert!(gone != "results/states.jsonl" || !folder.has(gone), "nothing was written");
    }
}

#[test]
fn the_seal_file_is_a_new_text_file_that_holds_both_seals() {
    let (folder, elsewhere) = (scored(), Folder::empty());
    let before = folder.tree();
    let refused = |path: &Path, said: &str| {
        let ran = mark(&folder, &["v001", "initial", "--date", "2026-02-01", "--seal-file", path.to_str().unwrap()]);
        let ran = ran.ended(2);
        assert!(ran.err.contains(said), "{}", ran.err);
    };
    elsewhere.write("there.txt", "somebody's own");
    refused(&elsewhere.path("there.txt"), "exists already");
    refused(&elsewhere.path("seals.xlsx"), ".txt");
    refused(&elsewhere.path("no/seals.txt"), "no");
    refused(&folder.path("results/v001/seals.txt"), "directly in the project folder");
    assert_eq!(folder.tree(), before, "nothing was recorded");
    let path = elsewhere.path("seals.txt");
    mark(&folder, &["v001", "initial", "--date", "2026-02-01", "--seal-file", path.to_str().unwrap()]).ended(0);
    let line = folder.text("results/states.jsonl").lines().last().unwrap().to_owned();
    let (content, text) = (content(&folder, "v001"), fs::read_to_string(&path).unwrap());
    let expected = format!(
        "Seals of an assessment (assess.seal/1)\nassessment: 小项目\nversion: v001\ncontent seal: {content}\n\
         SHA-256 of results/v001/manifest.json: {}\nstate: initial\ndate: 2026-02-01\ndocument: —\nstate seal: {}\n\
         SHA-256 of results/states.jsonl line 2: {}\n",
        sha256(&folder.bytes("results/v001/manifest.json")),
        seal(format!("{content}\n{line}").as_bytes()),
        sha256(line.as_bytes()),
    );
    assert_eq!(text, expected);
}
