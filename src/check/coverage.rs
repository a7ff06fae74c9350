//! Coverage: per unit what has come in (self-report, ballots by class, given scores) and what is missing.

use serde::Serialize;

use crate::engine::assessment::{Assessment, ComponentInput, Mode, UnitIx};
use crate::engine::score::Leaves;
use crate::model::{ComponentKind, Model};

/// A column of the coverage matrix: a component, or one class of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column<'c> {
    /// Component id.
    pub component: &'c str,
    /// Class id, for ballots.
    pub class: Option<&'c str>,
    /// Name as printed.
    pub name: String,
}

/// A row of the coverage matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row<'c> {
    /// Unit code.
    pub code: &'c str,
    /// Unit name.
    pub name: &'c str,
    /// Whether the self-report came in; `None` where none is asked for.
    pub report: Option<bool>,
    /// Whether a rectification ledger came in; `None` where no leaf is counted in ledgers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger: Option<bool>,
    /// Per column: raters (or votes of a tally) that marked the unit, or given scores; none for what is not part of its scheme.
    pub counts: Vec<Option<usize>>,
}

impl Row<'_> {
    /// Whether something has not come in.
    pub fn has_gap(&self) -> bool {
        self.report == Some(false) || self.ledger == Some(false) || self.counts.contains(&Some(0))
    }
}

/// Who has handed in and who has been rated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage<'c> {
    /// Columns after the self-report.
    pub columns: Vec<Column<'c>>,
    /// Assessed units, in the order of the roster.
    pub units: Vec<Row<'c>>,
}

/// The coverage of an assessment, by the leaves of each assessed unit.
pub fn coverage<'c, 'l>(
    model: &'c Model,
    assessment: &'c Assessment,
    leaves: impl Fn(UnitIx) -> &'l Leaves,
) -> Coverage<'c> {
    let mut columns = Vec::new();
    let mut counts: Vec<Vec<Option<usize>>> = vec![Vec::new(); assessment.units.len()];
    for (number, (component, input)) in model.components.iter().zip(&assessment.components).enumerate() {
        let id = &component.id;
        let mut add = |class: Option<usize>, name: String, own: Vec<usize>| {
            let class_id = class.map(|class| component.classes()[class].id.as_str());
            columns.push(Column { component: id, class: class_id, name });
            for ((counts, count), unit) in counts.iter_mut().zip(own).zip(&assessment.units) {
                let held = model.of(unit.scheme);
                let is_part = class.map_or(held.weight(number).is_some(), |class| held.has_class(number, class));
                counts.push(is_part.then_some(count));
            }
        };
        match (&component.kind, input) {
            (ComponentKind::Ballots(rules), ComponentInput::Ballots(counted)) => {
                for (index, class) in rules.classes.iter().enumerate() {
                    let own = counted.raters(index, assessment.units.len());
                    add(Some(index), format!("{} {}", component.name, class.name), own);
                }
            }
            (ComponentKind::Given(_), ComponentInput::Given(given)) => {
                let mut own = vec![0; assessment.units.len()];
                given.scores.iter().for_each(|score| own[score.unit.0] += 1);
                add(None, component.name.clone(), own);
            }
            _ => {}
        }
    }
    let units = assessment.units.iter().enumerate().filter(|(_, u)| u.mode != Mode::Excluded);
    let units = units
        .map(|(index, unit)| Row {
            code: &unit.code,
            name: &unit.name,
            report: model.of(unit.scheme).asks_unit().then(|| assessment.reports[index].at.is_some()),
            ledger: model.of(unit.scheme).ledger_leaf().map(|leaf| leaves(UnitIx(index))[leaf].ledger.is_some()),
            counts: std::mem::take(&mut counts[index]),
        })
        .collect();
    Coverage { columns, units }
}
