//! 自评表: the questions for a unit, with cells for the unit and cells for the verifier.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::rule_text::allowed;
use super::{ENTRY, ENTRY_TEXT, Form, FormName, Kind, Office, header};
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::documents::report::entry::{Alarm, Allow, Block, Check, Entry};
use crate::engine::assessment::Unit;
use crate::model::formula::Input;
use crate::model::{EvidenceNeed, Leaf, RuleInput};
use crate::read::{Word, form};
use crate::shared::i18n::{Lang, say};
use crate::shared::number::Exact;

/// Known entries for a leaf, as they would be typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeafAnswer {
    /// 完成值.
    pub value: String,
    /// 自评得分.
    pub points: String,
    /// 佐证.
    pub evidence: String,
    /// 核定值.
    pub verified_value: String,
    /// 核定得分.
    pub verified_points: String,
    /// 核定说明.
    pub note: String,
    /// The inputs of its formula, in their order; empty if none is known.
    pub inputs: Vec<InputAnswer>,
}

/// Known entries for an input of a formula.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputAnswer {
    /// 完成值.
    pub value: String,
    /// 核定值.
    pub verified_value: String,
}

/// The entries for a leaf, and for an input, without known values.
static UNKNOWN: LazyLock<(LeafAnswer, InputAnswer)> = LazyLock::new(Default::default);

/// A row: a leaf, or an input of its formula.
#[derive(Clone, Copy)]
struct Asked<'o> {
    leaf: &'o Leaf,
    answer: &'o LeafAnswer,
    input: Option<AskedInput<'o>>,
    /// The period; blank where it has none, or the model names none.
    period: &'o str,
}

/// An input of a formula, with what is known of it.
#[derive(Clone, Copy)]
struct AskedInput<'o> {
    input: &'o Input,
    answer: &'o InputAnswer,
}

impl<'o> Asked<'o> {
    /// The rows of a leaf, in each period followed by those of its inputs.
    fn rows(leaf: &'o Leaf, answer: &'o LeafAnswer) -> impl Iterator<Item = Self> {
        let input = move |(index, input): (usize, &'o Input)| AskedInput {
            input,
            answer: answer.inputs.get(index).unwrap_or(&UNKNOWN.1),
        };
        let inputs = move || leaf.inputs().iter().enumerate().map(move |own| Some(input(own)));
        let periods = leaf.asked_periods().into_iter();
        periods.flat_map(move |period| {
            let inputs = inputs().map(move |input| Self { leaf, answer, input, period });
            std::iter::once(Self { leaf, answer, input: None, period }).chain(inputs)
        })
    }

    /// The text in the value cell; a value that follows from the ledgers or a formula is not requested.
    fn value(&self) -> &'o str {
        match self.input {
            Some(own) => &own.answer.value,
            None if self.leaf.formula.is_some() && self.answer.value.is_empty() => NOT_ASKED,
            None if self.leaf.input == RuleInput::Ledger && self.answer.value.is_empty() => NOT_ASKED,
            None => &self.answer.value,
        }
    }

    /// How its value is typed, in words.
    fn how(&self, lang: Lang) -> Cow<'static, str> {
        self.input.map_or_else(|| self.leaf.shape(), |own| own.input.shape()).how(lang)
    }
}

/// The content of a cell that need not be filled in; read as blank.
const NOT_ASKED: &str = "—";

/// The columns of the table, by the words of their headers.
const COLUMNS: [Word; 18] = [
    Word::Indicator,
    Word::Aspect,
    Word::Line,
    Word::Item,
    Word::Name,
    Word::InputItem,
    Word::Period,
    Word::Points,
    Word::Rule,
    Word::Hint,
    Word::Standard,
    Word::EvidenceNeed,
    Word::Value,
    Word::SelfScore,
    Word::Evidence,
    Word::VerifiedValue,
    Word::VerifiedPoints,
    Word::VerifiedNote,
];

