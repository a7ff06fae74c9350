//! Codes that were typed as numbers: taken by what they show, refused where a zero may be lost.

use crate::bench::{Bench, Ran, U01};

/// The minimal example with the code 1.10 instead of 2.1, so that it has 1.1 and 1.10.
fn bench() -> Bench {
    let bench = Bench::new();
    let model = std::fs::read_to_string(bench.path("assess.toml")).unwrap().replace("\"2.1\"", "\"1.10\"");
    bench.write("assess.toml", model.as_bytes());
    for unit in ["U01-市图书馆", "U02-市博物馆", "U03-市文化馆"] {
        bench.text(&format!("self-reports/{unit}-自评表.xlsx"), "B5", "1.10");
    }
    bench
}

fn code(bench: &Bench, format: &str, value: &str) -> Ran {
    let style = bench.style(U01, "", format);
    bench.cell(U01, "B5", &format!("s=\"{style}\""), &format!("<v>{value}</v>")).run()
}

#[test]
fn a_number_is_the_code_that_it_shows() {
    bench().run().scored("93.33", &[]);
    code(&bench(), "0.00", "1.1").scored("93.33", &[]);
    // Where no code differs by a zero only, a number is no riddle.
    code(&Bench::new(), "General", "2.1").scored("93.33", &[]);
    code(&Bench::new(), "0.0", "2.1").scored("93.33", &[]);
}

#[test]
fn a_number_that_may_have_lost_a_zero_is_refused() {
    let ran = code(&bench(), "General", "1.1");
    assert!(ran.errors().contains(&"E233 B5".to_owned()), "{:?}", ran.errors());
    let expected = ran.first("E233").expected.clone().unwrap();
    assert!(expected.contains("1.1 / 1.10"), "{expected}");
    assert!(ran.totals.is_empty());
}

#[test]
fn a_code_that_fails_says_what_is_shown_and_what_is_stored() {
    let ran = code(&Bench::new(), "000", "2");
    assert_eq!(ran.first("E313").found.as_deref(), Some("显示为 002，存的是数字 2"), "{:#?}", ran.messages);
    assert!(ran.totals.is_empty());
}

#[test]
fn a_verification_table_is_read_alike_in_rows_and_heads_and_csv() {
    // 2.1 is 1.10 here; the other two leaves are verified in the self-report. A csv that keeps its zeros is taken as it is.
    let long = "单位,指标代码,核定值\nU01,1.1,2\nU01,1.10,96\n";
    bench().write("verified/核定.csv", long.as_bytes()).run().scored("93.33", &[]);
    let lost = "单位,指标代码,核定值\nU01,1.1,2\n";
    let ran = bench().write("verified/核定.csv", lost.as_bytes()).run();
    ran.rejected(&["E233 B2"]);
    let matrix = "单位,1.1\nU01,26\n";
    let ran = bench().write("verified/核定.csv", matrix.as_bytes()).run();
    assert!(ran.errors().contains(&"E233 B1".to_owned()), "{:?}", ran.errors());
    let matrix = "单位,1.1,1.10\nU01,26,48\n";
    let ran = bench().write("verified/核定.csv", matrix.as_bytes()).run();
    assert!(!ran.errors().iter().any(|error| error.starts_with("E233")), "{:?}", ran.errors());
}
