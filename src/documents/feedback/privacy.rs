//! What can be worked out about marks from what is handed out: to whom classes are shown, and which of them are exposed.
//!
//! docs/privacy.md is the definition, with an example worked by hand. In short: the printed numbers of a letter bound
//! weighted sums of the unknown marks; S is the set of marks that agree with all of them; a class is exposed where S
//! leaves it fewer than three means, or hardly different ones, or, if the class is shown, a single histogram.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use crate::model::{Scale, Trim};
use crate::result::outcome::{Component, Mode, NodeMean, Outcome, UnitOutcome};
use crate::shared::i18n::{Lang, say};
use crate::shared::number::{Exact, Precision};

mod between;
mod caps;
mod grids;
mod judge;
mod levels;
mod margin;
mod marks;
mod passing;
mod pattern;
mod rates;
mod scene;
mod search;
mod shares;
mod system;

use between::Builder;
use grids::{Marks, grids, is_opaque};
use judge::{Around, STEPS, Target, Trimmed, fixed, told};
use marks::Grid;
pub use pattern::{Pattern, answers};
use rates::Passings;
use scene::{Cell, Key, Letter, Scene, counts_positive, rated};
use system::TooWide;

/// How much of an earlier result was disclosed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything in a letter.
    Letters,
    /// The total alone: by a public notice, or by a letter that says what it was before.
    Totals,
}

/// An earlier disclosure: the result it rests on, which units it covers, and how much it discloses of them.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// The result.
    pub outcome: Outcome,
    /// The positions in it of the units that got a letter, by code.
    units: BTreeMap<String, usize>,
    /// How much was disclosed of them.
    pub extent: Extent,
}

impl Earlier {
    /// What was disclosed of a result to the units of these codes; excluded units got nothing.
    pub fn new(outcome: Outcome, told: &BTreeSet<String>, extent: Extent) -> Self {
        let is_told = |unit: &UnitOutcome| unit.roster.mode != Mode::Excluded && told.contains(&unit.roster.code);
        let own = outcome.units.iter().enumerate().filter(|(_, unit)| is_told(unit));
        let units = own.map(|(at, unit)| (unit.roster.code.clone(), at)).collect();
        Self { outcome, units, extent }
    }

    /// Whether something was disclosed to the unit of a code.
    pub fn has_told(&self, code: &str) -> bool {
        self.units.contains_key(code)
    }

    /// A unit as it was disclosed; none if it was not.
    fn unit(&self, code: &str) -> Option<&UnitOutcome> {
        self.units.get(code).map(|at| &self.outcome.units[*at])
    }
}

/// Whose marks can be worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// Those of the class.
    All,
    /// Those that came late, after an earlier letter.
    Late,
    /// Those that were withdrawn after an earlier letter.
    Withdrawn,
}

/// Why a class is exposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Too few means agree with what is printed.
    Few {
        /// Whose.
        whose: Whose,
        /// How many.
        means: usize,
    },
    /// All means that agree lie close together.
    Narrow {
        /// Whose.
        whose: Whose,
        /// The least, in points.
        least: Exact,
        /// The greatest.
        most: Exact,
    },
    /// Only one histogram of a class that is shown agrees.
    Fixed,
    /// The search did not end within its steps, or its numbers do not fit machine integers.
    Budget,
}

impl Reason {
    /// Why, in words.
    pub fn said(&self, lang: Lang) -> String {
        let (whose, said) = match self {
            Self::Few { whose, means } => (*whose, say!(lang, "privacy.few", n = means)),
            Self::Narrow { whose, least, most } => {
                let points = [least.fixed(2), most.fixed(2)];
                (*whose, say!(lang, "privacy.narrow", least = points[0], most = points[1]))
            }
            Self::Fixed => (Whose::All, lang.text("privacy.fixed").to_owned()),
            Self::Budget => (Whose::All, lang.text("privacy.budget").to_owned()),
        };
        match whose {
            Whose::All => said,
            Whose::Late => say!(lang, "privacy.whose.late", reason = said),
            Whose::Withdrawn => say!(lang, "privacy.whose.withdrawn", reason = said),
        }
    }

