//! What SPEC §19 adds to grades and places of random projects, and awards.

use crate::enrich::{Enrich, texts};
use crate::features::Feature;
use crate::number::{Q, Way, print_by};
use crate::project::{
    Allocation, Award, AwardBy, Bottom, Cap, Condition, Kind, Lacking, Missing, Project, Promotion, Quota, Rates,
    Rounding, Scale, Scope, Sense, Size, TieAtQuota,
};
use crate::score::Outcome;

impl Enrich {
    /// Bars, places, caps, promotions and awards.
    pub(crate) fn grades(&mut self, p: &mut Project, found: &Outcome) {
        if self.has(Feature::SchemeScope) && !p.schemes.is_empty() && self.rng.chance(70) {
            p.rank.scope = Scope::Scheme;
        }
        if self.has(Feature::Awards) {
            for serial in 1..=self.rng.between(1, 3) {
                let award = self.award(p, serial);
                p.awards.push(award);
            }
        }
        if p.grades.is_empty() {
            return;
        }
        if self.has(Feature::Places) {
            self.places(p, found);
        }
        let mut conditions: Vec<Condition> = Vec::new();
        if self.has(Feature::EqualsList) {
            conditions.push(Condition::Attribute(texts(&["一般", "较好"])));
        }
        if self.has(Feature::Sums) {
            conditions.push(Condition::Deductions(self.rng.text(&["0.5", "1", "1.5"])));
            conditions.push(Condition::Bonus(self.rng.text(&["1", "2", "2.5"])));
        }
        if self.has(Feature::Votes) {
            for (at, component) in p.components.iter().enumerate() {
                if let Kind::Ballots(b) = &component.kind
                    && let Scale::Levels(levels) = &b.scale
                    && b.rates == Rates::Unit
                    && b.trim.is_none()
                    && b.classes.iter().all(|class| class.scale.is_none())
                {
                    let sense = *self.rng.pick(&[Sense::Above, Sense::AtLeast, Sense::Below, Sense::AtMost]);
                    let of = if self.rng.chance(50) { vec![0] } else { vec![levels.len() - 2, levels.len() - 1] };
                    let bar = self.rng.text(&["20", "25", "50", "60"]);
                    conditions.push(Condition::Votes { component: at, of, sense, bar });
                }
            }
        }
        for (serial, when) in conditions.into_iter().enumerate() {
            let up = matches!(
                when,
                Condition::Attribute(_)
                    | Condition::Bonus(_)
                    | Condition::Votes { sense: Sense::Above | Sense::AtLeast, .. }
            );
            if up && self.rng.chance(40) {
                p.promotions.push(Promotion {
                    code: format!("V{serial}"),
                    to: self.rng.between(0, p.grades.len() - 2),
                    when,
                    unless_capped: self.rng.chance(50),
                });
            } else {
                p.caps.push(Cap {
                    code: format!("E{serial}"),
                    at_most: self.rng.between(1, p.grades.len() - 1),
                    when,
                    committee: false,
                });
            }
        }
    }

    fn places(&mut self, p: &mut Project, found: &Outcome) {
        let allocation = self.has(Feature::Allocation);
        let rng = &mut self.rng;
        let last = p.grades.len() - 1;
        let groups: Vec<usize> = match p.rank.scope {
            Scope::Group => (0..3).filter(|group| p.units.iter().any(|unit| unit.group == *group)).collect(),
            Scope::Scheme => (0..p.schemes.len()).collect(),
            Scope::All => Vec::new(),
        };
        let mut least = 0;
        for at in 0..last {
            let Some(quota) = &mut p.grades[at].quota else { continue };
            if rng.chance(60) {
                least += rng.below(3);
                quota.size = Size::Places(u32::try_from(least).expect("small"));
                quota.minimum = 0;
                quota.minimum_from = None;
            }
            if !groups.is_empty() && rng.chance(50) {
                let group = *rng.pick(&groups);
                let size = if rng.chance(50) || quota.minimum > 0 {
                    Size::Share(rng.text(&["30", "50", "70"]))
                } else {
                    Size::Places(u32::try_from(least + rng.below(2)).expect("small"))
                };
                quota.by = vec![(group, size)];
            }
            if allocation && !groups.is_empty() && rng.chance(35) {
                p.allocations.push(Allocation {
                    id: format!("ME{}", at + 1),
                    scope: *rng.pick(&groups),
                    grade: at,
                    places: u32::try_from(least + rng.below(2)).expect("small"),
                    number: if rng.chance(90) { "编〔2025〕7号".to_owned() } else { String::new() },
                    date: "2025-12-01".to_owned(),
                    status: if rng.chance(85) { "工委审定" } else { "拟提" },
                });
            }
            match rng.below(4) {
                0 => p.grades[at].at_least = p.grades[at + 1].at_least.clone(),
                1 => p.grades[at].at_least = String::new(),
                _ => {}
            }
        }
        rising(p);
        if self.rng.chance(80) {
            let rng = &mut self.rng;
            let totals: Vec<Q> = found.units.iter().map(|unit| unit.total.clone()).collect();
            let safe = print_by(rng.pick(&totals), p.score.decimals, Way::HalfUp);
            p.grades[rng.between(last.min(1), last)].bottom = Some(Bottom {
                share: rng.text(&["10", "25", "33.4", "50"]),
                safe_from: rng.chance(50).then_some(safe),
            });
        }
    }

