//! The header of a table: one to three rows whose words say what the columns mean.
//!
//! A header may have merged cells (`评价意见` over `好 | 较好 | 一般 | 差`) or, as in csv, blanks where the merged cells were.
//! A column's own text is its lowest one; the texts above it stay with it. A known word of its own text decides its
//! meaning, else the text above and its own together (`自评` over `得分` is 自评得分), else the text above, where that
//! stands over this column alone.

use std::collections::BTreeMap;

use super::specs::Spec;
use super::{Column, Heading, Miss, TableKind, labels};
use crate::finding::{Code, Finding};
use crate::place::{FileId, Place};
use crate::read::book::{Cell, Merge, Sheet};
use crate::read::value::RawValue;
use crate::read::words::Word;
use crate::text;

/// How far down a header is looked for.
const HEADER_ROWS: u32 = 30;
/// How many rows a header may have.
const DEEPEST: usize = 3;

/// A header that was found.
pub(super) struct Header {
    /// First row.
    pub(super) top: u32,
    /// Last row.
    pub(super) end: u32,
    /// Columns, from the left.
    pub(super) columns: Vec<Column>,
}

/// A header with the kind of table it belongs to.
pub(super) struct Found {
    pub(super) kind: TableKind,
    pub(super) header: Header,
}

/// Finds the header of a sheet: of the first rows, the first that begins one with all the columns a kind must have.
///
/// # Errors
/// The finding of two columns of one meaning, or of the nearest miss; nothing if no row looks like a header.
pub(super) fn find(sheet: &Sheet, specs: &[Spec], (file, index): (FileId, u16)) -> Result<Found, Miss> {
    let lines: Vec<&[Cell]> =
        sheet.cells.chunk_by(|a, b| a.row == b.row).take(HEADER_ROWS as usize + DEEPEST).collect();
    let mut near: Option<Near> = None;
    for (at, line) in lines.iter().enumerate().take_while(|(_, line)| line[0].row < HEADER_ROWS) {
        for spec in specs {
            let words: Vec<Word> = spec.words().collect();
            let deepest = depth(&lines[at..], &sheet.merges, &words);
            for height in (1..=deepest).rev() {
                let band = Band { lines: &lines[at..at + height], merges: &sheet.merges };
                let columns = band.columns(&words);
                let missing = spec.missing(&columns);
                if missing.is_empty() {
                    check_unique(spec, &columns, (file, index))?;
                    let end = band.lines[height - 1][0].row;
                    let header = Header { top: line[0].row, end, columns: spec.settle(columns) };
                    return Ok(Found { kind: spec.kind, header });
                }
                let known = columns.iter().filter(|c| c.word.is_some()).count();
                let place = Place::cell(file, index, line[0].row, line[0].col);
                if known >= 2 && near.as_ref().is_none_or(|best| known > best.known) {
                    near = Some(Near { known, place, missing: Vec::new() });
                }
                if let Some(near) = near.as_mut().filter(|near| near.known == known && near.place == place) {
                    near.missing.push(labels(missing.into_iter()));
                }
            }
        }
    }
    Err(near.map(|near| Box::new(near.finding())))
}

/// A line that looks like a header: how many of its words are known, and what each layout still needs.
struct Near {
    known: usize,
    place: Place,
    missing: Vec<String>,
}

impl Near {
    fn finding(mut self) -> Finding {
        let mut seen = std::collections::BTreeSet::new();
        self.missing.retain(|missing| seen.insert(missing.clone()));
        Finding::new(Code::E107).at(self.place).expected(self.missing.join(" / "))
    }
}

/// How many rows the header that begins at the first line has, at most three.
fn depth(lines: &[&[Cell]], merges: &[Merge], words: &[Word]) -> usize {
    let knows = |text: &str| word_of(text, words).is_some();
    if !lines[0].iter().any(|cell| knows(&cell.value.text())) {
        return 1;
    }
    let mut height = 1;
    while height < DEEPEST && lines.get(height).is_some_and(|_| continues(&lines[..=height], merges, words)) {
        height += 1;
    }
    height
}

