//! Whole-number variables under linear bounds: is there an assignment, and within which values must a sum of variables lie?
//!
//! A variable is the sum of some marks, or the number of positive ones among them. A quantity is a mean: of the sum of one or
//! more variables, as a whole number of steps or, where the method rounds means, of their last digit. A constraint bounds a
//! weighted sum of quantities. The search narrows the values of one variable after another by all constraints and tries what
//! is left, nearest to what really was first; every value that is tried is a step, and the steps are counted.

use std::collections::BTreeMap;

use num_integer::{div_ceil, div_floor, gcd};

use super::marks::Grid;
use crate::number::Exact;

/// What a variable may be.
pub(super) enum Kind {
    /// The sum of some marks; with the variable that holds how many of them are positive, and how many more of those may be
    /// trimmed ones.
    Sum(Option<(usize, i64)>),
    /// How many of some marks are positive.
    Positive,
}

/// A variable.
pub(super) struct Variable<'g> {
    pub(super) grid: &'g Grid,
    /// How many marks.
    pub(super) marks: i64,
    pub(super) kind: Kind,
    /// The least and greatest value.
    pub(super) bounds: (i64, i64),
    /// What it really was, as far as that is known.
    pub(super) hint: i64,
}

/// How a quantity follows from the sum of its variables: (offset + factor · sum) / divisor, rounded half up.
#[derive(Clone, Copy)]
pub(super) struct Rounded {
    pub(super) offset: i128,
    pub(super) factor: i128,
    pub(super) divisor: i128,
}

impl Rounded {
    fn value(&self, sum: i64) -> i128 {
        div_floor(2 * (self.offset + self.factor * i128::from(sum)) + self.divisor, 2 * self.divisor)
    }

    /// The least sum whose value is at least so much.
    fn least(&self, value: i128) -> i128 {
        div_ceil(2 * self.divisor * value - self.divisor - 2 * self.offset, 2 * self.factor)
    }
}

/// A sum of variables, rounded if the method rounds means.
pub(super) struct Quantity {
    pub(super) parts: Vec<usize>,
    pub(super) rounded: Option<Rounded>,
}

impl Quantity {
    pub(super) fn value(&self, sum: i64) -> i128 {
        self.rounded.map_or(i128::from(sum), |rounded| rounded.value(sum))
    }

    /// The least and greatest sum whose value lies within bounds.
    fn sums(&self, (low, high): (i128, i128)) -> (i128, i128) {
        match &self.rounded {
            None => (low, high),
            Some(rounded) => (rounded.least(low), rounded.least(high.saturating_add(1)) - 1),
        }
    }
}

/// A weighted sum of quantities with its bounds.
struct Constraint {
    terms: Vec<(usize, i128)>,
    bounds: (i128, i128),
}

/// Variables, quantities and constraints.
#[derive(Default)]
pub(super) struct System<'g> {
    pub(super) variables: Vec<Variable<'g>>,
    pub(super) quantities: Vec<Quantity>,
    constraints: Vec<Constraint>,
}

/// A weighted sum of quantities, exactly.
pub(super) type Weights = BTreeMap<usize, Exact>;

/// The numbers of a constraint do not fit the machine.
#[derive(Debug)]
pub(super) struct TooWide;

/// Largest size of a number in a constraint, so that sums of them do not overflow.
const WIDEST: i128 = 1 << 100;

