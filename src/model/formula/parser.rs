//! From the text of a formula to its tree, with every limit that keeps both small.
//!
//! ```text
//! sum     = product { (+ | -) product }        product = signed { (* | /) signed }
//! signed  = (+ | -) signed | power             power   = atom [ ^ exponent ]
//! atom    = number | number % | input | ( sum ) | function ( arguments )
//! ```

use super::fault::{Fault, Found, Wanted};
use super::inputs::Inputs;
use super::lexer::{Lexeme, Token, tokens};
use super::node::{Choice, Factor, Function, Node, NodeKind, Term};
use super::{DECIMALS, DEEPEST, EXPONENT};
use crate::shared::number::Exact;
use crate::shared::text::nearest;

impl Function {
    /// The function of a name, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::from_json(&name.to_ascii_lowercase())
    }
}

type Parsed<T> = Result<T, Fault>;

/// The tree of a text; all unknown names and the first other fault if there are any.
pub(super) fn parse(text: &str, inputs: &Inputs) -> Result<Node, Vec<Fault>> {
    let tokens = tokens(text).map_err(|fault| vec![fault])?;
    let mut parser = Parser { tokens: &tokens, inputs, depth: 0, faults: Vec::new() };
    let root = parser.sum().and_then(|root| parser.take(&Lexeme::End, Wanted::Operator).map(|_| root));
    match (root, parser.faults) {
        (Ok(root), faults) if faults.is_empty() => Ok(root),
        (root, mut faults) => {
            faults.extend(root.err());
            Err(faults)
        }
    }
}

struct Parser<'p> {
    /// The tokens that are left; the last one is the end and is never passed.
    tokens: &'p [Token],
    inputs: &'p Inputs,
    depth: usize,
    /// Faults that do not hinder reading on.
    faults: Vec<Fault>,
}

