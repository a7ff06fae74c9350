//! Agreement of raters: Krippendorff's alpha, the intraclass correlations and Kendall's W, each with its reason where it is
//! undefined.
//!
//! Alpha as in Krippendorff, *Content Analysis* (2004) ch. 11, with missing marks; ICC as in Shrout & Fleiss 1979 with the
//! limits of McGraw & Wong 1996; W as in Kendall & Babington Smith 1939 with the correction for ties.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use rayon::prelude::*;
use serde::Serialize;
use statrs::distribution::{ChiSquared, ContinuousCDF as _, FisherSnedecor};

use super::marks::{Marks, mean, quantile};
use super::undefined::Undefined;

mod counts;

use counts::Counts;

/// A coefficient with the limits between which it lies at 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The coefficient.
    pub value: f64,
    /// Its limits; none where they cannot be told.
    pub limits: Option<(f64, f64)>,
}

/// How far apart two marks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Equal or not.
    Nominal,
    /// By the places between them.
    Ordinal,
    /// By their difference.
    Interval,
    /// By their difference relative to their sum.
    Ratio,
}

impl Metric {
    /// All of them, in the order of [`alphas`].
    const ALL: [Self; 4] = [Self::Nominal, Self::Ordinal, Self::Interval, Self::Ratio];
}

/// Krippendorff's alpha by one metric: 1 − Do/De, Do over the pairs within units, De over all pairs of marks.
///
/// # Errors
/// As [`alphas`].
pub fn alpha(marks: &Marks, metric: Metric, bootstrap: Bootstrap) -> Result<Estimate, Undefined> {
    let [nominal, ordinal, interval, ratio] = alphas(marks, bootstrap);
    match metric {
        Metric::Nominal => nominal,
        Metric::Ordinal => ordinal,
        Metric::Interval => interval,
        Metric::Ratio => ratio,
    }
}

/// Alpha by all four metrics. The limits are the 2.5 and 97.5 % quantiles over `resamples` drawings of units with
/// replacement; drawings in which all marks are equal have none. Every drawing has a stream of its own, so that threads change
/// nothing.
///
/// # Errors
/// If fewer than two raters marked any unit, or all marks are equal.
pub fn alphas(marks: &Marks, bootstrap: Bootstrap) -> [Result<Estimate, Undefined>; 4] {
    let counts = Counts::of(marks);
    let count = counts.units.len();
    if count == 0 {
        return [Err(if marks.raters() < 2 { Undefined::OneRater } else { Undefined::NoPairs }); 4];
    }
    let whole = counts.alphas(&vec![1.0; count]);
    let draw = |number: usize| {
        let mut random = ChaCha8Rng::seed_from_u64(bootstrap.seed);
        random.set_stream(number as u64);
        let mut weights = vec![0.0; count];
        for _ in 0..count {
            weights[(random.next_u64() % count as u64) as usize] += 1.0;
        }
        counts.alphas(&weights)
    };
    let resamples = if count > 1 { bootstrap.resamples } else { 0 };
    let drawn: Vec<[Option<f64>; 4]> = (0..resamples).into_par_iter().map(draw).collect();
    Metric::ALL.map(|metric| {
        let at = metric as usize;
        if metric == Metric::Ratio && counts.values.first().is_some_and(|least| *least < 0.0) {
            return Err(Undefined::Negative);
        }
        let value = whole[at].ok_or(Undefined::AllEqual)?;
        let mut own: Vec<f64> = drawn.iter().filter_map(|own| own[at]).collect();
        own.sort_by(f64::total_cmp);
        Ok(Estimate { value, limits: quantile(&own, 0.025).zip(quantile(&own, 0.975)) })
    })
}

/// How the limits of alpha are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Bootstrap {
    /// How many drawings.
    pub resamples: usize,
    /// The seed of the drawings.
    pub seed: u64,
}

