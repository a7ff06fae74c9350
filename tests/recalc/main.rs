//! The live formulas of the result workbook: an office suite recalculates them and gets equal results.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report")]

mod case;
mod office;
mod recalculated;
mod sheet;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use office::has;
use recalculated::{differences, foreign_function, formulas, recalculate, total_of_differences};

/// Copies the files that a score run reads; results are left behind.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_name() == "results" {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Scores a copy of an example, in a language for its workbooks; gives the result workbook.
fn scored(example: &str, language: &str, folder: &Path) -> PathBuf {
    let project = folder.join(format!("{example}-{language}"));
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example), &project);
    let model = project.join("assess.toml");
    let text = std::fs::read_to_string(&model).unwrap();
    assert!(text.contains("language = \"zh\""), "{example} says its language");
    std::fs::write(&model, text.replace("language = \"zh\"", &format!("language = \"{language}\""))).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(["score", "-q"]).arg(&project).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    project.join("results/v001/result.xlsx")
}

#[test]
fn an_office_suite_finds_every_result_of_every_formula() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // How many formulas there are at the least: 3, 23, 12, 4 and 7 units with a score, places, parameters, the sum.
    let examples = [
        ("minimal", "zh", 60),
        ("city-2025", "zh", 700),
        ("panel", "zh", 100),
        ("works", "zh", 60),
        ("works", "en", 60),
        ("county", "zh", 100),
        ("county", "en", 100),
        ("minimal", "en", 60),
        ("city-2025", "en", 700),
    ];
    let books: Vec<PathBuf> = examples.iter().map(|(name, lang, _)| scored(name, lang, folder.path())).collect();
    let (_saved, recalculated) = recalculate(&books);
    for ((book, new), (name, lang, least)) in books.iter().zip(&recalculated).zip(examples) {
        let written = formulas(book);
        let found = differences(&written, new);
        assert!(found.is_empty(), "{name} {lang}: {} differ\n{}", found.len(), found[..found.len().min(20)].join("\n"));
        assert!(written.len() > least, "{name} {lang}: only {} formulas", written.len());
        assert_eq!(total_of_differences(book), Some(0.0), "{name} {lang}, as written");
        assert_eq!(total_of_differences(new), Some(0.0), "{name} {lang}, recalculated");
    }
}

#[test]
fn names_that_would_break_a_formula_do_not() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    scored("minimal", "zh", folder.path());
    let project = folder.path().join("minimal-zh");
    std::fs::remove_dir_all(project.join("results")).unwrap();
    let model = project.join("assess.toml");
    let mut text = std::fs::read_to_string(&model).unwrap();
    let others = [
        ("name = \"指标核定\"", "name = \"=指标'!A1\\\"&\""),
        ("name = \"述职评议\"", "name = \"'述职'!$B$2*\\\"\""),
        ("name = \"评议代表\"", "name = \"代表\\\")+1\"\naliases = [\"评议代表\"]"),
        ("name = \"优秀\"", "name = \"优*~?\\\"秀\""),
        ("name = \"先进\"", "name = \">=先'进\""),
        ("name = \"第一议题学习\"", "name = \"=1+1'!\""),
        ("name = \"政治领导线\"", "name = \"线'\\\"!\""),
    ];
    for (old, new) in others {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text = text.replace(old, new);
    }
    std::fs::write(&model, text.replace("at_most = \"先进\"", "at_most = \">=先'进\"")).unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(["score", "-q"]).arg(&project).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let book = project.join("results/v001/result.xlsx");
    let (_saved, recalculated) = recalculate(std::slice::from_ref(&book));
    let found = differences(&formulas(&book), &recalculated[0]);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(total_of_differences(&recalculated[0]), Some(0.0));
}

