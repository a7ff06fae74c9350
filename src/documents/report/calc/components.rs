//! From points of leaves, class means and given scores to the rate of each component (SPEC §8): leaf → cell → aspect → unit.
//!
//! A part without a number (not applicable, not rated) shows a dash and leaves its parent, which keeps its points over
//! the rest: a mean divides by the points of the parts that have a number.

use crate::shared::i18n::say;
use std::borrow::Cow;

use super::Sources;
use super::formula::FormulaPlan;
use super::grid::{Columns, Param, Params, Plan, Row, arguments, unless_empty};
use super::tail::TailPlan;
use crate::documents::report::cells::Run;
use crate::documents::report::view::View;
use crate::model::{CellNode, GivenRules};
use crate::result::outcome::{
    Answers, Component, ComponentType, GivenMeasure, Held, Inapplicable, LeafState, NotApplicable, Periods, UnitOutcome,
};
use crate::shared::number::Exact;

mod inputs;
mod votes;

use inputs::{input_columns, measured, neighbours, periods, sorted, tree};
use votes::limit_columns;

/// The columns of one component.
pub(super) struct ComponentPlan<'o> {
    model: &'o Component,
    /// Inputs of the measured nodes.
    inputs: Vec<NodePlan<'o>>,
    steps: Vec<Step>,
    /// Leaves with a formula.
    formulas: Vec<FormulaPlan<'o>>,
    /// The column of the measured rate of the unit: the last step; above it the points that make 100 %.
    rate: u16,
    /// The column of its limit, where the component has any; the rate within it follows.
    limit: Option<u16>,
    /// What becomes of it.
    pub(super) tail: TailPlan<'o>,
}

/// The measured inputs of a node: class means, or the scores of periods.
struct NodePlan<'o> {
    /// Its index among the measured nodes of the component.
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

/// The parts of a rate.
enum Part {
    /// Points of leaves, by their indices.
    Leaves(Vec<usize>),
    /// A measured node, by its index among the inputs.
    Node(usize),
    /// The share of votes of a measured node, by its index among the inputs.
    Share(usize),
    /// What the share of votes in a column is worth.
    Worth(u16),
    /// The weighted mean of neighbouring columns.
    Mean(Columns),
}

/// The leaves of one line within one aspect; where the model has none of either, of the other alone.
struct Cell<'o> {
    name: Cow<'o, str>,
    /// The code of its aspect; empty without aspects.
    aspect: &'o str,
    leaves: Vec<usize>,
}

/// The points of leaves in a scheme.
fn points(leaves: &[usize], held: Held<'_>) -> Exact {
    leaves.iter().map(|leaf| &held.tree().leaves[*leaf].points.0).sum()
}

/// Cells of the model, aspect by aspect.
fn cells<'o>(view: &View<'o>) -> Vec<Cell<'o>> {
    let tree = &view.outcome.model.tree;
    let cell = |node: &'o CellNode| {
        let line = node.line.map(|line| &tree.lines[line]);
        let aspect = node.aspect.map(|aspect| &tree.aspects[aspect]);
        let name = match (line, aspect) {
            (Some(line), Some(aspect)) => say!(view, "calc.cell", line = line.name, aspect = aspect.name).into(),
            (Some(own), None) | (None, Some(own)) => Cow::Borrowed(own.name.as_str()),
            (None, None) => Cow::Borrowed(view.text("calc.all-leaves")),
        };
        Cell { name, aspect: aspect.map_or("", |aspect| &aspect.code), leaves: node.leaves.clone() }
    };
    tree.cells.iter().map(cell).collect()
}

impl<'o> ComponentPlan<'o> {
    /// Plans the columns of a component.
    pub(super) fn new(sources: &Sources<'_, 'o>, plan: &mut Plan<'o>, model: &'o Component) -> Self {
        plan.block(&model.name);
        match model.scored() {
            ComponentType::Indicators => Self::of_leaves(sources, plan, model),
            _ => Self::of_nodes(sources.view, plan, model),
        }
    }

