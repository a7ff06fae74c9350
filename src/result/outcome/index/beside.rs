//! Two documents that are read side by side, as versions of one project are compared: of most units components and leaves,
//! nearly all of a record, are the same text in both. That text is read once, or not at all.

use rayon::prelude::*;

use super::{Layout, Next, Outcome, Reading, UnitOutcome, said};

/// What becomes of components and leaves that are the same text in both records of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// Both units hold them.
    Held,
    /// Neither unit has them: for whoever asks only what differs.
    Unread,
}

/// Both documents, of bytes that are given in their order.
///
/// # Errors
/// As for [`Layout::read`], for either of them.
pub fn read<N: Next + Send>(layouts: [&Layout; 2], [old, new]: [N; 2], same: Same) -> anyhow::Result<[Outcome; 2]> {
    let (old, new) = rayon::join(|| Reading::begin(layouts[0], old), || Reading::begin(layouts[1], new));
    let (mut old, mut new) = (old?, new?);
    for at in 0..layouts[0].groups.len().max(layouts[1].groups.len()) {
        let (was, is) = rayon::join(|| old.group(at), || new.group(at));
        let (was, is) = (was?, is?);
        let (was, is) = (layouts[0].records(at, &was)?, layouts[1].records(at, &is)?);
        let pair = |at| pair(was.get(at).copied(), is.get(at).copied(), same);
        let pairs: Vec<anyhow::Result<Pair>> = (0..was.len().max(is.len())).into_par_iter().map(pair).collect();
        for pair in pairs {
            let (was, is) = pair?;
            old.outcome.units.extend(was);
            new.outcome.units.extend(is);
        }
    }
    Ok([old.end()?, new.end()?])
}

/// A unit of each document, as far as there is one.
type Pair = (Option<UnitOutcome>, Option<UnitOutcome>);

/// The units of the records that stand at the same place of both documents.
fn pair(old: Option<&[u8]>, new: Option<&[u8]>, same: Same) -> anyhow::Result<Pair> {
    if let Some((was, is)) = old.zip(new).and_then(|(old, new)| alike(old, new, same)) {
        return Ok((Some(was), Some(is)));
    }
    let whole = |record: Option<&[u8]>| record.map(said).transpose();
    Ok((whole(old)?, whole(new)?))
}

/// The units of two records in which components and leaves are the same text; none if that is not so, or cannot be told
/// without reading them.
fn alike(old: &[u8], new: &[u8], same: Same) -> Option<(UnitOutcome, UnitOutcome)> {
    let (was, is) = (Torn::of(old)?, Torn::of(new)?);
    if was.measured != is.measured {
        return None;
    }
    match same {
        Same::Unread => {
            let (was, is) = (was.outlined()?, is.outlined()?);
            (was.roster.code == is.roster.code).then_some((was, is))
        }
        Same::Held => {
            let was: UnitOutcome = said(old).ok()?;
            let is = UnitOutcome { components: was.components.clone(), leaves: was.leaves.clone(), ..is.outlined()? };
            Some((was, is))
        }
    }
}

/// Components and leaves of a record, with what stands before and after them.
struct Torn<'r> {
    before: &'r [u8],
    measured: &'r [u8],
    after: &'r [u8],
}

impl<'r> Torn<'r> {
    /// Before the components of a record.
    const FROM: &'static [u8] = b",\"components\":";
    /// After the leaves of a record.
    const UNTIL: &'static [u8] = b",\"adjustments\":";
    /// What stands in place of both.
    const LEFT_OUT: &'static [u8] = b",\"components\":null,\"leaves\":null";

    /// The record at what separates its parts as it is usually written; nothing else is known of it.
    fn of(record: &'r [u8]) -> Option<Self> {
        let is = |word: &'static [u8]| move |own: &[u8]| own[..3] == word[..3] && own == word;
        let from = record.windows(Self::FROM.len()).position(is(Self::FROM))?;
        let until = record.windows(Self::UNTIL.len()).rposition(is(Self::UNTIL))?;
        let measured = record.get(from..until)?;
        Some(Self { before: &record[..from], measured, after: &record[until..] })
    }

    /// The unit without components and leaves. That these and nothing else were taken away is known from what is left: it
    /// is a whole record and has each of its fields once.
    fn outlined(&self) -> Option<UnitOutcome> {
        let bytes = [self.before, Self::LEFT_OUT, self.after].concat();
        said(&bytes).ok().map(UnitOutcome::outlined)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LAST, place};
    use super::*;
    use crate::shared::place::{FileId, Located, Place};
    use crate::shared::text::Label;
    use crate::write::json;

