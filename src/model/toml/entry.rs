//! The entries of a table whose keys people choose, such as names of groups.

use toml::Spanned;
use toml::de::DeValue;

use super::{Section, Source, number_of, share_of};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::number::Exact;
use crate::shared::place::Place;

/// One key with its value.
pub struct Entry<'s, 'a> {
    section: &'s Section<'s, 'a>,
    source: &'s Source<'a>,
    name: &'s str,
    value: &'s Spanned<DeValue<'a>>,
}

impl<'s, 'a> Section<'s, 'a> {
    /// All entries of a table with arbitrary keys.
    pub fn entries(&'s self) -> Vec<Entry<'s, 'a>> {
        let all = self.table.into_iter().flat_map(|table| table.iter());
        all.map(|(name, value)| Entry { section: self, source: self.source, name: name.get_ref(), value }).collect()
    }
}

impl<'s, 'a> Entry<'s, 'a> {
    /// Its key.
    pub fn name(&self) -> &'s str {
        self.name
    }

    /// Where its value is.
    pub fn place(&self) -> Place {
        self.source.place(self.value.span())
    }

    /// Its value, if that is a table.
    pub fn table(&self) -> Option<Section<'s, 'a>> {
        let table = self.value.get_ref().as_table()?;
        Some(Section::over(self.source, Some(table), self.value.span()))
    }

    /// Its value as a share in percent, 0 to 100.
    pub fn percent(&self) -> Option<Exact> {
        let Some(number) = share_of(self.value.get_ref()) else {
            self.section.wrong_type(self.name, self.value, "model.expected.percent");
            return None;
        };
        if number.is_negative() || number > Exact::from(100) {
            let finding = Finding::new(Code::E504).at(self.place()).with("key", self.name);
            self.section.report(finding.found(&number).expected("0 – 100"));
        }
        self.section.warn_cut(self.name, self.place(), &number);
        let is_typed = number_of(self.value.get_ref()).is_some();
        if is_typed && number.is_positive() && number < Exact::from(1) {
            self.section.report(Finding::new(Code::W515).at(self.place()).with("key", self.name).found(&number));
        }
        Some(number)
    }
}
