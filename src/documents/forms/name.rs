//! The name of a form in its title, on its sheet and as a file, chosen so that different forms never look alike.

use super::Office;
use crate::model::Model;
use crate::shared::i18n::say;
use crate::shared::text;

/// The parts of a form's name.
pub(super) struct FormName<'n> {
    /// The kind of form: 自评表, 评议票 …
    pub(super) kind: &'n str,
    /// Its owners, by name: component, then class.
    pub(super) of: Vec<&'n str>,
    /// Its owners, by id, which is shorter.
    pub(super) ids: Vec<&'n str>,
}

impl<'n> FormName<'n> {
    /// The name of a form that belongs to no component.
    pub(super) const fn plain(kind: &'n str) -> Self {
        Self { kind, of: Vec::new(), ids: Vec::new() }
    }

    /// The title: assessment, component, class, kind of form, and the period unless the assessment's title contains it.
    pub(super) fn title(&self, office: &Office<'_>) -> String {
        let Model { title, period, .. } = office.model;
        let told = period.is_empty() || text::key(title).contains(&text::key(period));
        let kind = match told {
            true => self.kind.to_owned(),
            false => say!(office, "form.of-period", sheet = self.kind, period),
        };
        let parts = [title.as_str()].into_iter().chain(self.of.iter().copied()).chain([kind.as_str()]);
        let whole = parts.map(str::to_owned).reduce(|title, sheet| say!(office, "form.title", title, sheet));
        whole.unwrap_or_default()
    }

    /// The name of the sheet; with ids if the names are too long to be distinguished on a tab.
    pub(super) fn sheet(&self, model: &Model) -> String {
        let whole = |of: &[&str]| {
            let parts = [self.kind].into_iter().chain(of.iter().copied()).chain([model.period.as_str()]);
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        };
        let (names, ids) = (whole(&self.of), whole(&self.ids));
        let is_cut = text::sheet_name(&names).chars().count() < names.chars().count();
        if is_cut { ids } else { names }
    }

    /// The file name: a unique code, a name, the kind of form, the period; all except the kind may be empty.
    pub(super) fn file(&self, office: &Office<'_>, code: &str, name: &str) -> String {
        let joined = |of: &[&str]| {
            let parts = [name].into_iter().chain(of.iter().copied()).filter(|part| !part.is_empty());
            parts.collect::<Vec<_>>().join("_")
        };
        let (names, ids) = (joined(&self.of), joined(&self.ids));
        let is_cut = text::file_name(&names).chars().count() < names.chars().count();
        let owner = text::file_name(if is_cut && !self.ids.is_empty() { &ids } else { &names });
        let own = [code, &owner, &text::file_name(self.kind), &text::file_name(&office.model.period)];
        format!("{}.xlsx", own.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_"))
    }
}
