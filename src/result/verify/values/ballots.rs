//! Components: weights, and the rules of ballots and given scores.

use super::Declared;
use crate::model::rule::{Ladder, Step};
use crate::model::tail::UNBOUNDED;
use crate::model::{BallotRules, ComponentKind, ConvertBy, Issued, Positive, RaterClass, Scale, TailRules, Trim};
use crate::result::outcome::Outcome;
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::text;

pub(super) fn check(outcome: &Outcome, declared: &mut Declared<'_>) {
    let model = &outcome.model;
    declared.order("component", model.components.iter().map(|own| &own.id));
    for (index, component) in model.components.iter().enumerate() {
        let path = |key: &str| format!("component[{}].{key}", component.id);
        declared.number(&path("weight"), Some(&component.weight.0), None);
        declared.word(&path("kind"), Some(component.scored().json()), None);
        declared.word(&path("rounding"), Some(component.rounding.json()), Some("half_up"));
        super::votes::limits(model, component, &path("limit"), declared);
        tail(&component.tail, &path, declared);
        declared.flag(&path("into_aspects"), !component.apart, true);
        match &component.kind {
            ComponentKind::Ballots(rules) => {
                for (class, own) in rules.classes.iter().zip(outcome.ballots(index).iter().flat_map(|own| &own.classes))
                {
                    declared.count(&path(&format!("class[{}].issued", class.id)), own.issued, None);
                }
                Ballots { rules }.check(&path, declared);
                if let Some(totals) = outcome.ballots(index) {
                    let is_declared = totals.scale == rules.scale || totals.scale.without_step() == rules.scale;
                    declared.checked.same(|| path("scale"), &is_declared, &true);
                }
            }
            ComponentKind::Given(rules) => {
                declared.points(&path("scale"), Some(&rules.scale), Some(&Points::whole(100)));
                declared.word(&path("periods"), Some(rules.periods.json()), Some("mean"));
                let weights: Vec<(String, Points)> =
                    rules.period_weights.iter().map(|(name, own)| (name.clone(), Points(own.0.clone()))).collect();
                declared.table(&path("period_weights"), &weights);
                declared.count(&path("drop.low"), Some(rules.drop.map_or(0, |drop| drop.low)), Some(0));
                declared.count(&path("drop.high"), Some(rules.drop.map_or(0, |drop| drop.high)), Some(0));
                declared.word(&path("missing"), Some(rules.missing.json()), Some("error"));
                declared.word(&path("not_applicable"), Some(rules.not_applicable.json()), Some("error"));
            }
            ComponentKind::Indicators => {}
        }
    }
}

/// What becomes of the measured rate.
fn tail(rules: &TailRules, path: &dyn Fn(&str) -> String, declared: &mut Declared<'_>) {
    let columns: &[String] = rules.coefficient.as_ref().map_or(&[], |own| &own.columns);
    declared.list(&path("coefficient"), columns);
    let most = rules.coefficient.as_ref().and_then(|own| own.most.as_ref());
    let is_unbounded = declared.get(&path("coefficient_max")) == Some(UNBOUNDED);
    if is_unbounded {
        declared.checked.same(|| path("coefficient_max"), &most.is_none(), &true);
    } else {
        let usual = Percent::whole(100);
        let usual = (rules.coefficient.is_some() && rules.convert.is_none()).then_some(&usual.0);
        declared.number(&path("coefficient_max"), most.map(|own| &own.0), usual);
    }
    let key = |key: &str| path(&format!("convert.{key}"));
    let Some(rule) = &rules.convert else {
        declared.checked.same(|| path("convert"), &declared.values.contains_key(&key("by")), &false);
        return;
    };
    let (by, mean, ladder) = match &rule.by {
        ConvertBy::Best => ("best", None, None),
        ConvertBy::Mean(mean) => ("mean", Some(&mean.0), None),
        ConvertBy::Place(ladder) => ("place", None, Some(ladder)),
    };
    declared.word(&key("by"), Some(by), None);
    declared.word(&key("within"), Some(rule.field.within.json()), Some("group"));
    declared.flag(&key("separate"), rule.field.separate, false);
    declared.number(&key("mean"), mean, None);
    let whole = Points::whole(100);
    let (first, step, last, least) = match ladder {
        Some(Ladder::Steps { first, step: Step::Points(step), least }) => (Some(first), Some(step), None, Some(least)),
        Some(Ladder::Even { first, last }) => (Some(first), None, Some(last), None),
        _ => (None, None, None, None),
    };
    declared.points(&key("first"), first, ladder.map(|_| &whole));
    declared.points(&key("step"), step, None);
    declared.points(&key("last"), last, None);
    let nothing = Points::zero();
    declared.points(&key("least"), least, step.map(|_| &nothing));
}

struct Ballots<'b> {
    rules: &'b BallotRules,
}

