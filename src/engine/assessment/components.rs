//! Checked inputs of components that are not scored from indicators: ballots, tallies, scores made elsewhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::UnitIx;
use crate::model::Node;
use crate::shared::number::Points;
use crate::shared::place::Place;

/// Why a rating is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VoidRating {
    /// A number outside the range.
    OutOfRange,
    /// A word the model does not know.
    Unknown,
    /// Two marks in one place.
    Double,
    /// An unreadable sign; people decide what it means.
    Unreadable,
}

/// One mark on a ballot, as checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Points.
    Points(Points),
    /// An abstention.
    Abstained,
    /// Nothing was written.
    Blank,
    /// No mark at all, and why.
    Void(VoidRating),
}

/// Index of a mark in the [`Marks`] of its component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkIx(u32);

/// The distinct marks of a component, each with its texts: the ratings, of which there may be millions, share a few dozen.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    list: Vec<Known>,
    by_text: BTreeMap<Arc<str>, Vec<MarkIx>>,
}

/// A mark and its texts.
#[derive(Clone, Debug)]
struct Known {
    mark: Mark,
    /// As it was written.
    written: Arc<str>,
    /// Its points in full, if it has any.
    points: Option<Box<str>>,
}

impl Marks {
    /// Adds a mark with the text it stands for, unless it is there.
    ///
    /// # Panics
    /// If there are more than 4 billion different ones.
    pub fn add(&mut self, mark: Mark, written: &str) -> MarkIx {
        let known = self.by_text.get(written).into_iter().flatten().find(|known| *self.mark(**known) == mark);
        if let Some(known) = known {
            return *known;
        }
        let next = MarkIx(u32::try_from(self.list.len()).expect("fewer marks than cells of a sheet"));
        let text = self.by_text.get_key_value(written).map_or_else(|| Arc::from(written), |(text, _)| Arc::clone(text));
        let points = match &mark {
            Mark::Points(points) => Some(points.0.in_full().into()),
            Mark::Abstained | Mark::Blank | Mark::Void(_) => None,
        };
        self.list.push(Known { mark, written: Arc::clone(&text), points });
        self.by_text.entry(text).or_default().push(next);
        next
    }

    /// What a mark is decided to mean: its text with another meaning.
    pub fn put(&mut self, mark: MarkIx, meaning: Mark) -> MarkIx {
        let written = Arc::clone(&self.list[mark.0 as usize].written);
        self.add(meaning, &written)
    }

    /// Adds all marks of a table; by their index in it, the index of each in this one.
    pub fn adopt(&mut self, others: &Self) -> Vec<MarkIx> {
        others.list.iter().map(|other| self.add(other.mark.clone(), &other.written)).collect()
    }

    /// A mark.
    pub fn mark(&self, mark: MarkIx) -> &Mark {
        &self.list[mark.0 as usize].mark
    }

    /// A mark as written.
    pub fn written(&self, mark: MarkIx) -> &str {
        &self.list[mark.0 as usize].written
    }

    /// The points of a mark in full; none for what is no mark.
    pub fn points(&self, mark: MarkIx) -> Option<&str> {
        self.list[mark.0 as usize].points.as_deref()
    }
}

impl MarkIx {
    /// The index of this mark where a table of marks was adopted.
    pub fn among(self, adopted: &[Self]) -> Self {
        adopted[self.0 as usize]
    }
}

/// One mark of one rater for one unit and node, 评价. Small, as there may be millions: 24 bytes.
#[derive(Clone, Debug)]
pub struct Rating {
    unit: u32,
    /// Index of the node among the measured nodes of the component.
    pub node: u32,
    /// The mark.
    pub mark: MarkIx,
    /// Its cell.
    pub at: Place,
}

const _: () = assert!(size_of::<Rating>() == 24);

impl Rating {
    /// A mark for a unit and a node, by its index among the measured nodes of the component.
    ///
    /// # Panics
    /// If there are more than 4 billion units.
    pub fn new(unit: UnitIx, node: u32, mark: MarkIx, at: Place) -> Self {
        Self { unit: u32::try_from(unit.0).expect("fewer units than cells of a sheet"), node, mark, at }
    }

    /// The unit.
    pub const fn unit(&self) -> UnitIx {
        UnitIx(self.unit as usize)
    }

    /// Index of the node among the measured nodes of the component.
    pub const fn node(&self) -> usize {
        self.node as usize
    }
}

