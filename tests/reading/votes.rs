//! Ballots and tallies as offices lay them out: further columns, other headers, several names of a unit, sums beside votes.

use crate::bench::{Bench, Ran};

/// The ballots of the example in one table: what stands before and behind each mark, by a header and a row.
fn long(header: &str, row: impl Fn(usize, usize, &str) -> String) -> Ran {
    let marks = [["好", "好", "较好"], ["较好", "好", "一般"], ["弃权", "较好", "较好"], ["好", "较好", "一般"]];
    let mut text = format!("{header}\n");
    for (rater, own) in marks.iter().enumerate() {
        for (unit, mark) in own.iter().enumerate() {
            text.push_str(&format!("{}\n", row(rater, unit, mark)));
        }
    }
    Bench::unrated().write("ballots/meeting/票.csv", text.as_bytes()).run()
}

const NAMES: [&str; 3] = ["云岚市图书馆", "云岚市博物馆", "云岚市文化馆"];

#[test]
fn further_columns_are_left_out_with_a_warning() {
    let filled = ["服务热情", "张三", "2025/12/30 15:00", "好", "95"];
    for (name, cell) in ["意见建议", "书记姓名", "提交时间", "上年等次", "上年得分"].into_iter().zip(filled)
    {
        let header = format!("{name},评议主体,评委编号,单位,评价");
        let ran = long(&header, |rater, unit, mark| format!("{cell},评议代表,R{rater},{},{mark}", NAMES[unit]));
        ran.right();
        assert!(ran.warnings().contains(&"W119 A1".to_owned()), "{name}: {:?}", ran.warnings());
    }
    // Under levels a column that holds ticks may be a level whose header is wrong: its votes would be lost.
    let ticks = |name: &str, cell: &str| {
        long(&format!("评议主体,评委编号,单位,好,较好,一般,差,弃权,{name}"), |rater, unit, mark| {
            let marks = ["好", "较好", "一般", "差", "弃权"].map(|level| if level == mark { "√" } else { "" });
            format!("评议代表,R{rater},{},{},{cell}", NAMES[unit], marks.join(","))
        })
    };
    ticks("意见建议", "服务热情").right();
    ticks("较号", "√").rejected(&["E423 I1"]);
}

#[test]
fn marks_stand_under_the_headers_that_offices_use() {
    for name in [
        "评价",
        "评价*",
        "*评价",
        "评价等次",
        "评议结果",
        "测评结果",
        "等次",
        "评议等次",
        "评价（必填）",
        "测评等级",
        "2、评价结果",
        "Q2 评价",
    ] {
        long(&format!("评议主体,评委编号,单位*,{name}"), |rater, unit, mark| {
            format!("评议代表,R{rater},{},{mark}", NAMES[unit])
        })
        .right();
    }
}

#[test]
fn units_stand_under_the_headers_that_offices_use() {
    for name in ["单位", "被评单位", "述职单位", "参评单位", "单位*", "党组织", "党组织名称", "单位简称"]
    {
        long(&format!("评议主体,评委编号,{name},评价"), |rater, unit, mark| {
            format!("评议代表,R{rater},{},{mark}", NAMES[unit])
        })
        .right();
    }
}

#[test]
fn code_name_and_short_name_are_one_identity() {
    let short = ["市图书馆", "市博物馆", "市文化馆"];
    let header = "评议主体,评委编号,单位代码,单位名称,单位简称,评价";
    let row = |rater: usize, unit: usize, mark: &str| {
        format!("评议代表,R{rater},U0{},{},{},{mark}", unit + 1, NAMES[unit], short[unit])
    };
    long(header, row).right();
    long(header, |rater, unit, mark| {
        row(rater, unit, mark).replace("市图书馆,", "-,").replace("云岚-", "云岚市图书馆")
    })
    .right();
    long(header, |rater, unit, mark| match (rater, unit) {
        (2, 1) => row(rater, unit, mark).replace(",市博物馆", ",市图书馆"),
        _ => row(rater, unit, mark),
    })
    .rejected(&["E308 E9"]);
}

/// The tally of the example: 4 ballots issued, 4 valid; U01 2 1 0 0 and one abstention, U02 2 2, U03 0 2 2.
fn tally(text: &str) -> Ran {
    Bench::unrated().write("tallies/meeting/票数.csv", text.as_bytes()).run()
}

#[test]
fn a_tally_may_have_its_counts_above_and_plain_levels_below() {
    let text = "评议主体：评议代表\n发出数,收回数,有效数,无效数\n4,4,4,0\n单位,好,较好,一般,差,弃权\n\
        U01,2,1,0,0,1\nU02,2,2,0,0,0\nU03,0,2,2,0,0\n";
    tally(text).right();
    tally(&text.replace(",弃权", "").replace("U01,2,1,0,0,1", "U01,2,1,0,0").replace("2,0,0,0\n", "2,0,0\n"))
        .rejected(&["E418 C3"]);
}

#[test]
fn votes_may_carry_their_unit_and_blanks_are_no_votes_where_the_sum_says_so() {
    let text = "单位,评议主体,好,较好,一般,差,弃权,有效\n\
        U01,评议代表,2票,1票,,-,1人,4\nU02,评议代表,2人,2人,,,,4票\nU03,评议代表,,2,2,—,0,4\n";
    tally(text).right();
    tally(&text.replace(",1人,4", ",1人,5")).rejected(&["E314 E2", "E314 F2"]);
    tally(&text.replace("U02,评议代表,2人,2人,,,,4票", "U02,评议代表,,,,,,4"))
        .rejected(&["E314 C3", "E314 D3", "E314 E3", "E314 F3"]);
}

#[test]
fn abstentions_under_several_headers_add_up() {
    tally(
        "单位,评议主体,好,较好,一般,差,弃权,不了解,未填,有效\nU01,评议代表,2,1,0,0,0,1,,4\n\
        U02,评议代表,2,2,0,0,,,0,4\nU03,评议代表,0,2,2,0,0,0,0,4\n",
    )
    .right();
    tally("单位,评议主体,好,较好,一般,差,弃权,弃权,有效\nU01,评议代表,2,1,0,0,0,1,4\n").rejected(&["E103 H1"]);
}

#[test]
fn sums_places_and_rates_are_no_levels() {
    let ran = tally(
        "单位,评议主体,好,较好,一般,差,弃权,票数合计,好评率,名次,备注说明,有效\n\
        U01,评议代表,2,1,0,0,1,4,75%,1,,4\nU02,评议代表,2,2,0,0,0,4,1,2,补票,4\nU03,评议代表,0,2,2,0,0,4,50%,3,,4\n",
    );
    ran.right();
    assert_eq!(ran.warnings(), ["W119 H1", "W119 I1", "W119 J1", "W119 K1"]);
    // A count under an unknown header may be a level, unless the valid votes are complete without it.
    tally("单位,评议主体,好,较好,一般,较差,弃权,有效\nU01,评议代表,2,1,0,1,0,4\n").rejected(&["E208 F1"]);
}

#[test]
fn a_result_beside_the_votes_is_read_past_with_a_warning() {
    for header in ["得分", "等次", "评价等次"] {
        let ran = tally(&format!(
            "单位,评议主体,好,较好,一般,差,弃权,有效,{header}\n\
             U01,评议代表,2,1,0,0,1,4,优秀\nU02,评议代表,2,2,0,0,0,4,\nU03,评议代表,0,2,2,0,0,4,良好\n"
        ));
        ran.right();
        assert_eq!(ran.warnings(), ["W119 I1"], "{header}");
    }
}
