//! Periods of given scores: weighted, and without the lowest and the highest (SPEC §19.10).

use crate::support::{GIVEN, Project, Run};

fn given(keys: &str, rows: &str) -> Run {
    Project::new(&format!("{GIVEN}{keys}\n")).units("U1 U2").given_parts(rows).run()
}

/// A unit of the result with what was dropped at its first node.
fn dropped(run: &Run, unit: &str) -> String {
    run.unit(unit).components["g"].given[0].dropped.join(" ")
}

const WEIGHTED: &str = "periods = \"weighted\"\nperiod_weights = { \"一季度\" = 20, \"二季度\" = 30, \"年终\" = 50 }";
const ROWS: &str = "U1,年终,,90\nU1,一季度,,60\nU1,二季度,,80\nU2,一季度,,100\nU2,二季度,,70\nU2,年终,,40";

#[test]
fn periods_have_the_weights_of_the_model() {
    let run = given(WEIGHTED, ROWS).accepted();
    // 0.2·60 + 0.3·80 + 0.5·90 = 81; 0.2·100 + 0.3·70 + 0.5·40 = 61
    assert_eq!((run.total("U1"), run.total("U2")), ("81.00", "61.00"));
    // Thirds: (60 + 80 + 90)/3 = 230/3
    let thirds = "periods = \"weighted\"\nperiod_weights = { \"一季度\" = \"1/3\", \"二季度\" = \"1/3\", \"年终\" = \"33 1/3%\" }";
    assert_eq!(given(thirds, ROWS).accepted().exact_rate("U1", "g"), "230/3");
}

#[test]
fn a_period_that_does_not_apply_leaves_and_a_missing_one_is_missing() {
    // (0.2·60 + 0.5·90)/0.7 = 570/7
    let run = given(WEIGHTED, &ROWS.replace("U1,二季度,,80", "U1,二季度,,不涉及")).accepted();
    assert_eq!(run.exact_rate("U1", "g"), "570/7");
    let lacks = ROWS.replace("U1,二季度,,80\n", "");
    assert_eq!(given(WEIGHTED, &lacks).errors(), ["E316"]);
    // 0.2·60 + 0.3·0 + 0.5·90 = 57
    assert_eq!(given(&format!("{WEIGHTED}\nmissing = \"zero\""), &lacks).accepted().total("U1"), "57.00");
    // A period that no table has is missing for every unit.
    let none = ROWS.replace("U1,二季度,,80\n", "").replace("U2,二季度,,70\n", "");
    let run = given(WEIGHTED, &none);
    assert_eq!((run.errors(), run.units_with("E316")), (vec!["E316"], vec!["U1", "U2"]));
}

#[test]
fn a_period_without_weight_is_an_error_at_its_cell() {
    let run = given(WEIGHTED, &format!("{ROWS}\nU1,三季度,,80"));
    assert_eq!((run.errors(), run.at("E438").as_str()), (vec!["E438"], "given/g/scores.csv B8"));
}

#[test]
fn the_lowest_and_the_highest_are_dropped_and_of_equals_the_later() {
    let rows = "U1,1月,,70\nU1,2月,,90\nU1,3月,,70\nU1,4月,,90\nU1,5月,,80\n\
                U2,1月,,50\nU2,2月,,50\nU2,3月,,50\nU2,4月,,50\nU2,5月,,50";
    let run = given("drop = { low = 1, high = 1 }", rows).accepted();
    // 70 + 90 + 80 are left of U1: 3月 and 4月 are the later of equals. U2 loses 5月, then 4月.
    assert_eq!((run.exact_rate("U1", "g").as_str(), dropped(&run, "U1").as_str()), ("80/1", "3月 4月"));
    assert_eq!((run.total("U2"), dropped(&run, "U2").as_str()), ("50.00", "4月 5月"));
    assert_eq!((run.units_with("N437"), run.at("N437").as_str()), (vec!["U1", "U2"], "given/g/scores.csv D4"));
    // (90 + 90 + 80)/3, without 1月 and 3月; then (70 + 90 + 70 + 80)/4 without 4月.
    assert_eq!(given("drop = { low = 2 }", rows).accepted().exact_rate("U1", "g"), "260/3");
    let run = given("drop = { high = 1 }", rows).accepted();
    assert_eq!((run.exact_rate("U1", "g").as_str(), dropped(&run, "U1").as_str()), ("155/2", "4月"));
}

