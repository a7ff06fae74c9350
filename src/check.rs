//! Checking: from located raw values to an [`Assessment`] in which every name, number and state is known to be good.
//!
//! All checks run; each fault is a finding and nobody returns early. [`roster`] comes first (its faults stop a run before
//! other files are read), then reports, ballots, given scores and registers. Pure: no files, no clock, no output.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::assessment::{
    AdjustmentRow, Assessment, ComponentInput, DispositionRow, Mode, Opinion, PastDocument, Registers, Unit, UnitIx,
    UnitReport,
};
use crate::model::{ComponentKind, Held, Model, Node};
use crate::read::{RawTable, TableKind, Word};
use crate::shared::finding::{Code, Describe as _, Finding, Findings};
use crate::shared::place::{FileId, FileStatus, Files, Place, Role};

pub mod annexes;
mod appeals;
pub mod assertions;
pub mod ballots;
pub mod cells;
pub mod coefficients;
pub mod coverage;
pub mod declarations;
mod departments;
mod earlier;
pub mod echoes;
mod forms;
pub mod given;
pub mod identity;
pub mod leaf_value;
pub mod leaves;
pub mod ledgers;
mod links;
pub mod lonely;

pub mod opinions;
mod period;
mod personal;
pub mod proposals;
pub mod receipts;
pub mod received;
pub mod registers;
pub mod reports;
pub mod roster;
pub mod schemes;
pub mod tallies;
mod zeros;

pub use earlier::{Earlier, EarlierRow, EarlierVersion, adjusts, corrects, decides};
pub use identity::UnitIndex;
pub use leaves::LeafIndex;
pub use proposals::Proposals;
pub use roster::Roster;

pub use registers::PeriodNames;
use registers::Taken;

/// What every check may look at.
pub(crate) struct Context<'c> {
    pub(crate) model: &'c Model,
    pub(crate) roster: &'c Roster,
    pub(crate) index: &'c UnitIndex<'c>,
    pub(crate) leaves: &'c LeafIndex<'c>,
    pub(crate) files: &'c Files,
}

impl<'c> Context<'c> {
    /// A unit of the roster.
    pub(crate) fn unit(&self, unit: UnitIx) -> &'c Unit {
        &self.roster.units[unit.0]
    }

    /// Whether a unit takes part.
    pub(crate) fn is_assessed(&self, unit: UnitIx) -> bool {
        self.unit(unit).mode != Mode::Excluded
    }

    /// What of the model holds for a unit.
    pub(crate) fn held(&self, unit: UnitIx) -> Held<'c> {
        self.model.of(self.unit(unit).scheme)
    }

    /// Whether a node of a component is scored for a unit: it takes part, and both are part of its scheme.
    pub(crate) fn is_scored(&self, unit: UnitIx, component: usize, node: Node) -> bool {
        let held = self.held(unit);
        self.is_assessed(unit) && held.weight(component).is_some() && !held.tree().points(node).0.is_zero()
    }

    /// Reports inputs that are ignored because they are for something that is not part of the unit's scheme.
    pub(crate) fn warn_outside(&self, unit: UnitIx, what: &str, places: &[Place], findings: &mut Findings<'_>) {
        let ([first, rest @ ..], Some(scheme)) = (places, self.unit(unit).scheme) else { return };
        let mut findings = findings.of_unit(self.code(unit));
        let finding = findings.add(Code::W339).at(*first).with("scheme", &self.model.schemes[scheme.0].name);
        finding.found(what).with("n", places.len()).also_all(rest.iter().copied());
    }

    /// The code of a unit, by which findings name it.
    pub(crate) fn code(&self, unit: UnitIx) -> &'c str {
        &self.unit(unit).code
    }

    /// Files of a role in which no table was recognised, so that their content is unknown.
    pub(crate) fn unread(&self, role: Role, read: &[&RawTable]) -> impl Iterator<Item = Place> {
        let ids = (0..).map(FileId).zip(&self.files.0);
        let own = ids.filter(move |(_, file)| file.role == role && file.status != FileStatus::NotAdopted);
        own.map(|(id, _)| id).filter(|id| read.iter().all(|table| table.file != *id)).map(Place::file)
    }

    /// The component whose inputs a table belongs to.
    pub(crate) fn component_of(&self, table: &RawTable, components: &BTreeMap<FileId, usize>) -> Option<usize> {
        components.get(&table.file).copied()
    }
}