/// Minimum width of a column in characters, for content that alone would be too narrow to write in or would break its words.
fn width(column: Word, lang: Lang) -> Option<u16> {
    match column {
        Word::Aspect | Word::Line | Word::Item if lang == Lang::En => Some(17),
        Word::Value | Word::Evidence | Word::VerifiedNote => Some(16),
        Word::VerifiedValue | Word::InputItem | Word::Period => Some(11),
        Word::Rule | Word::Hint | Word::Name => Some(18),
        _ => None,
    }
}

/// The leaves that a unit is asked for, as its scheme has them, with their index in the tree.
pub fn asked<'o>(office: &Office<'o>, unit: &Unit) -> impl Iterator<Item = (usize, &'o Leaf)> {
    let held = office.model.of(unit.scheme);
    held.asked().map(move |index| (index, &held.tree().leaves[index]))
}

/// The form of a unit. `answers` are the known entries by leaf of the tree; it may be empty.
pub fn form<'o>(office: &Office<'o>, unit: &'o Unit, answers: &'o [LeafAnswer]) -> Form<'o> {
    let leaves: Vec<(usize, &Leaf)> = asked(office, unit).collect();
    let columns = columns(&leaves);
    let name = FormName::plain(office.text("kind.self-report"));
    let mut sheet = office.sheet(&name).landscape();
    let wide = |text: &'o str| CellDoc::text(text).across(3);
    office.identity(&mut sheet, vec![(Word::UnitCode, wide(&unit.code)), (Word::Unit, wide(&unit.name))], 2);
    sheet.hint(office.text("form.self-report.note"));
    sheet.header(columns.iter().map(|column| head(office.lang(), *column)).collect());
    let top = sheet.next_row();
    let rows = leaves.iter().map(|(index, leaf)| Asked::rows(leaf, answers.get(*index).unwrap_or(&UNKNOWN.0)));
    let rows: Vec<Asked<'o>> = rows.flatten().collect();
    for asked in &rows {
        let row = sheet.next_row();
        sheet.row(columns.iter().map(|column| cell(office, asked, *column)).collect());
        add_checks(office, &mut sheet, asked, row, &columns);
    }
    if !leaves.is_empty() {
        add_sums(office, &mut sheet, &columns, top, &rows);
    }
    sheet.closing(office.text("form.self-report.signature"));
    sheet.filling.widths = columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| width(*column, office.lang()).map(|width| (at, width)))
        .collect();
    let path = format!("self-reports/{}", name.file(office, &unit.code, &unit.name));
    Form {
        kind: Kind::SelfReport,
        path,
        document: office.document(Kind::SelfReport, &[(form::UNIT, &unit.code)], sheet),
    }
}

/// The columns for a model: those without any content are omitted.
fn columns(leaves: &[(usize, &Leaf)]) -> Vec<Word> {
    let any = |text: fn(&Leaf) -> &str| leaves.iter().any(|(_, leaf)| !text(leaf).is_empty());
    let is_kept = |column: &Word| match column {
        Word::Item => any(|leaf| &leaf.item),
        Word::Standard => any(|leaf| &leaf.standard),
        Word::InputItem => leaves.iter().any(|(_, leaf)| leaf.formula.is_some()),
        Word::Period => leaves.iter().any(|(_, leaf)| leaf.periods.is_some()),
        Word::Aspect => leaves.iter().any(|(_, leaf)| leaf.aspect.is_some()),
        Word::Line => leaves.iter().any(|(_, leaf)| leaf.line.is_some()),
        _ => true,
    };
    COLUMNS.into_iter().filter(is_kept).collect()
}

fn head(lang: Lang, column: Word) -> CellDoc<'static> {
    match column {
        Word::EvidenceNeed => CellDoc::header(lang.text("form.evidence-need")),
        other => header(lang, other),
    }
}

