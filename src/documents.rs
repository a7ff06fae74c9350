//! What people are given, as values: workbooks of results, letters, forms, new projects, and how a number came about.

pub mod feedback;
pub mod forms;
pub mod init;
pub mod report;
pub mod trace;
