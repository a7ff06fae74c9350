//! Raters drawn with replacement within their class: what the class means would be with other raters of the same kind.
//!
//! A class of n ballots is drawn n times from its ballots, void ones included; void rules look at one ballot alone, so that a copy
//! of a void ballot is void. Quorum, trimming and the denominator of the mean are applied to every drawing again. Sums of marks
//! are whole numbers of the smallest decimal, so that every mean is exact. A class whose recorded means do not follow from its
//! single ratings (votes that came in as counts) keeps them.

use std::collections::BTreeMap;
use std::ops::Range;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore as _;

use super::plan::Tally;
use super::record::Record;
use crate::engine::assessment::UnitIx;
use crate::engine::score::{ComponentMeasure, UnitBallots};
use crate::model::{BallotRules, Denominator, Node, TooFew, Trim, TrimOn};
use crate::result::outcome::{RatingRecord, RatingState};
use crate::shared::number::{Exact, Precision, Rounding, Shortening};

mod drawn;

/// The most decimals of marks that are drawn.
const MOST_DECIMALS: u32 = 6;

/// How often each ballot is drawn, by class of the sampler.
pub type Copies = Vec<Vec<u32>>;

/// The marks of all raters, ready to be drawn.
#[derive(Clone, Debug)]
pub struct Sampler {
    panels: Vec<Panel>,
    /// Slots by component, class, unit and node.
    places: BTreeMap<[usize; 4], usize>,
    /// What one step of a mean is in points, by component and class.
    steps: BTreeMap<[usize; 2], Exact>,
    slots: usize,
    /// Classes that keep their means, by component and class.
    pub kept: Vec<[usize; 2]>,
}

/// A component of ballots.
#[derive(Clone, Debug)]
struct Panel {
    classes: Vec<Class>,
    /// How many answers a unit needs, else its official rate stands.
    least: u32,
    /// By unit the answers of classes that keep their means.
    answers: Vec<u32>,
}

/// A class of raters.
#[derive(Clone, Debug)]
pub struct Class {
    /// Index of the component.
    pub component: usize,
    /// Index of the class.
    pub class: usize,
    /// Numbers of its ballots.
    pub serials: Vec<usize>,
    /// Whether each ballot is valid.
    valid: Vec<bool>,
    /// How many valid ballots make a quorum.
    quorum: u32,
    trim: Option<Trimming>,
    denominator: Denominator,
    /// Decimals of the marks.
    decimals: u32,
    /// How means are rounded.
    precision: Option<Precision>,
    units: Vec<Unit>,
}

/// How many of so many marks are cut at the low and the high end.
#[derive(Clone, Debug)]
struct Trimming {
    on: TrimOn,
    /// By number of marks.
    cuts: Vec<(u32, u32)>,
}

/// What a class gave a unit.
#[derive(Clone, Debug, Default)]
struct Unit {
    unit: usize,
    nodes: Vec<NodeMarks>,
    /// Ballots with a mark that counts.
    raters: Vec<u32>,
    /// Ballots that list the unit and are not those of the unit itself.
    listed: Vec<u32>,
    /// Ballots with a mark that counts, from the lowest to the highest; only where whole ballots are trimmed.
    order: Vec<u32>,
    /// How many valid ballots that list it make a quorum, where ballots were issued for each unit.
    quorum: u32,
    /// Ballots issued for it less those that may not rate it, where means are over those.
    issued: u32,
}

/// The marks at a node.
#[derive(Clone, Debug, Default)]
struct NodeMarks {
    slot: usize,
    /// Ballot and mark, ascending.
    votes: Vec<(u32, i64)>,
    /// Valid ballots without a mark.
    silent: Vec<u32>,
}

/// The records of one ballot of a class.
struct Sheet<'r> {
    valid: bool,
    records: Vec<&'r RatingRecord>,
}

/// Ten to a power.
const fn ten(power: u32) -> i64 {
    10_i64.pow(power)
}

/// Whether a mark counts, as far as its ballot is concerned.
const fn is_vote(record: &RatingRecord) -> bool {
    matches!(record.state, RatingState::Counted | RatingState::Trimmed | RatingState::NoQuorum)
}

/// Whether a ballot is valid (SPEC §7).
fn is_valid(records: &[&RatingRecord]) -> bool {
    let has = |state: RatingState| records.iter().any(|own| own.state == state);
    if records.iter().any(|own| is_vote(own)) {
        return true;
    }
    !has(RatingState::BallotVoid) && !has(RatingState::Void) && has(RatingState::Abstained)
}

