//! The catalogue of words: both languages have every key, no key is idle, every code has its texts, nothing is left open.

use std::collections::BTreeSet;
use std::fs;

use assess::shared::finding::Code;
use assess::shared::i18n::{Lang, catalogue};

use crate::runner::package;

/// Keys that are put together from one of these and a word of the code.
const DYNAMIC: &[&str] = &[
    "diff.move.",
    "diff.roster.",
    "diff.rule.",
    "model.word.",
    "regrade.state.",
    "adjustment.",
    "award.fate.",
    "analyze.undefined.",
    "analyze.level.",
    "analyze.mean.",
    "analyze.vary.",
    "analyze.weights.",
    "class.missing.",
    "cli.usage.",
    "cli.",
    "report.answers.",
    "report.font.",
    "report.register.",
    "leaf.",
    "limit.",
    "mode.",
    "path.",
    "periods.",
    "progress.",
    "form.periods.",
    "rating.",
    "receipt.",
    "regrade.part.",
    "filestatus.",
    "role.",
    "rule.",
    "skip.",
    "standing.",
    "state.",
    "suggest.",
    "kind.",
    "who.",
    "step.",
    "compare.field.",
    "compare.link.",
    "compare.topic.",
    "column.",
    "trace.",
    "verify.",
];

const LANGUAGES: [Lang; 2] = [Lang::Zh, Lang::En];

/// The texts of a code by the name of each part.
fn parts(code: Code, lang: Lang) -> [(&'static str, Option<&'static str>); 4] {
    let texts = code.texts(lang);
    [("title", Some(texts.title)), ("expected", texts.expected), ("fix", Some(texts.fix)), ("why", Some(texts.why))]
}

/// All texts of a language: those of the catalogue and those of the codes, by key.
fn texts(lang: Lang) -> Vec<(String, &'static str)> {
    let words = catalogue(lang).iter().map(|(key, text)| ((*key).to_owned(), text.as_str()));
    let of_code = |code: &Code| {
        let code = *code;
        parts(code, lang).into_iter().filter_map(move |(part, text)| Some((format!("{code}.{part}"), text?)))
    };
    words.chain(Code::ALL.iter().flat_map(of_code)).collect()
}

fn code() -> String {
    let walk = walkdir::WalkDir::new(package().join("src")).into_iter().map(Result::unwrap);
    let files = walk.filter(|e| e.path().extension().is_some_and(|ext| ext == "rs"));
    files.map(|e| fs::read_to_string(e.path()).unwrap()).collect()
}

/// `no-evidence` as the name of an enum variant: `NoEvidence`.
fn variant(word: &str) -> String {
    let capital = |part: &str| part[..1].to_uppercase() + &part[1..];
    word.split(['-', '_']).filter(|p| !p.is_empty()).map(capital).collect()
}

/// What the sources have: runs of letters, digits and underscores, and what stands between quotes.
struct Used<'c> {
    words: BTreeSet<&'c str>,
    quoted: BTreeSet<&'c str>,
}

impl<'c> Used<'c> {
    fn by(code: &'c str) -> Self {
        let words = code.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        // A quote may open or close: what stands between any two of them is looked at.
        Self { words, quoted: code.lines().flat_map(|line| line.split('"')).collect() }
    }

    fn has(&self, key: &str) -> bool {
        let tail = DYNAMIC.iter().find_map(|prefix| key.strip_prefix(prefix));
        let is_put_together = tail.is_some_and(|tail| {
            let word = tail.split('.').next().unwrap_or(tail);
            self.words.contains(word) || self.words.contains(variant(word).as_str())
        });
        self.quoted.contains(key) || is_put_together
    }
}

#[test]
fn both_languages_have_the_same_keys() {
    let keys = |lang| catalogue(lang).keys().copied().collect::<Vec<_>>();
    assert_eq!(keys(Lang::Zh), keys(Lang::En));
}

#[test]
fn no_key_is_idle() {
    let code = code();
    let used = Used::by(&code);
    let idle: Vec<&str> = catalogue(Lang::Zh).keys().copied().filter(|key| !used.has(key)).collect();
    assert!(idle.is_empty(), "no code asks for {idle:#?}");
}

#[test]
fn every_key_that_is_asked_for_literally_exists() {
    let code = code();
    let words = catalogue(Lang::Zh);
    for call in [".text(\"", ".fill(\"", "Arg::Word(\""] {
        for (at, _) in code.match_indices(call) {
            let rest = &code[at + call.len()..];
            let key = &rest[..rest.find('"').unwrap()];
            assert!(words.contains_key(key) || !key.contains('.'), "{call}{key}");
        }
    }
}

