//! Formulas of values that count: told where they change each time, or where the stored value is not what they give.

use crate::bench::{Bench, Ran, U01};

/// 核定值 of 2.1 as a formula with a stored value; E5 holds 96, F4 to F6 26, 48 and 16.
fn formula(formula: &str, stored: &str) -> Ran {
    let formula = formula.replace('&', "&amp;");
    Bench::new().cell(U01, "H5", "", &format!("<f>{formula}</f><v>{stored}</v>")).run()
}

#[test]
fn what_the_formula_gives_needs_no_word() {
    for right in ["E5", "90+6", "2*48", "F5*2", "SUM(F4:F6)+6", "ROUND(95.999,0)", "(E5+E5)/2", "$E$5*100%"] {
        formula(right, "96").scored("93.33", &[]);
    }
}

#[test]
fn a_stored_value_that_is_stale_counts_and_is_told() {
    for (stale, gives) in [("E5-16", "80"), ("SUM(F4:F6)", "90"), ("ROUND(E5/7,1)", "13.7")] {
        let ran = formula(stale, "96");
        ran.scored("93.33", &["W231 H5"]);
        assert_eq!(ran.first("W231").expected.as_deref(), Some(gives));
    }
}

#[test]
fn a_function_that_changes_each_time_is_told_by_name() {
    for (volatile, name) in [
        ("96+RAND()*0", "RAND"),
        ("IF(NOW()>1,96,0)", "NOW"),
        ("OFFSET(E5,0,0)", "OFFSET"),
        ("INDIRECT(\"E5\")", "INDIRECT"),
    ] {
        let ran = formula(volatile, "96");
        ran.scored("93.33", &["W230 H5"]);
        assert!(ran.first("W230").title.contains(name), "{}", ran.first("W230").title);
    }
}

#[test]
fn formulas_that_do_not_count_or_are_not_known_need_no_word() {
    // The sum below the table, and a formula of another kind.
    Bench::new().cell(U01, "F7", "", "<f>SUM(F4:F6)</f><v>1</v>").run().scored("93.33", &[]);
    Bench::new().cell(U01, "J5", "", "<f>RAND()</f><v>1</v>").run().scored("93.33", &[]);
    formula("VLOOKUP(B5,B4:E6,4,FALSE)", "96").scored("93.33", &[]);
}
