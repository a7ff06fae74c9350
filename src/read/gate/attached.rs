//! Attachments of a workbook that are never run or followed: macros, links to other files and programs, queries.

use super::container::Archive;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::place::Place;

/// The finding that a workbook carries something that is never run or followed.
pub(in crate::read) fn finding(at: Place, what: &'static str) -> Finding {
    Finding::new(Code::W129).at(at).with("what", Arg::Word(what))
}

/// The attachments of a workbook, as catalogue keys.
pub(in crate::read) fn attachments(archive: &Archive<'_>) -> Vec<&'static str> {
    let names: Vec<String> = archive.names().map(str::to_ascii_lowercase).collect();
    let has = |test: &dyn Fn(&str) -> bool| names.iter().any(|name| test(name));
    let mut found = Vec::new();
    if has(&|name| name.ends_with("vbaproject.bin") || name.contains("/macrosheets/")) {
        found.push("attached.macros");
    }
    let external = |name: &str| name.contains("/externallinks/") && !name.ends_with(".rels");
    if has(&external) {
        let links = names.iter().filter(|name| external(name));
        let parts = links.filter_map(|name| archive.part(name).ok().flatten());
        let dde = parts.into_iter().any(|part| part.windows(7).any(|word| word == b"ddeLink"));
        found.push(if dde { "attached.dde" } else { "attached.links" });
    }
    if has(&|name| name.ends_with("/connections.xml") || name.contains("/querytables/")) {
        found.push("attached.queries");
    }
    found
}
