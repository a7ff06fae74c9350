//! 核算 of small results, worked out by hand.

use serde_json::{Value, json};

use crate::case::{Case, ballots, cell, component, given, means, shown, sum, unit};

#[test]
fn the_base_of_the_specification_is_exact_before_it_is_rounded() {
    // 0.30·60 + 0.20·200/3 + 0.25·280/3 + 0.15·60 + 0.10·220/3 = 18 + 13.33… + 23.33… + 9 + 7.33… = 71;
    // 0.50·80.51 + 0.35·71 + 0.15·87 = 40.255 + 24.85 + 13.05 = 78.155, published 78.16.
    let classes = [("P1", 30), ("P2", 20), ("P3", 25), ("P4", 15), ("P5", 10)];
    let mut own = unit("U1", "15631/200", ("15631/200", "78.16"), Some(1));
    let marks = ["60/1", "200/3", "280/3", "60/1", "220/3"];
    let marks: Vec<(&str, Option<&str>)> =
        classes.iter().zip(marks).map(|(class, mean)| (class.0, Some(mean))).collect();
    let mut points = given(0);
    points["exact"] = json!("8051/100");
    points["given"][0]["parts"][0][1] = json!("8051/100");
    let (meeting, online) = (means("71/1", &marks), means("87/1", &[("O", Some("87/1"))]));
    own["components"] = json!({ "I": points, "meeting": meeting, "online": online });
    let components =
        [component("I", 50, "given"), ballots("meeting", 35, &classes), ballots("online", 15, &[("O", 100)])];
    let sheet = Case::new(&components, vec![own]).sheet();
    // Unit code, unit, group, mode; the score and the rate of I; five means and their rate; a mean and its rate.
    let means = "G8:K8";
    let rate =
        format!("IF(COUNT({means})=0,\"—\",100*SUMPRODUCT({means},$G$7:$K$7)/SUMIF({means},\">=0\",$G$7:$K$7)/$L$7)");
    assert_eq!(cell(&sheet, 0, "meeting", "P2").0, "'Rater classes'!F5");
    assert_eq!(cell(&sheet, 0, "meeting", "Rate (%)"), (rate, "71".to_owned()));
    let base = ("$R$7*SUMPRODUCT(O8:Q8,$O$7:$Q$7)/10000".to_owned(), "78.155".to_owned());
    assert_eq!(cell(&sheet, 0, "Base", "Base"), base);
    let total = cell(&sheet, 0, "Total", "Total");
    assert_eq!(total, ("ROUND(ROUND(W8,10),$X$7)".to_owned(), "78.16".to_owned()));
    assert_eq!(sum(&sheet), "0");
}

#[test]
fn a_class_without_result_leaves_its_weight_to_the_others() {
    // Weights 40, 40, 20, the second class is missing: (40·90 + 20·60) / 60 = 80.
    let mut own = unit("U1", "80/1", ("80/1", "80.00"), Some(1));
    own["components"] = json!({ "m": means("80/1", &[("A", Some("90/1")), ("B", None), ("C", Some("60/1"))]) });
    let sheet = Case::new(&[ballots("m", 100, &[("A", 40), ("B", 40), ("C", 20)])], vec![own]).sheet();
    assert_eq!(cell(&sheet, 0, "m", "B"), ("'Rater classes'!F5".to_owned(), "—".to_owned()));
    assert_eq!(cell(&sheet, 0, "m", "Rate (%)").1, "80");
    assert_eq!(sum(&sheet), "0");
}

#[test]
fn leaves_that_are_not_applicable_act_as_the_model_says() {
    // 30 not applicable, 5 of 10, 30 of 60. Rescaled: cell 50, other cell 50, unit (40·50 + 60·50)/100 = 50.
    let mut case = Case::of_leaves([None, Some("5/1"), Some("30/1")], "50/1", "50.00");
    let first = "L1 × A1";
    let (formula, value) = cell(&case.sheet(), 0, "indicators", first);
    let leaves = "'Points by indicator'!E6:F6";
    let full = "'Points by indicator'!$E$5:$F$5";
    assert_eq!(formula, format!("IF(COUNT({leaves})=0,\"—\",100*SUM({leaves})/(SUMIF({leaves},\">=0\",{full})))"));
    assert_eq!((value.as_str(), sum(&case.sheet()).as_str()), ("50", "0"));
    // As zero: 5 of 40 is 12.5, unit 0.4·12.5 + 0.6·50 = 35; as full: 35 of 40 is 87.5, unit 35 + 30 = 65.
    for (word, of_cell, of_unit) in [("zero", "12.5", "35"), ("full", "87.5", "65")] {
        case.model["self_report"]["not_applicable"] = json!(word);
        let sheet = case.sheet();
        assert_eq!(cell(&sheet, 0, "indicators", first).1, of_cell, "{word}");
        assert_eq!(cell(&sheet, 0, "indicators", "Rate (%)").1, of_unit, "{word}");
        assert_ne!(sum(&sheet), "0", "the program said 50");
    }
}

