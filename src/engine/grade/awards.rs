//! Awards: the best of a scope by one value, each candidate with what became of it (SPEC §19.7). Grades play no part.

use serde::{Deserialize, Serialize};

use super::decide::Grader;
use super::{Circle, scopes};
use crate::engine::assessment::UnitIx;
use crate::model::{Award, AwardBy, TieAtQuota};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::number::Exact;
use crate::shared::words::words;

words! {
    /// What became of a candidate for an award.
    pub enum Fate {
        /// It has won.
        Won = "won",
        /// A condition of the award rules it out.
        Barred = "barred",
        /// Its value is below the least one that may win.
        Below = "below",
        /// One of a tied group that did not fit, of which nobody won.
        Tied = "tied",
        /// One of a tied group that did not fit; the committee decides.
        Pending = "pending",
        /// Others took the places.
        Behind = "behind",
    }
}

/// A candidate for an award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contender {
    /// The unit.
    pub unit: UnitIx,
    /// Its value, as printed.
    pub value: String,
    /// What became of it.
    pub fate: Fate,
    /// The values for which it is ruled out.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub because: String,
}

/// An award in one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest {
    /// Index of the award.
    pub award: usize,
    /// The scope.
    #[serde(flatten)]
    pub circle: Circle,
    /// Ranked units of the scope.
    pub ranked: usize,
    /// How many may win.
    pub places: usize,
    /// Who has a value, the best first.
    pub contenders: Vec<Contender>,
}

/// A candidate with its value as a number.
struct Entrant {
    value: Exact,
    own: Contender,
}

impl Grader<'_> {
    /// All awards, in the order of the model, each in the order of its scopes.
    pub(super) fn awards(&self, findings: &mut Findings<'_>) -> Vec<Contest> {
        let mut contests = Vec::new();
        for (index, award) in self.model.awards.iter().enumerate() {
            for (circle, members) in scopes(award.scope, self.assessment, self.scores) {
                let (ranked, places) = (members.len(), award.places(members.len()));
                let mut entrants: Vec<Entrant> =
                    members.iter().filter_map(|member| self.entrant(award, *member, findings)).collect();
                entrants.sort_by(|a, b| b.value.cmp(&a.value).then(a.own.unit.cmp(&b.own.unit)));
                give(award, places, &mut entrants);
                self.report_pending(award, &entrants, findings);
                let contenders = entrants.into_iter().map(|entrant| entrant.own).collect();
                contests.push(Contest { award: index, circle, ranked, places, contenders });
            }
        }
        contests
    }

    /// A unit with its value, and whether it may win at all; none without a value.
    fn entrant(&self, award: &Award, index: usize, findings: &mut Findings<'_>) -> Option<Entrant> {
        let score = &self.scores[index];
        let value = self.value(award, index)?;
        let decimals = self.model.score.decimals;
        let shown = match award.by {
            AwardBy::Adjustment(_) => value.to_string(),
            AwardBy::Total | AwardBy::Component(_) | AwardBy::Node(_) => value.fixed(decimals),
        };
        let mut own = Contender { unit: score.unit, value: shown, fate: Fate::Behind, because: String::new() };
        if award.at_least.as_ref().is_some_and(|bar| value < *bar) {
            own.fate = Fate::Below;
        } else if let Some(condition) = &award.unless {
            let facts = self.facts(index);
            let verdict = condition.judge(&facts);
            if verdict.unknown {
                let finding = findings.add(Code::W630).at(facts.unit.at).unit(&facts.unit.code);
                finding.with("cap", format!("{} {}", award.code, award.name));
            }
            if verdict.holds {
                (own.fate, own.because) = (Fate::Barred, verdict.because.join("; "));
            }
        }
        Some(Entrant { value, own })
    }

    /// The value of a unit, rates rounded as printed; bonus points that do not count are none.
    fn value(&self, award: &Award, index: usize) -> Option<Exact> {
        let score = &self.scores[index];
        match award.by {
            AwardBy::Total => Some(score.total.0.clone()),
            AwardBy::Component(component) => {
                let held = self.model.of(self.assessment.unit(score.unit).scheme);
                score.weight(held, component).map(|_| self.model.score.published().round(&score.rates[component].0))
            }
            AwardBy::Node(node) => self.facts(index).printed_rate(node, None),
            AwardBy::Adjustment(kind) => {
                let rows = &self.assessment.registers.adjustments;
                let own = score.adjusted.rows.iter().filter(|own| own.row.is_some_and(|row| rows[row].kind == kind));
                let sum: Exact = own.map(|own| &own.counted.0).sum();
                Some(sum).filter(Exact::is_positive)
            }
        }
    }

    fn report_pending(&self, award: &Award, entrants: &[Entrant], findings: &mut Findings<'_>) {
        for entrant in entrants.iter().filter(|entrant| entrant.own.fate == Fate::Pending) {
            let unit = self.assessment.unit(entrant.own.unit);
            let finding = findings.add(Code::E698).at(unit.at).unit(&unit.code).found(&entrant.own.value);
            finding.with("award", format!("{} {}", award.code, award.name));
        }
    }
}

/// Gives out the places of an award; entrants stand in order of their values.
fn give(award: &Award, places: usize, entrants: &mut [Entrant]) {
    let mut rest = places;
    let may_win = |entrant: &Entrant| entrant.own.fate == Fate::Behind;
    for tied in entrants.chunk_by_mut(|a, b| a.value == b.value) {
        let count = tied.iter().filter(|entrant| may_win(entrant)).count();
        let fate = match award.tie {
            _ if count == 0 => continue,
            _ if rest == 0 => return,
            _ if count <= rest => Fate::Won,
            TieAtQuota::Include => Fate::Won,
            TieAtQuota::Exclude => Fate::Tied,
            TieAtQuota::Committee => Fate::Pending,
        };
        tied.iter_mut().filter(|entrant| may_win(entrant)).for_each(|entrant| entrant.own.fate = fate);
        rest = if fate == Fate::Won { rest.saturating_sub(count) } else { 0 };
    }
}
