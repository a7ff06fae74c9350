//! The command that tells units their results: `feedback`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Task, headed, project_arg, sub};
use crate::shared::i18n::Lang;

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
    let command = sub(lang, "feedback").arg(project_arg(lang)).arg(version).arg(changed);
    headed(command.arg(unit).arg(out).arg(period), lang)
}

/// What was asked for.
pub(super) fn task(own: &ArgMatches) -> Task {
    let text = |name: &str| own.get_one::<String>(name).cloned();
    Task::Feedback {
        version: text("of"),
        changed: own.get_flag("changed"),
        units: own.get_many::<String>("unit").into_iter().flatten().cloned().collect(),
        out: own.get_one::<PathBuf>("out").cloned(),
        period: text("period"),
    }
}
