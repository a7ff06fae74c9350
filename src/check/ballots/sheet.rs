//! One sheet of ballots: whose they are, which units and nodes they mark, and what each mark means.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::marks::{Columns, MarkColumns, Source};
use super::seen::{Cells, MarkAt, Seen};
use super::ticks::{self, Chosen, Scored};
use super::wide;
use crate::check::cells::{self, CellRef};
use crate::check::identity::Raters;
use crate::check::{Context, identity};
use crate::engine::assessment::{Mark, Marks, Rating, State, UnitIx, VoidRating};
use crate::model::{BallotRules, Node, Range, Scale};
use crate::read::table::Row;
use crate::read::{RawTable, RawValue, Word};
use crate::shared::finding::{Bound, Code, Describe as _, Finding, Findings};
use crate::shared::number::Points;
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// A ballot as far as one sheet holds it: whose it is, and its marks.
pub(super) struct Owner {
    pub(super) class: usize,
    pub(super) rater: Option<String>,
    pub(super) home: Option<UnitIx>,
    /// The sheet, or the row of an export, which names a ballot without rater id.
    pub(super) at: Place,
    pub(super) ratings: Vec<Rating>,
}

/// A sheet that was recognised as a ballot even if it marks nobody.
pub(super) struct SheetRead {
    /// Ballots seen on the sheet.
    pub(super) owners: Vec<Owner>,
    /// The marks on them.
    pub(super) marks: Marks,
    pub(super) findings: Vec<Finding>,
    pub(super) sheet: Place,
}

/// What a row marks: a measured node, by index, in some columns.
#[derive(Clone, Copy)]
pub(super) struct Marked<'m, 't> {
    pub(super) node: u32,
    pub(super) source: &'m Source<'t>,
}

/// What a mark or a row of votes is about.
#[derive(Clone, Copy)]
pub(in crate::check) struct Rated {
    pub(in crate::check) unit: UnitIx,
    pub(in crate::check) class: usize,
    /// Index of the measured node.
    pub(in crate::check) node: usize,
}

/// What a scheme lacks: the measured node, by index, or the class.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::check) enum Outside {
    Node(usize),
    Class(usize),
}

/// What is needed to read the sheets of a component.
pub(in crate::check) struct Reader<'r> {
    pub(in crate::check) context: &'r Context<'r>,
    pub(in crate::check) component: usize,
    pub(in crate::check) rules: &'r BallotRules,
    /// What its ballots measure.
    pub(in crate::check) nodes: Vec<Node>,
    /// What is known of the people behind them.
    raters: &'r Raters,
}

impl<'r> Reader<'r> {
    /// Whether a class scores a node for a unit.
    pub(in crate::check) fn is_scored(&self, what: Rated) -> bool {
        let Rated { unit, class, node } = what;
        self.context.is_scored(unit, self.component, self.nodes[node])
            && self.context.held(unit).has_class(self.component, class)
    }

    /// What of a mark that is not scored is not part of the unit's scheme.
    pub(in crate::check) fn outside(&self, what: Rated) -> Outside {
        let Rated { unit, class, node } = what;
        let has_class = self.context.held(unit).class_weight(self.component, class).is_some();
        if has_class { Outside::Node(node) } else { Outside::Class(class) }
    }

    /// Reports inputs that are not part of the unit's scheme.
    pub(in crate::check) fn warn_outside(
        &self,
        unit: UnitIx,
        what: Outside,
        at: &[Place],
        findings: &mut Findings<'_>,
    ) {
        let model = self.context.model;
        let part = match what {
            Outside::Node(node) => model.tree.code(self.nodes[node]),
            Outside::Class(class) => &self.rules.classes[class].name,
        };
        let what = format!("{} {part}", model.components[self.component].name);
        self.context.warn_outside(unit, what.trim(), at, findings);
    }

