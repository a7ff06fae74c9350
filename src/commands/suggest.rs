//! `assess suggest`: 征求意见表 for departments and 等次审定表 for the committee, from a version or the draft.

use crate::shared::i18n::say;
use std::path::Path;

use serde::Serialize;

use super::handed_out::{self, Others};
use super::terminal::{Terminal, shown};
use super::{Context, find_project, stored};
use crate::cli;
use crate::documents::forms::suggest::{self, Suggested};
use crate::documents::report::Document;
use crate::shared::exit::Exit;
use crate::shared::place::folders::{SUGGEST, is_handed_out};
use crate::write::listing::Listing;

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &cli::Suggest) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let project = find_project(start, terminal)?;
    let outcome = stored::version(&project.root, &asked.version, terminal)?;
    terminal.prefer(Some(outcome.model.language));
    let forms = suggest::forms(&outcome);
    let usual = project.root.join(SUGGEST).join(&outcome.version);
    let target = handed_out::target(
        &project,
        asked.out.as_deref().unwrap_or(&usual),
        is_handed_out,
        "suggest.inside",
        terminal,
    )?;
    let documents: Vec<(&str, &Document)> = forms.iter().map(|form| (form.path.as_str(), &form.document)).collect();
    let folder = handed_out::Folder { project: &project, target: &target, model: &outcome.model.hash };
    folder.write(&documents, Others::Go, terminal)?;
    finish(&outcome.version, &target, &forms, terminal)
}

/// The document of `--format json`.
#[derive(Serialize)]
struct SuggestDocument<'d> {
    schema: &'static str,
    version: &'d str,
    folder: &'d str,
    forms: Vec<FormRow<'d>>,
}

#[derive(Serialize)]
struct FormRow<'d> {
    kind: &'static str,
    department: Option<&'d str>,
    path: &'d str,
}

fn row<'d>(form: &'d Suggested<'_>) -> FormRow<'d> {
    FormRow { kind: form.kind.json(), department: form.department, path: &form.path }
}

/// Reports what was written.
fn finish(version: &str, target: &Path, forms: &[Suggested], terminal: &Terminal) -> anyhow::Result<Exit> {
    let lang = terminal.lang;
    let folder = &shown(target);
    let document =
        SuggestDocument { schema: "assess.suggest/1", version, folder, forms: forms.iter().map(row).collect() };
    let text = || {
        let rows = forms.iter().map(|form| {
            let whom = match form.kind {
                suggest::SuggestionKind::Opinion => form.department.unwrap_or(lang.text("suggest.everyone")),
                suggest::SuggestionKind::Decision => lang.text("suggest.committee"),
            };
            (lang.text(form.kind.word()), whom, &form.path)
        });
        terminal.table(&["suggest.form", "suggest.whom", "suggest.file"], rows)
    };
    terminal.show(&document, || Listing::of("kind,department,path", &document.forms), text)?;
    let count = forms.len();
    terminal.tell(&say!(lang, "suggest.written", n = count, folder, version));
    let decides = forms.iter().any(|form| form.kind == suggest::SuggestionKind::Decision);
    terminal.tell(lang.text(if decides { "suggest.next" } else { "suggest.next.ungraded" }));
    Ok(Exit::Done)
}
