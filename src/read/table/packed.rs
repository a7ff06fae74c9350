//! The data rows of a table in memory: as they were found, and packed once nothing changes them any more.
//!
//! All tables of a project are held until its checks are through. A cell as a value takes 56 bytes, and its text an
//! allocation of its own; packed it takes about ten, and its row is made again for whoever looks at it. Long texts stay
//! where they are: a workbook may name one text in a million cells.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::raw::{Row, RowCell};
use crate::read::value::RawValue;
use crate::shared::place::Position;

/// Data rows, from the top.
#[derive(Clone, Debug)]
pub struct Rows(Held);

#[derive(Clone, Debug)]
enum Held {
    Open(Vec<Row>),
    Packed(Packed),
    /// How many there were.
    Gone(usize),
}

/// Rows one after the other as bytes.
#[derive(Clone, Debug)]
struct Packed {
    bytes: Box<[u8]>,
    /// The number of each row in its sheet, and where its cells begin.
    starts: Box<[(u32, u32)]>,
    /// Long texts, in the order of the cells that hold them.
    texts: Box<[Arc<str>]>,
}

/// The longest text that is packed with its cell, in bytes.
const SHORT: usize = 64;

/// The value of a cell as it is packed.
#[derive(Serialize, Deserialize)]
enum PackedValue<V> {
    Whole(V),
    /// A long text, by its number.
    Long {
        text: usize,
        csv: bool,
    },
}

/// A cell as it is packed: its column, the cell that stores its value if that is another one, its value.
type PackedCell<V> = (u32, Option<(u32, u32)>, PackedValue<V>);

/// Why bytes can be read: they come from [`Rows::pack`] only.
const OWN: &str = "bytes are read as they were written";

/// Why nothing asks for rows that are gone: checks let them go when they are through with a kind of table.
const GONE: &str = "rows are let go after the last look at them";

impl Default for Rows {
    fn default() -> Self {
        Self(Held::Open(Vec::new()))
    }
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Held::Open(rows) => rows.len(),
            Held::Packed(packed) => packed.starts.len(),
            Held::Gone(count) => *count,
        }
    }

    /// Lets the rows go, which nothing asks for any more but how many there were.
    pub fn let_go(&mut self) {
        self.0 = Held::Gone(self.len());
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at an index.
    fn at(&self, index: usize) -> Cow<'_, Row> {
        match &self.0 {
            Held::Open(rows) => Cow::Borrowed(&rows[index]),
            Held::Packed(packed) => Cow::Owned(packed.row(index)),
            Held::Gone(_) => panic!("{GONE}"),
        }
    }

    /// All rows.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Cow<'_, Row>> {
        (0..self.len()).map(|index| self.at(index))
    }

    /// The number of a row in its sheet, by its index.
    fn number(&self, index: usize) -> u32 {
        match &self.0 {
            Held::Open(rows) => rows[index].row,
            Held::Packed(packed) => packed.starts[index].0,
            Held::Gone(_) => panic!("{GONE}"),
        }
    }

    /// The numbers of all rows in their sheet, from 0.
    pub fn numbers(&self) -> impl DoubleEndedIterator<Item = u32> {
        (0..self.len()).map(|index| self.number(index))
    }

    /// The row with a number in its sheet.
    pub fn find(&self, number: u32) -> Option<Cow<'_, Row>> {
        let found = match &self.0 {
            Held::Open(rows) => rows.binary_search_by_key(&number, |row| row.row),
            Held::Packed(packed) => packed.starts.binary_search_by_key(&number, |(own, _)| *own),
            Held::Gone(_) => panic!("{GONE}"),
        };
        found.ok().map(|index| self.at(index))
    }

    /// The rows as a list that can be changed; packed ones are unpacked for it.
    pub fn open(&mut self) -> &mut Vec<Row> {
        if let Held::Packed(packed) = &self.0 {
            self.0 = Held::Open((0..packed.starts.len()).map(|index| packed.row(index)).collect());
        }
        match &mut self.0 {
            Held::Open(rows) => rows,
            Held::Packed(_) => unreachable!("packed rows were unpacked above"),
            Held::Gone(_) => panic!("{GONE}"),
        }
    }

    /// Packs the rows.
    ///
    /// # Panics
    /// If they take more than 4 GiB, which the limits of a file exclude.
    pub fn pack(&mut self) {
        let Held::Open(rows) = &mut self.0 else { return };
        let (mut bytes, mut starts, mut texts) = (Vec::new(), Vec::with_capacity(rows.len()), Vec::new());
        for Row { row, cells } in std::mem::take(rows) {
            starts.push((row, u32::try_from(bytes.len()).expect("a table is smaller than 4 GiB")));
            bytes = put(&cells.len(), bytes);
            for RowCell { col, value, at } in cells {
                let elsewhere = (at != Position::new(row, col)).then_some((at.row, at.col));
                let value = match value {
                    RawValue::Text { text, csv } if text.len() > SHORT => {
                        texts.push(text);
                        PackedValue::Long { text: texts.len() - 1, csv }
                    }
                    value => PackedValue::Whole(value),
                };
                let cell: PackedCell<RawValue> = (col, elsewhere, value);
                bytes = put(&cell, bytes);
            }
        }
        self.0 = Held::Packed(Packed { bytes: bytes.into(), starts: starts.into(), texts: texts.into() });
    }
}

