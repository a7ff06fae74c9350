//! What a reader of one letter, or of two, can calculate with: the sums of marks as variables, the printed numbers as bounds.
//!
//! docs/privacy.md lists the numbers and what else the reader knows. A mean is a weighted sum of variables, a rate one
//! of means, a total one of rates; so everything that is printed bounds a weighted sum of the sums of marks.

use std::collections::BTreeMap;

use super::Extent;
use super::caps::{Known, Looked, Side, known};
use super::margin::Margin;
use super::marks::Grid;
use super::rates::{Form, Passings, Rates, Tailed};
use super::system::{Rounded, System, TooWide, Variable, VariableKind, Weights};
use crate::documents::feedback::gains::is_corrected;
use crate::result::outcome::{Answers, ComponentOutcome, NodeMean, Outcome, UnitBallots, UnitOutcome};
use crate::shared::number::{Exact, Precision};

/// Component, class, node.
pub(super) type Key = (usize, usize, usize);

/// A letter to a unit: the result it is based on, and which components show their classes.
pub(super) struct Letter<'o> {
    pub(super) outcome: &'o Outcome,
    pub(super) unit: &'o UnitOutcome,
    /// By component: whether its classes are hidden.
    pub(super) hidden: Vec<bool>,
    /// How much of it is known.
    pub(super) extent: Extent,
}

/// The marks of a class for a node as the reader sees them at one time.
pub(super) struct Cell {
    /// The variables of their sum.
    pub(super) parts: Vec<usize>,
    /// The quantity of their mean; none where no mark counts.
    pub(super) quantity: Option<usize>,
    /// Marks that count, and abstentions that count as 0.
    pub(super) votes: i64,
    pub(super) zeros: i64,
    /// The mean as a weighted quantity and a constant.
    pub(super) mean: Form,
}

/// A number that a letter prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    /// The rate of a component.
    Rate(usize),
    /// The share or mean behind a rate that follows it by bands or within a limit.
    Share(usize),
    /// What it measured before it was multiplied or converted.
    Measured(usize),
    /// The least that it measured.
    Least(usize),
    /// Its points in the total.
    Points(usize),
    Base,
    Total,
    /// The rate of an aspect.
    Aspect(usize),
    /// Its points.
    AspectPoints(usize),
    /// The rate of a line.
    Line(usize),
    /// The mean of a class.
    Mean(Key),
    /// The satisfaction rate of a component.
    Satisfaction(usize),
    /// What a cap reveals.
    Cap(usize),
}

/// The bound that a printed number puts on the variables.
struct Bounded {
    weights: Weights,
    low: Exact,
    high: Exact,
}

/// A printed number.
struct Printed<'p> {
    /// The number before it was rounded.
    value: &'p Exact,
    /// How it was.
    precision: Precision,
    /// Its further uncertainty.
    slack: &'p Margin,
}

/// The variables and bounds of one letter or of two.
pub(super) struct Scene<'g> {
    pub(super) system: System<'g>,
    /// By component and class: its marks.
    grids: &'g [Vec<Option<Grid>>],
    /// By component: whether the number of positive marks matters.
    counts_positive: Vec<bool>,
    /// By variable of a sum: that of its positive marks.
    positives: BTreeMap<usize, usize>,
    /// What the letter that was printed last says.
    told: BTreeMap<What, Bounded>,
}

impl<'g> Scene<'g> {
    pub(super) fn new(grids: &'g [Vec<Option<Grid>>], counts_positive: Vec<bool>) -> Self {
        Self { system: System::default(), grids, counts_positive, positives: BTreeMap::new(), told: BTreeMap::new() }
    }

