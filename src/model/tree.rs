//! The indicator tree: lines and aspects cross in cells, cells hold leaves.
//!
//! Takes located rows of the indicator table (from `indicators.xlsx` or `[[indicator]]`) and returns a [`Tree`] whose
//! points add up exactly, or all findings.

use super::ballot::Rates;
use super::formula::{Formula, Input};
use super::rule::{Rule, RuleInput, Shape};
use super::{PeriodRules, Periods};
use serde::{Deserialize, Serialize};

use crate::shared::i18n::{Lang, say};
use crate::shared::number::Points;
use crate::shared::text;

mod load;
mod scored;

pub(super) use load::{Above, SchemeRows, Wanted, build, load_aspects, load_lines, load_rows};
pub(crate) use load::{EVIDENCE, NO_COEFFICIENT, NO_FORMULA, SOURCES};
pub use load::{IndicatorRow, SchemeCells};

/// A branch of the tree: a line (线) or an aspect (方面).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Branch {
    /// Unique code, such as `L1` or `A1`.
    pub code: String,
    /// Printed name.
    pub name: String,
    /// Points of its leaves; those of an aspect are declared, and its leaves must add up to them exactly.
    pub points: Points,
}

/// A cell, 单元: the leaves of one line within one aspect. Without lines the cells are the aspects, without aspects the
/// lines, without both there is one of all leaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CellNode {
    /// Index of its line; none where the model has no lines.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<usize>,
    /// Index of its aspect; none where the model has no aspects.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub aspect: Option<usize>,
    /// Sum of the points of its leaves.
    pub points: Points,
    /// Indices of its leaves.
    pub leaves: Vec<usize>,
}

/// Whether a leaf needs evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceNeed {
    /// 必需: without it the points are at risk.
    Required,
    /// 可选.
    Optional,
    /// 无.
    #[default]
    None,
}

/// An indicator with points, 指标.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Leaf {
    /// Unique code, such as `1.2.4`.
    pub code: String,
    /// Index of its line; none where the model has no lines.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<usize>,
    /// Index of its aspect; none where the model has no aspects.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub aspect: Option<usize>,
    /// Index of its cell.
    pub cell: usize,
    /// Second-level indicator, 二级指标.
    pub item: String,
    /// Third-level indicator, 三级指标.
    pub name: String,
    /// Full points, 分值.
    pub points: Points,
    /// How a value is converted to points.
    pub rule: Rule,
    /// How the value of this leaf is entered.
    pub input: RuleInput,
    /// The formula that gives the value or the points, from inputs that are entered in its place.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub formula: Option<Formula>,
    /// The columns of the roster by whose numbers a value is multiplied before the rule; usually none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub coefficient: Vec<String>,
    /// How its periods are combined, if it has any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub periods: Option<PeriodRules>,
    /// Whether evidence is needed.
    pub evidence: EvidenceNeed,
    /// Responsible department, 责任部门.
    pub department: String,
    /// Standard, 评分标准.
    pub standard: String,
    /// Method of assessment, 考评方式.
    pub method: String,
    /// Whether the unit itself reports its value; otherwise a department does.
    pub asked_of_unit: bool,
}

/// A node that can be measured and whose rate can be requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Node {
    /// The whole unit.
    Unit,
    /// A line.
    Line(usize),
    /// An aspect.
    Aspect(usize),
    /// A leaf.
    Leaf(usize),
}

/// The indicator tree of a model.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tree {
    /// Lines, in the order of the model.
    pub lines: Vec<Branch>,
    /// Aspects, in the order of the model.
    pub aspects: Vec<Branch>,
    /// Cells with leaves, by aspect, then line.
    pub cells: Vec<CellNode>,
    /// Leaves, in the order of the table.
    pub leaves: Vec<Leaf>,
}

impl Tree {
    /// The index of a leaf by its code.
    pub fn leaf(&self, code: &str) -> Option<usize> {
        self.leaves.iter().position(|l| text::same(&l.code, code))
    }

    /// The leaf whose value is counted from the returned ledgers, if there is one.
    pub fn ledger_leaf(&self) -> Option<usize> {
        self.leaves.iter().position(|leaf| leaf.input == RuleInput::Ledger)
    }

    /// The node that a name denotes: the code or name of an aspect, line or leaf.
    pub fn node(&self, name: &str) -> Option<Node> {
        let is = |code: &str, own: &str| text::same(code, name) || text::same(own, name);
        let aspect = self.aspects.iter().position(|a| is(&a.code, &a.name)).map(Node::Aspect);
        let line = || self.lines.iter().position(|l| is(&l.code, &l.name)).map(Node::Line);
        let leaf = || self.leaves.iter().position(|l| is(&l.code, &l.name)).map(Node::Leaf);
        aspect.or_else(line).or_else(leaf)
    }

    /// The nodes that ballots measure, in order.
    pub fn measured(&self, rates: Rates) -> Vec<Node> {
        match rates {
            Rates::Unit => vec![Node::Unit],
            Rates::Aspects => (0..self.aspects.len()).map(Node::Aspect).collect(),
            Rates::Indicators => (0..self.leaves.len()).map(Node::Leaf).collect(),
        }
    }

