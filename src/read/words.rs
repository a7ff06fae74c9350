//! The input vocabulary: the meanings of header words. The words are data, in `words.txt`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::shared::finding::Arg;
use crate::shared::i18n::Lang;
use crate::shared::text::header_key;

macro_rules! words {
    ($($word:ident),* $(,)?) => {
        /// The meaning of a header or label.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the meanings are documented by their words in words.txt")]
        pub enum Word { $($word,)* }

        impl Word {
            const ALL: &'static [(&'static str, Self)] = &[$((stringify!($word), Self::$word),)*];
        }
    };
}

words! {
    UnitCode, Unit, ShortName, FormerName, Group, Mode, Contact, Phone, Secretary, Indicator, Line, Aspect, Item, Name,
    Points, Rule, Params, Formula, InputItem, EvidenceNeed, Department, Standard, Method, Source, Value, SelfScore, Evidence, VerifiedValue,
    VerifiedPoints, VerifiedNote, Class, Rater, Home, Node, Mark, Abstained, Issued, Returned, Valid, Invalid, Period,
    Score, Number, Code, Matter, Level, Claimed, Approved, Document, DocumentNumber, IssuedBy, DocumentDate, Status,
    ApprovalNumber, Remark, Grade, OutsideQuota, AboveCap, Clause, Date, Where, OldValue, NewValue, Reason, Request,
    ReceivedOn, Conclusion, Ordinal, Foot, Sum, Count, Example, Receipts,
    Category, Target, Account, Hint, Overall, Topic, Factor, Plus, Minus, Quantity, Seal, Tick, Untick, Disc, Circle, Cross, CrossedBox,
    FilePath, Digest, Adopted, FileRole, ShouldBe, Assertions,
    ProblemNumber, ProblemType, Problem, SourceIndicator, Measure, Leader, Owner, Deadline, Progress, Completion, Closing,
    ClosedOn, Reviewer, Closed, Unclosed, NotApplicable, Nothing,
    Opinion, OpinionText, SuggestedGrade, Grounds, Rank, Agree, Disagree, Reserved, NoView, Deferred, SheetName, Basis, Scrapped,
    Organisation, Submitted, Skipped, HomeKind, Outside, Links, HandledBy, Schemes, Places, Coefficient,
}

impl From<Word> for Arg {
    fn from(word: Word) -> Self {
        Self::spoken(|lang| word.header(lang))
    }
}

/// The headers of columns, for a message.
pub fn headers(words: &[Word]) -> Arg {
    Arg::spoken(|lang| Word::list(words, lang))
}

/// The words of which a cell is to hold one, for a message.
pub fn choices(words: &[Word]) -> Arg {
    Arg::spoken(|lang| words.iter().map(|word| word.header(lang)).collect::<Vec<_>>().join(" / "))
}

type Vocabulary = BTreeMap<Word, Vec<(String, &'static str)>>;

fn vocabulary() -> &'static Vocabulary {
    static WORDS: OnceLock<Vocabulary> = OnceLock::new();
    WORDS.get_or_init(|| {
        include_str!("words.txt")
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
            .map(|line| {
                let (name, list) = line.split_once(" = ").unwrap_or_else(|| panic!("words.txt: {line}"));
                let (_, word) =
                    Word::ALL.iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("words.txt: {name}"));
                (*word, list.split('|').map(str::trim).map(|w| (header_key(w), w)).collect())
            })
            .collect()
    })
}

/// The meanings of a header that is already reduced to its key: those that list it as a word.
pub fn meanings(key: &str) -> &'static [Word] {
    static BY_KEY: OnceLock<BTreeMap<&'static str, Vec<Word>>> = OnceLock::new();
    let by_key = BY_KEY.get_or_init(|| {
        let mut by_key: BTreeMap<&'static str, Vec<Word>> = BTreeMap::new();
        for (word, list) in vocabulary() {
            for (key, _) in list {
                by_key.entry(key).or_default().push(*word);
            }
        }
        by_key
    });
    by_key.get(key).map_or(&[], Vec::as_slice)
}

