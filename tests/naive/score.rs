//! The naive scorer: puts SPEC §6-§9 and §18 together, slowly and exactly.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{Signed, Zero};

use crate::adjust::{RowEnd, adjust};
use crate::awards::awards;
use crate::ballots::{BallotResult, score_ballots};
use crate::grade::{holds, set_grades, set_ranks};
use crate::leaves::{LeafResult, leaves_of, rates_of};
use crate::measured::scheme_of;
use crate::measured::{
    basis, clamp, coefficient, in_scheme, ladder, members, number_of, place_of, positive, weight_of,
};
use crate::nodes::{Rates, Why, combined, given_rates, spread, spread_unit};
use crate::number::{Q, int, percent, places, q, round, round_by, weighted};
use crate::project::{
    Component, ConvertBy, Correction, Entry, Field, Kind, Lacking, Ladder, Leaf, Mode, Place, Project,
    Rates as Measures, Score, Unverified, Value, Within,
};

/// Why a project must be rejected, and what was met on the way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log {
    pub(crate) errors: Vec<String>,
    pub(crate) model_errors: Vec<String>,
    pub(crate) hits: BTreeMap<&'static str, u64>,
    /// Places where SPEC has no settled answer; the generator avoids such projects.
    pub(crate) unclear: BTreeSet<&'static str>,
}

impl Log {
    pub(crate) fn error(&mut self, text: String) {
        self.errors.push(text);
    }

    pub(crate) fn model_error(&mut self, text: String) {
        self.model_errors.push(text);
    }

    pub(crate) fn hit(&mut self, what: &'static str) {
        *self.hits.entry(what).or_default() += 1;
    }

    pub(crate) fn unclear(&mut self, what: &'static str) {
        self.unclear.insert(what);
    }

    pub(crate) fn rejected(&self) -> bool {
        !self.errors.is_empty() || !self.model_errors.is_empty()
    }
}

/// Everything found for one unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnitResult {
    pub(crate) leaves: Vec<LeafResult>,
    /// Per component.
    pub(crate) rates: Vec<Rates>,
    /// `None`: the unit lacks the component (§19.4).
    pub(crate) components: Vec<Option<Q>>,
    pub(crate) satisfaction: Vec<Option<Q>>,
    /// Share of every level in percent (§19.8).
    pub(crate) shares: Vec<Option<Vec<Q>>>,
    pub(crate) combined: Rates,
    pub(crate) base: Q,
    pub(crate) plus: Q,
    pub(crate) minus: Q,
    /// Clamped, before rounding and before a correction of the total.
    pub(crate) exact_total: Q,
    pub(crate) total_corrected: bool,
    /// Published.
    pub(crate) total: Q,
    pub(crate) rows: Vec<RowEnd>,
    pub(crate) rank_group: Option<usize>,
    pub(crate) rank_overall: Option<usize>,
    /// Where `[rank] scope` is "scheme".
    pub(crate) rank_scheme: Option<usize>,
    pub(crate) grade: Option<usize>,
    /// The lowest at_most of the caps that hold.
    pub(crate) capped: Option<usize>,
    /// A cap that needs the committee holds and no decision settles it.
    pub(crate) unconfirmed: bool,
}

/// The outcome of a project.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) units: Vec<UnitResult>,
    /// Winners of every award, by their index.
    pub(crate) awards: Vec<Vec<usize>>,
    pub(crate) log: Log,
}

/// SPEC §18: corrections count with 工委审定 and 文号.
fn counts(row: &Correction) -> bool {
    row.status == "工委审定" && !row.number.is_empty()
}

/// SPEC §8: the one that counts for a place.
fn correction_of(p: &Project, unit: usize, place: Place, log: &mut Log) -> Option<Correction> {
    let mut active = p.corrections.iter().filter(|row| row.unit == unit && row.place == place && counts(row));
    let first = active.next().cloned();
    if active.next().is_some() {
        log.error(format!("{}: two corrections of one place", p.units[unit].code));
    }
    first
}

/// The new value of a correction whose old value must equal the value from the inputs, exactly or at the printed
/// decimals (SPEC §8).
fn replace(p: &Project, row: &Correction, value: &Q, log: &mut Log) -> Q {
    let old = q(&row.old);
    if old != *value && old != round_by(value, p.score.decimals, p.score.rounding) {
        log.error(format!("{}: the old value is another", row.id));
    }
    q(&row.new)
}

