//! The lines above a header: labels with their values, titles, and the text in the brackets of titles.
//!
//! A label and its value are in one cell (`单位：市财政局　2025年12月3日`), in two neighbouring cells, or one above the other
//! (`发出数 | 收回数` over `12 | 11`).

use super::RawTable;
use super::merged::Seen;
use crate::read::book::{Cell, Sheet};
use crate::read::value::RawValue;
use crate::read::words::Word;
use crate::shared::place::{Located, SheetId};
use crate::shared::text;

/// The labels that lines above a header may carry.
const LABELS: [Word; 10] = [
    Word::UnitCode,
    Word::Unit,
    Word::Class,
    Word::Rater,
    Word::Home,
    Word::Issued,
    Word::Returned,
    Word::Valid,
    Word::Invalid,
    Word::Department,
];

/// The characters of a date as a form prints them.
const YEAR: char = '年';
const MONTH: char = '月';
const DAY: char = '日';

/// How many lines of a sheet without a table may name a unit.
const COVER_LINES: usize = 30;

/// The contents of some lines.
#[derive(Default)]
struct Block {
    labels: Vec<(Word, Located<RawValue>)>,
    titles: Vec<Located<String>>,
    lines: Vec<Located<String>>,
}

/// Reads the lines above the header of a table.
pub(super) fn read(seen: &Seen<'_>, table: &mut RawTable) {
    let lines = seen.cells.chunk_by(|a, b| a.row == b.row);
    let lines: Vec<&[Cell]> = lines.take_while(|cells| cells[0].row < table.header_row).collect();
    let block = Block::of(&lines, table.sheet_id());
    table.block.extend(block.labels);
    table.titles.extend(block.titles);
    table.lines.extend(block.lines);
}

/// Texts that may name a unit on a sheet without a table, such as a cover: values of labels, and titles.
pub(super) fn names_on(sheet: &Sheet, id: SheetId) -> Vec<Located<String>> {
    let lines: Vec<&[Cell]> = sheet.cells.chunk_by(|a, b| a.row == b.row).take(COVER_LINES).collect();
    let block = Block::of(&lines, id);
    names(&block.labels, &block.titles)
}

/// The values of labels of units, and titles.
pub(super) fn names(labels: &[(Word, Located<RawValue>)], titles: &[Located<String>]) -> Vec<Located<String>> {
    let of_units = labels.iter().filter(|(word, _)| matches!(word, Word::UnitCode | Word::Unit));
    of_units.map(|(_, cell)| Located::new(cell.value.text(), cell.at)).chain(titles.iter().cloned()).collect()
}

impl Block {
    fn of(lines: &[&[Cell]], id: SheetId) -> Self {
        let mut block = Self::default();
        for (at, line) in lines.iter().enumerate() {
            block.read_line(line, lines.get(at + 1).copied().unwrap_or(&[]), id);
        }
        block
    }

    fn read_line(&mut self, line: &[Cell], below: &[Cell], id: SheetId) {
        let place = |cell: &Cell| id.cell(cell.row, cell.col);
        for (i, cell) in line.iter().enumerate() {
            let (written, place_of_line) = (cell.value.text(), place(cell));
            self.lines.push(Located::new(written.clone(), place_of_line));
            let segments = segments(&written);
            if !segments.is_empty() {
                for (label, value) in segments {
                    if let Some(word) = label_of(&label) {
                        self.labels.push((word, Located::new(RawValue::text_of(&value), place_of_line)));
                    }
                }
            } else if let Some(word) = label_of(&written) {
                if let Some(value) = beside(line, i, below) {
                    self.labels.push((word, Located::new(value.value.clone(), place(value))));
                }
            } else {
                self.titles.extend(bracketed(&written).map(|inner| Located::new(inner.to_owned(), place_of_line)));
                self.titles.push(Located::new(written, place_of_line));
            }
        }
    }
}

fn label_of(written: &str) -> Option<Word> {
    let key = text::header_key(written);
    LABELS.into_iter().find(|word| word.matches(&key))
}

/// The value of a label cell: its right neighbour, or the cell below if the whole line consists of labels.
fn beside<'c>(line: &'c [Cell], at: usize, below: &'c [Cell]) -> Option<&'c Cell> {
    let is_value = |cell: &&Cell| {
        let written = cell.value.text();
        let labels = label_of(&written).is_some() || written.trim_end().ends_with([':', '：']);
        !labels && !Word::Foot.begins(&written)
    };
    if let Some(next) = line.get(at + 1).filter(is_value) {
        return Some(next);
    }
    let labels = line.iter().filter(|cell| label_of(&cell.value.text()).is_some()).count();
    let under = below.iter().find(|cell| cell.col == line[at].col && cell.row == line[at].row + 1);
    under.filter(|cell| labels > 1 && is_value(cell))
}

