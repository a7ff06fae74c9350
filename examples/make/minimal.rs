//! `examples/minimal`: three units, three indicators, four raters, one approved bonus.

use std::path::Path;

use anyhow::Result;

use crate::paper::{Cell, Paper};

const UNITS: [[&str; 3]; 3] =
    [["U01", "云岚市图书馆", "市图书馆"], ["U02", "云岚市博物馆", "市博物馆"], ["U03", "云岚市文化馆", "市文化馆"]];

/// Code, name and points of the indicators; the rules stand in `assess.toml`.
const LEAVES: [(&str, &str, i64); 3] =
    [("1.1", "第一议题学习", 30), ("2.1", "年度重点任务完成率", 50), ("3.1", "一单位一品牌", 20)];

/// One row of a self-report: what was reached, own score in hundredths, what was verified.
struct Claim {
    value: &'static str,
    own: i64,
    evidence: &'static str,
    verified: &'static str,
    note: &'static str,
}

const fn claim(value: &'static str, own: i64, evidence: &'static str) -> Claim {
    Claim { value, own, evidence, verified: value, note: "" }
}

fn claims(unit: usize) -> [Claim; 3] {
    match unit {
        0 => [claim("2", 2600, "会议记录12份"), claim("96", 4800, "任务清单"), claim("B", 1600, "品牌材料")],
        1 => [claim("0", 3000, "会议记录14份"), claim("90", 4500, "任务清单"), claim("A", 2000, "品牌材料")],
        _ => [
            Claim { verified: "5", note: "另查实2次未学习", ..claim("3", 2400, "会议记录9份") },
            claim("80", 4000, "任务清单"),
            claim("C", 1200, "品牌材料"),
        ],
    }
}

/// Marks of each rater for the three units.
const BALLOTS: [[&str; 3]; 4] =
    [["好", "好", "较好"], ["较好", "好", "一般"], ["弃权", "较好", "较好"], ["好", "较好", "一般"]];

/// Writes all workbooks of the project into `dir`.
pub(crate) fn write(dir: &Path) -> Result<()> {
    roster(dir)?;
    for unit in 0..UNITS.len() {
        self_report(dir, unit)?;
    }
    for (number, marks) in (1..).zip(&BALLOTS) {
        ballot(dir, number, marks)?;
    }
    adjustments(dir)
}

fn roster(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("单位名册", "云岚市文化系统参评单位名册", 5)?;
    paper.header(&["单位代码", "单位全称", "简称", "分组", "参评方式"])?;
    for [code, name, short] in UNITS {
        paper.row(&[code, name, short, "文化场馆", "排名"].map(Cell::from))?;
    }
    paper.save(&dir.join("roster.xlsx"))
}

fn self_report(dir: &Path, unit: usize) -> Result<()> {
    let [code, name, short] = UNITS[unit];
    let mut paper = Paper::new("自评表", "2025年度机关党建考核自评表", 10)?.landscape();
    paper.head(&["单位代码", code, "单位", name])?;
    paper.header(&[
        "序号",
        "指标代码",
        "三级指标",
        "分值",
        "完成值",
        "自评得分",
        "佐证",
        "核定值",
        "核定得分",
        "核定说明",
    ])?;
    let mut total = 0;
    for (number, ((leaf, title, points), claim)) in (1..).zip(LEAVES.iter().zip(claims(unit))) {
        total += claim.own;
        paper.row(&[
            Cell::from(number),
            Cell::from(*leaf),
            Cell::from(*title),
            Cell::from(*points),
            value(claim.value),
            Cell::Hundredths(claim.own),
            Cell::from(claim.evidence),
            value(claim.verified),
            Cell::Blank,
            Cell::from(claim.note),
        ])?;
    }
    paper.row(&[
        Cell::from("合计"),
        Cell::Blank,
        Cell::Blank,
        Cell::from(100),
        Cell::Blank,
        Cell::Hundredths(total),
        Cell::Blank,
        Cell::Blank,
        Cell::Blank,
        Cell::Blank,
    ])?;
    paper.save(&dir.join(format!("self-reports/{code}-{short}-自评表.xlsx")))
}

/// A number where the text is one, so that the cell looks the way people type it.
fn value(text: &str) -> Cell {
    Cell::decimal(text).unwrap_or_else(|| Cell::from(text))
}

fn ballot(dir: &Path, number: u32, marks: &[&str; 3]) -> Result<()> {
    let rater = format!("R{number}");
    let mut paper = Paper::new("评议票", "2025年度机关党建述职评议票", 4)?;
    paper.head(&["评议主体", "评议代表", "评委编号", &rater])?;
    paper.header(&["序号", "单位代码", "单位", "评价"])?;
    for (line, ([code, name, _], mark)) in (1..).zip(UNITS.iter().zip(marks)) {
        paper.row(&[Cell::from(line), Cell::from(*code), Cell::from(*name), Cell::from(*mark)])?;
    }
    paper.save(&dir.join(format!("ballots/meeting/评议票-{rater}.xlsx")))
}

/// One approved bonus, which decides the first place, and one that was only proposed.
fn adjustments(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("加减分登记", "2025年度加减分登记表", 14)?.landscape();
    paper.header(&[
        "编号",
        "单位",
        "代码",
        "事由",
        "级别",
        "申报分值",
        "审定分值",
        "文件名称",
        "文号",
        "发文单位",
        "发文日期",
        "状态",
        "审定文号",
        "备注",
    ])?;
    paper.row(&[
        Cell::from("1"),
        Cell::from("市图书馆"),
        Cell::from("J2"),
        Cell::from("全省全民阅读先进单位"),
        Cell::from("省级"),
        Cell::from(2),
        Cell::from(2),
        Cell::from("关于表彰全民阅读先进单位的决定"),
        Cell::from("岚省文〔2025〕31号"),
        Cell::from("省文化厅"),
        Cell::from("2025-06-18"),
        Cell::from("工委审定"),
        Cell::from("云工委纪〔2026〕1号"),
        Cell::Blank,
    ])?;
    paper.row(&[
        Cell::from("2"),
        Cell::from("市博物馆"),
        Cell::from("J3"),
        Cell::from("市级文明窗口"),
        Cell::from("市级"),
        Cell::from(1),
        Cell::Blank,
        Cell::from("关于命名文明窗口的通报"),
        Cell::from("云文明〔2025〕9号"),
        Cell::from("市文明办"),
        Cell::from("2025-09-02"),
        Cell::from("拟提"),
        Cell::Blank,
        Cell::from("待部门核实"),
    ])?;
    paper.save(&dir.join("registers/加减分登记.xlsx"))
}
