//! What SPEC §19 adds to random projects: rules of the model before there is data, marks in the data, rules of grades.
//!
//! Everything here comes from a generator of its own, so that the projects of the older rules stay what they are.

use crate::features::Feature;
use crate::generate::short;
use crate::measured::number_of;
use crate::number::{Q, Way, int, print_by, q};
use crate::project::{
    Allocation, Award, AwardBy, Bottom, Cap, Component, Condition, ConvertBy, Correction, Entry, Evidence, Field,
    Formula, Given, Kind, Lacking, Ladder, Leaf, LeafPeriods, Missing, Mode, Periods, Place, Project, Promotion, Rates,
    RatioIn, Rounding, Rule, Scale, Scheme, Score, Sense, Share, Size, TieAtQuota, Value, Within, ZeroValue,
};
use crate::rng::Rng;
use crate::score::Outcome;

/// Which features a project has.
pub(crate) struct Enrich {
    rng: Rng,
    features: Vec<Feature>,
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn owned(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

impl Enrich {
    /// Each known feature is in four of ten projects.
    pub(crate) fn new(seed: u64, known: &[Feature]) -> Self {
        let mut rng = Rng::new(seed ^ 0x00C0_FFEE);
        let mut features: Vec<Feature> = known.iter().copied().filter(|_| rng.chance(40)).collect();
        if features.contains(&Feature::Schemes) && !known.contains(&Feature::SchemeFractions) {
            features.retain(|own| *own != Feature::Fractions);
        }
        Self { rng, features }
    }

    fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// Rules of the model, before units and data are there.
    pub(crate) fn model(&mut self, p: &mut Project) {
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
                Feature::LeafPeriods => {
                    let many = self.rng.chance(50);
                    let names =
                        if many { texts(&["2025-01", "2025-02", "2025-03"]) } else { texts(&["2025-01", "2025-02"]) };
                    let weights: &[&str] = if many { &["20", "30", "50"] } else { &["40", "60"] };
                    let mut periods = LeafPeriods { names, sum: false, plan: crate::project::PeriodPlan::default() };
                    if self.rng.chance(50) {
                        periods.plan.weights = Some(texts(weights));
                    }
                    if !matches!(leaf.rule, Rule::Levels(_) | Rule::Bands(_)) {
                        leaf.rule = match self.rng.below(2) {
                            0 => Rule::PlaceSteps(steps(&mut self.rng, &full)),
                            _ => Rule::Bands(
                                owned(&[("0", "0")]).into_iter().chain([("60".to_owned(), short(&full))]).collect(),
                            ),
                        };
                    }
                    leaf.more.periods = Some(periods);
                }
                _ => {
                    let formula = formula(&mut self.rng);
                    leaf.rule = if self.rng.chance(60) {
                        Rule::Formula
                    } else {
                        Rule::Relative { low: false, mean: false, zero: None, field: Field::default() }
                    };
                    leaf.more.formula = Some(formula);
                }
            }
            leaf.evidence = Evidence::None;
        }
        if self.has(Feature::Coefficient) && !p.indicator_table {
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
            let within = *self.rng.pick(&[Within::Group, Within::All, Within::All]);
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
                if self.has(Feature::GivenPeriods) {
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
                if self.has(Feature::NotApplicable) {
                    component.more.not_applicable = *self.rng.pick(&[Lacking::Renormalise, Lacking::Zero]);
                }
                let Scale::Levels(levels) = &b.scale else { return };
                if self.has(Feature::ShareVotes) && b.rates == Rates::Unit && self.rng.chance(70) {
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
            for at in 0..p.leaves.len() {
                let leaf = p.leaves[at].clone();
                let twin = p.twins[unit].filter(|_| self.rng.chance(85));
                if let Some(own) = entry(&mut self.rng, &leaf) {
                    p.entries[unit][at] = twin.map_or(own, |twin| p.entries[twin][at].clone());
                }
            }
            if let Some(twin) = p.twins[unit].filter(|_| self.rng.chance(85)) {
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
                        let tallies = (0..b.classes.len()).all(|class| {
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
                for (input, own) in entry.inputs.iter().enumerate() {
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

    /// Bars, places, caps, promotions and awards.
    pub(crate) fn grades(&mut self, p: &mut Project, found: &Outcome) {
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
        if self.has(Feature::Awards) {
            for serial in 1..=self.rng.between(1, 3) {
                let award = self.award(p, serial);
                p.awards.push(award);
            }
        }
    }

    fn places(&mut self, p: &mut Project, found: &Outcome) {
        let allocation = self.has(Feature::Allocation);
        let rng = &mut self.rng;
        let last = p.grades.len() - 1;
        let groups: Vec<usize> = (0..3).filter(|group| p.units.iter().any(|unit| unit.group == *group)).collect();
        let mut least = 0;
        for at in 0..last {
            let Some(quota) = &mut p.grades[at].quota else { continue };
            if rng.chance(60) {
                least += rng.below(3);
                quota.size = Size::Places(u32::try_from(least).expect("small"));
                quota.minimum = 0;
                quota.minimum_from = None;
            }
            if !p.rank.scope_all && rng.chance(50) {
                let group = *rng.pick(&groups);
                let size = if rng.chance(50) || quota.minimum > 0 {
                    Size::Share(rng.text(&["30", "50", "70"]))
                } else {
                    Size::Places(u32::try_from(least + rng.below(2)).expect("small"))
                };
                quota.by = vec![(group, size)];
            }
            if allocation && !p.rank.scope_all && rng.chance(35) {
                p.allocations.push(Allocation {
                    id: format!("ME{}", at + 1),
                    group: *rng.pick(&groups),
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
        if rng.chance(80) {
            let totals: Vec<Q> = found.units.iter().map(|unit| unit.total.clone()).collect();
            let safe = print_by(rng.pick(&totals), p.score.decimals, Way::HalfUp);
            p.grades[rng.between(last.min(1), last)].bottom = Some(Bottom {
                share: rng.text(&["10", "25", "33.4", "50"]),
                safe_from: rng.chance(50).then_some(safe),
            });
        }
    }

    fn award(&mut self, p: &Project, serial: usize) -> Award {
        let rng = &mut self.rng;
        let by = match rng.below(6) {
            0 => AwardBy::Component(rng.below(p.components.len())),
            1 => AwardBy::Aspect(rng.below(p.aspects.len())),
            2 => AwardBy::Line(rng.below(p.lines.len())),
            3 => AwardBy::Leaf(rng.below(p.leaves.len())),
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
            scope_all: rng.chance(50),
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

fn steps(rng: &mut Rng, full: &Q) -> Ladder {
    Ladder::Steps {
        first: short(full),
        step: rng.text(&["0.5", "5%", "12.5%"]),
        least: if rng.chance(50) { Some(short(&(full / int(4)))) } else { None },
    }
}

fn relative_rule(rng: &mut Rng, full: &Q, by_scheme: bool) -> Rule {
    let part = |tenths: i64| short(&(full * int(tenths) / int(10)));
    let within = *rng.pick(&[Within::Group, Within::All, Within::All, Within::Scheme]);
    let within = if by_scheme { within } else { *rng.pick(&[Within::Group, Within::All]) };
    let field = Field { within, separate: rng.chance(30) };
    match rng.below(8) {
        0..=2 => {
            let low = rng.chance(40);
            let zero = if low && rng.chance(60) { Some(*rng.pick(&[ZeroValue::Full, ZeroValue::None])) } else { None };
            Rule::Relative { low, mean: rng.chance(35), zero, field }
        }
        3..=5 => {
            let ladder = match rng.below(3) {
                0 => Ladder::Table(vec![short(full), part(9), part(7)], part(3)),
                1 => steps(rng, full),
                _ => Ladder::Evenly { first: short(full), last: part(5) },
            };
            Rule::Placed { low: rng.chance(40), ladder, field }
        }
        6 => Rule::Curve(vec![("0".to_owned(), part(1)), ("60".to_owned(), part(5)), ("95.5".to_owned(), short(full))]),
        _ => Rule::PlaceSteps(steps(rng, full)),
    }
}

fn formula(rng: &mut Rng) -> Formula {
    let (expr, inputs): (&str, &[&str]) = match rng.below(6) {
        0 => ("rate + clamp((gdp - target) * 1.5, 5)", &["rate", "gdp", "target"]),
        1 => ("if(a >= b, a * 2 - b, b / a)", &["a", "b"]),
        2 => ("round(增速 / 3, 1) + min(基数, 4, 增速)", &["增速", "基数"]),
        3 => ("max(a - b, abs(b - a) / 7) ^ 2", &["a", "b"]),
        4 => ("floor(a / 3) + ceil(b / 7) - (a − b) × 0.25", &["a", "b"]),
        _ => ("a ÷ b + 2", &["a", "b"]),
    };
    Formula { expr: expr.to_owned(), inputs: inputs.iter().map(|name| ((*name).to_owned(), false)).collect() }
}

/// The cells of a leaf with a rule of §19; `None` for the other leaves.
fn entry(rng: &mut Rng, leaf: &Leaf) -> Option<Entry> {
    let mut own = Entry { in_table: true, ..Entry::default() };
    if let Some(periods) = &leaf.more.periods {
        let levels = matches!(leaf.rule, Rule::Levels(_));
        let steps = matches!(leaf.rule, Rule::PlaceSteps(_));
        own.by_period = periods
            .names
            .iter()
            .map(|_| {
                Some(if rng.chance(5) {
                    Value::NotApplicable
                } else if levels {
                    Value::Level(rng.below(3))
                } else if steps {
                    Value::Place(u32::try_from(rng.between(1, 5)).expect("small"))
                } else {
                    Value::Number(rng.text(&["79.9", "80", "95.5", "60", "12"]))
                })
            })
            .collect();
        return Some(own);
    }
    if let Some(formula) = &leaf.more.formula {
        own.inputs = formula.inputs.iter().map(|_| Some(rng.text(&["3", "4.5", "2", "6.25", "9"]))).collect();
        return Some(own);
    }
    let pool: &[&str] = match &leaf.rule {
        Rule::Relative { low: true, zero: Some(_), .. } => &["0", "12", "15.5", "20"],
        Rule::Relative { low: true, .. } => &["9", "12", "15.5", "20"],
        Rule::Relative { .. } => &["-2", "0", "35", "40", "52.5", "48"],
        Rule::Placed { .. } => &["-1", "3", "3", "4.5", "8"],
        _ => return None,
    };
    own.value =
        Some(if rng.chance(6) && !leaf.department { Value::NotApplicable } else { Value::Number(rng.text(pool)) });
    own.in_table = leaf.department || rng.chance(50);
    own.done = own.value.clone().filter(|value| *value != Value::NotApplicable && !leaf.department);
    if rng.chance(6) {
        own.value = None;
        own.points = Some(leaf.points.clone());
    }
    debug_assert!(own.value.as_ref().is_none_or(|v| *v == Value::NotApplicable || number_of(v).is_some()), "a number");
    Some(own)
}

/// Weights and dropped periods.
fn periods(rng: &mut Rng, g: &mut Given) {
    if g.names.len() < 2 {
        return;
    }
    let weights: &[&str] = if g.names.len() == 4 { &["10", "20", "30", "40"] } else { &["40", "60"] };
    g.periods = if rng.chance(70) { Periods::Weighted } else { Periods::Mean };
    if g.periods == Periods::Weighted {
        g.plan.weights = Some(texts(weights));
    }
    if g.names.len() == 4 && rng.chance(60) {
        (g.plan.low, g.plan.high) = *rng.pick(&[(1, 0), (0, 1), (1, 1), (2, 1)]);
    }
}

/// 不涉及 in a given table: a node, a period or a unit as a whole.
fn not_applicable(rng: &mut Rng, g: &mut Given, modes: &[Mode]) {
    let last = g.periods == Periods::Last;
    for _ in 0..rng.between(0, 3) {
        // The first unit keeps its scores, so that every period and node is seen.
        let unit = rng.below(modes.len());
        if unit == 0 || modes[unit] == Mode::Excluded {
            continue;
        }
        let period = (rng.chance(40) && !last).then(|| rng.below(g.names.len()));
        let place = (rng.chance(50) && g.nodes.len() > 1).then(|| rng.below(g.nodes.len()));
        for at in 0..g.names.len() {
            for node in 0..g.nodes.len() {
                if period.is_none_or(|own| own == at) && place.is_none_or(|own| own == node) {
                    g.rows.insert((unit, at, node), Score::NotApplicable);
                }
            }
        }
    }
    if g.missing == Missing::Renormalise && rng.chance(90) {
        let unit = rng.below(modes.len());
        if unit > 0 && modes[unit] != Mode::Excluded {
            let blank = rng.chance(50);
            for at in 0..g.names.len() {
                if blank {
                    g.rows.insert((unit, at, 0), Score::Blank);
                } else {
                    g.rows.remove(&(unit, at, 0));
                }
            }
        }
    }
}
