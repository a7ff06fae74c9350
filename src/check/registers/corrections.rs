//! Rows of 更正登记 and 复核申请, which both refer to a place in a result.

use std::borrow::Cow;

use super::{Entry, Numbers};
use crate::check::appeals;
use crate::check::cells::Ask;
use crate::engine::assessment::{AppealCells, AppealRow, CorrectionCells, CorrectionRow, Target, UnitIx};
use crate::model::rule::Shape;
use crate::model::{Leaf, Model};
use crate::read::Word;
use crate::shared::finding::{Arg, Code, Describe as _};
use crate::shared::place::Located;
use crate::shared::text;

/// What a place behind the code of a leaf means: its value or an input, and the name of the period; blank where none is
/// named.
fn part_named<'n>(model: &Model, name: &'n str) -> Option<(Target, &'n str)> {
    let (rest, part) = name.rsplit_once(['/', '／'])?;
    let leaf = |code: &str| model.indicators_component().and(model.tree.leaf(code));
    let of_period = || rest.rsplit_once(['/', '／']).and_then(|(code, period)| Some((leaf(code)?, period)));
    let (leaf, period_name) = leaf(rest).map(|leaf| (leaf, "")).or_else(of_period)?;
    let (wanted, period) = (text::key(part), None);
    let input = || model.input_names(leaf).iter().position(|name| *name == wanted);
    let target = match Word::VerifiedValue.is(part) {
        true => Target::Value { leaf, period },
        false => Target::Input { leaf, input: input()?, period },
    };
    Some((target, period_name))
}

/// A leaf code, alone or with `/核定值` or `/` and an input, before either `/期次` where the leaf has periods; a component id or
/// name, or 总分; the period is left to be found.
pub(in crate::check) fn target_named(model: &Model, name: &str) -> Option<Target> {
    let total = matches!(text::key(name).to_lowercase().as_str(), "总分" | "total");
    let points = || model.indicators_component().and(model.tree.leaf(name)).map(Target::Leaf);
    let part = || part_named(model, name).map(|(target, _)| target);
    let component = || model.component(name).map(Target::Component);
    total.then_some(Target::Total).or_else(points).or_else(part).or_else(component)
}

/// What can be corrected, for hints.
fn known_targets(model: &Model) -> impl Iterator<Item = Cow<'_, str>> {
    let leaves = model.tree.leaves.iter().enumerate().filter(|_| model.indicators_component().is_some());
    let leaves = leaves.flat_map(|(index, leaf)| {
        let value = leaf.shape().is_typed().then_some(Target::Value { leaf: index, period: None });
        let inputs =
            (0..model.input_names(index).len()).map(move |input| Target::Input { leaf: index, input, period: None });
        [Some(Target::Leaf(index)), value].into_iter().flatten().chain(inputs)
    });
    let components = (0..model.components.len()).map(Target::Component);
    leaves.chain(components).map(|target| target.name_in(model)).chain([Cow::Borrowed("总分")])
}

