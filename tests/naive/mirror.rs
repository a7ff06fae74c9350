//! Checks the comparison itself: a result.json made from the naive outcome agrees, and any changed field is reported.

use serde_json::{Map, Value, json};

use crate::cases::case;
use crate::compare::compare;
use crate::generate::Case;
use crate::number::{Q, Way, exact, print_by};
use crate::project::{Mode, Project};
use crate::score::UnitResult;

fn nodes<'a>(
    codes: impl Iterator<Item = &'a String>,
    rates: &[Option<Q>],
    (decimals, way): (u32, Way),
) -> Map<String, Value> {
    codes
        .zip(rates)
        .map(|(code, rate)| {
            let value =
                rate.as_ref().map(|rate| json!({ "rate": print_by(rate, decimals, way), "exact": exact(rate) }));
            (code.clone(), json!(value))
        })
        .collect()
}

/// One unit as result.json shows it.
fn unit(p: &Project, at: usize, found: &UnitResult) -> Value {
    let d = p.score.decimals;
    let print = |value: &Q, decimals| print_by(value, decimals, p.score.rounding);
    let who = &p.units[at];
    let rows: Vec<Value> = found
        .rows
        .iter()
        .map(|row| json!({ "id": row.id, "code": row.code, "outcome": row.outcome, "counted": exact(&row.counted) }))
        .collect();
    if who.mode == Mode::Excluded {
        return json!({ "code": who.code, "mode": "excluded", "total": null, "adjustments": rows });
    }
    let leaves: Vec<Value> = p
        .leaves
        .iter()
        .zip(&found.leaves)
        .map(|(leaf, own)| match &own.points {
            Some(points) => {
                json!({ "code": leaf.code, "verified": exact(points), "state": "verified" })
            }
            None => json!({ "code": leaf.code, "verified": null, "state": "not_applicable" }),
        })
        .collect();
    let components: Map<String, Value> = p
        .components
        .iter()
        .zip(&found.components)
        .map(|(c, rate)| (c.id.clone(), json!(rate.as_ref().map(|rate| json!({ "exact": exact(rate) })))))
        .collect();
    let grade = found.grade.map(|at| &p.grades[at]);
    json!({
        "code": who.code,
        "mode": if who.mode == Mode::Ranked { "ranked" } else { "separate" },
        "total": print(&found.total, d),
        "base": print(&found.base, d),
        "plus": print(&found.plus, d),
        "minus": print(&found.minus, d),
        "rank_group": found.rank_group,
        "rank_overall": found.rank_overall,
        "rank_scheme": found.rank_scheme,
        "grade": grade.map(|grade| &grade.name),
        "parallel": grade.map(|grade| &grade.parallel),
        "exact": {
            "base": exact(&found.base),
            "plus": exact(&found.plus),
            "minus": exact(&found.minus),
            "total": exact(&found.exact_total),
        },
        "components": components,
        "aspects": nodes(p.aspects.iter().map(|node| &node.code), &found.combined.aspect, (d, p.score.rounding)),
        "lines": nodes(p.lines.iter().map(|node| &node.code), &found.combined.line, (d, p.score.rounding)),
        "leaves": leaves,
        "adjustments": rows,
    })
}

fn document(case: &Case) -> Value {
    let units: Vec<Value> =
        case.outcome.units.iter().enumerate().map(|(at, found)| unit(&case.project, at, found)).collect();
    let awards = case.outcome.awards.iter().enumerate().map(|(at, winners)| {
        let contenders: Vec<Value> = winners.iter().map(|unit| json!({ "unit": unit, "fate": "won" })).collect();
        json!({ "award": at, "contenders": contenders })
    });
    json!({ "units": units, "awards": awards.collect::<Vec<_>>() })
}

/// Kinds of disagreement over one changed value of the first unit.
fn kinds(case: &Case, pointer: &str, value: Value) -> Vec<String> {
    let mut changed = document(case);
    *changed.pointer_mut(&format!("/units/0{pointer}")).expect("a field of the mirror") = value;
    compare(&case.project, &case.outcome, &changed.to_string()).into_iter().map(|difference| difference.kind).collect()
}

#[test]
fn the_mirror_agrees_and_every_change_is_seen() {
    for seed in 0..20 {
        let case = case(seed);
        let p = &case.project;
        let bare = p.absent.lines || p.absent.aspects || p.leaves.is_empty() || p.grades.is_empty();
        if case.outcome.log.rejected() || bare {
            continue;
        }
        let text = document(case).to_string();
        let found: Vec<String> = compare(&case.project, &case.outcome, &text).iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "seed {seed}: {found:?}");
        for (pointer, kind) in [
            ("/total", "total"),
            ("/base", "base"),
            ("/plus", "plus"),
            ("/minus", "minus"),
            ("/exact/base", "base exact"),
            ("/exact/plus", "plus exact"),
            ("/exact/minus", "minus exact"),
            ("/components/indicators/exact", "component indicators"),
            ("/aspects/A1/exact", "aspects"),
            ("/lines/L2/rate", "lines"),
            ("/leaves/0/verified", "leaf verified"),
            ("/rank_group", "rank_group"),
            ("/rank_overall", "rank_overall"),
            ("/rank_scheme", "rank_scheme"),
            ("/grade", "grade"),
            ("/parallel", "parallel"),
            ("/mode", "mode"),
        ] {
            assert_eq!(kinds(case, pointer, json!("17/13")), [kind], "seed {seed} {pointer}");
        }
    }
}
