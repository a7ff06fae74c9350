//! Reading: from files to located raw values. Interprets nothing: what a value means is for `check`.
//!
//! [`book`] turns bytes into sheets of cells (the only place that knows calamine), [`csv`] does so for text, [`table`]
//! finds tables by their header words, [`project`] says which file is what. Files are read in parallel; results are in the
//! order of paths. A file that cannot be read is one finding.

use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::finding::{Code, Finding};
use crate::model::Limits;
use crate::place::{FileId, FileRecord, FileStatus, Files, Place, Role};

pub mod book;
pub mod csv;
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
/// # Errors
/// If a file that was listed cannot be opened at all.
pub fn read_all(root: &Path, candidates: &[Candidate], limits: &Limits, files: &mut Files) -> anyhow::Result<Intake> {
    let first = u32::try_from(files.0.len())?;
    let read: Vec<FileRead> = candidates
        .par_iter()
        .enumerate()
        .map(|(index, candidate)| read_one(root, candidate, FileId(first + index as u32), limits))
        .collect::<anyhow::Result<_>>()?;
    let mut intake = Intake::default();
    for file in read {
        files.push(file.record);
        intake.tables.extend(file.tables);
        intake.findings.extend(file.findings);
    }
    Ok(intake)
}

/// The SHA-256 of bytes, in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

fn read_one(root: &Path, candidate: &Candidate, id: FileId, limits: &Limits) -> anyhow::Result<FileRead> {
    let path = root.join(&candidate.path);
    let size = std::fs::metadata(&path).map_err(|e| project::unreadable(&path, &e))?.len();
    let mut record = FileRecord {
        path: candidate.path.clone(),
        sha256: String::new(),
        size,
        role: candidate.role,
        status: FileStatus::Used,
        sheets: Vec::new(),
        rows: 0,
        units: Vec::new(),
    };
    let whole = Place::file(id);
    if candidate.role == Role::Other {
        record.status = FileStatus::Ignored;
        record.sha256 = sha256(&std::fs::read(&path).map_err(|e| project::unreadable(&path, &e))?);
        let code = if candidate.is_lock() { Code::N111 } else { Code::W110 };
        return Ok(FileRead {
            record,
            tables: Vec::new(),
            findings: vec![Finding::new(code).at(whole).found(&candidate.path)],
        });
    }
    let bytes = std::fs::read(&path).map_err(|e| project::unreadable(&path, &e))?;
    record.sha256 = sha256(&bytes);
    if size > limits.file_mib * 1024 * 1024 {
        record.status = FileStatus::Rejected;
        let finding = Finding::new(Code::E108).at(whole).found(format!("{} MiB", size / 1024 / 1024));
        let findings = vec![finding.expected(format!("<= {} MiB", limits.file_mib))];
        return Ok(FileRead { record, tables: Vec::new(), findings });
    }
    let (tables, mut findings) = match open(&bytes, id, limits) {
        Ok((book, mut findings)) => {
            record.sheets = book.sheets.iter().map(|s| s.name.clone()).collect();
            let (tables, more) = table::find_tables(&book, id, candidate.role);
            findings.extend(more);
            (tables, findings)
        }
        Err(finding) => (Vec::new(), vec![*finding]),
    };
    record.rows = tables.iter().map(|t| t.rows.len() as u32).sum();
    let rejected = tables.is_empty() && findings.iter().any(|f| f.severity == crate::finding::Severity::Error);
    if rejected {
        record.status = FileStatus::Rejected;
    }
    findings.sort_by(|a, b| (a.code, a.at).cmp(&(b.code, b.at)));
    Ok(FileRead { record, tables, findings })
}

/// Opens bytes as what they are, whatever the file name says.
fn open(bytes: &[u8], id: FileId, limits: &Limits) -> Result<(book::Book, Vec<Finding>), Box<Finding>> {
    match book::sniff(bytes) {
        book::Kind::Workbook => book::read_workbook(bytes, id, limits),
        book::Kind::Text => csv::read_csv(bytes, id, limits).map(|book| (book, Vec::new())),
        book::Kind::Empty => Err(Box::new(Finding::new(Code::E104).at(Place::file(id)))),
        book::Kind::Encrypted => Err(Box::new(Finding::new(Code::E105).at(Place::file(id)))),
        book::Kind::Other(name) => Err(Box::new(Finding::new(Code::E106).at(Place::file(id)).found(name))),
    }
}

/// Reads one table file (roster, indicators) and appends its record.
///
/// # Errors
/// If the file cannot be opened at all.
pub fn read_table(root: &Path, path: &str, role: Role, files: &mut Files) -> anyhow::Result<Intake> {
    let candidate = Candidate { path: path.to_owned(), role };
    read_all(root, &[candidate], &Limits::default(), files)
}
