//! The tree of a formula. Sums and products are lists, so that the tree is no deeper than its brackets.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::shared::number::Exact;
use crate::shared::words::words;

words! {
    /// The functions of the language.
    pub enum Function {
        /// `if(condition, a, b)`: a where the condition holds, otherwise b.
        If = "if",
        /// The smallest of its arguments.
        Min = "min",
        /// The largest of its arguments.
        Max = "max",
        /// `clamp(x, limit)`: x, not above the limit and not below its negative.
        Clamp = "clamp",
        /// The absolute value.
        Abs = "abs",
        /// `round(x, decimals)`: half away from zero.
        Round = "round",
        /// The largest whole number not above it.
        Floor = "floor",
        /// The smallest whole number not below it.
        Ceil = "ceil",
    }
}

words! {
    /// How the two sides of a condition are compared, by its sign.
    pub enum Comparison {
        /// Less than.
        Less = "<",
        /// At most.
        AtMost = "<=",
        /// More than.
        More = ">",
        /// At least.
        AtLeast = ">=",
        /// Equal.
        Equal = "=",
        /// Not equal.
        Unequal = "<>",
    }
}

impl Comparison {
    /// Whether it holds for two sides of which the left one is in this order to the right one.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
        }
    }
}

/// An expression, and the column of the canonical text at which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) column: usize,
    pub(super) kind: NodeKind,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Number(Exact),
    /// A number with a percent sign: 5 % is 0.05.
    Percent(Exact),
    /// An input by its index.
    Input(usize),
    Negative(Box<Node>),
    /// Two or more terms; the first is never subtracted.
    Sum(Vec<Term>),
    /// Two or more factors; the first never divides.
    Product(Vec<Factor>),
    Power(Box<Node>, u32),
    If(Box<Choice>),
    Min(Vec<Node>),
    Max(Vec<Node>),
    Clamp(Box<Node>, Box<Node>),
    Abs(Box<Node>),
    Round(Box<Node>, u32),
    Floor(Box<Node>),
    Ceil(Box<Node>),
}

/// A part of a sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) minus: bool,
    pub(super) node: Node,
}

/// A part of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Factor {
    pub(super) divides: bool,
    pub(super) node: Node,
}

/// A condition and its two branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) left: Node,
    pub(super) comparison: Comparison,
    pub(super) right: Node,
    pub(super) then: Node,
    pub(super) otherwise: Node,
}

/// How strongly the parts of an expression are bound; a weaker one stands in brackets within a stronger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Sum,
    Product,
    Negative,
    Power,
    Atom,
}

impl Node {
    pub(super) const fn level(&self) -> Level {
        match self.kind {
            NodeKind::Sum(_) => Level::Sum,
            NodeKind::Product(_) => Level::Product,
            NodeKind::Negative(_) => Level::Negative,
            NodeKind::Power(..) => Level::Power,
            _ => Level::Atom,
        }
    }

    /// The inputs that occur in it.
    pub(super) fn inputs(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, found: &mut BTreeSet<usize>) {
        match &self.kind {
            NodeKind::Number(_) | NodeKind::Percent(_) => {}
            NodeKind::Input(index) => {
                found.insert(*index);
            }
            NodeKind::Negative(own) | NodeKind::Power(own, _) | NodeKind::Abs(own) => own.collect(found),
            NodeKind::Round(own, _) | NodeKind::Floor(own) | NodeKind::Ceil(own) => own.collect(found),
            NodeKind::Sum(terms) => terms.iter().for_each(|term| term.node.collect(found)),
            NodeKind::Product(factors) => factors.iter().for_each(|factor| factor.node.collect(found)),
            NodeKind::Min(list) | NodeKind::Max(list) => list.iter().for_each(|own| own.collect(found)),
            NodeKind::Clamp(own, limit) => [own, limit].into_iter().for_each(|own| own.collect(found)),
            NodeKind::If(choice) => {
                let Choice { left, right, then, otherwise, .. } = choice.as_ref();
                [left, right, then, otherwise].into_iter().for_each(|own| own.collect(found));
            }
        }
    }
}
