//! Scores made elsewhere (daily results): 单位, 期次, 节点, 得分 (SPEC §5.9, §6, §18).

use std::collections::BTreeMap;

use super::cells::{self, Ask};
use super::{Context, identity};
use crate::assessment::{GivenBox, GivenScore, Mode, State};
use crate::finding::{Code, Finding, Severity};
use crate::model::{GivenRules, Missing, Node, Periods};
use crate::number::Points;
use crate::place::{Located, Place};
use crate::read::{RawTable, Word};
use crate::text;

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
    for table in tables {
        for row in &table.rows {
            let Some((unit, _)) = identity::unit_of_row(context, table, row, findings) else { continue };
            let Some(node) = node_of(context, &table.text(row, Word::Node), findings) else { continue };
            let cell = table.get(row, Word::Score);
            let Some(state) = cells::number(&cell, Ask::Score, findings) else { continue };
            let State::Known(score) = state else { continue };
            if context.roster.units[unit.0].mode == Mode::Excluded {
                continue;
            }
            let outside = score.is_negative() || (rules.periods != Periods::Sum && score > rules.scale.0);
            if outside {
                findings
                    .push(Finding::new(Code::E425).at(cell.at).found(&score).expected(format!("0 – {}", rules.scale)));
                continue;
            }
            let period = table.text(row, Word::Period).value;
            if let Some(first) = seen.insert((unit.0, node, text::key(&period)), cell.at) {
                findings
                    .push(Finding::new(Code::E424).at(cell.at).also(first).unit(&context.roster.units[unit.0].code));
                continue;
            }
            scores.push(GivenScore { unit, period, node, score: Points(score), at: cell.at });
        }
    }
    if tables.is_empty() {
        findings.push(Finding::new(Code::E114).with("component", &context.model.components[number].name));
    }
    let periods = order_periods(rules, &scores, findings);
    let order = |period: &str| periods.iter().position(|p| text::key(p) == text::key(period));
    scores.sort_by(|a, b| (a.unit, a.node, order(&a.period)).cmp(&(b.unit, b.node, order(&b.period))));
    check_missing(context, number, rules, &scores, &periods, findings);
    GivenBox { scores, periods }
}

fn node_of(context: &Context<'_>, cell: &Located<String>, findings: &mut Vec<Finding>) -> Option<Node> {
    if cell.value.is_empty() {
        return Some(Node::Unit);
    }
    let node = context.model.tree.node(&cell.value);
    if node.is_none() || matches!(node, Some(Node::Line(_))) {
        let finding = Finding::new(Code::E423).at(cell.at).found(&cell.value);
        findings.push(finding.nearest(&cell.value, context.model.tree.codes()));
        return None;
    }
    node
}

/// The order of periods: as the model says, else by their names in natural order, which must then be told apart by digits.
fn order_periods(rules: &GivenRules, scores: &[GivenScore], findings: &mut Vec<Finding>) -> Vec<String> {
    let mut names: Vec<&GivenScore> = scores.iter().collect();
    names.sort_by(|a, b| text::natural(&a.period, &b.period).then(a.at.cmp(&b.at)));
    names.dedup_by(|a, b| text::key(&a.period) == text::key(&b.period));
    if rules.period_order.is_empty() {
        let sortable = names.len() < 2 || names.iter().all(|s| s.period.contains(|c: char| c.is_ascii_digit()));
        if let Some(odd) = names.iter().find(|_| !sortable && rules.periods == Periods::Last) {
            findings.push(Finding::new(Code::E426).at(odd.at).found(&odd.period));
        }
        return names.into_iter().map(|s| s.period.clone()).collect();
    }
    for score in &names {
        if !rules.period_order.iter().any(|p| text::key(p) == text::key(&score.period)) {
            let finding = Finding::new(Code::E426).at(score.at).found(&score.period);
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
    let mut nodes: Vec<Node> = scores.iter().map(|s| s.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let expected = match rules.periods {
        Periods::Last => periods.last().map(std::slice::from_ref).unwrap_or_default(),
        Periods::Mean | Periods::Sum => periods,
    };
    let present: std::collections::BTreeSet<(usize, Node, String)> =
        scores.iter().map(|s| (s.unit.0, s.node, text::key(&s.period))).collect();
    for (index, unit) in context.roster.units.iter().enumerate().filter(|(_, u)| u.mode != Mode::Excluded) {
        for node in &nodes {
            for period in expected.iter().filter(|p| !present.contains(&(index, *node, text::key(p)))) {
                let component = &context.model.components[number].name;
                let mut finding = Finding::new(Code::E316).at(unit.at).unit(&unit.code).with("component", component);
                finding = finding.expected(format!("{period} {}", context.model.tree.code(*node)).trim().to_owned());
                if rules.missing == Missing::Zero {
                    finding.severity = Severity::Warning;
                }
                findings.push(finding);
            }
        }
    }
}
