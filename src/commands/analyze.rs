//! `assess analyze`: how far the ranking of a version can be trusted, from the version's own record.

use std::path::Path;

use anyhow::Context as _;

use super::check::book;
use super::terminal::{Terminal, shown};
use super::{Context, find_project, refuse, stored, versions};
use crate::analyze::plan::Means;
use crate::analyze::robustness::{Setting, Vary, Weights};
use crate::analyze::scenario_file::{self, Fault};
use crate::analyze::scenarios::{self, Refused, Wanted, Weight};
use crate::analyze::study::{Asked, Failed, Study, six_decimals};
use crate::cli::{self, Table};
use crate::documents::report::analyze_book;
use crate::publish::{self, RATINGS, file};
use crate::result::outcome::{Outcome, RatingRecord};
use crate::shared::exit::Exit;
use crate::shared::i18n::{Lang, say};
use crate::shared::number::{Exact, Percent};

mod lists;
mod told;

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &cli::Analyze) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let project = find_project(start, terminal)?;
    let outcome = stored::version(&project.root, &asked.version, terminal)?;
    terminal.prefer(Some(outcome.model.language));
    let target = asked.report.as_ref().map(|path| book::target(path, None, terminal)).transpose()?;
    let asked = self::asked(&outcome, asked, terminal)?;
    let ratings = ratings(&project.root, &outcome, terminal)?;
    let study = Study::of(&outcome, &ratings, &asked.what, &terminal.progress());
    let study = study.map_err(|failed| refuse(&failure(&failed, &outcome, terminal), terminal))?;
    let mut document = serde_json::to_value(&study)?;
    six_decimals(&mut document);
    terminal.show(&document, || lists::list(&study, asked.table), || told::told(&study, terminal))?;
    if let Some(target) = target {
        file::replace(&target, &crate::write::workbook::bytes(&analyze_book(&study, &outcome))?)?;
        terminal.tell(&say!(terminal.lang, "analyze.written", path = shown(&target)));
    }
    Ok(Exit::Done)
}

/// The single ratings of a version, provided they are those that were written.
fn ratings(root: &Path, outcome: &Outcome, terminal: &Terminal) -> anyhow::Result<Vec<RatingRecord>> {
    let (manifest, _) = publish::manifest(root, &outcome.version)?;
    let bytes = versions::untouched(root, &manifest, RATINGS, terminal)?;
    crate::write::csv::read_ratings(outcome, &bytes).context(RATINGS)
}

/// What was typed, understood.
struct Understood {
    what: Asked,
    table: Table,
}

fn asked(outcome: &Outcome, typed: &cli::Analyze, terminal: &Terminal) -> anyhow::Result<Understood> {
    let lang = terminal.lang;
    let spread = spread(&typed.spread, terminal)?;
    // The command line takes no other word.
    let weights = Weights::from_json(&typed.weights).unwrap_or(Weights::Varied);
    let set = |text: &String| {
        scenarios::parse(&outcome.model, text).map_err(|why| refuse(&refusal(text, &why, outcome, lang), terminal))
    };
    let settings = typed.set.iter().map(set).collect::<anyhow::Result<Vec<_>>>()?;
    let mut scenarios = match &typed.scenario {
        Some(path) => file_of(path, outcome, terminal)?,
        None => Vec::new(),
    };
    if !settings.is_empty() {
        scenarios.insert(0, Wanted { name: String::new(), settings, means: Means::ARITHMETIC });
    }
    let grid = match typed.grid.as_slice() {
        [] => None,
        [a, b] if a != b => Some([weight(a, outcome, terminal)?, weight(b, outcome, terminal)?]),
        _ => return Err(refuse(lang.text("analyze.grid.two"), terminal)),
    };
    let table = table(typed.table, !scenarios.is_empty(), grid.is_some());
    let table = table.map_err(|key| refuse(lang.text(key), terminal))?;
    let vary = Vary::from_json(&typed.vary).unwrap_or(Vary::Weights);
    let setting = Setting { vary, ..Setting::new(weights, &Percent(spread), typed.draws, typed.seed) };
    Ok(Understood { what: Asked { setting, scenarios, grid }, table })
}

/// By how many percent weights vary.
fn spread(typed: &str, terminal: &Terminal) -> anyhow::Result<Exact> {
    let spread = Exact::parse(typed.trim_end_matches('%'));
    let spread = spread.filter(|own| !own.is_negative() && *own <= Exact::from(100));
    spread.ok_or_else(|| refuse(&say!(terminal.lang, "analyze.spread", value = typed), terminal))
}

