//! Naive rates of nodes: SPEC §8 first paragraph, with the leaving of parents of SPEC §6 (rescale) and §18.

use crate::measured::{in_scheme, weight_of};
use crate::number::{Q, int, q, sum, weighted};
use crate::periods::combine;
use crate::project::{Given, Leaf, Missing, Periods, Project, Rates as Measures, Score};
use crate::score::Log;

/// Rates of one component for one unit; `None` where the component says nothing about the node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rates {
    pub(crate) leaf: Vec<Option<Q>>,
    pub(crate) aspect: Vec<Option<Q>>,
    pub(crate) line: Vec<Option<Q>>,
    pub(crate) unit: Option<Q>,
}

/// Points of a cell (line × aspect) of a unit: those of its leaves; `None` when there are no leaves.
fn cell_points(p: &Project, unit: usize, line: usize, aspect: usize) -> Option<Q> {
    let own = |leaf: &&Leaf| leaf.line == line && leaf.aspect == aspect && in_scheme(p, leaf, unit);
    let points: Vec<Q> = p.leaves.iter().filter(own).map(|leaf| q(&leaf.points)).collect();
    (!points.is_empty()).then(|| sum(&points))
}

/// The unit's rate: the points-weighted mean of its aspects.
fn unit_of(p: &Project, aspects: &[Option<Q>]) -> Option<Q> {
    let mut parts = Vec::new();
    for (aspect, rate) in p.aspects.iter().zip(aspects) {
        if let Some(rate) = rate {
            parts.push((q(&aspect.points), rate.clone()));
        }
    }
    weighted(&parts)
}

/// SPEC §8: a measured unit passes its rate down to all its descendants.
pub(crate) fn spread_unit(p: &Project, rate: &Q) -> Rates {
    Rates {
        leaf: vec![Some(rate.clone()); p.leaves.len()],
        aspect: vec![Some(rate.clone()); p.aspects.len()],
        line: vec![Some(rate.clone()); p.lines.len()],
        unit: Some(rate.clone()),
    }
}

/// SPEC §8: measured aspects pass their rate down to cells and leaves; lines and the unit are points-weighted means.
/// Reading: a line above measured aspects averages the cells below it whose aspect is measured.
pub(crate) fn spread_aspects(p: &Project, unit: usize, aspects: &[Option<Q>]) -> Rates {
    let mut lines = Vec::new();
    for line in 0..p.lines.len() {
        let mut parts = Vec::new();
        for (aspect, rate) in aspects.iter().enumerate() {
            if let (Some(points), Some(rate)) = (cell_points(p, unit, line, aspect), rate) {
                parts.push((points, rate.clone()));
            }
        }
        lines.push(weighted(&parts));
    }
    Rates {
        leaf: p.leaves.iter().map(|leaf| aspects[leaf.aspect].clone()).collect(),
        aspect: aspects.to_vec(),
        line: lines,
        unit: unit_of(p, aspects),
    }
}

/// SPEC §6 rescale: a leaf without rate leaves its cell and the cell keeps its points over the remaining leaves; an
/// emptied cell leaves its aspect likewise. §18: a node without ratings leaves its parent.
/// Reading: the same way up is taken by ballots and given scores that measure leaves.
pub(crate) fn spread_leaves(p: &Project, unit: usize, leaves: &[Option<Q>], log: &mut Log) -> Rates {
    let cell = |line: usize, aspect: usize| -> Option<(Q, Option<Q>)> {
        let points = cell_points(p, unit, line, aspect)?;
        let mut parts = Vec::new();
        for (leaf, rate) in p.leaves.iter().zip(leaves) {
            if let (true, Some(rate)) = (leaf.line == line && leaf.aspect == aspect, rate) {
                parts.push((q(&leaf.points), rate.clone()));
            }
        }
        Some((points, weighted(&parts)))
    };
    let mut aspects = Vec::new();
    for aspect in 0..p.aspects.len() {
        let mut parts = Vec::new();
        for line in 0..p.lines.len() {
            match cell(line, aspect) {
                Some((points, Some(rate))) => parts.push((points, rate)),
                Some((_, None)) => log.hit("node: emptied cell"),
                None => {}
            }
        }
        aspects.push(weighted(&parts));
    }
    let mut lines = Vec::new();
    for line in 0..p.lines.len() {
        let mut parts = Vec::new();
        for aspect in 0..p.aspects.len() {
            if let Some((points, Some(rate))) = cell(line, aspect) {
                parts.push((points, rate));
            }
        }
        lines.push(weighted(&parts));
    }
    let unit = unit_of(p, &aspects);
    Rates { leaf: leaves.to_vec(), aspect: aspects, line: lines, unit }
}

