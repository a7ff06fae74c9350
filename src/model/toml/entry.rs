//! The entries of a table whose keys people choose, such as names of groups.

use super::{Section, Value};
use crate::shared::number::Exact;
use crate::shared::place::Place;

/// One key with its value.
pub struct Entry<'s, 'a> {
    section: &'s Section<'s, 'a>,
    name: &'s str,
    value: Value<'s, 'a>,
}

impl<'s, 'a> Section<'s, 'a> {
    /// All entries of a table with arbitrary keys.
    pub fn entries(&'s self) -> Vec<Entry<'s, 'a>> {
        let all = self.table.into_iter().flat_map(|table| table.iter());
        all.map(|(name, value)| Entry { section: self, name: name.get_ref(), value }).collect()
    }
}

impl<'s, 'a> Entry<'s, 'a> {
    /// Its key.
    pub fn name(&self) -> &'s str {
        self.name
    }

    /// Where its value is.
    pub fn place(&self) -> Place {
        self.section.source.place(self.value.span())
    }

    /// Its value, if that is a table.
    pub fn table(&self) -> Option<Section<'s, 'a>> {
        self.section.below(self.value)
    }

    /// Its value as a share in percent, 0 to 100.
    pub fn percent(&self) -> Option<Exact> {
        self.section.percent_of(self.name, self.value)
    }
}
