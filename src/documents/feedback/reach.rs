//! The total with which a unit would get a place, everything else being equal: found by giving out the places again.
//!
//! Free places alone do not decide this: nobody is placed after a tied group that was excluded, and a unit that draws
//! level with others may form a group that no longer fits. So totals are tried, from the least on, in the procedure of
//! [`crate::engine::grade`] itself; only those at which something can change: the bars of the grades, the totals of
//! others, and just above each of them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::stats::scope;
use crate::engine::grade::places::{self, Candidate, Event, Last, PlaceClaim, Placed, Quotas, order};
use crate::model::SchemeIx;
use crate::model::TieBreak;
use crate::result::outcome::{Branch, Held, Mode, Node, Outcome, Rate, Step, StepKind, UnitOutcome};
use crate::shared::coded::ByCode;
use crate::shared::number::{Exact, Points};

/// What a trial depends on where leaving its old total changes nothing for others: the scheme, the grade, the best grade that caps
/// allow, the total, and how many of that total come after the unit or are level with it.
type Trial = (Option<SchemeIx>, usize, usize, Exact, usize, usize);

/// One scope of places.
#[derive(Debug)]
struct Hall<'o> {
    quotas: Quotas,
    /// What of the model holds for each.
    held: Vec<Held<'o>>,
    candidates: Vec<Candidate>,
    /// The best grade that caps allow each.
    allowed: Vec<usize>,
    placed: Vec<Placed>,
    index: BTreeMap<&'o str, usize>,
    /// The units from the lowest total on.
    ascending: Vec<usize>,
    tried: Mutex<BTreeMap<Trial, bool>>,
}

/// All scopes of a result.
#[derive(Debug)]
pub struct Reach<'o> {
    outcome: &'o Outcome,
    halls: BTreeMap<Option<&'o str>, Hall<'o>>,
}

/// What a total can do for a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Least {
    /// The least total that would suffice.
    Total(Exact),
    /// No total would suffice.
    Never,
}

impl<'o> Reach<'o> {
    /// Sets up all scopes. One whose recorded grades do not follow from the procedure is left out.
    pub fn of(outcome: &'o Outcome) -> Self {
        let mut members: BTreeMap<Option<&str>, Vec<&UnitOutcome>> = BTreeMap::new();
        for unit in outcome.units.iter().filter(|unit| unit.roster.mode == Mode::Ranked && unit.total.is_some()) {
            members.entry(scope(outcome, unit)).or_default().push(unit);
        }
        let halls = members.into_iter().filter_map(|(scope, units)| Some((scope, hall(outcome, scope, &units)?)));
        Self { outcome, halls: halls.collect() }
    }

    /// The least total with which a unit that competes would be placed at a grade or better; none where caps, a decision or
    /// the record rule out an answer.
    pub fn least(&self, unit: &UnitOutcome, grade: usize) -> Option<Least> {
        let hall = self.halls.get(&scope(self.outcome, unit))?;
        let own = *hall.index.get(unit.roster.code.as_str())?;
        if hall.candidates[own].ruling != PlaceClaim::Compete || hall.allowed[own] > grade {
            return None;
        }
        let most = &self.outcome.model.score.max.0;
        let mut levels = hall.levels(self.outcome, own, grade).take_while(|total| **total <= *most);
        let found = levels.find(|total| hall.would_do(own, grade, total));
        Some(found.map_or(Least::Never, |total| Least::Total(total.into_owned())))
    }
}

