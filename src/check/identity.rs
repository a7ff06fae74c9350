//! Which unit a name means: code, full name, declared short or former name; never a similar one (SPEC §5.2).

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::cells;
use crate::engine::assessment::{Unit, UnitIx};
use crate::model::ComponentKind;
use crate::read::table::Row;
use crate::read::{RawTable, RawValue, Word};
use crate::shared::finding::{Bound, Code, Describe as _, Finding, Findings};
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// All names of all units, by key.
pub struct UnitIndex<'u> {
    by_name: BTreeMap<String, UnitIx>,
    names: Vec<&'u str>,
    /// Units with a name that may mean another one, or nothing.
    unsure: BTreeSet<UnitIx>,
    /// Keys of names that only a later roster has.
    later: BTreeSet<String>,
}

impl<'u> UnitIndex<'u> {
    /// Indexes the units of a checked roster, whose names are all different.
    pub fn new(units: &'u [Unit]) -> Self {
        let (mut by_name, mut names, mut unsure) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
        for (index, unit) in units.iter().enumerate() {
            let unit_ix = UnitIx(index);
            for name in unit.names() {
                let before = by_name.insert(text::key(name), unit_ix).filter(|before| *before != unit_ix);
                unsure.extend(before.into_iter().flat_map(|before| [before, unit_ix]));
                unsure.extend(cells::is_missing(name).then_some(unit_ix));
                names.push(name);
            }
        }
        Self { by_name, names, unsure, later: BTreeSet::new() }
    }

    /// Adds the names that only the present roster has.
    pub(crate) fn followed_by(mut self, units: &[Unit]) -> Self {
        let names = units.iter().flat_map(Unit::names).map(text::key);
        self.later = names.filter(|name| !self.by_name.contains_key(name)).collect();
        self
    }

    /// The unit that a name means.
    pub fn find(&self, name: &str) -> Option<UnitIx> {
        self.by_name.get(&text::key(name)).copied()
    }

    /// The names nearest to an unknown one.
    pub fn nearest(&self, name: &str) -> Vec<&str> {
        text::nearest(name, self.names())
    }

    /// Whether a text may be a misspelt name: at most one in three characters differs, or one is a part of the other.
    pub(crate) fn is_near(&self, written: &str) -> bool {
        let own = text::key(written).to_lowercase();
        let alike = |name: &str| {
            let name = text::key(name).to_lowercase();
            let (longer, shorter) = if own.len() > name.len() { (&own, &name) } else { (&name, &own) };
            let slips = name.chars().count().div_ceil(3);
            longer.contains(shorter.as_str())
                || strsim::levenshtein(&own, &name) <= slips
                || text::is_alike(&own, &name)
        };
        !own.is_empty() && self.names().any(alike)
    }

    /// All names of all units.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().copied()
    }

    /// The units that a text such as a file name mentions by code or name, longest names first; only for hints.
    pub(crate) fn mentioned(&self, written: &str) -> Vec<UnitIx> {
        let key: Vec<char> = text::key(written).chars().collect();
        let (mut units, mut at) = (Vec::new(), 0);
        while at < key.len() {
            let ends = (at + 2..=key.len()).rev();
            let name = |end: usize| key[at..end].iter().collect::<String>();
            let whole = |end: usize| stands_alone(&key, at, end);
            let found = ends.filter(|end| whole(*end)).find_map(|end| Some((end, *self.by_name.get(&name(end))?)));
            match found {
                Some((end, unit)) => {
                    units.push(unit);
                    at = end;
                }
                None => at += 1,
            }
        }
        units
    }

    /// The unit that a cell names; `None` after a finding.
    pub(crate) fn resolve(&self, name: &Located<String>, findings: &mut Findings<'_>) -> Option<UnitIx> {
        let found = self.find(&name.value);
        if found.is_none() && self.later.contains(&text::key(&name.value)) {
            findings.add(Code::E685).at(name.at).found(&name.value);
        } else if found.is_none() {
            findings.unknown(Code::E307, name, self.names());
        }
        found
    }
}

/// Whether a stretch of letters or digits is not a part of a longer run of them: `U1` is not mentioned in `U12`.
fn stands_alone(key: &[char], from: usize, to: usize) -> bool {
    let joined = |a: Option<&char>, b: Option<&char>| matches!((a, b), (Some(a), Some(b)) if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric());
    !joined(from.checked_sub(1).and_then(|at| key.get(at)), key.get(from)) && !joined(key.get(to - 1), key.get(to))
}