/// A quorum as the least number of ballots.
fn least(rules: &BallotRules, issued: Option<usize>) -> u32 {
    let (Some(quorum), Some(issued)) = (&rules.quorum, issued) else { return 0 };
    let least = (&quorum.0 * &Exact::from(issued) / Exact::from(100)).whole(Rounding::Ceil);
    least.to_count().and_then(|own| u32::try_from(own).ok()).unwrap_or(u32::MAX)
}

impl Trimming {
    fn of(trim: &Trim, ballots: usize) -> Self {
        let cut = |items: usize| {
            let (low, high) = match &trim.share {
                _ if items < trim.from => (0, 0),
                Some(share) => {
                    let cut = (&share.0 * &Exact::from(items) / Exact::from(100)).whole(Rounding::Floor);
                    let cut = cut.to_count().and_then(|own| usize::try_from(own).ok()).unwrap_or(0);
                    (cut, cut)
                }
                None => (trim.low, trim.high),
            };
            (low.min(items) as u32, high as u32)
        };
        Self { on: trim.on, cuts: (0..=ballots).map(cut).collect() }
    }

    /// Which of so many items are kept.
    fn kept(&self, items: u32) -> Range<u32> {
        let (low, high) = self.cuts.get(items as usize).copied().unwrap_or((0, 0));
        low..items.saturating_sub(high).max(low)
    }
}

/// The slots of a sampler while it is made.
struct Slots<'s> {
    record: &'s Record,
    places: BTreeMap<[usize; 4], usize>,
    next: usize,
}

impl Sampler {
    /// The marks of a version, from its single ratings.
    pub fn of(record: &Record, ratings: &[RatingRecord]) -> Self {
        let mut slots = Slots { record, places: BTreeMap::new(), next: 0 };
        let (mut panels, mut steps, mut kept) = (Vec::new(), BTreeMap::new(), Vec::new());
        for (component, measure) in record.measured.components.iter().enumerate() {
            let (ComponentMeasure::Ballots(measure), Some(rules)) =
                (measure, record.model.components[component].ballots())
            else {
                continue;
            };
            let mut answers = vec![0; measure.units.len()];
            let mut classes = Vec::new();
            for class in 0..rules.classes.len() {
                match slots.class([component, class], rules, ratings) {
                    Some(own) => {
                        steps.insert([component, class], own.step());
                        classes.push(own);
                    }
                    None => {
                        let own = measure.units.iter().enumerate();
                        let measured = own.filter_map(|(unit, own)| Some((unit, &own.as_ref()?.classes[class])));
                        let mut has_mean = false;
                        for (unit, own) in measured.filter(|(_, own)| own.means.iter().any(Option::is_some)) {
                            answers[unit] += own.counts.raters as u32;
                            has_mean = true;
                        }
                        if has_mean {
                            kept.push([component, class]);
                        }
                    }
                }
            }
            let least = match rules.too_few {
                TooFew::Flag => 1,
                TooFew::Error | TooFew::GroupMedian => rules.min_valid.max(1) as u32,
            };
            if !classes.is_empty() {
                panels.push(Panel { classes, least, answers });
            }
        }
        Self { panels, places: slots.places, steps, slots: slots.next, kept }
    }

    /// Whether no class has single ratings.
    pub const fn is_empty(&self) -> bool {
        self.panels.is_empty()
    }

    /// The classes whose raters are drawn, in the order of [`Copies`].
    pub fn classes(&self) -> impl Iterator<Item = &Class> {
        self.panels.iter().flat_map(|panel| &panel.classes)
    }

    /// Where the marks of component, class, unit and node stand, and what one step of their mean is in points.
    pub fn slot(&self, place: [usize; 4]) -> Option<(usize, &Exact)> {
        let step = self.steps.get(&[place[0], place[1]])?;
        Some((*self.places.get(&place)?, step))
    }

    /// Every ballot once.
    pub fn each_once(&self) -> Copies {
        self.classes().map(|class| vec![1; class.serials.len()]).collect()
    }

    /// Draws the ballots of every class with replacement.
    pub fn draw(&self, random: &mut ChaCha8Rng, copies: &mut Copies) {
        for own in copies {
            let count = own.len() as u64;
            own.fill(0);
            for _ in 0..count {
                own[(random.next_u64() % count) as usize] += 1;
            }
        }
    }

