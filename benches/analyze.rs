//! Speed of an analysis: weights and raters drawn and graded with all caps, quotas and ties, under the model of the city example.

use assess::analyze::agreement::{Bootstrap, alphas};
use assess::analyze::marks::Marks;
use assess::analyze::plan::Plan;
use assess::analyze::record::Record;
use assess::analyze::resample::Sampler;
use assess::analyze::robustness::{Setting, Source, Vary, Weights, robustness};
use assess::analyze::scenarios::Start;
use assess::result::outcome::RatingRecord;
use assess::shared::number::Percent;
use assess::shared::progress::Progress;

mod project;

use project::{compute, project};

fn main() {
    divan::main();
}

/// 10,000 drawings of the weights of all levels, and of the raters besides.
#[divan::bench(args = [100, 500], consts = [false, true], sample_count = 3, sample_size = 1)]
fn draws<const RATERS: bool>(bencher: divan::Bencher<'_, '_>, units: usize) {
    let folder = project(units);
    let computed = compute(folder.path());
    let outcome = computed.outcome("v001", None, false).0;
    let ratings: Vec<RatingRecord> = computed.ratings().collect();
    let record = Record::of(&outcome);
    let sampler = Sampler::of(&record, &ratings);
    let plan = Plan::of(&record, &record.judged(), Some(&sampler));
    let vary = if RATERS { Vary::Both } else { Vary::Weights };
    let setting = Setting { vary, ..Setting::new(Weights::Varied, &Percent::whole(25), 10_000, 1) };
    let source = Source { plan: &plan, model: &record.model, sampler: &sampler };
    bencher.bench_local(|| robustness(source, &setting, &Progress::SILENT).units.len());
}

/// Every component, class, indicator and rater left out in turn.
#[divan::bench(args = [100, 500], sample_count = 3, sample_size = 1)]
fn left_out(bencher: divan::Bencher<'_, '_>, units: usize) {
    let folder = project(units);
    let computed = compute(folder.path());
    let outcome = computed.outcome("v001", None, false).0;
    let ratings: Vec<RatingRecord> = computed.ratings().collect();
    let record = Record::of(&outcome);
    let official = record.judged();
    let sampler = Sampler::of(&record, &ratings);
    let plan = Plan::of(&record, &official, Some(&sampler));
    let start = Start { record: &record, official: &official, plan: &plan, sampler: &sampler };
    bencher.bench_local(|| start.leave_one_out().len());
}

/// Alpha with its limits: 1,000 units and 300,000 marks, whole ones and ones with two decimals.
#[divan::bench(args = [1.0, 100.0], sample_count = 3, sample_size = 1)]
fn agreement(bencher: divan::Bencher<'_, '_>, steps: f64) {
    let (units, raters) = (1_000, 300);
    let mut marks = Marks::empty(units, raters);
    let mut number = 1_u64;
    for unit in 0..units {
        for rater in 0..raters {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let share = (number >> 33) as f64 / (1_u64 << 31) as f64;
            marks.set(unit, rater, ((60.0 + 40.0 * share) * steps).round() / steps);
        }
    }
    bencher.bench_local(|| alphas(&marks, Bootstrap { resamples: 1_000, seed: 1 }).len());
}
