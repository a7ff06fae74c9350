//! One self-report workbook per unit with verified values, and the platform's table for indicator 3.2.3.

use std::path::Path;

use anyhow::Result;

use super::leaves::{Evidence, LEAVES, Leaf, Rung};
use super::units::{Unit, assessed};
use crate::paper::{Cell, Paper};
use crate::random::Random;

/// What a unit claims for one indicator and what was verified.
pub(crate) struct Entry {
    pub(crate) claimed: Rung,
    pub(crate) verified: Rung,
    /// Blank where there is none.
    pub(crate) evidence: String,
    pub(crate) note: &'static str,
}

/// 不涉及: the indicator does not apply, so there is no own score either.
pub(crate) const NOT_APPLICABLE: Rung = ("不涉及", 0);

/// Writes `self-reports/` and `verified/`.
pub(crate) fn write(dir: &Path) -> Result<()> {
    for unit in assessed() {
        self_report(dir, unit)?;
    }
    platform_table(dir)
}

fn self_report(dir: &Path, unit: &Unit) -> Result<()> {
    let title = "云岚市2025年度市直机关党建工作考核自评表";
    let mut paper = Paper::new("自评表", title, 10)?.landscape();
    paper.head(&["单位代码", unit.code, "单位", unit.name])?;
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
    let mut own_total = 0;
    for (number, (leaf, entry)) in (1..).zip(entries(unit)) {
        own_total += entry.claimed.1;
        paper.row(&entry_row(number, leaf, &entry))?;
    }
    paper.row(&totals_row(own_total))?;
    paper.line(&["注：完成值和自评得分由单位填写，核定各栏由工委填写；指标3.2.3由信息中心提供，不需填报。"])?;
    paper.line(&[&format!("填报：{}　　填报日期：2026年1月8日", unit.short)])?;
    paper.save(&dir.join(format!("self-reports/{}-{}-自评表.xlsx", unit.code, unit.short)))
}

/// What a unit reports, one entry for each indicator it is asked for.
pub(crate) fn entries(unit: &Unit) -> Vec<(&'static Leaf, Entry)> {
    let asked = LEAVES.iter().filter(|leaf| leaf.asked_of_unit());
    asked.map(|leaf| (leaf, planted(unit.code, leaf).unwrap_or_else(|| drawn(unit, leaf)))).collect()
}

fn entry_row(number: i64, leaf: &Leaf, entry: &Entry) -> [Cell; 10] {
    let (value, points) = if leaf.is_direct() {
        (Cell::Blank, Cell::Hundredths(entry.verified.1))
    } else {
        (typed(entry.verified.0), Cell::Blank)
    };
    [
        Cell::from(number),
        Cell::from(leaf.code),
        Cell::from(leaf.name),
        Cell::from(leaf.points),
        typed(entry.claimed.0),
        own_score(entry.claimed),
        Cell::from(entry.evidence.as_str()),
        value,
        points,
        Cell::from(entry.note),
    ]
}

fn own_score(claimed: Rung) -> Cell {
    if claimed == NOT_APPLICABLE { Cell::Blank } else { Cell::Hundredths(claimed.1) }
}

fn totals_row(own_total: i64) -> [Cell; 10] {
    std::array::from_fn(|column| match column {
        0 => Cell::from("合计"),
        3 => Cell::from(98),
        5 => Cell::Hundredths(own_total),
        _ => Cell::Blank,
    })
}

/// A number cell where the text is a number, the way people type it.
fn typed(text: &str) -> Cell {
    Cell::decimal(text).unwrap_or_else(|| Cell::from(text))
}

