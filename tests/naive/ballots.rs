//! Naive scoring of ballots: SPEC §7 and §18 "Ballots", in the order void ratings → recusal → ballot rules → quorum →
//! trim → mean → classes.

use crate::leaves::{curve, step};
use crate::nodes::{Rates, spread};
use crate::number::{Q, Way, count, decimal, int, percent, q, round_by, sum, weighted};
use crate::project::{
    Ballot, Ballots, Denominator, Mode, Project, Rates as Measures, Scale, StraightLine, TooFew, Trim,
};
use crate::score::Log;

/// What a unit got from a component of ballots.
#[derive(Clone, Debug, Default)]
pub(crate) struct BallotResult {
    pub(crate) rates: Rates,
    /// Exact satisfaction in percent; `None` is unknown.
    pub(crate) satisfaction: Option<Q>,
    /// §19.8: exact share of every level in percent, weighted over the classes; `None` without votes.
    pub(crate) shares: Option<Vec<Q>>,
    /// §19.4: the tallies say 不涉及.
    pub(crate) not_applicable: bool,
}

/// One mark as read.
#[derive(Clone, Debug, PartialEq)]
enum Mark {
    Rating(Q),
    Void,
    Abstained,
    Blank,
}

/// SPEC §7: a rating is void if out of range, unknown or double-marked; abstain words and blanks are no ratings.
fn read_mark(scale: &Scale, text: &str) -> Mark {
    if text.is_empty() {
        return Mark::Blank;
    }
    if text == "弃权" {
        return Mark::Abstained;
    }
    match scale {
        Scale::Levels(levels) => {
            levels.iter().find(|(name, _)| name == text).map_or(Mark::Void, |(_, points)| Mark::Rating(q(points)))
        }
        Scale::Range { min, max, .. } => match decimal(text) {
            Some(mark) if q(min) <= mark && mark <= q(max) => Mark::Rating(mark),
            _ => Mark::Void,
        },
    }
}

/// Points of a measured node, the weights of a rater's points-weighted mark.
fn node_points(p: &Project, b: &Ballots) -> Vec<Q> {
    match b.rates {
        Measures::Unit => vec![int(1)],
        Measures::Aspects => p.aspects.iter().map(|a| q(&a.points)).collect(),
        Measures::Indicators => p.leaves.iter().map(|l| q(&l.points)).collect(),
    }
}

/// A rater's points-weighted mark for a unit. Reading: over the nodes the rater has validly rated.
fn weighted_mark(points: &[Q], marks: &[Mark]) -> Option<Q> {
    let mut parts = Vec::new();
    for (weight, mark) in points.iter().zip(marks) {
        if let Mark::Rating(mark) = mark {
            parts.push((weight.clone(), mark.clone()));
        }
    }
    weighted(&parts)
}

enum State {
    Valid,
    Void,
    Emptied,
}

/// A ballot after void ratings, recusal and the ballot rules.
struct Sheet {
    state: State,
    /// Marks per listed unit that is assessed and not recused.
    marks: Vec<(usize, Vec<Mark>)>,
}

/// SPEC §7 "A ballot is void if …" and §18 "emptied", "a sheet that marks only 不参评 units is blank".
fn judge(p: &Project, b: &Ballots, ballot: &Ballot, log: &mut Log) -> Sheet {
    let points = node_points(p, b);
    let mut marks = Vec::new();
    let mut recused = false;
    for (unit, texts) in &ballot.marks {
        if p.units[*unit].mode == Mode::Excluded {
            log.hit("ballot: mark for an excluded unit ignored");
            continue;
        }
        let read: Vec<Mark> = texts.iter().map(|text| read_mark(b.scale_of(ballot.class), text)).collect();
        if b.classes[ballot.class].recuse && ballot.own == Some(*unit) {
            // Reading: a recused blank cell is no mark; a recused void or abstained mark is one.
            if read.iter().any(|mark| *mark != Mark::Blank) {
                log.hit("ballot: own unit recused");
                recused = true;
            }
            continue;
        }
        marks.push((*unit, read));
    }
    let left: Vec<&Mark> = marks.iter().flat_map(|(_, read)| read).filter(|mark| **mark != Mark::Blank).collect();
    for mark in &left {
        match mark {
            Mark::Void => log.hit("ballot: void rating"),
            Mark::Abstained => log.hit("ballot: abstention"),
            _ => {}
        }
    }
    let state = if left.is_empty() {
        if recused { State::Emptied } else { State::Void }
    } else if left.iter().any(|mark| matches!(mark, Mark::Rating(_))) {
        if pattern_void((b, b.scale_of(ballot.class)), &points, &marks, log) { State::Void } else { State::Valid }
    } else if left.iter().any(|mark| **mark == Mark::Void) {
        State::Void
    } else {
        State::Valid
    };
    match state {
        State::Void => log.hit("ballot: void ballot"),
        State::Emptied => log.hit("ballot: emptied by recusal"),
        State::Valid => {}
    }
    Sheet { state, marks }
}

