//! 收件清单, the list of files received: where it exists, only the files that it adopts are input (SPEC §5.5).
//!
//! Nothing is left out or used silently: a file that the list does not name, that nobody decided on, or that has
//! changed since it was listed is a finding. A file that is not adopted is set aside with its tables and findings.

use std::collections::{BTreeMap, BTreeSet};

use super::{Roster, UnitIndex, cells};
use crate::engine::assessment::UnitIx;
use crate::read::table::Row;
use crate::read::{Intake, RawTable, RawValue, TableKind, Word};
use crate::shared::finding::{Bound, Code, Describe as _, Findings};
use crate::shared::i18n::Lang;
use crate::shared::place::{FileId, FileRecord, FileStatus, Files, Located, Place, Role};
use crate::shared::text;

/// What people decided about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adoption {
    /// 是: it is input.
    Adopted,
    /// 否: it is not.
    Declined,
    /// Blank: nobody decided.
    Open,
}

/// A row of 收件清单.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Path below the project folder.
    pub path: Located<String>,
    /// SHA-256 of the file when it was listed.
    pub sha256: Located<String>,
    /// 采用.
    pub adoption: Located<Adoption>,
    /// 状态, as written by the last run.
    pub status: String,
    /// 备注.
    pub remark: String,
    /// Cells of columns that people added, by their order.
    pub others: Vec<String>,
}

impl Entry {
    /// Whether an earlier run already noted that the file is gone.
    fn is_noted_gone(&self) -> bool {
        [Lang::Zh, Lang::En].iter().any(|lang| lang.text("receipt.gone") == self.status)
    }
}

/// 收件清单 as read.
#[derive(Clone, Debug)]
pub struct List {
    /// Its file.
    pub file: FileId,
    /// Its rows, in order.
    pub rows: Vec<Entry>,
    /// Headers of columns that people added.
    pub others: Vec<String>,
    /// Whether every row could be understood.
    pub is_sound: bool,
}

impl List {
    /// The rows by the paths of their files, which are unique.
    pub fn entries(&self) -> BTreeMap<&str, &Entry> {
        self.rows.iter().map(|entry| (entry.path.value.as_str(), entry)).collect()
    }
}

/// The effect of the list on the files that were read.
#[derive(Default)]
pub struct Governed {
    /// The list, if there is one that can be read.
    pub list: Option<List>,
    /// Tables of files that are not adopted.
    pub aside: Vec<RawTable>,
}

/// Lets only adopted files go on, if there is a list; what is undecided becomes findings. Only files whose path is
/// `within` are looked at: a re-grade reads no others.
pub fn govern(roster: &Roster, intake: &mut Intake, files: &mut Files, within: &dyn Fn(&str) -> bool) -> Governed {
    let Some(listed) = read_list(intake, files) else { return Governed::default() };
    let mut list = Vec::new();
    let mut findings = Findings::new(&mut list);
    let mut aside = BTreeSet::new();
    let mut open = BTreeSet::new();
    let entries = listed.entries();
    let received = |file: &FileRecord| file.role.is_received() && within(&file.path);
    for (index, record) in files.0.iter().enumerate().filter(|(_, file)| received(file)) {
        let id = FileId(u32::try_from(index).expect("fewer than 4 billion files"));
        let Some(entry) = entries.get(record.path.as_str()) else {
            findings.add(Code::E331).at(Place::file(id));
            continue;
        };
        if !entry.sha256.value.eq_ignore_ascii_case(&record.sha256) {
            findings.add(Code::E332).at(entry.sha256.at).also(Place::file(id)).found(&record.path);
            continue;
        }
        match entry.adoption.value {
            Adoption::Adopted => {}
            Adoption::Declined => drop(aside.insert(id)),
            Adoption::Open => {
                findings.add(Code::E333).at(entry.adoption.at).also(Place::file(id)).found(&record.path);
                open.insert(id);
            }
        }
    }
    tell_gone(&listed, files, within, &mut findings);
    aside.extend(second_to_an_adopted(roster, intake, &open, &aside));
    intake.findings.retain(|finding| !finding.at.is_some_and(|place| aside.contains(&place.file)));
    intake.findings.extend(list);
    for id in &aside {
        files.get_mut(*id).status = FileStatus::NotAdopted;
    }
    let (out, kept) = std::mem::take(&mut intake.tables).into_iter().partition(|table| aside.contains(&table.file));
    intake.tables = kept;
    Governed { list: Some(listed), aside: out }
}

/// The one list of the project; a second one, or a second table in it, is a finding and none counts.
fn read_list(intake: &mut Intake, files: &Files) -> Option<List> {
    let of_role = files.0.iter().enumerate().filter(|(_, file)| file.role == Role::Receipts);
    let named: Vec<(FileId, &str)> =
        of_role.filter_map(|(index, file)| Some((FileId(u32::try_from(index).ok()?), file.path.as_str()))).collect();
    let mut findings = Findings::new(&mut intake.findings);
    if let [(first, _), (_, second), ..] = named.as_slice() {
        findings.add(Code::E315).at(Place::file(*first)).found(*second);
        return None;
    }
    let mut tables = intake.tables.iter().filter(|table| table.kind == TableKind::Receipts);
    let list = tables.next()?;
    if let Some(second) = tables.next() {
        let place = second.header_place();
        findings.add(Code::E315).at(place).found(files.sheet(place));
        return None;
    }
    Some(parse(list, &mut findings))
}

