//! Why a unit changed: its own register rows and values, the method, or other units.

use std::collections::BTreeMap;

use serde::Serialize;

use super::pairs::Pair;
use super::rows::{RowChange, RowRef, Spot};
use super::units::{About, PartKind, UnitChange};
use crate::engine::assessment::Unit;
use crate::result::outcome::{ComponentOutcome, LeafScore, Outcome, Register, TailStep, UnitOutcome};
use crate::shared::number::Exact;
use crate::shared::text::Label;
use crate::shared::words::words;

/// Why a unit changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum Cause {
    /// A register row of the unit.
    Row {
        /// The row.
        row: RowRef,
    },
    /// A value of the unit that was read from other inputs: a leaf, a component, the self-report.
    Input {
        /// What kind of value; none for the self-report as a whole.
        kind: Option<PartKind>,
        /// Its code or id.
        code: String,
        /// The cell that decides now, if there is a single one.
        at: Option<Spot>,
    },
    /// No value of its own: what its value is measured by, or its place among others, moved.
    Basis {
        /// What kind of value: a leaf or a component.
        kind: PartKind,
        /// Its code or id.
        code: String,
        /// The units whose values moved it; a few where there are many.
        by: Vec<By>,
    },
    /// A number of the unit by which a rate or values are multiplied.
    Coefficient {
        /// The column of the roster.
        attribute: String,
        /// As it was; none if it was not there.
        old: Option<String>,
        /// As it is.
        new: Option<String>,
    },
    /// The unit's entry in the roster.
    Roster {
        /// `mode`, `group`, `added`, `removed`, `merged` or the name of an attribute.
        field: String,
    },
    /// No value of its own: other units moved, or places were taken or freed.
    Knock {
        /// The rule that moved it.
        rule: Rule,
        /// Code of the cap, for a cap.
        code: Option<String>,
        /// The clause that the rule rests on.
        clause: Option<String>,
        /// The grade at whose line it happened.
        grade: Option<String>,
        /// Places at that line, as the grade path names them.
        places: Option<String>,
        /// The units behind it, nearest first; a few where there are many.
        by: Vec<By>,
    },
    /// The method: the two results rest on different models.
    Method,
    /// The results are of different periods: everything was assessed anew.
    Period,
    /// None of these; a different version of the program.
    Other,
}

impl Cause {
    /// Whether the cause lies in the unit itself.
    pub const fn is_own(&self) -> bool {
        match self {
            Self::Row { .. } | Self::Input { .. } | Self::Coefficient { .. } | Self::Roster { .. } => true,
            Self::Basis { .. } | Self::Knock { .. } | Self::Method | Self::Period | Self::Other => false,
        }
    }
}

words! {
    /// The rule by which a unit moved because of others.
    pub enum Rule {
        /// Ranks count the units above.
        Rank = "rank",
        /// No place left at a grade.
        NoRoom = "no-room",
        /// A tied group did not fit and none of it was placed.
        TieExcluded = "tie-excluded",
        /// A tied group did not fit; the committee decides.
        TiePending = "tie-pending",
        /// A tied group did not fit and all of it was placed.
        TieIncluded = "tie-included",
        /// Behind a tied group that was not placed.
        BehindTie = "behind-tie",
        /// A place became free: the units named held it.
        PlaceFreed = "place-freed",
        /// The units named are no longer ranked.
        NoLongerRanked = "no-longer-ranked",
        /// Fewer or more units are ranked, so that the numbers of places differ.
        RankedUnits = "ranked-units",
        /// Among the last units of its scope now.
        Bottom = "bottom",
        /// No longer among them.
        BottomLeft = "bottom-left",
        /// A cap that depends on other units holds now: last in the group.
        Cap = "cap",
        /// Such a cap no longer holds.
        CapLifted = "cap-lifted",
        /// Others won an award instead, or no longer do.
        Award = "award",
        /// Something else in its scope: the number of ranked units, a tie-break.
        Scope = "scope",
    }
}

/// A unit that moved another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct By {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The register rows that moved it, directly or through further units; none if it was no register row.
    pub rows: Vec<RowRef>,
}

