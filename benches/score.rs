//! Speed of a whole `score` run and of its stages, at 100 and 1,000 units.
//!
//! `cargo bench` makes a project per size in a temporary folder (the model of `examples/city-2025`, one self-report
//! workbook per unit, 40 ballot workbooks that rate every unit, one tally table), then times reading and checking,
//! measuring, totals and grades, the result document, and the artefacts as bytes.

use std::borrow::Cow;

use assess::documents::report;
use assess::engine::grade::grade;
use assess::engine::score;
use assess::write;

mod project;

use project::{compute, project};

const SIZES: [usize; 2] = [100, 1000];

fn main() {
    divan::main();
}

/// The whole run up to the artefacts in memory.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn whole_run(bencher: divan::Bencher<'_, '_>, units: usize) {
    let folder = project(units);
    bencher.bench_local(|| {
        let computed = compute(folder.path());
        assert!(!computed.is_rejected(false) && !computed.is_pending(), "{:?}", computed.findings.first());
        let (outcome, _) = computed.outcome("v001", None, false);
        let workbook = write::workbook::bytes(&report::result(&outcome)).expect("workbook");
        let json = write::json::bytes(&outcome).expect("json");
        let csv = write::csv::ratings(&outcome, computed.ballots()).expect("csv");
        workbook.len() + json.len() + csv.len()
    });
}

/// Reading, checking, scoring and grading.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn read_check_score(bencher: divan::Bencher<'_, '_>, units: usize) {
    let folder = project(units);
    bencher.bench_local(|| compute(folder.path()).scores.len());
}

/// Leaves and ballots to measured nodes.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn measure(bencher: divan::Bencher<'_, '_>, units: usize) {
    let folder = project(units);
    let computed = compute(folder.path());
    bencher.bench_local(|| score::measure(&computed.model, &computed.assessment).0.leaves.len());
}

/// Corrections, adjustments, totals, ranks and grades: what a re-grade repeats.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn total_and_grade(bencher: divan::Bencher<'_, '_>, units: usize) {
    let folder = project(units);
    let computed = compute(folder.path());
    let (measured, _) = score::measure(&computed.model, &computed.assessment);
    bencher.bench_local(|| {
        let leaves = Cow::Borrowed(measured.leaves.as_slice());
        let (scores, _) = score::total(&computed.model, &computed.assessment, &measured, leaves);
        grade(&computed.model, &computed.assessment, &measured, &scores).0.units.len()
    });
}

/// The result workbook as bytes.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn result_workbook(bencher: divan::Bencher<'_, '_>, units: usize) {
    let folder = project(units);
    let computed = compute(folder.path());
    let (outcome, _) = computed.outcome("v001", None, false);
    bencher.bench_local(|| write::workbook::bytes(&report::result(&outcome)).expect("workbook").len());
}
