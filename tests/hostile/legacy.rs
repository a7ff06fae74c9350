//! .xls, .xlsb and .ods: what the isolated reader gives, and what becomes of files it cannot finish (row 17, R3).

use assess::model::Limits;
use assess::read::worker::Request;

use crate::binary::{
    WORDS, longs, ods, ods_content, ods_of, ole, part_record, record, wide, words, xls, xls_number, xls_stream,
    xls_stream_of, xls_text, xls_words, xlsb, xlsb_number,
};
use crate::project::{Project, Ran, run};

fn xls_ran(b2: &[u8]) -> Ran {
    run("a.xls", &xls(b2))
}

/// A formula cell at B2 with a stored result.
fn formula(result: [u8; 8]) -> Vec<u8> {
    record(0x0006, &[&words(&[1, 1, 0])[..], &result, &words(&[0, 0, 0, 3]), &[0x1E, 95, 0]].concat())
}

#[test]
fn xls_values_are_what_they_are() {
    xls_ran(&xls_number(1, 1, 0, 95.0)).scored();
    xls_ran(&formula(95_f64.to_le_bytes())).scored();
    let rk = record(0x027E, &[&words(&[1, 1, 0])[..], &(95_u32 << 2 | 2).to_le_bytes()].concat());
    xls_ran(&rk).scored();
    xls_ran(&xls_number(1, 1, 1, 0.95)).only_error("E204 表!B2");
    xls_ran(&xls_number(1, 1, 2, 45_839.0)).only_error("E206 表!B2");
    xls_ran(&record(0x0205, &[&words(&[1, 1, 0])[..], &[1, 0]].concat())).only_error("E206 表!B2");
    xls_ran(&record(0x0205, &[&words(&[1, 1, 0])[..], &[0x17, 1]].concat())).only_error("E205 表!B2");
    assert_eq!(xls_ran(&xls_number(1, 1, 3, 95.0)).scored().warnings(), ["W131 表!B2"]);
}

#[test]
fn xls_formulas_without_a_value_are_errors() {
    // Empty text, which is also what some programs write for a formula they never calculated.
    xls_ran(&formula([3, 0, 0, 0, 0, 0, 0xFF, 0xFF])).only_error("E202 表!B2");
    // A text that should follow, and does not or does.
    let text = [0, 0, 0, 0, 0, 0, 0xFF, 0xFF];
    xls_ran(&formula(text)).only_error("E202 表!B2");
    let followed = [formula(text), record(0x0207, &[&words(&[2])[..], &[0], b"95"].concat())].concat();
    xls_ran(&followed).scored();
}

#[test]
fn xls_damage_is_found_at_its_cell() {
    xls_ran(&xls_text(1, 1, 99)).only_error("E121 表!B2");
    let twice = [xls_number(1, 1, 0, 95.0), xls_number(1, 1, 0, 12.0)].concat();
    xls_ran(&twice).only_error("E122 表!B2");
}

#[test]
fn xls_dates_count_from_1904_where_the_workbook_says_so() {
    let cells = [xls_words(), xls_number(1, 1, 2, 44_377.0)].concat();
    let bytes = ole(&[("/Workbook", &xls_stream(&record(0x0022, &words(&[1])), &WORDS, &cells))]);
    let ran = run("a.xls", &bytes);
    assert!(ran.first("E206").found.as_deref().unwrap().contains("2025-07-01"));
}

#[test]
fn xls_macros_links_and_passwords_are_told() {
    let stream = xls_stream(&[], &WORDS, &[xls_words(), xls_number(1, 1, 0, 95.0), xls_number(2, 1, 0, 80.0)].concat());
    let ran = run("a.xls", &ole(&[("/Workbook", &stream), ("/_VBA_PROJECT_CUR/VBA/dir", b"x")]));
    assert_eq!(ran.scored().warnings(), ["W129"]);
    let password = xls_stream(&record(0x002F, &words(&[1, 1, 1])), &WORDS, &xls_words());
    run("a.xls", &ole(&[("/Workbook", &password)])).only_error("E105");
}

