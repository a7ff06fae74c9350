//! Self-reports and indicators: policies, points and the parameters of rules.

use std::collections::BTreeMap;

use super::Declared;
use unicode_normalization::UnicodeNormalization as _;

use crate::model::{PeriodRules, RuleInput, tree};
use crate::result::outcome::{Leaf, Model};
use crate::result::verify::formula;
use crate::shared::number::Exact;
use crate::shared::text;

pub(super) fn check(model: &Model, declared: &mut Declared<'_>) {
    declared.word("self_report.not_applicable", Some(model.self_report.not_applicable.json()), Some("rescale"));
    let policy = &model.self_report;
    declared.choice("self_report.missing", &policy.missing, "error");
    declared.choice("self_report.unverified", &policy.unverified, "error");
    declared.choice("self_report.missing_evidence", &policy.missing_evidence, "zero");
    declared.order("indicator", model.tree.leaves.iter().map(|own| &own.code));
    for leaf in &model.tree.leaves {
        let path = |key: &str| format!("indicator[{}].{key}", leaf.code);
        declared.points(&path("points"), Some(&leaf.points), None);
        let written = declared.get(&path("rule")).unwrap_or_default();
        let typed = if leaf.rule.is_named(written) { written } else { leaf.rule.name() };
        declared.differ(&path("rule"), Some(written), Some(typed));
        parameters(leaf, &path("params"), declared);
        coefficient(&leaf.coefficient, &path("coefficient"), declared);
        formula(leaf, [&path("expr"), &path("inputs")], declared);
        let line = leaf.line.map(|line| &model.tree.lines[line]);
        let aspect = leaf.aspect.map(|aspect| &model.tree.aspects[aspect]);
        for (key, branch) in [("line", line), ("aspect", aspect)] {
            let is = |own: &String, written: &&str| text::key(own) == text::key(written);
            let is_named =
                |written: &&str| branch.is_some_and(|branch| is(&branch.code, written) || is(&branch.name, written));
            let written = declared.get(&path(key)).filter(is_named);
            declared.word(&path(key), written.or(branch.map(|branch| branch.code.as_str())), None);
        }
        let is_meant = meaning(tree::EVIDENCE, declared.get(&path("evidence"))) == Some(leaf.evidence);
        declared.checked.same(|| format!("model.values.{}", path("evidence")), &is_meant, &true);
        let asked = meaning(tree::SOURCES, declared.get(&path("source")));
        declared.checked.both(|| format!("model.values.{}", path("source")), asked.as_ref(), Some(&leaf.asked_of_unit));
    }
}

/// The columns by whose numbers values are multiplied, as they are written and as they were read.
pub(super) fn coefficient(typed: &[String], path: &str, declared: &mut Declared<'_>) {
    let written = declared.get(path).unwrap_or_default().split(['、', ';', '；', ',', '，']);
    let written: Vec<&str> =
        written.map(str::trim).filter(|name| !name.is_empty() && !tree::NO_COEFFICIENT.contains(name)).collect();
    declared.differ(path, Some(written.join(", ").as_str()), Some(typed.join(", ").as_str()));
}

/// What a word of the model file means; one that is not there is blank.
fn meaning<T: Copy>(words: &[(&str, T)], written: Option<&str>) -> Option<T> {
    let wanted = text::key(written.unwrap_or_default());
    words.iter().find(|(word, _)| *word == wanted).map(|(_, meaning)| *meaning)
}

/// A formula and its inputs, as they are written and as they were read: the same signs but for brackets, the same values.
pub(super) fn formula(own: &Leaf, paths: [&str; 2], declared: &mut Declared<'_>) {
    let is_none = |text: &&str| text::is_blank(text) || tree::NO_FORMULA.contains(&text::key(text).as_str());
    let [expr, inputs] = paths.map(|path| declared.get(path).filter(|text| !is_none(text)));
    let read = own.formula.as_ref();
    let typed = read.map(|own| own.text()).map(|typed| match expr {
        Some(written) if formula::reads_alike(written, typed) => written,
        _ => typed,
    });
    declared.differ(paths[0], expr, typed);
    // Inputs that stand beside no formula are those of another scheme.
    let names = |text: &str| text::key(text).split([';', '、']).collect::<Vec<_>>().join(";");
    let listed = inputs.filter(|_| expr.is_some()).map(names);
    let typed = read.map(|own| {
        let mark = |percent| if percent { ":%" } else { "" };
        own.inputs().iter().map(|own| format!("{}{}", own.name, mark(own.percent))).collect::<Vec<_>>().join(";")
    });
    declared.differ(paths[1], listed.as_ref(), typed.as_ref());
}

