//! The calculation trace (计算过程): from a unit's total down to file, sheet and cell, as a tree of values.
//!
//! Made only from the result document and the single ratings, so a version can be explained without its inputs.

use std::borrow::Cow;
use std::convert::Infallible;

use serde::Serialize;

use crate::documents::report::document::MISSING;
use crate::documents::report::{steps, tails};
use crate::model::field::FieldStanding;
use crate::result::outcome::{
    AdjustmentOutcome, Component, ComponentOutcome, ComponentType, GivenMeasure, Limited, Outcome, Rate, RatingRecord,
    ReplacedValue, Sign, Step, UnitOutcome,
};
use crate::shared::coded::ByCode;
use crate::shared::i18n::{Lang, say};
use crate::shared::number::{Exact, Percent, Precision, Shortening};
use crate::shared::text::{printable, visible};

mod ballots;
mod leaves;

/// One step of a calculation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceNode<'t> {
    /// The name of the calculated quantity.
    pub label: Cow<'t, str>,
    /// Its value, as printed.
    pub value: Cow<'t, str>,
    /// Its exact value, if it is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<&'t Exact>,
    /// How the value was obtained.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub how: Cow<'t, str>,
    /// File, sheet and cell from which it was read.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub at: String,
    /// The steps on which it depends.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<TraceNode<'t>>,
}

impl<'t> TraceNode<'t> {
    fn new(label: impl Into<Cow<'t, str>>, value: impl Into<Cow<'t, str>>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            exact: None,
            how: Cow::Borrowed(""),
            at: String::new(),
            parts: Vec::new(),
        }
    }

    const fn exactly(mut self, exact: &'t Exact) -> Self {
        self.exact = Some(exact);
        self
    }

    fn how(mut self, how: impl Into<Cow<'t, str>>) -> Self {
        self.how = how.into();
        self
    }

    fn at(mut self, at: String) -> Self {
        self.at = at;
        self
    }

    fn with(mut self, parts: impl IntoIterator<Item = Self>) -> Self {
        self.parts.extend(parts);
        self
    }

    /// Lines for a terminal, parts below the step they belong to.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let _: Result<(), Infallible> = self.walk(0, &mut |depth, node| {
            let mut line = format!("{}{}", "  ".repeat(depth), visible(&node.label));
            for (mark, text) in [("  ", &*node.value), ("  = ", &*node.how), ("  <- ", &*node.at)] {
                if !text.is_empty() {
                    line.push_str(mark);
                    line.push_str(&printable(text));
                }
            }
            lines.push(line);
            Ok(())
        });
        lines
    }

    /// Visits the node, then its parts one level deeper.
    ///
    /// # Errors
    /// The first error of a visit.
    pub fn walk<E>(&self, depth: usize, visit: &mut dyn FnMut(usize, &Self) -> Result<(), E>) -> Result<(), E> {
        visit(depth, self)?;
        self.parts.iter().try_for_each(|part| part.walk(depth + 1, visit))
    }
}

/// The data from which a trace is made.
pub struct Tracer<'t> {
    /// The result document.
    pub outcome: &'t Outcome,
    /// Every single rating.
    pub ratings: &'t [RatingRecord],
    /// Language of the labels.
    pub lang: Lang,
}

/// By which row a value was corrected, and what it was before.
pub fn said_replaced(lang: Lang, own: &ReplacedValue) -> String {
    let old = own.value.as_deref().unwrap_or(MISSING);
    say!(lang, "trace.replaced", id = own.id, old)
}

/// The place of a value among those it is compared with.
pub fn said_place(lang: Lang, standing: &FieldStanding) -> String {
    say!(lang, "trace.place", place = standing.place, members = standing.members)
}

