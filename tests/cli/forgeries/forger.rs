//! A forger who has this program: what he changes, and how he makes hashes, seals, workbook and log agree with it.

use std::fs;

use assess::publish::Manifest;
use assess::publish::feedback::FeedbackManifest;
use assess::result::outcome::Outcome;
use assess::result::seal::Seal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::runner::{Folder, str_of};

/// The log.
pub(super) const LOG: &str = "results/states.jsonl";

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a manifest as the program writes it.
pub(super) fn document<T: DeserializeOwned + Serialize>(folder: &Folder, path: &str, value: Value) {
    let typed: T = serde_json::from_value(value).unwrap();
    fs::write(folder.path(path), assess::write::json::text(&typed).unwrap()).unwrap();
}

/// The lines of the log.
pub(super) fn lines(folder: &Folder) -> Vec<Value> {
    folder.text(LOG).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Changes the result of v002.
pub(super) fn result(folder: &Folder, change: impl FnOnce(&mut Value)) {
    let mut result = folder.raw("results/v002/result.json");
    change(&mut result);
    let typed: Outcome = serde_json::from_value(result).unwrap();
    fs::write(folder.path("results/v002/result.json"), assess::write::json::bytes(&typed).unwrap()).unwrap();
}

/// A unit of a result.
pub(super) fn unit<'v>(result: &'v mut Value, code: &str) -> &'v mut Value {
    result["units"].as_array_mut().unwrap().iter_mut().find(|unit| unit["code"] == code).unwrap()
}

/// Steps of a path that may be changed.
pub(super) fn path(unit: &mut Value) -> &mut Vec<Value> {
    unit["path"].as_array_mut().unwrap()
}

/// The fields of the first step of a kind.
pub(super) fn step<'v>(unit: &'v mut Value, kind: &str) -> &'v mut Value {
    path(unit).iter_mut().find_map(|step| step.get_mut(kind)).unwrap()
}

/// Puts another step in the place of the first one of a kind.
pub(super) fn replace(unit: &mut Value, kind: &str, other: Value) {
    *path(unit).iter_mut().find(|step| step.get(kind).is_some()).unwrap() = other;
}

/// A quota of a result.
pub(super) fn quota<'v>(result: &'v mut Value, group: &str, grade: &str) -> &'v mut Value {
    let index = |list: &Value, is: &dyn Fn(&Value) -> bool| list.as_array().unwrap().iter().position(is).unwrap();
    let group = index(&result["groups"], &|own| own == group);
    let grade = index(&result["model"]["grades"], &|own| own["name"] == grade);
    let quotas = result["quotas"].as_array_mut().unwrap();
    &mut quotas.iter_mut().find(|own| own["group"] == group && own["grade"] == grade).unwrap()["seats"]
}

/// Takes all inputs away but model, indicators and roster, without which there is no project.
pub(super) fn inputs_gone(folder: &Folder) {
    for below in ["ballots", "self-reports", "verified", "tallies", "pages", "registers"] {
        let path = folder.path(below);
        if path.exists() {
            fs::remove_dir_all(path).unwrap();
        }
    }
}

/// Makes the manifest of a version agree with its files, but for the workbook.
fn rehash(folder: &Folder, version: &str) {
    let path = format!("results/{version}/manifest.json");
    let mut manifest = folder.json(&path);
    for output in manifest["outputs"].as_array_mut().unwrap() {
        let bytes = folder.bytes(&format!("results/{version}/{}", str_of(&output["path"])));
        output["sha256"] = sha256(&bytes).into();
        output["size"] = bytes.len().into();
    }
    document::<Manifest>(folder, &path, manifest);
}

/// Makes everything agree with the result and the ratings of v002: the workbook too.
pub(super) fn renew(folder: &Folder) {
    rehash(folder, "v002");
    let outcome = serde_json::from_slice(&folder.bytes("results/v002/result.json")).unwrap();
    let document = assess::documents::report::sealed(
        assess::documents::report::result(&outcome),
        &content(folder, "v002"),
        outcome.model.language,
    );
    fs::write(folder.path("results/v002/result.xlsx"), assess::write::workbook::bytes(&document).unwrap()).unwrap();
    renew_hashes(folder);
}

