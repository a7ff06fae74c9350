//! What the indices of a grade path stand for: rules, clauses, register rows.

use super::{DecisionRow, ModelOutcome, Outcome, Step};
use crate::shared::place::Place;

impl ModelOutcome {
    /// The name of a grade; empty for one that is not there.
    pub fn grade_name(&self, grade: usize) -> &str {
        self.grades.get(grade).map_or("", |grade| grade.name.as_str())
    }

    /// Index of a grade by name.
    pub fn grade(&self, name: Option<&str>) -> Option<usize> {
        self.grades.iter().position(|grade| Some(grade.name.as_str()) == name)
    }

    /// Code and name of the cap or promotion of a step.
    pub fn rule(&self, step: &Step) -> Option<[&str; 2]> {
        match step {
            Step::Cap { rule, .. } | Step::CapPending { rule } | Step::CapUnknown { rule } => {
                self.caps.get(*rule).map(|cap| [cap.code.as_str(), &cap.name])
            }
            Step::Promotion { rule, .. } | Step::PromotionStopped { rule, .. } => {
                self.promotions.get(*rule).map(|promotion| [promotion.code.as_str(), &promotion.name])
            }
            _ => None,
        }
    }

    /// The clause of the quota that counts the places of a grade.
    fn quota_clause(&self, grade: usize) -> Option<&str> {
        let quota = self.grades.iter().skip(grade).find(|grade| grade.quota.is_some());
        quota.and_then(|grade| grade.quota_clause.as_deref())
    }
}

impl Outcome {
    /// The clause that a step rests on.
    pub fn clause(&self, step: &Step) -> Option<&str> {
        let model = &self.model;
        match step {
            Step::Threshold { to } => model.grades.get(*to)?.clause.as_deref(),
            Step::Cap { rule, .. } | Step::CapPending { rule } | Step::CapUnknown { rule } => {
                model.caps.get(*rule)?.clause.as_deref()
            }
            Step::Promotion { rule, .. } | Step::PromotionStopped { rule, .. } => {
                model.promotions.get(*rule)?.clause.as_deref()
            }
            Step::Decision { .. } | Step::Deferred { .. } => {
                self.decision(step).map(|row| row.clause.as_str()).filter(|clause| !clause.is_empty())
            }
            Step::Placed { to: grade, places: Some(_), .. } | Step::NoRoom { from: grade, .. } => {
                model.quota_clause(*grade)
            }
            Step::TieExcluded { .. } | Step::TieIncluded { .. } | Step::TiePending { .. } | Step::BehindTie { .. } => {
                model.rank_clause.as_deref()
            }
            _ => None,
        }
    }

    /// The decision of a step.
    pub fn decision(&self, step: &Step) -> Option<&DecisionRow> {
        match step {
            Step::Decision { row, .. } | Step::Deferred { row, .. } => self.registers.decisions.get(*row),
            _ => None,
        }
    }

    /// The register row or form that a step rests on.
    pub fn step_place(&self, step: &Step) -> Option<Place> {
        match step {
            Step::Opinion { row } => self.opinions.get(*row).map(|opinion| opinion.at),
            _ => self.decision(step).map(|row| row.at),
        }
    }
}
