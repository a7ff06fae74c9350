//! Values that departments supply (来源 = 部门): every assessed unit needs one, whatever the model says of reports that units
//! did not hand in. One finding per indicator names all units that lack it, so that its department gets one message.

use super::Context;
use super::reports::Verified;
use crate::engine::assessment::{LeafInput, LedgerInput, State, UnitIx, UnitReport};
use crate::model::Leaf;
use crate::model::formula::{Trouble, TroubleKind};
use crate::read::RawTable;
use crate::shared::finding::{Arg, Code, Describe as _, Finding, Findings};
use crate::shared::number::Exact;
use crate::shared::place::{Place, Role};

/// How many units a message names; the others are counted.
const NAMED: usize = 20;

/// Reports which units lack which value: at the empty cells, or that they are in no 核定表.
pub(super) fn check(
    context: &Context<'_>,
    verified: &Verified<'_>,
    reports: &[UnitReport],
    findings: &mut Findings<'_>,
) {
    if context.model.indicators_component().is_none() {
        return;
    }
    let read: Vec<&RawTable> = verified.rows.iter().chain(&verified.matrices).copied().collect();
    let unread: Vec<Place> = context.unread(Role::Verified, &read).take(5).collect();
    for (index, leaf) in context.model.tree.leaves.iter().enumerate().filter(|(_, leaf)| !leaf.asked_of_unit) {
        let (mut blank, mut absent) = (Lacking::default(), Lacking::default());
        for (unit, report) in reports.iter().enumerate() {
            let input = &report.leaves[index];
            // A cell that cannot be read and a missing ledger have findings of their own.
            let is_told = input.broken || input.ledger == LedgerInput::Missing;
            let is_part = context.held(UnitIx(unit)).has_leaf(index);
            if is_told || !is_part || !context.is_assessed(UnitIx(unit)) {
                continue;
            }
            let own = &context.held(UnitIx(unit)).tree().leaves[index];
            match &input.verification {
                Some(typed) if typed.is_filled() => {}
                _ if own.formula.is_some() => match lacking(own, input) {
                    None => {}
                    Some(cells) if cells.is_empty() => absent.add(unit, []),
                    Some(cells) => blank.add(unit, cells),
                },
                Some(typed) => blank.add(unit, [typed.points.at]),
                None => absent.add(unit, []),
            }
        }
        blank.tell(context, leaf, Code::E240, findings);
        let missing = if read.is_empty() { "department.no_table" } else { "department.no_row" };
        if let Some(finding) = absent.tell(context, leaf, Code::E241, findings) {
            finding.with("where", Arg::Word(missing)).also_all(unread.iter().copied());
        }
    }
}

/// The empty cells of inputs that the formula of a leaf needs; none if it needs no further value.
fn lacking(leaf: &Leaf, input: &LeafInput) -> Option<Vec<Place>> {
    let formula = leaf.formula.as_ref()?;
    let cell = |index: usize| input.verified.get(index).and_then(Option::as_ref);
    let values: Vec<Option<Exact>> =
        (0..formula.inputs().len()).map(|index| cell(index)?.value.known().cloned()).collect();
    let is_off = input.verified.iter().flatten().any(|own| own.value == State::NotApplicable);
    let is_missing = |trouble: Trouble| trouble.kind == TroubleKind::Missing;
    if is_off || !formula.value(&values).is_err_and(is_missing) {
        return None;
    }
    let blank = input.verified.iter().flatten().filter(|own| own.value == State::Missing);
    Some(blank.map(|own| own.at).collect())
}

/// Units that lack a value, with their empty cells.
#[derive(Default)]
struct Lacking {
    units: Vec<usize>,
    cells: Vec<Place>,
}

impl Lacking {
    fn add(&mut self, unit: usize, cells: impl IntoIterator<Item = Place>) {
        self.units.push(unit);
        self.cells.extend(cells);
    }

    fn tell<'l>(
        self,
        context: &Context<'_>,
        leaf: &Leaf,
        code: Code,
        findings: &'l mut Findings<'_>,
    ) -> Option<&'l mut Finding> {
        let first = self.units.first()?;
        let units = &context.roster.units;
        let names = self.units.iter().take(NAMED).map(|unit| format!("{} {}", units[*unit].code, units[*unit].name));
        let mut names = names.collect::<Vec<_>>().join("、");
        if self.units.len() > NAMED {
            names.push_str(" …");
        }
        let department =
            if leaf.department.is_empty() { Arg::Word("who.department") } else { Arg::from(&leaf.department) };
        let finding = findings.add(code).with("indicator", leaf.full_name()).with("department", department);
        if self.units.len() == 1 {
            finding.unit(&units[*first].code);
        }
        finding.at = self.cells.first().copied();
        Some(finding.with("n", self.units.len()).found(names).also_all(self.cells.into_iter().skip(1)))
    }
}
