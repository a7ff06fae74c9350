//! The digits of numbers that fit machine words, written without the general machinery of formatting: reports print
//! hundreds of numbers for each unit.

/// Appends the digits of a whole number, with zeros before them up to a least number of digits.
pub(crate) fn whole_digits(number: u64, least: usize, to: &mut String) {
    if number >= 10 || least > 1 {
        whole_digits(number / 10, least.saturating_sub(1), to);
    }
    to.push(char::from(b'0' + (number % 10) as u8));
}

/// Appends a decimal whose whole part fits a machine word, given in units of its last place.
pub(crate) fn decimal(is_negative: bool, units: u128, decimals: u32, to: &mut String) {
    let scale = 10_u64.pow(decimals);
    let (whole, part) = match u64::try_from(units) {
        Ok(units) => (units / scale, units % scale),
        Err(_) => ((units / u128::from(scale)) as u64, (units % u128::from(scale)) as u64),
    };
    if is_negative {
        to.push('-');
    }
    whole_digits(whole, 1, to);
    if decimals > 0 {
        to.push('.');
        whole_digits(part, decimals as usize, to);
    }
}

/// The decimal of few decimals that a double stands for, in units of its last place, and its decimals, which are as few
/// as possible. A decimal of at most 15 digits is the only one of that length whose nearest double it is, so nothing
/// needs to be printed to find it.
pub(crate) fn short_decimal(double: f64) -> Option<(i64, u32)> {
    const MOST: f64 = 1e15;
    const SCALES: [f64; 5] = [1.0, 10.0, 100.0, 1_000.0, 10_000.0];
    (0..).zip(SCALES).find_map(|(decimals, scale)| {
        let units = (double * scale).round();
        // Both are whole and exact, so that the quotient is the double nearest to the decimal.
        let is_nearest = units.abs() < MOST && (units / scale).to_bits() == double.to_bits();
        is_nearest.then_some((units as i64, decimals))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Exact;
    use super::*;

    #[test]
    fn digits_are_those_that_formatting_gives() {
        for number in [0, 7, 10, 1_048_576, u64::MAX] {
            for least in [0, 1, 3, 8] {
                let mut text = String::new();
                whole_digits(number, least, &mut text);
                assert_eq!(text, format!("{number:0>width$}", width = least.max(1)));
            }
        }
        let printed = |is_negative, units, decimals| {
            let mut text = String::new();
            decimal(is_negative, units, decimals, &mut text);
            text
        };
        assert_eq!(printed(true, 12_345, 2), "-123.45");
        assert_eq!(printed(false, 5, 0), "5");
        assert_eq!(printed(false, u128::from(u64::MAX) * 100, 2), format!("{}.00", u64::MAX));
    }

    #[test]
    fn a_double_is_printed_as_the_shortest_decimal_that_stands_for_it() {
        for (double, wanted) in
            [(78.1, Some((781, 1))), (5.0, Some((5, 0))), (-0.25, Some((-25, 2))), (0.1 + 0.2, None)]
        {
            assert_eq!(short_decimal(double), wanted, "{double}");
        }
        assert_eq!([1e15, f64::NAN, f64::INFINITY, 1e-5].map(short_decimal), [None; 4]);
    }

    #[test]
    fn the_double_of_a_printed_number_is_that_of_its_text() {
        for numer in (-7_000..7_000).step_by(13) {
            for (denom, decimals) in [(1, 0), (3, 2), (7, 6), (800, 2), (11, 9), (64, 3)] {
                let number = Exact::ratio(numer, denom);
                let text = number.fixed(decimals);
                let double = number.fixed_double(decimals).unwrap();
                assert_eq!(double.to_bits(), text.parse::<f64>().unwrap().to_bits(), "{text}");
            }
        }
        // More digits than a double holds exactly.
        assert_eq!(Exact::ratio(7_000, 11).fixed_double(15), None);
        assert_eq!(Exact::ratio(i64::MAX, 1).fixed_double(2), None);
    }
}
