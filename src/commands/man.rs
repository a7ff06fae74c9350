//! `assess man`: manual pages of the program and of each command.

use std::mem;
use std::path::Path;

use super::{Context, places};
use crate::cli;
use crate::publish::folder::FolderFile;
use crate::publish::project::publish_new;
use crate::shared::exit::Exit;
use crate::shared::i18n::say;

/// Runs the command.
pub(super) fn run(context: Context<'_>, folder: &Path) -> anyhow::Result<Exit> {
    let terminal = context.terminal;
    let mut command = cli::command(terminal.lang);
    command.build();
    let mut pages = vec![page(command.clone())?];
    for sub in command.get_subcommands_mut() {
        let name = format!("assess-{}", sub.get_name());
        pages.push(page(mem::take(sub).name(name))?);
    }
    publish_new(&places::outside(folder, terminal)?, &pages)?;
    terminal.tell(&say!(terminal.lang, "man.written", n = pages.len(), folder = folder.display()));
    Ok(Exit::Done)
}

fn page(command: clap::Command) -> anyhow::Result<FolderFile> {
    let (path, mut bytes) = (format!("{}.1", command.get_name()), Vec::new());
    clap_mangen::Man::new(command).render(&mut bytes)?;
    Ok(FolderFile::new(path, bytes))
}
