//! Two results side by side: two versions of a project, or two years. Totals, ranks, grades and parts of each unit,
//! then who rose, how similar the rankings are, and which values of the method differ.
//!
//! Pure: made from two result documents. [`crate::result::diff`] decides which unit is which, and why it moved; this
//! module adds the differences, the units that did not change, and figures over all units.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::result::diff::{AwardChange, Diff, QuotaChange, RowChange, Side};
use crate::result::outcome::{Mode, Outcome};
use crate::shared::number::Exact;

mod correlation;
mod leaves;
mod method;
mod units;

pub use correlation::Correlation;
pub use leaves::LeafSummary;
pub use method::{MethodChange, Topic, values};
pub use units::{Behind, GradeMove, LeafMoves, Link, PartMove, UnitRow};

/// The schema of the document.
pub const SCHEMA: &str = "assess.compare/1";

/// Which components and leaves are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parts {
    /// Those of every unit.
    All,
    /// None: of both results, units may then be without those that are the same in both.
    None,
}

/// Two results side by side.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The earlier result.
    pub old: Side,
    /// The later result.
    pub new: Side,
    /// Whether anything differs.
    pub different: bool,
    /// Whether both are results of one period.
    pub one_period: bool,
    /// How many units changed in which way.
    pub counts: Counts,
    /// All units of both results, in the order of the new ranking; those that are gone last.
    pub units: Vec<UnitRow>,
    /// Over the units compared, by indicator: the mean before and after. Only indicators that both models have.
    pub leaves: Vec<LeafSummary>,
    /// How similar the rankings are: by group, then over all.
    pub correlation: Vec<Correlation>,
    /// Places a unit must rise in its group for the progress list; none if the model does not say.
    pub progress_places: Option<u32>,
    /// Values of the model that differ.
    pub method: Vec<MethodChange>,
    /// Register rows that differ, within one period.
    pub rows: Vec<RowChange>,
    /// Quotas before and after.
    pub quotas: Vec<QuotaChange>,
    /// Awards that were won or lost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<AwardChange>,
}

/// How many units changed in which way between two results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Units that are compared.
    pub compared: usize,
    /// Units with a new code or name.
    pub renamed: usize,
    /// Units into which several were merged.
    pub merged: usize,
    /// Units of the later result only.
    pub added: usize,
    /// Units of the earlier result only.
    pub removed: usize,
    /// Units whose total changed.
    pub totals: usize,
    /// Units that rose in their group.
    pub rose: usize,
    /// Units that fell in their group.
    pub fell: usize,
    /// Units with a better grade.
    pub better: usize,
    /// Units with a lower grade.
    pub worse: usize,
    /// Units on the progress list.
    pub progress: usize,
}

impl Comparison {
    /// Whether any unit has a grade, before or after.
    pub fn is_graded(&self) -> bool {
        self.units.iter().any(UnitRow::is_graded)
    }

    /// Compares two results.
    pub fn between(old: &Outcome, new: &Outcome, parts: Parts) -> Self {
        let diff = Diff::of_results(old, new);
        let method = method::changes(&old.model, &new.model);
        let different = !diff.is_empty() || !method.is_empty();
        let units = units::rows(old, new, diff.units, parts);
        Self {
            schema: SCHEMA,
            different,
            one_period: old.model.period == new.model.period,
            counts: count(&units),
            leaves: leaves::summaries(old, new, &units),
            correlation: correlations(new, &units),
            progress_places: new.model.progress_places,
            method,
            old: diff.old,
            new: diff.new,
            rows: diff.rows,
            quotas: diff.quotas,
            awards: diff.awards,
            units,
        }
    }

    /// Units on the progress list, the largest rise first.
    pub fn progress(&self) -> Vec<&UnitRow> {
        let mut units: Vec<&UnitRow> = self.units.iter().filter(|unit| unit.progress).collect();
        units.sort_by_key(|unit| std::cmp::Reverse(unit.rank_group));
        units
    }

    /// Whether units are ranked within their schemes.
    pub fn is_ranked_by_scheme(&self) -> bool {
        self.units.iter().any(UnitRow::is_ranked_by_scheme)
    }

    /// Units whose total, rank or grade differs, or that are in one result only.
    pub fn moved(&self) -> impl Iterator<Item = &UnitRow> {
        self.units.iter().filter(|unit| unit.moved())
    }
}

fn count(units: &[UnitRow]) -> Counts {
    let count = |test: &dyn Fn(&UnitRow) -> bool| units.iter().filter(|unit| test(unit)).count();
    Counts {
        compared: count(&|unit| unit.is_compared()),
        renamed: count(&|unit| unit.link == Link::Renamed),
        merged: count(&|unit| matches!(unit.link, Link::Merged | Link::Absorbed)),
        added: count(&|unit| unit.link == Link::Added),
        removed: count(&|unit| unit.link == Link::Removed),
        totals: count(&|unit| unit.is_compared() && unit.total_differs()),
        rose: count(&|unit| unit.places().is_some_and(|places| places > 0)),
        fell: count(&|unit| unit.places().is_some_and(|places| places < 0)),
        better: count(&|unit| unit.grade == Some(GradeMove::Better)),
        worse: count(&|unit| unit.grade == Some(GradeMove::Worse)),
        progress: count(&|unit| unit.progress),
    }
}

/// Coefficients over the units that are ranked in both: those of each group that stayed in it, then all.
fn correlations(new: &Outcome, units: &[UnitRow]) -> Vec<Correlation> {
    let mut groups: BTreeMap<&str, Vec<(Exact, Exact)>> = BTreeMap::new();
    let mut all = Vec::new();
    for unit in units.iter().filter(|unit| unit.is_compared()) {
        let (Some(old), Some(now)) = (&unit.old, &unit.new) else { continue };
        if old.mode != Mode::Ranked || now.mode != Mode::Ranked {
            continue;
        }
        let total = |state: &crate::result::diff::UnitState| state.total.as_deref().and_then(Exact::parse);
        let Some(pair) = total(old).zip(total(now)) else { continue };
        if old.group == now.group {
            groups.entry(&now.group).or_default().push(pair.clone());
        }
        all.push(pair);
    }
    let own = new.groups.iter().filter_map(|group| {
        let totals = groups.get(group.as_str())?;
        Some(Correlation::of(Some(group), totals))
    });
    let mut correlations: Vec<Correlation> = own.collect();
    correlations.push(Correlation::of(None, &all));
    correlations
}
