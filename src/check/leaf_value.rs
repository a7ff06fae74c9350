//! Reading 完成值 and 核定值 as the rule of the leaf asks (SPEC §6).

use unicode_normalization::UnicodeNormalization as _;

use super::cells::{self, Ask, CellRef};
use crate::engine::assessment::State;
use crate::model::Leaf;
use crate::model::rule::{RuleValue, Shape};
use crate::read::{RawValue, Word};
use crate::shared::few::Few;
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::number::{Exact, Written, is_split};
use crate::shared::text;

/// Reads a value cell of a leaf; `None` after a finding. A `direct` leaf has no value: what is written is description.
pub(crate) fn value(leaf: &Leaf, cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<RuleValue>> {
    let state = match leaf.shape() {
        Shape::Counts(names) => counts(&names, cell, findings)?,
        Shape::Part | Shape::Ledger => part(cell, findings)?,
        Shape::Number => map(cells::number(cell, Ask::Score, findings)?, RuleValue::Number),
        Shape::Percent => map(cells::number(cell, Ask::Percent, findings)?, RuleValue::Number),
        Shape::Word(names) => level(&names, cell, findings)?,
        Shape::Words(names) => ticks(&names, cell, findings)?,
        Shape::Place => place(cell, findings)?,
        Shape::Points => direct(cell, findings)?,
        Shape::Inputs => by_formula(leaf, cell, findings)?,
    };
    if leaf.adds_values() || !leaf.coefficient.is_empty() {
        // What is added to others is judged when the sum is known.
        // What the rule scores is the value times a number of the unit.
        return Some(state);
    }
    let Some((value, expected)) = state.known().and_then(|value| Some((value, leaf.rule.refusal(value)?))) else {
        return Some(state);
    };
    findings.add(Code::E213).at(cell.at).found(leaf.shape().describe(value)).expected(expected);
    None
}

fn map<T, U>(state: State<T>, f: impl FnOnce(T) -> U) -> State<U> {
    match state {
        State::Known(value) => State::Known(f(value)),
        State::Missing => State::Missing,
        State::NotApplicable => State::NotApplicable,
    }
}

/// The states that are expressed by words alone; `None` if the text is something else.
fn plain_state<T>(written: &str) -> Option<State<T>> {
    match written {
        text if Word::NotApplicable.is(text) => Some(State::NotApplicable),
        text if cells::is_missing(text) => Some(State::Missing),
        _ => None,
    }
}

/// The text of a cell as written, or of its number; `None` after a finding.
fn cell_text(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<String> {
    match cell.value {
        None => Some(String::new()),
        Some(raw @ RawValue::Text { .. }) => Some(raw.text()),
        Some(RawValue::Number { value, percent: false, .. }) => Some(value.to_string()),
        Some(RawValue::Refused(_)) => None,
        Some(other) => {
            cells::not_a_value(other, &mut findings.at(cell.at));
            None
        }
    }
}

/// The index of the name that a text is; digits of the text are not joined across blanks to make a name.
fn named(names: &[&str], written: &str) -> Option<usize> {
    let (wanted, joined) = (text::key(written), text::joins_digits(written));
    names.iter().position(|name| text::key(name) == wanted && (!joined || text::joins_digits(name)))
}

fn unknown(cell: &CellRef<'_>, names: &[&str], findings: &mut Findings<'_>) {
    let found = cell.value.map(RawValue::text).unwrap_or_default();
    let finding = findings.add(Code::E208).at(cell.at).found(&found).expected(names.join(" / "));
    finding.nearest(&found, names.iter().copied());
}

/// `缺项2；程序1`, or a bare count when there is one kind.
fn counts(names: &[&str], cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<RuleValue>> {
    let bare = !matches!(cell.value, Some(RawValue::Text { text, .. }) if names.iter().any(|n| text::key(text).contains(&text::key(n))));
    if bare {
        return bare_count(names, cell, findings);
    }
    let written = cell_text(cell, findings)?;
    let mut counts: Vec<(usize, Exact)> = Vec::new();
    let mut spelling = Vec::new();
    let is_item = |part: &str| matches!(kind_and_count(names, part), Counted::Of(..));
    for part in items(&written, &[';', ',', '、', '；', '，'], is_item) {
        match kind_and_count(names, part) {
            Counted::Of(kind, number) if counts.iter().all(|(known, _)| *known != kind) => {
                spelling.extend(cells::set_apart(&number));
                counts.push((kind, number.value));
            }
            Counted::Split => {
                cells::not_a_number(&written, &mut findings.at(cell.at));
                return None;
            }
            Counted::Of(..) | Counted::Unknown => {
                unknown(cell, names, findings);
                return None;
            }
        }
    }
    counts.sort();
    warn_spelling(cell, spelling, findings);
    Some(State::Known(RuleValue::Counts(counts.into())))
}

/// A count without the name of its kind.
fn bare_count(names: &[&str], cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<RuleValue>> {
    let (number, faults) = Findings::gather(|said| cells::number(cell, Ask::Count, said));
    let written = cell.value.map(RawValue::text).unwrap_or_default();
    let is_told = is_split(&written, &COUNTERS) || cells::is_abbreviated(&written);
    if number.is_none() && names.len() > 1 && !is_told && faults.iter().all(|f| f.code == Code::E201) {
        unknown(cell, names, findings);
        return None;
    }
    findings.extend(faults);
    let number = number?;
    let State::Known(count) = number else { return Some(map(number, |_| RuleValue::Counts(Few::default()))) };
    match (names.len(), count.is_zero()) {
        (_, true) => Some(State::Known(RuleValue::Counts(Few::default()))),
        (1, false) => Some(State::Known(RuleValue::Counts(vec![(0, count)].into()))),
        _ => {
            unknown(cell, names, findings);
            None
        }
    }
}

/// Numbers within a text get the same warnings as numbers in cells of their own: one per cell and kind.
fn warn_spelling(cell: &CellRef<'_>, mut kinds: Vec<&'static str>, findings: &mut Findings<'_>) {
    kinds.sort_unstable();
    kinds.dedup();
    let written = cell.value.map(RawValue::text).unwrap_or_default();
    for kind in kinds {
        findings.add(Code::W207).at(cell.at).found(&written).with("kind", Arg::Word(kind));
    }
}

/// The items of a list, separated by signs, and by line ends if every line is an item; otherwise an item may continue
/// in the next line.
fn items<'w>(written: &'w str, signs: &[char], is_item: impl Fn(&str) -> bool) -> Vec<&'w str> {
    let is_blank = |part: &&str| text::key(part).is_empty();
    let mut items = Vec::new();
    for part in written.split(signs).filter(|part| !is_blank(part)) {
        let lines: Vec<&str> = part.split(['\n', '\r']).filter(|line| !is_blank(line)).collect();
        if lines.iter().all(|line| is_item(line)) { items.extend(lines) } else { items.push(part) }
    }
    items
}

/// What may follow the count of a kind.
const COUNTERS: [char; 3] = ['次', '个', '项'];

/// The meaning of a part such as `缺项2`.
enum Counted {
    /// The index of the kind, and how many.
    Of(usize, Written),
    /// A kind whose number has blanks within.
    Split,
    /// Nothing that the rule knows.
    Unknown,
}

/// `缺项2`, `缺项=2`, `缺项:2次`: the longest name that fits, then its count.
fn kind_and_count(names: &[&str], part: &str) -> Counted {
    let mut order: Vec<(usize, &&str)> = names.iter().enumerate().collect();
    order.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    let part: String = part.trim().nfc().collect();
    let rests: Vec<(usize, &str)> =
        order.into_iter().filter_map(|(kind, name)| Some((kind, after_name(&part, name)?))).collect();
    match rests.iter().find_map(|(kind, rest)| Some((*kind, Written::read(rest, &COUNTERS)?))) {
        Some((kind, number)) => Counted::Of(kind, number),
        None if rests.iter().any(|(_, rest)| is_split(rest, &COUNTERS)) => Counted::Split,
        None => Counted::Unknown,
    }
}

/// What follows a name and its `=` or `:` at the beginning of a text; blanks within the name do not matter unless they
/// separate digits.
fn after_name<'p>(part: &'p str, name: &str) -> Option<&'p str> {
    let key = text::key(name);
    let (mut wanted, mut end) = (key.as_str(), 0);
    for (at, c) in part.char_indices() {
        if wanted.is_empty() {
            break;
        }
        end = at + c.len_utf8();
        wanted = wanted.strip_prefix(text::key(c.encode_utf8(&mut [0; 4])).as_str())?;
    }
    let (own, rest) = part.split_at(end);
    let whole = wanted.is_empty() && (!text::joins_digits(own) || text::joins_digits(name));
    whole.then(|| rest.trim_start().trim_start_matches(['=', ':', '＝', '：']))
}