    /// The marks behind all class means, each ballot as often as it was drawn.
    pub fn tally(&self, copies: &Copies, tallies: &mut Vec<Tally>) {
        tallies.clear();
        tallies.resize(self.slots, Tally::default());
        let mut copies = copies.iter();
        let mut kept = Vec::new();
        for panel in &self.panels {
            let mut answers = panel.answers.clone();
            for (class, copies) in panel.classes.iter().zip(copies.by_ref()) {
                class.tally(copies, &mut kept, tallies, &mut answers);
            }
            for unit in panel.classes.iter().flat_map(|class| &class.units) {
                if answers[unit.unit] < panel.least {
                    unit.nodes.iter().for_each(|node| tallies[node.slot] = Tally::default());
                }
            }
        }
    }
}

impl Slots<'_> {
    /// One class; none where its means do not follow from its single ratings.
    fn class(&mut self, at: [usize; 2], rules: &BallotRules, ratings: &[RatingRecord]) -> Option<Class> {
        let [component, class] = at;
        let record = self.record;
        let own = &record.model.components[component];
        let id = (own.id.as_str(), rules.classes[class].id.as_str());
        let mut sheets: BTreeMap<usize, Sheet<'_>> = BTreeMap::new();
        for rating in ratings.iter().filter(|own| (&*own.component, &*own.class) == id) {
            if rating.state != RatingState::NotAssessed {
                let sheet = sheets.entry(rating.serial).or_insert_with(|| Sheet { valid: false, records: Vec::new() });
                sheet.records.push(rating);
            }
        }
        if sheets.is_empty() || rules.share.is_some() {
            return None;
        }
        sheets.values_mut().for_each(|sheet| sheet.valid = is_valid(&sheet.records));
        let decimals = ratings_decimals(sheets.values().flat_map(|sheet| &sheet.records))?;
        let mut made = Class {
            component,
            class,
            serials: sheets.keys().copied().collect(),
            valid: sheets.values().map(|sheet| sheet.valid).collect(),
            quorum: least(rules, rules.classes[class].issued.whole()),
            trim: rules.trim.as_ref().map(|trim| Trimming::of(trim, sheets.len())),
            denominator: rules.denominator,
            decimals,
            precision: own.mean_precision(),
            units: Vec::new(),
        };
        let start = self.next;
        let nodes = record.model.measured(own);
        made.units = self.units(&made, rules, &nodes, &sheets);
        if self.agrees(&made) {
            return Some(made);
        }
        self.next = start;
        self.places.retain(|_, slot| *slot < start);
        None
    }

    /// What the ballots of a class gave the units that are assessed and have the class.
    fn units(
        &mut self,
        class: &Class,
        rules: &BallotRules,
        nodes: &[Node],
        sheets: &BTreeMap<usize, Sheet<'_>>,
    ) -> Vec<Unit> {
        let record = self.record;
        let codes: BTreeMap<&str, usize> =
            record.assessment.units.iter().enumerate().map(|(index, unit)| (unit.code.as_str(), index)).collect();
        let node_of: BTreeMap<&str, usize> =
            nodes.iter().enumerate().map(|(index, node)| (record.model.tree.code(*node), index)).collect();
        let mut units: BTreeMap<usize, Unit> = BTreeMap::new();
        for (ballot, sheet) in (0..).zip(sheets.values()) {
            for rating in &sheet.records {
                let (Some(index), Some(node)) = (codes.get(&*rating.unit), node_of.get(&*rating.node)) else {
                    continue;
                };
                let held = record.model.of(record.assessment.units[*index].scheme);
                let measured = record.measured.components[class.component].ballots(UnitIx(*index));
                let Some(measured) = measured else { continue };
                if !held.has_class(class.component, class.class) {
                    continue;
                }
                let unit = units.entry(*index).or_insert_with(|| {
                    let own = (0..nodes.len()).map(|node| {
                        let slot = self.next + node;
                        self.places.insert([class.component, class.class, *index, node], slot);
                        NodeMarks { slot, ..NodeMarks::default() }
                    });
                    let own = own.collect();
                    self.next += nodes.len();
                    let names = record.assessment.units[*index].names();
                    let issued = measured.classes[class.class].issued;
                    Unit {
                        unit: *index,
                        nodes: own,
                        quorum: least(rules, rules.classes[class.class].issued.of_unit(names)),
                        issued: issued.map_or(0, |own| own.issued.saturating_sub(own.recused) as u32),
                        ..Unit::default()
                    }
                });
                unit.enter(ballot, sheet.valid, rating, *node, class.decimals);
            }
        }
        let mut units: Vec<Unit> = units.into_values().collect();
        for unit in &mut units {
            unit.nodes.iter_mut().for_each(|node| node.votes.sort_by_key(|(ballot, mark)| (*mark, *ballot)));
            let tree = record.model.of(record.assessment.units[unit.unit].scheme).tree();
            let weights: Vec<Exact> = nodes.iter().map(|node| tree.points(*node).0).collect();
            if class.trim.as_ref().is_some_and(|trim| trim.on == TrimOn::Ballot) {
                unit.order = unit.ordered(&weights);
            }
        }
        units
    }

    fn ballots(&self, component: usize, unit: usize) -> Option<&UnitBallots> {
        self.record.measured.components[component].ballots(UnitIx(unit)).map(|own| &**own)
    }

    /// Whether every ballot once gives the recorded means.
    fn agrees(&self, class: &Class) -> bool {
        let mut tallies = vec![Tally::default(); self.next];
        let mut answers = vec![0; self.record.assessment.units.len()];
        class.tally(&vec![1; class.serials.len()], &mut Vec::new(), &mut tallies, &mut answers);
        let step = class.step();
        let mut seen = vec![false; answers.len()];
        for unit in &class.units {
            seen[unit.unit] = true;
            let Some(own) = self.ballots(class.component, unit.unit) else { return false };
            let means = own.classes[class.class].means.iter();
            let same = |(node, mean): (&NodeMarks, &Option<crate::engine::score::NodeMean>)| {
                let own = tallies[node.slot];
                match mean {
                    Some(mean) => own.count > 0 && Exact::ratio(own.sum, own.count) * &step == mean.mean.0,
                    None => own.count == 0,
                }
            };
            if !unit.nodes.iter().zip(means).all(same) {
                return false;
            }
        }
        // A mean without any rating came from elsewhere.
        (0..seen.len()).filter(|unit| !seen[*unit]).all(|unit| {
            self.ballots(class.component, unit)
                .is_none_or(|own| own.classes[class.class].means.iter().all(Option::is_none))
        })
    }
}