#[test]
fn an_emptied_cell_leaves_its_aspect() {
    let sheet = Case::of_leaves([None, None, Some("45/1")], "75/1", "75.00").sheet();
    assert_eq!(cell(&sheet, 0, "indicators", "L1 × A1").1, "—");
    assert_eq!(cell(&sheet, 0, "indicators", "A1").1, "75");
    assert_eq!(sum(&sheet), "0");
}

#[test]
fn component_rates_are_rounded_where_the_model_says_so() {
    let mut case = Case::of_leaves([Some("1/3"), Some("0/1"), Some("0/1")], "3/10", "0.30");
    // A third of a point of 100 is a rate of 0.333…, with one decimal 0.3.
    case.units[0]["components"]["indicators"]["exact"] = json!("3/10");
    case.model["score"]["component_decimals"] = json!(1);
    let sheet = case.sheet();
    let (formula, value) = cell(&sheet, 0, "Base", "indicators");
    assert_eq!((formula.as_str(), value.as_str()), ("ROUND(ROUND(SUM(H8),10),1)", "0.3"));
    assert_eq!(sum(&sheet), "0");
}

#[test]
fn decimals_that_are_cut_are_cut_by_formula() {
    let mut case = Case::of_leaves([Some("2/3"), Some("0/1"), Some("0/1")], "3/5", "0.60");
    // Two thirds of a point of 100 are a rate of 0.666…, with one decimal 0.6.
    case.units[0]["components"]["indicators"]["exact"] = json!("3/5");
    case.model["score"]["component_decimals"] = json!(1);
    case.model["components"][0]["rounding"] = json!("down");
    case.model["score"]["rounding"] = json!("down");
    let sheet = case.sheet();
    let (formula, value) = cell(&sheet, 0, "Base", "indicators");
    assert_eq!((formula.as_str(), value.as_str()), ("INT(ROUND(SUM(H8)*10^1,10-1))/10^1", "0.6"));
    assert_eq!(sum(&sheet), "0");
    case.model["score"]["min"] = json!("-5/1");
    let (formula, _) = cell(&case.sheet(), 0, "Total", "Total");
    assert!(formula.starts_with("IF(") && formula.contains(",-INT(ROUND(-"), "{formula}");
}

#[test]
fn periods_are_combined_as_the_model_says() {
    let of = |combined: &str, rate: &str| {
        let mut case = Case::of_totals(&[80], &[1]);
        case.model["components"][0]["kind"]["given"]["periods"] = json!(combined);
        case.periods = json!(["1", "2"]);
        case.units[0]["components"]["all"]["given"][0]["parts"] = json!([["2", "80/1", [0, 0, "A1"]]]);
        let (formula, value) = cell(&case.sheet(), 0, "all", "Rate (%)");
        assert_eq!(value, rate, "{combined}");
        formula
    };
    // The score of the first period is missing and counts as 0, unless only the last is asked for.
    assert_eq!(of("mean", "40"), "100*SUM(E8:F8)/COUNT(E8:F8)/$G$7");
    assert_eq!(of("sum", "80"), "100*SUM(E8:F8)/$G$7");
    assert_eq!(of("last", "80"), "100*SUM(F8)/$G$7");
}

#[test]
fn equal_totals_share_a_rank_by_each_method() {
    let totals = [95, 93, 91, 91, 90];
    for (method, ranks) in [("competition", [1, 2, 3, 3, 5]), ("dense", [1, 2, 3, 3, 4]), ("modified", [1, 2, 4, 4, 5])]
    {
        let mut case = Case::of_totals(&totals, &ranks);
        case.model["rank"]["method"] = json!(method);
        // A separate unit with more points than all has no rank and moves nobody.
        let mut separate = unit("U9", "96/1", ("96/1", "96.00"), None);
        separate["components"] = json!({ "all": given(96) });
        case.units.push(separate);
        let sheet = case.sheet();
        for (row, rank) in ranks.iter().enumerate() {
            assert_eq!(cell(&sheet, row, "Ranks", "Rank in group").1, rank.to_string(), "{method} {row}");
            assert_eq!(cell(&sheet, row, "Ranks", "Rank overall").1, rank.to_string(), "{method} {row}");
        }
        assert_eq!(cell(&sheet, 5, "Ranks", "Rank overall"), (String::new(), "—".to_owned()));
        assert_eq!(sum(&sheet), "0", "{method}");
    }
    let sheet = Case::of_totals(&totals, &[1, 2, 3, 3, 5]).sheet();
    assert_eq!(cell(&sheet, 2, "Ranks", "Rank in group").0, "COUNTIF($N$8:$N$12,\">\"&N10)+1");
    assert_eq!(cell(&sheet, 2, "Ranks", "Rank overall").0, "COUNTIFS($D$8:$D$12,D10,$N$8:$N$12,\">\"&N10)+1");
}

