//! Speed and memory of a whole `score` run and of its stages, at 100, 1,000 and 10,000 units, and the floor: what it takes
//! only to read the bytes of the same inputs, to inflate them and to split them into XML tokens.
//!
//! `cargo bench` makes a project per size in a temporary folder (the model of `examples/city-2025`, one self-report
//! workbook per unit, 40 ballot workbooks that rate every unit, one tally table). Beside the seconds stand the allocations;
//! `max alloc` is the memory that the measuring thread holds at its peak beyond what it is given. What other threads hold is
//! not in it: of a whole run the system tells the memory.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use assess::check::{self, Before, Earlier, Inputs, Proposals, Roster};
use assess::documents::report;
use assess::engine::assessment::Assessment;
use assess::engine::grade::grade;
use assess::engine::score;
use assess::model::Model;
use assess::pipeline::{Prepared, component_files};
use assess::read::{self, RawTable};
use assess::result::outcome::Outcome;
use assess::shared::place::{FileId, Files};
use assess::write;
use divan::Bencher;
use tempfile::TempDir;

mod project;

use project::{compute, prepare, project};

const SIZES: [usize; 3] = [100, 1000, 10_000];

#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

/// The projects by their size, each made once.
static PROJECTS: LazyLock<Mutex<BTreeMap<usize, TempDir>>> = LazyLock::new(Mutex::default);

fn main() {
    divan::main();
    // A static is not dropped, and its folders would stay.
    PROJECTS.lock().expect("no benchmark panicked").clear();
}

fn folder(units: usize) -> PathBuf {
    let mut projects = PROJECTS.lock().expect("no benchmark panicked");
    projects.entry(units).or_insert_with(|| project(units)).path().to_owned()
}

fn outcome(units: usize) -> Outcome {
    compute(&folder(units)).outcome("v001", None, false).0
}

/// The files of units and raters.
fn inputs(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for below in ["self-reports", "ballots/meeting"] {
        let found = std::fs::read_dir(folder.join(below)).expect("folder of the project");
        files.extend(found.map(|entry| entry.expect("file of the project").path()));
    }
    files
}

/// The parts of a workbook.
fn parts(path: &Path) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(path).expect("file of the project");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("workbook");
    let count = archive.len();
    let part = |index| {
        let mut bytes = Vec::new();
        archive.by_index(index).expect("part").read_to_end(&mut bytes).expect("part");
        bytes
    };
    (0..count).map(part).collect()
}

/// The floor: the bytes of the inputs, and nothing else, on one thread.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn floor_bytes(bencher: Bencher<'_, '_>, units: usize) {
    let files = inputs(&folder(units));
    bencher.bench_local(|| files.iter().map(|path| std::fs::read(path).expect("file").len()).sum::<usize>());
}

/// The floor: reading and inflating, on one thread.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn floor_inflated(bencher: Bencher<'_, '_>, units: usize) {
    let files = inputs(&folder(units));
    bencher.bench_local(|| files.iter().flat_map(|path| parts(path)).map(|part| part.len()).sum::<usize>());
}

/// The floor: reading, inflating, and XML tokens of which nothing is made, on one thread.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn floor_tokens(bencher: Bencher<'_, '_>, units: usize) {
    let files = inputs(&folder(units));
    let tokens = |part: Vec<u8>| {
        let mut reader = quick_xml::Reader::from_reader(part.as_slice());
        let mut count = 0_usize;
        while !matches!(reader.read_event().expect("XML"), quick_xml::events::Event::Eof) {
            count += 1;
        }
        count
    };
    bencher.bench_local(|| files.iter().flat_map(|path| parts(path)).map(tokens).sum::<usize>());
}

/// The whole run up to the artefacts in memory.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn whole_run(bencher: Bencher<'_, '_>, units: usize) {
    let folder = folder(units);
    bencher.bench_local(|| {
        let computed = compute(&folder);
        assert!(!computed.is_rejected(false) && !computed.is_pending(), "{:?}", computed.findings.first());
        let (outcome, _) = computed.outcome("v001", None, false);
        let workbook = write::workbook::bytes(&report::result(&outcome)).expect("workbook");
        let json = write::json::bytes(&outcome).expect("json");
        let csv = write::csv::ratings(&outcome, computed.ballots()).expect("csv");
        workbook.len() + json.len() + csv.len()
    });
}

