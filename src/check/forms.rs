//! Returned forms that assess made: whether they are in the right folder, of this period, and made from this model; and
//! ballots that are filed under two components.
//!
//! The purpose of a form is written on its hidden sheet; where that is lost (a csv file), in its title.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Context, period};
use crate::model::shown::{Shown, item_of};
use crate::model::{Component, ComponentKind, Model};
use crate::read::table::Row;
use crate::read::{RawTable, TableKind, Word, form, sha256};
use crate::shared::finding::{Arg, Code, Describe as _, Findings};
use crate::shared::i18n::Lang;
use crate::shared::place::{FileId, Located, Place};
use crate::shared::text;

/// Checks every form: its place, its period, its model.
pub(super) fn check(
    context: &Context<'_>,
    tables: &[RawTable],
    components: &BTreeMap<FileId, usize>,
    findings: &mut Findings<'_>,
) {
    for table in tables {
        if let Some(component) = context.component_of(table, components) {
            check_component(context, table, component, findings);
        }
        check_unit(context, table, findings);
        check_period(context.model, table, findings);
    }
    check_models(context.model, tables, findings);
    check_copies(context, tables, components, findings);
}

/// The folders of a table's file, from the outermost.
fn folders<'c>(context: &Context<'c>, table: &RawTable) -> Vec<&'c str> {
    let mut parts: Vec<&str> = context.files.get(table.file).path.split('/').collect();
    parts.pop();
    parts
}

/// Reports a form that is for another component or class than its folder.
fn check_component(context: &Context<'_>, table: &RawTable, folder: usize, findings: &mut Findings<'_>) {
    let model = context.model;
    let Some(meant) = meant(model, table) else { return };
    let own = &model.components[folder];
    if meant.component != Some(folder) {
        findings.add(Code::E176).at(meant.at).found(&meant.words(model)).expected(&own.name);
        return;
    }
    let ComponentKind::Ballots(rules) = &own.kind else { return };
    let inner = folders(context, table).into_iter().skip(1).filter(|part| *part != own.id);
    let asked = inner.filter_map(|part| rules.class(part)).next_back();
    if let (Some(asked), Some(class)) = (asked, meant.class)
        && class != asked
    {
        let expected = format!("{} · {}", own.name, rules.classes[asked].name);
        findings.add(Code::E176).at(meant.class_at).found(&meant.words(model)).expected(expected);
    }
}

/// What a form is for.
struct Meant<'t> {
    /// The component; none when the model has none of its id.
    component: Option<usize>,
    /// The id of the component, as written on the form; nothing where its title names one of the model.
    said: &'t str,
    class: Option<usize>,
    at: Place,
    class_at: Place,
}

impl Meant<'_> {
    fn words<'s>(&'s self, model: &'s Model) -> Cow<'s, str> {
        let Some(component) = self.component.map(|at| &model.components[at]) else { return Cow::Borrowed(self.said) };
        match (&component.kind, self.class) {
            (ComponentKind::Ballots(rules), Some(class)) => {
                Cow::Owned(format!("{} · {}", component.name, rules.classes[class].name))
            }
            _ => Cow::Borrowed(&component.name),
        }
    }
}

/// What a form is for, by its hidden sheet, else by its title.
fn meant<'t>(model: &Model, table: &'t RawTable) -> Option<Meant<'t>> {
    let Some(mark) = &table.form else { return titled(model, table) };
    let said = mark.get(form::COMPONENT)?;
    // A component whose id has changed since is recognised by its name, which is in the title.
    let known = model.components.iter().position(|own| own.id == said.value);
    let renamed = || titled(model, table).and_then(|title| title.component);
    let component = known.or_else(renamed);
    let class = component.zip(mark.get(form::CLASS)).and_then(|(at, id)| class(&model.components[at], &id.value));
    let class_at = mark.get(form::CLASS).map_or(said.at, |cell| cell.at);
    Some(Meant { component, said: &said.value, class, at: said.at, class_at })
}

fn class(component: &Component, name: &str) -> Option<usize> {
    match &component.kind {
        ComponentKind::Ballots(rules) => rules.class(name),
        ComponentKind::Indicators | ComponentKind::Given(_) => None,
    }
}

