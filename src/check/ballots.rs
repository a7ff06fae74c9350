//! Ballots (评议票): matrix sheets and long tables become one ballot per rater and class (SPEC §5.9).
//!
//! Every sheet is read on its own; sheets of one rater in a class are then put together. Marks for units that are not
//! assessed are left out first, with a note.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::identity::Raters;
use super::{Context, identity};
use crate::engine::assessment::{Ballot, BallotBox, DispositionRow, Mode, UnitIx};
use crate::model::{BallotRules, Node, Rates};
use crate::read::RawTable;
use crate::shared::finding::{Bound, Code, Finding};
use crate::shared::place::Place;
use crate::shared::text;

mod marks;
mod sheet;
mod signs;
mod ticks;
mod unread;
mod wide;

use sheet::{Owner, Reader, SheetRead};

/// The nodes that a component's ballots measure.
pub(super) fn nodes(context: &Context<'_>, rules: &BallotRules) -> Vec<Node> {
    match rules.rates {
        Rates::Unit => vec![Node::Unit],
        Rates::Aspects => (0..context.model.tree.aspects.len()).map(Node::Aspect).collect(),
        Rates::Indicators => (0..context.model.tree.leaves.len()).map(Node::Leaf).collect(),
    }
}

/// What is known of the people behind ballots, and what the committee says of marks that cannot be read.
pub(super) struct People<'p> {
    pub(super) raters: &'p Raters,
    pub(super) dispositions: &'p mut [DispositionRow],
}

/// Checks all ballot tables of a component.
pub(super) fn check(
    context: &Context<'_>,
    component: usize,
    rules: &BallotRules,
    tables: &[&RawTable],
    people: People<'_>,
    findings: &mut Vec<Finding>,
) -> BallotBox {
    let People { raters, dispositions } = people;
    let nodes = nodes(context, rules);
    let reader = Reader { context, component, rules, nodes: &nodes, raters };
    let sheets: Vec<SheetRead> = tables.par_iter().map(|table| reader.sheet(table)).collect();
    let anonymous: Vec<Place> = sheets
        .iter()
        .filter(|s| s.owners.iter().any(|own| own.rater.is_none() && rules.classes[own.class].recuse))
        .map(|s| s.sheet)
        .collect();
    if let Some(first) = anonymous.first() {
        findings.push(Finding::new(Code::N422).at(*first).found(anonymous.len()));
    }
    note_copies(context, &sheets, findings);
    let mut ballots: BTreeMap<BallotKey, Ballot> = BTreeMap::new();
    for sheet in sheets {
        findings.extend(sheet.findings);
        for Owner { class, rater, home, at } in sheet.owners {
            let key = ballot_key(class, rater.as_deref(), at);
            let ballot = ballots.entry(key).or_insert_with(|| new_ballot(class, rater, home, at));
            if let (Some(first), Some(second)) = (ballot.home, home.filter(|h| Some(*h) != ballot.home)) {
                let code = |unit: UnitIx| context.roster.units[unit.0].code.as_str();
                let finding = Finding::new(Code::E308).at(sheet.sheet).also(ballot.at);
                findings.push(finding.found(ballot.rater.clone().unwrap_or_default()).expected(format!(
                    "{} / {}",
                    code(first),
                    code(second)
                )));
            }
            ballot.home = ballot.home.or(home);
        }
        for entry in sheet.entries {
            let key = ballot_key(entry.class, entry.rater.as_deref(), entry.ballot);
            let ballot =
                ballots.entry(key).or_insert_with(|| new_ballot(entry.class, entry.rater, entry.home, entry.ballot));
            let assessed = context.roster.units[entry.rating.unit.0].mode != Mode::Excluded;
            if assessed { ballot.ratings.push(entry.rating) } else { ballot.ignored.push(entry.rating) }
        }
    }
    let mut ballots = number_ballots(ballots, context, &nodes, findings);
    unread::settle(&reader, tables, &mut ballots, dispositions, findings);
    BallotBox { nodes, ballots, tallies: Vec::new(), inapplicable: Vec::new() }
}

/// Whether a table has no column of marks, and no cell that may be one.
pub(super) fn is_markless(context: &Context<'_>, component: usize, rules: &BallotRules, table: &RawTable) -> bool {
    let (nodes, raters) = (nodes(context, rules), Raters::default());
    Reader { context, component, rules, nodes: &nodes, raters: &raters }.is_markless(table)
}

/// Two files of the same bytes without rater id may be one ballot handed in twice; nobody can tell but people.
fn note_copies(context: &Context<'_>, sheets: &[SheetRead], findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<&str, Place> = BTreeMap::new();
    for sheet in sheets.iter().filter(|s| s.owners.iter().any(|own| own.rater.is_none())) {
        let hash = context.files.get(sheet.sheet.file).sha256.as_str();
        match first.get(hash).filter(|place| place.file != sheet.sheet.file) {
            Some(place) => findings.push(Finding::new(Code::W430).at(sheet.sheet).also(*place)),
            None => drop(first.entry(hash).or_insert(sheet.sheet)),
        }
    }
}

/// Class, then raters with id in natural order, then sheets without id in the order of files.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct BallotKey {
    class: usize,
    anonymous: bool,
    rater: NaturalKey,
    sheet: Option<Place>,
}

#[derive(PartialEq, Eq)]
struct NaturalKey(String);

impl PartialOrd for NaturalKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NaturalKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        text::natural(&self.0, &other.0)
    }
}

fn ballot_key(class: usize, rater: Option<&str>, sheet: Place) -> BallotKey {
    let rater_key = rater.map(identity::rater_key).unwrap_or_default();
    BallotKey {
        class,
        anonymous: rater.is_none(),
        rater: NaturalKey(rater_key),
        sheet: rater.is_none().then_some(sheet),
    }
}

const fn new_ballot(class: usize, rater: Option<String>, home: Option<UnitIx>, at: Place) -> Ballot {
    Ballot { class, serial: 0, rater, home, at, ratings: Vec::new(), ignored: Vec::new() }
}

/// Numbers the ballots of each class and reports marks that stand twice.
fn number_ballots(
    ballots: BTreeMap<BallotKey, Ballot>,
    context: &Context<'_>,
    nodes: &[Node],
    findings: &mut Vec<Finding>,
) -> Vec<Ballot> {
    let mut serials: BTreeMap<usize, usize> = BTreeMap::new();
    let mut numbered = Vec::with_capacity(ballots.len());
    let mut bound = Bound::new(findings);
    for mut ballot in ballots.into_values() {
        bound.keep(findings);
        let serial = serials.entry(ballot.class).or_default();
        *serial += 1;
        ballot.serial = *serial;
        ballot.ratings.sort_by_key(|a| (a.unit, a.node, a.at));
        for pair in ballot.ratings.windows(2) {
            if (pair[0].unit, pair[0].node) == (pair[1].unit, pair[1].node) {
                let unit = &context.roster.units[pair[1].unit.0].code;
                let finding = Finding::new(Code::E403).at(pair[1].at).also(pair[0].at).unit(unit);
                let rater = ballot.rater.clone().unwrap_or_default();
                findings.push(finding.found(rater).with("node", context.model.tree.code(nodes[pair[1].node])));
            }
        }
        numbered.push(ballot);
    }
    numbered
}