/// The causes that lie in the unit itself, without those that come from other units.
pub(super) fn own(about: &About<'_>, pair: &Pair<'_>, unit: &UnitChange, rows: &[&RowChange]) -> Vec<Cause> {
    let roster = |field: &str| Cause::Roster { field: field.to_owned() };
    let (old, new) = match (pair.old, pair.new) {
        (Some(old), Some(new)) => (old, new),
        (None, _) => return vec![roster("added")],
        (_, None) => return vec![roster("removed")],
    };
    if !about.one_period {
        return if unit.moved() || !unit.parts.is_empty() { vec![Cause::Period] } else { Vec::new() };
    }
    let effective: Vec<&&RowChange> = rows.iter().filter(|row| row.has_effect()).collect();
    let chosen = if effective.is_empty() { rows.iter().collect() } else { effective };
    let mut causes: Vec<Cause> = Vec::new();
    // Also where nothing of the unit itself changed: a cap on a tied unit may make room for the other one.
    causes.extend(chosen.iter().map(|row| Cause::Row { row: row.reference() }));
    if !pair.merged.is_empty() {
        causes.push(roster("merged"));
    }
    let factors = coefficients(&old.roster, &new.roster);
    let is_factor = |field: &str| {
        let of = |own: &Cause| matches!(own, Cause::Coefficient { attribute, .. } if attribute == field);
        factors.iter().any(of)
    };
    causes.extend(roster_fields(about, old, new).into_iter().filter(|field| !is_factor(field)).map(roster));
    causes.extend(factors);
    causes.extend(inputs(about, old, new, rows));
    let by_method = about.method && (unit.total_changed() || !unit.parts.is_empty() || old.threshold != new.threshold);
    if by_method {
        causes.push(Cause::Method);
    }
    causes
}

/// The rows of 名额分配 that changed the places of a unit's scope.
pub(super) fn places<'a>(about: &'a About<'_>, pair: &'a Pair<'_>) -> impl Iterator<Item = Cause> + use<'a> {
    let group = pair.any().roster.group.as_str();
    let is_of = move |row: &&RowChange| {
        let states = [&row.old, &row.new].into_iter().flatten();
        let mut scopes = states.map(|state| state.text.as_str());
        row.register == Register::Places && row.counts() && scopes.any(|scope| scope.is_empty() || scope == group)
    };
    about.rows.iter().filter(is_of).map(|row| Cause::Row { row: row.reference() })
}

fn roster_fields<'u>(about: &About<'_>, old: &'u UnitOutcome, new: &'u UnitOutcome) -> Vec<&'u str> {
    let (old, new) = (&old.roster, &new.roster);
    let mut fields = Vec::new();
    fn code<'o>(outcome: &'o Outcome, unit: &Unit) -> Option<&'o str> {
        Some(&outcome.model.schemes.get(unit.scheme?.0)?.code)
    }
    if code(about.old, old) != code(about.new, new) {
        fields.push("scheme");
    }
    if old.mode != new.mode {
        fields.push("mode");
    }
    if old.group != new.group {
        fields.push("group");
    }
    let names = new.attributes.keys().chain(old.attributes.keys().filter(|name| !new.attributes.contains_key(name)));
    fields.extend(names.map(Label::as_str).filter(|name| old.attribute(name) != new.attribute(name)));
    fields
}

/// The numbers of a unit by which something is multiplied and that differ.
fn coefficients(old: &Unit, new: &Unit) -> Vec<Cause> {
    let columns =
        new.coefficients.keys().chain(old.coefficients.keys().filter(|own| !new.coefficients.contains_key(*own)));
    let differing = columns.filter(|own| old.coefficients.get(*own) != new.coefficients.get(*own));
    let shown = |unit: &Unit, column: &String| unit.coefficients.get(column).map(ToString::to_string);
    differing
        .map(|own| Cause::Coefficient { attribute: own.clone(), old: shown(old, own), new: shown(new, own) })
        .collect()
}

