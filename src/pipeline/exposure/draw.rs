//! Marks drawn at random for a component whose ballots are not in yet, as many as were issued: a forecast, before the meeting,
//! of what could be worked out after it. Equal projects give equal marks.

use crate::engine::assessment::{Assessment, Ballot, BallotBox, ComponentInput, Mark, Mode, Rating, UnitIx};
use crate::model::{BallotRules, ComponentKind, Issued, Model, Node, Rates, Scale};
use crate::shared::number::{Exact, Points, Random};

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
    let mut random = Random::new(0x5EED);
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
        let mut counted = BallotBox { nodes, ..BallotBox::default() };
        counted.ballots = ballots(rules, &mut counted, assessment, &mut random);
        assessment.components[index] = ComponentInput::Ballots(counted);
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

fn ballots(rules: &BallotRules, counted: &mut BallotBox, assessment: &Assessment, random: &mut Random) -> Vec<Ballot> {
    let assessed = || assessment.units.iter().enumerate().filter(|(_, unit)| unit.mode != Mode::Excluded);
    let mut ballots = Vec::new();
    for (class, own) in rules.classes.iter().enumerate() {
        let issued =
            |unit: &crate::engine::assessment::Unit| own.issued.whole().or_else(|| own.issued.of_unit(unit.names()));
        let most = assessed().filter_map(|(_, unit)| issued(unit)).max().unwrap_or(0);
        for serial in 1..=most {
            let units = assessed().filter(|(_, unit)| issued(unit).is_some_and(|issued| serial <= issued));
            let mut ratings = Vec::new();
            let mut at = None;
            for (index, unit) in units {
                at = at.or(Some(unit.at));
                ratings.extend((0..).zip(&counted.nodes).map(|(node, _)| {
                    let mark = counted.marks.add(Mark::Points(mark(rules, class, random)), "");
                    Rating::new(UnitIx(index), node, mark, unit.at)
                }));
            }
            let Some(at) = at else { continue };
            ballots.push(Ballot { class, serial, rater: None, home: None, at, ratings, ignored: Vec::new() });
        }
    }
    ballots
}

/// A mark as committees tend to give them: the better of two draws, from the upper part of a range.
fn mark(rules: &BallotRules, class: usize, random: &mut Random) -> Points {
    let mut better = |last: i64| random.between(0, last).min(random.between(0, last));
    match rules.scale_of(class) {
        Scale::Levels(levels) => {
            let at = better(levels.len() as i64 - 1);
            levels[at as usize].1.clone()
        }
        Scale::Range(range) => {
            let one = Exact::from(1);
            let step = range.step.as_ref().map_or(&one, |step| &step.0);
            let steps = ((&range.high.0 - &range.low.0) / step).to_count().unwrap_or(0);
            let down = better(i64::try_from(steps * 2 / 5).unwrap_or(0));
            rules.worth(class, &range.high.0 - &(step * &Exact::from(down)))
        }
    }
}
