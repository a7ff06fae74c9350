//! Units that moved because others did: the rule, the units that caused it, and the register rows that moved those.
//!
//! A rank counts the units above, so whoever passed the unit moved it. A grade with a quota has places: whoever took
//! one displaced the unit, whoever left one made room. Where such a unit was itself displaced, the rows named are those
//! at the end of the chain.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::causes::{By, Cause, Rule};
use super::crossing::{self, Mover, NAMED, Passable, Passed};
use super::met::{Met, Said};
use super::pairs::Pair;
use super::rows::RowRef;
use super::units::{About, UnitChange};
use crate::result::outcome::Register;
use crate::result::outcome::{Outcome, RankScope, Step, StepKind, UnitOutcome};
use crate::shared::number::Exact;

/// A scope of ranks and quotas: the name of a group or scheme; none for all units.
type Scope<'f> = Option<&'f str>;

/// A knock-on cause while the units behind it are still indices.
struct Knock<'f> {
    rule: Rule,
    met: Option<Met<'f>>,
    by: Vec<usize>,
}

/// Adds the knock-on causes.
pub(super) fn explain(about: &About<'_>, pairs: &[Pair<'_>], units: &mut [UnitChange]) {
    if !about.one_period {
        return;
    }
    let wanted: Vec<usize> = (0..units.len()).filter(|i| needs_rank(&units[*i]) || needs_grade(&units[*i])).collect();
    if wanted.is_empty() {
        return;
    }
    let field = Field::new(about, pairs, units, &wanted);
    let mut knocks: BTreeMap<usize, Vec<Knock<'_>>> = BTreeMap::new();
    for index in wanted {
        let own = field.knocks(index, &units[index]);
        if !own.is_empty() {
            knocks.insert(index, own);
        }
    }
    let behind: BTreeMap<usize, Vec<Cause>> =
        knocks.iter().map(|(index, own)| (*index, own.iter().map(|k| said(k, units, &knocks)).collect())).collect();
    for (index, causes) in behind {
        units[index].causes.extend(causes);
    }
}

/// A knock-on cause with the names of the units behind it and their rows.
fn said(knock: &Knock<'_>, units: &[UnitChange], knocks: &BTreeMap<usize, Vec<Knock<'_>>>) -> Cause {
    let by = knock.by.iter().map(|index| By {
        code: units[*index].code.clone(),
        name: units[*index].name.clone(),
        rows: rows_behind(*index, units, knocks),
    });
    let line = |met: Met<'_>| {
        let line = match met.step {
            Step::Bottom { to, .. } => Some(*to),
            step => step.from().or(step.to()),
        };
        met.grade(line).map(str::to_owned)
    };
    Cause::Knock {
        rule: knock.rule,
        code: knock.met.and_then(Met::code).map(str::to_owned),
        clause: knock.met.and_then(|met| met.outcome.clause(met.step)).map(str::to_owned),
        grade: knock.met.and_then(line),
        places: knock.met.and_then(|met| met.step.places()).map(|places| places.to_string()),
        by: by.collect(),
    }
}

/// The rows that moved a unit: its own, else those of the units that moved it, and so on.
fn rows_behind(start: usize, units: &[UnitChange], knocks: &BTreeMap<usize, Vec<Knock<'_>>>) -> Vec<RowRef> {
    let (mut seen, mut rows) = (BTreeSet::from([start]), BTreeSet::<&RowRef>::new());
    let mut open = vec![start];
    while let Some(index) = open.pop() {
        let own = units[index].causes.iter().flat_map(|cause| match cause {
            Cause::Row { row } => vec![row],
            Cause::Basis { by, .. } => by.iter().flat_map(|by| &by.rows).collect(),
            _ => Vec::new(),
        });
        let before = rows.len();
        rows.extend(own);
        if rows.len() == before {
            let further = knocks.get(&index).into_iter().flatten().flat_map(|knock| &knock.by);
            open.extend(further.copied().filter(|by| seen.insert(*by)));
        }
    }
    rows.into_iter().cloned().collect()
}

