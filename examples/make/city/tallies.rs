//! The pre-counted answers of the online survey: one workbook per class.

use std::path::Path;

use anyhow::Result;

use super::units::{Unit, assessed};
use crate::paper::{Cell, Paper};
use crate::random::Random;

/// One class of the survey.
pub(crate) struct Class {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    answers: (i64, i64),
    /// Whether it is known how many were asked.
    issued: bool,
}

pub(crate) const CLASSES: [Class; 3] = [
    Class { id: "O1", name: "单位干部职工", answers: (60, 120), issued: true },
    Class { id: "O2", name: "服务对象与社会主体", answers: (35, 70), issued: false },
    Class { id: "O3", name: "群众", answers: (50, 110), issued: false },
];

/// Writes `tallies/online/`.
pub(crate) fn write(dir: &Path) -> Result<()> {
    CLASSES.iter().try_for_each(|class| tally(dir, class))
}

fn tally(dir: &Path, class: &Class) -> Result<()> {
    let title = format!("网上满意度票数汇总表（{}）", class.name);
    let mut paper = Paper::new("票数汇总", &title, 11)?.landscape();
    paper.line(&["统计时间：2026年1月12日　　来源：微信公众号问卷"])?;
    paper.header(&[
        "单位",
        "评议主体",
        "满意",
        "比较满意",
        "基本满意",
        "不满意",
        "弃权/未填",
        "发出",
        "收回",
        "有效",
        "无效",
    ])?;
    for unit in assessed() {
        paper.row(&count(class, unit))?;
    }
    paper.line(&["注：收回 = 有效 + 无效；“不了解”计入弃权/未填；公众问卷没有发出数。"])?;
    paper.save(&dir.join(format!("tallies/online/{}-{}.xlsx", class.id, class.name)))
}

/// The row of a unit: its name, the class, votes by level, abstained, issued, returned, valid, invalid.
pub(crate) fn count(class: &Class, unit: &Unit) -> [Cell; 11] {
    let mut random = Random::named(&format!("{} {}", class.id, unit.code));
    let answers = answers(class, unit, &mut random);
    let (top, bottom) = unit.online;
    let first = answers * (top + random.around_zero(3)) / 100;
    let last = (answers * bottom + 50) / 100;
    let second = (answers - first - last) * 7 / 10;
    let third = answers - first - last - second;
    let unknown = random.between(1, 6);
    let (valid, void) = (answers + unknown, random.between(0, 3));
    let issued = if class.issued { Cell::from(valid + void + random.between(0, 8)) } else { Cell::Blank };
    let [first, second, third, last, unknown] = [first, second, third, last, unknown].map(Cell::from);
    [
        Cell::from(unit.name),
        Cell::from(class.name),
        first,
        second,
        third,
        last,
        unknown,
        issued,
        Cell::from(valid + void),
        Cell::from(valid),
        Cell::from(void),
    ]
}

/// U20 has too few answers: together fewer than thirty.
fn answers(class: &Class, unit: &Unit, random: &mut Random) -> i64 {
    if unit.code == "U20" {
        match class.id {
            "O1" => 12,
            "O2" => 6,
            _ => 5,
        }
    } else {
        random.between(class.answers.0, class.answers.1)
    }
}
