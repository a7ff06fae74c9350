//! Marks and votes by unit and class, before anything is trimmed or averaged.

use super::sheets::{Fate, Sheet};
use super::{Mark, MarkState, Panel};
use crate::result::outcome::{ClassMeasure, TallyRow};
use crate::result::verify::Checked;

/// What one class says of one unit.
#[derive(Default)]
pub(super) struct Pot<'p> {
    /// Counted marks of each node.
    pub(super) counted: Vec<Vec<u32>>,
    /// Abstentions and blanks of each node on valid ballots.
    pub(super) silent: Vec<Vec<u32>>,
    pub(super) raters: usize,
    pub(super) valid: usize,
    pub(super) abstained: usize,
    pub(super) void: usize,
    pub(super) recused: usize,
    /// Cells that were recused, blank ones too.
    pub(super) own_cells: usize,
    /// Ballots on which it is recused.
    pub(super) own_ballots: usize,
    /// Cells of raters of other units.
    pub(super) other_cells: usize,
    /// Ballots that are valid after recusal and list the unit.
    pub(super) ballots: usize,
    pub(super) tallies: &'p [TallyRow],
    /// Somebody wrote a mark for it, whatever became of that, or its tally has valid ballots.
    pub(super) is_rated: bool,
    pub(super) quorum: bool,
}

impl Pot<'_> {
    /// Issued and valid ballots of the tally: its rows, one for each node, stand for the same ballots.
    pub(super) fn tallied(&self) -> Option<(Option<usize>, usize)> {
        let valid = self.tallies.iter().map(|row| row.valid).max()?;
        Some((self.tallies.iter().filter_map(|row| row.issued).max(), valid))
    }
}

impl<'p> Panel<'p> {
    /// The pots of all units and classes.
    pub(super) fn collect(&self, marks: &[Mark], sheets: &[Sheet], checked: &mut Checked) -> Vec<Pot<'p>> {
        let nodes = self.nodes.len();
        let count = self.outcome.units.len() * self.rules.classes().len();
        let new_pot = || Pot { counted: vec![Vec::new(); nodes], silent: vec![Vec::new(); nodes], ..Pot::default() };
        let mut pots: Vec<Pot<'p>> = std::iter::repeat_with(new_pot).take(count).collect();
        for sheet in sheets {
            let is_valid = sheet.fate == Fate::Valid;
            let own = &marks[sheet.marks.clone()];
            let mut next = sheet.marks.start;
            for unit in own.chunk_by(|a, b| a.unit == b.unit) {
                let first = next;
                next += unit.len();
                let Some(lead) = unit.iter().find(|mark| mark.state != MarkState::NotAssessed) else { continue };
                let pot = &mut pots[self.pot(unit[0].unit(), sheet.class)];
                pot.ballots += usize::from(is_valid && lead.state != MarkState::Recused);
                pot.own_ballots += usize::from(lead.state == MarkState::Recused);
                pot.raters += usize::from(unit.iter().any(|mark| mark.state == MarkState::Counted));
                pot.is_rated |= unit.iter().any(says_something);
                let first = u32::try_from(first).expect("a file has fewer records");
                for (index, mark) in (first..).zip(unit).filter(|(_, mark)| mark.state != MarkState::NotAssessed) {
                    pot.add(mark, index, is_valid);
                }
            }
        }
        self.add_tallies(&mut pots, checked);
        pots
    }

    fn add_tallies(&self, pots: &mut [Pot<'p>], checked: &mut Checked) {
        for (index, unit) in self.outcome.units.iter().enumerate() {
            let Some(recorded) = self.recorded(index) else { continue };
            for (class, own) in recorded.classes.iter().enumerate().take(self.rules.classes().len()) {
                pots[self.pot(index, class)].tally(own);
                let is_ascending = own.tallies.is_sorted_by(|a, b| a.node < b.node);
                let id = &self.rules.classes()[class].id;
                checked.same(|| self.place(unit, &format!("classes[{id}].tallies")), &is_ascending, &true);
                for row in &own.tallies {
                    let place = |what: &str| {
                        let node = self.nodes.get(row.node).copied().unwrap_or("—");
                        self.place(unit, &format!("classes[{id}].tallies[{node}].{what}"))
                    };
                    let votes: usize = row.votes.iter().map(|(_, votes)| votes).sum();
                    checked.same(|| place("valid"), &row.valid, &(votes + row.abstained));
                    let on_scale = row.votes.iter().all(|(points, _)| self.holds(class, &points.0));
                    checked.same(|| place("votes"), &on_scale, &true);
                    checked.same(|| place("node"), &(row.node < self.nodes.len()), &true);
                }
            }
        }
    }
}

/// Whether a rater wrote something about the unit of a mark.
fn says_something(mark: &Mark) -> bool {
    match mark.state {
        MarkState::Blank | MarkState::NotAssessed => false,
        MarkState::Recused => mark.is_written,
        _ => true,
    }
}

impl<'p> Pot<'p> {
    fn add(&mut self, mark: &Mark, index: u32, is_valid: bool) {
        match mark.state {
            MarkState::Counted => {
                self.valid += 1;
                self.counted[mark.node()].push(index);
            }
            MarkState::Abstained | MarkState::Blank if is_valid => {
                self.abstained += 1;
                self.silent[mark.node()].push(index);
            }
            MarkState::Void | MarkState::BallotVoid => self.void += 1,
            MarkState::Recused => {
                self.recused += usize::from(mark.is_written);
                self.own_cells += 1;
                return;
            }
            _ => {}
        }
        self.other_cells += 1;
    }

    fn tally(&mut self, own: &'p ClassMeasure) {
        self.tallies = &own.tallies;
        for row in &own.tallies {
            let votes = row.votes.iter().map(|(_, votes)| votes).sum();
            self.valid += votes;
            self.raters = self.raters.max(votes);
            self.abstained += row.abstained;
            self.void += row.invalid;
            self.is_rated |= row.valid > 0;
        }
    }
}
