//! Rules of a component scored by ballots (评议): words or numbers, validity, trimming, quorum, classes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Inapplicable;
use super::scale::{self, Scale};
use super::toml::Section;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;
use crate::shared::text;

/// The nodes that a ballot rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rates {
    /// The unit as a whole.
    Unit,
    /// Each aspect.
    Aspects,
    /// Each leaf.
    Indicators,
}

/// The denominator of the mean of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Denominator {
    /// Valid ratings.
    Valid,
    /// Valid ratings, abstentions and blanks of listed units on valid ballots.
    All,
}

/// How a ballot that gives all its units the same mark is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StraightLine {
    /// It is void.
    Void,
    /// It counts and is reported.
    Warn,
    /// It counts.
    Allow,
}

/// The items to be trimmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrimOn {
    /// Extreme ratings of each unit and node.
    Rating,
    /// Raters whose points-weighted mark for a unit is extreme, with all their marks for it.
    Ballot,
}

/// How extremes are dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trim {
    /// How many of the lowest.
    pub low: usize,
    /// How many of the highest.
    pub high: usize,
    /// Only with at least this many.
    pub from: usize,
    /// What is compared.
    pub on: TrimOn,
}

/// How a class without result is treated for a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingClass {
    /// An error.
    Error,
    /// The weights of the other classes are scaled up.
    Renormalise,
}

/// How too few answers for a unit are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TooFew {
    /// An error.
    Error,
    /// A flag; the score is kept.
    Flag,
    /// The median of the group replaces the score.
    GroupMedian,
}

/// The number of ballots of a class that were issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Issued {
    /// The number is not given.
    Unknown,
    /// One number, whatever units they mark.
    Class(usize),
    /// A number for each unit, by the key of one of its names.
    Units(BTreeMap<String, usize>, Place),
}

impl Issued {
    /// The number for the class as a whole.
    pub const fn whole(&self) -> Option<usize> {
        match self {
            Self::Class(issued) => Some(*issued),
            Self::Unknown | Self::Units(..) => None,
        }
    }

    /// The number for a unit with these names, if each unit has its own.
    pub fn of_unit(&self, names: impl IntoIterator<Item = impl AsRef<str>>) -> Option<usize> {
        let Self::Units(units, _) = self else { return None };
        names.into_iter().find_map(|name| units.get(&text::key(name.as_ref()))).copied()
    }
}

/// A class of raters, 评议主体.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RaterClass {
    /// Unique id, also the name of its folder.
    pub id: String,
    /// Printed name.
    pub name: String,
    /// Other names on ballots.
    pub aliases: Vec<String>,
    /// Weight in percent of the component.
    pub weight: Percent,
    /// Ballots issued.
    pub issued: Issued,
    /// Whether marks for the rater's own unit are dropped.
    pub recuse: bool,
}

/// All rules of a ballots component.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BallotRules {
    /// Which nodes are rated.
    pub rates: Rates,
    /// The admissible marks.
    pub scale: Scale,
    /// Points that correspond to 100 %.
    pub full: Points,
    /// The marks that count as positive, for the satisfaction rate: at least so many points, or the named levels.
    pub positive: Positive,
    /// Words for an abstention.
    pub abstain: Vec<String>,
    /// The denominator of the mean.
    pub denominator: Denominator,
    /// Largest share of rated units that a ballot may put in the top level.
    pub max_top_share: Option<Percent>,
    /// Lowest points of a mark in the top level.
    pub top_from: Points,
    /// How a ballot with equal marks is treated.
    pub straight_line: StraightLine,
    /// Rated units from which the pattern rules apply.
    pub pattern_from: usize,
    /// How extremes are dropped.
    pub trim: Option<Trim>,
    /// Decimals to which class means are rounded, if at all.
    pub mean_decimals: Option<u32>,
    /// Valid ballots needed, in percent of those issued.
    pub quorum: Option<Percent>,
    /// Answers required per unit.
    pub min_valid: usize,
    /// How fewer answers are treated.
    pub too_few: TooFew,
    /// How a missing class is treated.
    pub missing_class: MissingClass,
    /// What the component counts for a unit to which it does not apply.
    pub not_applicable: Inapplicable,
    /// The classes, in the order of the model.
    pub classes: Vec<RaterClass>,
}

/// Which marks count as positive for the satisfaction rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Positive {
    /// Not declared: there is no satisfaction rate.
    Undeclared,
    /// Points of the positive levels.
    Levels(Vec<Points>),
    /// Marks of at least this many points.
    From(Points),
}

