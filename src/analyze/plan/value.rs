//! Values that depend on weights: each number as a double and exactly, and means over classes and components with the factors
//! of a drawing.

use super::super::record::Factors;
use crate::model::Model;
use crate::shared::number::{Exact, Precision, Rounding, Shortening};

/// Within which distance of a rounding point or a tie a double is not trusted.
pub const GUARD: f64 = 1e-9;

/// A number as a double and exactly.
#[derive(Clone, Debug)]
pub(super) struct Twin {
    pub(super) near: f64,
    pub(super) exact: Exact,
}

impl From<&Exact> for Twin {
    fn from(exact: &Exact) -> Self {
        Self { near: exact.to_cell(), exact: exact.clone() }
    }
}

/// What drawings are calculated with.
pub(super) trait Number: Sized {
    fn of(twin: &Twin) -> Self;
    fn of_factor(factor: &f64) -> Self;
    fn zero() -> Self;
    /// Itself plus a product.
    fn plus(self, a: &Self, b: &Self) -> Self;
    fn times(self, other: &Self) -> Self;
    fn over(self, other: &Self) -> Self;
    /// Rounded; none where doubles cannot tell.
    fn rounded(self, precision: Precision) -> Option<Self>;
}

impl Number for f64 {
    fn of(twin: &Twin) -> Self {
        twin.near
    }

    fn of_factor(factor: &f64) -> Self {
        *factor
    }

    fn zero() -> Self {
        0.0
    }

    fn plus(self, a: &Self, b: &Self) -> Self {
        self + a * b
    }

    fn times(self, other: &Self) -> Self {
        self * other
    }

    fn over(self, other: &Self) -> Self {
        self / other
    }

    fn rounded(self, precision: Precision) -> Option<Self> {
        let scale = 10_f64.powi(precision.decimals.cast_signed());
        last_digits(self, precision).map(|digits| digits as Self / scale)
    }
}

impl Number for Exact {
    fn of(twin: &Twin) -> Self {
        twin.exact.clone()
    }

    fn of_factor(factor: &f64) -> Self {
        // A drawn factor is the decimal of its first 15 digits; the double differs from it by less than the guard notices.
        Self::from_cell(*factor).unwrap_or_else(Self::zero)
    }

    fn zero() -> Self {
        Self::zero()
    }

    fn plus(self, a: &Self, b: &Self) -> Self {
        self + a * b
    }

    fn times(self, other: &Self) -> Self {
        self * other
    }

    fn over(self, other: &Self) -> Self {
        self / other
    }

    fn rounded(self, precision: Precision) -> Option<Self> {
        Some(precision.round(&self))
    }
}

/// A double in units of its last decimal after rounding; none within the guard of a rounding point.
pub(super) fn last_digits(value: f64, precision: Precision) -> Option<i64> {
    let scale = 10_f64.powi(precision.decimals.cast_signed());
    let scaled = value.abs() * scale;
    let whole = match precision.shortening {
        Shortening::HalfUp => (scaled + 0.5).floor(),
        Shortening::Down => scaled.floor(),
    };
    let distance = match precision.shortening {
        Shortening::HalfUp => (scaled - scaled.floor() - 0.5).abs(),
        Shortening::Down => (scaled - scaled.round()).abs(),
    };
    (distance > GUARD * scale).then(|| whole.copysign(value) as i64)
}

/// An exact number that is rounded, in units of its last decimal.
pub(super) fn exact_digits(value: &Exact, precision: Precision) -> i64 {
    whole(&(precision.round(value) / precision.digit()), Rounding::Floor)
}

/// A number as a whole one; what does not fit is further than any total.
pub(super) fn whole(value: &Exact, rounding: Rounding) -> i64 {
    let whole = value.whole(rounding);
    let size = whole.abs().to_count().and_then(|own| i64::try_from(own).ok()).unwrap_or(i64::MAX);
    if whole.is_negative() { -size } else { size }
}

/// The factors of one drawing.
#[derive(Clone, Debug)]
pub struct Draw {
    /// By component.
    pub components: Vec<f64>,
    /// By component and class.
    pub classes: Vec<Vec<f64>>,
    /// Whether they stand in place of the weights instead of multiplying them; a weight of 0 stays 0.
    pub replaces: bool,
}

