//! How two models differ, in words.

use crate::commands::terminal::Terminal;
use crate::result::diff::{ModelChange, ModelDiff};
use crate::shared::i18n::{Lang, model_path};

/// The differences: those of the method, then those that only print.
pub(super) fn text(diff: &ModelDiff, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut out = String::new();
    let sections = [
        ("diff.model.method", diff.method().collect::<Vec<_>>()),
        ("diff.model.presentation", diff.presentation().collect()),
    ];
    for (key, changes) in sections.into_iter().filter(|(_, changes)| !changes.is_empty()) {
        out.push_str(&format!("{}\n", lang.fill(key, &[("n", &changes.len())])));
        let rows = changes.iter().map(|change| row(change, lang)).collect();
        let keys = ["diff.model.what", "diff.model.old", "diff.model.new", "diff.model.key"];
        out.push_str(&terminal.table(&keys.map(|key| lang.text(key)), rows));
    }
    out
}

fn row(change: &ModelChange, lang: Lang) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
    vec![model_path(lang, &change.key), text(&change.old), text(&change.new), change.key.clone()]
}
