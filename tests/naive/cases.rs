//! The random projects that several tests look at: each is made once.

use std::sync::OnceLock;

use crate::generate::{Case, generate};

/// How many projects there are.
pub(crate) const SEEDS: u64 = 500;

static CASES: [OnceLock<Case>; SEEDS as usize] = [const { OnceLock::new() }; SEEDS as usize];

/// The project of a seed with the rules that the program has.
pub(crate) fn case(seed: u64) -> &'static Case {
    CASES[usize::try_from(seed).unwrap()].get_or_init(|| generate(seed))
}
