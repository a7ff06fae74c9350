//! The files of a folder of feedback, as `feedback` writes them and `verify` remakes them.

use std::collections::BTreeSet;

use crate::documents::report::feedback::{Desk, Handed, document, handout, letter};
use crate::documents::report::sealed;
use crate::publish::HashedFile;
use crate::result::outcome::UnitOutcome;
use crate::result::seal::Seal;
use crate::shared::i18n::say;
use crate::shared::letters::LetterKind;
use crate::shared::text;
use crate::write::{self, workbook::Prepared};

/// What letters are made from.
pub(super) struct Letters<'o> {
    /// The result and what was disclosed before it.
    pub(super) desk: Desk<'o>,
    /// The content seal of the result.
    pub(super) seal: &'o Seal,
    /// What the workbooks have in common.
    pub(super) prepared: Prepared,
}

impl<'o> Letters<'o> {
    /// Letters on a result, none of them made yet.
    pub(super) fn new(desk: Desk<'o>, seal: &'o Seal) -> Self {
        Self { desk, seal, prepared: Prepared::default() }
    }

    /// The workbook of a unit, or its letter as a Word document.
    pub(super) fn letter(&self, unit: &UnitOutcome, kind: LetterKind) -> anyhow::Result<Vec<u8>> {
        let lang = self.desk.lang();
        match kind {
            LetterKind::Workbook => self.prepared.bytes(&sealed(document(&self.desk, unit), self.seal, lang)),
            LetterKind::Word => {
                let mut letter = letter(&self.desk, unit);
                letter.footer = Some(say!(lang, "report.seal", seal = self.seal.to_string()));
                write::letter::bytes(&letter)
            }
        }
    }

    /// The list for handing out, by the files of the units.
    pub(super) fn list<'f>(
        &self,
        units: &[&UnitOutcome],
        files: impl IntoIterator<Item = &'f HashedFile>,
    ) -> anyhow::Result<Vec<u8>> {
        let handed = units.iter().zip(files);
        let handed = handed.map(|(unit, file)| Handed { unit, file: &file.path, sha256: &file.sha256 });
        let list = handout(&self.desk, &handed.collect::<Vec<_>>());
        self.prepared.bytes(&sealed(list, self.seal, self.desk.lang()))
    }
}

/// A name for the file of each unit: the unit's code, which is unique, and its name as far as a file name allows. Names that
/// differ only in letter case get a number, for file systems that ignore case.
pub(super) fn file_names(units: &[&UnitOutcome], kind: LetterKind) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let names = units.iter().map(|unit| {
        let stem = format!("{}_{}", unit.roster.code, text::file_name(&unit.roster.name));
        let ending = kind.ending();
        let mut name = format!("{stem}.{ending}");
        let mut number = 2;
        while !taken.insert(text::key(&name).to_lowercase()) {
            name = format!("{stem}-{number}.{ending}");
            number += 1;
        }
        name
    });
    names.collect()
}