impl Packed {
    fn row(&self, index: usize) -> Row {
        let (row, start) = self.starts[index];
        let (count, mut rest): (usize, _) = postcard::take_from_bytes(&self.bytes[start as usize..]).expect(OWN);
        let cells = (0..count).map(|_| {
            let ((col, elsewhere, value), after): (PackedCell<RawValue>, _) =
                postcard::take_from_bytes(rest).expect(OWN);
            rest = after;
            let value = match value {
                PackedValue::Whole(value) => value,
                PackedValue::Long { text, csv } => RawValue::Text { text: Arc::clone(&self.texts[text]), csv },
            };
            let at = elsewhere.map_or(Position::new(row, col), |(row, col)| Position::new(row, col));
            RowCell { col, value, at }
        });
        Row { row, cells: cells.collect() }
    }
}

/// Adds a value to bytes.
fn put(value: &impl Serialize, bytes: Vec<u8>) -> Vec<u8> {
    postcard::to_extend(value, bytes).expect("memory takes every value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::value::Marked;
    use crate::shared::number::Exact;

    /// Every kind of value, in rows of several lengths, one cell with the value of another.
    fn rows() -> Vec<Row> {
        let number = |text: &str| RawValue::number_of(Exact::parse(text).expect("literal number"));
        let values = [
            number("95"),
            number("-0.125"),
            number("123456789012345678901234567890.5"),
            RawValue::Number { value: Exact::ratio(19, 20), percent: true, shown: Some(Arc::from("95.0%")) },
            RawValue::text_of("第一支部\n（本级）"),
            RawValue::Text { text: Arc::from(""), csv: true },
            RawValue::Marked(Arc::new(Marked { whole: "95¹".into(), plain: "95".into() })),
            RawValue::Flag(false),
            RawValue::Flag(true),
            RawValue::Date(jiff::civil::date(2026, 1, 31)),
            RawValue::Serial("37:30:00".into()),
            RawValue::Fault("#REF!".into()),
            RawValue::Refused("95¹".into()),
            RawValue::Uncalculated,
        ];
        let row = |row: u32, values: &[RawValue]| {
            let cell =
                |(col, value): (u32, &RawValue)| RowCell { col, value: value.clone(), at: Position::new(row, col) };
            Row { row, cells: (3..).zip(values).map(cell).collect() }
        };
        let mut rows = vec![row(4, &values), row(5, &[]), row(70_000, &values[2..5])];
        rows[2].cells[1].at = Position::new(69_999, 16_383);
        rows
    }

    #[test]
    fn a_long_text_of_many_cells_is_held_once() {
        let text: Arc<str> = Arc::from("第一支部".repeat(2_000));
        let cell = |col| RowCell {
            col,
            value: RawValue::Text { text: Arc::clone(&text), csv: false },
            at: Position::new(0, col),
        };
        let mut own = Rows::default();
        own.open().push(Row { row: 0, cells: (0..1_000).map(cell).collect() });
        own.pack();
        let Held::Packed(packed) = &own.0 else { panic!("packed") };
        assert!(packed.bytes.len() < 10 * 1_000, "{}", packed.bytes.len());
        let row = own.find(0).expect("the row");
        let is_same =
            |cell: &RowCell| matches!(&cell.value, RawValue::Text { text: own, .. } if Arc::ptr_eq(own, &text));
        assert!(row.cells.len() == 1_000 && row.cells.iter().all(is_same));
    }

    fn parts(row: &Row) -> (u32, Vec<(u32, RawValue, Position)>) {
        (row.row, row.cells.iter().map(|cell| (cell.col, cell.value.clone(), cell.at)).collect())
    }

    #[test]
    fn packed_rows_are_the_rows_that_were_packed() {
        let before = rows();
        let mut own = Rows::default();
        own.open().extend(before.clone());
        own.pack();
        let after: Vec<_> = own.iter().map(|row| parts(&row)).collect();
        assert_eq!(after, before.iter().map(parts).collect::<Vec<_>>());
        assert_eq!(own.numbers().collect::<Vec<_>>(), [4, 5, 70_000]);
        assert_eq!((own.len(), own.is_empty()), (3, false));
        assert_eq!(own.find(70_000).map(|row| parts(&row)), Some(parts(&before[2])));
        assert!(own.find(6).is_none());
        // Opened again, they can be changed.
        own.open().remove(1);
        own.pack();
        assert_eq!(own.numbers().collect::<Vec<_>>(), [4, 70_000]);
    }

    #[test]
    fn rows_that_are_gone_are_still_counted() {
        let mut own = Rows::default();
        own.open().extend(rows());
        own.pack();
        own.let_go();
        assert_eq!((own.len(), own.is_empty()), (3, false));
    }

    #[test]
    #[should_panic(expected = "rows are let go after the last look at them")]
    fn rows_that_are_gone_are_not_taken_for_none() {
        let mut own = Rows::default();
        own.open().extend(rows());
        own.let_go();
        assert_eq!(own.iter().count(), 3);
    }
}
