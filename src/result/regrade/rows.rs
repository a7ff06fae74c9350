//! Register rows of a recorded result, unchanged, under the present model.

use super::Places;
use crate::engine::assessment::{AdjustmentRow, CorrectionRow, DecisionRow, RegisterRow, Registers, Ruling, Target};
use crate::model::Model;
use crate::result::outcome::Outcome;

/// The rows of a result, with places among the present files, without those that refer to what the model does not know.
pub(super) fn registers(parent: &Outcome, model: &Model, places: &Places) -> Registers {
    let mut rows = parent.registers.clone();
    rows.adjustments.retain_mut(|row| adjustment(row, parent, model, places));
    rows.decisions.retain_mut(|row| decision(row, parent, model, places));
    rows.corrections.retain_mut(|row| correction(row, parent, model, places));
    for row in &mut rows.appeals {
        places.shift(row.places());
    }
    rows.places.retain_mut(|row| {
        places.shift([&mut row.at, &mut row.places.at]);
        let known = model.grade(parent.model.grade_name(row.grade));
        row.grade = known.unwrap_or_default();
        known.is_some_and(|grade| model.grades[grade].quota.is_some())
    });
    for row in &mut rows.dispositions {
        places.shift(row.places());
    }
    rows
}

/// Whether the model knows the kind of a row.
pub(super) fn adjustment(row: &mut AdjustmentRow, parent: &Outcome, model: &Model, places: &Places) -> bool {
    let kind = parent.kind(row).and_then(|kind| model.adjustments.kind(&kind.code));
    row.kind = kind.unwrap_or_default();
    places.shift(row.places());
    kind.is_some()
}

/// Whether the model knows the grade of a decision.
fn decision(row: &mut DecisionRow, parent: &Outcome, model: &Model, places: &Places) -> bool {
    places.shift(row.places());
    let Some(grade) = parent.pinned(row) else { return row.ruling == Ruling::Defer };
    let known = model.grade(grade);
    row.ruling = known.map_or(row.ruling, Ruling::Pin);
    known.is_some()
}

/// Whether the model knows what a correction replaces.
fn correction(row: &mut CorrectionRow, parent: &Outcome, model: &Model, places: &Places) -> bool {
    places.shift(row.places());
    let leaf = |index: usize| {
        let code = &parent.model.tree.leaves.get(index)?.code;
        model.indicators_component().and(model.tree.leaf(code))
    };
    let known = match row.target {
        Target::Total => Some(Target::Total),
        Target::Component(_) => {
            let id = parent.target(row);
            model.components.iter().position(|own| own.id == id).map(Target::Component)
        }
        Target::Leaf(index) => leaf(index).map(Target::Leaf),
        Target::Value { leaf: index, period } => leaf(index).map(|leaf| Target::Value { leaf, period }),
        Target::Input { leaf: index, input, period } => leaf(index).and_then(|leaf| {
            let name = parent.model.input_names(index).get(input).copied()?;
            let input = model.input_names(leaf).iter().position(|own| *own == name)?;
            Some(Target::Input { leaf, input, period })
        }),
    };
    row.target = known.unwrap_or(row.target);
    known.is_some()
}
