//! The values of a model as a flat list, so that two models can be compared key by key without their files.
//!
//! A path names the section, the item in brackets and the key: `component[meeting].class[P1].weight`,
//! `grade[A].at_least`, `rank.tie_break`. Numbers are normalised (90.0 is 90); comments, spaces and the order of keys
//! are ignored. If the order of items matters, it is a value of its own: `grade.order`.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use super::tree::IndicatorRow;
use crate::shared::number::Exact;
use crate::shared::place::Located;

/// The keys that identify an item of a list of tables.
const NAMES: [&str; 3] = ["code", "id", "name"];

/// All values of a model file and its indicator table.
pub(super) fn values(table: &DeTable<'_>, rows: Option<&[IndicatorRow]>) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    take_table("", table, &mut values);
    if let Some(rows) = rows {
        take_rows(rows, &mut values);
    }
    values
}

fn take_table(path: &str, table: &DeTable<'_>, values: &mut BTreeMap<String, String>) {
    for (key, value) in table.iter() {
        let own = match path {
            "" => key.get_ref().to_string(),
            _ => format!("{path}.{}", key.get_ref()),
        };
        take(&own, value.get_ref(), values);
    }
}

fn take(path: &str, value: &DeValue<'_>, values: &mut BTreeMap<String, String>) {
    match value {
        // A condition is one value as a whole.
        DeValue::Table(table) if !path.ends_with(".when") && !path.ends_with(".unless") => {
            take_table(path, table, values);
        }
        DeValue::Array(items) if !items.is_empty() && items.iter().all(|item| item.get_ref().is_table()) => {
            let mut order = Vec::new();
            for (number, item) in items.iter().enumerate() {
                let Some(table) = item.get_ref().as_table() else { continue };
                let name = name_of(table).unwrap_or_else(|| (number + 1).to_string());
                take_table(&format!("{path}[{name}]"), table, values);
                order.push(name);
            }
            values.insert(format!("{path}.order"), order.join(", "));
        }
        _ => drop(values.insert(path.to_owned(), text(value))),
    }
}

fn name_of(table: &DeTable<'_>) -> Option<String> {
    let find = |wanted: &str| table.iter().find(|(key, _)| key.get_ref() == wanted).map(|(_, value)| value);
    NAMES.iter().find_map(|key| find(key)).map(|value| text(value.get_ref()))
}

/// A value as text; numbers in their shortest form.
fn text(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.trim().to_owned(),
        DeValue::Integer(number) => plain(number.as_str()),
        DeValue::Float(number) => plain(number.as_str()),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(items) => items.iter().map(|item| text(item.get_ref())).collect::<Vec<_>>().join(", "),
        DeValue::Table(table) => {
            let mut parts: Vec<String> =
                table.iter().map(|(key, value)| format!("{} = {}", key.get_ref(), text(value.get_ref()))).collect();
            parts.sort();
            format!("{{ {} }}", parts.join(", "))
        }
    }
}

fn plain(written: &str) -> String {
    Exact::parse(written).map_or_else(|| written.to_owned(), |number| number.to_string())
}

/// Adds the indicator table, with the keys used for the same values in the model file.
fn take_rows(rows: &[IndicatorRow], values: &mut BTreeMap<String, String>) {
    for row in rows {
        let code = row.code.value.trim();
        let cells = [
            ("code", &row.code),
            ("line", &row.line),
            ("aspect", &row.aspect),
            ("item", &row.item),
            ("name", &row.name),
            ("points", &row.points),
            ("rule", &row.rule),
            ("params", &row.params),
            ("evidence", &row.evidence),
            ("department", &row.department),
            ("standard", &row.standard),
            ("method", &row.method),
            ("source", &row.source),
            ("schemes", &row.schemes),
        ];
        let mut add = |path: String, cell: &Located<String>| {
            if !cell.value.trim().is_empty() {
                values.insert(path, plain(cell.value.trim()));
            }
        };
        cells.into_iter().for_each(|(key, cell)| add(format!("indicator[{code}].{key}"), cell));
        for own in &row.by_scheme {
            for (key, cell) in [("points", &own.points), ("rule", &own.rule), ("params", &own.params)] {
                add(format!("indicator[{code}].by_scheme.{}.{key}", own.scheme.value), cell);
            }
        }
    }
    let order: Vec<&str> = rows.iter().map(|row| row.code.value.trim()).collect();
    values.insert("indicator.order".to_owned(), order.join(", "));
}

#[cfg(test)]
mod tests {
    use super::super::toml::Source;
    use super::*;
    use crate::shared::place::FileId;

    fn of(text: &str) -> BTreeMap<String, String> {
        let source = Source::new(text, FileId(0));
        let table = source.parse();
        values(table.get_ref(), None)
    }

    #[test]
    fn what_reads_alike_is_alike() {
        let one =
            of("[score]\nfull = 100.0 # points\n[[grade]]\nname = \"A\"\nat_least = 90\nquota = { share = 30 }\n");
        let other = of("[[grade]]\nquota = {share=30.00}\nat_least=90.0\nname=\"A\"\n\n[score]\nfull = 100\n");
        assert_eq!(one, other);
        assert_eq!(one["grade[A].quota.share"], "30");
        assert_eq!(one["grade.order"], "A");
    }

    #[test]
    fn items_are_known_by_code_id_or_name_and_conditions_read_as_a_whole() {
        let values = of("[[component]]\nid = \"m\"\n[[component.class]]\nid = \"P1\"\nweight = 30\n\
                         [[cap]]\ncode = \"C1\"\nwhen = { rate = \"A1\", below = 70 }\n[rank]\ntie_break = [\"m\", \"A1\"]\n");
        assert_eq!(values["component[m].class[P1].weight"], "30");
        assert_eq!(values["cap[C1].when"], "{ below = 70, rate = A1 }");
        assert_eq!(values["rank.tie_break"], "m, A1");
    }
}
