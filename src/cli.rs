//! The command line: what may be typed, in the language of the user. Touches no files.
//!
//! All words come from the catalogue, so the commands are built, not derived. [`parse`] turns what was typed into an
//! [`Invocation`], or into the text that answers it (help, version, usage errors).

use std::path::PathBuf;

use clap::builder::styling::Styles;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::i18n::Lang;

mod chain;
mod feedback;
mod forms;
mod regrade;
mod review;

pub use regrade::Regrade;

pub use chain::MarkTask;

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table for people.
    Table,
    /// JSON with a schema.
    Json,
    /// CSV.
    Csv,
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How much is said besides the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Talk {
    /// Errors only.
    Quiet,
    /// The usual.
    Normal,
    /// Also what was understood of each file.
    Verbose,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// `assess` alone.
    Status,
    /// `assess check`
    Check {
        /// The workbook of findings to write.
        report: Option<PathBuf>,
        /// Whether 收件清单 is written or brought up to date.
        receipts: bool,
    },
    /// `assess score`
    Score {
        /// Write a draft also while questions are open.
        draft: bool,
        /// Why a further version is made.
        reason: Option<String>,
        /// The document that it rests on.
        document: Option<String>,
        /// Whether proposals are taken as approved; nothing is written then.
        what_if: bool,
        /// The public workbook to write.
        public: Option<PathBuf>,
    },
    /// `assess regrade`
    Regrade(Box<Regrade>),
    /// `assess verify`
    Verify {
        /// The version; the newest if none.
        version: Option<String>,
        /// Whether every version is looked at.
        all: bool,
    },
    /// `assess mark`
    Mark(MarkTask),
    /// `assess explain`
    Explain {
        /// A finding code, or a unit, or a unit and an indicator or component.
        what: Vec<String>,
    },
    /// `assess init`
    Init {
        /// The folder of the new project.
        folder: PathBuf,
        /// Units of an invented project, if one is wanted.
        units: Option<usize>,
        /// The project of the last period, if it goes on from one.
        from: Option<PathBuf>,
    },
    /// `assess template`
    Template {
        /// The kind of forms; all if none.
        kind: Option<crate::forms::Kind>,
        /// Names of the units whose forms are wanted; all if none.
        units: Vec<String>,
        /// The folder that they are written to.
        out: Option<PathBuf>,
    },
    /// `assess suggest`
    Suggest {
        /// The version: its name, `draft`, or `current` for the newest.
        version: String,
        /// The folder that the forms are written to.
        out: Option<PathBuf>,
    },
    /// `assess compare`
    Compare {
        /// The earlier result: a version, or a path.
        old: String,
        /// The later result.
        new: String,
        /// The workbook to write.
        report: Option<PathBuf>,
        /// Whether a difference shows in the exit code.
        exit_code: bool,
    },
    /// `assess feedback`
    Feedback {
        /// The version; the newest if none.
        version: Option<String>,
        /// Whether only feedback that differs from the version before is wanted.
        changed: bool,
        /// Names of the units whose workbooks are wanted; all if none.
        units: Vec<String>,
        /// The folder that they are written to.
        out: Option<PathBuf>,
        /// The name of an interim period.
        period: Option<String>,
    },
    /// `assess man`
    Man {
        /// The folder that the pages are written to.
        folder: PathBuf,
    },
    /// `assess completions`
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// What is asked for.
    pub task: Task,
    /// The project folder, or where to start looking for it.
    pub project: PathBuf,
    /// Language of messages, if given.
    pub lang: Option<Lang>,
    /// How results are printed.
    pub format: Format,
    /// When colour is used.
    pub colour: Colour,
    /// How much is said.
    pub talk: Talk,
    /// Whether warnings reject the data.
    pub strict: bool,
    /// Threads, if given.
    pub jobs: Option<usize>,
}

/// An answer instead of an invocation: help or version (exit 0) or a usage error (exit 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The text.
    pub text: String,
    /// Whether it is a usage error.
    pub is_error: bool,
}

/// The language that was typed or set in the environment, before anything else is understood.
pub fn language(args: &[String], env: impl Fn(&str) -> Option<String>) -> Option<Lang> {
    let typed = args.iter().enumerate().find_map(|(i, arg)| match arg.strip_prefix("--lang") {
        Some("") => args.get(i + 1).map(String::as_str),
        Some(value) => value.strip_prefix('='),
        None => None,
    });
    typed.and_then(Lang::parse).or_else(|| env("ASSESS_LANG").and_then(|v| Lang::parse(&v)))
}

