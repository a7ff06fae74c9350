//! How much work one file may cost, counted in steps: a limit by the clock would make results depend on the machine.
//!
//! A step is one item that is taken from a file and kept or examined: a cell, a row, a column, a merged block, a text.
//! Each kind has its own limit in `[limits]`, and `steps` bounds all of them together. A reader spends before it keeps,
//! so that a file which needs too much is refused before it gets it; the refusal names the file and the kind.
//!
//! The default of `steps` was measured on two cores, release build: a workbook of ballots of 100 000 rows and 1 000 000
//! filled cells cost 4.2 s and 574 MiB from its bytes to the end of `check`, one of 25 000 rows 1.1 s and 162 MiB. A row
//! and its ten cells are eleven steps, so 1 000 000 steps are within 10 s and about 512 MiB.

use super::gate::Fault;
use crate::model::Limits;
use crate::shared::finding::Finding;
use crate::shared::place::FileId;

/// The kinds of work that steps are spent on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Rows, blank ones included.
    Rows,
    /// Cells that are not empty.
    Cells,
    /// Columns of a header, or with a declared width or style.
    Columns,
    /// Merged blocks.
    Merges,
    /// Distinct texts.
    Texts,
}

impl Work {
    const ALL: [Self; 5] = [Self::Rows, Self::Cells, Self::Columns, Self::Merges, Self::Texts];

    /// The key of `[limits]` that bounds the kind.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Cells => "cells",
            Self::Columns => "columns",
            Self::Merges => "merges",
            Self::Texts => "strings",
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Rows => 0,
            Self::Cells => 1,
            Self::Columns => 2,
            Self::Merges => 3,
            Self::Texts => 4,
        }
    }
}

/// The remaining work that one file may cost.
#[derive(Clone, Debug)]
pub struct Budget {
    file: FileId,
    /// The limit for each kind, with its key of `[limits]`.
    allowed: [(u64, &'static str); 5],
    most_steps: (u64, &'static str),
    spent: [u64; 5],
}

/// The key of `[limits]` that bounds csv files exported by voting and other platforms.
const OF_EXPORT: &str = "csv_rows";
/// The most cells per row in such a file, on average.
const CELLS_OF_ROW: u64 = 8;

impl Budget {
    /// The budget of a file.
    pub fn new(file: FileId, limits: &Limits) -> Self {
        let allowed = [limits.rows, limits.cells, limits.columns, limits.merges, limits.strings].map(u64::from);
        let keyed = |work: Work| (allowed[work.index()], work.key());
        Self { file, allowed: Work::ALL.map(keyed), most_steps: (limits.steps, "steps"), spent: [0; 5] }
    }

    /// The budget of a csv file of ballots, tallies or given scores, which may hold millions of rows of a few cells.
    pub fn of_export(file: FileId, limits: &Limits) -> Self {
        let mut budget = Self::new(file, limits);
        let rows = u64::from(limits.csv_rows);
        let raise = |own: &mut (u64, &'static str), most: u64| {
            if most > own.0 {
                *own = (most, OF_EXPORT);
            }
        };
        budget.allowed[Work::Rows.index()] = (rows, OF_EXPORT);
        raise(&mut budget.allowed[Work::Cells.index()], rows.saturating_mul(CELLS_OF_ROW));
        raise(&mut budget.most_steps, rows.saturating_mul(CELLS_OF_ROW + 1));
        budget
    }

    /// Spends steps on something.
    ///
    /// # Errors
    /// If the total exceeds what the file may cost.
    pub fn spend(&mut self, work: Work, steps: u64) -> Result<(), TooMuch> {
        let spent = &mut self.spent[work.index()];
        *spent = spent.saturating_add(steps);
        let (spent, (allowed, key)) = (*spent, self.allowed[work.index()]);
        if spent > allowed {
            return Err(TooMuch { file: self.file, work, found: spent, key, allowed });
        }
        if self.steps() > self.most_steps.0 {
            let work = Work::ALL.into_iter().max_by_key(|work| self.spent[work.index()]).unwrap_or(work);
            let found = self.spent[work.index()];
            return Err(TooMuch { file: self.file, work, found, key: self.most_steps.1, allowed: self.most_steps.0 });
        }
        Ok(())
    }

    /// The file.
    pub const fn file(&self) -> FileId {
        self.file
    }

    /// All steps spent so far.
    pub fn steps(&self) -> u64 {
        self.spent.iter().fold(0, |sum: u64, spent| sum.saturating_add(*spent))
    }
}

/// A file needs more work than it may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// The refused file.
    pub file: FileId,
    /// The kind that exceeds its limit.
    pub work: Work,
    /// How many were found, as far as they were counted.
    pub found: u64,
    /// The key of `[limits]` that bounds the kind.
    pub key: &'static str,
    /// The limit.
    pub allowed: u64,
}

impl TooMuch {
    /// The refusal of the file.
    pub fn finding(self) -> Finding {
        Fault::from(self).finding(self.file)
    }
}

impl From<TooMuch> for Fault {
    fn from(too_much: TooMuch) -> Self {
        let TooMuch { work, found, key, allowed, .. } = too_much;
        Self::TooLarge(format!("{}: {found}", work.key()), format!("{allowed} ([limits] {key})"))
    }
}

impl From<TooMuch> for Box<Finding> {
    fn from(too_much: TooMuch) -> Self {
        Self::new(too_much.finding())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits { rows: 10, cells: 100, merges: 3, steps: 60, ..Limits::default() }
    }

    #[test]
    fn a_kind_has_its_own_limit() {
        let mut budget = Budget::new(FileId(4), &limits());
        assert_eq!(budget.spend(Work::Merges, 3), Ok(()));
        let too_much = TooMuch { file: FileId(4), work: Work::Merges, found: 4, key: "merges", allowed: 3 };
        assert_eq!(budget.spend(Work::Merges, 1), Err(too_much));
    }

    #[test]
    fn all_kinds_together_name_the_largest() {
        let mut budget = Budget::new(FileId(0), &limits());
        assert_eq!(budget.spend(Work::Cells, 50), Ok(()));
        assert_eq!(budget.spend(Work::Rows, 10), Ok(()));
        assert_eq!(budget.steps(), 60);
        let too_much = TooMuch { file: FileId(0), work: Work::Cells, found: 50, key: "steps", allowed: 60 };
        assert_eq!(budget.spend(Work::Texts, 1), Err(too_much));
        let most = budget.spend(Work::Texts, u64::MAX);
        assert_eq!(most.map_err(|e| e.work), Err(Work::Texts));
    }
}
