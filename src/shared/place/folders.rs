//! The folders of a project that assess writes to; they contain no inputs.

/// Versions and the log.
pub const RESULTS: &str = "results";
/// Letters.
pub const FEEDBACK: &str = "feedback";
/// Empty forms.
pub const TEMPLATES: &str = "templates";
/// 征求意见表 and 等次审定表, one folder for each version.
pub const SUGGEST: &str = "suggest";

/// Whether a folder of a project is one that assess writes to, or hidden; such folders contain no inputs.
pub fn is_output_folder(name: &str) -> bool {
    name == RESULTS || name == FEEDBACK || is_handed_out(name) || name.starts_with('.')
}

/// Whether a folder of a project contains empty forms: `templates`, or a name that begins with `templates-`.
pub fn is_templates(name: &str) -> bool {
    name.strip_prefix(TEMPLATES).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Whether a folder of a project contains forms that were handed out, none of which is an input.
pub fn is_handed_out(name: &str) -> bool {
    is_templates(name) || name == SUGGEST
}