/// The language of the system, when nothing else says one.
pub fn system_language(env: impl Fn(&str) -> Option<String>) -> Lang {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| env(name).filter(|v| !v.is_empty()));
    set.and_then(|value| Lang::parse(&value)).unwrap_or(Lang::Zh)
}

/// Understands what was typed.
///
/// # Errors
/// Help, version, or a usage error in the user's language.
pub fn parse(args: &[String], lang: Lang) -> Result<Invocation, Answer> {
    let matches = command(lang).try_get_matches_from(args).map_err(|error| answer(&error, lang))?;
    let (name, own) = matches.subcommand().unwrap_or(("", &matches));
    let task = match name {
        "" => Task::Status,
        "check" => {
            Task::Check { report: own.get_one::<PathBuf>("report").cloned(), receipts: own.get_flag("receipts") }
        }
        "score" => Task::Score {
            draft: own.get_flag("draft"),
            reason: regrade::given(own, "reason"),
            document: regrade::given(own, "document"),
            what_if: regrade::what_if(own),
            public: own.get_one::<PathBuf>("public").cloned(),
        },
        "regrade" => regrade::task(own),
        "verify" | "mark" => chain::task(name, own),
        "explain" => Task::Explain { what: own.get_many::<String>("what").into_iter().flatten().cloned().collect() },
        "feedback" => feedback::task(own),
        other => forms::task(other, own).or_else(|| review::task(other, own)).unwrap_or_else(|| Task::Completions {
            shell: *own.get_one("shell").unwrap_or(&clap_complete::Shell::Bash),
        }),
    };
    Ok(invocation(task, own, lang))
}

fn invocation(task: Task, own: &ArgMatches, lang: Lang) -> Invocation {
    let text = |name: &str| own.try_get_one::<String>(name).ok().flatten().map(String::as_str);
    let flag = |name: &str| own.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false);
    let project = text("project").or_else(|| text("directory")).unwrap_or(".");
    Invocation {
        task,
        project: PathBuf::from(project),
        lang: text("lang").map(|_| lang),
        format: match text("format") {
            Some("json") => Format::Json,
            Some("csv") => Format::Csv,
            _ => Format::Table,
        },
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
        jobs: own.try_get_one::<usize>("jobs").ok().flatten().copied(),
    }
}

/// The whole command tree with its words in one language.
pub fn command(lang: Lang) -> Command {
    let text = |key: &str| lang.text(key);
    let usage = text("cli.usage");
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version).help(text("cli.version"));
    let command = Command::new("assess")
        .about(text("cli.about"))
        .override_usage(text("cli.usage.assess"))
        .version(env!("CARGO_PKG_VERSION"))
        .styles(Styles::plain())
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_help_heading(text("cli.commands"))
        .subcommand_value_name(text("cli.command"))
        .help_template(format!("{{about}}\n\n{usage} {{usage}}\n\n{{all-args}}\n\n{}", text("cli.examples")))
        .arg(version.help_heading(text("cli.options")))
        .args(options(lang).map(|arg| arg.global(true).help_heading(text("cli.options"))));
    let usual = [check_command(lang), score_command(lang), regrade::command(lang)];
    let last = [explain_command(lang), completions_command(lang)];
    let [init, template, man] = forms::commands(lang);
    command
        .subcommands([init, template])
        .subcommands(usual)
        .subcommand(feedback::command(lang))
        .subcommands(chain::commands(lang))
        .subcommands(review::commands(lang))
        .subcommands(last)
        .subcommand(man)
}

/// The options of every command; they may stand before or after it.
fn options(lang: Lang) -> [Arg; 8] {
    let option = |name: &'static str, value: &str| {
        let help = lang.text(&format!("cli.{name}"));
        Arg::new(name).long(name).value_name(value.to_owned()).help(help).hide_possible_values(true)
    };
    let flag = |name: &'static str, short: char| {
        Arg::new(name).short(short).long(name).action(ArgAction::SetTrue).help(lang.text(&format!("cli.{name}")))
    };
    [
        option("directory", "DIR").short('C'),
        option("format", "table|json|csv").value_parser(["table", "json", "csv"]),
        option("lang", "zh|en").value_parser(["zh", "en"]),
        option("color", "auto|always|never").value_parser(["auto", "always", "never"]),
        option("jobs", "N").value_parser(clap::value_parser!(usize)),
        flag("quiet", 'q'),
        flag("verbose", 'v'),
        Arg::new("help").short('h').long("help").action(ArgAction::Help).help(lang.text("cli.help")),
    ]
}

