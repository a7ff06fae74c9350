//! Texts that many values have in common, such as the code of an indicator in the scores of all units.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// How many texts a thread remembers at most.
const MOST: usize = 1 << 12;

thread_local! {
    /// The last text of each place; texts have their places by what they are.
    static KNOWN: RefCell<Vec<Option<Label>>> = RefCell::new(vec![None; MOST]);
}

/// The place of a text among those that are remembered.
fn place(text: &str) -> usize {
    let mixed = text.bytes().fold(0x811c_9dc5_u32, |mixed, byte| (mixed ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (mixed ^ (mixed >> 15)) as usize % MOST
}

/// A text of which equal ones are mostly kept once. It takes the room of one word.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Label(Arc<Box<str>>);

impl Label {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        KNOWN.with_borrow_mut(|known| {
            let slot = &mut known[place(text)];
            match slot {
                Some(own) if own == text => own.clone(),
                _ => slot.insert(Self(Arc::new(Box::from(text)))).clone(),
            }
        })
    }
}

impl From<&String> for Label {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl Deref for Label {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Label {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Label {
    fn eq(&self, other: &str) -> bool {
        **self.0 == *other
    }
}

impl PartialEq<&str> for Label {
    fn eq(&self, other: &&str) -> bool {
        **self.0 == **other
    }
}

impl PartialEq<String> for Label {
    fn eq(&self, other: &String) -> bool {
        **self.0 == **other
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Label;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Label, E> {
                Ok(Label::from(text))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one() {
        let [one, again, other] = ["A1", "A1", "A2"].map(Label::from);
        assert!(Arc::ptr_eq(&one.0, &again.0) && one == again && one < other && one == "A1");
        let read: Vec<Label> = serde_json::from_str(r#"["A1","\u0041\u0032"]"#).expect("texts");
        assert!(Arc::ptr_eq(&read[0].0, &one.0) && read[1] == other);
        assert_eq!(serde_json::to_string(&read).expect("texts"), r#"["A1","A2"]"#);
        assert_eq!((format!("{one:>3}"), format!("{one:?}")), (" A1".to_owned(), "\"A1\"".to_owned()));
        (0..2 * MOST).for_each(|i| assert_eq!(Label::from(&i.to_string()).as_str(), i.to_string()));
    }
}
