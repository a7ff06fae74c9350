//! Schemes (分类考核方案): what of the model holds for which units (SPEC §19.1).
//!
//! Lines, aspects, cells, leaves, components, classes and grades have one index in all schemes. What is not part of a
//! scheme has no points or no weight there. [`Model::of`] gives what holds for a unit; without schemes that is the model.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::condition::{Condition, Known};
use super::formula::Formula;
use super::rule::{Rule, RuleInput};
use super::tree::{Leaf, Tree};
use super::{Component, Model, PeriodRules};
use crate::shared::groups::each_once;
use crate::shared::number::{Percent, Points};

mod load;

pub(super) use load::{Parts, Unmatched, load};

/// The code of the scheme that is the model without schemes.
pub const BASE: &str = "base";

/// Index of a scheme in [`Model::schemes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchemeIx(pub usize);

/// What of the model holds for the units of one scheme.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scheme {
    /// Unique code; [`BASE`] for the units that no other scheme is for.
    pub code: String,
    /// Printed name.
    pub name: String,
    /// Which units it is for; none for the base, which takes all that are left.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub applies: Option<Condition>,
    /// Weight of each component in percent; none for one that is not part of the scheme.
    pub weights: Vec<Option<Percent>>,
    /// Weight of each class, by component; none for one that is not part of the scheme.
    pub classes: Vec<Vec<Option<Percent>>>,
    /// Lowest published total of each grade.
    pub bars: Vec<Points>,
    /// Points of each aspect.
    pub aspects: Vec<Points>,
    /// Each leaf as the scheme has it; none for one that is not part of it.
    pub leaves: Vec<Option<SchemeLeaf>>,
    /// The tree of the scheme, made from the one of the model by [`Model::grow_schemes`].
    #[serde(skip)]
    pub tree: Tree,
    /// The clause on which it is based.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub clause: Option<String>,
}

/// A leaf as one scheme has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SchemeLeaf {
    /// Full points.
    pub points: Points,
    /// How a value is converted to points.
    pub rule: Rule,
    /// How its value is entered.
    pub input: RuleInput,
    /// The formula that gives the value or the points.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub formula: Option<Formula>,
    /// The columns of the roster by whose numbers a value is multiplied before the rule.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub coefficient: Vec<String>,
    /// How its periods are combined, if it has any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub periods: Option<PeriodRules>,
}

/// What holds for a unit: the model itself, or the part of it that is the unit's scheme.
#[derive(Clone, Copy, Debug)]
pub struct Held<'m> {
    model: &'m Model,
    index: Option<SchemeIx>,
    scheme: Option<&'m Scheme>,
}

