//! `assess init --from`: model and roster of the last period, its result as history, its open problems as ledgers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;
use walkdir::WalkDir;

use super::{Draft, model_hash, starters, way, written};
use crate::check::ledgers::is_closed;
use crate::check::{Roster, UnitIndex};
use crate::commands::sound;
use crate::commands::terminal::Terminal;
use crate::documents::forms::ledger::{self, COLUMNS, Known};
use crate::documents::forms::{Form, Office};
use crate::documents::init;
use crate::documents::init::last::{MovedOn, move_on};
use crate::model::Model;
use crate::pipeline::{self, Prepared};
use crate::publish::folder::FolderFile;
use crate::publish::{self, At, RESULT, RESULTS};
use crate::read::project::MODEL_FILE;
use crate::read::table::Row;
use crate::read::{self, Candidate, Project, RawTable, RawValue, Word};
use crate::shared::i18n::{Lang, say};
use crate::shared::place::{FileId, Files, Located, Role};

/// The new project; faults in last year's model or roster are printed and end the run.
pub(super) fn draft(start: &Path, target: &Path, last: &Path, terminal: &mut Terminal) -> anyhow::Result<Draft> {
    let folder = start.join(last);
    if !folder.join(MODEL_FILE).is_file() {
        return Err(anyhow::Error::msg(say!(terminal.lang, "init.no_last", folder = last.display())));
    }
    let prepared = sound(pipeline::prepare(Project::find(&folder)?)?, terminal)?;
    let Prepared { project, mut model, roster, .. } = prepared;
    let lang = model.language;
    let path = project.root.join(MODEL_FILE);
    let text = read::text_of(&path)?;
    let history = history(&project, target, &model)?;
    let moved = move_on(&text, &history).at(&path)?;
    let mut files = vec![FolderFile::new(MODEL_FILE, moved.text.as_bytes().to_vec())];
    let copied = copies(&project)?;
    let names: Vec<&str> = copied.iter().map(|file| file.path.as_str()).collect();
    let mut review = changes(lang, &moved, &history);
    review.push(say!(lang, "init.review.copied", files = lang.join("report.list", names)));
    move_model(&mut model, &moved, &copied);
    let (open, told) = ledgers(&project, &model, &roster)?;
    review.extend(told);
    if !project.table_files("raters")?.is_empty() {
        review.push(lang.text("init.review.raters").to_owned());
    }
    review.push(lang.text("init.review.model").to_owned());
    files.extend(copied);
    files.extend(starters(lang));
    let office = Office::new(&model, &roster);
    let ledgers: Vec<Form<'_>> =
        open.iter().map(|(unit, rows)| ledger::form(&office, &roster.units[*unit], rows)).collect();
    files.extend(written(ledgers)?);
    Ok(Draft { lang, files, folders: init::folders(&model), review })
}

/// The results of earlier periods, newest first: last year's newest version, then the history of last year.
fn history(project: &Project, target: &Path, model: &Model) -> anyhow::Result<Vec<String>> {
    let newest = publish::versions(&project.root)?.pop();
    let own = newest.map(|version| project.root.join(RESULTS).join(version).join(RESULT));
    let mut found: Vec<String> = own.iter().map(|path| way(target, path)).collect();
    for path in &model.history {
        let path = project.root.join(path);
        publish::kind_of(&path)?.at(&path)?;
        found.push(way(target, &read::resolved(&path)?));
    }
    Ok(found)
}

/// Roster and indicator table, byte for byte.
fn copies(project: &Project) -> anyhow::Result<Vec<FolderFile>> {
    let mut copied = Vec::new();
    for name in project.table_files("indicators")?.into_iter().chain(project.table_files("roster")?) {
        let path = read::project::on_disk(&project.root, &name);
        let bytes = read::present(&path)?;
        copied.push(FolderFile::new(name, bytes));
    }
    Ok(copied)
}

/// The changes made to the model file, in words.
fn changes(lang: Lang, moved: &MovedOn, history: &[String]) -> Vec<String> {
    let said = moved.changes.iter().map(|change| {
        let key = match change.new.as_str() {
            "" => "init.review.dropped",
            new if new == change.old => "init.review.kept",
            _ => "init.review.changed",
        };
        say!(lang, key, key = change.key, old = change.old, new = change.new)
    });
    let mut lines: Vec<String> = said.collect();
    match history.first() {
        Some(path) => lines.push(say!(lang, "init.review.history", path)),
        None => lines.push(lang.text("init.review.no_history").to_owned()),
    }
    lines
}