impl Draw {
    /// The weights as they are.
    pub fn nominal(model: &Model) -> Self {
        Self {
            components: vec![1.0; model.components.len()],
            classes: model.components.iter().map(|own| vec![1.0; own.classes().len()]).collect(),
            replaces: false,
        }
    }

    pub(super) fn weight<N: Number>(&self, weight: &Twin, factor: &f64) -> N {
        match (self.replaces, weight.exact.is_positive()) {
            (true, true) => N::of_factor(factor),
            (true, false) => N::zero(),
            (false, _) => N::of(weight).times(&N::of_factor(factor)),
        }
    }

    /// These factors exactly; a drawing that replaces weights has none.
    pub fn exact(&self) -> Option<Factors> {
        let exact = |own: &Vec<f64>| own.iter().map(Exact::of_factor).collect::<Vec<Exact>>();
        (!self.replaces)
            .then(|| Factors { components: exact(&self.components), classes: self.classes.iter().map(exact).collect() })
    }
}

/// A mean over classes for one measured node.
#[derive(Clone, Debug)]
pub(super) struct NodeMix {
    /// Points of the node.
    pub(super) points: Twin,
    /// Class, its weight, its mean in percent.
    pub(super) classes: Vec<(usize, Twin, Twin)>,
}

/// A rate within a component.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// It does not depend on weights.
    Fixed(Twin),
    /// It depends on the weights of classes.
    Classes(Vec<NodeMix>),
    /// Such a rate, rounded.
    Rounded(Vec<NodeMix>, Precision),
}

/// A rate over components.
#[derive(Clone, Debug)]
pub(super) struct Mix(pub(super) Vec<Part>);

/// One component of it.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) component: usize,
    pub(super) weight: Twin,
    pub(super) rate: Source,
}

impl Source {
    pub(super) fn rate<N: Number>(&self, component: usize, draw: &Draw) -> Option<N> {
        match self {
            Self::Fixed(rate) => Some(N::of(rate)),
            Self::Classes(nodes) => Some(over_classes(nodes, component, draw)),
            Self::Rounded(nodes, precision) => over_classes::<N>(nodes, component, draw).rounded(*precision),
        }
    }
}

/// Σ points · (Σ weight · mean / Σ weight) / Σ points.
pub(super) fn over_classes<N: Number>(nodes: &[NodeMix], component: usize, draw: &Draw) -> N {
    let (mut sum, mut all) = (N::zero(), N::zero());
    let one = N::of_factor(&1.0);
    for node in nodes {
        let (mut own, mut weights) = (N::zero(), N::zero());
        for (class, weight, mean) in &node.classes {
            let weight: N = draw.weight(weight, &draw.classes[component][*class]);
            own = own.plus(&weight, &N::of(mean));
            weights = weights.plus(&weight, &one);
        }
        let points = N::of(&node.points);
        sum = sum.plus(&points, &own.over(&weights));
        all = all.plus(&points, &one);
    }
    sum.over(&all)
}

impl Mix {
    pub(super) fn rate<N: Number>(&self, draw: &Draw) -> Option<N> {
        let (mut sum, mut all) = (N::zero(), N::zero());
        let one = N::of_factor(&1.0);
        for part in &self.0 {
            let weight: N = draw.weight(&part.weight, &draw.components[part.component]);
            sum = sum.plus(&weight, &part.rate.rate(part.component, draw)?);
            all = all.plus(&weight, &one);
        }
        Some(sum.over(&all))
    }
}

/// A value that depends on weights.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Over components.
    Over(Mix),
    /// Within one.
    Within(usize, Source),
}

impl Value {
    pub(super) fn of<N: Number>(&self, draw: &Draw) -> Option<N> {
        match self {
            Self::Over(mix) => mix.rate(draw),
            Self::Within(component, source) => source.rate(*component, draw),
        }
    }

    pub(super) fn exact(&self, draw: &Draw) -> Exact {
        // Only doubles fail to tell.
        self.of(draw).unwrap_or_else(Exact::zero)
    }

    /// Times a number, in units of the last decimal after rounding.
    pub(super) fn digits(&self, times: &Twin, precision: Precision, draw: &Draw) -> i64 {
        let near = self.of::<f64>(draw).and_then(|own| last_digits(own * times.near, precision));
        near.unwrap_or_else(|| exact_digits(&(self.exact(draw) * &times.exact), precision))
    }
}
