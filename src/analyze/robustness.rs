//! Which ranks and grades units would have with other weights and other raters: seeded drawings, counted.
//!
//! Every drawing has a stream of its own of the generator ChaCha8, so that the same seed gives the same counts on any number
//! of threads. Counts are whole numbers; memory does not grow with the number of drawings.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use rand_distr::{Distribution as _, Exp1, Gamma};
use rayon::prelude::*;
use serde::Serialize;

use super::plan::{Draw, Drawn, Plan};
use super::resample::Sampler;
use crate::model::{Model, Tree};
use crate::shared::progress::{Progress, Step};
use crate::shared::words::words;

/// From which probability of its official grade on a unit is safe.
pub const SAFE: f64 = 0.95;

/// Up to how many places a scope has a count for each rank; in a larger one neighbouring ranks share a count.
const MOST_COUNTS: usize = 2_000;

/// How concentrated Dirichlet weights are: the standard deviation of a weight of 50 % is 7 points.
const CONCENTRATION: f64 = 50.0;

words! {
    /// How weights are drawn.
    pub enum Weights in "analyze.weights." {
        /// Each times 1 + f·(2U − 1), U uniform on [0, 1).
        Varied = "varied",
        /// Uniform on the simplex: every set of weights is as likely.
        Uniform = "uniform",
        /// Dirichlet round the weights of the model.
        Dirichlet = "dirichlet",
    }
}

words! {
    /// What is drawn.
    pub enum Vary in "analyze.vary." {
        /// Weights.
        Weights = "weights",
        /// Raters within their class.
        Raters = "raters",
        /// Both together.
        Both = "both",
    }
}

impl Vary {
    /// Whether weights are drawn.
    pub const fn has_weights(self) -> bool {
        matches!(self, Self::Weights | Self::Both)
    }

    /// Whether raters are drawn.
    pub const fn has_raters(self) -> bool {
        matches!(self, Self::Raters | Self::Both)
    }
}

/// What is drawn, and how.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Setting {
    /// What is drawn.
    pub vary: Vary,
    /// How weights are drawn.
    pub weights: Weights,
    /// f of [`Weights::Varied`], in percent.
    pub spread: f64,
    /// How many drawings.
    pub draws: u64,
    /// The seed.
    pub seed: u64,
}

/// How sure the place of a unit is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnitRobustness {
    /// Its index in the plan.
    #[serde(skip)]
    pub index: usize,
    /// The official rank in its scope; none where it is not ranked.
    pub rank: Option<usize>,
    /// The 5, 50 and 95 % quantiles of its rank.
    pub interval: Option<[f64; 3]>,
    /// Probability of each rank that occurred.
    pub ranks: Vec<(usize, f64)>,
    /// The official grade; none where it is deferred or there are no grades.
    pub grade: Option<usize>,
    /// Probability of each grade.
    pub grades: Vec<f64>,
    /// Probability of the official grade; none without one.
    pub same_grade: Option<f64>,
}

impl UnitRobustness {
    /// Whether its grade holds in nearly all drawings; none without a grade.
    pub fn is_safe(&self) -> Option<bool> {
        self.same_grade.map(|own| own >= SAFE)
    }
}

/// Two units at the line of a quota: the last one that has a place and the first one that has none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// The scope, by its index in the plan.
    #[serde(skip)]
    pub scope: usize,
    /// The grade.
    pub grade: usize,
    /// The unit with the last place.
    #[serde(skip)]
    pub inside: usize,
    /// The unit behind it.
    #[serde(skip)]
    pub outside: usize,
    /// How often the second stands before the first.
    pub swaps: f64,
}

/// What the drawings gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Robustness {
    /// By unit of the plan.
    pub units: Vec<UnitRobustness>,
    /// The pairs at the lines of quotas.
    pub lines: Vec<Line>,
}

/// A uniform number in [0, 1) with 53 bits.
fn uniform(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 * 2_f64.powi(-53)
}

/// Draws the factors of one level.
fn level(setting: &Setting, weights: &mut dyn Iterator<Item = f64>, random: &mut ChaCha8Rng, factors: &mut [f64]) {
    for (factor, weight) in factors.iter_mut().zip(weights) {
        *factor = match setting.weights {
            Weights::Varied => 1.0 + setting.spread / 100.0 * (2.0 * uniform(random) - 1.0),
            Weights::Uniform => Exp1.sample(random),
            // Gamma numbers divided by their sum are Dirichlet weights; a plan divides by the sum.
            Weights::Dirichlet => {
                let shape = CONCENTRATION * weight / 100.0;
                Gamma::new(shape, 1.0 / shape).map_or(1.0, |own| own.sample(random))
            }
        };
    }
    // A level on which all is 0 would leave nothing.
    if factors.iter().all(|factor| *factor <= 0.0) {
        factors.fill(1.0);
    }
}

