//! The earlier versions of a project, as far as its registers are compared with them.

use std::borrow::Cow;
use std::path::Path;

use anyhow::Context as _;
use jiff::civil::Date;

use crate::check::{Earlier, EarlierRow, EarlierVersion, adjusts, corrects, decides};
use crate::publish::{self, RESULTS};
use crate::read::{Stream, TableKind, present};
use crate::result::outcome::index::outline;
use crate::result::outcome::{Outcome, Register, Standing, Target, UnitIx};
use crate::result::states::{Log, VersionState};
use crate::shared::text;

/// What the version recorded of its registers.
fn version(outcome: &Outcome, name: &str, published: Option<Date>) -> EarlierVersion {
    let mut version = EarlierVersion::new(name, published);
    let mut add = |kind, id: &str, unit: Option<UnitIx>, effect, at| {
        let unit = unit.map(|unit: UnitIx| outcome.code(unit).to_owned());
        version.add(kind, EarlierRow { id: id.to_owned(), unit, effect, file: outcome.files.path(at).to_owned() });
    };
    let counted = |standing: Standing, effect: String| (standing == Standing::Approved).then_some(effect);
    let registers = &outcome.registers;
    for row in registers.adjustments.iter().filter(|row| row.register != Register::Declarations) {
        let events = row.register == Register::Events;
        let kind = if events { TableKind::Events } else { TableKind::Adjustments };
        let code = outcome.kind(row).map_or("", |kind| kind.code.as_str());
        let effect = adjusts(code, row.approved.as_ref());
        add(kind, &row.id, Some(row.unit), counted(row.standing, effect), row.at);
    }
    for row in &registers.decisions {
        let effect = decides(outcome.pinned(row), row.outside_quota, row.above_cap);
        add(TableKind::Decisions, &row.id, Some(row.unit), counted(row.standing, effect), row.at);
    }
    for row in &registers.corrections {
        let effect = corrects(&outcome.target(row), &row.new.value);
        add(TableKind::Corrections, &row.id, Some(row.unit), counted(row.standing, effect), row.at);
    }
    for row in &registers.appeals {
        add(TableKind::Appeals, &row.id, Some(row.unit), None, row.at);
    }
    for row in &registers.places {
        let effect = format!("{} {} {}", row.scope, outcome.model.grade_name(row.grade), row.places.value);
        add(TableKind::Places, &row.id, None, counted(row.standing, effect), row.at);
    }
    for row in &registers.dispositions {
        add(TableKind::Dispositions, &row.id, row.unit, None, row.at);
    }
    version
}

/// The units whose records say which period a correction is for.
fn corrected_in_periods(outcome: &Outcome) -> Vec<UnitIx> {
    let rows = outcome.registers.corrections.iter();
    rows.filter(|row| matches!(row.target, Target::Value { period: Some(_), .. })).map(|row| row.unit).collect()
}

/// What the document of a version recorded of its registers.
fn recorded(path: &Path) -> anyhow::Result<Outcome> {
    let shown = || path.display().to_string();
    let mut stream = Stream::open(path)?;
    let outcome = outline(stream.size(), |range| stream.peek(range), corrected_in_periods);
    // What is wrong with a document, if anything, is said by reading all of it.
    outcome.or_else(|_| serde_json::from_slice(&present(path)?).with_context(shown))
}

/// Reads the versions of a project, those before a given one where it is named. `known` is one of them that was read
/// already.
///
/// # Errors
/// If one of them, or the log of states, cannot be read.
pub(super) fn read(root: &Path, before: Option<&str>, known: Option<&Outcome>) -> anyhow::Result<Earlier> {
    let mut earlier = Earlier::default();
    let names = publish::versions(root)?;
    if names.is_empty() {
        return Ok(earlier);
    }
    let log = Log::parse(&publish::states(root)?);
    let is_before = |name: &&String| before.is_none_or(|other| text::natural(name, other).is_lt());
    for name in names.iter().filter(is_before) {
        let outcome = match known.filter(|known| known.version == *name) {
            Some(known) => Cow::Borrowed(known),
            None => Cow::Owned(recorded(&root.join(RESULTS).join(name).join(publish::RESULT))?),
        };
        let public = log.marks().map(|(_, mark)| mark);
        let public = public
            .filter(|mark| mark.version == *name && matches!(mark.state, VersionState::Public | VersionState::Final));
        let published = public.map(|mark| mark.date).min();
        earlier.versions.push(version(&outcome, name, published));
    }
    Ok(earlier)
}
