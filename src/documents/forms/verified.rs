//! 核定表: every indicator of every unit, sorted by indicator, so that each department finds its rows together.

use crate::shared::i18n::say;
use std::collections::BTreeMap;

use super::rule_text::allowed;
use super::{Form, FormName, Kind, Office, header};
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::documents::report::entry::{Allow, Block, Check, Entry};
use crate::model::formula::Input;
use crate::model::{Held, Leaf};
use crate::read::Word;
use crate::shared::number::Exact;

/// Known values by unit code and leaf.
pub type Answers<'o> = BTreeMap<(&'o str, usize), Answer>;

/// Known values for a leaf of a unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// 核定值, 核定得分 and 核定说明.
    pub cells: [String; 3],
    /// 核定值 of the inputs of its formula, in their order; empty if none is known.
    pub inputs: Vec<String>,
}

/// The entries for a leaf without known values.
static UNKNOWN: Answer = Answer { cells: [const { String::new() }; 3], inputs: Vec::new() };

/// No known values.
pub static NOTHING: Answers<'static> = Answers::new();

/// The content of a cell that need not be filled in; read as blank.
const NOT_ASKED: &str = "\u{2014}";

/// The table: its optional columns, and what is known.
struct Table<'o> {
    office: Office<'o>,
    answers: &'o Answers<'o>,
    has_departments: bool,
    has_inputs: bool,
    has_periods: bool,
}

/// What the rows of a leaf are about: its period, if it has any, and the input of its formula with its number.
#[derive(Clone, Copy)]
struct Part<'o> {
    period: &'o str,
    input: Option<(usize, &'o Input)>,
}

/// The form. Rows without known values are blank.
pub fn form<'o>(office: &Office<'o>, answers: &'o Answers<'o>) -> Form<'o> {
    let plans: Vec<Held<'o>> = office.model.plans().collect();
    let any = |has: fn(&Leaf) -> bool| plans.iter().any(|held| held.tree().leaves.iter().any(has));
    let (has_departments, has_inputs) = (any(|leaf| !leaf.department.is_empty()), any(|leaf| leaf.formula.is_some()));
    let has_periods = any(|leaf| leaf.periods.is_some());
    let table = Table { office: *office, answers, has_departments, has_inputs, has_periods };
    let name = FormName::plain(office.text("kind.verified"));
    let mut sheet = office.sheet(&name).landscape().filtered();
    sheet.hint(office.text("form.verified.note"));
    let mut words = vec![Word::UnitCode, Word::Unit, Word::Indicator, Word::Name];
    words.extend(has_inputs.then_some(Word::InputItem));
    words.extend(has_periods.then_some(Word::Period));
    words.extend([Word::Points, Word::Hint]);
    words.extend(has_departments.then_some(Word::Department));
    let first = words.len() as u16;
    words.extend([Word::VerifiedValue, Word::VerifiedPoints, Word::VerifiedNote]);
    sheet.header(words.iter().map(|word| header(office.lang(), *word)).collect());
    let rows = (0..office.model.tree.leaves.len()).flat_map(|leaf| plans.iter().map(move |held| (leaf, *held)));
    for (index, held) in rows.filter(|(leaf, held)| held.has_leaf(*leaf)) {
        table.leaf(&mut sheet, index, held, first);
    }
    sheet.filling.widths = vec![(first as usize, 11), (first as usize + 2, 18)];
    sheet.closing(office.text("form.tally.signature"));
    let path = format!("verified/{}", name.file(office, "", ""));
    Form { kind: Kind::Verified, path, document: office.document(Kind::Verified, &[], sheet) }
}

