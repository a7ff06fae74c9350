//! An analysis as text for the terminal: what matters, in tables and sentences.

use serde::Serialize;

use super::super::terminal::{OrDash, Terminal, table};
use crate::analyze::panels::{Agreement, Figure, Panel};
use crate::analyze::study::{
    Adjusted, GridTable, LeftKind, LeftOut, ScenarioRow, ScenarioTable, SensitivityRow, Study, UnitRow, percent,
    printed,
};
use crate::documents::report::analyze::words::Words;
use crate::shared::i18n::{Lang, say};

/// A figure, or the reason why it has none.
fn figure<F>(own: &Figure<F>, shown: impl Fn(&F) -> String, lang: Lang) -> String {
    match own {
        Figure::Known(own) => shown(own),
        Figure::Undefined(why) => lang.text(why.word()).to_owned(),
    }
}

/// The analysis as text.
pub(super) fn told(study: &Study<'_>, terminal: &Terminal) -> String {
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
    part(weights(study, terminal));
    part(indicators(study, terminal));
    for own in &study.scenarios {
        part(scenario(own, terminal));
    }
    part(side_by_side(&study.scenarios, terminal));
    part(study.grid.as_ref().map(|own| grid(own, terminal)).unwrap_or_default());
    part(adjusted(study, terminal));
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
    let sentences = [Some(words.drawn(study)), words.steady(study), words.kept(study), words.safe(study)];
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

/// How many indicators or raters are listed that move ranks most, and how many weights.
const MOST: usize = 5;

/// What leaving one out changes; of indicators and raters those that move ranks most.
fn left_out(list: &[LeftOut<'_>], terminal: &Terminal) -> String {
    let of = |kind: LeftKind| {
        let mut own: Vec<&LeftOut<'_>> = list.iter().filter(|own| own.kind == kind).collect();
        if matches!(kind, LeftKind::Indicator | LeftKind::Rater) && !terminal.is_verbose() {
            own.sort_by(|a, b| b.summary.mean_shift.total_cmp(&a.summary.mean_shift));
            own.truncate(MOST);
            own.retain(|own| own.summary.greatest_shift > 0 || own.summary.grades_changed > 0);
        }
        own
    };
    let kinds = [LeftKind::Component, LeftKind::Class, LeftKind::Indicator, LeftKind::Rater];
    let listed: Vec<&LeftOut<'_>> = kinds.into_iter().flat_map(of).collect();
    if listed.is_empty() {
        return String::new();
    }
    let words = Words { lang: terminal.lang };
    let rows = listed.iter().map(|own| {
        let summary = &own.summary;
        (words.left_out(own), printed(summary.mean_shift, 2), summary.greatest_shift, summary.grades_changed)
    });
    let header = ["analyze.left-out", "analyze.mean-shift", "analyze.greatest-shift", "analyze.grades-changed"];
    format!("{}\n{}", terminal.lang.text("analyze.leave-out"), terminal.table(&header, rows))
}

/// What weights do: reported and effective ones of components, and those that move ranks most.
fn weights(study: &Study<'_>, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut text = String::new();
    if study.weights.len() > 1 {
        let rows = study.weights.iter().map(|own| {
            let effective = OrDash(own.figures.effective.map(percent));
            (own.name, percent(own.figures.weight), effective, OrDash(own.figures.deviation.map(|own| printed(own, 2))))
        });
        let header = ["analyze.component", "analyze.reported", "analyze.effective", "analyze.spread-of-rates"];
        text = format!("{}\n{}", lang.text("analyze.effective.head"), terminal.table(&header, rows));
    }
    if let Some(own) = &study.sensitivity {
        let mut most: Vec<&SensitivityRow> = own.weights.iter().collect();
        most.sort_by(|a, b| b.index.total.total_cmp(&a.index.total));
        if !terminal.is_verbose() {
            most.truncate(MOST);
        }
        let rows = most.iter().map(|own| (&own.name, printed(own.index.first, 2), printed(own.index.total, 2)));
        let header = ["analyze.weight-of", "analyze.first-order", "analyze.total-order"];
        let head = say!(lang, "analyze.sensitivity.head", spread = study.drawn.spread);
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{head}\n{}", terminal.table(&header, rows)));
    }
    text
}

/// What indicators tell, in sentences.
fn indicators(study: &Study<'_>, terminal: &Terminal) -> String {
    let words = Words { lang: terminal.lang };
    lines_of(study.indicators.iter().flat_map(|own| words.indicators(own)))
}

/// Ranks and grades in several scenarios side by side.
fn side_by_side(scenarios: &[ScenarioTable<'_>], terminal: &Terminal) -> String {
    let [first, _, ..] = scenarios else { return String::new() };
    let lang = terminal.lang;
    let place = |rank: Option<usize>, grade: Option<&str>| {
        let rank = rank.map_or_else(|| "—".to_owned(), |rank| rank.to_string());
        grade.map_or_else(|| rank.clone(), |grade| format!("{rank} {grade}"))
    };
    let moved = |at: &usize| {
        let own = |own: &ScenarioTable<'_>| {
            let unit = &own.units[*at];
            unit.ranks[0] != unit.ranks[1] || unit.grades[0] != unit.grades[1]
        };
        terminal.is_verbose() || scenarios.iter().any(own)
    };
    let rows: Vec<_> = (0..first.units.len())
        .filter(moved)
        .map(|at| {
            let unit = &first.units[at];
            let own = scenarios.iter().map(|own| place(own.units[at].ranks[1], own.units[at].grades[1]));
            let places: Vec<String> = std::iter::once(place(unit.ranks[0], unit.grades[0])).chain(own).collect();
            (unit.code, unit.name, places)
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let words = Words { lang };
    let names: Vec<String> = scenarios.iter().map(|own| words.scenario_name(own).into_owned()).collect();
    let header = ["table.code", "table.unit", "analyze.official"].map(|key| lang.text(key));
    let header = header.into_iter().chain(names.iter().map(String::as_str));
    format!("{}\n{}", lang.text("analyze.side-by-side"), table(header, rows))
}

/// The map over two weights: who comes first, by a letter, and how many grades change.
fn grid(own: &GridTable<'_>, terminal: &Terminal) -> String {
    let words = Words { lang: terminal.lang };
    let leaders = words.leaders(own);
    let letter = |first: &[&str]| leaders.iter().find(|(_, set)| *set == first).map_or("", |(letter, _)| letter);
    let rows = (0..=10).map(|a| {
        let cell = |b: usize| {
            let point = own.points.iter().find(|point| point.percents == [a * 10, b * 10]);
            point.map_or_else(String::new, |own| format!("{} {}", letter(&own.first), own.summary.grades_changed))
        };
        (format!("{} %", a * 10), (0..=10).map(cell).collect::<Vec<String>>())
    });
    let names: Vec<String> = (0..=10).map(|b| format!("{} %", b * 10)).collect();
    let header = std::iter::once("").chain(names.iter().map(String::as_str));
    format!("{}\n{}{}", words.grid(own), table(header, rows), lines_of(words.legend(own)))
}

/// The ranking with the severity of raters taken out, or why there is none.
fn adjusted(study: &Study<'_>, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let text = lines_of(Words { lang }.adjusted(study));
    let Adjusted::Ranking(own) = &study.adjusted else { return text };
    let moved = own.units.iter().filter(|own| own.ranks[0] != own.ranks[1] || terminal.is_verbose());
    let rows = moved.map(|own| (own.code, own.name, &own.totals, own.ranks.map(OrDash)));
    let ranks = ["table.total", "analyze.adjusted-total", "analyze.rank", "analyze.adjusted-rank"];
    text + &of_units(&ranks, rows.collect(), terminal)
}

/// A table of units that move, below columns for their codes and names; nothing if none does.
fn of_units(header: &[&str], rows: Vec<impl Serialize>, terminal: &Terminal) -> String {
    let header = [&["table.code", "table.unit"], header].concat();
    if rows.is_empty() { String::new() } else { terminal.table(&header, rows) }
}

/// What a scenario changes: the units that move.
fn scenario(own: &ScenarioTable<'_>, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let text = lines_of([Words { lang }.scenario(own)]);
    let differs = |own: &&ScenarioRow<'_>| own.ranks[0] != own.ranks[1] || own.grades[0] != own.grades[1];
    let moved = own.units.iter().filter(|own| differs(own) || terminal.is_verbose());
    let rows = moved.map(|own| (own.code, own.name, &own.totals, own.ranks.map(OrDash), own.grades.map(OrDash)));
    let ranks = ["table.total", "analyze.new-total", "analyze.rank", "analyze.new-rank"];
    let header = [&ranks[..], &["table.grade", "analyze.new-grade"]].concat();
    text + &of_units(&header, rows.collect(), terminal)
}
