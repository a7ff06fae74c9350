//! `assess analyze`: how far the ranking of a version can be trusted, from the version's own record.

use anyhow::Context as _;

use super::check::book;
use super::terminal::{OrDash, Terminal, shown};
use super::{Context, find_project, refuse, stored, versions};
use crate::analyze::panels::{Agreement, Figure, Panel};
use crate::analyze::robustness::{Setting, Weights};
use crate::analyze::scenarios::{self, Refused};
use crate::analyze::study::{Asked, Failed, LeftOut, ScenarioTable, Study, UnitRow, percent, printed, six_decimals};
use crate::cli::{self, Table};
use crate::documents::report::analyze::words::Words;
use crate::documents::report::analyze_book;
use crate::publish::{self, RATINGS, file};
use crate::result::outcome::Outcome;
use crate::shared::exit::Exit;
use crate::shared::i18n::{Lang, say};
use crate::shared::number::{Exact, Percent};
use crate::write::listing::Listing;

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &cli::Analyze) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let project = find_project(start, terminal)?;
    let outcome = stored::version(&project.root, &asked.version, terminal)?;
    terminal.prefer(Some(outcome.model.language));
    let target = asked.report.as_ref().map(|path| book::target(path, None, terminal)).transpose()?;
    let asked = self::asked(&outcome, asked, terminal)?;
    let (manifest, _) = publish::manifest(&project.root, &outcome.version)?;
    let ratings = versions::untouched(&project.root, &manifest, RATINGS, terminal)?;
    let ratings = crate::write::csv::read_ratings(&outcome, &ratings).context(RATINGS)?;
    let study = Study::of(&outcome, &ratings, &asked.what, &terminal.progress())
        .map_err(|failed| refuse(&failure(&failed, terminal), terminal))?;
    let mut document = serde_json::to_value(&study)?;
    six_decimals(&mut document);
    terminal.show(&document, || list(&study, asked.table), || told(&study, terminal))?;
    if let Some(target) = target {
        file::replace(&target, &crate::write::workbook::bytes(&analyze_book(&study, &outcome))?)?;
        terminal.tell(&say!(terminal.lang, "analyze.written", path = shown(&target)));
    }
    Ok(Exit::Done)
}

/// What was typed, understood.
struct Understood {
    what: Asked,
    table: Table,
}

fn asked(outcome: &Outcome, typed: &cli::Analyze, terminal: &Terminal) -> anyhow::Result<Understood> {
    let lang = terminal.lang;
    let spread = Exact::parse(typed.spread.trim_end_matches('%'));
    let spread = spread.filter(|own| !own.is_negative() && *own <= Exact::from(100));
    let spread = spread.ok_or_else(|| refuse(&say!(lang, "analyze.spread", value = typed.spread), terminal))?;
    // The command line takes no other word.
    let weights = Weights::from_json(&typed.weights).unwrap_or(Weights::Varied);
    let set = |text: &String| {
        scenarios::parse(&outcome.model, text).map_err(|why| refuse(&refusal(text, &why, lang), terminal))
    };
    let scenario = typed.set.iter().map(set).collect::<anyhow::Result<Vec<_>>>()?;
    let usual = if scenario.is_empty() { Table::Units } else { Table::Scenario };
    let table = typed.table.unwrap_or(usual);
    if table == Table::Scenario && scenario.is_empty() {
        return Err(refuse(lang.text("analyze.no-scenario"), terminal));
    }
    let setting = Setting::new(weights, &Percent(spread), typed.draws, typed.seed);
    Ok(Understood { what: Asked { setting, scenario }, table })
}

/// Why a version cannot be analysed, as a sentence.
fn failure(failed: &Failed, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    match failed {
        Failed::Differs(unit) => say!(lang, "analyze.differs", unit = unit),
        Failed::NoUnit => lang.text("analyze.no-unit").to_owned(),
        Failed::Scenario(why) => refusal("--set", why, lang),
    }
}

/// Why a scenario cannot be calculated, as a sentence.
fn refusal(text: &str, why: &Refused, lang: Lang) -> String {
    let key = match why {
        Refused::Unknown(known) => {
            let key = text.split('=').next().unwrap_or(text);
            let near = crate::shared::text::nearest(key, known.iter().map(String::as_str));
            let names = if near.is_empty() { known.join("\n  ") } else { near.join("\n  ") };
            return say!(lang, "analyze.set.unknown", key = key, names = names);
        }
        Refused::Malformed => "analyze.set.malformed",
        Refused::OutOfRange => "analyze.set.range",
        Refused::Alone => "analyze.set.alone",
        Refused::Twice => "analyze.set.twice",
        Refused::Nothing => "analyze.set.nothing",
    };
    say!(lang, key, text = text)
}

/// A figure, or the reason why it has none.
fn figure<F>(own: &Figure<F>, shown: impl Fn(&F) -> String, lang: Lang) -> String {
    match own {
        Figure::Known(own) => shown(own),
        Figure::Undefined(why) => lang.text(why.word()).to_owned(),
    }
}

