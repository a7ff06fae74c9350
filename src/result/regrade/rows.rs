//! Register rows of a recorded result.

use std::collections::BTreeMap;

use super::Places;
use crate::engine::assessment::{
    AdjustmentRow, AppealRow, CorrectionRow, DecisionRow, DispositionRow, Opinion, Register, Ruling, Target, UnitIx,
    Verdict,
};
use crate::model::Model;
use crate::result::outcome::{
    AdjustmentRowOutcome, AppealOutcome, CorrectionOutcome, DecisionOutcome, DispositionOutcome, OpinionOutcome,
    Outcome,
};
use crate::shared::place::Located;

/// Turns recorded rows back into rows.
pub(super) struct Rows<'r> {
    model: &'r Model,
    places: &'r Places,
    units: BTreeMap<&'r str, UnitIx>,
}

impl<'r> Rows<'r> {
    pub(super) fn new(parent: &'r Outcome, model: &'r Model, places: &'r Places) -> Self {
        let units = parent.units.iter().enumerate().map(|(i, unit)| (unit.code.as_str(), UnitIx(i)));
        Self { model, places, units: units.collect() }
    }

    /// `None` when the model does not know the kind any more.
    pub(super) fn adjustment(&self, row: &AdjustmentRowOutcome) -> Option<AdjustmentRow> {
        let kind = self.model.adjustments.kind(&row.code)?;
        Some(AdjustmentRow {
            register: match (row.event, row.declared) {
                (true, _) => Register::Events,
                (_, true) => Register::Declarations,
                _ => Register::Adjustments,
            },
            id: row.id.clone(),
            unit: *self.units.get(row.unit.as_str())?,
            kind,
            sign: self.model.adjustments.kinds[kind].sign,
            matter: row.matter.clone(),
            level: row.level.clone(),
            claimed: row.claimed.clone(),
            approved: row.approved.clone(),
            document: row.document.clone(),
            document_number: row.document_number.clone(),
            issued_by: row.issued_by.clone(),
            date: row.date.as_ref().and_then(|date| date.parse().ok()),
            approval_number: row.approval_number.clone(),
            remark: row.remark.clone(),
            links: Located::new(row.links.clone(), self.places.place(row.at)),
            standing: row.standing,
            at: self.places.place(row.at),
        })
    }

    /// `None` when the model does not know the grade any more.
    pub(super) fn decision(&self, row: &DecisionOutcome) -> Option<DecisionRow> {
        let ruling = match &row.grade {
            None => Ruling::Defer,
            Some(grade) => Ruling::Pin(self.model.grade(grade)?),
        };
        Some(DecisionRow {
            id: row.id.clone(),
            unit: *self.units.get(row.unit.as_str())?,
            ruling,
            outside_quota: row.outside_quota,
            above_cap: row.above_cap,
            clause: row.clause.clone(),
            document_number: row.document_number.clone(),
            date: row.date.as_ref().and_then(|date| date.parse().ok()),
            links: Located::new(row.links.clone(), self.places.place(row.at)),
            standing: row.standing,
            at: self.places.place(row.at),
        })
    }

    /// `None` when the model does not know the place any more.
    pub(super) fn correction(&self, row: &CorrectionOutcome) -> Option<CorrectionRow> {
        let component = || self.model.components.iter().position(|own| own.id == row.target).map(Target::Component);
        let leaf = || self.model.indicators_component().and(self.model.tree.leaf(&row.target)).map(Target::Leaf);
        let target = if row.target == "total" { Some(Target::Total) } else { leaf().or_else(component) };
        let at = self.places.place(row.at);
        Some(CorrectionRow {
            id: row.id.clone(),
            unit: *self.units.get(row.unit.as_str())?,
            target: target?,
            old: Located::new(row.old.clone(), at),
            new: Located::new(row.new.clone(), at),
            reason: row.reason.clone(),
            document_number: row.document_number.clone(),
            links: Located::new(row.links.clone(), at),
            standing: row.standing,
            at,
        })
    }

    /// What the committee said of a mark is part of what was measured; it is carried over.
    pub(super) fn disposition(&self, row: &DispositionOutcome) -> Option<DispositionRow> {
        Some(DispositionRow {
            id: row.id.clone(),
            file: row.file.clone(),
            sheet: row.sheet.clone(),
            unit: match &row.unit {
                Some(code) => Some(*self.units.get(code.as_str())?),
                None => None,
            },
            rater: row.rater.clone(),
            node: row.node.clone(),
            verdict: row.mark.clone().map_or(Verdict::Void, Verdict::Mark),
            grounds: row.grounds.clone(),
            document_number: row.document_number.clone(),
            standing: row.standing,
            at: self.places.place(row.at),
            settles: row.settles,
        })
    }

    /// What it is about stays a text: only checks ask for the place.
    pub(super) fn appeal(&self, row: &AppealOutcome) -> Option<AppealRow> {
        const REGISTERS: [&str; 4] = ["adjustments", "events", "corrections", "decisions"];
        let settled = |(register, id): &(String, String)| {
            Some((REGISTERS.into_iter().find(|name| name == register)?, id.clone()))
        };
        Some(AppealRow {
            id: row.id.clone(),
            unit: *self.units.get(row.unit.as_str())?,
            target: row.target.clone(),
            place: None,
            ending: row.outcome,
            handled_by: Located::new(row.handled_by.clone(), self.places.place(row.at)),
            settled_by: row.settled_by.iter().filter_map(settled).collect(),
            request: row.request.clone(),
            received: row.received.as_ref().and_then(|date| date.parse().ok()),
            conclusion: row.conclusion.clone(),
            document_number: row.document_number.clone(),
            at: self.places.place(row.at),
        })
    }

    /// What a department answered; opinions are carried over, they stand in no register.
    pub(super) fn opinion(&self, row: &OpinionOutcome) -> Option<Opinion> {
        Some(Opinion {
            unit: *self.units.get(row.unit.as_str())?,
            department: row.department.clone(),
            suggested: row.suggested.clone(),
            stance: row.stance,
            written: row.written.clone(),
            text: row.text.clone(),
            at: self.places.place(row.at),
        })
    }
}
