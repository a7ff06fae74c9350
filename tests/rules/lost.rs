//! What does not arrive: files that go away or change while they are read, components without files, leaves without a row,
//! ballots that the sums do not account for.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use assess::model::Limits;
use assess::read::project::Candidate;
use assess::shared::finding::Code;
use assess::shared::place::{Files, Role};

use crate::support::{GIVEN, NUMBERS, Project, panel};

/// Reads the given scores of a folder, which are listed already.
fn read(folder: &Path) -> (usize, Vec<Code>) {
    let listed = [Candidate { path: "scores.csv".to_owned(), role: Role::Given }];
    let intake = assess::read::read_all(
        &assess::read::Project::at(folder.to_path_buf()),
        &listed,
        &Limits::default(),
        &mut Files::default(),
    );
    (intake.tables.len(), intake.findings.iter().map(|finding| finding.code).collect())
}

#[test]
fn a_file_that_is_gone_when_it_is_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("scores.csv"), "单位,得分\nU1,80\n").unwrap();
    assert_eq!(read(folder.path()), (1, vec![]));
    fs::remove_file(folder.path().join("scores.csv")).unwrap();
    assert_eq!(read(folder.path()), (0, vec![Code::E101]));
}

/// Another program appends row after row. Of 20,000 rows one is added while they are read, if not at the first try.
#[test]
fn a_file_that_changes_while_it_is_read_is_an_error_and_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scores.csv");
    fs::write(&path, format!("单位,得分\n{}", "U1,80\n".repeat(20_000))).unwrap();
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            while !is_done.load(Ordering::Relaxed) {
                file.write_all(b"U1,80\n").unwrap();
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
        });
        let found = (0..50).map(|_| read(folder.path())).find(|(_, codes)| !codes.is_empty());
        is_done.store(true, Ordering::Relaxed);
        assert_eq!(found, Some((0, vec![Code::E126])));
    });
}

#[test]
fn a_component_without_any_file_is_an_error() {
    let given = Project::new(GIVEN).units("U1").run();
    assert_eq!((given.errors(), given.of("E114").len()), (vec!["E114"], 1));
    let ballots = Project::new(&panel(NUMBERS, "R=100")).units("U1").run();
    assert_eq!((ballots.errors(), ballots.of("E114").len()), (vec!["E114"], 1));
}

#[test]
fn a_leaf_without_a_row_in_the_report_is_named_at_its_header() {
    let leaf = |code: &str, points: u32| {
        let place = "line = \"L1\"\naspect = \"A1\"\nname = \"指标\"\nrule = \"核定\"\n";
        format!("[[indicator]]\ncode = \"{code}\"\npoints = {points}\n{place}")
    };
    let project = || Project::new(&format!("{}{}", leaf("X", 60), leaf("Y", 40))).units("U1");
    // The department verified Y all the same: 50 + 30.
    let run = project().report("U1", "X,,60,,,50,").verified("U1,Y,,30,").score();
    assert_eq!((run.at("W221").as_str(), run.of("W221").len()), ("self-reports/U1.csv A2", 1));
    assert_eq!((run.of("W221")[0].found.as_deref(), run.total("U1")), (Some("Y"), "80.00"));
    let whole = project().report("U1", "X,,60,,,50,\nY,,40,,,30,").score();
    assert_eq!((whole.has("W221"), whole.total("U1")), (false, "80.00"));
}

#[test]
fn rules_about_single_ballots_do_not_act_on_tallies() {
    let run = |on: &str| {
        let keys = format!("{NUMBERS}trim = {{ low = 1, high = 1, from = 5, on = \"{on}\" }}");
        let project = Project::new(&panel(&keys, "R=100")).units("U1");
        project.file("tallies/b/票数.csv", "单位,评议主体,2,6,7,10,有效\nU1,R,1,2,1,1,5").score()
    };
    // All five count: (2 + 6 + 6 + 7 + 10)/5 = 6.2. Without the lowest and the highest: (6 + 6 + 7)/3 = 6.333…
    let (ballot, rating) = (run("ballot"), run("rating"));
    assert_eq!((ballot.total("U1"), ballot.at("N427").as_str()), ("62.00", "tallies/b/票数.csv A2"));
    assert_eq!((rating.total("U1"), rating.has("N427")), ("63.33", false));
}

#[test]
fn more_ballots_than_issued_are_a_sum_that_does_not_add_up() {
    let project = |issued: &str| Project::new(&panel(NUMBERS, issued)).units("U1");
    let three = "R/1 U1=9\nR/2 U1=8\nR/3 U1=7";
    // issued 2, counted 3 + not returned 0
    let run = project("R=100/2").ballots(three).run();
    assert_eq!(run.unbalanced(), ["对账不平：b/R 2 3"]);
    let run = project("R=100/3").ballots(three).score();
    assert_eq!((run.unbalanced(), run.total("U1")), (vec![], "80.00"));
}
