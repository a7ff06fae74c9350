//! What a cell shows and what it holds: the held value counts, and somebody is told where they differ.
//!
//! 核定值 v of 2.1 gives 0.5·v points from 60 on; the total of the first unit is 0.6·(26 + 0.5·v + 16) + 112/3 + 2.

use crate::bench::{Bench, Ran, U01};

fn formatted(format: &str, font: &str, value: &str) -> Ran {
    let bench = Bench::new();
    let style = bench.style(U01, font, format);
    bench.cell(U01, "H5", &format!("s=\"{style}\""), &format!("<v>{value}</v>")).run()
}

#[test]
fn a_number_shown_as_another_one_is_told() {
    // 0.6·(42 + 44.8) + 39.3333 = 91.4133
    let ran = formatted("0", "", "89.6");
    ran.scored("91.41", &["W131 H5"]);
    assert_eq!(ran.first("W131").found.as_deref(), Some("90 (89.6)"));
    formatted("0.0", "", "89.65").scored("91.43", &["W131 H5"]);
    formatted(";;;", "", "96").scored("93.33", &["W131 H5"]);
    formatted("\"95\"", "", "96").scored("93.33", &["W131 H5"]);
    formatted("0,", "", "96").scored("93.33", &["W131 H5"]);
    // 96 under a percent format shows 9600%: the value is out of what a rate may be or at least told.
    let ran = formatted("0%", "", "96");
    assert!(!ran.errors().is_empty() || ran.warnings().contains(&"W131 H5".to_owned()), "{:?}", ran.messages);
}

#[test]
fn a_number_shown_as_it_is_needs_no_word() {
    for format in ["General", "0", "0.00", "0.0_ ", "#,##0.00", "0\"%\"", "[Red]0", "0.00_);[Red](0.00)"] {
        formatted(format, "", "96").scored("93.33", &[]);
    }
    formatted("0%", "", "0.96").scored("93.33", &[]);
    formatted("0.00%", "", "0.96").scored("93.33", &[]);
}

#[test]
fn a_value_in_the_colour_of_the_paper_is_told() {
    for colour in ["rgb=\"FFFFFFFF\"", "theme=\"0\"", "indexed=\"9\""] {
        formatted("0", &format!("<color {colour}/>"), "96").scored("93.33", &["W232 H5"]);
    }
    for colour in ["rgb=\"FF000000\"", "theme=\"1\"", "theme=\"0\" tint=\"-0.5\"", "indexed=\"8\""] {
        formatted("0", &format!("<color {colour}/>"), "96").scored("93.33", &[]);
    }
}

#[test]
fn rows_and_columns_without_size_are_hidden() {
    let column = "<col min=\"8\" max=\"8\" width=\"8.7109375\" customWidth=\"1\"/>";
    for hidden in
        ["<col min=\"8\" max=\"8\" width=\"0\" customWidth=\"1\"/>", "<col min=\"8\" max=\"8\" hidden=\"1\"/>"]
    {
        Bench::new().replace(U01, column, hidden).run().scored("93.33", &["W171 H4"]);
    }
    for (old, new) in [
        ("<row r=\"5\" spans=\"1:10\" ht=\"21.75\" customHeight=\"1\">", "<row r=\"5\" ht=\"0\" customHeight=\"1\">"),
        ("<row r=\"5\" spans=\"1:10\" ht=\"21.75\" customHeight=\"1\">", "<row r=\"5\" hidden=\"1\">"),
    ] {
        Bench::new().replace(U01, old, new).run().scored("93.33", &["W171 A5"]);
    }
    let all = Bench::new()
        .sheet(U01, |xml| {
            let xml = xml.replace("<sheetFormatPr ", "<sheetFormatPr zeroHeight=\"1\" ");
            xml.replace("<row r=\"5\" spans=\"1:10\" ht=\"21.75\" customHeight=\"1\">", "<row r=\"5\">")
        })
        .run();
    all.scored("93.33", &["W171 A5"]);
}

#[test]
fn a_far_cell_that_is_only_painted_is_nobodys_matter() {
    for (old, new) in [
        ("</sheetData>", "<row r=\"1048576\" ht=\"15\"/></sheetData>"),
        ("</sheetData>", "<row r=\"1048576\"><c r=\"A1048576\" s=\"1\"/></row></sheetData>"),
        ("<c r=\"J4\" s=\"5\"/>", "<c r=\"J4\" s=\"5\"/><c r=\"XFD4\" s=\"1\"/>"),
    ] {
        Bench::new().replace(U01, old, new).run().scored("93.33", &[]);
    }
}
