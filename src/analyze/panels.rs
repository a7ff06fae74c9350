//! The raters of each class as tables of marks, made from the single ratings of a version.
//!
//! Marks that count are those that entered a mean and those that were trimmed from it. A mark of a rater for its own unit
//! is kept apart. Raters have their number within the class only: no id leaves this module.

use std::collections::BTreeMap;

use serde::Serialize;

use super::agreement::{self, Bootstrap, Concordance, Estimate, IntraClass};
use super::marks::{Marks, mean};
use super::raters::{self, Effects, Habits, Profile};
use super::undefined::Undefined;
use crate::model::{BallotRules, Scale};
use crate::result::outcome::{Component, Outcome, RatingRecord, RatingState};
use crate::shared::groups::{each_once, grouped};
use crate::shared::number::Exact;

/// The value of a mark.
fn points(record: &RatingRecord) -> Option<f64> {
    record.points.as_deref().and_then(Exact::parse).map(|points| points.to_cell())
}

/// Everything about one class of raters.
#[derive(Clone, Debug, Serialize)]
pub struct Panel {
    /// Component id.
    pub component: String,
    /// Its name.
    pub component_name: String,
    /// Class id.
    pub class: String,
    /// Its name.
    pub class_name: String,
    /// Agreement at each measured node; first over the marks of whole units.
    pub agreement: Vec<Agreement>,
    /// How many parts the table has that share no unit.
    pub parts: Option<usize>,
    /// Its raters, by number.
    pub raters: Vec<Profile>,
}

/// How far the raters of a class agree at a node.
#[derive(Clone, Debug, Serialize)]
pub struct Agreement {
    /// Node code; empty for the unit.
    pub node: String,
    /// Units with a mark.
    pub units: usize,
    /// Raters with a mark.
    pub raters: usize,
    /// Krippendorff's alpha by each metric.
    pub nominal: Figure<Estimate>,
    /// As the order of marks.
    pub ordinal: Figure<Estimate>,
    /// As their differences.
    pub interval: Figure<Estimate>,
    /// As their differences relative to their sums.
    pub ratio: Figure<Estimate>,
    /// The intraclass correlations.
    pub icc: Figure<IntraClass>,
    /// Kendall's W.
    pub kendall: Figure<Concordance>,
}

/// A figure, or why it has none.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figure<F> {
    /// It has a value.
    Known(F),
    /// It has none.
    Undefined(Undefined),
}

impl<F> Figure<F> {
    /// The value, if there is one.
    pub const fn known(&self) -> Option<&F> {
        match self {
            Self::Known(own) => Some(own),
            Self::Undefined(_) => None,
        }
    }

    /// Why there is no value.
    pub const fn reason(&self) -> Option<Undefined> {
        match self {
            Self::Known(_) => None,
            Self::Undefined(own) => Some(*own),
        }
    }
}

impl<F> From<Result<F, Undefined>> for Figure<F> {
    fn from(own: Result<F, Undefined>) -> Self {
        own.map_or_else(Self::Undefined, Self::Known)
    }
}

impl Agreement {
    fn of(node: &str, marks: &Marks, bootstrap: Bootstrap) -> Self {
        let [nominal, ordinal, interval, ratio] = agreement::alphas(marks, bootstrap).map(Into::into);
        let is_marked = |unit: &usize| marks.of_unit(*unit).iter().any(Option::is_some);
        Self {
            node: node.to_owned(),
            units: (0..marks.units()).filter(is_marked).count(),
            raters: (0..marks.raters()).filter(|rater| marks.of_rater(*rater).flatten().next().is_some()).count(),
            nominal,
            ordinal,
            interval,
            ratio,
            icc: agreement::intraclass(marks).into(),
            kendall: agreement::concordance(marks).into(),
        }
    }
}