impl System<'_> {
    /// Bounds a weighted sum of quantities; one of the same weights, or of multiples of them, narrows what is known.
    ///
    /// # Errors
    /// If the numbers do not fit.
    pub(super) fn bound(&mut self, weights: &Weights, (low, high): (&Exact, &Exact)) -> Result<(), TooWide> {
        let weights: Vec<(usize, &Exact)> =
            weights.iter().filter(|(_, own)| !own.is_zero()).map(|(at, own)| (*at, own)).collect();
        let Some((_, first)) = weights.first() else { return Ok(()) };
        let parts = |own: Exact| own.parts().ok_or(TooWide);
        // Divided by its first weight, a constraint of the same direction has the same weights.
        let scaled: Vec<(usize, (i128, i128))> =
            weights.iter().map(|(at, own)| Ok((*at, parts(*own / *first)?))).collect::<Result<_, TooWide>>()?;
        let mut common: i128 = 1;
        for (_, (_, denominator)) in &scaled {
            common = common.checked_mul(denominator / gcd(common, *denominator)).ok_or(TooWide)?;
        }
        let mut terms: Vec<(usize, i128)> = Vec::with_capacity(scaled.len());
        for (at, (numerator, denominator)) in scaled {
            terms.push((at, numerator.checked_mul(common / denominator).ok_or(TooWide)?));
        }
        let divisor = terms.iter().fold(0, |divisor, (_, own)| gcd(*own, divisor)).max(1);
        terms.iter_mut().for_each(|(_, own)| *own /= divisor);
        let whole = |own: &Exact| parts(&(own / *first) * &fraction(common, divisor)?);
        let ((low, under), (high, over)) = match first.is_negative() {
            false => (whole(low)?, whole(high)?),
            true => (whole(high)?, whole(low)?),
        };
        let bounds = (div_ceil(low, under), div_floor(high, over));
        if terms.iter().any(|(_, own)| own.abs() > WIDEST) || bounds.0.abs() > WIDEST || bounds.1.abs() > WIDEST {
            return Err(TooWide);
        }
        match self.constraints.iter_mut().find(|known| known.terms == terms) {
            Some(known) => known.bounds = (known.bounds.0.max(bounds.0), known.bounds.1.min(bounds.1)),
            None => self.constraints.push(Constraint { terms, bounds }),
        }
        Ok(())
    }

    /// In how many constraints a variable stands together with any of some others.
    pub(super) fn shared(&self, at: usize, others: &[usize]) -> usize {
        let holds = |own: &Constraint, at: usize| {
            own.terms.iter().any(|(quantity, _)| self.quantities[*quantity].parts.contains(&at))
        };
        let both = self.constraints.iter().filter(|own| others.iter().any(|other| holds(own, *other)));
        both.filter(|own| holds(own, at)).count()
    }

    /// Whether the widest sums of all constraints fit the machine.
    pub(super) fn fits(&self) -> bool {
        let widest = |at: usize| {
            let quantity = &self.quantities[at];
            let sum: i64 = quantity.parts.iter().map(|part| self.variables[*part].bounds.1).sum();
            quantity.value(sum).abs().max(quantity.value(0).abs())
        };
        self.constraints.iter().all(|own| {
            let sizes = own.terms.iter().map(|(at, weight)| weight.abs().checked_mul(widest(*at)));
            sizes.fold(Some(0_i128), |sum, size| sum?.checked_add(size?)).is_some_and(|sum| sum < WIDEST)
        })
    }
}

fn fraction(numerator: i128, denominator: i128) -> Result<Exact, TooWide> {
    let whole = |own: i128| i64::try_from(own).map_err(|_| TooWide);
    let common = gcd(numerator, denominator).max(1);
    Ok(Exact::ratio(whole(numerator / common)?, whole(denominator / common)?))
}

/// More steps were needed than there were.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spent;

/// Values that variables are held to: the sum of some of them.
pub(super) struct Held<'h> {
    pub(super) parts: &'h [usize],
    pub(super) sum: i64,
}

/// A search with its order of variables and the steps that are left.
pub(super) struct Search<'s, 'g> {
    system: &'s System<'g>,
    order: Vec<usize>,
    /// By variable: the constraints it stands in, with the place of its quantity among their terms.
    stands_in: Vec<Vec<(usize, usize)>>,
    /// By depth and constraint: the greatest common divisor of the weights of quantities that are not settled there.
    divisors: Vec<Vec<i128>>,
    /// By quantity: the depth from which it is settled.
    settled: Vec<usize>,
    /// What is left to each variable before anything is tried.
    root: Option<Vec<(i64, i64)>>,
    steps: usize,
}

