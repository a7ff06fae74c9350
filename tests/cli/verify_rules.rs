//! `assess verify` judges the rules of a result: what a forger removes from them is found with the inputs and without.

use serde_json::Value;

use crate::runner::{Folder, list};
use crate::verify::{of_kind, rehash, verify};

/// Takes every promotion out of the typed rules and out of the grade paths.
fn without_promotions(mut result: Value) -> Value {
    assert!(!list(&result["model"]["promotions"]).is_empty());
    result["model"]["promotions"] = Value::Array(Vec::new());
    let mut removed = 0;
    for unit in result["units"].as_array_mut().into_iter().flatten() {
        if let Some(path) = unit["path"].as_array_mut() {
            let before = path.len();
            path.retain(|step| step.get("promotion").is_none() && step.get("promotion-stopped").is_none());
            removed += before - path.len();
        }
    }
    assert!(removed > 0, "the example promotes somebody");
    result
}

#[test]
fn a_removed_promotion_is_found_with_the_inputs_and_without() {
    let folder = Folder::scored_example("city-2025");
    let forged = without_promotions(folder.raw("results/v001/result.json"));
    folder.write("results/v001/result.json", &format!("{}\n", serde_json::to_string_pretty(&forged).unwrap()));
    rehash(&folder, "v001", "result.json");
    let places = |ran: &crate::runner::Ran, kind: &str| -> Vec<String> {
        of_kind(ran, kind).into_iter().map(|[_, place, _, _]| place).collect()
    };
    let with = verify(&folder, &["--format", "json"]).ended(1);
    assert!(places(&with, "recomputed").iter().any(|place| place.starts_with("model.promotions[")));
    assert!(places(&with, "number").iter().any(|place| place == "model.values.promotion.order"));
    folder.remove("roster.xlsx");
    let without = verify(&folder, &["--format", "json"]).ended(1);
    assert!(places(&without, "recomputed").is_empty(), "nothing can be computed again");
    assert!(places(&without, "number").iter().any(|place| place == "model.values.promotion.order"));
}
