//! The rates of a letter as weighted sums of the unknown means: of nodes, components, aspects and lines (SPEC §7, §8).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::passing::{Passing, Shares};
use super::scene::{Cell, Key, Letter, free};
use super::shares;
use super::system::Weights;
use crate::model::Node;
use crate::model::SchemeIx;
use crate::model::{Component, ConvertBy};
use crate::result::outcome::{ComponentOutcome, TailStep, UnitBallots};
use crate::shared::number::Exact;

/// A weighted sum of quantities and a constant.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) weights: Weights,
    pub(super) constant: Exact,
}

impl Form {
    pub(super) fn known(constant: Exact) -> Self {
        Self { weights: Weights::new(), constant }
    }

    pub(super) fn zero() -> Self {
        Self::known(Exact::zero())
    }

    pub(super) fn times(&self, share: &Exact) -> Self {
        let mut own = Self::zero();
        own.add(self, share);
        own
    }

    pub(super) fn add(&mut self, other: &Self, share: &Exact) {
        for (at, weight) in &other.weights {
            let known = self.weights.entry(*at).or_insert_with(Exact::zero);
            *known = &*known + &(weight * share);
        }
        self.constant = &self.constant + &(&other.constant * share);
    }
}

/// A measured rate that the model multiplies or converts. Coefficients are in the roster, and what a field is measured by is
/// taken as known: relative rates reveal it.
#[derive(Clone, Debug)]
pub(super) struct Tailed {
    /// The measured rate.
    pub(super) measured: Form,
    /// The rate before it is rounded, where it is so many times the measured one.
    pub(super) linear: Option<Form>,
    /// Where it ends at the highest rate: the least measured rate for that.
    pub(super) least: Option<Exact>,
}

impl Tailed {
    fn of(measured: &Form, component: &Component, own: &ComponentOutcome) -> Self {
        let (mut factor, mut is_linear, mut is_bounded) = (Exact::from(1), true, false);
        let whole = Exact::from(100);
        let none = Exact::zero();
        let mut rate = own.tail.first().map_or(&none, |step| &step.rate().0);
        for step in &own.tail {
            let times = match (step, component.tail.convert.as_ref().map(|rule| &rule.by)) {
                (TailStep::Multiplied { coefficient, .. }, _) => Cow::Borrowed(coefficient),
                (TailStep::Converted { standing, .. }, Some(ConvertBy::Best)) => {
                    Cow::Owned(standing.basis.as_ref().map_or_else(Exact::zero, |basis| &whole / basis))
                }
                (TailStep::Converted { standing, .. }, Some(ConvertBy::Mean(mean))) => {
                    Cow::Owned(standing.basis.as_ref().map_or_else(Exact::zero, |basis| &mean.0 / basis))
                }
                (TailStep::Converted { .. }, _) => {
                    is_linear = false;
                    break;
                }
                _ => continue,
            };
            is_bounded |= rate * &*times > step.rate().0;
            rate = &step.rate().0;
            factor = factor * &*times;
            if is_bounded {
                break;
            }
        }
        let linear = (is_linear && !is_bounded).then(|| measured.times(&factor));
        let least = (is_bounded && factor.is_positive()).then(|| rate / &factor);
        Self { measured: measured.clone(), linear, least }
    }
}

/// How a component passes rates on, by component and which of its nodes are measured.
pub(super) type Passings = BTreeMap<(Option<SchemeIx>, usize, Vec<bool>), Passing>;

/// The rates of a letter, as forms.
pub(super) struct Rates {
    /// The rate of each component; none where the reader knows it.
    pub(super) components: Vec<Option<Form>>,
    /// By component whose rate follows a share by bands, or is bound by a limit: the share or the measured rate, and the least
    /// and greatest that it can be.
    pub(super) bounded: BTreeMap<usize, (Form, [Exact; 2])>,
    /// What a component measured, where the model then multiplies or converts it: its rate, and what is known of it.
    pub(super) tails: Vec<Option<Tailed>>,
    pub(super) aspects: Vec<Form>,
    pub(super) lines: Vec<Form>,
    /// By component whose rates follow from marks: its nodes, and how they pass their rates on.
    nodes: BTreeMap<usize, (Vec<Option<Form>>, Passing)>,
}

