//! 评议票: one form per component and class; every rater receives a copy.

use std::borrow::Cow;

use super::{ENTRY, ENTRY_TEXT, Form, FormName, Kind, Office, header, node_header};
use crate::documents::report::document::{CellDoc, SheetDoc};
use crate::documents::report::entry::{Allow, Block, Check};
use crate::model::marks::OwnMarks;
use crate::model::{BallotRules, Component, Node, RaterClass, Scale, StraightLine};
use crate::read::{Word, form};
use crate::shared::i18n::say;
use crate::shared::number::Exact;

/// A ballot as it would be completed.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    /// 评委编号, also part of the file name.
    pub rater: String,
    /// 所在单位.
    pub home: String,
    /// Marks by assessed unit, then node.
    pub marks: Vec<Vec<String>>,
}

/// The form of a class.
pub fn form<'o>(
    office: &Office<'o>,
    component: &'o Component,
    rules: &'o BallotRules,
    class: usize,
    filled: Option<&'o Filled>,
) -> Form<'o> {
    let (scale, number, class) = (rules.scale_of(class), class, &rules.classes[class]);
    let nodes = office.model.tree.measured(rules.rates);
    let mut sheet = office.sheet(&name(office, component, class));
    if nodes.len() > 4 {
        sheet = sheet.landscape();
    }
    add_head(office, &mut sheet, rules, class, filled);
    let own = [Word::Ordinal, Word::UnitCode, Word::Unit].map(|word| header(office.lang(), word));
    let marks = nodes.iter().map(|node| match node {
        Node::Unit => header(office.lang(), Word::Mark),
        other => CellDoc::header(node_header(office.model, *other)),
    });
    sheet.header(own.into_iter().chain(marks).collect());
    let top = sheet.next_row();
    let rated = office.assessed().enumerate().filter(|(_, unit)| office.has_class(unit, &component.id, number));
    for (number, (index, unit)) in rated.enumerate() {
        let marks = filled.and_then(|filled| filled.marks.get(index));
        let mark = |node: usize| marks.and_then(|marks| marks.get(node)).map_or("", String::as_str);
        let mut cells = vec![CellDoc::count(number + 1), CellDoc::center(&unit.code), CellDoc::text(&unit.name)];
        let tree = office.model.of(unit.scheme).tree();
        cells.extend(nodes.iter().enumerate().map(|(at, node)| match tree.points(*node).0.is_zero() {
            // Not part of the unit's scheme: nothing is asked there.
            true => CellDoc::header(""),
            false => CellDoc::filled(mark(at), ENTRY),
        }));
        sheet.row(cells);
    }
    let bottom = sheet.next_row().max(top + 1) - 1;
    let (left, right) = (3, 2 + nodes.len() as u16);
    sheet.filling.checks.push(mark_check(office, rules, scale, Block { top, bottom, left, right }));
    // Wide enough to write in, and for the title to fit on one line.
    let mark_width = if nodes.len() == 1 { 24 } else { 12 };
    let marks = (3..3 + nodes.len()).map(|column| (column, mark_width));
    sheet.filling.widths = [(0, 8), (1, 12), (2, 46)].into_iter().chain(marks).collect();
    finish(office, component, class, filled, sheet)
}

fn finish<'o>(
    office: &Office<'o>,
    component: &'o Component,
    class: &'o RaterClass,
    filled: Option<&Filled>,
    sheet: SheetDoc<'o>,
) -> Form<'o> {
    let rater = filled.map_or("", |filled| filled.rater.as_str());
    let name = name(office, component, class).file(office, rater, "");
    let path = format!("ballots/{}/{}/{name}", component.id, class.id);
    let marks = [(form::COMPONENT, component.id.as_str()), (form::CLASS, class.id.as_str())];
    Form { kind: Kind::Ballot, path, document: office.document(Kind::Ballot, &marks, sheet) }
}

fn name<'n>(office: &Office<'_>, component: &'n Component, class: &'n RaterClass) -> FormName<'n> {
    let (of, ids) = (vec![component.name.as_str(), &class.name], vec![component.id.as_str(), &class.id]);
    FormName { kind: office.text("kind.ballots"), of, ids }
}

