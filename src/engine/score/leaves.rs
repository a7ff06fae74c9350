//! The leaves of a unit: many values hold the same ones, from what was measured to the document, and of results one after
//! the other.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::LeafScore;

/// The scores of the leaves of a unit, in the order of the model. A copy is the same scores until one of both changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Leaves(Arc<[LeafScore]>);

impl Leaves {
    /// Holds what another holds, if that is the same.
    pub fn join(&mut self, other: &Self) {
        if self == other {
            self.clone_from(other);
        }
    }

    /// Whether both are the same scores, not only equal ones; where they are not, they may be equal all the same.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Leaves {
    type Target = [LeafScore];

    fn deref(&self) -> &[LeafScore] {
        &self.0
    }
}

/// Whoever changes the scores has his own from then on.
impl DerefMut for Leaves {
    fn deref_mut(&mut self) -> &mut [LeafScore] {
        Arc::make_mut(&mut self.0)
    }
}

impl FromIterator<LeafScore> for Leaves {
    fn from_iter<I: IntoIterator<Item = LeafScore>>(leaves: I) -> Self {
        Self(leaves.into_iter().collect())
    }
}

impl<'l> IntoIterator for &'l Leaves {
    type Item = &'l LeafScore;
    type IntoIter = std::slice::Iter<'l, LeafScore>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
