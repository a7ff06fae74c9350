//! The online tallies: merged heads with 票数 behind the levels, a rate beside them, one as csv, one without its class.

use std::path::Path;

use anyhow::Result;

use crate::city::tallies::{CLASSES, Class, count};
use crate::city::units::{Unit, assessed};
use crate::grid::{self, Encoding, Grid};
use crate::paper::Cell;

/// Writes `tallies/online/`.
pub(super) fn write(dir: &Path) -> Result<()> {
    let folder = dir.join("tallies/online");
    let [staff, served, public] = &CLASSES;
    grid::save(&folder.join("问卷后台导出(干部职工).xlsx"), &[merged(staff)])?;
    plain(served).save_csv(&folder.join("服务对象_统计.csv"), Encoding::Utf8Mark)?;
    grid::save(&folder.join("O3/微信公众号问卷汇总.xlsx"), &[suffixes(public)])
}

fn name(unit: &Unit) -> &'static str {
    if unit.code == "U13" { "云岚市工商行政管理局" } else { unit.short }
}

/// {评价意见: … 票数} under a merged head, counts as text, a 满意率 column, 合计 below.
fn merged(class: &Class) -> Grid {
    let mut grid = Grid::new("汇总");
    grid.line(&format!("网上满意度票数汇总（{}）", class.name), 13);
    grid.texts(&[
        "序号",
        "单位",
        "评议主体",
        "评价意见",
        "",
        "",
        "",
        "",
        "发出数",
        "收回数",
        "有效数",
        "无效数",
        "满意率(%)",
    ]);
    let levels = ["满意票数", "比较满意票数", "基本满意票数", "不满意票数", "未填票数"];
    grid.texts(&[&["", "", ""], levels.as_slice()].concat());
    for col in [0, 1, 2, 8, 9, 10, 11, 12] {
        grid.merge([1, col, 2, col]);
    }
    grid.merge([1, 3, 1, 7]);
    for (number, unit) in (1..).zip(assessed()) {
        let [_, class, votes @ ..] = count(class, unit);
        let rate = rate(&votes);
        let mut cells = vec![Cell::from(number), Cell::from(name(unit)), class];
        cells.extend(votes.map(|cell| Cell::from(cell.shown())));
        cells.push(rate);
        grid.row(cells);
    }
    grid.texts(&["合计", "", "", "—", "—", "—", "—", "—"]);
    grid
}

/// The share of satisfied answers, one decimal.
fn rate(votes: &[Cell]) -> Cell {
    let number = |cell: &Cell| if let Cell::Hundredths(value) = cell { value / 100 } else { 0 };
    let all: i64 = votes[..4].iter().map(number).sum();
    let satisfied = all - number(&votes[3]);
    Cell::Hundredths(satisfied * 1000 / all.max(1) * 10)
}

/// One row a unit, levels as they are.
fn plain(class: &Class) -> Grid {
    let mut grid = Grid::new("统计");
    grid.texts(&["统计时间：2026年1月12日"]);
    let levels = ["满意数", "比较满意数", "基本满意数", "不满意数", "不了解"];
    grid.texts(&[&["单位", "测评主体"], levels.as_slice(), &["发出", "收回", "有效", "无效"]].concat());
    for unit in assessed() {
        grid.row(count(class, unit).into());
    }
    grid
}

/// The class is the folder; counts with 次 or full-width, the title in two lines.
fn suffixes(class: &Class) -> Grid {
    let mut grid = Grid::new("Sheet1");
    grid.line("2025年度机关党建网上满意度", 10);
    grid.line("来源：微信公众号　　统计时间：2026年1月12日", 10);
    let levels = ["满 意", "比较满意", "基本满意", "不满意", "弃权/未填"];
    grid.texts(&[&["被测评单位"], levels.as_slice(), &["发出票数", "收回票数", "有效票数", "无效票数"]].concat());
    for unit in assessed() {
        let [_, _, first, rest @ ..] = count(class, unit);
        let mut cells = vec![Cell::from(name(unit)), Cell::from(super::style::full_width(&first.shown()))];
        cells.extend(rest);
        grid.row(cells);
    }
    grid.texts(&["注：公众问卷没有发出数。"]);
    grid
}
