//! The parameters (参数) of leaf rules.
//!
//! Takes the two cells of an indicator row and returns a [`Rule`], or E509 findings that name the faulty part.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::{Rule, RuleInput};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::number::{Exact, Points};
use crate::shared::place::Located;
use crate::shared::text;

/// The names by which each rule may be written, with its kind.
const NAMES: &[(&str, RuleKind)] = &[
    ("扣分", RuleKind::Deduct),
    ("deduct", RuleKind::Deduct),
    ("计数", RuleKind::Count),
    ("count", RuleKind::Count),
    ("比率", RuleKind::Ratio),
    ("ratio", RuleKind::Ratio),
    ("等级", RuleKind::Levels),
    ("levels", RuleKind::Levels),
    ("分档", RuleKind::Bands),
    ("bands", RuleKind::Bands),
    ("清单", RuleKind::Checklist),
    ("checklist", RuleKind::Checklist),
    ("按位次", RuleKind::Place),
    ("rank", RuleKind::Place),
    ("核定", RuleKind::Direct),
    ("direct", RuleKind::Direct),
];

#[derive(Clone, Copy)]
enum RuleKind {
    Deduct,
    Count,
    Ratio,
    Levels,
    Bands,
    Checklist,
    Place,
    Direct,
}

/// Whether a written name is one of those of a rule.
pub(in crate::model) fn is_name(written: &str, rule: &Rule) -> bool {
    let wanted = text::key(written).to_lowercase();
    let kind = NAMES.iter().find(|(name, _)| *name == wanted).map(|(_, kind)| kind);
    matches!(
        (kind, rule),
        (Some(RuleKind::Deduct), Rule::Deduct(_))
            | (Some(RuleKind::Count), Rule::Count(_))
            | (Some(RuleKind::Ratio), Rule::Ratio { .. })
            | (Some(RuleKind::Levels), Rule::Levels(_))
            | (Some(RuleKind::Bands), Rule::Bands(_))
            | (Some(RuleKind::Checklist), Rule::Checklist(_))
            | (Some(RuleKind::Place), Rule::Place { .. })
            | (Some(RuleKind::Direct), Rule::Direct(_))
    )
}

