//! The tail of a component (SPEC §19.2, §19.3): what becomes of its measured rate before it counts.
//!
//! The steps have one order: rate → coefficient → convert → `component_decimals` → correction. They act on the rate of the
//! unit only; the nodes below keep the rates that were measured.

use serde::{Deserialize, Serialize};

use super::field::{Basis, Better, Field, FieldStanding, Relation, Within};
use super::rule::{Ladder, Step};
use super::toml::Section;
use crate::shared::finding::{Code, Describe as _, Finding};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::text;

/// What becomes of the rate of a component; nothing in most models.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TailRules {
    /// What it is multiplied by.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub coefficient: Option<Coefficient>,
    /// How it is measured by the rates of other units.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub convert: Option<Convert>,
}

/// A rate times numbers of the unit: 120 % of a rate of 70 is 84.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coefficient {
    /// The columns of the roster that hold the numbers, which are multiplied.
    pub columns: Vec<String>,
    /// The highest rate in percent; none where the rate is converted afterwards.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub most: Option<Percent>,
}

/// A rate measured by those of other units, in [0, 100].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Convert {
    /// What it is measured by.
    pub by: ConvertBy,
    /// The units that are compared.
    pub field: Field,
}

/// What a rate is measured by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConvertBy {
    /// The best rate of the field, which becomes 100.
    Best,
    /// The mean of the field, which becomes this rate.
    Mean(Percent),
    /// Its place, which gives a rate by steps or evenly.
    Place(Ladder),
}

impl TailRules {
    /// Whether the measured rate counts as it is.
    pub const fn is_empty(&self) -> bool {
        self.coefficient.is_none() && self.convert.is_none()
    }

    /// The highest rate that can come out of it, in percent.
    pub fn highest(&self) -> Percent {
        let most = self.coefficient.as_ref().and_then(|own| own.most.clone()).filter(|_| self.convert.is_none());
        most.unwrap_or_else(|| Percent::whole(100))
    }

    /// Reads the keys of a component; faults are reported at them.
    pub(super) fn load(section: &Section<'_, '_>) -> Self {
        let convert = section.opt_section("convert").map(load_convert);
        Self { coefficient: load_coefficient(section), convert: convert.flatten() }
    }
}

/// `coefficient = "难度系数"` or a list, and `coefficient_max`.
fn load_coefficient(section: &Section<'_, '_>) -> Option<Coefficient> {
    let is_converted = section.has("convert");
    let columns = load_columns(section);
    let is_unbounded = section.is_word("coefficient_max", UNBOUNDED);
    let most = if is_unbounded { None } else { section.opt_rate("coefficient_max") };
    if let Some(most) = most.as_ref().filter(|most| !most.is_positive()) {
        section.reject("coefficient_max", most, "> 0");
    }
    if section.has("coefficient_max") && !section.has("coefficient") {
        section.contradicts("coefficient_max", "model.expected.with_coefficient");
    }
    if is_unbounded && !is_converted {
        section.contradicts("coefficient_max", "model.expected.with_convert");
    }
    let usual = || (!is_converted).then(|| Percent::whole(100));
    let most = most.map(Percent).or_else(usual);
    (!columns.is_empty()).then_some(Coefficient { columns, most })
}

/// The word for a rate without a highest one.
pub const UNBOUNDED: &str = "none";

/// The columns that `coefficient` names, each once.
pub(super) fn load_columns(section: &Section<'_, '_>) -> Vec<String> {
    if !section.has("coefficient") {
        return Vec::new();
    }
    let columns = section.one_or_texts("coefficient");
    let keys: Vec<String> = columns.iter().map(|own| text::key(own)).collect();
    if let Some((index, _)) = keys.iter().enumerate().find(|(index, key)| keys[..*index].contains(key)) {
        section.report(Finding::new(Code::E507).at(section.place_of("coefficient")).found(&columns[index]));
    }
    columns
}

/// `convert` as one word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Best,
    Mean,
    Place,
}

