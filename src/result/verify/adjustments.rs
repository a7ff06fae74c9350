//! What register rows count for: superseded matters and limits settled anew (SPEC §8, §18).

use std::borrow::Cow;
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
    points: Cow<'r, Exact>,
    counted: Cow<'r, Exact>,
    outcome: &'r str,
    reason: Option<&'r str>,
}

impl<'r> Row<'r> {
    fn new(model: &'r Model, index: usize, register: &'r AdjustmentRow) -> Self {
        let sign = model.adjustments.kinds.get(register.kind).map_or("", |kind| kind.sign.json());
        let outcome = match (register.standing.json(), sign) {
            ("approved", "event") => "event",
            ("approved", _) => "full",
            (standing, _) => standing,
        };
        let or_zero = |own: Option<&'r Exact>| own.map_or_else(|| Cow::Owned(Exact::zero()), Cow::Borrowed);
        let points = register.approved.as_ref().map(|points| &points.0);
        let counted = or_zero(points.filter(|_| outcome == "full"));
        Self { register, index, sign, points: or_zero(points), counted, outcome, reason: None }
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
    over_claimed(model, unit, &automatic, &left, checked);
}

fn compare(subject: &Subject<'_>, unit: &UnitOutcome, own: &AdjustmentOutcome, row: &Row<'_>, checked: &mut Checked) {
    let place = |what: &str| format!("units[{}].adjustments[{}].{what}", unit.roster.code, row.register.id);
    checked.both(|| place("row"), own.row.as_ref(), Some(&row.index));
    checked.same(|| place("sign"), own.sign.json(), row.sign);
    checked.same(|| place("points"), &own.points.0, &*row.points);
    checked.same(|| place("counted"), &own.counted.0, &*row.counted);
    checked.same(|| place("end"), own.end.row().json(), row.outcome);
    checked.both(|| place("reason"), own.end.reason(), row.reason);
    let kind = subject.outcome.kind(row.register);
    if let Some(kind) = kind.filter(|_| row.register.standing == Standing::Approved && row.sign != "event") {
        let size = size(kind, row.register);
        checked.both(|| place("approved"), row.register.approved.as_ref(), size);
    }
}

/// The points that an approved row may have: those of its level or kind, or a part of them with a remark where the kind
/// allows it.
fn size<'r>(kind: &'r AdjustmentKind, row: &'r AdjustmentRow) -> Option<&'r Points> {
    let of_level = kind.levels.iter().find(|(level, _)| text::key(level) == text::key(&row.level));
    let size = if kind.levels.is_empty() { kind.points.as_ref() } else { of_level.map(|(_, points)| points) };
    let is_part = |approved: &&Points| {
        let within = approved.0.is_positive() && size.is_some_and(|size| *approved < size);
        within && kind.partial && !row.remark.is_empty()
    };
    row.approved.as_ref().filter(is_part).or(size)
}

/// Of rows of one sign and matter only the largest counts; equal ones by order of kinds, then 文号, then 编号.
fn supersede(rows: &mut [Row<'_>]) {
    let mut matters: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| row.counts()) {
        let matter = text::key(&row.register.matter);
        if !matter.is_empty() {
            matters.entry((row.sign, matter)).or_default().push(index);
        }
    }
    for mut same in matters.into_values() {
        same.sort_by(|a, b| {
            let (a, b) = (&rows[*a], &rows[*b]);
            let larger = b.points.cmp(&a.points);
            let (a, b) = (a.register, b.register);
            let by_order = (a.kind, &a.document_number).cmp(&(b.kind, &b.document_number));
            larger.then(by_order).then_with(|| text::natural(&a.id, &b.id))
        });
        let winner = rows[same[0]].register.id.as_str();
        for index in same.into_iter().skip(1) {
            let row = &mut rows[index];
            (row.outcome, row.counted, row.reason) = ("superseded", Cow::Owned(Exact::zero()), Some(winner));
        }
    }
}

/// What is left under each limit.
struct Left<'m> {
    per_item: Option<&'m Exact>,
    per_kind: Vec<Option<Cow<'m, Exact>>>,
    bonus: Option<Cow<'m, Exact>>,
    deduction: Option<Cow<'m, Exact>>,
}

impl<'m> Left<'m> {
    fn new(model: &'m Model) -> Self {
        let exact = |points: &'m Option<Points>| points.as_ref().map(|points| Cow::Borrowed(&points.0));
        let kinds = model.adjustments.kinds.iter().map(|kind| exact(&kind.max_per_unit));
        Self {
            per_item: model.adjustments.per_item_max.as_ref().map(|points| &points.0),
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
            (self.per_item.filter(|_| is_bonus), "per-item"),
            (self.per_kind[row.register.kind].as_deref(), "per-unit"),
            (total, name),
        ];
        for (limit, name) in limits {
            if let Some(limit) = limit.filter(|limit| **limit < *row.counted) {
                row.outcome = if limit.is_zero() { "cut" } else { "part" };
                (row.counted, row.reason) = (Cow::Owned(limit.clone()), Some(name));
            }
        }
        if let Some(left) = &mut self.per_kind[row.register.kind] {
            *left = Cow::Owned(&**left - &*row.counted);
        }
        self.spend(is_bonus, &row.counted);
    }

    fn total(&self, is_bonus: bool) -> (Option<&Exact>, &'static str) {
        if is_bonus { (self.bonus.as_deref(), "max-bonus") } else { (self.deduction.as_deref(), "max-deduction") }
    }

    fn spend(&mut self, is_bonus: bool, counted: &Exact) {
        let left = if is_bonus { &mut self.bonus } else { &mut self.deduction };
        if let Some(left) = left {
            *left = Cow::Owned(&**left - counted);
        }
    }
}

/// The automatic deduction comes last and is cut by what is left of all deductions.
fn over_claimed(
    model: &Model,
    unit: &UnitOutcome,
    recorded: &[&AdjustmentOutcome],
    left: &Left<'_>,
    checked: &mut Checked,
) {
    let place = |what: &str| format!("units[{}].adjustments[over-claim].{what}", unit.roster.code);
    let points = model.over_claim.as_ref().and_then(|rule| excess(rule, unit));
    let (limit, name) = left.total(false);
    let cut = points.as_ref().zip(limit).filter(|(points, limit)| limit < points).map(|(_, limit)| limit);
    let counted = cut.or(points.as_ref());
    checked.same(|| place("rows"), &recorded.len(), &usize::from(points.is_some()));
    let own = recorded.first();
    checked.both(|| place("points"), own.map(|own| &own.points.0), points.as_ref());
    checked.both(|| place("counted"), own.map(|own| &own.counted.0), counted);
    let Some(own) = own else { return };
    let outcome = match cut {
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
    let points = (steps * &rule.points.0).at_most(&rule.max.0);
    points.is_positive().then_some(points)
}
