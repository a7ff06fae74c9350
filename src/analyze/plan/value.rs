//! Values that depend on what is drawn: each number as a double and exactly, and means over indicators, aspects, classes and
//! components with the factors of a drawing, over the marks of the raters that were drawn.

use super::super::record::Factors;
use crate::model::{Model, Node};
use crate::shared::number::{Exact, Precision, Rounding, Shortening};
use crate::shared::words::words;

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
    /// A sum of marks divided by their number.
    fn of_tally(tally: Tally) -> Self;
    /// As a double.
    fn double(&self) -> f64;
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

    fn of_tally(tally: Tally) -> Self {
        tally.sum as Self / tally.count as Self
    }

    fn double(&self) -> f64 {
        *self
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

    fn of_tally(tally: Tally) -> Self {
        Self::ratio(tally.sum, tally.count)
    }

    fn double(&self) -> f64 {
        self.to_cell()
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

/// Marks behind a class mean: their sum in whole steps, and how many there are; none of them is no mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The sum.
    pub sum: i64,
    /// The number.
    pub count: i64,
}

words! {
    /// How the parts of a level are put together.
    pub enum Mean in "analyze.mean." {
        /// Weighted mean.
        Arithmetic = "arithmetic",
        /// Weighted geometric mean.
        Geometric = "geometric",
        /// Weighted harmonic mean.
        Harmonic = "harmonic",
        /// The lowest part that has a weight.
        Minimum = "minimum",
        /// The median of the parts that have a weight.
        Median = "median",
        /// The weighted mean without the lowest part.
        DropLowest = "drop-lowest",
    }
}

impl Mean {
    /// Whether it has no value of parts that are 0 or less.
    pub const fn is_of_positive(self) -> bool {
        matches!(self, Self::Geometric | Self::Harmonic)
    }
}

/// The mean of each level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Means {
    /// Over components.
    pub components: Mean,
    /// Over classes of a component.
    pub classes: Mean,
    /// Over aspects, or over lines where there are no aspects.
    pub aspects: Mean,
    /// Over the indicators of a cell; a mean that is the same however indicators are grouped also holds over the cells of an
    /// aspect.
    pub indicators: Mean,
}

impl Means {
    /// As the model has them.
    pub const ARITHMETIC: Self = Self {
        components: Mean::Arithmetic,
        classes: Mean::Arithmetic,
        aspects: Mean::Arithmetic,
        indicators: Mean::Arithmetic,
    };

    const fn of(&self, level: Level) -> Mean {
        match level {
            Level::Parts => self.aspects,
            Level::Leaves => self.indicators,
            Level::Cells => match self.indicators {
                Mean::Median | Mean::DropLowest => Mean::Arithmetic,
                own => own,
            },
        }
    }
}

/// What is drawn: factors of weights, the marks behind class means, and how levels are put together.
#[derive(Clone, Debug)]
pub struct Draw {
    /// By component.
    pub components: Vec<f64>,
    /// By component and class.
    pub classes: Vec<Vec<f64>>,
    /// By aspect of the tree.
    pub aspects: Vec<f64>,
    /// By line; they act where the tree has no aspects.
    pub lines: Vec<f64>,
    /// By indicator.
    pub leaves: Vec<f64>,
    /// Whether they stand in place of the weights instead of multiplying them; a weight of 0 stays 0.
    pub replaces: bool,
    /// The marks behind class means, by slot; empty for the recorded means.
    pub sample: Vec<Tally>,
    /// How levels are put together.
    pub means: Means,
}

impl Draw {
    /// The weights as they are.
    pub fn nominal(model: &Model) -> Self {
        Self {
            components: vec![1.0; model.components.len()],
            classes: model.components.iter().map(|own| vec![1.0; own.classes().len()]).collect(),
            aspects: vec![1.0; model.tree.aspects.len()],
            lines: vec![1.0; model.tree.lines.len()],
            leaves: vec![1.0; model.tree.leaves.len()],
            replaces: false,
            sample: Vec::new(),
            means: Means::ARITHMETIC,
        }
    }

    pub(super) fn weight<N: Number>(&self, weight: &Twin, factor: &f64) -> N {
        match (self.replaces, weight.exact.is_positive()) {
            (true, true) => N::of_factor(factor),
            (true, false) => N::zero(),
            (false, _) => N::of(weight).times(&N::of_factor(factor)),
        }
    }

    /// The factors of components and classes exactly; a drawing that replaces weights has none.
    pub fn exact(&self) -> Option<Factors> {
        let exact = |own: &Vec<f64>| own.iter().map(Exact::of_factor).collect::<Vec<Exact>>();
        (!self.replaces)
            .then(|| Factors { components: exact(&self.components), classes: self.classes.iter().map(exact).collect() })
    }
}

