//! Hand-calculated tests of the rules of SPEC §6-§9, §17 and §18, and of DOMAIN §10.11.
//!
//! Each test names a rule and shows its arithmetic; the expected values are literals that a person calculated.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code: a panic is the report, names say the rule")]

mod absent;
mod adjustments;
mod awards;
mod ballot_classes;
mod ballot_marks;
mod ballot_nodes;
mod ballot_patterns;
mod caps;
mod conditions;
mod corrections;
mod decisions;
mod departments;
mod example;
mod formula_periods;
mod formulas;
mod fractions;
mod given;
mod guards;
mod guards_ballots;
mod guards_cells;
mod guards_model;
mod history;
mod identities;
mod inapplicable;
mod invariants;
mod layouts;
mod leaf_cells;
mod leaf_periods;
mod leaf_rules;
mod ledgers;
mod lost;
mod model_errors;
mod not_applicable;
mod over_claim;
mod periods;
mod places;
mod privacy;
mod promotions;
mod quotas;

mod ranks;
mod read_once;
mod relative;
mod rounding;
mod scheme_classes;
mod scheme_scope;
mod schemes;
mod sheets;
mod shuffled;
mod spec17;
mod support;
mod tails;
mod trimming;
mod values;
mod vote_shares;
mod written_numbers;
