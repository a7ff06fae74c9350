//! A version prepared for many drawings of weights: from factors to totals, ranks and grades, with all caps, quotas, ties and
//! decisions.
//!
//! Every number is kept twice, as a double and exactly. A drawing calculates with doubles; what lies within [`GUARD`] of a
//! rounding point or of a tie is calculated again exactly, from the same factors. Bars are whole numbers of the last published
//! decimal, so that comparing with them is exact. The steps are those of SPEC §9; a test compares them with the engine.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::record::{Factors, Record, Standing};
use crate::engine::assessment::{Mode, Registers, Ruling, Standing as RowStanding, UnitIx};
use crate::engine::condition::{Facts, events, has_report};
use crate::engine::grade::places::{Last, PlaceClaim, Quotas};
use crate::engine::score::{Answers, ComponentMeasure, UnitScore};
use crate::model::condition::{Bar, Threshold};
use crate::model::{BallotRules, Condition, Model, Node, RankMethod, RankScope, TieAtQuota, TieBreak};
use crate::shared::number::{Exact, Precision, Rounding, Shortening};

/// Within which distance of a rounding point or a tie a double is not trusted.
pub const GUARD: f64 = 1e-9;

/// A number as a double and exactly.
#[derive(Clone, Debug)]
struct Twin {
    near: f64,
    exact: Exact,
}

impl From<&Exact> for Twin {
    fn from(exact: &Exact) -> Self {
        Self { near: exact.to_cell(), exact: exact.clone() }
    }
}

/// What drawings are calculated with.
trait Number: Sized {
    fn of(twin: &Twin) -> Self;
    fn of_factor(factor: &f64) -> Self;
    fn zero() -> Self;
    /// Itself plus a product.
    fn plus(self, a: &Self, b: &Self) -> Self;
    fn times(self, other: &Self) -> Self;
    fn over(self, other: &Self) -> Self;
    /// Rounded; none where doubles cannot tell.
    fn rounded(self, precision: Precision) -> Option<Self>;
}

impl Number for f64 {
    fn of(twin: &Twin) -> Self {
        twin.near
    }

    fn of_factor(factor: &f64) -> Self {
        *factor
    }

    fn zero() -> Self {
        0.0
    }

    fn plus(self, a: &Self, b: &Self) -> Self {
        self + a * b
    }

    fn times(self, other: &Self) -> Self {
        self * other
    }

    fn over(self, other: &Self) -> Self {
        self / other
    }

    fn rounded(self, precision: Precision) -> Option<Self> {
        let scale = 10_f64.powi(precision.decimals.cast_signed());
        last_digits(self, precision).map(|digits| digits as Self / scale)
    }
}

impl Number for Exact {
    fn of(twin: &Twin) -> Self {
        twin.exact.clone()
    }

    fn of_factor(factor: &f64) -> Self {
        // A drawn factor is the decimal of its first 15 digits; the double differs from it by less than the guard notices.
        Self::from_cell(*factor).unwrap_or_else(Self::zero)
    }

    fn zero() -> Self {
        Self::zero()
    }

    fn plus(self, a: &Self, b: &Self) -> Self {
        self + a * b
    }

    fn times(self, other: &Self) -> Self {
        self * other
    }

    fn over(self, other: &Self) -> Self {
        self / other
    }

    fn rounded(self, precision: Precision) -> Option<Self> {
        Some(precision.round(&self))
    }
}

/// A double in units of its last decimal after rounding; none within the guard of a rounding point.
fn last_digits(value: f64, precision: Precision) -> Option<i64> {
    let scale = 10_f64.powi(precision.decimals.cast_signed());
    let scaled = value.abs() * scale;
    let whole = match precision.shortening {
        Shortening::HalfUp => (scaled + 0.5).floor(),
        Shortening::Down => scaled.floor(),
    };
    let distance = match precision.shortening {
        Shortening::HalfUp => (scaled - scaled.floor() - 0.5).abs(),
        Shortening::Down => (scaled - scaled.round()).abs(),
    };
    (distance > GUARD * scale).then(|| whole.copysign(value) as i64)
}

/// An exact number that is rounded, in units of its last decimal.
fn exact_digits(value: &Exact, precision: Precision) -> i64 {
    whole(&(precision.round(value) / precision.digit()), Rounding::Floor)
}

/// A number as a whole one; what does not fit is further than any total.
fn whole(value: &Exact, rounding: Rounding) -> i64 {
    let whole = value.whole(rounding);
    let size = whole.abs().to_count().and_then(|own| i64::try_from(own).ok()).unwrap_or(i64::MAX);
    if whole.is_negative() { -size } else { size }
}

/// The factors of one drawing.
#[derive(Clone, Debug)]
pub struct Draw {
    /// By component.
    pub components: Vec<f64>,
    /// By component and class.
    pub classes: Vec<Vec<f64>>,
    /// Whether they stand in place of the weights instead of multiplying them; a weight of 0 stays 0.
    pub replaces: bool,
}

