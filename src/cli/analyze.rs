//! `assess analyze`: what may be typed.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Task, headed, path, sub, text, texts};
use crate::shared::i18n::Lang;
use crate::shared::words::words;

/// The most drawings.
const MOST_DRAWS: u64 = 10_000_000;

words! {
    /// Which rows csv and Markdown print.
    pub enum Table {
        /// How sure the place of each unit is.
        Units = "units",
        /// Agreement of raters, by class and node.
        Agreement = "agreement",
        /// Each rater.
        Raters = "raters",
        /// The pairs at the lines of quotas.
        Lines = "lines",
        /// What leaving one out changes.
        LeaveOut = "leave-out",
        /// What each component weighs in effect.
        Components = "components",
        /// Each indicator.
        Indicators = "indicators",
        /// Correlations between indicators.
        Correlations = "correlations",
        /// Cronbach's alpha by aspect.
        Reliability = "reliability",
        /// Which weights move ranks.
        Sensitivity = "sensitivity",
        /// Units officially and in the scenarios.
        Scenario = "scenario",
        /// The map over two weights.
        Grid = "grid",
        /// Units officially and with the severity of raters taken out.
        Adjusted = "adjusted",
    }
}

/// The arguments of `assess analyze`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analyze {
    /// The version: its name, `draft`, or `current` for the newest.
    pub version: String,
    /// What is drawn, as a word.
    pub vary: String,
    /// How weights are drawn, as a word.
    pub weights: String,
    /// By how much weights vary, in percent, as typed.
    pub spread: String,
    /// How many drawings.
    pub draws: u64,
    /// The seed of the drawings.
    pub seed: u64,
    /// Weights of a scenario, as typed.
    pub set: Vec<String>,
    /// A file of scenarios.
    pub scenario: Option<PathBuf>,
    /// The keys of the two weights of a map; none asks for none.
    pub grid: Vec<String>,
    /// Which rows csv and Markdown print.
    pub table: Option<Table>,
    /// The workbook to write.
    pub report: Option<PathBuf>,
}

/// The command with its words in one language.
pub(super) fn command(lang: Lang) -> Command {
    let option = |name: &'static str, value: &str| {
        let help = lang.text(&format!("cli.analyze.{name}"));
        Arg::new(name).long(name).value_name(value.to_owned()).help(help).hide_possible_values(true)
    };
    let version =
        Arg::new("of-version").value_name(lang.text("cli.value.version")).help(lang.text("cli.analyze.version"));
    let tables: Vec<&str> = Table::ALL.iter().map(|own| own.json()).collect();
    let varied = ["weights", "raters", "both"];
    let kinds = ["varied", "uniform", "dirichlet"];
    let whole = || clap::value_parser!(u64);
    let command = sub(lang, "analyze")
        .arg(version)
        .arg(option("vary", &varied.join("|")).value_parser(varied))
        .arg(option("weights", &kinds.join("|")).value_parser(kinds))
        .arg(option("spread", lang.text("cli.value.percent")))
        .arg(option("draws", "N").value_parser(whole().range(1..=MOST_DRAWS)))
        .arg(option("seed", "N").value_parser(whole()))
        .arg(option("set", lang.text("cli.value.setting")).action(ArgAction::Append))
        .arg(option("scenario", lang.text("cli.value.toml")).value_parser(clap::value_parser!(PathBuf)))
        .arg(option("grid", lang.text("cli.value.weight")).num_args(2))
        .arg(
            option("table", lang.text("cli.value.table"))
                .value_parser(clap::builder::PossibleValuesParser::new(tables)),
        )
        .arg(option("report", lang.text("cli.value.report")).value_parser(clap::value_parser!(PathBuf)));
    headed(command.after_help(lang.text("cli.analyze.after")), lang)
}

/// The task.
pub(super) fn task(own: &ArgMatches) -> Task {
    let number = |name: &str, usual: u64| own.get_one::<u64>(name).copied().unwrap_or(usual);
    let word = |name: &str, usual: &str| text(own, name).unwrap_or_else(|| usual.to_owned());
    Task::Analyze(Analyze {
        version: word("of-version", "current"),
        vary: word("vary", "weights"),
        weights: word("weights", "varied"),
        spread: word("spread", "25"),
        draws: number("draws", 10_000),
        seed: number("seed", 1),
        set: texts(own, "set"),
        scenario: path(own, "scenario"),
        grid: texts(own, "grid"),
        table: text(own, "table").as_deref().and_then(Table::from_json),
        report: path(own, "report"),
    })
}