/// The six intraclass correlations of Shrout & Fleiss: (model, number of marks).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct IntraClass {
    /// ICC(1,1): raters differ from unit to unit, one mark.
    pub one_single: Estimate,
    /// ICC(2,1): the same raters, drawn from many, absolute agreement, one mark.
    pub two_single: Estimate,
    /// ICC(3,1): exactly these raters, consistency, one mark.
    pub three_single: Estimate,
    /// ICC(1,k): the mean of the marks.
    pub one_mean: Estimate,
    /// ICC(2,k): the mean of the marks.
    pub two_mean: Estimate,
    /// ICC(3,k): the mean of the marks.
    pub three_mean: Estimate,
}

/// Mean squares of a complete table.
struct Squares {
    /// Between units.
    units: f64,
    /// Between raters.
    raters: f64,
    /// Within units.
    within: f64,
    /// What neither explains.
    rest: f64,
}

impl Squares {
    fn of(marks: &Marks) -> Self {
        let (n, k) = (marks.units() as f64, marks.raters() as f64);
        let all: Vec<f64> = marks.all().collect();
        let grand = mean(&all).unwrap_or(0.0);
        let total: f64 = all.iter().map(|own| (own - grand).powi(2)).sum();
        let spread = |values: Vec<f64>| (mean(&values).unwrap_or(0.0) - grand).powi(2);
        let rows = (0..marks.units()).map(|unit| spread(marks.of_unit(unit).iter().flatten().copied().collect()));
        let units: f64 = k * rows.sum::<f64>();
        let columns = (0..marks.raters()).map(|rater| spread(marks.of_rater(rater).flatten().collect()));
        let raters: f64 = n * columns.sum::<f64>();
        Self {
            units: units / (n - 1.0),
            raters: raters / (k - 1.0),
            within: (total - units).max(0.0) / (n * (k - 1.0)),
            rest: (total - units - raters).max(0.0) / ((n - 1.0) * (k - 1.0)),
        }
    }
}

/// The 97.5 % point of the F distribution.
fn upper_f(numerator: f64, denominator: f64) -> Option<f64> {
    FisherSnedecor::new(numerator, denominator).ok().map(|own| own.inverse_cdf(0.975))
}

/// The intraclass correlations of a complete table, with limits at 95 %.
///
/// # Errors
/// If a mark is missing, there are fewer than two units or raters, or all marks are equal.
pub fn intraclass(marks: &Marks) -> Result<IntraClass, Undefined> {
    complete(marks)?;
    let (n, k) = (marks.units() as f64, marks.raters() as f64);
    let squares = Squares::of(marks);
    let Squares { units, raters, within, rest } = squares;
    let (one, three) =
        (Noise { size: within, freedom: n * (k - 1.0) }, Noise { size: rest, freedom: (n - 1.0) * (k - 1.0) });
    let two = (units - rest) / (units + (k - 1.0) * rest + k * (raters - rest) / n);
    let two_limits = squares.absolute_limits(two, n, k);
    let mean_of = |single: f64| k * single / (1.0 + (k - 1.0) * single);
    Ok(IntraClass {
        one_single: one.single(units, n, k),
        two_single: Estimate { value: two, limits: two_limits },
        three_single: three.single(units, n, k),
        one_mean: one.mean(units, n),
        two_mean: Estimate {
            value: (units - rest) / (units + (raters - rest) / n),
            limits: two_limits.map(|(low, high)| (mean_of(low), mean_of(high))),
        },
        three_mean: three.mean(units, n),
    })
}

/// What units are compared with in a one-way or a consistency correlation.
#[derive(Clone, Copy)]
struct Noise {
    size: f64,
    freedom: f64,
}

impl Noise {
    /// The limits of the ratio of mean squares.
    fn ratio(self, units: f64, n: f64) -> Option<(f64, f64)> {
        let ratio = units / self.size;
        let (low, high) = (upper_f(n - 1.0, self.freedom)?, upper_f(self.freedom, n - 1.0)?);
        ratio.is_finite().then(|| (ratio / low, ratio * high))
    }

