//! The header of a table: one to three rows whose words give the meaning of the columns.
//!
//! A header may have merged cells (`评价意见` over `好 | 较好 | 一般 | 差`) or, as in csv, blanks in place of the merged cells. A
//! column's own text is its lowest one; the texts above it are kept as well. The meaning is that of its own text if
//! that is a known word, otherwise that of the text above and its own together (`自评` over `得分` is 自评得分), otherwise that
//! of the text above, provided that it spans this column alone.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::merged::{self, Seen};
use super::near::Near;
use super::specs::Spec;
use super::{Column, Heading, Miss, TableKind, headers_of};
use crate::read::book::{Cell, Merge};
use crate::read::value::RawValue;
use crate::read::words::{self, Word};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::place::{Place, Position, SheetId};
use crate::shared::text;

/// How many rows are searched for a header.
const HEADER_ROWS: u32 = 30;
/// The most rows of a header.
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
    pub(super) spec: &'static Spec,
    pub(super) header: Header,
}

/// Finds the header of a sheet: in the first rows, the first place where a header with all required columns of a kind
/// begins.
///
/// # Errors
/// The finding of two columns with one meaning, or of the nearest miss; none if no row looks like a header.
pub(super) fn find(seen: &Seen<'_>, specs: &'static [Spec], id: SheetId) -> Result<Found, Miss> {
    let rows = seen.cells.chunk_by(|a, b| a.row == b.row).take(HEADER_ROWS as usize + DEEPEST);
    let lines: Vec<Line> = rows
        .take_while(|cells| cells[0].row < HEADER_ROWS + DEEPEST as u32)
        .map(|cells| Line::of(cells, seen))
        .collect();
    let mut nearest: Option<Nearest> = None;
    for (at, line) in lines.iter().enumerate().take_while(|(_, line)| line.row < HEADER_ROWS) {
        for spec in specs {
            let words = Words { list: spec.words().collect(), free: spec.kind.has_free_columns() };
            if !line.texts().iter().any(|text| words.of(text).is_some()) {
                continue;
            }
            let deepest = depth(&lines[at..], &words);
            for height in (1..=deepest).rev() {
                let band = Band { lines: &lines[at..at + height] };
                let columns = spec.as_questions(band.columns(&words));
                let missing = spec.missing(&columns);
                if missing.is_empty() {
                    check_unique(spec, &columns, id)?;
                    let end = band.lines[height - 1].row;
                    let header = Header { top: line.row, end, columns: spec.settle(columns) };
                    return Ok(Found { spec, header });
                }
                let known = columns.iter().filter(|c| c.word.is_some()).count();
                let place = id.cell(line.row, line.cells[0].col);
                if known >= 2 && nearest.as_ref().is_none_or(|best| known > best.known) {
                    let end = band.lines[height - 1].row;
                    nearest = Some(Nearest { known, place, missing: Vec::new(), columns, end });
                }
                if let Some(near) = nearest.as_mut().filter(|near| near.known == known && near.place == place) {
                    near.missing.push(missing);
                }
            }
        }
    }
    Err(nearest.map(|near| Box::new(near.miss())))
}

/// A line that looks like a header: how many of its words are known, and what each layout still lacks.
struct Nearest {
    known: usize,
    place: Place,
    missing: Vec<Vec<Word>>,
    columns: Vec<Column>,
    end: u32,
}

impl Nearest {
    fn miss(mut self) -> Near {
        let mut seen = std::collections::BTreeSet::new();
        self.missing.retain(|missing| seen.insert(missing.clone()));
        let finding = Finding::new(Code::E107).at(self.place).expected(headers_of(&self.missing));
        Near { finding, columns: self.columns, end: self.end }
    }
}

/// A row that may belong to a header.
struct Line<'s> {
    row: u32,
    cells: &'s [Cell],
    /// The texts of its cells, in their order; made when a header may begin or go on here.
    texts: OnceCell<Vec<Text>>,
    /// The merged blocks over its columns.
    over: BTreeMap<u32, Merge>,
    /// Whether a block over several columns begins in it.
    has_wide: bool,
    /// The columns of the sheet that are not empty.
    columns: &'s [u32],
}

/// A text that may belong to a header, with its meanings.
struct Text {
    written: String,
    /// The meanings of the whole text, those without the points at its end (`德20%`, `得分（20分）`), and those without the
    /// number of a question before it.
    whole: &'static [Word],
    bare: &'static [Word],
    asked: &'static [Word],
}

