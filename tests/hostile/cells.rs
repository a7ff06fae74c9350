//! Rows 37, 40-44 and 51: single cells.

use crate::archive::book;
use crate::project::{Ran, run};

/// The good workbook with other contents of the cell B2.
fn b2(cell: &str) -> Ran {
    run("a.xlsx", &book().replace("<c r=\"B2\"><v>95</v></c>", cell).bytes())
}

#[test]
fn row_37_only_plain_finite_numbers_are_numbers() {
    let bad =
        ["NaN", "inf", "-Infinity", "1e999", "0x1p3", "95abc", " 95 ", "９５", "+95", "95.", ".5", "1,000", "95%"];
    for text in bad {
        for kind in ["", " t=\"n\""] {
            let ran = b2(&format!("<c r=\"B2\"{kind}><v>{text}</v></c>"));
            ran.only_error("E121 表!B2");
            assert!(ran.title("E121").contains("number"), "{text}");
        }
    }
    b2("<c r=\"B2\" t=\"n\"><v>9.5E+1</v></c>").scored();
    b2("<c r=\"B2\"><v>95.000000000000014</v></c>").scored();
    // A number that no score comes near is an error at its cell, too, and called a number.
    b2("<c r=\"B2\"><v>1e308</v></c>").only_error("E213 表!B2");
    let zero = b2("<c r=\"B2\"><v>-0</v></c>");
    assert_eq!((zero.errors().len(), zero.total("U1")), (0, "0.00"));
}

#[test]
fn row_40_a_formula_without_a_value_is_an_error_and_an_empty_text_is_blank() {
    for cell in ["<f>1+1</f>", "<f>1+1</f><v></v>", "<f>1+1</f><v/>", "<f t=\"shared\" si=\"0\"/>"] {
        b2(&format!("<c r=\"B2\">{cell}</c>")).only_error("E202 表!B2");
    }
    let blank = b2("<c r=\"B2\" t=\"str\"><f>IF(1,\"\")</f><v></v></c>");
    assert!(!blank.errors().iter().any(|e| e.starts_with("E202")), "{:?}", blank.errors());
    assert_ne!(blank.total("U1"), "95.00");
}

#[test]
fn row_41_a_formula_with_its_value_is_read() {
    b2("<c r=\"B2\"><f>90+5</f><v>95</v></c>").scored();
    b2("<c r=\"B2\" t=\"str\"><f>\"9\"&amp;\"5\"</f><v>95</v></c>").scored();
    b2("<c r=\"B2\"><f t=\"shared\" si=\"x\">1</f><v>95</v></c>").only_error("E121 表!B2");
}

#[test]
fn row_42_a_format_that_shows_something_else_is_told() {
    let ran = b2("<c r=\"B2\" s=\"3\"><v>95</v></c>");
    assert_eq!(ran.scored().warnings(), ["W131 表!B2"]);
    let percent = b2("<c r=\"B2\" s=\"1\"><v>0.95</v></c>");
    percent.only_error("E204 表!B2");
    let date = b2("<c r=\"B2\" s=\"2\"><v>45839</v></c>");
    date.only_error("E206 表!B2");
    // A style that does not exist shows nothing special.
    b2("<c r=\"B2\" s=\"99\"><v>95</v></c>").scored();
    b2("<c r=\"B2\" s=\"x\"><v>95</v></c>").only_error("E121 表!B2");
}

#[test]
fn row_43_a_number_in_pieces_or_two_values_are_refused() {
    let split = ["9<!-- -->5", "9&#53;", "9<?x?>5", "9<![CDATA[5]]>", "<![CDATA[95]]>", "<!-- -->95"];
    for value in split {
        let ran = b2(&format!("<c r=\"B2\"><v>{value}</v></c>"));
        ran.only_error("E121 表!B2");
        assert!(ran.title("E121").contains("pieces"), "{value}");
    }
    let twice = ["<v>95</v><v>12</v>", "<f>1</f><f>2</f><v>95</v>", "<v>95</v><is><t>12</t></is>"];
    for cell in twice {
        let ran = b2(&format!("<c r=\"B2\">{cell}</c>"));
        ran.only_error("E121 表!B2");
        assert!(ran.title("E121").contains("two values"), "{cell}");
    }
    // Text of its own may have references; a comment in it splits nothing that readers disagree on.
    b2("<c r=\"B2\" t=\"inlineStr\"><is><t>9&#53;</t></is></c>").scored();
}

