//! The time for appeals: from the day a result was made public, for as many days as the model says (SPEC §12). Pure.
//!
//! The day comes from the log of states, which is not an input of any result; so a late appeal is reported only by
//! `check` and by `assess` alone, and appears in no result document.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Serialize;

use crate::engine::assessment::{AppealRow, Assessment, Registers};
use crate::model::Model;
use crate::result::states::{Log, VersionState};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::i18n::Lang;
use crate::shared::text;

/// From when to when appeals are received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// The day the result was made public.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

/// The time for appeals against a version: from its 公示, else from the newest one of an earlier version, else from the day
/// that the calendar of the model names; none where the model gives no days or no day is known.
pub fn window(model: &Model, log: &Log, version: Option<&str>) -> Option<Window> {
    let days = i64::from(model.appeal_days?);
    let public = version.and_then(|version| log.latest(version, VersionState::Public)).map(|mark| mark.date);
    let from = public.or_else(|| planned(model))?;
    Some(Window { from, until: from.checked_add(days.days()).ok()? })
}

/// The day of feedback in the calendar of the model.
fn planned(model: &Model) -> Option<Date> {
    let key = |name: &str| text::key(name).to_lowercase();
    let names = [Lang::Zh, Lang::En].map(|lang| key(lang.text("appeal.calendar")));
    let entry = model.calendar.iter().find(|(name, _)| names.contains(&key(name)))?;
    entry.1.trim().parse().ok()
}

/// The appeals that were received too late, and when.
fn too_late<'r>(registers: &'r Registers, window: &Window) -> impl Iterator<Item = (&'r AppealRow, Date)> {
    let until = window.until;
    registers.appeals.iter().filter_map(move |row| Some((row, row.received.filter(|date| *date > until)?)))
}

/// Whether an appeal was received too late.
pub fn any_late(registers: &Registers, window: &Window) -> bool {
    too_late(registers, window).next().is_some()
}

/// A finding for every appeal that was received too late.
pub fn late(assessment: &Assessment, window: &Window) -> Vec<Finding> {
    let late = too_late(&assessment.registers, window);
    late.map(|(row, date)| {
        let unit = &assessment.unit(row.unit).code;
        let finding = Finding::new(Code::W654).at(row.at).unit(unit).with("id", &row.id).found(&date);
        finding.expected(format!("{} – {}", window.from, window.until))
    })
    .collect()
}
