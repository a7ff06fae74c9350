//! Rows 19-32, as far as reading decides them: the workbook and its sheets.

use crate::archive::{book, entry, zip};
use crate::project::{Project, run};

const SHEET: &str = "xl/worksheets/sheet1.xml";

#[test]
fn row_20_two_sheets_of_one_name_are_refused() {
    let two = "<sheet name=\"表\" sheetId=\"1\" r:id=\"r1\"/><sheet name=\"表\" sheetId=\"2\" r:id=\"r1\"/>";
    let ran = run("a.xlsx", &book().replace("<sheet name=\"表\" sheetId=\"1\" r:id=\"r1\"/>", two).bytes());
    ran.only_error("E124");
    assert_eq!(ran.first("E124").found.as_deref(), Some("xl/workbook.xml: 表"));
}

#[test]
fn row_21_a_hidden_sheet_is_read_with_a_warning() {
    for state in ["hidden", "veryHidden"] {
        let hidden = format!("sheetId=\"1\" state=\"{state}\"");
        let ran = run("a.xlsx", &book().replace("sheetId=\"1\"", &hidden).bytes());
        assert_eq!(ran.scored().warnings(), ["W112 表"]);
    }
}

#[test]
fn row_22_a_workbook_without_sheets_or_parts_is_damaged() {
    let none = book().replace("<sheet name=\"表\" sheetId=\"1\" r:id=\"r1\"/>", "");
    let ran = run("a.xlsx", &none.bytes());
    ran.only_error("E104");
    assert!(ran.title("E104").contains("no sheet"));
    for part in ["xl/workbook.xml", SHEET, "xl/_rels/workbook.xml.rels", "_rels/.rels"] {
        let ran = run("a.xlsx", &book().without(part).bytes());
        ran.only_error("E104");
        assert!(ran.title("E104").contains("missing"), "{part}");
    }
}

#[test]
fn row_25_hidden_rows_and_columns_do_not_change_what_is_read() {
    let parts = book()
        .replace("<row r=\"3\">", "<row r=\"3\" hidden=\"1\">")
        .replace("<sheetData>", "<cols><col min=\"2\" max=\"16384\" hidden=\"1\"/></cols><sheetData>");
    run("a.xlsx", &parts.bytes()).scored();
}

#[test]
fn row_27_rows_and_cells_twice_or_out_of_order_are_refused_at_their_place() {
    let cases = [
        // The same cell again, a cell before the last one, a row again, a row before the last one.
        ("<c r=\"B2\"><v>95</v></c>", "<c r=\"B2\"><v>95</v></c><c r=\"B2\"><v>12</v></c>", "E122 表!B2"),
        ("<c r=\"B3\"><v>80</v></c>", "<c r=\"C3\"><v>80</v></c><c r=\"B3\"><v>80</v></c>", "E122 表!B3"),
        ("<row r=\"3\">", "<row r=\"2\">", "E122 表!A2"),
        ("<row r=\"3\">", "<row r=\"1\">", "E122 表!A1"),
        // A reference that names another row, told where it stands.
        ("<c r=\"B2\">", "<c r=\"B3\">", "E122 表!B2"),
    ];
    for (old, new, expected) in cases {
        let ran = run("a.xlsx", &book().replace(old, new).bytes());
        assert!(ran.errors().contains(&expected.to_owned()), "{new}: {:?}", ran.errors());
        assert!(ran.errors().iter().all(|e| e.starts_with("E122")), "{new}: {:?}", ran.errors());
    }
}

#[test]
fn row_28_references_off_the_grid_are_refused_and_the_last_cell_is_beyond_the_limit() {
    for bad in ["B4294967298", "XFE2", "AAAA2", "B02", "b2", "2B", "B", "B2:C2", ""] {
        let ran = run("a.xlsx", &book().replace("<c r=\"B2\">", &format!("<c r=\"{bad}\">")).bytes());
        ran.only_error("E122 表!B2");
    }
    for bad in ["4294967298", "0", "-1", "1048577", "2.0", "２"] {
        let ran = run("a.xlsx", &book().replace("<row r=\"2\">", &format!("<row r=\"{bad}\">")).bytes());
        assert!(ran.errors().iter().all(|e| e.starts_with("E122")) && ran.is_rejected(), "{bad}: {:?}", ran.errors());
    }
    let far = "</row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>";
    let ran = run("a.xlsx", &book().replace("</row></sheetData>", far).bytes());
    assert!(ran.errors().contains(&"E108 表!XFD1048576".to_owned()), "{:?}", ran.errors());
}

#[test]
fn row_29_a_lying_extent_is_ignored() {
    for extent in ["A1", "A1:XFD1048576", "Z99:AA100", "B2:A1", "A:J", "1:7", "", "?"] {
        let parts = book().replace("<sheetData>", &format!("<dimension ref=\"{extent}\"/><sheetData>"));
        run("a.xlsx", &parts.bytes()).scored();
    }
}

#[test]
fn row_30_too_many_sheets_or_strings_are_refused_and_lying_counts_ignored() {
    let sheets: String =
        (0..5000).map(|i| format!("<sheet name=\"s{i}\" sheetId=\"{}\" r:id=\"r1\"/>", i + 2)).collect();
    let many = book().replace("</sheets>", &format!("{sheets}</sheets>"));
    run("a.xlsx", &many.bytes()).only_error("E108");
    // The reader counts for itself; nothing is sized by what a file says.
    for count in ["4294967295", "99999999999999999999", "-1", "1", "900"] {
        run("a.xlsx", &book().replace("uniqueCount=\"4\"", &format!("uniqueCount=\"{count}\"")).bytes()).scored();
    }
    let project = Project::with("a.xlsx", &book().bytes());
    project.model("[limits]\nstrings = 3\n");
    project.run().only_error("E108");
}

