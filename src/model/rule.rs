//! The leaf rules (计分方式): the points for a value.
//!
//! Everything about one rule is in its file below `rule/`; the list of `rules!` here is the only one.

use serde::{Deserialize, Serialize};

use super::field::{Field, FieldStanding, Relation};
use crate::shared::i18n::Lang;
use crate::shared::number::{Exact, Points};
use crate::shared::text;

pub mod bands;
mod calculated;
mod checklist;
mod count;
mod deduct;
mod direct;
mod ladder;
mod levels;
mod params;
mod periods;
mod place;
mod rank;
mod ratio;
mod relative;
mod value;
mod wording;

pub use ladder::{Ladder, Ordinal, Step};
pub(super) use params::parse_rule;
pub(super) use periods::{may_sum, parse_periods};
pub use relative::AtZero;
pub use value::{RuleInput, RuleValue, Shape};

use params::Parts;
use wording::Wording;

/// What is to be known about a rule.
trait LeafRule: Sized {
    /// Its names, Chinese and English; with the second it stands in the catalogue, as `rule.` and `form.rule.`.
    const NAMES: [&'static str; 2];

    /// What stands between the two sides of a parameter, besides `=`.
    const SEPARATOR: char = '=';

    /// Reads its parameters (参数), for a leaf with `full` points; faults go to `parts`.
    fn parse(parts: &mut Parts<'_>, full: &Points) -> (Self, RuleInput);

    /// Its parameters by name, as they are written.
    fn parameters(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// How its values are typed; usually a number of the kind that the indicator table names.
    fn shape(&self, input: RuleInput) -> Shape<'_> {
        input.shape()
    }

    /// What it expects in place of a value that it cannot score; `None` if it can.
    fn refusal(&self, _value: &RuleValue) -> Option<String> {
        None
    }

    /// The points for a value; `None` if the rule does not cover it.
    fn points(&self, value: &RuleValue, full: &Exact) -> Option<Exact>;

    /// What it wants to know of a field, where it compares units; its points then come from `compared`.
    fn relation(&self) -> Option<Relation> {
        None
    }

    /// The points of a value that stands so in its field.
    fn compared(&self, _value: &Exact, _standing: &FieldStanding, _full: &Exact) -> Option<Exact> {
        None
    }

    /// How it scores, in words.
    fn scoring(&self, wording: &Wording<'_>) -> String;

    /// A value for a demonstration; none where points are typed.
    fn demo(&self, _input: RuleInput, _invented: Invented) -> Option<RuleValue> {
        None
    }
}

/// What the value of a demonstration shows.
#[derive(Clone, Copy, Debug)]
pub struct Invented {
    /// How good it is, in percent.
    pub quality: i64,
    /// The place of the unit.
    pub place: usize,
}

impl Invented {
    /// The index of a level from best to worst, from 0.
    const fn step(self) -> usize {
        match self.quality {
            84.. => 0,
            68..84 => 1,
            50..68 => 2,
            _ => 3,
        }
    }
}

/// How rules of one kind are written.
struct RuleKind {
    names: [&'static str; 2],
    separator: char,
    parse: fn(&mut Parts<'_>, &Points) -> (Rule, RuleInput),
}

/// Defines the rules: the word of each in documents, its type, and its module.
macro_rules! rules {
    ($($(#[$doc:meta])* $word:literal = $module:ident::$name:ident,)*) => {
        $(pub use $module::$name;)*

        /// How a value becomes points in [0, p].
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Rule { $($(#[$doc])* #[serde(rename = $word)] $name($name),)* }

        /// Every rule, in order.
        const KINDS: &[RuleKind] = &[$(RuleKind {
            names: $name::NAMES,
            separator: $name::SEPARATOR,
            parse: |parts, full| {
                let (rule, input) = $name::parse(parts, full);
                (Rule::$name(rule), input)
            },
        },)*];

        impl Rule {
            const fn names(&self) -> [&'static str; 2] {
                match self { $(Self::$name(_) => $name::NAMES,)* }
            }

            /// How a value of a leaf with this rule is typed.
            pub fn shape(&self, input: RuleInput) -> Shape<'_> {
                match self { $(Self::$name(own) => own.shape(input),)* }
            }

            /// What is expected in place of a value that the rule cannot score; `None` if it can.
            pub fn refusal(&self, value: &RuleValue) -> Option<String> {
                match self { $(Self::$name(own) => own.refusal(value),)* }
            }

            /// The points for a value out of `full`; `None` if the rule does not cover the value (SPEC §6).
            ///
            /// A part over 0 never gets here: 0/0 is not applicable, n/0 is refused when read.
            pub fn points(&self, value: &RuleValue, full: &Points) -> Option<Points> {
                match self { $(Self::$name(own) => own.points(value, &full.0).map(Points),)* }
            }

            /// What the rule wants to know of a field, where it compares units.
            pub fn relation(&self) -> Option<Relation> {
                match self { $(Self::$name(own) => own.relation(),)* }
            }

            /// The field in which the rule compares units, or whose possible places it knows.
            pub fn field(&self) -> Option<Field> {
                let typed = if let Self::Rank(rank) = self { rank.field() } else { None };
                self.relation().map(|relation| relation.field).or(typed)
            }

            /// The points for a value that stands so in its field.
            pub fn compared(&self, value: &Exact, standing: &FieldStanding, full: &Points) -> Option<Points> {
                match self { $(Self::$name(own) => own.compared(value, standing, &full.0).map(Points),)* }
            }

            fn said(&self, wording: &Wording<'_>) -> String {
                match self { $(Self::$name(own) => own.scoring(wording),)* }
            }

            /// A value for a demonstration; none where points are typed.
            pub fn demo(&self, input: RuleInput, invented: Invented) -> Option<RuleValue> {
                match self { $(Self::$name(own) => own.demo(input, invented),)* }
            }

            /// Its parameters by name, as they are written.
            pub fn parameters(&self) -> Vec<(String, String)> {
                match self { $(Self::$name(own) => own.parameters(),)* }
            }
        }
    };
}

rules! {
    /// 扣分: p − Σ nᵢ·eachᵢ, not below 0.
    "deduct" = deduct::Deduct,
    /// 计数: min(p, Σ nᵢ·eachᵢ).
    "count" = count::Count,
    /// 比率: p·min(1, v/target); 0 if v < floor.
    "ratio" = ratio::Ratio,
    /// 等级: p·share of the level.
    "levels" = levels::Levels,
    /// 分档: the points of the highest bound not above v.
    "bands" = bands::Bands,
    /// 清单: the sum of the parts that are present.
    "checklist" = checklist::Checklist,
    /// 按位次: points by a typed place.
    "place" = rank::Rank,
    /// 相对: p·v/best, p·best/v, or against the mean of the field.
    "relative" = relative::Relative,
    /// 名次: points by the place of the value in its field.
    "placing" = place::Place,
    /// 公式: the value of the leaf's formula, within [0, p].
    "formula" = calculated::Calculated,
    /// 核定: points entered by the verifier.
    "direct" = direct::Direct,
}

impl Rule {
    /// The rule for points that are entered without restriction.
    pub const fn free() -> Self {
        Self::Direct(Direct(Vec::new()))
    }

    /// Its name in the model file; its catalogue key is `rule.` and the name.
    pub const fn name(&self) -> &'static str {
        self.names()[1]
    }

    /// Whether a written name, in any language of the model file, is that of this rule.
    pub fn is_named(&self, written: &str) -> bool {
        self.names().contains(&text::key(written).to_lowercase().as_str())
    }

    /// Whether points are entered without restriction.
    pub const fn is_free(&self) -> bool {
        matches!(self, Self::Direct(Direct(ranges)) if ranges.is_empty())
    }

    /// Whether what it scores is one number, which a formula may give and a coefficient can multiply.
    pub const fn scores_number(&self) -> bool {
        matches!(self, Self::Calculated(_) | Self::Ratio(_) | Self::Bands(_) | Self::Relative(_) | Self::Place(_))
    }

    /// Whether it looks at other units.
    pub fn is_of_field(&self) -> bool {
        self.relation().is_some() || matches!(self, Self::Rank(rank) if rank.field().is_some())
    }

    /// How it scores a leaf with `full` points, with its numbers: `扣分：每次扣 0.5 分，扣完为止`.
    pub fn scoring(&self, lang: Lang, full: &Points, input: RuleInput) -> String {
        self.said(&Wording { lang, full, input })
    }
}

/// Σ nᵢ·eachᵢ.
fn counted(sizes: &[(String, Points)], value: &RuleValue) -> Option<Exact> {
    let RuleValue::Counts(counts) = value else { return None };
    Some(counts.iter().map(|(kind, n)| n * &sizes[*kind].1.0).sum())
}

/// What is expected in place of counts below 0.
fn negative_counts(value: &RuleValue) -> Option<String> {
    let is_negative = matches!(value, RuleValue::Counts(counts) if counts.iter().any(|(_, n)| n.is_negative()));
    is_negative.then(|| ">= 0".to_owned())
}

/// A field as it is written.
fn of_field(field: Field) -> Vec<(String, String)> {
    let own = [("within", field.within.json().to_owned()), ("separate", field.separate.to_string())];
    own.into_iter().map(|(name, word)| (name.to_owned(), word)).collect()
}

/// Named sizes as they are written.
fn sizes(sizes: &[(String, Points)]) -> Vec<(String, String)> {
    sizes.iter().map(|(name, size)| (name.clone(), size.0.in_full())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(rule: &Rule, input: RuleInput) -> (String, String) {
        (rule.scoring(Lang::Zh, &Points::whole(5), input), rule.shape(input).how(Lang::Zh).into_owned())
    }

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("literal decimal")
    }

    #[test]
    fn rules_are_said_with_their_numbers() {
        let each = vec![("每次".to_owned(), Points(exact("0.5")))];
        let (scoring, how) = said(&Rule::Deduct(Deduct(each)), RuleInput::Number);
        assert_eq!((scoring.as_str(), how.as_str()), ("每次扣0.5分，扣完为止", "填次数或个数，如 2；没有填 0"));
        let levels = vec![("A".to_owned(), exact("1")), ("B".to_owned(), exact("0.8"))];
        let (scoring, how) = said(&Rule::Levels(Levels(levels)), RuleInput::Number);
        assert_eq!((scoring.as_str(), how.as_str()), ("按等级：A 5分；B 4分", "从下拉框选：A、B"));
        let rule = Rule::Ratio(Ratio { target: exact("100"), floor: Some(exact("60")) });
        let (scoring, how) = said(&rule, RuleInput::Percent);
        assert_eq!(scoring, "按完成比例，达到100%得满分，低于60%得0分");
        assert_eq!(how, "填百分数，如 95%");
    }

    #[test]
    fn several_kinds_are_shown_with_an_example() {
        let kinds = vec![("市级".to_owned(), Points::whole(1)), ("省级".to_owned(), Points::whole(2))];
        let (scoring, how) = said(&Rule::Count(Count(kinds)), RuleInput::Number);
        assert_eq!(scoring, "市级每个1分；省级每个2分，最高5分");
        assert_eq!(how, "按样子填：市级1；省级2；没有填 0");
    }
}
