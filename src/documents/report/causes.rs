//! Why a unit moved, in words: the only place that words a [`Cause`], for the terminal and for workbooks alike.

use std::borrow::Cow;

use crate::result::diff::{AwardChange, By, Cause, PartKind, RowRef, Spot};
use crate::shared::i18n::{Lang, say};

/// Words causes in a language.
pub struct CauseWords<N> {
    /// The language.
    pub lang: Lang,
    /// The name of a leaf, component, aspect or line by its code, if known.
    pub name: N,
}

impl<'n, N: Fn(PartKind, &str) -> Option<&'n str>> CauseWords<N> {
    /// Several causes as one line.
    pub fn all<'c>(&self, causes: impl IntoIterator<Item = &'c Cause>) -> String {
        self.lang.join("status.list", causes.into_iter().map(|cause| self.one(cause)))
    }

    fn one(&self, cause: &Cause) -> Cow<'static, str> {
        let lang = self.lang;
        Cow::Owned(match cause {
            Cause::Row { row } => self.row(row),
            Cause::Input { kind: None, .. } => return Cow::Borrowed(lang.text("diff.cause.report")),
            Cause::Input { kind: Some(kind), code, at } => {
                let said = say!(lang, "diff.cause.input", name = self.part(*kind, code));
                said + &self.aside(at.as_ref().map(Spot::line).as_deref())
            }
            Cause::Basis { kind, code, by } => {
                let name = self.part(*kind, code);
                if by.is_empty() {
                    return Cow::Owned(say!(lang, "diff.cause.field", name));
                }
                let units = lang.join("status.list", by.iter().map(|by| self.by(by)));
                say!(lang, "diff.cause.basis", name, units)
            }
            Cause::Coefficient { attribute, old, new } => {
                let shown = |own: &Option<String>| own.as_deref().unwrap_or("—").to_owned();
                say!(lang, "diff.cause.coefficient", name = attribute, old = shown(old), new = shown(new))
            }
            Cause::Roster { field } => {
                let field = lang.find(&format!("diff.roster.{field}")).unwrap_or(field);
                say!(lang, "diff.cause.roster", field)
            }
            Cause::Knock { rule, code, clause, grade, places, by } => {
                let [grade, places, code] = [grade, places, code].map(|value| value.as_deref().unwrap_or_default());
                let rule = say!(lang, &format!("diff.rule.{}", rule.json()), grade, places, code)
                    + &self.aside(clause.as_deref());
                if by.is_empty() {
                    return Cow::Owned(rule);
                }
                let units = lang.join("status.list", by.iter().map(|by| self.by(by)));
                say!(lang, "diff.cause.knock", rule, units)
            }
            Cause::Method => return Cow::Borrowed(lang.text("diff.cause.method")),
            Cause::Period => return Cow::Borrowed(lang.text("diff.cause.period")),
            Cause::Other => return Cow::Borrowed(lang.text("diff.cause.other")),
        })
    }

    /// A unit that caused another one to move, with the rows responsible.
    fn by(&self, by: &By) -> String {
        let unit = format!("{} {}", by.code, by.name);
        if by.rows.is_empty() {
            return unit;
        }
        let rows = self.lang.join("report.list", by.rows.iter().map(|row| self.row(row)));
        say!(self.lang, "diff.by", unit, rows)
    }

    /// A register row by register, number, document and place.
    fn row(&self, row: &RowRef) -> String {
        let register = self.lang.text(&format!("report.register.{}", row.register.json()));
        let key = if row.document.is_empty() { "diff.row" } else { "diff.row.document" };
        say!(self.lang, key, register, id = row.id, document = row.document, place = row.at.line())
    }

    fn part<'c>(&self, kind: PartKind, code: &'c str) -> Cow<'c, str>
    where
        'n: 'c,
    {
        match ((self.name)(kind, code), kind) {
            (None, _) => Cow::Borrowed(code),
            // The id of a component is meant for programs.
            (Some(name), PartKind::Component) => Cow::Borrowed(name),
            (Some(name), _) => Cow::Owned(format!("{code} {name}")),
        }
    }

    /// A remark in brackets, if there is one.
    fn aside(&self, text: Option<&str>) -> String {
        text.map(|text| say!(self.lang, "diff.aside", text)).unwrap_or_default()
    }
}

/// An award won or lost, with its causes, as one line.
pub fn award_line(lang: Lang, change: &AwardChange) -> String {
    let key = if change.wins { "diff.award.won" } else { "diff.award.lost" };
    let award = format!("{} {}", change.award, change.award_name);
    let unit = format!("{} {}", change.code, change.name);
    let name = |_: PartKind, _: &str| None::<&'static str>;
    let causes = CauseWords { lang, name }.all(&change.causes);
    say!(lang, key, award, unit, causes)
}
