//! Registers: 加减分登记, 事项登记, 等次审定, 更正登记, 复核申请, 评议票处置.

use crate::shared::i18n::say;
use jiff::civil::Date;

use super::rule_text::number;
use super::{ENTRY, ENTRY_DATE, ENTRY_TEXT, Form, FormName, Kind, Office, header};
use crate::documents::report::document::{CellDoc, Style};
use crate::documents::report::entry::{Allow, Block, Check};
use crate::model::{AdjustmentKind, ComponentKind, RankScope, Sign};
use crate::read::table::DOCUMENTED;
use crate::read::{Word, form};
use crate::shared::number::Exact;

/// Rows of an empty register.
const ROWS: usize = 30;

/// The registers of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Register {
    /// 加减分登记.
    Adjustments,
    /// 事项登记.
    Events,
    /// 等次审定.
    Decisions,
    /// 更正登记.
    Corrections,
    /// 复核申请.
    Appeals,
    /// 评议票处置.
    Dispositions,
    /// 名额分配.
    Places,
}

/// The columns that identify unit and matter of a row of 加减分登记 or 事项登记.
const MATTER: &[Word] = &[Word::Number, Word::UnitCode, Word::Unit, Word::Code, Word::Matter, Word::Level];
const DECISIONS: &[Word] = &[
    Word::Number,
    Word::UnitCode,
    Word::Unit,
    Word::Grade,
    Word::OutsideQuota,
    Word::AboveCap,
    Word::Clause,
    Word::DocumentNumber,
    Word::Date,
    Word::Status,
    Word::Remark,
    Word::Links,
];
const CORRECTIONS: &[Word] = &[
    Word::Number,
    Word::UnitCode,
    Word::Unit,
    Word::Where,
    Word::OldValue,
    Word::NewValue,
    Word::Reason,
    Word::DocumentNumber,
    Word::Status,
    Word::Remark,
    Word::Links,
];
const APPEALS: &[Word] = &[
    Word::Number,
    Word::UnitCode,
    Word::Unit,
    Word::Where,
    Word::Request,
    Word::ReceivedOn,
    Word::Conclusion,
    Word::HandledBy,
    Word::DocumentNumber,
    Word::Remark,
];

const DISPOSITIONS: &[Word] = &[
    Word::Number,
    Word::FilePath,
    Word::SheetName,
    Word::Rater,
    Word::UnitCode,
    Word::Unit,
    Word::Node,
    Word::Mark,
    Word::Basis,
    Word::DocumentNumber,
    Word::Status,
    Word::Remark,
];

const PLACES: &[Word] = &[
    Word::Number,
    Word::Group,
    Word::Grade,
    Word::Places,
    Word::Basis,
    Word::DocumentNumber,
    Word::Date,
    Word::Status,
    Word::Remark,
];

impl Register {
    const ALL: [Self; 7] = [
        Self::Adjustments,
        Self::Events,
        Self::Decisions,
        Self::Corrections,
        Self::Appeals,
        Self::Dispositions,
        Self::Places,
    ];

    /// The registers that are useful for a model.
    pub fn of<'o>(office: &Office<'o>) -> impl Iterator<Item = Self> + use<'o> {
        let office = *office;
        Self::ALL.into_iter().filter(move |register| match register {
            Self::Adjustments | Self::Events => register.kinds(&office).next().is_some(),
            Self::Decisions | Self::Corrections | Self::Appeals => true,
            Self::Places => office.model.grades.iter().any(|grade| grade.quota.is_some()),
            Self::Dispositions => {
                office.model.components.iter().any(|own| matches!(own.kind, ComponentKind::Ballots(_)))
            }
        })
    }

    /// Its columns, in their order.
    pub fn columns(self) -> Vec<Word> {
        let parts: &[&[Word]] = match self {
            Self::Adjustments => &[MATTER, &[Word::Claimed, Word::Approved], DOCUMENTED],
            Self::Events => &[MATTER, DOCUMENTED],
            Self::Decisions => &[DECISIONS],
            Self::Corrections => &[CORRECTIONS],
            Self::Appeals => &[APPEALS],
            Self::Dispositions => &[DISPOSITIONS],
            Self::Places => &[PLACES],
        };
        parts.concat()
    }

    /// The kinds of adjustment that are entered in it.
    fn kinds<'o>(self, office: &Office<'o>) -> impl Iterator<Item = &'o AdjustmentKind> + use<'o> {
        office.model.adjustments.kinds.iter().filter(move |kind| match self {
            Self::Adjustments => kind.sign != Sign::Event,
            Self::Events => kind.sign == Sign::Event,
            Self::Decisions | Self::Corrections | Self::Appeals | Self::Dispositions | Self::Places => false,
        })
    }

    /// The word in the hidden mark.
    const fn word(self) -> &'static str {
        match self {
            Self::Adjustments => "adjustments",
            Self::Events => "events",
            Self::Decisions => "decisions",
            Self::Corrections => "corrections",
            Self::Appeals => "appeals",
            Self::Dispositions => "dispositions",
            Self::Places => "places",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Adjustments => "kind.adjustments",
            Self::Events => "kind.events",
            Self::Decisions => "kind.decisions",
            Self::Corrections => "kind.corrections",
            Self::Appeals => "kind.appeals",
            Self::Dispositions => "kind.dispositions",
            Self::Places => "kind.places",
        }
    }

    const fn note(self) -> &'static str {
        match self {
            Self::Adjustments => "form.adjustments.note",
            Self::Events => "form.events.note",
            Self::Decisions => "form.decisions.note",
            Self::Corrections => "form.corrections.note",
            Self::Appeals => "form.appeals.note",
            Self::Dispositions => "form.dispositions.note",
            Self::Places => "form.places.note",
        }
    }
}

