//! The marks of two letters to one unit: which are the same, which came late, which were withdrawn.

use std::collections::BTreeMap;

use super::Whose;
use super::marks::Grid;
use super::scene::{Cell, Key, Scene};
use super::system::TooWide;
use crate::result::outcome::NodeMean;
use crate::shared::number::{Exact, Rounding};

/// Makes the variables of the means of one or two letters.
pub(super) struct Builder<'b, 'g> {
    pub(super) scene: &'b mut Scene<'g>,
    /// Of the letter that is looked at.
    pub(super) now: BTreeMap<Key, Cell>,
    /// Of the earlier one.
    pub(super) then: BTreeMap<Key, Cell>,
    /// Late and withdrawn marks: their variable, and how many they are.
    pub(super) between: Vec<(Key, Whose, usize, i64)>,
}

impl Builder<'_, '_> {
    /// A mean that is compared with none of another time.
    pub(super) fn alone(&mut self, grid: &Grid, key: Key, mean: &NodeMean, is_now: bool) -> Result<(), TooWide> {
        let votes = mean.counted as i64;
        let mut parts = Vec::new();
        if votes > 0 {
            let trimmed = mean.trimmed.len() as i64;
            parts.push(self.scene.variable(key, votes, trimmed, sum(grid, mean))?);
        }
        let cell = self.scene.cell(key, mean, parts)?;
        if is_now { &mut self.now } else { &mut self.then }.insert(key, cell);
        Ok(())
    }

    /// The means of two times, either of which may be absent: what stayed, what came late, what was withdrawn.
    pub(super) fn both(
        &mut self,
        grid: &Grid,
        key: Key,
        now: Option<&NodeMean>,
        then: Option<&NodeMean>,
    ) -> Result<(), TooWide> {
        let is_trimmed = |mean: Option<&NodeMean>| mean.is_some_and(|mean| !mean.trimmed.is_empty());
        if is_trimmed(now) || is_trimmed(then) {
            if let Some(now) = now {
                self.alone(grid, key, now, true)?;
            }
            if let Some(then) = then {
                self.alone(grid, key, then, false)?;
            }
            return Ok(());
        }
        let votes = |mean: Option<&NodeMean>| mean.map_or(0, |mean| mean.counted as i64);
        let total = |mean: Option<&NodeMean>| mean.map_or(0, |mean| sum(grid, mean));
        let (new, old) = (votes(now), votes(then));
        let (sum_new, sum_old) = (total(now), total(then));
        let exchanged = if new == old && sum_new != sum_old {
            let apart = (sum_new - sum_old).abs();
            ((apart + grid.top - 1) / grid.top.max(1)).min(new)
        } else {
            0
        };
        let stayed = new.min(old) - exchanged;
        let (late, withdrawn) = (new - stayed, old - stayed);
        // Any sums that fit together will do as a start: the search looks for the others.
        let rose = (sum_new - sum_old).max(0);
        let late_hint = if withdrawn == 0 { sum_new - sum_old } else { rose };
        let withdrawn_hint = if late == 0 { sum_old - sum_new } else { (sum_old - sum_new).max(0) };
        let part = |scene: &mut Scene<'_>, marks: i64, hint: i64| match marks {
            0 => Ok(None),
            marks => scene.variable(key, marks, 0, hint).map(Some),
        };
        let base = part(self.scene, stayed, sum_new - late_hint)?;
        let came = part(self.scene, late, late_hint)?;
        let gone = part(self.scene, withdrawn, withdrawn_hint)?;
        // Without anything from before the late marks are the class itself.
        if then.is_some() && now.is_some() && stayed + withdrawn > 0 {
            self.between.extend(came.map(|at| (key, Whose::Late, at, late)));
        }
        if then.is_some() {
            self.between.extend(gone.map(|at| (key, Whose::Withdrawn, at, withdrawn)));
        }
        if let Some(now) = now {
            let cell = self.scene.cell(key, now, base.into_iter().chain(came).collect())?;
            self.now.insert(key, cell);
        }
        if let Some(then) = then {
            let cell = self.scene.cell(key, then, base.into_iter().chain(gone).collect())?;
            self.then.insert(key, cell);
        }
        Ok(())
    }
}

/// The sum of the counted marks of a mean, in steps above as many of the least mark; the nearest one where the mean is rounded.
fn sum(grid: &Grid, mean: &NodeMean) -> i64 {
    let whole = &mean.mean.0 * &Exact::from(mean.counted + mean.zeros);
    let above = (whole - &grid.low * &Exact::from(mean.counted)) / &grid.step;
    let nearest = above.whole(Rounding::HalfUp);
    nearest.parts().and_then(|(own, _)| i64::try_from(own).ok()).unwrap_or(0)
}
