//! What the indices of a grade path refer to: rules, clauses, register rows.

use super::{DecisionRow, Model, Outcome, Step};
use crate::shared::place::Place;

impl Model {
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

    /// The best grade that the cap of a step allows, or the one to which its promotion lifts.
    pub fn limit(&self, step: &Step) -> Option<usize> {
        match step {
            Step::Cap { rule, .. } | Step::CapPending { rule } | Step::CapUnknown { rule } => {
                self.caps.get(*rule).map(|cap| cap.at_most)
            }
            Step::Promotion { rule, .. } | Step::PromotionStopped { rule, .. } => {
                self.promotions.get(*rule).map(|promotion| promotion.to)
            }
            _ => None,
        }
    }

    /// The clause of the quota that counts the places of a grade.
    fn quota_clause(&self, grade: usize) -> Option<&str> {
        let quota = self.grades.iter().skip(grade).find(|grade| grade.quota.is_some());
        quota.and_then(|grade| grade.quota.as_ref()?.clause.as_deref())
    }
}

impl Outcome {
    /// The clause that a step is based on.
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
                model.rank.clause.as_deref()
            }
            Step::Bottom { to, .. } => model.grades.get(*to)?.bottom.as_ref()?.clause.as_deref(),
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

    /// The register row or form that a step is based on.
    pub fn step_place(&self, step: &Step) -> Option<Place> {
        match step {
            Step::Opinion { row } => self.opinions.get(*row).map(|opinion| opinion.at),
            _ => self.decision(step).map(|row| row.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Grades 优秀 and 先进 without a quota, 达标 with one; a cap, a promotion, two decisions, the second without a clause.
    fn outcome() -> Outcome {
        let mut outcome = Outcome::sample();
        for (grade, clause) in outcome.model.grades.iter_mut().zip(["g0", "g1", "g2", "g3"]) {
            grade.clause = Some(clause.to_owned());
            grade.quota = None;
        }
        let quota = r#"{ "share": "50/1", "rounding": "floor", "minimum": 0, "minimum_from": 1, "clause": "q2" }"#;
        outcome.model.grades[2].quota = serde_json::from_str(quota).unwrap();
        outcome.model.rank.clause = Some("r".to_owned());
        outcome.model.caps[0].clause = Some("c".to_owned());
        let promotion = r#"{ "code": "U1", "name": "up", "to": 0, "when": { "event": "P1" }, "clause": "u" }"#;
        outcome.model.promotions.push(serde_json::from_str(promotion).unwrap());
        let mut second = outcome.registers.decisions[0].clone();
        outcome.registers.decisions[0].cells.clause = "d".to_owned();
        second.cells.clause.clear();
        outcome.registers.decisions.push(second);
        outcome
    }

    #[test]
    fn each_step_rests_on_the_clause_of_its_rule() {
        let outcome = outcome();
        let (rule, from, to, because) = (0, 0, 1, String::new());
        let (room, tied, values) = (1, 2, None::<String>);
        for (step, clause) in [
            (Step::Threshold { to }, Some("g1")),
            (Step::Cap { rule, from, to, because: because.clone() }, Some("c")),
            (Step::CapPending { rule }, Some("c")),
            (Step::CapUnknown { rule }, Some("c")),
            (Step::Promotion { rule, from: 1, to: 0, because: because.clone() }, Some("u")),
            (Step::PromotionStopped { rule, because }, Some("u")),
            (Step::Decision { row: 0, from, to }, Some("d")),
            (Step::Deferred { row: 0, from }, Some("d")),
            (Step::Decision { row: 1, from, to }, None),
            // The quota of a lower grade counts the places of the better ones.
            (Step::NoRoom { from, to, places: 1, values: values.clone() }, Some("q2")),
            (Step::Placed { to: 2, places: Some(1), values: values.clone() }, Some("q2")),
            (Step::Placed { to: 3, places: None, values: values.clone() }, None),
            (Step::TieExcluded { from, to, room, tied, values: values.clone() }, Some("r")),
            (Step::TieIncluded { to, room, tied, values: values.clone() }, Some("r")),
            (Step::TiePending { from, to, room, tied, values }, Some("r")),
            (Step::BehindTie { from, to }, Some("r")),
            (Step::OutsideQuota { to }, None),
            (Step::Final { to }, None),
        ] {
            assert_eq!(outcome.clause(&step), clause, "{step:?}");
        }
        let at = outcome.registers.decisions[0].at;
        assert_eq!(outcome.step_place(&Step::Decision { row: 0, from, to }), Some(at));
        assert_eq!(outcome.step_place(&Step::Threshold { to }), None);
        assert_eq!(outcome.model.limit(&Step::CapUnknown { rule }), Some(1));
        assert_eq!(outcome.model.limit(&Step::PromotionStopped { rule, because: String::new() }), Some(0));
    }
}
