//! Notes the commit that the program is built from, for `assess --version`; `unknown` where the sources stand in no
//! repository of their own. Nothing that the program writes to files contains it.
#![allow(clippy::print_stdout, reason = "this is how a build script answers cargo")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Files of a repository that change with every commit and every change of branch.
const WATCHED: [&str; 2] = ["HEAD", "logs/HEAD"];
/// Digits of the commit that are shown.
const SHORT: &str = "--short=12";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_own = || {
        let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?).canonicalize().ok()?;
        // Unpacked sources may lie in a folder of somebody else's repository.
        (top == Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().ok()?).then_some(())
    };
    let commit = is_own().and_then(|()| git(&["rev-parse", SHORT, "HEAD"]));
    if commit.is_some() {
        for name in WATCHED {
            let path = git(&["rev-parse", "--git-path", name]);
            // A path that does not exist would run this script at every build.
            for path in path.into_iter().filter(|path| Path::new(path).exists()) {
                println!("cargo::rerun-if-changed={path}");
            }
        }
    }
    println!("cargo::rustc-env=ASSESS_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
}

/// What git answers in one line; nothing if there is no git, no repository or no answer.
fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.trim();
    (output.status.success() && !line.is_empty()).then(|| line.to_owned())
}
