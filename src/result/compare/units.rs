//! Units of two results side by side, each with its differences.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::Parts;
use crate::result::diff::{Cause, UnitChange, UnitState, pairs};
use crate::result::outcome::{LeafScore, Leaves, Mode, Model, Outcome, UnitOutcome};
use crate::shared::number::{Exact, Percent, Precision};
use crate::shared::words::words;

words! {
    /// How a unit is related to the units of the other result.
    pub enum Link {
        /// Code and name are unchanged.
        Same = "same",
        /// The unit has another code or name now.
        Renamed = "renamed",
        /// It took in further units; it is compared with its own earlier state.
        Absorbed = "absorbed",
        /// Several units became a new one; it is compared with none of them.
        Merged = "merged",
        /// In the later result only.
        Added = "added",
        /// In the earlier result only.
        Removed = "removed",
    }
}

words! {
    /// How a grade changed.
    pub enum GradeMove {
        /// To a better one.
        Better = "better",
        /// To a lower one.
        Worse = "worse",
        /// To one that is neither better nor lower: deferred, or a grade of a different model.
        Other = "other",
    }
}

/// An earlier unit from which one of the later result came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Behind {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: UnitState,
}

/// A component or leaf of a unit, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartMove {
    /// Component id or leaf code.
    pub code: String,
    /// Points of a leaf or rate of a component in percent, before; none if there was none.
    pub old: Option<String>,
    /// Points or rate after; none if there is none.
    pub new: Option<String>,
    /// Full points before and after, for leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub full: Option<(String, String)>,
    /// The difference with its sign: of points, or of rates (in percent) where the full points differ.
    pub difference: Option<String>,
    /// Whether `difference` is one of rates.
    pub by_rate: bool,
    /// Exact rates before and after.
    #[serde(skip)]
    pub exact: Option<(Exact, Exact)>,
}

impl PartMove {
    /// Whether it differs.
    pub fn differs(&self) -> bool {
        self.old != self.new || self.exact.as_ref().is_some_and(|(old, new)| old != new)
    }
}

/// A unit of either result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitRow {
    /// Its code; the earlier one for a unit that is gone.
    pub code: String,
    /// Its name.
    pub name: String,
    /// How it is related to the earlier units.
    pub link: Link,
    /// The earlier units that it came from, if their code or name differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub behind: Vec<Behind>,
    /// As it was; none for a unit that is new or merged from others.
    pub old: Option<UnitState>,
    /// As it is; none for a unit that is gone.
    pub new: Option<UnitState>,
    /// Difference of the totals, with its sign.
    pub total: Option<String>,
    /// Places risen in the group, negative if it fell; none where it was not ranked both times in the same group.
    pub rank_group: Option<i64>,
    /// Places risen in the scheme, where units are ranked there; none where it was not ranked both times in the same one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_scheme: Option<i64>,
    /// Places risen over all.
    pub rank_overall: Option<i64>,
    /// How its grade changed; none if it did not.
    pub grade: Option<GradeMove>,
    /// Whether it is on the progress list.
    pub progress: bool,
    /// Components of both models.
    pub components: Vec<PartMove>,
    /// Leaves of both models.
    pub leaves: LeafMoves,
    /// Why it moved.
    pub causes: Vec<Cause>,
}

impl UnitRow {
    /// Whether the unit has a grade or is waiting for one, before or after.
    pub fn is_graded(&self) -> bool {
        [&self.old, &self.new].into_iter().flatten().any(|state| state.grade.is_some() || state.deferred)
    }

    /// The places risen that are named first: in the scheme, where units are ranked there, else in the group.
    pub fn places(&self) -> Option<i64> {
        if self.is_ranked_by_scheme() { self.rank_scheme } else { self.rank_group }
    }

    /// Whether it is ranked within its scheme, before or after.
    pub fn is_ranked_by_scheme(&self) -> bool {
        [&self.old, &self.new].into_iter().flatten().any(|state| state.rank_scheme.is_some())
    }

    /// Whether it is one unit in both results, and was assessed in at least one of them.
    pub fn is_compared(&self) -> bool {
        let states = self.old.as_ref().zip(self.new.as_ref());
        states.is_some_and(|(old, new)| old.mode != Mode::Excluded || new.mode != Mode::Excluded)
    }

    /// Whether the published totals differ.
    pub fn total_differs(&self) -> bool {
        let [old, new] = [&self.old, &self.new].map(|state| state.as_ref().and_then(|state| state.total.as_ref()));
        old != new
    }

