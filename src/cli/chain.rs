//! The commands that maintain written versions: `verify` and `mark`. Both name versions, so their project is given with
//! -C.

use std::path::PathBuf;

use clap::{ArgMatches, Command};

use super::{Task, flag, given, headed, option, path, path_option, positional, sub, text};
use crate::shared::i18n::Lang;

/// What `assess verify` examines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verify {
    /// The newest version.
    Newest,
    /// A version by name.
    Version(String),
    /// Every version.
    All,
    /// What a seal belongs to, as typed.
    Seal(String),
}

/// The arguments of `assess mark`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkTask {
    /// The name of the version.
    pub version: String,
    /// The state, as typed.
    pub state: String,
    /// The document that the state is based on.
    pub document: Option<String>,
    /// The date of the document, as typed; today if none.
    pub date: Option<String>,
    /// A remark for the log.
    pub note: Option<String>,
    /// Why a state is repeated, or an earlier one returned to.
    pub reason: Option<String>,
    /// The path of the file with the seals, to be signed.
    pub seal_file: Option<PathBuf>,
}

/// The commands with their words in one language.
pub(super) fn commands(lang: Lang) -> [Command; 2] {
    [verify_command(lang), mark_command(lang)]
}

/// The task of one of these commands.
pub(super) fn task(name: &str, own: &ArgMatches) -> Task {
    if name == "verify" {
        let seal = text(own, "seal").map(Verify::Seal);
        let named = seal.or_else(|| text(own, "version").map(Verify::Version));
        let all = own.get_flag("all").then_some(Verify::All);
        return Task::Verify(named.or(all).unwrap_or(Verify::Newest));
    }
    Task::Mark(MarkTask {
        version: text(own, "version").unwrap_or_default(),
        state: text(own, "state").unwrap_or_default(),
        document: given(own, "document"),
        date: given(own, "date"),
        note: given(own, "note"),
        reason: given(own, "reason"),
        seal_file: path(own, "seal-file"),
    })
}

fn verify_command(lang: Lang) -> Command {
    let version = positional("version", lang.text("cli.value.version"), lang.text("cli.verify.version"));
    let all = flag("all", lang.text("cli.verify.all")).conflicts_with("version");
    let seal = option("seal", lang.text("cli.value.seal"), lang.text("cli.verify.seal"));
    let seal = seal.conflicts_with_all(["version", "all"]).allow_hyphen_values(true);
    let command = sub(lang, "verify").arg(version).arg(all).arg(seal);
    headed(command.after_help(lang.text("cli.verify.after")), lang)
}

fn mark_command(lang: Lang) -> Command {
    let text = lang.text("cli.value.text");
    let command = sub(lang, "mark")
        .arg(positional("version", lang.text("cli.value.version"), lang.text("cli.mark.version")).required(true))
        .arg(positional("state", lang.text("cli.value.state"), lang.text("cli.mark.state")).required(true))
        .arg(option("document", text, lang.text("cli.document")))
        .arg(option("date", lang.text("cli.value.date"), lang.text("cli.date")))
        .arg(option("note", text, lang.text("cli.note")))
        .arg(option("reason", text, lang.text("cli.mark.reason")))
        .arg(path_option("seal-file", lang.text("cli.value.file"), lang.text("cli.mark.seal_file")));
    headed(command.after_help(lang.text("cli.mark.after")), lang)
}
