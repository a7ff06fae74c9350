//! Pre-counted votes (票数汇总): 单位, 评议主体, 节点, one column per level, 弃权/未填, 发出, 收回, 有效, 无效 (SPEC §5.9).

use std::collections::BTreeMap;

use super::ballots::{LevelPoints, Rated, Reader};
use super::cells::{self, Ask, CellRef};
use super::identity;
use crate::engine::assessment::{BallotBox, InapplicableRow, NodeOff, State, Tally, TallyRow, UnitIx};
use crate::model::{BallotRules, Node, RaterClass, Scale, StraightLine, TrimOn};
use crate::read::table::{Column, Row, unread_column};
use crate::read::{RawTable, Word};
use crate::shared::finding::{Arg, Bound, Code, Describe as _, Findings};
use crate::shared::number::{Points, Written};
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// Checks the tally tables of a component.
pub(super) fn check(
    reader: &Reader<'_>,
    tables: &[&RawTable],
    findings: &mut Findings<'_>,
) -> (Vec<Tally>, Vec<InapplicableRow>) {
    let Reader { context, rules, .. } = reader;
    let mut inapplicable: Vec<InapplicableRow> = Vec::new();
    let mut seen: BTreeMap<(usize, usize, usize), Place> = BTreeMap::new();
    let mut tallies: Vec<Tally> = Vec::new();
    let mut excluded: Vec<Place> = Vec::new();
    for table in tables {
        let start = findings.len();
        let levels = level_columns(rules, table, findings);
        let unclear = findings.since(start).iter().any(|finding| finding.code == Code::E208);
        let mut bound = Bound::new(findings);
        for row in table.rows.iter() {
            bound.keep(findings);
            let Some((unit, _)) = identity::unit_of_row(context, table, &row, findings) else { continue };
            if !context.is_assessed(unit) {
                excluded.push(table.row_place(&row));
                continue;
            }
            let mut findings = findings.of_unit(context.code(unit));
            let class = class_of(reader, table, &row, &mut findings);
            let node = node_of(reader, table, &row, &mut findings);
            if let (Some(class), Some(node)) = (class, node)
                && !reader.is_scored(Rated { unit, class, node })
            {
                let what = reader.outside(Rated { unit, class, node });
                reader.warn_outside(unit, what, &[table.row_place(&row)], &mut findings);
                continue;
            }
            // Every cell of the row is read, even when its class or node is wrong.
            let (known, class, node) = (class.is_some() && node.is_some(), class.unwrap_or(0), node.unwrap_or(0));
            let owner = Owner { class, unit, node, reader, unclear };
            if let Some(row) = inapplicable_row(table, &row, &levels, &owner, &mut findings) {
                inapplicable.extend(row.filter(|_| known));
            } else if let Some(tally) = read_row(table, &row, &levels, &owner, &mut findings)
                && known
            {
                match seen.insert((class, unit.0, node), tally.row.at) {
                    Some(first) => {
                        findings.add(Code::E424).at(tally.row.at).also(first).found(&rules.classes[class].name);
                    }
                    None => tallies.push(tally),
                }
            }
        }
    }
    if let Some(first) = excluded.first() {
        findings.add(Code::N420).at(*first).found(excluded.len());
    }
    note_rules(rules, &tallies, findings);
    tallies.sort_by_key(|t| (t.class, t.unit, t.row.node));
    inapplicable.sort_by_key(|row| (row.unit, row.off.node, row.off.at));
    (tallies, inapplicable)
}

/// Whose votes a row counts.
struct Owner<'o> {
    class: usize,
    unit: UnitIx,
    node: usize,
    reader: &'o Reader<'o>,
    /// Whether a column of votes was not understood, so that the sums are unknown.
    unclear: bool,
}

impl Owner<'_> {
    fn class(&self) -> &RaterClass {
        &self.reader.rules.classes[self.class]
    }

    /// How many ballots of the class were issued for the unit, according to the model.
    fn issued(&self) -> Option<usize> {
        let issued = &self.class().issued;
        issued.whole().or_else(|| issued.of_unit(self.reader.context.unit(self.unit).names()))
    }
}

