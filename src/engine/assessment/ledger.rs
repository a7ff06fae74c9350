//! Problems of returned rectification ledgers (整改台账), as checked.

use crate::shared::words::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::shared::few::Few;
use crate::shared::place::Place;

words! {
    /// Whether a problem of a ledger is closed.
    pub enum Closing {
        /// Not closed.
        Open = "open",
        /// Closed according to the unit; date or reviewer is missing.
        Claimed = "claimed",
        /// Closed, with date and reviewer.
        Verified = "verified",
    }
}

/// A problem of a returned ledger, 整改台账.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// 问题编号.
    pub number: String,
    /// 问题描述.
    #[serde(rename = "problem")]
    pub text: String,
    /// Whether it is closed.
    pub closing: Closing,
    /// 销号状态, as written.
    pub written: String,
    /// 销号日期.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub closed_on: Option<Date>,
    /// 审核人.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub reviewer: String,
    /// The cell of 销号状态.
    pub at: Place,
}

/// What the ledgers of a unit contribute to a leaf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LedgerInput {
    /// The leaf is not counted in ledgers, or what counts was typed by a verifier.
    #[default]
    NotAsked,
    /// The leaf is counted in ledgers, but the unit returned none.
    Missing,
    /// The problems, each once, in the order of files and rows.
    Returned(Few<Problem>),
}
