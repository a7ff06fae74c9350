//! Changes as a list: register rows, units, quotas, values of the model.

use serde::Serialize;

use super::units::causes;
use super::{Changes, used};
use crate::documents::report::causes::award_line;
use crate::result::diff::{Diff, UnitState};
use crate::result::regrade::Token;
use crate::shared::i18n::Lang;
use crate::write::listing::Listing;

/// The columns.
const COLUMNS: &str =
    "project,step,section,code,name,old_total,new_total,old_rank,new_rank,old_grade,new_grade,because";

/// Collects rows.
pub(in crate::commands) struct Rows(Listing);

/// A row of the table.
#[derive(Default, Serialize)]
struct Row<'r> {
    project: &'r str,
    step: &'static str,
    section: &'r str,
    code: &'r str,
    name: &'r str,
    old_total: Option<&'r str>,
    new_total: Option<&'r str>,
    old_rank: Option<usize>,
    new_rank: Option<usize>,
    old_grade: Option<&'r str>,
    new_grade: Option<&'r str>,
    because: &'r str,
}

impl Rows {
    /// An empty list.
    pub(in crate::commands) fn new() -> Self {
        Self(Listing::new(COLUMNS))
    }

    /// The list.
    pub(in crate::commands) fn finish(self) -> Listing {
        self.0
    }

    /// A line about a project as a whole, not about one of its units or rows.
    pub(in crate::commands) fn project(
        &mut self,
        project: &str,
        state: &str,
        token: Option<&Token>,
    ) -> anyhow::Result<()> {
        self.0.row((project, "", "project", state, token, [""; 7]))
    }

    /// All changes of a project.
    pub(in crate::commands) fn changes(&mut self, project: &str, changes: &Changes, lang: Lang) -> anyhow::Result<()> {
        for change in &changes.model.changes {
            let (old_total, new_total) = (change.old.as_deref(), change.new.as_deref());
            self.0.row(Row { project, section: "model", code: &change.key, old_total, new_total, ..Row::default() })?;
        }
        if let Some(method) = &changes.method {
            self.diff(&Row { project, step: "method", ..Row::default() }, method, lang)?;
        }
        self.diff(&Row { project, step: "data", ..Row::default() }, &changes.data, lang)
    }

    fn diff(&mut self, of: &Row<'_>, diff: &Diff, lang: Lang) -> anyhow::Result<()> {
        let (project, step) = (of.project, of.step);
        for row in &diff.rows {
            let [old_total, new_total] = [&row.old, &row.new].map(|state| {
                let state = state.as_ref()?;
                state.counted.as_deref().or(state.value.as_deref())
            });
            let section = &format!("{}:{}", row.register.json(), row.moved.json());
            let (code, name, because) = (&row.id, &row.any().unit, &row.any().at.line());
            self.0.row(Row { project, step, section, code, name, old_total, new_total, because, ..Row::default() })?;
        }
        for unit in diff.units.iter().filter(|unit| unit.moved()) {
            let (old, new) = (unit.old.as_ref(), unit.new.as_ref());
            self.0.row(Row {
                section: if unit.is_knock_on() { "knock-on" } else { "unit" },
                code: &unit.code,
                name: &unit.name,
                old_total: old.and_then(|state| state.total.as_deref()),
                new_total: new.and_then(|state| state.total.as_deref()),
                old_rank: old.and_then(UnitState::rank),
                new_rank: new.and_then(UnitState::rank),
                old_grade: old.and_then(|state| state.grade.as_deref()),
                new_grade: new.and_then(|state| state.grade.as_deref()),
                because: &causes(unit, lang),
                ..*of
            })?;
        }
        for quota in diff.quotas.iter().filter(|quota| quota.changed()) {
            let [old, new] = [&quota.old, &quota.new].map(|side| side.as_ref().map(used));
            let (old_total, new_total) = (old.as_deref(), new.as_deref());
            let (code, name) = (&quota.grade, quota.group.as_deref().unwrap_or_default());
            let section = "quota";
            self.0.row(Row { project, step, section, code, name, old_total, new_total, ..Row::default() })?;
        }
        for award in &diff.awards {
            let section = if award.wins { "award:won" } else { "award:lost" };
            let (code, name, because) = (&award.award, &award.code, &award_line(lang, award));
            self.0.row(Row { project, step, section, code, name, because, ..Row::default() })?;
        }
        Ok(())
    }
}
