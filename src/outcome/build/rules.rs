//! The rules that the recorded numbers follow.

use super::Builder;
use crate::assessment::ComponentInput;
use crate::model::{ComponentKind, Periods, RankMethod};
use crate::number::Rounding;
use crate::outcome::rules::{ComponentRules, OverClaimOutcome, PlacesOutcome, RulesOutcome};

impl Builder<'_> {
    pub(super) fn rules(&self) -> RulesOutcome {
        let model = self.model;
        let kinds = model.adjustments.kinds.iter();
        let quotas = model.grades.iter().filter_map(|grade| Some((grade, grade.quota.as_ref()?)));
        RulesOutcome {
            component_decimals: model.score.component_decimals,
            rank_method: match model.rank.method {
                RankMethod::Competition => "competition",
                RankMethod::Dense => "dense",
                RankMethod::Modified => "modified",
            }
            .to_owned(),
            per_item_max: model.adjustments.per_item_max.clone(),
            max_per_unit: kinds.filter_map(|kind| Some((kind.code.clone(), kind.max_per_unit.clone()?))).collect(),
            over_claim: model.over_claim.as_ref().map(|rule| OverClaimOutcome {
                free: rule.free.clone(),
                per: rule.per.clone(),
                points: rule.points.clone(),
                max: rule.max.clone(),
            }),
            places: quotas
                .map(|(grade, quota)| {
                    let rounding = match quota.rounding {
                        Rounding::Floor => "floor",
                        Rounding::HalfUp => "half_up",
                        Rounding::Ceil => "ceil",
                    };
                    let (minimum, minimum_from) = (quota.minimum, quota.minimum_from);
                    (grade.name.clone(), PlacesOutcome { rounding: rounding.to_owned(), minimum, minimum_from })
                })
                .collect(),
            components: (0..model.components.len()).filter_map(|index| self.component_rules(index)).collect(),
        }
    }

    fn component_rules(&self, index: usize) -> Option<(String, ComponentRules)> {
        let component = &self.model.components[index];
        let rules = match (&component.kind, &self.run.assessment.components[index]) {
            (ComponentKind::Ballots(rules), _) => {
                ComponentRules { mean_decimals: rules.mean_decimals, ..ComponentRules::default() }
            }
            (ComponentKind::Given(rules), ComponentInput::Given(given)) => {
                let combine = match rules.periods {
                    Periods::Mean => "mean",
                    Periods::Last => "last",
                    Periods::Sum => "sum",
                };
                let periods = given.periods.clone();
                ComponentRules { combine: Some(combine.to_owned()), periods, ..ComponentRules::default() }
            }
            _ => return None,
        };
        Some((component.id.clone(), rules))
    }
}
