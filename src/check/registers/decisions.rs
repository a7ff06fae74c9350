//! Rows of 等次审定, also of 等次审定表: the form that `assess suggest` writes and the committee fills in.

use super::{Entry, Numbers};
use crate::check::cells;
use crate::engine::assessment::{DecisionCells, DecisionRow, Ruling, Standing};
use crate::read::Word;
use crate::shared::finding::{Arg, Code, Describe as _};
use crate::shared::place::Located;
use crate::shared::text;

impl Entry<'_, '_> {
    /// A row of 等次审定; none for a row of 等次审定表 that nobody has decided.
    pub(super) fn decision(&mut self, numbers: &mut Numbers) -> Option<DecisionRow> {
        if self.is_undecided() {
            return None;
        }
        let id = self.number(numbers)?;
        let unit = self.unit();
        let grade = self.text(Word::Grade);
        let ruling = self.ruling(&grade);
        let cells = DecisionCells::read(self);
        let standing = self.standing();
        let (id, unit, standing) = (id?, unit?, standing?);
        if !self.context.is_assessed(unit) && standing == Standing::Approved {
            self.findings.add(Code::E614).at(self.table.row_place(self.row)).unit(self.context.code(unit)).found(&id);
            return None;
        }
        let at = self.table.row_place(self.row);
        Some(DecisionRow { id, unit, ruling: ruling?, cells: cells?, standing, at })
    }

    fn ruling(&mut self, grade: &Located<String>) -> Option<Ruling> {
        if self.context.model.grades.is_empty() {
            self.findings.add(Code::E691).at(grade.at).found(&grade.value);
            return None;
        }
        if Word::Deferred.matches(&text::key(&grade.value).to_lowercase()) {
            return Some(Ruling::Defer);
        }
        let found = self.context.model.grade(&grade.value);
        if found.is_none() {
            let names = || self.context.model.grades.iter().map(|g| g.name.as_str());
            let grades = names().collect::<Vec<_>>().join(" / ");
            let expected = Arg::spoken(|lang| format!("{grades} / {}", Word::Deferred.header(lang)));
            self.findings.unknown(Code::E616, grade, names()).expected(expected);
        }
        found.map(Ruling::Pin)
    }

    /// Whether a row of 等次审定表, the form that suggests a grade for every unit, is undecided: its grade is blank.
    /// A row that names a document all the same is reported, since its grade may have been forgotten.
    fn is_undecided(&mut self) -> bool {
        let blank = |word: Word| cells::is_missing(&self.table.text(self.row, word).value);
        if self.table.column(Word::SuggestedGrade).is_none() || !blank(Word::Grade) {
            return false;
        }
        let decided = self.columns().filter(|column| column.field.is_some() || column.word == Word::Status);
        if let Some(filled) = decided.map(|column| column.word).find(|word| !blank(*word)) {
            let place = self.table.get(self.row, Word::Grade).at;
            let text = self.table.text(self.row, filled).value;
            let found = Arg::spoken(|lang| format!("{} {text}", filled.header(lang)));
            self.findings.add(Code::W677).at(place).found(found);
        }
        true
    }
}