    /// Its word for programs.
    pub const fn json(&self) -> &'static str {
        match self {
            Self::Few { .. } => "few-means",
            Self::Narrow { .. } => "narrow",
            Self::Fixed => "fixed",
            Self::Budget => "budget",
        }
    }

    /// Whose marks can be worked out, for programs.
    pub const fn whose(&self) -> Whose {
        match self {
            Self::Few { whose, .. } | Self::Narrow { whose, .. } => *whose,
            Self::Fixed | Self::Budget => Whose::All,
        }
    }
}

/// A class whose marks for a unit can be worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// Code of the unit.
    pub unit: String,
    /// Index of the component.
    pub component: usize,
    /// Index of the class.
    pub class: usize,
    /// Its answers for the unit, at the node that exposes it.
    pub answers: usize,
    /// Whether it is shown.
    pub shown: bool,
    /// Why.
    pub reason: Reason,
}

/// The exposed pairs of unit and class, in the order of the roster and the model, given the letters that were handed
/// out before, oldest first.
pub fn exposed(outcome: &Outcome, earlier: &[Earlier]) -> Vec<Exposed> {
    let patterns = Pattern::each(earlier);
    let pattern = Pattern::after(outcome, earlier, &patterns);
    let attack = Attack {
        outcome,
        pattern: &pattern,
        earlier: earlier.iter().zip(&patterns).filter(|(own, _)| is_same_method(&own.outcome, outcome)).collect(),
        grids: grids(outcome, earlier),
        opaque: (0..outcome.model.components.len()).map(|at| is_opaque(&outcome.model, at)).collect(),
    };
    outcome
        .units
        .par_iter()
        .filter(|unit| unit.roster.mode != Mode::Excluded)
        .flat_map_iter(|unit| attack.unit(unit))
        .collect()
}

/// Whether two results measure ballots in the same way, so that their marks can be compared; only the step of a range
/// that declares none may differ.
fn is_same_method(before: &Outcome, after: &Outcome) -> bool {
    let alike = |old: &Component, new: &Component| {
        fn marks(own: &Component) -> Option<(Vec<Marks<'_>>, &Option<Trim>, Option<Precision>)> {
            let rules = own.ballots()?;
            let of_class =
                |class| Marks { scale: rules.scale_of(class).without_step(), positive: rules.positive_of(class) };
            Some(((0..rules.classes.len()).map(of_class).collect(), &rules.trim, own.mean_precision()))
        }
        let nodes = |outcome: &Outcome, own: &Component| -> Vec<String> {
            let tree = &outcome.model.tree;
            outcome.model.measured(own).into_iter().map(|node| tree.code(node).to_owned()).collect()
        };
        old.id == new.id
            && old.scored() == new.scored()
            && nodes(before, old) == nodes(after, new)
            && old.classes().iter().map(|class| &class.id).eq(new.classes().iter().map(|class| &class.id))
            && marks(old) == marks(new)
            && old.share() == new.share()
    };
    let (old, new) = (&before.model.components, &after.model.components);
    old.len() == new.len() && old.iter().zip(new).all(|(old, new)| alike(old, new))
}

/// Indices of a component and of a class of it.
type Pair = (usize, usize);

/// What the examination of every unit needs.
struct Attack<'a> {
    outcome: &'a Outcome,
    pattern: &'a Pattern,
    earlier: Vec<(&'a Earlier, &'a Pattern)>,
    /// By component and class.
    grids: Vec<Vec<Option<Grid>>>,
    /// By component: whether letters tell more of its votes than shares and means.
    opaque: Vec<bool>,
}

/// What a reader of a letter, alone or beside an earlier one, sees: variables and bounds, and the cells of the letter.
struct Seen<'g> {
    scene: Scene<'g>,
    cells: BTreeMap<Key, Cell>,
    /// Late and withdrawn marks.
    between: Vec<(Key, Whose, usize, i64)>,
}

