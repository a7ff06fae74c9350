//! .xls, .xlsb and .ods: what the isolated reader gives, and what becomes of files it cannot finish (row 17, R3).

use crate::binary::{
    WORDS, longs, ods, ods_content, ods_of, ole, part_record, record, words, xls, xls_number, xls_stream, xls_text,
    xls_words, xlsb, xlsb_number,
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
