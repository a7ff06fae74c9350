//! The newest version of a project, and whether a run rests on the same inputs.

use std::path::Path;

use crate::appeals::{self, Window};
use crate::pipeline::Computed;
use crate::publish::{self, Manifest, Parent};
use crate::states::Log;

/// A version with its manifest.
pub(super) type Current = (Parent, Manifest);

/// The newest version with its manifest.
pub(super) fn current(root: &Path) -> anyhow::Result<Option<Current>> {
    let versions = publish::versions(root)?;
    let Some(version) = versions.last() else { return Ok(None) };
    let (manifest, sha256) = publish::manifest(root, version)?;
    Ok(Some((Parent { version: version.clone(), sha256 }, manifest)))
}

/// Whether inputs and model are those of a version.
pub(super) fn rests_on(manifest: &Manifest, computed: &Computed) -> bool {
    manifest.inputs == Manifest::inputs_of(&computed.files.0) && manifest.model == computed.model.hash
}

/// The log of states.
pub(super) fn log(root: &Path) -> anyhow::Result<Log> {
    Ok(Log::parse(&publish::states(root)?))
}

/// The time for appeals; appeals received after it are told with the other findings.
pub(super) fn tell_late_appeals(root: &Path, computed: &mut Computed) -> anyhow::Result<Option<Window>> {
    let newest = publish::versions(root)?.pop();
    let window = appeals::window(&computed.model, &log(root)?, newest.as_deref());
    if let Some(window) = &window {
        computed.findings.extend(appeals::late(&computed.assessment, window));
        crate::check::settle(&computed.model, &mut computed.findings);
    }
    Ok(window)
}
