//! Values by code: what a map holds, in the room of a list. A result has many thousand small ones with the same codes.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;
use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::Label;

/// Values by code, in the order of the codes. A copy is the same values until one of both changes.
#[derive(Debug, PartialEq, Eq)]
pub struct ByCode<V>(Arc<[(Label, V)]>);

impl<V> ByCode<V> {
    /// The value of a code.
    pub fn get(&self, code: &str) -> Option<&V> {
        Some(&self.0[self.position(code)?].1)
    }

    fn position(&self, code: &str) -> Option<usize> {
        // Most have so few that looking at each is quickest.
        self.0.iter().position(|(own, _)| own == code)
    }

    /// Whether a code has a value.
    pub fn contains_key(&self, code: &str) -> bool {
        self.position(code).is_some()
    }

    /// Codes and values, in the order of the codes.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Label, &V)> + ExactSizeIterator {
        self.0.iter().map(|(code, value)| (code, value))
    }

    /// The codes, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &Label> + ExactSizeIterator {
        self.0.iter().map(|(code, _)| code)
    }

    /// The values, in the order of their codes.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.0.iter().map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V: Clone> ByCode<V> {
    /// The value of a code, to be changed.
    pub fn get_mut(&mut self, code: &str) -> Option<&mut V> {
        let at = self.position(code)?;
        Some(&mut Arc::make_mut(&mut self.0)[at].1)
    }

    /// The values, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
        Arc::make_mut(&mut self.0).iter_mut().map(|(_, value)| value)
    }
}

impl<V: Eq> ByCode<V> {
    /// Holds what another holds, if that is the same.
    pub fn join(&mut self, other: &Self) {
        if self == other {
            self.clone_from(other);
        }
    }
}

impl<V> Clone for ByCode<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V> Index<&str> for ByCode<V> {
    type Output = V;

    fn index(&self, code: &str) -> &V {
        self.get(code).expect("the code has a value")
    }
}

impl<V> Default for ByCode<V> {
    fn default() -> Self {
        Self(Arc::new([]))
    }
}

/// Of several values of a code the last one stays.
impl<V> FromIterator<(Label, V)> for ByCode<V> {
    fn from_iter<I: IntoIterator<Item = (Label, V)>>(values: I) -> Self {
        let mut values: Vec<(Label, V)> = values.into_iter().collect();
        values.sort_by(|a, b| a.0.cmp(&b.0));
        values.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                std::mem::swap(later, kept);
            }
            is_same
        });
        Self(values.into())
    }
}

impl<'c, V> IntoIterator for &'c ByCode<V> {
    type Item = (&'c Label, &'c V);
    type IntoIter = std::iter::Map<std::slice::Iter<'c, (Label, V)>, fn(&'c (Label, V)) -> (&'c Label, &'c V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(code, value)| (code, value))
    }
}

impl<V: Serialize> Serialize for ByCode<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for ByCode<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Values<V> {
            type Value = ByCode<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByCode<V>, A::Error> {
                let mut values = Vec::new();
                while let Some(own) = map.next_entry()? {
                    values.push(own);
                }
                Ok(values.into_iter().collect())
            }
        }
        deserializer.deserialize_map(Values(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_by_their_codes_and_the_last_of_a_code_stays() {
        let text = r#"{"b":1,"a":2,"b":3}"#;
        let mut own: ByCode<u8> = serde_json::from_str(text).expect("values");
        assert_eq!(serde_json::to_string(&own).expect("text"), r#"{"a":2,"b":3}"#);
        assert_eq!((own.get("b"), own.get("c"), own.contains_key("a"), own.len()), (Some(&3), None, true, 2));
        assert!(own.iter().eq(&own) && own.keys().eq(["a", "b"].map(Label::from).iter()));
        own.values_mut().for_each(|value| *value += 1);
        *own.get_mut("a").expect("a") += 10;
        let mut other = own.clone();
        *other.get_mut("b").expect("b") = 0;
        assert!(own.values().eq(&[13, 4]) && other.values().eq(&[13, 0]) && ByCode::<u8>::default().is_empty());
    }
}
