//! The command line: what may be typed, in the language of the user. Touches no files.
//!
//! All words come from the catalogue, so the commands are built, not derived. [`parse`] turns what was typed into an
//! [`Invocation`], or into the text that answers it (help, version, usage errors).

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::styling::Styles;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::shared::i18n::Lang;
use crate::shared::text::is_blank;

mod analyze;
mod answer;
mod chain;
mod feedback;
mod forms;
mod regrade;
mod review;
mod task;

pub use crate::write::listing::Format;
pub use analyze::{Analyze, Table};
pub use answer::Answer;
pub use chain::{MarkTask, Verify};
pub use feedback::Feedback;
pub use forms::{Content, Init, Template};
pub use regrade::Regrade;
pub use review::{Audience, Compare, Page, Suggest};
pub use task::{Check, Colour, Grounds, Invocation, Score, Talk, Task};

use answer::answer;

/// The language that was typed or set in the environment, determined before anything else is parsed.
pub fn language(args: &[String], env: impl Fn(&str) -> Option<String>) -> Option<Lang> {
    let typed = args.iter().enumerate().find_map(|(i, arg)| match arg.strip_prefix("--lang") {
        Some("") => args.get(i + 1).map(String::as_str),
        Some(value) => value.strip_prefix('='),
        None => None,
    });
    typed.and_then(Lang::parse).or_else(|| env("ASSESS_LANG").and_then(|v| Lang::parse(&v)))
}

/// The language of the system, used if no other source names one: Chinese where it is set so or not set, otherwise
/// English.
pub fn system_language(env: impl Fn(&str) -> Option<String>) -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| env(name).filter(|v| !v.is_empty()));
    set.map_or(Lang::Zh, |value| Lang::parse(&value).unwrap_or(Lang::En))
}

/// Parses what was typed.
///
/// # Errors
/// Help, version, or a usage error in the user's language.
pub fn parse(args: &[OsString], lang: Lang) -> Result<Invocation, Answer> {
    let matches = command(lang).try_get_matches_from(args).map_err(|error| answer(&error, lang))?;
    let (name, own) = matches.subcommand().unwrap_or(("", &matches));
    let task = match name {
        _ if matches.get_flag("version") => Task::Version,
        "" => Task::Status,
        "help" => Task::Help { command: text(own, "command") },
        "check" => {
            let (receipts, privacy) = (own.get_flag("receipts"), own.get_flag("privacy"));
            Task::Check(Check { report: path(own, "report"), receipts, privacy })
        }
        "score" => Task::Score(Score {
            draft: own.get_flag("draft"),
            grounds: regrade::grounds(own),
            what_if: regrade::what_if(own),
            public: path(own, "public"),
        }),
        "regrade" => regrade::task(own),
        "verify" | "mark" => chain::task(name, own),
        "explain" => Task::Explain { what: texts(own, "what") },
        "feedback" => feedback::task(own),
        "analyze" => analyze::task(own),
        other => forms::task(other, own).or_else(|| review::task(other, own)).unwrap_or_else(|| Task::Completions {
            shell: *own.get_one("shell").unwrap_or(&clap_complete::Shell::Bash),
        }),
    };
    Ok(invocation(task, own))
}

/// Parses a command line whose word `project`, typed in the place of a command, is a folder: the project to score.
///
/// # Errors
/// As [`parse`].
pub fn parse_as_score(args: &[OsString], project: &str, lang: Lang) -> Result<Invocation, Answer> {
    // The same word may also be the value of an option before it: the last reading is then the one that parses.
    let places = args.iter().enumerate().skip(1).filter(|(_, arg)| arg.as_os_str() == project).map(|(place, _)| place);
    let read = |place: usize| {
        let mut args = args.to_vec();
        args.insert(place, "score".into());
        parse(&args, lang)
    };
    let mut readings = places.map(read);
    let first = readings.next().unwrap_or_else(|| parse(args, lang));
    first.or_else(|answer| readings.find_map(Result::ok).ok_or(answer))
}