/// A form with the known entries, row by row in the order of [`Register::columns`].
pub fn form<'o>(office: &Office<'o>, register: Register, entries: &'o [Vec<String>]) -> Form<'o> {
    let name = FormName::plain(office.text(register.name()));
    let columns = register.columns();
    let mut sheet = office.sheet(&name).landscape().freeze(3);
    sheet.hint(office.text(register.note()));
    sheet.header(columns.iter().map(|word| header(office.lang(), *word)).collect());
    let top = sheet.next_row();
    for index in 0..entries.len().max(ROWS) {
        let entry = entries.get(index);
        let cells = columns.iter().enumerate().map(|(column, word)| {
            let text = entry.and_then(|entry| entry.get(column)).map_or("", String::as_str);
            match text.parse::<Date>() {
                Ok(date) if style(*word) == ENTRY_DATE => CellDoc::date(date, ENTRY_DATE),
                _ => CellDoc::filled(text, style(*word)),
            }
        });
        sheet.row(cells.collect());
    }
    let bottom = sheet.next_row() - 1;
    for (column, word) in (0..).zip(&columns) {
        let Some((allow, key)) = allowed(office, register, *word) else { continue };
        let check = Check::new(Block::column(top, bottom, column), allow, office.text(key));
        sheet.filling.checks.push(check.prompting(prompt(office, *word)));
    }
    let widths = columns.iter().enumerate();
    sheet.filling.widths = widths.filter_map(|(at, word)| width(*word).map(|width| (at, width))).collect();
    if let Some(list) = kinds_text(office, register) {
        sheet.closing(say!(office, "form.register.codes", list = list));
    }
    let path = format!("registers/{}", name.file(office, "", ""));
    Form {
        kind: Kind::Register,
        path,
        document: office.document(Kind::Register, &[(form::REGISTER, register.word())], sheet),
    }
}

/// The codes of a register with their names and points.
fn kinds_text(office: &Office<'_>, register: Register) -> Option<String> {
    let points = |kind: &AdjustmentKind, points: &Exact| {
        let key = if kind.sign == Sign::Bonus { "form.register.bonus" } else { "form.register.deduction" };
        say!(office, key, points = number(points))
    };
    let size = |kind: &AdjustmentKind| match (&kind.points, kind.sign) {
        (_, Sign::Event) => String::new(),
        (Some(own), _) if kind.levels.is_empty() => points(kind, &own.0),
        _ => {
            let levels = kind.levels.iter().map(|(name, own)| format!("{name}{}", points(kind, &own.0)));
            office.lang().join("form.rule.or", levels)
        }
    };
    let each = register.kinds(office).map(|kind| {
        let (name, size) = (kind.name.as_str(), size(kind));
        let key = if size.is_empty() { "form.register.event" } else { "form.register.kind" };
        say!(office, key, code = kind.code, name = name, points = size)
    });
    let list = office.lang().join("form.rule.and", each);
    (!list.is_empty()).then_some(list)
}

const fn style(word: Word) -> Style {
    match word {
        Word::DocumentDate | Word::Date | Word::ReceivedOn => ENTRY_DATE,
        Word::Number
        | Word::UnitCode
        | Word::Code
        | Word::Level
        | Word::Claimed
        | Word::Approved
        | Word::Status
        | Word::Grade
        | Word::OutsideQuota
        | Word::AboveCap
        | Word::Places
        | Word::OldValue
        | Word::NewValue => ENTRY,
        _ => ENTRY_TEXT,
    }
}

