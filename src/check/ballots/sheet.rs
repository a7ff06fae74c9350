//! One sheet of ballots: whose they are, which units and nodes they mark, and what each mark says.

use std::collections::BTreeMap;

use super::Homes;
use crate::assessment::{Mark, Mode, Rating, State, UnitIx, VoidRating};
use crate::check::cells::{self, Ask, CellRef};
use crate::check::{Context, identity};
use crate::finding::{Code, Finding, Severity};
use crate::model::{BallotRules, Node, Scale};
use crate::number::Points;
use crate::place::{Located, Place};
use crate::read::table::{Column, Row};
use crate::read::{RawTable, RawValue, Word};
use crate::text;

/// One mark with what identifies its ballot.
pub(super) struct Entry {
    pub(super) class: usize,
    pub(super) rater: Option<String>,
    pub(super) home: Option<UnitIx>,
    /// The sheet, which names a ballot without rater id.
    pub(super) sheet: Place,
    pub(super) rating: Rating,
}

/// A sheet that was recognised as a ballot even if it marks nobody.
pub(super) struct SheetRead {
    pub(super) entries: Vec<Entry>,
    /// Ballots seen on the sheet: class, rater, home.
    pub(super) owners: Vec<(usize, Option<String>, Option<UnitIx>)>,
    pub(super) findings: Vec<Finding>,
    pub(super) sheet: Place,
}

/// What is needed to read the sheets of a component.
pub(super) struct Reader<'r> {
    pub(super) context: &'r Context<'r>,
    pub(super) component: usize,
    pub(super) rules: &'r BallotRules,
    pub(super) nodes: &'r [Node],
    pub(super) homes: &'r Homes,
}

