//! The commands that start a project and hand out forms: `init`, `template`, `man`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Task, headed, path, project_arg, sub, texts};
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
    Arg::new("folder")
        .value_parser(clap::value_parser!(PathBuf))
        .value_name(lang.text("cli.value.folder"))
        .required(true)
        .help(help)
}

fn init_command(lang: Lang) -> Command {
    let demo = Arg::new("demo").long("demo").action(ArgAction::SetTrue).help(lang.text("cli.demo"));
    let units = Arg::new("units")
        .long("units")
        .value_name("N")
        .value_parser(clap::value_parser!(i64).range(FEWEST_UNITS..=MOST_UNITS))
        .requires("demo")
        .help(lang.text("cli.units"));
    let from = Arg::new("from")
        .long("from")
        .value_parser(clap::value_parser!(PathBuf))
        .value_name(lang.text("cli.value.last"))
        .conflicts_with("demo")
        .help(lang.text("cli.from"));
    let folder = folder_arg(lang, lang.text("cli.init.folder"));
    headed(sub(lang, "init").arg(folder).arg(demo).arg(units).arg(from), lang)
}

fn template_command(lang: Lang) -> Command {
    let words = Kind::ALL.iter().map(|kind| kind.json()).chain(["all"]);
    let kind = Arg::new("kind")
        .long("kind")
        .value_name(lang.text("cli.value.kind"))
        .value_parser(clap::builder::PossibleValuesParser::new(words))
        .hide_possible_values(true)
        .help(lang.text("cli.kind"));
    let unit = Arg::new("unit")
        .long("unit")
        .value_name(lang.text("cli.value.unit"))
        .action(ArgAction::Append)
        .help(lang.text("cli.unit"));
    let out = Arg::new("out")
        .value_parser(clap::value_parser!(PathBuf))
        .long("out")
        .value_name(lang.text("cli.value.folder"))
        .help(lang.text("cli.out"));
    headed(sub(lang, "template").arg(project_arg(lang)).arg(kind).arg(unit).arg(out), lang)
}

fn man_command(lang: Lang) -> Command {
    headed(sub(lang, "man").arg(folder_arg(lang, lang.text("cli.man.folder"))), lang)
}