const fn width(word: Word) -> Option<u16> {
    match word {
        Word::Unit
        | Word::FilePath
        | Word::Basis
        | Word::Matter
        | Word::Document
        | Word::Reason
        | Word::Request
        | Word::Conclusion => Some(20),
        Word::DocumentNumber | Word::ApprovalNumber | Word::IssuedBy | Word::Remark => Some(14),
        Word::DocumentDate | Word::Date | Word::ReceivedOn | Word::Status | Word::Where => Some(11),
        Word::Links | Word::HandledBy => Some(12),
        _ => None,
    }
}

fn prompt(office: &Office<'_>, word: Word) -> &'static str {
    let key = match word {
        Word::UnitCode | Word::Unit => "form.prompt.unit",
        Word::Code => "form.prompt.code",
        Word::Approved => "form.prompt.approved",
        Word::Status => "form.prompt.status",
        Word::Links => "form.prompt.links",
        Word::HandledBy => "form.prompt.handled-by",
        _ => return "",
    };
    office.text(key)
}

/// The values allowed in a column, and the catalogue key of the text shown when something else is typed.
fn allowed<'o>(office: &Office<'o>, register: Register, word: Word) -> Option<(Allow<'o>, &'static str)> {
    let list = |words: Vec<&'o str>| (!words.is_empty()).then(|| (Allow::words(words), "form.error.list"));
    let texts = |keys: &[&str]| keys.iter().map(|key| office.text(key)).collect();
    match word {
        Word::UnitCode => list(office.units.iter().map(|unit| unit.code.as_str()).collect()),
        Word::Unit => list(office.units.iter().map(|unit| unit.name.as_str()).collect()),
        Word::Code => list(register.kinds(office).map(|kind| kind.code.as_str()).collect()),
        Word::Level => list(levels(office, register)),
        Word::Claimed | Word::Approved => Some((Allow::AtLeast(Exact::zero()), "form.error.points-or-more")),
        Word::Conclusion => list(texts(&[
            "form.conclusion.upheld",
            "form.conclusion.partly",
            "form.conclusion.rejected",
            "form.conclusion.maintained",
            "form.conclusion.dismissed",
        ])),
        Word::Status => list(texts(&[
            "form.status.proposed",
            "form.status.reviewed",
            "form.status.approved",
            "form.status.rejected",
            "form.status.withdrawn",
        ])),
        Word::Grade if register == Register::Places => {
            let limited = office.model.grades.iter().filter(|grade| grade.quota.is_some());
            list(limited.map(|grade| grade.name.as_str()).collect())
        }
        Word::Group => list(groups(office)),
        Word::Places => Some((Allow::AtLeast(Exact::zero()), "form.error.points-or-more")),
        Word::Grade => {
            let grades = office.model.grades.iter().map(|grade| grade.name.as_str());
            list(grades.chain([office.text("form.deferred")]).collect())
        }
        Word::OutsideQuota | Word::AboveCap => Some((office.yes_no(), "form.error.list")),
        Word::Where => list(places(office, register)),
        Word::DocumentDate | Word::Date | Word::ReceivedOn => Some((Allow::Date, "form.error.date")),
        _ => None,
    }
}

/// The groups of the units, each once; none where all units are one scope.
fn groups<'o>(office: &Office<'o>) -> Vec<&'o str> {
    let mut groups: Vec<&str> = Vec::new();
    for unit in office.units.iter().filter(|_| office.model.rank.scope == RankScope::Group) {
        if !groups.contains(&unit.group.as_str()) {
            groups.push(&unit.group);
        }
    }
    groups
}

/// All levels of the kinds of a register, without duplicates.
fn levels<'o>(office: &Office<'o>, register: Register) -> Vec<&'o str> {
    let mut levels: Vec<&str> = Vec::new();
    for (name, _) in register.kinds(office).flat_map(|kind| &kind.levels) {
        if !levels.contains(&name.as_str()) {
            levels.push(name);
        }
    }
    levels
}

/// The places that can be corrected: leaves, components, the total. An appeal may be about anything.
fn places<'o>(office: &Office<'o>, register: Register) -> Vec<&'o str> {
    if register != Register::Corrections {
        return Vec::new();
    }
    let has_leaves = office.model.indicators_component().is_some();
    let leaves = office.model.tree.leaves.iter().filter(|_| has_leaves).map(|leaf| leaf.code.as_str());
    let components = office.model.components.iter().map(|component| component.id.as_str());
    leaves.chain(components).chain([office.text("form.total")]).collect()
}
