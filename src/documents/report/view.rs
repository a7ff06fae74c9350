//! Common means of all sheets: words in the language of the model, names for codes, cells for common values.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::civil::Date;

use super::document::{CellDoc, Document, Fonts, SheetDoc, Style};
use super::title;
use crate::result::outcome::{Component, Limited, Mode, Outcome, RankScope, Rate, Standing, Target, UnitOutcome};
use crate::shared::i18n::{Lang, Named, say};
use crate::shared::number::{Exact, Percent, Points};
use crate::shared::place::Place;

/// Width of each of the two columns of a sheet without a table, in characters: a single one that is wider than the paper would
/// be cut by some programs.
const ALONE: u16 = 55;

/// The numbers of the sections of a sheet.
const NUMERALS: [&str; 6] = ["numeral.1", "numeral.2", "numeral.3", "numeral.4", "numeral.5", "numeral.6"];

/// A result with the words of its language.
pub(super) struct View<'o> {
    pub(super) outcome: &'o Outcome,
    pub(super) lang: Lang,
    /// All units in the order of every sheet: groups, then rank; rank alone where all units are ranked together.
    pub(super) units: Vec<&'o UnitOutcome>,
    by_code: BTreeMap<&'o str, &'o UnitOutcome>,
    /// The result whose version and model every page names.
    named: &'o Outcome,
}

impl<'o> View<'o> {
    pub(super) fn new(outcome: &'o Outcome) -> Self {
        let by_code = outcome.units.iter().map(|unit| (unit.roster.code.as_str(), unit)).collect();
        Self { outcome, lang: outcome.model.language, units: outcome.ranking(), by_code, named: outcome }
    }

    /// Makes every page name the version and the model of another result.
    pub(super) const fn named_as(mut self, other: &'o Outcome) -> Self {
        self.named = other;
        self
    }