    fn of_leaves(sources: &Sources<'_, 'o>, plan: &mut Plan<'o>, model: &'o Component) -> Self {
        let view = sources.view;
        let label = view.text("header.full");
        let formulas = FormulaPlan::all(sources, plan);
        let (cells, first) = (cells(view), plan.next());
        let mut steps = Vec::new();
        let aspects: Vec<&str> = cells.iter().map(|cell| cell.aspect).collect();
        for Cell { name, leaves, .. } in cells {
            plan.add(name, label, |own| {
                let full = format!("SUM({})", arguments(&sources.leaves.full(own.scheme, &leaves)));
                Param::Formula(full, Cow::Owned(points(&leaves, own.held())))
            });
            steps.push(Step { from: Part::Leaves(leaves), last: false });
        }
        // Without lines the cells are the aspects, without aspects the parts of the unit.
        let tree = &view.outcome.model.tree;
        let upper = if tree.lines.is_empty() { &[] } else { tree.aspects.as_slice() };
        let top = if upper.is_empty() { first } else { plan.next() };
        for (index, aspect) in upper.iter().enumerate() {
            if let Some(run) = neighbours(aspects.iter().map(|own| *own == aspect.code), first) {
                plan.add(&aspect.name, label, |own| {
                    let points = Cow::Borrowed(&own.held().tree().aspects[index].points.0);
                    Param::Formula(format!("SUM({})", own.params(run)), points)
                });
                steps.push(Step { from: Part::Mean(run), last: false });
            }
        }
        let rate = plan.plain(view.text("header.rate"));
        steps.push(Step { from: Part::Mean(Columns::until(top, rate)), last: true });
        let limit = limit_columns(view, plan, model);
        let tail = TailPlan::new(view, plan, model, limit.map_or(rate, |limit| limit + 1));
        Self { model, inputs: Vec::new(), steps, formulas, rate, limit, tail }
    }

    fn of_nodes(view: &View<'o>, plan: &mut Plan<'o>, model: &'o Component) -> Self {
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
        let (mut steps, last) = match model.share() {
            Some(_) => {
                let share = Step { from: Part::Share(0), last: false };
                (vec![share], Part::Worth(plan.plain(view.text("calc.share"))))
            }
            None if whole.is_some() => (Vec::new(), Part::Node(0)),
            None => tree(view, plan, &inputs),
        };
        let full = model.full().map_or_else(|| Cow::Owned(Exact::from(100)), |full| Cow::Borrowed(&full.0));
        let rate = plan.add(view.text("header.rate"), view.text("calc.param.full"), |_| Param::Value(full.clone()));
        steps.push(Step { from: last, last: true });
        let limit = limit_columns(view, plan, model);
        let tail = TailPlan::new(view, plan, model, limit.map_or(rate, |limit| limit + 1));
        Self { model, inputs, steps, formulas: Vec::new(), rate, limit, tail }
    }

    /// Adds the cells of a unit.
    pub(super) fn row(
        &self,
        sources: &Sources<'_, 'o>,
        plan: &Params<'_, 'o>,
        unit: &'o UnitOutcome,
        row: &mut Row<'o>,
    ) {
        for input in &self.inputs {
            match self.model.scored() {
                ComponentType::Ballots => self.means(sources, unit, input, row),
                _ => self.scores(sources, unit, input, row),
            }
        }
        self.formulas.iter().for_each(|own| own.row(sources, plan, unit, row));
        for step in &self.steps {
            match &step.from {
                Part::Leaves(leaves) => self.leaves(sources, plan.scheme, unit, leaves, row),
                Part::Node(input) => self.node(plan, unit, &self.inputs[*input], row),
                Part::Share(input) => self.share(plan, unit, self.inputs[*input].columns, row),
                Part::Worth(share) => self.worth(plan, unit, *share, row),
                Part::Mean(run) => {
                    let (formula, value) = row.mean(plan, *run);
                    row.formula(unless_empty(&row.run(*run).to_string(), &formula), value);
                }
            }
            debug_assert!(!step.last || row.cells.len() == usize::from(self.rate) + 1, "columns and cells agree");
        }
        if let Some(limit) = self.limit {
            self.limited(unit, limit, row);
        }
    }

