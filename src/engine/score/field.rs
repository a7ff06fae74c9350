//! Values of a field: its best, its mean, the place of each (SPEC §19.2). Pure, and the same for leaves and rates.

use std::collections::BTreeMap;

use crate::engine::assessment::{Mode, Unit};
use crate::model::field::{Basis, Better, Field, FieldStanding, Relation, Within};
use crate::model::{RankMethod, SchemeIx};
use crate::shared::number::Exact;

/// The assessed units by the field against which they are measured: indices in the order of the roster.
pub(super) fn fields(units: &[Unit], within: Within) -> Vec<Vec<usize>> {
    let mut fields: BTreeMap<(&str, Option<SchemeIx>), Vec<usize>> = BTreeMap::new();
    for (index, unit) in units.iter().enumerate().filter(|(_, unit)| unit.mode != Mode::Excluded) {
        let name = match within {
            Within::Group => (unit.group.as_str(), None),
            Within::Scheme => ("", unit.scheme),
            Within::All => ("", None),
        };
        fields.entry(name).or_default().push(index);
    }
    fields.into_values().collect()
}

/// Whether a unit that has a value belongs to its field.
pub(super) fn is_member(unit: &Unit, field: Field) -> bool {
    unit.mode == Mode::Ranked || (unit.mode == Mode::Separate && field.separate)
}

/// The values of the members of a field, best first.
pub(super) struct Values<'v> {
    sorted: Vec<&'v Exact>,
    /// How many different values stand up to each.
    distinct: Vec<usize>,
    better: Better,
    basis: Option<Exact>,
}

impl<'v> Values<'v> {
    pub(super) fn new(values: impl Iterator<Item = &'v Exact>, relation: Relation) -> Self {
        let mut own = Self::placed(values, relation.better);
        own.basis = relation.basis.and_then(|basis| own.measure(basis));
        own
    }

    /// Values of which only the places matter.
    pub(super) fn placed(values: impl Iterator<Item = &'v Exact>, better: Better) -> Self {
        let mut sorted: Vec<&Exact> = values.collect();
        sorted.sort_unstable();
        if better == Better::High {
            sorted.reverse();
        }
        let mut distinct = Vec::with_capacity(sorted.len());
        for tied in sorted.chunk_by(|a, b| a == b) {
            let before = distinct.last().copied().unwrap_or(0);
            distinct.extend(std::iter::repeat_n(before + 1, tied.len()));
        }
        Self { sorted, distinct, better, basis: None }
    }

    /// Whether no member has a value.
    pub(super) const fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// What values are measured by; where lower ones are better, by those above 0 only.
    pub(super) const fn basis(&self) -> Option<&Exact> {
        self.basis.as_ref()
    }

    fn measure(&self, basis: Basis) -> Option<Exact> {
        let counts = |value: &&&Exact| self.better == Better::High || value.is_positive();
        let counted: Vec<&Exact> = self.sorted.iter().filter(counts).copied().collect();
        let best = *counted.first()?;
        Some(match basis {
            Basis::Best => best.clone(),
            Basis::Mean => counted.iter().copied().sum::<Exact>() / Exact::from(counted.len()),
        })
    }

    /// Where a value stands: a member as the method numbers shared places, another unit behind all that are better.
    pub(super) fn standing(&self, value: &Exact, method: Option<RankMethod>) -> FieldStanding {
        let is_better = |other: &&Exact| match self.better {
            Better::High => *other > value,
            Better::Low => *other < value,
        };
        let above = self.sorted.partition_point(is_better);
        let place = match method {
            None | Some(RankMethod::Competition) => above + 1,
            Some(RankMethod::Dense) => above.checked_sub(1).map_or(0, |last| self.distinct[last]) + 1,
            Some(RankMethod::Modified) => self.sorted.partition_point(|other| is_better(other) || *other == value),
        };
        FieldStanding { basis: self.basis.clone(), place, members: self.sorted.len() }
    }

    /// Whether typed places, as values, can be those of one field.
    pub(super) fn are_places(&self, method: RankMethod) -> bool {
        let (mut above, mut distinct) = (0, 0);
        self.sorted.chunk_by(|a, b| a == b).all(|tied| {
            distinct += 1;
            let place = match method {
                RankMethod::Competition => above + 1,
                RankMethod::Dense => distinct,
                RankMethod::Modified => above + tied.len(),
            };
            above += tied.len();
            tied.first().is_some_and(|own| **own == Exact::from(place))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(better: Better, basis: Option<Basis>) -> Relation {
        Relation { field: Field { within: Within::Group, separate: false }, better, basis }
    }

    #[test]
    fn places_are_shared_by_each_method_and_outsiders_stand_behind_the_better() {
        let values = [95, 91, 91, 90].map(Exact::from);
        let field = Values::new(values.iter(), relation(Better::High, None));
        let place = |value, method| field.standing(&Exact::from(value), method).place;
        let all = |method| [95, 91, 90].map(|value| place(value, Some(method)));
        assert_eq!(all(RankMethod::Competition), [1, 2, 4]);
        assert_eq!(all(RankMethod::Dense), [1, 2, 3]);
        assert_eq!(all(RankMethod::Modified), [1, 3, 4]);
        assert_eq!([96, 92, 80].map(|value| place(value, None)), [1, 2, 5]);
    }

    #[test]
    fn low_values_are_measured_by_those_above_zero() {
        // Above 0 are 2 and 4: the best is 2, the mean 3.
        let values = [4, 0, 2].map(Exact::from);
        let field = |basis| Values::new(values.iter(), relation(Better::Low, Some(basis)));
        assert_eq!(field(Basis::Best).basis(), Some(&Exact::from(2)));
        assert_eq!(field(Basis::Mean).basis(), Some(&Exact::from(3)));
        assert_eq!(field(Basis::Best).standing(&Exact::from(2), None).place, 2);
    }

    #[test]
    fn two_firsts_and_a_second_are_no_places_of_one_field() {
        let fits = |places: &[i64], method| {
            let places: Vec<Exact> = places.iter().map(|place| Exact::from(*place)).collect();
            Values::placed(places.iter(), Better::Low).are_places(method)
        };
        assert!(fits(&[3, 1, 1], RankMethod::Competition));
        assert!(!fits(&[1, 1, 2], RankMethod::Competition));
        assert!(fits(&[1, 1, 2], RankMethod::Dense));
        assert!(!fits(&[1, 3], RankMethod::Competition));
    }
}