/// A tally does not say which votes are on one ballot, so trimming on "ballot" and the pattern rules cannot apply to
/// it.
fn note_rules(rules: &BallotRules, tallies: &[Tally], findings: &mut Findings<'_>) {
    let on_ballot = rules.trim.as_ref().is_some_and(|trim| trim.on == TrimOn::Ballot);
    let patterns = rules.max_top_share.is_some() || rules.straight_line != StraightLine::Allow;
    if let Some(first) = tallies.first().filter(|_| on_ballot || patterns) {
        findings.add(Code::N427).at(first.row.at);
    }
}

/// Columns that count votes for a level, with its points.
fn level_columns<'t>(
    rules: &BallotRules,
    table: &'t RawTable,
    findings: &mut Findings<'_>,
) -> Vec<(&'t Column, LevelPoints)> {
    let (known, strangers): (Vec<_>, Vec<_>) =
        table.other_columns().map(|column| (column, level(rules, column))).partition(|(_, points)| points.is_some());
    let columns: Vec<(&Column, LevelPoints)> = known.into_iter().filter_map(|(column, p)| Some((column, p?))).collect();
    let complete = adds_up(rules, table, &columns);
    for (column, _) in strangers.into_iter().filter(|(column, _)| !abstains(rules, column)) {
        if complete || reads_past(column) || !holds_counts(table, column) {
            findings.push(unread_column(table, column));
        } else {
            let place = table.column_place(column);
            findings.add(Code::E208).at(place).found(column.path()).expected(level_names(rules));
        }
    }
    // A result beside the votes, under 得分 or 等次, is ignored: what counts is calculated from the votes.
    let is_filled = |column: &&Column| {
        table.rows.iter().any(|row| table.cell(&row, column).value.is_some_and(|value| !value.is_blank()))
    };
    let results = table.columns.iter().filter(|column| column.word == Some(Word::Mark)).filter(is_filled);
    findings.extend(results.map(|column| unread_column(table, column)));
    if columns.is_empty() {
        findings.add(Code::E107).at(table.header_place()).expected(level_names(rules));
    }
    columns
}

/// Whether the votes of every row add up to its stated valid votes, so that no column of votes is missing.
fn adds_up(rules: &BallotRules, table: &RawTable, levels: &[(&Column, LevelPoints)]) -> bool {
    let number = |cell: CellRef<'_>| unheard_count(&cell);
    let row_adds_up = |row: &Row| {
        let votes: usize = levels.iter().filter_map(|(column, _)| number(table.cell(row, column))).sum();
        let abstained: usize = abstentions(rules, table).filter_map(|column| number(table.cell(row, column))).sum();
        number(count_cell(table, row, Word::Valid)) == Some(votes + abstained)
    };
    !levels.is_empty() && !table.rows.is_empty() && table.rows.iter().all(|row| row_adds_up(&row))
}

/// Columns that count abstentions: 弃权, 不了解, 未填, and the words of the model.
fn abstentions<'t>(rules: &'t BallotRules, table: &'t RawTable) -> impl Iterator<Item = &'t Column> {
    table
        .columns
        .iter()
        .filter(|column| column.word == Some(Word::Abstained) || (column.word.is_none() && abstains(rules, column)))
}

fn abstains(rules: &BallotRules, column: &Column) -> bool {
    rules.abstains(&column.text) || rules.abstains(without_count(&text::header_key(&column.text)))
}

/// Whether a column is known not to count votes for a level: a sum, a place, a rate.
fn reads_past(column: &Column) -> bool {
    let own = text::header_key(&column.text);
    is_share(column) || [Word::Overall, Word::Rank, Word::Foot].iter().any(|word| word.matches(&own))
}