/// The weights of a model as doubles; those of the tree in percent of their siblings.
pub struct Levels {
    components: Vec<f64>,
    classes: Vec<Vec<f64>>,
    aspects: Vec<f64>,
    lines: Vec<f64>,
    leaves: Vec<f64>,
}

impl Levels {
    /// The weights of a model.
    pub fn of(model: &Model) -> Self {
        let class = |own: &crate::model::Component| own.classes().iter().map(|own| own.weight.0.to_cell()).collect();
        let tree: &Tree = &model.tree;
        let shares = |points: Vec<f64>| -> Vec<f64> {
            let sum: f64 = points.iter().sum();
            points.into_iter().map(|own| if sum > 0.0 { 100.0 * own / sum } else { 0.0 }).collect()
        };
        let leaf = |leaf: &crate::model::Leaf| {
            let cell = tree.cells[leaf.cell].points.0.to_cell();
            if cell > 0.0 { 100.0 * leaf.points.0.to_cell() / cell } else { 0.0 }
        };
        Self {
            components: model.components.iter().map(|own| own.weight.0.to_cell()).collect(),
            classes: model.components.iter().map(class).collect(),
            aspects: shares(tree.aspects.iter().map(|own| own.points.0.to_cell()).collect()),
            lines: shares(tree.lines.iter().map(|own| own.points.0.to_cell()).collect()),
            leaves: tree.leaves.iter().map(leaf).collect(),
        }
    }

    /// The factors of one drawing.
    fn draw(&self, setting: &Setting, random: &mut ChaCha8Rng, draw: &mut Draw) {
        draw.replaces = setting.weights == Weights::Uniform;
        let mut own = |weights: &[f64], factors: &mut [f64]| {
            level(setting, &mut weights.iter().copied(), random, factors);
        };
        own(&self.components, &mut draw.components);
        for (weights, factors) in self.classes.iter().zip(&mut draw.classes) {
            own(weights, factors);
        }
        own(&self.aspects, &mut draw.aspects);
        own(&self.lines, &mut draw.lines);
        own(&self.leaves, &mut draw.leaves);
    }
}

/// What is drawn from: a plan with the weights of its model, and the marks of its raters.
#[derive(Clone, Copy)]
pub struct Source<'s> {
    /// The version, prepared.
    pub plan: &'s Plan,
    /// Its model.
    pub model: &'s Model,
    /// The marks of its raters.
    pub sampler: &'s Sampler,
}

/// Counts over drawings.
#[derive(Clone)]
struct Counts {
    /// By unit and rank, in the order of the plan; those of a unit start at its offset.
    ranks: Vec<u32>,
    /// By unit and grade; the last is none.
    grades: Vec<u32>,
    /// By line.
    swaps: Vec<u32>,
}

impl Counts {
    fn add(mut self, other: &Self) -> Self {
        let lists =
            [(&mut self.ranks, &other.ranks), (&mut self.grades, &other.grades), (&mut self.swaps, &other.swaps)];
        for (own, other) in lists {
            own.iter_mut().zip(other).for_each(|(own, other)| *own += other);
        }
        self
    }
}

/// Where the counts of a unit stand.
#[derive(Clone, Copy)]
struct Slot {
    offset: usize,
    length: usize,
    /// How many neighbouring ranks share a count.
    width: usize,
}

