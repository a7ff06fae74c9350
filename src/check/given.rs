//! Scores made elsewhere (daily results): 单位, 期次, 节点, 得分 (SPEC §5.9, §6, §18).

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{self, Ask, CellRef};
use super::{Context, identity};
use crate::engine::assessment::{GivenBox, GivenScore, Mode, State, UnitIx};
use crate::model::{GivenRules, Inapplicable, Node, Periods};
use crate::read::{RawTable, Word};
use crate::shared::finding::{Arg, Bound, Code, Describe as _, Findings, Severity};
use crate::shared::number::Points;
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// Checks the given scores of a component: every period found is expected for every unit and node.
pub(super) fn check(
    context: &Context<'_>,
    component: usize,
    rules: &GivenRules,
    tables: &[&RawTable],
    findings: &mut Findings<'_>,
) -> GivenBox {
    let name = context.model.components[component].name.as_str();
    let mut seen: BTreeMap<(UnitIx, Node, String), Place> = BTreeMap::new();
    let mut scores = Vec::new();
    let mut bound = Bound::new(findings);
    for table in tables {
        for row in table.rows.iter() {
            bound.keep(findings);
            let Some((unit, _)) = identity::unit_of_row(context, table, &row, findings) else { continue };
            if !context.is_assessed(unit) {
                continue;
            }
            let mut findings = findings.of_unit(context.code(unit));
            let Some(node) = node_of(context, &table.text(&row, Word::Node), &mut findings) else { continue };
            let cell = table.get(&row, Word::Score);
            let Some(score) = read_score(rules, &cell, &mut findings) else { continue };
            if !context.is_scored(unit, component, node) {
                let what = format!("{name} {}", context.model.tree.code(node));
                context.warn_outside(unit, what.trim(), &[cell.at], &mut findings);
                continue;
            }
            let Located { value: period, at: period_at } = table.text(&row, Word::Period);
            match seen.insert((unit, node, text::key(&period)), cell.at) {
                Some(first) => {
                    let found = format!("{period} {}", context.model.tree.code(node));
                    findings.add(Code::E424).at(cell.at).also(first).found(found.trim());
                }
                None => scores.push(GivenScore { unit, period, period_at, node, score, at: cell.at }),
            }
        }
    }
    if tables.is_empty() {
        findings.add(Code::E114).with("component", name);
    }
    check_nesting(context, &scores, findings);
    let periods = order_periods(rules, &scores, findings);
    let order = |period: &str| periods.iter().position(|p| text::key(p) == text::key(period));
    scores.sort_by_key(|a| (a.unit, a.node, order(&a.period)));
    let given = GivenBox { scores, periods };
    check_missing(context, component, rules, &given, findings);
    given
}