impl Draw {
    /// The weights as they are.
    pub fn nominal(model: &Model) -> Self {
        Self {
            components: vec![1.0; model.components.len()],
            classes: model.components.iter().map(|own| vec![1.0; own.classes().len()]).collect(),
            replaces: false,
        }
    }

    fn weight<N: Number>(&self, weight: &Twin, factor: &f64) -> N {
        match (self.replaces, weight.exact.is_positive()) {
            (true, true) => N::of_factor(factor),
            (true, false) => N::zero(),
            (false, _) => N::of(weight).times(&N::of_factor(factor)),
        }
    }

    /// These factors exactly; a drawing that replaces weights has none.
    pub fn exact(&self) -> Option<Factors> {
        let exact = |own: &Vec<f64>| own.iter().map(Exact::of_factor).collect::<Vec<Exact>>();
        (!self.replaces)
            .then(|| Factors { components: exact(&self.components), classes: self.classes.iter().map(exact).collect() })
    }
}

/// A mean over classes for one measured node.
#[derive(Clone, Debug)]
struct NodeMix {
    /// Points of the node.
    points: Twin,
    /// Class, its weight, its mean in percent.
    classes: Vec<(usize, Twin, Twin)>,
}

/// A rate within a component.
#[derive(Clone, Debug)]
enum Source {
    /// It does not depend on weights.
    Fixed(Twin),
    /// It depends on the weights of classes.
    Classes(Vec<NodeMix>),
    /// Such a rate, rounded.
    Rounded(Vec<NodeMix>, Precision),
}

/// A rate over components.
#[derive(Clone, Debug)]
struct Mix(Vec<Part>);

/// One component of it.
#[derive(Clone, Debug)]
struct Part {
    component: usize,
    weight: Twin,
    rate: Source,
}

impl Source {
    fn rate<N: Number>(&self, component: usize, draw: &Draw) -> Option<N> {
        match self {
            Self::Fixed(rate) => Some(N::of(rate)),
            Self::Classes(nodes) => Some(over_classes(nodes, component, draw)),
            Self::Rounded(nodes, precision) => over_classes::<N>(nodes, component, draw).rounded(*precision),
        }
    }
}

/// Σ points · (Σ weight · mean / Σ weight) / Σ points.
fn over_classes<N: Number>(nodes: &[NodeMix], component: usize, draw: &Draw) -> N {
    let (mut sum, mut all) = (N::zero(), N::zero());
    let one = N::of_factor(&1.0);
    for node in nodes {
        let (mut own, mut weights) = (N::zero(), N::zero());
        for (class, weight, mean) in &node.classes {
            let weight: N = draw.weight(weight, &draw.classes[component][*class]);
            own = own.plus(&weight, &N::of(mean));
            weights = weights.plus(&weight, &one);
        }
        let points = N::of(&node.points);
        sum = sum.plus(&points, &own.over(&weights));
        all = all.plus(&points, &one);
    }
    sum.over(&all)
}

impl Mix {
    fn rate<N: Number>(&self, draw: &Draw) -> Option<N> {
        let (mut sum, mut all) = (N::zero(), N::zero());
        let one = N::of_factor(&1.0);
        for part in &self.0 {
            let weight: N = draw.weight(&part.weight, &draw.components[part.component]);
            sum = sum.plus(&weight, &part.rate.rate(part.component, draw)?);
            all = all.plus(&weight, &one);
        }
        Some(sum.over(&all))
    }
}

/// A value that depends on weights.
#[derive(Clone, Debug)]
enum Value {
    /// Over components.
    Over(Mix),
    /// Within one.
    Within(usize, Source),
}

impl Value {
    fn of<N: Number>(&self, draw: &Draw) -> Option<N> {
        match self {
            Self::Over(mix) => mix.rate(draw),
            Self::Within(component, source) => source.rate(*component, draw),
        }
    }

    fn exact(&self, draw: &Draw) -> Exact {
        // Only doubles fail to tell.
        self.of(draw).unwrap_or_else(Exact::zero)
    }

    /// Times a number, in units of the last decimal after rounding.
    fn digits(&self, times: &Twin, precision: Precision, draw: &Draw) -> i64 {
        let near = self.of::<f64>(draw).and_then(|own| last_digits(own * times.near, precision));
        near.unwrap_or_else(|| exact_digits(&(self.exact(draw) * &times.exact), precision))
    }
}

/// The total of a unit.
#[derive(Clone, Debug)]
enum Total {
    /// A correction sets it.
    Fixed(i64),
    /// Its base, bonus and deduction together.
    Drawn { base: Value, full: Twin, adjusted: Twin },
}

/// When a cap or promotion holds.
#[derive(Clone, Debug)]
enum Rule {
    Always(bool),
    /// Last in its scope.
    Last,
    /// The printed value, times a number, is at least so many units of its last decimal.
    AtLeast {
        value: Value,
        times: Twin,
        precision: Precision,
        bar: i64,
    },
    Not(Box<Rule>),
    All(Vec<Rule>),
    Any(Vec<Rule>),
}

