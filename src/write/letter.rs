//! Letters as Word documents, in the layout of official letters (GB/T 9704).
//!
//! The parts are templates, packed as those of workbooks are: what a letter needs of the format is little, and its
//! elements stand in the order of the standard (ECMA-376, part 1, 17), which validators and strict readers ask for. No
//! clock, no names of systems or users: equal letters give equal bytes.

use std::collections::BTreeSet;

use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};

use super::workbook::package::Package;
use crate::documents::report::feedback::{LetterDoc, Paragraph};
use crate::documents::report::{Fonts, Style};
use crate::shared::pieces::in_memory;

/// The declaration with which a part begins.
const XML: PreEscaped<&str> = PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
/// Namespaces of texts, relations and properties.
const TEXTS: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKED_LINKS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Beginning of the content types of parts with texts.
const TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
/// A4 in twentieths of a point.
const A4: [u32; 2] = [11_906, 16_838];
/// Margins in twentieths of a point: top 37 mm, right 26 mm, bottom 35 mm, left 28 mm, header, footer.
const MARGINS: [u32; 6] = [2_098, 1_474, 1_984, 1_587, 720, 1_134];
/// Sizes in half points: title, text, page number, small print.
const TITLE: f64 = 44.0;
const TEXT: f64 = 32.0;
const NUMBER: u32 = 28;
const SMALL: u32 = 18;
/// Line spacing of the title in points.
const TITLE_PITCH: f64 = 36.0;
/// Twentieths of a point in a point, and in half a point.
const TWIPS: f64 = 20.0;
const HALF: f64 = 10.0;
/// The space that stands for an indent of one character.
const WIDE_SPACE: char = '\u{3000}';

/// The bytes of a letter as .docx.
///
/// # Errors
/// If it does not fit into the format.
pub fn bytes(letter: &LetterDoc<'_>) -> anyhow::Result<Vec<u8>> {
    let has_header = letter.mark.is_some();
    let mut parts = vec![
        ("[Content_Types].xml", types(has_header)),
        ("_rels/.rels", links(&[("officeDocument", "word/document.xml")])),
        ("word/document.xml", document(letter)),
        ("word/styles.xml", styles(letter)),
        ("word/settings.xml", settings()),
        ("word/fontTable.xml", fonts(letter)),
        ("word/theme/theme1.xml", theme(letter)),
        ("word/footer1.xml", footer(letter)),
    ];
    let mut linked = vec![
        ("styles", "styles.xml"),
        ("footer", "footer1.xml"),
        ("settings", "settings.xml"),
        ("fontTable", "fontTable.xml"),
        ("theme", "theme/theme1.xml"),
    ];
    if let Some(mark) = &letter.mark {
        parts.push(("word/header1.xml", header(letter, mark)));
        linked.push(("header", "header1.xml"));
    }
    parts.push(("word/_rels/document.xml.rels", links(&linked)));
    parts.push(("docProps/core.xml", properties(letter)));
    in_memory(|put| {
        let mut package = Package::new(put);
        for (name, part) in parts {
            package.add(name, format!("{}{}", XML.0, part.into_string()).as_bytes())?;
        }
        package.finish()
    })
}

fn types(has_header: bool) -> Markup {
    let part = |name: &str, kind: &str| {
        html! { Override PartName=(name) ContentType=(format!("{TYPE}.{kind}+xml")) {} }
    };
    html! {
        Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types" {
            Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" {}
            Default Extension="xml" ContentType="application/xml" {}
            (part("/word/document.xml", "document.main"))
            (part("/word/styles.xml", "styles"))
            (part("/word/settings.xml", "settings"))
            (part("/word/fontTable.xml", "fontTable"))
            Override PartName="/word/theme/theme1.xml"
                ContentType="application/vnd.openxmlformats-officedocument.theme+xml" {}
            (part("/word/footer1.xml", "footer"))
            @if has_header { (part("/word/header1.xml", "header")) }
            Override PartName="/docProps/core.xml"
                ContentType="application/vnd.openxmlformats-package.core-properties+xml" {}
        }
    }
}