/// The score in a cell, `Some(None)` for 不涉及; `None` when it is blank or after a finding.
fn read_score(rules: &GivenRules, cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<Option<Points>> {
    let score = match cells::number(cell, Ask::Score, findings)? {
        State::Known(score) => score,
        State::NotApplicable => return Some(None),
        State::Missing => return None,
    };
    if score.is_negative() || (rules.periods != Periods::Sum && score > rules.scale.0) {
        findings.add(Code::E425).at(cell.at).found(&score).expected(format!("0 – {}", rules.scale));
        return None;
    }
    Some(Some(Points(score)))
}

/// A node and a node under it may not both have scores: which of them counts would be a guess.
fn check_nesting(context: &Context<'_>, scores: &[GivenScore], findings: &mut Findings<'_>) {
    let tree = &context.model.tree;
    let nested = |upper: Node, lower: Node| match (upper, lower) {
        (Node::Unit, Node::Aspect(_) | Node::Leaf(_)) => true,
        (Node::Aspect(aspect), Node::Leaf(leaf)) => tree.leaves[leaf].aspect == Some(aspect),
        _ => false,
    };
    check_inapplicable(context, scores, findings);
    let mut nodes: BTreeMap<Node, Place> = BTreeMap::new();
    for score in scores.iter().filter(|score| score.score.is_some()) {
        nodes.entry(score.node).or_insert(score.at);
    }
    for (lower, at) in &nodes {
        if let Some((_, upper)) = nodes.iter().find(|(upper, _)| nested(**upper, *lower)) {
            findings.add(Code::E684).at(*at).also(*upper).found(tree.code(*lower));
        }
    }
}

/// Checks that 不涉及 is written only at a node that has scores, or for the unit as a whole, which then has none.
fn check_inapplicable(context: &Context<'_>, scores: &[GivenScore], findings: &mut Findings<'_>) {
    let known: BTreeMap<Node, Place> = scores.iter().filter(|s| s.score.is_some()).map(|s| (s.node, s.at)).collect();
    let mut of_unit: BTreeMap<(UnitIx, String), Place> = BTreeMap::new();
    for score in scores.iter().filter(|s| s.score.is_some()) {
        of_unit.entry((score.unit, text::key(&score.period))).or_insert(score.at);
    }
    for score in scores.iter().filter(|s| s.score.is_none()) {
        let other = if score.node == Node::Unit {
            of_unit.get(&(score.unit, text::key(&score.period)))
        } else {
            known.values().next().filter(|_| !known.contains_key(&score.node))
        };
        let Some(other) = other else { continue };
        let finding = findings.add(Code::E246).at(score.at).also(*other).found(Arg::Word("cell.not_applicable"));
        finding.unit(context.code(score.unit));
    }
}

fn node_of(context: &Context<'_>, cell: &Located<String>, findings: &mut Findings<'_>) -> Option<Node> {
    if cell.value.is_empty() {
        return Some(Node::Unit);
    }
    let node = context.model.tree.node(&cell.value);
    if node.is_none() || matches!(node, Some(Node::Line(_))) {
        findings.unknown(Code::E423, cell, context.model.tree.codes());
        return None;
    }
    node
}

/// The order of periods: as the model says, else the natural order of their names, which must then differ only in
/// digits.
fn order_periods(rules: &GivenRules, scores: &[GivenScore], findings: &mut Findings<'_>) -> Vec<String> {
    let mut by_key: BTreeMap<String, &GivenScore> = BTreeMap::new();
    for score in scores.iter().filter(|score| score.score.is_some()) {
        let first = by_key.entry(text::key(&score.period)).or_insert(score);
        if score.at < first.at {
            *first = score;
        }
    }
    if rules.periods == Periods::Weighted {
        return weighted_periods(rules, scores, findings);
    }
    let mut names: Vec<&GivenScore> = by_key.into_values().collect();
    names.sort_by(|a, b| text::natural(&text::key(&a.period), &text::key(&b.period)));
    if rules.period_order.is_empty() {
        // Names sort when they differ in their digits only.
        let words = |score: &&GivenScore| -> String {
            text::key(&score.period).chars().filter(|c| !c.is_ascii_digit()).collect()
        };
        let sortable = names.windows(2).all(|pair| words(&pair[0]) == words(&pair[1]));
        if let Some(odd) = names.first().filter(|_| !sortable && rules.periods == Periods::Last) {
            findings.add(Code::E426).at(odd.period_at).found(&odd.period).expected("period_order");
        }
        return names.into_iter().map(|s| s.period.clone()).collect();
    }
    for score in &names {
        if !rules.period_order.iter().any(|p| text::key(p) == text::key(&score.period)) {
            findings.add(Code::E426).at(score.period_at).found(&score.period).expected(rules.period_order.join(", "));
        }
    }
    let present = |p: &&String| names.iter().any(|s| text::key(&s.period) == text::key(p));
    rules.period_order.iter().filter(present).cloned().collect()
}

/// The periods that have weights; any other is an error, at its first cell.
fn weighted_periods(rules: &GivenRules, scores: &[GivenScore], findings: &mut Findings<'_>) -> Vec<String> {
    let mut strange: BTreeMap<String, &GivenScore> = BTreeMap::new();
    for score in scores.iter().filter(|score| rules.period_weight(&score.period).is_none()) {
        let first = strange.entry(text::key(&score.period)).or_insert(score);
        if score.at < first.at {
            *first = score;
        }
    }
    let known = || rules.period_weights.iter().map(|(name, _)| name.as_str());
    for score in strange.into_values() {
        findings.unknown(Code::E438, &Located::new(score.period.clone(), score.period_at), known());
    }
    rules.named_periods().into_iter().cloned().collect()
}

/// Reports missing scores: every period found, or every one with a weight, is expected for every assessed unit and
/// node; "last" expects only the last.
fn check_missing(
    context: &Context<'_>,
    component: usize,
    rules: &GivenRules,
    given: &GivenBox,
    findings: &mut Findings<'_>,
) {
    let name = context.model.components[component].name.as_str();
    let GivenBox { scores, periods } = given;
    let mut nodes: Vec<Node> = scores.iter().filter(|s| s.score.is_some()).map(|s| s.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let expected = match rules.periods {
        Periods::Last => periods.last().map(std::slice::from_ref).unwrap_or_default(),
        Periods::Mean | Periods::Sum | Periods::Weighted => periods,
    };
    let present: BTreeSet<(usize, Node, String)> =
        scores.iter().map(|s| (s.unit.0, s.node, text::key(&s.period))).collect();
    let whole = scores.iter().filter(|s| s.node == Node::Unit && s.score.is_none());
    let off: BTreeSet<(usize, String)> = whole.map(|s| (s.unit.0, text::key(&s.period))).collect();
    let mut bound = Bound::new(findings).with_roster(context.roster.units.first().map(|unit| unit.at.file));
    for (index, unit) in context.roster.units.iter().enumerate().filter(|(_, u)| u.mode != Mode::Excluded) {
        for node in nodes.iter().filter(|node| context.is_scored(UnitIx(index), component, **node)) {
            // 不涉及 for the whole unit applies to all nodes.
            let has = |node: Node, period: &String| present.contains(&(index, node, text::key(period)));
            for period in expected.iter().filter(|p| !has(*node, p) && !off.contains(&(index, text::key(p)))) {
                let expected = format!("{period} {}", context.model.tree.code(*node));
                let finding = findings.add(Code::E316).at(unit.at).unit(&unit.code).with("component", name);
                let finding = finding.expected(expected.trim());
                if rules.missing != Inapplicable::Error {
                    finding.severity = Severity::Warning;
                }
                bound.keep(findings);
            }
        }
    }
}
