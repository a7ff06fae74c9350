//! The typed rules of the document against the values of the model file that it lists beside them: two records of one fact
//! must agree.
//!
//! A key that is missing from the model file has its default. Words are compared by their keys, numbers exactly.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use serde::Serialize;

use super::{Checked, Shown};
use crate::result::outcome::{Model, Outcome};
use crate::shared::number::{Exact, Points};
use crate::shared::text;

mod ballots;
mod grades;
mod leaves;
mod schemes;
mod votes;

/// Checks the rules of a result.
pub(super) fn check(outcome: &Outcome, checked: &mut Checked) {
    let model = &outcome.model;
    checked.same(|| "model.values".to_owned(), &model.values.is_empty(), &false);
    let mut declared = Declared { values: &model.values, checked };
    score(model, &mut declared);
    leaves::check(model, &mut declared);
    ballots::check(outcome, &mut declared);
    grades::check(model, &mut declared);
    adjustments(model, &mut declared);
    schemes::check(model, &mut declared);
    schemes::units(outcome, checked);
}

/// The values of a model file, beside what they were read as.
struct Declared<'d> {
    values: &'d BTreeMap<String, String>,
    checked: &'d mut Checked,
}

/// The values whose path begins with a text.
fn below<'d, 's>(
    values: &'d BTreeMap<String, String>,
    start: &'s str,
) -> impl Iterator<Item = (&'d String, &'d String)> + use<'d, 's> {
    let own = values.range::<str, _>((Bound::Included(start), Bound::Unbounded));
    own.take_while(move |(path, _)| path.starts_with(start))
}

impl<'d> Declared<'d> {
    fn get(&self, path: &str) -> Option<&'d str> {
        self.values.get(path).map(String::as_str)
    }

    /// Whether a section has any key.
    fn has(&self, section: &str) -> bool {
        let start = format!("{section}.");
        below(self.values, &start).next().is_some()
    }

    /// The names of the items of a table, each once, whatever its values are.
    fn keys(&self, section: &str) -> BTreeSet<&'d str> {
        let start = format!("{section}.");
        below(self.values, &start)
            .map(|(path, _)| &path[start.len()..])
            .map(|key| key.strip_suffix(".places").unwrap_or(key))
            .collect()
    }

    fn differ<T: PartialEq + Shown + ?Sized>(&mut self, path: &str, declared: Option<&T>, typed: Option<&T>) {
        self.checked.both(|| format!("model.values.{path}"), declared, typed);
    }

    /// A number; without a default it need not be there.
    fn number(&mut self, path: &str, typed: Option<&Exact>, default: Option<&Exact>) {
        match self.get(path) {
            None => self.differ(path, default, typed),
            Some(written) => match number(written) {
                Some(number) => self.differ(path, Some(&number), typed),
                None => self.differ(path, Some(written), typed.map(Exact::shown).as_deref()),
            },
        }
    }

    fn points(&mut self, path: &str, typed: Option<&Points>, default: Option<&Points>) {
        self.number(path, typed.map(|points| &points.0), default.map(|points| &points.0));
    }

    fn count(&mut self, path: &str, typed: Option<usize>, default: Option<usize>) {
        self.number(path, typed.map(Exact::from).as_ref(), default.map(Exact::from).as_ref());
    }

    /// A text or word, by its key.
    fn word(&mut self, path: &str, typed: Option<&str>, default: Option<&str>) {
        let written = self.get(path).or(default);
        let is_same = written.map(word_key) == typed.map(word_key);
        self.differ(path, written, if is_same { written } else { typed });
    }

    /// A word that names a variant of a type.
    fn choice<T: Serialize>(&mut self, path: &str, typed: &T, default: &str) {
        let own = serde_json::to_value(typed).ok();
        self.word(path, own.as_ref().and_then(serde_json::Value::as_str), Some(default));
    }

    fn flag(&mut self, path: &str, typed: bool, default: bool) {
        self.word(path, Some(if typed { "true" } else { "false" }), Some(if default { "true" } else { "false" }));
    }

    /// A list of words.
    fn list(&mut self, path: &str, typed: &[impl AsRef<str>]) {
        let typed: Vec<&str> = typed.iter().map(AsRef::as_ref).collect();
        self.word(path, Some(&typed.join(", ")), Some(""));
    }

    /// The items of a list of tables, in their order.
    fn order<'t>(&mut self, section: &str, names: impl Iterator<Item = &'t String>) {
        let names: Vec<&str> = names.map(String::as_str).collect();
        self.word(&format!("{section}.order"), Some(&names.join(", ")), Some(""));
    }

    /// A table of numbers by name.
    fn table(&mut self, section: &str, typed: &[(String, Points)]) {
        let start = format!("{section}.");
        let declared: BTreeMap<String, &str> =
            below(self.values, &start).map(|(path, value)| (text::key(&path[start.len()..]), value.as_str())).collect();
        self.checked.same(|| format!("model.values.{section}"), &declared.len(), &typed.len());
        for (name, points) in typed {
            let number = declared.get(&text::key(name)).and_then(|value| number(value));
            self.differ(&format!("{section}.{name}"), number.as_ref(), Some(&points.0));
        }
    }
}

