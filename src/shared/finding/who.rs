//! Who mends what a finding names: one answer per code, so that findings can be forwarded.

use serde::{Deserialize, Serialize};

use super::Code;

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

impl Code {
    /// Who must act on it: by its family, where nothing more particular is known.
    pub fn who(self) -> Who {
        particular(self).unwrap_or_else(|| match self.as_str().get(1..2) {
            Some("2") => Who::Unit,
            Some("3") => Who::Staff,
            Some("4") => Who::Organiser,
            Some("5") => Who::Maintainer,
            Some("6") => Who::Registrar,
            _ => Who::Operator,
        })
    }
}

/// Codes that are not for those their family is for.
const fn particular(code: Code) -> Option<Who> {
    Some(match code {
        Code::E104 | Code::E105 | Code::E106 | Code::E135 | Code::E108 | Code::E202 | Code::E309 => Who::Unit,
        Code::E102
        | Code::E103
        | Code::E107
        | Code::W112
        | Code::W115
        | Code::W138
        | Code::W118
        | Code::W119
        | Code::E132 => Who::Staff,
        Code::E209 | Code::W210 | Code::W235 | Code::E211 | Code::E212 | Code::W214 => Who::Verifier,
        Code::W217 | Code::W219 | Code::E319 => Who::Verifier,
        Code::E240 | Code::E241 | Code::E316 | Code::E425 | Code::E246 | Code::E684 => Who::Department,
        Code::E244 => Who::Organiser,
        Code::E434 => Who::Registrar,
        Code::E685 => Who::Operator,
        Code::E243 | Code::E426 | Code::E513 => Who::Maintainer,
        Code::W617 | Code::E618 | Code::E619 | Code::W633 | Code::W673 => Who::Committee,
        Code::E177 | Code::E242 | Code::W671 | Code::W672 | Code::W674 | Code::W675 => Who::Staff,
        Code::W248 | Code::W626 | Code::W630 | Code::E641 | Code::E642 => Who::Staff,
        Code::W643 | Code::W644 | Code::W721 => Who::Operator,
        Code::W303 | Code::E315 | Code::E331 | Code::E332 | Code::E334 | Code::W335 | Code::E336 => Who::Operator,
        Code::E661 | Code::E663 | Code::W666 | Code::W668 => Who::Unit,
        Code::W662 | Code::E665 => Who::Verifier,
        Code::E660 => Who::Staff,
        Code::N664 | Code::N667 => Who::Nobody,
        Code::E629 | Code::E703 | Code::E730 => Who::Operator,
        Code::W110 | Code::N111 | Code::N117 | Code::N120 | Code::N136 | Code::W207 | Code::W222 => Who::Nobody,
        Code::N228 | Code::N245 | Code::N722 => Who::Nobody,
        Code::N318 | Code::N408 | Code::N420 | Code::N422 | Code::N427 => Who::Nobody,
        Code::N676 | Code::N624 | Code::N627 | Code::N631 | Code::N632 => Who::Nobody,
        _ => return None,
    })
}