    /// A sum of some marks; `trimmed` further ones may be positive.
    pub(super) fn variable(&mut self, key: Key, marks: i64, trimmed: i64, hint: i64) -> Result<usize, TooWide> {
        let (component, class, _) = key;
        let grid = self.grids[component][class].as_ref().ok_or(TooWide)?;
        let most = marks.checked_mul(grid.top).ok_or(TooWide)?;
        let mut paired = None;
        if self.counts_positive[component] {
            let at = self.system.variables.len();
            let bounds = (0, marks + trimmed);
            self.system.variables.push(Variable { grid, marks, kind: VariableKind::Positive, bounds, hint: marks });
            paired = Some((at, trimmed));
        }
        let at = self.system.variables.len();
        let hint = hint.clamp(0, most);
        self.system.variables.push(Variable { grid, marks, kind: VariableKind::Sum(paired), bounds: (0, most), hint });
        if let Some((positive, _)) = paired {
            self.positives.insert(at, positive);
        }
        Ok(at)
    }

    /// The variable of the positive marks beside that of a sum.
    pub(super) fn positive_of(&self, sum: usize) -> Option<usize> {
        self.positives.get(&sum).copied()
    }

    /// The marks of a class from the variables of their sum.
    pub(super) fn cell(&mut self, key: Key, mean: &NodeMean, parts: Vec<usize>) -> Result<Cell, TooWide> {
        let grid = self.grids[key.0][key.1].as_ref().ok_or(TooWide)?;
        let (votes, zeros) = (mean.counted as i64, mean.zeros as i64);
        if votes == 0 {
            return Ok(Cell { parts, quantity: None, votes, zeros, mean: Form::known(Exact::zero()) });
        }
        let count = Exact::from(mean.counted + mean.zeros);
        let Some(precision) = grid.rounded else {
            // A weight for each variable, so that what two letters share cancels out in their difference.
            let weight = &grid.step / &count;
            let weights = parts.iter().map(|part| (self.system.quantity(vec![*part], None), weight.clone())).collect();
            let mean = Form { weights, constant: &grid.low * &Exact::from(mean.counted) / &count };
            return Ok(Cell { parts, quantity: None, votes, zeros, mean });
        };
        let digit = precision.digit();
        let rounded = rounded(grid, votes, votes + zeros, precision)?;
        let quantity = self.system.quantity(parts.clone(), Some(rounded));
        let mean = Form { weights: Weights::from([(quantity, digit)]), constant: Exact::zero() };
        Ok(Cell { parts, quantity: Some(quantity), votes, zeros, mean })
    }

    fn within(&mut self, what: What, form: &Form, low: &Exact, high: &Exact) -> Result<(), TooWide> {
        let (low, high) = (low - &form.constant, high - &form.constant);
        self.system.bound(&form.weights, &low, &high)?;
        self.told.insert(what, Bounded { weights: form.weights.clone(), low, high });
        Ok(())
    }

    /// A printed number: the value lies within what its last digit leaves open, plus the further uncertainty.
    fn printed(&mut self, what: What, form: &Form, own: &Printed<'_>) -> Result<(), TooWide> {
        let shown = own.precision.round(own.value);
        let open = Margin::of(&shown, own.precision).and(own.slack);
        self.within(what, form, &(&shown - &open.below), &(&shown + &open.above))
    }

    /// Bounds everything that a letter prints, and how much it differs from what an earlier one printed.
    pub(super) fn print(
        &mut self,
        letter: &Letter<'_>,
        cells: &BTreeMap<Key, Cell>,
        passings: &mut Passings,
    ) -> Result<(), TooWide> {
        let before = std::mem::take(&mut self.told);
        let rates = Rates::of(letter, cells, passings);
        let base = self.print_components(letter, &rates)?;
        self.print_total(letter, base)?;
        if letter.extent == Extent::Letters {
            self.print_nodes(letter, &rates)?;
            self.print_caps(letter, &rates, cells)?;
            for (component, ballots) in rated(letter).filter(|(component, _)| !letter.hidden[*component]) {
                self.print_classes(letter, component, ballots, cells)?;
            }
        }
        // This follows from both, but the search uses it at once only if it is stated: what stayed the same cancels
        // out.
        for (what, own) in &self.told {
            let (false, Some(other)) = (matches!(what, What::Cap(_)), before.get(what)) else { continue };
            let mut weights = own.weights.clone();
            for (at, weight) in &other.weights {
                let known = weights.entry(*at).or_insert_with(Exact::zero);
                *known = &*known - weight;
            }
            self.system.bound(&weights, &(&own.low - &other.high), &(&own.high - &other.low))?;
        }
        Ok(())
    }

