//! Traditional characters as the simplified ones that stand for them, to find a name however it was typed.
//!
//! The table is that of characters in OpenCC (<https://github.com/BYVoid/OpenCC>, Apache License 2.0), version 1.4.2, as far as
//! both characters are of the basic plane. It is kept here since crates with such tables are under a licence that this one
//! cannot take, or rest on crates that nobody maintains. Each group of the file is a simplified character and those it
//! stands for.

use std::sync::LazyLock;

/// Traditional characters in order, each with the simplified one.
static SIMPLIFIED: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let groups = include_str!("simplified.txt").split_whitespace().filter_map(|group| {
        let mut chars = group.chars();
        Some((chars.next()?, chars))
    });
    let mut pairs: Vec<(char, char)> =
        groups.flat_map(|(simplified, others)| others.map(move |other| (other, simplified))).collect();
    pairs.sort_unstable();
    pairs
});

/// The simplified character that stands for a traditional one; any other as it is. Of several that may stand for it, always
/// the same one: this is for comparing, not for reading.
///
/// ```
/// let simplified: String = "雲嵐市財政局".chars().map(assess::shared::text::simplified).collect();
/// assert_eq!(simplified, "云岚市财政局");
/// ```
pub fn simplified(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let found = SIMPLIFIED.binary_search_by_key(&c, |(traditional, _)| *traditional);
    found.map_or(c, |at| SIMPLIFIED[at].1)
}