impl Rule {
    fn holds(&self, draw: &Draw, is_last: bool) -> bool {
        match self {
            Self::Always(own) => *own,
            Self::Last => is_last,
            Self::AtLeast { value, times, precision, bar } => value.digits(times, *precision, draw) >= *bar,
            Self::Not(own) => !own.holds(draw, is_last),
            Self::All(parts) => parts.iter().all(|own| own.holds(draw, is_last)),
            Self::Any(parts) => parts.iter().any(|own| own.holds(draw, is_last)),
        }
    }

    const fn is_never(&self) -> bool {
        matches!(self, Self::Always(false))
    }
}

/// A link of the tie-break chain.
#[derive(Clone, Debug)]
enum Link {
    Fixed(Option<Twin>),
    Drawn(Value),
}

/// A unit that is assessed.
#[derive(Clone, Debug)]
struct UnitPlan {
    unit: UnitIx,
    total: Total,
    /// By grade the least total in units of the last decimal.
    bars: Vec<i64>,
    /// Caps that may hold: the best grade they allow.
    caps: Vec<(usize, Rule)>,
    /// Promotions that may hold: to which grade, and whether a worse cap stops them.
    promotions: Vec<(usize, bool, Rule)>,
    claim: PlaceClaim,
    links: Vec<Link>,
}

/// Units among which ranks and places are counted.
#[derive(Clone, Debug)]
pub struct ScopePlan {
    /// Its name; none where all units are one.
    pub name: Option<String>,
    /// Its units, as indices into those of the plan.
    pub members: Vec<usize>,
    places: Vec<Option<usize>>,
    policy: TieAtQuota,
    bottoms: Vec<Bottom>,
}

/// The last units of a scope, which are lowered.
#[derive(Clone, Copy, Debug)]
struct Bottom {
    /// To which grade.
    grade: usize,
    /// How many.
    count: usize,
    /// From which published total on a unit is safe, in units of its last digit.
    safe_from: Option<i64>,
}

/// A version prepared for drawings.
#[derive(Clone, Debug)]
pub struct Plan {
    units: Vec<UnitPlan>,
    /// Scopes of ranked units.
    pub scopes: Vec<ScopePlan>,
    /// Units that are graded but not ranked.
    separate: Vec<usize>,
    precision: Precision,
    min: Twin,
    max: Twin,
    method: RankMethod,
    grades: usize,
    /// Components whose classes keep their weights, since their rate is more than a mean over classes.
    pub steady: Vec<usize>,
}

/// What one drawing gives, by unit of the plan.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// Totals in units of the last decimal.
    pub totals: Vec<i64>,
    /// Ranks within the scope; 0 where a unit is not ranked.
    pub ranks: Vec<usize>,
    /// Grades; none for a deferred unit.
    pub grades: Vec<Option<usize>>,
    /// Whether a unit takes a place.
    pub takes_place: Vec<bool>,
    /// Grades before the quotas.
    pub before: Vec<usize>,
    /// Units by scope, best first.
    pub orders: Vec<Vec<usize>>,
    ties: Vec<usize>,
    floors: Vec<Option<usize>>,
    room: Vec<Option<i64>>,
}

/// Makes a plan of a record.
struct Maker<'m> {
    record: &'m Record,
    standing: &'m Standing,
    nominal: Draw,
    /// By component, whether its classes may have other weights.
    varies: Vec<bool>,
    /// Components whose classes keep their weights.
    steady: Vec<usize>,
    events: BTreeSet<(UnitIx, usize)>,
}

impl Plan {
    /// A version prepared for drawings; `standing` is what the engine makes of it with its own weights.
    pub fn of(record: &Record, standing: &Standing) -> Self {
        let model = &record.model;
        let maker = Maker::new(record, standing);
        let units: Vec<UnitPlan> = (0..standing.scores.len()).map(|index| maker.unit(index)).collect();
        let precision = model.score.published();
        let mode = |unit: &UnitPlan| record.assessment.unit(unit.unit).mode;
        let separate = (0..units.len()).filter(|index| mode(&units[*index]) == Mode::Separate).collect();
        let mut scopes: Vec<ScopePlan> = Vec::new();
        let groups = record.assessment.groups.iter().map(String::as_str);
        let names: Vec<Option<&str>> = match model.rank.scope {
            RankScope::Group => groups.map(Some).collect(),
            RankScope::Scheme => model.schemes.iter().map(|scheme| Some(scheme.name.as_str())).collect(),
            RankScope::All => vec![None],
        };
        for (place, name) in names.into_iter().enumerate() {
            let is_member = |index: &usize| {
                let unit = record.assessment.unit(units[*index].unit);
                let is_own = match model.rank.scope {
                    RankScope::Group => Some(unit.group.as_str()) == name,
                    RankScope::Scheme => unit.scheme.is_some_and(|scheme| scheme.0 == place),
                    RankScope::All => true,
                };
                is_own && unit.mode == Mode::Ranked
            };
            let members: Vec<usize> = (0..units.len()).filter(is_member).collect();
            if !members.is_empty() {
                scopes.push(ScopePlan::of(model, &record.assessment.registers, name, members));
            }
        }
        let scale = &model.score;
        let (min, max) = (Twin::from(&scale.min.0), Twin::from(&scale.max.0));
        let (method, grades) = (model.rank.method, model.grades.len());
        Self { units, scopes, separate, precision, min, max, method, grades, steady: maker.steady }
    }