/// The `label：value` parts of a cell; labels without a value (`单位：____`, `时间：`) are omitted.
fn segments(written: &str) -> Vec<(String, String)> {
    let flat = written.replace('：', ":");
    let mut labels: Vec<(usize, usize)> = Vec::new();
    for (colon, _) in flat.match_indices(':') {
        let from = labels.last().map_or(0, |(_, end)| end + 1);
        labels.push((from + label_start(&flat[from..colon]), colon));
    }
    let ends = labels.iter().skip(1).map(|(start, _)| *start).chain([flat.len()]);
    let part = |((start, colon), end): (&(usize, usize), usize)| {
        let value = without_date(&without_seals(&flat[colon + 1..end]));
        let value = value.trim_matches(|c: char| c == '_' || c.is_whitespace()).to_owned();
        (flat[*start..*colon].to_owned(), value)
    };
    labels.iter().zip(ends).map(part).filter(|(_, value)| !value.is_empty()).collect()
}

/// Where the label begins in the text before its colon: at the first word from which the rest is a known label (`单 位`),
/// otherwise at the last word.
fn label_start(before: &str) -> usize {
    let starts_word = |at: usize| !before[..at].ends_with(|c: char| !c.is_whitespace());
    let words: Vec<usize> =
        before.char_indices().filter(|(at, c)| !c.is_whitespace() && starts_word(*at)).map(|(at, _)| at).collect();
    let known = words.iter().find(|at| label_of(&before[**at..]).is_some());
    known.or(words.last()).copied().unwrap_or(0)
}

/// A value without the place for a seal or signature, `（盖章）`.
fn without_seals(value: &str) -> String {
    let mut kept = value.to_owned();
    for inner in bracketed(value) {
        if Word::Seal.matches(&text::header_key(inner)) {
            kept = ['(', '（']
                .iter()
                .zip([')', '）'])
                .fold(kept, |text, (open, close)| text.replace(&format!("{open}{inner}{close}"), ""));
        }
    }
    kept
}

/// A value without the date that follows it on the same line: `市财政局　　2025年12月3日`, `____ 年 月 日`.
fn without_date(value: &str) -> String {
    let Some(year) = value.rfind(YEAR) else { return value.to_owned() };
    let gap = |c: char| c.is_whitespace() || c == '_';
    let tail = &value[year + YEAR.len_utf8()..];
    let in_date = |c: char| gap(c) || c.is_ascii_digit() || c == MONTH || c == DAY;
    if !tail.contains(MONTH) || !tail.chars().all(in_date) {
        return value.to_owned();
    }
    // The year itself is four digits separated from the name; a printed blank has none.
    let before = value[..year].trim_end_matches(gap);
    let name = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let dated = before.len() - name.len() == 4 && (name.is_empty() || name.ends_with(gap));
    if dated { name.to_owned() } else { before.to_owned() }
}

/// The texts in brackets.
fn bracketed(written: &str) -> impl Iterator<Item = &str> {
    written
        .split(['(', '（'])
        .skip(1)
        .filter_map(|part| part.split([')', '）']).next())
        .filter(|inner| !inner.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(label: &str, value: &str) -> (String, String) {
        (label.to_owned(), value.to_owned())
    }

    #[test]
    fn labels_of_one_line_are_told_apart() {
        assert_eq!(segments("单位：云岚市财政局"), [part("单位", "云岚市财政局")]);
        let line = "单 位：云岚市财政局（盖章）　　填报人：张三";
        assert_eq!(segments(line), [part("单 位", "云岚市财政局"), part("填报人", "张三")]);
        assert_eq!(segments("单位: 云岚市财政局      2025 年 12 月 3 日"), [part("单位", "云岚市财政局")]);
        assert_eq!(segments("单位：单位U1　2025年12月3日"), [part("单位", "单位U1")]);
        assert_eq!(segments("单位：单位U1  年 月 日"), [part("单位", "单位U1")]);
        assert_eq!(segments("支部名称：__ 自评(或考评)得分：__ 年 月 日"), []);
        assert_eq!(
            segments("评委编号：D07  评议主体：党员代表"),
            [part("评委编号", "D07"), part("评议主体", "党员代表")]
        );
    }

    #[test]
    fn a_year_in_a_name_is_no_date() {
        assert_eq!(segments("单位：百年老店管理处"), [part("单位", "百年老店管理处")]);
    }
}
