//! The feedback workbook of a unit: letter, points, charts, ballots, rectification ledger, request for review.
//!
//! [`Desk`] contains the data common to all units and is made once; [`document`] makes the workbook of one unit from
//! it. Equal results give equal documents, so two versions can be compared by their documents.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::document::{CellDoc, Document, Purpose, SheetDoc, Style};
use super::title;
use super::view::View;
use crate::documents::feedback::names::Names;
use crate::documents::feedback::privacy::{Earlier, Pattern};
use crate::documents::feedback::stats::{Group, GroupStats};
use crate::documents::feedback::{Feedback, feedback};
use crate::read::form;
use crate::result::outcome::{AdjustmentOutcome, Component, ComponentType, Mode, Outcome, UnitOutcome};
use crate::shared::i18n::{Lang, Named, say};
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
pub use letter::{LetterDoc, Paragraph};

/// The data common to all feedback workbooks of a result.
pub struct Desk<'o> {
    view: View<'o>,
    pattern: Pattern,
    stats: GroupStats<'o>,
    /// Units ranked within each scope, where ranks are given within schemes.
    ranked: BTreeMap<Option<&'o str>, usize>,
    names: Arc<Names>,
    period: Option<&'o str>,
    replaced: Option<Replaced>,
}

impl<'o> Desk<'o> {
    /// A desk for a result; `period` names an interim one, which is marked on every page.
    pub fn new(outcome: &'o Outcome, period: Option<&'o str>) -> Self {
        Self::after(outcome, period, &[])
    }

    /// A desk after letters that were handed out before, oldest first: what they disclosed limits what these may show.
    pub fn after(outcome: &'o Outcome, period: Option<&'o str>, earlier: &[Earlier]) -> Self {
        Self::with(outcome, period, earlier, Arc::new(Names::of(outcome)))
    }

    /// A desk after earlier letters, with what is looked for in texts of the result.
    fn with(outcome: &'o Outcome, period: Option<&'o str>, earlier: &[Earlier], names: Arc<Names>) -> Self {
        let pattern = Pattern::of(outcome, earlier);
        let mut ranked = BTreeMap::new();
        for unit in outcome.units.iter().filter(|unit| unit.rank_scheme.is_some()) {
            *ranked.entry(outcome.scope_of(unit)).or_default() += 1;
        }
        Self {
            view: View::new(outcome),
            stats: GroupStats::of(outcome, &pattern),
            ranked,
            pattern,
            names,
            period,
            replaced: None,
        }
    }

    /// Makes every page name the version and the model of another result, so that only what is said is compared.
    #[must_use]
    pub fn named_as(mut self, other: &'o Outcome) -> Self {
        self.view = self.view.named_as(other);
        self
    }

    /// Makes the letters begin with a note on what they replace.
    #[must_use]
    pub fn replacing(mut self, replaced: Replaced) -> Self {
        self.replaced = Some(replaced);
        self
    }

    /// The units that get a workbook, in the order of the roster: all that are assessed.
    pub fn units(&self) -> impl Iterator<Item = &'o UnitOutcome> {
        self.view.outcome.units.iter().filter(|unit| unit.roster.mode != Mode::Excluded)
    }

    /// The language of the letters.
    pub const fn lang(&self) -> Lang {
        self.view.lang
    }

    /// The word that marks every page of drafts and interim results.
    fn mark(&self) -> Option<Cow<'o, str>> {
        let period = self.period.map(|name| say!(self.view, "feedback.interim", period = name));
        match (self.view.draft(), period) {
            (Some(draft), Some(period)) => Some(format!("{draft} {period}").into()),
            (draft, period) => draft.map(Cow::Borrowed).or_else(|| period.map(Cow::Owned)),
        }
    }
}

/// The feedback workbook of a unit.
pub fn document<'o>(desk: &Desk<'o>, unit: &'o UnitOutcome) -> Document<'o> {
    let case = Case::of(desk, unit);
    case.bound(case.sheets().collect())
}

/// Whether the feedback workbooks of a unit in two results are the same. They are made only up to the first difference;
/// mostly that is the result, with which the letter begins, or the line of a quota.
fn is_same<'o>(one: (&Desk<'o>, &'o UnitOutcome), other: (&Desk<'o>, &'o UnitOutcome)) -> bool {
    let [one, other] = [one, other].map(|(desk, unit)| Case::of(desk, unit));
    one.bound(Vec::new()) == other.bound(Vec::new())
        && letter::result(&one) == letter::result(&other)
        && letter::quota(&one) == letter::quota(&other)
        && one.sheets().eq(other.sheets())
}

