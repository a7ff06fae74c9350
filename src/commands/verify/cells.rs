//! Compares workbooks with those made from the same result, cell by cell.

use std::collections::BTreeSet;

use crate::model::Limits;
use crate::read::{book::Book, paragraphs, xlsx};
use crate::result::outcome::Outcome;
use crate::result::verify::compare::{self, Differing};
use crate::shared::place::FileId;

/// How a workbook compares with the one made from its result.
pub(super) enum Compared {
    /// All compared cells agree.
    Alike,
    /// It cannot be read.
    Unreadable,
    /// Cells differ.
    Differing(Vec<Differing>),
}

/// Compares a workbook with the one made by the same program: every cell counts.
pub(super) fn compare(found: &[u8], expected: &[u8]) -> Compared {
    held_against(found, expected, compare::workbooks)
}

/// Compares a workbook of another program with the one made by this program from the same result: only the numbers and
/// grades that both show under the same words count.
pub(super) fn compare_numbers(found: &[u8], expected: &[u8], outcome: &Outcome) -> Compared {
    let grades = outcome.model.grades.iter();
    let words: BTreeSet<&str> =
        grades.flat_map(|grade| [Some(grade.name.as_str()), grade.parallel.as_deref()]).flatten().collect();
    held_against(found, expected, |found, expected| compare::numbers(found, expected, &words))
}

/// Compares a letter as a Word document with the one made from its result, paragraph by paragraph. The wording of another
/// program does not count.
pub(super) fn compare_paragraphs(found: &[u8], expected: &[u8], is_own: bool) -> Compared {
    if found == expected {
        return Compared::Alike;
    }
    let Some(found) = paragraphs(found) else { return Compared::Unreadable };
    let expected = paragraphs(expected).unwrap_or_default();
    let count = found.len().max(expected.len());
    let at = |texts: &[String], index: usize| texts.get(index).map_or_else(|| "—".to_owned(), Clone::clone);
    let pairs = (0..count).map(|index| (format!("¶{}", index + 1), at(&found, index), at(&expected, index)));
    let differing: Vec<Differing> = pairs.filter(|(_, found, expected)| is_own && found != expected).collect();
    if differing.is_empty() { Compared::Alike } else { Compared::Differing(differing) }
}

fn held_against(found: &[u8], expected: &[u8], differ: impl Fn(&Book, &Book) -> Vec<Differing>) -> Compared {
    if found == expected {
        return Compared::Alike;
    }
    let Some(found) = opened(found) else { return Compared::Unreadable };
    let differing = differ(&found, &opened(expected).unwrap_or_default());
    if differing.is_empty() { Compared::Alike } else { Compared::Differing(differing) }
}

/// The cells of a workbook written by this program, of any size; none if it cannot be read.
fn opened(bytes: &[u8]) -> Option<Book> {
    let usual = Limits::default();
    let limits = Limits { file_mib: 4096, unpacked_mib: 8192, part_mib: 4096, ratio: 10_000, steps: u64::MAX, ..usual };
    let opened = xlsx::read_output(bytes, FileId(0), &limits);
    (!opened.refused).then_some(opened.book)
}
