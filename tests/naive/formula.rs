//! Expressions of SPEC §19.13, read and evaluated in one pass: numbers, names, + − × ÷ ^, brackets, comparisons within if(),
//! min, max, clamp(x, limit), abs, round(x, d) half up, floor, ceil. Exact; division by 0 is an error.

use num_traits::{Signed, Zero};

use crate::number::{Q, int, q, round};

/// The value of an expression, or why it has none.
pub(crate) fn value(expr: &str, inputs: &[(String, Q)]) -> Result<Q, String> {
    let mut reader = Reader { chars: expr.chars().collect(), at: 0, inputs, live: true };
    let value = reader.sum()?;
    reader.space();
    if reader.at < reader.chars.len() {
        return Err(format!("column {}: something is left over", reader.at + 1));
    }
    Ok(value)
}

struct Reader<'a> {
    chars: Vec<char>,
    at: usize,
    inputs: &'a [(String, Q)],
    /// Whether what is read is also evaluated: the branch of an if() that is not chosen is only read.
    live: bool,
}

impl Reader<'_> {
    fn space(&mut self) {
        while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<char> {
        self.space();
        self.chars.get(self.at).copied()
    }

    /// Takes one of some signs, if one is next.
    fn take(&mut self, signs: &[&str]) -> Option<String> {
        self.space();
        let rest: String = self.chars[self.at..].iter().take(2).collect();
        let found = signs.iter().filter(|sign| rest.starts_with(**sign)).max_by_key(|sign| sign.chars().count())?;
        self.at += found.chars().count();
        Some((*found).to_owned())
    }

    fn need(&mut self, sign: &str) -> Result<(), String> {
        match self.take(&[sign]) {
            Some(_) => Ok(()),
            None => Err(format!("column {}: {sign} is missing", self.at + 1)),
        }
    }

    fn sum(&mut self) -> Result<Q, String> {
        let mut total = self.product()?;
        while let Some(sign) = self.take(&["+", "-", "−"]) {
            let next = self.product()?;
            total = if sign == "+" { total + next } else { total - next };
        }
        Ok(total)
    }

    fn product(&mut self) -> Result<Q, String> {
        let mut total = self.signed()?;
        while let Some(sign) = self.take(&["*", "×", "/", "÷"]) {
            let next = self.signed()?;
            if sign == "*" || sign == "×" {
                total *= next;
            } else if next.is_zero() {
                if self.live {
                    return Err("division by 0".to_owned());
                }
            } else {
                total /= next;
            }
        }
        Ok(total)
    }

    /// Reading: a minus before a power is that of the power, as in arithmetic.
    fn signed(&mut self) -> Result<Q, String> {
        if self.take(&["-", "−"]).is_some() {
            return Ok(-self.signed()?);
        }
        let base = self.atom()?;
        if self.take(&["^"]).is_none() {
            return Ok(base);
        }
        self.space();
        let digits = self.word(|c| c.is_ascii_digit());
        let exponent: u32 = digits.parse().map_err(|_| format!("column {}: an exponent is missing", self.at + 1))?;
        if exponent > 20 {
            return Err("an exponent above 20".to_owned());
        }
        Ok((0..exponent).fold(int(1), |power, _| power * &base))
    }

    fn word(&mut self, is: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.chars.get(self.at).is_some_and(|c| is(*c)) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    fn atom(&mut self) -> Result<Q, String> {
        match self.peek() {
            Some('(') => {
                self.at += 1;
                let value = self.sum()?;
                self.need(")")?;
                Ok(value)
            }
            Some(c) if c.is_ascii_digit() => Ok(q(&self.word(|c| c.is_ascii_digit() || c == '.'))),
            Some(c) if c.is_alphabetic() => {
                let name = self.word(|c| c.is_alphanumeric() || c == '_');
                if self.peek() == Some('(') {
                    self.at += 1;
                    let value = self.call(&name)?;
                    self.need(")")?;
                    return Ok(value);
                }
                let found = self.inputs.iter().find(|(input, _)| *input == name);
                found.map(|(_, value)| value.clone()).ok_or(format!("no input {name}"))
            }
            _ => Err(format!("column {}: a number or a name is missing", self.at + 1)),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Q>, String> {
        let mut list = vec![self.sum()?];
        while self.take(&[","]).is_some() {
            list.push(self.sum()?);
        }
        Ok(list)
    }

    fn call(&mut self, name: &str) -> Result<Q, String> {
        if name == "if" {
            return self.choice();
        }
        let list = self.arguments()?;
        Ok(match (name, list.as_slice()) {
            ("min", some) => some.iter().min().cloned().unwrap_or_default(),
            ("max", some) => some.iter().max().cloned().unwrap_or_default(),
            ("clamp", [x, limit]) => x.clone().max(-limit.clone()).min(limit.clone()),
            ("abs", [x]) => x.abs(),
            ("round", [x]) => half_up(x, 0),
            ("round", [x, d]) => half_up(x, d.to_integer().to_string().parse().map_err(|_| "decimals".to_owned())?),
            ("floor", [x]) => x.floor(),
            ("ceil", [x]) => x.ceil(),
            _ => return Err(format!("no function {name} of {} values", list.len())),
        })
    }

    /// if(a < b, then, else): only the chosen branch is evaluated.
    fn choice(&mut self) -> Result<Q, String> {
        let left = self.sum()?;
        let sign = self.take(&["<", "<=", ">", ">=", "=", "==", "!=", "<>", "≤", "≥", "≠"]).ok_or("no comparison")?;
        let right = self.sum()?;
        let holds = match sign.as_str() {
            "<" => left < right,
            "<=" | "≤" => left <= right,
            ">" => left > right,
            ">=" | "≥" => left >= right,
            "=" | "==" => left == right,
            _ => left != right,
        };
        let live = self.live;
        self.need(",")?;
        self.live = live && holds;
        let then = self.sum()?;
        self.need(",")?;
        self.live = live && !holds;
        let other = self.sum()?;
        self.live = live;
        Ok(if holds { then } else { other })
    }
}

/// SPEC §8: half away from zero.
fn half_up(x: &Q, decimals: u32) -> Q {
    round(x, decimals)
}
