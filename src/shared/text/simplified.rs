//! Maps traditional to simplified characters, to find a name however it was typed.
//!
//! The table is that of characters in OpenCC (<https://github.com/BYVoid/OpenCC>, Apache License 2.0), version 1.4.2,
//! as far as both characters are in the basic plane. It is included here since crates with such tables are under a
//! licence that this crate cannot accept, or depend on unmaintained crates. Each group of the file is a simplified
//! character followed by those that it replaces.

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

/// The simplified character for a traditional one; any other character unchanged. If several are possible, always the
/// same one: this is for comparing, not for reading.
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
