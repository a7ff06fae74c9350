//! A run on what has not changed: the files are compared by their bytes and not read again, and nothing stale is said.

use std::time::{Duration, SystemTime};

use crate::runner::{Folder, Ran};
use crate::small::small;

/// What a run says, without the state of the files.
fn said(ran: &Ran) -> [String; 2] {
    [ran.out.clone(), ran.err.clone()]
}

/// The small project after its first version.
fn scored() -> Folder {
    let folder = small();
    folder.score(&[]).ended(0);
    folder
}

/// Makes the version one of another program, so that nothing is taken from it.
fn of_another_program(folder: &Folder) {
    let own = format!("assess {}", env!("CARGO_PKG_VERSION"));
    folder.edit("results/v001/manifest.json", &own, "assess 0.0.1");
}

#[test]
fn an_unchanged_run_says_what_a_full_run_says() {
    for name in ["minimal", "panel", "city-2025"] {
        let folder = Folder::example(name);
        folder.score(&[]).ended(0);
        let ways = [&[][..], &["-v"], &["-q"], &["--lang", "en"], &["--format", "json"], &["--format", "csv"]];
        let run = || ways.map(|extra| said(&folder.score(extra).ended(0)));
        let quick = run();
        of_another_program(&folder);
        assert_eq!(quick, run(), "{name}");
        assert!(!folder.path("results/v002").exists());
    }
}

#[test]
fn times_of_files_prove_nothing() {
    let folder = scored();
    let before = folder.score(&[]).ended(0);
    let later = SystemTime::now() + Duration::from_secs(3600);
    let file = std::fs::File::options().write(true).open(folder.path("self-reports/U03.csv")).unwrap();
    file.set_modified(later).unwrap();
    assert_eq!(said(&folder.score(&[]).ended(0)), said(&before));
    // Other bytes of the same length at the old time are a change.
    let text = folder.text("self-reports/U03.csv");
    let changed = text.replacen('8', "7", 1);
    assert!(changed != text && changed.len() == text.len());
    let time = file.metadata().unwrap().modified().unwrap();
    folder.write("self-reports/U03.csv", &changed);
    let file = std::fs::File::options().write(true).open(folder.path("self-reports/U03.csv")).unwrap();
    file.set_modified(time).unwrap();
    folder.score(&[]).ended(2);
}

#[test]
fn another_name_another_file_and_a_file_less_are_changes() {
    let renamed = scored();
    let text = renamed.text("self-reports/U03.csv");
    renamed.remove("self-reports/U03.csv").write("self-reports/U03-1.csv", &text);
    renamed.score(&[]).ended(2);
    let more = scored();
    more.write("self-reports/picture.png", "x");
    let noted = more.score(&["-v"]).ended(0);
    assert!(noted.err.contains("picture.png"), "a file that is not read is still told of: {}", noted.err);
    let less = scored();
    less.remove("self-reports/U03.csv");
    assert_ne!(less.score(&[]).code, 0);
}

#[test]
fn another_program_and_a_forged_result_are_not_relied_on() {
    let folder = scored();
    let before = folder.score(&[]).ended(0);
    let result = folder.text("results/v001/result.json");
    folder.write("results/v001/result.json", &result.replacen("\"73.20\"", "\"93.20\"", 1));
    let forged = folder.score(&[]).ended(0);
    assert_eq!(said(&forged), said(&before));
    folder.write("results/v001/result.json", &result);
    of_another_program(&folder);
    // Whatever that program wrote, this one reads the files: a total that it alone has is not shown.
    folder.write("results/v001/result.json", &result.replacen("\"73.20\"", "\"93.20\"", 1));
    let other = folder.score(&[]).ended(0);
    assert_eq!(other.out, before.out);
}
