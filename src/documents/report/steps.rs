//! 定等过程: one row per step of every unit's grade path, as sentences with the deciding values.

use std::borrow::Cow;

use super::columns::Column;
use super::document::{CellDoc, SheetDoc, Style};
use super::view::View;
use crate::result::outcome::{Model, Outcome, Step, UnitOutcome};
use crate::shared::i18n::{Lang, Named, say};

/// The sheet of grade paths.
pub(super) fn sheet<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.steps").landscape().freeze(2).filtered();
    let (outcome, lang) = (view.outcome, view.lang);
    let grade = |grade: Option<usize>| CellDoc::center(grade.map_or("", |grade| outcome.model.grade_name(grade)));
    let end = |step: &Step| if matches!(step, Step::Final { .. }) { Style::Strong } else { Style::Center };
    let place = |at| view.place(Some(at));
    let columns: [Column<'_, 'o, Taken<'o>>; 9] = [
        ("header.unit-code", &|(unit, ..)| CellDoc::center(&unit.roster.code)),
        ("header.unit", &|(unit, ..)| CellDoc::text(&unit.roster.name)),
        ("header.step", &|(_, index, _)| CellDoc::count(index + 1)),
        ("header.rule", &|(.., step)| CellDoc::text(sentence(outcome, lang, step))),
        ("header.clause", &|(.., step)| CellDoc::text(outcome.clause(step).unwrap_or_default())),
        ("header.from", &|(.., step)| grade(step.from())),
        ("header.to", &|(.., step)| grade(step.to()).role(end(step))),
        ("header.step-basis", &|(unit, _, step)| CellDoc::text(basis(outcome, lang, unit, step))),
        ("header.place", &|(.., step)| outcome.step_place(step).map_or_else(|| CellDoc::text(""), place)),
    ];
    let units = view.units.iter().copied();
    let steps = units.flat_map(|unit| unit.path.iter().enumerate().map(move |(index, step)| (unit, index, step)));
    view.table(&mut sheet, steps, &columns);
    sheet.finish()
}

/// A step of a unit's path, with its number from 0.
type Taken<'o> = (&'o UnitOutcome, usize, &'o Step);

/// The effect of a step, as a sentence.
pub fn sentence(outcome: &Outcome, lang: Lang, step: &Step) -> String {
    let model = &outcome.model;
    let variant = match step {
        Step::Cap { from, to, .. } if from == to => Some("step.cap.same"),
        Step::Placed { places: None, .. } => Some("step.placed.free"),
        _ => None,
    };
    let key = format!("step.{}", step.kind());
    let Some(template) = lang.find(variant.unwrap_or(&key)) else { return step.kind().to_string() };
    let places = step.places();
    let floor = model.limit(step).map_or("", |grade| model.grade_name(grade));
    let opinion = match step {
        Step::Opinion { row } => outcome.opinions.get(*row),
        _ => None,
    };
    let [code, name] = model.rule(step).unwrap_or_default();
    let [from, to] = [step.from(), step.to()].map(|grade| grade.map_or("", |grade| model.grade_name(grade)));
    let values: [Named; 8] = [
        ("code", &code),
        ("name", &name),
        ("from", &from),
        ("to", &to),
        ("places", places.as_ref().map_or(&"", |places| places)),
        ("floor", &floor),
        ("department", opinion.map_or(&"", |opinion| &opinion.department)),
        ("opinion", opinion.map_or(&"", |opinion| &opinion.written)),
    ];
    crate::shared::i18n::fill(template, &values)
}

/// The values that decided a step and are not contained in its sentence, in words.
pub fn basis(outcome: &Outcome, lang: Lang, unit: &UnitOutcome, step: &Step) -> String {
    let mut named = decided_by(outcome, lang, unit, step);
    if let Some(row) = outcome.places_behind(unit, step) {
        named.push(("approved", Cow::Owned(format!("{} {}", row.id, row.document_number))));
    }
    let named = named.into_iter().filter(|(_, value)| !value.is_empty());
    let said = named.map(|(key, value)| say!(lang, &format!("step.value.{key}"), value));
    lang.join("report.clauses", said)
}

