//! The grade path, 定等过程: each step with its rule, clause and deciding values, as data.

use crate::shared::place::Place;
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
        /// A tied group did not fit and nobody of it was placed.
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