/// The letter of a unit as a document of its own, with the text of the first sheet of its workbook.
pub fn letter<'o>(desk: &Desk<'o>, unit: &'o UnitOutcome) -> LetterDoc<'o> {
    letter::document(&Case::of(desk, unit))
}

/// How far a unit is from the next grade, from the line of a quota and from awards, as its letter says it.
pub fn outlook<'o>(desk: &Desk<'o>, unit: &'o UnitOutcome) -> String {
    letter::reach(&Case::of(desk, unit)).into_owned()
}

/// What makes one sheet of the workbook of a unit.
type Maker<'d, 'o> = fn(&Case<'d, 'o>) -> SheetDoc<'o>;

/// One unit with the desk.
struct Case<'d, 'o> {
    desk: &'d Desk<'o>,
    view: &'d View<'o>,
    unit: &'o UnitOutcome,
    /// The part of the letter beyond the result, computed when it is first needed.
    told: OnceCell<Feedback<'d>>,
}

impl<'d, 'o> Case<'d, 'o> {
    fn of(desk: &'d Desk<'o>, unit: &'o UnitOutcome) -> Self {
        Self { desk, view: &desk.view, unit, told: OnceCell::new() }
    }

    /// The part of the letter beyond the result: comparisons, strengths, weaknesses, outlook.
    fn told(&self) -> &Feedback<'d> {
        self.told.get_or_init(|| feedback(self.desk.view.outcome, &self.desk.stats, self.unit))
    }

    /// The sheets of the workbook, one after the other.
    fn sheets(&self) -> impl Iterator<Item = SheetDoc<'o>> {
        let sheets: [Option<Maker<'d, 'o>>; 6] = [
            Some(letter::sheet),
            Some(details::sheet),
            Some(charts::sheet),
            // What the unit does not have has no sheet.
            self.is_rated().then_some(ballots::sheet),
            Some(ledger::sheet),
            Some(appeal::sheet),
        ];
        sheets.into_iter().flatten().map(|sheet| sheet(self))
    }

    /// The workbook of some sheets.
    fn bound(&self, sheets: Vec<SheetDoc<'o>>) -> Document<'o> {
        let marks = [(form::KIND, "ledger"), (form::UNIT, self.unit.roster.code.as_str())];
        let marks = marks.map(|(key, value)| (Cow::Borrowed(key), Cow::Borrowed(value))).to_vec();
        let title = say!(self, "feedback.document", unit = self.unit.roster.name);
        let purpose = Purpose::Feedback { marks, returned: self.text("sheet.ledger") };
        self.view.document(title, sheets).marked(self.desk.mark()).to_be(purpose)
    }

    fn text(&self, key: &str) -> &'static str {
        self.view.text(key)
    }

    fn fill(&self, key: &str, values: &[Named]) -> String {
        self.view.fill(key, values)
    }

    fn outcome(&self) -> &'o Outcome {
        self.view.outcome
    }

    fn group(&self) -> Option<&'d Group<'o>> {
        self.desk.stats.group(&self.unit.roster.group)
    }

    /// Whether raters judge the unit, by its scheme.
    fn is_rated(&self) -> bool {
        let parts = self.outcome().held(self.unit).components();
        parts.into_iter().any(|part| part.component.scored() == ComponentType::Ballots)
    }

    /// Whether the model knows bonus or deduction.
    fn can_adjust(&self) -> bool {
        let model = &self.outcome().model;
        !model.adjustments.kinds.is_empty() || model.over_claim.is_some()
    }

    /// Whether no class of a component is shown to the unit.
    fn hides(&self, component: &Component) -> bool {
        self.desk.pattern.hides(&self.unit.roster.code, &component.id)
    }

    /// A free text without other units, raters, contacts and paths.
    fn clean(&self, text: &str) -> String {
        self.desk.names.clean(text, self.unit)
    }

    /// A sheet with title, unit and footer; `key` is the catalogue key of its name.
    fn sheet(&self, key: &str) -> SheetDoc<'o> {
        let name = self.text(key);
        let title = say!(self, "feedback.sheet", unit = self.unit.roster.name, sheet = name);
        let title = match self.desk.mark() {
            Some(mark) => say!(self, "feedback.marked", mark = mark, title = title),
            None => title,
        };
        let mut sheet = SheetDoc::new(name, title::seamed(&title, &self.unit.roster.name, []));
        let hash = self.view.model_digits(form::MODEL_DIGITS);
        sheet.footer = Some(say!(self, "report.footer", version = self.view.version(), hash = hash));
        sheet
    }

    /// The line below a title: the assessment, the group, and the number of units ranked in it.
    fn subtitle(&self) -> String {
        let ranked = self.group().map_or(0, |group| group.ranked);
        say!(self, "feedback.subtitle", title = self.outcome().model.title, group = self.unit.roster.group, n = ranked)
    }

    /// An exact number as printed at the published decimals.
    fn printed(&self, value: &Exact) -> String {
        self.outcome().model.score.published().print(value)
    }

    /// A cell of an exact number that may be suppressed or missing.
    fn cell(&self, value: Option<&Exact>) -> CellDoc<'o> {
        value.map_or_else(CellDoc::missing, |value| self.view.exact(value))
    }

    /// The name of an adjustment: its kind and its matter.
    fn adjustment(&self, own: &AdjustmentOutcome) -> Cow<'o, str> {
        let Some(row) = self.outcome().row(own) else { return Cow::Borrowed(self.text("feedback.over-claim")) };
        let name = self.outcome().kind(row).map_or("", |kind| kind.name.as_str());
        match Some(self.clean(&row.matter)).filter(|matter| !matter.is_empty() && matter != name) {
            Some(matter) => Cow::Owned(say!(self, "feedback.adjustment", kind = name, matter = matter)),
            None => Cow::Borrowed(name),
        }
    }

    /// The clause on which an adjustment is based.
    fn adjustment_clause(&self, own: &AdjustmentOutcome) -> Option<String> {
        let clause = match self.outcome().row(own) {
            Some(row) => &self.outcome().kind(row)?.clause,
            None => &self.outcome().model.over_claim.as_ref()?.clause,
        };
        clause.as_ref().map(|clause| self.clean(clause))
    }

    /// Whether group statistics are suppressed for lack of units.
    fn is_small_group(&self) -> bool {
        self.group().map_or(0, |group| group.ranked) < self.outcome().model.feedback.min_group
    }

    /// The remark that explains suppressed statistics.
    fn small_group_note(&self) -> Option<String> {
        let least = self.outcome().model.feedback.min_group;
        self.is_small_group().then(|| say!(self, "feedback.small-group", n = least))
    }

    /// The first feedback date of the model's calendar.
    fn feedback_date(&self) -> Option<jiff::civil::Date> {
        let words = [Lang::Zh, Lang::En].map(|lang| lang.text("feedback.calendar"));
        let named = |name: &str| words.iter().any(|word| name.to_lowercase().contains(word));
        let entry = self.outcome().model.calendar.iter().find(|(name, _)| named(name));
        entry.and_then(|(_, date)| date.parse().ok())
    }

    /// The last day of the appeal period, if the calendar gives the day of the feedback.
    fn appeal_until(&self) -> Option<jiff::civil::Date> {
        let days = i64::from(self.outcome().model.appeal_days?);
        self.feedback_date()?.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
    }

    /// A date in the format of letters.
    fn date(&self, date: jiff::civil::Date) -> String {
        self.view.lang.date(date)
    }

    /// The number of days for an appeal, and the last day if known.
    fn appeal_window(&self) -> Cow<'static, str> {
        let Some(days) = self.outcome().model.appeal_days else {
            return Cow::Borrowed(self.text("feedback.appeal.open"));
        };
        Cow::Owned(match self.appeal_until() {
            Some(until) => say!(self, "feedback.appeal.until", days = days, date = self.date(until)),
            None => say!(self, "feedback.appeal.days", days = days),
        })
    }
}

/// A label, and its value over the remaining width.
fn labelled<'d>(label: impl Into<Cow<'d, str>>, columns: u16, value: impl Into<Cow<'d, str>>) -> Vec<CellDoc<'d>> {
    vec![CellDoc::header(label).across(columns), CellDoc::text(value).across(CellDoc::WHOLE)]
}

/// A cell in the role of a heading value.
const fn strong(cell: CellDoc<'_>) -> CellDoc<'_> {
    cell.role(Style::Strong)
}
