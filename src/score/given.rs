//! Scores made elsewhere: several periods become one rate per node (SPEC §6, §18).

use crate::assessment::{GivenBox, GivenScore, Unit, UnitIx};
use crate::finding::{Code, Finding};
use crate::model::{GivenRules, Node, Periods};
use crate::number::{Exact, Percent, Points};
use crate::place::Place;
use crate::text;

/// What a given component says of one node of one unit.
#[derive(Clone, Debug)]
pub struct GivenMeasure {
    /// The node.
    pub node: Node,
    /// Its combined rate.
    pub rate: Percent,
    /// The scores behind it: period, score, cell.
    pub parts: Vec<(String, Points, Place)>,
}

/// Combines the scores of one unit: a missing period counts as 0 here, after the finding about it.
pub(super) fn measure_unit(
    rules: &GivenRules,
    given: &GivenBox,
    nodes: &[Node],
    unit: (UnitIx, &Unit),
    findings: &mut Vec<Finding>,
) -> Vec<GivenMeasure> {
    let start = given.scores.partition_point(|s| s.unit < unit.0);
    let own: Vec<&GivenScore> = given.scores[start..].iter().take_while(|s| s.unit == unit.0).collect();
    nodes
        .iter()
        .map(|node| {
            let scores: Vec<&&GivenScore> = own.iter().filter(|s| s.node == *node).collect();
            let combined = combine(rules, given, &scores);
            if combined.0.is_negative() || combined > rules.scale {
                let place = scores.last().map_or(unit.1.at, |s| s.at);
                let finding = Finding::new(Code::E425).at(place).unit(&unit.1.code).found(&combined.0);
                findings.push(finding.expected(format!("0 – {}", rules.scale)));
            }
            let parts = scores.iter().map(|s| (s.period.clone(), s.score.clone(), s.at)).collect();
            GivenMeasure { node: *node, rate: Percent::of(&combined, &rules.scale), parts }
        })
        .collect()
}

fn combine(rules: &GivenRules, given: &GivenBox, scores: &[&&GivenScore]) -> Points {
    let sum: Exact = scores.iter().map(|s| &s.score.0).sum();
    match rules.periods {
        Periods::Sum => Points(sum),
        Periods::Mean => Points(sum / Exact::from(given.periods.len().max(1))),
        Periods::Last => {
            let last = given.periods.last().map(|p| text::key(p)).unwrap_or_default();
            let score = scores.iter().find(|s| text::key(&s.period) == last);
            score.map_or_else(Points::zero, |s| s.score.clone())
        }
    }
}

/// The nodes that any unit has a score for.
pub(super) fn nodes(given: &GivenBox) -> Vec<Node> {
    let mut nodes: Vec<Node> = given.scores.iter().map(|s| s.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    if nodes.is_empty() { vec![Node::Unit] } else { nodes }
}
