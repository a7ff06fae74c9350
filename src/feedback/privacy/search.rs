//! Is there an assignment of the variables of a system that agrees with all its bounds?
//!
//! The search narrows the values of one variable after another by all constraints and tries what is left, nearest to what
//! really was first; every value that is tried is a step, and the steps are counted.

use num_integer::{div_ceil, div_floor, gcd};

use super::system::{Constraint, Kind, Quantity, System};

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