impl Positive {
    /// Whether a mark of these points is positive.
    pub fn holds(&self, points: &Points) -> bool {
        match self {
            Self::Undeclared => false,
            Self::Levels(levels) => levels.contains(points),
            Self::From(least) => points >= least,
        }
    }
}

impl BallotRules {
    /// The index of a class by id, name or alias.
    pub fn class(&self, name: &str) -> Option<usize> {
        let wanted = text::key(name);
        self.classes.iter().position(|c| {
            text::key(&c.id) == wanted
                || text::key(&c.name) == wanted
                || c.aliases.iter().any(|a| text::key(a) == wanted)
        })
    }

    /// The points of a level word.
    pub fn level(&self, word: &str) -> Option<&Points> {
        let Scale::Levels(levels) = &self.scale else { return None };
        let (wanted, joined) = (text::key(word), text::joins_digits(word));
        let is = |name: &str| text::key(name) == wanted && (!joined || text::joins_digits(name));
        levels.iter().find(|(name, _)| is(name)).map(|(_, points)| points)
    }

    /// Whether a word means an abstention.
    pub fn abstains(&self, word: &str) -> bool {
        let wanted = text::key(word);
        self.abstain.iter().any(|a| text::key(a) == wanted)
    }
}

/// Reads the keys of §7 from a `[[component]]` table.
pub(super) fn load(section: &Section<'_, '_>) -> BallotRules {
    let scale = scale::load(section);
    let full = load_full(section, &scale);
    let (positive, top_from) = (load_positive(section, &scale), load_top(section, &scale));
    let rates = [("unit", Rates::Unit), ("aspects", Rates::Aspects), ("indicators", Rates::Indicators)];
    let lines = [("void", StraightLine::Void), ("warn", StraightLine::Warn), ("allow", StraightLine::Allow)];
    let few = [("error", TooFew::Error), ("flag", TooFew::Flag), ("group_median", TooFew::GroupMedian)];
    let missing = [("error", MissingClass::Error), ("renormalise", MissingClass::Renormalise)];
    let denominators = [("valid", Denominator::Valid), ("all", Denominator::All)];
    let abstain = section.texts("abstain");
    if let Scale::Levels(levels) = &scale {
        let level = |word: &&String| levels.iter().any(|(name, _)| text::key(name) == text::key(word));
        if let Some(word) = abstain.iter().find(level) {
            section.report(Finding::new(Code::E507).at(section.place_of("abstain")).found(word));
        }
    }
    BallotRules {
        rates: section.choice("rates", &rates, Rates::Unit),
        scale,
        full,
        positive,
        abstain,
        denominator: section.choice("denominator", &denominators, Denominator::Valid),
        max_top_share: section.opt_percent("max_top_share").map(Percent),
        top_from,
        straight_line: section.choice("straight_line", &lines, StraightLine::Allow),
        pattern_from: section.opt_count("pattern_from", 1_000_000).unwrap_or(3) as usize,
        trim: load_trim(section),
        mean_decimals: section.opt_count("mean_decimals", 20),
        quorum: section.opt_percent("quorum").map(Percent),
        min_valid: section.opt_count("min_valid", 100_000_000).unwrap_or(0) as usize,
        too_few: section.choice("too_few", &few, TooFew::Error),
        missing_class: section.choice("missing_class", &missing, MissingClass::Error),
        not_applicable: section.choice("not_applicable", &Inapplicable::WORDS, Inapplicable::Error),
        classes: load_classes(section),
    }
}

fn load_full(section: &Section<'_, '_>, scale: &Scale) -> Points {
    let top = match scale {
        Scale::Levels(levels) => levels.first().map_or_else(|| Points::whole(100), |(_, p)| p.clone()),
        Scale::Range(range) => range.high.clone(),
    };
    let default = if matches!(scale, Scale::Levels(_)) { Points::whole(100) } else { top.clone() };
    let full = section.opt_number("full").map_or(default, Points);
    if !full.0.is_positive() || top > full {
        section.reject("full", &full.0, format!(">= {top}"));
        return top;
    }
    full
}

