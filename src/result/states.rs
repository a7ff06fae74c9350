//! The log of a project, `results/states.jsonl`: one JSON object per line, each with the SHA-256 of the line before it.
//!
//! It records what was written (versions, folders of letters and of forms), so that none of it can disappear or be
//! added unnoticed while a later line exists. And it records the states of versions: a version goes from 初评 through
//! 等次建议, 征求意见, 工委审定 and 公示 to 最终. Moving forward is free; repeating a state or going back needs a reason and stays on
//! record; nothing is ever removed. Pure: the bytes of the log in, the bytes with one more line out. The log is a
//! record of what people did, so its dates come from outside and it is not an input of any result.

use crate::shared::words::words;
use std::collections::BTreeMap;

use crate::read::sha256;
use crate::shared::i18n::Lang;
use crate::shared::text;

mod line;
mod rules;

pub use line::{Entry, HandedOut, Line, Mark, Register, SCHEMA, Written};
pub use rules::{Refusal, Step, may_follow, may_supersede};

words! {
    /// How far a version has come.
    pub enum VersionState in "state." {
        /// 初评: scored for the first time.
        Initial = "initial",
        /// 等次建议: grades are proposed.
        Proposed = "proposed",
        /// 征求意见: departments are asked.
        Consulting = "consulting",
        /// 工委审定: the committee has approved.
        Approved = "approved",
        /// 公示: published; appeals are received.
        Public = "public",
        /// 最终: final.
        Final = "final",
    }
}

impl VersionState {
    /// Reads a state by its name in either language.
    pub fn parse(typed: &str) -> Option<Self> {
        let wanted = text::key(typed).to_lowercase();
        let named = |state: &Self, lang: Lang| text::key(lang.text(state.word())).to_lowercase() == wanted;
        Self::ALL.iter().copied().find(|state| named(state, Lang::Zh) || named(state, Lang::En))
    }

    /// Whether the document that puts it into force must be named.
    pub const fn needs_document(self) -> bool {
        matches!(self, Self::Approved | Self::Public | Self::Final)
    }

    /// The state after it.
    pub fn next(self) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| *state > self)
    }
}

/// What is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The last line is incomplete: it was never recorded.
    Torn {
        /// Its number, from 1.
        line: usize,
    },
    /// A line is not a record.
    Unreadable {
        /// Its number, from 1.
        line: usize,
    },
    /// A line does not name the line before it: one of them was changed, removed or added.
    Broken {
        /// Its number, from 1.
        line: usize,
    },
    /// A line refers to a version that does not exist.
    NoVersion {
        /// Its number, from 1.
        line: usize,
        /// The version.
        version: String,
    },
    /// A line refers to a version whose manifest has changed.
    OtherManifest {
        /// Its number, from 1.
        line: usize,
        /// The version.
        version: String,
    },
}

/// The log as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The records, in order, each with the number of its line.
    pub lines: Vec<(usize, Line)>,
    /// What is wrong with the log itself.
    pub faults: Vec<Fault>,
    /// Everything up to an incomplete last line.
    sound: Vec<u8>,
    /// SHA-256 of every complete line.
    hashes: Vec<String>,
}

