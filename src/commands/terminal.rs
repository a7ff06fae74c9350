//! What is printed: results on stdout, everything else on stderr. A closed pipe is success.
//!
//! Text from inputs reaches the terminal as plain text: whatever a terminal would obey or hide is escaped, only here.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::{self, Display};
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, StdoutLock, Write as _};
use std::path::Path;

use anyhow::Context as _;
use comfy_table::{ContentArrangement, Table, presets::ASCII_MARKDOWN};
use serde::{Serialize, Serializer};

use super::printing;
use super::progress::Line;
use crate::cli::{Colour, Format, Invocation, Talk};
use crate::publish::{Busy, Taken, Unconfirmed, Unentered};
use crate::read::Unfit;
use crate::shared::finding::Severity;
use crate::shared::i18n::{Lang, say};
use crate::shared::progress::Progress;
use crate::shared::text::{printable, visible, visible_lines};
use crate::write::csv::{all_fields, fields};
use crate::write::listing::Listing;

/// Bytes that are printed at once.
const BLOCK: usize = 1 << 16;

/// The user's terminal.
pub(super) struct Terminal {
    /// Language of messages.
    pub(super) lang: Lang,
    /// How results are printed.
    pub(super) format: Format,
    /// How much is printed besides the result.
    pub(super) talk: Talk,
    /// The language that was requested.
    asked: Option<Lang>,
    coloured: bool,
    failed: RefCell<Option<io::Error>>,
}

impl Terminal {
    /// A terminal for messages before, or independent of, the request.
    pub(super) fn new(lang: Lang, colour: Colour) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let coloured = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => io::stderr().is_terminal() && !set("NO_COLOR") && !dumb,
        };
        let failed = RefCell::new(None);
        Self { lang, format: Format::Table, talk: Talk::Normal, asked: None, coloured, failed }
    }

    /// A terminal with the language and format of the request.
    pub(super) fn asked(lang: Lang, asked: Option<Lang>, invocation: &Invocation) -> Self {
        let Invocation { format, talk, colour, .. } = *invocation;
        Self { format, talk, asked, ..Self::new(lang, colour) }
    }

    /// Whether only what is required is printed.
    pub(super) fn is_quiet(&self) -> bool {
        self.talk == Talk::Quiet
    }

    /// Whether everything is printed.
    pub(super) fn is_verbose(&self) -> bool {
        self.talk == Talk::Verbose
    }

    /// What shows how far a long run has come: a line on stderr, if that is a terminal and the run is not quiet.
    pub(super) fn progress(&self) -> Progress {
        let is_shown = !self.is_quiet() && io::stderr().is_terminal();
        if is_shown { Progress::to(Line::new(self.lang)) } else { Progress::SILENT }
    }

    /// Uses the language that was requested, otherwise the one the model declares.
    pub(super) fn prefer(&mut self, declared: Option<Lang>) {
        self.lang = self.asked.or(declared).unwrap_or(self.lang);
    }

    /// Prints a result in the requested format; the text form is omitted when quiet.
    pub(super) fn show(
        &self,
        document: &impl Serialize,
        list: impl FnOnce() -> anyhow::Result<Listing>,
        text: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        if self.format == Format::Table && self.is_quiet() {
            return Ok(());
        }
        self.answer(document, list, text)
    }

    /// Prints what a command exists to print, so that it is printed even when quiet: as a document, as a list, or as
    /// text.
    pub(super) fn answer(
        &self,
        document: &impl Serialize,
        list: impl FnOnce() -> anyhow::Result<Listing>,
        text: impl FnOnce() -> String,
    ) -> anyhow::Result<()> {
        match self.format {
            // It may be long, and is not held as a whole.
            Format::Json => self.put(|out| printing::json(document, out)),
            Format::Table => self.print(&text()),
            format => self.print(&list()?.text(format, self.lang)?),
        }
        Ok(())
    }

    /// Prints a result on stdout. A failure is kept for [`Terminal::finish`].
    pub(super) fn print(&self, text: &str) {
        self.put(|out| out.write_all(visible_lines(text).as_bytes()));
    }

    fn put(&self, write: impl FnOnce(&mut BufWriter<StdoutLock<'_>>) -> io::Result<()>) {
        let mut out = BufWriter::with_capacity(BLOCK, io::stdout().lock());
        if let Err(error) = write(&mut out).and_then(|()| out.flush()) {
            self.failed.borrow_mut().get_or_insert(error);
        }
    }

    /// Whether everything could be printed. A reader that has gone away (`| head`) is not a failure.
    pub(super) fn finish(&self) -> anyhow::Result<()> {
        match self.failed.borrow_mut().take() {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("stdout"),
            _ => Ok(()),
        }
    }

    /// Prints on stderr, whatever the mode.
    pub(super) fn say(&self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{}", visible_lines(text.trim_end()));
    }

    /// Prints after a word for the severity, in colour if wanted.
    pub(super) fn say_after(&self, severity: Severity, text: &str) {
        let word = self.paint(self.lang.text(severity.word()), severity);
        let mut err = io::stderr().lock();
        let _ = writeln!(err, "{word} {}", visible_lines(text.trim_end()));
    }

    /// Prints on stderr unless quiet.
    pub(super) fn tell(&self, text: &str) {
        if !self.is_quiet() {
            self.say(text);
        }
    }

    /// Reports why the run could not continue: the path and the action, then the cause.
    pub(super) fn fail(&self, error: &anyhow::Error) {
        self.say_after(Severity::Error, &self.because(error));
    }

    /// An error with all its causes, in the user's language except for texts of the system.
    pub(super) fn because(&self, error: &anyhow::Error) -> String {
        let told = |cause: &(dyn std::error::Error + 'static)| {
            if let Some(unfit) = cause.downcast_ref::<Unfit>() {
                Cow::Borrowed(self.lang.text(unfit.word()))
            } else if cause.is::<Busy>() {
                Cow::Borrowed(self.lang.text("score.locked"))
            } else if let Some(taken) = cause.downcast_ref::<Taken>() {
                Cow::Owned(say!(self.lang, "stands.taken", path = shown(&taken.path)))
            } else if let Some(stands) = cause.downcast_ref::<Unconfirmed>() {
                Cow::Owned(say!(self.lang, "stands.unconfirmed", path = shown(&stands.path)))
            } else if let Some(stands) = cause.downcast_ref::<Unentered>() {
                Cow::Owned(say!(self.lang, "stands.unentered", path = shown(&stands.path), cause = stands.cause()))
            } else {
                Cow::Owned(cause.to_string())
            }
        };
        error.chain().map(told).collect::<Vec<_>>().join(": ")
    }

    fn paint<'w>(&self, word: &'w str, severity: Severity) -> Cow<'w, str> {
        let code = match severity {
            Severity::Error => "31",
            Severity::Pending | Severity::Warning => "33",
            Severity::Note => "36",
        };
        match self.coloured {
            true => Cow::Owned(format!("\u{1b}[{code}m{word}\u{1b}[0m")),
            false => Cow::Borrowed(word),
        }
    }

    /// A table whose column names come from the catalogue.
    pub(super) fn table<R: Serialize>(&self, header: &[&str], rows: impl IntoIterator<Item = R>) -> String {
        table(header.iter().map(|key| self.lang.text(key)), rows)
    }

    /// A table without the column of grades, unless there are any.
    pub(super) fn graded<R: Serialize>(
        &self,
        header: &[&str],
        rows: impl IntoIterator<Item = R>,
        has_grades: bool,
    ) -> String {
        if has_grades {
            return self.table(header, rows);
        }
        let at = header.iter().position(|key| *key == "table.grade");
        let kept = |(index, _): &(usize, &&str)| Some(*index) != at;
        let header: Vec<&str> = header.iter().enumerate().filter(kept).map(|(_, key)| *key).collect();
        let rows = rows.into_iter().map(|row| {
            let fields = fields(row).expect("a row is a list of texts and numbers");
            let kept = fields.iter().enumerate().filter(|(index, _)| Some(*index) != at);
            kept.map(|(_, field)| field.to_owned()).collect::<Vec<String>>()
        });
        self.table(&header, rows)
    }
}

