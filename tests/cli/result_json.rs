//! result.json: exact values beside published ones, and sums that anybody can recompute from it (SPEC §8, §12).

use std::cell::OnceCell;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One as _, Signed as _, Zero as _};
use serde_json::Value;

use crate::runner::{Folder, list, str_of, unit};
use crate::small::small;

/// Reads "p/q".
#[track_caller]
pub(crate) fn exact(value: &Value) -> BigRational {
    let text = str_of(value);
    let (p, q) = text.split_once('/').unwrap_or_else(|| panic!("{text} is no p/q"));
    let (p, q): (BigInt, BigInt) = (p.parse().unwrap(), q.parse().unwrap());
    let ratio = BigRational::new(p.clone(), q.clone());
    assert_eq!((ratio.numer(), ratio.denom()), (&p, &q), "{text} is in lowest terms");
    ratio
}

fn whole(n: i64) -> BigRational {
    BigRational::from_integer(n.into())
}

/// A number at so many decimals, half away from zero.
pub(crate) fn published(value: &BigRational, decimals: u32) -> String {
    let scale = BigRational::from_integer(BigInt::from(10).pow(decimals));
    let half = BigRational::new(BigInt::one(), 2.into());
    let digits = (value.abs() * scale + half).floor().to_integer().to_string();
    let digits = format!("{digits:0>width$}", width = decimals as usize + 1);
    let (head, tail) = digits.split_at(digits.len() - decimals as usize);
    let sign = if value.is_negative() && digits.bytes().any(|b| b != b'0') { "-" } else { "" };
    if tail.is_empty() { format!("{sign}{head}") } else { format!("{sign}{head}.{tail}") }
}

/// The result documents of the three examples and the small project.
pub(crate) fn results() -> &'static [(String, Value)] {
    thread_local! {
        static RESULTS: OnceCell<&'static [(String, Value)]> = const { OnceCell::new() };
    }
    RESULTS.with(|cell| {
        *cell.get_or_init(|| {
            let examples =
                ["minimal", "panel", "city-2025"].map(|name| (name.to_owned(), Folder::scored_example(name).result()));
            let mut all: Vec<(String, Value)> = examples.into();
            all.push(("small".to_owned(), small().scored()));
            Box::leak(all.into_boxed_slice())
        })
    })
}

/// Every object of a document.
fn objects<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(map) => {
            found.push(value);
            map.values().for_each(|v| objects(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| objects(v, found)),
        _ => {}
    }
}

fn assessed(result: &Value) -> impl Iterator<Item = &Value> {
    list(&result["units"]).iter().filter(|u| u["mode"] != "excluded")
}

#[test]
fn rounding_is_half_away_from_zero() {
    let cases = [
        ("267500/100000", 2, "2.68"),
        ("-5/2", 0, "-3"),
        ("1/3", 2, "0.33"),
        ("78155/1000", 2, "78.16"),
        ("-1/1000", 2, "0.00"),
    ];
    for (text, decimals, expected) in cases {
        let (p, q) = text.split_once('/').unwrap();
        let ratio = BigRational::new(p.parse().unwrap(), q.parse().unwrap());
        assert_eq!(published(&ratio, decimals), expected);
    }
}

#[test]
fn the_document_has_schema_and_every_part() {
    for (name, result) in results() {
        assert_eq!(result["schema"], "assess.result/2", "{name}");
        assert_eq!((str_of(&result["version"]), &result["parent"]), ("v001", &Value::Null));
        for key in ["model", "files", "units", "registers", "findings", "reconciliation"] {
            assert!(!result[key].is_null(), "{name}: {key}");
        }
        for unit in list(&result["units"]) {
            let keys = [
                "code",
                "name",
                "group",
                "mode",
                "total",
                "base",
                "plus",
                "minus",
                "rank_group",
                "rank_overall",
                "grade",
                "parallel",
                "aspects",
                "lines",
                "components",
                "leaves",
                "adjustments",
                "path",
            ];
            let map = unit.as_object().unwrap();
            for key in keys {
                assert!(map.contains_key(key), "{name} {}: {key}", unit["code"]);
            }
            for leaf in list(&unit["leaves"]) {
                for key in ["code", "full", "self", "verified", "state", "at"] {
                    assert!(leaf.as_object().unwrap().contains_key(key), "{name}: leaf {key}");
                }
            }
        }
    }
}

