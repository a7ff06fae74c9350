//! What must add up in a result (SPEC §12), counted from what the document lists, and that nothing was left open in it.

use std::collections::{BTreeMap, BTreeSet};

use super::Checked;
use crate::model::RuleInput;
use crate::result::outcome::reconcile::BallotSums;
use crate::result::outcome::{ClassTotals, ComponentTotals, ComponentType, LeafState, Mode, Outcome, UnitOutcome};
use crate::shared::finding::Severity;
use crate::shared::place::FileStatus;

/// Checks the reconciliation, the chain, the groups and the raters.
pub(super) fn check(outcome: &Outcome, used: &BTreeSet<Box<str>>, checked: &mut Checked) {
    units(outcome, checked);
    handed_in(outcome, checked);
    given(outcome, checked);
    files(outcome, checked);
    ballots(outcome, checked);
    registers(outcome, checked);
    findings(outcome, checked);
    chain(outcome, checked);
    groups(outcome, checked);
    raters(outcome, used, checked);
}

fn units(outcome: &Outcome, checked: &mut Checked) {
    let sums = &outcome.reconciliation.units;
    let (mut received, mut missing, mut excluded) = (0, 0, 0);
    for unit in &outcome.units {
        let came_in = if asks_report(outcome, unit) { unit.report.is_some() } else { says_something(unit) };
        *match (unit.roster.mode, came_in) {
            (Mode::Excluded, _) => &mut excluded,
            (_, true) => &mut received,
            (_, false) => &mut missing,
        } += 1;
    }
    for (what, recorded, counted) in [
        ("roster", sums.roster, outcome.units.len()),
        ("received", sums.received, received),
        ("missing", sums.missing, missing),
        ("excluded", sums.excluded, excluded),
    ] {
        checked.same(|| format!("reconciliation.units.{what}"), &recorded, &counted);
    }
}

/// Who handed in a self-report and a ledger, as the records of the units say.
fn handed_in(outcome: &Outcome, checked: &mut Checked) {
    let (mut reports, mut ledgers) = (Vec::new(), Vec::new());
    for (index, unit) in outcome.units.iter().enumerate().filter(|(_, unit)| unit.roster.mode != Mode::Excluded) {
        if asks_report(outcome, unit) {
            reports.push((index, unit.report.is_some()));
        }
        let mut leaves = outcome.held(unit).tree().leaves.iter().zip(&unit.leaves);
        let counted = leaves.find(|(leaf, own)| leaf.input == RuleInput::Ledger && own.state != LeafState::NotInScheme);
        ledgers.extend(counted.map(|(_, own)| (index, own.ledger.is_some())));
    }
    for (what, recorded, came) in
        [("reports", &outcome.handed_in.reports, reports), ("ledgers", &outcome.handed_in.ledgers, ledgers)]
    {
        let place = |what: &str, part: &str| format!("handed_in.{what}.{part}");
        let asked = recorded.as_ref().map(|own| own.asked);
        checked.both(|| place(what, "asked"), asked.as_ref(), Some(&came.len()).filter(|asked| **asked > 0));
        let list = |units: Vec<usize>| units.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        let missing = recorded.iter().flat_map(|own| &own.missing).map(|unit| unit.0).collect();
        let without = came.into_iter().filter(|(_, came)| !came).map(|(index, _)| index).collect();
        checked.same(|| place(what, "missing"), &list(missing), &list(without));
    }
}

/// Components of scores made elsewhere: the units for which anything was given.
fn given(outcome: &Outcome, checked: &mut Checked) {
    for (component, totals) in outcome.model.components.iter().zip(&outcome.components) {
        let ComponentTotals::Given(totals) = totals else { continue };
        let is_given = |unit: &&UnitOutcome| {
            let own = unit.components.get(&component.id);
            own.is_some_and(|own| own.given.iter().any(|node| node.parts.len() + node.off.len() > 0))
        };
        let scored = outcome.units.iter().filter(is_given).count();
        checked.same(|| format!("components.{}.scored", component.id), &totals.scored, &scored);
    }
}

