//! `assess template`: empty forms from model and roster, written as one folder.

use super::Context;
use crate::shared::i18n::say;
use std::path::Path;

use serde::Serialize;

use super::handed_out::{self, Others};
use super::prepared;
use super::terminal::{Terminal, shown};
use crate::check::UnitIndex;
use crate::cli;
use crate::documents::forms::{self, Form, Kind, Office};
use crate::documents::report::Document;
use crate::pipeline::Prepared;
use crate::shared::exit::Exit;
use crate::shared::place::folders::{TEMPLATES, is_templates};
use crate::write::listing::Listing;

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &cli::Template) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    let prepared = prepared(start, terminal)?;
    let project = &prepared.project;
    let units = chosen(&prepared, &asked.units, terminal)?;
    let kinds = asked.kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
    let office = Office::new(&prepared.model, &prepared.roster);
    let forms = forms::empty(&office, &kinds, &units);
    if forms.is_empty() {
        terminal.say(terminal.lang.text("template.nothing"));
        return Ok(Exit::Unable);
    }
    let usual = project.root.join(TEMPLATES);
    let target =
        handed_out::target(project, asked.out.as_deref().unwrap_or(&usual), is_templates, "template.inside", terminal)?;
    if let Some((first, second)) = forms::colliding(&forms) {
        return Err(anyhow::Error::msg(say!(terminal.lang, "template.collide", first, second)));
    }
    // If only one kind or some units are written, forms handed out before are kept.
    let others = if asked.kind.is_some() || !asked.units.is_empty() { Others::Stay } else { Others::Go };
    let documents: Vec<(&str, &Document)> = forms.iter().map(|form| (form.path.as_str(), &form.document)).collect();
    handed_out::Folder { project, target: &target, model: &prepared.model.hash }.write(&documents, others, terminal)?;
    finish(&target, &forms, terminal)
}

/// The indices of the units that were named.
fn chosen(prepared: &Prepared, names: &[String], terminal: &Terminal) -> anyhow::Result<Vec<usize>> {
    let index = UnitIndex::new(&prepared.roster.units);
    let find = |name: &String| match index.find(name) {
        Some(unit) => Ok(unit.0),
        None => {
            let near = index.nearest(name).join(" / ");
            let key = if near.is_empty() { "template.no_such_unit" } else { "template.no_unit" };
            Err(anyhow::Error::msg(say!(terminal.lang, key, name, names = near)))
        }
    };
    names.iter().map(find).collect()
}

/// The document of `--format json`.
#[derive(Serialize)]
struct TemplateDocument<'d> {
    schema: &'static str,
    folder: &'d str,
    forms: Vec<FormRow<'d>>,
}

#[derive(Serialize)]
struct FormRow<'d> {
    kind: &'static str,
    path: &'d str,
}

/// Reports what was written.
fn finish(target: &Path, forms: &[Form], terminal: &Terminal) -> anyhow::Result<Exit> {
    let lang = terminal.lang;
    let folder = &shown(target);
    let rows = forms.iter().map(|form| FormRow { kind: form.kind.json(), path: &form.path }).collect();
    let document = TemplateDocument { schema: "assess.template/1", folder, forms: rows };
    terminal.show(&document, || Listing::of("kind,path", &document.forms), || counts(forms, terminal))?;
    terminal.tell(&say!(lang, "template.written", n = forms.len(), folder));
    terminal.tell(lang.text("template.next"));
    Ok(Exit::Done)
}

/// The number of forms of each kind, with their folder.
fn counts(forms: &[Form], terminal: &Terminal) -> String {
    let lang = terminal.lang;
    let mut folders: Vec<(Kind, &str, usize)> = Vec::new();
    for form in forms {
        let folder = form.path.split('/').next().unwrap_or_default();
        match folders.iter_mut().find(|(kind, own, _)| (*kind, *own) == (form.kind, folder)) {
            Some((_, _, count)) => *count += 1,
            None => folders.push((form.kind, folder, 1)),
        }
    }
    let name = |kind: Kind| match kind {
        Kind::SelfReport => "kind.self-report",
        Kind::Ballot => "kind.ballots",
        Kind::Tally => "kind.tallies",
        Kind::Given => "kind.given",
        Kind::Register => "form.registers",
        Kind::Verified => "kind.verified",
        Kind::Ledger => "kind.ledger",
    };
    let rows = folders.into_iter().map(|(kind, folder, count)| (lang.text(name(kind)), count, folder));
    terminal.table(&["template.kind", "template.count", "template.folder"], rows)
}