/// The analysis as text.
fn told(study: &Study<'_>, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut text = say!(lang, "analyze.head", version = study.version, period = study.period);
    text.push('\n');
    let mut part = |own: String| {
        if !own.is_empty() {
            text.push('\n');
            text.push_str(&own);
        }
    };
    part(agreement(&study.panels, terminal));
    part(raters(&study.panels, terminal));
    part(places(study, terminal));
    part(lines(study, terminal));
    part(left_out(&study.leave_out, terminal));
    part(study.scenario.as_ref().map(|own| scenario(own, terminal)).unwrap_or_default());
    text
}

/// How far the raters of each class agree.
fn agreement(panels: &[Panel], terminal: &Terminal) -> String {
    let lang = terminal.lang;
    if panels.is_empty() {
        return format!("{}\n", lang.text("analyze.no-ratings"));
    }
    let alpha = |own: &Agreement| {
        figure(
            &own.interval,
            |own| {
                let value = printed(own.value, 3);
                match own.limits {
                    Some((low, high)) => format!("{value} ({}, {})", printed(low, 3), printed(high, 3)),
                    None => value,
                }
            },
            lang,
        )
    };
    let words = Words { lang };
    let wholes = panels.iter().filter_map(|panel| Some((panel, panel.agreement.first()?)));
    let rows = wholes.map(|(panel, own)| {
        let icc = figure(&own.icc, |own| printed(own.two_mean.value, 3), lang);
        let kendall = figure(&own.kendall, |own| printed(own.w, 3), lang);
        (words.class(panel), own.units, own.raters, alpha(own), icc, kendall, words.meaning(panel))
    });
    let header = [
        "analyze.class",
        "analyze.units",
        "analyze.raters",
        "analyze.alpha",
        "analyze.icc",
        "analyze.kendall",
        "analyze.meaning",
    ];
    format!("{}\n{}", lang.text("analyze.agreement"), terminal.table(&header, rows))
}

/// The raters who stand out, or all of them.
fn raters(panels: &[Panel], terminal: &Terminal) -> String {
    let words = Words { lang: terminal.lang };
    let mut told: Vec<String> = Vec::new();
    for panel in panels {
        let stand_out = panel.raters.iter().filter(|own| own.stands_out || terminal.is_verbose());
        told.extend(stand_out.filter_map(|rater| words.rater(panel, rater)));
        told.extend(words.parts(panel));
    }
    if told.is_empty() && !panels.is_empty() {
        told.push(terminal.lang.text("analyze.rater.none").to_owned());
    }
    lines_of(told)
}

/// Sentences, one a line.
fn lines_of(told: impl IntoIterator<Item = String>) -> String {
    told.into_iter().map(|own| own + "\n").collect()
}

/// How sure the place of each unit is.
fn places(study: &Study<'_>, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let words = Words { lang };
    let sentences = [Some(words.drawn(study)), words.steady(study), words.safe(study)];
    let mut text = lines_of(sentences.into_iter().flatten());
    let is_graded = study.units.iter().any(|own| own.safe.is_some());
    let contested: Vec<&UnitRow<'_>> = study.units.iter().filter(|own| own.safe == Some(false)).collect();
    let listed: Vec<&UnitRow<'_>> =
        if terminal.is_verbose() || !is_graded { study.units.iter().collect() } else { contested };
    if !listed.is_empty() {
        let rows = listed.iter().map(|own| {
            let grades = own.grades.iter().filter(|(_, share)| **share > 0.0);
            let grades = lang.join("report.list", grades.map(|(name, share)| format!("{name} {} %", percent(*share))));
            (own.code, own.name, own.total, OrDash(own.rank), interval(own), OrDash(own.grade), grades)
        });
        let header = [
            "table.code",
            "table.unit",
            "table.total",
            "analyze.rank",
            "analyze.interval",
            "table.grade",
            "analyze.grades",
        ];
        text.push_str(&terminal.table(&header, rows));
    }
    text
}

/// The 5 and 95 % quantiles of a rank.
fn interval(own: &UnitRow<'_>) -> String {
    own.interval.map_or_else(|| "—".to_owned(), |[low, _, high]| format!("{}–{}", printed(low, 0), printed(high, 0)))
}

/// The pairs at the lines of quotas.
fn lines(study: &Study<'_>, terminal: &Terminal) -> String {
    let words = Words { lang: terminal.lang };
    lines_of(study.lines.iter().map(|own| words.line(study, own)))
}