impl<'m> Held<'m> {
    /// The model.
    pub const fn model(self) -> &'m Model {
        self.model
    }

    /// The indicator tree; leaves that are not part of the scheme have 0 points.
    pub fn tree(self) -> &'m Tree {
        self.scheme.map_or(&self.model.tree, |scheme| &scheme.tree)
    }

    /// The weight of a component in percent; none if it is not part of the scheme.
    pub fn weight(self, component: usize) -> Option<&'m Percent> {
        match self.scheme {
            Some(scheme) => scheme.weights[component].as_ref(),
            None => Some(&self.model.components[component].weight),
        }
    }

    /// The weight of a class of a component in percent; none if it is not part of the scheme.
    pub fn class_weight(self, component: usize, class: usize) -> Option<&'m Percent> {
        match self.scheme {
            Some(scheme) => scheme.classes[component][class].as_ref(),
            None => Some(&self.model.components[component].classes()[class].weight),
        }
    }

    /// Whether component and class are both part of the scheme.
    pub fn has_class(self, component: usize, class: usize) -> bool {
        self.weight(component).is_some() && self.class_weight(component, class).is_some()
    }

    /// The lowest published total of a grade.
    pub fn bar(self, grade: usize) -> &'m Points {
        match self.scheme {
            Some(scheme) => &scheme.bars[grade],
            None => &self.model.grades[grade].at_least,
        }
    }

    /// The index of the lowest grade.
    pub const fn last_grade(self) -> usize {
        self.model.grades.len().saturating_sub(1)
    }

    /// The index of its scheme, if the model has schemes.
    pub const fn scheme(self) -> Option<SchemeIx> {
        self.index
    }

    /// The best grade whose bar a total reaches.
    pub fn reached(self, total: &Points) -> Option<usize> {
        (0..self.model.grades.len()).find(|grade| self.bar(*grade) <= total)
    }

    /// Whether a leaf is part of the scheme.
    pub fn has_leaf(self, leaf: usize) -> bool {
        self.scheme.is_none_or(|scheme| scheme.leaves[leaf].is_some())
    }

    /// The leaves that a unit itself reports.
    pub fn asked(self) -> impl Iterator<Item = usize> + 'm {
        let leaves = self.tree().leaves.iter().enumerate();
        leaves.filter(move |(index, leaf)| leaf.asked_of_unit && self.has_leaf(*index)).map(|(index, _)| index)
    }

    /// Whether self-reports are asked for: the indicators are part of the scheme, and a leaf of it is the unit's to report.
    pub fn asks_unit(self) -> bool {
        let is_scored = self.model.indicators_component().is_some_and(|index| self.weight(index).is_some());
        is_scored && self.asked().next().is_some()
    }

    /// The leaf that is counted in the returned ledgers, if it is part of the scheme.
    pub fn ledger_leaf(self) -> Option<usize> {
        self.model.ledger_leaf().filter(|leaf| self.has_leaf(*leaf))
    }

    /// The components that are part of the scheme, with their index and weight in percent.
    pub fn components(self) -> impl Iterator<Item = Part<'m>> {
        let all = self.model.components.iter().enumerate();
        all.filter_map(move |(index, component)| Some(Part { index, component, weight: self.weight(index)? }))
    }
}

/// A component that is part of a scheme.
#[derive(Clone, Copy)]
pub struct Part<'m> {
    /// Its index.
    pub index: usize,
    /// The component.
    pub component: &'m Component,
    /// Its weight in percent.
    pub weight: &'m Percent,
}

impl Model {
    /// What holds for the units of a scheme; none means that the model has no schemes.
    pub fn of(&self, scheme: Option<SchemeIx>) -> Held<'_> {
        Held { model: self, index: scheme, scheme: scheme.and_then(|index| self.schemes.get(index.0)) }
    }

    /// What holds for the units of each scheme; without schemes the model itself.
    pub fn plans(&self) -> impl Iterator<Item = Held<'_>> {
        let whole = self.schemes.is_empty().then(|| self.of(None));
        whole.into_iter().chain((0..self.schemes.len()).map(|index| self.of(Some(SchemeIx(index)))))
    }

    /// The names of all inputs that a leaf has, in the model or any scheme, in order; none for a leaf that is not there.
    pub fn input_names(&self, leaf: usize) -> Vec<&str> {
        let trees = std::iter::once(&self.tree).chain(self.schemes.iter().map(|scheme| &scheme.tree));
        let inputs = trees.filter_map(|tree| tree.leaves.get(leaf)).flat_map(Leaf::inputs);
        each_once(inputs.map(|input| input.name.as_str()))
    }

    /// The scheme that is for a unit: the first that holds, in the order of the model file.
    pub fn scheme_for(&self, unit: &impl Known) -> Option<SchemeIx> {
        let holds = |scheme: &Scheme| scheme.applies.as_ref().is_none_or(|applies| applies.judge(unit).holds);
        self.schemes.iter().position(holds).map(SchemeIx)
    }

    /// Makes the trees of all schemes; a model that was read back has none.
    pub fn grow_schemes(&mut self) {
        for scheme in &mut self.schemes {
            scheme.grow(&self.tree);
        }
    }
}

