//! What a page break can spoil, measured from the PDF: charts in two parts, headings alone at the foot of a page, titles
//! broken elsewhere than the program broke them.
//!
//! A program that prints a chart across a break draws it twice, the second time shifted up by what the first page has of
//! it: its words then stand above the margin.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{can_print, copy};

/// Margins of tables in points; page headers and footers stand in them.
const TOP: f64 = 50.4;
const BOTTOM: f64 = 54.0;
/// How far words of one line may be apart.
const LINE: f64 = 3.0;

/// A word at its place.
struct Word {
    top: f64,
    left: f64,
    text: String,
}

/// A printed page.
struct Printed {
    height: f64,
    words: Vec<Word>,
}

impl Printed {
    /// The lines of the body from the top, without spaces.
    fn lines(&self) -> Vec<String> {
        let mut words: Vec<&Word> = self.words.iter().filter(|word| word.top < self.height - BOTTOM).collect();
        words.sort_by(|a, b| a.top.total_cmp(&b.top));
        let lines = words.chunk_by_mut(|a, b| b.top - a.top < LINE).map(|line| {
            line.sort_by(|a, b| a.left.total_cmp(&b.left));
            line.iter().map(|word| word.text.as_str()).collect()
        });
        lines.collect()
    }
}

fn attribute(line: &str, name: &str) -> f64 {
    line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
}

/// The pages of a workbook, in the order of its sheets.
fn printed(workbook: &Path) -> Vec<Printed> {
    let folder = workbook.parent().unwrap();
    let office = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()))
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .args([folder, workbook])
        .output()
        .unwrap();
    assert!(office.status.success(), "{}", String::from_utf8_lossy(&office.stderr));
    let text = Command::new("pdftotext").arg("-bbox").arg(workbook.with_extension("pdf")).arg("-").output().unwrap();
    let mut pages: Vec<Printed> = Vec::new();
    for line in String::from_utf8(text.stdout).unwrap().lines() {
        if line.contains("<page ") {
            pages.push(Printed { height: attribute(line, "height"), words: Vec::new() });
        } else if line.contains("<word ") {
            let text = line.split_once('>').unwrap().1.split("</word>").next().unwrap();
            let text = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            pages.last_mut().unwrap().words.push(Word {
                top: attribute(line, "yMin"),
                left: attribute(line, "xMin"),
                text,
            });
        }
    }
    pages
}

fn close(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Headings of blocks and the rows of headers of a workbook, without spaces.
fn headings(workbook: &Path) -> Vec<String> {
    let book = umya_spreadsheet::reader::xlsx::read(workbook).unwrap();
    let mut found = Vec::new();
    for sheet in book.get_sheet_collection() {
        let mut rows: BTreeMap<u32, Vec<(u32, String)>> = BTreeMap::new();
        for cell in sheet.get_cell_collection() {
            let style = cell.get_style();
            let is_bold = style.get_font().is_some_and(|font| *font.get_bold());
            let is_boxed = style.get_borders().is_some_and(|own| own.get_bottom().get_border_style() != "none");
            let is_grey = style.get_background_color().is_some();
            let (text, at) = (close(&cell.get_value()), cell.get_coordinate());
            match (is_bold, is_grey) {
                (true, true) => rows.entry(*at.get_row_num()).or_default().push((*at.get_col_num(), text)),
                (true, false) if !is_boxed => found.push(text),
                _ => {}
            }
        }
        for mut row in rows.into_values().filter(|row| row.len() > 1) {
            row.sort_unstable();
            found.push(row.into_iter().map(|(_, text)| text).collect());
        }
    }
    found
}

/// What breaks of pages spoil.
fn faults(workbook: &Path) -> Vec<String> {
    let (pages, headings) = (printed(workbook), headings(workbook));
    let mut faults = Vec::new();
    for (number, page) in (1..).zip(&pages) {
        if let Some(word) = page.words.iter().find(|word| word.top < TOP - LINE) {
            faults.push(format!("page {number}: {:?} of a chart that begins on the page before", word.text));
        }
        let last = page.lines().pop().unwrap_or_default();
        if headings.contains(&last) {
            faults.push(format!("page {number} ends with the heading {last:?}"));
        }
    }
    faults
}

/// The workbook with a part of it changed.
fn changed(workbook: &Path, part: &str, change: impl Fn(String) -> String) -> PathBuf {
    let to = workbook.with_file_name("changed.xlsx");
    let mut from = zip::ZipArchive::new(std::fs::File::open(workbook).unwrap()).unwrap();
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&to).unwrap());
    for index in 0..from.len() {
        let mut file = from.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let name = file.name().unwrap().into_owned();
        if name == part {
            bytes = change(String::from_utf8(bytes).unwrap()).into_bytes();
        }
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap();
    to
}

/// The workbook with the sheets of details printed as well: the print areas of one cell are removed, as a person would.
pub(crate) fn with_details(workbook: &Path) -> PathBuf {
    changed(workbook, "xl/workbook.xml", |xml| {
        let areas = xml.split("<definedName ").enumerate().map(|(at, area)| {
            let is_one_cell =
                area.contains("_xlnm.Print_Area") && !area.split("</definedName>").next().unwrap().contains(':');
            let tail = area.split_once("</definedName>").map_or("", |(_, tail)| tail);
            match at {
                0 => area.to_owned(),
                _ if is_one_cell => tail.to_owned(),
                _ => format!("<definedName {area}"),
            }
        });
        areas.collect()
    })
}