/// Values of a step by the ends of their keys, in the order in which they are printed.
fn decided_by<'o>(
    outcome: &'o Outcome,
    lang: Lang,
    unit: &'o UnitOutcome,
    step: &'o Step,
) -> Vec<(&'static str, Cow<'o, str>)> {
    let model = &outcome.model;
    let number = |number: usize| Cow::Owned(number.to_string());
    let text = |text: Option<&'o str>| Cow::Borrowed(text.unwrap_or_default());
    let values = || Cow::Owned(step.values().map_or_else(String::new, |values| tie_values(model, lang, values)));
    match step {
        Step::Rank { group, overall, scheme } => {
            let scheme = scheme.map(|scheme| ("scheme", number(scheme)));
            [("group", number(*group)), ("overall", number(*overall))].into_iter().chain(scheme).collect()
        }
        Step::Threshold { to } => {
            let bar = model.grades.get(*to).map_or_else(String::new, |_| outcome.held(unit).bar(*to).to_string());
            vec![("total", text(unit.total.as_deref())), ("at-least", bar.into())]
        }
        Step::Cap { because, .. } | Step::Promotion { because, .. } | Step::PromotionStopped { because, .. } => {
            vec![("because", text(Some(because)))]
        }
        Step::Decision { .. } | Step::Deferred { .. } => {
            let row = outcome.decision(step);
            vec![
                ("id", text(row.map(|row| row.id.as_str()))),
                ("document", text(row.map(|row| row.document_number.as_str()))),
            ]
        }
        Step::Placed { .. } | Step::NoRoom { .. } => {
            vec![("places", step.places().map_or(Cow::Borrowed(""), number)), ("values", values())]
        }
        Step::Bottom { to, last, .. } => {
            let safe = model.grades.get(*to).and_then(|grade| grade.bottom.as_ref()?.safe_from.as_ref());
            let bar = safe.map_or(Cow::Borrowed(""), |bar| Cow::Owned(bar.to_string()));
            vec![("total", text(unit.total.as_deref())), ("last", number(*last)), ("safe-from", bar)]
        }
        Step::TieExcluded { room, tied, .. }
        | Step::TieIncluded { room, tied, .. }
        | Step::TiePending { room, tied, .. } => {
            vec![("room", number(*room)), ("tied", number(*tied)), ("values", values())]
        }
        Step::Final { to } => {
            vec![("parallel", text(model.grades.get(*to).and_then(|grade| grade.parallel.as_deref())))]
        }
        Step::Opinion { row } => {
            let own = outcome.opinions.get(*row);
            vec![
                ("suggested", text(own.map(|own| own.suggested.as_str()))),
                ("said", text(own.map(|own| own.text.as_str()))),
            ]
        }
        _ => Vec::new(),
    }
}

/// The values of the tie-break chain, `indicators 91.2; satisfaction:online 88`, with names for codes.
fn tie_values(model: &Model, lang: Lang, values: &str) -> String {
    let named = values.split("; ").map(|part| match part.rsplit_once(' ') {
        Some((code, value)) => Cow::Owned(format!("{} {value}", tie_name(model, lang, code))),
        None => Cow::Borrowed(part),
    });
    lang.join("report.clauses", named)
}

