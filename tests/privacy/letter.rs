//! A letter beside what its reader knows: sizes, weights, points of indicators and given scores, all as equations over
//! the means of classes. The words are those of docs/privacy.md.

use std::collections::BTreeMap;

use num_traits::Zero as _;
use serde_json::Value;

use crate::letters::{Cell, Told};
use crate::method::Scale;
use crate::number::{Q, half, of, parse, whole};

/// A letter of one unit with the result behind it.
pub(crate) struct Letter<'r> {
    pub(crate) result: &'r Value,
    pub(crate) unit: &'r Value,
    pub(crate) scales: &'r [Option<Scale>],
    pub(crate) told: Told,
}

/// How many marks a class has at a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) counted: usize,
    pub(crate) zeros: usize,
    pub(crate) trimmed: usize,
}

impl Sizes {
    pub(crate) const fn answers(self) -> usize {
        self.counted + self.zeros + self.trimmed
    }
}

/// What adds up in a row: means of cells, positive marks of a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Term {
    Mean(Cell),
    Positive(usize),
}

/// A sum of terms with their factors, and a constant.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub(crate) terms: BTreeMap<Term, Q>,
    pub(crate) constant: Q,
}

impl Form {
    fn known(constant: Q) -> Self {
        Self { terms: BTreeMap::new(), constant }
    }

    fn add(&mut self, other: &Self, factor: Q) {
        for (term, own) in &other.terms {
            *self.terms.entry(*term).or_insert_with(Q::zero) += own * factor;
        }
        self.constant += other.constant * factor;
    }

    fn times(&self, factor: Q) -> Self {
        let mut scaled = Self::default();
        scaled.add(self, factor);
        scaled
    }
}

/// A form and the bounds of its value.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) form: Form,
    pub(crate) least: Option<Q>,
    pub(crate) most: Option<Q>,
}

/// A weight, and the form that has it if there is one.
type Part = (Q, Option<Form>);

/// The mean of what is there, by weight.
fn mean(parts: &[Part]) -> Option<Form> {
    let weight: Q = parts.iter().filter(|(_, form)| form.is_some()).map(|(weight, _)| weight).sum();
    let mut sum = Form::default();
    for (own, form) in parts {
        if let Some(form) = form {
            sum.add(form, *own);
        }
    }
    (!weight.is_zero()).then(|| sum.times(weight.recip()))
}

/// The rates of a component: of aspects, lines and the unit.
struct Rates {
    aspects: Vec<Option<Form>>,
    lines: Vec<Option<Form>>,
    unit: Form,
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl Letter<'_> {
    fn model(&self) -> &Value {
        &self.result["model"]
    }

    fn components(&self) -> &[Value] {
        list(&self.model()["components"])
    }

    /// A component of the unit.
    fn own(&self, component: usize) -> &Value {
        &self.unit["components"][self.components()[component]["id"].as_str().unwrap()]
    }

    pub(crate) fn scale(&self, component: usize) -> &Scale {
        self.scales[component].as_ref().unwrap()
    }

    /// The scale of two times: where the step was found in the marks, the finer one.
    pub(crate) fn finer<'s>(&'s self, other: &'s Self, component: usize) -> &'s Scale {
        let (own, other) = (self.scale(component), other.scale(component));
        if other.unit < own.unit { other } else { own }
    }

    /// `k_anonymity`.
    pub(crate) fn k(&self) -> usize {
        usize::try_from(self.model()["feedback"]["k_anonymity"].as_u64().unwrap()).unwrap()
    }

    pub(crate) fn mean_decimals(&self, component: usize) -> Option<u32> {
        self.components()[component]["mean_decimals"].as_u64().map(|digits| u32::try_from(digits).unwrap())
    }

    /// The mean of a cell and its sizes; none where no mark or zero entered it.
    pub(crate) fn mean(&self, (component, node, class): Cell) -> Option<(Q, Sizes)> {
        let own = &self.own(component)["ballots"]["classes"][class]["means"][node];
        let count = |key: &str| usize::try_from(own[key].as_u64().unwrap_or(0)).unwrap();
        let trimmed = list(&own["trimmed"]).len();
        own.is_object().then(|| (of(&own["mean"]), Sizes { counted: count("counted"), zeros: count("zeros"), trimmed }))
    }