    /// Both documents as they are read of what is written of them.
    fn read_back(outcomes: [&Outcome; 2], same: Same) -> [Outcome; 2] {
        let files = outcomes.map(|outcome| json::bytes(outcome).expect("bytes"));
        let layout = |bytes: &[u8]| {
            let (size, last) = (bytes.len() as u64, &bytes[bytes.len() - LAST as usize..]);
            let index = place(last, size).expect("place");
            Layout::new(last, &bytes[index.start as usize..index.end as usize], size).expect("layout")
        };
        let layouts = files.each_ref().map(|bytes| layout(bytes));
        let next = files.each_ref().map(|bytes| {
            let mut rest = &bytes[..];
            move |length: u64| {
                let (now, later) = rest.split_at(rest.len().min(length as usize));
                rest = later;
                Ok(now.to_vec())
            }
        });
        read(layouts.each_ref(), next, same).expect("documents")
    }

    fn is_unread(unit: &UnitOutcome) -> bool {
        unit.leaves.is_empty() && unit.components.is_empty()
    }

    /// A later version of the sample: the rank of every unit, and one leaf of the second unit, are others.
    fn versions() -> [Outcome; 2] {
        let (old, mut new) = (Outcome::sample(), Outcome::sample());
        assert!(old.units.len() > 2 && old.units.iter().take(3).all(|unit| !is_unread(unit)));
        new.units.iter_mut().for_each(|unit| unit.rank_overall = Some(unit.rank_overall.unwrap_or(0) + 100));
        new.units[1].leaves[0].code = Label::from("Z99");
        [old, new]
    }

    #[test]
    fn what_is_the_same_is_held_once() {
        let [old, new] = versions();
        let [was, is] = read_back([&old, &new], Same::Held);
        assert_eq!((&was.units, &is.units), (&old.units, &new.units));
        let held = was.units.iter().zip(&is.units).map(|(was, is)| was.leaves.is(&is.leaves));
        assert_eq!(held.take(3).collect::<Vec<_>>(), [true, false, true]);
    }

    #[test]
    fn what_is_the_same_is_left_unread_and_a_unit_with_another_leaf_is_whole() {
        let [old, new] = versions();
        let [was, is] = read_back([&old, &new], Same::Unread);
        for (read, written) in [(&was, &old), (&is, &new)] {
            assert_eq!(read.units[1], written.units[1]);
            for (read, written) in read.units.iter().zip(&written.units) {
                let bare =
                    UnitOutcome { leaves: read.leaves.clone(), components: read.components.clone(), ..written.clone() };
                assert_eq!(*read, bare);
            }
            assert!(is_unread(&read.units[0]) && is_unread(&read.units[2]));
        }
    }

    #[test]
    fn a_unit_of_one_document_is_read_whole_and_one_at_another_place_too() {
        let (old, mut new) = (Outcome::sample(), Outcome::sample());
        new.units[1] = old.units[2].clone();
        new.units.truncate(2);
        let pairs = [(&old.units, &new.units)].map(|(old, new)| {
            let record = |unit: &UnitOutcome| serde_json::to_vec(unit).expect("record");
            let pair =
                |at: usize| pair(old.get(at).map(record).as_deref(), new.get(at).map(record).as_deref(), Same::Unread);
            [0, 1, 2].map(|at| pair(at).expect("units"))
        });
        let [[first, second, third]] = pairs;
        assert!(first.0.is_some_and(|unit| is_unread(&unit)));
        assert_eq!(second, (Some(old.units[1].clone()), Some(new.units[1].clone())));
        assert_eq!(third, (Some(old.units[2].clone()), None));
    }

    #[test]
    fn records_that_are_written_otherwise_are_read_whole() {
        let unit = &Outcome::sample().units[0];
        let own = serde_json::to_vec(unit).expect("record");
        let whole = |other: &[u8]| {
            for same in [Same::Held, Same::Unread] {
                let read = pair(Some(&own), Some(other), same).expect("units");
                assert_eq!(read, (Some(unit.clone()), Some(unit.clone())));
            }
        };
        // Other order of keys: components stand after adjustments.
        let value = serde_json::to_value(unit).expect("record");
        whole(&serde_json::to_vec(&value).expect("record"));
        whole(&serde_json::to_vec_pretty(unit).expect("record"));
        // What was taken away is not all of it: both records have a second list of leaves.
        let twice = String::from_utf8(own.clone()).expect("text").replacen(
            ",\"components\":",
            ",\"leaves\":[],\"components\":",
            1,
        );
        assert!(pair(Some(twice.as_bytes()), Some(twice.as_bytes()), Same::Unread).is_err());
    }

    #[test]
    fn columns_of_the_roster_may_be_named_as_parts_of_a_record() {
        let mut unit = Outcome::sample().units[0].clone();
        let cell = || Located { value: "是".to_owned(), at: Place::file(FileId(1)) };
        let columns = ["a", "components", "leaves", "adjustments"].map(|name| (Label::from(name), cell()));
        unit.roster.attributes = columns.into_iter().collect();
        let record = serde_json::to_vec(&unit).expect("record");
        for same in [Same::Held, Same::Unread] {
            let (was, is) = pair(Some(&record), Some(&record), same).expect("units");
            assert_eq!((was, is), (Some(unit.clone()), Some(unit.clone())));
        }
    }
}
