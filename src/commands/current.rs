//! The newest version of a project, and whether a run has the same inputs.

use std::path::Path;

use super::terminal::Terminal;
use crate::model::Model;
use crate::pipeline::Computed;
use crate::publish::{self, HashedFile, Manifest, Parent};
use crate::result::appeals::{self, Window};
use crate::result::outcome::VersionOutcome;
use crate::result::states::Log;
use crate::shared::i18n::say;
use crate::shared::place::Role;

/// A version with its manifest.
pub(super) type Current = (Parent, Manifest);

/// The newest version with its manifest.
pub(super) fn current(root: &Path) -> anyhow::Result<Option<Current>> {
    let Some(version) = publish::versions(root)?.pop() else { return Ok(None) };
    let (manifest, sha256) = publish::manifest(root, &version)?;
    let seal = manifest.seal();
    Ok(Some((Parent { version, sha256, seal }, manifest)))
}

/// Whether inputs and model are those of a version.
pub(super) fn rests_on(manifest: &Manifest, computed: &Computed) -> bool {
    manifest.inputs == Manifest::inputs_of(&computed.files.0) && manifest.model == computed.model.hash
}

/// Whether inputs are those of a version, whatever the model file contains.
pub(super) fn has_same_data(manifest: &Manifest, computed: &Computed) -> bool {
    let now = Manifest::inputs_of(&computed.files.0);
    let data = |own: &HashedFile| own.role != Some(Role::Model);
    manifest.inputs.iter().filter(|own| data(own)).eq(now.iter().filter(|own| data(own)))
}

/// The versions up to one that is about to be written, oldest first.
///
/// # Errors
/// If the manifest of one of them cannot be read, or they do not form a chain.
pub(super) fn chain(root: &Path, last: &Manifest, terminal: &Terminal) -> anyhow::Result<Vec<VersionOutcome>> {
    links(root, last)?.map_err(|version| anyhow::Error::msg(say!(terminal.lang, "gap.chain", name = version)))
}

/// Like [`chain`], but if the links form a circle or lead to a version other than the one they name, that version is
/// returned as an inner error.
///
/// # Errors
/// If the manifest of one of them cannot be read.
pub(super) fn links(root: &Path, last: &Manifest) -> anyhow::Result<Result<Vec<VersionOutcome>, String>> {
    let mut chain = vec![link(last.clone(), None)];
    while let Some(parent) = chain.last().and_then(|own| own.parent.as_deref()) {
        let (manifest, sha256) = publish::manifest(root, parent)?;
        if manifest.version != *parent || chain.iter().any(|own| own.version == *parent) {
            return Ok(Err(parent.to_owned()));
        }
        chain.push(link(manifest, Some(sha256)));
    }
    chain.reverse();
    Ok(Ok(chain))
}

fn link(manifest: Manifest, sha256: Option<String>) -> VersionOutcome {
    VersionOutcome {
        version: manifest.version,
        parent: manifest.parent.map(|parent| parent.version),
        reason: manifest.reason,
        as_of: manifest.as_of,
        program: manifest.program,
        model: manifest.model,
        manifest: sha256,
    }
}

/// The log of states.
pub(super) fn log(root: &Path) -> anyhow::Result<Log> {
    Ok(Log::parse(&publish::states(root)?))
}

/// The period for appeals under a model.
pub(super) fn appeal_window(root: &Path, model: &Model) -> anyhow::Result<Option<Window>> {
    let newest = publish::versions(root)?.pop();
    Ok(appeals::window(model, &log(root)?, newest.as_deref()))
}

/// The period for appeals; appeals received after it are added to the findings.
pub(super) fn tell_late_appeals(root: &Path, computed: &mut Computed) -> anyhow::Result<Option<Window>> {
    let window = appeal_window(root, &computed.model)?;
    if let Some(window) = &window {
        computed.findings.extend(appeals::late(&computed.assessment, window));
        crate::check::settle(&computed.model, &computed.files, &mut computed.findings);
    }
    Ok(window)
}
