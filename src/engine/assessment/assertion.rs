//! Rows of 核对 as checked: which published value of which unit, and what it should be.

use super::UnitIx;
use crate::shared::number::Exact;
use crate::shared::place::Located;

/// What an assertion looks at, 位置: a published value of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Published {
    /// The points of a leaf.
    Leaf(usize),
    /// The rate of a component.
    Component(usize),
    /// The rate of an aspect over all components.
    Aspect(usize),
    /// The rate of a line over all components.
    Line(usize),
    /// The base.
    Base,
    /// The counted bonus.
    Plus,
    /// The counted deduction.
    Minus,
    /// The total.
    Total,
    /// The rank in the scope of the model.
    Rank,
    /// The rank within the group.
    RankInGroup,
    /// The rank over all units.
    RankOverall,
    /// The grade.
    Grade,
}

/// What an assertion expects, 应为.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A number.
    Number(Exact),
    /// A grade.
    Grade(usize),
    /// No value: not applicable, not ranked, deferred.
    None,
}

/// A row of 核对.
#[derive(Clone, Debug)]
pub struct AssertionRow {
    /// The unit.
    pub unit: UnitIx,
    /// What it looks at.
    pub place: Published,
    /// What it looks at, as written.
    pub written: String,
    /// What it expects.
    pub expected: Located<Expected>,
}
