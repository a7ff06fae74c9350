//! How far a long run has come: whoever works counts, whoever prints listens.
//!
//! Counting changes nothing in what a run gives, so that every room may do it; only the commands know a terminal.

use std::fmt;
use std::sync::Arc;

use super::words::words;

words! {
    /// What is being counted.
    pub enum Step in "progress." {
        /// Files read.
        Read = "read",
        /// Letters made.
        Letters = "letters",
        /// Letters made again and compared.
        Compared = "compared",
        /// Forms made.
        Forms = "forms",
        /// Parts of the draws of an analysis.
        Draws = "draws",
    }
}

/// Somebody who listens to how far a run has come.
pub trait Listener: Send + Sync {
    /// A step begins that has so many parts.
    fn begin(&self, step: Step, whole: usize);
    /// One more part is done.
    fn one(&self);
    /// The step has ended.
    fn end(&self);
}

/// The listener of a run, if it has one.
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<dyn Listener>>);

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Progress(heard)" } else { "Progress(silent)" })
    }
}

impl Progress {
    /// Nobody listens.
    pub const SILENT: Self = Self(None);

    /// Somebody listens.
    pub fn to(listener: impl Listener + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// Begins a step of so many parts; it ends when the counter is dropped.
    pub fn step(&self, step: Step, whole: usize) -> Counter<'_> {
        let listener = self.0.as_deref();
        if let Some(listener) = listener {
            listener.begin(step, whole);
        }
        Counter(listener)
    }
}

/// The counter of a step.
pub struct Counter<'p>(Option<&'p dyn Listener>);

impl Counter<'_> {
    /// Passes a finished part on, and counts it.
    pub fn done<T>(&self, part: T) -> T {
        if let Some(listener) = self.0 {
            listener.one();
        }
        part
    }
}

impl Drop for Counter<'_> {
    fn drop(&mut self) {
        if let Some(listener) = self.0 {
            listener.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Clone, Default)]
    struct Notes(Arc<Mutex<Vec<String>>>);

    impl Notes {
        fn add(&self, text: String) {
            self.0.lock().expect("notes").push(text);
        }
    }

    impl Listener for Notes {
        fn begin(&self, step: Step, whole: usize) {
            self.add(format!("{step} of {whole}"));
        }
        fn one(&self) {
            self.add("one".to_owned());
        }
        fn end(&self) {
            self.add("end".to_owned());
        }
    }

    #[test]
    fn a_listener_hears_of_every_part_and_of_the_end() {
        let notes = Notes::default();
        let counter = Progress::to(notes.clone());
        let counter = counter.step(Step::Read, 2);
        assert_eq!([counter.done("a"), counter.done("b")], ["a", "b"]);
        drop(counter);
        assert_eq!(*notes.0.lock().expect("notes"), ["read of 2", "one", "one", "end"]);
        assert_eq!(Progress::SILENT.step(Step::Read, 2).done(7), 7);
    }
}