/// Values that differ and whose difference no changed correction row explains.
fn inputs(about: &About<'_>, old: &UnitOutcome, new: &UnitOutcome, rows: &[&RowChange]) -> Vec<Cause> {
    let mut causes = Vec::new();
    if old.report.is_some() != new.report.is_some() {
        causes.push(Cause::Input { kind: None, code: "report".to_owned(), at: None });
    }
    let corrected = |ids: [Option<&str>; 2]| {
        let of_row = |id: &str| rows.iter().any(|row| row.register == Register::Corrections && row.id == id);
        ids.into_iter().flatten().any(of_row)
    };
    let mut by_leaf = false;
    let differing = if old.leaves.is(&new.leaves) { &[] as &[_] } else { &*new.leaves };
    for now in differing {
        let Some(was) = leaf(old, &now.code) else { continue };
        let differs = (was.verified != now.verified) || was.state != now.state;
        by_leaf |= differs;
        let claims = was.self_points != now.self_points;
        let rows = [was, now].into_iter().flat_map(|own| replacements(own).chain(corrected_inputs(own)));
        let by_row = corrected([was.corrected.as_deref(), now.corrected.as_deref()])
            || rows.into_iter().any(|id| corrected([Some(id), None]));
        if differs && !by_row && !about.method && is_moved(was, now) {
            let value = |unit| leaf(unit, &now.code).map(values);
            let by = movers(about, new, value, |row| row.replaces_value_of(&now.code));
            causes.push(Cause::Basis { kind: PartKind::Leaf, code: now.code.to_string(), by });
            continue;
        }
        // The number of the unit is the cause, if nothing else of the value differs.
        let same_inputs = (&was.value, &was.claimed, was.state, &was.self_points)
            == (&now.value, &now.claimed, now.state, &now.self_points);
        if was.coefficient != now.coefficient && same_inputs {
            continue;
        }
        // Under another method the same inputs give other points; then the method is the cause.
        if (differs && !by_row && !about.method) || claims {
            let at = Some(Spot::of(about.new, now.at));
            causes.push(Cause::Input { kind: Some(PartKind::Leaf), code: now.code.to_string(), at });
        }
    }
    for (id, now) in &new.components {
        let Some(was) = old.components.get(id) else { continue };
        let by_row = corrected([was.corrected.as_deref(), now.corrected.as_deref()]);
        let from_leaves = by_leaf && now.ballots.is_none() && now.given.is_empty();
        if differs(was, now) && !by_row && !about.method && is_converted_anew(was, now) {
            let of_leaf =
                |row: &RowChange| about.new.model.tree.leaves.iter().any(|leaf| row.corrects_leaf(&leaf.code));
            let by = movers(about, new, |unit| compared(unit.components.get(id)?), of_leaf);
            causes.push(Cause::Basis { kind: PartKind::Component, code: id.to_string(), by });
            continue;
        }
        if is_multiplied_anew(was, now) {
            continue;
        }

        // A limit that holds now, or no longer, has its cause in what its condition looks at.
        let by_limit = was.limited != now.limited && was.ballots == now.ballots && was.given == now.given;
        if differs(was, now) && !by_row && !from_leaves && !by_limit && !about.method {
            causes.push(Cause::Input { kind: Some(PartKind::Component), code: id.to_string(), at: None });
        }
    }
    causes
}

/// 编号 of the corrections of its value, or of those of its periods.
fn replacements(own: &LeafScore) -> impl Iterator<Item = &str> {
    let all = std::iter::once(own).chain(own.periods.iter().map(|own| &own.score));
    all.filter_map(|own| Some(own.replaced.as_ref()?.id.as_str()))
}

/// The corrections behind inputs of the formula of a leaf, in all its periods.
fn corrected_inputs(own: &LeafScore) -> impl Iterator<Item = &str> {
    let all = std::iter::once(own).chain(own.periods.iter().map(|own| &own.score));
    let inputs = all.filter_map(|own| own.formula.as_deref()).flat_map(|worked| &worked.inputs);
    inputs.filter_map(|input| input.corrected.as_deref())
}