/// What leaving one out changes.
fn left_out(list: &[LeftOut<'_>], terminal: &Terminal) -> String {
    if list.is_empty() {
        return String::new();
    }
    let rows = list.iter().map(|own| {
        let summary = &own.summary;
        (&own.name, printed(summary.mean_shift, 2), summary.greatest_shift, summary.grades_changed)
    });
    let header = ["analyze.left-out", "analyze.mean-shift", "analyze.greatest-shift", "analyze.grades-changed"];
    format!("{}\n{}", terminal.lang.text("analyze.leave-out"), terminal.table(&header, rows))
}

/// What a scenario changes: the units that move.
fn scenario(own: &ScenarioTable<'_>, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut text = lines_of([Words { lang }.scenario(own)]);
    let moved = own
        .units
        .iter()
        .filter(|own| own.ranks[0] != own.ranks[1] || own.grades[0] != own.grades[1] || terminal.is_verbose());
    let rows: Vec<_> = moved
        .map(|own| {
            let [total, new_total] = &own.totals;
            let [rank, new_rank] = own.ranks;
            let [grade, new_grade] = own.grades.map(OrDash);
            (own.code, own.name, total, new_total, OrDash(rank), OrDash(new_rank), grade, new_grade)
        })
        .collect();
    if !rows.is_empty() {
        let header = [
            "table.code",
            "table.unit",
            "table.total",
            "analyze.new-total",
            "analyze.rank",
            "analyze.new-rank",
            "table.grade",
            "analyze.new-grade",
        ];
        text.push_str(&terminal.table(&header, rows));
    }
    text
}

/// One table of the analysis as a list.
fn list(study: &Study<'_>, table: Table) -> anyhow::Result<Listing> {
    let figure = |value: Option<_>| value.map(|own| printed(own, 6));
    match table {
        Table::Units => {
            let columns = "code,name,group,total,rank,rank_low,rank_median,rank_high,grade,grade_share,safe";
            let rows = study.units.iter().map(|own| {
                let interval = [0, 1, 2].map(|at| own.interval.map(|own| printed(own[at], 2)));
                let safe = own.safe.map(|safe| if safe { "yes" } else { "no" });
                let place = (own.code, own.name, own.group, own.total, own.rank);
                (place, interval, &own.grade, figure(own.same_grade), safe)
            });
            Ok(Listing::of(columns, rows)?)
        }
        Table::Agreement => {
            let columns = "component,class,node,units,raters,alpha_nominal,alpha_ordinal,alpha_interval,alpha_low,\
                           alpha_high,alpha_ratio,icc_1_1,icc_2_1,icc_3_1,icc_1_k,icc_2_k,icc_3_k,kendall_w,undefined";
            let all = study.panels.iter().flat_map(|panel| panel.agreement.iter().map(move |own| (panel, own)));
            let rows = all.map(|(panel, own)| {
                let alpha =
                    |own: &Figure<crate::analyze::agreement::Estimate>| figure(own.known().map(|own| own.value));
                let limits = own.interval.known().and_then(|own| own.limits);
                let icc = own.icc.known();
                let icc = [
                    icc.map(|own| own.one_single),
                    icc.map(|own| own.two_single),
                    icc.map(|own| own.three_single),
                    icc.map(|own| own.one_mean),
                    icc.map(|own| own.two_mean),
                    icc.map(|own| own.three_mean),
                ];
                let reason = own.interval.reason().or(own.icc.reason()).map(|own| own.json());
                let place = (&panel.component, &panel.class, &own.node, own.units, own.raters);
                let alphas = (alpha(&own.nominal), alpha(&own.ordinal), alpha(&own.interval));
                let limits = (figure(limits.map(|own| own.0)), figure(limits.map(|own| own.1)), alpha(&own.ratio));
                let icc = icc.map(|own| figure(own.map(|own| own.value)));
                (place, alphas, limits, icc, figure(own.kendall.known().map(|own| own.w)), reason)
            });
            Listing::of(columns, rows)
        }
        Table::Raters => {
            let columns = "component,class,serial,units,mean,leniency,error,stands_out,part,residual,others,levels,spread,\
                           top,halo,straight,drift,own_side";
            let all = study.panels.iter().flat_map(|panel| panel.raters.iter().map(move |own| (panel, own)));
            let rows = all.map(|(panel, own)| {
                let place = (&panel.component, &panel.class, own.serial, own.units);
                let severity = (figure(own.mean), figure(own.severity), figure(own.error));
                let stands_out = if own.stands_out { "yes" } else { "" };
                let spread = (figure(own.residual), figure(own.others), own.levels, figure(own.spread));
                let signs = (figure(own.top), figure(own.halo), figure(own.straight), figure(own.drift));
                (place, severity, stands_out, own.part.map(|part| part + 1), spread, signs, figure(own.own_side))
            });
            Listing::of(columns, rows)
        }
        Table::Lines => {
            let rows = study
                .lines
                .iter()
                .map(|own| (&own.scope, &own.grade, &own.inside, &own.outside, figure(Some(own.swaps))));
            Listing::of("scope,grade,inside,outside,swaps", rows)
        }
        Table::LeaveOut => {
            let rows = study.leave_out.iter().map(|own| {
                let summary = &own.summary;
                let shift = (figure(Some(summary.mean_shift)), summary.greatest_shift, summary.grades_changed);
                (&own.key, &own.name, shift, own.units.join(";"))
            });
            Listing::of("weight,name,mean_shift,greatest_shift,grades_changed,changed_units", rows)
        }
        Table::Scenario => {
            let columns = "code,name,old_total,new_total,old_rank,new_rank,old_grade,new_grade";
            let rows = study.scenario.iter().flat_map(|own| &own.units);
            Listing::of(columns, rows.map(|own| (own.code, own.name, &own.totals, own.ranks, &own.grades)))
        }
    }
}
