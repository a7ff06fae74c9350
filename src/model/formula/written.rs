//! A formula as text: in canonical form, or with values in place of names.

use super::inputs::Inputs;
use super::node::{Choice, Function, Level, Node, NodeKind};
use crate::shared::number::Exact;

/// Writes expressions.
pub(super) struct Writer<'w> {
    inputs: &'w Inputs,
    /// The values to put in, if any; a missing one is written as its name.
    values: Option<&'w [Option<Exact>]>,
    signs: Signs,
}

/// The signs that differ between a keyboard and print.
struct Signs {
    minus: char,
    times: char,
    divide: char,
}

impl<'w> Writer<'w> {
    /// The canonical form, which reads as the same expression.
    pub(super) const fn canonical(inputs: &'w Inputs) -> Self {
        Self { inputs, values: None, signs: Signs { minus: '-', times: '*', divide: '/' } }
    }

    /// With values, in printed signs.
    pub(super) const fn with_values(inputs: &'w Inputs, values: &'w [Option<Exact>]) -> Self {
        Self { inputs, values: Some(values), signs: Signs { minus: '\u{2212}', times: '\u{D7}', divide: '\u{F7}' } }
    }

    pub(super) fn text(&self, node: &Node) -> String {
        let mut out = String::new();
        self.node(&mut out, node);
        out
    }

    fn input(&self, index: usize) -> Option<&'w Exact> {
        self.values?.get(index)?.as_ref()
    }

    /// How strongly the written form is bound; a fraction that no decimal can write is a quotient.
    fn level(&self, node: &Node) -> Level {
        match node.kind {
            NodeKind::Input(index) => match self.input(index) {
                Some(value) if value.decimals().is_none() => Level::Product,
                Some(value) if value.is_negative() => Level::Negative,
                _ => Level::Atom,
            },
            _ => node.level(),
        }
    }

    fn begins_with_minus(&self, node: &Node) -> bool {
        match &node.kind {
            NodeKind::Negative(_) => true,
            NodeKind::Input(index) => self.input(*index).is_some_and(Exact::is_negative),
            NodeKind::Product(factors) => factors
                .first()
                .is_some_and(|first| self.level(&first.node) >= Level::Negative && self.begins_with_minus(&first.node)),
            _ => false,
        }
    }

    /// An operand that is bound at least so strongly, otherwise in brackets.
    fn operand(&self, out: &mut String, node: &Node, least: Level) {
        if self.level(node) < least {
            self.bracketed(out, node);
        } else {
            self.node(out, node);
        }
    }

    /// An operand after an operator: one that begins with a minus is in brackets.
    fn after(&self, out: &mut String, node: &Node, least: Level) {
        if self.begins_with_minus(node) {
            self.bracketed(out, node);
        } else {
            self.operand(out, node, least);
        }
    }

    fn bracketed(&self, out: &mut String, node: &Node) {
        out.push('(');
        self.node(out, node);
        out.push(')');
    }

    fn node(&self, out: &mut String, node: &Node) {
        match &node.kind {
            NodeKind::Number(value) => out.push_str(&value.to_string()),
            NodeKind::Percent(value) => out.extend([value.to_string().as_str(), "%"]),
            NodeKind::Input(index) => out.push_str(&self.named(*index)),
            NodeKind::Negative(own) => {
                out.push(self.signs.minus);
                self.after(out, own, Level::Power);
            }
            NodeKind::Sum(terms) => {
                for (index, term) in terms.iter().enumerate() {
                    match (index, term.minus) {
                        (0, _) => self.operand(out, &term.node, Level::Product),
                        (_, minus) => {
                            out.extend([' ', if minus { self.signs.minus } else { '+' }, ' ']);
                            self.after(out, &term.node, Level::Product);
                        }
                    }
                }
            }
            NodeKind::Product(factors) => {
                for (index, factor) in factors.iter().enumerate() {
                    match (index, factor.divides) {
                        (0, _) => self.operand(out, &factor.node, Level::Negative),
                        (_, divides) => {
                            out.push(if divides { self.signs.divide } else { self.signs.times });
                            self.after(out, &factor.node, Level::Power);
                        }
                    }
                }
            }
            NodeKind::Power(base, exponent) => {
                self.operand(out, base, Level::Atom);
                out.push_str(&format!("^{exponent}"));
            }
            kind => self.call(out, kind),
        }
    }

    /// An input: its value if there is one to put in, otherwise its name.
    fn named(&self, index: usize) -> String {
        let Some(value) = self.input(index) else { return self.inputs.name(index).to_owned() };
        self.number(value)
    }

    /// A number in these signs: a decimal, or a quotient where no decimal is exact.
    pub(super) fn number(&self, value: &Exact) -> String {
        let text = if value.decimals().is_some() { value.to_string() } else { value.fraction() };
        text.replace('-', &self.signs.minus.to_string()).replace('/', &self.signs.divide.to_string())
    }

    fn call(&self, out: &mut String, kind: &NodeKind) {
        match kind {
            NodeKind::If(choice) => {
                let Choice { left, comparison, right, then, otherwise } = choice.as_ref();
                out.push_str("if(");
                self.node(out, left);
                out.push_str(&format!(" {comparison} "));
                self.list(out, &[right, then, otherwise]);
            }
            NodeKind::Min(list) => self.function(out, Function::Min, &list.iter().collect::<Vec<_>>()),
            NodeKind::Max(list) => self.function(out, Function::Max, &list.iter().collect::<Vec<_>>()),
            NodeKind::Clamp(own, limit) => self.function(out, Function::Clamp, &[own, limit]),
            NodeKind::Abs(own) => self.function(out, Function::Abs, &[own]),
            NodeKind::Floor(own) => self.function(out, Function::Floor, &[own]),
            NodeKind::Ceil(own) => self.function(out, Function::Ceil, &[own]),
            NodeKind::Round(own, decimals) => {
                out.push_str("round(");
                self.node(out, own);
                out.push_str(&format!(", {decimals})"));
            }
            _ => {}
        }
    }

    fn function(&self, out: &mut String, function: Function, arguments: &[&Node]) {
        out.extend([function.json(), "("]);
        self.list(out, arguments);
    }

    /// Arguments, up to the closing bracket.
    fn list(&self, out: &mut String, arguments: &[&Node]) {
        for (index, own) in arguments.iter().enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            self.node(out, own);
        }
        out.push(')');
    }
}