/// The decimals of all marks; none where one has too many.
fn ratings_decimals<'r>(records: impl Iterator<Item = &'r &'r RatingRecord>) -> Option<u32> {
    let mut most = 0;
    for points in records.filter_map(|own| own.points.as_deref()) {
        most = most.max(Exact::parse(points)?.decimals()?);
    }
    (most <= MOST_DECIMALS).then_some(most)
}

/// A mean rounded to the decimals of a precision, as a whole number of its steps.
fn rounded(own: Tally, decimals: u32, precision: Precision) -> Tally {
    let above = i128::from(own.sum.abs()) * i128::from(ten(precision.decimals));
    let below = i128::from(own.count) * i128::from(ten(decimals));
    let whole = match precision.shortening {
        Shortening::HalfUp => (2 * above + below) / (2 * below),
        Shortening::Down => above / below,
    };
    let whole = i64::try_from(whole).unwrap_or(i64::MAX);
    Tally { sum: whole * own.sum.signum(), count: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_rounded_half_away_from_zero() {
        let two = |shortening| Precision { decimals: 2, shortening };
        // 2.675 in thousandths; 8.025 / 3.
        let own = Tally { sum: 8025, count: 3 };
        assert_eq!(rounded(own, 3, two(Shortening::HalfUp)).sum, 268);
        assert_eq!(rounded(own, 3, two(Shortening::Down)).sum, 267);
        assert_eq!(rounded(Tally { sum: -8025, count: 3 }, 3, two(Shortening::HalfUp)).sum, -268);
    }

    #[test]
    fn copies_are_cut_one_by_one() {
        // Marks 1, 2, 3 drawn 3, 0 and 2 times; one cut at each end leaves 1, 1, 3.
        let votes = vec![(0, 1), (1, 2), (2, 3)];
        let trim = Trim { low: 1, high: 1, share: None, from: 3, on: TrimOn::Rating };
        let class = Class {
            component: 0,
            class: 0,
            serials: vec![1, 2, 3],
            valid: vec![true; 3],
            quorum: 0,
            trim: Some(Trimming::of(&trim, 5)),
            denominator: Denominator::Valid,
            decimals: 0,
            precision: None,
            units: vec![Unit {
                nodes: vec![NodeMarks { slot: 0, votes, silent: Vec::new() }],
                raters: vec![0, 1, 2],
                ..Unit::default()
            }],
        };
        let mut tallies = [Tally::default()];
        let mut answers = [0];
        class.tally(&[3, 0, 2], &mut Vec::new(), &mut tallies, &mut answers);
        assert_eq!((tallies[0], answers[0]), (Tally { sum: 5, count: 3 }, 5));
    }
}
