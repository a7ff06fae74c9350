//! What a unit is told: numbers read from the sheets of its feedback workbook and from its letter, by their headers.

use std::collections::BTreeMap;

use assess::documents::report::document::{Content, Document, SheetDoc};
use serde_json::Value;

use crate::number::{Q, parse};

/// A class at a node of a component: indices of the result's model.
pub(crate) type Cell = (usize, usize, usize);

/// The numbers of a letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Rate and points in the total by component.
    pub(crate) components: BTreeMap<usize, (Q, Q)>,
    /// The base.
    pub(crate) base: Option<Q>,
    /// The total.
    pub(crate) total: Option<Q>,
    /// Rates of aspects by index.
    pub(crate) aspects: BTreeMap<usize, Q>,
    /// Rates of lines by index.
    pub(crate) lines: BTreeMap<usize, Q>,
    /// Means by component, node and class.
    pub(crate) means: BTreeMap<Cell, Q>,
    /// Satisfaction rates by component.
    pub(crate) satisfaction: BTreeMap<usize, Q>,
    /// All that stands in the rows of a component's classes and of its satisfaction, the full points apart.
    pub(crate) figures: BTreeMap<usize, Vec<String>>,
    /// Most decimals of a number in the table of aspects and lines.
    pub(crate) node_decimals: u32,
}

/// A row: texts by column.
type Row = BTreeMap<usize, String>;

fn rows(sheet: &SheetDoc) -> Vec<Row> {
    let row = |cells: &[assess::documents::report::document::CellDoc]| {
        let (mut column, mut row) = (0, Row::new());
        for cell in cells {
            row.insert(column, text(&cell.content));
            column += usize::from(cell.cols);
        }
        row
    };
    sheet.all_rows().map(|own| row(&own.cells)).collect()
}

fn text(content: &Content) -> String {
    match content {
        Content::Text(text) => text.to_string(),
        Content::Number { value, decimals } => format!("{value:.0$}", *decimals as usize),
        Content::Count(count) => count.to_string(),
        Content::Empty | Content::Covered => String::new(),
        other => format!("{other:?}"),
    }
}

/// A number as printed.
fn number(text: Option<&String>) -> Option<Q> {
    text.filter(|text| is_number(text)).map(|text| parse(text))
}

fn is_number(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_digit()) && text.chars().all(|c| c.is_ascii_digit() || ".-".contains(c))
}

/// All texts and numbers of a document.
pub(crate) fn texts(document: &Document) -> Vec<String> {
    document.sheets.iter().flat_map(rows).flat_map(BTreeMap::into_values).collect()
}

fn sheet<'d>(document: &'d Document<'_>, name: &str) -> &'d SheetDoc<'d> {
    document.sheets.iter().find(|sheet| sheet.name == name).unwrap_or_else(|| panic!("no sheet {name}"))
}

/// The column of a header word.
fn column(header: &Row, word: &str) -> usize {
    let found = header.iter().find(|(_, text)| text.as_str() == word);
    *found.unwrap_or_else(|| panic!("no {word} in {header:?}")).0
}

/// The index of a name among those of a list of the model.
fn named(list: &Value, name: &str) -> Option<usize> {
    list.as_array().unwrap().iter().position(|own| own["name"] == name)
}

/// Reads the workbook of a unit.
pub(crate) fn read(document: &Document, model: &Value) -> Told {
    let mut told = Told::default();
    read_details(&rows(sheet(document, "得分明细")), model, &mut told);
    read_ballots(&rows(sheet(document, "评议情况")), model, &mut told);
    check_charts(document, &told, model);
    told
}

fn read_details(rows: &[Row], model: &Value, told: &mut Told) {
    let top = rows.iter().position(|row| row.values().any(|text| text == "计入总分")).unwrap();
    let (rate, points) = (column(&rows[top], "得分率（%）"), column(&rows[top], "计入总分"));
    let mut below = rows[top + 1..].iter();
    for row in below.by_ref() {
        let name = &row[&0];
        if name == "总分" {
            told.total = number(row.get(&points));
            told.base = row.values().find_map(|text| base(text));
            break;
        }
        if let (Some(component), Some(rate)) = (named(&model["components"], name), number(row.get(&rate))) {
            told.components.insert(component, (rate, number(row.get(&points)).unwrap()));
        }
    }
    let rest: Vec<&Row> = below.skip_while(|row| row.values().all(|text| text != "得分率（%）")).collect();
    let rate = column(rest[0], "得分率（%）");
    let (aspects, lines) = (model["aspects"].as_array().unwrap(), model["lines"].as_array().unwrap());
    for (index, row) in rest[1..].iter().take(aspects.len() + lines.len()).enumerate() {
        let Some(own) = number(row.get(&rate)) else { continue };
        let digits = row[&rate].split_once('.').map_or(0, |(_, digits)| digits.len());
        told.node_decimals = told.node_decimals.max(u32::try_from(digits).unwrap());
        let (node, index, nodes) = match index.checked_sub(aspects.len()) {
            None => (&aspects[index], index, &mut told.aspects),
            Some(index) => (&lines[index], index, &mut told.lines),
        };
        assert_eq!(node["name"], row[&0].as_str(), "the rows of aspects and lines stand in the order of the model");
        nodes.insert(index, own);
    }
}

