//! The grade path, 定等过程: each step with its rule, clause and deciding values, as data.

use crate::shared::place::Place;

/// What kind of step it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepKind {
    /// Ranks in the group and over all.
    Rank,
    /// The best grade whose threshold the total reaches.
    Threshold,
    /// A cap holds.
    Cap,
    /// A cap of the committee holds and nobody has settled it.
    CapPending,
    /// A cap on satisfaction could not be judged.
    CapUnknown,
    /// A promotion holds.
    Promotion,
    /// A promotion holds but a worse cap stops it.
    PromotionStopped,
    /// A decision pins the grade.
    Decision,
    /// A decision defers the grade.
    Deferred,
    /// A place was taken, or the grade has no quota.
    Placed,
    /// At the floor of a promotion: outside the quota.
    OutsideQuota,
    /// No room left.
    NoRoom,
    /// A tied group did not fit and nobody of it was placed.
    TieExcluded,
    /// A tied group did not fit and all of it was placed.
    TieIncluded,
    /// A tied group did not fit; the committee decides.
    TiePending,
    /// A lower total than an excluded tie.
    BehindTie,
    /// A place is kept for a deferred unit.
    PlaceKept,
    /// No place is kept for a deferred unit.
    NoPlaceKept,
    /// Listed separately: graded without ranks and quotas.
    Separate,
    /// What a department says of the suggested grade; it changes nothing.
    Opinion,
    /// No grade yet.
    Ungraded,
    /// The grade, with its word on the parallel scale.
    Final,
}

impl StepKind {
    /// The word of result.json, also the end of its catalogue key.
    pub const fn json(self) -> &'static str {
        match self {
            Self::Rank => "rank",
            Self::Threshold => "threshold",
            Self::Cap => "cap",
            Self::CapPending => "cap-pending",
            Self::CapUnknown => "cap-unknown",
            Self::Promotion => "promotion",
            Self::PromotionStopped => "promotion-stopped",
            Self::Decision => "decision",
            Self::Deferred => "deferred",
            Self::Placed => "placed",
            Self::OutsideQuota => "outside-quota",
            Self::NoRoom => "no-room",
            Self::TieExcluded => "tie-excluded",
            Self::TieIncluded => "tie-included",
            Self::TiePending => "tie-pending",
            Self::BehindTie => "behind-tie",
            Self::PlaceKept => "place-kept",
            Self::NoPlaceKept => "no-place-kept",
            Self::Separate => "separate",
            Self::Opinion => "opinion",
            Self::Ungraded => "ungraded",
            Self::Final => "final",
        }
    }
}

/// One step of a grade path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What kind of step it is.
    pub kind: StepKind,
    /// Code of the cap or promotion.
    pub code: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Grade before.
    pub from: Option<usize>,
    /// Grade after.
    pub to: Option<usize>,
    /// Values that decided, by name.
    pub values: Vec<(&'static str, String)>,
    /// The register row it rests on.
    pub at: Option<Place>,
}

impl Step {
    pub(super) const fn new(kind: StepKind) -> Self {
        Self { kind, code: None, name: None, clause: None, from: None, to: None, values: Vec::new(), at: None }
    }

    pub(super) fn code(mut self, code: &str, name: &str) -> Self {
        self.code = Some(code.to_owned());
        self.name = Some(name.to_owned());
        self
    }

    pub(super) fn clause(mut self, clause: Option<&str>) -> Self {
        self.clause = clause.map(str::to_owned);
        self
    }

    pub(super) const fn from(mut self, grade: usize) -> Self {
        self.from = Some(grade);
        self
    }

    pub(super) const fn to(mut self, grade: usize) -> Self {
        self.to = Some(grade);
        self
    }

    pub(super) const fn at(mut self, place: Place) -> Self {
        self.at = Some(place);
        self
    }

    pub(super) fn with(mut self, name: &'static str, value: String) -> Self {
        self.values.push((name, value));
        self
    }
}
