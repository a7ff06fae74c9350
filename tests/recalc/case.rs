//! Small results as values, and a look at the cells of their sheet.

use assess::documents::report::document::{Content, SheetDoc};
use assess::documents::report::result;
use assess::model::{ModelDraft, load};
use assess::result::outcome::Outcome;
use assess::shared::place::FileId;
use serde_json::{Value, json};

/// A result of a model: components, units and what else differs from a plain one.
pub(super) struct Case {
    pub(super) model: Value,
    pub(super) units: Vec<Value>,
    pub(super) quotas: Value,
    /// Periods of the components of scores made elsewhere.
    pub(super) periods: Value,
    pub(super) registers: Value,
}

/// A component of scores made elsewhere.
pub(super) fn component(id: &str, weight: i64, kind: &str) -> Value {
    let given = json!({ "given": { "scale": "100/1", "periods": "mean", "period_order": [], "missing": "error",
        "not_applicable": "error" } });
    json!({ "id": id, "name": id, "weight": format!("{weight}/1"), "inputs": null, "clause": null,
        "kind": if kind == "given" { given } else { kind.into() } })
}

pub(super) fn ballots(id: &str, weight: i64, classes: &[(&str, i64)]) -> Value {
    let class = |(id, weight): &(&str, i64)| {
        json!({ "id": id, "name": id, "aliases": [], "weight": format!("{weight}/1"), "issued": "unknown",
            "recuse": true })
    };
    let mut own = component(id, weight, "");
    own["kind"] = json!({ "ballots": { "rates": "unit", "scale": { "range": { "low": "0/1", "high": "100/1" } },
        "full": "100/1", "positive": "undeclared", "abstain": [], "denominator": "valid", "max_top_share": null,
        "top_from": "100/1", "straight_line": "allow", "pattern_from": 3, "trim": null, "mean_decimals": null,
        "quorum": null, "min_valid": 0, "too_few": "error", "missing_class": "error", "not_applicable": "error",
        "classes": classes.iter().map(class).collect::<Vec<Value>>() } });
    own
}

/// A unit with its exact base and total and its published total.
pub(super) fn unit(code: &str, base: &str, total: (&str, &str), rank: Option<usize>) -> Value {
    json!({ "code": code, "name": code, "group": "G", "mode": if rank.is_some() { "ranked" } else { "separate" },
        "secretary": "", "contact": "", "total": total.1, "base": "0", "plus": "0", "minus": "0",
        "exact": { "base": base, "plus": "0/1", "minus": "0/1", "total": total.0 },
        "rank_group": rank, "rank_overall": rank, "grade": null, "threshold": null, "parallel": null,
        "deferred": false, "takes_place": false, "aspects": {}, "lines": {}, "components": {}, "leaves": [],
        "adjustments": [], "path": [], "report": null, "at": [0, 0, "A1"] })
}

fn rated(exact: &str) -> Value {
    json!({ "rate": "0", "exact": exact, "weight": "0/1", "contribution": "0/1", "aspects": {}, "lines": {} })
}

/// A component scored elsewhere with one score.
pub(super) fn given(score: i64) -> Value {
    let mut own = rated(&format!("{score}/1"));
    own["given"] =
        json!([{ "node": "unit", "rate": format!("{score}/1"), "parts": [["", format!("{score}/1"), [0, 0, "A1"]]] }]);
    own
}

pub(super) fn means(exact: &str, means: &[(&str, Option<&str>)]) -> Value {
    let mut own = rated(exact);
    let class = |(_, mean): &(&str, Option<&str>)| {
        let mean = mean.map(|mean| json!({ "mean": mean, "counted": 3, "zeros": 0 }));
        let counts = json!({ "raters": 3, "valid": 3, "abstained": 0, "void": 0, "recused": 0 });
        json!({ "means": [mean], "missing": null, "effective_weight": "0/1", "counts": counts })
    };
    let classes: Vec<Value> = means.iter().map(class).collect();
    own["ballots"] = json!({ "answers": 3, "enough": "enough", "satisfaction": null, "positive": 0, "valid": 3,
        "rates": [exact], "classes": classes });
    own
}

fn leaf(code: &str, full: i64, points: Option<&str>) -> Value {
    json!({ "code": code, "full": format!("{full}/1"), "self": null, "verified": points, "state": "verified",
        "claimed": null, "value": null, "note": "", "rate": null, "at": [0, 0, "A1"] })
}

/// The model of the minimal example.
fn minimal() -> assess::model::Model {
    let text = include_str!("../../examples/minimal/assess.toml");
    load(ModelDraft { text, file: FileId(0), table: None, hash: String::new() }).0.unwrap()
}

impl Case {
    /// A model of some components, without indicators, adjustments and quotas.
    pub(super) fn new(components: &[Value], units: Vec<Value>) -> Self {
        let mut model = serde_json::to_value(minimal()).unwrap();
        (model["title"], model["language"]) = ("T".into(), "en".into());
        model["tree"] = json!({ "lines": [], "aspects": [], "cells": [], "leaves": [] });
        model["components"] = json!(components);
        for part in ["grades", "caps"] {
            model[part] = json!([]);
        }
        for (part, key) in [("rank", "tie_break"), ("adjustments", "kinds")] {
            model[part][key] = json!([]);
        }
        for limit in ["max_bonus", "max_deduction"] {
            model["adjustments"][limit] = Value::Null;
        }
        let registers =
            json!({ "adjustments": [], "decisions": [], "corrections": [], "appeals": [], "dispositions": [] });
        Self { model, units, quotas: json!([]), periods: json!([""]), registers }
    }

