//! Ballots and tallies judged anew (SPEC §7): from the single marks of ratings.csv and the counted votes of the document to
//! what became of every mark, counts, class means, quorums and answers.
//!
//! ratings.csv does not say which unit a rater belongs to: that marks are `recused` is believed where the class recuses,
//! for one unit of a ballot. A ballot without any row is missing from ratings.csv; it can only be a blank one.

use std::collections::BTreeMap;
use std::ops::Deref;

use super::Checked;
use crate::model::{Rates, Scale};
use crate::model::{SchemeIx, Tree};
use crate::result::outcome::{
    BallotRules, BallotTotals, ClassTotals, Component, Outcome, RatingRecord, RatingState, UnitBallots, UnitOutcome,
};
use crate::shared::number::Exact;
use crate::shared::words::words;

mod marks;
mod means;
mod pots;
mod sheets;
mod totals;
mod units;

use marks::Lexicon;

words! {
    /// What is known of a mark.
    enum MarkState {
        Counted = "counted",
        Trimmed = "trimmed",
        Abstained = "abstained",
        Blank = "blank",
        Void = "void",
        Recused = "recused",
        BallotVoid = "ballot-void",
        NoQuorum = "no-quorum",
        NotAssessed = "not-assessed",
    }
}

/// A mark with what should have become of it. Small, as there may be millions: all of them are held at once.
struct Mark {
    points: Option<NumberIx>,
    serial: u32,
    class: u32,
    unit: u32,
    node: u32,
    /// Whether anything is written in its cell.
    is_written: bool,
    /// What the document says has become of it.
    recorded: RatingState,
    state: MarkState,
}

const _: () = assert!(size_of::<Mark>() <= 28);

/// Index of a number in [`Lexicon::numbers`](marks::Lexicon).
#[derive(Clone, Copy)]
struct NumberIx(u32);

impl Mark {
    const fn class(&self) -> usize {
        self.class as usize
    }

    const fn unit(&self) -> usize {
        self.unit as usize
    }

    const fn node(&self) -> usize {
        self.node as usize
    }
}

/// A component of ballots with its rules and the marks that were read of it.
struct Panel<'p> {
    outcome: &'p Outcome,
    rules: &'p Component,
    counting: &'p BallotRules,
    scale: &'p Scale,
    /// Whether votes are counted by level.
    counts_votes: bool,
    totals: &'p [ClassTotals],
    /// Codes of the measured nodes; that of the unit is empty.
    nodes: Vec<&'p str>,
    /// Points of the measured nodes by scheme, those of the model without schemes last.
    weights: Vec<Vec<Exact>>,
    /// The marks of known classes, units and nodes, in the order of ratings.csv.
    marks: Vec<Mark>,
    /// What is written in their cells.
    lexicon: Lexicon,
}

/// The components of ballots, each with its marks.
pub(super) struct Panels<'p> {
    units: BTreeMap<&'p str, usize>,
    panels: BTreeMap<&'p str, Panel<'p>>,
    /// How many ratings name another component.
    others: BTreeMap<String, usize>,
}

impl<'p> Panels<'p> {
    /// The panels of a result, without marks.
    pub(super) fn new(outcome: &'p Outcome) -> Self {
        let panels = outcome.model.components.iter().enumerate();
        Self {
            units: outcome.units.iter().enumerate().map(|(i, unit)| (unit.roster.code.as_str(), i)).collect(),
            panels: panels
                .filter_map(|(index, rules)| Some((rules.id.as_str(), panel(outcome, index, rules)?)))
                .collect(),
            others: BTreeMap::new(),
        }
    }

    /// Takes a rating of ratings.csv, in the order of the file.
    pub(super) fn take<T: Deref<Target = str>>(&mut self, record: &RatingRecord<T>, checked: &mut Checked) {
        match self.panels.get_mut(&*record.component) {
            Some(panel) => panel.take(record, self.units.get(&*record.unit).copied(), checked),
            None => match self.others.get_mut(&*record.component) {
                Some(count) => *count += 1,
                None => drop(self.others.insert(record.component.to_owned(), 1)),
            },
        }
    }

    /// Checks every component of ballots.
    pub(super) fn check(mut self, outcome: &Outcome, checked: &mut Checked) {
        checked.same(|| "components".to_owned(), &outcome.components.len(), &outcome.model.components.len());
        for rules in outcome.model.components.iter().filter(|rules| rules.ballots().is_some()) {
            match self.panels.remove(rules.id.as_str()) {
                Some(panel) => panel.check(checked),
                None => checked.same(|| format!("components[{}]", rules.id), "—", "…"),
            }
        }
        for (component, count) in self.others {
            checked.same(|| format!("ratings.csv {component}"), &count, &0);
        }
    }
}