impl Scheme {
    /// Makes its tree: the nodes of the model, with the points that they have in the scheme.
    pub(super) fn grow(&mut self, whole: &Tree) {
        let mut tree = whole.clone();
        for (leaf, own) in tree.leaves.iter_mut().zip(&self.leaves) {
            match own {
                Some(own) => {
                    leaf.points.clone_from(&own.points);
                    leaf.rule.clone_from(&own.rule);
                    leaf.input = own.input;
                    leaf.formula.clone_from(&own.formula);
                    leaf.coefficient.clone_from(&own.coefficient);
                    leaf.periods.clone_from(&own.periods);
                }
                None => leaf.points = Points::zero(),
            }
        }
        for (aspect, points) in tree.aspects.iter_mut().zip(&self.aspects) {
            aspect.points.clone_from(points);
        }
        let mut lines: BTreeMap<usize, Points> = BTreeMap::new();
        for cell in &mut tree.cells {
            cell.leaves.retain(|leaf| self.leaves[*leaf].is_some());
            cell.points = cell.leaves.iter().map(|leaf| &tree.leaves[*leaf].points).sum();
            let Some(line) = cell.line else { continue };
            let line = lines.entry(line).or_insert_with(Points::zero);
            line.0 = &line.0 + &cell.points.0;
        }
        for (index, line) in tree.lines.iter_mut().enumerate() {
            line.points = lines.remove(&index).unwrap_or_else(Points::zero);
        }
        self.tree = tree;
    }

    /// Unites two classes of a component, the second into the first, which gets both weights.
    pub fn unite_classes(&mut self, component: usize, [first, second]: [usize; 2]) {
        let own = &mut self.classes[component];
        let gone = own.remove(second);
        let first = &mut own[first];
        *first = match (first.take(), gone) {
            (Some(one), Some(other)) => Some(Percent(&one.0 + &other.0)),
            (one, other) => one.or(other),
        };
    }

    /// Whether every index has its entry; one that was read back may not.
    pub(super) fn is_whole(&self, model: &Model) -> bool {
        let classes = self.classes.iter().zip(&model.components);
        self.weights.len() == model.components.len()
            && self.classes.len() == model.components.len()
            && classes.into_iter().all(|(own, component)| own.len() == component.classes().len())
            && self.bars.len() == model.grades.len()
            && self.aspects.len() == model.tree.aspects.len()
            && self.leaves.len() == model.tree.leaves.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn united_classes_have_the_weights_of_both_in_each_scheme() {
        let class =
            |id: &str, weight| format!("[[component.class]]\nid = \"{id}\"\nname = \"{id}\"\nweight = {weight}\n");
        let text = [
            "[assessment]\ntitle = \"t\"\nperiod = \"2025\"\n[[line]]\ncode = \"L\"\nname = \"l\"\n",
            "[[aspect]]\ncode = \"A\"\nname = \"a\"\npoints = 1\n[[indicator]]\ncode = \"X\"\nline = \"L\"\n",
            "aspect = \"A\"\nname = \"x\"\npoints = 1\nrule = \"direct\"\n[[grade]]\nname = \"g\"\nat_least = 0\n",
            "[[component]]\nid = \"b\"\nweight = 100\nkind = \"ballots\"\nlevels = { y = 100, n = 0 }\n",
            &class("P", 50),
            &class("Q", 30),
            &class("R", 20),
            "[[scheme]]\ncode = \"S\"\nfor = { group = [\"g\"] }\nclasses.b = { P = 10, Q = 70, R = 20 }\n",
        ];
        let mut model = Model::of_text(&text.concat());
        model.schemes[0].unite_classes(0, [0, 2]);
        let weights: Vec<String> = model.schemes[0].classes[0].iter().flatten().map(ToString::to_string).collect();
        assert_eq!(weights, ["30", "70"], "P and R have 10 and 20");
    }
}
