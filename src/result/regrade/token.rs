//! The token of a preview: it identifies the parent, the registers and the model that the preview was made from.
//!
//! Nothing is stored: `--apply` calculates the token again and compares. The first twelve digits are the beginning of a
//! SHA-256 over all three; after the hyphen come two digits for each of them separately, which only hint at what
//! changed.

use crate::shared::words::words;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::read::sha256;
use crate::shared::place::{FileRecord, FileStatus, Role};

/// How many digits decide.
const DIGITS: usize = 12;
/// How many digits of each part hint at what changed.
const HINT: usize = 2;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    whole: String,
    hints: [String; 3],
}

words! {
    /// What a token is made from.
    pub enum Part in "regrade.part." {
        /// The version to be followed.
        Parent = "parent",
        /// The registers.
        Registers = "registers",
        /// The model.
        Model = "model",
    }
}

impl Token {
    /// The token over the hash of a parent's manifest, the register files in use, and the hash of the model.
    pub fn of(manifest: &str, files: &[FileRecord], model: &str) -> Self {
        let counts = |file: &&FileRecord| {
            file.role == Role::Register && !matches!(file.status, FileStatus::Ignored | FileStatus::NotAdopted)
        };
        let mut registers: Vec<String> =
            files.iter().filter(counts).map(|file| format!("{}\n{}\n", file.path, file.sha256)).collect();
        registers.sort();
        let registers = sha256(registers.concat().as_bytes());
        let whole = sha256(format!("{manifest}\n{registers}\n{model}\n").as_bytes());
        let hint = |text: &str| sha256(text.as_bytes())[..HINT].to_owned();
        Self { whole: whole[..DIGITS].to_owned(), hints: [hint(manifest), hint(&registers), hint(model)] }
    }

    /// Whether a typed token is this one; the hints may be left out.
    pub fn is(&self, typed: &str) -> bool {
        let typed = typed.trim().to_ascii_lowercase();
        typed == self.whole || typed == self.to_string()
    }

    /// Whether a text can be a token at all.
    pub fn is_wellformed(typed: &str) -> bool {
        let typed = typed.trim();
        let (whole, hints) = typed.split_once('-').unwrap_or((typed, "000000"));
        let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
        hex(whole, DIGITS) && hex(hints, 3 * HINT)
    }

    /// What changed since a token was issued, as far as its hints show; empty if they show nothing.
    pub fn moved(&self, typed: &str) -> Vec<Part> {
        let typed = typed.trim().to_ascii_lowercase();
        let Some((_, hints)) = typed.split_once('-').filter(|_| Self::is_wellformed(&typed)) else { return Vec::new() };
        let parts = [Part::Parent, Part::Registers, Part::Model].into_iter().enumerate();
        parts.filter(|(i, _)| hints[i * HINT..(i + 1) * HINT] != self.hints[*i]).map(|(_, part)| part).collect()
    }
}

impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.whole, self.hints.concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_tells_which_part_moved() {
        let file = |sha256: &str| FileRecord {
            path: "registers/a.xlsx".into(),
            sha256: sha256.into(),
            size: 1,
            role: Role::Register,
            status: FileStatus::Used,
            sheets: Vec::new(),
            rows: 0,
            row_sums: None,
            units: Vec::new(),
        };
        let before = Token::of("parent", &[file("1")], "model");
        let typed = before.to_string();
        assert!(Token::is_wellformed(&typed) && before.is(&typed) && before.is(&typed[..12]));
        assert!(!Token::is_wellformed("v001") && !Token::is_wellformed("plan-20260120-01.json"));
        let after = Token::of("parent", &[file("2")], "model");
        assert!(!after.is(&typed));
        assert_eq!(after.moved(&typed), [Part::Registers]);
        assert_eq!(Token::of("other", &[file("1")], "another").moved(&typed), [Part::Parent, Part::Model]);
        assert_eq!(after.moved(&typed[..12]), []);
    }
}
