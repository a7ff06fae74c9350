//! The commands: a module each, named as it is typed. The only module that prints; it never calculates.
//!
//! A command opens a project or a stored result, hands it to the pure modules, and prints or publishes what they give. What
//! several commands need stands beside them: `terminal` prints, `versions` writes and reads back the parts of a version,
//! `current` knows the newest one and whether a run still rests on its inputs, `stored` finds any result by name or path,
//! `changes` tells what differs from a version, `handed_out` keeps folders of forms that people fill in. `read_one` is no
//! command but the isolated reader that this program starts.

use std::any::Any;
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::Once;

use crate::check::Proposals;
use crate::cli::{self, Format, Invocation, Talk, Task};
use crate::pipeline::regrade::Method;
use crate::pipeline::{self, Computed, Prepared, Stopped};
use crate::publish;
use crate::read::project::NoProject;
use crate::read::{Project, worker};
use crate::shared::exit::Exit;
use crate::shared::finding;
use crate::shared::i18n::Lang;

mod changes;
mod check;
mod compare;
mod current;
mod explain;
mod exposure;
mod feedback;
mod handed_out;
mod init;
mod letters;
mod man;
mod mark;
mod places;
mod read_one;
mod regrade;
mod score;
mod signals;
mod status;
mod stored;
mod suggest;
mod template;
mod terminal;
mod verify;
mod versions;

use terminal::Terminal;

/// Runs what was typed and says how it ended.
pub fn run(args: &[OsString]) -> Exit {
    let texts: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    if let [_, command, rest @ ..] = texts.as_slice()
        && command == worker::COMMAND
    {
        return read_one::run(rest);
    }
    // Workbooks of older formats are read by this program, started again.
    if let Ok(program) = std::env::current_exe() {
        worker::use_program(program);
    }
    quiet_panics();
    let env = |name: &str| std::env::var(name).ok();
    let lang = cli::language(&texts, env);
    let spoken = lang.unwrap_or_else(|| cli::system_language(env));
    let mut terminal = Terminal::new(spoken, cli::Colour::Auto, Talk::Normal);
    let invocation = match cli::parse(args, spoken) {
        Ok(invocation) => invocation,
        Err(answer) if answer.is_error => {
            terminal.say(&answer.text);
            return Exit::Unable;
        }
        Err(answer) => {
            terminal.print(&answer.text);
            return ended(terminal.finish().map(|()| Exit::Done), &terminal);
        }
    };
    terminal = Terminal::new(spoken, invocation.colour, invocation.talk);
    // A folder that fails to close is a fault of the world, which the standard library takes for a bug.
    let went = catch_unwind(AssertUnwindSafe(|| {
        threads(invocation.jobs, spoken)?;
        dispatch(&invocation, lang, &mut terminal)
    }));
    let went = went.unwrap_or_else(|panic| {
        if !is_closing(&*panic) {
            resume_unwind(panic);
        }
        Err(anyhow::anyhow!("{}", spoken.text("app.folder_close")))
    });
    for path in publish::take_swept() {
        terminal.tell(&terminal.lang.fill("app.swept", &[("path", &terminal::shown(&path))]));
    }
    ended(went.and_then(|exit| terminal.finish().map(|()| exit)), &terminal)
}

fn ended(went: anyhow::Result<Exit>, terminal: &Terminal) -> Exit {
    went.unwrap_or_else(|error| {
        terminal.fail(&error);
        Exit::Unable
    })
}

/// Starts the threads of the program, and one that waits for signals.
fn threads(jobs: Option<usize>, lang: Lang) -> anyhow::Result<()> {
    let built = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0)).build_global();
    let refused = |cause: String| anyhow::anyhow!("{}", lang.fill("app.threads", &[("cause", &cause)]));
    // Threads that were started before are as good; then the error has no cause.
    if let Some(cause) = built.err().as_ref().and_then(std::error::Error::source) {
        return Err(refused(cause.to_string()));
    }
    signals::listen(lang).map_err(|error| refused(error.to_string()))
}

/// A panic of the reader is told as a finding, and one about a folder as an error; their own messages would only frighten.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !crate::read::xlsx::is_reading() && !is_closing(info.payload()) {
                usual(info);
            }
        }));
    });
}

/// Whether a panic is that of the standard library about a folder that could not be closed.
fn is_closing(panic: &(dyn Any + Send)) -> bool {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.is_some_and(|text| text.contains("closedir"))
}