    /// Whether a node belongs to the tree.
    pub const fn has(&self, node: Node) -> bool {
        match node {
            Node::Unit => true,
            Node::Line(i) => i < self.lines.len(),
            Node::Aspect(i) => i < self.aspects.len(),
            Node::Leaf(i) => i < self.leaves.len(),
        }
    }

    /// The code of a node; empty for the unit.
    pub fn code(&self, node: Node) -> &str {
        match node {
            Node::Unit => "",
            Node::Line(i) => &self.lines[i].code,
            Node::Aspect(i) => &self.aspects[i].code,
            Node::Leaf(i) => &self.leaves[i].code,
        }
    }

    /// Full points of a node; for the unit the sum of all. A unit without anything below it is one whole.
    pub fn points(&self, node: Node) -> Points {
        match node {
            Node::Unit if self.aspects.is_empty() && self.leaves.is_empty() => Points::whole(1),
            Node::Unit if self.aspects.is_empty() => self.cells.iter().map(|cell| &cell.points).sum(),
            Node::Unit => self.aspects.iter().map(|a| &a.points).sum(),
            Node::Line(i) => self.lines[i].points.clone(),
            Node::Aspect(i) => self.aspects[i].points.clone(),
            Node::Leaf(i) => self.leaves[i].points.clone(),
        }
    }

    /// Whether there are lines or aspects above the leaves.
    pub const fn has_branches(&self) -> bool {
        !self.lines.is_empty() || !self.aspects.is_empty()
    }

    /// Of three texts the one for lines and aspects, for aspects alone, or for lines alone, whichever the model has.
    pub const fn worded<T: Copy>(&self, [both, aspects, lines]: [T; 3]) -> T {
        match (self.lines.is_empty(), self.aspects.is_empty()) {
            (true, _) => aspects,
            (false, true) => lines,
            (false, false) => both,
        }
    }

    /// The line and the aspect of a leaf, as far as the model has them.
    pub fn above(&self, leaf: &Leaf) -> impl Iterator<Item = &Branch> {
        let line = leaf.line.map(|line| &self.lines[line]);
        line.into_iter().chain(leaf.aspect.map(|aspect| &self.aspects[aspect]))
    }

    /// All codes of lines, aspects and leaves, for hints.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let aspects = self.aspects.iter().map(|a| a.code.as_str());
        aspects.chain(self.lines.iter().map(|l| l.code.as_str())).chain(self.leaves.iter().map(|l| l.code.as_str()))
    }
}

impl Leaf {
    /// Its code and name, as printed in findings.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.code, self.name)
    }

    /// The rows that forms have for it: one for each period that the model names, one without a name where it names none.
    pub fn asked_periods(&self) -> Vec<&str> {
        let named = self.periods.as_ref().map(PeriodRules::named_periods).unwrap_or_default();
        if named.is_empty() { vec![""] } else { named.into_iter().map(String::as_str).collect() }
    }

    /// Whether the values of its periods are added up before the rule acts.
    pub fn adds_values(&self) -> bool {
        self.periods.as_ref().is_some_and(|own| own.periods == Periods::Sum)
    }

    /// How its value is typed.
    pub fn shape(&self) -> Shape<'_> {
        if self.formula.is_some() { Shape::Inputs } else { self.rule.shape(self.input) }
    }

    /// How it is scored, with its numbers: `每次扣0.5分，扣完为止`.
    pub fn scoring(&self, lang: Lang) -> String {
        let scoring = self.rule.scoring(lang, &self.points, self.input);
        let scoring = match &self.formula {
            Some(formula) => say!(lang, "form.rule.of_formula", scoring, formula = formula.text()),
            None => scoring,
        };
        let scoring = match &self.periods {
            Some(rules) => say!(lang, "form.rule.periods", scoring, periods = rules.wording(lang)),
            None => scoring,
        };
        if self.coefficient.is_empty() {
            return scoring;
        }
        let columns = lang.join("report.list", self.coefficient.iter().map(String::as_str));
        say!(lang, "form.rule.coefficient", columns, rule = scoring)
    }

    /// The inputs of its formula; none without one.
    pub fn inputs(&self) -> &[Input] {
        self.formula.as_ref().map_or(&[], |formula| formula.inputs().list())
    }

    /// The name of an input together with the code of the leaf, as corrections and findings name it: `1.1/gdp`.
    pub fn input_name(&self, input: &Input) -> String {
        format!("{}/{}", self.code, input.name)
    }
}

#[cfg(test)]
impl Leaf {
    /// A leaf of 10 points, for unit tests of other modules.
    pub(crate) fn sample(code: &str, name: &str) -> Self {
        Self {
            code: code.to_owned(),
            line: Some(0),
            aspect: Some(0),
            cell: 0,
            item: String::new(),
            name: name.to_owned(),
            points: Points::whole(10),
            rule: Rule::free(),
            input: RuleInput::Number,
            formula: None,
            coefficient: Vec::new(),
            periods: None,
            evidence: EvidenceNeed::None,
            department: String::new(),
            standard: String::new(),
            method: String::new(),
            asked_of_unit: true,
        }
    }
}
