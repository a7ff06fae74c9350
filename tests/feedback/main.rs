//! Feedback workbooks as seen by units and the office: what the sheets contain, what they must never contain, how a set
//! of them is published and returned.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    missing_docs,
    dead_code,
    reason = "test code: a panic is the report"
)]

#[path = "../cli/cells.rs"]
mod cells;
#[path = "../cli/dump.rs"]
mod dump;
#[path = "../cli/runner.rs"]
mod runner;
#[path = "../cli/small.rs"]
mod small;

#[path = "../naive/adjust.rs"]
mod adjust;
#[path = "../naive/awards.rs"]
mod awards;
#[path = "../naive/ballots.rs"]
mod ballots;
#[path = "../naive/bare.rs"]
mod bare;
#[path = "../naive/enrich.rs"]
mod enrich;
#[path = "../naive/enrich_grades.rs"]
mod enrich_grades;
#[path = "../naive/enrich_leaves.rs"]
mod enrich_leaves;
#[path = "../naive/features.rs"]
mod features;
#[path = "../naive/fill.rs"]
mod fill;
#[path = "../naive/formula.rs"]
mod formula;
#[path = "../naive/generate.rs"]
mod generate;
#[path = "../naive/grade.rs"]
mod grade;
#[path = "../naive/leaves.rs"]
mod leaves;
#[path = "../naive/measured.rs"]
mod measured;
#[path = "../naive/nodes.rs"]
mod nodes;
#[path = "../naive/number.rs"]
mod number;
#[path = "../naive/periods.rs"]
mod periods;
#[path = "../naive/project.rs"]
mod project;
#[path = "../naive/rng.rs"]
mod rng;
#[path = "../naive/score.rs"]
mod score;
#[path = "../naive/shape.rs"]
mod shape;
#[path = "../naive/write.rs"]
mod write;
#[path = "../naive/write_model.rs"]
mod write_model;

mod golden;
mod leaks;
mod letter;
mod numbers;
mod publishing;
mod returned;
mod sheets;
mod suppression;
mod texts;
mod truth;