/// The past: documents that counted in earlier periods, and earlier versions of this project.
pub struct Before<'b> {
    /// Documents of earlier periods.
    pub past: &'b [PastDocument],
    /// Versions of the project.
    pub earlier: &'b Earlier,
}

/// What was read of a project, and how proposals in it are treated.
pub struct Inputs<'c> {
    /// The model.
    pub model: &'c Model,
    /// All tables. The rows of reports and ballots are let go once they are checked: there are millions of them, and what
    /// follows from them takes as much room.
    pub tables: &'c mut [RawTable],
    /// Which component a ballot, tally or given file belongs to.
    pub components: &'c BTreeMap<FileId, usize>,
    /// What was before.
    pub before: Before<'c>,
    /// How proposals are taken.
    pub proposals: Proposals,
}

/// Checks everything that was read.
pub fn check(inputs: Inputs<'_>, roster: Roster, files: &mut Files) -> (Assessment, Vec<Finding>) {
    let Inputs { model, tables, components, before, proposals } = inputs;
    let (index, leaves) = (UnitIndex::new(&roster.units), LeafIndex::of(model));
    let mut list = Vec::new();
    let context = Context { model, roster: &roster, index: &index, leaves: &leaves, files };
    check_tables(&context, tables, components, &mut Findings::new(&mut list));
    let mut dispositions = registers::dispositions::read(&context, tables, &mut Findings::new(&mut list));
    let of_components = Measured { tables, components, dispositions: &mut dispositions };
    let checked_inputs = of_components.check(&context, &mut Findings::new(&mut list));
    let raters = rater_ids(&checked_inputs, &of_kind(tables, TableKind::Raters));
    let_go(tables, TableKind::Ballots, &mut list);
    let Handed { reports, duplicates, ledgers } = check_reports(&context, tables, &mut Findings::new(&mut list));
    let_go(tables, TableKind::SelfReport, &mut list);
    let mut findings = Findings::new(&mut list);
    let periods = reports::period_names(&reports);
    let taken = Taken { declared: Vec::new(), proposals, periods };
    let mut anew = findings.made_anew();
    let mut registers = registers::check(&context, tables, &before, taken, &mut anew);
    registers::dispositions::report(&context, &dispositions, &mut anew);
    registers.dispositions = dispositions;
    registers.assertions = assertions::check(&context, &of_kind(tables, TableKind::Assertions), &mut anew);
    let opinions = opinions::check(&context, &of_kind(tables, TableKind::Opinions), &mut findings);
    let mut anew = findings.made_anew();
    opinions::report_disagreement(&context, &opinions, &registers, &mut anew);
    check_attributes(model, &roster, &mut anew);
    zeros::say_what_is_stored(tables.iter().filter(|table| !is_let_go(table.kind)), &mut list);
    let ledgers = ledgers.into_iter().map(|(file, units)| {
        let codes = units.into_iter().map(|unit| roster.units[unit].code.clone()).collect();
        (file, codes)
    });
    let touched: Vec<(FileId, Vec<String>)> = files_by_unit(&reports, &roster).into_iter().chain(ledgers).collect();
    for (file, codes) in touched {
        files.get_mut(file).units = codes;
    }
    for file in duplicates {
        files.get_mut(file).status = FileStatus::Duplicate;
    }
    let Roster { units, groups } = roster;
    let previous = BTreeMap::new();
    (Assessment { units, groups, reports, components: checked_inputs, raters, registers, opinions, previous }, list)
}

fn of_kind(tables: &[RawTable], kind: TableKind) -> Vec<&RawTable> {
    tables.iter().filter(|table| table.kind == kind).collect()
}

/// Whether the rows of a kind of table are let go before the end of the checks.
const fn is_let_go(kind: TableKind) -> bool {
    matches!(kind, TableKind::Ballots | TableKind::SelfReport)
}

/// Lets the rows of the tables of a kind go, which all checks are through with.
fn let_go(tables: &mut [RawTable], kind: TableKind, findings: &mut [Finding]) {
    debug_assert!(is_let_go(kind), "what is stored in other tables is said at the end");
    zeros::say_what_is_stored(tables.iter().filter(|table| table.kind == kind), findings);
    tables.iter_mut().filter(|table| table.kind == kind).for_each(|table| table.rows.let_go());
}

