//! Which of several columns a rater ticked (SPEC §5.9): one tick is a mark, two are a double mark, none is a blank.
//!
//! A cell may hold a sign (√, 1, TRUE, ● …), the level's own name, or, in printed forms, an option with a sign beside it
//! (`称职√`, `□好`). One tick among blanks and signs of "no" (0, FALSE, ×, □) is a mark. Options, boxes and circles that are
//! printed in all cells of a row are no ticks. A sign that could mean either, or is not known, is never guessed.

use super::marks::Choice;
use super::signs::{Sign, sign, without_signs};
use crate::check::cells::{self, CellRef};
use crate::engine::assessment::{Mark, State, VoidRating};
use crate::model::{BallotRules, Scale};
use crate::read::RawValue;
use crate::read::table::{Column, RawTable, Row};
use crate::shared::finding::Findings;
use crate::shared::number::Exact;
use crate::shared::place::Place;
use crate::shared::text;

/// A mark with the text it stands for and its cell.
pub(super) struct Chosen {
    pub(super) mark: Mark,
    pub(super) written: String,
    pub(super) at: Place,
}

/// What a cell under a level contains.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Nothing,
    Sign(Sign),
    /// A word of the scale: the level's own name, or a printed option.
    Name {
        own: bool,
    },
    /// A sign that nobody can read.
    Strange,
    /// Words that are not on the scale.
    Other,
}

impl Said {
    const fn is_name(&self) -> bool {
        matches!(self, Self::Name { .. })
    }
}

/// The rules of the class whose marks are read.
#[derive(Clone, Copy)]
pub(super) struct Scored<'s> {
    pub(super) rules: &'s BallotRules,
    pub(super) class: usize,
}

/// Reads the mark of a row under columns of choices.
pub(super) fn read(
    scored: Scored<'_>,
    table: &RawTable,
    row: &Row,
    choices: &[(Choice, &Column)],
    findings: &mut Findings<'_>,
) -> Chosen {
    let cells: Vec<CellRef<'_>> = choices.iter().map(|(_, column)| table.cell(row, column)).collect();
    if choices.iter().any(|(choice, _)| matches!(choice, Choice::Between(..))) {
        return number_between(scored, choices, &cells, findings);
    }
    let mut said: Vec<Said> =
        choices.iter().zip(&cells).map(|((_, column), cell)| said(scored, column, cell, findings)).collect();
    settle(&mut said);
    let ticked = positions(&said, |s| *s == Said::Sign(Sign::Tick));
    let named = positions(&said, Said::is_name);
    let strange = positions(&said, |s| *s == Said::Strange);
    let other = positions(&said, |s| *s == Said::Other);
    let label = |at: usize| choices[at].1.text.trim().to_owned();
    let void = |reason: VoidRating, found: &[usize]| {
        let texts = found.iter().map(|at| cells[*at].value.map_or_else(String::new, RawValue::text));
        let joined = found.iter().zip(texts).map(|(at, text)| format!("{} {text}", label(*at))).collect::<Vec<_>>();
        let at = found.last().map_or(cells[0].at, |last| cells[*last].at);
        Chosen { mark: Mark::Void(reason), written: joined.join(" / "), at }
    };
    let chosen = |at: usize| Chosen { mark: mark(&choices[at].0, scored.class), written: label(at), at: cells[at].at };
    let printed = named.len() == choices.len() || (named.len() + ticked.len() == choices.len() && named.len() > 1);
    match (ticked.as_slice(), named.as_slice()) {
        _ if !strange.is_empty() => void(VoidRating::Unreadable, &strange),
        _ if !other.is_empty() => void(VoidRating::Unknown, &other),
        ([one], names) if names.is_empty() || printed => chosen(*one),
        ([_], names) => void(VoidRating::Double, &[&ticked[..], names].concat()),
        ([_, ..], _) => void(VoidRating::Double, &ticked),
        ([], []) => Chosen { mark: Mark::Blank, written: String::new(), at: cells[0].at },
        ([], [one]) if said[*one] == (Said::Name { own: true }) => chosen(*one),
        ([], [_]) => void(VoidRating::Unknown, &named),
        ([], _) if printed => Chosen { mark: Mark::Blank, written: String::new(), at: cells[0].at },
        ([], _) => void(VoidRating::Double, &named),
    }
}

fn positions(said: &[Said], keep: impl Fn(&Said) -> bool) -> Vec<usize> {
    said.iter().enumerate().filter(|(_, s)| keep(s)).map(|(at, _)| at).collect()
}

