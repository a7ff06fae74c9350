//! The rules of SPEC §19 that random projects may use: one list, so that a rule is tried as soon as the program has it.

/// A paragraph, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Feature {
    /// §19.15 `rounding = "down"`.
    RoundDown,
    /// §19.5 `"2/3"`, `"66 2/3%"`, `"1/3"`.
    Fractions,
    /// §19.10 given `periods = "weighted"` and `drop`.
    GivenPeriods,
    /// §19.10 periods of a leaf.
    LeafPeriods,
    /// §19.3 `coefficient` of components and leaves.
    Coefficient,
    /// §19.4 不涉及 in given tables and tallies, missing = "renormalise".
    NotApplicable,
    /// §19.6 fixed places, `by`, bars, `bottom`.
    Places,
    /// §19.6 名额分配.
    Allocation,
    /// §19.7.
    Awards,
    /// §19.8 conditions on votes.
    Votes,
    /// §19.8 conditions on the sums that count.
    Sums,
    /// §19.12 `equals` with a list.
    EqualsList,
    /// §19.2 相对, 名次, steps of 按位次, `interpolate`.
    Relative,
    /// §19.2 `convert`.
    Convert,
    /// §19.2 corrections of 代码/核定值.
    ValueCorrections,
    /// §19.2 corrections of 代码/输入项.
    InputCorrections,
    /// §19.8 `measure = "share"`.
    ShareVotes,
    /// §19.8 `limit`.
    Limit,
    /// §19.13.
    Formula,
    /// §19.1: indicators of one scheme, weights of components by scheme.
    Schemes,
    /// §19.1 with §19.2: `within=scheme`, and rules that compare units at an indicator of one scheme.
    SchemeField,
    /// §19.6, §19.7: `scope = "scheme"`, sizes and approved places of schemes.
    SchemeScope,
    /// §19.8 `denominator = "issued"`.
    Issued,
    /// §19.8 `trim = {share}`.
    TrimShare,
    /// §19.8: a class with levels or a range of its own.
    ClassScale,
    /// §19.8: several columns of abstentions in a tally.
    Abstentions,
    /// §19.14: no lines, no aspects, no indicators, no grades.
    NoLines,
    NoAspects,
    NoIndicators,
    NoGrades,
    /// §19.7 with §19.4: an award by the rate of a component that some units lack.
    LackedAward,
    /// §19.14: an indicator table of a model without lines or aspects.
    BareTable,
    /// §19.14 `into_aspects = false`.
    OutsideAspects,
    /// §19.1 with §19.5: fractions in the weights and points of projects with schemes.
    SchemeFractions,
}

/// What the program can do, in the order in which it learned it.
pub(crate) const LANDED: &[Feature] = &[
    Feature::Schemes,
    Feature::SchemeField,
    Feature::SchemeFractions,
    Feature::Relative,
    Feature::RoundDown,
    Feature::Fractions,
    Feature::GivenPeriods,
    Feature::Places,
    Feature::Allocation,
    Feature::Awards,
    Feature::Sums,
    Feature::EqualsList,
    Feature::ValueCorrections,
    Feature::Formula,
    Feature::NoLines,
    Feature::NoAspects,
    Feature::NoIndicators,
    Feature::NoGrades,
    Feature::Coefficient,
    Feature::Convert,
    Feature::NotApplicable,
    Feature::InputCorrections,
    Feature::SchemeScope,
    Feature::Votes,
    Feature::ShareVotes,
    Feature::Limit,
    Feature::Issued,
    Feature::TrimShare,
    Feature::ClassScale,
    Feature::Abstentions,
    Feature::LeafPeriods,
    Feature::OutsideAspects,
    Feature::BareTable,
    Feature::LackedAward,
];

/// All that the naive scorer knows.
pub(crate) const KNOWN: &[Feature] = &[
    Feature::RoundDown,
    Feature::Fractions,
    Feature::GivenPeriods,
    Feature::LeafPeriods,
    Feature::Coefficient,
    Feature::NotApplicable,
    Feature::Places,
    Feature::Allocation,
    Feature::Awards,
    Feature::Votes,
    Feature::Sums,
    Feature::EqualsList,
    Feature::Relative,
    Feature::Convert,
    Feature::ValueCorrections,
    Feature::ShareVotes,
    Feature::Limit,
    Feature::Formula,
    Feature::Schemes,
    Feature::SchemeField,
    Feature::SchemeFractions,
    Feature::SchemeScope,
    Feature::Issued,
    Feature::TrimShare,
    Feature::ClassScale,
    Feature::Abstentions,
    Feature::NoLines,
    Feature::NoAspects,
    Feature::NoIndicators,
    Feature::NoGrades,
    Feature::OutsideAspects,
    Feature::InputCorrections,
    Feature::BareTable,
    Feature::LackedAward,
];

impl Feature {
    /// In how many of a hundred projects a feature is; without lines or grades little else is left to try.
    pub(crate) fn percent(self) -> usize {
        match self {
            Self::NoLines => 12,
            Self::NoAspects => 8,
            Self::NoIndicators => 5,
            Self::NoGrades => 8,
            _ => 40,
        }
    }
}
