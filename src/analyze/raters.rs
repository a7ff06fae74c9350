//! What each rater does: severity with its standard error, and signs of careless or partial marking.
//!
//! Severity is the rater effect of mark = mean + unit + rater + error, fitted by least squares on any pattern of missing
//! marks; rater effects add up to 0 within each connected part of the table. Units are eliminated first, what is left is the
//! Laplacian of raters (Searle, *Linear Models*, 1971, ch. 7); its pseudo-inverse times the residual variance gives the
//! standard errors.

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::marks::{Marks, correlation, deviation, mean};
use super::undefined::Undefined;

/// Beyond how many standard errors a severity counts as different from 0.
const ERRORS: f64 = 2.0;

/// Beyond what part of the standard deviation of all marks a severity matters.
const DEVIATIONS: f64 = 0.5;

/// The effects of raters and units.
#[derive(Clone, Debug)]
pub struct Effects {
    /// By rater: above 0 for lenient ones, below for severe ones; none for a rater without marks.
    pub raters: Vec<Option<f64>>,
    /// Their standard errors; none where nothing is left to estimate them from.
    pub errors: Vec<Option<f64>>,
    /// By unit: what raters of mean severity would have given; none for a unit without marks.
    pub units: Vec<Option<f64>>,
    /// By rater the part of the table it belongs to; parts share no unit and cannot be compared.
    pub parts: Vec<Option<usize>>,
    /// How many parts there are.
    pub connected: usize,
    /// Degrees of freedom of the error.
    pub freedom: usize,
}

/// Which part each rater and each unit belongs to.
fn parts(marks: &Marks) -> (Vec<Option<usize>>, usize) {
    let mut parts: Vec<Option<usize>> = vec![None; marks.raters()];
    let mut count = 0;
    for start in 0..marks.raters() {
        if parts[start].is_some() || marks.of_rater(start).flatten().next().is_none() {
            continue;
        }
        let mut open = vec![start];
        parts[start] = Some(count);
        while let Some(rater) = open.pop() {
            for unit in (0..marks.units()).filter(|unit| marks.get(*unit, rater).is_some()) {
                for (other, mark) in marks.of_unit(unit).iter().enumerate() {
                    if mark.is_some() && parts[other].is_none() {
                        parts[other] = Some(count);
                        open.push(other);
                    }
                }
            }
        }
        count += 1;
    }
    (parts, count)
}

/// Fits raters and units by least squares.
///
/// # Errors
/// If there is only one rater, or no unit has two marks.
pub fn effects(marks: &Marks) -> Result<Effects, Undefined> {
    if marks.raters() < 2 {
        return Err(Undefined::OneRater);
    }
    let count = marks.raters();
    let (parts, connected) = parts(marks);
    let unit_means: Vec<Option<f64>> = (0..marks.units())
        .map(|unit| mean(&marks.of_unit(unit).iter().flatten().copied().collect::<Vec<_>>()))
        .collect();
    let (mut normal, mut right) = (DMatrix::<f64>::zeros(count, count), DVector::<f64>::zeros(count));
    let (mut total, mut used) = (0_usize, 0_usize);
    for (unit, centre) in unit_means.iter().enumerate() {
        let Some(centre) = centre else { continue };
        let own: Vec<(usize, f64)> =
            marks.of_unit(unit).iter().enumerate().filter_map(|(rater, mark)| Some((rater, (*mark)?))).collect();
        total += own.len();
        used += 1;
        let share = 1.0 / own.len() as f64;
        for (rater, mark) in &own {
            normal[(*rater, *rater)] += 1.0;
            right[*rater] += mark - centre;
            for (other, _) in &own {
                normal[(*rater, *other)] -= share;
            }
        }
    }
    let raters_used = parts.iter().flatten().count();
    if total <= used {
        return Err(Undefined::NoPairs);
    }
    // The Laplacian is singular, once for each part: adding a constant to each part's block makes it regular without
    // changing the solution that adds up to 0 there.
    let sizes: Vec<f64> =
        (0..connected).map(|part| parts.iter().filter(|own| **own == Some(part)).count() as f64).collect();
    for (row, own) in parts.iter().enumerate() {
        match own {
            None => normal[(row, row)] = 1.0,
            Some(part) => {
                for (column, _) in parts.iter().enumerate().filter(|(_, other)| **other == Some(*part)) {
                    normal[(row, column)] += 1.0 / sizes[*part];
                }
            }
        }
    }
    let inverse = normal.cholesky().ok_or(Undefined::NoPairs)?.inverse();
    let solved = &inverse * right;
    let rater = |index: usize| parts[index].map(|_| solved[index]);
    let units: Vec<Option<f64>> = (0..marks.units())
        .map(|unit| {
            let own = marks.of_unit(unit).iter().enumerate();
            mean(&own.filter_map(|(rater, mark)| Some((*mark)? - solved[rater])).collect::<Vec<_>>())
        })
        .collect();
    let mut squares = 0.0;
    for (unit, centre) in units.iter().enumerate() {
        for (rater, mark) in marks.of_unit(unit).iter().enumerate() {
            if let (Some(centre), Some(mark)) = (centre, mark) {
                squares += (mark - centre - solved[rater]).powi(2);
            }
        }
    }
    let freedom = (total + connected).saturating_sub(used + raters_used);
    let variance = (freedom > 0).then(|| squares / freedom as f64);
    let error = |index: usize| {
        let part = parts[index]?;
        Some((variance? * (inverse[(index, index)] - 1.0 / sizes[part]).max(0.0)).sqrt())
    };
    Ok(Effects {
        raters: (0..count).map(rater).collect(),
        errors: (0..count).map(error).collect(),
        units,
        parts,
        connected,
        freedom,
    })
}

