//! Returned rectification ledgers (整改台账): problems by unit, how many of them are closed, and the leaf they feed.
//!
//! A problem is identified by its number within the unit, in however many files it occurs. A row that says it is closed
//! is the unit's own claim; with 销号日期 and 审核人 it is verified. Claimed/all is the 完成值 of the leaf, verified/all its 核定值.

use std::collections::{BTreeMap, BTreeSet};

use super::{Context, cells, identity, reports};
use crate::engine::assessment::{
    Claim, Closing, LeafInput, LedgerInput, Mode, Problem, State, UnitIx, UnitReport, Verification,
};
use crate::model::rule::RuleValue;
use crate::model::{Leaf, Missing};
use crate::read::table::Row;
use crate::read::{RawTable, Word};
use crate::shared::few::Few;
use crate::shared::finding::{Arg, Bound, Code, Describe as _, Finding, Findings, Severity};
use crate::shared::number::Exact;
use crate::shared::place::{FileId, Located, Place, Role};
use crate::shared::text;

/// The columns of a ledger after the running number, in their order.
pub const COLUMNS: [Word; 16] = [
    Word::ProblemNumber,
    Word::ProblemType,
    Word::Problem,
    Word::SourceIndicator,
    Word::Measure,
    Word::Leader,
    Word::Department,
    Word::Owner,
    Word::Deadline,
    Word::Progress,
    Word::Completion,
    Word::Evidence,
    Word::Closing,
    Word::ClosedOn,
    Word::Reviewer,
    Word::Remark,
];

/// What the files contained: the units of each file, and files that only repeat others.
#[derive(Default)]
pub(super) struct Returned {
    /// Indices of units by file.
    pub(super) units: BTreeMap<FileId, BTreeSet<usize>>,
    /// Files whose every row is in another file too.
    pub(super) duplicates: Vec<FileId>,
}

/// Reads all ledgers and feeds the leaf that is counted in them, if the model has one.
pub(super) fn check(
    context: &Context<'_>,
    tables: &[&RawTable],
    unit_reports: &mut [UnitReport],
    findings: &mut Findings<'_>,
) -> Returned {
    let Some(leaf) = context.model.ledger_leaf() else { return Returned::default() };
    let unclear = context.unread(Role::Ledger, tables).collect();
    let mut book = Book { context, ledgers: BTreeMap::new(), unclear, fresh: BTreeSet::new(), units: BTreeMap::new() };
    for table in tables {
        book.read(table, findings);
    }
    let own = &context.model.tree.leaves[leaf];
    let mut repeating = BTreeSet::new();
    for (unit, (report, named)) in unit_reports.iter_mut().zip(&context.roster.units).enumerate() {
        if named.mode == Mode::Excluded {
            if let Some(ledger) = book.ledgers.get(&unit) {
                findings.add(Code::N667).at(ledger.at).unit(&named.code);
            }
            continue;
        }
        if !context.held(UnitIx(unit)).has_leaf(leaf) {
            if let Some(ledger) = book.ledgers.get(&unit) {
                context.warn_outside(UnitIx(unit), &own.full_name(), &[ledger.at], findings);
            }
            continue;
        }
        let (slot, mut findings) = (&mut report.leaves[leaf], findings.of_unit(&named.code));
        match book.ledgers.remove(&unit) {
            Some(ledger) => {
                repeating.extend(ledger.repeated.keys().copied());
                feed(context, own, ledger, slot, &mut findings);
            }
            None => missing(context, own, &book.unclear, slot, &mut findings.at(named.at)),
        }
    }
    let duplicates = repeating.difference(&book.fresh).copied().collect();
    Returned { units: book.units, duplicates }
}

/// Whether a cell of 销号状态 says closed; `None` if its word is not on the list.
pub(crate) fn is_closed(written: &str) -> Option<bool> {
    if Word::Closed.is(written) {
        return Some(true);
    }
    (cells::is_missing(written) || Word::Unclosed.is(written)).then_some(false)
}

/// Reports a unit without ledger, with the files whose unit is not known: only a warning if a verifier typed a value.
/// The model's rule on missing reports applies to leaves that units answer for.
fn missing(context: &Context<'_>, leaf: &Leaf, unclear: &[Place], slot: &mut LeafInput, findings: &mut Findings<'_>) {
    let settled = slot.verification.as_ref().is_some_and(Verification::is_filled);
    if !settled {
        slot.ledger = LedgerInput::Missing;
    }
    let finding = findings.add(Code::E660).also_all(unclear.iter().take(5).copied());
    if settled || (leaf.asked_of_unit && context.model.self_report.missing == Missing::Zero) {
        finding.severity = Severity::Warning;
    }
}

/// The ledgers of one unit, merged.
struct UnitLedger {
    /// The header of the first.
    at: Place,
    problems: Vec<Problem>,
    /// By the key of the number: the index of the problem, and its cells.
    seen: BTreeMap<String, (usize, Vec<Located<String>>)>,
    /// Rows that are in an earlier file too, by file: this row and the first.
    repeated: BTreeMap<FileId, Vec<(Place, Place)>>,
    /// A row could not be read, or two rows contradict each other; the finding says so.
    broken: bool,
}