fn parse(table: &RawTable, findings: &mut Findings<'_>) -> List {
    let others: Vec<_> = table.other_columns().filter(|column| !column.text.trim().is_empty()).collect();
    let before = findings.len();
    let mut seen: BTreeMap<String, Place> = BTreeMap::new();
    let mut rows = Vec::new();
    let mut bound = Bound::new(findings);
    for row in table.rows.iter() {
        bound.keep(findings);
        cells::refuse_faults(table, &row, findings);
        let Some(mut entry) = parse_row(table, &row, findings) else { continue };
        if let Some(first) = seen.insert(entry.path.value.clone(), entry.path.at) {
            findings.add(Code::E336).at(entry.path.at).also(first).found(&entry.path.value);
            continue;
        }
        entry.others =
            others.iter().map(|c| table.cell(&row, c).value.map(RawValue::text).unwrap_or_default()).collect();
        rows.push(entry);
    }
    let others = others.iter().map(|column| column.text.clone()).collect();
    List { file: table.file, rows, others, is_sound: findings.len() == before }
}

/// A row; lines without file and decision are not data.
fn parse_row(table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Option<Entry> {
    let path = table.text(row, Word::FilePath).map(|path| path.trim().replace('\\', "/"));
    let adoption = adoption(table, row, findings);
    if path.value.is_empty() {
        if adoption.value != Adoption::Open {
            findings.add(Code::E314).at(path.at);
        }
        return None;
    }
    Some(Entry {
        path,
        sha256: table.text(row, Word::Digest).map(|digest| text::key(&digest)),
        adoption,
        status: table.text(row, Word::Status).value.trim().to_owned(),
        remark: table.text(row, Word::Remark).value,
        others: Vec::new(),
    })
}

/// 采用: 是, 否 or blank; any other word is a finding and leaves the file undecided.
fn adoption(table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Located<Adoption> {
    let cell = table.get(row, Word::Adopted);
    let blank = cell.value.is_none_or(|value| cells::is_missing(&value.text()));
    let decided = if blank { None } else { cells::yes(&cell, findings) };
    let value = match decided {
        Some(true) => Adoption::Adopted,
        Some(false) => Adoption::Declined,
        None => Adoption::Open,
    };
    Located::new(value, cell.at)
}

/// Reports listed files that do not exist: an adopted one is missing; for others the list must be brought up to date.
fn tell_gone(list: &List, files: &Files, within: &dyn Fn(&str) -> bool, findings: &mut Findings<'_>) {
    let present: BTreeSet<&str> = files.0.iter().map(|file| file.path.as_str()).collect();
    let is_gone = |path: &str| !present.contains(path) && within(path);
    for entry in list.rows.iter().filter(|entry| is_gone(&entry.path.value)) {
        let code = match (entry.adoption.value, entry.is_noted_gone()) {
            (Adoption::Adopted, false) => Code::E334,
            (Adoption::Adopted, true) | (_, false) => Code::W335,
            (_, true) => continue,
        };
        findings.add(code).at(entry.path.at).found(&entry.path.value);
    }
}

/// Undecided self-reports of units that have an adopted one: that one counts, and these wait.
fn second_to_an_adopted(
    roster: &Roster,
    intake: &Intake,
    open: &BTreeSet<FileId>,
    aside: &BTreeSet<FileId>,
) -> Vec<FileId> {
    let index = UnitIndex::new(&roster.units);
    let reports = intake.tables.iter().filter(|t| t.kind == TableKind::SelfReport && !aside.contains(&t.file));
    let owners: Vec<(FileId, UnitIx)> = reports.filter_map(|t| Some((t.file, only(units_of(&index, t))?))).collect();
    let adopted: BTreeSet<UnitIx> =
        owners.iter().filter(|(file, _)| !open.contains(file)).map(|(_, unit)| *unit).collect();
    let waiting = owners.iter().filter(|(file, unit)| open.contains(file) && adopted.contains(unit));
    waiting.map(|(file, _)| *file).collect()
}

/// The units that a table names, above its header and in its unit columns.
pub fn units_of(index: &UnitIndex<'_>, table: &RawTable) -> BTreeSet<UnitIx> {
    let labels = table.block.iter().filter(|(word, _)| matches!(word, Word::UnitCode | Word::Unit));
    let mut units: BTreeSet<UnitIx> = labels.filter_map(|(_, cell)| index.find(&cell.value.text())).collect();
    let words = table.having([Word::UnitCode, Word::Unit]);
    for row in table.rows.iter().take_while(|_| !words.is_empty()) {
        units.extend(words.iter().filter_map(|word| index.find(&table.text(&row, *word).value)));
    }
    if units.is_empty() {
        units.extend(table.elsewhere.iter().filter_map(|name| index.find(&name.value)));
    }
    units
}

/// The element of a set that has exactly one.
pub fn only(units: BTreeSet<UnitIx>) -> Option<UnitIx> {
    if units.len() == 1 { units.into_iter().next() } else { None }
}
