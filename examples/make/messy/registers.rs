//! The registers: bonuses in one file, deductions in a csv, events and decisions as two sheets of a third.

use std::path::Path;

use anyhow::Result;

use crate::city::registers::{ADJUSTMENTS, Adjustment, DECISIONS, EVENTS};
use crate::grid::{self, Encoding, Grid};
use crate::paper::Cell;

const HEADER: [&str; 14] = [
    "登记编号",
    "申报单位",
    "加减分代码",
    "事项名称",
    "级别",
    "申报分值",
    "审定分值",
    "文件名称",
    "文件文号",
    "颁发单位",
    "发文日期",
    "状态",
    "审定文号",
    "备注",
];

/// Writes `registers/`.
pub(super) fn write(dir: &Path) -> Result<()> {
    let folder = dir.join("registers");
    let (early, rest): (Vec<&Adjustment>, Vec<&Adjustment>) = ADJUSTMENTS.iter().partition(|row| row[10] < "2025-07");
    let (bonuses, others): (Vec<&Adjustment>, Vec<&Adjustment>) = rest.into_iter().partition(|row| row[2] < "K");
    grid::save(&folder.join("加分登记（下半年）.xlsx"), &[sheet(&bonuses, chinese_date)])?;
    grid::save(&folder.join("上半年加减分/副本登记表.xlsx"), &[sheet(&early, real_date)])?;
    sheet(&others, slashed_date).save_csv(&folder.join("扣分登记-下半年.csv"), Encoding::Gbk)?;
    grid::save(&folder.join("事项和等次.xlsx"), &[events(), decisions()])
}

fn sheet(rows: &[&Adjustment], date: fn(&str) -> Cell) -> Grid {
    let mut grid = Grid::new("登记");
    grid.line("云岚市2025年度市直机关党建考核加减分登记表", 14);
    grid.line("登记部门：工委办公室（盖章）　　2026年1月16日", 14);
    grid.texts(&HEADER);
    for row in rows {
        let cell = |column: usize| match column {
            5 | 6 if row[column].is_empty() => Cell::Blank,
            5 | 6 => Cell::from(format!("{}分", row[column])),
            10 => date(row[10]),
            _ => Cell::from(row[column]),
        };
        grid.row((0..14).map(cell).collect());
    }
    grid.texts(&["制表：工委办"]);
    grid
}

fn parts(date: &str) -> Option<(u16, u8, u8)> {
    let mut parts = date.split('-');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// `2025年9月12日`.
fn chinese_date(date: &str) -> Cell {
    parts(date).map_or(Cell::Blank, |(year, month, day)| Cell::from(format!("{year}年{month}月{day}日")))
}

/// A date cell.
fn real_date(date: &str) -> Cell {
    parts(date).map_or(Cell::Blank, |(year, month, day)| Cell::Date(year, month, day))
}

/// `2025/9/12`.
fn slashed_date(date: &str) -> Cell {
    parts(date).map_or(Cell::Blank, |(year, month, day)| Cell::from(format!("{year}/{month}/{day}")))
}

fn events() -> Grid {
    let mut grid = Grid::new("Sheet1");
    grid.line("事项登记（一票否决、等次限制）", 12);
    grid.texts(&[
        "编号",
        "单位名称",
        "事项代码",
        "事由",
        "级别",
        "文件名称",
        "文号",
        "通报单位",
        "发文日期",
        "状态",
        "审定文号",
        "备注",
    ]);
    for row in &EVENTS {
        let mut cells: Vec<Cell> = row.iter().map(|text| Cell::from(*text)).collect();
        cells[8] = real_date(row[8]);
        grid.row(cells);
    }
    grid
}

fn decisions() -> Grid {
    let mut grid = Grid::new("Sheet2");
    grid.line("等次审定", 9);
    grid.texts(&["编号", "单位", "审定等次", "不占名额", "突破上限", "条款", "文号", "审定日期", "状态"]);
    for row in &DECISIONS {
        let mut cells: Vec<Cell> = row.iter().map(|text| Cell::from(*text)).collect();
        cells[7] = chinese_date(row[7]);
        grid.row(cells);
    }
    grid.texts(&["合计", "2个单位"]);
    grid
}
