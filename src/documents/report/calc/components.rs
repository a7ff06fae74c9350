//! From points of leaves, class means and given scores to the rate of each component (SPEC §8): leaf → cell → aspect → unit.
//!
//! What has no number (not applicable, not rated) holds a dash and leaves its parent, which keeps its points over the rest:
//! a mean divides by the points of those that are there.

use std::borrow::Cow;

use super::Sources;
use super::grid::{Columns, Param, Plan, Row, arguments, unless_empty};
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
    columns: Columns,
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
    Mean(Columns),
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
    pub(super) fn new(sources: &Sources<'_, 'o>, plan: &mut Plan<'o>, model: &'o ComponentModel) -> Self {
        plan.block(&model.name);
        match model.kind {
            ComponentType::Indicators => Self::of_leaves(sources, plan, model),
            _ => Self::of_nodes(sources.view, plan, model),
        }
    }

    fn of_leaves(sources: &Sources<'_, 'o>, plan: &mut Plan<'o>, model: &'o ComponentModel) -> Self {
        let view = sources.view;
        let label = view.text("header.full");
        let (cells, first) = (cells(view), plan.next());
        let mut steps = Vec::new();
        let aspects: Vec<&str> = cells.iter().map(|cell| cell.aspect).collect();
        for cell in cells {
            let full = format!("SUM({})", arguments(&sources.leaves.full(&cell.leaves)));
            plan.add(cell.name, label, Param::Formula(full, Cow::Owned(cell.points)));
            steps.push(Step { from: Part::Leaves(cell.leaves), last: false });
        }
        let top = plan.next();
        for aspect in &view.outcome.model.aspects {
            if let Some(run) = neighbours(aspects.iter().map(|own| *own == aspect.code), first) {
                let full = format!("SUM({})", plan.params(run));
                plan.add(&aspect.name, label, Param::Formula(full, Cow::Borrowed(&aspect.points.0)));
                steps.push(Step { from: Part::Mean(run), last: false });
            }
        }
        let rate = plan.plain(view.text("header.rate"));
        steps.push(Step { from: Part::Mean(Columns::until(top, rate)), last: true });
        Self { model, inputs: Vec::new(), steps, rate }
    }

    fn of_nodes(view: &View<'o>, plan: &mut Plan<'o>, model: &'o ComponentModel) -> Self {
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
        let full = model.full.as_ref().map_or_else(|| Cow::Owned(Exact::from(100)), |full| Cow::Borrowed(&full.0));
        planned.rate = plan.add(view.text("header.rate"), view.text("calc.param.full"), Param::Value(full));
        planned.steps.push(Step { from: last, last: true });
        planned
    }

    /// Columns for measured leaves, their cells and the aspects; gives what the unit is made of.
    fn tree(&mut self, view: &View<'o>, plan: &mut Plan<'o>) -> Part {
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
                let points = model.leaves.iter().find(|leaf| leaf.code == code).map(|leaf| Cow::Borrowed(&leaf.full.0));
                let points = points.unwrap_or_else(|| Cow::Owned(Exact::zero()));
                plan.add(view.node_name(code), label, Param::Value(points));
                steps.push(Step { from: Part::Node(*input), last: false });
            }
            runs.push(Columns::until(first, plan.next()));
        }
        let middle = plan.next();
        let aspects: Vec<&str> = cells.iter().map(|(cell, _)| cell.aspect).collect();
        for ((cell, _), run) in cells.into_iter().zip(runs) {
            plan.add(cell.name, label, Param::Value(Cow::Owned(cell.points)));
            steps.push(Step { from: Part::Mean(run), last: false });
        }
        let top = plan.next();
        for aspect in &model.aspects {
            let own = node(&aspect.code).map(Part::Node);
            let of_cells = || neighbours(aspects.iter().map(|own| *own == aspect.code), middle);
            if let Some(from) = own.or_else(|| of_cells().map(Part::Mean)) {
                plan.add(&aspect.name, label, Param::Value(Cow::Borrowed(&aspect.points.0)));
                steps.push(Step { from, last: false });
            }
        }
        self.steps = steps;
        Part::Mean(Columns::until(top, plan.next()))
    }

    /// Adds the cells of a unit.
    pub(super) fn row(&self, sources: &Sources<'_, 'o>, plan: &Plan<'o>, unit: &'o UnitOutcome, row: &mut Row<'o>) {
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
    fn leaves(&self, sources: &Sources<'_, 'o>, unit: &'o UnitOutcome, leaves: &[usize], row: &mut Row<'o>) {
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
    fn means(&self, sources: &Sources<'_, 'o>, unit: &'o UnitOutcome, input: &NodePlan<'o>, row: &mut Row<'o>) {
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
    fn scores(&self, unit: &'o UnitOutcome, input: &NodePlan<'o>, row: &mut Row<'o>) {
        let own = self.given(unit, input.code);
        for period in periods(self.model) {
            let wanted = crate::shared::text::key(period);
            let part =
                own.and_then(|own| own.parts.iter().find(|(name, _, _)| crate::shared::text::key(name) == wanted));
            let is_off =
                own.is_some_and(|own| own.off.iter().any(|(name, _)| crate::shared::text::key(name) == wanted));
            match part {
                None if is_off => row.missing(),
                Some((_, score, _)) => {
                    row.input(Cow::Borrowed(&score.0), score.0.decimals().map_or(6, |needed| needed.min(6)));
                }
                None if self.model.combined == Some(Periods::Last) => row.missing(),
                None => row.marked(Cow::Owned(Exact::zero())),
            }
        }
    }

    fn given<'u>(&self, unit: &'u UnitOutcome, code: &str) -> Option<&'u GivenOutcome> {
        unit.components.get(&self.model.id)?.given.iter().find(|given| given.node == code)
    }

    /// The rate of a measured node.
    fn node(&self, plan: &Plan<'o>, unit: &'o UnitOutcome, input: &NodePlan<'o>, row: &mut Row<'o>) {
        let (full, hundred) = (plan.param(self.rate), Exact::from(100));
        let most = plan.value(self.rate);
        let run = row.run(input.columns);
        if self.model.kind == ComponentType::Ballots {
            let ballots = unit.components.get(&self.model.id).and_then(|own| own.ballots.as_ref());
            if let Some(own) = ballots.filter(|own| matches!(own.enough, Answers::GroupMedian | Answers::Inapplicable))
            {
                match own.rates.get(input.index).and_then(Option::as_ref) {
                    Some(rate) => row.marked(Cow::Borrowed(&rate.exact)),
                    None => row.missing(),
                }
                return;
            }
            let (formula, mean) = row.mean(plan, input.columns);
            let value = mean.map(|mean| hundred * mean / most);
            row.formula(unless_empty(&run.to_string(), &format!("100*{formula}/{full}")), value);
            return;
        }
        let own = self.given(unit, input.code).filter(|own| !own.off.is_empty());
        let counted = input.columns.each().filter(|column| row.number(*column).is_some()).count();
        match own.map(|own| &own.rate) {
            Some(None) => return row.missing(),
            // What does not apply as a whole counts what the model says.
            Some(Some(rate)) if counted == 0 => return row.marked(Cow::Borrowed(&rate.exact)),
            _ => {}
        }
        let last = row.cell(input.columns.last);
        let (formula, value) = match self.model.combined {
            Some(Periods::Sum) => (format!("100*SUM({run})/{full}"), row.sum(input.columns)),
            Some(Periods::Last) => (format!("100*SUM({last})/{full}"), row.or_zero(input.columns.last).clone()),
            _ => (format!("100*SUM({run})/COUNT({run})/{full}"), row.sum(input.columns) / Exact::from(counted.max(1))),
        };
        row.formula(formula, Some(hundred * value / most));
    }
}

/// The neighbouring columns, from a first one on, for which something holds.
fn neighbours(holds: impl Iterator<Item = bool>, first: u16) -> Option<Columns> {
    let mut run: Option<Columns> = None;
    for (column, _) in (first..).zip(holds).filter(|(_, holds)| *holds) {
        run = Some(Columns { first: run.map_or(column, |run| run.first), last: column });
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
fn input_columns<'o>(view: &View<'o>, plan: &mut Plan<'o>, model: &'o ComponentModel, code: &'o str) -> Columns {
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
    Columns::until(first, plan.next())
}

/// The weight of a class: a number where the class first stands, from there on a reference to it.
fn weight<'o>(plan: &Plan<'_>, class: &'o ClassModel, number: usize) -> Param<'o> {
    let value = Cow::Borrowed(&class.weight.0);
    let first = plan.block_start() + number as u16;
    if first < plan.next() { Param::Formula(plan.param(first).to_string(), value) } else { Param::Value(value) }
}
