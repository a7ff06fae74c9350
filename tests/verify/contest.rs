//! Caps, promotions, decisions, ties and places, worked out on paper.
//!
//! Grades A from 90, B from 80, C from 60, D. Ten units are ranked, k is a unit of its own, l is not assessed. A has
//! 30 % of 10 = 3 places, A and B together 80 % = 8. Caps: C1 at most B for event E1; C2 at most C where the site is old;
//! C3 at most D for the last. Promotion U1 to B for event P1, unless a worse cap holds.
//!
//!     a 96  E1, so at most B         b 95  A               c, d 93  tie          f 91  behind the tie
//!     e 85  decided A                h 82  deferred        g 70  P1: B outside    i 65  old, P1 stopped   j 62  last: D
//!
//! Seats first: e takes one of A, for h one of B is kept. A has 2 left: b takes one, c and d do not fit into the other,
//! f may not pass them. B: 8 less e, h, b leaves 5: a, c, d, f. Used: A 2 of 3, A and B 7 of 8.

use serde_json::{Value, json};

use super::case::{ABOUT, Case, TREE, cell, document, model, path, unit};

/// Units in the order of the roster: code, total, mode, grade, threshold, rank, whether it takes a place.
const UNITS: [(&str, u32, &str, &str, &str, u32, bool); 11] = [
    ("a", 96, "ranked", "B", "A", 1, true),
    ("b", 95, "ranked", "A", "A", 2, true),
    ("c", 93, "ranked", "B", "A", 3, true),
    ("d", 93, "ranked", "B", "A", 3, true),
    ("e", 85, "ranked", "A", "B", 6, true),
    ("f", 91, "ranked", "B", "A", 5, true),
    ("g", 70, "ranked", "B", "C", 8, false),
    ("h", 82, "ranked", "", "B", 7, true),
    ("i", 65, "ranked", "C", "C", 9, true),
    ("j", 62, "ranked", "D", "C", 10, true),
    ("k", 88, "separate", "B", "B", 0, false),
];

fn steps(code: &str) -> &'static str {
    match code {
        "a" => {
            "cap rule=C1 A>B because=E1
            placed >B places=8"
        }
        "b" => "placed >A places=3",
        "c" | "d" => {
            "tie-excluded A>B room=1 tied=2 values=g_93.00
            placed >B places=8 values=g_93.00"
        }
        "e" => "decision row=1 B>A",
        "f" => {
            "behind-tie A>B
            placed >B places=8"
        }
        "g" => {
            "promotion rule=U1 C>B because=P1
            outside-quota >B"
        }
        "h" => {
            "deferred row=2 B>
            place-kept >B"
        }
        "i" => {
            "cap rule=C2 C>C because=site_=_old
            promotion-stopped rule=U1 because=P1
            placed >C"
        }
        "j" => {
            "cap rule=C3 C>D because=
            placed >D"
        }
        _ => {
            "separate
            opinion row=1"
        }
    }
}

fn parallel(grade: &str) -> Option<&'static str> {
    (grade == "A").then_some("good")
}

fn contestant(own: (&str, u32, &str, &str, &str, u32, bool)) -> Value {
    let (code, total, mode, grade, threshold, rank, seated) = own;
    let mut unit = unit(code, total, mode, "g");
    let mut lines = String::new();
    if rank > 0 {
        unit["rank_group"] = rank.into();
        unit["rank_overall"] = rank.into();
        lines += &format!("rank group={rank} overall={rank}\n");
    }
    lines += &format!("threshold >{threshold}\n{}\n", steps(code));
    lines += &if grade.is_empty() { "ungraded".to_owned() } else { format!("final >{grade}") };
    unit["path"] = path(&lines);
    unit["grade"] = if grade.is_empty() { Value::Null } else { grade.into() };
    unit["deferred"] = grade.is_empty().into();
    unit["threshold"] = threshold.into();
    unit["takes_place"] = seated.into();
    unit["parallel"] = parallel(grade).map_or(Value::Null, Value::from);
    unit["attributes"] = json!({ "site": [if code == "i" { "old" } else { "new" }, [0]] });
    unit["components"]["g"]["given"] =
        json!([{ "node": "unit", "rate": format!("{total}/1"), "parts": [["", format!("{total}/1"), cell(code)]] }]);
    if let Some(row) = events().iter().position(|(own, ..)| *own == code) {
        unit["adjustments"] =
            json!([{ "row": row, "sign": "event", "points": "0/1", "counted": "0/1", "end": "event" }]);
    }
    unit
}

