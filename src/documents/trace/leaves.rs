//! The leaves of a unit in the trace: their periods, the values of their formulas, the problems of a ledger.

use std::borrow::Cow;
use std::fmt::Display;

use super::{TraceNode, Tracer, said_place, said_replaced};
use crate::documents::report::document::MISSING;
use crate::result::outcome::{ComponentOutcome, Leaf, LeafScore, LeafState, PeriodScore, Problem, UnitOutcome, Worked};
use crate::shared::i18n::{Named, say};

impl<'t> Tracer<'t> {
    /// Leaves under their aspects; without aspects as they are.
    pub(super) fn leaves(&self, unit: &'t UnitOutcome, own: &'t ComponentOutcome) -> Vec<TraceNode<'t>> {
        let tree = self.outcome.held(unit).tree();
        let under = |aspect: Option<usize>| {
            let all = tree.leaves.iter().zip(&unit.leaves);
            all.filter(move |(model, own)| model.aspect == aspect && own.state != LeafState::NotInScheme)
        };
        if tree.aspects.is_empty() {
            return under(None).map(|(model, own)| self.leaf(model, own)).collect();
        }
        let aspects =
            tree.aspects.iter().enumerate().filter(|(_, aspect)| !aspect.points.0.is_zero()).map(|(index, aspect)| {
                let rate = own.aspect_printed(&aspect.code);
                let shown = rate.map_or(Cow::Borrowed(MISSING), |rate| Cow::Owned(format!("{rate}%")));
                TraceNode::new(format!("{} {}", aspect.code, aspect.name), shown)
                    .with(under(Some(index)).map(|(m, l)| self.leaf(m, l)))
            });
        aspects.collect()
    }

    pub(super) fn leaf(&self, model: &'t Leaf, own: &'t LeafScore) -> TraceNode<'t> {
        let mut how = vec![Cow::Borrowed(self.lang.text(&format!("leaf.{}", own.state)))];
        how.push(Cow::Borrowed(self.lang.text(&format!("rule.{}", model.rule.name()))));
        if let Some(rules) = model.periods.as_ref().filter(|_| !own.periods.is_empty()) {
            how.push(Cow::Borrowed(self.lang.text(&format!("periods.{}", rules.periods))));
        }
        let formula = model.formula.as_ref().map(|formula| say!(self.lang, "trace.formula", formula = formula.text()));
        how.extend(formula.map(Cow::Owned));
        how.extend(self.came_about(own));
        let points: &dyn Display = own.verified.as_ref().map_or(&MISSING, |points| points);
        let mut node = TraceNode::new(format!("{} {}", model.code, model.name), format!("{points} / {}", own.full));
        node.exact = own.verified.as_ref().map(|points| &points.0);
        node.how(how.join("; "))
            .at(self.outcome.describe(own.at))
            .with(own.periods.iter().map(|period| self.leaf_period(model, period)))
            .with(own.formula.iter().flat_map(|worked| self.worked(worked)))
            .with(own.ledger.iter().flatten().map(|problem| self.problem(problem)))
    }

    /// A period of a leaf: its points, or its value where values are added up; its weight, and its cell.
    fn leaf_period(&self, model: &'t Leaf, own: &'t PeriodScore) -> TraceNode<'t> {
        let score = &own.score;
        let mut how = vec![Cow::Borrowed(self.lang.text(&format!("leaf.{}", score.state)))];
        if own.dropped {
            how.push(Cow::Borrowed(self.lang.text("trace.dropped")));
        }
        let weight = model.periods.as_ref().and_then(|rules| rules.period_weight(&own.period));
        how.extend(weight.map(|weight| Cow::Owned(say!(self.lang, "trace.period-weight", weight))));
        how.extend(self.came_about(score));
        let said = match (&score.verified, model.adds_values()) {
            (None, _) => Cow::Borrowed(self.lang.text("cell.not_applicable")),
            (Some(_), true) => Cow::Borrowed(score.value.as_deref().or(score.claimed.as_deref()).unwrap_or(MISSING)),
            (Some(points), false) => Cow::Owned(points.to_string()),
        };
        let mut node = TraceNode::new(own.period.as_str(), said);
        node.exact = score.verified.as_ref().map(|points| &points.0).filter(|_| !model.adds_values());
        node.how(how.join("; "))
            .at(self.outcome.describe(score.at))
            .with(score.formula.iter().flat_map(|worked| self.worked(worked)))
    }

    /// How points came about: value, basis and place, the unit's own word, corrections, the verifier's note.
    fn came_about(&self, own: &'t LeafScore) -> Vec<Cow<'t, str>> {
        let mut how = Vec::new();
        let mut say = |key: &str, value: Named<'_>| how.push(Cow::Owned(self.lang.fill(key, &[value])));
        let values = [("trace.value", &own.value), ("trace.claimed", &own.claimed)];
        values.iter().filter_map(|(key, v)| Some((key, v.as_ref()?))).for_each(|(key, v)| say(key, ("value", v)));
        own.coefficient.iter().for_each(|factor| say("trace.coefficient", ("value", factor)));
        if let Some(standing) = own.compared.as_ref().and_then(|own| own.standing.as_ref()) {
            standing.basis.iter().for_each(|basis| say("trace.basis", ("value", &basis.plain())));
            how.push(Cow::Owned(said_place(self.lang, standing)));
        }
        let mut say = |key: &str, value: Named<'_>| how.push(Cow::Owned(self.lang.fill(key, &[value])));
        own.self_points.iter().for_each(|points| say("trace.self", ("value", points)));
        own.corrected.iter().for_each(|id| say("trace.corrected", ("id", id)));
        how.extend(own.replaced.as_deref().map(|own| Cow::Owned(said_replaced(self.lang, own))));
        if !own.note.is_empty() {
            how.push(Cow::Borrowed(&*own.note));
        }
        how
    }

    /// A formula with its values, and each input with its cell.
    fn worked(&self, own: &'t Worked) -> Vec<TraceNode<'t>> {
        let whole = TraceNode::new(self.lang.text("trace.worked"), own.value.in_full()).exactly(&own.value);
        let inputs = own.inputs.iter().map(|input| {
            let value = input.value.as_ref().map_or(Cow::Borrowed(MISSING), |value| Cow::Owned(value.in_full()));
            let node = TraceNode::new(input.name.as_str(), value).at(self.outcome.describe(input.at));
            let corrected = input.corrected.as_ref().map(|id| say!(self.lang, "trace.corrected", id));
            TraceNode { exact: input.value.as_ref(), ..node.how(corrected.unwrap_or_default()) }
        });
        vec![whole.how(own.text.as_str()).with(inputs)]
    }

    /// A problem of a ledger: its progress, and its cell.
    fn problem(&self, own: &'t Problem) -> TraceNode<'t> {
        let closing = self.lang.text(&format!("trace.closing.{}", own.closing));
        let date = own.closed_on.map(|date| date.to_string());
        let said = date.iter().chain(Some(&own.reviewer).filter(|name| !name.is_empty()));
        let said = said.map(String::as_str).collect::<Vec<_>>().join("; ");
        TraceNode::new(format!("{} {}", own.number, own.text), closing).how(said).at(self.outcome.describe(own.at))
    }
}