    /// The units, in the order of all results of drawings.
    pub fn units(&self) -> impl ExactSizeIterator<Item = UnitIx> + '_ {
        self.units.iter().map(|unit| unit.unit)
    }

    /// Calculates one drawing.
    pub fn draw(&self, draw: &Draw, drawn: &mut Drawn) {
        let count = self.units.len();
        drawn.totals.clear();
        drawn.totals.extend(self.units.iter().map(|unit| self.total(unit, draw)));
        drawn.ranks.clear();
        drawn.ranks.resize(count, 0);
        drawn.ties.resize(count, 0);
        drawn.grades.clear();
        drawn.grades.resize(count, None);
        drawn.takes_place.clear();
        drawn.takes_place.resize(count, false);
        drawn.before.resize(count, 0);
        drawn.floors.resize(count, None);
        drawn.orders.resize_with(self.scopes.len(), Vec::new);
        for (scope, place) in self.scopes.iter().zip(0..) {
            self.rank(scope, place, draw, drawn);
            if self.grades > 0 {
                self.place(scope, place, draw, drawn);
            }
        }
        if self.grades > 0 {
            for index in &self.separate {
                self.candidate(*index, draw, false, drawn);
                drawn.grades[*index] = match self.units[*index].claim {
                    PlaceClaim::Defer { .. } => None,
                    PlaceClaim::Pin { grade, .. } => Some(grade),
                    PlaceClaim::Compete => Some(drawn.before[*index]),
                };
            }
        }
    }

    /// Whether a unit stands before another one in a drawing: by total, then by the tie-break.
    pub fn stands_before(&self, a: usize, b: usize, draw: &Draw, drawn: &Drawn) -> bool {
        self.order(a, b, draw, &drawn.totals) == Ordering::Less
    }

    fn total(&self, unit: &UnitPlan, draw: &Draw) -> i64 {
        let (base, full, adjusted) = match &unit.total {
            Total::Fixed(total) => return *total,
            Total::Drawn { base, full, adjusted } => (base, full, adjusted),
        };
        let near = base.of::<f64>(draw).map(|rate| rate * full.near + adjusted.near);
        let near = near.map(|total| total.max(self.min.near).min(self.max.near));
        near.and_then(|total| last_digits(total, self.precision)).unwrap_or_else(|| {
            let total = base.exact(draw) * &full.exact + &adjusted.exact;
            let total = total.at_least(&self.min.exact).at_most(&self.max.exact);
            exact_digits(&total, self.precision)
        })
    }

    fn order(&self, a: usize, b: usize, draw: &Draw, totals: &[i64]) -> Ordering {
        let by_total = totals[b].cmp(&totals[a]);
        if by_total != Ordering::Equal {
            return by_total;
        }
        let links = self.units[a].links.iter().zip(&self.units[b].links);
        links.map(|(a, b)| b.compare(a, draw)).find(|own| *own != Ordering::Equal).unwrap_or(Ordering::Equal)
    }

    /// Orders the units of a scope and gives them their ranks.
    fn rank(&self, scope: &ScopePlan, place: usize, draw: &Draw, drawn: &mut Drawn) {
        let mut order = std::mem::take(&mut drawn.orders[place]);
        order.clone_from(&scope.members);
        order.sort_by(|a, b| self.order(*a, *b, draw, &drawn.totals));
        let (mut tie, mut distinct) = (0, 0);
        let mut start = 0;
        while start < order.len() {
            let total = drawn.totals[order[start]];
            let end = start + order[start..].iter().take_while(|own| drawn.totals[**own] == total).count();
            distinct += 1;
            let rank = match self.method {
                RankMethod::Competition => start + 1,
                RankMethod::Dense => distinct,
                RankMethod::Modified => end,
            };
            for at in start..end {
                drawn.ranks[order[at]] = rank;
                let differs =
                    at > start && self.order(order[at - 1], order[at], draw, &drawn.totals) != Ordering::Equal;
                tie += usize::from(differs || at == start);
                drawn.ties[order[at]] = tie;
            }
            start = end;
        }
        drawn.orders[place] = order;
    }

    /// The grade of a unit before the quotas.
    fn candidate(&self, index: usize, draw: &Draw, is_last: bool, drawn: &mut Drawn) {
        let unit = &self.units[index];
        let total = drawn.totals[index];
        let threshold = unit.bars.iter().position(|bar| *bar <= total).unwrap_or(self.grades - 1);
        let held = unit.caps.iter().filter(|(_, rule)| rule.holds(draw, is_last)).map(|(grade, _)| *grade);
        let worst = held.max();
        let capped = worst.map_or(threshold, |cap| threshold.max(cap));
        let holds = |own: &&(usize, bool, Rule)| {
            let (to, unless_capped, rule) = own;
            !(*unless_capped && worst.is_some_and(|cap| cap > *to)) && rule.holds(draw, is_last)
        };
        let floor = unit.promotions.iter().filter(holds).map(|(to, ..)| *to).min();
        let competes = unit.claim == PlaceClaim::Compete;
        drawn.floors[index] = floor.filter(|_| competes);
        drawn.before[index] = match drawn.floors[index] {
            Some(floor) => capped.min(floor),
            None => capped,
        };
    }

    /// Gives the units of a scope their grades.
    fn place(&self, scope: &ScopePlan, place: usize, draw: &Draw, drawn: &mut Drawn) {
        let order = std::mem::take(&mut drawn.orders[place]);
        let total = |at: Option<&usize>| at.map(|own| drawn.totals[*own]);
        let (best, worst) = (total(order.first()), total(order.last()));
        for index in &order {
            let is_last = best != worst && Some(drawn.totals[*index]) == worst;
            self.candidate(*index, draw, is_last, drawn);
            drawn.grades[*index] = Some(drawn.before[*index]);
        }
        drawn.room.clear();
        drawn.room.extend(scope.places.iter().map(|own| own.and_then(|own| i64::try_from(own).ok())));
        for index in &order {
            if let PlaceClaim::Pin { grade, takes_place } = self.units[*index].claim {
                drawn.grades[*index] = Some(grade);
                drawn.takes_place[*index] = takes_place;
                if takes_place {
                    drawn.take(grade);
                }
            }
        }
        self.defer(&order, drawn);
        for grade in 0..self.grades {
            self.compete(scope, &order, grade, drawn);
        }
        for bottom in &scope.bottoms {
            self.lower(&order, *bottom, drawn);
        }
        for index in &order {
            if matches!(self.units[*index].claim, PlaceClaim::Defer { .. }) {
                drawn.grades[*index] = None;
            }
        }
        drawn.orders[place] = order;
    }

    /// Keeps a place for each deferred unit at its grade, else at the next lower one.
    fn defer(&self, order: &[usize], drawn: &mut Drawn) {
        for grade in 0..self.grades {
            for index in order {
                let takes_place = self.units[*index].claim == PlaceClaim::Defer { takes_place: true };
                if !takes_place || drawn.before[*index] != grade {
                    continue;
                }
                let free = (grade..self.grades).find(|own| drawn.room(*own).is_none_or(|room| room > 0));
                let free = free.unwrap_or(self.grades - 1);
                drawn.take(free);
                drawn.grades[*index] = Some(free);
                drawn.takes_place[*index] = true;
            }
        }
    }

    /// Gives out the places of one grade; units that do not fit drop one grade.
    fn compete(&self, scope: &ScopePlan, order: &[usize], grade: usize, drawn: &mut Drawn) {
        let mut closed = false;
        let mut start = 0;
        while start < order.len() {
            let tie = drawn.ties[order[start]];
            let end = start + order[start..].iter().take_while(|own| drawn.ties[**own] == tie).count();
            let tied = &order[start..end];
            start = end;
            let competes = |own: &&usize, drawn: &Drawn| {
                self.units[**own].claim == PlaceClaim::Compete
                    && drawn.grades[**own] == Some(grade)
                    && drawn.floors[**own] != Some(grade)
            };
            let count = tied.iter().filter(|own| competes(own, drawn)).count();
            if count == 0 {
                continue;
            }
            let room = drawn.room(grade);
            let fits =
                !closed && room.is_none_or(|room| count <= room || (room > 0 && scope.policy == TieAtQuota::Include));
            closed |= !fits && room.is_some_and(|room| room > 0);
            for index in tied {
                if !competes(&index, drawn) {
                    continue;
                }
                if fits {
                    drawn.take(grade);
                    drawn.takes_place[*index] = true;
                } else {
                    drawn.grades[*index] = Some(grade + 1);
                }
            }
        }
    }

    /// Lowers the last units of a scope.
    fn lower(&self, order: &[usize], bottom: Bottom, drawn: &mut Drawn) {
        let Bottom { grade, count, safe_from } = bottom;
        let mut left = count;
        let mut end = order.len();
        while end > 0 {
            let total = drawn.totals[order[end - 1]];
            let start = end - order[..end].iter().rev().take_while(|own| drawn.totals[**own] == total).count();
            let Some(rest) = left.checked_sub(end - start) else { return };
            left = rest;
            for index in &order[start..end] {
                let is_safe = safe_from.is_some_and(|bar| bar <= total);
                let is_held = drawn.floors[*index].is_some_and(|floor| floor < grade);
                let competes = self.units[*index].claim == PlaceClaim::Compete;
                if competes && !is_safe && !is_held && drawn.grades[*index].is_some_and(|own| own < grade) {
                    drawn.grades[*index] = Some(grade);
                }
            }
            end = start;
        }
    }
}

