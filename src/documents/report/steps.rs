//! 定等过程: one row per step of every unit's grade path, as sentences with the values that decided.

use super::document::{CellDoc, SheetDoc, Style};
use super::view::{View, join};
use crate::result::outcome::{ModelOutcome, Outcome, StepKind, StepOutcome, UnitOutcome};
use crate::shared::i18n::{Lang, Named};

/// Values of a step that its sentence does not name already, in the order in which they are said.
const BASIS: [(&str, &str); 14] = [
    ("group", "step.value.group"),
    ("overall", "step.value.overall"),
    ("total", "step.value.total"),
    ("at_least", "step.value.at-least"),
    ("because", "step.value.because"),
    ("id", "step.value.id"),
    ("document", "step.value.document"),
    ("places", "step.value.places"),
    ("room", "step.value.room"),
    ("tied", "step.value.tied"),
    ("values", "step.value.values"),
    ("parallel", "step.value.parallel"),
    ("suggested", "step.value.suggested"),
    ("said", "step.value.said"),
];

/// The sheet of grade paths.
pub(super) fn sheet(view: &View<'_>) -> SheetDoc {
    let mut sheet = view.sheet("sheet.steps").landscape().freeze(2).filtered();
    sheet.header(view.headers(&[
        "header.unit-code",
        "header.unit",
        "header.step",
        "header.rule",
        "header.clause",
        "header.from",
        "header.to",
        "header.basis",
        "header.place",
    ]));
    for unit in &view.units {
        for (index, step) in unit.path.iter().enumerate() {
            sheet.row(row(view, unit, index, step));
        }
    }
    sheet.finish()
}

fn row(view: &View<'_>, unit: &UnitOutcome, index: usize, step: &StepOutcome) -> Vec<CellDoc> {
    let grade = |grade: &Option<String>| CellDoc::center(grade.as_deref().unwrap_or_default());
    let last = step.kind == StepKind::Final;
    vec![
        CellDoc::center(&unit.code),
        CellDoc::text(&unit.name),
        CellDoc::count(index + 1),
        CellDoc::text(sentence(view.lang, step)),
        CellDoc::text(step.clause.as_deref().unwrap_or_default()),
        grade(&step.from),
        grade(&step.to).role(if last { Style::Strong } else { Style::Center }),
        CellDoc::text(basis(view.outcome, view.lang, step)),
        step.at.map_or_else(|| CellDoc::text(""), |at| view.place(Some(at))),
    ]
}

/// What a step did, as a sentence.
pub fn sentence(lang: Lang, step: &StepOutcome) -> String {
    let key = format!("step.{}", step.kind);
    let variant = match step.kind {
        StepKind::Cap if step.from == step.to => Some("step.cap.same"),
        StepKind::Placed if !step.values.contains_key("places") => Some("step.placed.free"),
        _ => None,
    };
    let Some(template) = lang.find(variant.unwrap_or(&key)) else { return step.kind.to_string() };
    let mut values: Vec<Named> = step.values.iter().map(|(name, value)| (name.as_str(), value as _)).collect();
    let [code, name, from, to] =
        [&step.code, &step.name, &step.from, &step.to].map(|value| value.as_deref().unwrap_or_default());
    let named: [Named; 4] = [("code", &code), ("name", &name), ("from", &from), ("to", &to)];
    values.extend(named);
    crate::shared::i18n::fill(template, &values)
}

/// The values that decided a step, in words.
pub fn basis(outcome: &Outcome, lang: Lang, step: &StepOutcome) -> String {
    let said = |(name, key): &(&str, &str)| {
        let value = step.values.get(*name).filter(|value| !value.is_empty())?;
        let value = if *name == "values" { tie_values(&outcome.model, lang, value) } else { value.clone() };
        Some(lang.fill(key, &[("value", &value)]))
    };
    join(lang, "report.clauses", BASIS.iter().filter_map(said))
}

/// The values of the tie-break chain, `indicators 91.2; satisfaction:online 88`, with names for codes.
fn tie_values(model: &ModelOutcome, lang: Lang, values: &str) -> String {
    let named = values.split("; ").map(|part| match part.rsplit_once(' ') {
        Some((code, value)) => format!("{} {value}", tie_name(model, lang, code)),
        None => part.to_owned(),
    });
    join(lang, "report.clauses", named)
}

fn tie_name(model: &ModelOutcome, lang: Lang, code: &str) -> String {
    let component = |id: &str| model.components.iter().find(|c| c.id == id).map(|c| c.name.as_str());
    if let Some(id) = code.strip_prefix("satisfaction:") {
        return lang.fill("step.tie.satisfaction", &[("component", &component(id).unwrap_or(id))]);
    }
    if code == "fewer_deductions" {
        return lang.text("header.minus").to_owned();
    }
    let node = model.lines.iter().chain(&model.aspects).find(|node| node.code == code).map(|node| node.name.as_str());
    component(code).or(node).unwrap_or(code).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::grade::StepKind;

    fn step(kind: StepKind, values: &[(&str, &str)]) -> StepOutcome {
        StepOutcome {
            kind,
            code: Some("C4".to_owned()),
            name: Some("任一方面低于70%".to_owned()),
            clause: None,
            from: Some("优秀".to_owned()),
            to: Some("先进".to_owned()),
            values: values.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            at: None,
        }
    }

    #[test]
    fn a_cap_says_what_it_did() {
        let mut cap = step(StepKind::Cap, &[("because", "A2 65.00")]);
        assert_eq!(sentence(Lang::Zh, &cap), "符合等次上限 C4「任一方面低于70%」，由优秀降为先进");
        cap.from = Some("先进".to_owned());
        assert_eq!(sentence(Lang::Zh, &cap), "符合等次上限 C4「任一方面低于70%」，先进不受影响");
    }

    #[test]
    fn every_kind_of_step_is_a_whole_sentence_in_both_languages() {
        let floor = [("floor", "优秀"), ("places", "3"), ("department", "市委组织部"), ("opinion", "同意")];
        for kind in StepKind::ALL.iter().copied() {
            for lang in [Lang::Zh, Lang::En] {
                let said = sentence(lang, &step(kind, &floor));
                assert!(!said.contains('{') && said != kind.json(), "{kind:?}: {said}");
            }
        }
    }
}