    /// Rates of components, their points, and the base, which is returned with its further uncertainty.
    fn print_components(&mut self, letter: &Letter<'_>, rates: &Rates) -> Result<Base, TooWide> {
        let (model, unit) = (&letter.outcome.model, letter.unit);
        let precision = model.score.published();
        let mut base = Base { form: Form::zero(), open: Margin::none() };
        let is_told = letter.extent == Extent::Letters;
        for (at, (component, form)) in model.components.iter().zip(&rates.components).enumerate() {
            let Some(own) = unit.components.get(&component.id) else { continue };
            if let Some((form, [low, high])) = rates.bounded.get(&at).filter(|_| is_told) {
                self.within(What::Share(at), form, low, high)?;
            }
            self.print_tail(at, rates, own, is_told.then(|| model.rate_precision()))?;
            let share = model.points_of_percent(&own.weight);
            let points = &share * &own.exact;
            let rounded = model.score.component(component);
            let slack = rounded.map_or_else(Margin::none, |rounded| Margin::of(&own.exact, rounded));
            match (form, rounded.filter(|own| own.decimals <= precision.decimals)) {
                (Some(form), None) => {
                    let own_slack = slack.times(&share);
                    if is_told {
                        self.printed(What::Rate(at), form, &Printed { value: &own.exact, precision, slack: &slack })?;
                        self.printed(
                            What::Points(at),
                            &form.times(&share),
                            &Printed { value: &points, precision, slack: &own_slack },
                        )?;
                    }
                    base.form.add(form, &share);
                    base.open = base.open.and(&own_slack);
                }
                (Some(form), Some(coarse)) if is_told => {
                    let printed = Printed { value: &own.exact, precision: coarse, slack: &Margin::none() };
                    self.printed(What::Rate(at), form, &printed)?;
                    base.form.constant = &base.form.constant + &points;
                }
                // A rounded rate that was never disclosed is uncertain by its rounding.
                (Some(form), Some(_)) => {
                    base.form.add(form, &share);
                    base.open = base.open.and(&slack.times(&share));
                }
                (None, _) => base.form.constant = &base.form.constant + &points,
            }
        }
        if let Some(exact) = unit.exact.as_ref().filter(|_| is_told) {
            self.printed(What::Base, &base.form, &Printed { value: &exact.base, precision, slack: &base.open })?;
        }
        Ok(base)
    }

    /// What is known of a rate that is then multiplied or converted: letters print it, and the highest rate shows that it is
    /// not below so much.
    fn print_tail(
        &mut self,
        at: usize,
        rates: &Rates,
        own: &ComponentOutcome,
        printed: Option<Precision>,
    ) -> Result<(), TooWide> {
        let Some(Tailed { measured, least, .. }) = &rates.tails[at] else { return Ok(()) };
        if let Some((precision, step)) = printed.zip(own.tail.first()) {
            let printed = Printed { value: &step.rate().0, precision, slack: &Margin::none() };
            self.printed(What::Measured(at), measured, &printed)?;
        }
        match least {
            Some(least) => self.within(What::Least(at), measured, least, &far()),
            None => Ok(()),
        }
    }

    /// The total, as far as no limit and no correction hides what it would be.
    fn print_total(&mut self, letter: &Letter<'_>, Base { mut form, open }: Base) -> Result<(), TooWide> {
        let (model, unit) = (&letter.outcome.model, letter.unit);
        let total = unit.total.as_deref().and_then(Exact::parse).filter(|_| !is_corrected(model, unit));
        let (Some(exact), Some(total)) = (&unit.exact, total) else { return Ok(()) };
        form.constant = &form.constant + &exact.plus - &exact.minus;
        let published = model.score.published();
        let open = Margin::of(&total, published).and(&open);
        let is_least = total == published.round(&model.score.min.0);
        let is_most = total == published.round(&model.score.max.0);
        let low = if is_least { -far() } else { &total - &open.below };
        let high = if is_most { far() } else { &total + &open.above };
        self.within(What::Total, &form, &low, &high)
    }

