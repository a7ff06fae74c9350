//! Killed, raced or without room: earlier versions stay, no half version appears, nothing is lost silently (SPEC §12, §14).

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use sha2::{Digest as _, Sha256};

use crate::runner::{Folder, binary, list, str_of};
use crate::small::small;

/// The versions of a folder; each must be complete and match its manifest.
fn complete_versions(folder: &Folder) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder.path("results")) else { return Vec::new() };
    let names = entries.map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut versions: Vec<String> = names.filter(|name| name.starts_with('v')).collect();
    versions.sort();
    for version in &versions {
        let manifest = folder.json(&format!("results/{version}/manifest.json"));
        assert_eq!(list(&manifest["outputs"]).len(), 3);
        for output in list(&manifest["outputs"]) {
            let bytes = folder.bytes(&format!("results/{version}/{}", str_of(&output["path"])));
            let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(str_of(&output["sha256"]), hash, "{version}");
        }
    }
    versions
}

#[test]
fn a_run_killed_at_any_moment_leaves_no_half_version() {
    let mut killed = 0;
    for wait in (0..12).map(|i| i * 40) {
        let folder = Folder::example("city-2025");
        let mut command = binary();
        command.args(["score", folder.shown(), "-q"]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
        let versions = complete_versions(&folder);
        assert!(versions.len() <= 1);
        if versions.is_empty() {
            killed += 1;
        }
        if wait % 160 == 0 {
            folder.score(&["-q"]).ended(0);
            assert_eq!(complete_versions(&folder), ["v001"]);
        }
    }
    assert!(killed > 0, "at least one run was cut short");
}

#[test]
fn runs_at_the_same_time_make_one_version() {
    for _ in 0..4 {
        let folder = small();
        let spawn = |_| {
            let mut command = binary();
            command.args(["score", folder.shown(), "-q"]).stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().unwrap()
        };
        let children: Vec<_> = (0..6).map(spawn).collect();
        let codes: Vec<i32> = children.into_iter().map(|mut c| c.wait().unwrap().code().unwrap()).collect();
        assert!(codes.contains(&0) && codes.iter().all(|c| [0, 2].contains(c)), "{codes:?}");
        assert_eq!(complete_versions(&folder), ["v001"]);
        let left = fs::read_dir(folder.path("results")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        assert!(left.into_iter().all(|name| !name.starts_with(".staging")));
    }
}

#[test]
fn with_a_reason_runs_at_the_same_time_make_one_further_version() {
    let folder = small();
    folder.score(&[]).ended(0);
    folder.append("assess.toml", "# 更正说明");
    let spawn = |_| {
        let mut command = binary();
        command.args(["score", folder.shown(), "-q", "--reason", "更正"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let children: Vec<_> = (0..6).map(spawn).collect();
    let codes: Vec<i32> = children.into_iter().map(|mut c| c.wait().unwrap().code().unwrap()).collect();
    assert!(codes.contains(&0) && codes.iter().all(|c| [0, 2].contains(c)), "{codes:?}");
    assert_eq!(complete_versions(&folder), ["v001", "v002"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_printed_is_a_failure() {
    // A pipe that was closed wants no more; a full disk has lost the result.
    let folder = small();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = binary();
    command.args(["check", folder.shown(), "--format", "json"]).stdout(full).stderr(Stdio::null());
    assert_eq!(command.status().unwrap().code(), Some(2));
}

#[test]
fn no_command_works_from_a_result_that_was_edited_by_hand() {
    let folder = small();
    folder.score(&[]).ended(0);
    let elsewhere = Folder::copy_of(&folder);
    elsewhere.score(&[]).ended(0);
    let result = folder.text("results/v001/result.json");
    folder.write("results/v001/result.json", &result.replacen("\"73.20\"", "\"93.20\"", 1));
    assert_ne!(folder.text("results/v001/result.json"), result);
    let (root, public) = (folder.shown(), folder.path("公示.xlsx"));
    let typed = folder.path("results/v001/result.json");
    let commands: [&[&str]; 9] = [
        &["regrade", root],
        &["feedback", root],
        &["suggest", root],
        &["score", root, "--public", public.to_str().unwrap()],
        &["score", root, "--what-if", "proposed"],
        &["explain", "-C", root, "U01"],
        &["compare", "-C", root, "v001", "v001"],
        &["compare", "-C", elsewhere.shown(), "v001", typed.to_str().unwrap()],
        &["compare", "-C", elsewhere.shown(), root, "v001"],
    ];
    let before = folder.tree();
    for args in commands {
        let ran = crate::runner::assess(&[args, &["--lang", "en"]].concat()).ended(2);
        assert!(ran.err.contains("result.json is not what its manifest.json says"), "{args:?}: {}", ran.err);
        assert_eq!(folder.tree(), before, "{args:?} writes nothing");
    }
    // A result document that stands alone, sent by mail for instance, has nothing to be held against.
    elsewhere.write("去年.json", &result);
    let alone = elsewhere.path("去年.json");
    crate::runner::assess(&["compare", "-C", elsewhere.shown(), "v001", alone.to_str().unwrap()]).ended(0);
}
