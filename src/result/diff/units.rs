//! Units that changed: state before and after, the values that changed, and the causes.

use crate::shared::groups::grouped;
use crate::shared::number::Exact;
use std::collections::BTreeMap;

use serde::Serialize;

use super::causes::{self, Cause};
use super::knock;
use super::pairs::Pair;
use super::rows::{RowChange, Spot};
use crate::result::outcome::{LeafScore, Mode, Outcome, UnitOutcome};

/// Facts about two results as a whole, for the parts of a diff.
pub(super) struct About<'a> {
    pub(super) old: &'a Outcome,
    pub(super) new: &'a Outcome,
    pub(super) rows: &'a [RowChange],
    /// Whether both are results of one period.
    pub(super) one_period: bool,
    /// Whether their methods differ.
    pub(super) method: bool,
}

/// A unit in one of the results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitState {
    /// Group.
    pub group: String,
    /// How it takes part.
    pub mode: Mode,
    /// Published total.
    pub total: Option<String>,
    /// Base.
    pub base: Option<String>,
    /// Counted bonus.
    pub plus: Option<String>,
    /// Counted deduction.
    pub minus: Option<String>,
    /// Rank within the group.
    pub rank_group: Option<usize>,
    /// Rank within the scheme, where units are ranked there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_scheme: Option<usize>,
    /// Rank over all.
    pub rank_overall: Option<usize>,
    /// Grade; none for excluded and deferred units.
    pub grade: Option<String>,
    /// Word on the parallel scale.
    pub parallel: Option<String>,
    /// Whether the grade is deferred.
    pub deferred: bool,
    /// Whether it takes a place of the quotas.
    pub takes_place: bool,
}

impl UnitState {
    /// The state of a unit of a result.
    pub(crate) fn of(unit: &UnitOutcome) -> Self {
        Self {
            group: unit.roster.group.clone(),
            mode: unit.roster.mode,
            total: unit.total.clone(),
            base: unit.base.clone(),
            plus: unit.plus.clone(),
            minus: unit.minus.clone(),
            rank_group: unit.rank_group,
            rank_scheme: unit.rank_scheme,
            rank_overall: unit.rank_overall,
            grade: unit.grade.clone(),
            parallel: unit.parallel.clone(),
            deferred: unit.deferred,
            takes_place: unit.takes_place,
        }
    }

    /// The rank that is named first: that within the scheme, where units are ranked there, else within the group.
    pub fn rank(&self) -> Option<usize> {
        self.rank_scheme.or(self.rank_group)
    }
}

/// What kind of value changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartKind {
    /// The points of a leaf.
    Leaf,
    /// The rate of a component.
    Component,
    /// The rate of an aspect over all components.
    Aspect,
    /// The rate of a line over all components.
    Line,
}

/// A value of a unit that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartChange {
    /// What kind of value it is.
    pub kind: PartKind,
    /// Its code or id.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Points or rate as it was; none when there was none (not applicable).
    pub old: Option<String>,
    /// As it is.
    pub new: Option<String>,
    /// Full points as they were, for leaves.
    pub old_full: Option<String>,
    /// Full points as they are, for leaves.
    pub new_full: Option<String>,
    /// The cell that decides now, for leaves.
    pub at: Option<Spot>,
}

/// A unit that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitChange {
    /// Its code; the earlier one for a unit that is gone.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its earlier code and name, if either has changed.
    pub was: Option<(String, String)>,
    /// Codes of earlier units that were merged into it.
    pub merged: Vec<String>,
    /// As it was; none for a new unit.
    pub old: Option<UnitState>,
    /// As it is; none for a unit that is gone.
    pub new: Option<UnitState>,
    /// Leaves, components, aspects and lines that changed.
    pub parts: Vec<PartChange>,
    /// Why; at least one when total, rank or grade changed.
    pub causes: Vec<Cause>,
}

impl UnitChange {
    fn differs<'s, T: PartialEq>(&'s self, value: impl Fn(&'s UnitState) -> T) -> bool {
        self.old.as_ref().map(&value) != self.new.as_ref().map(&value)
    }

    /// Whether the published total differs.
    pub fn total_changed(&self) -> bool {
        self.differs(|state| &state.total)
    }

    /// Whether the rank that is named first differs: within the scheme, where units are ranked there, else within the group.
    pub fn rank_changed(&self) -> bool {
        self.differs(UnitState::rank)
    }

    /// Whether the rank within the group differs.
    pub fn group_rank_changed(&self) -> bool {
        self.differs(|state| state.rank_group)
    }

