//! Links of the pages and of the book that is made of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{pages, text};
use crate::office;
use crate::runner::package;

/// The targets of links and pictures of a page, outside of blocks of code.
pub(super) fn links(page: &str) -> Vec<&str> {
    let mut is_block = false;
    let prose = page.lines().filter(|line| {
        let is_fence = line.starts_with("```");
        is_block ^= is_fence;
        !is_block && !is_fence && !line.starts_with("    ")
    });
    let links = prose.flat_map(|line| line.split("](").skip(1));
    links.filter_map(|rest| rest.split(')').next()).collect()
}

/// The anchors of a page: its headings as they stand in an address.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let address = |heading: &str| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    headings.map(address).collect()
}

#[test]
fn every_link_of_a_page_leads_to_a_file_and_a_heading() {
    let mut pages = pages();
    pages.push(PathBuf::from("CONTRIBUTING.md"));
    let mut faults = Vec::new();
    for page in pages {
        let own = text(&page);
        for link in links(&own).into_iter().filter(|link| !link.starts_with("https://")) {
            let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let is_inside = !page.starts_with("docs") || resolved(&target).starts_with("docs");
            let has = |anchor: &str| anchors(&text(&target)).contains(anchor);
            if !package().join(&target).exists() {
                faults.push(format!("{}: {link} is not there", page.display()));
            } else if !is_inside {
                faults.push(format!("{}: {link} leads out of the book: name the path instead", page.display()));
            } else if anchor.is_some_and(|anchor| !has(anchor)) {
                faults.push(format!("{}: {link}: no such heading", page.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A path without `..`.
fn resolved(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut out, part| {
        if part.as_os_str() == ".." {
            out.pop();
        } else {
            out.push(part);
        }
        out
    })
}

/// The values of an attribute in HTML.
fn attributes<'h>(html: &'h str, name: &str) -> Vec<&'h str> {
    html.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn the_book_builds_and_needs_nothing_from_outside() {
    if !office::has(&["mdbook"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let built =
        Command::new("mdbook").arg("build").arg(package()).arg("--dest-dir").arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&built.stderr).into_owned() + &String::from_utf8_lossy(&built.stdout);
    assert!(built.status.success() && !said.contains("WARN") && !said.contains("ERROR"), "{said}");
    let mut count = 0;
    for entry in walkdir::WalkDir::new(folder.path()).into_iter().map(Result::unwrap) {
        if entry.path().extension().is_none_or(|end| end != "html") {
            continue;
        }
        count += 1;
        let html = fs::read_to_string(entry.path()).unwrap();
        let loaded = attributes(&html, "src").into_iter().chain(attributes(&html, "href"));
        for link in loaded.filter(|link| !link.is_empty() && !link.starts_with('#')) {
            let shown = entry.path().strip_prefix(folder.path()).unwrap().display().to_string();
            // A link may be followed by whoever is online; nothing may be loaded.
            let is_far = link.contains("://") || link.starts_with("//");
            assert!(!is_far || !html.contains(&format!("src=\"{link}")), "{shown} loads {link}");
            let path = link.split(['#', '?']).next().unwrap();
            // The page for addresses that are not there names files from the top of a server.
            let is_there = is_far || shown == "404.html" || entry.path().parent().unwrap().join(path).exists();
            assert!(is_there, "{shown}: {link} is not there");
        }
    }
    assert!(count > 20, "{count} pages");
}