/// SPEC §7: max_top_share and straight_line, on units' points-weighted marks, from `pattern_from` rated units.
fn pattern_void((b, scale): (&Ballots, &Scale), points: &[Q], marks: &[(usize, Vec<Mark>)], log: &mut Log) -> bool {
    let rated: Vec<Q> = marks.iter().filter_map(|(_, read)| weighted_mark(points, read)).collect();
    if rated.len() < b.pattern_from {
        return false;
    }
    if let Some(share) = &b.max_top_share {
        let top = match scale {
            Scale::Levels(levels) => levels.iter().map(|(_, v)| q(v)).max().expect("levels"),
            Scale::Range { max, top_from, .. } => q(top_from.as_ref().unwrap_or(max)),
        };
        let limit = (percent(share) * count(rated.len()) / int(100)).floor().max(int(1));
        let in_top = rated.iter().filter(|mark| **mark >= top).count();
        if count(in_top) > limit {
            log.hit("ballot: void by max_top_share");
            return true;
        }
    }
    if rated.iter().all(|mark| *mark == rated[0]) {
        log.hit("ballot: straight line");
        return b.straight_line == StraightLine::Void;
    }
    false
}

/// What one class says about one unit.
#[derive(Default)]
struct Pool {
    /// The class has a result here (SPEC §7 quorum).
    quorum: bool,
    /// Per rater: rater id and the marks for the unit, of valid ballots.
    raters: Vec<(String, Vec<Mark>)>,
    /// Per node: ratings and blanks of a tally.
    tally: Option<Vec<(Vec<Q>, usize)>>,
    /// Missing, if it is missing, only through 回避.
    recusal_only: bool,
    /// Ballots issued for the unit, less those of its own raters (§19.8); `None` where nothing is issued.
    may_rate: Option<usize>,
}

impl Pool {
    /// Raters with a valid rating for the unit.
    fn answers(&self) -> usize {
        match &self.tally {
            // Reading: a tally of several nodes had as many raters as its fullest node.
            Some(nodes) => nodes.iter().map(|(ratings, _)| ratings.len()).max().unwrap_or(0),
            None => {
                self.raters.iter().filter(|(_, marks)| marks.iter().any(|mark| matches!(mark, Mark::Rating(_)))).count()
            }
        }
    }

    /// Valid ratings of one node before trimming.
    fn ratings(&self, node: usize) -> Vec<Q> {
        if let Some(nodes) = &self.tally {
            return nodes[node].0.clone();
        }
        let mut ratings = Vec::new();
        for (_, marks) in &self.raters {
            if let Mark::Rating(mark) = &marks[node] {
                ratings.push(mark.clone());
            }
        }
        ratings
    }

    /// Abstentions and blanks of one node.
    fn silent(&self, node: usize) -> usize {
        if let Some(nodes) = &self.tally {
            return nodes[node].1;
        }
        self.raters.iter().filter(|(_, marks)| matches!(marks[node], Mark::Abstained | Mark::Blank)).count()
    }
}

