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
        _ => drop(values.insert(path.to_owned(), text(path, value))),
    }
}

fn name_of(table: &DeTable<'_>) -> Option<String> {
    let find = |wanted: &str| table.iter().find(|(key, _)| key.get_ref() == wanted).map(|(_, value)| value);
    NAMES.iter().find_map(|key| find(key)).map(|value| text("", value.get_ref()))
}

/// Keys in percent, whose fractions are parts of the whole.
const SHARES: [&str; 14] = [
    "weight",
    "share",
    "quorum",
    "max_top_share",
    "rate",
    "award_quota",
    "period_weights",
    "weights",
    "classes",
    "coefficient_max",
    "mean",
    "first",
    "last",
    "least",
];

/// Keys in percent of a limit and of a condition on votes.
const OF_VOTES: [&str; 2] = ["above", "at_most"];

/// Keys in points, whose fractions are numbers.
const POINTS: [&str; 18] = [
    "points",
    "at_least",
    "full",
    "min",
    "max",
    "scale",
    "step",
    "range",
    "levels",
    "bands",
    "top_from",
    "positive_from",
    "per_item_max",
    "max_bonus",
    "max_deduction",
    "max_per_unit",
    "free",
    "per",
];

/// Keys of a condition in percent, unless it looks at points.
const BARS: [&str; 4] = ["below", "at_least", "above", "at_most"];

/// A fraction as the number it stands for, by the path of its key; `None` for other texts.
fn fraction(path: &str, text: &str) -> Option<String> {
    let last = path.rsplit('.').next().unwrap_or(path);
    // The names of levels and periods, and of what a scheme gives numbers to, are keys of their own.
    let tables = ["levels", "bands", "period_weights", "weights", "classes", "points"];
    let is_named = |key: &str| tables.contains(&key) && path.contains(&format!(".{key}."));
    let is_in = |keys: &[&str]| keys.iter().any(|key| *key == last || is_named(key));
    let number = match () {
        () if is_in(&SHARES) || is_in(&OF_VOTES) => Exact::parse_share(text),
        () if is_in(&POINTS) => Exact::parse_mixed(text),
        () => None,
    };
    number.map(|number| number.in_full())
}

/// A value as text; numbers in their shortest form.
fn text(path: &str, value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => fraction(path, text).unwrap_or_else(|| text.trim().to_owned()),
        DeValue::Integer(number) => plain(number.as_str()),
        DeValue::Float(number) => plain(number.as_str()),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(items) => items.iter().map(|item| text(path, item.get_ref())).collect::<Vec<_>>().join(", "),
        DeValue::Table(table) => {
            let mut parts: Vec<String> = table
                .iter()
                .map(|(key, value)| format!("{} = {}", key.get_ref(), part(key.get_ref(), value.get_ref())))
                .collect();
            parts.sort();
            format!("{{ {} }}", parts.join(", "))
        }
    }
}

/// The value of a key of a condition.
fn part(key: &str, value: &DeValue<'_>) -> String {
    let bar = value.as_str().filter(|_| BARS.contains(&key)).and_then(Exact::parse_share);
    bar.map_or_else(|| text("", value), |bar| bar.in_full())
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
            ("expr", &row.expr),
            ("inputs", &row.inputs),
            ("coefficient", &row.coefficient),
            ("evidence", &row.evidence),
            ("department", &row.department),
            ("standard", &row.standard),
            ("method", &row.method),
            ("source", &row.source),
            ("schemes", &row.schemes),
        ];
        let mut add = |path: String, cell: &Located<String>| {
            if !cell.value.trim().is_empty() {
                let written = cell.value.trim();
                let key = path.rsplit('.').next().unwrap_or(&path);
                let value = fraction(key, written).unwrap_or_else(|| plain(written));
                values.insert(path, value);
            }
        };
        cells.into_iter().for_each(|(key, cell)| add(format!("indicator[{code}].{key}"), cell));
        for own in &row.by_scheme {
            let scored = [("points", &own.points), ("rule", &own.rule), ("params", &own.params)];
            let more = [("expr", &own.expr), ("inputs", &own.inputs), ("coefficient", &own.coefficient)];
            for (key, cell) in scored.into_iter().chain(more) {
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
    fn a_fraction_is_the_number_it_stands_for() {
        let of = |share: &str, points: &str, bar: &str| {
            of(&format!(
                "[[component]]\nid = \"m\"\nweight = {share}\nlevels = {{ \"中\" = {points} }}\n\
                 [[cap]]\ncode = \"2/4\"\nwhen = {{ rate = \"A1\", below = {bar} }}\n"
            ))
        };
        let values = of("\"66 2/3%\"", "\"2/6\"", "\"1/2\"");
        assert_eq!(values, of("\"2/3\"", "\"1/3\"", "50.0"));
        assert_eq!(
            (values["component[m].weight"].as_str(), values["component[m].levels.中"].as_str()),
            ("200/3", "1/3")
        );
        assert_eq!(
            (values["cap[2/4].when"].as_str(), values["cap[2/4].code"].as_str()),
            ("{ below = 50, rate = A1 }", "2/4")
        );
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
