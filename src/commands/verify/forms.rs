//! Folders of forms that were handed out: what stands where they were written. They are no part of a result, so that they may
//! be filled in, moved and thrown away; it is only said.

use std::path::Path;

use serde::Serialize;

use crate::publish::MANIFEST;
use crate::read::{document, sha256};
use crate::result::states::{HandedOut, Log};

/// What stands where forms were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Standing {
    /// The forms as they were written.
    Same,
    /// Forms that were written otherwise.
    Changed,
    /// Nothing.
    Gone,
}

/// A folder of forms.
#[derive(Debug, Serialize)]
pub(super) struct Forms<'l> {
    /// The folder.
    pub(super) folder: &'l str,
    /// Forms that were written into it.
    pub(super) files: usize,
    /// What stands there.
    pub(super) standing: Standing,
}

/// Looks at every folder that forms were written to.
pub(super) fn look<'l>(root: &Path, log: &'l Log) -> Vec<Forms<'l>> {
    let one = |(folder, (_, own)): (&'l str, (usize, &HandedOut))| {
        let bytes = document(&root.join(folder).join(MANIFEST)).ok().flatten();
        let standing = match bytes {
            None => Standing::Gone,
            Some(bytes) if sha256(&bytes) == own.manifest => Standing::Same,
            Some(_) => Standing::Changed,
        };
        Forms { folder, files: own.files, standing }
    };
    log.forms().into_iter().map(one).collect()
}
