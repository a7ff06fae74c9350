//! A line on the terminal that says how far a long run has come: `read 37/86`. Nothing is shown of a run of less than a
//! second, where stderr is not a terminal, or when quiet; the line is gone before anything else is printed.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::shared::i18n::Lang;
use crate::shared::progress::{Listener, Step};

/// A run that takes no longer shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is drawn at the most, a second.
const DRAWN: u8 = 10;

/// The line of one run.
pub(super) struct Line {
    lang: Lang,
    began: Instant,
    bar: Mutex<Option<Bar>>,
}

/// The present step; its line is hidden while the run is short.
struct Bar {
    bar: ProgressBar,
    is_shown: bool,
}

impl Line {
    /// The line of a run that begins now.
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang, began: Instant::now(), bar: Mutex::new(None) }
    }

    /// Does something with the present step; a thread that ended while it held the line takes the line with it.
    fn with(&self, act: impl FnOnce(&mut Option<Bar>)) {
        if let Ok(mut bar) = self.bar.lock() {
            act(&mut bar);
        }
    }
}

impl Listener for Line {
    fn begin(&self, step: Step, whole: usize) {
        let bar = ProgressBar::with_draw_target(Some(whole as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{msg} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.set_message(self.lang.text(step.word()));
        self.with(|own| *own = Some(Bar { bar, is_shown: false }));
    }

    fn one(&self) {
        self.with(|own| {
            let Some(own) = own else { return };
            if !own.is_shown && self.began.elapsed() >= PATIENCE {
                own.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(DRAWN));
                own.is_shown = true;
            }
            own.bar.inc(1);
        });
    }

    fn end(&self) {
        self.with(|own| {
            if let Some(own) = own.take() {
                own.bar.finish_and_clear();
            }
        });
    }
}
