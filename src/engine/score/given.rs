//! Scores made elsewhere: several periods become one rate per node (SPEC §6, §18).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Lack;
use super::periods::{Combined, Part};
use crate::engine::assessment::{GivenBox, GivenScore, UnitIx};
use crate::model::{GivenRules, Inapplicable, Node};
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
    /// Periods that were left out as the lowest or highest, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub dropped: Vec<String>,
    /// Periods that do not apply, and where that is written.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub off: Vec<(String, Place)>,
}

/// What a component of given scores is as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenTotals {
    /// Its periods, in order; an unnamed one is empty.
    pub periods: Vec<String>,
    /// Units for which anything was given: a score, or that it does not apply.
    pub scored: usize,
}

impl GivenTotals {
    /// Those of what was measured for each unit.
    pub(super) fn of(given: &GivenBox, units: &[Vec<GivenMeasure>]) -> Self {
        let is_given = |own: &GivenMeasure| !own.parts.is_empty() || !own.off.is_empty();
        let scored = units.iter().filter(|unit| unit.iter().any(is_given)).count();
        Self { periods: given.periods.clone(), scored }
    }
}

/// Why a unit lacks the component as a whole, where its weight then goes to the others.
pub(super) fn lack(rules: &GivenRules, measured: &[GivenMeasure]) -> Option<Lack> {
    if measured.is_empty() || measured.iter().any(|own| own.rate.is_some()) {
        return None;
    }
    let is_off = measured.iter().any(|own| !own.off.is_empty());
    let (policy, lack) =
        if is_off { (rules.not_applicable, Lack::Inapplicable) } else { (rules.missing, Lack::Missing) };
    (policy == Inapplicable::Renormalise).then_some(lack)
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
        self.tell_dropped(at, &measured, findings);
        let is_off = measured.iter().any(|own| !own.off.is_empty());
        let whole = is_off && measured.iter().all(|own| own.rate.is_none());
        self.tell_inapplicable(whole, &measured, findings);
        if whole && rules.not_applicable == Inapplicable::Zero {
            measured.iter_mut().for_each(|own| own.rate = Some(Percent::zero()));
        }
        measured
    }

    /// Reports the scores that were left out, and nodes with too few periods for that.
    fn tell_dropped(&self, at: Place, measured: &[GivenMeasure], findings: &mut Findings<'_>) {
        let Some(drop) = self.rules.drop else { return };
        let least = drop.low + drop.high;
        let (mut said, mut places, none) = (Vec::new(), Vec::new(), Points::zero());
        for own in measured.iter().filter(|own| own.rate.is_some()) {
            let left = match self.rules.missing {
                // Only those that are there are left.
                Inapplicable::Renormalise => own.parts.len(),
                _ => self.given.periods.len() - own.off.len().min(self.given.periods.len()),
            };
            if left <= least {
                let place = own.parts.last().map_or(at, |(_, _, at)| *at);
                let finding = findings.add(Code::E436).at(place).with("component", self.name);
                finding.found(left).expected(format!("> {least}"));
            }
            for period in &own.dropped {
                let score = own.parts.iter().find(|(name, ..)| text::key(name) == text::key(period));
                let points = score.map_or(&none, |(_, points, _)| points);
                said.push(format!("{period} {points}").trim().to_owned());
                places.push(score.map_or(at, |(_, _, at)| *at));
            }
        }
        if let [first, others @ ..] = places.as_slice() {
            let finding = findings.add(Code::N437).at(*first).with("component", self.name).found(Arg::list(&said));
            finding.also_all(others.iter().copied());
        }
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
            (true, Inapplicable::Renormalise) => "inapplicable.renormalise",
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
    let (points, dropped) = combine(rules, &given.periods, &parts, &off);
    let rate = points.map(|points| Percent::of(&points, &rules.scale));
    GivenMeasure { node, rate, parts, dropped, off }
}

/// The points of a node, none where no period is left that applies; and the periods that were left out.
fn combine(
    rules: &GivenRules,
    periods: &[String],
    parts: &[(String, Points, Place)],
    off: &[(String, Place)],
) -> (Option<Points>, Vec<String>) {
    let is = |own: &str, period: &str| text::key(own) == text::key(period);
    // A missing period is 0 after its finding, or leaves like one that does not apply.
    let may_leave = rules.missing == Inapplicable::Renormalise;
    let is_missing = |period: &String| !parts.iter().any(|(own, ..)| is(own, period));
    let is_off = |period: &String| off.iter().any(|(own, _)| is(own, period)) || (may_leave && is_missing(period));
    if periods.iter().all(&is_off) && (!off.is_empty() || may_leave) {
        return (None, Vec::new());
    }
    let score = |wanted: &String| {
        if is_off(wanted) {
            return None;
        }
        let own = parts.iter().find(|(period, _, _)| text::key(period) == text::key(wanted));
        Some(own.map_or_else(|| Cow::Owned(Exact::zero()), |(_, score, _)| Cow::Borrowed(&score.0)))
    };
    let parts: Vec<Part<'_>> = periods.iter().map(|period| Part { period, score: score(period) }).collect();
    let Combined { score, dropped } = super::periods::combine(rules, &parts);
    (score.map(Points), dropped.into_iter().map(|index| periods[index].clone()).collect())
}

/// The nodes that any unit has a score for.
pub(super) fn nodes(given: &GivenBox) -> Vec<Node> {
    let mut nodes: Vec<Node> = given.scores.iter().filter(|s| s.score.is_some()).map(|s| s.node).collect();
    nodes.sort_unstable();
    nodes.dedup();
    if nodes.is_empty() { vec![Node::Unit] } else { nodes }
}
