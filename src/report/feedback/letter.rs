//! 反馈书: the official letter, on one page. Layout after GB/T 9704: title, addressee, text with headings, note of the
//! attachments, issuer and date with room for the seal.

use unicode_width::UnicodeWidthStr as _;

use super::super::document::{CellDoc, Page, RowDoc, SheetDoc, Style};
use super::Case;
use crate::feedback::Item;
use crate::feedback::distance::{Distance, NextGrade, Obstacle, QuotaLine, Side};
use crate::number::Exact;

/// Width of the text in half-width characters of the body size: 156 mm.
const WIDTH: u16 = 84;
/// Height of the text in points, 225 mm, and the room for the title in it.
const HEIGHT: f64 = 637.0;
/// Half-width characters of a line of the letter, at 16 points.
const LINE_WIDTH: usize = 54;
/// Half-width characters of a line of the title, at 22 points.
const TITLE_WIDTH: usize = 38;
/// Greatest and least distance of lines in points: the norm, and what 16 points still need.
const PITCH: (f64, f64) = (28.5, 20.0);
const TITLE_PITCH: f64 = 34.0;
/// Most characters of an explanation that the letter quotes; the sheet of points has all of it.
const QUOTED: usize = 40;

/// The letter.
pub(super) fn sheet(case: &Case<'_>) -> SheetDoc {
    let model = &case.outcome().model;
    let title = case.fill("feedback.letter.title", &[("title", &model.title)]);
    let title = match case.desk.mark() {
        Some(mark) => case.fill("feedback.marked", &[("mark", &mark), ("title", &title)]),
        None => title,
    };
    let mut sheet = SheetDoc::new(case.text("sheet.feedback.letter"), title);
    sheet.page = Page::Letter;
    sheet.head[0].cells[0].style = Style::LetterTitle;
    sheet.filling.widths = vec![(0, WIDTH)];
    let mut lines = Lines { rows: Vec::new() };
    lines.add(String::new(), Style::Letter);
    lines.add(case.fill("feedback.letter.to", &[("unit", &case.unit.name)]), Style::Letter);
    opening(case, &mut lines);
    strengths(case, &mut lines);
    weaknesses(case, &mut lines);
    outlook(case, &mut lines);
    closing(case, &mut lines);
    lines.fit(&mut sheet);
    sheet.finish()
}

/// The lines of the letter before their height is known.
struct Lines {
    rows: Vec<(String, Style)>,
}

impl Lines {
    fn add(&mut self, text: String, style: Style) {
        self.rows.push((text, style));
    }

    fn heading(&mut self, case: &Case<'_>, key: &str) {
        self.add(case.fill("feedback.letter.indent", &[("text", case.text(key))]), Style::LetterHeading);
    }

    fn paragraph(&mut self, case: &Case<'_>, text: &str) {
        self.add(case.fill("feedback.letter.indent", &[("text", text)]), Style::Letter);
    }

    /// Sets the distance of lines so that the letter fills one page and no more.
    fn fit(self, sheet: &mut SheetDoc) {
        let count = |text: &str, width: usize| text.width().div_ceil(width).max(1);
        let title = sheet.head[0].cells.first().map_or(String::new(), |cell| match &cell.content {
            super::super::document::Content::Text(text) => text.clone(),
            _ => String::new(),
        });
        let title_height = count(&title, TITLE_WIDTH) as f64 * TITLE_PITCH;
        sheet.head[0].height = title_height;
        let lines: usize = self.rows.iter().map(|(text, _)| count(text, LINE_WIDTH)).sum();
        let pitch = ((HEIGHT - title_height) / lines.max(1) as f64).clamp(PITCH.1, PITCH.0);
        for (text, style) in self.rows {
            let height = count(&text, LINE_WIDTH) as f64 * pitch;
            sheet.rows.push(RowDoc { cells: vec![CellDoc::line(text, style)], height });
        }
    }
}

fn opening(case: &Case<'_>, lines: &mut Lines) {
    let model = &case.outcome().model;
    let default = case.fill("feedback.letter.opening", &[("title", &model.title)]);
    let opening = model.feedback.opening.as_ref().map_or(default, |text| filled(case, text));
    lines.paragraph(case, &format!("{opening}{}", result(case)));
}

