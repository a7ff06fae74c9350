//! The tables of an analysis as lists for csv and Markdown.

use serde::Serialize;

use crate::analyze::agreement::Estimate;
use crate::analyze::indicators::Figures;
use crate::analyze::panels::Figure;
use crate::analyze::study::{Adjusted, IndicatorTable, Study, printed, six as figure};
use crate::cli::Table;
use crate::write::listing::Listing;

/// One table of the analysis as a list.
pub(super) fn list(study: &Study<'_>, table: Table) -> anyhow::Result<Listing> {
    match table {
        Table::Units => units(study),
        Table::Agreement => agreement(study),
        Table::Raters => raters(study),
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
                (own.kind, &own.key, &own.name, shift, own.units.join(";"))
            });
            Listing::of("left_out,weight,name,mean_shift,greatest_shift,grades_changed,changed_units", rows)
        }
        Table::Components => {
            let rows = study.weights.iter().map(|own| (own.component, own.name, figures(&own.figures)));
            Listing::of("component,name,units,mean,spread,least,most,ceiling,flat,reported,effective,item_rest", rows)
        }
        Table::Indicators => {
            let columns = "component,code,name,aspect,units,mean,spread,least,most,ceiling,flat,reported,effective,\
                           item_rest";
            let all = study.indicators.iter().flat_map(|table| table.items.iter().map(move |own| (table, own)));
            let rows = all.map(|(table, own)| (table.component, own.code, own.name, own.aspect, figures(&own.figures)));
            Listing::of(columns, rows)
        }
        Table::Correlations => Listing::of("component,code,other,correlation,alike", pairs(&study.indicators)),
        Table::Reliability => {
            let all = study.indicators.iter().flat_map(|table| table.reliability.iter().map(move |own| (table, own)));
            let rows = all.map(|(table, own)| {
                let why = own.alpha.reason().map(|own| own.json());
                (table.component, own.aspect, own.name, own.items, own.units, figure(own.alpha.known().copied()), why)
            });
            Listing::of("component,aspect,name,items,units,cronbach,undefined", rows)
        }
        Table::Sensitivity => {
            let rows = study.sensitivity.iter().flat_map(|own| &own.weights);
            let rows =
                rows.map(|own| (&own.key, &own.name, figure(Some(own.index.first)), figure(Some(own.index.total))));
            Listing::of("weight,name,first_order,total_order", rows)
        }
        Table::Scenario => {
            let columns = "scenario,code,name,old_total,new_total,old_rank,new_rank,old_grade,new_grade";
            let all = study.scenarios.iter().flat_map(|table| table.units.iter().map(move |own| (table, own)));
            let rows = all.map(|(table, own)| (&table.name, own.code, own.name, &own.totals, own.ranks, &own.grades));
            Listing::of(columns, rows)
        }
        Table::Grid => {
            let rows = study.grid.iter().flat_map(|own| &own.points).map(|own| {
                let shift = (figure(Some(own.summary.mean_shift)), own.summary.greatest_shift);
                (own.percents, own.first.join(";"), shift, own.summary.grades_changed)
            });
            Listing::of("first_weight,second_weight,leaders,mean_shift,greatest_shift,grades_changed", rows)
        }
        Table::Adjusted => {
            let rows = match &study.adjusted {
                Adjusted::Ranking(own) => own.units.as_slice(),
                Adjusted::NoRatings | Adjusted::Unconnected(_) => &[],
            };
            let rows = rows.iter().map(|own| (own.code, own.name, &own.totals, own.ranks));
            Listing::of("code,name,old_total,adjusted_total,old_rank,adjusted_rank", rows)
        }
    }
}

/// An indicator or component in numbers.
fn figures(own: &Figures) -> impl Serialize {
    let flat = if own.flat { "yes" } else { "" };
    let rates = [own.mean, own.deviation, own.least, own.most, own.ceiling].map(figure);
    (own.units, rates, flat, [Some(own.weight), own.effective, own.rest].map(figure))
}

/// The pairs of indicators with their correlations, each once.
fn pairs<'s>(tables: &'s [IndicatorTable<'s>]) -> impl Iterator<Item = impl Serialize> + 's {
    tables.iter().flat_map(|table| {
        let count = table.items.len();
        let all = (0..count).flat_map(move |a| (a + 1..count).map(move |b| (a, b)));
        all.map(move |(a, b)| {
            let (one, other) = (table.items[a].code, table.items[b].code);
            let alike = table.pairs.iter().any(|own| (own.a, own.b) == (one, other));
            (table.component, one, other, figure(table.correlations[a][b]), if alike { "yes" } else { "" })
        })
    })
}

/// How sure the place of each unit is.
fn units(study: &Study<'_>) -> anyhow::Result<Listing> {
    let columns = "code,name,group,total,rank,rank_low,rank_median,rank_high,grade,grade_share,safe";
    let rows = study.units.iter().map(|own| {
        let interval = [0, 1, 2].map(|at| own.interval.map(|own| printed(own[at], 2)));
        let safe = own.safe.map(|safe| if safe { "yes" } else { "no" });
        let place = (own.code, own.name, own.group, own.total, own.rank);
        (place, interval, &own.grade, figure(own.same_grade), safe)
    });
    Listing::of(columns, rows)
}

/// How far raters agree, by class and node.
fn agreement(study: &Study<'_>) -> anyhow::Result<Listing> {
    let columns = "component,class,node,units,raters,alpha_nominal,alpha_ordinal,alpha_interval,alpha_low,\
                   alpha_high,alpha_ratio,icc_1_1,icc_2_1,icc_3_1,icc_1_k,icc_2_k,icc_3_k,kendall_w,undefined";
    let all = study.panels.iter().flat_map(|panel| panel.agreement.iter().map(move |own| (panel, own)));
    let rows = all.map(|(panel, own)| {
        let alpha = |own: &Figure<Estimate>| figure(own.known().map(|own| own.value));
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

/// Each rater.
fn raters(study: &Study<'_>) -> anyhow::Result<Listing> {
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
