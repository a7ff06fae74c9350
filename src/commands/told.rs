//! Findings on the terminal: each in full while there are few, otherwise one line for each code.
//!
//! A clerk mends three faults from three blocks; five hundred blocks only bury the one that matters. The full list is
//! always one option away: `-v` prints it, `check --report` makes a workbook of it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::terminal::Terminal;
use crate::cli::Talk;
use crate::shared::finding::{Finding, Message, Severity};
use crate::shared::i18n::{Lang, say, without_names};
use crate::shared::place::Files;
use crate::shared::text::visible;

/// So many findings are printed in full.
const IN_FULL: usize = 10;
/// So many units or places are named on the line of a code.
const NAMED: usize = 5;

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telling {
    /// In full while there are few.
    Full,
    /// One line for each code: they were printed in full by the command before.
    Brief,
}

/// Prints the findings of a run on stderr.
pub(super) fn tell(own: &[Finding], files: &Files, telling: Telling, terminal: &Terminal) {
    let messages: Vec<Message> = own.iter().map(|finding| finding.say(terminal.lang, files)).collect();
    findings(&messages, telling, terminal);
}

/// Prints findings on stderr, worst first: errors always, notes only when verbose.
pub(super) fn findings(messages: &[Message], telling: Telling, terminal: &Terminal) {
    let least = match terminal.talk {
        Talk::Quiet => Severity::Pending,
        Talk::Normal => Severity::Warning,
        Talk::Verbose => Severity::Note,
    };
    let mut shown: Vec<&Message> = messages.iter().filter(|m| m.severity <= least).collect();
    shown.sort_by_key(|m| (m.severity, m.code));
    let in_full = terminal.is_verbose() || (telling == Telling::Full && shown.len() <= IN_FULL);
    if in_full {
        shown.iter().for_each(|message| terminal.say_after(message.severity, &whole(message, terminal.lang)));
        return;
    }
    for same in shown.chunk_by(|a, b| a.code == b.code && a.severity == b.severity) {
        terminal.say_after(same[0].severity, &line(same, terminal.lang));
    }
    if !shown.is_empty() {
        terminal.say(terminal.lang.text("app.list"));
    }
}

/// All findings of one code: how many, their title, where the first ones are.
fn line(same: &[&Message], lang: Lang) -> String {
    let first = same[0];
    let title = match same.iter().all(|message| message.title == first.title) {
        true => Cow::Borrowed(&*first.title),
        false => Cow::Owned(without_names(first.code.texts(lang).title).trim_end_matches([' ', '…']).to_owned()),
    };
    let text = say!(lang, "app.of_code", code = first.code.as_str(), n = same.len(), title);
    let spots = if same.len() == 1 { spot_of(first, lang) } else { spots(same, lang) };
    if spots.is_empty() { text } else { say!(lang, "app.at", text, spots) }
}

/// The units of several findings of one code, or their places where they are not all about different units.
fn spots(same: &[&Message], lang: Lang) -> String {
    let units: BTreeSet<&str> = same.iter().filter_map(|m| m.unit.as_deref()).collect();
    let by_unit = units.len() == same.len();
    let named: Vec<String> = match by_unit {
        true => units.iter().take(NAMED).map(|unit| visible(unit)).collect(),
        false => vec![spot_of(same[0], lang)],
    };
    let more = if named.len() < same.len() { lang.text("app.and_more") } else { "" };
    format!("{}{more}", lang.join("report.list", named))
}

/// Unit, file, sheet and cell of a finding, and what was found there, on one line.
fn spot_of(message: &Message, lang: Lang) -> String {
    let spot = place(message, lang);
    let parts = [message.unit.as_deref(), message.file.as_deref(), Some(&*spot)];
    let parts = parts.into_iter().flatten().filter(|part| !part.is_empty()).map(visible);
    let found = message.found.as_ref().map(|found| say!(lang, "app.quoted", text = found));
    parts.chain(found).collect::<Vec<_>>().join(" ")
}

/// Sheet and cell, or line and column of a text file.
fn place(message: &Message, lang: Lang) -> Cow<'_, str> {
    let in_text = message.cell.as_ref().and_then(|cell| cell.split_once(':'));
    let cell = match in_text {
        Some((row, column)) => Some(Cow::Owned(say!(lang, "app.line", line = row, column))),
        None => message.cell.as_deref().map(Cow::Borrowed),
    };
    match (message.sheet.as_deref(), cell) {
        (Some(sheet), Some(cell)) => Cow::Owned(format!("{sheet}!{cell}")),
        (sheet, cell) => sheet.map(Cow::Borrowed).or(cell).unwrap_or_default(),
    }
}

/// One finding after its severity: code and title, then place, found, expected, remedy.
fn whole(message: &Message, lang: Lang) -> String {
    let mut text = format!("{} {}", message.code, message.title);
    let mut line = |key: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("\n  {}  {value}", lang.text(key)));
        }
    };
    line("app.unit", &visible(message.unit.as_deref().unwrap_or("")));
    line("app.file", &visible(message.file.as_deref().unwrap_or("")));
    line("app.place", &visible(&place(message, lang)));
    line("app.found", &message.found.as_ref().map(|f| say!(lang, "app.quoted", text = f)).unwrap_or_default());
    line("app.expected", message.expected.as_deref().unwrap_or(""));
    line("app.also", &message.related.iter().map(|place| visible(place)).collect::<Vec<_>>().join("\n        "));
    line("app.fix", &message.fix);
    text.push('\n');
    text
}
