//! `assess suggest`: 征求意见表 for departments and 等次审定表 for the committee, from a version or the draft.

use std::path::Path;

use serde::Serialize;

use super::handed_out::{self, Others};
use super::terminal::{Terminal, shown};
use super::{find_project, stored};
use crate::cli::{Format, Invocation, Talk};
use crate::documents::forms::suggest::{self, Suggested};
use crate::documents::report::Document;
use crate::shared::exit::Exit;
use crate::shared::i18n::Lang;
use crate::shared::place::folders::{SUGGEST, is_handed_out};

/// What `suggest` was asked for.
pub(super) struct Asked<'a> {
    /// The name of the version; the newest if none.
    pub(super) version: &'a str,
    /// The folder that the forms are written to.
    pub(super) out: Option<&'a Path>,
}

/// Runs the command.
pub(super) fn run(
    invocation: &Invocation,
    lang: Option<Lang>,
    asked: &Asked<'_>,
    terminal: &mut Terminal,
) -> anyhow::Result<Exit> {
    let project = find_project(&invocation.project, terminal)?;
    let outcome = stored::version(&project.root, asked.version, terminal)?;
    terminal.prefer(lang, Some(outcome.model.language));
    let forms = suggest::forms(&outcome);
    let usual = project.root.join(SUGGEST).join(&outcome.version);
    let target = handed_out::target(&project, asked.out.unwrap_or(&usual), is_handed_out, "suggest.inside", terminal)?;
    let documents: Vec<(&str, &Document)> = forms.iter().map(|form| (form.path.as_str(), &form.document)).collect();
    handed_out::write(&project, &target, &outcome.model.hash, &documents, Others::Go, terminal)?;
    finish(invocation, &outcome.version, &target, &forms, terminal)
}

/// The document of `--format json`.
#[derive(Serialize)]
struct SuggestDocument<'d> {
    schema: &'static str,
    version: &'d str,
    folder: String,
    forms: Vec<FormRow<'d>>,
}

#[derive(Serialize)]
struct FormRow<'d> {
    kind: &'static str,
    department: Option<&'d str>,
    path: &'d str,
}

fn row(form: &Suggested) -> FormRow<'_> {
    FormRow { kind: form.kind.word(), department: form.department.as_deref(), path: &form.path }
}

/// Says what was written.
fn finish(
    invocation: &Invocation,
    version: &str,
    target: &Path,
    forms: &[Suggested],
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let lang = terminal.lang;
    let folder = shown(target);
    let rows: Vec<FormRow<'_>> = forms.iter().map(row).collect();
    match invocation.format {
        Format::Json => {
            let document = SuggestDocument { schema: "assess.suggest/1", version, folder: folder.clone(), forms: rows };
            terminal.print(&String::from_utf8(crate::write::json::bytes(&document)?)?);
        }
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["kind", "department", "path"])?;
            for row in rows {
                let harmless = crate::write::csv::harmless;
                writer.write_record([row.kind, &harmless(row.department.unwrap_or("")), &harmless(row.path)])?;
            }
            terminal.print(&String::from_utf8(writer.into_inner()?)?);
        }
        Format::Table if invocation.talk != Talk::Quiet => {
            let everyone = lang.text("suggest.everyone");
            let cells = forms.iter().map(|form| {
                let whom = match form.kind {
                    suggest::Kind::Opinion => form.department.as_deref().unwrap_or(everyone),
                    suggest::Kind::Decision => lang.text("suggest.committee"),
                };
                vec![lang.text(form.kind.name()).to_owned(), whom.to_owned(), form.path.clone()]
            });
            let header = ["suggest.form", "suggest.whom", "suggest.file"].map(|key| lang.text(key));
            terminal.print(&terminal.table(&header, cells.collect()));
        }
        Format::Table => {}
    }
    let count = forms.len();
    terminal.tell(&lang.fill("suggest.written", &[("n", &count), ("folder", &folder), ("version", &version)]));
    terminal.tell(lang.text("suggest.next"));
    Ok(Exit::Done)
}