/// Decides the signs whose meaning depends on those beside them: only ticks and unreadable signs remain.
fn settle(said: &mut [Said]) {
    let count = |said: &[Said], wanted: &[Sign]| {
        said.iter().filter(|s| matches!(s, Said::Sign(sign) if wanted.contains(sign))).count()
    };
    let turn = |said: &mut [Said], from: &[Sign], to: Said| {
        said.iter_mut().filter(|s| matches!(s, Said::Sign(sign) if from.contains(sign))).for_each(|s| *s = to);
    };
    let all = said.len();
    // ● ○ ○ ○ as on a printed form, or √ ○ ○ ○: the equal circles were there before the rater marked anything.
    let (empty, discs) = (count(said, &[Sign::Circle]), count(said, &[Sign::Disc]));
    let one_other = count(said, &[Sign::Disc, Sign::Tick]) == 1 && empty + 1 == all;
    let printed = one_other && empty > 0 && (discs == 1 || empty > 1);
    turn(said, &[Sign::Circle], if printed { Said::Nothing } else { Said::Sign(Sign::Tick) });
    turn(said, &[Sign::Disc], Said::Sign(Sign::Tick));
    // ☒ ☐ ☐ ☐: a chosen box of a form may be drawn like this.
    let boxed = count(said, &[Sign::CrossedBox]) == 1 && count(said, &[Sign::Box]) + 1 == all && all > 1;
    turn(said, &[Sign::CrossedBox], Said::Sign(if boxed { Sign::Tick } else { Sign::Cross }));
    // A cross is "no" beside a choice; alone it may be "no" or the choice itself.
    let decided = count(said, &[Sign::Tick]) > 0 || said.iter().any(Said::is_name);
    turn(said, &[Sign::Cross], if decided { Said::Nothing } else { Said::Strange });
    turn(said, &[Sign::Box, Sign::No], Said::Nothing);
}

fn mark(choice: &Choice, class: usize) -> Mark {
    match choice {
        Choice::Level(points) => match points.of(class) {
            Some(points) => Mark::Points(points.clone()),
            None => Mark::Void(VoidRating::Unknown),
        },
        Choice::Abstain | Choice::Between(..) => Mark::Abstained,
    }
}

fn said(scored: Scored<'_>, column: &Column, cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Said {
    let Some(raw) = cell.value else { return Said::Nothing };
    match raw {
        RawValue::Refused(_) => return Said::Nothing,
        RawValue::Fault(_) | RawValue::Uncalculated => {
            cells::not_a_value(raw, &mut findings.at(cell.at));
            return Said::Nothing;
        }
        RawValue::Flag(true) => return Said::Sign(Sign::Tick),
        RawValue::Flag(false) => return Said::Sign(Sign::No),
        _ => {}
    }
    let written = raw.held();
    if cells::is_missing(&written) || text::key(&written).is_empty() {
        return Said::Nothing;
    }
    if text::joins_digits(&written) {
        return Said::Strange;
    }
    let (key, header) = (text::key(&written).to_lowercase(), text::header_key(&column.text));
    let is_own = |word: &str| word == header || word == text::without_points(&header);
    let Scored { rules, class } = scored;
    let is_level = |word: &str| rules.level(class, word).is_some() || rules.abstains(word);
    if is_own(&key) {
        return Said::Name { own: true };
    }
    if let Some(sign) = sign(&written) {
        return Said::Sign(sign);
    }
    if is_level(&key) {
        return Said::Name { own: false };
    }
    match without_signs(&key) {
        Some((bare, Sign::Tick | Sign::Disc)) if is_own(bare) || is_level(bare) => Said::Sign(Sign::Tick),
        Some((bare, Sign::Box | Sign::Circle)) if is_own(bare) || is_level(bare) => Said::Sign(Sign::Box),
        Some((bare, Sign::Cross | Sign::CrossedBox)) if is_own(bare) || is_level(bare) => Said::Sign(Sign::Cross),
        _ if is_word(&key) => Said::Other,
        _ => Said::Strange,
    }
}

/// Whether a text is words, which the rater wrote as an opinion, and not a sign: two letters or more.
fn is_word(key: &str) -> bool {
    key.chars().filter(|c| c.is_alphabetic()).count() > 1
}

/// A number under the column whose bounds hold it.
fn number_between(
    Scored { rules, class }: Scored<'_>,
    choices: &[(Choice, &Column)],
    cells: &[CellRef<'_>],
    findings: &mut Findings<'_>,
) -> Chosen {
    let is_mark = |number: &Exact| match rules.scale_of(class) {
        Scale::Range(range) => range.holds(number),
        Scale::Levels(_) => false,
    };
    let mut filled = Vec::new();
    for (at, cell) in cells.iter().enumerate() {
        let Some(raw) = cell.value.filter(|raw| !cells::is_missing(&raw.text())) else { continue };
        if cells::is_split_number(cell, findings) {
            continue;
        }
        let mark = match &choices[at].0 {
            Choice::Between(low, high) => match cells::number_or_void(cell, findings) {
                Some(State::Known(n)) if n >= *low && n <= *high && is_mark(&n) => Mark::Points(rules.worth(class, n)),
                Some(State::Known(_)) => Mark::Void(VoidRating::OutOfRange),
                _ => Mark::Void(VoidRating::Unknown),
            },
            Choice::Abstain | Choice::Level(_) => Mark::Abstained,
        };
        filled.push(Chosen { mark, written: raw.text(), at: cell.at });
    }
    match filled.len() {
        0 => Chosen { mark: Mark::Blank, written: String::new(), at: cells[0].at },
        1 => filled.remove(0),
        _ => {
            let written = filled.iter().map(|one| one.written.as_str()).collect::<Vec<_>>().join(" / ");
            let at = filled.last().map_or(cells[0].at, |one| one.at);
            Chosen { mark: Mark::Void(VoidRating::Double), written, at }
        }
    }
}