/// Whether a unit is asked for a self-report.
fn asks_report(outcome: &Outcome, unit: &UnitOutcome) -> bool {
    let held = outcome.held(unit);
    let is_scored = held.components().any(|part| part.component.scored() == ComponentType::Indicators);
    let mut leaves = held.tree().leaves.iter().zip(&unit.leaves);
    is_scored && leaves.any(|(leaf, own)| leaf.asked_of_unit && own.state != LeafState::NotInScheme)
}

/// Whether any value, mark or score of a unit is in the document.
fn says_something(unit: &UnitOutcome) -> bool {
    let leaf = unit
        .leaves
        .iter()
        .any(|leaf| !matches!(leaf.state, LeafState::Unverified | LeafState::NoReport | LeafState::NotInScheme));
    let scores = unit.components.values().flat_map(|own| &own.given).any(|given| !given.parts.is_empty());
    let classes = unit.components.values().filter_map(|own| own.ballots.as_ref()).flat_map(|own| &own.classes);
    let marks: usize = classes
        .map(|own| own.counts.valid + own.counts.abstained + own.counts.void + own.counts.recused + own.tallies.len())
        .sum();
    leaf || scores || marks > 0
}

fn files(outcome: &Outcome, checked: &mut Checked) {
    let sums = &outcome.reconciliation.files;
    let count = |statuses: &[FileStatus]| outcome.files.iter().filter(|file| statuses.contains(&file.status)).count();
    for (what, recorded, counted) in [
        ("found", sums.found, outcome.files.len()),
        ("used", sums.used, count(&[FileStatus::Used])),
        ("duplicate", sums.duplicate, count(&[FileStatus::Duplicate])),
        ("ignored", sums.ignored, count(&[FileStatus::Ignored, FileStatus::NotAdopted])),
        ("rejected", sums.rejected, count(&[FileStatus::Rejected])),
    ] {
        checked.same(|| format!("reconciliation.files.{what}"), &recorded, &counted);
    }
    for (index, file) in outcome.files.iter().enumerate() {
        if let Some(rows) = file.row_sums {
            let parts = rows.read + rows.skipped + rows.rejected;
            checked.same(|| format!("files[{index}].found"), &(rows.found as usize), &(parts as usize));
        }
    }
}

/// Ballots of each class: its sheets, and what its tallies counted.
fn ballots(outcome: &Outcome, checked: &mut Checked) {
    let recorded = &outcome.reconciliation.ballots;
    checked.same(|| "reconciliation.ballots".to_owned(), &recorded.len(), &outcome.classes().count());
    for (own, (component, class, totals)) in recorded.iter().zip(outcome.classes()) {
        let expected = class_sums([&component.id, &class.id], totals);
        let place = |what: &str| format!("reconciliation.ballots[{}/{}].{what}", component.id, class.id);
        checked.same(|| place("component"), &own.component, &expected.component);
        checked.same(|| place("class"), &own.class, &expected.class);
        checked.both(|| place("issued"), own.issued.as_ref(), expected.issued.as_ref());
        for (what, recorded, counted) in [
            ("counted", own.counted, expected.counted),
            ("void", own.void, expected.void),
            ("emptied", own.emptied, expected.emptied),
            ("without_quorum", own.without_quorum, expected.without_quorum),
            ("not_returned", own.not_returned, expected.not_returned),
        ] {
            checked.same(|| place(what), &recorded, &counted);
        }
    }
}

fn class_sums([component, id]: [&str; 2], class: &ClassTotals) -> BallotSums {
    let tallied = &class.tallied;
    let lacks_quorum = class.quorum == Some(false);
    let without_quorum = tallied.without_quorum + if lacks_quorum { class.valid } else { 0 };
    let valid = class.valid + tallied.valid;
    let (has_sheets, has_tallies) = (class.returned > 0, tallied.rows > 0);
    let issued = match (has_sheets, has_tallies) {
        (true, true) => class.issued.and_then(|own| Some(own + tallied.issued?)),
        (false, true) => tallied.issued,
        (_, false) => class.issued,
    };
    let returned = class.returned + tallied.valid + tallied.invalid;
    BallotSums {
        component: component.to_owned(),
        class: id.to_owned(),
        issued,
        counted: valid.saturating_sub(without_quorum),
        void: class.void + tallied.invalid,
        emptied: class.emptied,
        without_quorum,
        not_returned: issued.map_or(0, |issued| issued.saturating_sub(returned)),
    }
}

