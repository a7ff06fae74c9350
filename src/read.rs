//! Reading: from files to located raw values. Nothing is interpreted here: the meaning of a value is determined by
//! `check`.
//!
//! [`project`] decides the role of each file, `file` reads its bytes once, and `sniff` determines their format.
//! [`xlsx`] reads workbooks that have passed `gate`; older and other formats go through [`worker`] to `legacy`, in a
//! separate process, and there through calamine; [`csv`] reads text, all within a [`budget`]. Each returns a [`book`]
//! of sheets and cells, and [`table`] finds tables in it by their header words. Files are read in parallel; results are
//! in the order of paths. A file that cannot be read is one finding.

use std::io::ErrorKind;
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::model::Limits;
use crate::shared::finding::{self, Code, Describe as _, Finding, Severity};
use crate::shared::place::{FileId, FileRecord, FileStatus, Files, Place, Role, RowSums};
use crate::shared::progress::Step;

pub mod book;
pub mod budget;
mod convert;
pub mod csv;
mod document;
mod file;
pub mod form;
mod format;
mod gate;
pub mod indicators;
mod legacy;
mod own;
mod parts;
pub mod project;
mod resolved;
mod returned;
pub mod schema;
mod sniff;
pub mod table;
pub mod value;
pub mod words;
pub mod worker;
pub mod xlsx;

use book::Opened;
use budget::Budget;
use file::Most;
use sniff::FileKind;

pub use document::{Stream, Unfit, document, is_folder, is_there, present, text_of};
pub use parts::{paragraphs, parts};
pub use project::{Candidate, Project};
pub use resolved::resolved;
pub use table::{RawTable, TableKind};
pub use value::RawValue;
pub use words::Word;

/// What was read from the input files of a project.
#[derive(Default)]
pub struct Intake {
    /// All tables, in the order of files and sheets.
    pub tables: Vec<RawTable>,
    /// Faults found in files and tables.
    pub findings: Vec<Finding>,
}

/// One file as read: its record, its tables, its findings.
struct FileRead {
    id: FileId,
    record: FileRecord,
    tables: Vec<RawTable>,
    findings: Vec<Finding>,
}

/// Reads files of a project in parallel and appends their records to `files` in the order given.
///
/// # Panics
/// If there are more than 4 billion files.
pub fn read_all(project: &Project, candidates: &[Candidate], limits: &Limits, files: &mut Files) -> Intake {
    let placed: Vec<(FileId, &Candidate)> =
        candidates.iter().map(|candidate| (files.push(unread(candidate)), candidate)).collect();
    read_placed(project, &placed, limits, files)
}

/// Reads files of a project in parallel into existing records of `files`.
pub fn read_placed(project: &Project, placed: &[(FileId, &Candidate)], limits: &Limits, files: &mut Files) -> Intake {
    let counter = project.progress.step(Step::Read, placed.len());
    let one = |(id, candidate): &(FileId, &Candidate)| counter.done(read_one(&project.root, candidate, *id, limits));
    // One by one: the large files stand together, and half of them in one piece would keep one core alone at the end.
    let read: Vec<FileRead> = placed.par_iter().with_max_len(1).map(one).collect();
    drop(counter);
    let mut intake = Intake::default();
    for ((id, _), file) in placed.iter().zip(read) {
        *files.get_mut(*id) = file.record;
        intake.tables.extend(file.tables);
        intake.findings.extend(file.findings);
    }
    intake
}

/// The record of a file before it is read.
pub fn unread(candidate: &Candidate) -> FileRecord {
    FileRecord {
        path: candidate.path.clone(),
        sha256: String::new(),
        size: 0,
        role: candidate.role,
        status: FileStatus::Used,
        sheets: Vec::new(),
        rows: 0,
        row_sums: None,
        units: Vec::new(),
    }
}

/// The SHA-256 of a file of the project; `None` if it does not exist.
///
/// # Errors
/// If it exists but cannot be read.
pub fn hash_of(root: &Path, below: &str) -> std::io::Result<Option<String>> {
    match file::fingerprint(root, below) {
        Ok((_, hash)) => Ok(Some(hash)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A SHA-256 that is taken piece by piece.
#[derive(Default)]
pub struct Hasher {
    hash: Sha256,
    size: u64,
}

impl Hasher {
    /// Adds the next bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
    }

    /// How many bytes were added.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hash in lower-case hexadecimal.
    pub fn sha256(self) -> String {
        hex(&self.hash.finalize())
    }
}

/// The SHA-256 of bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|half| char::from(DIGITS[usize::from(half)]));
    bytes.iter().flat_map(|byte| digits(*byte)).collect()
}

/// The SHA-256 of bytes in base64, as a page names its script.
pub fn sha256_base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha256::digest(bytes))
}

