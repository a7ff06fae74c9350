//! The fields that rows of registers keep as their cells say, read from the columns that their schema names.

use jiff::civil::Date;

use super::Entry;
use crate::check::cells::{self, Ask, CellRef};
use crate::check::leaf_value;
use crate::engine::assessment::{Amount, Source, State};
use crate::model::Sign;
use crate::read::RawValue;
use crate::read::schema::Schema;
use crate::shared::finding::{Arg, Code, Describe as _};
use crate::shared::number::{Exact, Points};
use crate::shared::place::Located;

impl<'e> Entry<'e, '_> {
    /// The cell of a field; a blank one if tables of the kind have no such column.
    fn cell(&self, field: &str) -> CellRef<'e> {
        let word = Schema::of(self.table.kind).and_then(|schema| schema.word(field));
        word.map_or_else(|| Located::new(None, self.table.row_place(self.row)), |word| self.table.get(self.row, word))
    }
}

impl<T> Source<Located<T>> for Entry<'_, '_>
where
    Self: Source<T>,
{
    fn read(&mut self, field: &'static str) -> Option<Located<T>> {
        let at = self.cell(field).at;
        self.read(field).map(|value| Located::new(value, at))
    }
}

impl Source<String> for Entry<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<String> {
        Some(self.text_of(&self.cell(field)).value)
    }
}

impl Source<Option<Date>> for Entry<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<Option<Date>> {
        cells::date(&self.cell(field), &mut self.findings)
    }
}

impl Source<bool> for Entry<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<bool> {
        cells::yes(&self.cell(field), &mut self.findings)
    }
}

impl Source<Option<Exact>> for Entry<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<Option<Exact>> {
        let state = cells::number(&self.cell(field), Ask::Score, &mut self.findings)?;
        Some(if let State::Known(number) = state { Some(number) } else { None })
    }
}

/// A value of a leaf, where the row corrects one; else a number.
impl Source<Option<Amount>> for Entry<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<Option<Amount>> {
        let Some(leaf) = self.corrects else {
            let state = cells::number(&self.cell(field), self.ask, &mut self.findings)?;
            return Some(if let State::Known(number) = state { Some(Amount::Number(number)) } else { None });
        };
        let cell = self.cell(field);
        match leaf_value::value(leaf, &cell, &mut self.findings)? {
            State::Missing => Some(None),
            State::Known(value) if !value.is_of_nothing() => {
                Some(Some(Amount::Value { text: leaf.shape().describe(&value) }))
            }
            State::NotApplicable | State::Known(_) => {
                let found = cell.value.map(RawValue::text).unwrap_or_default();
                let finding = self.findings.add(Code::E213).at(cell.at).found(found);
                finding.expected(Arg::Word("register.value"));
                None
            }
        }
    }
}

/// What must be there.
impl Source<Amount> for Entry<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<Amount> {
        let amount: Option<Amount> = self.read(field)?;
        if amount.is_none() {
            let at = self.cell(field).at;
            self.findings.add(Code::E314).at(at);
        }
        amount
    }
}

/// A minus on a deduction is accepted and dropped.
impl Source<Option<Points>> for Entry<'_, '_> {
    fn read(&mut self, field: &'static str) -> Option<Option<Points>> {
        let number: Option<Exact> = self.read(field)?;
        if let Some(number) = number.as_ref().filter(|own| own.is_negative() && self.sign != Sign::Deduction) {
            let at = self.cell(field).at;
            self.findings.add(Code::E203).at(at).with("indicator", "").found(number).expected(">= 0");
            return None;
        }
        Some(number.map(|number| Points(number.abs())))
    }
}