/// Checks what all tables have, whatever they are about.
fn check_tables(
    context: &Context<'_>,
    tables: &[RawTable],
    components: &BTreeMap<FileId, usize>,
    findings: &mut Findings<'_>,
) {
    forms::check(context, tables, components, findings);
    zeros::check(context, tables, findings);
    personal::check_notes(context, tables, findings);
    period::note_other_years(&context.model.period, tables, findings);
}

/// The tables that components are measured from.
struct Measured<'t> {
    tables: &'t [RawTable],
    components: &'t BTreeMap<FileId, usize>,
    dispositions: &'t mut [DispositionRow],
}

impl Measured<'_> {
    /// Checks the tables of every component, in the order of the model.
    fn check(self, context: &Context<'_>, findings: &mut Findings<'_>) -> Vec<ComponentInput> {
        let Self { tables, components, dispositions } = self;
        let raters = identity::raters(context, &of_kind(tables, TableKind::Raters), findings);
        let mut checked_inputs = Vec::new();
        for (number, component) in context.model.components.iter().enumerate() {
            let mine = |kind: TableKind| -> Vec<&RawTable> {
                let own = of_kind(tables, kind).into_iter();
                own.filter(|t| context.component_of(t, components) == Some(number)).collect()
            };
            checked_inputs.push(match &component.kind {
                ComponentKind::Indicators => ComponentInput::Indicators,
                ComponentKind::Ballots(rules) => {
                    let reader = ballots::Reader::new(context, number, rules, &raters);
                    let mut checked = ballots::check(&reader, &mine(TableKind::Ballots), dispositions, findings);
                    (checked.tallies, checked.inapplicable) =
                        tallies::check(&reader, &mine(TableKind::Tallies), findings);
                    if checked.ballots.is_empty() && checked.tallies.is_empty() && checked.inapplicable.is_empty() {
                        findings.add(Code::E114).with("component", &component.name);
                    }
                    tallies::check_overlap(&reader, &checked, findings);
                    tallies::check_inapplicable(&reader, &checked, findings);
                    ComponentInput::Ballots(checked)
                }
                ComponentKind::Given(rules) => {
                    ComponentInput::Given(given::check(context, number, rules, &mine(TableKind::Given), findings))
                }
            });
        }
        checked_inputs
    }
}

/// What units handed in.
struct Handed {
    /// By unit.
    reports: Vec<UnitReport>,
    /// Files that only repeat another.
    duplicates: Vec<FileId>,
    /// Whose ledgers a file contains.
    ledgers: BTreeMap<FileId, BTreeSet<usize>>,
}

/// Checks reports with what verifiers say of them, and ledgers.
fn check_reports(context: &Context<'_>, tables: &[RawTable], findings: &mut Findings<'_>) -> Handed {
    let verified = reports::Verified {
        rows: of_kind(tables, TableKind::Verified),
        matrices: of_kind(tables, TableKind::VerifiedMatrix),
    };
    let self_reports = of_kind(tables, TableKind::SelfReport);
    let (mut reports, mut duplicates) = reports::check(context, &self_reports, &verified, findings);
    let returned = ledgers::check(context, &of_kind(tables, TableKind::Ledger), &mut reports, findings);
    duplicates.extend(returned.duplicates);
    departments::check(context, &verified, &reports, findings);
    Handed { reports, duplicates, ledgers: returned.units }
}

/// The ids of all raters, from ballots and the list of raters, as written.
fn rater_ids(inputs: &[ComponentInput], listed: &[&RawTable]) -> BTreeSet<String> {
    let ballots = inputs.iter().flat_map(|input| match input {
        ComponentInput::Ballots(counted) => counted.ballots.as_slice(),
        ComponentInput::Indicators | ComponentInput::Given(_) => &[],
    });
    let listed = listed.iter().flat_map(|table| table.rows.iter().map(|row| table.text(&row, Word::Rater).value));
    ballots
        .filter_map(|ballot| ballot.rater.clone())
        .chain(listed)
        .filter(|id| !crate::shared::text::is_blank(id))
        .collect()
}