/// Rates from what a component measures.
pub(crate) fn spread(p: &Project, unit: usize, measures: Measures, rates: &[Option<Q>], log: &mut Log) -> Rates {
    match measures {
        Measures::Unit => match &rates[0] {
            Some(rate) => spread_unit(p, rate),
            None => Rates::default(),
        },
        Measures::Aspects => spread_aspects(p, unit, rates),
        Measures::Indicators => spread_leaves(p, unit, rates, log),
    }
}

/// What a given table says of one node of a unit.
enum Said {
    Value(Q),
    /// 不涉及 in every period (SPEC §19.4).
    NotApplicable,
    /// Missing under `missing = "renormalise"`.
    Lacking,
}

/// SPEC §6 kind "given": several periods combined; §18: every period seen is expected of every unit and node ("last": only
/// the last); §19.10: weights, dropped periods, a 不涉及 period leaves, a missing one is missing.
fn given_node(p: &Project, given: &Given, unit: usize, place: usize, log: &mut Log) -> Said {
    let expected: Vec<usize> = match given.periods {
        Periods::Last => vec![given.names.len() - 1],
        Periods::Mean | Periods::Sum | Periods::Weighted => (0..given.names.len()).collect(),
    };
    let name = &p.units[unit].code;
    let mut values = Vec::new();
    let mut lacking = 0;
    for period in &expected {
        match given.rows.get(&(unit, *period, place)) {
            Some(Score::Points(text)) => values.push(Some(q(text))),
            Some(Score::NotApplicable) => values.push(None),
            _ => match given.missing {
                Missing::Zero => {
                    log.hit("given: missing as zero");
                    values.push(Some(int(0)));
                }
                Missing::Error => {
                    log.error(format!("{name}: given score missing"));
                    values.push(Some(int(0)));
                }
                Missing::Renormalise => lacking += 1,
            },
        }
    }
    if lacking > 0 {
        if lacking < expected.len() {
            log.unclear("some periods missing under missing = renormalise");
        }
        return Said::Lacking;
    }
    let combined = match given.periods {
        Periods::Mean | Periods::Weighted => combine(&given.plan, &values, name, log),
        Periods::Last | Periods::Sum => {
            let there: Vec<&Q> = values.iter().flatten().collect();
            (!there.is_empty()).then(|| sum(there))
        }
    };
    match combined {
        Some(points) => {
            if points < int(0) || points > q(&given.scale) {
                log.error(format!("{name}: given score outside 0..{}", given.scale));
            }
            Said::Value(points * int(100) / q(&given.scale))
        }
        None => Said::NotApplicable,
    }
}

/// Rates of a given component; `Err` when the unit as a whole lacks it.
pub(crate) fn given_rates(p: &Project, given: &Given, unit: usize, log: &mut Log) -> Result<Rates, Why> {
    let mut rates = vec![None; p.node_count(given.rates)];
    let mut seen = 0;
    for (place, node) in given.nodes.iter().enumerate() {
        match given_node(p, given, unit, place, log) {
            Said::Value(rate) => {
                seen += 1;
                rates[*node] = Some(rate);
            }
            Said::NotApplicable => log.hit("given: node 不涉及"),
            Said::Lacking if given.rates == Measures::Unit => return Err(Why::Missing),
            Said::Lacking => {
                log.unclear("a node missing under missing = renormalise");
                return Err(Why::Missing);
            }
        }
    }
    if seen == 0 {
        return Err(Why::NotApplicable);
    }
    Ok(spread(p, unit, given.rates, &rates, log))
}

/// Why a unit lacks a component (SPEC §19.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    NotApplicable,
    /// `missing = "renormalise"`.
    Missing,
}

/// SPEC §8: aspect(a) = Σ weight·rate / Σ weight over the components that rate it (line, leaf alike).
pub(crate) fn combined<'a>(
    p: &Project,
    unit: usize,
    rates: &'a [Rates],
    node: impl Fn(&'a Rates) -> Option<&'a Q>,
) -> Option<Q> {
    let mut parts = Vec::new();
    for (component, rates) in rates.iter().enumerate() {
        // SPEC §19.14: a rate of the unit alone may stay out of what lies below it.
        if let Some(rate) = node(rates).filter(|_| !p.components[component].more.outside_aspects) {
            parts.push((weight_of(p, unit, component), rate.clone()));
        }
    }
    weighted(&parts)
}
