//! What happens where answers or classes are missing, and the resulting rates (SPEC §7).

use std::collections::BTreeMap;

use super::{Answers, NoResult, Panel, UnitBallots};
use crate::engine::assessment::Mode;
use crate::model::{Inapplicable, MissingClass, Share, TooFew};
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::number::{Exact, Percent};

impl Panel<'_> {
    /// Applies the policies for missing answers or classes.
    pub(super) fn settle(&self, units: &mut [Option<UnitBallots>], findings: &mut Findings<'_>) {
        for (index, unit) in units.iter_mut().enumerate() {
            if let Some(unit) = unit {
                self.decide(index, unit, findings);
            }
        }
        self.fill_medians(units, findings);
    }

    fn finding(&self, code: Code, unit: usize) -> Finding {
        let unit = &self.assessment.units[unit];
        Finding::new(code).at(unit.at).unit(&unit.code).with("component", self.name)
    }

    /// Too few answers first, then missing classes, then the rates.
    fn decide(&self, index: usize, unit: &mut UnitBallots, findings: &mut Findings<'_>) {
        if self.leave_out(index, unit, findings) {
            return;
        }
        let too_few = unit.answers == 0 || unit.answers < self.rules.min_valid;
        if too_few {
            unit.satisfaction = None;
            let expected = format!(">= {}", self.rules.min_valid.max(1));
            let code = match self.rules.too_few {
                TooFew::GroupMedian => {
                    unit.enough = Answers::GroupMedian;
                    Code::W415
                }
                TooFew::Error | TooFew::Flag if unit.answers == 0 => Code::E411,
                TooFew::Error => Code::E414,
                TooFew::Flag => {
                    unit.enough = Answers::Flagged;
                    Code::W415
                }
            };
            findings.push(self.finding(code, index).with("answers", unit.answers).expected(expected));
            if unit.answers == 0 || unit.enough == Answers::GroupMedian {
                return;
            }
        }
        self.check_classes(index, unit, findings);
        self.set_rates(index, unit, findings);
    }

    /// Reports what does not apply to a unit; returns whether that is the whole component, which then counts as the
    /// model says.
    fn leave_out(&self, index: usize, unit: &mut UnitBallots, findings: &mut Findings<'_>) -> bool {
        let [first, others @ ..] = unit.off.as_slice() else { return false };
        let whole = (0..self.counted.nodes.len()).all(|node| unit.off.iter().any(|off| off.node == node));
        if whole && unit.answers > 0 {
            // Votes beside it are an error that has been reported already.
            return false;
        }
        let is_error = whole && self.rules.not_applicable == Inapplicable::Error;
        let code = if is_error { Code::E243 } else { Code::N245 };
        let effect = match (whole, self.rules.not_applicable) {
            (false, _) => "inapplicable.leaves",
            (true, Inapplicable::Renormalise) => "inapplicable.renormalise",
            (true, _) => "inapplicable.zero",
        };
        let finding = self.finding(code, index).at(first.at).with("effect", Arg::Word(effect));
        let finding = finding.found(Arg::Word("cell.not_applicable"));
        findings.push(finding.also_all(others.iter().map(|off| off.at)));
        if whole {
            unit.enough = Answers::Inapplicable;
            unit.satisfaction = None;
            let rate = (self.rules.not_applicable == Inapplicable::Zero).then(Percent::zero);
            unit.rates = vec![rate; self.counted.nodes.len()].into();
        }
        whole
    }

    fn check_classes(&self, index: usize, unit: &mut UnitBallots, findings: &mut Findings<'_>) {
        let present: Exact = self.present_weight(index, unit);
        for (number, measure) in unit.classes.iter_mut().enumerate() {
            let class = &self.rules.classes[number];
            let weight = self.weight(index, number);
            match measure.missing {
                None => measure.effective_weight = Percent(Exact::from(100) * &weight / &present),
                Some(NoResult::NotInScheme) => {}
                Some(reason) => {
                    let error = self.rules.missing_class == MissingClass::Error && !reason.is_expected();
                    let code = if error { Code::E410 } else { Code::W413 };
                    let finding = self.finding(code, index).with("class", &*class.label()).with("node", "");
                    findings.push(finding.with("found", Arg::Word(reason_word(reason))));
                }
            }
        }
    }

    /// The weight of a class in the scheme of a unit, 0 for one that is not part of it.
    fn weight(&self, unit: usize, class: usize) -> Exact {
        let held = self.model.of(self.assessment.units[unit].scheme);
        held.class_weight(self.index, class).map_or_else(Exact::zero, |weight| weight.0.clone())
    }

    fn present_weight(&self, index: usize, unit: &UnitBallots) -> Exact {
        let present = unit.classes.iter().enumerate().filter(|(_, class)| class.missing.is_none());
        present.map(|(class, _)| self.weight(index, class)).sum()
    }

    /// Score of a node = Σ weight·mean / Σ weight, in percent of the full points.
    fn set_rates(&self, index: usize, unit: &mut UnitBallots, findings: &mut Findings<'_>) {
        let mut rates = Vec::with_capacity(self.counted.nodes.len());
        let tree = self.model.of(self.assessment.units[index].scheme).tree();
        for (number, node) in self.counted.nodes.iter().enumerate() {
            if tree.points(*node).0.is_zero() {
                // Not part of the unit's scheme.
                rates.push(None);
                continue;
            }
            let (mut weight, mut sum) = (Exact::zero(), Exact::zero());
            let mut lacking = Vec::new();
            for (at, (class, measure)) in self.rules.classes.iter().zip(&unit.classes).enumerate() {
                match &measure.means[number] {
                    Some(mean) => {
                        let own = self.weight(index, at);
                        sum = sum + &own * &mean.mean.0;
                        weight = weight + own;
                    }
                    None if measure.missing.is_none() => lacking.push(&class.name),
                    None => {}
                }
            }
            let code = self.model.tree.code(*node);
            if weight.is_zero() {
                if unit.off.iter().any(|off| off.node == number) {
                    rates.push(None);
                    continue;
                }
                findings.push(self.finding(Code::W417, index).with("node", code));
                rates.push(None);
                continue;
            }
            for class in lacking {
                let error = self.rules.missing_class == MissingClass::Error;
                let finding = self.finding(if error { Code::E410 } else { Code::W413 }, index);
                let finding = finding.with("class", class);
                findings.push(finding.with("found", Arg::Word("class.missing.no-rating")).with("node", code));
            }
            let score = sum / weight;
            let Some(share) = &self.rules.share else {
                rates.push(Some(Percent(Exact::from(100) * &score / &self.rules.full.0)));
                continue;
            };
            rates.push(self.banded(share, index, &score, findings));
            unit.share = Some(Percent(score));
        }
        unit.rates = rates.into();
    }

    /// The rate that a share of votes is worth: itself, or that of the points of its band.
    fn banded(&self, rule: &Share, index: usize, share: &Exact, findings: &mut Findings<'_>) -> Option<Percent> {
        let points = rule.points(share);
        if points.is_none() {
            let lowest = rule.bands.as_ref().and_then(|bands| bands.bounds().first());
            let expected = lowest.map(|(bound, _)| format!(">= {bound} %")).unwrap_or_default();
            findings.push(self.finding(Code::E440, index).found(share).expected(expected));
        }
        let worth = |points: Exact| match rule.bands {
            Some(_) => Exact::from(100) * &points / &self.rules.full.0,
            None => points,
        };
        Some(Percent(worth(points?)))
    }

    /// The median of the group's ranked units with enough answers stands in for units with too few.
    fn fill_medians(&self, units: &mut [Option<UnitBallots>], findings: &mut Findings<'_>) {
        let mut donors: BTreeMap<&str, Vec<Vec<Percent>>> = BTreeMap::new();
        for (unit, ballots) in self.assessment.units.iter().zip(units.iter()) {
            let Some(ballots) = ballots.as_ref().filter(|b| b.enough == Answers::Enough && unit.mode == Mode::Ranked)
            else {
                continue;
            };
            let group = donors.entry(&unit.group).or_insert_with(|| vec![Vec::new(); self.counted.nodes.len()]);
            for (slot, rate) in group.iter_mut().zip(&ballots.rates) {
                slot.extend(rate.clone());
            }
        }
        for (index, unit) in units.iter_mut().enumerate() {
            let Some(unit) = unit.as_mut().filter(|u| u.enough == Answers::GroupMedian) else { continue };
            let group = donors.get(self.assessment.units[index].group.as_str());
            let medians: Box<[Option<Percent>]> =
                (0..self.counted.nodes.len()).map(|node| group.and_then(|g| median(&g[node]))).collect();
            if medians.iter().all(Option::is_none) {
                findings.push(self.finding(Code::E416, index).with("answers", unit.answers));
            }
            unit.rates = medians;
        }
    }
}

/// The catalogue key of the reason why a class has no result.
pub const fn reason_word(reason: NoResult) -> &'static str {
    match reason {
        NoResult::NoRating => "class.missing.no-rating",
        NoResult::NoQuorum => "class.missing.no-quorum",
        NoResult::Recused => "class.missing.recused",
        NoResult::NotInScheme => "class.missing.not-in-scheme",
    }
}

/// The median; of an even count the mean of the two in the middle. Example: 80, 90, 100 and 60 give 85.
fn median(rates: &[Percent]) -> Option<Percent> {
    let mut sorted = rates.to_vec();
    sorted.sort();
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[middle].clone()),
        _ => Some(Percent((&sorted[middle - 1].0 + &sorted[middle].0) / Exact::from(2))),
    }
}
