//! How much of the movement of ranks each weight explains: first-order and total indices of Sobol.
//!
//! Estimators: first order by Saltelli et al. 2010 (table 2 b), total by Jansen 1999, on two independent matrices of uniform
//! numbers. Every row has a stream of its own of the generator, so that threads change nothing.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use rayon::prelude::*;
use serde::Serialize;

use super::plan::{Draw, Drawn};
use super::robustness::{Setting, Source};
use super::scenarios::{Weight, keys};
use crate::model::Model;

/// The fewest and most rows of a matrix; between them about as many rankings are made as there are drawings.
const ROWS: [usize; 2] = [64, 1_024];
/// Streams of the generator that drawings do not use.
const STREAM: u64 = 1 << 40;
/// Below which variance of the mean shift nothing is explained.
const NOTHING: f64 = 1e-12;

/// What one input explains, as a part of the variance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Index {
    /// Alone.
    pub first: f64,
    /// Alone and together with others.
    pub total: f64,
}

/// The indices of every input of a function of numbers from 0 to 1; none where the function does not vary.
pub fn sobol(inputs: usize, rows: usize, seed: u64, of: impl Fn(&[f64]) -> f64 + Sync) -> Option<Vec<Index>> {
    let row = |number: usize| {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(STREAM + number as u64);
        let mut uniform = || (random.next_u64() >> 11) as f64 * 2_f64.powi(-53);
        let mut a: Vec<f64> = (0..inputs).map(|_| uniform()).collect();
        let b: Vec<f64> = (0..inputs).map(|_| uniform()).collect();
        let mut values = vec![of(&a), of(&b)];
        for (index, other) in b.iter().enumerate() {
            let own = std::mem::replace(&mut a[index], *other);
            values.push(of(&a));
            a[index] = own;
        }
        values
    };
    let values: Vec<Vec<f64>> = (0..rows).into_par_iter().map(row).collect();
    let count = rows as f64;
    let both = || values.iter().flat_map(|own| &own[..2]);
    let centre = both().sum::<f64>() / (2.0 * count);
    let variance = both().map(|own| (own - centre).powi(2)).sum::<f64>() / (2.0 * count);
    let index = |at: usize| {
        let first: f64 = values.iter().map(|own| (own[1] - centre) * (own[at + 2] - own[0])).sum();
        let total: f64 = values.iter().map(|own| (own[0] - own[at + 2]).powi(2)).sum();
        Index { first: first / count / variance, total: total / (2.0 * count) / variance }
    };
    (variance > NOTHING).then(|| (0..inputs).map(index).collect())
}

/// The sensitivity of the mean shift of ranks to every weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// Rows of a matrix.
    pub rows: usize,
    /// By weight, in the order of the model.
    pub weights: Vec<(String, Weight, Index)>,
}

/// The weights that can vary: those that are not alone in their level.
fn varied(model: &Model, has_steady_tree: bool) -> Vec<(String, Weight)> {
    let tree = &model.tree;
    let varies = |(_, weight): &(String, Weight)| match *weight {
        Weight::Component(index) => model.components.len() > 1 && model.components[index].weight.0.is_positive(),
        Weight::Class(index, class) => {
            let classes = model.components[index].classes();
            classes.len() > 1 && classes[class].weight.0.is_positive()
        }
        Weight::Aspect(_) => tree.aspects.len() > 1 && !has_steady_tree,
        Weight::Line(_) => tree.lines.len() > 1 && !has_steady_tree,
        Weight::Leaf(leaf) => tree.cells[tree.leaves[leaf].cell].leaves.len() > 1 && !has_steady_tree,
    };
    keys(model).into_iter().filter(varies).collect()
}

/// Sets the factor of a weight.
pub fn vary(draw: &mut Draw, weight: Weight, factor: f64) {
    match weight {
        Weight::Component(index) => draw.components[index] = factor,
        Weight::Class(index, class) => draw.classes[index][class] = factor,
        Weight::Aspect(index) => draw.aspects[index] = factor,
        Weight::Line(index) => draw.lines[index] = factor,
        Weight::Leaf(index) => draw.leaves[index] = factor,
    }
}

/// The sensitivity of the mean shift of ranks, every weight varied as the setting's spread says; none where no rank moves.
pub fn sensitivity(source: Source<'_>, setting: &Setting) -> Option<Sensitivity> {
    let Source { plan, model, .. } = source;
    let weights = varied(model, plan.has_steady_tree);
    let nominal = Draw::nominal(model);
    let mut official = Drawn::default();
    plan.draw(&nominal, &mut official);
    let ranked = official.ranks.iter().filter(|rank| **rank > 0).count().max(1) as f64;
    let shift = |inputs: &[f64]| {
        let (mut draw, mut drawn) = (nominal.clone(), Drawn::default());
        for ((_, weight), input) in weights.iter().zip(inputs) {
            vary(&mut draw, *weight, 1.0 + setting.spread / 100.0 * (2.0 * input - 1.0));
        }
        plan.draw(&draw, &mut drawn);
        let shifts = drawn.ranks.iter().zip(&official.ranks).map(|(a, b)| a.abs_diff(*b));
        shifts.sum::<usize>() as f64 / ranked
    };
    let budget = usize::try_from(setting.draws).unwrap_or(usize::MAX);
    let rows = (budget / (weights.len() + 2)).clamp(ROWS[0], ROWS[1]);
    let indices = sobol(weights.len(), rows, setting.seed, shift)?;
    let weights = weights.into_iter().zip(indices).map(|((key, weight), index)| (key, weight, index));
    Some(Sensitivity { rows, weights: weights.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(own: f64, expected: f64) {
        assert!((own - expected).abs() < 0.02, "{own} is not {expected}");
    }

    #[test]
    fn a_sum_is_explained_by_the_squares_of_its_coefficients() {
        // x + 2y + 3z of independent uniform numbers: 1/14, 4/14 and 9/14; nothing together.
        let own = sobol(3, 40_000, 1, |x| x[0] + 2.0 * x[1] + 3.0 * x[2]).expect("indices");
        for (index, square) in own.iter().zip([1.0, 4.0, 9.0]) {
            close(index.first, square / 14.0);
            close(index.total, square / 14.0);
        }
    }

    #[test]
    fn the_function_of_sobol_has_its_known_indices() {
        // g = Π (|4x − 2| + a)/(1 + a), a = 0, 1, 9: V_i = 1/3/(1 + a)², V = Π (1 + V_i) − 1; total V_i · Π of the others.
        let a = [0.0_f64, 1.0, 9.0];
        let own =
            sobol(3, 40_000, 3, |x| x.iter().zip(a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product());
        let parts = a.map(|a| 1.0 / 3.0 / (1.0 + a).powi(2));
        let all: f64 = parts.iter().map(|own| 1.0 + own).product::<f64>();
        for (index, part) in own.expect("indices").iter().zip(parts) {
            close(index.first, part / (all - 1.0));
            close(index.total, part * all / (1.0 + part) / (all - 1.0));
        }
    }

    #[test]
    fn what_does_not_vary_has_no_indices() {
        assert_eq!(sobol(2, 100, 1, |_| 4.0), None);
    }
}
