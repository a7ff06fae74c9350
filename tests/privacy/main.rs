//! An attacker of the letters: it reads what a unit receives, knows what is public, and deduces what can be deduced,
//! based only on docs/privacy.md. Its findings must equal those of the program.
#![allow(clippy::unwrap_used, missing_docs)] // test code: a panic is the report
#![allow(dead_code)] // the generator of random numbers is shared

mod attack;
mod exposed;
mod hand;
mod letter;
mod letters;
mod marks;
mod method;
#[path = "../cli/named.rs"]
mod named;
mod number;
mod projects;
#[path = "../naive/rng.rs"]
mod rng;
mod scales;
mod slots;
mod solver;
mod story;
mod untold;