/// The panel of a component, if it is one of ballots and the document has its totals.
fn panel<'p>(outcome: &'p Outcome, index: usize, rules: &'p Component) -> Option<Panel<'p>> {
    let counting = rules.ballots()?;
    let BallotTotals { scale, classes: totals } = outcome.ballots(index)?;
    let nodes = measured(outcome, counting);
    let schemes = (0..outcome.model.schemes.len()).map(|index| Some(SchemeIx(index)));
    let trees = schemes.chain([None]).map(|scheme| outcome.model.of(scheme).tree());
    let weights = trees.map(|tree| nodes.iter().map(|code| points(tree, code)).collect()).collect();
    let counts_votes = counts_votes(outcome, index);
    let lexicon = Lexicon::new(rules.classes().len());
    let marks = Vec::new();
    Some(Panel { outcome, rules, counting, scale, counts_votes, totals, nodes, weights, marks, lexicon })
}

/// Whether a component measures a share of votes, or a condition of the model looks at one.
fn counts_votes(outcome: &Outcome, component: usize) -> bool {
    let model = &outcome.model;
    let rules = model.caps.iter().map(|own| &own.when).chain(model.promotions.iter().map(|own| &own.when));
    let rules = rules.chain(model.awards.iter().filter_map(|own| own.unless.as_ref()));
    let mut rules = rules.chain(model.components.iter().flat_map(|own| &own.limits).map(|own| &own.when));
    model.components[component].share().is_some() || rules.any(|own| own.counts_votes(component))
}

/// The codes of what ballots mark: the unit, every aspect or every leaf.
pub(super) fn measured<'o>(outcome: &'o Outcome, rules: &BallotRules) -> Vec<&'o str> {
    let tree = &outcome.model.tree;
    match rules.rates {
        Rates::Unit => vec![""],
        Rates::Aspects => tree.aspects.iter().map(|aspect| aspect.code.as_str()).collect(),
        Rates::Indicators => tree.leaves.iter().map(|leaf| leaf.code.as_str()).collect(),
    }
}

/// The full points of a node; of the unit those of all aspects, or without aspects of all leaves; 1 if there are none.
fn points(tree: &Tree, code: &str) -> Exact {
    let mut nodes = tree.aspects.iter().chain(&tree.lines);
    if code.is_empty() && tree.aspects.is_empty() && tree.leaves.is_empty() {
        return Exact::from(1);
    }
    if code.is_empty() && tree.aspects.is_empty() {
        return tree.leaves.iter().map(|leaf| &leaf.points.0).sum();
    }
    if code.is_empty() {
        return tree.aspects.iter().map(|aspect| &aspect.points.0).sum();
    }
    let leaf = || tree.leaves.iter().find(|leaf| leaf.code == code).map(|leaf| &leaf.points.0);
    let node = nodes.find(|node| node.code == code).map(|node| &node.points.0);
    node.or_else(leaf).cloned().unwrap_or_else(Exact::zero)
}

impl<'p> Panel<'p> {
    /// Points of the measured nodes in the scheme of a unit.
    fn weights(&self, unit: usize) -> Option<&[Exact]> {
        let scheme = self.outcome.units[unit].roster.scheme;
        scheme.map_or(self.weights.last(), |scheme| self.weights.get(scheme.0)).map(Vec::as_slice)
    }

    fn check(mut self, checked: &mut Checked) {
        let mut marks = std::mem::take(&mut self.marks);
        let sheets = self.sheets(&mut marks);
        let mut pots = self.collect(&marks, &sheets, checked);
        let reached = self.class_totals(&sheets, &mut pots, checked);
        for unit in 0..self.outcome.units.len() {
            self.unit(unit, &pots, &mut marks, checked);
        }
        self.no_quorum(&reached, &pots, &mut marks);
        for mark in &marks {
            let place = || {
                let (unit, node) = (&self.outcome.units[mark.unit()].roster.code, self.nodes[mark.node()]);
                let sheet = format!("{}/{} {}", self.rules.id, self.rules.classes()[mark.class()].id, mark.serial);
                format!("ratings.csv {sheet} {unit} {node}").trim_end().to_owned()
            };
            checked.same(place, mark.recorded.json(), mark.state.json());
        }
    }

    /// The points of a mark, if it has any.
    fn points_of(&self, mark: &Mark) -> Option<&Exact> {
        mark.points.map(|number| self.lexicon.number(number))
    }

    /// The pot of a class for a unit.
    fn pot(&self, unit: usize, class: usize) -> usize {
        unit * self.rules.classes().len() + class
    }

    fn place(&self, unit: &UnitOutcome, what: &str) -> String {
        format!("units[{}].components.{}.ballots.{what}", unit.roster.code, self.rules.id)
    }

    /// What a mark of a class may be, a range with the step on which all marks lie.
    fn scale(&self, class: usize) -> &'p Scale {
        self.totals.get(class).and_then(|own| own.scale.as_ref()).unwrap_or(self.scale)
    }

    /// Points of the component for one number of a class: the end of a range of its own is worth the full points.
    fn worth(&self, class: usize, number: &Exact) -> Exact {
        match self.rules.classes()[class].own.as_deref().map(|own| &own.scale) {
            Some(Scale::Range(range)) => number * &self.counting.full.0 / &range.high.0,
            _ => number.clone(),
        }
    }

    /// The recorded ballots of a unit.
    fn recorded(&self, unit: usize) -> Option<&'p UnitBallots> {
        self.outcome.units[unit].components.get(&self.rules.id)?.ballots.as_deref()
    }
}
