//! Values of leaves: how they are typed, and as text.

use std::borrow::Cow;

use crate::shared::few::Few;
use crate::shared::i18n::{Lang, say};
use crate::shared::number::Exact;
use crate::shared::words::words;

words! {
    /// How the value of a leaf is entered.
    #[derive(Default)]
    pub enum RuleInput {
        /// A plain number.
        #[default]
        Number = "number",
        /// A percentage: `95%`, 95 and a percent-formatted 0.95 are all 95.
        Percent = "percent",
        /// A part such as `18/20`, converted to percent: 90.
        Part = "part",
        /// Such a part, closed problems over all problems, counted from the returned ledgers (整改台账) instead of entered.
        Ledger = "ledger",
    }
}

impl RuleInput {
    /// Whether a value is entered as a part.
    pub const fn is_part(self) -> bool {
        matches!(self, Self::Part | Self::Ledger)
    }

    /// The shape of a value that is a number in the end.
    pub(super) const fn shape<'r>(self) -> Shape<'r> {
        match self {
            Self::Number => Shape::Number,
            Self::Percent => Shape::Percent,
            Self::Part => Shape::Part,
            Self::Ledger => Shape::Ledger,
        }
    }
}

/// A value of a leaf, parsed according to its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleValue {
    /// A number: a ratio, a value in bands, a percentage.
    Number(Exact),
    /// A part such as 18/20.
    Part(Box<PartOf>),
    /// Counts by the index of their kind.
    Counts(Few<(usize, Exact)>),
    /// The index of a level.
    Level(usize),
    /// The indices of the parts that are present.
    Ticks(Few<usize>),
    /// A place, from 1.
    Place(usize),
}

// A project of five thousand units reads several hundred thousand values, nearly all of them numbers.
const _: () = assert!(size_of::<RuleValue>() == size_of::<Exact>());

/// A part of a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartOf {
    /// What was done, the 18 of 18/20.
    pub part: Exact,
    /// Of how many, the 20 of 18/20.
    pub whole: Exact,
}

impl RuleValue {
    /// Counts by kind, without kinds that did not occur.
    pub(super) fn counted(counts: &[i64]) -> Self {
        let counts = counts.iter().map(|count| Exact::from((*count).max(0))).enumerate();
        Self::Counts(counts.filter(|(_, count)| !count.is_zero()).collect())
    }

    /// A part of a whole.
    pub fn part(part: Exact, whole: Exact) -> Self {
        Self::Part(Box::new(PartOf { part, whole }))
    }

    /// Whether it is a part of nothing, 0/0.
    pub fn is_of_nothing(&self) -> bool {
        matches!(self, Self::Part(own) if own.whole.is_zero())
    }

    /// Two values together: numbers, counts by kind, parts and wholes; of other values the first.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Number(own), Self::Number(other)) => Self::Number(own + other),
            (Self::Part(own), Self::Part(other)) => Self::part(own.part + other.part, own.whole + other.whole),
            (Self::Counts(mut counts), Self::Counts(others)) => {
                for (kind, count) in &others {
                    match counts.iter_mut().find(|(own, _)| own == kind) {
                        Some((_, own)) => *own = &*own + count,
                        None => counts.list().push((*kind, count.clone())),
                    }
                }
                counts.sort();
                Self::Counts(counts)
            }
            (own, _) => own,
        }
    }

    /// The number that it is; a part is a percentage.
    pub fn number(&self) -> Option<Cow<'_, Exact>> {
        match self {
            Self::Number(number) => Some(Cow::Borrowed(number)),
            Self::Part(own) => Some(Cow::Owned(Exact::from(100) * &own.part / &own.whole)),
            _ => None,
        }
    }

    /// The value times a number: of a part the upper number is multiplied.
    pub fn times(&self, factor: &Exact) -> Self {
        match self {
            Self::Number(number) => Self::Number(number * factor),
            Self::Part(own) => Self::part(&own.part * factor, own.whole.clone()),
            other => other.clone(),
        }
    }

    /// Whether its number is below 0.
    pub(super) fn is_negative(&self) -> bool {
        match self {
            Self::Number(number) => number.is_negative(),
            Self::Part(own) => own.part.is_negative(),
            Self::Counts(_) | Self::Level(_) | Self::Ticks(_) | Self::Place(_) => false,
        }
    }
}