/// What the registers of a re-grade are checked against.
pub struct Regrading<'r> {
    /// The model.
    pub model: &'r Model,
    /// The roster of the parent.
    pub roster: &'r Roster,
    /// The units of the present roster, for names that the parent does not know yet.
    pub units_now: &'r [Unit],
    /// Register tables that were read.
    pub tables: &'r [RawTable],
    /// What was found while they were read.
    pub found: Vec<Finding>,
    /// Items that units declared, from the parent.
    pub declared: Vec<AdjustmentRow>,
    /// What the committee said of marks that could not be read, from the parent, whose ballots are not read again.
    pub dispositions: Vec<DispositionRow>,
    /// What departments answered, from the parent.
    pub opinions: &'r [Opinion],
    /// What was before.
    pub before: Before<'r>,
    /// How proposals are taken.
    pub proposals: Proposals,
    /// The periods of leaves that the parent recorded.
    pub periods: PeriodNames,
    /// All files.
    pub files: &'r Files,
}

/// Checks registers alone, everything else having been checked when the parent was made.
pub fn check_registers(run: Regrading<'_>) -> (Registers, Vec<Finding>) {
    let Regrading {
        model,
        roster,
        units_now,
        tables,
        found: mut list,
        declared,
        dispositions,
        opinions,
        before,
        proposals,
        periods,
        files,
    } = run;
    let index = UnitIndex::new(&roster.units).followed_by(units_now);
    let leaves = LeafIndex::of(model);
    let context = Context { model, roster, index: &index, leaves: &leaves, files };
    let mut findings = Findings::new(&mut list);
    forms::check(&context, tables, &BTreeMap::new(), &mut findings);
    zeros::check(&context, tables, &mut findings);
    period::note_other_years(&model.period, tables, &mut findings);
    let mut anew = findings.made_anew();
    let mut registers = registers::check(&context, tables, &before, Taken { declared, proposals, periods }, &mut anew);
    registers::dispositions::unchanged(&context, tables, &dispositions, &mut anew);
    registers.dispositions = dispositions;
    let own: Vec<&RawTable> = tables.iter().filter(|t| t.kind == TableKind::Assertions).collect();
    registers.assertions = assertions::check(&context, &own, &mut anew);
    opinions::report_disagreement(&context, opinions, &registers, &mut anew);
    check_attributes(model, roster, &mut anew);
    zeros::say_what_is_stored(tables.iter(), &mut list);
    (registers, list)
}

/// Applies the model's severities, keeps one text-number warning per file and kind, and limits the findings listed for
/// a file; to be called on all findings, and again when there are further ones.
pub fn settle(model: &Model, files: &Files, findings: &mut Vec<Finding>) {
    for finding in findings.iter_mut() {
        finding.rest.weigh(&model.checks);
        let counted = finding.rest.heaviest().filter(|_| finding.code == Code::E134);
        finding.severity = counted.unwrap_or(finding.severity);
        if let Some(severity) = model.checks.get(&finding.code) {
            finding.severity = *severity;
        }
    }
    let roster = files.0.iter().position(|file| file.role == Role::Roster).and_then(|at| u32::try_from(at).ok());
    crate::shared::finding::cap(findings, roster.map(FileId));
}

/// Checks that every attribute that a rule names is filled in for every assessed unit (SPEC §18).
fn check_attributes(model: &Model, roster: &Roster, findings: &mut Findings<'_>) {
    for name in model.attributes() {
        for unit in roster.units.iter().filter(|u| u.mode != Mode::Excluded) {
            let cell = unit.attributes.get(name);
            if cell.is_none_or(|c| cells::is_missing(&c.value)) {
                let place = cell.map_or(unit.at, |c| c.at);
                findings.of_unit(&unit.code).add(Code::E311).at(place).with("attribute", name);
            }
        }
    }
}

fn files_by_unit(reports: &[UnitReport], roster: &Roster) -> BTreeMap<FileId, Vec<String>> {
    let mut files: BTreeMap<FileId, Vec<String>> = BTreeMap::new();
    for (report, unit) in reports.iter().zip(&roster.units) {
        if let Some(place) = report.at {
            files.entry(place.file).or_default().push(unit.code.clone());
        }
    }
    files
}
