//! Lists that nearly all of very many values leave empty.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A list that is mostly empty, and then takes the room of one word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Few<T>(Option<Box<Own<T>>>);

/// The elements of a list that has any.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Own<T>(Vec<T>);

impl<T> Few<T> {
    /// The elements as a list that can grow.
    pub fn list(&mut self) -> &mut Vec<T> {
        &mut self.0.get_or_insert_with(|| Box::new(Own(Vec::new()))).0
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> From<Vec<T>> for Few<T> {
    fn from(elements: Vec<T>) -> Self {
        Self((!elements.is_empty()).then(|| Box::new(Own(elements))))
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self::from(Vec::from_iter(elements))
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_ref().map_or(&[], |own| own.0.as_slice())
    }
}

impl<T> DerefMut for Few<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        self.0.as_mut().map_or(&mut [], |own| own.0.as_mut_slice())
    }
}

impl<'f, T> IntoIterator for &'f Few<T> {
    type Item = &'f T;
    type IntoIter = std::slice::Iter<'f, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'f, T> IntoIterator for &'f mut Few<T> {
    type Item = &'f mut T;
    type IntoIter = std::slice::IterMut<'f, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl<T: Serialize> Serialize for Few<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_takes_one_word() {
        assert_eq!(size_of::<Few<String>>(), size_of::<usize>());
        let mut few: Few<u8> = serde_json::from_str("[1,2]").expect("a list");
        few.iter_mut().for_each(|own| *own += 1);
        assert_eq!(serde_json::to_string(&few).expect("text"), "[2,3]");
        assert!(Few::from(vec![2, 3]) == few && Few::<u8>::default() == Few::from(Vec::new()));
    }
}
