//! One unit: counts, means and missing classes, whether its answers are enough, and its satisfaction.

use super::means::Own;
use super::pots::Pot;
use super::{Mark, Panel};
use crate::model::{Denominator, MissingClass, Positive, TooFew};
use crate::result::outcome::{
    Answers, ClassMeasure, IssuedBallots, Mode, NoResult, NodeMean, Scale, UnitBallots, UnitOutcome,
};
use crate::result::verify::{Checked, Shown};
use crate::shared::number::{Exact, Points};

/// Marks of the classes that have a result.
#[derive(Default)]
struct Pooled {
    answers: usize,
    positive: usize,
    valid: usize,
}

/// The values for one class of a unit that follow from the marks.
struct Counted<'p, 'm> {
    id: &'p str,
    pot: &'p Pot<'m>,
    missing: Option<NoResult>,
    means: Vec<Option<NodeMean>>,
    votes: Vec<usize>,
    issued: Option<IssuedBallots>,
}

impl Panel<'_> {
    /// Compares the ballot results of a unit.
    pub(super) fn unit(&self, index: usize, pots: &[Pot<'_>], marks: &mut [Mark], checked: &mut Checked) {
        let unit = &self.outcome.units[index];
        let is_assessed = unit.roster.mode != Mode::Excluded && self.is_part(unit);
        let recorded = self.recorded(index);
        checked.same(|| self.place(unit, "classes"), &recorded.is_some(), &is_assessed);
        let Some(recorded) = recorded.filter(|_| is_assessed) else { return };
        let mut pooled = Pooled::default();
        checked.same(|| self.place(unit, "classes"), &recorded.classes.len(), &self.rules.classes().len());
        for (class, own) in recorded.classes.iter().enumerate().take(self.rules.classes().len()) {
            let pot = &pots[self.pot(index, class)];
            let missing = match self.has_class(unit, class) {
                true => self.missing(pot, class, own),
                false => Some(NoResult::NotInScheme),
            };
            if missing.is_none() {
                pooled.answers += pot.raters;
                pooled.valid += pot.valid;
                pooled.positive += self.positive(class, pot, marks);
            }
            let issued = self.issued(class, unit, pot, own).filter(|_| missing.is_none());
            let levels = match self.scale(class) {
                Scale::Levels(levels) if self.counts_votes && missing.is_none() => levels.len(),
                Scale::Levels(_) | Scale::Range(_) => 0,
            };
            let mut votes = vec![0; levels];
            let means = match missing {
                None => self.means(&Own { class, pot, issued }, marks, &mut votes),
                Some(_) => vec![None; self.nodes.len()],
            };
            let id = &self.rules.classes()[class].id;
            self.class(unit, own, &Counted { id, pot, missing, means, votes, issued }, checked);
        }
        self.answers(unit, recorded, &pooled, checked);
    }

    /// Why a class has no result. That a rater of the class belongs to the unit appears in no mark if the ballot does
    /// not list the unit; it is believed then.
    fn missing(&self, pot: &Pot<'_>, class: usize, recorded: &ClassMeasure) -> Option<NoResult> {
        let silent = pot.silent.iter().any(|own| !own.is_empty()) || pot.tallies.iter().any(|row| row.abstained > 0);
        let others = pot.other_cells > 0 || !pot.tallies.is_empty();
        let rated = match self.counting.denominator {
            _ if pot.valid > 0 => true,
            Denominator::Valid => false,
            Denominator::All => silent,
            Denominator::Issued => others,
        };
        let is_own = pot.own_cells > 0 || recorded.missing == Some(NoResult::Recused);
        match (pot.quorum, rated) {
            (false, _) => Some(NoResult::NoQuorum),
            (true, true) => None,
            (true, false) if self.rules.classes()[class].recuse && is_own && !others => Some(NoResult::Recused),
            (true, false) => Some(NoResult::NoRating),
        }
    }

    /// The ballots of a class that means for a unit are taken over: as its tally says, else the model. How many raters belong to
    /// the unit is believed where some ballots do not list it.
    fn issued(
        &self,
        class: usize,
        unit: &UnitOutcome,
        pot: &Pot<'_>,
        recorded: &ClassMeasure,
    ) -> Option<IssuedBallots> {
        if self.counting.denominator != Denominator::Issued {
            return None;
        }
        let rules = &self.rules.classes()[class];
        let of_model = || rules.issued.whole().or_else(|| rules.issued.of_unit(unit.roster.names()));
        let issued = pot.tallied().and_then(|(issued, _)| issued).or_else(of_model)?;
        let believed = recorded.issued.map_or(0, |own| own.recused);
        let recused = if rules.recuse { pot.own_ballots.max(believed) } else { 0 };
        Some(IssuedBallots { issued, recused })
    }

    fn positive(&self, class: usize, pot: &Pot<'_>, marks: &[Mark]) -> usize {
        let holds = |points: &Exact| match self.counting.positive_of(class) {
            Positive::Undeclared => false,
            Positive::Levels(levels) => levels.iter().any(|Points(level)| level == points),
            Positive::From(Points(from)) => points >= from,
        };
        let single =
            pot.counted.iter().flatten().filter(|index| self.points_of(&marks[**index as usize]).is_some_and(holds));
        let tallied = pot.tallies.iter().flat_map(|row| &row.votes).filter(|(points, _)| holds(&points.0));
        single.count() + tallied.map(|(_, votes)| votes).sum::<usize>()
    }

    fn class(&self, unit: &UnitOutcome, own: &ClassMeasure, counted: &Counted<'_, '_>, checked: &mut Checked) {
        let Counted { id, pot, missing, means, votes, issued } = counted;
        let place = |what: &str| self.place(unit, &format!("classes[{id}].{what}"));
        let word = |reason: Option<NoResult>| reason.map(NoResult::json);
        checked.both(|| place("missing"), word(own.missing), word(*missing));
        if self.counting.missing_class == MissingClass::Error {
            let excused = [NoResult::Recused, NoResult::NotInScheme];
            let is_excused = missing.is_none_or(|reason| excused.contains(&reason));
            let stands_in = [Answers::GroupMedian, Answers::Inapplicable];
            let applies = self.recorded_enough(unit).is_some_and(|enough| !stands_in.contains(&enough));
            checked.same(|| place("missing"), &(is_excused || !applies), &true);
        }
        for (what, recorded, counted) in [
            ("raters", own.counts.raters, pot.raters),
            ("valid", own.counts.valid, pot.valid),
            ("abstained", own.counts.abstained, pot.abstained),
            ("void", own.counts.void, pot.void),
            ("recused", own.counts.recused, pot.recused),
        ] {
            checked.same(|| place(what), &recorded, &counted);
        }
        let list = |votes: &[usize]| votes.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        checked.same(|| place("votes"), list(&own.votes).as_str(), list(votes).as_str());
        let parts = |own: &IssuedBallots| format!("{} - {}", own.issued, own.recused);
        checked.both(|| place("issued"), own.issued.as_ref().map(parts).as_ref(), issued.as_ref().map(parts).as_ref());
        checked.same(|| place("means"), &own.means.len(), &means.len());
        for ((node, recorded), expected) in self.nodes.iter().zip(&own.means).zip(means) {
            let place = |what: &str| place(&format!("means[{node}].{what}"));
            mean(recorded.as_ref(), expected.as_ref(), &place, checked);
        }
    }

    fn recorded_enough(&self, unit: &UnitOutcome) -> Option<Answers> {
        Some(unit.components.get(&self.rules.id)?.ballots.as_ref()?.enough)
    }

    /// Whether answers are enough, and the satisfaction that is known only then.
    fn answers(&self, unit: &UnitOutcome, recorded: &UnitBallots, pooled: &Pooled, checked: &mut Checked) {
        let rules = self.counting;
        let place = |what: &str| self.place(unit, what);
        let nodes = self.nodes.len();
        let is_off = |node: usize| recorded.off.iter().any(|own| own.node == node);
        let off = !recorded.off.is_empty() && (0..nodes).all(is_off) && pooled.answers == 0;
        let too_few = pooled.answers < rules.min_valid.max(1);
        let enough = match rules.too_few {
            _ if off => "inapplicable",
            TooFew::GroupMedian if too_few => "group-median",
            TooFew::Flag if too_few && pooled.answers > 0 => "flagged",
            TooFew::Error if too_few => "error",
            _ if pooled.answers == 0 => "error",
            _ => "enough",
        };
        checked.same(|| place("enough"), recorded.enough.json(), enough);
        checked.same(|| place("answers"), &recorded.answers, &pooled.answers);
        checked.same(|| place("positive"), &recorded.positive, &pooled.positive);
        checked.same(|| place("valid"), &recorded.valid, &pooled.valid);
        checked.same(|| place("off"), &recorded.off.iter().all(|own| own.node < nodes), &true);
        checked.same(|| place("rates"), &recorded.rates.len(), &nodes);
        let is_known = enough == "enough" && pooled.valid > 0 && self.counting.has_positive();
        checked.same(|| place("satisfaction"), &recorded.satisfaction.is_some(), &is_known);
    }
}

fn mean(
    recorded: Option<&NodeMean>,
    expected: Option<&NodeMean>,
    place: &dyn Fn(&str) -> String,
    checked: &mut Checked,
) {
    let list = |own: &NodeMean| own.trimmed.iter().map(Shown::shown).collect::<Vec<_>>().join(", ");
    checked.both(|| place("mean"), recorded.map(|own| &own.mean.0), expected.map(|own| &own.mean.0));
    checked.both(|| place("counted"), recorded.map(|own| &own.counted), expected.map(|own| &own.counted));
    checked.both(|| place("zeros"), recorded.map(|own| &own.zeros), expected.map(|own| &own.zeros));
    checked.both(|| place("trimmed"), recorded.map(list).as_ref(), expected.map(list).as_ref());
}
