//! Pages: from a page as values to one HTML file that needs nothing else, with no network and no other file.
//!
//! Everything from inputs is escaped by the template or stands in JSON that only a reader of JSON looks at; the page
//! names its one script and its one style by their hashes, so that a browser runs and fetches nothing else. Equal pages
//! give equal bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;
use serde::ser::{SerializeSeq as _, Serializer};

use crate::documents::report::page::{List, PageDoc, Section};
use crate::documents::trace::TraceNode;
use crate::read::sha256_base64;
use crate::shared::i18n::{Lang, say};

mod bars;
mod table;

/// What every page begins with after its type, by which one may be replaced by a newer one.
const MARK: &str = "<!-- assess.page/1 -->";
const SCRIPT: &str = include_str!("page/page.js");
const STYLE: &str = include_str!("page/page.css");

/// Whether bytes are a page that this program wrote.
pub fn is_own(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(DOCTYPE.0.len() + MARK.len())];
    start.ends_with(MARK.as_bytes())
}

/// The bytes of a page with the content seal of its version.
///
/// # Errors
/// If a calculation cannot be written as JSON.
pub fn bytes(page: &PageDoc<'_>, seal: &str) -> anyhow::Result<Vec<u8>> {
    let calculations = Calculations::of(page)?;
    let lang = page.lang;
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        sha256_base64(SCRIPT.as_bytes()),
        sha256_base64(STYLE.as_bytes())
    );
    let markup = html! {
        (DOCTYPE)
        (PreEscaped(MARK))
        html lang=(tag(lang)) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (page.title) @if let Some(draft) = page.draft { " " span.draft { (draft) } } }
                    p { (page.line) }
                    noscript { p.note { (lang.text("page.script")) } }
                    nav aria-label=(lang.text("page.sections")) {
                        @for (index, section) in page.sections.iter().enumerate() {
                            a href=(format!("#s{index}")) { (section.sheet.name) }
                        }
                    }
                }
                main {
                    @for (index, section) in page.sections.iter().enumerate() {
                        (part(index, section, page))
                    }
                    @if !page.units.is_empty() { (unit_view(lang)) }
                }
                footer { p { (say!(lang, "report.seal", seal = seal)) } }
                (calculations.markup())
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    Ok(markup.into_string().into_bytes())
}

const fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    }
}

/// A section with the means to search its units.
fn part(index: usize, section: &Section<'_>, page: &PageDoc<'_>) -> Markup {
    let lang = page.lang;
    html! {
        section id=(format!("s{index}")) {
            h2 { (section.sheet.name) }
            @if let Some(list) = &section.list { (tools(list, lang)) }
            (table::of_sheet(section, &page.units, lang))
        }
    }
}

/// The field to search, the choice of a group, and how many units are shown.
fn tools(list: &List, lang: Lang) -> Markup {
    html! {
        div.tools data-listed=(table::LISTED) data-group=[list.group] data-all=(lang.text("page.all")) data-count=(lang.text("page.count"))
            data-sort=(lang.text("page.sort")) {
            label { (lang.text("page.search")) " " input type="search" name="find" autocomplete="off"; }
            @if list.group.is_some() {
                label { (lang.text("page.group")) " " select name="group" {} }
            }
            output aria-live="polite" { (say!(lang, "page.count", n = list.rows)) }
            button type="button" name="print" { (lang.text("page.print")) }
            p.note.more hidden {
                (lang.text("page.more")) " "
                button type="button" name="all" { (lang.text("page.more.all")) }
            }
            p.note.none hidden { (lang.text("page.none")) }
        }
    }
}

/// The place where the script shows the calculation of the chosen unit.
fn unit_view(lang: Lang) -> Markup {
    html! {
        section #unit hidden tabindex="-1" aria-live="polite" {
            p.tools {
                a href="#s0" { (lang.text("page.back")) }
                button type="button" name="open" { (lang.text("page.open-all")) }
                button type="button" name="close" { (lang.text("page.close-all")) }
                button type="button" name="print" { (lang.text("page.print")) }
            }
            h2 {}
            dl {}
            div.notes {}
            h3 { (lang.text("page.calculation")) }
            div.tree {}
        }
    }
}

/// The calculations of all units as JSON: texts that repeat stand once and are named by their index.
struct Calculations {
    texts: String,
    units: Vec<String>,
}

impl Calculations {
    fn of(page: &PageDoc<'_>) -> anyhow::Result<Self> {
        let mut texts = Texts::default();
        let units = page.units.iter().map(|unit| {
            let tree = texts.node(&unit.tree);
            Ok(harmless(&serde_json::to_string(&(unit.code, &unit.notes, tree))?))
        });
        let units = units.collect::<anyhow::Result<Vec<String>>>()?;
        Ok(Self { texts: harmless(&serde_json::to_string(&texts.list)?), units })
    }

    fn markup(&self) -> Markup {
        html! {
            @if !self.units.is_empty() {
                script type="application/json" id="texts" { (PreEscaped(&self.texts)) }
                @for (index, unit) in self.units.iter().enumerate() {
                    script type="application/json" id=(format!("u{index}")) { (PreEscaped(unit)) }
                }
            }
        }
    }
}

/// JSON that no reader of HTML takes for markup.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Texts by index.
#[derive(Default)]
struct Texts<'t> {
    list: Vec<Cow<'t, str>>,
    known: BTreeMap<Cow<'t, str>, usize>,
}

impl<'t> Texts<'t> {
    fn index(&mut self, text: Cow<'t, str>) -> usize {
        if let Some(index) = self.known.get(&text) {
            return *index;
        }
        let index = self.list.len();
        self.list.push(text.clone());
        self.known.insert(text, index);
        index
    }

    fn node(&mut self, node: &'t TraceNode<'t>) -> Node<'t> {
        let (before, cell) = node.at.rsplit_once('!').map_or((&*node.at, ""), |(before, cell)| (before, cell));
        Node {
            label: self.index(Cow::Borrowed(&node.label)),
            value: &node.value,
            how: (!node.how.is_empty()).then(|| self.index(Cow::Borrowed(&node.how))),
            file: (!before.is_empty()).then(|| self.index(Cow::Borrowed(before))),
            cell,
            parts: node.parts.iter().map(|part| self.node(part)).collect(),
        }
    }
}

/// A step of a calculation: `[label, value, how, file and sheet, cell, parts]`, shortened after the last that is there.
struct Node<'t> {
    label: usize,
    value: &'t str,
    how: Option<usize>,
    file: Option<usize>,
    cell: &'t str,
    parts: Vec<Node<'t>>,
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = match (self.parts.is_empty(), self.file, self.how) {
            (false, ..) => 6,
            (true, Some(_), _) => 5,
            (true, None, Some(_)) => 3,
            (true, None, None) => 2,
        };
        let mut list = serializer.serialize_seq(Some(length))?;
        list.serialize_element(&self.label)?;
        list.serialize_element(self.value)?;
        if length > 2 {
            list.serialize_element(&self.how)?;
        }
        if length > 3 {
            list.serialize_element(&self.file)?;
            list.serialize_element(self.cell)?;
        }
        if length > 5 {
            list.serialize_element(&self.parts)?;
        }
        list.end()
    }
}
