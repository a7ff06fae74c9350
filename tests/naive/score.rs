//! The naive scorer: puts SPEC §6-§9 and §18 together, slowly and exactly.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{Signed, Zero};

use crate::adjust::{RowEnd, adjust};
use crate::ballots::{BallotResult, score_ballots};
use crate::grade::{set_grades, set_ranks};
use crate::leaves::{LeafResult, leaves_of, rates_of};
use crate::nodes::{Rates, combined, given_rates};
use crate::number::{Q, int, places, q, round};
use crate::project::{Correction, Kind, Mode, Place, Project};

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
    pub(crate) components: Vec<Q>,
    pub(crate) satisfaction: Vec<Option<Q>>,
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
    pub(crate) log: Log,
}

/// SPEC §8 and §18: corrections count with 工委审定 and 文号.
fn correction_of(p: &Project, unit: usize, place: Place, log: &mut Log) -> Option<Correction> {
    let mut active = p
        .corrections
        .iter()
        .filter(|row| row.unit == unit && row.place == place && row.status == "工委审定" && !row.number.is_empty());
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
    if old != *value && old != round(value, p.score.decimals) {
        log.error(format!("{}: the old value is another", row.id));
    }
    q(&row.new)
}

/// Steps of SPEC §6-§8 for one assessed unit.
fn score_unit(p: &Project, unit: usize, ballots: &[Vec<BallotResult>], log: &mut Log) -> UnitResult {
    let mut leaves = leaves_of(p, unit, log);
    for (at, leaf) in leaves.iter_mut().enumerate() {
        // Reading: a corrected leaf holds verified points, and feeds every later step.
        if let Some(row) = correction_of(p, unit, Place::Leaf(at), log) {
            log.hit("correction: leaf");
            match &leaf.points {
                Some(points) => leaf.points = Some(replace(p, &row, points, log)),
                None => log.error(format!("{}: correction of a leaf that is not applicable", row.id)),
            }
            if leaf.points.as_ref().is_some_and(|v| v.is_negative() || *v > q(&p.leaves[at].points)) {
                log.error(format!("{}: outside the leaf's points", row.id));
            }
        }
    }
    let mut result = UnitResult::default();
    for (at, component) in p.components.iter().enumerate() {
        let (rates, satisfaction) = match &component.kind {
            Kind::Indicators => (rates_of(p, &leaves, log), None),
            Kind::Given(given) => (given_rates(p, given, unit, log), None),
            Kind::Ballots(_) => {
                let own = &ballots[at][unit];
                (own.rates.clone(), own.satisfaction.clone())
            }
        };
        let mut rate = rates.unit.clone().unwrap_or_else(|| {
            if !log.rejected() {
                log.unclear("component without a rate");
            }
            Q::zero()
        });
        // component_decimals rounds each component's rate; a correction then replaces it.
        // Reading: both act on the unit's rate alone; aspects, lines and leaves keep theirs.
        if let Some(decimals) = p.score.component_decimals {
            rate = round(&rate, decimals);
        }
        if let Some(row) = correction_of(p, unit, Place::Component(at), log) {
            log.hit("correction: component");
            rate = replace(p, &row, &rate, log);
        }
        result.rates.push(rates);
        result.components.push(rate);
        result.satisfaction.push(satisfaction);
    }
    // base = full/100 · Σ_c weight_c · rate_c(unit) / 100
    let mut base = Q::zero();
    for (component, rate) in p.components.iter().zip(&result.components) {
        base += q(&component.weight) * rate / int(100);
    }
    result.base = base * q(&p.score.full) / int(100);
    result.combined = Rates {
        leaf: (0..p.leaves.len())
            .map(|at| combined(p, &result.rates, |r| r.leaf.get(at).and_then(Option::as_ref)))
            .collect(),
        aspect: (0..p.aspects.len())
            .map(|at| combined(p, &result.rates, |r| r.aspect.get(at).and_then(Option::as_ref)))
            .collect(),
        line: (0..p.lines.len())
            .map(|at| combined(p, &result.rates, |r| r.line.get(at).and_then(Option::as_ref)))
            .collect(),
        unit: None,
    };
    let adjusted = adjust(p, unit, &leaves, log);
    // total = round(clamp(base + plus − minus, min, max), decimals)
    let sum = &result.base + &adjusted.plus - &adjusted.minus;
    result.exact_total = sum.clone().max(q(&p.score.min)).min(q(&p.score.max));
    if result.exact_total != sum {
        log.hit("total: clamped");
    }
    result.total = round(&result.exact_total, p.score.decimals);
    if let Some(row) = correction_of(p, unit, Place::Total, log) {
        log.hit("correction: total");
        result.total_corrected = true;
        result.total = replace(p, &row, &result.total, log);
        // §18: a corrected total with too many decimals or outside min..max = error
        if places(&row.new) > p.score.decimals || result.total < q(&p.score.min) || result.total > q(&p.score.max) {
            log.error(format!("{}: not a total", row.id));
        }
    }
    result.leaves = leaves;
    result.plus = adjusted.plus;
    result.minus = adjusted.minus;
    result.rows = adjusted.rows;
    result
}

/// Scores a project.
pub(crate) fn score(p: &Project) -> Outcome {
    let mut log = Log::default();
    let mut ballots = Vec::new();
    for component in &p.components {
        ballots.push(match &component.kind {
            Kind::Ballots(b) => score_ballots(p, b, &mut log),
            _ => Vec::new(),
        });
    }
    let mut units = Vec::new();
    for unit in 0..p.units.len() {
        if p.units[unit].mode == Mode::Excluded {
            let rows = adjust(p, unit, &[], &mut log).rows;
            units.push(UnitResult { rows, ..UnitResult::default() });
        } else {
            units.push(score_unit(p, unit, &ballots, &mut log));
        }
    }
    set_ranks(p, &mut units);
    // The generator scores its projects before they have grades.
    if !p.grades.is_empty() {
        set_grades(p, &mut units, &mut log);
    }
    Outcome { units, log }
}
