//! One document, one item: among the rows of a unit that count, no kind may be based on the same document twice.
//!
//! Rows of one matter never get here, since only the largest of them counts. Different matters may share a document where
//! the model says so; a blank matter does not count as different. Events have no points that could count twice.

use std::collections::BTreeMap;

use super::adjust::{AdjustmentOutcome, End};
use crate::engine::assessment::AdjustmentRow;
use crate::model::{AdjustmentRules, SameDocument};
use crate::shared::finding::{Code, Describe as _, Findings};
use crate::shared::text::{self, DocumentKey};

/// Reports the rows of a unit that are based on the same document as an earlier row, with the earlier rows.
pub(super) fn check_twice(
    rules: &AdjustmentRules,
    rows: &[(usize, &AdjustmentRow)],
    outcomes: &[AdjustmentOutcome],
    findings: &mut Findings<'_>,
) {
    let ended: BTreeMap<usize, &End> = outcomes.iter().filter_map(|own| Some((own.row?, &own.end))).collect();
    let counts = |index: &usize| matches!(ended.get(index), Some(End::Full | End::Part(_) | End::Cut(_)));
    let mut seen: BTreeMap<(usize, String), Vec<(DocumentKey, &AdjustmentRow)>> = BTreeMap::new();
    for (_, row) in rows.iter().filter(|(index, _)| counts(index)) {
        let Some(document) = row.document_key() else { continue };
        let before = seen.entry((row.kind, document.number().to_owned())).or_default();
        let same = before.iter().find(|(other, first)| other.is(&document) && !may_share(rules, first, row));
        if let Some((_, first)) = same {
            let finding =
                findings.add(Code::E670).at(row.at).also(first.at).with("id", &row.id).with("first", &first.id);
            finding.with("kind", &rules.kinds[row.kind].code).found(&row.document_number);
        }
        before.push((document, row));
    }
}

/// Whether two rows that count may be based on one document.
fn may_share(rules: &AdjustmentRules, first: &AdjustmentRow, second: &AdjustmentRow) -> bool {
    let (first, second) = (text::key(&first.matter), text::key(&second.matter));
    rules.same_document == SameDocument::Allowed && !first.is_empty() && !second.is_empty() && first != second
}