/// Whether a leaf has the same values as before, but one of them stands otherwise among those of other units.
fn is_moved(was: &LeafScore, now: &LeafScore) -> bool {
    let stays = |was: &LeafScore, now: &LeafScore| match (&was.compared, &now.compared) {
        (Some(was), Some(now)) => {
            (&was.value, &was.typed, was.standing.is_some()) == (&now.value, &now.typed, now.standing.is_some())
        }
        (None, None) => (&was.value, &was.claimed, was.state) == (&now.value, &now.claimed, now.state),
        _ => false,
    };
    let stands = |was: &LeafScore, now: &LeafScore| {
        let [was, now] = [was, now].map(|own| own.compared.as_ref().and_then(|own| own.standing.as_ref()));
        was == now
    };
    if was.periods.is_empty() || now.compared.is_some() {
        return now.compared.is_some() && stays(was, now) && !stands(was, now);
    }
    let pairs = || was.periods.iter().zip(&now.periods).map(|(was, now)| (&was.score, &now.score));
    was.periods.len() == now.periods.len()
        && pairs().all(|(was, now)| stays(was, now))
        && pairs().any(|(was, now)| !stands(was, now))
}

/// What is compared of a leaf: its value, and that of each period.
fn values(own: &LeafScore) -> Vec<Option<&Exact>> {
    let all = std::iter::once(own).chain(own.periods.iter().map(|own| &own.score));
    all.map(|own| own.compared.as_ref().map(|own| &own.value)).collect()
}

/// The units whose value changed among those that are compared, with the rows that changed it.
fn movers<'a, V: PartialEq>(
    about: &About<'a>,
    unit: &UnitOutcome,
    value: impl Fn(&'a UnitOutcome) -> Option<V>,
    moves: impl Fn(&RowChange) -> bool,
) -> Vec<By> {
    const MOST: usize = 3;
    let before: BTreeMap<&str, &UnitOutcome> =
        about.old.units.iter().map(|unit| (unit.roster.code.as_str(), unit)).collect();
    let others = about.new.units.iter().filter(|other| other.roster.code != unit.roster.code);
    let moved = others.filter(|other| {
        let was = before.get(other.roster.code.as_str()).copied();
        was.and_then(&value) != value(other) || was.is_none_or(|was| was.roster.mode != other.roster.mode)
    });
    let by = moved.map(|other| {
        let rows = about.rows.iter().filter(|row| row.register == Register::Corrections && row.has_effect());
        let is_behind = |row: &&RowChange| row.any().unit == other.roster.code && moves(row);
        let rows = rows.filter(is_behind).map(RowChange::reference);
        By { code: other.roster.code.clone(), name: other.roster.name.clone(), rows: rows.collect() }
    });
    by.take(MOST).collect()
}

/// The rate of a component before it is converted.
fn compared(own: &ComponentOutcome) -> Option<&Exact> {
    let at = own.tail.iter().position(|step| matches!(step, TailStep::Converted { .. }))?;
    Some(&own.tail.get(at.checked_sub(1)?)?.rate().0)
}

/// Whether a component has the same rate before it is converted, but stands otherwise among those of other units.
fn is_converted_anew(was: &ComponentOutcome, now: &ComponentOutcome) -> bool {
    let [before, after] = [was, now].map(|own| {
        own.tail.iter().find_map(|step| match step {
            TailStep::Converted { standing, .. } => Some(standing),
            _ => None,
        })
    });
    compared(was).is_some() && compared(was) == compared(now) && before != after
}

/// Whether a component was measured alike, but is multiplied by another number.
fn is_multiplied_anew(was: &ComponentOutcome, now: &ComponentOutcome) -> bool {
    let [before, after] = [was, now].map(|own| {
        own.tail.iter().find_map(|step| match step {
            TailStep::Multiplied { coefficient, .. } => Some(coefficient),
            _ => None,
        })
    });
    was.tail.first() == now.tail.first() && before != after
}

fn leaf<'l>(unit: &'l UnitOutcome, code: &str) -> Option<&'l LeafScore> {
    unit.leaves.iter().find(|leaf| leaf.code == code)
}

/// Whether the rate or the satisfaction behind a component differs.
fn differs(old: &ComponentOutcome, new: &ComponentOutcome) -> bool {
    let [was, is] = [old, new].map(|own| own.ballots.as_ref().and_then(|own| own.satisfaction.as_ref()));
    old.exact != new.exact || was != is
}
