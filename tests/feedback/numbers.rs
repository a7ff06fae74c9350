//! Every number of a feedback workbook is that of result.json, and printed parts add up to the printed total.

use serde_json::Value;

use crate::runner::{Folder, list, str_of, unit};
use crate::sheets::{Sheet, example, hundredths, micro, sheet};

/// Codes of the units that have a workbook.
fn assessed(result: &Value) -> Vec<String> {
    let units = list(&result["units"]).iter().filter(|u| u["mode"] != "excluded");
    units.map(|u| str_of(&u["code"]).to_owned()).collect()
}

/// The row whose first cell is this, after the row that holds another text.
#[track_caller]
fn rows_between<'s>(
    sheet: &'s Sheet,
    header: &str,
    last: &str,
) -> (u32, Vec<&'s std::collections::BTreeMap<u32, String>>) {
    let start = sheet.iter().position(|row| row.values().any(|text| text == header)).unwrap();
    let column = *sheet[start].iter().find(|(_, text)| *text == header).unwrap().0;
    let rest = &sheet[start + 1..];
    let end = rest.iter().position(|row| row.get(&0).is_some_and(|text| text == last)).unwrap();
    (column, rest[..=end].iter().collect())
}

fn adds_up(folder: &Folder, code: &str, total: &str) {
    let details = sheet(folder, code, "得分明细");
    let (column, rows) = rows_between(&details, "计入总分", "总分");
    let (last, parts) = rows.split_last().unwrap();
    let sum: i128 = parts.iter().map(|row| micro(&row[&column])).sum();
    assert_eq!(sum, micro(total), "{code}: {parts:?}");
    assert_eq!(micro(&last[&column]), micro(total), "{code}");
    assert!(parts.iter().any(|row| row[&0] == "舍入差"), "{code}");
}

#[test]
fn printed_points_add_up_to_the_printed_total_for_every_unit_of_every_example() {
    for name in ["city-2025", "panel", "minimal"] {
        let folder = example(name);
        let result = folder.json("results/v001/result.json");
        let codes = assessed(&result);
        assert!(codes.len() > 2, "{name}");
        for code in codes {
            adds_up(&folder, &code, str_of(&unit(&result, &code)["total"]));
        }
    }
}

#[test]
fn every_leaf_shows_its_points_and_the_mean_of_its_group() {
    let folder = example("city-2025");
    let result = folder.json("results/v001/result.json");
    for code in assessed(&result) {
        let own = unit(&result, &code);
        let details = sheet(&folder, &code, "得分明细");
        let peers: Vec<&Value> = list(&result["units"])
            .iter()
            .filter(|u| u["group"] == own["group"] && u["mode"] == "ranked" && u["total"].is_string())
            .collect();
        for (index, leaf) in list(&own["leaves"]).iter().enumerate() {
            let row = details.iter().find(|row| row.get(&0).map(String::as_str) == leaf["code"].as_str()).unwrap();
            let shown = |column: u32| row[&column].as_str();
            match leaf["verified"].as_str() {
                Some(points) => {
                    assert_eq!(micro(shown(4)), hundredths(micro(points), 1), "{code} {leaf}");
                    let lost = micro(str_of(&leaf["full"])) - micro(points);
                    assert_eq!(micro(shown(5)), hundredths(lost, 1), "{code} {leaf}");
                }
                None => assert_eq!((shown(4), shown(5)), ("不涉及", "—"), "{code} {leaf}"),
            }
            match leaf["self"].as_str() {
                Some(points) => assert_eq!(micro(shown(3)), hundredths(micro(points), 1)),
                None => assert_eq!(shown(3), "—"),
            }
            let values: Vec<i128> =
                peers.iter().filter_map(|u| u["leaves"][index]["verified"].as_str()).map(micro).collect();
            if values.len() < 5 {
                assert_eq!((shown(6), shown(7), shown(8)), ("—", "—", "—"), "{code} {leaf}");
                continue;
            }
            let mean = hundredths(values.iter().sum(), values.len() as i128);
            assert_eq!(micro(shown(6)), mean, "{code} {leaf}");
            assert_eq!(micro(shown(8)), hundredths(*values.iter().max().unwrap(), 1), "{code} {leaf}");
        }
    }
}

