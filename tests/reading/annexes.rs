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
    bench.part(U01, "xl/workbook.xml", |xml| {
        xml.replace("</sheets>", "<sheet name=\"附件\" sheetId=\"90\" r:id=\"rId990\"/></sheets>")
    });
    bench.part(U01, "xl/_rels/workbook.xml.rels", |xml| {
        let own = "<Relationship Id=\"rId990\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet990.xml\"/></Relationships>";
        xml.replace("</Relationships>", own)
    });
    let kind = "<Override PartName=\"/xl/worksheets/sheet990.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>";
    bench.part(U01, "[Content_Types].xml", |xml| xml.replace("</Types>", kind));
    let cell = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let row = |row: &&str| format!("<row>{}</row>", row.split('|').map(cell).collect::<String>());
    let rows: String = rows.iter().map(row).collect();
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    );
    bench.add(U01, "xl/worksheets/sheet990.xml", &sheet);
    bench
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