fn cell<'o>(office: &Office<'o>, asked: &Asked<'o>, column: Word) -> CellDoc<'o> {
    let Asked { leaf, answer, input, period } = *asked;
    if let Some(own) = input {
        return input_cell(office, asked, own, column);
    }
    let tree = &office.model.tree;
    let (entry, verify) = if leaf.shape().is_literal() {
        (ENTRY_TEXT, Style::Verify(Entry::Text))
    } else {
        (ENTRY, Style::Verify(Entry::General))
    };
    match column {
        Word::Indicator => CellDoc::styled(&leaf.code, Style::Code),
        Word::Aspect => CellDoc::text(leaf.aspect.map_or("", |aspect| &tree.aspects[aspect].name)),
        Word::Line => CellDoc::text(leaf.line.map_or("", |line| &tree.lines[line].name)),
        Word::Item => CellDoc::text(&leaf.item),
        Word::Name => CellDoc::text(&leaf.name),
        Word::Period => period_cell(leaf, period),
        Word::Points => CellDoc::printed(leaf.points.0.plain()).role(Style::Center),
        Word::Rule => CellDoc::text(leaf.scoring(office.lang())),
        Word::Hint => CellDoc::text(asked.how(office.lang())),
        Word::Standard => CellDoc::text(&leaf.standard),
        Word::EvidenceNeed => CellDoc::center(need(office, leaf)),
        Word::Value => CellDoc::filled(asked.value(), entry),
        Word::SelfScore => CellDoc::filled(&answer.points, ENTRY),
        Word::Evidence => CellDoc::filled(&answer.evidence, ENTRY_TEXT),
        Word::VerifiedValue if leaf.formula.is_some() && answer.verified_value.is_empty() => {
            CellDoc::filled(NOT_ASKED, verify)
        }
        Word::VerifiedValue => CellDoc::filled(&answer.verified_value, verify),
        Word::VerifiedPoints => CellDoc::filled(&answer.verified_points, Style::Verify(Entry::General)),
        Word::VerifiedNote => CellDoc::filled(&answer.note, Style::Verify(Entry::Text)),
        _ => CellDoc::empty(),
    }
}

/// The period; where the model names none, whoever fills in the form does.
fn period_cell<'o>(leaf: &Leaf, period: &'o str) -> CellDoc<'o> {
    let is_open = leaf.periods.is_some() && period.is_empty();
    if is_open { CellDoc::filled("", ENTRY_TEXT) } else { CellDoc::center(period) }
}

/// The cell of a row of an input: only its values are requested.
fn input_cell<'o>(office: &Office<'o>, asked: &Asked<'o>, own: AskedInput<'o>, column: Word) -> CellDoc<'o> {
    match column {
        Word::Indicator => CellDoc::styled(&asked.leaf.code, Style::Code),
        Word::Name => CellDoc::text(&asked.leaf.name),
        Word::InputItem => CellDoc::text(&own.input.name),
        Word::Period => period_cell(asked.leaf, asked.period),
        Word::Hint => CellDoc::text(asked.how(office.lang())),
        Word::Value => CellDoc::filled(&own.answer.value, ENTRY),
        Word::VerifiedValue => CellDoc::filled(&own.answer.verified_value, Style::Verify(Entry::General)),
        Word::SelfScore | Word::Evidence | Word::VerifiedPoints | Word::VerifiedNote => CellDoc::center(NOT_ASKED),
        _ => CellDoc::empty(),
    }
}

