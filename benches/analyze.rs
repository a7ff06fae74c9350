//! Speed of an analysis: weights drawn and graded with all caps, quotas and ties, under the model of the city example.

use assess::analyze::plan::Plan;
use assess::analyze::record::Record;
use assess::analyze::robustness::{Setting, Weights, robustness};
use assess::analyze::scenarios::leave_one_out;
use assess::shared::number::Percent;

mod project;

use project::{compute, project};

fn main() {
    divan::main();
}

/// 10,000 drawings of the weights of components and classes.
#[divan::bench(args = [100, 500], sample_count = 3, sample_size = 1)]
fn draws(bencher: divan::Bencher<'_, '_>, units: usize) {
    let folder = project(units);
    let outcome = compute(folder.path()).outcome("v001", None, false).0;
    let record = Record::of(&outcome);
    let plan = Plan::of(&record, &record.judged());
    let setting = Setting::new(Weights::Varied, &Percent::whole(25), 10_000, 1);
    bencher.bench_local(|| {
        robustness(&plan, &record.model, &setting, &assess::shared::progress::Progress::SILENT).units.len()
    });
}

/// Every component and class left out in turn, by the engine.
#[divan::bench(args = [100, 500], sample_count = 3, sample_size = 1)]
fn left_out(bencher: divan::Bencher<'_, '_>, units: usize) {
    let folder = project(units);
    let outcome = compute(folder.path()).outcome("v001", None, false).0;
    let record = Record::of(&outcome);
    let official = record.judged();
    bencher.bench_local(|| leave_one_out(&record, &official).len());
}