/// The marks of raters besides those of the table that is judged.
#[derive(Clone, Debug, Default)]
pub struct Habits {
    /// By rater, what it gives its units at each node: one list of marks per unit; empty where units are marked as a whole.
    pub nodes: Vec<Vec<Vec<Option<f64>>>>,
    /// By rater, its marks in the order of the sheet.
    pub order: Vec<Vec<f64>>,
    /// By rater, its mark for its own unit and that unit, where it was dropped for that.
    pub own: Vec<Vec<(usize, f64)>>,
    /// The best mark of the scale, if it is known.
    pub top: Option<f64>,
}

/// One rater.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Profile {
    /// Number of the ballot within its class.
    pub serial: usize,
    /// Units with a mark that counts.
    pub units: usize,
    /// Mean of the marks.
    pub mean: Option<f64>,
    /// Points above (lenient) or below (severe) the other raters, the same units compared.
    pub severity: Option<f64>,
    /// Its standard error.
    pub error: Option<f64>,
    /// Whether the severity is beyond two standard errors and half a standard deviation of all marks.
    pub stands_out: bool,
    /// The part of the table; raters of different parts cannot be compared.
    pub part: Option<usize>,
    /// Standard deviation of what units and severity do not explain.
    pub residual: Option<f64>,
    /// Correlation with the mean of the other raters.
    pub others: Option<f64>,
    /// How many different marks are used.
    pub levels: usize,
    /// Standard deviation of the marks.
    pub spread: Option<f64>,
    /// Part of the marks that are the best one, 0 to 1.
    pub top: Option<f64>,
    /// Mean correlation between the nodes a rater marks.
    pub halo: Option<f64>,
    /// Part of the units whose nodes all have one mark, 0 to 1; of raters who mark whole units 1 or 0, by whether all units
    /// have one mark.
    pub straight: Option<f64>,
    /// Correlation of the marks, freed of the units' quality, with the order on the sheet.
    pub drift: Option<f64>,
    /// Mean of own-unit marks minus what the others gave that unit.
    pub own_side: Option<f64>,
}

/// All raters of a table.
pub fn profiles(marks: &Marks, serials: &[usize], habits: &Habits) -> Vec<Profile> {
    let effects = effects(marks).ok();
    let all = deviation(&marks.all().collect::<Vec<_>>());
    let judge = Judge { marks, habits, effects: effects.as_ref(), all };
    serials.iter().enumerate().map(|(rater, serial)| judge.profile(rater, *serial)).collect()
}

struct Judge<'j> {
    marks: &'j Marks,
    habits: &'j Habits,
    effects: Option<&'j Effects>,
    all: Option<f64>,
}

