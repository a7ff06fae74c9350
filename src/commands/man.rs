//! `assess man`: manual pages of the program and of each command.

use std::path::Path;

use super::places;
use super::terminal::Terminal;
use crate::cli::{self, Invocation};
use crate::publish::folder::FolderFile;
use crate::publish::project::publish_new;
use crate::shared::exit::Exit;

/// Runs the command.
pub(super) fn run(invocation: &Invocation, folder: &Path, terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut command = cli::command(terminal.lang);
    command.build();
    let mut pages = vec![page("assess", command.clone())?];
    for sub in command.get_subcommands() {
        let name = format!("assess-{}", sub.get_name());
        pages.push(page(&name, sub.clone().name(name.clone()))?);
    }
    publish_new(&places::outside(folder, terminal)?, &pages)?;
    if invocation.talk != cli::Talk::Quiet {
        terminal.tell(&terminal.lang.fill("man.written", &[("n", &pages.len()), ("folder", &folder.display())]));
    }
    Ok(Exit::Done)
}

fn page(name: &str, command: clap::Command) -> anyhow::Result<FolderFile> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command).render(&mut bytes)?;
    Ok(FolderFile::new(format!("{name}.1"), bytes))
}