fn need(office: &Office<'_>, leaf: &Leaf) -> &'static str {
    office.text(match leaf.evidence {
        EvidenceNeed::Required => "form.need.required",
        EvidenceNeed::Optional => "form.need.optional",
        EvidenceNeed::None => "form.need.none",
    })
}

/// Sets what may be typed into the cells of a leaf, and when its self score turns red.
fn add_checks<'o>(office: &Office<'o>, sheet: &mut SheetDoc<'o>, asked: &Asked<'o>, row: usize, columns: &[Word]) {
    let leaf = asked.leaf;
    let full = leaf.points.0.plain();
    let at = |column: Word| columns.iter().position(|own| *own == column).map(|at| at as u16);
    let cell = |at: u16| Block::column(row, row, at);
    for column in [Word::Value, Word::VerifiedValue] {
        let Some(at) = at(column) else { continue };
        let hint = asked.how(office.lang());
        let name = asked.input.map_or(&leaf.name, |own| &own.input.name);
        let prompt = say!(office, "form.prompt.value", name, hint);
        let error = say!(office, "form.error.words", hint);
        let allow = if asked.input.is_some() { Allow::Anything } else { allowed(office.lang(), leaf) };
        sheet.filling.checks.push(Check::new(cell(at), allow, error).prompting(prompt));
    }
    if asked.input.is_some() {
        return;
    }
    for column in [Word::SelfScore, Word::VerifiedPoints] {
        let Some(at) = at(column) else { continue };
        let allow = Allow::Between(Exact::zero(), leaf.points.0.clone());
        let prompt = say!(office, "form.prompt.points", name = leaf.name, full);
        let error = say!(office, "form.error.points", name = leaf.name, full);
        sheet.filling.checks.push(Check::new(cell(at), allow, error).prompting(prompt));
    }
    if let (Some(own), Some(points)) = (at(Word::SelfScore), at(Word::Points)) {
        let (own_name, full_name) = (SheetDoc::cell_name(row, own), SheetDoc::cell_name(row, points));
        let formula = format!("COUNT({own_name})*({own_name}>{full_name})");
        sheet.filling.alarms.push(Alarm { cells: cell(own), formula });
    }
    if let (Some(at), EvidenceNeed::Required) = (at(Word::Evidence), leaf.evidence) {
        let prompt = say!(office, "form.prompt.evidence", name = leaf.name);
        sheet.filling.checks.push(Check::new(cell(at), Allow::Anything, "").prompting(prompt));
    }
}

/// Adds the live row of sums, and the row that counts the cells still to be filled in, red while there are any.
fn add_sums<'o>(office: &Office<'o>, sheet: &mut SheetDoc<'o>, columns: &[Word], top: usize, rows: &[Asked<'_>]) {
    let bottom = sheet.next_row() - 1;
    let range = |at: usize| SheetDoc::column_range(top, bottom, at as u16);
    let sum = |at: usize| {
        let leaves = rows.iter().filter(|asked| asked.input.is_none());
        let total: Exact = leaves.filter_map(|asked| Exact::parse(&asked.answer.points)).sum();
        CellDoc::formula(format!("SUM({})", range(at)), &total, None)
    };
    let open = |at: usize, is_open: fn(&Asked<'_>) -> bool| {
        let empty = rows.iter().filter(|asked| is_open(asked)).count();
        CellDoc::formula(format!("COUNTIF({},\"\")", range(at)), &Exact::from(empty), Some(0))
    };
    let mut leaves: Vec<&Leaf> = rows.iter().filter(|asked| asked.input.is_none()).map(|asked| asked.leaf).collect();
    leaves.dedup_by(|own, before| own.code == before.code);
    let full: Exact = leaves.iter().map(|leaf| &leaf.points.0).sum();
    // Scores of periods do not add up to that of their indicator.
    let adds_up = leaves.iter().all(|leaf| leaf.periods.is_none());
    let sums = columns.iter().enumerate().map(|(at, column)| match column {
        Word::Indicator => CellDoc::styled(office.text("form.sum"), Style::Strong),
        Word::Points => CellDoc::printed(full.plain()).role(Style::Strong),
        Word::SelfScore if adds_up => sum(at),
        _ => CellDoc::empty(),
    });
    sheet.row(sums.collect());
    let row = sheet.next_row();
    let left = columns.iter().enumerate().map(|(at, column)| match column {
        Word::Indicator => CellDoc::styled(office.text("form.self-check"), Style::Strong),
        Word::Hint => CellDoc::text(office.text("form.still-open")),
        Word::Value => open(at, |asked| asked.value().is_empty()),
        Word::SelfScore => open(at, |asked| asked.input.is_none() && asked.answer.points.is_empty()),
        _ => CellDoc::empty(),
    });
    sheet.row(left.collect());
    for (at, _) in columns.iter().enumerate().filter(|(_, c)| matches!(c, Word::Value | Word::SelfScore)) {
        let name = SheetDoc::cell_name(row, at as u16);
        sheet.filling.alarms.push(Alarm { cells: Block::column(row, row, at as u16), formula: format!("{name}>0") });
    }
}
