//! A leaf rule in plain words: how it is scored, how its value is entered, what its cell accepts.

use std::borrow::Cow;

use crate::documents::report::entry::Allow;
use crate::model::{Leaf, Rule, RuleInput};
use crate::read::Word;
use crate::shared::i18n::{Lang, say};
use crate::shared::number::{Exact, Points};

/// How a leaf is scored, with its numbers: `扣分：每次扣 0.5 分，扣完为止`.
pub fn scoring(lang: Lang, leaf: &Leaf) -> String {
    let each = |key: &str, kinds: &mut dyn Iterator<Item = (Cow<'_, str>, Cow<'_, Exact>)>| {
        let parts = kinds.map(|(name, points)| say!(lang, key, name = name, points = number(&points)));
        lang.join("form.rule.and", parts)
    };
    fn typed(kind: &(String, Points)) -> (Cow<'_, str>, Cow<'_, Exact>) {
        (Cow::Borrowed(&kind.0), Cow::Borrowed(&kind.1.0))
    }
    let fill = |key: &str, list: String| say!(lang, key, list = list, full = number(&leaf.points.0));
    match &leaf.rule {
        Rule::Deduct(kinds) => fill("form.rule.deduct", each("form.rule.minus", &mut kinds.iter().map(typed))),
        Rule::Count(kinds) => fill("form.rule.count", each("form.rule.plus", &mut kinds.iter().map(typed))),
        Rule::Ratio { target, floor } => ratio(lang, leaf, target, floor.as_ref()),
        Rule::Levels(levels) => {
            let points = |share: &Exact| Cow::Owned(&leaf.points.0 * share);
            let mut kinds = levels.iter().map(|(name, share)| (Cow::Borrowed(name.as_str()), points(share)));
            fill("form.rule.levels", each("form.rule.gives", &mut kinds))
        }
        Rule::Bands(bands) => {
            let unit = if leaf.input == RuleInput::Percent { "%" } else { "" };
            let named = |bound: &Exact| Cow::Owned(format!("{}{unit}", number(bound)));
            let mut kinds = bands.iter().map(|(bound, points)| (named(bound), Cow::Borrowed(&points.0)));
            fill("form.rule.bands", each("form.rule.from", &mut kinds))
        }
        Rule::Checklist(items) => fill("form.rule.checklist", each("form.rule.gives", &mut items.iter().map(typed))),
        Rule::Place { places, other } => {
            let named = |place: &u64| Cow::Owned(say!(lang, "form.rule.place", place = place));
            let rest = other.iter().map(|own| (Cow::Borrowed(lang.text("form.rule.other")), Cow::Borrowed(&own.0)));
            let kinds = places.iter().map(|(place, points)| (named(place), Cow::Borrowed(&points.0)));
            fill("form.rule.rank", each("form.rule.gives", &mut kinds.chain(rest)))
        }
        Rule::Direct(ranges) if ranges.is_empty() => fill("form.rule.direct", String::new()),
        Rule::Direct(ranges) => fill("form.rule.ranges", spans(lang, ranges)),
    }
}

/// The ranges of points of a direct leaf: `5、3–4、0`.
pub fn spans(lang: Lang, ranges: &[(Exact, Exact)]) -> String {
    let span = |(low, high): &(Exact, Exact)| {
        if low == high { number(low) } else { format!("{}–{}", number(low), number(high)) }
    };
    lang.join("form.rule.or", ranges.iter().map(span))
}

fn ratio(lang: Lang, leaf: &Leaf, target: &Exact, floor: Option<&Exact>) -> String {
    let unit = if leaf.input == RuleInput::Number { "" } else { "%" };
    let target = format!("{}{unit}", number(target));
    let text = say!(lang, "form.rule.ratio", target = target);
    let Some(floor) = floor.filter(|floor| floor.is_positive()) else { return text };
    let floor = format!("{}{unit}", number(floor));
    text + &say!(lang, "form.rule.floor", floor = floor)
}

