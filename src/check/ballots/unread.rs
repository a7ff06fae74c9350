//! Marks that could not be read: a lost vote is a wrong result, so people decide what such a mark means (评议票处置).
//!
//! A sign under a level that nobody can read is open until it is settled. An unknown word voids its mark as usual; but
//! if nothing else is left of a ballot, the whole vote would be lost, and its marks are open too.

use std::collections::{BTreeMap, BTreeSet};

use super::sheet::Reader;
use crate::check::cells;
use crate::engine::assessment::{
    Ballot, BallotBox, DispositionRow, Mark, Marks, Rating, Standing, Verdict, VoidRating,
};
use crate::model::Scale;
use crate::read::{RawTable, Word};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::number::Written;
use crate::shared::place::{Place, Spot};
use crate::shared::text;

/// Applies approved rows of 评议票处置, and reports every other mark that is void or open.
pub(super) fn settle(
    reader: &Reader<'_>,
    tables: &[&RawTable],
    counted: &mut BallotBox,
    dispositions: &mut [DispositionRow],
    findings: &mut Findings<'_>,
) {
    let boxed: Vec<&RawTable> = tables.iter().copied().filter(|table| table.check_boxes.is_some()).collect();
    let sheets: BTreeSet<Place> = boxed.iter().map(|table| sheet(table.header_place())).collect();
    let BallotBox { ballots, marks, .. } = counted;
    let open: Vec<Vec<bool>> = ballots.iter().map(|ballot| open(reader, marks, ballot, &sheets)).collect();
    let mut settled: BTreeMap<Place, Place> = BTreeMap::new();
    for row in dispositions.iter_mut().filter(|row| row.standing == Standing::Approved) {
        let mut meant: Vec<&mut Rating> = Vec::new();
        let mut class = 0;
        for (ballot, open) in ballots.iter_mut().zip(&open) {
            let whose = row.rater.is_empty() || ballot.rater.as_deref().is_some_and(|own| same_rater(own, &row.rater));
            let ratings = ballot.ratings.iter_mut().zip(open).filter(|_| whose).map(|(rating, open)| (rating, *open));
            let before = meant.len();
            meant
                .extend(ratings.filter(|(rating, open)| *open && names(reader, row, rating)).map(|(rating, _)| rating));
            if meant.len() > before {
                class = ballot.class;
            }
        }
        row.settles += meant.len();
        if let Some(first) = meant.iter().find_map(|rating| settled.get(&rating.at)) {
            let finding = findings.add(Code::E434).at(row.at).also(*first).with("id", &row.id).found(&row.file);
            finding.with("expected", Arg::Word("disposition.once"));
            continue;
        }
        match &row.verdict {
            _ if meant.is_empty() => continue,
            Verdict::Void => {}
            Verdict::Mark(word) => match (read_word(reader, class, word), meant.as_mut_slice()) {
                (Some(mark), [rating]) => rating.mark = marks.put(rating.mark, mark),
                (Some(_), several) => {
                    let finding = findings.add(Code::E434).at(row.at).with("id", &row.id).found(several.len());
                    let finding = finding.expected(Arg::Word("disposition.one"));
                    finding.also_all(several.iter().map(|rating| rating.at));
                }
                (None, _) => {
                    let words = reader.allowed(class);
                    let allowed = Arg::spoken(|lang| format!("{words} / {}", Word::Scrapped.header(lang)));
                    findings.add(Code::E208).at(row.at).found(word).expected(allowed);
                }
            },
        }
        settled.extend(meant.iter().map(|rating| (rating.at, row.at)));
    }
    for (ballot, open) in ballots.iter().zip(&open) {
        for (rating, open) in ballot.ratings.iter().zip(open).filter(|(rating, _)| !settled.contains_key(&rating.at)) {
            let unread = Unread { mark: marks.mark(rating.mark), written: marks.written(rating.mark), open: *open };
            unread.report(reader, ballot.class, rating, findings);
        }
    }
    let blank = |table: &RawTable| {
        let own = sheet(table.header_place());
        let ratings = || ballots.iter().flat_map(|ballot| &ballot.ratings).filter(|rating| sheet(rating.at) == own);
        let open = ratings().any(|rating| *marks.mark(rating.mark) == Mark::Blank && !settled.contains_key(&rating.at));
        open || ratings().next().is_none()
    };
    for table in boxed.into_iter().filter(|table| blank(table)) {
        if let Some(boxes) = &table.check_boxes {
            let allowed = reader.allowed(reader.folder_class(table).unwrap_or(0));
            let finding = findings.add(Code::E435).at(boxes.at).found(boxes.value).expected(allowed);
            finding.with("what", Arg::Word("unread.boxes"));
        }
    }
}