#[test]
fn a_wrong_rank_or_total_of_the_program_shows_in_the_difference() {
    let sheet = Case::of_totals(&[95, 93], &[1, 3]).sheet();
    // One place too many, in the group and over all.
    assert_eq!(cell(&sheet, 1, "Check", "Difference").1, "2");
    assert_eq!(sum(&sheet), "2");
}

#[test]
fn places_are_the_share_made_whole_and_at_least_the_minimum() {
    let totals: Vec<i64> = (0..13).map(|number| 95 - number).collect();
    let ranks: Vec<usize> = (1..=13).collect();
    // 30 % of 13 is 3.9; 12 % is 1.56; 1 % is 0.13, with a minimum of 2 from 13 or from 14 units on.
    for (share, rounding, minimum, from, places, rounded) in [
        (30, "floor", 0, 1, 3, "INT("),
        (30, "half_up", 0, 1, 4, "ROUND(ROUND("),
        (12, "half_up", 0, 1, 2, "ROUND(ROUND("),
        (12, "ceil", 0, 1, 2, "-INT(-ROUND("),
        (1, "floor", 2, 13, 2, "INT("),
        (1, "floor", 2, 14, 0, "INT("),
    ] {
        let mut case = Case::of_totals(&totals, &ranks);
        let quota = json!({ "share": format!("{share}/1"), "rounding": rounding, "minimum": minimum,
            "minimum_from": from, "clause": null });
        let consequence =
            json!({ "actions": [], "award_quota": null, "amount": null, "talk": false, "bars_honours": false });
        case.model["grades"] = json!([{ "name": "top", "aliases": [], "parallel": null, "at_least": "90/1",
            "quota": quota, "consequence": consequence, "clause": null }]);
        let seats = json!({ "ranked": 13, "places": places, "taken": 0 });
        case.quotas = json!([{ "group": 0, "grade": 0, "seats": seats }]);
        let sheet = case.sheet();
        let row = &sheet.rows.last().unwrap().cells;
        assert_eq!(shown(&row[2].content).0, "COUNTIFS($C$8:$C$20,A24,$D$8:$D$20,\"Ranked\")");
        let (formula, value) = shown(&row[7].content);
        assert_eq!(value, places.to_string(), "{share} {rounding} {minimum}");
        assert!(
            formula.starts_with(&format!("MAX({rounded}")) && formula.ends_with(",IF(C24>=G24,F24,0))"),
            "{formula}"
        );
        assert_eq!(sum(&sheet), "0");
    }
}

