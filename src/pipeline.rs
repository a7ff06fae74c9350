//! The run as a table of contents: files → read → check → measure → total → grade → result document.
//!
//! Reads the project folder and returns values; writes nothing. Model and roster errors stop a run before other files
//! are read; after that every check runs and all findings are returned together.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::check::echoes::{self, ComponentsOfFiles};
use crate::check::receipts::{Governed, List};
use crate::check::received::{self, Receipts, Seen};
use crate::check::{self, Inputs, Proposals, Roster, roster};
use crate::engine::assessment::Assessment;
use crate::engine::grade::Grading;
use crate::engine::score::{self, LeafScore, Leaves, Measured, UnitScore};
use crate::model::Model;
use crate::read::project::ComponentFiles;
use crate::read::{self, Intake, Project, RawTable};
use crate::result::outcome::ratings::{BallotRecords, Texts};
use crate::result::outcome::{self, Name, Outcome, RatingRecord};
use crate::shared::finding::{Code, Describe as _, Finding, Findings, Severity, any, made_anew};
use crate::shared::i18n::Lang;
use crate::shared::place::{FileId, Files, Role};

mod earlier;
pub mod exposure;
mod history;
mod model;
pub mod regrade;
pub mod status;
mod tail;

use tail::{Judged, Tail};

/// A project whose model and roster are sound.
pub struct Prepared {
    /// The project.
    pub project: Project,
    /// Its model.
    pub model: Model,
    /// Its roster.
    pub roster: Roster,
    /// Files read so far.
    pub files: Files,
    /// Findings so far: warnings and notes about model and roster.
    pub findings: Vec<Finding>,
}

/// A run that stopped at its model or roster.
pub struct Stopped {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Files read so far.
    pub files: Files,
    /// Language that the model file declares, as far as it can be read.
    pub language: Option<Lang>,
}

/// What a project's files turned out to be, for who shows that beside what follows from them.
#[derive(Default)]
pub struct Inspected {
    /// The tables of files that are input, as they were understood. Rows of reports and ballots are no longer there.
    pub tables: Vec<RawTable>,
    /// What the files that were received turned out to be.
    seen: Seen,
}

/// A project with everything read, checked, scored and graded.
pub struct Computed {
    /// The model.
    pub model: Model,
    /// All files.
    pub files: Files,
    /// How many files were found.
    pub found: usize,
    /// 收件清单, if there is one.
    pub list: Option<List>,
    /// The checked inputs.
    pub assessment: Assessment,
    /// What they measured.
    pub measured: Measured,
    /// Totals.
    pub scores: Vec<UnitScore>,
    /// Ranks and grades.
    pub grading: Grading,
    /// All findings, sorted.
    pub findings: Vec<Finding>,
}

/// Reads and checks the model, the indicator table and the roster.
///
/// # Errors
/// If a file cannot be opened. Faults inside the files are in [`Stopped`].
pub fn prepare(project: Project) -> anyhow::Result<Result<Prepared, Stopped>> {
    let mut files = Files::default();
    let model::Read { model, mut findings, language, file: model_file, is_text } = model::read(&project, &mut files)?;
    if !is_text {
        return Ok(Err(Stopped { findings, files, language: None }));
    }
    made_anew(&mut findings, 0);
    let columns = model.as_ref().map(check::coefficients::all_columns).unwrap_or_default();
    let (mut roster, found) = read_roster(&project, &columns, &mut files)?;
    findings.extend(found);
    let Some(model) = model.filter(|_| !any(&findings, Severity::Error)) else {
        crate::shared::finding::cap(&mut findings, None);
        return Ok(Err(Stopped { findings, files, language }));
    };
    let start = findings.len();
    let Roster { units, groups } = &mut roster;
    check::schemes::assign(&model, units, groups, &mut Findings::new(&mut findings));
    check::coefficients::check(&model, units, &mut Findings::new(&mut findings));
    findings.extend(model::check_places(&model, &roster, model_file));
    findings.extend(model::check_issued(&model, &roster));
    findings.extend(model::check_groups(&model, &roster));
    made_anew(&mut findings, start);
    if any(&findings, Severity::Error) {
        crate::shared::finding::cap(&mut findings, None);
        return Ok(Err(Stopped { findings, files, language: model.declared_language }));
    }
    Ok(Ok(Prepared { project, model, roster, files, findings }))
}

