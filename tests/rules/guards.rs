//! Guards against input that is silently ignored: files, tables, columns, rows and csv text (SPEC §3, §5, §14).
//!
//! Each guard has the smallest project that trips it and a twin that must not.

use rust_xlsxwriter::{Formula, Workbook};

use crate::support::{GIVEN, Project, Run, WORDS, panel};

/// Files and cells of all findings of a code, in the order they are told.
pub(crate) fn places(run: &Run, code: &str) -> Vec<String> {
    let found = run.messages.iter().filter(|m| m.code == code);
    found.map(|m| [m.file.as_deref(), m.cell.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")).collect()
}

/// The further places of the first finding of a code.
pub(crate) fn also(run: &Run, code: &str) -> Vec<String> {
    run.messages.iter().find(|m| m.code == code).unwrap_or_else(|| panic!("no {code}")).related.clone()
}

/// A workbook of one sheet; `=` is a formula whose cached value is empty, `#REF!` a formula with that error.
pub(crate) fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_formula_result_default("");
    for (row, cells) in (0..).zip(rows) {
        for (col, text) in (0..).zip(*cells) {
            match text.chars().next() {
                Some('=') => sheet.write_formula(row, col, Formula::new("=A1")).unwrap(),
                Some('#') => sheet.write_formula(row, col, Formula::new("=A1").set_result(*text)).unwrap(),
                _ => sheet.write_string(row, col, *text).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

/// One component of ballots in words, one unit.
fn ballots(units: &str, lines: &str) -> Project {
    Project::new(&panel(WORDS, "R=100")).units(units).ballots(lines)
}

/// One component of given scores with its table as it is.
fn given(units: &str, text: &str) -> Project {
    Project::new(GIVEN).units(units).file("given/g/scores.csv", text)
}

const ONE_BALLOT: &str = "评议主体,评委编号,单位,评价\nR,9,U1,差";

#[test]
fn a_table_in_no_input_folder_is_named() {
    let project = ballots("U1", "R/1 U1=好").file("ballots/散票.csv", ONE_BALLOT);
    let project =
        project.file("ballots/B2/票.csv", ONE_BALLOT).file("registers.csv", "编号,单位,代码,状态\n1,U1,J1,拟提");
    let run = project.score();
    assert_eq!(places(&run, "W116"), ["ballots/B2/票.csv", "ballots/散票.csv", "registers.csv"]);
    assert_eq!(run.total("U1"), "100.00"); // the ballot in b alone
}

#[test]
fn tables_in_their_folders_are_not_stray() {
    let project = ballots("U1", "R/1 U1=好").file("ballots/b/R/票.csv", ONE_BALLOT);
    let project = project.file("raters.csv", "评委编号,评议主体,所在单位\n1,R,\n9,R,");
    let project = project.file("results/v001/ratings.csv", "unit\nU1").file("说明.txt", "随便写的").events("");
    let run = project.score();
    assert_eq!((places(&run, "W116"), run.total("U1")), (vec![], "70.00")); // (100 + 40)/2
}

#[test]
fn a_returned_ledger_is_not_stray() {
    let ledger = "单位,编号,问题,整改措施,完成时限,销号\nU1,1,学习不足,补课,6月,否";
    let run = ballots("U1", "R/1 U1=好").file("ledgers/U1.csv", ledger).score();
    assert_eq!(places(&run, "W116"), Vec::<String>::new());
}

#[test]
fn files_of_operating_systems_are_a_note() {
    let project = ballots("U1", "R/1 U1=好").bytes("ballots/b/.DS_Store", b"\0\0\0\x01Bud1");
    let run = project.bytes("ballots/b/Thumbs.db", b"\xD0\xCF\x11\xE0").score();
    assert_eq!(places(&run, "N117"), ["ballots/b/.DS_Store", "ballots/b/Thumbs.db"]);
    assert_eq!((run.has("W110"), run.total("U1")), (false, "100.00"));
}

#[test]
fn a_document_of_a_person_is_no_file_of_the_system() {
    let run = ballots("U1", "R/1 U1=好").bytes("ballots/b/扫描.pdf", b"%PDF-1.7").score();
    assert_eq!((places(&run, "N117"), places(&run, "W110")), (vec![], vec!["ballots/b/扫描.pdf".to_owned()]));
}

const ROSTER: &str = "单位代码,单位全称,分组\nU1,单位U1,一组\n";

#[test]
fn two_rosters_are_an_error() {
    let book = workbook(&[&["单位代码", "单位全称", "分组"], &["U2", "单位U2", "一组"]]);
    let run = Project::new(GIVEN).units("U1").bytes("roster.xlsx", &book).given("U1,90").run();
    assert_eq!((run.is_stopped(), run.errors(), run.at("E315").as_str()), (true, vec!["E315"], "roster.csv"));
    assert_eq!(run.messages[0].found.as_deref(), Some("roster.xlsx"));
    let upper = Project::new(GIVEN).bytes("roster.xlsx", &book).file("ROSTER.CSV", ROSTER).given("U1,90").run();
    assert_eq!((upper.errors(), upper.at("E315").as_str()), (vec!["E315"], "ROSTER.CSV"));
}

#[test]
fn two_indicator_tables_are_an_error() {
    let table = "指标代码,线,方面,三级指标,分值,计分方式\nX,L1,A1,指标,100,核定\n";
    let lines = "[[line]]\ncode = \"L1\"\nname = \"政治\"\n[[aspect]]\ncode = \"A1\"\nname = \"责任\"\npoints = 100\n";
    let model = format!(
        "[assessment]\ntitle = \"甲\"\nperiod = \"2025\"\n{lines}{GIVEN}[[grade]]\nname = \"达标\"\nat_least = 0\n"
    );
    // Not by Project::new, which would add indicators to the model.
    let project = || Project::new("").file("assess.toml", &model).units("U1").given("U1,90");
    let run = project().file("indicators.csv", table).file("Indicators.XLSX", table).run();
    assert_eq!((run.errors(), run.at("E315").as_str()), (vec!["E315"], "Indicators.XLSX"));
    assert_eq!(project().file("Indicators.CSV", table).score().total("U1"), "90.00");
}

#[test]
fn one_roster_in_any_letter_case_is_read() {
    let run = Project::new(GIVEN).file("ROSTER.CSV", ROSTER).given("U1,90").score();
    assert_eq!((run.has("E315"), run.total("U1")), (false, "90.00"));
}

#[test]
fn a_rater_list_in_any_letter_case_is_read() {
    let marks = "R/1 U1=好 U2=较好\nR/2 U1=差 U2=一般";
    let listed = ballots("U1 U2", marks).file("raters.CSV", "评委编号,评议主体,所在单位\n1,R,U1\n2,R,").score();
    // rater 1 belongs to U1: U1 40 alone, U2 (80 + 60)/2
    assert_eq!((listed.total("U1"), listed.total("U2"), listed.has("W116")), ("40.00", "70.00", false));
    assert_eq!(ballots("U1 U2", marks).score().total("U1"), "70.00"); // (100 + 40)/2
}

#[test]
fn a_value_beside_the_table_is_named() {
    let run = given("U1 U2", "单位,得分\nU1,90\nU2,,80").run();
    assert_eq!((run.at("W118").as_str(), run.units_with("E316")), ("given/g/scores.csv C3", vec!["U2"]));
    let attribute = Project::new(GIVEN).roster("单位代码,单位全称,分组", "U1,甲,一组,先进").given("U1,90").score();
    assert_eq!(places(&attribute, "W118"), ["roster.csv D2"]);
}

#[test]
fn an_empty_cell_beside_the_table_is_nothing() {
    let run = given("U1 U2", "单位,得分\nU1,90,\nU2,80,  ,").score();
    assert_eq!((places(&run, "W118"), run.total("U2")), (vec![], "80.00"));
}

#[test]
fn an_unknown_column_with_values_is_named() {
    let run = given("U1", "单位,得分,核减后得分\nU1,90,85").score();
    assert_eq!((places(&run, "W119"), run.total("U1")), (vec!["given/g/scores.csv C1".to_owned()], "90.00"));
    let report = "单位代码,U1\n指标代码,完成值,自评得分,核定得分,核定说明,核定的得分\nX,,90,88,核减,70";
    let run = Project::new("").units("U1").file("self-reports/U1.csv", report).score();
    assert_eq!((places(&run, "W119"), run.total("U1")), (vec!["self-reports/U1.csv F2".to_owned()], "88.00"));
    let kind = "[[adjustment]]\ncode = \"J1\"\nname = \"表彰\"\nkind = \"bonus\"\npoints = 2\n";
    let register = "编号,单位,代码,审定分值,审定得分,状态\n1,U1,J1,2,3,拟提";
    let run = Project::totals("U1=90", kind).file("registers/加减分登记.csv", register).score();
    assert_eq!((places(&run, "W119"), run.total("U1")), (vec!["registers/加减分登记.csv E1".to_owned()], "90.00"));
}

#[test]
fn an_unknown_column_without_values_and_known_ones_are_nothing() {
    let run = given("U1", "序号,单位,得分,核减后得分,备注\n1,U1,90,,已核").score();
    assert_eq!((places(&run, "W119"), run.total("U1")), (vec![], "90.00"));
}

#[test]
fn two_roster_columns_of_one_name_are_an_error() {
    let header = "单位代码,单位全称,分组,业务考核等次,业务 考核等次";
    let run = Project::new(GIVEN).roster(header, "U1,甲,一组,好,差").given("U1,90").run();
    assert_eq!((run.errors(), run.at("E103").as_str()), (vec!["E103"], "roster.csv E1"));
    assert_eq!(also(&run, "E103"), ["roster.csv D1"]);
}

#[test]
fn two_roster_columns_of_two_names_are_two_attributes() {
    let header = "单位代码,单位全称,分组,业务考核等次,党建考核等次";
    let run = Project::new(GIVEN).roster(header, "U1,甲,一组,好,差").given("U1,90").score();
    assert_eq!((run.has("E103"), run.total("U1")), (false, "90.00"));
}

#[test]
fn a_row_whose_remark_comes_first_is_data() {
    let run = given("U1 U2", "备注,单位,得分\n说明：补报,U1,90\n备注,U2,80").score();
    assert_eq!((run.total("U1"), run.total("U2")), ("90.00", "80.00"));
    let header = "位置,编号,单位,旧值,新值,理由,文号,状态";
    let register = format!("{header}\n总分,1,U1,90,91,录入有误,更1,工委审定");
    let run = Project::totals("U1=90", "").file("registers/更正登记.csv", &register).score();
    assert_eq!(run.total("U1"), "91.00");
}

#[test]
fn sums_and_notes_below_a_table_are_no_data() {
    let run = given("U1 U2", "单位,得分\nU1,90\nU2,80\n合 计,170\n注：按月报送,").score();
    assert_eq!((run.total("U1"), run.total("U2")), ("90.00", "80.00"));
    let run = given("U1", "序号,单位,得分\n1,U1,90\n合计,,90\n说明：按月报送\n填报人：张三,,审核人：李四").score();
    assert_eq!((run.total("U1"), run.errors()), ("90.00", vec![]));
}

#[test]
fn an_unclosed_quote_is_an_error_at_its_line() {
    let text = "单位,备注,得分\nU1,\"两\n行\",90\nU2,\"漏了,80\nU3,,70";
    let run = given("U1 U2 U3", text).run();
    assert_eq!((run.errors(), run.at("E109").as_str()), (vec!["E109"], "given/g/scores.csv 4:1"));
}

#[test]
fn unclosed_quotes_in_two_rows_do_not_swallow_the_second() {
    // Read as csv the last field of row 2 is `很好⏎R,2,U1,差,一般`: the mark of rater 2 is gone, U1 has 100 and not 70.
    let text = "评议主体,评委编号,单位,评价,备注\nR,1,U1,好,\"很好\nR,2,U1,差,\"一般";
    let run = Project::new(&panel(WORDS, "R=100")).units("U1").file("ballots/b/票.csv", text).run();
    assert_eq!((run.errors(), run.at("E109").as_str()), (vec!["E109"], "ballots/b/票.csv 2:1"));
}

#[test]
fn closed_quotes_are_read() {
    let run = given("U1 U2", "单位,备注,得分\n\"U1\",\"他说\"\"好\"\"，再议\",\"90\"\nU2,,80").score();
    assert_eq!((run.has("E109"), run.total("U1"), run.total("U2")), (false, "90.00", "80.00"));
}

#[test]
fn csv_rows_are_counted_as_in_a_spreadsheet() {
    // row 1 header, 2 blank, 3 U1 (two lines of text), 4 and 5 blank, 6 U2
    let text = "单位,备注,得分\n\nU1,\"两\n行\",90\n\n\nU2,,八十\n";
    assert_eq!(given("U1 U2", text).run().at("E201"), "given/g/scores.csv C6");
    let project = Project::new(GIVEN).units("U1 U2");
    let run = project.bytes("given/g/scores.csv", text.replace('\n', "\r\n").as_bytes()).run();
    assert_eq!(run.at("E201"), "given/g/scores.csv C6");
}

#[test]
fn csv_without_blank_lines_and_line_breaks_has_its_line_as_row() {
    let run = given("U1 U2", "单位,备注,得分\nU1,一行,90\nU2,,八十").run();
    assert_eq!((run.errors(), run.at("E201").as_str()), (vec!["E201"], "given/g/scores.csv C3"));
    assert_eq!(given("U1 U2", "单位,备注,得分\n\nU1,\"两\n行\",90\n\n\nU2,,80").score().total("U2"), "80.00");
}

#[test]
fn an_own_list_of_ratings_is_no_ballot() {
    let own =
        "component,class,serial,rater,unit,node,value,points,state,file,sheet,cell\nb,R,1,1,U1,,差,40,counted,x,,F2";
    for start in ["", "\u{FEFF}"] {
        let run = ballots("U1", "R/1 U1=好").file("ballots/b/ratings.csv", &format!("{start}{own}")).run();
        assert_eq!((run.errors(), run.at("E113").as_str()), (vec!["E113"], "ballots/b/ratings.csv"));
    }
}

#[test]
fn a_ballot_file_called_ratings_is_a_ballot() {
    let run = ballots("U1", "R/1 U1=好").file("ballots/b/ratings.csv", ONE_BALLOT).score();
    assert_eq!((run.has("E113"), run.total("U1")), (false, "70.00")); // (100 + 40)/2
}
