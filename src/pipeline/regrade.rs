//! The run of a re-grade: parent's result + registers + model → check → total → grade → result document.
//!
//! Reads the model, the indicator table, the registers (with 收件清单, where it says which of them count) and the results of
//! earlier periods; nothing else. The content of other inputs is taken from the parent's result, whether or not their
//! files still exist; a file that has changed since is reported.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::tail::{Judged, Tail};
use super::{Stopped, earlier, history, model, read_roster};
use crate::check::{self, Proposals, Regrading, Roster, echoes, receipts};
use crate::engine::assessment::Assessment;
use crate::engine::grade::Grading;
use crate::engine::score::{Measured, UnitScore};
use crate::model::Model;
use crate::read::{self, Candidate, Project};
use crate::result::diff::ModelDiff;
use crate::result::outcome::{Name, Outcome};
use crate::result::regrade::{self, Places, Rebuilt, messages};
use crate::shared::finding::{Code, Describe as _, Finding, Findings, Message, Severity, any, made_anew};
use crate::shared::place::{FileId, FileRecord, Files, Place, Role};

/// Whether a change of the method is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// It is refused.
    Fixed,
    /// It is accepted, as far as its effects follow from recorded values.
    MayChange,
}

/// How a re-grade ended.
pub enum Ended {
    /// The model is wrong.
    Stopped(Stopped),
    /// The model differs in a way that is not allowed, or that only the inputs can answer.
    Refused(ModelDiff),
    /// Everything was calculated.
    Done(Box<Regraded>),
}

/// A result calculated again.
pub struct Regraded {
    /// The model.
    pub model: Model,
    /// How it differs from the parent's.
    pub changed: ModelDiff,
    /// All files: those that were read, and the parent's records of the others.
    pub files: Files,
    /// Findings about the model, registers, totals and grades, sorted.
    pub findings: Vec<Finding>,
    /// Findings about inputs that have changed or are new; their content does not enter the result.
    pub outdated: Vec<Finding>,
    /// Findings about inputs, from the parent.
    carried: Vec<Message>,
    values: Values,
}

/// What the result document of a re-grade is made of.
#[derive(Default)]
struct Values {
    assessment: Assessment,
    measured: Measured,
    scores: Vec<UnitScore>,
    grading: Grading,
}

/// The files of a re-grade before registers are read.
struct Layout {
    files: Files,
    /// New index of the parent's files that are kept.
    kept: BTreeMap<FileId, FileId>,
    /// Registers and 收件清单, to be read.
    fresh: Vec<(FileId, Candidate)>,
    /// Findings about inputs that changed meanwhile.
    outdated: Vec<Finding>,
}