#[test]
fn limits_of_a_row_a_kind_and_the_whole_act_one_after_the_other() {
    // J1 +4 becomes 3 by itself; J2 +2 and +1 become 2 as a kind; 3 + 2 becomes 4 in all. N1 −2 and an over-claim of
    // 1.5 become 3. 90 + 4 − 3 = 91. The row that was superseded takes no part.
    let mut case = Case::of_totals(&[90], &[1]);
    // Kind, points, how it ended; the kinds are J1, J2 and N1, the last row is the over-claim.
    let rows = [
        (0, "4/1", json!({ "part": "per-item" })),
        (1, "2/1", json!("full")),
        (1, "1/1", json!({ "cut": "per-unit" })),
        (0, "3/1", json!({ "superseded": "1" })),
        (2, "2/1", json!("full")),
        (2, "3/2", json!({ "part": "max-deduction" })),
    ];
    let own = |(row, (kind, points, end)): (usize, &(usize, &str, Value))| {
        let row = if row < 5 { row.into() } else { Value::Null };
        let sign = if *kind == 2 { "deduction" } else { "bonus" };
        json!({ "row": row, "sign": sign, "points": points, "counted": "0/1", "end": end })
    };
    case.units[0]["adjustments"] = rows.iter().enumerate().map(own).collect();
    case.registers["adjustments"] = (1..)
        .zip(&rows[..5])
        .map(|(id, (kind, points, _))| {
            let at = json!([0, 0, format!("A{id}")]);
            json!({ "register": "adjustments", "id": id.to_string(), "unit": 0, "kind": kind, "matter": "", "level": "",
                "claimed": null, "approved": points, "document": "", "document_number": "", "issued_by": "",
                "date": null, "approval_number": "", "remark": "", "links": ["", at], "standing": "approved", "at": at })
        })
        .collect();
    let kind = |code: &str, most: Value| {
        json!({ "code": code, "name": "x", "clause": null, "max_per_unit": most,
            "kind": if code == "N1" { "deduction" } else { "bonus" } })
    };
    case.model["adjustments"]["kinds"] =
        json!([kind("J1", Value::Null), kind("J2", json!("2/1")), kind("N1", Value::Null)]);
    case.model["adjustments"]["per_item_max"] = json!("3/1");
    case.model["adjustments"]["max_bonus"] = json!("4/1");
    case.model["adjustments"]["max_deduction"] = json!("3/1");
    case.units[0]["exact"] = json!({ "base": "90/1", "plus": "4/1", "minus": "3/1", "total": "91/1" });
    case.units[0]["total"] = json!("91.00");
    let sheet = case.sheet();
    let of = |title: &str| cell(&sheet, 0, "Adjustments", title);
    assert_eq!(of("Approved bonus before limits").1, "7");
    assert_eq!(of("J1 x"), ("SUM(MIN('Adjustments'!G3,$I$7))".to_owned(), "3".to_owned()));
    let second = "MIN($K$7,SUM(MIN('Adjustments'!G4,$I$7),MIN('Adjustments'!G5,$I$7)))";
    assert_eq!(of("J2 x"), (second.to_owned(), "2".to_owned()));
    assert_eq!(of("Bonus"), ("MIN($L$7,SUM(J8:K8))".to_owned(), "4".to_owned()));
    assert_eq!(of("Over-claim (calculated)"), ("SUM('Adjustments'!G8)".to_owned(), "1.5".to_owned()));
    assert_eq!(of("Deduction"), ("MIN($O$7,SUM(M8:N8))".to_owned(), "3".to_owned()));
    assert_eq!(cell(&sheet, 0, "Total", "Total").1, "91");
    assert_eq!(sum(&sheet), "0");
}

#[test]
fn totals_stay_within_the_least_and_the_greatest() {
    let mut case = Case::of_totals(&[90, 20], &[1, 2]);
    case.model["score"]["max"] = json!("85/1");
    case.model["score"]["min"] = json!("30/1");
    for (row, total) in ["85", "30"].iter().enumerate() {
        case.units[row]["total"] = json!(format!("{total}.00"));
    }
    let sheet = case.sheet();
    assert_eq!(cell(&sheet, 0, "Total", "Total").1, "85");
    assert_eq!(cell(&sheet, 1, "Total", "Total").1, "30");
    assert_eq!(sum(&sheet), "0");
}

#[test]
fn what_no_formula_gives_is_a_number_and_is_said() {
    let mut case = Case::of_totals(&[80, 70], &[1, 2]);
    case.units[0]["components"]["all"]["corrected"] = json!("G1");
    case.units[0]["components"]["all"]["exact"] = json!("82/1");
    case.units[0]["exact"]["base"] = json!("82/1");
    case.units[0]["total"] = json!("82.00");
    case.units[1]["total"] = json!("75.00");
    case.registers["corrections"] = json!([{ "id": "G2", "unit": 1, "target": "total",
        "old": ["70/1", [0, 0, "B1"]], "new": ["75/1", [0, 0, "C1"]], "reason": "", "document_number": "x",
        "links": ["", [0, 0, "D1"]], "standing": "approved", "at": [0, 0, "A1"] }]);
    let sheet = case.sheet();
    assert_eq!(cell(&sheet, 0, "Base", "all"), (String::new(), "82".to_owned()));
    assert_eq!(cell(&sheet, 0, "Check", "Remark").1, "all: corrected by row G1");
    assert_eq!(cell(&sheet, 1, "Total", "Total"), (String::new(), "75".to_owned()));
    assert_eq!(cell(&sheet, 1, "Check", "Remark").1, "Total corrected");
    assert_eq!(sum(&sheet), "0");
}

#[test]
fn the_median_of_the_group_stands_as_a_number() {
    let mut own = unit("U1", "77/1", ("77/1", "77.00"), Some(1));
    let mut few = means("77/1", &[("A", Some("90/1"))]);
    few["ballots"]["enough"] = json!("group-median");
    own["components"] = json!({ "m": few });
    let sheet = Case::new(&[ballots("m", 100, &[("A", 100)])], vec![own]).sheet();
    assert_eq!(cell(&sheet, 0, "m", "Rate (%)"), (String::new(), "77".to_owned()));
    assert_eq!(cell(&sheet, 0, "Check", "Remark").1, "m: too few: median of the group");
    assert_eq!(sum(&sheet), "0");
}