/// Register rows by register and how they ended.
fn registers(outcome: &Outcome, checked: &mut Checked) {
    let rows = &outcome.registers;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |register: &str, ending: &str| *counts.entry(format!("{register}:{ending}")).or_default() += 1;
    for (row, own) in rows.adjustments.iter().zip(outcome.settled()) {
        count(row.register.json(), own.map_or("not-assessed", |own| own.end.row().json()));
    }
    rows.decisions.iter().for_each(|row| count("decisions", row.standing.json()));
    rows.corrections.iter().for_each(|row| count("corrections", row.standing.json()));
    rows.appeals.iter().for_each(|row| count("appeals", row.ending.json()));
    rows.dispositions.iter().for_each(|row| count("dispositions", row.standing.json()));
    rows.places.iter().for_each(|row| count("places", row.standing.json()));
    outcome.assertions.iter().for_each(|row| count("assertions", if row.agrees { "agreed" } else { "differs" }));
    let recorded = &outcome.reconciliation.registers;
    let keys: BTreeSet<&String> = recorded.keys().chain(counts.keys()).collect();
    for key in keys {
        checked.both(|| format!("reconciliation.registers.{key}"), recorded.get(key), counts.get(key));
    }
}

/// Checks that no result has an error, and no version an open question.
fn findings(outcome: &Outcome, checked: &mut Checked) {
    let count = |severity| outcome.findings.iter().filter(|finding| finding.severity == severity).count();
    checked.same(|| "findings".to_owned(), &count(Severity::Error), &0);
    if !outcome.draft {
        checked.same(|| "findings".to_owned(), &count(Severity::Pending), &0);
    }
    checked.same(|| "draft".to_owned(), &outcome.draft, &(outcome.version == "draft"));
}

/// The versions up to this one, each following the one before it.
fn chain(outcome: &Outcome, checked: &mut Checked) {
    let Some(last) = outcome.chain.last() else { return };
    checked.same(|| "chain.version".to_owned(), &last.version, &outcome.version);
    checked.both(|| "chain.parent".to_owned(), last.parent.as_ref(), outcome.parent.as_ref());
    let as_of = outcome.model.as_of.map(|date| date.to_string());
    checked.both(|| "chain.as_of".to_owned(), last.as_of.as_ref(), as_of.as_ref());
    checked.same(|| "chain.model".to_owned(), &last.model, &outcome.model.hash);
    checked.both(|| "chain.manifest".to_owned(), last.manifest.as_ref(), None);
    let mut before: Option<&String> = None;
    for own in &outcome.chain {
        checked.both(|| format!("chain[{}].parent", own.version), own.parent.as_ref(), before);
        before = Some(&own.version);
    }
}

/// Checks that groups are in the order in which the roster first names them, and that unit codes are unique.
fn groups(outcome: &Outcome, checked: &mut Checked) {
    let mut seen = BTreeSet::new();
    let mut groups = outcome.units.iter().map(|unit| &unit.roster.group).filter(|group| seen.insert(*group));
    for index in 0..outcome.groups.len() {
        checked.both(|| format!("groups[{index}]"), outcome.groups.get(index), groups.next());
    }
    checked.both(|| "groups".to_owned(), None, groups.next());
    let codes: BTreeSet<&String> = outcome.units.iter().map(|unit| &unit.roster.code).collect();
    checked.same(|| "units".to_owned(), &outcome.units.len(), &codes.len());
}

/// Checks that raters are listed once and in order, and that those who are named in ratings are among them.
fn raters(outcome: &Outcome, used: &BTreeSet<Box<str>>, checked: &mut Checked) {
    checked.same(|| "raters".to_owned(), &outcome.raters.is_sorted_by(|a, b| a < b), &true);
    let listed: BTreeSet<&str> = outcome.raters.iter().map(String::as_str).collect();
    let unknown = used.iter().filter(|rater| !rater.is_empty() && !listed.contains(&***rater)).count();
    checked.same(|| "raters.unknown".to_owned(), &unknown, &0);
}
