//! Annex sheets in a workbook that has its complete table, and rows of a table of units that are no data.

use crate::bench::{Bench, U01};

/// A rater's ballot as csv, with further lines.
fn ballot(between: &str, below: &str) -> Bench {
    let bench = Bench::new();
    std::fs::remove_file(bench.path("ballots/meeting/评议票-R1.xlsx")).unwrap();
    let text = format!(
        "评议主体：评议代表　评委编号：R1\n单位,评价\n云岚市图书馆,好\n{between}云岚市博物馆,好\n云岚市文化馆,较好\n{below}"
    );
    bench.write("ballots/meeting/评议票-R1.csv", text.as_bytes());
    bench
}

#[test]
fn lines_below_and_between_the_rows_of_units_are_no_data() {
    for below in [
        "评议人：\n",
        "汇总,4\n",
        "平均分,\n",
        "共12条记录\n",
        "总计：12\n",
        "以下空白,\n",
        "2025-12-03,\n",
        "最高分,90\n",
    ] {
        ballot("", below).run().scored("93.33", &[]);
    }
    for between in ["第二组,\n", "（二）公益类场所,\n"] {
        ballot(between, "").run().scored("93.33", &["W138 A4"]);
    }
}

#[test]
fn a_misspelt_unit_alone_in_its_row_is_named() {
    for name in ["云岚市图书官", "云岚博物馆", "文化馆", "U99"] {
        let ran = ballot("", &format!("{name},\n")).run();
        assert!(ran.errors().contains(&"E307 A6".to_owned()), "{name}: {:?}", ran.errors());
        assert!(ran.totals.is_empty());
    }
}

/// Adds a sheet of rows to the workbook of the first unit.
fn with_sheet(rows: &[&str]) -> Bench {
    let bench = Bench::new();
    add_sheet(&bench, U01, rows);
    bench
}

/// Adds a sheet of rows to a workbook.
fn add_sheet(bench: &Bench, book: &str, rows: &[&str]) {
    bench.part(book, "xl/workbook.xml", |xml| {
        xml.replace("</sheets>", "<sheet name=\"附件\" sheetId=\"90\" r:id=\"rId990\"/></sheets>")
    });
    bench.part(book, "xl/_rels/workbook.xml.rels", |xml| {
        let own = "<Relationship Id=\"rId990\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet990.xml\"/></Relationships>";
        xml.replace("</Relationships>", own)
    });
    let kind = "<Override PartName=\"/xl/worksheets/sheet990.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";
    bench.part(book, "[Content_Types].xml", |xml| xml.replace("</Types>", kind));
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |row: &&str| format!("<row>{}</row>", row.split('|').map(cell).collect::<String>());
    let rows: String = rows.iter().map(row).collect();
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    );
    bench.add(book, "xl/worksheets/sheet990.xml", &sheet);
}

#[test]
fn annexes_of_a_complete_report_are_left_unread_with_a_warning() {
    let annexes: [&[&str]; 5] = [
        &["序号|指标代码|佐证材料|备注", "1|1.1|会议记录|无"],
        &["序号|任务名称|完成情况|责任部门", "1|读书月|已完成|业务科"],
        &["指标代码|指标名称|分值|评分标准", "1.1|第一议题学习|30|按次数"],
        &["序号|文件名称|文号|备注", "1|通知|1号|无"],
        &["姓名|部门|电话|备注", "张三|业务科|1|无"],
    ];
    for rows in annexes {
        with_sheet(rows).run().scored("93.33", &["W115"]);
    }
}

#[test]
fn a_sheet_that_may_count_stays_an_error() {
    let ran = with_sheet(&["指标代码|指标名称|核定得分", "1.1|第一议题学习|10"]).run();
    assert!(ran.errors().iter().any(|error| error.starts_with("E107")), "{:?}", ran.errors());
    let ran = with_sheet(&["指标代码|完成值|自评得分", "1.1|1|13"]).run();
    assert!(ran.errors().iter().any(|error| error.starts_with("E302")), "{:?}", ran.errors());
}

/// The ballot of the first rater: 好, 好, 较好 for U01 to U03.
const R1: &str = "ballots/meeting/评议票-R1.xlsx";

#[test]
fn a_sheet_with_the_columns_of_the_table_may_be_an_annex() {
    for rows in [
        &["序号|名称|完成情况", "1|读书月活动|已完成", "2|送书下乡|12场"][..],
        &["任务名称|得分", "送戏下乡|98"],
        &["指标代码|完成值|佐证材料", "附1|3|会议记录"],
    ] {
        with_sheet(rows).run().scored("93.33", &["W115"]);
    }
    for rows in [&["单位|联系人", "云岚市图书馆|张三"][..], &["单位|电话|备注", "U02|0571-1|"]] {
        let bench = Bench::new();
        add_sheet(&bench, R1, rows);
        bench.run().scored("93.33", &["W115"]);
    }
}

