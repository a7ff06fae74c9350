//! Findings about inputs that a result carries over from its parent, merged with the new ones.

use super::Places;
use crate::model::Model;
use crate::result::outcome::Outcome;
use crate::shared::finding::{Message, Severity, Stage};

/// The findings of a result about inputs that are not read again, with their places among the present files and the
/// weight that the present model gives them.
pub fn carried(parent: &Outcome, model: &Model, places: &Places) -> Vec<Message> {
    let kept = |message: &Message| message.at.is_none_or(|at| places.is_kept(at));
    let own = parent.findings.iter().filter(|message| message.stage == Stage::Inputs && kept(message));
    own.map(|message| {
        let at = message.at.map(|at| places.place(at));
        Message { at, severity: severity(message, parent, model), ..message.clone() }
    })
    .collect()
}

/// The weight of a finding under the present `[checks]`. One that neither model mentions keeps its weight.
fn severity(message: &Message, parent: &Outcome, model: &Model) -> Severity {
    let code = message.code;
    let was_set = parent.model.values.contains_key(&format!("checks.{code}"));
    match model.checks.get(&code) {
        Some(severity) => *severity,
        None if was_set => code.severity(),
        None => message.severity,
    }
}

/// Merges two lists in the order of findings into one in that order.
pub fn merged(made: Vec<Message>, carried: Vec<Message>) -> Vec<Message> {
    let key = |message: &Message| (message.severity, message.code, message.at, message.unit.clone());
    let mut all: Vec<Message> = carried;
    all.extend(made);
    // The sort is stable, and no code and place comes from both lists.
    all.sort_by_cached_key(key);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::load::{ModelDraft, load};
    use crate::shared::finding::{Code, Finding, made_anew};
    use crate::shared::i18n::Lang;
    use crate::shared::place::FileId;
    use crate::shared::place::Files;

    const MODEL: &str = include_str!("../../../examples/minimal/assess.toml");

    /// Which findings of a version with these are carried over.
    fn carried_of(findings: Vec<Message>) -> Vec<Code> {
        let mut parent = Outcome::sample();
        parent.findings = findings;
        let (model, _) = load(ModelDraft { text: MODEL, file: FileId(0), table: None, hash: String::new() });
        let own = carried(&parent, &model.unwrap(), &Places::same(&parent.files));
        own.into_iter().map(|message| message.code).collect()
    }

    #[test]
    fn what_every_run_makes_is_never_carried_over_whatever_its_code() {
        for code in Code::ALL {
            let mut finding = [Finding::new(*code)];
            let said = |finding: &Finding| finding.say(Lang::Zh, &Files::default());
            assert_eq!(carried_of(vec![said(&finding[0])]), [*code], "{code}: about an input");
            made_anew(&mut finding, 0);
            assert!(carried_of(vec![said(&finding[0])]).is_empty(), "{code}: made in totals");
            // The stage is kept in the result document.
            let text = serde_json::to_string(&said(&finding[0])).unwrap();
            assert_eq!(serde_json::from_str::<Message>(&text).unwrap().stage, Stage::Result, "{code}");
        }
    }
}
