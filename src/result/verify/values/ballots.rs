//! Components: weights, and the rules of ballots and given scores.

use super::Declared;
use crate::model::ballot::Positive;
use crate::model::{Scale, Trim};
use crate::result::outcome::{
    ClassModel, ComponentModel, ComponentType, CountingModel, Inapplicable, MarksModel, Outcome, Periods,
};
use crate::shared::number::{Exact, Points};
use crate::shared::text;

pub(super) fn check(outcome: &Outcome, declared: &mut Declared<'_>) {
    let model = &outcome.model;
    declared.order("component", model.components.iter().map(|own| &own.id));
    for (id, class) in outcome.classes.iter().flat_map(|(id, classes)| classes.iter().map(move |class| (id, class))) {
        declared.count(&format!("component[{id}].class[{}].issued", class.id), class.issued, None);
    }
    for component in &model.components {
        let path = |key: &str| format!("component[{}].{key}", component.id);
        declared.number(&path("weight"), Some(&component.weight.0), None);
        declared.word(&path("kind"), Some(component.kind.json()), None);
        match (component.kind, &component.counting, &component.marks) {
            (ComponentType::Ballots, Some(counting), Some(marks)) => {
                let own = Ballots { component, counting, marks };
                own.check(&path, declared);
            }
            (ComponentType::Ballots, ..) => declared.checked.same(|| format!("model.{}", path("counting")), "—", "…"),
            (ComponentType::Given, ..) => {
                declared.points(&path("scale"), component.full.as_ref(), Some(&Points::whole(100)));
                declared.word(&path("periods"), component.combined.map(Periods::json), Some("mean"));
                declared.word(&path("not_applicable"), component.not_applicable.map(Inapplicable::json), Some("error"));
            }
            _ => {}
        }
    }
}

struct Ballots<'b> {
    component: &'b ComponentModel,
    counting: &'b CountingModel,
    marks: &'b MarksModel,
}

impl Ballots<'_> {
    fn check(&self, path: &dyn Fn(&str) -> String, declared: &mut Declared<'_>) {
        let rules = self.counting;
        self.scale(path, declared);
        self.positive(path, declared);
        declared.list(&path("abstain"), &rules.abstain);
        declared.choice(&path("denominator"), &rules.denominator, "valid");
        declared.number(&path("max_top_share"), rules.max_top_share.as_ref().map(|share| &share.0), None);
        declared.choice(&path("straight_line"), &rules.straight_line, "allow");
        declared.count(&path("pattern_from"), Some(rules.pattern_from), Some(3));
        declared.count(&path("mean_decimals"), self.component.mean_decimals.map(|own| own as usize), None);
        declared.number(&path("quorum"), rules.quorum.as_ref().map(|share| &share.0), None);
        declared.count(&path("min_valid"), Some(rules.min_valid), Some(0));
        declared.choice(&path("too_few"), &rules.too_few, "error");
        declared.choice(&path("missing_class"), &rules.missing_class, "error");
        declared.word(&path("not_applicable"), self.component.not_applicable.map(Inapplicable::json), Some("error"));
        trim(self.marks.trim.as_ref(), &path("trim"), declared);
        declared.order(&path("class"), self.component.classes.iter().map(|own| &own.id));
        for class in &self.component.classes {
            self::class(class, &path(&format!("class[{}]", class.id)), declared);
        }
    }

    /// What marks may be, the points that make 100 %, and where the top level begins.
    fn scale(&self, path: &dyn Fn(&str) -> String, declared: &mut Declared<'_>) {
        let (best, full) = match &self.marks.scale {
            Scale::Levels(levels) => {
                declared.table(&path("levels"), levels);
                (levels.iter().map(|(_, points)| points).max().cloned(), Points::whole(100))
            }
            Scale::Range(range) => {
                let bounds = format!("{}, {}", range.low, range.high);
                declared.word(&path("range"), Some(&bounds), Some("0, 100"));
                if declared.get(&path("step")).is_some() {
                    declared.points(&path("step"), range.step.as_ref(), None);
                }
                (Some(range.high.clone()), range.high.clone())
            }
        };
        declared.points(&path("full"), self.component.full.as_ref(), Some(&full));
        declared.points(&path("top_from"), Some(&self.counting.top_from), best.as_ref());
    }

    fn positive(&self, path: &dyn Fn(&str) -> String, declared: &mut Declared<'_>) {
        let is_declared = self.marks.positive != Positive::Undeclared;
        declared.checked.same(|| path("satisfaction"), &self.component.satisfaction, &is_declared);
        let (from, levels) = match &self.marks.positive {
            Positive::From(from) => (Some(from), &[] as &[Points]),
            Positive::Levels(points) => (None, points.as_slice()),
            Positive::Undeclared => (None, &[] as &[_]),
        };
        declared.points(&path("positive_from"), from, None);
        let words = declared.get(&path("positive")).unwrap_or_default();
        let Scale::Levels(known) = &self.marks.scale else { return };
        let of_word = |word: &str| known.iter().find(|(name, _)| text::key(name) == text::key(word));
        let written = words.split(", ").filter_map(|word| Some(of_word(word)?.1.to_string()));
        let typed = levels.iter().map(ToString::to_string);
        let (written, typed): (Vec<_>, Vec<_>) = (written.collect(), typed.collect());
        declared.differ(&path("positive"), Some(&written.join(", ")), Some(&typed.join(", ")));
    }
}

fn trim(rule: Option<&Trim>, path: &str, declared: &mut Declared<'_>) {
    // A rule that drops nothing need not have any key.
    let has_keys = declared.has(path);
    let drops = rule.is_some_and(|rule| rule.low + rule.high > 0);
    declared.checked.same(|| format!("model.values.{path}"), &has_keys, &(drops || (has_keys && rule.is_some())));
    let Some(rule) = rule else { return };
    declared.count(&format!("{path}.low"), Some(rule.low), Some(0));
    declared.count(&format!("{path}.high"), Some(rule.high), Some(0));
    declared.count(&format!("{path}.from"), Some(rule.from), Some(rule.low + rule.high + 1));
    declared.choice(&format!("{path}.on"), &rule.on, "rating");
}

fn class(class: &ClassModel, path: &str, declared: &mut Declared<'_>) {
    declared.number(&format!("{path}.weight"), Some(&class.weight.0), None);
    declared.flag(&format!("{path}.recuse"), class.recuse, true);
    let issued: Vec<(String, Points)> =
        class.issued_of.iter().map(|(unit, issued)| (unit.clone(), Points(Exact::from(*issued)))).collect();
    declared.table(&format!("{path}.issued"), &issued);
}
