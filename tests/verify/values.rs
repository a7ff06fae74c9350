//! Typed rules against the values of the model file: each fact is changed in one of the two records.

use serde_json::{Value, json};

use super::case::Case;

#[track_caller]
fn is_seen(case: &Case, pointer: &str, value: Value, path: &str) {
    let differing = case.with(&[(pointer, value)]).differing();
    assert!(differing.iter().any(|(place, ..)| place == path), "{pointer}: {differing:?}");
}

/// Whether a value only names or prints: no score, rank or grade can follow from it.
fn is_printed_only(path: &str) -> bool {
    let names = ["line[", "aspect[", "indicator[", "component[", "adjustment["];
    let names_item = names.iter().any(|start| path.starts_with(start)) && path.ends_with(".name");
    (names_item && !path.contains(".class[")) || (path.starts_with("assessment.") && path != "assessment.period")
}

#[test]
fn every_value_of_the_model_file_is_compared_with_what_it_was_read_as() {
    // What only names or prints is not compared.
    let sample = Case { document: super::document(), ratings: super::ratings() };
    for case in [sample, super::contest::contest(), super::panel::panel(), super::leaves::assessed()] {
        let values = case.document["model"]["values"].as_object().expect("values").clone();
        for (path, value) in &values {
            let mut forged = case.clone();
            let text = value.as_str().expect("a text");
            let other = match text.parse::<i64>() {
                Ok(number) => (number + 1).to_string(),
                Err(_) if path.ends_with(".params") => text.replace(['1', '2', '3', '6'], "7"),
                Err(_) => format!("{text}x"),
            };
            // Other names of a grade are looked up where it is named.
            // By its code, id or name an item is known: it stands in its path, and in the order of its kind.
            let is_known_by = path.ends_with(&format!("[{text}].code"))
                || path.ends_with(&format!("[{text}].id"))
                || (path.starts_with("grade[") && path.ends_with(".name"));
            if other == text || path.ends_with(".aliases") || is_known_by || is_printed_only(path) {
                continue;
            }
            forged.document["model"]["values"][path] = other.clone().into();
            let start = format!("model.values.{path}");
            let differing = forged.differing();
            assert!(differing.iter().any(|(place, ..)| place.starts_with(&start)), "{path} = {other}: {differing:?}");
            // A key that is gone stands for its default, which is another value.
            if let Some(values) = forged.document["model"]["values"].as_object_mut() {
                values.remove(path);
            }
            assert!(!forged.differing().is_empty(), "{path}");
        }
    }
}

#[test]
fn typed_rules_cannot_be_changed_alone() {
    let contest = super::contest::contest();
    let reversed: Value = contest.document["model"]["caps"].as_array().expect("caps").iter().rev().cloned().collect();
    is_seen(&contest, "/model/caps", reversed, "model.values.cap.order");
    is_seen(&contest, "/model/caps/0/when", json!({ "event": "P1" }), "model.values.cap[C1].when");
    is_seen(&contest, "/model/grades/1/quota", Value::Null, "model.values.grade[B].quota");
    is_seen(&contest, "/model/rank/tie_break/0/by", "fewer-deductions".into(), "model.rank.tie_break");
    is_seen(&contest, "/model/values", json!({}), "model.values");
    let lifted = json!({ "rate": { "pattern": "A1", "nodes": [{ "line": 0 }], "component": null,
        "threshold": { "at-least": "70/1" } } });
    is_seen(&contest, "/model/promotions/0/when", lifted, "model.promotion[U1].when.nodes");
    let rate = json!({ "rate": { "pattern": "aspect.*", "nodes": [{ "aspect": 0 }], "component": null,
        "threshold": { "below": "70/1" } } });
    let honest = [("/model/caps/0/when", rate)];
    let mut rated = contest.with(&honest);
    rated.document["model"]["values"]["cap[C1].when"] = "{ below = 70, rate = aspect.* }".into();
    let seen = |case: &Case| case.differing().iter().any(|(place, ..)| place.contains("cap[C1].when"));
    assert!(!seen(&rated));
    rated.document["model"]["caps"][0]["when"]["rate"]["nodes"] = json!([{ "line": 0 }]);
    assert!(seen(&rated), "the pattern names other nodes");
    let panel = super::panel::panel();
    is_seen(&panel, "/model/components/0/kind/ballots/quorum", Value::Null, "model.values.component[b].quorum");
    is_seen(&panel, "/model/components/0/kind/ballots/trim", Value::Null, "model.values.component[b].trim");
    is_seen(&panel, "/components/0/ballots/classes/0/issued", 11.into(), "model.values.component[b].class[P].issued");
}

#[test]
fn conditions_read_as_they_are_written() {
    let contest = super::contest::contest();
    let nodes = json!([{ "aspect": 0 }]);
    let bar = |key: &str| json!({ key: "70/1" });
    let cases = [
        (
            json!({ "rate": { "pattern": "A1", "nodes": nodes, "component": 0, "threshold": bar("below") } }),
            "{ below = 70, component = g, rate = A1 }",
        ),
        (
            json!({ "satisfaction": { "component": 0, "threshold": bar("at-least") } }),
            "{ at_least = 70, satisfaction = g }",
        ),
        (json!("missing-self-report"), "{ missing = self-report }"),
        (json!({ "all": [{ "event": "E1" }, "last-in-group"] }), "{ all = { event = E1 }, { last_in_group = true } }"),
        (json!({ "any": [{ "event": "E1" }] }), "{ any = { event = E1 } }"),
    ];
    for (typed, written) in cases {
        let mut case = contest.with(&[("/model/caps/0/when", typed)]);
        case.document["model"]["values"]["cap[C1].when"] = written.into();
        let differing = case.differing();
        assert!(differing.iter().all(|(place, ..)| !place.contains("cap[C1].when")), "{written}: {differing:?}");
    }
}
