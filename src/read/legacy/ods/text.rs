//! What a cell of an .ods shows: its paragraphs with their runs. White space follows the standard: any sequence of it
//! is one blank, and there is none at the ends of a paragraph; significant blanks have elements of their own.

use std::borrow::Cow;

use super::styles::Styles;
use crate::model::Limits;
use crate::read::gate::xml::Tag;
use crate::read::xlsx::strings::{Entry, RunStyle, Text};

/// What a cell shows.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    /// Its text with the effect of its runs.
    pub(super) entry: Entry,
    /// Its plain text.
    pub(super) text: String,
    /// Whether there is a paragraph at all.
    pub(super) any: bool,
}

/// The paragraphs of a cell as they are read.
pub(super) struct Paragraphs<'s> {
    styles: &'s Styles,
    limits: &'s Limits,
    runs: Text<'static>,
    text: String,
    /// Spans that are open, with their depth.
    spans: Vec<(usize, RunStyle)>,
    any: bool,
    /// Whether a blank is pending until more text follows.
    waiting: bool,
    /// Whether a paragraph has just begun, where blanks do not count.
    beginning: bool,
}

impl<'s> Paragraphs<'s> {
    pub(super) fn new(styles: &'s Styles, limits: &'s Limits) -> Self {
        Self {
            styles,
            limits,
            runs: Text::default(),
            text: String::new(),
            spans: Vec::new(),
            any: false,
            waiting: false,
            beginning: true,
        }
    }

    /// An element begins at a depth.
    pub(super) fn open(&mut self, tag: &Tag<'_>, depth: usize) {
        match tag.full_name() {
            "text:p" | "text:h" => {
                if self.any {
                    self.add("\n");
                }
                (self.any, self.waiting, self.beginning) = (true, false, true);
            }
            "text:span" => {
                let name = tag.text("text:style-name").unwrap_or_default();
                self.spans.push((depth, self.styles.span(&name, self.standing())));
            }
            "text:s" => {
                let count = tag.get("text:c").and_then(|count| count.parse().ok()).unwrap_or(1);
                // A text beyond the limit need not be written out to be recognised as too long.
                self.space(&" ".repeat(count.min(self.limits.text as usize + 1)));
            }
            "text:tab" => self.space("\t"),
            "text:line-break" => self.space("\n"),
            _ => {}
        }
    }

    /// Closes an element; the remaining depth is given.
    pub(super) fn close(&mut self, depth: usize) {
        while self.spans.last().is_some_and(|(own, _)| *own > depth) {
            self.spans.pop();
        }
    }

    /// A piece of text.
    pub(super) fn text(&mut self, text: &str) {
        for piece in text.split_inclusive(BLANKS) {
            let shows = piece.trim_end_matches(BLANKS);
            if !shows.is_empty() {
                self.show(shows);
            }
            self.waiting |= shows.len() < piece.len() && !self.beginning;
        }
    }

    /// A character written as a reference.
    pub(super) fn character(&mut self, c: char) {
        self.show(c.encode_utf8(&mut [0; 4]));
    }

    /// Adds significant white space.
    fn space(&mut self, space: &str) {
        self.show(space);
        self.beginning = true;
    }

    fn show(&mut self, text: &str) {
        if std::mem::take(&mut self.waiting) {
            self.add(" ");
        }
        self.add(text);
        (self.any, self.beginning) = (true, false);
    }

    fn add(&mut self, text: &str) {
        self.text.push_str(text);
        self.runs.add(Cow::Owned(text.to_owned()), self.standing());
    }

    fn standing(&self) -> RunStyle {
        self.spans.last().map_or(RunStyle::Plain, |(_, standing)| *standing)
    }

    /// The text as a whole.
    pub(super) fn finish(self) -> Shown {
        Shown { entry: self.runs.finish(self.limits), text: self.text, any: self.any }
    }
}

/// White space between words.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];