/// `convert = {by, within, separate, mean, first, step, last, least}`.
fn load_convert(table: Section<'_, '_>) -> Option<Convert> {
    let way = table.required_choice("by", &[("best", Way::Best), ("mean", Way::Mean), ("place", Way::Place)]);
    let field = Field { within: table.word("within", Within::Group), separate: table.flag("separate", false) };
    let mean = table.opt_percent("mean");
    let ladder = load_ladder(&table, way);
    let [needs_mean, needs_ladder] = [Way::Mean, Way::Place].map(|own| way == Some(own));
    for (key, belongs, expected) in [
        ("mean", needs_mean, "model.expected.with_mean"),
        ("first", needs_ladder, "model.expected.with_place"),
        ("step", needs_ladder, "model.expected.with_place"),
        ("last", needs_ladder, "model.expected.with_place"),
        ("least", needs_ladder, "model.expected.with_place"),
    ] {
        if table.has(key) && !belongs && way.is_some() {
            table.contradicts(key, expected);
        }
    }
    if needs_mean && !table.has("mean") {
        table.lacks("mean");
    }
    if let Some(mean) = mean.as_ref().filter(|mean| mean.is_zero()) {
        table.reject("mean", mean, "> 0");
    }
    table.finish();
    let by = match way? {
        Way::Best => ConvertBy::Best,
        Way::Mean => ConvertBy::Mean(Percent(mean.unwrap_or_else(Exact::zero))),
        Way::Place => ConvertBy::Place(ladder),
    };
    Some(Convert { by, field })
}

/// What places are worth in percent: `first` and `step`, perhaps `least`, or `first` and `last`.
fn load_ladder(table: &Section<'_, '_>, way: Option<Way>) -> Ladder {
    let percent = |key: &'static str| table.opt_percent(key).map(Points);
    let [first, last, least] = ["first", "last", "least"].map(percent);
    let step = table.opt_rate("step").map(Points);
    let first = first.unwrap_or_else(|| Points::whole(100));
    if way == Some(Way::Place) {
        match (table.has("step"), table.has("last")) {
            (true, true) => table.contradicts("last", "model.expected.step_or_last"),
            (false, false) => table.lacks("step / last"),
            _ => {}
        }
        if table.has("least") && table.has("last") {
            table.contradicts("least", "model.expected.with_step");
        }
        for (key, rate) in [("last", &last), ("least", &least)] {
            if let Some(rate) = rate.as_ref().filter(|rate| **rate > first) {
                table.reject(key, &rate.0, format!("≤ {first}"));
            }
        }
        if let Some(step) = step.as_ref().filter(|step| !step.0.is_positive()) {
            table.reject("step", &step.0, "> 0");
        }
    }
    match (step, last) {
        (None, Some(last)) => Ladder::Even { first, last },
        (step, _) => Ladder::Steps {
            first,
            step: Step::Points(step.unwrap_or_else(Points::zero)),
            least: least.unwrap_or_else(Points::zero),
        },
    }
}

impl Coefficient {
    /// The rate times the numbers of a unit, at most the highest rate.
    ///
    /// Example: 70 · 1.35 = 94.5; 80 · 1.35 = 108, and with the usual highest rate 100.
    pub fn apply(&self, rate: &Percent, product: &Exact) -> Percent {
        let rate = &rate.0 * product;
        Percent(match &self.most {
            Some(most) => rate.at_most(&most.0),
            None => rate,
        })
    }
}

impl Convert {
    /// What is to be known of the field: higher rates are better.
    pub const fn relation(&self) -> Relation {
        let basis = match self.by {
            ConvertBy::Best => Some(Basis::Best),
            ConvertBy::Mean(_) => Some(Basis::Mean),
            ConvertBy::Place(_) => None,
        };
        Relation { field: self.field, better: Better::High, basis }
    }

    /// What a rate becomes that stands so in its field; none without a basis above 0.
    ///
    /// Example: by the best, 90, a rate of 72 is 80; by a mean of 60 that becomes 80, a rate of 66 is 88.
    pub fn apply(&self, rate: &Percent, standing: &FieldStanding) -> Option<Percent> {
        let basis = || standing.basis.as_ref().filter(|basis| basis.is_positive());
        let whole = Exact::from(100);
        let converted = match &self.by {
            ConvertBy::Best => &rate.0 * &whole / basis()?,
            ConvertBy::Mean(mean) => &rate.0 * &mean.0 / basis()?,
            ConvertBy::Place(ladder) => ladder.points(standing.place, standing.members, &whole)?,
        };
        Some(Percent(converted.max(Exact::zero()).min(whole)))
    }
}