#[test]
fn every_published_number_is_its_exact_value_rounded_half_away_from_zero() {
    for (name, result) in results() {
        let decimals = u32::try_from(result["model"]["decimals"].as_u64().unwrap()).unwrap();
        let mut found = Vec::new();
        objects(result, &mut found);
        let mut checked = 0;
        for object in found {
            if let (Some(Value::String(rate)), Some(Value::String(_))) = (object.get("rate"), object.get("exact")) {
                assert_eq!(*rate, published(&exact(&object["exact"]), decimals), "{name}: {object}");
                checked += 1;
            }
        }
        assert!(checked > 10, "{name}");
        for unit in assessed(result) {
            for key in ["base", "plus", "minus", "total"] {
                assert_eq!(
                    str_of(&unit[key]),
                    published(&exact(&unit["exact"][key]), decimals),
                    "{name} {} {key}",
                    unit["code"]
                );
            }
        }
    }
}

#[test]
fn weighted_component_rates_add_up_to_the_base() {
    for (name, result) in results() {
        let full = exact(&result["model"]["full"]);
        for unit in assessed(result) {
            let sum: BigRational = list(&result["model"]["components"])
                .iter()
                .map(|c| exact(&c["weight"]) * exact(&unit["components"][str_of(&c["id"])]["exact"]))
                .sum();
            assert_eq!(sum / whole(10_000) * &full, exact(&unit["exact"]["base"]), "{name} {}", unit["code"]);
        }
    }
}

#[test]
fn base_plus_bonus_minus_deduction_within_the_limits_is_the_total() {
    for (name, result) in results() {
        let (min, max) = (exact(&result["model"]["min"]), exact(&result["model"]["max"]));
        for unit in assessed(result) {
            let part = |key: &str| exact(&unit["exact"][key]);
            let total = (part("base") + part("plus") - part("minus")).clamp(min.clone(), max.clone());
            assert_eq!(total, part("total"), "{name} {}", unit["code"]);
            let counted = |kinds: [&str; 2]| -> BigRational {
                let rows = list(&unit["adjustments"]).iter().filter(|a| kinds.contains(&str_of(&a["kind"])));
                rows.map(|a| exact(&a["counted"])).sum()
            };
            assert_eq!(counted(["bonus", "-"]), part("plus"), "{name} {}: rows add up to the bonus", unit["code"]);
            assert_eq!(counted(["deduction", "-"]).abs(), part("minus"), "{name} {}", unit["code"]);
        }
    }
}

#[test]
fn points_weighted_aspects_average_to_the_base() {
    for (name, result) in results() {
        for unit in assessed(result) {
            let mut points = BigRational::zero();
            let mut sum = BigRational::zero();
            for aspect in list(&result["model"]["aspects"]) {
                let rate = &unit["aspects"][str_of(&aspect["code"])];
                if !rate.is_null() {
                    sum += exact(&aspect["points"]) * exact(&rate["exact"]);
                    points += exact(&aspect["points"]);
                }
            }
            assert_eq!(sum / points, exact(&unit["exact"]["base"]), "{name} {}", unit["code"]);
        }
    }
}

#[test]
fn verified_points_of_the_leaves_give_the_rate_of_their_component() {
    for (name, result) in results().iter().filter(|(name, _)| name != "panel") {
        for unit in assessed(result) {
            // A leaf that does not apply gives its points to its cell, which a plain sum cannot show.
            if list(&unit["leaves"]).iter().any(|l| l["state"] == "not-applicable") {
                continue;
            }
            let sum = |key: &str| -> BigRational { list(&unit["leaves"]).iter().map(|l| exact(&l[key])).sum() };
            let rate = whole(100) * sum("verified") / sum("full");
            assert_eq!(rate, exact(&unit["components"]["indicators"]["exact"]), "{name} {}", unit["code"]);
        }
    }
}

#[test]
fn a_leaf_that_does_not_apply_leaves_its_cell_over_the_other_leaves() {
    let (_, result) = results().iter().find(|(name, _)| name == "city-2025").unwrap();
    let post = unit(result, "U20");
    let model = list(&result["model"]["leaves"]);
    let cell_of = |code: &str| model.iter().find(|m| m["code"] == code).map(|m| (&m["line"], &m["aspect"])).unwrap();
    let mut points = BigRational::zero();
    let mut sum = BigRational::zero();
    let mut cells: Vec<(&Value, &Value)> = model.iter().map(|m| (&m["line"], &m["aspect"])).collect();
    cells.dedup();
    assert_eq!(cells.len(), 6);
    for cell in cells {
        let leaves: Vec<&Value> =
            list(&post["leaves"]).iter().filter(|l| cell_of(str_of(&l["code"])) == cell).collect();
        let full: BigRational = leaves.iter().map(|l| exact(&l["full"])).sum();
        let applicable: Vec<&&Value> = leaves.iter().filter(|l| l["state"] != "not-applicable").collect();
        let got: BigRational = applicable.iter().map(|l| exact(&l["verified"])).sum();
        let of: BigRational = applicable.iter().map(|l| exact(&l["full"])).sum();
        sum += &full * got / of;
        points += full;
    }
    assert_eq!(whole(100) * sum / points, exact(&post["components"]["indicators"]["exact"]));
}