/// The table that is printed as a list: the one asked for, else that of what was asked.
///
/// # Errors
/// If the table is one of something that was not asked, as a key of the catalogue.
fn table(typed: Option<Table>, has_scenarios: bool, has_grid: bool) -> Result<Table, &'static str> {
    let usual = match (has_scenarios, has_grid) {
        (true, _) => Table::Scenario,
        (false, true) => Table::Grid,
        (false, false) => Table::Units,
    };
    match typed.unwrap_or(usual) {
        Table::Scenario if !has_scenarios => Err("analyze.no-scenario"),
        Table::Grid if !has_grid => Err("analyze.no-grid"),
        table => Ok(table),
    }
}

/// The scenarios of a file.
fn file_of(path: &Path, outcome: &Outcome, terminal: &Terminal) -> anyhow::Result<Vec<Wanted>> {
    let text = crate::read::text_of(path)?;
    scenario_file::parse(&outcome.model, &text).map_err(|fault| {
        let why = fault_of(&fault, outcome, terminal.lang);
        refuse(&say!(terminal.lang, "analyze.file", path = shown(path), why), terminal)
    })
}

/// The weight of a key of the map.
fn weight(key: &str, outcome: &Outcome, terminal: &Terminal) -> anyhow::Result<(String, Weight)> {
    let found = scenarios::setting(&outcome.model, key, "0").map(|own| (own.key, own.weight));
    found.map_err(|why| refuse(&refusal(key, &why, outcome, terminal.lang), terminal))
}

/// What is wrong with a scenario file, as a sentence.
fn fault_of(fault: &Fault, outcome: &Outcome, lang: Lang) -> String {
    let near = |key: &str, known: &[&'static str]| {
        let near = crate::shared::text::nearest(key, known.iter().copied());
        let names = if near.is_empty() { known } else { &near[..1] };
        lang.join("report.list", names.iter().copied())
    };
    match fault {
        Fault::Unreadable(why) => why.clone(),
        Fault::Empty => lang.text("analyze.file.empty").to_owned(),
        Fault::Key(key, known) => say!(lang, "analyze.file.key", key, names = near(key, known)),
        Fault::Level(key, known) => say!(lang, "analyze.file.level", key, names = near(key, known)),
        Fault::Mean(word, known) => say!(lang, "analyze.file.mean", word, names = near(word, known)),
        Fault::Value(key) => say!(lang, "analyze.file.value", key),
        Fault::Name(name) => say!(lang, "analyze.file.name", name),
        Fault::Weight(text, why) => refusal(text, why, outcome, lang),
    }
}

/// Why a version cannot be analysed, as a sentence.
fn failure(failed: &Failed, outcome: &Outcome, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    match failed {
        Failed::Differs(unit) => say!(lang, "analyze.differs", unit),
        Failed::NoRaters => lang.text("analyze.no-raters").to_owned(),
        Failed::NoUnit => lang.text("analyze.no-unit").to_owned(),
        Failed::Scenario(name, why) => refusal(if name.is_empty() { "--set" } else { name }, why, outcome, lang),
        Failed::Grid(why) => refusal("--grid", why, outcome, lang),
    }
}

/// Why a scenario cannot be calculated, as a sentence.
fn refusal(text: &str, why: &Refused, outcome: &Outcome, lang: Lang) -> String {
    let key = match why {
        Refused::Unknown(known) => {
            let key = text.split('=').next().unwrap_or(text);
            let near = crate::shared::text::nearest(key, known.iter().map(String::as_str));
            let names = if near.is_empty() { known.join("\n  ") } else { near.join("\n  ") };
            return say!(lang, "analyze.set.unknown", key, names);
        }
        Refused::NotPositive(unit, component, node) => {
            let unit = &outcome.units[unit.0].roster.name;
            let component = &outcome.model.components[*component].name;
            let node = outcome.model.tree.code(*node);
            let place = if node.is_empty() { component.clone() } else { [component.as_str(), node].join(" ") };
            return say!(lang, "analyze.set.not-positive", text, unit, place);
        }
        Refused::Malformed => "analyze.set.malformed",
        Refused::OutOfRange => "analyze.set.range",
        Refused::Alone => "analyze.set.alone",
        Refused::Twice => "analyze.set.twice",
        Refused::Nothing => "analyze.set.nothing",
        Refused::Steady => "analyze.set.steady",
    };
    say!(lang, key, text)
}