/// SPEC §19.2: corrections of 代码/核定值 and 代码/输入项 are replaced before the rule, so that bases move.
fn corrected(p: &Project, log: &mut Log) -> Project {
    let mut new = p.clone();
    for unit in 0..p.units.len() {
        for at in 0..p.leaves.len() {
            let inputs = p.entries[unit][at].inputs.len();
            let own = |row: &&Correction| match row.place {
                Place::Leaf(leaf) | Place::Value(leaf) | Place::Period(leaf, _) | Place::Input(leaf, _) => leaf == at,
                Place::Component(_) | Place::Total => false,
            };
            if !in_scheme(p, &p.leaves[at], unit) {
                // What a unit's scheme does not have has nothing to correct.
                if let Some(row) = p.corrections.iter().filter(|row| row.unit == unit && counts(row)).find(own) {
                    log.error(format!("{}: not in the scheme of the unit", row.id));
                }
                continue;
            }
            for period in 0..p.entries[unit][at].by_period.len() {
                if let Some(row) = correction_of(p, unit, Place::Period(at, period), log) {
                    log.hit("correction: value of a period");
                    match p.entries[unit][at].by_period[period].as_ref().and_then(number_of) {
                        Some(old) => {
                            replace(p, &row, &old, log);
                            new.entries[unit][at].by_period[period] = Some(Value::Number(row.new.clone()));
                        }
                        None => log.error(format!("{}: no value to correct", row.id)),
                    }
                }
            }
            if let Some(row) = correction_of(p, unit, Place::Value(at), log) {
                log.hit("correction: value");
                match p.entries[unit][at].value.as_ref().and_then(number_of) {
                    Some(old) => {
                        replace(p, &row, &old, log);
                        new.entries[unit][at].value = Some(Value::Number(row.new.clone()));
                    }
                    None => log.error(format!("{}: no value to correct", row.id)),
                }
            }
            for input in 0..inputs {
                if let Some(row) = correction_of(p, unit, Place::Input(at, input), log) {
                    log.hit("correction: input");
                    match &p.entries[unit][at].inputs[input] {
                        Some(old) => {
                            replace(p, &row, &q(old), log);
                            new.entries[unit][at].inputs[input] = Some(row.new.clone());
                        }
                        None => log.error(format!("{}: no input to correct", row.id)),
                    }
                }
            }
        }
    }
    new
}

/// Leaves of one assessed unit, with corrections of points.
fn score_leaves(p: &Project, unit: usize, log: &mut Log) -> Vec<LeafResult> {
    let mut leaves = leaves_of(p, unit, log);
    for (at, leaf) in leaves.iter_mut().enumerate() {
        // Reading: a corrected leaf holds verified points, and feeds every later step.
        if let Some(row) = correction_of(p, unit, Place::Leaf(at), log) {
            log.hit("correction: leaf");
            if p.components.iter().any(|c| matches!(c.kind, Kind::Indicators) && c.more.convert.is_some()) {
                log.unclear("corrected points under convert");
            }
            match &leaf.points {
                Some(points) => leaf.points = Some(replace(p, &row, points, log)),
                None => log.error(format!("{}: correction of a leaf that is not applicable", row.id)),
            }
            if leaf.points.as_ref().is_some_and(|v| v.is_negative() || *v > q(&p.leaves[at].points)) {
                log.error(format!("{}: outside the leaf's points", row.id));
            }
        }
    }
    leaves
}

/// What every component measures for one unit, and the adjustments: SPEC §6-§8 before the rates of the unit.
fn measure_unit(p: &Project, unit: usize, ballots: &[Vec<BallotResult>], log: &mut Log) -> UnitResult {
    let mut result = UnitResult { leaves: score_leaves(p, unit, log), ..UnitResult::default() };
    for (at, component) in p.components.iter().enumerate() {
        let (measured, satisfaction, shares) = match &component.kind {
            Kind::Indicators => (Ok(rates_of(p, unit, &result.leaves, log)), None, None),
            Kind::Given(given) => (given_rates(p, given, unit, log), None, None),
            Kind::Ballots(_) => {
                let own = &ballots[at][unit];
                let rates = if own.not_applicable { Err(Why::NotApplicable) } else { Ok(own.rates.clone()) };
                (rates, own.satisfaction.clone(), own.shares.clone())
            }
        };
        let (rates, rate) = match measured {
            Ok(rates) => {
                let rate = rates.unit.clone().unwrap_or_else(|| {
                    if !log.rejected() {
                        log.unclear("component without a rate");
                    }
                    Q::zero()
                });
                (rates, Some(rate))
            }
            Err(why) => lacking(p, unit, component, why, log),
        };
        result.rates.push(rates);
        result.components.push(rate);
        result.satisfaction.push(satisfaction);
        result.shares.push(shares);
    }
    let adjusted = adjust(p, unit, &result.leaves, log);
    result.plus = adjusted.plus;
    result.minus = adjusted.minus;
    result.rows = adjusted.rows;
    result
}

