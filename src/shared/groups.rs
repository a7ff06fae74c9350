//! What belongs together: values by key, how often each key occurs, and which values there are.

use std::collections::{BTreeMap, BTreeSet};

/// Values by key, those of each key in their order.
pub(crate) fn grouped<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, Vec<V>> {
    let mut groups: BTreeMap<K, Vec<V>> = BTreeMap::new();
    for (key, value) in pairs {
        groups.entry(key).or_default().push(value);
    }
    groups
}

/// How often each key occurs.
pub(crate) fn counted<K: Ord>(keys: impl IntoIterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// The different values, each once, in the order in which they occur first.
pub(crate) fn each_once<T: Ord + Copy>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    values.into_iter().filter(|value| seen.insert(*value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_in_their_order_within_a_key() {
        let groups = grouped([("b", 1), ("a", 2), ("b", 3)]);
        assert_eq!(groups.into_iter().collect::<Vec<_>>(), [("a", vec![2]), ("b", vec![1, 3])]);
    }

    #[test]
    fn each_key_is_counted_and_listed_once() {
        let keys = ["b", "a", "b"];
        assert_eq!(counted(keys).into_iter().collect::<Vec<_>>(), [("a", 1), ("b", 2)]);
        assert_eq!(each_once(keys), ["b", "a"]);
    }
}
