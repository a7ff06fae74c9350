//! 复核申请: what an appeal is about, how it ended, and whether an upheld one was acted upon (SPEC §12, §20).
//!
//! A blank 结论 leaves an appeal open. An upheld one needs a row of the same unit that is linked with it by 关联编号 or 处理编号,
//! concerns the same place, and either counts or was taken back. Until then a version would not show what was decided.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::earlier::{self, Earlier, RowName};
use super::links::{self, Linking, Links};
use super::registers::{Numbers, target_named};
use crate::engine::assessment::{AppealRow, AppealTarget, Ending, Register, Registers, Standing, Target, UnitIx};
use crate::model::Model;
use crate::read::TableKind;
use crate::shared::finding::{Arg, Bound, Code, Describe as _, Findings};
use crate::shared::place::{Located, Place};
use crate::shared::text;

/// The conclusions, as written.
const CONCLUSIONS: &[(&str, Ending)] = &[
    ("支持", Ending::Upheld),
    ("部分支持", Ending::Upheld),
    ("upheld", Ending::Upheld),
    ("partlyupheld", Ending::Upheld),
    ("不支持", Ending::Rejected),
    ("维持", Ending::Rejected),
    ("驳回", Ending::Rejected),
    ("rejected", Ending::Rejected),
    ("maintained", Ending::Rejected),
    ("dismissed", Ending::Rejected),
];

/// What an appeal is about; none if the cell is blank, or if it names no known place, which is kept as written.
pub(super) fn place(model: &Model, cell: &Located<String>, findings: &mut Findings<'_>) -> Option<AppealTarget> {
    let grade = matches!(text::key(&cell.value).to_lowercase().as_str(), "等次" | "grade");
    let value = || target_named(model, &cell.value).map(AppealTarget::Value);
    let found = grade.then_some(AppealTarget::Grade).or_else(value);
    if found.is_none() && !cell.value.is_empty() {
        let leaves = model.tree.leaves.iter().map(|l| l.code.as_str());
        let known = leaves.chain(model.components.iter().map(|c| c.id.as_str()));
        findings.unknown(Code::W653, cell, known).with("expected", Arg::Word("appeal.targets"));
    }
    found
}

/// How an appeal ended; `None` follows a finding.
pub(super) fn ending(
    conclusion: &Located<String>,
    document: &Located<String>,
    findings: &mut Findings<'_>,
) -> Option<Ending> {
    let wanted = text::key(&conclusion.value).to_lowercase();
    if wanted.is_empty() {
        return Some(Ending::Open);
    }
    let Some((_, ending)) = CONCLUSIONS.iter().find(|(word, _)| *word == wanted) else {
        let finding = findings.add(Code::E650).at(conclusion.at).found(&conclusion.value);
        finding.with("expected", Arg::Word("appeal.conclusions"));
        return None;
    };
    if *ending == Ending::Rejected && document.value.is_empty() {
        findings.add(Code::W652).at(document.at).found(&conclusion.value);
    }
    Some(*ending)
}

/// A row that may settle an appeal.
struct Remedy<'r> {
    name: RowName,
    id: &'r String,
    unit: UnitIx,
    standing: Standing,
    /// What it does.
    effect: String,
    /// What it corrects; none where it acts on the result as a whole.
    target: Option<Target>,
    links: &'r Located<String>,
    at: Place,
}

/// Links rows and appeals, and checks that every upheld appeal is followed by a row that settles it.
pub(super) fn check_followed(
    context: &Context<'_>,
    registers: &mut Registers,
    numbers: &Numbers,
    earlier: &Earlier,
    findings: &mut Findings<'_>,
) {
    let settled = settle(context, registers, numbers, earlier, findings);
    let mut bound = Bound::new(findings);
    for (appeal, rows) in registers.appeals.iter_mut().zip(settled) {
        bound.keep(findings);
        // For a unit that is not assessed no row can settle anything.
        if appeal.ending == Ending::Upheld && rows.is_empty() && context.is_assessed(appeal.unit) {
            let finding = findings.add(Code::E651).at(appeal.at).unit(context.code(appeal.unit));
            finding.with("id", &appeal.id).found(&appeal.conclusion);
        }
        appeal.settled_by = rows;
    }
}

/// Rows by their register and number.
type Named = Vec<(Register, String)>;