impl Judge<'_> {
    fn profile(&self, rater: usize, serial: usize) -> Profile {
        let own: Vec<f64> = self.marks.of_rater(rater).flatten().collect();
        let severity = self.effects.and_then(|own| own.raters[rater]);
        let error = self.effects.and_then(|own| own.errors[rater]);
        let stands_out = match (severity, error, self.all) {
            (Some(severity), Some(error), Some(all)) => {
                severity.abs() > ERRORS * error && severity.abs() > DEVIATIONS * all
            }
            _ => false,
        };
        let mut distinct = own.clone();
        distinct.sort_by(f64::total_cmp);
        distinct.dedup_by(|a, b| a.total_cmp(b).is_eq());
        let top = self.habits.top.filter(|_| !own.is_empty());
        Profile {
            serial,
            units: own.len(),
            mean: mean(&own),
            severity,
            error,
            stands_out,
            part: self.effects.and_then(|own| own.parts[rater]),
            residual: self.residuals(rater).and_then(|own| deviation(&own)),
            others: correlation(&self.beside_others(rater)),
            levels: distinct.len(),
            spread: deviation(&own),
            top: top.map(|top| own.iter().filter(|mark| **mark >= top).count() as f64 / own.len() as f64),
            halo: self.habits.nodes.get(rater).and_then(|nodes| halo(nodes)),
            straight: self.straight(rater, &distinct, own.len()),
            drift: self.drift(rater),
            own_side: self.own_side(rater),
        }
    }

    fn residuals(&self, rater: usize) -> Option<Vec<f64>> {
        let effects = self.effects?;
        let severity = effects.raters[rater]?;
        let pairs = self.marks.of_rater(rater).zip(&effects.units);
        Some(pairs.filter_map(|(mark, unit)| Some(mark? - (*unit)? - severity)).collect())
    }

    /// The marks of a rater beside the mean of the others for the same unit.
    fn beside_others(&self, rater: usize) -> Vec<(f64, f64)> {
        let others = |unit: usize| self.others(unit, rater);
        (0..self.marks.units()).filter_map(|unit| Some((self.marks.get(unit, rater)?, others(unit)?))).collect()
    }

    fn others(&self, unit: usize, rater: usize) -> Option<f64> {
        let own = self.marks.of_unit(unit).iter().enumerate().filter(|(other, _)| *other != rater);
        mean(&own.filter_map(|(_, mark)| *mark).collect::<Vec<_>>())
    }

    fn straight(&self, rater: usize, distinct: &[f64], units: usize) -> Option<f64> {
        let nodes = self.habits.nodes.get(rater).filter(|nodes| !nodes.is_empty());
        let Some(nodes) = nodes else {
            return (units > 2).then_some(if distinct.len() == 1 { 1.0 } else { 0.0 });
        };
        let filled = nodes.iter().map(|unit| unit.iter().flatten().copied().collect::<Vec<f64>>());
        let filled: Vec<Vec<f64>> = filled.filter(|own| own.len() > 1).collect();
        let same = |own: &&Vec<f64>| own.iter().all(|mark| mark.total_cmp(&own[0]).is_eq());
        (!filled.is_empty()).then(|| filled.iter().filter(same).count() as f64 / filled.len() as f64)
    }

    /// The residuals in the order of the sheet, correlated with their position.
    fn drift(&self, rater: usize) -> Option<f64> {
        let order = self.habits.order.get(rater)?;
        let pairs: Vec<(f64, f64)> = order.iter().enumerate().map(|(at, own)| (at as f64, *own)).collect();
        correlation(&pairs)
    }

    fn own_side(&self, rater: usize) -> Option<f64> {
        let own = self.habits.own.get(rater)?.iter();
        mean(&own.filter_map(|(unit, mark)| Some(mark - self.others(*unit, rater)?)).collect::<Vec<_>>())
    }
}