/// A scored project: its result workbook, and one feedback workbook, alone in a folder.
struct Case {
    folder: tempfile::TempDir,
    project: PathBuf,
}

impl Case {
    fn run(&self, args: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_assess"));
        let ran = command.args(args).arg("-C").arg(&self.project).output().unwrap();
        assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }

    /// A copy of an example, scored.
    fn example(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name), &project);
        let case = Self { folder, project };
        case.run(&["score", "-q"]);
        case
    }

    /// The demonstration in English, scored.
    fn english() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        let mut command = Command::new(env!("CARGO_BIN_EXE_assess"));
        let made = command.args(["--lang", "en", "init", "--demo", "-q"]).arg(&project).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let case = Self { folder, project };
        case.run(&["score", "-q"]);
        case
    }

    fn result(&self) -> PathBuf {
        self.taken(&self.project.join("results/v001/result.xlsx"))
    }

    fn feedback(&self, unit: &str) -> PathBuf {
        self.run(&["feedback", "-q"]);
        let letters = std::fs::read_dir(self.project.join("feedback/v001")).unwrap();
        let path = letters.map(|entry| entry.unwrap().path());
        let is_of = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(unit);
        self.taken(&path.into_iter().find(is_of).unwrap())
    }

    /// A copy with a plain name in the folder of the case.
    fn taken(&self, workbook: &Path) -> PathBuf {
        let to = self.folder.path().join("book.xlsx");
        std::fs::copy(workbook, &to).unwrap();
        to
    }
}

#[track_caller]
fn is_whole(workbook: &Path) {
    let found = faults(workbook);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_page_break_cuts_a_chart_or_leaves_a_heading_alone() {
    if !can_print() {
        return;
    }
    for (name, unit) in [("city-2025", "U12"), ("minimal", "U01"), ("county", "LC")] {
        let case = Case::example(name);
        is_whole(&case.result());
        is_whole(&with_details(&case.result()));
        is_whole(&case.feedback(unit));
    }
    let case = Case::english();
    is_whole(&case.result());
    is_whole(&case.feedback("U04"));
}

#[test]
fn a_chart_across_a_break_and_a_heading_above_one_are_found() {
    if !can_print() {
        return;
    }
    let case = Case::example("county");
    let broken = |sheet: &str, row: u32| {
        let breaks = format!(
            "<rowBreaks count=\"1\" manualBreakCount=\"1\"><brk id=\"{row}\" max=\"16383\" man=\"1\"/></rowBreaks><drawing"
        );
        let path =
            changed(&case.result(), &format!("xl/worksheets/{sheet}.xml"), |xml| xml.replace("<drawing", &breaks));
        faults(&path)
    };
    // 排名图: title, line, and a chart of 10 rows from the third.
    assert!(broken("sheet3", 7).iter().any(|fault| fault.contains("of a chart")));
    // 概况: three lines above, the heading of the first table, its header.
    let found = broken("sheet1", 4);
    assert!(found.iter().any(|fault| fault.contains("一、")), "{found:?}");
    let found = broken("sheet1", 5);
    assert!(found.iter().any(|fault| fault.contains("名册已报未报")), "{found:?}");
}

#[test]
fn a_small_committee_prints_few_pages_and_its_ranking_one() {
    if !can_print() {
        return;
    }
    for name in ["minimal", "county", "panel", "works"] {
        let pages = printed(&Case::example(name).result());
        assert!(pages.len() <= 20, "{name}: {} pages", pages.len());
    }
    // 24 units on one page: the next page is that of the charts.
    let pages = printed(&Case::example("city-2025").result());
    let at = pages.iter().position(|page| page.lines()[0].ends_with("·排名")).unwrap();
    assert!(pages[at + 1].lines()[0].ends_with("·排名图"), "{:?}", pages[at + 1].lines());
    assert!(pages[at].lines().iter().any(|line| line.contains("云岚市第一人民医院")));
}

#[test]
fn titles_stand_on_the_lines_that_the_program_set() {
    if !can_print() {
        return;
    }
    for case in [Case::example("city-2025"), Case::english()] {
        for workbook in [case.result(), case.feedback("U04")] {
            let lines: Vec<String> = printed(&workbook).iter().flat_map(Printed::lines).collect();
            let book = umya_spreadsheet::reader::xlsx::read(&workbook).unwrap();
            for sheet in book.get_sheet_collection() {
                let rows = 1..=3;
                let large = rows.filter(|row| {
                    let style = sheet.get_style((1, *row));
                    style.get_font().is_some_and(|font| *font.get_font_size().get_val() > 20.0)
                });
                let title: Vec<String> = large.map(|row| sheet.get_value((1, row))).collect();
                let is_printed = lines.iter().any(|line| title.first().is_some_and(|own| line.contains(&close(own))));
                for line in title.iter().flat_map(|own| own.lines()).filter(|_| is_printed) {
                    assert!(lines.contains(&close(line)), "{line:?} is broken on {}", sheet.get_name());
                }
            }
        }
    }
}
