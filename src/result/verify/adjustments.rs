//! What register rows count for: superseded matters and limits settled anew (SPEC §8, §18).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Checked, Subject};
use crate::result::outcome::{AdjustmentOutcome, AdjustmentRowOutcome, ModelOutcome, OverClaimModel, UnitOutcome};
use crate::shared::number::{Exact, Points, Rounding};
use crate::shared::text;

/// A row that counts, with its register row.
struct Row<'r> {
    own: &'r AdjustmentOutcome,
    register: &'r AdjustmentRowOutcome,
    /// Place of its kind in the model.
    kind: usize,
    points: Exact,
    /// What it counts for; `None` while a larger row of its matter counts instead.
    counted: Option<Exact>,
}

/// Checks the adjustments of a unit.
pub(super) fn check(subject: &Subject<'_>, unit: &UnitOutcome, checked: &mut Checked) {
    let model = &subject.outcome.model;
    let place = |row: &AdjustmentOutcome, what: &str| {
        let id = if row.id.is_empty() { "over-claim" } else { &row.id };
        format!("units[{}].adjustments[{id}].{what}", unit.code)
    };
    let mut rows: Vec<Row<'_>> = Vec::new();
    for own in &unit.adjustments {
        let Some(at) = &own.at else { continue };
        let Some(register) = subject.rows.get(&(unit.code.as_str(), at)).copied() else {
            checked.same(|| place(own, "at"), &own.id, &"—".to_owned());
            continue;
        };
        checked.same(|| place(own, "outcome"), &own.outcome, &register.outcome);
        let kind = model.adjustments.iter().position(|kind| kind.code == register.code);
        let sign = kind.map_or("", |kind| model.adjustments[kind].kind.as_str());
        checked.same(|| place(own, "kind"), &own.kind, &sign.to_owned());
        let counts = register.standing == "approved" && sign != "event";
        if !counts {
            checked.same(|| place(own, "counted"), &own.counted.0, &Exact::zero());
            continue;
        }
        let points = register.approved.as_ref().map_or_else(Exact::zero, |points| points.0.clone());
        checked.same(|| place(own, "points"), &own.points.0, &points);
        let kind = kind.unwrap_or_default();
        rows.push(Row { own, register, kind, counted: Some(points.clone()), points });
    }
    supersede(&mut rows);
    let mut left = Left::new(model, &rows);
    rows.sort_by(|a, b| {
        a.register.date.cmp(&b.register.date).then_with(|| text::natural(&a.register.id, &b.register.id))
    });
    for row in &mut rows {
        if let Some(counted) = &mut row.counted {
            left.cut(&row.own.kind, &row.register.code, counted);
        }
    }
    for row in &rows {
        let counted = row.counted.clone().unwrap_or_else(Exact::zero);
        checked.same(|| place(row.own, "counted"), &row.own.counted.0, &counted);
        let outcome = match &row.counted {
            None => "superseded",
            Some(counted) if *counted == row.points => "full",
            Some(counted) if counted.is_zero() => "cut",
            Some(_) => "part",
        };
        checked.same(|| place(row.own, "outcome"), &row.own.outcome, &outcome.to_owned());
    }
    let recorded = unit.adjustments.iter().find(|own| own.at.is_none());
    if model.has_rules() {
        let mut expected = model.over_claim.as_ref().and_then(|rule| over_claim(rule, unit));
        if let Some(points) = &mut expected {
            left.cut_total("deduction", points);
        }
        let place = || format!("units[{}].adjustments[over-claim].counted", unit.code);
        checked.both(place, recorded.map(|own| &own.counted.0), expected.as_ref());
    }
}

/// Of rows of one sign and matter only the largest counts; equal ones by order of kinds, then 文号, then 编号.
fn supersede(rows: &mut [Row<'_>]) {
    let mut matters: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        let matter = text::key(&row.register.matter);
        if !matter.is_empty() {
            matters.entry((row.own.kind.as_str(), matter)).or_default().push(index);
        }
    }
    let mut losers = Vec::new();
    for mut same in matters.into_values() {
        same.sort_by(|a, b| {
            let (a, b) = (&rows[*a], &rows[*b]);
            let key = |row: &Row<'_>| (Reverse(row.points.clone()), row.kind, row.register.document_number.clone());
            key(a).cmp(&key(b)).then_with(|| text::natural(&a.register.id, &b.register.id))
        });
        losers.extend(same.into_iter().skip(1));
    }
    for index in losers {
        rows[index].counted = None;
    }
}

/// What is left under each limit.
struct Left {
    per_item: Option<Exact>,
    per_kind: BTreeMap<String, Exact>,
    bonus: Option<Exact>,
    deduction: Option<Exact>,
}

impl Left {
    fn new(model: &ModelOutcome, rows: &[Row<'_>]) -> Self {
        let exact = |points: &Option<Points>| points.as_ref().map(|points| points.0.clone());
        let (per_item, per_kind) = if model.has_rules() {
            let kinds = model.adjustments.iter();
            (
                exact(&model.per_item_max),
                kinds.filter_map(|kind| Some((kind.code.clone(), exact(&kind.max_per_unit)?))).collect(),
            )
        } else {
            Self::recorded(rows)
        };
        Self { per_item, per_kind, bonus: exact(&model.max_bonus), deduction: exact(&model.max_deduction) }
    }

    /// An earlier program did not record the limits of items and kinds: a row that they cut is taken as it is.
    fn recorded(rows: &[Row<'_>]) -> (Option<Exact>, BTreeMap<String, Exact>) {
        let cut_by = |limit: &'static str| rows.iter().filter(move |row| row.own.reason.as_deref() == Some(limit));
        let per_item = cut_by("per-item").map(|row| row.own.counted.0.clone()).max();
        let per_kind = cut_by("per-unit").map(|row| {
            let same = rows.iter().filter(|other| other.register.code == row.register.code);
            (row.register.code.clone(), same.map(|other| &other.own.counted.0).sum())
        });
        (per_item, per_kind.collect())
    }

    fn cut(&mut self, sign: &str, code: &str, counted: &mut Exact) {
        let limits = [self.per_item.as_ref().filter(|_| sign == "bonus"), self.per_kind.get(code)];
        for limit in limits.into_iter().flatten() {
            *counted = counted.clone().min(limit.clone());
        }
        self.cut_total(sign, counted);
        if let Some(left) = self.per_kind.get_mut(code) {
            *left = &*left - &*counted;
        }
    }

    fn cut_total(&mut self, sign: &str, counted: &mut Exact) {
        let left = if sign == "bonus" { &mut self.bonus } else { &mut self.deduction };
        if let Some(left) = left {
            *counted = counted.clone().min(left.clone());
            *left = &*left - &*counted;
        }
    }
}

/// floor((Σ claimed − Σ verified − free) / per) · points up to max, over leaves with a typed self score.
fn over_claim(rule: &OverClaimModel, unit: &UnitOutcome) -> Option<Exact> {
    let pairs = unit.leaves.iter().filter_map(|leaf| Some((leaf.self_points.as_ref()?, leaf.verified.as_ref()?)));
    let excess = pairs.map(|(own, verified)| &own.0 - &verified.0).sum::<Exact>() - &rule.free.0;
    if !excess.is_positive() {
        return None;
    }
    let steps = (excess / &rule.per.0).whole(Rounding::Floor);
    let points = (steps * &rule.points.0).min(rule.max.0.clone());
    points.is_positive().then_some(points)
}