    /// Whether the unit is ranked within its scheme, before or after.
    pub fn is_ranked_by_scheme(&self) -> bool {
        [&self.old, &self.new].into_iter().flatten().any(|state| state.rank_scheme.is_some())
    }

    /// Whether the rank over all differs.
    pub fn overall_changed(&self) -> bool {
        self.differs(|state| state.rank_overall)
    }

    /// Whether the grade differs, or whether it is deferred.
    pub fn grade_changed(&self) -> bool {
        self.differs(|state| (&state.grade, state.deferred))
    }

    /// Whether the unit has a grade or is waiting for one, before or after.
    pub fn is_graded(&self) -> bool {
        [&self.old, &self.new].into_iter().flatten().any(|state| state.grade.is_some() || state.deferred)
    }

    /// Whether total, a rank or the grade differs.
    pub fn moved(&self) -> bool {
        let ranks = [self.rank_changed(), self.group_rank_changed(), self.overall_changed()];
        self.total_changed() || ranks.contains(&true) || self.grade_changed()
    }

    /// Whether it moved with an unchanged total and without a cause of its own.
    pub fn is_knock_on(&self) -> bool {
        self.moved() && !self.total_changed() && !self.causes.iter().any(Cause::is_own)
    }
}

/// The changed units, in the order of the pairs.
pub(super) fn changes(about: &About<'_>, pairs: &[Pair<'_>]) -> Vec<UnitChange> {
    let rows = about.rows.iter().filter(|row| row.counts());
    let of_unit = grouped(rows.flat_map(|row| row.units().map(move |unit| (unit, row))));
    let names = Names::new(about);
    let mut units: Vec<UnitChange> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        let mut unit = bare(about, &names, pair);
        let rows = of_unit.get(pair.any().roster.code.as_str()).map_or(&[] as &[_], Vec::as_slice);
        unit.causes = causes::own(about, pair, &unit, rows);
        if unit.grade_changed() && !unit.total_changed() && !unit.causes.iter().any(Cause::is_own) {
            unit.causes.extend(causes::places(about, pair));
        }
        units.push(unit);
    }
    knock::explain(about, pairs, &mut units);
    for unit in &mut units {
        if unit.moved() && unit.causes.is_empty() {
            unit.causes.push(if about.method { Cause::Method } else { Cause::Other });
        }
    }
    let changed = |unit: &UnitChange| {
        unit.old != unit.new || !unit.parts.is_empty() || unit.was.is_some() || !unit.merged.is_empty()
    };
    units.retain(changed);
    units
}

/// Names of leaves, components, aspects and lines.
struct Names<'n>(BTreeMap<(PartKind, &'n str), &'n str>);

impl<'n> Names<'n> {
    fn new(about: &About<'n>) -> Self {
        let mut names = BTreeMap::new();
        for model in [&about.old.model, &about.new.model] {
            names.extend(
                model.tree.leaves.iter().map(|leaf| ((PartKind::Leaf, leaf.code.as_str()), leaf.name.as_str())),
            );
            names.extend(model.components.iter().map(|c| ((PartKind::Component, c.id.as_str()), c.name.as_str())));
            names.extend(model.tree.aspects.iter().map(|n| ((PartKind::Aspect, n.code.as_str()), n.name.as_str())));
            names.extend(model.tree.lines.iter().map(|n| ((PartKind::Line, n.code.as_str()), n.name.as_str())));
        }
        Self(names)
    }

    fn of(&self, kind: PartKind, code: &str) -> String {
        self.0.get(&(kind, code)).copied().unwrap_or_default().to_owned()
    }
}

/// A unit with its states and changed values, without causes.
fn bare(about: &About<'_>, names: &Names<'_>, pair: &Pair<'_>) -> UnitChange {
    let any = pair.any();
    let renamed = pair.old.filter(|old| (&old.roster.code, &old.roster.name) != (&any.roster.code, &any.roster.name));
    UnitChange {
        code: any.roster.code.clone(),
        name: any.roster.name.clone(),
        was: renamed.map(|old| (old.roster.code.clone(), old.roster.name.clone())),
        merged: pair.merged.iter().map(|unit| unit.roster.code.clone()).collect(),
        old: pair.old.map(UnitState::of),
        new: pair.new.map(UnitState::of),
        parts: pair.old.zip(pair.new).map(|(old, new)| parts(about, names, old, new)).unwrap_or_default(),
        causes: Vec::new(),
    }
}