    fn single(self, units: f64, n: f64, k: f64) -> Estimate {
        let value = (units - self.size) / (units + (k - 1.0) * self.size);
        let limit = |ratio: f64| (ratio - 1.0) / (ratio + k - 1.0);
        Estimate { value, limits: self.ratio(units, n).map(|(low, high)| (limit(low), limit(high))) }
    }

    fn mean(self, units: f64, n: f64) -> Estimate {
        let value = (units - self.size) / units;
        Estimate { value, limits: self.ratio(units, n).map(|(low, high)| (1.0 - 1.0 / low, 1.0 - 1.0 / high)) }
    }
}

impl Squares {
    /// Limits of ICC(2,1), by the approximation of Satterthwaite.
    fn absolute_limits(&self, two: f64, n: f64, k: f64) -> Option<(f64, f64)> {
        let Self { units, raters, rest, .. } = self;
        let (ratio, other) = (raters / rest, n * (1.0 + (k - 1.0) * two) - k * two);
        let freedom = (k - 1.0) * (n - 1.0) * (k * two * ratio + other).powi(2)
            / ((n - 1.0) * (k * two * ratio).powi(2) + other.powi(2));
        let (above, below) = (upper_f(n - 1.0, freedom)?, upper_f(freedom, n - 1.0)?);
        let noise = k * raters + (k * n - k - n) * rest;
        let limits = (
            n * (units - above * rest) / (above * noise + n * units),
            n * (below * units - rest) / (noise + n * below * units),
        );
        (limits.0.is_finite() && limits.1.is_finite()).then_some(limits)
    }
}

/// Whether a table is one on which the classical coefficients are defined.
fn complete(marks: &Marks) -> Result<(), Undefined> {
    if marks.raters() < 2 {
        return Err(Undefined::OneRater);
    }
    if marks.units() < 2 {
        return Err(Undefined::OneUnit);
    }
    if !marks.is_complete() {
        return Err(Undefined::Incomplete);
    }
    let first = marks.get(0, 0);
    if marks.all().all(|own| first.is_some_and(|first| first.total_cmp(&own).is_eq())) {
        return Err(Undefined::AllEqual);
    }
    Ok(())
}

/// Kendall's coefficient of concordance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Concordance {
    /// W, corrected for ties, between 0 and 1.
    pub w: f64,
    /// m·(n − 1)·W for m raters and n units.
    pub chi_square: f64,
    /// Its degrees of freedom, n − 1.
    pub freedom: usize,
    /// The probability of at least this chi-square without any agreement.
    pub p: f64,
}

/// Ranks with ties at their mean, and Σ(t³ − t) over groups of t equal values.
pub fn mean_ranks(values: &[f64]) -> (Vec<f64>, f64) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let (mut ranks, mut ties, mut below) = (vec![0.0; values.len()], 0.0, 0.0);
    for tied in order.chunk_by(|a, b| values[*a].total_cmp(&values[*b]).is_eq()) {
        let size = tied.len() as f64;
        for index in tied {
            ranks[*index] = below + (size + 1.0) / 2.0;
        }
        below += size;
        ties += size.powi(3) - size;
    }
    (ranks, ties)
}

