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
    let context = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Cow::Borrowed(text.as_str()),
        Some(ContextValue::Strings(list)) => Cow::Owned(list.join(" ")),
        Some(ContextValue::StyledStr(text)) => Cow::Owned(text.to_string()),
        _ => Cow::Borrowed(""),
    };
    let found = [ContextKind::InvalidSubcommand, ContextKind::InvalidValue, ContextKind::InvalidArg]
        .into_iter()
        .map(context)
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let key = match kind {
        ErrorKind::InvalidSubcommand if found.contains(['/', '\\']) => "cli.error.folder",
        ErrorKind::InvalidSubcommand | ErrorKind::MissingSubcommand => "cli.error.command",
        ErrorKind::UnknownArgument => "cli.error.argument",
        ErrorKind::InvalidValue if context(ContextKind::InvalidValue).is_empty() => "cli.error.no_value",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "cli.error.value",
        ErrorKind::MissingRequiredArgument => "cli.error.missing",
        ErrorKind::ArgumentConflict if !context(ContextKind::PriorArg).is_empty() => "cli.error.conflict",
        ErrorKind::InvalidUtf8 => "cli.error.utf8",
        _ => "cli.error.usage",
    };
    let other = context(ContextKind::PriorArg);
    let mut text = say!(lang, key, found, argument, other);
    let near = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
        ContextKind::ValidValue,
    ];
    if let Some(near) = near.into_iter().map(context).find(|text| !text.is_empty()) {
        text.push('\n');
        text.push_str(&say!(lang, "cli.error.near", names = near));
    }
    if key == "cli.error.no_value" && argument.starts_with("--apply") {
        text.push('\n');
        text.push_str(lang.text("cli.error.token"));
    }
    if kind == ErrorKind::UnknownArgument && found.starts_with('-') {
        text.push('\n');
        text.push_str(lang.text("cli.error.hyphen"));
    }
    text.push('\n');
    text.push_str(lang.text("cli.error.help"));
    text.push('\n');
    let no_command = (kind == ErrorKind::InvalidSubcommand).then(|| found.into_owned());
    Answer { text, is_error: true, no_command }
}
