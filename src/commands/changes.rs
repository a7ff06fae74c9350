//! What would change, or has changed, against a version: as text, as a document for programs, as a table of rows.
//!
//! A change of the method is reported separately: first what the model alone does to the recorded values, then what the
//! registers and inputs change in addition.

use std::collections::BTreeSet;

use crate::documents::report::causes::award_line;
use crate::documents::report::feedback::changed;
use crate::model::Model;
use crate::pipeline::regrade::under_model;
use crate::result::diff::{Diff, FeedbackChange, ModelDiff, RowMove, UnitChange};
use crate::result::outcome::{Outcome, Seats};
use crate::shared::i18n::{Named, say};

use super::terminal::{Moved, Terminal};

pub(super) mod list;
mod model;
mod rows;
mod units;

/// How many lines of a list are shown unless all are requested.
const SHOWN: usize = 20;

/// The changes of a version.
pub(super) struct Changes {
    /// How the models differ.
    pub(super) model: ModelDiff,
    /// What the model alone changes, if that follows from recorded values.
    pub(super) method: Option<Diff>,
    /// What else changes.
    pub(super) data: Diff,
    /// Codes of the units whose feedback differs, method and data together.
    again: BTreeSet<String>,
}

impl Changes {
    /// Compares a version with a current result.
    pub(super) fn between(old: &Outcome, new: &Outcome, model: &Model) -> Self {
        let differs = ModelDiff::between(&old.model, &new.model);
        let whole = Diff::between(old, new);
        let again = changed(old, &[], new, &[], &whole).into_iter().map(|unit| unit.roster.code.clone()).collect();
        let (method, data) = if !differs.is_method() || differs.needs_inputs() {
            (None, whole)
        } else {
            let middle = under_model(old, model);
            (Some(Diff::between(old, &middle)), Diff::between(&middle, new))
        };
        let mut changes = Self { model: differs, method, data, again };
        changes.keep_what_is_sent_again();
        changes
    }

    /// The differences list units whose feedback may differ; whether it does is decided by comparing the workbooks.
    fn keep_what_is_sent_again(&mut self) {
        for diff in self.method.iter_mut().chain([&mut self.data]) {
            let FeedbackChange { own, comparison } = &mut diff.feedback;
            own.retain(|code| self.again.contains(code));
            comparison.retain(|code| self.again.contains(code));
        }
    }

    /// Whether there is no change to print.
    pub(super) fn is_empty(&self) -> bool {
        self.model == ModelDiff::default() && self.data.is_empty()
    }

    /// How many units change in total, rank and grade, method and data together.
    pub(super) fn counts(&self) -> [usize; 3] {
        let moved = |test: fn(&UnitChange) -> bool| {
            let units = self.method.iter().chain([&self.data]).flat_map(|diff| &diff.units);
            units.filter(|unit| test(unit)).map(|unit| &unit.code).collect::<BTreeSet<_>>().len()
        };
        [moved(UnitChange::total_changed), moved(UnitChange::rank_changed), moved(UnitChange::grade_changed)]
    }

    /// How many feedback workbooks must be sent again.
    pub(super) fn feedback(&self) -> usize {
        self.again.len()
    }

    /// The changes as text.
    pub(super) fn text(&self, all: bool, terminal: &Terminal) -> String {
        let lang = terminal.lang;
        let mut out = model::text(&self.model, terminal);
        if let Some(method) = &self.method {
            out.push_str(&format!("{}\n", lang.text("diff.method")));
            out.push_str(&diff_text(method, all, terminal));
            out.push_str(&format!("{}\n", lang.text("diff.data")));
        }
        out.push_str(&diff_text(&self.data, all, terminal));
        if self.method.is_some() {
            let count = self.feedback();
            out.push_str(&format!("{}\n", say!(lang, "diff.feedback.both", n = count)));
        }
        out
    }
}

/// The differences of a rejected model, as text.
pub(super) fn model_text(diff: &ModelDiff, terminal: &Terminal) -> String {
    model::text(diff, terminal)
}

/// One diff as text: rows, effect, units, units moved by others, quotas, feedback.
fn diff_text(diff: &Diff, all: bool, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut out = String::new();
    if !diff.rows.is_empty() {
        let moves = [RowMove::Approved, RowMove::Changed, RowMove::Withdrawn, RowMove::Settled, RowMove::Listed];
        let counts = moves.map(|moved| (moved, diff.rows.iter().filter(|row| row.moved == moved).count()));
        let values = counts.each_ref().map(|(moved, count)| -> Named { (moved.json(), count) });
        out.push_str(&format!("{}\n", lang.fill("diff.rows", &values)));
        out.push_str(&rows::table(diff, all, terminal));
    }
    let counts = diff.counts();
    let (totals, ranks, grades) = (counts.totals, counts.ranks, counts.grades);
    let has_grades = diff.units.iter().any(|unit| unit.is_graded());
    let key = if has_grades { "diff.effect" } else { "diff.effect.ungraded" };
    let by_scheme = diff.units.iter().any(UnitChange::is_ranked_by_scheme);
    let within = lang.text(if by_scheme { "diff.in-scheme" } else { "diff.in-group" });
    out.push_str(&say!(lang, key, totals, ranks, grades, within));
    out.push('\n');
    out.push_str(&units::text(diff, all, terminal));
    out.push_str(&quotas(diff, all, terminal));
    for award in &diff.awards {
        out.push_str(&format!("{}\n", award_line(terminal.lang, award)));
    }
    let (own, comparison) = (diff.feedback.own.len(), diff.feedback.comparison.len());
    out.push_str(&format!("{}\n", say!(lang, "diff.feedback", n = diff.feedback.count(), own, comparison)));
    out
}

/// Quotas that changed and those of scopes in which a unit moved; all of them if requested.
fn quotas(diff: &Diff, all: bool, terminal: &Terminal) -> String {
    let units = diff.units.iter().filter(|unit| unit.moved());
    let states = units.filter_map(|unit| unit.new.as_ref().or(unit.old.as_ref()));
    let touched: BTreeSet<&str> = states.map(|state| state.group.as_str()).collect();
    let mut out = String::new();
    for quota in &diff.quotas {
        let near = quota.group.as_ref().is_none_or(|group| touched.contains(group.as_str())) && !touched.is_empty();
        if !(all || quota.changed() || near) {
            continue;
        }
        let [old, new] = [&quota.old, &quota.new].map(|side| side.as_ref().map(used));
        let group = quota.group.as_deref().unwrap_or_default();
        out.push_str(&format!(
            "{}\n",
            say!(terminal.lang, "diff.quota", group, grade = quota.grade, taken = Moved(old, new))
        ));
    }
    out
}

/// Places used out of those available.
fn used(seats: &Seats) -> String {
    format!("{}/{}", seats.taken, seats.places)
}