    /// Units that have what a single given component says, all ranked as listed.
    pub(super) fn of_totals(totals: &[i64], ranks: &[usize]) -> Self {
        let unit = |(number, (total, rank)): (usize, (&i64, &usize))| {
            let exact = format!("{total}/1");
            let mut own = unit(&format!("U{number}"), &exact, (&exact, &format!("{total}.00")), Some(*rank));
            own["components"] = json!({ "all": given(*total) });
            own
        };
        let units = totals.iter().zip(ranks).enumerate().map(unit).collect();
        Self::new(&[component("all", 100, "given")], units)
    }

    /// Leaves of 30 and 10 points in one cell and of 60 in another, all of one aspect, and one unit.
    pub(super) fn of_leaves(points: [Option<&str>; 3], rate: &str, published: &str) -> Self {
        let mut own = unit("U1", rate, (rate, published), Some(1));
        own["components"] = json!({ "indicators": rated(rate) });
        let fulls = [30, 10, 60];
        own["leaves"] = (0..3).map(|i| leaf(&format!("{i}"), fulls[i], points[i])).collect();
        let mut case = Self::new(&[component("indicators", 100, "indicators")], vec![own]);
        let node = |code: &str, points: &str| json!({ "code": code, "name": code, "points": points });
        case.model["tree"]["lines"] = json!([node("L1", "40/1"), node("L2", "60/1")]);
        case.model["tree"]["aspects"] = json!([node("A1", "100/1")]);
        let cell = |line: usize, points: &str, leaves: &[usize]| json!({ "line": line, "aspect": 0, "points": points, "leaves": leaves });
        case.model["tree"]["cells"] = json!([cell(0, "40/1", &[0, 1]), cell(1, "60/1", &[2])]);
        let model = |i: usize| {
            json!({ "code": format!("{i}"), "line": usize::from(i == 2), "aspect": 0, "cell": usize::from(i == 2),
                "item": "", "name": "", "points": format!("{}/1", fulls[i]), "rule": { "direct": [] }, "input": "number",
                "evidence": "none", "department": "", "standard": "", "method": "", "asked_of_unit": true })
        };
        case.model["tree"]["leaves"] = (0..3).map(model).collect();
        case
    }

    /// The sheet; its result lives on until the tests end.
    pub(super) fn sheet(&self) -> SheetDoc<'static> {
        let scale = json!({ "range": { "low": "0/1", "high": "100/1", "step": "1/1" } });
        let totals = self.model["components"].as_array().into_iter().flatten().map(|own| match &own["kind"] {
            kind if kind["ballots"].is_object() => json!({ "ballots": { "scale": scale, "classes": [] } }),
            kind if kind["given"].is_object() => {
                json!({ "given": { "periods": self.periods, "scored": self.units.len() } })
            }
            kind => kind.clone(),
        });
        let totals: Vec<Value> = totals.collect();
        let whole = json!({ "schema": "assess.result/2", "version": "v001", "parent": null, "draft": false,
            "model": self.model, "files": [], "groups": ["G"], "components": totals, "handed_in": {}, "units": self.units,
            "quotas": self.quotas, "registers": self.registers, "findings": [],
            "reconciliation": { "units": { "roster": 0, "received": 0, "missing": 0, "excluded": 0 }, "ballots": [],
                "files": { "found": 0, "used": 0, "duplicate": 0, "ignored": 0, "rejected": 0 }, "registers": {} } });
        let outcome: Outcome = serde_json::from_value(whole).unwrap();
        result(Box::leak(Box::new(outcome))).sheets.into_iter().find(|sheet| sheet.name == "Recalculation").unwrap()
    }
}

/// The column below two headings.
fn column(sheet: &SheetDoc<'_>, block: &str, title: &str) -> usize {
    fn text<'c>(content: &'c Content<'_>) -> &'c str {
        match content {
            Content::Text(text) => text,
            _ => "",
        }
    }
    let blocks = sheet.header[0].cells.iter().flat_map(|cell| vec![text(&cell.content); cell.cols as usize]);
    let titles = sheet.header[1].cells.iter().map(|cell| text(&cell.content));
    let found = blocks.zip(titles).position(|(own, own_title)| own == block && own_title == title);
    found.unwrap_or_else(|| panic!("no column {title} in {block}"))
}

/// Formula, or nothing for a plain value, and result of a cell of a unit.
#[track_caller]
pub(super) fn cell(sheet: &SheetDoc<'_>, unit: usize, block: &str, title: &str) -> (String, String) {
    let mut at = 0;
    let wanted = column(sheet, block, title);
    let row = sheet.rows[unit].cells.iter();
    let found = row.take_while(|cell| {
        let here = at;
        at += cell.cols as usize;
        here <= wanted
    });
    shown(&found.last().unwrap().content)
}

pub(super) fn shown(content: &Content<'_>) -> (String, String) {
    match content {
        Content::Formula(own) => (own.formula.to_string(), own.value.to_string()),
        Content::TextFormula(own) => (own.formula.to_string(), own.text.to_string()),
        Content::Number { value, .. } => (String::new(), value.to_string()),
        Content::Count(count) => (String::new(), count.to_string()),
        Content::Text(text) => (String::new(), text.to_string()),
        other => (String::new(), format!("{other:?}")),
    }
}

/// The total of differences.
pub(super) fn sum(sheet: &SheetDoc<'_>) -> String {
    shown(&sheet.head.last().unwrap().cells[1].content).1
}
