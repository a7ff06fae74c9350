//! Writing: from documents as values to bytes. Creates no files; that is for `publish`.
//!
//! [`workbook`] is the only place that uses rust_xlsxwriter; [`json`] and [`csv`] write the machine-readable artefacts,
//! [`letter`] Word documents, [`listing`] the lists that commands print, [`page`] what is read in a browser.

pub mod csv;
pub mod json;
pub mod letter;
pub mod listing;
pub mod page;
pub mod workbook;
