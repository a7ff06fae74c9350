//! Scores made elsewhere (daily results): 单位, 期次, 节点, 得分 (SPEC §5.9, §6, §18).

use std::collections::BTreeMap;

use super::cells::{self, Ask};
use super::{Context, identity};
use crate::engine::assessment::{GivenBox, GivenScore, Mode, State, UnitIx};
use crate::model::{GivenRules, Missing, Node, Periods};
use crate::read::table::Row;
use crate::read::{RawTable, Word};
use crate::shared::finding::{Arg, Bound, Code, Finding, Severity, tag_unit};
use crate::shared::number::Points;
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// Checks the given scores of a component: every period seen is expected of every unit and node.
pub(super) fn check(
    context: &Context<'_>,
    number: usize,
    rules: &GivenRules,
    tables: &[&RawTable],
    findings: &mut Vec<Finding>,
) -> GivenBox {
    let mut seen: BTreeMap<(usize, Node, String), Place> = BTreeMap::new();
    let mut scores = Vec::new();
    let mut bound = Bound::new(findings);
    for table in tables {
        for row in &table.rows {
            bound.keep(findings);
            let Some((unit, _)) = identity::unit_of_row(context, table, row, findings) else { continue };
            let roster_unit = &context.roster.units[unit.0];
            if roster_unit.mode == Mode::Excluded {
                continue;
            }
            let start = findings.len();
            if let Some(score) = read_score(context, rules, table, row, unit, findings) {
                let key = (unit.0, score.node, text::key(&score.period));
                match seen.insert(key, score.at) {
                    Some(first) => {
                        let found = format!("{} {}", score.period, context.model.tree.code(score.node));
                        findings.push(Finding::new(Code::E424).at(score.at).also(first).found(found.trim()));
                    }
                    None => scores.push(score),
                }
            }
            tag_unit(findings, start, &roster_unit.code);
        }
    }
    if tables.is_empty() {
        findings.push(Finding::new(Code::E114).with("component", &context.model.components[number].name));
    }
    check_nesting(context, &scores, findings);
    let periods = order_periods(rules, &scores, findings);
    let order = |period: &str| periods.iter().position(|p| text::key(p) == text::key(period));
    scores.sort_by_key(|a| (a.unit, a.node, order(&a.period)));
    check_missing(context, number, rules, &scores, &periods, findings);
    GivenBox { scores, periods }
}

/// The score of a row; `None` when it is blank or after a finding.
fn read_score(
    context: &Context<'_>,
    rules: &GivenRules,
    table: &RawTable,
    row: &Row,
    unit: UnitIx,
    findings: &mut Vec<Finding>,
) -> Option<GivenScore> {
    let node = node_of(context, &table.text(row, Word::Node), findings)?;
    let cell = table.get(row, Word::Score);
    let score = match cells::number(&cell, Ask::Score, findings)? {
        State::Known(score) => Some(score),
        State::NotApplicable => None,
        State::Missing => return None,
    };
    if let Some(score) =
        score.as_ref().filter(|own| own.is_negative() || (rules.periods != Periods::Sum && **own > rules.scale.0))
    {
        findings.push(Finding::new(Code::E425).at(cell.at).found(score).expected(format!("0 – {}", rules.scale)));
        return None;
    }
    let period = table.text(row, Word::Period);
    Some(GivenScore { unit, period: period.value, period_at: period.at, node, score: score.map(Points), at: cell.at })
}

/// A node and a node under it may not both have scores: which of them counts would be a guess.
fn check_nesting(context: &Context<'_>, scores: &[GivenScore], findings: &mut Vec<Finding>) {
    let tree = &context.model.tree;
    let nested = |upper: Node, lower: Node| match (upper, lower) {
        (Node::Unit, Node::Aspect(_) | Node::Leaf(_)) => true,
        (Node::Aspect(aspect), Node::Leaf(leaf)) => tree.leaves[leaf].aspect == aspect,
        _ => false,
    };
    check_inapplicable(context, scores, findings);
    let mut nodes: BTreeMap<Node, Place> = BTreeMap::new();
    for score in scores.iter().filter(|score| score.score.is_some()) {
        nodes.entry(score.node).or_insert(score.at);
    }
    for (lower, at) in &nodes {
        if let Some((_, upper)) = nodes.iter().find(|(upper, _)| nested(**upper, *lower)) {
            findings.push(Finding::new(Code::E684).at(*at).also(*upper).found(tree.code(*lower)));
        }
    }
}

