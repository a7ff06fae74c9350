//! The order of files and rows changes nothing (SPEC §9, invariants).

use proptest::prelude::*;
use serde_json::Value;

use crate::support::{NUMBERS, Project, panel};

/// A small project that touches every kind of input; each table is a header and rows.
struct Table {
    path: &'static str,
    header: &'static str,
    rows: &'static [&'static str],
}

const TABLES: &[Table] = &[
    Table {
        path: "roster.csv",
        header: "单位代码,单位全称,分组,参评方式",
        rows: &[
            "U1,甲局,一组,",
            "U2,乙局,一组,",
            "U3,丙局,一组,",
            "U4,丁局,二组,单列",
            "U5,戊局,二组,",
            "U6,己局,二组,不参评",
        ],
    },
    Table {
        path: "self-reports/甲.csv",
        header: "单位代码,U1\n指标代码,自评得分,核定得分,核定说明",
        rows: &["X,60,55,核", "Y,40,38,核"],
    },
    Table {
        path: "self-reports/乙.csv",
        header: "单位代码,U2\n指标代码,自评得分,核定得分,核定说明",
        rows: &["X,60,55,核", "Y,30,38,核"],
    },
    Table {
        path: "self-reports/丙.csv",
        header: "单位代码,U3\n指标代码,自评得分,核定得分,核定说明",
        rows: &["X,50,50,核", "Y,40,40,"],
    },
    Table {
        path: "self-reports/丁.csv",
        header: "单位代码,U4\n指标代码,自评得分,核定得分,核定说明",
        rows: &["X,50,50,核", "Y,40,40,"],
    },
    Table {
        path: "verified/核.csv", header: "单位,指标代码,核定得分,核定说明", rows: &["U5,X,44,核", "U5,Y,22,核"]
    },
    Table {
        path: "ballots/b/一.csv",
        header: "评议主体,评委编号,所在单位,单位,评价",
        rows: &[
            "R,1,U1,U1,10",
            "R,1,U1,U2,9",
            "R,1,U1,U3,8",
            "R,1,U1,U4,7",
            "R,2,,U1,9",
            "R,2,,U2,弃权",
            "R,2,,U5,6.5",
        ],
    },
    Table {
        path: "ballots/b/二.csv",
        header: "评议主体,评委编号,所在单位,单位,评价",
        rows: &["R,10,,U1,6", "R,10,,U2,8", "R,10,,U3,8.5", "R,3,,U3,9", "R,3,,U1,11", "R,3,,U2,7", "R,2,,U6,1"],
    },
    Table {
        path: "tallies/b/票.csv",
        header: "单位,评议主体,10,5,弃权/未填,收回,有效,无效",
        rows: &["U1,S,3,1,0,4,4,0", "U2,S,2,2,1,5,5,0", "U3,S,4,0,0,4,4,0", "U4,S,1,1,0,2,2,0", "U5,S,0,4,0,4,4,0"],
    },
    Table {
        path: "given/g/分.csv",
        header: "单位,期次,得分",
        rows: &[
            "U1,1月,80",
            "U1,2月,85",
            "U2,1月,90",
            "U2,2月,75",
            "U3,1月,88",
            "U3,2月,77",
            "U4,1月,60",
            "U4,2月,61",
            "U5,1月,70",
            "U5,2月,71",
        ],
    },
    Table {
        path: "registers/加减分.csv",
        header: "编号,单位,代码,事由,审定分值,文件名称,文号,发文日期,状态,审定文号",
        rows: &[
            "1,U1,J1,甲,2,通报,文1,2025-03-01,工委审定,审1",
            "2,U1,J2,甲,2,通报,文2,2025-02-01,工委审定,审1",
            "10,U1,J2,乙,2,通报,文3,2025-02-01,工委审定,审1",
            "9,U1,J2,丙,2,通报,文4,2025-02-01,工委审定,审1",
            "4,U3,J1,丁,2,通报,文5,2025-02-01,拟提,",
        ],
    },
    Table {
        path: "registers/事项.csv",
        header: "编号,单位,代码,文件名称,文号,发文日期,状态,审定文号",
        rows: &["1,U2,V,通报,文9,2025-03-01,工委审定,审1", "2,U5,V,通报,文8,2025-03-01,不予采纳,"],
    },
    Table {
        path: "registers/审定.csv",
        header: "编号,单位,等次,文号,日期,状态",
        rows: &["1,U5,良好,审9,2026-01-10,工委审定"],
    },
    Table {
        path: "registers/更正.csv",
        header: "编号,单位,位置,旧值,新值,文号,状态",
        rows: &["1,U3,X,50,52,更1,工委审定"],
    },
];

