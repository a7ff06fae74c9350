//! Ballots and tallies, worked out on paper.
//!
//! Aspects A1 (60 points) and A2 (40) are marked from 0 to 100 by tens. Class P (70 %) recuses, class Q (30 %) has tallies.
//! Abstentions count as 0; the ballots with the lowest and the highest mark for a unit are dropped, from 3 on; a ballot with
//! one mark for all its units is void; quorum 50 %; fewer than 3 answers: the median of the group.
//!
//! P, weighted marks: ballot 1: u1 86, u2 60; 2: u1 80, u2 62; 3: u1 100, u2 50; 4 is of u1: u2 40; 5: 50 and 50, void;
//! 6 abstains; 7 is of u1 and 9 of u4, with nothing else: emptied; 8 has a void mark alone. Valid 5 of 10 issued.
//! u1 keeps ballot 1: A1 (90 + 0)/2 = 45, A2 (80 + 0)/2 = 40. u2 keeps 1 and 3: A1 (60 + 50 + 0)/3, A2 (60 + 0 + 0)/3 = 20.
//! Q: u1 A1 (100 + 2·80 + 40 + 0)/5 = 60, A2 (4·90 + 0)/5 = 72; u2 2 of 6, no quorum; u4 80 and 60 of 3.
//! u1: A1 0.7·45 + 0.3·60 = 49.5, A2 0.7·40 + 0.3·72 = 49.6, together 49.54; u2: 110/3 and 20, together 30; u4 alone from Q:
//! 72; u3 has no mark: medians of u1 and u2, (49.5 + 110/3)/2 = 517/12 and 34.8, together 39.77.
//! Of each class u3 is the one unit that nobody marked: u4 is marked by its own rater in P.
//! Positive from 80 on: u1 13 of 14, u2 0 of 6, u4 3 of 6; u3 is not known.

mod judged;

use serde_json::{Value, json};

use super::case::{ABOUT, Case, document, model, path, rate, rating, unit};

const MARKS: &str = "P/1 u1.A1 90 counted
    P/1 u1.A2 80 counted
    P/1 u2.A1 60 counted
    P/1 u2.A2 60 counted
    P/1 x.A1 70 not-assessed
    P/2 u1.A1 80 trimmed
    P/2 u1.A2 80 trimmed
    P/2 u2.A1 70 trimmed
    P/2 u2.A2 50 trimmed
    P/3 u1.A1 100 trimmed
    P/3 u1.A2 100 trimmed
    P/3 u2.A1 50 counted
    P/3 u2.A2 _ blank
    P/4 u1.A1 100 recused
    P/4 u1.A2 _ recused
    P/4 u2.A1 40 trimmed
    P/4 u2.A2 skip trimmed
    P/5 u1.A1 50 ballot-void
    P/5 u1.A2 50 ballot-void
    P/5 u2.A1 50 ballot-void
    P/5 u2.A2 50 ballot-void
    P/6 u1.A1 skip abstained
    P/6 u1.A2 skip abstained
    P/6 u2.A1 skip abstained
    P/6 u2.A2 skip abstained
    P/7 u1.A1 100 recused
    P/7 u1.A2 100 recused
    P/8 u1.A1 zz void
    P/9 u4.A1 60 recused
    P/9 u4.A2 60 recused";

/// A class for a unit: missing, weight, raters, valid, abstained, void, recused; then means and tallies.
fn class(missing: Option<&str>, weight: u32, counts: [usize; 5], means: &Value, tallies: &[Value]) -> Value {
    let [raters, valid, abstained, void, recused] = counts;
    let counts = json!({ "raters": raters, "valid": valid, "abstained": abstained, "void": void, "recused": recused });
    json!({ "means": means, "missing": missing, "effective_weight": format!("{weight}/1"), "counts": counts,
        "tallies": tallies })
}

fn mean(mean: &str, counted: usize, zeros: usize, trimmed: &[u32]) -> Value {
    let trimmed: Vec<String> = trimmed.iter().map(|points| format!("{points}/1")).collect();
    json!({ "mean": mean, "counted": counted, "zeros": zeros, "trimmed": trimmed })
}

/// A row of a tally: votes by points, abstained, issued, invalid.
fn tally(node: usize, votes: &[(u32, usize)], abstained: usize, issued: usize, invalid: usize) -> Value {
    let valid = votes.iter().map(|(_, votes)| votes).sum::<usize>() + abstained;
    let votes: Vec<Value> = votes.iter().map(|(points, votes)| json!([format!("{points}/1"), votes])).collect();
    json!({ "node": node, "votes": votes, "abstained": abstained, "issued": issued, "valid": valid,
        "invalid": invalid, "at": [0, 0, "T1"] })
}

