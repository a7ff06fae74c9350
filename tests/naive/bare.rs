//! Models that do without lines, aspects, indicators or grades (SPEC §19.14), and what §19.8 adds to ballots, at random.

use crate::enrich::{Enrich, owned};
use crate::features::Feature;
use crate::generate::short;
use crate::number::{q, sum};
use crate::project::{Ballots, Denominator, Kind, Project, Rates, Scale, Trim};
use crate::rng::Rng;

impl Enrich {
    /// Takes lines, aspects or indicators away, and keeps the rates of some components out of the aspects.
    pub(crate) fn bare(&mut self, p: &mut Project) {
        let judging = self.has(Feature::NoIndicators);
        if judging {
            judge_only(p);
        }
        if judging || self.has(Feature::NoLines) {
            p.absent.lines = true;
            p.lines.truncate(1);
            p.leaves.iter_mut().for_each(|leaf| leaf.line = 0);
        }
        if self.has(Feature::NoAspects) {
            p.absent.aspects = true;
            p.aspects.truncate(1);
            if !judging {
                p.aspects[0].points = short(&sum(&p.leaves.iter().map(|leaf| q(&leaf.points)).collect::<Vec<_>>()));
            }
            p.leaves.iter_mut().for_each(|leaf| leaf.aspect = 0);
            whole_units(p, Rates::Aspects);
        }
        if (p.absent.lines || p.absent.aspects) && !self.has(Feature::BareTable) {
            p.indicator_table = false;
        }
        if self.has(Feature::OutsideAspects) {
            for component in p.components.iter_mut().skip(1) {
                let whole = match &component.kind {
                    Kind::Indicators => false,
                    Kind::Ballots(b) => b.rates == Rates::Unit,
                    Kind::Given(g) => g.rates == Rates::Unit,
                };
                component.more.outside_aspects = whole && self.rng.chance(60);
            }
        }
    }

    /// Whether the model has no grades.
    pub(crate) fn without_grades(&self) -> bool {
        self.has(Feature::NoGrades)
    }
}

/// No indicators, and no component that needs them.
fn judge_only(p: &mut Project) {
    p.components.retain(|component| !matches!(component.kind, Kind::Indicators));
    let weights: &[&str] = match p.components.len() {
        1 => &["100"],
        2 => &["60", "40"],
        _ => &["50", "30", "20"],
    };
    for (component, weight) in p.components.iter_mut().zip(weights) {
        (*weight).clone_into(&mut component.weight);
    }
    whole_units(p, Rates::Indicators);
    p.leaves.clear();
    p.over_claim = None;
}

/// Components that measured some kind of node measure the unit.
fn whole_units(p: &mut Project, gone: Rates) {
    for component in &mut p.components {
        match &mut component.kind {
            Kind::Ballots(b) if b.rates == gone => b.rates = Rates::Unit,
            Kind::Given(g) if g.rates == gone => {
                g.rates = Rates::Unit;
                g.nodes = vec![0];
            }
            _ => {}
        }
    }
}

/// Divisors, trimmed shares, scales of single classes and columns of tallies.
pub(crate) fn voting(rng: &mut Rng, features: &[Feature], b: &mut Ballots) {
    let has = |feature| features.contains(&feature);
    if has(Feature::Issued) && rng.chance(50) {
        b.denominator = Denominator::Issued;
    }
    if has(Feature::TrimShare) && rng.chance(60) {
        let share = Some(rng.text(&["10", "20", "25", "1/3"]));
        b.trim = Some(Trim { low: 0, high: 0, from: 0, on_ballot: rng.chance(40), share });
    }
    if has(Feature::Abstentions) {
        b.two_abstentions = rng.chance(60);
    }
    if has(Feature::ClassScale) && b.full.is_none() && rng.chance(60) {
        for class in b.classes.iter_mut().skip(1) {
            // Levels of a class are in the points of the component.
            class.scale = Some(if matches!(b.scale, Scale::Levels(_)) && rng.chance(50) {
                Scale::Levels(owned(&[("优", "100"), ("良", "85"), ("可", "70.5"), ("差", "0")]))
            } else {
                Scale::Range { min: "0".to_owned(), max: "10".to_owned(), top_from: None }
            });
        }
        // Satisfaction is of the levels that all classes share.
        b.positive.clear();
        b.positive_from = None;
        b.mean_decimals = None;
    }
}