impl<'o> Table<'o> {
    /// The rows of a leaf as a scheme has it, period by period, in each followed by those of the inputs of its formula.
    fn leaf(&self, sheet: &mut SheetDoc<'o>, index: usize, held: Held<'o>, first: u16) {
        let leaf = &held.tree().leaves[index];
        let inputs = || leaf.inputs().iter().enumerate().map(Some);
        let parts = |period| std::iter::once(None).chain(inputs()).map(move |input| Part { period, input });
        for part in leaf.asked_periods().into_iter().flat_map(parts) {
            let top = sheet.next_row();
            for unit in self.office.assessed().filter(|unit| unit.scheme == held.scheme()) {
                let known = self.answers.get(&(unit.code.as_str(), index)).unwrap_or(&UNKNOWN);
                let mut cells = vec![CellDoc::center(&unit.code), CellDoc::text(&unit.name)];
                cells.extend(self.own_cells(leaf, part));
                match part.input {
                    Some((number, _)) => {
                        cells.extend(input_cells(known.inputs.get(number).map_or("", String::as_str)));
                    }
                    None => cells.extend(leaf_cells(leaf, &known.cells)),
                }
                sheet.row(cells);
            }
            let bottom = sheet.next_row();
            if bottom > top {
                let cells = Block::column(top, bottom - 1, first);
                match part.input {
                    Some((_, input)) => add_input_check(&self.office, sheet, input, cells),
                    None => add_checks(&self.office, sheet, leaf, cells),
                }
            }
        }
    }

    /// The model's data on a leaf or an input: code, name, points, scoring and, if it has one, its department.
    fn own_cells(&self, leaf: &'o Leaf, part: Part<'o>) -> Vec<CellDoc<'o>> {
        let (lang, input) = (self.office.lang(), part.input.map(|(_, input)| input));
        let mut cells = vec![CellDoc::center(&leaf.code), CellDoc::text(&leaf.name)];
        cells.extend(self.has_inputs.then(|| CellDoc::text(input.map_or("", |input| input.name.as_str()))));
        cells.extend(self.has_periods.then(|| match (&leaf.periods, part.period) {
            // Where the model names no periods, the verifier does.
            (Some(_), "") => CellDoc::filled("", Style::Verify(Entry::Text)),
            (_, period) => CellDoc::center(period),
        }));
        cells.extend(match input {
            Some(input) => [CellDoc::empty(), CellDoc::text(input.shape().how(lang))],
            None => [CellDoc::printed(leaf.points.0.plain()).role(Style::Center), CellDoc::text(leaf.scoring(lang))],
        });
        cells.extend(self.has_departments.then(|| CellDoc::text(&leaf.department)));
        cells
    }
}

/// The cells of the verifier for a leaf; the value of a formula is not asked for.
fn leaf_cells<'o>(leaf: &Leaf, known: &'o [String; 3]) -> impl Iterator<Item = CellDoc<'o>> {
    let value = if leaf.shape().is_literal() { Entry::Text } else { Entry::General };
    let styles = [value, Entry::General, Entry::Text].map(Style::Verify);
    let is_worked = leaf.formula.is_some();
    let texts = known.iter().enumerate().map(move |(at, text)| match text.as_str() {
        "" if at == 0 && is_worked => NOT_ASKED,
        text => text,
    });
    texts.zip(styles).map(|(text, style)| CellDoc::filled(text, style))
}

/// The cells of the verifier for an input, which has no points of its own.
fn input_cells(known: &str) -> [CellDoc<'_>; 3] {
    let value = CellDoc::filled(known, Style::Verify(Entry::General));
    [value, CellDoc::center(NOT_ASKED), CellDoc::filled("", Style::Verify(Entry::Text))]
}

fn add_input_check<'o>(office: &Office<'o>, sheet: &mut SheetDoc<'o>, input: &'o Input, cells: Block) {
    let hint = input.shape().how(office.lang());
    let said = |key: &str| say!(office, key, name = input.name, hint);
    let check = Check::new(cells, Allow::Anything, say!(office, "form.error.words", hint));
    sheet.filling.checks.push(check.prompting(said("form.prompt.value")));
}

fn add_checks<'o>(office: &Office<'o>, sheet: &mut SheetDoc<'o>, leaf: &'o Leaf, cells: Block) {
    let first = cells.left;
    let (hint, full) = (leaf.shape().how(office.lang()), leaf.points.0.plain());
    let said = |key: &str| say!(office, key, name = leaf.name, full, hint);
    let (prompt, error) = (said("form.prompt.value"), said("form.error.words"));
    sheet.filling.checks.push(Check::new(cells, allowed(office.lang(), leaf), error).prompting(prompt));
    let allow = Allow::Between(Exact::zero(), leaf.points.0.clone());
    let (prompt, error) = (said("form.prompt.points"), said("form.error.points"));
    sheet
        .filling
        .checks
        .push(Check::new(Block { left: first + 1, right: first + 1, ..cells }, allow, error).prompting(prompt));
}
