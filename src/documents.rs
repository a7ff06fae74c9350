//! Documents handed out by the program, as values: workbooks of results, letters, forms, new projects, and calculation
//! traces.

pub mod feedback;
pub mod forms;
pub mod init;
pub mod report;
pub mod trace;