#[test]
fn row_17_loops_in_the_tables_of_an_ole_container_end_in_a_finding() {
    let good = xls(&xls_number(1, 1, 0, 95.0));
    // Every sector of the allocation table points to the sector 0; the directory and the first table do so, too.

    let size = 1_usize << good[30];
    let fat = u32::from_le_bytes(good[76..80].try_into().unwrap()) as usize;
    let mut looped = good.clone();
    let start = (fat + 1) * size;
    for entry in looped[start..start + size].as_chunks_mut::<4>().0 {
        *entry = 0_u32.to_le_bytes();
    }
    let mut difat = good.clone();
    difat[68..72].copy_from_slice(&0_u32.to_le_bytes());
    difat[72..76].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut directory = good.clone();
    directory[48..52].copy_from_slice(&0xFFFF_0000_u32.to_le_bytes());
    for (name, bytes) in [("fat", looped), ("difat", difat), ("directory", directory), ("cut", good[..700].to_vec())] {
        let ran = run("a.xls", &bytes);
        let errors = ran.errors();
        assert!(
            errors == ["E104"] || errors == ["E127"] || (name == "difat" && errors.is_empty()),
            "{name}: {errors:?}"
        );
    }
}

#[test]
fn xlsb_values_and_formats_are_read() {
    run("a.xlsb", &xlsb(&xlsb_number(1, 0, 95.0), &[], &[])).scored();
    run("a.xlsb", &xlsb(&xlsb_number(1, 1, 0.95), &[], &[])).only_error("E204 表!B2");
    run("a.xlsb", &xlsb(&part_record(4, &[&longs(&[1, 0])[..], &[1]].concat()), &[], &[])).only_error("E206 表!B2");
    run("a.xlsb", &xlsb(&part_record(3, &[&longs(&[1, 0])[..], &[0x17]].concat()), &[], &[])).only_error("E205 表!B2");
    let columns =
        [part_record(390, &[]), part_record(60, &[&longs(&[1, 1, 0, 0])[..], &[1, 0]].concat()), part_record(391, &[])];
    let merges = [part_record(177, &longs(&[1])), part_record(176, &longs(&[5, 6, 0, 1])), part_record(178, &[])];
    run("a.xlsb", &xlsb(&xlsb_number(1, 0, 95.0), &columns.concat(), &merges.concat())).scored();
}

#[test]
fn xlsb_damage_is_a_finding() {
    let ran = run("a.xlsb", &xlsb(&part_record(7, &longs(&[1, 0, 99])), &[], &[]));
    ran.only_error("E104");
    run("a.xlsb", &xlsb(&part_record(62, &[&longs(&[1, 0])[..], &[0; 8]].concat()), &[], &[])).only_error("E121 表!B2");
}

/// A cell of an .ods.
fn ods_cell(attributes: &str, shown: &str) -> String {
    format!("<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>")
}

#[test]
fn ods_values_are_what_they_are() {
    let ran = |attributes: &str, shown: &str| run("a.ods", &ods(&ods_cell(attributes, shown)));
    ran("office:value-type=\"float\" office:value=\"95\"", "95").scored();
    ran("office:value-type=\"string\"", "95").scored();
    ran("office:value-type=\"float\" office:value=\"95\" table:formula=\"of:=90+5\"", "95").scored();
    ran("office:value-type=\"percentage\" office:value=\"0.95\"", "95%").only_error("E204 表!B2");
    ran("office:value-type=\"boolean\" office:boolean-value=\"true\"", "TRUE").only_error("E206 表!B2");
    ran("office:value-type=\"float\" office:value=\"1\" table:formula=\"of:=TRUE()\"", "TRUE").only_error("E206 表!B2");
    ran("office:value-type=\"date\" office:date-value=\"2025-07-01\"", "2025-07-01").only_error("E206 表!B2");
    ran("office:value-type=\"time\" office:time-value=\"PT8H\"", "8:00").only_error("E206 表!B2");
    let error =
        "table:formula=\"of:=1/0\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"";
    ran(error, "#DIV/0!").only_error("E205 表!B2");
    ran("office:value-type=\"float\" office:value=\"NaN\"", "95").only_error("E121 表!B2");
    ran("office:value-type=\"float\" office:value=\"9&#53;\"", "95").only_error("E104");
    let hidden = ran("office:value-type=\"float\" office:value=\"95\"", "合格");
    assert_eq!(hidden.scored().warnings(), ["W131 表!B2"]);
}