impl Reader<'_> {
    /// Reads one sheet: whose ballots it holds, and their marks.
    pub(super) fn sheet(&self, table: &RawTable) -> SheetRead {
        let sheet = Place { file: table.file, spot: crate::place::Spot::Sheet(table.sheet) };
        let mut read = SheetRead { entries: Vec::new(), owners: Vec::new(), findings: Vec::new(), sheet };
        let columns = self.mark_columns(table, &mut read.findings);
        let folder = self.folder_class(table);
        let (mut unknown, mut excluded) = (Vec::new(), 0_usize);
        let mut seen: BTreeMap<(usize, Option<String>), usize> = BTreeMap::new();
        let has_ids = table.column(Word::Rater).is_some()
            && table.rows.iter().any(|row| owner_text(table, row, Word::Rater).is_some());
        for row in &table.rows {
            let Some(class) = self.class_of(table, row, folder, &mut unknown, &mut read.findings) else { continue };
            let rater = owner_text(table, row, Word::Rater);
            if has_ids && rater.is_none() {
                read.findings.push(Finding::new(Code::E314).at(table.get(row, Word::Rater).at));
            }
            let home = self.home_of(table, row, class, rater.as_deref(), &mut read.findings);
            match seen.get(&(class, rater.clone())).copied() {
                None => {
                    seen.insert((class, rater.clone()), read.owners.len());
                    read.owners.push((class, rater.clone(), home));
                }
                Some(index) => self.same_home(&mut read, index, home, table.get(row, Word::Home).at),
            }
            let Some((unit, _)) = identity::unit_of_row(self.context, table, row, &mut read.findings) else { continue };
            excluded += usize::from(self.context.roster.units[unit.0].mode == Mode::Excluded);
            for (node, column) in self.row_nodes(table, row, &columns, &mut read.findings) {
                let rating = self.rating(unit, node, &table.cell(row, column), &mut read.findings);
                read.entries.push(Entry { class, rater: rater.clone(), home, sheet, rating });
            }
        }
        if table.rows.is_empty() {
            self.empty_sheet(table, folder, &mut read);
        }
        if excluded > 0 {
            read.findings.push(Finding::new(Code::N420).at(sheet).found(excluded));
        }
        read
    }

    /// A home that stands in a later row holds for the whole ballot; another one contradicts it.
    fn same_home(&self, read: &mut SheetRead, index: usize, home: Option<UnitIx>, at: Place) {
        let (_, rater, known) = &mut read.owners[index];
        match (*known, home) {
            (Some(first), Some(second)) if first != second => {
                let code = |unit: UnitIx| self.context.roster.units[unit.0].code.as_str();
                let finding = Finding::new(Code::E308).at(at).found(rater.clone().unwrap_or_default());
                read.findings.push(finding.expected(format!("{} / {}", code(first), code(second))));
            }
            (None, Some(_)) => *known = home,
            _ => {}
        }
    }

    /// A sheet without rows is still a ballot that came back, blank.
    fn empty_sheet(&self, table: &RawTable, folder: Option<usize>, read: &mut SheetRead) {
        let row = Row { row: table.header_row, cells: Vec::new() };
        if let Some(class) = self.class_of(table, &row, folder, &mut Vec::new(), &mut read.findings) {
            let rater = owner_text(table, &row, Word::Rater);
            read.owners.push((class, rater, None));
        }
    }

    /// Columns that hold marks: the one column 评价, or one per node, by code or name.
    fn mark_columns<'t>(&self, table: &'t RawTable, findings: &mut Vec<Finding>) -> Vec<(Option<usize>, &'t Column)> {
        if let Some(mark) = table.column(Word::Mark) {
            return vec![(None, mark)];
        }
        let mut columns = Vec::new();
        for column in table.other_columns() {
            let node = self.node_named(&column.text);
            match node {
                Some(node) => columns.push((Some(node), column)),
                None => {
                    let place = table.place(table.header_row, column.col);
                    let known = self.nodes.iter().map(|n| self.context.model.tree.code(*n));
                    let mut expected = vec![Word::Mark.label()];
                    expected.extend(known.clone().filter(|code| !code.is_empty()).take(12));
                    let finding = Finding::new(Code::E423).at(place).found(&column.text).expected(expected.join(" / "));
                    findings.push(finding.nearest(&column.text, known));
                }
            }
        }
        if columns.is_empty() && findings.is_empty() {
            findings.push(Finding::new(Code::E107).at(table.header_place()).expected(Word::Mark.label()));
        }
        columns
    }

    fn node_named(&self, name: &str) -> Option<usize> {
        let tree = &self.context.model.tree;
        let wanted = text::header_key(name);
        self.nodes.iter().position(|node| {
            let own = match node {
                Node::Unit => return false,
                Node::Line(i) => [&tree.lines[*i].code, &tree.lines[*i].name],
                Node::Aspect(i) => [&tree.aspects[*i].code, &tree.aspects[*i].name],
                Node::Leaf(i) => [&tree.leaves[*i].code, &tree.leaves[*i].name],
            };
            own.into_iter().any(|n| text::header_key(n) == wanted)
        })
    }

    /// The nodes that a row marks, with the columns of their marks.
    fn row_nodes<'t>(
        &self,
        table: &RawTable,
        row: &Row,
        columns: &[(Option<usize>, &'t Column)],
        findings: &mut Vec<Finding>,
    ) -> Vec<(usize, &'t Column)> {
        let [(None, mark)] = columns else {
            return columns.iter().filter_map(|(node, column)| node.map(|n| (n, *column))).collect();
        };
        let named = table.text(row, Word::Node);
        if named.value.is_empty() && self.nodes.len() == 1 && self.nodes[0] == Node::Unit {
            return vec![(0, *mark)];
        }
        match self.node_named(&named.value) {
            Some(node) => vec![(node, *mark)],
            None => {
                let known = self.nodes.iter().map(|n| self.context.model.tree.code(*n));
                findings.push(Finding::new(Code::E423).at(named.at).found(&named.value).nearest(&named.value, known));
                Vec::new()
            }
        }
    }

    /// The class that the folder names: `ballots/<component>/<class>/…`.
    fn folder_class(&self, table: &RawTable) -> Option<usize> {
        let path = &self.context.files.get(table.file).path;
        let mut parts = path.split('/').skip_while(|p| *p != self.context.model.components[self.component].id).skip(1);
        let folder = parts.next()?;
        parts.next()?;
        self.rules.class(folder)
    }

    /// The class of a row: the line above the header, else the column, else the folder.
    fn class_of(
        &self,
        table: &RawTable,
        row: &Row,
        folder: Option<usize>,
        unknown: &mut Vec<String>,
        findings: &mut Vec<Finding>,
    ) -> Option<usize> {
        let label = table.label(Word::Class).map(|cell| Located::new(cell.value.text(), cell.at));
        let column = table.column(Word::Class).map(|_| table.text(row, Word::Class));
        let named = label.or_else(|| column.filter(|c| !c.value.is_empty()));
        let Some(named) = named else {
            if folder.is_none() && !unknown.iter().any(String::is_empty) {
                findings.push(Finding::new(Code::E402).at(table.header_place()));
                unknown.push(String::new());
            }
            return folder;
        };
        let class = self.rules.class(&named.value);
        if class.is_none() && !unknown.contains(&named.value) {
            let names = self.rules.classes.iter().map(|c| c.name.as_str());
            findings.push(Finding::new(Code::E401).at(named.at).found(&named.value).nearest(&named.value, names));
            unknown.push(named.value);
        } else if let (Some(class), Some(folder)) = (class, folder.filter(|folder| Some(*folder) != class))
            && !unknown.iter().any(String::is_empty)
        {
            let name = |class: usize| self.rules.classes[class].name.as_str();
            findings.push(Finding::new(Code::W429).at(named.at).found(name(class)).expected(name(folder)));
            unknown.push(String::new());
        }
        class
    }

    /// The rater's own unit: as written on the ballot, else as the rater list says.
    fn home_of(
        &self,
        table: &RawTable,
        row: &Row,
        class: usize,
        rater: Option<&str>,
        findings: &mut Vec<Finding>,
    ) -> Option<UnitIx> {
        let written = table.label(Word::Home).map(|cell| Located::new(cell.value.text(), cell.at));
        let written = written.or_else(|| table.column(Word::Home).map(|_| table.text(row, Word::Home)));
        let key = rater.map(identity::rater_key);
        let listed = key.and_then(|key| self.homes.get(&(self.component, class, key)).copied());
        let Some(home) = written.filter(|h| !cells::is_missing(&h.value)) else { return listed };
        let unit = self.context.index.resolve(&home, findings)?;
        if let Some(listed) = listed.filter(|listed| *listed != unit) {
            let code = |unit: UnitIx| self.context.roster.units[unit.0].code.as_str();
            let finding = Finding::new(Code::E308).at(home.at).found(&home.value);
            findings.push(finding.expected(format!("{} / {}", code(unit), code(listed))));
        }
        Some(unit)
    }

    fn rating(&self, unit: UnitIx, node: usize, cell: &CellRef<'_>, findings: &mut Vec<Finding>) -> Rating {
        let written = cell.value.map(RawValue::text).unwrap_or_default();
        let mark = self.mark(cell, &written, findings);
        let assessed = self.context.roster.units[unit.0].mode != Mode::Excluded;
        if let (Mark::Void(reason), true) = (&mark, assessed) {
            let code = match reason {
                VoidRating::OutOfRange => Code::W404,
                VoidRating::Unknown => Code::W405,
                VoidRating::Double => Code::W406,
            };
            let finding = Finding::new(code).at(cell.at).unit(&self.context.roster.units[unit.0].code).found(&written);
            findings.push(finding.expected(self.allowed()));
        }
        Rating { unit, node, mark, written, at: cell.at }
    }

    fn allowed(&self) -> String {
        match &self.rules.scale {
            Scale::Levels(levels) => levels.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" / "),
            Scale::Range(low, high) => format!("{low} – {high}"),
        }
    }

    /// What a cell says: a level, a number in the range, an abstention, nothing, or nothing valid.
    fn mark(&self, cell: &CellRef<'_>, written: &str, findings: &mut Vec<Finding>) -> Mark {
        let Some(raw) = cell.value else { return Mark::Blank };
        if matches!(raw, RawValue::Fault(_) | RawValue::Uncalculated) {
            findings.push(cells::not_a_value(raw, cell.at));
            return Mark::Blank;
        }
        if self.rules.abstains(written) {
            return Mark::Abstained;
        }
        if cells::is_missing(written) && matches!(raw, RawValue::Text { .. }) {
            return Mark::Blank;
        }
        match &self.rules.scale {
            Scale::Levels(_) => self.level_mark(written),
            Scale::Range(low, high) => range_mark(cell, low, high, findings),
        }
    }

    fn level_mark(&self, written: &str) -> Mark {
        if let Some(points) = self.rules.level(written) {
            return Mark::Points(points.clone());
        }
        let parts: Vec<&str> = written
            .split(['、', ',', '，', ';', '；', '/', ' ', '\n'])
            .map(str::trim)
            .filter(|p| !p.is_empty())
            .collect();
        let known = |part: &&str| self.rules.level(part).is_some() || self.rules.abstains(part);
        let double = parts.len() > 1 && parts.iter().all(known);
        Mark::Void(if double { VoidRating::Double } else { VoidRating::Unknown })
    }
}

/// A number in the range; what is odd about how it is written is told, what is no number is a void mark.
fn range_mark(cell: &CellRef<'_>, low: &Points, high: &Points, findings: &mut Vec<Finding>) -> Mark {
    let mut said = Vec::new();
    let number = cells::number(cell, Ask::Score, &mut said);
    findings.extend(said.into_iter().filter(|f| f.severity > Severity::Error));
    match number {
        Some(State::Known(number)) if number >= low.0 && number <= high.0 => Mark::Points(Points(number)),
        Some(State::Known(_)) => Mark::Void(VoidRating::OutOfRange),
        Some(State::Missing) => Mark::Blank,
        Some(State::NotApplicable) | None => Mark::Void(VoidRating::Unknown),
    }
}

/// The rater id of a row: above the header, else in the column.
fn owner_text(table: &RawTable, row: &Row, word: Word) -> Option<String> {
    let label = table.label(word).map(|cell| cell.value.text());
    let value = label.unwrap_or_else(|| table.text(row, word).value);
    (!cells::is_missing(&value)).then_some(value)
}
