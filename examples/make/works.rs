//! `examples/works`: four units by a published measure: values relative to the best, places that leaders give, votes by share.

use std::path::Path;

use anyhow::Result;

use crate::paper::{Cell, Paper};

/// A unit with everything that is known of it.
struct Unit {
    code: &'static str,
    name: &'static str,
    /// Invested, in units of 100 million.
    invested: &'static str,
    /// Votes for 优秀, 称职, 基本称职, 不称职.
    votes: [i64; 4],
}

const UNITS: [Unit; 4] = [
    Unit { code: "A", name: "云岚市青石镇", invested: "540", votes: [92, 6, 2, 0] },
    Unit { code: "B", name: "云岚市白水镇", invested: "500", votes: [81, 15, 3, 1] },
    Unit { code: "C", name: "云岚市红土乡", invested: "432.5", votes: [63, 27, 6, 4] },
    Unit { code: "D", name: "云岚市黑林乡", invested: "410", votes: [55, 15, 8, 22] },
];

/// The places that each leader gives the four units.
const PLACES: [[i64; 4]; 4] = [[1, 2, 3, 4], [2, 1, 3, 4], [1, 3, 2, 4], [1, 2, 4, 3]];

/// Writes all workbooks of the project into `dir`.
pub(crate) fn write(dir: &Path) -> Result<()> {
    roster(dir)?;
    projects(dir)?;
    for (number, places) in (1..).zip(&PLACES) {
        leader(dir, number, places)?;
    }
    votes(dir)
}

fn roster(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("单位名册", "云岚市工作实绩考核参评单位名册", 4)?;
    paper.header(&["单位代码", "单位全称", "分组", "参评方式"])?;
    for unit in &UNITS {
        paper.row(&[unit.code, unit.name, "乡镇", "排名"].map(Cell::from))?;
    }
    paper.save(&dir.join("roster.xlsx"))
}

fn projects(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("核定表", "2025年度重点项目投资额核定表（亿元）", 4)?;
    paper.header(&["单位代码", "单位", "指标代码", "核定值"])?;
    for unit in &UNITS {
        let invested = Cell::decimal(unit.invested).unwrap_or_else(|| Cell::from(unit.invested));
        paper.row(&[Cell::from(unit.code), Cell::from(unit.name), Cell::from("P1"), invested])?;
    }
    paper.save(&dir.join("verified/重点项目核定表.xlsx"))
}

fn leader(dir: &Path, number: u32, places: &[i64; 4]) -> Result<()> {
    let rater = format!("L{number}");
    let mut paper = Paper::new("评议票", "2025年度工作实绩领导评价票（填位次，1 为第一）", 4)?;
    paper.head(&["评议主体", "市领导", "评委编号", &rater])?;
    paper.header(&["序号", "单位代码", "单位", "评价"])?;
    for (line, (unit, place)) in (1..).zip(UNITS.iter().zip(places)) {
        paper.row(&[Cell::from(line), Cell::from(unit.code), Cell::from(unit.name), Cell::from(*place)])?;
    }
    paper.save(&dir.join(format!("ballots/leaders/领导评价票-{rater}.xlsx")))
}

fn votes(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("票数汇总", "2025年度民主测评票数汇总", 10)?.landscape();
    paper.head(&["评议主体", "参会代表"])?;
    paper.header(&["单位代码", "单位", "优秀", "称职", "基本称职", "不称职", "发出", "收回", "有效", "无效"])?;
    for unit in &UNITS {
        let sum: i64 = unit.votes.iter().sum();
        let names = [Cell::from(unit.code), Cell::from(unit.name)];
        let counts = unit.votes.into_iter().chain([sum, sum, sum, 0]).map(Cell::from);
        paper.row(&names.into_iter().chain(counts).collect::<Vec<Cell>>())?;
    }
    paper.save(&dir.join("tallies/vote/民主测评票数汇总.xlsx"))
}
