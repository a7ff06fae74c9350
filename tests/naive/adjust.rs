//! Naive adjustments: SPEC §8 "Adjustments", §3 (which rows count), §6 over-claim and §18 "Registers".

use std::collections::BTreeMap;

use num_traits::{Signed, Zero};

use crate::leaves::LeafResult;
use crate::number::{Q, q, sum};
use crate::project::{AdjustKind, AdjustRow, AdjustRule, Mode, Project};
use crate::score::Log;

/// How a row ended.
#[derive(Clone, Debug)]
pub(crate) struct RowEnd {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) outcome: &'static str,
    /// Size of what counts, without sign.
    pub(crate) counted: Q,
}

/// Adjustments of one unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Adjusted {
    pub(crate) rows: Vec<RowEnd>,
    pub(crate) plus: Q,
    pub(crate) minus: Q,
}

/// SPEC §3: only 工委审定 with complete documents counts.
pub(crate) fn approved(row: &AdjustRow) -> bool {
    row.status == "工委审定"
        && [&row.document, &row.number, &row.date, &row.approval].iter().all(|text| !text.is_empty())
}

/// SPEC §3: natural order of 编号, 2 before 10.
fn natural(id: &str) -> (String, u64) {
    let letters: String = id.chars().take_while(|c| !c.is_ascii_digit()).collect();
    let number = id[letters.len()..].parse().expect("numbers are generated as letters and digits");
    (letters, number)
}

/// Size of an approved row: 审定分值, which must equal the model's points or level; a minus on a deduction is accepted.
fn size_of(rule: &AdjustRule, row: &AdjustRow, log: &mut Log) -> Q {
    let model = match &rule.points {
        Some(points) => Some(q(points)),
        None => rule.levels.iter().find(|(name, _)| *name == row.level).map(|(_, points)| q(points)),
    };
    if row.points.is_empty() {
        log.error(format!("{}: blank 审定分值", row.id));
        return Q::zero();
    }
    let typed = q(&row.points);
    let size = if rule.kind == AdjustKind::Deduction { typed.abs() } else { typed };
    if model.as_ref() != Some(&size) {
        log.error(format!("{}: 审定分值 is not the model's", row.id));
    }
    size
}

