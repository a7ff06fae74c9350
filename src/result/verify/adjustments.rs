//! What register rows count for: superseded matters and limits settled anew (SPEC §8, §18).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Checked, Subject};
use crate::result::outcome::{
    AdjustmentKind, AdjustmentOutcome, AdjustmentRow, Model, OverClaim, Sign, Standing, UnitOutcome,
};
use crate::shared::number::{Exact, Points, Rounding};
use crate::shared::text;

/// A register row and how it should end.
struct Row<'r> {
    register: &'r AdjustmentRow,
    /// Its index in the register.
    index: usize,
    /// `bonus`, `deduction` or `event`.
    sign: &'r str,
    points: Exact,
    counted: Exact,
    outcome: &'r str,
    reason: Option<String>,
}

impl<'r> Row<'r> {
    fn new(model: &'r Model, index: usize, register: &'r AdjustmentRow) -> Self {
        let sign = model.adjustments.kinds.get(register.kind).map_or("", |kind| kind.sign.json());
        let outcome = match (register.standing.json(), sign) {
            ("approved", "event") => "event",
            ("approved", _) => "full",
            (standing, _) => standing,
        };
        let points = register.approved.as_ref().map_or_else(Exact::zero, |points| points.0.clone());
        let counted = if outcome == "full" { points.clone() } else { Exact::zero() };
        Self { register, index, sign, points, counted, outcome, reason: None }
    }

    fn counts(&self) -> bool {
        self.outcome == "full"
    }
}

/// Checks the adjustments of a unit.
pub(super) fn check(subject: &Subject<'_>, unit: &UnitOutcome, checked: &mut Checked) {
    let model = &subject.outcome.model;
    let registers = subject.rows.get(unit.roster.code.as_str()).map_or(&[] as &[_], Vec::as_slice);
    let mut rows: Vec<Row<'_>> = registers.iter().map(|(index, row)| Row::new(model, *index, row)).collect();
    supersede(&mut rows);
    let mut left = Left::new(model);
    let mut order: Vec<usize> = (0..rows.len()).filter(|index| rows[*index].counts()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (rows[*a].register, rows[*b].register);
        a.date.cmp(&b.date).then_with(|| text::natural(&a.id, &b.id)).then_with(|| a.at.cmp(&b.at))
    });
    for index in order {
        left.cut(&mut rows[index]);
    }
    let (own, automatic): (Vec<_>, Vec<_>) = unit.adjustments.iter().partition(|own| own.row.is_some());
    checked.same(|| format!("units[{}].adjustments", unit.roster.code), &own.len(), &rows.len());
    for (own, row) in own.into_iter().zip(&rows) {
        compare(subject, unit, own, row, checked);
    }
    over_claimed(model, unit, &automatic, &mut left, checked);
}

fn compare(subject: &Subject<'_>, unit: &UnitOutcome, own: &AdjustmentOutcome, row: &Row<'_>, checked: &mut Checked) {
    let place = |what: &str| format!("units[{}].adjustments[{}].{what}", unit.roster.code, row.register.id);
    checked.both(|| place("row"), own.row.as_ref(), Some(&row.index));
    checked.same(|| place("sign"), own.sign.json(), row.sign);
    checked.same(|| place("points"), &own.points.0, &row.points);
    checked.same(|| place("counted"), &own.counted.0, &row.counted);
    checked.same(|| place("end"), own.end.row().json(), row.outcome);
    checked.both(|| place("reason"), own.end.reason(), row.reason.as_deref());
    let kind = subject.outcome.kind(row.register);
    if let Some(kind) = kind.filter(|_| row.register.standing == Standing::Approved && row.sign != "event") {
        let size = size(kind, row.register);
        checked.both(|| place("approved"), row.register.approved.as_ref(), size.as_ref());
    }
}

/// The points that an approved row may have: those of its level or kind, or a part of them with a remark where the kind
/// allows it.
fn size(kind: &AdjustmentKind, row: &AdjustmentRow) -> Option<Points> {
    let of_level = kind.levels.iter().find(|(level, _)| text::key(level) == text::key(&row.level));
    let size = if kind.levels.is_empty() { kind.points.clone() } else { of_level.map(|(_, points)| points.clone()) };
    let is_part = |approved: &&Points| {
        let within = approved.0.is_positive() && size.as_ref().is_some_and(|size| *approved < size);
        within && kind.partial && !row.remark.is_empty()
    };
    row.approved.as_ref().filter(is_part).cloned().or(size)
}

