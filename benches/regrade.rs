//! Speed of a re-grade: registers read again, everything calculated again from a recorded result, differences with causes.
//!
//! A project of 100 or 1,000 units is scored once; then half as many rows of bonuses are approved (500 for 1,000 units).

use std::fmt::Write as _;
use std::path::Path;

use assess::check::proposals::Proposals;
use assess::documents::report;
use assess::pipeline::regrade::{Ended, Method, Regraded, regrade};
use assess::read::Project;
use assess::result::diff::Diff;
use assess::result::outcome::Outcome;
use assess::write;

mod project;

use project::{compute, project};

const SIZES: [usize; 2] = [100, 1000];

fn main() {
    divan::main();
}

/// A scored project whose registers then get a row for every second unit, as a later run finds it.
fn scored(units: usize) -> (tempfile::TempDir, Outcome) {
    let folder = project(units);
    let parent = compute(folder.path()).outcome("v001", None, false).0;
    let mut rows =
        String::from("编号,单位,代码,事由,级别,申报分值,审定分值,文件名称,文号,发文单位,发文日期,状态,审定文号,备注\n");
    for row in 0..units / 2 {
        let unit = row * 2;
        writeln!(
            rows,
            "{n},U{unit:04},J3,事由{n},,1,1,关于表彰的决定,云发〔2025〕{n}号,市委,2025-06-01,工委审定,工委〔2026〕1号,",
            n = row + 1
        )
        .expect("text");
    }
    std::fs::create_dir_all(folder.path().join("registers")).expect("folder");
    std::fs::write(folder.path().join("registers/加减分登记.csv"), rows).expect("register");
    (folder, parent)
}

fn regraded(folder: &Path, parent: &Outcome) -> Box<Regraded> {
    let project = Project::at(folder.to_path_buf());
    match regrade(&project, parent, Proposals::AsTheyStand, Method::Fixed).expect("files can be read") {
        Ended::Done(regraded) => regraded,
        Ended::Stopped(stopped) => panic!("{:?}", stopped.findings),
        Ended::Refused(changed) => panic!("{changed:?}"),
    }
}

/// What a preview does: calculate again, compare, find causes.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn preview(bencher: divan::Bencher<'_, '_>, units: usize) {
    let (folder, parent) = scored(units);
    bencher.bench_local(|| {
        let (next, _) = regraded(folder.path(), &parent).outcome("v002", ("v001", &parent));
        let diff = Diff::between(&parent, &next);
        assert_eq!(diff.counts().rows, units / 2);
        diff.units.len()
    });
}

/// The differences alone.
#[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
fn differences(bencher: divan::Bencher<'_, '_>, units: usize) {
    let (folder, parent) = scored(units);
    let (next, _) = regraded(folder.path(), &parent).outcome("v002", ("v001", &parent));
    bencher.bench_local(|| Diff::between(&parent, &next).units.len());
}

/// The whole of `--apply` up to the artefacts in memory.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn apply(bencher: divan::Bencher<'_, '_>, units: usize) {
    let (folder, parent) = scored(units);
    bencher.bench_local(|| {
        let (next, _) = regraded(folder.path(), &parent).outcome("v002", ("v001", &parent));
        let workbook = write::workbook::bytes(&report::result(&next)).expect("workbook");
        workbook.len() + write::json::bytes(&next).expect("json").len()
    });
}
