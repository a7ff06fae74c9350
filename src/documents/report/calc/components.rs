//! From points of leaves, class means and given scores to the rate of each component (SPEC §8): leaf → cell → aspect → unit.
//!
//! What has no number (not applicable, not rated) holds a dash and leaves its parent, which keeps its points over the rest:
//! a mean divides by the points of those that are there.

use super::Sources;
use super::grid::{Param, Plan, Row, arguments, unless_empty};
use crate::documents::report::view::View;
use crate::result::outcome::{
    Answers, ClassModel, ComponentModel, ComponentType, GivenOutcome, LeafModel, NotApplicable, Periods, UnitOutcome,
};
use crate::shared::number::Exact;

/// The columns of one component.
pub(super) struct ComponentPlan<'o> {
    model: &'o ComponentModel,
    /// Inputs of the measured nodes.
    inputs: Vec<NodePlan<'o>>,
    steps: Vec<Step>,
    /// The column of the rate of the unit: the last step.
    pub(super) rate: u16,
}

/// What is measured of a node: class means, or the scores of periods.
struct NodePlan<'o> {
    /// Its place among the measured nodes of the component.
    index: usize,
    code: &'o str,
    columns: (u16, u16),
}

/// A column of rates.
struct Step {
    from: Part,
    /// Whether it is the rate of the unit.
    last: bool,
}

/// What a rate is made of.
enum Part {
    /// Points of leaves, by their indices.
    Leaves(Vec<usize>),
    /// A measured node, by its place among the inputs.
    Node(usize),
    /// The weighted mean of neighbouring columns.
    Mean((u16, u16)),
}

/// The leaves of one line within one aspect.
struct Cell<'o> {
    name: String,
    aspect: &'o str,
    leaves: Vec<usize>,
    points: Exact,
}

/// Cells of the model, aspect by aspect.
fn cells<'o>(view: &View<'o>) -> Vec<Cell<'o>> {
    let model = &view.outcome.model;
    let mut cells = Vec::new();
    for aspect in &model.aspects {
        for line in &model.lines {
            let here = |leaf: &LeafModel| leaf.aspect == aspect.code && leaf.line == line.code;
            let leaves: Vec<usize> =
                model.leaves.iter().enumerate().filter(|(_, leaf)| here(leaf)).map(|(index, _)| index).collect();
            if !leaves.is_empty() {
                let points = leaves.iter().map(|leaf| &model.leaves[*leaf].full.0).sum();
                cells.push(Cell {
                    name: view.fill("calc.cell", &[("line", &line.name), ("aspect", &aspect.name)]),
                    aspect: &aspect.code,
                    leaves,
                    points,
                });
            }
        }
    }
    cells
}

impl<'o> ComponentPlan<'o> {
    /// Plans the columns of a component.
    pub(super) fn new(sources: &Sources<'_, 'o>, plan: &mut Plan, model: &'o ComponentModel) -> Self {
        plan.block(&model.name);
        match model.kind {
            ComponentType::Indicators => Self::of_leaves(sources, plan, model),
            _ => Self::of_nodes(sources.view, plan, model),
        }
    }

    fn of_leaves(sources: &Sources<'_, 'o>, plan: &mut Plan, model: &'o ComponentModel) -> Self {
        let view = sources.view;
        let label = view.text("header.full");
        let (cells, first) = (cells(view), plan.next());
        let mut steps = Vec::new();
        for cell in &cells {
            let full = format!("SUM({})", arguments(&sources.leaves.full(&cell.leaves)));
            plan.add(&cell.name, label, Param::Formula(full, cell.points.clone()));
            steps.push(Step { from: Part::Leaves(cell.leaves.clone()), last: false });
        }
        let top = plan.next();
        for aspect in &view.outcome.model.aspects {
            if let Some(run) = neighbours(cells.iter().map(|cell| cell.aspect == aspect.code), first) {
                let full = format!("SUM({})", plan.params(run));
                plan.add(&aspect.name, label, Param::Formula(full, aspect.points.0.clone()));
                steps.push(Step { from: Part::Mean(run), last: false });
            }
        }
        let rate = plan.plain(view.text("header.rate"));
        steps.push(Step { from: Part::Mean((top, rate - 1)), last: true });
        Self { model, inputs: Vec::new(), steps, rate }
    }