/// Which factor multiplies the weight of a part.
#[derive(Clone, Copy, Debug)]
pub(super) enum Factor {
    /// None: its weight follows from others.
    One,
    Aspect(usize),
    Line(usize),
    Leaf(usize),
}

impl Factor {
    /// The node whose weight it multiplies; the unit for none.
    const fn node(self) -> Node {
        match self {
            Self::One => Node::Unit,
            Self::Aspect(index) => Node::Aspect(index),
            Self::Line(index) => Node::Line(index),
            Self::Leaf(index) => Node::Leaf(index),
        }
    }

    fn of(self, draw: &Draw) -> Option<&f64> {
        match self {
            Self::One => None,
            Self::Aspect(index) => draw.aspects.get(index),
            Self::Line(index) => draw.lines.get(index),
            Self::Leaf(index) => draw.leaves.get(index),
        }
    }
}

/// Which level of the tree parts belong to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Level {
    /// Aspects, or lines without aspects.
    Parts,
    /// Cells of an aspect or a line.
    Cells,
    /// Indicators of a cell.
    Leaves,
}

/// A part of a node.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) weight: Twin,
    pub(super) factor: Factor,
    pub(super) content: Content,
}

/// The mean of a class at a node.
#[derive(Clone, Debug)]
pub(super) struct ClassMean {
    pub(super) class: usize,
    pub(super) weight: Twin,
    /// In percent, as recorded.
    pub(super) mean: Option<Twin>,
    /// Where the marks behind it stand, and what one step of them is in percent; none where marks are not drawn.
    pub(super) slot: Option<(usize, Twin)>,
}

/// What the rate of a node within a component is made of.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Rate(Twin),
    Classes(Vec<ClassMean>),
    Branches(Level, Vec<Branch>),
}

/// The mean of values with weights; none where no weight is left.
fn mean_of<N: Number>(mean: Mean, parts: impl Iterator<Item = (N, N)>) -> Option<N> {
    if mean == Mean::Arithmetic {
        let one = N::of_factor(&1.0);
        let sums = parts.fold((N::zero(), N::zero()), |(sum, all), (weight, value)| {
            (sum.plus(&weight, &value), all.plus(&weight, &one))
        });
        return (sums.1.double() > 0.0).then(|| sums.0.over(&sums.1));
    }
    let mut parts: Vec<(N, N)> = parts.filter(|(weight, _)| weight.double() > 0.0).collect();
    parts.sort_by(|a, b| a.1.double().total_cmp(&b.1.double()));
    let all: f64 = parts.iter().map(|(weight, _)| weight.double()).sum();
    let over = |of: fn(f64) -> f64| parts.iter().map(|(weight, own)| weight.double() * of(own.double())).sum::<f64>();
    let at = parts.len() / 2;
    match mean {
        _ if parts.is_empty() => None,
        Mean::Geometric => Some(N::of_factor(&(over(f64::ln) / all).exp())),
        Mean::Harmonic => Some(N::of_factor(&(all / over(f64::recip)))),
        Mean::Median if parts.len().is_multiple_of(2) => {
            let mut middle = parts.into_iter().map(|(_, own)| own).skip(at - 1);
            let (lower, upper) = middle.next().zip(middle.next())?;
            Some(lower.plus(&upper, &N::of_factor(&1.0)).over(&N::of_factor(&2.0)))
        }
        Mean::Median => Some(parts.swap_remove(at).1),
        Mean::DropLowest if parts.len() > 1 => mean_of(Mean::Arithmetic, parts.into_iter().skip(1)),
        Mean::Minimum | Mean::DropLowest | Mean::Arithmetic => parts.into_iter().next().map(|(_, own)| own),
    }
}

impl Content {
    /// The rate; none where nothing is left that has a weight.
    pub(super) fn rate<N: Number>(&self, component: usize, draw: &Draw) -> Option<N> {
        match self {
            Self::Rate(own) => Some(N::of(own)),
            Self::Classes(classes) => {
                let part = |own: &ClassMean| {
                    let value = own.rate(draw)?;
                    Some((draw.weight(&own.weight, &draw.classes[component][own.class]), value))
                };
                mean_of(draw.means.classes, classes.iter().filter_map(part))
            }
            Self::Branches(level, branches) => {
                let part = |own: &Branch| {
                    let weight = match own.factor.of(draw) {
                        Some(factor) => draw.weight(&own.weight, factor),
                        None => N::of(&own.weight),
                    };
                    Some((weight, own.content.rate::<N>(component, draw)?))
                };
                mean_of(draw.means.of(*level), branches.iter().filter_map(part))
            }
        }
    }

