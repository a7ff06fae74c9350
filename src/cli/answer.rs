//! Help and usage errors in the language of the user.

use std::borrow::Cow;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::shared::i18n::{Lang, say};

/// A text in place of an invocation: help (exit 0) or a usage error (exit 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The text to print.
    pub text: String,
    /// Whether it is a usage error.
    pub is_error: bool,
    /// What was typed in the place of a command and is none.
    pub no_command: Option<String>,
}

impl Answer {
    /// Help.
    pub(super) fn said(text: String) -> Self {
        Self { text, is_error: false, no_command: None }
    }
}

/// Translates clap's answer into the user's language.
pub(super) fn answer(error: &clap::Error, lang: Lang) -> Answer {
    let kind = error.kind();
    if kind == ErrorKind::DisplayHelp {
        return Answer::said(error.render().to_string());
    }
    let found = first_of(error, [ContextKind::InvalidSubcommand, ContextKind::InvalidValue, ContextKind::InvalidArg]);
    let (argument, other) = (context(error, ContextKind::InvalidArg), context(error, ContextKind::PriorArg));
    let key = key_of(error, &found);
    let mut lines = vec![say!(lang, key, found, argument, other)];
    let near = first_of(
        error,
        [
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedArg,
            ContextKind::SuggestedValue,
            ContextKind::ValidValue,
        ],
    );
    if !near.is_empty() {
        lines.push(say!(lang, "cli.error.near", names = near));
    }
    if key == "cli.error.no_value" && argument.starts_with("--apply") {
        lines.push(lang.text("cli.error.token").to_owned());
    }
    if kind == ErrorKind::UnknownArgument && found.starts_with('-') {
        lines.push(lang.text("cli.error.hyphen").to_owned());
    }
    let text = format!("{}\n{}\n", lines.join("\n"), lang.text("cli.error.help"));
    let no_command = (kind == ErrorKind::InvalidSubcommand).then(|| found.into_owned());
    Answer { text, is_error: true, no_command }
}

/// What clap says of a kind; empty if it says nothing.
fn context(error: &clap::Error, kind: ContextKind) -> Cow<'_, str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Cow::Borrowed(text.as_str()),
        Some(ContextValue::Strings(list)) => Cow::Owned(list.join(" ")),
        Some(ContextValue::StyledStr(text)) => Cow::Owned(text.to_string()),
        _ => Cow::Borrowed(""),
    }
}

/// The first thing that clap says of some kinds.
fn first_of<const N: usize>(error: &clap::Error, kinds: [ContextKind; N]) -> Cow<'_, str> {
    kinds.into_iter().map(|kind| context(error, kind)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// The catalogue key of what is wrong.
fn key_of(error: &clap::Error, found: &str) -> &'static str {
    let says = |kind: ContextKind| !context(error, kind).is_empty();
    match error.kind() {
        ErrorKind::InvalidSubcommand if found.contains(['/', '\\']) => "cli.error.folder",
        ErrorKind::InvalidSubcommand | ErrorKind::MissingSubcommand => "cli.error.command",
        ErrorKind::UnknownArgument => "cli.error.argument",
        ErrorKind::InvalidValue if !says(ContextKind::InvalidValue) => "cli.error.no_value",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "cli.error.value",
        ErrorKind::MissingRequiredArgument => "cli.error.missing",
        ErrorKind::ArgumentConflict if says(ContextKind::PriorArg) => "cli.error.conflict",
        ErrorKind::InvalidUtf8 => "cli.error.utf8",
        _ => "cli.error.usage",
    }
}