/// A number of the model file: a decimal, or a fraction where no decimal is exact.
fn number(written: &str) -> Option<Exact> {
    Exact::parse(written).or_else(|| Exact::parse_fraction(written))
}

/// Words of the model file join parts by `_`, those of the document by `-`.
fn word_key(word: &str) -> String {
    text::key(word).replace('_', "-")
}

fn score(model: &Model, declared: &mut Declared<'_>) {
    declared.word("assessment.period", Some(&model.period), None);
    declared.points("score.full", Some(&model.score.full), Some(&Points::whole(100)));
    declared.points("score.min", Some(&model.score.min), Some(&Points::zero()));
    declared.points("score.max", Some(&model.score.max), Some(&model.score.full));
    declared.count("score.decimals", Some(model.score.decimals as usize), Some(2));
    declared.count("score.component_decimals", model.score.component_decimals.map(|own| own as usize), None);
    declared.word("score.rounding", Some(model.score.rounding.json()), Some("half_up"));
    declared.order("aspect", model.tree.aspects.iter().map(|own| &own.code));
    declared.order("line", model.tree.lines.iter().map(|own| &own.code));
    for aspect in &model.tree.aspects {
        declared.points(&format!("aspect[{}].points", aspect.code), Some(&aspect.points), None);
    }
}

fn adjustments(model: &Model, declared: &mut Declared<'_>) {
    declared.order("adjustment", model.adjustments.kinds.iter().map(|own| &own.code));
    for kind in &model.adjustments.kinds {
        let path = |key: &str| format!("adjustment[{}].{key}", kind.code);
        declared.word(&path("kind"), Some(kind.sign.json()), None);
        declared.points(&path("points"), kind.points.as_ref(), None);
        declared.table(&path("levels"), &kind.levels);
        declared.points(&path("max_per_unit"), kind.max_per_unit.as_ref(), None);
        declared.flag(&path("partial"), kind.partial, false);
    }
    declared.points("adjustments.per_item_max", model.adjustments.per_item_max.as_ref(), None);
    declared.points("adjustments.max_bonus", model.adjustments.max_bonus.as_ref(), None);
    declared.points("adjustments.max_deduction", model.adjustments.max_deduction.as_ref(), None);
    let rule = model.over_claim.as_ref();
    for (key, typed) in [
        ("free", rule.map(|rule| &rule.free)),
        ("per", rule.map(|rule| &rule.per)),
        ("points", rule.map(|rule| &rule.points)),
        ("max", rule.map(|rule| &rule.max)),
    ] {
        declared.points(&format!("over_claim.{key}"), typed, None);
    }
}