/// Whether the last of some lines is one more row of the header above it.
fn continues(lines: &[&[Cell]], merges: &[Merge], words: &[Word]) -> bool {
    let (next, upper) = (lines[lines.len() - 1], lines[lines.len() - 2]);
    let (top, row) = (lines[0][0].row, next[0].row);
    if row != upper[0].row + 1 || !next.iter().all(|cell| matches!(cell.value, RawValue::Text { .. })) {
        return false;
    }
    let reaches = |m: &&Merge| top <= m.top && m.top < row && row <= m.bottom;
    if merges
        .iter()
        .filter(reaches)
        .any(|m| head_at(lines, m.top, m.left).is_some_and(|t| word_of(&t, words).is_some()))
    {
        return true;
    }
    let wide = |col: u32| merges.iter().any(|m| m.holds(row - 1, col) && m.right > m.left);
    let blank_above = |col: u32| upper.iter().all(|cell| cell.col != col);
    // A head without merged cells stands over its own column and the blanks to its right.
    let opens = |col: u32| blank_above(col + 1) && next.iter().any(|cell| cell.col == col + 1);
    let under_head = |cell: &Cell| wide(cell.col) || blank_above(cell.col) || opens(cell.col);
    let names_row = |cell: &&Cell| OWNERS.iter().any(|word| word.matches(&text::header_key(&cell.value.text())));
    let owners_blank = upper.iter().filter(names_row).all(|owner| {
        wide(owner.col)
            || opens(owner.col) && !next.iter().any(|c| c.col == owner.col)
            || next.iter().all(|cell| cell.col != owner.col)
    });
    owners_blank && next.len() > 1 && next.iter().all(under_head) && !Word::Foot.begins(&next[0].value.text())
}

/// Meanings of columns that say whose data a row holds.
const OWNERS: [Word; 8] = [
    Word::UnitCode,
    Word::Unit,
    Word::ShortName,
    Word::Organisation,
    Word::Indicator,
    Word::Name,
    Word::Node,
    Word::Number,
];

fn head_at(lines: &[&[Cell]], row: u32, col: u32) -> Option<String> {
    let line = lines.iter().find(|line| line[0].row == row)?;
    line.iter().find(|cell| cell.col == col).map(|cell| cell.value.text())
}

/// The rows of a header.
struct Band<'b> {
    lines: &'b [&'b [Cell]],
    merges: &'b [Merge],
}

/// A text of a header with the cell it stands in.
#[derive(Clone, PartialEq)]
struct Piece {
    text: String,
    at: (u32, u32),
}

impl Band<'_> {
    /// The columns of the header with their meanings.
    fn columns(&self, words: &[Word]) -> Vec<Column> {
        let paths = self.paths();
        let mut spans: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        for piece in paths.values().flat_map(|path| &path[..path.len() - 1]) {
            *spans.entry(piece.at).or_default() += 1;
        }
        let column = |(col, path): (&u32, &Vec<Piece>)| {
            let (own, above) = path.split_last().expect("a path has at least its own text");
            let headings = above.iter().map(|p| Heading { text: p.text.clone(), word: word_of(&p.text, words) });
            let alone = above.last().filter(|piece| spans.get(&piece.at) == Some(&1));
            let joined = above.last().and_then(|upper| word_of(&format!("{}{}", upper.text, own.text), words));
            let word = joined.or_else(|| word_of(&own.text, words)).or_else(|| word_of(&alone?.text, words));
            Column { col: *col, row: own.at.0, word, text: own.text.clone(), above: headings.collect() }
        };
        paths.iter().map(column).collect()
    }

    /// The header texts of each column from the top, each cell once.
    fn paths(&self) -> BTreeMap<u32, Vec<Piece>> {
        let last = self.lines.len() - 1;
        let mut paths: BTreeMap<u32, Vec<Piece>> = BTreeMap::new();
        for (level, line) in self.lines.iter().enumerate() {
            let pieces = self.spread(line, level < last);
            for (col, piece) in pieces {
                let path = paths.entry(col).or_default();
                if path.last() != Some(&piece) {
                    path.push(piece);
                }
            }
        }
        paths
    }

    /// The texts of one header row by column, over the cells they are merged with or, above other header rows, the
    /// blanks that follow them.
    fn spread(&self, line: &[Cell], has_rows_below: bool) -> BTreeMap<u32, Piece> {
        let row = line[0].row;
        let mut pieces = BTreeMap::new();
        for merge in self.merges.iter().filter(|m| m.top <= row && row <= m.bottom) {
            if let Some(text) = head_at(self.lines, merge.top, merge.left).filter(|t| !t.is_empty()) {
                let piece = Piece { text, at: (merge.top, merge.left) };
                pieces.extend((merge.left..=merge.right).map(|col| (col, piece.clone())));
            }
        }
        for cell in line {
            pieces.entry(cell.col).or_insert_with(|| Piece { text: cell.value.text(), at: (row, cell.col) });
        }
        let merged = self.merges.iter().any(|m| m.top == row && m.right > m.left);
        if has_rows_below && !merged {
            let below = self.lines.iter().filter(|l| l[0].row > row).flat_map(|l| l.iter().map(|c| c.col));
            for col in below.collect::<Vec<_>>() {
                let left = pieces.range(..col).next_back().map(|(_, piece)| piece.clone());
                if let (false, Some(left)) = (pieces.contains_key(&col), left) {
                    pieces.insert(col, left);
                }
            }
        }
        pieces
    }
}

