//! Fractions as people write them: `1/3`, `6 2/3`, and `66 2/3%` for shares (SPEC §19.5).

use super::{Exact, Precision, Shortening};

/// The greatest denominator of a fraction that a cut share may stand for.
const MOST_PARTS: i64 = 12;

impl Exact {
    /// Reads a fraction or a mixed number, as the number itself: `1/3`, `6 2/3`, `-1/2`.
    pub fn parse_mixed(text: &str) -> Option<Self> {
        let text = text.trim();
        let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, part) = text.rsplit_once(' ').unwrap_or(("0", text));
        let (over, under) = part.split_once(['/', '／'])?;
        let whole_number = |digits: &str| {
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| Self::parse(digits)).flatten()
        };
        let (whole, over, under) = (whole_number(whole.trim())?, whole_number(over)?, whole_number(under)?);
        if under.is_zero() {
            return None;
        }
        let number = whole + over / under;
        Some(if is_negative { -number } else { number })
    }

    /// Reads a share in percent that is written as a fraction: `2/3` is that part of the whole, 66 2/3 percent, and so is
    /// `66 2/3%`.
    ///
    /// ```
    /// use assess::shared::number::Exact;
    /// assert_eq!(Exact::parse_share("2/3"), Exact::parse_share("66 2/3%"));
    /// assert_eq!(Exact::parse_share("66 2/3"), None);
    /// ```
    pub fn parse_share(text: &str) -> Option<Self> {
        let text = text.trim();
        match text.strip_suffix(['%', '％']) {
            Some(percent) => Self::parse_mixed(percent),
            // Whole units and a part of the whole would be two different things in one number.
            None if text.contains(' ') => None,
            None => Some(Self::from(100) * Self::parse_mixed(text)?),
        }
    }

    /// The number in full: its shortest decimal, or the fraction if no decimal is exact.
    pub fn in_full(&self) -> String {
        if self.decimals().is_some() { self.to_string() } else { self.fraction() }
    }

    /// The part of the whole that a share in percent stands for, if its decimals are those of a fraction that was cut or
    /// rounded: 33.3 and 33.33 stand for 1/3, 12.5 is itself.
    pub fn cut_share(&self) -> Option<String> {
        let decimals = self.decimals().filter(|decimals| *decimals > 0)?;
        let shares = (2..=MOST_PARTS).flat_map(|under| (1..under).map(move |over| (over, under)));
        let share = |(over, under): (i64, i64)| (Self::from(100) * Self::ratio(over, under), Self::ratio(over, under));
        let shares: Vec<(Self, Self)> = shares.map(share).collect();
        if shares.iter().any(|(percent, _)| percent == self) {
            return None;
        }
        let is_cut = |percent: &Self| {
            [Shortening::HalfUp, Shortening::Down]
                .into_iter()
                .any(|shortening| Precision { decimals, shortening }.round(percent) == *self)
        };
        shares.iter().find(|(percent, _)| is_cut(percent)).map(|(_, part)| part.fraction())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_read_as_they_are_written() {
        let number = |text: &str| Exact::parse_mixed(text).map(|own| own.fraction());
        assert_eq!(number("1/3").as_deref(), Some("1/3"));
        assert_eq!(number("6 2/3").as_deref(), Some("20/3"));
        assert_eq!(number("-1/2").as_deref(), Some("-1/2"));
        assert_eq!(number("4／2").as_deref(), Some("2/1"));
        for text in ["3", "1/0", "1/3%", "1.5/3", "1/-3", "/3", "1/", "a/b", "1 2", "", "--1/3", "1//3"] {
            assert_eq!(number(text), None, "{text}");
        }
        let share = |text: &str| Exact::parse_share(text).map(|own| own.fraction());
        assert_eq!(share("2/3").as_deref(), Some("200/3"));
        assert_eq!(share("66 2/3%").as_deref(), Some("200/3"));
        assert_eq!(share("1/2 %").as_deref(), Some("1/2"));
        assert_eq!((share("66 2/3"), share("50%"), share("1/0")), (None, None, None));
    }

    #[test]
    fn a_share_that_was_cut_is_known_by_its_own_decimals() {
        let part = |text: &str| Exact::parse(text).and_then(|own| own.cut_share());
        for (share, fraction) in [
            ("33.3", "1/3"),
            ("33.33", "1/3"),
            ("66.66", "2/3"),
            ("66.67", "2/3"),
            ("16.7", "1/6"),
            ("14.29", "1/7"),
            ("8.33", "1/12"),
            ("8.3", "1/12"),
        ] {
            assert_eq!(part(share).as_deref(), Some(fraction), "{share}");
        }
        // 12.5 is 1/8 exactly; 33 has no decimals; 33.4 and 33.34 are no cut of anything up to twelfths.
        for share in ["12.5", "37.5", "33", "33.4", "33.34", "0.5", "100"] {
            assert_eq!(part(share), None, "{share}");
        }
    }
}
