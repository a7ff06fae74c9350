//! The parameters (参数) of leaf rules.
//!
//! Takes the two cells of an indicator row and returns a [`Rule`], or E509 findings that name the faulty part.

use unicode_normalization::UnicodeNormalization as _;

use super::{KINDS, Rule, RuleInput, periods};
use crate::model::field::{Better, Field, Within};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::number::{Exact, Points};
use crate::shared::place::Located;
use crate::shared::text;

/// The `key=value` parts of a parameter cell, in half width and trimmed, and the faults in them. Blanks within a part
/// are kept: they matter in a number, but not in a name.
pub(super) struct Parts<'c> {
    cell: &'c Located<String>,
    parts: Vec<(String, String)>,
    faults: Vec<(String, &'static str)>,
}

impl<'c> Parts<'c> {
    /// Splits at `;` and `,` (any width), each part at the first `=` or, for bands, `:`.
    fn split(cell: &'c Located<String>, separator: char) -> Self {
        let flat: String = cell.value.nfkc().filter(|c| !text::is_invisible(*c)).collect();
        let (mut parts, mut faults) = (Vec::new(), Vec::new());
        for part in flat.split([';', ',', '、']).map(str::trim).filter(|p| !p.is_empty()) {
            match part.split_once([separator, '=']) {
                Some((name, value)) if !name.trim().is_empty() => {
                    parts.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                _ => faults.push((part.to_owned(), "model.expected.key_value")),
            }
        }
        parts.retain(|(name, _)| !periods::KEYS.contains(&text::key(name).as_str()));
        Self { cell, parts, faults }
    }

    /// The parts about periods; the others, and their faults, are those of the rule.
    pub(super) fn of_periods(cell: &'c Located<String>) -> Self {
        let flat: String = cell.value.nfkc().filter(|c| !text::is_invisible(*c)).collect();
        let named = flat.split([';', ',', '、']).filter_map(|part| part.split_once('='));
        let named = named.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
        let parts = named.filter(|(name, _)| periods::KEYS.contains(&text::key(name).as_str())).collect();
        Self { cell, parts, faults: Vec::new() }
    }

    /// Takes out a named part.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let index = self.parts.iter().position(|(n, _)| text::key(n) == name)?;
        Some(self.parts.remove(index).1)
    }

    pub(super) fn fault(&mut self, part: impl Into<String>, expected: &'static str) {
        self.faults.push((part.into(), expected));
    }

    pub(super) fn number(&mut self, name: &str) -> Option<Exact> {
        self.read(name, number_of)
    }

    fn read(&mut self, name: &str, read: impl Fn(&str) -> Option<Exact>) -> Option<Exact> {
        let value = self.take(name)?;
        let number = read(&value);
        if number.is_none() {
            self.fault(format!("{name}={value}"), "model.expected.number");
        }
        number
    }

    /// A number of which values have the same kind: in percent it may be a part of the whole (`2/3`, `66 2/3%`).
    pub(super) fn like(&mut self, name: &str, input: RuleInput) -> Option<Exact> {
        self.read(name, |value| value_of(value, input))
    }

    /// All remaining parts as names with sizes ≥ 0; at least one, no duplicate names.
    pub(super) fn sizes(&mut self) -> Vec<(String, Exact)> {
        let mut sizes: Vec<(String, Exact)> = Vec::new();
        for (name, value) in self.rest() {
            let name = if text::joins_digits(&name) { name } else { text::key(&name) };
            match number_of(&value).filter(|n| !n.is_negative()) {
                Some(number) if !sizes.iter().any(|(n, _)| *n == name) => sizes.push((name, number)),
                Some(_) => self.fault(name, "model.expected.once"),
                None => self.fault(format!("{name}={value}"), "model.expected.size"),
            }
        }
        if sizes.is_empty() && self.faults.is_empty() {
            self.fault("", "model.expected.key_value");
        }
        sizes
    }

    pub(super) fn points(&mut self) -> Vec<(String, Points)> {
        self.sizes().into_iter().map(|(n, v)| (n, Points(v))).collect()
    }