/// Reads one file; every fault in it becomes a finding.
fn read_one(root: &Path, candidate: &Candidate, id: FileId, limits: &Limits) -> FileRead {
    let mut read = FileRead { id, record: unread(candidate), tables: Vec::new(), findings: Vec::new() };
    match file::read(root, &candidate.path, id, largest(candidate, limits)) {
        Ok(snapshot) => {
            read.record.size = snapshot.bytes.len() as u64;
            read.record.sha256 = sha256(&snapshot.bytes);
            read.take(root, candidate, &snapshot.bytes, limits);
            if let Some(changed) = snapshot.changed(root, &candidate.path, id) {
                read.tables.clear();
                read.findings = vec![changed];
            }
        }
        Err(finding) if finding.code == Code::E108 && !candidate.is_table() => read.pass_over(root, candidate),
        Err(finding) => read.findings.push(*finding),
    }
    finding::cap(&mut read.findings, None);
    read.record.rows = read.tables.iter().map(|t| t.rows.len() as u32).sum();
    read.record.row_sums = (!read.tables.is_empty()).then(|| row_sums(read.tables.iter()));
    read.record.status = status(read.record.role, &read);
    read.tables.iter_mut().for_each(|table| table.rows.pack());
    read
}

/// Whether csv files of a role are exports of voting and other platforms and may have millions of rows.
const fn is_exported(role: Role) -> bool {
    matches!(role, Role::Ballots | Role::Tallies | Role::Given)
}

/// How many MiB a file may have, and the key of `[limits]` that sets this. Whether it contains text is unknown at this
/// point.
fn largest(candidate: &Candidate, limits: &Limits) -> Most {
    if is_exported(candidate.role) && candidate.is_table() && limits.csv_mib > limits.file_mib {
        Most { mib: limits.csv_mib, key: "csv_mib" }
    } else {
        Most { mib: limits.file_mib, key: "file_mib" }
    }
}

impl FileRead {
    /// Adds a finding about the file.
    fn tell(&mut self, code: Code) -> &mut Finding {
        self.findings.push(Finding::new(code).at(Place::file(self.id)));
        self.findings.last_mut().expect("a finding was added")
    }

    /// Notes a file that is too large to be examined and is not named like a table: a film, a scan.
    fn pass_over(&mut self, root: &Path, candidate: &Candidate) {
        self.record.role = Role::Other;
        match file::fingerprint(root, &candidate.path) {
            Ok((size, hash)) => {
                (self.record.size, self.record.sha256) = (size, hash);
                self.tell(Code::W110).found(&candidate.path);
            }
            Err(error) => {
                self.tell(Code::E101).found(&error);
            }
        }
    }

    /// Takes the content of a file, as far as its role requires.
    fn take(&mut self, root: &Path, candidate: &Candidate, bytes: &[u8], limits: &Limits) {
        let id = self.id;
        if let Some(code) = candidate.unread() {
            // A check report written by assess may well lie in the project folder.
            let own = candidate.role == Role::Stray && is_own_output(bytes);
            let code = if own { Code::N120 } else { code };
            self.record.role =
                if matches!(candidate.role, Role::Stray | Role::Unused) { candidate.role } else { Role::Other };
            self.tell(code).found(&candidate.path);
            let owned = candidate.owned().filter(|name| project::on_disk(root, name).is_file());
            if let Some(name) = owned {
                self.tell(Code::W130).found(name);
            }
            return;
        }
        let kind = sniff::sniff(bytes, limits);
        if kind != FileKind::Text
            && let Err(too_large) = file::within(bytes.len() as u64, Most { mib: limits.file_mib, key: "file_mib" }, id)
        {
            return self.findings.push(*too_large);
        }
        let mut opened = if candidate.is_table() || kind.is_workbook() {
            refuse_own(open(&kind, bytes, id, candidate.role, limits), id, candidate.role)
        } else {
            self.record.role = Role::Other;
            self.tell(Code::W110).with("found", kind.name());
            return;
        };
        // A document in an OLE container can be identified only by opening it.
        const NO_TABLE: [Code; 4] = [Code::E104, Code::E105, Code::E106, Code::E127];
        let is_document = kind == FileKind::Legacy(sniff::Legacy::Ole)
            && !candidate.is_table()
            && opened.findings.iter().any(|f| NO_TABLE.contains(&f.code));
        if is_document {
            self.record.role = Role::Other;
            let named = opened.findings.iter().find(|f| f.code == Code::E106).and_then(|f| f.args.first());
            let found = named.map_or_else(|| kind.name(), |(_, name)| name.clone());
            self.tell(Code::W110).with("found", found);
            return;
        }
        // An encrypted workbook has the container of an .xls, whatever it contains.
        let protected = opened.findings.iter().any(|f| f.code == Code::N136);
        if !kind.suits(&candidate.extension()) && !protected && !opened.refused {
            self.tell(Code::W128).with("found", kind.name());
        }
        self.record.sheets = opened.book.sheets.iter().map(|s| s.name.clone()).collect();
        self.findings.append(&mut opened.findings);
        if !opened.refused {
            let (tables, more) = table::find_tables(&opened.book, id, candidate.role);
            self.tables = tables;
            self.findings.extend(more);
        }
    }
}