/// Makes every hash agree with the files as they are, workbooks and letters included, and the log with the hashes.
pub(super) fn renew_hashes(folder: &Folder) {
    rehash(folder, "v002");
    let letters = "feedback/v001/manifest.json";
    if folder.has(letters) {
        let mut manifest = folder.json(letters);
        let files = manifest["files"].as_array_mut().unwrap();
        for file in &mut *files {
            let bytes = folder.bytes(&format!("feedback/v001/{}", str_of(&file["path"])));
            file["sha256"] = sha256(&bytes).into();
            file["size"] = bytes.len().into();
        }
        document::<FeedbackManifest>(folder, letters, manifest);
    }
    rechain(folder, lines(folder));
}

/// Writes a log of these lines in which every hash is right, and the manifests that hold hashes of lines.
pub(super) fn rechain(folder: &Folder, mut lines: Vec<Value>) {
    let mut before: Option<String> = None;
    for line in &mut lines {
        let of = match str_of(&line["entry"]) {
            "feedback" => str_of(&line["folder"]).to_owned(),
            _ => format!("results/{}", str_of(&line["version"])),
        };
        let path = format!("{of}/manifest.json");
        if line["entry"] == "version" && before.is_some() {
            let mut manifest = folder.json(&path);
            manifest["states"] = before.clone().into();
            document::<Manifest>(folder, &path, manifest);
        }
        line["manifest"] = sha256(&folder.bytes(&path)).into();
        if line["entry"] == "feedback" {
            line["files"] = folder.json(&path)["files"].as_array().unwrap().len().into();
        }
        line["previous"] = before.into();
        before = Some(sha256(line.to_string().as_bytes()));
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    folder.write(LOG, &text);
}

/// The content seal of a version.
pub(super) fn content(folder: &Folder, version: &str) -> Seal {
    let manifest: Manifest =
        serde_json::from_slice(&folder.bytes(&format!("results/{version}/manifest.json"))).unwrap();
    manifest.seal()
}

/// Opens a workbook, changes one cell, and saves it.
pub(super) fn cell(folder: &Folder, below: &str, sheet: &str, cell: &str, text: &str) {
    let path = folder.path(below);
    let mut book = umya_spreadsheet::reader::xlsx::read(&path).unwrap();
    book.get_sheet_by_name_mut(sheet).unwrap().get_cell_mut(cell).set_value(text);
    umya_spreadsheet::writer::xlsx::write(&book, &path).unwrap();
}

/// Changes the first digit of the first sentence of a workbook that has one.
pub(super) fn sentence(folder: &Folder, below: &str) {
    let path = folder.path(below);
    let mut book = umya_spreadsheet::reader::xlsx::read(&path).unwrap();
    let cells = book.get_sheet_collection_mut().iter_mut().flat_map(|sheet| sheet.get_cell_collection_mut());
    let is_sentence = |text: &str| text.chars().count() > 20 && text.contains(|letter: char| letter.is_ascii_digit());
    let cell = cells.into_iter().find(|cell| is_sentence(&cell.get_value())).unwrap();
    let text = cell.get_value().into_owned();
    let at = text.find(|letter: char| letter.is_ascii_digit()).unwrap();
    let other = if &text[at..=at] == "9" { "8" } else { "9" };
    cell.set_value(format!("{}{other}{}", &text[..at], &text[at + 1..]));
    umya_spreadsheet::writer::xlsx::write(&book, &path).unwrap();
}

/// Changes a manifest.
pub(super) fn manifest<T: DeserializeOwned + Serialize>(folder: &Folder, path: &str, change: impl FnOnce(&mut Value)) {
    let mut manifest = folder.json(path);
    change(&mut manifest);
    document::<T>(folder, path, manifest);
}
