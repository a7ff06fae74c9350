//! Versions that are gone, taken apart or cannot be looked at: no run numbers, follows or supersedes past them (SPEC §12).
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;

use crate::regrade_story::project;
use crate::runner::{Folder, Ran, assess, str_of};
use crate::small::{REGISTER_FILE, small};

/// The small project with versions v001 to v003, the last one final.
fn three() -> Folder {
    let folder = small();
    folder.score(&[]).ended(0);
    for reason in ["更正一", "更正二"] {
        folder.append("assess.toml", &format!("# {reason}"));
        folder.score(&["--reason", reason]).ended(0);
    }
    let marked =
        ["-C", folder.shown(), "mark", "v003", "最终", "--document", "工委〔2026〕8号", "--date", "2026-02-09"];
    assess(&marked).ended(0);
    folder.append(REGISTER_FILE, "3,U01,J1,后来,,2,2,通报,市〔2025〕10号,市办,2025-09-03,工委审定,工委〔2026〕3号,");
    folder
}

/// Every command that would write the next version.
fn next_version(folder: &Folder, more: &[&str]) -> Vec<Ran> {
    let reason = [more, &["--reason", "再出一版"]].concat();
    let mut ran = vec![folder.score(&reason)];
    let preview = folder.run("regrade", &["--format", "json"]);
    if preview.code == 0 {
        let token = str_of(&project(&preview)["token"]).to_owned();
        ran.push(folder.run("regrade", &[reason.as_slice(), &["--apply", &token]].concat()));
    } else {
        ran.push(preview);
    }
    ran
}

/// Puts a link to itself in the place of something: to look at it is an error, even for the owner of the machine.
fn unreadable(folder: &Folder, below: &str) {
    let path = folder.path(below);
    if path.is_dir() {
        fs::remove_dir_all(&path).unwrap();
    } else {
        fs::remove_file(&path).unwrap();
    }
    symlink(path.file_name().unwrap(), &path).unwrap();
}

#[test]
fn a_version_that_cannot_be_looked_at_is_not_absent() {
    for hidden in ["results/v003", "results/v003/manifest.json", "results/v002", "results/v001/manifest.json"] {
        let folder = three();
        unreadable(&folder, hidden);
        let before = folder.tree();
        for lang in ["zh", "en"] {
            // Where only an earlier version is hidden, the newest one is seen to be final and asks for a document.
            let is_newest = hidden.starts_with("results/v003");
            let document: &[&str] = if is_newest { &[] } else { &["--document", "文"] };
            for ran in next_version(&folder, &[&["--lang", lang], document].concat()) {
                let ran = ran.ended(2);
                let said = format!("{}{}", ran.out, ran.err);
                assert!(said.contains(hidden), "{hidden}: {said}");
            }
        }
        // Commands that work from the newest version do not take the one before it.
        let newest: &[&[&str]] = &[&["feedback"], &["suggest"], &["explain", "U01"], &["mark", "v003", "公示"]];
        for args in newest.iter().filter(|_| hidden.starts_with("results/v003")) {
            let ran = assess(&[&["-C", folder.shown()], *args].concat()).ended(2);
            assert!(ran.err.contains("results/v003"), "{hidden} {args:?}: {}", ran.err);
        }
        assert_eq!(folder.tree(), before, "{hidden}: nothing is written");
    }
}

#[test]
fn no_number_follows_a_gap() {
    type Break = fn(&Folder);
    let cases: [(&str, Break, [&str; 2]); 6] = [
        (
            "gone in the middle",
            |f| fs::remove_dir_all(f.path("results/v002")).unwrap(),
            ["v002 不见了", "v002 is gone"],
        ),
        ("gone at the start", |f| fs::remove_dir_all(f.path("results/v001")).unwrap(), ["v001 不见了", "v001 is gone"]),
        // Without the log of states nobody would know that there was a final version.
        ("gone at the end", |f| fs::remove_dir_all(f.path("results/v003")).unwrap(), ["v003 不见了", "v003 is gone"]),
        (
            "taken apart",
            |f| fs::remove_file(f.path("results/v003/manifest.json")).unwrap(),
            ["results/v003 里没有 manifest.json", "results/v003 has no manifest.json"],
        ),
        (
            "far off",
            |f| fs::create_dir(f.path("results/v4294967295")).unwrap(),
            ["results/v4294967295 里没有", "results/v4294967295 has no manifest.json"],
        ),
        (
            "no name of a version",
            |f| fs::create_dir(f.path("results/v0004")).unwrap(),
            ["results/v0004 的名字像版本", "results/v0004 has a name like that of a version"],
        ),
    ];
    for (what, broken, said) in cases {
        let folder = three();
        broken(&folder);
        let before = folder.tree();
        for (lang, said) in ["zh", "en"].into_iter().zip(said) {
            let ran = folder.score(&["--reason", "再出一版", "--document", "文", "--lang", lang]).ended(2);
            assert!(ran.err.contains(said), "{what}: {}", ran.err);
        }
        for ran in next_version(&folder, &["--lang", "en"]) {
            assert_eq!(ran.code, 2, "{what}: {}{}", ran.out, ran.err);
        }
        assert_eq!(folder.tree(), before, "{what}: nothing is written");
    }
}

#[test]
fn a_manifest_that_leads_elsewhere_ends_the_run() {
    let folder = three();
    // v002 names itself as its parent, so the chain would never end.
    folder.edit("results/v002/manifest.json", "\"version\": \"v001\"", "\"version\": \"v002\"");
    let before = folder.tree();
    let ran = folder.score(&["--reason", "再出一版", "--document", "文", "--lang", "en"]).ended(2);
    assert!(ran.err.contains("results/v002/manifest.json") && ran.err.contains("circle"), "{}", ran.err);
    assert_eq!(folder.tree(), before);
}

#[test]
fn a_model_file_that_cannot_be_looked_at_does_not_lead_to_another_project() {
    let folder = small();
    let inner = small();
    fs::rename(inner.root(), folder.path("inner")).unwrap();
    let path = folder.path("inner/assess.toml");
    fs::remove_file(&path).unwrap();
    symlink("assess.toml", &path).unwrap();
    let ran = assess(&["score", folder.path("inner").to_str().unwrap()]).ended(2);
    assert!(ran.err.contains("inner/assess.toml"), "{}", ran.err);
    assert!(!folder.has("results"));
}