    /// Collects the cells of marks of assessed units that are ignored because of their scheme, by what it lacks.
    pub(in crate::check) fn note_ignored(
        &self,
        class: usize,
        ignored: &[Rating],
        marks: &Marks,
        places: &mut BTreeMap<(UnitIx, Outside), Vec<Place>>,
    ) {
        let is_said = |own: &&Rating| *marks.mark(own.mark) != Mark::Blank && self.context.is_assessed(own.unit());
        for own in ignored.iter().filter(is_said) {
            let what = self.outside(Rated { unit: own.unit(), class, node: own.node() });
            places.entry((own.unit(), what)).or_default().push(own.at);
        }
    }

    /// A reader of the tables of a component.
    pub(in crate::check) fn new(
        context: &'r Context<'r>,
        component: usize,
        rules: &'r BallotRules,
        raters: &'r Raters,
    ) -> Self {
        Self { context, component, rules, nodes: context.model.tree.measured(rules.rates), raters }
    }

    /// Reads one sheet: whose ballots it holds, and their marks.
    pub(super) fn sheet(&self, table: &RawTable) -> SheetRead {
        let sheet = table.sheet_id().place();
        let is_wide = wide::is_wide(table);
        let ((owners, marks), findings) = Findings::gather(|findings| {
            if is_wide { self.wide(table, sheet, findings) } else { self.long(table, sheet, findings) }
        });
        SheetRead { owners, marks, findings, sheet }
    }

    /// Reads a table whose rows are marks, of a unit or of a node of one.
    fn long(&self, table: &RawTable, sheet: Place, findings: &mut Findings<'_>) -> (Vec<Owner>, Marks) {
        let marks = self.columns().marks(table, findings);
        self.one_class(table, findings);
        let folder = self.folder_class(table);
        let (mut unknown, mut excluded, mut unmeasured) = (BTreeSet::new(), 0_usize, Vec::new());
        let of_unit = self.nodes == [Node::Unit];
        let rates_whole = of_unit && table.rows.iter().any(|row| is_overall(&table.text(&row, Word::Node).value));
        let mut owners: Vec<Owner> = Vec::new();
        let mut seen: BTreeMap<(usize, Option<String>), usize> = BTreeMap::new();
        let has_ids = table.column(Word::Rater).is_some()
            && table.rows.iter().any(|row| owner_text(table, &row, Word::Rater).is_some());
        let mut bound = Bound::new(findings);
        let mut read = Seen::of(table);
        for row in table.rows.iter() {
            bound.keep(findings);
            let own = read.owner(&row, findings, |findings| {
                let class = self.class_of(table, &row, folder, &mut unknown, findings)?;
                let rater = rater_of(table, &row, has_ids, findings);
                let home = self.home_of(table, &row, class, rater.as_deref(), findings);
                match seen.entry((class, rater)) {
                    Entry::Vacant(slot) => {
                        self.note_unlisted(table, &row, class, slot.key().1.as_deref(), findings);
                        owners.push(Owner { class, rater: None, home, at: sheet, ratings: Vec::new() });
                        Some(*slot.insert(owners.len() - 1))
                    }
                    Entry::Occupied(slot) => {
                        let rater = slot.key().1.as_deref().unwrap_or_default();
                        let mut findings = findings.at(table.get(&row, Word::Home).at);
                        self.same_home(&mut owners[*slot.get()].home, home, rater, &mut findings);
                        Some(*slot.get())
                    }
                }
            });
            let Some(own) = own else { continue };
            let unit = read.unit(self.context, &row, findings, |findings| {
                identity::unit_of_row(self.context, table, &row, findings).map(|(unit, _)| unit)
            });
            let Some(unit) = unit else { continue };
            excluded += usize::from(!self.context.is_assessed(unit));
            let marked = read.marked(&row, findings, |findings| {
                let named = table.text(&row, Word::Node);
                let before = unmeasured.len();
                let marked = self.row_nodes(&named, &marks, rates_whole, &mut unmeasured, findings);
                (unmeasured.len() == before).then_some(marked)
            });
            let class = owners[own].class;
            for Marked { node, source } in marked.into_iter().flatten() {
                let MarkAt { mark, at } = read.mark(self, Cells { class, row: &row, source }, findings);
                owners[own].ratings.push(Rating::new(unit, node, mark, at));
            }
        }
        for ((_, rater), own) in seen {
            owners[own].rater = rater;
        }
        if table.rows.is_empty() {
            owners.extend(self.empty_sheet(table, folder, sheet, findings));
        }
        if let Some(first) = unmeasured.first() {
            findings.add(Code::W432).at(*first).found(unmeasured.len());
        }
        if excluded > 0 {
            findings.add(Code::N420).at(sheet).found(excluded);
        }
        (owners, read.marks)
    }