/// A text of the model with the names it may use.
fn filled(case: &Case<'_>, text: &str) -> String {
    let model = &case.outcome().model;
    let values = [
        ("unit", case.unit.name.as_str()),
        ("title", &model.title),
        ("period", &model.period),
        ("issuer", &model.issuer),
    ];
    crate::i18n::fill(text, &values)
}

/// Total, rank and grade in sentences.
fn result(case: &Case<'_>) -> String {
    let unit = case.unit;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let values = [
        ("total", text(&unit.total)),
        ("base", text(&unit.base)),
        ("plus", text(&unit.plus)),
        ("minus", text(&unit.minus)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut said = case.fill("feedback.letter.total", &values);
    said.push_str(&rank(case));
    said.push_str(&grade(case));
    said
}

fn rank(case: &Case<'_>) -> String {
    let group = case.group().map_or(0, |group| group.ranked).to_string();
    let mean = case.group().and_then(|g| g.total.as_ref()).map(|stat| case.printed(&stat.mean));
    let mean = mean.map_or(String::new(), |mean| case.fill("feedback.letter.mean", &[("mean", &mean)]));
    let said = match (case.unit.mode.as_str(), case.unit.rank_group) {
        ("separate", _) => case.text("feedback.letter.separate").to_owned(),
        (_, Some(rank)) if case.outcome().model.feedback.show_rank => {
            let values = [("group", case.unit.group.as_str()), ("n", &group), ("rank", &rank.to_string())];
            case.fill("feedback.letter.rank", &values)
        }
        _ => case.fill("feedback.letter.no-rank", &[("group", &case.unit.group), ("n", &group)]),
    };
    format!("{said}{mean}")
}

fn grade(case: &Case<'_>) -> String {
    let unit = case.unit;
    let Some(grade) = &unit.grade else { return case.text("feedback.letter.deferred").to_owned() };
    let said = match &unit.parallel {
        Some(parallel) => case.fill("feedback.letter.grade-parallel", &[("grade", grade), ("parallel", parallel)]),
        None => case.fill("feedback.letter.grade", &[("grade", grade)]),
    };
    // What held the grade down, with the clause that says so.
    let caps = unit.path.iter().filter(|step| step.kind == "cap" && step.from != step.to);
    let caps = caps.map(|step| {
        let name = case.clean(step.name.as_deref().unwrap_or_default());
        let by = step.clause.clone().unwrap_or_else(|| step.code.clone().unwrap_or_default());
        let to = step.to.clone().unwrap_or_default();
        case.fill("feedback.letter.cap", &[("clause", &by), ("name", &name), ("to", &to)])
    });
    format!("{said}{}", caps.collect::<String>())
}

fn strengths(case: &Case<'_>, lines: &mut Lines) {
    if case.told.strengths.is_empty() {
        return;
    }
    lines.heading(case, "feedback.letter.strengths");
    lines.paragraph(case, &listed(case, &case.told.strengths, false));
}

fn weaknesses(case: &Case<'_>, lines: &mut Lines) {
    let has_strengths = !case.told.strengths.is_empty();
    lines.heading(case, if has_strengths { "feedback.letter.weaknesses" } else { "feedback.letter.weaknesses-first" });
    let items = if case.told.weaknesses.is_empty() {
        case.text("feedback.letter.none").to_owned()
    } else {
        listed(case, &case.told.weaknesses, true)
    };
    lines.paragraph(case, &format!("{items}{}", adjustments(case)));
}

/// Items as a numbered sentence, each with its evidence.
fn listed(case: &Case<'_>, items: &[usize], with_reason: bool) -> String {
    let said = items.iter().enumerate().map(|(place, index)| {
        let item = &case.told.items[*index];
        let ordinal = if items.len() == 1 { "" } else { case.text(ORDINALS.get(place).unwrap_or(&ORDINALS[0])) };
        let evidence = evidence(case, item);
        let mut said = case.fill("feedback.letter.item", &[("n", ordinal), ("name", &item.name), ("what", &evidence)]);
        let note = case.clean(&item.note);
        if with_reason && !note.is_empty() {
            said.push_str(&case.fill("feedback.letter.reason", &[("text", &shortened(&note))]));
        }
        said
    });
    let sentence = case.view.lang.join("feedback.letter.items", said.collect::<Vec<_>>());
    case.fill("feedback.letter.sentence", &[("text", &sentence)])
}

/// Words that number the items of a sentence.
const ORDINALS: [&str; 6] =
    ["feedback.nth.1", "feedback.nth.2", "feedback.nth.3", "feedback.nth.4", "feedback.nth.5", "feedback.nth.6"];

fn evidence(case: &Case<'_>, item: &Item) -> String {
    let points = item.points.as_ref().map(|points| case.printed(points)).unwrap_or_default();
    let full = short(&item.full);
    match &item.stat {
        Some(stat) => {
            let values = [("points", points.as_str()), ("full", &full), ("mean", &case.printed(&stat.mean))];
            case.fill("feedback.letter.evidence-mean", &values)
        }
        None => case.fill("feedback.letter.evidence", &[("points", &points), ("full", &full)]),
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
fn adjustments(case: &Case<'_>) -> String {
    let counted = case.unit.adjustments.iter().filter(|own| own.kind != "event" && own.counted.0.is_positive());
    let said: Vec<String> = counted
        .map(|own| {
            let key = if own.kind == "deduction" { "feedback.letter.deduction" } else { "feedback.letter.bonus" };
            let what = shortened(&case.adjustment(own));
            case.fill(key, &[("what", &what), ("points", &short(&own.counted.0))])
        })
        .collect();
    if said.is_empty() {
        return String::new();
    }
    let list = case.view.lang.join("feedback.letter.items", said);
    case.fill("feedback.letter.adjustments", &[("list", &list)])
}

/// Distance, what would recover most, what is asked for.
fn outlook(case: &Case<'_>, lines: &mut Lines) {
    let has_strengths = !case.told.strengths.is_empty();
    lines.heading(case, if has_strengths { "feedback.letter.outlook" } else { "feedback.letter.outlook-second" });
    let mut said = distance(case);
    if let Some(quota) = &case.told.quota {
        said.push_str(&quota_line(case, quota));
    }
    if let Some(gain) = case.told.gains.first() {
        let name = &case.outcome().model.leaves[gain.leaf].name;
        let values = [("leaf", name.as_str()), ("lost", &short(&gain.lost)), ("gain", &case.printed(&gain.gain))];
        said.push_str(&case.fill("feedback.letter.gain", &values));
    }
    lines.paragraph(case, &said);
    lines.paragraph(case, &requirements(case));
}

fn distance(case: &Case<'_>) -> String {
    match &case.told.distance {
        Distance::Deferred => String::new(),
        Distance::Best => case.text("feedback.letter.best").to_owned(),
        Distance::Next(next) => next_grade(case, next),
    }
}

fn next_grade(case: &Case<'_>, next: &NextGrade) -> String {
    let threshold = short(&next.at_least.0);
    let mut said = if next.short.is_zero() {
        case.fill("feedback.letter.reached", &[("grade", &next.grade), ("threshold", &threshold)])
    } else {
        let values = [("grade", next.grade.as_str()), ("threshold", &threshold), ("short", &case.printed(&next.short))];
        case.fill("feedback.letter.short", &values)
    };
    let obstacles: Vec<String> = next.obstacles.iter().map(|obstacle| hindrance(case, obstacle, &next.grade)).collect();
    if !obstacles.is_empty() {
        let list = case.view.lang.join("report.clauses", obstacles);
        said.push_str(&case.fill("feedback.letter.obstacles", &[("list", &list)]));
    }
    said
}

fn hindrance(case: &Case<'_>, obstacle: &Obstacle, grade: &str) -> String {
    let by = |clause: &Option<String>| match clause {
        Some(clause) => case.fill("feedback.letter.clause", &[("clause", clause)]),
        None => String::new(),
    };
    match obstacle {
        Obstacle::Cap { name, clause, at_most, .. } => {
            let name = case.clean(name);
            case.fill("feedback.letter.obstacle-cap", &[("clause", &by(clause)), ("name", &name), ("to", at_most)])
        }
        Obstacle::NoPlace { kind, clause } => {
            let key = if kind == "no-room" { "feedback.letter.obstacle-room" } else { "feedback.letter.obstacle-tie" };
            case.fill(key, &[("clause", &by(clause)), ("grade", grade)])
        }
        Obstacle::Decision { document, clause } => {
            let document = case.clean(document);
            case.fill("feedback.letter.obstacle-decision", &[("clause", &by(clause)), ("document", &document)])
        }
    }
}

fn quota_line(case: &Case<'_>, quota: &QuotaLine) -> String {
    let (places, taken) = (quota.places.to_string(), quota.taken.to_string());
    let mut values = vec![("grade", quota.grade.as_str()), ("places", &places), ("taken", &taken)];
    let (behind, free, least);
    let key = match &quota.side {
        Side::Inside => "feedback.letter.quota-inside",
        Side::Outside => "feedback.letter.quota-outside",
        Side::Level => "feedback.letter.quota-level",
        Side::Behind(points) => {
            behind = case.printed(points);
            values.push(("points", &behind));
            "feedback.letter.quota-behind"
        }
        Side::Free(count) => {
            free = count.to_string();
            values.push(("free", &free));
            "feedback.letter.quota-free"
        }
        Side::Suppressed => {
            least = case.outcome().model.feedback.min_group.to_string();
            values.push(("least", &least));
            "feedback.letter.quota-suppressed"
        }
    };
    case.fill(key, &values)
}

/// What follows from the grade, the problems, and the window for an appeal.
fn requirements(case: &Case<'_>) -> String {
    let model = &case.outcome().model;
    let mut said = String::new();
    let grade = model.grades.iter().find(|grade| Some(&grade.name) == case.unit.grade.as_ref());
    if let Some(grade) = grade.filter(|grade| !grade.actions.is_empty()) {
        let list = case.view.lang.join("report.list", grade.actions.iter().map(String::as_str));
        let clause = grade
            .clause
            .as_ref()
            .map_or(String::new(), |clause| case.fill("feedback.letter.clause", &[("clause", clause)]));
        said.push_str(&case.fill("feedback.letter.actions", &[("clause", &clause), ("list", &list)]));
    }
    if !case.told.problems.is_empty() {
        let count = case.told.problems.len().to_string();
        said.push_str(&case.fill("feedback.letter.problems", &[("n", &count)]));
    }
    said.push_str(&case.fill("feedback.letter.appeal", &[("window", &case.appeal_window())]));
    said
}

fn closing(case: &Case<'_>, lines: &mut Lines) {
    let model = &case.outcome().model;
    let closing = model.feedback.closing.as_ref().map(|text| filled(case, text));
    lines.paragraph(case, &closing.unwrap_or_else(|| case.text("feedback.letter.closing").to_owned()));
    lines.add(String::new(), Style::Letter);
    let sheets = ["details", "charts", "ballots"].map(|name| case.text(&format!("sheet.feedback.{name}")));
    let sheets = sheets.into_iter().chain([case.text("sheet.ledger"), case.text("sheet.feedback.appeal")]);
    let numbered = sheets.enumerate().map(|(index, name)| format!("{}. {name}", index + 1));
    let list = case.view.lang.join("feedback.letter.attached", numbered.collect::<Vec<_>>());
    lines.paragraph(case, &case.fill("feedback.letter.attachments", &[("list", &list)]));
    // Room for the seal, which stands over issuer and date.
    lines.add(String::new(), Style::Letter);
    lines.add(String::new(), Style::Letter);
    lines.add(case.fill("feedback.letter.signed", &[("issuer", &model.issuer)]), Style::LetterRight);
    let date = case.feedback_date().or_else(|| model.as_of.as_deref().and_then(|date| date.parse().ok()));
    let date = date.map_or_else(|| case.text("feedback.letter.no-date").to_owned(), |date| case.date(date));
    lines.add(case.fill("feedback.letter.dated", &[("date", &date)]), Style::LetterRight);
}