/// The mean of the correlations between every two nodes over the units.
fn halo(units: &[Vec<Option<f64>>]) -> Option<f64> {
    let nodes = units.first()?.len();
    let between = |a: usize, b: usize| {
        let pairs: Vec<(f64, f64)> = units.iter().filter_map(|own| Some((own[a]?, own[b]?))).collect();
        correlation(&pairs)
    };
    let all = (0..nodes).flat_map(|a| (a + 1..nodes).map(move |b| (a, b)));
    mean(&all.filter_map(|(a, b)| between(a, b)).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(own: Option<f64>, expected: f64) {
        assert!(own.is_some_and(|own| (own - expected).abs() < 1e-9), "{own:?} is not {expected}");
    }

    #[test]
    fn effects_of_a_complete_table_are_differences_of_means() -> Result<(), Undefined> {
        // Means of raters 80, 90, 70 round 80; the table is additive but for ±1 in two rows:
        // residuals ±1 in four cells of the first two columns of rows 1 and 2.
        let rows = [[71.0, 79.0, 60.0], [79.0, 91.0, 70.0], [90.0, 100.0, 80.0]];
        let own = effects(&Marks::of_rows(&rows.map(|row| row.map(Some))))?;
        close(own.raters[0], 0.0);
        close(own.raters[1], 10.0);
        close(own.raters[2], -10.0);
        close(own.units[0], 70.0);
        close(own.units[1], 80.0);
        close(own.units[2], 90.0);
        // Σ residual² = 4, 9 − 3 − 3 + 1 = 4 degrees of freedom: variance 1; error of a mean of three against the mean of
        // nine: √(1/3 − 1/9) = √(2/9).
        assert_eq!(own.freedom, 4);
        close(own.errors[1], (2.0_f64 / 9.0).sqrt());
        Ok(())
    }

    #[test]
    fn effects_of_an_incomplete_table_compare_only_what_both_marked() -> Result<(), Undefined> {
        // Rater 2 saw only the better units: the plain mean makes it look lenient, the same units show it 4 below rater 1.
        // Solved by hand: r1 − r2 = 4, r1 + r2 = 0; units 62, 82, 92 at mean severity.
        let marks = Marks::of_rows(&[[Some(64.0), None], [Some(84.0), Some(80.0)], [Some(94.0), Some(90.0)]]);
        let own = effects(&marks)?;
        close(own.raters[0], 2.0);
        close(own.raters[1], -2.0);
        close(own.units[0], 62.0);
        close(own.units[1], 82.0);
        close(own.units[2], 92.0);
        assert_eq!(own.connected, 1);
        Ok(())
    }

    #[test]
    fn parts_without_a_common_unit_are_told_apart() -> Result<(), Undefined> {
        let rows = [
            [Some(60.0), Some(62.0), None, None],
            [Some(70.0), Some(72.0), None, None],
            [None, None, Some(90.0), Some(80.0)],
        ];
        let own = effects(&Marks::of_rows(&rows))?;
        assert_eq!(own.connected, 2);
        assert_eq!(own.parts, [Some(0), Some(0), Some(1), Some(1)]);
        close(own.raters[0], -1.0);
        close(own.raters[2], 5.0);
        Ok(())
    }

    #[test]
    fn a_severe_rater_stands_out_and_a_fair_one_does_not() {
        let mut rows = Vec::new();
        for unit in 0..10 {
            let quality = 70.0 + 2.0 * f64::from(unit);
            let noise = if unit % 2 == 0 { 0.5 } else { -0.5 };
            rows.push([quality + noise, quality - noise, quality + noise, quality - 15.0].map(Some));
        }
        let marks = Marks::of_rows(&rows);
        let habits = Habits { top: Some(88.0), ..Habits::default() };
        let own = profiles(&marks, &[1, 2, 3, 4], &habits);
        assert_eq!(own.iter().map(|rater| rater.stands_out).collect::<Vec<_>>(), [false, false, false, true]);
        close(own[3].severity, -11.25);
        assert!(own[3].others.is_some_and(|others| others > 0.99));
        // Of its ten marks rater 2 gives 88.5 once; rater 4 never reaches 88.
        close(own[1].top, 0.1);
        close(own[3].top, 0.0);
        close(own[0].straight, 0.0);
    }

    #[test]
    fn halo_straight_lines_and_own_side_are_seen() {
        let marks = Marks::of_rows(&[[Some(80.0), Some(70.0)], [Some(85.0), Some(75.0)], [None, Some(60.0)]]);
        let nodes = |rows: [[f64; 2]; 3]| rows.map(|row| row.map(Some).to_vec()).to_vec();
        let habits = Habits {
            nodes: vec![
                nodes([[80.0, 80.0], [85.0, 85.0], [90.0, 90.0]]),
                nodes([[70.0, 60.0], [75.0, 80.0], [80.0, 60.0]]),
            ],
            order: vec![vec![1.0, 2.0, 3.0], vec![0.0, 0.0, 0.0]],
            own: vec![vec![(2, 95.0)], Vec::new()],
            top: None,
        };
        let own = profiles(&marks, &[1, 2], &habits);
        close(own[0].halo, 1.0);
        close(own[1].halo, 0.0);
        close(own[0].straight, 1.0);
        close(own[1].straight, 0.0);
        close(own[0].drift, 1.0);
        assert_eq!(own[1].drift, None);
        // 95 for the own unit, to which the other gave 60.
        close(own[0].own_side, 35.0);
        assert_eq!(own[1].own_side, None);
    }
}
