//! In which kinds of files the letters of units are written.

use serde::{Deserialize, Serialize};

/// The files that a unit gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LetterFiles {
    /// A workbook: the letter, and the sheets behind it.
    #[default]
    Xlsx,
    /// The letter alone, as a Word document.
    Docx,
    /// The workbook, and the letter as a Word document.
    Both,
}

impl LetterFiles {
    /// The words for them on the command line.
    pub const WORDS: [&str; 3] = ["xlsx", "docx", "both"];

    /// The choice of a word.
    pub fn named(word: &str) -> Option<Self> {
        let all = [Self::Xlsx, Self::Docx, Self::Both];
        all.into_iter().zip(Self::WORDS).find(|(_, own)| *own == word).map(|(files, _)| files)
    }

    /// The kinds of files, workbooks first.
    pub const fn kinds(self) -> &'static [LetterKind] {
        match self {
            Self::Xlsx => &[LetterKind::Workbook],
            Self::Docx => &[LetterKind::Word],
            Self::Both => &[LetterKind::Workbook, LetterKind::Word],
        }
    }
}

/// A kind of file with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// A workbook.
    Workbook,
    /// A Word document.
    Word,
}

impl LetterKind {
    /// The ending of its file names.
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Workbook => "xlsx",
            Self::Word => "docx",
        }
    }
}
