//! A version prepared for many drawings of weights and raters: from factors and marks to totals, ranks and grades, with all
//! caps, quotas, ties and decisions.
//!
//! Every number is kept twice, as a double and exactly. A drawing calculates with doubles; what lies within [`GUARD`] of a
//! rounding point or of a tie is calculated again exactly, from the same factors. Bars are whole numbers of the last published
//! decimal, so that comparing with them is exact. The steps are those of SPEC §9; a test compares them with the engine.

use std::cmp::Ordering;

use super::record::{Graded, Record};
use super::resample::Sampler;
use crate::engine::assessment::{Mode, Registers, UnitIx};
use crate::engine::grade::places::{Last, PlaceClaim, Quotas};
use crate::model::{Model, Node, RankMethod, RankScope, TieAtQuota};
use crate::shared::number::{Precision, Rounding};

mod make;
mod value;

use make::Maker;
pub use value::{Draw, GUARD, Mean, Means, Tally};
use value::{Twin, Value, exact_digits, last_digits, whole};

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
    /// Components below which weights stay, since their rate is more than a mean of what they are made of.
    pub steady: Vec<usize>,
    /// Components whose rate stays whatever is drawn, with or without weights below them.
    pub fixed: Vec<usize>,
    /// Whether the weights of the tree stay below a component that measures it.
    pub has_steady_tree: bool,
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

impl Plan {
    /// A version prepared for drawings; `standing` is what the engine makes of it with its own weights, `sampler` has the marks
    /// of raters where those are drawn.
    pub fn of(record: &Record, standing: &Graded, sampler: Option<&Sampler>) -> Self {
        let model = &record.model;
        let maker = Maker::new(record, standing, sampler);
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
        let fixed = (0..model.components.len()).filter(|index| !maker.varies[*index]).collect();
        let has_steady_tree = maker.steady.iter().any(|own| record.measured_nodes(*own).len() > 1);
        Self {
            units,
            scopes,
            separate,
            precision,
            min,
            max,
            method,
            grades,
            steady: maker.steady,
            fixed,
            has_steady_tree,
        }
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

    /// The first unit that is 0 or less where a mean would be taken that has no value of such parts: in which component, and at
    /// which node of it.
    pub fn lacking(&self, draw: &Draw) -> Option<(UnitIx, usize, Node)> {
        let own = |unit: &UnitPlan| match &unit.total {
            Total::Fixed(_) => None,
            Total::Drawn { base, .. } => base.lacking(draw).map(|(component, node)| (unit.unit, component, node)),
        };
        self.units.iter().find_map(own)
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