    /// All remaining parts.
    pub(super) fn rest(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.parts)
    }

    /// Whether no fault was found so far.
    pub(super) const fn is_good(&self) -> bool {
        self.faults.is_empty()
    }

    /// How a value is entered (`in`), one of `choices`.
    pub(super) fn input(&mut self, choices: &[RuleInput]) -> RuleInput {
        let Some(word) = self.take("in") else { return RuleInput::Number };
        let found = choices.iter().find(|input| input.json() == text::key(&word)).copied();
        found.unwrap_or_else(|| {
            self.fault(format!("in={word}"), "model.expected.input");
            RuleInput::Number
        })
    }

    /// Whether a part is named.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|(own, _)| text::key(own) == name)
    }

    /// One of the words of a closed set.
    pub(super) fn word<T: Copy>(&mut self, name: &str, all: &[T], json: fn(T) -> &'static str) -> Option<T> {
        let written = self.take(name)?;
        let found = all.iter().copied().find(|own| json(*own) == text::key(&written));
        if found.is_none() {
            self.fault(format!("{name}={written}"), "model.expected.field");
        }
        found
    }

    /// Which values are better.
    pub(super) fn better(&mut self) -> Better {
        self.word("better", Better::ALL, Better::json).unwrap_or(Better::High)
    }

    /// The field in which values are compared.
    pub(super) fn field(&mut self) -> Field {
        let within = self.word("within", Within::ALL, Within::json).unwrap_or(Within::Group);
        let flags = [("true", true), ("false", false)];
        let separate = self.word("separate", &flags, |(word, _)| word).is_some_and(|(_, flag)| flag);
        Field { within, separate }
    }

    /// Points from 0 to `most`.
    pub(super) fn within_full(&mut self, name: &str, most: &Points) -> Option<Points> {
        let points = Points(self.number(name)?);
        if points.0.is_negative() || points > *most {
            self.fault(format!("{name}={points}"), "model.expected.within_full");
        }
        Some(points)
    }

    /// Reports faults and parts that were not used; true if there are none.
    pub(super) fn finish(mut self, findings: &mut Findings<'_>) -> bool {
        for (name, value) in self.rest() {
            self.fault(format!("{name}={value}"), "model.expected.no_more");
        }
        for (part, expected) in &self.faults {
            let finding = findings.add(Code::E509).at(self.cell.at).with("part", part).found(&self.cell.value);
            finding.with("expected", Arg::Word(expected));
        }
        self.faults.is_empty()
    }
}

/// A number as it is written, or a fraction.
pub(super) fn number_of(written: &str) -> Option<Exact> {
    Exact::parse(written).or_else(|| Exact::parse_mixed(written))
}

/// A value as it is written; in percent a fraction is a part of the whole.
pub(super) fn value_of(written: &str, input: RuleInput) -> Option<Exact> {
    match input {
        RuleInput::Number => number_of(written),
        RuleInput::Percent | RuleInput::Part | RuleInput::Ledger => {
            Exact::parse(written).or_else(|| Exact::parse_share(written))
        }
    }
}

/// Parses 计分方式 and 参数 of a leaf with `full` points; faults go to `findings`.
pub(in crate::model) fn parse_rule(
    name: &Located<String>,
    params: &Located<String>,
    full: &Points,
    findings: &mut Findings<'_>,
) -> Option<(Rule, RuleInput)> {
    let wanted = text::key(&name.value).to_lowercase();
    let Some(kind) = KINDS.iter().find(|kind| kind.names.contains(&wanted.as_str())) else {
        let names: Vec<&str> = KINDS.iter().flat_map(|kind| kind.names).collect();
        let hint = names.join(" | ");
        findings.add(Code::E508).at(name.at).found(&name.value).expected(hint).nearest(&name.value, names);
        return None;
    };
    let mut parts = Parts::split(params, kind.separator);
    let parsed = (kind.parse)(&mut parts, full);
    parts.finish(findings).then_some(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rule::{Bands, Deduct, Direct, Ladder, Ordinal, Rank, Ratio};
    use crate::shared::finding::Finding;
    use crate::shared::place::{FileId, Place};

    fn parse(rule: &str, params: &str, full: i64) -> Result<(Rule, RuleInput), Vec<Finding>> {
        let at = Place::file(FileId(0));
        let name = Located::new(rule.to_owned(), at);
        let params = Located::new(params.to_owned(), at);
        let (rule, findings) = Findings::gather(|said| parse_rule(&name, &params, &Points::whole(full), said));
        rule.ok_or(findings)
    }

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("literal decimal")
    }

    #[test]
    fn reads_every_rule_of_the_spec() {
        let half = Points(exact("0.5"));
        assert_eq!(parse("扣分", "每次=0.5", 4).unwrap().0, Rule::Deduct(Deduct(vec![("每次".into(), half)])));
        assert_eq!(
            parse("比率", "target=100;floor=60;in=percent", 4).unwrap(),
            (Rule::Ratio(Ratio { target: exact("100"), floor: Some(exact("60")) }), RuleInput::Percent)
        );
        let bands = parse("分档", "0:0,60:3,80:5", 5).unwrap().0;
        let band = |bound, points| (Exact::from(bound), Points::whole(points));
        assert_eq!(bands, Rule::Bands(Bands::Steps(vec![band(0, 0), band(60, 3), band(80, 5)])));
        let ranges = vec![(exact("5"), exact("5")), (exact("3"), exact("4")), (exact("0"), exact("0"))];
        assert_eq!(parse("direct", "ranges=5|3-4|0", 5).unwrap().0, Rule::Direct(Direct(ranges)));
        let Rule::Rank(Rank::Alone(Ladder::Table { places, other })) = parse("按位次", "1=5,2=4,*=0", 5).unwrap().0
        else {
            panic!("not a place rule")
        };
        assert_eq!((places[&Ordinal(1)].clone(), other), (Points::whole(5), Some(Points::zero())));
    }

    #[test]
    fn refuses_parameters_that_cannot_be_meant() {
        for (rule, params) in [
            ("分档", "60:3,0:0"),
            ("分档", "0:0,80:9"),
            ("等级", "A=1.2"),
            ("比率", "floor=60"),
            ("比率", "target=0"),
            ("比率", "target=100;goal=3"),
            ("扣分", ""),
            ("清单", "清单=3;报告=3"),
            ("核定", "ranges=7"),
        ] {
            assert!(parse(rule, params, 5).is_err(), "{rule} {params}");
        }
    }
}
