//! Why a unit moved, in words: the one place that says a [`Cause`], for the terminal and for workbooks alike.

use crate::result::diff::{By, Cause, PartKind, RowRef, Spot};
use crate::shared::i18n::{Lang, Named};

/// Says causes in a language.
pub struct CauseWords<N> {
    /// The language.
    pub lang: Lang,
    /// The name of a leaf, component, aspect or line by its code, where it is known.
    pub name: N,
}

impl<N: Fn(PartKind, &str) -> Option<String>> CauseWords<N> {
    /// Several causes as one line.
    pub fn all<'c>(&self, causes: impl IntoIterator<Item = &'c Cause>) -> String {
        self.lang.join("status.list", causes.into_iter().map(|cause| self.one(cause)))
    }

    fn one(&self, cause: &Cause) -> String {
        let lang = self.lang;
        match cause {
            Cause::Row { row } => self.row(row),
            Cause::Input { kind: None, .. } => lang.text("diff.cause.report").to_owned(),
            Cause::Input { kind: Some(kind), code, at } => {
                let said = lang.fill("diff.cause.input", &[("name", &self.part(*kind, code))]);
                said + &self.aside(at.as_ref().map(Spot::line).as_deref())
            }
            Cause::Roster { field } => {
                let field = lang.find(&format!("diff.roster.{field}")).unwrap_or(field);
                lang.fill("diff.cause.roster", &[("field", &field)])
            }
            Cause::Knock { rule, code, clause, grade, places, by } => {
                let [grade, places, code] = [grade, places, code].map(|value| value.as_deref().unwrap_or_default());
                let values: [Named; 3] = [("grade", &grade), ("places", &places), ("code", &code)];
                let rule = lang.fill(&format!("diff.rule.{}", rule.json()), &values) + &self.aside(clause.as_deref());
                if by.is_empty() {
                    return rule;
                }
                let units = lang.join("status.list", by.iter().map(|by| self.by(by)));
                lang.fill("diff.cause.knock", &[("rule", &rule), ("units", &units)])
            }
            Cause::Method => lang.text("diff.cause.method").to_owned(),
            Cause::Period => lang.text("diff.cause.period").to_owned(),
            Cause::Other => lang.text("diff.cause.other").to_owned(),
        }
    }

    /// A unit that moved another one, with the rows behind it.
    fn by(&self, by: &By) -> String {
        let unit = format!("{} {}", by.code, by.name);
        if by.rows.is_empty() {
            return unit;
        }
        let rows = self.lang.join("report.list", by.rows.iter().map(|row| self.row(row)));
        self.lang.fill("diff.by", &[("unit", &unit), ("rows", &rows)])
    }

    /// A register row by register, number, document and place.
    fn row(&self, row: &RowRef) -> String {
        let register = self.lang.text(&format!("report.register.{}", row.register.json()));
        let key = if row.document.is_empty() { "diff.row" } else { "diff.row.document" };
        self.lang.fill(
            key,
            &[("register", &register), ("id", &row.id), ("document", &row.document), ("place", &row.at.line())],
        )
    }

    fn part(&self, kind: PartKind, code: &str) -> String {
        match ((self.name)(kind, code), kind) {
            (None, _) => code.to_owned(),
            // The id of a component is for programs.
            (Some(name), PartKind::Component) => name,
            (Some(name), _) => format!("{code} {name}"),
        }
    }

    /// A remark in brackets, if there is one.
    fn aside(&self, text: Option<&str>) -> String {
        text.map(|text| self.lang.fill("diff.aside", &[("text", &text)])).unwrap_or_default()
    }
}