/// Which marks of a ballot are open.
fn open(reader: &Reader<'_>, marks: &Marks, ballot: &Ballot, boxed: &BTreeSet<Place>) -> Vec<bool> {
    let own = ballot.home.filter(|_| reader.rules.classes[ballot.class].recuse);
    let counts = |rating: &&Rating| own != Some(rating.unit());
    let lost = !ballot.ratings.iter().filter(counts).any(|rating| matches!(marks.mark(rating.mark), Mark::Points(_)));
    let is_open = |rating: &Rating| match marks.mark(rating.mark) {
        _ if own == Some(rating.unit()) => false,
        Mark::Void(VoidRating::Unreadable) => true,
        Mark::Void(VoidRating::Unknown) => lost,
        Mark::Blank => boxed.contains(&sheet(rating.at)),
        _ => false,
    };
    ballot.ratings.iter().map(is_open).collect()
}

/// A mark that may be void.
struct Unread<'m> {
    mark: &'m Mark,
    written: &'m str,
    open: bool,
}

impl Unread<'_> {
    /// Reports it if it is void.
    fn report(&self, reader: &Reader<'_>, class: usize, rating: &Rating, findings: &mut Findings<'_>) {
        let Mark::Void(reason) = *self.mark else { return };
        let code = match reason {
            _ if self.open => Code::E435,
            VoidRating::OutOfRange => Code::W404,
            VoidRating::Unknown | VoidRating::Unreadable => Code::W405,
            VoidRating::Double => Code::W406,
        };
        let finding = findings.add(code).at(rating.at).unit(reader.context.code(rating.unit()));
        let finding = finding.found(self.written).expected(reader.allowed(class));
        if self.open {
            let what = if reason == VoidRating::Unknown { "unread.word" } else { "unread.sign" };
            finding.with("what", Arg::Word(what));
        }
    }
}

/// Whether a row of 评议票处置 refers to a mark: by file, sheet, unit and, where it names one, node.
fn names(reader: &Reader<'_>, row: &DispositionRow, rating: &Rating) -> bool {
    let files = reader.context.files;
    let (file, wanted) = (text::key(&files.get(rating.at.file).path), text::key(&row.file));
    let in_file = file == wanted || file.strip_suffix(wanted.as_str()).is_some_and(|rest| rest.ends_with('/'));
    let in_sheet = row.sheet.is_empty() || text::key(files.sheet(rating.at)) == text::key(&row.sheet);
    let of_unit = row.unit.is_none_or(|unit| unit == rating.unit());
    let of_node = row.node.is_empty() || reader.columns().node(&row.node) == Some(rating.node);
    in_file && in_sheet && of_unit && of_node
}

fn same_rater(own: &str, wanted: &str) -> bool {
    crate::check::identity::rater_key(own) == crate::check::identity::rater_key(wanted)
}

/// The mark that a word of a row means for a class: a level, points within the range, or an abstention.
fn read_word(reader: &Reader<'_>, class: usize, word: &str) -> Option<Mark> {
    if reader.rules.abstains(word) {
        return Some(Mark::Abstained);
    }
    match reader.rules.scale_of(class) {
        Scale::Levels(_) => reader.rules.level(class, word).cloned().map(Mark::Points),
        Scale::Range(range) => {
            let number = Written::read(word, &cells::UNITS)?.value;
            range.holds(&number).then(|| Mark::Points(reader.rules.worth(class, number)))
        }
    }
}

/// The sheet that a place lies in.
const fn sheet(place: Place) -> Place {
    match place.spot() {
        Spot::Cell { sheet, .. } => Place::new(place.file, Spot::Sheet(sheet)),
        _ => place,
    }
}