/// The help of a command, or of the program; a usage error if there is no such command.
pub fn help(command: Option<&str>, lang: Lang) -> Answer {
    let typed = ["assess"].into_iter().chain(command).chain(["--help"]);
    let asked = self::command(lang).try_get_matches_from(typed);
    // What is asked for is answered by an error of clap, also the help.
    asked.err().map_or_else(|| Answer::said(String::new()), |error| answer(&error, lang))
}

/// A text that was typed.
fn text(own: &ArgMatches, name: &str) -> Option<String> {
    own.get_one(name).cloned()
}

/// A text that was typed and is not blank.
fn given(own: &ArgMatches, name: &str) -> Option<String> {
    text(own, name).map(|text| text.trim().to_owned()).filter(|text| !is_blank(text))
}

/// Texts that were typed.
fn texts(own: &ArgMatches, name: &str) -> Vec<String> {
    own.get_many(name).into_iter().flatten().cloned().collect()
}

/// A path that was typed.
fn path(own: &ArgMatches, name: &str) -> Option<PathBuf> {
    own.get_one(name).cloned()
}

fn invocation(task: Task, own: &ArgMatches) -> Invocation {
    let text = |name: &str| own.try_get_one::<String>(name).ok().flatten().map(String::as_str);
    let flag = |name: &str| own.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false);
    let path = |name: &str| own.try_get_one::<PathBuf>(name).ok().flatten().cloned();
    let project = path("project").or_else(|| path("directory")).unwrap_or_else(|| PathBuf::from("."));
    Invocation {
        task,
        project,
        format: text("format").and_then(Format::from_json).unwrap_or(Format::Table),
        colour: match text("color") {
            Some("always") => Colour::Always,
            Some("never") => Colour::Never,
            _ => Colour::Auto,
        },
        talk: match (flag("quiet"), flag("verbose")) {
            (true, _) => Talk::Quiet,
            (false, true) => Talk::Verbose,
            (false, false) => Talk::Normal,
        },
        strict: flag("strict"),
        jobs: own.try_get_one::<u16>("jobs").ok().flatten().map(|jobs| usize::from(*jobs)),
    }
}

/// The whole command tree with its words in one language.
pub fn command(lang: Lang) -> Command {
    let text = |key: &str| lang.text(key);
    let usage = text("cli.usage");
    let version = Arg::new("version").short('V').long("version").action(ArgAction::SetTrue).help(text("cli.version"));
    let command = Command::new("assess")
        .about(text("cli.about"))
        .override_usage(text("cli.usage.assess"))
        .styles(Styles::plain())
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading(text("cli.commands"))
        .subcommand_value_name(text("cli.command"))
        .help_template(format!(
            "{{about}}\n\n{usage} {{usage}}\n\n{{all-args}}\n\n{}\n\n{}",
            text("cli.examples"),
            text("cli.exit-codes")
        ))
        .arg(version.help_heading(text("cli.options")))
        .args(options(lang));
    // In the order in which an office needs them during a year.
    let [init, template, man] = forms::commands(lang);
    let [suggest, compare, page] = review::commands(lang);
    let [verify, mark] = chain::commands(lang);
    command
        .subcommands([init, template, check_command(lang), score_command(lang), explain_command(lang)])
        .subcommands([
            suggest,
            feedback::command(lang),
            page,
            regrade::command(lang),
            mark,
            compare,
            analyze::command(lang),
            verify,
        ])
        .subcommands([help_command(lang), completions_command(lang), man])
}

/// In the help of a command its own options come first; those of every command start at this position.
const GLOBAL_FROM: usize = 100;
/// The maximum number of threads, far more than the processors of any office machine.
const MOST_JOBS: i64 = 1024;