/// Whether any cell of a column may be a count of votes.
fn holds_counts(table: &RawTable, column: &Column) -> bool {
    let counts = |row: &Row| unheard_count(&table.cell(row, column)).is_some();
    table.rows.iter().any(|row| counts(&row))
}

/// A header without the word that says what is counted: `好票数`.
fn without_count(name: &str) -> &str {
    ["得票数", "票数", "人数", "票", "数"].iter().find_map(|tail| name.strip_suffix(tail)).unwrap_or(name)
}

/// The level whose votes a column counts: `好`, `好票数`, or `人数` under `好`.
fn level(rules: &BallotRules, column: &Column) -> Option<LevelPoints> {
    let own = text::header_key(&column.text);
    let counted = Word::Quantity.matches(&own).then(|| column.above.last()).flatten();
    let written = counted.map_or(column.text.as_str(), |heading| &heading.text);
    let name = Some(text::header_key(written)).filter(|_| !text::joins_digits(written))?;
    let name = if rules.is_level(&name) { &name } else { without_count(&name) };
    LevelPoints::new(rules, |class| match rules.scale_of(class) {
        Scale::Levels(_) => rules.level(class, name).cloned(),
        Scale::Range(range) => {
            let number = Written::read(name, &[])?.value;
            range.holds(&number).then(|| rules.worth(class, number))
        }
    })
}

/// Whether a column gives the share of a count beside it: `优秀率(%)`, `占测评人数%`.
fn is_share(column: &Column) -> bool {
    let own = text::header_key(&column.text);
    own.ends_with('率') || own.ends_with('%') || own.starts_with('占')
}

fn level_names(rules: &BallotRules) -> String {
    rules.scales().map(Scale::written).collect::<Vec<_>>().join("; ")
}

fn class_of(reader: &Reader<'_>, table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Option<usize> {
    let Reader { context, component, rules, .. } = reader;
    let mut named = table.text(row, Word::Class);
    if named.value.is_empty()
        && let Some(label) = table.label(Word::Class)
    {
        named = Located::new(label.value.text(), label.at);
    }
    if named.value.is_empty() {
        let path = &context.files.get(table.file).path;
        let id = &context.model.components[*component].id;
        let folder = path.split('/').skip_while(|p| p != id).nth(1).unwrap_or("");
        if let Some(class) = rules.class(folder) {
            return Some(class);
        }
        findings.add(Code::E402).at(named.at);
        return None;
    }
    let class = rules.class(&named.value);
    if class.is_none() {
        let names = rules.classes.iter().map(|c| c.name.as_str());
        findings.unknown(Code::E401, &named, names).expected(rules.labels());
    }
    class
}

fn node_of(reader: &Reader<'_>, table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Option<usize> {
    let Reader { context, nodes, .. } = reader;
    let named = table.text(row, Word::Node);
    let overall = Word::Overall.matches(&text::header_key(&named.value));
    if (named.value.is_empty() || overall) && *nodes == [Node::Unit] {
        return Some(0);
    }
    let node = context.model.tree.node(&named.value).and_then(|node| nodes.iter().position(|n| *n == node));
    if node.is_none() {
        let known = nodes.iter().map(|n| context.model.tree.code(*n));
        findings.unknown(Code::E423, &named, known);
    }
    node
}

/// More votes than this in one cell must be a typing error.
const MOST_VOTES: u64 = 100_000_000;