/// The columns that name the unit of a row.
pub(crate) const UNIT: [Word; 3] = [Word::UnitCode, Word::Unit, Word::ShortName];

/// Whether a row names a unit in the very words of the roster, in every column that names one: then it is the unit of the
/// row, without a search and without a finding.
pub(crate) fn names_exactly(context: &Context<'_>, table: &RawTable, row: &Row, unit: UnitIx) -> bool {
    let Some(own) = context.roster.units.get(unit.0).filter(|_| !context.index.unsure.contains(&unit)) else {
        return false;
    };
    let mut is_named = false;
    let agrees = |word| match table.get(row, word).value {
        None => true,
        Some(RawValue::Text { text, .. }) => {
            is_named = own.names().any(|name| *name == **text);
            is_named
        }
        Some(_) => false,
    };
    UNIT.into_iter().all(agrees) && is_named
}

/// The unit of a row: its columns of codes, names and short names must mean the same unit. `None` after a finding.
pub(crate) fn unit_of_row(
    context: &Context<'_>,
    table: &RawTable,
    row: &Row,
    findings: &mut Findings<'_>,
) -> Option<(UnitIx, Place)> {
    let cells: Vec<Located<String>> = UNIT
        .into_iter()
        .filter(|word| table.column(*word).is_some())
        .filter_map(|word| {
            let cell = table.get(row, word);
            cells::words(&cell, findings).map(|value| Located::new(value, cell.at))
        })
        .filter(|cell| !cells::is_missing(&cell.value))
        .collect();
    let own_columns = UNIT.iter().any(|word| table.column(*word).is_some());
    if cells.is_empty() && !own_columns {
        return unit_of_table(context, table, findings);
    }
    if cells.is_empty() {
        let named =
            [Word::Unit, Word::UnitCode, Word::ShortName].into_iter().find(|word| table.column(*word).is_some());
        findings.add(Code::E314).at(table.get(row, named.unwrap_or(Word::Unit)).at);
    }
    same_unit(context, &cells, findings)
}

/// The unit that the lines above a table name, for tables without a column of units, else the other sheets of a workbook
/// that shares one; `None` after a finding.
pub(crate) fn unit_of_table(
    context: &Context<'_>,
    table: &RawTable,
    findings: &mut Findings<'_>,
) -> Option<(UnitIx, Place)> {
    let mut names = names_above(context, table);
    if names.is_empty() {
        names = names_elsewhere(context, table);
    }
    if names.is_empty() {
        findings.add(Code::E309).at(table.header_place());
        return None;
    }
    same_unit(context, &names, findings)
}

/// Every name of a unit above a table: values of labels, and titles or their brackets that are exactly such a name.
pub(crate) fn names_above(context: &Context<'_>, table: &RawTable) -> Vec<Located<String>> {
    let labels = [Word::UnitCode, Word::Unit].into_iter().flat_map(|word| table.labels(word));
    let labels = labels.map(|cell| Located::new(cell.value.text(), cell.at)).filter(|name| !name.value.is_empty());
    let titles = table.titles.iter().filter(|title| context.index.find(&title.value).is_some()).cloned();
    labels.chain(titles).collect()
}

/// The names of units on the other sheets of a workbook that shares one.
pub(crate) fn names_elsewhere(context: &Context<'_>, table: &RawTable) -> Vec<Located<String>> {
    table.elsewhere.iter().filter(|name| context.index.find(&name.value).is_some()).cloned().collect()
}

/// The one unit that several cells name; `None` after a finding.
pub(crate) fn same_unit(
    context: &Context<'_>,
    cells: &[Located<String>],
    findings: &mut Findings<'_>,
) -> Option<(UnitIx, Place)> {
    let mut known: Option<(UnitIx, Place)> = None;
    for cell in cells {
        let unit = context.index.resolve(cell, findings)?;
        match known {
            Some((first, place)) if first != unit => {
                two_units(context, &cell.value, [first, unit], &mut findings.at(cell.at)).also(place);
                return None;
            }
            Some(_) => {}
            None => known = Some((unit, cell.at)),
        }
    }
    known
}

/// Reports that two names that should mean one unit mean two.
pub(crate) fn two_units<'l>(
    context: &Context<'_>,
    found: &str,
    [first, second]: [UnitIx; 2],
    findings: &'l mut Findings<'_>,
) -> &'l mut Finding {
    let units = format!("{} / {}", context.code(first), context.code(second));
    findings.add(Code::E308).found(found).expected(units)
}

