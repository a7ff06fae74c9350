//! A result document with names instead of indices, as a person would read it beside its model, roster and file list.
//!
//! Tests say what they expect by name: units, grades, kinds and rules by code, places as file, sheet and cell.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// The document with names.
pub(crate) fn named(mut result: Value) -> Value {
    let reader = Reader { whole: result.clone() };
    for unit in result["units"].as_array_mut().into_iter().flatten() {
        reader.unit(unit);
    }
    for finding in result["findings"].as_array_mut().into_iter().flatten() {
        reader.place(&mut finding["at"]);
    }
    let settled = reader.settled();
    for (index, row) in result["registers"]["adjustments"].as_array_mut().into_iter().flatten().enumerate() {
        let own = settled.get(&(index as u64)).unwrap_or_else(|| panic!("row {index} counts for no unit"));
        row["outcome"] = own["outcome"].clone();
        row["counted"] = own["counted"].clone();
    }
    for register in ["adjustments", "decisions", "corrections", "appeals", "dispositions"] {
        result["registers"][register].as_array_mut().into_iter().flatten().for_each(|row| reader.row(row));
    }
    for opinion in result["opinions"].as_array_mut().into_iter().flatten() {
        reader.row(opinion);
    }
    for quota in result["quotas"].as_array_mut().into_iter().flatten() {
        reader.quota(quota);
    }
    result["classes"] = reader.classes();
    result["model"] = reader.plain_model();
    result
}

struct Reader {
    whole: Value,
}

