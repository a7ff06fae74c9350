//! The tail of a component in words: what the model says, and the steps of a unit.

use crate::model::field::{FieldStanding, Within};
use crate::model::rule::{Ladder, Step};
use crate::model::{Convert, ConvertBy};
use crate::result::outcome::{Component, ComponentOutcome, Lack, Model, TailStep};
use crate::shared::i18n::{Lang, say};
use crate::shared::number::Precision;

/// What the model says of a component: `得分率乘以名册中的系数“难度”，最高 100%`; none where it says nothing.
pub fn rules(lang: Lang, component: &Component) -> Option<String> {
    let tail = &component.tail;
    let coefficient = tail.coefficient.as_ref().map(|own| {
        let columns = lang.join("report.list", own.columns.iter().map(String::as_str));
        let said = say!(lang, "tail.rule.coefficient", columns);
        let most = own.most.as_ref().map(|most| say!(lang, "tail.most", most));
        said + &most.unwrap_or_default()
    });
    let convert = tail.convert.as_ref().map(|own| convert(lang, own));
    let apart = component.apart.then(|| lang.text("tail.rule.apart").to_owned());
    let parts: Vec<String> = [coefficient, convert, apart].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| lang.join("feedback.parts", parts))
}

fn convert(lang: Lang, rule: &Convert) -> String {
    let field = lang.text(match rule.field.within {
        Within::Group => "form.rule.within.group",
        Within::Scheme => "form.rule.within.scheme",
        Within::All => "form.rule.within.all",
    });
    match &rule.by {
        ConvertBy::Best => say!(lang, "tail.rule.best", field),
        ConvertBy::Mean(mean) => say!(lang, "tail.rule.mean", field, mean),
        ConvertBy::Place(Ladder::Even { first, last }) => {
            say!(lang, "tail.rule.even", field, first, last)
        }
        ConvertBy::Place(Ladder::Steps { first, step, least }) => {
            let step = match step {
                Step::Points(points) => points.to_string(),
                Step::Percent(percent) => percent.to_string(),
            };
            say!(lang, "tail.rule.steps", field, first, step, least)
        }
        ConvertBy::Place(Ladder::Table { .. }) => say!(lang, "tail.rule.best", field),
    }
}

/// Why a unit lacks a component, and what becomes of its weight.
pub fn lack(lang: Lang, lack: Lack) -> &'static str {
    lang.text(match lack {
        Lack::Inapplicable => "report.lacks.inapplicable",
        Lack::Missing => "report.lacks.missing",
    })
}

/// The label of a step.
pub fn label(lang: Lang, step: &TailStep) -> &'static str {
    lang.text(match step {
        TailStep::Measured { .. } => "tail.measured",
        TailStep::Multiplied { .. } => "tail.multiplied",
        TailStep::Converted { .. } => "tail.converted",
        TailStep::Rounded { .. } => "tail.rounded",
        TailStep::Corrected { .. } => "tail.corrected",
    })
}

/// How a step came about; what is behind a field is said only if it may be told.
pub fn how(lang: Lang, component: &Component, step: &TailStep, tells: &dyn Fn(&FieldStanding) -> bool) -> String {
    match step {
        TailStep::Multiplied { coefficient, .. } => {
            let most = component.tail.coefficient.as_ref().and_then(|own| own.most.as_ref());
            let most = most.map(|most| say!(lang, "tail.most", most)).unwrap_or_default();
            say!(lang, "tail.times", coefficient) + &most
        }
        TailStep::Converted { standing, .. } if tells(standing) => {
            let basis = standing.basis.as_ref().map(|basis| say!(lang, "trace.basis", value = basis.plain()));
            let place = crate::documents::trace::said_place(lang, standing);
            lang.join("feedback.parts", basis.into_iter().chain([place]))
        }
        TailStep::Converted { .. } => {
            component.tail.convert.as_ref().map(|rule| convert(lang, rule)).unwrap_or_default()
        }
        TailStep::Measured { .. } | TailStep::Rounded { .. } | TailStep::Corrected { .. } => String::new(),
    }
}

/// The steps of a unit up to the last that the model names, as one line; empty where there are none.
pub fn line(
    lang: Lang,
    precision: Precision,
    component: &Component,
    own: &ComponentOutcome,
    tells: &dyn Fn(&FieldStanding) -> bool,
) -> String {
    let steps = own.tail.iter().filter(|step| !matches!(step, TailStep::Rounded { .. } | TailStep::Corrected { .. }));
    let said = steps.map(|step| {
        let rate = precision.print(&step.rate().0);
        let how = how(lang, component, step, tells);
        let key = if how.is_empty() { "tail.step" } else { "tail.step.how" };
        say!(lang, key, label = label(lang, step), rate, how)
    });
    lang.join("feedback.parts", said)
}

/// Which components the rates of lines and aspects hold, and which of them as they were measured.
pub fn node_notes(lang: Lang, model: &Model) -> Vec<String> {
    let names = |keep: &dyn Fn(&Component) -> bool| {
        let own = model.components.iter().filter(|own| keep(own));
        lang.join("report.list", own.map(|own| own.name.as_str()))
    };
    let held = model.components.iter().any(|own| own.apart).then(|| names(&|own| !own.apart));
    let is_measured = |own: &Component| !own.tail.is_empty() && !own.apart;
    let measured = model.components.iter().any(is_measured).then(|| names(&is_measured));
    let held = held.map(|components| say!(lang, "report.nodes.held", components));
    held.into_iter().chain(measured.map(|components| say!(lang, "report.nodes.measured", components))).collect()
}
