//! Which marks could be worked out from what a run would hand out, and which under a different method.

use std::collections::{BTreeMap, BTreeSet};

use super::Computed;
use super::tail::Tail;
use crate::documents::feedback::privacy::{Exposed, exposed};
use crate::engine::assessment::{Assessment, BallotBox, ComponentInput, Tally};
use crate::engine::score::{self, Measured};
use crate::model::{ComponentKind, Issued, Model, RaterClass};
use crate::result::outcome::{Name, Outcome};
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::i18n::{Lang, say};
use crate::shared::number::Percent;

mod draw;

/// The finding about a result's exposed pairs: a warning, or a note where the model accepts them; none where there are none.
pub(super) fn finding(outcome: &Outcome) -> Option<Finding> {
    let found = exposed(outcome, &[]);
    if found.is_empty() {
        return None;
    }
    let mut units: Vec<&str> = found.iter().map(|own| own.unit.as_str()).collect();
    units.dedup();
    let accepted = outcome.model.feedback.accept_exposed.as_ref();
    let finding = Finding::new(if accepted.is_some() { Code::N722 } else { Code::W721 })
        .with("pairs", found.len())
        .with("units", units.len())
        .found(by_class(outcome, &found));
    Some(match accepted {
        Some(reason) => finding.with("reason", reason),
        None => finding,
    })
}

/// How many units each class is exposed for: `述职评议 领导 ×12`, in the order of the model.
pub fn by_class(outcome: &Outcome, found: &[Exposed]) -> String {
    let mut counts: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for own in found {
        *counts.entry((own.component, own.class)).or_default() += 1;
    }
    let said = counts.into_iter().map(|((component, class), count)| {
        let component = &outcome.model.components[component];
        format!("{} {} ×{count}", component.name, component.classes()[class].name)
    });
    outcome.model.language.join("report.list", said.collect::<Vec<_>>())
}

/// A variation of the method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variation {
    /// Another k.
    Anonymity(usize),
    /// Rates of components rounded to so many decimals.
    ComponentDecimals(u32),
    /// Two classes of a component united into one with the weights of both.
    United {
        /// Index of the component.
        component: usize,
        /// Indices of the classes.
        classes: [usize; 2],
    },
}

/// A run whose method is varied, with marks drawn at random where no ballots are in yet.
pub struct Trial<'c> {
    computed: &'c Computed,
    assessment: Assessment,
    measured: Measured,
    /// Names of the components whose marks were drawn.
    pub drawn: Vec<String>,
    /// Components without ballots, with the first of their classes that does not say how many were issued.
    pub lacking: Vec<(String, String)>,
}

impl<'c> Trial<'c> {
    /// A trial of a run.
    pub fn of(computed: &'c Computed) -> Self {
        let mut assessment = computed.assessment.clone();
        let draw::Drawn { drawn, lacking } = draw::draw(&computed.model, &mut assessment);
        let measured = score::measure_again(&computed.model, &assessment, computed.leaves());
        Self { computed, assessment, measured, drawn, lacking }
    }

    /// The result under the present method.
    pub fn as_it_is(&self) -> Outcome {
        self.under(&self.computed.model, &self.assessment, &self.measured)
    }

    /// What may leave fewer pairs: other k, fewer decimals, each exposed class united with every other of its component.
    pub fn variations(&self, found: &[Exposed]) -> Vec<Variation> {
        let model = &self.computed.model;
        let k = model.feedback.k_anonymity;
        let mut others: Vec<usize> = [k.saturating_sub(2), k.saturating_sub(1), k + 1, k + 2, 2 * k].to_vec();
        others.retain(|own| *own >= 2 && *own != k);
        others.sort_unstable();
        others.dedup();
        let mut variations: Vec<Variation> = others.into_iter().map(Variation::Anonymity).collect();
        let now = model.score.component_decimals.unwrap_or(model.score.decimals).min(model.score.decimals);
        variations.extend([1, 0].into_iter().filter(|own| *own < now).map(Variation::ComponentDecimals));
        let mut united: BTreeSet<(usize, [usize; 2])> = BTreeSet::new();
        for own in found {
            let ComponentKind::Ballots(rules) = &model.components[own.component].kind else { continue };
            // Classes with different marks cannot be counted together.
            let is_alike = |other: &usize| rules.classes[*other].own == rules.classes[own.class].own;
            let others = (0..rules.classes.len()).filter(|other| *other != own.class).filter(is_alike);
            united.extend(others.map(|other| (own.component, [own.class.min(other), own.class.max(other)])));
        }
        variations.extend(united.into_iter().map(|(component, classes)| Variation::United { component, classes }));
        variations
    }