/// 不涉及 stands where scores stand: at a node that has scores, or for the unit as a whole, which then has none.
fn check_inapplicable(context: &Context<'_>, scores: &[GivenScore], findings: &mut Vec<Finding>) {
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
        let finding = Finding::new(Code::E246).at(score.at).also(*other).found(Arg::Word("cell.not_applicable"));
        findings.push(finding.unit(&context.roster.units[score.unit.0].code));
    }
}

fn node_of(context: &Context<'_>, cell: &Located<String>, findings: &mut Vec<Finding>) -> Option<Node> {
    if cell.value.is_empty() {
        return Some(Node::Unit);
    }
    let node = context.model.tree.node(&cell.value);
    if node.is_none() || matches!(node, Some(Node::Line(_))) {
        let finding = Finding::new(Code::E423).at(cell.at).found(&cell.value);
        findings.push(finding.nearest_in(findings, &cell.value, context.model.tree.codes()));
        return None;
    }
    node
}

/// The order of periods: as the model says, else by their names in natural order, which must then be told apart by digits.
fn order_periods(rules: &GivenRules, scores: &[GivenScore], findings: &mut Vec<Finding>) -> Vec<String> {
    let mut by_key: BTreeMap<String, &GivenScore> = BTreeMap::new();
    for score in scores.iter().filter(|score| score.score.is_some()) {
        let first = by_key.entry(text::key(&score.period)).or_insert(score);
        if score.at < first.at {
            *first = score;
        }
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
            findings.push(Finding::new(Code::E426).at(odd.period_at).found(&odd.period).expected("period_order"));
        }
        return names.into_iter().map(|s| s.period.clone()).collect();
    }
    for score in &names {
        if !rules.period_order.iter().any(|p| text::key(p) == text::key(&score.period)) {
            let finding = Finding::new(Code::E426).at(score.period_at).found(&score.period);
            findings.push(finding.expected(rules.period_order.join(", ")));
        }
    }
    let present = |p: &&String| names.iter().any(|s| text::key(&s.period) == text::key(p));
    rules.period_order.iter().filter(present).cloned().collect()
}

/// Every period seen is expected of every assessed unit and node; "last" expects only the last.
fn check_missing(
    context: &Context<'_>,
    number: usize,
    rules: &GivenRules,
    scores: &[GivenScore],
    periods: &[String],
    findings: &mut Vec<Finding>,
) {
    let mut nodes: Vec<Node> = scores.iter().filter(|s| s.score.is_some()).map(|s| s.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let expected = match rules.periods {
        Periods::Last => periods.last().map(std::slice::from_ref).unwrap_or_default(),
        Periods::Mean | Periods::Sum => periods,
    };
    let present: std::collections::BTreeSet<(usize, Node, String)> =
        scores.iter().map(|s| (s.unit.0, s.node, text::key(&s.period))).collect();
    let whole = scores.iter().filter(|s| s.node == Node::Unit && s.score.is_none());
    let off: std::collections::BTreeSet<(usize, String)> = whole.map(|s| (s.unit.0, text::key(&s.period))).collect();
    let mut bound = Bound::new(findings).with_roster(context.roster.units.first().map(|unit| unit.at.file));
    for (index, unit) in context.roster.units.iter().enumerate().filter(|(_, u)| u.mode != Mode::Excluded) {
        for node in &nodes {
            // 不涉及 of the whole unit speaks for all nodes.
            let has = |node: Node, period: &String| present.contains(&(index, node, text::key(period)));
            for period in expected.iter().filter(|p| !has(*node, p) && !off.contains(&(index, text::key(p)))) {
                let component = &context.model.components[number].name;
                let mut finding = Finding::new(Code::E316).at(unit.at).unit(&unit.code).with("component", component);
                finding = finding.expected(format!("{period} {}", context.model.tree.code(*node)).trim().to_owned());
                if rules.missing == Missing::Zero {
                    finding.severity = Severity::Warning;
                }
                findings.push(finding);
                bound.keep(findings);
            }
        }
    }
}