impl<'p> Parser<'p> {
    fn peek(&self) -> &'p Token {
        &self.tokens[0]
    }

    fn next(&mut self) -> &'p Token {
        let token = &self.tokens[0];
        if self.tokens.len() > 1 {
            self.tokens = &self.tokens[1..];
        }
        token
    }

    /// Passes a sign that must stand here.
    fn take(&mut self, lexeme: &Lexeme, wanted: Wanted) -> Parsed<&'p Token> {
        if self.peek().lexeme == *lexeme { Ok(self.next()) } else { Err(unexpected(self.peek(), wanted)) }
    }

    /// Reads something one level deeper.
    fn deeper<T>(&mut self, token: &Token, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == DEEPEST {
            return Err(token.fault(Wanted::Shallower(DEEPEST)));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn sum(&mut self) -> Parsed<Node> {
        let (column, first) = (self.peek().column, self.product()?);
        let mut terms = vec![Term { minus: false, node: first }];
        while let sign @ (Lexeme::Plus | Lexeme::Minus) = &self.peek().lexeme {
            self.next();
            terms.push(Term { minus: *sign == Lexeme::Minus, node: self.product()? });
        }
        Ok(match terms.len() {
            1 => terms.remove(0).node,
            _ => Node { column, kind: NodeKind::Sum(terms) },
        })
    }

    fn product(&mut self) -> Parsed<Node> {
        let (column, first) = (self.peek().column, self.signed()?);
        let mut factors = vec![Factor { divides: false, node: first }];
        while let sign @ (Lexeme::Times | Lexeme::Divide) = &self.peek().lexeme {
            self.next();
            factors.push(Factor { divides: *sign == Lexeme::Divide, node: self.signed()? });
        }
        Ok(match factors.len() {
            1 => factors.remove(0).node,
            _ => Node { column, kind: NodeKind::Product(factors) },
        })
    }

    fn signed(&mut self) -> Parsed<Node> {
        let token = self.peek();
        match token.lexeme {
            Lexeme::Plus => {
                self.next();
                self.deeper(token, Self::signed)
            }
            Lexeme::Minus => {
                self.next();
                let node = self.deeper(token, Self::signed)?;
                Ok(Node { column: token.column, kind: NodeKind::Negative(Box::new(node)) })
            }
            _ => self.power(),
        }
    }

    fn power(&mut self) -> Parsed<Node> {
        let (column, base) = (self.peek().column, self.atom()?);
        if self.peek().lexeme != Lexeme::Power {
            return Ok(base);
        }
        self.next();
        let exponent = self.literal(EXPONENT, Wanted::Exponent)?;
        if self.peek().lexeme == Lexeme::Power {
            return Err(self.peek().fault(Wanted::OneExponent));
        }
        Ok(Node { column, kind: NodeKind::Power(Box::new(base), exponent) })
    }

    /// A whole number up to a limit, written as a number.
    fn literal(&mut self, most: u32, wanted: Wanted) -> Parsed<u32> {
        let token = self.peek();
        let count = match &token.lexeme {
            Lexeme::Number(value) => value.to_count().and_then(|count| u32::try_from(count).ok()),
            _ => None,
        };
        let value = count.filter(|count| *count <= most).ok_or_else(|| unexpected(token, wanted))?;
        self.next();
        Ok(value)
    }

    fn atom(&mut self) -> Parsed<Node> {
        let token = self.next();
        let kind = match &token.lexeme {
            Lexeme::Number(value) => NodeKind::Number(value.clone()),
            Lexeme::Percent(value) => NodeKind::Percent(value.clone()),
            Lexeme::Open => {
                return self.deeper(token, |own| {
                    let node = own.sum()?;
                    own.take(&Lexeme::Close, Wanted::Close)?;
                    Ok(node)
                });
            }
            Lexeme::Name(name) => self.named(token, name)?,
            _ => return Err(unexpected(token, Wanted::Value)),
        };
        Ok(Node { column: token.column, kind })
    }

    /// A function or an input. An unknown input is noted, and the formula read on.
    fn named(&mut self, token: &Token, name: &str) -> Parsed<NodeKind> {
        let is_call = self.peek().lexeme == Lexeme::Open;
        match (Function::named(name), self.inputs.index(name)) {
            (Some(function), _) => {
                self.take(&Lexeme::Open, Wanted::Open)?;
                self.deeper(token, |own| own.call(token, function))
            }
            (None, _) if is_call => {
                Err(token.fault(Wanted::Function(near(name, Function::ALL.iter().map(|f| f.json())))))
            }
            (None, Some(index)) => Ok(NodeKind::Input(index)),
            (None, None) => {
                let known = near(name, self.inputs.iter().map(|input| input.name.as_str()));
                self.faults.push(token.fault(Wanted::Input(known)));
                Ok(NodeKind::Number(Exact::zero()))
            }
        }
    }

    /// A function, after its opening bracket.
    fn call(&mut self, token: &Token, function: Function) -> Parsed<NodeKind> {
        match function {
            Function::If => self.choice(),
            Function::Round => {
                let own = Box::new(self.sum()?);
                self.take(&Lexeme::Comma, Wanted::Comma)?;
                let decimals = self.literal(DECIMALS, Wanted::Decimals)?;
                self.take(&Lexeme::Close, Wanted::OnlyClose)?;
                Ok(NodeKind::Round(own, decimals))
            }
            Function::Min => self.arguments().map(NodeKind::Min),
            Function::Max => self.arguments().map(NodeKind::Max),
            Function::Clamp => {
                let [own, limit] = self.counted(token)?;
                Ok(NodeKind::Clamp(own, limit))
            }
            Function::Abs => self.counted(token).map(|[own]| NodeKind::Abs(own)),
            Function::Floor => self.counted(token).map(|[own]| NodeKind::Floor(own)),
            Function::Ceil => self.counted(token).map(|[own]| NodeKind::Ceil(own)),
        }
    }

    /// As many arguments as the function has.
    fn counted<const N: usize>(&mut self, token: &Token) -> Parsed<[Box<Node>; N]> {
        let arguments: Vec<Box<Node>> = self.arguments()?.into_iter().map(Box::new).collect();
        arguments.try_into().map_err(|all: Vec<_>| Fault {
            column: token.column,
            found: Found::Arguments(all.len()),
            wanted: Wanted::Arguments(N),
        })
    }

    /// One or more arguments, up to the closing bracket.
    fn arguments(&mut self) -> Parsed<Vec<Node>> {
        let mut list = vec![self.sum()?];
        while self.peek().lexeme == Lexeme::Comma {
            self.next();
            list.push(self.sum()?);
        }
        self.take(&Lexeme::Close, Wanted::CommaOrClose)?;
        Ok(list)
    }

    fn choice(&mut self) -> Parsed<NodeKind> {
        let left = self.sum()?;
        let token = self.peek();
        let Lexeme::Compare(comparison) = token.lexeme else { return Err(unexpected(token, Wanted::Comparison)) };
        self.next();
        let right = self.sum()?;
        self.take(&Lexeme::Comma, Wanted::Comma)?;
        let then = self.sum()?;
        self.take(&Lexeme::Comma, Wanted::Comma)?;
        let otherwise = self.sum()?;
        self.take(&Lexeme::Close, Wanted::Close)?;
        Ok(NodeKind::If(Box::new(Choice { left, comparison, right, then, otherwise })))
    }
}

/// The fault of a token that does not belong here; what is wrong with the token itself comes first.
fn unexpected(token: &Token, wanted: Wanted) -> Fault {
    let wanted = match &token.lexeme {
        Lexeme::Bad(own) => own.clone(),
        Lexeme::PercentSign => Wanted::Percent,
        Lexeme::Compare(_) if wanted != Wanted::Value => Wanted::Condition,
        _ => wanted,
    };
    token.fault(wanted)
}

/// The known names nearest to one, or all of them if none is near.
fn near<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Vec<String> {
    let known: Vec<&str> = known.collect();
    let near = nearest(name, known.iter().copied());
    let names = if near.is_empty() { known } else { near };
    names.into_iter().map(str::to_owned).collect()
}
