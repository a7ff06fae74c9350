//! Paths of the model's values, `grade[A].at_least`, in the committee's words.

use super::Lang;
use crate::shared::i18n::say;

/// The path of a value of the model in words: `grade[A].at_least` as the section, the item and the key.
pub fn model_path(lang: Lang, path: &str) -> String {
    let mut parts = Vec::new();
    for segment in segments(path) {
        let (name, item) = match segment.split_once('[') {
            Some((name, item)) => (name, item.strip_suffix(']')),
            None => (segment, None),
        };
        let word = lang.find(&format!("model.word.{name}")).unwrap_or(name);
        parts.push(match item {
            Some(item) => say!(lang, "diff.model.item", word = word, item = item),
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
        assert_eq!(model_path(Lang::En, "grade[A].at_least"), "Grade \"A\" · least total");
        assert_eq!(model_path(Lang::En, "component[m].weight"), "Component \"m\" · weight");
    }
}
