//! Ranks by published total; equal totals share the rank (SPEC §9.1).

use crate::model::RankMethod;
use crate::shared::number::Points;

/// The ranks of totals, in their order; equal totals share one.
///
/// Example: 95, 91, 91, 90 are ranked 1, 2, 2, 4 (competition), 1, 2, 2, 3 (dense), 1, 3, 3, 4 (modified).
pub fn ranks(totals: &[&Points], method: RankMethod) -> Vec<usize> {
    let mut order: Vec<usize> = (0..totals.len()).collect();
    order.sort_by(|a, b| totals[*b].cmp(totals[*a]));
    let mut ranks = vec![0; totals.len()];
    let (mut above, mut distinct) = (0, 0);
    for tied in order.chunk_by(|a, b| totals[*a] == totals[*b]) {
        distinct += 1;
        let rank = match method {
            RankMethod::Competition => above + 1,
            RankMethod::Dense => distinct,
            RankMethod::Modified => above + tied.len(),
        };
        for index in tied {
            ranks[*index] = rank;
        }
        above += tied.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_share_the_rank_by_each_method() {
        let totals = [91, 95, 90, 91].map(Points::whole);
        let list: Vec<&Points> = totals.iter().collect();
        assert_eq!(ranks(&list, RankMethod::Competition), [2, 1, 4, 2]);
        assert_eq!(ranks(&list, RankMethod::Dense), [2, 1, 3, 2]);
        assert_eq!(ranks(&list, RankMethod::Modified), [3, 1, 4, 3]);
    }
}
