//! The forms that a committee hands out, made from model and roster: self-reports, ballots, tallies, registers and more.
//!
//! Pure: a form is a [`Document`] with a file name. Its headers are words of the input vocabulary, so that a returned
//! form is read like any other table. Each builder takes the data that is already known: none for an empty form,
//! answers for the invented project of `assess init --demo`, open problems for the ledgers of a new period.

use std::borrow::Cow;

use crate::check::Roster;
use crate::documents::report::document::{CellDoc, Document, Fonts, Mark, Purpose, SheetDoc, Style};
use crate::documents::report::entry::Allow;
use crate::engine::assessment::{Mode, Unit};
use crate::model::shown::Shown;
use crate::model::{ComponentKind, Model, Node};
use crate::read::{Word, form};
use crate::shared::i18n::{Lang, Named, say};
use crate::shared::words::words;

pub mod ballot;
pub mod given;
pub mod ledger;
pub(crate) mod name;
pub mod register;
pub mod rule_text;
pub mod self_report;
pub mod suggest;
pub mod tally;
pub mod verified;

use name::FormName;

words! {
    /// The kinds of forms, in the order in which they are made, with their words on the command line and in the hidden mark.
    pub enum Kind {
        /// 自评表, one per unit.
        SelfReport = "self-report",
        /// 评议票, one per component and class.
        Ballot = "ballot",
        /// 票数汇总, one per component and class.
        Tally = "tally",
        /// Given scores, one per component.
        Given = "given",
        /// 加减分登记, 事项登记, 等次审定, 更正登记, 复核申请.
        Register = "register",
        /// 核定表.
        Verified = "verified",
        /// 整改台账, one per unit.
        Ledger = "ledger",
    }
}

impl Kind {
    /// Whether there is one form for each unit.
    pub const fn is_per_unit(self) -> bool {
        matches!(self, Self::SelfReport | Self::Ledger)
    }
}

/// A form with its path below the folder of forms, which is also its path below a project once it is filled in.
pub struct Form<'o> {
    /// The kind of form.
    pub kind: Kind,
    /// Path with `/`.
    pub path: String,
    /// The content of the form.
    pub document: Document<'o>,
}

/// The data from which every form is made.
#[derive(Clone, Copy)]
pub struct Office<'o> {
    /// The checked model of the project.
    pub model: &'o Model,
    /// All units of the roster.
    pub units: &'o [Unit],
}

impl<'o> Office<'o> {
    /// Model and roster of a project.
    pub fn new(model: &'o Model, roster: &'o Roster) -> Self {
        Self { model, units: &roster.units }
    }

    /// The language of the forms.
    pub const fn lang(&self) -> Lang {
        self.model.language
    }

    /// Whether a component is part of a unit's scheme.
    pub(crate) fn has_component(&self, unit: &Unit, component: &str) -> bool {
        self.model.of(unit.scheme).components().any(|part| part.component.id == component)
    }

    /// Whether a class of raters of a component is part of a unit's scheme.
    pub(crate) fn has_class(&self, unit: &Unit, component: &str, class: usize) -> bool {
        let held = self.model.of(unit.scheme);
        held.components().any(|part| part.component.id == component && held.has_class(part.index, class))
    }

    /// Units that take part in the assessment.
    pub fn assessed(&self) -> impl Iterator<Item = &'o Unit> {
        self.units.iter().filter(|unit| unit.mode != Mode::Excluded)
    }

    pub(crate) fn text(&self, key: &str) -> &'static str {
        self.lang().text(key)
    }

    pub(crate) fn fill(&self, key: &str, values: &[Named]) -> String {
        self.lang().fill(key, values)
    }

    /// An empty sheet under a title that gives the kind of form, its owner and its period.
    fn sheet(&self, name: &FormName<'_>) -> SheetDoc<'o> {
        let mut sheet = SheetDoc::new(&name.sheet(self.model), name.title(self));
        sheet.footer = Some(say!(self, "form.footer", hash = self.model_digits()));
        sheet.filling.is_locked = true;
        sheet
    }

    fn model_digits(&self) -> String {
        self.model.hash.chars().take(form::MODEL_DIGITS).collect()
    }

    /// A workbook of one sheet with its hidden mark and the model values carried by it.
    fn document(&self, kind: Kind, marks: &[(&'static str, &'o str)], sheet: SheetDoc<'o>) -> Document<'o> {
        let own = [(form::KIND, kind.json())].into_iter().chain(marks.iter().copied());
        let own = own.chain([(form::PERIOD, self.model.period.as_str())]);
        let mut mark: Vec<Mark<'o>> = own.map(|(key, value)| (Cow::Borrowed(key), Cow::Borrowed(value))).collect();
        let of = |key: &str| marks.iter().find(|(own, _)| *own == key).map_or("", |(_, value)| *value);
        let shown = Shown {
            kind: kind.json(),
            component: of(form::COMPONENT),
            class: of(form::CLASS),
            register: of(form::REGISTER),
        };
        let told = shown.of(self.model).into_iter();
        mark.extend(told.map(|(path, value)| (Cow::Owned(format!("{}{path}", form::SHOWN)), Cow::Borrowed(value))));
        Document::of_sheet(sheet, Fonts::of(self.lang())).dated(self.model.as_of).to_be(Purpose::Form(mark))
    }

    /// Lines above a table that identify its owner: a label over the first columns, its value over the next.
    fn identity(&self, sheet: &mut SheetDoc<'o>, lines: Vec<(Word, CellDoc<'o>)>, label_columns: u16) {
        for (word, value) in lines {
            let label = CellDoc::header(word.header(self.lang())).across(label_columns);
            sheet.line(vec![label, value]);
        }
    }

    /// The words yes and no.
    fn yes_no(&self) -> Allow<'o> {
        Allow::words(["form.yes", "form.no"].map(|key| self.text(key)))
    }
}

