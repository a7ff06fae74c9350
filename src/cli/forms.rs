//! The commands that start a project and hand out forms: `init`, `template`, `man`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Task, flag, headed, option, path, path_option, positional, project_arg, sub, texts};
use crate::documents::forms::Kind;
use crate::shared::i18n::Lang;

/// Most units of a project with invented data.
const MOST_UNITS: i64 = 20_000;
/// Fewest units: with fewer there is nothing to rank.
const FEWEST_UNITS: i64 = 6;

/// The arguments of `assess init`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Init {
    /// The folder of the new project.
    pub folder: PathBuf,
    /// The content of the new project.
    pub content: Content,
}

/// The content of a new project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A model and three example units.
    Example,
    /// Invented data for a number of units.
    Demo(usize),
    /// Model and roster of the last period, from this folder.
    From(PathBuf),
}

/// The arguments of `assess template`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The kind of forms; all if none.
    pub kind: Option<Kind>,
    /// Names of the units whose forms are wanted; all if none.
    pub units: Vec<String>,
    /// The folder to write them to.
    pub out: Option<PathBuf>,
}

/// The commands with their words in one language.
pub(super) fn commands(lang: Lang) -> [Command; 3] {
    [init_command(lang), template_command(lang), man_command(lang)]
}

/// The task of one of these commands.
pub(super) fn task(name: &str, own: &ArgMatches) -> Option<Task> {
    match name {
        "init" => Some(Task::Init(Init {
            folder: path(own, "folder").unwrap_or_default(),
            content: match path(own, "from") {
                Some(last) => Content::From(last),
                None if own.get_flag("demo") => {
                    Content::Demo(own.get_one::<i64>("units").map_or(24, |n| n.unsigned_abs() as usize))
                }
                None => Content::Example,
            },
        })),
        "template" => Some(Task::Template(Template {
            kind: own.get_one::<String>("kind").and_then(|word| Kind::from_json(word)),
            units: texts(own, "unit"),
            out: path(own, "out"),
        })),
        "man" => Some(Task::Man { folder: path(own, "folder").unwrap_or_default() }),
        _ => None,
    }
}

fn folder_arg(lang: Lang, help: &'static str) -> Arg {
    positional("folder", lang.text("cli.value.folder"), help).value_parser(clap::value_parser!(PathBuf)).required(true)
}

fn init_command(lang: Lang) -> Command {
    let several = clap::value_parser!(i64).range(FEWEST_UNITS..=MOST_UNITS);
    let units = option("units", "N", lang.text("cli.units")).value_parser(several).requires("demo");
    let from = path_option("from", lang.text("cli.value.last"), lang.text("cli.from")).conflicts_with("demo");
    let command = sub(lang, "init").arg(folder_arg(lang, lang.text("cli.init.folder")));
    headed(command.arg(flag("demo", lang.text("cli.demo"))).arg(units).arg(from), lang)
}

fn template_command(lang: Lang) -> Command {
    let words = Kind::ALL.iter().map(|kind| kind.json()).chain(["all"]);
    let kind = option("kind", lang.text("cli.value.kind"), lang.text("cli.kind")).hide_possible_values(true);
    let kind = kind.value_parser(clap::builder::PossibleValuesParser::new(words));
    let unit = option("unit", lang.text("cli.value.unit"), lang.text("cli.unit")).action(ArgAction::Append);
    let out = path_option("out", lang.text("cli.value.folder"), lang.text("cli.out"));
    headed(sub(lang, "template").arg(project_arg(lang)).arg(kind).arg(unit).arg(out), lang)
}

fn man_command(lang: Lang) -> Command {
    headed(sub(lang, "man").arg(folder_arg(lang, lang.text("cli.man.folder"))), lang)
}
