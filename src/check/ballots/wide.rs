//! Exports of online surveys: one row for each rater, a column for each unit, or for each unit and node.
//!
//! The header of such a column names the unit, and perhaps a node, somewhere in the words of a question: `Q3 [单位]`,
//! `3、单位—党建工作`, `请评价（单位）`. A name counts only if it stands there alone, between brackets, dashes or colons.

use std::collections::BTreeSet;

use super::marks::Source;
use super::seen::{Cells, MarkAt, Seen};
use super::sheet::{Owner, Reader, owner_text, rater_of};
use crate::engine::assessment::{Marks, Rating, UnitIx};
use crate::model::Node;
use crate::read::table::{Column, unread_column};
use crate::read::words::headers;
use crate::read::{RawTable, Word};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::place::Place;
use crate::shared::text;

/// Signs that separate the parts of a question.
const BETWEEN: [char; 14] = ['—', '–', '-', '_', ':', '：', '/', '|', '·', '、', '，', ',', '>', '\n'];
/// Brackets around the part of a question that names what is rated.
const BRACKETS: [(char, char); 6] = [('[', ']'), ('【', '】'), ('(', ')'), ('（', '）'), ('「', '」'), ('“', '”')];

/// Whether the columns of a table are units: no column says which unit or node a row rates, and none holds all marks.
pub(super) fn is_wide(table: &RawTable) -> bool {
    const LONG: [Word; 5] = [Word::UnitCode, Word::Unit, Word::ShortName, Word::Node, Word::Mark];
    !table.columns.iter().any(|column| LONG.into_iter().any(|word| column.means(word)))
}

/// A column with the unit and node that its header names.
struct Asked<'t> {
    column: &'t Column,
    unit: UnitIx,
    node: u32,
}

impl Reader<'_> {
    /// Reads a table whose rows are raters and whose columns are units.
    pub(super) fn wide(&self, table: &RawTable, sheet: Place, findings: &mut Findings<'_>) -> (Vec<Owner>, Marks) {
        let asked = self.asked(table, findings);
        if asked.is_empty() && findings.is_empty() {
            let expected = headers(&[Word::Unit, Word::Mark]);
            findings.add(Code::E107).at(table.header_place()).expected(expected);
        }
        let (folder, mut unknown) = (self.folder_class(table), BTreeSet::new());
        self.one_class(table, findings);
        let has_ids = table.rows.iter().any(|row| owner_text(table, &row, Word::Rater).is_some());
        let mut owners = Vec::new();
        let mut seen = Seen::of(table);
        for row in table.rows.iter() {
            let Some(class) = self.class_of(table, &row, folder, &mut unknown, findings) else { continue };
            let rater = rater_of(table, &row, has_ids, findings);
            let home = self.home_of(table, &row, class, rater.as_deref(), findings);
            self.note_unlisted(table, &row, class, rater.as_deref(), findings);
            let rating = |Asked { column, unit, node }: &Asked<'_>| {
                let MarkAt { mark, at } =
                    seen.mark(self, Cells { class, row: &row, source: &Source::Value(column) }, findings);
                Rating::new(*unit, *node, mark, at)
            };
            let ratings = asked.iter().map(rating).collect();
            owners.push(Owner { class, rater, home, at: table.row_place(&row), ratings });
        }
        let excluded = asked.iter().filter(|own| !self.context.is_assessed(own.unit)).count();
        if excluded > 0 {
            findings.add(Code::N420).at(sheet).found(excluded * table.rows.len());
        }
        (owners, seen.marks)
    }

    /// Whether any column asks about a unit.
    pub(super) fn has_questions(&self, table: &RawTable) -> bool {
        !Findings::gather(|said| self.asked(table, said)).0.is_empty()
    }

    /// The columns of marks. A column without a unit is skipped, unless it contains marks, which would then be lost.
    fn asked<'t>(&self, table: &'t RawTable, findings: &mut Findings<'_>) -> Vec<Asked<'t>> {
        let mut asked = Vec::new();
        for column in table.other_columns() {
            let (parts, at) = (parts(&column.text), table.column_place(column));
            let units: BTreeSet<UnitIx> = parts.iter().filter_map(|part| self.context.index.find(part)).collect();
            let nodes: BTreeSet<u32> = parts.iter().filter_map(|part| self.columns().node(part)).collect();
            let elsewhere = parts.iter().any(|part| self.context.model.tree.node(part).is_some());
            let mut units = units.into_iter();
            let by_unit = self.nodes == [Node::Unit];
            let mut findings = findings.at(at);
            match (units.next(), units.next()) {
                (Some(_), Some(_)) => {
                    findings.add(Code::E308).found(&column.text);
                }
                (Some(unit), None) if by_unit && !elsewhere => asked.push(Asked { column, unit, node: 0 }),
                (Some(_), None) if by_unit => findings.extend([unread_column(table, column)]),
                (Some(unit), None) => match nodes.first() {
                    Some(node) if nodes.len() == 1 => asked.push(Asked { column, unit, node: *node }),
                    _ => {
                        let known = self.nodes.iter().map(|node| self.context.model.tree.code(*node));
                        findings.add(Code::E423).found(&column.text).nearest(&column.text, known);
                    }
                },
                (None, _) if self.columns().holds_marks(table, column) => {
                    let near = parts.iter().map(|part| self.context.index.nearest(part)).find(|near| !near.is_empty());
                    let near = near.unwrap_or_default().join(" / ");
                    findings.add(Code::E307).found(&column.text).with("nearest", near);
                }
                (None, _) => findings.extend([unread_column(table, column)]),
            }
        }
        asked
    }
}

/// The parts of a question that may be a name: all of it without its number, what is in brackets and beside them, and
/// what is before, after and between the signs that separate its parts.
fn parts(question: &str) -> Vec<&str> {
    let whole = text::without_question(question.trim()).trim();
    let mut stretches = vec![whole];
    for (open, close) in BRACKETS {
        let mut rest = whole;
        while let Some((before, after)) = rest.split_once(open) {
            let (inside, behind) = after.split_once(close).unwrap_or((after, ""));
            stretches.extend([before, inside, behind]);
            rest = behind;
        }
    }
    let mut parts = Vec::new();
    for stretch in stretches {
        parts.push(stretch);
        parts.extend(stretch.split(BETWEEN));
        for (at, sign) in stretch.match_indices(BETWEEN) {
            parts.extend([&stretch[..at], &stretch[at + sign.len()..]]);
        }
    }
    let is_edge = |c: char| c.is_whitespace() || c == '*' || BETWEEN.contains(&c);
    let mut seen = BTreeSet::new();
    parts
        .into_iter()
        .map(|part| part.trim_matches(is_edge))
        .filter(|part| !part.is_empty() && seen.insert(*part))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_name_stands_alone_somewhere_in_a_question() {
        for (question, name) in [
            ("云岚市图书馆", "云岚市图书馆"),
            ("Q3 [云岚市图书馆]", "云岚市图书馆"),
            ("3、云岚市图书馆", "云岚市图书馆"),
            ("3.云岚市图书馆—党建工作", "云岚市图书馆"),
            ("3.云岚市图书馆—党建工作", "党建工作"),
            ("第4题：请评价下列单位(U-01)", "U-01"),
            ("请评价：云岚市图书馆", "云岚市图书馆"),
            ("*5. 评价——云岚市图书馆", "云岚市图书馆"),
        ] {
            assert!(parts(question).contains(&name), "{question}: {:?}", parts(question));
        }
        assert!(!parts("3.云岚市图书馆分馆").contains(&"云岚市图书馆"));
    }
}
