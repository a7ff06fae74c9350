//! Results written earlier: a version of a project, its draft, or a result document anywhere else.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::terminal::Terminal;
use crate::publish::{self, At, DRAFT, MANIFEST, Manifest, RESULT, RESULTS};
use crate::read::{Project, Stream, document, present, sha256};
use crate::result::outcome::Outcome;
use crate::result::outcome::index::beside::{self, Same};
use crate::result::outcome::index::{self, Extent, Layout};
use crate::shared::i18n::say;

/// The word that means the newest version.
const CURRENT: &str = "current";

/// Reads the result document of a version or draft.
///
/// # Errors
/// If it cannot be read, is not a result document, or is not the one that was written.
pub(super) fn load(root: &Path, version: &str, terminal: &Terminal) -> anyhow::Result<Outcome> {
    read(&root.join(RESULTS).join(version).join(RESULT), terminal)
}

/// A document that was read whole.
pub(super) struct Whole {
    /// The SHA-256 of its bytes.
    pub(super) sha256: String,
    /// What they say, if that is a result document.
    pub(super) outcome: serde_json::Result<Outcome>,
}

/// Reads a document, a group of units after the other: its bytes are never held together, unless they do not stand where
/// its index says; then it is read to its whole extent.
///
/// # Errors
/// If it cannot be read.
pub(super) fn whole(path: &Path, extent: Extent) -> anyhow::Result<Whole> {
    let (mut stream, layout) = opened(path)?;
    if let Some(layout) = layout
        && let Ok(outcome) = layout.read(extent, |length| stream.next(length))
    {
        return Ok(Whole { sha256: stream.sha256(), outcome: Ok(outcome) });
    }
    let bytes = present(path)?;
    Ok(Whole { sha256: sha256(&bytes), outcome: serde_json::from_slice(&bytes) })
}

/// A document that is to be read, and where its parts stand, if its index says that.
fn opened(path: &Path) -> anyhow::Result<(Stream, Option<Layout>)> {
    let mut stream = Stream::open(path)?;
    let size = stream.size();
    let last = stream.peek(&(size.saturating_sub(index::LAST)..size))?;
    let known = stream.peek(&index::place(&last, size).unwrap_or_default())?;
    let layout = Layout::new(&last, &known, size);
    Ok((stream, layout))
}

/// The document at a path without its units, if there is one; where its index does not say where these stand, with them.
pub(super) fn head(path: &Path) -> Option<Outcome> {
    let mut stream = Stream::open(path).ok()?;
    let size = stream.size();
    let head = index::outline(size, |range| stream.peek(range), |_| Vec::new());
    head.ok().or_else(|| whole(path, Extent::Outline).ok()?.outcome.ok())
}

/// Reads a result document; one next to the manifest of its version must be the one that was written.
fn read(path: &Path, terminal: &Terminal) -> anyhow::Result<Outcome> {
    accepted(path, whole(path, Extent::Whole)?, terminal)
}

/// Reads two result documents side by side.
fn read_both(places: [&Path; 2], same: Same, terminal: &Terminal) -> anyhow::Result<[Outcome; 2]> {
    let [(mut old, was), (mut new, is)] = [opened(places[0])?, opened(places[1])?];
    let (was, is) = was.zip(is).context("index")?;
    let next = [&mut old, &mut new].map(|stream| |length| stream.next(length));
    let outcomes = beside::read([&was, &is], next, same)?;
    let [was, is] = outcomes.map(Ok);
    let was = accepted(places[0], Whole { sha256: old.sha256(), outcome: was }, terminal)?;
    Ok([was, accepted(places[1], Whole { sha256: new.sha256(), outcome: is }, terminal)?])
}

/// What was read at a path, if it is a result document and, next to the manifest of its version, the one that was written.
fn accepted(path: &Path, read: Whole, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let shown = || path.display().to_string();
    let Whole { sha256, outcome } = read;
    let manifest = manifest_of(path)?;
    let named = manifest.as_ref().and_then(|manifest| manifest.outputs.iter().find(|file| file.path == RESULT));
    let is_same = named.is_none_or(|file| file.sha256 == sha256);
    anyhow::ensure!(is_same, anyhow::Error::msg(say!(terminal.lang, "regrade.touched", path = shown())));
    let outcome = outcome.with_context(shown)?;
    anyhow::ensure!(outcome.schema == crate::result::outcome::SCHEMA, "{}: {}", shown(), outcome.schema);
    Ok(outcome)
}

