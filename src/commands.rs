//! The commands, one module each, named as it is typed. Only these modules print; none of them calculates.
//!
//! A command opens a project or a stored result, passes it to the pure modules, and prints or publishes what they
//! return. Modules shared by several commands: `terminal` prints, `versions` writes and reads back the parts of a
//! version, `current` finds the newest one and decides whether a run still has the same inputs, `stored` finds any
//! result by name or path, `changes` reports how a result differs from a version, `progress` says how far a long run has come, `handed_out` maintains folders of
//! forms that are filled in by hand. `read_one` is not a command but the isolated reader that this program starts.

use std::any::Any;
use std::error::Error;
use std::ffi::OsString;
use std::fmt::{self, Display};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::Once;

use crate::check::Proposals;
use crate::cli::{self, Answer, Format, Invocation, Task};
use crate::pipeline::{self, Computed, Inspected, Prepared, Stopped};
use crate::publish::{self, Publisher};
use crate::read::project::NoProject;
use crate::read::{Project, worker};
use crate::shared::exit::Exit;
use crate::shared::finding::{Finding, Message};
use crate::shared::i18n::{Lang, say};
use crate::shared::place::Files;

mod analyze;
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
mod page;
mod places;
mod printing;
mod progress;
mod read_one;
mod regrade;
mod score;
mod signals;
mod status;
mod stored;
mod suggest;
mod template;
mod terminal;
mod told;
mod unchanged;
mod verify;
mod version;
mod versions;

use terminal::Terminal;
use told::Telling;

/// Runs the command line and reports how it ended. The calling thread becomes one of those that read and write files, so
/// that a process calls this once.
pub fn run(args: &[OsString]) -> Exit {
    let texts: Vec<String> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    if let [_, command, rest @ ..] = texts.as_slice()
        && command == worker::COMMAND
    {
        return read_one::run(rest);
    }
    // Workbooks of older formats are read by another process of this program.
    if let Ok(program) = std::env::current_exe() {
        worker::use_program(program);
    }
    quiet_panics();
    let env = |name: &str| std::env::var(name).ok();
    let lang = cli::language(&texts, env);
    let spoken = lang.unwrap_or_else(|| cli::system_language(env));
    let mut terminal = Terminal::new(spoken, cli::Colour::Auto);
    let invocation = match cli::parse(args, spoken).or_else(|answer| score_of_a_folder(args, answer, spoken)) {
        Ok(invocation) => invocation,
        Err(answer) => {
            let exit = answered(&answer, &terminal);
            return ended(terminal.finish().map(|()| exit), &terminal);
        }
    };
    terminal = Terminal::asked(spoken, lang, &invocation);
    // A folder that fails to close is a fault of the environment, which the standard library treats as a bug.
    let went = catch_unwind(AssertUnwindSafe(|| {
        threads(invocation.jobs, spoken)?;
        dispatch(&invocation, &mut terminal)
    }));
    let went = went.unwrap_or_else(|panic| {
        if !is_closing(&*panic) {
            resume_unwind(panic);
        }
        Err(anyhow::anyhow!("{}", spoken.text("app.folder_close")))
    });
    for path in publish::take_swept() {
        terminal.tell(&say!(terminal.lang, "app.swept", path = terminal::shown(&path)));
    }
    // Output that did not arrive is a failure, even if the run has already reported why it ended.
    let went = went.or_else(|error| error.downcast::<Said>().map(|Said(exit)| exit));
    ended(went.and_then(|exit| terminal.finish().map(|()| exit)), &terminal)
}

/// Prints the text that answers a command line: help on stdout, a usage error on stderr.
fn answered(answer: &Answer, terminal: &Terminal) -> Exit {
    if answer.is_error {
        terminal.say(&answer.text);
        return Exit::Unable;
    }
    terminal.print(&answer.text);
    Exit::Done
}

/// A folder in the place of a command is the project to score: `assess 2026` is `assess score 2026`.
fn score_of_a_folder(args: &[OsString], answer: Answer, lang: Lang) -> Result<Invocation, Answer> {
    let Some(typed) = &answer.no_command else { return Err(answer) };
    // A path that cannot be looked at is no folder here; the answer says what was typed.
    if crate::read::is_folder(Path::new(typed)).unwrap_or(false) {
        return cli::parse_as_score(args, typed, lang);
    }
    Err(answer)
}

fn ended(went: anyhow::Result<Exit>, terminal: &Terminal) -> Exit {
    went.unwrap_or_else(|error| {
        terminal.fail(&error);
        Exit::Unable
    })
}

/// Starts the threads of the program, and one that waits for signals.
fn threads(jobs: Option<usize>, lang: Lang) -> anyhow::Result<()> {
    let built = rayon::ThreadPoolBuilder::new().num_threads(jobs.unwrap_or(0)).use_current_thread().build_global();
    let refused = |cause: &dyn Display| anyhow::anyhow!("{}", say!(lang, "app.threads", cause = cause));
    // A pool that was started earlier serves as well; that error has no source.
    if let Some(cause) = built.err().as_ref().and_then(Error::source) {
        return Err(refused(&cause));
    }
    signals::listen(lang).map_err(|error| refused(&error))
}

/// Silences the messages of panics that are reported otherwise: a panic of the reader becomes a finding, one about a
/// folder an error.
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

