//! How far a ranking can be trusted: agreement, raters, and what other weights would change (SPEC §13).
//!
//! Pure. Everything comes from a version's own record, result.json and ratings.csv; nothing here ever feeds back into a score.
//! Doubles are allowed, with one guard: what lies within 1e-9 of a rounding point, a bar or a tie is calculated exactly.
//!
//! | question | module | from |
//! |---|---|---|
//! | do the raters of a class agree? | [`agreement`] | [`panels`]: marks of ratings.csv |
//! | is a rater severe, careless, partial? | [`raters`] | the same |
//! | which ranks and grades would other weights or raters give? | [`robustness`], by [`plan`] and [`resample`] | exact rates of result.json, marks |
//! | which weight moves ranks? | [`sensitivity`] | the same |
//! | what do indicators tell, and what do they weigh in effect? | [`indicators`] | rates of result.json |
//! | what if a weight or a mean were another, or something were left out? | [`scenarios`], [`scenario_file`] | the engine itself, started from [`record`], or [`plan`] |
//! | what if all raters were of mean severity? | [`adjusted`] | effects of [`raters`] |
//!
//! [`study`] puts the answers together under the names of units, as the document `assess.analyze/1`.
//! [`marks`] holds the tables and the small statistics on them, [`undefined`] the reasons why a figure has no value.

pub mod adjusted;
pub mod agreement;
pub mod indicators;
pub mod marks;
pub mod panels;
pub mod plan;
pub mod raters;
pub mod record;
pub mod resample;
pub mod robustness;
pub mod scenario_file;
pub mod scenarios;
pub mod sensitivity;
pub mod study;
pub mod undefined;
