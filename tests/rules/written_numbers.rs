//! How a number may be written (SPEC §5.3): digits are never joined across blanks and line breaks, wherever a number is read.

use crate::leaf_rules::one_leaf;
use crate::sheets::{book, sheet};
use crate::support::{GIVEN, NUMBERS, Project, Run, WORDS, panel};

/// Texts that are a number only if what stands in them is left out. None of them is one.
const SPLIT: [&str; 14] = [
    "8\n9",
    "8\r\n9",
    "1 2",
    "8 1",
    "9. 5",
    "9 .5",
    "8\u{3000}9",
    "8\t9",
    "8\u{A0}9",
    "8\u{202F}9",
    "8\u{2009}9",
    "８　９",
    "1 02",
    "4 0 0",
];

/// Texts whose thousands are not in groups of three, or are set apart by two kinds of sign.
const GROUPS: [&str; 8] = ["0,095", "1234,567", "12,34", "1,23", "1,2345", "1 234,567", "1,234 567", "1\u{A0}234 567"];

/// A field of a csv file.
fn field(text: &str) -> String {
    format!("\"{text}\"")
}

fn cell_of(rule: &str, params: &str, cells: &str) -> Run {
    let model = one_leaf("100", rule, params);
    Project::new(&model).units("U1").report("U1", &format!("X,{cells}")).run()
}

fn given(written: &str) -> Run {
    let model = format!("{GIVEN}scale = 5000\n");
    Project::new(&model).units("U1").file("given/g/scores.csv", &format!("单位,得分\nU1,{}", field(written))).run()
}

fn marked(written: &str) -> Run {
    let ballots = format!("评议主体,评委编号,单位,评价\nR,1,U1,{}\nR,2,U1,7\nR,1,U2,7\nR,2,U2,7", field(written));
    Project::new(&panel("range = [0, 5000]\n", "R=100")).units("U1 U2").file("ballots/b/票.csv", &ballots).run()
}

fn tallied(header: &str, row: &str) -> Run {
    Project::new(&panel(WORDS, "R=100")).units("U1").file("tallies/b/汇总.csv", &format!("{header}\n{row}")).run()
}

fn corrected(old: &str, new: &str) -> Run {
    Project::totals("U1=90", "").corrections(&format!("1,U1,总分,{old},{new}")).run()
}

#[track_caller]
fn refused(run: &Run, place: &str, written: &str) {
    assert_eq!((run.errors(), run.at("E201").as_str()), (vec!["E201"], place), "{written:?}");
    let said = run.of("E201")[0];
    assert!(said.expected.as_deref().is_some_and(|expected| expected.contains("空格")), "{written:?}: {said:?}");
}

#[test]
fn a_split_number_is_none_wherever_a_number_is_read() {
    for written in SPLIT.into_iter().chain(GROUPS) {
        let text = field(written);
        refused(&given(written), "given/g/scores.csv B2", written);
        // 完成值, 自评得分, 核定值, 核定得分, of a number, a percentage, a place
        let (number, place) = (("比率", "target=100"), ("按位次", "1=5;*=0"));
        for (rule, params) in [number, ("比率", "target=100;in=percent"), place] {
            refused(&cell_of(rule, params, &format!("{text},,,50,,")), "self-reports/U1.csv B3", written);
            refused(&cell_of(rule, params, &format!(",,,{text},1,")), "self-reports/U1.csv E3", written);
        }
        refused(&cell_of("核定", "", &format!(",{text},,,9,说明")), "self-reports/U1.csv C3", written);
        refused(&cell_of("核定", "", &format!(",,,,{text},说明")), "self-reports/U1.csv F3", written);
        refused(&cell_of("扣分", "每次=1", &format!(",,,{text},,")), "self-reports/U1.csv E3", written);
        refused(
            &tallied("单位,评议主体,好,较好,一般,差,有效", &format!("U1,R,{text},0,0,0,")),
            "tallies/b/汇总.csv C2",
            written,
        );
        refused(
            &tallied("单位,评议主体,发出,好,较好,一般,差,有效", &format!("U1,R,{text},1,0,0,0,")),
            "tallies/b/汇总.csv C2",
            written,
        );
        let bonus = "[[adjustment]]\ncode = \"J1\"\nname = \"表彰\"\nkind = \"bonus\"\npoints = 2\n";
        let row = format!("1,U1,J1,事,,{text},决定,文1,2025-03-01,工委审定,审1");
        refused(&Project::totals("U1=80", bonus).adjustments(&row).run(), "registers/加减分登记.csv F2", written);
        refused(&corrected(&text, "91"), "registers/更正登记.csv D2", written);
        refused(&corrected("90", &text), "registers/更正登记.csv E2", written);
    }
}

