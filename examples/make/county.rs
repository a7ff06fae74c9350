//! `examples/county`: counties and development zones by a published measure: rates from a formula, places, months, coefficients.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::paper::{Cell, Paper};

/// A unit with everything that is known of it.
struct Unit {
    code: &'static str,
    name: &'static str,
    group: &'static str,
    /// The difficulty coefficient; a zone has none.
    coefficient: &'static str,
    /// Completion of investment, in tenths of a percent.
    completion: i64,
    /// Growth of GDP, its target, and the gaps in growth of productive and of industrial investment, in percent; a zone has none.
    growth: [&'static str; 4],
    /// Information work as checked.
    information: &'static str,
    /// The places for funeral reform that were announced from January to December.
    months: [i64; 12],
}

/// The growth of a unit that is measured by completion alone.
const NONE: [&str; 4] = [""; 4];
/// The names of the inputs in the formula, in the order of the rows.
const INPUTS: [&str; 4] = ["gdp", "target", "gap1", "gap2"];

#[rustfmt::skip]
const UNITS: [Unit; 7] = [
    Unit { code: "LC", name: "云岚市林川县", group: "县", coefficient: "1.35", completion: 482, growth: ["9.6", "9", "1.2", "-5"],
           information: "92.5", months: [1, 2, 5, 3, 1, 5, 2, 1, 2, 5, 3, 7] },
    Unit { code: "LW", name: "云岚市柳湾县", group: "县", coefficient: "1.2", completion: 521, growth: ["9.1", "10", "2", "1"],
           information: "81", months: [4, 6, 3, 2, 2, 6, 4, 4, 6, 3, 2, 6] },
    Unit { code: "RA", name: "云岚市荣岸县", group: "县", coefficient: "1.25", completion: 554, growth: ["10.3", "10", "-1.5", "0.5"],
           information: "88.4", months: [7, 3, 1, 1, 3, 7, 6, 7, 3, 1, 1, 5] },
    Unit { code: "WC", name: "云岚市望岑县", group: "县", coefficient: "1", completion: 889, growth: ["12.8", "12", "4", "3"],
           information: "70.2", months: [3, 7, 6, 7, 4, 1, 1, 3, 7, 6, 7, 4] },
    Unit { code: "OJ", name: "云岚市鸥矶新区", group: "区", coefficient: "", completion: 1023, growth: NONE,
           information: "80", months: [6, 4, 4, 6, 5, 2, 3, 6, 4, 4, 6, 3] },
    Unit { code: "JK", name: "云岚市金坑经济区", group: "区", coefficient: "", completion: 965, growth: NONE,
           information: "100", months: [2, 1, 2, 5, 6, 3, 5, 2, 1, 2, 5, 2] },
    Unit { code: "ST", name: "云岚市石塘产业区", group: "区", coefficient: "", completion: 1100, growth: NONE,
           information: "64", months: [5, 5, 7, 4, 7, 4, 7, 5, 5, 7, 4, 1] },
];

/// Writes all workbooks of the project into `dir`.
pub(crate) fn write(dir: &Path) -> Result<()> {
    roster(dir)?;
    investment(dir)?;
    information(dir)?;
    funerals(dir)
}

fn roster(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("单位名册", "云岚市县区工作考核参评单位名册", 5)?;
    paper.header(&["单位代码", "单位全称", "分组", "参评方式", "系数"])?;
    for unit in &UNITS {
        let coefficient = if unit.coefficient.is_empty() { Cell::Blank } else { number(unit.coefficient)? };
        let [code, name, group, kind] = [unit.code, unit.name, unit.group, "排名"].map(Cell::from);
        paper.row(&[code, name, group, kind, coefficient])?;
    }
    paper.save(&dir.join("roster.xlsx"))
}

/// A county has one row for each input of its formula, a zone one row with its completion.
fn investment(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("核定表", "2025年度投资工作核定表", 5)?;
    paper.header(&["单位代码", "单位", "指标代码", "输入项", "核定值"])?;
    for unit in &UNITS {
        let zone = unit.growth == NONE;
        let completion = if zone { "" } else { "rate" };
        paper.row(&line(unit, "T1", completion, Cell::Percent(unit.completion)))?;
        for (input, value) in INPUTS.iter().zip(unit.growth).filter(|_| !zone) {
            paper.row(&line(unit, "T1", input, number(value)?))?;
        }
    }
    paper.save(&dir.join("verified/投资工作核定表.xlsx"))
}

fn information(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("核定表", "2025年度信息工作核定表", 4)?;
    paper.header(&["单位代码", "单位", "指标代码", "核定值"])?;
    for unit in &UNITS {
        let [code, name, leaf] = [unit.code, unit.name, "X1"].map(Cell::from);
        paper.row(&[code, name, leaf, number(unit.information)?])?;
    }
    paper.save(&dir.join("verified/信息工作核定表.xlsx"))
}

/// One row for each unit and month.
fn funerals(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("核定表", "2025年度殡葬改革每月位次核定表", 5)?;
    paper.header(&["单位代码", "单位", "指标代码", "期次", "核定值"])?;
    for unit in &UNITS {
        for (month, place) in (1..).zip(unit.months) {
            paper.row(&line(unit, "B1", &format!("{month}月"), Cell::from(place)))?;
        }
    }
    paper.save(&dir.join("verified/殡葬改革位次核定表.xlsx"))
}

/// A row of a 核定表: unit, indicator, the input or period, the value.
fn line(unit: &Unit, leaf: &str, part: &str, value: Cell) -> [Cell; 5] {
    let [code, name, leaf, part] = [unit.code, unit.name, leaf, part].map(Cell::from);
    [code, name, leaf, part, value]
}

fn number(text: &str) -> Result<Cell> {
    Cell::decimal(text).with_context(|| format!("{text} is no number"))
}
