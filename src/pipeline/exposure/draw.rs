//! Marks drawn at random for a component whose ballots are not in yet, as many as were issued: a forecast, before the meeting,
//! of what could be worked out after it. The same project gives the same marks.

use crate::assessment::{Assessment, Ballot, BallotBox, ComponentInput, Mark, Mode, Rating, UnitIx};
use crate::model::{BallotRules, ComponentKind, Issued, Model, Node, Rates, Scale};
use crate::number::{Exact, Points};

/// What was drawn.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    /// Names of the components.
    pub(super) drawn: Vec<String>,
    /// Components without ballots, with the first of their classes that does not say how many were issued.
    pub(super) lacking: Vec<(String, String)>,
}

/// Fills the ballot boxes that are empty.
pub(super) fn draw(model: &Model, assessment: &mut Assessment) -> Drawn {
    let mut drawn = Drawn::default();
    let mut random = Random(0x5EED);
    for (index, component) in model.components.iter().enumerate() {
        let ComponentKind::Ballots(rules) = &component.kind else { continue };
        let is_empty = |counted: &BallotBox| counted.ballots.is_empty() && counted.tallies.is_empty();
        if !matches!(&assessment.components[index], ComponentInput::Ballots(counted) if is_empty(counted)) {
            continue;
        }
        if let Some(class) = rules.classes.iter().find(|class| class.issued == Issued::Unknown) {
            drawn.lacking.push((component.name.clone(), class.name.clone()));
            continue;
        }
        let nodes = nodes(model, rules.rates);
        let ballots = ballots(rules, &nodes, assessment, &mut random);
        assessment.components[index] =
            ComponentInput::Ballots(BallotBox { nodes, ballots, tallies: Vec::new(), inapplicable: Vec::new() });
        drawn.drawn.push(component.name.clone());
    }
    drawn
}

fn nodes(model: &Model, rates: Rates) -> Vec<Node> {
    match rates {
        Rates::Unit => vec![Node::Unit],
        Rates::Aspects => (0..model.tree.aspects.len()).map(Node::Aspect).collect(),
        Rates::Indicators => (0..model.tree.leaves.len()).map(Node::Leaf).collect(),
    }
}

fn ballots(rules: &BallotRules, nodes: &[Node], assessment: &Assessment, random: &mut Random) -> Vec<Ballot> {
    let assessed = || assessment.units.iter().enumerate().filter(|(_, unit)| unit.mode != Mode::Excluded);
    let mut ballots = Vec::new();
    for (class, own) in rules.classes.iter().enumerate() {
        let issued = |unit: &crate::assessment::Unit| own.issued.whole().or_else(|| own.issued.of_unit(unit.names()));
        let most = assessed().filter_map(|(_, unit)| issued(unit)).max().unwrap_or(0);
        for serial in 1..=most {
            let units = assessed().filter(|(_, unit)| issued(unit).is_some_and(|issued| serial <= issued));
            let mut ratings = Vec::new();
            let mut at = None;
            for (index, unit) in units {
                at = at.or(Some(unit.at));
                ratings.extend((0..nodes.len()).map(|node| Rating {
                    unit: UnitIx(index),
                    node,
                    mark: Mark::Points(random.mark(&rules.scale)),
                    written: String::new(),
                    at: unit.at,
                }));
            }
            let Some(at) = at else { continue };
            ballots.push(Ballot { class, serial, rater: None, home: None, at, ratings, ignored: Vec::new() });
        }
    }
    ballots
}

/// A fixed sequence of numbers (SplitMix64, Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A mark as committees give them: the better of two, of the upper part of a range.
    fn mark(&mut self, scale: &Scale) -> Points {
        match scale {
            Scale::Levels(levels) => {
                let end = levels.len() as u64;
                let at = self.below(end).min(self.below(end));
                levels[at as usize].1.clone()
            }
            Scale::Range(range) => {
                let step = range.step.as_ref().map_or_else(|| Exact::from(1), |step| step.0.clone());
                let steps = ((&range.high.0 - &range.low.0) / &step).to_count().unwrap_or(0);
                let down = self.below(steps * 2 / 5 + 1).min(self.below(steps * 2 / 5 + 1));
                Points(&range.high.0 - &(step * &Exact::from(down as usize)))
            }
        }
    }
}
