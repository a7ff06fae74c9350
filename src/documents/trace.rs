//! The calculation trace (计算过程): from a unit's total down to file, sheet and cell, as a tree of values.
//!
//! Made from the result document and the single ratings alone, so a version explains itself without its inputs.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::documents::report::steps;
use crate::result::outcome::{
    AdjustmentOutcome, Answers, BallotsOutcome, ComponentModel, ComponentOutcome, ComponentType, GivenOutcome,
    LeafModel, LeafOutcome, Outcome, ProblemOutcome, Rate, RatingRecord, Sign, StepOutcome, UnitClassOutcome,
    UnitOutcome,
};
use crate::shared::i18n::Lang;
use crate::shared::number::{Exact, Percent};

/// One step of a calculation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TraceNode {
    /// What is calculated.
    pub label: String,
    /// What it comes to, as printed.
    pub value: String,
    /// Exactly, where it is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<Exact>,
    /// How it came about.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub how: String,
    /// File, sheet and cell it rests on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub at: String,
    /// What it is calculated from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<TraceNode>,
}

impl TraceNode {
    fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
            exact: None,
            how: String::new(),
            at: String::new(),
            parts: Vec::new(),
        }
    }

    fn exactly(mut self, exact: &Exact) -> Self {
        self.exact = Some(exact.clone());
        self
    }

    fn how(mut self, how: impl Into<String>) -> Self {
        self.how = how.into();
        self
    }

    fn with(mut self, parts: impl IntoIterator<Item = Self>) -> Self {
        self.parts.extend(parts);
        self
    }

    /// The tree as indented lines.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        self.write(0, &mut lines);
        lines
    }

    fn write(&self, depth: usize, lines: &mut Vec<String>) {
        let mut line = format!("{}{}", "  ".repeat(depth), crate::shared::text::visible(&self.label));
        for (mark, text) in [("  ", &self.value), ("  = ", &self.how), ("  <- ", &self.at)] {
            if !text.is_empty() {
                line.push_str(mark);
                line.push_str(&crate::shared::text::printable(text));
            }
        }
        lines.push(line);
        self.parts.iter().for_each(|part| part.write(depth + 1, lines));
    }
}

/// What a trace is made from.
pub struct Tracer<'t> {
    /// The result.
    pub outcome: &'t Outcome,
    /// Every single rating.
    pub ratings: &'t [RatingRecord],
    /// Language of the labels.
    pub lang: Lang,
}

