//! The commands that follow a result: `suggest`, `compare`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Task, headed, project_arg, sub};
use crate::i18n::Lang;

/// The commands with their words in one language.
pub(super) fn commands(lang: Lang) -> [Command; 1] {
    [suggest_command(lang)]
}

/// The task of one of these commands.
pub(super) fn task(name: &str, own: &ArgMatches) -> Option<Task> {
    let text = |name: &str| own.get_one::<String>(name).cloned();
    match name {
        "suggest" => {
            let version = if own.get_flag("draft") { Some("draft".to_owned()) } else { text("of-version") };
            let version = version.unwrap_or_else(|| "current".to_owned());
            Some(Task::Suggest { version, out: text("out").map(PathBuf::from) })
        }
        _ => None,
    }
}

fn suggest_command(lang: Lang) -> Command {
    let version = Arg::new("of-version").long("version").value_name("vNNN").help(lang.text("cli.suggest.version"));
    let draft = Arg::new("draft")
        .long("draft")
        .action(ArgAction::SetTrue)
        .conflicts_with("of-version")
        .help(lang.text("cli.suggest.draft"));
    let out = Arg::new("out").long("out").value_name(lang.text("cli.value.folder")).help(lang.text("cli.suggest.out"));
    headed(sub(lang, "suggest").arg(project_arg(lang)).arg(version).arg(draft).arg(out), lang)
}
