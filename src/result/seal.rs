//! Seals: twenty hexadecimal digits, printed on paper, by which a version can be checked for later changes.
//!
//! The *content seal* of a version is printed in the footers of its workbook, of the notice and of its letters. It is the
//! beginning of the SHA-256 of the version's manifest in canonical form (keys in order, no blanks, UTF-8), without what
//! depends on the seal itself or on when it was written: the hashes of workbooks, the last line of the log, and the
//! hash of the parent, which its seal replaces. Inputs, model, reason, result.json and ratings.csv stay in. With jq:
//!
//! ```text
//! jq -jcS 'del(.states,.parent.sha256)|.outputs|=map(select(.path|IN("result.json","ratings.csv")))' manifest.json |
//!   sha256sum | cut -c1-20
//! ```
//!
//! The *state seal* is printed in the minutes. It is the beginning of the SHA-256 over the content seal as printed, a
//! line end, and the line of the log that records the state; that line contains the hash of the one before it, and so
//! covers everything recorded earlier.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::read::sha256;

/// Hexadecimal digits of a seal.
const DIGITS: usize = 20;
/// Digits of a group, as printed.
const GROUP: usize = 4;

/// A seal, as `0f3c-9a41-77de-0b12-e5a9`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seal(String);

impl Seal {
    /// The state seal of a line of the log that refers to a version with this content seal.
    pub fn of_state(content: &Self, line: &[u8]) -> Self {
        Self::of(&[content.to_string().as_bytes(), b"\n", line].concat())
    }

    /// The seal over some bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(sha256(bytes)[..DIGITS].to_owned())
    }

    /// Reads a seal as it is typed from paper: hyphens, blanks and letter case do not matter.
    pub fn parse(typed: &str) -> Option<Self> {
        let is_passed = |c: &char| c.is_whitespace() || matches!(c, '-' | '－' | '–' | '—' | '·');
        let plain: String = crate::shared::text::key(typed).to_lowercase().chars().filter(|c| !is_passed(c)).collect();
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
