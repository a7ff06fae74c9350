//! Who mends what a finding names, so that findings can be forwarded; the table of codes says it for each.

use serde::{Deserialize, Serialize};

/// Who must act on a finding first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The unit that is assessed and handed in the file.
    Unit,
    /// Whoever verifies reports, 核定人.
    Verifier,
    /// Whoever organises the rating and holds the ballots, 评议组织者.
    Organiser,
    /// Whoever keeps the registers, 登记人.
    Registrar,
    /// The department that supplies scores made elsewhere.
    Department,
    /// The committee itself: it decides.
    Committee,
    /// Committee staff, who keep roster and lists.
    Staff,
    /// Whoever runs the program.
    Operator,
    /// Whoever keeps the model file, 模型维护人.
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