/// Sums over the rows below the headers of some tables; a row is counted where it was found and where it went.
pub(crate) fn row_sums<'t>(tables: impl Iterator<Item = &'t RawTable>) -> RowSums {
    let mut sums = RowSums::default();
    for table in tables {
        sums.found += table.found;
        sums.read += table.rows.len() as u32;
        sums.skipped += table.skipped.len() as u32;
        sums.rejected += table.rejected.len() as u32;
    }
    sums
}

fn status(role: Role, read: &FileRead) -> FileStatus {
    let failed = read.findings.iter().any(|f| f.severity == Severity::Error);
    match role {
        Role::Other | Role::Stray | Role::Unused if !failed => FileStatus::Ignored,
        _ if read.tables.is_empty() && failed => FileStatus::Rejected,
        _ => FileStatus::Used,
    }
}

/// Opens bytes according to their format, whatever the file name suggests.
fn open(kind: &FileKind, bytes: &[u8], id: FileId, role: Role, limits: &Limits) -> Opened {
    let budget = if is_exported(role) { Budget::of_export(id, limits) } else { Budget::new(id, limits) };
    let whole = Place::file(id);
    match kind {
        FileKind::Xlsx => xlsx::read_workbook(bytes, id, limits),
        FileKind::Legacy(legacy) => worker::read(*legacy, bytes, id, limits),
        FileKind::Text if is_own_csv(bytes) => Finding::new(Code::E113).at(whole).into(),
        FileKind::Text => match csv::read_csv(bytes, budget, limits) {
            Ok((book, findings)) => Opened::read(book, findings),
            Err(finding) => (*finding).into(),
        },
        FileKind::Empty => gate::fault::damaged(id, "sniff.empty", "").into(),
        FileKind::Broken(fault) => fault.clone().finding(id).into(),
        FileKind::Other(_) => Finding::new(Code::E106).at(whole).with("found", kind.name()).into(),
    }
}

/// Files written by assess are not inputs, except the ledger sheet of a feedback workbook where ledgers are read.
fn refuse_own(opened: Opened, id: FileId, role: Role) -> Opened {
    if returned::is_feedback(&opened.book) {
        return returned::only_returned(opened, id, role);
    }
    match own::output(&opened.book, id, role).filter(|_| !opened.refused) {
        Some(finding) => Opened::refused(opened.book, vec![finding]),
        None => opened,
    }
}

/// Whether bytes are a workbook or table that assess wrote as a report.
pub fn is_own_output(bytes: &[u8]) -> bool {
    let limits = Limits::default();
    let opened = open(&sniff::sniff(bytes, &limits), bytes, FileId(0), Role::Stray, &limits);
    let opened = refuse_own(opened, FileId(0), Role::Stray);
    opened.findings.iter().any(|finding| finding.code == Code::E113)
}

/// The header of ratings.csv, by which it is also recognised.
pub const RATINGS_HEADER: [&str; 12] =
    ["component", "class", "serial", "rater", "unit", "node", "value", "points", "state", "file", "sheet", "cell"];

/// Whether a text is a ratings.csv written by assess.
fn is_own_csv(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    text.starts_with(RATINGS_HEADER.join(",").as_bytes())
}

/// The tables of a csv text that is part of the program.
pub fn tables_of_text(text: &str, role: Role) -> Vec<RawTable> {
    let limits = Limits::default();
    let book = csv::read_csv(text.as_bytes(), Budget::new(FileId(0), &limits), &limits);
    book.map(|(book, _)| table::find_tables(&book, FileId(0), role).0).unwrap_or_default()
}

/// Reads one table file (roster, indicators) and appends its record.
pub fn read_table(root: &Path, path: &str, role: Role, files: &mut Files) -> Intake {
    let candidate = Candidate { path: path.to_owned(), role };
    read_all(&Project::at(root.to_path_buf()), &[candidate], &Limits::default(), files)
}
