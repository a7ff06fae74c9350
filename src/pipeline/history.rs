//! Results of earlier periods that the model names.

use std::path::Path;

use super::model::record;
use crate::assessment::PastDocument;
use crate::finding::{Code, Finding};
use crate::model::Model;
use crate::outcome::{self, Outcome};
use crate::place::{FileStatus, Files, Place, Role};

/// Documents that counted in earlier periods, from the results that the model names.
pub(super) fn read(root: &Path, model: &Model, files: &mut Files, findings: &mut Vec<Finding>) -> Vec<PastDocument> {
    let mut past = Vec::new();
    for path in &model.history {
        let bytes = std::fs::read(root.join(path));
        let file = files.push(record(path, bytes.as_deref().unwrap_or_default(), Role::History));
        let outcome = bytes.map_err(anyhow::Error::from).and_then(|b| Ok(serde_json::from_slice::<Outcome>(&b)?));
        match outcome {
            Ok(outcome) => past.extend(past_documents(&outcome)),
            Err(error) => {
                files.get_mut(file).status = FileStatus::Rejected;
                findings.push(Finding::new(Code::E629).at(Place::file(file)).found(error.to_string()));
            }
        }
    }
    past
}

fn past_documents(outcome: &Outcome) -> Vec<PastDocument> {
    let counted = |row: &&outcome::AdjustmentRowOutcome| matches!(row.outcome.as_str(), "full" | "part" | "event");
    let rows = outcome.registers.adjustments.iter().filter(counted);
    rows.map(|row| PastDocument {
        unit: row.unit.clone(),
        number: row.document_number.clone(),
        issued_by: row.issued_by.clone(),
        period: outcome.model.period.clone(),
    })
    .collect()
}