fn dispatch(invocation: &Invocation, lang: Option<Lang>, terminal: &mut Terminal) -> anyhow::Result<Exit> {
    match &invocation.task {
        Task::Status => status::run(invocation, lang, terminal),
        Task::Check { report, receipts, privacy } => {
            let asked = check::Asked { report: report.as_ref(), receipts: *receipts, privacy: *privacy };
            check::run(invocation, lang, &asked, terminal)
        }
        Task::Score { draft, reason, document, what_if, public } => {
            let grounds = versions::Grounds { reason: reason.clone(), document: document.clone() };
            let options = score::Options { draft: *draft, grounds, what_if: *what_if, public: public.clone() };
            score::run(invocation, lang, &options, terminal)
        }
        Task::Regrade(asked) => {
            let here = || vec![invocation.project.clone()];
            let options = regrade::Options {
                projects: if asked.projects.is_empty() { here() } else { asked.projects.clone() },
                tokens: asked.apply.clone(),
                grounds: versions::Grounds { reason: asked.reason.clone(), document: asked.document.clone() },
                proposals: if asked.what_if { Proposals::AsApproved } else { Proposals::AsTheyStand },
                method: if asked.method_change { Method::MayChange } else { Method::Fixed },
                exit_code: asked.exit_code,
            };
            regrade::run(invocation, lang, &options, terminal)
        }
        Task::Verify(asked) => verify::run(invocation, lang, asked, terminal),
        Task::Mark(task) => mark::run(invocation, lang, task, terminal),
        Task::Explain { what } => explain::run(invocation, lang, what, terminal),
        Task::Init { folder, units, from } => {
            let wanted = match (units, from) {
                (_, Some(last)) => init::Wanted::From(last.as_path()),
                (Some(units), None) => init::Wanted::Demo(*units),
                (None, None) => init::Wanted::Example,
            };
            init::run(invocation, lang, folder, &wanted, terminal)
        }
        Task::Template { kind, units, out } => {
            let asked = template::Asked { kind: *kind, units, out: out.as_deref() };
            template::run(invocation, lang, &asked, terminal)
        }
        Task::Suggest { version, out } => {
            let asked = suggest::Asked { version, out: out.as_deref() };
            suggest::run(invocation, lang, &asked, terminal)
        }
        Task::Compare { old, new, report, exit_code } => {
            let asked = compare::Asked { old, new, report: report.as_ref(), exit_code: *exit_code };
            compare::run(invocation, lang, &asked, terminal)
        }
        Task::Feedback { version, changed, units, out, period } => {
            let (version, out, period) = (version.as_deref(), out.as_deref(), period.as_deref());
            let asked = feedback::Asked { version, changed: *changed, units, out, period };
            feedback::run(invocation, lang, &asked, terminal)
        }
        Task::Man { folder } => man::run(invocation, folder, terminal),
        Task::Completions { shell } => {
            let mut bytes = Vec::new();
            clap_complete::generate(*shell, &mut cli::command(terminal.lang), "assess", &mut bytes);
            terminal.print(&String::from_utf8_lossy(&bytes));
            Ok(Exit::Done)
        }
    }
}

/// Finds the project, with a message that says what to do when there is none.
fn find_project(start: &Path, terminal: &Terminal) -> anyhow::Result<Project> {
    let shown = start.display().to_string();
    let refuse = |key: &str| anyhow::anyhow!("{}", terminal.lang.fill(key, &[("path", &shown)]));
    if !crate::read::is_folder(if shown.is_empty() { Path::new(".") } else { start })? {
        return Err(refuse("app.no_folder"));
    }
    Project::find(start).map_err(|error| if error.is::<NoProject>() { refuse("app.no_project") } else { error })
}

/// A project computed, or a run that already ended because its model or roster is wrong.
enum Opened {
    Computed(Box<Computed>),
    Ended(Exit),
}

/// Reads and computes a project; model and roster faults are printed and end the run.
fn open(invocation: &Invocation, lang: Option<Lang>, terminal: &mut Terminal) -> anyhow::Result<(Project, Opened)> {
    open_with(invocation, lang, Proposals::AsTheyStand, terminal)
}

/// The same, with proposals of the registers taken as one wishes.
fn open_with(
    invocation: &Invocation,
    lang: Option<Lang>,
    proposals: Proposals,
    terminal: &mut Terminal,
) -> anyhow::Result<(Project, Opened)> {
    let (project, prepared) = prepared(invocation, lang, terminal)?;
    let opened = match prepared {
        Ok(prepared) => Opened::Computed(Box::new(pipeline::compute_with(prepared, proposals)?)),
        Err(exit) => Opened::Ended(exit),
    };
    Ok((project, opened))
}

/// Reads model and roster of a project; their faults are printed and end the run.
fn prepared(
    invocation: &Invocation,
    lang: Option<Lang>,
    terminal: &mut Terminal,
) -> anyhow::Result<(Project, Result<Prepared, Exit>)> {
    let project = find_project(&invocation.project, terminal)?;
    match pipeline::prepare(project.clone())? {
        Ok(prepared) => {
            terminal.prefer(lang, prepared.model.declared_language);
            Ok((project, Ok(prepared)))
        }
        Err(Stopped { findings, files, language }) => {
            terminal.prefer(lang, language);
            report_findings(&findings, &files, invocation, terminal)?;
            Ok((project, Err(Exit::Unable)))
        }
    }
}

/// Prints findings: on stderr for people, on stdout as a document for programs.
fn report_findings(
    findings: &[finding::Finding],
    files: &crate::shared::place::Files,
    invocation: &Invocation,
    terminal: &mut Terminal,
) -> anyhow::Result<()> {
    let messages: Vec<finding::Message> = findings.iter().map(|f| f.say(terminal.lang, files)).collect();
    match invocation.format {
        Format::Json => {
            let document = check::findings_document(&messages);
            terminal.print(&String::from_utf8(crate::write::json::bytes(&document)?)?);
        }
        Format::Csv => terminal.print(&check::findings_csv(&messages)?),
        Format::Table => terminal.findings(&messages, invocation.talk),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_fails_to_close_is_no_bug_and_other_panics_are() {
        let closing = "unexpected error during closedir: Os { code: 5, kind: Uncategorized, message: \"I/O error\" }";
        assert!(is_closing(&closing) && is_closing(&closing.to_owned()));
        assert!(!is_closing(&"index out of bounds") && !is_closing(&5_u8));
    }
}