    fn of_nodes(view: &View<'o>, plan: &mut Plan, model: &'o ComponentModel) -> Self {
        let all = measured(view, model);
        let whole = all.iter().find(|(_, code)| code.is_empty());
        let nodes: Vec<(usize, &'o str)> = match whole {
            Some(node) => vec![*node],
            None => sorted(view, &all),
        };
        let inputs: Vec<NodePlan<'o>> = nodes
            .into_iter()
            .map(|(index, code)| NodePlan { index, code, columns: input_columns(view, plan, model, code) })
            .collect();
        let mut planned = Self { model, inputs, steps: Vec::new(), rate: 0 };
        let last = if whole.is_some() { Part::Node(0) } else { planned.tree(view, plan) };
        let full = model.full.as_ref().map_or_else(|| Exact::from(100), |full| full.0.clone());
        planned.rate = plan.add(view.text("header.rate"), view.text("calc.param.full"), Param::Value(full));
        planned.steps.push(Step { from: last, last: true });
        planned
    }

    /// Columns for measured leaves, their cells and the aspects; gives what the unit is made of.
    fn tree(&mut self, view: &View<'o>, plan: &mut Plan) -> Part {
        let model = &view.outcome.model;
        let label = view.text("header.full");
        let node = |code: &str| self.inputs.iter().position(|input| input.code == code);
        let within = |cell: &Cell<'_>| node(cell.aspect).is_none();
        let cells: Vec<(Cell<'o>, Vec<usize>)> = cells(view)
            .into_iter()
            .filter(within)
            .map(|cell| {
                let inputs = cell.leaves.iter().filter_map(|leaf| node(&model.leaves[*leaf].code)).collect();
                (cell, inputs)
            })
            .filter(|(_, inputs): &(Cell<'o>, Vec<usize>)| !inputs.is_empty())
            .collect();
        let mut steps = Vec::new();
        let mut runs = Vec::new();
        for (_, inputs) in &cells {
            let first = plan.next();
            for input in inputs {
                let code = self.inputs[*input].code;
                let points = model.leaves.iter().find(|leaf| leaf.code == code).map(|leaf| leaf.full.0.clone());
                plan.add(view.node_name(code), label, Param::Value(points.unwrap_or_else(Exact::zero)));
                steps.push(Step { from: Part::Node(*input), last: false });
            }
            runs.push((first, plan.next() - 1));
        }
        let middle = plan.next();
        for ((cell, _), run) in cells.iter().zip(runs) {
            plan.add(&cell.name, label, Param::Value(cell.points.clone()));
            steps.push(Step { from: Part::Mean(run), last: false });
        }
        let top = plan.next();
        for aspect in &model.aspects {
            let own = node(&aspect.code).map(Part::Node);
            let of_cells = || neighbours(cells.iter().map(|(cell, _)| cell.aspect == aspect.code), middle);
            if let Some(from) = own.or_else(|| of_cells().map(Part::Mean)) {
                plan.add(&aspect.name, label, Param::Value(aspect.points.0.clone()));
                steps.push(Step { from, last: false });
            }
        }
        self.steps = steps;
        Part::Mean((top, plan.next() - 1))
    }

    /// Adds the cells of a unit.
    pub(super) fn row(&self, sources: &Sources<'_, 'o>, plan: &Plan, unit: &UnitOutcome, row: &mut Row) {
        for input in &self.inputs {
            match self.model.kind {
                ComponentType::Ballots => self.means(sources, unit, input, row),
                _ => self.scores(unit, input, row),
            }
        }
        for step in &self.steps {
            match &step.from {
                Part::Leaves(leaves) => self.leaves(sources, unit, leaves, row),
                Part::Node(input) => self.node(plan, unit, &self.inputs[*input], row),
                Part::Mean(run) => {
                    let (formula, value) = row.mean(plan, *run);
                    row.formula(unless_empty(&row.run(*run).to_string(), &formula), value);
                }
            }
            debug_assert!(!step.last || row.cells.len() == usize::from(self.rate) + 1, "columns and cells agree");
        }
    }

    /// The rate of a cell: its points within the full points of the leaves that take part.
    fn leaves(&self, sources: &Sources<'_, 'o>, unit: &UnitOutcome, leaves: &[usize], row: &mut Row) {
        let own: Vec<_> = leaves.iter().filter_map(|index| unit.leaves.get(*index)).collect();
        let runs = sources.leaves.points(&unit.code, leaves);
        if own.is_empty() || runs.is_empty() {
            row.missing();
            return;
        }
        let full = sources.leaves.full(leaves);
        let (points, all) = (format!("SUM({})", arguments(&runs)), format!("SUM({})", arguments(&full)));
        let parts = runs.iter().zip(&full).map(|(run, full)| format!("SUMIF({run},\">=0\",{full})"));
        let measured = parts.collect::<Vec<_>>().join("+");
        let sum: Exact = own.iter().filter_map(|leaf| leaf.verified.as_ref()).map(|points| &points.0).sum();
        let present: Exact = own.iter().filter(|leaf| leaf.verified.is_some()).map(|leaf| &leaf.full.0).sum();
        let whole: Exact = own.iter().map(|leaf| &leaf.full.0).sum();
        let hundred = Exact::from(100);
        match sources.view.outcome.model.not_applicable {
            NotApplicable::Full => {
                let value = hundred * (&sum + &whole - &present) / &whole;
                row.formula(format!("100*({points}+{all}-({measured}))/{all}"), Some(value));
            }
            NotApplicable::Zero => row.formula(format!("100*{points}/{all}"), Some(hundred * &sum / &whole)),
            _ => {
                let value = present.is_positive().then(|| hundred * &sum / &present);
                row.formula(unless_empty(&arguments(&runs), &format!("100*{points}/({measured})")), value);
            }
        }
    }

    /// The class means of a node, taken from their sheet.
    fn means(&self, sources: &Sources<'_, 'o>, unit: &UnitOutcome, input: &NodePlan<'o>, row: &mut Row) {
        let ballots = unit.components.get(&self.model.id).and_then(|own| own.ballots.as_ref());
        for (index, class) in self.model.classes.iter().enumerate() {
            let own = ballots.and_then(|own| own.classes.get(index)).filter(|own| own.id == class.id);
            let mean = own.and_then(|own| own.means.get(input.index)).and_then(Option::as_ref);
            match sources.means.mean(&unit.code, &self.model.id, index, input.index).filter(|_| own.is_some()) {
                Some(cell) => row.formula(cell.to_string(), mean.map(|mean| mean.mean.clone())),
                None => row.missing(),
            }
        }
    }

    /// The given scores of a node: a score that is missing counts as 0 where it is expected.
    fn scores(&self, unit: &UnitOutcome, input: &NodePlan<'o>, row: &mut Row) {
        let own = self.given(unit, input.code);
        for period in periods(self.model) {
            let wanted = crate::shared::text::key(period);
            let part =
                own.and_then(|own| own.parts.iter().find(|(name, _, _)| crate::shared::text::key(name) == wanted));
            let is_off =
                own.is_some_and(|own| own.off.iter().any(|(name, _)| crate::shared::text::key(name) == wanted));
            match part {
                None if is_off => row.missing(),
                Some((_, score, _)) => row.input(&score.0, score.0.decimals().map_or(6, |needed| needed.min(6))),
                None if self.model.combined == Some(Periods::Last) => row.missing(),
                None => row.marked(&Exact::zero()),
            }
        }
    }

    fn given<'u>(&self, unit: &'u UnitOutcome, code: &str) -> Option<&'u GivenOutcome> {
        unit.components.get(&self.model.id)?.given.iter().find(|given| given.node == code)
    }

    /// The rate of a measured node.
    fn node(&self, plan: &Plan, unit: &UnitOutcome, input: &NodePlan<'o>, row: &mut Row) {
        let (full, hundred) = (plan.param(self.rate), Exact::from(100));
        let most = plan.value(self.rate);
        let run = row.run(input.columns);
        if self.model.kind == ComponentType::Ballots {
            let ballots = unit.components.get(&self.model.id).and_then(|own| own.ballots.as_ref());
            if let Some(own) = ballots.filter(|own| matches!(own.enough, Answers::GroupMedian | Answers::Inapplicable))
            {
                match own.rates.get(input.index).and_then(Option::as_ref) {
                    Some(rate) => row.marked(&rate.exact),
                    None => row.missing(),
                }
                return;
            }
            let (formula, mean) = row.mean(plan, input.columns);
            let value = mean.map(|mean| hundred * mean / &most);
            row.formula(unless_empty(&run.to_string(), &format!("100*{formula}/{full}")), value);
            return;
        }
        let own = self.given(unit, input.code).filter(|own| !own.off.is_empty());
        let counted = (input.columns.0..=input.columns.1).filter(|column| row.number(*column).is_some()).count();
        match own.map(|own| &own.rate) {
            Some(None) => return row.missing(),
            // What does not apply as a whole counts what the model says.
            Some(Some(rate)) if counted == 0 => return row.marked(&rate.exact),
            _ => {}
        }
        let last = row.cell(input.columns.1);
        let (formula, value) = match self.model.combined {
            Some(Periods::Sum) => (format!("100*SUM({run})/{full}"), row.sum(input.columns)),
            Some(Periods::Last) => (format!("100*SUM({last})/{full}"), row.or_zero(input.columns.1)),
            _ => (format!("100*SUM({run})/COUNT({run})/{full}"), row.sum(input.columns) / Exact::from(counted.max(1))),
        };
        row.formula(formula, Some(hundred * value / most));
    }
}

/// The neighbouring columns, from a first one on, for which something holds.
fn neighbours(holds: impl Iterator<Item = bool>, first: u16) -> Option<(u16, u16)> {
    let mut run: Option<(u16, u16)> = None;
    for (column, _) in (first..).zip(holds).filter(|(_, holds)| *holds) {
        run = Some((run.map_or(column, |(from, _)| from), column));
    }
    run
}

/// The measured nodes of a component with their places; the unit has no code.
fn measured<'o>(view: &View<'o>, model: &'o ComponentModel) -> Vec<(usize, &'o str)> {
    if model.kind == ComponentType::Ballots {
        return model.nodes.iter().map(String::as_str).enumerate().collect();
    }
    let own = view.units.iter().find_map(|unit| unit.components.get(&model.id));
    own.map(|own| own.given.iter().map(|given| given.node.as_str()).enumerate().collect()).unwrap_or_default()
}