/// What a form is for, by its title: `assessment · component · class · 评议票`. A long title is written in several lines,
/// which end between its parts or within one.
fn titled<'t>(model: &Model, table: &'t RawTable) -> Option<Meant<'t>> {
    table.lines.iter().find_map(|line| {
        let readings = [" · ", " "].into_iter().map(|between| line.value.replace('\n', between));
        let (component, class) = readings.into_iter().find_map(|title| parts_of(model, &title))?;
        Some(Meant { component: Some(component), said: "", class, at: line.at, class_at: line.at })
    })
}

/// The component and the class that the title of a form names.
fn parts_of(model: &Model, title: &str) -> Option<(usize, Option<usize>)> {
    const KINDS: [&str; 3] = ["kind.ballots", "kind.tallies", "kind.given"];
    let parts: Vec<&str> = title.split(" · ").map(str::trim).collect();
    let [_, .., last] = parts.as_slice() else { return None };
    let last = text::key(last);
    let is_kind = |lang: &Lang| KINDS.iter().any(|key| last.starts_with(&text::key(lang.text(key))));
    if ![Lang::Zh, Lang::En].iter().any(is_kind) {
        return None;
    }
    let named = |part: &str| model.components.iter().position(|own| text::key(&own.name) == text::key(part));
    let (at, component) = parts.iter().enumerate().skip(1).find_map(|(at, part)| Some((at, named(part)?)))?;
    Some((component, parts.get(at + 1).and_then(|part| class(&model.components[component], part))))
}

/// Reports a form of one unit in a folder named after another.
fn check_unit(context: &Context<'_>, table: &RawTable, findings: &mut Findings<'_>) {
    let Some(said) = table.form.as_ref().and_then(|mark| mark.get(form::UNIT)) else { return };
    let Some(own) = context.index.find(&said.value) else { return };
    let inner = folders(context, table).into_iter().skip(1);
    let named = inner.filter_map(|part| context.index.find(part)).next_back();
    if let Some(named) = named.filter(|unit| *unit != own) {
        let finding = findings.add(Code::E176).at(said.at).unit(context.code(own));
        finding.found(&said.value).expected(context.code(named));
    }
}

/// Reports a form of another year. A ledger may be last year's: its problems are rectified this year.
fn check_period(model: &Model, table: &RawTable, findings: &mut Findings<'_>) {
    let Some(said) = said_period(table) else { return };
    if text::key(&said.value) == text::key(&model.period) || table.kind == TableKind::Ledger {
        return;
    }
    let (own, other) = (period::years(&model.period), period::years(&said.value));
    if !own.is_empty() && !other.is_empty() && own.is_disjoint(&other) {
        findings.add(Code::E176).at(said.at).found(&said.value).expected(&model.period);
    }
}

/// The period that a form's hidden sheet names.
pub(super) fn said_period(table: &RawTable) -> Option<&Located<String>> {
    table.form.as_ref()?.get(form::PERIOD)
}

/// Reports where forms and the present model differ: one finding for each change, at the first form that it affects.
fn check_models(model: &Model, tables: &[RawTable], findings: &mut Findings<'_>) {
    // The path of each change, and what the forms and the model say there.
    let mut changes: BTreeMap<[&str; 3], Vec<Place>> = BTreeMap::new();
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
            changes.entry([path, old.unwrap_or_default(), new.unwrap_or_default()]).or_default().push(at);
        }
    }
    let value = |text: &str| if text.is_empty() { Arg::Word("finding.not-there") } else { Arg::from(text) };
    for ([path, old, new], places) in changes {
        let finding = findings.add(Code::W174).at(places[0]).with("what", Arg::Value(path.to_owned()));
        finding.found(value(old)).expected(value(new)).also_all(places.into_iter().skip(1));
    }
}