#[test]
fn every_code_has_title_remedy_and_reason_in_both_languages() {
    for code in Code::ALL {
        for lang in LANGUAGES {
            for (part, text) in parts(*code, lang) {
                assert!(text.is_none_or(|text| !text.trim().is_empty()), "{code}.{part} {lang:?}");
            }
            assert!(!code.texts(lang).why.contains('{'), "{code}.why {lang:?}: a reason stands without a case");
        }
    }
}

#[test]
fn both_languages_of_a_code_name_the_same_values() {
    for code in Code::ALL {
        for ((part, zh), (_, en)) in parts(*code, Lang::Zh).into_iter().zip(parts(*code, Lang::En)) {
            let names = |text: Option<&'static str>| names_of(text.unwrap_or_default());
            assert_eq!(names(zh), names(en), "{code}.{part}");
        }
    }
}

#[test]
fn the_texts_of_a_code_stand_with_the_code() {
    for key in catalogue(Lang::Zh).keys() {
        let name = key.split('.').next().unwrap();
        let looks_like_code = name.len() == 4 && name.starts_with(['E', 'W', 'N']) && name[1..].parse::<u32>().is_ok();
        assert!(!looks_like_code, "{key}: belongs into src/shared/finding/codes");
    }
}

#[test]
fn codes_are_numbered_by_family_and_their_letter_is_their_weight() {
    for code in Code::ALL {
        let text = code.as_str();
        assert!(('1'..='7').contains(&text.chars().nth(1).unwrap()), "{code}");
        let weight = format!("{:?}", code.severity());
        let letters = match weight.as_str() {
            "Error" | "Pending" => 'E',
            "Warning" => 'W',
            _ => 'N',
        };
        assert!(text.starts_with(letters), "{code} is {weight}");
    }
}

#[test]
fn each_language_is_written_in_its_own_script() {
    let han = |text: &str| text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    for (key, text) in texts(Lang::Zh).iter().filter(|(key, _)| !key.starts_with("cli.usage.")) {
        let plain = text.chars().filter(|c| c.is_ascii_alphabetic()).count();
        assert!(han(text) > 0 || plain <= 12 || text.contains('{'), "{key} is not translated: {text}");
    }
    for (key, text) in texts(Lang::En) {
        // Words that users type or see in their own tables may be quoted.
        let letters = text.chars().filter(|c| c.is_ascii_alphabetic()).count();
        assert!(han(text) * 2 <= letters, "{key} is not translated: {text}");
    }
}

/// The arguments of a call whose opening bracket was just passed, texts and inner brackets respected.
fn arguments(code: &str) -> Vec<&str> {
    let (mut depth, mut start, mut is_text, mut escaped) = (0_usize, 0, false, false);
    let mut found = Vec::new();
    for (at, c) in code.char_indices() {
        if is_text {
            is_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => is_text = true,
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => {
                found.push(code[start..at].trim());
                return found;
            }
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(code[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    panic!("a call without an end: {}", &code[..code.len().min(80)]);
}

/// The `{names}` of a text.
fn names_of(text: &str) -> Vec<&str> {
    let parts = text.split('{').skip(1).filter_map(|rest| rest.split_once(['}', '|']).map(|(name, _)| name));
    let mut names: Vec<&str> = parts.filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn every_call_says_the_names_that_both_texts_have() {
    let code = code();
    let mut checked = 0;
    for (at, call) in code.match_indices("say!(") {
        let arguments = arguments(&code[at + call.len()..]);
        let Some(key) = arguments.get(1).and_then(|key| key.strip_prefix('"')?.strip_suffix('"')) else { continue };
        // A name alone stands for the variable of that name; after the last comma there is nothing.
        let names = arguments[2..].iter().map(|own| own.split_once('=').map_or(*own, |(name, _)| name).trim());
        let mut said: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        said.sort_unstable();
        for lang in [Lang::Zh, Lang::En] {
            let text = lang.find(key).unwrap_or_else(|| panic!("{lang:?} has no {key}"));
            // A language may do without a value that the other one needs.
            let unknown: Vec<&str> = names_of(text).into_iter().filter(|name| !said.contains(name)).collect();
            assert!(unknown.is_empty(), "{key} in {lang:?} asks for {unknown:?}, said are {said:?}");
        }
        let both: Vec<&str> =
            [Lang::Zh, Lang::En].into_iter().flat_map(|lang| names_of(lang.find(key).unwrap())).collect();
        let idle: Vec<&&str> = said.iter().filter(|name| !both.contains(name)).collect();
        assert!(idle.is_empty(), "{key}: no text uses {idle:?}");
        checked += 1;
    }
    assert!(checked > 200, "{checked}");
}