/// All pools of a component: per class, per unit.
fn pools_of(p: &Project, b: &Ballots, log: &mut Log) -> Vec<Vec<Pool>> {
    let quorum_holds = |valid: usize, issued: Option<u32>| match (&b.quorum, issued) {
        (Some(quorum), Some(issued)) => count(valid) * int(100) >= percent(quorum) * int(i64::from(issued)),
        _ => true,
    };
    let mut all = Vec::new();
    for (at, class) in b.classes.iter().enumerate() {
        let ballots: Vec<&Ballot> = b.ballots.iter().filter(|ballot| ballot.class == at).collect();
        let sheets: Vec<Sheet> = ballots.iter().map(|ballot| judge(p, b, ballot, log)).collect();
        let valid = sheets.iter().filter(|sheet| matches!(sheet.state, State::Valid)).count();
        if class.issued.is_some_and(|issued| sheets.len() > issued as usize) {
            log.error(format!("{}: more returned than issued", class.name));
        }
        let class_quorum = quorum_holds(valid, class.issued);
        if !class_quorum {
            log.hit("ballot: class without quorum");
        }
        let mut pools = Vec::new();
        for unit in 0..p.units.len() {
            let mut pool = Pool { quorum: class_quorum, ..Pool::default() };
            for (ballot, sheet) in ballots.iter().zip(&sheets) {
                if matches!(sheet.state, State::Valid) {
                    for (listed, marks) in &sheet.marks {
                        if *listed == unit {
                            pool.raters.push((ballot.rater.clone(), marks.clone()));
                        }
                    }
                }
            }
            // Reading: the own rater is present by handing in a ballot, whether it lists the unit or is void.
            // SPEC §18: an own rater is present, quorum holds, no other rater of the class lists the unit.
            let own = ballots.iter().any(|ballot| ballot.own == Some(unit));
            let others = ballots
                .iter()
                .any(|ballot| ballot.own != Some(unit) && ballot.marks.iter().any(|(listed, _)| *listed == unit));
            pool.recusal_only = class.recuse && own && class_quorum && !others;
            let recused = sheets.iter().zip(&ballots).filter(|(_, ballot)| class.recuse && ballot.own == Some(unit));
            let marked = |ballot: &Ballot| ballot.marks.iter().any(|(at, texts)| *at == unit && !texts[0].is_empty());
            if b.denominator == Denominator::Issued
                && recused.clone().any(|(sheet, ballot)| matches!(sheet.state, State::Void) || !marked(ballot))
            {
                log.unclear("an own rater who did not mark the unit, under denominator = issued");
            }
            pool.may_rate = class.issued.map(|issued| (issued as usize).saturating_sub(recused.count()));
            if let Some(tally) = b.tallies.iter().find(|tally| tally.class == at && tally.unit == unit) {
                if tally.issued.is_some_and(|issued| tally.valid + tally.void > issued) {
                    log.error(format!("{}: tally returns more than issued", class.name));
                }
                pool.quorum = quorum_holds(tally.valid as usize, tally.issued);
                if !pool.quorum {
                    log.hit("ballot: tally without quorum");
                }
                pool.recusal_only = false;
                pool.may_rate = tally.issued.map(|issued| issued as usize);
                pool.tally = Some(tally_nodes(b.scale_of(at), &tally.nodes));
            }
            pools.push(pool);
        }
        all.push(pools);
    }
    all
}

/// Votes per level as single ratings.
fn tally_nodes(scale: &Scale, nodes: &[(Vec<u32>, u32)]) -> Vec<(Vec<Q>, usize)> {
    let Scale::Levels(levels) = scale else {
        panic!("tallies need levels");
    };
    let mut read = Vec::new();
    for (votes, blank) in nodes {
        let mut ratings = Vec::new();
        for ((_, points), n) in levels.iter().zip(votes) {
            for _ in 0..*n {
                ratings.push(q(points));
            }
        }
        read.push((ratings, *blank as usize));
    }
    read
}

/// The raters whose marks for the unit stay after trimming on ballot, by their places in the pool (SPEC §7, §18, §20: cut with
/// all the rater's cells for that unit).
fn untrimmed(b: &Ballots, points: &[Q], pool: &Pool, log: &mut Log) -> Vec<usize> {
    let all: Vec<usize> = (0..pool.raters.len()).collect();
    let Some(trim) = b.trim.as_ref().filter(|trim| trim.on_ballot) else { return all };
    let mut order: Vec<(Q, Vec<Option<Q>>, String, usize)> = Vec::new();
    for (at, (rater, marks)) in pool.raters.iter().enumerate() {
        if let Some(mark) = weighted_mark(points, marks) {
            let vector = marks.iter().map(|mark| match mark {
                Mark::Rating(mark) => Some(mark.clone()),
                _ => None,
            });
            order.push((mark, vector.collect(), rater.clone(), at));
        }
    }
    // Reading: `from` counts the raters of the class who rated the unit.
    if order.len() < trim.from {
        return all;
    }
    log.hit("ballot: trimmed on ballot");
    order.sort();
    // Unclear: how a mark vector with gaps sorts, where it decides who is cut.
    let tied = |pair: &[(Q, Vec<Option<Q>>, String, usize)]| {
        pair[0].0 == pair[1].0 && pair.iter().any(|entry| entry.1.contains(&None))
    };
    if order.windows(2).any(tied) {
        log.unclear("tie of partly marked units in trim on ballot");
    }
    let (low, high) = ends(trim, order.len(), log);
    let cut = order[..low].iter().chain(&order[order.len() - high..]);
    let cut: Vec<usize> = cut.map(|entry| entry.3).collect();
    all.into_iter().filter(|at| !cut.contains(at)).collect()
}

