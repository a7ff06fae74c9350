//! Self-reports and indicators: policies, points and the parameters of rules.

use std::collections::BTreeMap;

use super::Declared;
use crate::model::tree;
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
        let evidence = meaning(tree::EVIDENCE, declared.get(&path("evidence")));
        declared.checked.same(
            || format!("model.values.{}", path("evidence")),
            &(evidence == Some(leaf.evidence)),
            &true,
        );
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
    let written = text::key(declared.get(path).unwrap_or_default());
    let named = written.split([';', ',', '\u{3001}']).filter_map(|part| part.split_once(['=', ':']));
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in named.filter(|(name, _)| !matches!(*name, "in" | "from")) {
        let spans = value.split(['|', '-', '\u{2013}', '~']);
        let shown = spans.map(|span| Exact::parse(span).map_or_else(|| span.to_owned(), |number| number.to_string()));
        let name = Exact::parse(name).map_or_else(|| name.to_owned(), |number| number.to_string());
        found.insert(name, shown.collect::<Vec<_>>().join("|"));
    }
    let mut typed: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in leaf.rule.parameters() {
        let name = text::key(&name);
        // What a parameter usually is need not be written.
        if found.contains_key(&name) || !USUAL.contains(&(name.as_str(), value.as_str())) {
            typed.insert(name, value);
        }
    }
    for name in found.keys().chain(typed.keys()) {
        declared.differ(&format!("{path}.{name}"), found.get(name), typed.get(name));
    }
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