/// Adds class, rater and, if own units must not be rated, the rater's own unit.
fn add_head<'o>(
    office: &Office<'o>,
    sheet: &mut SheetDoc<'o>,
    rules: &'o BallotRules,
    class: &'o RaterClass,
    filled: Option<&'o Filled>,
) {
    let (rater, home) = filled.map_or(("", ""), |filled| (&filled.rater, &filled.home));
    let mut lines = vec![(Word::Class, CellDoc::text(&class.name)), (Word::Rater, CellDoc::filled(rater, ENTRY_TEXT))];
    if class.recuse {
        lines.push((Word::Home, CellDoc::filled(home, ENTRY_TEXT)));
        let row = sheet.next_row() + 2;
        let names = Allow::words(office.units.iter().map(|unit| &unit.name));
        let check = Check::new(Block::column(row, row, 2), names, office.text("form.error.unit"));
        sheet.filling.checks.push(check.prompting(office.text("form.prompt.home")));
    }
    office.identity(sheet, lines, 2);
    let scale = class.own.as_deref().map_or(&rules.scale, |own| &own.scale);
    let key = match scale {
        Scale::Levels(_) => "form.ballot.words",
        Scale::Range(..) => "form.ballot.range",
    };
    sheet.hint(say!(office, key, marks = marks_text(office, scale)));
    sheet.hint(notes(office, rules, class));
}

/// The admissible marks, in words.
fn marks_text(office: &Office<'_>, scale: &Scale) -> String {
    match scale {
        Scale::Levels(levels) => office.lang().join("form.rule.or", levels.iter().map(|(name, _)| name.as_str())),
        Scale::Range(range) => {
            let (low, high) = (range.low.0.plain(), range.high.0.plain());
            match &range.step {
                Some(step) => {
                    say!(office, "form.ballot.steps", low, high, step = step.0.plain())
                }
                None => format!("{low}–{high}"),
            }
        }
    }
}

fn mark_check<'o>(office: &Office<'o>, rules: &'o BallotRules, scale: &'o Scale, cells: Block) -> Check<'o> {
    let marks = marks_text(office, scale);
    let allow = match scale {
        Scale::Levels(levels) => Allow::words(levels.iter().map(|(name, _)| name).chain(rules.abstain.first())),
        Scale::Range(range) => Allow::Between(range.low.0.clone(), range.high.0.clone()),
    };
    Check::new(cells, allow, say!(office, "form.error.mark", marks))
}

/// Notes on what makes a ballot void, and when nothing needs to be marked.
fn notes(office: &Office<'_>, rules: &BallotRules, class: &RaterClass) -> String {
    let mut notes = vec![Cow::Borrowed(office.text("form.ballot.one"))];
    if class.recuse {
        notes.push(Cow::Borrowed(office.text("form.ballot.recuse")));
    }
    let scale = class.own.as_deref().map_or(&rules.scale, |own| &own.scale);
    if let (Scale::Levels(_), Some(word)) = (scale, rules.abstain.first()) {
        notes.push(Cow::Owned(say!(office, "form.ballot.abstain", word)));
    }
    let units = office.assessed().count();
    if let (Some(share), true) = (&rules.max_top_share, units >= rules.pattern_from) {
        let most = (&share.0 * &Exact::from(units) / Exact::from(100)).whole(crate::shared::number::Rounding::Floor);
        let most = most.max(Exact::from(1));
        let top = match scale {
            Scale::Levels(levels) => Cow::Borrowed(levels.first().map_or("", |(name, _)| name)),
            Scale::Range(..) => Cow::Owned(say!(office, "form.ballot.from", mark = top_mark(rules, class).plain())),
        };
        notes.push(Cow::Owned(say!(office, "form.ballot.top", top, n = most.plain(), share = share.0.plain())));
    }
    if rules.straight_line == StraightLine::Void && units >= rules.pattern_from {
        notes.push(Cow::Borrowed(office.text("form.ballot.straight")));
    }
    let numbered = notes.iter().zip(1..).map(|(note, n)| format!("{n}. {note}"));
    say!(office, "form.note", text = numbered.collect::<Vec<_>>().join(" "))
}

/// The lowest mark in the top level, in the numbers that the class writes.
fn top_mark(rules: &BallotRules, class: &RaterClass) -> Exact {
    match class.own.as_deref() {
        Some(OwnMarks { scale: Scale::Range(range), top_from, .. }) => &top_from.0 * &range.high.0 / &rules.full.0,
        own => own.map_or(&rules.top_from, |own| &own.top_from).0.clone(),
    }
}