#[test]
fn formulas_use_the_functions_that_every_office_suite_has() {
    let folder = tempfile::tempdir().unwrap();
    for example in ["minimal", "city-2025", "panel", "works", "county"] {
        let written = formulas(&scored(example, "zh", folder.path()));
        assert!(!written.is_empty());
        let foreign: Vec<_> = written.values().filter_map(|(formula, _)| foreign_function(formula)).collect();
        assert_eq!(foreign, Vec::<String>::new(), "{example}");
    }
    assert_eq!(foreign_function("ROUND(SUM('SUMIFS(1)'!A1),2)"), None);
    assert_eq!(foreign_function("ROUND(MEDIAN(A1),2)"), Some("MEDIAN".to_owned()));
}

/// Rewrites the sheet 核算 of a workbook; gives the changed copy.
fn changed(book: &Path, name: &str, change: impl Fn(&str) -> String) -> PathBuf {
    let mut archive = zip::ZipArchive::new(File::open(book).unwrap()).unwrap();
    let copy = book.with_file_name(name);
    let mut writer = zip::ZipWriter::new(File::create(&copy).unwrap());
    let mut hits = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let name = entry.name().unwrap().into_owned();
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.contains("<f>") {
            bytes = change(&text).into_bytes();
            hits += 1;
            assert_ne!(bytes, text.as_bytes(), "the change changes something");
        }
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap();
    assert_eq!(hits, 1, "one sheet has formulas");
    copy
}

/// The sheet with another number in a cell.
fn with_number(sheet: &str, cell: &str, number: &str) -> String {
    let start = sheet.find(&format!("<c r=\"{cell}\"")).unwrap();
    let from = start + sheet[start..].find("<v>").unwrap() + 3;
    let to = from + sheet[from..].find("</v>").unwrap();
    format!("{}{number}{}", &sheet[..from], &sheet[to..])
}

/// The cell of the first weight of the base: it is the first parameter that the base multiplies with.
fn first_weight(book: &Path) -> String {
    let all = formulas(book);
    let base = all.values().map(|(formula, _)| formula).find(|formula| formula.ends_with("/10000")).unwrap();
    let weights = base.rsplit_once(',').unwrap().1;
    weights.split(':').next().unwrap().replace('$', "")
}

#[test]
fn a_changed_weight_and_a_wrong_result_are_noticed() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let book = scored("minimal", "zh", folder.path());
    let weight = first_weight(&book);
    // 60 of 100 become 50: every base falls by a tenth of the rate, 90.00, 95.00 and 72.00.
    let other_weight = changed(&book, "weight.xlsx", |sheet| with_number(sheet, &weight, "50"));
    let wrong_result = changed(&book, "result-wrong.xlsx", |sheet| with_number(sheet, "B3", "1"));
    let (_saved, recalculated) = recalculate(&[other_weight.clone(), wrong_result.clone()]);
    let sum = total_of_differences(&recalculated[0]).unwrap();
    // Bases and totals are compared both, and ranks stay: 2 · (9.00 + 9.50 + 7.20), but for the rounding of totals.
    assert!((sum - 51.4).abs() < 0.02, "{sum}");
    let found = differences(&formulas(&other_weight), &recalculated[0]);
    assert!(found.len() > 9, "{found:?}");
    let found = differences(&formulas(&wrong_result), &recalculated[1]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("核算 row 3 column 2:"), "{found:?}");
}

