//! `examples/county`: a published measure with two schemes, with every fraction of its table as it was calculated by hand.

use serde_json::Value;

use crate::cells::Books;
use crate::regrade_story::project;
use crate::runner::{Folder, assess, list, str_of, unit};

/// A line of the published table.
type Line = (&'static str, [&'static str; 2], [&'static str; 3], &'static str, &'static str, u64);

/// Unit, composite rate, rate × coefficient, investment, information, funeral reform, total exactly and as printed, place in its group.
///
/// LC: 48.2 + 0.6·1.5 + 1.2·0.15 − 5·0.15 = 48.53; 48.53·1.35 = 65.5155; 400·65.5155/91.15. A zone has neither formula nor coefficient.
#[rustfmt::skip]
const TABLE: [Line; 7] = [
    ("LC", ["4853/100", "131031/2000"], ["524124/1823", "20/1", "215/8"], "4876617/14584", "334.38", 3),
    ("LW", ["256/5", "1536/25"], ["491520/1823", "19/1", "51/2"], "1145287/3646", "314.12", 4),
    ("RA", ["557/10", "557/8"], ["557000/1823", "39/2", "207/8"], "5117749/14584", "350.92", 2),
    ("WC", ["1823/20", "1823/20"], ["400/1", "37/2", "49/2"], "443/1", "443.00", 1),
    ("OJ", ["", ""], ["372/1", "16/1", "199/8"], "3303/8", "412.88", 2),
    ("JK", ["", ""], ["3860/11", "20/1", "27/1"], "4377/11", "397.91", 3),
    ("ST", ["", ""], ["400/1", "64/5", "191/8"], "17467/40", "436.68", 1),
];
/// The input of WC as it should have been: 80.9 + 0.8·1.5 + 4·0.15 + 3·0.15 = 83.15.
const CORRECTION: &str =
    "编号,单位,位置,旧值,新值,理由,文号,状态\n1,WC,T1/rate,88.9,80.9,录入有误,工委〔2026〕5号,工委审定\n";
/// The row, as far as a unit could recognise it.
const ROW: [&str; 5] = ["更正登记", "5号", "80.9", "83.15", "91.15"];

/// A leaf of a unit.
fn leaf<'v>(result: &'v Value, code: &str, leaf: &str) -> &'v Value {
    list(&unit(result, code)["leaves"]).iter().find(|own| own["code"] == leaf).unwrap()
}

/// The points of the three indicators.
fn points<'v>(result: &'v Value, code: &str) -> [&'v str; 3] {
    ["T1", "X1", "B1"].map(|own| str_of(&leaf(result, code, own)["verified"]))
}

#[test]
fn rates_points_and_totals_are_those_of_the_published_measure() {
    let result = Folder::scored_example("county").result();
    for (code, rates, own, total, printed, rank) in TABLE {
        let investment = leaf(&result, code, "T1");
        if rates == ["", ""] {
            assert!(investment["formula"].is_null() && investment["coefficient"].is_null(), "{code}");
        } else {
            let measured = [&investment["formula"]["value"], &investment["compared"]["value"]].map(str_of);
            assert_eq!(measured, rates, "{code}");
        }
        assert_eq!(points(&result, code), own, "{code}");
        let unit = unit(&result, code);
        assert_eq!(str_of(&unit["exact"]["total"]), total, "{code}");
        assert_eq!((str_of(&unit["total"]), unit["rank_group"].as_u64()), (printed, Some(rank)), "{code}");
        assert!(unit["grade"].is_null(), "{code}");
    }
    let overall = TABLE.map(|row| unit(&result, row.0)["rank_overall"].as_u64().unwrap());
    assert_eq!(overall, [6, 7, 5, 1, 3, 4, 2]);
    assert_eq!(list(&result["findings"]), [] as [Value; 0]);
}

#[test]
fn a_year_of_funeral_reform_is_the_mean_of_twelve_months() {
    let result = Folder::scored_example("county").result();
    let months = list(&leaf(&result, "LC", "B1")["periods"]);
    let points: Vec<&str> = months.iter().map(|month| str_of(&month["verified"])).collect();
    // Places 1 2 5 3 1 5 2 1 2 5 3 7: 30 less 1.5 for each further place.
    let expected = "30/1 57/2 24/1 27/1 30/1 24/1 57/2 30/1 57/2 24/1 27/1 21/1";
    assert_eq!(points.join(" "), expected);
}

#[test]
fn the_award_passes_over_who_has_too_few_points_for_funeral_reform() {
    let result = Folder::scored_example("county").result();
    let fates: Vec<Vec<String>> = list(&result["awards"])
        .iter()
        .map(|award| {
            let of = |own: &Value| {
                let code = &result["units"][own["unit"].as_u64().unwrap() as usize]["code"];
                [code, &own["value"], &own["fate"]].map(str_of).join(" ")
            };
            list(&award["contenders"]).iter().map(of).collect()
        })
        .collect();
    // Rates of investment: 305.54/400 and so on. ST has 191/8 = 23.875 points, fewer than 24.
    let counties = ["WC 100.00 won", "RA 76.39 behind", "LC 71.88 behind", "LW 67.41 behind"];
    let zones = ["ST 100.00 barred", "OJ 93.00 won", "JK 87.73 behind"];
    assert_eq!(fates, [counties.to_vec(), zones.to_vec()]);
}