    /// Whether its state differs, or its code or name, or its relation to earlier units.
    pub fn moved(&self) -> bool {
        self.link != Link::Same || self.old != self.new
    }
}

/// A difference with its sign; a zero has none.
pub(super) fn signed(difference: &Exact, precision: Precision) -> String {
    let sign = if precision.round(difference).is_positive() { "+" } else { "" };
    format!("{sign}{}", precision.print(difference))
}

/// All units, in the order of the new ranking, those that are gone last.
pub(super) fn rows(old: &Outcome, new: &Outcome, changed: Vec<UnitChange>, parts: Parts) -> Vec<UnitRow> {
    let mut causes: BTreeMap<String, Vec<Cause>> = changed.into_iter().map(|unit| (unit.code, unit.causes)).collect();
    let common = Common { old: &old.model, new: &new.model };
    let mut rows = Vec::new();
    for pair in pairs::pairs(old, new) {
        let link = link(&pair);
        let was = pair.old.filter(|_| link != Link::Merged);
        let (before, after) = (was.map(UnitState::of), pair.new.map(UnitState::of));
        let any = pair.new.or(pair.old);
        let Some(any) = any else { continue };
        let states = before.as_ref().zip(after.as_ref());
        let rank_group =
            states.filter(|(a, b)| a.group == b.group).and_then(|(a, b)| risen(a.rank_group, b.rank_group));
        let both = was.zip(pair.new);
        let compared = both.filter(|_| parts == Parts::All);
        let same_scope = both.is_some_and(|(a, b)| old.scope_of(a) == new.scope_of(b));
        let places = new.model.progress_places.map(i64::from);
        rows.push(UnitRow {
            code: any.roster.code.clone(),
            name: any.roster.name.clone(),
            link,
            behind: behind(&pair, link),
            total: states.and_then(|(a, b)| total_difference(a, b, new.model.score.published())),
            rank_group,
            rank_scheme: states.filter(|_| same_scope).and_then(|(a, b)| risen(a.rank_scheme, b.rank_scheme)),
            rank_overall: states.and_then(|(a, b)| risen(a.rank_overall, b.rank_overall)),
            grade: states.and_then(|(a, b)| common.grade_move(a, b)),
            progress: places.is_some_and(|places| places > 0 && rank_group.is_some_and(|rose| rose >= places)),
            components: compared.map(|(a, b)| common.components(a, b)).unwrap_or_default(),
            leaves: LeafMoves::new(compared, new.model.score.published()),
            causes: causes.remove(&any.roster.code).unwrap_or_default(),
            old: before,
            new: after,
        });
    }
    rows
}

fn link(pair: &pairs::Pair<'_>) -> Link {
    match (pair.old, pair.new) {
        (None, _) => Link::Added,
        (_, None) => Link::Removed,
        (Some(old), Some(new)) if old.roster.code != new.roster.code && !pair.merged.is_empty() => Link::Merged,
        (Some(_), Some(_)) if !pair.merged.is_empty() => Link::Absorbed,
        (Some(old), Some(new)) if (&old.roster.code, &old.roster.name) != (&new.roster.code, &new.roster.name) => {
            Link::Renamed
        }
        (Some(_), Some(_)) => Link::Same,
    }
}

fn behind(pair: &pairs::Pair<'_>, link: Link) -> Vec<Behind> {
    let own = pair.old.filter(|_| matches!(link, Link::Renamed | Link::Merged));
    let units = own.into_iter().chain(pair.merged.iter().copied());
    units
        .map(|unit| Behind {
            code: unit.roster.code.clone(),
            name: unit.roster.name.clone(),
            state: UnitState::of(unit),
        })
        .collect()
}

fn risen(old: Option<usize>, new: Option<usize>) -> Option<i64> {
    let place = |rank: usize| i64::try_from(rank).ok();
    Some(place(old?)? - place(new?)?)
}

fn total_difference(old: &UnitState, new: &UnitState, published: Precision) -> Option<String> {
    let total = |state: &UnitState| state.total.as_deref().and_then(Exact::parse);
    let (old, new) = (total(old)?, total(new)?);
    let needed = published.decimals.max(old.decimals().unwrap_or(0));
    Some(signed(&(new - old), published.at(needed)))
}

/// What two models have in common.
struct Common<'c> {
    old: &'c Model,
    new: &'c Model,
}

