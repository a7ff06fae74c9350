//! Reading in a separate process: the same program, started again with little memory and time, for one file.
//!
//! The parent writes the bytes to the child's stdin and reads one JSON document from its stdout (`wire`). A child that
//! dies, takes too long or writes too much becomes a finding about the file. The child's stderr is discarded. On Unix
//! the child limits its own memory and processor time before it reads any byte (`confine`); on other systems only the
//! parent's time limit applies.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc;
use std::time::Duration;

use super::book::Opened;
use super::sniff::Legacy;
use crate::model::Limits;
use crate::shared::finding::{Arg, Code, Describe as _, Finding};
use crate::shared::place::{FileId, Place};

mod wire;

/// The hidden subcommand that reads one file.
pub const COMMAND: &str = "__read-one";

/// The largest answer of a child, in bytes.
const ANSWER: u64 = 64 * 1024 * 1024;

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Sets the program that reads in isolation: `assess` itself. Only the first call has an effect.
///
/// Without it workbooks other than .xlsx are refused: a library cannot know which program it is part of, and starting
/// any other program again would run that program instead.
pub fn use_program(program: PathBuf) {
    PROGRAM.get_or_init(|| program);
}

/// The reason why there is no answer, as a catalogue key.
type Failure = &'static str;

/// Reads a workbook in a separate process.
pub(super) fn read(kind: Legacy, bytes: &[u8], file: FileId, limits: &Limits) -> Opened {
    let failed = |what: Failure| {
        let finding = Finding::new(Code::E127).at(Place::file(file)).with("what", Arg::Word(what));
        Opened::from(finding.expected(format!("{} MiB, {} s", limits.worker_mib, limits.worker_seconds)))
    };
    let answer = match run(kind, bytes, limits) {
        Ok(answer) => answer,
        Err(failure) => return failed(failure),
    };
    wire::decode(&answer, file).unwrap_or_else(|| failed("worker.crash"))
}

fn run(kind: Legacy, bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, Failure> {
    let program = PROGRAM.get().ok_or("worker.none")?;
    let said = serde_json::to_string(limits).map_err(|_| "worker.none")?;
    let mut child = Command::new(program)
        .args([COMMAND, kind.word(), &said])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| "worker.none")?;
    let answer = converse(&mut child, bytes, Duration::from_secs(limits.worker_seconds.into()));
    if answer.is_err() {
        // It may have ended by itself meanwhile, which is not a fault.
        drop(child.kill());
    }
    let status = child.wait().map_err(|_| "worker.crash")?;
    let answer = answer?;
    if status.success() { Ok(answer) } else { Err(cause(status)) }
}

/// Passes the bytes and receives the answer, within a time limit.
fn converse(child: &mut Child, bytes: &[u8], time: Duration) -> Result<Vec<u8>, Failure> {
    let (stdin, stdout) = child.stdin.take().zip(child.stdout.take()).ok_or("worker.crash")?;
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        let write = move || {
            let mut stdin = stdin;
            // A child that died reads no more; its exit status gives the reason.
            drop(stdin.write_all(bytes));
        };
        let listen = move || {
            let mut answer = Vec::new();
            let read = stdout.take(ANSWER + 1).read_to_end(&mut answer);
            drop(send.send(read.map(|_| answer)));
        };
        let started = [
            std::thread::Builder::new().spawn_scoped(scope, write).is_ok(),
            std::thread::Builder::new().spawn_scoped(scope, listen).is_ok(),
        ];
        if started.contains(&false) {
            // A thread that did start ends only with the child.
            drop(child.kill());
            return Err("worker.none");
        }
        let answer = match receive.recv_timeout(time) {
            Ok(Ok(answer)) if answer.len() as u64 <= ANSWER => Ok(answer),
            Ok(Ok(_)) => Err("worker.output"),
            Ok(Err(_)) => Err("worker.crash"),
            Err(_) => Err("worker.time"),
        };
        if answer.is_err() {
            // The threads end only with the child.
            drop(child.kill());
        }
        answer
    })
}

/// Why a child failed.
#[cfg(unix)]
fn cause(status: ExitStatus) -> Failure {
    use std::os::unix::process::ExitStatusExt as _;
    // A failed allocation aborts (6); the limit on processor time is enforced by 24 and 9.
    match status.signal() {
        Some(6) => "worker.memory",
        Some(9 | 24) => "worker.time",
        _ => "worker.crash",
    }
}

/// Why a child failed.
#[cfg(not(unix))]
const fn cause(_: ExitStatus) -> Failure {
    "worker.crash"
}

/// The child's side: the request from the command line.
pub struct Request {
    kind: Legacy,
    limits: Limits,
}

impl Request {
    /// Parses the arguments after the hidden subcommand.
    pub fn parse(args: &[String]) -> Option<Self> {
        let [kind, limits] = args else { return None };
        Some(Self { kind: Legacy::parse(kind)?, limits: serde_json::from_str(limits).ok()? })
    }

    /// The most bytes that the parent passes.
    pub const fn most(&self) -> u64 {
        self.limits.file_mib.saturating_mul(1024 * 1024)
    }

    /// Limits this process before it reads any byte: memory, processor time, no core file.
    ///
    /// # Errors
    /// If the system refuses; then nothing may be read.
    #[cfg(unix)]
    pub fn confine(&self) -> std::io::Result<()> {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let memory = u64::from(self.limits.worker_mib).saturating_mul(1024 * 1024);
        let wanted = [(Resource::As, memory), (Resource::Cpu, self.limits.worker_seconds.into()), (Resource::Core, 0)];
        for (resource, wanted) in wanted {
            // A stricter limit already in force can only be kept.
            let hard = getrlimit(resource).maximum.map_or(wanted, |hard| hard.min(wanted));
            setrlimit(resource, Rlimit { current: Some(hard), maximum: Some(hard) })?;
        }
        Ok(())
    }

    /// Other systems offer a process no way to limit itself; the parent's time limit remains.
    ///
    /// # Errors
    /// Never.
    #[cfg(not(unix))]
    pub const fn confine(&self) -> std::io::Result<()> {
        Ok(())
    }

    /// Reads the workbook and encodes the answer for the parent.
    pub fn answer(&self, bytes: &[u8]) -> Vec<u8> {
        wire::encode(super::legacy::read(self.kind, bytes, FileId(0), &self.limits))
    }
}
