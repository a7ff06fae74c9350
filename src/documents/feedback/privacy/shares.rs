//! What the rate of a share of votes tells: the band that it lies in (SPEC §19.8, §21).

use crate::model::rule::Bands;
use crate::result::outcome::UnitBallots;
use crate::shared::number::Exact;

/// How far below the next band the shares of one end; no two shares of the ballots of an office are closer.
const SHORT_OF_A_BAND: i64 = 1_000_000_000;

/// Whether the points of a share rise by steps, so that each rate stands for one interval of shares.
pub(super) fn is_rising(bands: &Bands) -> bool {
    match bands {
        Bands::Steps(bounds) => bounds.windows(2).all(|pair| pair[0].1 <= pair[1].1),
        Bands::Linear { .. } => false,
    }
}

/// The least and greatest share with the points of a unit; none where bands do not rise by steps.
///
/// Example: with 145 points from 0 and 160 from 60, 160 points say that the share is at least 60.
pub(super) fn between(bands: &Bands, ballots: &UnitBallots) -> Option<[Exact; 2]> {
    if !is_rising(bands) {
        return None;
    }
    let points = bands.at(&ballots.share.as_ref()?.0)?;
    let bounds = bands.bounds();
    let low = bounds.iter().find(|(_, own)| own.0 == points).map(|(bound, _)| bound.clone())?;
    let next = bounds.iter().find(|(_, own)| own.0 > points).map(|(bound, _)| bound);
    let high = next.map_or_else(|| Exact::from(100), |next| next - &(Exact::from(1) / Exact::from(SHORT_OF_A_BAND)));
    Some([low, high])
}