impl Reader {
    fn at<'v>(list: &'v Value, index: &Value) -> &'v Value {
        &list[usize::try_from(index.as_u64().expect("an index")).expect("a small index")]
    }

    fn model(&self) -> &Value {
        &self.whole["model"]
    }

    fn grade(&self, index: &Value) -> Value {
        if index.is_null() { Value::Null } else { Self::at(&self.model()["grades"], index)["name"].clone() }
    }

    /// `[file, sheet, "F12"]` with the name of the sheet.
    fn place(&self, at: &mut Value) {
        let Some(parts) = at.as_array() else { return };
        let sheet =
            parts.get(1).map(|sheet| Self::at(&Self::at(&self.whole["files"], &parts[0])["sheets"], sheet).clone());
        let cell = parts.get(2).cloned();
        *at = json!([parts[0], sheet.unwrap_or("".into()), cell.unwrap_or("".into())]);
    }

    /// Every place below a value.
    fn places(&self, value: &mut Value) {
        match value {
            Value::Object(map) => {
                for (key, own) in map {
                    if key == "at" || key == "report" { self.place(own) } else { self.places(own) }
                }
            }
            Value::Array(items) => match items.as_mut_slice() {
                // A part of a given score, a period or node that does not apply.
                [Value::String(_), .., at @ Value::Array(_)] => self.place(at),
                items => items.iter_mut().for_each(|own| self.places(own)),
            },
            _ => {}
        }
    }

    fn unit(&self, unit: &mut Value) {
        for own in unit["adjustments"].as_array_mut().into_iter().flatten() {
            *own = self.adjustment(own);
        }
        for (id, component) in unit["components"].as_object_mut().into_iter().flatten() {
            self.component(id, component);
        }
        let read = unit.clone();
        for step in unit["path"].as_array_mut().into_iter().flatten() {
            *step = self.step(&read, step);
        }
        for (key, own) in unit.as_object_mut().expect("a unit") {
            match key.as_str() {
                "adjustments" | "path" => {}
                "at" | "report" => self.place(own),
                _ => self.places(own),
            }
        }
    }

    /// The code of a node; empty for the unit.
    fn node(&self, node: &Value) -> Value {
        let Some((kind, index)) = node.as_object().and_then(|node| node.iter().next()) else { return "".into() };
        let list = match kind.as_str() {
            "aspect" => "aspects",
            "line" => "lines",
            _ => "leaves",
        };
        Self::at(&self.model()["tree"][list], index)["code"].clone()
    }

    /// Codes of the nodes that the ballots of a component mark.
    fn measured(&self, rules: &Value) -> Vec<Value> {
        let codes = |list: &str| {
            let nodes = self.model()["tree"][list].as_array().into_iter().flatten();
            nodes.map(|node| node["code"].clone()).collect()
        };
        match rules["rates"].as_str() {
            Some("aspects") => codes("aspects"),
            Some("indicators") => codes("leaves"),
            _ => vec!["".into()],
        }
    }

    fn rules(&self, component: &str) -> &Value {
        let components = self.model()["components"].as_array().expect("components");
        let own = components.iter().find(|own| own["id"] == component).expect("a component of the model");
        own["kind"].as_object().and_then(|kind| kind.values().next()).unwrap_or(&Value::Null)
    }

    /// A component of a unit: classes by id, nodes by code.
    fn component(&self, id: &str, own: &mut Value) {
        let rules = self.rules(id);
        for given in own["given"].as_array_mut().into_iter().flatten() {
            given["node"] = self.node(&given["node"]);
        }
        let classes = rules["classes"].as_array().into_iter().flatten();
        let recorded = own["ballots"]["classes"].as_array_mut().into_iter().flatten();
        for (class, own) in classes.zip(recorded) {
            let own = own.as_object_mut().expect("a class");
            let counts = own.remove("counts").expect("counts");
            own.extend(counts.as_object().cloned().expect("counts"));
            own.insert("id".to_owned(), class["id"].clone());
            for row in own.get_mut("tallies").and_then(Value::as_array_mut).into_iter().flatten() {
                let node = usize::try_from(row["node"].as_u64().expect("an index")).expect("a small index");
                row["node"] = self.measured(rules)[node].clone();
            }
        }
    }

    fn quota(&self, quota: &mut Value) {
        if !quota["group"].is_null() {
            quota["group"] = Self::at(&self.whole["groups"], &quota["group"]).clone();
        }
        quota["grade"] = self.grade(&quota["grade"]);
        let seats = quota["seats"].as_object().cloned().expect("seats");
        quota.as_object_mut().expect("a quota").extend(seats);
    }

    /// Classes as a whole, by component and id.
    fn classes(&self) -> Value {
        let components = self.model()["components"].as_array().into_iter().flatten();
        let totals = self.whole["components"].as_array().into_iter().flatten();
        let ballots = components.zip(totals).filter(|(_, totals)| totals["ballots"].is_object());
        let classes = ballots.map(|(component, totals)| {
            let id = component["id"].as_str().expect("an id");
            let named = self.rules(id)["classes"].as_array().into_iter().flatten();
            let own = totals["ballots"]["classes"].as_array().cloned().expect("classes");
            let classes = named.zip(own).map(|(class, mut own)| {
                own["id"] = class["id"].clone();
                own
            });
            (id.to_owned(), classes.collect::<Value>())
        });
        Value::Object(classes.collect())
    }

    /// The model without its sections: leaves with the codes of line and aspect, components with what their kind says.
    fn plain_model(&self) -> Value {
        let mut model = self.model().clone();
        let sections = ["score", "rank", "adjustments", "tree"].map(|section| (section, self.model()[section].clone()));
        let plain = model.as_object_mut().expect("a model");
        for (section, own) in sections {
            let own = own.as_object().cloned().expect("a section");
            let prefix = if section == "rank" { "rank_" } else { "" };
            plain.extend(own.into_iter().map(|(key, value)| (format!("{prefix}{key}"), value)));
        }
        model["not_applicable"] = self.model()["self_report"]["not_applicable"].clone();
        model["tie_at_quota"] = model["rank_tie_at_quota"].clone();
        let links = model["rank_tie_break"].as_array().into_iter().flatten();
        model["tie_break"] = links.map(|link| link["name"].clone()).collect();
        for leaf in model["leaves"].as_array_mut().into_iter().flatten() {
            leaf["full"] = leaf["points"].clone();
            for (key, list) in [("line", "lines"), ("aspect", "aspects")] {
                // A model may have no lines or aspects.
                if !leaf[key].is_null() {
                    leaf[key] = Self::at(&self.model()["tree"][list], &leaf[key])["code"].clone();
                }
            }
        }
        for component in model["components"].as_array_mut().into_iter().flatten() {
            let rules = self.rules(component["id"].as_str().expect("an id"));
            let kind = component["kind"].as_object().and_then(|kind| kind.keys().next()).cloned();
            let own = component.as_object_mut().expect("a component");
            own.extend(rules.as_object().cloned().unwrap_or_default());
            own.insert("nodes".to_owned(), self.measured(rules).into());
            if let Some(kind) = kind {
                own.insert("kind".to_owned(), kind.into());
            }
            own.entry("classes").or_insert_with(|| json!([]));
        }
        model
    }

    /// What an adjustment of a unit is: its row by 编号, code and place, how it ended, and what cut it.
    fn adjustment(&self, own: &Value) -> Value {
        let (word, reason) = match &own["end"] {
            Value::Object(end) => {
                end.iter().next().map(|(word, reason)| (word.clone(), reason.clone())).expect("an end")
            }
            end => (end.as_str().expect("an end").to_owned(), Value::Null),
        };
        let outcome = if word == "not-approved" { reason.clone() } else { word.into() };
        let mut named = json!({ "id": "", "code": "", "kind": own["sign"], "outcome": outcome, "reason": reason,
            "points": own["points"], "counted": own["counted"], "at": null });
        if !own["row"].is_null() {
            let row = Self::at(&self.whole["registers"]["adjustments"], &own["row"]);
            named["id"] = row["id"].clone();
            named["code"] = Self::at(&self.model()["adjustments"]["kinds"], &row["kind"])["code"].clone();
            named["at"] = row["at"].clone();
            self.place(&mut named["at"]);
        }
        named
    }

    /// How each row of bonus, deduction and event ended, by its index in the register.
    fn settled(&self) -> BTreeMap<u64, Value> {
        let units = self.whole["units"].as_array().into_iter().flatten();
        let own = units.flat_map(|unit| unit["adjustments"].as_array().into_iter().flatten());
        own.filter_map(|own| Some((own["row"].as_u64()?, self.adjustment(own)))).collect()
    }

    fn row(&self, row: &mut Value) {
        if !row["unit"].is_null() {
            row["unit"] = Self::at(&self.whole["units"], &row["unit"])["code"].clone();
        }
        let target = match row["target"].as_object().and_then(|target| target.iter().next()) {
            Some((word, index)) if index.is_u64() && (word == "leaf" || word == "value") => {
                Some(Self::at(&self.model()["tree"]["leaves"], index)["code"].clone())
            }
            Some((word, index)) if word == "component" => {
                Some(Self::at(&self.model()["components"], index)["id"].clone())
            }
            // The value of a period, or an input of a leaf.
            Some((_, own)) if own.is_object() => {
                Some(Self::at(&self.model()["tree"]["leaves"], &own["leaf"])["code"].clone())
            }
            _ => None,
        };
        let map = row.as_object_mut().expect("a row");
        map.extend(target.map(|target| ("target".to_owned(), target)));
        if let Some(kind) = map.get("kind") {
            let code = Self::at(&self.model()["adjustments"]["kinds"], kind)["code"].clone();
            map.insert("code".to_owned(), code);
        }
        if let Some(ruling) = map.remove("ruling") {
            map.insert("grade".to_owned(), self.grade(&ruling["pin"]));
        }
        for key in ["links", "handled_by", "old", "new"] {
            if let Some(value) = map.get_mut(key) {
                *value = value[0].clone();
            }
        }
        self.place(&mut row["at"]);
    }

    /// A step with its rule, clause, grades and the values that decided.
    fn step(&self, unit: &Value, step: &Value) -> Value {
        let (kind, fields) = match step {
            Value::Object(step) => {
                step.iter().next().map(|(kind, fields)| (kind.clone(), fields.clone())).expect("a step")
            }
            kind => (kind.as_str().expect("a step").to_owned(), json!({})),
        };
        let mut named = json!({ "kind": kind, "code": null, "name": null, "clause": null, "at": null,
            "from": self.grade(&fields["from"]), "to": self.grade(&fields["to"]), "values": {} });
        let rules = if kind.starts_with("cap") { &self.model()["caps"] } else { &self.model()["promotions"] };
        if !fields["rule"].is_null() {
            let rule = Self::at(rules, &fields["rule"]);
            for key in ["code", "name", "clause"] {
                named[key] = rule[key].clone();
            }
            let limit = if kind.starts_with("cap") { "at_most" } else { "floor" };
            named["values"][limit] = self.grade(if limit == "floor" { &rule["to"] } else { &rule["at_most"] });
        }
        if !fields["row"].is_null() {
            self.register(&kind, &fields["row"], &mut named);
        }
        let grades = &self.model()["grades"];
        match kind.as_str() {
            "threshold" => {
                let grade = Self::at(grades, &fields["to"]);
                named["clause"] = grade["clause"].clone();
                named["values"]["total"] = unit["total"].clone();
                named["values"]["at_least"] = grade["at_least"].clone();
            }
            "final" => named["values"]["parallel"] = Self::at(grades, &fields["to"])["parallel"].clone(),
            "tie-excluded" | "tie-included" | "tie-pending" | "behind-tie" => {
                named["clause"] = self.model()["rank"]["clause"].clone();
            }
            _ => {}
        }
        let values: Map<String, Value> = fields.as_object().cloned().unwrap_or_default();
        for (key, value) in values.into_iter().filter(|(key, _)| !["from", "to", "rule", "row"].contains(&key.as_str()))
        {
            named["values"][key] = value.as_u64().map_or(value, |number| number.to_string().into());
        }
        named
    }

    /// What the register row or form of a step says.
    fn register(&self, kind: &str, row: &Value, named: &mut Value) {
        let list = if kind == "opinion" { &self.whole["opinions"] } else { &self.whole["registers"]["decisions"] };
        let row = Self::at(list, row);
        let names: &[[&str; 2]] = match kind {
            "opinion" => {
                &[["department", "department"], ["opinion", "written"], ["suggested", "suggested"], ["said", "text"]]
            }
            _ => &[["id", "id"], ["document", "document_number"]],
        };
        for [name, key] in names {
            named["values"][*name] = row[*key].clone();
        }
        named["at"] = row["at"].clone();
        self.place(&mut named["at"]);
    }
}