/// How the total of a unit moved.
fn direction(unit: &UnitChange) -> Ordering {
    let total = |text: Option<&String>| text.and_then(|text| Exact::parse(text));
    let [old, new] = [&unit.old, &unit.new].map(|side| total(side.as_ref().and_then(|s| s.total.as_ref())));
    old.zip(new).map_or(Ordering::Equal, |(old, new)| new.cmp(&old))
}

/// Whether a rank moved the other way than the total, or without it.
fn needs_rank(unit: &UnitChange) -> bool {
    rank_move(unit).is_some_and(|worse| against(unit, worse))
}

/// Whether the rank in the scheme, in the group, else the one over all, became worse; `None` if none moved or one side has none.
fn rank_move(unit: &UnitChange) -> Option<bool> {
    let (old, new) = (unit.old.as_ref()?, unit.new.as_ref()?);
    let scheme = old.rank_scheme.zip(new.rank_scheme).filter(|(old, new)| old != new);
    let group = old.rank_group.zip(new.rank_group).filter(|(old, new)| old != new && unit.same_group());
    let overall = old.rank_overall.zip(new.rank_overall).filter(|(old, new)| old != new);
    scheme.or(group).or(overall).map(|(old, new)| new > old)
}

/// Whether the grade may have moved without a change of the unit itself.
fn needs_grade(unit: &UnitChange) -> bool {
    unit.old.is_some() && unit.new.is_some() && unit.grade_changed()
}

/// Whether the total does not account for a move to the worse or to the better.
fn against(unit: &UnitChange, worse: bool) -> bool {
    direction(unit) != if worse { Ordering::Less } else { Ordering::Greater }
}

impl UnitChange {
    fn same_group(&self) -> bool {
        let [old, new] = [&self.old, &self.new].map(|side| side.as_ref().map(|state| &state.group));
        old == new
    }
}

/// The rule behind a kind of step, if the step drops a unit by one grade at a quota.
fn dropping(kind: StepKind) -> Option<Rule> {
    Some(match kind {
        StepKind::NoRoom => Rule::NoRoom,
        StepKind::TieExcluded => Rule::TieExcluded,
        StepKind::TiePending => Rule::TiePending,
        StepKind::BehindTie => Rule::BehindTie,
        _ => return None,
    })
}

/// Units by the scope in which they hold a place (none: they hold no place) and the index of the grade.
type Taken<'f> = BTreeMap<(Option<Scope<'f>>, usize), Vec<usize>>;

/// Everything that is looked up about the units around one.
struct Field<'f> {
    about: &'f About<'f>,
    pairs: &'f [Pair<'f>],
    /// Who passed each unit within its group.
    in_group: BTreeMap<usize, Passed>,
    /// Who passed each unit over all.
    overall: BTreeMap<usize, Passed>,
    /// Units that took a place at a grade or better, by scope and index of the grade.
    entered: Taken<'f>,
    /// Units that left one.
    left: Taken<'f>,
    /// Units with a cause of their own or a changed total, by scope; only a few of them.
    active: BTreeMap<Scope<'f>, Vec<usize>>,
    /// Units that are no longer ranked, by scope.
    gone: BTreeMap<Scope<'f>, Vec<usize>>,
    /// Units that were not ranked before, by scope.
    come: BTreeMap<Scope<'f>, Vec<usize>>,
    grades: BTreeMap<&'f str, usize>,
}