fn read_roster(project: &Project, columns: &[&str], files: &mut Files) -> anyhow::Result<(Roster, Vec<Finding>)> {
    let names = project.table_files("roster")?;
    let Some(name) = names.first() else {
        return Ok((Roster::default(), vec![Finding::new(Code::E301).expected("roster.xlsx / roster.csv")]));
    };
    let file = FileId(u32::try_from(files.0.len())?);
    let Intake { tables, mut findings } = read::read_table(&project.root, name, Role::Roster, files);
    findings.extend(model::second_file(&names, file));
    if any(&findings, Severity::Error) {
        return Ok((Roster::default(), findings));
    }
    let (roster, found) = roster::check(&tables, columns);
    findings.extend(found);
    // These are faults of the roster itself; later its rows represent units, each with findings of its own.
    crate::shared::finding::cap(&mut findings, None);
    Ok((roster, findings))
}

/// Reads, checks, scores and grades a prepared project.
///
/// # Errors
/// If a file that was found cannot be opened.
pub fn compute(prepared: Prepared) -> anyhow::Result<Computed> {
    compute_with(prepared, Proposals::AsTheyStand)
}

/// Like [`compute`], with a choice of how proposals in the registers are treated.
///
/// # Errors
/// If a file that was found cannot be opened.
pub fn compute_with(prepared: Prepared, proposals: Proposals) -> anyhow::Result<Computed> {
    run(prepared, proposals, None, None)
}

/// Like [`compute`], with what the files turned out to be.
///
/// # Errors
/// If a file that was found cannot be opened.
pub fn inspect(prepared: Prepared) -> anyhow::Result<(Computed, Inspected)> {
    let mut inspected = Inspected::default();
    let computed = run(prepared, Proposals::AsTheyStand, None, Some(&mut inspected))?;
    Ok((computed, inspected))
}

/// Like [`compute`], but as of the time when a version was made: only the versions before it are read.
///
/// # Errors
/// If a file that was found cannot be opened.
pub fn compute_again(prepared: Prepared, version: &str) -> anyhow::Result<Computed> {
    run(prepared, Proposals::AsTheyStand, Some(version), None)
}

/// Computes a project, as of the time of a version if one is named.
fn run(
    prepared: Prepared,
    proposals: Proposals,
    version: Option<&str>,
    mut inspected: Option<&mut Inspected>,
) -> anyhow::Result<Computed> {
    let Prepared { project, model, roster, mut files, mut findings } = prepared;
    let candidates = project.candidates(&model)?;
    let mut list = Findings::new(&mut findings);
    let history = history::read(&project.root, &model, &mut files, &mut list.made_anew());
    let history::Traced { documents, previous } = history.traced(&roster.units, &mut list.made_anew());
    let found = files.0.len() + candidates.len();
    let mut intake = read::read_all(&project, &candidates, &model.limits, &mut files);
    let governed = check::receipts::govern(&roster, &mut intake, &mut files, &|_| true);
    check::lonely::settle(&roster, &mut intake, &mut files);
    let components = component_files(&model, &files)?;
    check::annexes::settle(&model, &roster, &components, &mut intake, &mut files);
    let earlier = earlier::read(&project.root, version, None)?;
    findings.append(&mut intake.findings);
    let Governed { list, aside } = governed;
    if let Some(inspected) = &mut inspected {
        let tables: Vec<&RawTable> = intake.tables.iter().chain(&aside).collect();
        inspected.seen = Seen::new(&roster.units, &tables, &files);
    }
    drop(aside);
    let before = check::Before { past: &documents, earlier: &earlier };
    let inputs = Inputs { model: &model, tables: &mut intake.tables, components: &components, before, proposals };
    let (mut assessment, checked) = check::check(inputs, roster, &mut files);
    assessment.previous = previous;
    findings.extend(checked);
    let tables = std::mem::take(&mut intake.tables);
    if let Some(inspected) = inspected {
        inspected.tables = tables;
    }
    let (mut measured, found_in_inputs) = score::measure(&model, &mut assessment);
    findings.extend(found_in_inputs);
    echoes::drop_of_cells(&mut findings);
    echoes::drop_of_components(&model, &files, &components, &mut findings);
    check::settle(&model, &files, &mut findings);
    let leaves = std::mem::take(&mut measured.leaves);
    let tail = Tail { model: &model, assessment: &assessment, measured: &measured, before: None };
    let (scores, grading) = tail.judge(Cow::Owned(leaves), &files, &mut findings);
    Ok(Computed { model, files, found, list, assessment, measured, scores, grading, findings })
}

