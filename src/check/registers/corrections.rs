//! Rows of 更正登记 and 复核申请, which both refer to a place in a result.

use super::{Entry, Numbers};
use crate::check::appeals;
use crate::engine::assessment::{AppealCells, AppealRow, CorrectionCells, CorrectionRow, Target, UnitIx};
use crate::model::Model;
use crate::read::Word;
use crate::shared::finding::{Arg, Code, Describe as _};
use crate::shared::place::Located;
use crate::shared::text;

/// A leaf code, a component id or name, or 总分.
pub(in crate::check) fn target_named(model: &Model, name: &str) -> Option<Target> {
    let total = matches!(text::key(name).to_lowercase().as_str(), "总分" | "total");
    let leaf = || model.indicators_component().and(model.tree.leaf(name)).map(Target::Leaf);
    let component = || model.component(name).map(Target::Component);
    total.then_some(Target::Total).or_else(leaf).or_else(component)
}

impl Entry<'_, '_> {
    pub(super) fn correction(&mut self, numbers: &mut Numbers) -> Option<CorrectionRow> {
        let id = self.number(numbers)?;
        let unit = self.unit();
        let target_cell = self.text(Word::Where);
        let target = self.target(&target_cell).filter(|target| self.is_part(unit, *target, &target_cell));
        let standing = self.standing();
        let cells = CorrectionCells::read(self);
        let (id, unit, target, standing, cells) = (id?, unit?, target?, standing?, cells?);
        let standing = self.assessed(unit, standing, &id);
        Some(CorrectionRow { id, unit, target, cells, standing, at: self.table.row_place(self.row) })
    }

    /// A leaf code, a component id or name, or 总分.
    fn target(&mut self, cell: &Located<String>) -> Option<Target> {
        let model = self.context.model;
        let target = target_named(model, &cell.value);
        if target.is_none() {
            let leaves = model.tree.leaves.iter().map(|l| l.code.as_str());
            let known = leaves.chain(model.components.iter().map(|c| c.id.as_str())).chain(["总分"]);
            self.findings.unknown(Code::E623, cell, known).with("expected", Arg::Word("register.targets"));
        }
        target
    }

    /// Whether what a row corrects is part of the unit's scheme.
    fn is_part(&mut self, unit: Option<UnitIx>, target: Target, cell: &Located<String>) -> bool {
        let Some(unit) = unit else { return true };
        let held = self.context.held(unit);
        let is_part = match target {
            Target::Leaf(leaf) => held.has_leaf(leaf),
            Target::Component(component) => held.weight(component).is_some(),
            Target::Total => true,
        };
        if !is_part {
            let finding = self.findings.add(Code::E623).at(cell.at).found(&cell.value);
            finding.with("expected", Arg::Word("register.in_scheme"));
        }
        is_part
    }

    pub(super) fn appeal(&mut self, numbers: &mut Numbers) -> Option<AppealRow> {
        let id = self.number(numbers)?;
        let unit = self.unit();
        let target = self.text(Word::Where);
        let cells = AppealCells::read(self);
        let place = appeals::place(self.context.model, &target, &mut self.findings);
        let [conclusion, document] = [Word::Conclusion, Word::DocumentNumber].map(|word| self.text(word));
        let ending = appeals::ending(&conclusion, &document, &mut self.findings);
        let (target, settled_by, at) = (target.value, Vec::new(), self.table.row_place(self.row));
        Some(AppealRow { id: id?, unit: unit?, target, place, cells: cells?, ending: ending?, settled_by, at })
    }
}
