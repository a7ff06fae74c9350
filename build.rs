//! Two things that the compiler needs beforehand. Rust of the finding codes: each block of `src/shared/finding/codes/*.txt`
//! becomes a row of the call of `codes!` that `src/shared/finding/code.rs` includes; that file says how a block is written.
//! And the commit that the program is built from, for `assess --version`: nothing that the program writes contains it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const FOLDER: &str = "src/shared/finding/codes";

/// The texts of a code, each in both languages.
const TEXTS: [&str; 4] = ["title", "expected", "fix", "why"];

const LANGUAGES: [&str; 2] = ["zh", "en"];

/// Files of a repository that change with every commit and every change of branch.
const WATCHED: [&str; 2] = ["HEAD", "logs/HEAD"];
/// Digits of the commit that are shown.
const SHORT: &str = "--short=12";

/// A block: its first line, where that stands, and its texts by key.
struct Block<'t> {
    at: String,
    head: &'t str,
    texts: BTreeMap<&'t str, &'t str>,
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    note_commit();
    println!("cargo::rerun-if-changed={FOLDER}");
    let listed = fs::read_dir(FOLDER).unwrap_or_else(|e| panic!("{FOLDER}: {e}"));
    let mut files: Vec<PathBuf> = listed.map(|entry| entry.expect(FOLDER).path()).collect();
    files.sort();
    let mut rows = String::from("codes! {\n");
    for file in files {
        let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        blocks(&file, &text).iter().for_each(|block| row(block, &mut rows));
    }
    rows.push_str("}\n");
    let out = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("codes.rs");
    fs::write(&out, rows).unwrap_or_else(|e| panic!("{}: {e}", out.display()));
}

/// Takes a file apart. Blank lines and those that begin with # are for the reader.
fn blocks<'t>(file: &Path, text: &'t str) -> Vec<Block<'t>> {
    let mut blocks: Vec<Block> = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let at = format!("{}:{number}", file.display());
        let Some((key, text)) = line.split_once(" = ") else {
            blocks.push(Block { at, head: line, texts: BTreeMap::new() });
            continue;
        };
        let is_known = key == "doc"
            || key
                .split_once('.')
                .is_some_and(|(text, language)| TEXTS.contains(&text) && LANGUAGES.contains(&language));
        assert!(is_known, "{at}: a block has no {key}");
        let block = blocks.last_mut().unwrap_or_else(|| panic!("{at}: a text before the first code"));
        assert!(block.texts.insert(key, text).is_none(), "{at}: {key} stands twice in {}", block.head);
    }
    blocks
}

/// Writes the row of a block.
fn row(block: &Block, out: &mut String) {
    let Block { at, head, texts } = block;
    let text = |key: &str| texts.get(key).map(|text| text.replace("\\n", "\n"));
    let needed = |key: &str| text(key).unwrap_or_else(|| panic!("{at}: {head} has no {key}"));
    let [code, severity, who, traits @ ..] = &head.split(' ').collect::<Vec<_>>()[..] else {
        panic!("{at}: `{head}`: expected code, severity, who acts, traits");
    };
    assert!(
        texts.contains_key("expected.zh") == texts.contains_key("expected.en"),
        "{at}: {head} has expected in one language only"
    );
    write!(out, "    {code} {severity} {who} [{}] {:?}", traits.join(" "), needed("doc")).expect("a String takes all");
    for (language, end) in LANGUAGES.into_iter().zip([',', ';']) {
        let [title, fix, why] = ["title", "fix", "why"].map(|part| needed(&format!("{part}.{language}")));
        let expected = text(&format!("expected.{language}"));
        let texts = format!(" Texts {{ title: {title:?}, expected: {expected:?}, fix: {fix:?}, why: {why:?} }}{end}");
        out.push_str(&texts);
    }
    out.push('\n');
}

/// Passes the commit on as ASSESS_COMMIT; `unknown` where the sources stand in no repository of their own.
fn note_commit() {
    let is_own = || {
        let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?).canonicalize().ok()?;
        // Unpacked sources may lie in a folder of somebody else's repository.
        (top == Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().ok()?).then_some(())
    };
    let commit = is_own().and_then(|()| git(&["rev-parse", SHORT, "HEAD"]));
    // A build for development is not made anew for every commit: it may name an earlier one.
    if commit.is_some() && env::var_os("PROFILE").is_some_and(|profile| profile == "release") {
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