/// SPEC §7 "Class mean for unit and node", with §18 and §20 "trim on ballot". `None`: the class is missing for this node.
fn class_mean(b: &Ballots, way: Way, (points, pool): (&[Q], &Pool), node: usize, log: &mut Log) -> Option<Q> {
    if !pool.quorum {
        return None;
    }
    let mut ratings = pool.ratings(node);
    let mut silent = pool.silent(node);
    let mut cut = 0;
    if pool.tally.is_none() && b.trim.as_ref().is_some_and(|trim| trim.on_ballot) {
        let kept = untrimmed(b, points, pool, log);
        let marks = || kept.iter().map(|at| &pool.raters[*at].1[node]);
        ratings =
            marks().filter_map(|mark| if let Mark::Rating(mark) = mark { Some(mark.clone()) } else { None }).collect();
        cut = pool.raters.len() - kept.len();
        if b.denominator == Denominator::All && cut > 0 && silent > 0 {
            log.hit("ballot: trimmed on ballot beside abstentions that count");
        }
        silent = marks().filter(|mark| matches!(mark, Mark::Abstained | Mark::Blank)).count();
    } else if let Some(trim) = b.trim.as_ref().filter(|trim| !trim.on_ballot && ratings.len() >= trim.from) {
        log.hit("ballot: trimmed on rating");
        ratings.sort();
        let (low, high) = ends(trim, ratings.len(), log);
        cut = low + high;
        ratings = ratings[low..ratings.len() - high].to_vec();
    }
    let divisor = divisor(b, pool, (ratings.len(), silent, cut), log);
    let silent = if b.denominator == Denominator::All { silent } else { 0 };
    if silent > 0 {
        log.hit("ballot: silent ratings enter as zero");
    }
    if ratings.is_empty() && silent == 0 || divisor == 0 {
        return None;
    }
    if ratings.is_empty() {
        // SPEC §20: a class in which every valid ballot abstained under denominator = "all" has the mean 0.
        log.hit("ballot: class of abstentions only has the mean 0");
    }
    let mean = sum(&ratings) / count(divisor);
    // Reading: the mean is rounded in points, before it becomes a rate.
    Some(match b.mean_decimals {
        Some(decimals) => round_by(&mean, decimals, way),
        None => mean,
    })
}

/// How many are cut at each end of `n` (SPEC §7; §19.8: floor(share·n)).
fn ends(trim: &Trim, n: usize, log: &mut Log) -> (usize, usize) {
    let Some(share) = &trim.share else { return (trim.low, trim.high) };
    let each = (percent(share) * count(n) / int(100)).floor().to_integer().to_string().parse().expect("few raters");
    if each > 0 {
        log.hit("ballot: trimmed by share");
    }
    (each, each)
}

/// What the sum of the marks is divided by: of ratings, silent cells and what was cut (SPEC §7, §19.8).
fn divisor(b: &Ballots, pool: &Pool, (ratings, silent, cut): (usize, usize, usize), log: &mut Log) -> usize {
    match b.denominator {
        Denominator::Valid => ratings,
        Denominator::All => ratings + silent,
        Denominator::Issued => {
            if ratings == 0 {
                log.unclear("a class without ratings under denominator = issued");
            }
            log.hit("ballot: divided by what was issued");
            match pool.may_rate {
                Some(issued) => issued.saturating_sub(cut),
                None => {
                    log.unclear("nothing issued under denominator = issued");
                    ratings
                }
            }
        }
    }
}

/// Points that make 100 % in a class (SPEC §7 `full`). Reading: a class with a scale of its own has its own 100 %.
fn full_points(b: &Ballots, class: usize) -> Q {
    match (&b.full, b.scale_of(class)) {
        (Some(full), _) if b.classes[class].scale.is_none() => q(full),
        (_, Scale::Range { max, .. }) => q(max),
        (_, Scale::Levels(_)) => int(100),
    }
}

/// Points that make 100 % of the bands of a share.
fn full_of_bands(b: &Ballots) -> Q {
    match (&b.full, &b.scale) {
        (Some(full), _) => q(full),
        (None, Scale::Range { max, .. }) => q(max),
        (None, Scale::Levels(_)) => int(100),
    }
}

