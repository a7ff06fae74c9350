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
            if input.periods.is_empty() {
                look(own, input, Of { unit, period: "" }, [&mut blank, &mut absent]);
            }
            for part in &input.periods {
                let of = Of { unit, period: &part.period.value };
                look(own, &part.input, of, [&mut blank, &mut absent]);
            }
        }
        blank.tell(context, leaf, Code::E240, findings);
        let missing = if read.is_empty() { "department.no_table" } else { "department.no_row" };
        if let Some(finding) = absent.tell(context, leaf, Code::E241, findings) {
            finding.with("where", Arg::Word(missing)).also_all(unread.iter().copied());
        }
    }
}

/// A unit, and one of its periods; blank where the leaf has none.
#[derive(Clone, Copy)]
struct Of<'o> {
    unit: usize,
    period: &'o str,
}

/// Whether a value is missing: its cell is blank, or there is none.
fn look<'i>(leaf: &Leaf, input: &'i LeafInput, of: Of<'i>, [blank, absent]: [&mut Lacking<'i>; 2]) {
    match &input.verification {
        _ if input.broken => {}
        Some(typed) if typed.is_filled() => {}
        _ if leaf.formula.is_some() => match lacking(leaf, input) {
            None => {}
            Some(cells) if cells.is_empty() => absent.add(of, []),
            Some(cells) => blank.add(of, cells),
        },
        Some(typed) => blank.add(of, [typed.points.at]),
        None => absent.add(of, []),
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

/// Units that lack a value, with the period and their empty cells.
#[derive(Default)]
struct Lacking<'l> {
    units: Vec<Of<'l>>,
    cells: Vec<Place>,
}

impl<'i> Lacking<'i> {
    fn add(&mut self, of: Of<'i>, cells: impl IntoIterator<Item = Place>) {
        self.units.push(of);
        self.cells.extend(cells);
    }

    fn tell<'l>(
        self,
        context: &Context<'_>,
        leaf: &Leaf,
        code: Code,
        findings: &'l mut Findings<'_>,
    ) -> Option<&'l mut Finding> {
        let first = self.units.first()?.unit;
        let units = &context.roster.units;
        let named = self.units.iter().take(NAMED);
        let names = named.map(|Of { unit, period }| {
            format!("{} {} {period}", units[*unit].code, units[*unit].name).trim_end().to_owned()
        });
        let names: Vec<String> = names.chain((self.units.len() > NAMED).then(|| "…".to_owned())).collect();
        let department =
            if leaf.department.is_empty() { Arg::Word("who.department") } else { Arg::from(&leaf.department) };
        let finding = findings.add(code).with("indicator", leaf.full_name()).with("department", department);
        if self.units.iter().all(|of| of.unit == first) {
            finding.unit(&units[first].code);
        }
        finding.at = self.cells.first().copied();
        Some(finding.with("n", self.units.len()).found(Arg::list(&names)).also_all(self.cells.into_iter().skip(1)))
    }
}
