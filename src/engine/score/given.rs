//! Scores made elsewhere: several periods become one rate per node (SPEC §6, §18).

use serde::{Deserialize, Serialize};

use crate::engine::assessment::{GivenBox, GivenScore, UnitIx};
use crate::model::{GivenRules, Inapplicable, Node, Periods};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;
use crate::shared::text;

/// The measure of one node of one unit in a component of given scores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenMeasure {
    /// The node.
    pub node: Node,
    /// Its combined rate; none where it does not apply.
    pub rate: Option<Percent>,
    /// The scores behind it: period, score, cell.
    pub parts: Vec<(String, Points, Place)>,
    /// Periods that do not apply, and where that is written.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub off: Vec<(String, Place)>,
}

/// A component of scores made elsewhere.
pub(super) struct Source<'s> {
    pub(super) rules: &'s GivenRules,
    /// The name of the component.
    pub(super) name: &'s str,
    pub(super) given: &'s GivenBox,
    pub(super) nodes: Vec<Node>,
}

impl Source<'_> {
    /// Combines the scores of one unit: a missing period counts as 0 here, after the finding about it; one that does not
    /// apply leaves the others.
    pub(super) fn unit(&self, unit: UnitIx, at: Place, findings: &mut Findings<'_>) -> Vec<GivenMeasure> {
        let Self { rules, given, .. } = self;
        let start = given.scores.partition_point(|s| s.unit < unit);
        let own: Vec<&GivenScore> = given.scores[start..].iter().take_while(|s| s.unit == unit).collect();
        let measure = |node: &Node| measure_node(rules, given, *node, &own);
        let mut measured: Vec<GivenMeasure> = self.nodes.iter().map(measure).collect();
        for (node, scale) in measured.iter().filter_map(|own| Some((own, own.rate.as_ref()?))) {
            if scale.0.is_negative() || scale.0 > 100.into() {
                let place = node.parts.last().map_or(at, |(_, _, at)| *at);
                let sum = &scale.0 * &rules.scale.0 / Exact::from(100);
                findings.add(Code::E425).at(place).found(&sum).expected(format!("0 – {}", rules.scale));
            }
        }
        let whole = measured.iter().all(|own| own.rate.is_none());
        self.tell_inapplicable(whole, &measured, findings);
        if whole && rules.not_applicable == Inapplicable::Zero {
            measured.iter_mut().for_each(|own| own.rate = Some(Percent::zero()));
        }
        measured
    }

    /// Reports parts that do not apply: with a note, or an error if the whole component does not and the model has no
    /// rule for that.
    fn tell_inapplicable(&self, whole: bool, measured: &[GivenMeasure], findings: &mut Findings<'_>) {
        let policy = self.rules.not_applicable;
        let mut places: Vec<Place> = measured.iter().flat_map(|own| &own.off).map(|(_, at)| *at).collect();
        places.dedup();
        let [first, rest @ ..] = places.as_slice() else { return };
        let code = if whole && policy == Inapplicable::Error { Code::E243 } else { Code::N245 };
        let effect = match (whole, policy) {
            (true, Inapplicable::Zero) => "inapplicable.zero",
            _ => "inapplicable.leaves",
        };
        let finding = findings.add(code).at(*first).with("component", self.name).with("effect", Arg::Word(effect));
        finding.found(Arg::Word("cell.not_applicable")).also_all(rest.iter().copied());
    }
}

fn measure_node(rules: &GivenRules, given: &GivenBox, node: Node, own: &[&GivenScore]) -> GivenMeasure {
    let at_node = |score: &&&GivenScore| score.node == node || (score.node == Node::Unit && score.score.is_none());
    let scores: Vec<&&GivenScore> = own.iter().filter(at_node).collect();
    let parts: Vec<(String, Points, Place)> =
        scores.iter().filter_map(|s| Some((s.period.clone(), s.score.clone()?, s.at))).collect();
    let mut off: Vec<(String, Place)> =
        scores.iter().filter(|s| s.score.is_none()).map(|s| (s.period.clone(), s.at)).collect();
    off.dedup_by(|a, b| text::key(&a.0) == text::key(&b.0));
    let rate = combine(rules, &given.periods, &parts, &off).map(|points| Percent::of(&points, &rules.scale));
    GivenMeasure { node, rate, parts, off }
}

/// The points of a node; none where no period is left that applies.
fn combine(
    rules: &GivenRules,
    periods: &[String],
    parts: &[(String, Points, Place)],
    off: &[(String, Place)],
) -> Option<Points> {
    let is_off = |period: &String| off.iter().any(|(own, _)| text::key(own) == text::key(period));
    let left = periods.iter().filter(|period| !is_off(period)).count();
    let sum: Exact = parts.iter().map(|(_, score, _)| &score.0).sum();
    if left == 0 && !off.is_empty() {
        return None;
    }
    match rules.periods {
        Periods::Sum => Some(Points(sum)),
        Periods::Mean => Some(Points(sum / Exact::from(left.max(1)))),
        Periods::Last => {
            let Some(last) = periods.last() else { return Some(Points::zero()) };
            if is_off(last) {
                return None;
            }
            let score = parts.iter().find(|(period, _, _)| text::key(period) == text::key(last));
            Some(score.map_or_else(Points::zero, |(_, score, _)| score.clone()))
        }
    }
}

/// The nodes that any unit has a score for.
pub(super) fn nodes(given: &GivenBox) -> Vec<Node> {
    let mut nodes: Vec<Node> = given.scores.iter().filter(|s| s.score.is_some()).map(|s| s.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    if nodes.is_empty() { vec![Node::Unit] } else { nodes }
}
