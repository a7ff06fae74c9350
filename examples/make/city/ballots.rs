//! The ballots of the five meeting classes: one workbook per rater.

use std::cmp::Reverse;
use std::path::Path;

use anyhow::Result;

use super::units::{UNITS, Unit, assessed};
use crate::paper::{Cell, Paper};
use crate::random::Random;

/// One class of raters.
pub(crate) struct Class {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) raters: usize,
    /// How far opinions of its raters lie apart.
    spread: i64,
}

pub(crate) const CLASSES: [Class; 5] = [
    Class { id: "P1", name: "工委领导", raters: 6, spread: 7 },
    Class { id: "P2", name: "工委部门负责人", raters: 8, spread: 9 },
    Class { id: "P3", name: "市直单位党务干部", raters: 24, spread: 12 },
    Class { id: "P4", name: "党员代表", raters: 10, spread: 14 },
    Class { id: "P5", name: "服务对象和群众代表", raters: 8, spread: 16 },
];

/// A rater and the unit he comes from.
pub(crate) struct Rater {
    pub(crate) id: String,
    pub(crate) home: Option<&'static Unit>,
}

/// Writes `ballots/meeting/`.
pub(crate) fn write(dir: &Path) -> Result<()> {
    for class in &CLASSES {
        for number in 1..=class.raters {
            ballot(dir, class, number)?;
        }
    }
    Ok(())
}

fn ballot(dir: &Path, class: &Class, number: usize) -> Result<()> {
    let rater = rater(class, number);
    let mut paper = Paper::new("评议票", "云岚市2025年度市直机关党建述职评议票", 4)?;
    paper.head(&["评议主体", class.name, "评委编号", &rater.id])?;
    if let Some(home) = rater.home {
        paper.head(&["所在单位", home.short])?;
    }
    paper.header(&["序号", "单位代码", "单位", "评价"])?;
    for (line, (unit, mark)) in (1..).zip(marks(class, &rater)) {
        paper.row(&[Cell::from(line), Cell::from(unit.code), Cell::from(unit.name), Cell::from(mark)])?;
    }
    paper.line(&["注：评价填好、较好、一般、差；不了解情况的填弃权。评为“好”的不超过40%。"])?;
    paper.save(&dir.join(format!("ballots/meeting/{}/评议票-{}.xlsx", class.id, rater.id)))
}

/// P3 has one party-affairs cadre per unit, P4 members of some units, the others belong to none.
pub(crate) fn rater(class: &Class, number: usize) -> Rater {
    let home = match class.id {
        "P3" => UNITS.get(number - 1),
        "P4" => UNITS.get(number * 2 - 1),
        _ => None,
    };
    Rater { id: format!("{}-{number:02}", class.id), home }
}

/// The rows of a ballot: every assessed unit the rater was asked about, with his mark.
pub(crate) fn marks(class: &Class, rater: &Rater) -> Vec<(&'static Unit, &'static str)> {
    let listed: Vec<&Unit> = assessed().filter(|unit| is_listed(&rater.id, unit)).collect();
    let ranked = by_opinion(class, rater, &listed);
    listed
        .iter()
        .map(|unit| {
            let place = ranked.iter().position(|other| *other == unit.code);
            let drawn = place.map_or("", |place| word(rater, place, ranked.len()));
            (*unit, planted(&rater.id, unit.code).unwrap_or(drawn))
        })
        .collect()
}

/// Two service users were only asked about the units they deal with.
fn is_listed(rater: &str, unit: &Unit) -> bool {
    match rater {
        "P5-03" => unit.group == "执法与服务窗口部门",
        "P5-08" => matches!(unit.code, "U07" | "U08" | "U13" | "U14" | "U15" | "U16" | "U21" | "U23"),
        _ => true,
    }
}

/// The units the rater marks (his own and those he knows nothing about left out), best first.
fn by_opinion(class: &Class, rater: &Rater, listed: &[&'static Unit]) -> Vec<&'static str> {
    let mut random = Random::named(&rater.id);
    let mut opinions = Vec::new();
    for unit in listed {
        let opinion = unit.esteem + random.around_zero(class.spread);
        let own = rater.home.is_some_and(|home| home.code == unit.code);
        if !own && planted(&rater.id, unit.code).is_none_or(|mark| mark.starts_with(['好', '较', '一', '差'])) {
            opinions.push((Reverse(opinion), unit.code));
        }
    }
    opinions.sort_unstable();
    opinions.into_iter().map(|(_, code)| code).collect()
}

/// The word for the unit at `place` of `count`: never more than 40% 好, few 差.
fn word(rater: &Rater, place: usize, count: usize) -> &'static str {
    let mut random = Random::named(&format!("{} 尺度", rater.id));
    let good = (count * 40 / 100).max(1) - usize::from(count > 10) * random.below(2);
    let fair = good + count * 40 / 100 + random.below(2);
    let poor = count - random.below(2) * usize::from(count > 10);
    if place < good {
        "好"
    } else if place < fair {
        "较好"
    } else if place < poor {
        "一般"
    } else {
        "差"
    }
}

/// Marks set by hand for the special cases; `README.md` of the project lists them.
fn planted(rater: &str, unit: &str) -> Option<&'static str> {
    match (rater, unit) {
        ("P1-04", "U20") | ("P2-03", "U19") | ("P3-15", "U01") => Some("弃权"),
        ("P4-02", "U18" | "U20") | ("P5-02", "U01" | "U03") => Some("不了解"),
        ("P5-06", "U05" | "U12") => Some("—"),
        // Own units: dropped.
        ("P3-06", "U06") | ("P3-12", "U12") | ("P3-19", "U19") => Some("好"),
        // Every unit the same: the ballot is void.
        ("P4-07", _) => Some("较好"),
        // Thirteen of twenty-three 好, more than 40%: the ballot is void.
        ("P5-05", code) => Some(if code <= "U13" { "好" } else { "较好" }),
        _ => None,
    }
}
