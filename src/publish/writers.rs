//! Files written while the next ones are made: a disk that confirms each one slowly leaves no core waiting.

use std::fmt;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ScopedJoinHandle};

use rayon::prelude::*;

use super::disk;

/// How many threads write. Nearly all the time they wait for the disk, which confirms several files as fast as one.
const WRITERS: usize = 4;
/// How many files wait to be written at most.
const WAITING: usize = 16;

/// A file that is made: where it goes, and its bytes.
type Made = (PathBuf, Vec<u8>);

/// The files to be written; nothing once one could not be written.
type Queue = Mutex<Option<Receiver<Made>>>;

/// No more files are taken. The writer that stopped returns the reason, so nobody sees this error.
#[derive(Debug)]
struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no more files are written")
    }
}

impl std::error::Error for Stopped {}

/// Makes files on all cores, and writes and syncs each as soon as it is made. Returns what `make` gives beside each file, in
/// the order of the items.
///
/// # Errors
/// If a file cannot be made or written; a writing error comes first. Files that were written by then stay.
pub(super) fn write_each<T: Sync, R: Send>(
    items: &[T],
    make: impl Fn(&T) -> anyhow::Result<(PathBuf, Vec<u8>, R)> + Sync,
) -> anyhow::Result<Vec<R>> {
    let (send, receive) = sync_channel(WAITING);
    let queue: &Queue = &Mutex::new(Some(receive));
    // The sender is dropped within, whatever happens: that ends the writers.
    thread::scope(move |scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, || write(queue));
        let writers = (0..WRITERS).map(start).collect::<std::io::Result<Vec<ScopedJoinHandle<'_, _>>>>()?;
        let one = |item| {
            let (path, bytes, told) = make(item)?;
            send.send((path, bytes)).map_err(|_| Stopped)?;
            Ok(told)
        };
        let told: anyhow::Result<Vec<R>> = items.par_iter().map(one).collect();
        drop(send);
        let written: Vec<anyhow::Result<()>> = writers.into_iter().map(joined).collect();
        written.into_iter().collect::<anyhow::Result<()>>()?;
        told
    })
}

/// Writes files as they come, until there are no more or one cannot be written.
fn write(queue: &Queue) -> anyhow::Result<()> {
    let queue = || queue.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let next = queue().as_ref().and_then(|files| files.recv().ok());
        let Some((path, bytes)) = next else { return Ok(()) };
        if let Err(error) = disk::write_new(&path, &bytes) {
            *queue() = None;
            return Err(error);
        }
    }
}

fn joined<T>(writer: ScopedJoinHandle<'_, T>) -> T {
    writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_written_and_told_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let numbers: Vec<usize> = (0..100).collect();
        let make = |n: &usize| Ok((folder.path().join(n.to_string()), vec![*n as u8; *n], *n));
        assert_eq!(write_each(&numbers, make).unwrap(), numbers);
        for n in numbers {
            assert_eq!(std::fs::read(folder.path().join(n.to_string())).unwrap(), vec![n as u8; n]);
        }
    }

    #[test]
    fn the_file_that_cannot_be_written_is_named_however_many_follow() {
        let folder = tempfile::tempdir().unwrap();
        let numbers: Vec<usize> = (0..500).collect();
        let below = |n: usize| if n == 3 { "no such folder/3".to_owned() } else { n.to_string() };
        let make = |n: &usize| Ok((folder.path().join(below(*n)), vec![0; 9], ()));
        let error = write_each(&numbers, make).unwrap_err();
        assert!(format!("{error:#}").contains("no such folder"), "{error:#}");
        assert!(!error.is::<Stopped>());
    }

    #[test]
    fn one_that_cannot_be_made_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let make = |n: &usize| {
            anyhow::ensure!(*n != 7, "seven");
            Ok((folder.path().join(n.to_string()), Vec::new(), ()))
        };
        let error = write_each(&(0..50).collect::<Vec<_>>(), make).unwrap_err();
        assert_eq!(error.to_string(), "seven");
    }
}