fn hall<'o>(outcome: &'o Outcome, scope: Option<&str>, units: &[&'o UnitOutcome]) -> Option<Hall<'o>> {
    let grades = &outcome.model.grades;
    let of_scope = || outcome.quotas.iter().filter(|quota| outcome.group_of(quota) == scope);
    let quota = |grade: usize| of_scope().find(|quota| quota.grade == grade).map(|own| own.seats.places);
    let policy = outcome.model.rank.tie_at_quota;
    let bottoms = Last::of(&outcome.model, units.len());
    let quotas = Quotas { places: (0..grades.len()).map(quota).collect(), policy, bottoms };
    let (mut candidates, mut allowed) = (Vec::with_capacity(units.len()), Vec::with_capacity(units.len()));
    for unit in units {
        let (candidate, best) = candidate(outcome, unit)?;
        candidates.push(candidate);
        allowed.push(best);
    }
    let placed = places::place(&quotas, &candidates).placed;
    let follows = |(unit, own): (&&UnitOutcome, &Placed)| {
        let grade = unit.grade.as_ref().is_none_or(|name| *name == grades[own.grade].name);
        grade && own.takes_place == unit.takes_place
    };
    if !units.iter().zip(&placed).all(follows) {
        return None;
    }
    let index = units.iter().enumerate().map(|(at, unit)| (unit.roster.code.as_str(), at)).collect();
    let mut ascending: Vec<usize> = (0..candidates.len()).collect();
    ascending.sort_by(|a, b| candidates[*a].total.0.cmp(&candidates[*b].total.0));
    let held = units.iter().map(|unit| outcome.held(unit)).collect();
    Some(Hall { quotas, held, candidates, allowed, placed, index, ascending, tried: Mutex::default() })
}

/// A unit before places are given, and the best grade that its caps allow.
fn candidate(outcome: &Outcome, unit: &UnitOutcome) -> Option<(Candidate, usize)> {
    let model = &outcome.model;
    let total = Exact::parse(unit.total.as_deref()?)?;
    let limits = |kind: StepKind| {
        let steps = unit.path.iter().filter(move |step| step.kind() == kind);
        steps.filter_map(|step| model.limit(step))
    };
    let (allowed, floor) = (limits(StepKind::Cap).max().unwrap_or(0), limits(StepKind::Promotion).min());
    let ruled = unit.path.iter().find_map(|step| match step {
        Step::Decision { to, .. } => Some(PlaceClaim::Pin { grade: *to, takes_place: unit.takes_place }),
        Step::Deferred { .. } => Some(PlaceClaim::Defer { takes_place: unit.takes_place }),
        _ => None,
    });
    let ruling = ruled.unwrap_or(PlaceClaim::Compete);
    let tie_break = model.rank.tie_break.iter().map(|link| tie_break(outcome, unit, &link.by)).collect();
    let floor = floor.filter(|_| ruling == PlaceClaim::Compete);
    let mut own = Candidate { total: Points(total), tie_break, grade: 0, floor, ruling };
    own.grade = before_places(outcome.held(unit), &own, allowed);
    Some((own, allowed))
}

/// The grade by total, caps and promotion, before any place is given.
fn before_places(held: Held<'_>, own: &Candidate, allowed: usize) -> usize {
    let reached = held.reached(&own.total).unwrap_or_else(|| held.last_grade());
    let capped = reached.max(allowed);
    own.floor.map_or(capped, |floor| floor.min(capped))
}

/// The value of a link of the tie-break chain, higher first.
fn tie_break(outcome: &Outcome, unit: &UnitOutcome, link: &TieBreak) -> Option<Exact> {
    let model = &outcome.model;
    let component = |index: usize| unit.components.get(&model.components.get(index)?.id);
    let rate = |rates: &ByCode<Option<Rate>>, node: &Branch| Some(rates.get(&node.code)?.as_ref()?.exact.clone());
    match link {
        TieBreak::FewerDeductions => unit.exact.as_ref().map(|exact| -&exact.minus),
        TieBreak::Satisfaction(index) => Some(component(*index)?.ballots.as_ref()?.satisfaction.as_ref()?.0.clone()),
        TieBreak::Component(index) => component(*index).filter(|own| own.lacks.is_none()).map(|own| own.exact.clone()),
        TieBreak::Node(Node::Unit) => None,
        TieBreak::Node(Node::Aspect(index)) => rate(&unit.aspects, model.tree.aspects.get(*index)?),
        TieBreak::Node(Node::Line(index)) => rate(&unit.lines, model.tree.lines.get(*index)?),
        TieBreak::Node(Node::Leaf(index)) => Some(unit.leaves.get(*index)?.rate.as_ref()?.0.clone()),
    }
}

impl Hall<'_> {
    fn total(&self, unit: usize) -> &Exact {
        &self.candidates[unit].total.0
    }

    /// The units whose total is at least this one, from the lowest on.
    fn from(&self, total: &Exact) -> &[usize] {
        &self.ascending[self.ascending.partition_point(|unit| self.total(*unit) < total)..]
    }

    /// Totals above its own at which a unit may begin to get a place at a grade, from the least on.
    fn levels(&self, outcome: &Outcome, own: usize, grade: usize) -> impl Iterator<Item = Cow<'_, Exact>> {
        let decimals = outcome.model.score.decimals;
        let mut bars: Vec<Exact> = (0..=grade).map(|grade| at_bar(&self.held[own].bar(grade).0, decimals)).collect();
        bars.reverse();
        // Where the last ones are lowered, a total that is safe may do, and so may one above some of them.
        let safe = self.quotas.bottoms.iter().filter_map(|last| last.safe_from.as_ref());
        let lowest = bars.first().cloned();
        bars.extend(safe.map(|bar| at_bar(&bar.0, decimals)));
        bars.sort();
        let units = match (self.cut(own, grade), lowest.as_ref()) {
            (Some(cut), Some(least)) => self.from(cut.max(least)),
            (Some(cut), None) => self.from(cut),
            (None, _) => &[],
        };
        let step = step(decimals);
        let totals = units.chunk_by(|a, b| self.total(*a) == self.total(*b)).map(|equal| self.total(equal[0]));
        let mut totals = totals.flat_map(move |total| [Cow::Borrowed(total), Cow::Owned(total + &step)]).peekable();
        let mut bars = bars.into_iter().map(Cow::Owned).peekable();
        let merged = std::iter::from_fn(move || match (bars.peek(), totals.peek()) {
            (Some(bar), Some(total)) if bar <= total => bars.next(),
            (_, Some(_)) => totals.next(),
            (_, None) => bars.next(),
        });
        let now = self.total(own);
        merged.filter(move |level| **level > *now)
    }

    /// The total below which only a grade's bar can help: a tied group closed the grade there, or the only places are
    /// those of units with at least as much. None where nobody else competed: only a bar can help at all.
    fn cut(&self, own: usize, grade: usize) -> Option<&Exact> {
        if !self.is_apart(own, grade) || !self.quotas.bottoms.is_empty() {
            return Some(self.total(own));
        }
        let all = || self.candidates.iter().zip(&self.placed);
        let closed = |placed: &Placed| placed.events.iter().any(|event| closes(event) == Some(grade));
        let competed = |candidate: &Candidate, placed: &Placed| {
            candidate.ruling == PlaceClaim::Compete && placed.takes_place && placed.grade <= grade
        };
        let closing = all().filter(|(_, placed)| closed(placed)).map(|(candidate, _)| &candidate.total.0).max();
        let competing = || all().filter(|(candidate, placed)| competed(candidate, placed));
        closing.or_else(|| competing().map(|(candidate, _)| &candidate.total.0).min())
    }

    /// Whether the unit belongs to no tied group that closed this grade or a better one: nothing there changes without
    /// it.
    fn is_apart(&self, own: usize, grade: usize) -> bool {
        !self.placed[own].events.iter().any(|event| closes(event).is_some_and(|closed| closed <= grade))
    }

    /// Whether a unit with this total would be placed at the grade or better.
    fn would_do(&self, own: usize, grade: usize, total: &Exact) -> bool {
        let mut moved = Candidate { total: Points(total.clone()), ..self.candidates[own].clone() };
        moved.grade = before_places(self.held[own], &moved, self.allowed[own]);
        let same = || self.from(total).iter().take_while(|unit| self.total(**unit) == total);
        let count = |wanted: Ordering| same().filter(|at| order(&moved, &self.candidates[**at]) == wanted).count();
        let (before, level) = (count(Ordering::Less), count(Ordering::Equal));
        let trial = (self.held[own].scheme(), grade, self.allowed[own], total.clone(), before, level);
        let is_apart = self.is_apart(own, grade);
        let tried = || self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tried().get(&trial).filter(|_| is_apart) {
            return *known;
        }
        let mut candidates = self.candidates.clone();
        candidates[own] = moved;
        let placed = places::place(&self.quotas, &candidates).placed;
        let held = placed[own].grade <= grade;
        if is_apart {
            tried().insert(trial, held);
        }
        held
    }
}

/// The grade that a tied group closed by not fitting in.
const fn closes(event: &Event) -> Option<usize> {
    match event {
        Event::TieExcluded { grade, .. } | Event::TiePending { grade, .. } => Some(*grade),
        _ => None,
    }
}

/// One step of published totals.
fn step(decimals: u32) -> Exact {
    Exact::from(1) / (0..decimals).fold(Exact::from(1), |scale, _| scale * Exact::from(10))
}

/// The least published total that reaches a bar.
pub(super) fn at_bar(bar: &Exact, decimals: u32) -> Exact {
    let rounded = bar.round(decimals);
    if rounded < *bar { rounded + step(decimals) } else { rounded }
}
