//! A table of marks, units by raters, in which marks may be missing; what agreement and raters are judged from.

/// Marks of one rater class at one node: a row for each unit, a column for each rater.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marks {
    raters: usize,
    /// Row by row; none where a rater gave a unit no mark that counts.
    cells: Vec<Option<f64>>,
}

impl Marks {
    /// A table without any mark.
    pub fn empty(units: usize, raters: usize) -> Self {
        Self { raters, cells: vec![None; units * raters] }
    }

    /// A table from its rows, which are equally long.
    pub fn of_rows<const RATERS: usize>(rows: &[[Option<f64>; RATERS]]) -> Self {
        Self { raters: RATERS, cells: rows.concat() }
    }

    /// Enters a mark.
    pub fn set(&mut self, unit: usize, rater: usize, mark: f64) {
        self.cells[unit * self.raters + rater] = Some(mark);
    }

    /// The mark of a rater for a unit.
    pub fn get(&self, unit: usize, rater: usize) -> Option<f64> {
        self.cells[unit * self.raters + rater]
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.cells.len().checked_div(self.raters).unwrap_or(0)
    }

    /// Number of raters.
    pub const fn raters(&self) -> usize {
        self.raters
    }

    /// The marks of one unit, by rater.
    pub fn of_unit(&self, unit: usize) -> &[Option<f64>] {
        &self.cells[unit * self.raters..(unit + 1) * self.raters]
    }

    /// The marks of one rater, by unit.
    pub fn of_rater(&self, rater: usize) -> impl Iterator<Item = Option<f64>> + '_ {
        (0..self.units()).map(move |unit| self.get(unit, rater))
    }

    /// All marks that are there.
    pub fn all(&self) -> impl Iterator<Item = f64> + '_ {
        self.cells.iter().filter_map(|mark| *mark)
    }

    /// Whether every rater marked every unit.
    pub fn is_complete(&self) -> bool {
        self.cells.iter().all(Option::is_some)
    }
}

/// The mean of some values; none of no value.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard deviation of a sample, over n − 1; none of fewer than two values.
pub fn deviation(values: &[f64]) -> Option<f64> {
    let centre = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

/// Pearson's correlation; none of fewer than three pairs or where one side does not vary.
pub fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < 3 {
        return None;
    }
    let count = pairs.len() as f64;
    let (x, y) = pairs.iter().fold((0.0, 0.0), |(x, y), own| (x + own.0, y + own.1));
    let (x, y) = (x / count, y / count);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (a, b) in pairs {
        xx += (a - x).powi(2);
        yy += (b - y).powi(2);
        xy += (a - x) * (b - y);
    }
    let varies = |sum: f64, centre: f64| sum > count * (centre.abs() * 1e-12).powi(2).max(1e-24);
    (varies(xx, x) && varies(yy, y)).then(|| (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

/// The quantile of sorted values by linear interpolation, type 7 of Hyndman & Fan 1996: of 1, 2, 3, 4 the quarter is 1.75.
///
/// `share` is between 0 and 1. None of no value.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = share * last as f64;
    let below = (at.floor() as usize).min(last);
    let above = (below + 1).min(last);
    Some(sorted[below] + (at - at.floor()) * (sorted[above] - sorted[below]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_type_7() {
        let close = |share: f64, expected: f64| {
            let own = quantile(&[1.0, 2.0, 3.0, 4.0], share).expect("a quantile");
            assert!((own - expected).abs() < 1e-12, "{own}");
        };
        close(0.25, 1.75);
        close(0.5, 2.5);
        close(1.0, 4.0);
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        assert_eq!(correlation(&[(0.1, 1.0), (0.1, 2.0), (0.1, 3.0)]), None);
        let own = correlation(&[(1.0, 2.0), (2.0, 4.0), (3.0, 6.0)]).expect("a correlation");
        assert!((own - 1.0).abs() < 1e-12);
    }
}
