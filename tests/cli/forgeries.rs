//! The table of docs/proof.md: every forgery is carried out, and found with what is kept outside, or not, as the page says.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use assess::publish::Manifest;
use assess::publish::feedback::FeedbackManifest;
use assess::result::seal::Seal;
use rayon::prelude::*;

use crate::runner::{Folder, assess, list, package, str_of};

mod forger;

use forger::{
    LOG, cell, content, inputs_gone, lines, manifest, path, quota, rechain, renew, renew_hashes, replace, result,
    sentence, step, unit,
};

type Forge = fn(&Folder);

/// Two versions of the city with letters and states: the second follows a bonus that was approved later.
struct Story {
    folder: Folder,
    /// The content seal of v002, from a printed page.
    content: Seal,
    /// The seal of the last state, from the minutes.
    state: String,
}

const REGISTER: &str = "registers/补充登记.csv";
const V002: &str = "results/v002/manifest.json";
const LETTERS: &str = "feedback/v001/manifest.json";

impl Story {
    /// The story as it goes; `change` touches the inputs before it begins.
    fn tell(change: impl FnOnce(&Folder)) -> Self {
        let folder = Folder::example("city-2025");
        change(&folder);
        let mark = |more: &[&str]| {
            let args = [&["-C", folder.shown(), "mark", "--lang", "en", "--format", "json"], more].concat();
            str_of(&assess(&args).ended(0).json()["seal"]).to_owned()
        };
        folder.score(&["-q"]).ended(0);
        folder.run("feedback", &["-q"]).ended(0);
        mark(&["v001", "公示", "--document", "公示〔2026〕1号", "--date", "2026-02-01"]);
        folder.write(
            REGISTER,
            "编号,单位,代码,事由,级别,申报分值,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号,备注\n\
             B-1,U05,J3,先进集体,,1,1,表彰决定,云委发〔2025〕77号,市委,2025-07-01,工委审定,云工委〔2026〕9号,\n",
        );
        folder.score(&["-q", "--reason", "补登"]).ended(0);
        mark(&["v002", "工委审定", "--document", "纪要2号", "--date", "2026-02-10"]);
        let state = mark(&["v002", "公示", "--document", "公示〔2026〕2号", "--date", "2026-02-11"]);
        Self { content: content(&folder, "v002"), folder, state }
    }
}

/// Exchanges the names of the first two units in the index of a result document, which keeps its length.
pub(crate) fn exchange_units(folder: &Folder, path: &str) {
    let text = folder.text(path);
    let (start, index) = text.rsplit_once("\n\"index\":[\n").unwrap();
    let mut lines: Vec<String> = index.lines().map(str::to_owned).collect();
    let cut =
        |line: &str| line.split_once(",\"offset\"").map(|(names, place)| [names.to_owned(), place.to_owned()]).unwrap();
    let [first, second] = [cut(&lines[0]), cut(&lines[1])];
    lines[0] = format!("{},\"offset\"{}", second[0], first[1]);
    lines[1] = format!("{},\"offset\"{}", first[0], second[1]);
    folder.write(path, &format!("{start}\n\"index\":[\n{}\n", lines.join("\n")));
    assert_eq!(folder.text(path).len(), text.len());
}

/// Whether `verify` says that something other than inputs is wrong.
fn differs(folder: &Folder, more: &[&str]) -> bool {
    let ran = assess(&[&["-C", folder.shown(), "verify", "--format", "json", "--lang", "en"], more].concat());
    let report = ran.json();
    assert_eq!(report["ok"], !(report["version_differs"] == true || report["inputs_differ"] == true));
    report["version_differs"] == true
}

/// What is found: alone, with the content seal, with the state seal.
fn found(folder: &Folder, story: &Story) -> [bool; 3] {
    let alone = differs(folder, &["--all"]);
    let with = |seal: &str| alone || differs(folder, &["--seal", seal]);
    [alone, with(&story.content.to_string()), with(&story.state)]
}

/// The table of the page: forgery and what is found.
fn page() -> Vec<(String, [bool; 3])> {
    let text = fs::read_to_string(package().join("docs/proof.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| forgery"));
    rows.map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let found = |cell: &str| match cell {
            "found" => true,
            "not" => false,
            _ => panic!("{line}"),
        };
        (cells[0].to_owned(), [found(cells[1]), found(cells[2]), found(cells[3])])
    })
    .collect()
}