/// All classes whose single ratings a version holds, in the order of the model.
pub fn panels(outcome: &Outcome, ratings: &[RatingRecord], bootstrap: Bootstrap) -> Vec<Panel> {
    let mut panels = Vec::new();
    for (component, class, _) in outcome.classes() {
        let own: Vec<&RatingRecord> =
            ratings.iter().filter(|own| *own.component == *component.id && *own.class == *class.id).collect();
        let (Some(rules), false) = (component.ballots(), own.is_empty()) else { continue };
        let sheet = Sheet::of(outcome, component, rules, &own);
        panels.push(sheet.panel(&class.id, &class.name, bootstrap));
    }
    panels
}

/// What raters of mean severity would have given the units at a node.
#[derive(Clone, Debug)]
pub struct Quality {
    /// Component and class.
    pub class: [usize; 2],
    /// Index of the node among those that the component measures.
    pub node: usize,
    /// By unit of the roster; none where raters and units fall into parts.
    pub units: Option<Vec<(usize, f64)>>,
}

/// What raters of mean severity would have given, by class and node; a class of one rater is left as it is.
pub fn qualities(outcome: &Outcome, ratings: &[RatingRecord]) -> Vec<Quality> {
    let mut all = Vec::new();
    for (index, component) in outcome.model.components.iter().enumerate() {
        let Some(rules) = component.ballots() else { continue };
        let measured = outcome.model.measured(component);
        for (class, own_class) in component.classes().iter().enumerate() {
            let is_own = |own: &&RatingRecord| *own.component == *component.id && *own.class == *own_class.id;
            let own: Vec<&RatingRecord> = ratings.iter().filter(is_own).collect();
            if own.is_empty() {
                continue;
            }
            let sheet = Sheet::of(outcome, component, rules, &own);
            for ((code, _), table) in sheet.nodes.iter().zip(&sheet.tables) {
                let node = measured.iter().position(|own| outcome.model.tree.code(*own) == *code);
                let effects = match raters::effects(table) {
                    Err(Undefined::OneRater) => continue,
                    effects => effects.ok().filter(|own| own.connected == 1),
                };
                let units = effects.map(|own| {
                    let known = sheet.units.iter().zip(own.units);
                    known.filter_map(|(unit, quality)| Some((*unit, quality?))).collect()
                });
                all.push(Quality { class: [index, class], node: node.unwrap_or_default(), units });
            }
        }
    }
    all
}

/// The ratings of a class in order.
struct Sheet<'s> {
    component: &'s Component,
    /// Units with a rating, in the order of the roster.
    units: Vec<usize>,
    /// Numbers of the ballots.
    serials: Vec<usize>,
    /// Nodes with a rating, in the order of the model, and how much each counts.
    nodes: Vec<(&'s str, f64)>,
    /// By node.
    tables: Vec<Marks>,
    /// Marks of a rater for its own unit: rater, unit, node, mark.
    recused: Vec<(usize, usize, usize, f64)>,
    /// By rater its units in the order of the sheet.
    order: Vec<Vec<usize>>,
    top: Option<f64>,
}