struct Book<'b> {
    context: &'b Context<'b>,
    ledgers: BTreeMap<usize, UnitLedger>,
    /// Ledgers that name no known unit.
    unclear: Vec<Place>,
    /// Files with a row that is in no earlier file.
    fresh: BTreeSet<FileId>,
    /// Units by file.
    units: BTreeMap<FileId, BTreeSet<usize>>,
}

impl Book<'_> {
    /// Takes the rows of a table: each for the unit that its columns name, or all for the unit named above the table.
    fn read(&mut self, table: &RawTable, findings: &mut Findings<'_>) {
        let by_row = [Word::UnitCode, Word::Unit].iter().any(|word| table.column(*word).is_some());
        let whole = if by_row { None } else { identity::unit_of_table(self.context, table, findings) };
        if let Some((unit, _)) = whole {
            reports::note_file_name(self.context, table, unit.0, findings);
            self.ledger(unit.0, table);
        }
        let mut is_clear = by_row || whole.is_some();
        let mut bound = Bound::new(findings);
        for row in table.rows.iter() {
            bound.keep(findings);
            if is_blank(table, &row) {
                continue;
            }
            let unit = if by_row { identity::unit_of_row(self.context, table, &row, findings) } else { whole };
            let mut findings = findings.of(unit.map(|(unit, _)| self.context.code(unit)));
            let start = findings.len();
            cells::refuse_faults(table, &row, &mut findings);
            let problem = problem(table, &row, &mut findings).filter(|_| findings.since(start).iter().all(is_harmless));
            is_clear &= unit.is_some();
            let Some((unit, _)) = unit else { continue };
            if self.ledger(unit.0, table) {
                self.enter(unit.0, table, &row, problem, &mut findings);
            }
        }
        if !is_clear {
            self.unclear.push(table.header_place());
        }
    }

    /// Opens the ledger of a unit; false for a unit that is not assessed.
    fn ledger(&mut self, unit: usize, table: &RawTable) -> bool {
        self.units.entry(table.file).or_default().insert(unit);
        self.ledgers.entry(unit).or_insert_with(|| UnitLedger {
            at: table.header_place(),
            problems: Vec::new(),
            seen: BTreeMap::new(),
            repeated: BTreeMap::new(),
            broken: false,
        });
        self.context.roster.units[unit].mode != Mode::Excluded
    }

    /// Takes a row of a unit; if its number occurred before, the rows must agree.
    fn enter(
        &mut self,
        unit: usize,
        table: &RawTable,
        row: &Row,
        problem: Option<Problem>,
        findings: &mut Findings<'_>,
    ) {
        let Some(ledger) = self.ledgers.get_mut(&unit) else { return };
        let Some(problem) = problem else {
            ledger.broken = true;
            return;
        };
        let content: Vec<Located<String>> = COLUMNS.iter().map(|word| table.text(row, *word)).collect();
        let key = text::key(&problem.number).to_lowercase();
        let Some((_, first)) = ledger.seen.get(&key) else {
            self.fresh.insert(table.file);
            ledger.seen.insert(key, (ledger.problems.len(), content));
            ledger.problems.push(problem);
            return;
        };
        let differs = |(a, b): &(&Located<String>, &Located<String>)| text::key(&a.value) != text::key(&b.value);
        let differing: Vec<Place> =
            first.iter().zip(&content).filter(differs).flat_map(|(a, b)| [b.at, a.at]).collect();
        let places = (content[0].at, first[0].at);
        if differing.is_empty() {
            ledger.repeated.entry(table.file).or_default().push(places);
            return;
        }
        ledger.broken = true;
        findings.add(Code::E663).at(places.0).also(places.1).found(&problem.number).also_all(differing);
    }
}

/// Puts the counts of a unit into the leaf, where nothing typed contradicts them.
fn feed(context: &Context<'_>, leaf: &Leaf, ledger: UnitLedger, slot: &mut LeafInput, findings: &mut Findings<'_>) {
    for rows in ledger.repeated.values() {
        let finding = findings.add(Code::N664).at(rows[0].0).also(rows[0].1).with("n", rows.len());
        finding.also_all(rows.iter().skip(1).map(|(own, _)| *own));
    }
    if ledger.broken {
        slot.broken = true;
        return;
    }
    let at = ledger.problems.first().map_or(ledger.at, |problem| problem.at);
    let count = |keep: &[Closing]| ledger.problems.iter().filter(|p| keep.contains(&p.closing)).count();
    let part = |closed: usize| Located::new((closed, ledger.problems.len()), at);
    let claimed = part(count(&[Closing::Claimed, Closing::Verified]));
    claim(leaf, &claimed, &context.files.get(ledger.at.file).path, slot, findings);
    verify(leaf, &part(count(&[Closing::Verified])), slot, findings);
    slot.ledger = LedgerInput::Returned(ledger.problems.into());
}

/// Closed and all problems of a unit, and the cell that represents them.
type Counted = Located<(usize, usize)>;