/// The meaning of a header text among some; points in it (`德20%`, `得分（20分）`) are no part of the word.
fn word_of(written: &str, words: &[Word]) -> Option<Word> {
    let key = text::header_key(written);
    let find = |key: &str| words.iter().copied().find(|w| w.matches(key));
    find(&key).or_else(|| find(text::without_points(&key))).or_else(|| find(text::without_question(&key)))
}

/// Two columns of one meaning, or two unknown ones of one text, cannot be told apart.
fn check_unique(spec: &Spec, columns: &[Column], (file, index): (FileId, u16)) -> Result<(), Miss> {
    let key = |heading: &Heading| text::header_key(&heading.text);
    let above = |column: &Column| column.above.iter().map(key).collect::<Vec<_>>();
    for (i, column) in columns.iter().enumerate().filter(|(_, column)| !spec.kind.reads_past(column.word)) {
        let same = |first: &&Column| {
            let meaning = match column.word {
                // 弃权, 不了解 and 未填 of a tally add up.
                Some(Word::Abstained) if spec.kind == TableKind::Tallies => {
                    first.word == column.word && text::header_key(&first.text) == text::header_key(&column.text)
                }
                Some(_) => first.word == column.word,
                // Questions of a survey may differ by what stands in brackets only.
                None if spec.words().any(|word| word == Word::Submitted) => {
                    first.word.is_none() && text::key(&first.text) == text::key(&column.text)
                }
                None => first.word.is_none() && text::header_key(&first.text) == text::header_key(&column.text),
            };
            meaning && (above(first) == above(column) || (column.word.is_some() && !spec.kind.groups_columns()))
        };
        if let Some(first) = columns[..i].iter().find(same) {
            let finding = Finding::new(Code::E103).at(Place::cell(file, index, column.row, column.col));
            let finding = finding.also(Place::cell(file, index, first.row, first.col)).found(&column.text);
            return Err(Some(Box::new(finding)));
        }
    }
    Ok(())
}

impl TableKind {
    /// Whether columns of a meaning are read past, so that several of them do no harm: 评分要点 beside 评分办法.
    const fn reads_past(self, word: Option<Word>) -> bool {
        let printed = matches!(
            word,
            Some(
                Word::Standard
                    | Word::Method
                    | Word::Category
                    | Word::Item
                    | Word::Target
                    | Word::Account
                    | Word::Hint
                    | Word::Department
                    | Word::Ordinal
                    | Word::Overall
                    | Word::Topic
                    | Word::Submitted
                    | Word::Remark
            )
        );
        printed && !matches!(self, Self::Roster | Self::Indicators | Self::Raters)
    }

    /// Whether columns of one meaning may stand under different headers: a mark for each node, points to add and to deduct.
    const fn groups_columns(self) -> bool {
        matches!(self, Self::Ballots | Self::Declarations | Self::VerifiedMatrix | Self::Tallies)
    }
}
