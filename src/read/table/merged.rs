//! Merged blocks of a sheet: which cells show their own value, and which show that of a block's top-left cell.
//!
//! A spreadsheet shows only the top-left cell of a merged block, its head, even if that is blank. Any value in other
//! cells of the block is covered: it is invisible and counts nowhere, neither as a header, nor beside a label, nor as
//! data (SPEC §5.1). Blocks may be as wide as a sheet, so they are only examined in non-empty columns, and may overlap
//! in files that no spreadsheet made.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::read::book::{Cell, Merge, Sheet};
use crate::read::gate::fault::CAP;
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::place::{Position, SheetId};

/// The visible part of a sheet.
pub(super) struct Seen<'s> {
    /// The cells that show their own value, in the order of rows, then columns.
    pub(super) cells: Cow<'s, [Cell]>,
    /// Blocks of several cells over a column with visible cells.
    pub(super) merges: Vec<Merge>,
    /// The columns with visible cells.
    pub(super) columns: Vec<u32>,
    /// The cells whose value is covered, with the block that covers them.
    pub(super) covered: Vec<(Merge, Cell)>,
}

impl<'s> Seen<'s> {
    /// Separates visible from covered cells in one walk over the rows of a sheet.
    pub(super) fn of(sheet: &'s Sheet) -> Self {
        let columns: BTreeSet<u32> = sheet.cells.iter().map(|cell| cell.col).collect();
        let columns: Vec<u32> = columns.into_iter().collect();
        let merges = sheet.merges.iter().filter(|m| m.top < m.bottom || m.left < m.right).copied();
        let merges: Vec<Merge> = merges.filter(|m| !span(&columns, m).is_empty()).collect();
        if merges.is_empty() {
            return Self { cells: Cow::Borrowed(&sheet.cells), merges, columns, covered: Vec::new() };
        }
        let (mut cells, mut covered) = (Vec::with_capacity(sheet.cells.len()), Vec::new());
        let mut walk = Walk::new(&merges, &columns);
        for line in sheet.cells.chunk_by(|a, b| a.row == b.row) {
            walk.enter(line[0].row);
            for cell in line {
                match walk.cover(cell) {
                    Some(merge) => covered.push((merge, cell.clone())),
                    None => cells.push(cell.clone()),
                }
            }
        }
        let seen: BTreeSet<u32> = cells.iter().map(|cell| cell.col).collect();
        let columns: Vec<u32> = columns.into_iter().filter(|col| seen.contains(col)).collect();
        let merges = merges.into_iter().filter(|m| !span(&columns, m).is_empty()).collect();
        Self { cells: Cow::Owned(cells), merges, columns, covered }
    }

    /// One warning per block that covers values, naming each of them.
    pub(super) fn tell_covered(&self, id: SheetId) -> Vec<Finding> {
        let mut blocks: BTreeMap<Merge, Vec<&Cell>> = BTreeMap::new();
        for (merge, cell) in self.covered.iter().filter(|(_, cell)| !cell.value.is_blank()) {
            blocks.entry(*merge).or_default().push(cell);
        }
        let place = |cell: &Cell| id.cell(cell.row, cell.col);
        let tell = |cells: &Vec<&Cell>| {
            let texts: Vec<String> = cells.iter().take(CAP).map(|cell| cell.value.text()).collect();
            let finding = Finding::new(Code::W172).at(place(cells[0])).found(texts.join(" / "));
            finding.also_all(cells.iter().skip(1).take(CAP).map(|cell| place(cell)))
        };
        blocks.values().take(CAP).map(tell).collect()
    }
}

/// The range of positions, in an ordered list of columns, that a block spans.
pub(super) fn span(columns: &[u32], merge: &Merge) -> std::ops::Range<usize> {
    columns.partition_point(|col| *col < merge.left)..columns.partition_point(|col| *col <= merge.right)
}

/// A walk down the rows of a sheet that keeps track of the blocks over the present row.
///
/// The number of blocks over a column is kept as sums over ranges of columns, so that the cost of a block does not
/// depend on its width or height.
struct Walk<'w> {
    columns: &'w [u32],
    waiting: std::iter::Peekable<std::vec::IntoIter<Merge>>,
    ending: BinaryHeap<Reverse<(u32, Merge)>>,
    /// Number and sum of the blocks over columns: a Fenwick tree of differences. Where only one block lies, the sum of
    /// block numbers identifies it.
    over: Vec<(i64, i64)>,
    blocks: Vec<Merge>,
    heads: BTreeMap<Position, i64>,
}

impl<'w> Walk<'w> {
    fn new(merges: &[Merge], columns: &'w [u32]) -> Self {
        let mut blocks = merges.to_vec();
        blocks.sort_unstable();
        let mut heads: BTreeMap<Position, i64> = BTreeMap::new();
        for merge in &blocks {
            *heads.entry(merge.head()).or_default() += 1;
        }
        let waiting = blocks.clone().into_iter().peekable();
        Self { columns, waiting, ending: BinaryHeap::new(), over: vec![(0, 0); columns.len() + 1], blocks, heads }
    }

    /// Moves on to a row: blocks that end above it are left, those that begin in it or above are entered.
    fn enter(&mut self, row: u32) {
        while let Some(merge) = self.waiting.next_if(|m| m.top <= row) {
            self.add(merge, 1);
            self.ending.push(Reverse((merge.bottom, merge)));
        }
        while let Some(Reverse((_, merge))) = self.ending.peek().filter(|last| last.0.0 < row).copied() {
            self.ending.pop();
            self.add(merge, -1);
        }
    }