impl Ballots<'_> {
    fn check(&self, path: &dyn Fn(&str) -> String, declared: &mut Declared<'_>) {
        let rules = self.rules;
        declared.choice(&path("rates"), &rules.rates, "unit");
        self.scale(path, declared);
        self.positive(path, declared);
        declared.list(&path("abstain"), &rules.abstain);
        declared.choice(&path("denominator"), &rules.denominator, "valid");
        declared.number(&path("max_top_share"), rules.max_top_share.as_ref().map(|share| &share.0), None);
        declared.choice(&path("straight_line"), &rules.straight_line, "allow");
        declared.count(&path("pattern_from"), Some(rules.pattern_from), Some(3));
        declared.count(&path("mean_decimals"), rules.mean_decimals.map(|own| own as usize), None);
        declared.number(&path("quorum"), rules.quorum.as_ref().map(|share| &share.0), None);
        declared.count(&path("min_valid"), Some(rules.min_valid), Some(0));
        declared.choice(&path("too_few"), &rules.too_few, "error");
        declared.choice(&path("missing_class"), &rules.missing_class, "error");
        declared.word(&path("not_applicable"), Some(rules.not_applicable.json()), Some("error"));
        trim(rules.trim.as_ref(), &path("trim"), declared);
        super::votes::share(rules.share.as_deref(), path, declared);
        declared.order(&path("class"), rules.classes.iter().map(|own| &own.id));
        for class in &rules.classes {
            let path = |key: &str| path(&format!("class[{}].{key}", class.id));
            if let Some(own) = &class.own {
                super::votes::own_marks(own, rules, &path, declared);
            }
            self::class(class, &path, declared);
        }
    }

    /// What marks may be, the points that make 100 %, and where the top level begins.
    fn scale(&self, path: &dyn Fn(&str) -> String, declared: &mut Declared<'_>) {
        let whole = Points::whole(100);
        let (best, full) = match &self.rules.scale {
            Scale::Levels(levels) => {
                declared.table(&path("levels"), levels);
                (levels.iter().map(|(_, points)| points).max(), &whole)
            }
            Scale::Range(range) => {
                let bounds = format!("{}, {}", range.low.0.in_full(), range.high.0.in_full());
                declared.word(&path("range"), Some(&bounds), None);
                declared.points(&path("step"), range.step.as_ref(), None);
                (Some(&range.high), &range.high)
            }
        };
        declared.points(&path("full"), Some(&self.rules.full), Some(full));
        declared.points(&path("top_from"), Some(&self.rules.top_from), best);
    }

    fn positive(&self, path: &dyn Fn(&str) -> String, declared: &mut Declared<'_>) {
        let from = match &self.rules.positive {
            Positive::From(from) => Some(from),
            Positive::Levels(_) | Positive::Undeclared => None,
        };
        declared.points(&path("positive_from"), from, None);
        positive_levels(&self.rules.positive, &self.rules.scale, &path("positive"), declared);
    }
}

/// Which levels of a scale are positive.
pub(super) fn positive_levels(typed: &Positive, scale: &Scale, path: &str, declared: &mut Declared<'_>) {
    let levels = match typed {
        Positive::Levels(points) => points.as_slice(),
        Positive::From(_) | Positive::Undeclared => &[],
    };
    let words = declared.get(path).unwrap_or_default();
    let Scale::Levels(known) = scale else { return };
    let of_word = |word: &str| known.iter().find(|(name, _)| text::key(name) == text::key(word));
    let written = words.split(", ").filter_map(|word| Some(of_word(word)?.1.to_string()));
    let typed = levels.iter().map(ToString::to_string);
    let (written, typed): (Vec<_>, Vec<_>) = (written.collect(), typed.collect());
    declared.differ(path, Some(&written.join(", ")), Some(&typed.join(", ")));
}

fn trim(rule: Option<&Trim>, path: &str, declared: &mut Declared<'_>) {
    // A rule that drops nothing need not have any key.
    let has_keys = declared.has(path);
    let drops = rule.is_some_and(|rule| rule.low + rule.high > 0 || rule.share.is_some());
    declared.checked.same(|| format!("model.values.{path}"), &has_keys, &(drops || (has_keys && rule.is_some())));
    let Some(rule) = rule else { return };
    declared.count(&format!("{path}.low"), Some(rule.low), Some(0));
    declared.count(&format!("{path}.high"), Some(rule.high), Some(0));
    declared.number(&format!("{path}.share"), rule.share.as_ref().map(|share| &share.0), None);
    declared.count(&format!("{path}.from"), Some(rule.from), Some(rule.low + rule.high + 1));
    declared.choice(&format!("{path}.on"), &rule.on, "rating");
}

fn class(class: &RaterClass, path: &dyn Fn(&str) -> String, declared: &mut Declared<'_>) {
    declared.word(&path("name"), Some(&class.name), None);
    declared.list(&path("aliases"), &class.aliases);
    declared.number(&path("weight"), Some(&class.weight.0), None);
    declared.flag(&path("recuse"), class.recuse, true);
    let Issued::Units(units, _) = &class.issued else { return };
    let issued: Vec<(String, Points)> =
        units.iter().map(|(unit, issued)| (unit.clone(), Points(Exact::from(*issued)))).collect();
    declared.table(&path("issued"), &issued);
}
