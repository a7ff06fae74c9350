//! What a result says of a unit, read from result.json and calculated here once more.

use assess::shared::number::Exact;
use serde_json::Value;

/// A result and one of its units.
pub(super) struct Facts<'r> {
    pub(super) result: &'r Value,
    pub(super) unit: &'r Value,
}

/// A leaf, or an aspect where no leaves are scored.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) full: Exact,
    pub(super) points: Option<Exact>,
    pub(super) mean: Option<Exact>,
    pub(super) note: String,
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

/// A decimal or a fraction.
pub(super) fn number(value: &Value) -> Option<Exact> {
    let text = value.as_str()?;
    if text.contains('/') { Exact::parse_fraction(text) } else { Exact::parse(text) }
}

pub(super) fn percent(part: &Exact, whole: &Exact) -> Exact {
    Exact::from(100) * part / whole
}

impl<'r> Facts<'r> {
    pub(super) fn model(&self) -> &'r Value {
        &self.result["model"]
    }

    pub(super) fn setting(&self, name: &str) -> usize {
        usize::try_from(self.model()["feedback"][name].as_u64().unwrap()).unwrap()
    }

    pub(super) fn decimals(&self) -> u32 {
        u32::try_from(self.model()["decimals"].as_u64().unwrap()).unwrap()
    }

    /// One step of published totals.
    pub(super) fn step(&self) -> Exact {
        (0..self.decimals()).fold(Exact::from(1), |step, _| step / Exact::from(10))
    }

    pub(super) fn total(&self) -> Exact {
        number(&self.unit["total"]).unwrap()
    }

    /// Ranked units of its group.
    pub(super) fn peers(&self) -> Vec<&'r Value> {
        let own = |unit: &&Value| unit["group"] == self.unit["group"] && unit["mode"] == "ranked";
        list(&self.result["units"]).iter().filter(own).collect()
    }

    /// Ranked units among which places are given out.
    pub(super) fn scope(&self) -> Vec<&'r Value> {
        if self.model()["rank_scope"] == "group" {
            return self.peers();
        }
        list(&self.result["units"]).iter().filter(|unit| unit["mode"] == "ranked").collect()
    }

    /// The mean of values, where enough units have one.
    pub(super) fn mean(&self, values: &[Exact]) -> Option<Exact> {
        let enough = !values.is_empty() && values.len() >= self.setting("min_group");
        enough.then(|| values.iter().sum::<Exact>() / Exact::from(values.len()))
    }

    pub(super) fn items(&self) -> Vec<Item> {
        let own = list(&self.unit["leaves"]);
        if own.is_empty() {
            return self.aspects();
        }
        let models = list(&self.model()["leaves"]);
        let item = |(at, (leaf, model)): (usize, (&Value, &Value))| Item {
            code: text(&leaf["code"]).to_owned(),
            name: text(&model["name"]).to_owned(),
            full: number(&leaf["full"]).unwrap(),
            points: number(&leaf["verified"]),
            mean: self
                .mean(&self.peers().iter().filter_map(|u| number(&u["leaves"][at]["verified"])).collect::<Vec<_>>()),
            note: text(&leaf["note"]).to_owned(),
        };
        own.iter().zip(models).enumerate().map(item).collect()
    }

    fn aspects(&self) -> Vec<Item> {
        let item = |aspect: &Value| {
            let (code, full) = (text(&aspect["code"]), number(&aspect["points"]).unwrap());
            let points =
                |unit: &Value| number(&unit["aspects"][code]["exact"]).map(|rate| rate * &full / Exact::from(100));
            Item {
                code: code.to_owned(),
                name: text(&aspect["name"]).to_owned(),
                points: points(self.unit),
                mean: self.mean(&self.peers().into_iter().filter_map(points).collect::<Vec<_>>()),
                note: String::new(),
                full,
            }
        };
        list(&self.model()["aspects"]).iter().map(item).collect()
    }

    /// The place of a grade, best first.
    pub(super) fn grade(&self, name: &str) -> Option<usize> {
        list(&self.model()["grades"]).iter().position(|grade| grade["name"] == name)
    }

    pub(super) fn own_grade(&self) -> Option<usize> {
        self.grade(text(&self.unit["grade"]))
    }

    pub(super) fn steps(&self, kind: &str) -> Vec<&'r Value> {
        list(&self.unit["path"]).iter().filter(|step| step["kind"] == kind).collect()
    }

    /// Caps that lowered the grade and that nothing lifted.
    pub(super) fn holding_caps(&self) -> Vec<&'r Value> {
        let lifted = |step: &Value| self.own_grade().is_some_and(|own| self.grade(text(&step["to"])).unwrap() > own);
        self.steps("cap").into_iter().filter(|step| step["from"] != step["to"] && !lifted(step)).collect()
    }

    /// Deductions that count.
    pub(super) fn adjustments(&self, kind: &str) -> Vec<&'r Value> {
        let counts = |own: &&Value| own["kind"] == kind && number(&own["counted"]).unwrap().is_positive();
        list(&self.unit["adjustments"]).iter().filter(counts).collect()
    }

    /// Codes of the leaves that are numbered problems.
    pub(super) fn problem_leaves(&self) -> Vec<String> {
        if list(&self.unit["leaves"]).is_empty() {
            return Vec::new();
        }
        let items = self.items();
        let rates = items
            .iter()
            .enumerate()
            .filter_map(|(at, item)| item.points.as_ref().map(|points| (percent(points, &item.full), at)));
        let chosen: Vec<usize> = match number(&self.model()["common_problem"]["rate"]) {
            Some(least) => rates.filter(|(rate, _)| *rate < least).map(|(_, at)| at).collect(),
            None => {
                let mut low: Vec<(Exact, usize)> = rates.filter(|(rate, _)| *rate < Exact::from(100)).collect();
                low.sort();
                low.into_iter().take(self.setting("weaknesses")).map(|(_, at)| at).collect()
            }
        };
        chosen.into_iter().map(|at| items[at].code.clone()).collect()
    }

    /// Rates of components below 100, as (name, rate).
    pub(super) fn lossy_components(&self) -> Vec<(String, Exact)> {
        let own = |component: &Value| {
            let rate = number(&self.unit["components"][text(&component["id"])]["exact"])?;
            (rate < Exact::from(100)).then(|| (text(&component["name"]).to_owned(), rate))
        };
        list(&self.model()["components"]).iter().filter_map(own).collect()
    }

    /// The total that follows from the printed base, bonus and deduction, before corrections.
    pub(super) fn total_without(&self) -> Exact {
        self.total_of(&Exact::zero())
    }

    fn total_of(&self, more: &Exact) -> Exact {
        let exact = |name: &str| number(&self.unit["exact"][name]).unwrap();
        let limit = |name: &str| number(&self.model()[name]).unwrap();
        (exact("base").round(self.decimals()) + more + exact("plus") - exact("minus")).clamp(limit("min"), limit("max"))
    }

    /// The total that the unit would have with full points in a leaf, before rounding.
    pub(super) fn total_with(&self, leaf: &str) -> Exact {
        let components = list(&self.model()["components"]);
        let component = components.iter().find(|c| c["kind"] == "indicators").unwrap();
        let rounded = |rate: Exact| match self.model()["component_decimals"].as_u64() {
            Some(decimals) => rate.round(u32::try_from(decimals).unwrap()),
            None => rate,
        };
        let more = rounded(self.unit_rate(Some(leaf))) - rounded(self.unit_rate(None));
        let weight = number(&self.unit["components"][text(&component["id"])]["weight"]).unwrap();
        let scale = number(&self.model()["full"]).unwrap() * weight / Exact::from(10_000);
        self.total_of(&(more * scale))
    }

    /// The rate of the indicators, one leaf taken as full.
    fn unit_rate(&self, full: Option<&str>) -> Exact {
        let models = list(&self.model()["leaves"]);
        let policy = text(&self.model()["not_applicable"]);
        let leaves = list(&self.unit["leaves"]);
        let items: Vec<(Exact, Option<Exact>)> =
            leaves.iter().map(|leaf| (number(&leaf["full"]).unwrap(), number(&leaf["verified"]))).collect();
        let rate = |at: usize| match &items[at].1 {
            _ if full == leaves[at]["code"].as_str() => Some(Exact::from(100)),
            _ if leaves[at]["state"] == "not-in-scheme" => None,
            Some(points) => Some(percent(points, &items[at].0)),
            None if policy == "rescale" => None,
            None => Some(Exact::from(if policy == "full" { 100 } else { 0 })),
        };
        let mean = |parts: Vec<(Exact, Option<Exact>)>| -> Option<Exact> {
            let known: Vec<(Exact, Exact)> =
                parts.into_iter().filter_map(|(weight, rate)| Some((weight, rate?))).collect();
            let whole: Exact = known.iter().map(|(weight, _)| weight).sum();
            (!known.is_empty()).then(|| known.iter().map(|(weight, rate)| weight * rate).sum::<Exact>() / whole)
        };
        let cell = |aspect: &Value, line: &Value| {
            let own: Vec<usize> = (0..models.len())
                .filter(|at| models[*at]["aspect"] == *aspect && models[*at]["line"] == *line)
                .collect();
            let points: Exact = own.iter().map(|at| &items[*at].0).sum();
            (points, mean(own.iter().map(|at| (items[*at].0.clone(), rate(*at))).collect()))
        };
        let aspect = |aspect: &Value| {
            let lines = list(&self.model()["lines"]).iter();
            let cells =
                lines.map(|line| cell(&aspect["code"], &line["code"])).filter(|(points, _)| points.is_positive());
            // The leaves of a scheme add up to its aspects.
            let cells: Vec<(Exact, Option<Exact>)> = cells.collect();
            (cells.iter().map(|(points, _)| points).sum(), mean(cells))
        };
        mean(list(&self.model()["aspects"]).iter().map(aspect).collect()).unwrap()
    }
}
