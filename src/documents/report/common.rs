//! 共性问题: the indicators on which many units of a group fall short, and who is responsible for them.

use crate::shared::i18n::say;
use crate::shared::number::Percent;
use std::borrow::Cow;

use super::document::{CellDoc, SheetDoc, Style};
use super::view::View;
use crate::model::Model;
use crate::result::outcome::{CommonProblem, common_problems};

/// The most units listed for a problem.
const NAMED: usize = 24;

/// Whether a model has common problems: it says what they are, and has indicators.
pub(super) fn is_needed(model: &Model) -> bool {
    model.common_problem.is_some() && !model.tree.leaves.is_empty()
}

/// The sheet of common problems.
pub(super) fn sheet<'o>(view: &View<'o>) -> SheetDoc<'o> {
    let mut sheet = view.sheet("sheet.common").landscape();
    let Some(rule) = &view.outcome.model.common_problem else {
        return view.only(sheet, view.text("report.common.none"));
    };
    let rate = view.decimal(&rule.rate.0);
    let share = view.decimal(&rule.share.0);
    sheet.subtitle(say!(view, "report.common.rule", rate, share));
    sheet.subtitle(say!(view, "report.common.basis", rate));
    let problems: Vec<CommonProblem> =
        common_problems(view.outcome).into_iter().filter(|p| !p.below.is_empty()).collect();
    if problems.is_empty() {
        return view.only(sheet, say!(view, "report.common.nobody", rate));
    }
    sheet = sheet.filtered();
    let mut header = view.headers(&["header.group", "header.leaf-code", "header.leaf", "header.applicable"]);
    header.push(CellDoc::header(say!(view, "header.below", rate)));
    header.extend(view.headers(&["header.share", "header.group-mean", "header.common", "header.department"]));
    header.extend(view.headers(&["header.units-below"]));
    sheet.header(header);
    for problem in problems {
        sheet.row(row(view, problem));
    }
    sheet.finish()
}

fn row<'o>(view: &View<'o>, problem: CommonProblem) -> Vec<CellDoc<'o>> {
    let leaf = view.outcome.model.tree.leaves.iter().find(|leaf| leaf.code == problem.leaf);
    let percent = |value: &Option<Percent>| view.percent(value.as_ref());
    vec![
        CellDoc::center(problem.group.map_or(Cow::Borrowed(view.text("report.all-groups")), Cow::Owned)),
        CellDoc::center(problem.leaf),
        CellDoc::text(leaf.map_or("", |leaf| leaf.name.as_str())),
        CellDoc::count(problem.applicable),
        CellDoc::count(problem.below.len()),
        percent(&problem.share),
        percent(&problem.mean),
        if problem.common {
            CellDoc::styled(view.text("report.common.common"), Style::Warning)
        } else {
            CellDoc::center(view.text("report.common.own"))
        },
        CellDoc::text(leaf.map_or("", |leaf| leaf.department.as_str())),
        CellDoc::text(names(view, &problem.below)),
    ]
}

/// The names of units: all, or the first ones and their number.
fn names(view: &View<'_>, codes: &[String]) -> String {
    let named = codes.iter().take(NAMED);
    let names: Vec<&str> = named.filter_map(|code| view.find(code)).map(|unit| unit.roster.name.as_str()).collect();
    let text = view.join(&names);
    if codes.len() <= NAMED {
        return text;
    }
    say!(view, "report.sources.units", first = text, count = codes.len())
}
