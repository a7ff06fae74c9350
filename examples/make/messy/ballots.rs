//! The ballots: a sheet for each rater, ticks under merged levels, a whole class in one csv.

use std::path::Path;

use anyhow::Result;

use crate::city::ballots::{CLASSES, Class, Rater, marks, rater};
use crate::city::units::Unit;
use crate::grid::{self, Encoding, Grid};
use crate::paper::Cell;

/// Writes `ballots/meeting/`.
pub(super) fn write(dir: &Path) -> Result<()> {
    let folder = dir.join("ballots/meeting");
    let [leaders, heads, cadres, delegates, served] = &CLASSES;
    one_sheet_each(&folder.join("工委领导评议票（6张）.xlsx"), leaders)?;
    for rater in raters(heads) {
        let path = folder.join(format!("部门负责人/扫描录入{}.xlsx", rater.id));
        grid::save(&path, &[ticks(heads, &rater)])?;
    }
    long(cadres, "党务干部").save_csv(&folder.join("党务干部评议汇总导出.csv"), Encoding::Gbk)?;
    let pages: Vec<Grid> = raters(delegates).map(|rater| ticks(delegates, &rater)).collect();
    grid::save(&folder.join("党员代表评议票合订.xlsx"), &pages)?;
    long(served, "服务单位群众代表").save_csv(&folder.join("服务对象/评议结果.csv"), Encoding::Utf16)
}

fn raters(class: &Class) -> impl Iterator<Item = Rater> {
    (1..=class.raters).map(|number| rater(class, number))
}

/// A workbook with one ballot a sheet: class, rater and date in one cell; marks as words, some padded with a space.
fn one_sheet_each(path: &Path, class: &Class) -> Result<()> {
    let page = |rater: Rater| {
        let mut grid = Grid::new(&rater.id);
        grid.line("云岚市2025年度市直机关党建述职评议票", 4);
        grid.line(&format!("评议主体：{}　　评委编号：{}　　2026年1月15日", class.name, rater.id), 4);
        grid.texts(&["序 号", "被评单位", "评价意见", "备注"]);
        for (number, (unit, mark)) in (1..).zip(marks(class, &rater)) {
            let padded = if mark == "较好" && number % 3 == 0 { "较 好" } else { mark };
            grid.row(vec![Cell::from(number), Cell::from(unit.name), Cell::from(padded)]);
        }
        grid.texts(&["说明：每个单位只评一个等次。"]);
        grid
    };
    grid::save(path, &raters(class).map(page).collect::<Vec<_>>())
}

const LEVELS: [&str; 6] = ["好", "较好", "一般", "差", "弃权", "不了解"];

/// A matrix: a tick under one of the levels that stand under a merged header.
fn ticks(class: &Class, rater: &Rater) -> Grid {
    const TICKS: [&str; 4] = ["√", "✓", "✔", "1"];
    let mut grid = Grid::new(&format!("票{}", rater.id));
    grid.line("市直机关党建述职评议票", 8);
    let home = rater.home.map_or(String::new(), |home| format!("　　所在单位：{}", home.name));
    grid.line(&format!("评议主体：{}　　评委编号：{}{home}", class.name, rater.id), 8);
    grid.texts(&["序号", "单位", "评价意见"]);
    grid.texts(&["", "", "好", "较好", "一般", "差", "弃权", "不了解"]);
    for block in [[2, 0, 3, 0], [2, 1, 3, 1], [2, 2, 2, 7]] {
        grid.merge(block);
    }
    for (number, (unit, mark)) in (1..).zip(marks(class, rater)) {
        let mut cells = vec![Cell::from(number), Cell::from(unit.short)];
        let tick = TICKS[rater.id.len() % 2 + usize::from(unit.code > "U12") * 2];
        cells.extend(LEVELS.map(|level| if level == mark { Cell::from(tick) } else { Cell::Blank }));
        grid.row(cells);
    }
    grid.line("注：在相应栏内打“√”，每行只打一个。", 8);
    grid
}

/// All ballots of a class as rows.
fn long(class: &Class, called: &str) -> Grid {
    let mut grid = Grid::new("评议");
    grid.texts(&["评议主体", "评委编号", "评委所在单位", "单位名称", "评价"]);
    for rater in raters(class) {
        let home = rater.home.map_or("", |home: &Unit| home.short);
        for (unit, mark) in marks(class, &rater) {
            let name = if unit.code == "U17" { "云岚市环境保护局" } else { unit.name };
            grid.texts(&[called, &rater.id, home, name, mark]);
        }
    }
    grid
}
