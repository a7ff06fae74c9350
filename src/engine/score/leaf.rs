//! Points of a leaf: from claim and verification to what counts, by the model's policies (SPEC §6).

use std::borrow::Cow;

use super::leaf_score::{Compared, LeafScore, LeafState};
use super::leaves::Leaves;
use super::periods::PeriodScore;
use crate::engine::assessment::{Claim, LeafInput, LedgerInput, State, Unit, UnitReport, Verification};
use crate::model::policy::{MissingEvidence, Unverified};
use crate::model::rule::{Direct, RuleValue};
use crate::model::{EvidenceNeed, Leaf, Model, PeriodRules, Rule};
use crate::shared::few::Few;
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::number::{Exact, Points};
use crate::shared::place::Place;
use crate::shared::text::Label;

/// Scores all leaves of a unit, with a finding for everything that does not fit.
pub(super) fn score_unit(model: &Model, unit: &Unit, report: &UnitReport, findings: &mut Findings<'_>) -> Leaves {
    let mut findings = findings.of_unit(&unit.code);
    let held = model.of(unit.scheme);
    let leaves = held.tree().leaves.iter().zip(&report.leaves).enumerate();
    leaves
        .map(|(index, (leaf, input))| {
            let coefficient = (!leaf.coefficient.is_empty()).then(|| unit.coefficient(&leaf.coefficient));
            let (period, findings) = (None, findings.again());
            let scorer = Scorer { model, leaf, unit, report, input, period, coefficient, findings };
            if held.has_leaf(index) { scorer.score() } else { scorer.outside() }
        })
        .collect()
}

pub(super) struct Scorer<'s> {
    pub(super) model: &'s Model,
    pub(super) leaf: &'s Leaf,
    pub(super) unit: &'s Unit,
    pub(super) report: &'s UnitReport,
    pub(super) input: &'s LeafInput,
    /// The period that is scored, of a leaf that has any.
    pub(super) period: Option<&'s str>,
    /// What values are multiplied by before the rule.
    pub(super) coefficient: Option<Exact>,
    pub(super) findings: Findings<'s>,
}

/// Points with how they came about and the cell that decides.
struct LeafPoints {
    state: LeafState,
    points: Points,
    at: Place,
}

impl LeafPoints {
    /// Points that count nothing.
    fn zero(state: LeafState, at: Place) -> Self {
        Self { state, points: Points::zero(), at }
    }
}

