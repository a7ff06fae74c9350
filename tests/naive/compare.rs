//! Compares result.json with the naive outcome, unit by unit.

use std::fmt;

use num_traits::{Signed, Zero};
use serde_json::Value;

use crate::measured::in_scheme;
use crate::number::{Q, Way, exact, fraction, places, print_by, round_by};
use crate::project::{Mode, Project};
use crate::score::{Outcome, UnitResult};

/// One field on which the two disagree.
pub(crate) struct Difference {
    pub(crate) kind: String,
    naive: String,
    program: String,
}

impl Difference {
    pub(crate) fn new(kind: &str, naive: String, program: String) -> Self {
        Self { kind: kind.to_owned(), naive, program }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: naive {} | assess {}", self.kind, self.naive, self.program)
    }
}

/// Text of a value: the string itself, or the JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

struct Differences {
    found: Vec<Difference>,
    unit: String,
}

impl Differences {
    fn check(&mut self, kind: &str, naive: &str, program: &Value) {
        let program = text(program);
        if naive != program {
            let unit = &self.unit;
            self.found.push(Difference::new(kind, format!("{unit} {naive}"), program));
        }
    }

    /// A value that is printed as a fraction, a decimal, or a decimal rounded to no fewer than `decimals`.
    fn loosely(&mut self, kind: &str, naive: &Q, program: &Value, (decimals, way): (u32, Way)) {
        let said = text(program);
        let same = fraction(&said).is_some_and(|value| {
            let (value, naive) = (value.abs(), naive.abs());
            value == naive || (places(&said) >= decimals && round_by(&naive, places(&said), way) == value)
        });
        if !same {
            self.check(kind, &exact(naive), program);
        }
    }
}

/// All disagreements.
pub(crate) fn compare(p: &Project, outcome: &Outcome, json: &str) -> Vec<Difference> {
    let document: Value = match serde_json::from_str(json) {
        Ok(document) => document,
        Err(error) => {
            return vec![Difference::new("result.json", "JSON".into(), error.to_string())];
        }
    };
    let mut all = Differences { found: Vec::new(), unit: String::new() };
    let units = document["units"].as_array().cloned().unwrap_or_default();
    if units.len() != p.units.len() {
        all.check("number of units", &p.units.len().to_string(), &Value::from(units.len()));
    }
    for (at, (unit, result)) in p.units.iter().zip(&outcome.units).enumerate() {
        all.unit.clone_from(&unit.code);
        let Some(found) = units.iter().find(|found| found["code"] == *unit.code) else {
            all.check("unit", &unit.code, &Value::Null);
            continue;
        };
        let mode = match unit.mode {
            Mode::Ranked => "ranked",
            Mode::Separate => "separate",
            Mode::Excluded => "excluded",
        };
        all.check("mode", mode, &found["mode"]);
        if unit.mode == Mode::Excluded {
            for key in ["total", "rank_group", "rank_overall", "grade", "parallel"] {
                all.check(&format!("{key} of an excluded unit"), "null", &found[key]);
            }
            rows(&mut all, result, found);
            continue;
        }
        compare_unit(p, &mut all, at, result, found);
    }
    awards(&mut all, p, outcome, &document);
    all.found
}

/// Winners of every award, over all its scopes.
fn awards(all: &mut Differences, p: &Project, outcome: &Outcome, document: &Value) {
    let listed = document["awards"].as_array().cloned().unwrap_or_default();
    for (at, (award, winners)) in p.awards.iter().zip(&outcome.awards).enumerate() {
        all.unit.clone_from(&award.code);
        let own = listed.iter().filter(|scope| scope["award"] == at);
        let mut won: Vec<usize> = own
            .flat_map(|scope| scope["contenders"].as_array().cloned().unwrap_or_default())
            .filter(|contender| contender["fate"] == "won")
            .filter_map(|contender| contender["unit"].as_u64().and_then(|unit| usize::try_from(unit).ok()))
            .collect();
        won.sort_unstable();
        all.check("award", &format!("{winners:?}"), &Value::from(format!("{won:?}")));
    }
}