/// SPEC §7: score of a node = Σ weight·mean / Σ weight, here as a rate in percent; missing classes by `missing_class`.
fn node_rates(
    p: &Project,
    (b, way): (&Ballots, Way),
    pools: &[Vec<Pool>],
    unit: usize,
    log: &mut Log,
) -> Vec<Option<Q>> {
    let points = node_points(p, b);
    let mut rates = Vec::new();
    for node in 0..points.len() {
        let mut parts = Vec::new();
        let mut gone = Vec::new();
        for (at, (class, pools)) in b.classes.iter().zip(pools).enumerate() {
            match class_mean(b, way, (&points, &pools[unit]), node, log) {
                Some(mean) => {
                    if class.scale.is_some() {
                        log.hit("ballot: class with its own scale");
                    }
                    parts.push((percent(&class.weight), mean * int(100) / full_points(b, at)));
                }
                None => gone.push((class, pools[unit].recusal_only)),
            }
        }
        if parts.is_empty() && b.missing_class_error {
            log.unclear("node rated by no class under missing_class = error");
        }
        if !parts.is_empty() {
            for (class, recusal_only) in &gone {
                if *recusal_only {
                    log.hit("ballot: class missing through recusal");
                } else if b.missing_class_error {
                    log.error(format!("{}: class {} is missing", p.units[unit].code, class.name));
                } else {
                    log.hit("ballot: class renormalised");
                }
            }
        } else {
            log.hit("ballot: node rated by no class");
        }
        rates.push(weighted(&parts));
    }
    rates
}

/// SPEC §19.8: per class the votes of every level over valid ratings, or over all valid ballots; weighted over the classes.
/// Reading: as for means, a class that has no result leaves and the weights of the others are scaled up.
fn shares(b: &Ballots, pools: &[Vec<Pool>], unit: usize, log: &mut Log) -> Option<Vec<Q>> {
    let Scale::Levels(levels) = &b.scale else { return None };
    if b.rates != Measures::Unit || b.classes.iter().any(|class| class.scale.is_some()) {
        return None;
    }
    let mut list = vec![Vec::new(); levels.len()];
    for (class, pools) in b.classes.iter().zip(pools) {
        let pool = &pools[unit];
        let ratings = if pool.quorum { pool.ratings(0) } else { Vec::new() };
        let silent = if pool.quorum { pool.silent(0) } else { 0 };
        if pool.quorum && ratings.is_empty() && b.denominator == Denominator::Issued {
            log.unclear("a class without ratings under denominator = issued");
        }
        if ratings.is_empty() && (b.denominator != Denominator::All || silent == 0) {
            continue;
        }
        let divisor = divisor(b, pool, (ratings.len(), silent, 0), log);
        if b.trim.as_ref().is_some_and(|trim| ratings.len() >= trim.from) {
            log.unclear("whether a share of votes looks at trimmed ratings");
        }
        for (at, (_, points)) in levels.iter().enumerate() {
            let votes = ratings.iter().filter(|rating| **rating == q(points)).count();
            list[at].push((percent(&class.weight), count(votes * 100) / count(divisor)));
        }
    }
    list.iter().map(|parts| weighted(parts)).collect()
}

/// SPEC §19.8 `measure = "share"`: class shares are weighted over classes, then banded.
fn share_rate(b: &Ballots, pools: &[Vec<Pool>], unit: usize, log: &mut Log) -> Option<Q> {
    let share = b.share.as_ref().expect("a share component");
    // Missing classes are told as for means.
    let lacking = |pool: &Pool| {
        !pool.quorum || pool.ratings(0).is_empty() && (b.denominator != Denominator::All || pool.silent(0) == 0)
    };
    for (class, pools) in b.classes.iter().zip(pools) {
        if lacking(&pools[unit]) && !pools[unit].recusal_only && b.missing_class_error {
            log.error(format!("class {} is missing", class.name));
        }
    }
    let levels = shares(b, pools, unit, log)?;
    let of = share.of.iter().fold(Q::default(), |total, at| total + &levels[*at]);
    log.hit("ballot: share");
    if share.bands.is_empty() {
        return Some(of);
    }
    let points = if share.interpolate { curve(&share.bands, &of) } else { step(&share.bands, &of) };
    if points.is_none() {
        log.error("a share below the first bound".to_owned());
    }
    points.map(|points| points * int(100) / full_of_bands(b))
}

