//! The state of a project: what has come in, what is missing, open appeals, findings by weight, register rows by
//! standing.
//!
//! Pure: made from a computed project, printed by `assess` alone and written as `assess.status/1`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::check::coverage::{Coverage, Row, coverage};
use crate::engine::assessment::{Assessment, ComponentInput, Ending, Register, Stance, UnitIx};
use crate::engine::score::ComponentMeasure;
use crate::model::{ComponentKind, Model};
use crate::pipeline::Computed;
use crate::result::appeals::Window;
use crate::result::states::VersionState;
use crate::shared::finding::{Code, Message, Severity, Weights};
use crate::shared::i18n::{Lang, without_names};
use crate::shared::place::{FileId, FileRecord, FileStatus, Role};
use crate::shared::text;

mod document;

pub use document::{
    Appeal, Ballots, CodeCount, Findings, Given, Marked, Missing, Next, Opinions, Reports, SCHEMA, Status, Upheld,
    Version,
};

/// The state of a computed project whose newest version is known.
pub fn status(computed: &Computed, version: Option<Version>, window: Option<Window>, lang: Lang) -> Status<'_> {
    let (model, assessment) = (&computed.model, &computed.assessment);
    let findings = findings(computed.findings.iter().map(|f| f.say(lang, &computed.files)).collect(), lang);
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
    let covered = coverage(model, assessment);
    let next_state = version.as_ref().filter(|_| next == Next::Done).and_then(|version| match &version.state {
        None => Some(VersionState::Initial),
        Some(marked) => marked.state.next(),
    });
    Status {
        schema: SCHEMA,
        title: &model.title,
        period: &model.period,
        as_of: model.as_of,
        reports: handed_in(&covered, assessment, |row| row.report),
        ledgers: handed_in(&covered, assessment, |row| row.ledger),
        ballots: ballots(computed),
        given: given(model, assessment),
        findings,
        opinions: opinions(computed, version.as_ref()),
        registers: registers(assessment),
        appeals: appeals(assessment, model.as_of),
        upheld: upheld(assessment),
        appeal_window: window,
        version,
        next,
        next_state,
    }
}

/// How many units handed in what they are asked for, and who did not.
fn handed_in<'c>(
    covered: &Coverage<'c>,
    assessment: &'c Assessment,
    came: fn(&Row<'_>) -> Option<bool>,
) -> Option<Reports<'c>> {
    let asked = covered.units.iter().filter(|row| came(row).is_some()).count();
    if asked == 0 {
        return None;
    }
    let without = covered.units.iter().filter(|row| came(row) == Some(false));
    let missing: Vec<Missing<'_>> = without
        .map(|row| {
            let unit = assessment.units.iter().find(|unit| unit.code == row.code);
            let contact = unit.map_or("", |unit| &unit.contact);
            Missing { code: row.code, name: row.name, contact }
        })
        .collect();
    Some(Reports { asked, received: asked - missing.len(), missing })
}

fn ballots(computed: &Computed) -> Vec<Ballots<'_>> {
    let covered = coverage(&computed.model, &computed.assessment);
    let mut rows = Vec::new();
    for (component, measure) in computed.model.components.iter().zip(&computed.measured.components) {
        let (ComponentKind::Ballots(rules), ComponentMeasure::Ballots(measure)) = (&component.kind, measure) else {
            continue;
        };
        for (class, total) in rules.classes.iter().zip(&measure.totals.classes) {
            let column = covered.columns.iter().position(|c| c.component == component.id && c.class == Some(&class.id));
            let unrated = column.map_or(0, |i| covered.units.iter().filter(|row| row.counts[i] == Some(0)).count());
            rows.push(Ballots {
                component: &component.id,
                class: &class.id,
                name: format!("{} {}", component.name, class.name),
                issued: total.all_issued(),
                returned: total.all_returned(),
                valid: total.all_valid(),
                tallies: total.tallied.rows,
                unrated,
            });
        }
    }
    rows
}

