//! Ways to tick a level: each is read as what it plainly is, or named at its cell; none voids a ballot in silence.

use crate::bench::{Bench, Ran};

const HEAD: &str = "评议主体,评委编号,单位,好,较好,一般,差,弃权\n";
/// The levels that the four raters of the example chose for the three units: 0 is 好, 4 is 弃权.
const CHOSEN: [[usize; 3]; 4] = [[0, 0, 1], [1, 0, 2], [4, 1, 1], [0, 1, 2]];

/// The ballots of the example with a sign for what is chosen and one for what is not.
fn ballots(chosen: &str, other: &str) -> String {
    let mut text = HEAD.to_owned();
    for (rater, levels) in CHOSEN.iter().enumerate() {
        for (unit, level) in levels.iter().enumerate() {
            let cells: Vec<&str> = (0..5).map(|at| if at == *level { chosen } else { other }).collect();
            text.push_str(&format!("评议代表,R{},U0{},{}\n", rater + 1, unit + 1, cells.join(",")));
        }
    }
    text
}

fn run(text: &str) -> Ran {
    Bench::unrated().write("ballots/meeting/票.csv", text.as_bytes()).run()
}

/// The example with the row of the first rater for the first unit replaced.
fn first_row(cells: &str) -> Ran {
    run(&ballots("√", "").replacen("R1,U01,√,,,,", &format!("R1,U01,{cells}"), 1))
}

#[test]
fn one_sign_among_blanks_or_signs_of_no_is_a_tick() {
    let blanks = [
        "√",
        "✓",
        "✔",
        "✔\u{FE0F}",
        "✔\u{FE0E}",
        "\u{200B}√",
        "√ ",
        "✅",
        "☑",
        "☑\u{FE0F}",
        "∨",
        "v",
        "V",
        "Ｖ",
        "1",
        "１",
        "是",
        "对",
        "Y",
        "yes",
        "TRUE",
        "true",
        "○",
        "◯",
        "●",
        "⬤",
        "■",
        "√√",
    ];
    for sign in blanks {
        run(&ballots(sign, "")).right();
    }
    let pairs = [
        ("TRUE", "FALSE"),
        ("true", "false"),
        ("1", "0"),
        ("√", "×"),
        ("✓", "✗"),
        ("✔", "✘"),
        ("✅", "❌"),
        ("√", "x"),
        ("是", "否"),
        ("Y", "N"),
        ("yes", "no"),
        ("☑", "□"),
        ("☑", "☐"),
        ("■", "□"),
        ("☒", "☐"),
        ("●", "○"),
        ("◉", "○"),
        ("√", "○"),
        ("√", "-"),
        ("☑", "☒"),
        ("对", "错"),
    ];
    for (chosen, other) in pairs {
        run(&ballots(chosen, other)).right();
    }
}

#[test]
fn options_printed_with_boxes_are_read() {
    first_row("☑好,□较好,□一般,□差,□弃权").right();
    first_row("好√,较好,一般,差,弃权").right();
    first_row("●好,○较好,○一般,○差,○弃权").right();
}

#[test]
fn a_sign_that_could_mean_two_things_or_none_waits_for_people() {
    for sign in ["〇", "o", "O", "①", "P", "R", "ü", "þ", "★", "☒", "×", "✗", "x", "2", "?", "口", "√×", "4", "👍"]
    {
        let ran = first_row(&format!("{sign},,,,"));
        assert_eq!(ran.pending(), ["E435 D2"], "{sign}");
        assert!(ran.errors().is_empty(), "{sign}: {:#?}", ran.messages);
        assert_eq!(ran.first("E435").unit.as_deref(), Some("U01"), "{sign}");
    }
    // A clear tick does not say what the sign beside it means.
    assert_eq!(first_row("√,★,,,").pending(), ["E435 E2"]);
}

#[test]
fn marks_that_contradict_each_other_stay_void() {
    for cells in ["√,√,,,", "√,,1,,", "○,○,,,", "●,,○,,"] {
        let ran = first_row(cells);
        assert_eq!(ran.first("W406").unit.as_deref(), Some("U01"), "{cells}");
        assert!(ran.pending().is_empty() && ran.totals.len() == 3, "{cells}");
    }
}

#[test]
fn a_blank_row_of_boxes_is_no_mark() {
    // U01 then has 80, 弃权 and 100 from the others: (80 + 100) / 2 = 90, of which 40 % are 36; 36 + 56 = 92.
    for cells in [",,,,", "□,□,□,□,□", "FALSE,FALSE,FALSE,FALSE,FALSE", "0,0,0,0,0"] {
        let ran = first_row(cells);
        assert!(ran.pending().is_empty(), "{cells}");
        assert_eq!(ran.totals.get("U01").map(String::as_str), Some("92.00"), "{cells}: {:#?}", ran.messages);
    }
}
