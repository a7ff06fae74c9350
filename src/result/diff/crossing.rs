//! Which units passed a total: for every unit whose own total is unchanged, those that went from below to above it or
//! back.
//!
//! One sweep over sorted totals, so that a thousand moves among all units of a province stay cheap.

use std::collections::{BTreeMap, BTreeSet};

use crate::shared::number::Exact;

/// At most this many units that passed are named.
pub(super) const NAMED: usize = 3;

/// A unit whose total moved; a unit that is not ranked on one side has no total there.
pub(super) struct Mover<'t> {
    /// Its index.
    pub(super) unit: usize,
    /// Total before.
    pub(super) old: Option<&'t Exact>,
    /// Total after.
    pub(super) new: Option<&'t Exact>,
}

/// Who passed a unit, nearest first, at most [`NAMED`] each.
#[derive(Clone, Debug, Default)]
pub(super) struct Passed {
    /// Those that came up to it or past it from below.
    pub(super) upwards: Vec<usize>,
    /// Those that fell to it or past it from above.
    pub(super) downwards: Vec<usize>,
}

impl Mover<'_> {
    /// The span of totals that it passed: where it starts (from nowhere: at the bottom), where it ends, whether it rose.
    fn span(&self) -> Option<(Option<&Exact>, &Exact, bool)> {
        match (self.old, self.new) {
            (Some(old), Some(new)) if old <= new => Some((Some(old), new, true)),
            (Some(old), Some(new)) => Some((Some(new), old, false)),
            (None, Some(new)) => Some((None, new, true)),
            (Some(old), None) => Some((None, old, false)),
            (None, None) => None,
        }
    }
}

/// A unit that may have been passed.
pub(super) struct Passable<'t> {
    /// Its index.
    pub(super) unit: usize,
    /// Total before; none if it was not ranked.
    pub(super) old: Option<&'t Exact>,
    /// Total after.
    pub(super) new: &'t Exact,
}

impl Passable<'_> {
    /// Whether a unit whose span contains the total really changed sides (above, level, below).
    fn passed_by(&self, mover: &Mover<'_>) -> bool {
        let was = self.old.zip(mover.old).map(|(own, other)| other.cmp(own));
        let is = mover.new.map(|other| other.cmp(self.new));
        mover.unit != self.unit && (was.is_none() || was != is)
    }
}

/// Who passed each of the units given, by the index of the unit. A mover does not pass itself.
pub(super) fn passed(movers: &[Mover<'_>], standing: &[Passable<'_>]) -> BTreeMap<usize, Passed> {
    let spans =
        movers.iter().enumerate().filter_map(|(i, mover)| mover.span().map(|(low, high, up)| (low, high, up, i)));
    let mut spans: Vec<(Option<&Exact>, &Exact, bool, usize)> = spans.collect();
    spans.sort();
    let mut points: Vec<&Passable<'_>> = standing.iter().collect();
    points.sort_by(|a, b| a.new.cmp(b.new).then(a.unit.cmp(&b.unit)));
    let mut spans = spans.into_iter().peekable();
    let mut open: [BTreeSet<(&Exact, usize)>; 2] = [BTreeSet::new(), BTreeSet::new()];
    let mut found = BTreeMap::new();
    for point in points {
        while let Some((_, high, rose, mover)) = spans.next_if(|(low, ..)| low.is_none_or(|low| low <= point.new)) {
            open[usize::from(rose)].insert((high, mover));
        }
        let [downwards, upwards] = [&open[0], &open[1]].map(|set| {
            let reaching = set.range((point.new, 0)..).map(|(_, mover)| &movers[*mover]);
            reaching.filter(|mover| point.passed_by(mover)).map(|mover| mover.unit).take(NAMED).collect::<Vec<usize>>()
        });
        found.insert(point.unit, Passed { upwards, downwards });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Totals that stand below 100, each as long as the test.
    fn exact(text: &str) -> &'static Exact {
        Box::leak(Box::new(Exact::parse(text).expect("literal decimal")))
    }

    #[test]
    fn a_unit_is_passed_by_whoever_crosses_or_reaches_its_total() {
        let mover = |unit, old: &str, new: &str| Mover { unit, old: Some(exact(old)), new: Some(exact(new)) };
        // 1 rises from 88 to 91, 2 falls from 95 to 90, 3 rises below everybody, 4 is new at 92.
        let movers = [
            mover(1, "88", "91"),
            mover(2, "95", "90"),
            mover(3, "50", "60"),
            Mover { unit: 4, old: None, new: Some(exact("92")) },
        ];
        let still = |unit, total: &str| Passable { unit, old: Some(exact(total)), new: exact(total) };
        let found = passed(&movers, &[still(7, "90"), still(8, "93"), still(9, "89")]);
        assert_eq!((found[&7].upwards.as_slice(), found[&7].downwards.as_slice()), (&[1, 4][..], &[2][..]));
        assert_eq!((found[&8].upwards.as_slice(), found[&8].downwards.as_slice()), (&[][..], &[2][..]));
        assert_eq!((found[&9].upwards.as_slice(), found[&9].downwards.as_slice()), (&[1, 4][..], &[][..]));
        // 5 fell from 96 to 90.5 itself: 2 was below it before and is below it now.
        let found = passed(&movers, &[Passable { unit: 5, old: Some(exact("96")), new: exact("90.5") }]);
        assert_eq!((found[&5].upwards.as_slice(), found[&5].downwards.as_slice()), (&[1, 4][..], &[][..]));
    }
}
