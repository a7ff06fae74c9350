//! Typed quantities that cannot be confused: points of the model, and shares in percent.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

use super::Exact;

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Exact);

        impl $name {
            /// The zero quantity.
            pub fn zero() -> Self { Self(Exact::zero()) }
            /// A whole number of units of the quantity.
            pub fn whole(amount: i64) -> Self { Self(amount.into()) }
        }
        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self { Self(self.0 + other.0) }
        }
        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self { Self(self.0 - other.0) }
        }
        impl<'a> Sum<&'a Self> for $name {
            fn sum<I: Iterator<Item = &'a Self>>(iter: I) -> Self { Self(iter.map(|q| &q.0).sum()) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    };
}

quantity!(
    /// Points of the model (分值, 得分): a leaf's full points, a mark, a bonus.
    Points
);
quantity!(
    /// A share or a rate in percent: 30 is 30 %.
    Percent
);

impl Percent {
    /// The rate of `points` within `full` points: 9 of 12 is 75 %.
    ///
    /// # Panics
    /// If `full` is zero; the model check refuses zero points.
    pub fn of(points: &Points, full: &Points) -> Self {
        Self(Exact::from(100) * &points.0 / &full.0)
    }

    /// The part of `points` that corresponds to this rate: 75 % of 12 is 9.
    pub fn share_of(&self, points: &Points) -> Points {
        Points(&self.0 * &points.0 / Exact::from(100))
    }
}
