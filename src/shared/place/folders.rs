//! The folders of a project that assess writes to; nothing in them is an input.

/// Versions and the log.
pub const RESULTS: &str = "results";
/// Letters.
pub const FEEDBACK: &str = "feedback";
/// Empty forms.
pub const TEMPLATES: &str = "templates";
/// 征求意见表 and 等次审定表, one folder for each version.
pub const SUGGEST: &str = "suggest";

/// Whether a folder of a project is one that assess writes to, or hidden; nothing in it is an input.
pub fn is_output_folder(name: &str) -> bool {
    name == RESULTS || name == FEEDBACK || is_handed_out(name) || name.starts_with('.')
}

/// Whether a folder of a project holds empty forms: `templates`, or a name that begins with `templates-`.
pub fn is_templates(name: &str) -> bool {
    name.strip_prefix(TEMPLATES).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Whether a folder of a project holds forms that were handed out, none of which is an input.
pub fn is_handed_out(name: &str) -> bool {
    is_templates(name) || name == SUGGEST
}