impl<'e> Entry<'e, '_> {
    pub(super) fn correction(&mut self, numbers: &mut Numbers) -> Option<CorrectionRow> {
        let id = self.number(numbers)?;
        let unit = self.unit();
        let target_cell = self.text(Word::Where);
        let target = self.target(&target_cell).filter(|target| self.is_part(unit, *target, &target_cell));
        let target = target.and_then(|target| self.of_period(unit, target, &target_cell));
        self.corrects = target.and_then(|target| self.value_of(unit, target));
        if target.is_some_and(|target| self.is_percent(unit, target)) {
            self.ask = Ask::Percent;
        }
        let standing = self.standing();
        // Where it is not known what `code/…` means, nobody knows how its values are typed.
        let is_known = target.is_some() || !target_cell.value.contains(['/', '／']);
        let cells = if is_known { CorrectionCells::read(self) } else { None };
        let (id, unit, target, standing, cells) = (id?, unit?, target?, standing?, cells?);
        let standing = self.assessed(unit, standing, &id);
        Some(CorrectionRow { id, unit, target, cells, standing, at: self.table.row_place(self.row) })
    }

    /// A leaf code, alone or with `/核定值`, a component id or name, or 总分.
    fn target(&mut self, cell: &Located<String>) -> Option<Target> {
        let model = self.context.model;
        let target = target_named(model, &cell.value);
        if target.is_none() {
            let known: Vec<Cow<'_, str>> = known_targets(model).collect();
            let finding = self.findings.unknown(Code::E623, cell, known.iter().map(AsRef::as_ref));
            finding.with("expected", Arg::Word("register.targets"));
        }
        target
    }

    /// The place with its period, which must be one of the unit's; the value of a leaf with periods and its inputs have
    /// none alone.
    fn of_period(&mut self, unit: Option<UnitIx>, mut target: Target, cell: &Located<String>) -> Option<Target> {
        let part = match target {
            Target::Value { .. } => Target::VALUE,
            Target::Input { leaf, input, .. } => self.context.model.input_names(leaf)[input],
            _ => return Some(target),
        };
        let (Some(unit), Some(leaf)) = (unit, target.leaf()) else { return Some(target) };
        let (_, wanted) = part_named(self.context.model, &cell.value)?;
        let known = self.periods.of(unit, leaf);
        if known.is_empty() && wanted.is_empty() {
            return Some(target);
        }
        let found = known.iter().position(|own| text::key(own) == text::key(wanted));
        if found.is_none() {
            let code = &self.context.model.tree.leaves[leaf].code;
            let places = known.iter().map(|own| format!("{code}/{own}/{part}")).collect::<Vec<_>>();
            let finding = self.findings.unknown(Code::E623, cell, places.iter().map(String::as_str));
            let expected = match target {
                _ if known.is_empty() => "register.targets",
                Target::Input { .. } => "register.period_input",
                _ => "register.period",
            };
            finding.with("expected", Arg::Word(expected));
        }
        if let Target::Value { period, .. } | Target::Input { period, .. } = &mut target {
            *period = Some(found?);
        }
        Some(target)
    }

    /// The leaf whose value a row corrects, as the scheme of the unit has it.
    fn value_of(&self, unit: Option<UnitIx>, target: Target) -> Option<&'e Leaf> {
        let Target::Value { leaf, .. } = target else { return None };
        let held = unit.map_or_else(|| self.context.model.of(None), |unit| self.context.held(unit));
        held.tree().leaves.get(leaf)
    }

    /// Whether a row corrects an input that is typed as a percentage.
    fn is_percent(&self, unit: Option<UnitIx>, target: Target) -> bool {
        let Target::Input { leaf, input, .. } = target else { return false };
        let held = unit.map_or_else(|| self.context.model.of(None), |unit| self.context.held(unit));
        let name = self.context.model.input_names(leaf)[input];
        held.tree().leaves[leaf].inputs().iter().any(|own| own.name == name && own.percent)
    }

    /// Whether what a row corrects is part of the unit's scheme.
    fn is_part(&mut self, unit: Option<UnitIx>, target: Target, cell: &Located<String>) -> bool {
        let Some(unit) = unit else { return true };
        let held = self.context.held(unit);
        let is_part = match target {
            Target::Leaf(leaf) | Target::Value { leaf, .. } => held.has_leaf(leaf),
            Target::Input { leaf, input, .. } => {
                let name = self.context.model.input_names(leaf)[input];
                held.has_leaf(leaf) && held.tree().leaves[leaf].inputs().iter().any(|own| own.name == name)
            }
            Target::Component(component) => held.weight(component).is_some(),
            Target::Total => true,
        };
        let value = if let Target::Value { leaf, .. } = target { Some(held.tree().leaves[leaf].shape()) } else { None };
        let has_value = value.as_ref().is_none_or(Shape::is_typed);
        let expected = match value {
            _ if !is_part => "register.in_scheme",
            Some(Shape::Inputs) => "register.inputs_only",
            _ => "register.points_only",
        };
        if !is_part || !has_value {
            let finding = self.findings.add(Code::E623).at(cell.at).found(&cell.value);
            finding.with("expected", Arg::Word(expected));
        }
        is_part && has_value
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
