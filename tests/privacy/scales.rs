//! Random scales and weights of ballots.

use crate::rng::Rng;

/// Weights that sum to 100.
pub(crate) fn class_weights(rng: &mut Rng, classes: usize) -> Vec<usize> {
    let mut left = 100;
    let mut weights = Vec::new();
    for class in 1..classes {
        let most = left - 5 * (classes - class);
        let own = rng.between(5, most.min(60)) / 5 * 5;
        let own = if rng.chance(20) { own + rng.between(0, 4).min(most - own) } else { own };
        weights.push(own);
        left -= own;
    }
    weights.push(left);
    weights
}

/// Levels, best first, and the keys of the model that declare them.
pub(crate) fn levels(rng: &mut Rng) -> (Vec<String>, String) {
    let points = *rng.pick::<&[usize]>(&[
        &[100, 80, 60, 40],
        &[100, 85, 70, 60],
        &[100, 80, 60, 0],
        &[95, 85, 75],
        &[100, 50],
        &[100, 90, 80, 70, 60],
    ]);
    let words: Vec<String> = (0..points.len()).map(|index| format!("档{index}")).collect();
    let pairs: Vec<String> = words.iter().zip(points).map(|(word, points)| format!("\"{word}\" = {points}")).collect();
    let mut keys = format!("levels = {{ {} }}\n", pairs.join(", "));
    if rng.chance(50) {
        keys.push_str(&format!("positive = [\"{}\"]\n", words[..rng.between(1, 2)].join("\", \"")));
    }
    (words, keys)
}

/// The marks of a range, best first, and its keys.
pub(crate) fn range(rng: &mut Rng) -> (Vec<String>, String) {
    // Lower end, upper end and step, in hundredths.
    let (low, high, step) = *rng.pick(&[
        (0, 1000, 100),
        (0, 1000, 50),
        (0, 1000, 10),
        (600, 1000, 50),
        (0, 10_000, 500),
        (6000, 10_000, 100),
    ]);
    let decimal = |hundredths: usize| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let marks = (0..=(high - low) / step).map(|steps| decimal(high - steps * step)).collect();
    let mut keys = format!("range = [{}, {}]\n", decimal(low), decimal(high));
    // A step of more than 1 cannot be seen from the marks.
    if step > 100 || rng.chance(50) {
        keys.push_str(&format!("step = {}\n", decimal(step)));
    }
    if rng.chance(40) {
        keys.push_str(&format!("positive_from = {}\n", decimal(high - (high - low) / 4 / step * step)));
    }
    (marks, keys)
}