fn given<'c>(model: &'c Model, assessment: &Assessment) -> Vec<Given<'c>> {
    let pairs = model.components.iter().zip(&assessment.components);
    let own = pairs.filter_map(|(component, input)| match input {
        ComponentInput::Given(given) => Some((component, given)),
        ComponentInput::Indicators | ComponentInput::Ballots(_) => None,
    });
    own.map(|(component, given)| {
        let has = |unit: UnitIx| given.scores.iter().any(|score| score.unit == unit);
        Given {
            component: &component.id,
            name: &component.name,
            units: assessment.assessed().count(),
            scored: assessment.assessed().filter(|(unit, _)| has(*unit)).count(),
            periods: given.periods.len(),
        }
    })
    .collect()
}

/// So many texts of one code stand apart; of more, one line says what they have in common.
const TITLES: usize = 3;

/// The findings by severity, and how often each text was found.
fn findings(messages: Vec<Message>, lang: Lang) -> Findings {
    let weights: Weights = messages.iter().map(Message::weights).sum();
    let mut counts: BTreeMap<(Severity, Code, String), usize> = BTreeMap::new();
    for message in messages {
        let count = message.weights().total();
        *counts.entry((message.severity, message.code, message.title)).or_default() += count;
    }
    let mut titles: BTreeMap<(Severity, Code), usize> = BTreeMap::new();
    counts.keys().for_each(|(severity, code, _)| *titles.entry((*severity, *code)).or_default() += 1);
    let mut codes: Vec<CodeCount> = Vec::new();
    for ((severity, code, title), count) in counts {
        let is_scattered = titles[&(severity, code)] > TITLES;
        match codes.last_mut().filter(|last| is_scattered && (last.severity, last.code) == (severity, code)) {
            Some(last) => last.count += count,
            None => {
                let title = if is_scattered { without_names(code.texts(lang).title) } else { title };
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

fn opinions(computed: &Computed, version: Option<&Version>) -> Option<Opinions> {
    let opinions = &computed.assessment.opinions;
    let used = |file: &&FileRecord| file.role == Role::Opinions && file.status == FileStatus::Used;
    let forms = computed.files.0.iter().filter(used).count();
    if forms == 0 && version.is_none_or(|version| !version.suggested) {
        return None;
    }
    let files: BTreeSet<FileId> = opinions.iter().map(|opinion| opinion.at.file).collect();
    let units: BTreeSet<UnitIx> = opinions.iter().map(|opinion| opinion.unit).collect();
    let against = opinions.iter().filter(|opinion| opinion.stance == Some(Stance::Disagree));
    let disagreed: BTreeSet<UnitIx> = against.map(|opinion| opinion.unit).collect();
    Some(Opinions { forms, answered: files.len(), units: units.len(), disagreed: disagreed.len() })
}

fn registers(assessment: &Assessment) -> BTreeMap<&'static str, BTreeMap<&'static str, usize>> {
    let rows = &assessment.registers;
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

fn appeals(assessment: &Assessment, as_of: Option<Date>) -> Vec<Appeal<'_>> {
    let open = assessment.registers.appeals.iter().filter(|row| row.ending == Ending::Open);
    open.map(|row| Appeal {
        id: &row.id,
        unit: &assessment.unit(row.unit).code,
        name: &assessment.unit(row.unit).name,
        target: &row.target,
        received: row.received,
        days_open: row.received.zip(as_of).and_then(|(from, to)| days(from, to)),
    })
    .collect()
}

fn upheld(assessment: &Assessment) -> Vec<Upheld<'_>> {
    let rows = assessment.registers.appeals.iter().filter(|row| row.ending == Ending::Upheld);
    rows.map(|row| Upheld {
        id: &row.id,
        unit: &assessment.unit(row.unit).code,
        name: &assessment.unit(row.unit).name,
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
