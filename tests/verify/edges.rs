//! The edges of rules: values that lie exactly at a bar, and what is only just no case of a rule.

use serde_json::{Value, json};

use super::case::{Case, Found, path, rating};
use super::contest::contest;
use super::leaves::assessed;
use super::panel::panel;

fn sample() -> Case {
    Case { document: super::document(), ratings: super::ratings() }
}

/// What is due at a place, if anything differs there.
fn due(differing: &Found, place: &str) -> Option<String> {
    differing.iter().find(|(found, ..)| found == place).map(|(_, _, due)| due.clone())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn ranks_are_counted_by_each_method() {
    let contest = contest();
    contest.finds("/model/rank/method", "dense", "units[f].rank_group", "5", "4");
    contest.finds("/model/rank/method", "modified", "units[c].rank_overall", "3", "4");
    for method in ["dense", "modified"] {
        let differing = contest.with(&[("/model/rank/method", method.into())]).differing();
        assert_eq!(due(&differing, "units[a].rank_group"), None, "{method}");
    }
}

#[test]
fn the_last_of_a_scope_are_no_more_than_the_last() {
    // Where all totals are equal nobody is last.
    let contest = contest();
    let paths: Vec<String> = (0..10).map(|index| format!("/units/{index}/total")).collect();
    let equal: Vec<(&str, Value)> = paths.iter().map(|path| (path.as_str(), "62.00".into())).collect();
    let differing = contest.with(&equal).differing();
    assert_eq!(due(&differing, "units[j].path[2].kind"), some("placed"));
    // Two units share the last rank.
    let shared = contest.with(&[("/units/8/total", "62.00".into())]).differing();
    assert_eq!(due(&shared, "units[i].path[3].kind"), some("cap C3"));
}

#[test]
fn quotas_bind_from_below_and_from_their_least_number_of_units() {
    let contest = contest();
    let least = [("/model/grades/0/quota/minimum", json!(5)), ("/model/grades/0/quota/minimum_from", json!(10))];
    assert_eq!(due(&contest.with(&least).differing(), "quotas[G/A].places"), some("5"));
    // Three places for A and B together: with e, h and b they are gone.
    contest.finds("/model/grades/1/quota/share", "30/1", "units[c].path[2].kind", "tie-excluded", "no-room");
}

#[test]
fn deciding_values_are_printed_so_that_they_differ() {
    let lost = path(
        "rank group=3 overall=3
        threshold >A
        no-room A>B places=3 values=g_93.00
        placed >B places=8 values=g_93.00
        final >B",
    );
    let parted = [("/units/2/components/g/exact", json!("93001/1000")), ("/units/3/path", lost)];
    let differing = contest().with(&parted).differing();
    assert_eq!(due(&differing, "units[d].path[2].values"), some("g 93.000"), "{differing:?}");
}

#[test]
fn conditions_hold_at_their_bars() {
    let contest = contest();
    let when = |nodes: Value| json!({ "rate": { "pattern": "A1", "nodes": nodes, "component": null, "threshold": { "at-least": "70/1" } } });
    let promoted = |nodes: Value| contest.with(&[("/model/promotions/0/when", when(nodes))]).differing();
    // g has exactly 70.
    let at_bar = promoted(json!([{ "aspect": 0 }]));
    assert_eq!(due(&at_bar, "units[g].path[2].because"), some("A1 70.00"));
    assert_eq!(due(&at_bar, "units[i].path[3].kind"), some("placed"), "65 is less");
    assert_eq!(due(&promoted(json!([])), "units[g].path[2].kind"), some("placed"), "nothing is measured");
    // Two spellings of one word are one.
    let spelled = contest.with(&[("/units/8/attributes/site/0", "\u{ff4f} ld".into())]).differing();
    assert_eq!(due(&spelled, "units[i].path[2].kind"), None);
    let silent = contest.with(&[("/model/caps/1/when", "missing-self-report".into())]).differing();
    assert_eq!(due(&silent, "units[i].path[2].because"), some(""));
    let reported = [("/model/caps/1/when", "missing-self-report".into()), ("/units/8/report", json!([0, 0, "B1"]))];
    assert_eq!(due(&contest.with(&reported).differing(), "units[i].path[2].kind"), some("promotion U1"));
}

#[test]
fn a_leaf_that_is_not_applicable_is_below_no_bar() {
    for component in [Value::Null, 0.into()] {
        let mut case = assessed();
        case.document["model"]["self_report"]["not_applicable"] = "zero".into();
        case.document["model"]["caps"] = json!([{ "code": "N", "name": "N", "at_most": 0,
            "when": { "rate": { "pattern": "n", "nodes": [{ "leaf": 10 }], "component": component,
                "threshold": { "below": "70/1" } } } }]);
        let differing = case.differing();
        assert_eq!(due(&differing, "units[v].path[2].kind"), None, "{differing:?}");
        assert_eq!(due(&differing, "units[w].path[2].kind"), some("cap N"));
    }
}

#[test]
fn limits_and_matters_at_their_edges() {
    let sample = sample();
    // What is left is just what the deduction takes.
    let just = sample.with(&[("/model/adjustments/max_deduction", "1/1".into())]).differing();
    assert_eq!(due(&just, "units[U1].adjustments[over-claim].end"), None, "{just:?}");
    let blank = [("/registers/adjustments/0/matter", "".into()), ("/registers/adjustments/1/matter", "".into())];
    assert_eq!(due(&sample.with(&blank).differing(), "units[U1].adjustments[2].end"), None);
    sample.finds("/model/score/min", "90/1", "units[U1].exact.total", "86.4", "90");
    sample.finds("/units/0/exact", Value::Null, "units[U1].exact", "—", "p/q");
    let mut declared = sample.clone();
    declared.document["registers"]["adjustments"][0]["register"] = "declarations".into();
    assert_eq!(due(&declared.differing(), "reconciliation.registers.declarations:full"), some("1"));
    let mut more = sample;
    more.document["model"]["values"]["adjustment[J1].levels.c"] = "1".into();
    assert_eq!(due(&more.differing(), "model.values.adjustment[J1].levels"), some("2"));
}

#[test]
fn quorums_of_classes_and_tallies_at_their_edges() {
    let mut empty = panel();
    empty.ratings.retain(|own| *own.class != *"P");
    empty.document["components"][0]["ballots"]["classes"][0]["returned"] = 0.into();
    let missing = |case: &Case, unit: &str, class: &str| {
        due(&case.differing(), &format!("units[{unit}].components.b.ballots.classes[{class}].missing"))
    };
    assert_eq!(missing(&empty, "u1", "P"), some("no-quorum"), "0 of 10");
    // A tally that does not say how many were issued goes by its class, or by its unit.
    let rows = "/units/3/components/b/ballots/classes/1/tallies";
    let silent =
        panel().with(&[(&format!("{rows}/0/issued"), Value::Null), (&format!("{rows}/1/issued"), Value::Null)]);
    assert_eq!(missing(&silent, "u4", "Q"), None, "nobody knows");
    let of_class = silent.with(&[("/components/0/ballots/classes/1/issued", 8.into())]);
    assert_eq!(missing(&of_class, "u4", "Q"), some("no-quorum"), "3 of 8");
    let mut of_unit = silent;
    of_unit.document["model"]["components"][0]["kind"]["ballots"]["classes"][1]["issued"] =
        json!({ "units": [{ "u4": 8 }, [0]] });
    assert_eq!(missing(&of_unit, "u4", "Q"), some("no-quorum"), "3 of 8");
    // Without a quorum valid ballots are counted apart.
    panel().finds(
        "/components/0/ballots/classes/0/quorum",
        false,
        "reconciliation.ballots[b/P].without_quorum",
        "0",
        "5",
    );
}

#[test]
fn classes_are_missing_for_one_reason() {
    // Somebody else of the class lists u4 as well.
    let mut other = panel();
    other.ratings[27] = rating("b", "P/8 u4.A1 zz void");
    let place = "units[u4].components.b.ballots.classes[P].missing";
    assert_eq!(due(&other.differing(), place), some("no-rating"));
    // Rows that say that the component does not apply say nothing against votes.
    let rows = json!([{ "node": 0, "at": [0, 0, "T9"] }, { "node": 1, "at": [0, 0, "T9"] }]);
    let voted = panel().with(&[("/units/0/components/b/ballots/off", rows)]).differing();
    assert_eq!(due(&voted, "units[u1].components.b.ballots.enough"), None);
    // Where the median stands in, no class has a weight.
    let stands = panel().with(&[("/units/3/components/b/ballots/enough", "group-median".into())]).differing();
    assert_eq!(due(&stands, "units[u4].components.b.ballots.classes[Q].effective_weight"), some("0"));
}

#[test]
fn parts_of_nothing_and_old_values_as_printed() {
    let mut nothing = assessed();
    let leaf = &mut nothing.document["units"][0]["leaves"][3];
    (leaf["ledger"], leaf["value"], leaf["claimed"]) = (json!([]), "0/0".into(), Value::Null);
    assert_eq!(due(&nothing.differing(), "units[v].leaves[g].value"), None, "typed points beside 0/0 count");
    let mut corrected = assessed();
    let row = &mut corrected.document["registers"]["corrections"][0];
    row["target"] = json!({ "component": 0 });
    (row["old"][0], row["new"][0]) = ("1193/20".into(), "60/1".into());
    let differing = corrected.differing();
    assert_eq!(due(&differing, "units[v].components.i.corrected.old"), None, "3400/57 is printed as 59.65");
    assert_eq!(due(&differing, "units[v].components.i.exact"), some("60"));
    // What a department alone was asked for is no report that came in.
    let mut asked = assessed();
    for leaf in asked.document["model"]["tree"]["leaves"].as_array_mut().into_iter().flatten() {
        leaf["asked_of_unit"] = false.into();
    }
    assert_eq!(due(&asked.differing(), "reconciliation.units.received"), some("2"));
    asked.document["units"][1]["leaves"][0]["state"] = "unverified".into();
    assert_eq!(due(&asked.differing(), "reconciliation.units.received"), None);
}

#[test]
fn periods_that_do_not_apply_leave_no_rate() {
    let off = json!([{ "node": "unit", "rate": null, "parts": [], "off": [["", [0, 0, "A1"]]] }]);
    let contest = contest();
    let differing = contest.with(&[("/units/0/components/g/given", off)]).differing();
    assert_eq!(due(&differing, "units[a].components.g.given[].rate"), None);
    assert_eq!(due(&differing, "units[a].components.g.exact"), some("0"));
    let part = |period: &str| {
        json!([{ "node": "unit", "rate": "96/1",
        "parts": [[period, "96/1", [0, 0, "A1"]]] }])
    };
    assert_eq!(
        due(
            &contest.with(&[("/units/0/components/g/given", part("H1"))]).differing(),
            "units[a].components.g.given[].parts"
        ),
        some("0")
    );
    let twice = json!([part("")[0], part("")[0]]);
    assert_eq!(
        due(&contest.with(&[("/units/0/components/g/given", twice)]).differing(), "units[a].components.g.given"),
        some("0")
    );
}

#[test]
fn promotions_lift_to_the_best_floor_and_never_lower() {
    let steps = path(
        "rank group=2 overall=2
        threshold >A
        promotion rule=U1 A>A because=P1
        placed >A places=3
        final >A",
    );
    let lifted = contest().with(&[("/registers/adjustments/1/unit", 1.into()), ("/units/1/path", steps)]).differing();
    assert!(lifted.iter().all(|(place, ..)| !place.starts_with("units[b].path")), "{lifted:?}");
    let promotion = |code: &str, to: usize| json!({ "code": code, "name": "up", "to": to, "when": { "event": "P1" } });
    for floors in [[1, 2], [2, 1]] {
        let rules = json!([promotion("U1", floors[0]), promotion("U2", floors[1])]);
        let both = contest().with(&[("/model/promotions", rules)]).differing();
        assert!(both.iter().all(|(place, ..)| place != "units[g].grade"), "{both:?}");
    }
}

#[test]
fn of_a_tie_fewer_deductions_come_first() {
    let parted = contest()
        .with(&[("/model/rank/tie_break/0/by", "fewer-deductions".into()), ("/units/3/exact/minus", "1/1".into())]);
    let differing = parted.differing();
    let grade = |unit: &str| differing.iter().find(|(place, ..)| *place == format!("units[{unit}].grade"));
    assert_eq!(grade("c").map(|(_, _, due)| due.as_str()), Some("A"), "{differing:?}");
    assert_eq!(grade("d"), None);
}

#[test]
fn deferred_units_get_the_next_place_that_is_free() {
    let contest = contest();
    // Without any place of A and B the kept one is at C; a and the others fall there too.
    let none = [("/model/grades/0/quota/share", json!("0/1")), ("/model/grades/1/quota/share", json!("0/1"))];
    let differing = contest.with(&none).differing();
    let kept = differing.iter().find(|(place, ..)| place == "units[h].path[3].to");
    assert_eq!(kept.map(|(_, _, due)| due.as_str()), Some("C"), "{differing:?}");
    let quota = differing.iter().find(|(place, ..)| place == "quotas[G/B].pinned");
    assert_eq!(
        quota.map(|(_, found, due)| (found.as_str(), due.as_str())),
        Some(("0", "1")),
        "e is pinned all the same"
    );
}
