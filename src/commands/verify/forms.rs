//! Folders of forms that were handed out: their present state. They are not part of a result, so they may be filled in,
//! moved and thrown away; this is only reported.

use std::path::Path;

use serde::Serialize;

use crate::publish::MANIFEST;
use crate::read::{document, sha256};
use crate::result::states::{HandedOut, Log};
use crate::shared::words::words;

words! {
    /// The state of a folder to which forms were written.
    pub(super) enum FormsFound in "verify.forms." {
        /// The forms as they were written.
        Same = "same",
        /// Forms that have been written again differently.
        Changed = "changed",
        /// No folder of forms.
        Gone = "gone",
    }
}

/// A folder of forms.
#[derive(Debug, Serialize)]
pub(super) struct Forms<'l> {
    /// The path of the folder.
    pub(super) folder: &'l str,
    /// Forms that were written into it.
    pub(super) files: usize,
    /// Its present state.
    pub(super) standing: FormsFound,
}

/// Examines every folder that forms were written to.
pub(super) fn look<'l>(root: &Path, log: &'l Log) -> Vec<Forms<'l>> {
    let one = |(folder, (_, own)): (&'l str, (usize, &HandedOut))| {
        let bytes = document(&root.join(folder).join(MANIFEST)).ok().flatten();
        let standing = match bytes {
            None => FormsFound::Gone,
            Some(bytes) if sha256(&bytes) == own.manifest => FormsFound::Same,
            Some(_) => FormsFound::Changed,
        };
        Forms { folder, files: own.files, standing }
    };
    log.forms().into_iter().map(one).collect()
}