#[test]
fn ods_formulas_without_a_value_are_errors() {
    let ran = |cell: &str| run("a.ods", &ods(cell));
    ran("<table:table-cell table:formula=\"of:=90+5\"/>").only_error("E202 表!B2");
    ran("<table:table-cell table:formula=\"of:=90+5\" office:value-type=\"float\"/>").only_error("E202 表!B2");
    let blank = ran("<table:table-cell table:formula=\"of:=&quot;&quot;\"><text:p/></table:table-cell>");
    assert!(!blank.errors().iter().any(|e| e.starts_with("E202")), "{:?}", blank.errors());
}

#[test]
fn ods_bombs_of_repeated_cells_are_refused_and_blank_ones_are_not() {
    // What is proved is that they are refused for their size; a busy machine must not make it a matter of seconds.
    let run = |name: &str, bytes: &[u8]| Project::with(name, bytes).model("[limits]\nworker_seconds = 300\n").run();
    let cell = "<table:table-cell office:value-type=\"float\" office:value=\"95\"";
    let many = format!("{cell} table:number-columns-repeated=\"16384\"/>");
    run("a.ods", &ods(&many)).only_error("E108");
    let rows = ods_content(&format!("{cell}/>"))
        .replace("<table:table-row>", "<table:table-row table:number-rows-repeated=\"1048576\">");
    run("a.ods", &ods_of(&rows)).only_error("E108");
    let number = ods_cell("office:value-type=\"float\" office:value=\"95\"", "95");
    let blank = format!("{number}<table:table-cell table:number-columns-repeated=\"16382\"/>");
    run("a.ods", &ods(&blank)).scored();
}

#[test]
fn ods_parts_go_through_the_gate() {
    let content = ods_content("<table:table-cell/>");
    let doctype = format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{content}");
    run("a.ods", &ods_of(&doctype)).only_error("E123");
    let mut bytes = ods(&ods_cell("office:value-type=\"float\" office:value=\"95\"", "95"));
    let at = bytes.windows(11).position(|w| w == b"content.xml").unwrap() + 15;
    bytes[at] ^= 0x10;
    run("a.ods", &bytes).only_error("E104");
}

#[test]
fn a_reader_that_takes_too_much_time_or_memory_is_a_finding() {
    let project = Project::with("a.xls", &xls(&xls_number(1, 1, 0, 95.0)));
    project.model("[limits]\nworker_seconds = 0\n");
    let ran = project.run();
    ran.only_error("E127");
    assert!(ran.title("E127").contains("time"), "{}", ran.title("E127"));
    #[cfg(target_os = "linux")]
    {
        // A cell in every row, all over the columns, for which the parser wants a table of all cells between them.
        let rows = (3..65_535_u16).map(|row| xls_number(row, row % 256, 0, 1.0));
        let far = [vec![xls_number(1, 1, 0, 95.0)], rows.collect()].concat().concat();
        let project = Project::with("a.xls", &xls(&far));
        project.model("[limits]\nworker_mib = 256\n");
        let ran = project.run();
        ran.only_error("E127");
        assert!(ran.title("E127").contains("memory"), "{}", ran.title("E127"));
    }
}

/// An .xls of these records.
fn xls_of(globals: &[u8], cells: &[Vec<u8>]) -> Ran {
    let cells = [xls_words(), cells.concat()].concat();
    run("a.xls", &ole(&[("/Workbook", &xls_stream(globals, &WORDS, &cells))]))
}

fn scores() -> Vec<Vec<u8>> {
    vec![xls_number(1, 1, 0, 95.0), xls_number(2, 1, 0, 80.0)]
}

/// Fonts by the numbers that runs give them: 1 plain, 2 struck out, 3 raised, 5 lowered.
fn fonts() -> Vec<u8> {
    let font = |flags: u16, escapement: u16| {
        record(0x0031, &[&words(&[200, flags, 0x7FFF, 400, escapement])[..], &[0, 0, 0, 0, 1, 0, b'A']].concat())
    };
    [font(0, 0), font(0, 0), font(8, 0), font(0, 1), font(0, 2)].concat()
}

/// A text of a string table with its runs.
fn rich(text: &str, runs: &[(u16, u16)]) -> Vec<u8> {
    let count = text.encode_utf16().count() as u16;
    let runs_bytes: Vec<u8> = runs.iter().flat_map(|(at, font)| words(&[*at, *font])).collect();
    [words(&[count]), vec![1 | 8], words(&[runs.len() as u16]), wide(text), runs_bytes].concat()
}