impl Log {
    /// Reads a log and checks that each line names the one before it.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut log = Self::default();
        for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let number = index + 1;
            let (content, ended) = line.strip_suffix(b"\n").map_or((line, false), |content| (content, true));
            let read = serde_json::from_slice::<Line>(content).ok().filter(|line| line.schema == SCHEMA);
            if read.is_none() && !ended {
                log.faults.push(Fault::Torn { line: number });
                break;
            }
            match read {
                Some(line) => {
                    if line.previous.as_deref() != log.last() {
                        log.faults.push(Fault::Broken { line: number });
                    }
                    log.lines.push((number, line));
                }
                None => log.faults.push(Fault::Unreadable { line: number }),
            }
            log.hashes.push(sha256(content));
            log.sound.extend_from_slice(content);
            log.sound.push(b'\n');
        }
        log
    }

    /// The log with one more record, which is chained to the last one; an incomplete last line is left out.
    ///
    /// # Errors
    /// If the record cannot be serialised, which its types exclude.
    pub fn with(&self, entry: Entry) -> anyhow::Result<Vec<u8>> {
        let line = Line { schema: SCHEMA.to_owned(), entry, previous: self.last().map(str::to_owned) };
        let mut bytes = self.sound.clone();
        serde_json::to_writer(&mut bytes, &line)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The log without its last line, and what that line says; nothing if it is empty or broken.
    pub fn without_last(&self) -> Option<(&[u8], &Entry)> {
        let (_, last) = self.lines.last().filter(|_| self.faults.is_empty())?;
        let content = self.sound.strip_suffix(b"\n").unwrap_or(&self.sound);
        let start = content.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        Some((&self.sound[..start], &last.entry))
    }

    /// The bytes of a line, without its end, by number from 1.
    pub fn bytes_of(&self, number: usize) -> Option<&[u8]> {
        self.sound.split(|byte| *byte == b'\n').nth(number.checked_sub(1)?)
    }

    /// The states that were recorded, in order, each with the number of its line.
    pub fn marks(&self) -> impl DoubleEndedIterator<Item = (usize, &Mark)> {
        self.lines.iter().filter_map(|(number, line)| match &line.entry {
            Entry::State(mark) => Some((*number, mark)),
            Entry::Version(_) | Entry::Feedback(_) | Entry::Forms(_) => None,
        })
    }

    /// Whether a version was entered when it was written, with this SHA-256 of its manifest.
    pub fn has_written(&self, version: &str, manifest: &str) -> bool {
        self.lines.iter().any(|(_, line)| match &line.entry {
            Entry::Version(own) => own.version == version && own.manifest == manifest,
            _ => false,
        })
    }

    /// The folders of letters as they were entered last, by path, each with the number of its line.
    pub fn feedback(&self) -> BTreeMap<&str, (usize, &HandedOut)> {
        self.handed_out(|entry| match entry {
            Entry::Feedback(own) => Some(own),
            _ => None,
        })
    }

    /// The folders of forms as they were entered last, by path, each with the number of its line.
    pub fn forms(&self) -> BTreeMap<&str, (usize, &HandedOut)> {
        self.handed_out(|entry| match entry {
            Entry::Forms(own) => Some(own),
            _ => None,
        })
    }

    fn handed_out<'l>(
        &'l self,
        of: impl Fn(&'l Entry) -> Option<&'l HandedOut>,
    ) -> BTreeMap<&'l str, (usize, &'l HandedOut)> {
        let own = self.lines.iter().filter_map(|(number, line)| of(&line.entry).map(|own| (*number, own)));
        own.map(|(number, own)| (own.folder.as_str(), (number, own))).collect()
    }

    /// SHA-256 of the last complete line.
    pub fn last(&self) -> Option<&str> {
        self.hashes.last().map(String::as_str)
    }

    /// Whether the log has a line with this SHA-256.
    pub fn holds(&self, hash: &str) -> bool {
        self.hashes.iter().any(|own| own == hash)
    }

    /// Whether the log cannot be relied on: it has faults other than an incomplete last line.
    pub fn is_broken(&self) -> bool {
        self.faults.iter().any(|fault| !matches!(fault, Fault::Torn { .. }))
    }

    /// The last record of a version.
    pub fn of(&self, version: &str) -> Option<&Mark> {
        self.marks().rev().map(|(_, mark)| mark).find(|mark| mark.version == version)
    }

    /// The last record of a state, of a version or, if that has none, of any.
    pub fn latest(&self, version: &str, state: VersionState) -> Option<&Mark> {
        let of_state = || self.marks().rev().map(|(_, mark)| mark).filter(|mark| mark.state == state);
        of_state().find(|mark| mark.version == version).or_else(|| of_state().next())
    }

    /// Records of versions that do not exist or have changed, given the SHA-256 of the manifest of each version.
    pub fn strays(&self, versions: &BTreeMap<&str, String>) -> Vec<Fault> {
        let stray = |(line, own): &(usize, Line)| {
            let (version, manifest) = own.entry.version()?;
            match versions.get(version) {
                None => Some(Fault::NoVersion { line: *line, version: version.to_owned() }),
                Some(hash) if hash != manifest => {
                    Some(Fault::OtherManifest { line: *line, version: version.to_owned() })
                }
                Some(_) => None,
            }
        };
        self.lines.iter().filter_map(stray).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("literal date")
    }

    fn mark(version: &str, state: VersionState, day: &str) -> Entry {
        Entry::State(Mark {
            version: version.to_owned(),
            manifest: "m1".to_owned(),
            state,
            document: None,
            date: date(day),
            note: None,
            reason: None,
        })
    }

    fn log_of(marks: &[Entry]) -> Vec<u8> {
        marks.iter().fold(Vec::new(), |bytes, mark| Log::parse(&bytes).with(mark.clone()).expect("a line"))
    }

    #[test]
    fn each_line_names_the_one_before_it() {
        let bytes = log_of(&[
            mark("v001", VersionState::Initial, "2026-01-10"),
            mark("v001", VersionState::Proposed, "2026-01-11"),
            mark("v001", VersionState::Consulting, "2026-01-12"),
        ]);
        let log = Log::parse(&bytes);
        assert!(log.faults.is_empty());
        let text = String::from_utf8(bytes).expect("text");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(log.lines[0].1.previous, None);
        assert_eq!(log.lines[2].1.previous.as_deref(), Some(sha256(lines[1].as_bytes()).as_str()));
        // A changed, a removed and a doubled line each break the line after them.
        let changed = text.replace("2026-01-11", "2026-01-13");
        assert_eq!(Log::parse(changed.as_bytes()).faults, [Fault::Broken { line: 3 }]);
        let removed = format!("{}\n{}\n", lines[0], lines[2]);
        assert_eq!(Log::parse(removed.as_bytes()).faults, [Fault::Broken { line: 2 }]);
        let garbled = format!("{}\nnothing\n{}\n", lines[0], lines[2]);
        assert_eq!(Log::parse(garbled.as_bytes()).faults, [Fault::Unreadable { line: 2 }, Fault::Broken { line: 3 }]);
    }

    #[test]
    fn what_was_handed_out_is_known_by_its_last_line() {
        let letters = |folder: &str, manifest: &str| {
            let (folder, manifest) = (folder.to_owned(), manifest.to_owned());
            Entry::Feedback(HandedOut { folder, manifest, files: 1, version: Some("v001".to_owned()) })
        };
        let written = Written { version: "v001".to_owned(), manifest: "m1".to_owned(), registers: Vec::new() };
        let entries = [Entry::Version(written), letters("feedback/a", "1"), letters("feedback/b", "2")];
        let bytes = log_of(&[entries.as_slice(), &[letters("feedback/a", "3")]].concat());
        let log = Log::parse(&bytes);
        let known: Vec<_> =
            log.feedback().into_iter().map(|(folder, (line, own))| (folder, line, &*own.manifest)).collect();
        assert_eq!(known, [("feedback/a", 4, "3"), ("feedback/b", 3, "2")]);
        assert!(log.forms().is_empty() && log.has_written("v001", "m1") && !log.has_written("v001", "m2"));
        let (before, last) = log.without_last().expect("a line");
        assert_eq!((before, last), (log_of(&entries).as_slice(), &letters("feedback/a", "3")));
        assert_eq!(log.bytes_of(1), bytes.split(|byte| *byte == b'\n').next());
        let now = BTreeMap::from([("v001", "m2".to_owned())]);
        assert_eq!(log.strays(&now), [Fault::OtherManifest { line: 1, version: "v001".to_owned() }]);
        assert_eq!(log.strays(&BTreeMap::new()), [Fault::NoVersion { line: 1, version: "v001".to_owned() }]);
    }

    #[test]
    fn an_incomplete_last_line_was_never_recorded() {
        let whole = log_of(&[
            mark("v001", VersionState::Initial, "2026-01-10"),
            mark("v001", VersionState::Public, "2026-01-11"),
        ]);
        let first = whole.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
        for end in first + 1..whole.len() - 1 {
            let log = Log::parse(&whole[..end]);
            assert_eq!(log.faults, [Fault::Torn { line: 2 }], "cut at {end}");
            assert!(!log.is_broken());
            let mended = log.with(mark("v001", VersionState::Public, "2026-01-11")).expect("a line");
            assert_eq!(mended, whole);
        }
        // Only the end of the line is missing: nothing of the record is.
        assert!(Log::parse(&whole[..whole.len() - 1]).faults.is_empty());
    }

    #[test]
    fn going_on_is_free_and_going_back_needs_a_reason() {
        let log = Log::parse(&log_of(&[mark("v001", VersionState::Consulting, "2026-01-10")]));
        let step = |state, document, reason, day: &str| {
            may_follow(&log, &Step { version: "v001", current: "v001", state, date: date(day), document, reason })
        };
        assert_eq!(step(VersionState::Approved, Some("d"), None, "2026-01-10"), Ok(()));
        assert_eq!(step(VersionState::Public, Some("d"), None, "2026-01-12"), Ok(()), "a state may be left out");
        assert_eq!(step(VersionState::Approved, None, Some("r"), "2026-01-10"), Err(Refusal::NoDocument));
        for state in [VersionState::Initial, VersionState::Consulting] {
            let refused = Err(Refusal::NoReason { from: VersionState::Consulting });
            assert_eq!(step(state, Some("d"), None, "2026-01-11"), refused);
            assert_eq!(step(state, None, Some("r"), "2026-01-11"), Ok(()));
        }
        let early = Err(Refusal::Earlier { than: date("2026-01-10") });
        assert_eq!(step(VersionState::Approved, Some("d"), None, "2026-01-09"), early);
    }

    #[test]
    fn only_the_newest_version_becomes_final_and_leaves_that_state_with_a_document() {
        let log = Log::parse(&log_of(&[mark("v002", VersionState::Final, "2026-01-10")]));
        let step = |version, state, document, reason| {
            let date = date("2026-02-01");
            may_follow(&log, &Step { version, current: "v002", state, date, document, reason })
        };
        let superseded = Err(Refusal::Superseded { current: "v002".to_owned() });
        assert_eq!(step("v001", VersionState::Final, Some("d"), Some("r")), superseded);
        assert_eq!(step("v002", VersionState::Initial, None, Some("r")), Err(Refusal::NoDocument));
        assert_eq!(step("v002", VersionState::Initial, Some("d"), Some("r")), Ok(()));
        assert_eq!(may_supersede(&log, "v001", None, None), Ok(()));
        let refused = Err(Refusal::NoReason { from: VersionState::Final });
        assert_eq!(may_supersede(&log, "v002", None, Some("d")), refused);
        assert_eq!(may_supersede(&log, "v002", Some("r"), None), Err(Refusal::NoDocument));
        assert_eq!(may_supersede(&log, "v002", Some("r"), Some("d")), Ok(()));
    }

    #[test]
    fn states_are_typed_in_either_language() {
        for (typed, state) in [
            ("初评", VersionState::Initial),
            ("等次建议", VersionState::Proposed),
            ("征求意见", VersionState::Consulting),
            ("工委审定", VersionState::Approved),
            ("公 示", VersionState::Public),
            ("最终", VersionState::Final),
            ("Final", VersionState::Final),
            ("consulting", VersionState::Consulting),
        ] {
            assert_eq!(VersionState::parse(typed), Some(state), "{typed}");
        }
        assert_eq!(VersionState::parse("终"), None);
    }
}