#[test]
fn component_rates_and_class_means_are_those_of_the_result() {
    let folder = example("city-2025");
    let result = folder.json("results/v001/result.json");
    let names = |id: &str| {
        let components = list(&result["model"]["components"]);
        str_of(&components.iter().find(|c| c["id"] == id).unwrap()["name"]).to_owned()
    };
    for code in assessed(&result) {
        let own = unit(&result, &code);
        let details = sheet(&folder, &code, "得分明细");
        let (_, rows) = rows_between(&details, "计入总分", "总分");
        for (id, component) in own["components"].as_object().unwrap() {
            let row = rows.iter().find(|row| row[&0] == names(id)).unwrap();
            assert_eq!(micro(&row[&2]), micro(str_of(&component["rate"])), "{code} {id}");
        }
        let ballots = sheet(&folder, &code, "评议情况");
        let satisfaction = &own["components"]["online"]["ballots"]["satisfaction"];
        let row = ballots.iter().find(|row| row.get(&1).is_some_and(|text| text.starts_with("满意率"))).unwrap();
        match satisfaction.as_str() {
            Some(rate) => {
                let (over, under) = rate.split_once('/').unwrap();
                assert_eq!(micro(&row[&2]), hundredths(micro(over), under.parse().unwrap()), "{code}");
            }
            None => assert_eq!(row[&2], "—", "{code}"),
        }
    }
}

#[test]
fn the_charts_show_cells_of_their_own_sheet() {
    let folder = example("city-2025");
    let result = folder.json("results/v001/result.json");
    let own = unit(&result, "U08");
    let charts = sheet(&folder, "U08", "图表");
    for (name, code) in [("落实抓党建工作责任", "A1"), ("落实党建工作任务取得实效", "A2"), ("创新特色品牌培育", "A3")]
    {
        let row = charts.iter().find(|row| row.get(&0).is_some_and(|text| text == name)).unwrap();
        assert_eq!(micro(&row[&1]), micro(str_of(&own["aspects"][code]["rate"])), "{code}");
    }
    // The worst gap comes first: 1.1.2 has 2 of 4 points, 50 %; the group of seven has 85.71 % (24 of 28 points).
    let start = charts.iter().position(|row| row.get(&3).is_some_and(|text| text == "与组平均之差")).unwrap();
    let gaps: Vec<i128> = charts[start + 1..].iter().map(|row| micro(&row[&3])).collect();
    assert_eq!(gaps.len(), 22);
    assert!(gaps.is_sorted(), "{gaps:?}");
    assert_eq!(gaps[0], hundredths(50 * 1_000_000 * 28 - 24 * 100 * 1_000_000, 28));
}

#[test]
fn a_leaf_weighs_more_where_another_one_of_its_cell_does_not_apply() {
    let folder = example("city-2025");
    let outcome: assess::result::outcome::Outcome =
        serde_json::from_slice(&folder.bytes("results/v001/result.json")).unwrap();
    let stats = assess::documents::feedback::stats::GroupStats::of(
        &outcome,
        &assess::documents::feedback::privacy::Pattern::of(&outcome, &[]),
    );
    let gain = |unit: &str, leaf: &str| {
        let told = assess::documents::feedback::feedback(&outcome, &stats, outcome.unit(unit).unwrap());
        let index = outcome.model.tree.leaves.iter().position(|l| l.code == leaf).unwrap();
        told.gains.into_iter().find(|gain| gain.leaf == index).unwrap()
    };
    // U20: 1.2.4 does not apply, so the cell of 16 points rests on 12. 1.2.1 lost 2 of its 4 points:
    // 2/12 · 16/30 · 30/100 · 100 · 50 % = 4/3.
    let own = gain("U20", "1.2.1");
    assert_eq!((own.lost.fraction(), own.gain.fraction()), ("2/1".to_owned(), "4/3".to_owned()));
    // U12: all leaves apply; 2.1.2 lost 3.2 of 5 points: 3.2/100 · 100 · 50 % = 1.6.
    assert_eq!(gain("U12", "2.1.2").gain.fraction(), "8/5");
}