impl Text {
    fn new(written: String) -> Self {
        let key = text::header_key(&written);
        Self {
            whole: words::meanings(&key),
            bare: words::meanings(text::without_points(&key)),
            asked: words::meanings(text::without_question(&key)),
            written,
        }
    }

    /// Whether it names a column that identifies whose data a row contains.
    fn is_owner(&self) -> bool {
        self.whole.iter().any(|word| word.is_owner())
    }
}

/// The meanings that columns of a kind of table may have.
struct Words {
    list: Vec<Word>,
    /// Whether columns without a known meaning count as well.
    free: bool,
}

impl Words {
    /// The meaning of a header text; points in it are not part of the word.
    fn of(&self, text: &Text) -> Option<Word> {
        let find = |known: &[Word]| self.list.iter().copied().find(|word| known.contains(word));
        find(text.whole).or_else(|| find(text.bare)).or_else(|| find(text.asked))
    }

    /// The meaning of a text together with the one above it: `自评` over `得分` is 自评得分.
    fn joined(&self, upper: &Text, own: &Text) -> Option<Word> {
        self.of(&Text::new(format!("{}{}", upper.written, own.written)))
    }
}

impl<'s> Line<'s> {
    fn of(cells: &'s [Cell], seen: &'s Seen<'_>) -> Self {
        let row = cells[0].row;
        let over = merged::over_row(seen, row);
        let has_wide = seen.merges.iter().any(|m| m.top == row && m.right > m.left);
        Self { row, cells, texts: OnceCell::new(), over, has_wide, columns: &seen.columns }
    }

    fn texts(&self) -> &[Text] {
        self.texts.get_or_init(|| self.cells.iter().map(|cell| Text::new(cell.value.text())).collect())
    }

    /// The text of its cell in a column.
    fn text(&self, col: u32) -> Option<&Text> {
        self.cells.binary_search_by_key(&col, |cell| cell.col).ok().map(|at| &self.texts()[at])
    }

    /// Whether it has a cell in a column.
    fn has(&self, col: u32) -> bool {
        self.cells.binary_search_by_key(&col, |cell| cell.col).is_ok()
    }

    /// Whether a column is empty and not spanned.
    fn is_blank(&self, col: u32) -> bool {
        !self.has(col) && !self.over.contains_key(&col)
    }

    /// The column to the right of another, among the non-empty ones.
    fn right_of(&self, col: u32) -> Option<u32> {
        self.columns.get(self.columns.partition_point(|c| *c <= col)).copied()
    }

    fn pieces(&self) -> impl Iterator<Item = (&Cell, &Text)> {
        self.cells.iter().zip(self.texts())
    }
}

/// How many rows the header that begins at the first line has, at most three.
fn depth(lines: &[Line<'_>], words: &Words) -> usize {
    let mut height = 1;
    while height < DEEPEST
        && lines.get(height).is_some_and(|next| continues(&Band { lines: &lines[..height] }, next, words))
    {
        height += 1;
    }
    height
}

/// Whether a line is one more row of the header above it.
///
/// A header ends where data begins. A further row names the parts of a head that spans several columns; below a head of
/// one column, and above all below one that identifies whose data a row contains, there is data. Only if the head of
/// another column is merged down into the row may a head of one column have a second text, which under 单位, 编号 and the
/// like must be a known word.
fn continues(header: &Band<'_>, next: &Line<'_>, words: &Words) -> bool {
    let upper = &header.lines[header.lines.len() - 1];
    if next.row != upper.row + 1 || !next.cells.iter().all(|cell| matches!(cell.value, RawValue::Text { .. })) {
        return false;
    }
    let open: Vec<Vec<usize>> = (0..header.lines.len()).map(|level| header.open_since(level)).collect();
    let heads: Vec<Option<Head<'_>>> = next.cells.iter().map(|cell| header.head(cell.col, &open)).collect();
    let parts: Vec<(&Cell, &Text, Option<&Head<'_>>)> =
        next.pieces().zip(&heads).map(|((cell, text), head)| (cell, text, head.as_ref())).collect();
    let is_known = |text: &Text, head: Option<&Head<'_>>| {
        words.of(text).is_some() || head.is_some_and(|head| words.joined(head.text, text).is_some())
    };
    let owned = |head: &Head<'_>| head.reach == Reach::One && head.text.is_owner();
    if parts.iter().any(|(_, text, head)| head.is_some_and(owned) && !is_known(text, *head)) {
        return false;
    }
    let reaches = |m: &Merge| m.top < next.row && header.text_at(m.top, m.left).is_some_and(|t| words.of(t).is_some());
    if next.over.values().any(reaches) {
        return true;
    }
    let mut parts_of: BTreeMap<Position, usize> = BTreeMap::new();
    for head in heads.iter().flatten() {
        *parts_of.entry(head.at).or_default() += 1;
    }
    let divides = |(cell, text, head): &(&Cell, &Text, Option<&Head<'_>>)| {
        let Some(head) = head else { return true };
        let beside = next.right_of(cell.col).is_some_and(|right| next.has(right));
        match head.reach {
            Reach::One => false,
            // Blanks that a head may or may not span: the cell in the head's own column is one of its parts only
            // together with the next one.
            Reach::Blanks if head.at.col == cell.col => beside && !head.text.is_owner(),
            Reach::Blanks => true,
            Reach::Block => parts_of[&head.at] > 1 || is_known(text, Some(head)),
        }
    };
    let groups = |head: &Head<'_>| words.of(head.text).is_none_or(Word::is_group);
    let named =
        parts.iter().any(|(_, text, head)| is_known(text, *head)) || words.free && heads.iter().flatten().all(groups);
    named && next.cells.len() > 1 && parts.iter().all(divides) && !Word::Foot.begins(&next.texts()[0].written)
}

/// The head of a column at the foot of a header.
struct Head<'b> {
    text: &'b Text,
    at: Position,
    reach: Reach,
}