fn parts(about: &About<'_>, names: &Names<'_>, old: &UnitOutcome, new: &UnitOutcome) -> Vec<PartChange> {
    let mut parts = leaf_parts(about, names, old, new);
    for kind in [PartKind::Component, PartKind::Aspect, PartKind::Line] {
        let exact = |unit| printed(kind, unit).map(|(code, own)| (code, own.map(|own| own.exact)));
        if exact(old).eq(exact(new)) {
            continue;
        }
        let [before, after]: [BTreeMap<&str, Option<Printed<'_>>>; 2] =
            [old, new].map(|unit| printed(kind, unit).collect());
        let codes: Vec<&str> =
            after.keys().chain(before.keys().filter(|code| !after.contains_key(*code))).copied().collect();
        for code in codes {
            let (was, now) = (before.get(code).and_then(Option::as_ref), after.get(code).and_then(Option::as_ref));
            if was.map(|own| own.exact) != now.map(|own| own.exact) {
                let rate = |own: Option<&Printed<'_>>| own.map(|own| own.rate.to_owned());
                parts.push(PartChange {
                    kind,
                    code: code.to_owned(),
                    name: names.of(kind, code),
                    old: rate(was),
                    new: rate(now),
                    old_full: None,
                    new_full: None,
                    at: None,
                });
            }
        }
    }
    parts
}

/// A rate as printed and exactly.
struct Printed<'o> {
    rate: &'o str,
    exact: &'o Exact,
}

/// The rates of a unit of one kind, by code.
fn printed(kind: PartKind, unit: &UnitOutcome) -> impl Iterator<Item = (&str, Option<Printed<'_>>)> {
    let (nodes, components) = match kind {
        PartKind::Aspect => (Some(&unit.aspects), None),
        PartKind::Line => (Some(&unit.lines), None),
        PartKind::Component | PartKind::Leaf => (None, Some(&unit.components)),
    };
    let components = components.into_iter().flatten().map(|(id, own)| {
        let printed = Printed { rate: &own.rate, exact: &own.exact };
        (id.as_str(), own.lacks.is_none().then_some(printed))
    });
    let nodes = nodes.into_iter().flatten().map(|(code, own)| {
        let own = own.as_ref().map(|own| Printed { rate: &own.rate, exact: &own.exact });
        (code.as_str(), own)
    });
    components.chain(nodes)
}

/// Whether a leaf has the same points out of the same full points, for the same reason.
fn same_points(was: &LeafScore, now: &LeafScore) -> bool {
    (&was.verified, &was.full, was.state) == (&now.verified, &now.full, now.state)
}

/// Leaves whose points, full points or state changed; leaves are matched by code.
fn leaf_parts(about: &About<'_>, names: &Names<'_>, old: &UnitOutcome, new: &UnitOutcome) -> Vec<PartChange> {
    let is_kept = |(was, now): (&LeafScore, &LeafScore)| was.code == now.code && same_points(was, now);
    // Most units are the same in all.
    if old.leaves.is(&new.leaves)
        || (old.leaves.len() == new.leaves.len() && old.leaves.iter().zip(&new.leaves).all(is_kept))
    {
        return Vec::new();
    }
    let before: BTreeMap<&str, &LeafScore> = old.leaves.iter().map(|leaf| (leaf.code.as_str(), leaf)).collect();
    let after: BTreeMap<&str, &LeafScore> = new.leaves.iter().map(|leaf| (leaf.code.as_str(), leaf)).collect();
    let gone = old.leaves.iter().filter(|leaf| !after.contains_key(leaf.code.as_str()));
    let of = |leaf: Option<&LeafScore>| leaf.and_then(|leaf| leaf.verified.as_ref()).map(ToString::to_string);
    let full = |leaf: Option<&LeafScore>| leaf.map(|leaf| leaf.full.to_string());
    let change = |was: Option<&LeafScore>, now: Option<&LeafScore>, code: &str| PartChange {
        kind: PartKind::Leaf,
        code: code.to_owned(),
        name: names.of(PartKind::Leaf, code),
        old: of(was),
        new: of(now),
        old_full: full(was),
        new_full: full(now),
        at: now.map(|leaf| Spot::of(about.new, leaf.at)),
    };
    let kept = new.leaves.iter().filter_map(|now| {
        let was = before.get(now.code.as_str()).copied();
        (!was.is_some_and(|was| same_points(was, now))).then(|| change(was, Some(now), &now.code))
    });
    kept.chain(gone.map(|was| change(Some(was), None, &was.code))).collect()
}