    /// Whether a table has no column of marks, and no cell that may be one.
    pub(super) fn is_markless(&self, table: &RawTable) -> bool {
        let columns = self.columns();
        let has_columns = if wide::is_wide(table) {
            self.has_questions(table)
        } else {
            !Findings::gather(|said| columns.marks(table, said)).0.is_empty()
        };
        !has_columns && !table.other_columns().any(|column| columns.holds_marks(table, column))
    }

    /// A rater that the rater list does not name for the class, where it names any.
    pub(super) fn note_unlisted(
        &self,
        table: &RawTable,
        row: &Row,
        class: usize,
        rater: Option<&str>,
        findings: &mut Findings<'_>,
    ) {
        let (Some(listed), Some(rater)) = (self.raters.listed.get(&(self.component, class)), rater) else { return };
        if !listed.contains(&identity::rater_key(rater)) {
            let at = table.label(Word::Rater).map_or_else(|| table.get(row, Word::Rater).at, |label| label.at);
            let known = listed.iter().map(String::as_str);
            let finding = findings.unknown(Code::E433, &Located::new(rater, at), known);
            finding.with("class", &*self.rules.classes[class].label());
        }
    }

    /// A rater's own unit given in a later row applies to the whole ballot; a different one contradicts it.
    fn same_home(&self, known: &mut Option<UnitIx>, home: Option<UnitIx>, rater: &str, findings: &mut Findings<'_>) {
        match (*known, home) {
            (Some(first), Some(second)) if first != second => {
                identity::two_units(self.context, rater, [first, second], findings);
            }
            (None, Some(_)) => *known = home,
            _ => {}
        }
    }

    /// A sheet without rows is still a returned ballot, a blank one.
    fn empty_sheet(
        &self,
        table: &RawTable,
        folder: Option<usize>,
        at: Place,
        findings: &mut Findings<'_>,
    ) -> Option<Owner> {
        let row = Row { row: table.header_row, cells: Vec::new() };
        let class = self.class_of(table, &row, folder, &mut BTreeSet::new(), findings)?;
        let rater = owner_text(table, &row, Word::Rater);
        Some(Owner { class, rater, home: None, at, ratings: Vec::new() })
    }