impl Common<'_> {
    fn grade_move(&self, old: &UnitState, new: &UnitState) -> Option<GradeMove> {
        if (&old.grade, old.deferred) == (&new.grade, new.deferred) {
            return None;
        }
        let place = |model: &Model, grade: &Option<String>| {
            let grade = grade.as_ref()?;
            model.grades.iter().position(|own| own.name == *grade)
        };
        let was = place(self.new, &old.grade).or_else(|| self.same_size().then(|| place(self.old, &old.grade))?);
        Some(match (was, place(self.new, &new.grade)) {
            (Some(was), Some(now)) if now < was => GradeMove::Better,
            (Some(was), Some(now)) if now > was => GradeMove::Worse,
            _ => GradeMove::Other,
        })
    }

    /// Whether both models have the same number of grades, so that they correspond one to one.
    fn same_size(&self) -> bool {
        self.old.grades.len() == self.new.grades.len()
    }

    fn components(&self, old: &UnitOutcome, new: &UnitOutcome) -> Vec<PartMove> {
        let published = self.new.score.published();
        let both = self.new.components.iter().filter(|c| self.old.components.iter().any(|was| was.id == c.id));
        both.filter_map(|component| {
            let [was, now] =
                [old, new].map(|unit| unit.components.get(&component.id).filter(|own| own.lacks.is_none()));
            let exact = was.zip(now).map(|(was, now)| (was.exact.clone(), now.exact.clone()));
            (was.is_some() || now.is_some()).then(|| PartMove {
                code: component.id.clone(),
                old: was.map(|c| c.rate.clone()),
                new: now.map(|c| c.rate.clone()),
                full: None,
                difference: exact.as_ref().map(|(was, now)| signed(&(now - was), published)),
                by_rate: true,
                exact,
            })
        })
        .collect()
    }
}

/// The leaves of a unit in both results: most results have very many, so that each is compared when it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafMoves {
    old: Leaves,
    new: Leaves,
    published: Precision,
}

impl LeafMoves {
    /// The leaves of a unit before and after; none for one that is not compared.
    fn new(units: Option<(&UnitOutcome, &UnitOutcome)>, published: Precision) -> Self {
        let (old, new) = units.map(|(old, new)| (old.leaves.clone(), new.leaves.clone())).unwrap_or_default();
        Self { old, new, published }
    }

    /// The leaves that both results have, before and after, in their present order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&LeafScore, &LeafScore)> {
        self.new.iter().enumerate().filter_map(|(at, now)| {
            // Most stand at the same place.
            let same = self.old.get(at).filter(|was| was.code == now.code);
            Some((same.or_else(|| self.old.iter().rfind(|was| was.code == now.code))?, now))
        })
    }

    /// Each with its difference.
    pub fn iter(&self) -> impl Iterator<Item = PartMove> {
        self.pairs().map(|(was, now)| self.of(was, now))
    }

    /// The leaf of a code.
    pub fn get(&self, code: &str) -> Option<PartMove> {
        self.pairs().find(|(_, now)| now.code == *code).map(|(was, now)| self.of(was, now))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.pairs().next().is_none()
    }

    fn of(&self, was: &LeafScore, now: &LeafScore) -> PartMove {
        let published = self.published;
        let decimals = published.decimals;
        let by_rate = was.full != now.full;
        let exact = rates(was, now);
        let points = was.verified.as_ref().zip(now.verified.as_ref()).map(|(was, now)| &now.0 - &was.0);
        let needed = |difference: &Exact| difference.decimals().map_or(decimals, |own| own.min(6)).max(decimals);
        let by_points = points.map(|difference| signed(&difference, published.at(needed(&difference))));
        let by_rates = exact.as_ref().map(|(was, now)| signed(&(now - was), published));
        PartMove {
            code: now.code.to_string(),
            old: was.verified.as_ref().map(ToString::to_string),
            new: now.verified.as_ref().map(ToString::to_string),
            full: Some((was.full.to_string(), now.full.to_string())),
            difference: if by_rate { by_rates } else { by_points },
            by_rate,
            exact,
        }
    }
}

impl Serialize for LeafMoves {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// The exact rates of a leaf before and after, if it has both.
pub(super) fn rates(was: &LeafScore, now: &LeafScore) -> Option<(Exact, Exact)> {
    let rate = |leaf: &LeafScore| leaf.verified.as_ref().map(|points| Percent::of(points, &leaf.full).0);
    rate(was).zip(rate(now))
}
