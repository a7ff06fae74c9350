//! The commands that examine a result: `suggest`, `compare`, `page`.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command};

use super::{Task, flag, headed, option, path, path_option, positional, project_arg, sub, text};
use crate::shared::i18n::Lang;

/// The arguments of `assess suggest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggest {
    /// The version: its name, `draft`, or `current` for the newest.
    pub version: String,
    /// The folder to write the forms to.
    pub out: Option<PathBuf>,
}

/// The arguments of `assess compare`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compare {
    /// The earlier result: a version, or a path.
    pub old: String,
    /// The later result: a version, or a path.
    pub new: String,
    /// The workbook to write.
    pub report: Option<PathBuf>,
    /// Whether the exit code indicates a difference.
    pub exit_code: bool,
}

/// The arguments of `assess page`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The version: its name, `draft`, or `current` for the newest.
    pub version: String,
    /// The file to write.
    pub out: PathBuf,
    /// Whom it is for.
    pub audience: Audience,
    /// Whether a unit was named although the page is for others, which is refused.
    pub has_stray_unit: bool,
}

/// Whom a page is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The committee.
    Committee,
    /// Everybody: what the public notice says.
    Public,
    /// A unit, by code or name: what its letter says.
    Unit(String),
}

/// The commands with their words in one language.
pub(super) fn commands(lang: Lang) -> [Command; 3] {
    [suggest_command(lang), compare_command(lang), page_command(lang)]
}

/// The task of one of these commands.
pub(super) fn task(name: &str, own: &ArgMatches) -> Option<Task> {
    match name {
        "suggest" => {
            let version = if own.get_flag("draft") { "draft" } else { "current" };
            let version = text(own, "of-version").unwrap_or_else(|| version.to_owned());
            Some(Task::Suggest(Suggest { version, out: path(own, "out") }))
        }
        "compare" => Some(Task::Compare(Compare {
            old: text(own, "old").unwrap_or_default(),
            new: text(own, "new").unwrap_or_default(),
            report: path(own, "report"),
            exit_code: own.get_flag("exit-code"),
        })),
        "page" => Some(Task::Page(page_task(own))),
        _ => None,
    }
}

fn page_task(own: &ArgMatches) -> Page {
    let (profile, unit) = (text(own, "profile"), text(own, "unit"));
    let has_stray_unit = unit.is_some() && profile.as_deref().is_some_and(|profile| profile != "unit");
    let audience = match (profile.as_deref(), unit) {
        (Some("public"), _) => Audience::Public,
        (None | Some("unit"), Some(unit)) => Audience::Unit(unit),
        _ => Audience::Committee,
    };
    let version = text(own, "version").unwrap_or_else(|| "current".to_owned());
    Page { version, out: path(own, "out").unwrap_or_default(), audience, has_stray_unit }
}

/// `page` names a version, so its project is given with -C only.
fn page_command(lang: Lang) -> Command {
    let version = positional("version", lang.text("cli.value.version"), lang.text("cli.page.version"));
    let out = path_option("out", lang.text("cli.value.page"), lang.text("cli.page.out")).required(true);
    let profile = option("profile", "internal|unit|public", lang.text("cli.page.profile"));
    let profile = profile.value_parser(["internal", "unit", "public"]).hide_possible_values(true);
    let unit = option("unit", lang.text("cli.value.unit"), lang.text("cli.page.unit"));
    let unit = unit.required_if_eq("profile", "unit");
    headed(sub(lang, "page").arg(version).arg(out).arg(profile).arg(unit), lang)
}

fn suggest_command(lang: Lang) -> Command {
    let version = Arg::new("of-version").long("version").value_name("vNNN").help(lang.text("cli.suggest.version"));
    let draft = flag("draft", lang.text("cli.suggest.draft")).conflicts_with("of-version");
    let out = path_option("out", lang.text("cli.value.folder"), lang.text("cli.suggest.out"));
    headed(sub(lang, "suggest").arg(project_arg(lang)).arg(version).arg(draft).arg(out), lang)
}

/// `compare` takes two results, so its project is given with -C only.
fn compare_command(lang: Lang) -> Command {
    let old = positional("old", lang.text("cli.value.old"), lang.text("cli.compare.old")).required(true);
    let new = positional("new", lang.text("cli.value.new"), lang.text("cli.compare.new")).required(true);
    let report = path_option("report", lang.text("cli.value.report"), lang.text("cli.compare.report"));
    let exit_code = flag("exit-code", lang.text("cli.compare.exit-code"));
    headed(sub(lang, "compare").arg(old).arg(new).arg(report).arg(exit_code), lang)
}
