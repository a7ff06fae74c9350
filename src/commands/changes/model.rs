//! How two models differ, in words.

use crate::commands::terminal::{OrDash, Terminal};
use crate::result::diff::ModelDiff;
use crate::shared::i18n::{model_path, say};

/// The differences: those of the method, then those that affect printing only.
pub(super) fn text(diff: &ModelDiff, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut out = String::new();
    let sections = [
        ("diff.model.method", diff.method().collect::<Vec<_>>()),
        ("diff.model.presentation", diff.presentation().collect()),
    ];
    for (key, changes) in sections.into_iter().filter(|(_, changes)| !changes.is_empty()) {
        out.push_str(&format!("{}\n", say!(lang, key, n = changes.len())));
        let rows = changes.iter().map(|change| {
            let (old, new) = (change.old.as_deref(), change.new.as_deref());
            (model_path(lang, &change.key), OrDash(old), OrDash(new), &change.key)
        });
        out.push_str(&terminal.table(&["diff.model.what", "diff.model.old", "diff.model.new", "diff.model.key"], rows));
    }
    out
}
