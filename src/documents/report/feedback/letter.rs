//! 反馈书: the official letter, on one page. Layout according to GB/T 9704: title, addressee, text with headings, note of
//! the attachments, issuer and date with space for the seal.

use crate::result::outcome::{ComponentType, Mode, RankScope, Sign};
use std::borrow::Cow;
use std::cmp::Ordering;

use super::super::document::{Fonts, Page, SheetDoc, Style};
use super::Case;
use super::lines::{Lines, Set};
use crate::documents::feedback::Item;
use crate::documents::feedback::distance::quota_line;
use crate::documents::feedback::gains::{as_printed, is_corrected, within_limits};
use crate::documents::feedback::problems::holding_caps;
use crate::shared::i18n::say;
use crate::shared::number::Exact;
use jiff::civil::Date;

mod outlook;

/// Most characters of an explanation quoted in the letter; the sheet of points has the full text.
const QUOTED: usize = 40;

/// The letter as a sheet.
pub(super) fn sheet<'o>(case: &Case<'_, 'o>) -> SheetDoc<'o> {
    let mut sheet = SheetDoc::new(case.text("sheet.feedback.letter"), "");
    sheet.page = Page::Letter;
    let (title, lines) = written(case);
    lines.set(&title).fill(&mut sheet);
    sheet.finish()
}

/// The letter as a document of its own: the same title and paragraphs, in the same size.
pub(super) fn document<'o>(case: &Case<'_, 'o>) -> LetterDoc<'o> {
    let (title, lines) = written(case);
    let Set { scale, title, pitch, .. } = lines.set(&title);
    let paragraphs = lines.into_paragraphs().into_iter().map(|(text, style)| Paragraph { text, style });
    LetterDoc {
        title,
        paragraphs: paragraphs.collect(),
        scale,
        pitch: pitch * scale,
        fonts: Fonts::with(case.view.lang, case.outcome().model.fonts),
        created: case.view.as_of(),
        mark: case.desk.mark(),
        footer: None,
    }
}

/// A letter as a document of its own.
#[derive(Debug)]
pub struct LetterDoc<'o> {
    /// Lines of its title.
    pub title: Vec<String>,
    /// Its paragraphs, from the addressee to the date; an empty one is an empty line.
    pub paragraphs: Vec<Paragraph>,
    /// Its size, relative to that of the standard.
    pub scale: f64,
    /// Line spacing in points.
    pub pitch: f64,
    /// Its fonts.
    pub fonts: Fonts,
    /// Creation date in the document properties. Never the clock.
    pub created: Option<Date>,
    /// The word that marks every page of a draft or an interim result.
    pub mark: Option<Cow<'o, str>>,
    /// Small print at the foot of the page.
    pub footer: Option<String>,
}

/// A paragraph of a letter.
#[derive(Debug)]
pub struct Paragraph {
    /// Its text, with the indent.
    pub text: String,
    /// Its role in the letter.
    pub style: Style,
}

/// The title, with its seams, and the paragraphs.
fn written(case: &Case<'_, '_>) -> (String, Lines) {
    let model = &case.outcome().model;
    let title = say!(case, "feedback.letter.title", title = model.title);
    let title = match case.desk.mark() {
        Some(mark) => say!(case, "feedback.letter.marked", mark = mark, title = title),
        None => title,
    };
    let mut lines = Lines::new(case.view.lang);
    lines.add(String::new(), Style::Letter);
    lines.add(say!(case, "feedback.letter.to", unit = case.unit.roster.name), Style::Letter);
    if let Some(said) = case.desk.replaced.as_ref().and_then(|replaced| replaced.of(case.unit)) {
        paragraph(case, &mut lines, &case.clean(said));
    }
    opening(case, &mut lines);
    strengths(case, &mut lines);
    weaknesses(case, &mut lines);
    outlook(case, &mut lines);
    closing(case, &mut lines);
    (case.view.seamed(&title), lines)
}

/// Adds a heading within the letter.
fn heading(case: &Case<'_, '_>, lines: &mut Lines, key: &str) {
    lines.add(say!(case, "feedback.letter.indent", text = case.text(key)), Style::LetterHeading);
}

