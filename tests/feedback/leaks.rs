//! A feedback workbook names no other unit and no rater, in no part of its file.

use assess::result::outcome::Mode;
use std::io::Read as _;

use serde_json::Value;

use crate::runner::{Folder, list, str_of};
use crate::sheets::{example, file};

/// All parts of a workbook as one text, with entities resolved.
pub(crate) fn parts(folder: &Folder, path: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(folder.bytes(path))).unwrap();
    let mut all = String::new();
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        all.push_str(&part.name().unwrap());
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        all.push_str(&String::from_utf8(bytes).expect("every part is text"));
    }
    all.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")
}

/// A part without the names of cells, which look like codes: `r="P10"`.
fn without_cell_names(mut text: String) -> String {
    for attribute in [" r=\"", " ref=\"", " sqref=\""] {
        let mut pieces = text.split(attribute);
        let mut kept = pieces.next().unwrap().to_owned();
        for piece in pieces {
            kept.push_str(piece.split_once('"').unwrap().1);
        }
        text = kept;
    }
    text
}

fn stands_alone(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

fn names(unit: &Value) -> Vec<&str> {
    let others = unit["other_names"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    std::iter::once(&unit["name"]).chain(others).map(str_of).collect()
}

/// No name of another unit stands in the workbook of any unit, nor its code.
fn check(folder: &Folder) {
    let result = folder.json("results/v001/result.json");
    let units: Vec<&Value> = list(&result["units"]).iter().collect();
    for unit in units.iter().filter(|u| u["mode"] != "excluded") {
        let code = str_of(&unit["code"]);
        let mut text = without_cell_names(parts(folder, &file(folder, code)));
        assert!(text.contains(str_of(&unit["name"])), "{code}");
        // What is part of an own name, of title, issuer or group is no other unit's name.
        let model = &result["model"];
        let own =
            names(unit).into_iter().chain([str_of(&model["title"]), str_of(&model["issuer"]), str_of(&unit["group"])]);
        for own in own {
            text = text.replace(own, "");
        }
        for other in units.iter().filter(|u| u["code"] != unit["code"]) {
            for name in names(other) {
                assert!(!text.contains(name), "{code} names {name}");
            }
            assert!(!stands_alone(&text, str_of(&other["code"])), "{code} names {}", other["code"]);
        }
    }
}

#[test]
fn no_workbook_of_the_examples_names_another_unit() {
    for name in ["city-2025", "panel"] {
        check(&example(name));
    }
}

#[test]
fn names_of_other_units_in_texts_that_people_wrote_are_replaced() {
    let folder = Folder::scored_example("city-2025");
    let path = folder.path("results/v001/result.json");
    let mut result = folder.raw("results/v001/result.json");
    let units = result["units"].as_array_mut().unwrap();
    let own = units.iter_mut().find(|u| u["code"] == "U08").unwrap();
    own["leaves"][0]["note"] = "与云岚市财政局（U07）相比，云岚市人力资源和社会保障局材料不全".into();
    own["leaves"][1]["note"] = "见U07材料".into();
    let text = serde_json::to_string(&result).unwrap();
    let outcome: assess::result::outcome::Outcome = serde_json::from_str(&text).unwrap();
    assert!(path.exists());
    let desk = assess::documents::report::feedback::Desk::new(&outcome, None);
    let document = assess::documents::report::feedback::document(&desk, outcome.unit("U08").unwrap());
    let shown = format!("{:?}", document.sheets);
    assert!(shown.contains("与其他单位（其他单位）相比，云岚市人力资源和社会保障局材料不全"), "{shown}");
    assert!(!shown.contains("U07"));
}

#[test]
fn no_workbook_names_a_rater() {
    let folder = example("city-2025");
    let ratings = folder.text("results/v001/ratings.csv");
    let mut lines = ratings.lines();
    let header: Vec<&str> = lines.next().unwrap().trim_start_matches('\u{feff}').split(',').collect();
    let column = header.iter().position(|name| *name == "rater").unwrap();
    let raters: std::collections::BTreeSet<&str> = lines.filter_map(|line| line.split(',').nth(column)).collect();
    let raters: Vec<&str> = raters.into_iter().filter(|rater| rater.len() > 2).collect();
    assert!(raters.len() > 10);
    for code in ["U02", "U08", "U13", "U21"] {
        let text = parts(&folder, &file(&folder, code));
        for rater in &raters {
            assert!(!stands_alone(&text, rater), "{code} names {rater}");
        }
    }
}

/// Puts a text into every field of a document that holds what people wrote.
fn fill(value: &mut Value, text: &str) {
    const WRITTEN: [&str; 15] = [
        "note",
        "value",
        "matter",
        "document",
        "document_number",
        "issued_by",
        "approval_number",
        "remark",
        "clause",
        "grounds",
        "reason",
        "request",
        "conclusion",
        "text",
        "written",
    ];
    match value {
        Value::Object(fields) => {
            for (key, own) in fields {
                match own {
                    Value::String(old) if WRITTEN.contains(&key.as_str()) => *own = format!("{old}{text}").into(),
                    own => fill(own, text),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, text)),
        _ => {}
    }
}

#[test]
fn names_are_replaced_wherever_people_write_and_however_they_type_them() {
    let folder = Folder::scored_example("city-2025");
    let mut result = folder.raw("results/v001/result.json");
    let other = result["units"].as_array().unwrap().iter().find(|u| u["code"] == "U07").unwrap().clone();
    let name = str_of(&other["name"]).to_owned();
    let spaced: String = name.chars().flat_map(|c| [c, ' ']).collect();
    let typed = format!("{name}；{spaced}；u07；Ｕ０７；U\u{200b}07。");
    for key in ["units", "registers"] {
        fill(&mut result[key], &typed);
    }
    for component in result["model"]["components"].as_array_mut().unwrap() {
        let classes = component.pointer_mut("/kind/ballots/classes").and_then(Value::as_array_mut);
        for class in classes.into_iter().flatten() {
            class["name"] = format!("{}{typed}", str_of(&class["name"])).into();
        }
    }
    let outcome: assess::result::outcome::Outcome = serde_json::from_value(result).unwrap();
    let desk = assess::documents::report::feedback::Desk::new(&outcome, None);
    for unit in outcome.units.iter().filter(|unit| unit.roster.mode != Mode::Excluded && unit.roster.code != "U07") {
        let document = assess::documents::report::feedback::document(&desk, unit);
        let shown = format!("{:?}", document.sheets);
        // A letter is broken into lines, which would hide a name.
        let flat = shown.replace(|c: char| !c.is_alphanumeric() && c != '；', "").to_lowercase();
        for leak in [name.as_str(), "u07", "ｕ０７"] {
            let at = flat.find(leak).map(|at| flat[..at].chars().rev().take(60).collect::<Vec<_>>());
            assert!(
                at.is_none(),
                "{} is told {leak} after {:?}",
                unit.roster.code,
                at.map(|c| c.iter().rev().collect::<String>())
            );
        }
    }
}

#[test]
fn names_in_latin_letters_are_whole_words() {
    let folder = Folder::scored_example("city-2025");
    let mut result = folder.raw("results/v001/result.json");
    for unit in result["units"].as_array_mut().unwrap() {
        if unit["code"] == "U07" {
            unit["other_names"] = serde_json::json!(["IT", "Bureau of Finance"]);
        }
        if unit["code"] == "U08" {
            unit["leaves"][0]["note"] = "committee units; IT and the BUREAU  OF FINANCE; bureau of finances".into();
        }
    }
    let outcome: assess::result::outcome::Outcome = serde_json::from_value(result).unwrap();
    let desk = assess::documents::report::feedback::Desk::new(&outcome, None);
    let document = assess::documents::report::feedback::document(&desk, outcome.unit("U08").unwrap());
    let shown = format!("{:?}", document.sheets);
    assert!(shown.contains("committee units; 其他单位 and the 其他单位; bureau of finances"), "{shown}");
}