/// SPEC §19.4: a component that does not apply to a unit.
fn lacking(p: &Project, unit: usize, component: &Component, why: Why, log: &mut Log) -> (Rates, Option<Q>) {
    match (why, component.more.not_applicable) {
        (Why::Missing, _) => log.hit("component: missing, renormalised"),
        (_, Lacking::Renormalise) => log.hit("component: 不涉及, renormalised"),
        (_, Lacking::Zero) => {
            log.hit("component: 不涉及, zero");
            // Nodes that it would not have measured stay without it.
            let rates = match &component.kind {
                Kind::Given(given) if given.rates != Measures::Unit => {
                    let mut zeros = vec![None; p.node_count(given.rates)];
                    given.nodes.iter().for_each(|node| zeros[*node] = Some(Q::zero()));
                    spread(p, unit, given.rates, &zeros, log)
                }
                _ => spread_unit(p, &Q::zero()),
            };
            return (rates, Some(Q::zero()));
        }
        (_, Lacking::Error) => {
            log.error(format!("{}: component {} does not apply", p.units[unit].code, component.id));
        }
    }
    (Rates::default(), None)
}

/// SPEC §19.2: order within a component: rate → limit → coefficient → convert → component_decimals → correction; these act
/// on the unit's rate only.
fn finish_components(p: &Project, units: &mut [UnitResult], log: &mut Log) {
    let assessed: Vec<usize> = (0..p.units.len()).filter(|unit| p.units[*unit].mode != Mode::Excluded).collect();
    for (at, component) in p.components.iter().enumerate() {
        let more = &component.more;
        for unit in &assessed {
            let Some(mut rate) = units[*unit].components[at].clone() else { continue };
            for (when, at_most) in &more.limit {
                if holds(p, units, *unit, when) && rate > percent(at_most) {
                    log.hit("component: limited");
                    rate = percent(at_most);
                }
            }
            if !more.coefficient.is_empty() {
                log.hit("component: coefficient");
                rate *= coefficient(p, *unit, &more.coefficient);
                // The default is 100 %, "none" where `convert` follows.
                let default = if more.convert.is_some() { "none" } else { "100" };
                let most = more.coefficient_max.as_deref().unwrap_or(default);
                if most != "none" && rate > percent(most) {
                    log.hit("component: coefficient bounded");
                    rate = percent(most);
                }
            }
            units[*unit].components[at] = Some(rate);
        }
        if let Some((by, within)) = &more.convert {
            let rates: Vec<Option<Q>> = units.iter().map(|unit| unit.components.get(at).cloned().flatten()).collect();
            for unit in &assessed {
                if let Some(rate) = &rates[*unit] {
                    units[*unit].components[at] = Some(converted(p, (*unit, rate), &rates, (by, *within), log));
                }
            }
        }
        for unit in &assessed {
            let Some(mut rate) = units[*unit].components[at].clone() else { continue };
            // component_decimals rounds each component's rate; a correction then replaces it.
            // Reading: both act on the unit's rate alone; aspects, lines and leaves keep theirs.
            if let Some(decimals) = p.score.component_decimals {
                rate = round_by(&rate, decimals, more.rounding);
            }
            if let Some(row) = correction_of(p, *unit, Place::Component(at), log) {
                log.hit("correction: component");
                rate = replace(p, &row, &rate, log);
                if more.coefficient_max.as_deref().is_some_and(|most| most != "none" && rate > percent(most)) {
                    log.unclear("a corrected rate above what bounds the coefficient");
                }
            }
            units[*unit].components[at] = Some(rate);
        }
    }
}

