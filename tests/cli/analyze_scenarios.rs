//! `assess analyze` with scenario files, other means, the map over two weights, and statistics of indicators. Expected numbers
//! are worked out by hand from the case of three units and two components: (90, 60), (70, 80), (76, 76).

use serde_json::Value;

use crate::analyze::{analyze, three_by_two, two_components};
use crate::cells::Books;
use crate::runner::{Folder, list, str_of};

fn scenarios(folder: &Folder, text: &str) -> Value {
    folder.write("情景.toml", text);
    let path = folder.path("情景.toml");
    let path = path.to_str().unwrap();
    analyze(folder, &["--draws", "10", "--scenario", path, "--format", "json"]).ended(0).json()["scenarios"].clone()
}

fn totals(scenario: &Value) -> Vec<&str> {
    list(&scenario["units"]).iter().map(|own| str_of(&own["totals"][1])).collect()
}

#[test]
fn scenarios_of_a_file_stand_side_by_side() {
    let folder = three_by_two();
    let file = "[[scenario]]\nname = \"几何\"\nmean = { components = \"geometric\" }\n\
                [[scenario]]\nname = \"调和\"\nmean = { components = \"harmonic\" }\n\
                [[scenario]]\nname = \"最低\"\nmean = { components = \"minimum\" }\n\
                [[scenario]]\nname = \"第一项八成\"\nset = { \"component.one.weight\" = 80 }\n";
    let own = scenarios(&folder, file);
    // √(90 · 60) = 73.485, √(70 · 80) = 74.833; 2/(1/90 + 1/60) = 72, 2/(1/70 + 1/80) = 74.667; 0.8 · 90 + 0.2 · 60 = 84.
    assert_eq!(totals(&own[0]), ["73.48", "74.83", "76.00"]);
    assert_eq!(totals(&own[1]), ["72.00", "74.67", "76.00"]);
    assert_eq!(totals(&own[2]), ["60.00", "70.00", "76.00"]);
    assert_eq!(totals(&own[3]), ["84.00", "72.00", "76.00"]);
    assert_eq!(own[0]["means"]["components"], "geometric");
    // Both were second with 75; B stays so, A becomes third.
    assert_eq!((&own[0]["greatest_shift"], &own[0]["grades_changed"]), (&1.into(), &0.into()));
    let path = folder.path("情景.toml");
    let text = analyze(&folder, &["--draws", "10", "--scenario", path.to_str().unwrap(), "--lang", "en"]).ended(0).out;
    assert!(text.contains("side by side") && text.contains("第一项八成"), "{text}");
}

#[test]
fn a_scenario_file_that_is_wrong_is_refused_by_name() {
    let folder = three_by_two();
    let said = |text: &str, words: &str| {
        folder.write("情景.toml", text);
        let path = folder.path("情景.toml");
        let ran = analyze(&folder, &["--scenario", path.to_str().unwrap(), "--lang", "en"]).ended(2);
        assert!(ran.err.contains(words) && ran.out.is_empty(), "{text}: {}", ran.err);
    };
    said("[[scenari]]\nname = \"a\"\n", "did you mean scenario?");
    said("", "[[scenario]]");
    said("[[scenario]]\nname = \"a\"\nweigths = 3\n", "unknown key \"weigths\"");
    said("[[scenario]]\nset = {}\n", "needs a name");
    said("[[scenario]]\nname = \"a\"\n[[scenario]]\nname = \"a\"\n", "needs a name");
    said("[[scenario]]\nname = \"a\"\nmean = { indicator = \"median\" }\n", "did you mean indicators?");
    said("[[scenario]]\nname = \"a\"\nmean = { indicators = \"geometrical\" }\n", "geometric");
    said("[[scenario]]\nname = \"a\"\nmean = { components = \"median\" }\n", "no mean of this level");
    said("[[scenario]]\nname = \"a\"\nset = { \"component.won.weight\" = 40 }\n", "component.one.weight");
    said("[[scenario]]\nname = \"a\"\nset = { \"component.one.weight\" = 140 }\n", "from 0 to 100");
    said("[[scenario]]\nname = 3\n", "\"name\"");
    said("name = [", "TOML");
    let ran = analyze(&folder, &["--scenario", folder.path("没有.toml").to_str().unwrap()]);
    assert!(ran.err.contains("没有.toml"), "{}", ran.err);
}

#[test]
fn a_mean_of_zero_is_refused_with_the_name_of_the_unit() {
    let folder = two_components("单位,得分\nA,60\nB,0\nC,76\n");
    folder.write("情景.toml", "[[scenario]]\nname = \"几何\"\nmean = { components = \"geometric\" }\n");
    let path = folder.path("情景.toml");
    let ran = analyze(&folder, &["--scenario", path.to_str().unwrap(), "--lang", "en"]).ended(2);
    assert!(ran.err.contains("乙局") && ran.err.contains("几何") && ran.err.contains("第二项"), "{}", ran.err);
    // Of an indicator its code is named: in the city example one unit has no points on 3.1.2.
    let folder = Folder::scored_example("city-2025");
    folder.write("情景.toml", "[[scenario]]\nname = \"几何\"\nmean = { indicators = \"geometric\" }\n");
    let path = folder.path("情景.toml");
    let ran = analyze(&folder, &["--scenario", path.to_str().unwrap(), "--lang", "zh"]).ended(2);
    assert!(ran.err.contains("指标考核 3.1.2"), "{}", ran.err);
}

