//! `check --privacy`: whose marks could be deduced, and how many would remain so with another k, united classes or
//! fewer decimals.

use crate::shared::i18n::say;
use std::path::Path;

use serde::Serialize;

use super::super::exposure::{Told, earlier, table};
use super::super::terminal::Terminal;
use crate::documents::feedback::privacy::{Earlier, Exposed, Whose, exposed};
use crate::pipeline::Computed;
use crate::pipeline::exposure::{Trial, by_class};
use crate::result::outcome::Outcome;
use crate::shared::finding::{Severity, any};
use crate::write::listing::Listing;

/// The results of the trial.
pub(super) struct Tried {
    outcome: Outcome,
    earlier: Vec<Earlier>,
    found: Vec<Exposed>,
    variations: Vec<Left>,
    /// Qualifications that are needed to read the numbers.
    notes: Vec<String>,
}

/// An exposed pair, as written for programs.
#[derive(Serialize)]
struct Pair<'t> {
    unit: &'t str,
    component: &'t str,
    class: &'t str,
    answers: usize,
    shown: bool,
    reason: &'static str,
    whose: Whose,
}

/// The pairs that remain exposed under a variation.
#[derive(Serialize)]
struct Left {
    variation: String,
    pairs: usize,
    /// The classes of these pairs.
    #[serde(skip)]
    classes: String,
}

/// The part of `--format json` about privacy.
#[derive(Serialize)]
pub(super) struct Document<'t> {
    k: usize,
    earlier_letters: usize,
    pairs: Vec<Pair<'t>>,
    variations: &'t [Left],
    notes: &'t [String],
}

/// Tries the present method and its variations on the present inputs, together with the letters already handed out.
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
        notes.push(say!(lang, "privacy.drawn", components = names));
    }
    let lacking = trial.lacking.iter();
    notes.extend(lacking.map(|(own, class)| say!(lang, "privacy.no-issued", component = own, class)));
    if !earlier.is_empty() {
        notes.push(say!(lang, "privacy.earlier", n = earlier.len()));
    }
    let outcome = trial.as_it_is();
    let found = exposed(&outcome, &earlier);
    let variations = trial.variations(&found).into_iter().map(|variation| {
        let other = trial.varied(&variation);
        let left = exposed(&other, &earlier);
        let (variation, classes) = (variation.said(&computed.model, lang), by_class(&other, &left));
        Left { variation, pairs: left.len(), classes }
    });
    let variations = variations.collect();
    Ok(Tried { outcome, earlier, found, variations, notes })
}

impl Tried {
    /// As text: the pairs, then what remains under each variation.
    pub(super) fn text(&self, terminal: &Terminal) -> String {
        let lang = terminal.lang;
        let mut text = match self.found.is_empty() {
            true => format!("{}\n", lang.text("privacy.none")),
            false => table(&self.outcome, &self.found, terminal),
        };
        let k = self.outcome.model.feedback.k_anonymity;
        let (variation, classes) = (say!(lang, "privacy.as-is", k), by_class(&self.outcome, &self.found));
        let now = Left { variation, pairs: self.found.len(), classes };
        let rows = std::iter::once(&now).chain(&self.variations);
        let rows = rows.map(|left| (&left.variation, left.pairs, &left.classes));
        let header = ["privacy.header.variation", "privacy.header.pairs", "privacy.header.where"];
        text.push_str(&terminal.table(&header, rows));
        for note in &self.notes {
            text.push_str(note);
            text.push('\n');
        }
        text
    }

    /// As a document for programs.
    pub(super) fn document(&self) -> Document<'_> {
        Document {
            k: self.outcome.model.feedback.k_anonymity,
            earlier_letters: self.earlier.len(),
            pairs: self.pairs().collect(),
            variations: &self.variations,
            notes: &self.notes,
        }
    }

    /// The pairs as a list.
    pub(super) fn list(&self) -> anyhow::Result<Listing> {
        Listing::of("unit,component,class,answers,shown,reason,whose", self.pairs())
    }

    fn pairs(&self) -> impl Iterator<Item = Pair<'_>> {
        self.found.iter().map(|own| {
            let component = &self.outcome.model.components[own.component];
            Pair {
                unit: &own.unit,
                component: &component.id,
                class: &component.classes()[own.class].id,
                answers: own.answers,
                shown: own.shown,
                reason: own.reason.json(),
                whose: own.reason.whose(),
            }
        })
    }
}
