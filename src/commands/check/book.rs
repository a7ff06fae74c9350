//! `check --report`: where the workbook may be written, and writing it.

use super::super::exposure::{Told, earlier};
use crate::documents::feedback::privacy::exposed;
use crate::publish::At;
use crate::shared::i18n::say;
use std::path::{Path, PathBuf};

use super::super::places;
use super::super::terminal::{Terminal, shown};
use super::Checked;
use crate::documents::report::{CheckBook, check_book};
use crate::model::Model;
use crate::pipeline;
use crate::publish::file::{self, Obstacle};
use crate::read::{self, Project};
use crate::shared::place::Role;
use crate::shared::place::folders::is_output_folder;
use crate::write::page;

/// The project that was opened.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Here<'h> {
    /// The folder of the project.
    pub(in crate::commands) root: &'h Path,
    /// The model of the project.
    pub(in crate::commands) model: &'h Model,
}

/// What is written to a path that a user chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Output {
    /// A workbook.
    Workbook,
    /// A page for a browser.
    Page,
}

impl Output {
    /// Its extension, and the text that refuses another one.
    const fn extension(self) -> (&'static str, &'static str) {
        match self {
            Self::Workbook => ("xlsx", "report.refused.extension"),
            Self::Page => ("html", "page.refused.extension"),
        }
    }

    /// Whether bytes are an earlier output of the same kind, which may be replaced.
    fn is_own(self, bytes: &[u8]) -> bool {
        match self {
            Self::Workbook => read::is_own_output(bytes),
            Self::Page => page::is_own(bytes),
        }
    }
}

/// Where a workbook goes: a path where it cannot become an input and overwrites nothing but an earlier output.
///
/// # Errors
/// If it may not be written there; nothing has been written then.
pub(in crate::commands) fn target(path: &Path, here: Option<Here<'_>>, terminal: &Terminal) -> anyhow::Result<PathBuf> {
    target_of(Output::Workbook, path, here, terminal)
}

/// Where an output goes, as [`target`] finds it.
///
/// # Errors
/// If it may not be written there; nothing has been written then.
pub(in crate::commands) fn target_of(
    output: Output,
    path: &Path,
    here: Option<Here<'_>>,
    terminal: &Terminal,
) -> anyhow::Result<PathBuf> {
    let refuse = |key: &str| anyhow::Error::msg(say!(terminal.lang, key, path = path.display()));
    let (extension, other) = output.extension();
    anyhow::ensure!(path.extension().is_some_and(|own| own.eq_ignore_ascii_case(extension)), refuse(other));
    if let Some(obstacle) = file::obstacle(path).at(path)? {
        return Err(refuse(obstacle_word(obstacle)));
    }
    let name = path.file_name().at(path)?;
    let target = read::resolved(file::folder_of(path))?.join(name);
    if let Some(around) = places::project_around(&target)?
        && let Some(key) = refused_within(around, output, &target, here)?
    {
        return Err(refuse(key));
    }
    if target.exists() {
        let bytes = read::present(&target)?;
        anyhow::ensure!(output.is_own(&bytes), refuse("report.refused.foreign"));
    }
    Ok(target)
}

/// Why an output may not stand at a place within a project, as a key of the catalogue; none if it may.
fn refused_within(
    around: Project,
    output: Output,
    target: &Path,
    here: Option<Here<'_>>,
) -> anyhow::Result<Option<&'static str>> {
    let below = read::project::shown(target.strip_prefix(&around.root).unwrap_or(target));
    if below.split_once('/').is_some_and(|(folder, _)| is_output_folder(folder)) {
        return Ok(Some("report.refused.results"));
    }
    let role = match here.filter(|here| here.root == around.root) {
        Some(here) => Project::role_at(here.model, &below)?,
        None => match pipeline::prepare(around)? {
            Ok(prepared) => Project::role_at(&prepared.model, &below)?,
            // Without a valid model it is unknown which files of the project are inputs.
            Err(_) => return Ok(Some("compare.refused")),
        },
    };
    // A page is no table, so that nothing reads it where no input belongs.
    let is_unread = role == Some(Role::Stray) || (role.is_none() && matches!(output, Output::Page));
    Ok((!is_unread).then_some("report.refused.input"))
}

/// The catalogue key of the text about an obstacle.
pub(super) const fn obstacle_word(obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::IsFolder => "write.is_folder",
        Obstacle::NoFolder => "write.no_folder",
        Obstacle::ReadOnly => "write.read_only",
        Obstacle::IsOpen => "write.is_open",
        Obstacle::NotRegular => "write.not_regular",
    }
}

/// Writes the workbook and reports it.
pub(super) fn write(target: &Path, root: &Path, checked: &Checked<'_>, terminal: &Terminal) -> anyhow::Result<()> {
    let earlier = earlier(root, &Told::default(), terminal)?;
    let book = CheckBook {
        outcome: &checked.outcome,
        coverage: &checked.coverage,
        receipts: &checked.receipts,
        exposed: &exposed(&checked.outcome, &earlier),
        is_listed: checked.computed.list.is_some(),
        base: way(file::folder_of(target), root),
        own: target.strip_prefix(root).ok().map(|below| below.to_string_lossy().replace('\\', "/")),
    };
    let bytes = crate::write::workbook::bytes(&check_book(&book))?;
    file::replace(target, &bytes)?;
    terminal.tell(&say!(terminal.lang, "report.written", path = shown(target)));
    Ok(())
}

/// The relative path from one folder to another, both absolute: ``, `../`, `../project/`; none between two drives.
fn way(from: &Path, to: &Path) -> Option<String> {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let mut way = "../".repeat(from.len() - shared);
    for part in &to[shared..] {
        way.push_str(&part.as_os_str().to_string_lossy());
        way.push('/');
    }
    (!way.contains(['#', '%'])).then_some(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_from_the_report_to_the_project() {
        let way = |from: &str, to: &str| way(Path::new(from), Path::new(to));
        assert_eq!(way("/a/p", "/a/p").as_deref(), Some(""));
        assert_eq!(way("/a/p/out", "/a/p").as_deref(), Some("../"));
        assert_eq!(way("/a/other/deep", "/a/p").as_deref(), Some("../../p/"));
        assert_eq!(way("/a", "/a/p 1").as_deref(), Some("p 1/"));
        assert_eq!(way("/a", "/a/p#1"), None);
    }
}
