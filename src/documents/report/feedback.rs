//! The feedback workbook of a unit: letter, points, charts, ballots, rectification ledger, request for review.
//!
//! [`Desk`] holds what all units share and is made once; [`document`] makes the workbook of one unit from it. The same
//! result gives the same document, so two versions can be compared by their documents.

use super::created;
use super::document::{CellDoc, Document, Fonts, Purpose, SheetDoc, Style};
use super::view::View;
use crate::documents::feedback::names::Names;
use crate::documents::feedback::privacy::{Earlier, Pattern};
use crate::documents::feedback::stats::{Group, GroupStats};
use crate::documents::feedback::{Feedback, feedback};
use crate::read::form;
use crate::result::outcome::{AdjustmentOutcome, ComponentModel, Mode, Outcome, UnitOutcome};
use crate::shared::i18n::{Lang, Named};
use crate::shared::number::Exact;

mod appeal;
mod ballots;
mod changed;
mod charts;
mod details;
mod handout;
mod ledger;
mod letter;
mod lines;
mod sums;

pub use changed::{Replaced, changed};
pub use handout::{Handed, handout};

/// What all feedback workbooks of a result share.
pub struct Desk<'o> {
    view: View<'o>,
    pattern: Pattern,
    stats: GroupStats<'o>,
    names: Names,
    period: Option<String>,
    replaced: Option<Replaced>,
}

impl<'o> Desk<'o> {
    /// A desk for a result; `period` names an interim one, which is marked on every page.
    pub fn new(outcome: &'o Outcome, period: Option<&str>) -> Self {
        Self::after(outcome, period, &[])
    }

    /// A desk after letters that were handed out before, oldest first: what they showed decides what these may show.
    pub fn after(outcome: &'o Outcome, period: Option<&str>, earlier: &[Earlier]) -> Self {
        let pattern = Pattern::of(outcome, earlier);
        Self {
            view: View::new(outcome),
            stats: GroupStats::of(outcome, &pattern),
            pattern,
            names: Names::of(outcome),
            period: period.map(str::to_owned),
            replaced: None,
        }
    }

    /// The same, its letters opening with what they replace.
    #[must_use]
    pub fn replacing(mut self, replaced: Replaced) -> Self {
        self.replaced = Some(replaced);
        self
    }

    /// The units that get a workbook, in the order of the roster: all that are assessed.
    pub fn units(&self) -> impl Iterator<Item = &'o UnitOutcome> {
        self.view.outcome.units.iter().filter(|unit| unit.mode != Mode::Excluded)
    }

    /// The language of the letters.
    pub const fn lang(&self) -> Lang {
        self.view.lang
    }

    /// The word that marks every page of drafts and interim results.
    fn mark(&self) -> Option<String> {
        let draft = self.view.outcome.draft.then(|| self.view.text("report.draft").to_owned());
        let period = self.period.as_ref().map(|name| self.view.fill("feedback.interim", &[("period", name)]));
        draft.into_iter().chain(period).reduce(|draft, period| format!("{draft} {period}"))
    }
}

/// The feedback workbook of a unit.
pub fn document(desk: &Desk<'_>, unit: &UnitOutcome) -> Document {
    let outcome = desk.view.outcome;
    let case = Case { desk, view: &desk.view, unit, told: feedback(outcome, &desk.stats, unit) };
    let sheets = vec![
        letter::sheet(&case),
        details::sheet(&case),
        charts::sheet(&case),
        ballots::sheet(&case),
        ledger::sheet(&case),
        appeal::sheet(&case),
    ];
    let marks = [(form::KIND, "ledger"), (form::UNIT, unit.code.as_str())];
    Document {
        title: case.view.fill("feedback.document", &[("unit", &unit.name)]),
        created: outcome.model.as_of.as_deref().and_then(|date| date.parse().ok()).and_then(created),
        draft: desk.mark(),
        purpose: Purpose::Feedback {
            marks: marks.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            returned: case.view.text("sheet.ledger").to_owned(),
        },
        fonts: Fonts::with(case.view.lang, outcome.model.fonts),
        sheets,
    }
}

/// One unit on the desk.
struct Case<'d> {
    desk: &'d Desk<'d>,
    view: &'d View<'d>,
    unit: &'d UnitOutcome,
    told: Feedback,
}