/// Files to tables of located values.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn reading(bencher: Bencher<'_, '_>, units: usize) {
    let Prepared { project, model, files, .. } = prepare(&folder(units));
    let candidates = project.candidates(&model).expect("files");
    bencher.bench_local(|| read::read_all(&project, &candidates, &model.limits, &mut files.clone()).tables.len());
}

/// A project whose files are read.
struct Taken {
    model: Model,
    roster: Roster,
    files: Files,
    tables: Vec<RawTable>,
    components: BTreeMap<FileId, usize>,
}

impl Taken {
    fn of(units: usize) -> Self {
        let Prepared { project, model, roster, mut files, .. } = prepare(&folder(units));
        let candidates = project.candidates(&model).expect("files");
        let tables = read::read_all(&project, &candidates, &model.limits, &mut files).tables;
        let components = component_files(&model, &files).expect("patterns");
        Self { model, roster, files, tables, components }
    }

    /// The checked assessment, of a copy of the tables.
    fn checked(&self, mut tables: Vec<RawTable>) -> Assessment {
        let earlier = Earlier::default();
        let before = Before { past: &[], earlier: &earlier };
        let (model, components, proposals) = (&self.model, &self.components, Proposals::AsTheyStand);
        let inputs = Inputs { model, tables: &mut tables, components, before, proposals };
        check::check(inputs, self.roster.clone(), &mut self.files.clone()).0
    }
}

/// Tables to a checked assessment.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn checking(bencher: Bencher<'_, '_>, units: usize) {
    let taken = Taken::of(units);
    bencher.with_inputs(|| taken.tables.clone()).bench_local_values(|tables| taken.checked(tables).reports.len());
}

/// Leaves and ballots to measured nodes.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn measure(bencher: Bencher<'_, '_>, units: usize) {
    let taken = Taken::of(units);
    let checked = || taken.checked(taken.tables.clone());
    let measure = |mut checked: Assessment| score::measure(&taken.model, &mut checked).0.leaves.len();
    bencher.with_inputs(checked).bench_local_values(measure);
}

/// Corrections, adjustments, totals, ranks and grades: what a re-grade repeats.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn total_and_grade(bencher: Bencher<'_, '_>, units: usize) {
    let taken = Taken::of(units);
    let (model, mut checked) = (&taken.model, taken.checked(taken.tables.clone()));
    let (measured, _) = score::measure(model, &mut checked);
    bencher.bench_local(|| {
        let leaves = Cow::Borrowed(measured.leaves.as_slice());
        let (scores, _) = score::total(model, &checked, &measured, leaves);
        grade(model, &checked, &measured, &scores).0.units.len()
    });
}

/// The result workbook, whose bytes are dropped as they come.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn result_workbook(bencher: Bencher<'_, '_>, units: usize) {
    let outcome = outcome(units);
    bencher.bench_local(|| {
        let (cover, mut size) = (report::result_cover(&outcome), 0);
        let sheets = |put: &mut dyn FnMut(_)| report::result_sheets(&outcome, put);
        let mut count = |piece: &[u8]| {
            size += piece.len();
            Ok(())
        };
        write::workbook::pieces(&cover, sheets, &mut count).expect("workbook");
        size
    });
}

/// The result document, whose bytes are dropped as they come.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn result_json(bencher: Bencher<'_, '_>, units: usize) {
    let outcome = outcome(units);
    bencher.bench_local(|| {
        let mut size = 0;
        let mut count = |piece: &[u8]| {
            size += piece.len();
            Ok(())
        };
        write::json::pieces(&outcome, &mut count).expect("json");
        size
    });
}

/// ratings.csv, whose bytes are dropped as they come.
#[divan::bench(args = SIZES, sample_count = 3, sample_size = 1)]
fn ratings_csv(bencher: Bencher<'_, '_>, units: usize) {
    let computed = compute(&folder(units));
    let (outcome, _) = computed.outcome("v001", None, false);
    bencher.bench_local(|| {
        let mut size = 0;
        let mut count = |piece: &[u8]| {
            size += piece.len();
            Ok(())
        };
        write::csv::rating_pieces(&outcome, computed.ballots(), &mut count).expect("csv");
        size
    });
}