impl Scorer<'_> {
    fn score(self) -> LeafScore {
        let rules = self.leaf.periods.as_ref().filter(|_| !self.input.periods.is_empty() && !self.input.broken);
        match rules {
            Some(rules) => self.of_periods(rules),
            None => self.alone(),
        }
    }

    /// The periods of a leaf, each for itself, and what they make together.
    fn of_periods(mut self, rules: &PeriodRules) -> LeafScore {
        let Self { model, leaf, unit, report, .. } = self;
        let mut whole = self.bare(LeafPoints::zero(LeafState::Unverified, unit.at));
        let mut periods = Vec::with_capacity(self.input.periods.len());
        for own in &self.input.periods {
            let (input, period) = (&own.input, own.period.value.as_str());
            // Where values are added up, their sum is multiplied.
            let coefficient = self.coefficient.clone().filter(|_| !leaf.adds_values());
            let findings = self.findings.again();
            let scorer = Scorer { model, leaf, unit, report, input, period: Some(period), coefficient, findings };
            periods.push(PeriodScore { period: Label::from(period), dropped: false, score: scorer.alone() });
        }
        whole.periods = Few::from(periods);
        if leaf.adds_values() {
            whole.add_up(leaf);
            self.check_sum(&whole);
        } else {
            whole.combine(rules);
            self.tell_dropped(rules, &whole);
        }
        whole
    }

    /// Checks that the rule can score a sum.
    fn check_sum(&mut self, whole: &LeafScore) {
        if let Some((found, expected)) = whole.refused_sum(self.leaf) {
            self.report(Finding::new(Code::E213).at(whole.at).found(found).expected(expected));
        }
    }

    /// Reports the periods that were left out as the lowest or highest, or that there are too few for that.
    fn tell_dropped(&mut self, rules: &PeriodRules, whole: &LeafScore) {
        let Some(drop) = rules.drop else { return };
        let left = whole.periods.iter().filter(|own| own.score.state != LeafState::NotApplicable).count();
        let least = drop.low + drop.high;
        if left > 0 && left <= least {
            self.report(Finding::new(Code::E263).at(whole.at).found(left).expected(format!("> {least}")));
        }
        let mut out = whole.periods.iter().filter(|own| own.dropped).peekable();
        if let Some(first) = out.peek() {
            let at = first.score.at;
            let (said, places): (Vec<String>, Vec<Place>) = out.map(|own| (own.said(), own.score.at)).unzip();
            let finding = Finding::new(Code::N264).at(at).found(Arg::list(&said));
            self.report(finding.also_all(places.into_iter().skip(1)));
        }
    }

    /// One value, one claim.
    fn alone(self) -> LeafScore {
        let leaf = self.leaf;
        match &leaf.formula {
            _ if self.input.broken => self.unreadable(),
            Some(formula) => self.by_formula(formula),
            None => self.by_value(),
        }
    }

    /// Scores a leaf by its value, or by points that were typed.
    pub(super) fn by_value(mut self) -> LeafScore {
        if self.is_refused() {
            return self.unreadable();
        }
        let (claim, verification) = (self.input.claim.as_ref(), self.input.verification.as_ref());
        if let Some(claim) = claim {
            self.check_self_score(claim);
        }
        let verified = verification.and_then(|v| self.verified(v));
        let own = verified.unwrap_or_else(|| self.unverified());
        let own = self.apply_evidence(own);
        if own.state != LeafState::NotApplicable {
            self.warn_unconfirmed();
        }
        let text = |state: &State<RuleValue>| state.known().map(|v| Label::from(&self.leaf.shape().describe(v)));
        LeafScore {
            self_points: claim.and_then(|c| c.points.value.known().cloned()),
            claimed: claim.and_then(|c| text(&c.value.value)),
            value: verification.and_then(|v| text(&v.value.value)),
            note: verification.map(|v| v.note.clone()).unwrap_or_default(),
            compared: self.compared(own.state).map(Box::new),
            ..self.bare(own)
        }
    }

    /// The value that is compared with others, if the rule does that and one counts.
    fn compared(&self, state: LeafState) -> Option<Compared> {
        self.leaf.rule.relation().filter(|_| !self.is_added())?;
        let (value, typed) = match (state, &self.input.verification, &self.input.claim) {
            (LeafState::Verified, Some(own), _) => (&own.value.value, &own.points.value),
            (LeafState::SelfScored, _, Some(own)) => (&own.value.value, &own.points.value),
            _ => return None,
        };
        if is_empty_part(value) {
            return None;
        }
        let value = self.multiplied(value.known()?).number()?.into_owned();
        Some(Compared { value, typed: typed.known().cloned(), standing: None })
    }

    /// A value as it enters the rule: times the coefficient of the unit, where the leaf has one.
    fn multiplied<'v>(&self, value: &'v RuleValue) -> Cow<'v, RuleValue> {
        match &self.coefficient {
            Some(factor) => Cow::Owned(value.times(factor)),
            None => Cow::Borrowed(value),
        }
    }

    /// Whether the rule cannot score a value once it is multiplied; without a coefficient that was seen when it was read.
    fn is_refused(&mut self) -> bool {
        let Some(factor) = &self.coefficient else { return false };
        let claimed = self.input.claim.as_ref().map(|own| &own.value);
        let values = claimed.into_iter().chain(self.input.verification.as_ref().map(|own| &own.value));
        let refused = values.filter_map(|cell| {
            let value = cell.value.known()?.times(factor);
            let expected = self.leaf.rule.refusal(&value)?;
            Some(Finding::new(Code::E213).at(cell.at).found(self.leaf.shape().describe(&value)).expected(expected))
        });
        let refused: Vec<Finding> = refused.collect();
        let is_refused = !refused.is_empty();
        refused.into_iter().for_each(|finding| self.report(finding));
        is_refused
    }

    /// A leaf with a cell that could not be read: it already has a finding, which stops the run.
    pub(super) fn unreadable(&self) -> LeafScore {
        self.bare(LeafPoints::zero(LeafState::Unverified, self.missing_place()))
    }

    /// A leaf that is not part of the unit's scheme.
    fn outside(&self) -> LeafScore {
        self.bare(LeafPoints::zero(LeafState::NotInScheme, self.unit.at))
    }

    /// A leaf of which nothing but its points is known.
    fn bare(&self, own: LeafPoints) -> LeafScore {
        let LeafPoints { state, points, at } = own;
        let ledger = match &self.input.ledger {
            LedgerInput::Returned(problems) => Some(problems.iter().cloned().collect()),
            LedgerInput::NotAsked | LedgerInput::Missing => None,
        };
        LeafScore {
            code: Label::from(&self.leaf.code),
            full: self.leaf.points.clone(),
            self_points: None,
            verified: (!matches!(state, LeafState::NotApplicable | LeafState::NotInScheme)).then_some(points),
            state,
            claimed: None,
            value: None,
            coefficient: self.coefficient.clone(),
            note: Box::default(),
            rate: None,
            corrected: None,
            original: None,
            replaced: None,
            compared: None,
            formula: None,
            periods: Few::default(),
            at,
            ledger,
        }
    }

    pub(super) fn report(&mut self, finding: Finding) {
        let name = self.leaf.full_name();
        let name = match self.period {
            Some(period) => format!("{name} {period}"),
            None => name,
        };
        self.findings.push(finding.with("indicator", name));
    }

    /// Whether points are not seen from the value alone: units are compared, or values are added up first.
    fn is_open(&self) -> bool {
        self.leaf.rule.relation().is_some() || self.is_added()
    }

    /// Whether this is a period whose value is added to others.
    pub(super) fn is_added(&self) -> bool {
        self.period.is_some() && self.leaf.adds_values()
    }

    fn rule_points(&self, value: &State<RuleValue>) -> Option<Points> {
        match self.is_open() {
            true => value.known().map(|_| Points::zero()),
            false => value.known().and_then(|v| self.leaf.rule.points(&self.multiplied(v), &self.leaf.points)),
        }
    }

    /// Whether typed points are what the rule gives, once the rule's points are rounded to the decimals typed, but to no
    /// fewer than the published decimals.
    fn agrees(&self, typed: &Points, rule: &Points) -> bool {
        let decimals = typed.0.decimals().unwrap_or(0).max(self.model.score.decimals);
        self.is_open() || typed.0 == self.model.score.at(decimals).round(&rule.0)
    }

    fn check_self_score(&mut self, claim: &Claim) {
        let Some(typed) = claim.points.value.known() else { return };
        if is_empty_part(&claim.value.value) {
            return;
        }
        if let Some(rule) = self.rule_points(&claim.value.value).filter(|rule| !self.agrees(typed, rule)) {
            let finding = Finding::new(Code::W210).at(claim.points.at).also(claim.value.at);
            self.report(finding.found(&typed.0).expected(&rule));
        }
    }

    /// The points by the verifier's entries; `None` if there are none.
    fn verified(&mut self, verification: &Verification) -> Option<LeafPoints> {
        let (value, points) = (&verification.value, &verification.points);
        let not_applicable = [value.value == State::NotApplicable, points.value == State::NotApplicable];
        let empty_part = is_empty_part(&value.value);
        if not_applicable.contains(&true) || (empty_part && points.value == State::Missing) {
            if let Some(typed) = points.value.known() {
                let finding = Finding::new(Code::E209).at(points.at).also(value.at);
                self.report(finding.found(&typed.0).expected(Arg::Word("cell.not_applicable")));
            }
            if empty_part {
                self.report(Finding::new(Code::W217).at(value.at).found("0/0"));
            }
            let at = if value.value == State::Missing { points.at } else { value.at };
            return Some(LeafPoints::zero(LeafState::NotApplicable, at));
        }
        let rule = if empty_part { None } else { self.rule_points(&value.value) };
        if let Some(typed) = points.value.known().filter(|_| self.is_added()) {
            // The values are added up: what one of them is worth alone is not known.
            self.report(Finding::new(Code::E262).at(points.at).found(&typed.0));
        }
        let Some(typed) = points.value.known() else {
            return rule.map(|rule| LeafPoints { state: LeafState::Verified, points: rule, at: value.at });
        };
        if let Some(rule) = rule.filter(|rule| !self.agrees(typed, rule)) {
            let finding = Finding::new(Code::E209).at(points.at).also(value.at);
            self.report(finding.found(&typed.0).expected(&rule));
        }
        self.check_direct(typed, verification);
        Some(LeafPoints { state: LeafState::Verified, points: typed.clone(), at: points.at })
    }

    /// Checks that typed points of a `direct` leaf lie in a range and are explained when below full.
    fn check_direct(&mut self, typed: &Points, verification: &Verification) {
        let Rule::Direct(Direct(ranges)) = &self.leaf.rule else { return };
        let at = verification.points.at;
        if !ranges.is_empty() && !ranges.iter().any(|(low, high)| *low <= typed.0 && typed.0 <= *high) {
            let span =
                |(low, high): &(Exact, Exact)| if low == high { low.to_string() } else { format!("{low}–{high}") };
            let expected = ranges.iter().map(span).collect::<Vec<_>>().join(" | ");
            self.report(Finding::new(Code::E212).at(at).found(&typed.0).expected(expected));
        }
        if *typed < self.leaf.points && verification.note.is_empty() {
            self.report(Finding::new(Code::W214).at(at).found(&typed.0).expected(&self.leaf.points));
        }
    }

    /// The place at which something missing is reported: the verifier's cell, else the report, else the roster row.
    pub(super) fn missing_place(&self) -> Place {
        let cell = self.input.verification.as_ref().map(|v| v.points.at);
        cell.or(self.report.at).unwrap_or(self.unit.at)
    }

    /// What counts when nobody verified the leaf.
    fn unverified(&mut self) -> LeafPoints {
        let at = self.missing_place();
        if !self.leaf.asked_of_unit {
            // That the department's value is missing has been reported; the model's rule on units' reports does not
            // replace it.
            return LeafPoints::zero(LeafState::Unverified, at);
        }
        if self.report.at.is_none() {
            return LeafPoints::zero(LeafState::NoReport, self.unit.at);
        }
        if self.input.ledger == LedgerInput::Missing {
            // It already has a finding; what the report claims cannot replace the ledger.
            return LeafPoints::zero(LeafState::Unverified, self.unit.at);
        }
        match self.model.self_report.unverified {
            Unverified::Zero => LeafPoints::zero(LeafState::Unverified, at),
            Unverified::Error => {
                self.report(Finding::new(Code::E211).at(at));
                LeafPoints::zero(LeafState::Unverified, at)
            }
            Unverified::SelfScore => self.self_scored(at),
        }
    }

    fn self_scored(&mut self, at: Place) -> LeafPoints {
        let Some(claim) = self.input.claim.as_ref() else {
            self.report(Finding::new(Code::E216).at(at));
            return LeafPoints::zero(LeafState::Unverified, at);
        };
        let empty_part = is_empty_part(&claim.value.value);
        let said_so = claim.value.value == State::NotApplicable || claim.points.value == State::NotApplicable;
        if said_so || (empty_part && claim.points.value == State::Missing) {
            if empty_part {
                self.report(Finding::new(Code::W217).at(claim.value.at).found("0/0"));
            }
            return LeafPoints::zero(LeafState::NotApplicable, claim.value.at);
        }
        if let Some(typed) = claim.points.value.known() {
            return LeafPoints { state: LeafState::SelfScored, points: typed.clone(), at: claim.points.at };
        }
        match self.rule_points(&claim.value.value) {
            Some(rule) => LeafPoints { state: LeafState::SelfScored, points: rule, at: claim.value.at },
            None => {
                self.report(Finding::new(Code::E216).at(claim.points.at));
                LeafPoints::zero(LeafState::Unverified, claim.points.at)
            }
        }
    }

    /// Required evidence that is blank costs the points, unless the verifier typed them.
    fn apply_evidence(&mut self, own: LeafPoints) -> LeafPoints {
        let typed = self.input.verification.as_ref().is_some_and(|v| v.points.value.known().is_some());
        let exempt = self.leaf.evidence != EvidenceNeed::Required
            || self.report.at.is_none()
            || !self.leaf.asked_of_unit
            || own.state == LeafState::NotApplicable
            || typed;
        let claim = self.input.claim.as_ref();
        if exempt || claim.is_some_and(|c| !c.evidence.value.is_empty()) {
            return own;
        }
        let at = claim.map_or(own.at, |c| c.evidence.at);
        let covers = claim.map_or_else(|| Arg::from(""), |c| Arg::list(&c.covers));
        let lies_over = claim.is_some_and(|c| !c.covers.is_empty());
        let over = if lies_over { Arg::Word("evidence.over") } else { Arg::Text(String::new()) };
        let finding = Finding::new(Code::W215).at(at).with("over", over).found(covers);
        match self.model.self_report.missing_evidence {
            MissingEvidence::Warn => {
                self.report(finding.with("effect", Arg::Word("evidence.kept")));
                own
            }
            MissingEvidence::Zero => {
                self.report(finding.with("effect", Arg::Word("evidence.zero")).with("lost", &own.points.0));
                LeafPoints::zero(LeafState::NoEvidence, at)
            }
        }
    }

    /// Warns where only the unit says 不涉及, which does not make a leaf not applicable.
    fn warn_unconfirmed(&mut self) {
        let Some(claim) = self.input.claim.as_ref() else { return };
        if claim.value.value == State::NotApplicable || claim.points.value == State::NotApplicable {
            self.report(Finding::new(Code::W219).at(claim.value.at).found(Arg::Word("cell.not_applicable")));
        }
    }
}

/// 0/0, which is not applicable.
fn is_empty_part(value: &State<RuleValue>) -> bool {
    value.known().is_some_and(RuleValue::is_of_nothing)
}