/// A header from the input vocabulary.
fn header(lang: Lang, word: Word) -> CellDoc<'static> {
    CellDoc::header(word.header(lang))
}

/// The code of a node on a form, by which the reader recognises it, with its name in brackets; empty for the unit.
fn node_header(model: &Model, node: Node) -> String {
    let name = match node {
        Node::Unit => return String::new(),
        Node::Line(i) => &model.tree.lines[i].name,
        Node::Aspect(i) => &model.tree.aspects[i].name,
        Node::Leaf(i) => &model.tree.leaves[i].name,
    };
    format!("{}（{name}）", model.tree.code(node))
}

/// The empty forms of some kinds; forms made per unit are limited to `units` if it names any.
pub fn empty<'o>(office: &Office<'o>, kinds: &[Kind], units: &[usize]) -> Vec<Form<'o>> {
    let chosen: Vec<&Unit> =
        office.units.iter().enumerate().filter(|(i, _)| units.contains(i)).map(|(_, u)| u).collect();
    let owners = || if units.is_empty() { office.assessed().collect() } else { chosen.clone() };
    let mut forms = Vec::new();
    for kind in kinds.iter().filter(|kind| units.is_empty() || kind.is_per_unit()) {
        match kind {
            Kind::SelfReport if office.model.indicators_component().is_some() => {
                let asked = owners().into_iter().filter(|unit| office.model.of(unit.scheme).asks_unit());
                forms.extend(asked.map(|unit| self_report::form(office, unit, &[])));
            }
            Kind::SelfReport => {}
            Kind::Ballot | Kind::Tally | Kind::Given => forms.extend(component_forms(office, *kind)),
            Kind::Register => forms.extend(register::of(office).map(|r| register::form(office, r, &[]))),
            Kind::Verified if office.model.indicators_component().is_some() => {
                forms.push(verified::form(office, &verified::NOTHING));
            }
            Kind::Verified => {}
            Kind::Ledger => forms.extend(owners().into_iter().map(|unit| ledger::form(office, unit, &[]))),
        }
    }
    forms
}

/// The forms of a kind that belong to components.
fn component_forms<'o>(office: &Office<'o>, kind: Kind) -> Vec<Form<'o>> {
    let mut forms = Vec::new();
    for component in &office.model.components {
        match (&component.kind, kind) {
            (ComponentKind::Ballots(rules), Kind::Ballot) => {
                let classes = 0..rules.classes.len();
                forms.extend(classes.map(|class| ballot::form(office, component, rules, class, None)));
            }
            (ComponentKind::Ballots(rules), Kind::Tally) => {
                let classes = 0..rules.classes.len();
                forms.extend(classes.filter_map(|class| tally::form(office, component, rules, class, &[])));
            }
            (ComponentKind::Given(rules), Kind::Given) => forms.push(given::form(office, component, rules)),
            _ => {}
        }
    }
    forms
}

/// Two forms whose file names are equal on a system that ignores letter case.
pub fn colliding<'f>(forms: &'f [Form<'_>]) -> Option<(&'f str, &'f str)> {
    let mut seen: std::collections::BTreeMap<String, &str> = std::collections::BTreeMap::new();
    for form in forms {
        if let Some(first) = seen.insert(crate::shared::text::key(&form.path).to_lowercase(), &form.path) {
            return Some((first, &form.path));
        }
    }
    None
}

/// Style of a cell to be filled in by the recipient of the form.
const ENTRY: Style = Style::Entry(crate::documents::report::entry::Entry::General);
/// Style of such a cell for text, which is kept as typed.
const ENTRY_TEXT: Style = Style::Entry(crate::documents::report::entry::Entry::Text);
/// Style of such a cell for a date.
const ENTRY_DATE: Style = Style::Entry(crate::documents::report::entry::Entry::Date);
