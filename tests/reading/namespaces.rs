//! What is not in the namespace of spreadsheets is no cell, and a sheet of another namespace is none.

use crate::bench::{Bench, U01};

const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
const CELL: &str = "<c r=\"H5\" s=\"4\"><v>96</v></c>";

#[test]
fn values_and_cells_of_another_namespace_are_none() {
    for foreign in [
        "<c r=\"H5\" s=\"4\"><f:v xmlns:f=\"urn:f\">96</f:v></c>",
        "<f:c xmlns:f=\"urn:f\" r=\"H5\"><f:v>96</f:v></f:c>",
        "<c r=\"H5\" s=\"4\"><v xmlns=\"\">96</v></c>",
        "<c r=\"H5\" s=\"4\"><v xmlns=\"urn:f\">96</v></c>",
    ] {
        let ran = Bench::new().replace(U01, CELL, foreign).run();
        // Without 核定值 the leaf is not verified.
        ran.rejected(&["E211 I5"]);
        assert_eq!(ran.warnings(), ["W137 H5"]);
    }
    // One beside the value changes nothing and is named.
    let beside = "<c r=\"H5\" s=\"4\"><v>96</v><f:v xmlns:f=\"urn:f\">1</f:v></c>";
    Bench::new().replace(U01, CELL, beside).run().scored("93.33", &["W137 H5"]);
}

#[test]
fn a_prefix_of_the_right_namespace_changes_nothing() {
    let prefixed =
        CELL.replace("<c ", "<s:c ").replace("v>", "s:v>").replace("</s:s:v", "</s:v").replace("</c>", "</s:c>");
    let prefixed = prefixed.replace("<s:c ", &format!("<s:c {} ", MAIN.replace("xmlns", "xmlns:s")));
    Bench::new().replace(U01, CELL, &prefixed.replace("</v>", "</s:v>")).run().scored("93.33", &[]);
    let strict = "xmlns=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"";
    Bench::new().replace(U01, MAIN, strict).run().scored("93.33", &[]);
}

#[test]
fn a_sheet_of_another_namespace_or_of_none_is_refused() {
    for other in ["xmlns=\"urn:not-a-spreadsheet\"", ""] {
        let ran = Bench::new().replace(U01, MAIN, other).run();
        assert!(ran.errors().contains(&"E123".to_owned()), "{:?}", ran.errors());
    }
}