/// SPEC §19.2 `convert`.
fn converted(
    p: &Project,
    (unit, rate): (usize, &Q),
    rates: &[Option<Q>],
    (by, within): (&ConvertBy, Within),
    log: &mut Log,
) -> Q {
    let members = members(p, unit, Field { within, separate: false });
    let inside = members.contains(&unit);
    let field: Vec<Q> = members.iter().filter_map(|unit| rates[*unit].clone()).collect();
    log.hit("component: converted");
    let mean = matches!(by, ConvertBy::Mean(_));
    let Some(basis) = basis(&field, false, mean) else {
        log.error(format!("{}: an empty field", p.units[unit].code));
        return Q::zero();
    };
    if !positive(&basis) && !matches!(by, ConvertBy::Place(_)) {
        log.error(format!("{}: a basis that is not positive", p.units[unit].code));
        return Q::zero();
    }
    let full = int(100);
    let value = match by {
        ConvertBy::Best => &full * rate / basis,
        ConvertBy::Mean(mean) => rate * percent(mean) / basis,
        ConvertBy::Place(points) => {
            let place = place_of(p, unit, &field, rate, (false, inside), log);
            if place > field.len() && matches!(points, Ladder::Evenly { .. }) {
                log.unclear("a place beyond the last of evenly spread rates");
            }
            ladder(points, place, field.len(), &full)
        }
    };
    clamp(value, &full)
}

/// SPEC §8: base, nodes over all components, and total of one unit.
fn finish_unit(p: &Project, unit: usize, result: &mut UnitResult, log: &mut Log) {
    // base = full/100 · Σ_c weight_c · rate_c(unit) / 100; §19.4: of a component that is lacked the weight goes to the others
    let mut parts = Vec::new();
    for (at, rate) in result.components.iter().enumerate() {
        if let Some(rate) = rate {
            parts.push((weight_of(p, unit, at), rate.clone()));
        }
    }
    if scheme_of(p, unit).is_some_and(|scheme| p.schemes[scheme].weights.is_some()) {
        log.hit("base: weights of a scheme");
    }
    let base = weighted(&parts).unwrap_or_else(|| {
        log.error(format!("{}: no component at all", p.units[unit].code));
        Q::zero()
    });
    result.base = base * q(&p.score.full) / int(100);
    result.combined = Rates {
        leaf: (0..p.leaves.len())
            .map(|at| combined(p, unit, &result.rates, |r| r.leaf.get(at).and_then(Option::as_ref)))
            .enumerate()
            .map(|(at, rate)| rate.filter(|_| in_scheme(p, &p.leaves[at], unit)))
            .collect(),
        aspect: (0..p.aspects.len())
            .map(|at| combined(p, unit, &result.rates, |r| r.aspect.get(at).and_then(Option::as_ref)))
            .collect(),
        line: (0..p.lines.len())
            .map(|at| combined(p, unit, &result.rates, |r| r.line.get(at).and_then(Option::as_ref)))
            .collect(),
        unit: None,
    };
    // total = round(clamp(base + plus − minus, min, max), decimals)
    let sum = &result.base + &result.plus - &result.minus;
    result.exact_total = sum.clone().max(q(&p.score.min)).min(q(&p.score.max));
    if result.exact_total != sum {
        log.hit("total: clamped");
    }
    result.total = round_by(&result.exact_total, p.score.decimals, p.score.rounding);
    if result.total != round(&result.exact_total, p.score.decimals) {
        log.hit("total: rounded down");
    }
    if let Some(row) = correction_of(p, unit, Place::Total, log) {
        log.hit("correction: total");
        result.total_corrected = true;
        result.total = replace(p, &row, &result.total, log);
        // §18: a corrected total with too many decimals or outside min..max = error
        if places(&row.new) > p.score.decimals || result.total < q(&p.score.min) || result.total > q(&p.score.max) {
            log.error(format!("{}: not a total", row.id));
        }
    }
}

/// A self-report in which nobody wrote anything.
fn is_empty_report(p: &Project, unit: usize) -> bool {
    p.leaves.iter().zip(&p.entries[unit]).all(|(leaf, entry)| {
        let elsewhere = leaf.department || leaf.more.periods.is_some() || leaf.more.formula.is_some();
        let verified = !entry.in_table && (entry.value.is_some() || entry.points.is_some());
        elsewhere || entry.done.is_none() && entry.self_points.is_none() && !entry.evidence && !verified
    })
}

