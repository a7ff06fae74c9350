//! The positions of a sheet's cells, for formulas on another sheet: a sheet that others refer to is built together with
//! an index of its cells.

use std::collections::BTreeMap;
use std::fmt;

use super::document::SheetDoc;
use crate::shared::place::Place;

/// Adjacent cells in one row or one column, on the sheet of the formula or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    sheet: Option<&'static str>,
    from: (usize, u16),
    to: (usize, u16),
    pinned: bool,
}

impl Run {
    /// One cell.
    pub(super) const fn cell(row: usize, column: u16) -> Self {
        Self { sheet: None, from: (row, column), to: (row, column), pinned: false }
    }

    /// Cells of one row, first and last column included.
    pub(super) const fn across(row: usize, first: u16, last: u16) -> Self {
        Self { sheet: None, from: (row, first), to: (row, last), pinned: false }
    }

    /// Cells of one column, first and last row included.
    pub(super) const fn down(column: u16, first: usize, last: usize) -> Self {
        Self { sheet: None, from: (first, column), to: (last, column), pinned: false }
    }

    /// Moves the run to another sheet.
    pub(super) const fn on(mut self, sheet: &'static str) -> Self {
        self.sheet = Some(sheet);
        self
    }

    /// Writes the run with `$`, so that it does not shift when the formula is copied.
    pub(super) const fn pinned(mut self) -> Self {
        self.pinned = true;
        self
    }

    /// This run and the next one combined, if they are neighbours in a row.
    fn joined(self, next: Self) -> Option<Self> {
        let neighbours = self.sheet == next.sheet && self.to.0 == next.from.0 && self.to.1 + 1 == next.from.1;
        neighbours.then_some(Self { to: next.to, ..self })
    }

    /// Runs with neighbours joined.
    pub(super) fn join(runs: impl Iterator<Item = Self>) -> Vec<Self> {
        let mut joined: Vec<Self> = Vec::new();
        for run in runs {
            match joined.last_mut() {
                Some(last) if last.joined(run).is_some() => last.to = run.to,
                _ => joined.push(run),
            }
        }
        joined
    }
}

/// In formula notation: `E6`, `E6:G6`, `'指标得分'!E$6`.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sheet) = self.sheet {
            write!(f, "'{}'!", sheet.replace('\'', "''"))?;
        }
        let name = |(row, column): (usize, u16)| {
            let plain = SheetDoc::cell_name(row, column);
            if !self.pinned {
                return plain;
            }
            let split = plain.find(|c: char| c.is_ascii_digit()).unwrap_or(plain.len());
            let (letters, digits) = plain.split_at(split);
            format!("${letters}${digits}")
        };
        f.write_str(&name(self.from))?;
        if self.from == self.to { Ok(()) } else { write!(f, ":{}", name(self.to)) }
    }
}

/// Points of leaves: a row per unit, a column per leaf, full points above, one row a scheme.
pub(super) struct LeafCells<'o> {
    pub(super) sheet: &'static str,
    pub(super) full_row: usize,
    pub(super) first_column: u16,
    pub(super) rows: BTreeMap<&'o str, usize>,
}

impl LeafCells<'_> {
    /// The points of a unit on some leaves, by their indices.
    pub(super) fn points(&self, unit: &str, leaves: &[usize]) -> Vec<Run> {
        self.rows.get(unit).map(|row| self.runs(*row, leaves)).unwrap_or_default()
    }

    /// The points of a unit on one leaf.
    pub(super) fn cell(&self, unit: &str, leaf: usize) -> Option<Run> {
        self.points(unit, &[leaf]).pop()
    }

    /// The full points of some leaves in a scheme.
    pub(super) fn full(&self, scheme: usize, leaves: &[usize]) -> Vec<Run> {
        self.runs(self.full_row + scheme, leaves).into_iter().map(Run::pinned).collect()
    }

    fn runs(&self, row: usize, leaves: &[usize]) -> Vec<Run> {
        let cell = |leaf: &usize| Run::cell(row, self.first_column + *leaf as u16).on(self.sheet);
        Run::join(leaves.iter().map(cell))
    }
}

/// Class means: one column, and the rows of each unit and component class by class, within a class node by node.
pub(super) struct MeanCells<'o> {
    pub(super) sheet: &'static str,
    pub(super) column: u16,
    /// First row and number of nodes.
    pub(super) rows: BTreeMap<(&'o str, &'o str), (usize, usize)>,
}

impl MeanCells<'_> {
    /// The mean given to a node by a class.
    pub(super) fn mean(&self, unit: &str, component: &str, class: usize, node: usize) -> Option<Run> {
        let (first, nodes) = self.rows.get(&(unit, component))?;
        Some(Run::cell(first + class * nodes + node, self.column).on(self.sheet))
    }
}

/// Approved points of register rows, by the place of the row, and of over-claims by unit.
pub(super) struct PointCells<'o> {
    pub(super) sheet: &'static str,
    pub(super) column: u16,
    pub(super) rows: BTreeMap<Place, usize>,
    pub(super) over_claims: BTreeMap<&'o str, usize>,
}

impl PointCells<'_> {
    /// The points of a register row, or of the over-claim of a unit.
    pub(super) fn points(&self, unit: &str, row: Option<Place>) -> Option<Run> {
        let found = match row {
            Some(at) => self.rows.get(&at),
            None => self.over_claims.get(unit),
        };
        found.map(|row| Run::cell(*row, self.column).on(self.sheet))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_formulas_write_them() {
        assert_eq!(Run::cell(5, 4).to_string(), "E6");
        assert_eq!(Run::across(5, 4, 6).pinned().to_string(), "$E$6:$G$6");
        assert_eq!(Run::down(27, 0, 9).to_string(), "AB1:AB10");
        assert_eq!(Run::cell(0, 0).on("Points by indicator").to_string(), "'Points by indicator'!A1");
        assert_eq!(Run::cell(0, 0).on("it's").to_string(), "'it''s'!A1");
    }

    #[test]
    fn leaves_beside_each_other_are_one_run() {
        let cells = LeafCells { sheet: "s", full_row: 4, first_column: 4, rows: BTreeMap::from([("U1", 5)]) };
        let names = |runs: Vec<Run>| runs.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(cells.points("U1", &[0, 1, 3])), ["'s'!E6:F6", "'s'!H6"]);
        assert_eq!(names(cells.full(0, &[0, 1, 3])), ["'s'!$E$5:$F$5", "'s'!$H$5"]);
        assert!(cells.points("U2", &[0]).is_empty());
    }
}