#[test]
fn every_forgery_of_the_page_is_found_or_not_as_it_says() {
    let story = Story::tell(|_| {});
    assert_eq!(found(&story.folder, &story), [false; 3], "the story itself");
    let gone = Folder::copy_with_results(&story.folder);
    inputs_gone(&gone);
    assert_eq!(found(&gone, &story), [false; 3], "inputs that are gone are told apart");
    let forgeries: BTreeMap<&str, Forge> = FORGERIES.into_iter().collect();
    let page = page();
    let named: Vec<&str> = page.iter().map(|(name, _)| name.as_str()).collect();
    for name in forgeries.keys() {
        assert!(named.iter().any(|own| own == name || parted(own).0 == *name), "the page does not name it: {name}");
    }
    let wrong: Vec<String> = page
        .par_iter()
        .filter_map(|(name, expected)| {
            let (bare, is_renewed, is_gone) = parted(name);
            let Some(forge) = forgeries.get(name.as_str()).or_else(|| forgeries.get(bare)) else {
                return Some(format!("nobody carries it out: {name}"));
            };
            let folder = Folder::copy_with_results(&story.folder);
            forge(&folder);
            if is_renewed && !forgeries.contains_key(name.as_str()) {
                renew(&folder);
            }
            if is_gone {
                inputs_gone(&folder);
            }
            let found = found(&folder, &story);
            (found != *expected).then(|| format!("{name}: {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A forgery without what is said after it: whether all is renewed, and whether the inputs are gone.
fn parted(name: &str) -> (&str, bool, bool) {
    let (name, is_gone) = name.strip_suffix(", inputs gone").map_or((name, false), |name| (name, true));
    let (bare, is_renewed) = name.strip_suffix(", all renewed").map_or((name, false), |name| (name, true));
    (bare, is_renewed, is_gone)
}

/// Every forgery by its name on the page, with or without what is said of renewing and of inputs.
const FORGERIES: [(&str, Forge); 42] = [
    ("registers of a version are changed in the log, later lines renewed", |f| {
        let mut lines = lines(f);
        let of = lines.iter_mut().find(|line| line["entry"] == "version" && line["version"] == "v002").unwrap();
        of["registers"].as_array_mut().unwrap().pop().unwrap();
        rechain(f, lines);
    }),
    ("an input is taken out of the manifest, all renewed", |f| {
        manifest::<Manifest>(f, V002, |m| drop(m["inputs"].as_array_mut().unwrap().remove(0)));
        renew(f);
    }),
    ("result.json is written otherwise, all renewed", |f| {
        let result = f.raw("results/v002/result.json");
        f.write("results/v002/result.json", &result.to_string());
        renew(f);
    }),
    ("the index of result.json leads to another unit, all renewed, inputs gone", |f| {
        exchange_units(f, "results/v002/result.json");
        renew(f);
        inputs_gone(f);
    }),
    ("a version is said to be of a program without a version, all renewed", |f| {
        manifest::<Manifest>(f, V002, |m| m["program"] = "assess".into());
        result(f, |r| r["chain"].as_array_mut().unwrap().last_mut().unwrap()["program"] = "assess".into());
        renew(f);
    }),
    ("a version is said to have another reason, all renewed, inputs gone", |f| {
        manifest::<Manifest>(f, V002, |m| m["reason"] = "更正".into());
        renew(f);
        inputs_gone(f);
    }),
    ("a sentence of a letter is changed and said to be of another program, all renewed", |f| {
        sentence(f, &letter(f, "U08"));
        manifest::<FeedbackManifest>(f, LETTERS, |m| m["program"] = "assess 0.0.1".into());
        renew_hashes(f);
    }),
    ("the list for handing out is taken out of the manifest of letters, all renewed", |f| {
        manifest::<FeedbackManifest>(f, LETTERS, |m| m["beside"] = serde_json::json!([]));
        renew_hashes(f);
    }),
    ("a folder of letters is copied into another", |f| {
        copy(&f.path("feedback/v001"), &f.path("feedback/其他/v001"));
    }),
    ("a number in result.json is changed", |f| result(f, |r| unit(r, "U05")["base"] = "73.18".into())),
    ("a total in result.json is changed", |f| {
        result(f, |r| {
            unit(r, "U05")["total"] = "79.99".into();
            unit(r, "U05")["exact"]["total"] = "7999/100".into();
        });
    }),
    ("a grade is raised along its path", |f| {
        result(f, |r| {
            let own = unit(r, "U15");
            path(own).retain(|step| step.get("cap").is_none());
            step(own, "placed")["to"] = 0.into();
            step(own, "final")["to"] = 0.into();
            own["grade"] = "优秀".into();
            own["parallel"] = "好".into();
            quota(r, "执法与服务窗口部门", "优秀")["taken"] = 2.into();
        });
    }),
    // Without the cap there is no place for it at the better grade, so that everything else stays as it is.
    ("a cap is taken out of a grade path", |f| {
        result(f, |r| {
            let steps = path(unit(r, "U15"));
            let at = steps.iter().position(|step| step.get("cap").is_some()).unwrap();
            steps[at] = serde_json::json!({ "no-room": { "from": 0, "to": 1, "places": 1 } });
        });
    }),
    ("a promotion is taken out of a grade path", |f| {
        result(f, |r| {
            let own = unit(r, "U19");
            path(own).retain(|step| step.get("promotion").is_none());
            replace(own, "outside-quota", serde_json::json!({ "placed": { "to": 1, "places": 2 } }));
            step(own, "final")["to"] = 1.into();
            own["grade"] = "先进".into();
            own["parallel"] = "较好".into();
            own["takes_place"] = true.into();
            quota(r, "垂直（双管）单位", "先进")["taken"] = 2.into();
        });
    }),
    ("a decision is given another grade in the path", |f| {
        result(f, |r| {
            let own = unit(r, "U13");
            step(own, "decision")["to"] = 2.into();
            step(own, "final")["to"] = 2.into();
            own["grade"] = "达标".into();
            own["parallel"] = "一般".into();
        });
    }),
    ("one more unit takes a place of a quota", |f| {
        result(f, |r| {
            let own = unit(r, "U08");
            path(own).retain(|step| step.get("no-room").is_none());
            step(own, "placed")["to"] = 0.into();
            step(own, "final")["to"] = 0.into();
            own["grade"] = "优秀".into();
            own["parallel"] = "好".into();
            quota(r, "政府综合管理部门", "优秀")["taken"] = 3.into();
            quota(r, "政府综合管理部门", "优秀")["places"] = 3.into();
        });
    }),
    ("a unit is deferred without a decision", |f| {
        result(f, |r| {
            let own = unit(r, "U05");
            replace(own, "final", "ungraded".into());
            own["grade"] = serde_json::Value::Null;
            own["parallel"] = serde_json::Value::Null;
            own["deferred"] = true.into();
        });
    }),
    ("the count of files is changed", |f| {
        result(f, |r| {
            for key in ["found", "used"] {
                let files = &mut r["reconciliation"]["files"];
                files[key] = (files[key].as_u64().unwrap() + 1).into();
            }
        });
    }),
    ("a mark in ratings.csv is changed", |f| {
        f.edit("results/v002/ratings.csv", "P1-01,U01,,好,100,counted", "P1-01,U01,,较好,80,counted");
    }),
    ("raters of two marks are exchanged", |f| {
        let text = f.text("results/v002/ratings.csv");
        let text = text.replace(",P1-01,", ",\0,").replace(",P1-02,", ",P1-01,").replace(",\0,", ",P1-02,");
        f.write("results/v002/ratings.csv", &text);
    }),
    ("documents of two register rows are exchanged", |f| {
        result(f, |r| {
            let rows = r["registers"]["adjustments"].as_array_mut().unwrap();
            let first = rows[0]["document_number"].clone();
            rows[0]["document_number"] = rows[1]["document_number"].clone();
            rows[1]["document_number"] = first;
        });
    }),
    ("a cell of the workbook is changed", |f| cell(f, "results/v002/result.xlsx", "排名", "E4", "99.93")),
    ("a cell of the workbook is changed, all renewed", |f| {
        cell(f, "results/v002/result.xlsx", "排名", "E4", "99.93");
        renew_hashes(f);
    }),
    ("the seal in a footer of the workbook is changed, all renewed", |f| {
        let outcome = serde_json::from_slice(&f.bytes("results/v002/result.json")).unwrap();
        let document = assess::documents::report::result(&outcome);
        let document = assess::documents::report::sealed(document, &content(f, "v001"), outcome.model.language);
        fs::write(f.path("results/v002/result.xlsx"), assess::write::workbook::bytes(&document).unwrap()).unwrap();
        renew_hashes(f);
    }),
    ("a cell of a letter is changed", |f| cell(f, &letter(f, "U08"), "反馈书", "A1", "优秀单位")),
    ("a cell of a letter is changed, all renewed", |f| {
        cell(f, &letter(f, "U08"), "反馈书", "A1", "优秀单位");
        renew_hashes(f);
    }),
    ("a letter is put in, all renewed", |f| {
        let path = "feedback/v001/manifest.json";
        let mut manifest = f.json(path);
        let files = manifest["files"].as_array_mut().unwrap();
        let mut added = files[0].clone();
        added["path"] = "U99_另一单位.xlsx".into();
        fs::copy(f.path(&letter(f, "U08")), f.path("feedback/v001/U99_另一单位.xlsx")).unwrap();
        files.push(added);
        f.write(path, &manifest.to_string());
        renew_hashes(f);
    }),
    ("a folder of letters is deleted", |f| fs::remove_dir_all(f.path("feedback/v001")).unwrap()),
    ("a folder of letters is deleted with its line, later lines renewed", |f| {
        fs::remove_dir_all(f.path("feedback/v001")).unwrap();
        rechain(f, lines(f).into_iter().filter(|line| line["entry"] != "feedback").collect());
    }),
    ("a folder of letters is copied under another name", |f| {
        copy(&f.path("feedback/v001"), &f.path("feedback/v001-变更"));
    }),
    ("a letter is exchanged for that of another unit", |f| {
        fs::copy(f.path(&letter(f, "U02")), f.path(&letter(f, "U08"))).unwrap();
    }),
    ("a file of a version is deleted", |f| {
        f.remove("results/v002/ratings.csv");
    }),
    ("the last line of the log is dropped", |f| {
        cut(f, 5);
    }),
    ("the last line of the log is changed", |f| {
        f.edit(LOG, "公示〔2026〕2号", "公示〔2026〕9号");
    }),
    ("an earlier line of the log is changed", |f| {
        f.edit(LOG, "公示〔2026〕1号", "公示〔2026〕9号");
    }),
    ("a state is changed, later lines renewed", |f| {
        let mut lines = lines(f);
        lines[4]["document"] = "纪要9号".into();
        rechain(f, lines);
    }),
    ("a state is taken out, later lines renewed", |f| {
        let mut lines = lines(f);
        lines.remove(4);
        rechain(f, lines);
    }),
    ("the newest version is deleted and its register put back", |f| {
        fs::remove_dir_all(f.path("results/v002")).unwrap();
        f.remove(REGISTER);
    }),
    ("the newest version is deleted with its lines and its register put back", |f| {
        fs::remove_dir_all(f.path("results/v002")).unwrap();
        f.remove(REGISTER);
        cut(f, 3);
    }),
    ("a version is put in by hand", |f| {
        copy(&f.path("results/v002"), &f.path("results/v003"));
        let mut manifest = f.json("results/v003/manifest.json");
        manifest["version"] = "v003".into();
        f.write("results/v003/manifest.json", &manifest.to_string());
    }),
    ("the version before is changed, its own hashes renewed", |f| {
        f.edit("results/v001/manifest.json", "\"reason\": null", "\"reason\": \"后补\"");
        let mut lines = lines(f);
        lines.truncate(4);
        rechain(f, lines);
    }),
    ("the project is made anew from changed inputs, with all states", |f| {
        let other = Story::tell(|folder| {
            folder.write("registers/另行登记.csv", ANOTHER);
        });
        fs::remove_dir_all(f.root()).unwrap();
        copy(other.folder.root(), f.root());
    }),
];

const ANOTHER: &str = "编号,单位,代码,事由,级别,申报分值,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号,备注\n\
     C-1,U08,J3,先进集体,,1,1,表彰决定,云委发〔2025〕78号,市委,2025-07-02,工委审定,云工委〔2026〕9号,\n";

/// Leaves the first lines of the log, as they stand.
fn cut(folder: &Folder, left: usize) {
    let text: String = folder.text(LOG).split_inclusive('\n').take(left).collect();
    folder.write(LOG, &text);
}

/// The letter of a unit.
fn letter(folder: &Folder, code: &str) -> String {
    let manifest = folder.json("feedback/v001/manifest.json");
    let names = list(&manifest["files"]).iter().map(|file| str_of(&file["path"]).to_owned());
    let own = names.into_iter().find(|name| name.starts_with(&format!("{code}_"))).unwrap();
    format!("feedback/v001/{own}")
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