#[test]
fn ranks_follow_the_published_totals_within_the_group() {
    for (name, result) in results() {
        let ranked: Vec<&Value> = list(&result["units"]).iter().filter(|u| u["mode"] == "ranked").collect();
        let number = |u: &Value| -> BigRational {
            let digits: BigInt = str_of(&u["total"]).replace('.', "").parse().unwrap();
            BigRational::from_integer(digits)
        };
        for unit in &ranked {
            let better = |same_group: bool| {
                let others = ranked.iter().filter(|o| !same_group || o["group"] == unit["group"]);
                others.filter(|o| number(o) > number(unit)).count() as u64 + 1
            };
            assert_eq!(unit["rank_group"].as_u64(), Some(better(true)), "{name} {}", unit["code"]);
            assert_eq!(unit["rank_overall"].as_u64(), Some(better(false)), "{name} {}", unit["code"]);
        }
        for unit in list(&result["units"]).iter().filter(|u| u["mode"] != "ranked") {
            assert!(unit["rank_group"].is_null() && unit["rank_overall"].is_null());
        }
    }
}

#[test]
fn the_reconciliation_adds_up() {
    for (name, result) in results() {
        let parts = &result["reconciliation"];
        let n = |value: &Value| value.as_u64().unwrap();
        let units = &parts["units"];
        assert_eq!(n(&units["roster"]), list(&result["units"]).len() as u64);
        assert_eq!(n(&units["roster"]), n(&units["received"]) + n(&units["missing"]) + n(&units["excluded"]), "{name}");
        let files = &parts["files"];
        let ended = ["used", "duplicate", "ignored", "rejected"].map(|key| n(&files[key])).iter().sum::<u64>();
        assert_eq!(n(&files["found"]), ended, "{name}");
        assert_eq!(ended, list(&result["files"]).len() as u64, "{name}");
        for class in list(&parts["ballots"]).iter().filter(|c| !c["issued"].is_null()) {
            let ended = ["counted", "void", "emptied", "without_quorum", "not_returned"].map(|key| n(&class[key]));
            assert_eq!(n(&class["issued"]), ended.iter().sum::<u64>(), "{name}: {class}");
        }
        let rows: u64 = parts["registers"].as_object().unwrap().values().map(n).sum();
        let registers =
            ["adjustments", "decisions", "corrections", "appeals"].map(|r| list(&result["registers"][r]).len() as u64);
        assert_eq!(rows, registers.iter().sum::<u64>(), "{name}");
    }
}

#[test]
fn the_document_is_read_back_without_loss() {
    for name in ["minimal", "panel", "city-2025"] {
        let folder = Folder::example(name);
        folder.score(&[]).ended(0);
        let bytes = folder.bytes("results/v001/result.json");
        let outcome: assess::result::outcome::Outcome = serde_json::from_slice(&bytes).unwrap();
        assert!(assess::write::json::bytes(&outcome).unwrap() == bytes, "{name}");
    }
}

#[test]
fn scores_are_strings_never_binary_numbers() {
    for (name, result) in results() {
        let text = serde_json::to_string(result).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        let mut found = vec![&value];
        while let Some(value) = found.pop() {
            match value {
                Value::Object(map) => found.extend(map.values()),
                Value::Array(items) => found.extend(items),
                Value::Number(n) => assert!(n.is_u64(), "{name}: {n}"),
                _ => {}
            }
        }
    }
}

#[test]
fn the_page_about_the_document_shows_steps_and_ends_as_they_are_written() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/result.md");
    let page = std::fs::read_to_string(path).unwrap();
    assert!(page.contains(assess::result::outcome::SCHEMA));
    let (_, steps) = page.rsplit_once("A step of the grade path").unwrap();
    let steps: Vec<&str> = steps.split('`').skip(1).step_by(2).collect();
    assert_eq!(steps.len(), 4);
    for step in steps {
        let read: assess::result::outcome::Step = serde_json::from_str(step).unwrap_or_else(|e| panic!("{step}: {e}"));
        let written: Value = serde_json::to_value(&read).unwrap();
        assert_eq!(written, serde_json::from_str::<Value>(step).unwrap());
    }
    for end in ["\"full\"", "{\"part\":\"max-bonus\"}", "{\"superseded\":\"12\"}", "{\"not-approved\":\"proposed\"}"] {
        let read: assess::result::outcome::End = serde_json::from_str(end).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), end);
        let word = end.trim_matches(['"', '{', '}']).split('"').next().unwrap();
        assert!(page.contains(&format!("\"{word}\"")), "{word}");
    }
}
