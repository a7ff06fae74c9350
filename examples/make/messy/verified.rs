//! 核定表: the platform's figures as GBK csv, a matrix for the enterprises, a form of its own for each vertically run unit.

use std::path::Path;

use anyhow::Result;

use super::reports::is_verified_elsewhere;
use super::style::Style;
use crate::city::leaves::Leaf;
use crate::city::self_reports::{Entry, entries, platform_rate};
use crate::city::units::{UNITS, Unit, assessed};
use crate::grid::{self, Encoding, Grid};
use crate::paper::{Cell, decimal_text};

/// Writes `verified/`.
pub(super) fn write(dir: &Path) -> Result<()> {
    platform(dir)?;
    let elsewhere: Vec<&Unit> = UNITS.iter().filter(|unit| is_verified_elsewhere(unit)).collect();
    let (own_forms, matrix): (Vec<&Unit>, Vec<&Unit>) = elsewhere.into_iter().partition(|unit| unit.code < "U21");
    for unit in own_forms {
        form(dir, unit)?;
    }
    grid::save(&dir.join("verified/企事业组核定汇总.xlsx"), &[points(&matrix), values(&matrix)])
}

/// Indicator 3.2.3 from the platform: `96.5%`, units by short name.
fn platform(dir: &Path) -> Result<()> {
    let mut grid = Grid::new("核定");
    grid.texts(&["智慧党建平台应用率（信息中心提供）"]);
    grid.texts(&["序号", "单位", "指标代码", "核定值", "核定说明"]);
    for (number, unit) in (1..).zip(assessed()) {
        let rate = format!("{}%", decimal_text(platform_rate(unit), 10));
        grid.row(vec![
            Cell::from(number),
            Cell::from(unit.short),
            Cell::from("3.2.3"),
            Cell::from(rate),
            Cell::from("平台统计"),
        ]);
    }
    grid.save_csv(&dir.join("verified/平台导出_20260106.csv"), Encoding::Gbk)
}

/// The form of one unit, which its title names.
fn form(dir: &Path, unit: &Unit) -> Result<()> {
    let mut grid = Grid::new("核定");
    grid.line(&format!("2025年度机关党建考核核定表（{}）", unit.short), 5);
    grid.texts(&["项目及分值", "指标代码", "核定值", "核定得分", "核定说明"]);
    for (leaf, entry) in entries(unit) {
        let (value, score) = verified(leaf, &entry);
        let named = format!("{}（{}分）", leaf.name, leaf.points);
        grid.row(vec![Cell::from(named), Cell::from(leaf.code), value, score, Cell::from(entry.note)]);
    }
    grid.line("审核人：　　　　　　2026年1月14日", 5);
    grid::save(&dir.join(format!("verified/垂管组/{}核定表.xlsx", unit.short)), &[grid])
}

/// 核定值 and 核定得分 of an entry.
fn verified(leaf: &Leaf, entry: &Entry) -> (Cell, Cell) {
    if leaf.is_direct() {
        (Cell::Blank, Cell::Hundredths(entry.verified.1))
    } else {
        (Style::Texts.value(entry.verified.0, leaf.params.contains("in=percent")), Cell::Blank)
    }
}

/// The matrix of typed points, with the notes beside them, under a merged header.
fn points(units: &[&Unit]) -> Grid {
    let mut grid = Grid::new("核定得分");
    let direct: Vec<&str> = entries(units[0]).iter().filter(|(l, _)| l.is_direct()).map(|(l, _)| l.name).collect();
    let mut over = vec!["序号", "单位"];
    let mut under = vec!["", ""];
    for name in &direct {
        over.extend([*name, ""]);
        under.extend(["核定得分", "核定说明"]);
    }
    let width = u16::try_from(over.len()).expect("a narrow matrix");
    grid.line("企事业组核定得分汇总", width);
    grid.texts(&over);
    grid.texts(&under);
    for col in 0..2 {
        grid.merge([1, col, 2, col]);
    }
    for col in (2..width).step_by(2) {
        grid.merge([1, col, 1, col + 1]);
    }
    for (number, unit) in (1..).zip(units) {
        let mut cells = vec![Cell::from(number), Cell::from(unit.name)];
        for (_, entry) in entries(unit).iter().filter(|(leaf, _)| leaf.is_direct()) {
            cells.extend([Cell::Hundredths(entry.verified.1), Cell::from(entry.note)]);
        }
        grid.row(cells);
    }
    grid
}

/// The matrix of verified values, units × indicators.
fn values(units: &[&Unit]) -> Grid {
    let mut grid = Grid::new("核定值");
    let measured: Vec<String> = entries(units[0])
        .iter()
        .filter(|(leaf, _)| !leaf.is_direct())
        .map(|(leaf, _)| format!("{} {}", leaf.code, leaf.name))
        .collect();
    grid.line("企事业组核定值汇总", u16::try_from(measured.len() + 1).expect("a narrow matrix"));
    let mut header = vec!["单位"];
    header.extend(measured.iter().map(String::as_str));
    grid.texts(&header);
    for unit in units {
        let mut cells = vec![Cell::from(unit.short)];
        let own = entries(unit);
        cells.extend(own.iter().filter(|(leaf, _)| !leaf.is_direct()).map(|(leaf, entry)| verified(leaf, entry).0));
        grid.row(cells);
    }
    grid
}