/// The key of a rater id: letter case does not distinguish raters.
pub(crate) fn rater_key(id: &str) -> String {
    text::key(id).to_lowercase()
}

/// The content of the optional 评委名册: which raters a class has, and the raters' own units.
#[derive(Default)]
pub(crate) struct Raters {
    /// The raters' own units by component, class and rater key.
    pub(crate) homes: BTreeMap<(usize, usize, String), UnitIx>,
    /// Rater keys by component and class, where the list names any.
    pub(crate) listed: BTreeMap<(usize, usize), BTreeSet<String>>,
    /// Keys of the units outside of the roster from which raters may come.
    outside: BTreeSet<String>,
}

impl Raters {
    /// A rater's own unit. Raters may come from outside where the model or the list says so, or where marks for the
    /// rater's own unit are not dropped anyway (SPEC §19.9).
    pub(crate) fn home(
        &self,
        context: &Context<'_>,
        written: &Located<String>,
        recuse: bool,
        findings: &mut Findings<'_>,
    ) -> Option<UnitIx> {
        let found = context.index.find(&written.value);
        if found.is_none() && recuse && !self.outside.contains(&text::key(&written.value)) {
            findings.unknown(Code::E307, written, context.index.names());
        }
        found
    }
}

/// Reads the optional 评委名册.
pub(crate) fn raters(context: &Context<'_>, tables: &[&RawTable], findings: &mut Findings<'_>) -> Raters {
    let mut listed: BTreeMap<(usize, usize), BTreeSet<String>> = BTreeMap::new();
    let mut homes: BTreeMap<(usize, usize, String), (UnitIx, Place)> = BTreeMap::new();
    let ballots = context.model.components.iter().enumerate().filter_map(|(index, c)| match &c.kind {
        ComponentKind::Ballots(rules) => Some((index, rules)),
        ComponentKind::Indicators | ComponentKind::Given(_) => None,
    });
    let ballots: Vec<_> = ballots.collect();
    let outside = outside(context, tables);
    let known = Raters { outside, ..Raters::default() };
    let mut bound = Bound::new(findings);
    for table in tables {
        for row in table.rows.iter() {
            bound.keep(findings);
            cells::refuse_faults(table, &row, findings);
            let (rater, class) = (table.text(&row, Word::Rater), table.text(&row, Word::Class));
            let classes = ballots.iter().filter_map(|(index, rules)| Some((*index, rules.class(&class.value)?)));
            let classes: Vec<(usize, usize)> = classes.collect();
            if classes.is_empty() {
                let names = ballots.iter().flat_map(|(_, rules)| rules.classes.iter().map(|c| c.name.as_str()));
                let known = ballots.iter().map(|(_, rules)| rules.labels()).collect::<Vec<_>>().join(" / ");
                findings.add(Code::E401).at(class.at).found(&class.value).expected(known).nearest(&class.value, names);
            }
            for place in &classes {
                listed.entry(*place).or_default().insert(rater_key(&rater.value));
            }
            let home = table.text(&row, Word::Home);
            if cells::is_missing(&home.value) {
                continue;
            }
            let recuse = |(component, class): &(usize, usize)| {
                ballots.iter().any(|(own, rules)| own == component && rules.classes[*class].recuse)
            };
            let Some(unit) = known.home(context, &home, classes.iter().any(recuse), findings) else { continue };
            for (component, class) in classes {
                let key = (component, class, rater_key(&rater.value));
                if let Some((first, place)) = homes.insert(key, (unit, home.at)).filter(|(first, _)| *first != unit) {
                    two_units(context, &rater.value, [first, unit], &mut findings.at(home.at)).also(place);
                }
            }
        }
    }
    let homes = homes.into_iter().map(|(key, (unit, _))| (key, unit)).collect();
    Raters { homes, listed, outside: known.outside }
}

/// The units outside of the roster that the model names, or the list under 单位性质.
fn outside(context: &Context<'_>, tables: &[&RawTable]) -> BTreeSet<String> {
    let rows = tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row)));
    let listed = rows.filter(|(table, row)| Word::Outside.is(&table.text(row, Word::HomeKind).value));
    let listed = listed.map(|(table, row)| text::key(&table.text(&row, Word::Home).value));
    context.model.outside_raters.iter().map(|name| text::key(name)).chain(listed).collect()
}
