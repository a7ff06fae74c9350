//! Who corrects the fault in a finding, so that findings can be forwarded; the table of codes assigns one to each.

use crate::shared::words::words;

words! {
    /// Who must act on a finding first.
    pub enum Who in "who." {
        /// The assessed unit that submitted the file.
        Unit = "unit",
        /// The verifier of reports, 核定人.
        Verifier = "verifier",
        /// The organiser of the rating, who holds the ballots, 评议组织者.
        Organiser = "organiser",
        /// The keeper of the registers, 登记人.
        Registrar = "registrar",
        /// The department that supplies given scores.
        Department = "department",
        /// The committee itself, by a decision.
        Committee = "committee",
        /// Committee staff, who maintain roster and lists.
        Staff = "staff",
        /// The operator of the program.
        Operator = "operator",
        /// The maintainer of the model file, 模型维护人.
        Maintainer = "maintainer",
        /// Nobody: for the record.
        Nobody = "nobody",
    }
}
