//! Invented inputs for a demonstration: every form filled in, with equal results on every machine.
//!
//! Each unit has a strength, from which its values, marks and votes are drawn. Some units are deliberately special, so
//! that a newcomer sees how the program treats them: a claim that was reduced, a missing paper, an indicator that does
//! not apply, a void ballot, own marks that are dropped, a cap, a veto with its decision, a promotion.

use crate::documents::forms::ballot::{self, Filled};
use crate::documents::forms::register;
use crate::documents::forms::self_report::{self, LeafAnswer};
use crate::documents::forms::tally::{self, Votes};
use crate::documents::forms::verified::{self, Answers};
use crate::documents::forms::{Form, Office};
use crate::engine::assessment::{Mode, Unit};
use crate::model::{BallotRules, Component, ComponentKind};
use crate::read::schema::Schema;
use crate::read::{TableKind, Word};
use crate::shared::i18n::Lang;
use crate::shared::number::Random;
use crate::shared::text;

mod leaves;
mod votes;

/// Seed of the invented numbers.
const SEED: u64 = 20_250_601;

/// Units with special features, by their place in the roster.
mod special {
    /// Claims more than is verified.
    pub(super) const OVER_CLAIMS: usize = 4;
    /// Has no evidence for one indicator.
    pub(super) const NO_EVIDENCE: usize = 8;
    /// Has an indicator that does not apply.
    pub(super) const NOT_APPLICABLE: usize = 2;
    /// Is weak in everything.
    pub(super) const WEAK: usize = 7;
    /// Are strong in everything.
    pub(super) const STRONG: [usize; 4] = [1, 3, 9, 18];
}

/// The entries that units, raters and the office of a demonstration project would type.
pub struct Inputs<'o> {
    office: Office<'o>,
    /// By participating unit.
    reports: Vec<(&'o Unit, Vec<LeafAnswer>)>,
    verified: Answers<'o>,
    votes: Vec<(&'o Component, &'o BallotRules, Cast)>,
    registers: Vec<(&'static Schema, Vec<Vec<String>>)>,
}

/// The marks given by the raters of a class, which is identified by its index.
enum Cast {
    /// A ballot.
    Ballot(usize, Filled),
    /// Counted votes.
    Tally(usize, Vec<Votes>),
}

impl<'o> Inputs<'o> {
    /// Invents all inputs; the result depends only on model and roster.
    pub fn new(office: Office<'o>) -> Self {
        let mut random = Random::new(SEED);
        let strengths: Vec<i64> = (0..office.units.len()).map(|index| strength(index, &mut random)).collect();
        let reports = leaves::self_reports(&office, &strengths, &mut random);
        let mut votes = Vec::new();
        for component in &office.model.components {
            if let ComponentKind::Ballots(rules) = &component.kind {
                // A component with a minimum number of answers is an online poll, which is submitted as counted votes.
                let cast = if rules.min_valid > 0 { votes::tallies } else { votes::ballots };
                let cast = cast(&office, rules, &strengths, &mut random);
                votes.extend(cast.into_iter().map(|cast| (component, &**rules, cast)));
            }
        }
        Self { reports, verified: leaves::verified(&office), votes, registers: registers(&office), office }
    }

    /// The forms, filled in.
    pub fn forms(&self) -> Vec<Form<'_>> {
        let office = &self.office;
        let mut forms: Vec<Form<'_>> =
            self.reports.iter().map(|(unit, answers)| self_report::form(office, unit, answers)).collect();
        forms.push(verified::form(office, &self.verified));
        forms.extend(self.votes.iter().filter_map(|(component, rules, cast)| match cast {
            Cast::Ballot(class, filled) => Some(ballot::form(office, component, rules, *class, Some(filled))),
            Cast::Tally(class, votes) => tally::form(office, component, rules, *class, votes),
        }));
        forms.extend(self.registers.iter().map(|(own, entries)| register::form(office, own, entries)));
        forms
    }
}

/// The strength of a unit, in percent.
fn strength(index: usize, random: &mut Random) -> i64 {
    let drawn = random.between(76, 94);
    match index {
        special::WEAK => 48,
        index if special::STRONG.contains(&index) => 96,
        _ => drawn,
    }
}

/// Participating units, with their place in the roster.
fn assessed<'o>(office: &Office<'o>) -> impl Iterator<Item = (usize, &'o Unit)> + use<'o> {
    office.units.iter().enumerate().filter(|(_, unit)| unit.mode != Mode::Excluded)
}

/// The rows of a register, in which a unit is given by its place in the roster.
const fn entries(lang: Lang, register: TableKind) -> Option<&'static str> {
    match (lang, register) {
        (Lang::Zh, TableKind::Adjustments) => Some(include_str!("adjustments.zh.csv")),
        (Lang::En, TableKind::Adjustments) => Some(include_str!("adjustments.en.csv")),
        (Lang::Zh, TableKind::Events) => Some(include_str!("events.zh.csv")),
        (Lang::En, TableKind::Events) => Some(include_str!("events.en.csv")),
        (Lang::Zh, TableKind::Decisions) => Some(include_str!("decisions.zh.csv")),
        (Lang::En, TableKind::Decisions) => Some(include_str!("decisions.en.csv")),
        _ => None,
    }
}

/// The registers with their invented rows; rows of units that do not exist are omitted.
fn registers(office: &Office<'_>) -> Vec<(&'static Schema, Vec<Vec<String>>)> {
    let filled = register::of(office).filter_map(|register| {
        let rows = super::rows_of(entries(office.lang(), register.kind)?);
        let (header, rows) = rows.split_first()?;
        Some((register, rows.iter().filter_map(|row| entry(office, register, header, row)).collect()))
    });
    filled.collect()
}

/// A row of a register in the order of its columns: code and name of the unit, the rest as given under its header.
fn entry(office: &Office<'_>, register: &Schema, header: &[String], row: &[String]) -> Option<Vec<String>> {
    let unit = office.units.get(row.get(1)?.parse::<usize>().ok()?)?;
    let under = |word: Word| {
        let at = header.iter().position(|name| word.matches(&text::header_key(name)));
        at.and_then(|at| row.get(at)).cloned().unwrap_or_default()
    };
    let cell = |word: Word| match word {
        Word::UnitCode => unit.code.clone(),
        Word::Unit => unit.name.clone(),
        word => under(word),
    };
    Some(register.form().map(|column| cell(column.word)).collect())
}