/// Which component each ballot, tally or given file belongs to.
///
/// # Errors
/// If a pattern of the model is invalid, which the model check excludes.
pub fn component_files(model: &Model, files: &Files) -> anyhow::Result<ComponentsOfFiles> {
    let inputs = ComponentFiles::new(model)?;
    let mut components = BTreeMap::new();
    for (index, file) in files.0.iter().enumerate() {
        if matches!(file.role, Role::Ballots | Role::Tallies | Role::Given)
            && let Some(component) = inputs.component_of(&file.path)
        {
            components.insert(FileId(u32::try_from(index)?), component);
        }
    }
    Ok(components)
}

impl Computed {
    /// The leaves of all units as they were measured: those of the totals before their corrections.
    fn leaves(&self) -> Vec<Leaves> {
        let mut all = vec![Leaves::default(); self.assessment.units.len()];
        for score in &self.scores {
            all[score.unit.0].clone_from(&score.leaves);
            if score.leaves.iter().any(LeafScore::is_corrected) {
                all[score.unit.0].iter_mut().for_each(LeafScore::restore);
            }
        }
        all
    }

    /// Whether nothing may be scored: there is an error, or with `strict` a warning.
    pub fn is_rejected(&self, strict: bool) -> bool {
        let limit = if strict { Severity::Warning } else { Severity::Error };
        self.findings.iter().any(|f| f.severity <= limit && f.severity != Severity::Pending)
    }

    /// 收件清单 as it should be now.
    pub fn receipts<'r>(&'r self, inspected: &'r Inspected) -> Receipts<'r> {
        received::receipts(&self.assessment.units, &inspected.seen, &self.files, self.list.as_ref())
    }

    /// Whether only people can settle what is open; a draft may be written, a version may not.
    pub fn is_pending(&self) -> bool {
        self.findings.iter().any(|f| f.severity == Severity::Pending)
    }

    /// The result document under a version name, and the findings that only the document gives: sums that do not add up,
    /// marks that can be worked out.
    pub fn outcome(&self, version: &str, parent: Option<&str>, draft: bool) -> (Outcome, Vec<Finding>) {
        self.outcome_of(Cow::Borrowed(&self.scores), Name { version, parent, draft })
    }

    /// Like [`Computed::outcome`], for the last time: the totals move into the document, and of what was read only the
    /// single ratings are left.
    pub fn take_outcome(&mut self, version: &str, parent: Option<&str>, draft: bool) -> (Outcome, Vec<Finding>) {
        let scores = std::mem::take(&mut self.scores);
        self.outcome_of(Cow::Owned(scores), Name { version, parent, draft })
    }

    fn outcome_of(&self, scores: Cow<'_, [UnitScore]>, name: Name<'_>) -> (Outcome, Vec<Finding>) {
        let tail = Tail { model: &self.model, assessment: &self.assessment, measured: &self.measured, before: None };
        let (grading, findings) = (&self.grading, self.findings.as_slice());
        tail.examined(Judged { scores, grading, findings, files: &self.files, found: self.found }, name)
    }

    /// Every single rating, in the order of ratings.csv.
    pub fn ratings(&self) -> impl Iterator<Item = RatingRecord> {
        let mut texts = Texts::default();
        self.ballots().flat_map(BallotRecords::records).map(move |rating| rating.kept(&mut texts))
    }

    /// All ballots, in the order of ratings.csv.
    pub fn ballots(&self) -> impl Iterator<Item = BallotRecords<'_>> {
        outcome::ratings::ballots(&self.model, &self.assessment, &self.measured)
    }
}
