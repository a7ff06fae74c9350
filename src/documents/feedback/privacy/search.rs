//! Is there an assignment of the variables of a system that agrees with all its bounds?
//!
//! The search narrows the values of all variables by all constraints, then tries the values of the variable that has
//! the fewest left, those nearest to the true value first, and so on with each. Every value that is tried is a step,
//! and the steps are counted.

use num_integer::{div_ceil, div_floor, gcd};

use super::system::{Constraint, System, VariableKind};

/// More steps were needed than were available.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spent;

/// A fixed value for the sum of some variables.
pub(super) struct Held<'h> {
    pub(super) parts: &'h [usize],
    pub(super) sum: i64,
}

impl Held<'_> {
    /// Whether the sum can still have its fixed value.
    fn is_possible(&self, bounds: &[(i64, i64)]) -> bool {
        let sum = |side: &dyn Fn(&(i64, i64)) -> i64| self.parts.iter().map(|part| side(&bounds[*part])).sum::<i64>();
        (sum(&|own| own.0)..=sum(&|own| own.1)).contains(&self.sum)
    }
}

/// The least and greatest value of each variable.
type Bounds = Vec<(i64, i64)>;

/// Rounds in which bounds are narrowed before values are tried.
const ROUNDS: usize = 3;

/// A search with the steps that are left.
pub(super) struct Search<'s, 'g> {
    system: &'s System<'g>,
    /// By variable: the constraints that contain it, with the place of its quantity among their terms.
    stands_in: Vec<Vec<(usize, usize)>>,
    /// The bounds of each variable before anything is tried.
    root: Option<Bounds>,
    steps: usize,
}

impl<'s, 'g> Search<'s, 'g> {
    /// A search with this many steps.
    pub(super) fn new(system: &'s System<'g>, steps: usize) -> Self {
        let mut stands_in = vec![Vec::new(); system.variables.len()];
        for (index, constraint) in system.constraints.iter().enumerate() {
            for (place, (quantity, _)) in constraint.terms.iter().enumerate() {
                for part in &system.quantities[*quantity].parts {
                    stands_in[*part].push((index, place));
                }
            }
        }
        let mut search = Self { system, stands_in, root: None, steps };
        let all: Bounds = system.variables.iter().map(|own| own.bounds).collect();
        search.root = search.narrowed(all, &[]);
        search
    }

