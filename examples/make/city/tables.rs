//! The two tables of the project: roster and indicators.

use std::path::Path;

use anyhow::Result;

use super::leaves::{Evidence, LEAVES};
use super::units::UNITS;
use crate::paper::{Cell, Paper};
use crate::random::Random;

/// Writes `roster.xlsx` and `indicators.xlsx`.
pub(crate) fn write(dir: &Path) -> Result<()> {
    roster(dir)?;
    indicators(dir)
}

fn roster(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("单位名册", "云岚市2025年度市直机关党建考核参评单位名册", 12)?.landscape();
    paper.header(&[
        "单位代码",
        "单位全称",
        "简称",
        "分组",
        "参评方式",
        "联系人",
        "电话",
        "书记姓名",
        "曾用名",
        "综合考核末位",
        "业务考核等次",
        "书记述职等次",
    ])?;
    for (number, unit) in (1..).zip(&UNITS) {
        let [last, business, secretary] = unit.attributes;
        paper.row(&[
            Cell::from(unit.code),
            Cell::from(unit.name),
            Cell::from(unit.short),
            Cell::from(unit.group),
            Cell::from(unit.mode.word()),
            Cell::from(person(&format!("联系人 {}", unit.code))),
            Cell::from(format!("0000-61000{number:02}")),
            Cell::from(person(&format!("书记 {}", unit.code))),
            Cell::from(former_name(unit.code)),
            Cell::from(last),
            Cell::from(business),
            Cell::from(secretary),
        ])?;
    }
    paper.save(&dir.join("roster.xlsx"))
}

fn former_name(code: &str) -> &'static str {
    match code {
        "U13" => "云岚市工商行政管理局",
        "U17" => "云岚市环境保护局",
        _ => "",
    }
}

/// An invented person.
fn person(name: &str) -> String {
    const SURNAMES: [&str; 12] = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "蒋", "沈"];
    const GIVEN: [&str; 12] = ["云", "岚", "晓峰", "志远", "静", "文博", "海燕", "立新", "敏", "建平", "思齐", "明"];
    let mut random = Random::named(name);
    let mut pick = |list: &[&'static str; 12]| list[random.below(12)];
    format!("{}{}", pick(&SURNAMES), pick(&GIVEN))
}

fn indicators(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("指标体系", "云岚市2025年度市直机关党建考核指标体系（示例）", 13)?.landscape();
    paper.header(&[
        "指标代码",
        "线",
        "方面",
        "二级指标",
        "三级指标",
        "分值",
        "计分方式",
        "参数",
        "佐证",
        "责任部门",
        "评分标准",
        "考评方式",
        "来源",
    ])?;
    for leaf in &LEAVES {
        let evidence = match leaf.evidence {
            Evidence::Required(_) => "必需",
            Evidence::Optional(_) => "可选",
            Evidence::None => "无",
        };
        let source = if leaf.asked_of_unit() { "单位" } else { "部门" };
        paper.row(&[
            Cell::from(leaf.code),
            Cell::from(leaf.line),
            Cell::from(leaf.aspect),
            Cell::from(leaf.item()),
            Cell::from(leaf.name),
            Cell::from(leaf.points),
            Cell::from(leaf.rule),
            Cell::from(leaf.params),
            Cell::from(evidence),
            Cell::from(leaf.department),
            Cell::from(leaf.standard),
            Cell::from(leaf.method),
            Cell::from(source),
        ])?;
    }
    paper.row(&totals())?;
    paper.line(&["注：分值与计分标准均为示意，不代表任何真实考核办法。"])?;
    paper.save(&dir.join("indicators.xlsx"))
}

fn totals() -> [Cell; 13] {
    std::array::from_fn(|column| match column {
        0 => Cell::from("合计"),
        5 => Cell::from(100),
        _ => Cell::Blank,
    })
}