/// The manifest next to a result document; a document that was sent by mail has none.
fn manifest_of(path: &Path) -> anyhow::Result<Option<Manifest>> {
    let path = path.with_file_name(MANIFEST);
    let Some(bytes) = document(&path)? else { return Ok(None) };
    Ok(Some(serde_json::from_slice(&bytes).at(&path)?))
}

/// A version of a project by name: `v001`, `draft`, `current`; its absence is an error with a suitable message.
///
/// # Errors
/// If there is no such version, or it cannot be read.
pub(super) fn version(root: &Path, name: &str, terminal: &Terminal) -> anyhow::Result<Outcome> {
    read(&place_of(root, name, terminal)?, terminal)
}

/// Where the document of a version of a project stands.
fn place_of(root: &Path, name: &str, terminal: &Terminal) -> anyhow::Result<PathBuf> {
    let place = |version: &str| Ok(root.join(RESULTS).join(version).join(RESULT));
    let versions = publish::versions(root)?;
    let refuse = |key: &str| anyhow::Error::msg(say!(terminal.lang, key, version = name));
    match name {
        DRAFT if publish::has_draft(root)? => place(DRAFT),
        DRAFT => Err(refuse("stored.no_draft")),
        CURRENT => match versions.last() {
            Some(last) => place(last),
            None if publish::has_draft(root)? => Err(refuse("stored.only_draft")),
            None => Err(refuse("stored.no_version")),
        },
        _ if versions.iter().any(|own| own == name) => place(name),
        _ => {
            let list = terminal.lang.join("report.list", versions.iter().map(String::as_str));
            let key = if versions.is_empty() { "stored.no_version" } else { "stored.unknown" };
            Err(anyhow::Error::msg(say!(terminal.lang, key, version = name, versions = list)))
        }
    }
}

/// Two results by what was typed: a version of the project, or a path to a result document, to the folder of a version, or
/// to another project, meaning its newest version. Without a project the message gives the place where one was looked
/// for.
///
/// # Errors
/// If there is no such result, or it cannot be read.
pub(super) fn results(
    project: Result<&Project, &Path>,
    [old, new]: [&str; 2],
    same: Same,
    terminal: &Terminal,
) -> anyhow::Result<[Outcome; 2]> {
    let old = typed_place(project, old, terminal)?;
    let new = typed_place(project, new, terminal);
    if let Ok(new) = &new
        && let Ok(both) = read_both([&old, new], same, terminal)
    {
        return Ok(both);
    }
    // Read one after the other, the first that is wrong is the one that is named.
    Ok([read(&old, terminal)?, read(&new?, terminal)?])
}

/// Where the document stands that was typed.
fn typed_place(project: Result<&Project, &Path>, typed: &str, terminal: &Terminal) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(typed);
    let is_version = typed == DRAFT || typed == CURRENT || is_version(typed);
    if let Some(document) = document_at(&path)? {
        return Ok(document);
    }
    match project {
        Ok(project) if is_version => place_of(&project.root, typed, terminal),
        _ if path.join(crate::read::project::MODEL_FILE).is_file() => place_of(&path, CURRENT, terminal),
        Err(start) if is_version => {
            Err(anyhow::Error::msg(say!(terminal.lang, "app.no_project", path = start.display())))
        }
        _ => Err(anyhow::Error::msg(say!(terminal.lang, "stored.nothing", name = typed))),
    }
}

/// The document at a path or in the folder there, if there is one. Anything that is not a folder is opened, or the error
/// explains why that failed.
fn document_at(path: &Path) -> anyhow::Result<Option<PathBuf>> {
    let within = if path.is_dir() { path.join(RESULT) } else { path.to_path_buf() };
    Ok(publish::kind_of(&within)?.map(|_| within))
}

/// Whether a word has the form of a version's name.
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}