/// The `key=value` parts of a parameter cell, in half width and trimmed, and the faults in them. Blanks within a part
/// are kept: they matter in a number, but not in a name.
struct Parts<'c> {
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
            match part.split_once(separator).or_else(|| part.split_once('=')) {
                Some((name, value)) if !name.trim().is_empty() => {
                    parts.push((name.trim().to_owned(), value.trim().to_owned()));
                }
                _ => faults.push((part.to_owned(), "model.expected.key_value")),
            }
        }
        Self { cell, parts, faults }
    }

    /// Takes out a named part.
    fn take(&mut self, name: &str) -> Option<String> {
        let index = self.parts.iter().position(|(n, _)| text::key(n) == name)?;
        Some(self.parts.remove(index).1)
    }

    fn fault(&mut self, part: impl Into<String>, expected: &'static str) {
        self.faults.push((part.into(), expected));
    }

    fn number(&mut self, name: &str) -> Option<Exact> {
        let value = self.take(name)?;
        let number = Exact::parse(&value);
        if number.is_none() {
            self.fault(format!("{name}={value}"), "model.expected.number");
        }
        number
    }

    /// All remaining parts as names with sizes ≥ 0; at least one, no duplicate names.
    fn sizes(&mut self) -> Vec<(String, Exact)> {
        let mut sizes: Vec<(String, Exact)> = Vec::new();
        for (name, value) in std::mem::take(&mut self.parts) {
            let name = if text::joins_digits(&name) { name } else { text::key(&name) };
            match Exact::parse(&value).filter(|n| !n.is_negative()) {
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

    fn points(&mut self) -> Vec<(String, Points)> {
        self.sizes().into_iter().map(|(n, v)| (n, Points(v))).collect()
    }

    fn input(&mut self, choices: &[(&str, RuleInput)]) -> RuleInput {
        let Some(word) = self.take("in") else { return RuleInput::Number };
        let found = choices.iter().find(|(name, _)| *name == text::key(&word)).map(|(_, input)| *input);
        found.unwrap_or_else(|| {
            self.fault(format!("in={word}"), "model.expected.input");
            RuleInput::Number
        })
    }

    /// Reports faults and parts that were not used; true if there are none.
    fn finish(mut self, findings: &mut Findings<'_>) -> bool {
        for (name, value) in std::mem::take(&mut self.parts) {
            self.fault(format!("{name}={value}"), "model.expected.no_more");
        }
        for (part, expected) in &self.faults {
            let finding = findings.add(Code::E509).at(self.cell.at).with("part", part).found(&self.cell.value);
            finding.with("expected", Arg::Word(expected));
        }
        self.faults.is_empty()
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
    let Some((_, kind)) = NAMES.iter().find(|(n, _)| *n == wanted) else {
        let names = NAMES.iter().map(|(n, _)| *n);
        let hint = names.clone().collect::<Vec<_>>().join(" | ");
        findings.add(Code::E508).at(name.at).found(&name.value).expected(hint).nearest(&name.value, names);
        return None;
    };
    let separator = if matches!(kind, RuleKind::Bands) { ':' } else { '=' };
    let mut parts = Parts::split(params, separator);
    let (rule, input) = rule_of(*kind, &mut parts, full);
    parts.finish(findings).then_some((rule, input))
}

fn rule_of(kind: RuleKind, parts: &mut Parts<'_>, full: &Points) -> (Rule, RuleInput) {
    const PERCENT: &[(&str, RuleInput)] = &[("percent", RuleInput::Percent), ("number", RuleInput::Number)];
    match kind {
        RuleKind::Deduct => (Rule::Deduct(parts.points()), RuleInput::Number),
        RuleKind::Count => (Rule::Count(parts.points()), RuleInput::Number),
        RuleKind::Ratio => ratio(parts),
        RuleKind::Levels => (levels(parts), RuleInput::Number),
        RuleKind::Bands => {
            let input = parts.input(PERCENT);
            (bands(parts, full), input)
        }
        RuleKind::Checklist => (checklist(parts, full), RuleInput::Number),
        RuleKind::Place => (place(parts, full), RuleInput::Number),
        RuleKind::Direct => (direct(parts, full), RuleInput::Number),
    }
}

fn ratio(parts: &mut Parts<'_>) -> (Rule, RuleInput) {
    const ALL: &[(&str, RuleInput)] =
        &[("percent", RuleInput::Percent), ("number", RuleInput::Number), ("part", RuleInput::Part)];
    let input = parts.input(ALL);
    let input = source(parts, input);
    let target = parts.number("target");
    let floor = parts.number("floor");
    let target = match (target, input) {
        (Some(target), _) if target.is_positive() => target,
        (None, RuleInput::Percent | RuleInput::Part | RuleInput::Ledger) if parts.faults.is_empty() => Exact::from(100),
        _ => {
            parts.fault("target", "model.expected.positive");
            Exact::from(1)
        }
    };
    if floor.as_ref().is_some_and(Exact::is_negative) {
        parts.fault("floor", "model.expected.size");
    }
    (Rule::Ratio { target, floor }, input)
}

/// `from=ledger`: the part is counted from ledgers. Only parts can be counted there.
fn source(parts: &mut Parts<'_>, input: RuleInput) -> RuleInput {
    let Some(from) = parts.take("from") else { return input };
    if text::key(&from) != "ledger" || input != RuleInput::Part {
        parts.fault(format!("from={from}"), "model.expected.from");
        return input;
    }
    RuleInput::Ledger
}

fn levels(parts: &mut Parts<'_>) -> Rule {
    let levels = parts.sizes();
    if let Some((name, _)) = levels.iter().find(|(_, share)| *share > Exact::from(1)) {
        parts.fault(name.clone(), "model.expected.share");
    }
    Rule::Levels(levels)
}

fn bands(parts: &mut Parts<'_>, full: &Points) -> Rule {
    let mut bands: Vec<(Exact, Points)> = Vec::new();
    for (bound, points) in std::mem::take(&mut parts.parts) {
        let shown = format!("{bound}:{points}");
        match (Exact::parse(&bound), Exact::parse(&points)) {
            (Some(bound), Some(points)) => {
                if bands.last().is_some_and(|(last, _)| *last >= bound) {
                    parts.fault(shown.clone(), "model.expected.ascending");
                }
                if points.is_negative() || points > full.0 {
                    parts.fault(shown, "model.expected.within_full");
                }
                bands.push((bound, Points(points)));
            }
            _ => parts.fault(shown, "model.expected.number"),
        }
    }
    if bands.is_empty() {
        parts.fault("", "model.expected.key_value");
    }
    Rule::Bands(bands)
}

fn checklist(parts: &mut Parts<'_>, full: &Points) -> Rule {
    let items = parts.points();
    let sum: Points = items.iter().map(|(_, p)| p).sum();
    if sum > *full {
        parts.fault(sum.to_string(), "model.expected.within_full");
    }
    Rule::Checklist(items)
}

fn place(parts: &mut Parts<'_>, full: &Points) -> Rule {
    let (mut places, mut other) = (BTreeMap::new(), None);
    for (name, points) in parts.points() {
        if points > *full {
            parts.fault(name.clone(), "model.expected.within_full");
        }
        match name.parse::<u64>() {
            Ok(place) if place > 0 => drop(places.insert(place, points)),
            _ if name == "*" => other = Some(points),
            _ => parts.fault(name, "model.expected.place"),
        }
    }
    Rule::Place { places, other }
}

/// `ranges=5|3-4|1-2|0`: single points or spans.
fn direct(parts: &mut Parts<'_>, full: &Points) -> Rule {
    let mut ranges = Vec::new();
    let text = parts.take("ranges").unwrap_or_default();
    for range in text.split('|').map(str::trim).filter(|r| !r.is_empty()) {
        let (low, high) = range.split_once(['-', '–', '~']).unwrap_or((range, range));
        match (Exact::parse(low.trim()), Exact::parse(high.trim())) {
            (Some(low), Some(high)) if low <= high && high <= full.0 => ranges.push((low, high)),
            _ => parts.fault(range, "model.expected.range"),
        }
    }
    Rule::Direct(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;
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
        assert_eq!(parse("扣分", "每次=0.5", 4).unwrap().0, Rule::Deduct(vec![("每次".into(), half)]));
        assert_eq!(
            parse("比率", "target=100;floor=60;in=percent", 4).unwrap(),
            (Rule::Ratio { target: exact("100"), floor: Some(exact("60")) }, RuleInput::Percent)
        );
        let bands = parse("分档", "0:0,60:3,80:5", 5).unwrap().0;
        let band = |bound, points| (Exact::from(bound), Points::whole(points));
        assert_eq!(bands, Rule::Bands(vec![band(0, 0), band(60, 3), band(80, 5)]));
        let ranges = vec![(exact("5"), exact("5")), (exact("3"), exact("4")), (exact("0"), exact("0"))];
        assert_eq!(parse("direct", "ranges=5|3-4|0", 5).unwrap().0, Rule::Direct(ranges));
        let Rule::Place { places, other } = parse("按位次", "1=5,2=4,*=0", 5).unwrap().0 else {
            panic!("not a place rule")
        };
        assert_eq!((places[&1].clone(), other), (Points::whole(5), Some(Points::zero())));
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