fn none() -> Value {
    json!([null, null])
}

/// A unit with its rates (A1, A2, whole), ballots and path.
fn voted(code: &str, mode: &str, rates: [(&str, &str); 3], ballots: &Value, lines: &str) -> Value {
    let [a1, a2, whole] = rates.map(|(printed, exact)| rate(printed, exact));
    let mut unit = unit(code, 0, mode, "b");
    for (key, value) in [("total", &whole["rate"]), ("base", &whole["rate"])] {
        unit[key] = value.clone();
    }
    (unit["exact"]["base"], unit["exact"]["total"]) = (whole["exact"].clone(), whole["exact"].clone());
    let (aspects, line) = (json!({ "A1": a1, "A2": a2 }), json!({ "L1": whole }));
    unit["components"]["b"] = json!({ "rate": whole["rate"], "exact": whole["exact"], "weight": "100/1",
        "contribution": whole["exact"], "aspects": aspects,
        "lines": line, "ballots": ballots });
    unit["components"]["b"]["ballots"]["rates"] = json!([a1["exact"], a2["exact"]]);
    (unit["aspects"], unit["lines"]) = (aspects, line);
    unit["path"] = path(lines);
    let step = |kind: &str| {
        let steps = unit["path"].as_array().into_iter().flatten();
        steps.filter_map(|step| step.get(kind)).next().cloned().unwrap_or(Value::Null)
    };
    let (rank, threshold, last) = (step("rank"), step("threshold"), step("final"));
    let grade = |step: &Value| step["to"].as_u64().map(|to| ["G", "H"][to as usize]);
    (unit["rank_group"], unit["rank_overall"]) = (rank["group"].clone(), rank["overall"].clone());
    (unit["threshold"], unit["grade"]) = (json!(grade(&threshold)), json!(grade(&last)));
    unit["takes_place"] = (mode == "ranked").into();
    unit
}

fn answered(answers: usize, enough: &str, pooled: (usize, usize), satisfaction: &Value, classes: &[Value]) -> Value {
    json!({ "answers": answers, "enough": enough, "satisfaction": satisfaction, "positive": pooled.0,
        "valid": pooled.1, "rates": [], "classes": classes, "off": [] })
}

fn units() -> Vec<Value> {
    let q1 = [tally(0, &[(40, 1), (80, 2), (100, 1)], 1, 6, 1), tally(1, &[(90, 4)], 1, 6, 1)];
    let q2 = [tally(0, &[(60, 2)], 0, 6, 0), tally(1, &[(70, 2)], 0, 6, 0)];
    let q4 = [tally(0, &[(80, 3)], 0, 4, 0), tally(1, &[(60, 3)], 0, 4, 0)];
    let means = |a1: Value, a2: Value| json!([a1, a2]);
    let p1 = means(mean("45/1", 1, 1, &[80, 100]), mean("40/1", 1, 1, &[80, 100]));
    let p2 = means(mean("110/3", 2, 1, &[40, 70]), mean("20/1", 1, 2, &[50]));
    let first = [
        class(None, 70, [3, 6, 2, 3, 3], &p1, &[]),
        class(None, 30, [4, 8, 2, 2, 0], &means(mean("60/1", 4, 1, &[]), mean("72/1", 4, 1, &[])), &q1),
    ];
    let second =
        [class(None, 100, [4, 6, 4, 2, 0], &p2, &[]), class(Some("no-quorum"), 0, [2, 4, 0, 0, 0], &none(), &q2)];
    let third = [(); 2].map(|()| class(Some("no-rating"), 0, [0; 5], &none(), &[]));
    let fourth = [
        class(Some("recused"), 0, [0, 0, 0, 0, 2], &none(), &[]),
        class(None, 100, [3, 6, 0, 0, 0], &means(mean("80/1", 3, 0, &[]), mean("60/1", 3, 0, &[])), &q4),
    ];
    let lines =
        |rank: u32, cap: &str| format!("rank group={rank} overall={rank}\nthreshold >H\n{cap}\nplaced >H\nfinal >H");
    let cap = "cap rule=S1 H>H because=0.00%";
    vec![
        voted(
            "u1",
            "ranked",
            [("49.50", "99/2"), ("49.60", "248/5"), ("49.54", "2477/50")],
            &answered(7, "enough", (13, 14), &"650/7".into(), &first),
            &lines(1, ""),
        ),
        voted(
            "u2",
            "ranked",
            [("36.67", "110/3"), ("20.00", "20/1"), ("30.00", "30/1")],
            &answered(4, "enough", (0, 6), &"0/1".into(), &second),
            &lines(3, cap),
        ),
        voted(
            "u3",
            "ranked",
            [("43.08", "517/12"), ("34.80", "174/5"), ("39.77", "3977/100")],
            &answered(0, "group-median", (0, 0), &Value::Null, &third),
            &lines(2, "cap-unknown rule=S1"),
        ),
        voted(
            "u4",
            "separate",
            [("80.00", "80/1"), ("60.00", "60/1"), ("72.00", "72/1")],
            &answered(3, "enough", (3, 6), &"50/1".into(), &fourth),
            "threshold >G\nseparate\nfinal >G",
        ),
        json!({ "code": "x", "name": "x", "group": "G", "mode": "excluded", "secretary": "", "contact": "",
            "total": null, "base": null, "plus": null, "minus": null, "exact": null, "rank_group": null,
            "rank_overall": null, "grade": null, "threshold": null, "parallel": null, "deferred": false,
            "takes_place": false, "aspects": {}, "lines": {}, "components": {}, "leaves": [], "adjustments": [],
            "path": [], "report": null, "at": [0, 0, "X1"] }),
    ]
}