impl<'d> Case<'d> {
    fn text(&self, key: &str) -> &'static str {
        self.view.text(key)
    }

    fn fill(&self, key: &str, values: &[Named]) -> String {
        self.view.fill(key, values)
    }

    fn outcome(&self) -> &'d Outcome {
        self.view.outcome
    }

    fn group(&self) -> Option<&'d Group> {
        self.desk.stats.group(&self.unit.group)
    }

    /// Whether no class of a component is shown to the unit.
    fn hides(&self, component: &ComponentModel) -> bool {
        self.desk.pattern.hides(&self.unit.code, &component.id)
    }

    /// A text that people wrote, without other units, raters, contacts and paths.
    fn clean(&self, text: &str) -> String {
        self.desk.names.clean(text, self.unit)
    }

    fn model_digits(&self) -> String {
        self.outcome().model.hash.chars().take(form::MODEL_DIGITS).collect()
    }

    /// A sheet with title, unit and footer; `key` is the catalogue key of its name.
    fn sheet(&self, key: &str) -> SheetDoc {
        let name = self.text(key);
        let title = self.fill("feedback.sheet", &[("unit", &self.unit.name), ("sheet", &name)]);
        let title = match self.desk.mark() {
            Some(mark) => self.fill("feedback.marked", &[("mark", &mark), ("title", &title)]),
            None => title,
        };
        let mut sheet = SheetDoc::new(name, title);
        sheet.footer =
            Some(self.fill("report.footer", &[("version", &self.view.version()), ("hash", &self.model_digits())]));
        sheet
    }

    /// The line below a title: the assessment, the group, how many are ranked in it.
    fn subtitle(&self) -> String {
        let ranked = self.group().map_or(0, |group| group.ranked);
        self.fill(
            "feedback.subtitle",
            &[("title", &self.outcome().model.title.as_str()), ("group", &self.unit.group), ("n", &ranked)],
        )
    }

    /// An exact number as printed at the published decimals.
    fn printed(&self, value: &Exact) -> String {
        value.fixed(self.outcome().model.decimals)
    }

    /// A cell of an exact number that may be suppressed or missing.
    fn cell(&self, value: Option<&Exact>) -> CellDoc {
        value.map_or_else(CellDoc::missing, |value| self.view.exact(value))
    }

    /// What an adjustment is: its kind and its matter.
    fn adjustment(&self, own: &AdjustmentOutcome) -> String {
        let Some(row) = self.outcome().row(own) else { return self.text("feedback.over-claim").to_owned() };
        let name = self.outcome().model.kind(row).map_or("", |kind| kind.name.as_str());
        match Some(self.clean(&row.matter)).filter(|matter| !matter.is_empty() && matter != name) {
            Some(matter) => self.fill("feedback.adjustment", &[("kind", &name), ("matter", &matter)]),
            None => name.to_owned(),
        }
    }

    /// The clause an adjustment rests on.
    fn adjustment_clause(&self, own: &AdjustmentOutcome) -> Option<String> {
        let clause = match self.outcome().row(own) {
            Some(row) => &self.outcome().model.kind(row)?.clause,
            None => &self.outcome().model.over_claim_clause,
        };
        clause.as_ref().map(|clause| self.clean(clause))
    }

    /// Whether group statistics are suppressed for want of units.
    fn is_small_group(&self) -> bool {
        self.group().map_or(0, |group| group.ranked) < self.outcome().model.feedback.min_group
    }

    /// The remark that explains suppressed statistics.
    fn small_group_note(&self) -> Option<String> {
        let least = self.outcome().model.feedback.min_group;
        self.is_small_group().then(|| self.fill("feedback.small-group", &[("n", &least)]))
    }

    /// The first feedback date of the model's calendar.
    fn feedback_date(&self) -> Option<jiff::civil::Date> {
        let words = [Lang::Zh, Lang::En].map(|lang| lang.text("feedback.calendar"));
        let named = |name: &str| words.iter().any(|word| name.to_lowercase().contains(word));
        let entry = self.outcome().model.calendar.iter().find(|(name, _)| named(name));
        entry.and_then(|(_, date)| date.parse().ok())
    }

    /// The last day of the appeal window, where the calendar names the day of the feedback.
    fn appeal_until(&self) -> Option<jiff::civil::Date> {
        let days = i64::from(self.outcome().model.appeal_days?);
        self.feedback_date()?.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
    }

    /// A date as letters write it.
    fn date(&self, date: jiff::civil::Date) -> String {
        let parts = [date.year().to_string(), date.month().to_string(), date.day().to_string()];
        self.fill("feedback.date", &[("year", &parts[0]), ("month", &parts[1]), ("day", &parts[2])])
    }

    /// How many days for an appeal, and until when if that is known.
    fn appeal_window(&self) -> String {
        let Some(days) = self.outcome().model.appeal_days.map(|days| days.to_string()) else {
            return self.text("feedback.appeal.open").to_owned();
        };
        match self.appeal_until() {
            Some(until) => self.fill("feedback.appeal.until", &[("days", &days), ("date", &self.date(until))]),
            None => self.fill("feedback.appeal.days", &[("days", &days)]),
        }
    }
}

/// A label and its value over the rest of the width.
fn labelled(label: &str, columns: u16, value: impl Into<String>) -> Vec<CellDoc> {
    vec![CellDoc::header(label).across(columns), CellDoc::text(value).across(CellDoc::WHOLE)]
}

/// A cell in the role of a heading value.
fn strong(cell: CellDoc) -> CellDoc {
    cell.role(Style::Strong)
}
