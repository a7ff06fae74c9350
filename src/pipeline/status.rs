//! The state of a project: what has come in, what is missing, open appeals, findings by weight, register rows by
//! standing.
//!
//! Pure: made from what a computed project and the result of a version both say, printed by `assess` alone and written as
//! `assess.status/1`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::engine::assessment::{Ending, Register, Registers, Stance, UnitIx};
use crate::result::appeals::Window;
use crate::result::outcome::{ComponentTotals, Returned};
use crate::result::states::VersionState;
use crate::shared::finding::{Code, Message, Severity, Weights};
use crate::shared::i18n::{Lang, without_names};
use crate::shared::place::{FileId, FileRecord, FileStatus, Role};
use crate::shared::text;

mod document;
mod facts;

pub use document::{
    Appeal, Ballots, CodeCount, Findings, Given, Marked, Missing, Next, Opinions, Reports, SCHEMA, Status, Upheld,
    Version,
};
pub use facts::Facts;

/// The state of a project whose newest version is known.
pub fn status<'f>(facts: &Facts<'f>, version: Option<Version>, window: Option<Window>) -> Status<'f> {
    let model = facts.model;
    let findings = findings(&facts.findings, facts.lang);
    let next = match (&version, findings.errors, findings.pending) {
        (_, 1.., _) => Next::Check,
        (_, 0, 1..) => Next::Draft,
        (None, 0, 0) => Next::Score,
        (Some(version), 0, 0) => {
            if version.changed {
                Next::Rescore
            } else {
                Next::Done
            }
        }
    };
    let next_state = version.as_ref().filter(|_| next == Next::Done).and_then(|version| match &version.state {
        None => Some(VersionState::Initial),
        Some(marked) => marked.state.next(),
    });
    Status {
        schema: SCHEMA,
        title: &model.title,
        period: &model.period,
        as_of: model.as_of,
        reports: facts.handed_in.reports.as_ref().map(|own| reports(facts, own)),
        ledgers: facts.handed_in.ledgers.as_ref().map(|own| reports(facts, own)),
        ballots: ballots(facts),
        given: given(facts),
        findings,
        opinions: opinions(facts, version.as_ref()),
        registers: registers(facts.registers),
        appeals: appeals(facts),
        upheld: upheld(facts),
        appeal_window: window,
        version,
        next,
        next_state,
    }
}

/// How many units handed in what they are asked for, and who did not.
fn reports<'f>(facts: &Facts<'f>, own: &Returned) -> Reports<'f> {
    let units = own.missing.iter().map(|unit| facts.unit(*unit));
    let missing = units.map(|unit| Missing { code: &unit.code, name: &unit.name, contact: &unit.contact }).collect();
    Reports { asked: own.asked, received: own.asked.saturating_sub(own.missing.len()), missing }
}

fn ballots<'f>(facts: &Facts<'f>) -> Vec<Ballots<'f>> {
    let mut rows = Vec::new();
    for (component, totals) in facts.model.components.iter().zip(&*facts.totals) {
        let ComponentTotals::Ballots(totals) = totals else { continue };
        rows.extend(component.classes().iter().zip(&totals.classes).map(|(class, total)| Ballots {
            component: &component.id,
            class: &class.id,
            name: format!("{} {}", component.name, class.name),
            issued: total.all_issued(),
            returned: total.all_returned(),
            valid: total.all_valid(),
            tallies: total.tallied.rows,
            unrated: total.unrated,
        }));
    }
    rows
}

fn given<'f>(facts: &Facts<'f>) -> Vec<Given<'f>> {
    let pairs = facts.model.components.iter().zip(&*facts.totals);
    pairs
        .filter_map(|(component, totals)| match totals {
            ComponentTotals::Given(own) => Some(Given {
                component: &component.id,
                name: &component.name,
                units: facts.assessed,
                scored: own.scored,
                periods: own.periods.len(),
            }),
            ComponentTotals::Indicators | ComponentTotals::Ballots(_) => None,
        })
        .collect()
}

/// So many texts of one code stand apart; of more, one line says what they have in common.
const TITLES: usize = 3;