/// The result of a unit that has nothing special about this indicator.
fn drawn(unit: &Unit, leaf: &Leaf) -> Entry {
    let mut random = Random::named(&format!("{} {}", unit.code, leaf.code));
    let claimed = rung(unit, leaf, &mut random);
    let lowered = random.between(1, 100) <= 8 && claimed < 5;
    let verified = claimed + usize::from(lowered);
    let (claimed, verified) = (leaf.ladder[claimed], leaf.ladder[verified]);
    Entry { claimed, verified, evidence: usual_evidence(leaf, &mut random), note: note(leaf, claimed, verified) }
}

fn rung(unit: &Unit, leaf: &Leaf, random: &mut Random) -> usize {
    let weakness = if leaf.aspect == "A3" { unit.brand_weakness } else { unit.weakness };
    let step = (weakness + 16 + random.around_zero(24)) / 17;
    usize::try_from(step.clamp(0, 5)).unwrap_or_default()
}

fn usual_evidence(leaf: &Leaf, random: &mut Random) -> String {
    match leaf.evidence {
        Evidence::Required(text) | Evidence::Optional(text) => {
            format!("{text}（附件{}）", random.between(1, 40))
        }
        Evidence::None => String::new(),
    }
}

fn note(leaf: &Leaf, claimed: Rung, verified: Rung) -> &'static str {
    if claimed.1 > verified.1 {
        "经核查，按实际情况核减"
    } else if leaf.is_direct() && verified.1 < leaf.points * 100 {
        "按评分标准核定"
    } else {
        ""
    }
}

/// The special cases; `README.md` of the project says which and why.
fn planted(unit: &str, leaf: &Leaf) -> Option<Entry> {
    const OVER: &str = "经核查，自评与事实不符";
    let (claimed, verified, note): (Rung, Rung, &'static str) = match (unit, leaf.code) {
        // U07 and U08 end with the same published total at the line of 优秀.
        ("U07", "2.1.5") => (("0", 400), ("0", 400), ""),
        ("U08", "2.1.1") => (("3", 650), ("3", 650), ""),
        ("U08", "2.2.2") => (("86.3", 604), ("86.3", 604), ""),
        // Over-claimed by more than the free two points.
        ("U11", "1.2.3") => (("0", 400), ("1", 300), OVER),
        ("U11", "2.2.3") => (("A", 500), ("C", 300), OVER),
        ("U11", "3.1.1") => (("A", 400), ("C", 240), OVER),
        // Required evidence missing: counts 0.
        ("U14", "3.1.2") => (("市级2；省级0", 200), ("市级2；省级0", 200), "未提供证书"),
        // Nothing to rectify last year: the points go to the other indicators of the cell.
        ("U20", "1.2.4") => (NOT_APPLICABLE, NOT_APPLICABLE, "上年无反馈问题"),
        _ => return None,
    };
    let mut evidence = usual_evidence(leaf, &mut Random::named(unit));
    if (unit, leaf.code) == ("U14", "3.1.2") {
        evidence.clear();
    }
    Some(Entry { claimed, verified, evidence, note })
}

/// Indicator 3.2.3, measured by the platform: percentages as Excel keeps them.
fn platform_table(dir: &Path) -> Result<()> {
    let mut paper = Paper::new("核定表", "智慧党建平台应用率核定表（指标3.2.3）", 5)?;
    paper.line(&["提供部门：信息中心　　日期：2026年1月6日"])?;
    paper.header(&["单位", "指标代码", "核定值", "核定得分", "核定说明"])?;
    for unit in assessed() {
        paper.row(&[
            Cell::from(unit.name),
            Cell::from("3.2.3"),
            Cell::Percent(platform_rate(unit)),
            Cell::Blank,
            Cell::from("平台统计"),
        ])?;
    }
    paper.save(&dir.join("verified/智慧党建平台应用率.xlsx"))
}

/// The measured use of the platform in tenths of a percent.
pub(crate) fn platform_rate(unit: &Unit) -> i64 {
    let mut random = Random::named(&format!("平台 {}", unit.code));
    let rate = 1000 - unit.brand_weakness * 3 + random.around_zero(20);
    rate.min(1000)
}
