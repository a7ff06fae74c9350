//! Determines the role of each file of a project folder.
//!
//! Finds `assess.toml` (from a folder upwards), the roster, the indicator table, and below the input folders every file
//! with the role given by its folder. Only the model file is opened here.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use globset::{Glob, GlobSet, GlobSetBuilder};
use walkdir::WalkDir;

use crate::model::{Component, ComponentKind, Model};
use crate::read::words::Word;
use crate::shared::finding::Code;
use crate::shared::place::Role;
use crate::shared::place::folders::is_output_folder;
use crate::shared::progress::Progress;

mod names;

pub(crate) use names::{on_disk, shown};

/// The name of the model file.
pub const MODEL_FILE: &str = "assess.toml";

/// A project folder.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder that contains `assess.toml`.
    pub root: PathBuf,
    /// The only files considered, if not all are: an earlier version is recomputed without later ones.
    only: Option<BTreeSet<String>>,
    /// Who listens to how many files have been read.
    pub progress: Progress,
}

/// There is no `assess.toml` in a folder or above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoProject;

impl std::fmt::Display for NoProject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(MODEL_FILE)
    }
}

impl std::error::Error for NoProject {}

/// A file found in a project, with its role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Path below the project folder, with `/`.
    pub path: String,
    /// The role in which it is read, if it is a table.
    pub role: Role,
}

impl Candidate {
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether it is a file that operating systems leave behind.
    pub fn is_system(&self) -> bool {
        self.name().starts_with('.')
            || self.name().eq_ignore_ascii_case("thumbs.db")
            || self.name().eq_ignore_ascii_case("desktop.ini")
    }

    /// The extension of its name in lower case; empty if it has none.
    pub fn extension(&self) -> String {
        self.name().rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase()
    }

    /// Whether its name is that of a table.
    pub fn is_table(&self) -> bool {
        is_table(&self.path)
    }

    /// The code of the finding that it is not examined at all, if so.
    pub fn unread(&self) -> Option<Code> {
        match self.role {
            Role::Stray => Some(Code::W116),
            Role::Unused => Some(Code::N120),
            _ if self.is_lock() => Some(Code::N111),
            _ if self.is_system() => Some(Code::N117),
            _ => None,
        }
    }

    /// The path of the table that a lock file belongs to.
    pub fn owned(&self) -> Option<String> {
        let own = self.name();
        let excel = own.strip_prefix("~$");
        let name = excel.or_else(|| own.strip_prefix(".~lock.").and_then(|rest| rest.strip_suffix('#')))?;
        Some(format!("{}{name}", self.path.strip_suffix(own)?))
    }

    /// Whether it is the lock file of an open workbook.
    pub fn is_lock(&self) -> bool {
        self.name().starts_with("~$") || self.name().starts_with(".~lock")
    }
}

impl Project {
    /// The project in a folder that contains `assess.toml`.
    pub const fn at(root: PathBuf) -> Self {
        Self { root, only: None, progress: Progress::SILENT }
    }

    /// Finds the project: the given folder, or the nearest folder upwards that contains `assess.toml`. The folder must
    /// exist.
    ///
    /// # Errors
    /// [`NoProject`] if there is no `assess.toml` in it or above it; any other error if that cannot be determined.
    pub fn find(start: &Path) -> anyhow::Result<Self> {
        let shown = || start.display().to_string();
        let start = if start.as_os_str().is_empty() { Path::new(".") } else { start };
        let whole = start.canonicalize().with_context(shown)?;
        anyhow::ensure!(whole.is_dir(), "{}", shown());
        let mut folder = whole.as_path();
        loop {
            let model = folder.join(MODEL_FILE);
            match std::fs::metadata(&model) {
                Ok(metadata) if metadata.is_file() => return Ok(Self::at(folder.to_path_buf())),
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                // Searching further upwards would find another project.
                Err(error) => return Err(error).with_context(|| model.display().to_string()),
            }
            folder = folder.parent().ok_or(NoProject)?;
        }
    }