/// Of rows of one sign and matter only the largest counts; equal ones by order of kinds, then 文号, then 编号.
fn supersede(rows: &mut [Row<'_>]) {
    let mut matters: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.counts()) {
        let matter = text::key(&row.register.matter);
        if !matter.is_empty() {
            matters.entry((row.sign.to_owned(), matter)).or_default().push(index);
        }
    }
    for mut same in matters.into_values() {
        same.sort_by(|a, b| {
            let (a, b) = (&rows[*a], &rows[*b]);
            let key =
                |row: &Row<'_>| (Reverse(row.points.clone()), row.register.kind, row.register.document_number.clone());
            key(a).cmp(&key(b)).then_with(|| text::natural(&a.register.id, &b.register.id))
        });
        let winner = rows[same[0]].register.id.clone();
        for index in same.into_iter().skip(1) {
            let row = &mut rows[index];
            (row.outcome, row.counted, row.reason) = ("superseded", Exact::zero(), Some(winner.clone()));
        }
    }
}

/// What is left under each limit.
struct Left {
    per_item: Option<Exact>,
    per_kind: Vec<Option<Exact>>,
    bonus: Option<Exact>,
    deduction: Option<Exact>,
}

impl Left {
    fn new(model: &Model) -> Self {
        let exact = |points: &Option<Points>| points.as_ref().map(|points| points.0.clone());
        let kinds = model.adjustments.kinds.iter().map(|kind| exact(&kind.max_per_unit));
        Self {
            per_item: exact(&model.adjustments.per_item_max),
            per_kind: kinds.collect(),
            bonus: exact(&model.adjustments.max_bonus),
            deduction: exact(&model.adjustments.max_deduction),
        }
    }

    /// Brings a row down to what is left, and says which limit cut it last.
    fn cut(&mut self, row: &mut Row<'_>) {
        let is_bonus = row.sign == "bonus";
        let (total, name) = self.total(is_bonus);
        let limits = [
            (self.per_item.clone().filter(|_| is_bonus), "per-item"),
            (self.per_kind[row.register.kind].clone(), "per-unit"),
            (total, name),
        ];
        for (limit, name) in limits {
            if let Some(limit) = limit.filter(|limit| *limit < row.counted) {
                row.outcome = if limit.is_zero() { "cut" } else { "part" };
                (row.counted, row.reason) = (limit, Some(name.to_owned()));
            }
        }
        if let Some(left) = &mut self.per_kind[row.register.kind] {
            *left = &*left - &row.counted;
        }
        self.spend(is_bonus, &row.counted);
    }

    fn total(&self, is_bonus: bool) -> (Option<Exact>, &'static str) {
        if is_bonus { (self.bonus.clone(), "max-bonus") } else { (self.deduction.clone(), "max-deduction") }
    }

    fn spend(&mut self, is_bonus: bool, counted: &Exact) {
        let left = if is_bonus { &mut self.bonus } else { &mut self.deduction };
        if let Some(left) = left {
            *left = &*left - counted;
        }
    }
}

/// The automatic deduction comes last and is cut by what is left of all deductions.
fn over_claimed(
    model: &Model,
    unit: &UnitOutcome,
    recorded: &[&AdjustmentOutcome],
    left: &mut Left,
    checked: &mut Checked,
) {
    let place = |what: &str| format!("units[{}].adjustments[over-claim].{what}", unit.roster.code);
    let points = model.over_claim.as_ref().and_then(|rule| excess(rule, unit));
    let (limit, name) = left.total(false);
    let cut = points.clone().zip(limit).filter(|(points, limit)| limit < points).map(|(_, limit)| limit);
    let counted = cut.clone().or_else(|| points.clone());
    checked.same(|| place("rows"), &recorded.len(), &usize::from(points.is_some()));
    let own = recorded.first();
    checked.both(|| place("points"), own.map(|own| &own.points.0), points.as_ref());
    checked.both(|| place("counted"), own.map(|own| &own.counted.0), counted.as_ref());
    let Some(own) = own else { return };
    let outcome = match &cut {
        None => "full",
        Some(limit) if limit.is_zero() => "cut",
        Some(_) => "part",
    };
    checked.same(|| place("end"), own.end.row().json(), outcome);
    checked.both(|| place("reason"), own.end.reason(), cut.map(|_| name));
    checked.same(|| place("sign"), own.sign.json(), Sign::Deduction.json());
}

/// floor((Σ claimed − Σ verified − free) / per) · points up to max, over leaves with a typed self score.
fn excess(rule: &OverClaim, unit: &UnitOutcome) -> Option<Exact> {
    let pairs = unit.leaves.iter().filter_map(|leaf| Some((leaf.self_points.as_ref()?, leaf.verified.as_ref()?)));
    let excess = pairs.map(|(own, verified)| &own.0 - &verified.0).sum::<Exact>() - &rule.free.0;
    let steps = (excess / &rule.per.0).whole(Rounding::Floor);
    let points = (steps * &rule.points.0).min(rule.max.0.clone());
    points.is_positive().then_some(points)
}
