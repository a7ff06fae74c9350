//! The wording of a comparison: why a unit moved, how it is related to earlier units, how its grade changed.

use crate::documents::report::causes::CauseWords;
use crate::documents::report::document::MISSING;
use crate::result::compare::{Comparison, GradeMove, Link, MethodChange, UnitRow};
use crate::result::diff::{Cause, PartKind, Side, UnitState};
use crate::result::outcome::{Branch, Mode, Outcome};
use crate::shared::i18n::{Lang, say};

/// Words of a language for one comparison.
#[derive(Clone, Copy)]
pub struct Words<'w> {
    /// The language.
    pub lang: Lang,
    /// The later result, which names components and leaves.
    pub new: &'w Outcome,
}

impl<'w> Words<'w> {
    /// The causes of a unit's move, in one line. Between two periods everything was assessed anew, which is not
    /// mentioned.
    pub fn causes(&self, unit: &UnitRow) -> String {
        let told = unit.causes.iter().filter(|cause| !matches!(cause, Cause::Period));
        // The link to earlier units already shows that a unit was added, removed or merged.
        let told = told.filter(|cause| !matches!(cause, Cause::Roster { field } if LINKS.contains(&field.as_str())));
        CauseWords { lang: self.lang, name: |kind, code: &str| self.part(kind, code) }.all(told)
    }

    fn part(&self, kind: PartKind, code: &str) -> Option<&'w str> {
        let model = &self.new.model;
        let node = |nodes: &'w [Branch]| nodes.iter().find(|node| node.code == code).map(|node| node.name.as_str());
        match kind {
            PartKind::Leaf => model.tree.leaves.iter().find(|leaf| leaf.code == code).map(|leaf| leaf.name.as_str()),
            PartKind::Component => model.components.iter().find(|own| own.id == code).map(|own| own.name.as_str()),
            PartKind::Aspect => node(&model.tree.aspects),
            PartKind::Line => node(&model.tree.lines),
        }
    }

    /// How a unit is related to earlier ones; empty if it is unchanged.
    pub fn link(&self, unit: &UnitRow) -> String {
        let names = unit.behind.iter().map(|behind| {
            let total = behind.state.total.as_deref().unwrap_or(MISSING);
            say!(self.lang, "compare.behind", code = behind.code, unit = behind.name, total)
        });
        let names = self.lang.join("report.list", names);
        match unit.link {
            Link::Same => String::new(),
            other => say!(self.lang, &format!("compare.link.{}", other.json()), units = names).trim().to_owned(),
        }
    }

    /// A grade; a word for deferred and excluded units, otherwise the sign for a missing value.
    pub fn grade<'s>(&self, state: Option<&'s UnitState>) -> &'s str {
        let Some(state) = state else { return MISSING };
        match (&state.grade, state.deferred, state.mode) {
            (Some(grade), _, _) => grade,
            (None, true, _) => self.lang.text("report.deferred"),
            (None, false, Mode::Excluded) => self.lang.text("mode.excluded"),
            (None, false, _) => MISSING,
        }
    }

    /// How a grade changed; empty if it did not.
    pub fn grade_move(&self, unit: &UnitRow) -> &'static str {
        unit.grade.map_or("", |to| self.lang.text(grade_word(to)))
    }

    /// One of the two results: period and version.
    pub fn side(&self, side: &Side) -> String {
        let version = if side.version == "draft" { self.lang.text("report.draft") } else { &side.version };
        say!(self.lang, "compare.side", period = side.period, version)
    }

    /// Both results as one line.
    pub fn sides(&self, comparison: &Comparison) -> String {
        let (old, new) = (self.side(&comparison.old), self.side(&comparison.new));
        say!(self.lang, "compare.sides", old, new)
    }

    /// The item to which a value of the model belongs, and the name of the value.
    pub fn method(&self, change: &MethodChange) -> (String, &'static str) {
        let topic = self.lang.text(&format!("compare.topic.{}", change.topic.json()));
        let what = [topic, &change.code, &change.name].into_iter().filter(|word| !word.is_empty());
        let field = self.lang.text(&format!("compare.field.{}", change.field));
        (what.collect::<Vec<_>>().join(" "), field)
    }
}

/// Fields of the roster that relate units to earlier ones.
const LINKS: [&str; 3] = ["added", "removed", "merged"];

const fn grade_word(to: GradeMove) -> &'static str {
    match to {
        GradeMove::Better => "compare.grade.better",
        GradeMove::Worse => "compare.grade.worse",
        GradeMove::Other => "compare.grade.other",
    }
}
