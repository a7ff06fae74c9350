//! The hidden sheet of a form that assess handed out: the kind of form, its recipient, and its model.
//!
//! The sheet [`FORM_SHEET`] contains [`MARK`] in A1 and below it rows of two cells, key and value: `kind`, `unit`,
//! `component`, `class`, `register`, `department`, `period`, `version`, and, with its path prefixed by [`SHOWN`], every
//! value of the model that is printed on the form. A form that is filled in and returned still carries the sheet; the
//! unit named there is one of the identities of the file (SPEC §5.2).

use super::book::{Book, FORM_SHEET};
use crate::shared::place::{FileId, Located, Place, Position};

/// The content of A1 of the hidden sheet.
pub const MARK: &str = "assess.form/1";
/// Key of the kind of form: `self-report`, `ballot`, `register`, `verified`, `ledger`.
pub const KIND: &str = "kind";
/// Key of the code of the unit that fills in the form.
pub const UNIT: &str = "unit";
/// Key of the component id of a ballot, a tally or scores made elsewhere.
pub const COMPONENT: &str = "component";
/// Key of the class id of a ballot or a tally.
pub const CLASS: &str = "class";
/// Key of the name of the department whose opinion is requested.
pub const DEPARTMENT: &str = "department";
/// Key of the version whose grades a form suggests.
pub const VERSION: &str = "version";
/// Key of the register that the form serves as.
pub const REGISTER: &str = "register";
/// Key of the assessed period.
pub const PERIOD: &str = "period";
/// Prefix of the keys of model values: `model:indicator[1.1].points`.
pub const SHOWN: &str = "model:";
/// How many digits of the model's hash are printed at the foot of a form.
pub const MODEL_DIGITS: usize = 12;

/// The keys and values of a form's hidden sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormMark {
    values: Vec<(String, Located<String>)>,
}

impl FormMark {
    /// The mark of a workbook, if it is a form that assess handed out.
    pub fn of(book: &Book, file: FileId) -> Option<Self> {
        let (index, sheet) = book.sheets.iter().enumerate().find(|(_, sheet)| sheet.name == FORM_SHEET)?;
        let first = sheet.cells.first()?;
        if first.at() != Position::default() || first.value.text() != MARK {
            return None;
        }
        let rows = sheet.cells.chunk_by(|a, b| a.row == b.row).skip(1);
        let pair = |row: &[super::book::Cell]| match row {
            [key, value, ..] if key.col == 0 && value.col == 1 => {
                let place = Place::cell(file, u16::try_from(index).ok()?, value.row, value.col);
                Some((key.value.text(), Located::new(value.value.text(), place)))
            }
            _ => None,
        };
        Some(Self { values: rows.filter_map(pair).collect() })
    }

    /// The values of the model printed on the form when it was made, by path, each with the cell that records it.
    pub fn shown(&self) -> impl Iterator<Item = (&str, &Located<String>)> {
        self.values.iter().filter_map(|(key, value)| Some((key.strip_prefix(SHOWN)?, value)))
    }

    /// The value recorded under a key.
    pub fn get(&self, key: &str) -> Option<&Located<String>> {
        self.values.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }
}
