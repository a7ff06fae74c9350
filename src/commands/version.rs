//! `assess --version`: the program, the commit that it was built from, and the schemas of the files that it writes.

use super::terminal::Terminal;
use crate::read::form;
use crate::result::{manifest, outcome, states};
use crate::shared::i18n::say;

/// Prints the answer.
pub(super) fn run(terminal: &Terminal) {
    let schemas = [outcome::SCHEMA, manifest::SCHEMA, states::SCHEMA, form::MARK];
    terminal.print(&say!(
        terminal.lang,
        "version.text",
        version = env!("CARGO_PKG_VERSION"),
        commit = env!("ASSESS_COMMIT"),
        schemas = schemas.join(" "),
    ));
}
