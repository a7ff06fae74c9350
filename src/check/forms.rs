//! Forms that assess handed out, as they come back: in the folder they are for, of this period, made from this model; and
//! ballots that stand under two components.
//!
//! What a form is for is written on its hidden sheet; where that is lost (a csv file), in its title.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, period};
use crate::model::shown::{Shown, item_of};
use crate::model::{Component, ComponentKind, Model};
use crate::read::{RawTable, TableKind, Word, form};
use crate::shared::finding::{Arg, Code, Finding};
use crate::shared::i18n::Lang;
use crate::shared::place::{FileId, Located, Place};
use crate::shared::text;

/// Checks every form: its place, its period, its model.
pub(super) fn check(
    context: &Context<'_>,
    tables: &[RawTable],
    components: &BTreeMap<FileId, usize>,
    findings: &mut Vec<Finding>,
) {
    for table in tables {
        if let Some(component) = context.component_of(table, components) {
            findings.extend(of_component(context, table, component));
        }
        findings.extend(of_unit(context, table));
        findings.extend(of_period(context.model, table));
    }
    findings.extend(other_models(context.model, tables));
    findings.extend(copies(context, tables, components));
}

/// The folders of a table's file, from the outermost.
fn folders<'c>(context: &Context<'c>, table: &RawTable) -> Vec<&'c str> {
    let mut parts: Vec<&str> = context.files.get(table.file).path.split('/').collect();
    parts.pop();
    parts
}

/// A form that is for another component or class than its folder.
fn of_component(context: &Context<'_>, table: &RawTable, folder: usize) -> Option<Finding> {
    let model = context.model;
    let meant = meant(model, table)?;
    let own = &model.components[folder];
    let wrong =
        |at: Place, expected: String| Finding::new(Code::E176).at(at).found(meant.words(model)).expected(expected);
    if meant.component != Some(folder) {
        return Some(wrong(meant.at, own.name.clone()));
    }
    let ComponentKind::Ballots(rules) = &own.kind else { return None };
    let inner = folders(context, table).into_iter().skip(1).filter(|part| *part != own.id);
    let asked = inner.filter_map(|part| rules.class(part)).next_back()?;
    let class = meant.class?;
    (class != asked).then(|| wrong(meant.class_at, format!("{} · {}", own.name, rules.classes[asked].name)))
}

/// What a form is for.
struct Meant {
    /// The component; none when the model has none of its id.
    component: Option<usize>,
    /// The id or name of the component, as the form says it.
    said: String,
    class: Option<usize>,
    at: Place,
    class_at: Place,
}

impl Meant {
    fn words(&self, model: &Model) -> String {
        let Some(component) = self.component.map(|at| &model.components[at]) else { return self.said.clone() };
        match (&component.kind, self.class) {
            (ComponentKind::Ballots(rules), Some(class)) => {
                format!("{} · {}", component.name, rules.classes[class].name)
            }
            _ => component.name.clone(),
        }
    }
}

/// What the hidden sheet of a form says it is for, else its title.
fn meant(model: &Model, table: &RawTable) -> Option<Meant> {
    let Some(mark) = &table.form else { return titled(model, table) };
    let said = mark.get(form::COMPONENT)?;
    // A component that has got another id since is known by its name, which stands in the title.
    let known = model.components.iter().position(|own| own.id == said.value);
    let renamed = || titled(model, table).and_then(|title| title.component);
    let component = known.or_else(renamed);
    let class = component.zip(mark.get(form::CLASS)).and_then(|(at, id)| class(&model.components[at], &id.value));
    let class_at = mark.get(form::CLASS).map_or(said.at, |cell| cell.at);
    Some(Meant { component, said: said.value.clone(), class, at: said.at, class_at })
}

fn class(component: &Component, name: &str) -> Option<usize> {
    match &component.kind {
        ComponentKind::Ballots(rules) => rules.class(name),
        ComponentKind::Indicators | ComponentKind::Given(_) => None,
    }
}

/// What the title of a form says: `assessment · component · class · 评议票`.
fn titled(model: &Model, table: &RawTable) -> Option<Meant> {
    const KINDS: [&str; 3] = ["kind.ballots", "kind.tallies", "kind.given"];
    table.lines.iter().find_map(|line| {
        let parts: Vec<&str> = line.value.split(" · ").map(str::trim).collect();
        let last = text::key(parts.last()?);
        let is_form = [Lang::Zh, Lang::En]
            .iter()
            .any(|lang| KINDS.iter().any(|key| last.starts_with(&text::key(lang.text(key)))));
        if !is_form {
            return None;
        }
        let named = |part: &str| model.components.iter().position(|own| text::key(&own.name) == text::key(part));
        let (at, component) = parts.iter().enumerate().skip(1).find_map(|(at, part)| Some((at, named(part)?)))?;
        let class = parts.get(at + 1).and_then(|part| class(&model.components[component], part));
        Some(Meant { component: Some(component), said: parts[at].to_owned(), class, at: line.at, class_at: line.at })
    })
}

/// A form of one unit in a folder that is named for another.
fn of_unit(context: &Context<'_>, table: &RawTable) -> Option<Finding> {
    let said = table.form.as_ref()?.get(form::UNIT)?;
    let own = context.index.find(&said.value)?;
    let inner = folders(context, table).into_iter().skip(1);
    let named = inner.filter_map(|part| context.index.find(part)).next_back().filter(|unit| *unit != own)?;
    let code = |unit: crate::engine::assessment::UnitIx| context.roster.units[unit.0].code.as_str();
    let finding = Finding::new(Code::E176).at(said.at).unit(code(own));
    Some(finding.found(&said.value).expected(code(named)))
}