/// How the value of a leaf is entered: `填数字，如 2；没有填 0`.
pub fn how(lang: Lang, leaf: &Leaf) -> Cow<'static, str> {
    let several = |kinds: &[(String, Points)]| {
        let example = kinds.iter().take(2).zip(1..).map(|((name, _), n)| format!("{name}{n}"));
        let example = lang.join("form.rule.and", example);
        Cow::Owned(say!(lang, "form.how.counts", example = example))
    };
    match &leaf.rule {
        Rule::Deduct(kinds) | Rule::Count(kinds) if kinds.len() > 1 => several(kinds),
        Rule::Deduct(_) | Rule::Count(_) => Cow::Borrowed(lang.text("form.how.count")),
        Rule::Ratio { .. } | Rule::Bands(_) => match leaf.input {
            RuleInput::Number => Cow::Borrowed(lang.text("form.how.number")),
            RuleInput::Percent => Cow::Borrowed(lang.text("form.how.percent")),
            RuleInput::Part => Cow::Borrowed(lang.text("form.how.part")),
            RuleInput::Ledger => Cow::Borrowed(lang.text("form.how.ledger")),
        },
        Rule::Levels(levels) => {
            let list = lang.join("form.rule.or", levels.iter().map(|(name, _)| name.as_str()));
            Cow::Owned(say!(lang, "form.how.levels", list = list))
        }
        Rule::Checklist(items) => {
            let list = lang.join("form.rule.or", items.iter().map(|(name, _)| name.as_str()));
            Cow::Owned(say!(lang, "form.how.checklist", list = list))
        }
        Rule::Place { .. } => Cow::Borrowed(lang.text("form.how.place")),
        Rule::Direct(_) => Cow::Borrowed(lang.text("form.how.direct")),
    }
}

/// The values that a cell for a leaf accepts: the words of its rule if it has any, otherwise anything, with a hint.
pub fn allowed<'o>(lang: Lang, leaf: &'o Leaf) -> Allow<'o> {
    match &leaf.rule {
        Rule::Levels(levels) => {
            let own = levels.iter().map(|(name, _)| Cow::Borrowed(name.as_str()));
            Allow::words(own.chain([Word::NotApplicable.header(lang).into()]))
        }
        _ => Allow::Anything,
    }
}

/// Whether a value of a leaf must be kept as typed, because a spreadsheet would take `8/10` for a date.
pub fn is_literal(leaf: &Leaf) -> bool {
    leaf.input.is_part() || matches!(leaf.rule, Rule::Direct(_) | Rule::Checklist(_))
}

/// A number in plain notation: with as many decimals as it has, at most six.
pub fn number(value: &Exact) -> String {
    value.fixed(value.decimals().map_or(6, |decimals| decimals.min(6)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EvidenceNeed;

    fn leaf(rule: Rule, input: RuleInput) -> Leaf {
        Leaf {
            code: "1".to_owned(),
            line: 0,
            aspect: 0,
            cell: 0,
            item: String::new(),
            name: String::new(),
            points: Points::whole(5),
            rule,
            input,
            evidence: EvidenceNeed::None,
            department: String::new(),
            standard: String::new(),
            method: String::new(),
            asked_of_unit: true,
        }
    }

    fn said(rule: Rule, input: RuleInput) -> (String, String) {
        let leaf = leaf(rule, input);
        (scoring(Lang::Zh, &leaf), how(Lang::Zh, &leaf).into_owned())
    }

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("literal decimal")
    }

    #[test]
    fn rules_are_said_with_their_numbers() {
        let each = vec![("每次".to_owned(), Points(exact("0.5")))];
        let (scoring, how) = said(Rule::Deduct(each), RuleInput::Number);
        assert_eq!((scoring.as_str(), how.as_str()), ("每次扣0.5分，扣完为止", "填次数或个数，如 2；没有填 0"));
        let levels = vec![("A".to_owned(), exact("1")), ("B".to_owned(), exact("0.8"))];
        let (scoring, how) = said(Rule::Levels(levels), RuleInput::Number);
        assert_eq!((scoring.as_str(), how.as_str()), ("按等级：A 5分；B 4分", "从下拉框选：A、B"));
        let rule = Rule::Ratio { target: exact("100"), floor: Some(exact("60")) };
        let (scoring, how) = said(rule, RuleInput::Percent);
        assert_eq!(scoring, "按完成比例，达到100%得满分，低于60%得0分");
        assert_eq!(how, "填百分数，如 95%");
    }

    #[test]
    fn several_kinds_are_shown_with_an_example() {
        let kinds = vec![("市级".to_owned(), Points::whole(1)), ("省级".to_owned(), Points::whole(2))];
        let (scoring, how) = said(Rule::Count(kinds), RuleInput::Number);
        assert_eq!(scoring, "市级每个1分；省级每个2分，最高5分");
        assert_eq!(how, "按样子填：市级1；省级2；没有填 0");
    }

    #[test]
    fn only_words_become_a_drop_down() {
        assert_eq!(allowed(Lang::Zh, &leaf(Rule::Bands(Vec::new()), RuleInput::Number)), Allow::Anything);
        let levels = Rule::Levels(vec![("A".to_owned(), exact("1"))]);
        assert!(matches!(allowed(Lang::Zh, &leaf(levels, RuleInput::Number)), Allow::Words(words) if words.len() == 2));
        assert!(is_literal(&leaf(Rule::Direct(Vec::new()), RuleInput::Number)));
    }
}