    /// Returns this project restricted to some files, given by their paths below its folder.
    #[must_use]
    pub fn only(&self, paths: BTreeSet<String>) -> Self {
        Self { only: Some(paths), ..self.clone() }
    }

    fn holds(&self, path: &str) -> bool {
        self.only.as_ref().is_none_or(|paths| paths.contains(path))
    }

    /// The files that may contain a table of the project, whatever their letter case and format; there should be one.
    ///
    /// # Errors
    /// If the project folder cannot be listed.
    pub fn table_files(&self, stem: &str) -> anyhow::Result<Vec<String>> {
        let shown = || self.root.display().to_string();
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.root).with_context(shown)? {
            let name = names::shown(Path::new(&entry.with_context(shown)?.file_name()));
            if names_table(&name, stem) && self.holds(&name) {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// The role in which a file at a path below the project folder would be read.
    ///
    /// # Errors
    /// If a pattern of the model is invalid, which the model check excludes.
    pub fn role_at(model: &Model, path: &str) -> anyhow::Result<Option<Role>> {
        Ok(role_of(&role_patterns(model)?, path))
    }

    /// A function from paths below the project folder to the role in which such a file would be read.
    ///
    /// # Errors
    /// If a pattern of the model is invalid, which the model check excludes.
    pub fn roles(model: &Model) -> anyhow::Result<impl Fn(&str) -> Option<Role> + use<>> {
        let sets = role_patterns(model)?;
        Ok(move |path: &str| role_of(&sets, path))
    }

    /// Every input file of a model with its role, in the order of paths.
    ///
    /// # Errors
    /// If a folder cannot be listed.
    pub fn candidates(&self, model: &Model) -> anyhow::Result<Vec<Candidate>> {
        let sets = role_patterns(model)?;
        let mut found = Vec::new();
        let walk = WalkDir::new(&self.root).follow_links(false).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|e| e.depth() == 0 || !is_output(e)) {
            let entry = entry.with_context(|| self.root.display().to_string())?;
            // Links and special files are listed too, so that skipping them is reported.
            let below = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
            let path = shown(below);
            // A folder in the place of a project table is not an input folder.
            let in_place = || names_table(&path, "raters") || list_of(&path).is_some();
            if entry.file_type().is_dir() && !(entry.depth() == 1 && in_place()) || !self.holds(&path) {
                continue;
            }
            // A link to a folder represents its contents, which are not read.
            let inside = if entry.path_is_symlink() { format!("{path}/_") } else { path.clone() };
            if let Some(role) = role_of(&sets, &path).or_else(|| folder_role(&sets, &inside)) {
                found.push(Candidate { path, role });
            }
        }
        found.sort();
        Ok(found)
    }
}

/// Whether a file name is that of a project table such as `roster.xlsx`.
fn names_table(name: &str, stem: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.')) && is_table(&lower)
}

/// The role of the files that a linked folder would hold.
fn folder_role(sets: &[(GlobSet, Role)], inside: &str) -> Option<Role> {
    sets.iter().find(|(set, _)| set.is_match(inside)).map(|(_, role)| *role)
}

/// The role in which a file below the project folder is read; none for a file that is neither input nor table.
fn role_of(sets: &[(GlobSet, Role)], path: &str) -> Option<Role> {
    let raters = names_table(path, "raters").then_some(Role::Raters);
    let role = raters.or_else(|| sets.iter().find(|(set, _)| set.is_match(path)).map(|(_, role)| *role));
    match role.or_else(|| list_of(path)) {
        Some(role) => Some(role),
        None if path.starts_with("ledgers/") && is_table(path) => Some(Role::Unused),
        None if is_stray(path) => Some(Role::Stray),
        None => None,
    }
}

/// Tables directly in the project folder with a name of their own: 收件清单, and 核对, which is read as a register.
fn list_of(path: &str) -> Option<Role> {
    let (stem, _) = path.rsplit_once('.')?;
    let named = |word: Word| is_table(path) && word.matches(&crate::shared::text::header_key(stem));
    let receipts = named(Word::Receipts).then_some(Role::Receipts);
    receipts.or_else(|| named(Word::Assertions).then_some(Role::Register))
}

/// Whether a file that belongs to no input folder looks like a misplaced table.
fn is_stray(path: &str) -> bool {
    let own = ["roster", "indicators"].iter().any(|stem| names_table(path, stem));
    !own && is_table(path) && !path.ends_with(".txt")
}

/// Whether an entry is a folder that assess writes to, or hidden.
fn is_output(entry: &walkdir::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.depth() == 1 && entry.file_type().is_dir() && is_output_folder(&name)
}

/// Whether a file may be a table: lock files, hidden files, images and documents are not.
pub(crate) fn is_table(path: &str) -> bool {
    const TABLES: [&str; 10] = ["xlsx", "xlsm", "xls", "et", "ods", "xlsb", "csv", "txt", "tsv", "xltx"];
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, ext)| ext).to_ascii_lowercase();
    !name.starts_with("~$") && !name.starts_with('.') && TABLES.contains(&extension.as_str())
}

