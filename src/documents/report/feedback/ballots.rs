//! 评议情况: the means given by each class of raters, as far as they can be shown without revealing individual ballots.

use crate::shared::i18n::say;
use std::borrow::Cow;

use super::super::document::{CellDoc, SheetDoc, Style};
use super::{Case, strong};
use crate::documents::feedback::privacy::answers;
use crate::result::outcome::{Answers, ClassMeasure, Component, NoResult, UnitBallots};

/// The sheet of ballots.
pub(super) fn sheet<'o>(case: &Case<'_, 'o>) -> SheetDoc<'o> {
    let mut sheet = case.sheet("sheet.feedback.ballots").landscape();
    sheet.subtitle(case.subtitle());
    if let Some(note) = case.small_group_note() {
        sheet.subtitle(note);
    }
    let components = &case.outcome().model.components;
    let rated: Vec<(usize, &Component, &UnitBallots)> = components
        .iter()
        .enumerate()
        .filter_map(|(index, c)| Some((index, c, case.unit.components.get(&c.id)?.ballots.as_deref()?)))
        .collect();
    sheet.header(case.view.headers(&[
        "header.component",
        "header.class",
        "header.node",
        "feedback.header.valid",
        "feedback.header.class-mean",
        "feedback.header.class-full",
        "feedback.header.mean",
        "header.remark",
    ]));
    let mut any_hidden = false;
    for (index, component, ballots) in &rated {
        any_hidden |= classes(case, *index, component, ballots, &mut sheet);
    }
    rates(case, &rated, &mut sheet);
    let k = case.outcome().model.feedback.k_anonymity;
    let key = if any_hidden { "feedback.ballots.hidden-note" } else { "feedback.ballots.note" };
    sheet.closing(say!(case, key, k = k));
    sheet.finish()
}

/// Adds the rows of a component; returns whether any of them is hidden.
fn classes<'o>(
    case: &Case<'_, 'o>,
    index: usize,
    component: &'o Component,
    ballots: &'o UnitBallots,
    sheet: &mut SheetDoc<'o>,
) -> bool {
    let is_hidden = case.hides(component);
    for (node, measured) in case.outcome().model.measured(component).into_iter().enumerate() {
        let code = case.outcome().model.tree.code(measured);
        let counts: Vec<Option<usize>> =
            ballots.classes.iter().map(|class| class.means.get(node)?.as_ref().map(answers)).collect();
        let is_part = |own: &ClassMeasure| own.missing != Some(NoResult::NotInScheme);
        let all = component.classes().iter().zip(&ballots.classes).enumerate();
        for (class, (named, own)) in all.filter(|(_, (_, own))| is_part(own)) {
            let node_name = if code.is_empty() {
                case.view.whole_unit(component)
            } else {
                Cow::Borrowed(case.view.node_name(code))
            };
            let mut cells = vec![
                CellDoc::text(&component.name),
                CellDoc::text(case.clean(&named.name)),
                CellDoc::center(node_name),
            ];
            let mean = own.means.get(node).and_then(Option::as_ref).filter(|_| !is_hidden);
            let stat = case.group().and_then(|group| group.classes.get(&(index, class, node)));
            cells.push(CellDoc::optional_count(counts[class].filter(|_| mean.is_some())));
            cells.push(mean.map_or_else(CellDoc::missing, |mean| strong(case.view.points(&mean.mean))));
            cells.push(
                component
                    .mean_full()
                    .map_or_else(CellDoc::missing, |full| case.view.short(&full.0).role(Style::Center)),
            );
            cells.push(case.cell(stat.filter(|_| mean.is_some()).map(|stat| &stat.mean)));
            let remark = match (is_hidden, &own.missing, counts[class]) {
                (true, None, Some(_)) => Cow::Borrowed(case.text("feedback.ballots.hidden")),
                (_, Some(reason), _) => case.view.word("class.missing", reason),
                (_, None, None) => Cow::Borrowed(case.text("feedback.ballots.none")),
                _ => Cow::Borrowed(""),
            };
            cells.push(CellDoc::text(remark));
            sheet.row(cells);
        }
    }
    is_hidden
}

/// Rates of the components as a whole, and satisfaction.
fn rates<'o>(case: &Case<'_, 'o>, rated: &[(usize, &'o Component, &'o UnitBallots)], sheet: &mut SheetDoc<'o>) {
    sheet.section(case.text("feedback.section.rates"));
    sheet.row(case.view.headers(&[
        "header.component",
        "feedback.header.what",
        "header.rate",
        "feedback.header.answers",
        "feedback.header.mean-rate",
    ]));
    let k = case.outcome().model.feedback.k_anonymity;
    for (index, component, ballots) in rated {
        let is_hidden = case.hides(component);
        let own = case.unit.components.get(&component.id).filter(|own| own.lacks.is_none());
        let stat = case.group().and_then(|group| group.components[*index].as_ref());
        let answers = if is_hidden {
            CellDoc::center(case.text("feedback.ballots.hidden"))
        } else if ballots.answers < k {
            CellDoc::center(say!(case, "feedback.ballots.fewer", k = k))
        } else {
            CellDoc::count(ballots.answers)
        };
        let what = match ballots.enough {
            Answers::Enough => Cow::Borrowed(case.text("feedback.ballots.rate")),
            few => case.view.word("report.answers", few),
        };
        sheet.row(vec![
            CellDoc::text(&component.name),
            CellDoc::text(what),
            strong(CellDoc::optional_printed(own.map(|own| own.rate.as_str()))),
            answers.clone(),
            case.cell(stat.map(|stat| &stat.mean)),
        ]);
        if component.has_satisfaction() {
            let is_shown = !is_hidden && ballots.answers >= k;
            let stat = case.group().and_then(|group| group.satisfaction[*index].as_ref()).filter(|_| is_shown);
            let shown = ballots.satisfaction.as_ref().filter(|_| is_shown);
            sheet.row(vec![
                CellDoc::text(&component.name),
                CellDoc::text(case.text("header.satisfaction")),
                strong(case.view.percent(shown)),
                answers,
                case.cell(stat.map(|stat| &stat.mean)),
            ]);
        }
    }
}