/// Draws weights and raters and counts what they give.
pub fn robustness(source: Source<'_>, setting: &Setting, progress: &Progress) -> Robustness {
    let Source { plan, model, sampler } = source;
    let nominal = Draw::nominal(model);
    let mut official = Drawn::default();
    plan.draw(&nominal, &mut official);
    let lines = lines(plan, &official);
    let (slots, size) = slots(plan);
    let columns = model.grades.len() + 1;
    let count = plan.units().len();
    let empty = || Counts { ranks: vec![0; size], grades: vec![0; count * columns], swaps: vec![0; lines.len()] };
    let levels = Levels::of(model);
    // A block is counted by one thread; the blocks are few, so that their counts are.
    let blocks = rayon::current_num_threads() as u64 * 4;
    let block = |block: u64| {
        let (mut counts, mut draw, mut drawn) = (empty(), nominal.clone(), Drawn::default());
        let mut copies = sampler.each_once();
        for number in (setting.draws * block / blocks)..(setting.draws * (block + 1) / blocks) {
            let mut random = ChaCha8Rng::seed_from_u64(setting.seed);
            random.set_stream(number);
            if setting.vary.has_weights() {
                levels.draw(setting, &mut random, &mut draw);
            }
            if setting.vary.has_raters() {
                sampler.draw(&mut random, &mut copies);
                sampler.tally(&copies, &mut draw.sample);
            }
            plan.draw(&draw, &mut drawn);
            for (index, slot) in slots.iter().enumerate() {
                if drawn.ranks[index] > 0 {
                    counts.ranks[slot.offset + (drawn.ranks[index] - 1) / slot.width] += 1;
                }
                counts.grades[index * columns + drawn.grades[index].unwrap_or(columns - 1)] += 1;
            }
            for (line, swaps) in lines.iter().zip(&mut counts.swaps) {
                *swaps += u32::from(plan.stands_before(line.outside, line.inside, &draw, &drawn));
            }
        }
        counts
    };
    let counter = progress.step(Step::Draws, blocks as usize);
    let counts = (0..blocks)
        .into_par_iter()
        .map(|number| counter.done(block(number)))
        .reduce(empty, |own, other| own.add(&other));
    let share = |count: u32| if setting.draws == 0 { 0.0 } else { f64::from(count) / setting.draws as f64 };
    let unit = |(index, slot): (usize, &Slot)| {
        let ranks = &counts.ranks[slot.offset..slot.offset + slot.length];
        let grades = &counts.grades[index * columns..(index + 1) * columns - 1];
        let rank = Some(official.ranks[index]).filter(|rank| *rank > 0);
        let grade = official.grades[index];
        let rank_of = |at: usize| at * slot.width + 1;
        let occurred = ranks.iter().enumerate().filter(|(_, count)| **count > 0);
        UnitRobustness {
            index,
            rank,
            interval: rank.map(|_| [0.05, 0.5, 0.95].map(|own| quantile(ranks, own, slot.width))),
            ranks: occurred.map(|(at, count)| (rank_of(at), share(*count))).collect(),
            grade,
            grades: grades.iter().map(|count| share(*count)).collect(),
            same_grade: grade.map(|grade| share(grades[grade])),
        }
    };
    let units = slots.iter().enumerate().map(unit).collect();
    let swaps = |(line, swaps): (&Line, &u32)| Line { swaps: share(*swaps), ..line.clone() };
    Robustness { units, lines: lines.iter().zip(&counts.swaps).map(swaps).collect() }
}

/// Where the counts of each unit stand, and how many there are.
fn slots(plan: &Plan) -> (Vec<Slot>, usize) {
    let mut slots = vec![Slot { offset: 0, length: 0, width: 1 }; plan.units().len()];
    let mut size = 0;
    for scope in &plan.scopes {
        let width = scope.members.len().div_ceil(MOST_COUNTS);
        let length = scope.members.len().div_ceil(width);
        for index in &scope.members {
            slots[*index] = Slot { offset: size, length, width };
            size += length;
        }
    }
    (slots, size)
}

/// A quantile of type 7 over ranks that are counted.
fn quantile(counts: &[u32], share: f64, width: usize) -> f64 {
    let total: u64 = counts.iter().map(|own| u64::from(*own)).sum();
    let at = share * total.saturating_sub(1) as f64;
    let nth = |wanted: u64| {
        let mut seen = 0;
        let found = counts.iter().position(|own| {
            seen += u64::from(*own);
            seen > wanted
        });
        (found.unwrap_or(0) * width + 1) as f64
    };
    let (below, above) = (nth(at.floor() as u64), nth(at.ceil() as u64));
    below + (at - at.floor()) * (above - below)
}

/// The pairs at the lines of quotas, as the official result has them: of those who compete, the last with a place and the
/// first who reached the grade and has none.
fn lines(plan: &Plan, official: &Drawn) -> Vec<Line> {
    let mut lines = Vec::new();
    for (scope, (own, order)) in plan.scopes.iter().zip(&official.orders).enumerate() {
        for (grade, _) in own.quotas() {
            let has = |index: &&usize| {
                official.takes_place[**index] && official.grades[**index].is_some_and(|own| own <= grade)
            };
            let lacks = |index: &&usize| {
                official.before[**index] <= grade && official.grades[**index].is_some_and(|own| own > grade)
            };
            if let (Some(inside), Some(outside)) = (order.iter().rfind(has), order.iter().find(lacks)) {
                lines.push(Line { scope, grade, inside: *inside, outside: *outside, swaps: 0.0 });
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_counted_ranks_are_of_type_7() {
        // Ranks 1, 2, 2, 4: the quarter of type 7 is 1.75, the half 2, the last 4.
        let counts = [1, 2, 0, 1];
        assert!((quantile(&counts, 0.25, 1) - 1.75).abs() < 1e-12);
        assert!((quantile(&counts, 0.5, 1) - 2.0).abs() < 1e-12);
        assert!((quantile(&counts, 1.0, 1) - 4.0).abs() < 1e-12);
    }
}