fn load_positive(section: &Section<'_, '_>, scale: &Scale) -> Positive {
    let words = section.texts("positive");
    let unread = section.has("levels") && !matches!(scale, Scale::Levels(_));
    if unread {
        return Positive::Undeclared;
    }
    let from = section.opt_number("positive_from");
    if !words.is_empty() && from.is_some() {
        let finding = Finding::new(Code::E514).at(section.place_of("positive_from"));
        section.report(finding.with("expected", Arg::Word("model.expected.positive_once")));
    }
    if let Some(from) = from {
        return Positive::From(Points(from));
    }
    if words.is_empty() {
        return Positive::Undeclared;
    }
    let Scale::Levels(levels) = scale else {
        section.reject("positive", words.join(", "), "positive_from");
        return Positive::Undeclared;
    };
    let mut points = Vec::new();
    for word in &words {
        match levels.iter().find(|(name, _)| text::key(name) == text::key(word)) {
            Some((_, p)) => points.push(p.clone()),
            None => {
                let finding = Finding::new(Code::E508).at(section.place_of("positive")).found(word);
                section.report(finding.nearest(word, levels.iter().map(|(n, _)| n.as_str())));
            }
        }
    }
    Positive::Levels(points)
}

/// The lowest mark in the top level: as declared, otherwise the best level or the end of the range.
fn load_top(section: &Section<'_, '_>, scale: &Scale) -> Points {
    let best = match scale {
        Scale::Levels(levels) => levels.first().map_or_else(Points::zero, |(_, points)| points.clone()),
        Scale::Range(range) => range.high.clone(),
    };
    section.opt_number("top_from").map_or(best, Points)
}

fn load_trim(section: &Section<'_, '_>) -> Option<Trim> {
    let trim = section.opt_section("trim")?;
    let (low, high) =
        (trim.opt_count("low", 1000).unwrap_or(0) as usize, trim.opt_count("high", 1000).unwrap_or(0) as usize);
    let from = trim.opt_count("from", 1_000_000).map_or(low + high + 1, |n| n as usize);
    let on = trim.choice("on", &[("rating", TrimOn::Rating), ("ballot", TrimOn::Ballot)], TrimOn::Rating);
    if from <= low + high {
        trim.reject("from", from, format!("> {}", low + high));
    }
    trim.finish();
    Some(Trim { low, high, from, on })
}

/// `issued = 300`, or `issued = { U01 = 30, U02 = 25 }`.
fn load_issued(table: &Section<'_, '_>) -> Issued {
    const MOST: u32 = 100_000_000;
    if !table.is_table("issued") {
        return table.opt_count("issued", MOST).map_or(Issued::Unknown, |issued| Issued::Class(issued as usize));
    }
    let mut units = BTreeMap::new();
    for (name, number) in table.opt_numbers("issued").unwrap_or_default() {
        match number.to_count().and_then(|count| u32::try_from(count).ok()).filter(|count| *count <= MOST) {
            Some(count) => drop(units.insert(text::key(&name), count as usize)),
            None => table.reject("issued", format!("{name} = {number}"), format!("0 – {MOST}")),
        }
    }
    Issued::Units(units, table.place_of("issued"))
}

fn load_classes(section: &Section<'_, '_>) -> Vec<RaterClass> {
    let mut classes: Vec<RaterClass> = Vec::new();
    let mut complete = true;
    for table in section.sections("class") {
        let weight = table.positive_share("weight");
        complete &= weight.is_some();
        let class = RaterClass {
            id: table.text("id"),
            name: table.text("name"),
            aliases: table.texts("aliases"),
            weight: Percent(weight.unwrap_or_else(Exact::zero)),
            issued: load_issued(&table),
            recuse: table.flag("recuse", true),
        };
        let names = |c: &RaterClass| -> Vec<String> {
            let own = [&c.id, &c.name].into_iter().chain(&c.aliases);
            own.map(|n| text::key(n)).filter(|n| !n.is_empty()).collect()
        };
        let taken: Vec<String> = classes.iter().flat_map(names).collect();
        if let Some(name) = names(&class).into_iter().find(|n| taken.contains(n)) {
            table.report(Finding::new(Code::E507).at(table.place()).found(name));
        }
        classes.push(class);
        table.finish();
    }
    if classes.is_empty() {
        section.report(Finding::new(Code::E502).at(section.place()).with("key", "component.class"));
    }
    let sum: Exact = classes.iter().map(|c| &c.weight.0).sum();
    if complete && !classes.is_empty() && sum != Exact::from(100) {
        let finding =
            Finding::new(Code::E505).at(section.place_of("class")).with("what", Arg::Word("model.class_weights"));
        section.report(finding.found(&sum));
    }
    classes
}
