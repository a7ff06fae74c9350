//! The chain of versions and the log: each link against the fingerprint of its predecessor, each version against its
//! line.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use super::{difference, folder};
use crate::publish::{self, MANIFEST, RESULTS, STATES};
use crate::result::seal::Seal;
use crate::result::states::{Entry, Fault, Log, Register};
use crate::result::verify::{Difference, DifferenceKind};

/// The chain as found.
pub(super) struct Chain {
    /// Versions, oldest first.
    pub(super) versions: Vec<String>,
    /// The log.
    pub(super) log: Log,
    /// Broken links.
    pub(super) differences: Vec<Difference>,
}

/// Follows the whole chain.
pub(super) fn follow(root: &Path) -> anyhow::Result<Chain> {
    let versions = publish::versions(root)?;
    let mut hashes: BTreeMap<&str, String> = BTreeMap::new();
    let mut differences = Vec::new();
    let mut before: Option<&str> = None;
    let mut seal: Option<Seal> = None;
    let log = Log::parse(&publish::states(root)?);
    for version in &versions {
        let file = folder::path(version, MANIFEST);
        let differs = |place: &str, found: &str, expected: &str| {
            difference(DifferenceKind::Chain, file.as_str(), place, found, expected)
        };
        // A manifest that cannot be read is reported where its version is verified; nothing can be chained to it.
        if let Ok((manifest, hash)) = publish::manifest(root, version) {
            let parent = manifest.parent.as_ref();
            let named = parent.map_or("—", |parent| parent.version.as_str());
            if named != before.unwrap_or("—") {
                differences.push(differs("parent.version", named, before.unwrap_or("—")));
            } else if let Some(parent) = parent {
                let own = hashes.get(parent.version.as_str()).map_or("—", String::as_str);
                if own != parent.sha256 {
                    differences.push(differs("parent.sha256", &parent.sha256, own));
                }
                if seal.as_ref() != Some(&parent.seal) {
                    let own = seal.map_or_else(String::new, |seal| seal.to_string());
                    differences.push(differs("parent.seal", &parent.seal.to_string(), &own));
                }
            }
            if let Some(lost) = manifest.states.as_ref().filter(|hash| !log.holds(hash)) {
                differences.push(difference(DifferenceKind::State, states(), version, "lost", lost));
            }
            differences.extend(other_registers(&log, &manifest));
            seal = Some(manifest.seal());
            hashes.insert(version, hash);
        }
        before = Some(version);
    }
    for version in publish::unfounded(root)? {
        differences.push(difference(DifferenceKind::Missing, folder::path(&version, MANIFEST), "", "—", MANIFEST));
    }
    let strays = log.strays(&hashes);
    differences.extend(log.faults.iter().chain(&strays).map(|fault| state(fault, &hashes, &log)));
    differences.extend(versions.iter().filter(|version| !is_entered(&log, version)).map(|version| unentered(version)));
    differences.extend(registers(root, &log, &versions)?);
    Ok(Chain { versions, log, differences })
}

/// Registers that the log records differently from the manifest of the version.
fn other_registers(log: &Log, manifest: &publish::Manifest) -> Option<Difference> {
    let (number, entered) = log.lines.iter().find_map(|(number, line)| match &line.entry {
        Entry::Version(own) if own.version == manifest.version => Some((number, &own.registers)),
        _ => None,
    })?;
    let own = Register::all_of(manifest);
    let told = |registers: &[Register]| {
        let one = |register: &Register| format!("{} {}", register.path, register.sha256);
        registers.iter().map(one).collect::<Vec<_>>().join("; ")
    };
    let place = format!("{number} registers");
    (own != *entered).then(|| difference(DifferenceKind::Chain, states(), place, told(entered), told(&own)))
}

/// Whether every version is in the log and every version in the log exists as it was entered.
///
/// # Errors
/// If a manifest cannot be read.
pub(in crate::commands) fn is_whole(root: &Path, log: &Log, versions: &[String]) -> anyhow::Result<bool> {
    let mut hashes = BTreeMap::new();
    for version in versions {
        hashes.insert(version.as_str(), publish::manifest(root, version)?.1);
    }
    Ok(log.strays(&hashes).is_empty() && versions.iter().all(|version| is_entered(log, version)))
}

/// Whether a version was entered in the log; its manifest is compared elsewhere.
fn is_entered(log: &Log, version: &str) -> bool {
    log.lines.iter().any(|(_, line)| matches!(&line.entry, Entry::Version(own) if own.version == version))
}

fn unentered(version: &str) -> Difference {
    difference(DifferenceKind::Unentered, folder::path(version, MANIFEST), "", version, "—")
}

/// Registers that changed since versions that no longer exist were written.
fn registers(root: &Path, log: &Log, versions: &[String]) -> anyhow::Result<Vec<Difference>> {
    let mut differences = Vec::new();
    for (number, line) in &log.lines {
        let Entry::Version(own) = &line.entry else { continue };
        if versions.contains(&own.version) {
            continue;
        }
        for register in &own.registers {
            let now = crate::read::hash_of(root, &register.path)?;
            let now = now.as_deref().unwrap_or("—");
            if now != register.sha256 {
                let place = format!("{RESULTS}/{STATES} {number}");
                let expected = format!("{} {}", own.version, register.sha256);
                differences.push(difference(DifferenceKind::Register, &register.path, place, now, expected));
            }
        }
    }
    Ok(differences)
}

/// A fault of the log as a difference: the line, the word for the fault, and what it concerns.
fn state(fault: &Fault, hashes: &BTreeMap<&str, String>, log: &Log) -> Difference {
    let of_line = |number: usize| log.lines.iter().find(|(own, _)| *own == number).map(|(_, line)| line);
    let (line, found, expected) = match fault {
        Fault::Torn { line } => (line, "torn", Cow::Borrowed("")),
        Fault::Unreadable { line } => (line, "unreadable", Cow::Borrowed("")),
        Fault::Broken { line } => {
            let previous = of_line(*line).and_then(|own| own.previous.as_deref());
            (line, "broken", Cow::Borrowed(previous.unwrap_or_default()))
        }
        Fault::NoVersion { line, version } => (line, "no-version", Cow::Borrowed(version.as_str())),
        Fault::OtherManifest { line, version } => {
            let now = hashes.get(version.as_str()).map_or("", String::as_str);
            (line, "other-manifest", Cow::Owned(format!("{version} {now}")))
        }
    };
    difference(DifferenceKind::State, states(), line.to_string(), found, expected)
}

/// The log as it is named in differences.
fn states() -> String {
    format!("{RESULTS}/{STATES}")
}