impl Drawn {
    fn room(&self, grade: usize) -> Option<usize> {
        let least = self.room[grade..].iter().flatten().min()?;
        Some(usize::try_from(*least).unwrap_or(0))
    }

    fn take(&mut self, grade: usize) {
        for room in self.room[grade..].iter_mut().flatten() {
            *room -= 1;
        }
    }
}

impl Link {
    fn compare(&self, other: &Self, draw: &Draw) -> Ordering {
        let near = |own: &Self| match own {
            Self::Fixed(own) => own.as_ref().map(|own| own.near),
            Self::Drawn(value) => value.of::<f64>(draw),
        };
        let is_unknown = |own: &Self| matches!(own, Self::Fixed(None));
        match (is_unknown(self), is_unknown(other)) {
            (false, false) => {}
            (a, b) => return b.cmp(&a),
        }
        if let (Some(a), Some(b)) = (near(self), near(other))
            && (a - b).abs() > GUARD
        {
            return a.total_cmp(&b);
        }
        let exact = |own: &Self| match own {
            Self::Fixed(own) => own.as_ref().map(|own| own.exact.clone()),
            Self::Drawn(value) => Some(value.exact(draw)),
        };
        exact(self).cmp(&exact(other))
    }
}

impl ScopePlan {
    fn of(model: &Model, registers: &Registers, name: Option<&str>, members: Vec<usize>) -> Self {
        let Quotas { places, policy, bottoms } = Quotas::of(model, registers, name, members.len());
        let digit = model.score.published().digit();
        let bottom = |own: Last| {
            let safe_from = own.safe_from.map(|bar| whole(&(&bar.0 / &digit), Rounding::Ceil));
            Bottom { grade: own.grade, count: own.count, safe_from }
        };
        let bottoms = bottoms.into_iter().map(bottom).collect();
        Self { name: name.map(str::to_owned), members, places, policy, bottoms }
    }

