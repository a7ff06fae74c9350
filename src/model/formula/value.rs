//! The exact value of a formula, or what hinders it.

use std::cmp::Ordering;

use super::BITS;
use super::inputs::Inputs;
use super::node::{Choice, Factor, Node, NodeKind, Term};
use super::written::Writer;
use crate::shared::finding::Arg;
use crate::shared::number::{Exact, Rounding};
use crate::shared::words::words;

words! {
    /// Why a formula has no value.
    pub enum TroubleKind {
        /// The part, which divides, is 0.
        DivisionByZero = "division-by-zero",
        /// The part, an input, has no value.
        Missing = "missing",
        /// The part has more digits than any result may have.
        TooLarge = "too-large",
        /// The part, the limit of a clamp, is below 0.
        NegativeLimit = "negative-limit",
    }
}

/// What hinders a formula from having a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What it is.
    pub kind: TroubleKind,
    /// The column of the canonical text at which the part begins, from 1.
    pub column: usize,
    /// The part of the formula at which it is, in canonical form.
    pub part: String,
    /// The indices of the inputs in this part, ascending.
    pub inputs: Vec<usize>,
}

impl Trouble {
    /// The trouble, for a message.
    pub fn arg(&self) -> Arg {
        let key = match self.kind {
            TroubleKind::DivisionByZero => "formula.trouble.division",
            TroubleKind::Missing => "formula.trouble.missing",
            TroubleKind::TooLarge => "formula.trouble.large",
            TroubleKind::NegativeLimit => "formula.trouble.limit",
        };
        Arg::Filled { key, values: vec![("column", self.column.to_string()), ("part", self.part.clone())] }
    }
}

type Valued = Result<Exact, Trouble>;

/// The value of an expression.
pub(super) fn value(root: &Node, inputs: &Inputs, values: &[Option<Exact>]) -> Valued {
    Calculation { inputs, values }.node(root)
}

struct Calculation<'c> {
    inputs: &'c Inputs,
    values: &'c [Option<Exact>],
}

impl Calculation<'_> {
    fn node(&self, node: &Node) -> Valued {
        match &node.kind {
            NodeKind::Number(value) => Ok(value.clone()),
            NodeKind::Percent(value) => Ok(value / &Exact::from(100)),
            NodeKind::Input(index) => {
                let value = self.values.get(*index).and_then(Clone::clone);
                value.ok_or_else(|| self.trouble(TroubleKind::Missing, node))
            }
            NodeKind::Negative(own) => Ok(-self.node(own)?),
            NodeKind::Sum(terms) => self.sum(node, terms),
            NodeKind::Product(factors) => self.product(node, factors),
            NodeKind::Power(base, exponent) => {
                let base = self.node(base)?;
                (0..*exponent).try_fold(Exact::from(1), |power, _| self.within(node, power * &base))
            }
            NodeKind::If(choice) => {
                let Choice { left, comparison, right, then, otherwise } = choice.as_ref();
                let order = self.node(left)?.cmp(&self.node(right)?);
                self.node(if comparison.holds(order) { then } else { otherwise })
            }
            NodeKind::Min(list) => self.extreme(list, Ordering::Less),
            NodeKind::Max(list) => self.extreme(list, Ordering::Greater),
            NodeKind::Clamp(own, limit) => self.clamp(own, limit),
            NodeKind::Abs(own) => Ok(self.node(own)?.abs()),
            NodeKind::Round(own, decimals) => Ok(self.node(own)?.round(*decimals)),
            NodeKind::Floor(own) => Ok(self.node(own)?.whole(Rounding::Floor)),
            NodeKind::Ceil(own) => Ok(self.node(own)?.whole(Rounding::Ceil)),
        }
    }

    fn sum(&self, node: &Node, terms: &[Term]) -> Valued {
        terms.iter().try_fold(Exact::zero(), |sum, term| {
            let own = self.node(&term.node)?;
            self.within(node, if term.minus { sum - own } else { sum + own })
        })
    }

    fn product(&self, node: &Node, factors: &[Factor]) -> Valued {
        factors.iter().try_fold(Exact::from(1), |product, factor| {
            let own = self.node(&factor.node)?;
            match (factor.divides, own.is_zero()) {
                (true, true) => Err(self.trouble(TroubleKind::DivisionByZero, &factor.node)),
                (true, false) => self.within(node, product / own),
                (false, _) => self.within(node, product * own),
            }
        })
    }

    /// The value that is in this order to all others.
    fn extreme(&self, list: &[Node], order: Ordering) -> Valued {
        let (first, rest) = list.split_first().expect("the parser asks for one argument at least");
        rest.iter().try_fold(self.node(first)?, |best, own| {
            let own = self.node(own)?;
            Ok(if own.cmp(&best) == order { own } else { best })
        })
    }

    fn clamp(&self, own: &Node, limit: &Node) -> Valued {
        let value = self.node(own)?;
        let most = self.node(limit)?;
        if most.is_negative() {
            return Err(self.trouble(TroubleKind::NegativeLimit, limit));
        }
        Ok(value.clamp(-&most, most))
    }

    fn within(&self, node: &Node, value: Exact) -> Valued {
        if value.bits() <= BITS { Ok(value) } else { Err(self.trouble(TroubleKind::TooLarge, node)) }
    }

    fn trouble(&self, kind: TroubleKind, node: &Node) -> Trouble {
        let part = Writer::canonical(self.inputs).text(node);
        Trouble { kind, column: node.column, part, inputs: node.inputs().into_iter().collect() }
    }
}