impl<'s, 'g> Search<'s, 'g> {
    /// A search that settles some variables first; the others follow in the order of the system.
    pub(super) fn new(system: &'s System<'g>, first: &[usize], steps: usize) -> Self {
        let mut order: Vec<usize> = Vec::with_capacity(system.variables.len());
        let add = |order: &mut Vec<usize>, at: usize| {
            let paired = match system.variables[at].kind {
                Kind::Sum(Some((positive, _))) => Some(positive),
                _ => None,
            };
            for at in paired.into_iter().chain([at]) {
                if !order.contains(&at) {
                    order.push(at);
                }
            }
        };
        for at in first.iter().copied().chain(0..system.variables.len()) {
            add(&mut order, at);
        }
        let mut depth = vec![0; order.len()];
        for (at, own) in order.iter().enumerate() {
            depth[*own] = at;
        }
        let settled = |own: &Quantity| own.parts.iter().map(|part| depth[*part] + 1).max().unwrap_or(0);
        let settled: Vec<usize> = system.quantities.iter().map(settled).collect();
        let mut stands_in = vec![Vec::new(); order.len()];
        for (index, constraint) in system.constraints.iter().enumerate() {
            for (place, (quantity, _)) in constraint.terms.iter().enumerate() {
                for part in &system.quantities[*quantity].parts {
                    stands_in[*part].push((index, place));
                }
            }
        }
        let divisor = |constraint: &Constraint, at: usize| {
            let open = constraint.terms.iter().filter(|(quantity, _)| settled[*quantity] > at);
            open.fold(0_i128, |divisor, (_, weight)| gcd(divisor, *weight))
        };
        let divisors =
            (0..=order.len()).map(|at| system.constraints.iter().map(|own| divisor(own, at)).collect()).collect();
        let mut search = Self { system, order, stands_in, divisors, settled, root: None, steps };
        search.root = search.narrowed();
        search
    }

    /// The values of all variables that all constraints leave, narrowed until nothing changes any more or for a few rounds;
    /// none if nothing is left.
    fn narrowed(&self) -> Option<Vec<(i64, i64)>> {
        const ROUNDS: usize = 4;
        let mut bounds: Vec<(i64, i64)> = self.system.variables.iter().map(|own| own.bounds).collect();
        for _ in 0..ROUNDS {
            let before = bounds.clone();
            for at in 0..bounds.len() {
                bounds[at] = self.range(at, &bounds, &[])?;
            }
            if bounds == before {
                break;
            }
        }
        Some(bounds)
    }

    /// The least and greatest value of each variable; none if no assignment agrees.
    pub(super) fn bounds(&self) -> Option<Vec<(i64, i64)>> {
        self.root.clone()
    }

    /// How many steps are left.
    pub(super) const fn left(&self) -> usize {
        self.steps
    }

    /// Counts a step.
    ///
    /// # Errors
    /// If there is none left.
    pub(super) fn step(&mut self) -> Result<(), Spent> {
        self.steps = self.steps.checked_sub(1).ok_or(Spent)?;
        Ok(())
    }