impl<'t> Tracer<'t> {
    /// The complete tree of a unit.
    pub fn unit(&self, unit: &'t UnitOutcome) -> TraceNode<'t> {
        let scheme = self.outcome.scheme_of(unit).map_or_else(String::new, |scheme| format!(", {}", scheme.name));
        let label = format!("{} {} ({}{scheme})", unit.roster.code, unit.roster.name, unit.roster.group);
        let (Some(total), Some(exact)) = (&unit.total, &unit.exact) else {
            return TraceNode::new(label, self.lang.text("trace.excluded"));
        };
        let [base, plus, minus] = [&unit.base, &unit.plus, &unit.minus].map(|own| own.as_deref().unwrap_or_default());
        let cut = self.cut(Some(self.outcome.model.score.published()));
        let how =
            [Some(format!("{base} + {plus} - {minus}")), cut].into_iter().flatten().collect::<Vec<_>>().join("; ");
        let total_node = TraceNode::new(self.lang.text("trace.total"), total).exactly(&exact.total).how(how);
        let base_node =
            TraceNode::new(self.lang.text("trace.base"), base).exactly(&exact.base).how(self.base_formula(unit));
        let components = self
            .outcome
            .model
            .components
            .iter()
            .filter_map(|model| unit.components.get(&model.id).map(|own| self.component(unit, model, own)));
        let adjustments = TraceNode::new(self.lang.text("trace.adjustments"), format!("+{plus} -{minus}"))
            .with(unit.adjustments.iter().map(|own| self.adjustment(own)));
        let has_path = !self.outcome.model.grades.is_empty();
        let path = TraceNode::new(self.lang.text("trace.path"), unit.grade.as_deref().unwrap_or_default())
            .with(unit.path.iter().map(|step| self.step(unit, step)));
        let nodes = self.nodes(&unit.aspects, &unit.lines);
        let tree = &self.outcome.model.tree;
        let title = tree.worded(["trace.nodes", "trace.nodes.aspects", "trace.nodes.lines"]);
        let nodes = (!nodes.is_empty()).then(|| TraceNode::new(self.lang.text(title), "").with(nodes));
        let total_node = total_node.with([base_node.with(components), adjustments]);
        let parts = [Some(total_node), nodes, Some(path).filter(|_| has_path)];
        TraceNode::new(label, "").with(parts.into_iter().flatten()).with(self.awards(unit)).with(self.appeals(unit))
    }

    /// One leaf of a unit, or one component by id or name; `None` if neither has that name.
    pub fn part(&self, unit: &'t UnitOutcome, name: &str) -> Option<TraceNode<'t>> {
        let wanted = crate::shared::text::key(name);
        let is = |a: &str, b: &str| crate::shared::text::key(a) == wanted || crate::shared::text::key(b) == wanted;
        let model = &self.outcome.model;
        let head = TraceNode::new(format!("{} {}", unit.roster.code, unit.roster.name), "");
        let tree = self.outcome.held(unit).tree();
        if let Some(leaf) = tree.leaves.iter().find(|l| is(&l.code, &l.name)) {
            let own = unit.leaves.iter().find(|l| l.code == leaf.code)?;
            return Some(head.with([self.leaf(leaf, own)]));
        }
        let component = model.components.iter().find(|c| is(&c.id, &c.name))?;
        let own = unit.components.get(&component.id)?;
        Some(head.with([self.component(unit, component, own)]))
    }

    fn base_formula(&self, unit: &'t UnitOutcome) -> String {
        let models = self.outcome.model.components.iter();
        let parts = models.filter_map(|m| unit.components.get(&m.id)).filter(|own| own.lacks.is_none());
        let parts = parts.map(|own| format!("{}% x {}", own.weight, own.rate));
        parts.collect::<Vec<_>>().join(" + ")
    }

    fn nodes(&self, aspects: &'t ByCode<Option<Rate>>, lines: &'t ByCode<Option<Rate>>) -> Vec<TraceNode<'t>> {
        let model = &self.outcome.model;
        let own = model.tree.aspects.iter().map(|n| (n, aspects)).chain(model.tree.lines.iter().map(|n| (n, lines)));
        own.filter_map(|(node, rates)| {
            let rate = rates.get(&node.code)?;
            let label = format!("{} {}", node.code, node.name);
            Some(match rate {
                Some(rate) => TraceNode::new(label, format!("{}%", rate.rate)).exactly(&rate.exact),
                None => TraceNode::new(label, MISSING),
            })
        })
        .collect()
    }

    fn component(&self, unit: &'t UnitOutcome, model: &'t Component, own: &'t ComponentOutcome) -> TraceNode<'t> {
        if let Some(lack) = own.lacks {
            let why = tails::lack(self.lang, lack);
            let node = TraceNode::new(model.name.as_str(), MISSING).how(say!(self.lang, "trace.lacks", why));
            return node.with(own.given.iter().map(|given| self.given(model, given)));
        }
        let label = format!("{} ({}%)", model.name, own.weight);
        let mut node = TraceNode::new(label, format!("{}%", own.rate)).exactly(&own.exact);
        let corrected = own.corrected.as_ref().map(|id| say!(self.lang, "trace.corrected", id));
        let limited = own.limited.as_ref().map(|limited| self.limited(model, limited));
        let cut = self.cut(self.outcome.model.score.component(model));
        let how: Vec<String> = limited.into_iter().chain(cut).chain(corrected).collect();
        node = node.how(how.join("; ")).with(self.tail(model, own));
        if let Some(ballots) = &own.ballots {
            node = node.with(self.ballots(unit, model, ballots));
        }
        node = node.with(own.given.iter().map(|given| self.given(model, given)));
        if model.scored() == ComponentType::Indicators {
            node = node.with(self.leaves(unit, own));
        }
        node
    }

    /// The limit that holds for a rate: what it allows, the measured rate, what was looked at, and the clause.
    fn limited(&self, model: &Component, own: &Limited) -> String {
        let clause = model.limits.get(own.limit).and_then(|limit| limit.clause.as_deref());
        let clause = clause.map_or_else(String::new, |clause| format!(" ({clause})"));
        let measured = self.outcome.model.score.published().print(&own.measured.0);
        let most = own.at_most.0.plain();
        say!(self.lang, "trace.limited", most, measured, because = own.because, clause)
    }

    /// The steps from the measured rate to the one that counts, where the model has any.
    fn tail(&self, model: &'t Component, own: &'t ComponentOutcome) -> impl Iterator<Item = TraceNode<'t>> {
        own.tail.iter().map(|step| {
            let rate = step.rate();
            let node = TraceNode::new(tails::label(self.lang, step), self.percent(rate)).exactly(&rate.0);
            node.how(tails::how(self.lang, model, step, &|_| true))
        })
    }

    /// A rate at the published decimals.
    fn percent(&self, rate: &Percent) -> String {
        format!("{}%", self.outcome.model.score.published().print(&rate.0))
    }

    /// That decimals are cut, where they are.
    fn cut(&self, precision: Option<Precision>) -> Option<String> {
        let cut = precision.filter(|own| own.shortening == Shortening::Down)?;
        Some(say!(self.lang, "trace.cut", n = cut.decimals))
    }

    fn given(&self, model: &'t Component, own: &'t GivenMeasure) -> TraceNode<'t> {
        let code = self.outcome.model.tree.code(own.node);
        let label = if code.is_empty() { self.lang.text("trace.given") } else { code };
        let parts = own.parts.iter().map(|(period, score, at)| {
            let how = self.period(model, own, period);
            TraceNode::new(period, score.to_string()).how(how).at(self.outcome.describe(*at))
        });
        let off = own.off.iter().map(|(period, at)| {
            TraceNode::new(period, self.lang.text("cell.not_applicable")).at(self.outcome.describe(*at))
        });
        let parts = parts.chain(off);
        match &own.rate {
            Some(rate) => TraceNode::new(label, self.percent(rate)).exactly(&rate.0).with(parts),
            None => TraceNode::new(label, self.lang.text("cell.not_applicable")).with(parts),
        }
    }