/// Two schemes with other weights, class weights, points and indicators, and an indicator that is measured by the best.
const SCHEMES: &str = r#"[assessment]
title = "县区年度考核"
period = "2025"
[[line]]
code = "L1"
name = "发展线"
[[aspect]]
code = "A1"
name = "责任"
points = 40
[[aspect]]
code = "A2"
name = "实效"
points = 60
[[indicator]]
code = "1.1"
line = "L1"
aspect = "A1"
name = "投资"
points = 40
rule = "相对"
params = "within=scheme"
by_scheme.S2 = { points = 20 }
[[indicator]]
code = "2.1"
line = "L1"
aspect = "A2"
name = "工作落实"
points = 60
rule = "核定"
[[indicator]]
code = "1.2"
line = "L1"
aspect = "A1"
name = "园区建设"
points = 20
rule = "核定"
schemes = ["S2"]
[[component]]
id = "i"
name = "指标"
weight = 60
kind = "indicators"
[[component]]
id = "b"
name = "评议"
weight = 40
kind = "ballots"
levels = { "好" = 100, "较好" = 80, "一般" = 60, "差" = 40 }
[[component.class]]
id = "R"
name = "领导"
weight = 60
[[component.class]]
id = "S"
name = "群众"
weight = 40
[[scheme]]
code = "S1"
name = "县"
for = { group = ["县"] }
[[scheme]]
code = "S2"
name = "区"
for = { group = ["区"] }
weights = { i = 70, b = 30 }
classes.b = { R = 50, S = 50 }
grades."先进" = { at_least = 70 }
[[grade]]
name = "优秀"
at_least = 90
[[grade]]
name = "先进"
at_least = 80
[[grade]]
name = "达标"
at_least = 0
"#;

#[test]
fn schemes_are_recalculated_with_their_own_parameters() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("schemes");
    let write = |path: &str, text: &str| {
        let path = project.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("assess.toml", SCHEMES);
    write("roster.csv", "单位代码,单位全称,分组\nU1,甲县,县\nU2,乙县,县\nU3,丙区,区\nU4,丁区,区\n");
    let reports = [
        ("U1", "1.1,80,,,80,,\n2.1,,,,,45,说明\n"),
        ("U2", "1.1,100,,,100,,\n2.1,,,,,50,说明\n"),
        ("U3", "1.1,60,,,60,,\n2.1,,,,,55,说明\n1.2,,,,,15,说明\n"),
        ("U4", "1.1,30,,,30,,\n2.1,,,,,40,说明\n1.2,,,,,10,说明\n"),
    ];
    for (unit, rows) in reports {
        let head = format!("单位代码,{unit}\n指标代码,完成值,自评得分,佐证,核定值,核定得分,核定说明\n");
        write(&format!("self-reports/{unit}.csv"), &(head + rows));
    }
    let marks = "R,r1,U1,,好\nR,r1,U2,,较好\nR,r1,U3,,好\nR,r1,U4,,一般\n\
                 S,s1,U1,,较好\nS,s1,U2,,好\nS,s1,U3,,好\nS,s1,U4,,差\n";
    write("ballots/b/票.csv", &format!("评议主体,评委编号,单位,节点,评价\n{marks}"));
    let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(["score", "-q"]).arg(&project).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    // U1: 0.6·(40·80/100 + 45) + 0.4·(0.6·100 + 0.4·80) = 83; U4: 0.7·(20·30/60 + 10 + 40) + 0.3·(60 + 40)/2 = 57.
    let result = std::fs::read_to_string(project.join("results/v001/result.json")).unwrap();
    let result: serde_json::Value = serde_json::from_str(&result).unwrap();
    let totals: Vec<&str> =
        result["units"].as_array().unwrap().iter().filter_map(|unit| unit["total"].as_str()).collect();
    assert_eq!(totals, ["83.00", "89.20", "93.00", "57.00"]);
    let book = project.join("results/v001/result.xlsx");
    let (_saved, recalculated) = recalculate(std::slice::from_ref(&book));
    let found = differences(&formulas(&book), &recalculated[0]);
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert_eq!((total_of_differences(&book), total_of_differences(&recalculated[0])), (Some(0.0), Some(0.0)));
}