/// Adds a paragraph with its indent.
fn paragraph(case: &Case<'_, '_>, lines: &mut Lines, text: &str) {
    lines.add(say!(case, "feedback.letter.indent", text = text), Style::Letter);
}

fn opening(case: &Case<'_, '_>, lines: &mut Lines) {
    let model = &case.outcome().model;
    let default = || say!(case, "feedback.letter.opening", title = model.title, steps = steps(case));
    let opening = model.feedback.opening.as_ref().map_or_else(default, |text| filled(case, text));
    paragraph(case, lines, &format!("{opening}{}", result(case)));
}

/// What led to the result, of what the model has for the unit: its own report, verification, ratings, the decision.
fn steps(case: &Case<'_, '_>) -> String {
    let held = case.outcome().held(case.unit);
    let is_scored = |own: ComponentType| held.components().any(|part| part.component.scored() == own);
    let steps = [
        ("feedback.step.report", held.asks_unit()),
        ("feedback.step.verified", is_scored(ComponentType::Indicators)),
        ("feedback.step.given", is_scored(ComponentType::Given)),
        ("feedback.step.rated", is_scored(ComponentType::Ballots)),
    ];
    let first = steps.into_iter().filter(|(_, is_there)| *is_there).map(|(key, _)| case.text(key));
    let first = case.view.lang.join("feedback.steps", first);
    say!(case, "feedback.steps.last", first = first, last = case.text("feedback.step.decided"))
}

/// A text of the model with its names filled in.
fn filled(case: &Case<'_, '_>, text: &str) -> String {
    let model = &case.outcome().model;
    crate::shared::i18n::fill(
        text,
        &[
            ("unit", &case.unit.roster.name),
            ("title", &model.title),
            ("period", &model.period),
            ("issuer", &model.issuer),
        ],
    )
}

/// Total, rank and grade in sentences.
pub(super) fn result(case: &Case<'_, '_>) -> String {
    let unit = case.unit;
    let [total, base, plus, minus] =
        [&unit.total, &unit.base, &unit.plus, &unit.minus].map(|value| value.as_deref().unwrap_or_default());
    let scheme = case.outcome().scheme_of(unit);
    let mut said = scheme.map_or_else(String::new, |own| say!(case, "feedback.letter.scheme", name = own.name));
    let note = total_note(case);
    let has_parts = case.can_adjust() || !note.is_empty();
    said += &match has_parts {
        true => {
            say!(case, "feedback.letter.total", total = total, base = base, plus = plus, minus = minus, note = note)
        }
        false => say!(case, "feedback.letter.total.alone", total = total),
    };
    said.push_str(&rank(case));
    said.push_str(&grade(case));
    said
}

/// Why the total differs from base plus bonus minus deduction: a limit or a correction.
fn total_note(case: &Case<'_, '_>) -> Cow<'static, str> {
    let (model, unit) = (&case.outcome().model, case.unit);
    let Some(exact) = &unit.exact else { return Cow::Borrowed("") };
    if is_corrected(model, unit) {
        return Cow::Borrowed(case.text("feedback.letter.total-corrected"));
    }
    let unlimited = as_printed(model, exact);
    let limited = within_limits(model, &unlimited);
    let key = match unlimited.cmp(limited) {
        Ordering::Greater => "feedback.letter.total-most",
        Ordering::Less => "feedback.letter.total-least",
        Ordering::Equal => return Cow::Borrowed(""),
    };
    Cow::Owned(say!(case, key, limit = short(limited)))
}

fn rank(case: &Case<'_, '_>) -> String {
    let group = case.group().map_or(0, |group| group.ranked);
    let mean = case.group().and_then(|g| g.total.as_ref()).map(|stat| case.printed(&stat.mean));
    let mean = mean.map_or(String::new(), |mean| say!(case, "feedback.letter.mean", mean = mean));
    let said = match (case.unit.roster.mode, case.unit.rank_group) {
        (Mode::Separate, _) if case.outcome().model.grades.is_empty() => {
            Cow::Borrowed(case.text("feedback.letter.separate.ungraded"))
        }
        (Mode::Separate, _) => Cow::Borrowed(case.text("feedback.letter.separate")),
        (_, Some(_)) if case.outcome().model.rank.scope == RankScope::Scheme => return in_scheme(case),
        (_, Some(rank)) if case.outcome().model.feedback.show_rank => {
            Cow::Owned(say!(case, "feedback.letter.rank", group = case.unit.roster.group, n = group, rank = rank))
        }
        _ => Cow::Owned(say!(case, "feedback.letter.no-rank", group = case.unit.roster.group, n = group)),
    };
    format!("{said}{mean}")
}

