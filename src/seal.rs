//! Seals: twenty hexadecimal digits that stand on paper and hold a version to what it was.
//!
//! The *content seal* of a version is printed in the footers of its workbook, of the notice and of its letters. It is the
//! beginning of the SHA-256 of the version's manifest in canonical form (keys in order, no blanks, UTF-8), without what
//! depends on the seal itself or on when it was written: the hashes of workbooks, the last line of the log, and of the parent
//! its hash, for which its seal stands. Inputs, model, reason, result.json and ratings.csv stay in. With jq:
//!
//! ```text
//! jq -jcS 'del(.states,.parent.sha256)|.outputs|=map(select(.path|IN("result.json","ratings.csv")))' manifest.json |
//!   sha256sum | cut -c1-20
//! ```
//!
//! The *state seal* stands in the minutes. It is the same over the content seal as printed, a line end, and the line of the
//! log that records the state, which holds the hash of the line before it and so everything that was recorded before.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::publish::{Manifest, RATINGS, RESULT};
use crate::read::sha256;

/// Hexadecimal digits of a seal.
const DIGITS: usize = 20;
/// Digits of a group, as printed.
const GROUP: usize = 4;

/// A seal, as `0f3c-9a41-77de-0b12-e5a9`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seal(String);

impl Seal {
    /// The content seal of a version, by its manifest; only the hashes of result.json and ratings.csv need to be known.
    pub fn of_content(manifest: &Manifest) -> Self {
        let mut content = manifest.clone();
        content.states = None;
        content.outputs.retain(|output| [RESULT, RATINGS].contains(&output.path.as_str()));
        let mut document = serde_json::to_value(&content).expect("a manifest is strings, numbers and lists");
        if let Some(parent) = document.get_mut("parent").and_then(serde_json::Value::as_object_mut) {
            parent.remove("sha256");
        }
        // The keys of a document are kept in order.
        Self::of(document.to_string().as_bytes())
    }

    /// The state seal of a line of the log that speaks of a version with this content seal.
    pub fn of_state(content: &Self, line: &[u8]) -> Self {
        Self::of(&[content.to_string().as_bytes(), b"\n", line].concat())
    }

    fn of(bytes: &[u8]) -> Self {
        Self(sha256(bytes)[..DIGITS].to_owned())
    }

    /// Reads a seal as it is typed from paper: hyphens, blanks and letter case mean nothing.
    pub fn parse(typed: &str) -> Option<Self> {
        let is_passed = |c: &char| c.is_whitespace() || matches!(c, '-' | '－' | '–' | '—' | '·');
        let plain: String = crate::text::key(typed).to_lowercase().chars().filter(|c| !is_passed(c)).collect();
        let is_seal = plain.len() == DIGITS && plain.bytes().all(|b| b.is_ascii_hexdigit());
        is_seal.then_some(Self(plain))
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, digit) in self.0.chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl Serialize for Seal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Seal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = String::deserialize(deserializer)?;
        Self::parse(&typed).ok_or_else(|| de::Error::custom("no seal"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::{HashedFile, Parent};

    fn manifest() -> Manifest {
        let file = |path: &str| HashedFile { path: path.into(), sha256: "00".into(), size: 1, role: None, rows: None };
        Manifest {
            schema: "assess.manifest/1".into(),
            version: "v002".into(),
            parent: Some(Parent {
                version: "v001".into(),
                sha256: "11".into(),
                seal: Seal::parse("0123 4567 89ab cdef 0123").expect("a seal"),
            }),
            program: "assess 0".into(),
            reason: Some("更正".into()),
            document: None,
            states: Some("22".into()),
            as_of: None,
            model: "33".into(),
            inputs: vec![file("a.csv")],
            outputs: vec![file("result.xlsx"), file("result.json"), file("ratings.csv")],
        }
    }

    #[test]
    fn the_content_seal_is_the_hash_of_the_canonical_manifest() {
        // Written by hand from the rule above; its SHA-256 by sha256sum.
        let canonical = concat!(
            r#"{"as_of":null,"inputs":[{"path":"a.csv","sha256":"00","size":1}],"model":"33","outputs":["#,
            r#"{"path":"result.json","sha256":"00","size":1},{"path":"ratings.csv","sha256":"00","size":1}],"#,
            r#""parent":{"seal":"0123-4567-89ab-cdef-0123","version":"v001"},"program":"assess 0","#,
            r#""reason":"更正","schema":"assess.manifest/1","version":"v002"}"#,
        );
        assert_eq!(Seal::of_content(&manifest()), Seal::of(canonical.as_bytes()));
        assert_eq!(Seal::of_content(&manifest()).to_string(), "a5c9-6727-5ae7-593b-1932");
    }

    #[test]
    fn what_is_printed_later_leaves_it_and_what_counts_does_not() {
        let seal = Seal::of_content(&manifest());
        let changed = |change: fn(&mut Manifest)| {
            let mut own = manifest();
            change(&mut own);
            Seal::of_content(&own) != seal
        };
        assert!(!changed(|own| own.outputs[0].sha256 = "44".into()), "the workbook");
        assert!(!changed(|own| own.states = None) && !changed(|own| own.parent.as_mut().unwrap().sha256 = "5".into()));
        assert!(changed(|own| own.outputs[1].sha256 = "44".into()) && changed(|own| own.outputs[2].size = 2));
        assert!(changed(|own| own.inputs[0].sha256 = "44".into()) && changed(|own| own.model = "44".into()));
        assert!(changed(|own| own.parent.as_mut().unwrap().seal = Seal::of(b"")) && changed(|own| own.reason = None));
    }

    #[test]
    fn a_seal_is_read_as_it_is_typed() {
        let seal = Seal::of(b"x");
        let printed = seal.to_string();
        assert_eq!(printed.split('-').map(str::len).collect::<Vec<_>>(), [4; 5]);
        for typed in [printed.clone(), printed.replace('-', " "), printed.replace('-', ""), printed.to_uppercase()] {
            assert_eq!(Seal::parse(&typed), Some(seal.clone()), "{typed}");
        }
        assert_eq!(Seal::parse(&printed.replace('-', "－")), Some(seal.clone()));
        for typed in [&printed[1..], "", "zzzz-zzzz-zzzz-zzzz-zzzz", &format!("{printed}0")] {
            assert_eq!(Seal::parse(typed), None, "{typed}");
        }
        assert_ne!(Seal::of_state(&seal, b"{}"), Seal::of_state(&seal, b"{} "));
    }
}
