//! Naive awards: SPEC §19.7.

use std::cmp::Reverse;

use crate::adjust::points_of_code;
use crate::grade::{holds, ranked, sized};
use crate::number::{Q, percent, q, round_by};
use crate::project::{Award, AwardBy, Mode, Project, TieAtQuota};
use crate::score::{Log, UnitResult};

/// What a unit is ordered by: a rate rounded as printed, the published total, or the counted points of a code.
fn value(p: &Project, result: &UnitResult, by: &AwardBy) -> Option<Q> {
    let printed = |rate: &Q| round_by(rate, p.score.decimals, p.score.rounding);
    match by {
        AwardBy::Component(at) => result.components[*at].as_ref().map(printed),
        AwardBy::Aspect(at) => result.combined.aspect[*at].as_ref().map(printed),
        AwardBy::Line(at) => result.combined.line[*at].as_ref().map(printed),
        AwardBy::Leaf(at) => result.leaves[*at].points.as_ref().and(result.combined.leaf[*at].as_ref()).map(printed),
        AwardBy::Total => Some(result.total.clone()),
        AwardBy::Adjustment(code) => Some(points_of_code(&result.rows, &p.adjust_rules[*code].code)),
    }
}

/// Winners of every award.
pub(crate) fn awards(p: &Project, results: &[UnitResult], log: &mut Log) -> Vec<Vec<usize>> {
    let mut all = Vec::new();
    for award in &p.awards {
        let mut winners = Vec::new();
        let mut scopes: Vec<Vec<usize>> = Vec::new();
        for unit in (0..p.units.len()).filter(|unit| p.units[*unit].mode == Mode::Ranked) {
            let scope = ranked(p, unit, award.scope);
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        for scope in scopes {
            winners.extend(give(p, results, award, &scope, log));
        }
        winners.sort_unstable();
        all.push(winners);
    }
    all
}

/// Winners within one scope.
fn give(p: &Project, results: &[UnitResult], award: &Award, scope: &[usize], log: &mut Log) -> Vec<usize> {
    let bar = award.at_least.as_ref().map(|bar| match award.by {
        AwardBy::Total | AwardBy::Adjustment(_) => q(bar),
        _ => percent(bar),
    });
    let mut candidates: Vec<(Q, usize)> = Vec::new();
    for unit in scope {
        // `unless` removes the candidate, the next moves up.
        if award.unless.as_ref().is_some_and(|unless| holds(p, results, *unit, unless)) {
            log.hit("award: passed over");
            continue;
        }
        if let Some(own) = value(p, &results[*unit], &award.by).filter(|own| bar.as_ref().is_none_or(|bar| own >= bar))
        {
            candidates.push((own, *unit));
        }
    }
    candidates.sort_by_key(|(own, unit)| (Reverse(own.clone()), *unit));
    let mut room = sized(&award.size, award.rounding, scope.len());
    let mut winners = Vec::new();
    while let Some((first, _)) = candidates.first().cloned() {
        let tied: Vec<usize> = candidates.iter().filter(|(own, _)| *own == first).map(|(_, unit)| *unit).collect();
        candidates.retain(|(own, _)| *own != first);
        if tied.len() <= room {
            room -= tied.len();
            winners.extend(tied);
            log.hit("award: won");
            continue;
        }
        if room == 0 {
            break;
        }
        match award.tie {
            TieAtQuota::Exclude => log.hit("award: tie excluded"),
            TieAtQuota::Include => {
                log.hit("award: tie included");
                winners.extend(tied);
            }
            TieAtQuota::Committee => log.error(format!("award {}: a tie for the committee", award.code)),
        }
        break;
    }
    winners
}
