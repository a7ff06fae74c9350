//! Ballots (评议票): matrix sheets and long tables become one ballot per rater and class (SPEC §5.9).
//!
//! Every sheet is read by itself; sheets of one rater in a class are then combined. Marks for units that are not
//! assessed are left out first, with a note.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::identity::Raters;
use super::{Context, identity};
use crate::engine::assessment::{Ballot, BallotBox, DispositionRow, Marks, Rating, UnitIx};
use crate::model::BallotRules;
use crate::read::RawTable;
use crate::shared::finding::{Bound, Code, Describe as _, Findings};
use crate::shared::place::Place;
use crate::shared::text;

mod marks;
mod seen;
mod sheet;
mod signs;
mod ticks;
mod unread;
mod wide;

pub(super) use marks::LevelPoints;
use sheet::{Outside, Owner, SheetRead};
pub(super) use sheet::{Rated, Reader};

/// Checks all ballot tables of a component; marks that cannot be read are settled by the committee's decisions on them.
pub(super) fn check(
    reader: &Reader<'_>,
    tables: &[&RawTable],
    dispositions: &mut [DispositionRow],
    findings: &mut Findings<'_>,
) -> BallotBox {
    let Reader { context, rules, nodes, .. } = reader;
    let sheets: Vec<SheetRead> = tables.par_iter().map(|table| reader.sheet(table)).collect();
    let anonymous: Vec<Place> = sheets
        .iter()
        .filter(|s| s.owners.iter().any(|own| own.rater.is_none() && rules.classes[own.class].recuse))
        .map(|s| s.sheet)
        .collect();
    if let Some(first) = anonymous.first() {
        findings.add(Code::N422).at(*first).found(anonymous.len());
    }
    note_copies(context, &sheets, findings);
    let mut ballots: BTreeMap<BallotKey, Ballot> = BTreeMap::new();
    let mut outside: BTreeMap<(UnitIx, Outside), Vec<Place>> = BTreeMap::new();
    let mut marks = Marks::default();
    for sheet in sheets {
        findings.extend(sheet.findings);
        let adopted = marks.adopt(&sheet.marks);
        for Owner { class, rater, home, at, ratings } in sheet.owners {
            let key = ballot_key(class, rater.as_deref(), at);
            let ballot = ballots.entry(key).or_insert_with(|| new_ballot(class, rater, home, at));
            if let (Some(first), Some(second)) = (ballot.home, home.filter(|h| Some(*h) != ballot.home)) {
                let rater = ballot.rater.as_deref().unwrap_or_default();
                identity::two_units(context, rater, [first, second], &mut findings.at(sheet.sheet)).also(ballot.at);
            }
            ballot.home = ballot.home.or(home);
            let is_scored = |own: &Rating| reader.is_scored(Rated { unit: own.unit(), class, node: own.node() });
            let mut counted = ratings;
            counted.iter_mut().for_each(|own| own.mark = own.mark.among(&adopted));
            if !counted.iter().all(is_scored) {
                let (scored, ignored): (Vec<Rating>, Vec<Rating>) = counted.into_iter().partition(is_scored);
                reader.note_ignored(class, &ignored, &marks, &mut outside);
                ballot.ignored.extend(ignored);
                counted = scored;
            }
            // Most raters have one sheet, whose ratings become theirs as they are.
            if ballot.ratings.is_empty() {
                ballot.ratings = counted;
                ballot.ratings.shrink_to_fit();
            } else {
                ballot.ratings.append(&mut counted);
            }
        }
    }
    for ((unit, what), places) in outside {
        reader.warn_outside(unit, what, &places, findings);
    }
    let ballots = number_ballots(ballots, reader, findings);
    let mut counted = BallotBox { nodes: nodes.clone(), ballots, marks, ..BallotBox::default() };
    unread::settle(reader, tables, &mut counted, dispositions, findings);
    counted
}

/// Whether a table has no column of marks, and no cell that may be one.
pub(super) fn is_markless(context: &Context<'_>, component: usize, rules: &BallotRules, table: &RawTable) -> bool {
    Reader::new(context, component, rules, &Raters::default()).is_markless(table)
}

/// Two identical files without rater id may be one ballot handed in twice; only people can decide.
fn note_copies(context: &Context<'_>, sheets: &[SheetRead], findings: &mut Findings<'_>) {
    let mut first: BTreeMap<&str, Place> = BTreeMap::new();
    for sheet in sheets.iter().filter(|s| s.owners.iter().any(|own| own.rater.is_none())) {
        let hash = context.files.get(sheet.sheet.file).sha256.as_str();
        match first.get(hash).filter(|place| place.file != sheet.sheet.file) {
            Some(place) => {
                findings.add(Code::W430).at(sheet.sheet).also(*place);
            }
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

/// Numbers the ballots of each class and reports marks that occur twice.
fn number_ballots(
    ballots: BTreeMap<BallotKey, Ballot>,
    reader: &Reader<'_>,
    findings: &mut Findings<'_>,
) -> Vec<Ballot> {
    let mut serials: BTreeMap<usize, usize> = BTreeMap::new();
    let mut numbered = Vec::with_capacity(ballots.len());
    let mut bound = Bound::new(findings);
    for mut ballot in ballots.into_values() {
        bound.keep(findings);
        let serial = serials.entry(ballot.class).or_default();
        *serial += 1;
        ballot.serial = *serial;
        ballot.ratings.sort_by_key(|a| (a.unit(), a.node, a.at));
        for pair in ballot.ratings.windows(2) {
            if (pair[0].unit(), pair[0].node) == (pair[1].unit(), pair[1].node) {
                let (rater, node) = (ballot.rater.as_deref().unwrap_or_default(), reader.nodes[pair[1].node()]);
                let finding = findings.add(Code::E403).at(pair[1].at).also(pair[0].at);
                let finding = finding.unit(reader.context.code(pair[1].unit())).found(rater);
                finding.with("node", reader.context.model.tree.code(node));
            }
        }
        numbered.push(ballot);
    }
    numbered
}