const RULES: &str = "[[line]]
code = 'L1'
name = 'L1'
[[aspect]]
code = 'A1'
name = 'A1'
points = 60
[[aspect]]
code = 'A2'
name = 'A2'
points = 40
[[indicator]]
code = 'X'
line = 'L1'
aspect = 'A1'
name = 'X'
points = 60
rule = 'direct'
[[indicator]]
code = 'Y'
line = 'L1'
aspect = 'A2'
name = 'Y'
points = 40
rule = 'direct'
[[component]]
id = 'b'
name = 'b'
kind = 'ballots'
weight = 100
rates = 'aspects'
range = [0, 100]
step = 10
positive_from = 80
abstain = ['skip']
denominator = 'all'
max_top_share = 50
straight_line = 'void'
pattern_from = 2
quorum = 50
min_valid = 3
too_few = 'group_median'
missing_class = 'renormalise'
not_applicable = 'zero'
trim = { low = 1, high = 1, on = 'ballot' }
[[component.class]]
id = 'P'
name = 'P'
weight = 70
issued = 10
[[component.class]]
id = 'Q'
name = 'Q'
weight = 30
recuse = false
[[grade]]
name = 'G'
at_least = 50
[[grade]]
name = 'H'
[[cap]]
code = 'S1'
name = 'S1'
at_most = 'H'
when = { satisfaction = 'b', below = 50 }
";

/// The panel as it should be.
pub(super) fn panel() -> Case {
    let mut document = document(&model(&[ABOUT, RULES].concat()), &units());
    let tallied = |rows: usize, issued: Option<usize>, valid: usize, invalid: usize, without: usize| json!({ "rows": rows, "issued": issued, "valid": valid, "invalid": invalid, "without_quorum": without });
    let classes = json!([
        { "issued": 10, "returned": 9, "valid": 5, "void": 2, "emptied": 2, "unrated": 1, "quorum": true,
            "tallied": tallied(0, None, 0, 0, 0) },
        { "issued": null, "returned": 0, "valid": 0, "void": 0, "emptied": 0, "unrated": 1, "quorum": null,
            "tallied": tallied(3, Some(16), 10, 1, 2) }]);
    let scale = json!({ "range": { "low": "0/1", "high": "100/1", "step": "10/1" } });
    document["components"] = json!([{ "ballots": { "scale": scale, "classes": classes } }]);
    let sums = &mut document["reconciliation"];
    sums["units"] = json!({ "roster": 5, "received": 3, "missing": 1, "excluded": 1 });
    sums["ballots"] = json!([
        { "component": "b", "class": "P", "issued": 10, "counted": 5, "void": 2, "emptied": 2, "without_quorum": 0,
            "not_returned": 1 },
        { "component": "b", "class": "Q", "issued": 16, "counted": 8, "void": 1, "emptied": 0, "without_quorum": 2,
            "not_returned": 5 }]);
    Case { document, ratings: MARKS.lines().map(|line| rating("b", line)).collect() }
}
