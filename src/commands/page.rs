//! `assess page`: a version as one file for a browser: for the committee, for the public, or for one unit.

use super::check::book::{Here, Output, target_of};
use super::exposure::{Told, earlier};
use super::terminal::{Terminal, quoted, shown};
use super::{Context, find_project, stored};
use crate::cli::{Audience, Page};
use crate::documents::feedback::privacy::Earlier;
use crate::documents::report::feedback::Desk;
use crate::documents::report::page::{internal, public_page, unit_page};
use crate::publish::{self, DRAFT, feedback, file};
use crate::read::Project;
use crate::result::compare::{Comparison, Parts};
use crate::result::outcome::{Mode, Outcome, UnitOutcome};
use crate::shared::exit::Exit;
use crate::shared::i18n::say;
use crate::shared::text;
use crate::write;

/// Runs the command.
pub(super) fn run(context: Context<'_>, asked: &Page) -> anyhow::Result<Exit> {
    let Context { start, terminal, .. } = context;
    anyhow::ensure!(!asked.has_stray_unit, "{}", terminal.lang.text("page.stray_unit"));
    let project = find_project(start, terminal)?;
    let outcome = stored::version(&project.root, &asked.version, terminal)?;
    terminal.prefer(Some(outcome.model.language));
    let here = Here { root: &project.root, model: &outcome.model };
    let target = target_of(Output::Page, &asked.out, Some(here), terminal)?;
    let (manifest, hash) = publish::manifest(&project.root, &outcome.version)?;
    let earlier = earlier(&project.root, &Told::before(&outcome.version, &hash), terminal)?;
    let source = Source {
        project: &project,
        outcome: &outcome,
        earlier: &earlier,
        parent: manifest.parent.as_ref().map(|own| own.version.as_str()),
        hash: &hash,
        terminal,
    };
    let seal = manifest.seal().to_string();
    let bytes = match &asked.audience {
        Audience::Committee => source.internal(&seal)?,
        Audience::Public => write::page::bytes(&public_page(&outcome), &seal)?,
        Audience::Unit(name) => source.of_unit(name, &seal)?,
    };
    file::replace(&target, &bytes)?;
    terminal.tell(&say!(terminal.lang, "page.written", path = quoted(&shown(&target))));
    Ok(Exit::Done)
}

/// What pages are made from.
struct Source<'s> {
    project: &'s Project,
    outcome: &'s Outcome,
    earlier: &'s [Earlier],
    /// The version before.
    parent: Option<&'s str>,
    /// SHA-256 of the manifest of the version.
    hash: &'s str,
    terminal: &'s Terminal,
}

impl<'s> Source<'s> {
    /// The page for the committee, with what changed since the version before.
    fn internal(&self, seal: &str) -> anyhow::Result<Vec<u8>> {
        let old = self.parent.map(|version| stored::load(&self.project.root, version, self.terminal)).transpose()?;
        let comparison = old.as_ref().map(|old| Comparison::between(old, self.outcome, Parts::All));
        let desk = Desk::after(self.outcome, None, self.earlier);
        let before = comparison.as_ref().zip(old.as_ref());
        write::page::bytes(&internal(self.outcome, &desk, before), seal)
    }

    /// The page of a unit. It says what the unit's letter says, so the letter has to be there: what letters disclosed is
    /// on record, and limits what later ones may show.
    fn of_unit(&self, name: &str, seal: &str) -> anyhow::Result<Vec<u8>> {
        let lang = self.terminal.lang;
        let unit = self.unit_named(name)?;
        let is_told = |own: &feedback::Letters| own.result == self.hash && own.units.contains(&unit.roster.code);
        let letters = feedback::letters(&self.project.root)?;
        let letter = letters.iter().find(|own| is_told(own));
        let refused = || anyhow::Error::msg(say!(lang, "page.no_letter", unit = unit.roster.name));
        let letter = letter.filter(|own| own.version != DRAFT).ok_or_else(refused)?;
        let desk = Desk::after(self.outcome, letter.period.as_deref(), self.earlier);
        write::page::bytes(&unit_page(self.outcome, &desk, unit), seal)
    }

    fn unit_named(&self, name: &str) -> anyhow::Result<&'s UnitOutcome> {
        let lang = self.terminal.lang;
        let Some(unit) = self.outcome.unit_named(name) else {
            let near = text::nearest(name, self.outcome.units.iter().flat_map(|unit| unit.roster.names())).join(" / ");
            let key = if near.is_empty() { "template.no_such_unit" } else { "template.no_unit" };
            anyhow::bail!("{}", say!(lang, key, name, names = near));
        };
        anyhow::ensure!(
            unit.roster.mode != Mode::Excluded,
            "{}",
            say!(lang, "feedback.excluded", unit = unit.roster.name)
        );
        Ok(unit)
    }
}