const MODEL: &str = r#"
[[indicator]]
code = "X"
line = "L1"
aspect = "A1"
name = "甲"
points = 60
rule = "核定"
[[indicator]]
code = "Y"
line = "L1"
aspect = "A1"
name = "乙"
points = 40
rule = "核定"
[[component]]
id = "i"
name = "指标"
weight = 50
kind = "indicators"
[[component]]
id = "g"
name = "日常"
weight = 20
kind = "given"
periods = "last"
[self_report]
missing = "zero"
[over_claim]
free = 2
per = 1
points = 0.5
max = 2
[[adjustment]]
code = "J1"
name = "表彰"
kind = "bonus"
points = 2
[[adjustment]]
code = "J2"
name = "推广"
kind = "bonus"
points = 2
[[adjustment]]
code = "V"
name = "立案"
kind = "event"
[adjustments]
max_bonus = 5
[[grade]]
name = "优秀"
at_least = 80
quota = { share = 34 }
[[grade]]
name = "良好"
at_least = 60
[[grade]]
name = "一般"
[[cap]]
code = "V"
name = "否决"
at_most = "一般"
when = { event = "V" }
[rank]
tie_break = ["i"]
"#;

/// The units of the result without the places they were read from, by code.
fn units(order: Option<&[(usize, Vec<usize>)]>) -> Value {
    let keys = format!(
        "{NUMBERS}trim = {{ low = 1, high = 1, from = 4 }}\npositive_from = 8\nmissing_class = \"renormalise\""
    );
    let panel = panel(&keys, "R=60 S=40").replacen("weight = 100", "weight = 30", 1);
    let mut project = Project::new(&format!("{MODEL}{panel}"));
    for (index, table) in TABLES.iter().enumerate() {
        let natural: Vec<usize> = (0..table.rows.len()).collect();
        let (name, rows) = order.map_or((index, &natural), |order| (order[index].0, &order[index].1));
        let path = match (order, table.path.rsplit_once('/')) {
            (Some(_), Some((folder, _))) => format!("{folder}/{name:03}.csv"),
            _ => table.path.to_owned(),
        };
        let text: Vec<&str> = std::iter::once(table.header).chain(rows.iter().map(|row| table.rows[*row])).collect();
        project = project.file(&path, &text.join("\n"));
    }
    let run = project.score();
    let mut units: Vec<Value> = run.outcome().units.iter().map(|unit| serde_json::to_value(unit).unwrap()).collect();
    units.sort_by_key(|unit| unit["code"].as_str().unwrap().to_owned());
    let mut units = Value::Array(units);
    forget_places(&mut units);
    units
}

/// Puts nothing where a place `[file, sheet, "F12"]` stands.
fn forget_places(value: &mut Value) {
    match value {
        Value::Array(items) if matches!(items.as_slice(), [Value::Number(_), Value::Number(_), Value::String(_)]) => {
            *value = Value::Null;
        }
        Value::Array(items) => items.iter_mut().for_each(forget_places),
        Value::Object(fields) => fields.values_mut().for_each(forget_places),
        _ => {}
    }
}

/// New file numbers and row orders for all tables.
fn orders() -> impl Strategy<Value = Vec<(usize, Vec<usize>)>> {
    let rows: Vec<_> = TABLES.iter().map(|t| Just((0..t.rows.len()).collect::<Vec<_>>()).prop_shuffle()).collect();
    (Just((0..TABLES.len()).collect::<Vec<_>>()).prop_shuffle(), rows)
        .prop_map(|(names, rows)| names.into_iter().zip(rows).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_files_and_rows_changes_nothing(order in orders()) {
        prop_assert_eq!(units(Some(&order)), units(None));
    }
}

#[test]
fn the_shuffled_project_scores_as_calculated_by_hand() {
    let units = units(None);
    let total = |index: usize| units[index]["total"].as_str().unwrap().to_owned();
    // U1: X 55 + Y 38 = 93; last month 85; R: own mark of rater 1 dropped, 11 void: (9 + 6)/2 = 7.5; S 10 10 10 5 trimmed
    //   to 10 10: 0.6·75 + 0.4·100 = 85; base 46.5 + 17 + 25.5 = 89; bonus 2 + 2 + 1 of 5, matter 甲 once;
    //   self 100 − 93 − 2 = 5: 2.5, at most 2: 89 + 5 − 2
    assert_eq!(total(0), "92.00");
    // U3: X corrected 52 + 40 = 92; 77; R 8 + 8.5 + 9 = 8.5, S 10: 0.6·85 + 0.4·100 = 91; 46 + 15.4 + 27.3
    assert_eq!(total(2), "88.70");
}
