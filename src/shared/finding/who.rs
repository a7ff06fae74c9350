//! Who corrects the fault in a finding, so that findings can be forwarded; the table of codes assigns one to each.

use serde::{Deserialize, Serialize};

/// Who must act on a finding first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The assessed unit that submitted the file.
    Unit,
    /// The verifier of reports, 核定人.
    Verifier,
    /// The organiser of the rating, who holds the ballots, 评议组织者.
    Organiser,
    /// The keeper of the registers, 登记人.
    Registrar,
    /// The department that supplies given scores.
    Department,
    /// The committee itself, by a decision.
    Committee,
    /// Committee staff, who maintain roster and lists.
    Staff,
    /// The operator of the program.
    Operator,
    /// The maintainer of the model file, 模型维护人.
    Maintainer,
    /// Nobody: for the record.
    Nobody,
}

impl Who {
    /// The catalogue key of its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unit => "who.unit",
            Self::Verifier => "who.verifier",
            Self::Organiser => "who.organiser",
            Self::Registrar => "who.registrar",
            Self::Department => "who.department",
            Self::Committee => "who.committee",
            Self::Staff => "who.staff",
            Self::Operator => "who.operator",
            Self::Maintainer => "who.maintainer",
            Self::Nobody => "who.nobody",
        }
    }
}