#[test]
fn the_map_shows_who_comes_first_under_any_two_weights() {
    // With w for the first component A has 60 + 30w, B 80 − 10w, C 76: B up to 0.3, B and C together at 0.4, C at 0.5, then A.
    let folder = three_by_two();
    let grid = ["--grid", "component.one.weight", "component.two.weight"];
    let document =
        analyze(&folder, &[&["--draws", "10", "--format", "json"], grid.as_slice()].concat()).ended(0).json();
    let points: Vec<(u64, Vec<&str>, u64)> = list(&document["grid"]["points"])
        .iter()
        .map(|own| {
            let first = list(&own["first"]).iter().map(str_of).collect();
            assert_eq!(own["percents"][0].as_u64().unwrap() + own["percents"][1].as_u64().unwrap(), 100);
            (own["percents"][0].as_u64().unwrap(), first, own["grades_changed"].as_u64().unwrap())
        })
        .collect();
    // One place, which C has: two grades change where another has it, one where nobody has it since two share the first rank.
    let expected = [(0, "B", 2), (10, "B", 2), (20, "B", 2), (30, "B", 2), (40, "B C", 1), (50, "C", 0), (60, "A", 2)];
    for (own, (percent, first, changed)) in points.iter().zip(expected) {
        assert_eq!((own.0, own.1.join(" ").as_str(), own.2), (percent, first, changed));
    }
    assert_eq!(points.len(), 11);
    let text = analyze(&folder, &[&["--draws", "10", "--lang", "en"], grid.as_slice()].concat()).ended(0).out;
    assert!(text.contains(": B C\n"), "{text}");
}

#[test]
fn effective_weights_add_up_and_correlations_are_symmetric() {
    let folder = Folder::scored_example("city-2025");
    let document = analyze(&folder, &["--draws", "10", "--format", "json"]).ended(0).json();
    let sum = |rows: &Value| -> f64 { list(rows).iter().map(|own| own["effective"].as_f64().unwrap()).sum() };
    assert!((sum(&document["weights"]) - 1.0).abs() < 1e-4);
    let table = &document["indicators"][0];
    assert!((sum(&table["items"]) - 1.0).abs() < 1e-4);
    let weights: f64 = list(&table["items"]).iter().map(|own| own["weight"].as_f64().unwrap()).sum();
    assert!((weights - 1.0).abs() < 1e-4);
    let rows: Vec<&Vec<Value>> = list(&table["correlations"]).iter().map(|row| row.as_array().unwrap()).collect();
    assert_eq!(rows.len(), 22);
    for (a, row) in rows.iter().enumerate() {
        assert_eq!(row.len(), 22);
        for (b, own) in row.iter().enumerate() {
            assert_eq!(own, &rows[b][a]);
            assert!(own.is_null() || own.as_f64().unwrap().abs() <= 1.0);
            assert!(a != b || own.is_null() || own == 1.0, "{own}");
        }
    }
    // What explains the whole explains at least what it explains alone, but for the error of an estimate.
    for own in list(&document["sensitivity"]["weights"]) {
        assert!(own["total"].as_f64().unwrap() > -0.001, "{own}");
    }
}

#[test]
fn the_median_and_the_lowest_dropped_act_on_the_indicators_of_a_cell() {
    let folder = Folder::scored_example("city-2025");
    let key = |mean: &str| format!("[[scenario]]\nname = \"{mean}\"\nmean = {{ indicators = \"{mean}\" }}\n");
    let own = scenarios(&folder, &[key("median"), key("drop-lowest"), key("minimum")].concat());
    for (at, is_higher) in [(1, true), (2, false)] {
        for unit in list(&own[at]["units"]) {
            let [official, other] = [0, 1].map(|at| str_of(&unit["totals"][at]).parse::<f64>().unwrap());
            assert!(if is_higher { other >= official } else { other <= official }, "{unit}");
        }
    }
    assert!(list(&own[0]["units"]).iter().any(|unit| unit["totals"][0] != unit["totals"][1]));
}

#[test]
fn the_workbook_has_scenarios_and_the_map_and_is_the_same_on_any_number_of_threads() {
    let folder = three_by_two();
    folder.write(
        "情景.toml",
        "[[scenario]]\nname = \"甲\"\nset = { \"component.one.weight\" = 80 }\n\
         [[scenario]]\nname = \"乙\"\nmean = { components = \"minimum\" }\n",
    );
    let file = folder.path("情景.toml");
    let run = |name: &str, jobs: &str| {
        let path = folder.path(name);
        let [file, path] = [&file, &path].map(|own| own.to_str().unwrap());
        let grid = ["--grid", "component.one.weight", "component.two.weight"];
        let more = ["--draws", "20", "--scenario", file, "--report", path, "--jobs", jobs];
        analyze(&folder, &[more.as_slice(), &grid].concat()).ended(0);
        folder.bytes(name)
    };
    assert!(run("一.xlsx", "1") == run("二.xlsx", "3"), "the same bytes");
    let book = Books::new(folder.root()).open("一.xlsx");
    let names: Vec<&str> = book.sheets().iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["概况", "位次区间", "逐一剔除", "权重影响", "情景对照", "权重地图"]);
    let texts = |sheet: &str| -> Vec<String> {
        let own = book.sheets().into_iter().find(|(name, _)| *name == sheet).unwrap().1;
        own.into_iter().map(|(_, text)| text.to_owned()).collect()
    };
    // Totals are numbers: 0.8 · 90 + 0.2 · 60 and the lower of 90 and 60.
    for word in ["甲", "乙", "84", "60"] {
        assert!(texts("情景对照").iter().any(|text| text == word), "{word}: {:?}", texts("情景对照"));
    }
    assert!(texts("权重地图").iter().any(|text| text == "B：B 乙局、C 丙局"), "{:?}", texts("权重地图"));
}
