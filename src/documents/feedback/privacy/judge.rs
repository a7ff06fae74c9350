//! Whether the marks of a class can be worked out: the means that S leaves to it, or whether it leaves a single histogram.

use std::collections::BTreeSet;

use super::marks::{Grid, Ways};
use super::scene::{Cell, Scene};
use super::search::{Held, Search, Spent, outwards};
use super::system::VariableKind;
use super::{Reason, Whose};
use crate::shared::number::Exact;

/// Steps of the search for one class, and how many of them are spent on moving only close variables.
pub(super) const STEPS: usize = 20_000;
const NEARBY: usize = 1_500;
/// Least number of means that keep a class from being exposed, and least part of the scale that they span, as a divisor.
const MEANS: usize = 3;
const SPAN: i64 = 10;

/// Some marks that must stay secret: how their mean follows from the sum of variables.
pub(super) struct Target<'c> {
    pub(super) whose: Whose,
    pub(super) parts: &'c [usize],
    /// How many marks; and how many zeros enter the mean beside them.
    pub(super) votes: i64,
    pub(super) zeros: i64,
    /// The quantity of the mean, where it is a mean of the method.
    pub(super) quantity: Option<usize>,
}

/// Which variables of the other classes may move while a target does, from the closest to all.
pub(super) struct Around {
    /// Those of the target's node.
    pub(super) node: Vec<usize>,
    /// Those of its component.
    pub(super) component: Vec<usize>,
}

/// Why the marks of a target that is not shown can be worked out; none where they cannot. `steps` is what remains of
/// the budget.
pub(super) fn told(
    scene: &Scene<'_>,
    grid: &Grid,
    target: &Target<'_>,
    around: &Around,
    steps: &mut usize,
) -> Option<Reason> {
    // Solutions in which only other marks of the same node, or component, change are found fast. All others are tried
    // later.
    let shared = |at: usize| scene.system.shared(at, target.parts);
    // The closest variables are those in all the same sums.
    let most = around.component.iter().map(|at| shared(*at)).max().unwrap_or(0);
    let alike: Vec<usize> = around.component.iter().copied().filter(|at| shared(*at) == most).collect();
    for free in [&around.node, &alike, &around.component] {
        let free: Vec<usize> = target.parts.iter().chain(free).copied().collect();
        let own = (*steps).min(NEARBY);
        let mut search = Search::new(&scene.system, own);
        let is_hidden = hidden_nearby(scene, grid, target, &free, &mut search);
        *steps -= own - search.left();
        if is_hidden {
            return None;
        }
    }
    let mut search = Search::new(&scene.system, *steps);
    let reason = means(scene, grid, target, &mut search).unwrap_or(Some(Reason::Budget));
    *steps = search.left();
    reason
}

/// Whether enough means, far enough apart, are found by moving only some variables. Sums are tried from both ends.
fn hidden_nearby(
    scene: &Scene<'_>,
    grid: &Grid,
    target: &Target<'_>,
    free: &[usize],
    search: &mut Search<'_, '_>,
) -> bool {
    let Some((low, high)) = sums(target, search) else { return false };
    let mut found: BTreeSet<Exact> = BTreeSet::new();
    for step in 0..=(high - low) {
        let sum = if step % 2 == 0 { low + step / 2 } else { high - step / 2 };
        match search.finds(&[Held { parts: target.parts, sum }], Some(free)) {
            Ok(true) => drop(found.insert(mean(scene, grid, target, sum))),
            Ok(false) => {}
            Err(Spent) => return false,
        }
        if let (Some(least), Some(most)) = (found.first(), found.last())
            && found.len() >= MEANS
            && is_wide(grid, least, most)
        {
            return true;
        }
    }
    false
}

/// The least and greatest sum that all bounds leave to a target.
fn sums(target: &Target<'_>, search: &Search<'_, '_>) -> Option<(i64, i64)> {
    let bounds = search.bounds()?;
    let sum = |side: &dyn Fn(&(i64, i64)) -> i64| target.parts.iter().map(|part| side(&bounds[*part])).sum();
    Some((sum(&|own| own.0), sum(&|own| own.1)))
}

/// Whether two means lie far enough apart.
fn is_wide(grid: &Grid, least: &Exact, most: &Exact) -> bool {
    most - least >= &grid.step * &Exact::from(grid.top) / Exact::from(SPAN)
}

fn means(
    scene: &Scene<'_>,
    grid: &Grid,
    target: &Target<'_>,
    search: &mut Search<'_, '_>,
) -> Result<Option<Reason>, Spent> {
    let whose = target.whose;
    let few = |means: usize| Ok(Some(Reason::Few { whose, means }));
    let Some((low, high)) = sums(target, search) else { return few(0) };
    let mean = |sum: i64| mean(scene, grid, target, sum);
    let mut agrees = |sum: i64| search.finds(&[Held { parts: target.parts, sum }], None);
    let mut least = None;
    for sum in low..=high {
        if agrees(sum)? {
            least = Some(sum);
            break;
        }
    }
    let Some(least) = least else { return few(0) };
    let mut most = least;
    for sum in (least + 1..=high).rev() {
        if agrees(sum)? {
            most = sum;
            break;
        }
    }
    let (first, last) = (mean(least), mean(most));
    if first == last {
        return few(1);
    }
    // A third mean: between the two ends everything else lies.
    let mut found = 2;
    for sum in least + 1..most {
        let own = mean(sum);
        if own != first && own != last && agrees(sum)? {
            found = MEANS;
            break;
        }
    }
    if found < MEANS {
        return few(found);
    }
    Ok((!is_wide(grid, &first, &last)).then_some(Reason::Narrow { whose, least: first, most: last }))
}

