//! Parts of a text that are raised, lowered or struck out: an error in a value or code, left out of a name.

use crate::bench::{Bench, U01};

const RAISED: &str = "<vertAlign val=\"superscript\"/>";
const LOWERED: &str = "<vertAlign val=\"subscript\"/>";
const STRUCK: &str = "<strike/>";

/// A text of two runs; the second has properties.
fn runs(first: &str, properties: &str, second: &str) -> String {
    format!("<is><r><t>{first}</t></r><r><rPr><sz val=\"9\"/>{properties}</rPr><t>{second}</t></r></is>")
}

fn cell(cell: &str, content: &str) -> crate::bench::Ran {
    Bench::new().cell(U01, cell, "t=\"inlineStr\"", content).run()
}

#[test]
fn in_a_value_it_is_an_error_at_the_cell() {
    for properties in [RAISED, LOWERED, STRUCK] {
        cell("H5", &runs("96", properties, "1")).rejected(&["E225 H5"]);
        cell("H5", &runs("9", properties, "6")).rejected(&["E225 H5"]);
        cell("H4", &runs("2", properties, "①")).rejected(&["E225 H4"]);
        cell("H6", &runs("B", properties, "A")).rejected(&["E225 H6"]);
    }
    // An old value struck out before the new one.
    let first = "<is><r><rPr><strike/></rPr><t>80</t></r><r><t>96</t></r></is>";
    let ran = cell("H5", first);
    ran.rejected(&["E225 H5"]);
    assert_eq!(ran.first("E225").found.as_deref(), Some("8096"));
}

#[test]
fn in_a_code_it_is_an_error_at_the_cell() {
    cell("B5", &runs("2.1", RAISED, "1")).rejected(&["E225 B5"]);
}

#[test]
fn in_a_name_or_header_it_is_left_out_and_the_rest_must_be_the_name() {
    for properties in [RAISED, LOWERED, STRUCK] {
        cell("C5", &runs("年度重点任务完成率", properties, "[1]")).scored("93.33", &["W226 C5"]);
        cell("H3", &runs("核定值", properties, "注")).scored("93.33", &["W226 H3"]);
    }
    cell("D2", &runs("云岚市图书馆", RAISED, "1")).scored("93.33", &["W226 D2"]);
    cell("D2", &runs("云岚市", RAISED, "图书馆")).rejected(&["E307 D2"]);
}

#[test]
fn runs_that_only_look_different_are_one_text() {
    for properties in ["<b/>", "<color rgb=\"FFFF0000\"/>", "<u/>", "<vertAlign val=\"baseline\"/>"] {
        cell("H5", &runs("9", properties, "6")).scored("93.33", &["W207 H5"]);
    }
    // A footnote in the evidence decides nothing.
    cell("G5", &runs("任务台账", RAISED, "2")).scored("93.33", &[]);
}

#[test]
fn a_ballot_with_a_part_struck_out_is_no_vote() {
    let ran =
        Bench::new().cell("ballots/meeting/评议票-R1.xlsx", "D4", "t=\"inlineStr\"", &runs("好", STRUCK, "差")).run();
    ran.rejected(&["E225 D4"]);
}

#[test]
fn what_is_struck_out_as_a_whole_counts_with_a_warning() {
    let all = "<is><r><rPr><strike/></rPr><t>B</t></r></is>";
    cell("H6", all).scored("93.33", &["W227 H6"]);
    // The same by the style of the cell, for a number; evidence and names too, but not a remark.
    for (place, content, warnings) in
        [("H5", "<v>96</v>", &["W227 H5"][..]), ("A5", "<v>2</v>", &[]), ("D5", "<v>50</v>", &[])]
    {
        let bench = Bench::new();
        let style = bench.style(U01, "<strike/><sz val=\"11\"/>", "General");
        bench.cell(U01, place, &format!("s=\"{style}\""), content).run().scored("93.33", warnings);
    }
    // Several in one table are one warning that names all of them.
    let bench = Bench::new();
    let style = bench.style(U01, "<strike/>", "General");
    let ran = bench
        .cell(U01, "H4", &format!("s=\"{style}\""), "<v>2</v>")
        .cell(U01, "H5", &format!("s=\"{style}\""), "<v>96</v>")
        .run();
    ran.scored("93.33", &["W227 H4"]);
    assert!(ran.first("W227").related[0].ends_with("H5"), "{:?}", ran.first("W227").related);
}