/// Calculates a result again from its own values, with the present registers and model.
///
/// # Errors
/// If the project folder cannot be listed or the model file cannot be opened.
pub fn regrade(project: &Project, parent: &Outcome, proposals: Proposals, method: Method) -> anyhow::Result<Ended> {
    let mut files = Files::default();
    let read = model::read(project, &mut files)?;
    let mut findings = read.findings;
    let Some(model) = read.model.filter(|_| !any(&findings, Severity::Error)) else {
        crate::shared::finding::cap(&mut findings, None);
        return Ok(Ended::Stopped(Stopped { findings, files, language: read.language }));
    };
    let changed = ModelDiff::between(&parent.model, &model);
    if changed.needs_inputs() || (changed.is_method() && method == Method::Fixed) {
        return Ok(Ended::Refused(changed));
    }
    push_roster(parent, &mut files);
    let (history, found_in_history) = Findings::gather(|said| history::read(&project.root, &model, &mut files, said));
    let Layout { mut files, kept, fresh, outdated } = layout(project, &model, parent, files)?;
    let roles = Project::roles(&model)?;
    let places = Places::new(kept, read.file);
    let roster = regrade::roster(parent, &places);
    findings.extend(found_in_history);
    let history::Traced { documents, previous } = history.traced(&roster.units, &mut Findings::new(&mut findings));
    findings.extend(model::check_places(&model, &roster, read.file));
    findings.extend(model::check_groups(&model, &roster));
    made_anew(&mut findings, 0);
    let placed: Vec<(FileId, &Candidate)> = fresh.iter().map(|(id, candidate)| (*id, candidate)).collect();
    let mut intake = read::read_placed(project, &placed, &model.limits, &mut files);
    receipts::govern(&roster, &mut intake, &mut files, &|path| is_fresh(roles(path)));
    check::lonely::settle(&roster, &mut intake, &mut files);
    let declared = regrade::declared(parent, &model, &places);
    let opinions = regrade::opinions(parent, &places);
    let now = if has_same_roster(project, parent)? {
        Roster::default()
    } else {
        read_roster(project, &[], &mut Files::default())?.0
    };
    let earlier = earlier::read(&project.root, None, Some(parent))?;
    let run = Regrading {
        model: &model,
        roster: &roster,
        units_now: &now.units,
        tables: &intake.tables,
        found: intake.findings,
        declared,
        dispositions: regrade::recorded(parent, &model, &places).dispositions,
        opinions: &opinions,
        before: check::Before { past: &documents, earlier: &earlier },
        proposals,
        periods: regrade::periods(parent),
        files: &files,
    };
    let (registers, checked) = check::check_registers(run);
    drop(intake.tables);
    findings.extend(checked);
    echoes::drop_of_cells(&mut findings);
    let Rebuilt { mut assessment, measured } = regrade::rebuild(parent, &places, roster);
    assessment.registers = registers;
    assessment.previous = previous;
    let Assessment { units, groups, .. } = &mut assessment;
    check::schemes::assign(&model, units, groups, &mut Findings::new(&mut findings).made_anew());
    check::coefficients::recall(&model, units);
    check::coefficients::check(&model, units, &mut Findings::new(&mut findings).made_anew());
    check::settle(&model, &files, &mut findings);
    let tail = Tail { model: &model, assessment: &assessment, measured: &measured, before: Some(parent) };
    let (scores, grading) = tail.judge(Cow::Borrowed(&measured.leaves), &files, &mut findings);
    let carried = messages::carried(parent, &model, &places);
    let values = Values { assessment, measured, scores, grading };
    Ok(Ended::Done(Box::new(Regraded { model, changed, files, findings, outdated, carried, values })))
}

/// Whether the roster is the file that the parent's units were read from, so that it has no other names.
fn has_same_roster(project: &Project, parent: &Outcome) -> anyhow::Result<bool> {
    let names = project.table_files("roster")?;
    let own = parent.files.iter().filter(|file| file.role == Role::Roster);
    let mut pairs = own.zip(&names);
    let is_same = |(record, path): (&FileRecord, &String)| {
        record.path == *path
            && read::hash_of(&project.root, path).is_ok_and(|hash| hash.as_ref() == Some(&record.sha256))
    };
    Ok(names.len() == 1 && pairs.next().is_some_and(is_same))
}

/// Whether a file is read again.
const fn is_fresh(role: Option<Role>) -> bool {
    matches!(role, Some(Role::Register | Role::Receipts))
}

/// The roster is the parent's; its record follows the model as in every run.
fn push_roster(parent: &Outcome, files: &mut Files) {
    for record in parent.files.iter().filter(|file| file.role == Role::Roster) {
        files.push(record.clone());
    }
}

/// Puts the parent's files and the present registers into one list, in the order of paths, after what was read already.
fn layout(project: &Project, model: &Model, parent: &Outcome, mut files: Files) -> anyhow::Result<Layout> {
    enum Slot<'p> {
        Kept(FileId, &'p FileRecord),
        Fresh(Candidate),
    }
    impl Slot<'_> {
        fn path(&self) -> &str {
            match self {
                Self::Kept(_, record) => &record.path,
                Self::Fresh(candidate) => &candidate.path,
            }
        }
    }
    let roles = Project::roles(model)?;
    let (now, others): (Vec<Candidate>, Vec<Candidate>) =
        project.candidates(model)?.into_iter().partition(|candidate| is_fresh(roles(&candidate.path)));
    let mut slots: Vec<Slot<'_>> = now.into_iter().map(Slot::Fresh).collect();
    let mut kept = BTreeMap::new();
    for (index, record) in (0..).zip(&parent.files) {
        match record.role {
            Role::Roster => {
                let own = files.0.iter().position(|file| file.role == Role::Roster && file.path == record.path);
                kept.extend(own.and_then(|at| u32::try_from(at).ok()).map(|at| (FileId(index), FileId(at))));
            }
            Role::Model | Role::Indicators | Role::History => {}
            _ if is_fresh(roles(&record.path)) => {}
            _ => slots.push(Slot::Kept(FileId(index), record)),
        }
    }
    slots.sort_by(|a, b| a.path().cmp(b.path()));
    let mut fresh = Vec::new();
    for slot in slots {
        match slot {
            Slot::Kept(id, record) => drop(kept.insert(id, files.push(record.clone()))),
            Slot::Fresh(candidate) => fresh.push((files.push(read::unread(&candidate)), candidate)),
        }
    }
    let mut outdated = changed_inputs(project, parent, &kept)?;
    outdated.extend(new_inputs(parent, &others));
    Ok(Layout { files, kept, fresh, outdated })
}

