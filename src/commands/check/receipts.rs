//! `check --receipts`: writes 收件清单 or brings it up to date; entries made by hand are kept.

use crate::shared::i18n::say;
use std::collections::BTreeSet;
use std::path::Path;

use super::super::terminal::Terminal;
use super::book::obstacle_word;
use crate::check::receipts::Adoption;
use crate::check::received::{ReceiptState, Receipts};
use crate::documents::report;
use crate::pipeline::Computed;
use crate::publish::file;
use crate::shared::finding::Code;
use crate::shared::place::{FileId, Role};

/// Writes the list; returns `false` if the present one has faults that must be corrected by hand first.
///
/// # Errors
/// If the list cannot be written; the present one is unchanged then.
pub(super) fn write(root: &Path, computed: &Computed, now: &Receipts<'_>, terminal: &Terminal) -> anyhow::Result<bool> {
    let present = computed.files.0.iter().find(|file| file.role == Role::Receipts).map(|file| file.path.as_str());
    if present.is_some() && computed.list.as_ref().is_none_or(|list| !list.is_sound) {
        return Ok(false);
    }
    let name = present.unwrap_or(computed.model.language.text("receipts.name"));
    let refuse = |key: &str| anyhow::Error::msg(say!(terminal.lang, key, path = name));
    anyhow::ensure!(name.to_ascii_lowercase().ends_with(".xlsx"), refuse("receipts.not_xlsx"));
    let list = computed.list.as_ref();
    let own = |place: crate::shared::place::Place| list.is_some_and(|list| list.file == place.file);
    let more = computed.findings.iter().any(|f| f.code == Code::W115 && f.at.is_some_and(own));
    anyhow::ensure!(!more, refuse("receipts.more_sheets"));
    let target = root.join(name);
    if list.is_some_and(|list| now.is_as_in(list)) {
        file::tidy(&target)?;
        terminal.tell(&summary(now, name, "receipts.unchanged", terminal));
        return Ok(true);
    }
    let unread = unread(computed);
    if !unread.is_empty() {
        let files = terminal.lang.join("report.list", unread);
        return Err(anyhow::Error::msg(say!(terminal.lang, "receipts.unread", path = name, files)));
    }
    if let Some(obstacle) = file::obstacle(&target)? {
        return Err(refuse(obstacle_word(obstacle)));
    }
    let units = &computed.assessment.units;
    let name_of = |code: &str| units.iter().find(|unit| unit.code == code).map(|unit| unit.name.as_str());
    let document = report::receipts(&computed.model, now, name_of);
    file::replace(&target, &crate::write::workbook::bytes(&document)?)?;
    terminal.tell(&summary(now, name, "receipts.written", terminal));
    Ok(true)
}

/// Received files that could not be read this time, or changed meanwhile. Their bytes are unknown, and a list without
/// them would lose the decisions entered for them.
fn unread(computed: &Computed) -> Vec<&str> {
    let faults = computed.findings.iter().filter(|finding| matches!(finding.code, Code::E101 | Code::E126));
    let files: BTreeSet<FileId> = faults.filter_map(|finding| finding.at).map(|place| place.file).collect();
    let records = files.into_iter().map(|file| computed.files.get(file));
    records.filter(|record| record.role.is_received()).map(|record| record.path.as_str()).collect()
}

fn summary(now: &Receipts<'_>, name: &str, key: &str, terminal: &Terminal) -> String {
    let [changed, gone] = [ReceiptState::Changed, ReceiptState::Gone].map(|state| now.in_state(state));
    let [adopted, declined, open] =
        [Adoption::Adopted, Adoption::Declined, Adoption::Open].map(|adoption| now.count(adoption));
    let files = now.rows.len() - gone;
    say!(terminal.lang, key, files, adopted, declined, open, changed, gone, path = name)
}
