//! Exports of online surveys: one row a rater, a column for each unit, in csv of any separator.

use crate::bench::{Bench, Ran};

const MARKS: [&str; 4] = ["好,好,较好", "较好,好,一般", "弃权,较好,较好", "好,较好,一般"];

fn run(text: &str) -> Ran {
    Bench::unrated().write("ballots/meeting/R/答卷.csv", text.as_bytes()).run()
}

/// An export with these questions before the marks, and what a row says there.
fn export(before: &str, cells: &str, units: [&str; 3]) -> String {
    let rows = MARKS.iter().enumerate().map(|(at, marks)| {
        let rater = (at + 1).to_string();
        format!("{},{marks}\n", cells.replace('#', &rater))
    });
    format!("{before},{}\n{}", units.join(","), rows.collect::<String>())
}

const BRACKETS: [&str; 3] = ["Q3 [云岚市图书馆]", "Q4 [云岚市博物馆]", "Q5 [云岚市文化馆]"];

#[test]
fn each_column_of_a_unit_is_a_mark() {
    for units in [
        BRACKETS,
        ["云岚市图书馆", "云岚市博物馆", "云岚市文化馆"],
        ["单位 [云岚市图书馆]", "单位 [云岚市博物馆]", "单位 [云岚市文化馆]"],
        ["评价（U01）", "评价（U02）", "评价（U03）"],
        ["3、U01", "4、U02", "5、U03"],
        ["3.评价—云岚市图书馆", "4.评价—云岚市博物馆", "5.评价—云岚市文化馆"],
        ["请评价下列单位（市图书馆）", "请评价下列单位（市博物馆）", "请评价下列单位（市文化馆）"],
    ] {
        run(&export("评议主体,评委编号", "评议代表,R#", units)).right();
        run(&export("序号,提交答卷时间,所用时间,1、评委编号", "#,2025/12/30 15:0#,35秒,R#", units)).right();
        run(&export("时间戳记", "2025/12/30 15:0#", units)).right();
    }
}

#[test]
fn fields_may_be_parted_by_other_signs() {
    let text = export("评议主体,评委编号", "评议代表,R#", BRACKETS);
    for sign in [";", "\t", "|"] {
        run(&text.replace(',', sign)).right();
    }
}

#[test]
fn what_an_export_holds_besides_is_told() {
    let text = export("提交时间,您的建议", "2025/12/30,很好#", BRACKETS);
    let ran = run(&text);
    ran.right();
    assert_eq!(ran.warnings(), ["W119 B1"]);
    // A question that was left out is no mark: 80 and 100 are left for U01, 90 of 100, as in a ballot without it.
    let ran = run(&text.replacen(",好,好,较好", ",(跳过),好,较好", 1));
    assert_eq!(ran.totals.get("U01").map(String::as_str), Some("92.00"), "{:#?}", ran.messages);
}

#[test]
fn a_column_of_marks_that_names_no_unit_is_an_error() {
    let ran = run(&export("提交时间", "2025/12/30", ["Q3 [云岚市图书倌]", BRACKETS[1], BRACKETS[2]]));
    ran.rejected(&["E307 B1"]);
    assert!(
        ran.first("E307").expected.as_deref().unwrap_or_default().contains("云岚市图书馆"),
        "{:?}",
        ran.first("E307")
    );
    run(&export("提交时间", "2025/12/30", ["云岚市图书馆—云岚市博物馆", BRACKETS[1], BRACKETS[2]]))
        .rejected(&["E308 B1"]);
}

#[test]
fn the_same_rater_twice_is_an_error() {
    let ran = run(&export("提交时间,评委编号", "2025/12/30,R1", BRACKETS));
    assert!(ran.errors().contains(&"E403 C3".to_owned()), "{:?}", ran.errors());
}

#[test]
fn a_table_that_no_layout_fits_names_what_each_lacks() {
    let ran = run("评委编号,评议主体,备注\nR1,评议代表,好\n");
    let expected = ran.first("E107").expected.clone().unwrap_or_default();
    assert!(expected.contains("单位代码") && expected.contains("节点、评价"), "{expected}");
}