    /// The result under another method, from the same inputs.
    pub fn varied(&self, variation: &Variation) -> Outcome {
        let mut model = self.computed.model.clone();
        match variation {
            Variation::Anonymity(k) => {
                model.feedback.k_anonymity = *k;
                self.under(&model, &self.assessment, &self.measured)
            }
            Variation::ComponentDecimals(decimals) => {
                model.score.component_decimals = Some(*decimals);
                self.under(&model, &self.assessment, &self.measured)
            }
            Variation::United { component, classes } => {
                let mut assessment = self.assessment.clone();
                unite(&mut model, &mut assessment, *component, *classes);
                let measured = score::measure_again(&model, &assessment, self.measured.leaves.clone());
                self.under(&model, &assessment, &measured)
            }
        }
    }

    fn under(&self, model: &Model, assessment: &Assessment, measured: &Measured) -> Outcome {
        let name = Name { version: "", parent: None, draft: false };
        Tail { model, assessment, measured, before: None }.unchecked(&self.computed.files, self.computed.found, name)
    }
}

impl Variation {
    /// The variation in words; `model` is the present method.
    pub fn said(&self, model: &Model, lang: Lang) -> String {
        match self {
            Self::Anonymity(k) => say!(lang, "privacy.anonymity", k = k),
            Self::ComponentDecimals(decimals) => say!(lang, "privacy.decimals", n = decimals),
            Self::United { component, classes } => {
                let component = &model.components[*component];
                let ComponentKind::Ballots(rules) = &component.kind else { return component.name.clone() };
                let names = classes.map(|class| rules.classes[class].name.as_str());
                say!(lang, "privacy.united", component = component.name, first = names[0], second = names[1])
            }
        }
    }
}

/// Unites two classes: the second's ballots and tallies become the first's.
fn unite(model: &mut Model, assessment: &mut Assessment, component: usize, [first, second]: [usize; 2]) {
    let ComponentKind::Ballots(rules) = &mut model.components[component].kind else { return };
    let ComponentInput::Ballots(counted) = &mut assessment.components[component] else { return };
    let gone = rules.classes.remove(second);
    let into = &mut rules.classes[first];
    *into = RaterClass {
        id: format!("{}+{}", into.id, gone.id),
        name: format!("{}+{}", into.name, gone.name),
        aliases: Vec::new(),
        weight: Percent(&into.weight.0 + &gone.weight.0),
        issued: match (into.issued.whole(), gone.issued.whole()) {
            (Some(own), Some(other)) => Issued::Class(own + other),
            _ => Issued::Unknown,
        },
        recuse: into.recuse || gone.recuse,
        own: gone.own,
    };
    for scheme in &mut model.schemes {
        scheme.unite_classes(component, [first, second]);
    }
    let class = |own: usize| match own {
        own if own == second => first,
        own if own > second => own - 1,
        own => own,
    };
    join_boxes(counted, class);
}

/// Renumbers the classes of ballots and tallies; tallies of one class, unit and node are merged.
fn join_boxes(counted: &mut BallotBox, class: impl Fn(usize) -> usize) {
    for ballot in &mut counted.ballots {
        ballot.class = class(ballot.class);
    }
    counted.ballots.sort_by_key(|ballot| ballot.class);
    for tally in &mut counted.tallies {
        tally.class = class(tally.class);
    }
    counted.tallies.sort_by_key(|tally| (tally.class, tally.unit, tally.row.node));
    let mut joined: Vec<Tally> = Vec::with_capacity(counted.tallies.len());
    for tally in counted.tallies.drain(..) {
        match joined.last_mut() {
            Some(last) if (last.class, last.unit, last.row.node) == (tally.class, tally.unit, tally.row.node) => {
                last.row.votes.extend(tally.row.votes);
                last.row.votes.sort();
                last.row.votes.dedup_by(|again, kept| {
                    let is_same = again.0 == kept.0;
                    kept.1 += if is_same { again.1 } else { 0 };
                    is_same
                });
                last.row.abstained += tally.row.abstained;
                last.row.issued = last.row.issued.zip(tally.row.issued).map(|(own, other)| own + other);
                last.row.valid += tally.row.valid;
                last.row.invalid += tally.row.invalid;
            }
            _ => joined.push(tally),
        }
    }
    counted.tallies = joined;
}