    pub(super) fn columns(&self) -> Columns<'_> {
        Columns { context: self.context, rules: self.rules, nodes: &self.nodes }
    }

    /// The nodes that a row marks, with the columns of their marks; rows of nodes that are not measured are noted.
    fn row_nodes<'m, 't>(
        &self,
        named: &Located<String>,
        marks: &'m [MarkColumns<'t>],
        rates_whole: bool,
        unmeasured: &mut Vec<Place>,
        findings: &mut Findings<'_>,
    ) -> Vec<Marked<'m, 't>> {
        let [MarkColumns { node: None, source }] = marks else {
            return marks.iter().filter_map(|mark| Some(Marked { node: mark.node?, source: &mark.source })).collect();
        };
        let of_unit = self.nodes == [Node::Unit];
        if of_unit && (named.value.is_empty() || is_overall(&named.value)) {
            return vec![Marked { node: 0, source }];
        }
        if let Some(node) = self.columns().node(&named.value) {
            return vec![Marked { node, source }];
        }
        if rates_whole || (!of_unit && is_overall(&named.value)) {
            unmeasured.push(named.at);
            return Vec::new();
        }
        let known = self.nodes.iter().map(|n| self.context.model.tree.code(*n));
        findings.unknown(Code::E423, named, known);
        Vec::new()
    }

    /// Checks that all labels of a sheet that name a class name the same one.
    pub(super) fn one_class(&self, table: &RawTable, findings: &mut Findings<'_>) {
        let mut known: Option<(usize, Place)> = None;
        for label in table.labels(Word::Class) {
            let Some(class) = self.rules.class(&label.value.text()) else { continue };
            let (first, place) = *known.get_or_insert((class, label.at));
            if first != class {
                let name = |class: usize| self.rules.classes[class].name.as_str();
                findings.add(Code::E431).at(place).also(label.at).found(name(first)).expected(name(class));
            }
        }
    }

    /// The class that the folder names: `ballots/<component>/<class>/…`.
    pub(super) fn folder_class(&self, table: &RawTable) -> Option<usize> {
        let path = &self.context.files.get(table.file).path;
        let mut parts = path.split('/').skip_while(|p| *p != self.context.model.components[self.component].id).skip(1);
        let folder = parts.next()?;
        parts.next()?;
        self.rules.class(folder)
    }

    /// The class of a row: the line above the header, else the column, else the folder.
    pub(super) fn class_of(
        &self,
        table: &RawTable,
        row: &Row,
        folder: Option<usize>,
        unknown: &mut BTreeSet<String>,
        findings: &mut Findings<'_>,
    ) -> Option<usize> {
        let label = table.label(Word::Class).map(|cell| Located::new(cell.value.text(), cell.at));
        let column = table.column(Word::Class).map(|_| table.text(row, Word::Class));
        let named = label.or_else(|| column.filter(|c| !c.value.is_empty()));
        let Some(named) = named else {
            if folder.is_none() && !unknown.contains("") {
                findings.add(Code::E402).at(table.header_place());
                unknown.insert(String::new());
            }
            return folder;
        };
        let class = self.rules.class(&named.value);
        if class.is_none() && !unknown.contains(&named.value) {
            let names = self.rules.classes.iter().map(|c| c.name.as_str());
            findings.unknown(Code::E401, &named, names).expected(self.rules.labels());
            unknown.insert(named.value);
        } else if let (Some(class), Some(folder)) = (class, folder.filter(|folder| Some(*folder) != class))
            && !unknown.contains("")
        {
            let name = |class: usize| self.rules.classes[class].label();
            findings.add(Code::W429).at(named.at).found(&*name(class)).expected(&*name(folder));
            unknown.insert(String::new());
        }
        class
    }

    /// The rater's own unit: as written on the ballot, else as in the rater list.
    pub(super) fn home_of(
        &self,
        table: &RawTable,
        row: &Row,
        class: usize,
        rater: Option<&str>,
        findings: &mut Findings<'_>,
    ) -> Option<UnitIx> {
        let written = table.label(Word::Home).map(|cell| Located::new(cell.value.text(), cell.at));
        let written = written.or_else(|| table.column(Word::Home).map(|_| table.text(row, Word::Home)));
        let key = rater.map(identity::rater_key);
        let listed = key.and_then(|key| self.raters.homes.get(&(self.component, class, key)).copied());
        let Some(home) = written.filter(|h| !cells::is_missing(&h.value)) else { return listed };
        let unit = self.raters.home(self.context, &home, self.rules.classes[class].recuse, findings)?;
        if let Some(listed) = listed.filter(|listed| *listed != unit) {
            identity::two_units(self.context, &home.value, [unit, listed], &mut findings.at(home.at));
        }
        Some(unit)
    }

    /// The mark that a row has under its columns.
    pub(super) fn chosen(
        &self,
        class: usize,
        table: &RawTable,
        row: &Row,
        source: &Source<'_>,
        findings: &mut Findings<'_>,
    ) -> Chosen {
        match source {
            Source::Value(column) => {
                let cell = table.cell(row, column);
                let written = cell.value.map(RawValue::text).unwrap_or_default();
                Chosen { mark: self.mark(class, &cell, &written, findings), written, at: cell.at }
            }
            Source::Choices(choices) => ticks::read(Scored { rules: self.rules, class }, table, row, choices, findings),
        }
    }

    /// The admissible marks of a class.
    pub(in crate::check) fn allowed(&self, class: usize) -> String {
        self.rules.scale_of(class).written()
    }

    /// The mark in a cell: a level, a number in the range, an abstention, blank, or void.
    fn mark(&self, class: usize, cell: &CellRef<'_>, written: &str, findings: &mut Findings<'_>) -> Mark {
        let Some(raw) = cell.value else { return Mark::Blank };
        if matches!(raw, RawValue::Refused(_)) {
            return Mark::Blank;
        }
        if matches!(raw, RawValue::Fault(_) | RawValue::Uncalculated) {
            cells::not_a_value(raw, &mut findings.at(cell.at));
            return Mark::Blank;
        }
        if self.rules.abstains(written) {
            return Mark::Abstained;
        }
        if matches!(raw, RawValue::Text { .. }) && (cells::is_missing(written) || Word::Skipped.is(written)) {
            return Mark::Blank;
        }
        match self.rules.scale_of(class) {
            Scale::Levels(_) => self.level_mark(class, written),
            Scale::Range(range) => match range_mark(cell, range, findings) {
                Mark::Points(Points(number)) => Mark::Points(self.rules.worth(class, number)),
                other => other,
            },
        }
    }

    fn level_mark(&self, class: usize, written: &str) -> Mark {
        if let Some(points) = self.rules.level(class, written) {
            return Mark::Points(points.clone());
        }
        let parts: Vec<&str> = written
            .split(['、', ',', '，', ';', '；', '/', ' ', '\n'])
            .map(str::trim)
            .filter(|p| !p.is_empty())
            .collect();
        let known = |part: &&str| self.rules.level(class, part).is_some() || self.rules.abstains(part);
        let double = parts.len() > 1 && parts.iter().all(known);
        Mark::Void(if double { VoidRating::Double } else { VoidRating::Unknown })
    }
}

