//! Rules of a component scored by ballots (评议): words or numbers, validity, trimming, quorum, classes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Inapplicable;
use super::marks::{self, OwnMarks, Positive};
use super::scale::{self, Scale};
use super::share::{self, Share};
use super::toml::Section;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;
use crate::shared::text;
use crate::shared::words::words;

words! {
    /// The nodes that a ballot rates.
    pub enum Rates {
        /// The unit as a whole.
        Unit = "unit",
        /// Each aspect.
        Aspects = "aspects",
        /// Each leaf.
        Indicators = "indicators",
    }
}

words! {
    /// The denominator of the mean of a class.
    pub enum Denominator {
        /// Valid ratings.
        Valid = "valid",
        /// Valid ratings, abstentions and blanks of listed units on valid ballots.
        All = "all",
        /// The ballots issued for the unit, without those that are recused or trimmed: void ballots and those that never came
        /// back count as 0.
        Issued = "issued",
    }
}

impl Denominator {
    /// Whether abstentions and blanks enter means as 0.
    pub const fn counts_silence(self) -> bool {
        matches!(self, Self::All | Self::Issued)
    }
}

words! {
    /// How a ballot that gives all its units the same mark is treated.
    pub enum StraightLine {
        /// It is void.
        Void = "void",
        /// It counts and is reported.
        Warn = "warn",
        /// It counts.
        Allow = "allow",
    }
}

words! {
    /// The items to be trimmed.
    pub enum TrimOn {
        /// Extreme ratings of each unit and node.
        Rating = "rating",
        /// Raters whose points-weighted mark for a unit is extreme, with all their marks for it.
        Ballot = "ballot",
    }
}

/// How extremes are dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trim {
    /// How many of the lowest.
    pub low: usize,
    /// How many of the highest.
    pub high: usize,
    /// Which share of them at each end, rounded down, instead of the two numbers.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share: Option<Percent>,
    /// Only with at least this many.
    pub from: usize,
    /// What is compared.
    pub on: TrimOn,
}

words! {
    /// How a class without result is treated for a unit.
    pub enum MissingClass {
        /// An error.
        Error = "error",
        /// The weights of the other classes are scaled up.
        Renormalise = "renormalise",
    }
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
    /// Its own marks, if they are not those of the component.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own: Option<Box<OwnMarks>>,
}

impl RaterClass {
    /// Its id and name, as messages give them: `P1 党员代表`.
    pub fn label(&self) -> Cow<'_, str> {
        if self.id == self.name { Cow::Borrowed(&self.name) } else { Cow::Owned(format!("{} {}", self.id, self.name)) }
    }
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
    /// Which share of votes is measured; without it the mean of marks is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub share: Option<Box<Share>>,
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

impl BallotRules {
    /// The ids and names of the classes, as messages list what is expected.
    pub fn labels(&self) -> String {
        self.classes.iter().map(RaterClass::label).collect::<Vec<_>>().join(" / ")
    }

    /// The index of a class by id, name or alias.
    pub fn class(&self, name: &str) -> Option<usize> {
        let is = |own: &str| text::same(own, name);
        self.classes.iter().position(|c| is(&c.id) || is(&c.name) || c.aliases.iter().any(|own| is(own)))
    }

    /// What a mark of a class may be.
    pub fn scale_of(&self, class: usize) -> &Scale {
        self.classes.get(class).and_then(|class| class.own.as_deref()).map_or(&self.scale, |own| &own.scale)
    }

    /// Whether any class has marks of its own.
    pub fn has_own_marks(&self) -> bool {
        self.classes.iter().any(|class| class.own.is_some())
    }

    /// Which marks of a class are positive.
    pub fn positive_of(&self, class: usize) -> &Positive {
        self.classes.get(class).and_then(|class| class.own.as_deref()).map_or(&self.positive, |own| &own.positive)
    }

    /// Whether the model declares which marks are positive.
    pub fn has_positive(&self) -> bool {
        (0..self.classes.len().max(1)).any(|class| *self.positive_of(class) != Positive::Undeclared)
    }

    /// The lowest mark of a class in the top level, in points.
    pub fn top_of(&self, class: usize) -> &Points {
        self.classes.get(class).and_then(|class| class.own.as_deref()).map_or(&self.top_from, |own| &own.top_from)
    }

    /// The points that a number of a class is worth: of a class with a range of its own, whose end makes 100 %, the same part of
    /// the full points.
    ///
    /// Example: 8.5 on a range to 10 is worth 85 of 100 points.
    pub fn worth(&self, class: usize, number: Exact) -> Points {
        let own = self.classes.get(class).and_then(|class| class.own.as_deref());
        match own.map(|own| &own.scale) {
            Some(Scale::Range(range)) if range.high != self.full => Points(number * &self.full.0 / &range.high.0),
            _ => Points(number),
        }
    }

