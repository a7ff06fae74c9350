//! Registers: 加减分登记, 事项登记, 等次审定, 更正登记, 复核申请, 评议票处置, 名额分配.

use std::borrow::Cow;

use crate::shared::groups::each_once;
use crate::shared::i18n::say;
use jiff::civil::Date;

use super::{ENTRY, ENTRY_DATE, ENTRY_TEXT, Form, FormName, Kind, Office, header};
use crate::documents::report::document::{CellDoc, Style};
use crate::documents::report::entry::{Allow, Block, Check};
use crate::engine::assessment::Target;
use crate::model::{AdjustmentKind, ComponentKind, RankScope, Sign};
use crate::read::schema::{Choice, Column, Entry, Schema};
use crate::read::{TableKind, Word, form};
use crate::shared::number::Exact;

/// Rows of an empty register.
const ROWS: usize = 30;

/// The registers that are useful for a model.
pub fn of<'o>(office: &Office<'o>) -> impl Iterator<Item = &'static Schema> + use<'o> {
    let office = *office;
    Schema::ALL.into_iter().filter(move |register| match register.kind {
        TableKind::Adjustments | TableKind::Events => kinds(&office, register).next().is_some(),
        TableKind::Dispositions => {
            office.model.components.iter().any(|own| matches!(own.kind, ComponentKind::Ballots(_)))
        }
        TableKind::Decisions => !office.model.grades.is_empty(),
        TableKind::Places => office.model.grades.iter().any(|grade| grade.quota.is_some()),
        _ => true,
    })
}

/// The kinds of adjustment that are entered in a register.
fn kinds<'o>(office: &Office<'o>, register: &Schema) -> impl Iterator<Item = &'o AdjustmentKind> + use<'o> {
    let kind = register.kind;
    office.model.adjustments.kinds.iter().filter(move |own| match kind {
        TableKind::Adjustments => own.sign != Sign::Event,
        TableKind::Events => own.sign == Sign::Event,
        _ => false,
    })
}

/// A form with the known entries, row by row in the order of its columns.
pub fn form<'o>(office: &Office<'o>, register: &'static Schema, entries: &'o [Vec<String>]) -> Form<'o> {
    let name = FormName::plain(office.text(register.kind.word()));
    // Of 分组 and 方案 the form of 名额分配 has the one that is the scope.
    let by_scheme = office.model.rank.scope == RankScope::Scheme;
    let other = if by_scheme { Word::Group } else { Word::Schemes };
    let is_places = register.kind == TableKind::Places;
    let columns: Vec<_> = register.form().filter(|column| !is_places || column.word != other).collect();
    let mut sheet = office.sheet(&name).landscape().freeze(3);
    let note = match register.kind {
        TableKind::Events if office.model.grades.is_empty() => "form.events.note.ungraded",
        TableKind::Appeals if office.model.grades.is_empty() => "form.appeals.note.ungraded",
        _ => register.note,
    };
    sheet.hint(office.text(note));
    sheet.header(columns.iter().map(|column| header(office.lang(), column.word)).collect());
    let top = sheet.next_row();
    for index in 0..entries.len().max(ROWS) {
        let entry = entries.get(index);
        let cells = columns.iter().enumerate().map(|(at, column)| {
            let text = entry.and_then(|entry| entry.get(at)).map_or("", String::as_str);
            match (text.parse::<Date>(), style(column.entry)) {
                (Ok(date), ENTRY_DATE) => CellDoc::date(date, ENTRY_DATE),
                (_, style) => CellDoc::filled(text, style),
            }
        });
        sheet.row(cells.collect());
    }
    let bottom = sheet.next_row() - 1;
    for (at, column) in (0..).zip(&columns) {
        let Some((allow, key)) = allowed(office, register, column) else { continue };
        let check = Check::new(Block::column(top, bottom, at), allow, office.text(key));
        sheet.filling.checks.push(check.prompting(prompt(office, column)));
    }
    let widths = columns.iter().enumerate();
    sheet.filling.widths = widths.filter_map(|(at, column)| Some((at, column.width?))).collect();
    if let Some(list) = kinds_text(office, register) {
        sheet.closing(say!(office, "form.register.codes", list));
    }
    let path = format!("registers/{}", name.file(office, "", ""));
    Form {
        kind: Kind::Register,
        path,
        document: office.document(Kind::Register, &[(form::REGISTER, register.kind.json())], sheet),
    }
}

/// The codes of a register with their names and points.
fn kinds_text(office: &Office<'_>, register: &Schema) -> Option<String> {
    let points = |kind: &AdjustmentKind, points: &Exact| {
        let key = if kind.sign == Sign::Bonus { "form.register.bonus" } else { "form.register.deduction" };
        say!(office, key, points = points.plain())
    };
    let size = |kind: &AdjustmentKind| match (&kind.points, kind.sign) {
        (_, Sign::Event) => String::new(),
        (Some(own), _) if kind.levels.is_empty() => points(kind, &own.0),
        _ => {
            let levels = kind.levels.iter().map(|(name, own)| format!("{name}{}", points(kind, &own.0)));
            office.lang().join("form.rule.or", levels)
        }
    };
    let each = kinds(office, register).map(|kind| {
        let (name, size) = (kind.name.as_str(), size(kind));
        let key = if size.is_empty() { "form.register.event" } else { "form.register.kind" };
        say!(office, key, code = kind.code, name, points = size)
    });
    let list = office.lang().join("form.rule.and", each);
    (!list.is_empty()).then_some(list)
}