/// Leaves whose points or values are formulas, under every rule that takes one.
const FORMULAS: &str = r#"
[assessment]
title = "公式"
period = "2025"
issuer = "工委"
[[line]]
code = "L1"
name = "线"
[[aspect]]
code = "A1"
name = "责任"
points = 100
[[indicator]]
code = "1.1"
line = "L1"
aspect = "A1"
name = "指标1"
points = 20
rule = "公式"
params = ""
expr = "if(a >= 10, clamp((a - b)*1.5, 5), abs(b)) + round(a/3, 1)"
inputs = "a;b"
source = "部门"
[[indicator]]
code = "1.2"
line = "L1"
aspect = "A1"
name = "指标2"
points = 20
rule = "比率"
params = "target=80;floor=20"
expr = "max(a, 0)*100/b"
inputs = "a;b"
source = "部门"
[[indicator]]
code = "1.3"
line = "L1"
aspect = "A1"
name = "指标3"
points = 20
rule = "分档"
params = "0:0,60:12,80:20;interpolate=yes"
expr = "a^2 - b"
inputs = "a;b"
source = "部门"
[[indicator]]
code = "1.4"
line = "L1"
aspect = "A1"
name = "指标4"
points = 20
rule = "相对"
params = ""
expr = "a - b"
inputs = "a;b"
source = "部门"
[[indicator]]
code = "1.5"
line = "L1"
aspect = "A1"
name = "指标5"
points = 20
rule = "分档"
params = "0:0,60:12,80:20"
expr = "floor(a*b)"
inputs = "a;b"
source = "部门"
[[component]]
id = "i"
name = "指标"
weight = 100
kind = "indicators"
[[grade]]
name = "达标"
at_least = 0
"#;

#[test]
fn formulas_of_leaves_are_recalculated_from_their_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("formulas");
    let write = |path: &str, text: &str| {
        let path = project.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("assess.toml", FORMULAS);
    write("roster.csv", "单位代码,单位全称,分组\nU1,甲县,县\nU2,乙县,县\nU3,丙县,县\n");
    let mut rows = "单位,指标代码,输入项,核定值,核定得分\n".to_owned();
    for (unit, values) in [("U1", "12 9 30 60 9 11 8 1 7 9"), ("U2", "5 -4.5 10 60 7 2 6 1 8 10.1")] {
        for (index, value) in values.split(' ').enumerate() {
            let (leaf, name) = (index / 2 + 1, if index % 2 == 0 { "a" } else { "b" });
            rows.push_str(&format!("{unit},1.{leaf},{name},{value},\n"));
        }
    }
    // U3 has typed points, and a leaf that does not apply.
    rows.push_str("U3,1.1,,,11\nU3,1.2,,不涉及,\nU3,1.3,,,12\nU3,1.4,a,3,\nU3,1.4,b,1,\nU3,1.5,,,7\n");
    write("verified/核定.csv", &rows);
    let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(["score", "-q"]).arg(&project).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let result = std::fs::read_to_string(project.join("results/v001/result.json")).unwrap();
    let result: serde_json::Value = serde_json::from_str(&result).unwrap();
    let points = |unit: usize| -> Vec<&str> {
        result["units"][unit]["leaves"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|leaf| leaf["verified"].as_str())
            .collect()
    };
    // U1: 4.5 + 4; 20·min(1, 50/80); 12 + 8·(70 - 60)/20; 20·7/7; 63 gives 12.
    assert_eq!(points(0), ["17/2", "25/2", "16/1", "20/1", "12/1"]);
    // U2: 4.5 + 1.7; 16.7 is below 20; 12·47/60; 20·5/7; 80 gives 20.
    assert_eq!(points(1), ["31/5", "0/1", "47/5", "100/7", "20/1"]);
    let book = project.join("results/v001/result.xlsx");
    let written = formulas(&book);
    let foreign: Vec<_> = written.values().filter_map(|(formula, _)| foreign_function(formula)).collect();
    assert_eq!(foreign, Vec::<String>::new());
    assert!(written.values().any(|(formula, _)| formula.contains("MAX(-5,MIN(5,")), "the formula is live");
    assert_eq!(total_of_differences(&book), Some(0.0));
    if !has(&["soffice"]) {
        return;
    }
    let (_saved, recalculated) = recalculate(std::slice::from_ref(&book));
    let found = differences(&written, &recalculated[0]);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(total_of_differences(&recalculated[0]), Some(0.0));
}