/// Relations by kind and target, numbered from 1; those of the whole package have its properties as well.
fn links(targets: &[(&str, &str)]) -> Markup {
    let properties = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    html! {
        Relationships xmlns=(PACKED_LINKS) {
            @for (number, (kind, target)) in (1..).zip(targets) {
                Relationship Id=(format!("rId{number}")) Type=(format!("{LINKS}/{kind}")) Target=(target) {}
            }
            @if targets.len() == 1 {
                Relationship Id="rId2" Type=(properties) Target="docProps/core.xml" {}
            }
        }
    }
}

fn document(letter: &LetterDoc<'_>) -> Markup {
    let [width, height] = A4;
    let [top, right, bottom, left, header, footer] = MARGINS;
    let title = Look { font: letter.fonts.title, size: half_points(TITLE, letter.scale) };
    let pitch = twips(TITLE_PITCH * letter.scale);
    html! {
        w:document xmlns:w=(TEXTS) xmlns:r=(LINKS) {
            w:body {
                @for line in &letter.title {
                    w:p { (set(pitch, Indent::default(), "center")) (run(line, &title)) }
                }
                @for own in &letter.paragraphs { (paragraph(letter, own)) }
                w:sectPr {
                    @if letter.mark.is_some() { w:headerReference w:type="default" r:id="rId6" {} }
                    w:footerReference w:type="default" r:id="rId2" {}
                    w:pgSz w:w=(width) w:h=(height) {}
                    w:pgMar w:top=(top) w:right=(right) w:bottom=(bottom) w:left=(left) w:header=(header)
                        w:footer=(footer) w:gutter="0" {}
                }
            }
        }
    }
}

/// Font and size in half points.
struct Look {
    font: &'static str,
    size: u32,
}

/// Indents in twentieths of a point.
#[derive(Clone, Copy, Default)]
struct Indent {
    first: u32,
    right: u32,
}

/// A paragraph of the text: the spaces around it are indents.
fn paragraph(letter: &LetterDoc<'_>, own: &Paragraph) -> Markup {
    let size = half_points(TEXT, letter.scale);
    let is_space = |c: char| c == ' ' || c == WIDE_SPACE;
    let text = own.text.trim_matches(is_space);
    let room = |spaces: &str| {
        let widths: f64 = spaces.chars().map(|c| if c == WIDE_SPACE { 1.0 } else { 0.5 }).sum();
        (widths * f64::from(size) * HALF).round() as u32
    };
    let (font, align) = match own.style {
        Style::LetterHeading => (letter.fonts.heading, "left"),
        Style::LetterRight => (letter.fonts.letter, "right"),
        _ => (letter.fonts.letter, "both"),
    };
    let around = own.text.split_once(text).filter(|_| !text.is_empty());
    let indent = around.map_or_else(Indent::default, |(before, after)| Indent {
        first: room(before),
        right: if own.style == Style::LetterRight { room(after) } else { 0 },
    });
    html! {
        w:p {
            (set(twips(letter.pitch), indent, align))
            @if !text.is_empty() { (run(text, &Look { font, size })) }
        }
    }
}

/// How a paragraph is set: fixed line spacing, indents, alignment.
fn set(pitch: u32, indent: Indent, align: &str) -> Markup {
    html! {
        w:pPr {
            w:spacing w:line=(pitch) w:lineRule="exact" {}
            @if indent.first > 0 || indent.right > 0 {
                w:ind w:right=(indent.right) w:firstLine=(indent.first) {}
            }
            w:jc w:val=(align) {}
        }
    }
}

fn run(text: &str, look: &Look) -> Markup {
    html! { w:r { (dressed(look)) w:t xml:space="preserve" { (text) } } }
}

fn dressed(look: &Look) -> Markup {
    html! { w:rPr { (font(look.font)) w:sz w:val=(look.size) {} w:szCs w:val=(look.size) {} } }
}

/// One font for letters of every script.
fn font(name: &str) -> Markup {
    html! { w:rFonts w:ascii=(name) w:hAnsi=(name) w:eastAsia=(name) w:cs=(name) {} }
}

/// The word that marks every page.
fn header(letter: &LetterDoc<'_>, mark: &str) -> Markup {
    let look = Look { font: letter.fonts.heading, size: NUMBER };
    html! { w:hdr xmlns:w=(TEXTS) { w:p { w:pPr { w:jc w:val="right" {} } (run(mark, &look)) } } }
}