/// `18/20`; 0/0 stays a part and becomes not applicable when it is scored.
fn part(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<RuleValue>> {
    let written = cell_text(cell, findings)?;
    if let Some(state) = plain_state(&written) {
        return Some(state);
    }
    let sides = written.split_once(['/', '／']);
    let numbers = sides.and_then(|(part, whole)| Some((Written::read(part, &[])?, Written::read(whole, &[])?)));
    match numbers {
        Some((part, whole)) if whole.value.is_positive() || part.value.is_zero() => {
            warn_spelling(cell, [&part, &whole].into_iter().filter_map(cells::set_apart).collect(), findings);
            Some(State::Known(RuleValue::part(part.value, whole.value)))
        }
        Some(_) => {
            findings.add(Code::E213).at(cell.at).found(written).expected("18/20");
            None
        }
        None if cells::is_abbreviated(&written) => {
            cells::not_a_number(&written, &mut findings.at(cell.at));
            None
        }
        None => {
            let expected = Arg::Word("cell.part");
            findings.add(Code::E201).at(cell.at).found(written).with("expected", expected);
            None
        }
    }
}

fn level(names: &[&str], cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<RuleValue>> {
    let written = cell_text(cell, findings)?;
    if let Some(index) = named(names, &written) {
        return Some(State::Known(RuleValue::Level(index)));
    }
    let state = plain_state(&written);
    if state.is_none() {
        unknown(cell, names, findings);
    }
    state
}

fn ticks(names: &[&str], cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<RuleValue>> {
    let written = cell_text(cell, findings)?;
    if let Some(state) = plain_state(&written) {
        return Some(state);
    }
    let mut ticks = Vec::new();
    let is_item = |part: &str| named(names, part).is_some() || Word::Nothing.is(part);
    for part in items(&written, &[';', ',', '、', '/', '；', '，', '／'], is_item) {
        match named(names, part) {
            Some(index) if !ticks.contains(&index) => ticks.push(index),
            None if Word::Nothing.is(part) => {}
            _ => {
                unknown(cell, names, findings);
                return None;
            }
        }
    }
    ticks.sort_unstable();
    Some(State::Known(RuleValue::Ticks(ticks.into())))
}

fn place(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<RuleValue>> {
    let number = cells::number(cell, Ask::Score, findings)?;
    let State::Known(number) = number else { return Some(map(number, |_| RuleValue::Place(0))) };
    match number.to_count().and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0) {
        Some(place) => Some(State::Known(RuleValue::Place(place))),
        None => {
            findings.add(Code::E213).at(cell.at).found(&number).expected("1, 2, 3 …");
            None
        }
    }
}

/// The row of a leaf with a formula holds no value, but may say that the leaf is not applicable.
fn by_formula(leaf: &Leaf, cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<RuleValue>> {
    let written = cell_text(cell, findings)?;
    let state = plain_state(&written);
    if state.is_none() {
        findings.add(Code::E253).at(cell.at).found(written).with("indicator", leaf.full_name());
    }
    state
}

/// A `direct` leaf has no value but may still be not applicable, which only the declared words express.
fn direct(cell: &CellRef<'_>, findings: &mut Findings<'_>) -> Option<State<RuleValue>> {
    match cell.value {
        Some(RawValue::Text { text, .. }) if Word::NotApplicable.is(text) => Some(State::NotApplicable),
        Some(RawValue::Text { text, .. }) if cells::is_abbreviated(text) => {
            cells::not_a_number(text, &mut findings.at(cell.at));
            None
        }
        _ => Some(State::Missing),
    }
}
