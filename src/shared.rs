//! Shared by every room: exact numbers, places, texts, findings, and every word that a user sees.

pub mod coded;
pub mod exit;
pub mod few;
pub mod finding;
pub(crate) mod groups;
pub mod held;
pub mod i18n;
pub mod letters;
pub mod number;
pub mod pieces;
pub mod place;
pub mod progress;
pub mod text;
pub(crate) mod words;