/// The options of every command; they may be typed before or after it.
fn options(lang: Lang) -> [Arg; 8] {
    let formats: Vec<&str> = Format::ALL.iter().map(|format| format.json()).collect();
    let option = |name: &'static str, value: &str| {
        let help = lang.text(&format!("cli.{name}"));
        Arg::new(name).long(name).value_name(value.to_owned()).help(help).hide_possible_values(true)
    };
    let flag = |name: &'static str, short: char| {
        Arg::new(name).short(short).long(name).action(ArgAction::SetTrue).help(lang.text(&format!("cli.{name}")))
    };
    let list = [
        option("directory", "DIR").short('C').value_parser(clap::value_parser!(PathBuf)),
        option("format", &formats.join("|")).value_parser(clap::builder::PossibleValuesParser::new(formats)),
        option("lang", "zh|en").value_parser(["zh", "en"]),
        option("color", "auto|always|never").value_parser(["auto", "always", "never"]),
        option("jobs", "N").value_parser(clap::value_parser!(u16).range(1..=MOST_JOBS)),
        flag("quiet", 'q'),
        flag("verbose", 'v'),
        Arg::new("help").short('h').long("help").action(ArgAction::Help).help(lang.text("cli.help")),
    ];
    let mut place = GLOBAL_FROM;
    list.map(|arg| {
        place += 1;
        arg.global(true).display_order(place).help_heading(lang.text("cli.options"))
    })
}

/// An option with a value: `--name VALUE`.
fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// An option whose value is a path.
fn path_option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    option(name, value, help).value_parser(clap::value_parser!(PathBuf))
}

/// An option without a value.
fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// An argument without a name.
fn positional(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).help(help)
}

fn sub(lang: Lang, name: &'static str) -> Command {
    Command::new(name)
        .about(lang.text(&format!("cli.{name}.about")))
        .override_usage(lang.text(&format!("cli.usage.{name}")))
        .disable_help_flag(true)
        .help_template(format!("{{about}}\n\n{} {{usage}}\n\n{{all-args}}{{after-help}}", lang.text("cli.usage")))
}

/// Sets headings over the arguments, and lists arguments in the order in which they are typed; clap by itself orders
/// only options.
fn headed(command: Command, lang: Lang) -> Command {
    let mut place = 0;
    command.mut_args(|arg| {
        if !arg.is_positional() {
            return arg.help_heading(lang.text("cli.options"));
        }
        place += 1;
        arg.display_order(place).help_heading(lang.text("cli.arguments"))
    })
}

fn project_arg(lang: Lang) -> Arg {
    let project = positional("project", lang.text("cli.value.project"), lang.text("cli.project"));
    project.value_parser(clap::value_parser!(PathBuf)).conflicts_with("directory")
}

fn strict_arg(lang: Lang) -> Arg {
    flag("strict", lang.text("cli.strict"))
}

fn check_command(lang: Lang) -> Command {
    let report = path_option("report", lang.text("cli.value.report"), lang.text("cli.report"));
    let (receipts, privacy) = (flag("receipts", lang.text("cli.receipts")), flag("privacy", lang.text("cli.privacy")));
    let command = sub(lang, "check").arg(project_arg(lang)).arg(report).arg(receipts).arg(privacy);
    headed(command.arg(strict_arg(lang)), lang)
}

fn score_command(lang: Lang) -> Command {
    let public = path_option("public", lang.text("cli.value.report"), lang.text("cli.public"));
    let what_if = regrade::what_if_arg(lang).conflicts_with("draft");
    let command = sub(lang, "score").arg(project_arg(lang)).arg(flag("draft", lang.text("cli.draft")));
    let command = command.arg(regrade::reason_arg(lang)).arg(regrade::document_arg(lang));
    headed(command.arg(what_if).arg(public).arg(strict_arg(lang)), lang)
}

/// `explain` takes names, so its project is given with -C only.
fn explain_command(lang: Lang) -> Command {
    let what = positional("what", lang.text("cli.value.what"), lang.text("cli.what"));
    headed(sub(lang, "explain").arg(what.num_args(1..=2).required(true)), lang)
}

fn help_command(lang: Lang) -> Command {
    let command = positional("command", lang.text("cli.command"), lang.text("cli.help.command"));
    headed(sub(lang, "help").arg(command), lang)
}

fn completions_command(lang: Lang) -> Command {
    let shell = positional("shell", "SHELL", lang.text("cli.shell")).required(true).hide_possible_values(true);
    headed(sub(lang, "completions").arg(shell.value_parser(clap::value_parser!(clap_complete::Shell))), lang)
}
