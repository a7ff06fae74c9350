//! Two people who run the same inputs get the same bytes, whatever their machine, language, folder or thread count.

use std::collections::BTreeMap;

use crate::runner::{Folder, binary, finish};
use crate::small::small;

/// The files of a version by name.
fn version(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let files = folder.tree().into_iter().filter(|(path, _)| path.starts_with("results/v001/"));
    let files: BTreeMap<String, Vec<u8>> = files.collect();
    assert_eq!(files.len(), 4);
    files
}

#[track_caller]
fn same(one: &BTreeMap<String, Vec<u8>>, other: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in one {
        assert!(other[path] == *bytes, "{path} differs");
    }
}

#[test]
fn two_copies_of_a_project_give_the_same_bytes_with_any_number_of_threads() {
    for example in ["minimal", "panel", "city-2025"] {
        let folders = [Folder::example(example), Folder::example(example), Folder::example(example)];
        for (folder, jobs) in folders.iter().zip(["1", "4", "2"]) {
            folder.score(&["--jobs", jobs]).ended(0);
        }
        same(&version(&folders[0]), &version(&folders[1]));
        same(&version(&folders[0]), &version(&folders[2]));
    }
}

#[test]
fn clock_zone_language_and_current_folder_change_nothing() {
    let (plain, elsewhere) = (small(), small());
    plain.score(&[]).ended(0);
    // The file system keeps whole seconds apart at the least; a clock in an artefact would show.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    let mut command = binary();
    command.args(["score", ".", "--color", "always"]).current_dir(elsewhere.root());
    command.envs([
        ("TZ", "Pacific/Kiritimati"),
        ("LANG", "en_US.UTF-8"),
        ("LC_ALL", "en_US.UTF-8"),
        ("ASSESS_LANG", "en"),
    ]);
    command.envs([("USER", "somebody"), ("HOSTNAME", "elsewhere"), ("SOURCE_DATE_EPOCH", "1")]);
    finish(&mut command).ended(0);
    same(&version(&plain), &version(&elsewhere));
}

#[test]
fn no_artefact_names_the_folder_it_was_made_in() {
    let folder = small();
    folder.score(&[]).ended(0);
    for name in ["result.json", "manifest.json", "ratings.csv"] {
        let text = folder.text(&format!("results/v001/{name}"));
        assert!(!text.contains(folder.shown()), "{name}");
    }
}

#[test]
fn a_version_does_not_depend_on_how_often_it_was_drafted_before() {
    let (one, other) = (small(), small());
    other.score(&["--draft"]).ended(0);
    other.score(&["--draft"]).ended(0);
    one.score(&[]).ended(0);
    other.score(&[]).ended(0);
    same(&version(&one), &version(&other));
}