fn tie_name<'o>(model: &'o Model, lang: Lang, code: &'o str) -> Cow<'o, str> {
    let component = |id: &str| model.components.iter().find(|c| c.id == id).map(|c| c.name.as_str());
    if let Some(id) = code.strip_prefix("satisfaction:") {
        return Cow::Owned(say!(lang, "step.tie.satisfaction", component = component(id).unwrap_or(id)));
    }
    if code == "fewer_deductions" {
        return Cow::Borrowed(lang.text("header.minus"));
    }
    let node = model
        .tree
        .lines
        .iter()
        .chain(&model.tree.aspects)
        .find(|node| node.code == code)
        .map(|node| node.name.as_str());
    Cow::Borrowed(component(code).or(node).unwrap_or(code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::outcome::StepKind;

    fn sample() -> Outcome {
        Outcome::sample()
    }

    #[test]
    fn a_cap_says_what_it_did() {
        let outcome = sample();
        let cap = |from| Step::Cap { rule: 0, from, to: 1, because: "A2 65.00".to_owned() };
        assert_eq!(sentence(&outcome, Lang::Zh, &cap(0)), "符合等次上限 C4「任一方面低于70%」，由优秀降为先进");
        assert_eq!(sentence(&outcome, Lang::Zh, &cap(1)), "符合等次上限 C4「任一方面低于70%」，先进不受影响");
    }

    #[test]
    fn a_step_names_the_values_that_decided() {
        let mut outcome = sample();
        let opinion = r#"{ "unit": 0, "department": "市委组织部", "suggested": "优秀", "stance": "agree",
            "written": "同意", "text": "材料齐全", "at": [0] }"#;
        outcome.opinions.push(serde_json::from_str(opinion).unwrap());
        let unit = &outcome.units[0];
        let said =
            |step: Step| [sentence(&outcome, Lang::Zh, &step), basis(&outcome, Lang::Zh, unit, &step)].join(" / ");
        let values = Some("indicators 95.00".to_owned());
        assert_eq!(said(Step::Threshold { to: 0 }), "总分达到优秀的门槛 / 总分 93.33，门槛 90");
        assert_eq!(
            said(Step::Rank { group: 1, overall: 2, scheme: None }),
            "按公布总分排定位次 / 组内第 1 位，总第 2 位"
        );
        assert_eq!(said(Step::Decision { row: 0, from: 0, to: 1 }), "工委审定为先进 / 编号 D1，文号 工委〔2026〕1号");
        let told = said(Step::Opinion { row: 0 });
        assert!(told.contains("市委组织部") && told.contains("同意") && told.ends_with("材料齐全"), "{told}");
        let none = said(Step::NoRoom { from: 0, to: 1, places: 1, values });
        assert!(none.starts_with("优秀名额已满，降为先进 / 累计名额 1，") && none.ends_with("95.00"), "{none}");
    }

    #[test]
    fn every_kind_of_step_is_a_whole_sentence_in_both_languages() {
        let mut outcome = sample();
        let promotion = r#"{ "code": "U1", "name": "连升", "to": 0, "when": { "event": "P1" } }"#;
        outcome.model.promotions.push(serde_json::from_str(promotion).unwrap());
        let opinion = r#"{ "unit": 0, "department": "市委组织部", "suggested": "优秀", "stance": "agree",
            "written": "同意", "text": "", "at": [0] }"#;
        outcome.opinions.push(serde_json::from_str(opinion).unwrap());
        let (rule, row, from, to, because) = (0, 0, 0, 1, String::new());
        let values = || Some("indicators 95.00".to_owned());
        let (room, tied) = (1, 2);
        let steps = [
            Step::Rank { group: 1, overall: 2, scheme: None },
            Step::Threshold { to },
            Step::Cap { rule, from, to, because: because.clone() },
            Step::CapPending { rule },
            Step::CapUnknown { rule },
            Step::Promotion { rule, from, to, because: because.clone() },
            Step::PromotionStopped { rule, because },
            Step::Decision { row, from, to },
            Step::Deferred { row, from },
            Step::Placed { to, places: Some(3), values: values() },
            Step::OutsideQuota { to },
            Step::NoRoom { from, to, places: 3, values: values() },
            Step::TieExcluded { from, to, room, tied, values: values() },
            Step::TieIncluded { to, room, tied, values: values() },
            Step::TiePending { from, to, room, tied, values: values() },
            Step::BehindTie { from, to },
            Step::PlaceKept { to },
            Step::NoPlaceKept,
            Step::Bottom { from, to, last: 2 },
            Step::Separate,
            Step::Opinion { row },
            Step::Ungraded,
            Step::Final { to },
        ];
        assert_eq!(steps.each_ref().map(Step::kind), StepKind::ALL);
        for step in &steps {
            for lang in [Lang::Zh, Lang::En] {
                let said = sentence(&outcome, lang, step);
                assert!(!said.contains('{') && said != step.kind().json(), "{step:?}: {said}");
            }
        }
    }
}