/// How a value is typed into a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape<'r> {
    /// Counts of named kinds: `缺项2；程序1`; of one kind a bare count.
    Counts(Vec<&'r str>),
    /// A number.
    Number,
    /// A percentage.
    Percent,
    /// `18/20`.
    Part,
    /// Nothing: it is counted in the ledgers.
    Ledger,
    /// Nothing: a formula gives it, from inputs in rows of their own.
    Inputs,
    /// One of several words.
    Word(Vec<&'r str>),
    /// Those words that are true.
    Words(Vec<&'r str>),
    /// A place, from 1.
    Place,
    /// A description; points are typed in place of a value.
    Points,
}

/// Whether names are listed with Latin punctuation.
fn are_latin(names: &[&str]) -> bool {
    names.iter().all(|name| name.is_ascii())
}

impl<'r> Shape<'r> {
    /// The names of a list.
    pub(super) fn names<T>(list: &'r [(String, T)]) -> Vec<&'r str> {
        list.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// A value as text, as it would be entered in a form.
    pub fn describe(&self, value: &RuleValue) -> String {
        match (value, self) {
            (RuleValue::Number(number), _) => number.in_full(),
            (RuleValue::Part(own), _) => format!("{}/{}", own.part, own.whole),
            (RuleValue::Place(place), _) => place.to_string(),
            (RuleValue::Counts(counts), Self::Counts(names)) => match &**counts {
                [] => "0".to_owned(),
                [(_, n)] if names.len() == 1 => n.to_string(),
                many => {
                    let parts = many.iter().map(|(kind, n)| format!("{}{n}", names[*kind])).collect::<Vec<_>>();
                    parts.join(if are_latin(names) { "; " } else { "；" })
                }
            },
            (RuleValue::Level(level), Self::Word(names)) => names[*level].to_owned(),
            (RuleValue::Ticks(ticks), Self::Words(names)) => {
                let parts = ticks.iter().map(|tick| names[*tick]).collect::<Vec<_>>();
                parts.join(if are_latin(names) { ", " } else { "、" })
            }
            _ => String::new(),
        }
    }

    /// The value that a text of [`Self::describe`] stands for; none if it is not one.
    pub fn read(&self, text: &str) -> Option<RuleValue> {
        let index = |names: &[&str], wanted: &str| names.iter().position(|name| *name == wanted);
        Some(match self {
            Self::Number | Self::Percent => RuleValue::Number(Exact::parse(text)?),
            Self::Part | Self::Ledger => {
                let (part, whole) = text.split_once('/')?;
                RuleValue::part(Exact::parse(part)?, Exact::parse(whole)?)
            }
            Self::Place => RuleValue::Place(text.parse().ok()?),
            Self::Word(names) => RuleValue::Level(index(names, text)?),
            Self::Words(names) => {
                let ticks = text
                    .split(['、', ','])
                    .map(str::trim)
                    .filter(|name| !name.is_empty())
                    .map(|name| index(names, name));
                RuleValue::Ticks(ticks.collect::<Option<_>>()?)
            }
            Self::Counts(names) => Self::counts(names, text)?,
            Self::Points | Self::Inputs => return None,
        })
    }

    /// `缺项2；程序1`, a bare count of one kind, or 0 of all.
    fn counts(names: &[&str], text: &str) -> Option<RuleValue> {
        if let Some(count) = Exact::parse(text) {
            return match names {
                _ if count.is_zero() => Some(RuleValue::Counts(Few::default())),
                [_] => Some(RuleValue::Counts(vec![(0, count)].into())),
                _ => None,
            };
        }
        let of_kind = |item: &str| {
            let named = names.iter().enumerate();
            let counts = named.filter_map(|(kind, name)| Some((kind, Exact::parse(item.strip_prefix(name)?)?)));
            counts.max_by_key(|(kind, _)| names[*kind].len())
        };
        text.split(['；', ';']).map(str::trim).map(of_kind).collect::<Option<_>>().map(RuleValue::Counts)
    }

    /// How it is typed, in words: `填数字，如 2；没有填 0`.
    pub fn how(&self, lang: Lang) -> Cow<'static, str> {
        let listed = |key: &str, names: &[&str]| {
            let list = lang.join("form.rule.or", names.iter().copied());
            Cow::Owned(say!(lang, key, list))
        };
        let key = match self {
            Self::Counts(names) if names.len() > 1 => {
                let example = names.iter().take(2).zip(1..).map(|(name, n)| format!("{name}{n}"));
                let example = lang.join("form.rule.and", example);
                return Cow::Owned(say!(lang, "form.how.counts", example));
            }
            Self::Word(names) => return listed("form.how.levels", names),
            Self::Words(names) => return listed("form.how.checklist", names),
            Self::Counts(_) => "form.how.count",
            Self::Number => "form.how.number",
            Self::Percent => "form.how.percent",
            Self::Part => "form.how.part",
            Self::Ledger => "form.how.ledger",
            Self::Inputs => "form.how.inputs",
            Self::Place => "form.how.place",
            Self::Points => "form.how.direct",
        };
        Cow::Borrowed(lang.text(key))
    }

    /// Whether a value is typed into the cell of the leaf itself, or counted for it.
    pub const fn is_typed(&self) -> bool {
        !matches!(self, Self::Points | Self::Inputs)
    }

    /// Whether it must be kept as typed, because a spreadsheet would take `8/10` for a date.
    pub const fn is_literal(&self) -> bool {
        matches!(self, Self::Part | Self::Ledger | Self::Words(_) | Self::Points)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_value_is_read_back() {
        let number = |text: &str| Exact::parse(text).expect("a decimal");
        let counts = Shape::Counts(vec!["缺项", "缺项目"]);
        let cases = [
            (Shape::Number, RuleValue::Number(number("-0.5"))),
            (Shape::Percent, RuleValue::Number(number("95"))),
            (Shape::Part, RuleValue::part(number("18"), number("20"))),
            (Shape::Place, RuleValue::Place(3)),
            (Shape::Word(vec!["A", "B"]), RuleValue::Level(1)),
            (Shape::Words(vec!["清单", "报告"]), RuleValue::Ticks(vec![0, 1].into())),
            (Shape::Words(vec!["清单"]), RuleValue::Ticks(Few::default())),
            (Shape::Words(vec!["plan", "its effect"]), RuleValue::Ticks(vec![0, 1].into())),
            (
                Shape::Counts(vec!["city", "in province"]),
                RuleValue::Counts(vec![(0, number("2")), (1, number("1"))].into()),
            ),
            (counts.clone(), RuleValue::Counts(vec![(0, number("2")), (1, number("1"))].into())),
            (counts, RuleValue::Counts(Few::default())),
            (Shape::Counts(vec!["每次"]), RuleValue::Counts(vec![(0, number("1.5"))].into())),
        ];
        for (shape, value) in cases {
            assert_eq!(shape.read(&shape.describe(&value)).as_ref(), Some(&value), "{shape:?}");
        }
        for (shape, text) in [(Shape::Points, "3"), (Shape::Place, "a"), (Shape::Word(vec!["A"]), "B")] {
            assert_eq!(shape.read(text), None);
        }
    }
}