    /// The rate of a cell: its points within the full points of the participating leaves.
    fn leaves(
        &self,
        sources: &Sources<'_, 'o>,
        scheme: usize,
        unit: &'o UnitOutcome,
        leaves: &[usize],
        row: &mut Row<'o>,
    ) {
        let own: Vec<_> = leaves.iter().filter_map(|index| unit.leaves.get(*index)).collect();
        let own: Vec<_> = own.into_iter().filter(|leaf| leaf.state != LeafState::NotInScheme).collect();
        let runs = self.points(sources, unit, leaves, row);
        if own.is_empty() || runs.is_empty() {
            row.missing();
            return;
        }
        let full = match self.has_formula(leaves) {
            true => leaves.iter().flat_map(|leaf| sources.leaves.full(scheme, &[*leaf])).collect(),
            false => sources.leaves.full(scheme, leaves),
        };
        let (points, all) = (format!("SUM({})", arguments(&runs)), format!("SUM({})", arguments(&full)));
        let parts = runs.iter().zip(&full).map(|(run, full)| format!("SUMIF({run},\">=0\",{full})"));
        let measured = parts.collect::<Vec<_>>().join("+");
        let sum: Exact = own.iter().filter_map(|leaf| leaf.verified.as_ref()).map(|points| &points.0).sum();
        let present: Exact = own.iter().filter(|leaf| leaf.verified.is_some()).map(|leaf| &leaf.full.0).sum();
        let whole: Exact = own.iter().map(|leaf| &leaf.full.0).sum();
        let hundred = Exact::from(100);
        match sources.view.outcome.model.self_report.not_applicable {
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

    fn has_formula(&self, leaves: &[usize]) -> bool {
        self.formulas.iter().any(|own| leaves.contains(&own.leaf))
    }

    /// The points of leaves: those of a formula stand in this row, and then each leaf is a run of its own.
    fn points(&self, sources: &Sources<'_, 'o>, unit: &UnitOutcome, leaves: &[usize], row: &Row<'o>) -> Vec<Run> {
        if !self.has_formula(leaves) {
            return sources.leaves.points(&unit.roster.code, leaves);
        }
        let formula = |leaf: usize| self.formulas.iter().find(|own| own.leaf == leaf).map(|own| row.cell(own.points));
        leaves
            .iter()
            .filter_map(|leaf| formula(*leaf).or_else(|| sources.leaves.cell(&unit.roster.code, *leaf)))
            .collect()
    }

    /// The class means of a node, taken from their sheet.
    fn means(&self, sources: &Sources<'_, 'o>, unit: &'o UnitOutcome, input: &NodePlan<'o>, row: &mut Row<'o>) {
        let ballots = unit.components.get(&self.model.id).and_then(|own| own.ballots.as_ref());
        for index in 0..self.model.classes().len() {
            let own = ballots.and_then(|own| own.classes.get(index));
            let mean = own.and_then(|own| own.means.get(input.index)).and_then(Option::as_ref);
            match sources.means.mean(&unit.roster.code, &self.model.id, index, input.index).filter(|_| own.is_some()) {
                Some(cell) => row.known(cell.to_string(), mean.map(|mean| &mean.mean.0)),
                None => row.missing(),
            }
        }
    }

    /// The given scores of a node: a missing score counts as 0 if one is expected.
    fn scores(&self, sources: &Sources<'_, 'o>, unit: &'o UnitOutcome, input: &NodePlan<'o>, row: &mut Row<'o>) {
        let own = self.given(unit, input.index);
        let leaves = self.model.given().is_some_and(|rules| rules.missing == Inapplicable::Renormalise);
        for period in periods(sources.view.outcome, self.model) {
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
                None if self.combined() == Some(Periods::Last) || leaves => row.missing(),
                None => row.marked(Cow::Owned(Exact::zero())),
            }
        }
    }

    fn given<'u>(&self, unit: &'u UnitOutcome, index: usize) -> Option<&'u GivenMeasure> {
        unit.components.get(&self.model.id)?.given.get(index)
    }

    /// How the scores of periods are combined.
    fn combined(&self) -> Option<Periods> {
        self.model.given().map(|rules| rules.periods)
    }

    /// The rate of a measured node.
    fn node(&self, plan: &Params<'_, 'o>, unit: &'o UnitOutcome, input: &NodePlan<'o>, row: &mut Row<'o>) {
        let (full, hundred) = (plan.param(self.rate), Exact::from(100));
        let most = plan.value(self.rate);
        let run = row.run(input.columns);
        if self.model.scored() == ComponentType::Ballots {
            let ballots = unit.components.get(&self.model.id).and_then(|own| own.ballots.as_ref());
            if let Some(own) = ballots.filter(|own| matches!(own.enough, Answers::GroupMedian | Answers::Inapplicable))
            {
                match own.rates.get(input.index).and_then(Option::as_ref) {
                    Some(rate) => row.marked(Cow::Borrowed(&rate.0)),
                    None => row.missing(),
                }
                return;
            }
            let (formula, mean) = row.mean(plan, input.columns);
            let value = mean.map(|mean| hundred * mean / most);
            row.formula(unless_empty(&run.to_string(), &format!("100*{formula}/{full}")), value);
            return;
        }
        let own = self.given(unit, input.index).filter(|own| !own.off.is_empty() || own.rate.is_none());
        let counted = input.columns.each().filter(|column| row.number(*column).is_some()).count();
        match own.map(|own| &own.rate) {
            Some(None) => return row.missing(),
            // A component that does not apply as a whole counts as the model declares.
            Some(Some(rate)) if counted == 0 => return row.marked(Cow::Borrowed(&rate.0)),
            _ => {}
        }
        let last = row.cell(input.columns.last);
        let is_mean = |rules: &&GivenRules| rules.drop.is_some() || rules.periods == Periods::Weighted;
        if let Some(rules) = self.model.given().filter(is_mean) {
            return self.periods(plan, rules, self.given(unit, input.index), input.columns, row);
        }
        let (formula, value) = match self.combined() {
            Some(Periods::Sum) => (format!("100*SUM({run})/{full}"), row.sum(input.columns)),
            Some(Periods::Last) => (format!("100*SUM({last})/{full}"), row.or_zero(input.columns.last).clone()),
            _ => (format!("100*SUM({run})/COUNT({run})/{full}"), row.sum(input.columns) / Exact::from(counted.max(1))),
        };
        row.formula(formula, Some(hundred * value / most));
    }

    /// The rate of periods that are weighted, or of which some are dropped; a value where no plain formula can do that.
    fn periods(
        &self,
        plan: &Params<'_, '_>,
        rules: &GivenRules,
        own: Option<&'o GivenMeasure>,
        columns: Columns,
        row: &mut Row<'o>,
    ) {
        let (full, hundred, most) = (plan.param(self.rate), Exact::from(100), plan.value(self.rate));
        let run = row.run(columns);
        let Some(drop) = rules.drop else {
            let (formula, mean) = row.mean(plan, columns);
            let value = mean.map(|mean| hundred * mean / most);
            return row.formula(unless_empty(&run.to_string(), &format!("100*{formula}/{full}")), value);
        };
        if !drops_by_formula(rules) {
            return match own.and_then(|own| own.rate.as_ref()) {
                Some(rate) => row.marked(Cow::Borrowed(&rate.0)),
                None => row.missing(),
            };
        }
        let mut scores: Vec<&Exact> = columns.each().filter_map(|column| row.number(column)).collect();
        scores.sort_unstable();
        let kept = scores.get(drop.low..scores.len().saturating_sub(drop.high)).unwrap_or_default();
        let value = kept.iter().copied().sum::<Exact>() / Exact::from(kept.len().max(1));
        let lowest = if drop.low > 0 { format!("-MIN({run})") } else { String::new() };
        let highest = if drop.high > 0 { format!("-MAX({run})") } else { String::new() };
        let formula = format!("100*(SUM({run}){lowest}{highest})/(COUNT({run})-{})/{full}", drop.low + drop.high);
        row.formula(formula, Some(hundred * value / most));
    }
}

/// Whether a plain formula can drop the lowest and the highest periods: at most one of each, all of the same weight.
pub(super) fn drops_by_formula(rules: &GivenRules) -> bool {
    rules.periods == Periods::Mean && rules.drop.is_none_or(|drop| drop.low <= 1 && drop.high <= 1)
}