fn compare_unit(p: &Project, all: &mut Differences, unit: usize, result: &UnitResult, found: &Value) {
    let (decimals, way) = (p.score.decimals, p.score.rounding);
    let print = |value: &Q, decimals| print_by(value, decimals, way);
    let null = || "null".to_owned();
    all.check("base exact", &exact(&result.base), &found["exact"]["base"]);
    all.check("plus exact", &exact(&result.plus), &found["exact"]["plus"]);
    all.check("minus exact", &exact(&result.minus), &found["exact"]["minus"]);
    // Reading: what `exact.total` holds under a corrected total is not settled; the published total is compared.
    if !result.total_corrected {
        all.check("total exact", &exact(&result.exact_total), &found["exact"]["total"]);
    }
    all.check("total", &print(&result.total, decimals), &found["total"]);
    all.check("base", &print(&result.base, decimals), &found["base"]);
    all.check("plus", &print(&result.plus, decimals), &found["plus"]);
    all.check("minus", &print(&result.minus, decimals), &found["minus"]);
    for (at, component) in p.components.iter().enumerate() {
        let kind = format!("component {}", component.id);
        let own = &found["components"][&component.id];
        match &result.components[at] {
            Some(rate) => all.check(&kind, &exact(rate), &own["exact"]),
            // A component that the unit lacks says why.
            None if own.is_null() || !own["lacks"].is_null() => {}
            None => all.check(&kind, "lacked", own),
        }
    }
    let nodes = |all: &mut Differences, key: &str, codes: Vec<&String>, rates: &[Option<Q>]| {
        for (code, rate) in codes.into_iter().zip(rates) {
            match rate {
                Some(rate) => {
                    all.check(key, &exact(rate), &found[key][code]["exact"]);
                    all.check(key, &print(rate, decimals), &found[key][code]["rate"]);
                }
                None => all.check(key, "null", &found[key][code]),
            }
        }
    };
    if !p.absent.aspects {
        nodes(all, "aspects", p.aspects.iter().map(|node| &node.code).collect(), &result.combined.aspect);
    }
    if !p.absent.lines {
        nodes(all, "lines", p.lines.iter().map(|node| &node.code).collect(), &result.combined.line);
    }
    let leaves = found["leaves"].as_array().cloned().unwrap_or_default();
    for (leaf, own) in p.leaves.iter().zip(&result.leaves).filter(|(leaf, _)| in_scheme(p, leaf, unit)) {
        let json = leaves.iter().find(|json| json["code"] == *leaf.code).cloned().unwrap_or_default();
        let state = text(&json["state"]);
        match &own.points {
            Some(points) => {
                all.loosely("leaf verified", points, &json["verified"], (decimals, way));
                if state.contains("applicable") {
                    all.check("leaf state", &format!("{} applicable", leaf.code), &json["state"]);
                }
            }
            None if !state.replace(['-', '_', ' '], "").contains("notapplicable") => {
                all.check("leaf state", &format!("{} not applicable", leaf.code), &json["state"]);
            }
            None => {}
        }
    }
    let place = |rank: Option<usize>| rank.map_or_else(null, |rank| rank.to_string());
    all.check("rank_group", &place(result.rank_group), &found["rank_group"]);
    all.check("rank_overall", &place(result.rank_overall), &found["rank_overall"]);
    all.check("rank_scheme", &place(result.rank_scheme), &found["rank_scheme"]);
    let grade = result.grade.map(|at| &p.grades[at]);
    all.check("grade", &grade.map_or_else(null, |grade| grade.name.clone()), &found["grade"]);
    all.check("parallel", &grade.map_or_else(null, |grade| grade.parallel.clone()), &found["parallel"]);
    rows(all, result, found);
}

/// Register rows: what each counted, and that one which counts nothing says why.
fn rows(all: &mut Differences, result: &UnitResult, found: &Value) {
    let listed = found["adjustments"].as_array().cloned().unwrap_or_default();
    for row in &result.rows {
        let Some(json) = listed.iter().find(|json| json["id"] == *row.id) else {
            all.check("adjustment row", &format!("{} {}", row.id, row.outcome), &Value::Null);
            continue;
        };
        all.check("adjustment code", &row.code, &json["code"]);
        let kind = format!("adjustment counted ({})", row.outcome);
        if json["counted"].is_null() && row.counted.is_zero() {
            continue;
        }
        // Sizes have few decimals: the exact value is asked for.
        all.loosely(&kind, &row.counted, &json["counted"], (u32::MAX, Way::HalfUp));
    }
}
