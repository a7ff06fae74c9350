//! Which leaf (指标) a row or column means: its code, its name, or both together; never a similar one.
//!
//! Printed forms carry points in the name (`学习教育（10分）`) and often no code. A name that several leaves share identifies
//! none of them, nor do a code and a name that mean different leaves.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Model, Tree};
use crate::shared::text;

/// All codes and names of the leaves of a model.
pub struct LeafIndex<'t> {
    codes: BTreeMap<String, usize>,
    /// `None` where several leaves have the name.
    names: BTreeMap<String, Option<usize>>,
    known: Vec<&'t str>,
    /// Inputs of formulas, by the code of the leaf and their name; `None` where several are written like that.
    inputs: BTreeMap<String, Option<(usize, &'t str)>>,
}

impl<'t> LeafIndex<'t> {
    /// Indexes the leaves of a tree.
    pub fn new(tree: &'t Tree) -> Self {
        let (codes, names, inputs) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut index = Self { codes, names, known: Vec::new(), inputs };
        for (leaf, own) in tree.leaves.iter().enumerate() {
            index.codes.insert(text::key(&own.code), leaf);
            let both = format!("{}{}", own.code, own.name);
            let mut keys: Vec<String> =
                [&own.name, &both].iter().flat_map(|n| [text::key(n), text::header_key(n)]).collect();
            keys.sort();
            keys.dedup();
            for key in keys.into_iter().filter(|key| !key.is_empty()) {
                let slot = index.names.entry(key).or_insert(Some(leaf));
                *slot = slot.filter(|first| *first == leaf);
            }
            index.known.extend([own.code.as_str(), &own.name]);
        }
        index
    }

    /// Indexes the leaves of a model and the inputs of their formulas in all schemes.
    pub fn of(model: &'t Model) -> Self {
        let mut index = Self::new(&model.tree);
        for held in model.plans() {
            for (leaf, own) in held.tree().leaves.iter().enumerate() {
                for input in own.inputs() {
                    let both = [format!("{}{}", own.code, input.name), own.input_name(input)];
                    let keys: BTreeSet<String> =
                        both.iter().flat_map(|text| [text::key(text), text::header_key(text)]).collect();
                    for key in keys {
                        let meant = (leaf, input.name.as_str());
                        let slot = index.inputs.entry(key).or_insert(Some(meant));
                        *slot = slot.filter(|first| *first == meant);
                    }
                }
            }
        }
        index
    }

    /// The input that a heading means, with the index of its leaf: `1.1 gdp`.
    pub fn input(&self, written: &str) -> Option<(usize, &'t str)> {
        let known = |key: &str| self.inputs.get(key).copied();
        known(&text::key(written)).or_else(|| known(&text::header_key(written))).flatten()
    }

    /// The leaf of a code.
    pub fn coded(&self, code: &str) -> Option<usize> {
        self.codes.get(&text::key(code)).copied()
    }

    /// The leaf of a code, a name, or a code with its name; points behind a name do not matter.
    pub fn named(&self, written: &str) -> Option<usize> {
        let (whole, header) = (text::key(written), text::header_key(written));
        let bare = text::without_points(&header);
        let known = |key: &str| self.codes.get(key).copied().map(Some).or_else(|| self.names.get(key).copied());
        known(&whole).or_else(|| known(&header)).or_else(|| known(bare)).flatten()
    }

    /// All codes and names, for hints.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.known.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let mut tree = Tree::default();
        for (code, name) in [("1.1", "学习教育"), ("1.2", "党课（每季度）"), ("2.1", "培训"), ("2.2", "培训")]
        {
            tree.leaves.push(crate::model::Leaf::sample(code, name));
        }
        tree
    }

    #[test]
    fn names_are_known_with_points_and_codes_but_not_when_shared() {
        let tree = tree();
        let index = LeafIndex::new(&tree);
        for written in ["1.1", "学习教育", "学习教育（10分）", "学习教育10分", "1.1 学习教育", " 学 习 教 育 "]
        {
            assert_eq!(index.named(written), Some(0), "{written}");
        }
        assert_eq!(index.named("党课"), Some(1));
        assert_eq!(index.named("党课（每季度）"), Some(1));
        assert_eq!(index.named("培训"), None);
        assert_eq!(index.named("2.2 培训"), Some(3));
        assert_eq!(index.named("学习"), None);
    }
}