/// All marks of one rater in one class, 评议票.
#[derive(Clone, Debug)]
pub struct Ballot {
    /// Index of the class.
    pub class: usize,
    /// Number within the class, from 1; the name under which it is printed.
    pub serial: usize,
    /// Rater id, if there is one.
    pub rater: Option<String>,
    /// The rater's own unit, if it is known.
    pub home: Option<UnitIx>,
    /// Its first sheet.
    pub at: Place,
    /// Its marks, by unit and node.
    pub ratings: Vec<Rating>,
    /// Marks for units that are not assessed; listed, never counted.
    pub ignored: Vec<Rating>,
}

/// Pre-counted votes of one class for one unit, 票数汇总.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Index of the class.
    pub class: usize,
    /// The unit.
    pub unit: UnitIx,
    /// What was counted.
    pub row: TallyRow,
}

/// The votes that a row of a tally counts for one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TallyRow {
    /// Index of the node among the measured nodes.
    pub node: usize,
    /// Votes per mark, in points.
    pub votes: Vec<(Points, usize)>,
    /// Abstentions and blanks on valid ballots.
    pub abstained: usize,
    /// Ballots issued, if known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub issued: Option<usize>,
    /// Valid ballots.
    pub valid: usize,
    /// Invalid ballots.
    pub invalid: usize,
    /// Its row.
    pub at: Place,
}

/// The checked ballots and tallies of one component.
#[derive(Clone, Debug, Default)]
pub struct BallotBox {
    /// The nodes that are measured.
    pub nodes: Vec<Node>,
    /// Ballots, by class and serial.
    pub ballots: Vec<Ballot>,
    /// The marks on them.
    pub marks: Marks,
    /// Tallies, by class, unit and node.
    pub tallies: Vec<Tally>,
    /// Rows of tallies whose counts are all 不涉及, by unit and node.
    pub inapplicable: Vec<InapplicableRow>,
}

impl BallotBox {
    /// The mark of a rating.
    pub fn mark(&self, rating: &Rating) -> &Mark {
        self.marks.mark(rating.mark)
    }

    /// The rows of tallies of a class for a unit.
    pub fn tallies_of(&self, class: usize, unit: UnitIx) -> impl Iterator<Item = &TallyRow> {
        let start = self.tallies.partition_point(|tally| (tally.class, tally.unit) < (class, unit));
        let own = self.tallies[start..].iter().take_while(move |tally| (tally.class, tally.unit) == (class, unit));
        own.map(|tally| &tally.row)
    }

    /// How many raters of a class marked each unit, or how many votes its tallies count.
    pub fn raters(&self, class: usize, units: usize) -> Vec<usize> {
        let mut raters = vec![0; units];
        for ballot in self.ballots.iter().filter(|ballot| ballot.class == class) {
            let marked = ballot.ratings.iter().filter(|rating| *self.mark(rating) != Mark::Blank);
            let mut marked: Vec<UnitIx> = marked.map(Rating::unit).collect();
            marked.dedup();
            marked.into_iter().for_each(|unit| raters[unit.0] += 1);
        }
        for tally in self.tallies.iter().filter(|tally| tally.class == class) {
            raters[tally.unit.0] = raters[tally.unit.0].max(tally.row.valid);
        }
        raters
    }

    /// The nodes that do not apply to a unit.
    pub fn off(&self, unit: UnitIx) -> impl Iterator<Item = NodeOff> {
        let start = self.inapplicable.partition_point(|row| row.unit < unit);
        self.inapplicable[start..].iter().take_while(move |row| row.unit == unit).map(|row| row.off)
    }
}

/// A row of a tally that says that a node does not apply to a unit.
#[derive(Clone, Debug)]
pub struct InapplicableRow {
    /// The unit.
    pub unit: UnitIx,
    /// The node.
    pub off: NodeOff,
}

/// A node that does not apply, and where that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeOff {
    /// Index of the node among the measured nodes.
    pub node: usize,
    /// The row that says so.
    pub at: Place,
}

/// A score made elsewhere.
#[derive(Clone, Debug)]
pub struct GivenScore {
    /// The unit.
    pub unit: UnitIx,
    /// Period; empty if the table has none.
    pub period: String,
    /// The cell of the period.
    pub period_at: Place,
    /// The node.
    pub node: Node,
    /// The score; none where it is 不涉及.
    pub score: Option<Points>,
    /// Its cell.
    pub at: Place,
}

/// The scores made elsewhere for one component.
#[derive(Clone, Debug, Default)]
pub struct GivenBox {
    /// Scores, by unit, node and period.
    pub scores: Vec<GivenScore>,
    /// Periods, in order.
    pub periods: Vec<String>,
}

/// Checked inputs of a component that is not scored from indicators.
#[derive(Clone, Debug)]
pub enum ComponentInput {
    /// Scored from the unit reports.
    Indicators,
    /// Ballots and tallies.
    Ballots(BallotBox),
    /// Scores made elsewhere.
    Given(GivenBox),
}