    /// The grades with a limited number of places, and how many there are for each or better.
    pub fn quotas(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.places.iter().enumerate().filter_map(|(grade, places)| Some((grade, (*places)?)))
    }
}

impl<'m> Maker<'m> {
    fn new(record: &'m Record, standing: &'m Standing) -> Self {
        let model = &record.model;
        let varies = |index: usize| {
            let component = &model.components[index];
            let Some(rules) = component.ballots() else { return false };
            rules.share.is_none() && component.tail.is_empty() && component.limits.is_empty()
        };
        let many = |index: &usize| model.components[*index].classes().len() > 1;
        let (own, other): (Vec<usize>, Vec<usize>) =
            (0..model.components.len()).filter(many).partition(|index| varies(*index));
        let mut varies = vec![false; model.components.len()];
        own.iter().for_each(|index| varies[*index] = true);
        let events = events(&record.assessment.registers);
        let mut maker = Self { record, standing, nominal: Draw::nominal(model), varies, steady: other, events };
        let odd: Vec<usize> = own.into_iter().filter(|index| !maker.follows(*index)).collect();
        for index in odd {
            maker.varies[index] = false;
            maker.steady.push(index);
        }
        maker.steady.sort_unstable();
        maker
    }

    /// Whether the rates of a component follow from its classes for all units but those with a correction.
    fn follows(&self, component: usize) -> bool {
        let is_sound = |index: usize| {
            self.with(index, |own| {
                own.score.corrected[component].is_some()
                    || own.class_nodes(component, Node::Unit).is_none()
                    || !matches!(own.counted(component), Source::Fixed(_))
            })
        };
        (0..self.standing.scores.len()).all(is_sound)
    }

    /// Looks at a unit.
    fn with<T>(&self, index: usize, look: impl FnOnce(&Own<'_>) -> T) -> T {
        let (model, score, assessment) = (&self.record.model, &self.standing.scores[index], &self.record.assessment);
        let facts = Facts {
            model,
            unit: assessment.unit(score.unit),
            score,
            measured: &self.record.measured,
            events: &self.events,
            is_last: false,
            has_report: has_report(assessment, score.unit),
        };
        look(&Own { maker: self, score, facts: &facts })
    }

    fn unit(&self, index: usize) -> UnitPlan {
        let (model, score) = (&self.record.model, &self.standing.scores[index]);
        let assessment = &self.record.assessment;
        let held = model.of(assessment.unit(score.unit).scheme);
        let digit = model.score.published().digit();
        let bars = (0..model.grades.len()).map(|grade| whole(&(&held.bar(grade).0 / &digit), Rounding::Ceil));
        let decision = assessment.registers.decisions.iter();
        let decision = decision.filter(|row| row.standing == RowStanding::Approved).rfind(|row| row.unit == score.unit);
        let claim = decision.map_or(PlaceClaim::Compete, |row| match row.ruling {
            Ruling::Defer => PlaceClaim::Defer { takes_place: !row.outside_quota },
            Ruling::Pin(grade) => PlaceClaim::Pin { grade, takes_place: !row.outside_quota },
        });
        self.with(index, |own| {
            let caps = model.caps.iter().map(|cap| (cap.at_most, own.rule(&cap.when)));
            let promotions = model.promotions.iter().map(|rule| (rule.to, rule.unless_capped, own.rule(&rule.when)));
            UnitPlan {
                unit: score.unit,
                total: own.total(),
                bars: bars.collect(),
                caps: caps.filter(|(_, rule)| !rule.is_never()).collect(),
                promotions: promotions.filter(|(_, _, rule)| !rule.is_never()).collect(),
                claim,
                links: model.rank.tie_break.iter().map(|link| own.link(&link.by)).collect(),
            }
        })
    }
}

/// One unit while its plan is made.
struct Own<'o> {
    maker: &'o Maker<'o>,
    score: &'o UnitScore,
    facts: &'o Facts<'o>,
}