/// A form of another year. A ledger may well be last year's: what it lists is mended this year.
fn of_period(model: &Model, table: &RawTable) -> Option<Finding> {
    let said = said_period(table)?;
    if text::key(&said.value) == text::key(&model.period) || table.kind == TableKind::Ledger {
        return None;
    }
    let (own, other) = (period::years(&model.period), period::years(&said.value));
    let is_other_year = !own.is_empty() && !other.is_empty() && own.is_disjoint(&other);
    is_other_year.then(|| Finding::new(Code::E176).at(said.at).found(&said.value).expected(&model.period))
}

/// The period that a form's hidden sheet names.
pub(super) fn said_period(table: &RawTable) -> Option<&Located<String>> {
    table.form.as_ref()?.get(form::PERIOD)
}

/// What a form says and the model no longer does, or the other way round: one finding for each change, at the first form
/// that it touches.
fn other_models(model: &Model, tables: &[RawTable]) -> Vec<Finding> {
    let mut changes: BTreeMap<(String, String, String), Vec<Place>> = BTreeMap::new();
    for mark in tables.iter().filter_map(|table| table.form.as_ref()) {
        let told: BTreeMap<&str, &Located<String>> = mark.shown().collect();
        let Some(first) = told.values().next() else { continue };
        let of = |key: &str| mark.get(key).map_or("", |cell| cell.value.as_str());
        let shown = Shown {
            kind: of(form::KIND),
            component: of(form::COMPONENT),
            class: of(form::CLASS),
            register: of(form::REGISTER),
        };
        let now: BTreeMap<&str, &str> = shown.of(model).into_iter().collect();
        let paths: BTreeSet<&str> = told.keys().chain(now.keys()).copied().collect();
        for path in paths {
            let (old, new) = (told.get(path).map(|cell| cell.value.as_str()), now.get(path).copied());
            let is_there = |path: &str| (told.contains_key(path), now.contains_key(path));
            let Some(path) = named_once(path, &is_there).filter(|_| old != new) else { continue };
            let at = told.get(path).map_or(first.at, |cell| cell.at);
            let (old, new) = (old.unwrap_or_default().to_owned(), new.unwrap_or_default().to_owned());
            changes.entry((path.to_owned(), old, new)).or_default().push(at);
        }
    }
    changes.into_iter().map(|((path, old, new), places)| changed(path, &old, &new, &places)).collect()
}

/// The path by which a difference is told: an item that is new or gone is told once, not by each of its values.
fn named_once<'p>(path: &'p str, is_there: &dyn Fn(&str) -> (bool, bool)) -> Option<&'p str> {
    let Some((item, keys)) = item_of(path) else { return Some(path) };
    let known = keys.iter().find(|key| matches!(is_there(key), (true, false) | (false, true)));
    match known {
        None => Some(path),
        Some(key) => (key == path).then_some(item),
    }
}

fn changed(path: String, old: &str, new: &str, places: &[Place]) -> Finding {
    let value = |text: &str| if text.is_empty() { Arg::Word("finding.not-there") } else { Arg::from(text) };
    let finding = Finding::new(Code::W174).at(places[0]).with("what", Arg::Value(path));
    let finding = finding.found(value(old)).expected(value(new));
    places[1..].iter().fold(finding, |finding, place| finding.also(*place))
}

/// Ballots or tallies of the same content in two files under two components: one of them lies in the wrong place. Without
/// a rater's id many ballots are alike, and only the same bytes say that it is one.
fn copies(context: &Context<'_>, tables: &[RawTable], components: &BTreeMap<FileId, usize>) -> Vec<Finding> {
    let mut files: BTreeMap<FileId, Vec<&RawTable>> = BTreeMap::new();
    for table in tables.iter().filter(|t| matches!(t.kind, TableKind::Ballots | TableKind::Tallies)) {
        if !table.rows.is_empty() {
            files.entry(table.file).or_default().push(table);
        }
    }
    let mut first: BTreeMap<Vec<String>, (FileId, usize)> = BTreeMap::new();
    let mut findings = Vec::new();
    for (file, tables) in files {
        let Some(component) = components.get(&file).copied() else { continue };
        let is_signed = tables.iter().all(|table| table.kind == TableKind::Tallies || has_rater(table));
        let bytes = vec![context.files.get(file).sha256.clone()];
        let content = is_signed.then(|| tables.iter().flat_map(|table| content(table)).collect());
        let mut told = false;
        for key in [Some(bytes), content].into_iter().flatten() {
            let (other, others) = *first.entry(key).or_insert((file, component));
            if others != component && !told {
                told = true;
                let name = |at: usize| context.model.components[at].name.as_str();
                let finding = Finding::new(Code::E177).at(Place::file(file)).also(Place::file(other));
                findings.push(finding.found(name(component)).with("other", name(others)));
            }
        }
    }
    findings
}

fn has_rater(table: &RawTable) -> bool {
    let above = table.label(Word::Rater).is_some_and(|cell| !cell.value.is_blank());
    above || table.rows.iter().any(|row| !table.text(row, Word::Rater).value.is_empty())
}

/// Everything that is written above, over and in a table. Forms of ours name their component above it.
fn content(table: &RawTable) -> Vec<String> {
    let above = table.lines.iter().map(|line| text::key(&line.value));
    let heads = table.columns.iter().map(|column| text::key(&column.path()));
    let rows = table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(|cell| format!("{}\t{}\t", cell.col, text::key(&cell.value.text()))).collect());
    above.chain(heads).chain(rows).collect()
}
