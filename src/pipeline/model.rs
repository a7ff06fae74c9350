//! Reads the model file and the indicator table of a project.

use std::collections::BTreeMap;

use crate::check::{self, Roster, UnitIndex};
use crate::engine::assessment::{Mode, Unit};
use crate::model::{self, ComponentKind, Issued, Model, ModelDraft, RankScope};
use crate::read::project::MODEL_FILE;
use crate::read::{self, Project};
use crate::shared::finding::{Code, Describe as _, Finding, Findings};
use crate::shared::i18n::Lang;
use crate::shared::place::{FileId, FileRecord, FileStatus, Files, Place, Role};
use crate::shared::text;

/// A model as read.
pub(super) struct Read {
    /// The model, if it is sound.
    pub(super) model: Option<Model>,
    /// What is wrong or worth knowing.
    pub(super) findings: Vec<Finding>,
    /// Language that the model file declares, as far as it can be read.
    pub(super) language: Option<Lang>,
    /// The model file.
    pub(super) file: FileId,
    /// Whether the model file is text at all.
    pub(super) is_text: bool,
}

/// Reads the model file and the indicator table, whose records are the first of all.
///
/// # Errors
/// If a file cannot be opened.
pub(super) fn read(project: &Project, files: &mut Files) -> anyhow::Result<Read> {
    let path = project.root.join(MODEL_FILE);
    let bytes = read::present(&path)?;
    let file = files.push(record(MODEL_FILE, &bytes, Role::Model));
    let indicators = project.table_files("indicators")?;
    let mut findings = Vec::new();
    let mut table = None;
    if let Some(name) = indicators.first() {
        let own = FileId(u32::try_from(files.0.len())?);
        let intake = read::read_table(&project.root, name, Role::Indicators, files);
        findings.extend(intake.findings);
        findings.extend(second_file(&indicators, own));
        for (table, row) in intake.tables.iter().flat_map(|t| t.rows.iter().map(move |row| (t, row))) {
            check::cells::refuse_faults(table, &row, &mut Findings::new(&mut findings));
        }
        table = Some((own, read::indicators::rows(&intake.tables)));
    }
    let hash = read::sha256(files.0.iter().map(|f| f.sha256.as_str()).collect::<Vec<_>>().join("\n").as_bytes());
    let Ok(text) = std::str::from_utf8(&bytes) else {
        findings.push(Finding::new(Code::E109).at(Place::file(file)).expected("UTF-8"));
        return Ok(Read { model: None, findings, language: None, file, is_text: false });
    };
    let (model, found) = model::load(ModelDraft { text, file, table, hash });
    findings.extend(found);
    Ok(Read { model, findings, language: model::load::declared_language(text), file, is_text: true })
}

/// The record of a file that is used as a whole.
pub(super) fn record(path: &str, bytes: &[u8], role: Role) -> FileRecord {
    FileRecord {
        path: path.to_owned(),
        sha256: read::sha256(bytes),
        size: bytes.len() as u64,
        role,
        status: FileStatus::Used,
        sheets: Vec::new(),
        rows: 0,
        row_sums: None,
        units: Vec::new(),
    }
}

/// Reports a table that is in two files: which one is meant would be a guess.
pub(super) fn second_file(names: &[String], first: FileId) -> Option<Finding> {
    let second = names.get(1)?;
    Some(Finding::new(Code::E315).at(Place::file(first)).found(second))
}

/// Checks that the names under `issued` of classes are units of the roster.
pub(super) fn check_issued(model: &Model, roster: &Roster) -> Vec<Finding> {
    let index = UnitIndex::new(&roster.units);
    let mut findings = Vec::new();
    let rules = model.components.iter().filter_map(|component| match &component.kind {
        ComponentKind::Ballots(rules) => Some(rules),
        ComponentKind::Indicators | ComponentKind::Given(_) => None,
    });
    for class in rules.flat_map(|rules| &rules.classes) {
        let Issued::Units(units, place) = &class.issued else { continue };
        let unknown = units.keys().filter(|name| index.find(name).is_none());
        findings.extend(unknown.map(|name| {
            let finding = Finding::new(Code::E307).at(*place).found(name);
            finding.nearest(name, roster.units.iter().flat_map(Unit::names))
        }));
    }
    findings
}

/// Checks that the groups that rules name are groups of the roster.
pub(super) fn check_groups(model: &Model, roster: &Roster) -> Vec<Finding> {
    let unknown = |name: &str| roster.groups.iter().all(|group| text::key(group) != text::key(name));
    let named = model.groups().into_iter().filter(|(name, _)| unknown(name));
    named
        .map(|(name, place)| {
            let finding = Finding::new(Code::E508).at(place).found(name);
            finding.nearest(name, roster.groups.iter().map(String::as_str))
        })
        .collect()
}

/// Checks that quota places do not decrease from a better to a lower grade in any scope.
pub(super) fn check_places(model: &Model, roster: &Roster, file: FileId) -> Vec<Finding> {
    let ranked = roster.units.iter().filter(|u| u.mode == Mode::Ranked);
    let name = |unit: &Unit| match model.rank.scope {
        RankScope::Group => Some(unit.group.clone()),
        RankScope::Scheme => unit.scheme.map(|scheme| model.schemes[scheme.0].name.clone()),
        RankScope::All => None,
    };
    let mut sizes: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for unit in ranked {
        *sizes.entry(name(unit)).or_default() += 1;
    }
    // In the order of the roster or of the model file, as everywhere.
    let order = |scope: &Option<String>| {
        let scope = scope.as_deref()?;
        let group = roster.groups.iter().position(|group| group == scope);
        group.or_else(|| model.schemes.iter().position(|scheme| scheme.name == scope))
    };
    let mut scopes: Vec<(Option<String>, usize)> = sizes.into_iter().collect();
    scopes.sort_by_key(|(scope, _)| order(scope));
    scopes.iter().flat_map(|(scope, size)| model::load::check_places(model, scope.as_deref(), *size, file)).collect()
}