#[test]
fn a_sign_or_unit_does_not_mend_a_split_number() {
    for written in ["- 5", "+ 5", "9 5分", "1 2 次", "9 5%", "9 5 ％"] {
        refused(&given(written), "given/g/scores.csv B2", written);
    }
    let percent = |written: &str| cell_of("比率", "target=100;in=percent", &format!(",,,{written},,"));
    refused(&percent("9 5%"), "self-reports/U1.csv E3", "9 5%");
    assert_eq!((percent("95 %").errors(), percent("95 %").total("U1")), (vec![], "95.00"));
}

#[test]
fn a_mark_that_is_a_split_number_is_an_error_and_not_a_void_mark() {
    for written in SPLIT.into_iter().chain(["- 5"]) {
        refused(&marked(written), "ballots/b/票.csv D2", written);
    }
    // An unknown word is a void mark, as ever.
    for written in ["8-10", "九", "12,34"] {
        let run = marked(written);
        assert_eq!((run.errors(), run.at("W405").as_str()), (vec![], "ballots/b/票.csv D2"), "{written}");
    }
    assert_eq!(marked(" 9 ").means("U1", "R"), ["8"]); // (9 + 7)/2
}

#[test]
fn two_marks_in_one_cell_are_not_a_third_level() {
    let levels = "levels = { \"1\" = 10, \"2\" = 20, \"12\" = 100 }\n";
    let ballots = "评议主体,评委编号,单位,评价\nR,1,U1,1 2\nR,2,U1,12\nR,3,U1,2";
    let run = Project::new(&panel(levels, "R=100")).units("U1").file("ballots/b/票.csv", ballots).score();
    assert_eq!((run.at("W406").as_str(), run.total("U1")), ("ballots/b/票.csv D2", "60.00")); // (100 + 20)/2
    let leaf = |written: &str| cell_of("等级", "1=0.1,12=1", &format!(",,,{written},,"));
    assert_eq!((leaf("1 2").errors(), leaf("1 2").at("E208").as_str()), (vec!["E208"], "self-reports/U1.csv E3"));
    assert_eq!(leaf("12").total("U1"), "100.00");
}

#[test]
fn the_numbers_of_a_part_are_read_alone() {
    let part = |written: &str| cell_of("比率", "target=100;in=part", &format!(",,,{},,", field(written)));
    for good in ["18/20", "18 / 20", " 18/ 20 ", "18\n/\n20", "１８／２０"] {
        assert_eq!((part(good).errors(), part(good).total("U1")), (vec![], "90.00"), "{good:?}");
    }
    // 1,800 of 2 000 are 90 %; told once for the cell and kind
    assert_eq!((part("1,800/2 000").total("U1"), part("1,800/2 000").of("W207").len()), ("90.00", 1));
    for bad in ["1 8/20", "18/2 0", "1\n8/20", "1　8/20", "1. 8/2", "18 /2\t0", "18/2,0", "1²/20", "18/20 %"] {
        refused(&part(bad), "self-reports/U1.csv E3", bad);
    }
}

