//! What if all proposals were approved: rows of 拟提 and 部门已核 treated as 工委审定 with complete documents.
//!
//! For previews only. An item without 审定分值 counts the points that the model gives its level, else those claimed. A
//! proposal that contradicts a row that counts already (a second decision on a unit, a second correction of a place)
//! remains a proposal.

use std::collections::BTreeSet;

use crate::engine::assessment::{Mode, Register, Registers, Standing, Unit};
use crate::model::{Model, Sign};
use crate::shared::number::Points;

/// How proposals in the registers are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposals {
    /// As proposals: they do not count.
    AsTheyStand,
    /// As approved.
    AsApproved,
}

/// Treats all proposals as approved.
pub(super) fn approve(model: &Model, units: &[Unit], registers: &mut Registers) {
    let open = |standing: Standing| matches!(standing, Standing::Proposed | Standing::Reviewed);
    for row in registers.adjustments.iter_mut().filter(|row| row.register != Register::Declarations) {
        if !open(row.standing) {
            continue;
        }
        row.standing = Standing::Approved;
        let kind = &model.adjustments.kinds[row.kind];
        if kind.sign != Sign::Event && row.approved.is_none() {
            let size = kind.size(&row.level).cloned();
            row.cells.approved = Some(size.or_else(|| row.claimed.clone()).unwrap_or_else(Points::zero));
        }
    }
    let approved = |standing: Standing| standing == Standing::Approved;
    let decided = registers.decisions.iter().filter(|row| approved(row.standing));
    let mut decided: BTreeSet<_> = decided.map(|row| row.unit).collect();
    for row in registers.decisions.iter_mut().filter(|row| open(row.standing)) {
        if units[row.unit.0].mode != Mode::Excluded && decided.insert(row.unit) {
            row.standing = Standing::Approved;
        }
    }
    let given = registers.places.iter().filter(|row| approved(row.standing));
    let mut given: BTreeSet<_> = given.map(|row| (row.scope.clone(), row.grade)).collect();
    for row in registers.places.iter_mut().filter(|row| open(row.standing)) {
        if given.insert((row.scope.clone(), row.grade)) {
            row.standing = Standing::Approved;
        }
    }
    let corrected = registers.corrections.iter().filter(|row| approved(row.standing));
    let mut corrected: BTreeSet<_> = corrected.map(|row| (row.unit, row.target)).collect();
    for row in registers.corrections.iter_mut().filter(|row| open(row.standing)) {
        if corrected.insert((row.unit, row.target)) {
            row.standing = Standing::Approved;
        }
    }
}
