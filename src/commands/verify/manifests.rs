//! Checks manifests: against the result that records the same facts, and against the form in which they are written.

use super::is_of_this_program;
use crate::publish::{HashedFile, Manifest};
use crate::read::sha256;
use crate::result::manifest::PROGRAM;
use crate::result::outcome::Outcome;
use crate::result::verify::compare::Differing;

/// Where the result contradicts the manifest: place, in the result, in the manifest.
pub(super) fn against(outcome: &Outcome, manifest: &Manifest) -> Vec<Differing> {
    let mut differing = Vec::new();
    let mut same = |place: &str, own: Option<&str>, other: Option<&str>| {
        if own != other {
            let shown = |text: Option<&str>| text.unwrap_or("—").to_owned();
            differing.push((place.to_owned(), shown(own), shown(other)));
        }
    };
    let parent = manifest.parent.as_ref().map(|parent| parent.version.as_str());
    same("schema", Some(&outcome.schema), Some(crate::result::outcome::SCHEMA));
    same("version", Some(&outcome.version), Some(&manifest.version));
    same("parent", outcome.parent.as_deref(), parent);
    same("model.hash", Some(&outcome.model.hash), Some(&manifest.model));
    if let Some(own) = outcome.chain.last() {
        same("chain.program", Some(&own.program), Some(&manifest.program));
        same("chain.reason", own.reason.as_deref(), manifest.reason.as_deref());
        same("chain.as_of", own.as_of.as_deref(), manifest.as_of.as_deref());
        same("chain.model", Some(&own.model), Some(&manifest.model));
    }
    let (own, other) = (Manifest::inputs_of(&outcome.files), &manifest.inputs);
    let count = |files: &[HashedFile]| files.len().to_string();
    same("files", Some(&count(&own)), Some(&count(other)));
    for (own, other) in own.iter().zip(other).filter(|(own, other)| own != other) {
        same(&format!("files[{}]", own.path), Some(&told(own)), Some(&told(other)));
    }
    differing
}

/// A file as one line.
fn told(file: &HashedFile) -> String {
    serde_json::to_string(file).unwrap_or_default()
}

/// A fault in the writing of a manifest: a program other than `assess`, or bytes other than this program writes for
/// what it reads there, for instance because of an unknown key; `found` is the SHA-256 of the present bytes.
pub(super) fn written(program: &str, expected: &[u8], found: &str) -> Option<(&'static str, String, String)> {
    if !is_name(program) {
        return Some(("program", program.to_owned(), PROGRAM.to_owned()));
    }
    let expected = sha256(expected);
    (is_of_this_program(program) && expected != found).then(|| ("", found.to_owned(), expected))
}

/// Whether a text is `assess` and a version of three numbers.
fn is_name(program: &str) -> bool {
    let numbers = program.strip_prefix("assess ").unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    numbers.split('.').count() == 3 && numbers.split('.').all(is_number)
}