    /// A workbook about the result, dated as the result is.
    pub(super) fn document(&self, title: impl Into<Cow<'o, str>>, sheets: Vec<SheetDoc<'o>>) -> Document<'o> {
        Document::new(title, Fonts::with(self.lang, self.outcome.model.fonts), sheets).dated(self.as_of())
    }

    /// The day of the result.
    pub(super) fn as_of(&self) -> Option<Date> {
        self.outcome.model.as_of
    }

    /// The word that marks every page of a draft.
    pub(super) fn draft(&self) -> Option<&'static str> {
        self.outcome.draft.then(|| self.text("report.draft"))
    }

    pub(super) fn text(&self, key: &str) -> &'static str {
        self.lang.text(key)
    }

    /// What stands where the scheme of a unit does not have a component, a line or an aspect.
    pub(super) fn outside(&self, unit: &UnitOutcome) -> CellDoc<'o> {
        match unit.roster.mode {
            Mode::Excluded => CellDoc::missing(),
            Mode::Ranked | Mode::Separate => CellDoc::center(self.text("leaf.outside")),
        }
    }

    pub(super) fn fill(&self, key: &str, values: &[Named]) -> String {
        self.lang.fill(key, values)
    }

    /// A heading with its number: the third of a sheet is `三、…`, or `3. …`.
    pub(super) fn numbered(&self, number: usize, heading: &str) -> String {
        let n = self.text(NUMERALS[number - 1]);
        say!(self, "section.numbered", n, text = self.text(heading))
    }

    /// The word for a code of the result document; the code itself if it is unknown.
    pub(super) fn word(&self, group: &str, code: impl Display) -> Cow<'static, str> {
        let word = self.lang.find(&format!("{group}.{code}"));
        word.map_or_else(|| Cow::Owned(code.to_string()), Cow::Borrowed)
    }

    /// An empty sheet with name, title and footer; `key` is the catalogue key of its name.
    pub(super) fn sheet(&self, key: &str) -> SheetDoc<'o> {
        let (outcome, name) = (self.outcome, self.text(key));
        let title = say!(self, "report.title", title = outcome.model.title, sheet = name);
        let title = if outcome.draft { say!(self, "report.draft.title", title) } else { title };
        let mut sheet = SheetDoc::new(name, self.seamed(&title));
        sheet.footer = Some(say!(self, "report.footer", version = self.version(), hash = self.model_digits(12)));
        sheet
    }

    /// A title with marks where a line may end: between the parts that the model names.
    pub(super) fn seamed(&self, title: &str) -> String {
        let (outcome, model) = (self.outcome, &self.outcome.model);
        let parts = [model.period.as_str(), &model.issuer];
        let names = outcome.groups.iter().map(String::as_str);
        let components = model.components.iter().map(|component| component.name.as_str());
        let nodes = model.tree.lines.iter().chain(&model.tree.aspects).map(|node| node.name.as_str());
        title::seamed(title, &model.title, parts.into_iter().chain(names).chain(components).chain(nodes))
    }

    /// The header of tables with a row for each scope, and the names of their rows: groups, or schemes where units are
    /// ranked within them.
    pub(super) fn scope_rows(&self) -> (&'static str, Vec<&'o str>) {
        match self.outcome.model.rank.scope {
            RankScope::Scheme => ("header.scheme", self.outcome.scopes()),
            RankScope::Group | RankScope::All => {
                ("header.group", self.outcome.groups.iter().map(String::as_str).collect())
            }
        }
    }

    /// The row of a unit in such a table.
    pub(super) fn row_of_scope(&self, unit: &'o UnitOutcome) -> &'o str {
        match self.outcome.model.rank.scope {
            RankScope::Scheme => self.outcome.scope_of(unit).unwrap_or_default(),
            RankScope::Group | RankScope::All => &unit.roster.group,
        }
    }

    /// A sheet with a single sentence: as wide as its title needs.
    pub(super) fn only(&self, mut sheet: SheetDoc<'o>, sentence: impl Into<Cow<'o, str>>) -> SheetDoc<'o> {
        sheet.filling.widths = vec![(0, ALONE), (1, ALONE)];
        sheet.frozen_columns = 0;
        sheet.note(sentence);
        sheet.finish()
    }

    /// The version, or the word for a draft.
    pub(super) fn version(&self) -> &'o str {
        self.draft().unwrap_or(&self.named.version)
    }

    /// The first digits of the fingerprint of the model.
    pub(super) fn model_digits(&self, digits: usize) -> String {
        self.named.model.hash.chars().take(digits).collect()
    }

    /// Header cells of catalogue keys.
    pub(super) fn headers(&self, keys: &[&str]) -> Vec<CellDoc<'o>> {
        keys.iter().map(|key| CellDoc::header(self.text(key))).collect()
    }

    /// Header cells that extend over the second header row.
    pub(super) fn tall_headers(&self, keys: &[&str], rows: u16) -> Vec<CellDoc<'o>> {
        keys.iter().map(|key| CellDoc::header(self.text(key)).down(rows)).collect()
    }

    /// A unit by code.
    pub(super) fn find(&self, code: &str) -> Option<&'o UnitOutcome> {
        self.by_code.get(code).copied()
    }

    /// Code and name of a unit.
    pub(super) fn unit(&self, code: &'o str) -> [CellDoc<'o>; 2] {
        let name = self.find(code).map_or("", |unit| unit.roster.name.as_str());
        [CellDoc::center(code), CellDoc::text(name)]
    }

    /// Running number, code, name and group of a unit.
    pub(super) fn row_of(&self, index: usize, unit: &'o UnitOutcome) -> Vec<CellDoc<'o>> {
        vec![
            CellDoc::count(index + 1),
            CellDoc::center(&unit.roster.code),
            CellDoc::text(&unit.roster.name),
            CellDoc::center(&unit.roster.group),
        ]
    }

    pub(super) fn rate(&self, rate: Option<&'o Rate>) -> CellDoc<'o> {
        CellDoc::optional_printed(rate.map(|rate| rate.rate.as_str()))
    }

    /// A rate that may be unknown, at the published decimals.
    pub(super) fn percent(&self, rate: Option<&Percent>) -> CellDoc<'o> {
        rate.map_or_else(CellDoc::missing, |rate| self.exact(&rate.0))
    }

    /// Points at the published decimals.
    pub(super) fn points(&self, points: &Points) -> CellDoc<'o> {
        self.exact(&points.0)
    }

    /// An exact number at the published decimals.
    pub(super) fn exact(&self, value: &Exact) -> CellDoc<'o> {
        CellDoc::rounded(value, self.outcome.model.score.published())
    }

    /// A number of the model or of a register: as many decimals as it has.
    pub(super) fn short(&self, value: &Exact) -> CellDoc<'o> {
        CellDoc::shortest(value, 6)
    }

    /// A number of the model within a sentence: as many decimals as it has.
    pub(super) fn decimal(&self, value: &Exact) -> String {
        value.fixed(value.decimals().unwrap_or(6).min(6))
    }

    /// A number of the model shown with as many decimals as it has, up to six; the cell keeps all its digits.
    pub(super) fn short_precise(&self, value: &Exact) -> CellDoc<'o> {
        CellDoc::precise(value, value.decimals().map_or(6, |needed| needed.min(6)))
    }

    /// File, sheet and cell as one text.
    pub(super) fn place(&self, at: Option<Place>) -> CellDoc<'o> {
        at.map_or_else(CellDoc::missing, |at| CellDoc::text(self.outcome.describe(at)))
    }

    /// The limit that holds for a rate, with what was looked at.
    pub(super) fn limited(&self, own: &Limited) -> String {
        say!(self, "report.limited", most = own.at_most.0.plain(), because = own.because)
    }

    /// The name of what a component measures of the unit as a whole: itself, or a share of votes.
    pub(super) fn whole_unit(&self, component: &Component) -> Cow<'static, str> {
        match component.share() {
            Some(share) => {
                Cow::Owned(say!(self, "report.share", levels = self.lang.list(share.of.iter().map(String::as_str))))
            }
            None => Cow::Borrowed(self.text("report.whole-unit")),
        }
    }

    pub(super) fn component(&self, id: &str) -> Option<&'o Component> {
        self.outcome.model.components.iter().find(|component| component.id == id)
    }

    pub(super) fn component_name(&self, id: &'o str) -> &'o str {
        self.component(id).map_or(id, |component| component.name.as_str())
    }

    pub(super) fn class_name(&self, component: &str, class: &'o str) -> &'o str {
        let classes = self.component(component).map_or(&[] as &[_], |own| own.classes());
        classes.iter().find(|own| own.id == class).map_or(class, |own| own.name.as_str())
    }

    /// Name of a line, aspect or leaf by code; empty for the unit as a whole.
    pub(super) fn node_name(&self, code: &'o str) -> &'o str {
        let model = &self.outcome.model;
        let nodes = model.tree.lines.iter().chain(&model.tree.aspects).map(|n| (n.code.as_str(), n.name.as_str()));
        let mut all = nodes.chain(model.tree.leaves.iter().map(|l| (l.code.as_str(), l.name.as_str())));
        all.find(|(own, _)| *own == code).map_or(code, |(_, name)| name)
    }

    /// Whether a correction replaced the total, so that it no longer follows from its parts.
    pub(super) fn total_corrected(&self, unit: &UnitOutcome) -> bool {
        let corrections = &self.outcome.registers.corrections;
        let mut counted = corrections.iter().filter(|row| row.standing == Standing::Approved);
        counted.any(|row| row.target == Target::Total && self.outcome.code(row.unit) == unit.roster.code)
    }

    /// Yes or no; a no is marked as bad.
    pub(super) fn holds(&self, holds: bool) -> CellDoc<'o> {
        let (key, style) = if holds { ("report.yes", Style::Center) } else { ("report.no", Style::Bad) };
        CellDoc::styled(self.text(key), style)
    }

    /// Yes, or blank.
    pub(super) fn flag(&self, set: bool) -> CellDoc<'o> {
        CellDoc::center(if set { self.text("report.yes") } else { "" })
    }

    /// Words in one line.
    pub(super) fn join<W: AsRef<str>>(&self, words: &[W]) -> String {
        self.lang.join("report.list", words.iter().map(AsRef::as_ref))
    }
}