/// SPEC §20: a component in which nothing was measured for any unit = error.
fn measured_at_all(p: &Project, units: &[UnitResult], log: &mut Log) {
    let assessed: Vec<usize> = (0..p.units.len()).filter(|unit| p.units[*unit].mode != Mode::Excluded).collect();
    for (at, component) in p.components.iter().enumerate() {
        // What was said of it: something measured, or only that it does not apply or is not verified.
        let mut said: Vec<bool> = Vec::new();
        for unit in &assessed {
            match &component.kind {
                Kind::Indicators => said.extend(
                    p.leaves
                        .iter()
                        .zip(&p.entries[*unit])
                        .filter(|(leaf, _)| in_scheme(p, leaf, *unit))
                        .filter_map(|(leaf, entry)| is_measured(p, leaf, entry, p.units[*unit].has_report)),
                ),
                Kind::Given(given) => {
                    let own = given.rows.iter().filter(|((whose, ..), _)| whose == unit);
                    said.extend(
                        own.filter(|(_, row)| **row != Score::Blank).map(|(_, row)| *row != Score::NotApplicable),
                    );
                }
                Kind::Ballots(_) => said.push(units[*unit].components[at].is_some()),
            }
        }
        if said.is_empty() {
            log.hit("component: nothing measured");
            log.error(format!("{}: nothing was measured for any unit", component.id));
        } else if !said.contains(&true) {
            log.unclear("a component in which nothing was measured but something said");
        }
    }
}

/// Whether the cells of a leaf measure something; `None` where they are blank.
fn is_measured(p: &Project, leaf: &Leaf, entry: &Entry, has_report: bool) -> Option<bool> {
    let seen = has_report || entry.in_table;
    let parts = entry.by_period.iter().flatten().count() + entry.inputs.iter().flatten().count();
    let own = has_report && !leaf.department && (entry.done.is_some() || entry.self_points.is_some());
    if parts > 0
        || seen && (entry.points.is_some() || entry.value.as_ref().is_some_and(|own| *own != Value::NotApplicable))
    {
        return Some(true);
    }
    let counts = own && p.self_policy.unverified == Unverified::Own && entry.done != Some(Value::NotApplicable);
    (own || seen && entry.value.is_some()).then_some(counts)
}

/// Scores a project.
pub(crate) fn score(p: &Project) -> Outcome {
    let mut log = Log::default();
    let p = &corrected(p, &mut log);
    let mut ballots = Vec::new();
    for component in &p.components {
        ballots.push(match &component.kind {
            Kind::Ballots(b) => score_ballots(p, b, component.more.rounding, &mut log),
            _ => Vec::new(),
        });
    }
    let mut units = Vec::new();
    for unit in 0..p.units.len() {
        if p.units[unit].mode == Mode::Excluded {
            let rows = adjust(p, unit, &[], &mut log).rows;
            units.push(UnitResult { rows, ..UnitResult::default() });
        } else {
            units.push(measure_unit(p, unit, &ballots, &mut log));
        }
    }
    measured_at_all(p, &units, &mut log);
    for (what, there) in [
        ("model: without lines", p.absent.lines),
        ("model: without aspects", p.absent.aspects),
        ("model: without indicators", p.leaves.is_empty()),
        ("model: without grades", p.grades.is_empty()),
        ("component: outside the aspects", p.components.iter().any(|own| own.more.outside_aspects)),
    ] {
        if there {
            log.hit(what);
        }
    }
    if (0..p.units.len()).any(|unit| p.units[unit].has_report && is_empty_report(p, unit)) {
        log.unclear("a self-report without any entry");
    }
    let silent = |unit: &crate::project::Unit| !unit.has_report && unit.mode != Mode::Excluded;
    if !p.leaves.is_empty() && !p.self_policy.missing_zero && p.units.iter().any(silent) {
        log.unclear("a unit without self-report under missing = error, of which everything is verified");
    }
    finish_components(p, &mut units, &mut log);
    for (unit, result) in units.iter_mut().enumerate() {
        if p.units[unit].mode != Mode::Excluded {
            finish_unit(p, unit, result, &mut log);
        }
    }
    set_ranks(p, &mut units);
    // The generator scores its projects before they have grades.
    if !p.grades.is_empty() {
        set_grades(p, &mut units, &mut log);
    }
    let awards = awards(p, &units, &mut log);
    Outcome { units, awards, log }
}