/// The rank within the scheme, where units are ranked there.
fn in_scheme(case: &Case<'_, '_>) -> String {
    let (outcome, name) = (case.outcome(), case.outcome().scope_of(case.unit));
    let (n, name) = (case.desk.ranked.get(&name).copied().unwrap_or(0), name.unwrap_or_default());
    match case.unit.rank_scheme.filter(|_| outcome.model.feedback.show_rank) {
        Some(rank) => say!(case, "feedback.letter.rank", group = name, n = n, rank = rank),
        None => say!(case, "feedback.letter.no-rank", group = name, n = n),
    }
}

fn grade(case: &Case<'_, '_>) -> String {
    let unit = case.unit;
    if case.outcome().model.grades.is_empty() {
        return case.text("feedback.letter.ungraded").to_owned();
    }
    let said = match (&unit.grade, &unit.parallel) {
        (None, _) => Cow::Borrowed(case.text("feedback.letter.deferred")),
        (Some(grade), Some(parallel)) => {
            Cow::Owned(say!(case, "feedback.letter.grade-parallel", grade = grade, parallel = parallel))
        }
        (Some(grade), None) => Cow::Owned(say!(case, "feedback.letter.grade", grade = grade)),
    };
    // Whatever keeps the grade down, with the clause responsible.
    let caps = holding_caps(case.outcome(), unit).map(|(_, step)| {
        let [code, name] = case.outcome().model.rule(step).unwrap_or_default();
        let by = case.clean(case.outcome().clause(step).unwrap_or(code));
        let to = step.to().map_or("", |to| case.outcome().model.grade_name(to));
        say!(case, "feedback.letter.cap", clause = by, name = case.clean(name), to = to)
    });
    format!("{said}{}", caps.collect::<String>())
}

fn strengths(case: &Case<'_, '_>, lines: &mut Lines) {
    if case.told().strengths.is_empty() {
        return;
    }
    // If nothing is above the group, the best items are described as the best of the unit itself.
    let is_above = |item: &Item| match (&item.points, &item.stat) {
        (Some(points), Some(stat)) => **points > stat.mean,
        _ => true,
    };
    let above = case.told().strengths.first().is_some_and(|index| is_above(&case.told().items[*index]));
    heading(case, lines, if above { "feedback.letter.strengths" } else { "feedback.letter.strengths-own" });
    paragraph(case, lines, &listed(case, &case.told().strengths, false));
}

fn weaknesses(case: &Case<'_, '_>, lines: &mut Lines) {
    let has_strengths = !case.told().strengths.is_empty();
    heading(case, lines, if has_strengths { "feedback.letter.weaknesses" } else { "feedback.letter.weaknesses-first" });
    let mut said = match (case.told().weaknesses.is_empty(), case.told().further) {
        (true, 0) => losses(case),
        (true, _) => String::new(),
        (false, _) => listed(case, &case.told().weaknesses, true),
    };
    if case.told().further > 0 {
        let key = if said.is_empty() { "feedback.letter.problems-only" } else { "feedback.letter.further" };
        said.push_str(&say!(case, key, n = case.told().further));
    }
    paragraph(case, lines, &format!("{said}{}", adjustments(case)));
}