    /// Rates of aspects and lines over all components; points of aspects where there are no leaves.
    fn print_nodes(&mut self, letter: &Letter<'_>, told: &Rates) -> Result<(), TooWide> {
        let (model, unit) = (&letter.outcome.model, letter.unit);
        let (rates, none) = (model.rate_precision(), Margin::none());
        for (at, (node, form)) in model.tree.aspects.iter().zip(&told.aspects).enumerate() {
            let Some(rate) = unit.aspects.get(&node.code).and_then(Option::as_ref) else { continue };
            self.printed(What::Aspect(at), form, &Printed { value: &rate.exact, precision: rates, slack: &none })?;
            if unit.leaves.is_empty() {
                let share = &node.points.0 / &Exact::from(100);
                let (value, precision) = (&share * &rate.exact, letter.outcome.item_precision(unit));
                self.printed(
                    What::AspectPoints(at),
                    &form.times(&share),
                    &Printed { value: &value, precision, slack: &none },
                )?;
            }
        }
        for (at, (node, form)) in model.tree.lines.iter().zip(&told.lines).enumerate() {
            let Some(rate) = unit.lines.get(&node.code).and_then(Option::as_ref) else { continue };
            self.printed(What::Line(at), form, &Printed { value: &rate.exact, precision: rates, slack: &none })?;
        }
        Ok(())
    }

    /// Means of classes and satisfaction, where they are shown.
    fn print_classes(
        &mut self,
        letter: &Letter<'_>,
        component: usize,
        ballots: &UnitBallots,
        cells: &BTreeMap<Key, Cell>,
    ) -> Result<(), TooWide> {
        let precision = letter.outcome.model.score.published();
        let none = Margin::none();
        for (key @ (_, class, node), cell) in cells.iter().filter(|((own, ..), _)| *own == component) {
            let Some(mean) = &ballots.classes[*class].means[*node] else { continue };
            self.printed(What::Mean(*key), &cell.mean, &Printed { value: &mean.mean.0, precision, slack: &none })?;
        }
        let Some(rate) = satisfaction(letter, component, ballots) else { return Ok(()) };
        let shown = precision.round(&rate);
        let open = Margin::of(&shown, precision);
        let Positives { form, hundredth, unseen } = self.positives(component, ballots, cells);
        let (low, high) = ((&shown - &open.below) * &hundredth - unseen, (&shown + &open.above) * &hundredth);
        self.within(What::Satisfaction(component), &form, &low, &high)
    }

    /// What caps reveal about rates and satisfaction.
    fn print_caps(&mut self, letter: &Letter<'_>, rates: &Rates, cells: &BTreeMap<Key, Cell>) -> Result<(), TooWide> {
        for (at, Known { looked, side, meets }) in known(letter).into_iter().enumerate() {
            let (form, bar, unseen) = match looked {
                Looked::Rate(component, node) => match rates.of_node(component, node) {
                    Some(form) => (form, meets, Exact::zero()),
                    None => continue,
                },
                Looked::Satisfaction(component) => {
                    let ballots = rated(letter).find(|(own, _)| *own == component).map(|(_, ballots)| ballots);
                    let Some(ballots) = ballots.filter(|own| own.satisfaction.is_some()) else { continue };
                    let Positives { form, hundredth, unseen } = self.positives(component, ballots, cells);
                    (form, meets * hundredth, unseen)
                }
            };
            let (low, high) = match side {
                Side::Below => (-far(), bar),
                Side::NotBelow => (bar - unseen, far()),
            };
            self.within(What::Cap(at), &form, &low, &high)?;
        }
        Ok(())
    }

