//! Scores made elsewhere, such as results of a platform during the year: one form per component.

use super::rule_text::number;
use super::{ENTRY, ENTRY_TEXT, Form, FormName, Kind, Office, check, header};
use crate::documents::report::document::CellDoc;
use crate::documents::report::entry::Allow;
use crate::model::{Component, GivenRules, Periods};
use crate::read::{Word, form};
use crate::shared::number::Exact;

/// The form of a component.
pub fn form(office: &Office<'_>, component: &Component, rules: &GivenRules) -> Form {
    let (of, ids) = (vec![component.name.as_str()], vec![component.id.as_str()]);
    let name = FormName { kind: office.text("kind.given"), of, ids };
    let mut sheet = office.sheet(&name);
    let scale = number(&rules.scale.0);
    sheet.hint(office.fill("form.given.note", &[("scale", &scale)]));
    let words = [Word::Ordinal, Word::UnitCode, Word::Unit, Word::Period, Word::Node, Word::Score];
    sheet.header(words.iter().map(|word| header(office.lang(), *word)).collect());
    let top = sheet.next_row();
    for (index, unit) in office.assessed().enumerate() {
        let own = [CellDoc::count(index + 1), CellDoc::center(&unit.code), CellDoc::text(&unit.name)];
        let open = [ENTRY_TEXT, ENTRY_TEXT, ENTRY].map(CellDoc::blank);
        sheet.row(own.into_iter().chain(open).collect());
    }
    let rows = (top, sheet.next_row().max(top + 1) - 1);
    if !rules.period_order.is_empty() {
        let allow = Allow::Words(rules.period_order.clone());
        sheet.filling.checks.push(check(rows, 3, allow, String::new(), office.text("form.error.list").to_owned()));
    }
    let codes = office.model.tree.aspects.iter().map(|aspect| aspect.code.clone());
    let codes = codes.chain(office.model.tree.leaves.iter().map(|leaf| leaf.code.clone()));
    let prompt = office.text("form.prompt.node").to_owned();
    let error = office.text("form.error.list").to_owned();
    sheet.filling.checks.push(check(rows, 4, Allow::Words(codes.collect()), prompt, error));
    let allow = match rules.periods {
        Periods::Sum => Allow::AtLeast(Exact::zero()),
        Periods::Mean | Periods::Last => Allow::Between(Exact::zero(), rules.scale.0.clone()),
    };
    let error = office.fill("form.error.score", &[("scale", &scale)]);
    sheet.filling.checks.push(check(rows, 5, allow, String::new(), error));
    sheet.filling.widths = vec![(3, 12), (4, 12), (5, 12)];
    sheet.closing(office.text("form.tally.signature"));
    let path = format!("given/{}/{}", component.id, name.file(office, "", ""));
    let marks = [(form::COMPONENT, component.id.as_str())];
    Form { kind: Kind::Given, path, document: office.document(Kind::Given, &marks, sheet) }
}
