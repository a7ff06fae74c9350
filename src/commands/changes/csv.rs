//! Changes as rows of csv: register rows, units, quotas, values of the model.

use super::Changes;
use super::units::causes;
use crate::result::diff::{Diff, UnitState};
use crate::shared::i18n::Lang;
use crate::write::csv::harmless;

/// The columns.
const HEADER: [&str; 12] = [
    "project",
    "step",
    "section",
    "code",
    "name",
    "old_total",
    "new_total",
    "old_rank",
    "new_rank",
    "old_grade",
    "new_grade",
    "because",
];

/// Collects rows.
pub(in crate::commands) struct Rows {
    writer: csv::Writer<Vec<u8>>,
}

impl Rows {
    /// A table with its header.
    pub(in crate::commands) fn new() -> anyhow::Result<Self> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(HEADER)?;
        Ok(Self { writer })
    }

    /// The text of the table.
    pub(in crate::commands) fn finish(self) -> anyhow::Result<String> {
        Ok(String::from_utf8(self.writer.into_inner()?)?)
    }

    /// A line about a project as a whole.
    pub(in crate::commands) fn project(&mut self, project: &str, state: &str, token: &str) -> anyhow::Result<()> {
        self.row(project, ["", "project", state, token, "", "", "", "", "", "", ""])
    }

    /// All changes of a project.
    pub(in crate::commands) fn changes(&mut self, project: &str, changes: &Changes, lang: Lang) -> anyhow::Result<()> {
        for change in &changes.model.changes {
            let (old, new) = (change.old.as_deref().unwrap_or(""), change.new.as_deref().unwrap_or(""));
            self.row(project, ["", "model", &change.key, "", old, new, "", "", "", "", ""])?;
        }
        if let Some(method) = &changes.method {
            self.diff(project, "method", method, lang)?;
        }
        self.diff(project, "data", &changes.data, lang)
    }

    fn diff(&mut self, project: &str, step: &str, diff: &Diff, lang: Lang) -> anyhow::Result<()> {
        for row in &diff.rows {
            let value = |side: &Option<crate::result::diff::RowState>| {
                let state = side.as_ref();
                state.and_then(|s| s.counted.clone().or_else(|| s.value.clone())).unwrap_or_default()
            };
            let section = format!("{}:{}", row.register.json(), json_move(row.moved)?);
            let (old, new) = (value(&row.old), value(&row.new));
            let place = row.any().at.line();
            self.row(project, [step, &section, &row.id, &row.any().unit, &old, &new, "", "", "", "", &place])?;
        }
        for unit in diff.units.iter().filter(|unit| unit.moved()) {
            let section = if unit.is_knock_on() { "knock-on" } else { "unit" };
            let of = |side: &Option<UnitState>| {
                let state = side.as_ref();
                let rank = state.and_then(|s| s.rank_group).map(|rank| rank.to_string());
                let total = state.and_then(|s| s.total.clone());
                [total, rank, state.and_then(|s| s.grade.clone())].map(Option::unwrap_or_default)
            };
            let (old, new) = (of(&unit.old), of(&unit.new));
            let why = causes(unit, lang);
            self.row(
                project,
                [step, section, &unit.code, &unit.name, &old[0], &new[0], &old[1], &new[1], &old[2], &new[2], &why],
            )?;
        }
        for quota in diff.quotas.iter().filter(|quota| quota.changed()) {
            let taken = |side: &Option<crate::result::outcome::QuotaOutcome>| {
                side.as_ref().map(|own| format!("{}/{}", own.taken, own.places)).unwrap_or_default()
            };
            let group = quota.group.as_deref().unwrap_or("");
            let (old, new) = (taken(&quota.old), taken(&quota.new));
            self.row(project, [step, "quota", &quota.grade, group, &old, &new, "", "", "", "", ""])?;
        }
        Ok(())
    }

    fn row(&mut self, project: &str, fields: [&str; 11]) -> anyhow::Result<()> {
        let fields = [project].into_iter().chain(fields).map(harmless);
        Ok(self.writer.write_record(fields.collect::<Vec<_>>())?)
    }
}

fn json_move(moved: crate::result::diff::RowMove) -> anyhow::Result<String> {
    Ok(serde_json::to_value(moved)?.as_str().unwrap_or_default().to_owned())
}