/// Kendall's W of a complete table: 12·S / (m²(n³ − n) − m·Σ(t³ − t)).
///
/// # Errors
/// If a mark is missing, there are fewer than two units or raters, or every rater gives all units the same mark.
pub fn concordance(marks: &Marks) -> Result<Concordance, Undefined> {
    complete(marks)?;
    let (n, m) = (marks.units() as f64, marks.raters() as f64);
    let (mut sums, mut ties) = (vec![0.0; marks.units()], 0.0);
    for rater in 0..marks.raters() {
        let own: Vec<f64> = marks.of_rater(rater).flatten().collect();
        let (ranks, tied) = mean_ranks(&own);
        ties += tied;
        for (sum, rank) in sums.iter_mut().zip(ranks) {
            *sum += rank;
        }
    }
    let centre = m * (n + 1.0) / 2.0;
    let spread: f64 = sums.iter().map(|sum| (sum - centre).powi(2)).sum();
    let most = m * m * (n.powi(3) - n) - m * ties;
    if most <= 0.0 {
        return Err(Undefined::AllEqual);
    }
    let w = 12.0 * spread / most;
    let chi_square = m * (n - 1.0) * w;
    let p = ChiSquared::new(n - 1.0).map_or(f64::NAN, |own| own.sf(chi_square));
    Ok(Concordance { w, chi_square, freedom: marks.units() - 1, p })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_RESAMPLES: Bootstrap = Bootstrap { resamples: 0, seed: 1 };

    /// Krippendorff, "Computing Krippendorff's alpha-reliability" (2011): 4 observers, 12 units; 0 is missing.
    fn krippendorff() -> Marks {
        let raters = [
            [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
            [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
            [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
            [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
        ];
        let mut marks = Marks::empty(12, 4);
        for (rater, own) in raters.iter().enumerate() {
            for (unit, mark) in own.iter().enumerate().filter(|(_, mark)| **mark > 0) {
                marks.set(unit, rater, f64::from(*mark));
            }
        }
        marks
    }

    #[track_caller]
    fn close(own: f64, expected: f64, digits: i32) {
        let scale = 10_f64.powi(digits);
        assert!(((own * scale).round() - (expected * scale).round()).abs() < 0.5, "{own} is not {expected}");
    }

    #[test]
    fn alpha_of_four_observers_is_as_published() -> Result<(), Undefined> {
        let published =
            [(Metric::Nominal, 0.743), (Metric::Ordinal, 0.815), (Metric::Interval, 0.849), (Metric::Ratio, 0.797)];
        for (metric, expected) in published {
            close(alpha(&krippendorff(), metric, NO_RESAMPLES)?.value, expected, 3);
        }
        Ok(())
    }

    #[test]
    fn alpha_of_a_complete_table_is_that_of_all_pairs() -> Result<(), Undefined> {
        // Two observers, ten units (Krippendorff 2011, A): o01 + o10 = 8, n0 = 14, n1 = 6: 1 − 19·8/(2·14·6) = 0.095.
        let one = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0];
        let two = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0];
        let rows: Vec<[Option<f64>; 2]> =
            one.iter().zip(two).map(|(a, b)| [Some(f64::from(*a)), Some(f64::from(b))]).collect();
        for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval] {
            close(alpha(&Marks::of_rows(&rows), metric, NO_RESAMPLES)?.value, 0.095, 3);
        }
        Ok(())
    }

    #[test]
    fn alpha_has_limits_and_the_same_ones_for_the_same_seed() -> Result<(), Undefined> {
        let drawn = |seed: u64| alpha(&krippendorff(), Metric::Interval, Bootstrap { resamples: 500, seed });
        let (low, high) = drawn(7)?.limits.expect("limits");
        assert!(low < 0.849 && 0.849 < high && high <= 1.0, "{low} {high}");
        assert_eq!(drawn(7)?, drawn(7)?);
        assert_ne!(drawn(7)?.limits, drawn(8)?.limits);
        Ok(())
    }

    #[test]
    fn equal_marks_and_single_raters_have_no_alpha() {
        let equal = Marks::of_rows(&[[Some(3.0); 3]; 4]);
        assert_eq!(alpha(&equal, Metric::Nominal, NO_RESAMPLES), Err(Undefined::AllEqual));
        assert_eq!(intraclass(&equal), Err(Undefined::AllEqual));
        assert_eq!(concordance(&equal), Err(Undefined::AllEqual));
        let one = Marks::of_rows(&[[Some(3.0)], [Some(4.0)]]);
        assert_eq!(alpha(&one, Metric::Nominal, NO_RESAMPLES), Err(Undefined::OneRater));
        let apart = Marks::of_rows(&[[Some(3.0), None], [None, Some(4.0)]]);
        assert_eq!(alpha(&apart, Metric::Nominal, NO_RESAMPLES), Err(Undefined::NoPairs));
        assert_eq!(concordance(&apart), Err(Undefined::Incomplete));
        assert_eq!(intraclass(&Marks::of_rows(&[[Some(1.0), Some(2.0)]])), Err(Undefined::OneUnit));
    }

    #[test]
    fn a_copy_of_a_rater_raises_alpha_and_order_changes_nothing() -> Result<(), Undefined> {
        let own = shrout_fleiss();
        let mut copied = Marks::empty(6, 5);
        let mut turned = Marks::empty(6, 4);
        for unit in 0..6 {
            for rater in 0..5 {
                copied.set(unit, rater, own.get(unit, rater % 4).expect("a mark"));
            }
            for rater in 0..4 {
                turned.set(5 - unit, 3 - rater, own.get(unit, rater).expect("a mark"));
            }
        }
        let value = |marks: &Marks| alpha(marks, Metric::Interval, NO_RESAMPLES).map(|own| own.value);
        assert!(value(&copied)? > value(&own)?);
        close(value(&turned)?, value(&own)?, 12);
        close(concordance(&turned)?.w, concordance(&own)?.w, 12);
        Ok(())
    }

    /// Table 2 of Shrout & Fleiss 1979.
    fn shrout_fleiss() -> Marks {
        let rows = [
            [9.0, 2.0, 5.0, 8.0],
            [6.0, 1.0, 3.0, 2.0],
            [8.0, 4.0, 6.0, 8.0],
            [7.0, 1.0, 2.0, 6.0],
            [10.0, 5.0, 6.0, 9.0],
            [6.0, 2.0, 4.0, 7.0],
        ];
        Marks::of_rows(&rows.map(|row| row.map(Some)))
    }

    #[test]
    fn intraclass_correlations_are_those_of_shrout_and_fleiss() -> Result<(), Undefined> {
        let own = intraclass(&shrout_fleiss())?;
        // Values of the paper's table 4; limits as the R package psych prints them for the same table.
        let published = [
            (own.one_single, 0.17, (-0.133, 0.72)),
            (own.two_single, 0.29, (0.019, 0.76)),
            (own.three_single, 0.71, (0.342, 0.95)),
            (own.one_mean, 0.44, (-0.884, 0.91)),
            (own.two_mean, 0.62, (0.071, 0.93)),
            (own.three_mean, 0.91, (0.676, 0.99)),
        ];
        for (estimate, value, (low, high)) in published {
            close(estimate.value, value, 2);
            let limits = estimate.limits.expect("limits");
            close(limits.0, low, 3);
            close(limits.1, high, 2);
        }
        Ok(())
    }

    #[test]
    fn concordance_is_corrected_for_ties() -> Result<(), Undefined> {
        // Three raters, four units, solved by hand. Ranks 1 2.5 2.5 4 | 1 2 3 4 | 1.5 1.5 3 4: sums 3.5 6 8.5 12, S = 39.5;
        // Σ(t³ − t) = 6 + 0 + 6 = 12; W = 12·39.5/(9·60 − 3·12) = 474/504.
        let marks = Marks::of_rows(
            &[[60.0, 10.0, 5.0], [70.0, 20.0, 5.0], [70.0, 30.0, 6.0], [80.0, 40.0, 7.0]].map(|row| row.map(Some)),
        );
        let own = concordance(&marks)?;
        close(own.w, 474.0 / 504.0, 12);
        close(own.chi_square, 9.0 * 474.0 / 504.0, 12);
        assert_eq!(own.freedom, 3);
        // The table of chi-square: 7.815 at 5 %, 9.348 at 2.5 % for three degrees of freedom; 8.464 lies between.
        assert!(own.p < 0.05 && own.p > 0.025, "{}", own.p);
        Ok(())
    }
}
