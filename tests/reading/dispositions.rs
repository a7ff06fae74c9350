//! Lost votes: a mark that cannot be read stops a version until people say what it is (评议票处置).

use crate::bench::{Bench, Ran};

/// The ballots of the example as ticks, the first mark of the first rater with another sign.
const BALLOTS: &str = "评议主体,评委编号,单位,好,较好,一般,差,弃权\n\
    评议代表,R1,U01,★,,,,\n评议代表,R1,U02,√,,,,\n评议代表,R1,U03,,√,,,\n\
    评议代表,R2,U01,,√,,,\n评议代表,R2,U02,√,,,,\n评议代表,R2,U03,,,√,,\n\
    评议代表,R3,U01,,,,,√\n评议代表,R3,U02,,√,,,\n评议代表,R3,U03,,√,,,\n\
    评议代表,R4,U01,√,,,,\n评议代表,R4,U02,,√,,,\n评议代表,R4,U03,,,√,,\n";

fn settled(rows: &str) -> Ran {
    let register = format!("编号,文件,工作表,评委编号,单位,评价,依据,文号,状态\n{rows}");
    Bench::unrated()
        .write("ballots/meeting/票.csv", BALLOTS.as_bytes())
        .write("registers/评议票处置.csv", register.as_bytes())
        .run()
}

const DRAFT: &str = "1,ballots/meeting/票.csv,,R1,U01,好,原票为五角星,工委〔2026〕1号,拟提\n";

#[test]
fn only_an_approved_row_with_a_document_settles_a_mark() {
    let open = settled(DRAFT);
    assert_eq!(open.pending(), ["E435 D2"]);
    assert!(open.messages.iter().any(|m| m.code == "N624" && m.file.as_deref() == Some("registers/评议票处置.csv")));
    let without = settled(&DRAFT.replace("拟提", "工委审定").replace("工委〔2026〕1号", ""));
    assert_eq!((without.pending(), without.warnings()), (vec!["E435 D2".to_owned()], vec!["W608 H2".to_owned()]));
    let approved = settled(&DRAFT.replace("拟提", "工委审定"));
    assert!(approved.pending().is_empty(), "{:#?}", approved.messages);
    approved.right();
    // The file may be named alone, the unit by its name.
    let named = DRAFT.replace("拟提", "工委审定").replace("ballots/meeting/", "").replace("U01", "云岚市图书馆");
    settled(&named).right();
}

#[test]
fn a_mark_may_stay_void_by_decision() {
    // U01 is left with 80, 弃权 and 100: 90, of which 40 % are 36; 36 + 56 = 92.
    let ran = settled(&DRAFT.replace("拟提", "工委审定").replace(",好,", ",作废,"));
    assert!(ran.pending().is_empty() && ran.errors().is_empty(), "{:#?}", ran.messages);
    assert_eq!(ran.totals.get("U01").map(String::as_str), Some("92.00"));
    let abstained = settled(&DRAFT.replace("拟提", "工委审定").replace(",好,", ",弃权,"));
    assert_eq!(abstained.totals.get("U01").map(String::as_str), Some("92.00"), "{:#?}", abstained.messages);
}

#[test]
fn a_row_that_fits_no_open_mark_is_an_error() {
    let row = DRAFT.replace("拟提", "工委审定");
    for wrong in [
        row.replace("票.csv", "票2.csv"),
        row.replace("R1", "R2"),
        row.replace("U01", "U02"),
        // A mark that can be read is none of its business.
        row.replace("R1", "R4"),
    ] {
        let ran = settled(&wrong);
        assert_eq!((ran.errors(), ran.pending()), (vec!["E434 A2".to_owned()], vec!["E435 D2".to_owned()]), "{wrong}");
    }
    settled(&row.replace(",好,", ",很好,")).rejected(&["E208 A2"]);
    settled(&format!("{row}{row}")).rejected(&["E601 A3"]);
    settled(&row.replace("U01", "U09")).rejected(&["E307 E2"]);
}

#[test]
fn two_rows_for_one_mark_are_an_error() {
    let row = DRAFT.replace("拟提", "工委审定");
    let ran = settled(&format!("{row}{}", row.replacen('1', "2", 1).replace(",好,", ",差,")));
    assert_eq!(ran.errors(), ["E434 A3"]);
}

#[test]
fn a_sheet_with_check_boxes_is_no_blank_ballot() {
    let drawing = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
        <v:shape><x:ClientData ObjectType=\"Checkbox\"><x:Anchor>2, 5, 4, 2, 3, 5, 5, 2</x:Anchor>\
        <x:Checked>1</x:Checked></x:ClientData></v:shape></xml>";
    let links = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship \
        Id=\"v\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing\" \
        Target=\"../drawings/vmlDrawing1.vml\"/></Relationships>";
    let with = |drawing: &str| {
        let bench = Bench::new();
        let ballot = "ballots/meeting/评议票-R1.xlsx";
        for cell in ["D4", "D5", "D6"] {
            bench.text(ballot, cell, "");
        }
        bench.add(ballot, "xl/drawings/vmlDrawing1.vml", drawing);
        bench.add(ballot, "xl/worksheets/_rels/sheet1.xml.rels", links);
        bench.run()
    };
    let ran = with(drawing);
    assert_eq!(ran.pending(), ["E435 C5"]);
    assert!(ran.first("E435").title.contains("复选框"), "{:?}", ran.first("E435"));
    // A box that is linked to a cell writes TRUE or FALSE there; a comment is no box.
    for harmless in [
        drawing.replace("<x:Checked>", "<x:FmlaLink>$C$5</x:FmlaLink><x:Checked>"),
        drawing.replace("Checkbox", "Note"),
    ] {
        assert!(with(&harmless).pending().is_empty());
    }
}