    /// The part that is 0 or less where a mean would be taken that has no value of such parts; the unit itself where that is the
    /// mean of a class or of a cell.
    fn lacking(&self, component: usize, draw: &Draw) -> Option<Node> {
        let is_low = |own: Option<f64>| own.is_some_and(|own| own <= 0.0);
        match self {
            Self::Rate(_) => None,
            Self::Classes(classes) => {
                let lacks = draw.means.classes.is_of_positive() && classes.iter().any(|own| is_low(own.rate(draw)));
                lacks.then_some(Node::Unit)
            }
            Self::Branches(level, branches) => branches.iter().find_map(|own| {
                let inside = own.content.lacking(component, draw);
                let is_own = draw.means.of(*level).is_of_positive() && is_low(own.content.rate(component, draw));
                inside.or_else(|| is_own.then(|| own.factor.node()))
            }),
        }
    }
}

impl ClassMean {
    /// In percent.
    fn rate<N: Number>(&self, draw: &Draw) -> Option<N> {
        match &self.slot {
            Some((slot, step)) if !draw.sample.is_empty() => {
                let tally = draw.sample[*slot];
                (tally.count > 0).then(|| N::of_tally(tally).times(&N::of(step)))
            }
            _ => self.mean.as_ref().map(N::of),
        }
    }
}

/// A rate within a component.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// It does not depend on what is drawn.
    Fixed(Twin),
    /// It does; where nothing is left of it the official one stands.
    Made { content: Content, official: Twin, precision: Option<Precision> },
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
    /// None where doubles cannot tell.
    pub(super) fn rate<N: Number>(&self, component: usize, draw: &Draw) -> Option<N> {
        match self {
            Self::Fixed(rate) => Some(N::of(rate)),
            Self::Made { content, official, precision } => match (content.rate::<N>(component, draw), precision) {
                (None, _) => Some(N::of(official)),
                (Some(rate), Some(precision)) => rate.rounded(*precision),
                (Some(rate), None) => Some(rate),
            },
        }
    }
}

impl Mix {
    /// None where doubles cannot tell.
    pub(super) fn rate<N: Number>(&self, draw: &Draw) -> Option<N> {
        if draw.means.components == Mean::Arithmetic {
            let (mut sum, mut all) = (N::zero(), N::zero());
            let one = N::of_factor(&1.0);
            for part in &self.0 {
                let weight: N = draw.weight(&part.weight, &draw.components[part.component]);
                sum = sum.plus(&weight, &part.rate.rate(part.component, draw)?);
                all = all.plus(&weight, &one);
            }
            return Some(sum.over(&all));
        }
        let part = |part: &Part| {
            let weight = draw.weight(&part.weight, &draw.components[part.component]);
            Some((weight, part.rate.rate::<N>(part.component, draw)?))
        };
        let parts = self.0.iter().map(part).collect::<Option<Vec<(N, N)>>>()?;
        mean_of(draw.means.components, parts.into_iter())
    }
}

/// A value that depends on what is drawn.
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

    /// The component and the node of it that is 0 or less where a mean would be taken that has no value of such parts.
    pub(super) fn lacking(&self, draw: &Draw) -> Option<(usize, Node)> {
        let Self::Over(mix) = self else { return None };
        let inside = |part: &Part| match &part.rate {
            Source::Fixed(_) => None,
            Source::Made { content, .. } => content.lacking(part.component, draw).map(|node| (part.component, node)),
        };
        if let Some(found) = mix.0.iter().find_map(inside) {
            return Some(found);
        }
        let is_low = |part: &&Part| part.rate.rate::<f64>(part.component, draw).is_some_and(|own| own <= 0.0);
        let low = mix.0.iter().filter(|_| draw.means.components.is_of_positive()).find(is_low);
        low.map(|part| (part.component, Node::Unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn gives(mean: Mean, parts: &[(f64, f64)], expected: f64) {
        let own = mean_of::<f64>(mean, parts.iter().copied()).expect("a mean");
        assert!((own - expected).abs() < 1e-12, "{mean}: {own} is not {expected}");
    }

    #[test]
    fn means_are_those_of_their_names() {
        let parts = [(1.0, 4.0), (1.0, 9.0), (2.0, 6.0), (0.0, 1.0)];
        gives(Mean::Arithmetic, &parts, 25.0 / 4.0);
        // (4 · 9 · 6²)^¼ = 1296^¼ = 6; 4 over (1/4 + 1/9 + 2/6) = 4 · 36/25.
        gives(Mean::Geometric, &parts, 6.0);
        gives(Mean::Harmonic, &parts, 144.0 / 25.0);
        gives(Mean::Minimum, &parts, 4.0);
        gives(Mean::Median, &parts, 6.0);
        gives(Mean::Median, &parts[..2], 6.5);
        gives(Mean::Median, &[(1.0, 1.0), (1.0, 2.0), (1.0, 5.0), (1.0, 9.0)], 3.5);
        gives(Mean::DropLowest, &parts, 7.0);
        gives(Mean::DropLowest, &parts[..1], 4.0);
        assert_eq!(mean_of::<f64>(Mean::Median, [(0.0, 3.0)].into_iter()), None);
    }
}