/// The columns that a head spans.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Only its own.
    One,
    /// Those that it is merged with.
    Block,
    /// Possibly the blanks to its right.
    Blanks,
}

/// The rows of a header.
struct Band<'b> {
    lines: &'b [Line<'b>],
}

/// A text of a header with the cell it stands in.
#[derive(Clone, Copy)]
struct Piece<'b> {
    text: &'b Text,
    at: Position,
}

impl<'b> Band<'b> {
    /// The text of a cell of the header.
    fn text_at(&self, row: u32, col: u32) -> Option<&'b Text> {
        self.lines.iter().find(|line| line.row == row)?.text(col)
    }

    /// The lowest text over a column; `open` gives the start of each run of open columns, by level and column.
    fn head(&self, col: u32, open: &[Vec<usize>]) -> Option<Head<'b>> {
        (0..self.lines.len()).rev().find_map(|level| self.head_in(level, col, &open[level]))
    }

    /// The text of one row over a column: its own, that of a merged block, or one followed by blanks up to the column.
    fn head_in(&self, level: usize, col: u32, open: &[usize]) -> Option<Head<'b>> {
        let line = &self.lines[level];
        let reach = || {
            let right = line.right_of(col).filter(|right| !line.has_wide && self.is_open(level, *right));
            if right.is_some() { Reach::Blanks } else { Reach::One }
        };
        if let Some(merge) = line.over.get(&col) {
            let text = self.text_at(merge.top, merge.left)?;
            let reach = if merge.right > merge.left { Reach::Block } else { reach() };
            return Some(Head { text, at: merge.head(), reach });
        }
        if let Some(text) = line.text(col) {
            return Some(Head { text, at: Position::new(line.row, col), reach: reach() });
        }
        if line.has_wide {
            return None;
        }
        let left = line.cells[..line.cells.partition_point(|cell| cell.col < col)].last()?.col;
        let position = |col: u32| line.columns.partition_point(|c| *c < col);
        let is_open = open[position(col)] <= position(left) + 1;
        let head = || Some(Head { text: line.text(left)?, at: Position::new(line.row, left), reach: Reach::Blanks });
        is_open.then(head).flatten()
    }

    /// For each column of the sheet, the first from which all columns up to it are open: blanks that a head may span.
    fn open_since(&self, level: usize) -> Vec<usize> {
        let mut since = 0;
        let columns = self.lines[level].columns.iter().enumerate();
        let step = |(position, col): (usize, &u32)| {
            if !self.is_open(level, *col) {
                since = position + 1;
            }
            since
        };
        columns.map(step).collect()
    }

    /// Whether a column is blank in a row and has no text of its own above it.
    fn is_open(&self, level: usize, col: u32) -> bool {
        self.lines[level].is_blank(col) && self.lines[..level].iter().all(|upper| !upper.has(col))
    }

    /// The columns of the header with their meanings.
    fn columns(&self, words: &Words) -> Vec<Column> {
        let paths = self.paths();
        let mut spans: BTreeMap<Position, usize> = BTreeMap::new();
        for piece in paths.values().flat_map(|path| &path[..path.len() - 1]) {
            *spans.entry(piece.at).or_default() += 1;
        }
        let column = |(col, path): (&u32, &Vec<Piece<'_>>)| {
            let (own, above) = path.split_last().expect("a path has at least its own text");
            let headings = above.iter().map(|p| Heading { text: p.text.written.clone(), word: words.of(p.text) });
            let alone = above.last().filter(|piece| spans.get(&piece.at) == Some(&1));
            let joined = above.last().and_then(|upper| words.joined(upper.text, own.text));
            let word = joined.or_else(|| words.of(own.text)).or_else(|| words.of(alone?.text));
            Column { col: *col, row: own.at.row, word, text: own.text.written.clone(), above: headings.collect() }
        };
        paths.iter().map(column).collect()
    }

    /// The header texts of each column from the top, each cell once.
    fn paths(&self) -> BTreeMap<u32, Vec<Piece<'b>>> {
        let mut paths: BTreeMap<u32, Vec<Piece<'_>>> = BTreeMap::new();
        for level in 0..self.lines.len() {
            for (col, piece) in self.spread(level) {
                let path = paths.entry(col).or_default();
                if path.last().is_none_or(|last| last.at != piece.at) {
                    path.push(piece);
                }
            }
        }
        paths
    }

    /// The texts of one header row by column, over the cells they are merged with or, above other header rows, the
    /// blanks that follow them.
    fn spread(&self, level: usize) -> BTreeMap<u32, Piece<'b>> {
        let line = &self.lines[level];
        let mut pieces = BTreeMap::new();
        for (col, merge) in &line.over {
            if let Some(text) = self.text_at(merge.top, merge.left).filter(|text| !text.written.is_empty()) {
                pieces.insert(*col, Piece { text, at: merge.head() });
            }
        }
        for (cell, text) in line.pieces() {
            pieces.entry(cell.col).or_insert(Piece { text, at: Position::new(line.row, cell.col) });
        }
        if !line.has_wide {
            for cell in self.lines[level + 1..].iter().flat_map(|below| below.cells) {
                let left = pieces.range(..=cell.col).next_back().map(|(_, piece)| *piece);
                if let Some(left) = left {
                    pieces.insert(cell.col, left);
                }
            }
        }
        pieces
    }
}

