//! The ballots of a component in the trace: satisfaction and shares of votes, then each class with its means, marks and tallies.

use std::borrow::Cow;

use super::{TraceNode, Tracer};
use crate::result::outcome::{Answers, ClassMeasure, Component, NoResult, RaterClass, UnitBallots, UnitOutcome};
use crate::shared::i18n::say;

impl<'t> Tracer<'t> {
    pub(super) fn ballots(
        &self,
        unit: &'t UnitOutcome,
        model: &'t Component,
        own: &'t UnitBallots,
    ) -> Vec<TraceNode<'t>> {
        let mut parts = Vec::new();
        if let Some(rate) = &own.satisfaction {
            let how = format!("{} / {}", own.positive, own.valid);
            let label = self.lang.text("trace.satisfaction");
            parts.push(TraceNode::new(label, self.percent(rate)).exactly(&rate.0).how(how));
        }
        if let Some(share) = &own.share {
            let levels =
                model.share().map_or_else(String::new, |share| self.lang.list(share.of.iter().map(String::as_str)));
            let label = say!(self.lang, "report.share", levels);
            let points = model.share().and_then(|rule| rule.bands.as_ref()?.at(&share.0));
            let how = points.map(|points| say!(self.lang, "trace.band", points = points.plain()));
            let shown = self.outcome.model.score.published().print(&share.0);
            parts.push(TraceNode::new(label, shown).exactly(&share.0).how(how.unwrap_or_default()));
        }
        if own.enough != Answers::Enough {
            parts.push(TraceNode::new(self.lang.text(&format!("trace.{}", own.enough)), own.answers.to_string()));
        }
        let is_part = |(_, own): &(&RaterClass, &ClassMeasure)| own.missing != Some(NoResult::NotInScheme);
        let classes = model.classes().iter().zip(&own.classes).filter(is_part);
        parts.extend(classes.map(|(class, own)| self.class(unit, model, class, own)));
        parts
    }

    fn class(
        &self,
        unit: &'t UnitOutcome,
        model: &'t Component,
        class: &'t RaterClass,
        own: &'t ClassMeasure,
    ) -> TraceNode<'t> {
        let label = format!("{} ({}%)", class.name, own.effective_weight.0.fixed(2));
        if let Some(reason) = &own.missing {
            return TraceNode::new(label, self.lang.text(&format!("class.missing.{reason}")));
        }
        let measured = self.outcome.model.measured(model).into_iter().enumerate();
        let nodes = measured.zip(&own.means).filter_map(|((index, node), mean)| {
            let code = self.outcome.model.tree.code(node);
            let mean = mean.as_ref()?;
            let shown = mean.mean.0.fixed(4);
            let mut how = say!(self.lang, "trace.counted", n = mean.counted);
            if mean.zeros > 0 {
                how.push_str(&say!(self.lang, "trace.zeros", n = mean.zeros));
            }
            if let Some(cut) = self.cut(model.mean_precision()) {
                how = [how, cut].join("; ");
            }
            if !mean.trimmed.is_empty() {
                let marks = mean.trimmed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                how.push_str(&say!(self.lang, "trace.trimmed", marks));
            }
            let label = if code.is_empty() { self.lang.text("trace.mean") } else { code };
            let node = TraceNode::new(label, shown).exactly(&mean.mean.0).how(how);
            Some(node.with(self.marks(unit, model, &class.id, code)).with(self.tally(own, index)))
        });
        TraceNode::new(label, "").with(nodes)
    }

    /// The single marks behind a mean; with secrecy identified by serial, never by rater.
    fn marks(&self, unit: &'t UnitOutcome, model: &'t Component, class: &str, node: &str) -> Vec<TraceNode<'t>> {
        let own = self
            .ratings
            .iter()
            .filter(|r| *r.component == *model.id && *r.class == *class)
            .filter(|r| *r.unit == *unit.roster.code && *r.node == *node);
        own.map(|rating| {
            let secret = self.outcome.model.secrecy || rating.rater.is_empty();
            let rater: Cow<'_, str> =
                if secret { format!("#{}", rating.serial).into() } else { (&*rating.rater).into() };
            let shown = rating.points.as_deref().unwrap_or_default();
            TraceNode::new(rater, format!("{} {shown}", rating.value).trim().to_owned())
                .how(self.lang.text(&format!("rating.{}", rating.state)))
                .at(self.outcome.describe(rating.at))
        })
        .collect()
    }

    fn tally(&self, own: &'t ClassMeasure, node: usize) -> Vec<TraceNode<'t>> {
        let rows = own.tallies.iter().filter(|t| t.node == node);
        rows.map(|tally| {
            let votes = tally.votes.iter().map(|(points, n)| format!("{n} x {points}")).collect::<Vec<_>>().join(" + ");
            TraceNode::new(self.lang.text("trace.tally"), votes).at(self.outcome.describe(tally.at))
        })
        .collect()
    }
}