/// For each appeal, the rows that settle it.
fn settle(
    context: &Context<'_>,
    registers: &Registers,
    numbers: &Numbers,
    earlier: &Earlier,
    findings: &mut Findings<'_>,
) -> Vec<Named> {
    let remedies = remedies(context.model, registers);
    let names: Vec<RowName> = registers.appeals.iter().map(|own| (TableKind::Appeals, text::key(&own.id))).collect();
    let rows = remedies.iter().map(|own| Linking { row: &own.name, unit: own.unit, at: own.at, written: own.links });
    let appeals = registers.appeals.iter().zip(&names);
    let appeals = appeals.map(|(own, row)| Linking { row, unit: own.unit, at: own.at, written: &own.handled_by });
    let linking: Vec<Linking<'_>> = rows.chain(appeals).collect();
    let links = links::resolve(context, &linking, numbers, findings);
    let by_name: BTreeMap<&RowName, &Remedy<'_>> = remedies.iter().map(|row| (&row.name, row)).collect();
    let shared = shared(registers, &names, &links);
    let mut settled = Vec::with_capacity(registers.appeals.len());
    for (appeal, name) in registers.appeals.iter().zip(&names) {
        let mut rows = Vec::new();
        for row in links.of(name).into_iter().filter_map(|row| by_name.get(row)) {
            let named = links.by_row.get(name).is_some_and(|rows| rows.contains(&row.name));
            let code = if shared.contains(&row.name) && !named {
                Some(Code::E683)
            } else {
                (!agrees(context.model, appeal, row)).then_some(Code::E680)
            };
            if let Some(code) = code {
                // An unknown place has a warning of its own.
                if code == Code::E683 || appeal.place.is_some() {
                    let cell = if named { row.links.at } else { appeal.handled_by.at };
                    let finding = findings.add(code).at(cell).also(if named { appeal.at } else { row.at });
                    let finding = finding.unit(context.code(appeal.unit)).with("id", &appeal.id);
                    finding.with("row", row.id).found(&appeal.target);
                }
            } else if acts(earlier, appeal, name, row) {
                rows.push((register(row.name.0), row.id.clone()));
            }
        }
        rows.sort_by(|a, b| a.0.json().cmp(b.0.json()).then_with(|| text::natural(&a.1, &b.1)));
        settled.push(rows);
    }
    settled
}

/// The rows that several upheld appeals are linked with.
fn shared<'l>(registers: &Registers, names: &[RowName], links: &'l Links<'_>) -> BTreeSet<&'l RowName> {
    let mut seen = BTreeSet::new();
    let appeals = registers.appeals.iter().zip(names);
    let upheld = appeals.filter(|(appeal, _)| appeal.ending == Ending::Upheld);
    upheld.flat_map(|(_, name)| links.of(name)).filter(|row| !seen.insert(*row)).collect()
}

/// Whether a row settles an appeal: it counts now but did not when the appeal was made, or it counted then and was
/// taken back.
fn acts(earlier: &Earlier, appeal: &AppealRow, name: &RowName, row: &Remedy<'_>) -> bool {
    match row.standing {
        Standing::Approved => earlier.is_new(&row.name, &row.effect, name, appeal.received),
        Standing::Withdrawn | Standing::Rejected => earlier.counted(&row.name, appeal.received),
        Standing::Incomplete | Standing::Proposed | Standing::Reviewed | Standing::NotAssessed => false,
    }
}

/// Whether a row changes what an appeal is about. A request about the total or the grade concerns the whole result, one
/// about the indicators each of them.
fn agrees(model: &Model, appeal: &AppealRow, row: &Remedy<'_>) -> bool {
    match appeal.place {
        None => appeal.target.is_empty(),
        Some(AppealTarget::Grade | AppealTarget::Value(Target::Total)) => true,
        Some(AppealTarget::Value(place)) => match (place, row.target) {
            (Target::Component(component), Some(Target::Leaf(_) | Target::Value { .. } | Target::Input { .. })) => {
                model.indicators_component() == Some(component)
            }
            // A corrected value gives other points.
            (Target::Leaf(leaf), Some(Target::Value { leaf: own, .. } | Target::Input { leaf: own, .. })) => {
                own == leaf
            }
            // An appeal names no period.
            (Target::Value { leaf, period: None }, Some(Target::Value { leaf: own, .. })) => own == leaf,
            (Target::Input { leaf, input, period: None }, Some(Target::Input { leaf: own, input: other, .. })) => {
                (own, other) == (leaf, input)
            }
            (_, target) => target == Some(place),
        },
    }
}

/// The register of a table.
const fn register(kind: TableKind) -> Register {
    match kind {
        TableKind::Corrections => Register::Corrections,
        TableKind::Decisions => Register::Decisions,
        TableKind::Events => Register::Events,
        _ => Register::Adjustments,
    }
}

/// All rows that can settle an appeal.
fn remedies<'r>(model: &Model, registers: &'r Registers) -> Vec<Remedy<'r>> {
    let entered = registers.adjustments.iter().filter(|row| row.register != Register::Declarations);
    let adjustments = entered.map(|row| Remedy {
        name: (kind_of(row.register), text::key(&row.id)),
        id: &row.id,
        unit: row.unit,
        standing: row.standing,
        effect: earlier::adjusts(&model.adjustments.kinds[row.kind].code, row.approved.as_ref()),
        target: None,
        links: &row.links,
        at: row.at,
    });
    let decisions = registers.decisions.iter().map(|row| Remedy {
        name: (TableKind::Decisions, text::key(&row.id)),
        id: &row.id,
        unit: row.unit,
        standing: row.standing,
        effect: earlier::decides(row.grade_in(model), row.outside_quota, row.above_cap),
        target: None,
        links: &row.links,
        at: row.at,
    });
    let corrections = registers.corrections.iter().map(|row| Remedy {
        name: (TableKind::Corrections, text::key(&row.id)),
        id: &row.id,
        unit: row.unit,
        standing: row.standing,
        effect: earlier::corrects(&row.target.name_in(model), &row.new.value),
        target: Some(row.target),
        links: &row.links,
        at: row.at,
    });
    corrections.chain(adjustments).chain(decisions).collect()
}

/// The kind of table that contains the rows of a register.
const fn kind_of(register: Register) -> TableKind {
    match register {
        Register::Events => TableKind::Events,
        _ => TableKind::Adjustments,
    }
}