fn value(counted: &Counted) -> Located<State<RuleValue>> {
    let (closed, all) = counted.value;
    Located::new(State::Known(RuleValue::part(Exact::from(closed), Exact::from(all))), counted.at)
}

/// Whether a typed value agrees with the ledger; a blank always does, 不涉及 with a ledger without problems.
fn agrees(typed: &State<RuleValue>, counted: &Counted) -> bool {
    match typed {
        State::Missing => true,
        State::NotApplicable => counted.value.1 == 0,
        State::Known(_) => *typed == value(counted).value,
    }
}

fn contradict(leaf: &Leaf, typed: &Located<State<RuleValue>>, counted: &Counted, finding: &mut Finding) {
    let found = match &typed.value {
        State::Known(value) => Arg::Text(leaf.shape().describe(value)),
        State::Missing | State::NotApplicable => Arg::Word("cell.not_applicable"),
    };
    let finding = finding.at(typed.at).also(counted.at).found(found);
    let finding = finding.expected(format!("{}/{}", counted.value.0, counted.value.1));
    finding.with("indicator", leaf.full_name());
}

/// The 完成值 is what the ledger claims; the ledger is also the evidence, unless the report names another.
fn claim(leaf: &Leaf, counted: &Counted, path: &str, slot: &mut LeafInput, findings: &mut Findings<'_>) {
    let own = slot.claim.get_or_insert_with(|| Claim {
        value: Located::new(State::Missing, counted.at),
        points: Located::new(State::Missing, counted.at),
        evidence: Located::new(Box::default(), counted.at),
        covers: Few::default(),
    });
    if !agrees(&own.value.value, counted) {
        contradict(leaf, &own.value, counted, findings.add(Code::W666));
    }
    own.value = value(counted);
    if own.evidence.value.is_empty() {
        own.evidence = Located::new(path.into(), counted.at);
    }
}

/// The 核定值 is what the ledger proves. If a verifier typed a different value, one of the two must be corrected. A ledger
/// without problems proves nothing: that there were none is for the verifier to say.
fn verify(leaf: &Leaf, counted: &Counted, slot: &mut LeafInput, findings: &mut Findings<'_>) {
    if let Some(own) = &slot.verification {
        let points = match own.points.value {
            State::NotApplicable => State::NotApplicable,
            State::Known(_) | State::Missing => State::Missing,
        };
        let points = Located::new(points, own.points.at);
        if let Some(typed) = [&own.value, &points].into_iter().find(|typed| !agrees(&typed.value, counted)) {
            contradict(leaf, typed, counted, findings.add(Code::E665));
            slot.broken = true;
            return;
        }
    }
    if counted.value.1 == 0 {
        return;
    }
    let own = slot.verification.get_or_insert_with(|| Verification {
        value: Located::new(State::Missing, counted.at),
        points: Located::new(State::Missing, counted.at),
        note: Box::default(),
    });
    own.value = value(counted);
}

/// Whether a row contains nothing but its running number.
fn is_blank(table: &RawTable, row: &Row) -> bool {
    COLUMNS.iter().all(|word| cells::is_missing(&table.text(row, *word).value))
}

fn is_harmless(finding: &Finding) -> bool {
    finding.severity > Severity::Pending
}

/// The problem of a row; `None` after a finding.
fn problem(table: &RawTable, row: &Row, findings: &mut Findings<'_>) -> Option<Problem> {
    let (number, text) = (table.text(row, Word::ProblemNumber), table.text(row, Word::Problem));
    for cell in [&number, &text] {
        if cells::is_missing(&cell.value) {
            findings.add(Code::E314).at(cell.at);
        }
    }
    let written = table.text(row, Word::Closing);
    let closed = is_closed(&written.value);
    if closed.is_none() {
        let words = Word::Closed.all().chain(Word::Unclosed.all()).collect::<Vec<_>>().join(" / ");
        findings.add(Code::E661).at(written.at).found(&written.value).expected(words);
    }
    let date = table.get(row, Word::ClosedOn);
    let (date, date_at) = (cells::date(&date, findings)?, date.at);
    let reviewer = table.text(row, Word::Reviewer);
    let mut problem = Problem {
        number: number.value,
        text: text.value,
        closing: Closing::Open,
        written: written.value,
        closed_on: date,
        reviewer: reviewer.value,
        at: written.at,
    };
    problem.closing = closing(&problem, closed?, date_at, reviewer.at, findings);
    Some(problem)
}

/// Whether a problem is closed: verified only with a date and a reviewer; a date on a problem not closed is reported.
fn closing(own: &Problem, closed: bool, date: Place, reviewer: Place, findings: &mut Findings<'_>) -> Closing {
    match (closed, own.closed_on, cells::is_missing(&own.reviewer)) {
        (true, Some(_), false) => Closing::Verified,
        (true, dated, _) => {
            let finding = findings.add(Code::W662).at(if dated.is_some() { reviewer } else { date }).also(own.at);
            finding.with("number", &own.number).found(&own.written);
            Closing::Claimed
        }
        (false, Some(day), _) => {
            findings.add(Code::W668).at(date).also(own.at).with("number", &own.number).found(&day);
            Closing::Open
        }
        (false, None, _) => Closing::Open,
    }
}