/// The model after the changes, as far as forms show it.
fn move_model(model: &mut Model, moved: &MovedOn, copied: &[FolderFile]) {
    for change in &moved.changes {
        match change.key.as_str() {
            "assessment.title" => model.title.clone_from(&change.new),
            "assessment.period" => model.period.clone_from(&change.new),
            "assessment.as_of" => model.as_of = change.new.parse().ok(),
            _ => {}
        }
    }
    let table = copied.iter().find(|file| file.path.to_ascii_lowercase().starts_with("indicators."));
    let parts: Vec<&[u8]> =
        [moved.text.as_bytes()].into_iter().chain(table.map(|file| file.bytes.as_slice())).collect();
    model.hash = model_hash(&parts);
}

/// The rows of the ledgers by unit, and what must be reported about them.
type Open = (BTreeMap<usize, Vec<Vec<Known>>>, Vec<String>);

/// The problems still open in last year's ledgers, for the ledgers of the new period.
fn ledgers(project: &Project, model: &Model, roster: &Roster) -> anyhow::Result<Open> {
    let lang = model.language;
    let candidates = ledger_files(project)?;
    if candidates.is_empty() {
        return Ok(Open::default());
    }
    let mut files = Files::default();
    let intake = read::read_all(project, &candidates, &model.limits, &mut files);
    let index = UnitIndex::new(&roster.units);
    let (mut rows, mut said) = Open::default();
    let mut nameless: Vec<FileId> = Vec::new();
    for table in &intake.tables {
        for row in open_rows(table) {
            match owner(table, &row, &index) {
                Some(unit) => rows.entry(unit).or_default().push(known(table, &row)),
                None => nameless.push(table.file),
            }
        }
    }
    nameless.dedup();
    let nameless = nameless.into_iter().map(|file| &files.get(file).path);
    said.extend(nameless.map(|file| say!(lang, "init.review.no_unit", file)));
    let unread = (0..).zip(&files.0).filter(|(id, _)| !intake.tables.iter().any(|table| table.file.0 == *id));
    said.extend(unread.map(|(_, file)| say!(lang, "init.review.unread", file = file.path)));
    let (count, units) = (rows.values().map(Vec::len).sum::<usize>(), rows.len());
    said.push(if count > 0 {
        say!(lang, "init.review.problems", n = count, units)
    } else {
        lang.text("init.review.no_problems").to_owned()
    });
    Ok((rows, said))
}

/// Files below the folder of ledgers that may be tables.
fn ledger_files(project: &Project) -> anyhow::Result<Vec<Candidate>> {
    let folder = project.root.join("ledgers");
    let mut found = Vec::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in WalkDir::new(&folder).follow_links(false).sort_by_file_name() {
        let entry = entry.at(&folder)?;
        let below = entry.path().strip_prefix(&project.root).unwrap_or(entry.path());
        let path = read::project::shown(below);
        if entry.file_type().is_file() && read::project::is_table(&path) {
            found.push(Candidate { path, role: Role::Ledger });
        }
    }
    Ok(found)
}

/// Rows that name a problem and are not closed.
fn open_rows(table: &RawTable) -> impl Iterator<Item = Cow<'_, Row>> {
    let is_open = move |row: &Cow<'_, Row>| {
        let is_closed = is_closed(&table.text(row, Word::Closing).value) == Some(true);
        !table.text(row, Word::Problem).value.is_empty() && !is_closed
    };
    table.rows.iter().filter(is_open)
}

/// The unit of a row: from its own columns, otherwise from the lines above the table.
fn owner(table: &RawTable, row: &Row, index: &UnitIndex<'_>) -> Option<usize> {
    let words = [Word::UnitCode, Word::Unit];
    let own = words.iter().map(|word| table.text(row, *word).value);
    let above = words.iter().filter_map(|word| table.label(*word)).map(|cell| cell.value.text());
    let mut names = own.chain(above).filter(|name| !name.is_empty());
    names.find_map(|name| index.find(&name)).map(|unit| unit.0)
}

/// The cells of a row in the order of a ledger's columns.
fn known(table: &RawTable, row: &Row) -> Vec<Known> {
    let cell = |word: &Word| {
        let Located { value, .. } = table.get(row, *word);
        match value {
            Some(RawValue::Date(date)) => Known::Date(*date),
            Some(other) => other.text().parse::<Date>().map_or_else(|_| Known::Text(other.text()), Known::Date),
            None => Known::Text(String::new()),
        }
    };
    COLUMNS.iter().map(cell).collect()
}
