//! The command that informs units of their results: `feedback`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Task, flag, headed, option, path, path_option, project_arg, sub, text, texts};
use crate::shared::i18n::Lang;
use crate::shared::letters::LetterFiles;

/// The arguments of `assess feedback`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// The version; the newest if none.
    pub version: Option<String>,
    /// Whether only feedback that differs from the previous version is wanted.
    pub changed: bool,
    /// Names of the units whose workbooks are wanted; all if none.
    pub units: Vec<String>,
    /// The folder to write them to.
    pub out: Option<PathBuf>,
    /// The name of an interim period.
    pub period: Option<String>,
    /// The files that each unit gets.
    pub letters: LetterFiles,
}

/// The command with its words in one language.
pub(super) fn command(lang: Lang) -> Command {
    let version = Arg::new("of").long("version").value_name("vNNN").help(lang.text("cli.feedback.version"));
    let unit = option("unit", lang.text("cli.value.unit"), lang.text("cli.feedback.unit")).action(ArgAction::Append);
    let out = path_option("out", lang.text("cli.value.folder"), lang.text("cli.feedback.out"));
    let period = option("period", lang.text("cli.value.text"), lang.text("cli.feedback.period"));
    let changed = flag("changed", lang.text("cli.feedback.changed")).conflicts_with_all(["unit", "period"]);
    let letters = option("letters", lang.text("cli.value.kind"), lang.text("cli.feedback.letters"));
    let letters = letters.value_parser(LetterFiles::WORDS).default_value(LetterFiles::WORDS[0]);
    let letters = letters.hide_default_value(true);
    let command = sub(lang, "feedback").arg(project_arg(lang)).arg(version).arg(changed);
    headed(command.arg(unit).arg(out).arg(period).arg(letters), lang)
}

/// The task from the parsed arguments.
pub(super) fn task(own: &ArgMatches) -> Task {
    Task::Feedback(Feedback {
        version: text(own, "of"),
        changed: own.get_flag("changed"),
        units: texts(own, "unit"),
        out: path(own, "out"),
        period: text(own, "period"),
        letters: text(own, "letters").and_then(|word| LetterFiles::named(&word)).unwrap_or_default(),
    })
}