/// The losses if no weaknesses are listed: none, or in which items or components.
fn losses(case: &Case<'_, '_>) -> String {
    let lost: Vec<Exact> = case.told().items.iter().filter_map(Item::lost).filter(Exact::is_positive).collect();
    if !lost.is_empty() {
        let sum = lost.iter().sum();
        let lost_points = unlike(case, &sum, &Exact::zero());
        return say!(case, "feedback.letter.lost", n = lost.len(), lost = lost_points);
    }
    let full = Exact::from(100);
    let components = case.outcome().model.components.iter();
    let elsewhere: Vec<String> = components
        .filter_map(|c| {
            let own = case.unit.components.get(&c.id).filter(|own| own.lacks.is_none())?;
            // Rates from marks are given as printed: more digits would reveal more about the marks.
            let rate = if own.ballots.is_some() {
                Cow::Borrowed(own.rate.as_str())
            } else {
                Cow::Owned(unlike(case, &own.exact, &full))
            };
            let is_lost = Exact::parse(&rate).is_some_and(|rate| rate < full);
            is_lost.then(|| say!(case, "feedback.letter.component", name = c.name, rate = rate))
        })
        .collect();
    let has_points = case.told().items.iter().any(|item| item.points.is_some());
    let items = match (has_points, case.unit.leaves.is_empty()) {
        (false, _) => "",
        (true, false) => case.text("feedback.letter.full-leaves"),
        (true, true) => case.text("feedback.letter.full-aspects"),
    };
    if elsewhere.is_empty() {
        let items = if items.is_empty() { case.text("feedback.letter.full") } else { items };
        return say!(case, "feedback.letter.sentence", text = items);
    }
    let list = case.view.lang.join("report.list", elsewhere);
    let key = if items.is_empty() { "feedback.letter.lost-in" } else { "feedback.letter.full-but" };
    say!(case, key, items = items, list = list)
}

/// The number of an item with its decimals, or with as many more as distinguish it from another; points of aspects are
/// already rounded.
fn unlike(case: &Case<'_, '_>, value: &Exact, other: &Exact) -> String {
    const MORE: u32 = 8;
    let usual = case.outcome().item_precision(case.unit);
    let mut more = (usual.decimals..usual.decimals + MORE).map(|decimals| usual.at(decimals));
    let enough = more.find(|own| value == other || own.round(value) != *other);
    enough.unwrap_or(usual).print(value)
}

/// Items as a numbered sentence, each with its evidence.
fn listed(case: &Case<'_, '_>, items: &[usize], with_reason: bool) -> String {
    let said = items.iter().enumerate().map(|(place, index)| {
        let item = &case.told().items[*index];
        let ordinal = if items.len() == 1 { "" } else { case.text(ORDINALS.get(place).unwrap_or(&ORDINALS[0])) };
        let evidence = evidence(case, item);
        let mut said = say!(case, "feedback.letter.item", n = ordinal, name = item.name, what = evidence);
        let note = case.clean(item.note);
        if with_reason && !note.is_empty() {
            said.push_str(&say!(case, "feedback.letter.reason", text = shortened(&note)));
        }
        said
    });
    let sentence = case.view.lang.join("feedback.letter.items", said.collect::<Vec<_>>());
    say!(case, "feedback.letter.sentence", text = sentence)
}

/// Words that number the items of a sentence.
const ORDINALS: [&str; 6] =
    ["feedback.nth.1", "feedback.nth.2", "feedback.nth.3", "feedback.nth.4", "feedback.nth.5", "feedback.nth.6"];

fn evidence(case: &Case<'_, '_>, item: &Item) -> String {
    let points = item.points.as_ref().map(|points| unlike(case, points, item.full)).unwrap_or_default();
    let full = short(item.full);
    match &item.stat {
        Some(stat) => {
            let mean = case.outcome().item_precision(case.unit).print(&stat.mean);
            say!(case, "feedback.letter.evidence-mean", points = points, full = full, mean = mean)
        }
        None => say!(case, "feedback.letter.evidence", points = points, full = full),
    }
}

fn shortened(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= QUOTED {
        return flat.trim_end_matches(['。', '.', '；', ';']).to_owned();
    }
    flat.chars().take(QUOTED - 1).chain(['…']).collect()
}

fn short(value: &Exact) -> String {
    value.fixed(value.decimals().map_or(2, |needed| needed.min(4)))
}

/// Approved adjustments that count, in one sentence.
fn adjustments(case: &Case<'_, '_>) -> String {
    let counted = case.unit.adjustments.iter().filter(|own| own.sign != Sign::Event && own.counted.0.is_positive());
    let said: Vec<String> = counted
        .map(|own| {
            let key = if own.sign == Sign::Deduction { "feedback.letter.deduction" } else { "feedback.letter.bonus" };
            let what = shortened(&case.adjustment(own));
            say!(case, key, what = what, points = short(&own.counted.0))
        })
        .collect();
    if said.is_empty() {
        return String::new();
    }
    let list = case.view.lang.join("feedback.letter.items", said);
    say!(case, "feedback.letter.adjustments", list = list)
}

