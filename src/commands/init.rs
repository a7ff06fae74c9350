//! `assess init`: a new project, with examples only, with invented data, or as a continuation of last year.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use super::Context;
use super::places;
use super::terminal::Terminal;
use crate::cli::{self, Content};
use crate::documents::forms::{Form, Office};
use crate::documents::init;
use crate::publish::folder::FolderFile;
use crate::publish::project::{is_free, publish_project, tidy};
use crate::read::project::MODEL_FILE;
use crate::read::sha256;
use crate::shared::exit::Exit;
use crate::shared::i18n::{Lang, say};
use crate::write::listing::Listing;
use crate::write::workbook;

mod last;

/// A project before it is written.
struct Draft {
    lang: Lang,
    files: Vec<FolderFile>,
    folders: Vec<String>,
    /// What the user should review.
    review: Vec<String>,
}

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &cli::Init) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let shown = asked.folder.to_string_lossy();
    let target = crate::read::resolved(&start.join(&asked.folder))?;
    if !is_free(&target)? {
        tidy(&target)?;
        return Err(anyhow::Error::msg(say!(terminal.lang, "init.not_empty", folder = shown)));
    }
    places::outside(&target, terminal)?;
    let draft = match &asked.content {
        Content::Example => example(terminal.lang, None)?,
        Content::Demo(units) => example(terminal.lang, Some(*units))?,
        Content::From(last) => last::draft(start, &target, last, terminal)?,
    };
    publish_project(&target, &draft.files, &draft.folders, MODEL_FILE)?;
    terminal.lang = draft.lang;
    finish(&shown, &asked.content, &draft, terminal)
}

/// A project from the bundled model; with invented data for a number of units if one is given.
fn example(lang: Lang, units: Option<usize>) -> anyhow::Result<Draft> {
    let roster = units.map_or_else(|| init::example_roster(lang), |count| init::demo_roster(lang, count));
    let model_text = match units {
        Some(_) => Cow::Owned(init::demo_model_text(lang)),
        None => Cow::Borrowed(init::model_text(lang)),
    };
    let indicators = workbook::bytes(&init::indicators_document(lang, &init::indicators(lang)))?;
    let hash = model_hash(&[model_text.as_bytes(), &indicators]);
    let (model, checked) = init::checked(lang, &roster, hash);
    let mut files = starters(lang);
    files.push(FolderFile::new(MODEL_FILE, model_text.as_bytes().to_vec()));
    files.push(FolderFile::new("indicators.xlsx", indicators));
    files.push(FolderFile::new("roster.xlsx", workbook::bytes(&init::roster_document(lang, &roster))?));
    if units.is_some() {
        let inputs = init::demo::Inputs::new(Office::new(&model, &checked));
        files.extend(written(inputs.forms())?);
    }
    Ok(Draft { lang, files, folders: init::folders(&model), review: Vec::new() })
}

/// The hash of a model file and, if there is one, its indicator table; equal to the hash computed when they are read.
fn model_hash(files: &[&[u8]]) -> String {
    let hashes: Vec<String> = files.iter().map(|bytes| sha256(bytes)).collect();
    sha256(hashes.join("\n").as_bytes())
}

/// The files to read first and the scripts to double-click.
fn starters(lang: Lang) -> Vec<FolderFile> {
    let (name, text) = init::readme(lang);
    let mut files = vec![FolderFile::new(name, text.as_bytes().to_vec())];
    for (name, command) in init::starters(lang) {
        files.push(FolderFile::new(format!("{name}.bat"), init::batch(command).into_bytes()));
        let shell = init::shell(lang, command).into_bytes();
        files.push(FolderFile { path: format!("{name}.sh"), bytes: shell, is_program: true });
    }
    files
}

/// Forms as files, made in parallel.
fn written(forms: Vec<Form>) -> anyhow::Result<Vec<FolderFile>> {
    let prepared = workbook::Prepared::default();
    let file = |form: Form| Ok(FolderFile::new(form.path, prepared.bytes(&form.document)?));
    forms.into_par_iter().map(file).collect()
}

/// The document of `--format json`.
#[derive(Serialize)]
struct InitDocument<'d> {
    schema: &'static str,
    folder: &'d str,
    files: Vec<&'d str>,
    folders: &'d [String],
    review: &'d [String],
}

/// Reports what was made and what comes next.
fn finish(folder: &str, content: &Content, draft: &Draft, terminal: &Terminal) -> anyhow::Result<Exit> {
    let lang = draft.lang;
    let mut files: Vec<&str> = draft.files.iter().map(|file| file.path.as_str()).collect();
    files.sort_unstable();
    let (folders, review) = (&draft.folders, &draft.review);
    let document = InitDocument { schema: "assess.init/1", folder, files, folders, review };
    let text = || {
        let mut lines = vec![say!(lang, "init.written", folder)];
        lines.extend(top_level(&document.files));
        if let Content::Demo(units) = content {
            lines.push(say!(lang, "init.demo", units));
        }
        if !review.is_empty() {
            lines.push(lang.text("init.review").to_owned());
            lines.extend(review.iter().map(|line| format!("  - {line}")));
        }
        lines.join("\n") + "\n"
    };
    terminal.show(&document, || Listing::of("path", &document.files), text)?;
    let next = match content {
        Content::Example => "init.next.example",
        Content::Demo(_) => "init.next.demo",
        Content::From(_) => "init.next.last",
    };
    terminal.tell(&say!(lang, next, folder));
    Ok(Exit::Done)
}

/// Files and folders at the top level, folders with the number of files below them.
fn top_level(files: &[&str]) -> Vec<String> {
    fn folder<'f>(file: &&'f str) -> Option<&'f str> {
        file.split_once('/').map(|(folder, _)| folder)
    }
    let line = |files: &[&str]| match folder(&files[0]) {
        Some(folder) => format!("  {folder}/ ({})", files.len()),
        None => format!("  {}", files[0]),
    };
    files.chunk_by(|a, b| folder(a).is_some() && folder(a) == folder(b)).map(line).collect()
}

/// The relative path from one folder to another, with `/`; the absolute path if there is none.
fn way(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return to.iter().collect::<PathBuf>().to_string_lossy().replace('\\', "/");
    }
    let up = from[shared..].iter().map(|_| Cow::Borrowed(".."));
    let down = to[shared..].iter().map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_goes_up_and_down() {
        let way = |from: &str, to: &str| way(Path::new(from), Path::new(to));
        assert_eq!(way("/a/2026", "/a/2025/results/v001"), "../2025/results/v001");
        assert_eq!(way("/a/b/c", "/a"), "../..");
        assert_eq!(way("/a", "/a/b"), "b");
    }

    #[test]
    fn what_stands_at_the_top_is_listed_once() {
        let listed = top_level(&["a.xlsx", "b/1.xlsx", "b/c/2.xlsx"]);
        assert_eq!(listed, ["  a.xlsx", "  b/ (2)"]);
    }
}