/// A table with an ASCII frame, which every console aligns; the fields of each row in serialisation order.
pub(super) fn table<'h, R: Serialize>(
    header: impl IntoIterator<Item = &'h str>,
    rows: impl IntoIterator<Item = R>,
) -> String {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.into_iter().map(visible));
    for fields in all_fields(rows).expect("a row is a list of texts and numbers") {
        table.add_row(fields.iter().map(printable));
    }
    format!("{table}\n")
}

/// A cell of a text table: a dash if the value is unknown.
pub(super) struct OrDash<T>(pub(super) Option<T>);

impl<T: Display> Display for OrDash<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("—"),
        }
    }
}

impl<T: Display> Serialize for OrDash<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value before and after, once if it is unchanged: `87.90 -> 88.30`.
pub(super) struct Moved<T>(pub(super) Option<T>, pub(super) Option<T>);

impl<T: PartialEq> Moved<T> {
    /// Whether the two differ.
    pub(super) fn is_move(&self) -> bool {
        self.0 != self.1
    }
}

impl<T: Display + PartialEq> Display for Moved<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (old, new) = (OrDash(self.0.as_ref()), OrDash(self.1.as_ref()));
        if !self.is_move() { new.fmt(f) } else { write!(f, "{old} -> {new}") }
    }
}

impl<T: Display + PartialEq> Serialize for Moved<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A path that can be typed: in quotes if it contains a space.
pub(super) fn quoted(path: &str) -> Cow<'_, str> {
    if path.contains(' ') { Cow::Owned(format!("\"{path}\"")) } else { Cow::Borrowed(path) }
}

/// A path for display: relative to the current folder if it lies below it, even if that is reached by a link.
pub(super) fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let real = crate::read::resolved(&here).unwrap_or_default();
    path.strip_prefix(here).or_else(|_| path.strip_prefix(real)).unwrap_or(path).display().to_string()
}