    fn award(&mut self, p: &Project, serial: usize) -> Award {
        let schemes = self.has(Feature::SchemeScope) && !p.schemes.is_empty();
        let lacked = self.has(Feature::LackedAward);
        let always = |at: usize| {
            let given = matches!(&p.components[at].kind, Kind::Given(g) if g.missing == Missing::Renormalise);
            !given && p.components[at].more.not_applicable != Lacking::Renormalise
        };
        let rng = &mut self.rng;
        let widest = if schemes { Scope::Scheme } else { Scope::All };
        let by = match rng.below(6) {
            0 => match rng.below(p.components.len()) {
                at if lacked || always(at) => AwardBy::Component(at),
                _ => AwardBy::Total,
            },
            1 if !p.absent.aspects => AwardBy::Aspect(rng.below(p.aspects.len())),
            2 if !p.absent.lines => AwardBy::Line(rng.below(p.lines.len())),
            3 if !p.leaves.is_empty() => AwardBy::Leaf(rng.below(p.leaves.len())),
            4 => AwardBy::Adjustment(rng.below(2)),
            _ => AwardBy::Total,
        };
        let at_least = match by {
            AwardBy::Adjustment(_) => Some(rng.text(&["0.5", "1", "2"])),
            AwardBy::Total => rng.maybe(40, &["60", "70"]),
            _ => rng.maybe(40, &["70", "85"]),
        };
        Award {
            code: format!("AW{serial}"),
            name: format!("单项奖{serial}"),
            by,
            size: if rng.chance(50) {
                Size::Places(u32::try_from(rng.between(1, 2)).expect("small"))
            } else {
                Size::Share(rng.text(&["25", "40", "50"]))
            },
            rounding: *rng.pick(&[Rounding::Floor, Rounding::Ceil, Rounding::HalfUp]),
            scope: *rng.pick(&[Scope::Group, Scope::All, widest]),
            at_least,
            unless: rng.chance(40).then(|| match rng.below(3) {
                0 => Condition::Attribute(texts(&["一般"])),
                1 => Condition::Event(4),
                _ => Condition::LastInGroup,
            }),
            tie: *rng.pick(&[TieAtQuota::Exclude, TieAtQuota::Include]),
        }
    }
}

/// SPEC §9: cumulative places may not fall from a better to a lower grade. Fixed ones obey for every group, whoever is
/// ranked there: a size of a group that would fall, or would be below that of a better grade, is left out.
fn rising(p: &mut Project) {
    let mut best: [u32; 3] = [0; 3];
    for grade in &mut p.grades {
        let Some(quota) = &mut grade.quota else { continue };
        let common = if let Size::Places(places) = quota.size { Some(places) } else { None };
        quota.by.retain(|(group, size)| !matches!(size, Size::Places(places) if *places < best[*group]));
        let fixed = |group: usize, quota: &Quota| match quota.by.iter().find(|(own, _)| *own == group) {
            Some((_, Size::Places(places))) => Some(*places),
            Some((_, Size::Share(_))) => None,
            None => common,
        };
        if best.iter().enumerate().any(|(group, best)| fixed(group, quota).is_some_and(|places| places < *best)) {
            quota.size = Size::Places(best.iter().copied().max().unwrap_or(0));
            quota.by.clear();
        }
        for (group, best) in best.iter_mut().enumerate() {
            let own = match quota.by.iter().find(|(own, _)| *own == group) {
                Some((_, size)) => size.clone(),
                None => quota.size.clone(),
            };
            if let Size::Places(places) = own {
                *best = places;
            }
        }
    }
}