/// The number of the page between dashes, and the small print.
fn footer(letter: &LetterDoc<'_>) -> Markup {
    let (number, small) = (NUMBER, SMALL);
    let look = Look { font: letter.fonts.body, size: number };
    let print = Look { font: letter.fonts.body, size: small };
    let lines = letter.footer.iter().flat_map(|text| text.lines());
    html! {
        w:ftr xmlns:w=(TEXTS) {
            w:p {
                w:pPr { w:jc w:val="center" {} }
                (run("— ", &look))
                w:fldSimple w:instr=" PAGE " { (run("1", &look)) }
                (run(" —", &look))
            }
            @for line in lines { w:p { (run(line, &print)) } }
        }
    }
}

/// What holds where a paragraph says nothing else.
fn styles(letter: &LetterDoc<'_>) -> Markup {
    let look = Look { font: letter.fonts.letter, size: half_points(TEXT, letter.scale) };
    html! {
        w:styles xmlns:w=(TEXTS) {
            w:docDefaults { w:rPrDefault { (dressed(&look)) } w:pPrDefault {} }
            w:style w:type="paragraph" w:default="1" w:styleId="Normal" { w:name w:val="Normal" {} }
        }
    }
}

/// The program generation whose layout holds: without it Word opens a file in its mode for old ones.
fn settings() -> Markup {
    html! {
        w:settings xmlns:w=(TEXTS) {
            w:compat {
                w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15" {}
            }
        }
    }
}

/// The fonts in use.
fn fonts(letter: &LetterDoc<'_>) -> Markup {
    let Fonts { title, heading, body, letter } = letter.fonts;
    let names = BTreeSet::from([title, heading, body, letter]);
    html! { w:fonts xmlns:w=(TEXTS) { @for name in names { w:font w:name=(name) {} } } }
}

/// A theme, which every document has to have: plain colours, the fonts of the letter.
fn theme(letter: &LetterDoc<'_>) -> Markup {
    const NAME: &str = "assess";
    let colors = ["dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6"];
    let color = |name: &str, value: &str| PreEscaped(format!("<a:{name}><a:srgbClr val=\"{value}\"/></a:{name}>"));
    let shade = |name: &str| if name.starts_with("lt") { "FFFFFF" } else { "000000" };
    let face = |name: &str| {
        html! { a:latin typeface=(name) {} a:ea typeface=(name) {} a:cs typeface=(name) {} }
    };
    let fill = || html! { a:solidFill { a:schemeClr val="phClr" {} } };
    html! {
        a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name=(NAME) {
            a:themeElements {
                a:clrScheme name=(NAME) {
                    @for name in colors { (color(name, shade(name))) }
                    (color("hlink", "0563C1"))
                    (color("folHlink", "954F72"))
                }
                a:fontScheme name=(NAME) {
                    a:majorFont { (face(letter.fonts.title)) }
                    a:minorFont { (face(letter.fonts.letter)) }
                }
                a:fmtScheme name=(NAME) {
                    a:fillStyleLst { @for _ in 0..3 { (fill()) } }
                    a:lnStyleLst { @for _ in 0..3 { a:ln { (fill()) } } }
                    a:effectStyleLst { @for _ in 0..3 { a:effectStyle { a:effectLst {} } } }
                    a:bgFillStyleLst { @for _ in 0..3 { (fill()) } }
                }
            }
        }
    }
}

fn properties(letter: &LetterDoc<'_>) -> Markup {
    let title = letter.title.concat();
    let day = time(letter.created);
    html! {
        cp:coreProperties
            xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
            xmlns:dc="http://purl.org/dc/elements/1.1/"
            xmlns:dcterms="http://purl.org/dc/terms/"
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
        {
            dc:title { (title) }
            dcterms:created xsi:type="dcterms:W3CDTF" { (day) }
            dcterms:modified xsi:type="dcterms:W3CDTF" { (day) }
        }
    }
}

/// The start of a day; of the first day of the format if there is none.
fn time(day: Option<Date>) -> String {
    day.map_or_else(|| "2000-01-01T00:00:00Z".to_owned(), |day| format!("{day}T00:00:00Z"))
}

fn half_points(size: f64, scale: f64) -> u32 {
    (size * scale).round() as u32
}

fn twips(points: f64) -> u32 {
    (points * TWIPS).round() as u32
}
