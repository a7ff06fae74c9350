//! Steps of the grade paths of two results, compared by what their indices refer to.

use crate::result::outcome::{Outcome, Step, StepKind, UnitOutcome};
use crate::shared::number::Points;

/// A step of a grade path, and the result whose indices it has.
#[derive(Clone, Copy)]
pub(super) struct Met<'f> {
    pub(super) outcome: &'f Outcome,
    pub(super) unit: &'f UnitOutcome,
    pub(super) step: &'f Step,
}

/// What a step says itself, whatever grade it found.
#[derive(PartialEq)]
pub(super) struct Said<'f> {
    kind: StepKind,
    /// Code and name of the cap or promotion, and the grade to which it limits or lifts.
    rule: Option<[&'f str; 2]>,
    limit: Option<&'f str>,
    clause: Option<&'f str>,
    because: Option<&'f str>,
    /// Number and document of the decision.
    decision: Option<[&'f str; 2]>,
}

/// Everything that letters and sheets say about a step, except where its inputs are found.
#[derive(PartialEq)]
pub(super) struct Told<'f> {
    says: Said<'f>,
    from: Option<&'f str>,
    to: Option<&'f str>,
    /// Places, and ranks or the room and the units of a tie.
    counts: [Option<usize>; 3],
    values: Option<&'f str>,
    /// The bar of a threshold.
    at_least: Option<&'f Points>,
    /// Department, suggested grade, answer and text of an opinion.
    opinion: Option<[&'f str; 4]>,
}

impl<'f> Met<'f> {
    /// The steps of the path of a unit.
    pub(super) fn path(outcome: &'f Outcome, unit: &'f UnitOutcome) -> impl Iterator<Item = Self> {
        unit.path.iter().map(move |step| Self { outcome, unit, step })
    }

    /// The name of a grade in its result.
    pub(super) fn grade(self, grade: Option<usize>) -> Option<&'f str> {
        grade.map(|grade| self.outcome.model.grade_name(grade))
    }

    /// The code of its cap or promotion.
    pub(super) fn code(self) -> Option<&'f str> {
        self.outcome.model.rule(self.step).map(|[code, _]| code)
    }

    /// What the step itself says, for comparison with a step of the other result.
    pub(super) fn says(self) -> Said<'f> {
        let row = self.outcome.decision(self.step);
        Said {
            kind: self.step.kind(),
            rule: self.outcome.model.rule(self.step),
            limit: self.grade(self.outcome.model.limit(self.step)),
            clause: self.outcome.clause(self.step),
            because: self.step.because(),
            decision: row.map(|row| [row.id.as_str(), &row.document_number]),
        }
    }

    /// What letters and sheets say about it, for comparison with a step of the other result.
    pub(super) fn tells(self) -> Told<'f> {
        let (step, outcome) = (self.step, self.outcome);
        let counts = match step {
            Step::Rank { group, overall, scheme } => [scheme.or(Some(*group)), Some(*overall)],
            Step::TieExcluded { room, tied, .. }
            | Step::TieIncluded { room, tied, .. }
            | Step::TiePending { room, tied, .. } => [Some(*room), Some(*tied)],
            _ => [None; 2],
        };
        let opinion = match step {
            Step::Opinion { row } => outcome.opinions.get(*row),
            _ => None,
        };
        let bar = match step {
            Step::Threshold { to } if *to < outcome.model.grades.len() => Some(outcome.held(self.unit).bar(*to)),
            _ => None,
        };
        Told {
            says: self.says(),
            from: self.grade(step.from()),
            to: self.grade(step.to()),
            counts: [step.places(), counts[0], counts[1]],
            values: step.values(),
            at_least: bar,
            opinion: opinion.map(|own| [own.department.as_str(), &own.suggested, &own.written, &own.text]),
        }
    }
}
