//! `check --privacy`: whose marks could be worked out, and what another k, united classes or fewer decimals would leave.

use std::path::Path;

use serde::Serialize;

use super::super::exposure::{Told, earlier, table};
use super::super::terminal::Terminal;
use crate::documents::feedback::privacy::{Earlier, Exposed, Whose, exposed};
use crate::pipeline::Computed;
use crate::pipeline::exposure::{Trial, by_class};
use crate::result::outcome::Outcome;
use crate::shared::finding::{Severity, any};
use crate::write::csv::harmless;

/// What was tried.
pub(super) struct Tried {
    outcome: Outcome,
    earlier: Vec<Earlier>,
    found: Vec<Exposed>,
    /// By variation: its name, how many pairs it leaves, and of which classes.
    variations: Vec<(String, usize, String)>,
    /// What has to be known to read the numbers.
    notes: Vec<String>,
}

/// A pair for programs.
#[derive(Serialize)]
struct Pair {
    unit: String,
    component: String,
    class: String,
    answers: usize,
    shown: bool,
    reason: &'static str,
    whose: Whose,
}

/// A variation for programs.
#[derive(Serialize)]
struct Left {
    variation: String,
    pairs: usize,
}

/// The part of `--format json`.
#[derive(Serialize)]
pub(super) struct Document {
    k: usize,
    earlier_letters: usize,
    pairs: Vec<Pair>,
    variations: Vec<Left>,
    notes: Vec<String>,
}

/// Tries the method as it is and its variations on the inputs of now, beside the letters that were handed out.
pub(super) fn tried(root: &Path, computed: &Computed, terminal: &Terminal) -> anyhow::Result<Tried> {
    let lang = terminal.lang;
    let earlier = earlier(root, &Told::default(), terminal)?;
    let trial = Trial::of(computed);
    let mut notes = Vec::new();
    if any(&computed.findings, Severity::Error) {
        notes.push(lang.text("privacy.broken").to_owned());
    }
    if !trial.drawn.is_empty() {
        let names = lang.join("report.list", trial.drawn.iter().map(String::as_str));
        notes.push(lang.fill("privacy.drawn", &[("components", &names)]));
    }
    let lacking = trial.lacking.iter();
    notes.extend(lacking.map(|(own, class)| lang.fill("privacy.no-issued", &[("component", own), ("class", class)])));
    if !earlier.is_empty() {
        notes.push(lang.fill("privacy.earlier", &[("n", &earlier.len())]));
    }
    let outcome = trial.as_it_is();
    let found = exposed(&outcome, &earlier);
    let variations = trial.variations(&found).into_iter().map(|variation| {
        let other = trial.varied(&variation);
        let left = exposed(&other, &earlier);
        (variation.said(&computed.model, lang), left.len(), by_class(&other, &left))
    });
    let variations = variations.collect();
    Ok(Tried { outcome, earlier, found, variations, notes })
}

impl Tried {
    /// For people: the pairs, then what variations leave.
    pub(super) fn text(&self, terminal: &Terminal) -> String {
        let lang = terminal.lang;
        let mut text = match self.found.is_empty() {
            true => format!("{}\n", lang.text("privacy.none")),
            false => table(&self.outcome, &self.found, terminal),
        };
        let k = self.outcome.model.feedback.k_anonymity.to_string();
        let now = (lang.fill("privacy.as-is", &[("k", &k)]), self.found.len(), by_class(&self.outcome, &self.found));
        let rows = std::iter::once(&now).chain(&self.variations);
        let rows = rows.map(|(name, pairs, classes)| vec![name.clone(), pairs.to_string(), classes.clone()]);
        let header = ["privacy.header.variation", "privacy.header.pairs", "privacy.header.where"];
        text.push_str(&terminal.table(&header.map(|key| lang.text(key)), rows.collect()));
        for note in &self.notes {
            text.push_str(note);
            text.push('\n');
        }
        text
    }

    /// For programs.
    pub(super) fn document(&self) -> Document {
        Document {
            k: self.outcome.model.feedback.k_anonymity,
            earlier_letters: self.earlier.len(),
            pairs: self.found.iter().map(|own| self.pair(own)).collect(),
            variations: self
                .variations
                .iter()
                .map(|(variation, pairs, _)| Left { variation: variation.clone(), pairs: *pairs })
                .collect(),
            notes: self.notes.clone(),
        }
    }

    /// The pairs as csv.
    pub(super) fn csv(&self) -> anyhow::Result<String> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["unit", "component", "class", "answers", "shown", "reason", "whose"])?;
        for own in &self.found {
            let Pair { unit, component, class, answers, shown, reason, whose } = self.pair(own);
            let whose = serde_json::to_value(whose)?;
            let [answers, shown] = [answers.to_string(), shown.to_string()];
            let whose = whose.as_str().unwrap_or_default();
            let fields = [&unit, &component, &class, &answers, &shown].map(|field| harmless(field));
            writer.write_record(fields.iter().map(String::as_str).chain([reason, whose]))?;
        }
        Ok(String::from_utf8(writer.into_inner()?)?)
    }

    fn pair(&self, own: &Exposed) -> Pair {
        let component = &self.outcome.model.components[own.component];
        Pair {
            unit: own.unit.clone(),
            component: component.id.clone(),
            class: component.classes[own.class].id.clone(),
            answers: own.answers,
            shown: own.shown,
            reason: own.reason.json(),
            whose: own.reason.whose(),
        }
    }
}