impl Attack<'_> {
    /// The exposed classes of a unit: by its letter alone, then beside each earlier one.
    fn unit(&self, unit: &UnitOutcome) -> Vec<Exposed> {
        let own = letter(self.outcome, unit, self.pattern, Extent::Letters);
        // Where every class has enough answers, nothing of the letter alone can expose one.
        if self.earlier.is_empty() && !all_means(&own).any(|(key, mean)| self.has_few(&own, key, mean)) {
            return Vec::new();
        }
        let mut found: BTreeMap<Pair, Exposed> = BTreeMap::new();
        let earlier = self.earlier.iter().filter_map(|(then, pattern)| {
            Some(letter(&then.outcome, then.unit(&unit.roster.code)?, pattern, then.extent))
        });
        for before in std::iter::once(None).chain(earlier.map(Some)) {
            match self.seen(&own, before.as_ref()) {
                Ok(seen) => {
                    self.judge(&own, &seen, &mut found);
                    self.all_that_could_be(&own, &|component| self.opaque[component], &mut found);
                }
                Err(TooWide) => self.all_that_could_be(&own, &|_| true, &mut found),
            }
        }
        found.into_values().collect()
    }

    /// Variables and bounds of a letter, alone or beside an earlier one.
    fn seen<'s>(&'s self, letter: &Letter<'_>, before: Option<&Letter<'_>>) -> Result<Seen<'s>, TooWide> {
        let counted = |at: usize| std::iter::once(letter).chain(before).any(|own| counts_positive(own, at));
        let counted = (0..self.outcome.model.components.len()).map(counted).collect();
        let mut scene = Scene::new(&self.grids, counted);
        let mut seen = Builder { scene: &mut scene, now: BTreeMap::new(), then: BTreeMap::new(), between: Vec::new() };
        let (now, then) = (means(letter), before.map(means).unwrap_or_default());
        let keys: BTreeSet<Key> = now.keys().chain(then.keys()).copied().collect();
        for key in keys {
            let grid = self.grids[key.0][key.1].as_ref().ok_or(TooWide)?;
            match (now.get(&key), then.get(&key)) {
                (Some(now), None) if !before.is_some_and(|before| is_rated(before, key.0)) => {
                    seen.alone(grid, key, now, true)?;
                }
                (None, Some(then)) if !is_rated(letter, key.0) => seen.alone(grid, key, then, false)?,
                (now, then) => seen.both(grid, key, now.copied(), then.copied())?,
            }
        }
        let Builder { now, then, between, .. } = seen;
        let mut passings = Passings::new();
        if let Some(before) = before {
            scene.print(before, &then, &mut Passings::new())?;
        }
        scene.print(letter, &now, &mut passings)?;
        if !scene.system.fits() {
            return Err(TooWide);
        }
        Ok(Seen { scene, cells: now, between })
    }

    /// Adds the classes that are exposed by what is seen to those found so far.
    fn judge(&self, letter: &Letter<'_>, seen: &Seen<'_>, found: &mut BTreeMap<Pair, Exposed>) {
        let k = self.outcome.model.feedback.k_anonymity;
        let means = means(letter);
        // Each class has its budget, whatever the number of nodes.
        let mut budgets: BTreeMap<Pair, usize> = BTreeMap::new();
        for (key, cell) in seen.cells.iter().filter(|(_, cell)| cell.votes > 0) {
            let pair = (key.0, key.1);
            let (Some(grid), Some(mean)) = (&self.grids[key.0][key.1], means.get(key)) else { continue };
            let (answers, shown) = (answers(mean), !letter.hidden[key.0]);
            if found.contains_key(&pair) || !self.has_few(letter, *key, mean) {
                continue;
            }
            let (around, steps) = (around(seen, key), budgets.entry(pair).or_insert(STEPS));
            let reason = if shown {
                let fixed = fixed(&seen.scene, grid, cell, self.trimmed(key.0, mean), steps);
                fixed.filter(|reason| *reason != Reason::Fixed || !self.leaves_levels(key, mean))
            } else {
                let Cell { parts, quantity, votes, zeros, .. } = cell;
                let target = Target { whose: Whose::All, parts, votes: *votes, zeros: *zeros, quantity: *quantity };
                told(&seen.scene, grid, &target, &around, steps)
            };
            if let Some(reason) = reason {
                found.insert(pair, self.pair(letter, pair, answers, reason));
            }
        }
        for (key, whose, part, marks) in seen.between.iter().filter(|(.., marks)| (*marks as usize) < k) {
            let pair = (key.0, key.1);
            let Some(grid) = &self.grids[key.0][key.1] else { continue };
            if found.contains_key(&pair) {
                continue;
            }
            let parts = [*part];
            let target = Target { whose: *whose, parts: &parts, votes: *marks, zeros: 0, quantity: None };
            let (around, steps) = (around(seen, key), budgets.entry(pair).or_insert(STEPS));
            if let Some(reason) = told(&seen.scene, grid, &target, &around, steps) {
                found.insert(pair, self.pair(letter, pair, *marks as usize, reason));
            }
        }
    }

    /// Whether a class has so few answers that it may be exposed.
    fn has_few(&self, letter: &Letter<'_>, key: Key, mean: &NodeMean) -> bool {
        let k = self.outcome.model.feedback.k_anonymity;
        answers(mean) < if letter.hidden[key.0] { k } else { 2 * k }
    }

    fn pair(&self, letter: &Letter<'_>, pair: Pair, answers: usize, reason: Reason) -> Exposed {
        let (component, class) = pair;
        let unit = letter.unit.roster.code.clone();
        Exposed { unit, component, class, answers, shown: !letter.hidden[component], reason }
    }

    /// Whether a share of votes leaves open for which of several levels they are.
    fn leaves_levels(&self, key: &Key, mean: &NodeMean) -> bool {
        let component = &self.outcome.model.components[key.0];
        let (Some(rules), Some(share)) = (component.ballots(), component.share()) else { return false };
        let Scale::Levels(levels) = rules.scale_of(key.1) else { return false };
        let within = rules.levels_named(key.1, &share.of).len();
        let is_within = |votes: &Exact| votes.is_positive() && within > 1;
        let votes = &mean.mean.0 * &Exact::from(mean.counted + mean.zeros) / Exact::from(100);
        let others = Exact::from(mean.counted) - &votes;
        is_within(&votes) || (others.is_positive() && levels.len() - within > 1)
    }

    /// Which marks were trimmed from a mean.
    fn trimmed(&self, component: usize, mean: &NodeMean) -> Trimmed {
        let trim = self.outcome.model.components[component].ballots().and_then(|rules| rules.trim.as_ref());
        let trim = trim.filter(|_| !mean.trimmed.is_empty());
        trim.map_or_else(Trimmed::default, |trim| {
            let by_share = trim.share.is_some();
            Trimmed { low: by_share || trim.low > 0, high: by_share || trim.high > 0 }
        })
    }

    /// Adds every class that could be exposed, where nothing can be calculated.
    fn all_that_could_be(
        &self,
        letter: &Letter<'_>,
        is_of: &dyn Fn(usize) -> bool,
        found: &mut BTreeMap<Pair, Exposed>,
    ) {
        for (key, mean) in means(letter).into_iter().filter(|(key, mean)| mean.counted > 0 && is_of(key.0)) {
            if self.has_few(letter, key, mean) {
                let pair = (key.0, key.1);
                found.entry(pair).or_insert_with(|| self.pair(letter, pair, answers(mean), Reason::Budget));
            }
        }
    }
}

