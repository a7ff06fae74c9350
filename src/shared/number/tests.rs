//! Rounding, parsing and printing of exact numbers, with examples made by hand.

use super::*;

fn exact(text: &str) -> Exact {
    Exact::parse(text).expect("literal decimal")
}

#[test]
fn rounds_half_away_from_zero() {
    assert_eq!(exact("2.675").round(2), exact("2.68"));
    assert_eq!(exact("-2.5").round(0), exact("-3"));
    assert_eq!(exact("78.155").fixed(2), "78.16");
}

#[test]
fn a_cell_double_is_the_decimal_a_user_sees() {
    assert_eq!(Exact::from_cell(0.1 + 0.2), Some(exact("0.3")));
    assert_eq!(Exact::from_cell(85.449_999_999_999_99), Some(exact("85.45")));
    assert_eq!(Exact::from_cell(-0.0), Some(Exact::zero()));
    assert_eq!(Exact::from_cell(1200.0), Some(exact("1200")));
    assert_eq!(Exact::from_cell(f64::NAN), None);
}

#[test]
fn cells_of_every_size_are_exact() {
    for hundredths in -20_000..=20_000_i32 {
        let cell = f64::from(hundredths) / 100.0;
        assert_eq!(Exact::from_cell(cell), Some(Exact::ratio(hundredths.into(), 100)), "{cell}");
    }
    let zeros = |count: usize| "0".repeat(count);
    let samples = [
        (1.5e20, format!("15{}", zeros(19))),
        (9.999_999_999_999_99e22, format!("999999999999999{}", zeros(8))),
        (-123_456_789_012_345.0, "-123456789012345".to_owned()),
        (1.25e-20, format!("0.{}125", zeros(19))),
        (1e-17, format!("0.{}1", zeros(16))),
        (0.000_123_456_789_012_345, "0.000123456789012345".to_owned()),
        (1e18, format!("1{}", zeros(18))),
    ];
    for (cell, text) in samples {
        assert_eq!(Exact::from_cell(cell), Some(exact(&text)), "{cell:e}");
    }
    assert_eq!(Exact::from_cell(1e300), None);
}

#[test]
fn floor_of_a_share_is_exact() {
    let places = exact("0.29") * exact("100");
    assert_eq!(places.whole(Rounding::Floor), exact("29"));
}

#[test]
fn numbers_beyond_machine_words_stay_exact() {
    let least = Exact::from(i64::MIN);
    assert_eq!((-least.clone()).fraction(), "9223372036854775808/1");
    assert_eq!(-(-least.clone()), least);
    let third = Exact::ratio(1, 3);
    let mut product = Exact::from(1);
    for _ in 0..60 {
        product = product * &third;
    }
    assert_eq!(product.fraction(), "1/42391158275216203514294433201");
    for _ in 0..60 {
        product = product / &third;
    }
    assert_eq!(product, Exact::from(1), "back in machine words, and equal");
    let large = Exact::ratio(i64::MAX, 2);
    assert!(&large + &large > large && &large - &large == Exact::zero());
    assert!(Exact::ratio(i64::MAX, i64::MAX - 1) < Exact::ratio(i64::MAX - 1, i64::MAX - 2));
}

proptest::proptest! {
    #[test]
    fn both_forms_agree_with_unbounded_fractions(
        a in proptest::num::i64::ANY, b in 1..i64::MAX, c in proptest::num::i64::ANY, d in 1..i64::MAX
    ) {
        let big = |p: i64, q: i64| BigRational::new(p.into(), q.into());
        let (x, y) = (Exact::ratio(a, b), Exact::ratio(c, d));
        let (u, v) = (big(a, b), big(c, d));
        proptest::prop_assert_eq!((&x + &y).wide(), &u + &v);
        proptest::prop_assert_eq!((&x - &y).wide(), &u - &v);
        proptest::prop_assert_eq!((&x * &y).wide(), &u * &v);
        proptest::prop_assert_eq!(x.cmp(&y), u.cmp(&v));
        proptest::prop_assert_eq!(x.round(2).wide(), (&u * BigInt::from(100)).round() / BigInt::from(100));
        if c != 0 {
            proptest::prop_assert_eq!((&x / &y).wide(), &u / &v);
        }
    }
}

#[test]
fn only_plain_decimals_are_numbers() {
    for bad in ["", "-", ".5", "5.", "1e3", "1,000", " 5", "0x1", "1.2.3", "NaN"] {
        assert_eq!(Exact::parse(bad), None, "{bad:?}");
    }
}

#[test]
fn prints_exact_decimals_and_fractions() {
    assert_eq!(Exact::ratio(1, 8).to_string(), "0.125");
    assert_eq!(Exact::ratio(1, 3).to_string(), "0.333333");
    assert_eq!(Exact::from(90).fraction(), "90/1");
    assert_eq!(Exact::parse_fraction("-4/6"), Some(Exact::ratio(-2, 3)));
}