/// The base of the line that names base, bonus and deduction, or the base alone where the model has neither of these.
fn base(text: &str) -> Option<Q> {
    text.strip_prefix("基础分 ")?.split('，').next().map(parse)
}

fn read_ballots(rows: &[Row], model: &Value, told: &mut Told) {
    let components = &model["components"];
    let top = rows.iter().position(|row| row.values().any(|text| text == "评议主体"));
    let columns =
        top.map(|top| ["评议主体", "评议对象", "有效票", "平均分", "满分"].map(|word| column(&rows[top], word)));
    for row in rows.iter().skip(top.map_or(0, |top| top + 1)) {
        let Some(component) = row.get(&0).and_then(|name| named(components, name)) else { continue };
        let own = &components[component];
        let is_satisfaction = row.get(&1).is_some_and(|text| text.starts_with("满意率"));
        let class = columns.and_then(|[class, ..]| row.get(&class)).and_then(|name| named(&own["classes"], name));
        let skipped: Vec<usize> = match (class, columns) {
            (Some(_), Some([class, node, _, _, full])) => vec![0, class, node, full],
            _ if is_satisfaction => vec![0, 1, column_of_answers(rows)],
            _ => continue,
        };
        let figures = row.iter().filter(|(column, _)| !skipped.contains(column)).map(|(_, text)| text.clone());
        told.figures.entry(component).or_default().extend(figures.filter(|text| text.chars().any(char::is_numeric)));
        match (class, columns) {
            (Some(class), Some([_, node, _, mean, _])) => {
                let nodes = own["nodes"].as_array().unwrap();
                let node = nodes.iter().position(|code| is_node(model, code.as_str().unwrap(), &row[&node])).unwrap();
                if let Some(mean) = number(row.get(&mean)) {
                    told.means.insert((component, node, class), mean);
                }
            }
            _ => {
                if let Some(rate) = number(row.get(&2)) {
                    told.satisfaction.insert(component, rate);
                }
            }
        }
    }
}

/// Answers over all classes of a component are told in any case.
fn column_of_answers(rows: &[Row]) -> usize {
    rows.iter().find_map(|row| row.iter().find(|(_, text)| *text == "有效评价份数").map(|(at, _)| *at)).unwrap_or(3)
}

fn is_node(model: &Value, code: &str, said: &str) -> bool {
    if code.is_empty() {
        return said == "单位整体";
    }
    let lists = ["aspects", "lines", "leaves"].into_iter().flat_map(|list| model[list].as_array().unwrap());
    lists.filter(|own| own["code"] == code).any(|own| own["name"] == said || said.starts_with(code))
}

/// A chart of classes is drawn from cells of their sheet alone, and only where the sheet shows some.
fn check_charts(document: &Document, told: &Told, model: &Value) {
    for sheet in &document.sheets {
        for placed in &sheet.charts {
            let of_ballots = sheet.name == "评议情况";
            assert!(!of_ballots || !told.means.is_empty(), "a chart of hidden classes: {}", placed.chart.title);
        }
    }
    let classes = model["components"].as_array().unwrap().iter().flat_map(|own| own["classes"].as_array().unwrap());
    // Other names may be words of the language.
    let names = classes.filter_map(|class| class["name"].as_str());
    let names: Vec<&str> = names.filter(|name| name.starts_with("主体")).collect();
    for sheet in document.sheets.iter().filter(|sheet| sheet.name != "评议情况") {
        for text in rows(sheet).iter().flat_map(|row| row.values()) {
            let named = names.iter().find(|name| text.contains(*name));
            assert!(named.is_none(), "{named:?} stands on {}: {text}", sheet.name);
        }
    }
}