#[test]
fn sections_that_a_measure_without_grades_and_quotas_lacks_leave_no_gap_in_their_numbers() {
    for (lang, headings) in [
        ("zh", ["一、核对", "二、各组单位", "三、总分分布", "四、校验提示", "五、分布图"]),
        ("en", ["1. Reconciliation", "2. Groups", "3. Totals", "4. Findings", "5. Charts"]),
    ] {
        let folder = Folder::example("county");
        folder.edit("assess.toml", "language = \"zh\"", &format!("language = \"{lang}\""));
        folder.score(&[]).ended(0);
        let books = Books::new(folder.root());
        let book = books.open("results/v001/result.xlsx");
        let (_, cells) = book.sheets().into_iter().next().unwrap();
        let mut found = cells.iter().map(|(_, text)| *text);
        for heading in headings {
            assert!(found.any(|text| text.starts_with(heading)), "{heading}, in this order: {cells:?}");
        }
    }
}

/// The example with v001 and the correction of WC's input in the register.
fn corrected() -> Folder {
    let folder = Folder::scored_example("county");
    folder.write("registers/更正登记.csv", CORRECTION);
    folder
}

/// Applies what the registers say now as v002.
fn apply(folder: &Folder) -> Value {
    let preview = project(&folder.run("regrade", &["--format", "json"]));
    folder.run("regrade", &["--apply", str_of(&preview["token"]), "--reason", "录入更正"]).ended(0);
    folder.json("results/v002/result.json")
}

#[test]
fn a_corrected_input_moves_the_basis_of_the_other_counties_and_says_because_of_whom() {
    let folder = corrected();
    let preview = project(&folder.run("regrade", &["--format", "json"]));
    let moved = list(&preview["diff"]["units"]).iter().filter(|own| own["old"]["total"] != own["new"]["total"]);
    let moved: Vec<&Value> = moved.collect();
    assert_eq!(moved.iter().map(|own| str_of(&own["code"])).collect::<Vec<_>>(), ["RA", "LC", "LW"]);
    for own in moved {
        let [cause] = list(&own["causes"]) else { panic!("{own}") };
        assert_eq!([&cause["cause"], &cause["code"]].map(str_of), ["basis", "T1"]);
        let [by] = list(&cause["by"]) else { panic!("{cause}") };
        let [row] = list(&by["rows"]) else { panic!("{by}") };
        let said = [&by["code"], &row["register"], &row["id"], &row["at"]["file"], &row["at"]["cell"]].map(str_of);
        assert_eq!(said, ["WC", "corrections", "1", "registers/更正登记.csv", "A2"]);
    }
    // The committee reads the same.
    let table = folder.run("regrade", &[]).ended(0).out;
    for code in ["LC", "LW", "RA"] {
        let line = table.lines().find(|line| line.starts_with(&format!("| {code} "))).unwrap();
        assert!(line.contains("比较基准有变化，因 WC") && line.contains("更正登记 1"), "{line}");
    }

    let result = apply(&folder);
    let investment = ["LC", "LW", "RA", "WC", "OJ", "JK", "ST"].map(|code| points(&result, code)[0]);
    let expected = ["524124/1663", "491520/1663", "557000/1663", "400/1", "372/1", "3860/11", "400/1"];
    assert_eq!(investment, expected);
    assert_eq!(str_of(&leaf(&result, "WC", "T1")["formula"]["value"]), "1663/20");
    let ranks = TABLE.map(|row| unit(&result, row.0)["rank_group"].as_u64().unwrap());
    assert_eq!(ranks, [3, 4, 2, 1, 2, 3, 1]);
    assert_eq!(result["awards"][0]["contenders"][0]["fate"], "won");
    assess(&["-C", folder.shown(), "verify", "--all"]).ended(0);
}

#[test]
fn letters_of_who_moved_with_the_basis_name_neither_the_unit_nor_the_row() {
    let folder = corrected();
    apply(&folder);
    folder.run("feedback", &["--changed"]).ended(0);
    let books = Books::new(folder.root());
    let whole = |name: &str| {
        let book = books.open(&format!("feedback/v002-变更/{name}.xlsx"));
        let sheets = book.sheets();
        sheets.iter().flat_map(|(_, cells)| cells.iter().map(|(_, text)| *text)).collect::<String>()
    };
    for (name, said) in [
        ("LC_云岚市林川县", "总分由334.38分变为362.04分"),
        ("LW_云岚市柳湾县", "总分由314.12分变为340.06分"),
        ("RA_云岚市荣岸县", "总分由350.92分变为380.31分"),
    ] {
        let text = whole(name);
        assert!(text.contains(said), "{name}: {text}");
        for word in ["WC", "望岑"].iter().chain(&ROW) {
            assert!(!text.contains(word), "{name} says {word}: {text}");
        }
    }
    // WC itself is told what was corrected.
    let text = whole("WC_云岚市望岑县");
    assert!(text.contains("按更正登记 1 更正") && text.contains("原为 91.15"), "{text}");
}

#[test]
fn an_approval_before_the_first_version_gives_the_same_points_as_a_re_grade() {
    let folder = Folder::example("county");
    folder.write("registers/更正登记.csv", CORRECTION);
    let first = folder.scored();
    let second = apply(&corrected());
    for (code, ..) in TABLE {
        let total = |result: &Value| unit(result, code)["exact"]["total"].clone();
        assert_eq!((points(&first, code), total(&first)), (points(&second, code), total(&second)), "{code}");
    }
    assess(&["-C", folder.shown(), "verify"]).ended(0);
}
