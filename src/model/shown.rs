//! The values of a model, by path, that are printed on a form or determine what may be entered in it.
//!
//! A form carries them from the day it is made, so that a later change of the model can be reported by name, and only
//! for the forms that it affects.

use super::{ComponentKind, Model, Rates, Sign};

/// A form, described by the words of its hidden sheet; a word that it lacks is empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'f> {
    /// The kind of form.
    pub kind: &'f str,
    /// The component id.
    pub component: &'f str,
    /// The class id.
    pub class: &'f str,
    /// The register.
    pub register: &'f str,
}

/// The properties of an indicator that affect a self-report.
const ASKED: [&str; 11] =
    ["code", "name", "points", "rule", "params", "expr", "inputs", "evidence", "source", "standard", "schemes"];
/// The properties of an indicator that affect a 核定表.
const VERIFIED: [&str; 8] = ["code", "name", "points", "rule", "params", "expr", "inputs", "schemes"];
/// The properties of an item that a form only names.
const NAMED: [&str; 2] = ["code", "name"];
/// The properties of a component that affect a ballot.
const MARKS: [&str; 8] = ["id", "name", "rates", "levels", "range", "abstain", "max_top_share", "straight_line"];
/// The properties of a component that affect a tally.
const COUNTED: [&str; 6] = ["id", "name", "rates", "levels", "range", "abstain"];
/// The properties of a component that affect a form for given scores.
const GIVEN: [&str; 5] = ["id", "name", "scale", "periods", "period_order"];
/// The properties of a kind that affect a register.
const ENTERED: [&str; 5] = ["code", "name", "kind", "points", "levels"];

impl Shown<'_> {
    /// The values carried by the form, by path.
    pub fn of<'m>(&self, model: &'m Model) -> Vec<(&'m str, &'m str)> {
        let values = model.values.iter().map(|(path, value)| (path.as_str(), value.as_str()));
        values.filter(|(path, _)| self.holds(model, path)).collect()
    }

    fn holds(&self, model: &Model, path: &str) -> bool {
        let Some(value) = Value::parse(path) else { return false };
        match (self.kind, value.section) {
            ("self-report", "indicator") => value.is_one(&ASKED) && is_asked(model, value.item),
            ("verified", "indicator") => value.is_one(&VERIFIED),
            ("ballot" | "tally", "component") if value.item == self.component => self.on_ballot(&value),
            ("ballot" | "tally", "aspect") => value.is_one(&NAMED) && self.rates(model) == Some(Rates::Aspects),
            ("ballot" | "tally", "indicator") => value.is_one(&NAMED) && self.rates(model) == Some(Rates::Indicators),
            ("given", "component") => value.item == self.component && value.is_one(&GIVEN),
            ("ledger", "indicator") => value.is_one(&NAMED),
            ("register", section) => self.in_register(model, section, &value),
            _ => false,
        }
    }

    fn on_ballot(&self, value: &Value<'_>) -> bool {
        match value.inner() {
            Some(class) if class.section == "class" => {
                let keys: &[&str] = match self.kind {
                    "ballot" => &["id", "name", "recuse", "levels", "range"],
                    _ => &["id", "name", "levels", "range"],
                };
                class.item == self.class && class.is_one(keys)
            }
            Some(_) => false,
            None => value.is_one(if self.kind == "ballot" { &MARKS } else { &COUNTED }),
        }
    }

    fn rates(&self, model: &Model) -> Option<Rates> {
        let component = model.components.iter().find(|component| component.id == self.component)?;
        let ComponentKind::Ballots(rules) = &component.kind else { return None };
        Some(rules.rates)
    }

    fn in_register(&self, model: &Model, section: &str, value: &Value<'_>) -> bool {
        let sign = || model.adjustments.kind(value.item).map(|at| model.adjustments.kinds[at].sign);
        match (self.register, section) {
            ("adjustments", "adjustment") => value.is_one(&ENTERED) && sign() != Some(Sign::Event),
            ("events", "adjustment") => value.is_one(&ENTERED) && sign() == Some(Sign::Event),
            ("decisions", "grade") => value.is_one(&["name"]),
            ("corrections", "indicator") => value.is_one(&NAMED),
            ("corrections", "component") => value.is_one(&["id", "name"]),
            _ => false,
        }
    }
}

/// Whether units are asked for a leaf; a leaf that is not in the tree is asked of no unit.
fn is_asked(model: &Model, code: &str) -> bool {
    model.tree.leaf(code).is_some_and(|leaf| model.tree.leaves[leaf].asked_of_unit)
}

/// The path of a value, split into its parts: `indicator[1.1].params`.
struct Value<'p> {
    section: &'p str,
    item: &'p str,
    rest: &'p str,
}

impl<'p> Value<'p> {
    /// Splits a path that begins with an item of a list; an item may contain points, but no brackets before its end.
    fn parse(path: &'p str) -> Option<Self> {
        let (section, tail) = path.split_once('[')?;
        let (item, rest) = tail.split_once("].")?;
        Some(Self { section, item, rest })
    }

    /// A list within the item: `class[P1].name`.
    fn inner(&self) -> Option<Self> {
        Value::parse(self.rest).filter(|inner| !inner.section.contains('.'))
    }

    /// Whether the key is one of these, or within it: `levels.好`.
    fn is_one(&self, keys: &[&str]) -> bool {
        // `by_scheme.S2.points` is the points in one scheme.
        let own = self.rest.strip_prefix("by_scheme.").and_then(|own| own.split_once('.')).map(|(_, key)| key);
        let rest = own.unwrap_or(self.rest);
        keys.contains(&rest.split('.').next().unwrap_or(rest))
    }
}

/// The item to which a value belongs, `indicator[1.1]`, and the path of the value that shows whether the item exists.
pub fn item_of(path: &str) -> Option<(&str, [String; 3])> {
    let end = path.find("].")? + 1;
    let item = &path[..end];
    Some((item, ["code", "id", "name"].map(|key| format!("{item}.{key}"))))
}