/// Two columns with one meaning, or two unknown ones with one text, cannot be distinguished.
fn check_unique(spec: &Spec, columns: &[Column], id: SheetId) -> Result<(), Miss> {
    let key = |heading: &Heading| text::header_key(&heading.text);
    let is_survey = spec.words().any(|word| word == Word::Submitted);
    let mut first: BTreeMap<(Option<Word>, String, Vec<String>), &Column> = BTreeMap::new();
    for column in columns.iter().filter(|column| !spec.kind.reads_past(column.word)) {
        let own = match column.word {
            // Questions of a survey may differ only in their bracketed part.
            None if is_survey => text::key(&column.text),
            None => text::header_key(&column.text),
            // Abstentions, blanks and "I cannot say" of a tally are added up.
            Some(Word::Abstained) if spec.kind == TableKind::Tallies => text::header_key(&column.text),
            Some(_) => String::new(),
        };
        let grouped = column.word.is_none() || spec.kind.groups_columns();
        let above = if grouped { column.above.iter().map(key).collect() } else { Vec::new() };
        if let Some(first) = first.insert((column.word, own, above), column) {
            let (at, first) = (id.cell(column.row, column.col), id.cell(first.row, first.col));
            let finding = Finding::new(Code::E103).at(at).also(first).found(&column.text);
            let end = columns.iter().map(|column| column.row).max().unwrap_or(0);
            return Err(Some(Box::new(Near { finding, columns: columns.to_vec(), end })));
        }
    }
    Ok(())
}

impl Word {
    /// Whether a column of this meaning identifies whose data a row contains.
    pub(super) const fn is_owner(self) -> bool {
        matches!(self, Self::UnitCode | Self::Unit | Self::ShortName | Self::Organisation)
            || matches!(self, Self::Indicator | Self::Name | Self::Node | Self::Number)
    }

    /// Whether a head of this meaning spans columns whose names only the model knows: marks, levels, nodes.
    const fn is_group(self) -> bool {
        matches!(self, Self::Mark | Self::Node | Self::Plus | Self::Minus)
    }
}

impl TableKind {
    /// Whether columns of a meaning are not evaluated, so that several of them are harmless: 评分要点 beside 评分办法.
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

    /// Whether columns of one meaning may occur under different headers: a mark for each node, points to add and to
    /// deduct.
    const fn groups_columns(self) -> bool {
        matches!(self, Self::Ballots | Self::Declarations | Self::VerifiedMatrix | Self::Tallies)
    }
}