#[test]
fn row_44_long_text_and_control_characters_are_refused_at_the_cell() {
    let long = "长".repeat(32_768);
    let ran = run("a.xlsx", &book().replace("<t>U1</t>", &format!("<t>{long}</t>")).bytes());
    assert!(ran.errors().contains(&"E121 表!A2".to_owned()), "{:?}", ran.errors());
    assert!(ran.title("E121").contains("too long"));
    for escape in ["_x0000_", "_x001B_", "_x0007_"] {
        let ran = run("a.xlsx", &book().replace("<t>U1</t>", &format!("<t>U1{escape}</t>")).bytes());
        assert!(ran.errors().contains(&"E121 表!A2".to_owned()), "{:?}", ran.errors());
        assert!(ran.title("E121").contains("control"));
        let found = ran.first("E121").found.clone().unwrap();
        assert!(!found.chars().any(char::is_control), "{found:?}");
    }
    let raw = run("a.xlsx", &book().replace("<t>U1</t>", "<t>U1\u{1}</t>").bytes());
    raw.only_error("E123");
    // A line break within a cell is usual.
    run("a.xlsx", &book().replace("<t>得分</t>", "<t>得分_x000D_\n</t>").bytes()).scored();
}

#[test]
fn row_51_an_index_of_no_string_is_never_string_0() {
    for index in ["-1", "abc", "1.0", "2 2", "1e20", "２", "4", "99999999999999999999"] {
        let ran = run("a.xlsx", &book().replace("<v>2</v>", &format!("<v>{index}</v>")).bytes());
        assert!(ran.errors().contains(&"E121 表!A2".to_owned()), "{index}: {:?}", ran.errors());
        assert!(ran.title("E121").contains("does not exist"), "{index}");
    }
    let none = run("a.xlsx", &book().without("xl/sharedStrings.xml").bytes());
    assert!(none.errors().contains(&"E121 表!A2".to_owned()), "{:?}", none.errors());
}

#[test]
fn unknown_types_and_values_of_another_type_are_refused() {
    let cells = [
        "<c r=\"B2\" t=\"x\"><v>95</v></c>",
        "<c r=\"B2\" t=\"b\"><v>2</v></c>",
        "<c r=\"B2\" t=\"e\"><v>95</v></c>",
        "<c r=\"B2\" t=\"inlineStr\"><v>95</v></c>",
        "<c r=\"B2\"><is><t>95</t></is></c>",
    ];
    for cell in cells {
        let ran = b2(cell);
        ran.only_error("E121 表!B2");
        assert!(ran.title("E121").contains("type"), "{cell}");
    }
}

#[test]
fn one_error_value_does_not_hide_the_sheet() {
    for error in ["#SPILL!", "#CALC!", "#FIELD!", "#REF!", "#GETTING_DATA"] {
        let ran = b2(&format!("<c r=\"B2\" t=\"e\"><v>{error}</v></c>"));
        ran.only_error("E205 表!B2");
        assert_eq!(ran.first("E205").found.as_deref(), Some(error));
    }
}

#[test]
fn dates_count_from_the_epoch_of_the_workbook() {
    // 1 July 2025 is day 45839 from 1900 and 44377 from 1904.
    let cell = |serial: u32| format!("<c r=\"B2\" s=\"2\"><v>{serial}</v></c>");
    let found = |ran: &Ran| ran.first("E206").found.clone().unwrap();
    assert!(found(&b2(&cell(45_839))).contains("2025-07-01"));
    let parts = book().replace("<sheets>", "<workbookPr date1904=\"1\"/><sheets>");
    let ran = run("a.xlsx", &parts.replace("<c r=\"B2\"><v>95</v></c>", &cell(44_377)).bytes());
    assert!(found(&ran).contains("2025-07-01"), "{}", found(&ran));
    let iso = b2("<c r=\"B2\" t=\"d\"><v>2025-07-01T00:00:00</v></c>");
    assert!(found(&iso).contains("2025-07-01"));
}
