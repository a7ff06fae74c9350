//! The isolated reader: bytes in, one JSON document out. Started only by the program itself.

use std::io::{Read as _, Write as _};

use crate::read::worker::Request;
use crate::shared::exit::Exit;

/// Reads one file from stdin under the given limits, and writes its content to stdout.
pub(super) fn run(args: &[String]) -> Exit {
    let Some(request) = Request::parse(args) else { return Exit::Unable };
    if request.confine().is_err() {
        return Exit::Unable;
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(request.most()).read_to_end(&mut bytes);
    let said = read.and_then(|_| std::io::stdout().lock().write_all(&request.answer(&bytes)));
    if said.is_ok() { Exit::Done } else { Exit::Unable }
}