    /// What a period counts: its weight, or that it was left out.
    fn period(&self, model: &Component, own: &GivenMeasure, period: &str) -> String {
        let wanted = crate::shared::text::key(period);
        if own.dropped.iter().any(|dropped| crate::shared::text::key(dropped) == wanted) {
            return self.lang.text("trace.dropped").to_owned();
        }
        let weight = model.given().and_then(|rules| rules.period_weight(period));
        weight.map(|weight| say!(self.lang, "trace.period-weight", weight)).unwrap_or_default()
    }

    fn adjustment(&self, own: &'t AdjustmentOutcome) -> TraceNode<'t> {
        let row = self.outcome.row(own);
        let label = row.map_or(Cow::Borrowed(self.lang.text("trace.over-claim")), |row| {
            let code = self.outcome.kind(row).map_or("", |kind| kind.code.as_str());
            Cow::Owned(format!("{} {code} {}", row.id, row.matter).trim().to_owned())
        });
        let sign = match own.sign {
            Sign::Bonus => "+",
            Sign::Deduction => "-",
            Sign::Event => "",
        };
        let value = if own.sign == Sign::Event { String::new() } else { format!("{sign}{}", own.counted) };
        let end = own.end.row();
        let ending = self.lang.find(&format!("adjustment.{end}"));
        let mut how = Cow::Borrowed(ending.unwrap_or_else(|| self.lang.text(&format!("standing.{end}"))));
        if own.counted != own.points && own.sign != Sign::Event {
            how.to_mut().push_str(&format!(" ({sign}{})", own.points));
        }
        if let Some(reason) = own.end.reason() {
            how.to_mut().push_str("; ");
            how.to_mut().push_str(self.lang.find(&format!("limit.{reason}")).unwrap_or(reason));
        }
        if let Some(row) = row.filter(|row| !row.links.value.is_empty()) {
            how.to_mut().push_str(&say!(self.lang, "diff.links", links = row.links.value));
        }
        let at = row.map(|row| self.outcome.describe(row.at)).unwrap_or_default();
        TraceNode::new(label, value).exactly(&own.counted.0).how(how).at(at)
    }

    /// The awards for which the unit is a candidate.
    fn awards(&self, unit: &'t UnitOutcome) -> Option<TraceNode<'t>> {
        let own = self.outcome.awards_of(unit).filter_map(|(contest, own)| {
            let award = self.outcome.model.awards.get(contest.award)?;
            let scope = self.outcome.group_of_award(contest).unwrap_or(self.lang.text("report.all"));
            let amount = if award.is_in_points() { "award.value.points" } else { "award.value.rate" };
            let value = say!(self.lang, amount, value = own.value);
            let places = say!(self.lang, "award.places", places = contest.places);
            let how = [value.as_str(), &places, &own.because, award.clause.as_deref().unwrap_or_default()];
            let how = how.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
            let label = format!("{} {} ({scope})", award.code, award.name);
            Some(TraceNode::new(label, self.lang.text(&format!("award.fate.{}", own.fate))).how(how))
        });
        let own: Vec<TraceNode<'_>> = own.collect();
        (!own.is_empty()).then(|| TraceNode::new(self.lang.text("report.awards"), "").with(own))
    }

    /// The unit's requests for review, and the rows that settle them.
    fn appeals(&self, unit: &'t UnitOutcome) -> Option<TraceNode<'t>> {
        let own = self.outcome.registers.appeals.iter().filter(|row| self.outcome.code(row.unit) == unit.roster.code);
        let each = own.map(|row| {
            let label = format!("{} {}", row.id, row.target);
            let ending = crate::documents::report::appeal_ending(self.lang, row);
            TraceNode::new(label.trim_end().to_owned(), ending).at(self.outcome.describe(row.at))
        });
        let each: Vec<TraceNode<'_>> = each.collect();
        (!each.is_empty()).then(|| TraceNode::new(self.lang.text("report.register.appeals"), "").with(each))
    }

    fn step(&self, unit: &UnitOutcome, step: &Step) -> TraceNode<'t> {
        let name = |grade: usize| self.outcome.model.grade_name(grade);
        let value = match (step.from(), step.to()) {
            (Some(from), Some(to)) if from != to => Cow::Owned(format!("{} -> {}", name(from), name(to))),
            (_, to) => Cow::Borrowed(to.map_or("", name)),
        };
        let basis = steps::basis(self.outcome, self.lang, unit, step);
        let how = [basis.as_str(), self.outcome.clause(step).unwrap_or_default()];
        let how = how.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
        let at = self.outcome.step_place(step).map(|at| self.outcome.describe(at)).unwrap_or_default();
        TraceNode::new(steps::sentence(self.outcome, self.lang, step), value).how(how).at(at)
    }
}
