//! What the cell of a leaf accepts.

use std::borrow::Cow;

use crate::documents::report::entry::Allow;
use crate::model::Leaf;
use crate::model::rule::Shape;
use crate::read::Word;
use crate::shared::i18n::Lang;

/// The values that a cell for a leaf accepts: the words of its rule if it has any, otherwise anything, with a hint.
pub fn allowed<'o>(lang: Lang, leaf: &'o Leaf) -> Allow<'o> {
    match leaf.shape() {
        Shape::Word(names) => {
            Allow::words(names.into_iter().map(Cow::Borrowed).chain([Word::NotApplicable.header(lang).into()]))
        }
        _ => Allow::Anything,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rule;
    use crate::model::rule::{Bands, Levels};
    use crate::shared::number::Exact;

    fn leaf(rule: Rule) -> Leaf {
        Leaf { rule, ..Leaf::sample("1", "") }
    }

    #[test]
    fn only_words_become_a_drop_down() {
        assert_eq!(allowed(Lang::Zh, &leaf(Rule::Bands(Bands::Steps(Vec::new())))), Allow::Anything);
        let levels = Rule::Levels(Levels(vec![("A".to_owned(), Exact::from(1))]));
        assert!(matches!(allowed(Lang::Zh, &leaf(levels)), Allow::Words(words) if words.len() == 2));
        assert!(leaf(Rule::free()).shape().is_literal());
    }
}
