//! The grade path, 定等过程: each step with its rule, clause and deciding values, as data.

use serde::{Deserialize, Serialize};

use crate::shared::words::words;

words! {
    /// What kind of step it is.
    pub enum StepKind {
        /// Ranks in the group and over all.
        Rank = "rank",
        /// The best grade whose threshold the total reaches.
        Threshold = "threshold",
        /// A cap holds.
        Cap = "cap",
        /// A cap of the committee holds and nobody has settled it.
        CapPending = "cap-pending",
        /// A cap on satisfaction could not be judged.
        CapUnknown = "cap-unknown",
        /// A promotion holds.
        Promotion = "promotion",
        /// A promotion holds but a worse cap stops it.
        PromotionStopped = "promotion-stopped",
        /// A decision pins the grade.
        Decision = "decision",
        /// A decision defers the grade.
        Deferred = "deferred",
        /// A place was taken, or the grade has no quota.
        Placed = "placed",
        /// At the floor of a promotion: outside the quota.
        OutsideQuota = "outside-quota",
        /// No room left.
        NoRoom = "no-room",
        /// A tied group did not fit and none of it was placed.
        TieExcluded = "tie-excluded",
        /// A tied group did not fit and all of it was placed.
        TieIncluded = "tie-included",
        /// A tied group did not fit; the committee decides.
        TiePending = "tie-pending",
        /// A lower total than an excluded tie.
        BehindTie = "behind-tie",
        /// A place is kept for a deferred unit.
        PlaceKept = "place-kept",
        /// No place is kept for a deferred unit.
        NoPlaceKept = "no-place-kept",
        /// Among the last units of the scope, and lowered.
        Bottom = "bottom",
        /// Listed separately: graded without ranks and quotas.
        Separate = "separate",
        /// What a department says of the suggested grade; it changes nothing.
        Opinion = "opinion",
        /// No grade yet.
        Ungraded = "ungraded",
        /// The grade, with its word on the parallel scale.
        Final = "final",
    }
}

/// One step of a grade path.
///
/// Grades, caps and promotions are indices into the model, decisions and opinions into their registers, which contain
/// the names, clauses and places. `from` and `to` are the grades before and after; `room` is the number of free places
/// for `tied` units, `places` the total of the quota; `values` are those of the tie-break chain, as printed, where they
/// distinguish units of equal total.
#[expect(missing_docs, reason = "the fields have the same meaning in every step, said above")]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Ranks in the group, over all, and in the scheme where places are counted there.
    Rank {
        group: usize,
        overall: usize,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        scheme: Option<usize>,
    },
    /// The best grade whose threshold the total reaches.
    Threshold { to: usize },
    /// A cap holds, because of these values.
    Cap { rule: usize, from: usize, to: usize, because: String },
    /// A cap of the committee holds and nobody has settled it.
    CapPending { rule: usize },
    /// A cap on satisfaction could not be judged.
    CapUnknown { rule: usize },
    /// A promotion holds, because of these values.
    Promotion { rule: usize, from: usize, to: usize, because: String },
    /// A promotion holds but a worse cap stops it.
    PromotionStopped { rule: usize, because: String },
    /// A decision pins the grade.
    Decision { row: usize, from: usize, to: usize },
    /// A decision defers the grade.
    Deferred { row: usize, from: usize },
    /// A place was taken; none are counted where the grade has no quota.
    Placed {
        to: usize,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        places: Option<usize>,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        values: Option<String>,
    },
    /// At the floor of a promotion: outside the quota.
    OutsideQuota { to: usize },
    /// No room left among these places.
    NoRoom {
        from: usize,
        to: usize,
        places: usize,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        values: Option<String>,
    },
    /// A tied group did not fit into the room that was left, and none of it was placed.
    TieExcluded {
        from: usize,
        to: usize,
        room: usize,
        tied: usize,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        values: Option<String>,
    },
    /// A tied group did not fit and all of it was placed.
    TieIncluded {
        to: usize,
        room: usize,
        tied: usize,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        values: Option<String>,
    },
    /// A tied group did not fit; the committee decides.
    TiePending {
        from: usize,
        to: usize,
        room: usize,
        tied: usize,
        #[serde(skip_serializing_if = "Option::is_none", default)]
        values: Option<String>,
    },
    /// A lower total than an excluded tie.
    BehindTie { from: usize, to: usize },
    /// A place is kept for a deferred unit.
    PlaceKept { to: usize },
    /// No place is kept for a deferred unit.
    NoPlaceKept,
    /// Among so many last units of the scope by total, and lowered.
    Bottom { from: usize, to: usize, last: usize },
    /// Listed separately: graded without ranks and quotas.
    Separate,
    /// What a department says of the suggested grade; it changes nothing.
    Opinion { row: usize },
    /// No grade yet.
    Ungraded,
    /// The grade, with its word on the parallel scale.
    Final { to: usize },
}

