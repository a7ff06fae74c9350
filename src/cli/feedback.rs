//! The command that informs units of their results: `feedback`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Task, headed, path, project_arg, sub, text, texts};
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
    let unit = Arg::new("unit")
        .long("unit")
        .value_name(lang.text("cli.value.unit"))
        .action(ArgAction::Append)
        .help(lang.text("cli.feedback.unit"));
    let out = Arg::new("out")
        .value_parser(clap::value_parser!(PathBuf))
        .long("out")
        .value_name(lang.text("cli.value.folder"))
        .help(lang.text("cli.feedback.out"));
    let period = Arg::new("period")
        .long("period")
        .value_name(lang.text("cli.value.text"))
        .help(lang.text("cli.feedback.period"));
    let changed = Arg::new("changed")
        .long("changed")
        .action(ArgAction::SetTrue)
        .conflicts_with_all(["unit", "period"])
        .help(lang.text("cli.feedback.changed"));
    let letters = Arg::new("letters")
        .long("letters")
        .value_name(lang.text("cli.value.kind"))
        .value_parser(LetterFiles::WORDS)
        .default_value(LetterFiles::WORDS[0])
        .hide_default_value(true)
        .help(lang.text("cli.feedback.letters"));
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
