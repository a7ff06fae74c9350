//! 核定表: every indicator of every unit, sorted by indicator, so that each department finds its rows together.

use crate::shared::i18n::say;
use std::collections::BTreeMap;

use super::rule_text::allowed;
use super::{Form, FormName, Kind, Office, header};
use crate::documents::report::document::{CellDoc, SheetDoc, Style};
use crate::documents::report::entry::{Allow, Block, Check, Entry};
use crate::model::{Held, Leaf};
use crate::read::Word;
use crate::shared::number::Exact;

/// Known values of 核定值, 核定得分 and 核定说明, by unit code and leaf.
pub type Answers = BTreeMap<(String, usize), [String; 3]>;

/// The entries for a leaf without known values.
static UNKNOWN: [String; 3] = [const { String::new() }; 3];

/// No known values.
pub static NOTHING: Answers = Answers::new();

/// The form. Rows without known values are blank.
pub fn form<'o>(office: &Office<'o>, answers: &'o Answers) -> Form<'o> {
    let has_departments = office.model.tree.leaves.iter().any(|leaf| !leaf.department.is_empty());
    let name = FormName::plain(office.text("kind.verified"));
    let mut sheet = office.sheet(&name).landscape().filtered();
    sheet.hint(office.text("form.verified.note"));
    let mut words = vec![Word::UnitCode, Word::Unit, Word::Indicator, Word::Name, Word::Points, Word::Hint];
    words.extend(has_departments.then_some(Word::Department));
    let first = words.len() as u16;
    words.extend([Word::VerifiedValue, Word::VerifiedPoints, Word::VerifiedNote]);
    sheet.header(words.iter().map(|word| header(office.lang(), *word)).collect());
    let plans: Vec<Held<'o>> = office.model.plans().collect();
    let rows = (0..office.model.tree.leaves.len()).flat_map(|leaf| plans.iter().map(move |held| (leaf, *held)));
    for (index, held) in rows.filter(|(leaf, held)| held.has_leaf(*leaf)) {
        let (leaf, top) = (&held.tree().leaves[index], sheet.next_row());
        for unit in office.assessed().filter(|unit| unit.scheme == held.scheme()) {
            let known = answers.get(&(unit.code.clone(), index)).unwrap_or(&UNKNOWN);
            let mut cells = vec![CellDoc::center(&unit.code), CellDoc::text(&unit.name)];
            cells.extend(own_cells(office, leaf, has_departments));
            let value = if leaf.shape().is_literal() { Entry::Text } else { Entry::General };
            let styles = [value, Entry::General, Entry::Text].map(Style::Verify);
            cells.extend(known.iter().zip(styles).map(|(text, style)| CellDoc::filled(text, style)));
            sheet.row(cells);
        }
        let bottom = sheet.next_row();
        if bottom > top {
            add_checks(office, &mut sheet, leaf, Block::column(top, bottom - 1, first));
        }
    }
    sheet.filling.widths = vec![(first as usize, 11), (first as usize + 2, 18)];
    sheet.closing(office.text("form.tally.signature"));
    let path = format!("verified/{}", name.file(office, "", ""));
    Form { kind: Kind::Verified, path, document: office.document(Kind::Verified, &[], sheet) }
}

/// The model's data on a leaf: code, name, points, scoring and, if it has one, its department.
fn own_cells<'o>(office: &Office<'o>, leaf: &'o Leaf, has_departments: bool) -> Vec<CellDoc<'o>> {
    let mut cells = vec![
        CellDoc::center(&leaf.code),
        CellDoc::text(&leaf.name),
        CellDoc::printed(leaf.points.0.plain()).role(Style::Center),
        CellDoc::text(leaf.scoring(office.lang())),
    ];
    cells.extend(has_departments.then(|| CellDoc::text(&leaf.department)));
    cells
}

fn add_checks<'o>(office: &Office<'o>, sheet: &mut SheetDoc<'o>, leaf: &'o Leaf, cells: Block) {
    let first = cells.left;
    let (hint, full) = (leaf.shape().how(office.lang()), leaf.points.0.plain());
    let said = |key: &str| say!(office, key, name = leaf.name, full = full, hint = hint);
    let (prompt, error) = (said("form.prompt.value"), said("form.error.words"));
    sheet.filling.checks.push(Check::new(cells, allowed(office.lang(), leaf), error).prompting(prompt));
    let allow = Allow::Between(Exact::zero(), leaf.points.0.clone());
    let (prompt, error) = (said("form.prompt.points"), said("form.error.points"));
    sheet
        .filling
        .checks
        .push(Check::new(Block { left: first + 1, right: first + 1, ..cells }, allow, error).prompting(prompt));
}