impl Word {
    /// Whether a header, already reduced to its key, has this meaning.
    pub fn matches(self, key: &str) -> bool {
        vocabulary()[&self].iter().any(|(word, _)| word == key)
    }

    /// Whether a cell contains exactly a word of this meaning; unlike in a header, remarks in brackets matter.
    pub fn is(self, text: &str) -> bool {
        static KEYS: OnceLock<BTreeMap<Word, Vec<String>>> = OnceLock::new();
        let key = |text: &str| crate::shared::text::key(text).to_lowercase();
        let keys = KEYS.get_or_init(|| {
            vocabulary().iter().map(|(word, list)| (*word, list.iter().map(|(_, own)| key(own)).collect())).collect()
        });
        keys[&self].contains(&key(text))
    }

    /// Every word of the meaning.
    pub fn all(self) -> impl Iterator<Item = &'static str> {
        vocabulary()[&self].iter().map(|(_, word)| *word)
    }

    /// The first word of the meaning, for messages.
    pub fn label(self) -> &'static str {
        vocabulary()[&self].first().map_or("", |(_, label)| label)
    }

    /// The first word of the meaning in a language, as a header of a form that will be read back.
    pub fn header(self, lang: Lang) -> String {
        if lang == Lang::Zh {
            return self.label().to_owned();
        }
        let plain = vocabulary()[&self].iter().map(|(_, word)| *word).find(|word| word.is_ascii());
        let word = plain.unwrap_or_else(|| self.label());
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    /// The headers of several meanings in a language.
    pub fn list(words: &[Self], lang: Lang) -> String {
        let headers: Vec<String> = words.iter().map(|word| word.header(lang)).collect();
        lang.list(headers.iter().map(String::as_str))
    }

    /// Whether a text ends with a word of this meaning.
    pub fn ends(self, text: &str) -> bool {
        let key = header_key(text);
        vocabulary()[&self].iter().any(|(word, _)| key.ends_with(word.as_str()))
    }

    /// Whether a text begins with a word of this meaning, alone or before a colon.
    pub fn begins(self, text: &str) -> bool {
        Opening::of(text).is_some_and(|opening| opening.is(self))
    }
}

/// The first words of a text, alone or before a colon, reduced to their key.
pub struct Opening(String);

impl Opening {
    /// The opening of a text; none if the text is too long to be a single word.
    pub fn of(text: &str) -> Option<Self> {
        let flat = crate::shared::text::key(text).to_lowercase();
        let head = flat.split(':').next().unwrap_or("");
        let bare = head.trim_matches(|c: char| matches!(c, '(' | ')' | '【' | '】' | '.'));
        let is_long = !flat.contains(':') && bare.chars().count() > 12;
        (!is_long).then(|| Self(header_key(bare)))
    }

    /// Whether it is a word of a meaning.
    pub fn is(&self, word: Word) -> bool {
        word.matches(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_meaning_has_words() {
        for (_, word) in Word::ALL {
            assert!(!word.label().is_empty());
        }
    }

    #[test]
    fn a_header_is_read_back_as_its_meaning() {
        for (name, word) in Word::ALL {
            for lang in [Lang::Zh, Lang::En] {
                assert!(word.matches(&header_key(&word.header(lang))), "{name}");
            }
        }
        assert_eq!(Word::SelfScore.header(Lang::En), "Self score");
    }

    #[test]
    fn foot_rows_are_told_from_names() {
        assert!(Word::Foot.begins("合 计"));
        assert!(Word::Foot.begins("注：1. 每格一个√"));
        assert!(Word::Foot.begins("填报人：张三"));
        assert!(!Word::Foot.begins("注册会计师协会"));
        assert!(!Word::Foot.begins("说明书管理处"));
    }
}