impl<'f> Field<'f> {
    fn new(about: &'f About<'f>, pairs: &'f [Pair<'f>], units: &[UnitChange], wanted: &[usize]) -> Self {
        let grades = about.new.model.grades.iter().enumerate().map(|(i, grade)| (grade.name.as_str(), i)).collect();
        let mut field = Self {
            about,
            pairs,
            in_group: BTreeMap::new(),
            overall: BTreeMap::new(),
            entered: BTreeMap::new(),
            left: BTreeMap::new(),
            active: BTreeMap::new(),
            gone: BTreeMap::new(),
            come: BTreeMap::new(),
            grades,
        };
        field.pass(wanted);
        field.places(units);
        field
    }

    /// Who passed whom, over all and within each group.
    fn pass(&mut self, wanted: &[usize]) {
        let totals: Vec<[Option<Exact>; 2]> =
            self.pairs.iter().map(|pair| [pair.old, pair.new].map(ranked_total)).collect();
        let group = |unit: Option<&'f UnitOutcome>| unit.map(|unit| unit.roster.group.as_str());
        let mut standing: BTreeMap<Option<&str>, Vec<Passable<'_>>> = BTreeMap::new();
        for index in wanted {
            let [old, Some(new)] = &totals[*index] else { continue };
            for scope in [group(self.pairs[*index].new), None] {
                let unit = Passable { unit: *index, old: old.as_ref(), new };
                standing.entry(scope).or_default().push(unit);
            }
        }
        let mut movers: BTreeMap<Option<&str>, Vec<Mover<'_>>> = BTreeMap::new();
        for (index, pair) in self.pairs.iter().enumerate() {
            let [old, new] = totals[index].each_ref().map(Option::as_ref);
            let (was, is) = (group(pair.old), group(pair.new));
            if old != new {
                movers.entry(None).or_default().push(Mover { unit: index, old, new });
            }
            if was == is && old != new {
                movers.entry(is).or_default().push(Mover { unit: index, old, new });
            } else if was != is {
                movers.entry(was).or_default().push(Mover { unit: index, old, new: None });
                movers.entry(is).or_default().push(Mover { unit: index, old: None, new });
            }
        }
        for (group, standing) in standing {
            let found = crossing::passed(movers.get(&group).map_or(&[], Vec::as_slice), &standing);
            if group.is_some() { self.in_group.extend(found) } else { self.overall = found }
        }
    }

    /// Who took and who left places, and who moved at all, by scope.
    fn places(&mut self, units: &[UnitChange]) {
        let (mut entered, mut left) = (Taken::new(), Taken::new());
        for (index, pair) in self.pairs.iter().enumerate() {
            let (old, new) = (self.place(self.about.old, pair.old), self.place(self.about.new, pair.new));
            for grade in 0..self.grades.len() {
                let [was, is] = [old, new].map(|place| place.filter(|(_, own)| *own <= grade).map(|(scope, _)| scope));
                if was != is {
                    left.entry((was, grade)).or_default().push(index);
                    entered.entry((is, grade)).or_default().push(index);
                }
            }
            let [was, is] = [pair.old, pair.new]
                .map(|unit| unit.filter(|unit| unit.rank_group.is_some()).map(|unit| self.scope(unit)));
            if was != is {
                was.into_iter().for_each(|scope| self.gone.entry(scope).or_default().push(index));
                is.into_iter().for_each(|scope| self.come.entry(scope).or_default().push(index));
            }
            let unit = &units[index];
            if unit.total_changed() || unit.causes.iter().any(Cause::is_own) {
                for scope in BTreeSet::from([self.scope(pair.any()), None]) {
                    let few = self.active.entry(scope).or_default();
                    if few.len() <= NAMED {
                        few.push(index);
                    }
                }
            }
        }
        let own_first = |list: &mut Vec<usize>| {
            list.sort_by_key(|index| (!units[*index].causes.iter().any(Cause::is_own), *index));
        };
        entered.values_mut().chain(left.values_mut()).for_each(own_first);
        (self.entered, self.left) = (entered, left);
    }

    /// A unit's scope of ranks and quotas.
    fn scope(&self, unit: &'f UnitOutcome) -> Scope<'f> {
        self.about.new.scope_of(unit)
    }

    /// The scope and grade at which a unit takes a place, kept ones of deferred units included.
    fn place(&self, outcome: &Outcome, unit: Option<&'f UnitOutcome>) -> Option<(Scope<'f>, usize)> {
        let unit = unit.filter(|unit| unit.takes_place)?;
        let kept = || unit.path.iter().rev().find(|step| matches!(step, Step::PlaceKept { .. })).and_then(Step::to);
        let name = unit.grade.as_deref().or_else(|| kept().map(|grade| outcome.model.grade_name(grade)))?;
        let same = self.grades.get(name).copied();
        let index = same.or_else(|| outcome.model.graded(Some(name)))?;
        Some((self.scope(unit), index))
    }

    fn knocks(&self, index: usize, unit: &UnitChange) -> Vec<Knock<'f>> {
        let mut knocks = self.grade_knocks(index, unit);
        if needs_rank(unit) {
            let by = self.rank_by(index, unit);
            if !by.is_empty() && knocks.iter().all(|knock| knock.by != by) {
                knocks.push(Knock { rule: Rule::Rank, met: None, by });
            }
        }
        knocks
    }

    fn rank_by(&self, index: usize, unit: &UnitChange) -> Vec<usize> {
        let group = unit.group_rank_changed() && unit.same_group();
        let passed = if group { self.in_group.get(&index) } else { self.overall.get(&index) };
        let worse = rank_move(unit) == Some(true);
        let by = passed.map(|passed| nearest(passed, worse)).unwrap_or_default();
        if !by.is_empty() {
            return by;
        }
        let scope = if group { self.scope(self.pairs[index].any()) } else { None };
        self.others(index, scope)
    }

    /// A few units of the scope that moved at all, where no nearer one can be named.
    fn others(&self, index: usize, scope: Scope<'_>) -> Vec<usize> {
        let active = self.active.get(&scope).into_iter().flatten().copied();
        active.filter(|other| *other != index).take(NAMED).collect()
    }

    /// One cause per line at which the unit dropped or rose, if other units caused it.
    fn grade_knocks(&self, index: usize, unit: &UnitChange) -> Vec<Knock<'f>> {
        let (Some(old), Some(new)) = (self.pairs[index].old, self.pairs[index].new) else { return Vec::new() };
        if !needs_grade(unit) || self.settled_by_own(unit, old, new) {
            return Vec::new();
        }
        let grade = |name: &Option<String>| name.as_ref().and_then(|name| self.grades.get(name.as_str())).copied();
        let worse = grade(&new.grade).zip(grade(&old.grade)).is_none_or(|(new, old)| new > old);
        if !against(unit, worse) {
            return Vec::new();
        }
        let mut knocks: Vec<Knock<'f>> = Vec::new();
        for (rule, met) in self.decisive(old, new, worse) {
            let passed = self.passed_in_scope(index).map(|passed| nearest(passed, worse)).unwrap_or_default();
            let from = met.and_then(|met| self.grades.get(met.grade(met.step.from())?)).copied().unwrap_or(0);
            let moved = self.moved_places(index, from, worse);
            if rule == Rule::PlaceFreed {
                let freed = self.room(index, from, passed);
                knocks.extend(freed.map(|(rule, by)| Knock { rule, met, by }));
                continue;
            }
            let chain = match rule {
                Rule::NoRoom | Rule::Scope => [moved, passed],
                _ => [passed, moved],
            };
            let by = chain.into_iter().find(|by| !by.is_empty()).unwrap_or_else(|| self.others(index, self.scope(new)));
            if !by.is_empty() && knocks.iter().all(|knock| knock.by != by) {
                knocks.push(Knock { rule, met, by });
            }
        }
        knocks
    }

    /// Why a unit found room at a grade: a place became free only where another unit held it (SPEC §20).
    ///
    /// A unit that came from another group needs no other explanation. Otherwise units left the ranking, or entered it,
    /// or others in the scope changed.
    fn room(&self, index: usize, grade: usize, passed: Vec<usize>) -> Option<(Rule, Vec<usize>)> {
        let pair = &self.pairs[index];
        let scope = self.scope(pair.new?);
        if self.scope(pair.old?) != scope {
            return None;
        }
        let others = |list: &[usize]| -> Vec<usize> {
            list.iter().copied().filter(|other| *other != index).take(NAMED).collect()
        };
        let freed = self.left.get(&(Some(scope), grade)).map(|list| others(list)).unwrap_or_default();
        if !freed.is_empty() {
            return Some((Rule::PlaceFreed, freed));
        }
        let of =
            |lists: &BTreeMap<Scope<'_>, Vec<usize>>| lists.get(&scope).map(|list| others(list)).unwrap_or_default();
        let (gone, come) = (of(&self.gone), of(&self.come));
        let (rule, by) = match (gone.is_empty(), come.is_empty()) {
            (false, true) => (Rule::NoLongerRanked, gone),
            (_, false) => (Rule::RankedUnits, others(&[gone, come].concat())),
            (true, true) => (Rule::Scope, if passed.is_empty() { self.others(index, scope) } else { passed }),
        };
        (!by.is_empty()).then_some((rule, by))
    }

    /// Whether a decision, an event or a value of the unit itself made or lifted a cap, a promotion or a pin.
    fn settled_by_own(&self, unit: &UnitChange, old: &'f UnitOutcome, new: &'f UnitOutcome) -> bool {
        let decides = |cause: &Cause| match cause {
            Cause::Row { row } => matches!(row.register, Register::Decisions | Register::Events),
            Cause::Input { .. } | Cause::Basis { .. } | Cause::Coefficient { .. } | Cause::Roster { .. } => true,
            _ => false,
        };
        let is_own = |met: &Met<'_>| match met.step {
            Step::Decision { .. } | Step::Deferred { .. } | Step::Promotion { .. } | Step::PromotionStopped { .. } => {
                true
            }
            // A cap that holds because of the rank of other units names no value of this unit.
            Step::Cap { because, .. } => !because.is_empty(),
            Step::CapPending { .. } => true,
            _ => false,
        };
        let steps = |outcome: &'f Outcome, unit: &'f UnitOutcome| -> Vec<Said<'f>> {
            Met::path(outcome, unit).filter(is_own).map(Met::says).collect()
        };
        let by_places = |cause: &Cause| matches!(cause, Cause::Row { row } if row.register == Register::Places);
        if unit.causes.iter().any(by_places) {
            return true;
        }
        unit.causes.iter().any(decides) && steps(self.about.old, old) != steps(self.about.new, new)
    }

    /// The steps of the grade path that decide a move, with their rules.
    fn decisive(&self, old: &'f UnitOutcome, new: &'f UnitOutcome, worse: bool) -> Vec<(Rule, Option<Met<'f>>)> {
        let key = |met: Met<'f>| (met.step.kind(), met.code(), met.grade(met.step.from()));
        let (before, after) = ((self.about.old, old), (self.about.new, new));
        let (own, other) = if worse { (after, before) } else { (before, after) };
        let known: BTreeSet<_> = Met::path(other.0, other.1).map(key).collect();
        let rule = |met: Met<'f>| match (dropping(met.step.kind()), met.step) {
            (Some(rule), _) if worse => Some(rule),
            (Some(_), _) => Some(Rule::PlaceFreed),
            (None, Step::Bottom { .. }) if worse => Some(Rule::Bottom),
            (None, Step::Bottom { .. }) => Some(Rule::BottomLeft),
            (None, Step::Cap { .. }) if worse => Some(Rule::Cap),
            (None, Step::Cap { .. }) => Some(Rule::CapLifted),
            _ => None,
        };
        let fresh = Met::path(own.0, own.1).filter(|met| !known.contains(&key(*met)));
        let steps: Vec<_> = fresh.filter_map(|met| Some((rule(met)?, Some(met)))).collect();
        if !steps.is_empty() {
            return steps;
        }
        let included = Met::path(self.about.new, new).find(|met| matches!(met.step, Step::TieIncluded { .. }));
        match included.filter(|_| !worse) {
            Some(met) => vec![(Rule::TieIncluded, Some(met))],
            None => vec![(Rule::Scope, None)],
        }
    }

    fn passed_in_scope(&self, index: usize) -> Option<&Passed> {
        match self.about.new.model.rank.scope {
            RankScope::Group => self.in_group.get(&index),
            RankScope::Scheme | RankScope::All => self.overall.get(&index),
        }
    }

    /// Who took a place from a grade on downwards, or left one.
    fn moved_places(&self, index: usize, from: usize, worse: bool) -> Vec<usize> {
        let lists = if worse { &self.entered } else { &self.left };
        let scope = self.scope(self.pairs[index].any());
        let of = |grade: usize| {
            let list = lists.get(&(Some(scope), grade)).into_iter().flatten().copied();
            list.filter(|other| *other != index).take(NAMED).collect::<Vec<usize>>()
        };
        (from..self.grades.len()).map(of).find(|list| !list.is_empty()).unwrap_or_default()
    }
}