/// Whether a node is the unit as a whole: 总体评价.
fn is_overall(name: &str) -> bool {
    Word::Overall.matches(text::without_points(&text::header_key(name)))
}

/// Reads a mark on a range: unusual spellings of a number are reported; what is not a number in the range is a void
/// mark.
fn range_mark(cell: &CellRef<'_>, range: &Range, findings: &mut Findings<'_>) -> Mark {
    if cells::is_split_number(cell, findings) {
        return Mark::Blank;
    }
    match cells::number_or_void(cell, findings) {
        Some(State::Known(number)) if range.holds(&number) => Mark::Points(Points(number)),
        Some(State::Known(_)) => Mark::Void(VoidRating::OutOfRange),
        Some(State::Missing) => Mark::Blank,
        Some(State::NotApplicable) | None => Mark::Void(VoidRating::Unknown),
    }
}

/// The rater id of a row; a blank one where others have ids is a finding.
pub(super) fn rater_of(table: &RawTable, row: &Row, has_ids: bool, findings: &mut Findings<'_>) -> Option<String> {
    let rater = owner_text(table, row, Word::Rater);
    if has_ids && rater.is_none() {
        findings.add(Code::E314).at(table.get(row, Word::Rater).at);
    }
    rater
}

/// The rater id of a row: above the header, else in the column.
pub(super) fn owner_text(table: &RawTable, row: &Row, word: Word) -> Option<String> {
    let label = table.label(word).map(|cell| cell.value.text());
    let value = label.unwrap_or_else(|| table.text(row, word).value);
    (!cells::is_missing(&value)).then_some(value)
}