    pub(crate) fn sizes(&self, cell: Cell) -> Sizes {
        self.mean(cell).map_or_else(Sizes::default, |(_, sizes)| sizes)
    }

    /// All cells of the method.
    pub(crate) fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (component, own) in self.components().iter().enumerate().filter(|(_, own)| own["kind"] == "ballots") {
            for node in 0..list(&own["nodes"]).len() {
                cells.extend((0..list(&own["classes"]).len()).map(|class| (component, node, class)));
            }
        }
        cells
    }

    /// Whether a class of the component has 1 to k − 1 answers.
    pub(crate) fn is_hidden_now(&self, component: usize) -> bool {
        let own = self.cells().into_iter().filter(|cell| cell.0 == component);
        own.map(|cell| self.sizes(cell).answers()).any(|answers| (1..self.k()).contains(&answers))
    }

    /// Whether the classes of a component were shown.
    pub(crate) fn shows(&self, component: usize) -> bool {
        self.told.means.keys().any(|cell| cell.0 == component)
    }

    /// Whether the pattern forbids that the classes are shown, with what earlier letters showed.
    pub(crate) fn is_forbidden(&self, earlier: &[Self], component: usize) -> bool {
        let changed = |then: &Self| {
            let cells = self.cells().into_iter().filter(|cell| cell.0 == component);
            cells.into_iter().any(|cell| {
                let (before, after) = (then.sizes(cell).answers(), self.sizes(cell).answers());
                let mean = |letter: &Self| letter.mean(cell).map(|(mean, _)| mean);
                match before.abs_diff(after) {
                    0 => mean(then) != mean(self),
                    difference => difference < self.k(),
                }
            })
        };
        let told = earlier.iter().filter(|then| then.shows(component));
        self.is_hidden_now(component) || told.into_iter().any(changed)
    }

    /// Whether two letters measure all ballots in the same way.
    pub(crate) fn measures_like(&self, other: &Self) -> bool {
        let said = |letter: &Self| -> Vec<String> {
            let own = letter.components().iter().zip(letter.scales);
            own.filter_map(|(own, scale)| Some(format!("{} {} {}", own["id"], own["nodes"], scale.as_ref()?.measured)))
                .collect()
        };
        said(self) == said(other)
    }

    /// The rates of the measured nodes of a component.
    fn measured(&self, component: usize) -> Vec<Option<Form>> {
        let own = &self.components()[component];
        let full = of(&own["full"]);
        let node = |node: usize| {
            let classes = list(&own["classes"]).iter().enumerate();
            let means: Vec<Part> = classes
                .map(|(class, own)| {
                    let cell = (component, node, class);
                    let form = || Form { terms: [(Term::Mean(cell), whole(1))].into(), constant: Q::zero() };
                    (of(&own["weight"]), self.mean(cell).map(|_| form()))
                })
                .collect();
            mean(&means).map(|form| form.times(whole(100) / full))
        };
        (0..list(&own["nodes"]).len()).map(node).collect()
    }

    fn rates(&self, component: usize) -> Rates {
        let own = self.own(component);
        let exact = of(&own["exact"]);
        // What is usual is left out: enough answers.
        let has_ballots = self.components()[component]["kind"] == "ballots" && own["ballots"].is_object();
        let enough = has_ballots.then(|| own["ballots"]["enough"].as_str().unwrap_or("enough"));
        let is_measured = matches!(enough, Some("enough" | "flagged"));
        if !is_measured {
            let known = |key: &str| {
                let nodes = list(&self.model()[key]).iter();
                let rate = |node: &Value| &own[key][node["code"].as_str().unwrap()];
                nodes.map(|node| rate(node).get("exact").map(|exact| Form::known(of(exact)))).collect()
            };
            return Rates { aspects: known("aspects"), lines: known("lines"), unit: Form::known(exact) };
        }
        let mut rates = self.tree(component);
        if own.get("corrected").is_some_and(|id| !id.is_null()) {
            rates.unit = Form::known(exact);
        }
        rates
    }

    /// From measured nodes up: leaf, cell of line and aspect, aspect and line, unit.
    fn tree(&self, component: usize) -> Rates {
        let codes: Vec<&str> =
            list(&self.components()[component]["nodes"]).iter().map(|code| code.as_str().unwrap()).collect();
        let measured = self.measured(component);
        let own = |code: &str| codes.iter().position(|own| *own == code).map(|index| measured[index].clone());
        let leaf = |leaf: &Value| {
            let text = |key: &str| leaf[key].as_str().unwrap();
            own(text("code")).or_else(|| own(text("aspect"))).or_else(|| own("")).flatten()
        };
        let mut cells: BTreeMap<(&str, &str), Vec<Part>> = BTreeMap::new();
        for one in list(&self.model()["leaves"]) {
            let place = (one["line"].as_str().unwrap(), one["aspect"].as_str().unwrap());
            cells.entry(place).or_default().push((of(&one["full"]), leaf(one)));
        }
        let cells: BTreeMap<(&str, &str), Part> = cells
            .into_iter()
            .map(|(place, leaves)| (place, (leaves.iter().map(|(full, _)| full).sum(), mean(&leaves))))
            .collect();
        let over = |keep: &dyn Fn(&(&str, &str)) -> bool| {
            let kept = cells.iter().filter(|(place, _)| keep(place)).map(|(_, cell)| cell.clone());
            mean(&kept.collect::<Vec<_>>())
        };
        let nodes = |key: &str| list(&self.model()[key]).iter();
        let aspects: Vec<Option<Form>> = nodes("aspects")
            .map(|node| {
                let code = node["code"].as_str().unwrap();
                own(code).unwrap_or_else(|| over(&|place| place.1 == code))
            })
            .collect();
        let lines = nodes("lines").map(|node| over(&|place| place.0 == node["code"].as_str().unwrap())).collect();
        let weighted: Vec<Part> =
            nodes("aspects").map(|node| of(&node["points"])).zip(aspects.iter().cloned()).collect();
        let unit = own("").unwrap_or_else(|| mean(&weighted)).unwrap_or_default();
        Rates { aspects, lines, unit }
    }

    /// All rows of the letter.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let count = self.components().len();
        let rates: Vec<Rates> = (0..count).map(|component| self.rates(component)).collect();
        let mut rows = self.component_rows(&rates);
        rows.extend(self.node_rows(&rates));
        for (cell, mean) in &self.told.means {
            let form = Form { terms: [(Term::Mean(*cell), whole(1))].into(), constant: Q::zero() };
            rows.push(near(form, *mean, half(self.decimals())));
        }
        for (component, rate) in &self.told.satisfaction {
            let valid = of(&self.own(*component)["ballots"]["valid"]);
            let form = Form { terms: [(Term::Positive(*component), whole(100) / valid)].into(), constant: Q::zero() };
            rows.push(near(form, *rate, half(self.decimals())));
        }
        rows
    }

    pub(crate) fn decimals(&self) -> u32 {
        u32::try_from(self.model()["decimals"].as_u64().unwrap()).unwrap()
    }

    pub(crate) fn component_decimals(&self) -> Option<u32> {
        self.model()["component_decimals"].as_u64().map(|digits| u32::try_from(digits).unwrap())
    }

    /// Numbers 1 and 2 of the page: rates of components, their points, base and total.
    fn component_rows(&self, rates: &[Rates]) -> Vec<Row> {
        let (decimals, full) = (self.decimals(), of(&self.model()["full"]));
        let wide = match self.component_decimals() {
            Some(digits) if digits <= decimals => {
                let own = self.told.components.iter();
                return own.map(|(index, (rate, _))| near(rates[*index].unit.clone(), *rate, half(digits))).collect();
            }
            Some(digits) => half(decimals) + half(digits),
            None => half(decimals),
        };
        let mut rows = Vec::new();
        let mut base = Form::default();
        for (index, component) in self.components().iter().enumerate() {
            let points = rates[index].unit.times(full * of(&component["weight"]) / whole(10_000));
            base.add(&points, whole(1));
            if let Some((rate, printed)) = self.told.components.get(&index) {
                rows.push(near(rates[index].unit.clone(), *rate, wide));
                rows.push(near(points, *printed, wide));
            }
        }
        rows.extend(self.told.base.map(|printed| near(base.clone(), printed, wide)));
        rows.extend(self.total_row(base, wide));
        rows
    }

    fn total_row(&self, mut total: Form, wide: Q) -> Option<Row> {
        let printed = self.told.total?;
        let corrections = list(&self.result["registers"]["corrections"]).iter();
        let of_total = |row: &&Value| row["unit"] == self.unit["code"] && row["target"].as_str() == Some("total");
        if corrections.filter(of_total).any(|row| row["standing"].as_str().is_none_or(|said| said == "approved")) {
            return None;
        }
        let exact = &self.unit["exact"];
        total.constant += of(&exact["plus"]) - of(&exact["minus"]);
        let mut row = near(total, printed, wide);
        let end = |key: &str| of(&self.model()[key]);
        if printed >= end("max") {
            row.most = None;
        }
        if printed <= end("min") {
            row.least = None;
        }
        Some(row)
    }

    /// Number 3: rates of aspects and lines over all components, and points of aspects.
    fn node_rows(&self, rates: &[Rates]) -> Vec<Row> {
        let decimals = self.decimals();
        let wide = half(self.component_decimals().map_or(decimals, |digits| digits.min(decimals)));
        let weights: Vec<Q> = self.components().iter().map(|own| of(&own["weight"])).collect();
        let merged = |of: &dyn Fn(&Rates) -> Option<Form>| {
            mean(&weights.iter().copied().zip(rates.iter().map(of)).collect::<Vec<_>>())
        };
        let mut rows = Vec::new();
        for (index, rate) in &self.told.aspects {
            let form = merged(&|own| own.aspects[*index].clone()).unwrap();
            rows.push(near(form.clone(), *rate, wide));
            if list(&self.unit["leaves"]).is_empty() {
                let node = &self.model()["aspects"][*index];
                let full = of(&node["points"]);
                let exact = of(&self.unit["aspects"][node["code"].as_str().unwrap()]["exact"]);
                let digits = decimals.max(2);
                let digits = self.component_decimals().map_or(digits, |own| digits.min(own));
                let points = crate::number::round(exact * full / whole(100), digits);
                rows.push(near(form.times(full / whole(100)), points, half(digits)));
            }
        }
        for (index, rate) in &self.told.lines {
            rows.push(near(merged(&|own| own.lines[*index].clone()).unwrap(), *rate, wide));
        }
        rows
    }

    /// What the letter has to say, straight from the result: a letter that says something else is not understood here.
    pub(crate) fn check(&self) {
        let printed = |value: &Value| value.as_str().map(parse);
        assert_eq!(self.told.total, printed(&self.unit["total"]), "the total is read as it was recorded");
        assert_eq!(self.told.base, printed(&self.unit["base"]), "the base is read as it was recorded");
        for (index, (rate, _)) in &self.told.components {
            assert_eq!(Some(*rate), printed(&self.own(*index)["rate"]), "rates are read as they were recorded");
        }
        for (cell, told) in &self.told.means {
            let (mean, _) = self.mean(*cell).expect("a mean that is told is one of the result");
            assert_eq!(crate::number::round(mean, self.decimals()), *told, "means are printed at the decimals");
        }
        for Row { form, least, most } in self.rows() {
            let value = |(term, factor): (&Term, &Q)| match term {
                Term::Mean(cell) => Some(self.mean(*cell)?.0 * factor),
                // A count of 0 is left out.
                Term::Positive(component) => {
                    let own = self.own(*component)["ballots"]["positive"].as_u64().unwrap_or(0);
                    Some(whole(usize::try_from(own).unwrap()) * factor)
                }
            };
            let sum: Q = form.terms.iter().filter_map(value).sum::<Q>() + form.constant;
            let fits = least.is_none_or(|least| least <= sum) && most.is_none_or(|most| sum <= most);
            assert!(fits, "{} {form:?} is {sum}, not between {least:?} and {most:?}", self.unit["code"]);
        }
    }
}

/// A form that lies so near to a number.
fn near(form: Form, number: Q, distance: Q) -> Row {
    Row { form, least: Some(number - distance), most: Some(number + distance) }
}
