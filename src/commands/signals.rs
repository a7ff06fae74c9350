//! Ctrl-C and SIGTERM: what is being written is removed between two steps, what was published remains, and the program
//! ends.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::thread;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag::register_usize;

use super::terminal::Terminal;
use crate::cli::Colour;
use crate::publish;
use crate::shared::exit::Exit;
use crate::shared::i18n::Lang;

/// How often the arrival of a signal is checked.
const PAUSE: Duration = Duration::from_millis(20);
/// How long the last message may take: its reader may be gone.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Listens from this call on, once for the process.
///
/// # Errors
/// If the system provides no thread or no handler.
pub(super) fn listen(lang: Lang) -> io::Result<()> {
    static ONCE: Once = Once::new();
    let mut outcome = Ok(());
    ONCE.call_once(|| outcome = begin(lang));
    outcome
}

fn begin(lang: Lang) -> io::Result<()> {
    let caught = Arc::new(AtomicUsize::new(0));
    let signals = [(SIGINT, Exit::Interrupted), (SIGTERM, Exit::Terminated)];
    for (signal, exit) in signals {
        register_usize(signal, Arc::clone(&caught), exit.code().into())?;
    }
    let wait = move || {
        loop {
            let code = caught.load(Ordering::SeqCst);
            if let Some((_, exit)) = signals.into_iter().find(|(_, exit)| usize::from(exit.code()) == code) {
                end(exit, lang);
            }
            thread::sleep(PAUSE);
        }
    };
    thread::Builder::new().name("signals".to_owned()).spawn(wait).map(drop)
}

fn end(exit: Exit, lang: Lang) -> ! {
    publish::interrupt();
    let say = move || Terminal::new(lang, Colour::Never).say(lang.text("app.interrupted"));
    if thread::Builder::new().spawn(say).is_ok_and(|said| !said.is_finished()) {
        thread::sleep(LAST_WORDS);
    }
    std::process::exit(exit.code().into())
}
