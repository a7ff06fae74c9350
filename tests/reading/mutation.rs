//! A mutation run: whatever is typed into a value cell, the run names that cell, or the total is the one that an
//! independent reader of the cell gives.

use crate::bench::{Bench, U01};

/// A small generator of numbers that repeats.
struct Rng(u64);

impl Rng {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// What a clerk may type into a cell of numbers, and what may get into it on the way.
const PIECES: [&str; 40] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "6", "9", ".", ".", ",", " ", "\n", "\t", "%", "％", "-", "—",
    "/", "+", "e", "E", "①", "６", "．", "，", "分", "次", "约", "\u{A0}", "\u{3000}", "\u{200B}", "'", "~", "N/A",
    "x",
];

/// The hundredths of a plain decimal between 60 and 100, read by an eye that knows nothing of the program: digits, one
/// point, digits; perhaps blanks around it, and the percent sign that the form of the leaf asks for.
fn plain(text: &str) -> Option<u32> {
    let text = text.trim_matches([' ', '\n', '\t']);
    let (text, is_percent) = text.strip_suffix('%').map_or((text, false), |number| (number, true));
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    let hundredths: u32 = format!("{part:0<2}").parse().ok()?;
    let value = whole.parse::<u32>().ok()? * 100 + hundredths;
    match value {
        // Below 60 % the leaf earns nothing; such a number without its sign is doubtful, and named.
        0..6000 if is_percent => Some(0),
        6000..=10_000 => Some(value),
        _ => None,
    }
}

/// What stands in the cell: pieces, or a number that is meant well with a piece somewhere in it.
fn typed(rng: &mut Rng) -> String {
    let piece = |rng: &mut Rng| PIECES[rng.below(PIECES.len())];
    if rng.below(2) == 0 {
        return (0..1 + rng.below(5)).map(|_| piece(rng)).collect();
    }
    let mut text = format!("{}", 60 + rng.below(41));
    if rng.below(2) == 0 {
        text.push_str(&format!(".{}", rng.below(100)));
    }
    if rng.below(2) == 0 {
        text.insert_str(rng.below(text.len() + 1), piece(rng));
    }
    text
}

#[test]
fn a_cell_is_named_or_scored_as_an_independent_reader_scores_it() {
    let mut rng = Rng(20_251_128);
    let bench = Bench::new();
    let (mut named, mut scored) = (0, 0);
    for _ in 0..800 {
        let text = typed(&mut rng);
        let ran = bench.text(U01, "H5", &text).run();
        let at_cell =
            ran.messages.iter().any(|message| message.cell.as_deref().is_some_and(|c| ["H5", "I5"].contains(&c)));
        match plain(&text) {
            Some(value) => {
                // 0.6·(42 + 0.5·v) + 112/3 + 2 in hundredths of hundredths: 645333.33 + 0.3·v.
                let exact = 6_453_333 + u64::from(value) * 300;
                let total = (exact + 500) / 1000;
                let expected = format!("{}.{:02}", total / 100, total % 100);
                assert_eq!(ran.totals.get("U01"), Some(&expected), "{text:?}: {:#?}", ran.messages);
                scored += 1;
            }
            None => {
                // What stands for a blank leaves the leaf unverified, which is said at 核定得分 beside it.
                assert!(at_cell || text.trim().is_empty(), "{text:?} is silent: {:?}", ran.totals);
                named += 1;
            }
        }
    }
    assert!(named > 400 && scored > 100, "{named} named, {scored} scored");
}
