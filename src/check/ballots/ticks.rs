//! Which of several columns a rater ticked (SPEC §5.9): one tick is a mark, two are a double mark, none is a blank.
//!
//! A cell may hold a tick (√, 1, 是, ●, …), the level's own name, or, in printed forms, an option with a tick beside it
//! (`称职√`). Options printed in all cells of a row are no ticks. Anything else voids the mark; nothing is guessed.

use super::marks::Choice;
use crate::assessment::{Mark, VoidRating};
use crate::check::cells::{self, Ask, CellRef};
use crate::finding::Finding;
use crate::model::BallotRules;
use crate::number::Points;
use crate::place::Place;
use crate::read::table::{Column, Row};
use crate::read::{RawTable, RawValue, Word};
use crate::text;

/// A mark with the text it stands for and its cell.
pub(super) struct Chosen {
    pub(super) mark: Mark,
    pub(super) written: String,
    pub(super) at: Place,
}

/// What a cell under a level says.
enum Said {
    Nothing,
    Tick,
    /// A word of the scale: the level's own name, or a printed option.
    Name {
        own: bool,
    },
    Other,
}

/// Reads the mark of a row under columns of choices.
pub(super) fn read(
    rules: &BallotRules,
    table: &RawTable,
    row: &Row,
    choices: &[(Choice, &Column)],
    findings: &mut Vec<Finding>,
) -> Chosen {
    let cells: Vec<CellRef<'_>> = choices.iter().map(|(_, column)| table.cell(row, column)).collect();
    if choices.iter().any(|(choice, _)| matches!(choice, Choice::Between(..))) {
        return number_between(choices, &cells, findings);
    }
    let said: Vec<Said> =
        choices.iter().zip(&cells).map(|((_, column), cell)| said(rules, column, cell, findings)).collect();
    let ticked = positions(&said, |s| matches!(s, Said::Tick));
    let named = positions(&said, |s| matches!(s, Said::Name { .. }));
    let strange = positions(&said, |s| matches!(s, Said::Other));
    let label = |at: usize| choices[at].1.text.trim().to_owned();
    let void = |reason: VoidRating, found: &[usize]| {
        let texts = found.iter().map(|at| cells[*at].value.map_or_else(String::new, RawValue::text));
        let joined = found.iter().zip(texts).map(|(at, text)| format!("{} {text}", label(*at))).collect::<Vec<_>>();
        let at = found.last().map_or(cells[0].at, |last| cells[*last].at);
        Chosen { mark: Mark::Void(reason), written: joined.join("、"), at }
    };
    let chosen = |at: usize| Chosen { mark: mark(&choices[at].0), written: label(at), at: cells[at].at };
    let printed = named.len() == choices.len() || (named.len() + ticked.len() == choices.len() && named.len() > 1);
    match (ticked.as_slice(), named.as_slice()) {
        _ if !strange.is_empty() => void(VoidRating::Unknown, &strange),
        ([one], names) if names.is_empty() || printed => chosen(*one),
        ([_], names) => void(VoidRating::Double, &[&ticked[..], names].concat()),
        ([_, ..], _) => void(VoidRating::Double, &ticked),
        ([], []) => Chosen { mark: Mark::Blank, written: String::new(), at: cells[0].at },
        ([], [one]) if matches!(said[*one], Said::Name { own: true }) => chosen(*one),
        ([], [_]) => void(VoidRating::Unknown, &named),
        ([], _) if printed => Chosen { mark: Mark::Blank, written: String::new(), at: cells[0].at },
        ([], _) => void(VoidRating::Double, &named),
    }
}

fn positions(said: &[Said], keep: impl Fn(&Said) -> bool) -> Vec<usize> {
    said.iter().enumerate().filter(|(_, s)| keep(s)).map(|(at, _)| at).collect()
}

fn mark(choice: &Choice) -> Mark {
    match choice {
        Choice::Level(points) => Mark::Points(points.clone()),
        Choice::Abstain | Choice::Between(..) => Mark::Abstained,
    }
}

fn said(rules: &BallotRules, column: &Column, cell: &CellRef<'_>, findings: &mut Vec<Finding>) -> Said {
    let Some(raw) = cell.value else { return Said::Nothing };
    if matches!(raw, RawValue::Refused(_)) {
        return Said::Nothing;
    }
    if matches!(raw, RawValue::Fault(_) | RawValue::Uncalculated) {
        findings.push(cells::not_a_value(raw, cell.at));
        return Said::Nothing;
    }
    let written = raw.text();
    let key = text::key(&written).to_lowercase();
    if cells::is_missing(&written) || Word::Untick.matches(&key) {
        return Said::Nothing;
    }
    if Word::Tick.matches(&key) || matches!(raw, RawValue::Flag(true)) {
        return Said::Tick;
    }
    if text::joins_digits(&written) {
        return Said::Other;
    }
    let header = text::header_key(&column.text);
    let level = |word: &str| rules.level(word).is_some() || rules.abstains(word);
    let own = key == header || key == text::without_points(&header);
    if own || level(&key) {
        return Said::Name { own };
    }
    let bare = key.trim_matches(is_tick_sign);
    let ticked = bare.len() < key.len();
    if ticked && (level(bare) || bare == header || bare == text::without_points(&header)) {
        Said::Tick
    } else {
        Said::Other
    }
}

/// Signs that tick a printed option: `好√`, `☑好`.
const fn is_tick_sign(c: char) -> bool {
    matches!(c, '\u{221A}' | '\u{2713}' | '\u{2714}' | '\u{2611}' | '\u{25CF}' | '\u{25A0}')
}

/// A number under the column whose bounds hold it.
fn number_between(choices: &[(Choice, &Column)], cells: &[CellRef<'_>], findings: &mut Vec<Finding>) -> Chosen {
    let mut filled = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let Some(raw) = cell.value.filter(|raw| !cells::is_missing(&raw.text())) else { continue };
        if let Some(finding) = cells::split_number(cell) {
            findings.push(finding);
            continue;
        }
        let mut said = Vec::new();
        let number = match &choices[at].0 {
            Choice::Between(low, high) => match cells::number(cell, Ask::Score, &mut said) {
                Some(crate::assessment::State::Known(n)) if n >= *low && n <= *high => Mark::Points(Points(n)),
                Some(crate::assessment::State::Known(_)) => Mark::Void(VoidRating::OutOfRange),
                _ => Mark::Void(VoidRating::Unknown),
            },
            Choice::Abstain | Choice::Level(_) => Mark::Abstained,
        };
        findings.extend(said.into_iter().filter(|f| f.severity > crate::finding::Severity::Error));
        filled.push(Chosen { mark: number, written: raw.text(), at: cell.at });
    }
    match filled.len() {
        0 => Chosen { mark: Mark::Blank, written: String::new(), at: cells[0].at },
        1 => filled.remove(0),
        _ => {
            let written = filled.iter().map(|one| one.written.as_str()).collect::<Vec<_>>().join("、");
            let at = filled.last().map_or(cells[0].at, |one| one.at);
            Chosen { mark: Mark::Void(VoidRating::Double), written, at }
        }
    }
}