#[test]
fn the_state_of_a_check_box_inside_a_cell_is_its_mark() {
    let ballot = "ballots/meeting/票.xlsx";
    // Columns D to G are 好, 较好, 一般, 差; rows 2 to 4 are U01 to U03 of R1, who marks them 好, 好, 较好.
    let boxes = |checked: &[(u32, u32)]| -> String {
        let at = |row: u32, col: u32| {
            let state = if checked.contains(&(row, col)) { "<x:Checked>1</x:Checked>" } else { "" };
            format!(
                "<x:ClientData ObjectType=\"Checkbox\"><x:Anchor>{col}, 5, {row}, 2, {col}, 25, {row}, 18</x:Anchor>{state}</x:ClientData>"
            )
        };
        (1..=3).flat_map(|row| (3..=6).map(move |col| at(row, col))).collect()
    };
    let run = |drawing: &str| {
        let bench = Bench::new();
        std::fs::remove_file(bench.path("ballots/meeting/评议票-R1.xlsx")).unwrap();
        let rows = ["评议主体|评委编号|单位|好|较好|一般|差", "评议代表|R1|U01", "评议代表|R1|U02", "评议代表|R1|U03"];
        bench.book(ballot, &rows);
        let links = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship \
            Id=\"v\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/vmlDrawing\" \
            Target=\"../drawings/vmlDrawing1.vml\"/></Relationships>";
        bench.add(ballot, "xl/worksheets/_rels/sheet1.xml.rels", links);
        bench.add(ballot, "xl/drawings/vmlDrawing1.vml", &format!("<xml>{drawing}</xml>"));
        bench.run()
    };
    let marks = [(1, 3), (2, 3), (3, 4)];
    let ran = run(&boxes(&marks));
    assert!(ran.pending().is_empty(), "{:#?}", ran.messages);
    ran.right();
    // A second tick in a row is a double mark, as with any sign.
    let twice = run(&boxes(&[marks[0], marks[1], marks[2], (1, 4)]));
    assert_eq!(twice.first("W406").unit.as_deref(), Some("U01"));
    // One that reaches into the next cell leaves all in doubt.
    let wide = boxes(&marks).replacen("3, 5, 1, 2, 3, 25", "3, 5, 1, 2, 4, 25", 1);
    assert_eq!(run(&wide).pending(), ["E435 D2"]);
}

#[test]
fn check_boxes_of_an_ods_are_no_blank_ballot() {
    let row = |cells: &[&str]| {
        let cell = |text: &&str| {
            format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
        };
        format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
    };
    let run = |form: &str| {
        let rows = [row(&["评议主体", "评委编号", "单位", "好", "较好"]), row(&["评议代表", "R1", "U01", "", ""])];
        let content = format!(
            "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
             xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
             xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
             xmlns:form=\"urn:oasis:names:tc:opendocument:xmlns:form:1.0\"><office:body><office:spreadsheet>\
             <table:table table:name=\"票\"><office:forms><form:form>{form}</form:form></office:forms>{}</table:table>\
             </office:spreadsheet></office:body></office:document-content>",
            rows.concat()
        );
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in [("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)]
        {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
        }
        let bench = Bench::new();
        std::fs::remove_file(bench.path("ballots/meeting/评议票-R1.xlsx")).unwrap();
        bench.write("ballots/meeting/票.ods", &writer.finish().unwrap().into_inner());
        bench.run()
    };
    assert_eq!(run("<form:checkbox form:current-state=\"checked\"/><form:radio/>").pending(), ["E435 A1"]);
    for harmless in ["", "<form:button/>", "<form:checkbox form:linked-cell=\"票.D2\"/>"] {
        assert!(run(harmless).pending().is_empty(), "{harmless}");
    }
}

#[test]
fn a_rater_who_is_not_on_the_list_waits_for_people() {
    let list = |raters: &str| {
        let rows: String = raters.split(' ').map(|rater| format!("{rater},评议代表\n")).collect();
        Bench::new().write("raters.csv", format!("评委编号,评议主体\n{rows}").as_bytes()).run()
    };
    list("R1 R2 R3 R4 R5").right();
    let ran = list("R1 R2 R3");
    assert_eq!(ran.pending(), ["E433 D2"]);
    assert_eq!(ran.first("E433").file.as_deref(), Some("ballots/meeting/评议票-R4.xlsx"));
}

#[test]
fn a_rater_list_may_say_that_a_unit_is_outside() {
    let rows = |kind: &str| {
        let others: String = ["R2", "R3", "R4"].iter().map(|rater| format!("{rater},评议代表,,\n")).collect();
        let list = format!("评委编号,评议主体,所在单位,单位性质\nR1,评议代表,某物业公司,{kind}\n{others}");
        Bench::new().write("raters.csv", list.as_bytes()).run()
    };
    rows("外单位").right();
    let unsaid = rows("");
    assert_eq!(unsaid.errors(), ["E307 C2"]);
    assert!(unsaid.first("E307").fix.contains("[raters] outside"), "{:?}", unsaid.first("E307"));
}