const fn style(entry: Entry) -> Style {
    match entry {
        Entry::Date => ENTRY_DATE,
        Entry::Short => ENTRY,
        Entry::Text | Entry::None => ENTRY_TEXT,
    }
}

fn prompt(office: &Office<'_>, column: &Column) -> &'static str {
    let key = match column.choice {
        Some(Choice::UnitCode | Choice::Unit) => "form.prompt.unit",
        Some(Choice::Kind) => "form.prompt.code",
        Some(Choice::Approved) => "form.prompt.approved",
        Some(Choice::Status) => "form.prompt.status",
        _ => return "",
    };
    office.text(key)
}

/// The values allowed in a column, and the catalogue key of the text shown when something else is typed.
fn allowed<'o>(office: &Office<'o>, register: &Schema, column: &Column) -> Option<(Allow<'o>, &'static str)> {
    let texts = |keys: &[&str]| keys.iter().map(|key| office.text(key)).collect();
    if column.entry == Entry::Date {
        return Some((Allow::Date, "form.error.date"));
    }
    let words: Vec<&str> = match column.choice? {
        Choice::Claimed | Choice::Approved | Choice::Places => {
            return Some((Allow::AtLeast(Exact::zero()), "form.error.points-or-more"));
        }
        Choice::YesNo => return Some((office.yes_no(), "form.error.list")),
        Choice::UnitCode => office.units.iter().map(|unit| unit.code.as_str()).collect(),
        Choice::Unit => office.units.iter().map(|unit| unit.name.as_str()).collect(),
        Choice::Kind => kinds(office, register).map(|kind| kind.code.as_str()).collect(),
        Choice::Level => levels(office, register),
        Choice::Conclusion => texts(&[
            "form.conclusion.upheld",
            "form.conclusion.partly",
            "form.conclusion.rejected",
            "form.conclusion.maintained",
            "form.conclusion.dismissed",
        ]),
        Choice::Status => texts(&[
            "form.status.proposed",
            "form.status.reviewed",
            "form.status.approved",
            "form.status.rejected",
            "form.status.withdrawn",
        ]),
        Choice::Grade => {
            let grades = office.model.grades.iter().map(|grade| grade.name.as_str());
            grades.chain([office.text("form.deferred")]).collect()
        }
        Choice::LimitedGrade => {
            let limited = office.model.grades.iter().filter(|grade| grade.quota.is_some());
            limited.map(|grade| grade.name.as_str()).collect()
        }
        Choice::Group => groups(office),
        Choice::Scheme => schemes(office),
        Choice::Place => return Some((Allow::words(places(office)), "form.error.list")),
    };
    (!words.is_empty()).then(|| (Allow::words(words), "form.error.list"))
}

/// The groups of the units, each once; none where all units are one scope.
fn groups<'o>(office: &Office<'o>) -> Vec<&'o str> {
    let units = office.units.iter().filter(|_| office.model.rank.scope == RankScope::Group);
    each_once(units.map(|unit| unit.group.as_str()))
}

/// The names of the schemes; none where they are no scope.
fn schemes<'o>(office: &Office<'o>) -> Vec<&'o str> {
    let schemes = office.model.schemes.iter().filter(|_| office.model.rank.scope == RankScope::Scheme);
    schemes.map(|scheme| scheme.name.as_str()).collect()
}

/// All levels of the kinds of a register, without duplicates.
fn levels<'o>(office: &Office<'o>, register: &Schema) -> Vec<&'o str> {
    each_once(kinds(office, register).flat_map(|kind| &kind.levels).map(|(name, _)| name.as_str()))
}

/// The places that can be corrected: leaves, components, the total; then the values of leaves and inputs of formulas.
fn places<'o>(office: &Office<'o>) -> Vec<Cow<'o, str>> {
    let has_leaves = office.model.indicators_component().is_some();
    let leaves = || office.model.tree.leaves.iter().enumerate().filter(|_| has_leaves);
    let components = (0..office.model.components.len()).map(Target::Component);
    let values =
        leaves().filter(|(_, leaf)| leaf.shape().is_typed()).map(|(leaf, _)| Target::Value { leaf, period: None });
    let points = leaves().map(|(index, _)| Target::Leaf(index));
    let names = |leaf: usize| 0..office.model.input_names(leaf).len();
    let inputs =
        leaves().flat_map(|(leaf, _)| names(leaf).map(move |input| Target::Input { leaf, input, period: None }));
    let name = |target: Target| target.name_in(office.model);
    points
        .chain(components)
        .map(name)
        .chain([Cow::Borrowed(office.text("form.total"))])
        .chain(values.chain(inputs).map(name))
        .collect()
}