impl<'s> Sheet<'s> {
    fn of(outcome: &'s Outcome, component: &'s Component, rules: &BallotRules, own: &[&'s RatingRecord]) -> Self {
        let codes: BTreeMap<&str, usize> =
            outcome.units.iter().enumerate().map(|(index, unit)| (unit.roster.code.as_str(), index)).collect();
        let counts = |record: &&&RatingRecord| {
            matches!(record.state, RatingState::Counted | RatingState::Trimmed | RatingState::NoQuorum)
        };
        let index = |values: &mut Vec<usize>| {
            values.sort_unstable();
            values.dedup();
        };
        let mut units: Vec<usize> =
            own.iter().filter(counts).filter_map(|own| codes.get(&*own.unit).copied()).collect();
        index(&mut units);
        let mut serials: Vec<usize> = own.iter().map(|own| own.serial).collect();
        index(&mut serials);
        let tree = &outcome.model.tree;
        let measured = outcome.model.measured(component);
        let named: Vec<(&str, f64)> =
            measured.iter().map(|node| (tree.code(*node), tree.points(*node).0.to_cell())).collect();
        let nodes: Vec<(&str, f64)> =
            named.into_iter().filter(|(code, _)| own.iter().any(|own| *own.node == **code)).collect();
        let mut tables = vec![Marks::empty(units.len(), serials.len()); nodes.len()];
        let mut order: Vec<Vec<(crate::shared::place::Place, usize)>> = vec![Vec::new(); serials.len()];
        let mut recused = Vec::new();
        for record in own {
            let place = (
                codes.get(&*record.unit).and_then(|unit| units.binary_search(unit).ok()),
                serials.binary_search(&record.serial).ok(),
                nodes.iter().position(|(code, _)| **code == *record.node),
            );
            let ((Some(unit), Some(rater), Some(node)), Some(mark)) = (place, points(record)) else { continue };
            if counts(&record) {
                tables[node].set(unit, rater, mark);
                order[rater].push((record.at, unit));
            } else if record.state == RatingState::Recused {
                recused.push((rater, unit, node, mark));
            }
        }
        let order = order.into_iter().map(|mut own| {
            own.sort_unstable();
            each_once(own.into_iter().map(|(_, unit)| unit))
        });
        let order = order.collect();
        let top = match &rules.scale {
            Scale::Levels(levels) => levels.iter().map(|(_, points)| points.0.to_cell()).reduce(f64::max),
            Scale::Range(_) => Some(rules.top_from.0.to_cell()),
        };
        Self { component, units, serials, nodes, tables, recused, order, top }
    }

    /// The mark of a whole unit: the points-weighted mean over the nodes that a rater marked.
    fn whole(&self) -> Marks {
        let [one] = self.tables.as_slice() else {
            let mut whole = Marks::empty(self.units.len(), self.serials.len());
            for unit in 0..self.units.len() {
                for rater in 0..self.serials.len() {
                    let own = self.tables.iter().zip(&self.nodes);
                    let parts = own.filter_map(|(table, (_, points))| Some((table.get(unit, rater)?, *points)));
                    let (sum, weight) =
                        parts.fold((0.0, 0.0), |(sum, all), (mark, points)| (sum + mark * points, all + points));
                    if weight > 0.0 {
                        whole.set(unit, rater, sum / weight);
                    }
                }
            }
            return whole;
        };
        one.clone()
    }

    fn panel(&self, class: &str, class_name: &str, bootstrap: Bootstrap) -> Panel {
        let whole = self.whole();
        let mut agreement = vec![Agreement::of("", &whole, bootstrap)];
        if self.tables.len() > 1 {
            let own = self.nodes.iter().zip(&self.tables);
            agreement.extend(own.map(|((code, _), table)| Agreement::of(code, table, bootstrap)));
        }
        let effects = raters::effects(&whole).ok();
        let habits = self.habits(&whole, effects.as_ref());
        Panel {
            component: self.component.id.clone(),
            component_name: self.component.name.clone(),
            class: class.to_owned(),
            class_name: class_name.to_owned(),
            agreement,
            parts: effects.as_ref().map(|own| own.connected),
            raters: raters::profiles(&whole, &self.serials, &habits),
        }
    }

    fn habits(&self, whole: &Marks, effects: Option<&Effects>) -> Habits {
        let raters = 0..self.serials.len();
        let nodes = |rater: usize| {
            let own =
                (0..self.units.len()).map(|unit| self.tables.iter().map(|table| table.get(unit, rater)).collect());
            own.collect::<Vec<Vec<Option<f64>>>>()
        };
        let quality = |unit: usize| effects.and_then(|own| own.units[unit]);
        let order = |rater: usize| {
            let own = self.order[rater].iter();
            own.filter_map(|unit| Some(whole.get(*unit, rater)? - quality(*unit)?)).collect::<Vec<f64>>()
        };
        let own = |rater: usize| {
            let own = self.recused.iter().filter(|(own, ..)| *own == rater);
            let units = grouped(own.map(|(_, unit, _, mark)| (*unit, *mark)));
            units.into_iter().filter_map(|(unit, marks)| Some((unit, mean(&marks)?))).collect::<Vec<_>>()
        };
        Habits {
            nodes: if self.tables.len() > 1 { raters.clone().map(nodes).collect() } else { Vec::new() },
            order: raters.clone().map(order).collect(),
            own: raters.map(own).collect(),
            top: self.top,
        }
    }
}
