//! Places of a recorded result as places among the present files.

use std::collections::BTreeMap;

use crate::shared::place::{FileId, Files, Place};

/// Which file of the next result each file of a result is.
pub struct Places {
    to: BTreeMap<FileId, FileId>,
    other: FileId,
}

impl Places {
    /// From the new index of each file that is kept. Places in other files, which are read again, become the file
    /// `other`.
    pub const fn new(to: BTreeMap<FileId, FileId>, other: FileId) -> Self {
        Self { to, other }
    }

    /// Every file keeps its index.
    pub fn same(files: &Files) -> Self {
        let ids = (0..).map(FileId).take(files.len());
        Self::new(ids.map(|id| (id, id)).collect(), FileId(0))
    }

    /// Whether the file of a place is kept as it was.
    pub fn is_kept(&self, at: Place) -> bool {
        self.to.contains_key(&at.file)
    }

    /// Whether a place is the same among the present files.
    pub fn is_same(&self, at: Place) -> bool {
        self.place(at) == at
    }

    /// Converts places to places among the present files.
    pub fn shift<'p>(&self, places: impl IntoIterator<Item = &'p mut Place>) {
        places.into_iter().for_each(|at| *at = self.place(*at));
    }

    /// The place among the present files.
    pub fn place(&self, at: Place) -> Place {
        self.to.get(&at.file).map_or_else(|| Place::file(self.other), |file| at.in_file(*file))
    }
}