/// Aspects and leaves in the order of the cells.
fn sorted<'o>(view: &View<'o>, nodes: &[(usize, &'o str)]) -> Vec<(usize, &'o str)> {
    let model = &view.outcome.model;
    let aspects = model.aspects.iter().map(|aspect| aspect.code.as_str());
    let leaves: Vec<&str> =
        cells(view).iter().flat_map(|cell| &cell.leaves).map(|leaf| model.leaves[*leaf].code.as_str()).collect();
    let order: Vec<&str> = leaves.into_iter().chain(aspects).collect();
    order.iter().filter_map(|code| nodes.iter().find(|(_, own)| own == code)).copied().collect()
}

/// Periods of a given component; at least one, which may have no name.
fn periods(model: &ComponentModel) -> Vec<&str> {
    if model.periods.is_empty() { vec![""] } else { model.periods.iter().map(String::as_str).collect() }
}

/// Columns for the inputs of a node: a class each with its weight, or a period each.
fn input_columns<'o>(view: &View<'o>, plan: &mut Plan, model: &'o ComponentModel, code: &'o str) -> (u16, u16) {
    let first = plan.next();
    let title = |name: &str| {
        let node = if code.is_empty() { "" } else { view.node_name(code) };
        [node, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    };
    if model.kind == ComponentType::Ballots {
        for (number, class) in model.classes.iter().enumerate() {
            let weight = weight(plan, class, number);
            plan.add(title(&class.name), view.text("header.weight"), weight);
        }
    } else {
        for period in periods(model) {
            plan.plain(title(if period.is_empty() { view.text("calc.score") } else { period }));
        }
    }
    (first, plan.next() - 1)
}

/// The weight of a class: a number where the class first stands, from there on a reference to it.
fn weight(plan: &Plan, class: &ClassModel, number: usize) -> Param {
    let value = class.weight.0.clone();
    let first = plan.block_start() + number as u16;
    if first < plan.next() { Param::Formula(plan.param(first).to_string(), value) } else { Param::Value(value) }
}