fn sub(lang: Lang, name: &'static str) -> Command {
    Command::new(name)
        .about(lang.text(&format!("cli.{name}.about")))
        .override_usage(lang.text(&format!("cli.usage.{name}")))
        .disable_help_flag(true)
        .help_template(format!("{{about}}\n\n{} {{usage}}\n\n{{all-args}}{{after-help}}", lang.text("cli.usage")))
}

fn headed(command: Command, lang: Lang) -> Command {
    command.mut_args(|arg| {
        let key = if arg.is_positional() { "cli.arguments" } else { "cli.options" };
        arg.help_heading(lang.text(key))
    })
}

fn project_arg(lang: Lang) -> Arg {
    let value = lang.text("cli.value.project");
    Arg::new("project").value_name(value).help(lang.text("cli.project")).conflicts_with("directory")
}

fn strict_arg(lang: Lang) -> Arg {
    Arg::new("strict").long("strict").action(ArgAction::SetTrue).help(lang.text("cli.strict"))
}

fn check_command(lang: Lang) -> Command {
    let path = clap::value_parser!(PathBuf);
    let report = Arg::new("report").long("report").value_name(lang.text("cli.value.report")).value_parser(path);
    let receipts = Arg::new("receipts").long("receipts").action(ArgAction::SetTrue).help(lang.text("cli.receipts"));
    let command = sub(lang, "check").arg(project_arg(lang)).arg(report.help(lang.text("cli.report")));
    headed(command.arg(receipts).arg(strict_arg(lang)), lang)
}

fn score_command(lang: Lang) -> Command {
    let draft = Arg::new("draft").long("draft").action(ArgAction::SetTrue).help(lang.text("cli.draft"));
    let path = clap::value_parser!(PathBuf);
    let public = Arg::new("public").long("public").value_name(lang.text("cli.value.report")).value_parser(path);
    let what_if = regrade::what_if_arg(lang).conflicts_with("draft");
    let command = sub(lang, "score").arg(project_arg(lang)).arg(draft).arg(regrade::reason_arg(lang));
    let command = command.arg(regrade::document_arg(lang)).arg(what_if);
    headed(command.arg(public.help(lang.text("cli.public"))).arg(strict_arg(lang)), lang)
}

/// explain takes names, so its project is given with -C only.
fn explain_command(lang: Lang) -> Command {
    let what = Arg::new("what").value_name(lang.text("cli.value.what")).num_args(1..=2).required(true);
    headed(sub(lang, "explain").arg(what.help(lang.text("cli.what"))), lang)
}

fn completions_command(lang: Lang) -> Command {
    let shell =
        Arg::new("shell").value_name("SHELL").required(true).value_parser(clap::value_parser!(clap_complete::Shell));
    headed(sub(lang, "completions").arg(shell.help(lang.text("cli.shell")).hide_possible_values(true)), lang)
}

/// Puts clap's answer into the user's language.
fn answer(error: &clap::Error, lang: Lang) -> Answer {
    let kind = error.kind();
    if matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Answer { text: error.render().to_string(), is_error: false };
    }
    let context = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(list)) => list.join(" "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        _ => String::new(),
    };
    let found = [ContextKind::InvalidSubcommand, ContextKind::InvalidValue, ContextKind::InvalidArg]
        .into_iter()
        .map(context)
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let argument = context(ContextKind::InvalidArg);
    let key = match kind {
        ErrorKind::InvalidSubcommand | ErrorKind::MissingSubcommand => "cli.error.command",
        ErrorKind::UnknownArgument => "cli.error.argument",
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "cli.error.value",
        ErrorKind::MissingRequiredArgument => "cli.error.missing",
        ErrorKind::ArgumentConflict if !context(ContextKind::PriorArg).is_empty() => "cli.error.conflict",
        _ => "cli.error.usage",
    };
    let other = context(ContextKind::PriorArg);
    let mut text = lang.fill(key, &[("found", &found), ("argument", &argument), ("other", &other)]);
    let near = [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
        ContextKind::ValidValue,
    ];
    if let Some(near) = near.into_iter().map(context).find(|text| !text.is_empty()) {
        text.push('\n');
        text.push_str(&lang.fill("cli.error.near", &[("names", &near)]));
    }
    text.push('\n');
    text.push_str(lang.text("cli.error.help"));
    text.push('\n');
    Answer { text, is_error: true }
}