/// Components whose rates are multiplied and converted in every way, and one that a unit lacks.
const TAILS: [(&str, &str); 7] = [
    ("a", "coefficient = \"系数\""),
    ("b", "convert = { by = \"best\" }"),
    ("c", "coefficient = \"系数\"\nconvert = { by = \"mean\", mean = 80, within = \"all\" }"),
    ("d", "convert = { by = \"place\", step = 7, least = 80, separate = true }"),
    ("e", "convert = { by = \"place\", first = 95, last = 60 }"),
    (
        "f",
        "coefficient = [\"系数\"]\ncoefficient_max = 70\nconvert = { by = \"best\", within = \"all\" }\nnot_applicable = \"renormalise\"",
    ),
    ("g", "missing = \"renormalise\""),
];

#[test]
fn tails_of_components_are_recalculated() {
    if !has(&["soffice"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let books = ["competition", "modified", "dense"].map(|method| tails(folder.path(), method));
    let (_saved, recalculated) = recalculate(&books);
    for (book, new) in books.iter().zip(&recalculated) {
        let written = formulas(book);
        let found = differences(&written, new);
        assert!(found.is_empty(), "{}", found.join("\n"));
        assert_eq!((total_of_differences(book), total_of_differences(new)), (Some(0.0), Some(0.0)));
        let foreign: Vec<_> = written.values().filter_map(|(formula, _)| foreign_function(formula)).collect();
        assert_eq!(foreign, Vec::<String>::new());
    }
}

/// A project with these components; gives its result workbook.
fn tails(folder: &Path, method: &str) -> PathBuf {
    let project = folder.join(method);
    let write = |path: &str, text: &str| {
        let path = project.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let mut model = format!(
        "[assessment]\ntitle = \"县区年度考核\"\nperiod = \"2025\"\n[score]\ncomponent_decimals = 3\n\
         [[line]]\ncode = \"L1\"\nname = \"线\"\n[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 100\n\
         [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"指标\"\npoints = 100\nrule = \"核定\"\n\
         [rank]\nmethod = \"{method}\"\n[[grade]]\nname = \"好\"\nat_least = 60\n[[grade]]\nname = \"差\"\nat_least = 0\n"
    );
    for ((id, keys), weight) in TAILS.iter().zip([10, 10, 10, 10, 20, 30, 10]) {
        model.push_str(&format!(
            "[[component]]\nid = \"{id}\"\nname = \"组成{id}\"\nweight = {weight}\nkind = \"given\"\n{keys}\n"
        ));
    }
    write("assess.toml", &model);
    let roster = "U1,甲,一组,排名,1.35\nU2,乙,一组,排名,0.9\nU3,丙,一组,排名,1.1\nU4,丁,一组,单列,1.2\nU5,戊,二组,排名,1\nU6,己,二组,排名,0.7\n";
    write("roster.csv", &format!("单位代码,单位全称,分组,参评方式,系数\n{roster}"));
    let scores = [
        ("a", "80 90 33.3 70 50 60"),
        ("b", "80 90 33.3 70 50 60"),
        ("c", "55 66 77 88 99 44"),
        ("d", "70 60 60 90 50 40"),
        ("e", "70 60 60 90 50 40"),
        ("f", "80 不涉及 60 50 40 30"),
        ("g", "80 70 60 50 40 -"),
    ];
    for (id, rates) in scores {
        let rows: Vec<String> = rates.split(' ').zip(1..).map(|(rate, unit)| format!("U{unit},{rate}")).collect();
        write(&format!("given/{id}/scores.csv"), &format!("单位,得分\n{}\n", rows.join("\n")));
    }
    let ran = Command::new(env!("CARGO_BIN_EXE_assess")).args(["score", "-q"]).arg(&project).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    project.join("results/v001/result.xlsx")
}
