//! What SPEC §19 adds to random projects: rules of the model before there is data, marks in the data, rules of grades.
//!
//! Everything here comes from a generator of its own, so that the projects of the older rules stay what they are.

use crate::bare::voting;
use crate::enrich_leaves::{entry, formula, formula_rule, not_applicable, periods, periods_of_leaf, relative_rule};
use crate::features::Feature;
use crate::measured::in_scheme;
use crate::number::{Q, Way, q};
use crate::project::{
    Component, Condition, ConvertBy, Correction, Evidence, Kind, Lacking, Ladder, Missing, Mode, Place, Project, Rates,
    RatioIn, Rule, Scale, Scheme, Sense, Share, Value, Within,
};
use crate::rng::Rng;

/// Which features a project has.
pub(crate) struct Enrich {
    pub(crate) rng: Rng,
    features: Vec<Feature>,
}

pub(crate) fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

pub(crate) fn owned(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

impl Enrich {
    /// Some of the known features.
    pub(crate) fn new(seed: u64, known: &[Feature]) -> Self {
        let mut rng = Rng::new(seed ^ 0x00C0_FFEE);
        let mut features: Vec<Feature> = known.iter().copied().filter(|own| rng.chance(own.percent())).collect();
        if features.contains(&Feature::Schemes) && !known.contains(&Feature::SchemeFractions) {
            features.retain(|own| *own != Feature::Fractions);
        }
        Self { rng, features }
    }

    pub(crate) fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// Rules of the model, before units and data are there.
    pub(crate) fn model(&mut self, p: &mut Project) {
        self.bare(p);
        if self.has(Feature::RoundDown) {
            let both = self.rng.below(3);
            p.score.rounding = if both == 0 { Way::HalfUp } else { Way::Down };
            for component in &mut p.components {
                component.more.rounding = if both == 1 || self.rng.chance(40) { Way::HalfUp } else { Way::Down };
            }
        }
        if self.has(Feature::Fractions) {
            self.fractions(p);
        }
        if self.has(Feature::Schemes) {
            self.schemes(p);
        }
        self.leaves(p);
        for at in 0..p.components.len() {
            self.component(p, at);
        }
    }

    /// Two schemes over the groups: some indicators have another rule in the second, and components other weights.
    fn schemes(&mut self, p: &mut Project) {
        let weights = |rng: &mut Rng| {
            let mut weights: Vec<String> = p.components.iter().map(|component| component.weight.clone()).collect();
            weights.rotate_left(1);
            rng.chance(60).then_some(weights)
        };
        let scheme = |code: &str, groups: &[usize], weights| Scheme {
            code: code.to_owned(),
            name: format!("方案{code}"),
            groups: groups.to_vec(),
            weights,
        };
        let first = scheme("S1", &[0], weights(&mut self.rng));
        let second = scheme("S2", &[1, 2], weights(&mut self.rng));
        p.schemes = vec![first, second];
        let measured = |component: &Component| match &component.kind {
            Kind::Ballots(b) => b.rates == Rates::Indicators,
            Kind::Given(g) => g.rates == Rates::Indicators,
            Kind::Indicators => false,
        };
        if p.components.iter().any(measured) {
            return;
        }
        for at in 0..p.leaves.len() {
            if !self.rng.chance(35) || p.leaves[at].points.contains('/') {
                continue;
            }
            let mut other = p.leaves[at].clone();
            p.leaves[at].more.schemes = vec![0];
            other.more.schemes = vec![1];
            other.code = format!("{}9", other.code);
            other.name = format!("{}另", other.name);
            other.rule = Rule::Levels(owned(&[("A", "1"), ("B", "0.8"), ("C", "0.65"), ("D", "0")]));
            p.leaves.push(other);
        }
    }

    fn fractions(&mut self, p: &mut Project) {
        let rng = &mut self.rng;
        let two: [&[&str]; 3] = [&["1/3", "2/3"], &["66 2/3%", "33 1/3%"], &["2/7", "5/7"]];
        let weights: &[&str] = match p.components.len() {
            1 => &["100"],
            2 => two[rng.below(3)],
            3 => &["1/3", "1/3", "33 1/3%"],
            _ => &["1/6", "1/3", "1/3", "16 2/3%"],
        };
        if rng.chance(70) {
            for (component, weight) in p.components.iter_mut().zip(weights) {
                (*weight).clone_into(&mut component.weight);
            }
        }
        for component in &mut p.components {
            let Kind::Ballots(b) = &mut component.kind else { continue };
            if rng.chance(50) {
                let weights: &[&str] = match b.classes.len() {
                    2 => two[rng.below(3)],
                    3 => &["1/2", "1/3", "1/6"],
                    _ => &["100"],
                };
                for (class, weight) in b.classes.iter_mut().zip(weights) {
                    (*weight).clone_into(&mut class.weight);
                }
            }
            if b.quorum.is_some() && rng.chance(50) {
                b.quorum = Some(rng.text(&["2/3", "66 2/3%", "1/2"]));
            }
            if b.max_top_share.is_some() && rng.chance(50) {
                b.max_top_share = Some(rng.text(&["1/3", "2/3", "33 1/3%"]));
            }
            if let Scale::Levels(levels) = &mut b.scale
                && rng.chance(50)
            {
                for (_, points) in levels.iter_mut().filter(|(_, points)| points == "80" || points == "75.5") {
                    "230/3".clone_into(points);
                }
            }
        }
        if p.adjust_limits.max_bonus.is_some() && rng.chance(50) {
            p.adjust_limits.max_bonus = Some("10/3".to_owned());
        }
        if let Some(claim) = &mut p.over_claim
            && rng.chance(50)
        {
            claim.points = "1/3".to_owned();
        }
        if !p.indicator_table && rng.chance(60) {
            let third = q("1/3");
            let fits = |rule: &Rule| matches!(rule, Rule::Ratio { .. } | Rule::Levels(_) | Rule::Count(_));
            if let Some(leaf) = p.leaves.iter_mut().find(|leaf| fits(&leaf.rule)) {
                let fraction = |value: Q| format!("{}/{}", value.numer(), value.denom());
                leaf.points = fraction(q(&leaf.points) + &third);
                let aspect = &mut p.aspects[leaf.aspect];
                aspect.points = fraction(q(&aspect.points) + &third);
            }
        }
    }

    /// Rules of leaves that look at other units, at periods, at inputs, and numbers of units that multiply.
    fn leaves(&mut self, p: &mut Project) {
        if self.has(Feature::Coefficient) {
            p.numbers = texts(&["难度系数", "规模系数"]);
        }
        for at in 0..p.leaves.len() {
            let full = q(&p.leaves[at].points);
            if p.leaves[at].points.contains('/') || !self.rng.chance(45) {
                continue;
            }
            let mut ways: Vec<Feature> = Vec::new();
            ways.extend([Feature::Relative, Feature::LeafPeriods, Feature::Formula].iter().filter(|f| self.has(**f)));
            if ways.is_empty() {
                continue;
            }
            let by_scheme = self.has(Feature::SchemeField);
            let leaf = &mut p.leaves[at];
            if !leaf.more.schemes.is_empty() && !by_scheme {
                continue;
            }
            match *self.rng.pick(&ways) {
                Feature::Relative => leaf.rule = relative_rule(&mut self.rng, &full, by_scheme),
                Feature::LeafPeriods => periods_of_leaf(&mut self.rng, leaf, &full),
                _ => {
                    let formula = formula(&mut self.rng);
                    leaf.rule = formula_rule(&mut self.rng, &full);
                    leaf.more.formula = Some(formula);
                }
            }
            leaf.evidence = Evidence::None;
        }
        if self.has(Feature::Coefficient) {
            for leaf in &mut p.leaves {
                let numeric = match &leaf.rule {
                    Rule::Ratio { written, .. } => *written != RatioIn::Part,
                    Rule::Bands(_) | Rule::Curve(_) | Rule::Relative { .. } | Rule::Placed { .. } => true,
                    _ => false,
                };
                if numeric && leaf.more.periods.is_none() && self.rng.chance(35) {
                    leaf.more.coefficient = if self.rng.chance(70) { vec![0] } else { vec![0, 1] };
                }
            }
        }
    }

    fn component(&mut self, p: &mut Project, at: usize) {
        if self.has(Feature::Coefficient) && self.rng.chance(35) {
            let more = &mut p.components[at].more;
            more.coefficient = if self.rng.chance(70) { vec![1] } else { vec![0, 1] };
            more.coefficient_max = self.rng.maybe(30, &["90", "98.5"]);
        }
        if self.has(Feature::Convert) && self.rng.chance(35) {
            let widest = if self.has(Feature::SchemeField) { Within::Scheme } else { Within::All };
            let within = *self.rng.pick(&[Within::Group, Within::All, widest]);
            let by = match self.rng.below(4) {
                0 => ConvertBy::Best,
                1 => ConvertBy::Mean(self.rng.text(&["80", "85"])),
                2 => ConvertBy::Place(Ladder::Evenly { first: "100".to_owned(), last: "70".to_owned() }),
                _ => ConvertBy::Place(Ladder::Steps {
                    first: "98".to_owned(),
                    step: self.rng.text(&["2", "3.5"]),
                    least: self.rng.maybe(50, &["85", "90"]),
                }),
            };
            let more = &mut p.components[at].more;
            if !more.coefficient.is_empty() && self.rng.chance(50) {
                more.coefficient_max = Some("none".to_owned());
            }
            more.convert = Some((by, within));
        }
        let component = &mut p.components[at];
        match &mut component.kind {
            Kind::Given(g) => {
                if self.features.contains(&Feature::GivenPeriods) {
                    periods(&mut self.rng, g);
                }
                if self.has(Feature::NotApplicable) {
                    if g.rates == Rates::Unit && g.missing == Missing::Error && self.rng.chance(80) {
                        g.missing = Missing::Renormalise;
                    }
                    component.more.not_applicable =
                        *self.rng.pick(&[Lacking::Renormalise, Lacking::Zero, Lacking::Renormalise]);
                }
            }
            Kind::Ballots(b) => {
                if self.features.contains(&Feature::NotApplicable) {
                    component.more.not_applicable = *self.rng.pick(&[Lacking::Renormalise, Lacking::Zero]);
                }
                voting(&mut self.rng, &self.features, b);
                if let Scale::Levels(levels) = &b.scale
                    && self.has(Feature::ShareVotes)
                    && b.rates == Rates::Unit
                    && b.classes.iter().all(|class| class.scale.is_none())
                    && self.rng.chance(70)
                {
                    let ten = b.full.as_deref() == Some("10");
                    let bands = if self.rng.chance(30) {
                        Vec::new()
                    } else if ten {
                        owned(&[("0", "6"), ("50", "7.5"), ("70", "9"), ("90", "10")])
                    } else {
                        owned(&[("0", "40"), ("50", "75"), ("75", "90"), ("100", "100")])
                    };
                    let of = if self.rng.chance(60) { vec![0] } else { vec![0, 1] };
                    let interpolate = !bands.is_empty() && self.rng.chance(40);
                    let last = levels.len() - 1;
                    b.share = Some(Share { of, bands, interpolate });
                    b.trim = None;
                    b.mean_decimals = None;
                    if b.too_few == crate::project::TooFew::GroupMedian {
                        b.too_few = crate::project::TooFew::Flag;
                    }
                    if self.has(Feature::Limit) {
                        let when = Condition::Votes {
                            component: at,
                            of: vec![last],
                            sense: Sense::AtLeast,
                            bar: self.rng.text(&["10", "20", "25"]),
                        };
                        component.more.limit = vec![(when, "65".to_owned())];
                    }
                }
            }
            Kind::Indicators => {}
        }
        if self.has(Feature::Limit) && p.components[at].more.limit.is_empty() && self.rng.chance(35) {
            let words = if self.has(Feature::EqualsList) { texts(&["一般", "较好"]) } else { texts(&["一般"]) };
            p.components[at].more.limit = vec![(Condition::Attribute(words), self.rng.text(&["70", "85.5"]))];
        }
    }

    /// Numbers, values, periods and inputs of units, and 不涉及 in tables.
    pub(crate) fn data(&mut self, p: &mut Project) {
        if !p.schemes.is_empty() {
            // Both schemes have units, and name groups that are there.
            p.units[0].group = 0;
            if let Some(last) = p.units.last_mut() {
                last.group = last.group.max(1);
            }
            let there: Vec<usize> = p.units.iter().map(|unit| unit.group).collect();
            for scheme in &mut p.schemes {
                scheme.groups.retain(|group| there.contains(group));
            }
        }
        for unit in 0..p.units.len() {
            let twin = p.twins[unit].filter(|_| self.rng.chance(85));
            for at in 0..p.leaves.len() {
                let leaf = p.leaves[at].clone();
                if let Some(own) = entry(&mut self.rng, &leaf) {
                    p.entries[unit][at] = twin.map_or(own, |twin| p.entries[twin][at].clone());
                }
            }
            if let Some(twin) = twin {
                p.units[unit].numbers = p.units[twin].numbers.clone();
            }
        }
        if self.has(Feature::NotApplicable) {
            for at in 0..p.components.len() {
                let rng = &mut self.rng;
                let units = p.units.clone();
                match &mut p.components[at].kind {
                    Kind::Given(g) => not_applicable(rng, g, &units.iter().map(|u| u.mode).collect::<Vec<_>>()),
                    Kind::Ballots(b) => {
                        let tallies = b.rates == Rates::Unit
                            && (0..b.classes.len()).all(|class| {
                                b.tallies.iter().any(|tally| tally.class == class)
                                    && b.ballots.iter().all(|ballot| ballot.class != class)
                            });
                        if tallies {
                            let unit = rng.below(units.len());
                            let whole = (0..b.classes.len())
                                .all(|class| b.tallies.iter().any(|tally| tally.class == class && tally.unit == unit));
                            if whole && units[unit].mode != Mode::Excluded {
                                b.not_applicable.push(unit);
                            }
                        }
                    }
                    Kind::Indicators => {}
                }
            }
        }
    }

    /// Corrections of values, from which the basis moves.
    pub(crate) fn corrections(&mut self, p: &mut Project) {
        if !self.has(Feature::ValueCorrections) {
            return;
        }
        for serial in 1..=2 {
            let unit = self.rng.below(p.units.len());
            if p.units[unit].mode == Mode::Excluded || p.corrections.iter().any(|row| row.unit == unit) {
                continue;
            }
            let mut places: Vec<(Place, String)> = Vec::new();
            for (at, (leaf, entry)) in p.leaves.iter().zip(&p.entries[unit]).enumerate() {
                if !in_scheme(p, leaf, unit) {
                    continue;
                }
                for (period, own) in entry.by_period.iter().enumerate() {
                    if let Some(Value::Number(own)) = own {
                        places.push((Place::Period(at, period), own.clone()));
                    }
                }
                let inputs = self.has(Feature::InputCorrections);
                for (input, own) in entry.inputs.iter().enumerate().filter(|_| inputs) {
                    places.extend(own.clone().map(|own| (Place::Input(at, input), own)));
                }
                let plain = matches!(
                    leaf.rule,
                    Rule::Ratio { written: RatioIn::Number, .. }
                        | Rule::Relative { .. }
                        | Rule::Placed { .. }
                        | Rule::Curve(_)
                );
                let seen = p.units[unit].has_report || entry.in_table;
                if let (true, true, None, Some(Value::Number(own)), true) =
                    (plain, seen, &entry.points, &entry.value, leaf.more.formula.is_none())
                {
                    places.push((Place::Value(at), own.clone()));
                }
            }
            if places.is_empty() {
                continue;
            }
            let (place, old) = self.rng.pick(&places).clone();
            let new = self.rng.text(&["41", "55.5", "62", "7.5"]);
            p.corrections.push(Correction {
                id: format!("GV{serial}"),
                unit,
                place,
                old,
                new,
                number: format!("更〔2025〕1{serial:02}号"),
                status: if self.rng.chance(90) { "工委审定" } else { "部门已核" },
            });
        }
    }
}
