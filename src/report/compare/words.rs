//! What a comparison says in words: why a unit moved, how it hangs together with earlier units, where its grade went.

use crate::compare::{Comparison, GradeMove, Link, MethodChange, UnitRow};
use crate::diff::{By, Cause, PartKind, RowRef, UnitState};
use crate::i18n::Lang;
use crate::outcome::Outcome;
use crate::report::document::MISSING;

/// Units behind a move that are named before the rest are only counted.
const NAMED: usize = 3;

/// Words of a language for one comparison.
#[derive(Clone, Copy)]
pub struct Words<'w> {
    /// The language.
    pub lang: Lang,
    /// The later result, which names components and leaves.
    pub new: &'w Outcome,
}

impl Words<'_> {
    /// Why a unit moved: its causes in one line. Between two periods everything was assessed anew, which needs no saying.
    pub fn causes(&self, unit: &UnitRow) -> String {
        let told = unit.causes.iter().filter(|cause| !matches!(cause, Cause::Period));
        // Who was added, removed or merged is said by how the unit hangs together with the earlier ones.
        let told = told.filter(|cause| !matches!(cause, Cause::Roster { field } if LINKS.contains(&field.as_str())));
        self.lang.join("suggest.reasons", told.map(|cause| self.cause(cause)))
    }

    fn cause(&self, cause: &Cause) -> String {
        match cause {
            Cause::Row { row } => self.row(row),
            Cause::Input { kind: None, .. } => self.lang.text("compare.cause.report").to_owned(),
            Cause::Input { kind: Some(kind), code, .. } => {
                let name = self.part(*kind, code);
                self.lang.fill("compare.cause.input", &[("name", &name)])
            }
            Cause::Roster { field } => {
                let name = self.lang.find(&format!("compare.roster.{field}")).unwrap_or(field);
                self.lang.fill("compare.cause.roster", &[("name", name)])
            }
            Cause::Knock { rule, code, by, .. } => {
                let rule = self.lang.text(&format!("compare.rule.{}", rule.json()));
                let rule = code.as_ref().map_or_else(|| rule.to_owned(), |code| format!("{rule} {code}"));
                if by.is_empty() {
                    return rule;
                }
                let count = by.len().to_string();
                let key = if by.len() > NAMED { "compare.cause.knock.more" } else { "compare.cause.knock" };
                let units = self.lang.join("report.list", by.iter().take(NAMED).map(|by| self.by(by)));
                self.lang.fill(key, &[("rule", &rule), ("units", &units), ("n", &count)])
            }
            Cause::Method => self.lang.text("compare.cause.method").to_owned(),
            Cause::Period => self.lang.text("compare.cause.period").to_owned(),
            Cause::Other => self.lang.text("compare.cause.other").to_owned(),
        }
    }

    fn row(&self, row: &RowRef) -> String {
        let register = self.lang.text(&format!("report.register.{}", row.register.json()));
        let key = if row.document.is_empty() { "compare.cause.row.bare" } else { "compare.cause.row" };
        self.lang.fill(key, &[("register", register), ("id", &row.id), ("document", &row.document)])
    }

    fn by(&self, by: &By) -> String {
        let rows = self.lang.join("report.list", by.rows.iter().map(|row| self.row(row)));
        if rows.is_empty() {
            by.name.clone()
        } else {
            self.lang.fill("compare.by", &[("unit", &by.name), ("rows", &rows)])
        }
    }

    fn part(&self, kind: PartKind, code: &str) -> String {
        let model = &self.new.model;
        let named = |name: Option<&String>| name.map_or_else(|| code.to_owned(), |name| format!("{code} {name}"));
        match kind {
            PartKind::Leaf => named(model.leaves.iter().find(|leaf| leaf.code == code).map(|leaf| &leaf.name)),
            PartKind::Component => {
                model.components.iter().find(|c| c.id == code).map_or_else(|| code.to_owned(), |c| c.name.clone())
            }
            PartKind::Aspect => named(model.aspects.iter().find(|node| node.code == code).map(|node| &node.name)),
            PartKind::Line => named(model.lines.iter().find(|node| node.code == code).map(|node| &node.name)),
        }
    }

    /// How a unit hangs together with earlier ones; empty for the same unit.
    pub fn link(&self, unit: &UnitRow) -> String {
        let names = unit.behind.iter().map(|behind| {
            let total = behind.state.total.as_deref().unwrap_or(MISSING);
            let values = [("code", behind.code.as_str()), ("unit", &behind.name), ("total", total)];
            self.lang.fill("compare.behind", &values)
        });
        let names = self.lang.join("report.list", names);
        match unit.link {
            Link::Same => String::new(),
            other => self.lang.fill(&format!("compare.link.{}", other.json()), &[("units", &names)]).trim().to_owned(),
        }
    }

    /// A grade; deferred units and those without one in words.
    pub fn grade(&self, state: Option<&UnitState>) -> String {
        let Some(state) = state else { return MISSING.to_owned() };
        match (&state.grade, state.deferred, state.mode.as_str()) {
            (Some(grade), _, _) => grade.clone(),
            (None, true, _) => self.lang.text("report.deferred").to_owned(),
            (None, false, "excluded") => self.lang.text("mode.excluded").to_owned(),
            (None, false, _) => MISSING.to_owned(),
        }
    }

    /// Where a grade went; empty if it stayed.
    pub fn grade_move(&self, unit: &UnitRow) -> String {
        unit.grade.map_or_else(String::new, |to| self.lang.text(grade_word(to)).to_owned())
    }

    /// One of the two results: period and version.
    pub fn side(&self, side: &crate::diff::Side) -> String {
        let version = if side.version == "draft" { self.lang.text("report.draft") } else { &side.version };
        self.lang.fill("compare.side", &[("period", &side.period), ("version", version)])
    }

    /// Both results as one line.
    pub fn sides(&self, comparison: &Comparison) -> String {
        let (old, new) = (self.side(&comparison.old), self.side(&comparison.new));
        self.lang.fill("compare.sides", &[("old", &old), ("new", &new)])
    }

    /// What a value of the model belongs to, and which value it is.
    pub fn method(&self, change: &MethodChange) -> [String; 2] {
        let topic = self.lang.text(&format!("compare.topic.{}", change.topic.json()));
        let what = [topic, &change.code, &change.name].into_iter().filter(|word| !word.is_empty());
        let field = self.lang.text(&format!("compare.field.{}", change.field)).to_owned();
        [what.collect::<Vec<_>>().join(" "), field]
    }
}

/// Fields of the roster that say how units hang together.
const LINKS: [&str; 3] = ["added", "removed", "merged"];

const fn grade_word(to: GradeMove) -> &'static str {
    match to {
        GradeMove::Better => "compare.grade.better",
        GradeMove::Worse => "compare.grade.worse",
        GradeMove::Other => "compare.grade.other",
    }
}