#[test]
fn what_is_left_of_weighted_periods_is_scaled_up() {
    let run = given(&format!("{WEIGHTED}\ndrop = {{ low = 1 }}"), ROWS).accepted();
    // U1 loses 一季度: (0.3·80 + 0.5·90)/0.8 = 69/0.8. U2 loses 年终: (0.2·100 + 0.3·70)/0.5 = 82.
    assert_eq!((run.exact_rate("U1", "g").as_str(), run.total("U2")), ("345/4", "82.00"));
    // The order of the model decides which of equals is the later: 年终 comes first here.
    let order = "period_order = [\"年终\", \"一季度\", \"二季度\"]";
    let equal = ROWS.replace("U2,一季度,,100\nU2,二季度,,70\nU2,年终,,40", "U2,一季度,,50\nU2,二季度,,70\nU2,年终,,50");
    let drop = format!("{WEIGHTED}\ndrop = {{ low = 1 }}");
    assert_eq!(dropped(&given(&drop, &equal).accepted(), "U2"), "年终");
    assert_eq!(dropped(&given(&format!("{drop}\n{order}"), &equal).accepted(), "U2"), "一季度");
}

#[test]
fn each_node_drops_its_own_and_more_must_apply_than_are_dropped() {
    let tree = "[[line]]\ncode = \"L1\"\nname = \"线\"\n[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 40\n\
        [[aspect]]\ncode = \"A2\"\nname = \"实效\"\npoints = 60\n\
        [[indicator]]\ncode = \"X\"\nline = \"L1\"\naspect = \"A1\"\nname = \"甲\"\npoints = 40\nrule = \"核定\"\n\
        [[indicator]]\ncode = \"Y\"\nline = \"L1\"\naspect = \"A2\"\nname = \"乙\"\npoints = 60\nrule = \"核定\"\n";
    let rows = "U1,1月,A1,10\nU1,2月,A1,90\nU1,1月,A2,80\nU1,2月,A2,30";
    let run =
        |rows: &str| Project::new(&format!("{tree}{GIVEN}drop = {{ low = 1 }}\n")).units("U1").given_parts(rows).run();
    // 0.4·90 + 0.6·80 = 84
    assert_eq!(run(rows).accepted().total("U1"), "84.00");
    let few = run(&rows.replace("U1,2月,A2,30", "U1,2月,A2,不涉及"));
    assert_eq!((few.errors(), few.at("E436").as_str()), (vec!["E436"], "given/g/scores.csv D4"));
    assert_eq!(few.of("E436")[0].expected.as_deref(), Some("> 1"));
}

#[test]
fn keys_that_contradict_each_other_are_errors_of_the_model() {
    let wrong = |keys: &str| {
        let run = Project::new(&format!("{GIVEN}{keys}\n")).units("U1").given("U1,9").run();
        assert!(run.is_stopped(), "{keys}");
        run.errors().into_iter().map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(wrong("periods = \"weighted\""), "E502");
    assert_eq!(wrong("period_weights = { \"a\" = 100 }"), "E514");
    assert_eq!(wrong("periods = \"weighted\"\nperiod_weights = { \"a\" = 40, \"b\" = 59.99 }"), "E505");
    assert_eq!(wrong("periods = \"weighted\"\nperiod_weights = { \"a\" = 100, \"b\" = 0 }"), "E504");
    assert_eq!(wrong(&format!("{WEIGHTED}\nperiod_order = [\"一季度\", \"年终\"]")), "E514");
    assert_eq!(wrong(&format!("{WEIGHTED}\ndrop = {{ low = 2, high = 1 }}")), "E504");
    for periods in ["last", "sum"] {
        assert_eq!(wrong(&format!("periods = \"{periods}\"\ndrop = {{ low = 1 }}")), "E514");
    }
    assert_eq!(wrong("drop = { lowest = 1 }"), "E503");
}

#[test]
fn a_changed_list_of_dropped_periods_is_found() {
    let run = given("drop = { low = 1 }", "U1,1月,,10\nU1,2月,,90\nU2,1月,,20\nU2,2月,,80");
    let mut forged = run.outcome().clone();
    forged.units[0].components.get_mut("g").unwrap().given[0].dropped = vec!["2月".to_owned()];
    let found = assess::result::verify::recalculate(&forged, run.ratings()).differing;
    let place = "units[U1].components.g.given[].dropped".to_owned();
    assert_eq!(found, [(place, "2月".to_owned(), "1月".to_owned())]);
}

#[test]
fn what_is_dropped_is_chosen_when_all_periods_are_there() {
    // 二季度 is missing, not dropped: an error. As 0 it is the lowest, and dropped: (60 + 90)/2 = 75.
    let rows = "U1,一季度,,60\nU1,年终,,90\nU2,一季度,,100\nU2,二季度,,70\nU2,年终,,40";
    let keys = "drop = { low = 1 }";
    assert_eq!(given(keys, rows).errors(), ["E316"]);
    let run = given(&format!("{keys}\nmissing = \"zero\""), rows).accepted();
    assert_eq!((run.exact_rate("U1", "g").as_str(), dropped(&run, "U1").as_str()), ("75/1", "二季度"));
    // (100 + 70)/2
    assert_eq!(run.exact_rate("U2", "g"), "85/1");
}