#[test]
fn what_may_count_is_no_annex() {
    // Near the name of an indicator; a mark; a unit that the ballot itself does not mark.
    let ran = with_sheet(&["名称|完成情况", "第一议题学忆|4"]).run();
    assert!(ran.totals.is_empty() && ran.warnings().iter().all(|code| !code.starts_with("W115")), "{ran:#?}");
    let bench = Bench::new();
    add_sheet(&bench, R1, &["单位|结论", "云岚市图书馆|好"]);
    let ran = bench.run();
    assert!(ran.errors().iter().any(|error| error.starts_with("E423")), "{:?}", ran.errors());
    let bench = Bench::new();
    bench.book(R1, &["评议主体：评议代表　评委编号：R1", "单位|评价", "U01|好", "U02|好"]);
    add_sheet(&bench, R1, &["单位|联系人", "云岚市文化馆|张三"]);
    let ran = bench.run();
    assert!(ran.errors().iter().any(|error| error.starts_with("E423")), "{:?}", ran.errors());
}

#[test]
fn what_is_wrong_outside_the_table_is_a_warning() {
    // No XML of a spreadsheet program has such a number.
    let damage = |cells: &str| {
        let bench = with_sheet(&["姓名|年龄", "张三|@"]);
        bench.part(U01, "xl/worksheets/sheet990.xml", |xml| {
            xml.replace("<c t=\"inlineStr\"><is><t>@</t></is></c>", cells)
        });
        bench.run()
    };
    let ran = damage("<c><v>1O</v></c>");
    ran.right();
    assert!(ran.warnings().iter().any(|code| code.starts_with("E121")), "{:?}", ran.warnings());
    damage("<c t=\"e\"><v>#REF!</v></c>").right();
    damage("<c><f>SUM(A1)</f></c>").right();
}

#[test]
fn a_damaged_header_does_not_turn_a_ballot_into_an_annex() {
    // The second sheet of the rater marks U03; what stands over its units is no string of the workbook.
    let bench = Bench::new();
    bench.book(R1, &["评议主体：评议代表　评委编号：R1", "单位|评价", "U01|好", "U02|好"]);
    add_sheet(&bench, R1, &["评议主体：评议代表　评委编号：R1", "@|评价", "U03|较好"]);
    let damage = |cell: &str| {
        bench.part(R1, "xl/worksheets/sheet990.xml", |xml| {
            xml.replace("<c t=\"inlineStr\"><is><t>@</t></is></c>", cell)
        });
        bench.run()
    };
    let ran = damage("<c t=\"s\"><v>999</v></c>");
    assert!(ran.errors().contains(&"E121 A2".to_owned()) && ran.totals.is_empty(), "{ran:#?}");
}

#[test]
fn the_sheets_of_a_workbook_share_the_unit() {
    // The name stands on a cover alone.
    let cover = |rows: &[&str]| {
        let bench = with_sheet(rows);
        bench.cell(U01, "B2", "", "").cell(U01, "D2", "", "");
        bench.run()
    };
    for rows in [&["年度自评材料", "单位：云岚市图书馆"][..], &["单位名称|云岚市图书馆"], &["云岚市图书馆"]]
    {
        cover(rows).scored("93.33", &["W115"]);
    }
    let without = cover(&["年度自评材料"]);
    assert!(without.errors().iter().any(|error| error.starts_with("E309")), "{:?}", without.errors());
}

#[test]
fn a_table_of_the_workbook_names_its_row_of_totals() {
    // Row 7 is the sum of the form; under a word that nobody knows only the table says so.
    let bench = Bench::new();
    bench.text(U01, "A7", "各项").text(U01, "B7", "全部");
    let ran = bench.run();
    assert!(ran.totals.is_empty(), "{ran:#?}");
    bench.add(
        U01,
        "xl/worksheets/_rels/sheet1.xml.rels",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/table\" \
         Target=\"../tables/table1.xml\"/></Relationships>",
    );
    bench.add(
        U01,
        "xl/tables/table1.xml",
        "<table xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" id=\"1\" displayName=\"T\" \
         ref=\"A3:J7\" totalsRowCount=\"1\"/>",
    );
    bench.run().right();
}

#[test]
fn a_last_record_of_one_field_is_a_note_or_is_cut_off() {
    for foot in ["以下空白\n", "填表说明见附件\n", "2025-12-03\n"] {
        ballot("", foot).run().scored("93.33", &[]);
    }
    let cut = ballot("", "云岚市图书馆\n").run();
    assert_eq!(cut.errors(), ["E133 B6"]);
    assert!(cut.totals.is_empty());
}