/// SPEC §7: positive / valid ratings before trimming, all nodes, pooled over the classes that count.
fn satisfaction(p: &Project, b: &Ballots, pools: &[Vec<Pool>], unit: usize) -> Option<Q> {
    let (mut positive, mut valid) = (0, 0);
    for (class, pools) in pools.iter().enumerate() {
        let pool = &pools[unit];
        if !pool.quorum {
            continue;
        }
        debug_assert!(b.classes[class].scale.is_none() || b.positive.is_empty() && b.positive_from.is_none());
        for node in 0..p.node_count(b.rates) {
            for mark in pool.ratings(node) {
                valid += 1;
                let good = match &b.scale {
                    Scale::Levels(levels) => b.positive.iter().any(|at| q(&levels[*at].1) == mark),
                    Scale::Range { .. } => b.positive_from.as_ref().is_some_and(|from| mark >= q(from)),
                };
                positive += usize::from(good);
            }
        }
    }
    (valid > 0).then(|| count(positive) * int(100) / count(valid))
}

/// SPEC §7 group_median: the middle value, for an even count the mean of the two.
fn median(mut values: Vec<Q>) -> Option<Q> {
    if values.is_empty() {
        return None;
    }
    values.sort();
    let half = values.len() / 2;
    Some(if values.len() % 2 == 1 { values[half].clone() } else { (&values[half - 1] + &values[half]) / int(2) })
}

/// Results of a ballot component for every unit (blank for 不参评 units).
pub(crate) fn score_ballots(p: &Project, b: &Ballots, way: Way, log: &mut Log) -> Vec<BallotResult> {
    let pools = pools_of(p, b, log);
    let assessed: Vec<bool> = p.units.iter().map(|unit| unit.mode != Mode::Excluded).collect();
    // min_valid: answers per unit over all classes with a result; §18: zero answers are too few.
    let mut enough = Vec::new();
    for unit in 0..p.units.len() {
        let answers: usize = pools.iter().filter(|class| class[unit].quorum).map(|class| class[unit].answers()).sum();
        enough.push((answers, answers > 0 && answers >= b.min_valid));
    }
    let mut rates: Vec<Option<Vec<Option<Q>>>> = vec![None; p.units.len()];
    for unit in (0..p.units.len()).filter(|unit| assessed[*unit]) {
        let (answers, enough) = enough[unit];
        if b.not_applicable.contains(&unit) {
            log.hit("ballot: tally 不涉及");
            continue;
        }
        if !enough {
            log.hit("ballot: unit with too few answers");
            match b.too_few {
                TooFew::GroupMedian => continue,
                TooFew::Error => {
                    log.error(format!("{}: too few answers", p.units[unit].code));
                    continue;
                }
                TooFew::Flag if answers == 0 => {
                    log.error(format!("{}: nobody rated the unit", p.units[unit].code));
                    continue;
                }
                TooFew::Flag => log.hit("ballot: too few answers flagged"),
            }
        }
        rates[unit] = Some(match &b.share {
            None => node_rates(p, (b, way), &pools, unit, log),
            Some(_) => vec![share_rate(b, &pools, unit, log)],
        });
    }
    let mut results = Vec::new();
    for unit in 0..p.units.len() {
        if !assessed[unit] {
            results.push(BallotResult::default());
            continue;
        }
        if b.not_applicable.contains(&unit) {
            results.push(BallotResult { not_applicable: true, ..BallotResult::default() });
            continue;
        }
        let own = rates[unit].clone().unwrap_or_else(|| {
            log.hit("ballot: group median taken");
            let group: Vec<usize> = (0..p.units.len())
                .filter(|other| p.units[*other].group == p.units[unit].group)
                .filter(|other| p.units[*other].mode == Mode::Ranked && enough[*other].1)
                .collect();
            if group.is_empty() {
                log.error(format!("{}: no unit gives a group median", p.units[unit].code));
            }
            let mut medians = Vec::new();
            for node in 0..p.node_count(b.rates) {
                let values: Vec<Q> = group
                    .iter()
                    .filter_map(|other| rates[*other].as_ref().and_then(|rates| rates[node].clone()))
                    .collect();
                if values.is_empty() && !group.is_empty() {
                    log.unclear("group median of a node nobody rated");
                }
                medians.push(median(values));
            }
            medians
        });
        let known = enough[unit].1;
        results.push(BallotResult {
            rates: spread(p, unit, b.rates, &own, log),
            satisfaction: if known { satisfaction(p, b, &pools, unit) } else { None },
            // Reading: too few answers that are flagged still make the rate, so their share is that rate's share.
            shares: if rates[unit].is_some() { shares(b, &pools, unit, log) } else { None },
            not_applicable: false,
        });
    }
    results
}