/// A count cell: a whole number ≥ 0; a blank is not known.
fn count(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<Option<usize>> {
    match cells::number(cell, Ask::Votes, findings)? {
        State::Missing | State::NotApplicable => Some(None),
        State::Known(number) => {
            match number.to_count().filter(|n| *n <= MOST_VOTES).and_then(|n| usize::try_from(n).ok()) {
                Some(count) => Some(Some(count)),
                None => {
                    findings.add(Code::E201).at(cell.at).found(&number).expected("0, 1, 2 …");
                    None
                }
            }
        }
    }
}

/// Reads a count in advance, without findings: they are reported when it is read properly.
fn unheard_count(cell: &CellRef<'_>) -> Option<usize> {
    Findings::gather(|said| count(cell, said)).0.flatten()
}

/// The cell of a count: in the row, or in the lines above a table that counts one vote for all its rows.
fn count_cell<'t>(table: &'t RawTable, row: &'t Row, word: Word) -> CellRef<'t> {
    match table.label(word).filter(|_| table.column(word).is_none()) {
        Some(label) => Located::new(Some(&label.value), label.at),
        None => table.get(row, word),
    }
}

/// A row that says 不涉及 under every level; `None` if it counts votes, `Some(None)` after a finding.
fn inapplicable_row(
    table: &RawTable,
    row: &Row,
    levels: &[(&Column, LevelPoints)],
    owner: &Owner<'_>,
    findings: &mut Findings<'_>,
) -> Option<Option<InapplicableRow>> {
    let state = |cell: &CellRef<'_>| Findings::gather(|said| cells::number(cell, Ask::Votes, said)).0;
    let votes = levels.iter().map(|(column, _)| *column).chain(abstentions(owner.reader.rules, table));
    let counts = [Word::Issued, Word::Returned, Word::Valid, Word::Invalid].map(|word| count_cell(table, row, word));
    let votes: Vec<CellRef<'_>> = votes.map(|column| table.cell(row, column)).collect();
    let is_off = |cell: &&CellRef<'_>| state(cell) == Some(State::NotApplicable);
    let said: Vec<&CellRef<'_>> = votes.iter().chain(&counts).filter(is_off).collect();
    let first = said.first()?;
    // A blank or 0 beside it does not contradict it; the number of ballots issued may be given.
    let is_vote = |cell: &&CellRef<'_>| matches!(state(cell), Some(State::Known(number)) if !number.is_zero());
    let has_votes = votes.iter().chain(&counts[1..]).any(|cell| is_vote(&cell));
    let all = levels.iter().all(|(column, _)| is_off(&&table.cell(row, column)));
    if has_votes || !all {
        let finding = findings.add(Code::E244).at(first.at).found(Arg::Word("cell.not_applicable"));
        finding.also_all(said.iter().skip(1).map(|cell| cell.at));
        return Some(None);
    }
    Some(Some(InapplicableRow { unit: owner.unit, off: NodeOff { node: owner.node, at: first.at } }))
}

/// The columns of the levels that the class of a row has, with their points; votes under others are reported.
fn levels_of<'l>(
    table: &RawTable,
    row: &Row,
    levels: &'l [(&'l Column, LevelPoints)],
    owner: &Owner<'_>,
    findings: &mut Findings<'_>,
) -> Vec<(&'l Column, &'l Points)> {
    let mut own = Vec::with_capacity(levels.len());
    for (column, points) in levels {
        match points.of(owner.class) {
            Some(points) => own.push((*column, points)),
            None => {
                let cell = table.cell(row, column);
                if unheard_count(&cell).is_some_and(|votes| votes > 0) {
                    let allowed = owner.reader.allowed(owner.class);
                    findings.add(Code::E208).at(cell.at).found(column.path()).expected(allowed);
                }
            }
        }
    }
    own
}

