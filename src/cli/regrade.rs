//! `assess regrade`: previews and the next version.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Grounds, Task, flag, given, headed, option, positional, sub, texts};
use crate::shared::i18n::Lang;

/// The arguments of `assess regrade`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regrade {
    /// Project folders; if none, the project around the working folder.
    pub projects: Vec<PathBuf>,
    /// Tokens of the previews to apply.
    pub apply: Vec<String>,
    /// Why a further version is made.
    pub grounds: Grounds,
    /// Whether proposals are treated as approved.
    pub what_if: bool,
    /// Whether changes of the method are accepted.
    pub method_change: bool,
    /// Whether the exit code indicates changes.
    pub exit_code: bool,
}

/// The command with its words in one language.
pub(super) fn command(lang: Lang) -> Command {
    let projects = positional("projects", lang.text("cli.value.project"), lang.text("cli.projects"));
    let projects = projects.value_parser(clap::value_parser!(PathBuf)).num_args(0..).conflicts_with("directory");
    let apply = option("apply", "TOKEN", lang.text("cli.apply")).action(ArgAction::Append).conflicts_with("what-if");
    let method = flag("method-change", lang.text("cli.method-change"));
    let command = sub(lang, "regrade").arg(projects).arg(apply).arg(reason_arg(lang)).arg(document_arg(lang));
    headed(command.arg(what_if_arg(lang)).arg(method).arg(flag("exit-code", lang.text("cli.exit-code"))), lang)
}

/// `--reason TEXT`.
pub(super) fn reason_arg(lang: Lang) -> Arg {
    option("reason", lang.text("cli.value.text"), lang.text("cli.reason"))
}

/// `--document TEXT`.
pub(super) fn document_arg(lang: Lang) -> Arg {
    option("document", lang.text("cli.value.text"), lang.text("cli.score.document"))
}

/// `--what-if proposed`.
pub(super) fn what_if_arg(lang: Lang) -> Arg {
    let what_if = option("what-if", "proposed", lang.text("cli.what-if"));
    what_if.value_parser(["proposed"]).hide_possible_values(true)
}

/// Whether proposals are treated as approved.
pub(super) fn what_if(own: &ArgMatches) -> bool {
    own.get_one::<String>("what-if").is_some()
}

/// Why a further version is made.
pub(super) fn grounds(own: &ArgMatches) -> Grounds {
    Grounds { reason: given(own, "reason"), document: given(own, "document") }
}

/// The task from the parsed arguments.
pub(super) fn task(own: &ArgMatches) -> Task {
    Task::Regrade(Box::new(Regrade {
        projects: own.get_many::<PathBuf>("projects").into_iter().flatten().cloned().collect(),
        apply: texts(own, "apply"),
        grounds: grounds(own),
        what_if: what_if(own),
        method_change: own.get_flag("method-change"),
        exit_code: own.get_flag("exit-code"),
    }))
}