    /// The positive marks of a component.
    fn positives(&mut self, component: usize, ballots: &UnitBallots, cells: &BTreeMap<Key, Cell>) -> Positives {
        let mut form = Form::zero();
        let mut seen = 0;
        for (_, cell) in cells.iter().filter(|((own, ..), _)| *own == component) {
            for part in &cell.parts {
                let Some(positive) = self.positive_of(*part) else { continue };
                seen += self.system.variables[positive].bounds.1;
                form.weights.insert(self.system.quantity(vec![positive], None), Exact::from(1));
            }
        }
        // If all marks of a node were trimmed, they are in no mean.
        let unseen = Exact::from((ballots.valid as i64 - seen).max(0));
        Positives { form, hundredth: Exact::from(ballots.valid) / Exact::from(100), unseen }
    }
}

/// The base as a weighted sum, and its further uncertainty.
struct Base {
    form: Form,
    open: Margin,
}

/// The positive marks of a component.
struct Positives {
    form: Form,
    /// How many marks are one percent of satisfaction.
    hundredth: Exact,
    /// Valid marks that no variable covers, each of which may be positive.
    unseen: Exact,
}

/// Farther than any rate or total.
fn far() -> Exact {
    Exact::from(1_000_000_000)
}

/// Whether a letter reveals something about the positive marks of a component.
pub(super) fn counts_positive(letter: &Letter<'_>, component: usize) -> bool {
    if letter.extent == Extent::Totals {
        return false;
    }
    let is_printed = rated(letter).any(|(at, ballots)| at == component && satisfaction(letter, at, ballots).is_some());
    is_printed || known(letter).iter().any(|own| own.looked == Looked::Satisfaction(component))
}

/// The satisfaction rate as far as the letter prints it.
fn satisfaction(letter: &Letter<'_>, component: usize, ballots: &UnitBallots) -> Option<Exact> {
    let model = &letter.outcome.model;
    let is_told = !letter.hidden[component] && ballots.answers >= model.feedback.k_anonymity;
    let declared = model.components[component].has_satisfaction() && is_told;
    ballots.satisfaction.as_ref().filter(|_| declared).map(|rate| rate.0.clone())
}

/// The ballots of the components that were rated.
pub(super) fn rated<'o>(letter: &Letter<'o>) -> impl Iterator<Item = (usize, &'o UnitBallots)> {
    let unit = letter.unit;
    let components = letter.outcome.model.components.iter().enumerate();
    components.filter_map(|(at, component)| {
        let ballots = unit.components.get(&component.id)?.ballots.as_deref()?;
        (ballots.enough != Answers::Inapplicable).then_some((at, ballots))
    })
}

/// The ballots of the components whose rates follow from marks: a median of the group does not.
pub(super) fn free<'l>(letter: &'l Letter<'_>) -> impl Iterator<Item = (usize, &'l ComponentOutcome, &'l UnitBallots)> {
    let components = letter.outcome.model.components.iter().enumerate();
    components.filter_map(|(at, component)| {
        let own = letter.unit.components.get(&component.id)?;
        let ballots = own.ballots.as_deref()?;
        let follows = matches!(ballots.enough, Answers::Enough | Answers::Flagged);
        follows.then_some((at, own, ballots))
    })
}

/// How a rounded mean follows from the sum of its marks: (low · votes + step · sum) / (votes + zeros), in last digits.
fn rounded(grid: &Grid, votes: i64, count: i64, precision: Precision) -> Result<Rounded, TooWide> {
    let scale = Exact::from(1) / (Exact::from(count) * precision.digit());
    let (offset, factor) = (&grid.low * &Exact::from(votes) * &scale, &grid.step * &scale);
    let (Some((offset, under)), Some((factor, over))) = (offset.parts(), factor.parts()) else { return Err(TooWide) };
    let (Some(offset), Some(factor), Some(divisor)) =
        (offset.checked_mul(over), factor.checked_mul(under), under.checked_mul(over))
    else {
        return Err(TooWide);
    };
    Ok(Rounded { offset, factor, divisor, shortening: precision.shortening })
}
