//! The columns of what a component measures: the inputs of its nodes, and the tree above them.

use std::borrow::Cow;

use super::{Cell, NodePlan, Part, Step, cells, points};
use crate::documents::report::calc::grid::{Columns, Param, Params, Plan};
use crate::documents::report::view::View;
use crate::result::outcome::{Component, ComponentType, Outcome};
use crate::shared::number::{Exact, Percent};

/// Adds columns for measured leaves, their cells and the aspects; returns the steps up to them and the parts of the unit's rate.
pub(super) fn tree<'o>(view: &View<'o>, plan: &mut Plan<'o>, all: &[NodePlan<'o>]) -> (Vec<Step>, Part) {
    let model = &view.outcome.model;
    let label = view.text("header.full");
    let node = |code: &str| all.iter().position(|input| input.code == code);
    let within = |cell: &Cell<'_>| node(cell.aspect).is_none();
    let cells: Vec<(Cell<'o>, Vec<usize>)> = cells(view)
        .into_iter()
        .filter(within)
        .map(|cell| {
            let inputs = cell.leaves.iter().filter_map(|leaf| node(&model.tree.leaves[*leaf].code)).collect();
            (cell, inputs)
        })
        .filter(|(_, inputs): &(Cell<'o>, Vec<usize>)| !inputs.is_empty())
        .collect();
    let mut steps = Vec::new();
    let mut runs = Vec::new();
    for (_, inputs) in &cells {
        let first = plan.next();
        for input in inputs {
            let code = all[*input].code;
            plan.add(view.node_name(code), label, |own| {
                let leaf = own.held().tree().leaves.iter().find(|leaf| leaf.code == code);
                Param::Value(leaf.map_or_else(|| Cow::Owned(Exact::zero()), |leaf| Cow::Borrowed(&leaf.points.0)))
            });
            steps.push(Step { from: Part::Node(*input), last: false });
        }
        runs.push(Columns::until(first, plan.next()));
    }
    let middle = plan.next();
    let aspects: Vec<&str> = cells.iter().map(|(cell, _)| cell.aspect).collect();
    // Without lines the cells are the aspects, which follow.
    let of_leaves = model.tree.lines.is_empty() && !model.tree.aspects.is_empty();
    for ((cell, _), run) in cells.into_iter().zip(&runs).filter(|_| !of_leaves) {
        plan.add(cell.name, label, |own| Param::Value(Cow::Owned(points(&cell.leaves, own.held()))));
        steps.push(Step { from: Part::Mean(*run), last: false });
    }
    let top = if model.tree.aspects.is_empty() { middle } else { plan.next() };
    for (index, aspect) in model.tree.aspects.iter().enumerate() {
        let own = node(&aspect.code).map(Part::Node);
        let is_own = |cell: &&str| *cell == aspect.code;
        let of_cells = || match of_leaves {
            true => aspects.iter().position(is_own).map(|cell| runs[cell]),
            false => neighbours(aspects.iter().map(is_own), middle),
        };
        if let Some(from) = own.or_else(|| of_cells().map(Part::Mean)) {
            plan.add(&aspect.name, label, |own| {
                Param::Value(Cow::Borrowed(&own.held().tree().aspects[index].points.0))
            });
            steps.push(Step { from, last: false });
        }
    }
    (steps, Part::Mean(Columns::until(top, plan.next())))
}

/// The neighbouring columns, from a first one on, that satisfy a condition.
pub(super) fn neighbours(holds: impl Iterator<Item = bool>, first: u16) -> Option<Columns> {
    let mut run: Option<Columns> = None;
    for (column, _) in (first..).zip(holds).filter(|(_, holds)| *holds) {
        run = Some(Columns { first: run.map_or(column, |run| run.first), last: column });
    }
    run
}

/// The measured nodes of a component with their indices; the unit has no code.
pub(super) fn measured<'o>(view: &View<'o>, model: &'o Component) -> Vec<(usize, &'o str)> {
    let (outcome, tree) = (view.outcome, &view.outcome.model.tree);
    if model.scored() == ComponentType::Ballots {
        return outcome.model.measured(model).into_iter().map(|node| tree.code(node)).enumerate().collect();
    }
    let own = view.units.iter().find_map(|unit| unit.components.get(&model.id));
    own.map(|own| own.given.iter().map(|given| tree.code(given.node)).enumerate().collect()).unwrap_or_default()
}

/// Aspects and leaves in the order of the cells.
pub(super) fn sorted<'o>(view: &View<'o>, nodes: &[(usize, &'o str)]) -> Vec<(usize, &'o str)> {
    let model = &view.outcome.model;
    let aspects = model.tree.aspects.iter().map(|aspect| aspect.code.as_str());
    let leaves: Vec<&str> =
        cells(view).iter().flat_map(|cell| &cell.leaves).map(|leaf| model.tree.leaves[*leaf].code.as_str()).collect();
    let order: Vec<&str> = leaves.into_iter().chain(aspects).collect();
    order.iter().filter_map(|code| nodes.iter().find(|(_, own)| own == code)).copied().collect()
}

/// Periods of a given component; at least one, which may have no name.
pub(super) fn periods<'o>(outcome: &'o Outcome, component: &Component) -> Vec<&'o str> {
    let index = outcome.model.components.iter().position(|own| own.id == component.id);
    let periods = index.map_or(&[] as &[String], |index| outcome.periods(index));
    if periods.is_empty() { vec![""] } else { periods.iter().map(String::as_str).collect() }
}

/// Columns for the inputs of a node: one per class with its weight, or one per period.
pub(super) fn input_columns<'o>(view: &View<'o>, plan: &mut Plan<'o>, model: &'o Component, code: &'o str) -> Columns {
    let first = plan.next();
    let index = view.outcome.model.components.iter().position(|own| own.id == model.id).unwrap_or(0);
    let title = |name: &str| {
        let node = if code.is_empty() { "" } else { view.node_name(code) };
        [node, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    };
    if model.scored() == ComponentType::Ballots {
        for (number, class) in model.classes().iter().enumerate() {
            let place = Repeated::at(plan, number);
            plan.add(title(&class.name), view.text("header.weight"), |own| {
                own.held().class_weight(index, number).map_or(Param::None, |weight| place.weight(own, weight))
            });
        }
    } else {
        for (number, period) in periods(view.outcome, model).into_iter().enumerate() {
            let title = title(if period.is_empty() { view.text("calc.score") } else { period });
            match model.given().and_then(|rules| rules.period_weight(period)) {
                Some(weight) => {
                    let place = Repeated::at(plan, number);
                    plan.add(title, view.text("header.weight"), |own| place.weight(own, weight));
                }
                None => drop(plan.plain(title)),
            }
        }
    }
    Columns::until(first, plan.next())
}

/// The columns of one weight, which is repeated for every node: where it stands first, and where it stands now.
#[derive(Clone, Copy)]
struct Repeated {
    first: u16,
    now: u16,
}

impl Repeated {
    /// The next column, for the weight with this number within the block.
    fn at(plan: &Plan<'_>, number: usize) -> Self {
        Self { first: plan.block_start() + number as u16, now: plan.next() }
    }

    /// The weight of a class or period: a number at its first occurrence, afterwards a reference to it.
    fn weight<'o>(self, own: &Params<'_, 'o>, weight: &'o Percent) -> Param<'o> {
        let value = Cow::Borrowed(&weight.0);
        if self.first < self.now {
            Param::Formula(own.param(self.first).to_string(), value)
        } else {
            Param::Value(value)
        }
    }
}
