//! The signs by which a column is ticked, by meaning. The vocabulary lists the signs themselves.

use crate::read::Word;
use crate::shared::text;

/// What a sign in a cell under a level means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// √, 1, 是.
    Tick,
    /// ●, which is also the chosen one among printed circles.
    Disc,
    /// ○, which is also printed to be filled in.
    Circle,
    /// ☒, which is also how some programs draw a chosen box.
    CrossedBox,
    /// ×.
    Cross,
    /// □, as printed.
    Box,
    /// 0, 否.
    No,
}

const MEANINGS: [(Word, Sign); 6] = [
    (Word::Tick, Sign::Tick),
    (Word::Disc, Sign::Disc),
    (Word::Circle, Sign::Circle),
    (Word::CrossedBox, Sign::CrossedBox),
    (Word::Cross, Sign::Cross),
    (Word::Untick, Sign::No),
];

/// The sign that a text consists of; a repeated sign is one sign.
pub(super) fn sign(written: &str) -> Option<Sign> {
    // A number in a circle is not a tick, although it counts as a digit.
    if written.chars().any(|c| c.is_numeric() && !c.is_ascii_digit() && !('０'..='９').contains(&c)) {
        return None;
    }
    let key = text::key(written).to_lowercase();
    let mut signs = key.chars();
    let first = signs.next()?;
    let repeated = !first.is_alphanumeric() && signs.all(|c| c == first);
    let mut buffer = [0; 4];
    let one = if repeated { first.encode_utf8(&mut buffer) } else { key.as_str() };
    let sign = MEANINGS.iter().find(|(word, _)| word.matches(one)).map(|(_, sign)| *sign)?;
    Some(if sign == Sign::No && is_symbol(first) { Sign::Box } else { sign })
}

/// A printed option without the signs at its ends, and the sign: `好√`, `☑好`, `□好`. Letters and digits are not signs
/// here, and signs at both ends must be the same.
pub(super) fn without_signs(key: &str) -> Option<(&str, Sign)> {
    let bare = key.trim_matches(is_symbol);
    let cut = key.len() - bare.len();
    if cut == 0 || bare.is_empty() {
        return None;
    }
    let start = key.find(bare)?;
    let signs = [&key[..start], &key[start + bare.len()..]].concat();
    Some((bare, sign(&signs)?))
}

/// Whether a character is a sign, not a letter, digit or punctuation mark.
fn is_symbol(c: char) -> bool {
    let mut buffer = [0; 4];
    let one: &str = c.encode_utf8(&mut buffer);
    !c.is_alphanumeric() && !c.is_ascii_punctuation() && MEANINGS.iter().any(|(word, _)| word.matches(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_means_what_it_plainly_is() {
        let ticks = "√ ✓ ✔ ✔\u{FE0F} ✔\u{FE0E} ✅ ☑ ☑\u{FE0F} 🗸 🗹 ∨ v V ｖ 1 １ 是 对 yes Y TRUE true √√ \u{200B}√ ■";
        for written in ticks.split(' ') {
            assert_eq!(sign(written), Some(Sign::Tick), "{written}");
        }
        for (signs, meaning) in [
            ("● ⬤ ⚫ ◉", Sign::Disc),
            ("○ ◯ ⚪ ⭕", Sign::Circle),
            ("□ ☐ ▢ ⬜", Sign::Box),
            ("0 否 N no FALSE ０", Sign::No),
            ("× x X ✗ ✘ ✕ ❌", Sign::Cross),
            ("☒ ❎", Sign::CrossedBox),
        ] {
            for written in signs.split(' ') {
                assert_eq!(sign(written), Some(meaning), "{written}");
            }
        }
        for written in "〇 o O ① ¹ Ⅴ 口 P R ü þ ★ 2 √× -1 10".split(' ') {
            assert_eq!(sign(written), None, "{written}");
        }
    }

    #[test]
    fn an_option_may_have_a_sign_beside_it() {
        assert_eq!(without_signs("好√"), Some(("好", Sign::Tick)));
        assert_eq!(without_signs("☑好"), Some(("好", Sign::Tick)));
        assert_eq!(without_signs("□好"), Some(("好", Sign::Box)));
        assert_eq!(without_signs("√好×"), None);
        assert_eq!(without_signs("好"), None);
        assert_eq!(without_signs("√"), None);
    }
}