/// The counts of a row, which must add up: 收回 = 有效 + 无效, levels + 弃权/未填 = 有效, 收回 ≤ 发出.
fn read_row(
    table: &RawTable,
    row: &Row,
    levels: &[(&Column, LevelPoints)],
    owner: &Owner<'_>,
    findings: &mut Findings<'_>,
) -> Option<Tally> {
    let at = table.row_place(row);
    let levels = levels_of(table, row, levels, owner, findings);
    let cells: Vec<Option<Option<usize>>> =
        levels.iter().map(|(column, _)| count(&table.cell(row, column), findings)).collect();
    let read = |word: Word, findings: &mut Findings<'_>| count(&count_cell(table, row, word), findings);
    let abstained: Option<usize> = abstentions(owner.reader.rules, table)
        .map(|column| count(&table.cell(row, column), findings).map(Option::unwrap_or_default))
        .collect::<Vec<_>>()
        .into_iter()
        .sum();
    let issued = read(Word::Issued, findings);
    let valid = read(Word::Valid, findings);
    let invalid = read(Word::Invalid, findings);
    let returned = read(Word::Returned, findings);
    let (abstained, invalid) = (abstained?, invalid?.unwrap_or(0));
    let (issued, valid, returned) = (issued?, valid?, returned?);
    let cells: Vec<Option<usize>> = cells.into_iter().collect::<Option<_>>()?;
    let votes: Vec<(Points, usize)> =
        levels.iter().zip(&cells).map(|((_, points), votes)| ((*points).clone(), votes.unwrap_or(0))).collect();
    // A blank beside votes means 0 votes if the sum confirms it; otherwise it is unknown.
    let sum = votes.iter().map(|(_, n)| n).sum::<usize>() + abstained;
    if cells.contains(&None) && (cells.iter().all(Option::is_none) || valid != Some(sum)) {
        for ((column, _), _) in levels.iter().zip(&cells).filter(|(_, votes)| votes.is_none()) {
            findings.add(Code::E314).at(table.cell(row, column).at);
        }
        return None;
    }
    let counted: usize = votes.iter().map(|(_, n)| n).sum::<usize>() + abstained;
    let valid = valid.unwrap_or(counted);
    let returned = returned.unwrap_or(valid + invalid);
    let sums = [(Word::Valid, valid, counted), (Word::Returned, returned, valid + invalid)];
    for (word, found, expected) in sums {
        if found != expected && !owner.unclear {
            let finding = findings.add(Code::E418).at(count_cell(table, row, word).at).with("what", Arg::from(word));
            finding.found(found).expected(expected);
            return None;
        }
    }
    if let Some(issued) = issued.or(owner.issued()).filter(|issued| returned > *issued) {
        let finding = findings.add(Code::E409).at(count_cell(table, row, Word::Returned).at);
        finding.with("class", &*owner.class().label()).found(returned).expected(format!("<= {issued}"));
        return None;
    }
    let Owner { class, unit, node, .. } = *owner;
    Some(Tally { class, unit, row: TallyRow { node, votes, abstained, issued, valid, invalid, at } })
}

/// Checks that a node that does not apply to a unit has no votes of any class.
pub(super) fn check_inapplicable(reader: &Reader<'_>, counted: &BallotBox, findings: &mut Findings<'_>) {
    for row in &counted.inapplicable {
        let tallied = counted.tallies.iter().filter(|tally| (tally.unit, tally.row.node) == (row.unit, row.off.node));
        let ratings = counted.ballots.iter().flat_map(|ballot| &ballot.ratings);
        let rated = ratings.filter(|rating| (rating.unit(), rating.node()) == (row.unit, row.off.node));
        if let Some(other) = tallied.map(|tally| tally.row.at).chain(rated.map(|rating| rating.at)).next() {
            let finding = findings.add(Code::E244).at(row.off.at).also(other).unit(reader.context.code(row.unit));
            finding.found(Arg::Word("cell.not_applicable"));
        }
    }
}

/// Ballots and a tally for one class and unit are an error: one of them would be counted twice.
pub(super) fn check_overlap(reader: &Reader<'_>, counted: &BallotBox, findings: &mut Findings<'_>) {
    let mut rated: BTreeMap<(usize, UnitIx), Place> = BTreeMap::new();
    for ballot in &counted.ballots {
        for rating in &ballot.ratings {
            rated.entry((ballot.class, rating.unit())).or_insert(rating.at);
        }
    }
    for tally in &counted.tallies {
        if let Some(place) = rated.get(&(tally.class, tally.unit)) {
            let finding = findings.add(Code::E419).at(tally.row.at).also(*place).unit(reader.context.code(tally.unit));
            finding.with("class", &*reader.rules.classes[tally.class].label());
        }
    }
}