/// The files that the components of a model take as inputs, for ballots, tallies and given scores.
pub struct ComponentFiles(Vec<(usize, GlobSet)>);

impl ComponentFiles {
    /// The patterns of a model, each compiled once.
    ///
    /// # Errors
    /// If a pattern of the model is invalid, which the model check excludes.
    pub fn new(model: &Model) -> anyhow::Result<Self> {
        let mut sets = Vec::new();
        for (index, component) in model.components.iter().enumerate() {
            let id = &component.id;
            let patterns = match &component.kind {
                ComponentKind::Indicators => continue,
                ComponentKind::Ballots(_) => vec![format!("ballots/{id}/**"), format!("tallies/{id}/**")],
                ComponentKind::Given(_) => vec![format!("given/{id}/**")],
            };
            sets.push((index, glob_set(component.inputs.as_ref().unwrap_or(&patterns))?));
        }
        Ok(Self(sets))
    }

    /// The component whose inputs a path belongs to.
    pub fn component_of(&self, path: &str) -> Option<usize> {
        self.0.iter().find(|(_, set)| set.is_match(path)).map(|(index, _)| *index)
    }
}

fn role_patterns(model: &Model) -> anyhow::Result<Vec<(GlobSet, Role)>> {
    let mut sets = Vec::new();
    for component in &model.components {
        let id = &component.id;
        match &component.kind {
            ComponentKind::Indicators => {
                sets.push((glob_set(&inputs(component, &["self-reports/**"]))?, Role::SelfReport));
            }
            ComponentKind::Ballots(_) => {
                let usual = [format!("ballots/{id}/**"), format!("tallies/{id}/**")];
                let (tallies, ballots): (Vec<&str>, Vec<&str>) =
                    inputs(component, &usual.each_ref().map(String::as_str))
                        .into_iter()
                        .partition(|path| path.starts_with("tallies/"));
                sets.push((glob_set(&ballots)?, Role::Ballots));
                sets.push((glob_set(&tallies)?, Role::Tallies));
            }
            ComponentKind::Given(_) => {
                sets.push((glob_set(&inputs(component, &[&format!("given/{id}/**")]))?, Role::Given));
            }
        }
    }
    sets.push((glob_set(&["verified/**"])?, Role::Verified));
    sets.push((glob_set(&["registers/**"])?, Role::Register));
    sets.push((glob_set(&["opinions/**"])?, Role::Opinions));
    if model.ledger_leaf().is_some() {
        sets.push((glob_set(&["ledgers/**"])?, Role::Ledger));
    }
    Ok(sets)
}

/// The patterns of the files of a component: those of the model, else the usual ones.
fn inputs<'p>(component: &'p Component, usual: &[&'p str]) -> Vec<&'p str> {
    match &component.inputs {
        Some(own) => own.iter().map(String::as_str).collect(),
        None => usual.to_vec(),
    }
}

fn glob_set(patterns: &[impl AsRef<str>]) -> anyhow::Result<GlobSet> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(Glob::new(pattern.as_ref())?);
    }
    Ok(builder.build()?)
}