impl Own<'_> {
    fn model(&self) -> &Model {
        &self.maker.record.model
    }

    fn total(&self) -> Total {
        let score = self.score;
        let held = self.model().of(self.facts.unit.scheme);
        let parts = held.components().filter(|part| score.lack(part.index).is_none());
        let parts: Vec<Part> = parts
            .map(|part| Part {
                component: part.index,
                weight: Twin::from(&part.weight.0),
                rate: self.counted(part.index),
            })
            .collect();
        let full = Twin::from(&(&self.model().score.full.0 / &Exact::from(100)));
        let adjusted = Twin::from(&(&score.adjusted.plus.0 - &score.adjusted.minus.0));
        let base = Value::Over(Mix(parts));
        let scale = &self.model().score;
        let total = base.exact(&self.maker.nominal) * &full.exact + &adjusted.exact;
        let total = total.at_least(&scale.min.0).at_most(&scale.max.0);
        // A corrected total does not follow from its parts.
        if total != score.exact_total.0 || scale.published().round(&total) != score.total.0 {
            return Total::Fixed(exact_digits(&score.total.0, scale.published()));
        }
        Total::Drawn { base, full, adjusted }
    }

    /// The rate of a component that counts.
    fn counted(&self, component: usize) -> Source {
        let official = &self.score.rates[component].0;
        let fixed = || Source::Fixed(Twin::from(official));
        let Some(nodes) = self.class_nodes(component, Node::Unit) else { return fixed() };
        let rounded = self.model().score.component(&self.model().components[component]);
        let source = match rounded {
            Some(precision) => Source::Rounded(nodes, precision),
            None => Source::Classes(nodes),
        };
        if source.rate::<Exact>(component, &self.maker.nominal).as_ref() == Some(official) { source } else { fixed() }
    }

    /// The rate of a node within a component as it was measured.
    fn measured(&self, component: usize, node: Node) -> Option<Source> {
        let official = self.score.nodes[component].of(node)?;
        let classes = self.class_nodes(component, node).map(Source::Classes);
        let same = |source: &Source| source.rate::<Exact>(component, &self.maker.nominal).as_ref() == Some(&official.0);
        Some(classes.filter(same).unwrap_or_else(|| Source::Fixed(Twin::from(&official.0))))
    }

    /// The measured nodes that make up a node of a component with several classes.
    fn class_nodes(&self, component: usize, node: Node) -> Option<Vec<NodeMix>> {
        if !self.maker.varies[component] {
            return None;
        }
        let (model, record) = (self.model(), self.maker.record);
        let own = &model.components[component];
        let rules: &BallotRules = own.ballots()?;
        let ComponentMeasure::Ballots(measure) = &record.measured.components[component] else { return None };
        let ballots = measure.units.get(self.score.unit.0)?.as_ref()?;
        if !matches!(ballots.enough, Answers::Enough | Answers::Flagged) {
            return None;
        }
        let held = model.of(self.facts.unit.scheme);
        let tree = held.tree();
        let belongs = |measured: Node| match (node, measured) {
            (own, measured) if own == measured => true,
            (Node::Unit, _) | (_, Node::Unit) => true,
            (Node::Aspect(aspect), Node::Leaf(leaf)) => tree.leaves[leaf].aspect == Some(aspect),
            (Node::Line(line), Node::Leaf(leaf)) => tree.leaves[leaf].line == Some(line),
            (Node::Leaf(leaf), Node::Aspect(aspect)) => tree.leaves[leaf].aspect == Some(aspect),
            _ => false,
        };
        let measured = model.measured(own);
        let chosen =
            measured.iter().enumerate().filter(|(index, own)| belongs(**own) && ballots.rates[*index].is_some());
        let mix = |(index, own): (usize, &Node)| {
            let classes = ballots.classes.iter().enumerate().filter_map(|(class, measure)| {
                let mean = measure.means[index].as_ref()?;
                let percent = &mean.mean.0 * &Exact::from(100) / &rules.full.0;
                let weight = held.class_weight(component, class)?;
                Some((class, Twin::from(&weight.0), Twin::from(&percent)))
            });
            let points = if *own == Node::Unit { Exact::from(1) } else { tree.points(*own).0 };
            NodeMix { points: Twin::from(&points), classes: classes.collect() }
        };
        let nodes: Vec<NodeMix> = chosen.map(mix).collect();
        let sound = |own: &NodeMix| own.classes.iter().any(|(_, weight, _)| weight.exact.is_positive());
        (!nodes.is_empty() && nodes.iter().all(sound)).then_some(nodes)
    }

    /// What a condition looks at: the rate of a node that applies to the unit.
    fn judged(&self, node: Node, component: Option<usize>) -> Option<Value> {
        self.facts.rate_of(node, component)?;
        self.value(node, component)
    }

    /// The rate of a node over all components, or within one; none where it has none.
    fn value(&self, node: Node, component: Option<usize>) -> Option<Value> {
        if let Some(component) = component {
            let source = match node {
                Node::Unit => self.counted(component),
                node => self.measured(component, node)?,
            };
            return Some(Value::Within(component, source));
        }
        let held = self.model().of(self.facts.unit.scheme);
        let parts = held.components().filter_map(|part| {
            let rate = self.measured(part.index, node)?;
            Some(Part { component: part.index, weight: Twin::from(&part.weight.0), rate })
        });
        Some(Value::Over(Mix(parts.collect())))
    }

    /// A rule that may depend on weights; what does not is settled now.
    fn rule(&self, condition: &Condition) -> Rule {
        let one = || Twin::from(&Exact::from(1));
        match condition {
            Condition::Rate { nodes, component, threshold, .. } => {
                let precision = self.model().score.published();
                let bar = match threshold {
                    Threshold::Below(bar) | Threshold::AtLeast(bar) => {
                        whole(&(&bar.0 / &precision.digit()), Rounding::Ceil)
                    }
                };
                let reached: Vec<Rule> = nodes
                    .iter()
                    .filter_map(|node| self.judged(*node, *component))
                    .map(|value| Rule::AtLeast { value, times: one(), precision, bar })
                    .collect();
                match threshold {
                    Threshold::AtLeast(_) if reached.is_empty() => Rule::Always(false),
                    Threshold::AtLeast(_) => Rule::All(reached),
                    Threshold::Below(_) => Rule::Not(Box::new(Rule::All(reached))),
                }
            }
            Condition::Points { node, component, bar, .. } => {
                let Some(value) = self.judged(*node, *component) else { return Rule::Always(false) };
                let precision = self.model().point_precision();
                let full = self.model().of(self.facts.unit.scheme).tree().points(*node);
                let times = Twin::from(&(&full.0 / &Exact::from(100)));
                let at_least = |bar| Rule::AtLeast { value, times, precision, bar };
                let (ceil, floor) = ((Rounding::Ceil, 0), (Rounding::Floor, 1));
                let digits = |bar: &Exact, (rounding, more)| whole(&(bar / &precision.digit()), rounding) + more;
                match bar {
                    Bar::AtLeast(bar) => at_least(digits(bar, ceil)),
                    Bar::Above(bar) => at_least(digits(bar, floor)),
                    Bar::Below(bar) => Rule::Not(Box::new(at_least(digits(bar, ceil)))),
                    Bar::AtMost(bar) => Rule::Not(Box::new(at_least(digits(bar, floor)))),
                }
            }
            Condition::LastInGroup => Rule::Last,
            Condition::All(parts) => Rule::All(parts.iter().map(|own| self.rule(own)).collect()),
            Condition::Any(parts) => Rule::Any(parts.iter().map(|own| self.rule(own)).collect()),
            Condition::Satisfaction { .. }
            | Condition::Event(_)
            | Condition::Attribute { .. }
            | Condition::Sum { .. }
            | Condition::Group { .. }
            | Condition::Votes { .. }
            | Condition::MissingSelfReport => Rule::Always(condition.judge(self.facts).holds),
        }
    }

    fn link(&self, by: &TieBreak) -> Link {
        let fixed = |value: Option<&Exact>| Link::Fixed(value.map(Twin::from));
        match by {
            TieBreak::Component(index) if self.score.lack(*index).is_some() => Link::Fixed(None),
            TieBreak::Component(index) => Link::Drawn(Value::Within(*index, self.counted(*index))),
            TieBreak::Node(node) => match self.score.rate(*node, None) {
                Some(_) => self.value(*node, None).map_or(Link::Fixed(None), Link::Drawn),
                None => Link::Fixed(None),
            },
            TieBreak::Satisfaction(index) => fixed(self.score.satisfaction[*index].as_ref().map(|own| &own.0)),
            TieBreak::FewerDeductions => fixed(Some(&-&self.score.adjusted.minus.0)),
        }
    }
}