/// The path under which a difference is reported: an item that is new or gone is reported once, not for each of its
/// values.
fn named_once<'p>(path: &'p str, is_there: &dyn Fn(&str) -> (bool, bool)) -> Option<&'p str> {
    let Some((item, keys)) = item_of(path) else { return Some(path) };
    let known = keys.iter().find(|key| matches!(is_there(key), (true, false) | (false, true)));
    match known {
        None => Some(path),
        Some(key) => (key == path).then_some(item),
    }
}

/// Ballots or tallies of the same content in two files under two components: one of them is in the wrong place. Without
/// a rater's id many ballots look the same, and only identical bytes show that it is one ballot.
fn check_copies(
    context: &Context<'_>,
    tables: &[RawTable],
    components: &BTreeMap<FileId, usize>,
    findings: &mut Findings<'_>,
) {
    let mut files: BTreeMap<FileId, Vec<&RawTable>> = BTreeMap::new();
    for table in tables.iter().filter(|t| matches!(t.kind, TableKind::Ballots | TableKind::Tallies)) {
        if !table.rows.is_empty() {
            files.entry(table.file).or_default().push(table);
        }
    }
    // Copies matter only between components.
    if files.keys().filter_map(|file| components.get(file)).collect::<BTreeSet<_>>().len() < 2 {
        return;
    }
    // What is written in the first and the last row tells most files apart.
    let mut ends: BTreeMap<FileId, String> = BTreeMap::new();
    let mut owners: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (file, tables) in &files {
        let is_signed = tables.iter().all(|table| table.kind == TableKind::Tallies || has_rater(table));
        if let Some(component) = components.get(file).filter(|_| is_signed) {
            let own = fingerprint(tables, Extent::Ends);
            owners.entry(own.clone()).or_default().insert(*component);
            ends.insert(*file, own);
        }
    }
    let mut by_bytes: BTreeMap<&str, (FileId, usize)> = BTreeMap::new();
    let mut by_content: BTreeMap<String, (FileId, usize)> = BTreeMap::new();
    for (file, tables) in files {
        let Some(component) = components.get(&file).copied() else { continue };
        let bytes = *by_bytes.entry(&context.files.get(file).sha256).or_insert((file, component));
        let may_be_copy = ends.get(&file).is_some_and(|own| owners[own].len() > 1);
        let content = may_be_copy.then(|| fingerprint(&tables, Extent::Whole));
        let content = content.map(|content| *by_content.entry(content).or_insert((file, component)));
        let mut firsts = [Some(bytes), content].into_iter().flatten();
        if let Some((other, others)) = firsts.find(|(_, others)| *others != component) {
            let name = |at: usize| context.model.components[at].name.as_str();
            let finding = findings.add(Code::E177).at(Place::file(file)).also(Place::file(other));
            finding.found(name(component)).with("other", name(others));
        }
    }
}

fn has_rater(table: &RawTable) -> bool {
    let above = table.label(Word::Rater).is_some_and(|cell| !cell.value.is_blank());
    above || table.rows.iter().any(|row| !table.text(&row, Word::Rater).value.is_empty())
}

/// Which rows of a table a fingerprint is taken of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The first and the last, and how many there are.
    Ends,
    Whole,
}

/// A fingerprint of everything that is written above, over and in tables. Our own forms name their component above it.
fn fingerprint(tables: &[&RawTable], extent: Extent) -> String {
    // No key contains white space, so that texts next to each other cannot be taken for others.
    let mut content = String::new();
    let mut add = |text: &str, end: char| {
        content.push_str(&text::key(text));
        content.push(end);
    };
    for table in tables {
        table.lines.iter().for_each(|line| add(&line.value, '\n'));
        table.columns.iter().for_each(|column| add(&column.path(), '\n'));
        add(&table.rows.len().to_string(), '\n');
        let mut row = |row: Cow<'_, Row>| {
            for cell in &row.cells {
                add(&cell.col.to_string(), '\t');
                add(&cell.value.text(), '\t');
            }
            add("", '\n');
        };
        let mut rows = table.rows.iter();
        match extent {
            Extent::Ends => [rows.next(), rows.next_back()].into_iter().flatten().for_each(row),
            Extent::Whole => rows.for_each(&mut row),
        }
    }
    sha256(content.as_bytes())
}
