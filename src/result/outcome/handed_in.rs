//! What units handed in of that for which they are asked: self-reports and rectification ledgers.

use serde::{Deserialize, Serialize};

use crate::engine::assessment::{Assessment, Unit, UnitIx};
use crate::engine::score::Leaves;
use crate::model::Model;

/// What units handed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedIn {
    /// Self-reports; none where no unit is asked for one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reports: Option<Returned>,
    /// Rectification ledgers; none where no unit has a leaf that is counted in them.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ledgers: Option<Returned>,
}

/// How many units handed in something, and which did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Units that are asked for it.
    pub asked: usize,
    /// Those of them from which it did not come, in the order of the roster.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub missing: Vec<UnitIx>,
}

impl Returned {
    /// Counts the units that are asked, each with whether it came; none if no unit is asked.
    fn of(units: impl Iterator<Item = (UnitIx, bool)>) -> Option<Self> {
        let mut own = Self { asked: 0, missing: Vec::new() };
        for (unit, came) in units {
            own.asked += 1;
            own.missing.extend((!came).then_some(unit));
        }
        (own.asked > 0).then_some(own)
    }
}

impl HandedIn {
    /// What came in of the units of a run, whatever its errors, by the leaves of each assessed unit.
    pub fn of<'l>(model: &Model, assessment: &Assessment, leaves: impl Fn(UnitIx) -> &'l Leaves) -> Self {
        let of_units = |came: &dyn Fn(UnitIx, &Unit) -> Option<bool>| {
            Returned::of(assessment.assessed().filter_map(|(index, unit)| Some((index, came(index, unit)?))))
        };
        Self {
            reports: of_units(&|UnitIx(index), unit| {
                model.of(unit.scheme).asks_unit().then(|| assessment.reports[index].at.is_some())
            }),
            ledgers: of_units(&|index, unit| {
                model.of(unit.scheme).ledger_leaf().map(|leaf| leaves(index)[leaf].ledger.is_some())
            }),
        }
    }

    /// The units of which something is missing; one of which both are, twice.
    pub fn missing(&self) -> impl Iterator<Item = UnitIx> {
        self.reports.iter().chain(&self.ledgers).flat_map(|own| &own.missing).copied()
    }
}