    /// The points of a level word of a class.
    pub fn level(&self, class: usize, word: &str) -> Option<&Points> {
        self.scale_of(class).level(word)
    }

    /// Whether a word is a level of any class.
    pub fn is_level(&self, word: &str) -> bool {
        (0..self.classes.len()).any(|class| self.level(class, word).is_some())
    }

    /// The different scales of its classes, each with the first class that has it.
    pub fn scales(&self) -> impl Iterator<Item = &Scale> {
        let is_first = |class: &usize| (0..*class).all(|other| self.scale_of(other) != self.scale_of(*class));
        (0..self.classes.len().max(1)).filter(is_first).map(|class| self.scale_of(class))
    }

    /// The levels of a class that have one of these names, as indices into its scale.
    pub fn levels_named(&self, class: usize, names: &[String]) -> Vec<usize> {
        let Scale::Levels(levels) = self.scale_of(class) else { return Vec::new() };
        let is_named = |level: &str| names.iter().any(|name| text::key(name) == text::key(level));
        levels.iter().enumerate().filter(|(_, (level, _))| is_named(level)).map(|(index, _)| index).collect()
    }

    /// Whether a word means an abstention.
    pub fn abstains(&self, word: &str) -> bool {
        self.abstain.iter().any(|own| text::same(own, word))
    }
}

/// Reads the keys of §7 from a `[[component]]` table.
pub(super) fn load(section: &Section<'_, '_>) -> BallotRules {
    let scale = scale::load(section);
    let full = load_full(section, &scale);
    let (positive, top_from) = (marks::load_positive(section, &scale), marks::load_top(section, &scale));
    let few = [("error", TooFew::Error), ("flag", TooFew::Flag), ("group_median", TooFew::GroupMedian)];
    let abstain = section.texts("abstain");
    let classes = load_classes(section, &marks::Shared { full: &full, positive: &positive });
    let mut rules = BallotRules {
        rates: section.word("rates", Rates::Unit),
        scale,
        full,
        positive,
        abstain,
        denominator: section.word("denominator", Denominator::Valid),
        max_top_share: section.opt_percent("max_top_share").map(Percent),
        top_from,
        straight_line: section.word("straight_line", StraightLine::Allow),
        pattern_from: section.opt_count("pattern_from", 1_000_000).unwrap_or(3) as usize,
        trim: load_trim(section),
        mean_decimals: section.opt_count("mean_decimals", 20),
        quorum: section.opt_percent("quorum").map(Percent),
        min_valid: section.opt_count("min_valid", 100_000_000).unwrap_or(0) as usize,
        too_few: section.choice("too_few", &few, TooFew::Error),
        missing_class: section.word("missing_class", MissingClass::Error),
        not_applicable: section.word("not_applicable", Inapplicable::Error),
        classes,
        share: None,
    };
    if let Some(word) = rules.abstain.iter().find(|word| rules.scales().any(|scale| scale.level(word).is_some())) {
        section.report(Finding::new(Code::E507).at(section.place_of("abstain")).found(word));
    }
    rules.share = share::load(section, &rules);
    rules
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

fn load_trim(section: &Section<'_, '_>) -> Option<Trim> {
    let trim = section.opt_section("trim")?;
    let share = trim.opt_percent("share").filter(|share| {
        let leaves_some = *share < Exact::from(50);
        if !leaves_some {
            trim.reject("share", share, "0 – < 50");
        }
        leaves_some
    });
    if trim.has("share") && (trim.has("low") || trim.has("high")) {
        let finding = Finding::new(Code::E514).at(trim.place_of("share"));
        section.report(finding.with("expected", Arg::Word("model.expected.trim_once")));
    }
    let (low, high) =
        (trim.opt_count("low", 1000).unwrap_or(0) as usize, trim.opt_count("high", 1000).unwrap_or(0) as usize);
    let from = trim.opt_count("from", 1_000_000).map_or(low + high + 1, |n| n as usize);
    let on = trim.word("on", TrimOn::Rating);
    if from <= low + high {
        trim.reject("from", from, format!("> {}", low + high));
    }
    trim.finish();
    Some(Trim { low, high, share: share.map(Percent), from, on })
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

fn load_classes(section: &Section<'_, '_>, shared: &marks::Shared<'_>) -> Vec<RaterClass> {
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
            own: marks::load_own(&table, shared).map(Box::new),
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
        section.lacks("component.class");
    }
    let sum: Exact = classes.iter().map(|c| &c.weight.0).sum();
    if complete && !classes.is_empty() && sum != Exact::from(100) {
        let finding =
            Finding::new(Code::E505).at(section.place_of("class")).with("what", Arg::Word("model.class_weights"));
        section.report(finding.found(&sum));
    }
    classes
}