    fn add(&mut self, merge: Merge, sign: i64) {
        let number = self.blocks.partition_point(|block| *block < merge) as i64;
        let span = span(self.columns, &merge);
        for (from, sign) in [(span.start, sign), (span.end, -sign)] {
            let mut at = from + 1;
            while at < self.over.len() {
                self.over[at].0 += sign;
                self.over[at].1 += sign * number;
                at += at & at.wrapping_neg();
            }
        }
    }

    /// The block that covers a cell; none if the cell shows its own value.
    fn cover(&self, cell: &Cell) -> Option<Merge> {
        let mut at = self.columns.partition_point(|col| *col < cell.col) + 1;
        let (mut count, mut sum) = (0, 0);
        while at > 0 {
            count += self.over[at].0;
            sum += self.over[at].1;
            at &= at - 1;
        }
        let own = self.heads.get(&cell.at()).copied().unwrap_or(0);
        if count == own {
            return None;
        }
        // Where blocks overlap it does not matter which one covers the cell, so the cell itself is returned.
        let itself = Merge::of_one(cell.at());
        let only = usize::try_from(sum).ok().filter(|_| count == 1).and_then(|number| self.blocks.get(number));
        Some(only.copied().unwrap_or(itself))
    }
}

/// The blocks over the columns of one row; where they overlap, the last.
pub(super) fn over_row(seen: &Seen<'_>, row: u32) -> BTreeMap<u32, Merge> {
    let columns = &seen.columns;
    let mut over = BTreeMap::new();
    // For each column, the next one that no block has taken yet.
    let mut free: Vec<usize> = (0..=columns.len()).collect();
    fn next_free(free: &mut [usize], mut at: usize) -> usize {
        while free[at] != at {
            free[at] = free[free[at]];
            at = free[at];
        }
        at
    }
    for merge in seen.merges.iter().rev().filter(|m| m.top <= row && row <= m.bottom) {
        let span = span(columns, merge);
        let mut at = next_free(&mut free, span.start);
        while at < span.end {
            over.insert(columns[at], *merge);
            free[at] = at + 1;
            at = next_free(&mut free, at);
        }
    }
    over
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::value::RawValue;

    fn cell(row: u32, col: u32, text: &str) -> Cell {
        Cell { row, col, value: RawValue::text_of(text) }
    }

    fn block(top: u32, left: u32, bottom: u32, right: u32) -> Merge {
        Merge { top, left, bottom, right }
    }

    /// Rows and columns of cells.
    type Cells = Vec<(u32, u32)>;

    /// The visible cells, and the covered ones.
    fn seen(cells: &[(u32, u32)], merges: Vec<Merge>) -> (Cells, Cells) {
        let cells = cells.iter().map(|(row, col)| cell(*row, *col, "x")).collect();
        let sheet = Sheet { cells, merges, ..Sheet::default() };
        let seen = Seen::of(&sheet);
        let at = |cell: &Cell| (cell.row, cell.col);
        (seen.cells.iter().map(at).collect(), seen.covered.iter().map(|(_, cell)| at(cell)).collect())
    }

    #[test]
    fn the_head_decides_also_where_it_is_blank() {
        let all = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 1)];
        assert_eq!(seen(&all, vec![block(0, 0, 1, 1)]), (vec![(0, 0), (1, 2), (2, 1)], vec![(0, 1), (1, 0), (1, 1)]));
        let blank = [(0, 1), (1, 0), (1, 2)];
        assert_eq!(seen(&blank, vec![block(0, 0, 1, 1)]), (vec![(1, 2)], vec![(0, 1), (1, 0)]));
    }

    #[test]
    fn blocks_beside_below_and_over_one_another_are_told_apart() {
        let all: Vec<(u32, u32)> = (0..4).flat_map(|row| (0..4).map(move |col| (row, col))).collect();
        let merges = vec![block(0, 0, 3, 0), block(0, 1, 0, 2), block(1, 1, 2, 1), block(2, 3, 3, 3)];
        let covered = vec![(0, 2), (1, 0), (2, 0), (2, 1), (3, 0), (3, 3)];
        assert_eq!(seen(&all, merges.clone()).1, covered);
        let brute = |merges: &[Merge]| -> Vec<(u32, u32)> {
            let is_covered = |(row, col): &(u32, u32)| {
                merges.iter().any(|m| m.holds(Position::new(*row, *col)) && (m.top, m.left) != (*row, *col))
            };
            all.iter().copied().filter(is_covered).collect()
        };
        assert_eq!(brute(&merges), covered);
        let overlapping = vec![block(0, 0, 2, 2), block(1, 1, 3, 3), block(1, 1, 1, 3)];
        assert_eq!(seen(&all, overlapping.clone()).1, brute(&overlapping));
    }

    #[test]
    fn wide_and_long_blocks_cost_no_more_than_narrow_ones() {
        // 20,000 blocks over all 16,384 columns and a million rows: examined cell by cell these would be 3·10^14 steps.
        let merges: Vec<Merge> = (0..20_000).map(|n| block(n % 1000, n / 1000, 1_000_000 + n, 16_383)).collect();
        let mut sorted = merges;
        sorted.sort_unstable();
        let cells: Vec<Cell> = (0..1000).flat_map(|row| [0, 9000, 16_383].map(|col| cell(row, col, "x"))).collect();
        let sheet = Sheet { cells, merges: sorted, ..Sheet::default() };
        let seen = Seen::of(&sheet);
        assert_eq!((seen.cells.len(), seen.covered.len()), (1, 2999));
    }
}