    /// The least and greatest value of each variable; none if no assignment agrees.
    pub(super) fn bounds(&self) -> Option<Bounds> {
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

    /// Whether there is an assignment in which some sums have these values. If `free` names variables, the other sums
    /// keep their true values; an assignment that is found then is valid all the same.
    ///
    /// # Errors
    /// If the steps do not suffice to decide.
    pub(super) fn finds(&mut self, held: &[Held<'_>], free: Option<&[usize]>) -> Result<bool, Spent> {
        let Some(mut bounds) = self.root.clone() else { return Ok(false) };
        self.step()?;
        for (at, own) in bounds.iter_mut().enumerate() {
            let variable = &self.system.variables[at];
            let stays = free.is_some_and(|free| !free.contains(&at)) && matches!(variable.kind, VariableKind::Sum(_));
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
        let mut settled = vec![false; bounds.len()];
        self.run(bounds, &mut settled, held)
    }

    fn run(&mut self, bounds: Bounds, settled: &mut [bool], held: &[Held<'_>]) -> Result<bool, Spent> {
        let Some(bounds) = self.narrowed(bounds, held) else { return Ok(false) };
        let Some(at) = self.next(&bounds, settled) else { return Ok(true) };
        let (low, high) = bounds[at];
        settled[at] = true;
        for value in outwards(self.system.variables[at].hint.clamp(low, high), low, high) {
            self.step()?;
            if self.is_value(at, value, &bounds) {
                let mut tried = bounds.clone();
                tried[at] = (value, value);
                if self.run(tried, settled, held)? {
                    settled[at] = false;
                    return Ok(true);
                }
            }
        }
        settled[at] = false;
        Ok(false)
    }

    /// The variable with the fewest values left; the sum of some marks comes after the number of positive ones among
    /// them.
    fn next(&self, bounds: &[(i64, i64)], settled: &[bool]) -> Option<usize> {
        let is_ready = |at: usize| match self.system.variables[at].kind {
            VariableKind::Sum(Some((positive, _))) => settled[positive],
            VariableKind::Sum(None) | VariableKind::Positive => true,
        };
        let open = (0..bounds.len()).filter(|at| !settled[*at] && is_ready(*at));
        open.min_by_key(|at| (bounds[*at].1 - bounds[*at].0, *at))
    }

    /// Whether a variable can have a value at all, given how many of its marks are positive.
    fn is_value(&self, at: usize, value: i64, bounds: &[(i64, i64)]) -> bool {
        let variable = &self.system.variables[at];
        match variable.kind {
            VariableKind::Positive => true,
            VariableKind::Sum(None) => variable.grid.holds(variable.marks, value),
            VariableKind::Sum(Some((positive, trimmed))) => {
                let most = bounds[positive].0;
                (most - trimmed..=most).any(|own| variable.grid.holds_positive(variable.marks, own, value))
            }
        }
    }

    /// The bounds of a term.
    fn term(&self, quantity: usize, weight: i128, bounds: &[(i64, i64)]) -> (i128, i128) {
        let quantity = &self.system.quantities[quantity];
        let sum = |side: &dyn Fn(&(i64, i64)) -> i64| quantity.parts.iter().map(|part| side(&bounds[*part])).sum();
        let (low, high) = (quantity.value(sum(&|own| own.0)), quantity.value(sum(&|own| own.1)));
        if weight >= 0 { (weight * low, weight * high) } else { (weight * high, weight * low) }
    }

    /// The bounds of the sum of a constraint; none if they lie outside those of the constraint, or if the terms with
    /// one value left leave no multiple of the common divisor of the rest.
    fn sum(&self, constraint: &Constraint, bounds: &[(i64, i64)]) -> Option<(i128, i128)> {
        let (mut low, mut high, mut fixed, mut divisor) = (0, 0, 0, 0);
        for term in &constraint.terms {
            let (least, most) = self.term(term.0, term.1, bounds);
            low += least;
            high += most;
            if least == most {
                fixed += least;
            } else if divisor != 1 {
                divisor = gcd(divisor, term.1);
            }
        }
        if low > constraint.bounds.1 || high < constraint.bounds.0 {
            return None;
        }
        let (from, to) = (constraint.bounds.0 - fixed, constraint.bounds.1 - fixed);
        (divisor <= 1 || div_ceil(from, divisor) <= div_floor(to, divisor)).then_some((low, high))
    }

    /// The bounds that all constraints and fixed sums leave to the variables, narrowed until nothing changes or for a
    /// few rounds; none if nothing is left.
    fn narrowed(&self, mut bounds: Bounds, held: &[Held<'_>]) -> Option<Bounds> {
        for _ in 0..ROUNDS {
            // What narrows within a round leaves these a little wide, which does no harm.
            let sums: Option<Vec<(i128, i128)>> =
                self.system.constraints.iter().map(|own| self.sum(own, &bounds)).collect();
            let sums = sums?;
            if !held.iter().all(|own| own.is_possible(&bounds)) {
                return None;
            }
            let mut has_changed = false;
            for at in 0..bounds.len() {
                if bounds[at].0 == bounds[at].1 || self.stands_in[at].is_empty() {
                    continue;
                }
                let narrower = self.range(at, &bounds, &sums, held)?;
                has_changed |= narrower != bounds[at];
                bounds[at] = narrower;
            }
            if !has_changed {
                return Some(bounds);
            }
        }
        let holds = self.system.constraints.iter().all(|own| self.sum(own, &bounds).is_some());
        (holds && held.iter().all(|own| own.is_possible(&bounds))).then_some(bounds)
    }

    /// The values that all constraints and fixed sums leave to a variable; none if there are none. `sums` are outer
    /// bounds of the sums of the constraints.
    fn range(&self, at: usize, bounds: &[(i64, i64)], sums: &[(i128, i128)], held: &[Held<'_>]) -> Option<(i64, i64)> {
        let (mut low, mut high) = (i128::from(bounds[at].0), i128::from(bounds[at].1));
        let mut keep = |(least, most): (i128, i128)| (low, high) = (low.max(least), high.min(most));
        let others = |parts: &[usize]| {
            let others = parts.iter().filter(|part| **part != at).map(|part| bounds[*part]);
            others.fold((0_i128, 0_i128), |(low, high), own| (low + i128::from(own.0), high + i128::from(own.1)))
        };
        for (index, place) in &self.stands_in[at] {
            let constraint = &self.system.constraints[*index];
            let (quantity, weight) = constraint.terms[*place];
            let own = self.term(quantity, weight, bounds);
            let least = constraint.bounds.0 - (sums[*index].1 - own.1);
            let most = constraint.bounds.1 - (sums[*index].0 - own.0);
            let (from, to) = if weight >= 0 {
                (div_ceil(least, weight), div_floor(most, weight))
            } else {
                (div_ceil(most, weight), div_floor(least, weight))
            };
            if from > to {
                return None;
            }
            let quantity = &self.system.quantities[quantity];
            let ((from, to), rest) = (quantity.sums(from, to), others(&quantity.parts));
            keep((from - rest.1, to - rest.0));
        }
        for own in held.iter().filter(|own| own.parts.contains(&at)) {
            let rest = others(own.parts);
            keep((i128::from(own.sum) - rest.1, i128::from(own.sum) - rest.0));
        }
        (low <= high).then_some((low as i64, high as i64))
    }
}

/// The values between two bounds, the nearest to one of them first.
pub(super) fn outwards(start: i64, low: i64, high: i64) -> impl Iterator<Item = i64> {
    let farthest = (start - low).max(high - start);
    let both = (0..=farthest).flat_map(move |distance| {
        [start + distance, start - distance].into_iter().take(if distance == 0 { 1 } else { 2 })
    });
    both.filter(move |value| *value >= low && *value <= high)
}