impl Rates {
    pub(super) fn of(letter: &Letter<'_>, cells: &BTreeMap<Key, Cell>, passings: &mut Passings) -> Self {
        let model = &letter.outcome.model;
        let mut components: Vec<Option<Form>> = vec![None; model.components.len()];
        let mut tails: Vec<Option<Tailed>> = vec![None; model.components.len()];
        let mut nodes: BTreeMap<usize, (Vec<Option<Form>>, Passing)> = BTreeMap::new();
        let mut bounded: BTreeMap<usize, (Form, [Exact; 2])> = BTreeMap::new();
        for (at, own, ballots) in free(letter) {
            let component = &model.components[at];
            let forms = node_forms(letter, at, ballots, cells);
            if let Some(bands) = component.share().and_then(|share| share.bands.as_ref()) {
                // What is known of the rate is known exactly; it says between which bounds the share lies.
                if let Some((form, bounds)) = forms[0].clone().zip(shares::between(bands, ballots)) {
                    bounded.insert(at, (form, bounds));
                }
                continue;
            }
            let measured: Vec<bool> = forms.iter().map(Option::is_some).collect();
            let passing = passings
                .entry((letter.unit.roster.scheme, at, measured.clone()))
                .or_insert_with(|| Passing::of(letter.outcome, letter.unit, component, &measured))
                .clone();
            let unit = combined(&forms, &passing.unit);
            if let Some((limited, form)) = own.limited.as_ref().filter(|own| own.lowers()).zip(unit.as_ref()) {
                let bounds = [limited.at_most.0.clone(), Exact::from(100)];
                bounded.insert(at, (form.clone(), bounds));
                nodes.insert(at, (forms, passing));
                continue;
            }
            let measured = unit;
            if let Some(form) = measured.as_ref().filter(|_| !own.tail.is_empty()) {
                tails[at] = Some(Tailed::of(form, component, own));
            }
            if own.corrected.is_none() {
                components[at] = match &tails[at] {
                    Some(tailed) => tailed.linear.clone(),
                    None => measured,
                };
            }
            nodes.insert(at, (forms, passing));
        }
        let over = |count: usize,
                    share: &dyn Fn(&Passing) -> &Vec<Shares>,
                    known: &dyn Fn(&ComponentOutcome, usize) -> Option<Exact>| {
            let form = |node: usize| {
                let (mut sum, mut whole) = (Form::zero(), Exact::zero());
                for (at, component) in model.components.iter().enumerate() {
                    let own = letter.unit.components.get(&component.id);
                    let form = match nodes.get(&at) {
                        Some((forms, passing)) => combined(forms, &share(passing)[node]),
                        None => own.and_then(|own| known(own, node)).map(Form::known),
                    };
                    if let Some((form, own)) = form.zip(own) {
                        sum.add(&form, &own.weight.0);
                        whole = whole + &own.weight.0;
                    }
                }
                if whole.is_positive() { sum.times(&(Exact::from(1) / whole)) } else { sum }
            };
            (0..count).map(form).collect::<Vec<Form>>()
        };
        let aspects = over(model.tree.aspects.len(), &|passing| &passing.aspects, &|own, node| {
            own.aspect(&model.tree.aspects[node].code).cloned()
        });
        let lines = over(model.tree.lines.len(), &|passing| &passing.lines, &|own, node| {
            own.line(&model.tree.lines[node].code).cloned()
        });
        Self { components, bounded, tails, aspects, lines, nodes }
    }

    /// The rate of a node as conditions of caps look at it; none where it does not follow from marks, or is one of a leaf over
    /// all components.
    pub(super) fn of_node(&self, component: Option<usize>, node: Node) -> Option<Form> {
        match (component, node) {
            (None, Node::Aspect(at)) => self.aspects.get(at).cloned(),
            (None, Node::Line(at)) => self.lines.get(at).cloned(),
            (None, Node::Unit | Node::Leaf(_)) => None,
            (Some(component), _) => {
                let (forms, passing) = self.nodes.get(&component)?;
                match node {
                    Node::Unit => combined(forms, &passing.unit),
                    Node::Aspect(at) => combined(forms, passing.aspects.get(at)?),
                    Node::Line(at) => combined(forms, passing.lines.get(at)?),
                    Node::Leaf(at) => combined(forms, passing.leaves.get(at)?),
                }
            }
        }
    }
}

/// The rate of each node of a component: the weighted mean of the classes that have one there, in percent of the full points.
fn node_forms(letter: &Letter<'_>, at: usize, ballots: &UnitBallots, cells: &BTreeMap<Key, Cell>) -> Vec<Option<Form>> {
    let component = &letter.outcome.model.components[at];
    let held = letter.outcome.held(letter.unit);
    let full = component.mean_full().map_or_else(|| Exact::from(100), |full| full.0);
    let form = |node: usize| {
        let (mut sum, mut whole) = (Form::zero(), Exact::zero());
        for class in 0..component.classes().len() {
            if let Some((cell, weight)) = cells.get(&(at, class, node)).zip(held.class_weight(at, class)) {
                let weight = &weight.0;
                sum.add(&cell.mean, weight);
                whole = whole + weight;
            }
        }
        whole.is_positive().then(|| sum.times(&(Exact::from(100) / (&whole * &full))))
    };
    ballots.rates.iter().enumerate().map(|(node, _)| form(node)).collect()
}

fn combined(forms: &[Option<Form>], shares: &Shares) -> Option<Form> {
    let mut sum = Form::zero();
    for (node, share) in shares.as_ref()? {
        sum.add(forms[*node].as_ref()?, share);
    }
    Some(sum)
}