/// The mean of a target whose marks have a sum, in points.
fn mean(scene: &Scene<'_>, grid: &Grid, target: &Target<'_>, sum: i64) -> Exact {
    if let (Some(quantity), Some(precision)) = (target.quantity, grid.rounded) {
        let value = scene.system.quantities[quantity].value(sum);
        let value = i64::try_from(value).map_or_else(|_| Exact::zero(), Exact::from);
        return value * precision.digit();
    }
    let (votes, count) = (Exact::from(target.votes), Exact::from(target.votes + target.zeros));
    (&grid.low * &votes + &grid.step * &Exact::from(sum)) / count
}

/// Which marks were trimmed from a mean.
#[derive(Clone, Copy, Default)]
pub(super) struct Trimmed {
    pub(super) low: bool,
    pub(super) high: bool,
}

/// Why the marks of a class that is shown can be worked out: there is one histogram only. Where low or
/// high marks were trimmed, they have to be fixed as well.
pub(super) fn fixed(
    scene: &Scene<'_>,
    grid: &Grid,
    cell: &Cell,
    trimmed: Trimmed,
    steps: &mut usize,
) -> Option<Reason> {
    let mut search = Search::new(&scene.system, *steps);
    let reason = single(scene, grid, cell, trimmed, &mut search);
    *steps = search.left();
    reason
}

fn single<'s, 'g>(
    scene: &Scene<'g>,
    grid: &Grid,
    cell: &Cell,
    trimmed: Trimmed,
    search: &mut Search<'s, 'g>,
) -> Option<Reason> {
    let mut enumeration = Enumeration { scene, grid, search, found: Ways::None };
    let Some(bounds) = enumeration.search.bounds() else { return Some(Reason::Fixed) };
    let variables: Vec<usize> =
        cell.parts.iter().flat_map(|part| scene.positive_of(*part).into_iter().chain([*part])).collect();
    match enumeration.run(&variables, &bounds, &mut Vec::new()) {
        Err(Spent) => Some(Reason::Budget),
        Ok(()) => match enumeration.found {
            Ways::Several => None,
            Ways::None => Some(Reason::Fixed),
            Ways::One(marks) => {
                let lowest = !trimmed.low || marks.first() == Some(&0);
                let highest = !trimmed.high || marks.last() == Some(&grid.top);
                (lowest && highest).then_some(Reason::Fixed)
            }
        },
    }
}

/// Goes through the sums of a class, and its numbers of positive marks, until there are several histograms.
struct Enumeration<'e, 's, 'g> {
    scene: &'e Scene<'g>,
    grid: &'e Grid,
    search: &'e mut Search<'s, 'g>,
    found: Ways,
}

impl Enumeration<'_, '_, '_> {
    fn run(&mut self, open: &[usize], bounds: &[(i64, i64)], taken: &mut Vec<(usize, i64)>) -> Result<(), Spent> {
        let Some((at, rest)) = open.split_first() else {
            let ways = self.ways(taken);
            if ways == Ways::None || self.found.clone().and(ways.clone()) == self.found {
                return Ok(());
            }
            let parts: Vec<[usize; 1]> = taken.iter().map(|(at, _)| [*at]).collect();
            let held: Vec<Held<'_>> =
                parts.iter().zip(taken.iter()).map(|(parts, (_, sum))| Held { parts, sum: *sum }).collect();
            if self.search.finds(&held, None)? {
                self.found = std::mem::replace(&mut self.found, Ways::None).and(ways);
            }
            return Ok(());
        };
        let hint = self.scene.system.variables[*at].hint;
        let (low, high) = bounds[*at];
        for value in outwards(hint.clamp(low, high), low, high) {
            if self.found == Ways::Several {
                break;
            }
            self.search.step()?;
            taken.push((*at, value));
            self.run(rest, bounds, taken)?;
            taken.pop();
        }
        Ok(())
    }

    /// In how many ways the parts of the class have the sums that were taken.
    fn ways(&self, taken: &[(usize, i64)]) -> Ways {
        let value = |at: usize| taken.iter().find(|(own, _)| *own == at).map_or(0, |(_, value)| *value);
        let mut whole = Ways::One(Vec::new());
        for (at, sum) in taken {
            let variable = &self.scene.system.variables[*at];
            let own = match variable.kind {
                VariableKind::Positive => continue,
                VariableKind::Sum(None) => self.grid.ways(variable.marks, *sum),
                VariableKind::Sum(Some((positive, trimmed))) => {
                    let most = value(positive);
                    let counts = most - trimmed..=most;
                    counts
                        .fold(Ways::None, |ways, count| ways.and(self.grid.ways_positive(variable.marks, count, *sum)))
                }
            };
            whole = whole.beside(own);
        }
        whole
    }
}