/// The numbers of a rule by their names, as they are written and as they were read.
pub(super) fn parameters(leaf: &Leaf, path: &str, declared: &mut Declared<'_>) {
    let written: String = declared.get(path).unwrap_or_default().nfkc().collect();
    let named = written.split([';', ',', '\u{3001}']).filter_map(|part| part.split_once(['=', ':']));
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in named {
        let key = text::key(name);
        if !matches!(key.as_str(), "in" | "from") {
            let bound = number(name, leaf.input).map_or(key, |number| number.fraction());
            found.insert(bound, shown(name, value, leaf));
        }
    }
    let mut typed: BTreeMap<String, String> = BTreeMap::new();
    let periods = leaf.periods.iter().flat_map(PeriodRules::parameters);
    for (name, value) in leaf.rule.parameters().into_iter().chain(periods) {
        let key = Exact::parse(&name).or_else(|| Exact::parse_fraction(&name));
        let key = key.map_or_else(|| text::key(&name), |number| number.fraction());
        // What a parameter usually is need not be written.
        if found.contains_key(&key) || !USUAL.contains(&(key.as_str(), value.as_str())) {
            typed.insert(key, plain(&name, &value));
        }
    }
    for name in found.keys().chain(typed.keys()) {
        declared.differ(&format!("{path}.{name}"), found.get(name), typed.get(name));
    }
}

/// A number as the model file writes it; one of the kind of values may be a part of the whole.
fn number(written: &str, input: RuleInput) -> Option<Exact> {
    let fraction = |text: &str| match input {
        RuleInput::Number => Exact::parse_mixed(text),
        _ => Exact::parse_share(text),
    };
    Exact::parse(written.trim()).or_else(|| fraction(written))
}

/// What a parameter says as it was read; its numbers are no shares of the whole.
fn plain(name: &str, value: &str) -> String {
    shown_as(name, value, RuleInput::Number)
}

/// What a parameter says, with its numbers as fractions: the parts of a list, and what stands behind a colon.
fn shown(name: &str, value: &str, leaf: &Leaf) -> String {
    let input = match text::key(name).as_str() {
        "target" | "floor" => leaf.input,
        "period_weights" => RuleInput::Percent,
        _ => RuleInput::Number,
    };
    shown_as(name, value, input)
}

fn shown_as(name: &str, value: &str, input: RuleInput) -> String {
    let key = text::key(name);
    // In percent of the points, not in points.
    let sign = if key == "step" { "%" } else { "" };
    let own = |written: &str| match written.strip_suffix('%') {
        Some(percent) => number(percent, RuleInput::Number).map(|number| number.fraction() + sign),
        None => number(written, input).or_else(|| Exact::parse_fraction(written)).map(|number| number.fraction()),
    };
    let one = |span: &str| match (own(span), span.rsplit_once(':')) {
        (Some(number), _) => number,
        (None, Some((name, behind))) => {
            format!("{}:{}", text::key(name), own(behind).unwrap_or_else(|| text::key(behind)))
        }
        (None, None) => text::key(span),
    };
    let mut parts: Vec<String> = value.split(['|', '-', '\u{2013}', '~']).map(one).collect();
    if key == "drop" {
        parts.retain(|part| !part.ends_with(":0/1"));
        parts.sort();
    }
    parts.join("|")
}

/// Parameters that need not be written, with what they then are.
const USUAL: [(&str, &str); 7] = [
    ("target", "100"),
    ("to", "best"),
    ("better", "high"),
    ("within", "group"),
    ("separate", "false"),
    ("least", "0"),
    ("interpolate", "no"),
];