/// An .xls whose B2 holds this text of the string table, after the usual ones; the table goes on in a second record there.
fn xls_rich(globals: &[u8], entry: &[u8], cut: usize, style: u16) -> Ran {
    let mut table = longs(&[5, 5]);
    for text in WORDS {
        table.extend([words(&[text.encode_utf16().count() as u16]), vec![1], wide(text)].concat());
    }
    let start = table.len();
    table.extend_from_slice(entry);
    let (head, tail) = table.split_at(if cut == 0 { table.len() } else { start + cut });
    let go_on = if cut == 0 { Vec::new() } else { record(0x003C, tail) };
    let table = [record(0x00FC, head), go_on].concat();
    let b2 = record(0x00FD, &[words(&[1, 1, style]), longs(&[4])].concat());
    let cells = [xls_words(), b2, xls_number(2, 1, 0, 80.0)].concat();
    run("a.xls", &ole(&[("/Workbook", &xls_stream_of(globals, &table, &cells))]))
}

#[test]
fn xls_parts_off_the_line_are_errors_in_a_value() {
    // A footnote sign raised, one lowered, an old value struck out before the new one and behind it.
    for (text, runs) in [("961", &[(2, 3)][..]), ("961", &[(2, 5)]), ("8096", &[(0, 2), (2, 1)]), ("9680", &[(2, 2)])] {
        xls_rich(&fonts(), &rich(text, runs), 0, 0).only_error("E225 表!B2");
    }
    xls_rich(&fonts(), &rich("95", &[(1, 1)]), 0, 0).scored();
    // Cut inside its characters: the record that goes on says anew how wide they are.
    let whole = rich("961", &[(2, 3)]);
    let cut = 5 + 4;
    let continued = [&whole[..cut], &[1], &whole[cut..]].concat();
    xls_rich(&fonts(), &continued, cut, 0).only_error("E225 表!B2");
    // Cut inside its runs.
    xls_rich(&fonts(), &whole, whole.len() - 2, 0).only_error("E225 表!B2");
    // What stands before the first run is in the font of the cell; the cell formats of the test follow this one.
    let struck = record(0x00E0, &words(&[2, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    let globals = [fonts(), struck].concat();
    xls_rich(&globals, &rich("8095", &[(2, 1)]), 0, 0).only_error("E225 表!B2");
    let cell = record(0x00D6, &[words(&[1, 1, 0, 3]), vec![0], b"961".to_vec(), words(&[1, 2, 3])].concat());
    xls_of(&fonts(), &[cell, xls_number(2, 1, 0, 80.0)]).only_error("E225 表!B2");
}

#[test]
fn xls_values_struck_out_as_a_whole_are_told() {
    let told = |ran: &Ran| ran.scored().warnings().contains(&"W227 表!B2".to_owned());
    assert!(told(&xls_rich(&fonts(), &rich("95", &[(0, 2)]), 0, 0)));
    let struck = record(0x00E0, &words(&[2, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    let plain = record(0x00E0, &words(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
    let globals = [fonts(), plain, struck].concat();
    assert!(told(&xls_of(&globals, &[xls_number(1, 1, 1, 95.0), xls_number(2, 1, 0, 80.0)])));
}

#[test]
fn xls_text_is_utf_16_whatever_the_code_page_says() {
    for page in [1252, 936, 437, 0] {
        xls_of(&record(0x0042, &words(&[page])), &scores()).scored();
    }
}

/// An .xls as Excel 5 and 95 wrote them, in a code page; B2 is this record.
fn old_xls(page: u16, b2: &[u8]) -> Ran {
    let label = |row: u16, col: u16, text: &str| {
        let bytes = encoding_rs::GBK.encode(text).0.into_owned();
        record(0x0204, &[words(&[row, col, 0, bytes.len() as u16]), bytes].concat())
    };
    let name = encoding_rs::GBK.encode("表").0.into_owned();
    let bound = |offset: u32| record(0x0085, &[&offset.to_le_bytes()[..], &[0, 0, 2], &name].concat());
    let font = |flags: u16, escapement: u16| {
        record(0x0031, &[&words(&[200, flags, 0x7FFF, 400, escapement])[..], &[0, 0, 0, 0, 1, b'A']].concat())
    };
    let xf = record(0x00E0, &words(&[0, 0, 0, 0, 0, 0, 0, 0]));
    let fonts = [font(0, 0), font(8, 0), font(0, 1)].concat();
    let head = [record(0x0809, &words(&[0x0500, 5, 0, 0])), record(0x0042, &words(&[page])), fonts, xf].concat();
    let end = record(0x000A, &[]);
    let offset = (head.len() + bound(0).len() + end.len()) as u32;
    let texts = [label(0, 0, "单位"), label(0, 1, "得分"), label(1, 0, "U1"), label(2, 0, "U2")].concat();
    let sheet =
        [record(0x0809, &words(&[0x0500, 16, 0, 0])), texts, b2.to_vec(), xls_number(2, 1, 0, 80.0), end.clone()]
            .concat();
    run("a.xls", &ole(&[("/Book", &[head, bound(offset), end, sheet].concat())]))
}

#[test]
fn xls_text_before_excel_97_is_in_its_code_page() {
    old_xls(936, &xls_number(1, 1, 0, 95.0)).scored();
    let ran = old_xls(437, &xls_number(1, 1, 0, 95.0));
    ran.only_error("E135");
    assert_eq!(ran.first("E135").found.as_deref(), Some("437"));
    let rich = |text: &[u8], runs: &[u8]| {
        let count = [(runs.len() / 2) as u8];
        record(0x00D6, &[&words(&[1, 1, 0, text.len() as u16])[..], text, &count, runs].concat())
    };
    old_xls(936, &rich(b"961", &[2, 2])).only_error("E225 表!B2");
    old_xls(936, &rich(b"8096", &[0, 1, 2, 0])).only_error("E225 表!B2");
    assert_eq!(old_xls(936, &rich(b"95", &[0, 1])).scored().warnings(), ["W207 表!B2", "W227 表!B2"]);
}

#[test]
fn xls_sheets_that_end_too_early_are_errors() {
    let end = record(0x000A, &[]);
    let row = record(0x0208, &words(&[2, 0, 2, 255, 0, 0, 0x100, 15]));
    let (first, second) = (xls_number(1, 1, 0, 95.0), xls_number(2, 1, 0, 80.0));
    // Cells or rows behind the end; an end written over the head of a record, so that what follows is out of step.
    let shifted = [&[0x0A, 0, 0, 0][..], &second[4..], &xls_text(2, 0, 3)].concat();
    for lost in [[&end[..], &second].concat(), [&end[..], &row].concat(), shifted] {
        let ran = xls_of(&[], &[first.clone(), lost]);
        ran.only_error("E104");
        assert!(ran.title("E104").contains("before its last rows"), "{}", ran.title("E104"));
    }
    let index = |rows: u32| record(0x020B, &longs(&[0, 0, rows, 0]));
    xls_of(&[], &[vec![index(3)], scores()].concat()).scored();
    let ran = xls_of(&[], &[vec![index(5)], scores()].concat());
    ran.only_error("E104");
    assert!(ran.title("E104").contains("index"), "{}", ran.title("E104"));
    // Zeros behind the end fill the container; a size that is only declared proves nothing.
    xls_of(&[], &[scores(), vec![end, vec![0; 600]]].concat()).scored();
    for sizes in [[0_u32, 65_536, 0x0100_0000], [0, 9, 0x0002_0000]] {
        xls_of(&[], &[vec![record(0x0200, &[longs(&sizes), words(&[0])].concat())], scores()].concat()).scored();
    }
    xls_of(&[], &[scores(), vec![xls_number(1, 256, 0, 1.0)]].concat()).only_error("E104");
}

#[test]
fn xls_cells_in_opposite_corners_are_read() {
    let far = [scores(), vec![xls_number(65_535, 255, 0, 1.0)]].concat();
    let cells = [xls_words(), far.concat()].concat();
    let project = Project::with("a.xls", &ole(&[("/Workbook", &xls_stream(&[], &WORDS, &cells))]));
    project.model("[limits]\nworker_mib = 64\n");
    let ran = project.run();
    assert!(!ran.errors().iter().any(|e| e.starts_with("E127")), "{:?}", ran.errors());
}

#[test]
fn xlsb_errors_of_formulas_are_read() {
    let error = part_record(11, &[&longs(&[1, 0])[..], &[0x2A, 0, 0], &longs(&[0, 0])].concat());
    run("a.xlsb", &xlsb(&error, &[], &[])).only_error("E205 表!B2");
}

/// An .ods with these automatic styles.
fn ods_styled(styles: &str, b2: &str) -> Ran {
    let spaces = "xmlns:office=\"o\" xmlns:style=\"s\" xmlns:fo=\"f\" xmlns:number=\"n\"";
    let content = ods_content(b2).replacen("xmlns:office=\"o\"", spaces, 1).replacen(
        "<office:body>",
        &format!("<office:automatic-styles>{styles}</office:automatic-styles><office:body>"),
        1,
    );
    run("a.ods", &ods_of(&content))
}

/// A style of a part of a text.
fn span_style(properties: &str) -> String {
    format!("<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties {properties}/></style:style>")
}

#[test]
fn ods_parts_off_the_line_are_errors_in_a_value() {
    let text = |inner: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{inner}</text:p></table:table-cell>")
    };
    let off = [
        "style:text-position=\"super 58%\"",
        "style:text-position=\"sub 58%\"",
        "style:text-position=\"33% 58%\"",
        "style:text-line-through-style=\"solid\"",
        "style:text-line-through-type=\"double\"",
    ];
    let footnote = text("96<text:span text:style-name=\"T1\">1</text:span>");
    for properties in off {
        ods_styled(&span_style(properties), &footnote).only_error("E225 表!B2");
    }
    for properties in
        ["style:text-position=\"0% 100%\"", "style:text-line-through-style=\"none\"", "fo:color=\"#ff0000\""]
    {
        let both = text("9<text:span text:style-name=\"T1\">5</text:span>");
        ods_styled(&span_style(properties), &both).scored();
    }
    let struck = "style:text-line-through-style=\"solid\"";
    let nested = text("<text:span text:style-name=\"T1\">8<text:span>0</text:span></text:span>96");
    ods_styled(&span_style(struck), &nested).only_error("E225 表!B2");
    let whole = text("<text:span text:style-name=\"T1\">95</text:span>");
    assert_eq!(ods_styled(&span_style(struck), &whole).scored().warnings(), ["W207 表!B2", "W227 表!B2"]);
    let number = "<table:table-cell table:style-name=\"C2\" office:value-type=\"float\" office:value=\"95\"><text:p>95</text:p></table:table-cell>";
    let cells = format!(
        "<style:style style:name=\"C1\" style:family=\"table-cell\"><style:text-properties {struck}/></style:style>\
         <style:style style:name=\"C2\" style:family=\"table-cell\" style:parent-style-name=\"C1\"/>"
    );
    assert_eq!(ods_styled(&cells, number).scored().warnings(), ["W227 表!B2"]);
}

#[test]
fn ods_numbers_shown_as_others_are_told() {
    let cell = |kind: &str, value: &str, shown: &str| {
        format!(
            "<table:table-cell table:style-name=\"C\" office:value-type=\"{kind}\" office:value=\"{value}\"><text:p>{shown}</text:p></table:table-cell>"
        )
    };
    let format = "<number:number-style style:name=\"N\"><number:number number:decimal-places=\"2\"/></number:number-style>\
                  <style:style style:name=\"C\" style:family=\"table-cell\" style:data-style-name=\"N\"/>";
    for same in [("95", "95.00"), ("95", "95分"), ("95", "095"), ("95", "¥95.00"), ("95", "95,00")] {
        assert!(ods_styled(format, &cell("float", same.0, same.1)).scored().warnings().is_empty(), "{same:?}");
    }
    for shown in ["90", "9", "合格", "9,500"] {
        assert_eq!(ods_styled(format, &cell("float", "95", shown)).scored().warnings(), ["W131 表!B2"], "{shown}");
    }
    let ran = ods_styled("", &cell("currency", "95", "￥95"));
    assert!(ran.scored().warnings().is_empty());
}

#[test]
fn ods_blanks_between_elements_are_no_text() {
    let content = ods_content(&ods_cell("office:value-type=\"string\"", "\n      95\n    "));
    let spread = content.replace("<table:table-cell", "\n   <table:table-cell").replace("<text:p>", "\n     <text:p>");
    run("a.ods", &ods_of(&spread)).scored();
    let split = ods(&ods_cell("office:value-type=\"string\"", "9\n   5 <text:s text:c=\"2\"/>0"));
    let limits = serde_json::to_string(&Limits::default()).unwrap();
    let said = Request::parse(&["ods".to_owned(), limits]).unwrap().answer(&split);
    let said: serde_json::Value = serde_json::from_slice(&said).unwrap();
    assert_eq!(said["book"]["sheets"][0]["cells"][3]["value"]["Text"]["text"], "9 5   0");
}