impl Tracer<'_> {
    /// The whole tree of a unit.
    pub fn unit(&self, unit: &UnitOutcome) -> TraceNode {
        let label = format!("{} {} ({})", unit.code, unit.name, unit.group);
        let (Some(total), Some(exact)) = (&unit.total, &unit.exact) else {
            return TraceNode::new(label, self.lang.text("trace.excluded"));
        };
        let base = unit.base.clone().unwrap_or_default();
        let (plus, minus) = (unit.plus.clone().unwrap_or_default(), unit.minus.clone().unwrap_or_default());
        let how = format!("{base} + {plus} - {minus}");
        let total_node = TraceNode::new(self.lang.text("trace.total"), total).exactly(&exact.total).how(how);
        let base_node =
            TraceNode::new(self.lang.text("trace.base"), &base).exactly(&exact.base).how(self.base_formula(unit));
        let components = self
            .outcome
            .model
            .components
            .iter()
            .filter_map(|model| unit.components.get(&model.id).map(|own| self.component(unit, model, own)));
        let adjustments = TraceNode::new(self.lang.text("trace.adjustments"), format!("+{plus} -{minus}"))
            .with(unit.adjustments.iter().map(|own| self.adjustment(own)));
        let path = TraceNode::new(self.lang.text("trace.path"), unit.grade.clone().unwrap_or_default())
            .with(unit.path.iter().map(|step| self.step(step)));
        let nodes = TraceNode::new(self.lang.text("trace.nodes"), "").with(self.nodes(&unit.aspects, &unit.lines));
        let parts = [total_node.with([base_node.with(components), adjustments]), nodes, path];
        TraceNode::new(label, "").with(parts).with(self.appeals(unit))
    }

    /// One leaf of a unit, or one component by id or name; `None` when neither has that name.
    pub fn part(&self, unit: &UnitOutcome, name: &str) -> Option<TraceNode> {
        let wanted = crate::shared::text::key(name);
        let is = |a: &str, b: &str| crate::shared::text::key(a) == wanted || crate::shared::text::key(b) == wanted;
        let model = &self.outcome.model;
        let head = TraceNode::new(format!("{} {}", unit.code, unit.name), "");
        if let Some(leaf) = model.leaves.iter().find(|l| is(&l.code, &l.name)) {
            let own = unit.leaves.iter().find(|l| l.code == leaf.code)?;
            return Some(head.with([self.leaf(leaf, own)]));
        }
        let component = model.components.iter().find(|c| is(&c.id, &c.name))?;
        let own = unit.components.get(&component.id)?;
        Some(head.with([self.component(unit, component, own)]))
    }

    fn base_formula(&self, unit: &UnitOutcome) -> String {
        let models = self.outcome.model.components.iter();
        let parts =
            models.filter_map(|m| unit.components.get(&m.id).map(|own| format!("{}% x {}", m.weight, own.rate)));
        parts.collect::<Vec<_>>().join(" + ")
    }

    fn nodes(
        &self,
        aspects: &BTreeMap<String, Option<Rate>>,
        lines: &BTreeMap<String, Option<Rate>>,
    ) -> Vec<TraceNode> {
        let model = &self.outcome.model;
        let own = model.aspects.iter().map(|n| (n, aspects)).chain(model.lines.iter().map(|n| (n, lines)));
        own.filter_map(|(node, rates)| {
            let rate = rates.get(&node.code)?;
            let label = format!("{} {}", node.code, node.name);
            Some(match rate {
                Some(rate) => TraceNode::new(label, format!("{}%", rate.rate)).exactly(&rate.exact),
                None => TraceNode::new(label, "—"),
            })
        })
        .collect()
    }

    fn component(&self, unit: &UnitOutcome, model: &ComponentModel, own: &ComponentOutcome) -> TraceNode {
        let label = format!("{} ({}%)", model.name, model.weight);
        let mut node = TraceNode::new(label, format!("{}%", own.rate)).exactly(&own.exact);
        if let Some(id) = &own.corrected {
            node = node.how(self.lang.fill("trace.corrected", &[("id", id)]));
        }
        if let Some(ballots) = &own.ballots {
            node = node.with(self.ballots(unit, model, ballots));
        }
        node = node.with(own.given.iter().map(|given| self.given(given)));
        if model.kind == ComponentType::Indicators {
            node = node.with(self.leaves(unit, own));
        }
        node
    }

    /// Leaves under their aspects.
    fn leaves(&self, unit: &UnitOutcome, own: &ComponentOutcome) -> Vec<TraceNode> {
        let model = &self.outcome.model;
        let aspects = model.aspects.iter().map(|aspect| {
            let rate = own.aspects.get(&aspect.code).and_then(Option::as_ref);
            let shown = rate.map_or_else(|| "—".to_owned(), |r| format!("{}%", r.rate));
            let leaves = model.leaves.iter().zip(&unit.leaves).filter(|(m, _)| m.aspect == aspect.code);
            TraceNode::new(format!("{} {}", aspect.code, aspect.name), shown).with(leaves.map(|(m, l)| self.leaf(m, l)))
        });
        aspects.collect()
    }

    fn leaf(&self, model: &LeafModel, own: &LeafOutcome) -> TraceNode {
        let points = own.verified.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string);
        let mut how = vec![self.lang.text(&format!("leaf.{}", own.state)).to_owned()];
        how.push(self.lang.text(&format!("rule.{}", model.rule.name())).to_owned());
        let parts = [("trace.value", &own.value), ("trace.claimed", &own.claimed)];
        how.extend(parts.iter().filter_map(|(key, v)| v.as_ref().map(|v| self.lang.fill(key, &[("value", v)]))));
        if let Some(points) = &own.self_points {
            how.push(self.lang.fill("trace.self", &[("value", &points)]));
        }
        if let Some(id) = &own.corrected {
            how.push(self.lang.fill("trace.corrected", &[("id", id)]));
        }
        if !own.note.is_empty() {
            how.push(own.note.clone());
        }
        let mut node = TraceNode::new(format!("{} {}", model.code, model.name), format!("{points} / {}", own.full));
        node.exact = own.verified.as_ref().map(|p| p.0.clone());
        node.how = how.join("; ");
        node.at = self.outcome.describe(own.at);
        node.with(own.ledger.iter().map(|problem| self.problem(problem)))
    }

    /// A problem of a ledger: how far it has come, and its cell.
    fn problem(&self, own: &ProblemOutcome) -> TraceNode {
        let closing = self.lang.text(&format!("trace.closing.{}", own.closing));
        let mut node = TraceNode::new(format!("{} {}", own.number, own.problem), closing);
        let said = own.closed_on.iter().chain(Some(&own.reviewer).filter(|name| !name.is_empty()));
        node.how = said.map(String::as_str).collect::<Vec<_>>().join("; ");
        node.at = self.outcome.describe(own.at);
        node
    }

    fn ballots(&self, unit: &UnitOutcome, model: &ComponentModel, own: &BallotsOutcome) -> Vec<TraceNode> {
        let mut parts = Vec::new();
        if let Some(rate) = &own.satisfaction {
            let how = format!("{} / {}", own.positive, own.valid);
            let label = self.lang.text("trace.satisfaction");
            parts.push(TraceNode::new(label, format!("{}%", rate.rate)).exactly(&rate.exact).how(how));
        }
        if own.enough != Answers::Enough {
            parts.push(TraceNode::new(self.lang.text(&format!("trace.{}", own.enough)), own.answers.to_string()));
        }
        let classes = own.classes.iter().filter_map(|class| {
            let named = model.classes.iter().find(|c| c.id == class.id)?;
            Some(self.class(unit, model, &named.name, class))
        });
        parts.extend(classes);
        parts
    }

    fn class(&self, unit: &UnitOutcome, model: &ComponentModel, name: &str, own: &UnitClassOutcome) -> TraceNode {
        let label = format!("{name} ({}%)", fixed(&own.effective_weight, 2));
        if let Some(reason) = &own.missing {
            return TraceNode::new(label, self.lang.text(&format!("class.missing.{reason}")));
        }
        let nodes = model.nodes.iter().zip(&own.means).filter_map(|(code, mean)| {
            let mean = mean.as_ref()?;
            let shown = mean.mean.fixed(4);
            let mut how = self.lang.fill("trace.counted", &[("n", &mean.counted)]);
            if mean.zeros > 0 {
                how.push_str(&self.lang.fill("trace.zeros", &[("n", &mean.zeros)]));
            }
            if !mean.trimmed.is_empty() {
                let marks = mean.trimmed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                how.push_str(&self.lang.fill("trace.trimmed", &[("marks", &marks)]));
            }
            let label = if code.is_empty() { self.lang.text("trace.mean").to_owned() } else { code.clone() };
            let node = TraceNode::new(label, shown).exactly(&mean.mean).how(how);
            Some(node.with(self.marks(unit, model, &own.id, code)).with(self.tally(own, code)))
        });
        TraceNode::new(label, "").with(nodes)
    }

    /// The single marks behind a mean; with secrecy by serial, never by rater.
    fn marks(&self, unit: &UnitOutcome, model: &ComponentModel, class: &str, node: &str) -> Vec<TraceNode> {
        let own = self
            .ratings
            .iter()
            .filter(|r| r.component == model.id && r.class == class && r.unit == unit.code && r.node == node);
        own.map(|rating| {
            let secret = self.outcome.model.secrecy || rating.rater.is_empty();
            let rater = if secret { format!("#{}", rating.serial) } else { rating.rater.clone() };
            let shown = rating.points.clone().unwrap_or_default();
            let mut mark = TraceNode::new(rater, format!("{} {shown}", rating.value).trim().to_owned());
            mark.how = self.lang.text(&format!("rating.{}", rating.state)).to_owned();
            mark.at = self.outcome.describe(rating.at);
            mark
        })
        .collect()
    }

    fn tally(&self, own: &UnitClassOutcome, node: &str) -> Vec<TraceNode> {
        let rows = own.tallies.iter().filter(|t| t.node == node);
        rows.map(|tally| {
            let votes = tally.votes.iter().map(|(points, n)| format!("{n} x {points}")).collect::<Vec<_>>().join(" + ");
            let mut row = TraceNode::new(self.lang.text("trace.tally"), votes);
            row.at = self.outcome.describe(tally.at);
            row
        })
        .collect()
    }

    fn given(&self, own: &GivenOutcome) -> TraceNode {
        let label = if own.node.is_empty() { self.lang.text("trace.given").to_owned() } else { own.node.clone() };
        let parts = own.parts.iter().map(|(period, score, at)| {
            let mut part = TraceNode::new(period.clone(), score.to_string());
            part.at = self.outcome.describe(*at);
            part
        });
        let off = own.off.iter().map(|(period, at)| {
            let mut part = TraceNode::new(period.clone(), self.lang.text("cell.not_applicable").to_owned());
            part.at = self.outcome.describe(*at);
            part
        });
        let parts = parts.chain(off);
        match &own.rate {
            Some(rate) => TraceNode::new(label, format!("{}%", rate.rate)).exactly(&rate.exact).with(parts),
            None => TraceNode::new(label, self.lang.text("cell.not_applicable").to_owned()).with(parts),
        }
    }

    fn adjustment(&self, own: &AdjustmentOutcome) -> TraceNode {
        let row = self.outcome.row(own);
        let label = row.map_or_else(
            || self.lang.text("trace.over-claim").to_owned(),
            |row| {
                let code = self.outcome.model.kind(row).map_or("", |kind| kind.code.as_str());
                format!("{} {code} {}", row.id, row.matter).trim().to_owned()
            },
        );
        let sign = match own.sign {
            Sign::Bonus => "+",
            Sign::Deduction => "-",
            Sign::Event => "",
        };
        let value = if own.sign == Sign::Event { String::new() } else { format!("{sign}{}", own.counted) };
        let mut node = TraceNode::new(label, value).exactly(&own.counted.0);
        let end = own.end.row();
        let ending = self.lang.find(&format!("adjustment.{end}"));
        node.how = ending.unwrap_or_else(|| self.lang.text(&format!("standing.{end}"))).to_owned();
        if own.counted != own.points && own.sign != Sign::Event {
            node.how.push_str(&format!(" ({sign}{})", own.points));
        }
        if let Some(reason) = own.end.reason() {
            node.how.push_str("; ");
            node.how.push_str(self.lang.find(&format!("limit.{reason}")).unwrap_or(reason));
        }
        if let Some(row) = row.filter(|row| !row.links.value.is_empty()) {
            node.how.push_str(&self.lang.fill("diff.links", &[("links", &row.links.value)]));
        }
        node.at = row.map(|row| self.outcome.describe(row.at)).unwrap_or_default();
        node
    }

    /// What the unit asked to be reviewed, and the rows that settle it.
    fn appeals(&self, unit: &UnitOutcome) -> Option<TraceNode> {
        let own = self.outcome.registers.appeals.iter().filter(|row| self.outcome.code(row.unit) == unit.code);
        let each = own.map(|row| {
            let label = format!("{} {}", row.id, row.target);
            let mut node = TraceNode::new(label.trim_end(), crate::documents::report::appeal_ending(self.lang, row));
            node.at = self.outcome.describe(row.at);
            node
        });
        let each: Vec<TraceNode> = each.collect();
        (!each.is_empty()).then(|| TraceNode::new(self.lang.text("report.register.appeals"), "").with(each))
    }

    fn step(&self, step: &StepOutcome) -> TraceNode {
        let value = match (&step.from, &step.to) {
            (Some(from), Some(to)) if from != to => format!("{from} -> {to}"),
            (_, Some(to)) => to.clone(),
            _ => String::new(),
        };
        let basis = steps::basis(self.outcome, self.lang, step);
        let how: Vec<String> =
            [Some(basis), step.clause.clone()].into_iter().flatten().filter(|t| !t.is_empty()).collect();
        let mut node = TraceNode::new(steps::sentence(self.lang, step), value).how(how.join("; "));
        node.at = step.at.map(|at| self.outcome.describe(at)).unwrap_or_default();
        node
    }
}

fn fixed(percent: &Percent, decimals: u32) -> String {
    percent.0.fixed(decimals)
}
