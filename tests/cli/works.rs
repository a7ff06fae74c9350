//! `examples/works`: a published measure, with every fraction of its table as it was calculated by hand.

use crate::runner::{Folder, list, str_of, unit};

/// Unit, points of projects, leaders and vote as rates of their full points (600, 200, 200), total exactly and as printed.
///
/// 5000/9 of 600 points are 2500/27 %, 199 of 200 are 99.5 %, 190 of 200 are 95 %.
const TABLE: [(&str, [&str; 3], &str, &str, u64); 4] = [
    ("A", ["100/1", "199/2", "100/1"], "999/1", "999.00", 1),
    ("B", ["2500/27", "98/1", "95/1"], "8474/9", "941.56", 2),
    ("C", ["4325/54", "96/1", "80/1"], "7493/9", "832.56", 3),
    ("D", ["2050/27", "189/2", "65/1"], "6971/9", "774.56", 4),
];

#[test]
fn points_and_totals_are_those_of_the_published_measure() {
    let result = Folder::scored_example("works").result();
    for (code, rates, total, printed, rank) in TABLE {
        let own = unit(&result, code);
        let rate = |id: &str| str_of(&own["components"][id]["exact"]).to_owned();
        assert_eq!(["projects", "leaders", "vote"].map(rate), rates, "{code}");
        assert_eq!(str_of(&own["exact"]["total"]), total, "{code}");
        assert_eq!((str_of(&own["total"]), own["rank_overall"].as_u64()), (printed, Some(rank)), "{code}");
    }
    let projects =
        ["A", "B", "C", "D"].map(|code| str_of(&list(&unit(&result, code)["leaves"])[0]["verified"]).to_owned());
    assert_eq!(projects, ["600/1", "5000/9", "4325/9", "4100/9"]);
}

#[test]
fn contributions_are_the_points_of_each_part() {
    let result = Folder::scored_example("works").result();
    let of = |code: &str| {
        let own = unit(&result, code);
        ["projects", "leaders", "vote"].map(|id| str_of(&own["components"][id]["contribution"]).to_owned())
    };
    assert_eq!(of("A"), ["600/1", "199/1", "200/1"]);
    assert_eq!(of("B"), ["5000/9", "196/1", "190/1"]);
    assert_eq!(of("C"), ["4325/9", "192/1", "160/1"]);
    assert_eq!(of("D"), ["4100/9", "189/1", "130/1"]);
}

#[test]
fn the_limit_says_what_was_measured_and_why_it_holds() {
    let result = Folder::scored_example("works").result();
    let limited = &unit(&result, "D")["components"]["vote"]["limited"];
    // 145 of 200 points are 72.5 %; 22 of 100 votes are 不称职.
    assert_eq!(
        [&limited["measured"], &limited["at_most"], &limited["because"]].map(str_of),
        ["145/2", "65/1", "不称职 22.00%"]
    );
    assert!(unit(&result, "C")["components"]["vote"]["limited"].is_null());
}
