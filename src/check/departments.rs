//! Values that departments supply (来源 = 部门): every assessed unit needs one, whatever the model says of reports that units
//! did not hand in. One finding per indicator names all units that lack it, so that its department gets one message.

use super::Context;
use super::reports::Verified;
use crate::engine::assessment::{LedgerInput, Mode, UnitReport};
use crate::model::Leaf;
use crate::read::RawTable;
use crate::shared::finding::{Arg, Code, Finding};
use crate::shared::place::{FileId, FileStatus, Place, Role};

/// How many units a message names; the others are counted.
const NAMED: usize = 20;

/// Says which units lack which value: at the empty cells, or that they stand in no 核定表.
pub(super) fn check(
    context: &Context<'_>,
    verified: &Verified<'_>,
    reports: &[UnitReport],
    findings: &mut Vec<Finding>,
) {
    if context.model.indicators_component().is_none() {
        return;
    }
    let read: Vec<&RawTable> = verified.rows.iter().chain(&verified.matrices).copied().collect();
    let unread = unread(context, &read);
    for (index, leaf) in context.model.tree.leaves.iter().enumerate().filter(|(_, leaf)| !leaf.asked_of_unit) {
        let (mut blank, mut absent) = (Lacking::default(), Lacking::default());
        for (unit, report) in reports.iter().enumerate() {
            let input = &report.leaves[index];
            // Of a cell that cannot be read and of a ledger that is not there, other findings speak.
            let is_told = input.broken || input.ledger == LedgerInput::Missing;
            if is_told || context.roster.units[unit].mode == Mode::Excluded {
                continue;
            }
            match &input.verification {
                Some(own) if own.is_filled() => {}
                Some(own) => blank.add(unit, Some(own.points.at)),
                None => absent.add(unit, None),
            }
        }
        findings.extend(blank.finding(context, leaf, Code::E240));
        let missing = if read.is_empty() { "department.no_table" } else { "department.no_row" };
        let absent = absent.finding(context, leaf, Code::E241).map(|finding| finding.with("where", Arg::Word(missing)));
        findings.extend(absent.map(|finding| unread.iter().copied().fold(finding, Finding::also)));
    }
}

/// Units that lack a value, with their empty cells.
#[derive(Default)]
struct Lacking {
    units: Vec<usize>,
    cells: Vec<Place>,
}

impl Lacking {
    fn add(&mut self, unit: usize, cell: Option<Place>) {
        self.units.push(unit);
        self.cells.extend(cell);
    }

    fn finding(self, context: &Context<'_>, leaf: &Leaf, code: Code) -> Option<Finding> {
        let first = self.units.first()?;
        let units = &context.roster.units;
        let names = self.units.iter().take(NAMED).map(|unit| format!("{} {}", units[*unit].code, units[*unit].name));
        let mut names = names.collect::<Vec<_>>().join("、");
        if self.units.len() > NAMED {
            names.push_str(" …");
        }
        let department =
            if leaf.department.is_empty() { Arg::Word("who.department") } else { Arg::from(&leaf.department) };
        let mut finding = Finding::new(code)
            .with("indicator", format!("{} {}", leaf.code, leaf.name))
            .with("department", department)
            .with("n", self.units.len())
            .found(names);
        finding.unit = (self.units.len() == 1).then(|| units[*first].code.clone());
        finding.at = self.cells.first().copied();
        finding.related = self.cells.into_iter().skip(1).collect();
        Some(finding)
    }
}

/// Files of 核定表 in which no table was recognised: the values may stand there.
fn unread(context: &Context<'_>, read: &[&RawTable]) -> Vec<Place> {
    let files = context.files.0.iter().enumerate();
    let own = files.filter(|(_, file)| file.role == Role::Verified && file.status != FileStatus::NotAdopted);
    let ids = own.filter_map(|(index, _)| u32::try_from(index).ok()).map(FileId);
    ids.filter(|id| !read.iter().any(|table| table.file == *id)).take(5).map(Place::file).collect()
}