/// Whether a panic was raised by the standard library because a folder could not be closed.
fn is_closing(panic: &(dyn Any + Send)) -> bool {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.is_some_and(|text| text.contains("closedir"))
}

/// What every command is given besides what was typed for it.
struct Context<'c> {
    /// The folder in or above which the project is.
    start: &'c Path,
    /// Whether warnings reject as errors do.
    strict: bool,
    /// Where it prints.
    terminal: &'c mut Terminal,
}

fn dispatch(invocation: &Invocation, terminal: &mut Terminal) -> anyhow::Result<Exit> {
    let context = Context { start: &invocation.project, strict: invocation.strict, terminal };
    match &invocation.task {
        Task::Status => status::run(context),
        Task::Check(asked) => check::run(context, asked),
        Task::Score(asked) => score::run(context, asked),
        Task::Regrade(asked) => regrade::run(context, asked),
        Task::Verify(asked) => verify::run(context, asked),
        Task::Mark(asked) => mark::run(context, asked),
        Task::Explain { what } => explain::run(context, what),
        Task::Init(asked) => init::run(context, asked),
        Task::Template(asked) => template::run(context, asked),
        Task::Suggest(asked) => suggest::run(context, asked),
        Task::Compare(asked) => compare::run(context, asked),
        Task::Analyze(asked) => analyze::run(context, asked),
        Task::Feedback(asked) => feedback::run(context, asked),
        Task::Page(asked) => page::run(context, asked),
        Task::Man { folder } => man::run(context, folder),
        Task::Help { command } => Ok(answered(&cli::help(command.as_deref(), context.terminal.lang), context.terminal)),
        Task::Version => {
            version::run(context.terminal);
            Ok(Exit::Done)
        }
        Task::Completions { shell } => {
            let mut bytes = Vec::new();
            clap_complete::generate(*shell, &mut cli::command(context.terminal.lang), "assess", &mut bytes);
            context.terminal.print(&String::from_utf8_lossy(&bytes));
            Ok(Exit::Done)
        }
    }
}

/// A run that has ended and has already reported everything about it.
#[derive(Debug)]
struct Said(Exit);

impl Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}", self.0.code())
    }
}

impl Error for Said {}

/// Ends a run that cannot do what was asked, with a sentence that gives the reason.
fn refuse(text: &str, terminal: &Terminal) -> anyhow::Error {
    terminal.say(text);
    Said(Exit::Unable).into()
}

/// The lock of a project; that another run holds it is an error.
fn locked(root: &Path, terminal: &Terminal) -> anyhow::Result<Publisher> {
    Publisher::lock(root)?.ok_or_else(|| anyhow::Error::msg(terminal.lang.text("score.locked")))
}

/// Finds the project, with a message that explains what to do if there is none.
fn find_project(start: &Path, terminal: &Terminal) -> anyhow::Result<Project> {
    let refuse = |key: &str| anyhow::Error::msg(say!(terminal.lang, key, path = start.display()));
    if !crate::read::is_folder(if start.as_os_str().is_empty() { Path::new(".") } else { start })? {
        return Err(refuse("app.no_folder"));
    }
    Project::find(start).map_err(|error| if error.is::<NoProject>() { refuse("app.no_project") } else { error })
}

/// Reads and computes a project; faults in the model or roster are printed and end the run.
fn open(start: &Path, proposals: Proposals, terminal: &mut Terminal) -> anyhow::Result<(Project, Computed)> {
    let prepared = prepared(start, terminal)?;
    Ok((prepared.project.clone(), pipeline::compute_with(prepared, proposals)?))
}

/// Like [`open`], with what the files turned out to be.
fn inspect(start: &Path, terminal: &mut Terminal) -> anyhow::Result<(Project, (Computed, Inspected))> {
    let prepared = prepared(start, terminal)?;
    Ok((prepared.project.clone(), pipeline::inspect(prepared)?))
}

/// Reads model and roster of a project; their faults are printed and end the run.
fn prepared(start: &Path, terminal: &mut Terminal) -> anyhow::Result<Prepared> {
    let mut prepared = sound(pipeline::prepare(find_project(start, terminal)?)?, terminal)?;
    terminal.prefer(prepared.model.declared_language);
    prepared.project.progress = terminal.progress();
    Ok(prepared)
}

/// A valid model and roster; the faults of invalid ones are printed and end the run.
fn sound(prepared: Result<Prepared, Stopped>, terminal: &mut Terminal) -> anyhow::Result<Prepared> {
    let Stopped { findings, files, language } = match prepared {
        Ok(prepared) => return Ok(prepared),
        Err(stopped) => stopped,
    };
    terminal.prefer(language);
    report_findings(&findings, &files, terminal)?;
    Err(Said(Exit::Unable).into())
}

/// Prints findings: on stderr as text, on stdout as a document for programs.
fn report_findings(findings: &[Finding], files: &Files, terminal: &Terminal) -> anyhow::Result<()> {
    if terminal.format == Format::Table {
        told::tell(findings, files, Telling::Full, terminal);
        return Ok(());
    }
    let messages: Vec<Message> = findings.iter().map(|f| f.say(terminal.lang, files)).collect();
    terminal.answer(&check::findings_document(&messages), || check::findings_list(&messages), String::new)
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