/// Reports kept files whose content has changed.
fn changed_inputs(
    project: &Project,
    parent: &Outcome,
    kept: &BTreeMap<FileId, FileId>,
) -> anyhow::Result<Vec<Finding>> {
    let rosters = project.table_files("roster")?;
    let changed: Vec<Option<Finding>> = kept
        .par_iter()
        .map(|(index, id)| {
            let record = parent.files.get(*index);
            let path = match record.role {
                // The roster may have another file format now.
                Role::Roster => rosters.first()?,
                _ => &record.path,
            };
            // A missing one is not reported: its content is recorded. One that cannot be read may contain anything.
            let is_same = match read::hash_of(&project.root, path) {
                Ok(hash) => hash.is_none_or(|hash| hash == record.sha256),
                Err(_) => false,
            };
            (!is_same).then(|| Finding::new(Code::W643).at(Place::file(*id)).found(path))
        })
        .collect();
    Ok(changed.into_iter().flatten().collect())
}

/// Reports tables in input folders that the parent did not have.
fn new_inputs(parent: &Outcome, others: &[Candidate]) -> Vec<Finding> {
    let known: BTreeSet<&str> = parent.files.iter().map(|file| file.path.as_str()).collect();
    let new = others.iter().filter(|c| c.is_table() && c.unread().is_none() && !known.contains(c.path.as_str()));
    new.map(|candidate| Finding::new(Code::W644).found(&candidate.path)).collect()
}

impl Regraded {
    /// Whether nothing may be written because there is an error.
    pub fn is_rejected(&self) -> bool {
        any(&self.findings, Severity::Error) || self.carried.iter().any(|message| message.severity == Severity::Error)
    }

    /// Findings of the previous version that now reject or hold up the result, since the model gives them a different
    /// weight.
    pub fn raised(&self) -> impl Iterator<Item = &Message> {
        self.carried.iter().filter(|message| message.severity <= Severity::Pending)
    }

    /// Whether only people can settle what is open.
    pub fn is_pending(&self) -> bool {
        let carried = self.carried.iter().any(|message| message.severity == Severity::Pending);
        carried || self.findings.iter().any(|finding| finding.severity == Severity::Pending)
    }

    /// The result document under a version name, from a parent with its name; sums that do not add up are findings. It is
    /// made once: what it was made of is no longer held.
    pub fn outcome(&mut self, version: &str, (name, parent): (&str, &Outcome)) -> (Outcome, Vec<Finding>) {
        let Values { assessment, measured, scores, grading } = std::mem::take(&mut self.values);
        let tail = Tail { model: &self.model, assessment: &assessment, measured: &measured, before: Some(parent) };
        let judged = Judged {
            scores: Cow::Owned(scores),
            grading: &grading,
            findings: &self.findings,
            files: &self.files,
            found: self.files.0.len(),
        };
        let name = Name { version, parent: Some(name), draft: false };
        let (mut outcome, findings) = tail.examined(judged, name);
        let made = std::mem::take(&mut outcome.findings);
        outcome.findings = messages::merged(made, self.carried.clone());
        (outcome, findings)
    }
}

/// The effect of the model alone: a parent's values and register rows under another model that measures the same.
pub fn under_model(parent: &Outcome, model: &Model) -> Outcome {
    let places = Places::same(&parent.files);
    let Rebuilt { mut assessment, measured } = regrade::rebuild(parent, &places, regrade::roster(parent, &places));
    assessment.registers = regrade::recorded(parent, model, &places);
    let Assessment { units, groups, .. } = &mut assessment;
    check::schemes::assign(model, units, groups, &mut Findings::new(&mut Vec::new()));
    check::coefficients::recall(model, units);
    let tail = Tail { model, assessment: &assessment, measured: &measured, before: Some(parent) };
    let name = Name { version: &parent.version, parent: parent.parent.as_deref(), draft: false };
    tail.unchecked(&parent.files, parent.files.len(), name)
}