    /// Whether there is an assignment in which some sums have these values. Where some variables are named, the others stay what
    /// they really were: an assignment that is found then is one all the same.
    ///
    /// # Errors
    /// If the steps do not suffice to tell.
    pub(super) fn finds(&mut self, held: &[Held<'_>], free: Option<&[usize]>) -> Result<bool, Spent> {
        let Some(mut bounds) = self.root.clone() else { return Ok(false) };
        self.step()?;
        for (at, own) in bounds.iter_mut().enumerate() {
            let variable = &self.system.variables[at];
            let stays = free.is_some_and(|free| !free.contains(&at)) && matches!(variable.kind, Kind::Sum(_));
            if stays {
                *own = (own.0.max(variable.hint), own.1.min(variable.hint));
            }
        }
        for own in held {
            if let [only] = own.parts {
                let known = &mut bounds[*only];
                *known = (known.0.max(own.sum), known.1.min(own.sum));
            }
        }
        if bounds.iter().any(|(low, high)| low > high) {
            return Ok(false);
        }
        let all = 0..self.system.constraints.len();
        if !all.clone().all(|index| self.is_possible(index, 0, &bounds)) {
            return Ok(false);
        }
        self.run(0, &mut bounds, held)
    }

    fn run(&mut self, depth: usize, bounds: &mut Vec<(i64, i64)>, held: &[Held<'_>]) -> Result<bool, Spent> {
        let Some(at) = self.order.get(depth).copied() else { return Ok(true) };
        let Some((low, high)) = self.range(at, bounds, held) else { return Ok(false) };
        let whole = bounds[at];
        let start = self.system.variables[at].hint.clamp(low, high);
        let mut distance = 0;
        while start - distance >= low || start + distance <= high {
            for value in [start + distance, start - distance] {
                if value < low || value > high || (distance == 0 && value != start + distance) {
                    continue;
                }
                self.step()?;
                if self.is_value(at, value, bounds) {
                    bounds[at] = (value, value);
                    let stands =
                        self.stands_in[at].iter().all(|(index, _)| self.is_possible(*index, depth + 1, bounds));
                    if stands && self.run(depth + 1, bounds, held)? {
                        bounds[at] = whole;
                        return Ok(true);
                    }
                }
                if distance == 0 {
                    break;
                }
            }
            distance += 1;
        }
        bounds[at] = whole;
        Ok(false)
    }

    /// Whether a variable can have a value at all, given how many of its marks are positive.
    fn is_value(&self, at: usize, value: i64, bounds: &[(i64, i64)]) -> bool {
        let variable = &self.system.variables[at];
        match variable.kind {
            Kind::Positive => true,
            Kind::Sum(None) => variable.grid.holds(variable.marks, value),
            Kind::Sum(Some((positive, trimmed))) => {
                let most = bounds[positive].0;
                (most - trimmed..=most).any(|own| variable.grid.holds_positive(variable.marks, own, value))
            }
        }
    }

    /// What a quantity lies between.
    fn between(&self, quantity: usize, bounds: &[(i64, i64)]) -> (i128, i128) {
        let quantity = &self.system.quantities[quantity];
        let sum = |side: &dyn Fn(&(i64, i64)) -> i64| quantity.parts.iter().map(|part| side(&bounds[*part])).sum();
        (quantity.value(sum(&|own| own.0)), quantity.value(sum(&|own| own.1)))
    }

    /// What a term lies between.
    fn term(&self, (quantity, weight): (usize, i128), bounds: &[(i64, i64)]) -> (i128, i128) {
        let (low, high) = self.between(quantity, bounds);
        if weight >= 0 { (weight * low, weight * high) } else { (weight * high, weight * low) }
    }

    /// Whether a constraint can still hold: its sum reaches its bounds, and what is settled leaves a multiple of the common
    /// divisor of the rest.
    fn is_possible(&self, index: usize, depth: usize, bounds: &[(i64, i64)]) -> bool {
        let constraint = &self.system.constraints[index];
        let (mut low, mut high, mut fixed) = (0, 0, 0);
        for term in &constraint.terms {
            let (least, most) = self.term(*term, bounds);
            low += least;
            high += most;
            if self.settled[term.0] <= depth {
                fixed += least;
            }
        }
        if low > constraint.bounds.1 || high < constraint.bounds.0 {
            return false;
        }
        let divisor = self.divisors[depth][index];
        let (from, to) = (constraint.bounds.0 - fixed, constraint.bounds.1 - fixed);
        divisor <= 1 || low == high || div_ceil(from, divisor) <= div_floor(to, divisor)
    }

    /// The values that all constraints and held sums leave to a variable; none if there are none.
    fn range(&self, at: usize, bounds: &[(i64, i64)], held: &[Held<'_>]) -> Option<(i64, i64)> {
        let (mut low, mut high) = (i128::from(bounds[at].0), i128::from(bounds[at].1));
        let mut keep = |(least, most): (i128, i128)| (low, high) = (low.max(least), high.min(most));
        for (index, place) in &self.stands_in[at] {
            let constraint = &self.system.constraints[*index];
            let (mut least, mut most) = constraint.bounds;
            for (_, term) in constraint.terms.iter().enumerate().filter(|(other, _)| other != place) {
                let (from, to) = self.term(*term, bounds);
                least -= to;
                most -= from;
            }
            let (quantity, weight) = constraint.terms[*place];
            let (from, to) = if weight >= 0 {
                (div_ceil(least, weight), div_floor(most, weight))
            } else {
                (div_ceil(most, weight), div_floor(least, weight))
            };
            if from > to {
                return None;
            }
            let quantity = &self.system.quantities[quantity];
            let (from, to) = quantity.sums((from, to));
            let others = quantity.parts.iter().filter(|part| **part != at).map(|part| bounds[*part]);
            let (rest_low, rest_high) =
                others.fold((0_i128, 0_i128), |(low, high), own| (low + i128::from(own.0), high + i128::from(own.1)));
            keep((from - rest_high, to - rest_low));
        }
        for own in held.iter().filter(|own| own.parts.contains(&at)) {
            let others = own.parts.iter().filter(|part| **part != at).map(|part| bounds[*part]);
            let (rest_low, rest_high) =
                others.fold((0_i128, 0_i128), |(low, high), own| (low + i128::from(own.0), high + i128::from(own.1)));
            keep((i128::from(own.sum) - rest_high, i128::from(own.sum) - rest_low));
        }
        (low <= high).then(|| (low as i64, high as i64))
    }
}