#[test]
fn row_32_macros_links_and_queries_are_told_and_not_followed() {
    let link = "<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c calc\"/></externalLink>";
    let ran = run("a.xlsx", &book().part("xl/externalLinks/externalLink1.xml", link).bytes());
    assert_eq!(ran.scored().warnings(), ["W129"]);
    assert!(ran.title("W129").contains("DDE"));
    let mut entries = book().entries();
    entries.push(entry("xl/vbaProject.bin", b"macros"));
    let ran = run("a.xlsm", &zip(&entries));
    assert_eq!(ran.scored().warnings(), ["W129"]);
    assert!(ran.title("W129").contains("macros"));
    let ran = run("a.xlsx", &book().part("xl/connections.xml", "<connections/>").bytes());
    assert!(ran.scored().title("W129").contains("queries"));
    let outside = book().replace("<c r=\"B2\"><v>95</v>", "<c r=\"B2\"><f>[1]Sheet1!A1</f><v>95</v>");
    assert_eq!(run("a.xlsx", &outside.bytes()).scored().warnings(), ["W129 表!B2"]);
}

#[test]
fn structures_that_only_some_readers_see_are_refused() {
    let cases = [
        // Data of a sheet that stands before the data of the sheet, or twice.
        ("<sheetData>", "<extLst><ext><sheetData/></ext></extLst><sheetData>"),
        ("</sheetData>", "</sheetData><sheetData><row r=\"9\"><c r=\"B9\"><v>1</v></c></row></sheetData>"),
        // Cells outside rows, text between them, a cell within a cell.
        ("</sheetData>", "<c r=\"B9\"><v>1</v></c></sheetData>"),
        ("<row r=\"3\">", "text<row r=\"3\">"),
        ("<c r=\"B2\"><v>95</v>", "<c r=\"B2\"><c r=\"C2\"><v>1</v></c><v>95</v>"),
        ("<c r=\"B2\"><v>95</v>", "<c r=\"B2\"><row/><v>95</v>"),
        ("</sheetData>", "</sheetData><mergeCells><mergeCell ref=\"B2:A1\"/></mergeCells>"),
        ("<c r=\"B2\">", "<c r=\"B2\" r=\"B9\">"),
        ("<c r=\"B2\">", "<c r=B2>"),
    ];
    for (old, new) in cases {
        run("a.xlsx", &book().replace(old, new).bytes()).only_error("E123 表");
    }
    let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
    run("a.xlsx", &book().replace("<sheetData>", &format!("{deep}<sheetData>")).bytes()).only_error("E123 表");
    let cut = book().replace("</sheetData></worksheet>", "</sheetData>");
    run("a.xlsx", &cut.bytes()).only_error("E123 表");
}

#[test]
fn what_honest_programs_write_passes() {
    // Form controls name rows and columns of their own; other parts stand before and behind the data.
    let control = "<controls><mc:AlternateContent xmlns:mc=\"m\"><mc:Choice><control><controlPr><anchor><from>\
         <xdr:col xmlns:xdr=\"d\">1</xdr:col><xdr:row xmlns:xdr=\"d\">2</xdr:row></from></anchor></controlPr></control>\
         </mc:Choice></mc:AlternateContent></controls>";
    let views = "<sheetPr/><dimension ref=\"A1:B3\"/><sheetViews><sheetView workbookViewId=\"0\"/></sheetViews>";
    let parts = book()
        .replace("<sheetData>", &format!("{views}<sheetData>"))
        .replace("</sheetData>", &format!("</sheetData>{control}"))
        .replace("<row r=\"2\">", "<row r=\"2\" spans=\"1:2\" ht=\"20\" customHeight=\"1\">\n")
        .part("docProps/app.xml", "<Properties><!DOCTYPE of no interest></Properties>");
    run("a.xlsx", &parts.bytes()).scored();
    // Rows and cells without references count on from the ones before; a prefix changes nothing.
    let bare = book().replace("<row r=\"3\"><c r=\"A3\"", "<row><c").replace("<c r=\"B3\">", "<c>");
    run("a.xlsx", &bare.bytes()).scored();
    let prefixed = book().replace(
        "<c r=\"B2\"><v>95</v></c>",
        "<x:c xmlns:x=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" r=\"B2\"><x:v>95</x:v></x:c>",
    );
    run("a.xlsx", &prefixed.bytes()).scored();
    let rich = book()
        .replace("<t>U1</t>", "<r><rPr><b/></rPr><t>U</t></r><r><t>1</t></r><rPh sb=\"0\" eb=\"1\"><t>x</t></rPh>");
    run("a.xlsx", &rich.bytes()).scored();
}

#[test]
fn every_problem_of_a_file_is_told_at_once_up_to_a_cap() {
    let parts = book().replace("<v>95</v>", "<v>95abc</v>").replace("<v>80</v>", "<v>1e999</v>");
    assert_eq!(run("a.xlsx", &parts.bytes()).errors(), ["E121 表!B2", "E121 表!B3"]);
    let rows: String = (4..1000).map(|r| format!("<row r=\"{r}\"><c r=\"A{r}\" t=\"n\"><v>x</v></c></row>")).collect();
    let many = book().replace("</sheetData>", &format!("{rows}</sheetData>"));
    assert_eq!(run("a.xlsx", &many.bytes()).errors().iter().filter(|e| e.starts_with("E121")).count(), 200);
}