/// Those that passed in the direction that explains the move, else the others.
fn nearest(passed: &Passed, worse: bool) -> Vec<usize> {
    let (first, second) =
        if worse { (&passed.upwards, &passed.downwards) } else { (&passed.downwards, &passed.upwards) };
    let nearest = if first.is_empty() { second } else { first };
    nearest.to_vec()
}

/// The total of a ranked unit.
fn ranked_total(unit: Option<&UnitOutcome>) -> Option<Exact> {
    let unit = unit.filter(|unit| unit.rank_group.is_some())?;
    unit.total.as_ref().and_then(|total| Exact::parse(total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::diff::UnitState;
    use crate::result::outcome::Mode;

    fn state(group: &str, total: &str, ranks: (usize, usize)) -> UnitState {
        UnitState {
            group: group.into(),
            mode: Mode::Ranked,
            total: Some(total.into()),
            base: None,
            plus: None,
            minus: None,
            rank_group: Some(ranks.0),
            rank_scheme: None,
            rank_overall: Some(ranks.1),
            grade: None,
            parallel: None,
            deferred: false,
            takes_place: true,
        }
    }

    fn unit(old: UnitState, new: UnitState) -> UnitChange {
        UnitChange {
            code: "U1".into(),
            name: String::new(),
            was: None,
            merged: Vec::new(),
            old: Some(old),
            new: Some(new),
            parts: Vec::new(),
            causes: Vec::new(),
        }
    }

    #[test]
    fn the_rank_in_the_group_goes_before_the_one_over_all() {
        // Half a point more: second in the group instead of third explains itself, whatever happened over all.
        let better = unit(state("G", "90.00", (3, 4)), state("G", "90.50", (2, 6)));
        assert_eq!((rank_move(&better), needs_rank(&better)), (Some(false), false));
        // The same total and one rank lower in the group, though better over all: somebody of the group passed it.
        let worse = unit(state("G", "90.00", (2, 6)), state("G", "90.00", (3, 4)));
        assert_eq!((rank_move(&worse), needs_rank(&worse)), (Some(true), true));
        // In another group only the rank over all can be compared.
        let elsewhere = unit(state("G", "90.00", (2, 6)), state("H", "90.50", (3, 4)));
        assert_eq!((rank_move(&elsewhere), needs_rank(&elsewhere)), (Some(false), false));
        // Nothing in the group moved: the rank over all decides.
        let overall = unit(state("G", "90.00", (2, 4)), state("G", "90.00", (2, 5)));
        assert_eq!((rank_move(&overall), needs_rank(&overall)), (Some(true), true));
    }
}
