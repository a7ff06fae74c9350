//! Given scores, such as results of a platform during the year: one form per component.

use super::{ENTRY, ENTRY_TEXT, Form, FormName, Kind, Office, header};
use crate::documents::report::document::CellDoc;
use crate::documents::report::entry::{Allow, Block, Check};
use crate::model::{Component, GivenRules, Periods};
use crate::read::{Word, form};
use crate::shared::i18n::say;
use crate::shared::number::Exact;

/// The form of a component.
pub fn form<'o>(office: &Office<'o>, component: &'o Component, rules: &'o GivenRules) -> Form<'o> {
    let (of, ids) = (vec![component.name.as_str()], vec![component.id.as_str()]);
    let name = FormName { kind: office.text("kind.given"), of, ids };
    let mut sheet = office.sheet(&name);
    let scale = rules.scale.0.plain();
    sheet.hint(say!(office, "form.given.note", scale));
    let words = [Word::Ordinal, Word::UnitCode, Word::Unit, Word::Period, Word::Node, Word::Score];
    sheet.header(words.iter().map(|word| header(office.lang(), *word)).collect());
    let top = sheet.next_row();
    let units = office.assessed().filter(|unit| office.has_component(unit, &component.id));
    for (index, unit) in units.enumerate() {
        let own = [CellDoc::count(index + 1), CellDoc::center(&unit.code), CellDoc::text(&unit.name)];
        let open = [ENTRY_TEXT, ENTRY_TEXT, ENTRY].map(CellDoc::blank);
        sheet.row(own.into_iter().chain(open).collect());
    }
    let bottom = sheet.next_row().max(top + 1) - 1;
    let column = |column| Block::column(top, bottom, column);
    let listed = office.text("form.error.list");
    let periods = rules.named_periods();
    if !periods.is_empty() {
        sheet.filling.checks.push(Check::new(column(3), Allow::words(periods), listed));
    }
    let codes = office.model.tree.aspects.iter().map(|aspect| &aspect.code);
    let codes = Allow::words(codes.chain(office.model.tree.leaves.iter().map(|leaf| &leaf.code)));
    sheet.filling.checks.push(Check::new(column(4), codes, listed).prompting(office.text("form.prompt.node")));
    let allow = match rules.periods {
        Periods::Sum => Allow::AtLeast(Exact::zero()),
        Periods::Mean | Periods::Last | Periods::Weighted => Allow::Between(Exact::zero(), rules.scale.0.clone()),
    };
    let error = say!(office, "form.error.score", scale);
    sheet.filling.checks.push(Check::new(column(5), allow, error));
    sheet.filling.widths = vec![(3, 12), (4, 12), (5, 12)];
    sheet.closing(office.text("form.tally.signature"));
    let path = format!("given/{}/{}", component.id, name.file(office, "", ""));
    let marks = [(form::COMPONENT, component.id.as_str())];
    Form { kind: Kind::Given, path, document: office.document(Kind::Given, &marks, sheet) }
}
