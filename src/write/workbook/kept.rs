//! What workbooks have in common, made once, by all that it follows from.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// Most things of a kind that are kept for the next workbook, so that many workbooks of which no two are alike do not
/// fill the memory.
const KEPT: usize = 512;

/// All that a thing follows from, as bytes: everything that is hashed into it, one after the other. So nothing has to be
/// printed for it, and unlike a hash it never stands for two things.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(Vec<u8>);

impl Key {
    /// The key of a part: its name and its text.
    pub(super) fn of_part(name: &str, text: &str) -> Self {
        Self([name.as_bytes(), text.as_bytes()].concat())
    }

    /// Adds something that the thing follows from.
    pub(super) fn add(&mut self, from: impl Hash) {
        from.hash(self);
    }

    /// Adds measures.
    pub(super) fn add_measures(&mut self, from: impl ExactSizeIterator<Item = f64>) {
        self.add(from.len());
        from.for_each(|measure| self.add(measure.to_bits()));
    }
}

impl Hasher for Key {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Keys are compared as they are.
    fn finish(&self) -> u64 {
        0
    }
}

/// Things made once.
pub(super) struct Kept<T>(Mutex<BTreeMap<Key, Arc<T>>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    /// A thing, made if it is not there. Two threads may both make it, but alike.
    pub(super) fn get(&self, key: Key, make: impl FnOnce() -> anyhow::Result<Arc<T>>) -> anyhow::Result<Arc<T>> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = known().get(&key) {
            return Ok(Arc::clone(made));
        }
        let made = make()?;
        let mut known = known();
        if known.len() < KEPT {
            known.insert(key, Arc::clone(&made));
        }
        Ok(made)
    }
}