impl Step {
    /// What kind of step it is.
    pub const fn kind(&self) -> StepKind {
        match self {
            Self::Rank { .. } => StepKind::Rank,
            Self::Threshold { .. } => StepKind::Threshold,
            Self::Cap { .. } => StepKind::Cap,
            Self::CapPending { .. } => StepKind::CapPending,
            Self::CapUnknown { .. } => StepKind::CapUnknown,
            Self::Promotion { .. } => StepKind::Promotion,
            Self::PromotionStopped { .. } => StepKind::PromotionStopped,
            Self::Decision { .. } => StepKind::Decision,
            Self::Deferred { .. } => StepKind::Deferred,
            Self::Placed { .. } => StepKind::Placed,
            Self::OutsideQuota { .. } => StepKind::OutsideQuota,
            Self::NoRoom { .. } => StepKind::NoRoom,
            Self::TieExcluded { .. } => StepKind::TieExcluded,
            Self::TieIncluded { .. } => StepKind::TieIncluded,
            Self::TiePending { .. } => StepKind::TiePending,
            Self::BehindTie { .. } => StepKind::BehindTie,
            Self::PlaceKept { .. } => StepKind::PlaceKept,
            Self::NoPlaceKept => StepKind::NoPlaceKept,
            Self::Bottom { .. } => StepKind::Bottom,
            Self::Separate => StepKind::Separate,
            Self::Opinion { .. } => StepKind::Opinion,
            Self::Ungraded => StepKind::Ungraded,
            Self::Final { .. } => StepKind::Final,
        }
    }

    /// Grade before.
    pub const fn from(&self) -> Option<usize> {
        match self {
            Self::Cap { from, .. }
            | Self::Promotion { from, .. }
            | Self::Decision { from, .. }
            | Self::Deferred { from, .. }
            | Self::NoRoom { from, .. }
            | Self::TieExcluded { from, .. }
            | Self::TiePending { from, .. }
            | Self::BehindTie { from, .. }
            | Self::Bottom { from, .. } => Some(*from),
            _ => None,
        }
    }

    /// Grade after.
    pub const fn to(&self) -> Option<usize> {
        match self {
            Self::Threshold { to }
            | Self::Cap { to, .. }
            | Self::Promotion { to, .. }
            | Self::Decision { to, .. }
            | Self::Placed { to, .. }
            | Self::OutsideQuota { to }
            | Self::NoRoom { to, .. }
            | Self::TieExcluded { to, .. }
            | Self::TieIncluded { to, .. }
            | Self::TiePending { to, .. }
            | Self::BehindTie { to, .. }
            | Self::PlaceKept { to }
            | Self::Bottom { to, .. }
            | Self::Final { to } => Some(*to),
            _ => None,
        }
    }

    /// Places of the quota at which it was decided, or how many units are the last ones.
    pub const fn places(&self) -> Option<usize> {
        match self {
            Self::Bottom { last, .. } => Some(*last),
            Self::Placed { places, .. } => *places,
            Self::NoRoom { places, .. } => Some(*places),
            _ => None,
        }
    }

    /// Values of the tie-break chain, as printed.
    pub fn values(&self) -> Option<&str> {
        match self {
            Self::Placed { values, .. }
            | Self::NoRoom { values, .. }
            | Self::TieExcluded { values, .. }
            | Self::TieIncluded { values, .. }
            | Self::TiePending { values, .. } => values.as_deref(),
            _ => None,
        }
    }

    /// The values for which a cap or a promotion holds.
    pub fn because(&self) -> Option<&str> {
        match self {
            Self::Cap { because, .. } | Self::Promotion { because, .. } | Self::PromotionStopped { because, .. } => {
                Some(because)
            }
            _ => None,
        }
    }
}