fn letter<'o>(outcome: &'o Outcome, unit: &'o UnitOutcome, pattern: &Pattern, extent: Extent) -> Letter<'o> {
    let hidden = outcome.model.components.iter().map(|component| pattern.hides(&unit.roster.code, &component.id));
    Letter { outcome, unit, hidden: hidden.collect(), extent }
}

fn is_rated(letter: &Letter<'_>, component: usize) -> bool {
    rated(letter).any(|(at, _)| at == component)
}

/// The means of the components that were rated.
fn means<'o>(letter: &Letter<'o>) -> BTreeMap<Key, &'o NodeMean> {
    all_means(letter).collect()
}

/// The means of the components that were rated, one after the other.
fn all_means<'o>(letter: &Letter<'o>) -> impl Iterator<Item = (Key, &'o NodeMean)> {
    rated(letter).flat_map(|(at, ballots)| {
        ballots.classes.iter().enumerate().flat_map(move |(class, own)| {
            let means = own.means.iter().enumerate();
            means.filter_map(move |(node, mean)| Some(((at, class, node), mean.as_ref()?)))
        })
    })
}

/// The variables of the classes around a cell.
fn around(seen: &Seen<'_>, key: &Key) -> Around {
    let of = |keep: &dyn Fn(&Key) -> bool| {
        let cells = seen.cells.iter().filter(|(own, _)| keep(own));
        cells.flat_map(|(_, cell)| cell.parts.iter().copied()).collect::<Vec<usize>>()
    };
    Around { node: of(&|own| (own.0, own.2) == (key.0, key.2)), component: of(&|own| own.0 == key.0) }
}
