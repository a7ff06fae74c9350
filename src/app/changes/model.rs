//! How two models differ, in words.

use crate::app::terminal::Terminal;
use crate::diff::{ModelChange, ModelDiff};
use crate::i18n::Lang;

/// The differences: those of the method, then those that only print.
pub(super) fn text(diff: &ModelDiff, terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut out = String::new();
    if diff.unknown {
        out.push_str(&format!("{}\n", lang.text("diff.model.unknown")));
    }
    let sections = [
        ("diff.model.method", diff.method().collect::<Vec<_>>()),
        ("diff.model.presentation", diff.presentation().collect()),
    ];
    for (key, changes) in sections.into_iter().filter(|(_, changes)| !changes.is_empty()) {
        out.push_str(&format!("{}\n", lang.fill(key, &[("n", &changes.len().to_string())])));
        let rows = changes.iter().map(|change| row(change, lang)).collect();
        let keys = ["diff.model.what", "diff.model.old", "diff.model.new", "diff.model.key"];
        out.push_str(&terminal.table(&keys.map(|key| lang.text(key)), rows));
    }
    out
}

fn row(change: &ModelChange, lang: Lang) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
    vec![words(&change.key, lang), text(&change.old), text(&change.new), change.key.clone()]
}

/// The path of a value in words: `grade[A].at_least` as the section, the item and the key.
fn words(path: &str, lang: Lang) -> String {
    let mut parts = Vec::new();
    for segment in segments(path) {
        let (name, item) = match segment.split_once('[') {
            Some((name, item)) => (name, item.strip_suffix(']')),
            None => (segment, None),
        };
        let word = lang.find(&format!("model.word.{name}")).unwrap_or(name);
        parts.push(match item {
            Some(item) => lang.fill("diff.model.item", &[("word", word), ("item", item)]),
            None => word.to_owned(),
        });
    }
    parts.join(" · ")
}

/// The parts of a path; points inside brackets belong to an item.
fn segments(path: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (index, c) in path.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '.' if depth == 0 => {
                parts.push(&path[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(&path[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_words_of_the_committee() {
        assert_eq!(segments("indicator[1.2.3].points"), ["indicator[1.2.3]", "points"]);
        assert_eq!(words("grade[A].at_least", Lang::En), "Grade \"A\" · least total");
        assert_eq!(words("component[m].weight", Lang::En), "Component \"m\" · weight");
    }
}
