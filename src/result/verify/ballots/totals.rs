//! Classes as a whole: ballots returned, valid and void, what tallies counted, and who has a quorum.

use super::pots::Pot;
use super::sheets::{Fate, Sheet};
use super::{Mark, MarkState, Panel};
use crate::result::outcome::{ClassTotals, Mode, Scale, TallyTotals};
use crate::result::verify::Checked;
use crate::shared::number::Exact;

impl Panel<'_> {
    /// Compares the totals of all classes and sets the quorum of every pot; returns which classes have one by their
    /// ballots.
    pub(super) fn class_totals(&self, sheets: &[Sheet], pots: &mut [Pot<'_>], checked: &mut Checked) -> Vec<bool> {
        let place = || format!("components.{}", self.rules.id);
        checked.same(place, &self.totals.len(), &self.rules.classes().len());
        let mut reached = Vec::with_capacity(self.rules.classes().len());
        for (class, total) in self.totals.iter().enumerate().take(self.rules.classes().len()) {
            let own: Vec<&Sheet> = sheets.iter().filter(|sheet| sheet.class == class).collect();
            let count = |fate: Fate| own.iter().filter(|sheet| sheet.fate == fate).count();
            let by_ballots = total.returned > 0 || total.tallied.rows == 0;
            let quorum = !by_ballots || self.reaches(count(Fate::Valid), total.issued);
            let tallied = self.quorums(class, total.issued, quorum, pots);
            let expected = ClassTotals {
                issued: total.issued,
                returned: total.returned,
                valid: count(Fate::Valid),
                // A ballot without any row can only be a blank one.
                void: count(Fate::Void) + total.returned.saturating_sub(own.len()),
                emptied: count(Fate::Emptied),
                unrated: self.unrated(class, pots),
                quorum: self.counting.quorum.as_ref().and(total.issued).filter(|_| by_ballots).map(|_| quorum),
                tallied,
                scale: total.scale.clone(),
            };
            let declared = self.rules.classes()[class].own.as_ref().map(|own| &own.scale);
            let stepless = total.scale.as_ref().map(Scale::without_step);
            let is_declared = declared == total.scale.as_ref() || declared == stepless.as_ref();
            let place = |what: &str| format!("components.{}[{}].{what}", self.rules.id, self.rules.classes()[class].id);
            checked.same(|| place("scale"), &is_declared, &true);
            compare(total, &expected, own.len(), &place, checked);
            reached.push(quorum);
        }
        reached
    }

    /// How many assessed units of whose scheme the class is part nobody of it rated.
    fn unrated(&self, class: usize, pots: &[Pot<'_>]) -> usize {
        let units = self.outcome.units.iter().enumerate();
        let due = units.filter(|(_, unit)| unit.roster.mode != Mode::Excluded && self.has_class(unit, class));
        due.filter(|(index, _)| !pots[self.pot(*index, class)].is_rated).count()
    }

    /// Whether this many valid ballots are a quorum of those issued; there is none if the number issued is unknown.
    fn reaches(&self, valid: usize, issued: Option<usize>) -> bool {
        let needed = self.counting.quorum.as_ref().zip(issued);
        needed.is_none_or(|(quorum, issued)| Exact::from(100) * &Exact::from(valid) >= &quorum.0 * &Exact::from(issued))
    }

    /// The quorum of a class for every unit, and what its tallies counted over all units. A tally's own count of issued
    /// ballots takes precedence over that of the class.
    fn quorums(&self, class: usize, issued: Option<usize>, quorum: bool, pots: &mut [Pot<'_>]) -> TallyTotals {
        let of_unit = &self.rules.classes()[class].issued;
        let mut tallied = TallyTotals { issued: Some(0), ..TallyTotals::default() };
        for (index, unit) in self.outcome.units.iter().enumerate() {
            let pot = &mut pots[self.pot(index, class)];
            let own = of_unit.of_unit(unit.roster.names());
            pot.quorum = match (pot.tallied(), own) {
                (Some((counted, valid)), _) => self.reaches(valid, counted.or(issued).or(own)),
                (None, Some(_)) => self.reaches(pot.ballots, own),
                (None, None) => quorum,
            };
            if let Some((counted, valid)) = pot.tallied() {
                tallied.rows += 1;
                tallied.issued = tallied.issued.zip(counted).map(|(sum, own)| sum + own);
                tallied.valid += valid;
                tallied.invalid += pot.tallies.iter().map(|row| row.invalid).max().unwrap_or(0);
                tallied.without_quorum += if pot.quorum { 0 } else { valid };
            }
        }
        tallied.issued = tallied.issued.filter(|_| tallied.rows > 0);
        tallied
    }

    /// Marks that would count are kept, but marked as not counted, where their class has no quorum.
    pub(super) fn no_quorum(&self, reached: &[bool], pots: &[Pot<'_>], marks: &mut [Mark]) {
        for mark in marks.iter_mut().filter(|mark| matches!(mark.state, MarkState::Counted | MarkState::Trimmed)) {
            let pot = &pots[self.pot(mark.unit(), mark.class())];
            let of_class = reached.get(mark.class()).copied().unwrap_or(true);
            if !of_class || !pot.quorum {
                mark.state = MarkState::NoQuorum;
            }
        }
    }
}

fn compare(
    recorded: &ClassTotals,
    expected: &ClassTotals,
    rows: usize,
    place: &dyn Fn(&str) -> String,
    checked: &mut Checked,
) {
    let parts = expected.valid + expected.void + expected.emptied;
    checked.same(|| place("returned"), &recorded.returned, &parts.max(rows));
    for (what, recorded, expected) in [
        ("valid", recorded.valid, expected.valid),
        ("void", recorded.void, expected.void),
        ("emptied", recorded.emptied, expected.emptied),
        ("unrated", recorded.unrated, expected.unrated),
        ("tallied.rows", recorded.tallied.rows, expected.tallied.rows),
        ("tallied.valid", recorded.tallied.valid, expected.tallied.valid),
        ("tallied.invalid", recorded.tallied.invalid, expected.tallied.invalid),
        ("tallied.without_quorum", recorded.tallied.without_quorum, expected.tallied.without_quorum),
    ] {
        checked.same(|| place(what), &recorded, &expected);
    }
    checked.both(|| place("tallied.issued"), recorded.tallied.issued.as_ref(), expected.tallied.issued.as_ref());
    checked.both(|| place("quorum"), recorded.quorum.as_ref(), expected.quorum.as_ref());
}