fn events() -> [(&'static str, &'static str, &'static str); 3] {
    [("a", "E1", "R1"), ("g", "P1", "R2"), ("i", "P1", "R3")]
}

const RULES: &str = "[[component]]
id = 'g'
name = 'g'
kind = 'given'
weight = 100
[[grade]]
name = 'A'
at_least = 90
parallel = 'good'
quota = { share = 30, clause = 'qa' }
[[grade]]
name = 'B'
aliases = ['second']
at_least = 80
quota = { share = 80, clause = 'qb' }
[[grade]]
name = 'C'
at_least = 60
[[grade]]
name = 'D'
[[cap]]
code = 'C1'
name = 'one'
at_most = 'second'
when = { event = 'E1' }
clause = 'c1'
[[cap]]
code = 'C2'
name = 'two'
at_most = 'C'
when = { attribute = 'site', equals = 'old' }
[[cap]]
code = 'C3'
name = 'three'
at_most = 'D'
when = { last_in_group = true }
[[promotion]]
code = 'U1'
name = 'up'
to = 'B'
when = { event = 'P1' }
unless_capped = true
clause = 'u'
[[adjustment]]
code = 'E1'
name = 'E1'
kind = 'event'
[[adjustment]]
code = 'P1'
name = 'P1'
kind = 'event'
[rank]
tie_break = ['g']
clause = 'r'
[[award]]
code = 'W1'
name = 'best'
by = 'total'
places = 3
at_least = 62.5
unless = { event = 'E1' }
";

/// The contest as it should be.
pub(super) fn contest() -> Case {
    contest_under(RULES)
}

/// The contest under 70 % for A and B together, for which the committee approved 8 places.
pub(super) fn approved() -> Case {
    let mut case = contest_under(&RULES.replace("share = 80", "share = 70"));
    case.document["registers"]["places"] = json!([{ "id": "1", "scope": "G", "grade": 1, "places": [8, cell("N1")],
        "grounds": "x", "document_number": "n", "date": null, "standing": "approved", "at": cell("N1") }]);
    case.document["reconciliation"]["registers"]["places:approved"] = 1.into();
    case
}

fn contest_under(rules: &str) -> Case {
    let model = model(&[ABOUT, TREE, rules].concat());
    let mut units: Vec<Value> = UNITS.into_iter().map(contestant).collect();
    units.push(json!({ "code": "l", "name": "l", "group": "G", "mode": "excluded", "secretary": "", "contact": "",
        "total": null, "base": null, "plus": null, "minus": null, "exact": null, "rank_group": null,
        "rank_overall": null, "grade": null, "threshold": null, "parallel": null, "deferred": false,
        "takes_place": false, "aspects": {}, "lines": {}, "components": {}, "leaves": [], "adjustments": [],
        "path": [], "report": null, "at": [0, 0, "L1"] }));
    let mut document = document(&model, &units);
    document["quotas"] = json!([
        { "group": 0, "grade": 0, "seats": { "ranked": 10, "places": 3, "taken": 2 } },
        { "group": 0, "grade": 1, "seats": { "ranked": 10, "places": 8, "taken": 7 } }]);
    document["components"][0]["given"]["scored"] = 11.into();
    document["awards"] = award();
    document["opinions"] = json!([{ "unit": index("k"), "department": "dep", "suggested": "B", "stance": "agree",
        "written": "yes", "text": "fine", "at": [0, 0, "O1"] }]);
    document["registers"]["adjustments"] = events().into_iter().map(event_row).collect();
    document["registers"]["decisions"] =
        json!([decision(("1", "e"), Some("A"), "x", "D1"), decision(("2", "h"), None, "", "D2")]);
    document["reconciliation"]["units"] = json!({ "roster": 12, "received": 11, "missing": 0, "excluded": 1 });
    document["reconciliation"]["registers"] = json!({ "events:event": 3, "decisions:approved": 2 });
    Case { document, ratings: Vec::new() }
}

/// The best three of those with 62.5 or more: a is ruled out by E1, then b, and c and d level. Nobody is left for f.
fn award() -> Value {
    let one = |(unit, value, fate): (&str, &str, &str)| {
        let mut own = json!({ "unit": index(unit), "value": value, "fate": fate });
        if fate == "barred" {
            own["because"] = "E1".into();
        }
        own
    };
    let list = [
        ("a", "96.00", "barred"),
        ("b", "95.00", "won"),
        ("c", "93.00", "won"),
        ("d", "93.00", "won"),
        ("f", "91.00", "behind"),
        ("e", "85.00", "behind"),
        ("h", "82.00", "behind"),
        ("g", "70.00", "behind"),
        ("i", "65.00", "behind"),
        ("j", "62.00", "below"),
    ];
    json!([{ "award": 0, "group": 0, "ranked": 10, "places": 3, "contenders": list.map(one) }])
}

fn event_row((unit, code, at): (&str, &str, &str)) -> Value {
    json!({ "register": "events", "id": at, "unit": index(unit), "kind": usize::from(code == "P1"), "matter": "",
        "level": "", "claimed": null, "approved": null, "document": "d", "document_number": "n", "issued_by": "",
        "date": null, "approval_number": "a", "remark": "", "links": ["", cell(at)], "standing": "approved",
        "at": cell(at) })
}

fn decision((id, unit): (&str, &str), grade: Option<&str>, clause: &str, at: &str) -> Value {
    json!({ "id": id, "unit": index(unit), "ruling": grade.map_or("defer".into(), pin), "outside_quota": false,
        "above_cap": false, "clause": clause, "document_number": format!("n{id}"), "date": null,
        "links": ["", cell(at)], "standing": "approved", "at": cell(at) })
}

/// A register in which one decision counts; the second row, which paths name, was withdrawn.
fn only(row: &Value) -> Value {
    let mut withdrawn = decision(("2", "h"), None, "", "D2");
    withdrawn["standing"] = "withdrawn".into();
    json!([row, withdrawn])
}

/// The ruling that pins one of the grades A, B and C.
fn pin(grade: &str) -> Value {
    json!({ "pin": "ABC".find(grade) })
}

/// The index of a unit, which are named from a on.
fn index(unit: &str) -> usize {
    unit.bytes().map(|letter| usize::from(letter - b'a')).sum()
}

#[test]
fn the_contest_follows_from_its_parts() {
    let checked = contest().check();
    assert_eq!(checked.differing, []);
    assert!(checked.numbers > 400, "{}", checked.numbers);
}

#[test]
fn every_cap_is_judged() {
    let contest = contest();
    // Without its event a competes for A, and takes the place that c and d do not fit into.
    contest.finds("/registers/adjustments/0/standing", "proposed", "units[a].path[2].kind", "cap C1", "placed");
    contest.finds("/registers/adjustments/0/standing", "proposed", "units[a].grade", "B", "A");
    contest.finds("/units/0/path/2/cap/to", 0, "units[a].path[2].to", "A", "B");
    contest.finds("/units/0/path/2/cap/from", 1, "units[a].path[2].from", "B", "A");
    contest.finds("/units/0/path/2/cap/rule", 1, "units[a].path[2].kind", "cap C2", "cap C1");
    contest.finds("/units/0/path/2/cap/because", "E2", "units[a].path[2].because", "E2", "E1");
    contest.finds("/units/8/attributes/site/0", "new", "units[i].path[2].kind", "cap C2", "promotion U1");
    contest.finds("/units/9/total", "66.00", "units[j].path[2].kind", "cap C3", "placed");
    contest.finds("/units/9/total", "66.00", "units[i].path[3].kind", "promotion-stopped U1", "cap C3");
    contest.finds("/model/caps/0/at_most", 2, "units[a].grade", "B", "C");
    // A cap never lifts: from C it leads to C. A total at a threshold reaches it.
    contest.finds("/units/0/total", "70.00", "units[a].path[2].to", "B", "C");
    let bar = contest.with(&[("/units/8/total", "60.00".into())]).differing();
    assert!(bar.iter().all(|(place, ..)| place != "units[i].threshold"), "{bar:?}");
    contest.finds("/units/8/total", "59.99", "units[i].threshold", "C", "D");
}

#[test]
fn a_removed_promotion_is_found() {
    let mut forged = contest();
    // g falls to C with everything that follows: path, grade, place.
    let path = &mut forged.document["units"][6]["path"];
    *path = super::case::path(
        "rank group=8 overall=8
        threshold >C
        placed >C
        final >C",
    );
    forged.document["units"][6]["grade"] = "C".into();
    forged.document["units"][6]["takes_place"] = true.into();
    let found = forged.differing();
    assert_eq!(found[0], ("units[g].grade".into(), "C".into(), "B".into()), "{found:?}");
    // A stopped promotion acts where it need not mind caps, and one at the cap is not stopped.
    let model = "/model/promotions/0";
    contest().finds(
        &format!("{model}/unless_capped"),
        false,
        "units[i].path[3].kind",
        "promotion-stopped U1",
        "promotion U1",
    );
    contest().finds(&format!("{model}/to"), 2, "units[i].path[3].kind", "promotion-stopped U1", "promotion U1");
    // It lifts and never lowers: at B already, b would keep its A.
    contest().finds("/registers/adjustments/1/unit", 1, "units[b].path[2].kind", "placed", "promotion U1");
    let kept = contest().with(&[("/registers/adjustments/1/unit", 1.into())]).differing();
    assert!(kept.iter().all(|(place, ..)| place != "units[b].grade"), "{kept:?}");
    // The promotion removed from the typed model as well: it still stands in the values of the model file.
    forged.document["model"]["promotions"] = json!([]);
    let stopped = forged.document["units"][8]["path"].as_array_mut().expect("a path");
    stopped.remove(3);
    let order = ("model.values.promotion.order".to_owned(), "U1".to_owned(), String::new());
    assert_eq!(forged.differing(), [order]);
}

#[test]
fn every_decision_is_judged() {
    let contest = contest();
    contest.finds("/registers/decisions/0/standing", "proposed", "units[e].path[2].kind", "decision", "placed");
    contest.finds("/registers/decisions/0/ruling", pin("B"), "units[e].grade", "A", "B");
    contest.finds("/registers/decisions/1/ruling", pin("C"), "units[h].deferred", "true", "false");
    contest.finds("/registers/decisions/1/outside_quota", true, "units[h].path[3].kind", "place-kept", "no-place-kept");
    contest.finds("/registers/decisions/1/outside_quota", true, "quotas[G/B].taken", "7", "6");
    contest.finds("/units/7/takes_place", false, "units[h].takes_place", "false", "true");
    let [recorded, due] = [1, 0].map(|row| format!(r#"{{"decision":{{"row":{row},"from":1,"to":0}}}}"#));
    contest.finds("/units/4/path/2/decision/row", 1, "units[e].path[2].step", &recorded, &due);
    // A pin above a cap stands only with a clause that waives it.
    let pin = only(&decision(("1", "a"), Some("A"), "", "D1"));
    contest.finds("/registers/decisions", pin, "units[a].path.decision", "A", "B");
    let mut waived = decision(("1", "a"), Some("A"), "x", "D1");
    waived["above_cap"] = true.into();
    let differing = contest.with(&[("/registers/decisions", only(&waived))]).differing();
    assert!(differing.iter().all(|(place, ..)| place != "units[a].path.decision"), "{differing:?}");
    // A pin at the cap itself, or without one, needs no waiver.
    let at_cap =
        contest.with(&[("/registers/decisions", only(&decision(("1", "a"), Some("B"), "", "D1")))]).differing();
    assert!(at_cap.iter().all(|(place, ..)| place != "units[a].path.decision"), "{at_cap:?}");
    let mut unnamed = decision(("1", "a"), Some("A"), "", "D1");
    unnamed["above_cap"] = true.into();
    contest.finds("/registers/decisions", only(&unnamed), "units[a].path.decision", "A", "B");
    // A pin outside the quotas takes no place: b and the tie keep theirs, and one is left.
    contest.finds("/registers/decisions/0/outside_quota", true, "quotas[G/A].taken", "2", "3");
    contest.finds("/registers/decisions/0/outside_quota", true, "units[c].path[2].kind", "tie-excluded", "placed");
    // Two decisions on one unit cannot both count.
    let twice = json!([decision(("1", "e"), Some("A"), "x", "D1"), decision(("2", "e"), Some("A"), "x", "D1")]);
    contest.finds("/registers/decisions", twice, "registers.decisions[e ]", "2", "1");
}

#[test]
fn more_pins_than_places_are_found() {
    let contest = contest();
    let pins = ["a", "b", "c", "e"].map(|unit| decision(("1", unit), Some("A"), "x", "D1"));
    contest.finds("/registers/decisions", json!(pins), "quotas[G/A].pinned", "3", "4");
}

#[test]
fn ties_are_settled_by_each_policy() {
    let contest = contest();
    contest.finds("/model/rank/tie_at_quota", "include", "units[c].path[2].kind", "tie-excluded", "tie-included");
    contest.finds("/model/rank/tie_at_quota", "include", "quotas[G/A].taken", "2", "4");
    contest.finds("/model/rank/tie_at_quota", "include", "units[f].path[2].kind", "behind-tie", "no-room");
    contest.finds("/model/rank/tie_at_quota", "committee", "units[c].path[2].kind", "tie-excluded", "tie-pending");
    // An open question may stand in a draft only.
    contest.finds("/model/rank/tie_at_quota", "committee", "units[c].path.tie-pending", "1", "0");
    let draft = contest.with(&[("/model/rank/tie_at_quota", "committee".into()), ("/draft", true.into())]).differing();
    assert!(draft.iter().all(|(place, ..)| place != "units[c].path.tie-pending"), "{draft:?}");
    let tie = |room: usize, tied: usize| {
        format!(r#"{{"tie-excluded":{{"from":0,"to":1,"room":{room},"tied":{tied},"values":"g 93.00"}}}}"#)
    };
    contest.finds("/units/2/path/2/tie-excluded/room", 2, "units[c].path[2].step", &tie(2, 2), &tie(1, 2));
    contest.finds("/units/2/path/2/tie-excluded/tied", 3, "units[c].path[2].step", &tie(1, 3), &tie(1, 2));
    // Where an exact value of the chain parts c and d, c takes the place that is left, and f finds no room.
    let parted = [("/units/2/components/g/exact", json!("931/10"))];
    let differing = contest.with(&parted).differing();
    let wanted = ("units[c].grade".to_owned(), "B".to_owned(), "A".to_owned());
    assert!(differing.contains(&wanted), "{differing:?}");
    let wanted = ("units[f].path[2].kind".to_owned(), "behind-tie".to_owned(), "no-room".to_owned());
    assert!(differing.contains(&wanted), "{differing:?}");
}

#[test]
fn a_cap_of_the_committee_waits_for_it() {
    let contest = contest();
    contest.finds("/model/caps/1", committee(), "units[i].path[3].kind", "promotion-stopped U1", "cap-pending C2");
    contest.finds("/model/caps/1", committee(), "units[i].path.cap-pending", "v", "draft");
    // A decision settles it.
    let decided = only(&decision(("1", "i"), Some("C"), "x", "D1"));
    let settled = contest.with(&[("/model/caps/1", committee()), ("/registers/decisions", decided)]).differing();
    assert!(settled.iter().all(|(place, ..)| place != "units[i].path.cap-pending"), "{settled:?}");
}

fn committee() -> Value {
    json!({ "code": "C2", "name": "two", "at_most": 2, "confirm": "committee",
        "when": { "attribute": { "name": "site", "equals": "old" } } })
}

#[test]
fn places_follow_share_rounding_and_least_number() {
    let contest = contest();
    // 35 % of 10 is 3.5.
    let share = |rounding: &str| {
        [("/model/grades/0/quota/share", json!("35/1")), ("/model/grades/0/quota/rounding", json!(rounding))]
    };
    for (rounding, places) in [("floor", "3"), ("half_up", "4"), ("ceil", "4")] {
        let differing = contest.with(&share(rounding)).differing();
        let found = differing.iter().find(|(place, ..)| place == "quotas[G/A].places");
        assert_eq!(found.map_or("3", |(_, _, due)| due.as_str()), places, "{rounding}");
    }
    contest.finds("/model/grades/0/quota/minimum", 5, "quotas[G/A].places", "3", "5");
    let least = [("/model/grades/0/quota/minimum", json!(5)), ("/model/grades/0/quota/minimum_from", json!(11))];
    let differing = contest.with(&least).differing();
    assert!(differing.iter().all(|(place, ..)| place != "quotas[G/A].places"), "{differing:?}");
    contest.finds("/quotas/1/seats/ranked", 11, "quotas[G/B].ranked", "11", "10");
    contest.finds("/quotas", json!([]), "quotas", "0", "2");
}

#[test]
fn units_of_their_own_and_outside_have_no_place() {
    let contest = contest();
    contest.finds("/units/10/takes_place", true, "units[k].takes_place", "true", "false");
    contest.finds("/units/10/rank_group", 1, "units[k].rank_group", "1", "—");
    contest.finds("/opinions/0/unit", 0, "units[k].path[2].kind", "opinion", "final");
    for (what, value) in [("total", json!("1.00")), ("grade", json!("A")), ("parallel", json!("good"))] {
        let differing = contest.with(&[(&format!("/units/11/{what}"), value)]).differing();
        assert!(differing.iter().any(|(place, ..)| *place == format!("units[l].{what}")), "{what}: {differing:?}");
    }
    let bare = "/units/11";
    let zero = json!({ "base": "0/1", "plus": "0/1", "minus": "0/1", "total": "0/1" });
    contest.finds(&format!("{bare}/exact"), zero, "units[l].exact", "true", "false");
    contest.finds(&format!("{bare}/path"), path("final >A"), "units[l].path", "1", "0");
    contest.finds(&format!("{bare}/aspects"), json!({ "A1": null }), "units[l].aspects", "1", "0");
    contest.finds(&format!("{bare}/takes_place"), true, "units[l].takes_place", "true", "false");
    contest.finds("/units/0/total", Value::Null, "units[a].total", "—", "0.00");
    let pinned = only(&decision(("1", "k"), Some("C"), "x", "D1"));
    contest.finds("/registers/decisions", pinned, "units[k].grade", "B", "C");
}