#[test]
fn the_counts_of_kinds_are_read_alone() {
    let kinds = |written: &str| cell_of("扣分", "缺项=1,程序=10", &format!(",,,{},,", field(written)));
    // 100 − 2·1 − 1·10 = 88
    for good in ["缺项2；程序1", "缺项 2；程序 1", "缺 项=2 次， 程序：1", "缺项\n2\n；程序1个"]
    {
        assert_eq!((kinds(good).errors(), kinds(good).total("U1")), (vec![], "88.00"), "{good:?}");
    }
    assert_eq!(kinds("缺项 1 029").total("U1"), "0.00");
    for bad in ["缺项 1 2", "缺项1 2；程序1", "缺项1\n2", "缺项2；程序 1 0", "缺项=1. 5", "缺项 1 2 次", "1 2"]
    {
        refused(&kinds(bad), "self-reports/U1.csv E3", bad);
    }
    for bad in ["缺项2 程序1", "缺项x", "缺项2分", "缺项", "两项"] {
        assert_eq!(kinds(bad).errors(), ["E208"], "{bad}");
    }
    // The digits of a name and of a count stay apart too.
    let odd = |written: &str| cell_of("扣分", "类1=1,类12=10", &format!(",,,{written},,"));
    assert_eq!((odd("类12=3").total("U1"), odd("类1 2").total("U1")), ("70.00", "98.00"));
    refused(&odd("类1 2 3"), "self-reports/U1.csv E3", "类1 2 3");
}

#[test]
fn a_count_above_the_table_and_a_column_of_votes_are_read_alone() {
    let header = "单位,评议主体,好,较好,一般,差,有效";
    let above = |issued: &str| tallied(&format!("发出：{issued}\n{header}"), "U1,R,9,0,0,0,9");
    assert_eq!(above("12").errors(), Vec::<&str>::new());
    refused(&above("1 2"), "tallies/b/汇总.csv A1", "1 2");
    let votes = |column: &str| {
        let project = Project::new(&panel(NUMBERS, "R=100")).units("U1");
        project.file("tallies/b/汇总.csv", &format!("单位,评议主体,9,{column},有效\nU1,R,1,1,2")).run()
    };
    assert_eq!((votes("10").errors(), votes("10").total("U1")), (vec![], "95.00")); // (9 + 10)/2
    assert_eq!((votes("1 0").errors(), votes("1 0").at("E208").as_str()), (vec!["E208"], "tallies/b/汇总.csv D1"));
}

#[test]
fn a_parameter_is_read_alone() {
    let parts = [
        ("扣分", "每次=0. 5"),
        ("扣分", "每次=1 0"),
        ("比率", "target=1 00"),
        ("分档", "0:0,6 0:3"),
        ("分档", "0:0,60:3 0"),
        ("按位次", "1 0=5,*=0"),
        ("核定", "ranges=5|3-4 0"),
    ];
    for (rule, params) in parts {
        let run = cell_of(rule, &params.replace('"', ""), ",,,1,,");
        assert_eq!(run.errors(), ["E509"], "{params}");
    }
    // Blanks around the signs are for the eye.
    let run = cell_of("按位次", " 1 = 50 ； * = 0 ", ",,,1,,");
    assert_eq!((run.errors(), run.total("U1")), (vec![], "50.00"));
    let run = cell_of("核定", "ranges = 50 | 3 - 4", ",,,,3.5,说明");
    assert_eq!((run.errors(), run.total("U1")), (vec![], "3.50"));
}

#[test]
fn thousands_in_groups_of_three_are_numbers_with_a_warning() {
    let good = ["1 029", "1,029", "1，029", "1\u{A0}029", "1\u{202F}029", "1\u{2009}029", " 1,029 分"];
    for written in good {
        let run = given(written);
        assert_eq!((run.errors(), run.exact_rate("U1", "g")), (vec![], "1029/50".to_owned()), "{written:?}"); // of 5000
        assert_eq!(run.of("W207").len(), 1, "{written:?}");
    }
    assert!(given("1 029").of("W207")[0].title.contains("千位分隔符"));
}