/// The distance to the next grade, to the line of a quota and to awards.
pub(super) fn reach(case: &Case<'_, '_>) -> Cow<'static, str> {
    let mut said = outlook::distance(case);
    if let Some(quota) = &case.told().quota {
        said.to_mut().push_str(&outlook::quota_line(case, quota));
    }
    for prize in &case.told().prizes {
        said.to_mut().push_str(&outlook::prize(case, prize));
    }
    said
}

/// What the letter says of the line of a quota, by itself.
pub(super) fn quota(case: &Case<'_, '_>) -> Option<String> {
    let quota = quota_line(case.outcome(), &case.desk.stats, case.unit)?;
    Some(outlook::quota_line(case, &quota))
}

/// What is within reach, the largest possible gain, and the requirements.
fn outlook(case: &Case<'_, '_>, lines: &mut Lines) {
    let has_strengths = !case.told().strengths.is_empty();
    heading(case, lines, if has_strengths { "feedback.letter.outlook" } else { "feedback.letter.outlook-second" });
    let mut said = reach(case);
    if let Some(gain) = case.told().gains.first().filter(|gain| gain.published.is_positive()) {
        let name = &case.outcome().model.tree.leaves[gain.leaf].name;
        said.to_mut().push_str(&say!(
            case,
            "feedback.letter.gain",
            leaf = name,
            lost = short(&gain.lost),
            gain = case.printed(&gain.published)
        ));
    }
    if !said.is_empty() {
        paragraph(case, lines, &said);
    }
    paragraph(case, lines, &requirements(case));
}

/// The consequences of the grade, the problems, and the period for an appeal.
fn requirements(case: &Case<'_, '_>) -> String {
    let model = &case.outcome().model;
    let mut said = String::new();
    let grade = model.grades.iter().find(|grade| Some(&grade.name) == case.unit.grade.as_ref());
    if let Some(grade) = grade.filter(|grade| !grade.consequence.actions.is_empty()) {
        let list =
            case.view.lang.join("report.list", grade.consequence.actions.iter().map(|action| case.clean(action)));
        let clause = grade
            .clause
            .as_ref()
            .map_or(String::new(), |clause| say!(case, "feedback.letter.clause", clause = case.clean(clause)));
        said.push_str(&say!(case, "feedback.letter.actions", clause = clause, list = list));
    }
    if !case.told().problems.is_empty() {
        let count = case.told().problems.len();
        said.push_str(&say!(case, "feedback.letter.problems", n = count));
    }
    said.push_str(&say!(case, "feedback.letter.appeal", window = case.appeal_window()));
    said
}

fn closing(case: &Case<'_, '_>, lines: &mut Lines) {
    let model = &case.outcome().model;
    let closing = model.feedback.closing.as_ref().map(|text| filled(case, text));
    paragraph(case, lines, closing.as_deref().unwrap_or(case.text("feedback.letter.closing")));
    lines.add(String::new(), Style::Letter);
    let rated = case.is_rated().then_some("sheet.feedback.ballots");
    let sheets = ["sheet.feedback.details", "sheet.feedback.charts"].into_iter().chain(rated);
    let sheets = sheets.chain(["kind.ledger", "sheet.feedback.appeal"]).map(|key| case.text(key));
    let list = case.view.lang.join("report.list", sheets);
    paragraph(case, lines, &say!(case, "feedback.letter.attachments", list = list));
    // Space for the seal, which is placed over issuer and date.
    lines.add(String::new(), Style::Letter);
    lines.add(String::new(), Style::Letter);
    lines.add(say!(case, "feedback.letter.signed", issuer = model.issuer), Style::LetterRight);
    let date = case.feedback_date().or(model.as_of);
    let date = date.map(|date| case.date(date));
    let date = date.as_deref().unwrap_or(case.text("feedback.letter.no-date"));
    lines.add(say!(case, "feedback.letter.dated", date = date), Style::LetterRight);
}