/// All rows of one unit and how they ended.
pub(crate) fn adjust(p: &Project, unit: usize, leaves: &[LeafResult], log: &mut Log) -> Adjusted {
    let mut rows: Vec<&AdjustRow> = p.adjust_rows.iter().filter(|row| row.unit == unit).collect();
    rows.sort_by_key(|row| (row.date.clone(), natural(&row.id)));
    let mut out = Adjusted::default();
    if p.units[unit].mode == Mode::Excluded {
        // §18: rows of 不参评 units end as "not assessed".
        for row in rows.into_iter().filter(|row| p.adjust_rules[row.code].kind != AdjustKind::Event) {
            log.hit("adjust: not assessed");
            out.rows.push(end(p, row, "not assessed", Q::zero()));
        }
        return out;
    }
    let kind_of = |row: &AdjustRow| p.adjust_rules[row.code].kind;
    let mut sizes: BTreeMap<String, Q> = BTreeMap::new();
    for row in &rows {
        if approved(row) && kind_of(row) != AdjustKind::Event {
            let size = size_of(&p.adjust_rules[row.code], row, log);
            sizes.insert(row.id.clone(), size);
        }
    }
    // Of counting items with the same unit, kind and matter only the largest counts; a blank matter is its own; equal
    // sizes: by model order of codes, then 文号 (the first counts).
    let superseded = |row: &AdjustRow| {
        !row.matter.is_empty()
            && rows.iter().any(|other| {
                let (Some(mine), Some(theirs)) = (sizes.get(&row.id), sizes.get(&other.id)) else {
                    return false;
                };
                other.id != row.id
                    && kind_of(other) == kind_of(row)
                    && other.matter == row.matter
                    && (theirs > mine || (theirs == mine && (other.code, &other.number) < (row.code, &row.number)))
            })
    };
    let mut per_code: BTreeMap<usize, Q> = BTreeMap::new();
    let (mut plus, mut minus) = (Q::zero(), Q::zero());
    for row in &rows {
        let rule = &p.adjust_rules[row.code];
        if rule.kind == AdjustKind::Event {
            // §18: events are never superseded; they have no points.
            log.hit(if approved(row) { "adjust: event" } else { "adjust: event not approved" });
            continue;
        }
        if !approved(row) {
            log.hit("adjust: not approved");
            out.rows.push(end(p, row, "not approved", Q::zero()));
            continue;
        }
        if superseded(row) {
            log.hit("adjust: superseded");
            out.rows.push(end(p, row, "superseded", Q::zero()));
            continue;
        }
        let size = sizes[&row.id].clone();
        // per-item cap (bonus only), max_per_unit, total caps; limits act in order of 发文日期, then 编号
        let mut counted = size.clone();
        let mut limit = |room: Option<Q>| {
            if let Some(room) = room {
                counted = counted.clone().min(room.max(Q::zero()));
            }
        };
        let used = per_code.entry(row.code).or_insert_with(Q::zero);
        limit(rule.max_per_unit.as_ref().map(|max| q(max) - &*used));
        let limits = &p.adjust_limits;
        let total = if rule.kind == AdjustKind::Bonus {
            limit(limits.per_item_max.as_ref().map(|max| q(max)));
            limit(limits.max_bonus.as_ref().map(|max| q(max) - &plus));
            &mut plus
        } else {
            limit(limits.max_deduction.as_ref().map(|max| q(max) - &minus));
            &mut minus
        };
        *used += &counted;
        *total += &counted;
        let outcome = if counted == size {
            "in full"
        } else if counted.is_zero() {
            "cut to nothing"
        } else {
            "in part"
        };
        log.hit(match outcome {
            "in full" => "adjust: counted in full",
            "in part" => "adjust: counted in part",
            _ => "adjust: cut to nothing",
        });
        out.rows.push(end(p, row, outcome, counted));
    }
    let claim = over_claim(p, unit, leaves);
    if claim.is_positive() {
        // §6, §18: over-claim acts last and is counted within max_deduction.
        let room = p.adjust_limits.max_deduction.as_ref().map(|max| (q(max) - &minus).max(Q::zero()));
        log.hit("adjust: over-claim");
        minus += match room {
            Some(room) => claim.min(room),
            None => claim,
        };
    }
    out.plus = plus;
    out.minus = minus;
    out
}

fn end(p: &Project, row: &AdjustRow, outcome: &'static str, counted: Q) -> RowEnd {
    RowEnd { id: row.id.clone(), code: p.adjust_rules[row.code].code.clone(), outcome, counted }
}

/// SPEC §6 over-claim: over applicable leaves that have a self score, excess = Σself − Σverified − free; if > 0
/// floor(excess/per)·points up to max. §18: typed 自评得分 only, verified points after evidence and corrections.
fn over_claim(p: &Project, unit: usize, leaves: &[LeafResult]) -> Q {
    let Some(rule) = &p.over_claim else {
        return Q::zero();
    };
    if !p.units[unit].has_report {
        return Q::zero();
    }
    let mut excess = Vec::new();
    for leaf in leaves {
        if let (Some(own), Some(points)) = (&leaf.own, &leaf.points) {
            excess.push(own - points);
        }
    }
    let excess = sum(&excess) - q(&rule.free);
    if !excess.is_positive() {
        return Q::zero();
    }
    ((excess / q(&rule.per)).floor() * q(&rule.points)).min(q(&rule.max))
}

/// What the rows of a code count together (SPEC §19.7).
pub(crate) fn points_of_code(rows: &[RowEnd], code: &str) -> Q {
    sum(rows.iter().filter(|row| row.code == code).map(|row| &row.counted))
}
