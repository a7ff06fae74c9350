//! Reading: from files to located raw values. Interprets nothing: what a value means is for `check`.
//!
//! [`book`] turns bytes into sheets of cells (the only place that knows calamine), [`csv`] does so for text, [`table`]
//! finds tables by their header words, [`project`] says which file is what. Files are read in parallel; results are in the
//! order of paths. A file that cannot be read is one finding.

use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::finding::{Code, Finding, Severity};
use crate::model::Limits;
use crate::place::{FileId, FileRecord, FileStatus, Files, Place, Role};

pub mod book;
pub mod csv;
pub mod form;
mod gate;
pub mod project;
pub mod table;
pub mod value;
pub mod words;

pub use project::{Candidate, Project};
pub use table::{RawTable, TableKind};
pub use value::RawValue;
pub use words::Word;

/// What was read from the input files of a project.
#[derive(Default)]
pub struct Intake {
    /// All tables, in the order of files and sheets.
    pub tables: Vec<RawTable>,
    /// What was wrong with files and tables.
    pub findings: Vec<Finding>,
}

/// One file as read: its record, its tables, its findings.
struct FileRead {
    record: FileRecord,
    tables: Vec<RawTable>,
    findings: Vec<Finding>,
}

/// Reads files in parallel and appends their records to `files` in the order given.
///
/// # Panics
/// If there are more than 4 billion files.
pub fn read_all(root: &Path, candidates: &[Candidate], limits: &Limits, files: &mut Files) -> Intake {
    let first = files.0.len();
    let id = |index: usize| FileId(u32::try_from(first + index).expect("fewer than 4 billion files"));
    let read: Vec<FileRead> =
        candidates.par_iter().enumerate().map(|(i, candidate)| read_one(root, candidate, id(i), limits)).collect();
    let mut intake = Intake::default();
    for file in read {
        files.push(file.record);
        intake.tables.extend(file.tables);
        intake.findings.extend(file.findings);
    }
    intake
}

/// The SHA-256 of bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Reads one file; whatever is wrong with it is a finding.
fn read_one(root: &Path, candidate: &Candidate, id: FileId, limits: &Limits) -> FileRead {
    let record = FileRecord {
        path: candidate.path.clone(),
        sha256: String::new(),
        size: 0,
        role: candidate.role,
        status: FileStatus::Used,
        sheets: Vec::new(),
        rows: 0,
        units: Vec::new(),
    };
    let mut read = FileRead { record, tables: Vec::new(), findings: Vec::new() };
    let result = read_bytes(&root.join(&candidate.path), id, limits, &mut read.record);
    let opened = result.and_then(|bytes| {
        if matches!(candidate.role, Role::Other | Role::Stray | Role::Unused) {
            let code = match candidate.role {
                Role::Stray if is_own_output(&bytes) => Code::N120,
                Role::Stray => Code::W116,
                Role::Unused => Code::N120,
                _ if candidate.is_lock() => Code::N111,
                _ if candidate.is_system() => Code::N117,
                _ => Code::W110,
            };
            return Err(Box::new(Finding::new(code).at(Place::file(id)).found(&candidate.path)));
        }
        open(&bytes, id, limits)
    });
    match opened {
        Ok((book, findings)) => {
            read.record.sheets = book.sheets.iter().map(|s| s.name.clone()).collect();
            let (tables, more) = table::find_tables(&book, id, candidate.role);
            read.tables = tables;
            read.findings = findings;
            read.findings.extend(more);
        }
        Err(finding) => read.findings.push(*finding),
    }
    read.record.rows = read.tables.iter().map(|t| t.rows.len() as u32).sum();
    read.record.status = status(candidate.role, &read);
    read
}

fn status(role: Role, read: &FileRead) -> FileStatus {
    let failed = read.findings.iter().any(|f| f.severity == Severity::Error);
    match role {
        Role::Other | Role::Stray | Role::Unused if !failed => FileStatus::Ignored,
        _ if read.tables.is_empty() && failed => FileStatus::Rejected,
        _ => FileStatus::Used,
    }
}

/// The bytes of a file within the size limit, with size and hash noted in its record.
fn read_bytes(path: &Path, id: FileId, limits: &Limits, record: &mut FileRecord) -> Result<Vec<u8>, Box<Finding>> {
    let unreadable =
        |error: std::io::Error| Box::new(Finding::new(Code::E101).at(Place::file(id)).found(error.to_string()));
    record.size = std::fs::metadata(path).map_err(unreadable)?.len();
    if record.size > limits.file_mib * 1024 * 1024 {
        let finding = Finding::new(Code::E108).at(Place::file(id)).found(format!("{} MiB", record.size / 1024 / 1024));
        return Err(Box::new(finding.expected(format!("<= {} MiB", limits.file_mib))));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    record.sha256 = sha256(&bytes);
    Ok(bytes)
}

/// Opens bytes as what they are, whatever the file name says.
fn open(bytes: &[u8], id: FileId, limits: &Limits) -> Result<(book::Book, Vec<Finding>), Box<Finding>> {
    match book::sniff(bytes) {
        book::Kind::Workbook => book::read_workbook(bytes, id, limits),
        book::Kind::Text if is_own_csv(bytes) => Err(Box::new(Finding::new(Code::E113).at(Place::file(id)))),
        book::Kind::Text => csv::read_csv(bytes, id, limits).map(|book| (book, Vec::new())),
        book::Kind::Empty => Err(Box::new(Finding::new(Code::E104).at(Place::file(id)))),
        book::Kind::Encrypted => Err(Box::new(Finding::new(Code::E105).at(Place::file(id)))),
        book::Kind::Other(name) => Err(Box::new(Finding::new(Code::E106).at(Place::file(id)).found(name))),
    }
}

/// Whether bytes are a workbook or table that assess wrote for people to read.
pub fn is_own_output(bytes: &[u8]) -> bool {
    let opened = open(bytes, FileId(0), &Limits::default());
    opened.is_err_and(|finding| finding.code == Code::E113)
}

/// Whether a text is a ratings.csv that assess wrote.
fn is_own_csv(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    text.starts_with(crate::write::csv::RATINGS_HEADER.join(",").as_bytes())
}

/// Reads one table file (roster, indicators) and appends its record.
pub fn read_table(root: &Path, path: &str, role: Role, files: &mut Files) -> Intake {
    let candidate = Candidate { path: path.to_owned(), role };
    read_all(root, &[candidate], &Limits::default(), files)
}
