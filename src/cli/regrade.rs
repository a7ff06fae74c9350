//! `assess regrade`: previews and the next version.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Grounds, Task, given, headed, sub, texts};
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
    let text = |key: &str| lang.text(key);
    let projects = Arg::new("projects")
        .value_parser(clap::value_parser!(PathBuf))
        .value_name(text("cli.value.project"))
        .num_args(0..)
        .conflicts_with("directory")
        .help(text("cli.projects"));
    let apply = Arg::new("apply")
        .long("apply")
        .value_name("TOKEN")
        .action(ArgAction::Append)
        .conflicts_with("what-if")
        .help(text("cli.apply"));
    let method = Arg::new("method-change").long("method-change").action(ArgAction::SetTrue);
    let exit_code = Arg::new("exit-code").long("exit-code").action(ArgAction::SetTrue);
    let command = sub(lang, "regrade").arg(projects).arg(apply).arg(reason_arg(lang)).arg(document_arg(lang));
    let command = command.arg(what_if_arg(lang)).arg(method.help(text("cli.method-change")));
    headed(command.arg(exit_code.help(text("cli.exit-code"))), lang)
}

/// `--reason TEXT`.
pub(super) fn reason_arg(lang: Lang) -> Arg {
    Arg::new("reason").long("reason").value_name(lang.text("cli.value.text")).help(lang.text("cli.reason"))
}

/// `--document TEXT`.
pub(super) fn document_arg(lang: Lang) -> Arg {
    Arg::new("document").long("document").value_name(lang.text("cli.value.text")).help(lang.text("cli.score.document"))
}

/// `--what-if proposed`.
pub(super) fn what_if_arg(lang: Lang) -> Arg {
    Arg::new("what-if")
        .long("what-if")
        .value_name("proposed")
        .value_parser(["proposed"])
        .hide_possible_values(true)
        .help(lang.text("cli.what-if"))
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
