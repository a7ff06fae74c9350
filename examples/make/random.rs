//! SplitMix64: a small seeded generator. Integers only, so every machine draws the same numbers.

/// A stream of pseudo-random integers.
pub(crate) struct Random(u64);

impl Random {
    /// A stream that depends on nothing but the name of what is drawn.
    pub(crate) fn named(name: &str) -> Self {
        let seed = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number of `low..=high`, all (nearly) equally likely.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = low.abs_diff(high) + 1;
        let step = i64::try_from(self.next() % span).expect("a step fits, spans here are small");
        low + step
    }

    /// A number of `-reach..=reach`, the middle more likely: the mean of three draws.
    pub(crate) fn around_zero(&mut self, reach: i64) -> i64 {
        (0..3).map(|_| self.between(-reach, reach)).sum::<i64>() / 3
    }

    /// An index of a list of `length` items.
    pub(crate) fn below(&mut self, length: u8) -> usize {
        usize::from(u8::try_from(self.next() % u64::from(length)).unwrap_or_default())
    }
}