/// The findings by severity, and how often each text was found.
fn findings(messages: &[Message], lang: Lang) -> Findings {
    let weights: Weights = messages.iter().map(Message::weights).sum();
    let mut counts: BTreeMap<(Severity, Code, &str), usize> = BTreeMap::new();
    for message in messages {
        let count = message.weights().total();
        *counts.entry((message.severity, message.code, &message.title)).or_default() += count;
    }
    let mut titles: BTreeMap<(Severity, Code), usize> = BTreeMap::new();
    counts.keys().for_each(|(severity, code, _)| *titles.entry((*severity, *code)).or_default() += 1);
    let mut codes: Vec<CodeCount> = Vec::new();
    for ((severity, code, title), count) in counts {
        let is_scattered = titles[&(severity, code)] > TITLES;
        match codes.last_mut().filter(|last| is_scattered && (last.severity, last.code) == (severity, code)) {
            Some(last) => last.count += count,
            None => {
                let title = if is_scattered { without_names(code.texts(lang).title) } else { title.to_owned() };
                codes.push(CodeCount { code, severity, count, title });
            }
        }
    }
    let rank = |own: &CodeCount| (own.severity, std::cmp::Reverse(own.count), own.code);
    codes.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| text::natural(&a.title, &b.title)));
    Findings {
        errors: weights.errors,
        pending: weights.pending,
        warnings: weights.warnings,
        notes: weights.notes,
        codes,
    }
}

fn opinions(facts: &Facts<'_>, version: Option<&Version>) -> Option<Opinions> {
    let opinions = facts.opinions;
    let used = |file: &&FileRecord| file.role == Role::Opinions && file.status == FileStatus::Used;
    let forms = facts.files.iter().filter(used).count();
    if forms == 0 && version.is_none_or(|version| !version.suggested) {
        return None;
    }
    let files: BTreeSet<FileId> = opinions.iter().map(|opinion| opinion.at.file).collect();
    let units: BTreeSet<UnitIx> = opinions.iter().map(|opinion| opinion.unit).collect();
    let against = opinions.iter().filter(|opinion| opinion.stance == Some(Stance::Disagree));
    let disagreed: BTreeSet<UnitIx> = against.map(|opinion| opinion.unit).collect();
    Some(Opinions { forms, answered: files.len(), units: units.len(), disagreed: disagreed.len() })
}

fn registers(rows: &Registers) -> BTreeMap<&'static str, BTreeMap<&'static str, usize>> {
    let adjustments = rows.adjustments.iter().map(|row| {
        let declared = row.register == Register::Declarations;
        (if declared { Register::Adjustments } else { row.register }, row.standing)
    });
    let decisions = rows.decisions.iter().map(|row| (Register::Decisions, row.standing));
    let corrections = rows.corrections.iter().map(|row| (Register::Corrections, row.standing));
    let mut counted: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let dispositions = rows.dispositions.iter().map(|row| (Register::Dispositions, row.standing));
    let places = rows.places.iter().map(|row| (Register::Places, row.standing));
    let others = decisions.chain(corrections).chain(dispositions).chain(places);
    for (register, standing) in adjustments.chain(others) {
        *counted.entry(register.json()).or_default().entry(standing.json()).or_default() += 1;
    }
    counted
}

fn appeals<'f>(facts: &Facts<'f>) -> Vec<Appeal<'f>> {
    let open = facts.registers.appeals.iter().filter(|row| row.ending == Ending::Open);
    open.map(|row| Appeal {
        id: &row.id,
        unit: &facts.unit(row.unit).code,
        name: &facts.unit(row.unit).name,
        target: &row.target,
        received: row.received,
        days_open: row.received.zip(facts.model.as_of).and_then(|(from, to)| days(from, to)),
    })
    .collect()
}

fn upheld<'f>(facts: &Facts<'f>) -> Vec<Upheld<'f>> {
    let rows = facts.registers.appeals.iter().filter(|row| row.ending == Ending::Upheld);
    rows.map(|row| Upheld {
        id: &row.id,
        unit: &facts.unit(row.unit).code,
        name: &facts.unit(row.unit).name,
        target: &row.target,
        settled_by: &row.settled_by,
    })
    .collect()
}

/// Days from a date to a later one; none if it is earlier.
fn days(from: Date, to: Date) -> Option<i32> {
    let days = from.until(to).ok()?.get_days();
    (days >= 0).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_forward_only() {
        let date = |text: &str| text.parse::<Date>().expect("literal date");
        assert_eq!(days(date("2026-01-10"), date("2026-03-01")), Some(50));
        assert_eq!(days(date("2026-01-10"), date("2026-01-10")), Some(0));
        assert_eq!(days(date("2026-01-10"), date("2026-01-09")), None);
    }
}