#[test]
fn csv_numbers_in_exponent_form_are_read_as_in_cells() {
    for (written, rate) in [("9.5E+1", "19/10"), ("1e2", "2/1"), ("9.5e1", "19/10"), ("5000E-2", "1/1")] {
        let run = given(written);
        assert_eq!(
            (run.errors(), run.exact_rate("U1", "g"), run.has("W207")),
            (vec![], rate.to_owned(), false),
            "{written}"
        );
    }
    for written in ["1e400", "1e-400", "1e", "e5", "1.e2", "+1e2", "1 e2", "1e2分"] {
        refused(&given(written), "given/g/scores.csv B2", written);
    }
    let run = cell_of("扣分", "每次=1", ",,,1e1,,");
    assert_eq!((run.errors(), run.total("U1")), (vec![], "90.00"));
    // A fraction of 1 in a percent column stays one, however it is written.
    assert_eq!(cell_of("比率", "target=100;in=percent", ",,,9.5e-1,,").errors(), ["E204"]);
}

/// A given score in a workbook; `'` before a number makes it a text.
fn in_a_workbook(written: &str) -> Run {
    let page = sheet("得分", "单位 | 得分\nU1 | 80\nU2 | 90").with("B2", written);
    Project::new(GIVEN).units("U1 U2").bytes("given/g/得分.xlsx", &book(&[page])).run()
}

#[test]
fn a_text_cell_of_a_workbook_is_read_by_the_same_rules() {
    for written in ["80\n96", "8 0", "9. 5", "1e2", "9.5E+1", "0,095", "8\u{3000}0"] {
        refused(&in_a_workbook(written), "given/g/得分.xlsx B2", written);
    }
    let run = in_a_workbook(" 9.5 分\n");
    assert_eq!((run.errors(), run.total("U1"), run.at("W207").as_str()), (vec![], "9.50", "given/g/得分.xlsx B2"));
}

const ABBREVIATED: [&str; 10] = ["N/A", "n/a", "NA", "#N/A", "N.A.", "n.a.", "nil", "NULL", "Ｎ／Ａ", "不适用"];

#[test]
fn an_abbreviation_takes_no_leaf_out() {
    for word in ABBREVIATED {
        for run in [given(word), cell_of("比率", "target=100", &format!(",,,{word},,"))] {
            assert_eq!(run.errors(), ["E201"], "{word}");
            assert!(run.of("E201")[0].expected.as_deref().is_some_and(|said| said.contains("不涉及")), "{word}");
        }
        // The cell of the unit and of the verifier, of values and of points, whatever the rule.
        for cells in [
            format!("{word},,,,1,说明"),
            format!(",,,{word},1,说明"),
            format!(",{word},,,1,说明"),
            format!(",,,,{word},"),
        ] {
            for (rule, params) in
                [("核定", ""), ("比率", "target=100;in=part"), ("扣分", "每次=1"), ("扣分", "甲=1,乙=1")]
            {
                let run = cell_of(rule, params, &cells);
                assert_eq!(run.errors(), ["E201"], "{rule} {params} {cells}");
            }
        }
        for (rule, params) in [("等级", "A=1,B=0.5"), ("清单", "清单=1,报告=1")] {
            assert_eq!(cell_of(rule, params, &format!(",,,{word},,")).errors(), ["E208"], "{rule} {word}");
        }
        let row = format!("U1,R,{word},0,0,0,");
        assert_eq!(tallied("单位,评议主体,好,较好,一般,差,有效", &row).errors(), ["E201"], "{word}");
    }
    // Nor where the unit's own word would do.
    let model = format!("{}[self_report]\nunverified = \"self\"\n", one_leaf("100", "核定", ""));
    let own = Project::new(&model).units("U1").report("U1", "X,N/A,,,,,").run();
    assert_eq!((own.errors(), own.at("E201").as_str()), (vec!["E201"], "self-reports/U1.csv B3"));
}

#[test]
fn the_first_group_of_thousands_has_three_digits_at_most() {
    for written in ["1234,567", "12345,678", "1234 567", "0123,456", "1,234,56", "1,2345"] {
        refused(&given(written), "given/g/scores.csv B2", written);
    }
}
